package web

import (
	"math/big"
	"net/url"
	"slices"
	"strconv"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/town"
)

// A comparison holds the figures of a dashboard at one place and period against those at another: two villages, two years, or both
// at once. Its address says all of it, so that it can be sent to somebody.

// compareSide is one side of a comparison.
type compareSide struct {
	Place  string
	Period string
	Name   string
	Places []option
	Spans  []option
}

type compareRow struct {
	Name, Href string // to the left side
	Right      string // address of the right side
	A, B       shown
	Diff       string // A less B
	Growth     string // of A on B
	WideA      string // bars, in percent of the larger
	WideB      string
}

type compareView struct {
	Page
	Board    string
	Boards   []option
	A, B     compareSide
	Swap     string
	Sections []compareSection
}

type compareSection struct {
	Name string
	Rows []compareRow
}

// compareHref is the address of a comparison.
func (v *visit) compareHref(board string, placeA town.Code, periodA town.Period, placeB town.Code, periodB town.Period) string {
	q := url.Values{"of": {board}, "place": {string(placeA)}, "period": {periodA.String()}, "place2": {string(placeB)}, "period2": {periodB.String()}}
	return "/compare?" + q.Encode()
}

// side reads one side of the address; what it does not say is as on the page that is looked at.
func (v *visit) side(place, period string, otherwise town.Period) (town.Code, town.Period, error) {
	q := v.req.URL.Query()
	code, p := v.place(), otherwise
	if q.Has(place) {
		if code = town.Code(q.Get(place)); v.view.Place(code) == nil {
			return code, p, errPlace
		}
	}
	if s := q.Get(period); s != "" {
		x, err := town.ParsePeriod(s)
		if err != nil {
			return code, p, errPeriod
		}
		p = x
	}
	return code, p, nil
}

func (v *visit) comparePage() error {
	q := v.req.URL.Query()
	key := q.Get("of")
	if key == "" && len(v.view.Cat.DashboardOrder) > 0 {
		key = v.view.Cat.DashboardOrder[0]
	}
	b := v.view.Cat.Dashboards[key]
	if b == nil {
		return town.Refuse(town.Missing, "dashboard", "没有这个看板。", "there is no such dashboard.")
	}
	placeA, periodA, err := v.side("place", "period", v.period())
	if err != nil {
		return err
	}
	placeB, periodB, err := v.side("place2", "period2", periodA.LastYear())
	if err != nil {
		return err
	}
	periodA, periodB = v.sameDays(periodA, periodB), v.sameDays(periodB, periodA)
	d := compareView{Board: key, Swap: v.compareHref(key, placeB, periodB, placeA, periodA)}
	d.Page = v.page(v.t("nav.compare"), "figures")
	for _, k := range v.view.Cat.DashboardOrder {
		d.Boards = append(d.Boards, option{Value: k, Text: v.in(v.view.Cat.Dashboards[k].Label), On: k == key})
	}
	d.A, d.B = v.compareSide(placeA, periodA), v.compareSide(placeB, periodB)
	err = v.read(func() error {
		for _, s := range b.Sections {
			sec := compareSection{Name: v.in(s.Label)}
			for _, k := range s.Figures {
				f := v.view.Cat.Figures[k]
				if !v.seesFigure(f) {
					continue
				}
				row, err := v.compareRow(f, placeA, periodA, placeB, periodB)
				if err != nil {
					return err
				}
				sec.Rows = append(sec.Rows, row)
			}
			if len(sec.Rows) > 0 {
				d.Sections = append(d.Sections, sec)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.render("compare", &d)
}

// sameDays cuts p, which is over, to the days that are gone of the same period of another year that still runs, so that like is held
// against like.
func (v *visit) sameDays(p, running town.Period) town.Period {
	years := running.From.Year() - p.From.Year()
	if p.Last() > v.today_ || v.today_ < running.From || v.today_ >= running.Last() || years <= 0 {
		return p
	}
	back := running
	so := town.Period{From: running.From, Until: v.today_ + 1}
	for range years {
		back, so = back.LastYear(), so.LastYear()
	}
	if back != p {
		return p
	}
	return so
}

func (v *visit) compareSide(place town.Code, p town.Period) compareSide {
	s := compareSide{Place: string(place), Period: p.String(), Name: v.placeOr(place) + " · " + v.periodName(p)}
	for _, pl := range v.view.Places() {
		if pl.Kind == "grid" && pl.Code != place {
			continue // reached by its address; the list would be too long
		}
		o := option{Value: string(pl.Code), Text: v.placeName(pl.Code), On: pl.Code == place}
		if pl.ID == 0 {
			o.Value, o.Text, o.On = "", v.t("place.all"), place == "" || place == v.view.Cat.Code
		}
		s.Places = append(s.Places, o)
	}
	y := v.today_.Year()
	for year := y + 1; year >= y-3; year-- {
		x := town.YearPeriod(year)
		s.Spans = append(s.Spans, option{Value: x.String(), Text: v.periodName(x), On: x == p})
	}
	if !slices.ContainsFunc(s.Spans, func(o option) bool { return o.On }) {
		s.Spans = append(s.Spans, option{Value: p.String(), Text: v.periodName(p), On: true})
	}
	for year := y; year >= y-1; year-- {
		for quarter := 1; quarter <= 4; quarter++ {
			x, err := town.ParsePeriod(strconv.Itoa(year) + "-Q" + strconv.Itoa(quarter))
			if err == nil && x != p && x.From <= v.today_ {
				s.Spans = append(s.Spans, option{Value: x.String(), Text: v.periodName(x)})
			}
		}
	}
	return s
}

// compareValue reads a figure where it is known: of the time before the records only what was published.
func (v *visit) compareValue(f *catalog.Figure, place town.Code, p town.Period) (figure.Value, error) {
	known, err := figure.Recorded(v.view.Cat, v.r, f, place, p)
	if err != nil {
		return figure.Value{}, err
	}
	var x figure.Value
	if known {
		if x, err = v.figureAt(f, "", place, p); err != nil {
			return x, err
		}
	}
	if !x.Known && p == town.YearPeriod(p.From.Year()) {
		c, err := v.compare(f, "", place, town.YearPeriod(p.From.Year()+1))
		if err != nil {
			return x, err
		}
		if c.Base.Status == "published" || c.Base.Status == "implied" {
			x = c.Base
		}
	}
	return x, nil
}

func (v *visit) compareRow(f *catalog.Figure, placeA town.Code, periodA town.Period, placeB town.Code, periodB town.Period) (compareRow, error) {
	r := compareRow{Name: v.in(f.Label), Href: v.figureHref(f.Key, placeA, periodA), Right: v.figureHref(f.Key, placeB, periodB)}
	a, err := v.compareValue(f, placeA, periodA)
	if err != nil {
		return r, err
	}
	b, err := v.compareValue(f, placeB, periodB)
	if err != nil {
		return r, err
	}
	r.A, r.B = v.small(f, a), v.small(f, b)
	x, y := a.Rat(), b.Rat()
	masked := r.A.Text == "<3" || r.B.Text == "<3"
	if x != nil && y != nil && !masked {
		diff := new(big.Rat).Sub(x, y)
		text, unit := v.scaled(diff, f.Unit)
		if f.Unit == "%" {
			unit = v.t("points")
		}
		if r.Diff = text + " " + unit; diff.Sign() > 0 {
			r.Diff = "+" + r.Diff
		}
		if f.Unit != "%" {
			r.Growth = v.rate(f, figure.Growth(a, b))
		}
	}
	most := x
	if most == nil || y != nil && y.Cmp(most) > 0 {
		most = y
	}
	if !masked {
		r.WideA, r.WideB = part(x, most), part(y, most)
	}
	return r, nil
}
