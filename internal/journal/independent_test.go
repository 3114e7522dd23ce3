package journal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLeaf_by_the_page_alone reads the golden leaf with nothing but SHA-256
// and docs/formats/leaf.md: what a stranger would write.
func TestLeaf_by_the_page_alone(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "leaf.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Leaf   string `json:"leaf"`
		Hash   string `json:"hash"`
		Coarse struct {
			Parts []struct{ V, S, H []byte }
		} `json:"mark 1 coarse"`
		Full struct {
			Seed  []byte
			Parts []struct{ V []byte }
		} `json:"mark 2 in full"`
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	leaf, err := hex.DecodeString(g.Leaf)
	if err != nil {
		t.Fatal(err)
	}
	if h := sha256.Sum256(append([]byte{0}, leaf...)); hex.EncodeToString(h[:]) != g.Hash {
		t.Error("leaf hash")
	}
	marks := leaf[4+1+1+int(leaf[5])+8+32+4:]

	sum := append([]byte("zw.mark1"), byte(len(g.Coarse.Parts)))
	for i, p := range g.Coarse.Parts {
		if len(p.H) == 0 {
			h := sha256.Sum256(append(append(append([]byte("zw.part1"), byte(i)), p.S...), p.V...))
			p.H = h[:]
		}
		sum = append(sum, p.H...)
	}
	if h := sha256.Sum256(sum); string(h[:]) != string(marks[32:64]) {
		t.Error("mark 1, shown in part")
	}

	sum = append([]byte("zw.mark1"), byte(len(g.Full.Parts)))
	for i, p := range g.Full.Parts {
		pair := sha256.Sum256(append(append([]byte("zw.salt1"), g.Full.Seed...), byte(i/2)))
		h := sha256.Sum256(append(append(append([]byte("zw.part1"), byte(i)), pair[i%2*16:][:16]...), p.V...))
		sum = append(sum, h[:]...)
	}
	if h := sha256.Sum256(sum); string(h[:]) != string(marks[64:96]) {
		t.Error("mark 2, shown in full")
	}
}

// TestHead_by_the_page_alone reads the golden head with nothing but SHA-256, Ed25519 and docs/formats/head.md.
func TestHead_by_the_page_alone(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "head.json"))
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Head        string
		Fingerprint string
		Public      string `json:"public key"`
		Seed        []byte `json:"counts seed"`
		Counts      []struct {
			Figure     string
			K          uint64
			Salt, Hash []byte
		}
	}
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	// The signature: over the text up to the empty line, by the key whose name and number the line bears.
	said, sig, ok := strings.Cut(g.Head, "\n\n")
	if !ok {
		t.Fatal("no empty line before the signature")
	}
	said += "\n"
	name, rest, _ := strings.Cut(g.Public, "+")
	number, keyText, _ := strings.Cut(rest, "+")
	key, err := base64.StdEncoding.DecodeString(keyText)
	if err != nil || len(key) != 33 || key[0] != 1 {
		t.Fatalf("the key: %v", err)
	}
	id := sha256.Sum256(append([]byte(name+"\n"), key...))
	if hex.EncodeToString(id[:4]) != number {
		t.Error("the number of the key")
	}
	signed, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(strings.TrimPrefix(sig, "— "+name+" "), "\n"))
	if err != nil || len(signed) != 4+ed25519.SignatureSize || string(signed[:4]) != string(id[:4]) {
		t.Fatalf("the signature line %q: %v", sig, err)
	}
	if !ed25519.Verify(key[1:], []byte(said), signed[4:]) {
		t.Error("the signature")
	}
	print := sha256.Sum256([]byte(g.Public))
	if hex.EncodeToString(print[:16]) != strings.ReplaceAll(g.Fingerprint, "-", "") {
		t.Error("the fingerprint")
	}
	// The counts: names open, each number under its salt or as its hash.
	list := binary.BigEndian.AppendUint32([]byte("zw.list1"), uint32(len(g.Counts)))
	for i, c := range g.Counts {
		if len(c.Hash) == 0 {
			pair := sha256.Sum256(binary.BigEndian.AppendUint32(append([]byte("zw.csal1"), g.Seed...), uint32(i/2)))
			if string(pair[i%2*16:][:16]) != string(c.Salt) {
				t.Errorf("the salt of %s", c.Figure)
			}
			h := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte("zw.numb1"), c.Salt...), c.K))
			c.Hash = h[:]
		}
		list = append(append(append(list, byte(len(c.Figure))), c.Figure...), c.Hash...)
	}
	if h := sha256.Sum256(list); !strings.Contains(said, "\ncounts "+hex.EncodeToString(h[:])+"\n") {
		t.Error("the counts")
	}
}
