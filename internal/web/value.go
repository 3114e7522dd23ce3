package web

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/sheet"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// cell is a value made ready to be read.
type cell struct {
	Text  string
	Unit  string
	Href  string
	Num   bool
	Long  bool
	Sort  bool // a sort of thing: shown as a badge
	Seal  bool // personal data: Text is its mask
	Faint bool // Text says that there is nothing
	Field string
	Files []fileLink
	Head  []string // of a table of lines
	Rows  [][]cell
	Chips []string
}

// Empty tells whether there is nothing to show.
func (c cell) Empty() bool {
	return c.Text == "" && len(c.Files) == 0 && len(c.Rows) == 0 && len(c.Chips) == 0
}

type fileLink struct{ Href, Name, Note string }

// refLabel is how a record is named where another one refers to it.
type refLabel struct {
	Text, Note string
	Hidden     bool // not the visitor's to see: named, but no link
}

// scaleOf is how many decimals a field's integer has.
func scaleOf(f *catalog.Field) int { return sheet.Scale(f) }

// decimalText writes n × 10^-scale without zeros at the end.
func decimalText(n int64, scale int) string {
	return figure.Decimal(new(big.Rat).SetFrac(big.NewInt(n), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)), scale)
}

// cell shows the value of a field.
func (v *visit) cell(f *catalog.Field, x any) cell {
	c := cell{Field: f.Key}
	if x == nil {
		return c
	}
	if hall.SealedField(f) {
		c.Seal, c.Text = true, "****"
		return c
	}
	switch y := x.(type) {
	case bool:
		c.Text = v.t("no")
		if y {
			c.Text = v.t("yes")
		}
	case int64:
		switch f.Type {
		case catalog.Ref:
			l := v.refOf(town.ID(y))
			if c.Text = l.Text; !l.Hidden {
				c.Href = "/r/" + strconv.FormatInt(y, 10)
			}
		default:
			c.Num = true
			c.Text = groupDigits(decimalText(y, scaleOf(f)))
			c.Unit = v.unit(v.fieldUnit(f))
		}
	case []string:
		for _, s := range y {
			c.Chips = append(c.Chips, v.choiceName(f, s))
		}
	case []map[string]any:
		var cols []*catalog.Field
		for _, col := range f.Columns {
			c.Head = append(c.Head, v.in(col.Label))
			cols = append(cols, col)
		}
		for _, row := range y {
			line := make([]cell, len(cols))
			for i, col := range cols {
				line[i] = v.cell(col, row[col.Key])
			}
			c.Rows = append(c.Rows, line)
		}
	case string:
		switch f.Type {
		case catalog.Photo, catalog.File:
			for _, h := range strings.Fields(strings.ReplaceAll(y, ",", " ")) {
				c.Files = append(c.Files, v.fileLink(h))
			}
		case catalog.Place:
			c.Text = v.placePath(town.Code(y))
		case catalog.ChoiceType, catalog.OfficeType:
			c.Text = v.choiceName(f, y)
			c.Sort = f.Type == catalog.ChoiceType
		case catalog.Point:
			c.Text = pointText(y)
		case catalog.FigureType:
			c.Text = y
			if fig := v.view.Cat.Figures[y]; fig != nil {
				c.Text, c.Href = v.in(fig.Label), "/figures/"+y
			}
		case catalog.LongText:
			c.Text, c.Long = y, true
		default:
			c.Text = y
			c.Num = f.Type == catalog.Date || f.Type == catalog.Time
		}
	}
	return c
}

// unanswered tells whether a no stands in a field only because nobody was asked yet:
// a box that was not ticked is kept as no from the opening on, and a question that a
// move asks is open until such a move was made.
func unanswered(t *catalog.Type, row *store.RecordRow, f *catalog.Field, x any) bool {
	if x != false || f.Type != catalog.Bool || f.Origin != catalog.Typed || f.Required {
		return false
	}
	asked := false
	for _, m := range t.Moves {
		if !slices.Contains(m.Needs, f.Key) && !slices.Contains(m.Asks, f.Key) {
			continue
		}
		asked = true
		if slices.ContainsFunc(row.Steps, func(s town.Step) bool { return s.Move == m.Key }) {
			return false
		}
	}
	return asked
}

// answer is the value of a field, nil where the question is still open.
func answer(t *catalog.Type, row *store.RecordRow, f *catalog.Field) any {
	x, _ := row.Value(f.Key)
	if unanswered(t, row, f, x) {
		return nil
	}
	return x
}

// fileLink leads to a file through the record that names it: who sees the record sees the file.
func (v *visit) fileLink(hash string) fileLink {
	l := fileLink{Href: fmt.Sprintf("/r/%d/files/%s", v.of, hash), Name: v.t("file") + " " + hash[:min(8, len(hash))]}
	if v.r != nil && store.IsHash(hash) {
		if b, ok, err := v.r.Q().Blob(v.ctx, v.r.Town(), hash); err == nil && ok && b.Name != "" {
			l.Name = b.Name
		}
	}
	return l
}

// fieldUnit is the unit a field's number is shown in.
func (v *visit) fieldUnit(f *catalog.Field) string {
	switch {
	case f.Unit != "":
		return f.Unit
	case f.Type == catalog.Percent:
		return "%"
	case f.Type == catalog.Points:
		return "分"
	case f.Type == catalog.Money:
		switch f.Currency {
		case "", "CNY":
			return "元"
		case "USD":
			return "美元"
		}
		return f.Currency
	}
	return ""
}

// choiceName names one value of a choice, flags or offices.
func (v *visit) choiceName(f *catalog.Field, key string) string {
	if f.Type == catalog.OfficeType || f.Type == catalog.Offices {
		return v.officeName(key)
	}
	if f.List != nil {
		if it := f.List.Item(key); it != nil {
			return v.in(it.Label)
		}
	}
	return key
}

// pointText writes "lon,lat" × 10^7 in degrees.
func pointText(s string) string {
	a, b, ok := strings.Cut(s, ",")
	lon, err1 := strconv.ParseInt(a, 10, 64)
	lat, err2 := strconv.ParseInt(b, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return s
	}
	return decimalText(lon, 7) + ", " + decimalText(lat, 7)
}

// unit writes a unit in the visitor's language.
func (v *visit) unit(u string) string {
	if v.lang != "en" || u == "" {
		return u
	}
	if t, ok := v.words["unit."+u]; ok {
		return t[1]
	}
	return u
}

// refOf names a record that another one refers to, once a visit.
func (v *visit) refOf(id town.ID) refLabel {
	if l, ok := v.labels[id]; ok {
		return l
	}
	l := refLabel{Text: "#" + strconv.FormatInt(int64(id), 10)}
	v.labels[id] = l // a circle of titles ends here
	if v.r == nil {
		return l
	}
	row, err := v.r.Record(id)
	if err != nil || row == nil {
		return l
	}
	if t := v.view.Cat.Types[row.Type]; t != nil {
		if !v.maySee(t, row) {
			if l.Hidden = true; named(t) {
				l.Text = v.titleOf(t, row)
			} else if row.Number != "" {
				l.Text = row.Number
			}
			v.labels[id] = l
			return l
		}
		l.Note = v.in(t.Label)
		l.Text = v.titleOf(t, row)
		if row.Number != "" && l.Text != row.Number {
			l.Note += " " + row.Number
		}
	}
	v.labels[id] = l
	return l
}

// named tells whether records of a type may be called by their title where another record refers to them, to people who
// may not open them: entries of the shared registers, and what is public; nothing of a sensitive type.
func named(t *catalog.Type) bool {
	f := t.Field(t.Title)
	return f != nil && !t.Sensitive && !hall.SealedField(f) && (t.System == "" || f.Public)
}

// titleOf is a record's headline.
func (v *visit) titleOf(t *catalog.Type, row *store.RecordRow) string {
	if f := t.Field(t.Title); f != nil && !hall.SealedField(f) {
		if x, ok := row.Value(f.Key); ok {
			if c := v.cell(f, x); c.Text != "" {
				text := strings.TrimSpace(c.Text + " " + c.Unit)
				if c.Num || f.Type == catalog.PeriodType { // a bare year or number says nothing of what it is
					text = v.in(t.Label) + " " + text
				}
				return text
			}
		}
	}
	if row.Number != "" {
		return row.Number
	}
	return v.in(t.Label) + " #" + strconv.FormatInt(int64(row.ID), 10)
}

// shown is a figure's value made ready to be read: 13.4 亿元.
type shown struct {
	Known  bool
	Text   string // the number as written
	Unit   string
	Exact  string // whole and plain, with its unit
	Status string // 预计, 快报, 核定, 已公布
	Sort   string // status key
}

var (
	yi   = big.NewRat(100_000_000, 1)
	wan  = big.NewRat(10_000, 1)
	many = big.NewRat(100_000, 1)
)

// shown writes a value in the scale that people use.
func (v *visit) shown(x figure.Value) shown {
	s := shown{Unit: v.unit(x.Unit), Sort: x.Status}
	if x.Status != "" {
		s.Status = v.t("status." + x.Status)
	}
	r := x.Rat()
	if r == nil {
		s.Text, s.Unit = "—", ""
		return s
	}
	s.Known = true
	s.Exact = groupDigits(x.Decimal()) + " " + s.Unit
	s.Text, s.Unit = v.scaled(r, x.Unit)
	return s
}

// scaled writes a rational in the unit that reads best.
func (v *visit) scaled(r *big.Rat, unit string) (text, u string) {
	abs := new(big.Rat).Abs(r)
	u = v.unit(unit)
	money := unit == "元" || unit == "美元"
	if v.lang == "en" {
		million := big.NewRat(1_000_000, 1)
		switch {
		case abs.Cmp(big.NewRat(1_000_000_000, 1)) >= 0:
			return groupDigits(figure.Decimal(new(big.Rat).Quo(r, big.NewRat(1_000_000_000, 1)), 2)), "bn " + u
		case abs.Cmp(million) >= 0:
			return groupDigits(figure.Decimal(new(big.Rat).Quo(r, million), 2)), "m " + u
		}
		return groupDigits(figure.Decimal(r, 2)), u
	}
	switch {
	case abs.Cmp(yi) >= 0:
		return groupDigits(figure.Decimal(new(big.Rat).Quo(r, yi), 2)), "亿" + u
	case money && abs.Cmp(wan) >= 0, abs.Cmp(many) >= 0:
		return groupDigits(figure.Decimal(new(big.Rat).Quo(r, wan), 2)), "万" + u
	}
	return groupDigits(figure.Decimal(r, 2)), u
}

func signed(s string) string {
	if strings.HasPrefix(s, "-") {
		return "−" + s[1:]
	}
	if s == "0" {
		return s
	}
	return "+" + s
}
