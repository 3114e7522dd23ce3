package web

import (
	"strings"

	"zhenwu/internal/hall"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// catalogView shows what is declared.
type catalogView struct {
	Page
	Edition string
	Counts  []option
	Systems []catalogSystem
	Faults  []catalogFault
	Query   string
	Roles   []option
	Rules   []ruleRow
}

type catalogSystem struct {
	Number, Name, File    string
	Types, Figures, Plans []tab
	Clocks, Roles         string
}

type catalogFault struct{ Where, Text string }

type ruleRow struct{ Name, Limit, From, Source string }

func (v *visit) catalogPage() error {
	c := v.view.Cat
	d := catalogView{Edition: c.Edition, Query: strings.TrimSpace(v.req.FormValue("q"))}
	if len(d.Edition) > 12 {
		d.Edition = d.Edition[:12]
	}
	d.Page = v.page(v.t("nav.catalog"), "catalog")
	for _, n := range []struct {
		key string
		n   int
	}{{"systems", len(c.Systems)}, {"types", len(c.Types)}, {"figures", len(c.Figures)}, {"plans", len(c.Plans)}, {"rules", len(c.Rules)}, {"roles", len(c.Roles)}, {"offices", len(c.Offices)}} {
		d.Counts = append(d.Counts, option{Text: v.t("catalog." + n.key), Value: group(int64(n.n))})
	}
	for _, f := range v.cfg.Faults {
		where := f.File
		if f.Line > 0 {
			where += ":" + group(int64(f.Line))
		}
		d.Faults = append(d.Faults, catalogFault{where, f.In(v.lang)})
	}
	for _, s := range c.Systems {
		if d.Query != "" && !strings.Contains(strings.ToLower(s.Number+s.Label.Zh+s.Label.En), strings.ToLower(d.Query)) {
			continue
		}
		cs := catalogSystem{Number: s.Number, Name: v.in(s.Label), File: s.File}
		var clocks, roles []string
		seen := map[string]bool{}
		for _, key := range s.Types {
			t := c.Types[key]
			cs.Types = append(cs.Types, tab{Href: "/catalog/" + key, Text: v.in(t.Label)})
			for _, k := range t.Clocks {
				clocks = append(clocks, v.in(t.Label)+"·"+v.in(k.Label))
			}
			for _, r := range t.Roles() {
				if !seen[r] {
					seen[r] = true
					roles = append(roles, v.roleName(r))
				}
			}
		}
		for _, key := range s.Figures {
			cs.Figures = append(cs.Figures, tab{Href: "/figures/" + key, Text: v.in(c.Figures[key].Label)})
		}
		for _, key := range s.Plans {
			cs.Plans = append(cs.Plans, tab{Text: v.in(c.Plans[key].Label)})
		}
		cs.Clocks, cs.Roles = strings.Join(clocks, v.punct("、")), strings.Join(roles, v.punct("、"))
		d.Systems = append(d.Systems, cs)
	}
	for _, key := range c.RuleOrder {
		for _, r := range v.view.Rules(key) {
			name := key
			if rule := c.Rules[key]; rule != nil {
				name = v.in(rule.Label)
			}
			d.Rules = append(d.Rules, ruleRow{name, v.limitWords(r.Limit), r.From.String(), v.sourceWords(r.Source)})
		}
	}
	return v.render("catalog", &d)
}

// typeView shows one declared type.
type typeView struct {
	Page
	Key, Label, System, Where string
	Fields                    []declaredField
	Stages                    []option
	Moves                     []declaredMove
	Clocks                    []declaredClock
	Opens, Mends, Sees        string
	Figures                   []tab
	Register                  string
}

type declaredField struct{ Key, Label, Type, Note string }
type declaredMove struct{ Label, From, To, By, Needs, Must string }
type declaredClock struct{ Label, Limit, While, Source string }

func (v *visit) catalogType() error {
	c := v.view.Cat
	t := c.Types[v.req.PathValue("type")]
	if t == nil {
		return town.Refuse(town.Missing, "type", "目录里没有这类记录。", "the catalog declares no such type.")
	}
	d := typeView{Key: t.Key, Label: v.in(t.Label), System: t.System, Where: t.At.File}
	d.Page = v.page(d.Label, "catalog")
	if v.seesType(t) {
		d.Register = "/t/" + t.Key
	}
	roles := func(keys []string) string {
		out := make([]string, len(keys))
		for i, k := range keys {
			out[i] = v.roleName(k)
		}
		return strings.Join(out, v.punct("、"))
	}
	d.Opens, d.Mends = roles(t.OpensBy), roles(t.CorrectsBy)
	var sees []string
	for _, s := range t.See {
		name := v.roleName(s.Role)
		if s.Of != nil {
			name += v.punct("（") + s.Of.Source() + v.punct("）")
		}
		sees = append(sees, name)
	}
	d.Sees = strings.Join(sees, v.punct("、"))
	for _, f := range t.Fields {
		df := declaredField{Key: f.Key, Label: v.in(f.Label), Type: string(f.Type)}
		var notes []string
		if f.Required {
			notes = append(notes, v.t("catalog.required"))
		}
		if hall.SealedField(f) {
			notes = append(notes, v.t("catalog.sealed"))
		}
		if f.Unit != "" {
			notes = append(notes, v.unit(f.Unit))
		}
		if f.RefType != "" && c.Types[f.RefType] != nil {
			notes = append(notes, "→ "+v.in(c.Types[f.RefType].Label))
		}
		switch {
		case f.Formula != nil:
			notes = append(notes, v.t("origin.computed")+" "+f.Formula.Source())
		case f.Rollup != nil:
			notes = append(notes, v.t("origin.rollup")+" "+f.Rollup.Child)
		case f.CopyRef != "":
			notes = append(notes, v.t("catalog.copied")+" "+f.CopyRef+"."+f.CopyField)
		}
		df.Note = strings.Join(notes, "，")
		d.Fields = append(d.Fields, df)
	}
	for _, s := range t.Stages {
		note := ""
		if s.Done {
			note = v.t("word.done")
		}
		if s.Void {
			note = v.t("catalog.voidstage")
		}
		d.Stages = append(d.Stages, option{Text: v.in(s.Label), Note: note})
	}
	stages := func(keys []string) string {
		out := make([]string, len(keys))
		for i, k := range keys {
			out[i] = k
			if s := t.Stage(k); s != nil {
				out[i] = v.in(s.Label)
			}
		}
		return strings.Join(out, v.punct("、"))
	}
	for _, m := range t.Moves {
		dm := declaredMove{Label: v.in(m.Label), From: stages(m.From), By: roles(m.By)}
		if m.To != "" && m.To != "same" {
			dm.To = stages([]string{m.To})
		}
		if len(m.Clocks) > 0 {
			dm.By = strings.TrimPrefix(dm.By+v.punct("、")+v.t("actor.clock"), v.punct("、"))
		}
		if m.System {
			dm.By = strings.TrimPrefix(dm.By+v.punct("、")+v.t("actor.system"), v.punct("、"))
		}
		var needs, must []string
		for _, n := range m.Needs {
			if f := t.Field(n); f != nil {
				needs = append(needs, v.in(f.Label))
			} else {
				needs = append(needs, v.t("form."+n))
			}
		}
		for _, g := range m.Must {
			must = append(must, g.That.Source())
		}
		dm.Needs, dm.Must = strings.Join(needs, v.punct("、")), strings.Join(must, v.punct("；"))
		d.Moves = append(d.Moves, dm)
	}
	for _, k := range t.Clocks {
		dc := declaredClock{Label: v.in(k.Label), While: stages(k.While)}
		if dc.Label == "" {
			dc.Label = k.Key
		}
		for _, l := range k.Limits {
			if l.Rule != "" {
				name := l.Rule
				if r := c.Rules[l.Rule]; r != nil {
					name = v.in(r.Label)
				}
				limit, source, _ := v.view.Rule(l.Rule, v.today_)
				dc.Limit, dc.Source = name+" "+v.limitWords(limit), source
			} else {
				dc.Limit, dc.Source = v.limitWords(l.Plain), l.Source
			}
		}
		if k.Until != "" {
			dc.Limit, dc.Source = k.Until, k.Source
			if f := t.Field(k.Until); f != nil {
				dc.Limit = v.t("register.until") + " " + v.in(f.Label)
			}
		}
		dc.Source = v.sourceWords(dc.Source)
		d.Clocks = append(d.Clocks, dc)
	}
	for _, key := range c.FigureOrder {
		if f := c.Figures[key]; f.Type == t && v.seesFigure(f) {
			d.Figures = append(d.Figures, tab{Href: "/figures/" + key, Text: v.in(f.Label)})
		}
	}
	return v.render("type", &d)
}

// limitWords writes a limit such as "5 workdays" in the visitor's language.
func (v *visit) limitWords(text string) string {
	l, err := workday.ParseLimit(text)
	if err != nil {
		return text
	}
	return l.In(v.lang)
}
