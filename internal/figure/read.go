package figure

import (
	"fmt"
	"math/big"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/town"
)

// Reader reads what was tallied. Spans are yyyymm00 (a month) and yyyymmdd (a
// day); slice is "" for the total or "dim=value". Places count with everything below them.
type Reader interface {
	// Sum adds the tally of a flow, stock or distinct figure over spans at place.
	Sum(f *catalog.Figure, slice string, place town.Code, spans []int32) (int64, error)
	// Before adds the tally of every month before the given month span (a stock from the beginning of time).
	Before(f *catalog.Figure, slice string, place town.Code, month int32) (int64, error)
	// Seen counts the keys of a distinct figure that have a day in p.
	Seen(f *catalog.Figure, slice string, place town.Code, p town.Period) (int64, error)
	// Slices lists the values of a dimension that f has ever counted under at place.
	Slices(f *catalog.Figure, dim string, place town.Code) ([]string, error)
	// Any tells whether f has any mark on a day of p at place.
	Any(f *catalog.Figure, place town.Code, p town.Period) (bool, error)
	// Since is the day from which the town keeps its records whole; NoDay when nobody has said so.
	Since() town.Day
	// Began is the first opening of any record of the type; NoDay when there is none.
	Began(typ string) (town.Day, error)
	// Places lists the places of a kind at root or below it.
	Places(root town.Code, kind string) ([]town.Code, error)
	// Measured is the measurement of a figure for a place and a period ("2023", "2023-05").
	Measured(f *catalog.Figure, place town.Code, period string) (Measurement, bool, error)
	// Target is the declared target of a figure.
	Target(f *catalog.Figure, place town.Code, year int) (catalog.TargetRow, bool, error)
	// Published is the value that was published for a figure and year.
	Published(f *catalog.Figure, place town.Code, year int) (catalog.PublishedRow, bool, error)
}

// Measurement is a value that an office alone can give, in the figure's stored scale.
type Measurement struct {
	Value  int64
	Status string // expected | flash | final
	Yoy    string // the growth told with it, "" when none
	Basis  string // month | ytd
	Record town.ID
	Signed bool // somebody else than who gave it signed it
}

// Query asks for one value.
type Query struct {
	Figure *catalog.Figure
	Place  town.Code // "" or the town's code: the whole town
	Slice  string    // "" or "dim=value"
	Period town.Period
	AsOf   town.Day // nothing later counts

	past  bool       // what was taken in of the time before the records counts too
	trace *[]Operand // where what it is read from is noted; nil: nowhere
}

// Operand is one value that another was read from.
type Operand struct {
	Query Query
	Value Value
}

// Operands reads a figure together with what it is read from: the two parts of a ratio, the figures of a formula, what least, all
// and streak compared. A figure that is tallied or measured has none. An operand may have operands of its own.
func Operands(cat *catalog.Catalog, r Reader, q Query) (Value, []Operand, error) {
	var of []Operand
	q.trace = &of
	v, err := Read(cat, r, q)
	return v, of, err
}

// Value is an exact value: Num/Den × 10^-Scale, × 100 when Percent.
type Value struct {
	Known   bool
	Num     int64
	Den     int64 // 1 unless a ratio
	Scale   int   // may be negative for a ratio
	Percent bool
	Unit    string
	Status  string    // measured: expected | flash | final; "published" when it comes from a published report, "implied" when it follows from one
	Place   town.Code // least, most: where
	Period  string    // least, most over periods: when; measured: the period that was given
	Have    int       // least, most, all: how many were compared …
	Of      int       // … of how many
	Record  town.ID   // measured: the record
	Told    string    // measured and published: the growth told with it
	Pending bool      // measured: given, but signed by nobody yet
}

// Read answers a query for any kind of figure.
func Read(cat *catalog.Catalog, r Reader, q Query) (Value, error) {
	v, err := read(cat, r, q, 0)
	if err != nil {
		return Value{}, fmt.Errorf("figure %s: %w", q.Figure.Key, err)
	}
	return v, nil
}

func read(cat *catalog.Catalog, r Reader, q Query, depth int) (Value, error) {
	if depth == 1 && q.trace != nil {
		into := q.trace
		q.trace = nil
		v, err := read(cat, r, q, depth)
		if err == nil {
			*into = append(*into, Operand{q, v})
		}
		return v, err
	}
	f := q.Figure
	v := Value{Den: 1, Scale: f.Scale, Unit: f.Unit}
	if depth > 8 {
		return v, fmt.Errorf("leads back to itself")
	}
	if q.Period.From > q.AsOf || !q.past && f.Type != nil && f.Kind != catalog.Measure && min(q.Period.Last(), q.AsOf) < r.Since() {
		return v, nil // the time before the records is unknown, not empty: what stands of it are papers that were taken in
	}
	var err error
	switch f.Kind {
	case catalog.Count, catalog.Sum, catalog.Times, catalog.Distinct:
		v.Num, err = tallied(r, q)
		v.Known = err == nil
	case catalog.Measure:
		return measured(r, q, v)
	case catalog.Ratio:
		return ratio(cat, r, q, v, depth)
	case catalog.FormulaF:
		return computed(cat, r, q, v, depth)
	case catalog.Least, catalog.Most, catalog.All:
		return over(cat, r, q, v, depth)
	case catalog.Streak:
		return streak(cat, r, q, v, depth)
	default:
		return v, fmt.Errorf("is of an unknown kind %q", f.Kind)
	}
	return v, err
}

// Stock tells whether f is a stock: its value is that of a period's last day.
func Stock(f *catalog.Figure) bool { return f.While != nil }

// tallied reads a flow, a stock or a distinct.
func tallied(r Reader, q Query) (int64, error) {
	p := town.Period{From: q.Period.From, Until: min(q.Period.Until, q.AsOf+1)}
	if Stock(q.Figure) {
		month := p.Until.MonthSpan()
		n, err := r.Before(q.Figure, q.Slice, q.Place, month)
		if err != nil {
			return 0, err
		}
		first := firstOfMonth(p.Until)
		if first == p.Until {
			return n, nil
		}
		m, err := r.Sum(q.Figure, q.Slice, q.Place, Spans(town.Period{From: first, Until: p.Until}))
		return n + m, err
	}
	if q.Figure.Kind == catalog.Distinct && !fromNewYear(p) {
		return r.Seen(q.Figure, q.Slice, q.Place, p)
	}
	return r.Sum(q.Figure, q.Slice, q.Place, Spans(p))
}

func firstOfMonth(d town.Day) town.Day { y, m, _ := d.Date(); return town.DayOf(y, m, 1) }

// fromNewYear tells whether p begins on 1 January and stays within the year: a
// distinct is then a sum of first days.
func fromNewYear(p town.Period) bool {
	y, m, d := p.From.Date()
	return m == 1 && d == 1 && p.Until <= town.DayOf(y+1, 1, 1)
}

// Spans takes a period apart into whole months and single days.
func Spans(p town.Period) []int32 {
	var out []int32
	for d := p.From; d < p.Until; {
		y, m, day := d.Date()
		if next := town.DayOf(y, m+1, 1); day == 1 && next <= p.Until {
			out = append(out, d.MonthSpan())
			d = next
			continue
		}
		out = append(out, d.Span())
		d++
	}
	return out
}

// measured reads a measurement of the very period, or of the latest month of a year whose values are cumulated.
func measured(r Reader, q Query, v Value) (Value, error) {
	if q.Slice != "" {
		return v, nil
	}
	take := func(period string, ytd bool) (bool, error) {
		m, ok, err := r.Measured(q.Figure, q.Place, period)
		if err != nil || !ok || ytd && m.Basis != "to_date" {
			return false, err
		}
		v.Known, v.Num, v.Status, v.Record, v.Told, v.Period, v.Pending = true, m.Value, m.Status, m.Record, m.Yoy, period, !m.Signed
		return true, nil
	}
	if ok, err := take(q.Period.String(), false); err != nil || ok {
		return v, err
	}
	y, m, _ := min(q.Period.Last(), q.AsOf).Date()
	if q.Period.From != town.DayOf(y, 1, 1) {
		return v, nil
	}
	for ; m >= 1; m-- {
		if ok, err := take(fmt.Sprintf("%04d-%02d", y, m), true); err != nil || ok {
			return v, err
		}
	}
	return v, nil
}

func ratio(cat *catalog.Catalog, r Reader, q Query, v Value, depth int) (Value, error) {
	var parts [2]Value
	for i := range parts {
		p, err := part(cat, r, q, q.Figure.Parts[i], depth)
		if err != nil || !p.Known {
			return v, err
		}
		parts[i] = p
	}
	a, b := parts[0], parts[1]
	if b.Num == 0 || a.Den != 1 || b.Den != 1 {
		return v, nil
	}
	v.Known, v.Num, v.Den, v.Scale, v.Percent = true, a.Num, b.Num, a.Scale-b.Scale, v.Unit == "%"
	if a.Status != "" {
		v.Status = a.Status
	}
	v.Pending = a.Pending || b.Pending
	return v, nil
}

func part(cat *catalog.Catalog, r Reader, q Query, key string, depth int) (Value, error) {
	f := cat.Figures[key]
	if f == nil {
		return Value{}, fmt.Errorf("reads an unknown figure %s", key)
	}
	q.Figure = f
	return read(cat, r, q, depth+1)
}

// figureValues gives a formula over figures their whole values.
type figureValues struct {
	cat   *catalog.Catalog
	r     Reader
	q     Query
	depth int
	err   error
}

// Value implements formula.Values.
func (s *figureValues) Value(name string) (any, bool) {
	if s.err != nil || s.cat.Figures[name] == nil {
		return nil, false
	}
	v, err := part(s.cat, s.r, s.q, name, s.depth)
	if err != nil {
		s.err = err
		return nil, false
	}
	return v.Num, v.Known && v.Den == 1
}

func computed(cat *catalog.Catalog, r Reader, q Query, v Value, depth int) (Value, error) {
	s := &figureValues{cat: cat, r: r, q: q, depth: depth}
	x, known, err := q.Figure.Expr.Eval(s)
	if s.err != nil {
		return v, s.err
	}
	if err != nil || !known {
		return v, err
	}
	v.Num, v.Known = x.(int64)
	v.Scale = q.Figure.Expr.Scale()
	return v, nil
}

// one names the value of the figure that all and streak ask about.
type one int64

// Value implements formula.Values.
func (n one) Value(name string) (any, bool) { return int64(n), name == "value" }

// over compares a figure over places, periods or slices.
func over(cat *catalog.Catalog, r Reader, q Query, v Value, depth int) (Value, error) {
	f, base := q.Figure, cat.Figures[q.Figure.Parts[0]]
	if base == nil {
		return v, fmt.Errorf("reads an unknown figure %s", f.Parts[0])
	}
	if base.Type != nil && base.Kind != catalog.Measure && min(q.Period.Last(), q.AsOf) < r.Since() {
		return v, nil
	}
	queries, err := members(cat, r, q, base)
	if err != nil {
		return v, err
	}
	v.Of = len(queries)
	holds := true
	for _, each := range queries {
		if f.Kind != catalog.All && each.Place != q.Place && base.Type != nil && base.Kind != catalog.Measure {
			// A place that has no record of it is not compared: its value is unknown, not nothing.
			p := each.Period
			if Stock(base) {
				p.From = 0
			}
			some, err := r.Any(base, each.Place, p)
			if err != nil {
				return v, err
			}
			if !some {
				continue
			}
		}
		x, err := read(cat, r, each, depth+1)
		if err != nil {
			return v, err
		}
		if !x.Known {
			holds = holds && f.Kind != catalog.All
			continue
		}
		v.Have++
		if f.Kind == catalog.All {
			ok, err := f.Is.Holds(one(x.Num))
			if err != nil {
				return v, err
			}
			if holds && !ok {
				holds = false
				v.Place, v.Period = each.Place, each.Period.String()
			}
			continue
		}
		c := x.Rat().Cmp(v.ratOr(x))
		if !v.Known || f.Kind == catalog.Least && c < 0 || f.Kind == catalog.Most && c > 0 {
			of, have := v.Of, v.Have
			v = x
			v.Of, v.Have, v.Unit, v.Place, v.Period = of, have, f.Unit, each.Place, each.Period.String()
		}
	}
	if f.Kind == catalog.All {
		v.Known, v.Scale = v.Of > 0, 0
		if holds {
			v.Num = 1
		}
	}
	return v, nil
}

func (v Value) ratOr(x Value) *big.Rat {
	if !v.Known {
		return x.Rat()
	}
	return v.Rat()
}

// members lists what over walks: places of a kind, periods within the period, or the values of a slice.
func members(cat *catalog.Catalog, r Reader, q Query, base *catalog.Figure) ([]Query, error) {
	name := q.Figure.Over
	q.Figure = base
	var out []Query
	switch {
	case name == "day" || name == "month" || name == "quarter" || name == "year":
		for d := q.Period.From; d < q.Period.Until && d <= q.AsOf; {
			_, p, _ := flow.PeriodOf(name, d)
			each := q
			each.Period = p
			out = append(out, each)
			d = p.Until
		}
	case cat.Kinds[name] != nil:
		places, err := r.Places(q.Place, name)
		if err != nil {
			return nil, err
		}
		for _, p := range places {
			each := q
			each.Place = p
			out = append(out, each)
		}
	default:
		values, err := r.Slices(base, name, q.Place)
		if err != nil {
			return nil, err
		}
		for _, x := range values {
			each := q
			each.Slice = name + "=" + x
			out = append(out, each)
		}
	}
	return out, nil
}

// streak counts backwards from the period's last day how many years (months, …)
// in a row the condition held, to the first record of the type: before that nothing is known. It goes back beyond the day since
// which the town keeps its records: whoever takes in what broke a run before says with it that nothing else did.
func streak(cat *catalog.Catalog, r Reader, q Query, v Value, depth int) (Value, error) {
	f, base := q.Figure, cat.Figures[q.Figure.Parts[0]]
	if base == nil || base.Type == nil {
		return v, fmt.Errorf("needs a figure over records")
	}
	began, err := r.Began(base.Type.Key)
	if err != nil || began == town.NoDay {
		return v, err
	}
	v.Known, v.Scale = true, 0
	for d := min(q.Period.Last(), q.AsOf); d >= began; {
		_, p, ok := flow.PeriodOf(f.Over, d)
		if !ok {
			return v, fmt.Errorf("runs over an unknown period %q", f.Over)
		}
		each := q
		each.Figure, each.Period, each.past = base, p, true
		x, err := read(cat, r, each, depth+1)
		if err != nil {
			return v, err
		}
		if !x.Known {
			break
		}
		holds, err := f.Is.Holds(one(x.Num))
		if err != nil {
			return v, err
		}
		if !holds {
			break
		}
		v.Num++
		d = p.From - 1
	}
	return v, nil
}

var hundred = big.NewRat(100, 1)

// Rat is the exact value in the figure's unit; nil when it is unknown.
func (v Value) Rat() *big.Rat {
	if !v.Known || v.Den == 0 {
		return nil
	}
	x := big.NewRat(v.Num, v.Den)
	if v.Scale != 0 {
		p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(v.Scale, -v.Scale))), nil)
		if v.Scale > 0 {
			x.Quo(x, new(big.Rat).SetInt(p))
		} else {
			x.Mul(x, new(big.Rat).SetInt(p))
		}
	}
	if v.Percent {
		x.Mul(x, hundred)
	}
	return x
}

// Decimal writes the value with its decimals, a ratio with at most two; "" when it is unknown.
func (v Value) Decimal() string {
	x := v.Rat()
	if x == nil {
		return ""
	}
	places := 2
	if v.Den == 1 && v.Scale > 0 && !v.Percent {
		places = v.Scale
	}
	return Decimal(x, places)
}

// Decimal writes x rounded half away from zero to at most places decimals,
// without zeros at the end.
func Decimal(x *big.Rat, places int) string {
	s := x.FloatString(places) // rounds half away from zero, exactly
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}
