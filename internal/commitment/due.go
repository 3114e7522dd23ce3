package commitment

import (
	"regexp"
	"strconv"
	"time"

	"zhenwu/internal/town"
)

var (
	fullDay  = regexp.MustCompile(`((?:19|20)[0-9]{2})年([0-9]{1,2})月(?:([0-9]{1,2})日)?`)
	monthDay = regexp.MustCompile(`([0-9]{1,2})月(?:([0-9]{1,2})日|底|末|份)?(?:前|底|末|以前|之前)?`)
	parts    = []struct {
		words *regexp.Regexp
		month time.Month
	}{
		{regexp.MustCompile(`上半年|半年底`), 6},
		{regexp.MustCompile(`前三季度|第?三季度|三季度末`), 9},
		{regexp.MustCompile(`第?一季度|首季`), 3},
		{regexp.MustCompile(`第?二季度`), 6},
		{regexp.MustCompile(`年底|年末|年内|全年|第?四季度|下半年|岁末`), 12},
	}
)

// Due reads the day until which a clause promises something, in the year of the plan; said is false where the clause names none and
// the end of that year is assumed.
func Due(clause string, year int) (due town.Day, said bool) {
	end := town.DayOf(year, 12, 31)
	if m := fullDay.FindStringSubmatch(clause); m != nil {
		if d, ok := dayOf(m[1], m[2], m[3]); ok && d.Year() >= year && d.Year() <= year+10 {
			return d, true
		}
	}
	for _, p := range parts {
		if p.words.MatchString(clause) {
			return town.DayOf(year, p.month+1, 1) - 1, true
		}
	}
	for _, m := range monthDay.FindAllStringSubmatch(clause, -1) {
		if len(m[0]) == len(m[1])+len("月") { // 12月 alone may be a festival's month or a stretch of months
			continue
		}
		if d, ok := dayOf(strconv.Itoa(year), m[1], m[2]); ok {
			return d, true
		}
	}
	return end, false
}

// dayOf is a day, the last of its month where none is named.
func dayOf(year, month, day string) (town.Day, bool) {
	y, _ := strconv.Atoi(year) // digits by the pattern
	m, _ := strconv.Atoi(month)
	if m < 1 || m > 12 {
		return 0, false
	}
	last := town.DayOf(y, time.Month(m)+1, 1) - 1
	if day == "" {
		return last, true
	}
	n, _ := strconv.Atoi(day)
	d := town.DayOf(y, time.Month(m), 1) + town.Day(n-1)
	return d, n >= 1 && d <= last
}

// Node is a milestone.
type Node struct {
	What string
	Due  town.Day
}

var quarters = []string{"第一季度", "第二季度", "第三季度", "第四季度"}

// Quarters are the milestones of a task: the ends of the quarters up to its due day, the last of them on it. A task of another year than
// the one it is written down in begins with the next.
func Quarters(from, due town.Day) []Node {
	y := from.Year()
	if due.Year() > y {
		y++
		from = town.DayOf(y, 1, 1)
	}
	_, m, _ := from.Date()
	var out []Node
	for q := (int(m) - 1) / 3; ; q++ {
		end := town.DayOf(y+q/4, time.Month(q%4*3+4), 1) - 1
		name := quarters[q%4]
		if due.Year() > y {
			name = strconv.Itoa(end.Year()) + "年" + name
		}
		if end >= due {
			return append(out, Node{name, due})
		}
		if end >= from+20 { // a quarter that is as good as over asks for nothing
			out = append(out, Node{name, end})
		}
	}
}
