package catalog

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhenwu/internal/formula"
)

// inspect looks for what is well formed but cannot work or is not allowed.
func (l *loader) inspect() {
	driven := l.drivenMoves()
	for _, key := range l.cat.TypeOrder {
		t := l.cat.Types[key]
		l.inspectStages(t)
		l.inspectMoves(t, driven)
		l.inspectClocks(t)
		l.inspectSealed(t)
		l.inspectRenames(t)
		l.inspectReaders(t)
	}
	l.inspectFigures()
	l.inspectCycles()
	l.inspectRules()
	l.inspectSystems()
	l.inspectRule10()
}

// at makes a node of a place that the model remembers, so that faults can point there.
func (l *loader) at(s Source, like *node) *node {
	if like == nil || s.Line == 0 {
		return like
	}
	n := *like
	n.line, n.col = s.Line, s.Column
	return &n
}

// place points at a part of t. An extension's part stands in another file: then the type's own place is used.
func (l *loader) place(t *Type, s Source) *node {
	n := l.declared["type "+t.Key]
	if n == nil || s.File != n.file.name {
		return n
	}
	return l.at(s, n)
}

// inspectReaders refuses roles that only read where work is done.
func (l *loader) inspectReaders(t *Type) {
	readers := func(n *node, roles []string) {
		for _, key := range roles {
			if r := l.cat.Roles[key]; r != nil && r.Reads {
				l.fault(n, "岗位“%s”只读（reads: true），不能新建、办理或更正", "the role %q only reads (reads: true): it opens, moves and corrects nothing", key)
			}
		}
	}
	readers(l.typeNode(t), t.OpensBy)
	readers(l.typeNode(t), t.CorrectsBy)
	for _, m := range t.Moves {
		readers(l.place(t, m.At), m.By)
	}
}

// inspectStages finds stages that no move reaches, and those that nothing leaves.
func (l *loader) inspectStages(t *Type) {
	if len(t.Stages) < 2 || l.shaky[t] {
		return
	}
	reached := map[string]bool{t.Stages[0].Key: true}
	for again := true; again; {
		again = false
		for _, m := range t.Moves {
			if m.To == "" || reached[m.To] {
				continue
			}
			if slices.ContainsFunc(m.From, func(f string) bool { return reached[f] }) {
				reached[m.To], again = true, true
			}
		}
	}
	for _, s := range t.Stages {
		n := l.place(t, s.At)
		if !reached[s.Key] {
			l.fault(n, "“%[1]s”的阶段“%[2]s”到不了：没有动作通向它", "no move leads to stage %[2]q of %[1]s", t.Key, s.Key)
			continue
		}
		leaves := slices.ContainsFunc(t.Moves, func(m *Move) bool { return m.To != "" && m.To != s.Key && slices.Contains(m.From, s.Key) })
		if !leaves && !s.Done && !s.Void {
			l.warning(n, "“%[1]s”的阶段“%[2]s”没有出路，又不是 done 或 void", "nothing leaves stage %[2]q of %[1]s, and it is neither done nor void", t.Key, s.Key)
		}
	}
}

// drivenMoves are the moves that effects and plans make: "type.move".
func (l *loader) drivenMoves() map[string]bool {
	made := map[string]bool{}
	for _, t := range l.cat.Types {
		for _, m := range t.Moves {
			for _, d := range m.Drives {
				made[d.Type+"."+d.Move] = true
			}
		}
	}
	for _, p := range l.cat.Plans {
		if p.Then != "" {
			made[p.Opens+"."+p.Then] = true
		}
	}
	return made
}

// inspectMoves finds moves that can never be made.
func (l *loader) inspectMoves(t *Type, driven map[string]bool) {
	for _, m := range t.Moves {
		n := l.place(t, m.At)
		if m.System && len(m.By) == 0 && len(m.Clocks) == 0 && !driven[t.Key+"."+m.Key] {
			l.fault(n, "没有人能做动作“%s”：只由系统做，却没有效果或计划引发它", "nobody makes move %q: it is left to the system, and no effect or plan makes it", m.Key)
		}
		for _, c := range m.Clocks {
			clock := t.clocks[c]
			if clock == nil || len(clock.While) == 0 {
				continue
			}
			if !slices.ContainsFunc(m.From, func(s string) bool { return slices.Contains(clock.While, s) }) {
				l.fault(n, "动作“%s”由时限“%s”引发，但该时限在它的起始阶段不走", "move %q is made by clock %q, which does not run in the stages the move starts from", m.Key, c)
			}
		}
		for _, d := range m.Drives {
			if f := l.sealedNeed(d); f != nil {
				l.fault(n, "动作“%s”带动“%s”，后者需要密封字段“%s”，不能由系统转交", "move %q makes %q, which needs the sealed field %q: it cannot be handed on", m.Key, d.Type+"."+d.Move, f.Key)
			}
		}
		if to := t.stages[m.To]; to != nil && to.Void && len(m.By) > 0 && !slices.Contains(m.Needs, "reason") {
			l.warning(n, "动作“%s”到不计数的阶段，应写 needs: [reason]", "move %q leads to a void stage and should need a reason", m.Key)
		}
	}
}

// sealedNeed is a sealed field that the driven move needs, nil where it needs none.
func (l *loader) sealedNeed(d Drive) *Field {
	t := l.cat.Types[d.Type]
	if t == nil || t.moves[d.Move] == nil {
		return nil
	}
	for _, need := range t.moves[d.Move].Needs {
		if f := t.fields[need]; f != nil && f.Sealed {
			return f
		}
	}
	return nil
}

// inspectClocks holds extensions to the moves they name.
func (l *loader) inspectClocks(t *Type) {
	for _, c := range t.Clocks {
		if c.Extend == nil {
			continue
		}
		if m := t.moves[c.Extend.Move]; m != nil && len(c.While) > 0 &&
			!slices.ContainsFunc(m.From, func(s string) bool { return slices.Contains(c.While, s) || slices.Contains(c.Pause, s) }) {
			l.fault(l.place(t, c.At), "时限“%s”的延长动作“%s”不在该时限走的阶段", "the move %[2]q that extends clock %[1]q starts in no stage in which the clock runs", c.Key, m.Key)
		}
	}
}

// inspectSealed keeps personal data out of titles, search, keys of numbers and public pages.
func (l *loader) inspectSealed(t *Type) {
	for _, f := range t.Fields {
		n := l.place(t, f.At)
		if f.Sealed && slices.Contains(t.KeyFields, f.Key) {
			l.fault(n, "密封字段“%s”不能作导入主键 key", "the sealed field %q cannot be the key that imports match by", f.Key)
		}
		if f.Sealed && !f.Named() && t.Unique != nil && slices.Contains(t.Unique.By, f.Key) {
			l.fault(n, "密封字段“%s”不是人员、电话或证件号，不能用于 unique", "the sealed field %q is no person, phone or ID number: unique cannot rest on it", f.Key)
		}
		if f.Sealed && t.Title == f.Key {
			l.fault(n, "密封字段“%s”不能作标题", "the sealed field %q cannot be the title", f.Key)
		}
		for _, c := range append([]*Field{f}, f.Columns...) {
			if c.Sealed && (c.Search || c.Index || c.Public) {
				l.fault(n, "密封字段“%s”不能 search、index 或 public", "the sealed field %q cannot be search, index or public", c.Key)
			}
			if c.Sealed && c != f {
				l.fault(n, "表格“%s”的列“%s”不能是密封字段", "column %[2]q of the table %[1]q cannot be sealed", f.Key, c.Key)
			}
			if c.Sealed && c.Tracked {
				l.fault(n, "密封字段“%s”不能 tracked", "the sealed field %q cannot be tracked", c.Key)
			}
		}
	}
}

// inspectRenames finds an earlier key that something else bears now: old records would be read wrongly.
func (l *loader) inspectRenames(t *Type) {
	n := l.typeNode(t)
	taken := map[string]bool{}
	for _, s := range t.Stages {
		for _, w := range s.Was {
			if t.stages[w] != nil || taken["stage "+w] {
				l.fault(n, "阶段“%s”的旧名“%s”另有所指", "the earlier name %[2]q of stage %[1]q means something else", s.Key, w)
			}
			taken["stage "+w] = true
		}
	}
	for _, f := range t.Fields {
		for _, w := range f.Was {
			if t.fields[w] != nil || taken["field "+w] {
				l.fault(l.place(t, f.At), "字段“%s”的旧名“%s”另有所指", "the earlier name %[2]q of field %[1]q means something else", f.Key, w)
			}
			taken["field "+w] = true
		}
		if f.List == nil {
			continue
		}
		for _, c := range f.List.Items {
			for _, w := range c.Was {
				if f.List.Item(w) != nil {
					l.fault(l.place(t, f.At), "选项“%s”的旧名“%s”另有所指", "the earlier name %[2]q of choice %[1]q means something else", c.Key, w)
				}
			}
		}
	}
}

// inspectFigures looks at what figures share.
func (l *loader) inspectFigures() {
	alias := map[string]string{} // phrase → figure
	gold := map[string]string{}
	for _, key := range l.cat.FigureOrder {
		f, r := l.cat.Figures[key], l.raw[l.cat.Figures[key]]
		if f.Unit == "" && !(r.unitGiven && (f.Kind == All || f.Kind == Streak)) && !r.broken {
			l.fault(r.key, "指标“%s”缺单位 unit", "figure %q lacks its unit", key)
		}
		if f.Gold != "" {
			if before := gold[f.Gold]; before != "" {
				l.fault(r.m.n.get("gold"), "%s 已由指标“%s”回答", "%s is answered by figure %q already", f.Gold, before)
			}
			gold[f.Gold] = key
		}
		own := map[string]bool{}
		for i, phrase := range append([]string{f.Label.Zh}, f.Aliases...) {
			p := Phrase(phrase)
			if p == "" || own[p] {
				continue
			}
			own[p] = true
			at := r.key
			if i > 0 {
				if a := r.m.n.get("aliases"); a != nil {
					at = a
					if a.kind == sequence && i-1 < len(a.items) {
						at = a.items[i-1]
					}
				}
			}
			// One phrase may stand for two figures when their units tell them apart.
			id := p + " " + f.Unit
			if before := alias[id]; before != "" {
				l.fault(at, "“%s”（%s）已经指指标“%s”", "%q (%s) stands for figure %q already", phrase, f.Unit, before)
				continue
			}
			alias[id] = key
		}
		l.inspectDay(f, r)
	}
}

// inspectDay warns where a flow rests on what changes by time alone.
func (l *loader) inspectDay(f *Figure, r *rawFigure) {
	if f.AtDay == nil || f.Of == nil {
		return
	}
	for _, n := range f.Of.Names() {
		if strings.HasPrefix(n, "overdue.") {
			l.fault(r.key, "流量的 of 不能用 %s：它随时间变，请用 late 或存量 while", "the filter of a flow cannot read %s, which changes by time alone: use late, or a stock", n)
		}
	}
}

// Phrase normalises a phrase by which people speak of a figure: no spaces or
// marks, full width made half, small letters.
func Phrase(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		if unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) && r != '%' {
			continue
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// inspectCycles finds fields that rest on themselves through copies, rollups and formulas, and figures that do.
func (l *loader) inspectCycles() {
	graph := map[string][]string{}
	order := []string{}
	reads := func(t *Type, p *formula.Program) []string {
		if p == nil {
			return nil
		}
		var out []string
		for _, n := range p.Names() {
			head, rest, dotted := strings.Cut(n, ".")
			switch {
			case t.fields[n] != nil:
				out = append(out, t.Key+"."+n)
			case n == "valid":
				out = append(out, t.Key+" valid")
			case dotted && (head == "due" || head == "overdue" || head == "late" || head == "missed") && t.clocks[rest] != nil:
				out = append(out, t.Key+" clock "+rest)
			case dotted && t.fields[head] != nil:
				out = append(out, t.Key+"."+head)
			}
		}
		return out
	}
	for _, key := range l.cat.TypeOrder {
		t := l.cat.Types[key]
		for _, f := range t.Fields {
			id := key + "." + f.Key
			order = append(order, id)
			switch f.Origin {
			case Computed:
				graph[id] = reads(t, f.Formula)
			case Copied, Followed:
				if ref := t.fields[f.CopyRef]; ref != nil {
					graph[id] = []string{ref.RefType + "." + f.CopyField}
				}
			case RolledUp:
				if child := l.cat.Types[f.Rollup.Child]; child != nil {
					if f.Rollup.Field != "" {
						graph[id] = append(graph[id], child.Key+"."+f.Rollup.Field)
					}
					graph[id] = append(graph[id], reads(child, f.Rollup.Of)...)
				}
			}
			for _, c := range f.Columns {
				graph[id] = append(graph[id], slices.DeleteFunc(reads(t, c.Formula), func(n string) bool { return n == id })...)
			}
		}
		graph[key+" valid"] = append(reads(t, t.ValidFrom), reads(t, t.ValidUntil)...)
		for _, c := range t.Clocks {
			id := key + " clock " + c.Key
			if t.fields[c.Until] != nil {
				graph[id] = append(graph[id], key+"."+c.Until)
			}
			for _, lim := range c.Limits {
				graph[id] = append(graph[id], reads(t, lim.When)...)
			}
		}
	}
	for _, key := range l.cat.FigureOrder {
		graph["figure "+key] = nil
		order = append(order, "figure "+key)
		for _, p := range l.cat.Figures[key].Parts {
			graph["figure "+key] = append(graph["figure "+key], "figure "+p)
		}
	}
	state := map[string]uint8{}
	var path []string
	var walk func(string)
	walk = func(id string) {
		switch state[id] {
		case 2:
			return
		case 1:
			loop := append(slices.Clone(path[slices.Index(path, id):]), id)
			text := strings.Join(loop, " → ")
			var n *node
			if key, ok := strings.CutPrefix(id, "figure "); ok {
				if l.raw[l.cat.Figures[key]].broken { // reported already
					return
				}
				n = l.raw[l.cat.Figures[key]].key
			} else {
				typ, field, _ := strings.Cut(strings.Replace(id, " ", ".", 1), ".")
				t := l.cat.Types[typ]
				n = l.typeNode(t)
				if f := t.fields[field]; f != nil {
					n = l.place(t, f.At)
				}
			}
			l.fault(n, "绕回自己：%s", "this leads back to itself: %s", text)
			return
		}
		state[id] = 1
		path = append(path, id)
		for _, next := range graph[id] {
			walk(next)
		}
		path = path[:len(path)-1]
		state[id] = 2
	}
	for _, id := range order {
		walk(id)
	}
}

// inspectRules finds rules that no clock uses.
func (l *loader) inspectRules() {
	used := map[string]bool{}
	for _, t := range l.cat.Types {
		for _, c := range t.Clocks {
			for _, lim := range c.Limits {
				used[lim.Rule] = true
			}
		}
	}
	for _, key := range l.cat.RuleOrder {
		if !used[key] {
			l.warning(l.declared["rule "+key], "没有时限用到规则“%s”", "no clock uses rule %q", key)
		}
	}
}

// inspectSystems warns of systems in which nobody works, or work has no limit in time and nobody says why.
func (l *loader) inspectSystems() {
	for _, s := range l.cat.Systems {
		var roles []string
		clocks, flows := 0, false
		for _, k := range s.Types {
			t := l.cat.Types[k]
			clocks += len(t.Clocks)
			flows = flows || len(t.Moves) > 0
			for _, r := range t.Roles() {
				if !slices.Contains(roles, r) {
					roles = append(roles, r)
				}
			}
		}
		if len(roles) < 2 && len(s.Types) > 0 {
			l.warning(s.at, "系统 %s 的岗位少于两个", "system %s has fewer than two roles", s.Number)
		}
		if len(s.Types) == 0 && len(s.Figures) == 0 {
			l.warning(s.at, "系统 %s 没有记录也没有指标", "system %s has neither types nor figures", s.Number)
		}
		switch {
		case flows && clocks == 0 && s.Timeless.Zh == "":
			l.warning(s.at, "系统 %s 的办理没有时限：写 clocks，或用 timeless 写明理由", "the work of system %s has no limit in time: declare clocks, or say why in timeless", s.Number)
		case clocks > 0 && s.Timeless.Zh != "":
			l.fault(s.at, "系统 %s 有时限，不能又写 timeless", "system %s has limits in time and cannot be timeless", s.Number)
		}
	}
}

// short cuts a text for a message.
func short(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		return string([]rune(s)[:40]) + "…"
	}
	return s
}
