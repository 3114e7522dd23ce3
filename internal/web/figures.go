package web

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/formula"
	"zhenwu/internal/hall"
	"zhenwu/internal/sheet"
	"zhenwu/internal/town"
)

// figureRow is one figure of the list.
type figureRow struct {
	Key, Href, Name string
	Value, Last     shown
	Growth          string
	Told            string // growth that was published
	Target          string
	Share           string // of the target, in percent
	Bar             *targetBar
	Spark           *spark
	Gold            string
}

type figureGroup struct {
	Number, Name string
	Rows         []figureRow
}

// figuresView is the list of figures.
type figuresView struct {
	Page
	Sentence string
	Query    string
	Tabs     []tab
	Tiles    []figureRow
	Groups   []figureGroup
	N        int
	Entries  bool   // there are values that offices give
	Board    string // a dashboard
}

// figureAt reads a figure for a place, period and slice. Nothing later than today counts.
func (v *visit) figureAt(f *catalog.Figure, slice string, place town.Code, p town.Period) (figure.Value, error) {
	return figure.Read(v.view.Cat, v.r, figure.Query{Figure: f, Slice: slice, Place: place, Period: p, AsOf: v.today_})
}

// compare reads a figure with last year's value, its target and what was published.
func (v *visit) compare(f *catalog.Figure, slice string, place town.Code, p town.Period) (figure.Reading, error) {
	return figure.Compare(v.view.Cat, v.r, figure.Query{Figure: f, Slice: slice, Place: place, Period: p, AsOf: v.today_})
}

// lastYear reads the year before where it has records.
func (v *visit) lastYear(f *catalog.Figure, slice string, place town.Code, p town.Period) (figure.Value, error) {
	known, err := figure.Recorded(v.view.Cat, v.r, f, place, p)
	if err != nil || !known {
		return figure.Value{Den: 1, Unit: f.Unit}, err
	}
	return v.figureAt(f, slice, place, p)
}

// bases are the tallied figures that a figure rests on.
func (v *visit) bases(f *catalog.Figure, depth int) []*catalog.Figure {
	if depth > 6 {
		return nil
	}
	switch f.Kind {
	case catalog.Measure:
		return nil
	case catalog.Ratio, catalog.Least, catalog.Most, catalog.All, catalog.Streak, catalog.FormulaF:
		var out []*catalog.Figure
		for _, key := range figure.Parts(v.view.Cat, f) {
			if p := v.view.Cat.Figures[key]; p != nil {
				out = append(out, v.bases(p, depth+1)...)
			}
		}
		return out
	}
	return []*catalog.Figure{f}
}

// targetWords says what a target asks.
func (v *visit) targetWords(f *catalog.Figure, t *catalog.TargetRow) string {
	switch t.Shape {
	case "growth":
		return signed(decimalText(t.Value, 2)) + "%"
	case "flat":
		return v.t("target.flat")
	case "above":
		return v.t("target.above")
	}
	x := v.shown(figure.Value{Known: true, Num: t.Value, Den: 1, Scale: f.Scale, Unit: f.Unit})
	return x.Text + " " + x.Unit
}

func (v *visit) figureRow(f *catalog.Figure, p town.Period, sparks bool) (figureRow, error) {
	r := figureRow{Key: f.Key, Href: "/figures/" + f.Key, Name: v.in(f.Label), Gold: f.Gold}
	c, err := v.compare(f, "", v.place(), p)
	if err != nil {
		return r, err
	}
	v.fill(&r, f, &c)
	if sparks && f.Type != nil && f.Kind != catalog.Measure {
		r.Spark, err = v.spark(f, p)
	}
	return r, err
}

// rate writes a growth with its sign: percent, or percentage points.
func (v *visit) rate(f *catalog.Figure, r *big.Rat) string {
	if r == nil {
		return ""
	}
	text := signed(figure.Decimal(r, 1))
	if f.Unit == "%" {
		return text + " " + v.t("points")
	}
	return text + "%"
}

func (v *visit) fill(r *figureRow, f *catalog.Figure, c *figure.Reading) {
	r.Value, r.Last = v.shown(c.Value), v.shown(c.Last)
	if !c.Value.Known && c.Published != nil {
		r.Value = v.shown(*c.Published) // a year without records: what was published stands in, and says so
	}
	r.Growth = v.rate(f, c.Growth)
	if c.Told != nil {
		r.Told = signed(figure.Decimal(c.Told, 1)) + "%"
	}
	if c.Target == nil {
		return
	}
	r.Target = v.targetWords(f, &c.Target.Row)
	if c.Target.Progress == nil {
		return
	}
	r.Share = figure.Decimal(c.Target.Progress, 1)
	x, _ := c.Target.Progress.Float64() // for drawing only
	r.Bar = newTargetBar(x, v.t("figures.share", r.Share))
}

// spark draws a figure month by month, last year behind.
func (v *visit) spark(f *catalog.Figure, p town.Period) (*spark, error) {
	y := p.From.Year()
	cells, err := v.r.Months(f, "", v.place(), int32((y-1)*10000), int32((y+1)*10000))
	if err != nil {
		return nil, err
	}
	var now, past [12]int64
	for _, c := range cells {
		m := int(c.Span/100) % 100
		switch {
		case m < 1 || m > 12:
		case int(c.Span/10000) == y:
			now[m-1] += c.N
		case int(c.Span/10000) == y-1:
			past[m-1] += c.N
		}
	}
	upto := 12
	if y == v.today_.Year() {
		_, m, _ := v.today_.Date()
		upto = int(m)
	} else if y > v.today_.Year() {
		return nil, nil
	}
	return newSpark(now[:upto], past[:], v.t("figures.spark")), nil
}

func (v *visit) figures() error {
	d := figuresView{Query: strings.TrimSpace(v.req.FormValue("q"))}
	d.Page = v.page(v.t("nav.figures"), "figures")
	d.Entries = len(v.measures()) > 0
	if d.Home != "/" {
		d.Board = d.Home
	} else if len(v.view.Cat.DashboardOrder) > 0 {
		d.Board = "/dashboards/" + v.view.Cat.DashboardOrder[0]
	}
	p := v.period()
	show := v.req.FormValue("show")
	if p.From > v.today_ {
		d.Sentence = v.t("figures.ahead", d.PlaceName, v.periodName(p))
		if show == "" {
			show = "target"
		}
	} else {
		d.Sentence = v.t("figures.sentence", d.PlaceName, v.dayLong(p.From), v.dayLong(min(p.Last(), v.today_)))
	}
	if show == "" {
		show = "report"
	}
	pick := func(f *catalog.Figure, mode string, aimed map[string]bool) bool {
		if d.Query != "" {
			return strings.Contains(strings.ToLower(f.Label.Zh+" "+f.Label.En+" "+f.System+" "+strings.Join(f.Aliases, " ")), strings.ToLower(d.Query))
		}
		switch mode {
		case "report":
			return f.Gold != ""
		case "target":
			return aimed[f.Key]
		case "all":
			return true
		}
		return strings.HasPrefix(f.System, "S") && inTens(f.System, mode)
	}
	err := v.read(func() error {
		aimed, err := v.aimed(p.From.Year())
		if err != nil {
			return err
		}
		counts := map[string]int{}
		modes := []string{"report", "target", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}
		var chosen []*catalog.Figure
		for _, key := range v.view.Cat.FigureOrder {
			f := v.view.Cat.Figures[key]
			if !v.seesFigure(f) {
				continue
			}
			for _, m := range modes {
				if d.Query == "" && pick(f, m, aimed) {
					counts[m]++
				}
			}
			if pick(f, show, aimed) {
				chosen = append(chosen, f)
			}
		}
		for _, m := range modes {
			if counts[m] == 0 {
				continue
			}
			name := m
			switch m {
			case "report", "target":
				name = v.t("figures." + m)
			default:
				n, _ := strconv.Atoi(m)
				name = fmt.Sprintf("S%02d–S%02d", n*10-9, n*10)
			}
			d.Tabs = append(d.Tabs, tab{Href: "/figures?show=" + m, Text: name, Count: strconv.Itoa(counts[m]), Here: m == show && d.Query == ""})
		}
		if len(chosen) > 20 {
			if err := v.r.Ahead(v.place(), min(p.Last(), v.today_)); err != nil {
				return err
			}
		}
		bySystem := map[string]*figureGroup{}
		for _, s := range v.view.Cat.Systems {
			bySystem[s.Number] = &figureGroup{Number: s.Number, Name: v.in(s.Label)}
		}
		var order []string
		for _, f := range chosen {
			row, err := v.figureRow(f, p, true)
			if err != nil {
				return err
			}
			g := bySystem[f.System]
			if g == nil {
				g = &figureGroup{Number: f.System, Name: v.t("registers.shared")}
				bySystem[f.System] = g
			}
			if len(g.Rows) == 0 {
				order = append(order, f.System)
			}
			g.Rows = append(g.Rows, row)
			d.N++
			if len(d.Tiles) < 4 && row.Value.Known && (row.Target != "" || row.Told != "" || f.Kind == catalog.Measure) && d.Query == "" && show == "report" {
				d.Tiles = append(d.Tiles, row)
			}
		}
		sort.Strings(order)
		for _, s := range order {
			d.Groups = append(d.Groups, *bySystem[s])
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.render("figures", &d)
}

// inTens tells whether a system's number lies in the n-th ten.
func inTens(system, tens string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(system, "S"))
	t, err2 := strconv.Atoi(tens)
	return err == nil && err2 == nil && (n-1)/10 == t-1
}

// seesFigure tells whether a figure may be shown to the visitor: of a
// sensitive type only to those who see its records.
func (v *visit) seesFigure(f *catalog.Figure) bool {
	for _, b := range v.bases(f, 0) {
		if b.Type != nil && b.Type.Sensitive && !v.seesType(b.Type) {
			return false
		}
	}
	return true
}

// figureView is the page of one figure.
type figureView struct {
	Page
	figureRow
	Kind      string
	System    string
	Label     string
	Status    string
	AsOf      string
	For       string // place and period in words
	SliceName string
	Clear     string
	Restated  string
	Gap       string // published growth against computed growth
	Chart     *chart
	Months    []barRow
	Place     []barRow
	PlaceRest []barRow
	PlaceHead string
	Slices    []sliceView
	Parts     []figureRow
	Records   []partRow
	Groups    []groupRow
	RecordN   string
	Late      string // how many records came late
	RecordSum string
	Next      string
	CSV       string
	Grid      string
	Words     string
	Sources   []option // name and formula text
	Aliases   []string
	Hidden    bool // its records are not shown to this visitor
	Measured  string
	Have      string
	Pending   bool   // given by an office, signed by nobody yet
	Forecast  string // of the year's end, with its method
	Aim       *aimForm
}

// aimForm sets the target of a figure for a year and place.
type aimForm struct {
	Action, Year, Place string
	Shapes              []option
	Value, Unit, Source string
	Wrong               string
	Faults              []option
	ValueF, SourceF     input
}

type sliceView struct {
	Name       string
	Rows, Rest []barRow
}

// barRow is one bar of a list of bars.
type barRow struct {
	Name, Href, Value, Unit string
	Width, Was              string // percent
}

type partRow struct {
	Href, Number, Day, Place, Title, N string
}

type groupRow struct {
	Name, Href, Day, N string
}

func (v *visit) figure() error { return v.showFigure(nil) }

// showFigure draws the page of a figure; refused is why its target was not taken.
func (v *visit) showFigure(refused error) error {
	f := v.view.Cat.Figures[v.req.PathValue("key")]
	if f == nil || !v.seesFigure(f) {
		return town.Refuse(town.Missing, "figure", "没有这个指标，或您无权查看。", "there is no such figure, or you may not see it.")
	}
	q := v.req.URL.Query()
	p, place, slice, err := v.figureAsk()
	if err != nil {
		return err
	}
	d := figureView{Kind: string(f.Kind), Label: v.in(f.Label)}
	d.Page = v.page(v.in(f.Label), "figures")
	for _, s := range v.view.Cat.Systems {
		if s.Number == f.System {
			d.System = s.Number + " " + v.in(s.Label)
		}
	}
	d.For = v.placeOr(place) + " · " + v.periodName(p)
	if slice != "" {
		dim, val, _ := strings.Cut(slice, "=")
		d.SliceName = v.dimName(f, dim) + v.punct("：") + v.sliceName(f, dim, val)
		d.Clear = with(v.req.URL, "slice", "", "after", "")
	}
	d.AsOf = v.clockWords(v.now.Time(v.view.Zone()))
	err = v.read(func() error {
		c, err := v.compare(f, slice, place, p)
		if err != nil {
			return err
		}
		d.figureRow = figureRow{Key: f.Key, Href: "/figures/" + f.Key, Name: v.in(f.Label), Gold: f.Gold}
		v.fill(&d.figureRow, f, &c)
		d.Status, d.Pending = d.Value.Status, c.Value.Pending
		if slice == "" {
			if d.Forecast, err = v.forecastWords(f, figure.Query{Figure: f, Place: place, Period: p, AsOf: v.today_}, &c); err != nil {
				return err
			}
		}
		if c.Restated() {
			was := v.shown(*c.Published)
			d.Restated = v.t("figure.restated", was.Text+" "+was.Unit)
		}
		if d.Told != "" && d.Growth != "" && d.Told != d.Growth {
			d.Gap = v.t("figure.gap", d.Told, d.Growth)
		}
		if c.Value.Record != 0 {
			d.Measured = "/r/" + strconv.FormatInt(int64(c.Value.Record), 10)
		}
		if c.Value.Of > 0 {
			d.Have = v.t("figure.have", c.Value.Have, c.Value.Of)
		}
		if slice == "" && p == town.YearPeriod(p.From.Year()) && hall.MayPut(v.actor(), "target") {
			d.Aim = v.aimForm(f, place, p, c.Target, refused)
		}
		if d.Chart, d.Months, err = v.monthly(f, slice, place, p, &c); err != nil {
			return err
		}
		if err := v.byPlace(&d, f, slice, place, p); err != nil {
			return err
		}
		if slice == "" {
			if err := v.bySlice(&d, f, place, p); err != nil {
				return err
			}
		}
		for _, key := range figure.Parts(v.view.Cat, f) {
			if pf := v.view.Cat.Figures[key]; pf != nil {
				pc, err := v.compare(pf, slice, place, p)
				if err != nil {
					return err
				}
				row := figureRow{Key: key, Href: with(v.req.URL, "after", ""), Name: v.in(pf.Label)}
				row.Href = "/figures/" + key + strings.TrimPrefix(row.Href, v.req.URL.Path)
				v.fill(&row, pf, &pc)
				d.Parts = append(d.Parts, row)
			}
		}
		if f.Type != nil && f.Kind != catalog.Measure {
			if err := v.opened(&d, f, slice, place, p, q.Get("after")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.Words, d.Sources = figure.Words(v.view.Cat, f, v.lang), v.formulaSources(f)
	d.Aliases = f.Aliases
	if f.Type != nil && f.Kind != catalog.Measure {
		d.CSV = "/figures/" + f.Key + "/records.csv" + strings.TrimPrefix(with(v.req.URL, "after", ""), v.req.URL.Path)
		d.Grid = "/figures/" + f.Key + "/grid.json" + strings.TrimPrefix(with(v.req.URL, "after", ""), v.req.URL.Path)
	}
	if refused != nil {
		_, status := v.sentence(refused)
		return v.renderStatus("figure", &d, status)
	}
	return v.render("figure", &d)
}

// aimShapes are the shapes that a target has.
var aimShapes = []string{"growth", "level", "flat", "above"}

func (v *visit) aimForm(f *catalog.Figure, place town.Code, p town.Period, goal *figure.Goal, refused error) *aimForm {
	a := &aimForm{Year: p.String(), Place: string(place), Unit: v.unit(f.Unit), Action: "/figures/" + f.Key + "/target?" + url.Values{"place": {string(place)}, "period": {p.String()}}.Encode()}
	shape := "growth"
	if goal != nil {
		shape, a.Source = goal.Row.Shape, goal.Row.Source
		switch shape {
		case "growth":
			a.Value = decimalText(goal.Row.Value, 2)
		case "level":
			a.Value = decimalText(goal.Row.Value, f.Scale)
		}
	}
	inputs := []input{{Name: "f.value", ID: "av"}, {Name: "f.source", ID: "as"}}
	if refused != nil {
		shape, a.Value, a.Source = v.text("shape"), v.text("f.value"), v.text("f.source")
		a.Wrong, _ = v.sentence(refused)
		a.Faults = v.faulty(inputs, refused)
	}
	a.ValueF, a.SourceF = inputs[0], inputs[1]
	for _, s := range aimShapes {
		a.Shapes = append(a.Shapes, option{Value: s, Text: v.t("aim." + s), On: s == shape})
	}
	return a
}

// putTarget sets what a figure is to reach in a year, and where that is said.
func (v *visit) putTarget() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	f := v.view.Cat.Figures[v.req.PathValue("key")]
	if f == nil || !v.seesFigure(f) {
		return town.Refuse(town.Missing, "figure", "没有这个指标，或您无权查看。", "there is no such figure, or you may not see it.")
	}
	p, place, _, err := v.figureAsk()
	if err != nil {
		return err
	}
	if !hall.MayPut(v.actor(), "target") {
		return town.Refuse(town.Denied, "", "您的岗位不能定目标。", "your post sets no targets.")
	}
	if p != town.YearPeriod(p.From.Year()) {
		return errPeriod
	}
	var faults town.Faults
	row := town.Values{"figure": f.Key, "place": string(place), "year": p.String(), "shape": v.text("shape"), "source": v.text("f.source")}
	if row["source"] == "" {
		faults.Add(town.Refuse(town.Invalid, "source", "请写明目标的出处。", "say where the target is set."))
	}
	field := &catalog.Field{Key: "value", Type: catalog.Decimal, Scale: f.Scale}
	if row["shape"] == "growth" {
		field.Unit, field.Scale = "%", 2
	}
	if s := v.text("f.value"); row["shape"] == "growth" || row["shape"] == "level" {
		n, err := int64(0), error(town.Refuse(town.Invalid, "value", "请填写目标数。", "give the target's number."))
		if s != "" {
			n, err = (&entryLine{row: &catalog.MeasuredRow{}, fig: f}).parseEntry(field, s)
		}
		faults.Add(err)
		row["value"] = n
	}
	if err = faults.Err(); err == nil {
		err = v.putRow("target", row)
	}
	if err != nil {
		return v.showFigure(err)
	}
	v.redirect(v.figureHref(f.Key, place, p))
	return nil
}

// figureAsk reads period, place and slice of the address, or what is looked at.
func (v *visit) figureAsk() (town.Period, town.Code, string, error) {
	q := v.req.URL.Query()
	p, place := v.period(), v.place()
	if s := q.Get("period"); s != "" {
		x, err := town.ParsePeriod(s)
		if err != nil {
			return p, place, "", errPeriod
		}
		p = x
	}
	if q.Has("place") {
		pl := v.view.Place(town.Code(q.Get("place")))
		if pl == nil {
			return p, place, "", errPlace
		}
		place = pl.Code
	}
	slice := q.Get("slice")
	if slice != "" && !strings.Contains(slice, "=") {
		return p, place, "", town.Refuse(town.Invalid, "slice", "切分写法如 kind=water。", "a slice is written like kind=water.")
	}
	return p, place, slice, nil
}

func (v *visit) placeOr(code town.Code) string {
	if p := v.view.Place(code); p == nil || p.ID == 0 {
		return v.t("place.all")
	}
	return v.placePath(code)
}

// monthly reads a figure from 1 January to the end of each month: what a line shows.
func (v *visit) monthly(f *catalog.Figure, slice string, place town.Code, p town.Period, c *figure.Reading) (*chart, []barRow, error) {
	y := p.From.Year()
	read := func(year int) ([]*big.Rat, error) {
		out := make([]*big.Rat, 12)
		for m := 1; m <= 12; m++ {
			mp := town.MonthPeriod(year, time.Month(m))
			if mp.From > v.today_ {
				break
			}
			x, err := v.figureAt(f, slice, place, town.Period{From: town.DayOf(year, 1, 1), Until: mp.Until})
			if err != nil {
				return nil, err
			}
			out[m-1] = x.Rat()
		}
		return out, nil
	}
	now, err := read(y)
	if err != nil {
		return nil, nil, err
	}
	var past []*big.Rat
	if x, err := v.lastYear(f, slice, place, town.YearPeriod(y-1)); err != nil {
		return nil, nil, err
	} else if x.Known && f.Kind != catalog.Measure {
		if past, err = read(y - 1); err != nil {
			return nil, nil, err
		}
	}
	var goal *big.Rat
	if c.Target != nil {
		goal = c.Target.Wanted
	}
	ch := v.newChart(f, now, past, goal)
	var months []barRow
	if f.Type == nil || f.Kind == catalog.Measure || f.While != nil {
		return ch, nil, nil
	}
	most := new(big.Rat)
	values := make([]figure.Value, 12)
	for m := 1; m <= 12; m++ {
		mp := town.MonthPeriod(y, time.Month(m))
		if mp.From > v.today_ {
			break
		}
		x, err := v.figureAt(f, slice, place, mp)
		if err != nil {
			return nil, nil, err
		}
		values[m-1] = x
		if r := x.Rat(); r != nil && r.Cmp(most) > 0 {
			most = r
		}
	}
	for m, x := range values {
		if !x.Known {
			continue
		}
		s := v.shown(x)
		mp := town.MonthPeriod(y, time.Month(m+1))
		months = append(months, barRow{Name: v.monthName(m + 1), Href: with(v.req.URL, "period", mp.String(), "after", ""), Value: s.Text, Unit: s.Unit, Width: part(x.Rat(), most)})
	}
	return ch, months, nil
}

func (v *visit) monthName(m int) string {
	if v.lang == "en" {
		return time.Month(m).String()[:3]
	}
	return strconv.Itoa(m) + "月"
}

// part is a as a share of b, in percent for a bar's width.
func part(a, b *big.Rat) string {
	if a == nil || b == nil || b.Sign() <= 0 || a.Sign() <= 0 {
		return "0%"
	}
	r := new(big.Rat).Quo(a, b)
	r.Mul(r, big.NewRat(100, 1))
	return r.FloatString(1) + "%"
}

// byPlace compares the places right below the one looked at.
func (v *visit) byPlace(d *figureView, f *catalog.Figure, slice string, place town.Code, p town.Period) error {
	at := v.view.Place(place)
	if at == nil || f.Kind == catalog.Measure {
		return nil
	}
	type line struct {
		code town.Code
		x    figure.Value
	}
	var lines []line
	most := new(big.Rat)
	for _, id := range at.Down {
		pl := v.view.PlaceByID(id)
		if pl == nil || pl.ID == at.ID || len(pl.Path) != len(at.Path)+1 {
			continue
		}
		x, err := v.figureAt(f, slice, pl.Code, p)
		if err != nil {
			return err
		}
		if r := x.Rat(); r != nil && r.Sign() != 0 {
			lines = append(lines, line{pl.Code, x})
			if r.Cmp(most) > 0 {
				most = r
			}
		}
	}
	sort.SliceStable(lines, func(i, j int) bool { return lines[i].x.Rat().Cmp(lines[j].x.Rat()) > 0 })
	for _, l := range lines {
		s := v.small(f, l.x)
		d.Place = append(d.Place, barRow{Name: v.placeName(l.code), Href: with(v.req.URL, "place", string(l.code), "after", ""), Value: s.Text, Unit: s.Unit, Width: part(l.x.Rat(), most)})
	}
	d.Place, d.PlaceRest = parted(d.Place, mostPlaces)
	return nil
}

// How many bars stand open; the rest is folded below them, none left out.
const (
	mostPlaces = 24
	mostSlices = 14
)

// parted splits bars into those that stand open and the rest; one alone is no rest.
func parted(bars []barRow, most int) (open, rest []barRow) {
	if len(bars) <= most+1 {
		return bars, nil
	}
	return bars[:most], bars[most:]
}

// few tells whether a count of a sensitive type is so small that it would tell whom it is about.
func (v *visit) few(f *catalog.Figure, x figure.Value) bool {
	return x.Known && f.Type != nil && f.Type.Sensitive && x.Den == 1 && x.Num > 0 && x.Num < 3 && f.Kind != catalog.Sum
}

// small hides small counts of sensitive types.
func (v *visit) small(f *catalog.Figure, x figure.Value) shown {
	s := v.shown(x)
	if v.few(f, x) {
		s.Text, s.Exact = "<3", ""
	}
	return s
}

func (v *visit) dimName(f *catalog.Figure, dim string) string {
	if f.Type == nil {
		return dim
	}
	if fl := f.Type.Field(dim); fl != nil {
		return v.in(fl.Label)
	}
	switch dim {
	case "stage":
		return v.t("register.stage")
	case "office":
		return v.t("register.office")
	}
	if parts := strings.Split(dim, "."); len(parts) == 3 && parts[0] == "made" {
		if m := f.Type.Move(parts[1]); m != nil {
			return v.in(m.Label) + v.t("slice.by")
		}
	}
	if a, b, ok := strings.Cut(dim, "×"); ok {
		return v.dimName(f, a) + " × " + v.dimName(f, b)
	}
	return dim
}

func (v *visit) sliceName(f *catalog.Figure, dim, val string) string {
	if f.Type == nil {
		return val
	}
	if fl := f.Type.Field(dim); fl != nil {
		switch fl.Type {
		case catalog.Place:
			return v.placePath(town.Code(val))
		case catalog.Ref:
			if n, err := strconv.ParseInt(val, 10, 64); err == nil {
				return v.refOf(town.ID(n)).Text
			}
		case catalog.Bool:
			if val == "true" {
				return v.t("yes")
			}
			return v.t("no")
		}
		return v.choiceName(fl, val)
	}
	if dim == "stage" {
		if s := f.Type.Stage(val); s != nil {
			return v.in(s.Label)
		}
	}
	if a, b, ok := strings.Cut(dim, "×"); ok {
		x, y, _ := strings.Cut(val, "×")
		return v.sliceName(f, a, x) + " × " + v.sliceName(f, b, y)
	}
	return v.officeName(val)
}

func (v *visit) bySlice(d *figureView, f *catalog.Figure, place town.Code, p town.Period) error {
	if f.Type == nil {
		return nil
	}
	for _, s := range f.By {
		values, err := v.r.Slices(f, s.Key, place)
		if err != nil {
			return err
		}
		sv := sliceView{Name: v.dimName(f, s.Key)}
		most := new(big.Rat)
		var xs []figure.Value
		var names []string
		for _, val := range values {
			x, err := v.figureAt(f, s.Key+"="+val, place, p)
			if err != nil {
				return err
			}
			if r := x.Rat(); r != nil && r.Sign() != 0 {
				xs, names = append(xs, x), append(names, val)
				if r.Cmp(most) > 0 {
					most = r
				}
			}
		}
		order := make([]int, len(xs))
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(i, j int) bool { return xs[order[i]].Rat().Cmp(xs[order[j]].Rat()) > 0 })
		for _, i := range order {
			w := v.small(f, xs[i])
			sv.Rows = append(sv.Rows, barRow{Name: v.sliceName(f, s.Key, names[i]), Href: with(v.req.URL, "slice", s.Key+"="+names[i], "after", ""), Value: w.Text, Unit: w.Unit, Width: part(xs[i].Rat(), most)})
		}
		sv.Rows, sv.Rest = parted(sv.Rows, mostSlices)
		if len(sv.Rows) > 0 {
			d.Slices = append(d.Slices, sv)
		}
	}
	return nil
}

// pageOfParts is how many records a figure shows at once.
const pageOfParts = 20

// opened lists the records that make up a figure.
func (v *visit) opened(d *figureView, f *catalog.Figure, slice string, place town.Code, p town.Period, after string) error {
	if !v.seesType(f.Type) {
		d.Hidden = true
		return nil
	}
	p.Until = min(p.Until, v.today_+1)
	late, err := v.r.PartsLate(f, slice, place, p)
	if err != nil {
		return err
	}
	if late > 0 {
		d.Late = v.t("figure.late", group(late), hall.LateDays)
	}
	if f.Kind == catalog.Distinct {
		groups, err := v.r.Groups(f, slice, place, p, after, pageOfParts+1)
		if err != nil {
			return err
		}
		if len(groups) > pageOfParts {
			groups = groups[:pageOfParts]
			d.Next = with(v.req.URL, "after", groups[len(groups)-1].Key)
		}
		key := f.Type.Field(f.Keyed)
		for _, g := range groups {
			row := groupRow{Name: g.Key, Href: "/r/" + strconv.FormatInt(int64(g.Record), 10), Day: g.Day.String(), N: group(g.N)}
			if key != nil {
				row.Name = v.sliceName(f, f.Keyed, g.Key)
				if strings.HasPrefix(row.Name, "k:") || key.Sealed || len(g.Key) > 40 {
					row.Name = v.t("figure.sealedkey")
				}
			}
			d.Groups = append(d.Groups, row)
		}
		n, _, err := v.r.PartsSum(f, slice, place, p)
		d.RecordN = group(n)
		return err
	}
	n, sum, err := v.r.PartsSum(f, slice, place, p)
	if err != nil {
		return err
	}
	d.RecordN = group(n)
	d.RecordSum = groupDigits(decimalText(sum, f.Scale))
	id, _ := strconv.ParseInt(after, 10, 64) // from the beginning where it is none
	parts, err := v.r.Parts(f, slice, place, p, town.ID(id), pageOfParts+1)
	if err != nil {
		return err
	}
	if len(parts) > pageOfParts {
		parts = parts[:pageOfParts]
		d.Next = with(v.req.URL, "after", strconv.FormatInt(int64(parts[len(parts)-1].Record), 10))
	}
	for _, part := range parts {
		row, err := v.r.Record(part.Record)
		if err != nil {
			return err
		}
		if row == nil {
			continue
		}
		pr := partRow{Day: part.Day.String(), N: groupDigits(decimalText(part.N, f.Scale))}
		if v.maySee(f.Type, row) {
			pr.Href, pr.Number, pr.Title = "/r/"+strconv.FormatInt(int64(row.ID), 10), refKey(row), v.titleOf(f.Type, row)
		} else {
			pr.Title = v.t("figure.notyours")
		}
		if pl := v.view.PlaceByID(part.Place); pl != nil {
			pr.Place = v.placePath(pl.Code)
		}
		d.Records = append(d.Records, pr)
	}
	return nil
}

// figureCSV gives all records that make up a figure.
func (v *visit) figureCSV() error {
	f := v.view.Cat.Figures[v.req.PathValue("key")]
	if f == nil || f.Type == nil || !v.seesFigure(f) || !v.seesType(f.Type) {
		return town.Refuse(town.Missing, "figure", "没有这个指标，或您无权查看。", "there is no such figure, or you may not see it.")
	}
	p, place, slice, err := v.figureAsk()
	if err != nil {
		return err
	}
	p.Until = min(p.Until, v.today_+1)
	return v.read(func() error {
		v.attach("text/csv; charset=utf-8", f.Label.Zh+".csv")
		if _, err := v.w.Write([]byte("\ufeff")); err != nil {
			return nil // the browser went away
		}
		w := csv.NewWriter(v.w)
		v.csvRow(w, v.t("col.number"), v.t("col.day"), v.t("col.place"), v.t("col.title"), v.unit(f.Unit))
		after := town.ID(0)
		for {
			parts, err := v.r.Parts(f, slice, place, p, after, 1000)
			if err != nil {
				return err
			}
			for _, part := range parts {
				row, err := v.r.Record(part.Record)
				if err != nil {
					return err
				}
				number, title := "", v.t("figure.notyours")
				if row != nil && v.maySee(f.Type, row) {
					number, title = refKey(row), v.titleOf(f.Type, row)
				}
				name := ""
				if pl := v.view.PlaceByID(part.Place); pl != nil {
					name = v.placePath(pl.Code)
				}
				v.csvRow(w, number, part.Day.String(), name, title, decimalText(part.N, f.Scale))
			}
			if len(parts) < 1000 {
				break
			}
			after = parts[len(parts)-1].Record
		}
		w.Flush()
		return nil
	})
}

// figureGrid gives places × months for the picture of a figure.
func (v *visit) figureGrid() error {
	f := v.view.Cat.Figures[v.req.PathValue("key")]
	if f == nil || f.Type == nil || !v.seesFigure(f) || f.Type.Sensitive {
		return town.Refuse(town.Missing, "figure", "没有这个指标，或您无权查看。", "there is no such figure, or you may not see it.")
	}
	p, place, slice, err := v.figureAsk()
	if err != nil {
		return err
	}
	y := p.From.Year()
	type gridJSON struct {
		Places []string   `json:"places"`
		Months []string   `json:"months"`
		Cells  [][3]int64 `json:"cells"`
		Scale  int        `json:"scale"`
		Unit   string     `json:"unit"`
	}
	g := gridJSON{Scale: f.Scale, Unit: v.unit(f.Unit)}
	for m := 1; m <= 12; m++ {
		g.Months = append(g.Months, v.monthName(m))
	}
	err = v.read(func() error {
		at := v.view.Place(place)
		for _, id := range at.Down {
			pl := v.view.PlaceByID(id)
			if pl == nil || pl.ID == at.ID || len(pl.Path) != len(at.Path)+1 {
				continue
			}
			cells, err := v.r.Months(f, slice, pl.Code, int32(y*10000), int32((y+1)*10000))
			if err != nil {
				return err
			}
			if len(cells) == 0 {
				continue
			}
			n := int64(len(g.Places))
			g.Places = append(g.Places, v.placeName(pl.Code))
			for _, c := range cells {
				g.Cells = append(g.Cells, [3]int64{int64(c.Span/100)%100 - 1, n, c.N})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(v.w).Encode(g)
}

// formulaSources are the formulas of a figure as they were declared.
func (v *visit) formulaSources(f *catalog.Figure) (out []option) {
	add := func(name string, p *formula.Program) {
		if p != nil {
			out = append(out, option{Text: v.t("src." + name), Value: p.Source()})
		}
	}
	add("at", f.AtDay)
	add("while", f.While)
	add("of", f.Of)
	if f.Kind == catalog.Sum {
		add("amount", f.Amount)
	}
	add("expr", f.Expr)
	add("is", f.Is)
	return out
}

// aimed are the figures with a target for the year.
func (v *visit) aimed(year int) (map[string]bool, error) {
	rows, err := v.r.Q().Data(v.ctx, v.r.Town(), "target")
	out := map[string]bool{}
	for _, d := range rows {
		if parts := strings.Split(d.Key, "/"); len(parts) == 3 && parts[2] == strconv.Itoa(year) {
			out[parts[0]] = true
		}
	}
	return out, err
}

// csvRow writes one line that no spreadsheet takes for a formula.
func (v *visit) csvRow(w *csv.Writer, cells ...string) {
	for i, c := range cells {
		cells[i] = sheet.Harmless(c)
	}
	_ = w.Write(cells) // an error shows at Flush; the browser went away
}
