package journal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"testing"

	"zhenwu/internal/seal"
)

// Erasing a record's key takes the personal data away and nothing else: leaf,
// head and evidence hold as before, and nothing in them tells the name.
func TestErasing_leaves_the_journal_provable(t *testing.T) {
	const record, name = 41, "王小明"
	keys, err := seal.New(rand.Reader, testTown)
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := keys.NewRecordKey(rand.Reader, record)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := key.Seal(rand.Reader, "caller", name)
	if err != nil {
		t.Fatal(err)
	}
	x := newHistory(t)
	body := fmt.Appendf(nil, `{"caller":"%s"}`, seal.Ref(sealed))
	x.add(Event, body, []MarkChange{x.mark(MarkChange{
		Figure: "callers@1", Day: 19500, N: 1, Key: keys.Pseudonym("callers").Of(name),
	})})
	claim := Claim{Figure: "callers@1", Way: Distinct, Period: "2023", Value: 1}

	var wrapped []byte // the hall destroyed it
	if _, err := keys.Unwrap(record, wrapped); !errors.Is(err, seal.ErrErased) {
		t.Errorf("after erasing: %v", err)
	}
	for _, k := range x.leaves {
		again, err := NewLeaf(&k.seed, k.h, k.body, k.marks)
		if err != nil || again.Hash != k.leaf.Hash {
			t.Errorf("leaf %d hashes anew, %v", k.h.Seq, err)
		}
		if strings.Contains(string(k.leaf.Bytes)+string(k.body), name) {
			t.Errorf("leaf %d tells the name", k.h.Seq)
		}
	}
	if _, err := x.evidence(ShowAll(), claim).Verify(x.key.Public()); err != nil {
		t.Error(err)
	}
}
