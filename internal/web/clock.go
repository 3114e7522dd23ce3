package web

import (
	"fmt"
	"sort"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// clockView is a time limit of a record, as a chip and explained.
type clockView struct {
	Key   string
	Name  string
	Class string // intime soon late paused kept
	Chip  string
	Due   string
	Lines []string
	Days  []dayView
}

// dayView is one day of a limit's calendar.
type dayView struct {
	Day   string
	Class string // off today due
	Words []string
}

// chipOf says in words what is left of a limit.
func (v *visit) chipOf(c town.Clock) (class, text string) {
	day := int64(24 * time.Hour / time.Millisecond)
	switch {
	case c.Stopped != 0 && c.Late:
		return "late", v.t("clock.latedone")
	case c.Stopped != 0:
		return "kept", v.t("clock.kept")
	case c.Needs != 0:
		return "paused", v.t("clock.needs", c.Needs)
	case c.Paused:
		return "paused", v.t("clock.paused")
	case c.Due == 0:
		return "intime", v.t("clock.none")
	}
	left := int64(c.Due - v.now)
	switch {
	case left <= -day:
		return "late", v.t("clock.overdays", -left/day)
	case left <= -3600_000:
		return "late", v.t("clock.overhours", -left/3600_000)
	case left <= 0:
		return "late", v.t("clock.over")
	case left < 3600_000:
		return "soon", v.t("clock.minutes", left/60_000+1)
	case left < day:
		return "soon", v.t("clock.hours", left/3600_000)
	case left < 2*day:
		return "soon", v.t("clock.days", 1)
	}
	return "intime", v.t("clock.days", left/day)
}

// chipOfRow is the chip of the limit that runs out first.
func (v *visit) chipOfRow(row *store.RecordRow) (class, text string) {
	if row.Due != 0 {
		return v.chipOf(town.Clock{Due: row.Due})
	}
	for _, c := range row.Clocks {
		if c.Paused && c.Stopped == 0 {
			return "paused", v.t("clock.paused")
		}
	}
	return "", ""
}

// clocks lists the limits of a record, those that run first.
func (v *visit) clocks(t *catalog.Type, row *store.RecordRow) []clockView {
	w := v.world()
	var out []clockView
	add := func(key, name string, c town.Clock) {
		cv := clockView{Key: key, Name: name}
		cv.Class, cv.Chip = v.chipOf(c)
		if c.Due != 0 {
			end := c.Due
			if end == end.Day(v.view.Zone()).Start(v.view.Zone()) {
				cv.Due = v.dayLong((end - 1).Day(v.view.Zone()))
			} else {
				cv.Due = v.dayLong(end.Day(v.view.Zone())) + " " + end.Time(v.view.Zone()).Format("15:04")
			}
		}
		for _, l := range flow.Explain(v.view.Cat, t, w, &row.Record, key) {
			if v.lang == "en" {
				cv.Lines = append(cv.Lines, l.En)
			} else {
				cv.Lines = append(cv.Lines, l.Zh)
			}
		}
		cv.Days = v.daysOf(c)
		out = append(out, cv)
	}
	for _, c := range t.Clocks {
		if k, ok := row.Clocks[c.Key]; ok && k.Started != 0 {
			name := v.in(c.Label)
			if name == "" {
				name = c.Key
			}
			add(c.Key, name, k)
		}
	}
	if k, ok := row.Clocks["plan"]; ok {
		add("plan", v.t("clock.plan"), k)
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := row.Clocks[out[i].Key], row.Clocks[out[j].Key]
		if (a.Stopped == 0) != (b.Stopped == 0) {
			return a.Stopped == 0
		}
		return a.Due < b.Due
	})
	return out
}

// daysOf draws the calendar of a limit day by day where it is short enough.
func (v *visit) daysOf(c town.Clock) []dayView {
	zone := v.view.Zone()
	if c.Due == 0 || c.Started == 0 {
		return nil
	}
	first, last := c.Started.Day(zone), (c.Due - 1).Day(zone)
	if last-first > 19 || last <= first {
		return nil
	}
	var out []dayView
	for d := first; d <= last; d++ {
		_, _, n := d.Date()
		x := dayView{Day: fmt.Sprint(n)}
		work, known := v.view.Calendar().Workday(d)
		switch {
		case d == first:
			x.Words = append(x.Words, v.t("clock.start"))
		case known && !work:
			x.Class = "off"
			x.Words = append(x.Words, v.t("clock.off"))
		}
		if d == last {
			x.Class = "due"
			x.Words = append(x.Words, v.t("clock.end"))
		}
		if d == v.today_ {
			x.Class = "today"
			x.Words = append(x.Words, v.t("clock.today"))
		}
		out = append(out, x)
	}
	return out
}

// dayLong writes a day with its weekday.
func (v *visit) dayLong(d town.Day) string {
	y, m, dd := d.Date()
	if v.lang == "en" {
		return time.Date(y, m, dd, 0, 0, 0, 0, time.UTC).Format("Mon 2 January 2006")
	}
	return fmt.Sprintf("%d年%d月%d日（%s）", y, m, dd, weekdays[d.Weekday()])
}
