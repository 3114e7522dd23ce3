package form

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/draft"
	"zhenwu/internal/figure"
	"zhenwu/internal/quantity"
	"zhenwu/internal/report"
	"zhenwu/internal/town"
)

// Book is what a form is filled from, on one snapshot.
type Book interface {
	figure.Reader
	// Ahead reads at once what is needed of many figures (of all, where none are named) at a place as of a day; it only makes what follows quicker.
	Ahead(place town.Code, day town.Day, figures ...string) error
	// Called lists the places of a name or code.
	Called(name string) []town.Code
	// PlaceName is what a place is called.
	PlaceName(place town.Code) string
}

// Bound is a map that fits a form and a catalog: every cell, figure and unit is known.
type Bound struct {
	File  *File
	Map   *Map
	cells []bound
	Lists []BoundRows
}

type bound struct {
	*Entry
	at    At
	fig   *catalog.Figure // nil for a fixed text
	style quantity.Style
	place *town.Code // nil: that for which the form is filled
}

// BoundRows is a list of a bound map.
type BoundRows struct {
	*Rows
	At   At
	Cols []int // of the columns that are written
	Type *catalog.Type
}

// Bind holds a map against a form and a catalog. Everything that does not fit is told at once: the first as the error, the others in
// its More. Nothing is read and nothing written.
func Bind(cat *catalog.Catalog, f *File, m *Map, book interface{ Called(string) []town.Code }) (*Bound, error) {
	b := &Bound{File: f, Map: m}
	var first *town.Error
	fault := func(line int, cell, zh, en string) {
		e := mapFault(line, "单元格 "+cell+"："+zh, "cell "+cell+": "+en).(*town.Error)
		if first == nil {
			first = e
			return
		}
		first.More = append(first.More, e)
	}
	taken := map[At]bool{}
	names := newNames(cat)
	for i := range m.Cells {
		e := &m.Cells[i]
		at, err := f.ParseAt(e.Cell)
		if err != nil {
			fault(e.Line, e.Cell, "表里没有这个地址", "the form has no such cell")
			continue
		}
		if err := f.fillable(at); err != nil {
			zh, en := reasons(err)
			fault(e.Line, e.Cell, zh, en)
			continue
		}
		if taken[at] {
			fault(e.Line, e.Cell, "写了两次", "it is given twice")
			continue
		}
		taken[at] = true
		x := bound{Entry: e, at: at}
		if e.Text == "" {
			if x.fig, err = names.find(e.Figure); err != nil {
				zh, en := reasons(err)
				fault(e.Line, e.Cell, zh, en)
				continue
			}
			if zh, en := x.unfit(); zh != "" {
				fault(e.Line, e.Cell, zh, en)
				continue
			}
		}
		if e.Place != "" {
			codes := book.Called(e.Place)
			if len(codes) != 1 {
				zh, en := "没有叫“"+e.Place+"”的地点", "no place is called “"+e.Place+"”"
				if len(codes) > 1 {
					zh, en = "叫“"+e.Place+"”的地点不止一个，请写代码", "more than one place is called “"+e.Place+"”; write its code"
				}
				fault(e.Line, e.Cell, zh, en)
				continue
			}
			x.place = &codes[0]
		}
		b.cells = append(b.cells, x)
	}
	for i := range m.Rows {
		if l, err := b.rows(cat, &m.Rows[i]); err != nil {
			zh, en := reasons(err)
			fault(m.Rows[i].Line, m.Rows[i].Cell, zh, en)
		} else {
			b.Lists = append(b.Lists, l)
		}
	}
	if first != nil {
		if n := len(first.More); n > 0 {
			first.Zh += fmt.Sprintf("（另有 %d 处）", n)
			first.En += fmt.Sprintf(" (and %d more)", n)
		}
		return nil, first
	}
	return b, nil
}

func reasons(err error) (zh, en string) {
	if e, ok := err.(*town.Error); ok {
		return strings.TrimSuffix(e.Zh, "。"), strings.TrimSuffix(e.En, ".")
	}
	return err.Error(), err.Error()
}

// unfit tells what of a cell does not fit its figure.
func (x *bound) unfit() (zh, en string) {
	f, e := x.fig, x.Entry
	if e.Slice != "" {
		dim, value, _ := strings.Cut(e.Slice, "=")
		at := slices.IndexFunc(f.By, func(s catalog.Slice) bool { return s.Key == dim })
		if at < 0 {
			var dims []string
			for _, s := range f.By {
				dims = append(dims, s.Key)
			}
			return "“" + f.Label.Zh + "”不能按“" + dim + "”分组" + choices("，可以按 ", dims), f.Label.In("en") + " is not cut by " + dim + choices("; there are ", dims)
		}
		if value == "" {
			return "分组要写成 项=值", "write a slice as dim=value"
		}
		if e.Say != Level && e.Say != Last && e.Say != Growth && e.Say != Change {
			return "分组没有目标", "a slice has no target"
		}
	}
	if e.Style != "" {
		st, ok := quantity.ParseStyle(e.Style)
		if !ok {
			return "写法“" + e.Style + "”看不懂，例如 0.0亿元、万余户", "the style “" + e.Style + "” is not understood; write such as 0.0亿元"
		}
		x.style = st
		if st.Unit != "" && !suitable(f, st.Unit) {
			return unitFault(f, st.Unit)
		}
	}
	if e.Unit != "" {
		switch {
		case e.Say == Growth || e.Say == Attained:
			if e.Unit != "%" && e.Unit != "百分点" && e.Unit != "个百分点" {
				return "增速和完成率的单位是 %，不能写成" + e.Unit, "growth and attainment are in %, not in " + e.Unit
			}
		case !suitable(f, e.Unit):
			return unitFault(f, e.Unit)
		}
	}
	return "", ""
}

func choices(lead string, words []string) string {
	if len(words) == 0 {
		return ""
	}
	return lead + strings.Join(words, "、")
}

func unitFault(f *catalog.Figure, unit string) (zh, en string) {
	return "“" + f.Label.Zh + "”的单位是" + f.Unit + "，换不成" + unit, f.Label.In("en") + " is counted in " + f.Unit + " and cannot be given in " + unit
}

// suitable tells whether a number of f can be given in a unit: its own, one that means the same, or one that converts exactly.
func suitable(f *catalog.Figure, unit string) bool {
	_, bare := scaleOf(unit)
	if unit == f.Unit || bare == f.Unit {
		return true
	}
	for _, a := range f.Aliases {
		if (a == bare || a == unit) && quantity.Known(a) {
			return true
		}
	}
	return quantity.UnitOf(bare).Family == quantity.UnitOf(f.Unit).Family
}

// scaleOf takes a unit apart: 万元 is ten thousand and 元.
func scaleOf(unit string) (factor int64, bare string) {
	if quantity.Known(unit) {
		return 1, unit
	}
	for _, s := range []struct {
		word string
		n    int64
	}{{"万亿", 1e12}, {"百万", 1e6}, {"千万", 1e7}, {"亿", 1e8}, {"万", 1e4}, {"千", 1e3}, {"百", 100}} {
		if rest, ok := strings.CutPrefix(unit, s.word); ok && rest != "" && quantity.Known(rest) {
			return s.n, rest
		}
	}
	return 1, unit
}

// inUnit brings a number of the figure's unit to another.
func inUnit(v *big.Rat, f *catalog.Figure, unit string) *big.Rat {
	if unit == "" || unit == f.Unit {
		return v
	}
	factor, bare := scaleOf(unit)
	if bare != f.Unit {
		if to, ok := quantity.Convert(v, quantity.UnitOf(f.Unit), quantity.UnitOf(bare)); ok {
			v = to
		}
	}
	return new(big.Rat).Quo(v, big.NewRat(factor, 1))
}

// rows binds a list.
func (b *Bound) rows(cat *catalog.Catalog, r *Rows) (BoundRows, error) {
	out := BoundRows{Rows: r, Type: cat.Types[r.From]}
	fail := func(zh, en string) error { return &town.Error{Kind: town.Invalid, Field: "map", Zh: zh, En: en} }
	var err error
	if out.At, err = b.File.ParseAt(r.Cell); err != nil {
		return out, fail("表里没有这个地址", "the form has no such cell")
	}
	if out.Type == nil {
		return out, fail("没有“"+r.From+"”这类记录", "there is no type “"+r.From+"”")
	}
	if r.By != "" && r.By != "opened" && !dated(out.Type, r.By) {
		return out, fail("“"+r.By+"”不是“"+out.Type.Label.Zh+"”的日期字段", "“"+r.By+"” is no date of "+out.Type.Label.In("en"))
	}
	s := b.File.Sheets[out.At.Sheet]
	col := out.At.Col
	for i := range r.Columns {
		c := &r.Columns[i]
		at := At{out.At.Sheet, Ref{out.At.Row, col}}
		_, span := s.Home(at.Ref)
		col = span.To.Col + 1
		if c.Skip {
			continue
		}
		if c.Text == "" && !standard(c.Field) && out.Type.Field(c.Field) == nil {
			return out, fail("“"+out.Type.Label.Zh+"”没有字段“"+c.Field+"”", out.Type.Label.In("en")+" has no field “"+c.Field+"”")
		}
		if f := out.Type.Field(c.Field); f != nil && f.Type == catalog.IDNumber && c.As != "" && !slices.ContainsFunc(IDFormats, func(x struct{ Key, Zh, En, Sample string }) bool { return x.Key == c.As }) {
			return out, fail("身份证号没有“"+c.As+"”这种写法，可以写 plain、lower、spaced、quoted、fifteen、masked", "an ID number is not written “"+c.As+"”; there are plain, lower, spaced, quoted, fifteen and masked")
		}
		if err := b.File.fillable(at); err != nil {
			return out, err
		}
		if t := s.At(at.Ref).Text; t != "" {
			return out, fail("名单第一行的 "+at.Ref.String()+" 已有内容“"+t+"”，请选表头下面的空行", at.Ref.String()+", in the first row of the list, already holds “"+t+"”; choose the blank row below the heads")
		}
		out.Cols = append(out.Cols, at.Col)
	}
	if len(out.Cols) == 0 {
		return out, fail("名单没有一列要填", "no column of the list is filled")
	}
	return out, nil
}

// standard tells what every record has.
func standard(field string) bool {
	return field == "#" || field == "number" || field == "stage" || field == "opened" || field == "place" || field == "title"
}

func dated(t *catalog.Type, field string) bool {
	f := t.Field(field)
	return f != nil && (f.Type == catalog.Date || f.Type == catalog.Time)
}

// names finds figures by what they are called.
type names struct {
	cat     *catalog.Catalog
	by      map[string][]string
	matcher *report.Matcher
}

func newNames(cat *catalog.Catalog) *names {
	n := &names{cat: cat, by: map[string][]string{}}
	for _, key := range cat.FigureOrder {
		f := cat.Figures[key]
		for _, name := range append([]string{f.Label.Zh, f.Label.En}, f.Aliases...) {
			if name != "" && !quantity.Known(name) && !slices.Contains(n.by[name], key) {
				n.by[name] = append(n.by[name], key)
			}
		}
	}
	return n
}

func (n *names) find(name string) (*catalog.Figure, error) {
	if f := n.cat.Figures[name]; f != nil {
		return f, nil
	}
	if keys := n.by[name]; len(keys) == 1 {
		return n.cat.Figures[keys[0]], nil
	} else if len(keys) > 1 {
		return nil, town.Refuse(town.Invalid, "map", "叫“%[1]s”的指标不止一个，请写其中一个：%[2]s", "more than one figure is called “%[1]s”; name one of %[2]s", name, strings.Join(keys, "、"))
	}
	if n.matcher == nil {
		n.matcher = NewMatcher(n.cat)
	}
	var near []string
	for _, m := range n.matcher.Find(name, "", 3) {
		near = append(near, m.Key)
	}
	return nil, town.Refuse(town.Invalid, "map", "没有指标“%[1]s”%[2]s", "there is no figure “%[1]s”%[3]s", name, choices("；是不是 ", near), choices("; did you mean ", near))
}

// NewMatcher prepares the figures of a catalog for being found by what forms call them.
func NewMatcher(cat *catalog.Catalog) *report.Matcher { return report.NewMatcher(draft.Unread(cat)) }

// Ask is what a form is filled for.
type Ask struct {
	Period town.Period
	Place  town.Code // "" for the town
	AsOf   town.Day  // nothing later counts
	Town   string    // its name
}

// Told is what one cell says, and where that comes from.
type Told struct {
	At     At
	Cell   string
	Entry  *Entry
	Figure *catalog.Figure // nil for a fixed text
	Query  figure.Query
	Value  Value
	Known  bool     // false: there is no such value, the cell stays blank
	Exact  *big.Rat // in Unit, before rounding
	Unit   string
	Status string // expected, flash, final, published, implied

	base *big.Rat
}

// Base is the number behind a cell in the unit of its figure, or in percent; nil for a text.
func (t *Told) Base() *big.Rat { return t.base }

// Resolve reads what every cell says.
func (b *Bound) Resolve(cat *catalog.Catalog, book Book, ask Ask) ([]Told, error) {
	out := make([]Told, len(b.cells))
	order := make([]int, len(b.cells))
	for i := range b.cells {
		x := &b.cells[i]
		t := Told{At: x.at, Cell: b.File.Name(x.at), Entry: x.Entry, Figure: x.fig}
		p, err := PeriodFrom(x.Period, ask.Period)
		if err != nil {
			return nil, mapFault(x.Line, "“"+x.Period+"”不是期间", "“"+x.Period+"” is no period")
		}
		t.Query = figure.Query{Figure: x.fig, Place: ask.Place, Slice: x.Slice, Period: p, AsOf: ask.AsOf}
		if x.place != nil {
			t.Query.Place = *x.place
		}
		out[i], order[i] = t, i
	}
	slices.SortStableFunc(order, func(a, c int) int {
		return cmp.Or(cmp.Compare(out[a].Query.Place, out[c].Query.Place), cmp.Compare(out[a].Query.Period.Until, out[c].Query.Period.Until))
	})
	type key struct {
		fig, place, slice string
		period            town.Period
	}
	compared, read := map[key]figure.Reading{}, map[key]figure.Value{}
	var ahead *town.Code
	for _, i := range order {
		t, x := &out[i], &b.cells[i]
		if x.fig == nil {
			t.Value, t.Known = Value{Text: fixedText(x.Text, book, ask, t.Query.Period)}, true
			continue
		}
		if ahead == nil || *ahead != t.Query.Place {
			place := t.Query.Place
			if err := book.Ahead(place, min(ask.AsOf, ask.Period.Last())); err != nil {
				return nil, err
			}
			ahead = &place
		}
		k := key{x.fig.Key, string(t.Query.Place), t.Query.Slice, t.Query.Period}
		if x.Say == Level {
			v, ok := read[k]
			if !ok {
				var err error
				if v, err = figure.Read(cat, book, t.Query); err != nil {
					return nil, err
				}
				read[k] = v
			}
			t.say(x, v.Rat(), v.Status)
			continue
		}
		c, ok := compared[k]
		if !ok {
			var err error
			if c, err = figure.Compare(cat, book, t.Query); err != nil {
				return nil, err
			}
			compared[k] = c
		}
		switch x.Say {
		case Last:
			t.say(x, c.Last.Rat(), c.Last.Status)
		case Growth:
			g := c.Told
			if g == nil {
				g = c.Growth
			}
			t.say(x, g, c.Value.Status)
		case Change:
			if c.Value.Known && c.Last.Known {
				t.say(x, new(big.Rat).Sub(c.Value.Rat(), c.Last.Rat()), c.Value.Status)
			}
		case Target:
			if c.Target != nil {
				t.say(x, c.Target.Wanted, "")
			}
		case Attained:
			if c.Target != nil {
				t.say(x, c.Target.Progress, c.Value.Status)
			}
		}
	}
	return out, nil
}

// say writes a number as its cell wants it; nil is unknown.
func (t *Told) say(x *bound, v *big.Rat, status string) {
	if v == nil {
		return
	}
	t.Known, t.Status, t.Unit, t.base = true, status, x.fig.Unit, v
	if x.Say == Growth || x.Say == Attained {
		t.Unit = "%"
		t.Exact = v
		t.Value = x.number(v, 2, "")
		return
	}
	if x.Style != "" {
		text, _, _ := x.style.Write(v, x.fig.Unit, func(a, b string) bool { return b == x.fig.Unit && suitable(x.fig, a) })
		t.Exact, t.Value = v, Value{Text: text}
		return
	}
	if x.Unit != "" {
		t.Unit = x.Unit
	}
	t.Exact = inUnit(v, x.fig, x.Unit)
	usual := 2
	if x.Unit == "" && x.fig.Scale > 0 && x.fig.Unit != "%" {
		usual = x.fig.Scale
	}
	factor, _ := scaleOf(x.Unit)
	if factor > 1 {
		usual = len(strconv.FormatInt(factor, 10)) + 1 // nothing is lost unless decimals are asked for
	}
	t.Value = x.number(t.Exact, usual, t.Unit)
}

// number rounds and writes.
func (x *bound) number(v *big.Rat, usual int, unit string) Value {
	d := x.Decimals
	if d < 0 {
		d = usual
	}
	r := round(v, d, x.Round)
	s := figure.Decimal(r, d)
	if x.Fixed {
		s = r.FloatString(d)
	}
	return Value{Text: s, Number: !x.AsText}
}

// fixedText puts what {…} stands for into a text.
func fixedText(s string, book Book, ask Ask, p town.Period) string {
	y, m, d := ask.AsOf.Date()
	place := ask.Town
	if ask.Place != "" {
		place = book.PlaceName(ask.Place)
	}
	return strings.NewReplacer("{town}", ask.Town, "{place}", place, "{period}", periodWords(p), "{year}", strconv.Itoa(p.Last().Year()), "{month}", strconv.Itoa(int(monthOf(p.Last()))),
		"{day}", fmt.Sprintf("%d年%d月%d日", y, int(m), d), "{镇}", ask.Town, "{地点}", place, "{期间}", periodWords(p), "{年}", strconv.Itoa(p.Last().Year()), "{月}", strconv.Itoa(int(monthOf(p.Last()))), "{日期}", fmt.Sprintf("%d年%d月%d日", y, int(m), d)).Replace(s)
}

func monthOf(d town.Day) int { _, m, _ := d.Date(); return int(m) }

// periodWords names a period as forms do.
func periodWords(p town.Period) string {
	s := p.String()
	y := strconv.Itoa(p.From.Year())
	switch {
	case len(s) == 4:
		return y + "年"
	case len(s) == 7 && s[5] == 'Q':
		return y + "年第" + []string{"一", "二", "三", "四"}[s[6]-'1'] + "季度"
	case len(s) == 7:
		return y + "年" + strconv.Itoa(monthOf(p.From)) + "月"
	}
	fy, fm, fd := p.From.Date()
	ly, lm, ld := p.Last().Date()
	if fm == 1 && fd == 1 && fy == ly && p.Until == town.DayOf(ly, lm+1, 1) {
		return fmt.Sprintf("%d年1—%d月", fy, int(lm))
	}
	return fmt.Sprintf("%d年%d月%d日至%d年%d月%d日", fy, int(fm), fd, ly, int(lm), ld)
}

// Filling gives what was told for writing; lists are added by who reads the records.
func Filled(told []Told) *Filling {
	f := &Filling{Cells: map[At]Value{}}
	for i := range told {
		if told[i].Known {
			f.Cells[told[i].At] = told[i].Value
		}
	}
	return f
}
