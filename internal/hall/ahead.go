package hall

import (
	"maps"
	"slices"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// ahead is what a Reader has read at once for a list of figures at one place; it
// answers exactly what the single reads would, because both see one snapshot.
type ahead struct {
	place    int64
	figures  map[int64]bool               // that are known; nil = all
	days     [][2]int32                   // stretches of days that are known, as spans
	cells    map[int64]map[int32]int64    // by figure and span
	spans    map[int64][]store.CellChange // the months of a figure, in order
	data     map[string]map[string]store.Datum
	measured map[string]*store.RecordRow // by type and unique key; nil: there is none
}

// Ahead reads at once the months of figures at a place (of all, where none are named), the days of the month
// that day lies in and of the same month a year before, the targets and the published
// values, and what offices gave of that year and the one before: a list of some hundred
// figures as of that day costs a few reads and not some thousand.
func (r *Reader) Ahead(place town.Code, day town.Day, figures ...string) error {
	p := r.v.Place(place)
	if p == nil {
		return nil
	}
	month := day.MonthSpan()
	a := &ahead{place: p.ID, days: [][2]int32{{month + 1, month + 31}, {month - 10_000 + 1, month - 10_000 + 31}}, cells: map[int64]map[int32]int64{}, spans: map[int64][]store.CellChange{},
		data: map[string]map[string]store.Datum{}, measured: map[string]*store.RecordRow{}}
	var ids []int64
	if len(figures) > 0 {
		a.figures = map[int64]bool{}
		r.known(a, figures)
		ids = slices.Collect(maps.Keys(a.figures))
	}
	cells, err := r.q.TallyAll(r.ctx, r.code, p.ID, ids, a.days...)
	if err != nil {
		return err
	}
	for _, c := range cells {
		if a.cells[c.Figure] == nil {
			a.cells[c.Figure] = map[int32]int64{}
		}
		a.cells[c.Figure][c.Span] = c.N
		if c.Span%100 == 0 {
			a.spans[c.Figure] = append(a.spans[c.Figure], c)
		}
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
	if err := r.measuredAhead(a, place, day.Year()); err != nil {
		return err
	}
	r.ahead = a
	return nil
}

// known notes the figures that named ones are read from, down to those that are tallied.
func (r *Reader) known(a *ahead, figures []string) {
	for _, key := range figures {
		f, s := r.v.Cat.Figures[key], r.v.byKey[key]
		if f == nil {
			continue
		}
		if parts := figure.Parts(r.v.Cat, f); len(parts) > 0 {
			r.known(a, parts)
		}
		if s != nil {
			a.figures[s.id] = true
		}
	}
}

// measuredAhead reads the records that hold, or are to hold, what offices give of a year and the one before.
func (r *Reader) measuredAhead(a *ahead, place town.Code, year int) error {
	byType := map[string][]string{}
	for _, key := range r.v.Cat.FigureOrder {
		f := r.v.Cat.Figures[key]
		if f.Kind != catalog.Measure {
			continue
		}
		for y := year - 1; y <= year; y++ {
			periods := []string{town.YearPeriod(y).String()}
			for m := time.January; m <= time.December; m++ {
				periods = append(periods, town.MonthPeriod(y, m).String())
			}
			for _, p := range periods {
				for _, k := range r.measuredKeys(f, place, p) {
					if _, twice := a.measured[f.Type.Key+"\x00"+k]; !twice {
						a.measured[f.Type.Key+"\x00"+k] = nil
						byType[f.Type.Key] = append(byType[f.Type.Key], k)
					}
				}
			}
		}
	}
	for typ, keys := range byType {
		word := r.v.FieldID(typ, uniqueField)
		if word == 0 {
			continue
		}
		rows, err := r.q.RecordsHolding(r.ctx, r.code, word, keys)
		if err != nil {
			return err
		}
		for _, row := range rows {
			r.Name(row)
			if key, _ := flow.UniqueKey(r.v.Cat.Types[typ], &row.Record); key != "" && a.measured[typ+"\x00"+key] == nil {
				a.measured[typ+"\x00"+key] = row
			}
		}
	}
	return nil
}

// given is the record that was read ahead for a unique key of a type; known is false where it was not asked for.
func (a *ahead) given(typ, key string) (row *store.RecordRow, known bool) {
	if a == nil {
		return nil, false
	}
	row, known = a.measured[typ+"\x00"+key]
	return row, known
}

// knows tells whether the cells of a figure and slice at a place were read ahead.
func (a *ahead) knows(figure, slice, place int64) bool {
	return a != nil && slice == 0 && place == a.place && (a.figures == nil || a.figures[figure])
}

// months gives the months of a figure in [from, to].
func (a *ahead) months(figure int64, from, to int32) (out []store.CellChange) {
	for _, c := range a.spans[figure] {
		if c.Span >= from && c.Span <= to {
			out = append(out, c)
		}
	}
	return out
}

// sum adds what is known of spans and gives those that must be looked up.
func (a *ahead) sum(figure int64, spans []int32) (n int64, rest []int32) {
	has := a.cells[figure]
	for _, s := range spans {
		if s%100 == 0 || slices.ContainsFunc(a.days, func(d [2]int32) bool { return s >= d[0] && s <= d[1] }) {
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

// Months gives the months of a figure whose span lies in [from, to], those that ended before the records began left out.
func (r *Reader) Months(f *catalog.Figure, slice string, place town.Code, from, to int32) ([]store.CellChange, error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok {
		return nil, nil
	}
	if r.v.since != town.NoDay {
		from = max(from, r.v.since.MonthSpan())
	}
	if r.ahead.knows(fig, sl, pl) {
		return r.ahead.months(fig, from, to), nil
	}
	return r.q.TallyMonths(r.ctx, r.code, fig, sl, pl, from, to)
}
