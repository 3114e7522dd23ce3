package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// chooser invents the values of one command.
type chooser struct {
	p      *player
	pl     *play
	rng    *rand.Rand
	day    town.Day
	values town.Values
	place  town.Code
	line   town.Values // the line being made
	specs  map[string]any
}

// choosePlace draws where a record counts.
func (c *chooser) choosePlace(t *catalog.Type, spec any) town.Code {
	if code, ok := c.placeOf(spec); ok {
		return code
	}
	f := t.Field(t.Place)
	if f == nil || f.Origin != catalog.Typed {
		return ""
	}
	return c.anyPlace(f)
}

func (c *chooser) anyPlace(f *catalog.Field) town.Code {
	kinds := f.Kinds
	if len(kinds) == 0 {
		kinds = []string{"village", "estate"}
	}
	var all []town.Code
	for _, k := range kinds {
		all = append(all, c.p.places[k]...)
	}
	if len(all) == 0 {
		return c.p.cat.Code
	}
	// some places see more than others
	i := c.rng.IntN(len(all))
	if c.rng.IntN(2) == 0 {
		i = c.rng.IntN(i + 1)
	}
	return all[i]
}

// placeOf reads a place spec: a kind, a name, a code, or a list of them.
func (c *chooser) placeOf(spec any) (town.Code, bool) {
	switch x := spec.(type) {
	case string:
		if list := c.p.places[x]; len(list) > 0 {
			return list[c.rng.IntN(len(list))], true
		}
		if code, ok := c.p.placeOf[x]; ok {
			return code, true
		}
		if c.p.names[town.Code(x)] != "" {
			return town.Code(x), true
		}
	case []any:
		if len(x) > 0 {
			return c.placeOf(x[c.rng.IntN(len(x))])
		}
	case map[string]any: // {each: kind or list}: in turn
		list, _ := x["each"].([]any)
		if kind, ok := x["each"].(string); ok {
			for _, code := range c.p.places[kind] {
				list = append(list, string(code))
			}
		}
		if len(list) > 0 {
			return c.placeOf(list[c.pl.index%len(list)])
		}
	}
	return "", false
}

// create invents the fields of a new record: what the plan says, what is
// required, and some of the rest.
func (c *chooser) create(t *catalog.Type, specs map[string]any, sums map[string]int64) (town.Values, map[string]string) {
	sealed := map[string]string{}
	c.specs = specs
	for _, f := range t.Fields {
		if f.Origin != catalog.Typed {
			continue
		}
		if _, early := c.values[f.Key]; early { // another field rests on it
			continue
		}
		if n, ok := sums[f.Key]; ok {
			c.values[f.Key] = n
			continue
		}
		spec, said := specs[f.Key]
		if said && spec == nil {
			continue // left empty on purpose
		}
		if f.Key == t.Place && !said && c.place != "" {
			c.values[f.Key] = string(c.place)
			continue
		}
		if !said && !f.Required && f.Default != nil {
			continue
		}
		if !said && !f.Required && !c.volunteer(t, f) {
			continue
		}
		c.set(t, f, spec, said, sealed)
	}
	for _, f := range t.Fields {
		if v, ok := c.values[f.Key]; ok {
			c.values[f.Key] = c.sense(t, f, f.Key, specs[f.Key], v)
		}
	}
	return c.values, sealed
}

// sense is what a field is by the words of the record's own text, where the plan knows; a value that was written out stands.
func (c *chooser) sense(t *catalog.Type, f *catalog.Field, name string, spec, v any) any {
	rule := c.p.plan.Senses[t.Key][name]
	if rule == nil {
		return v
	}
	switch x := spec.(type) {
	case string:
		if !strings.HasPrefix(x, "@") && !strings.Contains(x, "{") {
			return v
		}
	case bool, int, int64, uint64:
		return v
	}
	if w := c.specified(t, f, rule); w != nil {
		return w
	}
	return v
}

// volunteer says whether an optional field is filled at opening: not what a move asks for later.
func (c *chooser) volunteer(t *catalog.Type, f *catalog.Field) bool {
	for _, m := range t.Moves {
		for _, n := range m.Needs {
			if n == f.Key {
				return false
			}
		}
		if m.Day == f.Key {
			return false
		}
	}
	for _, s := range c.pl.walk { // a later step brings it
		if _, ok := s.fields[f.Key]; ok {
			return false
		}
	}
	switch f.Type {
	case catalog.Text, catalog.LongText: // the plan says texts, or nobody does
		return coded(f) && c.rng.IntN(5) < 3
	case catalog.Photo, catalog.File, catalog.Ref, catalog.LinesType, catalog.FigureType, catalog.Bool, catalog.Time, catalog.PeriodType, catalog.Date, catalog.Flags, catalog.Offices, catalog.Place:
		return false
	}
	return c.rng.IntN(5) < 3
}

// fill invents what a move asks for.
func (c *chooser) fill(m *catalog.Move, specs map[string]any) (town.Values, map[string]string) {
	fields, sealed := town.Values{}, map[string]string{}
	want := append([]string{}, m.Needs...)
	if m.Day != "" {
		want = append(want, m.Day)
	}
	for f := range specs {
		want = append(want, f)
	}
	for f := range c.pl.fields {
		want = append(want, f)
	}
	// in the order of the type: what is said may rest on what stands before it
	place := map[string]int{}
	for i, f := range c.pl.typ.Fields {
		place[f.Key] = i
	}
	sort.Slice(want, func(i, j int) bool {
		return place[want[i]] < place[want[j]] || place[want[i]] == place[want[j]] && want[i] < want[j]
	})
	done := map[string]bool{}
	for _, name := range want {
		f := c.pl.typ.Field(name)
		if f == nil || done[name] || f.Origin != catalog.Typed {
			continue
		}
		done[name] = true
		spec, said := specs[name]
		if !said {
			spec, said = c.pl.fields[name]
			if said && !contains(m.Needs, name) && m.Day != name {
				continue // a follower's field belongs to the move that asks for it
			}
		}
		if !said && c.pl.group != nil {
			if n, ok := c.pl.sums[name]; ok {
				c.values[name], fields[name] = n, n
				continue
			}
			if s, ok := c.pl.group.Fields[name]; ok && s != nil && name != m.Day { // null only means: not at the opening
				spec, said = s, true
			}
		}
		if !said {
			if _, filled := c.values[name]; filled && name != m.Day {
				continue
			}
		}
		before, had := c.values[name]
		c.set(c.pl.typ, f, spec, said, sealed)
		if v, ok := c.values[name]; ok {
			c.values[name] = c.sense(c.pl.typ, f, name, spec, v)
		}
		_, told := specs[name] // what the step says is given even where it seems to stand already: an effect may have changed it
		if v, ok := c.values[name]; ok && (!had || told || !same(v, before)) {
			fields[name] = v
		}
	}
	return fields, sealed
}

func same(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// set invents one field into c.values, or into sealed.
func (c *chooser) set(t *catalog.Type, f *catalog.Field, spec any, said bool, sealed map[string]string) {
	if f.Sealed || f.Type == catalog.Person || f.Type == catalog.Phone || f.Type == catalog.IDNumber {
		if s, ok := spec.(string); ok && said {
			sealed[f.Key] = c.text(s)
			return
		}
		sealed[f.Key] = c.personal(f)
		return
	}
	v := c.value(t, f, spec, said)
	if v == nil {
		return
	}
	c.values[f.Key] = v
}

func (c *chooser) personal(f *catalog.Field) string {
	n := c.pl.id*3 + c.rng.IntN(3)
	switch f.Type {
	case catalog.Phone:
		return phone(n)
	case catalog.IDNumber:
		return idNumber(n)
	case catalog.Person:
		return invented(n)
	}
	return c.text("{place}{n}号楼{n}门")
}

// value invents a value for f after spec.
func (c *chooser) value(t *catalog.Type, f *catalog.Field, spec any, said bool) any {
	if said {
		return c.specified(t, f, spec)
	}
	switch f.Type {
	case catalog.Text:
		if coded(f) { // no two alike
			return fmt.Sprintf("%d-%s%05d", c.day.Year(), strings.ToUpper(t.Key[:1]+f.Key[:1]), c.pl.id%100_000)
		}
		return c.fresh(f, func() string { return c.text("{place}" + f.Label.Zh + "{n}") })
	case catalog.LongText:
		return phrase(c.rng, notes) + "。"
	case catalog.Integer, catalog.Points:
		lo, hi := int64(1), int64(40)
		if f.Min != nil {
			lo = max(lo, *f.Min)
		}
		if f.Max != nil {
			hi = min(hi, *f.Max)
		}
		return lo + c.rng.Int64N(max(hi-lo, 0)+1)
	case catalog.Percent:
		return 60 + c.rng.Int64N(41)
	case catalog.Decimal:
		n := int64(1)
		for range f.Scale {
			n *= 10
		}
		return n + c.rng.Int64N(n*60)
	case catalog.Money:
		return (5 + c.rng.Int64N(200)) * 10_000
	case catalog.Bool:
		return c.rng.IntN(3) == 0
	case catalog.Date:
		return c.day.String()
	case catalog.Time:
		return c.day.String() + fmt.Sprintf(" %02d:%02d", 9+c.rng.IntN(8), c.rng.IntN(60))
	case catalog.PeriodType:
		return c.period(f)
	case catalog.ChoiceType:
		if f.List != nil && len(f.List.Items) > 0 {
			n := len(f.List.Items)
			i := c.rng.IntN(n)
			if c.rng.IntN(2) == 0 {
				i = c.rng.IntN(i + 1)
			}
			return f.List.Items[i].Key
		}
	case catalog.Flags:
		if f.List != nil && len(f.List.Items) > 0 {
			return []string{f.List.Items[c.rng.IntN(len(f.List.Items))].Key}
		}
	case catalog.Place:
		if len(f.Kinds) == 0 && c.place != "" {
			return string(c.place)
		}
		return string(c.anyPlace(f))
	case catalog.Point:
		return fmt.Sprintf("%d,%d", 1170800000+c.rng.Int64N(1200000), 390200000+c.rng.Int64N(900000))
	case catalog.OfficeType:
		return c.p.offices[c.rng.IntN(len(c.p.offices))]
	case catalog.Offices:
		return []string{c.p.offices[c.rng.IntN(len(c.p.offices))]}
	case catalog.Ref:
		if id := c.pick(f.RefType); id != 0 {
			return int64(id)
		}
	case catalog.CreditCode:
		return creditCode(c.pl.id)
	case catalog.Photo, catalog.File:
		return blobOf(t.Key + f.Key + strconv.Itoa(c.rng.IntN(12)))
	case catalog.LinesType:
		return c.lines(t, f, nil, 1+c.rng.IntN(2))
	case catalog.FigureType:
		return nil
	}
	return nil
}

// coded tells whether a text is a code or a number of papers.
func coded(f *catalog.Field) bool {
	zh := f.Label.Zh
	return f.Type == catalog.Text && (strings.HasSuffix(zh, "号") || strings.HasSuffix(zh, "编码") || strings.HasSuffix(zh, "标识码"))
}

func (c *chooser) period(f *catalog.Field) string {
	y, m, _ := c.day.Date()
	unit := "month"
	if len(f.Units) > 0 {
		unit = f.Units[0]
	}
	switch unit {
	case "year":
		return strconv.Itoa(y)
	case "quarter":
		return fmt.Sprintf("%d-Q%d", y, (int(m)+2)/3)
	}
	return fmt.Sprintf("%d-%02d", y, int(m))
}

// pick draws a record of a type or pool.
func (c *chooser) pick(pool string) town.ID {
	ids := c.p.pools[pool]
	if len(ids) == 0 {
		return 0
	}
	return ids[c.rng.IntN(len(ids))]
}

// specified reads a spec of the plan.
func (c *chooser) specified(t *catalog.Type, f *catalog.Field, spec any) any {
	switch x := spec.(type) {
	case nil:
		return nil
	case bool:
		return x
	case int, int64, uint64:
		return whole(x)
	case string:
		return c.word(t, f, x)
	case []any:
		if f.Type == catalog.LinesType && len(x) > 0 {
			if _, ok := x[0].(map[string]any); ok {
				return c.lines(t, f, x, len(x))
			}
		}
		if f.Type == catalog.Flags || f.Type == catalog.Offices {
			out := make([]string, len(x))
			for i := range x {
				out[i] = fmt.Sprint(x[i])
			}
			return out
		}
		if len(x) == 0 {
			return nil
		}
		return c.specified(t, f, x[c.rng.IntN(len(x))])
	case map[string]any:
		switch {
		case x["each"] != nil: // one after the other
			list, _ := x["each"].([]any)
			if len(list) == 0 {
				return nil
			}
			return c.specified(t, f, list[c.pl.index%len(list)])
		case x["some"] != nil: // lines drawn from a table: {some: [least, most], of: TABLE}
			n := pair(x["some"], [2]int{1, 1})
			rows := c.p.plan.Tables[fmt.Sprint(x["of"])]
			if k := n[0] + c.rng.IntN(max(n[1]-n[0], 0)+1); k > 0 && len(rows) > 0 && f.Type == catalog.LinesType {
				list := make([]any, k)
				for i := range list {
					list[i] = rows[c.rng.IntN(len(rows))]
				}
				return c.lines(t, f, list, k)
			}
			return nil
		case x["by"] != nil: // by the value of another field: {by: FIELD, of: {VALUE: spec}}
			of, _ := x["of"].(map[string]any)
			return c.specified(t, f, of[fmt.Sprint(c.values[fmt.Sprint(x["by"])])])
		case x["about"] != nil: // by the words of a text: {about: FIELD, of: {WORD: spec}}; the longest word it holds counts, "" else
			of, _ := x["of"].(map[string]any)
			return c.specified(t, f, of[c.about(fmt.Sprint(x["about"]), of)])
		case x["again"] != nil: // the lines as they stand, with these columns anew
			anew, _ := x["again"].(map[string]any)
			return c.again(t, f, anew)
		case x["month"] != nil: // by the month of the day: twelve specs
			if list, _ := x["month"].([]any); len(list) == 12 {
				_, m, _ := c.day.Date()
				return c.specified(t, f, list[int(m)-1])
			}
			return nil
		case x["season"] != nil: // a number of the day, high in summer: [mean, swing]; its mean over the played year is exact
			list, _ := x["season"].([]any)
			if len(list) != 2 {
				return nil
			}
			return season(c.day, whole(list[0]), whole(list[1]))
		case x["part"] != nil: // the i-th of n exact parts of a field: [i, n, FIELD]
			list, _ := x["part"].([]any)
			if len(list) != 3 {
				return nil
			}
			i, n, all := whole(list[0]), max(whole(list[1]), 1), whole(c.values[fmt.Sprint(list[2])])
			return all*i/n - all*(i-1)/n
		case x["range"] != nil:
			list, _ := x["range"].([]any)
			if len(list) < 2 {
				return nil
			}
			lo, hi := whole(list[0]), whole(list[1])
			n := lo + c.rng.Int64N(max(hi-lo, 0)+1)
			if len(list) > 2 { // in round steps
				n -= (n - lo) % max(whole(list[2]), 1)
			}
			return n
		case x["weights"] != nil:
			m, _ := x["weights"].(map[string]any)
			keys := make([]string, 0, len(m))
			all := int64(0)
			for k, w := range m {
				keys = append(keys, k)
				all += whole(w)
			}
			sort.Strings(keys)
			n := c.rng.Int64N(max(all, 1))
			for _, k := range keys {
				if n -= whole(m[k]); n < 0 {
					return c.word(t, f, k)
				}
			}
		case x["days"] != nil: // days from the day of the command
			list, _ := x["days"].([]any)
			if len(list) == 2 {
				lo, hi := whole(list[0]), whole(list[1])
				return (c.day + town.Day(lo+c.rng.Int64N(max(hi-lo, 0)+1))).String()
			}
		}
	}
	return nil
}

// about is the word of the table that the text of a field (or of the line's column) holds: the longest, "" when it holds none.
func (c *chooser) about(field string, of map[string]any) string {
	text, _ := c.values[field].(string)
	if ref, of, far := strings.Cut(field, "."); far { // of the record that a field points to
		if id, ok := c.values[ref].(int64); ok && c.p.known[town.ID(id)] != nil {
			text, _ = c.p.known[town.ID(id)].fields[of].(string)
		}
	}
	if c.line != nil {
		if s, ok := c.line[field].(string); ok {
			text = s
		}
	}
	best := ""
	for w := range of {
		if strings.Contains(text, w) && (len(w) > len(best) || len(w) == len(best) && w < best) {
			best = w
		}
	}
	return best
}

// again gives the lines of a table as they stand, with some columns chosen anew.
func (c *chooser) again(t *catalog.Type, f *catalog.Field, anew map[string]any) any {
	rows, _ := c.values[f.Key].([]map[string]any)
	out := make([]map[string]any, 0, len(rows))
	outer := c.line
	for _, row := range rows {
		c.line = town.Values{}
		for _, col := range f.Columns {
			v, had := row[col.Key]
			if spec, said := anew[col.Key]; said {
				v = c.value(t, col, spec, true)
				had = v != nil
			}
			if had && col.Origin == catalog.Typed {
				c.line[col.Key] = v
			}
		}
		out = append(out, c.line)
	}
	c.line = outer
	return out
}

// word reads a text spec: "@day+7", "@FIELD", "@pool:NAME", "@each:NAME", "@place", or a text with {…}.
func (c *chooser) word(t *catalog.Type, f *catalog.Field, s string) any {
	if !strings.HasPrefix(s, "@") {
		switch f.Type {
		case catalog.Text, catalog.LongText:
			if strings.Contains(s, "{") {
				return c.fresh(f, func() string { return c.text(s) })
			}
			return s
		case catalog.Place:
			if code, ok := c.placeOf(s); ok {
				return string(code)
			}
			return s
		case catalog.Bool:
			return s == "true"
		case catalog.Flags, catalog.Offices:
			return []string{s}
		}
		return c.text(s)
	}
	name, arg, _ := strings.Cut(s[1:], ":")
	switch {
	case name == "pool":
		if id := c.pick(arg); id != 0 {
			return int64(id)
		}
		return nil
	case name == "alike":
		if c.pl.like != 0 {
			return int64(c.pl.like)
		}
		return nil
	case name == "each":
		if ids := c.p.pools[arg]; len(ids) > 0 {
			return int64(ids[c.pl.index%len(ids)])
		}
		return nil
	case name == "next": // one after the other, over all cases and lines
		if ids := c.p.pools[arg]; len(ids) > 0 {
			key := "next " + arg
			c.p.cycles[key]++
			return int64(ids[(c.p.cycles[key]-1)%len(ids)])
		}
		return nil
	case name == "place":
		return string(c.place)
	case name == "parent":
		return int64(c.pl.parent)
	case name == "auto":
		return c.value(t, f, nil, false)
	case strings.HasPrefix(name, "day"):
		n, err := strconv.Atoi(strings.TrimPrefix(name, "day"))
		if err != nil {
			n = 0
		}
		return (c.day + town.Day(n)).String()
	case name == "month":
		y, m, _ := c.day.Date()
		return fmt.Sprintf("%d-%02d", y, int(m))
	case name == "year":
		return strconv.Itoa(c.day.Year())
	case name == "index":
		return int64(c.pl.index + 1)
	case name == "firm":
		return firm(c.pl.id, c.trade(t, arg))
	case name == "text":
		return c.p.plan.Texts[arg]
	case name == "form":
		return formOf(arg)
	case name == "blob":
		return blobOf(t.Key + f.Key + arg)
	}
	if c.line != nil {
		if v, ok := c.line[name]; ok {
			return v
		}
	}
	return c.values[name]
}

// trade is what the firm deals in, by one of its fields, which is chosen first.
func (c *chooser) trade(t *catalog.Type, field string) string {
	f := t.Field(field)
	if f == nil {
		return ""
	}
	if c.values[field] == nil {
		spec, said := c.specs[field]
		if v := c.value(t, f, spec, said); v != nil {
			c.values[field] = v
		}
	}
	list := c.p.plan.Trades[fmt.Sprint(c.values[field])]
	if len(list) == 0 {
		return ""
	}
	return list[c.pl.id%len(list)]
}

// rewordings are how the second caller says what the first has said.
var rewordings = []string{"再次反映：%s", "%s，至今未解决", "又一户来电：%s", "%s（邻居同样反映）", "催办：%s", "还是%s"}

// recent is a record of a type that was opened in the last three weeks; nil when there is none.
func (p *player) recent(rng *rand.Rand, typ string, day town.Day) *known {
	ids := p.pools[typ]
	from := len(ids)
	for from > 0 && p.known[ids[from-1]].day >= day-21 {
		from--
	}
	for range 20 {
		if from == len(ids) {
			return nil
		}
		k := p.known[ids[from+rng.IntN(len(ids)-from)]]
		if !k.again { // a first word that has no echo yet
			return k
		}
	}
	return nil
}

// likeness is what a case says that speaks of what another record speaks of: the same choices, and its title in other words.
func (c *chooser) likeness(t *catalog.Type, specs map[string]any, like *known) map[string]any {
	out := make(map[string]any, len(specs))
	for f, s := range specs {
		out[f] = s
	}
	from := c.p.cat.Types[like.typ]
	for _, f := range t.Fields {
		v, ok := like.fields[f.Key].(string)
		if !ok || f.Origin != catalog.Typed || from.Field(f.Key) == nil {
			continue
		}
		if f.Key == t.Title {
			out[f.Key] = fmt.Sprintf(phrase(c.rng, rewordings), v)
		} else if f.Type == catalog.ChoiceType && f.Required && from.Field(f.Key).List == f.List {
			out[f.Key] = v
		}
	}
	return out
}

// lines invents the lines of a table.
func (c *chooser) lines(t *catalog.Type, f *catalog.Field, specs []any, n int) any {
	out := make([]map[string]any, 0, n)
	outer := c.line
	for i := range n {
		c.line = town.Values{}
		var spec map[string]any
		if i < len(specs) {
			spec, _ = specs[i].(map[string]any)
		}
		for _, col := range f.Columns {
			if col.Origin != catalog.Typed {
				continue
			}
			s, said := spec[col.Key]
			if said && s == nil {
				continue
			}
			if col.Sealed || col.Type == catalog.Person || col.Type == catalog.Phone || col.Type == catalog.IDNumber {
				continue // names do not stand in lines of the simulated town
			}
			if v := c.value(t, col, s, said); v != nil {
				c.line[col.Key] = c.sense(t, col, f.Key+"."+col.Key, s, v)
			}
		}
		out = append(out, c.line)
	}
	c.line = outer
	return out
}

// fresh draws a text until it is one that this type has not had in the month.
func (c *chooser) fresh(f *catalog.Field, draw func() string) string {
	y, m, _ := c.day.Date()
	for range 12 {
		s := draw()
		key := fmt.Sprintf("%s.%s.%d-%d.%s", c.pl.typ.Key, f.Key, y, m, s)
		if c.p.cycles[key] == 0 || !f.Search {
			c.p.cycles[key]++
			return limit(s, f)
		}
	}
	s := draw()
	c.p.cycles[c.pl.typ.Key+f.Key]++
	return limit(s, f) + fmt.Sprintf("（%d）", c.p.cycles[c.pl.typ.Key+f.Key])
}

func limit(s string, f *catalog.Field) string {
	if f.Max != nil {
		if r := []rune(s); int64(len(r)) > *f.Max-8 && *f.Max > 16 {
			return string(r[:*f.Max-8])
		}
	}
	return s
}

// text fills a template: {place} {n} {seq} {firm} {name} {day} {month} and {a|b|c}.
func (c *chooser) text(s string) string {
	for range 64 { // a template that never ends is cut off
		i := strings.LastIndexByte(s, '{')
		if i < 0 {
			return s
		}
		j := strings.IndexByte(s[i:], '}')
		if j < 0 {
			return s
		}
		s = s[:i] + c.slot(s[i+1:i+j]) + s[i+j+1:]
	}
	return s
}

func (c *chooser) slot(name string) string {
	if strings.Contains(name, "|") {
		return phrase(c.rng, strings.Split(name, "|"))
	}
	switch name {
	case "place":
		return c.here()
	case "n":
		return strconv.Itoa(1 + c.rng.IntN(28))
	case "index":
		return strconv.Itoa(c.pl.index + 1)
	case "seq": // the running number of the type's records
		key := "seq " + c.pl.typ.Key
		c.p.cycles[key]++
		return strconv.Itoa(c.p.cycles[key])
	case "firm":
		return firm(c.pl.id, "")
	case "name":
		return invented(c.pl.id)
	case "day":
		return c.day.String()
	case "month":
		_, m, _ := c.day.Date()
		return strconv.Itoa(int(m)) + "月"
	}
	if v, ok := c.values[name].(string); ok {
		return v
	}
	return name
}

// here names the place of the record, or of the record it belongs to.
func (c *chooser) here() string {
	place := c.place
	if place == "" {
		place = c.whose()
	}
	if name := c.p.names[place]; name != "" {
		return name
	}
	return c.p.cat.Name.Zh
}

// whose is the place of the record that this one belongs to.
func (c *chooser) whose() town.Code { return c.p.placeWithin(c.pl.typ, c.values) }

// blobOf names a simulated attachment by the hash of its text.
func blobOf(s string) string { return attachment(s) }

// season gives a day its number: low in winter, high in summer, uneven from day
// to day. Days half a played year apart balance each other, so that the mean
// over all days of the year is exact.
func season(day town.Day, mean, swing int64) int64 {
	n := int(yearEnd-yearStart) + 1
	k := int(day - yearStart)
	half := k % (n / 2)
	wave := -math.Cos(2 * math.Pi * float64(half) / float64(n))
	g := int64(float64(swing)*0.7*wave) + (int64(half*2654435761%1000)-500)*swing*3/5000
	if k%n >= n/2 {
		g = -g
	}
	return mean + g
}
