package journal

import (
	"crypto/sha256"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

const editionTitle = "zhenwu edition 1"

// SignEdition signs a published edition by its content: a note of the town and the SHA-256 of its edition.json.
func (k *Key) SignEdition(doc []byte) ([]byte, error) {
	text, err := writeLines(editionTitle, "town", k.town, "sha256", Digest(sha256.Sum256(doc)).String())
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: text}, k.signer)
}

// OpenEdition checks that a key signed an edition by its content; doc is its edition.json.
func OpenEdition(signed, doc []byte, public string) error {
	text, _, err := openNote(signed, public)
	if err != nil {
		return err
	}
	v, err := readLines(text, editionTitle, "town", "sha256")
	if err != nil {
		return err
	}
	if v[1] != Digest(sha256.Sum256(doc)).String() {
		return fmt.Errorf("%w: another edition was signed", ErrProof)
	}
	return nil
}
