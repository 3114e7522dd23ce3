package flow

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// instant is when a step happened: its recorded time when that lies on its
// business day, and noon of the business day for a step entered late.
func instant(s *town.Step, w World) town.Millis {
	if s.At != 0 && s.At.Day(w.Zone()) == s.Day {
		return s.At
	}
	return s.Day.At(w.Zone(), 12, 0)
}

// planClock is the clock of the slot that the record fills.
func planClock(t *catalog.Type, rec *town.Record, w World) town.Clock {
	c := town.Clock{Due: (rec.Plan.Due + 1).Start(w.Zone())}
	if len(rec.Steps) > 0 {
		c.Started = instant(&rec.Steps[0], w)
	}
	if s := ended(t, rec); s != nil {
		c.Stopped = instant(s, w)
		c.Late = c.Stopped >= c.Due
	}
	return c
}

// ended is the step by which the record reached the done or void stage it stands in; nil while it runs.
func ended(t *catalog.Type, rec *town.Record) *town.Step {
	var end *town.Step
	for i := range rec.Steps {
		s := &rec.Steps[i]
		switch st := t.Stage(s.To); {
		case st == nil || !(st.Done || st.Void):
			end = nil
		case end == nil:
			end = s
		}
	}
	return end
}

// run is a clock's way through the steps of a record, as far as it went.
type run struct {
	clock   town.Clock
	limit   workday.Limit // zero when the clock runs until a day
	source  string
	pauses  []workday.Interval
	extends []*town.Step
	end     workday.Deadline
}

// clockOf computes a clock of the type from the steps of rec; v gives the
// formulas their names.
func clockOf(t *catalog.Type, c *catalog.Clock, w World, rec *town.Record, v *View) (town.Clock, error) {
	r, err := runClock(t, c, w, rec, v)
	return r.clock, err
}

func runClock(t *catalog.Type, c *catalog.Clock, w World, rec *town.Record, v *View) (run, error) {
	var r run
	b, ok := begin(t, c, w, rec, v)
	if !ok {
		return r, nil
	}
	r.clock.Started = b.at
	since := town.Millis(0) // the pause that has not ended
	mine := false           // the clock itself made the stopping move
	for i := b.step + 1; i < len(rec.Steps) && r.clock.Stopped == 0; i++ {
		s := &rec.Steps[i]
		at := max(instant(s, w), b.at)
		if c.Extend != nil && s.Move == c.Extend.Move {
			r.extends = append(r.extends, s)
		}
		paused := slices.Contains(c.Pause, s.To)
		switch {
		case paused && since == 0:
			since = at
		case !paused && since != 0:
			r.pauses = append(r.pauses, workday.Interval{From: since, Until: max(since, at)})
			since = 0
		}
		if !paused && !runsIn(t, c, s) {
			r.clock.Stopped, mine = at, s.Role == "clock."+c.Key
		}
	}
	if since != 0 {
		r.pauses = append(r.pauses, workday.Interval{From: since, Until: workday.Forever})
	}
	if err := r.due(t, c, w, b.day, v); err != nil {
		return r, err
	}
	r.clock.Paused = since != 0 && r.clock.Due == 0
	r.clock.Late = r.clock.Stopped != 0 && !mine && r.clock.Due != 0 && r.clock.Stopped >= r.clock.Due
	return r, nil
}

// runsIn tells whether the clock still runs after step s.
func runsIn(t *catalog.Type, c *catalog.Clock, s *town.Step) bool {
	if len(c.While) > 0 {
		return slices.Contains(c.While, s.To)
	}
	st := t.Stage(s.To)
	if st == nil || !(st.Done || st.Void) {
		return true
	}
	// A clock from an entry into a done stage (a period of display) runs in it.
	return s.From == s.To || c.From == "entered."+s.To || (c.From == "" && c.Until == "")
}

// start is where a clock begins: after step (−1: before all steps), at an instant and a business day.
type start struct {
	step int
	at   town.Millis
	day  town.Day
}

// begin finds the start of the clock's present or last run.
func begin(t *catalog.Type, c *catalog.Clock, w World, rec *town.Record, v *View) (b start, ok bool) {
	if c.From != "" {
		head, key, _ := strings.Cut(c.From, ".")
		switch head {
		case "opened", "entered", "first", "last":
			for i := range rec.Steps {
				s := &rec.Steps[i]
				hit := head == "opened" && i == 0 || head == "entered" && s.To == key && s.From != key ||
					head == "last" && s.Move == key || head == "first" && s.Move == key && !ok
				if hit {
					b, ok = start{i, instant(s, w), s.Day}, true
				}
			}
			return b, ok
		}
		d, known := v.Day(c.From)
		if !known || d == town.NoDay {
			return b, false
		}
		// A day of a field: the steps of that day and later ones bear on the clock.
		b = start{-1, d.Start(w.Zone()), d}
		for i := range rec.Steps {
			if rec.Steps[i].Day < d {
				b.step = i
			}
		}
		return b, true
	}
	inside := false
	for i := range rec.Steps {
		s := &rec.Steps[i]
		in := len(c.While) == 0 || slices.Contains(c.While, s.To)
		held := slices.Contains(c.Pause, s.To)
		switch {
		case in && (!inside || slices.Contains(c.Restart, s.Move)):
			b, ok, inside = start{i, instant(s, w), s.Day}, true, true
		case !in && !held:
			inside = false
		}
	}
	return b, ok
}

// due settles the end: the rule in force on the day the clock started, moved by extensions and pauses.
func (r *run) due(t *catalog.Type, c *catalog.Clock, w World, started town.Day, v *View) error {
	longer, err := r.longer(t, c)
	if err != nil {
		return err
	}
	if c.Until != "" {
		d, ok := v.Day(c.Until)
		if !ok || d == town.NoDay {
			return nil
		}
		r.clock.Rule = "until " + c.Until
		if len(longer) == 0 {
			r.clock.Due = (d + 1).Start(w.Zone())
			return nil
		}
		// What is granted on top counts from the day that was set, as a limit counts from its start.
		return r.ends(t, c, w, d.Start(w.Zone()), longer[0], nil, longer[1:])
	}
	limit, ok, err := r.pick(t, c, w, started, v)
	if err != nil || !ok {
		return err
	}
	r.limit = limit
	return r.ends(t, c, w, r.clock.Started, limit, r.pauses, longer)
}

// longer gives what the extensions add, in their order.
func (r *run) longer(t *catalog.Type, c *catalog.Clock) ([]workday.Limit, error) {
	var out []workday.Limit
	for _, s := range r.extends {
		l, err := workday.ParseLimit(c.Extend.Most)
		if err != nil {
			return nil, fmt.Errorf("clock %s of %s: %w", c.Key, t.Key, err)
		}
		if s.Days > 0 {
			l.N = int(s.Days)
		}
		out = append(out, l)
	}
	return out, nil
}

// ends counts to the due instant, or notes which calendar is missing.
func (r *run) ends(t *catalog.Type, c *catalog.Clock, w World, from town.Millis, limit workday.Limit, pauses []workday.Interval, longer []workday.Limit) (err error) {
	r.end, err = w.Calendar().Due(from, limit, pauses, longer, w.Zone())
	var missing workday.NeedsYear
	if errors.As(err, &missing) {
		r.clock.Needs = int32(missing.Year)
		return nil
	}
	if err != nil {
		return fmt.Errorf("clock %s of %s: %w", c.Key, t.Key, err)
	}
	r.clock.Due = r.end.Due
	return nil
}

// granted gives what extensions added: of a set day the first of them stands as the limit.
func (r *run) granted(c *catalog.Clock) []workday.Limit {
	if c.Until != "" && len(r.extends) > 0 {
		return append([]workday.Limit{r.end.Limit}, r.end.Extensions...)
	}
	return r.end.Extensions
}

// pick finds the limit: the first candidate whose condition holds, by the rule's row of the day the clock started.
func (r *run) pick(t *catalog.Type, c *catalog.Clock, w World, started town.Day, v *View) (workday.Limit, bool, error) {
	for _, l := range c.Limits {
		yes, err := holds(l.When, v)
		if err != nil {
			return workday.Limit{}, false, fmt.Errorf("clock %s of %s: %w", c.Key, t.Key, err)
		}
		if !yes {
			continue
		}
		text := l.Plain
		r.source, r.clock.Rule = l.Source, l.Plain
		if l.Rule != "" {
			r.clock.Rule = l.Rule
			var ok bool
			if text, r.source, ok = w.Rule(l.Rule, started); !ok {
				return workday.Limit{}, false, nil // no row in force: no due day
			}
		}
		limit, err := workday.ParseLimit(text)
		if err != nil {
			return workday.Limit{}, false, fmt.Errorf("clock %s of %s: %w", c.Key, t.Key, err)
		}
		return limit, true, nil
	}
	return workday.Limit{}, false, nil
}

// Explain says how a clock came to its due day: the rule and its source, what was skipped, pauses and extensions.
func Explain(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record, clock string) []Line {
	zone := w.Zone()
	if clock == "plan" {
		if rec.Plan == nil {
			return nil
		}
		return []Line{{"由计划产生，期限为 " + rec.Plan.Due.String(), "Asked for by a plan, due " + rec.Plan.Due.String()}}
	}
	c := t.Clock(clock)
	if c == nil {
		return nil
	}
	v := &View{cat: cat, t: t, rec: rec, w: w, at: forever, track: w.Today(), inst: w.Now()}
	r, err := runClock(t, c, w, rec, v)
	if err != nil {
		return []Line{{"无法计算：" + err.Error(), "Cannot be computed: " + err.Error()}}
	}
	if r.clock.Started == 0 {
		return []Line{{"尚未开始计时", "The clock has not started"}}
	}
	stamp := func(m town.Millis) string { return m.Time(zone).Format("2006-01-02 15:04") }
	lines := []Line{{"自 " + stamp(r.clock.Started) + " 起计时", "Runs from " + stamp(r.clock.Started)}}
	add := func(zh, en string, args ...any) {
		lines = append(lines, Line{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)})
	}
	switch {
	case c.Until != "":
		if f := t.Field(c.Until); f != nil {
			zh, en := "截至“"+f.Label.Zh+"”当日终了", "Ends with the day in “"+f.Label.In("en")+"”"
			if c.Source != "" {
				zh, en = zh+"（依据："+catalog.SourceIn(c.Source, "zh")+"）", en+" (source: "+catalog.SourceIn(c.Source, "en")+")"
			}
			lines = append(lines, Line{zh, en})
		}
	case r.limit.Unit != 0:
		name := Line{"期限", "Limit"}
		if rule := cat.Rules[r.clock.Rule]; rule != nil {
			name = Line{rule.Label.Zh, rule.Label.In("en")}
		}
		lines = append(lines, Line{
			fmt.Sprintf("%s：%s（依据：%s）", name.Zh, r.limit.In("zh"), catalog.SourceIn(r.source, "zh")),
			fmt.Sprintf("%s: %s (source: %s)", name.En, r.limit, catalog.SourceIn(r.source, "en"))})
	default:
		add("没有适用的期限规则", "No rule is in force")
	}
	granted := r.granted(c)
	for i, s := range r.extends {
		if i < len(granted) {
			l := granted[i]
			lines = append(lines, Line{fmt.Sprintf("%s 延长 %s", s.Day, l.In("zh")), fmt.Sprintf("Extended by %s on %s", l, s.Day)})
		}
	}
	for _, p := range r.pauses {
		if p.Until == workday.Forever {
			add("%s 起暂停计时", "Stands still since %s", stamp(p.From))
			continue
		}
		add("%s 至 %s 暂停计时", "Stood still from %s to %s", stamp(p.From), stamp(p.Until))
	}
	if r.clock.Needs != 0 {
		add("需要 %d 年的工作日历才能算出期限", "Needs the calendar of %d", r.clock.Needs)
	}
	for _, n := range r.end.Explain() {
		if l, ok := noteLine(n); ok {
			lines = append(lines, l)
		}
	}
	if r.clock.Due != 0 {
		if r.clock.Due == r.clock.Due.Day(zone).Start(zone) {
			add("到期日：%s（当日终了）", "Due by the end of %s", (r.clock.Due - 1).Day(zone))
		} else {
			add("到期时间：%s", "Due at %s", stamp(r.clock.Due))
		}
	}
	switch {
	case r.clock.Stopped != 0 && r.clock.Late:
		add("%s 停止，已超期", "Stopped on %s, late", stamp(r.clock.Stopped))
	case r.clock.Stopped != 0:
		add("%s 停止，未超期", "Stopped on %s, in time", stamp(r.clock.Stopped))
	case r.clock.Due != 0 && r.clock.Due <= w.Now():
		add("已超期", "Overdue")
	}
	return lines
}

// noteLine says why days of a deadline did not count; days on which it stood still are told with the pauses.
func noteLine(n workday.Note) (Line, bool) {
	days := n.From.String()
	zh, en := days, days
	if last := n.Until - 1; last > n.From {
		zh, en = days+" 至 "+last.String(), days+" to "+last.String()
	}
	switch n.Reason {
	case workday.OnWeekend:
		return Line{zh + " 周末，不计", en + ": weekend, not counted"}, true
	case workday.OnHoliday:
		return Line{zh + " " + n.Zh + "放假，不计", en + ": " + n.En + ", not counted"}, true
	case workday.OnMakeUp:
		return Line{zh + " " + n.Zh + "调休上班，计入", en + ": make-up workday for " + n.En + ", counted"}, true
	case workday.RolledOver:
		return Line{zh + " 休息日，期限顺延", en + ": day off, the end moves on"}, true
	}
	return Line{}, false
}

// Timers lists what rec waits for, ascending by time: the moves that clocks
// make when they run out, and the warnings before.
func Timers(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record) []Timer {
	if rec.Voided {
		return nil
	}
	var out []Timer
	for _, c := range t.Clocks {
		k, ok := rec.Clocks[c.Key]
		if !ok || k.Due == 0 || k.Stopped != 0 {
			continue
		}
		for _, m := range t.Moves {
			if slices.Contains(m.Clocks, c.Key) && slices.Contains(m.From, rec.Stage) {
				out = append(out, Timer{At: k.Due, Clock: c.Key, Kind: "move", Move: m.Key})
			}
		}
		for _, text := range c.Warn {
			l, err := workday.ParseLimit(text)
			if err != nil {
				continue // refused when the catalog loads
			}
			at, err := w.Calendar().Before(k.Due, l, w.Zone())
			if err == nil && at > k.Started {
				out = append(out, Timer{At: at, Clock: c.Key, Kind: "warn"})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Timer) int { return int(min(max(a.At-b.At, -1), 1)) })
	return out
}

// Line is a sentence in both languages.
type Line struct{ Zh, En string }

// Timer is an instant at which something must be done about a record.
type Timer struct {
	At    town.Millis
	Clock string
	Kind  string // "move": make Move as actor System with the role "clock."+Clock; "warn": remind who holds it
	Move  string
}
