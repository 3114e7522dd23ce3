package draft

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhenwu/internal/report"
)

// Section is a heading of the text and how much stands under it.
type Section struct {
	Rank       int // 1 for 一、, 2 for （一）; 0 for what stands above the first
	Heading    string
	Characters int // Han characters, digits, letters and signs, without blanks and markup; with what stands under its own headings
	Figures    int // numbers written from figures
}

// Lint reads the written text as a stranger would and lists what is said but not carried: numbers that no figure wrote, promises
// without a commitment, and what contradicts itself. promised tells whether a commitment of the town covers a clause of the plan.
// It adds to w.Problems and gives the sections.
func Lint(w *Written, promised func(clause string) bool) ([]Section, error) {
	text := w.Text
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	doc, err := report.Read("draft.md", []byte(text))
	if err != nil {
		return nil, err
	}
	lines := lineStarts(text)
	for _, c := range doc.Claims {
		from, to := c.Span()
		if from >= to || w.covered(from, to) || w.tabled(lines, c.Line) {
			continue
		}
		said := strings.TrimSpace(text[from:to])
		w.add(from, "unlinked", false, said, "“"+clip(c.Text)+"”里的 "+said+" 没有连到指标", said+" in “"+clip(c.Text)+"” is not linked to a figure")
	}
	if promised != nil {
		for _, p := range doc.Commitments {
			if !promised(p.Text) {
				at := lines[min(max(p.Line-1, 0), len(lines)-1)]
				if i := strings.Index(text[at:], p.Text); i >= 0 {
					at += i
				}
				w.add(at, "promise", false, p.Text, "“"+clip(p.Text)+"”还没有对应的承诺任务", "no commitment carries “"+clip(p.Text)+"”")
			}
		}
	}
	checked := report.Check(doc, nil, "", "zh")
	english := report.Check(doc, nil, "", "en")
	for i, f := range checked.Findings {
		if w.tabled(lines, f.Line) {
			continue // rows of a table that was written by figures are not the same thing said twice
		}
		w.add(lines[min(max(f.Line-1, 0), len(lines)-1)], f.Kind, false, f.Text, f.Why, english.Findings[i].Why)
	}
	sort.SliceStable(w.Problems, func(i, j int) bool {
		a, b := w.Problems[i], w.Problems[j]
		return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
	})
	return w.sections(), nil
}

// covered tells whether a figure wrote any of the stretch.
func (w *Written) covered(from, to int) bool {
	i := sort.Search(len(w.Marks), func(i int) bool { return w.Marks[i].To > from })
	return i < len(w.Marks) && w.Marks[i].From < to
}

// tabled tells whether a line is a row of a table that a block wrote.
func (w *Written) tabled(lines []int, line int) bool {
	from, to := lines[min(max(line-1, 0), len(lines)-1)], len(w.Text)
	if line < len(lines) {
		to = lines[line]
	}
	i := sort.Search(len(w.Marks), func(i int) bool { return w.Marks[i].From >= from })
	return i < len(w.Marks) && w.Marks[i].From < to && w.Draft.fenceAt(w.Marks[i].Source) != nil
}

// add lists a problem at a byte of the text, where the draft says it.
func (w *Written) add(at int, kind string, bars bool, text, zh, en string) {
	line, column := place(w.Draft.source, w.sourceAt(at))
	w.Problems = append(w.Problems, Problem{Line: line, Column: column, Kind: kind, Zh: zh, En: en, Text: text, Bars: bars})
}

// sourceAt gives the byte of the draft that a byte of the text comes from.
func (w *Written) sourceAt(at int) int {
	i := sort.Search(len(w.Marks), func(i int) bool { return w.Marks[i].To > at })
	if i < len(w.Marks) && w.Marks[i].From <= at {
		return w.Marks[i].Source
	}
	if i == 0 {
		return min(w.Draft.body+at, len(w.Draft.source))
	}
	m := w.Marks[i-1]
	return min(m.Behind+at-m.To, len(w.Draft.source))
}

func lineStarts(text string) []int {
	out := []int{0}
	for i, b := range []byte(text) {
		if b == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

// clip shortens a clause to what a line holds.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= 30 {
		return s
	}
	return string([]rune(s)[:29]) + "…"
}

// sections measures the text under its headings.
func (w *Written) sections() []Section {
	out := []Section{{}}
	open := []int{0} // the sections that what comes now stands in
	lines := lineStarts(w.Text)
	mark := 0
	for _, p := range report.Passages(w.Text) {
		if r := p.Rank; r == 1 || r == 2 || r == 9 {
			if r == 9 {
				r = 1
			}
			out = append(out, Section{Rank: r, Heading: p.Mark + p.Text})
			at := len(out) - 1
			if r == 2 && len(open) > 0 && out[open[0]].Rank == 1 {
				open = []int{open[0], at}
			} else {
				open = []int{at}
			}
		}
		n := 0
		for _, s := range append([]string{p.Mark, p.Text}, p.Cells...) {
			for _, r := range s {
				if !unicode.IsSpace(r) {
					n++
				}
			}
		}
		figures, end := 0, len(w.Text)
		if p.To < len(lines) {
			end = lines[p.To]
		}
		for mark < len(w.Marks) && w.Marks[mark].From < end {
			if w.Marks[mark].Ref.Figure != nil {
				figures++
			}
			mark++
		}
		for _, at := range open {
			out[at].Characters += n
			out[at].Figures += figures
		}
	}
	if out[0].Characters == 0 {
		out = out[1:]
	}
	return out
}

// Characters counts the whole text as sections do.
func Characters(sections []Section) int {
	n := 0
	for _, s := range sections {
		if s.Rank <= 1 {
			n += s.Characters
		}
	}
	return n
}
