package workday

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

func day(t testing.TB, s string) town.Day {
	t.Helper()
	d, err := town.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestKnownDays(t *testing.T) {
	for _, c := range []struct {
		day  string
		kind Kind
		zh   string
	}{
		{"2023-01-20", Workday, ""},
		{"2023-01-21", Holiday, "春节"}, // a Saturday, and New Year's Eve
		{"2023-01-27", Holiday, "春节"},
		{"2023-01-28", MakeUp, "春节"}, // a Saturday
		{"2023-01-29", MakeUp, "春节"}, // a Sunday
		{"2023-04-05", Holiday, "清明节"},
		{"2023-04-23", MakeUp, "劳动节"},
		{"2023-06-25", MakeUp, "端午节"},
		{"2023-09-29", Holiday, "中秋节"},
		{"2023-10-06", Holiday, "国庆节"},
		{"2023-10-07", MakeUp, "国庆节"},
		{"2023-10-08", MakeUp, "国庆节"},
		{"2023-12-30", Weekend, ""},
		{"2024-02-09", Workday, ""}, // New Year's Eve of 2024 was no holiday
		{"2024-02-04", MakeUp, "春节"},
		{"2024-02-18", MakeUp, "春节"},
		{"2024-04-07", MakeUp, "清明节"},
		{"2024-05-11", MakeUp, "劳动节"},
		{"2024-09-14", MakeUp, "中秋节"},
		{"2024-10-12", MakeUp, "国庆节"},
		{"2018-12-29", MakeUp, "元旦"}, // moved by the notice for 2019
		{"2018-12-31", Holiday, "元旦"},
		{"2020-02-01", Holiday, "春节"}, // extended; it had been a make-up day
		{"2026-01-02", Holiday, "元旦"},
		{"2026-01-04", MakeUp, "元旦"},
		{"2026-02-14", MakeUp, "春节"},
		{"2026-02-23", Holiday, "春节"},
		{"2026-10-10", MakeUp, "国庆节"},
	} {
		kind, err := China().Kind(day(t, c.day))
		zh, _ := China().Name(day(t, c.day))
		if err != nil || kind != c.kind || zh != c.zh {
			t.Errorf("%s: kind %d %q, %v, want %d %q", c.day, kind, zh, err, c.kind, c.zh)
		}
	}
}

func TestWorkdaysOfAYear(t *testing.T) {
	for year, want := range map[int]int{2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248} {
		n, err := China().Count(town.DayOf(year, 1, 1), town.DayOf(year+1, 1, 1))
		if err != nil || n != want {
			t.Errorf("%d: %d workdays, %v, want %d", year, n, err, want)
		}
	}
}

func TestChinaCovers2004To2026(t *testing.T) {
	ys := China().Years()
	if len(ys) != 23 || ys[0] != 2004 || ys[22] != 2026 {
		t.Fatalf("years %v", ys)
	}
	off, work := 0, 0
	for _, y := range ys {
		year, _ := China().Year(y)
		if len(year.Sources) == 0 {
			t.Errorf("%d names no source", y)
		}
		for _, s := range year.Days {
			if s.En == "" {
				t.Errorf("%s has no English name", s.Day)
			}
			if s.Work {
				work++
			} else {
				off++
			}
		}
	}
	if off != 619 || work != 150 { // as counted in chinese-days.json
		t.Errorf("%d days off and %d make-up days, want 619 and 150", off, work)
	}
}

func TestMissingYear(t *testing.T) {
	for _, f := range []func() error{
		func() error { _, err := China().Kind(day(t, "2027-01-01")); return err },
		func() error { _, err := China().Count(day(t, "2026-12-31"), day(t, "2027-01-02")); return err },
		func() error { _, err := China().Add(day(t, "2026-12-31"), 1); return err },
		func() error { _, err := China().Nth(day(t, "2026-12-31"), 2); return err },
		func() error { _, err := China().Open(day(t, "2027-06-01").Start(time.UTC), time.UTC); return err },
	} {
		if err := f(); err != (NeedsYear{2027}) {
			t.Errorf("%v, want NeedsYear 2027", err)
		}
	}
	if _, err := China().Add(day(t, "2004-01-02"), -2); err != (NeedsYear{2003}) {
		t.Errorf("%v, want NeedsYear 2003", err)
	}
	if _, known := China().Workday(day(t, "2027-01-04")); known {
		t.Error("2027 is known")
	}
}

func TestYearEnteredLater(t *testing.T) {
	years, err := ParseYears("year 2027\nsource 测试\noff 2026-12-31 01-01..01-03 元旦 | New Year's Day\nwork 2026-12-27 元旦 | New Year's Day\n")
	if err != nil {
		t.Fatal(err)
	}
	c, err := China().With(years...)
	if err != nil {
		t.Fatal(err)
	}
	for d, want := range map[string]Kind{"2026-12-27": MakeUp, "2026-12-31": Holiday, "2027-01-01": Holiday, "2027-01-04": Workday, "2026-10-10": MakeUp} {
		if k, err := c.Kind(day(t, d)); err != nil || k != want {
			t.Errorf("%s: %d, %v, want %d", d, k, err, want)
		}
	}
	if next, err := c.Add(day(t, "2026-12-30"), 1); err != nil || next != day(t, "2027-01-04") {
		t.Errorf("the workday after 2026-12-30 is %s, %v", next, err)
	}
	if k, _ := China().Kind(day(t, "2026-12-31")); k != Workday {
		t.Error("the calendar that came with the program changed")
	}
}

func TestYearsRoundTrip(t *testing.T) {
	for _, y := range China().Years() {
		year, _ := China().Year(y)
		back, err := ParseYears(year.String())
		if err != nil || len(back) != 1 || back[0].String() != year.String() || len(back[0].Days) != len(year.Days) {
			t.Errorf("%d: %v", y, err)
		}
	}
}

func TestBadCalendars(t *testing.T) {
	for text, want := range map[string]string{
		"off 01-01 元旦":                         "line 1: it must begin with a year",
		"year next":                            `line 1: "next" is not a year`,
		"year 2027\noff 13-01 元旦":              "line 2: no such day",
		"year 2027\noff 01-03..01-01 元旦":       "line 2: 01-03..01-01 is not a span of days",
		"year 2027\noff 01-01":                 "line 2: write days, then their name",
		"year 2027\nrest 01-01 元旦":             `line 2: "rest" is none of`,
		"year 2027\nwork 01-04 元旦":             "2027-01-04 is a workday anyway",
		"year 2027\noff 01-01 元旦\noff 01-01 x": "2027-01-01 is named twice",
		"year 2027\noff 2026-11-01 x":          "2026-11-01 is not one of its days",
		"year 1066":                            "there is no such year here",
	} {
		if _, err := ParseYears(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	y, _ := China().Year(2026)
	if _, err := New(nil, y, y); err == nil {
		t.Error("one year twice was taken")
	}
	for _, h := range [][]Span{{{600, 540}}, {{540, 720}, {700, 800}}, {{0, 1441}}, {{-1, 5}}} {
		if _, err := New(h); err == nil {
			t.Errorf("hours %v were taken", h)
		}
	}
}

func anyDay(t *rapid.T, label string) town.Day {
	return town.Day(rapid.IntRange(int(town.DayOf(2004, 1, 1)), int(town.DayOf(2026, 12, 31))).Draw(t, label))
}

func TestArithmeticRoundTrips(t *testing.T) {
	c := China()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDay(t, "a"), anyDay(t, "b")
		n, err := c.Count(a, b)
		if err != nil {
			t.Fatal(err)
		}
		slow := 0
		for d := min(a, b); d < max(a, b); d++ {
			if work, _ := c.Workday(d); work {
				slow++
			}
		}
		if b < a {
			slow = -slow
		}
		if n != slow {
			t.Fatalf("count %s to %s is %d, day by day %d", a, b, n, slow)
		}
		// From a workday, n workdays on and n back is the same day.
		if work, _ := c.Workday(a); !work {
			return
		}
		k := rapid.IntRange(-400, 400).Draw(t, "k")
		far, err := c.Add(a, k)
		if _, missing := err.(NeedsYear); missing {
			return
		}
		if work, _ := c.Workday(far); !work {
			t.Fatalf("%s + %d is %s, no workday", a, k, far)
		}
		if back, err := c.Add(far, -k); err != nil || back != a {
			t.Fatalf("%s + %d = %s, - %d = %s, %v", a, k, far, k, back, err)
		}
		if n, err := c.Count(a, far); err != nil || n != k {
			t.Fatalf("%s to %s are %d workdays, want %d, %v", a, far, n, k, err)
		}
	})
}

func TestOpenHours(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	for _, c := range []struct {
		day  string
		h, m int
		open bool
	}{
		{"2023-10-07", 9, 0, true}, // a make-up Saturday
		{"2023-10-07", 8, 59, false},
		{"2023-10-07", 12, 0, false},
		{"2023-10-07", 17, 29, true},
		{"2023-10-07", 17, 30, false},
		{"2023-10-06", 10, 0, false},
	} {
		if open, err := China().Open(day(t, c.day).At(zone, c.h, c.m), zone); err != nil || open != c.open {
			t.Errorf("%s %d:%02d open %v, %v", c.day, c.h, c.m, open, err)
		}
	}
}
