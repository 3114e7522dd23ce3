package figure

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// Forecast is what a figure will be at the end of the year if it goes on as it did, and by which method that was worked out.
type Forecast struct {
	Value  *big.Rat // in the figure's unit
	Method string
	Share  *big.Rat // percent of the year's value that should be there by now: by last year's course, or by days
}

// The methods of a forecast. A page that shows a forecast names its method.
const (
	Seasonal = "seasonal" // value to date ÷ the share of last year's value that was there on the same day
	Linear   = "linear"   // value to date ÷ the share of the year's days that are gone: where last year has no records
	Stands   = "stands"   // as it is now: what does not add up over a year (a stock, a rate, a mean, a rank)
	Expected = "expected" // what the office that gives the value expects of the year
	Closed   = "closed"   // the year is over
)

// A course of last year that had brought less than a twentieth, and a year of which less than a twelfth is gone, foretell nothing.
var (
	leastShare = big.NewRat(5, 1)
	leastGone  = big.NewRat(100, 12)
)

// Course is what a year had brought by a day, and in the whole.
type Course struct{ By, Whole *big.Rat }

// Extend carries a value to date on to the end of the year. gone is the percent of the year's days that are gone; past is last
// year's course up to the same day, with nils where it is unknown; adds tells whether the value adds up over the year. It is nil
// where it is too early to say. What it gives is proportional to now: seasonal shares assume that this year is spread as the last.
func Extend(now, gone *big.Rat, past Course, adds bool) *Forecast {
	switch {
	case now == nil:
		return nil
	case gone.Cmp(hundred) >= 0:
		return &Forecast{now, Closed, new(big.Rat).Set(hundred)}
	case !adds:
		return &Forecast{now, Stands, nil}
	}
	f := &Forecast{Method: Linear, Share: gone}
	if past.By != nil && past.Whole != nil && past.By.Sign() > 0 && past.Whole.Cmp(past.By) >= 0 {
		if s := new(big.Rat).Quo(past.By, past.Whole); s.Mul(s, hundred).Cmp(leastShare) >= 0 {
			f.Method, f.Share = Seasonal, s
		}
	}
	if f.Method == Linear && gone.Cmp(leastGone) < 0 {
		return nil
	}
	f.Value = new(big.Rat).Quo(new(big.Rat).Mul(now, hundred), f.Share)
	return f
}

// factor is a number that something is multiplied with.
var factor = regexp.MustCompile(`\b\d+\s*\*|\*\s*\d+\b`)

// Adds tells whether a figure's values of parts of a year add up to that of the year, so that a value to date grows into it.
func Adds(cat *catalog.Catalog, f *catalog.Figure) bool { return adds(cat, f, 0) }

func adds(cat *catalog.Catalog, f *catalog.Figure, depth int) bool {
	switch f.Kind {
	case catalog.Count, catalog.Sum, catalog.Times, catalog.Distinct: // a distinct counts first days, which add up
		return !Stock(f)
	case catalog.Measure:
		row := cat.MeasuredOf(f.Key)
		return f.Unit != "%" && (row == nil || !row.Mean)
	case catalog.FormulaF:
		if f.Unit == "%" || depth > 8 || strings.ContainsAny(factor.ReplaceAllString(f.Expr.Source(), ""), "*/?%,") {
			return false
		}
		for _, key := range Parts(cat, f) {
			if !adds(cat, cat.Figures[key], depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// Outlook is a figure on its way through the year.
type Outlook struct {
	*Forecast      // nil: the year lies ahead, nothing is known, or it is too early
	Judged    bool // there is a target, and the forecast can be held against it
	Misses    bool // as it goes, the target will not be met
	Behind    bool // less is there than Share of the target
}

// Foresee works out where a figure of a whole year will end. c is its reading; of a part of a year there is none.
func Foresee(cat *catalog.Catalog, r Reader, q Query, c *Reading) (Outlook, error) {
	var o Outlook
	y := q.Period.From.Year()
	if q.Period != town.YearPeriod(y) || q.AsOf < q.Period.From || !c.Value.Known {
		return o, nil
	}
	gone, past := pace(q), Course{By: c.Last.Rat(), Whole: c.Base.Rat()}
	switch {
	case q.Figure.Kind != catalog.Measure:
	case c.Value.Period == q.Period.String():
		method := Expected
		if c.Value.Status == "final" || q.AsOf >= q.Period.Last() {
			method = Closed // the value of the year is settled, though its last days are to come
		}
		o.Forecast = &Forecast{c.Value.Rat(), method, nil}
	case c.Value.Period != "":
		p, err := town.ParsePeriod(c.Value.Period)
		if err != nil {
			return o, fmt.Errorf("figure %s: %w", q.Figure.Key, err)
		}
		part := q
		part.AsOf = p.Last() // the value reaches to the end of its month, not to today
		gone = pace(part)
	}
	if o.Forecast == nil {
		o.Forecast = Extend(c.Value.Rat(), gone, past, Adds(cat, q.Figure))
	}
	if o.Forecast == nil || c.Target == nil || c.Target.Wanted == nil {
		return o, nil
	}
	end := c.Value
	end.Set(o.Value)
	g := Judge(q.Figure, c.Target.Row, end, c.Base, hundred)
	if o.Judged = g.Known; o.Judged {
		o.Misses = !g.Reached
		if o.Share != nil && c.Target.Progress != nil {
			o.Behind = !c.Target.Reached && c.Target.Progress.Cmp(o.Share) < 0
		}
	}
	return o, nil
}

// Set makes v the exact value x in its unit, as far as whole numbers hold it; beyond that it is cut to the hundredth. Where that is
// too large too v is unknown, and Set false.
func (v *Value) Set(x *big.Rat) bool {
	v.Percent, v.Scale, v.Known = false, 0, true
	if x.Num().IsInt64() && x.Denom().IsInt64() {
		v.Num, v.Den = x.Num().Int64(), x.Denom().Int64()
		return true
	}
	n := new(big.Rat).Mul(x, hundred)
	whole := new(big.Int).Quo(n.Num(), n.Denom())
	if v.Known = whole.IsInt64(); v.Known {
		v.Num, v.Den, v.Scale = whole.Int64(), 1, 2
	}
	return v.Known
}

// Line reads a figure from 1 January to the end of each month of a year, and no month that lies after AsOf: what a month line shows.
// A measured figure is what was given of each month. Where nothing is known of a month it is nil.
func Line(cat *catalog.Catalog, r Reader, q Query, year int) ([]*big.Rat, error) {
	out := make([]*big.Rat, 12)
	for m := 1; m <= 12; m++ {
		p := town.MonthPeriod(year, time.Month(m))
		if p.From > q.AsOf {
			break
		}
		at := q
		at.Period = town.Period{From: town.DayOf(year, 1, 1), Until: p.Until}
		if q.Figure.Kind == catalog.Measure {
			at.Period = p
		}
		x, err := Read(cat, r, at)
		if err != nil {
			return nil, err
		}
		out[m-1] = x.Rat()
	}
	return out, nil
}
