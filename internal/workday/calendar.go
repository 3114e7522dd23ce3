package workday

import (
	"fmt"
	"sort"
	"time"

	"zhenwu/internal/town"
)

// Kind says what sort of day a day is.
type Kind uint8

// The kinds of day.
const (
	Workday Kind = iota + 1
	Weekend
	Holiday
	MakeUp // a Saturday or Sunday on which people work
)

// Special is a day that differs from its weekday.
type Special struct {
	Day    town.Day
	Work   bool // people work on it; otherwise nobody does
	Zh, En string
}

// Year is the calendar of one year as it was published: its days off and its
// make-up workdays. It may name days of the last ten days of December before it, because
// the notice for a year sometimes moves them; they replace what was said of those days.
type Year struct {
	Year    int
	Sources []string // where it was published
	Days    []Special
}

// Span is a span of working time within a day, in minutes after midnight.
type Span struct{ From, Until int }

// UsualHours are working hours where a town declares none: 9 to 12 and 13:30 to 17:30.
func UsualHours() []Span { return []Span{{9 * 60, 12 * 60}, {13*60 + 30, 17*60 + 30}} }

// NeedsYear is the error of a computation that ran into a year whose calendar
// was not entered.
type NeedsYear struct{ Year int }

// Error says which year is missing.
func (e NeedsYear) Error() string { return fmt.Sprintf("the calendar of %d is missing", e.Year) }

// Calendar knows the workdays of some years and the working hours of a day. It
// is immutable.
type Calendar struct {
	years map[int]Year
	table map[int]*table
	hours []Span
	daily int // minutes of working time a day
}

// table is one year made quick to count in.
type table struct {
	first   town.Day   // 1 January
	work    []town.Day // its workdays, ascending
	before  []int16    // before[i]: workdays of the year before its i-th day; one more entry than days
	special map[town.Day]Special
}

// New makes a calendar of years. Later years win where two speak of the same
// day. No hours means UsualHours.
func New(hours []Span, years ...Year) (*Calendar, error) {
	if len(hours) == 0 {
		hours = UsualHours()
	}
	c := &Calendar{years: map[int]Year{}, table: map[int]*table{}, hours: append([]Span(nil), hours...)}
	last := 0
	for _, h := range c.hours {
		if h.From < last || h.Until <= h.From || h.Until > 24*60 {
			return nil, fmt.Errorf("working hours must be ascending spans within one day")
		}
		last = h.Until
		c.daily += h.Until - h.From
	}
	for _, y := range years {
		if err := y.check(); err != nil {
			return nil, err
		}
		if _, twice := c.years[y.Year]; twice {
			return nil, fmt.Errorf("calendar of %d: it is given twice", y.Year)
		}
		c.years[y.Year] = y
	}
	for y := range c.years {
		c.table[y] = c.build(y)
	}
	return c, nil
}

// With returns a calendar in which years are added or replace those of c.
func (c *Calendar) With(years ...Year) (*Calendar, error) {
	given := map[int]bool{}
	all := append([]Year(nil), years...)
	for _, y := range years {
		given[y.Year] = true
	}
	for _, n := range c.Years() {
		if !given[n] {
			all = append(all, c.years[n])
		}
	}
	return New(c.hours, all...)
}

// WithHours returns a calendar with other working hours.
func (c *Calendar) WithHours(hours []Span) (*Calendar, error) {
	all := make([]Year, 0, len(c.years))
	for _, y := range c.years {
		all = append(all, y)
	}
	return New(hours, all...)
}

func (y Year) check() error {
	wrong := func(zh, en string, a ...any) error {
		return town.Refuse(town.Invalid, "", fmt.Sprintf("%d 年日历：", y.Year)+zh, fmt.Sprintf("calendar of %d: ", y.Year)+en, a...)
	}
	if y.Year < 1949 || y.Year > 2200 {
		return wrong("没有这一年", "there is no such year here")
	}
	from, until := town.DayOf(y.Year-1, time.December, 22), town.DayOf(y.Year+1, time.January, 1)
	seen := map[town.Day]bool{}
	for _, s := range y.Days {
		weekend := s.Day.Weekday() == time.Saturday || s.Day.Weekday() == time.Sunday
		switch {
		case s.Day < from || s.Day >= until:
			return wrong("%s 不在这一年", "%s is not one of its days", s.Day)
		case seen[s.Day]:
			return wrong("%s 写了两次", "%s is named twice", s.Day)
		case s.Zh == "":
			return wrong("%s 没有名称", "%s has no name", s.Day)
		case s.Work && !weekend:
			return wrong("%s 本来就是工作日，不是调休上班日", "%s is a workday anyway, not a make-up day", s.Day)
		}
		seen[s.Day] = true
	}
	return nil
}

func (c *Calendar) build(year int) *table {
	first, end := town.DayOf(year, time.January, 1), town.DayOf(year+1, time.January, 1)
	t := &table{first: first, special: map[town.Day]Special{}, before: make([]int16, 1, end-first+1)}
	for _, s := range c.years[year].Days {
		t.special[s.Day] = s
	}
	for _, s := range c.years[year+1].Days { // its notice may move the end of this December
		if s.Day < end {
			t.special[s.Day] = s
		}
	}
	for d := first; d < end; d++ {
		if k := t.kind(d); k == Workday || k == MakeUp {
			t.work = append(t.work, d)
		}
		t.before = append(t.before, int16(len(t.work)))
	}
	return t
}

func (t *table) kind(d town.Day) Kind {
	if s, ok := t.special[d]; ok {
		if s.Work {
			return MakeUp
		}
		return Holiday
	}
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return Weekend
	}
	return Workday
}

// Years lists the years that were entered, ascending.
func (c *Calendar) Years() []int {
	ys := make([]int, 0, len(c.years))
	for y := range c.years {
		ys = append(ys, y)
	}
	sort.Ints(ys)
	return ys
}

// Year returns the calendar of year as it was entered.
func (c *Calendar) Year(year int) (Year, bool) { y, ok := c.years[year]; return y, ok }

// Hours returns the working hours of a workday.
func (c *Calendar) Hours() []Span { return append([]Span(nil), c.hours...) }

// Kind says what sort of day d is. Of a year that was not entered it knows
// nothing: NeedsYear.
func (c *Calendar) Kind(d town.Day) (Kind, error) {
	t := c.table[d.Year()]
	if t == nil {
		return 0, NeedsYear{d.Year()}
	}
	return t.kind(d), nil
}

// Name returns the Chinese and English name of a holiday, or of the holiday for
// which d makes up; two empty strings for other days.
func (c *Calendar) Name(d town.Day) (zh, en string) {
	if t := c.table[d.Year()]; t != nil {
		s := t.special[d]
		return s.Zh, s.En
	}
	return "", ""
}

// Workday tells whether people work on d; known is false when the calendar of
// its year is missing.
func (c *Calendar) Workday(d town.Day) (work, known bool) {
	t := c.table[d.Year()]
	if t == nil {
		return false, false
	}
	i := d - t.first
	return t.before[i+1] > t.before[i], true
}

// Count counts the workdays from `from` up to, not including, `until`; negative
// when until is before from.
func (c *Calendar) Count(from, until town.Day) (int, error) {
	if until < from {
		n, err := c.Count(until, from)
		return -n, err
	}
	n := 0
	for from < until {
		year := from.Year()
		t := c.table[year]
		if t == nil {
			return 0, NeedsYear{year}
		}
		end := min(t.first+town.Day(len(t.before)-1), until)
		n += int(t.before[end-t.first] - t.before[from-t.first])
		from = end
	}
	return n, nil
}

// Nth returns the n-th workday on or after d, n ≥ 1.
func (c *Calendar) Nth(d town.Day, n int) (town.Day, error) {
	if n < 1 || n > maxCount {
		return town.NoDay, fmt.Errorf("the %d-th workday: no such day", n)
	}
	for {
		year := d.Year()
		t := c.table[year]
		if t == nil {
			return town.NoDay, NeedsYear{year}
		}
		i := int(t.before[d-t.first]) + n - 1
		if i < len(t.work) {
			return t.work[i], nil
		}
		n = i - len(t.work) + 1
		d = t.first + town.Day(len(t.before)-1)
	}
}

// Add returns the n-th workday after d, or before it where n is negative. With 0
// it returns d itself, workday or not.
func (c *Calendar) Add(d town.Day, n int) (town.Day, error) {
	switch {
	case n == 0:
		return d, nil
	case n > 0:
		return c.Nth(d+1, n)
	case n < -maxCount:
		return town.NoDay, fmt.Errorf("the %d-th workday: no such day", n)
	}
	n = -n
	for {
		d-- // the last day that may still count
		year := d.Year()
		t := c.table[year]
		if t == nil {
			return town.NoDay, NeedsYear{year}
		}
		have := int(t.before[d-t.first+1])
		if have >= n {
			return t.work[have-n], nil
		}
		n -= have
		d = t.first
	}
}

// Open tells whether t lies in the working hours of a workday.
func (c *Calendar) Open(t town.Millis, zone *time.Location) (bool, error) {
	d := t.Day(zone)
	work, known := c.Workday(d)
	if !known {
		return false, NeedsYear{d.Year()}
	}
	for _, h := range c.hours {
		if work && d.At(zone, 0, h.From) <= t && t < d.At(zone, 0, h.Until) {
			return true, nil
		}
	}
	return false, nil
}
