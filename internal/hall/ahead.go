package hall

import (
	"zhenwu/internal/catalog"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// ahead is what a Reader has read at once for a list of figures at one place; it
// answers exactly what the single reads would, because both see one snapshot.
type ahead struct {
	place    int64
	from, to int32                        // the days that are known, as spans
	cells    map[int64][]store.CellChange // by figure, in the order of spans
	data     map[string]map[string]store.Datum
}

// Ahead reads at once the months of every figure at a place, the days of the month
// that day lies in, the targets and the published values: a list of some hundred
// figures as of that day costs a few reads and not some thousand.
func (r *Reader) Ahead(place town.Code, day town.Day) error {
	p := r.v.Place(place)
	if p == nil {
		return nil
	}
	month := day.MonthSpan()
	a := &ahead{place: p.ID, from: month + 1, to: month + 31, cells: map[int64][]store.CellChange{}, data: map[string]map[string]store.Datum{}}
	cells, err := r.q.TallyAll(r.ctx, r.code, p.ID, a.from, a.to)
	if err != nil {
		return err
	}
	for _, c := range cells {
		a.cells[c.Figure] = append(a.cells[c.Figure], c)
	}
	for _, register := range []string{"target", "published"} {
		rows, err := r.q.Data(r.ctx, r.code, register)
		if err != nil {
			return err
		}
		a.data[register] = make(map[string]store.Datum, len(rows))
		for _, d := range rows {
			a.data[register][d.Key] = d
		}
	}
	r.ahead = a
	return nil
}

// knows tells whether the cells of a slice at a place were read ahead.
func (a *ahead) knows(slice, place int64) bool { return a != nil && slice == 0 && place == a.place }

// months gives the months of a figure in [from, to].
func (a *ahead) months(figure int64, from, to int32) (out []store.CellChange) {
	for _, c := range a.cells[figure] {
		if c.Span >= from && c.Span <= to && c.Span%100 == 0 {
			out = append(out, c)
		}
	}
	return out
}

// sum adds what is known of spans and gives those that must be looked up.
func (a *ahead) sum(figure int64, spans []int32) (n int64, rest []int32) {
	has := make(map[int32]int64, len(a.cells[figure]))
	for _, c := range a.cells[figure] {
		has[c.Span] = c.N
	}
	for _, s := range spans {
		if s%100 == 0 || s >= a.from && s <= a.to {
			n += has[s]
		} else {
			rest = append(rest, s)
		}
	}
	return n, rest
}

// datum reads a row of a register, from what was read ahead where it was.
func (r *Reader) datum(register, key string) (store.Datum, bool, error) {
	if r.ahead != nil {
		if rows, known := r.ahead.data[register]; known {
			d, ok := rows[key]
			return d, ok, nil
		}
	}
	return r.q.Datum(r.ctx, r.code, register, key)
}

// Months gives the months of a figure whose span lies in [from, to].
func (r *Reader) Months(f *catalog.Figure, slice string, place town.Code, from, to int32) ([]store.CellChange, error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok {
		return nil, nil
	}
	if r.ahead.knows(sl, pl) {
		return r.ahead.months(fig, from, to), nil
	}
	return r.q.TallyMonths(r.ctx, r.code, fig, sl, pl, from, to)
}
