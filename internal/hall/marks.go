package hall

import (
	"fmt"
	"strconv"
	"strings"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// keptMark is one mark of a record as it stands: which number of which figure
// version it is, and what it says. Reversing it names that number.
type keptMark struct {
	figure int64
	k      int64
	day    town.Day
	place  int64
	n      int64
	slices string // "grade=major;topic=fire", sorted
	key    string
}

func (m keptMark) same(o keptMark) bool {
	return m.figure == o.figure && m.day == o.day && m.place == o.place && m.n == o.n && m.slices == o.slices && m.key == o.key
}

// formatMarks writes marks as lines of tab-separated parts; slices and key hold
// neither tabs nor line ends (quoted where they would).
func formatMarks(ms []keptMark) string {
	if len(ms) == 0 {
		return ""
	}
	b := make([]byte, 0, len(ms)*32)
	for i, m := range ms {
		if i > 0 {
			b = append(b, '\n')
		}
		for _, n := range [...]int64{m.figure, m.k, int64(m.day), m.place, m.n} {
			b = append(strconv.AppendInt(b, n, 10), '\t')
		}
		b = append(b, plain(m.slices)...)
		b = append(b, '\t')
		b = append(b, plain(m.key)...)
	}
	return string(b)
}

var plainer = strings.NewReplacer("\t", " ", "\n", " ")

func plain(s string) string {
	if strings.ContainsAny(s, "\t\n") {
		return plainer.Replace(s)
	}
	return s
}

func parseMarks(s string) ([]keptMark, error) {
	if s == "" {
		return nil, nil
	}
	lines := strings.Split(s, "\n")
	out := make([]keptMark, len(lines))
	for i, line := range lines {
		var nums [5]int64
		for j := range nums {
			part, rest, ok := strings.Cut(line, "\t")
			n, err := strconv.ParseInt(part, 10, 64)
			if !ok || err != nil {
				return nil, fmt.Errorf("its marks are damaged: %q", lines[i])
			}
			nums[j], line = n, rest
		}
		ss, key, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, fmt.Errorf("its marks are damaged: %q", lines[i])
		}
		out[i] = keptMark{figure: nums[0], k: nums[1], day: town.Day(nums[2]), place: nums[3], n: nums[4], slices: ss, key: key}
	}
	return out, nil
}

// MarksOf reads the mark changes that an event made, as its row keeps them.
// Slices are spelled, "grade=major;topic=fire".
func MarksOf(e store.EventRow) []store.MarkRow {
	if e.Marks == "" {
		return nil
	}
	var out []store.MarkRow
	for _, line := range strings.Split(e.Marks, "\n") {
		parts := strings.Split(line, "\t")
		if len(parts) != 9 {
			return nil
		}
		n := func(i int) int64 { v, _ := strconv.ParseInt(parts[i], 10, 64); return v }
		out = append(out, store.MarkRow{Figure: n(0), K: n(1), Day: town.Day(n(2)), Place: n(3), N: n(4), Slices: parts[5], Key: parts[6], Back: n(7), Record: town.ID(n(8)), Seq: e.Seq})
	}
	return out
}
