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
// neither tabs nor line ends: see plain.
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
		b = append(b, m.slices...)
		b = append(b, '\t')
		b = append(b, m.key...)
	}
	return string(b)
}

var plainer = strings.NewReplacer("\t", " ", "\n", " ")

// plain makes a text fit to stand in a line of marks.
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

// MarksOf reads the mark changes that an event made, as its row keeps them; nil
// where they are damaged. Slices are spelled, "grade=major;topic=fire".
func MarksOf(e store.EventRow) []store.MarkRow {
	told, err := parseTold(e.Marks)
	if err != nil {
		return nil
	}
	out := make([]store.MarkRow, len(told))
	for i, m := range told {
		out[i] = store.MarkRow{Figure: m.figure, Day: m.day, Record: m.record, K: m.k, Place: m.place, Slices: m.slices, Key: m.key, N: m.n, Back: m.back, Seq: e.Seq}
	}
	return out
}

// toldMark is one mark change as its event tells it.
type toldMark struct {
	keptMark
	back   int64
	record town.ID
}

// parseTold reads the mark changes of an event: lines of marks, each with the
// number it reverses and its record.
func parseTold(s string) ([]toldMark, error) {
	if s == "" {
		return nil, nil
	}
	lines := strings.Split(s, "\n")
	out := make([]toldMark, len(lines))
	for i, line := range lines {
		damaged := fmt.Errorf("its mark changes are damaged: %q", line)
		at := strings.LastIndexByte(line, '\t')
		if at < 0 {
			return nil, damaged
		}
		record, err := strconv.ParseInt(line[at+1:], 10, 64)
		rest := line[:at]
		if at = strings.LastIndexByte(rest, '\t'); at < 0 || err != nil {
			return nil, damaged
		}
		back, err := strconv.ParseInt(rest[at+1:], 10, 64)
		if err != nil {
			return nil, damaged
		}
		ms, err := parseMarks(rest[:at])
		if err != nil || len(ms) != 1 {
			return nil, damaged
		}
		out[i] = toldMark{ms[0], back, town.ID(record)}
	}
	return out, nil
}
