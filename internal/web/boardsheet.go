package web

import (
	"bytes"
	"math/big"
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/journal"
	"zhenwu/internal/sheet"
	"zhenwu/internal/town"
)

// dashboardXLSX gives a dashboard as a workbook whose growth, targets and sums are formulas, with where each figure comes from.
func (v *visit) dashboardXLSX() error {
	d, err := v.board()
	if err != nil {
		return err
	}
	p, place, _, err := v.figureAsk()
	if err != nil {
		return err
	}
	b := sheet.Book{Title: v.in(v.view.Cat.Name) + " · " + v.in(d.Label), For: v.placeOr(place) + " · " + v.periodName(p), AsOf: v.t("asof") + " " + v.clockWords(v.now.Time(v.view.Zone()))}
	if v.view.Simulated {
		b.Mark = v.t("sim.mark")
	}
	b.Words = sheet.BookWords{Figures: v.t("nav.figures"), ByMonth: v.t("figure.bymonth"), ByPlace: v.t("figure.byplace"), Source: v.t("book.source"),
		Section: v.t("book.section"), Figure: v.t("figures.figure"), Unit: v.t("book.unit"), Now: v.t("board.now"), Last: v.t("board.last"), Diff: v.t("compare.diff"), Growth: v.t("board.computed"), Told: v.t("board.told"),
		Base: v.t("book.base"), Rate: v.t("book.rate"), Target: v.t("figures.target"), Done: v.t("figures.done"), Share: v.t("book.share"), Forecast: v.t("board.forecast"), Method: v.t("book.method"), Status: v.t("book.status"),
		Sum: v.t("book.sum"), Whole: v.t("book.whole"), Rest: v.t("book.rest"), Key: v.t("book.key"), Definition: v.t("figure.how"), Address: v.t("book.address")}
	for m := 1; m <= 12; m++ {
		b.Months = append(b.Months, v.monthName(m))
	}
	err = v.read(func() error {
		if err := v.r.Ahead(place, min(p.Last(), v.today_), d.Figures()...); err != nil {
			return err
		}
		var below []town.Code
		if at := v.view.Place(place); at != nil {
			for _, id := range at.Down {
				if pl := v.view.PlaceByID(id); pl != nil && pl.ID != at.ID && len(pl.Path) == len(at.Path)+1 {
					below = append(below, pl.Code)
					b.Places = append(b.Places, v.placeName(pl.Code))
				}
			}
		}
		for _, s := range d.Sections {
			for _, key := range s.Figures {
				f := v.view.Cat.Figures[key]
				if !v.seesFigure(f) {
					continue
				}
				row, err := v.bookRow(f, place, below, p)
				if err != nil {
					return err
				}
				row.Section = v.in(s.Label)
				b.Rows = append(b.Rows, row)
			}
		}
		head, err := v.r.Q().Head(v.ctx, v.r.Town())
		if err != nil {
			return err
		}
		b.Facts = [][2]string{{v.t("asof"), v.now.Time(v.view.Zone()).Format("2006-01-02 15:04:05 -07:00")}, {v.t("book.edition"), v.view.Cat.Edition}, {v.t("book.leaves"), group(head.Seq)},
			{v.t("book.key2"), journal.Fingerprint(v.hall.KeyPublic())}, {v.t("book.page"), v.origin() + strings.Replace(v.req.URL.RequestURI(), "/export.xlsx", "", 1)}, {v.t("book.by"), v.member.Name}}
		return nil
	})
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := b.Write(&buf); err != nil {
		return err
	}
	v.attach("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", v.in(d.Label)+" "+p.String()+".xlsx")
	_, _ = v.w.Write(buf.Bytes()) // the browser went away
	return nil
}

// origin is the address of this console as the visitor reaches it.
func (v *visit) origin() string {
	if v.cfg.Secure || v.req.TLS != nil {
		return "https://" + v.req.Host
	}
	return "http://" + v.req.Host
}

// bookRow reads one figure of a workbook.
func (v *visit) bookRow(f *catalog.Figure, place town.Code, below []town.Code, p town.Period) (sheet.BookRow, error) {
	r := sheet.BookRow{Key: f.Key, Name: v.in(f.Label), Unit: v.unit(f.Unit), Points: f.Unit == "%", Definition: figure.Words(v.view.Cat, f, v.lang), Address: v.origin() + v.figureHref(f.Key, place, p)}
	if !strings.Contains(r.Address, "?") {
		r.Address += "?period=" + p.String()
	}
	q := figure.Query{Figure: f, Place: place, Period: p, AsOf: v.today_}
	c, err := figure.Compare(v.view.Cat, v.r, q)
	if err != nil {
		return r, err
	}
	if v.few(f, c.Value) {
		r.Status = v.small(f, c.Value).Text
		return r, nil
	}
	r.Now, r.Last, r.Told, r.Base = c.Value.Rat(), c.Last.Rat(), c.Told, c.Base.Rat()
	if c.Value.Status != "" {
		r.Status = v.t("status." + c.Value.Status)
	}
	if c.Target != nil {
		switch c.Target.Row.Shape {
		case "growth":
			r.Rate = big.NewRat(c.Target.Row.Value, 100)
		case "flat":
			r.Rate = new(big.Rat)
		default:
			r.Level = c.Target.Wanted
		}
	}
	o, err := figure.Foresee(v.view.Cat, v.r, q, &c)
	if err != nil {
		return r, err
	}
	if o.Forecast != nil && o.Method != figure.Closed {
		r.Forecast, r.Method = o.Value, v.t("method."+o.Method)
		if o.Method == figure.Linear || o.Method == figure.Seasonal {
			r.Share = o.Share
		}
	}
	tallied := slices.Contains([]catalog.FigureKind{catalog.Count, catalog.Sum, catalog.Times, catalog.Distinct}, f.Kind)
	if y := p.From.Year(); tallied && !figure.Stock(f) && p == town.YearPeriod(y) && c.Value.Known {
		cells, err := v.r.Months(f, "", place, int32(y*10000), int32((y+1)*10000))
		if err != nil {
			return r, err
		}
		r.Months = make([]*big.Rat, 12)
		for _, cell := range cells {
			if m := int(cell.Span/100)%100 - 1; m >= 0 && m < 12 {
				r.Months[m] = figure.Value{Known: true, Num: cell.N, Den: 1, Scale: f.Scale}.Rat()
			}
		}
	}
	sensitive := f.Type != nil && f.Type.Sensitive
	if tallied && f.Kind != catalog.Distinct && !sensitive && c.Value.Known {
		r.Places = make([]*big.Rat, len(below))
		for i, code := range below {
			x, err := v.figureAt(f, "", code, p)
			if err != nil {
				return r, err
			}
			if n := x.Rat(); n != nil && n.Sign() != 0 {
				r.Places[i] = n
			}
		}
	}
	return r, nil
}
