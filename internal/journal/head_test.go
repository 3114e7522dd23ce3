package journal

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

const testTown = "120111104"

// testKey is a key whose seed is 32 times the given byte.
func testKey(t testing.TB, town string, b byte) *Key {
	t.Helper()
	k, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{b}, 32)), town)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestHead_golden(t *testing.T) {
	k := testKey(t, testTown, 1)
	seed := exampleSeed()
	counts, err := NewCounts(seed, []Count{{"visit_rounds@1", 1}, {"arrears@1", 12}, {"households_visited@2", 7}})
	if err != nil {
		t.Fatal(err)
	}
	tree, _, _ := grow(42, 0)
	h := Head{Town: testTown, Simulated: true, Size: 42, Root: tree.Root(), Counts: counts.Digest(), Time: 1703811600000}
	signed, err := h.Sign(k)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(map[string]any{
		"secret key": k.Secret(), "public key": k.Public(), "fingerprint": Fingerprint(k.Public()),
		"head": string(signed), "counts seed": seed[:], "counts": counts.Show("arrears@1"),
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "head.json", append(got, '\n'))
}

func TestHead_signed_and_opened(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := testKey(t, testTown, 1)
		h := Head{
			Town: testTown, Simulated: rapid.Bool().Draw(rt, "simulated"),
			Size: rapid.Int64Range(0, 1<<50).Draw(rt, "size"),
			Time: town.Millis(rapid.Int64Range(0, 250_000_000_000_000).Draw(rt, "time")),
		}
		copy(h.Root[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(rt, "root"))
		copy(h.Counts[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(rt, "counts"))
		signed, err := h.Sign(k)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := OpenHead(signed, k.Public())
		if err != nil || got != h {
			rt.Fatalf("got %+v, %v; want %+v", got, err, h)
		}
		if _, err := OpenHead(signed, testKey(t, testTown, 2).Public()); !errors.Is(err, ErrProof) {
			rt.Fatalf("another key opened it: %v", err)
		}
		bad := slices.Clone(signed)
		bad[rapid.IntRange(0, len(bad)-1).Draw(rt, "byte")] ^= 1 << rapid.IntRange(0, 6).Draw(rt, "bit")
		if got, err := OpenHead(bad, k.Public()); err == nil && got != h {
			rt.Fatalf("an altered head was taken: %+v", got)
		}
	})
}

func TestSignHead_can_show_counts_later(t *testing.T) {
	k := testKey(t, testTown, 1)
	h := Head{Town: testTown, Size: 9}
	list := []Count{{"b@1", 4}, {"a@1", 3}}
	signed, counts, err := SignHead(k, h, list)
	if err != nil {
		t.Fatal(err)
	}
	got, err := OpenHead(signed, k.Public())
	if err != nil || got.Counts != counts.Digest() {
		t.Fatalf("head %+v, %v", got, err)
	}
	again, _, err := SignHead(k, h, list)
	if err != nil || !bytes.Equal(again, signed) {
		t.Errorf("signed again, it differs: %v", err)
	}
	for name, other := range map[string]func() ([]byte, *Counts, error){
		"size": func() ([]byte, *Counts, error) { h := h; h.Size++; return SignHead(k, h, list) },
		"key":  func() ([]byte, *Counts, error) { return SignHead(testKey(t, testTown, 2), h, list) },
	} {
		_, c, err := other()
		if err != nil || bytes.Equal(c.Show("a@1")[0].Salt, counts.Show("a@1")[0].Salt) {
			t.Errorf("another %s gives the same salts: %v", name, err)
		}
	}
}

func TestHead_of_another_town_is_refused(t *testing.T) {
	h := Head{Town: "120111105", Size: 1}
	if _, err := h.Sign(testKey(t, testTown, 1)); err == nil {
		t.Error("the key of one town signed for another")
	}
	text, err := h.Text()
	if err != nil {
		t.Fatal(err)
	}
	k := testKey(t, testTown, 1)
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenHead(signed, k.Public()); !errors.Is(err, ErrProof) {
		t.Errorf("opened: %v", err)
	}
}

func TestParseHead_takes_one_spelling(t *testing.T) {
	text, err := Head{Town: testTown, Size: 12, Time: 1703811600000}.Text()
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{"size 12", "size 012"}, {"size 12", "size +12"}, {"size 12", "size -12"}, {"simulated no", "simulated No"},
		{".000Z", "Z"}, {"\ntime", "\nextra 1\ntime"}, {"town ", "town  "}, {"zhenwu head 1", "zhenwu head 2"},
		{"AAA=", "AAB="}, // another spelling of the last bits of the root
	} {
		if bad := strings.Replace(text, change[0], change[1], 1); bad == text {
			t.Errorf("%q is not in the head", change[0])
		} else if _, err := ParseHead(bad); err == nil {
			t.Errorf("%q for %q was taken", change[1], change[0])
		}
	}
	if _, err := ParseHead(text[:len(text)-1]); err == nil {
		t.Error("a head without its last line end was taken")
	}
}

func FuzzParseHead(f *testing.F) {
	text, err := Head{Town: testTown, Simulated: true, Size: 12, Time: 1703811600000}.Text()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, s string) {
		h, err := ParseHead(s)
		if err != nil {
			return
		}
		if again, err := h.Text(); err != nil || again != s {
			t.Errorf("%q reads as %+v, which is written %q", s, h, again)
		}
	})
}

func TestCounts_show_and_hide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Count
		for i, f := range rapid.SliceOfDistinct(rapid.StringMatching(`[a-z]{1,6}@[1-9]`), rapid.ID[string]).Draw(t, "figures") {
			list = append(list, Count{f, int64(i * 3)})
		}
		seed := Seed(rapid.SliceOfN(rapid.Byte(), SeedSize, SeedSize).Draw(t, "seed"))
		c, err := NewCounts(seed, list)
		if err != nil {
			t.Fatal(err)
		}
		var shown []string
		for _, x := range list {
			if rapid.Bool().Draw(t, "shown") {
				shown = append(shown, x.Figure)
			}
		}
		out := c.Show(shown...)
		if d, err := CheckCounts(out); err != nil || d != c.Digest() {
			t.Fatalf("the shipped list has another digest: %v", err)
		}
		for _, e := range out {
			i := slices.IndexFunc(list, func(x Count) bool { return x.Figure == e.Figure })
			if slices.Contains(shown, e.Figure) != (len(e.Salt) > 0) || len(e.Salt) > 0 && e.K != list[i].K || len(e.Salt) == 0 && e.K != 0 {
				t.Fatalf("shown %v: %+v", shown, e)
			}
		}
		if len(out) == 0 {
			return
		}
		i := rapid.IntRange(0, len(out)-1).Draw(t, "line")
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			out = slices.Delete(out, i, i+1)
		case 1:
			out = slices.Insert(out, i, out[i])
		case 2:
			out[i].Figure += "x"
		case 3:
			if len(out[i].Salt) > 0 {
				out[i].K++
			} else {
				out[i].Hash[4] ^= 1
			}
		}
		if d, err := CheckCounts(out); err == nil && d == c.Digest() {
			t.Fatalf("a changed list was taken: %+v", out)
		}
	})
}

func TestNewCounts_refuses_a_figure_listed_twice(t *testing.T) {
	if _, err := NewCounts(Seed{}, []Count{{"a@1", 1}, {"b@1", 1}, {"a@1", 2}}); err == nil {
		t.Error("accepted")
	}
}

func TestKey_rotation_is_followed(t *testing.T) {
	a, b, c := testKey(t, testTown, 1), testKey(t, testTown, 2), testKey(t, testTown, 3)
	ab, err := Rotate(a, b, 10)
	if err != nil {
		t.Fatal(err)
	}
	bc, err := Rotate(b, c, 20)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Follow(a.Public(), ab, bc); err != nil || got != c.Public() {
		t.Errorf("got %q, %v", got, err)
	}
	stranger, err := Rotate(testKey(t, testTown, 4), b, 10)
	if err != nil {
		t.Fatal(err)
	}
	for name, chain := range map[string][][]byte{
		"out of order": {bc, ab}, "one left out": {bc}, "one twice": {ab, ab}, "signed by a stranger": {stranger},
		"altered": {bytes.Replace(ab, []byte("seq 10"), []byte("seq 11"), 1)},
	} {
		if got, err := Follow(a.Public(), chain...); err == nil {
			t.Errorf("%s: led to %q", name, got)
		}
	}
	if _, err := Rotate(a, testKey(t, "120111105", 2), 10); err == nil {
		t.Error("rotated to the key of another town")
	}
	if _, err := Rotate(a, a, 10); err == nil {
		t.Error("rotated to the same key")
	}
	// A hand-over that the new key did not sign proves nothing about it.
	lines := strings.Split(string(ab), "\n")
	var oneSided []string
	seen := 0
	for _, l := range lines {
		if strings.HasPrefix(l, "— ") {
			if seen++; seen == 2 {
				continue
			}
		}
		oneSided = append(oneSided, l)
	}
	if _, err := Follow(a.Public(), []byte(strings.Join(oneSided, "\n"))); err == nil {
		t.Error("a rotation signed by one key was followed")
	}
}

func TestParseKey(t *testing.T) {
	k, err := NewKey(rand.Reader, testTown)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseKey(k.Secret() + "\n")
	if err != nil || again.Public() != k.Public() || again.Town() != testTown {
		t.Errorf("got %v, %v", again, err)
	}
	if _, err := ParseKey(k.Secret()[:40]); err == nil || strings.Contains(err.Error(), k.Secret()[20:40]) {
		t.Errorf("half a key: %v", err)
	}
	if f := Fingerprint(k.Public()); len(f) != 39 || f == Fingerprint(testKey(t, testTown, 1).Public()) {
		t.Errorf("fingerprint %q", f)
	}
}

func BenchmarkHead(b *testing.B) {
	k := testKey(b, testTown, 1)
	var list []Count
	for i := range 200 {
		list = append(list, Count{string(rune('a'+i%26)) + string(rune('a'+i/26)) + "_figure_of_the_town@1", int64(i)})
	}
	for b.Loop() {
		c, err := NewCounts(Seed{}, list)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := (Head{Town: testTown, Size: 9, Root: tlog.Hash{1}, Counts: c.Digest()}).Sign(k); err != nil {
			b.Fatal(err)
		}
	}
}
