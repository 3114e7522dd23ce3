package edition

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func drawBundle(t *rapid.T, name string) Bundle {
	raw := func(n int) []byte {
		return rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "bytes")
	}
	value := func() []byte { return append([]byte{}, rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "value")...) }
	var b Bundle
	switch rapid.IntRange(0, 2).Draw(t, name) {
	case 0:
		b.Digest = [HashSize]byte(raw(HashSize))
	case 1:
		b.Seed = raw(SeedSize)
		for range rapid.IntRange(1, 8).Draw(t, "parts") {
			b.Parts = append(b.Parts, Part{Value: value()})
		}
	default:
		for range rapid.IntRange(1, 8).Draw(t, "parts") {
			if rapid.Bool().Draw(t, "shown") {
				b.Parts = append(b.Parts, Part{Salt: raw(SaltSize), Value: value()})
			} else {
				b.Parts = append(b.Parts, Part{Hash: raw(HashSize)})
			}
		}
	}
	return b
}

// What is written is read again, and nothing that is cut or has something behind it is.
func TestEvidence_round_trip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var leaves []Leaf
		seq := int64(-1)
		for range rapid.IntRange(0, 6).Draw(t, "leaves") {
			seq += rapid.Int64Range(1, 300).Draw(t, "step")
			l := Leaf{Seq: seq, Kind: byte(rapid.IntRange(1, 5).Draw(t, "kind")), Facts: drawBundle(t, "facts"), Bundle: []Bundle{}}
			for range rapid.IntRange(0, 4).Draw(t, "marks") {
				l.Bundle = append(l.Bundle, drawBundle(t, "mark"))
			}
			leaves = append(leaves, l)
		}
		proof := make([][HashSize]byte, rapid.IntRange(0, 4).Draw(t, "proof"))
		var buf bytes.Buffer
		w := NewWriter(&buf, "visits@3", seq+9, int64(len(leaves)))
		for i := range leaves {
			w.Leaf(&leaves[i])
		}
		if err := w.Close(proof); err != nil {
			t.Fatal(err)
		}
		read := func(b []byte) ([]Leaf, [][HashSize]byte, error) {
			r, err := NewReader(bytes.NewReader(b))
			if err != nil {
				return nil, nil, err
			}
			if r.Version != "visits@3" || r.Size != seq+9 {
				t.Fatalf("read %+v", r)
			}
			var out []Leaf
			for {
				l, err := r.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					return nil, nil, err
				}
				out = append(out, *l)
			}
			p, err := r.Proof()
			return out, p, err
		}
		got, p, err := read(buf.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(leaves, got); d != "" {
			t.Fatal(d)
		}
		if len(p) != len(proof) {
			t.Fatalf("%d hashes, want %d", len(p), len(proof))
		}
		cut := rapid.IntRange(0, buf.Len()-1).Draw(t, "cut")
		if _, _, err := read(buf.Bytes()[:cut]); !errors.Is(err, ErrForm) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if _, _, err := read(append(buf.Bytes(), 0)); !errors.Is(err, ErrForm) {
			t.Fatalf("with a byte behind it: %v", err)
		}
	})
}

func pack(t *testing.T, parts map[string]string, order ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range order {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(parts[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpen_refuses_what_is_no_edition(t *testing.T) {
	doc, err := Encode(&Edition{Format: Format, Town: "120111104"})
	if err != nil {
		t.Fatal(err)
	}
	whole := map[string]string{NameEdition: string(doc), NameNote: "n", NameCatalog: "{}", "evidence/town": "x"}
	names := []string{NameEdition, NameNote, NameCatalog, "evidence/town"}
	good := pack(t, whole, names...)
	f, err := Open(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	if v := f.Versions(); len(v) != 1 || v[0] != "" {
		t.Errorf("versions %q", v)
	}
	with := func(name, text string) map[string]string {
		m := map[string]string{}
		for k, v := range whole {
			m[k] = v
		}
		m[name] = text
		return m
	}
	cases := map[string][]byte{
		"empty":              {},
		"no archive":         []byte("PK but no more"),
		"cut":                good[:len(good)-10],
		"a strange part":     pack(t, with("other", "x"), append(names, "other")...),
		"a part twice":       pack(t, whole, append(names, NameNote)...),
		"without a note":     pack(t, whole, NameEdition, NameCatalog),
		"another format":     pack(t, with(NameEdition, `{"format":"zhenwu edition 2"}`), names...),
		"an unknown field":   pack(t, with(NameEdition, `{"format":"zhenwu edition 1","later":1}`), names...),
		"another spelling":   pack(t, with(NameEdition, string(doc)+" "), names...),
		"no JSON":            pack(t, with(NameEdition, "{"), names...),
		"an earlier version": pack(t, with(NameEdition, `[]`), names...),
	}
	for name, b := range cases {
		if _, err := Open(bytes.NewReader(b), int64(len(b))); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nothing that is read as evidence makes the reader panic or take memory that the file does not have.
func FuzzEvidence(f *testing.F) {
	var b bytes.Buffer
	w := NewWriter(&b, "a@1", 3, 1)
	w.Leaf(&Leaf{Seq: 1, Kind: 1, Bundle: []Bundle{{Seed: make([]byte, SeedSize), Parts: []Part{{Value: []byte("x")}}}}})
	if err := w.Close([][HashSize]byte{{}}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewReader(bytes.NewReader(b))
		if err != nil {
			return
		}
		for {
			if _, err = r.Next(); err != nil {
				break
			}
		}
		if errors.Is(err, io.EOF) {
			_, err = r.Proof()
		}
		if err != nil && !errors.Is(err, ErrForm) {
			t.Fatal(err)
		}
	})
}
