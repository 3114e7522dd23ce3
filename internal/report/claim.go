package report

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"zhenwu/internal/quantity"
)

// reader gathers the claims of a report, sentence by sentence.
type reader struct {
	review, planned string // years
	claims          []Claim
	sentences       int
}

// number is a phrase of a sentence on its way to becoming a claim.
type number struct {
	quantity.Phrase
	from, to int    // its clause
	pre      string // what stands before it: from the last number or the start of the clause
	post     string // what stands behind it, up to the next number or the end of the clause
	fixed    kind   // a kind settled by form alone (持平, 第三位); level otherwise
	special  bool
}

// longest is how many runes of a sentence are read together: none that anybody wrote comes near it.
const longest = 800

// nearby is how many runes before and behind a number can say what it speaks of.
const nearby = 300

// paragraph reads the sentences of a paragraph.
func (r *reader) paragraph(b block) {
	start := 0
	depth := 0
	for i, c := range b.runes {
		if len(r.claims) > maxClaims {
			return
		}
		switch c {
		case '（', '(', '“', '《':
			depth++
		case '）', ')', '”', '》':
			depth = max(0, depth-1)
		}
		stop := c == '。' || c == '！' || c == '？' || c == ';' || c == '；' || c == '!' || c == '?'
		if stop && (depth == 0 || i-start > 200) || i == len(b.runes)-1 || i-start > longest {
			r.sentence(b.slice(start, i+1), b)
			start, depth = i+1, 0
		}
	}
}

// sentence reads one sentence: finds its numbers, then says of each what it speaks of.
func (r *reader) sentence(t text, b block) {
	s := newSentence(t)
	numbers := s.numbers()
	if len(numbers) == 0 {
		return
	}
	r.sentences++
	s.year = led.FindAllStringSubmatch(arabicYears(string(s.runes[:min(len(s.runes), 12)])), 1)
	s.clauses(numbers)
	first := len(r.claims)
	for i := 0; i < len(numbers); {
		n := together(s, numbers[i:])
		if n == 1 && parts(s, numbers[i:]) && r.openLevels(first, 2) != nil {
			n = 2
		}
		if n > 1 {
			r.distribute(s, b, numbers[i:i+n], first)
			i += n
			continue
		}
		r.one(s, b, numbers, i, first)
		i++
	}
}

// based is the year that a change is reckoned from, not the one it is of.
var based = regexp.MustCompile(`[在比较同与](?:19|20)[0-9]{2}年(?:[^的]|的基础|$)`)

// led is a sentence that starts with its year.
var led = regexp.MustCompile(`^(?:到|至|截至)?((?:19|20)[0-9]{2})年(?:末|底|初)?，`)

// numbers finds what is a value in the sentence, in order.
func (s *sentence) numbers() []number {
	var out []number
	phrases := quantity.Scan(s.runes)
	for i, p := range phrases {
		s.mend(&p, phrases, i)
		if s.ratio(p) && p.Unit == "" {
			out = append(out, number{Phrase: p})
			continue
		}
		if s.doubled(p) || s.real(p) {
			out = append(out, number{Phrase: p})
		}
	}
	out = append(out, s.unchanged()...)
	out = append(out, s.ranks()...)
	out = append(out, s.halves()...)
	for i := 1; i < len(out); i++ {
		for j := i; j > 0 && out[j].Digits < out[j-1].Digits; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// mend completes a phrase from what stands around it: the unit of a range (3至5个), the 大 of 六大平台.
func (s *sentence) mend(p *quantity.Phrase, all []quantity.Phrase, i int) {
	if p.Round == quantity.Exact && strings.HasPrefix(s.from(p.End), "以上") && (p.Unit == "%" || p.Unit == "成" || s.counts(*p, s.from(p.End+2))) && han(s.at(p.End+2)) {
		p.Round, p.Trailing, p.End = quantity.Above, true, p.End+2
	}
	if p.Unit == "个" && i+1 < len(all) && all[i+1].Unit == "个百分点" {
		// 提高1.2个、1.5个百分点
		if gap := string(s.runes[p.End:all[i+1].Start]); gap == "、" || gap == "和" {
			p.Unit = "个百分点"
		}
	}
	if p.Unit != "" {
		return
	}
	if p.Han && s.at(p.End) == '大' && han(s.at(p.End+1)) && p.Value.Coef > 2 && p.Value.Coef < 20 && s.listed(p.Start) {
		p.Unit, p.End = "个", p.End+1
		return
	}
	if p.Scale != "" && !p.Bare {
		// 5575万农村贫困人口, 550万沼气用户
		if m := crowd.FindStringSubmatch(s.from(p.End)); m != nil && !strings.HasPrefix(m[1], "以上人口") {
			if startsWith(s.from(p.End+len([]rune(m[1]))), []string{"学生", "成员", "儿童", "子女", "毕业生"}) != "" {
				m[1] = "学生"
			}
			p.Unit = map[bool]string{true: "户", false: "人"}[strings.HasSuffix(m[1], "户") || strings.HasSuffix(m[1], "家庭")]
			return
		}
	}
	if i > 0 && p.Han && all[i-1].Unit == "%" && all[i-1].Han && !all[i-1].Bare {
		// 百分之四到五
		if gap := string(s.runes[all[i-1].End:p.Start]); gap == "至" || gap == "到" || gap == "、" {
			p.Unit = "%"
			return
		}
	}
	if i+1 == len(all) {
		return
	}
	if !p.Han && strings.Contains(s.phraseOf(p.Start), "分别") {
		// 分别提高2.1、3.2和1.5个百分点: the unit stands once, behind the last.
		for j := i + 1; j < len(all); j++ {
			gap := string(s.runes[all[j-1].End:all[j].Start])
			if gap != "、" && gap != "和" && gap != "与" && gap != "，" {
				break
			}
			if all[j].Unit != "" {
				p.Unit, p.Scale = all[j].Unit, firstOf(p.Scale, all[j].Scale)
				return
			}
		}
	}
	next := all[i+1]
	gap := string(s.runes[p.End:next.Start])
	dash := dashes[gap]
	if dash && next.Unit != "" && next.Unit != "年" && next.Unit != "天" && next.Unit != "岁" && next.Unit != "周岁" && next.Start == next.Digits {
		p.Unit = next.Unit
		if p.Scale == "" {
			p.Scale = next.Scale
		}
	}
}

// crowd finds people or households counted without a measure word.
var crowd = regexp.MustCompile(`^(“?[\p{Han}0-9]{0,9}?”?(?:人口|中国人|残疾人|青年|妇女|女生|学子|新生|牧民|村民|市民|游客|纳税人|劳动者|婴幼儿|孩子|教师|医生|人才|对象|移民|女性|男性|同胞|家庭|人民|劳动力|农民工?|群众|学生|职工|居民|儿童|大军|人员|党员|干部|毕业生|老人|年人|群体|农户|用户|贫困户|家庭户))`)

// doubled tells whether p is the 一番 of 翻一番.
func (s *sentence) doubled(p quantity.Phrase) bool {
	before := s.upTo(p.Start)
	return p.Unit == "番" && (strings.HasSuffix(before, "翻") || strings.HasSuffix(before, "翻了"))
}

// ratio tells whether p is a part of a ratio such as 5.1:44.3:50.6.
func (s *sentence) ratio(p quantity.Phrase) bool {
	colon := func(r rune) bool { return r == ':' || r == '：' || r == '∶' }
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	ahead, behind := colon(s.at(p.End)) && digit(s.at(p.End+1)), colon(s.at(p.Digits-1)) && digit(s.at(p.Digits-2))
	if !ahead && !behind {
		return false
	}
	whole := s.String()
	if ahead && colon(s.at(p.Digits-1)) || threefold.MatchString(whole) && (ahead || behind) {
		return true
	}
	if !ahead && behind && p.Value.Cmp(quantity.Int(1)) == 0 {
		return false // the 1 of 2.4:1
	}
	if ahead && p.Value.Exp < 0 && strings.Contains(whole, "比") {
		return true
	}
	return (strings.Contains(whole, "结构") || strings.Contains(whole, "比例") || strings.Contains(whole, "比重"))
}

// threefold is a ratio of three.
var threefold = regexp.MustCompile(`[0-9.]+[:：∶][0-9.]+[:：∶][0-9.]+`)

// unchanged finds 持平, which is a growth of 0 %.
func (s *sentence) unchanged() []number {
	var out []number
	for i := 0; i+1 < len(s.runes); i++ {
		if s.runes[i] != '持' || s.runes[i+1] != '平' || s.quoted[i] {
			continue
		}
		if r := s.at(i + 2); r != 0 && !strings.ContainsRune("，。；、）！,;", r) {
			continue
		}
		out = append(out, number{Phrase: quantity.Phrase{Quantity: quantity.Quantity{Unit: "%"}, Start: i, End: i + 2, Digits: i}, special: true, fixed: growth})
	}
	return out
}

// halves finds 过半 and 半数以上 where they are a share or a change: 占比过半, 下降过半.
func (s *sentence) halves() []number {
	var out []number
	for i, r := range s.runes {
		if r != '半' || s.quoted[i] {
			continue
		}
		start, end := i, i+1
		if s.at(end) == '数' {
			end++
		}
		switch {
		case s.at(i-1) == '过':
			start--
			if s.at(start-1) == '超' {
				start--
			}
		case s.at(i-1) == '超' && s.at(i+1) == '数':
			start--
		case strings.HasPrefix(s.from(i), "半数以上"):
			end += 2
		default:
			continue
		}
		before := s.upTo(start)
		if _, sign := change(before); sign == 0 && endsWith(before, []string{"占", "占比", "比重", "比例", "占比均", "均"}) == "" && !strings.Contains(s.phraseBefore(start), "占") {
			continue // 时间过半、任务过半
		}
		q := quantity.Quantity{Value: quantity.Int(50), Unit: "%", Round: quantity.Above}
		out = append(out, number{Phrase: quantity.Phrase{Quantity: q, Start: start, End: end, Digits: i, Han: true}})
	}
	return out
}

// ranks finds 位列全区第一 and its like.
func (s *sentence) ranks() []number {
	var out []number
	for i, r := range s.runes {
		if r != '第' || s.quoted[i] {
			continue
		}
		end := i + 1
		for end < len(s.runes) && (quantity.IsHanNumeral(s.runes[end]) || s.runes[end] >= '0' && s.runes[end] <= '9') {
			end++
		}
		v, ok := quantity.ParseHan(string(s.runes[i+1 : end]))
		if !ok {
			var err error
			if v, err = quantity.ParseNumber(string(s.runes[i+1 : end])); err != nil {
				continue
			}
		}
		digits := i + 1
		if n := s.at(end); n == '位' || n == '名' {
			end++
		} else if n != 0 && han(n) {
			continue
		}
		back := i
		for back > 0 && i-back < 14 && !strings.ContainsRune("，。；、：", s.runes[back-1]) {
			back--
		}
		window := string(s.runes[back:i])
		for _, verb := range ranking {
			if strings.Contains(window, verb) {
				out = append(out, number{Phrase: quantity.Phrase{Quantity: quantity.Quantity{Value: v, Unit: "位"}, Start: i, End: end, Digits: digits}, special: true, fixed: rank})
				end = -1
				break
			}
		}
		if end > 0 && (strings.Contains(window, "从") || strings.Contains(window, "由")) && startsWith(s.from(end), []string{"上升", "提升", "跃升", "跃居", "升", "前移", "下降", "降"}) != "" {
			out = append(out, number{Phrase: quantity.Phrase{Quantity: quantity.Quantity{Value: v, Unit: "位"}, Start: i, End: end, Digits: digits}, special: true, fixed: rank})
			end = -1
		}
		if n := len(out); end > 0 && n > 0 && s.at(out[n-1].End) == '、' && i-out[n-1].End <= 6 {
			out = append(out, number{Phrase: quantity.Phrase{Quantity: quantity.Quantity{Value: v, Unit: "位"}, Start: i, End: end, Digits: digits}, special: true, fixed: rank})
		}
	}
	return out
}

// clauses cuts the sentence at its commas and gives every number its clause and its neighbours.
func (s *sentence) clauses(numbers []number) {
	cut := make([]bool, len(s.runes)+1)
	aside := 0
	for i, r := range s.runes {
		if s.quoted[i] {
			continue
		}
		switch r {
		case '，', '：', '；', '。', '！', '？', ';', '!', '?':
			cut[i] = true
		case ',', ':':
			cut[i] = !(isDigit(s.at(i-1)) && isDigit(s.at(i+1)))
		case '（', '(':
			if end := s.closing(i); end > 0 && holds(numbers, i, end) {
				cut[i], cut[end] = true, true
			} else if end > 0 {
				aside = end // what it says aside cuts no clause
			}
		}
		if i < aside {
			cut[i] = false
		}
		if r == '：' && isDigit(s.at(i-1)) && isDigit(s.at(i+1)) {
			cut[i] = false
		}
	}
	for k := range numbers {
		n := &numbers[k]
		n.from, n.to = n.Start, n.End
		for n.from > 0 && !cut[n.from-1] {
			n.from--
		}
		for n.to < len(s.runes) && !cut[n.to] {
			n.to++
		}
		start, end := n.from, n.to
		if k > 0 && numbers[k-1].End > start {
			start = min(numbers[k-1].End, n.Start)
		}
		if k+1 < len(numbers) && numbers[k+1].Start < end {
			end = max(numbers[k+1].Start, n.End)
		}
		n.pre, n.post = string(s.runes[start:n.Start]), string(s.runes[n.End:end])
		if k > 0 && numbers[k-1].End == n.Start {
			numbers[k-1].post = n.post // 1120户4300人的饮水
		}
		if start > n.from && !strings.HasPrefix(n.pre, "、") && !strings.HasSuffix(n.pre, "等") {
			// What stands before 、 was said of the number before.
			if i := s.pause(start, n.Start); i > 0 {
				n.pre = string(s.runes[i:n.Start])
			}
		}
	}
}

// pause finds the first 、 outside of quotes between from and to, 0 for none.
func (s *sentence) pause(from, to int) int {
	for i := from; i < to; i++ {
		if s.runes[i] == '、' && !s.quoted[i] {
			return i
		}
	}
	return 0
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// closing finds the end of the parenthesis that opens at i, 0 where it does not close soon.
func (s *sentence) closing(i int) int {
	for j := i + 1; j < len(s.runes) && j-i < 120; j++ {
		if s.runes[j] == '）' || s.runes[j] == ')' {
			return j
		}
	}
	return 0
}

func holds(numbers []number, from, to int) bool {
	for _, n := range numbers {
		if n.Digits > from && n.Digits < to {
			return true
		}
	}
	return false
}

// together counts the numbers that a 分别 hands out in turn: 分别增长8.2%、7.1%和6%.
func together(s *sentence, numbers []number) int {
	n := 1
	if !strings.Contains(numbers[0].pre, "分别") {
		// 增长9.8%和8.5%: rates in a row belong to as many names.
		if _, sign := change(numbers[0].pre); sign == 0 || numbers[0].Unit != "%" {
			return 1
		}
		for n < len(numbers) && numbers[n].Unit == "%" {
			if gap := string(s.runes[numbers[n-1].End:numbers[n].Start]); gap != "、" && gap != "和" && gap != "与" {
				break
			}
			n++
		}
		return n
	}
	for n < len(numbers) {
		gap := string(s.runes[numbers[n-1].End:numbers[n].Start])
		if cutLeading(gap, joiners) != "" || gap == "" {
			break
		}
		n++
	}
	return n
}

// parts tells whether two numbers are shares or multiples of the two levels before them: 占年度计划的112%和106%.
func parts(s *sentence, numbers []number) bool {
	if len(numbers) < 2 || numbers[0].Unit != numbers[1].Unit || numbers[0].Unit != "%" && numbers[0].Unit != "倍" || !shares.MatchString(numbers[0].pre) {
		return false
	}
	gap := string(s.runes[numbers[0].End:numbers[1].Start])
	return (gap == "和" || gap == "、" || gap == "与") && (len(numbers) == 2 || string(s.runes[numbers[1].End:numbers[2].Start]) != "和")
}

// shares is what stands before two shares of two levels.
var shares = regexp.MustCompile(`^[，、]?(?:约?占|是|为|完成|相当于)[^，、]*的?$`)

var joiners = byLength(`、 和 与 及 以及 ， , 或 增长 下降 ； 提高 达`)

// change finds the verb of growing or shrinking right before a number: what stands before the verb, and the sign.
func change(pre string) (subject string, sign int) {
	// 增长到 and 下降至 give a level, not a rate.
	s := pre
	for again := true; again; {
		again = false
		if verb := endsWith(s, downs); verb != "" {
			return strings.TrimSuffix(s, verb), -1
		}
		if verb := endsWith(s, ups); verb != "" {
			if strings.HasPrefix(verb, "增长") && strings.HasSuffix(strings.TrimSuffix(s, verb), "自然") {
				return "", 0 // 自然增长率 is a rate of its own
			}
			return strings.TrimSuffix(s, verb), 1
		}
		if w := endsWith(s, filler); w != "" {
			s, again = strings.TrimSuffix(s, w), true
		}
	}
	return "", 0
}

// verbLength is how many runes the verb of growing or shrinking right before a number takes, with the small words behind it.
func verbLength(pre string) int {
	subject, sign := change(pre)
	if sign == 0 {
		return 0
	}
	return utf8.RuneCountInString(pre) - utf8.RuneCountInString(subject)
}

// one reads a single number.
func (r *reader) one(s *sentence, b block, numbers []number, i, first int) {
	if i+1 < len(numbers) && rangeEnd(numbers[i+1], numbers, i+1) && dashes[numbers[i].post] {
		numbers[i].post = numbers[i+1].post // 建成20至30个示范村
	}
	n := numbers[i]
	c := r.claim(s, b, n)
	last := r.lastLevel(first)
	if n.special {
		r.form(s, c, n, r.grown(last, first), first)
		return
	}
	if rangeEnd(n, numbers, i) && len(r.claims) > first {
		// 增长6.5%—7%: the end of a range says the same of the same.
		prev := r.claims[len(r.claims)-1]
		c.Subject, c.kind = prev.Subject, prev.kind
		if strings.HasPrefix(prev.Yoy, "-") && prev.kind == growth {
			c.Yoy = signedRate(n.Quantity, -1)
		} else if prev.kind == growth {
			c.Yoy = signedRate(n.Quantity, 1)
		}
		r.claims = append(r.claims, c)
		return
	}
	if prev := len(r.claims) - 1; prev >= first && r.claims[prev].kind == growth && n.Unit == "%" && striven.MatchString(n.pre) {
		// 增长6.5%以上、力争7%
		c.Subject, c.kind, c.Yoy, c.hasYoy, c.growth = r.claims[prev].Subject, growth, signedRate(n.Quantity, 1), r.claims[prev].hasYoy, n.Quantity
		r.claims = append(r.claims, c)
		return
	}
	if n.Unit == "番" {
		c.kind = growth
		c.Yoy = doubling(n.Value)
		c.Subject = compareless(cutTrailing(n.pre, turning))
		if c.Subject == "" {
			c.Subject = r.inherit(s, numbers, i, first)
		}
		r.claims = append(r.claims, c)
		return
	}
	subject, sign := change(n.pre)
	if mark := s.sign(n); mark != 0 {
		subject, sign = strings.TrimRight(n.pre, "+-—"), mark
	}
	if by := pace.FindStringSubmatch(n.post); sign == 0 && by != nil && (n.Unit == "%" || n.Unit == "倍") {
		// 实现7%左右的增长, 以6%的速度下降
		subject, sign = cutTrailing(n.pre, pacing), 1
		if strings.ContainsAny(by[1], "降减负") {
			sign = -1
		}
	}
	if strings.HasSuffix(n.pre, "新增") || strings.HasSuffix(n.pre, "净增") || strings.HasSuffix(n.pre, "提质增") {
		sign = 0
	}
	rate := n.Unit == "%" || n.Unit == "‰" || n.Unit == "成" || n.Unit == "倍" && sign != 0
	switch {
	case sign != 0 && rate:
		if out := r.outside(s, n, first); out >= 0 {
			last = out
		}
		r.rate(s, c, n, subject, sign, r.grown(last, first), first)
	case sign != 0 && (n.Unit != "" || n.Scale != "") && verbOfChange(n.pre), n.Unit == "个百分点", n.Unit == "百分点":
		c.kind = delta
		if sign == 0 {
			subject = n.pre
		}
		c.Subject = compareless(subject)
		switch {
		case c.Subject == "":
			c.Subject = r.inherit(s, numbers, i, first)
		case (bareRate.MatchString(c.Subject) || outdone.MatchString(c.Subject)) && len(r.claims) > first:
			c.Subject = r.inherit(s, numbers, i, first) + c.Subject
		}
		r.claims = append(r.claims, c)
	default:
		r.level(s, c, numbers, i, first)
		r.rated(n)
	}
}

var (
	// surpassed is a name with what it passed.
	surpassed = regexp.MustCompile(`^(.{2,}?)(?:超|高于|低于|快于|慢于|好于|高出|领先|超过|超出).{2,}$`)
	// bareRate is the noun of a rate that does not say of what.
	bareRate = regexp.MustCompile(`^(?:增速|增幅|涨幅|升幅|降幅|增长率|增速排名|增幅排名|增长速度)$`)
	// outdone is a comparison that does not say of what: 超序时进度, 高于全国.
	outdone = regexp.MustCompile(`^(?:增速|增幅|涨幅|降幅)?(?:超|高于|低于|快于|慢于|好于|高出|领先|超过|超出)[^，]{2,}`)
)

// sign tells whether a rate carries a sign (出口+7.6%, 进口-2%): 1, -1, or 0 for none.
func (s *sentence) sign(n number) int {
	if n.Unit != "%" {
		return 0
	}
	switch s.at(n.Start - 1) {
	case '+':
		return 1
	case '-', '—':
		if before := s.at(n.Start - 2); !isDigit(before) && before != '%' && before != '—' {
			return -1
		}
	}
	return 0
}

// rated makes the last claim a growth where its noun is one: 增速回落到5%, 压减经费10%.
func (r *reader) rated(n number) {
	c := &r.claims[len(r.claims)-1]
	if n.Unit != "%" || c.Yoy != "" || c.kind == share || c.kind == from && strings.Contains(c.Subject, "占") {
		return
	}
	name := compareless(cutTrailing(cutTrailing(c.Subject, trailing), settling))
	if m := rated.FindString(name); m != "" && !strings.HasSuffix(name, "自然"+m) && !strings.Contains(name, "贡献") {
		sign := 1
		if strings.HasPrefix(m, "降") || strings.HasPrefix(m, "下降") {
			sign = -1
		}
		if c.kind == level {
			c.kind = growth
		}
		c.Yoy = signedRate(n.Quantity, sign)
		c.hasYoy, c.growth = c.kind == growth && annual(n.pre), n.Quantity
	}
}

// unsaid gives the unit that the words before a number leave out: 投资8000万, 参保人数1.2亿, 用户超300万. Behind amounts of
// money of the same sentence a bare 万 or 亿 is money too.
func (r *reader) unsaid(n number) string {
	if n.Han && n.Bare && !strings.HasPrefix(n.post, "大关") {
		return ""
	}
	name := compareless(cutTrailing(n.pre, trailing))
	if s, sign := change(n.pre); sign != 0 {
		name = compareless(s)
	}
	if name == "" && len(r.claims) > 0 && r.claims[len(r.claims)-1].kind == from && r.claims[len(r.claims)-1].sentence == r.sentences {
		return r.claims[len(r.claims)-1].BaseUnit // 由8300万增加到1.3亿
	}
	switch {
	case strings.HasSuffix(name, "人次"):
		return "人次"
	case endsWith(name, []string{"人口", "人数", "员额", "青壮年文盲", "务工规模", "在校生"}) != "":
		return "人"
	case endsWith(name, []string{"用户", "户数"}) != "":
		return "户"
	case money.MatchString(n.pre), money.MatchString(name):
		return "元"
	}
	for i := len(r.claims) - 1; i >= 0 && r.claims[i].sentence == r.sentences; i-- {
		if u := r.claims[i].BaseUnit; u == "元" && (n.post == "" || !han([]rune(n.post)[0])) {
			return u
		}
	}
	return ""
}

// doubling is the growth in percent that so many doublings make: +100 for one, +300 for two, "" for a
// part of one.
func doubling(times quantity.Number) string {
	if times.Exp != 0 || times.Coef < 1 || times.Coef > 9 {
		return ""
	}
	return "+" + quantity.Int((1<<times.Coef-1)*100).String()
}

// rangeEnd tells whether n is the end of a range that the number before it starts.
func rangeEnd(n number, numbers []number, i int) bool {
	return i > 0 && numbers[i-1].from == n.from && dashes[n.pre] && (n.pre != "到" || n.Unit == numbers[i-1].Unit)
}

// dashes stand between the two ends of a range.
var dashes = map[string]bool{"-": true, "—": true, "——": true, "–": true, "~": true, "～": true, "至": true, "到": true}

// verbOfChange leaves the short words of ups and downs (多, 高, 长) to rates, where they cannot be the end of a noun.
func verbOfChange(pre string) bool {
	return endsWith(cutTrailing(pre, filler), changing) != ""
}

// claim starts a claim with all that the phrase and its place tell.
func (r *reader) claim(s *sentence, b block, n number) Claim {
	q := n.Quantity
	if q.Unit == "百分点" || q.Unit == "个点" {
		q.Unit = "个百分点"
	}
	if q.Unit == "" && q.Scale != "" {
		q.Unit = r.unsaid(n)
	}
	if q.Unit == "成" {
		// 三成 is 30 %.
		q.Unit, q.Value = "%", q.Value.Shift(1)
	}
	c := Claim{
		Line: s.lines[n.Digits], Section: b.section.String(), Value: q.Value.String(), Unit: q.Scale + q.Unit,
		Base: q.Base().String(), BaseUnit: q.Unit, Qualifier: string(q.Round), Period: r.review,
		Text: strings.Trim(string(s.runes[n.from:n.to]), "，。；：、 "), quantity: q, sentence: r.sentences,
		at: n.Digits, before: n.pre, segment: n.pre + n.post, each: eachOf.MatchString(n.pre), context: s.upTo(n.Start), rest: s.from(n.End),
		number: s.file(n.Start, n.End), verb: s.file(n.Start-verbLength(n.pre), n.End),
	}
	before := string(s.runes[n.from:n.Start])
	for _, status := range []string{"预计", "快报", "核定"} {
		if strings.Contains(before, status) {
			c.Status = status
		}
	}
	if c.Qualifier == "" && strings.HasSuffix(cutTrailing(before, striving), "力争") {
		c.Qualifier = "力争"
	}
	if b.plan {
		c.Target, c.Period = true, r.planned
	}
	m := yearIn.FindAllStringSubmatch(based.ReplaceAllString(arabicYears(n.pre), ""), -1)
	if m == nil {
		m = s.year
	}
	if m != nil {
		c.Period = m[len(m)-1][1]
		if b.plan && c.Period < r.planned {
			c.Target = false // a plan may recall what was
		}
	}
	return c
}

// lastLevel gives the index of the last level of this sentence, -1 for none.
func (r *reader) lastLevel(first int) int {
	for i := len(r.claims) - 1; i >= first; i-- {
		if r.claims[i].kind == level || r.claims[i].kind == share {
			return i
		}
	}
	return -1
}

// grown gives the level that a rate without a name belongs to, where last is the last level: a share between the two
// (完成年度目标的101%，增长5%) only says more of it.
func (r *reader) grown(last, first int) int {
	if last > first && r.claims[last].kind == share && r.claims[last-1].kind == level && r.claims[last-1].Yoy == "" {
		return last - 1
	}
	return last
}

// outside gives the level that a rate behind a parenthesis belongs to where the claims before it stand within: 收入2亿元
// （其中税收1亿元），增长5%. It is -1 where there is none.
func (r *reader) outside(s *sentence, n number, first int) int {
	i := len(r.claims) - 1
	if i < first {
		return -1
	}
	closed := -1
	for j := r.claims[i].at; j < n.Start; j++ {
		switch s.runes[j] {
		case '（', '(':
			return -1
		case '）', ')':
			closed = j
		}
	}
	if closed < 0 {
		return -1
	}
	opened := closed
	for opened > 0 && s.runes[opened] != '（' && s.runes[opened] != '(' {
		opened--
	}
	for ; i >= first; i-- {
		if l := r.claims[i]; l.at < opened && l.kind == level {
			if l.Yoy != "" {
				return -1
			}
			return i
		}
	}
	return -1
}

// form reads what only its form gives away: 持平 and ranks.
func (r *reader) form(s *sentence, c Claim, n number, last, first int) {
	c.kind = n.fixed
	if n.fixed == rank {
		c.Subject = tidy(placing.ReplaceAllString(n.pre, ""))
		switch {
		case c.Subject == "" && len(r.claims) > first && (strings.HasPrefix(n.pre, "、") || r.claims[len(r.claims)-1].kind == rank):
			c.Subject = strings.TrimSuffix(r.claims[len(r.claims)-1].Subject, "排名") // 居全市第一、全省第三
		case c.Subject == "":
			c.Subject = r.before(s, n, first)
		case bareRate.MatchString(c.Subject) && len(r.claims) > first:
			c.Subject = r.before(s, n, first) + c.Subject
		}
		c.Subject += "排名"
		r.claims = append(r.claims, c)
		return
	}
	c.Yoy = "0"
	c.hasYoy, c.growth = true, n.Quantity
	c.Subject = tidy(cutTrailing(compareless(cutTrailing(n.pre, broadly)), levelled))
	if c.Subject == "" && last >= 0 && r.claims[last].Yoy == "" {
		r.claims[last].Yoy, r.claims[last].hasYoy, r.claims[last].growth, r.claims[last].rate = "0", true, n.Quantity, c.verb
		return
	}
	if c.Subject == "" {
		c.Subject = r.before(s, n, first)
	}
	r.claims = append(r.claims, c)
}

// placing is what stands between a name and its place: 位列全区, 、全省.
var placing = regexp.MustCompile(`(?:综合)?(?:位列|位居|位次|排名|名列|跃居|稳居|居|列|升至|上升到|排在|排|跻身|进入)[^，、]*$|[从由][^，、]*$|^、?全?(?:国|省|市|区|县|镇|州|球|世界)?$`)

// rate reads a growth rate: it joins the level it follows, or is a claim of its own.
func (r *reader) rate(s *sentence, c Claim, n number, subject string, sign, last, first int) {
	name := compareless(subject)
	q := n.Quantity
	if q.Unit == "成" {
		q = c.quantity
	}
	signed := signedRate(q, sign)
	span := !annual(n.pre)
	real := adjustedBy.MatchString(n.pre)
	if name == "" && last >= 0 && !spanned.MatchString(n.pre) && r.claims[last].Yoy == "" && q.Unit == "%" {
		l := &r.claims[last]
		l.Yoy, l.hasYoy, l.growth, l.real, l.rate = signed, !span, q, real, c.verb
		return
	}
	if name == "" && last >= 0 && !spanned.MatchString(n.pre) && r.claims[last].Yoy == "" && q.Unit == "倍" {
		// 达9件、增长2倍: the growth of the level, and a value of its own.
		l := &r.claims[last]
		l.Yoy, l.hasYoy, l.growth, l.real, l.rate = signed, !span, q, real, c.verb
	}
	c.kind = growth
	c.Subject = name
	if name == "" {
		c.Subject = r.before(s, n, first)
	}
	c.Yoy, c.hasYoy, c.growth, c.real = signed, !span, q, real
	r.claims = append(r.claims, c)
}

var (
	spanned    = regexp.MustCompile(`年均|平均|累计|每年|[两三四五六七八九十]年|(?:^|[^0-9])[0-9]{1,2}年`)
	adjustedBy = regexp.MustCompile(`实际|可比|不变价|扣除|名义|同口径|口径`)
	onLastYear = strings.NewReplacer("同比", "", "可比", "", "比上年", "", "较上年", "", "比去年", "", "较去年", "", "比上一年", "", "占比", "", "比重", "", "比例", "")
)

// annual tells whether a rate is one on the year before, as far as the words before it tell.
func annual(pre string) bool {
	return !spanned.MatchString(pre) && !strings.ContainsAny(onLastYear.Replace(pre), "比较")
}

// compareless takes words of comparison (比上年, 同比, 按可比价格计算) off the end of a subject.
func compareless(s string) string {
	s = ofYear.ReplaceAllString(prices.ReplaceAllString(s, ""), "")
	s = priced.ReplaceAllString(than.ReplaceAllString(cutTrailing(s, compared), ""), "")
	return span.ReplaceAllString(tidy(cutTrailing(s, compared)), "")
}

// span is a stretch of years that stands where a name would.
var span = regexp.MustCompile(`^(?:近|这|过去)?(?:[一二三四五六七八九十两]{1,3}|[0-9]{1,2})年?$`)

// signedRate writes a rate as a signed percentage.
func signedRate(q quantity.Quantity, sign int) string {
	v := q.Base()
	switch q.Unit {
	case "倍":
		v = v.Shift(2)
	case "‰":
		v = v.Shift(-1)
	}
	switch {
	case v.IsZero():
		return "0"
	case sign < 0:
		return v.Neg().String()
	}
	return "+" + v.String()
}

// before names what a number without words of its own speaks of: the last claim, or the clause before.
func (r *reader) before(s *sentence, n number, first int) string {
	for i := len(r.claims) - 1; i >= first; i-- {
		if k := r.claims[i].kind; k != share && k != rank {
			name, _, _ := strings.Cut(r.claims[i].Subject, "连续")
			if r.claims[i].kind == delta {
				name = surpassed.ReplaceAllString(name, "$1")
			}
			return firstOf(name, r.claims[i].Subject)
		}
	}
	if name := lastClause(s.upTo(n.from)); name != "" {
		return name
	}
	for i := len(r.claims) - 1; i >= max(0, len(r.claims)-3); i-- {
		if k := r.claims[i].kind; k != share && k != rank {
			return r.claims[i].Subject
		}
	}
	return ""
}

// lastClause gives the last clause of what has been said, as a subject.
func lastClause(said string) string {
	said = strings.TrimRight(said, "，：；、（( ")
	if i := strings.LastIndexAny(said, "，；：。"); i >= 0 {
		said = said[i+len("，"):]
	}
	name := tidy(said)
	if len([]rune(name)) > 30 {
		return ""
	}
	return name
}

// inherit gives number i the subject it shares with what stands before it.
func (r *reader) inherit(s *sentence, numbers []number, i, first int) string {
	n := numbers[i]
	if last := len(r.claims) - 1; last >= first && r.claims[last].kind == share && !strings.HasSuffix(n.Unit, "百分点") && n.Unit != "%" {
		return r.before(s, n, first) // 税收2亿元，占任务的53%；到年底完成3亿元
	}
	if i > 0 && len(r.claims) > first && numbers[i-1].to >= n.from-1 {
		name, _, _ := strings.Cut(r.claims[len(r.claims)-1].Subject, "连续")
		return firstOf(name, r.claims[len(r.claims)-1].Subject)
	}
	if i > 0 && len(r.claims) > first {
		// A clause without a number between the two names the new subject.
		if name := lastClause(s.upTo(n.from)); name != "" {
			return name
		}
	}
	return r.before(s, n, first)
}

// metrics are words that measure something but do not say what.
var metrics = byLength(`播种面积 产量 面积 产值 投资 总投资 金额 总额 资金 总量 占比 比重 余额 利润 税收 单产 总产 总产量 增加值 长度 规模 人数 户数 数量 覆盖率 合格率 办结率 满意率 满意度 完成率 到位资金 投资额 协议投资额 营业额 交易额 销售额 总面积 总长 总产值 亩产 均价 存栏 出栏 比例 率 总数`)

// level reads how much or how many of something there is.
func (r *reader) level(s *sentence, c Claim, numbers []number, i, first int) {
	n := numbers[i]
	pre, post := n.pre, behind(n)
	if strings.Contains(pre, "其中") && len(r.claims) > first {
		if last := r.lastLevel(first); last >= 0 {
			c.part = last + 1
		}
	}
	if strings.HasSuffix(pre, "分别") || strings.Contains(pre, "分别") && c.Qualifier == "" {
		if c.Qualifier == "" {
			c.Qualifier = "分别"
		}
		pre = strings.Replace(pre, "分别", "", 1)
	}
	beside := i > 0 && numbers[i-1].End == n.Start && len(r.claims) > first
	moves := beside && r.claims[len(r.claims)-1].kind == from
	if moved(n.post) && (strings.Contains(n.pre, "从") || strings.Contains(n.pre, "由") || moves) {
		c.kind = from
		if c.Period == r.review || c.Period == r.planned {
			c.Period = ""
		}
	}
	if n.Unit == "年" && strings.HasSuffix(pre, "连续") {
		name := tidy(strings.TrimSuffix(pre, "连续"))
		if name == "" && i > 0 {
			name = r.inherit(s, numbers, i, first)
		}
		c.Subject = name + "连续" + cutTrailing(post, trailing)
		r.claims = append(r.claims, c)
		return
	}
	follows := i > 0 && numbers[i-1].from == n.from
	if head, rest, ok := strings.Cut(pre, "等"); ok && follows && pre == numbers[i-1].post && !strings.HasPrefix(pre, "、") && strings.ContainsAny(head, "、”》") {
		// 甲、乙等项目17个 behind another number: the number behind counts what stands right before it.
		pre = rest
	}
	if follows && post != "" && endsWith(pre, []string{"和", "与", "及", "以及"}) != "" && !strings.HasPrefix(pre, "、") {
		pre = "" // 20个项目和30项成果: what stands before was counted by the number before
	}
	pre = odds.ReplaceAllString(pre, "")
	name := span.ReplaceAllString(tidy(cutList(cutTrailing(pre, trailing))), "")
	if follows && name != "" && strings.HasPrefix(n.pre, "、") && len(r.claims) > first {
		// 新增甲18家、乙5家: the second is new as well.
		if v := startsWith(r.claims[len(r.claims)-1].Subject, fresh); v != "" && startsWith(name, doing) == "" {
			name = v + name
		}
	}
	switch {
	case beside && name == "":
		c.Subject = r.claims[len(r.claims)-1].Subject // 脱贫户46户112人
	case overPlan.MatchString(pre) && name == "" && len(r.claims) > first:
		c.kind = delta
		c.Subject = r.inherit(s, numbers, i, first)
	case name == "" && post == "":
		c.Subject = r.inherit(s, numbers, i, first)
		if strings.Contains(n.pre, "实际") {
			c.Subject = cutTrailing(c.Subject, aims) // 目标4亿元，实际完成4.2亿元
		}
		if strings.Contains(n.pre, "累计") || strings.Contains(n.pre, "总数") {
			// 新增105家、累计512家
			c.Subject = strings.TrimSuffix(strings.TrimSuffix(c.Subject, "新增"), "净增")
			c.Subject = strings.TrimPrefix(c.Subject, startsWith(c.Subject, fresh))
		}
	case post == "" && dependent.MatchString(name) && len(r.claims) > first && r.claims[len(r.claims)-1].BaseUnit == c.BaseUnit:
		c.Subject = r.inherit(s, numbers, i, first) + strings.TrimPrefix(name, "同比") // 由26家增至41家，净增15家
	case post == "" && startsWith(name, reach) == name && name != "" && len(r.claims) > first:
		c.Subject = r.claims[len(r.claims)-1].Subject + name
	case partOf.MatchString(n.pre) && len(r.claims) > first:
		c.kind = share
		of := partOf.FindStringSubmatch(n.pre)[1]
		if !strings.HasPrefix(of, "计划") {
			of = tidy(of)
		}
		owner := r.claims[len(r.claims)-1]
		c.Subject = owner.Subject + "占" + of
		if owner.kind == share {
			c.Subject = r.before(s, n, first) + "占" + of
		}
	case startsWith(name, []string{"占", "约占", "恢复", "相当于"}) != "" && (n.Unit == "%" || n.Unit == "成" || n.Unit == "倍") && len(r.claims) > first:
		c.kind = share
		c.Subject = r.claims[len(r.claims)-1].Subject + name
	case startsWith(name, []string{"比", "较", "超额", "高于", "低于"}) != "" && !strings.HasPrefix(name, "比例") && !strings.HasPrefix(name, "比重"):
		c.kind = delta
		c.Subject = r.inherit(s, numbers, i, first)
	case moving(name) && post == "":
		c.Subject = r.inherit(s, numbers, i, first)
	case n.Unit == "" && n.Scale == "" && i > 0 && numbers[i-1].Unit == "" && turned.MatchString(name) && len(r.claims) > first:
		// 结构由9:41:50演进为8:42:50
		c.Subject = r.claims[len(r.claims)-1].Subject
	case name != "" && post == "" && startsVerb(name) == name && len(r.claims) > first && r.claims[len(r.claims)-1].BaseUnit == c.BaseUnit && startsVerb(r.claims[len(r.claims)-1].Subject) != "":
		// 开工保障房3200套，建成2100套: the verb is new, the thing is the same.
		last := r.claims[len(r.claims)-1].Subject
		c.Subject = name + strings.TrimPrefix(last, startsVerb(last))
	case startsWith(name, metrics) == name && post == "" && len(r.claims) > first && numbers[i-1].Digits > 0 && !strings.Contains(n.pre, "其中") &&
		!((name == "税收" || name == "利润") && r.claims[len(r.claims)-1].BaseUnit == "元"):
		last, _, _ := strings.Cut(r.claims[len(r.claims)-1].Subject, "连续")
		if strings.HasPrefix(name, "总") && strings.HasSuffix(name, "数") {
			last = strings.TrimPrefix(last, startsWith(last, fresh)) // 净增17家、总数达66家
		}
		c.Subject = cutTrailing(cutTrailing(last, metrics), promptly) + name
	default:
		c.Subject = joinSubject(name, post)
	}
	if rs := []rune(c.Subject); len(rs) > 40 {
		c.Subject = string(rs[len(rs)-40:])
	}
	r.claims = append(r.claims, c)
}

// striven is what stands between a rate and a better one that is striven for.
var striven = regexp.MustCompile(`^[，、](?:并|且)?(?:力争|争取|奋斗目标|冲刺|确保|实现|达到|突破)*(?:达到|实现|突破)?$`)

// overPlan is what stands between a level and by how much it passes its plan: 超过计划.
var overPlan = regexp.MustCompile(`^[，、]?(?:又|还)?(?:超过|超额|超)(?:计划|预算|任务|指标|目标|完成)*`)

// pace is a growth behind its rate: 的增速, 左右的年均增长速度.
var pace = regexp.MustCompile(`^(?:左右|以上|以内)?的?(?:年均|平均|较快|高速|同比|年)?(增长|增速|增幅|增长率|递增|涨幅|升幅|降幅|速度(?:递增|增长|发展|增加|下降|递减)|负增长)`)

// pacing are the words before such a rate.
var pacing = byLength(`实现 保持 达到 了 以 年均 平均每年 每年 平均 按 取得 获得 有 均 都 近 超过 约 连续 为 在 高达`)

// rated are the nouns that a rate of growth is the value of: 增速回落到5%. A natural rate of growth is a level.
var rated = regexp.MustCompile(`(?:增长速度|增速|增幅|涨幅|升幅|增长率|增长幅度|上涨幅度|递增速度|递增的速度|增长的速度|增长(?:预期)?目标|预期增长目标|增长预期|增长指标|降幅|下降幅度|下降率)$`)

// money are the words before an amount of money, whose 元 is often left out.
var money = regexp.MustCompile(`(?:生产总值|总产值|零售额|交易额|预算|投资|资金|收入|产值|利润|税收|税|经费|贷款|补贴|补助|金额|销售额|支出|总额|资产|存款|融资)\p{Han}{0,4}$`)

// eachOf tells that a number is of every one of several: 均突破, 分别拨付, 每村.
var eachOf = regexp.MustCompile(`(?:^|[^人户平年日月村亩地])均(?:达到?|为|在)?$|分别.{0,12}$|各(?:拨付|补助|奖励|发放|有|获)$`)

// odds is the rest of a ratio that a number follows: 由2.5:1缩小到2.4:1.
var odds = regexp.MustCompile(`^[:：∶]1(?:缩小|扩大|调整|下降|提高)?`)

// reach are the verbs that say whom a thing done came to; alone they name nothing.
var reach = byLength(`惠及 覆盖 涉及 受益 带动 服务 辐射 受惠 参与 参加`)

// fresh are the verbs that tell what is new from what there is; a list shares the one at its start.
var fresh = byLength(`新增 净增 新建 新认定 新培育 新引进 新签约 新开工 新落地 新注册 新设立 新入库 新落户 新投产`)

// dependent are the words that say how something named before was counted, and name nothing themselves.
var dependent = regexp.MustCompile(`^(?:同比)?(?:净增|新增|多增|少增|增收|人均|户均|村均|亩均)$`)

// partOf is what stands before a share of something named: 为年度计划的, 是上年的.
var partOf = regexp.MustCompile(`^[，、]?(?:约?占|约?为|是|相当于|完成)((?:年度|全年|年初|上年|去年|全部|总|“|[前五三]|计划|目标|任务|预算|既定|省定|市定|原定)[^，]*)的(?:约|近)?$`)

// turned is what stands between the two sides of a ratio that changed.
var turned = regexp.MustCompile(`^(?:演进|调整|优化|转变|变化|改变|演变|变|提升|缩小|扩大|下降|上升|转)?(?:为|到|至|成)?(?:现在|目前|上年|去年|今年)?的?$`)

// moving tells whether a name is only a verb of change.
func moving(name string) bool {
	return startsWith(name, ups) == name || startsWith(name, downs) == name || startsWith(name, leaps) == name
}

// moved tells whether a text leads on from an old value to a new one: 增加到, 下降至.
func moved(post string) bool {
	for _, w := range []string{"增加到", "增长到", "提高到", "上升到", "下降到", "减少到", "降低到", "扩大到", "发展到", "增加至", "增至", "提高至", "提升到", "提升至", "上升至", "下降至", "降至", "降到", "升至", "增长至", "减少至", "回落到", "回落至", "缩小到", "缩小至", "收窄到", "收窄至", "降低至", "压减到", "压减至", "调高到", "调高至", "上调到", "上调至", "下调到", "下调至", "优化为", "演进为", "变为", "改为", "上升为", "提高为", "增加为", "降为", "增为", "提升为", "统一为", "调至", "下调为", "上调为", "扩大至", "上涨到", "减至", "减到", "缩短到", "缩短至", "压缩到", "压缩至", "拓展到", "跃升至", "调整为", "调整到", "到", "至"} {
		if strings.HasPrefix(strings.TrimPrefix(post, "左右"), w) {
			return true
		}
	}
	return false
}

// cutList keeps of 新签约落地甲、乙、丙等 only the verb: a list of examples right before a number names single cases.
func cutList(pre string) string {
	head, ok := strings.CutSuffix(pre, "等")
	if !ok {
		if i := strings.IndexRune(pre, '、'); i < 0 || len([]rune(pre)) <= 8 {
			return pre
		}
		return pre
	}
	return startsVerb(head)
}

// startsVerb gives the verbs that s starts with.
func startsVerb(s string) string {
	s = cutLeading(s, leading)
	rest := s
	for again := true; again; {
		again = false
		if v := startsWith(rest, doing); v != "" && v != "有" && v != "为" && v != "达" && v != "共" {
			rest, again = strings.TrimPrefix(rest, v), true
		}
	}
	return strings.TrimSuffix(s, rest)
}

// behind gives the noun or clause right after a number, "" where none belongs to it.
func behind(n number) string {
	post := strings.TrimPrefix(n.post, "人民币")
	if n.Unit == "%" {
		post = strings.TrimPrefix(strings.TrimPrefix(post, "以上"), "左右")
	}
	post = leadsOn.ReplaceAllString(strings.TrimPrefix(post, "的"), "")
	if startsWith(post, []string{"新台阶", "台阶", "大台阶", "、", "和", "与", "及", "以及", "并", "，", "增长", "增加", "增幅", "增速", "同比", "比", "较", "占", "左右", "下降", "减少", "提高", "为", "是", "等", "）", "”", "。", "；", "上升", "降", "升", "增", "以上", "以内", "以下", "，", "(", "（", "或", "到", "至", "-", "—", "/", "扩大到", "提升", "发展到", "缩短", "压缩", "分别", "大关", ":", "：", "∶", "–", "~", "～", "翻", "居", "调整"}) != "" {
		return ""
	}
	if moved(post) {
		return ""
	}
	if i := strings.IndexRune(post, '、'); i >= 0 && n.End < n.to && !strings.Contains(post[:i], "“") && n.to-n.End > len([]rune(post)) {
		post = post[:i]
	}
	post = cutTrailing(post, linking)
	if i := strings.IndexRune(post, '、'); i > 0 && endsWith(post[:i], undertakings) != "" {
		post = post[:i]
	}
	if rs := []rune(post); len(rs) > 30 {
		post = string(rs[:30])
	}
	return post
}

// leadsOn leads on to a new value, behind the noun of the old one: 16%的税率降至.
var leadsOn = regexp.MustCompile(`(?:上升|提高|下降|增加|减少|提升|[升降增减])[到至为]$`)

// undertakings end the name of a thing done; what follows behind 、 is another one.
var undertakings = byLength(`项目 工程 工作 活动 行动 建设 改造 企业 中心 公园 学校 任务 基地 平台 园区`)

// joinSubject puts what stands before and behind a number together.
func joinSubject(pre, post string) string {
	if post == "" {
		return pre
	}
	if strings.ContainsRune(pre, '、') && !strings.ContainsRune(pre, '“') {
		// A list of names before a noun: 甲、乙2个园区.
		return startsVerb(pre) + post
	}
	return pre + post
}

// tidy takes what is no part of the name off both ends.
func tidy(s string) string {
	s = dated.ReplaceAllString(s, "")
	s = cutTrailing(apiece.ReplaceAllString(milestone.ReplaceAllString(cutTrailing(s, trailing), ""), ""), trailing)
	s = cutLeading(s, leading)
	s = everywhere.ReplaceAllString(s, "")
	if w := startsWith(s, alone); len(w) == 3 && strings.Contains("将把使为对", w) && len([]rune(s)) > 5 && startsWith(s, kept) == "" {
		s = strings.TrimPrefix(s, w)
	}
	if rest := cutLeading(s, light); len([]rune(rest)) >= 2 {
		s = cutLeading(rest, leading)
	} else if rest == "" {
		s = ""
	}
	s = strings.Trim(s, "，。；：、（() :∶—-–~～")
	if startsWith(s, alone) == s {
		return ""
	}
	if strings.HasSuffix(s, "占") {
		s += "比"
	}
	return s
}

var (
	// dated are years and spans of years, which are no part of a name.
	dated = regexp.MustCompile(`提前(?:[一二三四五六七八九十两]|[0-9])+年|(?:到|至)?(?:本|上|下)?(?:20|21|二十|二十一)?世纪(?:末|初|中叶)|[一二三四五六七八九]十年代(?:末期?|初期?|中期)?|(?:截至|截止|到|至)?(?:(?:19|20)[0-9]{2}年|一九[零〇○一二三四五六七八九]{2}年|二[零〇○][零〇○一二][零〇○一二三四五六七八九]年)(?:底|末|初|上半年|以来|前)?|[0-9]{1,2}(?:至|—|-|到)[0-9]{1,2}月份?|^[0-9]{1,2}(?:至|—|-|到)[0-9]{1,2}年内?|^(?:[一二三四五六七八九十]|[0-9])+年(?:来|内|间|多来|累计|共)`)
	// everywhere is the place that did it, before a verb that says no more than that.
	everywhere = regexp.MustCompile(`^全[镇乡区县市省国村]?(?:共|累计|预计)*(?:实现|完成)`)
	// milestone is a round number that was passed before the one that counts: 跨过百亿大关, 双双突破.
	milestone = regexp.MustCompile(`(?:双双|首次|成功|一举)?(?:跨过|跨越|突破|迈过|迈上|站上)[十百千万]?[亿万]?元?(?:大关|台阶)?$|双双$`)
	// apiece is whom each of a sum is for: 补助标准由每人每年.
	apiece = regexp.MustCompile(`(?:^|由|从|达到|达|到|至)(?:每[人户亩](?:每[年月天])?|每[年月天日]|0|零|“[^”]{2,4}”(?:时期)?[末初]?)$`)
	// prices are the prices a growth is reckoned by, wherever they stand.
	prices = regexp.MustCompile(`按(?:可比|不变|当年|现行)价格?(?:计算)?`)
	// ofYear is a comparison with a year in characters.
	ofYear = regexp.MustCompile(`[比较](?:一九|二[零〇○])[零〇○一二三四五六七八九]{2}年$`)
	// priced says by which prices a growth is reckoned.
	priced = regexp.MustCompile(`按[^，、；]{2,10}(?:计算|口径)$`)
	// than is a comparison at the end of what stands before a verb of change.
	than = regexp.MustCompile(`(?:与|同|较|比)[^，、；]{0,18}?(?:年|期|月|底|初|末|计划|预算|最高|水平|相比|五”)[^，、；]{0,8}$`)
)

// distribute reads numbers that a 分别 hands out in turn to the names before it.
func (r *reader) distribute(s *sentence, b block, numbers []number, first int) {
	head := string(s.runes[numbers[0].from:numbers[0].Start])
	if i := lastNumberEnd(s, numbers[0]); i > numbers[0].from && i < numbers[0].Start {
		head = string(s.runes[i:numbers[0].Start])
	}
	subject, sign := change(numbers[0].pre)
	if i := strings.LastIndex(head, "分别"); i >= 0 {
		head = head[:i]
	} else {
		head = subject
	}
	name := compareless(head)
	names := split(name)
	if name == "" {
		names = r.between(s, numbers[0], len(numbers), first)
	}
	levels, last := r.openLevels(first, len(numbers)), r.lastLevels(first, len(numbers))
	for k, n := range numbers {
		c := r.claim(s, b, n)
		rate := sign != 0 && (c.BaseUnit == "%" || n.Unit == "倍")
		if n.Unit == "成" {
			n.Quantity = c.quantity
		}
		if _, own := change(n.pre); own != 0 && k > 0 && n.Unit == "%" {
			sign = own
		}
		if rate && name == "" && names == nil && levels != nil {
			l := &r.claims[levels[k]]
			l.Yoy, l.hasYoy, l.growth, l.real = signedRate(n.Quantity, sign), annual(numbers[0].pre), n.Quantity, adjustedBy.MatchString(numbers[0].pre)
			l.rate = c.verb
			continue
		}
		switch {
		case name == "" && len(names) == len(numbers):
			c.Subject = names[k]
		case name == "" && !rate && sign != 0 && last != nil:
			c.Subject = r.claims[last[k]].Subject
		case name == "" && !rate && levels != nil && (c.BaseUnit == "%" || c.BaseUnit == "倍"):
			_, of, handed := strings.Cut(numbers[0].pre, "分别")
			if !handed {
				of = strings.TrimLeft(numbers[0].pre, "，、")
			}
			c.Subject = r.claims[levels[k]].Subject
			if part := tidy(cutTrailing(of, trailing)); startsWith(of, []string{"完成", "占", "为", "恢复", "达到", "相当于"}) != "" && part != "" {
				if !strings.HasPrefix(of, "恢复") {
					part = "占" + strings.TrimPrefix(part, "占")
				}
				c.Subject += part
				c.kind = share
			}
		case len(names) == len(numbers):
			c.Subject = names[k]
		case name != "":
			c.Subject = name
		default:
			c.Subject = r.before(s, n, first)
		}
		if rate {
			c.kind = growth
			c.Yoy, c.hasYoy, c.growth, c.real = signedRate(n.Quantity, sign), annual(numbers[0].pre), n.Quantity, adjustedBy.MatchString(numbers[0].pre)
		} else if sign != 0 && (n.Unit == "个百分点" || verbOfChange(numbers[0].pre)) {
			c.kind = delta
		}
		r.claims = append(r.claims, c)
	}
}

// between gives the n names that a clause without a number names right before numbers handed out: 起数、人数“双下降”，分别
// 下降35%、42%. It is nil where there is no such clause.
func (r *reader) between(s *sentence, n number, count, first int) []string {
	said := strings.TrimRight(s.upTo(n.from), "，：、")
	start := strings.LastIndexAny(said, "，；：。")
	if i := len(r.claims) - 1; i >= first && r.claims[i].at >= n.from-1-utf8.RuneCountInString(said[start+1:]) {
		return nil // that clause has its own number
	}
	names := split(compareless(bothWays.ReplaceAllString(lastClause(said), "")))
	if len(names) != count {
		return nil
	}
	return names
}

// bothWays is what a clause says of both its names before the numbers come: 同比“双下降”, 双双增长.
var bothWays = regexp.MustCompile(`(?:同比|均|都|实现|保持|继续|持续|双双|稳步|较快|“[^”]{1,6}”|[双齐](?:增长|下降|提升|提高)|增长|下降|提升|提高)+$`)

// lastNumberEnd gives where the last phrase before n ends, 0 for none.
func lastNumberEnd(s *sentence, n number) int {
	end := 0
	for _, p := range quantity.Scan(s.runes[n.from:n.Start]) {
		if p.Unit != "" && p.Unit != "年" && !p.Han {
			end = n.from + p.End
		}
	}
	return end
}

// lastLevels gives the last n levels of the sentence, nil where there are fewer.
func (r *reader) lastLevels(first, n int) []int {
	var out []int
	for i := len(r.claims) - 1; i >= first && len(out) < n; i-- {
		if r.claims[i].kind == level {
			out = append([]int{i}, out...)
		}
	}
	if len(out) < n {
		return nil
	}
	return out
}

// openLevels gives the last n levels of the sentence that have no growth rate yet, nil where there are fewer.
func (r *reader) openLevels(first, n int) []int {
	var out []int
	for i := len(r.claims) - 1; i >= first && len(out) < n; i-- {
		if r.claims[i].kind == level && r.claims[i].Yoy == "" {
			out = append([]int{i}, out...)
		}
	}
	if len(out) < n {
		return nil
	}
	return out
}

// split parts 城镇和农村居民收入 into its names; a short name takes over the rest of the last one.
func split(name string) []string {
	var parts []string
	quoted, start := false, 0
	rs := []rune(name)
	for i, c := range rs {
		switch {
		case c == '“':
			quoted = true
		case c == '”':
			quoted = false
		case !quoted && (c == '、' || c == '和' && i-start >= 1 || c == '与' || c == '及' || c == '，'):
			if i > start {
				parts = append(parts, string(rs[start:i]))
			}
			start = i + 1
		}
	}
	if start < len(rs) {
		parts = append(parts, string(rs[start:]))
	}
	if len(parts) < 2 {
		return parts
	}
	last := []rune(parts[len(parts)-1])
	for i := range parts[:len(parts)-1] {
		if n := len([]rune(parts[i])); n <= 3 && len(last) > n+2 {
			parts[i] += string(last[n:])
		}
	}
	return parts
}
