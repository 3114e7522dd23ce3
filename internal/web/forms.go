package web

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/edition"
	"zhenwu/internal/form"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// What of a sheet is shown at most; the rest is told.
const (
	shownRows = 200
	shownCols = 40
	listShown = 15 // rows of a list in a trial
)

// formRow is a form in the list.
type formRow struct {
	Href, Name, Number, Asker string
	Every, Stage              string
	Missing                   string // legal marks that are not there
	Asked, Sent               string
	Done                      bool
}

// filingRow is a form that was asked for, for one period and place.
type filingRow struct {
	Href, FillHref, Name, Number string
	Asker, Period, Place         string
	Stage, Due, Class, Chip      string
	Unlawful                     bool
}

// formsView is the list of forms, with what is asked for now.
type formsView struct {
	Page
	Sentence string
	There    bool // the visitor sees forms
	Filings  []filingRow
	Forms    []formRow
	MayOpen  bool
	Name     string
	Asker    string
	Wrong    string
	Open     bool
}

// sheetCell is a cell of a form as it is shown.
type sheetCell struct {
	Ref, Href string
	Text      string
	Chip      string // what is mapped here
	Class     string
	Rows      int
	Cols      int
	Title     string
	Here      bool // open in the panel
}

// sheetRow is a row of a form.
type sheetRow struct {
	N     int
	Cells []sheetCell
}

// sheetView is one sheet of a form.
type sheetView struct {
	Tabs    []tab
	Columns []string
	Rows    []sheetRow
	More    bool
}

// cellEdit is the panel in which a cell is mapped.
type cellEdit struct {
	Cell     string
	Words    string
	Entry    form.Entry
	Known    string // the figure's name
	Value    string // what it says now
	Unit     string
	Href     string // of the figure
	Say      []option
	Periods  []option
	Places   []option
	Rounds   []option
	Decimals string
	Near     []option
	Mapped   bool
	Said     string // in words
	Formula  bool
	List     *form.Rows
	Types    []option
	Columns  string
}

// oneFormView is the page of one form.
type oneFormView struct {
	Page
	ID, RecordHref   string
	Rev              int64
	Name, Number     string
	Asker, StageName string
	Stage            string
	Missing          string
	Expired          bool
	Notes            []string
	Sheet            sheetView
	SheetN           int
	Cell             *cellEdit
	Mapped, Open     int
	Offers           int // cells that are proposed and not mapped
	Lists            []string
	Source           string
	MayMap, MayFill  bool
	MaySettle        bool
	Why              string
	Wrong            string
	FillPeriod       string
	FillPlaces       []option
	Kinds            []option
	Filing           string
	BlankHref        string
	Asked            string
	Query            string
}

// told is a cell of a trial that somebody should look at.
type told struct {
	Cell, Name, Href string
	Now              string
	Before, To, When string
	Filing           string
	Differs          bool
	Edition          bool
}

// fillView is a form filled on trial.
type fillView struct {
	Page
	ID, Name, Asker string
	Period, Place   string
	PeriodValue     string
	PlaceValue      string
	Filing          string
	Sheet           sheetView
	SheetN          int
	Filled          int
	Blanks          []told
	Provisional     []told
	Clashes         []told
	Before          []told
	Lists           []string
	Missing         string
	MayFill         bool
	Sealed          bool // a list holds personal data
	Back            string
}

var errNoForms = town.Refuse(town.Missing, "type", "这里的目录没有“报表”，不能登记；可以用命令行 zhenwu form fill 填表。", "The catalog here has no forms; fill them with zhenwu form fill.")

// formType gives the type of forms.
func (v *visit) formType() (*catalog.Type, error) {
	t := v.view.Cat.Types[hall.FormType]
	if t == nil || !v.seesType(t) {
		return nil, errNoForms
	}
	return t, nil
}

func (v *visit) formsPage() error {
	return v.showForms(&formsView{Open: v.req.URL.Query().Get("new") != ""}, nil)
}

// showForms lists what is asked for and the forms there are.
func (v *visit) showForms(d *formsView, refused error) error {
	t, err := v.formType()
	if err != nil {
		if refused != nil {
			return err
		}
		d.Page, d.Sentence = v.page(v.t("nav.forms"), "forms"), v.t("forms.notyours")
		return v.render("forms", d)
	}
	d.There = true
	status := 200
	if err := v.read(func() error {
		d.MayOpen = v.mayOpen(t)
		rows, err := v.some(t, nil, "id", 100)
		if err != nil {
			return err
		}
		for _, r := range rows {
			row := formRow{Href: "/forms/" + refOf(r.ID), Name: r.Title, Number: r.Number, Asker: r.Text("asker"), Missing: v.missing(r), Asked: v.countOf(r, "asked"), Sent: v.countOf(r, "sent")}
			if f := t.Field("every"); f != nil && r.Text("every") != "" {
				row.Every = v.choiceName(f, r.Text("every"))
			}
			if s := t.Stage(r.Stage); s != nil {
				row.Stage, row.Done = v.in(s.Label), s.Done
			}
			d.Forms = append(d.Forms, row)
		}
		ft := v.view.Cat.Types[hall.FilingType]
		if ft == nil || !v.seesType(ft) {
			return nil
		}
		filings, err := v.some(ft, []string{"asked", "filled"}, "due", 60)
		if err != nil {
			return err
		}
		for _, r := range filings {
			d.Filings = append(d.Filings, v.filingRow(ft, r))
		}
		return nil
	}); err != nil {
		return err
	}
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
		d.Open = true
	}
	d.Page = v.page(v.t("nav.forms"), "forms")
	late, unlawful := 0, 0
	for _, f := range d.Filings {
		if f.Class == "late" {
			late++
		}
		if f.Unlawful {
			unlawful++
		}
	}
	switch {
	case len(d.Filings) == 0:
		d.Sentence = v.t("forms.nothing")
	case late > 0:
		d.Sentence = v.t("forms.late", len(d.Filings), late, unlawful)
	default:
		d.Sentence = v.t("forms.waiting", len(d.Filings), unlawful)
	}
	return v.renderStatus("forms", d, status)
}

// some lists up to n records of a type that the visitor sees.
func (v *visit) some(t *catalog.Type, stages []string, sort string, n int) ([]*store.RecordRow, error) {
	l := &store.List{Type: t, TypeID: v.view.TypeID(t.Key), From: town.NoDay, Until: town.NoDay, Sort: sort, Desc: sort == "id", N: n, Stages: stages}
	if l.TypeID == 0 {
		return nil, nil
	}
	v.narrow(l)
	rows, err := v.r.Q().Records(v.ctx, v.r.Town(), l)
	if err != nil {
		return nil, err
	}
	out := make([]*store.RecordRow, len(rows))
	for i, r := range rows {
		v.r.Name(r.RecordRow)
		out[i] = r.RecordRow
	}
	return out, nil
}

func refOf(id town.ID) string { return strconv.FormatInt(int64(id), 10) }

func (v *visit) countOf(r *store.RecordRow, field string) string {
	x, _ := r.Value(field)
	n, _ := x.(int64)
	return group(n)
}

// missing names the legal marks that a form does not bear.
func (v *visit) missing(r *store.RecordRow) string {
	m := form.Marks{Number: r.Text("form_no"), Maker: r.Text("maker"), Document: r.Text("approval"), Until: r.Text("valid_until")}
	zh, en := m.Missing()
	if v.lang == "en" {
		return strings.Join(en, ", ")
	}
	return strings.Join(zh, "、")
}

// elsewhere leads from a form to its sheet, and from a filing to being filled.
func (v *visit) elsewhere(t *catalog.Type, row *store.RecordRow) option {
	switch {
	case t.Key == hall.FormType:
		return option{Value: "/forms/" + refOf(row.ID), Text: v.t("forms.tosheet")}
	case t.Key == hall.FilingType && (row.Stage == "asked" || row.Stage == "filled") && !row.Voided && v.mayOpen(t):
		return option{Value: v.filingRow(t, row).FillHref, Text: v.t("forms.try")}
	}
	return option{}
}

func (v *visit) filingRow(t *catalog.Type, r *store.RecordRow) filingRow {
	x, _ := r.Value("form")
	n, _ := x.(int64)
	row := filingRow{Href: "/r/" + refOf(r.ID), Name: r.Title, Number: r.Number, Asker: r.Text("asker"), Period: r.Text("period"), Due: r.Text("due_on")}
	q := url.Values{"period": {r.Text("period")}, "filing": {refOf(r.ID)}}
	if p := r.Text("place"); p != "" {
		row.Place = v.placePath(town.Code(p))
		q.Set("place", p)
	}
	row.FillHref = "/forms/" + strconv.FormatInt(n, 10) + "/fill?" + q.Encode()
	if p, err := town.ParsePeriod(r.Text("period")); err == nil {
		row.Period = v.periodName(p)
	}
	if s := t.Stage(r.Stage); s != nil {
		row.Stage = v.in(s.Label)
	}
	lawful, known := r.Value("lawful")
	row.Unlawful = !known || lawful != true
	row.Class, row.Chip = v.chipOfRow(r)
	return row
}

// newForm takes a blank form in: it is read, its marks are noted, and a map is proposed.
func (v *visit) newForm() error {
	t, err := v.formType()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	d := &formsView{Name: v.text("name"), Asker: v.text("asker")}
	name, data, err := v.givenFile("file", form.MostBytes)
	if err != nil {
		return v.showForms(d, err)
	}
	if name == "" {
		return v.showForms(d, town.Refuse(town.Invalid, "file", "请选择一张空表（XLSX 或 DOCX）。", "Choose a blank form (XLSX or DOCX)."))
	}
	f, err := form.Read(data)
	if err != nil {
		return v.showForms(d, err)
	}
	if d.Name == "" {
		d.Name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	var proposed []byte
	if err := v.read(func() error {
		var err error
		proposed, err = v.proposed(f, d.Name)
		return err
	}); err != nil {
		return err
	}
	hash, err := v.upload("file")
	if err != nil {
		return v.showForms(d, err)
	}
	fields := town.Values{"name": d.Name, "asker": d.Asker, "blank": hash, "office": v.ownOffice()}
	short := func(s string, n int) string {
		if r := []rune(s); len(r) > n {
			return string(r[:n])
		}
		return s
	}
	for key, s := range map[string]string{"form_no": short(f.Marks.Number, 40), "maker": short(f.Marks.Maker, 60), "approver": short(f.Marks.Approver, 60), "approval": short(f.Marks.Document, 60), "map": string(proposed), "every": v.text("every")} {
		if s != "" {
			fields[key] = s
		}
	}
	if day, ok := form.Until(f.Marks.Until); ok {
		fields["valid_until"] = day.String()
	}
	ans, err := v.do(town.Command{Op: town.Create, Type: t.Key, Fields: fields})
	if err != nil {
		return v.showForms(d, err)
	}
	v.redirect("/forms/" + refOf(ans.Record))
	return nil
}

// proposed is the map that the heads of a form suggest, as far as the visitor may see; nil where they suggest nothing.
func (v *visit) proposed(f *form.File, name string) ([]byte, error) {
	m := form.Propose(v.view.Cat, f, v.r).Map(name)
	m.Cells = slices.DeleteFunc(m.Cells, func(e form.Entry) bool { return e.Figure != "" && !v.seesFigure(v.view.Cat.Figures[e.Figure]) })
	m.Rows = slices.DeleteFunc(m.Rows, func(r form.Rows) bool { return !v.seesType(v.view.Cat.Types[r.From]) })
	if len(m.Cells)+len(m.Rows) == 0 {
		return nil, nil
	}
	return m.Encode()
}

// ownOffice is the office that the visitor works for.
func (v *visit) ownOffice() string {
	for _, p := range v.member.Posts {
		if p.Office != "" {
			return p.Office
		}
		if r := v.view.Cat.Roles[p.Role]; r != nil && r.Office != "" {
			return r.Office
		}
	}
	return ""
}

// givenFile reads a file that came with the form; "" where none did.
func (v *visit) givenFile(name string, most int64) (string, []byte, error) {
	if v.req.MultipartForm == nil {
		return "", nil, nil
	}
	files := v.req.MultipartForm.File[name]
	if len(files) == 0 || files[0].Size == 0 {
		return "", nil, nil
	}
	f, err := files[0].Open()
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	return hall.FileName(files[0].Filename), data, err
}

// opened is a form with the file it is about.
type opened struct {
	t    *catalog.Type
	row  *store.RecordRow
	file *form.File
	m    *form.Map
	mErr error // the map does not read
}

// openForm reads the form of the path; inside read.
func (v *visit) openForm() (*opened, error) {
	id, err := v.recordID()
	if err != nil {
		return nil, err
	}
	t, row, err := v.seen(id)
	if err != nil {
		return nil, err
	}
	if t.Key != hall.FormType {
		return nil, town.Refuse(town.Missing, "record", "这条记录不是报表。", "this record is no form.")
	}
	o := &opened{t: t, row: row}
	if o.file, err = v.blankOf(row.Text("blank")); err != nil {
		return nil, err
	}
	if s := row.Text("map"); s == "" {
		o.m = &form.Map{Name: row.Title}
	} else if o.m, o.mErr = form.ReadMap([]byte(s)); o.mErr != nil {
		o.m = &form.Map{Name: row.Title}
	}
	return o, nil
}

// blankOf reads a stored form; what was read last is kept.
func (v *visit) blankOf(hash string) (*form.File, error) {
	v.mu.Lock()
	f := v.blanks[hash]
	v.mu.Unlock()
	if f != nil {
		return f, nil
	}
	file, err := v.cfg.Blobs.Open(hash)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, form.MostBytes+1))
	if err != nil {
		return nil, err
	}
	if f, err = form.Read(data); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.blanks) >= 8 {
		clear(v.blanks)
	}
	v.blanks[hash] = f
	return f, nil
}

func (v *visit) formPage() error { return v.showForm(nil) }

// showForm shows a form with the cells that are mapped, and one cell open for mapping.
func (v *visit) showForm(refused error) error {
	var d oneFormView
	status := 200
	if err := v.read(func() error {
		o, err := v.openForm()
		if err != nil {
			return err
		}
		row := o.row
		d.ID, d.RecordHref, d.Rev, d.Name, d.Number, d.Asker, d.Stage = refOf(row.ID), "/r/"+refOf(row.ID), row.Rev, row.Title, row.Number, row.Text("asker"), row.Stage
		if s := o.t.Stage(row.Stage); s != nil {
			d.StageName = v.in(s.Label)
		}
		d.Missing = v.missing(row)
		if day, err := town.ParseDay(row.Text("valid_until")); err == nil {
			d.Expired = day < v.today_
		}
		d.Asked = v.countOf(row, "asked")
		for _, n := range o.file.Notes {
			d.Notes = append(d.Notes, n.In(v.lang))
		}
		if m := o.t.Move("save"); m != nil {
			err := v.barred(o.t, row, m)
			if d.MayMap = err == nil; err != nil {
				d.Why, _ = v.sentence(err)
			}
		}
		if m := o.t.Move("settle"); m != nil && d.MayMap {
			d.MaySettle = v.barred(o.t, row, m) == nil && len(o.m.Cells)+len(o.m.Rows) > 0
		}
		if ft := v.view.Cat.Types[hall.FilingType]; ft != nil {
			d.MayFill = v.mayOpen(ft) && row.Stage != "ended" && !row.Voided && len(o.m.Cells)+len(o.m.Rows) > 0
		}
		d.Mapped, d.Source, d.BlankHref = len(o.m.Cells), row.Text("map"), "/r/"+refOf(row.ID)+"/files/"+row.Text("blank")
		if o.mErr != nil && refused == nil {
			refused = o.mErr
		}
		if _, err := form.Bind(v.view.Cat, o.file, o.m, v.r); err != nil && refused == nil {
			refused = err
		}
		proposals := form.Propose(v.view.Cat, o.file, v.r)
		d.SheetN = v.sheetOf(o.file)
		cells := v.mappedCells(o, d.SheetN, proposals)
		for i := range o.m.Rows {
			d.Lists = append(d.Lists, v.listWords(&o.m.Rows[i]))
		}
		if d.MayMap {
			for _, p := range proposals.Cells {
				if _, ok := cells[p.At.Ref]; ok || p.At.Sheet != d.SheetN || p.Figure != "" && !v.seesFigure(v.view.Cat.Figures[p.Figure]) {
					continue
				}
				cells[p.At.Ref] = sheetCell{Chip: v.chipFor(&p.Entry), Class: "offer", Title: v.t("forms.offer") + " · " + v.entryWords(&p.Entry)}
				d.Offers++
			}
		}
		for _, at := range proposals.Open {
			if _, ok := cells[at.Ref]; !ok && at.Sheet == d.SheetN {
				cells[at.Ref] = sheetCell{Class: "nofigure", Title: v.t("forms.open")}
				d.Open++
			}
		}
		base := "/forms/" + d.ID + "?sheet=" + strconv.Itoa(d.SheetN)
		d.Sheet = v.sheetShown(o.file, d.SheetN, cells, "/forms/"+d.ID, func(r form.Ref) string { return base + "&cell=" + r.String() + "#cell" })
		if s := v.req.URL.Query().Get("cell"); s != "" {
			if r, err := form.ParseRef(s); err == nil {
				if d.Cell, err = v.cellEdit(o, form.At{Sheet: d.SheetN, Ref: r}, proposals); err != nil {
					return err
				}
				for i := range d.Sheet.Rows {
					for k := range d.Sheet.Rows[i].Cells {
						if x := &d.Sheet.Rows[i].Cells[k]; x.Ref == r.String() {
							x.Here = true
						}
					}
				}
			}
		}
		d.FillPeriod = v.req.URL.Query().Get("period")
		if d.FillPeriod == "" {
			d.FillPeriod = v.usualPeriod(row.Text("every")).String()
		}
		d.FillPlaces = v.placeOptions("")
		d.Kinds = v.kindOptions()
		d.Filing = v.req.URL.Query().Get("filing")
		return nil
	}); err != nil {
		return err
	}
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
	}
	d.Page = v.page(d.Name, "forms")
	return v.renderStatus("oneform", &d, status)
}

// usualPeriod is the last whole period of a form that comes every month, quarter or year, else the one looked at.
func (v *visit) usualPeriod(every string) town.Period {
	y, m, _ := v.today_.Date()
	switch every {
	case "month":
		return town.MonthPeriod(y, m-1)
	case "quarter":
		q := (int(m)-1)/3*3 + 1
		return town.Period{From: town.DayOf(y, time.Month(q-3), 1), Until: town.DayOf(y, time.Month(q), 1)}
	}
	return v.period()
}

// kindOptions are the kinds of places that a form may be filled for at once.
func (v *visit) kindOptions() []option {
	var out []option
	n := map[string]int{}
	for _, p := range v.view.Places() {
		n[p.Kind]++
	}
	for key, k := range v.view.Cat.Kinds {
		if n[key] > 1 && n[key] <= 400 && key != "grid" {
			out = append(out, option{Value: key, Text: v.in(k.Label), Note: group(int64(n[key]))})
		}
	}
	slices.SortFunc(out, func(a, b option) int { return strings.Compare(a.Value, b.Value) })
	return out
}

// sheetOf is the sheet asked for, else the first that is not hidden.
func (v *visit) sheetOf(f *form.File) int {
	if n, err := strconv.Atoi(v.req.FormValue("sheet")); err == nil && n >= 0 && n < len(f.Sheets) {
		return n
	}
	return max(0, slices.IndexFunc(f.Sheets, func(s *form.Sheet) bool { return !s.Hidden }))
}

// mappedCells gives what is mapped on a sheet.
func (v *visit) mappedCells(o *opened, n int, proposals *form.Proposals) map[form.Ref]sheetCell {
	out := map[form.Ref]sheetCell{}
	unsure := map[form.Entry]bool{} // guesses that nobody has touched
	for _, p := range proposals.Cells {
		if !p.Sure && o.row.Stage == "mapping" {
			unsure[p.Entry] = true
		}
	}
	for i := range o.m.Cells {
		e := &o.m.Cells[i]
		at, err := o.file.ParseAt(e.Cell)
		if err != nil || at.Sheet != n {
			continue
		}
		c := sheetCell{Chip: v.chipFor(e), Class: "mapped", Title: e.Cell + " · " + v.entryWords(e)}
		as := *e
		as.Line = 0
		if unsure[as] {
			c.Class = "mapped guess"
			c.Title = v.t("forms.unsure") + " · " + c.Title
		}
		out[at.Ref] = c
	}
	for i := range o.m.Rows {
		r := &o.m.Rows[i]
		at, err := o.file.ParseAt(r.Cell)
		if err != nil || at.Sheet != n {
			continue
		}
		t := v.view.Cat.Types[r.From]
		s := o.file.Sheets[n]
		col := at.Col
		for _, c := range r.Columns {
			_, span := s.Home(form.Ref{Row: at.Row, Col: col})
			if !c.Skip {
				out[form.Ref{Row: at.Row, Col: col}] = sheetCell{Chip: v.columnName(t, c), Class: "mapped", Title: v.listWords(r)}
			}
			col = span.To.Col + 1
		}
	}
	return out
}

// chipFor is the short name of what a cell says.
func (v *visit) chipFor(e *form.Entry) string {
	if e.Text != "" {
		return e.Text
	}
	s := e.Figure
	if f := v.figureCalled(e.Figure); f != nil {
		s = v.in(f.Label)
	}
	if e.Slice != "" {
		dim, value, _ := strings.Cut(e.Slice, "=")
		if f := v.figureCalled(e.Figure); f != nil {
			value = v.sliceName(f, dim, value)
		}
		s += v.punct("（") + value + v.punct("）")
	}
	if e.Say != form.Level {
		s += " · " + v.t("forms.say."+string(e.Say))
	}
	return s
}

// entryWords says in full what a cell says.
func (v *visit) entryWords(e *form.Entry) string {
	s := v.chipFor(e)
	if e.Period != "" {
		s += " · " + v.periodWord(e.Period)
	}
	if e.Place != "" {
		s += " · " + v.placeName(town.Code(e.Place))
	}
	if e.Unit != "" {
		s += " · " + e.Unit
	}
	return s
}

func (v *visit) figureCalled(name string) *catalog.Figure {
	if f := v.view.Cat.Figures[name]; f != nil {
		return f
	}
	for _, f := range v.view.Cat.Figures {
		if f.Label.Zh == name || slices.Contains(f.Aliases, name) {
			return f
		}
	}
	return nil
}

// periodWord names a period of a map.
func (v *visit) periodWord(word string) string {
	switch {
	case word == "" || word == "to_date" || word == "previous" || word == "year":
		if word == "" {
			word = "this"
		}
		return v.t("forms.period." + word)
	case word[0] == 'm':
		return v.t("forms.period.m", word[1:])
	case word[0] == 'q':
		return v.t("forms.period.q", word[1:])
	}
	if p, err := town.ParsePeriod(word); err == nil {
		return v.periodName(p)
	}
	return word
}

func (v *visit) columnName(t *catalog.Type, c form.Column) string {
	switch {
	case c.Text != "":
		return c.Text
	case c.Field == "#":
		return "1, 2, 3"
	}
	if t != nil {
		if f := t.Field(c.Field); f != nil {
			return v.in(f.Label)
		}
	}
	return v.t("forms.column." + c.Field)
}

func (v *visit) listWords(r *form.Rows) string {
	name := r.From
	if t := v.view.Cat.Types[r.From]; t != nil {
		name = v.in(t.Label)
	}
	if r.Where != "" {
		name += v.punct("，") + r.Where
	}
	return v.t("forms.list", r.Cell, name)
}

// sheetShown lays a sheet out as a table.
func (v *visit) sheetShown(f *form.File, n int, put map[form.Ref]sheetCell, base string, href func(form.Ref) string) sheetView {
	s := f.Sheets[n]
	rows, cols := s.Rows, s.Cols
	for r := range put {
		rows, cols = max(rows, r.Row+1), max(cols, r.Col+1)
	}
	out := sheetView{More: rows > shownRows || cols > shownCols}
	rows, cols = min(rows, shownRows), min(cols, shownCols)
	if len(f.Sheets) > 1 {
		for i, x := range f.Sheets {
			if !x.Hidden {
				out.Tabs = append(out.Tabs, tab{Href: base + map[bool]string{true: "&", false: "?"}[strings.Contains(base, "?")] + "sheet=" + strconv.Itoa(i), Text: x.Name, Here: i == n})
			}
		}
	}
	for c := range cols {
		out.Columns = append(out.Columns, form.Letters(c))
	}
	for r := range rows {
		line := sheetRow{N: r + 1}
		for c := range cols {
			at := form.Ref{Row: r, Col: c}
			home, span := s.Home(at)
			if home != at {
				continue
			}
			cell := put[at]
			cell.Ref = at.String()
			cell.Rows, cell.Cols = min(span.To.Row, rows-1)-r+1, min(span.To.Col, cols-1)-c+1
			was := s.At(at)
			if cell.Text == "" && cell.Chip == "" {
				cell.Text = was.Text
			}
			if was.Formula != "" {
				cell.Class = strings.TrimSpace(cell.Class + " computes")
				if cell.Text == "" {
					cell.Text = was.Formula
				}
			}
			if href != nil && was.Formula == "" && (was.Text == "" || put[at].Class != "") {
				cell.Href = href(at)
			}
			line.Cells = append(line.Cells, cell)
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}

// cellEdit prepares the panel of a cell.
func (v *visit) cellEdit(o *opened, at form.At, proposals *form.Proposals) (*cellEdit, error) {
	s := o.file.Sheets[at.Sheet]
	at.Ref, _ = s.Home(at.Ref)
	c := &cellEdit{Cell: o.file.Name(at), Formula: s.At(at.Ref).Formula != ""}
	c.Entry = form.Entry{Cell: c.Cell, Decimals: -1}
	for _, p := range proposals.Cells {
		if p.At == at {
			c.Words = p.Words
			if p.Figure == "" || v.seesFigure(v.view.Cat.Figures[p.Figure]) {
				c.Entry = p.Entry
			}
		}
	}
	for i := range o.m.Cells {
		if x, err := o.file.ParseAt(o.m.Cells[i].Cell); err == nil && x == at {
			c.Entry, c.Mapped = o.m.Cells[i], true
		}
	}
	for i := range o.m.Rows {
		if x, err := o.file.ParseAt(o.m.Rows[i].Cell); err == nil && x.Sheet == at.Sheet && x.Row == at.Row && at.Col >= x.Col {
			c.List, c.Mapped = &o.m.Rows[i], true
		}
	}
	if c.Mapped && c.List == nil {
		c.Said = v.entryWords(&c.Entry)
	}
	if f := v.figureCalled(c.Entry.Figure); f != nil && v.seesFigure(f) {
		c.Known, c.Href = v.in(f.Label), "/figures/"+f.Key
	}
	for _, x := range []form.Say{form.Level, form.Last, form.Growth, form.Change, form.Target, form.Attained} {
		name := string(x)
		if name == "" {
			name = "value"
		}
		c.Say = append(c.Say, option{Value: string(x), Text: v.t("forms.say." + name), On: c.Entry.Say == x})
	}
	words := []string{"", "to_date", "previous", "year"}
	for q := 1; q <= 4; q++ {
		words = append(words, fmt.Sprint("q", q))
	}
	for m := 1; m <= 12; m++ {
		words = append(words, fmt.Sprint("m", m))
	}
	if !slices.Contains(words, c.Entry.Period) {
		words = append(words, c.Entry.Period)
	}
	for _, w := range words {
		c.Periods = append(c.Periods, option{Value: w, Text: v.periodWord(w), On: c.Entry.Period == w})
	}
	c.Places = v.placeOptions(c.Entry.Place)
	for _, r := range []string{"half", "down", "up"} {
		c.Rounds = append(c.Rounds, option{Value: r, Text: v.t("forms.round." + r), On: c.Entry.Round == r})
	}
	if c.Entry.Decimals >= 0 {
		c.Decimals = strconv.Itoa(c.Entry.Decimals)
	}
	near := s.Shown(form.Ref{Row: at.Row, Col: 0})
	for _, part := range strings.Split(c.Words, " · ") { // the first head that is no place
		if part != "" && len(v.r.Called(part)) == 0 {
			near = part
			break
		}
	}
	if f := v.figureCalled(c.Entry.Figure); f != nil {
		near = f.Label.Zh
	}
	for _, key := range v.called(strings.Trim(near, "　 一二三四五六七八九十、：:"), 6) {
		c.Near = append(c.Near, option{Value: key, Text: v.in(v.view.Cat.Figures[key].Label), Note: v.view.Cat.Figures[key].Unit, On: key == c.Entry.Figure})
	}
	for _, key := range v.view.Cat.TypeOrder {
		if t := v.view.Cat.Types[key]; v.seesType(t) {
			c.Types = append(c.Types, option{Value: key, Text: v.in(t.Label), On: c.List != nil && c.List.From == key})
		}
	}
	if c.List != nil {
		var cols []string
		for _, x := range c.List.Columns {
			s := x.Field
			switch {
			case x.Text != "":
				s = "“" + x.Text + "”"
			case x.As != "":
				s += ":" + x.As
			case x.Skip:
				s = "-"
			}
			cols = append(cols, s)
		}
		c.Columns = strings.Join(cols, ", ")
	}
	return c, nil
}

// mapForm changes the map of a form: one cell, one list, or its whole text.
func (v *visit) mapForm() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	var text []byte
	var id town.ID
	where := ""
	err := v.read(func() error {
		o, err := v.openForm()
		if err != nil {
			return err
		}
		id = o.row.ID
		if s := v.req.PostFormValue("map"); v.text("what") == "map" {
			m, err := form.ReadMap([]byte(s))
			if err != nil {
				return err
			}
			if _, err := form.Bind(v.view.Cat, o.file, m, v.r); err != nil {
				return err
			}
			text = []byte(s)
			return nil
		}
		if v.text("what") == "propose" {
			text, err = v.proposed(o.file, o.row.Title)
			if err == nil && text == nil {
				err = town.Refuse(town.Conflict, "map", "从表头看不出要填什么，请点格子对应。", "the heads do not tell what is asked; click the cells.")
			}
			return err
		}
		if o.mErr != nil {
			return o.mErr
		}
		at, err := o.file.ParseAt(v.text("cell"))
		if err != nil {
			return town.Refuse(town.Invalid, "cell", "表里没有这一格：%s", "the form has no such cell: %s", v.text("cell"))
		}
		where = "?sheet=" + strconv.Itoa(at.Sheet) + "&cell=" + at.Ref.String()
		m := *o.m
		m.Cells = slices.DeleteFunc(slices.Clone(m.Cells), func(e form.Entry) bool { x, err := o.file.ParseAt(e.Cell); return err == nil && x == at })
		m.Rows = slices.DeleteFunc(slices.Clone(m.Rows), func(r form.Rows) bool {
			x, err := o.file.ParseAt(r.Cell)
			return err == nil && (x == at || v.text("what") != "figure" && v.text("what") != "text" && x.Sheet == at.Sheet && x.Row == at.Row && at.Col >= x.Col)
		})
		switch v.text("what") {
		case "remove":
		case "list":
			r, err := v.listGiven(o.file.Name(at))
			if err != nil {
				return err
			}
			m.Rows = append(m.Rows, r)
		case "text":
			m.Cells = append(m.Cells, form.Entry{Cell: o.file.Name(at), Text: v.text("text"), Decimals: -1})
		default:
			e, err := v.entryGiven(o.file.Name(at))
			if err != nil {
				return err
			}
			m.Cells = append(m.Cells, e)
		}
		if text, err = m.Encode(); err != nil {
			return err
		}
		again, err := form.ReadMap(text) // what was typed is held to what a map may say
		if err != nil && len(m.Cells)+len(m.Rows) > 0 {
			return err
		}
		if err == nil {
			_, err = form.Bind(v.view.Cat, o.file, again, v.r)
		} else {
			text, err = []byte("form: "+strconv.Quote(m.Name)+"\ncells: {}\n"), nil
		}
		return err
	})
	if err == nil {
		_, err = v.do(town.Command{Op: town.Move, Record: id, Rev: v.rev(), Move: "save", Fields: town.Values{"map": string(text)}})
	}
	if err != nil {
		if cell := v.text("cell"); cell != "" {
			if _, ref, ok := strings.Cut(cell, "!"); ok {
				cell = ref
			}
			q := v.req.URL.Query()
			q.Set("cell", cell)
			v.req.URL.RawQuery = q.Encode()
		}
		return v.showForm(err)
	}
	if where != "" {
		where += "#cell"
	}
	v.redirect("/forms/" + refOf(id) + where)
	return nil
}

// entryGiven reads the panel of a cell.
func (v *visit) entryGiven(cell string) (form.Entry, error) {
	e := form.Entry{Cell: cell, Figure: v.text("figure"), Slice: v.text("slice"), Say: form.Say(v.text("say")), Period: v.text("period"), Place: v.text("place"), Unit: v.text("unit"), Round: v.text("round"), Style: v.text("style"), AsText: v.text("astext") != "", Fixed: v.text("fixed") != "", Decimals: -1}
	if pick := v.text("pick"); pick != "" {
		e.Figure = pick
	}
	if s := v.text("decimals"); s != "" {
		d, err := strconv.Atoi(s)
		if err != nil || d < 0 || d > 8 {
			return e, town.Refuse(town.Invalid, "decimals", "小数位数是 0 到 8。", "decimals go from 0 to 8.")
		}
		e.Decimals = d
	}
	f := v.figureCalled(e.Figure)
	if f != nil && !v.seesFigure(f) {
		return e, town.Refuse(town.Denied, "figure", "您看不到这个指标。", "you may not see this figure.")
	}
	if f != nil {
		e.Figure = f.Key
	}
	if e.Figure == "" {
		return e, town.Refuse(town.Invalid, "figure", "请写指标的名称，或选一个提出的指标。", "name a figure, or choose one that is proposed.")
	}
	return e, nil
}

// listGiven reads the panel of a list: columns as "number, name, idno:spaced, -, “text”".
func (v *visit) listGiven(cell string) (form.Rows, error) {
	r := form.Rows{Cell: cell, From: v.text("from"), Where: v.text("where"), By: v.text("by"), Sort: v.text("sort")}
	if t := v.view.Cat.Types[r.From]; t == nil || !v.seesType(t) {
		return r, town.Refuse(town.Invalid, "from", "请选名单是哪一类记录。", "choose the type of the records.")
	}
	if s := v.text("most"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return r, town.Refuse(town.Invalid, "most", "最多几行要写一个正整数。", "write how many rows at most.")
		}
		r.Most = n
	}
	for _, s := range strings.FieldsFunc(v.text("columns"), func(c rune) bool { return strings.ContainsRune(",，、\n", c) }) {
		s = strings.TrimSpace(s)
		c := form.Column{Field: s}
		switch {
		case s == "-" || s == "":
			c = form.Column{Skip: true}
		case strings.HasPrefix(s, "“") && strings.HasSuffix(s, "”"):
			c = form.Column{Text: strings.Trim(s, "“”")}
		default:
			c.Field, c.As, _ = strings.Cut(s, ":")
			if t := v.view.Cat.Types[r.From]; t.Field(c.Field) == nil { // by its name on screen
				for _, f := range t.Fields {
					if f.Label.Zh == c.Field || strings.EqualFold(f.Label.En, c.Field) {
						c.Field = f.Key
						break
					}
				}
			}
		}
		r.Columns = append(r.Columns, c)
	}
	return r, nil
}

// settleForm ends the mapping of a form.
func (v *visit) settleForm() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	move := "settle"
	if v.text("move") == "reopen" {
		move = "reopen"
	}
	if _, err := v.do(town.Command{Op: town.Move, Record: id, Rev: v.rev(), Move: move}); err != nil {
		return v.showForm(err)
	}
	v.redirect("/forms/" + refOf(id))
	return nil
}

// trial is what a form would say.
type trial struct {
	o       *opened
	b       *form.Bound
	ask     form.Ask
	told    []form.Told
	clashes int
}

// wanted reads for what a form is to be filled.
func (v *visit) wanted() (form.Ask, error) {
	ask := form.Ask{AsOf: v.today_, Town: v.view.Cat.Name.Zh}
	var err error
	if ask.Period, err = town.ParsePeriod(strings.TrimSpace(v.req.FormValue("period"))); err != nil {
		return ask, errPeriod
	}
	ask.Place = town.Code(v.req.FormValue("place"))
	if p := v.view.Place(ask.Place); p == nil {
		return ask, errPlace
	} else if p.ID == 0 {
		ask.Place = ""
	}
	return ask, nil
}

// bindForm holds the map of a form against it, and against what the visitor may see.
func (v *visit) bindForm(o *opened) (*form.Bound, error) {
	if o.mErr != nil {
		return nil, o.mErr
	}
	if len(o.m.Cells)+len(o.m.Rows) == 0 {
		return nil, town.Refuse(town.Conflict, "map", "这张表还没有对应一格，先点格子对应。", "no cell of this form is mapped yet; click its cells first.")
	}
	for i := range o.m.Cells {
		if f := v.figureCalled(o.m.Cells[i].Figure); f != nil && !v.seesFigure(f) {
			return nil, town.Refuse(town.Denied, "map", "单元格 %[1]s 的指标“%[2]s”您看不到，请由能看到的人填。", "you may not see the figure of cell %[1]s, %[3]s; it is filled by who may.", o.m.Cells[i].Cell, f.Label.Zh, f.Label.In("en"))
		}
	}
	return form.Bind(v.view.Cat, o.file, o.m, v.r)
}

// fillPage shows what a form would say, before anything is kept.
func (v *visit) fillPage() error {
	var d fillView
	err := v.read(func() error {
		o, err := v.openForm()
		if err != nil {
			return err
		}
		ask, err := v.wanted()
		if err != nil {
			return err
		}
		b, err := v.bindForm(o)
		if err != nil {
			return err
		}
		x := &trial{o: o, b: b, ask: ask}
		if x.told, err = b.Resolve(v.view.Cat, v.r, ask); err != nil {
			return err
		}
		d.ID, d.Name, d.Asker, d.Missing = refOf(o.row.ID), o.row.Title, o.row.Text("asker"), v.missing(o.row)
		d.Period, d.PeriodValue, d.PlaceValue = v.periodName(ask.Period), ask.Period.String(), string(ask.Place)
		d.Place = v.t("place.all")
		if ask.Place != "" {
			d.Place = v.placePath(ask.Place)
		}
		d.Filing = v.req.FormValue("filing")
		d.Back = "/forms/" + d.ID
		if ft := v.view.Cat.Types[hall.FilingType]; ft != nil {
			d.MayFill = v.mayOpen(ft)
		}
		return v.tryFill(x, &d)
	})
	if err != nil {
		if town.KindOf(err) == town.Internal || town.KindOf(err) == town.Missing || town.KindOf(err) == town.Hidden {
			return err
		}
		return v.showForm(err)
	}
	d.Page = v.page(d.Name, "forms")
	return v.render("formfill", &d)
}

// tryFill lays what a form would say over its sheet and says what should be looked at.
func (v *visit) tryFill(x *trial, d *fillView) error {
	not, _ := strconv.ParseInt(d.Filing, 10, 64) // 0: of no filing yet
	published, err := v.publishedFacts()
	if err != nil {
		return err
	}
	d.SheetN = v.sheetOf(x.o.file)
	cells := map[form.Ref]sheetCell{}
	for i := range x.told {
		t := &x.told[i]
		c := sheetCell{Text: t.Value.Text, Class: "said", Title: t.Cell + " · " + v.entryWords(t.Entry)}
		if t.Value.Number {
			c.Class = "said digits"
		}
		row := told{Cell: t.Cell, Name: v.entryWords(t.Entry), Now: t.Value.Text}
		if t.Figure != nil {
			row.Href = v.toldHref(t)
			if t.Value.Number {
				row.Now = groupDigits(t.Value.Text)
			}
			row.Now += t.Unit
			if t.Entry.Style != "" {
				row.Now = t.Value.Text
			}
		}
		switch {
		case !t.Known:
			c.Text, c.Class = "—", "unsaid"
			d.Blanks = append(d.Blanks, row)
		case t.Status == "expected" || t.Status == "flash":
			c.Class += " notfinal"
			d.Provisional = append(d.Provisional, row)
			d.Filled++
		default:
			d.Filled++
		}
		before, err := v.r.Reported(t, town.ID(not))
		if err != nil {
			return err
		}
		if e, ok := hall.Against(t, published); ok {
			before = append(before, e)
		}
		for _, b := range before {
			row := row
			row.Before, row.To, row.Differs, row.Edition = digitsOf(b.Written)+b.Unit, b.To, b.Differs, b.Filing == 0
			if row.When = b.Day.String(); b.Day == town.NoDay {
				row.When = v.t("forms.notsent")
			}
			if row.Edition {
				row.To = b.Name
			} else {
				row.To += " · " + b.Name
			}
			if b.Filing != 0 {
				if rec, err := v.r.Record(b.Filing); err == nil && rec != nil && v.maySee(v.view.Cat.Types[rec.Type], rec) {
					row.Filing = "/r/" + refOf(b.Filing)
				}
			}
			if b.Differs {
				d.Clashes = append(d.Clashes, row)
				c.Class = "said digits clash"
				x.clashes++
			} else if len(d.Before) < 200 {
				d.Before = append(d.Before, row)
			}
		}
		if t.At.Sheet == d.SheetN {
			cells[t.At.Ref] = c
		}
	}
	actor := v.actor()
	for i := range x.b.Lists {
		l := &x.b.Lists[i]
		rows, err := v.hall.Roster(v.r, hall.Roster{List: l, Ask: x.ask, Actor: &actor})
		if err != nil {
			return err
		}
		n := 0
		for values, err := range rows {
			if err != nil {
				return err
			}
			if n == listShown {
				break
			}
			if l.At.Sheet == d.SheetN {
				for k, c := range l.Cols {
					at := form.Ref{Row: l.At.Row + n, Col: c}
					if x.o.file.Sheets[d.SheetN].At(at) == (form.Cell{}) {
						cells[at] = sheetCell{Text: values[k].Text, Class: map[bool]string{true: "said digits", false: "said"}[values[k].Number]}
					}
				}
			}
			n++
		}
		d.Lists = append(d.Lists, v.t("forms.listtried", v.listWords(l.Rows), n))
		d.Sealed = d.Sealed || personal(l)
	}
	q := url.Values{"period": {d.PeriodValue}, "place": {d.PlaceValue}}
	if d.Filing != "" {
		q.Set("filing", d.Filing)
	}
	d.Sheet = v.sheetShown(x.o.file, d.SheetN, cells, "/forms/"+d.ID+"/fill?"+q.Encode(), nil)
	return nil
}

// personal tells whether a list holds personal data.
func personal(l *form.BoundRows) bool {
	return slices.ContainsFunc(l.Columns, func(c form.Column) bool {
		f := l.Type.Field(c.Field)
		return f != nil && hall.SealedField(f)
	})
}

// mostLooks is how many personal values one form may be filled with: each of them is a look of its own in the journal.
const mostLooks = 1000

// looks gives personal data as it was written, each look recorded with its reason; nil without one.
func (v *visit) looks(id, why string) func(town.ID, string) (string, error) {
	if why == "" {
		return nil
	}
	n := 0
	return func(record town.ID, field string) (string, error) {
		if n++; n > mostLooks {
			return "", town.Refuse(town.Invalid, "why", "一张表里写全的个人信息最多 %d 处；请缩小范围，或遮盖后报送。", "at most %d personal values are written in full in one form; narrow it, or send them masked.", mostLooks)
		}
		ans, err := v.hall.Do(v.ctx, v.actor(), town.Command{ID: fmt.Sprintf("%s-look-%d-%s", id, record, field), Op: town.Reveal, Record: record, Field: field, Reason: why, Day: town.NoDay, Step: -1})
		return ans.Text, err
	}
}

// digitsOf groups the digits of what is a number.
func digitsOf(s string) string {
	if _, err := strconv.ParseFloat(s, 64); err != nil {
		return s
	}
	return groupDigits(s)
}

// toldHref leads from a cell to its figure, in its period and place.
func (v *visit) toldHref(t *form.Told) string {
	q := url.Values{"period": {t.Query.Period.String()}}
	if t.Query.Place != "" {
		q.Set("place", string(t.Query.Place))
	}
	if t.Query.Slice != "" {
		q.Set("slice", t.Query.Slice)
	}
	return "/figures/" + t.Figure.Key + "?" + q.Encode()
}

// publishedFacts gives what the last published report says.
func (v *visit) publishedFacts() (map[string]hall.Reported, error) {
	t := v.view.Cat.Types[reportType]
	if t == nil || v.view.TypeID(t.Key) == 0 {
		return nil, nil
	}
	l := &store.List{Type: t, TypeID: v.view.TypeID(t.Key), From: town.NoDay, Until: town.NoDay, Sort: "id", Desc: true, Stages: []string{"published"}, N: 1}
	rows, err := v.r.Q().Records(v.ctx, v.r.Town(), l)
	if err != nil || len(rows) == 0 || rows[0].Text("edition") == "" {
		return nil, err
	}
	f, err := v.cfg.Blobs.Open(rows[0].Text("edition"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	e, err := edition.Open(f, info.Size())
	if err != nil {
		return nil, err
	}
	day, err := town.ParseDay(e.Edition.AsOf)
	if err != nil {
		day = town.NoDay
	}
	return hall.Published(&e.Edition, day), nil
}

// fillForm fills a form, remembers what it says and gives the file: for one place, or for every place of a kind in one ZIP.
func (v *visit) fillForm() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	kind := v.text("each")
	id := v.commandID()
	type made struct {
		filed hall.Filed
		name  string
		data  []byte
	}
	var out []made
	err := v.read(func() error {
		ft := v.view.Cat.Types[hall.FilingType]
		if ft == nil || !v.mayOpen(ft) {
			return town.Refuse(town.Denied, "", "填表由报表员、综合科员、科室负责人、统计员或督查员办理。", "Forms are filled by forms clerks, general clerks, heads of office, statisticians and supervisors.")
		}
		o, err := v.openForm()
		if err != nil {
			return err
		}
		ask, err := v.wanted()
		if err != nil {
			return err
		}
		b, err := v.bindForm(o)
		if err != nil {
			return err
		}
		places := []town.Code{ask.Place}
		if kind != "" {
			if places, err = v.r.Places(ask.Place, kind); err != nil {
				return err
			}
			if len(places) == 0 || len(places) > 400 {
				return town.Refuse(town.Invalid, "each", "这里没有这一类地点，或者太多。", "there is no such kind of place here, or there are too many.")
			}
		}
		published, err := v.publishedFacts()
		if err != nil {
			return err
		}
		actor := v.actor()
		for i, place := range places {
			ask.Place = place
			var file bytes.Buffer
			said, _, err := v.hall.FillForm(v.r, b, ask, &actor, v.looks(fmt.Sprintf("%s-%d", id, i), v.text("why")), &file)
			if err != nil {
				return err
			}
			x := made{data: file.Bytes(), filed: hall.Filed{Form: o.row.ID, Period: ask.Period, Place: place, Told: said, ID: fmt.Sprintf("%s-%d", id, i)}}
			if kind == "" {
				n, _ := strconv.ParseInt(v.text("filing"), 10, 64) // 0: one is opened
				x.filed.Filing = town.ID(n)
			}
			for k := range said {
				before, err := v.r.Reported(&said[k], x.filed.Filing)
				if err != nil {
					return err
				}
				if e, ok := hall.Against(&said[k], published); ok {
					before = append(before, e)
				}
				if slices.ContainsFunc(before, func(b hall.Reported) bool { return b.Differs }) {
					x.filed.Clashes++
				}
			}
			ext := "." + string(o.file.Kind)
			x.name = o.row.Title + " " + ask.Period.String()
			if place != "" {
				x.name = v.placeName(place) + " " + x.name
			}
			x.name = strings.NewReplacer("/", "-", "\\", "-").Replace(x.name) + ext
			out = append(out, x)
		}
		return nil
	})
	if err != nil {
		return v.showForm(err)
	}
	var last town.ID
	for i := range out {
		x := &out[i]
		hash, err := v.hall.Upload(v.ctx, v.cfg.Blobs, v.member.ID, x.name, "application/octet-stream", bytes.NewReader(x.data))
		if err == nil {
			x.filed.File = hash
			last, err = v.hall.File(v.ctx, v.actor(), x.filed)
		}
		var ours *town.Error
		if errors.As(err, &ours) {
			return v.showForm(err)
		}
		if err != nil {
			return err
		}
	}
	if kind == "" {
		v.redirect("/r/" + refOf(last))
		return nil
	}
	v.attach("application/zip", strings.TrimSuffix(out[0].name[strings.IndexByte(out[0].name, ' ')+1:], filepath.Ext(out[0].name))+".zip")
	z := zip.NewWriter(v.w)
	for _, x := range out {
		w, err := z.CreateHeader(&zip.FileHeader{Name: x.name, Method: zip.Store, Modified: v.now.Time(v.view.Zone())}) // it is packed already
		if err == nil {
			_, err = w.Write(x.data)
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}

// formFigures finds figures for the panel of a cell while their name is typed.
func (v *visit) formFigures() error {
	d := oneFormView{Query: strings.TrimSpace(v.req.URL.Query().Get("figure")), Cell: &cellEdit{}}
	if err := v.read(func() error {
		o, err := v.openForm()
		if err != nil {
			return err
		}
		d.ID = refOf(o.row.ID)
		for _, key := range v.called(d.Query, 8) {
			f := v.view.Cat.Figures[key]
			d.Cell.Near = append(d.Cell.Near, option{Value: key, Text: v.in(f.Label), Note: f.Unit})
		}
		return nil
	}); err != nil {
		return err
	}
	d.Page = v.page("", "forms")
	v.req.Header.Set("HX-Target", "near")
	return v.render("oneform", &d)
}
