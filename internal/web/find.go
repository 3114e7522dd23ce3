package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/commitment"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// found is one answer of the command field.
type found struct {
	Href, Text, Note string
	Class, Chip      string
	Place            string // set: pressing it moves the place looked at
	Phone            string // set: pressing it looks for this number in the register of Href
}

type foundGroup struct {
	Name string
	Rows []found
}

// findView is the page of a search; its inner part is also the palette.
type findView struct {
	Page
	Query  string
	Phone  string // looked for, masked: then Query is the name of the register
	Groups []foundGroup
	N      int
}

func (v *visit) find() error {
	q := strings.TrimSpace(v.req.FormValue("q"))
	d := findView{Query: q}
	d.Page = v.page(v.t("find.title"), "")
	if q != "" {
		if err := v.read(func() error { return v.look4(q, &d) }); err != nil {
			return err
		}
	}
	for _, g := range d.Groups {
		d.N += len(g.Rows)
	}
	return v.render("find", &d)
}

// look4 looks for a number, words in records, figures, places, registers and what can be opened.
func (v *visit) look4(q string, d *findView) error {
	add := func(name string, rows []found) {
		if len(rows) > 0 {
			d.Groups = append(d.Groups, foundGroup{name, rows})
		}
	}
	var records, moves []found
	var ids []town.ID
	if row, err := v.r.Q().RecordByNumber(v.ctx, v.r.Town(), q); err != nil {
		return err
	} else if row != nil {
		ids = append(ids, row.ID)
	}
	if n, err := strconv.ParseInt(strings.TrimPrefix(q, "#"), 10, 64); err == nil && n > 0 && n < 1<<40 {
		ids = append(ids, town.ID(n))
	}
	more, err := v.r.Q().Search(v.ctx, v.r.Town(), q, 40)
	if err != nil {
		return err
	}
	for _, id := range append(ids, more...) {
		if len(records) >= 10 {
			break
		}
		t, row, err := v.seen(id)
		if town.KindOf(err) == town.Missing {
			continue
		}
		if err != nil {
			return err
		}
		f := found{Href: "/r/" + strconv.FormatInt(int64(id), 10), Text: v.titleOf(t, row), Note: refKey(row) + " · " + v.in(t.Label)}
		f.Class, f.Chip = v.chipOfRow(row)
		if slices.ContainsFunc(records, func(o found) bool { return o.Href == f.Href }) {
			continue
		}
		records = append(records, f)
		if len(records) > 1 || row.Voided || refKey(row) != q && "#"+strconv.FormatInt(int64(id), 10) != q {
			continue
		}
		for _, m := range t.Moves { // the number was typed: what can be done with it
			if slices.Contains(m.From, row.Stage) && len(m.By) > 0 && v.barred(t, row, m) == nil {
				moves = append(moves, found{Href: f.Href + "?move=" + m.Key + "#moves", Text: v.in(m.Label), Note: refKey(row)})
			}
		}
	}
	add(v.t("find.records"), records)
	add(v.t("record.moves"), moves)
	low := strings.ToLower(q)
	has := func(texts ...string) bool {
		for _, t := range texts {
			if strings.Contains(strings.ToLower(t), low) {
				return true
			}
		}
		return false
	}
	add(v.t("find.phone"), v.phoneBooks(q))
	var figures []found
	for _, key := range v.view.Cat.FigureOrder {
		f := v.view.Cat.Figures[key]
		if len(figures) < 6 && has(append(f.Aliases, f.Label.Zh, f.Label.En)...) && v.seesFigure(f) {
			x, err := v.figureAt(f, "", v.place(), v.period())
			if err != nil {
				return err
			}
			s := v.shown(x)
			figures = append(figures, found{Href: "/figures/" + key, Text: v.in(f.Label), Note: strings.TrimSpace(s.Text + " " + s.Unit)})
		}
	}
	add(v.t("nav.figures"), figures)
	var places []found
	for _, p := range v.view.Places() {
		if len(places) < 5 && p.ID != 0 && has(p.Zh, p.En, p.Aliases) {
			places = append(places, found{Place: string(p.Code), Text: v.placePath(p.Code), Note: v.kindName(p.Kind)})
		}
	}
	add(v.t("switch.place"), places)
	var registers, opens []found
	for _, key := range v.view.Cat.TypeOrder {
		t := v.view.Cat.Types[key]
		if !has(t.Label.Zh, t.Label.En, t.System) {
			continue
		}
		if len(registers) < 6 && v.seesType(t) {
			registers = append(registers, found{Href: "/t/" + key, Text: v.in(t.Label), Note: t.System})
		}
		if len(opens) < 4 && v.mayOpen(t) {
			opens = append(opens, found{Href: "/t/" + key + "/new", Text: v.t("new.title", v.in(t.Label))})
		}
	}
	add(v.t("nav.registers"), registers)
	add(v.t("find.moves"), v.movesNamed(has))
	add(v.t("find.do"), opens)
	return nil
}

// movesNamed finds moves of the visitor's by their name; each leads to the records from which it can be made.
func (v *visit) movesNamed(has func(...string) bool) []found {
	var out []found
	for _, key := range v.view.Cat.TypeOrder {
		t := v.view.Cat.Types[key]
		if !v.seesType(t) {
			continue
		}
		for _, m := range t.Moves {
			if len(m.From) == 0 || !has(m.Label.Zh, m.Label.En) || !v.holdsAny(m.By) {
				continue
			}
			s := t.Stage(m.From[0])
			if s == nil {
				continue
			}
			out = append(out, found{Href: "/t/" + key + "?stage=" + s.Key, Text: v.in(m.Label) + " · " + v.in(t.Label), Note: v.in(s.Label)})
			if len(out) == 8 {
				return out
			}
		}
	}
	return out
}

var phoneTyped = regexp.MustCompile(`^\+?[0-9][0-9 -]{6,19}$`)

// phoneField is the field of a type that holds a telephone number, nil when there is none or the visitor may not look at it.
func (v *visit) phoneField(t *catalog.Type) *catalog.Field {
	for _, f := range t.Fields {
		if f.Type == catalog.Phone && !f.Retired && v.mayReveal(t) {
			return f
		}
	}
	return nil
}

// mayReveal tells whether a post of the visitor's handles records of a type.
func (v *visit) mayReveal(t *catalog.Type) bool {
	if !v.seesType(t) {
		return false
	}
	for _, m := range t.Moves {
		if v.holdsAny(m.By) {
			return true
		}
	}
	return v.holdsAny(t.OpensBy) || v.holdsAny(t.CorrectsBy)
}

// phoneBooks offers to look for a telephone number, in one register at a time: nothing gathers a person across them.
func (v *visit) phoneBooks(q string) []found {
	if !phoneTyped.MatchString(q) {
		return nil
	}
	var out []found
	for _, key := range v.view.Cat.TypeOrder {
		if t := v.view.Cat.Types[key]; v.phoneField(t) != nil && v.view.TypeID(key) != 0 {
			out = append(out, found{Href: "/t/" + key + "/phone", Phone: q, Text: v.in(t.Label), Note: t.System})
		}
	}
	return out
}

// byPhone lists the records of one type that hold a telephone number, masked, for who handles such records.
func (v *visit) byPhone() error {
	t, err := v.typeOf()
	if err != nil {
		return err
	}
	f := v.phoneField(t)
	if f == nil {
		return town.Refuse(town.Denied, "phone", "您不办理这类记录，不能按电话查。", "you do not handle these records and may not look by phone.")
	}
	phone := v.text("phone")
	if !phoneTyped.MatchString(phone) {
		return town.Refuse(town.Invalid, "phone", "请输入完整的电话号码。", "give the whole telephone number.")
	}
	d := findView{Phone: seal.MaskPhone(phone), Query: v.in(t.Label)}
	d.Page = v.page(v.t("find.title"), "registers")
	g := foundGroup{Name: v.in(t.Label)}
	err = v.read(func() error {
		l := &store.List{Type: t, TypeID: v.view.TypeID(t.Key), From: town.NoDay, Until: town.NoDay, Sort: "id", Desc: true, N: 50,
			Blind: &store.Blind{Field: v.view.FieldID(t.Key, f.Key), Token: v.hall.Blind(t.Key, f.Key, phone)}}
		v.narrow(l)
		rows, err := v.r.Q().Records(v.ctx, v.r.Town(), l)
		for _, r := range rows {
			v.r.Name(r.RecordRow)
			if _, err := access.MayReveal(v.view.Cat, t, v.actor(), access.Of(&r.Record), v.view.Within); err != nil {
				continue
			}
			x := found{Href: "/r/" + strconv.FormatInt(int64(r.ID), 10), Text: v.titleOf(t, r.RecordRow), Note: refKey(r.RecordRow)}
			x.Class, x.Chip = v.chipOfRow(r.RecordRow)
			g.Rows = append(g.Rows, x)
		}
		return err
	})
	if err != nil {
		return err
	}
	if d.N = len(g.Rows); d.N > 0 {
		d.Groups = append(d.Groups, g)
	}
	return v.render("find", &d)
}

func (v *visit) kindName(kind string) string {
	if k := v.view.Cat.Kinds[kind]; k != nil {
		return v.in(k.Label)
	}
	return kind
}

// commitmentRow is one promise.
type commitmentRow struct {
	Href, Text, Section, Office, Due string
	Stage                            string
	Light, LightName                 string
	Progress                         *targetBar
	Share                            string
	Measure, MeasureHref             string
	Class, Chip                      string
	Assumed                          bool
	Number                           string
	Why                              string // the light has its colour
	Proof                            string // where the evidence is
	Sheets                           int64  // supervision sheets that are open
}

type commitmentGroup struct {
	Name string
	Rows []commitmentRow
}

// commitmentsView lists who owes what by when.
type commitmentsView struct {
	Page
	There    bool // the catalog has commitments
	MayRead  bool // may turn a report into them
	N        int
	Sentence string
	By       []option
	Controls []control
	Groups   []commitmentGroup
	Lights   []tab
}

func (v *visit) commitments() error {
	d := commitmentsView{}
	d.Page = v.page(v.t("nav.commitments"), "commitments")
	t := v.view.Cat.Types[commitment.Type]
	if t == nil || !v.seesType(t) {
		return v.render("commitments", &d)
	}
	d.There = true
	d.MayRead = v.mayOpen(t)
	q := v.req.URL.Query()
	by := q.Get("by")
	if by == "" {
		by = "section"
	}
	if !slices.Contains([]string{"section", "office", "stage", "light"}, by) {
		return town.Refuse(town.Invalid, "by", "不能按 %s 分组。", "cannot group by %s.", by)
	}
	if s := q.Get("office"); s != "" && v.view.Cat.Offices[s] == nil {
		return town.Refuse(town.Invalid, "office", "没有这个科室：%s", "there is no such office: %s", s)
	}
	if s := q.Get("stage"); s != "" && t.Stage(s) == nil {
		return town.Refuse(town.Invalid, "stage", "没有这个阶段：%s", "there is no such stage: %s", s)
	}
	for _, b := range []string{"section", "office", "stage", "light"} {
		d.By = append(d.By, option{Value: b, Text: v.t("commitments.by." + b), On: b == by})
	}
	err := v.read(func() error {
		l := &store.List{Type: t, TypeID: v.view.TypeID(t.Key), From: town.NoDay, Until: town.NoDay, Sort: "id", N: 1000}
		if l.TypeID == 0 {
			return nil
		}
		v.narrow(l)
		rows, err := v.r.Q().Records(v.ctx, v.r.Town(), l)
		if err != nil {
			return err
		}
		groups := map[string]*commitmentGroup{}
		var order []string
		lights, done, late := map[string]int{}, 0, 0
		for _, r := range rows {
			v.r.Name(r.RecordRow)
			c, group := v.commitmentRow(t, r.RecordRow, by)
			lights[c.Light]++
			if s := t.Stage(r.Stage); s != nil && s.Done {
				done++
			}
			if c.Class == "late" {
				late++
			}
			if o := q.Get("office"); o != "" && r.Office != o && r.Text("leader") != o || q.Get("stage") != "" && r.Stage != q.Get("stage") || q.Get("light") != "" && c.Light != q.Get("light") {
				continue
			}
			if groups[group] == nil {
				groups[group] = &commitmentGroup{Name: group}
				order = append(order, group)
			}
			groups[group].Rows = append(groups[group].Rows, c)
			d.N++
		}
		for _, g := range order {
			d.Groups = append(d.Groups, *groups[g])
		}
		d.Sentence = v.t("commitments.sentence", len(rows), done, late)
		d.Lights = append(d.Lights, tab{Href: with(v.req.URL, "light", ""), Text: v.t("all"), Count: strconv.Itoa(len(rows)), Here: q.Get("light") == ""})
		if f := t.Field("light"); f != nil && f.List != nil {
			for _, it := range f.List.Items {
				if lights[it.Key] > 0 {
					d.Lights = append(d.Lights, tab{Href: with(v.req.URL, "light", it.Key), Text: v.in(it.Label), Count: strconv.Itoa(lights[it.Key]), Here: q.Get("light") == it.Key})
				}
			}
		}
		offices := control{Name: "office", Label: v.t("register.office")}
		for _, key := range v.view.Cat.OfficeOrder {
			offices.Options = append(offices.Options, option{Value: key, Text: v.officeName(key), On: key == q.Get("office")})
		}
		stages := control{Name: "stage", Label: v.t("register.stage")}
		for _, s := range t.Stages {
			stages.Options = append(stages.Options, option{Value: s.Key, Text: v.in(s.Label), On: s.Key == q.Get("stage")})
		}
		d.Controls = []control{offices, stages}
		return nil
	})
	if err != nil {
		return err
	}
	return v.render("commitments", &d)
}

func (v *visit) commitmentRow(t *catalog.Type, row *store.RecordRow, by string) (c commitmentRow, group string) {
	c = commitmentRow{Href: "/r/" + strconv.FormatInt(int64(row.ID), 10), Text: v.titleOf(t, row), Section: row.Text("section"), Due: row.Text("deadline"), Number: row.Text("number_told")}
	office := row.Text("leader")
	if office == "" {
		office = row.Office
	}
	c.Office = v.officeName(office)
	if s := t.Stage(row.Stage); s != nil {
		c.Stage = v.in(s.Label)
	}
	c.Light = row.Text("light")
	if f := t.Field("light"); f != nil && c.Light != "" {
		c.LightName = v.choiceName(f, c.Light)
	}
	if hash := row.Text("proof"); hash != "" {
		c.Proof = c.Href + "/files/" + hash
	}
	c.Why, c.Sheets = commitment.FactsOf(&row.Record, v.today_).Why(v.lang), row.Int("sheets_open")
	if x, ok := row.Value("progress"); ok {
		n, _ := x.(int64)
		c.Share = strconv.FormatInt(n, 10)
		c.Progress = newTargetBar(float64(n), v.t("figures.share", c.Share))
	}
	if key := row.Text("measure"); key != "" {
		c.Measure, c.MeasureHref = key, "/figures/"+key
		if f := v.view.Cat.Figures[key]; f != nil {
			c.Measure = v.in(f.Label)
		}
	}
	x, _ := row.Value("assumed")
	c.Assumed, _ = x.(bool)
	c.Class, c.Chip = v.chipOfRow(row)
	switch by {
	case "office":
		group = c.Office
	case "stage":
		group = c.Stage
	case "light":
		if group = c.LightName; group == "" {
			group = v.t("commitments.nolight")
		}
	default:
		group = c.Section
	}
	return c, group
}
