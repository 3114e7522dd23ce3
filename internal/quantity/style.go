package quantity

import (
	"math/big"
	"regexp"
	"strings"
)

// Style is how a number is to be written: 万余户 writes 361234 as 36万余户, 0.0亿元 writes 1342000000 as 13.4亿元, 百余个 writes 132 as
// 百余个, 近万件 writes 19500 as 近2万件. Its text is the phrase it makes, with 0 for the digits. The zero Style is the plain one: the
// scale and the decimals that the number itself asks for, at most two.
type Style struct {
	Word     string // 近, 超, 超过, 突破, 约 before the number; 余 or 多 behind it
	Round    Round
	Scale    string // 万, 亿, 万亿; "" for what suits the number, unless Fixed
	Fixed    bool   // digits are given: the scale is the one given, "" for none
	Decimals int    // behind the scale; only where Fixed
	Place    int    // 十 1, 百 2, 千 3: the digit that a rounding word counts from, 0 where it is left to the number
	Arabic   bool   // 100余个 and not 百余个
	Inner    bool   // the rounding word stands before the scale: 800余万元, not 36万余户
	Han      bool   // in characters: 三大片区
	Unit     string // as written; "" for the unit of the figure
	Bare     bool   // no unit is written at all
}

var (
	styleForm = regexp.MustCompile(`^(接近|将近|近|大约|约|超过|超|突破|逾)?(汉字|0(?:\.0{1,6})?)?(十|百|千|10{1,3})?(余|多)?(万亿|亿|万)?(余|多)?(.*)$`)
	rounds    = map[string]Round{"近": Near, "接近": Near, "将近": Near, "约": About, "大约": About, "超": Above, "超过": Above, "突破": Above, "逾": Above}
	places    = map[string]int{"十": 1, "百": 2, "千": 3, "10": 1, "100": 2, "1000": 3}
)

// ParseStyle reads a style. ok is false where s is none: its unit is not one this package knows, or its words contradict each
// other. A unit may be left out; 无单位 behind everything writes the number alone.
func ParseStyle(s string) (Style, bool) {
	m := styleForm.FindStringSubmatch(s)
	if m == nil || s == "" {
		return Style{}, false
	}
	st := Style{Scale: m[5], Unit: m[7], Place: places[m[3]], Arabic: strings.HasPrefix(m[3], "1"), Inner: m[4] != "" && m[5] != ""}
	if st.Unit == "无单位" {
		st.Unit, st.Bare = "", true
	}
	more := m[4] + m[6]
	switch {
	case m[1] != "" && more != "" || m[4] != "" && m[6] != "":
		return Style{}, false
	case m[1] != "":
		st.Word, st.Round = m[1], rounds[m[1]]
	case more != "":
		st.Word, st.Round = more, Over
	}
	switch {
	case m[2] == "汉字":
		st.Han = true
		if st.Word != "" || st.Scale != "" || st.Place != 0 {
			return Style{}, false
		}
	case m[2] != "":
		st.Fixed = true
		if _, frac, ok := strings.Cut(m[2], "."); ok {
			st.Decimals = len(frac)
		}
		if st.Place != 0 {
			return Style{}, false
		}
	case st.Scale != "":
		st.Fixed = st.Round != Exact
	}
	if st.Place != 0 && st.Round == Exact || st.Unit != "" && !Known(st.Unit) {
		return Style{}, false
	}
	return st, true
}

// String writes the style as ParseStyle reads it.
func (s Style) String() string {
	var b strings.Builder
	trailing := s.Round == Over
	if !trailing {
		b.WriteString(s.Word)
	}
	switch {
	case s.Han:
		b.WriteString("汉字")
	case s.Fixed && (s.Decimals > 0 || s.Round == Exact || s.Scale == "" && s.Place == 0):
		b.WriteString("0")
		if s.Decimals > 0 {
			b.WriteString("." + strings.Repeat("0", s.Decimals))
		}
	}
	if s.Arabic {
		b.WriteString(Number{1, s.Place}.String())
	} else {
		b.WriteString([]string{"", "十", "百", "千"}[s.Place])
	}
	if trailing && s.Inner {
		b.WriteString(s.Word)
	}
	b.WriteString(s.Scale)
	if trailing && !s.Inner {
		b.WriteString(s.Word)
	}
	b.WriteString(s.Unit)
	if s.Bare {
		b.WriteString("无单位")
	}
	return b.String()
}

// StyleOf gives the style in which a phrase was written; text is the phrase.
func StyleOf(p Phrase, text string) Style {
	st := Style{Round: p.Round, Scale: p.Scale, Unit: p.Unit, Fixed: true, Bare: p.Unit == ""}
	if p.Value.Exp < 0 {
		st.Decimals = -p.Value.Exp
	}
	switch p.Round {
	case Exact:
		if p.Han {
			return Style{Han: true, Unit: p.Unit, Bare: p.Unit == ""}
		}
		return st
	case Over:
		st.Word = "余"
		if strings.Contains(text, "多") && !strings.Contains(text, "余") {
			st.Word = "多"
		}
	default:
		for _, w := range []string{"超过", "突破", "超", "逾", "接近", "将近", "近", "大约", "约"} {
			if strings.HasPrefix(text, w) {
				st.Word = w
				break
			}
		}
		if st.Word == "" {
			st.Word = string(p.Round)
		}
	}
	if p.Round == Over && p.Scale != "" && strings.Contains(text, p.Scale+st.Word) {
		return st // 10万余户: counted in 万
	}
	if n := p.Value.trim(); n.Exp > 0 && n.Exp <= 3 {
		st.Place, st.Fixed, st.Decimals, st.Arabic = n.Exp, p.Scale != "" && p.Round != Exact, 0, !p.Bare && n.Coef == 1
		st.Inner = p.Scale != "" && p.Round == Over
	}
	return st
}

// Write writes v, a plain number of unit, in the style, and gives the quantity that the text says. ok is false where the style's
// unit does not fit the figure's, or where no number with that rounding word can be said of v (see Quantity.Agrees): the text is
// then the plain one. same tells whether two units mean the same here (户 for 户次); nil for none.
func (s Style) Write(v *big.Rat, unit string, same func(a, b string) bool) (text string, q Quantity, ok bool) {
	ok = true
	if s.Unit != "" && s.Unit != unit && !(same != nil && same(s.Unit, unit)) {
		if to, fits := Convert(v, UnitOf(unit), UnitOf(s.Unit)); fits {
			v = to
		} else {
			s, ok = Style{}, false
		}
	}
	if s.Unit != "" {
		unit = s.Unit
	}
	if s.Han && v.IsInt() && v.Num().IsInt64() && v.Sign() >= 0 {
		q = Quantity{Value: Int(v.Num().Int64()), Unit: unit}
		if s.Bare {
			return Han(v.Num().Int64()), q, ok
		}
		return Han(v.Num().Int64()) + unit, q, ok
	}
	if s.Han || s.Round != Exact && v.Sign() <= 0 {
		s, ok = Style{Unit: s.Unit, Bare: s.Bare}, false
	}
	q = s.quantity(v, unit)
	if q.Value.IsZero() && s.Round != Exact { // smaller than the digit that was asked for: the word counts from its own first digit
		s.Scale, s.Fixed, s.Decimals, s.Place, s.Inner, s.Arabic = "", false, 0, 0, false, false
		q = s.quantity(v, unit)
	}
	if !q.Agrees(v) || q.Value.IsZero() && s.Round != Exact {
		ok = false
		q = Style{}.quantity(v, unit)
		s.Round, s.Word = Exact, ""
	}
	return s.phrase(q), q, ok
}

// quantity chooses the digits.
func (s Style) quantity(v *big.Rat, unit string) Quantity {
	scale := s.Scale
	if scale == "" && !s.Fixed {
		scale = suits(v)
	}
	if s.Place > 0 && s.Scale == "" {
		scale = ""
	}
	exp := scales[scale]
	q := Quantity{Scale: scale, Unit: unit, Round: s.Round}
	if s.Round == Exact {
		decimals := s.Decimals
		if !s.Fixed {
			decimals = enough(v, exp)
		}
		q.Value = whole(RoundHalfUp(v, exp-decimals).Shift(-exp))
		return q
	}
	place := exp - s.Decimals
	switch {
	case s.Place > 0:
		place = exp + s.Place
	case !s.Fixed && exp == 0:
		place = leading(v)
	}
	for range 4 { // 近 and 约 take a finer digit where they cannot be said of this one
		switch s.Round {
		case Over, Above:
			q.Value = floor(v, place).Shift(-exp)
		case Near:
			n := floor(v, place)
			q.Value = Number{n.Coef + 1, n.Exp}.Shift(-exp)
		default:
			q.Value = RoundHalfUp(v, place).Shift(-exp)
		}
		if s.Round == Over || s.Round == Above || q.Agrees(v) {
			break
		}
		place--
	}
	q.Value = whole(q.Value)
	return q
}

// phrase writes the quantity with the style's own words.
func (s Style) phrase(q Quantity) string {
	digits := q.Value.trim().String()
	if q.Value.Exp < 0 && s.Fixed && s.Round == Exact {
		digits = fixed(q.Value)
	}
	unit := q.Unit
	if s.Bare {
		unit = ""
	}
	if s.Place > 0 && !s.Arabic && q.Value.Cmp(Number{1, s.Place}) == 0 {
		digits = []string{"", "十", "百", "千"}[s.Place]
	}
	if s.Round == Over {
		if s.Inner {
			return digits + s.Word + q.Scale + unit
		}
		return digits + q.Scale + s.Word + unit
	}
	return s.Word + digits + q.Scale + unit
}

// suits is the scale that a number is usually written with.
func suits(v *big.Rat) string {
	size, scale := new(big.Rat).Abs(v), ""
	for _, s := range []string{"万", "亿", "万亿"} {
		if size.Cmp(Number{1, scales[s]}.Rat()) >= 0 {
			scale = s
		}
	}
	if scale == "万" && v.IsInt() && enough(v, 4) > 0 && !RoundHalfUp(v, 2).trimmedEqual(v) {
		return "" // 12345 is clearer than 1.23万
	}
	return scale
}

// trimmedEqual tells whether n is v exactly.
func (n Number) trimmedEqual(v *big.Rat) bool { return n.Rat().Cmp(v) == 0 }

// enough is how many decimals behind a scale say v exactly, at most two.
func enough(v *big.Rat, exp int) int {
	for d := range 2 {
		if RoundHalfUp(v, exp-d).trimmedEqual(v) {
			return d
		}
	}
	return 2
}

// leading is the place of the first digit of v.
func leading(v *big.Rat) int {
	place := 0
	for v.Cmp(Number{1, place + 1}.Rat()) >= 0 {
		place++
	}
	return place
}

// whole writes a number without a positive exponent.
func whole(n Number) Number {
	if n.Exp > 0 {
		return Number{n.Coef * pow10(n.Exp).Int64(), 0}
	}
	return n
}
