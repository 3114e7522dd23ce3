package sheet

import (
	"fmt"
	"io"
	"math/big"

	"github.com/xuri/excelize/v2"
)

// Book is a workbook of figures in which what follows from other cells is a formula: growth, targets, forecasts and sums can be
// checked where they stand, and change when a number is changed. Numbers are in the figure's unit, percentages as fractions.
type Book struct {
	Title, For, AsOf string
	Mark             string // "" or the mark of a simulated town
	Words            BookWords
	Rows             []BookRow
	Months           []string    // heads of twelve months
	Places           []string    // heads of the places below the one looked at
	Facts            [][2]string // provenance of the whole: as of, edition, journal
}

// BookWords are the texts of a workbook in the reader's language.
type BookWords struct {
	Figures, ByMonth, ByPlace, Source                              string // names of its sheets
	Section, Figure, Unit, Now, Last, Diff, Growth, Told           string
	Base, Rate, Target, Done, Share, Forecast, Method, Status, Sum string
	Whole, Rest, Key, Definition, Address                          string
}

// BookRow is one figure of a workbook. nil is unknown.
type BookRow struct {
	Section, Key, Name, Unit, Status string
	Now, Last                        *big.Rat
	Told                             *big.Rat // percent
	Points                           bool     // a figure in "%": its growth is a difference in points
	Base                             *big.Rat // the whole of last year
	Rate                             *big.Rat // percent: the target is Base × (1 + Rate)
	Level                            *big.Rat // else the target's level
	Share                            *big.Rat // percent of the year: the forecast is Now ÷ Share
	Forecast                         *big.Rat // else the forecast
	Method                           string
	Months                           []*big.Rat // what each month added; nil: its months do not add up
	Places                           []*big.Rat // what each place adds; nil: its places do not add up
	Definition, Address              string
}

// Columns of the sheet of figures.
const (
	colSection = iota
	colFigure
	colUnit
	colNow
	colLast
	colDiff
	colGrowth
	colTold
	colBase
	colRate
	colTarget
	colDone
	colShare
	colForecast
	colMethod
	colStatus
)

// headRows is how many rows stand above the first figure: title, what it is of, a blank, the heads.
const headRows = 4

// Write writes the workbook as XLSX.
func (b *Book) Write(w io.Writer) (err error) {
	x := excelize.NewFile()
	defer func() {
		if cerr := x.Close(); err == nil {
			err = cerr
		}
	}()
	p := &bookWriter{b: b, x: x}
	p.styles()
	p.figures()
	p.parts(b.Words.ByMonth, b.Months, func(r *BookRow) []*big.Rat { return r.Months })
	if len(b.Places) > 0 {
		p.parts(b.Words.ByPlace, b.Places, func(r *BookRow) []*big.Rat { return r.Places })
	}
	p.source()
	if p.err == nil {
		p.err = x.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: new(true)}) // no program shows a formula without its value
	}
	if p.err != nil {
		return fmt.Errorf("write the workbook: %w", p.err)
	}
	_, err = x.WriteTo(w)
	return err
}

// bookWriter writes cells and keeps the first error.
type bookWriter struct {
	b                         *Book
	x                         *excelize.File
	head, bold, number, share int
	percent, wrapped          int
	err                       error
}

func (p *bookWriter) try(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *bookWriter) style(s *excelize.Style) int {
	id, err := p.x.NewStyle(s)
	p.try(err)
	return id
}

func (p *bookWriter) styles() {
	rule := []excelize.Border{{Type: "bottom", Color: "211F1B", Style: 1}}
	number, share, percent := "#,##0.####", "0.0%", "0.0"
	p.bold = p.style(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	p.head = p.style(&excelize.Style{Font: &excelize.Font{Color: "565249"}, Border: rule, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	p.number = p.style(&excelize.Style{CustomNumFmt: &number})
	p.share = p.style(&excelize.Style{CustomNumFmt: &share})
	p.percent = p.style(&excelize.Style{CustomNumFmt: &percent})
	p.wrapped = p.style(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
}

func cellName(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col+1, row)
	if err != nil {
		panic(err) // of our own making
	}
	return name
}

// text writes a text, which no spreadsheet runs.
func (p *bookWriter) text(sheet string, col, row int, s string) {
	if s != "" {
		p.try(p.x.SetCellStr(sheet, cellName(col, row), s))
	}
}

// value writes a number × by; nothing where it is unknown.
func (p *bookWriter) value(sheet string, col, row int, r, by *big.Rat, style int) {
	if r == nil {
		return
	}
	f, _ := new(big.Rat).Mul(r, by).Float64() // what a cell can hold
	p.try(p.x.SetCellFloat(sheet, cellName(col, row), f, -1, 64))
	p.try(p.x.SetCellStyle(sheet, cellName(col, row), cellName(col, row), style))
}

func (p *bookWriter) formula(sheet string, col, row int, style int, format string, args ...any) {
	p.try(p.x.SetCellFormula(sheet, cellName(col, row), fmt.Sprintf(format, args...)))
	p.try(p.x.SetCellStyle(sheet, cellName(col, row), cellName(col, row), style))
}

// sheet begins a sheet with its title and heads.
func (p *bookWriter) sheet(name string, heads []string, widths []float64) {
	if p.err == nil && p.x.SheetCount == 1 && p.x.GetSheetName(0) == "Sheet1" {
		p.try(p.x.SetSheetName("Sheet1", name))
	} else {
		_, err := p.x.NewSheet(name)
		p.try(err)
	}
	title := p.b.Title
	if p.b.Mark != "" {
		title += " · " + p.b.Mark
	}
	p.text(name, 0, 1, title)
	p.try(p.x.SetCellStyle(name, "A1", "A1", p.bold))
	p.text(name, 0, 2, p.b.For+" · "+p.b.AsOf)
	for i, h := range heads {
		p.text(name, i, headRows, h)
		wide := 12.0
		if i < len(widths) {
			wide = widths[i]
		}
		col, err := excelize.ColumnNumberToName(i + 1)
		p.try(err)
		p.try(p.x.SetColWidth(name, col, col, wide))
	}
	p.try(p.x.SetCellStyle(name, cellName(0, headRows), cellName(len(heads)-1, headRows), p.head))
	p.try(p.x.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: headRows, TopLeftCell: cellName(2, headRows+1), ActivePane: "bottomRight"}))
	p.try(p.x.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: new("landscape"), Size: new(9), FitToHeight: new(0), FitToWidth: new(1)}))
	p.try(p.x.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: new(true)}))
}

var (
	one       = big.NewRat(1, 1)
	hundredth = big.NewRat(1, 100)
)

// figures writes the sheet of figures. A growth stands where both years are known, a target and what is reached of it where it follows.
func (p *bookWriter) figures() {
	w, s := p.b.Words, p.b.Words.Figures
	p.sheet(s, []string{w.Section, w.Figure, w.Unit, w.Now, w.Last, w.Diff, w.Growth, w.Told, w.Base, w.Rate, w.Target, w.Done, w.Share, w.Forecast, w.Method, w.Status},
		[]float64{14, 30, 10, 18, 18, 16, 10, 10, 18, 10, 18, 10, 10, 18, 14, 10})
	for i := range p.b.Rows {
		r, row := &p.b.Rows[i], headRows+1+i
		at := func(col int) string { return cellName(col, row) }
		p.text(s, colSection, row, r.Section)
		p.text(s, colFigure, row, r.Name)
		p.text(s, colUnit, row, r.Unit)
		p.text(s, colStatus, row, r.Status)
		p.text(s, colMethod, row, r.Method)
		p.value(s, colNow, row, r.Now, one, p.number)
		p.value(s, colLast, row, r.Last, one, p.number)
		if r.Now != nil && r.Last != nil {
			p.formula(s, colDiff, row, p.number, "%s-%s", at(colNow), at(colLast))
			switch {
			case r.Points:
				p.formula(s, colGrowth, row, p.percent, "%s-%s", at(colNow), at(colLast))
			case r.Last.Sign() > 0:
				p.formula(s, colGrowth, row, p.share, "(%s-%s)/%s", at(colNow), at(colLast), at(colLast))
			}
		}
		if r.Points {
			p.value(s, colTold, row, r.Told, one, p.percent)
		} else {
			p.value(s, colTold, row, r.Told, hundredth, p.share)
		}
		p.value(s, colBase, row, r.Base, one, p.number)
		aimed := r.Level != nil
		if r.Rate != nil {
			p.value(s, colRate, row, r.Rate, hundredth, p.share)
			if aimed = r.Base != nil; aimed {
				p.formula(s, colTarget, row, p.number, "%s*(1+%s)", at(colBase), at(colRate))
			}
		} else {
			p.value(s, colTarget, row, r.Level, one, p.number)
		}
		if aimed && r.Now != nil {
			p.formula(s, colDone, row, p.share, "IF(%s=0,\"\",%s/%s)", at(colTarget), at(colNow), at(colTarget))
		}
		if r.Share != nil && r.Now != nil {
			p.value(s, colShare, row, r.Share, hundredth, p.share)
			p.formula(s, colForecast, row, p.number, "%s/%s", at(colNow), at(colShare))
		} else {
			p.value(s, colForecast, row, r.Forecast, one, p.number)
		}
	}
}

// parts writes figures with what they are made of: a column a part, their sum as a formula, and what is left of the whole.
func (p *bookWriter) parts(name string, heads []string, of func(*BookRow) []*big.Rat) {
	w := p.b.Words
	all := append([]string{w.Figure, w.Unit}, heads...)
	p.sheet(name, append(all, w.Sum, w.Whole, w.Rest), []float64{30, 10})
	row := headRows
	for i := range p.b.Rows {
		r := &p.b.Rows[i]
		parts := of(r)
		if parts == nil {
			continue
		}
		row++
		p.text(name, 0, row, r.Name)
		p.text(name, 1, row, r.Unit)
		for k, x := range parts {
			p.value(name, 2+k, row, x, one, p.number)
		}
		sum := 2 + len(heads)
		p.formula(name, sum, row, p.number, "SUM(%s:%s)", cellName(2, row), cellName(sum-1, row))
		p.formula(name, sum+1, row, p.number, "'%s'!%s", w.Figures, cellName(colNow, headRows+1+i))
		p.formula(name, sum+2, row, p.number, "%s-%s", cellName(sum+1, row), cellName(sum, row))
	}
}

// source says where every figure comes from.
func (p *bookWriter) source() {
	w, s := p.b.Words, p.b.Words.Source
	p.sheet(s, []string{w.Key, w.Figure, w.Definition, w.Address}, []float64{24, 30, 70, 60})
	row := headRows
	for i := range p.b.Rows {
		r := &p.b.Rows[i]
		row++
		p.text(s, 0, row, r.Key)
		p.text(s, 1, row, r.Name)
		p.text(s, 2, row, r.Definition)
		p.text(s, 3, row, r.Address)
		p.try(p.x.SetCellStyle(s, cellName(2, row), cellName(2, row), p.wrapped))
	}
	row++
	for _, f := range p.b.Facts {
		row++
		p.text(s, 0, row, f[0])
		p.text(s, 1, row, f[1])
	}
}
