package web

import (
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Values that only an office can give are entered in a table: a row an indicator, a column a field of the moves that enter values,
// all of one period and place. Which rows and columns there are, who may fill which cell and who signs follows from the catalog: the
// rows of measured.yaml, the fields and guards of the type's moves. The table decides nothing; every row is a command of its own.

// entryTable is a type whose records are measurements, as a table of one period and place.
type entryTable struct {
	t        *catalog.Type
	office   string           // the field that says who answers for the value, "" = none
	columns  []*catalog.Field // numbers and choices: a cell each
	shared   []*catalog.Field // texts and files: said once for all rows that are saved
	entering []*catalog.Move
	period   town.Period
	place    town.Code
	lines    []*entryLine
}

// entryLine is one indicator of an entry table.
type entryLine struct {
	row    *catalog.MeasuredRow
	fig    *catalog.Figure
	rec    *store.RecordRow // nil: nothing was asked or given yet
	mine   bool             // the visitor sits in the office that answers for it
	wrong  string           // why the row was not taken
	typed  map[string]string
	faulty map[string]bool
}

// entryCell is one cell as the page shows it.
type entryCell struct {
	Name, Label, Value, Unit string
	Head                     string // of its column
	Open, Wrong              bool
	Options                  []option // of a choice
	Text                     string   // shown where the cell is not open
}

// entryRow is one row as the page shows it.
type entryRow struct {
	ID, Name, Href, Office, Unit, Note string
	Cells                              []entryCell
	Last, Before                       string
	Growth                             string
	Findings                           []string
	Wrong                              string
	Stage, Record, Number              string
	Rev                                int64
	Papers                             []fileLink
	Sign                               int64  // the record, where the visitor may sign it now
	SignName                           string // what signing is called
	Check                              string // where the cells are looked at as they are typed
}

type entriesView struct {
	Page
	Type, TypeName string
	For            string
	Of, PlaceAt    string // period and place of the table
	Units          []option
	Heads          []entryCell
	Rows           []entryRow
	Others         []entryRow // of other offices: to be read
	Shared         []input
	MayGive        bool
	Signs          int
	Wrong          int
	SignName       string
	Tabs           []tab
}

// measures are the types whose records hold measurements of indicators that offices answer for.
func (v *visit) measures() []*catalog.Type {
	var out []*catalog.Type
	for _, key := range v.view.Cat.FigureOrder {
		f := v.view.Cat.Figures[key]
		if f.Kind == catalog.Measure && v.view.Cat.MeasuredOf(key) != nil && !slices.Contains(out, f.Type) && v.seesType(f.Type) {
			out = append(out, f.Type)
		}
	}
	return out
}

// entriesHome leads to the first table there is.
func (v *visit) entriesHome() error {
	list := v.measures()
	if len(list) == 0 {
		return town.Refuse(town.Missing, "type", "没有您能看的填报指标。", "there are no measured figures that you may see.")
	}
	v.redirect("/entries/" + list[0].Key)
	return nil
}

// entryTable reads which table is asked for.
func (v *visit) entryTable() (*entryTable, error) {
	t := v.view.Cat.Types[v.req.PathValue("type")]
	if t == nil || !slices.Contains(v.measures(), t) {
		return nil, town.Refuse(town.Missing, "type", "没有这张填报表，或您无权查看。", "there is no such table of values, or you may not see it.")
	}
	e := &entryTable{t: t, office: t.Office}
	var of *catalog.Figure
	for i := range v.view.Cat.Seeds.Measured {
		row := &v.view.Cat.Seeds.Measured[i]
		if f := v.view.Cat.Figures[row.Figure]; f != nil && f.Type == t {
			of = f
			e.lines = append(e.lines, &entryLine{row: row, fig: f, mine: v.sitsIn(row.Office)})
		}
	}
	for _, m := range t.Moves {
		fields := m.Fields(t)
		if !slices.ContainsFunc(fields, isValue) {
			continue
		}
		e.entering = append(e.entering, m)
		for _, f := range fields {
			switch f.Type {
			case catalog.Integer, catalog.Decimal, catalog.Money, catalog.Points, catalog.Percent, catalog.ChoiceType:
				if !slices.Contains(e.columns, f) {
					e.columns = append(e.columns, f)
				}
			case catalog.Text, catalog.LongText, catalog.File, catalog.Photo:
				if !slices.Contains(e.shared, f) {
					e.shared = append(e.shared, f)
				}
			}
		}
	}
	q := v.req.FormValue("period")
	if q == "" {
		q = v.entryPeriod(t.Field(of.PeriodField))
	}
	p, err := town.ParsePeriod(q)
	if err != nil || !slices.Contains(periodUnits(t.Field(of.PeriodField)), unitOf(p)) {
		return nil, town.Refuse(town.Invalid, "period", "“%s”不是这张表的期别，写如 2023、2023-Q1、2023-05。", "“%s” is no period of this table: write 2023, 2023-Q1 or 2023-05.", q)
	}
	e.period, e.place = p, v.place()
	if v.req.Form.Has("place") {
		if e.place = town.Code(v.req.FormValue("place")); v.view.Place(e.place) == nil {
			return nil, errPlace
		}
	}
	return e, nil
}

// isValue tells whether a field is a number in the figure's own unit.
func isValue(f *catalog.Field) bool {
	return f.Origin == catalog.Typed && f.Unit == "" && (f.Type == catalog.Decimal || f.Type == catalog.Integer || f.Type == catalog.Money)
}

func periodUnits(f *catalog.Field) []string {
	if len(f.Units) == 0 {
		return []string{"year", "quarter", "month"}
	}
	return f.Units
}

func unitOf(p town.Period) string {
	switch s := p.String(); {
	case len(s) == 4:
		return "year"
	case strings.Contains(s, "Q"):
		return "quarter"
	case len(s) == 7:
		return "month"
	}
	return ""
}

// entryPeriod is the period a table opens with: the one looked at where it is a month or a quarter, else the last whole month.
func (v *visit) entryPeriod(f *catalog.Field) string {
	units := periodUnits(f)
	if p := v.period(); unitOf(p) != "year" && slices.Contains(units, unitOf(p)) {
		return p.String()
	}
	y, m, _ := v.today_.Date()
	if slices.Contains(units, "month") {
		_, last, _ := flow.PeriodOf("month", town.DayOf(y, m, 1)-1)
		return last.String()
	}
	return strconv.Itoa(y)
}

// sitsIn tells whether one of the visitor's posts is of an office.
func (v *visit) sitsIn(office string) bool {
	for _, p := range v.member.Posts {
		at := p.Office
		if r := v.view.Cat.Roles[p.Role]; at == "" && r != nil {
			at = r.Office
		}
		if at == office && office != "" {
			return true
		}
	}
	return false
}

// loadEntries finds the record of each line.
func (v *visit) loadEntries(e *entryTable) (err error) {
	for _, l := range e.lines {
		if l.rec, err = v.r.MeasuredRecord(l.fig, e.place, e.period.String()); err != nil {
			return err
		}
		if l.rec != nil && !v.maySee(e.t, l.rec) {
			l.rec = nil
		}
	}
	return nil
}

// enters tells whether the visitor may make an entering move on a line now.
func (v *visit) enters(e *entryTable, l *entryLine, m *catalog.Move) bool {
	if !l.mine || !v.holdsAny(m.By) {
		return false
	}
	if l.rec == nil {
		return v.mayOpen(e.t) && slices.Contains(m.From, e.t.Stages[0].Key) && e.period.From <= v.today_
	}
	return v.barred(e.t, l.rec, m) == nil
}

// opens tells whether a cell may be filled now.
func (v *visit) opens(e *entryTable, l *entryLine, f *catalog.Field) bool {
	return slices.ContainsFunc(e.entering, func(m *catalog.Move) bool { return slices.Contains(m.Fields(e.t), f) && v.enters(e, l, m) })
}

// entryScale is how many decimals a cell has and by which power of ten its unit exceeds the stored one.
func (l *entryLine) entryScale(f *catalog.Field) (scale, ten int) {
	if isValue(f) {
		return scaleOf(f), l.row.Ten
	}
	return scaleOf(f), 0
}

// entryText writes a stored number in the unit of its cell.
func (l *entryLine) entryText(f *catalog.Field, n int64) string {
	scale, ten := l.entryScale(f)
	return figure.Decimal(figure.Value{Known: true, Num: n, Den: 1, Scale: scale + ten}.Rat(), scale+ten)
}

// entryRat writes a number of the figure's unit in the unit of the row.
func (v *visit) entryRat(l *entryLine, x *big.Rat) string {
	ten := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(l.row.Ten)), nil))
	return groupDigits(figure.Decimal(new(big.Rat).Quo(x, ten), 4)) + " " + v.unit(l.row.Unit)
}

var cleanNumber = strings.NewReplacer(",", "", "，", "", " ", "", "\u00a0", "", "−", "-", "－", "-", "．", ".", "％", "%", "０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

// parseEntry reads what was typed into a cell: a number in the cell's unit, or one that names its own scale and unit: 1.2亿元.
func (l *entryLine) parseEntry(f *catalog.Field, text string) (int64, error) {
	scale, ten := l.entryScale(f)
	s := strings.TrimPrefix(cleanNumber.Replace(text), "+")
	unit := f.Unit
	if isValue(f) {
		unit = l.fig.Unit
	}
	s, named := strings.CutSuffix(s, unit)
	if cut, ok := strings.CutSuffix(s, "亿"); ok && isValue(f) {
		s, ten = cut, 8
	} else if cut, ok := strings.CutSuffix(s, "万"); ok && isValue(f) {
		s, ten = cut, 4
	} else if named && unit != "" && unit != "%" {
		ten = 0
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || strings.ContainsAny(s, "eE/xX_pP") {
		return 0, town.Refuse(town.Invalid, f.Key, "“%[1]s”不是数", "“%[1]s” is no number", text)
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale+ten)), nil)))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, town.Refuse(town.Invalid, f.Key, "“%[1]s”太长：最多 %[2]d 位小数", "“%[1]s” is too long: at most %[2]d decimals", text, scale+ten)
	}
	return r.Num().Int64(), nil
}

// entryValues are the fields of a line, with what was typed over what stands.
type entryValues struct {
	rec  *store.RecordRow
	over map[string]any
}

// Value implements formula.Values.
func (e entryValues) Value(name string) (any, bool) {
	if x, ok := e.over[name]; ok {
		return x, x != nil
	}
	if e.rec == nil {
		return nil, false
	}
	return e.rec.Value(name)
}

// rat is a number of the entry in its own unit.
func (e entryValues) rat(f *catalog.Field) *big.Rat {
	if f == nil {
		return nil
	}
	x, ok := e.Value(f.Key)
	if f.Origin == catalog.Computed && f.Formula != nil {
		var err error
		if x, ok, err = f.Formula.Eval(e); err != nil {
			return nil
		}
	}
	n, is := x.(int64)
	if !ok || !is {
		return nil
	}
	return figure.Value{Known: true, Num: n, Den: 1, Scale: scaleOf(f)}.Rat()
}

func (e entryValues) text(name string) string {
	x, _ := e.Value(name)
	s, _ := x.(string)
	return s
}

// entry gathers what a line is held against. Fields of these names mean the same in every type that holds measurements: prices,
// yoy_told, yoy_prices, basis.
func (v *visit) entry(e *entryTable, l *entryLine, over map[string]any) (figure.Entry, error) {
	now := entryValues{l.rec, over}
	value := e.t.Field(l.fig.ValueField)
	out := figure.Entry{Row: l.row, Unit: l.fig.Unit, Scale: l.fig.Scale, Value: now.rat(value), Prices: now.text("prices"), Told: now.rat(e.t.Field("yoy_told")), TellsP: now.text("yoy_prices"),
		ToDate: now.text("basis") == "to_date" || l.rec == nil}
	last, err := v.r.MeasuredRecord(l.fig, e.place, e.period.LastYear().String())
	if err != nil {
		return out, err
	}
	if last != nil {
		was := entryValues{rec: last}
		out.Last, out.LastP = was.rat(value), was.text("prices")
	}
	if out.Last == nil && unitOf(e.period) == "year" {
		x, err := figure.Read(v.view.Cat, v.r, figure.Query{Figure: l.fig, Place: e.place, Period: e.period.LastYear(), AsOf: v.today_})
		if err != nil {
			return out, err
		}
		if out.Last = x.Rat(); out.Last == nil {
			c, err := v.compare(l.fig, "", e.place, e.period)
			if err != nil {
				return out, err
			}
			out.Last = c.Base.Rat()
		}
	}
	if y, _, _ := e.period.From.Date(); unitOf(e.period) != "year" && e.period.From > town.DayOf(y, 1, 1) {
		_, p, _ := flow.PeriodOf(unitOf(e.period), e.period.From-1)
		before, err := v.r.MeasuredRecord(l.fig, e.place, p.String())
		if err != nil {
			return out, err
		}
		if before != nil {
			out.Before = entryValues{rec: before}.rat(value)
		}
	}
	return out, nil
}

// findingWords says what a finding found.
func (v *visit) findingWords(l *entryLine, f figure.Finding) string {
	rate := func(x *big.Rat) string { return v.rate(l.fig, x) }
	switch f.Kind {
	case figure.Below, figure.Above, figure.Falls:
		return v.t("entry."+f.Kind, v.entryRat(l, f.Want))
	case figure.WrongBy:
		return v.t("entry.unit", v.entryRat(l, f.Want), v.unit(l.row.Unit))
	case figure.Grows:
		return v.t("entry.grows", rate(f.Have), strings.TrimPrefix(rate(f.Want), "+"))
	case figure.GapTold, figure.Basis:
		return v.t("entry."+f.Kind, rate(f.Have), rate(f.Want))
	case figure.Prices:
		return v.t("entry.prices", v.pricesName(l, l.row.Prices))
	}
	return v.t("entry." + f.Kind)
}

func (v *visit) pricesName(l *entryLine, key string) string {
	if f := l.fig.Type.Field("prices"); f != nil {
		return v.choiceName(f, key)
	}
	return key
}

// entryRow makes a line ready to be shown.
func (v *visit) entryRow(e *entryTable, l *entryLine) (entryRow, error) {
	r := entryRow{ID: l.row.Indicator, Name: v.in(l.fig.Label), Href: "/figures/" + l.fig.Key, Office: v.officeName(l.row.Office), Unit: v.unit(l.row.Unit), Wrong: l.wrong}
	if v.lang != "en" {
		r.Note = l.row.Note
	}
	over := map[string]any{}
	for _, f := range e.columns {
		c := entryCell{Name: "c." + l.row.Indicator + "." + f.Key, Label: r.Name + " · " + v.in(f.Label), Head: v.in(f.Label), Open: v.opens(e, l, f), Wrong: l.faulty[f.Key]}
		var x any
		if l.rec != nil {
			x, _ = l.rec.Value(f.Key)
		}
		switch y := x.(type) {
		case int64:
			c.Value = l.entryText(f, y)
			c.Text = groupDigits(c.Value)
		case string:
			c.Value, c.Text = y, v.choiceName(f, y)
		}
		if s, typed := l.typed[f.Key]; typed {
			c.Value = s
			over[f.Key], _ = v.entryValue(l, f, s)
		}
		if f.List != nil {
			for _, it := range f.List.Items {
				if !it.Retired || it.Key == c.Value {
					c.Options = append(c.Options, option{Value: it.Key, Text: v.in(it.Label), On: it.Key == c.Value})
				}
			}
		}
		r.Cells = append(r.Cells, c)
	}
	entry, err := v.entry(e, l, over)
	if err != nil {
		return r, err
	}
	if entry.Last != nil {
		r.Last = v.entryRat(l, entry.Last)
	}
	if entry.Before != nil {
		r.Before = v.entryRat(l, entry.Before)
	}
	v.fillFindings(&r, l, entry)
	q := url.Values{"period": {e.period.String()}, "place": {string(e.place)}, "indicator": {l.row.Indicator}}
	r.Check = "/entries/" + e.t.Key + "/check?" + q.Encode()
	if l.rec == nil {
		return r, nil
	}
	v.of = l.rec.ID
	r.Record, r.Number, r.Rev = "/r/"+strconv.FormatInt(int64(l.rec.ID), 10), refKey(l.rec), l.rec.Rev
	if s := e.t.Stage(l.rec.Stage); s != nil {
		r.Stage = v.in(s.Label)
	}
	for _, f := range e.shared {
		if hash := l.rec.Text(f.Key); (f.Type == catalog.File || f.Type == catalog.Photo) && hash != "" {
			r.Papers = append(r.Papers, v.fileLink(hash))
		}
	}
	if m := v.signing(e, l); m != nil {
		r.Sign, r.SignName = int64(l.rec.ID), v.in(m.Label)
	}
	return r, nil
}

func (v *visit) fillFindings(r *entryRow, l *entryLine, entry figure.Entry) {
	for _, f := range entry.Findings() {
		r.Findings = append(r.Findings, v.findingWords(l, f))
	}
	if entry.Value != nil && entry.Last != nil && (entry.Prices == entry.LastP || entry.Prices == "" || entry.LastP == "") {
		now, last := figure.Value{Known: true, Den: 1, Unit: l.fig.Unit}, figure.Value{Known: true, Den: 1, Unit: l.fig.Unit}
		if now.Set(entry.Value) && last.Set(entry.Last) {
			r.Growth = v.rate(l.fig, figure.Growth(now, last))
		}
	}
}

// signing is the move by which the visitor may pass a line on to where its work is done: one that asks for no value. nil when there is none.
func (v *visit) signing(e *entryTable, l *entryLine) *catalog.Move {
	if l.rec == nil {
		return nil
	}
	m := v.next(e.t, l.rec)
	if m == nil || slices.Contains(e.entering, m) || len(m.NotBy) == 0 || len(m.Needs) > 0 {
		return nil
	}
	return m
}

// entryValue reads one cell; nil = emptied.
func (v *visit) entryValue(l *entryLine, f *catalog.Field, text string) (any, error) {
	if text = strings.TrimSpace(text); text == "" {
		return nil, nil
	}
	if f.Type == catalog.ChoiceType {
		key := v.choiceKey(f, text)
		if f.List == nil || f.List.Item(key) == nil {
			return nil, town.Refuse(town.Invalid, f.Key, "“%[1]s”没有这一项：%[3]s", "“%[2]s” has no such item: %[3]s", f.Label.Zh, f.Label.In("en"), text)
		}
		return key, nil
	}
	return l.parseEntry(f, text)
}

// choiceKey finds a choice by its key or either label.
func (v *visit) choiceKey(f *catalog.Field, text string) string {
	x, err := v.parse(f, text)
	s, _ := x.(string)
	if err != nil {
		return text
	}
	return s
}

func (v *visit) entries() error {
	e, err := v.entryTable()
	if err != nil {
		return err
	}
	return v.showEntries(e, http.StatusOK)
}

func (v *visit) showEntries(e *entryTable, status int) error {
	d := entriesView{Type: e.t.Key, TypeName: v.in(e.t.Label), Of: e.period.String(), PlaceAt: string(e.place)}
	d.Page = v.page(v.t("nav.entries"), "figures")
	d.For = v.placeOr(e.place) + " · " + v.periodName(e.period)
	if n, err := strconv.Atoi(v.req.URL.Query().Get("saved")); err == nil && n > 0 {
		d.Toast = v.t("entry.saved", n)
	}
	if n, err := strconv.Atoi(v.req.URL.Query().Get("signed")); err == nil && n > 0 {
		d.Toast = v.t("entry.signed", n)
	}
	y := e.period.From.Year()
	add := func(p town.Period) {
		if p.From <= v.today_ {
			d.Units = append(d.Units, option{Value: p.String(), Text: v.periodName(p), On: p == e.period})
		}
	}
	units := periodUnits(e.t.Field(e.lines[0].fig.PeriodField))
	for _, year := range []int{y - 1, y, y + 1} {
		if slices.Contains(units, "year") {
			add(town.YearPeriod(year))
		}
	}
	if slices.Contains(units, "quarter") {
		for q := range 4 {
			add(town.Period{From: town.DayOf(y, time.Month(3*q+1), 1), Until: town.DayOf(y, time.Month(3*q+4), 1)})
		}
	}
	if slices.Contains(units, "month") {
		for m := 1; m <= 12; m++ {
			add(town.MonthPeriod(y, time.Month(m)))
		}
	}
	for _, t := range v.measures() {
		d.Tabs = append(d.Tabs, tab{Href: "/entries/" + t.Key, Text: v.in(t.Label), Here: t == e.t})
	}
	if len(d.Tabs) == 1 {
		d.Tabs = nil
	}
	for _, f := range e.columns {
		d.Heads = append(d.Heads, entryCell{Label: v.in(f.Label), Unit: v.unit(f.Unit)})
	}
	err := v.read(func() error {
		if err := v.loadEntries(e); err != nil {
			return err
		}
		for _, l := range e.lines {
			r, err := v.entryRow(e, l)
			if err != nil {
				return err
			}
			if l.wrong != "" {
				d.Wrong++
			}
			if r.Sign != 0 {
				d.Signs++
				d.SignName = r.SignName
			}
			if !l.mine {
				d.Others = append(d.Others, r)
				continue
			}
			d.MayGive = d.MayGive || slices.ContainsFunc(r.Cells, func(c entryCell) bool { return c.Open })
			d.Rows = append(d.Rows, r)
		}
		if d.MayGive {
			for _, f := range e.shared {
				in := v.inputOf(f, "f."+f.Key, nil)
				in.Opt = ""
				d.Shared = append(d.Shared, in)
			}
			return v.refill(d.Shared, e.shared)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.renderStatus("entries", &d, status)
}

// checkEntry looks at one row as it is typed. It keeps nothing.
func (v *visit) checkEntry() error {
	e, err := v.entryTable()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(e.lines, func(l *entryLine) bool { return l.row.Indicator == v.req.FormValue("indicator") })
	if at < 0 {
		return town.Refuse(town.Missing, "indicator", "没有这个指标。", "there is no such indicator.")
	}
	l := e.lines[at]
	var r entryRow
	err = v.read(func() error {
		e.lines = e.lines[at : at+1]
		if err := v.loadEntries(e); err != nil {
			return err
		}
		over := map[string]any{}
		for _, f := range e.columns {
			name := "c." + l.row.Indicator + "." + f.Key
			if !v.req.Form.Has(name) {
				continue
			}
			x, err := v.entryValue(l, f, v.req.FormValue(name))
			if err != nil {
				text, _ := v.sentence(err)
				r.Findings = append(r.Findings, text)
				return nil
			}
			over[f.Key] = x
		}
		entry, err := v.entry(e, l, over)
		if err == nil {
			v.fillFindings(&r, l, entry)
		}
		return err
	})
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Cache-Control", "no-store")
	return v.pages["entries"].ExecuteTemplate(v.w, "entry-checks", &r)
}

// saveEntries sends a command for every row that changed. Each row stands for itself: one that is refused says why, and the others are taken.
func (v *visit) saveEntries() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	e, err := v.entryTable()
	if err != nil {
		return err
	}
	shared, _, err := v.given(e.shared)
	if err != nil {
		return err
	}
	if err := v.read(func() error { return v.loadEntries(e) }); err != nil {
		return err
	}
	command, saved, wrong := v.commandID(), 0, 0
	for _, l := range e.lines {
		changed, err := v.changedCells(e, l)
		n := len(changed)
		if err == nil && n > 0 {
			err = v.saveEntry(e, l, changed, shared, command+"-"+l.row.Indicator)
		}
		switch {
		case err != nil && town.KindOf(err) == town.Internal:
			return err
		case err != nil:
			l.wrong, _ = v.sentence(err)
			wrong++
		case n > 0:
			saved++
			l.typed = nil
		}
	}
	if wrong > 0 {
		return v.showEntries(e, http.StatusUnprocessableEntity)
	}
	to := url.Values{"period": {e.period.String()}, "place": {string(e.place)}}
	if saved > 0 {
		to.Set("saved", strconv.Itoa(saved))
	}
	v.redirect("/entries/" + e.t.Key + "?" + to.Encode())
	return nil
}

// changedCells are the cells of a line in which something else was typed than stands there.
func (v *visit) changedCells(e *entryTable, l *entryLine) (town.Values, error) {
	changed := town.Values{}
	var faults town.Faults
	for _, f := range e.columns {
		name := "c." + l.row.Indicator + "." + f.Key
		if !v.req.PostForm.Has(name) {
			continue
		}
		text := v.req.PostFormValue(name)
		if l.typed == nil {
			l.typed, l.faulty = map[string]string{}, map[string]bool{}
		}
		l.typed[f.Key] = text
		x, err := v.entryValue(l, f, text)
		if err != nil {
			l.faulty[f.Key] = true
			faults.Add(err)
			continue
		}
		var was any
		if l.rec != nil {
			was, _ = l.rec.Value(f.Key)
		}
		if x != was {
			changed[f.Key] = x
		}
	}
	return changed, faults.Err()
}

// saveEntry gives the values of one row: it opens the record where there is none, and makes the moves that enter what changed.
func (v *visit) saveEntry(e *entryTable, l *entryLine, changed, shared town.Values, command string) error {
	stage, rev, id := e.t.Stages[0].Key, int64(0), town.ID(0)
	if l.rec != nil {
		stage, id = l.rec.Stage, l.rec.ID
		rev, _ = strconv.ParseInt(v.req.PostFormValue("rev."+l.row.Indicator), 10, 64) // 0 = whatever stands
	}
	for n := 0; len(changed) > 0; n++ {
		var best *catalog.Move
		most := 0
		var why error
		for _, m := range e.entering {
			hits := 0
			for k := range changed {
				if slices.ContainsFunc(m.Fields(e.t), func(f *catalog.Field) bool { return f.Key == k }) {
					hits++
				}
			}
			if hits <= most || !slices.Contains(m.From, stage) {
				continue
			}
			if !v.holdsAny(m.By) {
				why = town.Refuse(town.Denied, "", "您不能“%[1]s”。", "you may not “%[2]s”.", m.Label.Zh, m.Label.In("en"))
				continue
			}
			best, most = m, hits
		}
		if best == nil {
			if why != nil {
				return why
			}
			return town.Refuse(town.Conflict, "", "现在这一环节不能改这些数。", "at this stage these values cannot be changed.")
		}
		if id == 0 {
			fields := town.Values{l.fig.IndicatorField: l.row.Indicator, l.fig.PeriodField: e.period.String()}
			if e.office != "" {
				fields[e.office] = l.row.Office
			}
			if e.t.Place != "" && e.place != "" {
				fields[e.t.Place] = string(e.place)
			}
			a, err := v.do(town.Command{ID: command + "-new", Op: town.Create, Type: e.t.Key, Fields: fields})
			if err != nil {
				return err
			}
			id, rev = a.Record, a.Rev
		}
		fields := town.Values{}
		for _, f := range best.Fields(e.t) {
			if x, ok := changed[f.Key]; ok {
				fields[f.Key] = x
				delete(changed, f.Key)
			} else if x, ok := shared[f.Key]; ok && x != nil {
				fields[f.Key] = x
			}
		}
		a, err := v.do(town.Command{ID: fmt.Sprintf("%s-%d", command, n), Op: town.Move, Record: id, Rev: rev, Move: best.Key, Fields: fields})
		if err != nil {
			return err
		}
		stage, rev = a.Stage, a.Rev
	}
	return nil
}

// signEntries signs the rows that were chosen.
func (v *visit) signEntries() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	e, err := v.entryTable()
	if err != nil {
		return err
	}
	type signed struct {
		l *entryLine
		m *catalog.Move
	}
	var list []signed
	if err := v.read(func() error {
		if err := v.loadEntries(e); err != nil {
			return err
		}
		for _, l := range e.lines {
			if l.rec == nil || !slices.Contains(v.req.PostForm["sign"], strconv.FormatInt(int64(l.rec.ID), 10)) {
				continue
			}
			m := v.signing(e, l)
			if m == nil {
				return town.Refuse(town.Denied, "", "“%[1]s”现在不能由您审签。", "“%[2]s” is not yours to sign now.", l.fig.Label.Zh, l.fig.Label.In("en"))
			}
			list = append(list, signed{l, m})
		}
		if len(list) == 0 {
			return town.Refuse(town.Invalid, "sign", "请先选要审签的指标。", "choose the indicators to sign first.")
		}
		return nil
	}); err != nil {
		return err
	}
	command, wrong := v.commandID(), 0
	for _, s := range list {
		rev, _ := strconv.ParseInt(v.req.PostFormValue("rev."+s.l.row.Indicator), 10, 64) // what the signer saw
		if _, err := v.do(town.Command{ID: command + "-" + s.l.row.Indicator, Op: town.Move, Record: s.l.rec.ID, Rev: rev, Move: s.m.Key}); err != nil {
			var ours *town.Error
			if !errors.As(err, &ours) || ours.Kind == town.Internal {
				return err
			}
			s.l.wrong, _ = v.sentence(err)
			wrong++
		}
	}
	if wrong > 0 {
		return v.showEntries(e, http.StatusConflict)
	}
	v.redirect("/entries/" + e.t.Key + "?" + url.Values{"period": {e.period.String()}, "place": {string(e.place)}, "signed": {strconv.Itoa(len(list))}}.Encode())
	return nil
}
