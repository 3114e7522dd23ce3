package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const testTown = "120111104"

func testKeys(t testing.TB) *Keys {
	t.Helper()
	k, err := New(bytes.NewReader(bytes.Repeat([]byte{7}, 3*keySize)), testTown)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSeal_opens_where_it_belongs_and_nowhere_else(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := testKeys(t)
		record := rapid.Int64().Draw(rt, "record")
		field := rapid.StringMatching(`[a-z_]{1,12}`).Draw(rt, "field")
		value := rapid.String().Draw(rt, "value")
		own, wrapped, err := k.NewRecordKey(rand.Reader, record)
		if err != nil {
			rt.Fatal(err)
		}
		sealed, err := own.Seal(rand.Reader, field, value)
		if err != nil {
			rt.Fatal(err)
		}
		key, err := k.Unwrap(record, wrapped)
		if err != nil {
			rt.Fatal(err)
		}
		if got, err := key.Open(field, sealed); err != nil || got != value {
			rt.Fatalf("got %q, %v; want %q", got, err, value)
		}
		if _, err := key.Open(field+"x", sealed); !errors.Is(err, ErrForged) {
			rt.Fatalf("opened in another field: %v", err)
		}
		if _, err := k.Unwrap(record+1, wrapped); !errors.Is(err, ErrForged) {
			rt.Fatalf("the key was taken by another record: %v", err)
		}
		other, _, err := k.NewRecordKey(rand.Reader, record)
		if err != nil {
			rt.Fatal(err)
		}
		if _, err := other.Open(field, sealed); !errors.Is(err, ErrKey) {
			rt.Fatalf("opened under another key: %v", err)
		}
		for _, b := range [][]byte{sealed, wrapped} {
			bad := bytes.Clone(b)
			bad[rapid.IntRange(0, len(bad)-1).Draw(rt, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
			cut := b[:rapid.IntRange(1, len(b)-1).Draw(rt, "cut")]
			for _, b := range [][]byte{bad, cut} {
				if got, err := key.Open(field, b); err == nil {
					rt.Fatalf("altered, it opens as %q", got)
				}
				if _, err := k.Unwrap(record, b); err == nil {
					rt.Fatal("altered, it unwraps")
				}
			}
		}
		if value != "" && len(value) > 3 && bytes.Contains(sealed, []byte(value)) {
			rt.Fatal("the value stands in the ciphertext")
		}
	})
}

func TestKeys_of_another_town_do_not_open(t *testing.T) {
	master := bytes.Repeat([]byte{7}, keySize)
	elsewhere, err := New(bytes.NewReader(bytes.Repeat(master, 3)), "120111105")
	if err != nil {
		t.Fatal(err)
	}
	_, wrapped, err := testKeys(t).NewRecordKey(rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := elsewhere.Unwrap(1, wrapped); !errors.Is(err, ErrKey) {
		t.Errorf("got %v", err)
	}
}

func TestErased_record_does_not_open(t *testing.T) {
	if _, err := testKeys(t).Unwrap(1, nil); !errors.Is(err, ErrErased) {
		t.Errorf("got %v", err)
	}
}

func TestKeys_rotate(t *testing.T) {
	old := testKeys(t)
	key, wrapped, err := old.NewRecordKey(rand.Reader, 5)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := key.Seal(rand.Reader, "caller", "王小明")
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := old.Rotate(rand.Reader, []string{"people@3"})
	if err != nil {
		t.Fatal(err)
	}
	rotated, err = Parse(rotated.Text())
	if err != nil {
		t.Fatal(err)
	}
	if rotated.Current(wrapped) || !old.Current(wrapped) || !rotated.Rotating() || old.Rotating() || rotated.Masters() != 2 {
		t.Error("which master key wraps is not told")
	}
	again, err := rotated.Rewrap(rand.Reader, 5, wrapped)
	if err != nil || !rotated.Current(again) {
		t.Fatalf("rewrapped: %v", err)
	}
	if _, err := old.Unwrap(5, again); !errors.Is(err, ErrKey) {
		t.Errorf("the old keys opened what the new master wraps: %v", err)
	}
	for _, w := range [][]byte{wrapped, again} {
		key, err := rotated.Unwrap(5, w)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := key.Open("caller", sealed); err != nil || got != "王小明" {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if bytes.Equal(old.Blind("order", "phone").Of("1"), rotated.Blind("order", "phone").Of("1")) {
		t.Error("the blind index is under the old key")
	}
	if old.Fingerprint() == rotated.Fingerprint() || len(old.Fingerprint()) != 19 {
		t.Errorf("fingerprints %s and %s", old.Fingerprint(), rotated.Fingerprint())
	}
	last, err := rotated.Retire()
	if err != nil {
		t.Fatal(err)
	}
	if last, err = Parse(last.Text()); err != nil || last.Rotating() || last.Masters() != 1 {
		t.Fatalf("retired: %v", err)
	}
	if _, err := last.Unwrap(5, wrapped); !errors.Is(err, ErrKey) {
		t.Errorf("a retired master key still opens: %v", err)
	}
	if _, err := last.Unwrap(5, again); err != nil {
		t.Error(err)
	}
	// Pseudonyms stand in leaves: those of then stay, in a second rotation too.
	second, err := last.Rotate(rand.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []*Keys{rotated, last, second} {
		if !bytes.Equal(old.Pseudonym("people@3").Of("1"), k.Pseudonym("people@3").Of("1")) || bytes.Equal(old.Pseudonym("other@4").Of("1"), k.Pseudonym("other@4").Of("1")) {
			t.Error("pseudonyms")
		}
		if !bytes.Equal(last.Pseudonym("other@4").Of("1"), k.Pseudonym("other@4").Of("1")) {
			t.Error("pseudonyms of later figures change")
		}
	}
	for _, gone := range [][32]byte{old.masters[0], old.blinds[0]} {
		if strings.Contains(last.Text(), hex.EncodeToString(gone[:])) {
			t.Error("the file still holds a retired key")
		}
	}
}

// Keys from before blind indexes had secrets of their own hang on the oldest master key.
func TestParse_reads_keys_of_before(t *testing.T) {
	seven, eight := strings.Repeat("07", 32), strings.Repeat("08", 32)
	k, err := Parse("zhenwu master keys 1\ntown " + testTown + "\n" + seven + "\n" + eight + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if hex.EncodeToString(k.Blind("order", "phone").Of("13800005678")) != goldenBlind || hex.EncodeToString(k.Pseudonym("households").Of("a")) != goldenPseudonym {
		t.Error("blind indexes or pseudonyms of before are lost")
	}
	if k.Rotating() || k.Masters() != 2 {
		t.Errorf("%d master keys, rotating %v", k.Masters(), k.Rotating())
	}
}

func TestParse_refuses(t *testing.T) {
	good := testKeys(t).Text()
	key := strings.Split(good, "\n")[2]
	for name, text := range map[string]string{
		"nothing": "", "no key": strings.Replace(good, key+"\n", "", 1), "no blind key": strings.Replace(good, "\nblind", "\nwrap", 1), "another use": strings.Replace(good, "blind", "blink", 1), "half a key": strings.Replace(good, key, key[:32], 1), "no use": strings.Replace(good, "wrap ", "", 1),
		"a key twice": good + key + "\n", "no town": strings.Replace(good, "town "+testTown, "town ", 1), "another title": "x" + good,
	} {
		_, err := Parse(text)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), key[:16]) {
			t.Errorf("%s: the error tells the key: %v", name, err)
		}
	}
}

func TestHashers_tell_apart(t *testing.T) {
	k := testKeys(t)
	seen := map[string]string{}
	for name, h := range map[string]Hasher{
		"order phone": k.Blind("order", "phone"), "visit phone": k.Blind("visit", "phone"), "order caller": k.Blind("order", "caller"),
		"quoted": k.Blind(`order" "phone`, ""), "households": k.Pseudonym("households"), "people": k.Pseudonym("people"),
	} {
		sum := h.Of("13800005678")
		if len(sum) != hashSize || !bytes.Equal(sum, h.Of("13800005678")) || bytes.Equal(sum, h.Of("13800005679")) {
			t.Errorf("%s: %x", name, sum)
		}
		if text := h.Hash("13800005678"); len(text) != 22 || text != h.Hash("13800005678") || text == h.Hash("13800005679") {
			t.Errorf("%s: %s", name, text)
		}
		if other, ok := seen[string(sum)]; ok {
			t.Errorf("%s and %s hash alike", name, other)
		}
		seen[string(sum)] = name
	}
}

// TestFormat_golden holds the derivations of docs/formats/seal.md: a change
// here means that what stands in databases no longer opens or is not found.
func TestFormat_golden(t *testing.T) {
	k := testKeys(t)
	zero := bytes.NewReader(make([]byte, 1000))
	key, wrapped, err := k.NewRecordKey(zero, 41)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := key.Seal(zero, "caller", "王小明")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct{ got, want string }{
		"wrapped":     {hex.EncodeToString(wrapped), goldenWrapped},
		"sealed":      {hex.EncodeToString(sealed), goldenSealed},
		"blind":       {hex.EncodeToString(k.Blind("order", "phone").Of("13800005678")), goldenBlind},
		"pseudonym":   {hex.EncodeToString(k.Pseudonym("households").Of("a")), goldenPseudonym},
		"fingerprint": {k.Fingerprint(), goldenFingerprint},
	} {
		if x.got != x.want {
			t.Errorf("%s = %s, want %s", name, x.got, x.want)
		}
	}
}

// The master key is 32 times 7, data key and nonces are zeros.
const (
	goldenWrapped     = "01e80dc28c0000000000000000000000008d79fb9458f612b72801a38484f179d49d813e7d1240224eb385232534e6b5a6000cd31ecf26f9dbf0d5b8b1c0bb77d9"
	goldenSealed      = "0158d042df0000000000000000000000002929cbd8fdef8df6896f4d48e33fb16f31263a5beadede5c25"
	goldenBlind       = "f2f5fa58dfe6aa52a6e17c19fd1f5874"
	goldenPseudonym   = "9f649c6f37f3a531a3020cb23a966236"
	goldenFingerprint = "4117-763f-915f-16f5"
)

func TestMask(t *testing.T) {
	for _, x := range []struct{ typ, value, want string }{
		{"person", "王小明", "王**"}, {"person", "王芳", "王*"}, {"person", "欧阳小明", "欧**"}, {"person", "", ""}, {"person", "王", "*"},
		{"phone", "13800005678", "138****5678"}, {"phone", "02223971234", "****1234"}, {"phone", "23971234", "****1234"}, {"phone", "12345", "****"}, {"phone", "", ""},
		{"id_number", "12011119900101123X", "1201**********123X"}, {"id_number", "120111900101123", "1201*******1123"}, {"id_number", "123", "****"},
		{"text", "和平里 3 号", "****"}, {"text", "", ""},
	} {
		if got := Mask(x.typ, x.value); got != x.want {
			t.Errorf("%s %q is shown as %q, want %q", x.typ, x.value, got, x.want)
		}
	}
}

func TestSpelling(t *testing.T) {
	for in, want := range map[string]string{
		"王 小明": "王小明", "１３８００００５６７８": "13800005678", " 1201x\t": "1201X", "王　芳\n": "王芳",
	} {
		if got := Spelling(in); got != want {
			t.Errorf("%q is spelled %q, want %q", in, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(testKeys(f).Text())
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := Parse(text); err == nil {
			if again, err := Parse(k.Text()); err != nil || again.Fingerprint() != k.Fingerprint() {
				t.Errorf("%q does not survive: %v", text, err)
			}
		}
	})
}

// BenchmarkSeal is the work for a new record with two sealed fields.
func BenchmarkSeal(b *testing.B) {
	k := testKeys(b)
	phone := k.Blind("order", "phone")
	b.ReportAllocs()
	for b.Loop() {
		key, _, err := k.NewRecordKey(rand.Reader, 7)
		if err != nil {
			b.Fatal(err)
		}
		for _, f := range []string{"caller", "phone"} {
			if _, err := key.Seal(rand.Reader, f, "13800005678"); err != nil {
				b.Fatal(err)
			}
		}
		phone.Of("13800005678")
	}
}
