package draft

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/quantity"
	"zhenwu/internal/town"
)

// Written is a draft with its values in it.
type Written struct {
	Draft    *Draft
	Title    string
	Year     int
	AsOf     town.Day // nothing later counts
	Text     string   // Markdown
	Marks    []Mark   // in the order of the text
	Charts   []Chart
	Problems []Problem // in the order of the draft
}

// Mark is a stretch of the text that was written from a figure.
type Mark struct {
	From, To       int // in the text, in bytes
	Source, Behind int // in the draft: where what wrote it begins and ends
	Ref            Ref
	Query          figure.Query
	Reading        figure.Reading
	Said           quantity.Quantity // what the text says, of a value
	Names          []Name
	Total          int // of the records that names were taken from
}

// Chart is a picture of a figure, drawn where the text holds its table.
type Chart struct {
	From, To int // of the table in the text, in bytes
	Title    string
	Line     bool // else bars
	Unit     string
	Labels   []string
	Values   []*big.Rat // nil where one is unknown
	Last     []*big.Rat // the year before, empty where it is not shown
}

// unknownText stands where a figure has no value.
const unknownText = "〔待填〕"

// Write writes every figure of a draft as of a day. An error is one of reading; what the author has to mend is a Problem.
func Write(cat *catalog.Catalog, book Book, d *Draft, today town.Day) (*Written, error) {
	w := &writer{cat: cat, book: book, d: d, out: &Written{Draft: d, Title: d.Head.Title, Year: d.Head.Year, AsOf: today}, read: map[string]figure.Reading{}}
	w.out.Problems = append(w.out.Problems, d.faults...)
	if w.out.Year == 0 {
		w.out.Year = today.Year()
	}
	if d.Head.Until != town.NoDay && d.Head.Until < today {
		w.out.AsOf = d.Head.Until
	}
	if d.Head.Place != "" {
		w.place = w.placeOf(0, d.Head.Place)
	}
	if err := w.run(); err != nil {
		return nil, err
	}
	w.out.Text = w.text.String()
	if w.out.Title == "" {
		w.out.Title = titleOf(w.out.Text)
	}
	return w.out, nil
}

// titleOf is the first heading of a text.
func titleOf(text string) string {
	for _, line := range strings.Split(text, "\n") {
		if s := strings.TrimLeft(line, "#"); s != line {
			return strings.TrimSpace(s)
		}
	}
	return ""
}

// Bars counts the problems that keep the draft from being published.
func (w *Written) Bars() int {
	n := 0
	for _, p := range w.Problems {
		if p.Bars {
			n++
		}
	}
	return n
}

type writer struct {
	cat   *catalog.Catalog
	book  Book
	d     *Draft
	out   *Written
	text  strings.Builder
	place town.Code
	read  map[string]figure.Reading
}

// run copies the draft and puts a value where a reference stands.
func (w *writer) run() error {
	at := w.d.body
	refs, fences := w.d.Refs, w.d.fences
	for len(refs) > 0 || len(fences) > 0 {
		if len(fences) > 0 && (len(refs) == 0 || fences[0].from < refs[0].From) {
			f := fences[0]
			w.text.WriteString(w.d.source[at:f.from])
			if err := w.fence(f); err != nil {
				return err
			}
			at, fences = f.to, fences[1:]
			continue
		}
		r := refs[0]
		w.text.WriteString(w.d.source[at:r.From])
		if err := w.ref(r); err != nil {
			return err
		}
		at, refs = r.To, refs[1:]
	}
	w.text.WriteString(w.d.source[at:])
	return nil
}

// problem lists something about a reference.
func (w *writer) problem(at int, kind string, bars bool, text, zh, en string, args ...any) {
	line, column := place(w.d.source, at)
	if len(args) > 0 {
		zh, en = sentence(zh, args...), sentence(en, args...)
	}
	w.out.Problems = append(w.out.Problems, Problem{Line: line, Column: column, Kind: kind, Zh: zh, En: en, Text: text, Bars: bars})
}

// sentence writes a sentence that need not use all of the arguments: the two languages share them.
func sentence(format string, args ...any) string {
	s := fmt.Sprintf(format, args...)
	if i := strings.Index(s, "%!(EXTRA"); i >= 0 {
		s = s[:i]
	}
	return s
}

// placeOf finds a place by name or code; the town, and a problem, where there is none.
func (w *writer) placeOf(at int, name string) town.Code {
	if name == string(w.cat.Code) || name == w.cat.Name.Zh || name == "全镇" {
		return ""
	}
	found := w.book.Called(name)
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) == 0:
		w.problem(at, "place", true, name, "没有叫“%s”的地点", "no place is called %s", name)
	default:
		w.problem(at, "place", true, name, "叫“%s”的地点不止一个，请写代码", "more than one place is called %s; write its code", name)
	}
	return ""
}

// periodOf reads a period as written.
func (w *writer) periodOf(word string) town.Period {
	if y, ok := yearOf(word, w.out.Year); ok {
		return town.YearPeriod(y)
	}
	if p, err := town.ParsePeriod(strings.TrimSuffix(word, "年")); err == nil && word != "" {
		return p
	}
	return town.YearPeriod(w.out.Year)
}

// reading reads a figure once for every query.
func (w *writer) reading(q figure.Query) (figure.Reading, error) {
	key := q.Figure.Key + "\x00" + string(q.Place) + "\x00" + q.Slice + "\x00" + q.Period.String()
	if r, ok := w.read[key]; ok {
		return r, nil
	}
	r, err := figure.Compare(w.cat, w.book, q)
	if err == nil {
		w.read[key] = r
	}
	return r, err
}

// ref writes one reference.
func (w *writer) ref(r Ref) error {
	m := Mark{From: w.text.Len(), Source: r.From, Behind: r.To, Ref: r}
	switch {
	case r.Aspect == Verbatim:
		w.text.WriteString(r.Text)
		w.problem(r.From, "unsettled", true, r.Text, "这里还没有定：%s", "not settled yet: %s", r.Text)
	case r.Figure == nil: // a year
		y, _ := yearOf(r.Name, w.out.Year)
		w.text.WriteString(strconv.Itoa(y))
	default:
		q := figure.Query{Figure: r.Figure, Place: w.place, Slice: r.Slice, Period: w.periodOf(r.Period), AsOf: w.out.AsOf}
		if r.Place != "" {
			q.Place = w.placeOf(r.From, r.Place)
		}
		text, err := w.say(&m, q)
		if err != nil {
			return err
		}
		w.text.WriteString(text)
	}
	m.To = w.text.Len()
	w.out.Marks = append(w.out.Marks, m)
	return nil
}

// say gives the words for what a reference asks of its figure.
func (w *writer) say(m *Mark, q figure.Query) (string, error) {
	r := m.Ref
	m.Query = q
	if r.Slice != "" && !sliced(q.Figure, r.Slice) {
		w.problem(r.From, "figure", true, r.Slice, "“%s”不能按“%s”切分", "%[3]s is not cut by %[2]s", q.Figure.Label.Zh, r.Slice, q.Figure.Label.In("en"))
		return unknownText, nil
	}
	if r.Aspect == Names {
		return w.names(m, q)
	}
	c, err := w.reading(q)
	if err != nil {
		return "", err
	}
	m.Reading = c
	w.remarks(m, c)
	switch r.Aspect {
	case Growth, Rate:
		return w.growth(m, c), nil
	case Change:
		return w.change(m, c), nil
	case Goal:
		return w.goal(m, c), nil
	case Attained:
		if c.Target == nil || c.Target.Progress == nil {
			return w.unknown(m, "没有目标，或者还算不出完成率", "there is no target, or no rate yet"), nil
		}
		return percentText(c.Target.Progress, decimals(r, 1)) + "%", nil
	}
	return w.value(m, c.Value.Rat(), q.Figure), nil
}

// sliced tells whether a figure is cut by the dimension of a slice.
func sliced(f *catalog.Figure, slice string) bool {
	dim, _, _ := strings.Cut(slice, "=")
	for _, s := range f.By {
		if s.Key == dim {
			return true
		}
	}
	return false
}

// remarks notes what an author should know of a value: how final it is, what was published before, gaps in growth.
func (w *writer) remarks(m *Mark, c figure.Reading) {
	r := m.Ref
	name := r.Figure.Label
	if s := c.Value.Status; c.Value.Known && (s == "expected" || s == "flash") && r.Aspect != Goal && !w.saysProvisional() && w.d.fenceAt(r.From) == nil {
		zh, en := "预计数", "an expected value"
		if s == "flash" {
			zh, en = "快报数", "a flash value"
		}
		w.problem(r.From, "provisional", false, name.Zh, "“%s”现在是%s，这一句没有写明", "%[3]s is %[4]s now, and the sentence does not say so", name.Zh, zh, name.In("en"), en)
	}
	if c.Value.Pending && r.Aspect != Goal {
		w.problem(r.From, "pending", false, name.Zh, "“%s”的数已填报，还没有审签", "the value of %[2]s was given and is signed by nobody yet", name.Zh, name.In("en"))
	}
	if c.Restated() && r.Aspect == Level {
		w.problem(r.From, "restated", false, name.Zh, "“%s”公布过 %s，现在的记录算出 %s", "%[4]s was published as %[2]s; the records now give %[3]s", name.Zh, c.Published.Decimal(), c.Value.Decimal(), name.In("en"))
	}
	if (r.Aspect == Growth || r.Aspect == Rate) && c.Told != nil && c.Growth != nil {
		gap := new(big.Rat).Sub(c.Told, c.Growth)
		if gap.Abs(gap).Cmp(big.NewRat(1, 10)) > 0 {
			w.problem(r.From, "growth", false, name.Zh, "“%s”公布的增速是 %s%%，按两年的数算是 %s%%", "the growth told of %[4]s is %[2]s%%, the values of the two years give %[3]s%%", name.Zh, percentText(c.Told, 1), percentText(c.Growth, 1), name.In("en"))
		}
	}
}

// saysProvisional tells whether the sentence so far says that its numbers are not final.
func (w *writer) saysProvisional() bool {
	s := w.text.String()
	if i := strings.LastIndexAny(s, "。！？；\n"); i >= 0 {
		s = s[i:]
	}
	for _, word := range []string{"预计", "快报", "初步", "expected", "flash"} {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

func (w *writer) unknown(m *Mark, zh, en string) string {
	w.problem(m.Ref.From, "unknown", true, m.Ref.Figure.Label.Zh, "“%s”：%s", "%[3]s: %[4]s", m.Ref.Figure.Label.Zh, zh, m.Ref.Figure.Label.In("en"), en)
	return unknownText
}

// value writes a value of a figure in the style of the reference.
func (w *writer) value(m *Mark, v *big.Rat, f *catalog.Figure) string {
	if v == nil {
		return w.unknown(m, "这个期间没有数", "there is no value for that period")
	}
	same := func(a, b string) bool { return b == f.Unit && fits(f, a) }
	text, q, ok := m.Ref.Style.Write(v, f.Unit, same)
	m.Said = q
	if !ok {
		w.problem(m.Ref.From, "style", true, text, "“%s”是 %s，写不成“%s”，先照实写", "%[4]s is %[2]s and cannot be written as %[3]s; it stands plainly", f.Label.Zh, text, m.Ref.Style.String(), f.Label.In("en"))
	}
	return text
}

// decimals is how many a reference asks for.
func decimals(r Ref, usual int) int {
	if r.Style.Fixed {
		return r.Style.Decimals
	}
	return usual
}

// percentText writes a percentage with at most so many decimals.
func percentText(v *big.Rat, decimals int) string {
	return quantity.RoundHalfUp(v, -decimals).String()
}

// growth writes a growth: the one the office told, else the one computed. Its verb agrees with its sign.
func (w *writer) growth(m *Mark, c figure.Reading) string {
	g := c.Told
	if g == nil {
		g = c.Growth
	}
	if g == nil {
		return w.unknown(m, "没有上年数，算不出增速", "no value of the year before, so no growth")
	}
	n := quantity.RoundHalfUp(g, -decimals(m.Ref, 1))
	points := m.Ref.Figure.Unit == "%"
	m.Said = quantity.Quantity{Value: n, Unit: "%"}
	if m.Ref.Aspect == Rate {
		if points {
			return n.String() + "个百分点"
		}
		return n.String() + "%"
	}
	up, down, unit := "增长", "下降", "%"
	if points {
		up, unit = "提高", "个百分点"
	}
	switch n.Sign() {
	case 1:
		return up + n.String() + unit
	case -1:
		return down + n.Neg().String() + unit
	}
	return "持平"
}

// change writes what was added or lost against the year before.
func (w *writer) change(m *Mark, c figure.Reading) string {
	a, b := c.Value.Rat(), c.Last.Rat()
	if a == nil || b == nil {
		return w.unknown(m, "没有上年数，算不出增减", "no value of the year before, so no change")
	}
	diff := new(big.Rat).Sub(a, b)
	switch diff.Sign() {
	case 1:
		return "增加" + w.value(m, diff, m.Ref.Figure)
	case -1:
		return "减少" + w.value(m, diff.Neg(diff), m.Ref.Figure)
	}
	return "持平"
}

// goal writes what was to be reached in the year.
func (w *writer) goal(m *Mark, c figure.Reading) string {
	if c.Target == nil {
		return w.unknown(m, "这一年没有定目标", "no target was set for that year")
	}
	row := c.Target.Row
	switch row.Shape {
	case "growth":
		n := quantity.RoundHalfUp(big.NewRat(row.Value, 100), -decimals(m.Ref, 2))
		if n.Sign() < 0 {
			return "下降" + n.Neg().String() + "%"
		}
		return "增长" + n.String() + "%"
	case "flat":
		return "持平"
	case "above":
		return "高于上年"
	}
	return w.value(m, c.Target.Wanted, m.Ref.Figure)
}

// names lists the first records of a figure by their titles.
func (w *writer) names(m *Mark, q figure.Query) (string, error) {
	f := q.Figure
	if f.Type == nil || f.Kind == catalog.Measure {
		return w.unknown(m, "它不是由一条条记录加起来的，列不出名单", "it is not added up from records, so there is nothing to list"), nil
	}
	names, total, err := w.book.Names(f, q.Slice, q.Place, q.Period, m.Ref.Most)
	if err != nil {
		return "", err
	}
	if len(names) == 0 {
		if total > 0 {
			return w.unknown(m, "记录的名称属个人信息，不列名单", "the titles of its records are personal and are not listed"), nil
		}
		return w.unknown(m, "这个期间没有记录", "there are no records in that period"), nil
	}
	m.Names, m.Total = names, total
	titles := make([]string, len(names))
	for i, n := range names {
		titles[i] = n.Title
	}
	return strings.Join(titles, "、"), nil
}
