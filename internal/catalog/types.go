package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/formula"
)

// system decodes one file of a working system, or of shared registers.
func (l *loader) system(n *node) {
	m := l.mapping(n, "system", "zh", "en", "timeless", "lists", "rules", "types", "plans", "figures", "scores", "forms", "dashboards", "alerts")
	if m.n == nil {
		return
	}
	l.current = nil
	if s := m.get("system"); s != nil {
		var numbers []*node
		for _, x := range m.list("system") {
			for _, w := range strings.Fields(x.text) {
				y := *x
				y.text = w
				numbers = append(numbers, &y)
			}
		}
		label := m.label(s, true)
		for _, x := range numbers {
			num, err := strconv.Atoi(strings.TrimPrefix(x.text, "S"))
			if err != nil || !strings.HasPrefix(x.text, "S") || num < 1 {
				l.fault(x, "系统编号应如 S34", "a system is numbered like S34")
				continue
			}
			if before := l.systems[x.text]; before != nil {
				l.fault(x, "系统 %s 已在 %s 声明", "system %s is declared already in %s", x.text, before.File)
				continue
			}
			l.systems[x.text] = &System{Number: x.text, Label: label, File: n.file.name, Timeless: l.inline(m.get("timeless")), at: x}
			l.current = append(l.current, x.text)
		}
	} else {
		l.labelOptional(m)
	}
	l.each(m.get("lists"), l.list)
	l.each(m.get("rules"), l.rule)
	l.each(m.get("types"), l.typ)
	l.each(m.get("plans"), l.plan)
	l.each(m.get("figures"), l.figure)
	l.each(m.get("scores"), l.score)
	l.each(m.get("forms"), l.form)
	l.each(m.get("dashboards"), l.dashboard)
	l.each(m.get("alerts"), l.alert)
}

func (l *loader) labelOptional(m mapping) Label { return Label{m.text("zh"), m.text("en")} }

// first is the number of the system that is being decoded.
func (l *loader) first() string {
	if len(l.current) == 0 {
		return ""
	}
	return l.current[0]
}

func (l *loader) systemsOf() []*System {
	var out []*System
	for _, s := range l.current {
		out = append(out, l.systems[s])
	}
	return out
}

var typeKeys = []string{"zh", "en", "number", "title", "place", "office", "key", "unique", "alike", "valid", "fields", "checks", "stages",
	"clocks", "moves", "opens_by", "corrects_by", "see", "sensitive", "extends"}

// typ decodes a type, or what a file adds to a type of another.
func (l *loader) typ(key, val *node) {
	m := l.mapping(val, typeKeys...)
	if m.n == nil {
		return
	}
	if base := m.scalar("extends"); base != nil {
		for _, k := range []string{"number", "title", "place", "key", "unique", "alike", "valid", "sensitive"} {
			if v := m.n.get(k); v != nil {
				l.fault(v, "扩展其他类型时不能再写“%s”", "an extension of another type cannot say %q", k)
			}
		}
		l.extensions = append(l.extensions, func() {
			t := l.cat.Types[base.text]
			if t == nil {
				l.unknown(base, "类型", "type", base.text, keys(l.cat.Types))
				return
			}
			l.parts(t, m)
		})
		return
	}
	if !l.declare("type", "类型", key) {
		return
	}
	t := newType(key.text, l.first())
	t.At = key.source()
	t.Label = m.label(key, true)
	l.cat.Types[t.Key] = t
	l.cat.TypeOrder = append(l.cat.TypeOrder, t.Key)
	for _, s := range l.systemsOf() {
		s.Types = append(s.Types, t.Key)
	}
	l.typeBody(t, m, key)
}

func newType(key, system string) *Type {
	return &Type{Key: key, System: system, fields: map[string]*Field{}, stages: map[string]*Stage{}, moves: map[string]*Move{}, clocks: map[string]*Clock{}}
}

// typeBody decodes everything of a type but its label.
func (l *loader) typeBody(t *Type, m mapping, key *node) {
	t.Number = m.text("number")
	l.numberPattern(m.scalar("number"))
	t.Sensitive = m.flag("sensitive")
	l.parts(t, m)
	if len(t.Stages) == 0 {
		s := &Stage{Key: "kept", Label: Label{"在册", "Kept"}}
		t.Stages = append(t.Stages, s)
		t.stages[s.Key] = s
	}
	for _, p := range []struct {
		key  string
		to   *string
		want FieldType
	}{{"title", &t.Title, ""}, {"place", &t.Place, Place}, {"office", &t.Office, OfficeType}} {
		n := m.scalar(p.key)
		if n == nil {
			continue
		}
		*p.to = n.text
		l.resolve(func() {
			f := l.fieldOf(t, n)
			if f != nil && p.want != "" && f.Type != p.want {
				l.fault(n, "字段“%s”不是 %s 类型", "field %q is not of type %s", n.text, p.want)
			}
			if f != nil && p.key == "title" && f.Type == LinesType {
				l.fault(n, "标题不能是明细表", "a title cannot be lines")
			}
		})
	}
	t.KeyFields = texts(m.list("key"))
	l.fieldRefs(t, m.list("key"))
	if u := m.get("unique"); u != nil {
		t.Unique = &Unique{}
		if u.kind == mappingNode {
			um := l.mapping(u, "by", "during")
			t.Unique.By = texts(um.list("by"))
			t.Unique.During = um.oneOf("during", "valid") == "valid"
			l.slotFields(t, um.list("by"))
			l.resolve(func() {
				if t.Unique.During && t.ValidFrom == nil && m.n.get("valid") == nil {
					l.fault(u, "during: valid 需要类型声明 valid", "during: valid needs a type that declares valid")
				}
			})
		} else {
			t.Unique.By = texts(l.scalars(u))
			l.slotFields(t, l.scalars(u))
		}
		for i, b := range t.Unique.By {
			if b == "plan.slot" {
				t.Unique.By[i] = "slot"
			}
		}
		if len(t.Unique.By) == 0 {
			l.fault(u, "unique 要写明字段：{by: [字段]}", "unique names fields: {by: [field]}")
		}
	}
	if a := m.get("alike"); a != nil {
		am := l.mapping(a, "by", "within")
		t.Alike = &Alike{By: texts(am.list("by")), Within: l.limit(am.scalar("within"))}
		l.fieldRefs(t, am.list("by"))
		if len(t.Alike.By) == 0 {
			l.fault(a, "alike 要写明字段 by", "alike names fields in by")
		}
	}
	if v := m.get("valid"); v != nil {
		vm := l.mapping(v, "from", "until")
		from, until := vm.scalar("from"), vm.scalar("until")
		if from == nil && vm.n != nil {
			l.fault(v, "valid 缺 from", "valid needs from")
		}
		l.compile(func() {
			t.ValidFrom = l.program(from, l.scopes[t].stated, formula.Date)
			t.ValidUntil = l.program(until, l.scopes[t].stated, formula.Date)
		})
	}
}

// parts decodes what a type and its extensions may both hold.
func (l *loader) parts(t *Type, m mapping) {
	l.each(m.get("fields"), func(key, val *node) {
		if f := l.field(t, key, val, false); f != nil {
			if t.fields[f.Key] != nil {
				l.fault(key, "字段“%s”已经声明", "field %q is declared already", f.Key)
				return
			}
			t.Fields = append(t.Fields, f)
			t.fields[f.Key] = f
		}
	})
	for _, n := range m.items("checks") {
		l.guard(n, &t.Checks, func() *scope { return l.scopes[t].guard() })
	}
	l.each(m.get("stages"), func(key, val *node) { l.stage(t, key, val) })
	l.each(m.get("clocks"), func(key, val *node) { l.clock(t, key, val) })
	l.each(m.get("moves"), func(key, val *node) { l.move(t, key, val) })
	for _, by := range m.list("opens_by") {
		t.OpensBy = append(t.OpensBy, by.text)
		l.resolve(func() { l.roleRef(by, true) })
	}
	for _, by := range m.list("corrects_by") {
		t.CorrectsBy = append(t.CorrectsBy, by.text)
		l.resolve(func() { l.roleRef(by, false) })
	}
	l.see(t, m.get("see"))
}

func (l *loader) roleRef(n *node, system bool) {
	if system && n.text == "system" {
		return
	}
	known(l, l.cat.Roles, n, "岗位", "role")
}

// see reads [roles] or {role: filter}.
func (l *loader) see(t *Type, n *node) {
	if n == nil {
		return
	}
	add := func(role, filter *node) {
		i := len(t.See)
		t.See = append(t.See, See{Role: role.text})
		l.resolve(func() { l.roleRef(role, false) })
		if filter != nil && filter.kind == scalar && filter.text != "true" {
			l.compile(func() { t.See[i].Of = l.program(filter, l.scopes[t].see(), formula.Bool) })
		}
	}
	switch n.kind {
	case mappingNode:
		for _, p := range n.pairs {
			add(p.key, p.val)
		}
	case sequence:
		for _, x := range n.items {
			if x.kind == mappingNode {
				for _, p := range x.pairs {
					add(p.key, p.val)
				}
			} else {
				add(x, nil)
			}
		}
	case scalar:
		add(n, nil)
	}
}

// fieldOf returns the field that n names, or reports it.
func (l *loader) fieldOf(t *Type, n *node) *Field {
	if f := t.fields[n.text]; f != nil {
		return f
	}
	l.unknown(n, "字段", "field", n.text, fieldKeys(t))
	return nil
}

func fieldKeys(t *Type) []string {
	var out []string
	for _, f := range t.Fields {
		out = append(out, f.Key)
	}
	return out
}

func (l *loader) fieldRefs(t *Type, nodes []*node) {
	l.resolve(func() {
		for _, n := range nodes {
			l.fieldOf(t, n)
		}
	})
}

// slotFields are fields or the plan's slot.
func (l *loader) slotFields(t *Type, nodes []*node) {
	l.resolve(func() {
		for _, n := range nodes {
			if n.text != "plan.slot" && n.text != "slot" {
				l.fieldOf(t, n)
			}
		}
	})
}

func (l *loader) numberPattern(n *node) {
	if n == nil {
		return
	}
	rest, seq := n.text, false
	for {
		_, after, ok := strings.Cut(rest, "{")
		if !ok {
			break
		}
		part, tail, closed := strings.Cut(after, "}")
		name, width, _ := strings.Cut(part, ":")
		w, err := strconv.Atoi(width)
		switch {
		case !closed, name != "year" && name != "month" && name != "day" && name != "place" && name != "seq",
			name != "seq" && width != "", name == "seq" && width != "" && (err != nil || w < 1 || w > 12):
			l.fault(n, "编号里可用 {year} {month} {day} {place} {seq:5}", "a number may hold {year} {month} {day} {place} {seq:5}")
			return
		}
		seq = seq || name == "seq"
		rest = tail
	}
	if !seq {
		l.fault(n, "编号缺顺序号 {seq:5}", "a number needs its sequence {seq:5}")
		return
	}
	// Each type counts by itself: two that write alike would give two records one number. The width only pads.
	alike := seqWidth.ReplaceAllLiteralString(n.text, "{seq}")
	if first := l.numbers[alike]; first != nil {
		l.fault(n, "编号 %s 与 %s:%d 的类型相同，两条记录会得到同一个编号：换一个字头", "number %s is written like that of the type at %s:%d: two records would get one number; use other letters", n.text, first.file.name, first.line)
		return
	}
	l.numbers[alike] = n
}

var seqWidth = regexp.MustCompile(`\{seq:[0-9]+\}`)

var fieldTypes = []FieldType{Text, LongText, Integer, Decimal, Money, Points, Percent, Bool, Date, Time, PeriodType, ChoiceType, Flags, Place, Point,
	OfficeType, Offices, Ref, Person, Phone, IDNumber, CreditCode, Photo, File, LinesType, FigureType}

var fieldKnown = []string{"zh", "en", "type", "of", "max", "min", "scale", "unit", "currency", "required", "default", "search", "index", "public",
	"sealed", "tracked", "columns", "computed", "copy", "follow", "rollup", "reading", "every", "source", "aliases", "was", "retired"}

// reservedFields cannot name a field: formulas use them for the record itself.
var reservedFields = []string{"stage", "done", "valid", "opened", "record", "today", "actor", "before", "slot",
	// words CEL keeps for itself
	"true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
	"namespace", "return", "var", "void", "while"}

// field decodes a field or a column of lines.
func (l *loader) field(t *Type, key, val *node, column bool) *Field {
	if !word.MatchString(key.text) {
		l.fault(key, "名称 %q 只能用英文字母、数字和下划线，以字母开头", "the name %q must be letters, digits and low lines, and begin with a letter", key.text)
		return nil
	}
	l.booleanTrap(key)
	if !column && slices.Contains(reservedFields, key.text) {
		l.fault(key, "“%s”在公式里有固定含义，不能作字段名", "%q has a fixed meaning in formulas and cannot name a field", key.text)
		return nil
	}
	m := l.mapping(val, fieldKnown...)
	if m.n == nil {
		return nil
	}
	f := &Field{Key: key.text, Label: m.label(key, true), At: key.source(),
		Required: m.flag("required"), Search: m.flag("search"), Index: m.flag("index"), Public: m.flag("public"), Sealed: m.flag("sealed"),
		Tracked: m.flag("tracked"), Unit: m.text("unit"), Max: m.number("max"), Min: m.number("min"),
		Aliases: texts(m.list("aliases")), Was: texts(m.list("was")), Retired: m.flag("retired"), Every: m.oneOf("every", "day", "week", "month")}
	if s := m.scalar("source"); s != nil {
		if f.Import = s.text == "import"; !f.Import {
			l.fault(s, "字段的 source 只能是 import", "the source of a field can only be import")
		}
	}
	if ty := m.scalar("type"); ty != nil {
		if !slices.Contains(fieldTypes, FieldType(ty.text)) {
			var names []string
			for _, x := range fieldTypes {
				names = append(names, string(x))
			}
			l.unknown(ty, "字段类型", "field type", ty.text, names)
			return nil
		}
		f.Type = FieldType(ty.text)
	} else if !m.has("copy") {
		l.fault(key, "字段“%s”缺类型 type", "field %q lacks its type", key.text)
		return nil
	}
	if f.Type == Person || f.Type == Phone || f.Type == IDNumber {
		f.Sealed = true
	}
	if sc := m.number("scale"); sc != nil {
		f.Scale = int(*sc)
		if *sc < 0 || *sc > 9 {
			l.fault(m.get("scale"), "scale 为 0 到 9", "scale is 0 to 9")
			f.Scale = 0
		}
		if f.Type != Decimal && f.Type != Percent {
			l.fault(m.get("scale"), "只有 decimal 和 percent 有 scale", "only decimal and percent have a scale")
		}
	} else if f.Type == Decimal && !m.has("copy") {
		l.fault(key, "decimal 要写小数位 scale", "a decimal needs its scale")
	}
	if f.Type == Money {
		f.Currency = "CNY"
	}
	if c := m.oneOf("currency", "CNY", "USD", "EUR", "HKD", "JPY"); c != "" {
		f.Currency = c
		if f.Type != Money && f.Type != "" {
			l.fault(m.get("currency"), "只有 money 有 currency", "only money has a currency")
		}
	}
	l.ofKey(t, f, m, key)
	if f.Type == LinesType {
		if column {
			l.fault(key, "明细表里不能再套明细表", "lines cannot stand within lines")
			return nil
		}
		names := map[string]bool{}
		l.each(m.get("columns"), func(ck, cv *node) {
			if c := l.field(t, ck, cv, true); c != nil {
				if names[c.Key] {
					l.fault(ck, "列“%s”已经声明", "column %q is declared already", c.Key)
					return
				}
				names[c.Key] = true
				f.Columns = append(f.Columns, c)
			}
		})
		if len(f.Columns) == 0 && m.get("columns") == nil {
			l.fault(key, "明细表“%s”没有列 columns", "lines %q have no columns", key.text)
		}
	} else if m.has("columns") {
		l.fault(m.get("columns"), "只有 lines 有 columns", "only lines have columns")
	}
	l.origin(t, f, m, key, column)
	l.defaultValue(f, m)
	return f
}

// ofKey reads "of", whose meaning depends on the field's type.
func (l *loader) ofKey(t *Type, f *Field, m mapping, key *node) {
	of := m.get("of")
	switch f.Type {
	case ChoiceType, Flags:
		if of == nil {
			if !m.has("copy") {
				l.fault(key, "选项字段“%s”缺 of（清单名或选项）", "choice %q lacks of (a list or choices)", key.text)
			}
			return
		}
		if of.kind == scalar {
			l.resolve(func() {
				if known(l, l.cat.Lists, of, "清单", "list") {
					f.List = l.cat.Lists[of.text]
				}
			})
			return
		}
		f.List = &List{Key: t.Key + "." + key.text, Label: f.Label, Items: l.choices(of)}
	case Place:
		nodes := m.list("of")
		f.Kinds = texts(nodes)
		l.resolve(func() {
			for _, n := range nodes {
				known(l, l.cat.Kinds, n, "地点类别", "kind of place")
			}
		})
	case PeriodType:
		for _, n := range m.list("of") {
			if !slices.Contains([]string{"year", "half", "quarter", "month", "ten_days"}, n.text) {
				l.unknown(n, "期间", "period", n.text, []string{"year", "half", "quarter", "month", "ten_days"})
				continue
			}
			f.Units = append(f.Units, n.text)
		}
	case Ref:
		n := m.scalar("of")
		if n == nil {
			if !m.has("copy") {
				l.fault(key, "引用字段“%s”缺 of（类型名）", "reference %q lacks of (a type)", key.text)
			}
			return
		}
		f.RefType = n.text
		l.resolve(func() { known(l, l.cat.Types, n, "类型", "type") })
	default:
		if of != nil && f.Type != "" {
			l.fault(of, "%s 字段没有 of", "a field of type %s has no of", f.Type)
		}
	}
}

// origin reads where the value comes from: at most one of four.
func (l *loader) origin(t *Type, f *Field, m mapping, key *node, column bool) {
	var given []string
	for _, k := range []string{"computed", "copy", "rollup", "reading"} {
		if m.has(k) {
			given = append(given, k)
		}
	}
	if len(given) > 1 {
		l.fault(m.n.get(given[1]), "字段只能有一个来源，已有 %s", "a field has one origin at most, it has %s already", given[0])
		return
	}
	if m.has("follow") && !m.has("copy") {
		l.fault(m.get("follow"), "follow 只和 copy 一起用", "follow goes with copy only")
	}
	if len(given) == 0 {
		return
	}
	if column && given[0] != "computed" {
		l.fault(m.n.get(given[0]), "明细列只能是填写的或 computed", "a column is typed or computed")
		return
	}
	if f.Required {
		l.fault(m.n.get("required"), "由系统得出的字段不能要求填写", "a field that the system works out cannot be required")
		f.Required = false
	}
	switch given[0] {
	case "computed":
		f.Origin = Computed
		n := m.scalar("computed")
		if !column { // columns are compiled by the lines they stand in
			l.compile(func() {
				if n != nil {
					f.Formula = l.scaled(n, n.text, l.scopes[t].own, f)
				}
			})
		} else {
			l.compile(func() { f.Formula = l.columnProgram(t, f, n) })
		}
	case "copy":
		f.Origin = Copied
		if m.flag("follow") {
			f.Origin = Followed
		}
		n := m.scalar("copy")
		if n == nil {
			return
		}
		var ok bool
		if f.CopyRef, f.CopyField, ok = strings.Cut(n.text, "."); !ok || strings.Contains(f.CopyField, ".") {
			l.fault(n, "copy 写作 引用字段.字段，只隔一层引用", "copy is written ref.field, one reference away")
			f.CopyRef = ""
			return
		}
		l.resolve(func() { l.copySource(t, f, n) })
	case "rollup":
		f.Origin = RolledUp
		l.rollup(t, f, m.get("rollup"))
	case "reading":
		f.Origin = Reading
		if f.Every == "" {
			f.Every = "day"
		}
		n := m.scalar("reading")
		l.compile(func() { l.reading(t, f, n) })
	}
}

// copySource checks that a copy leads somewhere and takes over what it does not say itself.
func (l *loader) copySource(t *Type, f *Field, n *node) {
	ref := t.fields[f.CopyRef]
	if ref == nil || ref.Type != Ref {
		l.fault(n, "“%s”不是引用字段", "%q is no reference field", f.CopyRef)
		return
	}
	from := l.cat.Types[ref.RefType]
	if from == nil {
		return
	}
	src := from.fields[f.CopyField]
	if src == nil {
		switch f.CopyField {
		case "place":
			src = &Field{Type: Place}
		case "office":
			src = &Field{Type: OfficeType}
		case "number":
			src = &Field{Type: Text}
		default:
			l.unknown(n, "字段", "field", f.CopyField, fieldKeys(from))
			return
		}
	}
	if f.Type == "" && src.Type == "" {
		l.fault(n, "连续复制的字段请写明类型", "say the type of a copy of a copy")
		return
	}
	if f.Type == "" {
		f.Type = src.Type
		f.Scale, f.Currency = src.Scale, src.Currency
	}
	if src.Type != "" && f.Type != src.Type && !(isText(f.Type) && isText(src.Type)) {
		l.fault(n, "类型不同：这里是 %s，来源是 %s", "the types differ: %s here, %s at the source", f.Type, src.Type)
		return
	}
	if f.Type == Decimal && f.Scale != src.Scale {
		l.fault(n, "小数位与来源不同", "the scale differs from the source's")
	}
	if f.Unit == "" {
		f.Unit = src.Unit
	}
	if f.Type == LinesType && len(f.Columns) == 0 {
		f.Columns = src.Columns
	}
	if f.RefType == "" {
		f.RefType = src.RefType
	}
	if f.List == nil && src.List != nil {
		f.List = src.List
	}
	if f.Kinds == nil {
		f.Kinds = src.Kinds
	}
	if f.Units == nil {
		f.Units = src.Units
	}
	if src.Sealed && !f.Sealed {
		l.fault(n, "来源是密封字段，复制也要 sealed: true", "the source is sealed, so the copy must be sealed: true")
	}
	if src.Sealed && f.Origin == Followed {
		l.fault(n, "密封字段只能用 copy 带入一次，不能用 follow 同步：密文不能重算", "a sealed field can be brought in by copy, not by follow: a ciphertext cannot be computed again")
	}
}

func isText(t FieldType) bool { return t == Text || t == LongText || t == CreditCode }

func (l *loader) rollup(t *Type, f *Field, n *node) {
	m := l.mapping(n, "sum", "count", "via", "of")
	if m.n == nil {
		return
	}
	r := &Rollup{}
	f.Rollup = r
	sum, count := m.scalar("sum"), m.scalar("count")
	if (sum == nil) == (count == nil) {
		l.fault(n, "rollup 要写 sum: 子类型.字段 或 count: 子类型", "rollup says sum: child.field or count: child")
		f.Rollup, f.Origin = nil, Typed
		return
	}
	at := count
	if sum != nil {
		at = sum
		var ok bool
		if r.Child, r.Field, ok = strings.Cut(sum.text, "."); !ok {
			l.fault(sum, "sum 写作 子类型.字段", "sum is written child.field")
		}
	} else {
		r.Child = count.text
		if f.Type != Integer {
			l.fault(count, "计数的字段应为 integer", "a counting field is an integer")
		}
	}
	via := m.scalar("via")
	if via != nil {
		r.Via = via.text
	}
	of := m.scalar("of")
	l.resolve(func() {
		child := l.cat.Types[r.Child]
		if child == nil {
			l.unknown(at, "类型", "type", r.Child, keys(l.cat.Types))
			return
		}
		if r.Field != "" {
			src := child.fields[r.Field]
			switch {
			case src == nil:
				l.unknown(at, "字段", "field", r.Field, fieldKeys(child))
			case !isNumber(src.Type):
				l.fault(at, "%s 字段不能求和", "a field of type %s cannot be summed", src.Type)
			case src.Type != f.Type && (src.Type == Money || f.Type == Money), src.Scale != f.Scale, src.Currency != f.Currency:
				l.fault(at, "求和的类型、小数位和币种须与来源相同", "a sum has the type, scale and currency of what is summed")
			}
		}
		if via == nil { // one reference back is enough to know
			var found []string
			for _, c := range child.Fields {
				if c.Type == Ref && c.RefType == t.Key {
					found = append(found, c.Key)
				}
			}
			if len(found) != 1 {
				l.fault(n, "rollup 缺 via（子类型里指回本类型的引用字段）", "rollup lacks via, the child's reference back")
				return
			}
			r.Via = found[0]
			return
		}
		back := child.fields[r.Via]
		if back == nil || back.Type != Ref || back.RefType != t.Key {
			l.fault(via, "“%s.%s”不是指向“%s”的引用", "%q is no reference of %s to %s", r.Via, r.Child, t.Key)
			f := &l.faults[len(l.faults)-1]
			f.Zh = "“" + r.Child + "." + r.Via + "”不是指向“" + t.Key + "”的引用"
		}
	})
	if of != nil {
		l.compile(func() {
			if child := l.cat.Types[r.Child]; child != nil {
				r.Of = l.program(of, l.scopes[child].own, formula.Bool)
			}
		})
	}
}

func isNumber(t FieldType) bool {
	return t == Integer || t == Decimal || t == Money || t == Points || t == Percent
}

// stage decodes a stage.
func (l *loader) stage(t *Type, key, val *node) {
	lb, m := l.labelled(key, val, true, "done", "void", "was")
	if !word.MatchString(key.text) {
		l.fault(key, "名称 %q 只能用英文字母、数字和下划线，以字母开头", "the name %q must be letters, digits and low lines, and begin with a letter", key.text)
		return
	}
	l.booleanTrap(key)
	if t.stages[key.text] != nil {
		l.fault(key, "阶段“%s”已经声明", "stage %q is declared already", key.text)
		return
	}
	s := &Stage{Key: key.text, Label: lb, Done: m.flag("done"), Void: m.flag("void"), Was: texts(m.list("was")), At: key.source()}
	if s.Done && s.Void {
		l.fault(key, "阶段不能既 done 又 void", "a stage cannot be both done and void")
	}
	t.Stages = append(t.Stages, s)
	t.stages[s.Key] = s
}

func (l *loader) stageRefs(t *Type, nodes []*node) {
	l.resolve(func() {
		for _, n := range nodes {
			if !known(l, t.stages, n, "阶段", "stage") {
				l.shaky[t] = true
			}
		}
	})
}

func (l *loader) moveRefs(t *Type, nodes []*node) {
	l.resolve(func() {
		for _, n := range nodes {
			known(l, t.moves, n, "动作", "move")
		}
	})
}

// clock decodes a time limit.
func (l *loader) clock(t *Type, key, val *node) {
	if !word.MatchString(key.text) || key.text == "plan" {
		l.fault(key, "时限名 %q 不可用（plan 留给计划）", "the clock name %q cannot be used (plan is taken)", key.text)
		return
	}
	if t.clocks[key.text] != nil {
		l.fault(key, "时限“%s”已经声明", "clock %q is declared already", key.text)
		return
	}
	m := l.mapping(val, "zh", "en", "while", "until", "from", "limit", "pause", "restart", "extend", "warn", "source")
	if m.n == nil {
		return
	}
	c := &Clock{Key: key.text, Label: l.labelOptional(m), While: texts(m.list("while")), Until: m.text("until"), From: m.text("from"),
		Pause: texts(m.list("pause")), Restart: texts(m.list("restart")), At: key.source()}
	l.stageRefs(t, m.list("while"))
	l.stageRefs(t, m.list("pause"))
	l.moveRefs(t, m.list("restart"))
	for _, w := range m.list("warn") {
		if s := l.limit(w); s != "" {
			c.Warn = append(c.Warn, s)
		}
	}
	if u := m.scalar("until"); u != nil {
		l.resolve(func() {
			if u.text == "plan.due" {
				return
			}
			if f := l.fieldOf(t, u); f != nil && f.Type != Date {
				l.fault(u, "until 应为日期字段或 plan.due", "until is a date field or plan.due")
			}
		})
	}
	if fr := m.scalar("from"); fr != nil {
		l.resolve(func() { l.dayName(t, fr) })
	}
	if e := m.get("extend"); e != nil {
		em := l.mapping(e, "move", "most", "times")
		c.Extend = &Extend{Move: em.text("move"), Most: l.limit(em.scalar("most")), Times: 1}
		if n := em.number("times"); n != nil {
			c.Extend.Times = int(*n)
		}
		if mv := em.scalar("move"); mv != nil {
			l.moveRefs(t, []*node{mv})
		} else if em.n != nil {
			l.fault(e, "extend 缺动作 move", "extend lacks its move")
		}
		if em.n != nil && !em.has("most") {
			l.fault(e, "extend 缺上限 most", "extend lacks most, how far it may go")
		}
	}
	src := m.text("source")
	if c.Until != "" {
		if c.Source = src; src == "" && c.Until != "plan.due" {
			l.warning(key, "时限“%s”到字段“%s”为止，应写来源 source：这个日子由谁定", "clock %q ends with the day in %q and should say its source: who sets that day", key.text, c.Until)
		}
	}
	if n := m.get("limit"); n != nil {
		items := []*node{n}
		if n.kind == sequence {
			items = n.items
		}
		for _, it := range items {
			l.clockLimit(t, c, it, src)
		}
	}
	switch {
	case c.Until == "" && len(c.Limits) == 0:
		l.fault(key, "时限“%s”缺 limit（rule 规则名，或时长加来源）或 until", "clock %q lacks a limit (rule NAME, or a time with its source) or until", key.text)
	case c.Until == "" && len(c.While) == 0 && c.From == "":
		l.fault(key, "时限“%s”要说明何时走：while、from 或 until", "clock %q must say when it runs: while, from or until", key.text)
	case c.Until != "" && len(c.Limits) > 0:
		l.fault(key, "时限“%s”不能同时有 until 和 limit", "clock %q cannot have both until and limit", key.text)
	}
	if c.Label.Zh == "" {
		l.resolve(func() { c.Label = defaultClockLabel(t, c) })
	}
	t.Clocks = append(t.Clocks, c)
	t.clocks[c.Key] = c
}

// defaultClockLabel names a clock after the move or stage it is about.
func defaultClockLabel(t *Type, c *Clock) Label {
	en := strings.ToUpper(c.Key[:1]) + strings.ReplaceAll(c.Key[1:], "_", " ")
	switch {
	case t.moves[c.Key] != nil:
		return Label{t.moves[c.Key].Label.Zh + "时限", "Limit: " + t.moves[c.Key].Label.In("en")}
	case c.Until != "" && t.fields[c.Until] != nil:
		return Label{t.fields[c.Until].Label.Zh, t.fields[c.Until].Label.In("en")}
	case len(c.While) > 0 && t.stages[c.While[0]] != nil:
		return Label{t.stages[c.While[0]].Label.Zh + "时限", "Limit: " + en}
	}
	return Label{t.Label.Zh + "时限", "Limit: " + en}
}

// clockLimit reads "rule NAME", "5 workdays", or {when, rule | limit, source}.
func (l *loader) clockLimit(t *Type, c *Clock, n *node, source string) {
	lim := Limit{Source: source}
	rule := n
	switch n.kind {
	case scalar:
		name, ok := strings.CutPrefix(n.text, "rule ")
		if ok {
			lim.Rule = strings.TrimSpace(name)
		} else {
			lim.Plain = l.limit(n)
		}
	case mappingNode:
		m := l.mapping(n, "when", "rule", "limit", "plain", "source")
		if s := m.text("source"); s != "" {
			lim.Source = s
		}
		if r := m.scalar("rule"); r != nil {
			lim.Rule, rule = r.text, r
		}
		for _, k := range []string{"limit", "plain"} {
			p := m.scalar(k)
			if p == nil {
				continue
			}
			if name, ok := strings.CutPrefix(p.text, "rule "); ok {
				lim.Rule, rule = strings.TrimSpace(name), p
			} else {
				lim.Plain = l.limit(p)
			}
		}
		if w := m.scalar("when"); w != nil {
			i := len(c.Limits)
			l.compile(func() { c.Limits[i].When = l.program(w, l.scopes[t].own, formula.Bool) })
		}
		if lim.Rule == "" && lim.Plain == "" {
			l.fault(n, "缺 rule 或 limit", "rule or limit is missing")
		}
	default:
		l.wrongKind(n, "时限", "a limit")
		return
	}
	if lim.Plain != "" && lim.Source == "" {
		l.fault(n, "写明时长的时限要有来源 source（未核实的写“可编辑默认值 editable default”）", "a plain limit needs its source (an unverified one says \"editable default\")")
	}
	if lim.Rule != "" {
		l.resolve(func() {
			if l.cat.Rules[lim.Rule] == nil {
				l.unknown(rule, "时限规则", "rule", lim.Rule, keys(l.cat.Rules))
			}
		})
	}
	c.Limits = append(c.Limits, lim)
}

// dayName checks a name of a day in a record: opened, entered.S, first.M, last.M or a date field.
func (l *loader) dayName(t *Type, n *node) {
	head, rest, dotted := strings.Cut(n.text, ".")
	sub := *n
	sub.text = rest
	switch {
	case n.text == "opened", n.text == "plan.due":
	case dotted && head == "entered":
		known(l, t.stages, &sub, "阶段", "stage")
	case dotted && (head == "first" || head == "last"):
		known(l, t.moves, &sub, "动作", "move")
	case dotted && t.fields[head] != nil && t.fields[head].Type == PeriodType && (rest == "first" || rest == "last"):
	case t.fields[n.text] != nil && t.fields[n.text].Type == Date:
	default:
		l.fault(n, "应为 opened、entered.阶段、first.动作、last.动作 或日期字段", "this is opened, entered.STAGE, first.MOVE, last.MOVE or a date field")
	}
}

// guard reads {that, else}.
func (l *loader) guard(n *node, into *[]Guard, in func() *scope) {
	g := Guard{}
	that := n
	if n.kind == mappingNode {
		m := l.mapping(n, "that", "else")
		that = m.scalar("that")
		g.Else = l.inline(m.get("else"))
		if that == nil {
			l.fault(n, "缺条件 that", "the condition that is missing")
			return
		}
	} else if n.kind != scalar {
		l.wrongKind(n, "{that: 条件, else: 说明}", "{that: condition, else: words}")
		return
	}
	if g.Else.Zh == "" {
		l.fault(n, "缺不满足时的说明 else", "the words for the refusal, else, are missing")
	}
	i := len(*into)
	*into = append(*into, g)
	l.compile(func() { (*into)[i].That = l.program(that, in(), formula.Bool) })
}

var moveKeys = []string{"zh", "en", "from", "to", "by", "not_by", "needs", "asks", "must", "day", "sets", "opens", "moves", "tells"}

// Inputs are the names a move may need without their being fields.
var Inputs = []string{"reason", "note", "days"}

// move decodes a verb of the flow.
func (l *loader) move(t *Type, key, val *node) {
	if !word.MatchString(key.text) {
		l.fault(key, "名称 %q 只能用英文字母、数字和下划线，以字母开头", "the name %q must be letters, digits and low lines, and begin with a letter", key.text)
		return
	}
	l.booleanTrap(key)
	if slices.Contains([]string{"open", "create", "void", "undo"}, key.text) {
		l.fault(key, "“%s”是每条记录自带的动作，请换个名字", "every record has %q already: take another name", key.text)
		return
	}
	if t.moves[key.text] != nil {
		l.fault(key, "动作“%s”已经声明", "move %q is declared already", key.text)
		return
	}
	m := l.mapping(val, moveKeys...)
	if m.n == nil {
		return
	}
	mv := &Move{Key: key.text, Label: m.label(key, true), At: key.source()}
	from := m.list("from")
	if len(from) == 1 && from[0].text == "any" && t.stages["any"] == nil {
		// any stage in which work still stands
		l.resolve(func() {
			for _, s := range t.Stages {
				if !s.Done && !s.Void {
					mv.From = append(mv.From, s.Key)
				}
			}
		})
	} else {
		mv.From = texts(from)
		l.stageRefs(t, from)
	}
	if len(from) == 0 && len(m.n.pairs) > 0 {
		if len(t.Stages) == 0 { // a type without stages has the one stage kept
			mv.From = []string{"kept"}
		} else {
			l.fault(key, "动作“%s”缺 from", "move %q lacks from", key.text)
		}
	}
	if to := m.scalar("to"); to != nil && to.text != "same" && !(len(mv.From) == 1 && mv.From[0] == to.text) {
		mv.To = to.text
		l.stageRefs(t, []*node{to})
	}
	by := m.list("by")
	if len(by) == 0 {
		l.fault(key, "动作“%s”没有人能做：缺 by", "nobody may make move %q: by is missing", key.text)
	}
	for _, b := range by {
		clock, isClock := strings.CutPrefix(b.text, "clock.")
		switch {
		case isClock:
			mv.Clocks = append(mv.Clocks, clock)
			l.resolve(func() {
				sub := *b
				sub.text = clock
				known(l, t.clocks, &sub, "时限", "clock")
			})
		case b.text == "system":
			mv.System = true
		default:
			mv.By = append(mv.By, b.text)
			l.resolve(func() { l.roleRef(b, false) })
		}
	}
	notBy := m.list("not_by")
	mv.NotBy = texts(notBy)
	l.resolve(func() {
		for _, n := range notBy {
			if n.text != "open" {
				known(l, t.moves, n, "动作", "move")
			}
		}
	})
	needs := m.list("needs")
	mv.Needs = texts(needs)
	l.resolve(func() {
		for _, n := range needs {
			f := t.fields[n.text]
			switch {
			case f == nil && slices.Contains(Inputs, n.text):
			case f == nil:
				l.unknown(n, "字段", "field", n.text, append(fieldKeys(t), Inputs...))
			case f.Origin != Typed:
				l.fault(n, "字段“%s”由系统得出，不能要求填写", "field %q is worked out by the system and cannot be asked for", n.text)
			}
		}
	})
	asks := m.list("asks")
	mv.Asks = texts(asks)
	l.resolve(func() {
		for _, n := range asks {
			switch f := t.fields[n.text]; {
			case f == nil:
				l.unknown(n, "字段", "field", n.text, fieldKeys(t))
			case f.Origin != Typed:
				l.fault(n, "字段“%s”由系统得出，不能要求填写", "field %q is worked out by the system and cannot be asked for", n.text)
			case slices.Contains(mv.Needs, n.text):
				l.fault(n, "字段“%s”已在 needs 里", "field %q stands in needs already", n.text)
			}
		}
	})
	if d := m.scalar("day"); d != nil {
		mv.Day = d.text
		l.resolve(func() {
			if f := l.fieldOf(t, d); f != nil && f.Type != Date {
				l.fault(d, "day 应为日期字段", "day is a date field")
			}
		})
	}
	for _, n := range m.items("must") {
		l.guard(n, &mv.Must, func() *scope { return l.scopes[t].guard() })
	}
	l.effects(t, mv, m)
	for _, n := range m.list("tells") {
		mv.Tells = append(mv.Tells, n.text)
		l.resolve(func() {
			f := t.fields[n.text]
			if n.text == "open" || l.cat.Roles[n.text] != nil || l.cat.Offices[n.text] != nil ||
				f != nil && (f.Type == OfficeType || f.Type == Offices || f.Type == Person || f.Type == Phone || f.Type == Ref) {
				return
			}
			l.unknown(n, "通知对象（岗位、科室、字段或 open）", "receiver (a role, an office, a field or open)", n.text, append(keys(l.cat.Roles), fieldKeys(t)...))
		})
	}
	t.Moves = append(t.Moves, mv)
	t.moves[mv.Key] = mv
}

// effects reads what follows a move: sets, opens, moves.
func (l *loader) effects(t *Type, mv *Move, m mapping) {
	l.each(m.get("sets"), func(key, val *node) {
		s := Set{Field: key.text}
		ref, field, dotted := strings.Cut(key.text, ".")
		if dotted {
			s.Ref, s.Field = ref, field
		}
		i := len(mv.Sets)
		mv.Sets = append(mv.Sets, s)
		l.compile(func() {
			on := t
			if s.Ref != "" {
				if strings.Contains(s.Field, ".") {
					l.fault(key, "效果只能隔一层引用", "an effect reaches one reference away")
					return
				}
				rf := t.fields[s.Ref]
				if rf == nil || rf.Type != Ref {
					l.fault(key, "“%s”不是引用字段", "%q is no reference field", s.Ref)
					return
				}
				if on = l.cat.Types[rf.RefType]; on == nil {
					return
				}
			}
			mv.Sets[i].Value = l.assigned(on, s.Field, key, val, l.scopes[t].guard())
		})
	})
	for _, n := range m.items("opens") {
		om := mapping{l, nil}
		if n.kind != scalar { // "opens: TYPE" is short for {type: TYPE}
			if om = l.mapping(n, "type", "each", "as", "when", "with"); om.n == nil {
				continue
			}
		}
		o := Open{Type: om.text("type"), Each: om.text("each"), As: om.text("as")}
		typ, each, as, when, with := om.scalar("type"), om.scalar("each"), om.scalar("as"), om.scalar("when"), om.get("with")
		if typ == nil {
			typ = n
			o.Type = n.text
		}
		i := len(mv.Opens)
		mv.Opens = append(mv.Opens, o)
		if each != nil && as == nil {
			l.fault(n, "each 要有变量名 as", "each needs its variable, as")
		}
		l.compile(func() {
			child := l.cat.Types[o.Type]
			if child == nil {
				l.unknown(typ, "类型", "type", o.Type, keys(l.cat.Types))
				return
			}
			in := l.scopes[t].guard()
			if each != nil {
				f := t.fields[o.Each]
				switch {
				case f == nil:
					l.unknown(each, "字段", "field", o.Each, fieldKeys(t))
					return
				case f.Type == LinesType:
					in = l.scopes[t].walking(o.As, f)
				case f.Type == Offices || f.Type == Flags:
					in = l.scopes[t].walking(o.As, f)
				default:
					l.fault(each, "each 走的应是明细表、offices 或 flags", "each walks lines, offices or flags")
					return
				}
			}
			mv.Opens[i].When = l.program(when, in, formula.Bool)
			mv.Opens[i].With = l.with(child, with, in)
			l.requiredGiven(child, with, mv.Opens[i].With, n)
		})
	}
	for _, n := range m.items("moves") {
		dm := l.mapping(n, "each", "where", "move")
		if dm.n == nil {
			continue
		}
		each, where, move := dm.scalar("each"), dm.scalar("where"), dm.scalar("move")
		if each == nil || move == nil {
			l.fault(n, "moves 写作 {each: 子类型.引用字段, move: 动作}", "moves is written {each: child.ref, move: MOVE}")
			continue
		}
		d := Drive{Move: move.text}
		d.Type, d.Via, _ = strings.Cut(each.text, ".")
		i := len(mv.Drives)
		mv.Drives = append(mv.Drives, d)
		l.compile(func() {
			child := l.cat.Types[d.Type]
			if child == nil {
				l.unknown(each, "类型", "type", d.Type, keys(l.cat.Types))
				return
			}
			if f := child.fields[d.Via]; f == nil || f.Type != Ref || f.RefType != t.Key {
				l.fault(each, "“%s”不是指向“%s”的引用", "%q is no reference to %s", each.text, t.Key)
				return
			}
			if cm := child.moves[d.Move]; cm == nil {
				l.unknown(move, "动作", "move", d.Move, keys(child.moves))
			} else if !cm.System {
				l.fault(move, "动作“%s”要写 by: [system] 才能由系统做", "move %q needs by: [system] to be made as an effect", d.Move)
			}
			mv.Drives[i].Where = l.program(where, l.scopes[child].own, formula.Bool)
		})
	}
}

// with reads the values that an opened record starts with.
func (l *loader) with(child *Type, n *node, in *scope) []Assign {
	var out []Assign
	l.each(n, func(key, val *node) {
		if p := l.assigned(child, key.text, key, val, in); p != nil {
			out = append(out, Assign{key.text, p})
		}
	})
	return out
}

// requiredGiven warns when an opened record would lack what it must have.
func (l *loader) requiredGiven(child *Type, n *node, given []Assign, at *node) {
	if n == nil {
		n = at
	}
	for _, f := range child.Fields {
		if f.Required && f.Default == nil && !slices.ContainsFunc(given, func(a Assign) bool { return a.Field == f.Key }) && n.get(f.Key) == nil {
			l.warning(n, "开出的“%s”缺必填字段“%s”", "the opened %s lacks the required field %q", child.Key, f.Key)
			w := &l.faults[len(l.faults)-1]
			w.Zh = "开出的“" + child.Label.Zh + "”缺必填字段“" + f.Key + "”"
		}
	}
}
