package web

import (
	"encoding/csv"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/catalog"
	"zhenwu/internal/sheet"
	"zhenwu/internal/store"
)

// mostExported is how many records one export holds.
const mostExported = 200_000

func urlName(name, fallback string) string {
	if name == "" {
		name = fallback
	}
	return url.PathEscape(name)
}

// attach makes the answer a file.
func (v *visit) attach(mime, name string) {
	h := v.w.Header()
	h.Set("Content-Type", mime)
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Cache-Control", "no-store")
}

// walk begins with first, once the filters of a register are known to be good, and
// streams its records.
func (v *visit) walk(t *catalog.Type, first func() error, each func(*store.RecordRow) error) error {
	return v.read(func() error {
		var d registerView
		l := v.listOf(t, &d)
		if d.bad != nil {
			return d.bad
		}
		if err := first(); err != nil {
			return err
		}
		l.N, l.Last = 500, nil
		for n := 0; n < mostExported; {
			rows, err := v.r.Q().Records(v.ctx, v.r.Town(), l)
			if err != nil {
				return err
			}
			for _, r := range rows {
				v.r.Name(r.RecordRow)
				if err := each(r.RecordRow); err != nil {
					return err
				}
			}
			if n += len(rows); len(rows) < l.N {
				return nil
			}
			at := rows[len(rows)-1].At
			l.Last = &at
		}
		return nil
	})
}

// exported are the fields that an export has: the chosen columns behind the title, else all there are.
func (v *visit) exported(t *catalog.Type) []*catalog.Field {
	chosen := v.req.URL.Query()["col"]
	if len(chosen) == 0 {
		return sheet.Shown(t)
	}
	var out []*catalog.Field
	for _, f := range sheet.Shown(t) {
		if f.Key == t.Title || slices.Contains(chosen, f.Key) {
			out = append(out, f)
		}
	}
	return out
}

func (v *visit) heads(t *catalog.Type) []string {
	out := []string{v.t("col.number"), v.t("register.stage"), v.t("register.opened")}
	for _, f := range v.exported(t) {
		name := v.in(f.Label)
		if u := v.fieldUnit(f); u != "" {
			name += v.punct("（") + v.unit(u) + v.punct("）")
		}
		out = append(out, name)
	}
	return out
}

// plainCell writes a value as a spreadsheet holds it.
func (v *visit) plainCell(f *catalog.Field, x any) string {
	if n, ok := x.(int64); ok && f.Type != catalog.Ref {
		return decimalText(n, scaleOf(f))
	}
	c := v.cell(f, x)
	switch {
	case len(c.Chips) > 0:
		return strings.Join(c.Chips, v.punct("、"))
	case len(c.Files) > 0:
		return c.Files[0].Name
	}
	return c.Text
}

func (v *visit) lineOf(t *catalog.Type, row *store.RecordRow) []string {
	stage := row.Stage
	if s := t.Stage(stage); s != nil {
		stage = v.in(s.Label)
	}
	if row.Voided {
		stage = v.t("register.voided")
	}
	out := []string{refKey(row), stage, row.Opened().String()}
	for _, f := range v.exported(t) {
		x := answer(t, row, f)
		if f.Type == catalog.Ref && x != nil {
			out = append(out, v.cell(f, x).Text)
			continue
		}
		out = append(out, v.plainCell(f, x))
	}
	return out
}

func (v *visit) exportCSV() error {
	t, err := v.typeOf()
	if err != nil {
		return err
	}
	w := csv.NewWriter(v.w)
	err = v.walk(t, func() error {
		v.attach("text/csv; charset=utf-8", v.in(t.Label)+".csv")
		if _, err := v.w.Write([]byte("\ufeff")); err != nil {
			return http.ErrAbortHandler // the browser went away
		}
		if v.view.Simulated {
			v.csvRow(w, v.t("sim.mark"))
		}
		v.csvRow(w, v.heads(t)...)
		return nil
	}, func(row *store.RecordRow) error { v.csvRow(w, v.lineOf(t, row)...); return nil })
	if errors.Is(err, http.ErrAbortHandler) {
		return nil
	}
	w.Flush()
	return err
}

func (v *visit) exportXLSX() error {
	t, err := v.typeOf()
	if err != nil {
		return err
	}
	x := excelize.NewFile()
	defer x.Close()
	name := v.t("nav.registers")
	if err := x.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	s, err := x.NewStreamWriter(name)
	if err != nil {
		return err
	}
	n := 1
	put := func(cells []string, fields []*catalog.Field, lead int) error {
		row := make([]any, len(cells))
		for i, c := range cells {
			row[i] = c // a text cell: no spreadsheet runs it
			if j := i - lead; fields != nil && j >= 0 && j < len(fields) {
				switch fields[j].Type {
				case catalog.Integer, catalog.Decimal, catalog.Money, catalog.Points, catalog.Percent:
					if num, err := strconv.ParseFloat(c, 64); err == nil && len(c) < 16 {
						row[i] = num
					}
				}
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n)
		if err != nil {
			return err
		}
		n++
		return s.SetRow(at, row)
	}
	if v.view.Simulated {
		if err := put([]string{v.t("sim.mark")}, nil, 0); err != nil {
			return err
		}
	}
	if err := put(v.heads(t), nil, 0); err != nil {
		return err
	}
	fields := v.exported(t)
	if err := v.walk(t, func() error { return nil }, func(row *store.RecordRow) error { return put(v.lineOf(t, row), fields, 3) }); err != nil {
		return err
	}
	if err := s.Flush(); err != nil {
		return err
	}
	v.attach("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", v.in(t.Label)+".xlsx")
	_, err = x.WriteTo(v.w)
	return err
}
