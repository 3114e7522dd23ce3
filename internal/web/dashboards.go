package web

import (
	"math/big"
	"net/url"
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/town"
)

// boardRow is one figure of a dashboard.
type boardRow struct {
	figureRow
	Pending  bool
	Gap      bool   // growth published and growth computed lie more than a tenth of a point apart
	Forecast shown  // of the year's end
	Method   string // by which it was made, in a word
	Misses   bool
	Behind   bool
	Line     *spark
	Alarms   []string
	Open     string // address that opens it in its place
	Shut     string // address that shuts it again
	Opened   *boardOpened
}

// boardOpened is what a figure of a dashboard opens to.
type boardOpened struct {
	Key, Name string
	Chart     *chart
	Place     []barRow
	PlaceRest []barRow
	Slices    []sliceView
	Method    string // the forecast and its method, in a sentence
	Words     string
	Href      string
	Compare   string
}

type boardSection struct {
	Name string
	Rows []boardRow
}

// alarmRow is an alert that asks somebody to act.
type alarmRow struct {
	Name, Text, Owner, Href string
	Known                   bool
}

type dashboardView struct {
	Page
	Key, Label string
	For        string
	AsOf       string
	Tabs       []tab
	Sections   []boardSection
	Alarms     []alarmRow
	Quiet      int // alerts that ask for nothing now
	N          int
	Methods    []string // how forecasts were made, of those that stand on the page
	Compare    string
	Sheet      string // the export
	Screen     string
	Print      string
	Back       string
	Seq        string // the journal's size
	Edition    string
	Of         string // the period
}

// board finds the dashboard that is asked for.
func (v *visit) board() (*catalog.Dashboard, error) {
	d := v.view.Cat.Dashboards[v.req.PathValue("board")]
	if d == nil {
		return nil, town.Refuse(town.Missing, "dashboard", "没有这个看板。", "there is no such dashboard.")
	}
	return d, nil
}

// home is the address a member begins at: the dashboard of the first post that has one, else Today.
func (v *visit) home(posts []town.Post) string {
	for _, p := range posts {
		if d := v.view.Cat.HomeOf(p.Role); d != nil {
			return "/dashboards/" + d.Key
		}
	}
	return "/"
}

// alarms holds the alerts of the catalog that fits picks against their figures, those that ask for action first.
func (v *visit) alarms(place town.Code, fits func(*catalog.Alert) bool) ([]figure.Alarm, error) {
	var on, off []figure.Alarm
	for _, key := range v.view.Cat.AlertOrder {
		a := v.view.Cat.Alerts[key]
		if !v.seesFigure(v.view.Cat.Figures[a.Figure]) || !fits(a) {
			continue
		}
		x, err := figure.Watch(v.view.Cat, v.r, a, place, v.today_)
		if err != nil {
			return nil, err
		}
		if x.On {
			on = append(on, x)
		} else {
			off = append(off, x)
		}
	}
	return append(on, off...), nil
}

// alarmWords says what an alarm found.
func (v *visit) alarmWords(x *figure.Alarm) string {
	f := v.view.Cat.Figures[x.Alert.Figure]
	if !x.Known {
		return v.t("alert.unknown")
	}
	amount := func(r *big.Rat) string {
		text, unit := v.scaled(r, f.Unit)
		return strings.TrimSpace(text + " " + unit)
	}
	switch {
	case x.Alert.Above != nil:
		return v.t("alert.above", amount(x.Value), amount(x.Against))
	case x.Alert.Below != nil:
		return v.t("alert.below", amount(x.Value), amount(x.Against))
	case x.Alert.Misses:
		return v.t("alert.misses", amount(x.Value), amount(x.Against), v.t("method."+x.Method))
	}
	return v.t("alert."+x.Method, v.t("alert.months", x.Alert.Over), amount(x.Value), amount(x.Against), v.rate(f, x.Change))
}

func (v *visit) alarmRow(x *figure.Alarm) alarmRow {
	f := v.view.Cat.Figures[x.Alert.Figure]
	return alarmRow{Name: v.in(x.Alert.Label), Text: v.in(f.Label) + v.punct("：") + v.alarmWords(x), Owner: v.officeName(x.Alert.Owner), Href: "/figures/" + f.Key, Known: x.Known}
}

// boardRow reads one figure of a dashboard.
func (v *visit) boardRow(f *catalog.Figure, place town.Code, p town.Period) (boardRow, error) {
	r := boardRow{figureRow: figureRow{Key: f.Key, Name: v.in(f.Label), Gold: f.Gold}}
	r.Href = v.figureHref(f.Key, place, p)
	q := figure.Query{Figure: f, Place: place, Period: p, AsOf: v.today_}
	c, err := figure.Compare(v.view.Cat, v.r, q)
	if err != nil {
		return r, err
	}
	v.fill(&r.figureRow, f, &c)
	if v.few(f, c.Value) {
		r.Value, r.Growth, r.Share, r.Bar = v.small(f, c.Value), "", "", nil
		return r, nil
	}
	r.Pending = c.Value.Pending
	if c.Growth != nil && c.Told != nil {
		gap := new(big.Rat).Sub(c.Told, c.Growth)
		r.Gap = gap.Abs(gap).Cmp(big.NewRat(1, 10)) > 0
	}
	o, err := figure.Foresee(v.view.Cat, v.r, q, &c)
	if err != nil {
		return r, err
	}
	if o.Forecast != nil && o.Method != figure.Closed {
		r.Forecast, r.Method = v.foretold(f, o.Value), o.Method
	}
	r.Misses, r.Behind = o.Judged && o.Misses, o.Behind
	if r.Bar != nil && o.Forecast != nil && o.Share != nil && o.Method != figure.Closed {
		x, _ := o.Share.Float64() // for drawing only
		r.Bar.Pace = newTargetBar(x, "").Fill
	}
	y := p.From.Year()
	if p != town.YearPeriod(y) {
		return r, nil
	}
	now, err := figure.Line(v.view.Cat, v.r, q, y)
	if err != nil {
		return r, err
	}
	var past []*big.Rat
	if c.Base.Known && c.Base.Status != "published" && c.Base.Status != "implied" {
		if past, err = figure.Line(v.view.Cat, v.r, q, y-1); err != nil {
			return r, err
		}
	}
	r.Line = newLine(now, past, v.t("board.line"))
	return r, nil
}

// foretold shows a forecast: of what is counted in whole things, in whole things.
func (v *visit) foretold(f *catalog.Figure, r *big.Rat) shown {
	x := figure.Value{Den: 1, Unit: f.Unit}
	if f.Scale == 0 && f.Unit != "%" && figure.Adds(v.view.Cat, f) {
		r, _ = new(big.Rat).SetString(figure.Decimal(r, 0)) // a number it wrote itself
	}
	x.Set(r)
	return v.shown(x)
}

// figureHref leads to a figure's own page for a place and period.
func (v *visit) figureHref(key string, place town.Code, p town.Period) string {
	q := url.Values{}
	if place != v.place() {
		q.Set("place", string(place))
	}
	if p != v.period() {
		q.Set("period", p.String())
	}
	if len(q) == 0 {
		return "/figures/" + key
	}
	return "/figures/" + key + "?" + q.Encode()
}

// boardSections reads all figures of a dashboard that the visitor may see.
func (v *visit) boardSections(d *catalog.Dashboard, place town.Code, p town.Period, each func(*boardRow, *catalog.Figure) error) ([]boardSection, error) {
	var out []boardSection
	for _, s := range d.Sections {
		sec := boardSection{Name: v.in(s.Label)}
		for _, key := range s.Figures {
			f := v.view.Cat.Figures[key]
			if !v.seesFigure(f) {
				continue
			}
			row, err := v.boardRow(f, place, p)
			if err != nil {
				return nil, err
			}
			if err := each(&row, f); err != nil {
				return nil, err
			}
			sec.Rows = append(sec.Rows, row)
		}
		if len(sec.Rows) > 0 {
			out = append(out, sec)
		}
	}
	return out, nil
}

func (v *visit) dashboard() error       { return v.showBoard("dashboard") }
func (v *visit) dashboardScreen() error { return v.showBoard("screen") }
func (v *visit) dashboardPrint() error  { return v.showBoard("boardprint") }

// showBoard draws a dashboard: in the console, for a big screen, for paper.
func (v *visit) showBoard(page string) error {
	b, err := v.board()
	if err != nil {
		return err
	}
	p, place, _, err := v.figureAsk()
	if err != nil {
		return err
	}
	open := v.req.URL.Query().Get("open")
	here := "/dashboards/" + b.Key
	d := dashboardView{Key: b.Key, Label: v.in(b.Label), Of: p.String()}
	d.Page = v.page(d.Label, "board")
	d.For = v.placeOr(place) + " · " + v.periodName(p)
	d.AsOf = v.clockWords(v.now.Time(v.view.Zone()))
	q := strings.TrimPrefix(with(v.req.URL, "open", ""), v.req.URL.Path)
	d.Screen, d.Print, d.Sheet, d.Back = here+"/screen"+q, here+"/print"+q, here+"/export.xlsx"+q, here+q
	d.Compare = v.compareHref(b.Key, place, p, place, p.LastYear())
	for _, key := range v.view.Cat.DashboardOrder {
		d.Tabs = append(d.Tabs, tab{Href: "/dashboards/" + key, Text: v.in(v.view.Cat.Dashboards[key].Label), Here: key == b.Key})
	}
	err = v.read(func() error {
		head, err := v.r.Q().Head(v.ctx, v.r.Town())
		if err != nil {
			return err
		}
		d.Seq, d.Edition = group(head.Seq), v.view.Cat.Edition[:12]
		figures := b.Figures()
		if err := v.r.Ahead(place, min(p.Last(), v.today_), figures...); err != nil {
			return err
		}
		all, err := v.alarms(place, func(a *catalog.Alert) bool { return slices.Contains(figures, a.Figure) })
		if err != nil {
			return err
		}
		told := map[string][]string{}
		for i := range all {
			if !all[i].On {
				d.Quiet++
				continue
			}
			row := v.alarmRow(&all[i])
			d.Alarms = append(d.Alarms, row)
			told[all[i].Alert.Figure] = append(told[all[i].Alert.Figure], row.Name)
		}
		d.Sections, err = v.boardSections(b, place, p, func(r *boardRow, f *catalog.Figure) error {
			d.N++
			r.Alarms = told[f.Key]
			r.Open, r.Shut = with(v.req.URL, "open", f.Key)+"#"+f.Key, with(v.req.URL, "open", "")+"#"+f.Key
			if m := v.t("method." + r.Method + ".said"); r.Method != "" && !slices.Contains(d.Methods, m) {
				d.Methods = append(d.Methods, m)
			}
			if page == "dashboard" && open == f.Key {
				var err error
				r.Opened, err = v.openBoard(b, f, place, p)
				return err
			}
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	if page == "dashboard" {
		return v.render(page, &d)
	}
	return v.renderAs(page, "sheet", &d)
}

// openBoard reads what a figure of a dashboard opens to.
func (v *visit) openBoard(b *catalog.Dashboard, f *catalog.Figure, place town.Code, p town.Period) (*boardOpened, error) {
	q := figure.Query{Figure: f, Place: place, Period: p, AsOf: v.today_}
	c, err := figure.Compare(v.view.Cat, v.r, q)
	if err != nil {
		return nil, err
	}
	o := &boardOpened{Key: f.Key, Name: v.in(f.Label), Href: v.figureHref(f.Key, place, p), Words: figure.Words(v.view.Cat, f, v.lang)}
	o.Compare = v.compareHref(b.Key, place, p, place, p.LastYear())
	if v.few(f, c.Value) {
		return o, nil
	}
	at := v.req.URL
	v.req.URL = &url.URL{Path: "/figures/" + f.Key, RawQuery: url.Values{"place": {string(place)}, "period": {p.String()}}.Encode()} // bars lead to the figure's own page
	defer func() { v.req.URL = at }()
	if o.Chart, _, err = v.monthly(f, "", place, p, &c); err != nil {
		return nil, err
	}
	var d figureView
	if err := v.byPlace(&d, f, "", place, p); err != nil {
		return nil, err
	}
	if err := v.bySlice(&d, f, place, p); err != nil {
		return nil, err
	}
	o.Place, o.PlaceRest, o.Slices = d.Place, d.PlaceRest, d.Slices
	o.Method, err = v.forecastWords(f, q, &c)
	return o, err
}

// forecastWords says what a figure will be at the year's end, and by which method; "" where nothing is foretold.
func (v *visit) forecastWords(f *catalog.Figure, q figure.Query, c *figure.Reading) (string, error) {
	out, err := figure.Foresee(v.view.Cat, v.r, q, c)
	if err != nil || out.Forecast == nil || out.Method == figure.Closed {
		return "", err
	}
	told := v.foretold(f, out.Value)
	text := v.t("board.foretold", strings.TrimSpace(told.Text+" "+told.Unit), v.t("method."+out.Method+".said"))
	if out.Share != nil && out.Method == figure.Seasonal {
		text += v.t("board.share", figure.Decimal(out.Share, 1))
	}
	if out.Judged && out.Misses {
		text += v.t("board.willmiss")
	}
	return text, nil
}

// boardFigure gives one figure of a dashboard opened, to be put below its row.
func (v *visit) boardFigure() error {
	b, err := v.board()
	if err != nil {
		return err
	}
	f := v.view.Cat.Figures[v.req.PathValue("key")]
	if f == nil || !slices.Contains(b.Figures(), f.Key) || !v.seesFigure(f) {
		return town.Refuse(town.Missing, "figure", "没有这个指标，或您无权查看。", "there is no such figure, or you may not see it.")
	}
	p, place, _, err := v.figureAsk()
	if err != nil {
		return err
	}
	d := dashboardView{Key: b.Key}
	d.Page = v.page("", "board")
	var o *boardOpened
	if err := v.read(func() (err error) { o, err = v.openBoard(b, f, place, p); return err }); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Cache-Control", "no-store")
	return v.pages["dashboard"].ExecuteTemplate(v.w, "board-opened", dict("Page", &d, "O", o))
}

// alertsOf are the alarms that ask the visitor's offices to act.
func (v *visit) alertsOf() ([]alarmRow, error) {
	all, err := v.alarms("", func(a *catalog.Alert) bool { return v.sitsIn(a.Owner) })
	if err != nil {
		return nil, err
	}
	var out []alarmRow
	for i := range all {
		if all[i].On {
			out = append(out, v.alarmRow(&all[i]))
		}
	}
	return out, nil
}
