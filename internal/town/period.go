package town

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Period is a half-open range of days [From, Until).
type Period struct{ From, Until Day }

// YearPeriod is the calendar year y.
func YearPeriod(y int) Period { return Period{DayOf(y, 1, 1), DayOf(y+1, 1, 1)} }

// MonthPeriod is month m of year y.
func MonthPeriod(y int, m time.Month) Period { return Period{DayOf(y, m, 1), DayOf(y, m+1, 1)} }

// Contains tells whether d lies in p.
func (p Period) Contains(d Day) bool { return p.From <= d && d < p.Until }

// Last is the last day of p.
func (p Period) Last() Day { return p.Until - 1 }

// LastYear is the same period one year earlier, by calendar date.
func (p Period) LastYear() Period {
	back := func(d Day) Day {
		y, m, dd := d.Date()
		if m == time.February && dd == 29 {
			dd = 28
		}
		return DayOf(y-1, m, dd)
	}
	return Period{back(p.From), back(p.Until)}
}

// String writes the shortest name of p: "2023", "2023-05", or "2023-05-01/2023-05-09" with both days inclusive.
func (p Period) String() string {
	y, m, d := p.From.Date()
	switch {
	case d == 1 && m == 1 && p.Until == DayOf(y+1, 1, 1):
		return strconv.Itoa(y)
	case d == 1 && p.Until == DayOf(y, m+1, 1):
		return fmt.Sprintf("%04d-%02d", y, m)
	case d == 1 && (m-1)%3 == 0 && p.Until == DayOf(y, m+3, 1):
		return fmt.Sprintf("%04d-Q%d", y, (m-1)/3+1)
	}
	return p.From.String() + "/" + p.Last().String()
}

// ParsePeriod reads "2023", "2023-Q1", "2023-05", "2023-05-1" (first ten days; -2, -3 the second and third),
// "2023-05-17", or "2023-01-01/2023-11-17" with both days inclusive.
func ParsePeriod(s string) (Period, error) {
	bad := fmt.Errorf("not a period (2023, 2023-Q1, 2023-05, 2023-05-1, 2023-05-17 or 2023-01-01/2023-11-17): %q", s)
	if a, b, ok := strings.Cut(s, "/"); ok {
		from, err1 := ParseDay(a)
		last, err2 := ParseDay(b)
		if err1 != nil || err2 != nil || last < from {
			return Period{}, bad
		}
		return Period{from, last + 1}, nil
	}
	parts := strings.Split(s, "-")
	y, err := strconv.Atoi(parts[0])
	if err != nil || len(parts[0]) != 4 {
		return Period{}, bad
	}
	switch {
	case len(parts) == 1:
		return YearPeriod(y), nil
	case len(parts) == 2 && len(parts[1]) == 2 && parts[1][0] == 'Q':
		q := int(parts[1][1] - '0')
		if q < 1 || q > 4 {
			return Period{}, bad
		}
		return Period{DayOf(y, time.Month(3*q-2), 1), DayOf(y, time.Month(3*q+1), 1)}, nil
	case len(parts) >= 2 && len(parts[1]) == 2:
		m, err := strconv.Atoi(parts[1])
		if err != nil || m < 1 || m > 12 {
			return Period{}, bad
		}
		if len(parts) == 2 {
			return MonthPeriod(y, time.Month(m)), nil
		}
		if len(parts[2]) == 1 {
			switch parts[2] {
			case "1":
				return Period{DayOf(y, time.Month(m), 1), DayOf(y, time.Month(m), 11)}, nil
			case "2":
				return Period{DayOf(y, time.Month(m), 11), DayOf(y, time.Month(m), 21)}, nil
			case "3":
				return Period{DayOf(y, time.Month(m), 21), DayOf(y, time.Month(m)+1, 1)}, nil
			}
			return Period{}, bad
		}
		d, err := ParseDay(s)
		if err != nil {
			return Period{}, bad
		}
		return Period{d, d + 1}, nil
	}
	return Period{}, bad
}
