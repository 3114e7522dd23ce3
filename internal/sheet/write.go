package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

// Writer takes the rows of a sheet one by one.
type Writer interface {
	Row(cells []string) error
	Close() error // finishes the sheet; the stream below stays open
}

// NewCSV writes CSV in UTF-8 with the mark by which spreadsheets know it.
func NewCSV(w io.Writer) (Writer, error) {
	_, err := io.WriteString(w, "\ufeff")
	return &csvWriter{csv.NewWriter(w)}, err
}

type csvWriter struct{ w *csv.Writer }

func (c *csvWriter) Row(cells []string) error {
	out := make([]string, len(cells))
	for i, s := range cells {
		out[i] = Harmless(s)
	}
	return c.w.Write(out)
}

func (c *csvWriter) Close() error { c.w.Flush(); return c.w.Error() }

// NewXLSX writes one sheet of text cells, which no spreadsheet runs.
func NewXLSX(w io.Writer, name string) (Writer, error) {
	x := excelize.NewFile()
	if err := x.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	s, err := x.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	return &xlsxWriter{w: w, x: x, s: s}, nil
}

type xlsxWriter struct {
	w io.Writer
	x *excelize.File
	s *excelize.StreamWriter
	n int
}

func (c *xlsxWriter) Row(cells []string) error {
	c.n++
	row := make([]any, len(cells))
	for i, s := range cells {
		row[i] = s
	}
	return c.s.SetRow("A"+strconv.Itoa(c.n), row)
}

func (c *xlsxWriter) Close() error {
	if err := c.s.Flush(); err != nil {
		return err
	}
	if err := c.x.Write(c.w); err != nil {
		return err
	}
	return c.x.Close()
}

// NewTable writes one sheet of text cells whose columns are so many characters wide and break their lines.
func NewTable(w io.Writer, name string, widths []float64) (Writer, error) {
	x := excelize.NewFile()
	if err := x.SetSheetName("Sheet1", name); err != nil {
		return nil, err
	}
	s, err := x.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	for i, width := range widths {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	wrap, err := x.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return nil, err
	}
	return &tableWriter{xlsxWriter{w: w, x: x, s: s}, wrap}, nil
}

type tableWriter struct {
	xlsxWriter
	wrap int
}

func (c *tableWriter) Row(cells []string) error {
	c.n++
	row := make([]any, len(cells))
	for i, s := range cells {
		row[i] = s
		if len(cells) > 1 { // a line of its own runs over the columns beside it
			row[i] = excelize.Cell{StyleID: c.wrap, Value: s}
		}
	}
	return c.s.SetRow("A"+strconv.Itoa(c.n), row)
}

// Writing turns values into cells, as Reading reads them back.
type Writing struct {
	View *hall.View
	Lang string
	Ref  func(id town.ID) (string, error) // the number of a record, or "#17"
}

// Cell writes the value of a field; "" when there is none.
func (w Writing) Cell(f *catalog.Field, x any) (string, error) {
	switch y := x.(type) {
	case nil:
		return "", nil
	case bool:
		return map[bool]string{true: "是", false: "否"}[y], nil
	case int64:
		if f.Type == catalog.Ref {
			return w.Ref(town.ID(y))
		}
		scale := Scale(f)
		return figure.Decimal(new(big.Rat).SetFrac(big.NewInt(y), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)), scale), nil
	case []string:
		out := make([]string, len(y))
		for i, s := range y {
			out[i] = w.word(f, s)
		}
		return strings.Join(out, "、"), nil
	case string:
		if f.Type == catalog.Point {
			return point(y), nil
		}
		return w.word(f, y), nil
	}
	return "", fmt.Errorf("field %s holds a %T, which has no cell", f.Key, x)
}

// word spells a choice, an office or a place; another text is itself.
func (w Writing) word(f *catalog.Field, key string) string {
	switch {
	case f.Type == catalog.Place:
		if p := w.View.Place(town.Code(key)); p != nil && p.Code != "" {
			return string(p.Code) // names are not unique, codes are
		}
	case f.Type == catalog.OfficeType || f.Type == catalog.Offices:
		if o := w.View.Cat.Offices[key]; o != nil {
			return o.Label.In(w.Lang)
		}
	case f.List != nil:
		if it := f.List.Item(key); it != nil {
			return it.Label.In(w.Lang)
		}
	}
	return key
}

// point writes "lon,lat" in degrees.
func point(s string) string {
	lon, lat, _ := strings.Cut(s, ",")
	deg := func(t string) string {
		n, err := strconv.ParseInt(t, 10, 64)
		if err != nil {
			return t
		}
		return figure.Decimal(big.NewRat(n, 10_000_000), 7)
	}
	return deg(lon) + "," + deg(lat)
}
