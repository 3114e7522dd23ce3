package flow

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// Slot is one record that a plan wants: its key, the period it is for, and the command that opens it.
type Slot struct {
	Plan    *catalog.Plan
	Key     string // unique within the plan: subjects, and period or cause
	Period  town.Period
	Command town.Command // Plan is set: Key is the period's or the cause's
	Then    string       // a move to make at once
}

// Subject is one member of a set that a plan walks: a record, a place or an office.
type Subject struct {
	Record *town.Record
	Place  town.Code
	Office string
}

// planScope gives a plan's formulas their names: the subjects by their names, cause, slot and plan.due.
type planScope struct {
	plan  *catalog.Plan
	views []*View  // of the subjects in hand; nil for a place or office
	codes []string // the places and offices in hand
	cause *View
	slot  string
	in    town.Period
	due   town.Day
}

// Value implements formula.Values.
func (s *planScope) Value(name string) (any, bool) {
	head, rest, _ := strings.Cut(name, ".")
	for i, e := range s.plan.Each {
		if e.As != head {
			continue
		}
		if s.views[i] == nil {
			return s.codes[i], rest == "" || rest == "code"
		}
		if rest == "" {
			return int64(s.views[i].rec.ID), true
		}
		return s.views[i].Value(rest)
	}
	switch head {
	case "cause", "record":
		if s.cause == nil {
			return nil, false
		}
		if rest == "" {
			return int64(s.cause.rec.ID), true
		}
		return s.cause.Value(rest)
	case "slot":
		switch rest {
		case "first":
			return s.in.From.String(), true
		case "last":
			return s.in.Last().String(), true
		}
		return s.slot, s.slot != ""
	case "plan":
		if rest == "due" {
			return dayValue(s.due)
		}
	}
	return nil, false
}

// Slots computes the slots of a plan on day. For a rhythm they belong to the
// period that contains day; for Upon, cause is the record whose move set the
// plan off. sets[i] are the subjects of plan.Each[i]; voided records among them
// are passed over. A slot that was filled before has the same key: the hall opens each once.
func Slots(cat *catalog.Catalog, plan *catalog.Plan, w World, day town.Day, sets [][]Subject, cause *town.Record) ([]Slot, error) {
	if len(sets) != len(plan.Each) {
		return nil, fmt.Errorf("plan %s walks %d sets, not %d", plan.Key, len(plan.Each), len(sets))
	}
	period, key := town.Period{From: day, Until: day + 1}, ""
	if plan.Every != "" {
		var ok bool
		if key, period, ok = PeriodOf(plan.Every, day); !ok {
			return nil, fmt.Errorf("plan %s: unknown rhythm %q", plan.Key, plan.Every)
		}
	} else if cause != nil {
		key = cause.Type + ":" + strconv.FormatInt(int64(cause.ID), 10)
	}
	due, err := planDue(plan, w, period)
	if err != nil {
		return nil, err
	}
	n := len(plan.Each)
	s := &planScope{plan: plan, views: make([]*View, n), codes: make([]string, n), slot: key, in: period, due: due}
	if cause != nil {
		s.cause = &View{cat: cat, t: cat.Types[cause.Type], rec: cause, w: w, at: forever, track: day, inst: w.Now()}
	}
	var out []Slot
	var walk func(i int, at string) error
	walk = func(i int, at string) error {
		if i < n {
			for _, sub := range sets[i] {
				part := string(sub.Place) + sub.Office
				if part == "" && sub.Record == nil {
					part = string(cat.Code) // the town itself
				}
				s.views[i], s.codes[i] = nil, part
				if sub.Record != nil {
					if sub.Record.Voided {
						continue
					}
					t := cat.Types[sub.Record.Type]
					s.views[i] = &View{cat: cat, t: t, rec: sub.Record, w: w, at: forever, track: day, inst: w.Now()}
					part = strconv.FormatInt(int64(sub.Record.ID), 10)
				}
				if err := walk(i+1, at+"/"+part); err != nil {
					return err
				}
			}
			return nil
		}
		ok, err := holds(plan.Where, s)
		if err != nil || !ok {
			return err
		}
		if plan.Once != nil {
			x, known, err := eval(plan.Once, s)
			if err != nil {
				return err
			}
			if known {
				at += "/" + fmt.Sprint(x)
			}
			if plan.Every != "" {
				// Once for each value, not once a period.
				at = "once" + at
				out = append(out, slotOf(plan, at, key, period, due))
				return fillSlot(plan, s, &out[len(out)-1])
			}
		}
		out = append(out, slotOf(plan, key+at, key, period, due))
		return fillSlot(plan, s, &out[len(out)-1])
	}
	if err := walk(0, ""); err != nil {
		return nil, fmt.Errorf("plan %s: %w", plan.Key, err)
	}
	return out, nil
}

func slotOf(plan *catalog.Plan, key, period string, p town.Period, due town.Day) Slot {
	return Slot{Plan: plan, Key: key, Period: p, Then: plan.Then, Command: town.Command{Op: town.Create, Type: plan.Opens, Day: town.NoDay, Step: -1, Bulk: true,
		Plan: &town.Slot{Plan: plan.Key, Key: period, Due: due}}}
}

func fillSlot(plan *catalog.Plan, s *planScope, slot *Slot) error {
	fields, err := assign(plan.With, s)
	slot.Command.Fields = fields
	return err
}

// planDue is the last day of a slot: the end of the period, or a limit after its start; NoDay when the plan says neither. A
// missing calendar leaves the slot without a due day.
func planDue(plan *catalog.Plan, w World, p town.Period) (town.Day, error) {
	switch plan.Due {
	case "":
		return town.NoDay, nil
	case "end":
		return p.Last(), nil
	}
	l, err := workday.ParseLimit(plan.Due)
	if err != nil {
		return town.NoDay, fmt.Errorf("plan %s: %w", plan.Key, err)
	}
	// The period's first day is the first day of the limit: 20 days after the start of a quarter end on the 20th.
	if l.Unit == workday.Workdays || l.Unit == workday.Days {
		l.Inclusive = true
	}
	end, err := w.Calendar().Due(p.From.Start(w.Zone()), l, nil, nil, w.Zone())
	if err != nil {
		if _, needs := err.(workday.NeedsYear); needs {
			return town.NoDay, nil
		}
		return town.NoDay, fmt.Errorf("plan %s: %w", plan.Key, err)
	}
	return (end.Due - 1).Day(w.Zone()), nil
}

// PeriodOf gives the period of rhythm every (day week ten_days month quarter
// half year) that contains day, and its key as period fields write it; a week is
// keyed by its Monday.
func PeriodOf(every string, day town.Day) (key string, p town.Period, ok bool) {
	y, m, d := day.Date()
	switch every {
	case "day":
		return day.String(), town.Period{From: day, Until: day + 1}, true
	case "week":
		from := day - town.Day((int(day.Weekday())+6)%7)
		return from.String(), town.Period{From: from, Until: from + 7}, true
	case "ten_days":
		n := min((d-1)/10, 2)
		p = town.Period{From: town.DayOf(y, m, 10*n+1), Until: town.DayOf(y, m, 10*n+11)}
		if n == 2 {
			p.Until = town.DayOf(y, m+1, 1)
		}
		return fmt.Sprintf("%04d-%02d-%d", y, m, n+1), p, true
	case "month":
		return fmt.Sprintf("%04d-%02d", y, m), town.MonthPeriod(y, m), true
	case "quarter":
		q := (int(m) - 1) / 3
		return fmt.Sprintf("%04d-Q%d", y, q+1), town.Period{From: town.DayOf(y, time.Month(3*q+1), 1), Until: town.DayOf(y, time.Month(3*q+4), 1)}, true
	case "half":
		h := (int(m) - 1) / 6
		return fmt.Sprintf("%04d-H%d", y, h+1), town.Period{From: town.DayOf(y, time.Month(6*h+1), 1), Until: town.DayOf(y, time.Month(6*h+7), 1)}, true
	case "year":
		return fmt.Sprintf("%04d", y), town.YearPeriod(y), true
	}
	return "", town.Period{}, false
}

// Number writes a number from its pattern: {year}, {seq:5} (at least five digits) and {place}.
func Number(pattern string, year int, seq int64, place town.Code) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		pattern = after
		name, width, _ := strings.Cut(name, ":")
		switch name {
		case "year":
			fmt.Fprintf(&b, "%04d", year)
		case "seq":
			n, _ := strconv.Atoi(width)
			fmt.Fprintf(&b, "%0*d", n, seq)
		case "place":
			b.WriteString(string(place))
		}
	}
}

// NumberYear is the year whose sequence numbers rec: that of its opening.
func NumberYear(rec *town.Record) int { return rec.Opened().Year() }

// UniqueKey is the key under which no second record of the type may stand; ""
// when rec claims none (the type has no unique, rec counts nowhere, or a part is
// empty). With during, the claim holds only for the days of Validity.
func UniqueKey(t *catalog.Type, rec *town.Record) (key string, during bool) {
	if t.Unique == nil || !counts(t, rec) {
		return "", false
	}
	return keyOf(t, rec, t.Unique.By), t.Unique.During
}

// KeyOf is the natural key of rec, "" when the type has none or a part is empty.
func KeyOf(t *catalog.Type, rec *town.Record) string { return keyOf(t, rec, t.KeyFields) }

func keyOf(t *catalog.Type, rec *town.Record, by []string) string {
	var b strings.Builder
	for i, name := range by {
		if i > 0 {
			b.WriteByte(0x1f)
		}
		if name == "slot" || name == "plan.slot" {
			if rec.Plan == nil {
				return ""
			}
			b.WriteString(rec.Plan.Key)
			continue
		}
		x, ok := rec.Value(name)
		if f := t.Field(name); f != nil && f.Sealed { // two boxes tell nothing of each other
			kin := rec.Kin[name]
			x, ok = kin, kin != "" && kin[0] != '!' // what was erased claims nothing, and gives nobody away
		}
		if !ok {
			return ""
		}
		switch y := x.(type) {
		case string:
			b.WriteString(y)
		default:
			b.Write(town.AppendJSON(nil, y))
		}
	}
	return b.String()
}

// Validity is the half-open range of days on which rec is valid as things
// stand; ok is false for types without validity and before it has begun to be stated. Until is far ahead when it is open.
func Validity(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record) (p town.Period, ok bool, err error) {
	if t.ValidFrom == nil {
		return town.Period{}, false, nil
	}
	v := &View{cat: cat, t: t, rec: rec, w: w, at: forever, track: w.Today()}
	from, until, err := v.validity()
	if err != nil || from == town.NoDay {
		return town.Period{}, false, err
	}
	return town.Period{From: from, Until: until}, true, nil
}
