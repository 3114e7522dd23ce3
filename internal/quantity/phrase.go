package quantity

import (
	"math/big"
	"strings"
)

// Round is the rounding word of a phrase.
type Round string

// The rounding words. Their intervals are the ones of design.md ("Figures", rounding words).
const (
	Exact Round = ""
	Over  Round = "余" // 余, 多: value ≤ v < value + one unit of the last digit place
	Above Round = "超" // 超, 超过, 突破, 以上: the same interval as 余
	Near  Round = "近" // 0.9 × value ≤ v < value
	About Round = "约" // within 5 % of value
)

// Quantity is a number as a report writes it: 36万余户 is {36, 万, 户, 余}.
type Quantity struct {
	Value Number // as written, without the scale
	Scale string // "", 万, 亿 or 万亿
	Unit  string // without the scale; "" where none is written
	Round Round
}

var scales = map[string]int{"": 0, "万": 4, "亿": 8, "万亿": 12}

// Base is the plain number in the unit without its scale: 360000 for 36万余户.
func (q Quantity) Base() Number { return q.Value.Shift(scales[q.Scale]) }

// Place is the exponent of the last digit written, in base units. After a rounding word trailing zeros do not count
// as written digits: 36万余 stops at the 万, 800余 at the hundreds.
func (q Quantity) Place() int {
	if q.Round == Over || q.Round == Above {
		return q.Value.trim().Exp + scales[q.Scale]
	}
	return q.Value.Exp + scales[q.Scale]
}

// Bounds gives the interval a computed value must lie in: low ≤ v < high, or low ≤ v ≤ high where closed.
func (q Quantity) Bounds() (low, high *big.Rat, closed bool) {
	v := q.Base().Rat()
	unit := Number{1, q.Place()}.Rat()
	switch q.Round {
	case Over, Above:
		return v, new(big.Rat).Add(v, unit), false
	case Near:
		return new(big.Rat).Mul(v, big.NewRat(9, 10)), v, false
	case About:
		return new(big.Rat).Mul(v, big.NewRat(95, 100)), new(big.Rat).Mul(v, big.NewRat(105, 100)), true
	}
	half := new(big.Rat).Quo(unit, big.NewRat(2, 1))
	return new(big.Rat).Sub(v, half), new(big.Rat).Add(v, half), false
}

// Agrees tells whether the computed value v, in units without scale, may be written as q.
func (q Quantity) Agrees(v *big.Rat) bool {
	if q.Round == Exact {
		return RoundHalfUp(v, q.Place()).Cmp(q.Base()) == 0
	}
	low, high, closed := q.Bounds()
	return v.Cmp(low) >= 0 && (v.Cmp(high) < 0 || closed && v.Cmp(high) == 0)
}

// Phrase is a number phrase found in a text; Start and End are offsets in runes, the rounding word included.
type Phrase struct {
	Quantity
	Start, End int
	Digits     int  // offset where the number itself starts
	Han        bool // written in characters
	Bare       bool // a scale alone stands for the number: 百余个, 突破千万元
	Trailing   bool // the rounding word is 以上 or 左右, after the unit
}

var before = []struct {
	word  string
	round Round
}{
	{"不低于", Above}, {"不少于", Above}, {"不小于", Above}, {"不下于", Above}, {"超过", Above}, {"突破", Above}, {"至少", Above}, {"高于", Above}, {"多于", Above}, {"大于", Above}, {"超", Above}, {"逾", Above}, {"破", Above},
	{"接近", Near}, {"将近", Near}, {"近", Near}, {"大约", About}, {"大概", About}, {"约", About},
}

// notBefore are characters that make 近, 约, 超 or 破 the end of another word: 附近, 签约, 赶超.
var notBefore = map[string]string{"近": "附最邻靠", "约": "节合条制违签预公契婚履大", "超": "赶反高", "破": "爆打侦", "逾": "", "超过": "不未没", "高于": "不未", "大于": "不", "多于": "不", "突破": "不未没"}

// Scan finds every number phrase of text, in order. It reads form, not meaning: dates, ordinals and names with numbers
// come out too, and the caller decides what they are. Numbers that touch Latin letters (PM2.5, 5G) do not.
func Scan(text []rune) []Phrase {
	var out []Phrase
	for i := 0; i < len(text); {
		p, ok := scanAt(text, i)
		if !ok {
			i = skipNumber(text, i)
			continue
		}
		out = append(out, p)
		i = max(p.End, i+1)
	}
	return out
}

// Parse reads text that is one number phrase and nothing else.
func Parse(text string) (Quantity, bool) {
	rs := []rune(strings.TrimSpace(text))
	found := Scan(rs)
	if len(found) != 1 || found[0].Start != 0 || found[0].End != len(rs) {
		return Quantity{}, false
	}
	return found[0].Quantity, true
}

// skipNumber steps over what scanAt refused, the whole of an Arabic number or of a run of letters and digits.
func skipNumber(text []rune, i int) int {
	if !isDigit(text[i]) {
		return i + 1
	}
	for i < len(text) && (isDigit(text[i]) || isLetter(text[i]) || half(text[i]) == '.') {
		i++
	}
	return i
}

func isDigit(r rune) bool { r = half(r); return r >= '0' && r <= '9' }

func isLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 'ａ' && r <= 'ｚ' || r >= 'Ａ' && r <= 'Ｚ'
}

// at gives the rune at i, 0 outside of text.
func at(text []rune, i int) rune {
	if i < 0 || i >= len(text) {
		return 0
	}
	return text[i]
}

// scanAt reads the phrase whose number starts exactly at i.
func scanAt(text []rune, i int) (Phrase, bool) {
	p := Phrase{Digits: i}
	var end int
	switch {
	case isDigit(text[i]):
		if prev := at(text, i-1); isLetter(prev) || isDigit(prev) || half(prev) == '.' && isDigit(at(text, i-2)) {
			return p, false
		}
		n, next, ok := scanArabic(text, i)
		if _, latin := matchUnit(text[min(next, len(text)):]); !ok || isLetter(at(text, next)) && (latin == 0 || isLetter(at(text, next+latin))) {
			return p, false
		}
		p.Value, end = n, next
	case IsHanNumeral(text[i]):
		q, next, ok := scanHan(text, i)
		if !ok {
			return p, false
		}
		q.Digits = i
		p, end = q, next
	default:
		return p, false
	}
	if !(p.Han && p.Unit != "") {
		end = scanTail(text, end, &p)
	}
	p.End, p.Start = end, i
	if p.Round == Exact {
		scanBefore(text, &p)
	}
	if p.Round == Exact {
		scanAfter(text, &p)
	}
	return p, true
}

// scanArabic reads digits, thousands commas and one decimal point.
func scanArabic(text []rune, i int) (Number, int, bool) {
	var b strings.Builder
	for i < len(text) {
		r := half(text[i])
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ',' && isDigit(at(text, i+1)) && isDigit(at(text, i+2)) && isDigit(at(text, i+3)) && !isDigit(at(text, i+4)):
		case r == '.' && isDigit(at(text, i+1)) && !strings.Contains(b.String(), "."):
			b.WriteRune(r)
		case r == '·' && b.Len() > 0 && !strings.Contains(b.String(), ".") && pointed(text, i+1):
			b.WriteRune('.')
		default:
			n, err := ParseNumber(b.String())
			return n, i, err == nil
		}
		i++
	}
	n, err := ParseNumber(b.String())
	return n, i, err == nil
}

// pointed tells whether the digits at i are decimals behind a raised point: 5·8% is a number, a date like 5·12 is none.
func pointed(text []rune, i int) bool {
	start := i
	for isDigit(at(text, i)) {
		i++
	}
	if i == start || i >= len(text) {
		return false
	}
	if r := text[i]; r == '万' || r == '亿' {
		return true
	}
	_, n := matchUnit(text[i:])
	return n > 0
}

// scanHan reads a number in characters, 百分之八点七 among them.
func scanHan(text []rune, i int) (Phrase, int, bool) {
	p := Phrase{Han: true}
	if prev := at(text, i-1); prev == '几' || prev == '数' || prev == '点' && i > 1 && IsHanNumeral(at(text, i-2)) {
		return p, 0, false
	}
	for _, part := range []struct{ word, unit string }{{"百分之", "%"}, {"千分之", "‰"}, {"万分之", "‱"}} {
		if !hasPrefix(text[i:], part.word) {
			continue
		}
		start := i + 3
		if isDigit(at(text, start)) {
			n, end, ok := scanArabic(text, start)
			p.Value, p.Unit = n, part.unit
			return p, end, ok
		}
		end := hanEnd(text, start)
		n, ok := ParseHan(string(text[start:end]))
		if !ok {
			return p, 0, false
		}
		p.Value, p.Unit = n, part.unit
		if r := at(text, end); r == '多' || r == '余' {
			p.Round = Over
			end++
		}
		return p, end, true
	}
	end := hanEnd(text, i)
	if last := at(text, end-1); end-i > 1 && (last == '千' || last == '百') {
		// 八十四万千瓦: the 千 belongs to the unit.
		if _, n := matchUnit(text[end-1:]); n > 1 {
			end--
		}
	}
	if at(text, end) == '分' && at(text, end+1) == '之' {
		return scanFraction(text, i, end)
	}
	if text[i] == '一' && end == i+1 && at(text, end) == '半' && !strings.ContainsRune("径年天月点球", at(text, end+1)) {
		p.Value, p.Unit = Int(50), "%"
		return p, end + 1, true
	}
	if at(text, end) == '几' {
		return p, 0, false
	}
	run := string(text[i:end])
	if r := at(text, end); (r == '多' || r == '余') && at(text, end+1) == '万' && strings.Contains(run, "亿") {
		// 二亿八千多万: the 万 counts what stands before it.
		n, ok := ParseHan(run + "万")
		t := n.trim()
		p.Value, p.Scale, p.Round = t.Shift(-8), "亿", Over
		return p, end + 2, ok
	}
	digits := true
	for _, r := range run {
		_, d := hanDigits[r]
		digits = digits && d
	}
	// 七八个 is no 78, only a year is written digit by digit.
	if digits && end-i > 1 && !(end-i == 4 && at(text, end) == '年') {
		return p, 0, false
	}
	first := text[i]
	p.Bare = first == '百' || first == '千' || first == '万' || first == '亿'
	q, ok := hanQuantity(run)
	p.Value, p.Scale = q.Value, q.Scale
	return p, end, ok
}

// scanFraction reads 三分之一, whose 分 stands at cut, as a percentage: exact where it has one, else rounded half up to a
// tenth, as reports write thirds.
func scanFraction(text []rune, i, cut int) (Phrase, int, bool) {
	p := Phrase{Han: true}
	p.Unit = "%"
	end := hanEnd(text, cut+2)
	of, ok := ParseHan(string(text[i:cut]))
	part, fine := ParseHan(string(text[cut+2 : end]))
	if !ok || !fine || of.Exp != 0 || part.Exp != 0 || of.Coef < 2 || of.Coef > 20 || part.Coef < 1 || part.Coef >= of.Coef {
		return p, 0, false
	}
	p.Value = RoundHalfUp(big.NewRat(100*part.Coef, of.Coef), -1).trim()
	if p.Value.Exp > 0 {
		p.Value = Number{p.Value.Coef * pow10(p.Value.Exp).Int64(), 0}
	}
	return p, end, true
}

// longestHan is how many characters a number is read to: none that anybody wrote comes near it.
const longestHan = 40

// hanEnd gives the end of the run of numerals that starts at i, with one 点 inside.
func hanEnd(text []rune, i int) int {
	pointed := false
	for start := i; i < len(text) && i-start <= longestHan; {
		if text[i] == '点' && !pointed && IsHanNumeral(at(text, i+1)) && at(text, i+1) != '万' && at(text, i+1) != '亿' && i > 0 && IsHanNumeral(at(text, i-1)) {
			if _, digit := hanDigits[at(text, i+1)]; !digit {
				return i
			}
			pointed = true
		} else if !IsHanNumeral(text[i]) {
			return i
		}
		i++
	}
	return i
}

// hanQuantity splits the scale off a number in characters: 八千二百九十一亿 is 8291 亿.
func hanQuantity(run string) (Quantity, bool) {
	for _, scale := range []string{"万亿", "亿", "万"} {
		head, cut := strings.CutSuffix(run, scale)
		if !cut || strings.ContainsAny(head, "万亿") {
			continue
		}
		if head == "" {
			return Quantity{Value: Int(1), Scale: scale}, true
		}
		n, ok := ParseHan(head)
		return Quantity{Value: n, Scale: scale}, ok
	}
	n, ok := ParseHan(run)
	if !ok {
		return Quantity{}, false
	}
	switch {
	case n.Coef >= 1e8 && n.Exp == 0:
		t := n.trim()
		return Quantity{Value: t.Shift(-8), Scale: "亿"}, true
	case n.Coef >= 1e4 && n.Exp == 0 && n.Coef%100 == 0:
		t := n.trim()
		return Quantity{Value: t.Shift(-4), Scale: "万"}, true
	}
	return Quantity{Value: n}, true
}

// scanMixed completes a number whose thousands are written as a second one, 1万6千 and 1亿3千万, and gives where it ends.
func scanMixed(text []rune, i int, p *Phrase) int {
	r := half(at(text, i))
	if p.Han || p.Value.Exp != 0 || p.Scale != "万" && p.Scale != "亿" || r < '1' || r > '9' || at(text, i+1) != '千' {
		return i
	}
	if _, n := matchUnit(text[i+1:]); n > 1 {
		return i // 1万6千米 is no number anybody wrote
	}
	switch {
	case p.Scale == "万":
		p.Value, i = Number{p.Value.Coef*10 + int64(r-'0'), -1}, i+2
	case at(text, i+2) == '万':
		p.Value, i = Number{p.Value.Coef*10 + int64(r-'0'), -1}, i+3
	case (at(text, i+2) == '多' || at(text, i+2) == '余') && at(text, i+3) == '万':
		p.Value, p.Round, i = Number{p.Value.Coef*10 + int64(r-'0'), -1}, Over, i+4
	}
	return i
}

// scanTail reads 余 or 多, the scale and the unit behind the digits, and gives where they end.
func scanTail(text []rune, i int, p *Phrase) int {
	more := func() {
		r := at(text, i)
		round := !p.Han && p.Scale == "" && p.Value.Exp == 0 && p.Value.Coef >= 10 && p.Value.Coef%10 == 0 && !strings.ContainsRune("年月日天元", at(text, i+1))
		if (r == '余' || r == '多') && p.Round == Exact && (round || overFollows(text, i+1)) {
			p.Round = Over
			i++
		}
	}
	more()
	if r := at(text, i+1); at(text, i) == '个' && (r == '亿' || r == '万') && p.Scale == "" && !isHanLetter(at(text, i+2)) {
		i++ // 5个亿
	}
	if p.Scale == "" {
		// 5千米 and 3千瓦 are units, 5千人 is a number.
		if _, n := matchUnit(text[i:]); n < 2 || !strings.ContainsRune("百千", text[i]) {
			if r := at(text, i); (r == '百' || r == '千') && !p.Han {
				p.Value = p.Value.Shift(map[rune]int{'百': 2, '千': 3}[r])
				i++
			}
		}
		for _, scale := range []string{"万亿", "万", "亿"} {
			if hasPrefix(text[i:], scale) {
				p.Scale = scale
				i += len([]rune(scale))
				break
			}
		}
		i = scanMixed(text, i, p)
		more()
		if p.Scale == "万" && p.Round == Over && at(text, i) == '亿' {
			p.Scale = "万亿" // 3万多亿元
			i++
		}
	}
	unit, n := matchUnit(text[i:])
	if n > 0 {
		p.Unit = unit
		i += n
		if unit == "人" && at(text, i) == '口' {
			i++ // 14亿人口
		}
		if r := at(text, i); r == '/' || r == '／' {
			if per, n := matchPer(text[i+1:]); n > 0 && !Known(p.Unit+"/"+per) {
				p.Unit, i = p.Unit+"/"+per, i+1+n
			}
		}
		if r := at(text, i); unit == "成" && (r == '多' || r == '余') && !isHanLetter(at(text, i+1)) {
			p.Round = Over // 四成多
			i++
		}
		if (unit == "元" || unit == "吨" || unit == "公斤" || unit == "个") && at(text, i) == '余' {
			p.Round = Over // 800万元余
			i++
		}
	}
	return i
}

// overFollows keeps 多 from being read out of 多年, 多种 and the like when nothing countable follows it.
func overFollows(text []rune, i int) bool {
	if r := at(text, i); r == '万' || r == '亿' || r == '%' || r == '％' {
		return true
	}
	_, n := matchUnit(text[i:])
	return n > 0 || i >= len(text) || !isHanLetter(at(text, i))
}

func isHanLetter(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }

// scanBefore takes a rounding word that stands right before the number.
func scanBefore(text []rune, p *Phrase) {
	for _, w := range before {
		word := []rune(w.word)
		from := p.Digits - len(word)
		if from < 0 || string(text[from:p.Digits]) != w.word {
			continue
		}
		if prev := at(text, from-1); prev != 0 && strings.ContainsRune(notBefore[w.word], prev) {
			return
		}
		p.Round, p.Start = w.round, from
		return
	}
}

// scanAfter takes 以上 and 左右 where they end the phrase; before a noun they make a class (70岁以上老人) and are left.
func scanAfter(text []rune, p *Phrase) {
	for _, w := range []struct {
		word  string
		round Round
	}{{"以上", Above}, {"左右", About}, {"上下", About}} {
		if !hasPrefix(text[p.End:], w.word) {
			continue
		}
		next := at(text, p.End+2)
		if w.round == Above && isHanLetter(next) {
			return
		}
		p.Round, p.Trailing = w.round, true
		p.End += 2
		return
	}
}

func hasPrefix(text []rune, word string) bool {
	i := 0
	for _, r := range word {
		if i >= len(text) || text[i] != r {
			return false
		}
		i++
	}
	return true
}
