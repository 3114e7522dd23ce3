package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
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
