package web

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
	"zhenwu/internal/hall"
	"zhenwu/internal/sheet"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// registersView lists the types of record by system.
type registersView struct {
	Page
	Query   string
	Systems []systemRow
	Total   string
}

type systemRow struct {
	Number, Name string
	Types        []typeRow
}

type typeRow struct {
	Href, Name, Note string
	N, Open          string
	New              bool
}

func (v *visit) registers() error {
	d := registersView{Page: v.page(v.t("nav.registers"), "registers"), Query: strings.TrimSpace(v.req.FormValue("q"))}
	err := v.read(func() error {
		counts, err := v.r.Q().TypeCounts(v.ctx, v.r.Town())
		if err != nil {
			return err
		}
		all, open := map[int64]int64{}, map[int64]int64{}
		var total int64
		for _, c := range counts {
			if c.Stage == store.VoidStage {
				continue
			}
			total += c.N
			all[c.Type] += c.N
			if t := v.view.Cat.Types[v.view.TypeOf(c.Type)]; t != nil {
				if s := t.Stage(c.Stage); s != nil && !s.Done && !s.Void && len(t.Moves) > 0 {
					open[c.Type] += c.N
				}
			}
		}
		d.Total = group(total)
		listed := map[string]bool{}
		add := func(number, name string, keys []string) {
			row := systemRow{Number: number, Name: name}
			for _, key := range keys {
				t := v.view.Cat.Types[key]
				if t == nil || listed[key] || !v.seesType(t) && !v.mayOpen(t) {
					continue
				}
				if d.Query != "" && !strings.Contains(strings.ToLower(t.Label.Zh+t.Label.En+name+number), strings.ToLower(d.Query)) {
					continue
				}
				listed[key] = true
				id := v.view.TypeID(key)
				tr := typeRow{Href: "/t/" + key, Name: v.in(t.Label), N: group(all[id]), New: v.mayOpen(t)}
				if !v.seesAll(t) { // how many there are in all may say too much
					tr.N = ""
				} else if open[id] > 0 {
					tr.Open = group(open[id])
				}
				row.Types = append(row.Types, tr)
			}
			if len(row.Types) > 0 {
				d.Systems = append(d.Systems, row)
			}
		}
		for _, s := range v.view.Cat.Systems {
			add(s.Number, v.in(s.Label), s.Types)
		}
		var rest []string
		for _, key := range v.view.Cat.TypeOrder {
			if !listed[key] && v.view.Cat.Types[key].System == "" {
				rest = append(rest, key)
			}
		}
		add("", v.t("registers.shared"), rest)
		return nil
	})
	if err != nil {
		return err
	}
	return v.render("registers", &d)
}

// control is one filter of a register.
type control struct {
	Name, Label, Kind string // select date text
	Value             string
	Options           []option
}

// column is a column of a register.
type column struct {
	Key, Label string
	Num        bool
	Hide       string // narrow-hide or phone-hide
	SortHref   string
	Sorted     string // ascending, descending or ""
	field      *catalog.Field
}

type registerRow struct {
	Href, Number, Title string
	Cells               []cell
	Stage               string
	StageClass          string
	Class, Chip         string
	Void                bool
	Opened              string
}

// registerView is a register of one type.
type registerView struct {
	Page
	Pick      []option // the columns there are
	Picked    bool     // they were chosen
	Usual     string   // the address with the usual columns
	Keep      []option // the parameters that choosing columns keeps
	Cols      []string // the chosen ones, for the filters to keep
	Type      string
	Name      string
	System    string
	Sentence  string
	Controls  []control
	Q, Where  string
	Wrong     string
	WrongAt   string   // the filter at fault
	Names     []string // what the expert filter may read
	Void      bool
	Late      string
	Columns   []column
	Rows      []registerRow
	Count     string
	CountHref string // where the count is given that this page does not wait for, "" = it stands
	N         int
	First     bool
	Next      string
	Filtered  bool
	MayNew    bool
	MayImport bool
	CSV, XLSX string
	Clear     string
	Start     string // the first page of the same filters
	Views     []savedView
	Query     string // what saving a view keeps
	Sort, Way string
	Tabs      []tab

	bad *town.Error // the first filter that says nothing
}

// wrong keeps the first filter that cannot be followed: a register never shows
// more than was asked for.
func (d *registerView) wrong(field, zh, en string, args ...any) {
	if d.bad == nil {
		d.bad = town.Refuse(town.Invalid, field, zh, en, args...)
	}
}

type tab struct {
	Href, Text, Count string
	Here              bool
}

// typeOf reads the type of the path.
func (v *visit) typeOf() (*catalog.Type, error) {
	t := v.view.Cat.Types[v.req.PathValue("type")]
	if t == nil || !v.seesType(t) && !v.mayOpen(t) {
		return nil, town.Refuse(town.Missing, "type", "没有这类台账，或您无权查看。", "there is no such register, or you may not see it.")
	}
	return t, nil
}

// filterFields are the declared fields that get a control of their own.
func filterFields(t *catalog.Type) (choices []*catalog.Field, dates []*catalog.Field) {
	for _, f := range t.Fields {
		if hall.SealedField(f) || f.Retired {
			continue
		}
		switch f.Type {
		case catalog.ChoiceType:
			if f.List != nil && len(choices) < 3 {
				choices = append(choices, f)
			}
		case catalog.Date:
			if len(dates) < 1 {
				dates = append(dates, f)
			}
		}
	}
	return choices, dates
}

// columnsOf gives the columns of a register: the chosen fields in the type's order, else the usual ones.
func (v *visit) columnsOf(t *catalog.Type, chosen []string) []column {
	var out []column
	for _, f := range sheet.Shown(t) {
		if len(chosen) > 0 && !slices.Contains(chosen, f.Key) || len(chosen) == 0 && !usual(t, f, len(out)) {
			continue
		}
		c := column{Key: f.Key, Label: v.in(f.Label), field: f}
		switch f.Type {
		case catalog.Money, catalog.Integer, catalog.Decimal, catalog.Percent, catalog.Points, catalog.Date, catalog.PeriodType:
			c.Num = true
		}
		switch n := len(out); {
		case len(chosen) > 0:
		case n >= 3:
			c.Hide = "narrow-hide"
		case n >= 2:
			c.Hide = "phone-hide"
		}
		out = append(out, c)
	}
	return out
}

// usual tells whether a field is a column when nobody chose any, after n others.
func usual(t *catalog.Type, f *catalog.Field, n int) bool {
	if n >= 5 || f.Key == t.Title {
		return false
	}
	switch f.Type {
	case catalog.Place, catalog.ChoiceType, catalog.OfficeType, catalog.Ref, catalog.Money, catalog.Integer, catalog.Decimal, catalog.Percent, catalog.Points, catalog.Date, catalog.PeriodType:
		return true
	case catalog.Text:
		return n < 3
	}
	return false
}

// picker offers the columns of a register.
func (v *visit) picker(t *catalog.Type, d *registerView) {
	q := v.req.URL.Query()
	d.Cols, d.Picked = q["col"], len(q["col"]) > 0
	d.Usual = with(v.req.URL, "col", "", "after", "")
	shown := v.columnsOf(t, d.Cols)
	for _, f := range sheet.Shown(t) {
		if f.Key == t.Title {
			continue // always there
		}
		on := slices.ContainsFunc(shown, func(c column) bool { return c.Key == f.Key })
		d.Pick = append(d.Pick, option{Value: f.Key, Text: v.in(f.Label), On: on})
	}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if name != "col" && name != "after" && name != "lang" && q.Get(name) != "" {
			d.Keep = append(d.Keep, option{Value: name, Text: q.Get(name)})
		}
	}
}

// listOf reads the filters of a register from the address; d.bad tells of the first
// that cannot be followed.
func (v *visit) listOf(t *catalog.Type, d *registerView) *store.List {
	q := v.req.URL.Query()
	l := &store.List{Type: t, TypeID: v.view.TypeID(t.Key), From: town.NoDay, Until: town.NoDay, Sort: q.Get("sort"), Desc: q.Get("way") != "up", N: 50}
	if l.Sort == "" {
		l.Sort = "id"
	}
	if l.TypeID == 0 {
		l.TypeID = -1 // no record of it was ever made
	}
	v.narrow(l)
	for _, key := range q["col"] {
		if !slices.ContainsFunc(sheet.Shown(t), func(f *catalog.Field) bool { return f.Key == key }) {
			d.wrong("col", "没有这一列：%s", "there is no such column: %s", key)
		}
	}
	if d.Late = q.Get("late"); d.Late == "1" {
		l.DueBy = v.now
	} else if d.Late != "" {
		d.wrong("late", "late 只能是 1", "late can only be 1")
	}
	d.Void = q.Get("void") != ""
	l.Void = d.Void
	stage := q.Get("stage")
	ctl := control{Name: "stage", Label: v.t("register.stage"), Kind: "select", Value: stage}
	for _, s := range t.Stages {
		ctl.Options = append(ctl.Options, option{Value: s.Key, Text: v.in(s.Label), On: s.Key == stage})
	}
	if len(t.Stages) > 1 {
		d.Controls = append(d.Controls, ctl)
	}
	if t.Stage(stage) != nil {
		l.Stages = []string{stage}
	} else if stage != "" {
		d.wrong("stage", "没有这个阶段：%s", "there is no such stage: %s", stage)
	}
	if t.Office != "" {
		office := q.Get("office")
		ctl := control{Name: "office", Label: v.t("register.office"), Kind: "select", Value: office}
		for _, key := range v.view.Cat.OfficeOrder {
			ctl.Options = append(ctl.Options, option{Value: key, Text: v.officeName(key), On: key == office})
		}
		d.Controls = append(d.Controls, ctl)
		if v.view.Cat.Offices[office] != nil {
			l.Offices = []string{office}
		} else if office != "" {
			d.wrong("office", "没有这个科室：%s", "there is no such office: %s", office)
		}
	}
	place := v.place()
	if s := q.Get("place"); s != "" {
		place = town.Code(s)
	}
	if t.Place != "" {
		d.Controls = append(d.Controls, control{Name: "place", Label: v.t("register.place"), Kind: "select", Value: q.Get("place"), Options: v.placeOptions(q.Get("place"))})
	}
	if p := v.view.Place(place); p == nil {
		d.wrong("place", "没有这个地点：%s", "there is no such place: %s", place)
	} else if p.ID != 0 {
		l.Places = p.Down
	}
	choices, dates := filterFields(t)
	for _, f := range choices {
		x := q.Get("f." + f.Key)
		ctl := control{Name: "f." + f.Key, Label: v.in(f.Label), Kind: "select", Value: x}
		for _, it := range f.List.Items {
			ctl.Options = append(ctl.Options, option{Value: it.Key, Text: v.in(it.Label), On: it.Key == x})
		}
		d.Controls = append(d.Controls, ctl)
		if f.List.Item(x) == nil {
			if x != "" {
				d.wrong("f."+f.Key, "“%[1]s”没有这一项：%[3]s", "“%[2]s” has no such item: %[3]s", f.Label.Zh, f.Label.In("en"), x)
			}
			continue
		}
		if id := v.view.FieldID(t.Key, f.Key); f.Index && id != 0 {
			l.Equal = append(l.Equal, store.Equal{Field: id, Key: f.Key, Value: x})
		} else if p, fault := t.Env.Compile(f.Key+" == '"+x+"'", formula.Bool); fault == nil {
			l.Where = append(l.Where, p)
		}
	}
	for _, f := range dates {
		from, until := q.Get("from."+f.Key), q.Get("until."+f.Key)
		d.Controls = append(d.Controls, control{Name: "from." + f.Key, Label: v.in(f.Label) + " " + v.t("register.from"), Kind: "date", Value: from},
			control{Name: "until." + f.Key, Label: v.in(f.Label) + " " + v.t("register.until"), Kind: "date", Value: until})
		for _, side := range [...][2]string{{">=", from}, {"<=", until}} {
			if side[1] == "" {
				continue
			}
			if _, err := town.ParseDay(side[1]); err != nil {
				d.wrong(f.Key, "“%[1]s”不是日期：%[3]s", "“%[2]s” is no date: %[3]s", f.Label.Zh, f.Label.In("en"), side[1])
			} else if p, fault := t.Env.Compile(f.Key+" "+side[0]+" '"+side[1]+"'", formula.Bool); fault == nil {
				l.Where = append(l.Where, p)
			}
		}
	}
	d.Q = strings.TrimSpace(q.Get("q"))
	l.Words = d.Q
	d.Where = strings.TrimSpace(q.Get("where"))
	if d.Where != "" {
		p, fault := t.Env.Compile(d.Where, formula.Bool)
		if fault != nil {
			zh := fault.Zh
			if zh == "" {
				zh = fault.Msg
			}
			d.wrong("where", "条件式第 %[1]d 个字处：%[2]s", "condition, at character %[1]d: %[3]s", fault.Offset+1, zh, fault.Msg)
		} else {
			l.Where = append(l.Where, p)
		}
	}
	d.Filtered = stage != "" || d.Late != "" || q.Get("place") != "" || len(q["col"]) > 0 || l.Offices != nil || len(l.Equal) > 0 || len(l.Where) > 0 || d.Q != ""
	if s := q.Get("sort"); s != "" {
		if _, _, ok := store.Columns(t, formula.SQLite)(s); !ok && !slices.Contains([]string{"id", "number", "title", "changed", "due", "opened"}, s) {
			d.wrong("sort", "不能按 %s 排序", "cannot sort by %s", s)
		}
	}
	if s := q.Get("after"); s != "" {
		if l.Last = parseCursor(s); l.Last == nil {
			d.wrong("after", "翻页位置不对，请从第一页看起。", "the place in the list is wrong; start from its first page.")
		}
	}
	return l
}

func formatCursor(c store.Cursor) string {
	if c.Num {
		return fmt.Sprintf("n:%d:%d", c.Int, c.ID)
	}
	return fmt.Sprintf("t:%s:%d", base64.RawURLEncoding.EncodeToString([]byte(c.Text)), c.ID)
}

func parseCursor(s string) *store.Cursor {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return nil
	}
	id, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return nil
	}
	c := &store.Cursor{ID: town.ID(id)}
	switch parts[0] {
	case "n":
		c.Num = true
		if c.Int, err = strconv.ParseInt(parts[1], 10, 64); err != nil {
			return nil
		}
	case "t":
		b, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			return nil
		}
		c.Text = string(b)
	default:
		return nil
	}
	return c
}

func (v *visit) register() error {
	t, err := v.typeOf()
	if err != nil {
		return err
	}
	status := http.StatusOK
	d := registerView{Type: t.Key, Name: v.in(t.Label)}
	d.Page = v.page(d.Name, "registers")
	for _, s := range v.view.Cat.Systems {
		if s.Number == t.System {
			d.System = s.Number + " " + v.in(s.Label)
		}
	}
	err = v.read(func() error {
		l := v.listOf(t, &d)
		if d.bad == nil || d.bad.Field != "col" {
			v.picker(t, &d)
		}
		if err := v.tabs(t, &d); err != nil {
			return err
		}
		var err error
		if d.Views, err = v.views(t); err != nil {
			return err
		}
		if d.bad != nil {
			d.Wrong, status = v.sentence(d.bad)
			d.WrongAt, d.Count, d.Filtered = d.bad.Field, "—", true
			return nil
		}
		if err := v.count(l, &d); err != nil {
			return err
		}
		d.Columns = v.columnsOf(t, d.Cols)
		for i := range d.Columns {
			c := &d.Columns[i]
			if _, kind, ok := store.Columns(t, formula.SQLite)(c.Key); !ok || kind == formula.Texts || kind == formula.Sealed || kind == formula.Bool {
				continue
			}
			way := "up"
			if l.Sort == c.Key {
				c.Sorted = "descending"
				if !l.Desc {
					way, c.Sorted = "down", "ascending"
				}
			}
			c.SortHref = with(v.req.URL, "sort", c.Key, "way", way, "after", "")
		}
		l.N++
		rows, err := v.r.Q().Records(v.ctx, v.r.Town(), l)
		if err != nil {
			return err
		}
		if len(rows) == l.N {
			rows = rows[:l.N-1]
			d.Next = with(v.req.URL, "after", formatCursor(rows[len(rows)-1].At))
		}
		d.First = l.Last == nil
		d.N = len(rows)
		if d.First && d.Next == "" { // the page holds them all
			d.Count, d.CountHref = group(int64(d.N)), ""
		}
		for _, r := range rows {
			v.r.Name(r.RecordRow)
			d.Rows = append(d.Rows, v.registerRow(t, r.RecordRow, d.Columns))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range t.Fields {
		if f.Type != catalog.LinesType && !hall.SealedField(f) {
			d.Names = append(d.Names, f.Key)
		}
	}
	d.MayNew = v.mayOpen(t)
	d.MayImport = d.MayNew
	d.CSV = "/t/" + t.Key + "/export.csv" + strings.TrimPrefix(with(v.req.URL, "after", ""), v.req.URL.Path)
	d.XLSX = strings.Replace(d.CSV, "export.csv", "export.xlsx", 1)
	d.Clear = with(&url.URL{Path: "/t/" + t.Key, RawQuery: url.Values{"col": d.Cols}.Encode()})
	_, d.Query, _ = strings.Cut(with(v.req.URL, "after", "", "lang", "", "counted", ""), "?")
	d.Start = with(v.req.URL, "after", "")
	d.Sort, d.Way = v.req.URL.Query().Get("sort"), v.req.URL.Query().Get("way")
	return v.renderStatus("register", &d, status)
}

// count counts a list, or says where it is counted: the rows are shown at once, and the count follows.
func (v *visit) count(l *store.List, d *registerView) error {
	n, ok, err := v.r.Q().CountSoon(v.ctx, v.r.Town(), l, v.cfg.CountFirst)
	if err == nil && !ok {
		if v.req.URL.Query().Get("counted") == "" {
			d.CountHref = with(v.req.URL, "counted", "1")
			return nil
		}
		n, err = v.r.Q().CountRecords(v.ctx, v.r.Town(), l)
	}
	d.Count = group(n)
	return err
}

// savedView is a choice of filters that a person keeps under a name.
type savedView struct {
	Href, Name string
	Here       bool
}

// views lists the visitor's saved views of a type.
func (v *visit) views(t *catalog.Type) ([]savedView, error) {
	rows, err := v.r.Q().Data(v.ctx, v.r.Town(), "view")
	if err != nil {
		return nil, err
	}
	var out []savedView
	mine := strconv.FormatInt(v.member.ID, 10) + "/" + t.Key + "/"
	for _, row := range rows {
		name, ok := strings.CutPrefix(row.Key, mine)
		if !ok {
			continue
		}
		doc, err := town.ParseObject([]byte(row.Doc))
		if err != nil {
			return nil, fmt.Errorf("saved view %s: %w", row.Key, err)
		}
		text, _ := doc["query"].(string)
		q, err := url.ParseQuery(text)
		if closed, _ := doc["closed"].(bool); closed || err != nil {
			continue
		}
		out = append(out, savedView{Href: "/t/" + t.Key + "?" + q.Encode(), Name: name, Here: with(v.req.URL, "after", "", "lang", "") == "/t/"+t.Key+"?"+q.Encode()})
	}
	return out, nil
}

// saveView keeps the filters of a register under a name, or drops the name.
func (v *visit) saveView() error {
	t, err := v.typeOf()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	q, err := url.ParseQuery(v.text("query"))
	if err != nil {
		return town.Refuse(town.Invalid, "query", "筛选条件读不了。", "the filters cannot be read.")
	}
	q.Del("after")
	row := town.Values{"person": v.member.ID, "type": t.Key, "name": v.text("name"), "query": q.Encode()}
	to := "/t/" + t.Key + "?" + q.Encode()
	if v.text("drop") != "" {
		row["query"], row["closed"], to = "-", true, "/t/"+t.Key
	}
	if err := v.putRow("view", row); err != nil {
		return err
	}
	v.redirect(to)
	return nil
}

// tabs counts a register by stage, as far as the visitor sees it, and what of it ran out.
func (v *visit) tabs(t *catalog.Type, d *registerView) error {
	if len(t.Stages) < 2 && len(t.Clocks) == 0 {
		return nil
	}
	l := &store.List{Type: t, TypeID: v.view.TypeID(t.Key), From: town.NoDay, Until: town.NoDay}
	if p := v.view.Place(v.place()); p != nil && p.ID != 0 {
		l.Places = p.Down
	}
	v.narrow(l)
	by, err := v.stageCounts(t, l)
	if err != nil {
		return err
	}
	total := int64(0)
	for stage, n := range by {
		if stage != store.VoidStage {
			total += n
		}
	}
	q := v.req.URL.Query()
	to := func(pairs ...string) string {
		u := url.URL{Path: "/t/" + t.Key, RawQuery: url.Values{"col": q["col"]}.Encode()}
		return with(&u, pairs...)
	}
	now := q.Get("stage")
	d.Tabs = append(d.Tabs, tab{Href: to(), Text: v.t("all"), Count: group(total), Here: now == "" && !d.Void && d.Late == ""})
	if len(t.Stages) > 1 {
		for _, s := range t.Stages {
			d.Tabs = append(d.Tabs, tab{Href: to("stage", s.Key), Text: v.in(s.Label), Count: group(by[s.Key]), Here: now == s.Key && !d.Void && d.Late == ""})
		}
	}
	if len(t.Clocks) > 0 {
		l.DueBy = v.now
		n, err := v.r.Q().CountRecords(v.ctx, v.r.Town(), l)
		if err != nil {
			return err
		}
		d.Tabs = append(d.Tabs, tab{Href: to("late", "1"), Text: v.t("register.late"), Count: group(n), Here: d.Late != ""})
	}
	if n := by[store.VoidStage]; n > 0 {
		d.Tabs = append(d.Tabs, tab{Href: to("void", "1"), Text: v.t("register.void"), Count: group(n), Here: d.Void})
	}
	return nil
}

// stageCounts counts what the visitor sees of a type by stage: from the census where that is everything.
func (v *visit) stageCounts(t *catalog.Type, l *store.List) (map[string]int64, error) {
	if l.TypeID == 0 {
		return nil, nil // no record of it was ever made
	}
	if !v.seesAll(t) {
		return v.r.Q().CountStages(v.ctx, v.r.Town(), l)
	}
	cells, err := v.r.Q().Census(v.ctx, v.r.Town(), l.TypeID)
	by := map[string]int64{}
	for _, c := range cells {
		if l.Places == nil || slices.Contains(l.Places, c.Place) {
			by[c.Stage] += c.N
		}
	}
	return by, err
}

// placeOptions lists the places that something can be narrowed to, each below its own.
func (v *visit) placeOptions(now string) []option {
	var out []option
	for _, p := range v.view.Places() {
		if p.ID != 0 {
			out = append(out, option{Value: string(p.Code), Text: v.placePath(p.Code), On: string(p.Code) == now, Depth: len(p.Path)})
		}
	}
	return out
}

func (v *visit) registerRow(t *catalog.Type, row *store.RecordRow, cols []column) registerRow {
	v.of = row.ID
	r := registerRow{Href: "/r/" + strconv.FormatInt(int64(row.ID), 10), Number: row.Number, Title: v.titleOf(t, row), Void: row.Voided, Opened: v.dayWords(row.Opened())}
	if r.Number == "" {
		r.Number = "#" + strconv.FormatInt(int64(row.ID), 10)
	}
	for _, c := range cols {
		r.Cells = append(r.Cells, v.cell(c.field, answer(t, row, c.field)))
	}
	if s := t.Stage(row.Stage); s != nil {
		r.Stage = v.in(s.Label)
		if !s.Done {
			r.StageClass = "line"
		}
	}
	if row.Voided {
		r.Stage, r.StageClass = v.t("register.voided"), "line dash"
	}
	r.Class, r.Chip = v.chipOfRow(row)
	return r
}

// pick answers what a ref field may name: the newest records that fit what was typed.
func (v *visit) pick() error {
	t, err := v.typeOf()
	if err != nil {
		return err
	}
	words := strings.TrimSpace(v.req.FormValue("q"))
	if words == "" { // the name of the field that asks
		for k, x := range v.req.URL.Query() {
			if strings.HasPrefix(k, "f.") && len(x) > 0 {
				words = strings.TrimSpace(x[0])
			}
		}
	}
	if i := strings.IndexByte(words, ' '); i > 0 {
		words = words[:i]
	}
	var out []option
	err = v.read(func() error {
		l := &store.List{Type: t, TypeID: v.view.TypeID(t.Key), From: town.NoDay, Until: town.NoDay, Words: words, Sort: "id", Desc: true, N: 20}
		v.narrow(l)
		rows, err := v.r.Q().Records(v.ctx, v.r.Town(), l)
		for _, r := range rows {
			v.r.Name(r.RecordRow)
			out = append(out, option{Value: refKey(r.RecordRow), Text: v.titleOf(t, r.RecordRow)})
		}
		return err
	})
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return v.pages["error"].ExecuteTemplate(v.w, "options", out)
}

// refKey is how a record is written into the control of a ref field.
func refKey(row *store.RecordRow) string {
	if row.Number != "" {
		return row.Number
	}
	return "#" + strconv.FormatInt(int64(row.ID), 10)
}

// byNumber goes to the record with a number.
func (v *visit) byNumber() error {
	var id town.ID
	err := v.read(func() error {
		row, err := v.r.Q().RecordByNumber(v.ctx, v.r.Town(), v.req.PathValue("number"))
		if err != nil || row == nil {
			return err
		}
		v.r.Name(row)
		if t := v.view.Cat.Types[row.Type]; t != nil && v.maySee(t, row) {
			id = row.ID
		}
		return nil
	})
	if err != nil {
		return err
	}
	if id == 0 {
		return town.Refuse(town.Missing, "number", "没有这个编号的记录，或您无权查看。", "there is no record with this number, or you may not see it.")
	}
	v.redirect("/r/" + strconv.FormatInt(int64(id), 10))
	return nil
}
