package town

import (
	"fmt"
	"time"
)

// Day is a civil day of the town's own calendar, counted from 1970-01-01 = 0.
// It carries no time zone: the town's zone decides which Day an instant falls on.
type Day int32

// Millis is an instant in UTC milliseconds since 1970-01-01T00:00:00Z.
type Millis int64

// NoDay marks an absent day; it is before every day the town can know.
const NoDay Day = -1 << 30

// DayOf returns the civil day y-m-d. Values outside their range are normalised
// as time.Date does.
func DayOf(y int, m time.Month, d int) Day {
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDay reads "2006-01-02".
func ParseDay(s string) (Day, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return NoDay, fmt.Errorf("not a day (YYYY-MM-DD): %q", s)
	}
	num := func(a, b int) (int, bool) {
		n := 0
		for _, c := range []byte(s[a:b]) {
			if c < '0' || c > '9' {
				return 0, false
			}
			n = n*10 + int(c-'0')
		}
		return n, true
	}
	y, ok1 := num(0, 4)
	m, ok2 := num(5, 7)
	d, ok3 := num(8, 10)
	if !ok1 || !ok2 || !ok3 {
		return NoDay, fmt.Errorf("not a day (YYYY-MM-DD): %q", s)
	}
	day := DayOf(y, time.Month(m), d)
	if yy, mm, dd := day.Date(); yy != y || int(mm) != m || dd != d {
		return NoDay, fmt.Errorf("no such day: %q", s)
	}
	return day, nil
}

// Date returns the civil date of d.
func (d Day) Date() (int, time.Month, int) {
	return time.Unix(int64(d)*86400, 0).UTC().Date()
}

// Year returns the calendar year of d.
func (d Day) Year() int { y, _, _ := d.Date(); return y }

// Weekday returns the day of the week of d.
func (d Day) Weekday() time.Weekday { return time.Weekday(((int(d)+4)%7 + 7) % 7) }

// String writes d as "2006-01-02"; NoDay is "".
func (d Day) String() string {
	if d == NoDay {
		return ""
	}
	y, m, dd := d.Date()
	if y < 0 || y > 9999 {
		return fmt.Sprintf("%04d-%02d-%02d", y, m, dd)
	}
	b := [10]byte{byte('0' + y/1000), byte('0' + y/100%10), byte('0' + y/10%10), byte('0' + y%10), '-',
		byte('0' + int(m)/10), byte('0' + int(m)%10), '-', byte('0' + dd/10), byte('0' + dd%10)}
	return string(b[:])
}

// Span returns the tally span of d itself: yyyymmdd.
func (d Day) Span() int32 {
	y, m, dd := d.Date()
	return int32(y*10000 + int(m)*100 + dd)
}

// MonthSpan returns the tally span of the month of d: yyyymm00.
func (d Day) MonthSpan() int32 {
	y, m, _ := d.Date()
	return int32(y*10000 + int(m)*100)
}

// Start returns the instant at which d begins in zone.
func (d Day) Start(zone *time.Location) Millis {
	y, m, dd := d.Date()
	return Millis(time.Date(y, m, dd, 0, 0, 0, 0, zone).UnixMilli())
}

// At returns the instant h:m on day d in zone.
func (d Day) At(zone *time.Location, hour, minute int) Millis {
	y, m, dd := d.Date()
	return Millis(time.Date(y, m, dd, hour, minute, 0, 0, zone).UnixMilli())
}

// Day returns the civil day on which instant t falls in zone.
func (t Millis) Day(zone *time.Location) Day {
	_, off := time.UnixMilli(int64(t)).In(zone).Zone()
	s := int64(t)/1000 + int64(off)
	if int64(t)%1000 < 0 {
		s--
	}
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return Day(d)
}

// Time returns t as a time.Time in zone.
func (t Millis) Time(zone *time.Location) time.Time { return time.UnixMilli(int64(t)).In(zone) }
