package figure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/formula"
	"zhenwu/internal/town"
)

// SliceValue is one cut that a mark counts under: a dimension and its value.
// Of a pair the dimension is "a×b" and the value "x×y".
type SliceValue struct{ Dim, Value string }

// String names the slice as tallies do: "grade=major".
func (s SliceValue) String() string { return s.Dim + "=" + s.Value }

// Mark is one record's contribution to a figure: N counts at Place on Day (a
// flow) or from Day on (a stock).
type Mark struct {
	Day    town.Day
	Place  town.Code // "" is the town itself
	Slices []SliceValue
	Key    string // distinct: what is counted once a year
	N      int64
}

// Marks gives what rec contributes to f: none for a void or absent record, and
// none for figures that are read from others or measured. It depends on rec and
// the town's zone alone.
func Marks(cat *catalog.Catalog, f *catalog.Figure, rec *town.Record, w flow.World) ([]Mark, error) {
	if rec == nil || f.Type == nil || !flow.Counts(f.Type, rec) {
		return nil, nil
	}
	v := flow.ViewAt(cat, f.Type, w, rec, flow.Forever)
	var marks []Mark
	var err error
	switch {
	case f.Kind == catalog.Times:
		marks, err = times(f, rec, v)
	case f.Kind != catalog.Count && f.Kind != catalog.Sum && f.Kind != catalog.Distinct:
		return nil, nil
	case f.While != nil:
		marks, err = stock(f, v)
	case f.AtDay != nil:
		marks, err = flowMark(f, v)
	}
	if err != nil {
		return nil, fmt.Errorf("figure %s, record %d: %w", f.Key, rec.ID, err)
	}
	return marks, nil
}

// flowMark is the one mark of a flow: at its day, if the filter holds for the record
// as it stands; tracked fields are those of that day.
func flowMark(f *catalog.Figure, v *flow.View) ([]Mark, error) {
	day, err := atDay(f.AtDay, v)
	if err != nil || day == town.NoDay {
		return nil, err
	}
	v.Reset(flow.Forever, day)
	m, ok, err := state(f, v)
	if err != nil || !ok {
		return nil, err
	}
	m.Day = day
	return []Mark{m}, nil
}

// times gives a mark for each occurrence of the move.
func times(f *catalog.Figure, rec *town.Record, v *flow.View) ([]Mark, error) {
	var marks []Mark
	for i := range rec.Steps {
		s := &rec.Steps[i]
		if s.Move != f.Move {
			continue
		}
		v.Reset(flow.Forever, s.Day)
		v.Occurrence(s)
		m, ok, err := state(f, v)
		if err != nil {
			return nil, err
		}
		if ok {
			m.Day = s.Day
			marks = append(marks, m)
		}
	}
	return marks, nil
}

// stock gives a mark, or one out and one in, for each day on which the record's state changes, ahead too.
func stock(f *catalog.Figure, v *flow.View) ([]Mark, error) {
	var room [16]town.Day
	days, err := v.Breaks(room[:0])
	if err != nil {
		return nil, err
	}
	slices.Sort(days)
	var marks []Mark
	var last Mark
	in := false
	for i, d := range days {
		if i > 0 && d == days[i-1] {
			continue
		}
		v.Reset(d, d)
		now, ok, err := state(f, v)
		if err != nil {
			return nil, err
		}
		if in && ok && same(&last, &now) && last.N == now.N {
			continue
		}
		if in && ok && same(&last, &now) {
			step := now
			step.Day, step.N = d, now.N-last.N
			marks = append(marks, step)
			last = now
			continue
		}
		if in {
			out := last
			out.Day, out.N = d, -last.N
			marks = append(marks, out)
		}
		if ok {
			now.Day = d
			marks = append(marks, now)
			last = now
			last.Day = 0
		}
		in = ok
	}
	return marks, nil
}

// state is what the record counts in the state that v shows, without a day; ok is false when it does not count.
func state(f *catalog.Figure, v *flow.View) (m Mark, ok bool, err error) {
	if f.While != nil {
		if ok, err := f.While.Holds(v); err != nil || !ok {
			return m, false, err
		}
	}
	if f.Of != nil {
		if ok, err := f.Of.Holds(v); err != nil || !ok {
			return m, false, err
		}
	}
	m.N = 1
	if f.Amount != nil {
		x, known, err := f.Amount.Eval(v)
		if err != nil {
			return m, false, err
		}
		n, _ := x.(int64)
		if !known || n == 0 {
			return m, false, nil
		}
		m.N = n
	}
	if f.Keyed != "" {
		keys := v.Slice(f.Keyed)
		if len(keys) != 1 {
			return m, false, nil
		}
		m.Key = keys[0]
	}
	place := f.Place
	if place == "" {
		m.Place = v.Place()
	} else if x, known := v.Value(place); known {
		s, _ := x.(string)
		m.Place = town.Code(s)
	}
	for i := range f.By {
		m.Slices = cut(m.Slices, &f.By[i], v)
	}
	return m, true, nil
}

// cut appends the values of one slice.
func cut(out []SliceValue, s *catalog.Slice, v *flow.View) []SliceValue {
	first := v.Slice(s.Dims[0])
	if len(s.Dims) == 1 {
		for _, x := range first {
			out = append(out, SliceValue{s.Key, x})
		}
		return out
	}
	second := v.Slice(s.Dims[1])
	for _, x := range first {
		for _, y := range second {
			out = append(out, SliceValue{s.Key, x + "×" + y})
		}
	}
	return out
}

// atDay evaluates the day of a flow; most are a bare name, which needs no text.
func atDay(p *formula.Program, v *flow.View) (town.Day, error) {
	if src := p.Source(); bareName(src) {
		if d, ok := v.Day(src); ok {
			return d, nil
		}
	}
	v.Days(true)
	defer v.Days(false)
	x, ok, err := p.Eval(v)
	if err != nil || !ok {
		return town.NoDay, err
	}
	s, _ := x.(string)
	if s == "" {
		return town.NoDay, nil
	}
	return town.ParseDay(s)
}

func bareName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '.' && c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

// same tells whether two marks count in the same cells but for the amount.
func same(a, b *Mark) bool {
	return a.Day == b.Day && a.Place == b.Place && a.Key == b.Key && slices.Equal(a.Slices, b.Slices)
}

// Delta is after − before: merged, without zeros, ordered by day, place, key and slices.
func Delta(before, after []Mark) []Mark {
	if len(before) == 0 && len(after) < 2 {
		return slices.Clone(after)
	}
	out := make([]Mark, 0, len(before)+len(after))
	out = append(out, after...)
	for _, m := range before {
		m.N = -m.N
		out = append(out, m)
	}
	slices.SortStableFunc(out, compare)
	n := 0
	for i := 0; i < len(out); {
		m := out[i]
		j := i + 1
		for ; j < len(out) && compare(m, out[j]) == 0; j++ {
			m.N += out[j].N
		}
		if m.N != 0 {
			out[n] = m
			n++
		}
		i = j
	}
	return out[:n]
}

func compare(a, b Mark) int {
	if c := cmp.Compare(a.Day, b.Day); c != 0 {
		return c
	}
	if c := strings.Compare(string(a.Place), string(b.Place)); c != 0 {
		return c
	}
	if c := strings.Compare(a.Key, b.Key); c != 0 {
		return c
	}
	return slices.CompareFunc(a.Slices, b.Slices, func(x, y SliceValue) int {
		if c := strings.Compare(x.Dim, y.Dim); c != 0 {
			return c
		}
		return strings.Compare(x.Value, y.Value)
	})
}
