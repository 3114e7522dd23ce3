package catalog

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/town"
)

// rows walks a list of rows that stands at the top of a file or below key.
func (l *loader) rows(n *node, key string, one func(*node)) {
	if n.kind == mappingNode {
		m := l.mapping(n, key, "source", "zh", "en")
		if n = m.get(key); n == nil {
			return
		}
	}
	switch n.kind {
	case sequence:
		for _, x := range n.items {
			one(x)
		}
	case mappingNode: // keyed rows: the key is the first column
		for _, p := range n.pairs {
			one(p.val)
		}
	default:
		l.wrongKind(n, "列表", "a list")
	}
}

// amount reads a decimal text as an integer × 10^scale.
func (l *loader) amount(n *node, scale int) int64 {
	if n == nil {
		return 0
	}
	s := strings.ReplaceAll(strings.TrimPrefix(n.text, "+"), "_", "")
	neg := strings.HasPrefix(s, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if len(frac) > scale {
		if strings.Trim(frac[scale:], "0") != "" {
			l.fault(n, "%q 的小数多于 %d 位", "%q has more than %d decimals", n.text, scale)
			return 0
		}
		frac = frac[:scale]
	}
	i, err := strconv.ParseInt(whole+frac+strings.Repeat("0", scale-len(frac)), 10, 64)
	if err != nil || whole == "" {
		l.fault(n, "%q 不是数", "%q is no number", n.text)
		return 0
	}
	if neg {
		i = -i
	}
	return i
}

// targets decodes targets.yaml.
func (l *loader) targets(n *node) {
	l.rows(n, "targets", func(x *node) {
		m := l.mapping(x, "figure", "place", "year", "shape", "value", "unit", "wording", "source", "gold", "zh", "en")
		if m.n == nil {
			return
		}
		r := TargetRow{Figure: m.text("figure"), Place: town.Code(m.text("place")), Shape: m.oneOf("shape", "growth", "level", "flat", "above"),
			Wording: m.text("wording"), Source: m.text("source"), Gold: m.text("gold")}
		if y := m.number("year"); y != nil {
			r.Year = int(*y)
		} else {
			l.fault(x, "目标缺年份 year", "a target lacks its year")
		}
		if r.Shape == "" && !m.has("shape") {
			l.fault(x, "目标缺形状 shape", "a target lacks its shape")
		}
		fig, value := m.scalar("figure"), m.scalar("value")
		i := len(l.cat.Seeds.Targets)
		l.cat.Seeds.Targets = append(l.cat.Seeds.Targets, r)
		// After figures are settled: the scale of a level is the figure's.
		l.compile(func() {
			if fig == nil {
				l.fault(x, "缺 figure", "figure is missing")
				return
			}
			if !known(l, l.cat.Figures, fig, "指标", "figure") {
				return
			}
			switch r.Shape {
			case "growth":
				l.cat.Seeds.Targets[i].Value = l.amount(value, 2)
			case "level":
				if value == nil {
					l.fault(x, "水平目标缺 value", "a level lacks its value")
				}
				l.cat.Seeds.Targets[i].Value = l.amount(value, l.cat.Figures[r.Figure].Scale)
			}
		})
	})
}

var measuredKeys = []string{"indicator", "figure", "office", "gold", "zh", "en", "unit", "note", "source", "min", "max", "grows", "prices", "mean"}

// scalesOf are the words before a unit in which large numbers are entered, and their powers of ten.
var scalesOf = []struct {
	word string
	ten  int
}{{"", 0}, {"万", 4}, {"亿", 8}}

// measured decodes measured.yaml.
func (l *loader) measured(n *node) {
	l.rows(n, "measured", func(x *node) {
		m := l.mapping(x, measuredKeys...)
		if m.n == nil {
			return
		}
		i := len(l.cat.Seeds.Measured)
		l.cat.Seeds.Measured = append(l.cat.Seeds.Measured, MeasuredRow{Indicator: m.text("indicator"), Figure: m.text("figure"), Office: m.text("office"), Gold: m.text("gold"), Note: m.text("note"),
			Unit: m.text("unit"), Prices: m.text("prices"), Mean: m.flag("mean"), Grows: l.amount(m.scalar("grows"), 2)})
		fig, office, indicator, unit, prices := m.scalar("figure"), m.scalar("office"), m.scalar("indicator"), m.scalar("unit"), m.scalar("prices")
		least, most := m.scalar("min"), m.scalar("max")
		l.compile(func() {
			f, r := l.cat.Figures[m.text("figure")], &l.cat.Seeds.Measured[i]
			if f == nil {
				return
			}
			if f.Kind != Measure {
				l.fault(fig, "“%s”不是 measure 指标", "%q is no figure made by measure", f.Key)
				return
			}
			if indicator != nil && f.Indicator != indicator.text {
				l.fault(indicator, "指标“%s”读的是 %q", "figure %q reads %q", f.Key, f.Indicator)
			}
			if r.Unit == "" {
				r.Unit = f.Unit
			}
			known := false
			for _, s := range scalesOf {
				if r.Unit == s.word+f.Unit {
					r.Ten, known = s.ten, true
				}
			}
			if !known {
				l.fault(unit, "单位 %s 与指标的单位 %s 不合，写作 %[2]s、万%[2]s 或 亿%[2]s", "the unit %s does not fit the figure's, %s: write %[2]s, 万%[2]s or 亿%[2]s", r.Unit, f.Unit)
			}
			if pf := f.Type.fields["prices"]; prices != nil && (pf == nil || pf.List == nil || pf.List.Item(r.Prices) == nil) {
				l.fault(prices, "“%s”没有价格口径 %q", "%q has no price basis %q", f.Type.Key, r.Prices)
			}
			bound := func(at *node) *int64 {
				if at == nil {
					return nil
				}
				n := l.amount(at, f.Scale+r.Ten)
				return &n
			}
			r.Min, r.Max = bound(least), bound(most)
			if r.Min != nil && r.Max != nil && *r.Min > *r.Max {
				l.fault(x, "下限高于上限", "the least is above the most")
			}
		})
		l.resolve(func() {
			if fig != nil {
				known(l, l.cat.Figures, fig, "指标", "figure")
			}
			if office != nil {
				known(l, l.cat.Offices, office, "科室", "office")
			}
		})
	})
}

// published decodes published.yaml.
func (l *loader) published(n *node) {
	l.rows(n, "published", func(x *node) {
		m := l.mapping(x, "figure", "year", "place", "value", "unit", "yoy", "source", "status", "note", "gold")
		if m.n == nil {
			return
		}
		r := PublishedRow{Figure: m.text("figure"), Value: m.text("value"), Yoy: m.text("yoy"), Source: m.text("source"),
			Place: town.Code(m.text("place")), Unit: m.text("unit"), Gold: m.text("gold"), Status: m.oneOf("status", "published", "implied")}
		if r.Status == "published" {
			r.Status = ""
		}
		if y := m.number("year"); y != nil {
			r.Year = int(*y)
		} else {
			l.fault(x, "公布值缺年份 year", "a published value lacks its year")
		}
		l.cat.Seeds.Published = append(l.cat.Seeds.Published, r)
		if fig := m.scalar("figure"); fig != nil {
			l.resolve(func() { known(l, l.cat.Figures, fig, "指标", "figure") })
		}
	})
}

// commitments decodes commitments.yaml.
func (l *loader) commitments(n *node) {
	l.rows(n, "commitments", func(x *node) {
		m := l.mapping(x, "id", "section", "text", "lead", "helpers", "due", "number", "unit", "figure", "assumed", "shape", "goal", "year", "line", "systems", "system", "note")
		if m.n == nil {
			return
		}
		r := CommitmentRow{ID: m.text("id"), Section: m.text("section"), Text: m.text("text"), Lead: m.text("lead"), Due: l.day(m.scalar("due")),
			Number: m.text("number"), Unit: m.text("unit"), Figure: m.text("figure"), Assumed: m.flag("assumed"),
			Shape: m.oneOf("shape", "growth", "level", "flat", "above"), Goal: m.text("goal"), Systems: texts(m.list("systems")), Helpers: texts(m.list("helpers"))}
		if r.ID == "" || r.Text == "" {
			l.fault(x, "承诺要有 id 和 text", "a commitment has an id and a text")
		}
		if slices.ContainsFunc(l.cat.Seeds.Commitments, func(o CommitmentRow) bool { return o.ID == r.ID }) {
			l.fault(x, "承诺 %s 重复", "commitment %s stands twice", r.ID)
		}
		l.cat.Seeds.Commitments = append(l.cat.Seeds.Commitments, r)
		fig, lead := m.scalar("figure"), m.scalar("lead")
		l.resolve(func() {
			if fig != nil && fig.text != "" {
				known(l, l.cat.Figures, fig, "指标", "figure")
			}
			if lead != nil {
				known(l, l.cat.Offices, lead, "科室", "office")
			}
			for _, h := range m.list("helpers") {
				known(l, l.cat.Offices, h, "科室", "office")
			}
			for _, s := range m.list("systems") {
				known(l, l.systems, s, "系统", "system")
			}
		})
	})
}

// placeRows reads places.csv: code,kind,parent,zh,en,aliases,note.
func (l *loader) placeRows(f *file) {
	bad := func(line int, zh, en string, args ...any) {
		l.faults = append(l.faults, f.faultAt(line, 0, fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)))
	}
	if f.name != l.places {
		return
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.data), "\ufeff")))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		bad(1, "地点表是空的", "the places are empty")
		return
	}
	column := map[string]int{}
	for i, h := range head {
		if !slices.Contains([]string{"code", "kind", "parent", "zh", "en", "aliases", "note", "from", "until", "succeeds"}, h) {
			bad(1, "没有这个列：%q", "no such column: %q", h)
		}
		column[h] = i
	}
	for _, need := range []string{"code", "kind", "parent", "zh"} {
		if _, ok := column[need]; !ok {
			bad(1, "地点表缺列 %s", "the places lack the column %s", need)
			return
		}
	}
	seen := map[town.Code]string{}
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			if pe, ok := err.(*csv.ParseError); ok {
				line = pe.Line
			}
			bad(line, "地点表此行读不了", "this row of the places cannot be read")
			return
		}
		cell := func(name string) string {
			if i, ok := column[name]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		p := PlaceRow{Code: town.Code(cell("code")), Parent: town.Code(cell("parent")), Kind: cell("kind"), Label: Label{cell("zh"), cell("en")}, Note: cell("note")}
		for _, a := range strings.Split(cell("aliases"), "|") {
			if a = strings.TrimSpace(a); a != "" {
				p.Aliases = append(p.Aliases, a)
			}
		}
		kind := l.cat.Kinds[p.Kind]
		_, parentKnown := seen[p.Parent]
		switch {
		case p.Code == "" || p.Label.Zh == "":
			bad(line, "地点缺代码或名称", "a place lacks its code or name")
			continue
		case seen[p.Code] != "":
			bad(line, "地点代码 %s 重复", "the place code %s stands twice", p.Code)
			continue
		case kind == nil:
			bad(line, "没有这个地点类别：%q", "no such kind of place: %q", p.Kind)
		case p.Parent == "" && p.Code != l.cat.Code:
			bad(line, "只有镇本身没有上级：%s", "only the town itself has no parent: %s", p.Code)
		case p.Parent != "" && !parentKnown:
			bad(line, "上级 %s 须先列出", "the parent %s must be listed first", p.Parent)
		case p.Parent != "" && len(kind.Under) > 0 && !slices.Contains(kind.Under, seen[p.Parent]):
			bad(line, "%s 不能在 %s 之下", "a %s cannot stand under a %s", p.Kind, seen[p.Parent])
		}
		seen[p.Code] = p.Kind
		l.cat.Seeds.Places = append(l.cat.Seeds.Places, p)
	}
	if len(seen) > 0 && l.cat.Code != "" && seen[l.cat.Code] == "" {
		bad(1, "地点表没有镇本身（%s）", "the places lack the town itself (%s)", l.cat.Code)
	}
	for _, o := range l.cat.OfficeOrder {
		if c := l.cat.Offices[o].Place; c != "" && seen[c] == "" {
			n := l.declared["office "+o]
			l.fault(n, "科室“%s”的地点 %s 不存在", "the place %[2]s of office %[1]s does not exist", o, string(c))
		}
	}
}
