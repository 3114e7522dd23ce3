package draft

import (
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/town"
)

// The keys of a block, in both languages.
var blockKeys = map[string]string{
	"指标": "figures", "figures": "figures", "figure": "figures", "列": "columns", "columns": "columns", "按": "by", "by": "by", "期间": "period", "period": "period",
	"地点": "place", "place": "place", "图": "as", "as": "as", "最多": "most", "most": "most", "上年": "last", "last": "last",
}

// The columns of a table of figures.
var columnNames = map[string]Aspect{"值": Level, "本年": Level, "value": Level, "上年": "last", "last": "last", "增长": Growth, "growth": Growth, "增减": Change, "change": Change, "目标": Goal, "target": Goal, "完成率": Attained, "attained": Attained}

// block is a fence with its keys read.
type block struct {
	fence
	figures []*catalog.Figure
	columns []Aspect
	by      string
	period  town.Period
	place   town.Code
	line    bool
	last    bool
	most    int
}

// fence writes a block: a table of figures, a chart with its table, or a list of records.
func (w *writer) fence(f fence) error {
	if f.kind == "" {
		return nil // a fault already
	}
	b, ok := w.block(f)
	if !ok {
		return nil
	}
	switch f.kind {
	case "chart":
		return w.chart(b)
	case "records":
		return w.records(b)
	}
	if b.by != "" {
		return w.byTable(b)
	}
	return w.figureTable(b)
}

// block reads the keys of a fence; ok is false where they cannot be followed.
func (w *writer) block(f fence) (b block, ok bool) {
	b = block{fence: f, place: w.place, period: town.YearPeriod(w.out.Year), most: 20, columns: []Aspect{Level, "last", Growth}}
	names := called(w.cat)
	ok = true
	bad := func(text, zh, en string, args ...any) {
		w.problem(f.from, "form", true, text, zh, en, args...)
		ok = false
	}
	for key, value := range f.keys {
		switch blockKeys[key] {
		case "figures":
			for _, name := range listed(value) {
				fig, near := names.find(name)
				if fig == nil {
					zh, en := "没有这个指标：%s", "no figure is called %s"
					if len(near) > 0 {
						zh, en = zh+"；是不是 "+strings.Join(near, "、"), en+"; did you mean "+strings.Join(near, ", ")
					}
					bad(name, zh, en, name)
					continue
				}
				b.figures = append(b.figures, fig)
			}
		case "columns":
			b.columns = nil
			for _, name := range listed(value) {
				a, known := columnNames[name]
				if !known {
					bad(name, "没有这一列：%s；可以用 值、上年、增长、增减、目标、完成率", "no column is called %s: there are value, last, growth, change, target, attained", name)
					continue
				}
				b.columns = append(b.columns, a)
			}
		case "by":
			b.by = value
		case "period":
			if !isPeriod(value) {
				bad(value, "期间要写成 2023、2023-05、2023-Q1 或 去年", "write the period as 2023, 2023-05, 2023-Q1 or last")
			}
			b.period = w.periodOf(value)
		case "place":
			b.place = w.placeOf(f.from, strings.TrimPrefix(value, "@"))
		case "as":
			b.line = value == "线" || value == "line"
		case "last":
			b.last = value == "是" || value == "yes" || value == "true"
		case "most":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > 200 {
				bad(value, "“最多”要写 1 到 200 的数", "most is a number from 1 to 200")
			}
			b.most = n
		default:
			bad(key, "这里没有这一项：%s", "there is no such key here: %s", key)
		}
	}
	if ok && len(b.figures) == 0 {
		bad("```"+f.kind, "请写“指标: …”", "write figures: …")
	}
	return b, ok
}

// listed cuts a list at 、 , and ;.
func listed(s string) []string {
	var out []string
	for _, x := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、,，;；", r) }) {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// cell writes one cell of a table and marks it.
func (w *writer) cell(b *block, r Ref, q figure.Query) error {
	w.text.WriteString(" ")
	m := Mark{From: w.text.Len(), Source: b.from, Behind: b.to, Ref: r}
	m.Ref.From, m.Ref.To = b.from, b.to
	text, err := w.say(&m, q)
	if err != nil {
		return err
	}
	if text == unknownText { // a table says plainly that there is none
		text = "—"
		w.out.Problems = w.out.Problems[:len(w.out.Problems)-1]
	}
	w.text.WriteString(text)
	m.To = w.text.Len()
	w.out.Marks = append(w.out.Marks, m)
	w.text.WriteString(" |")
	return nil
}

// caption writes the title of a block as a paragraph of its own.
func (w *writer) caption(b *block) {
	if b.title != "" {
		year := strings.NewReplacer("{{year}}", strconv.Itoa(w.out.Year), "{{year+1}}", strconv.Itoa(w.out.Year+1))
		w.text.WriteString("**" + year.Replace(b.title) + "**\n\n")
	}
}

// figureTable writes a row for every figure.
func (w *writer) figureTable(b block) error {
	w.caption(&b)
	year := b.period.String()
	heads := map[Aspect]string{Level: year, "last": b.period.LastYear().String(), Growth: "增长", Change: "增减", Goal: "目标", Attained: "完成率"}
	if b.period == town.YearPeriod(b.period.From.Year()) {
		heads[Level], heads["last"] = year+"年", b.period.LastYear().String()+"年"
	}
	w.text.WriteString("| 指标 |")
	for _, c := range b.columns {
		w.text.WriteString(" " + heads[c] + " |")
	}
	w.text.WriteString("\n|---|" + strings.Repeat("---:|", len(b.columns)) + "\n")
	for _, f := range b.figures {
		w.text.WriteString("| " + f.Label.Zh + " |")
		for _, c := range b.columns {
			q := figure.Query{Figure: f, Place: b.place, Period: b.period, AsOf: w.out.AsOf}
			aspect := c
			if c == "last" {
				aspect, q.Period = Level, b.period.LastYear()
			}
			if err := w.cell(&b, Ref{Name: f.Key, Figure: f, Aspect: aspect}, q); err != nil {
				return err
			}
		}
		w.text.WriteString("\n")
	}
	w.text.WriteString("\n")
	return nil
}

// part is one row of a figure that is cut by places, months or a dimension.
type part struct {
	label string
	query figure.Query
}

// parts cuts a figure.
func (w *writer) parts(b *block, f *catalog.Figure) ([]part, error) {
	base := figure.Query{Figure: f, Place: b.place, Period: b.period, AsOf: w.out.AsOf}
	switch {
	case b.by == "月" || b.by == "month":
		var out []part
		for from := b.period.From; from < b.period.Until; {
			y, m, _ := from.Date()
			p := town.MonthPeriod(y, m)
			q := base
			q.Period = p
			out = append(out, part{strconv.Itoa(int(m)) + "月", q})
			from = p.Until
		}
		return out, nil
	case w.kindOf(b.by) != "":
		codes, err := w.book.Places(b.place, w.kindOf(b.by))
		if err != nil {
			return nil, err
		}
		var out []part
		for _, c := range codes {
			q := base
			q.Place = c
			out = append(out, part{w.book.PlaceName(c), q})
		}
		return out, nil
	case sliced(f, b.by+"="):
		values, err := w.book.Slices(f, b.by, b.place)
		if err != nil {
			return nil, err
		}
		slices.Sort(values)
		var out []part
		for _, v := range values {
			q := base
			q.Slice = b.by + "=" + v
			label := v
			if f.Type != nil {
				if field := f.Type.Field(b.by); field != nil {
					label = choiceLabel(field, v)
				}
			}
			out = append(out, part{label, q})
		}
		return out, nil
	}
	w.problem(b.from, "figure", true, b.by, "“%s”不能按“%s”分；可以按 月、地点的种类或它的切片", "%[3]s is not cut by %[2]s; there are month, kinds of places and its own slices", f.Label.Zh, b.by, f.Label.In("en"))
	return nil, nil
}

func choiceLabel(f *catalog.Field, value string) string {
	if f.List != nil {
		if c := f.List.Item(value); c != nil {
			return c.Label.Zh
		}
	}
	return value
}

// kindOf finds a kind of place by its key or name.
func (w *writer) kindOf(name string) string {
	for key, k := range w.cat.Kinds {
		if key == name || k.Label.Zh == name || k.Label.En == name {
			return key
		}
	}
	return ""
}

// byTable writes a row for every part and a column for every figure.
func (w *writer) byTable(b block) error {
	rows, err := w.parts(&b, b.figures[0])
	if err != nil || rows == nil {
		return err
	}
	w.caption(&b)
	w.text.WriteString("| " + b.by + " |")
	for _, f := range b.figures {
		w.text.WriteString(" " + f.Label.Zh + "（" + f.Unit + "） |")
	}
	w.text.WriteString("\n|---|" + strings.Repeat("---:|", len(b.figures)) + "\n")
	for _, row := range rows {
		w.text.WriteString("| " + row.label + " |")
		for _, f := range b.figures {
			q := row.query
			q.Figure = f
			r := Ref{Name: f.Key, Figure: f, Slice: q.Slice}
			r.Style.Bare = true
			if err := w.cell(&b, r, q); err != nil {
				return err
			}
		}
		w.text.WriteString("\n")
	}
	w.text.WriteString("\n")
	return nil
}

// chart writes the table of a chart and notes what is drawn in its place.
func (w *writer) chart(b block) error {
	f := b.figures[0]
	rows, err := w.parts(&b, f)
	if err != nil || rows == nil {
		return err
	}
	c := Chart{From: w.text.Len(), Title: b.title, Line: b.line, Unit: f.Unit}
	if c.Title == "" {
		c.Title = f.Label.Zh
	}
	for _, row := range rows {
		r, err := w.reading(row.query)
		if err != nil {
			return err
		}
		c.Labels, c.Values = append(c.Labels, row.label), append(c.Values, r.Value.Rat())
		if b.last {
			c.Last = append(c.Last, r.Last.Rat())
		}
	}
	b.figures, b.title = b.figures[:1], c.Title
	if err := w.byTable(b); err != nil {
		return err
	}
	c.To = w.text.Len()
	w.out.Charts = append(w.out.Charts, c)
	return nil
}

// records writes a list of the records of a figure.
func (w *writer) records(b block) error {
	f := b.figures[0]
	names, total, err := w.book.Names(f, "", b.place, b.period, b.most)
	if err != nil {
		return err
	}
	w.caption(&b)
	if len(names) == 0 {
		w.problem(b.from, "unknown", true, f.Label.Zh, "“%s”：没有可列的记录", "%[2]s: no records to list", f.Label.Zh, f.Label.In("en"))
		return nil
	}
	w.text.WriteString("| 序号 | 编号 | 名称 |\n|---:|---|---|\n")
	for i, n := range names {
		w.text.WriteString("| " + strconv.Itoa(i+1) + " | " + n.Number + " | " + strings.ReplaceAll(n.Title, "|", "｜") + " |\n")
	}
	if total > len(names) {
		w.text.WriteString("\n（共 " + strconv.Itoa(total) + " 条，只列前 " + strconv.Itoa(len(names)) + " 条）\n")
	}
	w.text.WriteString("\n")
	return nil
}
