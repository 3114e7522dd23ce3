package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// SeedSize is the length in bytes of the random seed of a leaf, of a bundle
// and of a list of counts.
const SeedSize = 32

// Seed is the one random value from which all salts of a leaf are derived.
// It stands beside the leaf in the store and never leaves the town; what is
// shown to others are the seeds of single bundles or single salts.
type Seed [SeedSize]byte

const (
	saltSize = 16
	hashSize = sha256.Size
	// maxParts bounds a bundle; the count is one byte on the wire.
	maxParts = 255
)

// The tags keep one use of SHA-256 from being taken for another. All are
// eight bytes, so that a short part still fits one block of the hash.
const (
	tagSeed  = "zw.seed1"
	tagSalt  = "zw.salt1"
	tagPart  = "zw.part1"
	tagFacts = "zw.fact1"
	tagMark  = "zw.mark1"
)

// bundleSeed derives the seed of bundle b of a leaf: 0 the facts, 1… the mark
// changes. It is one-way, so showing one bundle shows no other.
func bundleSeed(leaf *Seed, b uint32) Seed {
	var buf [len(tagSeed) + SeedSize + 4]byte
	copy(buf[:], tagSeed)
	copy(buf[8:], leaf[:])
	binary.BigEndian.PutUint32(buf[8+SeedSize:], b)
	return sha256.Sum256(buf[:])
}

// saltPair derives the salts of the parts 2j and 2j+1 of a bundle.
func saltPair(bundle *Seed, j byte) [2 * saltSize]byte {
	var b bundleHash
	b.start(tagFacts, *bundle)
	return b.saltPair(j)
}

// partHash commits to the value of part i under a salt.
func partHash(i byte, salt, value []byte) [hashSize]byte {
	var b bundleHash
	b.start(tagFacts, Seed{})
	return b.part(i, salt, value)
}

// bundleHash gathers the parts of one bundle and gives its digest. Its
// buffers are reused over the bundles of a leaf: this is the inner loop of
// the write path.
type bundleHash struct {
	salt  [len(tagSalt) + SeedSize + 1]byte // tag, bundle seed, pair
	salts [2 * saltSize]byte
	text  []byte // tag, part, salt, value
	sum   []byte // tag, count, part hashes
	n     int
}

const partFixed = len(tagPart) + 1 + saltSize

func (b *bundleHash) start(tag string, seed Seed) {
	copy(b.salt[:], tagSalt)
	copy(b.salt[len(tagSalt):], seed[:])
	b.n = 0
	b.sum = append(b.sum[:0], tag...)
	b.sum = append(b.sum, 0)
	if len(b.text) < partFixed {
		b.text = append(b.text[:0], tagPart...)
		b.text = append(b.text, make([]byte, 1+saltSize)...)
	}
}

func (b *bundleHash) saltPair(j byte) [2 * saltSize]byte {
	b.salt[len(b.salt)-1] = j
	return sha256.Sum256(b.salt[:])
}

func (b *bundleHash) part(i byte, salt, value []byte) [hashSize]byte {
	b.text[len(tagPart)] = i
	copy(b.text[len(tagPart)+1:partFixed], salt)
	b.text = append(b.text[:partFixed], value...)
	return sha256.Sum256(b.text)
}

// add appends the next part with the salt that follows from the seed.
func (b *bundleHash) add(value []byte) {
	if b.n%2 == 0 {
		b.salts = b.saltPair(byte(b.n / 2))
	}
	h := b.part(byte(b.n), b.salts[b.n%2*saltSize:][:saltSize], value)
	b.sum = append(b.sum, h[:]...)
	b.n++
}

func (b *bundleHash) digest() [hashSize]byte {
	b.sum[len(tagMark)] = byte(b.n)
	return sha256.Sum256(b.sum)
}

// Opening shows some parts of one bundle, the facts of a leaf or one of its
// mark changes, and for the others only their hashes. With Seed set every
// part is shown and its salt follows from the seed; otherwise each part
// carries its own salt or its hash.
type Opening struct {
	Seed  []byte `json:"seed,omitempty"`
	Parts []Part `json:"parts"`
}

// Part is one part of an [Opening]: a value with its salt, a value alone
// where the opening has a seed, or the hash of a part that is not shown.
type Part struct {
	Value []byte `json:"v,omitempty"`
	Salt  []byte `json:"s,omitempty"`
	Hash  []byte `json:"h,omitempty"`
}

// Hidden reports whether the part shows its hash only.
func (p Part) Hidden() bool { return len(p.Hash) != 0 }

var errOpening = errors.New("journal: malformed opening")

// digest computes what the opening commits to, under the tag of its bundle.
func (o Opening) digest(tag string) ([hashSize]byte, error) {
	var b bundleHash
	if len(o.Parts) == 0 || len(o.Parts) > maxParts {
		return [hashSize]byte{}, errOpening
	}
	switch len(o.Seed) {
	case SeedSize:
		b.start(tag, Seed(o.Seed))
		for _, p := range o.Parts {
			if len(p.Salt) != 0 || len(p.Hash) != 0 {
				return [hashSize]byte{}, errOpening
			}
			b.add(p.Value)
		}
	case 0:
		b.start(tag, Seed{})
		for i, p := range o.Parts {
			switch {
			case len(p.Hash) == hashSize && len(p.Salt) == 0 && len(p.Value) == 0:
				b.sum = append(b.sum, p.Hash...)
			case len(p.Hash) == 0 && len(p.Salt) == saltSize:
				h := b.part(byte(i), p.Salt, p.Value)
				b.sum = append(b.sum, h[:]...)
			default:
				return [hashSize]byte{}, errOpening
			}
			b.n++
		}
	default:
		return [hashSize]byte{}, errOpening
	}
	return b.digest(), nil
}

// open makes the opening of a bundle with the given values, showing those for
// which show answers true.
func open(seed Seed, values [][]byte, show func(i int) bool) (Opening, error) {
	if len(values) > maxParts {
		return Opening{}, fmt.Errorf("journal: %d parts in one bundle, at most %d", len(values), maxParts)
	}
	o := Opening{Parts: make([]Part, len(values))}
	all := true
	for i := range values {
		all = all && show(i)
	}
	if all {
		o.Seed = append([]byte(nil), seed[:]...)
		for i, v := range values {
			o.Parts[i].Value = v
		}
		return o, nil
	}
	for i, v := range values {
		salts := saltPair(&seed, byte(i/2))
		salt := salts[i%2*saltSize:][:saltSize]
		if show(i) {
			o.Parts[i] = Part{Value: v, Salt: append([]byte(nil), salt...)}
			continue
		}
		h := partHash(byte(i), salt, v)
		o.Parts[i] = Part{Hash: h[:]}
	}
	return o, nil
}
