package draft

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhenwu/internal/catalog"
	"zhenwu/internal/quantity"
	"zhenwu/internal/town"
)

// MaxSize is the longest draft that is written, in bytes: ten times the longest report of a town.
const MaxSize = 1 << 20

// Ref is one reference to a figure.
type Ref struct {
	From, To int // in the source, in bytes, with its braces; of a cell of a table the fence it stands in

	Name   string // as written
	Figure *catalog.Figure
	Period string // as written: 2023, 去年; "" for the report's year
	Place  string // as written; "" for the report's place
	Slice  string // dim=value
	Aspect Aspect
	Most   int // names: how many at most
	Style  quantity.Style
	Styled bool
	Text   string // Verbatim: the words
}

// fence is a block of its own: ```figures, ```records or ```chart.
type fence struct {
	from, to int // in the source, its lines of ``` included
	kind     string
	title    string
	keys     map[string]string
}

// Parse reads a draft against a catalog. It never fails: what is wrong is listed with its place, and what can be read is read.
func Parse(cat *catalog.Catalog, source string) *Draft {
	d := &Draft{source: strings.ReplaceAll(source, "\r\n", "\n")}
	if len(d.source) > MaxSize {
		d.fault(0, "form", fmt.Sprintf("草稿超过 %d MB，请拆分", MaxSize>>20), fmt.Sprintf("the draft is larger than %d MB; split it", MaxSize>>20), "")
		d.source = ""
	}
	if !utf8.ValidString(d.source) {
		d.fault(0, "form", "草稿不是 UTF-8 文字", "the draft is not UTF-8 text", "")
		d.source = strings.ToValidUTF8(d.source, "？")
	}
	d.head()
	d.cutFences()
	names := called(cat)
	for at := d.body; at < len(d.source); {
		if f := d.fenceAt(at); f != nil {
			at = f.to
			continue
		}
		i := strings.Index(d.source[at:], "{{")
		if i < 0 {
			break
		}
		from := at + i
		if f := d.fenceAt(from); f != nil {
			at = f.to
			continue
		}
		line := from + strings.IndexByte(d.source[from:]+"\n", '\n')
		j := strings.Index(d.source[from:line], "}}")
		if j < 0 {
			d.fault(from, "form", "“{{”没有在同一行用“}}”收尾", "{{ is not closed by }} on its line", d.source[from:min(line, from+60)])
			at = line
			continue
		}
		to := from + j + 2
		d.ref(cat, names, from, to, d.source[from+2:to-2])
		at = to
	}
	return d
}

// Source is the text of the draft, its line ends as \n.
func (d *Draft) Source() string { return d.source }

// fault lists what is wrong at a byte of the source.
func (d *Draft) fault(at int, kind, zh, en, text string) {
	line, column := place(d.source, at)
	d.faults = append(d.faults, Problem{Line: line, Column: column, Kind: kind, Zh: zh, En: en, Text: text, Bars: true})
}

// place gives line and column of a byte, from 1.
func place(source string, at int) (line, column int) {
	at = min(at, len(source))
	before := source[:at]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// The keys of the head, in both languages.
var headKeys = map[string]string{
	"title": "title", "标题": "title", "year": "year", "年份": "year", "place": "place", "范围": "place", "until": "until", "截至": "until",
	"issuer": "issuer", "发文机关": "issuer", "number": "number", "发文字号": "number", "文号": "number", "date": "date", "成文日期": "date", "日期": "date",
	"to": "to", "主送": "to", "主送机关": "to", "copies": "copies", "抄送": "copies", "printer": "printer", "印发机关": "printer", "printed": "printed", "印发日期": "printed",
	"notes": "notes", "附注": "notes",
}

// head reads what stands between two lines of --- at the top.
func (d *Draft) head() {
	d.Head.Until, d.Head.Date, d.Head.Printed = town.NoDay, town.NoDay, town.NoDay
	rest, ok := strings.CutPrefix(d.source, "---\n")
	if !ok {
		return
	}
	at := len(d.source) - len(rest)
	for {
		line, more, found := strings.Cut(rest, "\n")
		if strings.TrimRight(line, " ") == "---" {
			d.body = len(d.source) - len(more)
			return
		}
		if !found {
			d.fault(0, "head", "开头的“---”没有收尾", "the head opened by --- is not closed", "---")
			d.body = len(d.source)
			return
		}
		d.headLine(at, line)
		rest = more
		at = len(d.source) - len(rest)
	}
}

func (d *Draft) headLine(at int, line string) {
	if strings.TrimSpace(line) == "" {
		return
	}
	key, value, ok := strings.Cut(line, ":")
	if k, v, wide := strings.Cut(line, "："); wide && (!ok || len(k) < len(key)) {
		key, value, ok = k, v, true
	}
	name, known := headKeys[strings.TrimSpace(key)]
	value = strings.TrimSpace(value)
	if !ok || !known {
		d.fault(at, "head", "开头部分不认识这一项，可用的有：标题、年份、范围、截至、发文机关、发文字号、成文日期、主送机关、抄送、印发机关、印发日期、附注", "the head knows title, year, place, until, issuer, number, date, to, copies, printer, printed, notes, not this", strings.TrimSpace(line))
		return
	}
	day := func(into *town.Day) {
		if value == "" {
			return
		}
		v, err := town.ParseDay(value)
		if err != nil {
			d.fault(at, "head", "日期要写成 2023-12-28", "write the day as 2023-12-28", value)
			return
		}
		*into = v
	}
	switch name {
	case "title":
		d.Head.Title = value
	case "year":
		y, err := strconv.Atoi(strings.TrimSuffix(value, "年"))
		if err != nil || y < 1949 || y > 2200 {
			d.fault(at, "head", "年份要写成 2023", "write the year as 2023", value)
			return
		}
		d.Head.Year = y
	case "place":
		d.Head.Place = value
	case "until":
		day(&d.Head.Until)
	case "issuer":
		d.Head.Issuer = value
	case "number":
		d.Head.Number = value
	case "date":
		day(&d.Head.Date)
	case "to":
		d.Head.To = value
	case "copies":
		d.Head.Copies = value
	case "printer":
		d.Head.Printer = value
	case "printed":
		day(&d.Head.Printed)
	case "notes":
		d.Head.Notes = value
	}
}

// aspects by the words that ask for them.
var aspects = map[string]Aspect{
	"增长": Growth, "growth": Growth, "增速": Rate, "rate": Rate, "增减": Change, "change": Change, "目标": Goal, "target": Goal, "完成率": Attained, "attained": Attained,
	"名单": Names, "names": Names, "值": Level, "value": Level,
}

// periods that are named from the report's year.
var yearsAway = map[string]int{"本年": 0, "今年": 0, "year": 0, "去年": -1, "上年": -1, "last": -1, "明年": 1, "next": 1}

// ref reads what stands between braces.
func (d *Draft) ref(cat *catalog.Catalog, names *calls, from, to int, inner string) {
	inner = strings.TrimSpace(inner)
	r := Ref{From: from, To: to}
	if rest, ok := strings.CutPrefix(inner, "?"); ok {
		r.Aspect, r.Text = Verbatim, strings.TrimSpace(rest)
		d.Refs = append(d.Refs, r)
		return
	}
	if rest, ok := strings.CutPrefix(inner, "？"); ok {
		r.Aspect, r.Text = Verbatim, strings.TrimSpace(rest)
		d.Refs = append(d.Refs, r)
		return
	}
	words := fields(inner)
	if len(words) == 0 {
		d.fault(from, "form", "花括号里要写指标名，例如 {{走访居民 万余户}}", "write the name of a figure between the braces, as in {{grid_visits}}", d.source[from:to])
		return
	}
	r.Name = words[0]
	if !d.options(&r, words[1:]) {
		return
	}
	if _, special := yearsAway[r.Name]; special || strings.HasPrefix(r.Name, "year") {
		if _, ok := yearOf(r.Name, 2000); ok {
			d.Refs = append(d.Refs, r)
			return
		}
	}
	f, near := names.find(r.Name)
	if f == nil {
		zh, en := "没有这个指标：%s", "no figure is called %s"
		switch {
		case len(near) > 0 && names.many(r.Name):
			zh, en = "叫“%s”的指标不止一个，请写其中一个：%s", "more than one figure is called %s; name one of %s"
		case len(near) > 0:
			zh, en = zh+"；是不是 %s", en+"; did you mean %s"
		}
		args := []any{r.Name}
		if len(near) > 0 {
			args = append(args, strings.Join(near, "、"))
		}
		d.fault(from, "figure", fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...), d.source[from:to])
		return
	}
	r.Figure = f
	if u := r.Style.Unit; u != "" && r.Aspect != Growth && r.Aspect != Rate && r.Aspect != Attained && !fits(f, u) {
		d.fault(from, "unit", fmt.Sprintf("“%s”的单位是%s，不能写成%s", f.Label.Zh, f.Unit, u), fmt.Sprintf("%s is counted in %s and cannot be written in %s", f.Label.In("en"), f.Unit, u), d.source[from:to])
		return
	}
	d.Refs = append(d.Refs, r)
}

// options reads the words behind the name; false where one is not understood.
func (d *Draft) options(r *Ref, words []string) bool {
	for _, w := range words {
		switch {
		case strings.HasPrefix(w, "@") && len(w) > 1:
			r.Place = w[1:]
		case strings.Contains(w, "=") && !strings.HasPrefix(w, "="):
			r.Slice = w
		case aspects[w] != "" || w == "值" || w == "value":
			r.Aspect = aspects[w]
		case strings.HasPrefix(w, "名单") || strings.HasPrefix(w, "names"):
			n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(w, "名单"), "names"))
			if err != nil || n < 1 || n > 50 {
				d.fault(r.From, "form", "名单后面写要列几个（1 到 50），例如 名单3", "write how many names to list (1 to 50), as in names3", w)
				return false
			}
			r.Aspect, r.Most = Names, n
		case isPeriod(w):
			r.Period = w
		default:
			st, ok := quantity.ParseStyle(w)
			if !ok || r.Styled {
				d.fault(r.From, "style", fmt.Sprintf("看不懂“%s”：可以写期间（2023、2023-05、去年）、@地点、切片（项=值）、增长、增速、增减、目标、完成率、名单3，或数字的写法（万余户、0.0亿元、近万件、汉字）", w),
					fmt.Sprintf("%q is not understood: write a period (2023, 2023-05, last), @place, a slice (dim=value), growth, rate, change, target, attained, names3, or a style (万余户, 0.0亿元)", w), d.source[r.From:r.To])
				return false
			}
			r.Style, r.Styled = st, true
		}
	}
	if r.Aspect == Names && r.Most == 0 {
		r.Most = 3
	}
	return true
}

func isPeriod(w string) bool {
	if _, ok := yearsAway[w]; ok {
		return true
	}
	_, err := town.ParsePeriod(strings.TrimSuffix(w, "年"))
	return err == nil
}

// yearOf gives the year of a word such as 明年 or year+1.
func yearOf(w string, year int) (int, bool) {
	if n, ok := yearsAway[w]; ok {
		return year + n, true
	}
	rest, ok := strings.CutPrefix(w, "year")
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(rest)
	return year + n, err == nil
}

// fits tells whether a number of f can be written in a unit.
func fits(f *catalog.Figure, unit string) bool {
	if unit == f.Unit {
		return true
	}
	for _, a := range f.Aliases {
		if a == unit && quantity.Known(a) {
			return true
		}
	}
	return quantity.UnitOf(unit).Family == quantity.UnitOf(f.Unit).Family
}

// fields cuts at blanks, but not within quotes.
func fields(s string) []string {
	var out []string
	var word strings.Builder
	closing := rune(0)
	for _, r := range s {
		switch {
		case closing != 0 && r == closing:
			closing = 0
		case closing == 0 && r == '"':
			closing = '"'
		case closing == 0 && r == '“':
			closing = '”'
		case closing == 0 && (r == ' ' || r == '　' || r == '\t' || r == '\u00a0'):
			if word.Len() > 0 {
				out = append(out, word.String())
				word.Reset()
			}
		default:
			word.WriteRune(r)
		}
	}
	if word.Len() > 0 {
		out = append(out, word.String())
	}
	return out
}

// blockKinds are the blocks there are, by their names.
var blockKinds = map[string]string{"figures": "figures", "指标": "figures", "表": "figures", "chart": "chart", "图": "chart", "records": "records", "名单": "records"}

// cutFences finds the blocks between lines of ```.
func (d *Draft) cutFences() {
	at := d.body
	var open *fence
	for at < len(d.source) {
		end := at + strings.IndexByte(d.source[at:]+"\n", '\n')
		line := strings.TrimSpace(d.source[at:min(end, len(d.source))])
		next := min(end+1, len(d.source))
		switch mark, ok := strings.CutPrefix(line, "```"); {
		case ok && open == nil:
			kind, title, _ := strings.Cut(strings.TrimSpace(mark), " ")
			open = &fence{from: at, kind: blockKinds[kind], title: strings.TrimSpace(title), keys: map[string]string{}}
			if open.kind == "" {
				d.fault(at, "form", fmt.Sprintf("不认识这种块：%s；可以用 figures（指标表）、chart（图）、records（名单）", kind), fmt.Sprintf("no block is called %q: there are figures, chart and records", kind), line)
			}
		case ok:
			open.to = next
			d.fences = append(d.fences, *open)
			open = nil
		case open != nil && line != "" && open.kind != "":
			key, value, ok := strings.Cut(line, ":")
			if k, v, wide := strings.Cut(line, "："); wide && (!ok || len(k) < len(key)) {
				key, value, ok = k, v, true
			}
			if !ok {
				d.fault(at, "form", "这里每行写“项：值”", "write one key: value a line here", line)
				break
			}
			open.keys[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
		at = next
	}
	if open != nil {
		d.fault(open.from, "form", "“```”没有收尾", "``` is not closed", "```"+open.kind)
	}
}

// fenceAt gives the fence that a byte lies in.
func (d *Draft) fenceAt(at int) *fence {
	i := sort.Search(len(d.fences), func(i int) bool { return d.fences[i].to > at })
	if i < len(d.fences) && d.fences[i].from <= at {
		return &d.fences[i]
	}
	return nil
}

// Faults lists what is wrong with the draft by itself, before anything is read.
func (d *Draft) Faults() []Problem { return d.faults }
