package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Report prints the catalog system by system: its types, figures, clocks and roles; then its dashboards and alerts.
func (c *Catalog) Report(lang string) string {
	var b strings.Builder
	zh := lang != "en"
	word := func(z, e string) string {
		if zh {
			return z
		}
		return e
	}
	fmt.Fprintf(&b, "%s %s · %s %.12s\n", c.Name.In(lang), c.Code, word("目录版本", "catalog edition"), c.Edition)
	fmt.Fprintf(&b, word("%d 个系统，%d 种记录，%d 个指标，%d 个计划，%d 条时限规则，%d 个岗位，%d 个科室，%d 个地点\n",
		"%d systems, %d types of record, %d figures, %d plans, %d rules, %d roles, %d offices, %d places\n"),
		len(c.Systems), len(c.Types), len(c.Figures), len(c.Plans), len(c.Rules), len(c.Roles), len(c.Offices), len(c.Seeds.Places))
	sep := word("、", ", ")
	line := func(name string, items []string) {
		if len(items) > 0 {
			fmt.Fprintf(&b, "  %s %s\n", name, strings.Join(items, sep))
		}
	}
	for _, s := range c.Systems {
		fmt.Fprintf(&b, "\n%s %s\n", s.Number, s.Label.In(lang))
		var types, clocks, roles, figures, plans []string
		for _, k := range s.Types {
			t := c.Types[k]
			types = append(types, t.Label.In(lang))
			for _, cl := range t.Clocks {
				clocks = append(clocks, t.Label.In(lang)+"·"+cl.Label.In(lang))
			}
			for _, r := range t.Roles() {
				if ro := c.Roles[r]; ro != nil && !slices.Contains(roles, ro.Label.In(lang)) {
					roles = append(roles, ro.Label.In(lang))
				}
			}
		}
		for _, k := range s.Figures {
			f := c.Figures[k]
			text := f.Label.In(lang)
			if f.Unit != "" {
				text += word("（", " (") + f.Unit + word("）", ")")
			}
			if f.Gold != "" {
				text += " " + f.Gold
			}
			figures = append(figures, text)
		}
		for _, k := range s.Plans {
			plans = append(plans, c.Plans[k].Label.In(lang))
		}
		line(word("记录", "types  "), types)
		line(word("指标", "figures"), figures)
		if s.Timeless.Zh != "" {
			clocks = append(clocks, word("无：", "none: ")+s.Timeless.In(lang))
		}
		line(word("时限", "clocks "), clocks)
		line(word("计划", "plans  "), plans)
		line(word("岗位", "roles  "), roles)
	}
	var boards, alerts []string
	for _, k := range c.DashboardOrder {
		d := c.Dashboards[k]
		boards = append(boards, fmt.Sprintf(word("%s（%d 个指标）", "%s (%d figures)"), d.Label.In(lang), len(d.Figures())))
	}
	for _, k := range c.AlertOrder {
		alerts = append(alerts, c.Alerts[k].Label.In(lang))
	}
	if len(boards)+len(alerts) > 0 {
		b.WriteByte('\n')
	}
	line(word("看板", "dashboards"), boards)
	line(word("预警", "alerts    "), alerts)
	return b.String()
}

// Roles are the roles that open records of t or make its moves, in the order of declaration.
func (t *Type) Roles() []string {
	var out []string
	add := func(rs []string) {
		for _, r := range rs {
			if r != "system" && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	add(t.OpensBy)
	for _, m := range t.Moves {
		add(m.By)
	}
	return out
}
