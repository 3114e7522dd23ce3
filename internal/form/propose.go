package form

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/quantity"
	"zhenwu/internal/report"
	"zhenwu/internal/town"
)

// Proposal is a cell that a form seems to ask for, guessed from the heads of its row and column.
type Proposal struct {
	Entry
	At    At
	Words string // the heads it was guessed from
	Score int    // 0 to 1050, as the matcher gives it; 0 for a fixed text
	Sure  bool   // the words are a name of the figure, or all but one
}

// Proposals are what is proposed for a form.
type Proposals struct {
	Cells []Proposal
	Rows  []Rows
	Open  []At // cells that seem to ask for something that no figure says
}

// Limits of what is looked at of a sheet; a form of an upper level is far below.
const (
	proposedRows = 500
	proposedCols = 64
	mostHeads    = 6
)

// Map makes a map of what is proposed, as it may be edited.
func (p *Proposals) Map(name string) *Map {
	m := &Map{Name: name, Rows: p.Rows}
	for _, c := range p.Cells {
		m.Cells = append(m.Cells, c.Entry)
	}
	return m
}

// Propose guesses what a form asks for. It looks at no value and promises nothing: a clerk confirms every cell.
func Propose(cat *catalog.Catalog, f *File, book interface{ Called(string) []town.Code }) *Proposals {
	g := &guesser{cat: cat, f: f, book: book, matcher: NewMatcher(cat), places: map[string]town.Code{}, found: map[string][]report.Match{}, heads: map[string]head{}}
	out := &Proposals{}
	for i, s := range f.Sheets {
		if !s.Hidden {
			g.sheet(i, s, out)
		}
	}
	return out
}

type guesser struct {
	cat     *catalog.Catalog
	f       *File
	book    interface{ Called(string) []town.Code }
	matcher *report.Matcher
	places  map[string]town.Code // "-" for none
	found   map[string][]report.Match
	heads   map[string]head

	s     *Sheet
	unit  string // 单位：万元 above the table
	rows  int
	cols  int
	lists []Range
}

// head is what the words of a head say.
type head struct {
	phrase   string // what is left to be matched
	period   string
	this     bool // 本月, 本年: the period the form is filled for, whatever year stands above
	say      Say
	unit     string
	place    string
	hasPlace bool
	neutral  bool // 合计, 数量: it says nothing
	within   bool // 其中
}

var (
	sheetUnit  = regexp.MustCompile(`(?:^|[^量])单\s*位\s*[：:]\s*([^\s；;，,、。）)]+)`)
	bracketed  = regexp.MustCompile(`[（(\[【]([^（()）\[\]【】]*)[）)\]】]`)
	onlyNumber = regexp.MustCompile(`^[0-9０-９.．\-—－、]+$`)
	serialHead = regexp.MustCompile(`^(?:序号|编号|代码|行次|栏次|甲|乙|丙|丁|No\.?|NO\.?)$`)
	unitHead   = regexp.MustCompile(`^(?:计量)?单位$`)
	skipped    = regexp.MustCompile(`^(?:注[：:1一]|备注|说明|填报说明|签字|签章|盖章|负责人|填表人|填报人|审核人|联系电话|联系人|责任人)`)
	neutral    = regexp.MustCompile(`^(?:合计|总计|小计|全镇|全乡|全街道|数量|数值|数|个数|总数|总量|完成数|完成情况|完成|实际|实际数|实际完成|绝对量|绝对数|金额|数据|情况|指标|指标名称|项目|名称|类别|内容|村居|村|社区|单位名称|村（居）|村\(居\)|地区|月份|时间|填报数|统计数|值)$`)
	monthHead  = regexp.MustCompile(`^(?:(?:20[0-9]{2})年)?([0-9]{1,2}|十[一二]?|[一二三四五六七八九])月份?$`)
	quartHead  = regexp.MustCompile(`^第?([一二三四1-4])季度$`)
	yearHead   = regexp.MustCompile(`^(20[0-9]{2})年?度?$`)
	lastWord   = regexp.MustCompile(`上年同期数?|去年同期数?|上年同月|去年同月|上年度?|去年|同期数`)
	growWord   = regexp.MustCompile(`(?:较|比|与)?(?:上年同期|去年同期|上年|去年)?(?:同比)?(?:增长|增减|增速|增幅|升降)(?:率|幅度)?|同比`)
	dateWord   = regexp.MustCompile(`本年累计|当年累计|年初至今|自年初累计|1[-—－~至]本月(?:累计)?|累计数?`)
	thisWord   = regexp.MustCompile(`本月数?|当月数?|本期数?|本季度?|本年度?|本年|今年|当年|报告期|全年`)
	prevWord   = regexp.MustCompile(`上月数?|上期数?|上季度?`)
	aimWord    = regexp.MustCompile(`(?:全年|年度|本年)?(?:目标任务|目标值|目标数|目标|任务数|计划数)`)
	rateWord   = regexp.MustCompile(`(?:目标)?(?:完成率|完成比例|完成进度|完成目标的?%?)`)
	blankRunes = strings.NewReplacer(" ", "", "　", "", "\n", "", "\t", "", "\u00a0", "")
)

// read takes a head apart.
func (g *guesser) read(text string) head {
	if h, ok := g.heads[text]; ok {
		return h
	}
	h := head{within: strings.HasPrefix(strings.TrimSpace(text), "其中")}
	s := blankRunes.Replace(text)
	s = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(s, "其中"), "："), ":：、.．")
	s = regexp.MustCompile(`^(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3}|[（(][0-9一二三四五六七八九十]{1,3}[）)])[、.．]`).ReplaceAllString(s, "")
	s = strings.TrimRight(s, "：:_＿")
	for _, m := range bracketed.FindAllStringSubmatch(s, -1) {
		in := strings.TrimPrefix(strings.TrimPrefix(m[1], "单位："), "单位:")
		switch {
		case in == "%" || in == "±%" || in == "+-%" || in == "％":
			h.unit = "%"
		case unitKnown(in):
			h.unit = in
		case in == "±" || in == "个" || in == "数":
		default:
			continue
		}
		s = strings.Replace(s, m[0], "", 1)
	}
	if code, ok := g.place(s); ok {
		h.place, h.hasPlace = code, true
		g.heads[text] = h
		return h
	}
	if h.unit == "" && strings.HasSuffix(s, "%") {
		h.unit, s = "%", strings.TrimSuffix(s, "%")
	}
	whole := func(re *regexp.Regexp) bool { m := re.FindString(s); return m != "" && m == s }
	switch {
	case monthHead.MatchString(s):
		h.period, s = "m"+strconv.Itoa(chinese(monthHead.FindStringSubmatch(s)[1])), ""
	case quartHead.MatchString(s):
		h.period, s = "q"+strconv.Itoa(chinese(quartHead.FindStringSubmatch(s)[1])), ""
	case yearHead.MatchString(s):
		h.period, s = yearHead.FindStringSubmatch(s)[1], ""
	case whole(rateWord):
		h.say, s = Attained, ""
	case whole(aimWord):
		h.say, s = Target, ""
	case whole(growWord):
		h.say, s = Growth, ""
		if h.unit != "%" && strings.Contains(text, "增减") {
			h.say = Change
		}
		h.unit = ""
	default:
		for _, x := range []struct {
			re  *regexp.Regexp
			put func()
		}{
			{lastWord, func() { h.say = Last }}, {dateWord, func() { h.period = "to_date" }}, {prevWord, func() { h.period = "previous" }}, {thisWord, func() { h.this = h.period == "" }},
		} {
			m := x.re.FindString(s)
			if m == "" || !strings.HasPrefix(s, m) && !strings.HasSuffix(s, m) {
				continue
			}
			if rest := strings.Replace(s, m, "", 1); rest == "" || len([]rune(rest)) >= 2 || neutral.MatchString(rest) {
				x.put()
				s = rest
			}
		}
		if h.say == Last && growWord.MatchString(s) && len(growWord.FindString(s)) == len(s) {
			h.say, s = Growth, ""
		}
	}
	if neutral.MatchString(s) {
		s, h.neutral = "", true
	}
	h.phrase = s
	if len(g.heads) < 100_000 {
		g.heads[text] = h
	}
	return h
}

// chinese reads 1 to 12.
func chinese(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	digits := map[string]int{"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12}
	return digits[s]
}

func unitKnown(s string) bool {
	_, bare := scaleOf(s)
	return quantity.Known(bare)
}

// place finds the place that a head names, alone or as its committee.
func (g *guesser) place(s string) (string, bool) {
	code, ok := g.places[s]
	if !ok {
		code = "-"
		for _, name := range []string{s, strings.TrimSuffix(s, "委会"), strings.TrimSuffix(s, "村民委员会") + "村", strings.TrimSuffix(s, "村委会"), strings.TrimSuffix(s, "居委会"), strings.TrimSuffix(s, "村"), s + "村"} {
			if name == "" || len([]rune(name)) < 2 {
				continue
			}
			if codes := g.book.Called(name); len(codes) == 1 && codes[0] != "" {
				code = codes[0]
				break
			}
		}
		g.places[s] = code
	}
	return string(code), code != "-"
}

func (g *guesser) find(phrase, unit string) (report.Match, bool) {
	if phrase == "" {
		return report.Match{}, false
	}
	key := phrase + "\x00" + unit
	m, ok := g.found[key]
	if !ok {
		_, bare := scaleOf(unit)
		m = g.matcher.Find(phrase, bare, 1)
		g.found[key] = m
	}
	if len(m) == 0 {
		return report.Match{}, false
	}
	return m[0], true
}

// sheet guesses the cells of one sheet.
func (g *guesser) sheet(n int, s *Sheet, out *Proposals) {
	g.s, g.unit, g.lists = s, "", nil
	g.rows, g.cols = min(s.Rows, proposedRows), min(s.Cols, proposedCols)
	for r := range min(g.rows, 12) {
		for c := range g.cols {
			if m := sheetUnit.FindStringSubmatch(s.cells[Ref{r, c}].Text); m != nil && unitKnown(m[1]) {
				g.unit = m[1]
			}
		}
	}
	g.rosters(n, out)
	for r := range g.rows {
		for c := range g.cols {
			at := Ref{r, c}
			if cell := s.cells[at]; cell != (Cell{}) {
				continue
			}
			if home, _ := s.Home(at); home != at || slices.ContainsFunc(g.lists, func(l Range) bool { return l.Contains(at) }) {
				continue
			}
			g.cell(At{n, at}, out)
		}
	}
}

// label tells whether a cell holds words that can be a head.
func (g *guesser) label(at Ref) (string, bool) {
	home, _ := g.s.Home(at)
	c := g.s.cells[home]
	t := strings.TrimSpace(c.Text)
	if t == "" || c.Formula != "" || c.Number || onlyNumber.MatchString(t) || len([]rune(t)) > 60 {
		return "", false
	}
	return c.Text, true
}

// empty tells whether a cell is blank.
func (g *guesser) empty(at Ref) bool {
	home, _ := g.s.Home(at)
	return g.s.cells[home] == (Cell{})
}

// left gathers the heads of a row, the outermost first, with the column of the outermost.
func (g *guesser) left(at Ref) (texts []string, unit string, from int) {
	from = at.Col
	for c := at.Col - 1; c >= 0; c-- {
		home, _ := g.s.Home(Ref{at.Row, c})
		if home.Col < c {
			c = home.Col
		}
		text, ok := g.label(home)
		if !ok {
			if g.empty(home) && len(texts) > 0 {
				break
			}
			continue
		}
		t := blankRunes.Replace(text)
		if unitKnown(t) && g.unitColumn(Ref{at.Row, c}) {
			unit = t
			continue
		}
		if serialHead.MatchString(t) {
			continue
		}
		texts, from = append([]string{text}, texts...), home.Col
		if len(texts) == mostHeads {
			break
		}
	}
	return texts, unit, from
}

// unitColumn tells whether a column is headed 计量单位, or holds nothing but units.
func (g *guesser) unitColumn(at Ref) bool {
	for r := at.Row - 1; r >= 0; r-- {
		if t, ok := g.label(Ref{r, at.Col}); ok && !unitKnown(blankRunes.Replace(t)) {
			return unitHead.MatchString(blankRunes.Replace(t))
		}
	}
	return true
}

// above gathers the heads of a column, the outermost first; from is where the heads of the row begin: what spans it is a title.
func (g *guesser) above(at Ref, from int) (texts []string, row int) {
	row = -1
	seen := false
	for r := at.Row - 1; r >= 0; r-- {
		home, span := g.s.Home(Ref{r, at.Col})
		text, ok := g.label(home)
		if !ok {
			if seen {
				break
			}
			if !g.empty(home) && g.s.cells[home].Formula == "" && !g.s.cells[home].Number {
				break
			}
			continue
		}
		if unitKnown(blankRunes.Replace(text)) && len([]rune(text)) <= 4 {
			continue // of a row above, not a head
		}
		if span.From.Col < from && from < at.Col || span.To.Col-span.From.Col+1 >= g.cols && g.cols > 1 {
			break // a title
		}
		if g.isRowHead(home, span) {
			break
		}
		if !seen {
			row = home.Row
		}
		seen = true
		texts = append([]string{text}, texts...)
		r = home.Row
		if len(texts) == mostHeads {
			break
		}
	}
	return texts, row
}

// isRowHead tells a label with a blank to its right, and no label to its left, from the head of a column.
func (g *guesser) isRowHead(home Ref, span Range) bool {
	right := Ref{home.Row, span.To.Col + 1}
	if right.Col >= g.cols || !g.empty(right) {
		return false
	}
	_, labelled := g.label(Ref{home.Row, home.Col - 1})
	return !labelled
}

// fixedHeads are labels whose blank is filled with what the town knows of itself.
var fixedHeads = []struct {
	re   *regexp.Regexp
	text string
}{
	{regexp.MustCompile(`^(?:填报|报送|报告|上报)?(?:单位|机关)(?:名称)?[（(]?(?:盖章|公章)?[）)]?[：:]?$`), "{town}"},
	{regexp.MustCompile(`^(?:填报|报送|填表|上报|报出)(?:日期|时间)[：:]?$`), "{day}"},
	{regexp.MustCompile(`^(?:报告期|统计期|填报期间|统计时间|所属期|所属时期)[：:]?$`), "{period}"},
}

// cell guesses one blank cell.
func (g *guesser) cell(at At, out *Proposals) {
	lefts, unit, from := g.left(at.Ref)
	tops, headRow := g.above(at.Ref, from)
	if len(lefts) > 0 && (len(tops) == 0 || strings.ContainsAny(lefts[len(lefts)-1], "：:")) {
		t := blankRunes.Replace(lefts[len(lefts)-1])
		for _, x := range fixedHeads {
			if x.re.MatchString(t) && at.Row < g.rows {
				if _, span := g.s.Home(Ref{at.Row, at.Col - 1}); span.To.Col == at.Col-1 && g.s.Shown(span.From) == lefts[len(lefts)-1] {
					out.Cells = append(out.Cells, Proposal{Entry: Entry{Cell: g.f.Name(at), Text: x.text, Decimals: -1}, At: at, Words: t, Sure: true})
					return
				}
			}
		}
	}
	if len(lefts) > 0 && len(tops) == 0 {
		if _, ok := g.label(Ref{at.Row, at.Col - 1}); !ok {
			return // without a head of its column a cell stands right beside its words
		}
	}
	if len(lefts) == 0 {
		if len(tops) == 0 || headRow != at.Row-1 || at.Row+1 < g.rows && g.empty(Ref{at.Row + 1, at.Col}) {
			return
		}
	}
	if len(lefts) > 0 && skipped.MatchString(blankRunes.Replace(lefts[len(lefts)-1])) || len(tops) > 0 && (skipped.MatchString(blankRunes.Replace(tops[len(tops)-1])) || serialHead.MatchString(blankRunes.Replace(tops[len(tops)-1])) || unitHead.MatchString(blankRunes.Replace(tops[len(tops)-1]))) {
		return
	}
	lefts = g.parents(at.Ref, lefts, from)
	e := Entry{Cell: g.f.Name(at), Decimals: -1}
	var rows, cols []string
	take := func(texts []string, into *[]string) {
		for _, t := range texts {
			h := g.read(t)
			if h.hasPlace {
				e.Place = h.place
			}
			if h.period != "" || h.this {
				e.Period = h.period
			}
			if h.say != Level {
				e.Say = h.say
			}
			if h.unit != "" {
				e.Unit = h.unit
			}
			if h.phrase != "" {
				*into = append(*into, h.phrase)
			}
		}
	}
	take(tops, &cols)
	take(lefts, &rows)
	if unit != "" {
		e.Unit = unit
	}
	words := strings.Join(slices.Concat(lefts, tops), " · ")
	best, fig, slice := g.choose(rows, cols, e.Unit)
	if fig == nil {
		if len(tops) > 0 && len(lefts) > 0 && len(rows)+len(cols) > 0 && !strings.ContainsAny(lefts[len(lefts)-1], "：:") {
			out.Open = append(out.Open, at)
		}
		return
	}
	e.Figure, e.Slice = fig.Key, slice
	g.unitFor(&e, fig)
	if e.Slice != "" && (e.Say == Target || e.Say == Attained) {
		return
	}
	out.Cells = append(out.Cells, Proposal{Entry: e, At: at, Words: blankLines.ReplaceAllString(words, " "), Score: best.Score, Sure: best.Sure})
}

var blankLines = regexp.MustCompile(`\s+`)

// parents puts the head above before one that says 其中.
func (g *guesser) parents(at Ref, lefts []string, from int) []string {
	if len(lefts) == 0 {
		return lefts
	}
	inner := lefts[len(lefts)-1]
	indented := func(s string) bool { return strings.HasPrefix(s, "　") || strings.HasPrefix(s, "  ") }
	if !g.read(inner).within && !indented(inner) {
		return lefts
	}
	for r := at.Row - 1; r >= 0; r-- {
		t, ok := g.label(Ref{r, from})
		if !ok {
			return lefts
		}
		if !g.read(t).within && !indented(t) {
			return append([]string{t}, lefts...)
		}
	}
	return lefts
}

// choose finds the figure that heads speak of: the words of the row, of the column, or both; a head that is a choice of the figure's
// makes a slice of it.
func (g *guesser) choose(rows, cols []string, unit string) (best report.Match, fig *catalog.Figure, slice string) {
	if unit == "" {
		unit = g.unit
	}
	try := func(parts ...string) {
		if m, ok := g.find(strings.Join(parts, ""), unit); ok && m.Score > best.Score {
			best, fig, slice = m, g.cat.Figures[m.Key], ""
		}
	}
	all := slices.Concat(rows, cols)
	for i := range all {
		try(all[i])
	}
	if len(rows) > 1 {
		try(rows...)
	}
	if len(cols) > 1 {
		try(cols...)
	}
	if len(rows) > 0 && len(cols) > 0 {
		try(rows[len(rows)-1], cols[len(cols)-1])
		try(cols[len(cols)-1], rows[len(rows)-1])
	}
	if best.Sure && len(rows) > 0 && len(cols) > 0 {
		best.Sure = said(fig, rows[len(rows)-1]) && said(fig, cols[len(cols)-1])
	}
	if len(all) < 2 || fig != nil && best.Score >= 1000 && len(all) == 1 {
		return best, fig, slice
	}
	for i, part := range all { // the rest names the figure, this part a slice of it
		rest := slices.Concat(all[:i], all[i+1:])
		m, ok := g.find(strings.Join(rest, ""), unit)
		if one, fits := g.find(rest[len(rest)-1], unit); fits && (!ok || one.Score > m.Score) {
			m, ok = one, true
		}
		if !ok || !m.Sure {
			continue
		}
		if sl := sliceOf(g.cat.Figures[m.Key], part); sl != "" && (slice == "" || m.Score > best.Score) {
			best, fig, slice = m, g.cat.Figures[m.Key], sl
		}
	}
	return best, fig, slice
}

// said tells whether the names of a figure hold the better part of what a head says: what they do not hold somebody should look at.
func said(f *catalog.Figure, head string) bool {
	names := f.Label.Zh + strings.Join(f.Aliases, "")
	n, all := 0, 0
	for _, r := range head {
		if all++; strings.ContainsRune(names, r) {
			n++
		}
	}
	return 2*n >= all
}

// sliceOf gives the slice of a figure that a word names by the label of a choice.
func sliceOf(f *catalog.Figure, word string) string {
	if f == nil || f.Type == nil {
		return ""
	}
	for _, by := range f.By {
		field := f.Type.Field(by.Key)
		if field == nil || field.List == nil {
			continue
		}
		for _, it := range field.List.Items {
			if rest, ok := strings.CutPrefix(word, it.Label.Zh); ok && it.Label.Zh != "" && (rest == "" || rest == "类" || strings.Contains(f.Label.Zh, rest)) {
				return by.Key + "=" + it.Key
			}
		}
	}
	return ""
}

// unitFor keeps the unit of the head where the figure can be given in it.
func (g *guesser) unitFor(e *Entry, f *catalog.Figure) {
	if e.Say == Growth || e.Say == Attained {
		e.Unit = ""
		e.Decimals = 1
		return
	}
	if e.Unit == "" && g.unit != "" && suitable(f, g.unit) {
		e.Unit = g.unit
	}
	if e.Unit == f.Unit || e.Unit != "" && !suitable(f, e.Unit) {
		e.Unit = ""
	}
	if factor, _ := scaleOf(e.Unit); factor > 1 {
		e.Decimals = 2
	}
}

// rosters finds rows of heads with blank rows below and no heads at their left: a list of records.
func (g *guesser) rosters(n int, out *Proposals) {
	for r := 0; r < g.rows; r++ {
		var heads []string
		var at []int
		for c := 0; c < g.cols; c++ {
			home, span := g.s.Home(Ref{r, c})
			if home.Col != c {
				continue
			}
			t, ok := g.label(home)
			if span.To.Row > r || !ok {
				if len(heads) > 0 {
					break
				}
				continue
			}
			heads, at = append(heads, blankRunes.Replace(t)), append(at, c)
		}
		if len(heads) < 3 {
			continue
		}
		blank := 0
		for below := r + 1; below < max(g.rows, r+2) && blank < 3; below++ {
			clear := true
			for _, c := range at {
				if cell := g.s.cells[Ref{below, c}]; cell != (Cell{}) && !(cell.Number || onlyNumber.MatchString(cell.Text)) {
					clear = false
				}
			}
			if !clear {
				break
			}
			blank++
		}
		if blank == 0 {
			continue
		}
		typ, columns, hits := g.roster(heads)
		if typ == nil || hits < 3 && hits*2 < len(heads) {
			continue
		}
		first := 0
		for first < len(columns) && (columns[first].Skip || columns[first].Field == "#" && g.s.cells[Ref{r + 1, at[first]}] != (Cell{})) {
			columns[first] = Column{Skip: true}
			first++
		}
		if first == len(columns) {
			continue
		}
		out.Rows = append(out.Rows, Rows{Cell: g.f.Name(At{n, Ref{r + 1, at[first]}}), From: typ.Key, Columns: columns[first:]})
		g.lists = append(g.lists, Range{Ref{r + 1, at[0]}, Ref{r + blank, at[len(at)-1]}})
		for below := r + blank + 1; below < g.rows; below++ { // numbered rows go on
			if cell := g.s.cells[Ref{below, at[0]}]; cell != (Cell{}) && !cell.Number {
				break
			}
			g.lists[len(g.lists)-1].To.Row = below
		}
		r += blank
	}
}

// fieldHeads are what forms call what every record, or every person in one, has.
var fieldHeads = []struct {
	re     *regexp.Regexp
	field  string            // a standard one, or
	typ    catalog.FieldType // the first field of a type
	ofType bool
}{
	{regexp.MustCompile(`^(?:序号|编号顺序)$`), "#", "", false},
	{regexp.MustCompile(`^(?:编号|受理编号|登记编号|工单号|案号|文号)$`), "number", "", false},
	{regexp.MustCompile(`^(?:状态|环节|办理状态|办理情况|进展)$`), "stage", "", false},
	{regexp.MustCompile(`^(?:登记日期|受理日期|登记时间|受理时间|日期)$`), "opened", "", false},
	{regexp.MustCompile(`^(?:所在村|所属村|所在村居|所属村居|村居|村（居）|村\(居\)|村名|所属地|属地|行政村)$`), "place", "", false},
	{regexp.MustCompile(`^(?:姓名|当事人|申请人|户主|负责人|联系人|受助人|当事人姓名|户主姓名)$`), "", catalog.Person, true},
	{regexp.MustCompile(`^(?:联系电话|电话|手机|手机号码?|联系方式)$`), "", catalog.Phone, true},
	{regexp.MustCompile(`^(?:身份证号码?|公民身份号码|身份证|证件号码?)$`), "", catalog.IDNumber, true},
}

// roster finds the type whose fields the heads name.
func (g *guesser) roster(heads []string) (best *catalog.Type, columns []Column, hits int) {
	title := ""
	for r := range min(g.rows, 4) {
		for c := range g.cols {
			title += g.s.cells[Ref{r, c}].Text
		}
	}
	bestScore := 0
	for _, key := range g.cat.TypeOrder {
		t := g.cat.Types[key]
		cols := make([]Column, len(heads))
		used := map[string]bool{}
		n, own := 0, 0
		for i, h := range heads {
			name := bracketed.ReplaceAllString(h, "")
			field := ""
			for _, f := range t.Fields {
				if f.Retired || used[f.Key] || f.Type == catalog.LinesType {
					continue
				}
				if f.Label.Zh == name || slices.Contains(f.Aliases, name) {
					field = f.Key
					own++
					break
				}
			}
			for _, x := range fieldHeads {
				if field != "" || !x.re.MatchString(name) {
					continue
				}
				if !x.ofType {
					if x.field == "place" && t.Place == "" || x.field == "number" && t.Number == "" {
						continue
					}
					field = x.field
					continue
				}
				for _, f := range t.Fields {
					if f.Type == x.typ && !f.Retired && !used[f.Key] {
						field = f.Key
						break
					}
				}
				if field != "" {
					own++
				}
			}
			cols[i] = Column{Field: field, Skip: field == ""}
			if field == "" {
				continue
			}
			used[field] = true
			if n++; field == "#" {
				n--
			}
		}
		for i, h := range heads { // 隐患内容 for 隐患, where only one field can be meant
			if cols[i].Field != "" || skipped.MatchString(h) {
				continue
			}
			if field := likely(t, bracketed.ReplaceAllString(h, ""), used); field != "" {
				cols[i], used[field] = Column{Field: field}, true
			}
		}
		score := 4*n + 2*own
		if t.Label.Zh != "" && strings.Contains(title, t.Label.Zh) {
			score += 5
		}
		if n >= 2 && own >= 1 && score > bestScore {
			best, columns, hits, bestScore = t, cols, n, score
		}
	}
	return best, columns, hits
}

// likely gives the one field whose name holds a head or is held by it; "" where there is none or more than one.
func likely(t *catalog.Type, head string, used map[string]bool) string {
	found := ""
	for _, f := range t.Fields {
		l := f.Label.Zh
		if f.Retired || used[f.Key] || f.Type == catalog.LinesType || f.Type == catalog.File || f.Type == catalog.Photo || len([]rune(l)) < 2 || len([]rune(head)) < 2 || !strings.Contains(head, l) && !strings.Contains(l, head) {
			continue
		}
		if found != "" {
			return ""
		}
		found = f.Key
	}
	return found
}
