package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

// history is a small town that keeps what the hall and the store would keep.
type history struct {
	t      testing.TB
	key    *Key
	tree   Tree
	stored Hashes
	leaves []kept
	k      map[string]int64
	live   map[string][]MarkChange
}

type kept struct {
	leaf  Leaf
	seed  Seed
	h     Header
	body  []byte
	marks []MarkChange
}

func newHistory(t testing.TB) *history {
	x := &history{t: t, key: testKey(t, testTown, 1), k: map[string]int64{}, live: map[string][]MarkChange{}}
	body, err := BirthFacts{Town: testTown, Zone: "Asia/Shanghai", Simulated: true, Key: x.key.Public()}.Body()
	if err != nil {
		t.Fatal(err)
	}
	x.add(Birth, body, nil)
	return x
}

func (x *history) add(kind Kind, body []byte, marks []MarkChange) {
	x.t.Helper()
	h := Header{Town: testTown, Seq: x.tree.Size(), Kind: kind, Recorded: 1672531200000, Edition: "1", Command: fmt.Sprint("c", x.tree.Size())}
	seed := Seed{byte(h.Seq), byte(h.Seq >> 8), 1}
	leaf, err := NewLeaf(&seed, h, body, marks)
	if err != nil {
		x.t.Fatal(err)
	}
	x.stored = append(x.stored, x.tree.Append(leaf.Hash)...)
	x.leaves = append(x.leaves, kept{leaf, seed, h, body, marks})
}

// mark numbers a new mark of a figure.
func (x *history) mark(m MarkChange) MarkChange {
	x.k[m.Figure]++
	m.K = x.k[m.Figure]
	x.live[m.Figure] = append(x.live[m.Figure], m)
	return m
}

// back takes live mark i of a figure back.
func (x *history) back(figure string, i int) MarkChange {
	m := x.live[figure][i]
	x.live[figure] = slices.Delete(x.live[figure], i, i+1)
	m.Reverses, m.N = m.K, -m.N
	x.k[figure]++
	m.K = x.k[figure]
	return m
}

func (x *history) head() (Head, []byte, *Counts) {
	var list []Count
	for f, k := range x.k {
		list = append(list, Count{f, k})
	}
	counts, err := NewCounts(Seed{9}, list)
	if err != nil {
		x.t.Fatal(err)
	}
	h := Head{Town: testTown, Simulated: true, Size: x.tree.Size(), Root: x.tree.Root(), Counts: counts.Digest(), Time: 1703811600000}
	signed, err := h.Sign(x.key)
	if err != nil {
		x.t.Fatal(err)
	}
	return h, signed, counts
}

func (x *history) evidence(show Show, claims ...Claim) Evidence {
	x.t.Helper()
	h, signed, counts := x.head()
	wanted := map[string]bool{}
	for _, c := range claims {
		wanted[c.Figure] = true
	}
	var leaves []EvidenceLeaf
	for _, k := range x.leaves {
		l := EvidenceLeaf{Leaf: k.leaf.Bytes}
		for i, m := range k.marks {
			if wanted[m.Figure] {
				o, err := OpenMark(&k.seed, i, m, show)
				if err != nil {
					x.t.Fatal(err)
				}
				l.Marks = append(l.Marks, EvidenceMark{At: i, Opening: o})
			}
		}
		if k.h.Seq == 0 {
			o, err := OpenFacts(&k.seed, k.h, k.body, FactsShown{Body: true})
			if err != nil {
				x.t.Fatal(err)
			}
			l.Facts = &o
		}
		if l.Facts != nil || l.Marks != nil {
			leaves = append(leaves, l)
		}
	}
	slices.Reverse(leaves) // Gather sorts
	e, err := Gather(signed, h.Size, counts, claims, leaves, x.stored)
	if err != nil {
		x.t.Fatal(err)
	}
	return e
}

// play adds random commands over two figures, with takings-back.
func (x *history) play(t *rapid.T) {
	for range rapid.IntRange(1, 25).Draw(t, "commands") {
		var marks []MarkChange
		for range rapid.IntRange(0, 3).Draw(t, "marks") {
			figure := rapid.SampledFrom([]string{"rounds@1", "visited@2"}).Draw(t, "figure")
			if n := len(x.live[figure]); n > 0 && rapid.IntRange(0, 3).Draw(t, "back") == 0 {
				marks = append(marks, x.back(figure, rapid.IntRange(0, n-1).Draw(t, "which")))
				continue
			}
			m := MarkChange{
				Figure: figure, N: rapid.Int64Range(-5, 30).Draw(t, "n"),
				Day:   town.DayOf(2023, 1, 1) + town.Day(rapid.IntRange(0, 364).Draw(t, "day")),
				Slice: rapid.SampledFrom([]string{"", "age=old", "age=young;sex=f"}).Draw(t, "slice"),
				Key:   []byte{byte(rapid.IntRange(0, 3).Draw(t, "key"))},
			}
			if village := rapid.IntRange(0, 3).Draw(t, "village"); village > 0 {
				m.Place = []town.Code{town.Code(fmt.Sprintf("12011110420%d", village)), "g1"}
			}
			marks = append(marks, x.mark(m))
		}
		x.add(Event, []byte("{}"), marks)
	}
	for _, f := range []string{"rounds@1", "visited@2"} {
		x.k[f] += 0 // a figure without a change is listed too
	}
}

// value is the oracle: what still stands, added up.
func (x *history) value(c Claim) int64 {
	p, err := town.ParsePeriod(c.Period)
	if err != nil {
		x.t.Fatal(err)
	}
	sum, keys := int64(0), map[string]bool{}
	for _, m := range x.live[c.Figure] {
		if m.Day >= p.Until || c.Way != Stock && m.Day < p.From {
			continue
		}
		if len(c.Place) > 0 && (len(m.Place) == 0 || m.Place[0] != c.Place[0]) {
			continue
		}
		if c.Slice != "" && !slices.Contains(map[string][]string{"": nil, "age=old": {"age=old"}, "age=young;sex=f": {"age=young", "sex=f"}}[m.Slice], c.Slice) {
			continue
		}
		sum += m.N
		keys[string(m.Key)] = true
	}
	if c.Way == Distinct {
		return int64(len(keys))
	}
	return sum
}

func (x *history) claim(t *rapid.T) Claim {
	c := Claim{
		Figure: rapid.SampledFrom([]string{"rounds@1", "visited@2"}).Draw(t, "claimed"),
		Way:    rapid.SampledFrom([]Way{Flow, Stock, Distinct}).Draw(t, "way"),
		Period: rapid.SampledFrom([]string{"2023", "2023-Q2", "2023-05", "2023-05-17", "2023-01-01/2023-11-17"}).Draw(t, "period"),
		Slice:  rapid.SampledFrom([]string{"", "age=old", "sex=f"}).Draw(t, "of slice"),
	}
	if rapid.Bool().Draw(t, "of village") {
		c.Place = []town.Code{"120111104202"}
	}
	c.Value = x.value(c)
	return c
}

func TestEvidence_proves_what_stands(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := newHistory(t)
		x.play(rt)
		a, b := x.claim(rt), x.claim(rt)
		v, err := x.evidence(ShowAll(), a, b).Verify(x.key.Public())
		if err != nil {
			rt.Fatal(err)
		}
		if !v.Claims[0].Known || !v.Claims[1].Known || v.Claims[0].Changes != x.k[a.Figure] || !v.Birth.Simulated {
			rt.Fatalf("verdict %+v", v)
		}
		a.Value++
		if _, err := x.evidence(ShowAll(), a).Verify(x.key.Public()); !errors.Is(err, ErrProof) {
			rt.Fatalf("a wrong value was taken: %v", err)
		}
		// Coarse evidence is complete and gives no amount away.
		e := x.evidence(ShowCoarse(1), b)
		if v, err = e.Verify(x.key.Public()); err != nil {
			rt.Fatal(err)
		}
		for _, l := range e.Leaves {
			for _, m := range l.Marks {
				if !m.Parts[partAmount].Hidden() || !m.Parts[partDay].Hidden() || !m.Parts[partKey].Hidden() || len(m.Seed) != 0 {
					rt.Fatalf("coarse evidence shows %+v", m)
				}
			}
		}
	})
}

// Whatever is done to evidence, it is refused or proves the same.
func TestEvidence_spoiled_is_refused(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := newHistory(t)
		x.play(rt)
		c := x.claim(rt)
		show := ShowAll()
		if rapid.Bool().Draw(rt, "coarse") {
			show = ShowCoarse(1)
		}
		old := x.evidence(show, c)
		e := reread(rt, old)
		i := rapid.IntRange(0, len(e.Leaves)-1).Draw(rt, "leaf")
		marked := slices.IndexFunc(e.Leaves, func(l EvidenceLeaf) bool { return len(l.Marks) > 0 })
		switch how := rapid.SampledFrom([]string{
			"leaf dropped", "leaf doubled", "leaf altered", "mark dropped", "mark doubled", "mark spoiled",
			"count altered", "hash altered", "stale", "stale head", "other town's key", "birth hidden",
		}).Draw(rt, "how"); how {
		case "leaf dropped":
			e.Leaves = slices.Delete(e.Leaves, i, i+1)
		case "leaf doubled":
			e.Leaves = slices.Insert(e.Leaves, i, e.Leaves[i])
		case "leaf altered":
			b := e.Leaves[i].Leaf
			b[rapid.IntRange(0, len(b)-1).Draw(rt, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		case "mark dropped", "mark doubled", "mark spoiled":
			if marked < 0 {
				return
			}
			m := &e.Leaves[marked].Marks
			switch how {
			case "mark dropped":
				*m = (*m)[1:]
			case "mark doubled":
				*m = slices.Insert(*m, 0, (*m)[0])
			default:
				spoilOpening(rt, &(*m)[0].Opening)
			}
		case "count altered":
			j := slices.IndexFunc(e.Counts, func(l CountEntry) bool { return l.Figure == c.Figure })
			e.Counts[j].K++
		case "hash altered":
			if len(e.Proof) == 0 {
				return
			}
			e.Proof[rapid.IntRange(0, len(e.Proof)-1).Draw(rt, "hash")][0] ^= 1
		case "stale", "stale head":
			x.add(Event, nil, []MarkChange{x.mark(MarkChange{Figure: c.Figure, Day: 19000, N: 1})})
			_, signed, counts := x.head()
			if how == "stale" { // old leaves under a new head
				e.Head, e.Counts = string(signed), counts.Show(c.Figure)
			} else { // new leaves under an old head
				c.Value = x.value(c)
				e = x.evidence(show, c)
				e.Head, e.Counts = old.Head, old.Counts
			}
		case "other town's key":
			if _, err := e.Verify(testKey(t, testTown, 2).Public()); !errors.Is(err, ErrProof) {
				rt.Fatalf("another key verified it: %v", err)
			}
			return
		case "birth hidden":
			e.Leaves[0].Facts = nil
		}
		if v, err := e.Verify(x.key.Public()); err == nil {
			rt.Fatalf("taken: %+v", v)
		}
	})
}

func reread(t *rapid.T, e Evidence) Evidence {
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseEvidence(b)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// What is hidden makes a value unknown only where it matters.
func TestEvidence_known_from_what_is_shown(t *testing.T) {
	months := Show{Month: true, Amount: true, Levels: 1}
	for _, c := range []struct {
		name  string
		show  Show
		claim Claim
		known bool
	}{
		{"whole month, day hidden", months, Claim{Way: Flow, Period: "2023-05", Value: 7}, true},
		{"part of the month, day hidden", months, Claim{Way: Flow, Period: "2023-05-17"}, false},
		{"another month, day hidden", months, Claim{Way: Flow, Period: "2023-06", Value: 0}, true},
		{"stock, day hidden", months, Claim{Way: Stock, Period: "2023-06", Value: 7}, true},
		{"village shown", months, Claim{Way: Flow, Period: "2023", Place: []town.Code{"v1"}, Value: 7}, true},
		{"another village shown", months, Claim{Way: Flow, Period: "2023", Place: []town.Code{"v2", "g1"}, Value: 0}, true},
		{"grid hidden", months, Claim{Way: Flow, Period: "2023", Place: []town.Code{"v1", "g1"}}, false},
		{"deeper than the mark", months, Claim{Way: Flow, Period: "2023", Place: []town.Code{"v1", "g1", "h1"}, Value: 0}, true},
		{"slice hidden", months, Claim{Way: Flow, Period: "2023", Slice: "a=1"}, false},
		{"key hidden", months, Claim{Way: Distinct, Period: "2023"}, false},
		{"amount hidden", ShowCoarse(1), Claim{Way: Flow, Period: "2023"}, false},
		{"amount hidden, elsewhere", ShowCoarse(1), Claim{Way: Flow, Period: "2022", Value: 0}, true},
		{"month hidden", Show{Amount: true}, Claim{Way: Flow, Period: "2023"}, false},
	} {
		x := newHistory(t)
		x.add(Event, nil, []MarkChange{x.mark(MarkChange{
			Figure: "rounds@1", Day: town.DayOf(2023, 5, 17), N: 7, Place: []town.Code{"v1", "g1"}, Slice: "a=1;b=2", Key: []byte{1},
		})})
		c.claim.Figure = "rounds@1"
		v, err := x.evidence(c.show, c.claim).Verify(x.key.Public())
		if err != nil || v.Claims[0].Known != c.known {
			t.Errorf("%s: %+v, %v", c.name, v.Claims, err)
		}
		if c.known {
			c.claim.Value++
			if _, err := x.evidence(c.show, c.claim).Verify(x.key.Public()); !errors.Is(err, ErrProof) {
				t.Errorf("%s: a wrong value was taken: %v", c.name, err)
			}
		}
	}
	x := newHistory(t)
	x.add(Event, nil, []MarkChange{
		x.mark(MarkChange{Figure: "rounds@1", Day: 19500, N: 1 << 62}), x.mark(MarkChange{Figure: "rounds@1", Day: 19500, N: 1 << 62}),
	})
	if _, err := x.evidence(ShowAll(), Claim{Figure: "rounds@1", Way: Flow, Period: "2023"}).Verify(x.key.Public()); !errors.Is(err, ErrProof) {
		t.Errorf("a sum that overflows: %v", err)
	}
	for _, bad := range []Claim{{Figure: "rounds@1", Way: "mean", Period: "2023"}, {Figure: "rounds@1", Way: Flow, Period: "when"}, {Figure: "none@1", Way: Flow, Period: "2023"}} {
		if _, err := x.evidence(ShowAll(), bad).Verify(x.key.Public()); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestEvidence_taking_back_must_fit(t *testing.T) {
	good := MarkChange{Figure: "rounds@1", Day: 19500, N: 5, Place: []town.Code{"120111104201"}}
	for name, spoil := range map[string]func(*MarkChange){
		"another amount": func(m *MarkChange) { m.N = -4 },
		"another day":    func(m *MarkChange) { m.Day++ },
		"another place":  func(m *MarkChange) { m.Place = []town.Code{"120111104202"} },
		"a deeper place": func(m *MarkChange) { m.Place = append(slices.Clone(m.Place), "g") },
		"another slice":  func(m *MarkChange) { m.Slice = "x" },
		"another key":    func(m *MarkChange) { m.Key = []byte{1} },
	} {
		x := newHistory(t)
		x.add(Event, nil, []MarkChange{x.mark(good)})
		back := x.back("rounds@1", 0)
		spoil(&back)
		x.add(Event, nil, []MarkChange{back})
		if _, err := x.evidence(ShowAll(), Claim{Figure: "rounds@1", Way: Flow, Period: "2023"}).Verify(x.key.Public()); !errors.Is(err, ErrProof) {
			t.Errorf("%s: %v", name, err)
		}
	}
	x := newHistory(t)
	x.add(Event, nil, []MarkChange{x.mark(good)})
	once := x.back("rounds@1", 0)
	twice := once
	x.k["rounds@1"]++
	twice.K = x.k["rounds@1"]
	x.add(Event, nil, []MarkChange{once, twice})
	if _, err := x.evidence(ShowAll(), Claim{Figure: "rounds@1", Way: Flow, Period: "2023", Value: -5}).Verify(x.key.Public()); !errors.Is(err, ErrProof) {
		t.Errorf("taken back twice: %v", err)
	}
}

// A town that leaves the last changes out, and proves the others afresh, is
// caught by the count in its own signed head; one that leaves out an earlier
// change by the gap.
func TestEvidence_withheld_change(t *testing.T) {
	for withheld := range 4 {
		x := newHistory(t)
		for i := range 4 {
			x.add(Event, nil, []MarkChange{x.mark(MarkChange{Figure: "rounds@1", Day: 19500 + town.Day(i), N: 1})})
		}
		claim := Claim{Figure: "rounds@1", Way: Flow, Period: "2023", Value: 3}
		h, signed, counts := x.head()
		full := x.evidence(ShowAll(), claim)
		leaves := slices.Delete(slices.Clone(full.Leaves), 1+withheld, 2+withheld)
		e, err := Gather(signed, h.Size, counts, full.Claims, leaves, x.stored)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Verify(x.key.Public()); !errors.Is(err, ErrProof) {
			t.Errorf("change %d withheld: %v", withheld+1, err)
		}
	}
}

func TestEvidence_numbers_without_gap_or_double(t *testing.T) {
	claim := Claim{Figure: "rounds@1", Way: Flow, Period: "2023", Value: 2}
	for _, numbers := range [][]int64{{1, 3}, {1, 1}, {2, 1}, {2, 3}} {
		x := newHistory(t)
		for _, k := range numbers {
			x.add(Event, nil, []MarkChange{{Figure: "rounds@1", K: k, Day: 19500, N: 1}})
		}
		x.k["rounds@1"] = 2
		if _, err := x.evidence(ShowAll(), claim).Verify(x.key.Public()); !errors.Is(err, ErrProof) {
			t.Errorf("numbers %v: %v", numbers, err)
		}
	}
	x := newHistory(t)
	x.add(Event, nil, []MarkChange{x.mark(MarkChange{Figure: "rounds@1", Day: 19500, N: 2})})
	for _, at := range []int{-1, 1} {
		e := x.evidence(ShowAll(), claim)
		e.Leaves[1].Marks[0].At = at
		if _, err := e.Verify(x.key.Public()); !errors.Is(err, ErrProof) {
			t.Errorf("change at %d: %v", at, err)
		}
	}
}

func TestEvidence_simulated_cannot_become_real(t *testing.T) {
	x := newHistory(t)
	h, _, counts := x.head()
	h.Simulated = false
	signed, err := h.Sign(x.key)
	if err != nil {
		t.Fatal(err)
	}
	e := x.evidence(ShowAll())
	if _, err := e.Verify(x.key.Public()); err != nil {
		t.Fatal(err)
	}
	e.Head, e.Counts = string(signed), counts.Show()
	if _, err := e.Verify(x.key.Public()); !errors.Is(err, ErrProof) {
		t.Errorf("a simulated town passed for a real one: %v", err)
	}
}

func FuzzParseEvidence(f *testing.F) {
	x := newHistory(f)
	x.add(Event, nil, []MarkChange{x.mark(MarkChange{Figure: "rounds@1", Day: 19500, N: 5})})
	claim := Claim{Figure: "rounds@1", Way: Flow, Period: "2023", Value: 5}
	for _, show := range []Show{ShowAll(), ShowCoarse(1)} {
		b, err := json.Marshal(x.evidence(show, claim))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ParseEvidence(b)
		if err != nil {
			return
		}
		v, err := e.Verify(x.key.Public())
		if err != nil {
			return
		}
		for _, c := range v.Claims {
			if c.Figure != "rounds@1" || c.Changes != 1 {
				t.Errorf("proved %+v", c)
			}
		}
	})
}

// BenchmarkEvidence verifies a figure of 10,000 changes in 10,000 leaves.
func BenchmarkEvidence(b *testing.B) {
	x := newHistory(b)
	for i := range 10_000 {
		x.add(Event, nil, []MarkChange{x.mark(MarkChange{Figure: "rounds@1", Day: town.DayOf(2023, 1, 1) + town.Day(i%365), N: 2, Place: []town.Code{"120111104201"}})})
	}
	e := x.evidence(ShowAll(), Claim{Figure: "rounds@1", Way: Flow, Period: "2023", Value: 20_000})
	text, err := json.Marshal(e)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := e.Verify(x.key.Public()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(text))/10_000, "B/change")
}
