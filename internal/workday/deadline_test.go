package workday

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

var cst = time.FixedZone("CST", 8*3600)

func at(t testing.TB, s string) town.Millis {
	t.Helper()
	x, err := time.ParseInLocation("2006-01-02 15:04", s, cst)
	if err != nil {
		t.Fatal(err)
	}
	return town.Millis(x.UnixMilli())
}

func limit(t testing.TB, s string) Limit {
	t.Helper()
	l, err := ParseLimit(s)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestParseLimit(t *testing.T) {
	for text, want := range map[string]Limit{
		"5 workdays":                    {N: 5, Unit: Workdays},
		"1 working day":                 {N: 1, Unit: Workdays},
		"5个工作日":                         {N: 5, Unit: Workdays},
		"5个工作日（含当日）":                    {N: 5, Unit: Workdays, Inclusive: true},
		"5 workdays from the start day": {N: 5, Unit: Workdays, Inclusive: true},
		"15 days":                       {N: 15, Unit: Days},
		"15天":                           {N: 15, Unit: Days},
		"15日（遇休息日顺延）":                   {N: 15, Unit: Days, Rolls: true},
		"60 days or the next workday":   {N: 60, Unit: Days, Rolls: true},
		"2 weeks":                       {N: 14, Unit: Days},
		"1 month":                       {N: 1, Unit: Months},
		"6个月":                           {N: 6, Unit: Months},
		"2 years":                       {N: 24, Unit: Months},
		"24 hours":                      {N: 24, Unit: Hours},
		"2小时":                           {N: 2, Unit: Hours},
		"4 workhours":                   {N: 4, Unit: Workhours},
		"30 minutes":                    {N: 30, Unit: Minutes},
		"30分钟":                          {N: 30, Unit: Minutes},
		" 3  Days ":                     {N: 3, Unit: Days},
		"1 month from the start day or the next workday": {N: 1, Unit: Months, Inclusive: true, Rolls: true},
	} {
		if l, err := ParseLimit(text); err != nil || l != want {
			t.Errorf("%q: %+v, %v", text, l, err)
		}
	}
	for _, bad := range []string{"", "days", "5", "-1 days", "0 days", "5 parsecs", "1.5 days", "100001 days", "99999999999999999999 days",
		"3 hours from the start day", "3 workdays or the next workday", "5 workdays 3", "30000 years"} {
		if l, err := ParseLimit(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, l)
		}
	}
}

func anyLimit(t *rapid.T, most int) Limit {
	l := Limit{N: rapid.IntRange(1, most).Draw(t, "n"), Unit: Unit(rapid.IntRange(1, 6).Draw(t, "unit"))}
	if l.byDay() {
		l.Inclusive = rapid.Bool().Draw(t, "inclusive")
		l.Rolls = l.Unit != Workdays && rapid.Bool().Draw(t, "rolls")
	}
	return l
}

func TestLimitRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyLimit(t, maxCount)
		for _, lang := range []string{"zh", "en"} {
			if back, err := ParseLimit(l.In(lang)); err != nil || back != l {
				t.Fatalf("%+v is written %q and read %+v, %v", l, l.In(lang), back, err)
			}
		}
	})
}

func FuzzParseLimit(f *testing.F) {
	f.Add("5 workdays")
	f.Add("15日（遇休息日顺延）")
	f.Fuzz(func(t *testing.T, s string) {
		if l, err := ParseLimit(s); err == nil {
			if back, err := ParseLimit(l.String()); err != nil || back != l {
				t.Fatalf("%q: %+v, %+v, %v", s, l, back, err)
			}
		}
	})
}

func TestDue(t *testing.T) {
	for _, c := range []struct {
		rule, start, limit string
		pauses             []string // "from|until", until "" = endless
		extensions         []string
		due                string
	}{
		{"a workday limit starts on the day after", "2023-03-06 10:00", "5 workdays", nil, nil, "2023-03-14 00:00"},
		{"the start day may count", "2023-03-06 10:00", "5 workdays from the start day", nil, nil, "2023-03-11 00:00"},
		{"Spring Festival 2023 is skipped, its make-up days count", "2023-01-19 16:00", "5 workdays", nil, nil, "2023-02-01 00:00"},
		{"National Day 2023: 28 September to 9 October", "2023-09-27 09:00", "5 workdays", nil, nil, "2023-10-11 00:00"},
		{"a start on a holiday counts from the first workday", "2023-10-03 09:00", "1 workdays", nil, nil, "2023-10-08 00:00"},
		{"2024: a make-up Sunday before the feast counts", "2024-02-02 09:00", "1 workday", nil, nil, "2024-02-05 00:00"},
		{"2024: over Spring Festival", "2024-02-08 09:00", "3 workdays", nil, nil, "2024-02-20 00:00"},
		{"2026: nine days of Spring Festival", "2026-02-13 09:00", "2 workdays", nil, nil, "2026-02-25 00:00"},
		{"over the turn of the year", "2023-12-28 09:00", "3 workdays", nil, nil, "2024-01-04 00:00"},
		{"natural days count feasts", "2023-09-27 09:00", "15 days", nil, nil, "2023-10-13 00:00"},
		{"60 days", "2023-01-10 09:00", "60 days", nil, nil, "2023-03-12 00:00"},
		{"an end on a day off stays", "2023-09-20 09:00", "15 days", nil, nil, "2023-10-06 00:00"},
		{"an end on a day off rolls to the make-up Saturday", "2023-09-20 09:00", "15 days or the next workday", nil, nil, "2023-10-08 00:00"},
		{"a month ends on the same number", "2023-03-15 09:00", "1 month", nil, nil, "2023-04-16 00:00"},
		{"a month clamps to the month's end", "2023-01-31 09:00", "1 month", nil, nil, "2023-03-01 00:00"},
		{"a month clamps in a leap year", "2024-01-31 09:00", "1 month", nil, nil, "2024-03-01 00:00"},
		{"a year from 29 February", "2024-02-29 09:00", "1 year", nil, nil, "2025-03-01 00:00"},
		{"hours run around the clock", "2023-10-01 23:30", "24 hours", nil, nil, "2023-10-02 23:30"},
		{"minutes too", "2023-10-01 23:50", "15 minutes", nil, nil, "2023-10-02 00:05"},
		{"working hours stop at noon and at night", "2023-03-10 11:00", "4 workhours", nil, nil, "2023-03-10 16:30"},
		{"working hours jump the weekend", "2023-03-10 16:30", "2 workhours", nil, nil, "2023-03-13 10:00"},
		{"a pause costs the days between", "2023-03-06 10:00", "5 workdays", []string{"2023-03-08 15:00|2023-03-10 09:00"}, nil, "2023-03-16 00:00"},
		{"a pause within a day costs nothing", "2023-03-06 10:00", "5 workdays", []string{"2023-03-08 09:00|2023-03-08 17:00"}, nil, "2023-03-14 00:00"},
		{"a pause on the last day moves it", "2023-03-06 10:00", "5 workdays", []string{"2023-03-13 10:00|2023-03-20 09:00"}, nil, "2023-03-21 00:00"},
		{"pauses that overlap count once", "2023-03-06 10:00", "10 days", []string{"2023-03-08 10:00|2023-03-10 10:00", "2023-03-09 10:00|2023-03-11 10:00"}, nil, "2023-03-20 00:00"},
		{"a pause after the end is nothing", "2023-03-06 10:00", "5 workdays", []string{"2023-03-14 10:00|"}, nil, "2023-03-14 00:00"},
		{"paused without end has no due day", "2023-03-06 10:00", "5 workdays", []string{"2023-03-13 10:00|"}, nil, ""},
		{"hours stand still in a pause", "2023-03-06 10:00", "2 hours", []string{"2023-03-06 11:00|2023-03-06 15:00"}, nil, "2023-03-06 16:00"},
		{"a pause from the day after the end is nothing", "2023-03-06 10:00", "5 days", []string{"2023-03-12 10:00|2023-03-20 10:00"}, nil, "2023-03-12 00:00"},
		{"an hour that ends as a pause begins ends with it", "2023-03-06 10:00", "1 hours", []string{"2023-03-06 11:00|2023-03-06 15:00"}, nil, "2023-03-06 15:00"},
		{"a working hour too", "2023-03-06 10:00", "1 workhours", []string{"2023-03-06 11:00|2023-03-06 15:00"}, nil, "2023-03-06 15:00"},
		{"a pause counts from the start only", "2023-03-06 10:00", "2 hours", []string{"2023-03-01 11:00|2023-03-06 11:00"}, nil, "2023-03-06 13:00"},
		{"an extension counts on", "2023-03-06 10:00", "5 workdays", nil, []string{"10 workdays"}, "2023-03-28 00:00"},
		{"an extension of natural days", "2023-03-06 10:00", "60 days", nil, []string{"30 days"}, "2023-06-05 00:00"},
		{"two extensions, one of hours", "2023-03-06 10:00", "1 workday", nil, []string{"1 day", "12 hours"}, "2023-03-09 12:00"},
	} {
		var pauses []Interval
		for _, p := range c.pauses {
			from, until, _ := strings.Cut(p, "|")
			i := Interval{at(t, from), Forever}
			if until != "" {
				i.Until = at(t, until)
			}
			pauses = append(pauses, i)
		}
		var extensions []Limit
		for _, e := range c.extensions {
			extensions = append(extensions, limit(t, e))
		}
		d, err := China().Due(at(t, c.start), limit(t, c.limit), pauses, extensions, cst)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		got := ""
		if d.Due != 0 {
			got = d.Due.Time(cst).Format("2006-01-02 15:04")
		}
		if got != c.due {
			t.Errorf("%s: due %q, want %q", c.rule, got, c.due)
		}
	}
}

func TestDueNeedsTheCalendar(t *testing.T) {
	start := at(t, "2026-12-25 09:00")
	if _, err := China().Due(start, limit(t, "5 workdays"), nil, nil, cst); err != (NeedsYear{2027}) {
		t.Errorf("workdays: %v", err)
	}
	if d, err := China().Due(start, limit(t, "4 workdays"), nil, nil, cst); err != nil || d.Last != day(t, "2026-12-31") {
		t.Errorf("to the last known day: %s, %v", d.Last, err)
	}
	if d, err := China().Due(start, limit(t, "30 days"), nil, nil, cst); err != nil || d.Last != day(t, "2027-01-24") {
		t.Errorf("natural days need no calendar: %s, %v", d.Last, err)
	}
	if _, err := China().Due(start, limit(t, "30 days or the next workday"), nil, nil, cst); err != (NeedsYear{2027}) {
		t.Errorf("rolling: %v", err)
	}
	if _, err := China().Due(start, limit(t, "100 workhours"), nil, nil, cst); err != (NeedsYear{2027}) {
		t.Errorf("working hours: %v", err)
	}
	// Paused before the gap: the endless pause is known, the missing year does not matter.
	pause := []Interval{{at(t, "2026-12-28 09:00"), Forever}}
	for _, l := range []string{"50 workdays", "100 workhours"} {
		if d, err := China().Due(start, limit(t, l), pause, nil, cst); err != nil || d.Due != 0 {
			t.Errorf("%s, paused: %v, %v", l, d.Due, err)
		}
	}
}

func TestDueRefuses(t *testing.T) {
	for _, c := range []struct {
		l Limit
		p []Interval
		e []Limit
	}{
		{l: Limit{}},
		{l: Limit{N: 1}},
		{l: Limit{N: 0, Unit: Days}},
		{l: Limit{N: 1, Unit: Hours, Inclusive: true}},
		{l: Limit{N: 1, Unit: Days}, p: []Interval{{5, 4}}},
		{l: Limit{N: 1, Unit: Days}, e: []Limit{{}}},
	} {
		if _, err := China().Due(at(t, "2023-03-06 10:00"), c.l, c.p, c.e, cst); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}

func TestDeadlineExplainsItself(t *testing.T) {
	d, err := China().Due(at(t, "2023-09-27 09:00"), limit(t, "6 workdays"),
		[]Interval{{at(t, "2023-10-09 10:00"), at(t, "2023-10-11 10:00")}}, nil, cst)
	if err != nil {
		t.Fatal(err)
	}
	want := []Note{
		{day(t, "2023-09-29"), day(t, "2023-09-30"), OnHoliday, "中秋节", "Mid-autumn Festival"},
		{day(t, "2023-09-30"), day(t, "2023-10-07"), OnHoliday, "国庆节", "National Day"},
		{day(t, "2023-10-07"), day(t, "2023-10-09"), OnMakeUp, "国庆节", "National Day"},
		{day(t, "2023-10-09"), day(t, "2023-10-11"), StoodStill, "", ""},
	}
	if got := d.Explain(); !reflect.DeepEqual(got, want) || d.Last != day(t, "2023-10-13") {
		t.Errorf("last %s\n%+v\nwant %+v", d.Last, got, want)
	}
	d, err = China().Due(at(t, "2023-09-20 09:00"), limit(t, "15 days or the next workday"), nil, nil, cst)
	if err != nil {
		t.Fatal(err)
	}
	want = []Note{{day(t, "2023-10-05"), day(t, "2023-10-07"), RolledOver, "国庆节", "National Day"}}
	if got := d.Explain(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestBefore(t *testing.T) {
	for _, c := range []struct{ due, limit, want string }{
		{"2023-03-11 00:00", "3 workdays", "2023-03-08 00:00"},
		{"2023-03-11 00:00", "1 day", "2023-03-10 00:00"},
		{"2023-10-08 00:00", "1 workday", "2023-09-29 00:00"}, // the feast lies between
		{"2023-04-01 00:00", "1 month", "2023-03-01 00:00"},
		{"2023-03-10 16:00", "2 hours", "2023-03-10 14:00"},
		{"2023-03-13 10:00", "2 workhours", "2023-03-10 16:30"},
		{"2023-03-13 10:00", "15 minutes", "2023-03-13 09:45"},
	} {
		got, err := China().Before(at(t, c.due), limit(t, c.limit), cst)
		if err != nil || got != at(t, c.want) {
			t.Errorf("%s before %s: %s, %v, want %s", c.limit, c.due, got.Time(cst).Format("2006-01-02 15:04"), err, c.want)
		}
	}
}

// forwards is the plain way: it walks day by day, or minute by minute, and
// counts what counts. Forever means no end within two years.
func forwards(c *Calendar, start town.Millis, l Limit, pauses []Interval, extensions []Limit) town.Millis {
	still := func(t town.Millis) bool {
		for _, p := range pauses {
			if p.From <= t && t < p.Until && start <= t {
				return true
			}
		}
		return false
	}
	due := start
	for i, l := range append([]Limit{l}, extensions...) {
		limit := due + 3*366*86_400_000
		if l.byDay() {
			d := due.Day(cst)
			if i > 0 {
				d = (due - 1).Day(cst)
			}
			left := l.N
			if l.Unit == Months {
				y, m, dd := d.Date()
				to := town.DayOf(y, m+time.Month(l.N), dd)
				for _, mm, _ := to.Date(); (int(mm)-1-(int(m)-1+l.N))%12 != 0; _, mm, _ = to.Date() {
					to--
				}
				left = int(to - d)
			}
			if i > 0 || !l.Inclusive {
				d++
			}
			for ; ; d++ {
				work, _ := c.Workday(d)
				if (l.Unit != Workdays || work) && !still((d+1).Start(cst)-1) {
					left--
				}
				if left == 0 {
					break
				}
				if d.Start(cst) > limit {
					return Forever
				}
			}
			due = (d + 1).Start(cst)
			continue
		}
		left := l.N
		if l.Unit != Minutes {
			left *= 60
		}
		for left > 0 || still(due) { // an end at which a pause begins waits for its end
			open := true
			if l.Unit == Workhours {
				open, _ = c.Open(due, cst)
			}
			if left > 0 && open && !still(due) {
				left--
			}
			due += 60_000
			if due > limit {
				return Forever
			}
		}
	}
	if l.Rolls {
		d := (due - 1).Day(cst)
		first := d
		for work, _ := c.Workday(d); !work || d > first && still((d+1).Start(cst)-1); work, _ = c.Workday(d) {
			d++
			if d > first+1000 {
				return Forever
			}
		}
		if d > first {
			due = (d + 1).Start(cst)
		}
	}
	return due
}

func anyPauses(t *rapid.T, start town.Millis) []Interval {
	var pauses []Interval
	for range rapid.IntRange(0, 4).Draw(t, "pauses") {
		from := start + town.Millis(rapid.IntRange(-3000, 60_000).Draw(t, "from"))*60_000
		p := Interval{from, from + town.Millis(rapid.IntRange(0, 20_000).Draw(t, "long"))*60_000}
		if rapid.IntRange(0, 9).Draw(t, "endless") == 0 {
			p.Until = Forever
		}
		pauses = append(pauses, p)
	}
	return pauses
}

func TestDueEqualsForwards(t *testing.T) {
	c := China()
	rapid.Check(t, func(t *rapid.T) {
		start := town.DayOf(rapid.IntRange(2005, 2022).Draw(t, "year"), 1, 1).Start(cst) + town.Millis(rapid.IntRange(0, 366*1440).Draw(t, "minute"))*60_000
		l := anyLimit(t, 40)
		if l.Unit == Months {
			l.N = 1 + l.N%5
		}
		var extensions []Limit
		for range rapid.IntRange(0, 2).Draw(t, "extensions") {
			e := anyLimit(t, 20)
			e.Inclusive, e.Rolls = false, false
			if e.Unit == Months {
				e.N = 1
			}
			extensions = append(extensions, e)
		}
		pauses := anyPauses(t, start)
		d, err := c.Due(start, l, pauses, extensions, cst)
		if err != nil {
			t.Fatal(err)
		}
		want := forwards(c, start, l, pauses, extensions)
		if got := d.Due; want == Forever && got != 0 || want != Forever && got != want {
			t.Fatalf("%s + %s, pauses %v, extensions %v: due %s, forwards %s", start.Time(cst), l, pauses, extensions, got.Time(cst), want.Time(cst))
		}
		if d.Due == 0 {
			return
		}
		if len(d.Pauses) > 0 && d.Pauses[0].From < start {
			t.Fatalf("pauses %v reach before the start", d.Pauses)
		}
		if _, still := pausedAt(d.Pauses, d.Due-1); still && l.byDay() {
			t.Fatalf("due %s lies in a pause", d.Due.Time(cst))
		}
		for _, n := range d.Explain() {
			if n.From < d.First || n.Until > d.Last+1 {
				t.Fatalf("%+v lies outside %s to %s", n, d.First, d.Last)
			}
		}
	})
}

func TestAPauseNeverShortens(t *testing.T) {
	c := China()
	rapid.Check(t, func(t *rapid.T) {
		start := town.DayOf(rapid.IntRange(2005, 2022).Draw(t, "year"), 1, 1).Start(cst) + town.Millis(rapid.IntRange(0, 366*1440).Draw(t, "minute"))*60_000
		l := anyLimit(t, 60)
		if l.Unit == Months {
			l.N = 1 + l.N%5
		}
		pauses := anyPauses(t, start)
		all, err := c.Due(start, l, pauses, nil, cst)
		if err != nil {
			t.Fatal(err)
		}
		fewer := append([]Interval(nil), pauses...)
		if len(fewer) > 0 {
			fewer = fewer[1:]
		}
		some, err := c.Due(start, l, fewer, nil, cst)
		if err != nil {
			t.Fatal(err)
		}
		if all.Due != 0 && (some.Due == 0 || some.Due > all.Due) {
			t.Fatalf("%s with %v, but %s with one pause less", all.Due.Time(cst), pauses, some.Due.Time(cst))
		}
		more, err := c.Due(start, l, pauses, []Limit{{N: 1, Unit: l.Unit}}, cst)
		if err != nil {
			t.Fatal(err)
		}
		if more.Due != 0 && (all.Due == 0 || more.Due < all.Due) {
			t.Fatalf("an extension moved %s to %s", all.Due.Time(cst), more.Due.Time(cst))
		}
	})
}

func BenchmarkDue(b *testing.B) {
	start, c := town.DayOf(2023, 9, 20).At(cst, 10, 0), China()
	pauses := []Interval{{start + 86_400_000, start + 3*86_400_000}}
	for b.Loop() {
		if _, err := c.Due(start, Limit{N: 20, Unit: Workdays}, pauses, nil, cst); err != nil {
			b.Fatal(err)
		}
	}
}
