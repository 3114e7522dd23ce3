package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Fault is something wrong in the sources, with its place. A Warning does not
// keep the catalog from being used.
type Fault struct {
	File         string
	Line, Column int    // from 1; 0 = the whole file
	Text         string // the line at fault
	Zh, En       string
	Warning      bool
}

// In returns the message in lang, "zh" or "en".
func (f Fault) In(lang string) string {
	if lang == "en" {
		return f.En
	}
	return f.Zh
}

// Error gives the place and the English message on one line.
func (f Fault) Error() string { return f.Where() + ": " + f.En }

// Where is the place of the fault, file:line:column as far as it is known.
func (f Fault) Where() string {
	switch {
	case f.Line == 0:
		return f.File
	case f.Column == 0:
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
}

// Render writes the fault as people read it: the place, the message, the line
// and a caret below the column. Han characters are two cells wide.
func (f Fault) Render(lang string) string {
	var b strings.Builder
	word := ""
	if f.Warning {
		word = "提醒："
		if lang == "en" {
			word = "warning: "
		}
	}
	fmt.Fprintf(&b, "%s: %s%s\n", f.Where(), word, f.In(lang))
	if f.Line == 0 || strings.TrimSpace(f.Text) == "" {
		return b.String()
	}
	const margin = 60 // runes shown before the column; a flow mapping may be very long
	runes := []rune(f.Text)
	from := 0
	if f.Column-1 > margin {
		from = f.Column - 1 - margin
	}
	until := min(len(runes), max(from+120, f.Column+margin))
	show := func(r []rune) string { return strings.ReplaceAll(string(r), "\t", " ") }
	head, tail := "", ""
	if from > 0 {
		head = "…"
	}
	if until < len(runes) {
		tail = "…"
	}
	if from > until {
		from = until
	}
	fmt.Fprintf(&b, "%5d | %s%s%s\n", f.Line, head, show(runes[from:until]), tail)
	if f.Column > 0 {
		gap := 0
		for _, r := range append([]rune(head), runes[from:min(max(f.Column-1, from), until)]...) {
			gap += cells(r)
		}
		fmt.Fprintf(&b, "      | %s^\n", strings.Repeat(" ", gap))
	}
	return b.String()
}

// cells is how wide a terminal shows r.
func cells(r rune) int {
	switch {
	case unicode.Is(unicode.Han, r), r >= 0x3000 && r <= 0x303F, r >= 0xFF00 && r <= 0xFF60:
		return 2
	}
	return 1
}

// sortFaults orders faults by place, errors before warnings on one spot, and drops repetitions.
func sortFaults(faults []Fault) []Fault {
	slices.SortStableFunc(faults, func(a, b Fault) int {
		warn := func(f Fault) int {
			if f.Warning {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), warn(a)-warn(b), cmp.Compare(a.En, b.En))
	})
	return slices.Compact(faults)
}

// Broken tells whether any of the faults is more than a warning.
func Broken(faults []Fault) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool { return !f.Warning })
}

// nearest returns the candidate most like word, "" when none is near.
func nearest(word string, among []string) string {
	if len(word) < 3 {
		return "" // everything is near a word so short
	}
	best, least := "", 1+max(1, len(word)/3)
	for _, c := range among {
		if c == word {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least || d == least && best != "" && c < best {
			best, least = c, d
		}
	}
	return best
}

// distance counts the edits between a and b; two neighbours exchanged are one edit.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	prev2, prev, cur := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		cur[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(y)]
}
