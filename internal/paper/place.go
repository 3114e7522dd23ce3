package paper

import (
	"strings"
	"unicode/utf8"
)

// placed are the lines of a signature: before empty lines above them, and each
// ends right half characters from the right edge.
type placed struct {
	before int
	lines  []placedLine
}

type placedLine struct {
	text  string
	right int
}

// place puts name and day where GB/T 9704 wants them. With a seal (7.3.5.1) the
// day ends four characters from the edge and the name stands centred over it, with
// two lines free, so that a seal of 42 mm covers both and comes within one line of
// the text. Without (7.3.5.2) the name ends two characters from the edge, and the
// day begins two characters further in than the name.
func (s Signature) place() placed {
	name, made := clean(s.Issuer), day(s.Day)
	n, m := halves(name), halves(made)
	out := placed{before: 1}
	nameRight, dayRight := 4, 4
	if s.Seal {
		out.before, dayRight = 2, 8
		nameRight = dayRight + (m-n)/2
		if nameRight < 0 {
			nameRight, dayRight = 0, (n-m)/2
		}
	} else if name != "" && made != "" {
		dayRight = 4 + n - 4 - m
		if dayRight < 4 {
			nameRight, dayRight = 4+4-dayRight, 4
		}
	}
	if name != "" {
		out.lines = append(out.lines, placedLine{name, nameRight})
	}
	if made != "" {
		out.lines = append(out.lines, placedLine{made, dayRight})
	}
	return out
}

// halves is the width of s in half characters: ASCII takes one, all else two.
func halves(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= utf8.RuneSelf {
			n++
		}
	}
	return n
}

// imprintLine is a line of the 版记 with the rules at it, in eighths of a point.
type imprintLine struct {
	left, right  string
	above, below int
}

// The rules of the 版记 (7.4.1): the first and the last 0.35 mm, those between 0.25 mm.
const thick, thin = 8, 6

func (m Imprint) lines() []imprintLine {
	var out []imprintLine
	if len(m.Copies) > 0 {
		out = append(out, imprintLine{left: "抄送：" + strings.TrimRight(strings.Join(m.Copies, "，"), "。") + "。"})
	}
	printed := day(m.Day)
	if printed != "" {
		printed += "印发"
	}
	if m.Office != "" || printed != "" {
		out = append(out, imprintLine{left: m.Office, right: printed})
	}
	for i := range out {
		out[i].above, out[i].below = thin, 0
		if i == 0 {
			out[i].above = thick
		}
		if i == len(out)-1 {
			out[i].below = thick
		}
	}
	return out
}
