package catalog

import (
	"regexp"
	"slices"
	"strings"

	"zhenwu/internal/formula"
)

// scope is a set of names that formulas may read, made into an environment on first use.
type scope struct {
	names []formula.Name
	index map[string]int
	refs  map[string]string // name → the type of record it refers to
	far   bool              // names one reference away are among them
	env   *formula.Env
	bad   error
}

func newScope(parts ...*scope) *scope {
	s := &scope{index: map[string]int{}, refs: map[string]string{}}
	for _, p := range parts {
		for _, n := range p.names {
			s.add(n)
		}
		for k, v := range p.refs {
			s.refs[k] = v
		}
		s.far = s.far || p.far
	}
	return s
}

// add declares a name; a later one of the same name replaces the earlier.
func (s *scope) add(n formula.Name) {
	if i, ok := s.index[n.Name]; ok {
		s.names[i] = n
		return
	}
	s.index[n.Name] = len(s.names)
	s.names = append(s.names, n)
}

func (s *scope) simple(kind formula.Kind, names ...string) {
	for _, n := range names {
		s.add(formula.Name{Name: n, Kind: kind})
	}
}

func (s *scope) has(name string) bool { _, ok := s.index[name]; return ok }

// typeScopes are the sets of names for formulas of one type.
type typeScopes struct {
	stated   *scope // own fields and dated steps: what validity rests on
	own      *scope // the whole record: filters, figures, computed fields
	guarding *scope // own, one reference away, before, the actor, today
	l        *loader
	typ      *Type
	read     *scope
	walks    map[string]*scope
}

// reading adds what scheduled readings may use besides the record: the figures of the town.
func (t *typeScopes) reading() *scope {
	if t.read == nil {
		t.read = newScope(t.l.figures(), t.own)
		t.read.simple(formula.Date, "today")
	}
	return t.read
}

// walking adds the variable of an effect that walks field f.
func (t *typeScopes) walking(as string, f *Field) *scope {
	id := as + " " + f.Key
	if s := t.walks[id]; s != nil {
		return s
	}
	s := newScope(t.guard())
	if f.Type == LinesType {
		for _, c := range f.Columns {
			t.l.addField(s, as+"."+c.Key, c)
		}
	} else {
		s.add(formula.Name{Name: as, Kind: formula.Text, Choices: t.l.choicesOf(f)})
	}
	t.walks[id] = s
	return s
}

// kindOf is the kind of a field's value in formulas.
func kindOf(f *Field) formula.Kind {
	if f.Sealed {
		return formula.Sealed
	}
	switch f.Type {
	case Integer, Points, Percent, Decimal, Ref:
		return formula.Int
	case Money:
		return formula.Money
	case Bool:
		return formula.Bool
	case Date:
		return formula.Date
	case Flags, Offices:
		return formula.Texts
	case Person, Phone, IDNumber:
		return formula.Sealed
	case LinesType:
		return formula.Lines
	}
	return formula.Text
}

func (l *loader) choicesOf(f *Field) []string {
	switch f.Type {
	case ChoiceType, Flags:
		if f.List == nil {
			return nil
		}
		var out []string
		for _, c := range f.List.Items {
			out = append(out, c.Key)
			out = append(out, c.Was...)
		}
		return out
	case OfficeType, Offices:
		return l.cat.OfficeOrder
	}
	return nil
}

func (l *loader) nameOf(name string, f *Field) formula.Name {
	n := formula.Name{Name: name, Kind: kindOf(f), Choices: l.choicesOf(f)}
	if f.Type == Decimal || f.Type == Percent {
		n.Scale = f.Scale
	}
	for _, c := range f.Columns {
		n.Columns = append(n.Columns, l.nameOf(c.Key, c))
	}
	return n
}

func (l *loader) addField(s *scope, name string, f *Field) {
	s.add(l.nameOf(name, f))
	if f.Type == PeriodType && !f.Sealed {
		s.simple(formula.Date, name+".first", name+".last")
	}
	if f.Type == Ref && f.RefType != "" {
		s.refs[name] = f.RefType
	}
}

// buildScopes makes the sets of names of every type.
func (l *loader) buildScopes() {
	for _, key := range l.cat.TypeOrder {
		t := l.cat.Types[key]
		ts := &typeScopes{l: l, typ: t, walks: map[string]*scope{}}
		ts.stated = newScope()
		l.addRecord(ts.stated, t, "")
		ts.own = newScope(ts.stated)
		l.addState(ts.own, t, "")
		ts.own.simple(formula.Text, "slot")
		l.addClocks(ts.own, t, "")
		ts.own.simple(formula.Date, "plan.due")
		ts.own.simple(formula.Text, "plan.slot")
		l.scopes[t] = ts
	}
	for _, key := range l.cat.TypeOrder {
		t := l.cat.Types[key]
		t.Env = l.environment(l.scopes[t].own)
	}
}

// guard is what guards, checks and effects read: the record before and after, the actor, today, and fields one
// reference away. Most types need none, so it is made when it is first asked for.
func (t *typeScopes) guard() *scope {
	if t.guarding != nil {
		return t.guarding
	}
	l, typ := t.l, t.typ
	far := newScope()
	for _, f := range typ.Fields {
		if f.Type == Ref && l.cat.Types[f.RefType] != nil {
			l.addFar(far, l.cat.Types[f.RefType], f.Key+".")
		}
	}
	g := newScope(t.own, far)
	g.far = true
	for _, f := range typ.Fields {
		l.addField(g, "before."+f.Key, f)
	}
	g.add(formula.Name{Name: "before.stage", Kind: formula.Text, Choices: stageKeys(typ)})
	g.simple(formula.Date, "today")
	l.addActor(g)
	g.simple(formula.Text, "actor.place")
	g.simple(formula.Int, "record")
	g.refs["record"] = typ.Key
	if !g.has("reason") {
		g.simple(formula.Text, "reason")
	}
	if !g.has("note") {
		g.simple(formula.Text, "note")
	}
	if !g.has("days") {
		g.simple(formula.Int, "days")
	}
	t.guarding = g
	return g
}

// see is what a filter of sight reads: the record and the actor.
func (t *typeScopes) see() *scope {
	s := newScope(t.own)
	t.l.addActor(s)
	return s
}

func (l *loader) addActor(s *scope) {
	s.add(formula.Name{Name: "actor.role", Kind: formula.Text, Choices: l.cat.RoleOrder})
	s.add(formula.Name{Name: "actor.office", Kind: formula.Text, Choices: l.cat.OfficeOrder})
}

func stageKeys(t *Type) []string {
	var out []string
	for _, s := range t.Stages {
		out = append(out, s.Key)
		out = append(out, s.Was...)
	}
	return out
}

// addRecord declares the fields and dated steps of t.
func (l *loader) addRecord(s *scope, t *Type, prefix string) {
	for _, f := range t.Fields {
		l.addField(s, prefix+f.Key, f)
	}
	s.simple(formula.Date, prefix+"opened")
	for _, st := range t.Stages {
		s.simple(formula.Date, prefix+"entered."+st.Key)
	}
	for _, m := range t.Moves {
		s.simple(formula.Date, prefix+"first."+m.Key, prefix+"last."+m.Key)
		s.simple(formula.Int, prefix+"times."+m.Key)
		s.add(formula.Name{Name: prefix + "made." + m.Key + ".office", Kind: formula.Text, Choices: l.cat.OfficeOrder})
	}
}

// addState declares how the record stands.
func (l *loader) addState(s *scope, t *Type, prefix string) {
	s.add(formula.Name{Name: prefix + "stage", Kind: formula.Text, Choices: stageKeys(t)})
	s.simple(formula.Bool, prefix+"done", prefix+"valid")
}

// addFar declares what may be read of a record one reference away.
func (l *loader) addFar(s *scope, t *Type, prefix string) {
	for _, n := range []string{"place", "office", "number"} {
		s.simple(formula.Text, prefix+n)
	}
	for _, f := range t.Fields {
		l.addField(s, prefix+f.Key, f)
	}
	s.simple(formula.Date, prefix+"opened")
	for _, st := range t.Stages {
		s.simple(formula.Date, prefix+"entered."+st.Key)
	}
	l.addState(s, t, prefix)
	l.addClocks(s, t, prefix)
}

// addClocks declares how the clocks of a record stand; the slot of its plan is the clock "plan".
func (l *loader) addClocks(s *scope, t *Type, prefix string) {
	clocks := []string{"plan"}
	for _, c := range t.Clocks {
		clocks = append(clocks, c.Key)
	}
	for _, c := range clocks {
		s.simple(formula.Date, prefix+"due."+c, prefix+"missed."+c)
		s.simple(formula.Bool, prefix+"overdue."+c, prefix+"late."+c)
	}
}

func (l *loader) environment(s *scope) *formula.Env {
	if s.env == nil && s.bad == nil {
		s.env, s.bad = formula.NewEnv(s.names)
		if s.bad != nil {
			l.faults = append(l.faults, Fault{File: ".", Zh: "无法建立公式环境：" + s.bad.Error(), En: "cannot make the names of formulas: " + s.bad.Error()})
		}
	}
	return s.env
}

// program compiles the formula that stands at n; nil gives nil.
func (l *loader) program(n *node, in *scope, want formula.Kind) *formula.Program {
	if n == nil {
		return nil
	}
	return l.programOf(n, n.text, 0, in, want)
}

// programOf compiles src, which begins shift runes before the text of n (a filter joined in front).
func (l *loader) programOf(n *node, src string, shift int, in *scope, want formula.Kind) *formula.Program {
	env := l.environment(in)
	if env == nil || strings.TrimSpace(src) == "" {
		if env != nil {
			l.fault(n, "公式是空的", "the formula is empty")
		}
		return nil
	}
	p, fault := env.Compile(src, want)
	if fault == nil {
		return p
	}
	at := *n
	if o := fault.Offset - shift; !n.block {
		at.col += max(o, 0)
		if n.quoted {
			at.col++
		}
	}
	zh, en := fault.Zh, fault.Msg
	if name := strangeName(src, fault.Offset); name == "today" && !in.has(name) {
		zh, en = "这里不能用 today：算出的值不随看的日子变", "today cannot be read here: what is computed does not depend on the day of looking"
	} else if ref, _, ok := strings.Cut(name, "."); ok && !in.has(name) && in.refs[ref] != "" && fault.Msg != "" && !in.far {
		zh, en = "这里只能读本记录：把 "+name+" 用 copy 抄到本记录", "this reads one record only: bring "+name+" into the record by copy"
	}
	l.faults = append(l.faults, at.file.faultAt(at.line, at.col, "公式有误："+zh, "formula: "+en))
	return nil
}

// scaled compiles the value of a field and holds its decimals and choices to the field's.
func (l *loader) scaled(n *node, src string, in *scope, f *Field) *formula.Program {
	p := l.programOf(n, src, 0, in, kindOf(f))
	if p == nil {
		return nil
	}
	if want := scaleOf(f); kindOf(f) == formula.Int && p.Scale() != want {
		l.fault(n, "结果有 %d 位小数，字段要 %d 位", "the result has %d decimals, the field %d", p.Scale(), want)
		return nil
	}
	if known := l.choicesOf(f); known != nil && (f.Type == ChoiceType || f.Type == OfficeType) {
		for _, c := range p.Choices() {
			if !slices.Contains(known, c) {
				l.unknown(n, "选项", "choice", c, known)
				return nil
			}
		}
	}
	return p
}

var dottedName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*`)

// strangeName is the name in src around the rune at offset.
func strangeName(src string, offset int) string {
	r := []rune(src)
	if offset < 0 || offset >= len(r) {
		return ""
	}
	i := offset
	isName := func(c rune) bool {
		return c == '_' || c == '.' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	}
	for i > 0 && isName(r[i-1]) {
		i--
	}
	return dottedName.FindString(string(r[i:]))
}

// columnProgram compiles a computed column: it reads its own line as row.f and the record.
func (l *loader) columnProgram(t *Type, f *Field, n *node) *formula.Program {
	s := newScope(l.scopes[t].own)
	for _, lines := range t.Fields {
		if slices.Contains(lines.Columns, f) {
			for _, c := range lines.Columns {
				l.addField(s, "row."+c.Key, c)
			}
		}
	}
	return l.scaled(n, n.text, s, f)
}

// assigned compiles the value given to a field of on by sets, with or a plan.
// A bare word that is a choice of the field, true, false and numbers may stand for themselves.
func (l *loader) assigned(on *Type, field string, key, val *node, in *scope) *formula.Program {
	f := on.fields[field]
	if f == nil {
		sub := *key
		l.unknown(&sub, "字段", "field", field, fieldKeys(on))
		return nil
	}
	if val.kind == sequence && (f.Type == Offices || f.Type == Flags) { // [a, b] for a list of words
		var quoted []string
		for _, x := range l.scalars(val) {
			quoted = append(quoted, "'"+x.text+"'")
		}
		return l.programOf(val, "["+strings.Join(quoted, ", ")+"]", 0, in, formula.Texts)
	}
	if f.Origin != Typed {
		l.fault(key, "字段“%s”由系统得出，不能赋值", "field %q is worked out by the system and cannot be set", field)
		return nil
	}
	if val.kind != scalar {
		l.wrongKind(val, "一个公式", "a formula")
		return nil
	}
	src := strings.TrimSpace(val.text)
	if !in.has(src) && slices.Contains(l.choicesOf(f), src) && f.Type != Flags && f.Type != Offices {
		src = "'" + src + "'"
	}
	if f.Type == Ref {
		if rt, ok := in.refs[src]; ok && rt != f.RefType {
			l.fault(val, "“%s”是“%s”，字段要的是“%s”", "%q is a %s, the field takes a %s", src, rt, f.RefType)
			return nil
		}
	}
	if kindOf(f) == formula.Sealed {
		l.fault(val, "密封字段“%s”不能由效果或计划赋值：在被引用的记录上填写，用 copy: 引用.字段 带入", "the sealed field %q cannot be set by an effect or a plan: bring it in with copy: ref.field", field)
		return nil
	}
	return l.scaled(val, src, in, f)
}
