package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tagCountSalt = "zw.csal1"
	tagCount     = "zw.numb1"
	tagCounts    = "zw.list1"
)

// Count is how many mark changes one figure version has had: its last running
// number.
type Count struct {
	Figure string
	K      int64
}

// Counts is the list of all figure versions with their running numbers, each
// number under its own salt: the names stand open, so that no figure can be
// listed twice, and a number is shown only where it may be.
type Counts struct {
	seed  Seed
	list  []Count
	sum   Digest
	built []CountEntry
}

// CountEntry is one line of the list as it is shipped: K with Salt, or Hash.
type CountEntry struct {
	Figure string    `json:"figure"`
	K      int64     `json:"k,omitempty"`
	Salt   []byte    `json:"salt,omitempty"`
	Hash   tlog.Hash `json:"hash,omitzero"`
}

// NewCounts commits to the counts, which need not be sorted. The seed is
// random and used for one head only; it is kept beside the head.
func NewCounts(seed Seed, counts []Count) (*Counts, error) {
	list := slices.Clone(counts)
	slices.SortFunc(list, func(a, b Count) int { return strings.Compare(a.Figure, b.Figure) })
	c := &Counts{seed: seed, list: list, built: make([]CountEntry, len(list))}
	var salts [2 * saltSize]byte
	for i, x := range list {
		if i%2 == 0 {
			salts = countSalts(&seed, uint32(i/2))
		}
		if x.K < 0 {
			return nil, fmt.Errorf("journal: figure %q has count %d", x.Figure, x.K)
		}
		c.built[i] = CountEntry{Figure: x.Figure, Hash: countHash(salts[i%2*saltSize:][:saltSize], x.K)}
	}
	var err error
	c.sum, err = CheckCounts(c.built)
	return c, err
}

// countSalts derives the salts of the lines 2j and 2j+1.
func countSalts(seed *Seed, j uint32) [2 * saltSize]byte {
	var buf [len(tagCountSalt) + SeedSize + 4]byte
	copy(buf[:], tagCountSalt)
	copy(buf[8:], seed[:])
	binary.BigEndian.PutUint32(buf[8+SeedSize:], j)
	return sha256.Sum256(buf[:])
}

func countHash(salt []byte, k int64) tlog.Hash {
	var buf [len(tagCount) + saltSize + 8]byte
	copy(buf[:], tagCount)
	copy(buf[8:], salt)
	binary.BigEndian.PutUint64(buf[8+saltSize:], uint64(k))
	return sha256.Sum256(buf[:])
}

// Digest is what the head carries.
func (c *Counts) Digest() Digest { return c.sum }

// Show gives the list to ship, with the numbers of the given figures.
func (c *Counts) Show(figures ...string) []CountEntry {
	out := slices.Clone(c.built)
	for i := range out {
		if slices.Contains(figures, out[i].Figure) {
			salts := countSalts(&c.seed, uint32(i/2))
			out[i] = CountEntry{
				Figure: out[i].Figure, K: c.list[i].K,
				Salt: append([]byte(nil), salts[i%2*saltSize:][:saltSize]...),
			}
		}
	}
	return out
}

var errCounts = errors.New("journal: malformed list of counts")

// CheckCounts computes the digest of a shipped list. It fails where the
// figures do not ascend strictly or a line is neither shown nor hidden.
func CheckCounts(list []CountEntry) (Digest, error) {
	buf := append(make([]byte, 0, 16+len(list)*80), tagCounts...)
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(list)))
	for i, e := range list {
		if e.Figure == "" || len(e.Figure) > 255 || i > 0 && list[i-1].Figure >= e.Figure {
			return Digest{}, fmt.Errorf("%w: figure %q", errCounts, e.Figure)
		}
		h := e.Hash
		if len(e.Salt) != 0 {
			if len(e.Salt) != saltSize || h != (tlog.Hash{}) || e.K < 0 {
				return Digest{}, fmt.Errorf("%w: figure %q", errCounts, e.Figure)
			}
			h = countHash(e.Salt, e.K)
		} else if e.K != 0 {
			return Digest{}, fmt.Errorf("%w: figure %q", errCounts, e.Figure)
		}
		buf = append(buf, byte(len(e.Figure)))
		buf = append(buf, e.Figure...)
		buf = append(buf, h[:]...)
	}
	return sha256.Sum256(buf), nil
}
