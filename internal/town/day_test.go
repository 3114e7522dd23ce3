package town

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDayRoundTrip(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.IntRange(-20000, 60000).Draw(t, "day"))
		back, err := ParseDay(d.String())
		if err != nil || back != d {
			t.Fatalf("%v: %v %v", d, back, err)
		}
		if got := d.Start(zone).Day(zone); got != d {
			t.Fatalf("start of %v falls on %v", d, got)
		}
		if got := (d.Start(zone) - 1).Day(zone); got != d-1 {
			t.Fatalf("just before %v falls on %v", d, got)
		}
		y, m, dd := d.Date()
		if want := time.Date(y, m, dd, 0, 0, 0, 0, time.UTC).Weekday(); d.Weekday() != want {
			t.Fatalf("%v is a %v, not a %v", d, want, d.Weekday())
		}
	})
}

func TestParsePeriod(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"2023", "2023"}, {"2023-Q3", "2023-Q3"}, {"2023-05", "2023-05"}, {"2023-05-1", "2023-05-01/2023-05-10"},
		{"2023-02-3", "2023-02-21/2023-02-28"}, {"2023-05-17", "2023-05-17/2023-05-17"}, {"2023-01-01/2023-11-17", "2023-01-01/2023-11-17"},
	} {
		p, err := ParsePeriod(c.in)
		if err != nil || p.String() != c.out {
			t.Errorf("%s: %v, %v", c.in, p, err)
		}
	}
	for _, bad := range []string{"", "23", "2023-13", "2023-Q5", "2023-05-4", "2023-02-30", "2023-05-02/2023-05-01", "二〇二三"} {
		if p, err := ParsePeriod(bad); err == nil {
			t.Errorf("%q was read as %v", bad, p)
		}
	}
}
