package paper

import (
	"strings"
	"unicode"
)

// glyph is one character set in a font, its widths in points.
type glyph struct {
	r     rune
	font  *loaded
	id    int
	size  float64
	width float64
	bold  bool
	rise  float64 // above the base line
	note  int     // the note whose mark it is part of, or 0
}

// typeset turns text into glyphs of a face. What the font of the face lacks comes
// from another of the fonts, and what none has is shown as □; what has no shape of
// its own, as joiners and selectors of variants, is left out.
func (s *setter) typeset(text string, f face, size float64, bold bool) []glyph {
	var out []glyph
	for _, r := range clean(text) {
		if shapeless(r) {
			continue
		}
		l, id := s.find(r, f)
		out = append(out, glyph{r: r, font: l, id: id, size: size, width: float64(l.advance(id)) * size / 1000, bold: bold})
	}
	return out
}

func shapeless(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r >= 0xE0000 && r <= 0xE0FFF
}

// closer sets the characters of the text closer, so that 28 fill a line.
func closer(gs []glyph) []glyph {
	for i := range gs {
		gs[i].width -= 0.21 * gs[i].size / bodySize
	}
	return gs
}

const (
	openers = "（《〈「『【〔“‘([{"
	closers = "）》〉」』】〕”’)]}，。、；：！？,.;:!?…—％%‰℃·～"
)

// mayBreak says whether a line may end between a and b (避头尾): no closing mark
// begins one, no opening mark ends one, words and numbers stay whole with the sign
// before and the unit or mark behind them.
func mayBreak(a, b glyph) bool {
	switch {
	case b.note != 0, b.r == ' ', b.r == '\u00a0' || a.r == '\u00a0':
		return false
	case a.r == ' ':
		return true
	case strings.ContainsRune(closers, b.r) || strings.ContainsRune(openers, a.r):
		return false
	case (a.r == '—' || a.r == '…') && a.r == b.r:
		return false
	}
	return !joined(a.r) || !joined(b.r)
}

// joined tells the characters of Western words and numbers.
func joined(r rune) bool {
	return r < 0x2E80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || strings.ContainsRune("+-−/_@#&=$¥.,%'", r))
}

// breakLines parts glyphs into lines: the first of width first, the others of width
// rest. What cannot be broken and is wider than a line is broken where it ends.
func breakLines(gs []glyph, first, rest float64) [][]glyph {
	var out [][]glyph
	room := first
	for len(gs) > 0 {
		n := fits(gs, room)
		line := gs[:n]
		gs = gs[n:]
		for len(line) > 0 && line[len(line)-1].r == ' ' {
			line = line[:len(line)-1]
		}
		for len(gs) > 0 && gs[0].r == ' ' {
			gs = gs[1:]
		}
		out = append(out, line)
		room = rest
	}
	return out
}

// fits is the number of glyphs that go into a line.
func fits(gs []glyph, room float64) int {
	width, at := 0.0, 0
	for i, g := range gs {
		if i > 0 && mayBreak(gs[i-1], g) {
			at = i
		}
		width += g.width
		if width > room+0.01 && g.r != ' ' {
			if at == 0 {
				at = max(i, 1)
			}
			return at
		}
	}
	return len(gs)
}

// widthOf is the width of glyphs set side by side.
func widthOf(gs []glyph) float64 {
	w := 0.0
	for _, g := range gs {
		w += g.width
	}
	return w
}

// gaps gives where a line may be stretched: between characters that no word holds
// together, or, in a line that is all one word, nowhere.
func gaps(gs []glyph) []int {
	var at []int
	for i := 1; i < len(gs); i++ {
		a, b := gs[i-1], gs[i]
		if b.note == 0 && (a.r == ' ' || !joined(a.r) || !joined(b.r)) {
			at = append(at, i)
		}
	}
	return at
}
