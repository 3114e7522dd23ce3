package journal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/town"
)

// Head is what the town signs: all it has recorded so far, in a few lines.
type Head struct {
	Town      string
	Simulated bool
	Size      int64
	Root      tlog.Hash
	Counts    Digest // of the running numbers of all figure versions
	Time      town.Millis
}

const headTitle = "zhenwu head 1"

// timeLayout writes UTC with exactly three digits after the second.
const timeLayout = "2006-01-02T15:04:05.000Z"

// Text writes the head as the text that is signed.
func (h Head) Text() (string, error) {
	if !validTown(h.Town) || h.Size < 0 {
		return "", errHeader
	}
	return writeLines(headTitle,
		"town", h.Town,
		"simulated", yesNo(h.Simulated),
		"size", strconv.FormatInt(h.Size, 10),
		"root", base64.StdEncoding.EncodeToString(h.Root[:]),
		"counts", h.Counts.String(),
		"time", time.UnixMilli(int64(h.Time)).UTC().Format(timeLayout),
	)
}

// ParseHead reads the text of a head. It accepts exactly what [Head.Text]
// writes.
func ParseHead(text string) (Head, error) {
	v, err := readLines(text, headTitle, "town", "simulated", "size", "root", "counts", "time")
	if err != nil {
		return Head{}, err
	}
	h := Head{Town: v[0]}
	if h.Simulated, err = readYesNo(v[1]); err != nil {
		return Head{}, err
	}
	if h.Size, err = strconv.ParseInt(v[2], 10, 64); err != nil {
		return Head{}, fmt.Errorf("journal: head: %w", err)
	}
	if h.Root, err = tlog.ParseHash(v[3]); err != nil {
		return Head{}, fmt.Errorf("journal: head: %w", err)
	}
	if h.Counts, err = parseDigest(v[4]); err != nil {
		return Head{}, err
	}
	t, err := time.Parse(timeLayout, v[5])
	if err != nil {
		return Head{}, fmt.Errorf("journal: head: %w", err)
	}
	h.Time = town.Millis(t.UnixMilli())
	// One head, one text: leading zeros, signs and other spellings fall here.
	if again, err := h.Text(); err != nil || again != text {
		return Head{}, errors.New("journal: head is not in its canonical form")
	}
	return h, nil
}

// Sign signs the head with the town's key.
func (h Head) Sign(k *Key) ([]byte, error) {
	if k.Town() != h.Town {
		return nil, fmt.Errorf("journal: key of %s cannot sign for %s", k.Town(), h.Town)
	}
	text, err := h.Text()
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: text}, k.signer)
}

// SignHead commits to the counts and signs the head with them; h.Counts is
// filled in. The salts of the counts follow from the key and the size, so
// nothing need be kept but the signed text: the same call at the same size
// gives the same bytes, and counts to show again.
func SignHead(k *Key, h Head, counts []Count) ([]byte, *Counts, error) {
	c, err := NewCounts(k.countsSeed(h.Size), counts)
	if err != nil {
		return nil, nil, err
	}
	h.Counts = c.Digest()
	signed, err := h.Sign(k)
	return signed, c, err
}

// OpenHead reads a signed head, checked with the town's public key.
func OpenHead(signed []byte, public string) (Head, error) {
	text, name, err := openNote(signed, public)
	if err != nil {
		return Head{}, fmt.Errorf("journal: open head: %w", err)
	}
	h, err := ParseHead(text)
	if err != nil {
		return Head{}, err
	}
	if name != keyName(h.Town) {
		return Head{}, fmt.Errorf("%w: head of %s signed by %s", ErrProof, h.Town, name)
	}
	return h, nil
}

// openNote checks a signed text with one public key.
func openNote(signed []byte, public string) (text, name string, err error) {
	v, err := note.NewVerifier(public)
	if err != nil {
		return "", "", err
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return "", "", fmt.Errorf("%w: %v", ErrProof, err)
	}
	return n.Text, v.Name(), nil
}

// keyName is the name under which a town signs.
func keyName(town string) string { return keyPrefix + town }

const keyPrefix = "zhenwu:"

func townOfKey(name string) (string, bool) {
	town, ok := strings.CutPrefix(name, keyPrefix)
	return town, ok && validTown(town)
}
