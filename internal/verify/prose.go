package verify

import (
	"math/big"
	"regexp"
	"strings"
	"unicode/utf8"

	"zhenwu/internal/edition"
)

// phrase is a number as the text says it.
type phrase struct {
	value *big.Rat // without scale
	place *big.Rat // one unit of the last digit that counts, without scale
	shift *big.Rat // of the scale: 10,000 for 万
	word  string   // 余, 近, 约, 超; "" for none
	unit  string
}

var (
	phraseForm = regexp.MustCompile(`^(接近|将近|近|大约|约|超过|超|突破|逾)?(-?[0-9]+(?:\.[0-9]+)?|[零〇一二三四五六七八九十百千两]+)(余|多)?(万亿|亿|万)?(余|多)?(.*)$`)
	words      = map[string]string{"接近": "近", "将近": "近", "近": "近", "大约": "约", "约": "约", "超过": "超", "超": "超", "突破": "超", "逾": "超", "余": "余", "多": "余"}
	scales     = map[string]int{"": 0, "万": 4, "亿": 8, "万亿": 12}
)

// readPhrase reads a number phrase that fills s.
func readPhrase(s string) (p phrase, ok bool) {
	s = strings.NewReplacer(" ", "", "　", "", "*", "", ",", "").Replace(s)
	m := phraseForm.FindStringSubmatch(s)
	if m == nil || m[3] != "" && m[5] != "" || m[1] != "" && m[3]+m[5] != "" {
		return p, false
	}
	p.word, p.unit = words[m[1]+m[3]+m[5]], m[6]
	p.shift = tens(1, -scales[m[4]])
	digits := m[2]
	if digits[0] == '-' || digits[0] >= '0' && digits[0] <= '9' {
		p.value, _ = new(big.Rat).SetString(digits) // digits by the pattern
		frac := 0
		if _, f, ok := strings.Cut(digits, "."); ok {
			frac = len(f)
		} else if p.word == "余" || p.word == "超" {
			trimmed := strings.TrimRight(digits, "0") // 300余 counts in hundreds
			frac = -(len(digits) - len(trimmed))
		}
		p.place = tens(1, frac)
	} else {
		n, place, ok := han(digits)
		if !ok {
			return p, false
		}
		p.value, p.place = new(big.Rat).SetInt64(n), new(big.Rat).SetInt64(1)
		if p.word == "余" || p.word == "超" {
			p.place.SetInt64(place)
		}
	}
	p.value.Mul(p.value, p.shift)
	p.place.Mul(p.place, p.shift)
	return p, true
}

// han reads a number in characters; place is the unit of its last character.
func han(s string) (n, place int64, ok bool) {
	digits := map[rune]int64{'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	units := map[rune]int64{'十': 10, '百': 100, '千': 1000}
	at := int64(-1)
	place = 1
	last := int64(10_000)
	for _, r := range s {
		if u, is := units[r]; is {
			if u >= last {
				return 0, 0, false
			}
			if at < 0 {
				at = 1
			}
			n += at * u
			at, place, last = -1, u, u
			continue
		}
		d, is := digits[r]
		if !is || at > 0 {
			return 0, 0, false
		}
		at, place = d, 1
		if d == 0 {
			at = -1
		}
	}
	if at > 0 {
		n += at
	}
	return n, place, true
}

// agrees tells whether x may be said as p: the intervals of the rounding words.
func (p phrase) agrees(x *big.Rat) bool {
	low, high := new(big.Rat), new(big.Rat)
	switch p.word {
	case "余", "超":
		return x.Cmp(p.value) >= 0 && x.Cmp(high.Add(p.value, p.place)) < 0
	case "近":
		return x.Cmp(low.Mul(p.value, big.NewRat(9, 10))) >= 0 && x.Cmp(p.value) < 0
	case "约":
		return x.Cmp(low.Mul(p.value, big.NewRat(95, 100))) >= 0 && x.Cmp(high.Mul(p.value, big.NewRat(105, 100))) <= 0
	}
	half := new(big.Rat).Quo(p.place, big.NewRat(2, 1))
	diff := new(big.Rat).Sub(x, p.value)
	c := new(big.Rat).Abs(diff).Cmp(half)
	// Halves go away from zero: 2.5 is said as 3, −2.5 as −3.
	return c < 0 || c == 0 && diff.Sign() == -p.value.Sign()
}

// units that convert exactly, each as so many of the first of its family.
var families = []map[string]*big.Rat{
	{"米": big.NewRat(1, 1), "公里": big.NewRat(1000, 1), "千米": big.NewRat(1000, 1), "延米": big.NewRat(1, 1)},
	{"平方米": big.NewRat(1, 1), "亩": big.NewRat(2000, 3), "公顷": big.NewRat(10000, 1), "平方公里": big.NewRat(1000000, 1)},
	{"公斤": big.NewRat(1, 1), "千克": big.NewRat(1, 1), "吨": big.NewRat(1000, 1), "斤": big.NewRat(1, 2)},
	{"千瓦": big.NewRat(1, 1), "兆瓦": big.NewRat(1000, 1)},
	{"人": big.NewRat(1, 1), "名": big.NewRat(1, 1), "位": big.NewRat(1, 1)},
}

// inUnit gives what one of the text's unit is in the figure's; nil where it is another thing.
func inUnit(said string, f *edition.Figure) *big.Rat {
	if said == "" || said == f.Unit {
		return big.NewRat(1, 1)
	}
	for _, u := range f.Units {
		if said == u {
			return big.NewRat(1, 1)
		}
	}
	for _, family := range families {
		if a, b := family[said], family[f.Unit]; a != nil && b != nil {
			return new(big.Rat).Quo(a, b)
		}
	}
	return nil
}

// numbers holds every number that a figure wrote against its value.
func (v *verifier) numbers() *Fault {
	text := v.e.Text
	if !utf8.ValidString(text) {
		return fault(edition.NameEdition, "正文不是 UTF-8", "the text is not UTF-8")
	}
	last := 0
	for _, n := range v.e.Numbers {
		if n.From < last || n.To <= n.From || n.To > len(text) || !utf8.RuneStart(text[n.From]) || n.To < len(text) && !utf8.RuneStart(text[n.To]) {
			return fault(edition.NameEdition, "正文里数字的位置不对（%d–%d）", "a number of the text stands out of place (%d–%d)", n.From, n.To)
		}
		last = n.To
		f := v.byID[n.Figure]
		if f == nil {
			return fault(edition.NameEdition, "正文里“%s”连到的指标 %s 不存在", "%s in the text stands for the figure %s, which is not there", text[n.From:n.To], n.Figure)
		}
		if bad := v.number(text[n.From:n.To], n.Says, f); bad != nil {
			return bad
		}
	}
	v.unlinked()
	return nil
}

// number holds one number against its figure.
func (v *verifier) number(said, says string, f *edition.Figure) *Fault {
	differs := func(is string) *Fault {
		return fault(edition.NameEdition, "正文写“%s”，“%s”（%s）是 %s", "the text says %[1]s; %[5]s (%[3]s) is %[4]s", said, f.Zh, f.Period, is, f.En)
	}
	open := func(zh, en string) {
		v.out.Unproved = append(v.out.Unproved, Note{"正文“" + said + "”（" + f.Zh + "）：" + zh, "“" + said + "” in the text (" + f.En + "): " + en})
	}
	count := func(proved bool) {
		if proved {
			v.out.Numbers++
		}
	}
	held := v.proved[f.ID] || v.statedIDs[f.ID]
	value, known := rat(f.Value)
	switch says {
	case "value":
		if !known {
			if said == "—" || said == "〔待填〕" {
				return nil
			}
			return differs("不知道的 unknown")
		}
		p, ok := readPhrase(said)
		if !ok {
			return fault(edition.NameEdition, "正文里的“%s”读不出是什么数", "%s in the text cannot be read as a number", said)
		}
		factor := inUnit(p.unit, f)
		if factor == nil {
			return fault(edition.NameEdition, "正文写“%s”，“%s”的单位是%s", "the text says %[1]s; the unit of %[4]s is %[3]s", said, f.Zh, f.Unit, f.En)
		}
		if !p.agrees(new(big.Rat).Quo(value, factor)) {
			return differs(f.Value + f.Unit)
		}
		count(held)
		return nil
	case "growth", "rate":
		g, proved, ok := v.growth(f, value, known)
		if !ok {
			if said == "—" || said == "〔待填〕" {
				return nil
			}
			return differs("没有增速 without a growth")
		}
		x, digits, ok := readRate(said)
		if !ok {
			return fault(edition.NameEdition, "正文里的“%s”读不出是多少增速", "%s in the text cannot be read as a growth", said)
		}
		if rounded(g, digits).Cmp(x) != 0 {
			return differs("增速 growth " + decimal(g))
		}
		if !proved {
			open("增速是科室报的，或者上年数没有证据", "the growth was told by the office, or the year before is not proved")
		}
		count(proved)
		return nil
	case "change":
		lastYear := v.byID[f.Last]
		if lastYear == nil {
			return differs("没有上年数 without a year before")
		}
		was, ok := rat(lastYear.Value)
		if !ok || !known {
			return differs("没有上年数 without a year before")
		}
		diff := new(big.Rat).Sub(value, was)
		body, sign := said, 0
		for word, s := range map[string]int{"增加": 1, "减少": -1} {
			if rest, ok := strings.CutPrefix(said, word); ok {
				body, sign = rest, s
			}
		}
		if sign == 0 || diff.Sign() == 0 {
			if said == "持平" && diff.Sign() == 0 {
				return nil
			}
			return differs("增减 change " + decimal(diff))
		}
		p, ok := readPhrase(body)
		factor := inUnit(p.unit, f)
		if !ok || factor == nil || diff.Sign() != sign || !p.agrees(new(big.Rat).Abs(new(big.Rat).Quo(diff, factor))) {
			return differs("增减 change " + decimal(diff))
		}
		count(held && (v.proved[f.Last] || v.statedIDs[f.Last]))
		return nil
	case "target":
		if f.Target == nil {
			return differs("没有目标 without a target")
		}
		open("目标由镇里说明，这里没有证据", "the target is as the town states it")
		return nil
	case "attained":
		open("完成率依据目标，目标由镇里说明", "it rests on a target, which is as the town states it")
		return nil
	case "names":
		open("名单是记录的名称，证据里没有", "these are titles of records, which evidence does not hold")
		return nil
	}
	return fault(edition.NameEdition, "不认识的说法 %s", "no number says %s", says)
}

// growth is the growth of a figure: the one told, else the one computed. proved tells whether it follows from what is in the file.
func (v *verifier) growth(f *edition.Figure, value *big.Rat, known bool) (g *big.Rat, proved, ok bool) {
	if f.Told != "" {
		g, ok = rat(f.Told)
		return g, v.told[f.ID], ok
	}
	before := v.byID[f.Last]
	if before == nil || !known {
		return nil, false, false
	}
	was, ok := rat(before.Value)
	if !ok {
		return nil, false, false
	}
	proved = (v.proved[f.ID] || v.statedIDs[f.ID]) && (v.proved[f.Last] || v.statedIDs[f.Last])
	if f.Unit == "%" {
		return new(big.Rat).Sub(value, was), proved, true
	}
	if was.Sign() <= 0 {
		return nil, false, false
	}
	g = new(big.Rat).Quo(new(big.Rat).Sub(value, was), was)
	return g.Mul(g, big.NewRat(100, 1)), proved, true
}

var rateForm = regexp.MustCompile(`^(增长|提高|下降|降低)?(-?[0-9]+(?:\.([0-9]+))?)(%|个百分点)$`)

// readRate reads 增长28.3%, 下降3%, 持平, -3%.
func readRate(s string) (x *big.Rat, digits int, ok bool) {
	if s == "持平" {
		return new(big.Rat), 1, true
	}
	m := rateForm.FindStringSubmatch(strings.ReplaceAll(s, " ", ""))
	if m == nil {
		return nil, 0, false
	}
	x, _ = new(big.Rat).SetString(m[2]) // digits by the pattern
	if m[1] == "下降" || m[1] == "降低" {
		x.Neg(x)
	}
	// A whole number may be the rate to one decimal: 5% is 5.0%.
	return x, max(1, len(m[3])), true
}

var loose = regexp.MustCompile(`[0-9０-９]+(?:[.．][0-9０-９]+)?`)

// unlinked lists the numbers in digits that no figure wrote. Years, days, headings and the like are among them: a person judges.
func (v *verifier) unlinked() {
	text := v.e.Text
	next := 0
	for _, m := range loose.FindAllStringIndex(text, -1) {
		for next < len(v.e.Numbers) && v.e.Numbers[next].To <= m[0] {
			next++
		}
		if next < len(v.e.Numbers) && v.e.Numbers[next].From < m[1] {
			continue
		}
		from, to := max(0, m[0]-24), min(len(text), m[1]+24)
		for from > 0 && !utf8.RuneStart(text[from]) {
			from--
		}
		for to < len(text) && !utf8.RuneStart(text[to]) {
			to++
		}
		v.out.Unlinked = append(v.out.Unlinked, strings.TrimSpace(strings.ReplaceAll(text[from:to], "\n", " ")))
	}
}
