package figure_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// stored are the figures of the small catalog that are tallied.
func stored(cat *catalog.Catalog) []*catalog.Figure {
	var out []*catalog.Figure
	for _, k := range cat.FigureOrder {
		if f := cat.Figures[k]; f.Kind == catalog.Count || f.Kind == catalog.Sum || f.Kind == catalog.Times || f.Kind == catalog.Distinct {
			out = append(out, f)
		}
	}
	return out
}

func marksOf(r *rapid.T, w *towntest.Town, f *catalog.Figure, rec *town.Record) []figure.Mark {
	if rec == nil || rec.Type != f.Type.Key {
		return nil
	}
	m, err := figure.Marks(w.Cat, f, rec, w)
	if err != nil {
		r.Fatal(err)
	}
	return m
}

// After any walk of commands (late entries, corrections of fields and of days, voids, undone steps, rollups) the tallies that grew
// by deltas are those of the records as they stand, and of the records replayed from their events.
func TestTalliesEqualRecomputation(t *testing.T) {
	catalogs := towntest.Variants(t)
	rapid.Check(t, func(r *rapid.T) {
		cat := catalogs.Draw(r)
		figures := stored(cat)
		w := towntest.New(t, cat, town.DayOf(2023, 5, 4))
		grown := figure.NewTally(w.Above)
		w.Changed = func(before, after *town.Record) {
			for _, f := range figures {
				grown.Apply(f, figure.Delta(marksOf(r, w, f, before), marksOf(r, w, f, after)))
			}
		}
		for range rapid.IntRange(10, 80).Draw(r, "commands") {
			w.Walk(r)
		}
		for _, replayed := range []bool{false, true} {
			anew := figure.NewTally(w.Above)
			for id, rec := range w.Records {
				if replayed {
					var err error
					if rec, err = w.Replay(id); err != nil {
						r.Fatal(err)
					}
				}
				for _, f := range figures {
					anew.Apply(f, figure.Delta(nil, marksOf(r, w, f, rec)))
				}
			}
			if !maps.Equal(grown.Cells, anew.Cells) {
				r.Fatalf("replayed %v: %s", replayed, difference(grown.Cells, anew.Cells))
			}
		}
		looked(r, w, grown, figures)
	})
}

func difference(a, b map[figure.Cell]int64) string {
	for c, n := range a {
		if b[c] != n {
			return fmt.Sprintf("%+v is %d, recomputed %d", c, n, b[c])
		}
	}
	for c, n := range b {
		if a[c] != n {
			return fmt.Sprintf("%+v is %d, recomputed %d", c, a[c], n)
		}
	}
	return ""
}

// looked holds the sums of tallies against a plain look at the records: a stock
// on any day against the conditions on that day, a flow against its day, a distinct against the set of keys.
func looked(r *rapid.T, w *towntest.Town, tally *figure.Tally, figures []*catalog.Figure) {
	day := w.Today() + town.Day(rapid.IntRange(-500, 60).Draw(r, "on"))
	year := town.YearPeriod(day.Year())
	toDate := town.Period{From: year.From, Until: day + 1}
	place := town.Code(rapid.SampledFrom(append([]string{""}, towntest.Villages...)).Draw(r, "at"))
	for _, f := range figures {
		var want int64
		keys := map[string]bool{}
		for _, rec := range w.Records {
			if rec.Type != f.Type.Key || !flow.Counts(f.Type, rec) {
				continue
			}
			if !figure.Stock(f) {
				for _, m := range marksOf(r, w, f, rec) {
					if toDate.Contains(m.Day) && (place == "" || m.Place == place) {
						want += m.N
						keys[m.Key] = true
					}
				}
				continue
			}
			v := flow.ViewAt(w.Cat, f.Type, w, rec, day)
			// Before the first day on which anything of it begins it was not there yet, whatever its condition says.
			if days, err := v.Breaks(nil); err != nil || day < slices.Min(days) {
				continue
			}
			if at, _ := v.Value(f.Type.Place); place != "" && at != string(place) { // a tracked place is the day's
				continue
			}
			on, err := f.While.Holds(v)
			if err != nil {
				r.Fatal(err)
			}
			if !on {
				continue
			}
			n := int64(1)
			if f.Amount != nil {
				x, _, err := f.Amount.Eval(v)
				if err != nil {
					r.Fatal(err)
				}
				n, _ = x.(int64)
			}
			want += n
		}
		if f.Kind == catalog.Distinct {
			want = int64(len(keys))
		}
		p := toDate
		if figure.Stock(f) {
			p = town.Period{From: day, Until: day + 1}
		}
		got, err := figure.Read(w.Cat, reader{tally, w, town.NoDay}, figure.Query{Figure: f, Place: place, Period: p, AsOf: day})
		if err != nil {
			r.Fatal(err)
		}
		if got.Num != want {
			r.Fatalf("%s at %q on %s is %d, a look at the records says %d", f.Key, place, day, got.Num, want)
		}
	}
}

// reader reads a tally in memory.
type reader struct {
	*figure.Tally
	w     *towntest.Town
	since town.Day
}

func (r reader) Since() town.Day { return r.since }

func (r reader) Began(typ string) (town.Day, error) {
	least := town.NoDay
	for _, rec := range r.w.Records {
		if rec.Type == typ && (least == town.NoDay || rec.Opened() < least) {
			least = rec.Opened()
		}
	}
	return least, nil
}

func (r reader) Places(root town.Code, kind string) ([]town.Code, error) {
	var out []town.Code
	for _, p := range r.w.Cat.Seeds.Places {
		if p.Kind == kind && r.w.Within(p.Code, root) {
			out = append(out, p.Code)
		}
	}
	return out, nil
}

func (r reader) Measured(*catalog.Figure, town.Code, string) (figure.Measurement, bool, error) {
	return figure.Measurement{}, false, nil
}

func (r reader) Target(f *catalog.Figure, place town.Code, year int) (catalog.TargetRow, bool, error) {
	return catalog.TargetRow{}, false, nil
}

func (r reader) Published(f *catalog.Figure, place town.Code, year int) (catalog.PublishedRow, bool, error) {
	return catalog.PublishedRow{}, false, nil
}

// A delta is ordered, without zeros, and takes before to after.
func TestDelta(t *testing.T) {
	gen := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) figure.Mark {
		m := figure.Mark{Day: town.Day(rapid.IntRange(1, 3).Draw(r, "day")), N: rapid.Int64Range(-2, 2).Draw(r, "n"),
			Place: town.Code(rapid.SampledFrom([]string{"", "1"}).Draw(r, "place")), Key: rapid.SampledFrom([]string{"", "k"}).Draw(r, "key")}
		if rapid.Bool().Draw(r, "cut") {
			m.Slices = []figure.SliceValue{{Dim: "a", Value: rapid.SampledFrom([]string{"x", "y"}).Draw(r, "value")}}
		}
		return m
	}), 0, 6)
	sum := func(ms []figure.Mark) map[string]int64 {
		out := map[string]int64{}
		for _, m := range ms {
			k := fmt.Sprint(m.Day, m.Place, m.Key, m.Slices)
			if out[k] += m.N; out[k] == 0 {
				delete(out, k)
			}
		}
		return out
	}
	rapid.Check(t, func(r *rapid.T) {
		before, after := gen.Draw(r, "before"), gen.Draw(r, "after")
		d := figure.Delta(before, after)
		if !maps.Equal(sum(append(slices.Clone(before), d...)), sum(after)) {
			r.Fatalf("%v does not take %v to %v", d, before, after)
		}
		for i, m := range d {
			if m.N == 0 && len(before)+len(after) > 1 {
				r.Fatalf("a zero in %v", d)
			}
			if i > 0 && d[i-1].Day > m.Day {
				r.Fatalf("out of order: %v", d)
			}
		}
	})
}
