package draft

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Kind is the kind of a block.
type Kind int

// The kinds of blocks.
const (
	Paragraph Kind = iota
	Title          // the first heading without a number
	Heading        // of Rank 1 to 4: 一、（一）1.（1）
	Item           // of a list
	Row            // of a table; the first of a table is its head
)

// Block is a line of the written text as it is laid out. Stretches are bytes of the text.
type Block struct {
	Kind     Kind
	Rank     int
	From, To int
	Runs     []Run
	Cells    [][]Run // of a row
	Right    []bool  // of a row: which cells stand to the right
}

// Run is a stretch of one kind of type.
type Run struct {
	From, To int
	Bold     bool
}

var (
	rankForms = []*regexp.Regexp{
		regexp.MustCompile(`^(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}部分)`),
		regexp.MustCompile(`^[（(][一二三四五六七八九十]{1,3}[）)]`),
		regexp.MustCompile(`^[0-9]{1,2}[.．、](?:[^0-9]|$)`),
		regexp.MustCompile(`^[（(][0-9]{1,2}[）)]`),
	}
	ruleForm = regexp.MustCompile(`^\|?[\s:|-]+\|?$`)
)

// Blocks lays a written text out. Every line that is not empty is a block; headings have the rank of their number, and
// where they have none that of their #.
func Blocks(text string) []Block {
	var out []Block
	titled := false
	for at := 0; at < len(text); {
		end := at + strings.IndexByte(text[at:]+"\n", '\n')
		from, to := trimmed(text, at, end)
		line := text[from:to]
		at = end + 1
		switch {
		case line == "":
		case strings.HasPrefix(line, "|") && ruleForm.MatchString(line) && strings.Contains(line, "-"):
			if n := len(out); n > 0 && out[n-1].Kind == Row {
				for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
					out[n-1].Right = append(out[n-1].Right, strings.HasSuffix(strings.TrimSpace(cell), ":"))
				}
			}
		case strings.HasPrefix(line, "|"):
			b := Block{Kind: Row, From: from, To: to}
			if n := len(out); n > 0 && out[n-1].Kind == Row {
				b.Right = out[n-1].Right
			}
			inner := strings.Trim(line, "|")
			cell := from + strings.Index(line, inner)
			for _, s := range strings.Split(inner, "|") {
				f, t := trimmed(text, cell, cell+len(s))
				b.Cells = append(b.Cells, runs(text, f, t))
				cell += len(s) + 1
			}
			out = append(out, b)
		default:
			b := Block{From: from, To: to}
			marks := 0
			for from < to && text[from] == '#' {
				from, marks = from+1, marks+1
			}
			from, to = trimmed(text, from, to)
			rank := rankOf(text[from:to])
			switch {
			case marks > 0 && rank > 0, rank > 0 && headed(text[from:to]):
				b.Kind, b.Rank = Heading, rank
			case marks > 0 && !titled:
				b.Kind, titled = Title, true
			case marks > 0:
				b.Kind, b.Rank = Heading, min(max(marks-1, 1), 4)
			case strings.HasPrefix(text[from:to], "- ") || strings.HasPrefix(text[from:to], "* "):
				b.Kind = Item
				from += 2
			}
			b.Runs = runs(text, from, to)
			out = append(out, b)
		}
	}
	return out
}

// headed tells whether a line that begins with a number is a heading: it is short and no sentence.
func headed(line string) bool {
	return utf8.RuneCountInString(line) <= 40 && !strings.ContainsAny(line, "。；！？")
}

func rankOf(line string) int {
	for i, form := range rankForms {
		if form.MatchString(line) {
			return i + 1
		}
	}
	return 0
}

// trimmed takes blanks off both ends of a stretch.
func trimmed(text string, from, to int) (int, int) {
	s := text[from:to]
	left := strings.TrimLeft(s, " \t　\u00a0")
	from += len(s) - len(left)
	return from, from + len(strings.TrimRight(left, " \t　\u00a0\r"))
}

// runs cuts a stretch at **.
func runs(text string, from, to int) []Run {
	var out []Run
	bold := false
	for from <= to {
		i := strings.Index(text[from:to], "**")
		end := to
		if i >= 0 {
			end = from + i
		}
		if end > from {
			out = append(out, Run{from, end, bold})
		}
		if i < 0 {
			break
		}
		from, bold = end+2, !bold
	}
	return out
}
