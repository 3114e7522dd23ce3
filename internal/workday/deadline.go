package workday

import (
	"fmt"
	"math"
	"sort"
	"time"

	"zhenwu/internal/town"
)

// Forever is the end of a pause that has not ended.
const Forever town.Millis = math.MaxInt64

// Interval is a half-open span of instants.
type Interval struct{ From, Until town.Millis }

// Deadline is where a limit ends. It holds what it was computed from, so that
// it can explain itself.
type Deadline struct {
	// Due is the first instant that is too late: a limit in days ends at 24:00
	// of its last day. 0 while the clock is paused without end.
	Due town.Millis
	// First and Last are the first day that could count and the day in which Due
	// falls. Last is NoDay without a Due.
	First, Last town.Day

	Start      town.Millis
	Limit      Limit
	Extensions []Limit
	Pauses     []Interval // as they count: in order, joined, none before Start

	calendar *Calendar
	zone     *time.Location
	rolled   town.Day // Last before Rolls moved it
}

// Due computes where limit ends for a clock that started at start and stood
// still in pauses, with extensions, each counted from where the one before ended.
//
// A day counts if it lies after the day of the start (or on it, Inclusive), is a
// workday where workdays are counted, and the clock runs as it ends: so a pause
// costs as many days as lie between the days of its beginning and its end, and
// one that begins and ends on one day costs none. Months become that number of
// natural days. Hours and minutes run around the clock, working hours only in
// the hours of workdays, neither in a pause.
//
// The error is NeedsYear where a calendar is missing, or says what is wrong
// with limit, extensions or pauses.
func (c *Calendar) Due(start town.Millis, limit Limit, pauses []Interval, extensions []Limit, zone *time.Location) (Deadline, error) {
	d := Deadline{First: start.Day(zone), Last: town.NoDay, Start: start, Limit: limit, calendar: c, zone: zone, rolled: town.NoDay}
	if len(extensions) > 0 {
		d.Extensions = append([]Limit(nil), extensions...)
	}
	for _, l := range append([]Limit{limit}, extensions...) {
		if err := l.check(); err != nil {
			return Deadline{}, fmt.Errorf("limit of %d: %w", l.N, err)
		}
	}
	var err error
	if d.Pauses, err = join(pauses, start); err != nil {
		return Deadline{}, err
	}
	if limit.byDay() && !limit.Inclusive {
		d.First++
	}
	at := start
	for i, l := range append([]Limit{limit}, extensions...) {
		if i > 0 {
			l.Inclusive = false
		}
		if at, err = c.run(at, i > 0, l, d.Pauses, zone); err != nil {
			return Deadline{}, err
		}
		if at == Forever {
			return d, nil
		}
	}
	d.Due, d.Last = at, (at - 1).Day(zone)
	d.rolled = d.Last
	if !limit.Rolls {
		return d, nil
	}
	for {
		work, known := c.Workday(d.Last)
		switch {
		case !known:
			return Deadline{}, NeedsYear{d.Last.Year()}
		case work:
			if d.Last > d.rolled {
				d.Due = (d.Last + 1).Start(zone)
			}
			return d, nil
		}
		d.Last++
		for {
			p, paused := pausedAt(d.Pauses, (d.Last+1).Start(zone)-1)
			if !paused {
				break
			}
			if p.Until == Forever {
				d.Due, d.Last = 0, town.NoDay
				return d, nil
			}
			d.Last = p.Until.Day(zone)
		}
	}
}

// run moves at forward by l. ended says that at is the end of a limit before
// rather than the start of the clock.
func (c *Calendar) run(at town.Millis, ended bool, l Limit, pauses []Interval, zone *time.Location) (town.Millis, error) {
	if !l.byDay() {
		if l.Unit == Workhours {
			return c.runOpen(at, int64(l.N)*60, pauses, zone)
		}
		left := town.Millis(l.N) * 60_000
		if l.Unit == Hours {
			left *= 60
		}
		for _, p := range pauses {
			if p.Until <= at {
				continue
			}
			if at+left < p.From {
				break
			}
			left -= max(p.From-at, 0)
			at = p.Until
			if at == Forever {
				return Forever, nil
			}
		}
		return at + left, nil
	}
	day := at.Day(zone)
	if ended {
		day = (at - 1).Day(zone)
	}
	n := l.N
	if l.Unit == Months {
		n = int(addMonths(day, l.N) - day)
	}
	if !l.Inclusive {
		day++
	}
	for _, p := range pauses {
		// These days end while the clock stands still.
		from, until := p.From.Day(zone), town.Day(math.MaxInt32)
		if p.Until != Forever {
			until = p.Until.Day(zone)
		}
		if until <= day {
			continue
		}
		if from > day {
			have := int(from - day)
			if l.Unit == Workdays {
				// A missing year counts only if the limit gets there.
				last, err := c.Nth(day, n)
				if err != nil {
					if need, ok := err.(NeedsYear); !ok || town.DayOf(need.Year, time.January, 1) < from {
						return 0, err
					}
				} else if last < from {
					break
				}
				if have, err = c.Count(day, from); err != nil {
					return 0, err
				}
			}
			if have >= n {
				break
			}
			n -= have
		}
		if p.Until == Forever {
			return Forever, nil
		}
		day = until
	}
	if l.Unit == Workdays {
		last, err := c.Nth(day, n)
		if err != nil {
			return 0, err
		}
		return (last + 1).Start(zone), nil
	}
	return (day + town.Day(n)).Start(zone), nil
}

// runOpen moves at forward by left minutes of working time.
func (c *Calendar) runOpen(at town.Millis, minutes int64, pauses []Interval, zone *time.Location) (town.Millis, error) {
	left := town.Millis(minutes) * 60_000
	for day := at.Day(zone); ; day++ {
		if p, paused := pausedAt(pauses, (day+1).Start(zone)-1); paused && p.Until == Forever && p.From <= max(at, day.Start(zone)) {
			return Forever, nil
		}
		work, known := c.Workday(day)
		if !known {
			return 0, NeedsYear{day.Year()}
		}
		if !work {
			continue
		}
		for _, h := range c.hours {
			from, until := max(day.At(zone, 0, h.From), at), day.At(zone, 0, h.Until)
			for from < until {
				end, p := until, Interval{Forever, Forever}
				for _, q := range pauses {
					if q.Until > from && q.From < until {
						p, end = q, max(q.From, from)
						break
					}
				}
				// Ending just where a pause begins would be no end: the clock stands.
				if end-from > left || end-from == left && end != p.From {
					return from + left, nil
				}
				left -= end - from
				if p.From == Forever {
					break
				}
				from = p.Until
			}
			if left == 0 {
				// Used up as a pause began: due the moment work goes on.
				if from == Forever {
					return Forever, nil
				}
				return from, nil
			}
		}
	}
}

// addMonths returns the day with the same number n months later, or the last of that month.
func addMonths(d town.Day, n int) town.Day {
	y, m, day := d.Date()
	end := town.DayOf(y, m+time.Month(n)+1, 1) - 1
	if _, _, last := end.Date(); day > last {
		return end
	}
	return town.DayOf(y, m+time.Month(n), day)
}

// join sorts pauses, joins those that touch, and cuts off what lies before start.
func join(pauses []Interval, start town.Millis) ([]Interval, error) {
	if len(pauses) == 0 {
		return nil, nil
	}
	all := append([]Interval(nil), pauses...)
	sort.Slice(all, func(i, j int) bool { return all[i].From < all[j].From })
	out := all[:0]
	for _, p := range all {
		if p.Until < p.From {
			return nil, fmt.Errorf("a pause ends before it begins")
		}
		p.From = max(p.From, start)
		if p.Until <= p.From {
			continue
		}
		if n := len(out); n > 0 && p.From <= out[n-1].Until {
			out[n-1].Until = max(out[n-1].Until, p.Until)
			continue
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func pausedAt(pauses []Interval, t town.Millis) (Interval, bool) {
	for _, p := range pauses {
		if p.From <= t && t < p.Until {
			return p, true
		}
	}
	return Interval{}, false
}

// Reason says why a day did not count, or why it did although it is a weekend.
type Reason uint8

// The reasons of a Note.
const (
	OnWeekend  Reason = iota + 1 // a Saturday or Sunday
	OnHoliday                    // a public holiday, named
	OnMakeUp                     // it counted: a Saturday or Sunday on which people work, named
	StoodStill                   // the clock was paused as the day ended
	RolledOver                   // the end fell on it, and it is a day off
)

// Note explains days of a deadline that are not plain.
type Note struct {
	From, Until town.Day // half-open
	Reason      Reason
	Zh, En      string // the holiday
}

// Counts tells whether the days of n counted.
func (n Note) Counts() bool { return n.Reason == OnMakeUp }

// Explain lists, in order, the days between First and Last that did not count
// and why, and the make-up days that did. Days of one reason are joined. For
// natural days, months, hours and minutes only pauses and the rolling over
// matter. Without a Due it explains up to the day on which the endless pause began.
func (d Deadline) Explain() []Note {
	if d.calendar == nil {
		return nil
	}
	last := d.Last
	if last == town.NoDay {
		last = d.First - 1
		if n := len(d.Pauses); n > 0 {
			last = d.Pauses[n-1].From.Day(d.zone)
		}
	}
	var notes []Note
	add := func(day town.Day, r Reason) {
		zh, en := "", ""
		if r == OnHoliday || r == OnMakeUp || r == RolledOver {
			zh, en = d.calendar.Name(day)
		}
		if n := len(notes); n > 0 && notes[n-1].Reason == r && notes[n-1].Until == day && notes[n-1].Zh == zh {
			notes[n-1].Until++
			return
		}
		notes = append(notes, Note{day, day + 1, r, zh, en})
	}
	byWork := d.Limit.Unit == Workdays || d.Limit.Unit == Workhours
	for _, l := range d.Extensions {
		byWork = byWork || l.Unit == Workdays || l.Unit == Workhours
	}
	for day := d.First; day <= last; day++ {
		kind, err := d.calendar.Kind(day)
		_, still := pausedAt(d.Pauses, (day+1).Start(d.zone)-1)
		switch {
		case still:
			add(day, StoodStill)
		case d.rolled != town.NoDay && day >= d.rolled && day < d.Last:
			add(day, RolledOver)
		case !byWork || err != nil:
		case kind == Weekend:
			add(day, OnWeekend)
		case kind == Holiday:
			add(day, OnHoliday)
		case kind == MakeUp:
			add(day, OnMakeUp)
		}
	}
	return notes
}

// Before returns the instant l before due: where a warning begins. Three
// workdays before the end of a Friday is the end of the Tuesday: three workdays are
// left. Inclusive and Rolls are of no meaning here.
func (c *Calendar) Before(due town.Millis, l Limit, zone *time.Location) (town.Millis, error) {
	l.Inclusive, l.Rolls = false, false
	if err := l.check(); err != nil {
		return 0, fmt.Errorf("limit of %d: %w", l.N, err)
	}
	day := (due - 1).Day(zone)
	into := due - day.Start(zone)
	switch l.Unit {
	case Minutes:
		return due - town.Millis(l.N)*60_000, nil
	case Hours:
		return due - town.Millis(l.N)*3_600_000, nil
	case Months:
		day = addMonths(day, -l.N)
	case Days:
		day -= town.Day(l.N)
	case Workdays:
		var err error
		if day, err = c.Add(day, -l.N); err != nil {
			return 0, err
		}
	case Workhours:
		return c.beforeOpen(due, int64(l.N)*60, zone)
	}
	return day.Start(zone) + into, nil
}

func (c *Calendar) beforeOpen(at town.Millis, minutes int64, zone *time.Location) (town.Millis, error) {
	left := town.Millis(minutes) * 60_000
	for day := (at - 1).Day(zone); ; day-- {
		work, known := c.Workday(day)
		if !known {
			return 0, NeedsYear{day.Year()}
		}
		for i := len(c.hours) - 1; work && i >= 0; i-- {
			from, until := day.At(zone, 0, c.hours[i].From), min(day.At(zone, 0, c.hours[i].Until), at)
			if until-from >= left {
				return until - left, nil
			}
			left -= max(until-from, 0)
		}
	}
}
