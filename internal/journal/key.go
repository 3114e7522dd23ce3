package journal

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Key is the key with which a town signs its heads. It is kept in a file of
// its own, outside the database.
type Key struct {
	town   string
	secret string
	public string
	signer note.Signer
}

// ed25519Key is the algorithm byte of the note format.
const ed25519Key = 1

// NewKey makes a key for a town from 32 random bytes.
func NewKey(random io.Reader, town string) (*Key, error) {
	if !validTown(town) {
		return nil, errHeader
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, fmt.Errorf("journal: new key: %w", err)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public, err := note.NewEd25519VerifierKey(keyName(town), private.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("journal: new key: %w", err)
	}
	name, rest, _ := strings.Cut(public, "+")
	hash, _, _ := strings.Cut(rest, "+")
	secret := "PRIVATE+KEY+" + name + "+" + hash + "+" +
		base64.StdEncoding.EncodeToString(append([]byte{ed25519Key}, seed...))
	return ParseKey(secret)
}

var errKey = errors.New("journal: not a signing key")

// ParseKey reads the secret text of a key, as [Key.Secret] gives it.
func ParseKey(secret string) (*Key, error) {
	secret = strings.TrimSpace(secret)
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, errKey // the library's error may quote the secret
	}
	town, ok := townOfKey(signer.Name())
	if !ok {
		return nil, errKey
	}
	parts := strings.SplitN(secret, "+", 5)
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return nil, errKey
	}
	public, err := note.NewEd25519VerifierKey(signer.Name(),
		ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey))
	if err != nil {
		return nil, errKey
	}
	return &Key{town: town, secret: secret, public: public, signer: signer}, nil
}

// countsSeed derives the seed of the counts of the head of the given size.
func (k *Key) countsSeed(size int64) Seed {
	m := hmac.New(sha256.New, []byte(k.secret))
	m.Write([]byte(tagCountSalt))
	m.Write(binary.BigEndian.AppendUint64(nil, uint64(size)))
	return Seed(m.Sum(nil))
}

// Town is the code of the town the key signs for.
func (k *Key) Town() string { return k.town }

// Secret is the text to keep in the key file.
func (k *Key) Secret() string { return k.secret }

// Public is the text that anyone needs to check what the town signed.
func (k *Key) Public() string { return k.public }

// Fingerprint is a short form of a public key for people to compare: half of
// its SHA-256 in groups of four.
func Fingerprint(public string) string {
	sum := sha256.Sum256([]byte(public))
	s := hex.EncodeToString(sum[:16])
	var b strings.Builder
	for i := 0; i < len(s); i += 4 {
		if i > 0 {
			b.WriteByte('-')
		}
		b.WriteString(s[i : i+4])
	}
	return b.String()
}

const rotationTitle = "zhenwu key 1"

// Rotate makes the body of a [Rotation] leaf: from leaf seq on the next key
// signs. Both keys sign it, the old one to hand over, the next one to show
// that it is held.
func Rotate(old, next *Key, seq int64) ([]byte, error) {
	if old.town != next.town || old.public == next.public {
		return nil, fmt.Errorf("journal: rotate from a key of %s to one of %s: need two keys of one town", old.town, next.town)
	}
	text, err := writeLines(rotationTitle, "town", old.town, "seq", strconv.FormatInt(seq, 10),
		"old", old.public, "new", next.public)
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: text}, old.signer, next.signer)
}

// Follow goes from a public key that is trusted through the bodies of
// [Rotation] leaves, in their order, to the public key that signs after them.
func Follow(public string, rotations ...[]byte) (string, error) {
	last := int64(0)
	for i, body := range rotations {
		text, name, err := openNote(body, public)
		if err != nil {
			return "", fmt.Errorf("journal: rotation %d: %w", i+1, err)
		}
		v, err := readLines(text, rotationTitle, "town", "seq", "old", "new")
		if err != nil {
			return "", err
		}
		seq, err := strconv.ParseInt(v[1], 10, 64)
		if err != nil || seq <= last || strconv.FormatInt(seq, 10) != v[1] ||
			name != keyName(v[0]) || v[2] != public {
			return "", fmt.Errorf("%w: rotation %d", ErrProof, i+1)
		}
		if _, nextName, err := openNote(body, v[3]); err != nil || nextName != name {
			return "", fmt.Errorf("%w: rotation %d is not signed by the new key", ErrProof, i+1)
		}
		public, last = v[3], seq
	}
	return public, nil
}
