package catalog

import (
	"regexp"
	"slices"
	"strings"

	"zhenwu/internal/formula"
)

var everies = []string{"day", "week", "ten_days", "month", "quarter", "half", "year"}

// plan decodes a plan.
func (l *loader) plan(key, val *node) {
	if !l.declare("plan", "计划", key) {
		return
	}
	m := l.mapping(val, "zh", "en", "every", "upon", "each", "where", "once", "opens", "with", "due", "takes", "then", "zero")
	if m.n == nil {
		return
	}
	p := &Plan{Key: key.text, Label: m.label(key, true), Every: m.oneOf("every", everies...), Upon: m.text("upon"), Opens: m.text("opens"),
		Takes: m.flag("takes"), Then: m.text("then"), Zero: m.flag("zero"), At: key.source()}
	if m.has("every") == m.has("upon") {
		l.fault(key, "计划要有 every（周期）或 upon（类型.动作）之一", "a plan has every (a period) or upon (type.move), one of them")
	}
	if d := m.scalar("due"); d != nil {
		if p.Due = d.text; d.text != "end" {
			p.Due = l.limit(d)
		}
		if d.text == "end" && p.Upon != "" {
			l.fault(d, "由动作引发的计划没有期末，due 请写时长", "a plan upon a move has no period to end: give a limit")
		}
	}
	l.each(m.get("each"), func(ek, ev *node) {
		if ev.kind != scalar {
			l.wrongKind(ev, "类型或 place.地点类别", "a type or place.KIND")
			return
		}
		e := Each{As: ek.text}
		kind, isPlace := strings.CutPrefix(ev.text, "place.")
		switch {
		case isPlace:
			e.Kind = kind
			l.resolve(func() {
				sub := *ev
				sub.text = kind
				known(l, l.cat.Kinds, &sub, "地点类别", "kind of place")
			})
		case ev.text == "office":
			e.Offices = true
		default:
			e.Type = ev.text
			l.resolve(func() { known(l, l.cat.Types, ev, "类型", "type") })
		}
		if slices.Contains([]string{"record", "cause", "slot", "today"}, ek.text) || !word.MatchString(ek.text) {
			l.fault(ek, "变量名“%s”不可用", "the variable %q cannot be used", ek.text)
		}
		p.Each = append(p.Each, e)
	})
	if len(p.Each) > 2 {
		l.fault(m.n.get("each"), "each 至多两组", "each walks two sets at most")
	}
	opens, where, once, with, then, upon := m.scalar("opens"), m.scalar("where"), m.scalar("once"), m.get("with"), m.scalar("then"), m.scalar("upon")
	if opens == nil {
		l.fault(key, "计划“%s”缺 opens", "plan %q lacks opens", key.text)
	}
	l.compile(func() {
		in := newScope()
		in.simple(formula.Text, "slot")
		in.simple(formula.Date, "slot.first", "slot.last", "plan.due")
		in.far = true
		if upon != nil {
			typ, move, _ := strings.Cut(upon.text, ".")
			t := l.cat.Types[typ]
			switch {
			case t == nil:
				l.unknown(upon, "类型", "type", typ, keys(l.cat.Types))
			case move != "open" && t.moves[move] == nil:
				l.unknown(upon, "动作", "move", move, append(keys(t.moves), "open"))
			default:
				in.simple(formula.Int, "cause")
				in.refs["cause"] = typ
				l.addFar(in, t, "cause.")
			}
		}
		for _, e := range p.Each {
			switch {
			case e.Kind != "", e.Offices:
				n := formula.Name{Name: e.As, Kind: formula.Text}
				if e.Offices {
					n.Choices = l.cat.OfficeOrder
				}
				in.add(n)
			case l.cat.Types[e.Type] != nil:
				in.simple(formula.Int, e.As)
				in.refs[e.As] = e.Type
				l.addFar(in, l.cat.Types[e.Type], e.As+".")
			}
		}
		p.Where = l.program(where, in, formula.Bool)
		p.Once = l.program(once, in, formula.Value)
		if opens == nil {
			return
		}
		child := l.cat.Types[p.Opens]
		if child == nil {
			l.unknown(opens, "类型", "type", p.Opens, keys(l.cat.Types))
			return
		}
		p.With = l.with(child, with, in)
		l.requiredGiven(child, with, p.With, key)
		if then != nil && child.moves[p.Then] == nil {
			l.unknown(then, "动作", "move", p.Then, keys(child.moves))
		}
		if then != nil && child.moves[p.Then] != nil && !child.moves[p.Then].System {
			l.fault(then, "动作“%s”要写 by: [system] 才能由计划做", "move %q needs by: [system] to be made by a plan", p.Then)
		}
	})
	l.cat.Plans[p.Key] = p
	l.cat.PlanOrder = append(l.cat.PlanOrder, p.Key)
	for _, s := range l.systemsOf() {
		s.Plans = append(s.Plans, p.Key)
	}
}

// score decodes a score and makes its type and its plan.
func (l *loader) score(key, val *node) {
	if !l.declare("score", "考核", key) || !l.declare("type", "类型", key) || !l.declare("plan", "计划", key) {
		return
	}
	m := l.mapping(val, "zh", "en", "of", "every", "full", "items", "fields", "stages", "clocks", "moves", "see", "opens_by", "corrects_by", "checks", "office", "due", "number")
	if m.n == nil {
		return
	}
	sc := &Score{Key: key.text, Label: m.label(key, true), Every: m.oneOf("every", everies...), Full: 100, Type: key.text, At: key.source()}
	if n := m.number("full"); n != nil {
		sc.Full = *n
	}
	if !m.has("every") {
		l.fault(key, "考核“%s”缺周期 every", "score %q lacks its period, every", key.text)
	}
	t := newType(key.text, l.first())
	t.At, t.Label, t.Score = key.source(), sc.Label, sc.Key
	subject := &Field{Key: "place", Label: Label{"对象", "Subject"}, Type: Place, Required: true, Index: true, At: key.source()}
	each := Each{As: "subject"}
	of := m.get("of")
	switch {
	case of == nil:
		l.fault(key, "考核“%s”缺对象 of：{place: 地点类别} 或 office", "score %q lacks its subject, of: {place: KIND} or office", key.text)
	case of.kind == scalar && of.text == "office":
		subject = &Field{Key: "office", Label: Label{"对象", "Subject"}, Type: OfficeType, Required: true, Index: true, At: key.source()}
		each.Offices = true
		t.Office = "office"
	case of.kind == mappingNode:
		om := l.mapping(of, "place")
		if k := om.scalar("place"); k != nil {
			sc.Kind = k.text
			subject.Kinds = []string{k.text}
			each.Kind = k.text
			t.Place = "place"
			l.resolve(func() { known(l, l.cat.Kinds, k, "地点类别", "kind of place") })
		}
	default:
		l.fault(of, "考核对象只能是地点、科室或园区，不能是人（第十条）", "the subject of a score is a place, an office or a park, never a person (rule 10)")
	}
	period := &Field{Key: "period", Label: Label{"期间", "Period"}, Type: PeriodType, Required: true, Index: true, At: key.source()}
	if sc.Every != "" && sc.Every != "week" && sc.Every != "day" {
		period.Units = []string{sc.Every}
	}
	choices := &List{Key: key.text + ".items", Label: Label{"考核项", "Items"}}
	l.each(m.get("items"), func(ik, iv *node) {
		im := l.mapping(iv, "zh", "en", "max", "min", "points", "asked")
		if im.n == nil {
			return
		}
		it := ScoreItem{Key: ik.text, Label: im.label(ik, true), Max: im.number("max"), Min: im.number("min"), Asked: im.text("asked")}
		points, asked := im.scalar("points"), im.scalar("asked")
		if (points == nil) == (asked == nil) {
			l.fault(ik, "考核项“%s”要有 points（公式）或 asked（由谁评）之一", "item %q has points (a formula) or asked (who judges), one of them", ik.text)
		}
		if asked != nil {
			l.resolve(func() {
				if l.cat.Roles[asked.text] == nil && l.cat.Offices[asked.text] == nil {
					l.unknown(asked, "岗位或科室", "role or office", asked.text, append(keys(l.cat.Roles), keys(l.cat.Offices)...))
				}
			})
		}
		i := len(sc.Items)
		sc.Items = append(sc.Items, it)
		choices.Items = append(choices.Items, Choice{Key: it.Key, Label: it.Label})
		l.compile(func() { sc.Items[i].Points = l.points(points) })
	})
	if len(sc.Items) == 0 {
		l.fault(key, "考核“%s”没有项目 items", "score %q has no items", key.text)
	}
	lines := &Field{Key: "items", Label: Label{"得分", "Points"}, Type: LinesType, At: key.source(), Columns: []*Field{
		{Key: "item", Label: Label{"考核项", "Item"}, Type: ChoiceType, List: choices, Required: true},
		{Key: "points", Label: Label{"得分", "Points"}, Type: Integer},
		{Key: "asked", Label: Label{"评分人", "Judged by"}, Type: Text},
		{Key: "note", Label: Label{"说明", "Note"}, Type: Text},
	}}
	total := &Field{Key: "total", Label: Label{"总分", "Total"}, Type: Integer, Origin: Computed, Index: true, At: key.source()}
	l.compile(func() {
		total.Formula = l.programOf(key, "items.sum(i, i.points)", 0, l.scopes[t].own, formula.Int)
	})
	for _, f := range []*Field{subject, period, lines, total} {
		t.Fields = append(t.Fields, f)
		t.fields[f.Key] = f
	}
	t.Title = period.Key
	t.Number = m.text("number")
	l.numberPattern(m.scalar("number"))
	t.Unique = &Unique{By: []string{subject.Key, period.Key}}
	l.parts(t, m)
	if len(t.Stages) == 0 {
		s := &Stage{Key: "kept", Label: Label{"在册", "Kept"}}
		t.Stages = append(t.Stages, s)
		t.stages[s.Key] = s
	}
	if len(t.OpensBy) == 0 {
		t.OpensBy = []string{"system"}
	}
	p := &Plan{Key: key.text, Label: sc.Label, Every: sc.Every, Each: []Each{each}, Opens: t.Key, Due: "end", At: key.source()}
	if d := m.scalar("due"); d != nil && d.text != "end" {
		p.Due = l.limit(d)
	}
	l.compile(func() {
		in := newScope()
		in.simple(formula.Text, "subject", "slot")
		for _, a := range [][2]string{{subject.Key, "subject"}, {"period", "slot"}} {
			p.With = append(p.With, Assign{a[0], l.programOf(key, a[1], 0, in, formula.Text)})
		}
	})
	l.cat.Types[t.Key], l.cat.Plans[p.Key], l.cat.Scores[sc.Key] = t, p, sc
	l.cat.TypeOrder = append(l.cat.TypeOrder, t.Key)
	l.cat.PlanOrder = append(l.cat.PlanOrder, p.Key)
	l.cat.ScoreOrder = append(l.cat.ScoreOrder, sc.Key)
	for _, s := range l.systemsOf() {
		s.Types, s.Plans, s.Scores = append(s.Types, t.Key), append(s.Plans, p.Key), append(s.Scores, sc.Key)
	}
}

// form decodes a sheet of an upper level.
func (l *loader) form(key, val *node) {
	if !l.declare("form", "报表", key) {
		return
	}
	m := l.mapping(val, "zh", "en", "file", "sheet", "period", "cells", "rows")
	if m.n == nil {
		return
	}
	f := &Form{Key: key.text, Label: m.label(key, true), File: m.text("file"), Sheet: m.text("sheet"),
		Period: m.oneOf("period", everies...), Cells: map[string]string{}, At: key.source()}
	l.each(m.get("cells"), func(ck, cv *node) {
		if cv.kind != scalar {
			l.wrongKind(cv, "指标", "a figure")
			return
		}
		f.Cells[ck.text] = cv.text
		l.resolve(func() {
			name, _, _ := strings.Cut(cv.text, "@")
			name, _, _ = strings.Cut(name, "[")
			sub := *cv
			sub.text = strings.TrimSpace(name)
			known(l, l.cat.Figures, &sub, "指标", "figure")
		})
	})
	if r := m.get("rows"); r != nil {
		rm := l.mapping(r, "at", "from", "where", "columns")
		f.Rows = &FormRows{At: rm.text("at"), Type: rm.text("from"), Columns: texts(rm.list("columns"))}
		from, where, columns := rm.scalar("from"), rm.scalar("where"), rm.list("columns")
		l.compile(func() {
			if from == nil || !known(l, l.cat.Types, from, "类型", "type") {
				return
			}
			t := l.cat.Types[from.text]
			f.Rows.Where = l.program(where, l.scopes[t].own, formula.Bool)
			for _, c := range columns {
				if c.text != "number" && c.text != "stage" && !l.scopes[t].own.has(c.text) {
					l.unknown(c, "字段", "field", c.text, fieldKeys(t))
				}
			}
		})
	}
	l.cat.Forms[f.Key] = f
}

// rated is rate(F) at the end of a product.
var rated = regexp.MustCompile(`\brate\(\s*([A-Za-z][A-Za-z0-9_]*)\s*\)`)

// points compiles the points of a score item over the figures of its subject.
// "30 * rate(F)" becomes "30 * rate.F / 10000": a ratio is a whole number of ten-thousandths, and what
// is multiplied with it comes first, so that nothing is lost before the division.
func (l *loader) points(n *node) *formula.Program {
	if n == nil {
		return nil
	}
	src := n.text
	for _, at := range rated.FindAllStringSubmatchIndex(src, -1) {
		f := l.cat.Figures[src[at[2]:at[3]]]
		if f == nil {
			l.unknown(n, "指标", "figure", src[at[2]:at[3]], keys(l.cat.Figures))
			return nil
		}
		if f.Kind != Ratio {
			l.fault(n, "rate 只用于比率指标，“%s”不是", "rate is for ratios, %q is none", f.Key)
			return nil
		}
		if rest := strings.TrimSpace(src[at[1]:]); rest != "" && rest[0] != '+' && rest[0] != '-' && rest[0] != ')' && rest[0] != ',' {
			l.fault(n, "rate(…) 写在乘积最后：30 * rate(F)", "rate(…) stands last in its product: 30 * rate(F)")
			return nil
		}
	}
	in := newScope(l.figures())
	for _, k := range l.cat.FigureOrder {
		if l.cat.Figures[k].Kind == Ratio {
			in.simple(formula.Int, "rate."+k)
		}
	}
	p := l.programOf(n, rated.ReplaceAllString(src, "rate.$1 / 10000"), 0, in, formula.Int)
	if p != nil && p.Scale() != 0 {
		l.fault(n, "得分应为整数，公式有 %d 位小数", "points are whole, this has %d decimals", p.Scale())
	}
	return p
}

var called = regexp.MustCompile(`^\s*(progress|elapsed|rate)\((.*)\)\s*$`)

// reading compiles what a scheduled command reads: a call of the standard library, or a formula over figures.
func (l *loader) reading(t *Type, f *Field, n *node) {
	if n == nil {
		return
	}
	g := called.FindStringSubmatch(n.text)
	if g == nil {
		f.Formula = l.scaled(n, n.text, l.scopes[t].reading(), f)
		return
	}
	c := &Call{Func: g[1]}
	f.Call = c
	args := strings.Split(g[2], ",")
	want := map[string][]formula.Kind{
		"progress": {formula.Text, formula.Text, formula.Int, formula.Text, formula.Date},
		"elapsed":  {formula.Date, formula.Date},
		"rate":     {formula.Int},
	}[c.Func]
	if len(args) != len(want) {
		l.fault(n, "写作 progress(指标, 形状, 目标值, 地点, 期限)、elapsed(起, 止) 或 rate(指标)", "write progress(figure, shape, goal, place, due), elapsed(from, until) or rate(FIGURE)")
		return
	}
	if f.Type != Percent {
		l.fault(n, "%s 的结果是百分数，字段应为 percent", "%s gives a percentage, the field must be a percent", c.Func)
	}
	if c.Func == "rate" {
		c.Figure = strings.TrimSpace(args[0])
		if fig := l.cat.Figures[c.Figure]; fig == nil || fig.Kind != Ratio {
			l.unknown(n, "比率指标", "ratio", c.Figure, keys(l.cat.Figures))
		}
		return
	}
	for i, a := range args {
		shift := -strings.Index(n.text, a)
		c.Args = append(c.Args, l.programOf(n, a, shift, l.scopes[t].own, want[i]))
	}
}
