package paper

import (
	"strconv"
	"strings"
)

// number writes n with d digits behind the point.
func number(n int64, d int) string {
	s := strconv.FormatInt(n, 10)
	if d <= 0 {
		return s
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if len(s) <= d {
		s = strings.Repeat("0", d+1-len(s)) + s
	}
	return sign + s[:len(s)-d] + "." + s[len(s)-d:]
}

// point gives the i-th value of a series, unknown beyond its end.
func (s Series) point(i int) Point {
	if i >= len(s.Points) {
		return Point{Unknown: true}
	}
	return s.Points[i]
}

// words tell a chart to who cannot see it: every series with its values.
func (c Chart) words() string {
	var b strings.Builder
	b.WriteString(c.Caption)
	if c.Unit != "" {
		b.WriteString("（单位：" + c.Unit + "）")
	}
	for _, s := range c.Series {
		b.WriteString("；" + s.Name + "：")
		for i, l := range c.Labels {
			if i > 0 {
				b.WriteString("，")
			}
			b.WriteString(l + " ")
			if p := s.point(i); p.Unknown {
				b.WriteString("—")
			} else {
				b.WriteString(number(p.N, c.Decimals))
			}
		}
	}
	return b.String()
}

// inks are the colours of series: they differ in lightness, so that they also do
// on a black and white printer.
var inks = [...]string{"2B3A67", "8C93A3", "C4C8D0", "5B6B95"}

func ink(i int) string { return inks[i%len(inks)] }
