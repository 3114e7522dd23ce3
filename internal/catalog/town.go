package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// town decodes town.yaml.
func (l *loader) town(n *node) {
	c := l.cat
	m := l.mapping(n, "town", "kinds", "places", "offices", "roles", "hours")
	if m.n == nil {
		return
	}
	head := m.get("town")
	if head == nil {
		l.fault(n, "缺 town", "town is missing")
	} else {
		t := l.mapping(head, "code", "zh", "en", "zone", "county", "city", "province", "simulated")
		c.Name = t.label(head, true)
		c.Code = town.Code(t.text("code"))
		if !regexp.MustCompile(`^\d{9}$`).MatchString(string(c.Code)) {
			l.fault(head, "镇的代码应为九位数字", "the code of the town must be nine digits")
		}
		zone := t.text("zone")
		if zone == "" {
			zone = "Asia/Shanghai"
		}
		z, err := time.LoadLocation(zone)
		if err != nil && zone == "Asia/Shanghai" {
			// A machine without zone data: China keeps UTC+8 without summer time.
			z, err = time.FixedZone(zone, 8*3600), nil
		}
		if err != nil {
			l.fault(t.n.get("zone"), "没有这个时区：%s", "no such time zone: %s", zone)
			z = time.UTC
		}
		c.Zone = z
	}
	l.places = "places.csv"
	if p := m.text("places"); p != "" {
		l.places = p
	}
	l.each(m.get("kinds"), l.kind)
	l.each(m.get("offices"), l.office)
	l.each(m.get("roles"), l.role)
	for _, h := range m.list("hours") {
		if span, ok := parseHours(h.text); ok {
			c.Hours = append(c.Hours, span)
		} else {
			l.fault(h, "工作时间应写作 08:30-12:00", "working hours are written 08:30-12:00")
		}
	}
}

func parseHours(s string) (Hours, bool) {
	a, b, ok := strings.Cut(s, "-")
	from, ok1 := clockTime(a)
	until, ok2 := clockTime(b)
	return Hours{from, until}, ok && ok1 && ok2 && from < until
}

func clockTime(s string) (int, bool) {
	h, m, ok := strings.Cut(strings.TrimSpace(s), ":")
	hh, err1 := strconv.Atoi(h)
	mm, err2 := strconv.Atoi(m)
	return hh*60 + mm, ok && err1 == nil && err2 == nil && hh >= 0 && mm >= 0 && mm < 60 && hh*60+mm <= 24*60
}

func (l *loader) kind(key, val *node) {
	if !l.declare("kind of place", "地点类别", key) {
		return
	}
	lb, m := l.labelled(key, val, true, "under")
	k := &PlaceKind{Key: key.text, Label: lb}
	under := m.list("under")
	k.Under = texts(under)
	l.resolve(func() {
		for _, u := range under {
			known(l, l.cat.Kinds, u, "地点类别", "kind of place")
		}
	})
	l.cat.Kinds[key.text] = k
	l.cat.KindOrder = append(l.cat.KindOrder, key.text)
}

func (l *loader) office(key, val *node) {
	if !l.declare("office", "科室", key) {
		return
	}
	lb, m := l.labelled(key, val, true, "place", "aliases")
	l.cat.Offices[key.text] = &Office{Key: key.text, Label: lb, Place: town.Code(m.text("place")), Aliases: texts(m.list("aliases"))}
	l.cat.OfficeOrder = append(l.cat.OfficeOrder, key.text)
}

func (l *loader) role(key, val *node) {
	if !l.declare("role", "岗位", key) {
		return
	}
	lb, m := l.labelled(key, val, true, "office", "scope", "reads")
	r := &Role{Key: key.text, Label: lb, Office: m.text("office"), Reads: m.flag("reads"), Scope: Scope(m.oneOf("scope", "town", "office", "place", "own"))}
	if r.Scope == "" {
		r.Scope = ScopeTown
	}
	if o := m.scalar("office"); o != nil {
		l.resolve(func() { known(l, l.cat.Offices, o, "科室", "office") })
	}
	if key.text == "system" || key.text == "open" {
		l.fault(key, "“%s”有固定含义，不能作岗位名", "%q has a fixed meaning and cannot name a role", key.text)
	}
	l.cat.Roles[key.text] = r
	l.cat.RoleOrder = append(l.cat.RoleOrder, key.text)
}

// list decodes one list of choices.
func (l *loader) list(key, val *node) {
	if !l.declare("list", "清单", key) {
		return
	}
	list := &List{Key: key.text}
	if val.kind == mappingNode && val.get("items") != nil {
		m := l.mapping(val, "zh", "en", "items")
		list.Label = m.label(key, true)
		list.Items = l.choices(m.get("items"))
	} else {
		list.Label = Label{Zh: key.text}
		list.Items = l.choices(val)
	}
	l.cat.Lists[key.text] = list
	l.cat.ListOrder = append(l.cat.ListOrder, key.text)
}

var choiceKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// choices reads "{a: 甲, b: {zh, en}}" or "[a, b]".
func (l *loader) choices(n *node) []Choice {
	if n == nil {
		return nil
	}
	var out []Choice
	add := func(key *node, c Choice) {
		l.booleanTrap(key)
		if !choiceKey.MatchString(key.text) {
			l.fault(key, "选项键 %q 只能用英文字母、数字、下划线和连字符", "the choice %q must be letters, digits, low lines and hyphens", key.text)
			return
		}
		if slices.ContainsFunc(out, func(o Choice) bool { return o.Key == c.Key }) {
			l.fault(key, "选项“%s”重复", "the choice %q stands twice", key.text)
			return
		}
		out = append(out, c)
	}
	switch n.kind {
	case mappingNode:
		for _, p := range n.pairs {
			lb, m := l.labelled(p.key, p.val, true, "retired", "was", "aliases")
			add(p.key, Choice{Key: p.key.text, Label: lb, Retired: m.flag("retired"), Was: texts(m.list("was"))})
		}
	case sequence:
		for _, x := range l.scalars(n) {
			// A code such as A, B, C or a year speaks for itself; a word needs its Chinese name.
			if len(x.text) > 2 && !regexp.MustCompile(`^[0-9-]+$`).MatchString(x.text) {
				l.warning(x, "选项“%s”没有中文名称，写作 {%s: 名称}", "the choice %q has no label: write {%s: …}", x.text, x.text)
			}
			add(x, Choice{Key: x.text, Label: Label{Zh: x.text, En: x.text}})
		}
	default:
		l.wrongKind(n, "选项的映射或列表", "a mapping or a list of choices")
	}
	if len(out) == 0 {
		l.fault(n, "没有一个选项", "there is no choice")
	}
	return out
}

// rule decodes one dated time limit.
func (l *loader) rule(key, val *node) {
	if !l.declare("rule", "时限规则", key) {
		return
	}
	lb, m := l.labelled(key, val, false, "rows")
	r := &Rule{Key: key.text, Label: lb}
	for _, row := range m.items("rows") {
		rm := l.mapping(row, "from", "to", "limit", "source")
		if rm.n == nil {
			continue
		}
		rr := RuleRow{From: l.day(rm.scalar("from")), To: l.day(rm.scalar("to")), Limit: l.limit(rm.scalar("limit")), Source: rm.text("source")}
		if rr.Limit == "" && !rm.has("limit") {
			l.fault(row, "时限行缺 limit", "a row of a rule needs its limit")
		}
		if rr.Source == "" {
			l.fault(row, "时限行缺来源 source；未核实的写“可编辑默认值 editable default”", "a row of a rule needs its source; an unverified one says \"editable default\"")
		}
		if rr.From == town.NoDay {
			rr.From = town.DayOf(2000, 1, 1)
		}
		if n := len(r.Rows); n > 0 && (r.Rows[n-1].To == town.NoDay || r.Rows[n-1].To >= rr.From) {
			l.fault(row, "时限行须按日期先后，互不重叠", "rows of a rule must follow each other without overlap")
		}
		r.Rows = append(r.Rows, rr)
	}
	if len(r.Rows) == 0 {
		l.fault(key, "时限规则“%s”没有一行", "rule %q has no rows", key.text)
	}
	l.cat.Rules[key.text] = r
	l.cat.RuleOrder = append(l.cat.RuleOrder, key.text)
}

func (l *loader) day(n *node) town.Day {
	if n == nil {
		return town.NoDay
	}
	d, err := town.ParseDay(n.text)
	if err != nil {
		l.fault(n, "日期应写作 2023-01-31", "a date is written 2023-01-31")
	}
	return d
}

// limit reads and checks a limit.
func (l *loader) limit(n *node) string {
	if n == nil {
		return ""
	}
	if _, err := workday.ParseLimit(n.text); err != nil {
		l.fault(n, "时限应写作 5 workdays、15 days、24 hours、30 minutes 或 1 month", "a limit is written 5 workdays, 15 days, 24 hours, 30 minutes or 1 month")
		return ""
	}
	return strings.TrimSpace(n.text)
}

// settleTown checks what the town as a whole must have.
func (l *loader) settleTown() {
	c := l.cat
	if c.Zone == nil {
		c.Zone = time.FixedZone("Asia/Shanghai", 8*3600)
	}
	if len(c.Hours) == 0 {
		c.Hours = []Hours{{8*60 + 30, 12 * 60}, {13*60 + 30, 17*60 + 30}}
	}
	for i := 1; i < len(c.Hours); i++ {
		if c.Hours[i].From < c.Hours[i-1].Until {
			l.faults = append(l.faults, Fault{File: "town.yaml", Zh: "工作时间重叠或未按先后", En: "the working hours overlap or are out of order"})
			break
		}
	}
}
