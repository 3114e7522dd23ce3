// Package seal hides personal data: names, phones and ID numbers are encrypted
// apart from the event, each record under a key of its own that a master key
// of the town wraps. It owns the bytes of a sealed field and of a wrapped key,
// the keyed hashes by which a sealed value is found or counted without being
// seen, and the masks under which it is shown.
//
// It does not say who may look; that is the hall's. Its invariant: a sealed
// field opens only in the town, the record and the field it was sealed for,
// and never again once the record's wrapped key is destroyed.
//
// The formats stand in docs/formats/seal.md.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The reasons why something does not open.
var (
	ErrErased = errors.New("seal: the record's key was destroyed")
	ErrKey    = errors.New("seal: sealed under a key that is not here")
	ErrForged = errors.New("seal: does not belong here, or was altered")
)

const (
	keySize   = 32
	idSize    = 4
	nonceSize = 12
	tagSize   = 16
	version   = 1
	// headSize is what stands before a ciphertext: version, key id, nonce.
	headSize = 1 + idSize + nonceSize
	// hashSize is the length of blind indexes and pseudonyms: at 10 million
	// values two collide by chance once in 10^24.
	hashSize = 16
)

type keyID [idSize]byte

type secret = [keySize]byte

// Keys are the secrets of one town: master keys that wrap the keys of records, oldest first, secrets of blind indexes, oldest
// first, and the secret of pseudonyms. The last of each is in use; of the others there are some only while a rotation
// is under way. It is safe for use by several goroutines.
type Keys struct {
	town       string
	masters    []secret
	blinds     []secret
	pseudonyms secret
	kept       map[string]secret // pseudonyms of figure versions from before the secret
	wraps      map[keyID]cipher.AEAD
	current    keyID
}

// New makes the keys of a town from 96 random bytes.
func New(random io.Reader, town string) (*Keys, error) {
	var made [3]secret
	for i := range made {
		if err := draw(random, &made[i]); err != nil {
			return nil, err
		}
	}
	return build(&Keys{town: town, masters: made[:1], blinds: made[1:2], pseudonyms: made[2]})
}

func draw(random io.Reader, into *secret) error {
	if _, err := io.ReadFull(random, into[:]); err != nil {
		return fmt.Errorf("seal: new key: %w", err)
	}
	return nil
}

// Rotate begins a rotation: a new master key and a new secret of blind indexes are in use from now on, and the ones before
// still open what they made. [Keys.Rewrap] moves the keys of records; [Keys.Retire] ends it. Pseudonyms stand in leaves for
// good, so those of the figure versions that are given stay as they are where they hang on a key that is going.
func (k *Keys) Rotate(random io.Reader, versions []string) (*Keys, error) {
	next := *k
	var master, blind secret
	for _, s := range []*secret{&master, &blind} {
		if err := draw(random, s); err != nil {
			return nil, err
		}
	}
	next.masters = append(slices.Clone(k.masters), master)
	next.blinds = append(slices.Clone(k.blinds), blind)
	if slices.Contains(k.masters, k.pseudonyms) {
		next.kept = map[string]secret{}
		for _, v := range versions {
			next.kept[v] = secret(k.derive(k.pseudonyms, fmt.Sprintf("pseudonym %q", v), keySize))
		}
		if err := draw(random, &next.pseudonyms); err != nil {
			return nil, err
		}
	}
	return build(&next)
}

// Rotating tells whether a rotation has begun and not ended.
func (k *Keys) Rotating() bool { return len(k.blinds) > 1 }

// Masters is how many master keys there are.
func (k *Keys) Masters() int { return len(k.masters) }

// Retire ends a rotation: only what is in use is kept.
func (k *Keys) Retire() (*Keys, error) {
	last := *k
	last.masters, last.blinds = k.masters[len(k.masters)-1:], k.blinds[len(k.blinds)-1:]
	return build(&last)
}

const (
	fileTitle    = "zhenwu master keys 2"
	fileTitleOne = "zhenwu master keys 1" // master keys alone, on whose oldest all hangs
)

// Parse reads the text of a key file, as [Keys.Text] writes it, or as it was written before.
func Parse(text string) (*Keys, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) < 3 || lines[0] != fileTitle && lines[0] != fileTitleOne || !strings.HasPrefix(lines[1], "town ") {
		return nil, errors.New("seal: not a file of master keys")
	}
	k := &Keys{town: strings.TrimPrefix(lines[1], "town "), kept: map[string]secret{}}
	pseudonyms := 0
	for i, line := range lines[2:] {
		use, hexed, ok := "wrap", line, true
		if lines[0] == fileTitle {
			at := strings.LastIndexByte(line, ' ')
			if ok = at > 0; ok {
				use, hexed = line[:at], line[at+1:]
			}
		}
		b, err := hex.DecodeString(hexed)
		if !ok || err != nil || len(b) != keySize {
			return nil, fmt.Errorf("seal: line %d is no key", i+3) // the line itself is secret
		}
		switch name, named := strings.CutPrefix(use, "pseudonym "); {
		case use == "wrap":
			k.masters = append(k.masters, secret(b))
		case use == "blind":
			k.blinds = append(k.blinds, secret(b))
		case use == "pseudonym":
			k.pseudonyms = secret(b)
			pseudonyms++
		case named:
			version, err := strconv.Unquote(name)
			if err != nil {
				return nil, fmt.Errorf("seal: line %d is no key", i+3)
			}
			k.kept[version] = secret(b)
		default:
			return nil, fmt.Errorf("seal: line %d has no use that this program knows", i+3)
		}
	}
	if lines[0] == fileTitleOne {
		k.blinds, k.pseudonyms, pseudonyms = k.masters[:1], k.masters[0], 1
	}
	if len(k.masters) == 0 || len(k.blinds) == 0 || pseudonyms != 1 {
		return nil, errors.New("seal: the file lacks a key")
	}
	return build(k)
}

// Text is the secret text to keep in the key file.
func (k *Keys) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\ntown %s\n", fileTitle, k.town)
	for _, m := range k.masters {
		fmt.Fprintf(&b, "wrap %x\n", m)
	}
	for _, m := range k.blinds {
		fmt.Fprintf(&b, "blind %x\n", m)
	}
	fmt.Fprintf(&b, "pseudonym %x\n", k.pseudonyms)
	for _, v := range slices.Sorted(maps.Keys(k.kept)) {
		fmt.Fprintf(&b, "pseudonym %q %x\n", v, k.kept[v])
	}
	return b.String()
}

// Town is the code of the town whose keys these are.
func (k *Keys) Town() string { return k.town }

// Fingerprint names the master key that seals, for people to compare.
func (k *Keys) Fingerprint() string {
	s := hex.EncodeToString(k.derive(k.masters[len(k.masters)-1], "fingerprint", 8))
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// build fills what follows from the secrets.
func build(k *Keys) (*Keys, error) {
	if k.town == "" || strings.ContainsAny(k.town, "\n") {
		return nil, errors.New("seal: keys of no town")
	}
	k.wraps = map[keyID]cipher.AEAD{}
	for _, m := range k.masters {
		k.current = keyID(k.derive(m, "id", idSize))
		if _, twice := k.wraps[k.current]; twice {
			return nil, errors.New("seal: one master key stands twice")
		}
		k.wraps[k.current] = newGCM(k.derive(m, "wrap", keySize))
	}
	return k, nil
}

// derive makes a key for one use from a master key.
func (k *Keys) derive(master secret, use string, size int) []byte {
	out, err := hkdf.Key(sha256.New, master[:], nil, "zhenwu "+use+" "+k.town, size)
	if err != nil {
		panic(err) // only for sizes that no caller asks for
	}
	return out
}

func newGCM(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the key is 32 bytes
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has the block size GCM needs
	}
	return gcm
}

// context is what a ciphertext is bound to beside its key: what it is, the
// town, the record, and the field.
func context(what, town string, record int64, field string) []byte {
	b := make([]byte, 0, 64)
	b = append(b, what...)
	b = append(b, byte(len(town)))
	b = append(b, town...)
	b = binary.BigEndian.AppendUint64(b, uint64(record))
	return append(b, field...)
}

const (
	whatKey   = "zw.wrap1"
	whatField = "zw.seal1"
)

// RecordKey is the open data key of one record.
type RecordKey struct {
	town   string
	record int64
	id     keyID
	gcm    cipher.AEAD
}

// NewRecordKey makes the data key of a record, and its wrapped form to store.
// Destroying every copy of the wrapped form erases what it sealed.
func (k *Keys) NewRecordKey(random io.Reader, record int64) (*RecordKey, []byte, error) {
	var key [keySize]byte
	if _, err := io.ReadFull(random, key[:]); err != nil {
		return nil, nil, fmt.Errorf("seal: key of record %d: %w", record, err)
	}
	wrapped, err := k.wrap(random, record, key[:])
	if err != nil {
		return nil, nil, err
	}
	return k.recordKey(record, key[:]), wrapped, nil
}

func (k *Keys) recordKey(record int64, key []byte) *RecordKey {
	sum := sha256.Sum256(append([]byte("zw.dkid1"), key...))
	return &RecordKey{town: k.town, record: record, id: keyID(sum[:idSize]), gcm: newGCM(key)}
}

func (k *Keys) wrap(random io.Reader, record int64, key []byte) ([]byte, error) {
	return encrypt(random, k.wraps[k.current], k.current, key, context(whatKey, k.town, record, ""))
}

func (k *Keys) unwrap(record int64, wrapped []byte) ([]byte, error) {
	if len(wrapped) == 0 {
		return nil, ErrErased
	}
	id, err := idOf(wrapped)
	if err != nil {
		return nil, err
	}
	gcm, ok := k.wraps[id]
	if !ok {
		return nil, fmt.Errorf("%w: master key %x", ErrKey, id)
	}
	key, err := decrypt(gcm, wrapped, context(whatKey, k.town, record, ""))
	if err == nil && len(key) != keySize {
		err = ErrForged
	}
	return key, err
}

// Unwrap opens the stored key of a record; no bytes at all mean [ErrErased].
func (k *Keys) Unwrap(record int64, wrapped []byte) (*RecordKey, error) {
	key, err := k.unwrap(record, wrapped)
	if err != nil {
		return nil, err
	}
	return k.recordKey(record, key), nil
}

// Rewrap wraps the key of a record under the newest master key. What the
// record sealed stays as it is.
func (k *Keys) Rewrap(random io.Reader, record int64, wrapped []byte) ([]byte, error) {
	key, err := k.unwrap(record, wrapped)
	if err != nil {
		return nil, err
	}
	return k.wrap(random, record, key)
}

// Current tells whether a wrapped key is under the newest master key.
func (k *Keys) Current(wrapped []byte) bool {
	id, err := idOf(wrapped)
	return err == nil && id == k.current
}

// Seal encrypts the value of a field of the record.
func (r *RecordKey) Seal(random io.Reader, field, value string) ([]byte, error) {
	return encrypt(random, r.gcm, r.id, []byte(value), context(whatField, r.town, r.record, field))
}

// Open decrypts what [RecordKey.Seal] made for the same field.
func (r *RecordKey) Open(field string, sealed []byte) (string, error) {
	id, err := idOf(sealed)
	if err != nil {
		return "", err
	}
	if id != r.id {
		return "", fmt.Errorf("%w: record key %x", ErrKey, id)
	}
	plain, err := decrypt(r.gcm, sealed, context(whatField, r.town, r.record, field))
	return string(plain), err
}

// Ref is how an event names a sealed field: by a hash of its ciphertext, whose
// nonce is random. It says nothing of the value, not even whether two are equal,
// so the journal stays whole and tells nothing when the key is destroyed.
func Ref(sealed []byte) string {
	sum := sha256.Sum256(sealed)
	return base64.RawURLEncoding.EncodeToString(sum[:refBytes])
}

// refBytes of a hash are in a reference: to find two boxes of one takes 2^96 tries.
const refBytes = 24

// IsRef tells a reference from the keyed hash that stood in events before.
func IsRef(s string) bool { return len(s) == refBytes/3*4 }

func idOf(b []byte) (keyID, error) {
	if len(b) < headSize+tagSize || b[0] != version {
		return keyID{}, ErrForged
	}
	return keyID(b[1 : 1+idSize]), nil
}

func encrypt(random io.Reader, gcm cipher.AEAD, id keyID, plain, bound []byte) ([]byte, error) {
	out := make([]byte, headSize, headSize+len(plain)+tagSize)
	out[0] = version
	copy(out[1:], id[:])
	nonce := out[1+idSize : headSize]
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("seal: nonce: %w", err)
	}
	return gcm.Seal(out, nonce, plain, bound), nil
}

// decrypt expects that idOf accepted b.
func decrypt(gcm cipher.AEAD, b, bound []byte) ([]byte, error) {
	plain, err := gcm.Open(nil, b[1+idSize:headSize], b[headSize:], bound)
	if err != nil {
		return nil, ErrForged
	}
	return plain, nil
}

// Hasher makes keyed hashes of values: equal values give equal hashes under
// one hasher and unrelated ones under another. It is safe for use by several
// goroutines.
type Hasher struct{ key []byte }

// Of hashes a value. The caller brings it to its one spelling first, with the
// functions of package code or with [Spelling].
func (h Hasher) Of(value string) []byte {
	m := hmac.New(sha256.New, h.key)
	m.Write([]byte(value))
	return m.Sum(make([]byte, 0, sha256.Size))[:hashSize]
}

// Hash is [Hasher.Of] in 22 letters, digits, "-" and "_", for where a text stands.
func (h Hasher) Hash(value string) string {
	return base64.RawURLEncoding.EncodeToString(h.Of(value))
}

// Blind makes the blind index of one field of one type: it finds a record of
// that type by a sealed value. Keys differ by type, so that what is known of a
// person cannot be joined across systems (design rule 10).
//
// A rotation changes it: the hall then makes all blind indexes anew.
func (k *Keys) Blind(typ, field string) Hasher {
	return Hasher{k.derive(k.blinds[len(k.blinds)-1], fmt.Sprintf("blind %q %q", typ, field), keySize)}
}

// Pseudonym makes the keys of a distinct figure: who is counted once is told
// apart within that figure and nowhere else. It stands in leaves and never changes.
func (k *Keys) Pseudonym(figure string) Hasher {
	if key, ok := k.kept[figure]; ok {
		return Hasher{key[:]}
	}
	return Hasher{k.derive(k.pseudonyms, fmt.Sprintf("pseudonym %q", figure), keySize)}
}
