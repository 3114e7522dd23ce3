package workday

import (
	"fmt"
	"strconv"
	"strings"
)

// Unit is what a limit is counted in.
type Unit uint8

// The units of a limit. The zero Unit is invalid.
const (
	Workdays  Unit = iota + 1 // days on which people work, to 24:00 of the last
	Days                      // natural days, to 24:00 of the last
	Months                    // to 24:00 of the day with the same number, or of the month's last day
	Workhours                 // minutes of working time
	Hours                     // around the clock, any day
	Minutes                   // around the clock, any day
)

// maxCount is the largest number a limit may have; it keeps all sums far from overflow.
const maxCount = 100_000

// Limit is a length of time that something may take.
type Limit struct {
	N    int
	Unit Unit
	// Inclusive counts the day of the start as the first day. Without it the
	// count begins on the day after (民法典 art. 201, and the practice of
	// administrative procedure). Only for Workdays, Days and Months.
	Inclusive bool
	// Rolls moves an end that falls on a day off to the next workday (民法典
	// art. 203). Only for Days and Months.
	Rolls bool
}

var units = []struct {
	unit   Unit
	en, zh string
	words  []string // other spellings, lower case, without spaces
	times  int      // one of these is so many of unit
}{
	{Workdays, "workday", "个工作日", []string{"workdays", "workingday", "workingdays", "工作日"}, 1},
	{Days, "day", "日", []string{"days", "天", "个自然日", "自然日"}, 1},
	{Months, "month", "个月", []string{"months", "月"}, 1},
	{Workhours, "workhour", "个工作小时", []string{"workhours", "workinghour", "workinghours", "工作小时"}, 1},
	{Hours, "hour", "小时", []string{"hours", "个小时"}, 1},
	{Minutes, "minute", "分钟", []string{"minutes"}, 1},
	{Days, "week", "周", []string{"weeks", "个星期", "星期"}, 7},
	{Months, "year", "年", []string{"years"}, 12},
}

const (
	inclusiveEn, inclusiveZh = " from the start day", "（含当日）"
	rollsEn, rollsZh         = " or the next workday", "（遇休息日顺延）"
)

// ParseLimit reads "5 workdays", "15 days", "1 month", "7 workhours", "24
// hours", "30 minutes", "2 weeks", "1 year" and the same in Chinese ("5个工作日",
// "15日", "24小时", "1个月"). " from the start day" (（含当日）) counts the start day
// too, " or the next workday" (（遇休息日顺延）) moves an end on a day off.
func ParseLimit(s string) (Limit, error) {
	var l Limit
	text := strings.ToLower(strings.TrimSpace(s))
	for cut := true; cut; {
		cut = false
		for _, end := range []struct {
			word string
			set  *bool
		}{{inclusiveEn, &l.Inclusive}, {inclusiveZh, &l.Inclusive}, {rollsEn, &l.Rolls}, {rollsZh, &l.Rolls}} {
			if rest, ok := strings.CutSuffix(text, end.word); ok && !*end.set {
				text, *end.set, cut = strings.TrimSpace(rest), true, true
			}
		}
	}
	digits := 0
	for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
		digits++
	}
	n, err := strconv.Atoi(text[:digits])
	if err != nil {
		return Limit{}, fmt.Errorf("not a limit: %q (write it as 5 workdays, 15 days, 24 hours, 1 month)", s)
	}
	word := strings.ReplaceAll(text[digits:], " ", "")
	for _, u := range units {
		match := word == u.en || word == u.zh
		for _, w := range u.words {
			match = match || word == w
		}
		if !match {
			continue
		}
		if n > maxCount {
			return Limit{}, fmt.Errorf("limit %q is too long", s)
		}
		l.N, l.Unit = n*u.times, u.unit
		if err := l.check(); err != nil {
			return Limit{}, fmt.Errorf("limit %q: %w", s, err)
		}
		return l, nil
	}
	return Limit{}, fmt.Errorf("limit %q has no unit that is known (workdays, days, months, workhours, hours, minutes)", s)
}

func (l Limit) check() error {
	switch {
	case l.Unit < Workdays || l.Unit > Minutes:
		return fmt.Errorf("it has no unit")
	case l.N < 1:
		return fmt.Errorf("it must be at least one")
	case l.N > maxCount:
		return fmt.Errorf("it is too long")
	case l.Inclusive && !l.byDay():
		return fmt.Errorf("only days can be counted from the start day")
	case l.Rolls && l.Unit != Days && l.Unit != Months:
		return fmt.Errorf("only natural days and months can end on a day off")
	}
	return nil
}

// byDay tells whether l ends with a day rather than within one.
func (l Limit) byDay() bool { return l.Unit == Workdays || l.Unit == Days || l.Unit == Months }

// String writes l so that ParseLimit reads it back.
func (l Limit) String() string { return l.In("en") }

// In writes l in lang, "zh" or "en"; ParseLimit reads both.
func (l Limit) In(lang string) string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(l.N))
	incl, rolls := inclusiveEn, rollsEn
	if lang == "zh" {
		incl, rolls = inclusiveZh, rollsZh
	}
	for _, u := range units {
		if u.unit != l.Unit {
			continue
		}
		if lang == "zh" {
			b.WriteString(u.zh)
		} else {
			b.WriteString(" " + u.en)
			if l.N != 1 {
				b.WriteByte('s')
			}
		}
		break
	}
	if l.Inclusive {
		b.WriteString(incl)
	}
	if l.Rolls {
		b.WriteString(rolls)
	}
	return b.String()
}
