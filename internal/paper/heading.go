package paper

import (
	"regexp"
	"strconv"
	"strings"
)

// numerals of the four levels, as they stand before a heading.
var numerals = [...]*regexp.Regexp{
	1: regexp.MustCompile(`^[一二三四五六七八九十百]+、\s*`),
	2: regexp.MustCompile(`^[（(][一二三四五六七八九十百]+[）)]\s*`),
	3: regexp.MustCompile(`^\d{1,3}[.．、]\s*`),
	4: regexp.MustCompile(`^[（(]\d{1,3}[）)]\s*`),
}

// SplitNumber parts a heading into its number as written and its text, and gives
// the level the number is of; without a number the level is 0.
func SplitNumber(s string) (number, text string, level int) {
	s = strings.TrimSpace(s)
	for l := 1; l < len(numerals); l++ {
		if at := numerals[l].FindStringIndex(s); at != nil {
			if l == 3 && at[1] < len(s) && s[at[1]] >= '0' && s[at[1]] <= '9' {
				return "", s, 0 // 3.5 is a number of the text
			}
			return strings.TrimSpace(s[:at[1]]), s[at[1]:], l
		}
	}
	return "", s, 0
}

// Numbered returns blocks with their headings numbered 一、（一）1.（1）, each level
// starting anew below the one above it. A heading that has a number keeps it, in
// Number or at the beginning of its text, and counting goes on from there.
func Numbered(blocks []Block) []Block {
	var at [5]int
	out := make([]Block, len(blocks))
	for i, b := range blocks {
		h, ok := b.(Heading)
		if !ok {
			out[i] = b
			continue
		}
		l := min(max(h.Level, 1), 4)
		if h.Number == "" {
			if n, text, level := SplitNumber(h.Text); level == l {
				h.Number, h.Text = n, text
			}
		}
		for below := l + 1; below < len(at); below++ {
			at[below] = 0
		}
		at[l]++
		if h.Number == "" {
			h.Number = numeral(l, at[l])
		} else if n := ordinal(h.Number); n > 0 {
			at[l] = n
		}
		out[i] = h
	}
	return out
}

// numeral writes the n-th number of a level.
func numeral(level, n int) string {
	switch level {
	case 1:
		return chinese(n) + "、"
	case 2:
		return "（" + chinese(n) + "）"
	case 3:
		return strconv.Itoa(n) + "."
	}
	return "（" + strconv.Itoa(n) + "）"
}

const tens = "〇一二三四五六七八九"

// chinese writes 1 to 99 as 一 to 九十九; beyond, which no document has, in digits.
func chinese(n int) string {
	d := []rune(tens)
	switch {
	case n < 1 || n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return string(d[n])
	}
	s := "十"
	if n >= 20 {
		s = string(d[n/10]) + s
	}
	if n%10 > 0 {
		s += string(d[n%10])
	}
	return s
}

// ordinal reads a number that numeral wrote; 0 where it is none.
func ordinal(number string) int {
	s := strings.Trim(number, "（）()、.．")
	if n, ok := digits(s); ok {
		return n
	}
	for n := 1; n < 100; n++ {
		if chinese(n) == s {
			return n
		}
	}
	return 0
}
