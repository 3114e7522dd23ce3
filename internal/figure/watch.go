package figure

import (
	"math/big"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/town"
)

// Alarm is an alert held against a figure.
type Alarm struct {
	Alert   *catalog.Alert
	On      bool // somebody is to act
	Known   bool // false: nothing can be said yet, for want of records, of a target, or because it is too early in the year
	Period  town.Period
	Value   *big.Rat // what was read: of a miss, the forecast
	Against *big.Rat // what it is held against: the threshold, the months before, the target
	Change  *big.Rat // Rises, Falls: from Against to Value, in percent or, of a figure in "%", in points
	Method  string   // Rises, Falls: LastYears or MonthsBefore; Misses: the method of the forecast
}

// What a trend is held against.
const (
	LastYears    = "last_year"     // the same months a year earlier
	MonthsBefore = "months_before" // as many months right before
)

// Watch holds an alert against its figure at a place as of a day.
func Watch(cat *catalog.Catalog, r Reader, a *catalog.Alert, place town.Code, asOf town.Day) (Alarm, error) {
	q := Query{Figure: cat.Figures[a.Figure], Place: place, AsOf: asOf}
	switch {
	case a.Misses:
		return misses(cat, r, a, q)
	case a.Rises > 0 || a.Falls > 0:
		return trend(cat, r, a, q)
	}
	_, q.Period, _ = flow.PeriodOf(a.Period, asOf)
	out := Alarm{Alert: a, Period: q.Period}
	v, err := Read(cat, r, q)
	if err != nil {
		return out, err
	}
	limit := a.Above
	if limit == nil {
		limit = a.Below
	}
	out.Against = Value{Known: true, Num: *limit, Den: 1, Scale: catalog.AlertScale}.Rat()
	if out.Value = v.Rat(); out.Value != nil {
		c := out.Value.Cmp(out.Against)
		out.Known, out.On = true, a.Above != nil && c > 0 || a.Below != nil && c < 0
	}
	return out, nil
}

// trend compares the last whole months with the same months of last year, where there are records of them, else with as many months
// before. A stock is that of their last day.
func trend(cat *catalog.Catalog, r Reader, a *catalog.Alert, q Query) (Alarm, error) {
	y, m, _ := q.AsOf.Date()
	months := func(back int) town.Period {
		return town.Period{From: town.DayOf(y, m-time.Month(back+a.Over), 1), Until: town.DayOf(y, m-time.Month(back), 1)}
	}
	q.Period = months(0)
	out := Alarm{Alert: a, Period: q.Period, Method: LastYears}
	before := q
	before.Period = q.Period.LastYear()
	known, err := Recorded(cat, r, q.Figure, q.Place, before.Period)
	if err != nil {
		return out, err
	}
	if !known {
		out.Method, before.Period = MonthsBefore, months(a.Over)
		if known, err = Recorded(cat, r, q.Figure, q.Place, before.Period); err != nil || !known {
			return out, err
		}
	}
	now, err := Read(cat, r, q)
	if err != nil {
		return out, err
	}
	then, err := Read(cat, r, before)
	if err != nil {
		return out, err
	}
	out.Value, out.Against = now.Rat(), then.Rat()
	if out.Change = Growth(now, then); out.Change == nil {
		return out, nil
	}
	out.Known = true
	if a.Rises > 0 {
		out.On = out.Change.Cmp(big.NewRat(a.Rises, 100)) > 0
	} else {
		out.On = out.Change.Cmp(big.NewRat(-a.Falls, 100)) < 0
	}
	return out, nil
}

// misses holds the forecast of the year against its target.
func misses(cat *catalog.Catalog, r Reader, a *catalog.Alert, q Query) (Alarm, error) {
	q.Period = town.YearPeriod(q.AsOf.Year())
	out := Alarm{Alert: a, Period: q.Period}
	c, err := Compare(cat, r, q)
	if err != nil || c.Target == nil {
		return out, err
	}
	o, err := Foresee(cat, r, q, &c)
	if err != nil || o.Forecast == nil {
		return out, err
	}
	out.Value, out.Against, out.Method = o.Value, c.Target.Wanted, o.Method
	out.Known, out.On = o.Judged, o.Judged && o.Misses
	return out, nil
}
