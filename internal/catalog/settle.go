package catalog

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// settleTypes fills in what types leave to the defaults of the language.
func (l *loader) settleTypes() {
	for _, key := range l.cat.TypeOrder {
		t := l.cat.Types[key]
		start := t.Stages[0].Key
		if len(t.OpensBy) == 0 {
			for _, m := range t.Moves {
				if slices.Contains(m.From, start) {
					for _, r := range m.By {
						if !slices.Contains(t.OpensBy, r) {
							t.OpensBy = append(t.OpensBy, r)
						}
					}
				}
			}
			if len(t.OpensBy) == 0 && !l.shaky[t] {
				l.fault(l.typeNode(t), "类型“%s”没有人能新建：写 opens_by（仅作效果或计划时写 [system]）", "nobody may open a %q: say opens_by ([system] when only effects and plans open it)", key)
			}
		}
		if len(t.CorrectsBy) == 0 {
			for _, r := range t.OpensBy {
				if r != "system" {
					t.CorrectsBy = append(t.CorrectsBy, r)
				}
			}
			if l.cat.Roles["chief"] != nil && !slices.Contains(t.CorrectsBy, "chief") {
				t.CorrectsBy = append(t.CorrectsBy, "chief")
			}
		}
		if len(t.See) == 0 {
			var roles []string
			add := func(rs ...string) {
				for _, r := range rs {
					if r != "system" && l.cat.Roles[r] != nil && !slices.Contains(roles, r) {
						roles = append(roles, r)
					}
				}
			}
			add(t.OpensBy...)
			for _, m := range t.Moves {
				add(m.By...)
			}
			add(t.CorrectsBy...)
			add("viewer", "mayor", "chief", "auditor")
			if !t.Sensitive {
				add("statistician") // who answers for figures opens them to their records
			}
			for _, r := range roles {
				t.See = append(t.See, See{Role: r})
			}
		}
	}
}

func (l *loader) typeNode(t *Type) *node {
	if n := l.declared["type "+t.Key]; n != nil {
		return n
	}
	return nil
}

// settleSystems lists the systems by number; a system that shares a file shares its types.
func (l *loader) settleSystems() {
	for _, s := range l.systems {
		l.cat.Systems = append(l.cat.Systems, s)
	}
	number := func(s *System) int { n, _ := strconv.Atoi(strings.TrimPrefix(s.Number, "S")); return n }
	slices.SortFunc(l.cat.Systems, func(a, b *System) int { return cmp.Compare(number(a), number(b)) })
	for _, key := range l.cat.FigureOrder { // system: on a figure adds it there
		f := l.cat.Figures[key]
		if s := l.systems[f.System]; s != nil && !slices.Contains(s.Figures, key) {
			s.Figures = append(s.Figures, key)
		}
	}
}
