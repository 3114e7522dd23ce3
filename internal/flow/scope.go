package flow

import (
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
	"zhenwu/internal/town"
)

// Forever is later than every day a town can know. As the first day of a View it
// means the record with all its steps.
const Forever town.Day = 1 << 30

const forever = Forever

// View is a record as formulas see it: with everything up to day At. It
// answers the names of the catalog language and allocates nothing but texts of
// days. The zero View is useless; make one with Scope or ViewAt.
type View struct {
	cat *catalog.Catalog
	t   *catalog.Type
	rec *town.Record
	w   World

	at    town.Day    // steps and stage: those up to and including at
	track town.Day    // tracked fields, validity and overdue: as they are on track
	inst  town.Millis // overdue: known to the instant when it is now; 0 = the whole day track
	occ   *town.Step  // times: the occurrence in hand, for made.M.office
	d     *deriver    // set while the record is being derived
	near  bool        // reached over a reference: goes no further
	days  bool        // missed.C and overdue.C are days, as the day of a flow reads them
}

// Scope gives the names of the catalog language for rec as it stands now.
func Scope(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record) formula.Values {
	return &View{cat: cat, t: t, rec: rec, w: w, at: forever, track: w.Today(), inst: w.Now()}
}

// ViewAt gives rec as it was, or will be, at the end of day: steps, tracked
// fields, validity and overdue as of then; other fields as they stand.
func ViewAt(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record, day town.Day) *View {
	return &View{cat: cat, t: t, rec: rec, w: w, at: day, track: day}
}

// Reset moves the view to other days: steps up to and including the first,
// tracked fields, validity and overdue as of the second.
func (v *View) Reset(steps, track town.Day) { v.at, v.track = steps, track }

// Days makes missed.C and overdue.C the day after due, as the day of a flow
// reads them, instead of a truth.
func (v *View) Days(on bool) { v.days = on }

// Occurrence puts step in hand: made.MOVE.office is that step's.
func (v *View) Occurrence(s *town.Step) { v.occ = s }

// Value implements formula.Values.
func (v *View) Value(name string) (any, bool) {
	head, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		return v.plain(name)
	}
	switch head {
	case "entered", "first", "last":
		return dayValue(v.StepDay(head, rest))
	case "times":
		return int64(v.count(rest)), true
	case "made":
		move, what, _ := strings.Cut(rest, ".")
		s := v.lastOf(move)
		if v.occ != nil && v.occ.Move == move {
			s = v.occ
		}
		if s == nil {
			return nil, false
		}
		switch what {
		case "office":
			return s.Office, s.Office != ""
		case "role":
			return s.Role, s.Role != ""
		case "day":
			return dayValue(s.Day)
		}
		return nil, false
	case "due":
		return dayValue(v.dueDay(rest))
	case "overdue":
		if v.days {
			return dayValue(v.missed(rest))
		}
		return v.overdue(rest)
	case "late":
		return v.late(rest)
	case "missed":
		d := v.missed(rest)
		if v.days {
			return dayValue(d)
		}
		// A flow asks whether the limit was or will be missed as things stand.
		return d != town.NoDay && (d <= v.track || v.at == forever && v.inst == 0), true
	case "plan":
		if rest == "due" {
			return dayValue(v.dueDay("plan"))
		}
		if rest == "slot" {
			return v.plain("slot")
		}
		return nil, false
	}
	return v.over(head, rest)
}

// plain answers a name without a dot.
func (v *View) plain(name string) (any, bool) {
	switch name {
	case "stage":
		s := v.stage()
		return s, s != ""
	case "done":
		s := v.stage()
		if s == "" {
			return nil, false
		}
		st := v.t.Stage(s)
		return st != nil && (st.Done || st.Void), true
	case "valid":
		return v.valid()
	case "opened":
		return dayValue(v.StepDay("opened", ""))
	case "record":
		return int64(v.rec.ID), true
	case "slot":
		if v.rec.Plan == nil {
			return nil, false
		}
		return v.rec.Plan.Key, true
	}
	if v.d != nil {
		v.d.ensure(name)
	}
	if x, ok := v.field(name); ok {
		return x, true
	}
	switch name {
	case "number":
		return v.rec.Number, v.rec.Number != ""
	case "place":
		return string(v.rec.Place), v.rec.Place != ""
	case "office":
		return v.rec.Office, v.rec.Office != ""
	}
	return nil, false
}

// field gives a declared field, a tracked one as of the view's day.
func (v *View) field(name string) (any, bool) {
	if list := v.rec.Tracked[name]; len(list) > 0 && v.track != forever {
		x := trackedAt(list, v.track, v.rec.Opened())
		return x, x != nil
	}
	if x, ok := v.rec.Stated[name]; ok {
		return x, true
	}
	x, ok := v.rec.Derived[name]
	return x, ok
}

// trackedAt gives the value that holds on day. What was entered with the
// record held before it too: a register is often entered late.
func trackedAt(list []town.Dated, day, opened town.Day) any {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Day <= day {
			return list[i].Value
		}
	}
	if list[0].Day <= opened {
		return list[0].Value
	}
	return nil
}

// over answers a name one reference away, or the first and last day of a period field.
func (v *View) over(head, rest string) (any, bool) {
	if v.near {
		return nil, false
	}
	f := v.t.Field(head)
	if f == nil {
		return nil, false
	}
	x, ok := v.plain(head)
	if !ok {
		return nil, false
	}
	if f.Type == catalog.PeriodType {
		s, _ := x.(string)
		p, err := town.ParsePeriod(s)
		if err != nil {
			return nil, false
		}
		switch rest {
		case "first":
			return p.From.String(), true
		case "last":
			return p.Last().String(), true
		}
		return nil, false
	}
	id, ok := x.(int64)
	if !ok || v.w == nil {
		return nil, false
	}
	rec, err := v.w.Record(town.ID(id))
	if err != nil || rec == nil {
		return nil, false
	}
	t := v.cat.Types[rec.Type]
	if t == nil {
		return nil, false
	}
	far := View{cat: v.cat, t: t, rec: rec, w: v.w, at: v.at, track: v.track, inst: v.inst, near: true}
	return far.Value(rest)
}

// last is the step in force at the view's day: of those up to then, the one
// recorded last. So a step entered late with an early day never turns the
// record's present stage back.
func (v *View) last() *town.Step {
	for i := len(v.rec.Steps) - 1; i >= 0; i-- {
		if v.rec.Steps[i].Day <= v.at {
			return &v.rec.Steps[i]
		}
	}
	return nil
}

func (v *View) stage() string {
	if v.at == forever {
		return v.rec.Stage
	}
	if s := v.last(); s != nil {
		return s.To
	}
	return ""
}

// StepDay gives opened, entered.STAGE, first.MOVE or last.MOVE as a day; NoDay when it did not happen.
func (v *View) StepDay(what, key string) town.Day {
	steps := v.rec.Steps
	switch what {
	case "opened":
		if len(steps) > 0 && steps[0].Day <= v.at {
			return steps[0].Day
		}
	case "entered":
		for i := len(steps) - 1; i >= 0; i-- {
			if s := &steps[i]; s.To == key && s.From != key && s.Day <= v.at {
				return s.Day
			}
		}
	case "first":
		for i := range steps {
			if s := &steps[i]; s.Move == key && s.Day <= v.at {
				return s.Day
			}
		}
	case "last":
		if s := v.lastOf(key); s != nil {
			return s.Day
		}
	}
	return town.NoDay
}

func (v *View) lastOf(move string) *town.Step {
	for i := len(v.rec.Steps) - 1; i >= 0; i-- {
		if s := &v.rec.Steps[i]; s.Move == move && s.Day <= v.at {
			return s
		}
	}
	return nil
}

func (v *View) count(move string) int {
	n := 0
	for i := range v.rec.Steps {
		if s := &v.rec.Steps[i]; s.Move == move && s.Day <= v.at {
			n++
		}
	}
	return n
}

// clock gives a clock of the record; the slot of a plan is the clock "plan".
func (v *View) clock(key string) (town.Clock, bool) {
	if key == "plan" {
		if v.rec.Plan == nil || v.rec.Plan.Due == town.NoDay || v.rec.Plan.Due == 0 {
			return town.Clock{}, false
		}
		return planClock(v.t, v.rec, v.w), true
	}
	if v.d != nil {
		v.d.ensureClock(key)
	}
	c, ok := v.rec.Clocks[key]
	return c, ok
}

// dueDay is the last day on which the clock is met.
func (v *View) dueDay(key string) town.Day {
	c, ok := v.clock(key)
	if !ok || c.Due == 0 {
		return town.NoDay
	}
	return (c.Due - 1).Day(v.w.Zone())
}

// overdue holds from the day of the due instant until the clock stops.
func (v *View) overdue(key string) (any, bool) {
	c, ok := v.clock(key)
	if !ok || c.Due == 0 {
		return false, true
	}
	if v.inst != 0 {
		return c.Due <= v.inst && (c.Stopped == 0 || c.Stopped > v.inst), true
	}
	from, until := overdueDays(c, v.w)
	return from <= v.track && v.track < until, true
}

// overdueDays is the half-open range of days on which a clock stands overdue;
// it is empty when the clock stopped in time.
func overdueDays(c town.Clock, w World) (from, until town.Day) {
	if c.Due == 0 {
		return forever, forever
	}
	from, until = c.Due.Day(w.Zone()), forever
	if c.Stopped != 0 {
		until = c.Stopped.Day(w.Zone())
		if !c.Late {
			until = from
		}
	}
	if until < from {
		until = from
	}
	return from, until
}

func (v *View) late(key string) (any, bool) {
	c, ok := v.clock(key)
	if !ok {
		return false, true
	}
	return c.Late && (v.at == forever || c.Stopped.Day(v.w.Zone()) <= v.at), true
}

// missed is the day after the last day of the clock, unless it stopped in time.
// It lies ahead while the clock runs.
func (v *View) missed(key string) town.Day {
	c, ok := v.clock(key)
	if !ok || c.Due == 0 || (c.Stopped != 0 && !c.Late) {
		return town.NoDay
	}
	return (c.Due - 1).Day(v.w.Zone()) + 1
}

// valid tells whether the record is valid on the view's day.
func (v *View) valid() (any, bool) {
	if v.t.ValidFrom == nil {
		return !v.rec.Voided, true
	}
	from, until, err := v.validity()
	if err != nil || from == town.NoDay {
		return false, true
	}
	return from <= v.track && v.track < until, true
}

// validity gives the half-open days of validity as of the view's day; from is NoDay when it never was valid.
func (v *View) validity() (from, until town.Day, err error) {
	if from, err = evalDay(v.t.ValidFrom, v); err != nil || from == town.NoDay {
		return town.NoDay, town.NoDay, err
	}
	until = forever
	if v.t.ValidUntil != nil {
		d, err := evalDay(v.t.ValidUntil, v)
		if err != nil {
			return town.NoDay, town.NoDay, err
		}
		if d != town.NoDay {
			until = d
		}
	}
	return from, until, nil
}

// Day gives a name that stands for a day without the detour over its text;
// ok is false when name is no such name, and the formula must be evaluated.
func (v *View) Day(name string) (d town.Day, ok bool) {
	head, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		if name == "opened" {
			return v.StepDay("opened", ""), true
		}
		x, known := v.plain(name)
		if !known {
			return town.NoDay, v.t.Field(name) != nil
		}
		s, text := x.(string)
		if !text {
			return town.NoDay, false
		}
		d, err := town.ParseDay(s)
		return d, err == nil
	}
	switch head {
	case "entered", "first", "last":
		return v.StepDay(head, rest), true
	case "due":
		return v.dueDay(rest), true
	case "missed", "overdue":
		return v.missed(rest), true
	case "plan":
		if rest == "due" {
			return v.dueDay("plan"), true
		}
	}
	return town.NoDay, false
}

// Breaks appends the days on which something dated in the record changes:
// steps, tracked values, ends of validity, and the days on which clocks become
// overdue or stop. They are in no order and may repeat.
func (v *View) Breaks(days []town.Day) ([]town.Day, error) {
	start := len(days)
	for i := range v.rec.Steps {
		days = append(days, v.rec.Steps[i].Day)
	}
	for _, list := range v.rec.Tracked {
		for _, d := range list {
			days = append(days, d.Day)
		}
	}
	for _, c := range v.rec.Clocks {
		if from, until := overdueDays(c, v.w); from < until {
			days = append(days, from)
			if until != forever {
				days = append(days, until)
			}
		}
	}
	if c, ok := v.clock("plan"); ok {
		if from, until := overdueDays(c, v.w); from < until {
			days = append(days, from)
			if until != forever {
				days = append(days, until)
			}
		}
	}
	if v.t.ValidFrom == nil {
		return days, nil
	}
	// The ends of validity may follow tracked fields: take those of every state.
	at, track := v.at, v.track
	defer func() { v.at, v.track = at, track }()
	for _, d := range days[start:len(days):len(days)] {
		v.at, v.track = d, d
		from, until, err := v.validity()
		if err != nil {
			return nil, err
		}
		if from != town.NoDay {
			days = append(days, from)
		}
		if until != forever && until != town.NoDay {
			days = append(days, until)
		}
	}
	return days, nil
}

// Slice gives the texts under which a dimension counts: one, several for
// flags and offices, none when it is empty.
func (v *View) Slice(dim string) []string {
	x, ok := v.Value(dim)
	if f := v.t.Field(dim); f != nil && f.Sealed {
		kin := strings.TrimPrefix(v.rec.Kin[dim], "!") // it counts as it did
		x, ok = kin, kin != ""
	}
	if !ok {
		return nil
	}
	switch y := x.(type) {
	case string:
		return []string{y}
	case int64:
		return []string{strconv.FormatInt(y, 10)}
	case bool:
		return []string{strconv.FormatBool(y)}
	case []string:
		return y
	}
	return nil
}

func dayValue(d town.Day) (any, bool) {
	if d == town.NoDay {
		return nil, false
	}
	return d.String(), true
}

// Place is where the record counts on the view's day: a tracked place field
// may differ from the record's own place.
func (v *View) Place() town.Code {
	if v.t.Place != "" && len(v.rec.Tracked[v.t.Place]) > 0 {
		if x, ok := v.field(v.t.Place); ok {
			s, _ := x.(string)
			return town.Code(s)
		}
	}
	return v.rec.Place
}
