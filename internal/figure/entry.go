package figure

import (
	"math/big"

	"zhenwu/internal/catalog"
)

// Entry is a value that an office gives, with what it is held against. All numbers are in the figure's unit, growth in percent (or
// percentage points for a figure in "%"); nil is unknown.
type Entry struct {
	Row    *catalog.MeasuredRow
	Unit   string // of the figure
	Scale  int    // of the figure: bounds are kept in it
	Value  *big.Rat
	Prices string // the price basis of the value: "current", "constant", "" = not said
	Told   *big.Rat
	TellsP string   // the price basis of the growth told
	Before *big.Rat // the value of the month (or quarter) before, of the same year
	ToDate bool     // Value and Before are counted from 1 January on
	Last   *big.Rat // the same period a year earlier
	LastP  string   // and its price basis
}

// Finding is something about an entry that is to be looked at before it is signed. It forbids nothing: a flood or a new plant may be
// real, and whoever signs decides.
type Finding struct {
	Kind string   // below, above, unit, grows, falls, prices, unpriced, rebased, told, basis
	Have *big.Rat // what was found
	Want *big.Rat // what it is held against
}

// The kinds of findings.
const (
	Below    = "below"    // less than the least that is usual
	Above    = "above"    // more than the most
	WrongBy  = "unit"     // fifty times as much or as little as the value it is held against: a slip of the unit
	Grows    = "grows"    // growth on last year beyond the bound
	Falls    = "falls"    // a value to date that is less than a month before
	Prices   = "prices"   // another price basis than this indicator is told in
	Unpriced = "unpriced" // no price basis where one is to be said
	Rebased  = "rebased"  // another price basis than last year's: growth cannot be computed from the two
	GapTold  = "told"     // the growth told and the growth computed lie more than a tenth of a point apart
	Basis    = "basis"    // they do, because the growth is told on another price basis than the value
)

// slip is how many times as much or as little points to a wrong unit.
var slip = big.NewRat(50, 1)

// tenth is the gap between growth told and computed that is still rounding: in points.
var tenth = big.NewRat(1, 10)

// Findings are what is to be looked at in e.
func (e Entry) Findings() []Finding {
	if e.Value == nil {
		return nil
	}
	var out []Finding
	add := func(kind string, have, want *big.Rat) { out = append(out, Finding{kind, have, want}) }
	bound := func(n int64) *big.Rat { return Value{Known: true, Num: n, Den: 1, Scale: e.Scale}.Rat() }
	if e.Row.Min != nil {
		if b := bound(*e.Row.Min); e.Value.Cmp(b) < 0 {
			add(Below, e.Value, b)
		}
	}
	if e.Row.Max != nil {
		if b := bound(*e.Row.Max); e.Value.Cmp(b) > 0 {
			add(Above, e.Value, b)
		}
	}
	slipped := false
	for _, ref := range []*big.Rat{e.Last, e.Before} {
		if ref != nil && ref.Sign() > 0 && e.Value.Sign() > 0 && e.Unit != "%" && !slipped {
			if q := new(big.Rat).Quo(e.Value, ref); q.Cmp(slip) >= 0 || new(big.Rat).Inv(q).Cmp(slip) >= 0 {
				add(WrongBy, e.Value, ref)
				slipped = true
			}
		}
	}
	if e.ToDate && e.Before != nil && e.Value.Cmp(e.Before) < 0 && !slipped && !e.Row.Mean {
		add(Falls, e.Value, e.Before)
	}
	switch {
	case e.Row.Prices != "" && e.Prices == "":
		add(Unpriced, nil, nil)
	case e.Row.Prices != "" && e.Prices != e.Row.Prices:
		add(Prices, nil, nil)
	}
	growth := growthOf(e.Value, e.Last, e.Unit)
	if e.Last != nil && e.Prices != "" && e.LastP != "" && e.Prices != e.LastP {
		add(Rebased, nil, nil)
		growth = nil
	}
	if growth != nil && e.Row.Grows != 0 && !slipped {
		if most := big.NewRat(e.Row.Grows, 100); new(big.Rat).Abs(growth).Cmp(most) > 0 {
			add(Grows, growth, most)
		}
	}
	if growth != nil && e.Told != nil && !slipped {
		if gap := new(big.Rat).Sub(e.Told, growth); gap.Abs(gap).Cmp(tenth) > 0 {
			if e.Prices != "" && e.TellsP != "" && e.Prices != e.TellsP {
				add(Basis, e.Told, growth)
			} else {
				add(GapTold, e.Told, growth)
			}
		}
	}
	return out
}

// growthOf is the growth from last to now: percent, or points in "%"; nil where it is unknown.
func growthOf(now, last *big.Rat, unit string) *big.Rat {
	if now == nil || last == nil {
		return nil
	}
	if unit == "%" {
		return new(big.Rat).Sub(now, last)
	}
	if last.Sign() <= 0 {
		return nil
	}
	g := new(big.Rat).Quo(new(big.Rat).Sub(now, last), last)
	return g.Mul(g, hundred)
}
