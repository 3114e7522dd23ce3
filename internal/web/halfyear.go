package web

import (
	"bytes"
	"math/big"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/commitment"
	"zhenwu/internal/figure"
	"zhenwu/internal/paper"
	"zhenwu/internal/sheet"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// halfRow is a row of the half-year table as a page shows it.
type halfRow struct {
	commitment.Row
	Href             string
	Lead, Rest       string // the lead office, the helping ones
	Light, LightName string
}

type halfPart struct {
	Heading string
	Rows    []halfRow
}

// halfView is the half-year table as a page.
type halfView struct {
	Page
	There  bool
	Title  string
	AsOf   string
	Parts  []halfPart
	N      int
	Years  []option
	Halves []option
	Query  string
}

// halfYear lays out the table of a half of a year, from what the visitor may see. The figures are those of the half's last day, or of today.
func (v *visit) halfYear() (*commitment.Table, error) {
	q := v.req.URL.Query()
	year, half := v.today_.Year(), 1
	if _, m, _ := v.today_.Date(); m > 8 { // a half is told of in the weeks behind it
		half = 2
	}
	if s := q.Get("year"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1949 || n > 2200 {
			return nil, town.Refuse(town.Invalid, "year", "年份要写成 2024。", "Write the year as 2024.")
		}
		year = n
	} else if _, m, _ := v.today_.Date(); m == 12 { // the plan given at the end of a year is for the next
		year, half = year+1, 1
	}
	switch s := q.Get("half"); s {
	case "":
	case "1", "2":
		half = int(s[0] - '0')
	default:
		return nil, town.Refuse(town.Invalid, "half", "半年写 1 或 2。", "A half is 1 or 2.")
	}
	t := &commitment.Table{Town: v.view.Cat.Name.Zh, Year: year, Half: half, AsOf: min(commitment.HalfOf(year, half), v.today_)}
	if err := v.read(func() error {
		if err := v.targetsOf(t); err != nil {
			return err
		}
		return v.tasksOf(t)
	}); err != nil {
		return nil, err
	}
	t.Number()
	return t, nil
}

// targetsOf puts the targets of the year beside what has come of them.
func (v *visit) targetsOf(t *commitment.Table) error {
	for _, key := range v.view.Cat.FigureOrder {
		f := v.view.Cat.Figures[key]
		row, ok, err := v.r.Target(f, "", t.Year)
		if err != nil {
			return err
		}
		if !ok || !v.seesFigure(f) {
			continue
		}
		c, err := figure.Compare(v.view.Cat, v.r, figure.Query{Figure: f, Period: town.YearPeriod(t.Year), AsOf: t.AsOf})
		if err != nil {
			return err
		}
		grown := c.Told
		if p := (town.Period{From: town.DayOf(t.Year, 1, 1), Until: t.AsOf + 1}); grown == nil && f.AtDay != nil { // of a flow: the same days of the year before
			same, err := figure.Compare(v.view.Cat, v.r, figure.Query{Figure: f, Period: p, AsOf: t.AsOf})
			if err != nil {
				return err
			}
			grown = same.Growth
		}
		if t.AsOf == commitment.HalfOf(t.Year, 2) && grown == nil {
			grown = c.Growth
		}
		r := commitment.Row{Task: f.Label.Zh + v.targetZh(f, row), Figure: key, Progress: v.actual(f, &c, grown)}
		if o := v.view.Cat.Offices[commitment.Owner(v.view.Cat, f)]; o != nil {
			r.Offices = []string{o.Label.Zh}
		}
		t.Add("一、主要预期目标", r)
	}
	return nil
}

// targetZh says a target as a report does.
func (v *visit) targetZh(f *catalog.Figure, row catalog.TargetRow) string {
	switch row.Shape {
	case "growth":
		if row.Value < 0 {
			return "下降" + decimalText(-row.Value, 2) + "%"
		}
		return "增长" + decimalText(row.Value, 2) + "%"
	case "flat":
		return "与上年持平"
	case "above":
		return "高于上年"
	}
	x := v.shown(figure.Value{Known: true, Num: row.Value, Den: 1, Scale: f.Scale, Unit: f.Unit})
	return row.Wording + "达到" + x.Text + x.Unit
}

// actual says what has come of a target: the value, its growth g on the year before where it is known, and how far that is.
func (v *visit) actual(f *catalog.Figure, c *figure.Reading, g *big.Rat) string {
	if !c.Value.Known {
		return "尚无数据。"
	}
	x := v.shown(c.Value)
	out := x.Text + x.Unit
	if w := map[string]string{"expected": "（预计数）", "flash": "（快报数）"}[c.Value.Status]; w != "" {
		out += w
	}
	if g != nil && f.Unit != "%" {
		word := "，同比增长"
		if g.Sign() < 0 {
			word = "，同比下降"
		}
		out += word + new(big.Rat).Abs(g).FloatString(1) + "%"
	}
	if c.Target != nil && c.Target.Known && c.Target.Progress != nil {
		n, _ := new(big.Float).SetRat(c.Target.Progress).Int64()
		out += "，完成目标的" + strconv.FormatInt(n, 10) + "%"
	}
	return out + "。"
}

// tasksOf lists the commitments that the year owes, under the report's own headings.
func (v *visit) tasksOf(t *commitment.Table) error {
	return v.eachCommitment(func(ty *catalog.Type, row *store.RecordRow) error {
		f := commitment.FactsOf(&row.Record, t.AsOf)
		if f.Deadline == town.NoDay || f.Deadline.Year() < t.Year || f.Opened > t.AsOf && f.Deadline.Year() != t.Year {
			return nil
		}
		if err := v.measureOf(&row.Record, &f, t.AsOf); err != nil {
			return err
		}
		r := commitment.Row{Task: row.Text("text"), Record: row.ID, Progress: f.Account()}
		if t.AsOf == v.today_ { // the light is of today
			r.Light = f.Light
		}
		if o := v.view.Cat.Offices[row.Text("leader")]; o != nil {
			r.Offices = append(r.Offices, o.Label.Zh)
		}
		x, _ := row.Value("helpers")
		helpers, _ := x.([]string)
		for _, key := range helpers {
			if o := v.view.Cat.Offices[key]; o != nil {
				r.Offices = append(r.Offices, o.Label.Zh)
			}
		}
		t.Add("二、重点工作　"+row.Text("section"), r)
		return nil
	})
}

// eachCommitment walks the commitments that the visitor sees, in the order of opening.
func (v *visit) eachCommitment(do func(*catalog.Type, *store.RecordRow) error) error {
	t := v.view.Cat.Types[commitment.Type]
	if t == nil || !v.seesType(t) || v.view.TypeID(t.Key) == 0 {
		return nil
	}
	l := &store.List{Type: t, TypeID: v.view.TypeID(t.Key), From: town.NoDay, Until: town.NoDay, Sort: "id", N: 500}
	v.narrow(l)
	for {
		rows, err := v.r.Q().Records(v.ctx, v.r.Town(), l)
		if err != nil {
			return err
		}
		for _, r := range rows {
			v.r.Name(r.RecordRow)
			if err := do(t, r.RecordRow); err != nil {
				return err
			}
		}
		if len(rows) < l.N {
			return nil
		}
		at := rows[len(rows)-1].At
		l.Last = &at
	}
}

// measureOf fills in what the figure of a commitment is now, and what it is to be.
func (v *visit) measureOf(row *town.Record, f *commitment.Facts, on town.Day) error {
	m := v.view.Cat.Figures[row.Text("measure")]
	if m == nil || f.Deadline == town.NoDay {
		return nil
	}
	val, err := figure.Read(v.view.Cat, v.r, figure.Query{Figure: m, Place: row.Place, Period: town.YearPeriod(f.Deadline.Year()), AsOf: on})
	if err != nil || !val.Known {
		return err
	}
	x := v.shown(val)
	f.Measure, f.Value = m.Label.Zh, x.Text+x.Unit
	goal, has := row.Value("goal")
	n, _ := goal.(int64)
	switch {
	case row.Text("shape") == "level" && has:
		f.Goal = decimalText(n, 2) + m.Unit
	case row.Text("shape") == "growth" && has:
		f.Goal = "增长" + decimalText(n, 2) + "%"
	case row.Text("shape") == "flat":
		f.Goal = "持平"
	case row.Text("shape") == "above":
		f.Goal = "高于上年"
	}
	return nil
}

func (v *visit) halfYearPage() error {
	d := halfView{}
	d.Page = v.page(v.t("commitments.table"), "commitments")
	t, err := v.halfYear()
	if err != nil {
		return err
	}
	d.There, d.Title, d.AsOf, d.N = t.Rows() > 0, t.Title(), t.AsOf.String(), t.Rows()
	d.Query = "year=" + strconv.Itoa(t.Year) + "&half=" + strconv.Itoa(t.Half)
	light := (*catalog.Field)(nil)
	if x := v.view.Cat.Types[commitment.Type]; x != nil {
		light = x.Field("light")
	}
	for _, p := range t.Part {
		part := halfPart{Heading: p.Heading}
		for _, r := range p.Rows {
			h := halfRow{Row: r, Href: "/figures/" + r.Figure, Light: r.Light}
			if r.Record != 0 {
				h.Href = "/r/" + strconv.FormatInt(int64(r.Record), 10)
			}
			if len(r.Offices) > 0 {
				h.Lead, h.Rest = r.Offices[0], strings.Join(r.Offices[1:], "、")
			}
			if light != nil && r.Light != "" {
				h.LightName = v.choiceName(light, r.Light)
			}
			part.Rows = append(part.Rows, h)
		}
		d.Parts = append(d.Parts, part)
	}
	for y := v.today_.Year() - 1; y <= v.today_.Year()+1; y++ {
		d.Years = append(d.Years, option{Value: strconv.Itoa(y), Text: strconv.Itoa(y), On: y == t.Year})
	}
	for half := 1; half <= 2; half++ {
		d.Halves = append(d.Halves, option{Value: strconv.Itoa(half), Text: v.t("commitments.half." + strconv.Itoa(half)), On: half == t.Half})
	}
	return v.render("halfyear", &d)
}

// halfYearXLSX is the table as a spreadsheet.
func (v *visit) halfYearXLSX() error {
	t, err := v.halfYear()
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	w, err := sheet.NewTable(&buf, "任务推进情况", []float64{6, 44, 24, 60})
	if err != nil {
		return err
	}
	cells := t.Cells()
	if v.view.Simulated {
		cells = append(cells[:1:1], append([][]string{{"模拟数据，不是真实情况"}}, cells[1:]...)...)
	}
	for _, row := range cells {
		if err := w.Row(row); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	v.attach("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", t.Title()+".xlsx")
	_, err = buf.WriteTo(v.w)
	return err
}

// halfYearDOCX is the table as an official document.
func (v *visit) halfYearDOCX() error {
	t, err := v.halfYear()
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := paper.DOCX(&buf, t.Paper(v.view.Simulated)); err != nil {
		return err
	}
	v.attach("application/vnd.openxmlformats-officedocument.wordprocessingml.document", t.Title()+".docx")
	_, err = buf.WriteTo(v.w)
	return err
}
