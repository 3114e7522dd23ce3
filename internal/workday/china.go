package workday

import (
	_ "embed" // the years that come with the program
	"fmt"
	"sort"
	"strings"
	"sync"

	"zhenwu/internal/town"
)

//go:embed china.txt
var china string

// China is the calendar of the People's Republic of China for the years that
// come with the program (2004 to 2026), with UsualHours. Later years are data
// of the town: With adds them.
var China = sync.OnceValue(func() *Calendar {
	years, err := ParseYears(china)
	if err != nil {
		panic("workday: the embedded calendar: " + err.Error())
	}
	c, err := New(nil, years...)
	if err != nil {
		panic("workday: the embedded calendar: " + err.Error())
	}
	return c
})

// ParseYears reads calendars in the form of china.txt, which describes it at
// its head. Years that a town enters have the same form.
func ParseYears(text string) ([]Year, error) {
	var years []Year
	for i, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		fail := func(zh, en string, a ...any) ([]Year, error) {
			return nil, town.Refuse(town.Invalid, "", fmt.Sprintf("日历第 %d 行：", i+1)+zh, fmt.Sprintf("calendar, line %d: ", i+1)+en, a...)
		}
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		if word == "year" {
			var y int
			if _, err := fmt.Sscanf(rest, "%d", &y); err != nil || fmt.Sprint(y) != rest {
				return fail("%q 不是年份", "%q is not a year", rest)
			}
			years = append(years, Year{Year: y})
			continue
		}
		if len(years) == 0 {
			return fail("须先写年份", "it must begin with a year")
		}
		y := &years[len(years)-1]
		switch word {
		case "source":
			y.Sources = append(y.Sources, rest)
		case "off", "work":
			zh, en, _ := strings.Cut(rest, "|")
			words := strings.Fields(zh)
			n := 0
			for n < len(words) && words[n][0] >= '0' && words[n][0] <= '9' {
				n++
			}
			name := strings.Join(words[n:], " ")
			if n == 0 || name == "" {
				return fail("先写日期，再写名称", "write days, then their name")
			}
			for _, w := range words[:n] {
				from, until, span := strings.Cut(w, "..")
				if !span {
					until = from
				}
				a, err := parseDay(from, y.Year)
				if err != nil {
					return fail("没有这一天：%s", "no such day: %s", w)
				}
				b, err := parseDay(until, y.Year)
				if err != nil {
					return fail("没有这一天：%s", "no such day: %s", w)
				}
				if b < a || b-a > 31 {
					return fail("%s 不是一段日子", "%s is not a span of days", w)
				}
				for d := a; d <= b; d++ {
					y.Days = append(y.Days, Special{Day: d, Work: word == "work", Zh: name, En: strings.TrimSpace(en)})
				}
			}
		default:
			return fail("%q 不是 year、source、off、work 之一", "%q is none of year, source, off and work", word)
		}
	}
	for i := range years {
		if err := years[i].check(); err != nil {
			return nil, err
		}
	}
	return years, nil
}

// parseDay reads "MM-DD" of year, or a whole "YYYY-MM-DD" for a day of the December before.
func parseDay(s string, year int) (town.Day, error) {
	if len(s) == 5 {
		s = fmt.Sprintf("%04d-%s", year, s)
	}
	return town.ParseDay(s)
}

// String writes y in the form that ParseYears reads.
func (y Year) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "year %d\n", y.Year)
	for _, s := range y.Sources {
		fmt.Fprintf(&b, "source %s\n", s)
	}
	days := append([]Special(nil), y.Days...)
	sort.Slice(days, func(i, j int) bool { return days[i].Day < days[j].Day })
	for i := 0; i < len(days); {
		s, j := days[i], i+1
		for j < len(days) && days[j].Work == s.Work && days[j].Zh == s.Zh && days[j].En == s.En && days[j].Day == days[j-1].Day+1 {
			j++
		}
		word := "off "
		if s.Work {
			word = "work"
		}
		fmt.Fprintf(&b, "%s %s", word, writeDay(s.Day, y.Year))
		if j > i+1 {
			fmt.Fprintf(&b, "..%s", writeDay(days[j-1].Day, y.Year))
		}
		fmt.Fprintf(&b, " %s", s.Zh)
		if s.En != "" {
			fmt.Fprintf(&b, " | %s", s.En)
		}
		b.WriteByte('\n')
		i = j
	}
	return b.String()
}

func writeDay(d town.Day, year int) string {
	if y, m, day := d.Date(); y == year {
		return fmt.Sprintf("%02d-%02d", int(m), day)
	}
	return d.String()
}
