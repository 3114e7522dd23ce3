package catalog

import (
	"regexp"
	"slices"
	"strings"

	"zhenwu/internal/formula"
)

// rawFigure keeps the nodes of a figure until types and other figures are settled.
type rawFigure struct {
	key                            *node
	m                              mapping
	shape                          *node // the value of count, sum, …
	of, at, while, place, is, over *node
	within                         *node
	by                             []*node
	state                          uint8 // 0 not settled, 1 being settled, 2 settled
	broken                         bool
	unitGiven                      bool
	ofParts                        []string // own filter and those of within, outermost last
}

var figureShapes = []string{"count", "sum", "distinct", "times", "measure", "ratio", "formula", "least", "most", "all", "streak"}

var figureKeys = append([]string{"zh", "en", "unit", "better", "aliases", "system", "at", "while", "of", "within", "by", "place", "over", "is", "period", "gold"}, figureShapes...)

// figure decodes a figure.
func (l *loader) figure(key, val *node) {
	if !l.declare("figure", "指标", key) {
		return
	}
	m := l.mapping(val, figureKeys...)
	if m.n == nil {
		return
	}
	f := &Figure{Key: key.text, Label: m.label(key, true), System: l.first(), Unit: m.text("unit"), Better: m.oneOf("better", "up", "down"),
		Aliases: texts(m.list("aliases")), Gold: m.text("gold"), At: key.source(), Within: m.text("within"), Over: m.text("over")}
	if s := m.scalar("system"); s != nil {
		f.System = s.text
		l.resolve(func() {
			if l.systems[s.text] == nil {
				l.unknown(s, "系统", "system", s.text, keys(l.systems))
			}
		})
	}
	if g := m.scalar("gold"); g != nil && !regexp.MustCompile(`^F\d{3}$`).MatchString(g.text) {
		l.fault(g, "gold 写作 F009", "gold is written F009")
	}
	r := &rawFigure{key: key, m: m, of: m.scalar("of"), at: m.scalar("at"), while: m.scalar("while"), place: m.scalar("place"),
		is: m.scalar("is"), over: m.scalar("over"), within: m.scalar("within"), unitGiven: m.has("unit")}
	if by := m.get("by"); by != nil {
		r.by = []*node{by}
		if by.kind == sequence {
			r.by = by.items
		}
	}
	var shapes []string
	for _, s := range figureShapes {
		if m.has(s) {
			shapes = append(shapes, s)
		}
	}
	switch {
	case len(shapes) > 1:
		l.fault(m.n.get(shapes[1]), "指标只能有一种算法，已有 %s", "a figure is made in one way, it has %s already", shapes[0])
		r.broken = true
	case len(shapes) == 0 && r.within == nil:
		l.fault(key, "指标“%s”没有算法（count、sum、distinct、times、measure、ratio、formula、least、most、all、streak）", "figure %q has none of count, sum, distinct, times, measure, ratio, formula, least, most, all, streak", key.text)
		r.broken = true
	case len(shapes) == 1:
		f.Kind = FigureKind(shapes[0])
		r.shape = m.get(shapes[0])
		if r.shape == nil {
			r.broken = true
		}
	}
	l.cat.Figures[f.Key] = f
	l.cat.FigureOrder = append(l.cat.FigureOrder, f.Key)
	l.raw[f] = r
	for _, s := range l.systemsOf() {
		s.Figures = append(s.Figures, f.Key)
	}
}

// settleFigures ties figures to their types and to each other.
func (l *loader) settleFigures() {
	for _, key := range l.cat.FigureOrder {
		l.settleFigure(l.cat.Figures[key])
	}
}

func (l *loader) settleFigure(f *Figure) bool {
	r := l.raw[f]
	switch r.state {
	case 1:
		l.fault(r.key, "指标“%s”绕回了自己", "figure %q leads back to itself", f.Key)
		r.broken = true
		return false
	case 2:
		return !r.broken
	}
	r.state = 1
	defer func() { r.state = 2 }()
	if r.broken {
		return false
	}
	var parent *Figure
	if r.within != nil {
		parent = l.cat.Figures[r.within.text]
		if parent == nil {
			l.unknown(r.within, "指标", "figure", r.within.text, keys(l.cat.Figures))
			r.broken = true
			return false
		}
		if !l.settleFigure(parent) {
			r.broken = true
			return false
		}
		if parent.Type == nil || parent.Kind == Measure {
			l.fault(r.within, "“%s”不是记录上的指标，不能取其中", "%q is not made of records, nothing lies within it", r.within.text)
			r.broken = true
			return false
		}
		pr := l.raw[parent]
		f.Type = parent.Type
		if f.Kind == "" {
			f.Kind, f.Keyed, f.Move, f.Scale = parent.Kind, parent.Keyed, parent.Move, parent.Scale
			r.shape = pr.shape
		}
		if r.at == nil && r.while == nil {
			r.at, r.while = pr.at, pr.while
		}
		if f.Unit == "" {
			f.Unit = parent.Unit
		}
		if r.place == nil {
			r.place = pr.place
		}
		r.ofParts = pr.ofParts
	}
	if r.of != nil {
		r.ofParts = append(slices.Clip(r.ofParts), r.of.text)
	}
	switch f.Kind {
	case Count:
		l.countShape(f, r, r.shape.text, "", parent)
	case Sum, Distinct, Times, Measure:
		typ, part, ok := strings.Cut(r.shape.text, ".")
		if r.shape.kind != scalar || !ok {
			l.fault(r.shape, "%s 写作 类型.%s", "%s is written type.%s", string(f.Kind), map[FigureKind]string{Times: "move"}[f.Kind])
			x := &l.faults[len(l.faults)-1]
			x.Zh, x.En = string(f.Kind)+" 写作 类型.字段（times 写作 类型.动作）", string(f.Kind)+" is written type.field (times: type.move)"
			r.broken = true
			break
		}
		l.countShape(f, r, typ, part, parent)
	case Ratio:
		l.parts2(f, r)
	case Least, Most, All, Streak:
		l.overShape(f, r)
	case FormulaF:
		if r.shape.kind != scalar {
			l.wrongKind(r.shape, "一个公式", "a formula")
			r.broken = true
		}
	}
	readsRecords := f.Kind == Count || f.Kind == Sum || f.Kind == Distinct || f.Kind == Times
	if !readsRecords {
		for _, k := range []string{"at", "while", "within", "by", "place"} {
			if n := r.m.n.get(k); n != nil && f.Kind != Measure {
				l.fault(n, "%s 指标没有 %s", "a figure made by %s has no %s", string(f.Kind), k)
			} else if n != nil && k != "place" {
				l.fault(n, "%s 指标没有 %s", "a figure made by %s has no %s", string(f.Kind), k)
			}
		}
		if r.of != nil && f.Kind != Measure {
			l.fault(r.of, "%s 指标没有 of", "a figure made by %s has no of", string(f.Kind))
		}
	}
	if readsRecords && !r.broken {
		switch {
		case f.Kind == Times:
			if r.at != nil || r.while != nil {
				n := r.at
				if n == nil {
					n = r.while
				}
				l.fault(n, "times 按动作发生的日子计，不写 at 和 while", "times counts on the day of each move, without at or while")
			}
		case r.at != nil && r.while != nil:
			l.fault(r.while, "at（流量）和 while（存量）只能有一个", "a figure has at (flow) or while (stock), not both")
		case r.at == nil && r.while == nil:
			l.fault(r.key, "指标“%s”缺 at（流量）或 while（存量）", "figure %q lacks at (flow) or while (stock)", f.Key)
		case f.Kind == Distinct && r.while != nil:
			l.fault(r.while, "distinct 没有存量，改用 unique 的登记", "there is no distinct stock: keep a register with unique")
		}
		if r.place != nil {
			if pf := l.fieldOf(f.Type, r.place); pf != nil && pf.Type != Place {
				l.fault(r.place, "place 应为地点字段", "place is a field of type place")
			}
			f.Place = r.place.text
		}
		for _, b := range r.by {
			l.slice(f, r, b)
		}
	}
	for _, k := range []string{"over", "is"} {
		if n := r.m.n.get(k); n != nil && f.Kind != Least && f.Kind != Most && f.Kind != All && f.Kind != Streak {
			l.fault(n, "%s 指标没有 %s", "a figure made by %s has no %s", string(f.Kind), k)
		}
	}
	if n := r.m.n.get("period"); n != nil && f.Kind != Measure {
		l.fault(n, "只有 measure 有 period", "only measure has a period")
	}
	return !r.broken
}

// countShape ties a figure to its type and field or move.
func (l *loader) countShape(f *Figure, r *rawFigure, typ, part string, parent *Figure) {
	if r.shape.kind != scalar {
		l.wrongKind(r.shape, "类型", "a type")
		r.broken = true
		return
	}
	t := l.cat.Types[typ]
	if t == nil {
		l.unknown(r.shape, "类型", "type", typ, keys(l.cat.Types))
		r.broken = true
		return
	}
	if parent != nil && parent.Type != t {
		l.fault(r.shape, "within 的指标是“%s”的，不是“%s”的", "the figure within is of %s, not of %s", parent.Type.Key, typ)
		r.broken = true
		return
	}
	f.Type = t
	switch f.Kind {
	case Count:
		return
	case Times:
		if f.Move = part; part != "open" && t.moves[part] == nil {
			l.unknown(r.shape, "动作", "move", part, keys(t.moves))
			r.broken = true
		}
		return
	}
	field := t.fields[part]
	if field == nil {
		l.unknown(r.shape, "字段", "field", part, fieldKeys(t))
		r.broken = true
		return
	}
	switch f.Kind {
	case Sum:
		if !isNumber(field.Type) || field.Sealed {
			l.fault(r.shape, "%s 字段不能求和", "a field of type %s cannot be summed", field.Type)
			r.broken = true
		}
		f.Scale = scaleOf(field)
	case Distinct:
		f.Keyed = part
		switch field.Type {
		case Ref, Place, OfficeType, Person, Phone, IDNumber, CreditCode, ChoiceType, PeriodType, Date:
		default:
			l.fault(r.shape, "distinct 不能按自由文字计（两种写法就成了两个），请用引用、地点、科室、人员或代码字段", "distinct on free text counts two spellings twice: use a ref, place, office, person or code field")
			r.broken = true
		}
		if field.Sealed && !field.Named() {
			l.fault(r.shape, "密封字段“%s”不是人员、电话或证件号，不能去重", "the sealed field %q is no person, phone or ID number and cannot be counted once", part)
			r.broken = true
		}
	case Measure:
		f.ValueField, f.Scale = part, scaleOf(field)
		if !isNumber(field.Type) {
			l.fault(r.shape, "measure 要读数字字段", "measure reads a number")
			r.broken = true
		}
		l.measureOf(f, r)
	}
}

func scaleOf(f *Field) int {
	switch f.Type {
	case Money:
		return 2
	case Decimal, Percent:
		return f.Scale
	}
	return 0
}

var measureFilter = regexp.MustCompile(`^\s*([A-Za-z][A-Za-z0-9_]*)\s*==\s*'([^']+)'\s*$`)

// measureOf reads which indicator a measured figure shows.
func (l *loader) measureOf(f *Figure, r *rawFigure) {
	p := r.m.scalar("period")
	if p == nil {
		for _, x := range f.Type.Fields {
			if x.Type == PeriodType {
				f.PeriodField = x.Key
				break
			}
		}
		if f.PeriodField == "" {
			l.fault(r.key, "measure 缺期间字段 period", "measure lacks its period field")
		}
	} else if x := l.fieldOf(f.Type, p); x != nil {
		f.PeriodField = p.text
		if x.Type != PeriodType {
			l.fault(p, "period 应为期间字段", "period is a field of type period")
		}
	}
	if r.of == nil {
		l.fault(r.key, "measure 要写明哪一项：of: \"indicator == 'tax'\"", "measure says which one: of: \"indicator == 'tax'\"")
		r.broken = true
		return
	}
	g := measureFilter.FindStringSubmatch(r.of.text)
	if g == nil || f.Type.fields[g[1]] == nil || f.Type.fields[g[1]].Type != ChoiceType {
		l.fault(r.of, "measure 的 of 写作 选项字段 == '选项'", "the of of a measure is written choice_field == 'choice'")
		r.broken = true
		return
	}
	f.IndicatorField, f.Indicator = g[1], g[2]
}

// parts2 reads a ratio.
func (l *loader) parts2(f *Figure, r *rawFigure) {
	if r.shape.kind != sequence || len(r.shape.items) != 2 {
		l.fault(r.shape, "ratio 写作 [分子, 分母]", "ratio is written [numerator, denominator]")
		r.broken = true
		return
	}
	for _, n := range r.shape.items {
		p := l.cat.Figures[n.text]
		if p == nil {
			l.unknown(n, "指标", "figure", n.text, keys(l.cat.Figures))
			r.broken = true
			continue
		}
		f.Parts = append(f.Parts, n.text)
		if !l.settleFigure(p) {
			r.broken = true
		}
	}
}

// overShape reads least, most, all and streak.
func (l *loader) overShape(f *Figure, r *rawFigure) {
	p := l.cat.Figures[r.shape.text]
	if p == nil {
		l.unknown(r.shape, "指标", "figure", r.shape.text, keys(l.cat.Figures))
		r.broken = true
		return
	}
	f.Parts = []string{p.Key}
	if !l.settleFigure(p) {
		r.broken = true
	}
	if f.Kind == Least || f.Kind == Most {
		f.Scale = p.Scale
	}
	if r.over == nil {
		l.fault(r.key, "%s 缺 over（地点类别、month 或 year）", "%s lacks over (a kind of place, month or year)", string(f.Kind))
	} else {
		periods := []string{"day", "month", "quarter", "year"}
		known := l.cat.Kinds[r.over.text] != nil || slices.Contains(periods, r.over.text)
		if !known && p.Type != nil && p.Type.fields[r.over.text] != nil {
			known = slices.ContainsFunc(p.By, func(s Slice) bool { return s.Key == r.over.text })
		}
		if !known && p.Type != nil && p.Type.fields[r.over.text] != nil {
			// The cut that least and most need is made where it is missing.
			l.slice(p, l.raw[p], r.over)
			known = true
		}
		if !known {
			l.unknown(r.over, "范围", "range", r.over.text, append(periods, l.cat.KindOrder...))
		}
		if f.Kind == Streak && !slices.Contains(periods, r.over.text) {
			l.fault(r.over, "streak 按期间连续：day、month、quarter、year", "a streak runs over day, month, quarter or year")
		}
	}
	if (f.Kind == All || f.Kind == Streak) && r.is == nil {
		l.fault(r.key, "%s 缺条件 is", "%s lacks its condition is", string(f.Kind))
	}
	if (f.Kind == Least || f.Kind == Most) && r.is != nil {
		l.fault(r.is, "%s 没有 is", "%s has no is", string(f.Kind))
	}
}

// slice reads one member of by: a name, or a pair.
func (l *loader) slice(f *Figure, r *rawFigure, n *node) {
	nodes := []*node{n}
	if n.kind == sequence {
		nodes = n.items
		if len(nodes) != 2 {
			l.fault(n, "交叉切片写作 [a, b]", "a cross slice is a pair [a, b]")
			return
		}
	}
	var dims []string
	for _, d := range nodes {
		if d.kind != scalar || !l.sliceName(f.Type, d) {
			if d.kind != scalar {
				l.wrongKind(d, "一个名称", "a name")
			}
			return
		}
		dims = append(dims, d.text)
	}
	s := Slice{Key: strings.Join(dims, "×"), Dims: dims}
	if slices.ContainsFunc(f.By, func(o Slice) bool { return o.Key == s.Key }) {
		l.fault(n, "切片“%s”重复", "slice %q stands twice", s.Key)
		return
	}
	f.By = append(f.By, s)
}

func (l *loader) sliceName(t *Type, n *node) bool {
	if n.text == "stage" {
		return true
	}
	if rest, ok := strings.CutPrefix(n.text, "made."); ok {
		if mv, ok := strings.CutSuffix(rest, ".office"); ok && t.moves[mv] != nil {
			return true
		}
	}
	field := t.fields[n.text]
	if field == nil {
		l.unknown(n, "字段", "field", n.text, append(fieldKeys(t), "stage"))
		return false
	}
	if field.Sealed {
		l.fault(n, "密封字段“%s”不能作切片", "the sealed field %q cannot be a slice", n.text)
		return false
	}
	switch field.Type {
	case ChoiceType, Flags, Bool, Place, OfficeType, Offices, Ref, PeriodType, FigureType:
		return true
	}
	l.fault(n, "%s 字段不能作切片，请用选项、地点、科室、引用、是否或期间字段", "a field of type %s cannot be a slice: use a choice, place, office, ref, bool or period", field.Type)
	return false
}

// compileFigures compiles the formulas of figures, once all scopes stand.
func (l *loader) compileFigures() {
	for _, key := range l.cat.FigureOrder {
		f := l.cat.Figures[key]
		r := l.raw[f]
		if r.broken {
			continue
		}
		switch f.Kind {
		case Count, Sum, Distinct, Times, Measure:
			ts := l.scopes[f.Type]
			l.figureFilter(f, r, ts)
			if r.at != nil {
				f.AtDay = l.program(r.at, ts.own, formula.Date)
			}
			if r.while != nil {
				f.While = l.program(r.while, ts.own, formula.Bool)
			}
			if f.Kind == Sum || f.Kind == Measure {
				_, part, _ := strings.Cut(r.shape.text, ".")
				if field := f.Type.fields[part]; field != nil {
					f.Amount = l.programOf(r.shape, part, 0, ts.own, kindOf(field))
				}
			}
		case FormulaF:
			f.Expr = l.program(r.shape, l.figures(), formula.Int)
			if f.Expr != nil {
				f.Parts, f.Scale = f.Expr.Names(), f.Expr.Scale()
			}
		case All, Streak:
			if r.is != nil {
				s := newScope()
				p := l.cat.Figures[f.Parts[0]]
				s.add(formula.Name{Name: "value", Kind: formula.Int, Scale: p.Scale})
				f.Is = l.programOf(r.is, "value "+r.is.text, 6, s, formula.Bool)
			}
		}
	}
}

// figureFilter compiles the own filter alone, so that its faults point well, and the joined one.
func (l *loader) figureFilter(f *Figure, r *rawFigure, ts *typeScopes) {
	if len(r.ofParts) == 0 {
		return
	}
	before := len(l.faults)
	if r.of != nil {
		f.Of = l.program(r.of, ts.own, formula.Bool)
	}
	if len(l.faults) > before || len(r.ofParts) == 1 && r.of != nil {
		return
	}
	n := r.of
	if n == nil {
		n = r.within
	}
	joined := r.ofParts[0]
	if len(r.ofParts) > 1 {
		joined = "(" + strings.Join(r.ofParts, ") && (") + ")"
	}
	f.Of = l.programOf(n, joined, 0, ts.own, formula.Bool)
}

// figures is the scope of formulas over figures.
func (l *loader) figures() *scope {
	if l.figScope == nil {
		l.figScope = newScope()
		for _, k := range l.cat.FigureOrder {
			// A ratio has no whole number of its own: its two parts have.
			if l.cat.Figures[k].Kind == Ratio || l.cat.Figures[k].Kind == All {
				continue
			}
			l.figScope.add(formula.Name{Name: k, Kind: formula.Int, Scale: l.cat.Figures[k].Scale})
		}
	}
	return l.figScope
}
