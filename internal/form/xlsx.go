package form

import (
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// workbook is what must be known of an XLSX beside its cells.
type workbook struct {
	formulas bool          // any cell computes
	names    []definedName // ranges that have a name
}

type definedName struct {
	name  string
	sheet int // it is local to, -1 for none
	text  string
}

// readXLSX reads the sheets of a workbook.
func (f *File) readXLSX() error {
	targets, err := f.relations("xl/_rels/workbook.xml.rels", "xl")
	if err != nil {
		return err
	}
	data, err := f.archive.read("xl/workbook.xml")
	if err != nil {
		return err
	}
	strs, err := f.sharedStrings(targets)
	if err != nil {
		return err
	}
	w := walk(data)
	order := -1
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return damaged(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "sheet":
			order++
			target, known := targets[relAttr(e)]
			if !known || !f.archive.has(target.part) {
				return damaged(errors.New("a sheet has no part"))
			}
			if target.kind != "worksheet" {
				continue // a sheet that is but a chart
			}
			f.Sheets = append(f.Sheets, &Sheet{Name: attr(e, "name"), Hidden: attr(e, "state") == "hidden" || attr(e, "state") == "veryHidden", part: target.part, index: order, cells: map[Ref]Cell{}})
		case "definedName":
			n := definedName{name: attr(e, "name"), sheet: -1}
			if i, err := strconv.Atoi(attr(e, "localSheetId")); err == nil {
				n.sheet = i
			}
			if t, err := w.next(); err == nil {
				if c, ok := t.(xml.CharData); ok {
					n.text = string(c)
				}
			}
			f.book.names = append(f.book.names, n)
		}
	}
	if len(f.Sheets) == 0 {
		return refuse("工作簿里没有工作表。", "the workbook has no sheets.")
	}
	cells := 0
	for _, s := range f.Sheets {
		if err := f.readSheet(s, strs, &cells); err != nil {
			return err
		}
	}
	for name := range f.archive.parts {
		if strings.HasPrefix(name, "xl/externallinks/") && strings.HasSuffix(name, ".xml") {
			f.Notes = append(f.Notes, Note{"表里有指向别的工作簿的链接，打开时 Excel 可能提示更新；链接原样保留。", "the form links to other workbooks; the links are kept as they are."})
			break
		}
	}
	return nil
}

type relation struct{ part, kind string }

// relations reads which part an id stands for.
func (f *File) relations(rels, folder string) (map[string]relation, error) {
	data, err := f.archive.read(rels)
	if err != nil {
		return nil, err
	}
	out := map[string]relation{}
	w := walk(data)
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, damaged(err)
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" && attr(e, "TargetMode") != "External" {
			target, id := attr(e, "Target"), ""
			for _, a := range e.Attr { // "Id", which no namespace qualifies
				if a.Name.Local == "Id" {
					id = a.Value
				}
			}
			if rest, ok := strings.CutPrefix(target, "/"); ok {
				target = rest
			} else {
				target = path.Join(folder, target)
			}
			out[id] = relation{target, path.Base(attr(e, "Type"))}
		}
	}
}

// sharedStrings reads the table of texts.
func (f *File) sharedStrings(targets map[string]relation) ([]string, error) {
	part := ""
	for _, t := range targets {
		if t.kind == "sharedStrings" {
			part = t.part
		}
	}
	if part == "" || !f.archive.has(part) {
		return nil, nil
	}
	data, err := f.archive.read(part)
	if err != nil {
		return nil, err
	}
	var out []string
	w := walk(data)
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, damaged(err)
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "si" {
			s, err := richText(w)
			if err != nil {
				return nil, damaged(err)
			}
			if out = append(out, s); len(out) > 4*mostCells {
				return nil, tooLarge()
			}
		}
	}
}

// richText reads the text of the element just begun to its end, pronunciation left out.
func richText(w *walker) (string, error) {
	var b strings.Builder
	in := false
	for depth := w.depth; w.depth >= depth; {
		t, err := w.next()
		if err != nil {
			return "", err
		}
		switch e := t.(type) {
		case xml.StartElement:
			if e.Name.Local == "rPh" {
				if err := w.skip(); err != nil {
					return "", err
				}
				continue
			}
			in = e.Name.Local == "t"
		case xml.EndElement:
			in = false
		case xml.CharData:
			if in {
				b.Write(e)
			}
		}
	}
	return b.String(), nil
}

// readSheet reads the cells of a sheet.
func (f *File) readSheet(s *Sheet, strs []string, total *int) error {
	data, err := f.archive.read(s.part)
	if err != nil {
		return err
	}
	w := walk(data)
	row, col, grids, in := -1, -1, 0, ""
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			if grids != 1 {
				return damaged(errors.New("a sheet holds one grid"))
			}
			s.settle()
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if w.depth == 2 {
			if in = e.Name.Local; in == "sheetData" {
				grids++
			}
		}
		switch what := e.Name.Local; {
		case what == "row" && in == "sheetData" && w.depth == 3:
			if row, err = rowOf(e, row); err != nil {
				return damaged(err)
			}
			col = -1
		case what == "c" && in == "sheetData" && w.depth == 4:
			at, err := cellOf(e, row, col)
			if err != nil {
				return damaged(err)
			}
			col = at.Col
			styled := attr(e, "s") != "" && attr(e, "s") != "0"
			c, err := readCell(w, e, strs)
			if err != nil {
				return damaged(err)
			}
			if c.Formula != "" {
				f.book.formulas, s.computes = true, true
			}
			if c != (Cell{}) {
				s.cells[at] = c
				if *total++; *total > mostCells {
					return refuse("表里已有内容的单元格超过 %d 个，不像一张空表；大的清单请用“导入”。", "more than %d cells of the form hold something: it is no blank form; use import for lists.", mostCells)
				}
			}
			if c != (Cell{}) || styled {
				s.Rows, s.Cols = max(s.Rows, at.Row+1), max(s.Cols, at.Col+1)
			}
		case what == "mergeCell" && in == "mergeCells" && w.depth == 3:
			m, err := parseRange(attr(e, "ref"))
			if err != nil {
				return damaged(err)
			}
			if s.Merges = append(s.Merges, m); len(s.Merges) > mostCells {
				return tooLarge()
			}
		}
	}
}

// rowOf gives the row of a row element; without r it is the next one. Rows ascend.
func rowOf(e xml.StartElement, last int) (int, error) {
	s := attr(e, "r")
	if s == "" {
		return last + 1, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > mostRows || n-1 <= last {
		return 0, errors.New("rows out of order: " + s)
	}
	return n - 1, nil
}

// cellOf gives the place of a c element; without r it is the next one. Cells ascend.
func cellOf(e xml.StartElement, row, last int) (Ref, error) {
	s := attr(e, "r")
	if s == "" {
		return Ref{row, last + 1}, nil
	}
	r, err := ParseRef(s)
	if err != nil {
		return Ref{}, err
	}
	if row < 0 || r.Row != row || r.Col <= last {
		return Ref{}, errors.New("cells out of order: " + s)
	}
	return r, nil
}

// readCell reads the cell just begun to its end.
func readCell(w *walker, e xml.StartElement, strs []string) (Cell, error) {
	kind := attr(e, "t")
	var c Cell
	var raw strings.Builder
	inValue := false
	for depth := w.depth; w.depth >= depth; {
		t, err := w.next()
		if err != nil {
			return c, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "f":
				s, err := plainText(w)
				if err != nil {
					return c, err
				}
				c.Formula = "=" + s
			case "v":
				inValue = true
			case "is":
				if c.Text, err = richText(w); err != nil {
					return c, err
				}
			}
		case xml.EndElement:
			if e.Name.Local == "v" {
				inValue = false
			}
		case xml.CharData:
			if inValue {
				raw.Write(e)
			}
		}
	}
	v := raw.String()
	switch {
	case v == "":
	case kind == "s":
		i, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil || i < 0 || i >= len(strs) {
			return c, errors.New("a text that is not there: " + v)
		}
		c.Text = strs[i]
	case kind == "str" || kind == "e" || kind == "d":
		c.Text = v
	case kind == "b":
		c.Text = map[string]string{"1": "TRUE", "0": "FALSE"}[v]
	case kind == "inlineStr":
	default:
		c.Text, c.Number = numberText(v), true
	}
	return c, nil
}

// plainText reads the characters of the element just begun to its end.
func plainText(w *walker) (string, error) {
	var b strings.Builder
	for depth := w.depth; w.depth >= depth; {
		t, err := w.next()
		if err != nil {
			return "", err
		}
		if c, ok := t.(xml.CharData); ok {
			b.Write(c)
		}
	}
	return b.String(), nil
}

// numberText writes a stored number as a sheet shows it: fifteen digits, no exponent where it can be without.
func numberText(v string) string {
	x, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return v
	}
	if x < 1e15 && x > -1e15 {
		s := strconv.FormatFloat(x, 'f', -1, 64)
		if len(s) > 17 {
			s = strconv.FormatFloat(x, 'g', 15, 64)
		}
		return s
	}
	return strconv.FormatFloat(x, 'g', 15, 64)
}
