package figure

import (
	"fmt"
	"math/big"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/formula"
	"zhenwu/internal/town"
)

// ReadField computes the value of a reading field of rec as of today, which a scheduled
// command then writes as an ordinary value; known is false when it cannot be told.
func ReadField(cat *catalog.Catalog, r Reader, w flow.World, rec *town.Record, f *catalog.Field) (x any, known bool, err error) {
	v := todayScope{flow.Scope(cat, cat.Types[rec.Type], w, rec), w.Today()}
	if f.Call == nil {
		if f.Formula == nil {
			return nil, false, nil
		}
		return f.Formula.Eval(v)
	}
	args := make([]any, len(f.Call.Args))
	for i, p := range f.Call.Args {
		a, ok, err := p.Eval(v)
		if err != nil {
			return nil, false, fmt.Errorf("reading %s of %s %d: %w", f.Key, rec.Type, rec.ID, err)
		}
		if ok {
			args[i] = a
		}
	}
	day := func(i int) town.Day {
		s, _ := args[i].(string)
		d, err := town.ParseDay(s)
		if err != nil {
			return town.NoDay
		}
		return d
	}
	switch f.Call.Func {
	case "elapsed":
		from, until := day(0), day(1)
		if from == town.NoDay || until == town.NoDay {
			return nil, false, nil
		}
		return elapsed(from, until, w.Today()), true, nil
	case "rate":
		q := Query{Figure: cat.Figures[f.Call.Figure], Place: rec.Place, Period: town.YearPeriod(w.Today().Year()), AsOf: w.Today()}
		val, err := Read(cat, r, q)
		if err != nil || !val.Known {
			return nil, false, err
		}
		return whole(val.Rat()), true, nil
	case "progress":
		key, _ := args[0].(string)
		shape, _ := args[1].(string)
		goal, _ := args[2].(int64)
		place, _ := args[3].(string)
		fig, due := cat.Figures[key], day(4)
		if fig == nil || due == town.NoDay {
			return nil, false, nil
		}
		n, ok, err := progress(cat, r, fig, shape, goal, town.Code(place), due, w.Today())
		return n, ok, err
	}
	return nil, false, fmt.Errorf("reading %s calls an unknown function %s", f.Key, f.Call.Func)
}

// todayScope adds today to the names of a record.
type todayScope struct {
	formula.Values
	today town.Day
}

// Value implements formula.Values.
func (s todayScope) Value(name string) (any, bool) {
	if name == "today" {
		return s.today.String(), true
	}
	return s.Values.Value(name)
}

// elapsed is the part of the days from … until (both counted) that is gone on today, in whole percent.
func elapsed(from, until, today town.Day) int64 {
	total, gone := int64(until-from)+1, int64(today-from)+1
	if total <= 0 || gone >= total {
		return 100
	}
	return max(gone, 0) * 100 / total
}

// whole rounds down to whole percent: 99.9 is not yet 100.
func whole(x *big.Rat) int64 {
	q := new(big.Int).Div(x.Num(), x.Denom())
	if !q.IsInt64() {
		return 0
	}
	return q.Int64()
}

// progress holds the figure of the year of due against a goal with two decimals (percent for growth), as of today: 100 and
// more when it is reached, else below 100.
func progress(cat *catalog.Catalog, r Reader, f *catalog.Figure, shape string, goal int64, place town.Code, due, today town.Day) (int64, bool, error) {
	year := town.YearPeriod(due.Year())
	q := Query{Figure: f, Place: place, Period: year, AsOf: today}
	now, err := Read(cat, r, q)
	if err != nil || !now.Known {
		return 0, false, err
	}
	last := Value{}
	if shape != "level" {
		// The goal of a whole year is held against the whole year before.
		q.AsOf = year.Last()
		if last, err = lastYear(cat, r, q); err != nil {
			return 0, false, err
		}
	}
	scaled := *f // a level is given with two decimals, whatever the figure's own scale
	scaled.Scale = 2
	g := Judge(&scaled, catalog.TargetRow{Shape: shape, Value: goal}, now, last, nil)
	if !g.Known {
		return 0, false, nil
	}
	if g.Progress == nil {
		if g.Reached {
			return 100, true, nil
		}
		return 0, true, nil
	}
	n := max(whole(g.Progress), 0)
	if g.Reached {
		return max(n, 100), true, nil
	}
	return min(n, 99), true, nil
}

// Names gives formulas over figures their values for a query: F is the whole
// value of figure F in its stored scale, rate.F a ratio in ten-thousandths. A figure that
// does not know the query's slice is unknown.
func Names(cat *catalog.Catalog, r Reader, q Query) *Values {
	return &Values{figureValues{cat: cat, r: r, q: q}}
}

// Values are figures by name. After an evaluation Err tells what went wrong in reading them.
type Values struct{ s figureValues }

// Err is the first error of reading.
func (v *Values) Err() error { return v.s.err }

// Value implements formula.Values.
func (v *Values) Value(name string) (any, bool) {
	key, rate := strings.CutPrefix(name, "rate.")
	f := v.s.cat.Figures[key]
	if f == nil || v.s.err != nil {
		return nil, false
	}
	if dim, _, sliced := strings.Cut(v.s.q.Slice, "="); sliced && !knows(v.s.cat, f, dim, 0) {
		return nil, false
	}
	if !rate {
		return v.s.Value(key)
	}
	x, err := part(v.s.cat, v.s.r, v.s.q, key, 0)
	if err != nil {
		v.s.err = err
		return nil, false
	}
	if !x.Known {
		return nil, false
	}
	n := x.Rat()
	n.Mul(n, big.NewRat(10_000, 1))
	if x.Percent {
		n.Quo(n, hundred)
	}
	return whole(n), true
}

// knows tells whether a figure, or each figure it is read from, is cut by dim.
func knows(cat *catalog.Catalog, f *catalog.Figure, dim string, depth int) bool {
	if f == nil || depth > 8 {
		return false
	}
	if len(f.Parts) == 0 {
		for _, s := range f.By {
			if s.Key == dim {
				return true
			}
		}
		return false
	}
	for _, key := range f.Parts {
		if !knows(cat, cat.Figures[key], dim, depth+1) {
			return false
		}
	}
	return true
}

// Score computes the lines of a score for its subject, a place or an office,
// and period: points by formula within their bounds; those given by judgement stay as they stand in lines.
func Score(cat *catalog.Catalog, r Reader, sc *catalog.Score, place town.Code, office string, p town.Period, asOf town.Day, lines []map[string]any) ([]map[string]any, error) {
	q := Query{Place: place, Period: p, AsOf: asOf}
	if office != "" {
		q.Slice = "office=" + office
	}
	out := make([]map[string]any, 0, len(sc.Items))
	for i := range sc.Items {
		it := &sc.Items[i]
		line := map[string]any{"item": it.Key}
		for _, old := range lines {
			if old["item"] == it.Key {
				for k, x := range old {
					line[k] = x
				}
			}
		}
		if it.Points != nil {
			names := Names(cat, r, q)
			x, known, err := it.Points.Eval(names)
			if err == nil {
				err = names.Err()
			}
			if err != nil {
				return nil, fmt.Errorf("score %s, item %s: %w", sc.Key, it.Key, err)
			}
			delete(line, "points")
			if n, ok := x.(int64); known && ok {
				if it.Max != nil {
					n = min(n, *it.Max)
				}
				if it.Min != nil {
					n = max(n, *it.Min)
				} else {
					n = max(n, 0)
				}
				if it.Max == nil && it.Min != nil {
					n = min(n, 0) // a deduction never adds
				}
				line["points"] = n
			}
		}
		out = append(out, line)
	}
	return out, nil
}
