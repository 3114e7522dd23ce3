package catalog

// Dashboard is a choice of figures that one sort of reader looks at first.
type Dashboard struct {
	Key      string
	Label    Label
	Home     []string // roles whose home it is
	Sections []Section
	At       Source
}

// Section is a part of a dashboard.
type Section struct {
	Label   Label
	Figures []string
}

// Figures are all figures of a dashboard, in order.
func (d *Dashboard) Figures() []string {
	var out []string
	for _, s := range d.Sections {
		out = append(out, s.Figures...)
	}
	return out
}

// Alert says when a figure asks somebody to act. Exactly one of Above, Below, Rises, Falls and Misses is set.
type Alert struct {
	Key    string
	Label  Label
	Figure string
	Owner  string // the office that is told
	Period string // Above, Below: year (so far), quarter or month

	Above, Below *int64 // × 10^AlertScale of the figure's unit
	Rises, Falls int64  // percent × 100: change of the last Over whole months against the same months of last year, else those before them
	Over         int
	Misses       bool // as it goes, the year's target will not be met
	At           Source
}

// AlertScale is how many decimals a threshold has.
const AlertScale = 4

var (
	dashboardKeys = []string{"zh", "en", "home", "sections"}
	alertKeys     = []string{"zh", "en", "figure", "owner", "period", "above", "below", "rises", "falls", "over", "misses"}
)

// dashboard decodes a dashboard.
func (l *loader) dashboard(key, val *node) {
	if !l.declare("dashboard", "看板", key) {
		return
	}
	m := l.mapping(val, dashboardKeys...)
	if m.n == nil {
		return
	}
	home := m.list("home")
	d := &Dashboard{Key: key.text, Label: m.label(key, true), Home: texts(home), At: key.source()}
	l.resolve(func() {
		for _, r := range home {
			if !known(l, l.cat.Roles, r, "岗位", "role") {
				continue
			}
			for _, o := range l.cat.DashboardOrder {
				other := l.cat.Dashboards[o]
				if other == d {
					break
				}
				for _, h := range other.Home {
					if h == r.text {
						l.fault(r, "“%s”的首页已是看板“%s”", "the home of %q is the dashboard %q already", r.text, o)
					}
				}
			}
		}
	})
	seen := map[string]bool{}
	for _, x := range m.items("sections") {
		sm := l.mapping(x, "zh", "en", "figures")
		if sm.n == nil {
			continue
		}
		figures := sm.list("figures")
		d.Sections = append(d.Sections, Section{sm.label(x, true), texts(figures)})
		if len(figures) == 0 {
			l.fault(x, "这一部分没有指标", "this section has no figures")
		}
		l.resolve(func() {
			for _, f := range figures {
				if !known(l, l.cat.Figures, f, "指标", "figure") {
					continue
				}
				if seen[f.text] {
					l.fault(f, "指标“%s”在看板上重复", "the figure %q stands twice on the dashboard", f.text)
				}
				seen[f.text] = true
			}
		})
	}
	if len(d.Sections) == 0 {
		l.fault(key, "看板“%s”没有 sections", "the dashboard %q has no sections", key.text)
	}
	l.cat.Dashboards[d.Key] = d
	l.cat.DashboardOrder = append(l.cat.DashboardOrder, d.Key)
}

// alert decodes an alert.
func (l *loader) alert(key, val *node) {
	if !l.declare("alert", "预警", key) {
		return
	}
	m := l.mapping(val, alertKeys...)
	if m.n == nil {
		return
	}
	a := &Alert{Key: key.text, Label: m.label(key, true), Figure: m.text("figure"), Owner: m.text("owner"), Period: m.oneOf("period", "year", "quarter", "month"), At: key.source()}
	var shapes []string
	for _, s := range []string{"above", "below", "rises", "falls", "misses"} {
		if m.has(s) {
			shapes = append(shapes, s)
		}
	}
	if len(shapes) != 1 {
		l.fault(key, "预警要有且只有一个条件：above、below、rises、falls 或 misses: target", "an alert has exactly one condition: above, below, rises, falls or misses: target")
		return
	}
	shape := shapes[0]
	limit := m.scalar(shape)
	if limit == nil {
		return
	}
	switch n := int64(0); shape {
	case "above":
		n = l.amount(limit, AlertScale)
		a.Above = &n
	case "below":
		n = l.amount(limit, AlertScale)
		a.Below = &n
	case "misses":
		m.oneOf("misses", "target")
		a.Misses = true
	default:
		if n = l.amount(limit, 2); n <= 0 {
			l.fault(limit, "%s 是大于零的百分数", "%s is a percentage above zero", shape)
		}
		if a.Over = 3; m.has("over") {
			if x := m.number("over"); x != nil && *x >= 1 && *x <= 12 {
				a.Over = int(*x)
			} else {
				l.fault(m.n.get("over"), "over 是 1 至 12 个月", "over is 1 to 12 months")
			}
		}
		if shape == "rises" {
			a.Rises = n
		} else {
			a.Falls = n
		}
	}
	if n := m.n.get("over"); n != nil && a.Over == 0 {
		l.fault(n, "只有 rises 和 falls 有 over", "only rises and falls have over")
	}
	switch n := m.n.get("period"); {
	case n != nil && a.Above == nil && a.Below == nil:
		l.fault(n, "只有 above 和 below 有 period", "only above and below have a period")
	case a.Period == "" && (a.Above != nil || a.Below != nil):
		a.Period = "year"
	}
	fig, owner := m.scalar("figure"), m.scalar("owner")
	l.compile(func() {
		if fig == nil {
			l.fault(key, "预警缺 figure", "an alert lacks its figure")
		} else if known(l, l.cat.Figures, fig, "指标", "figure") && (a.Rises > 0 || a.Falls > 0) && l.cat.Figures[a.Figure].Kind == Measure {
			l.fault(fig, "填报指标没有逐月走势，用 above、below 或 misses", "a measured figure has no trend: use above, below or misses")
		}
		if owner == nil {
			l.fault(key, "预警缺负责科室 owner", "an alert lacks the office that is told, owner")
		} else {
			known(l, l.cat.Offices, owner, "科室", "office")
		}
	})
	l.cat.Alerts[a.Key] = a
	l.cat.AlertOrder = append(l.cat.AlertOrder, a.Key)
}

// HomeOf is the dashboard that is the home of a role; nil when there is none.
func (c *Catalog) HomeOf(role string) *Dashboard {
	for _, k := range c.DashboardOrder {
		for _, r := range c.Dashboards[k].Home {
			if r == role {
				return c.Dashboards[k]
			}
		}
	}
	return nil
}
