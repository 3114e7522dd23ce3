package figure

import (
	"slices"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// Cell is one place of a tally.
type Cell struct {
	Figure string
	Slice  string // "" or "dim=value"
	Place  town.Code
	Span   int32 // yyyymm00 or yyyymmdd
}

// Tally is the tally of figures in memory: what the store keeps, written plainly. It is the oracle of property tests and of
// fsck. The zero Tally is not ready: use NewTally.
type Tally struct {
	Cells map[Cell]int64
	seen  map[group]map[town.Day]int64
	above func(town.Code) []town.Code
}

// group is what a distinct counts once: a key in a year.
type group struct {
	figure, slice string
	place         town.Code
	year          int
	key           string
}

// NewTally makes an empty tally. above lists a place with all places above it, up to the town.
func NewTally(above func(town.Code) []town.Code) *Tally {
	return &Tally{Cells: map[Cell]int64{}, seen: map[group]map[town.Day]int64{}, above: above}
}

// Apply adds a delta of f.
func (t *Tally) Apply(f *catalog.Figure, delta []Mark) {
	for i := range delta {
		m := &delta[i]
		for _, p := range t.above(m.Place) {
			t.put(f, "", p, m)
			for _, s := range m.Slices {
				t.put(f, s.String(), p, m)
			}
		}
	}
}

func (t *Tally) put(f *catalog.Figure, slice string, place town.Code, m *Mark) {
	if f.Kind != catalog.Distinct {
		t.add(f.Key, slice, place, m.Day, m.N)
		return
	}
	g := group{f.Key, slice, place, m.Day.Year(), m.Key}
	was, had := first(t.seen[g])
	if t.seen[g] == nil {
		t.seen[g] = map[town.Day]int64{}
	}
	if t.seen[g][m.Day] += m.N; t.seen[g][m.Day] == 0 {
		delete(t.seen[g], m.Day)
	}
	now, has := first(t.seen[g])
	if had && has && was == now {
		return
	}
	if had {
		t.add(f.Key, slice, place, was, -1)
	}
	if has {
		t.add(f.Key, slice, place, now, 1)
	}
}

// first is the least day with something on it.
func first(days map[town.Day]int64) (town.Day, bool) {
	least, ok := town.Day(0), false
	for d, n := range days {
		if n > 0 && (!ok || d < least) {
			least, ok = d, true
		}
	}
	return least, ok
}

func (t *Tally) add(figure, slice string, place town.Code, day town.Day, n int64) {
	for _, span := range [2]int32{day.MonthSpan(), day.Span()} {
		c := Cell{figure, slice, place, span}
		if t.Cells[c] += n; t.Cells[c] == 0 {
			delete(t.Cells, c)
		}
	}
}

// Sum adds cells, as Reader.Sum does.
func (t *Tally) Sum(f *catalog.Figure, slice string, place town.Code, spans []int32) (int64, error) {
	var n int64
	for _, s := range spans {
		n += t.Cells[Cell{f.Key, slice, place, s}]
	}
	return n, nil
}

// Before adds the months before month, as Reader.Before does.
func (t *Tally) Before(f *catalog.Figure, slice string, place town.Code, month int32) (int64, error) {
	var n int64
	for c, x := range t.Cells {
		if c.Figure == f.Key && c.Slice == slice && c.Place == place && c.Span%100 == 0 && c.Span < month {
			n += x
		}
	}
	return n, nil
}

// Seen counts keys with a day in p, as Reader.Seen does.
func (t *Tally) Seen(f *catalog.Figure, slice string, place town.Code, p town.Period) (int64, error) {
	keys := map[string]bool{}
	for g, days := range t.seen {
		if g.figure != f.Key || g.slice != slice || g.place != place {
			continue
		}
		for d, n := range days {
			if n > 0 && p.Contains(d) {
				keys[g.key] = true
			}
		}
	}
	return int64(len(keys)), nil
}

// Slices lists the values of a dimension, as Reader.Slices does.
func (t *Tally) Slices(f *catalog.Figure, dim string, place town.Code) ([]string, error) {
	var out []string
	for c := range t.Cells {
		if c.Figure == f.Key && c.Place == place && len(c.Slice) > len(dim)+1 && c.Slice[:len(dim)+1] == dim+"=" {
			if v := c.Slice[len(dim)+1:]; !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	slices.Sort(out)
	return out, nil
}

// Any tells whether f has a cell on a day of p, as Reader.Any does. Marks that cancel each other leave none.
func (t *Tally) Any(f *catalog.Figure, place town.Code, p town.Period) (bool, error) {
	for c := range t.Cells {
		if c.Figure == f.Key && c.Place == place && c.Slice == "" && c.Span%100 != 0 {
			if d := town.DayOf(int(c.Span/10000), monthOf(c.Span), int(c.Span%100)); p.Contains(d) {
				return true, nil
			}
		}
	}
	return false, nil
}

func monthOf(span int32) time.Month { return time.Month(span / 100 % 100) }
