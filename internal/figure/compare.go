package figure

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// Reading is a figure with what people hold against it: the year before, growth, the target, and what was published.
type Reading struct {
	Value     Value
	Last      Value    // the same period a year earlier: from the records, else Status "published"; unknown is "—", never invented
	Base      Value    // the whole of last year, which the target of a year is held against: Last, but where the year still runs
	Growth    *big.Rat // computed: percent, or percentage points for a figure in "%"; nil when unknown
	Told      *big.Rat // growth as an office or a report told it; nil when nobody did
	Target    *Goal    // nil without a target
	Published *Value   // what was published for this year, beside what the records say now
}

// Restated tells whether the records say something else now than was published.
func (r *Reading) Restated() bool {
	return r.Published != nil && r.Value.Known && r.Published.Known && r.Value.Rat().Cmp(r.Published.Rat()) != 0
}

// Goal is a target held against the value.
type Goal struct {
	Row      catalog.TargetRow
	Wanted   *big.Rat // the level that meets it, in the figure's unit; nil when last year is unknown
	Reached  bool
	Known    bool
	Progress *big.Rat // percent of the way: value / wanted; nil when unknown
	Pace     *big.Rat // percent of the period gone
	OnPace   bool     // progress keeps up with time; for a stock or a rate: reached
}

// Compare reads a figure with last year, growth, its target and what was published.
func Compare(cat *catalog.Catalog, r Reader, q Query) (Reading, error) {
	var out Reading
	var err error
	if out.Value, err = Read(cat, r, q); err != nil {
		return out, err
	}
	if out.Last, err = lastYear(cat, r, q); err != nil {
		return out, err
	}
	out.Base = out.Last
	if part, ok := toDate(q, out.Value); ok { // May's value to date is held against that of May a year ago, not against the year
		if out.Last, err = Read(cat, r, part); err != nil {
			return out, err
		}
	}
	out.Growth = Growth(out.Value, out.Last)
	out.Told = percent(out.Value.Told)
	if q.Slice != "" {
		return out, nil
	}
	year := q.Period.From.Year()
	whole := q.Period == town.YearPeriod(year)
	if whole {
		if row, ok, err := r.Published(q.Figure, q.Place, year); err != nil {
			return out, err
		} else if ok {
			if v := published(q.Figure, row); v.Known {
				out.Published = &v
			}
			if out.Told == nil {
				out.Told = percent(row.Yoy)
			}
		}
		row, ok, err := r.Target(q.Figure, q.Place, year)
		if err != nil {
			return out, err
		}
		if running(q) {
			whole := q
			whole.AsOf = q.Period.Last()
			if out.Base, err = lastYear(cat, r, whole); err != nil {
				return out, err
			}
		}
		if ok {
			g := Judge(q.Figure, row, out.Value, out.Base, pace(q))
			out.Target = &g
		}
	}
	return out, nil
}

// toDate is the query, a year earlier, of the month that a measured value of a longer period reaches to.
func toDate(q Query, v Value) (Query, bool) {
	if q.Figure.Kind != catalog.Measure || v.Period == "" || v.Period == q.Period.String() {
		return q, false
	}
	p, err := town.ParsePeriod(v.Period)
	q.Period = p.LastYear()
	return q, err == nil
}

// running tells whether a query is of a period that has begun and is not over, so that it is held against the same days of last year.
func running(q Query) bool {
	return q.AsOf < q.Period.Last() && q.AsOf >= q.Period.From && q.Figure.Kind != catalog.Measure
}

// lastYear reads the same period a year earlier: from records where there are any, else what was published.
func lastYear(cat *catalog.Catalog, r Reader, q Query) (Value, error) {
	p := q.Period.LastYear()
	// A year that still runs is held against the same days of the year before.
	if running(q) {
		p = town.Period{From: q.Period.From, Until: q.AsOf + 1}.LastYear()
	}
	known, err := Recorded(cat, r, q.Figure, q.Place, p)
	if err != nil {
		return Value{}, err
	}
	if known {
		q.Period = p
		v, err := Read(cat, r, q)
		if err != nil || v.Known {
			return v, err
		}
	}
	year := p.From.Year()
	if q.Slice == "" && p == town.YearPeriod(year) {
		row, ok, err := r.Published(q.Figure, q.Place, year)
		if err != nil {
			return Value{}, err
		}
		if ok {
			return published(q.Figure, row), nil
		}
	}
	return Value{}, nil
}

// Recorded tells whether records speak of f in p: a count of nothing in a year without records is not nought but unknown, and
// so is one of a year of which only some papers were taken in. Where the town has said since when it keeps its records, a flow is
// known of periods that begin no earlier, a stock of days no earlier; where it has not, one mark is enough.
func Recorded(cat *catalog.Catalog, r Reader, f *catalog.Figure, place town.Code, p town.Period) (bool, error) {
	return recorded(cat, r, f, place, p, 0)
}

func recorded(cat *catalog.Catalog, r Reader, f *catalog.Figure, place town.Code, p town.Period, depth int) (bool, error) {
	if depth > 8 {
		return false, nil
	}
	switch f.Kind {
	case catalog.Measure:
		return true, nil
	case catalog.Count, catalog.Sum, catalog.Times, catalog.Distinct:
		since := r.Since()
		if Stock(f) {
			if since != town.NoDay {
				return p.Last() >= since, nil
			}
			p.From = 0
		}
		if since != town.NoDay {
			return p.From >= since, nil
		}
		return r.Any(f, place, p)
	}
	known := false
	for _, key := range Parts(cat, f) {
		ok, err := recorded(cat, r, cat.Figures[key], place, p, depth+1)
		if err != nil || !ok && f.Kind != catalog.FormulaF {
			return false, err
		}
		known = known || ok
	}
	return known, nil
}

// Parts are the figures that a figure is read from.
func Parts(cat *catalog.Catalog, f *catalog.Figure) []string {
	names := f.Parts
	if f.Kind == catalog.FormulaF && f.Expr != nil {
		names = f.Expr.Names()
	}
	var out []string
	for _, n := range names {
		if cat.Figures[n] != nil && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// published reads a published value: decimal text in the figure's unit.
func published(f *catalog.Figure, row catalog.PublishedRow) Value {
	v := Value{Den: 1, Unit: f.Unit, Status: "published", Told: row.Yoy}
	if row.Status != "" {
		v.Status = row.Status // implied: it follows from what was published, and must not be shown as if it had been
	}
	s := strings.TrimSpace(row.Value)
	whole, frac, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if s == "" || err != nil || len(frac) > 9 {
		return v
	}
	v.Known, v.Num, v.Scale = true, n, len(frac)
	return v
}

// percent reads a growth rate such as "+28.3"; nil when there is none.
func percent(s string) *big.Rat {
	s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), "+"), "%")
	if s == "" || strings.ContainsAny(s, "eE/_xX") {
		return nil
	}
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	return x
}

// Growth is the change from last to now in percent; for figures in "%" in
// percentage points. It is nil when either is unknown, or last is not above zero.
func Growth(now, last Value) *big.Rat {
	return growthOf(now.Rat(), last.Rat(), now.Unit)
}

// pace is the part of the period gone by AsOf, in percent.
func pace(q Query) *big.Rat {
	total, gone := int64(q.Period.Until-q.Period.From), int64(q.AsOf+1-q.Period.From)
	gone = max(0, min(gone, total))
	if total == 0 {
		return new(big.Rat)
	}
	return new(big.Rat).Mul(big.NewRat(gone, total), hundred)
}

// Judge holds a value against a target. Growth wants last × (1 + rate), level
// wants the value, flat (持平) wants last year's value to the decimals a report writes (a
// tenth of a percent), above wants more than last year. For figures that are
// better down the comparison turns round.
func Judge(f *catalog.Figure, row catalog.TargetRow, now, last Value, pace *big.Rat) Goal {
	g := Goal{Row: row, Pace: pace}
	a, b := now.Rat(), last.Rat()
	down := f.Better == "down"
	switch row.Shape {
	case "level":
		g.Wanted = Value{Known: true, Num: row.Value, Den: 1, Scale: f.Scale}.Rat()
	case "growth":
		if b != nil {
			g.Wanted = new(big.Rat).Mul(b, big.NewRat(10_000+row.Value, 10_000))
		}
	default: // flat, above
		g.Wanted = b
	}
	if a == nil || g.Wanted == nil {
		return g
	}
	g.Known = true
	c := a.Cmp(g.Wanted)
	switch {
	case row.Shape == "flat":
		diff := new(big.Rat).Sub(a, g.Wanted)
		room := new(big.Rat).Mul(new(big.Rat).Abs(g.Wanted), big.NewRat(5, 10_000))
		g.Reached = diff.Abs(diff).Cmp(room) < 0
	case row.Shape == "above":
		g.Reached = c > 0 && !down || c < 0 && down
	default:
		g.Reached = c >= 0 && !down || c <= 0 && down
	}
	g.OnPace = g.Reached
	if g.Wanted.Sign() > 0 && !down {
		g.Progress = new(big.Rat).Mul(new(big.Rat).Quo(a, g.Wanted), hundred)
		if !Stock(f) && f.Unit != "%" && pace != nil && row.Shape != "flat" {
			g.OnPace = g.Reached || g.Progress.Cmp(pace) >= 0
		}
	}
	return g
}
