package report

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// text is a piece of the file in which every rune knows its line, the byte of the file it begins at, and whether it is bold.
type text struct {
	runes []rune
	lines []int
	bytes []stretch
	bold  []bool
}

// stretch is a piece of the file, in bytes: from its first to behind its last.
type stretch struct{ from, to int }

// file gives the stretch of the file that the runes from to to come from; nothing for no runes.
func (t text) file(from, to int) stretch {
	if from >= to || to > len(t.bytes) {
		return stretch{}
	}
	return stretch{t.bytes[from].from, t.bytes[to-1].to}
}

func (t text) String() string { return string(t.runes) }

func (t text) slice(from, to int) text {
	return text{t.runes[from:to], t.lines[from:to], t.bytes[from:to], t.bold[from:to]}
}

func (t *text) append(u text) {
	t.runes = append(t.runes, u.runes...)
	t.lines = append(t.lines, u.lines...)
	t.bytes = append(t.bytes, u.bytes...)
	t.bold = append(t.bold, u.bold...)
}

// block is a heading, a paragraph or a row of a table.
type block struct {
	text
	rank    int    // of a heading: 1 for 一、, 2 for （一）, 3 for 1. and the like; 0 for a paragraph
	number  string // as written: 一, （一）
	mark    string // the number with its sign, as it stood before the text: 一、, 1.
	marked  bool   // a # stood before it
	bullet  bool
	indent  bool
	cells   []text // of a table row
	section section
	plan    bool // it speaks of what is to be done
}

// section is where a block stands.
type section struct{ part, sub, lead, title string }

// String gives the section as claims name it.
func (s section) String() string {
	or := func(v string) string {
		if v == "" {
			return "-"
		}
		return v
	}
	return or(s.part) + "/" + or(s.sub) + "/" + or(s.lead)
}

var (
	tag        = regexp.MustCompile(`<[^<>]{1,200}>|&nbsp;|&#160;`)
	partNumber = regexp.MustCompile(`^(?:第([一二三四五六七八九十]{1,3})部分[、，：: ]?|([一二三四五六七八九十]{1,3})[、．.])`)
	subNumber  = regexp.MustCompile(`^[（(]([一二三四五六七八九十]{1,3})[）)][、.．]?`)
	itemNumber = regexp.MustCompile(`^(?:[0-9０-９]{1,2}[.．、](?:[^0-9０-９]|$)|[（(][0-9０-９]{1,2}[）)]|[①②③④⑤⑥⑦⑧⑨⑩])`)
	pageNumber = regexp.MustCompile(`^(?:[-—–－·\s]*[0-9０-９]{1,3}[-—–－·\s]*|第\s*[0-9]{1,3}\s*页.{0,12})$`)
	tableRule  = regexp.MustCompile(`^\|?[\s:|-]+\|?$`)
)

// layout cuts the file into blocks: markup is taken off, words that a page break cut are joined again, and headings are
// ranked by their numbers (一、（一）), since the # of converted files cannot be trusted.
func layout(file string) []block { return place(cut(file)) }

// cut is layout without the sections: every word of the file stands in its block still.
func cut(file string) []block {
	var blocks []block
	begin := 0 // of the line, in bytes
	for i, raw := range strings.Split(file, "\n") {
		b, ok := lineBlock(strings.TrimRight(raw, "\r"), i+1, begin)
		begin += len(raw) + 1
		if !ok {
			continue
		}
		if n := len(blocks); n > 0 && joins(blocks[n-1], b) {
			blocks[n-1].text.append(b.text)
			continue
		}
		blocks = append(blocks, splitHeading(b)...)
	}
	return blocks
}

// lineBlock strips the markup of one line that begins at a byte of the file.
func lineBlock(raw string, line, begin int) (block, bool) {
	var b block
	b.indent = strings.HasPrefix(raw, "　") || strings.HasPrefix(raw, "    ") || strings.HasPrefix(raw, "\t")
	s := strings.TrimRightFunc(raw, blank)
	behind := begin + len(s) // what follows only cuts at the front
	s = strings.TrimLeftFunc(s, blank)
	if tableRule.MatchString(s) && strings.Contains(s, "-") || pageNumber.MatchString(s) {
		return b, false
	}
	if strings.HasPrefix(s, "|") || strings.Count(s, "\t") >= 2 {
		cut := "\t"
		if strings.HasPrefix(s, "|") {
			cut = "|"
			behind -= len(s) - len(strings.TrimRight(s, "|"))
			s = strings.Trim(s, "|")
		}
		at := behind - len(s)
		for _, cell := range strings.Split(s, cut) {
			t := clean(cell, line, at)
			at += len(cell) + len(cut)
			b.cells = append(b.cells, t)
			b.text.append(t)
		}
		return b, len(b.runes) > 0
	}
	for strings.HasPrefix(s, "#") {
		b.marked = true
		s = s[1:]
	}
	s = strings.TrimLeftFunc(s, blank)
	s = strings.TrimPrefix(s, "> ")
	for _, mark := range []string{"- ", "* ", "+ ", "• ", "•", "● ", "●", "■", "◆", "◇", "▪", "· ", "– "} {
		if rest, ok := strings.CutPrefix(s, mark); ok {
			s, b.bullet = rest, true
			break
		}
	}
	b.text = clean(s, line, behind-len(s))
	return b, len(b.runes) > 0
}

func blank(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' }

// clean takes off tags, emphasis and blanks of what begins at a byte of the file. A blank between two Latin words or two
// numbers stays.
func clean(s string, line, begin int) text {
	var t text
	bold := false
	rs, from := untagged(s)
	for i := 0; i < len(rs); i++ {
		r := rs[i]
		switch {
		case r == '*' && i+1 < len(rs) && rs[i+1] == '*', r == '_' && i+1 < len(rs) && rs[i+1] == '_':
			bold = !bold
			i++
			continue
		case r == '_' && i+1 < len(rs) && isDigit(rs[i+1]):
			continue // PM_2.5
		case r == '*' && !(i > 0 && narrow(rs[i-1]) && i+1 < len(rs) && narrow(rs[i+1])), r == '\\', r == '`':
			continue
		case blank(r):
			n := len(t.runes)
			j := i + 1
			for j < len(rs) && blank(rs[j]) {
				j++
			}
			if n == 0 || j == len(rs) || !narrow(t.runes[n-1]) || !narrow(rs[j]) || spaced(rs, i, j) {
				continue
			}
			r = ' '
			i = j - 1
		}
		t.runes = append(t.runes, fold(r, at(rs, i-1), at(rs, i+1)))
		t.lines = append(t.lines, line)
		t.bytes = append(t.bytes, stretch{begin + from[i], begin + from[i] + utf8.RuneLen(rs[i])})
		t.bold = append(t.bold, bold)
	}
	return t
}

// untagged gives the runes of s without its tags, and the byte that each begins at.
func untagged(s string) (rs []rune, from []int) {
	rs, from = make([]rune, 0, len(s)/2), make([]int, 0, len(s)/2)
	tags := tag.FindAllStringIndex(s, -1)
	for i, r := range s {
		if len(tags) > 0 && i >= tags[0][1] {
			tags = tags[1:]
		}
		if len(tags) > 0 && i >= tags[0][0] {
			continue
		}
		rs, from = append(rs, r), append(from, i)
	}
	return rs, from
}

// spaced tells whether the blanks from i to j stand within a number that is set with wide spacing: 7 4 7 7 2亿元.
func spaced(rs []rune, i, j int) bool {
	single := func(k, beyond int) bool { return isDigit(fold(at(rs, k), 0, 0)) && !narrow(fold(at(rs, beyond), 0, 0)) }
	return single(i-1, i-2) && (single(j, j+1) || at(rs, j) == '.')
}

func narrow(r rune) bool {
	return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func at(rs []rune, i int) rune {
	if i < 0 || i >= len(rs) {
		return 0
	}
	return rs[i]
}

// fold gives full-width digits, Latin letters and signs their ASCII form, and ASCII punctuation among Chinese its
// Chinese form. before and after are its neighbours.
func fold(r, before, after rune) rune {
	switch {
	case r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ', r == '％', r == '．', r == '＋', r == '／':
		return r - 0xFEE0
	case r == '﹪' || r == '℅':
		return '%'
	case r == '－' || r == '―' || r == '‐' || r == '─' || r == '−':
		return '—'
	case r == '︰' || r == '∶' || r == '﹕':
		return '：'
	case r == '〞' || r == '〝' || r == '＂':
		return '"'
	}
	if simple, ok := variants[r]; ok {
		return simple
	}
	if i := strings.IndexRune(",:;()?!", r); i >= 0 && !(narrow(before) && narrow(after)) {
		return []rune("，：；（）？！")[i]
	}
	return r
}

// variants are traditional forms that converted files leave among simplified text; numbers, units and verbs of reports
// are read in either form.
var variants = pairs("學学國国業业產产農农區区鄉乡鎮镇萬万億亿個个項项戶户畝亩噸吨長长達达實实現现總总額额財财稅税資资進进場场條条張张處处從从較较減减約约餘余數数導导動动務务會会電电門门車车開开關关機机發发體体醫医縣县幣币氣气環环費费幾几兩两點点為为與与對对協协歲岁臺台棟栋間间層层輛辆盞盏頭头隻只專专億亿")

func pairs(s string) map[rune]rune {
	out := map[rune]rune{}
	rs := []rune(s)
	for i := 0; i+1 < len(rs); i += 2 {
		out[rs[i]] = rs[i+1]
	}
	return out
}

// joins tells whether b only continues the sentence that a breaks off.
func joins(a, b block) bool {
	if a.rank > 0 || a.marked || a.cells != nil || b.cells != nil || b.marked || b.bullet || b.indent {
		return false
	}
	s := b.String()
	if partNumber.MatchString(s) || subNumber.MatchString(s) || itemNumber.MatchString(s) || opens(s) {
		return false
	}
	if len(a.runes) < 25 && !strings.ContainsAny(a.String(), "，。；、") {
		return false
	}
	last, next := a.runes[len(a.runes)-1], b.runes[0]
	if strings.ContainsRune("，。；：、！？）”》%", next) {
		return !strings.ContainsRune("。！？：", last)
	}
	switch {
	case strings.ContainsRune("。！？；：…%!?;:", last):
		return false
	case strings.ContainsRune("”）》", last):
		return len(a.runes) >= 25
	}
	// A bold start is a new lead, never the rest of a word.
	return !(b.bold[0] && !a.bold[len(a.bold)-1])
}

// opens tells whether s starts as only paragraphs start.
func opens(s string) bool {
	for _, w := range []string{"各位代表", "一是", "二是", "三是", "四是", "五是", "六是", "第一，", "第二，", "第三，", "——"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// splitHeading ranks b by its number and parts a heading from the text that runs on behind it.
func splitHeading(b block) []block {
	if b.cells != nil {
		return []block{b}
	}
	s := b.String()
	number, rank := 0, 0
	switch {
	case partNumber.MatchString(s):
		m := partNumber.FindStringSubmatch(s)
		b.number, rank, number = m[1]+m[2], 1, len([]rune(m[0]))
	case subNumber.MatchString(s):
		m := subNumber.FindStringSubmatch(s)
		b.number, rank, number = "（"+m[1]+"）", 2, len([]rune(m[0]))
	case itemNumber.MatchString(s) && !b.bullet:
		m := strings.TrimRightFunc(itemNumber.FindString(s), func(r rune) bool { return !strings.ContainsRune(".．、）)①②③④⑤⑥⑦⑧⑨⑩", r) })
		rank, number = 3, len([]rune(m))
	}
	if rank == 0 {
		if b.marked && len(b.runes) <= 60 || !b.bullet && opensPart(s) {
			b.rank = 9 // a heading without a number: ranked by place
		}
		return []block{b}
	}
	if rank == 3 && opensPart(string(b.runes[number:])) {
		rank = 1
	}
	b.mark = string(b.runes[:number])
	rest := b.slice(number, len(b.runes))
	end := indexAny(rest.runes, "。：:")
	switch {
	case end < 0 && len(rest.runes) <= 60 || end == len(rest.runes)-1 && end <= 60 && !(rank > 1 && hasDigit(rest.runes)):
		b.rank = rank
		if end >= 0 {
			rest = rest.slice(0, end)
		}
		if rank == 3 && end < 0 && hasDigit(rest.runes) || len(rest.runes) == 0 {
			b.rank, b.number, b.text = 0, "", rest
			return []block{b}
		}
		b.text = rest
		return []block{b}
	case end > 0 && end <= 40 && !hasDigit(rest.runes[:end]):
		head, body := b, b
		head.rank, head.text = rank, rest.slice(0, end)
		body.text, body.number, body.mark = rest.slice(end+1, len(rest.runes)), "", ""
		return []block{head, body}
	}
	// A number before a whole paragraph: the number goes, the paragraph stays, under its own section.
	head := b
	head.rank, head.text = rank, rest.slice(0, 0)
	b.text, b.number = rest, ""
	return []block{head, b}
}

// opensPart tells whether a line without number or mark is the heading of a part: 2023年工作回顾.
func opensPart(s string) bool {
	return len([]rune(s)) <= 24 && !strings.ContainsAny(s, "，。；：、！") && yearIn.MatchString(arabicYears(s)) && bears(s) && !strings.HasSuffix(s, "报告") && strings.Contains(s, "工作")
}

func hasDigit(rs []rune) bool {
	for _, r := range rs {
		if r >= '0' && r <= '9' {
			return true
		}
	}
	return false
}

func indexAny(rs []rune, set string) int {
	for i, r := range rs {
		if strings.ContainsRune(set, r) {
			return i
		}
	}
	return -1
}

// place gives every paragraph its section and its lead.
func place(blocks []block) []block {
	var at section
	var out []block
	leads := false // this section has paragraphs with leads
	for _, b := range blocks {
		switch b.rank {
		case 1:
			at, leads = section{part: b.number, title: b.String()}, false
		case 2:
			at.sub, at.lead, at.title, leads = b.number, "", b.String(), false
		case 3:
			at.lead = b.String()
		case 9:
			if bears(b.String()) {
				at, leads = section{title: b.String()}, false
			} else if at.part != "" {
				at.lead = b.String()
			}
		default:
			if b.cells == nil {
				lead, body := splitLead(b.text)
				switch {
				case len(lead.runes) > 0:
					at.lead, leads = trimEnd(lead.String()), true
					b.text = body
				case leads && !b.bullet:
					// A paragraph without a lead among others with leads stands outside of them.
					at.lead, at.sub, leads = "", "", false
				}
			}
		}
		b.section = at
		if len(b.runes) > 0 {
			out = append(out, b)
		}
	}
	return out
}

func trimEnd(s string) string { return strings.TrimRight(s, "。：:；，、 ") }

// splitLead parts a run-in title from its paragraph: a bold start, or a short first sentence without comma or number.
func splitLead(t text) (lead, body text) {
	if len(t.bold) > 0 && t.bold[0] {
		n := 0
		for n < len(t.bold) && t.bold[n] {
			n++
		}
		if n < len(t.runes) && n <= 40 {
			if n < len(t.runes) && strings.ContainsRune("。：:", t.runes[n]) {
				return t.slice(0, n), t.slice(n+1, len(t.runes))
			}
			if strings.ContainsRune("。：:", t.runes[n-1]) || n >= 4 {
				return t.slice(0, n), t.slice(n, len(t.runes))
			}
		}
		return text{}, t
	}
	end := indexAny(t.runes, "。，；：！？、")
	if end >= 4 && end <= 18 && t.runes[end] == '。' && end < len(t.runes)-1 && !hasDigit(t.runes[:end]) {
		return t.slice(0, end), t.slice(end+1, len(t.runes))
	}
	return text{}, t
}
