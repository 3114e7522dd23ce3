package journal

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

var update = flag.Bool("update", false, "write golden files")

func exampleMarks() []MarkChange {
	return []MarkChange{
		{Figure: "visit_rounds@1", K: 1, Day: town.DayOf(2023, 3, 17), Place: []town.Code{"120111104201", "120111104201003"}, N: 1},
		{Figure: "households_visited@2", K: 7, Day: town.DayOf(2023, 3, 17), Place: []town.Code{"120111104201"}, Slice: "kind=old;month=3", N: 25, Key: []byte{1, 2, 3}},
		{Figure: "arrears@1", K: 12, Day: town.DayOf(2023, 12, 31), N: -4_000_000_00, Reverses: 11},
	}
}

func exampleSeed() Seed {
	var s Seed
	for i := range s {
		s[i] = byte(i)
	}
	return s
}

func exampleHeader() Header {
	return Header{
		Town: "120111104", Seq: 41, Kind: Event, Recorded: 1679040000123,
		Edition: "jingwu-2023-1", Command: "018f3c1e-7a2b-7c44-8d11-0123456789ab",
	}
}

// TestLeaf_golden holds the bytes of docs/formats/leaf.md: a change here is a
// change of the format.
func TestLeaf_golden(t *testing.T) {
	seed, h, marks := exampleSeed(), exampleHeader(), exampleMarks()
	body := []byte(`{"type":"visit","op":"create"}`)
	leaf, err := NewLeaf(&seed, h, body, marks)
	if err != nil {
		t.Fatal(err)
	}
	coarse, err := OpenMark(&seed, 1, marks[1], ShowCoarse(1))
	if err != nil {
		t.Fatal(err)
	}
	full, err := OpenMark(&seed, 2, marks[2], ShowAll())
	if err != nil {
		t.Fatal(err)
	}
	facts, err := OpenFacts(&seed, h, body, FactsShown{Recorded: true})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(map[string]any{
		"seed": hex.EncodeToString(seed[:]), "header": h, "body": string(body), "marks": marks,
		"leaf": hex.EncodeToString(leaf.Bytes), "hash": hex.EncodeToString(leaf.Hash[:]),
		"mark 1 coarse": coarse, "mark 2 in full": full, "facts with the time": facts,
	}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "leaf.json", append(got, '\n'))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-want +got); -update writes it anew:\n%s", path, d)
	}
}

func TestParseLeaf_reads_only_what_NewLeaf_writes(t *testing.T) {
	seed := exampleSeed()
	leaf, err := NewLeaf(&seed, exampleHeader(), []byte("body"), exampleMarks())
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseLeaf(leaf.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if c.Town != "120111104" || c.Seq != 41 || c.Kind != Event || len(c.Marks) != 3 {
		t.Errorf("got %+v", c)
	}
	for n := range leaf.Bytes {
		if _, err := ParseLeaf(leaf.Bytes[:n]); err == nil {
			t.Errorf("the first %d bytes were taken for a leaf", n)
		}
	}
	if _, err := ParseLeaf(append(leaf.Bytes[:len(leaf.Bytes):len(leaf.Bytes)], 0)); err == nil {
		t.Error("a leaf with a byte behind it was taken")
	}
}

func TestNewLeaf_refuses(t *testing.T) {
	good := exampleMarks()[0]
	bad := map[string]func(*Header, *MarkChange){
		"no town":              func(h *Header, _ *MarkChange) { h.Town = "" },
		"a town with a space":  func(h *Header, _ *MarkChange) { h.Town = "a b" },
		"a negative sequence":  func(h *Header, _ *MarkChange) { h.Seq = -1 },
		"no kind":              func(h *Header, _ *MarkChange) { h.Kind = 0 },
		"no figure":            func(_ *Header, m *MarkChange) { m.Figure = "" },
		"number 0":             func(_ *Header, m *MarkChange) { m.K = 0 },
		"reversing itself":     func(_ *Header, m *MarkChange) { m.Reverses = m.K },
		"a place without end":  func(_ *Header, m *MarkChange) { m.Place = make([]town.Code, maxLevels+1) },
		"a figure not in utf8": func(_ *Header, m *MarkChange) { m.Figure = "\xff" },
	}
	for name, spoil := range bad {
		h, m, seed := exampleHeader(), good, exampleSeed()
		spoil(&h, &m)
		if _, err := NewLeaf(&seed, h, nil, []MarkChange{m}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func genMark(t *rapid.T) MarkChange {
	m := MarkChange{
		Figure: rapid.StringMatching(`[a-z_]{1,12}@[1-9]`).Draw(t, "figure"),
		K:      rapid.Int64Range(1, 1<<40).Draw(t, "k"),
		Day:    town.Day(rapid.Int32Range(-800_000, 800_000).Draw(t, "day")),
		Slice:  rapid.String().Draw(t, "slice"),
		N:      rapid.Int64().Draw(t, "n"),
		Key:    rapid.SliceOfN(rapid.Byte(), 0, 16).Draw(t, "key"),
	}
	m.Reverses = rapid.Int64Range(0, m.K-1).Draw(t, "reverses")
	for range rapid.IntRange(0, 5).Draw(t, "levels") {
		m.Place = append(m.Place, town.Code(rapid.StringMatching(`[0-9]{0,15}`).Draw(t, "place")))
	}
	return m
}

func genShow(t *rapid.T) Show {
	b := func(name string) bool { return rapid.Bool().Draw(t, name) }
	return Show{Month: b("month"), Day: b("day"), Slice: b("slice"), Amount: b("amount"), Key: b("key"), Levels: rapid.IntRange(0, 6).Draw(t, "shown levels")}
}

// Every opening reads back as what it showed, hides the rest, and stops
// holding when one bit of it changes.
func TestOpenMark_shows_what_it_says(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := Seed(rapid.SliceOfN(rapid.Byte(), SeedSize, SeedSize).Draw(t, "seed"))
		marks := rapid.SliceOfN(rapid.Custom(genMark), 1, 4).Draw(t, "marks")
		leaf, err := NewLeaf(&seed, exampleHeader(), nil, marks)
		if err != nil {
			t.Fatal(err)
		}
		c, err := ParseLeaf(leaf.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		i := rapid.IntRange(0, len(marks)-1).Draw(t, "which")
		show := genShow(t)
		o, err := OpenMark(&seed, i, marks[i], show)
		if err != nil {
			t.Fatal(err)
		}
		got, err := o.Mark(c.Marks[i])
		if err != nil {
			t.Fatal(err)
		}
		want := marks[i]
		if !show.Month {
			want.Day = 0
		} else if !show.Day {
			month, _ := monthOf(want.Day)
			want.Day = dayOf(month, 1)
		}
		if !show.Slice {
			want.Slice = ""
		}
		if !show.Amount {
			want.N = 0
		}
		if !show.Key || len(want.Key) == 0 {
			want.Key = nil
		}
		if len(got.Key) == 0 {
			got.Key = nil
		}
		want.Place = want.Place[:min(show.Levels, len(want.Place))]
		if len(want.Place) == 0 {
			want.Place = nil
		}
		if d := cmp.Diff(want, got.MarkChange); d != "" {
			t.Fatalf("(-want +got):\n%s", d)
		}
		if got.Levels != len(marks[i].Place) {
			t.Fatalf("levels %d, want %d", got.Levels, len(marks[i].Place))
		}
		spoilOpening(t, &o)
		if m, err := o.Mark(c.Marks[i]); err == nil {
			t.Fatalf("a spoiled opening was taken: %+v", m)
		}
	})
}

// spoilOpening flips one bit of one part, or drops or doubles a part.
func spoilOpening(t *rapid.T, o *Opening) {
	i := rapid.IntRange(0, len(o.Parts)-1).Draw(t, "spoil part")
	p := &o.Parts[i]
	var fields []*[]byte
	for _, f := range []*[]byte{&p.Value, &p.Salt, &p.Hash} {
		if len(*f) > 0 {
			fields = append(fields, f)
		}
	}
	switch how := rapid.IntRange(0, 3).Draw(t, "how"); {
	case how == 0:
		o.Parts = append(o.Parts[:i:i], o.Parts[i+1:]...)
	case how == 1:
		o.Parts = append(o.Parts[:i+1:i+1], o.Parts[i:]...)
	case how == 2 && len(o.Seed) > 0:
		s := append([]byte(nil), o.Seed...)
		s[rapid.IntRange(0, len(s)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		o.Seed = s
	case len(fields) == 0:
		p.Value = []byte{0}
	default:
		f := rapid.SampledFrom(fields).Draw(t, "field")
		b := append([]byte(nil), *f...)
		b[rapid.IntRange(0, len(b)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		*f = b
	}
}

func TestMonthOf_agrees_with_the_calendar(t *testing.T) {
	for day := town.Day(-150_000); day < 200_000; day++ {
		y, m, d := day.Date()
		month, dom := monthOf(day)
		if month != int32(y*12+int(m)-1) || dom != int32(d) || dayOf(month, dom) != day {
			t.Fatalf("day %d is %d-%d-%d, got month %d day %d, back %d", day, y, m, d, month, dom, dayOf(month, dom))
		}
	}
}

func TestFacts_text_round_trip(t *testing.T) {
	birth := BirthFacts{Town: "120111104", Zone: "Asia/Shanghai", Simulated: true, Key: "zhenwu:120111104+x+y"}
	b, err := birth.Body()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ParseBirth(b); err != nil || got != birth {
		t.Errorf("birth %+v, %v", got, err)
	}
	if _, err := ParseBirth([]byte(strings.Replace(string(b), "simulated yes", "simulated YES", 1))); err == nil {
		t.Error("another spelling of yes was taken")
	}
	edition := EditionFacts{Edition: "2023-1", Files: Digest{9}}
	if b, err = edition.Body(); err != nil {
		t.Fatal(err)
	}
	if got, err := ParseEdition(b); err != nil || got != edition {
		t.Errorf("edition %+v, %v", got, err)
	}
	version := VersionFacts{Figure: "a@2", Key: "a", Edition: "2023-1", Formula: Digest{7}}
	if b, err = version.Body(); err != nil {
		t.Fatal(err)
	}
	if got, err := ParseVersion(b); err != nil || got != version {
		t.Errorf("version %+v, %v", got, err)
	}
	if _, err := (EditionFacts{Edition: "two\nlines"}).Body(); err == nil {
		t.Error("a value of two lines was taken")
	}
}

func FuzzParseLeaf(f *testing.F) {
	seed := exampleSeed()
	leaf, err := NewLeaf(&seed, exampleHeader(), nil, exampleMarks())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(leaf.Bytes)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := ParseLeaf(b)
		if err != nil {
			return
		}
		if leafSize(len(c.Town), len(c.Marks)) != len(b) || tlog.RecordHash(b) == (tlog.Hash{}) {
			t.Errorf("parsed %d bytes into %+v", len(b), c)
		}
	})
}

// BenchmarkNewLeaf is the work on the write path for one command that changes
// six marks.
func BenchmarkNewLeaf(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	var marks []MarkChange
	for i := range 6 {
		m := exampleMarks()[i%3]
		m.K = 20 + r.Int64N(1000)
		marks = append(marks, m)
	}
	body := make([]byte, 600)
	h := exampleHeader()
	seed := exampleSeed()
	b.ReportAllocs()
	for b.Loop() {
		h.Seq++
		if _, err := NewLeaf(&seed, h, body, marks); err != nil {
			b.Fatal(err)
		}
	}
}
