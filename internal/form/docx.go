package form

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// readDOCX reads the tables of a document, each a sheet 表1, 表2 … A table within a cell of another is text of that cell.
func (f *File) readDOCX() error {
	data, err := f.archive.read("word/document.xml")
	if err != nil {
		return err
	}
	n := 0
	err = eachTable(data, func(t *docTable) error {
		n++
		s := &Sheet{Name: "表" + strconv.Itoa(n), part: "word/document.xml", index: n - 1, cells: map[Ref]Cell{}}
		for _, r := range t.rows {
			for _, c := range r.cells {
				if c.text != "" {
					s.cells[c.at] = Cell{Text: c.text}
				}
				if s.Rows, s.Cols = max(s.Rows, c.at.Row+1), max(s.Cols, c.at.Col+c.span); s.Cols > 1000 || len(s.cells) > mostCells {
					return tooLarge()
				}
			}
		}
		s.Merges = t.merges
		s.settle()
		f.Sheets = append(f.Sheets, s)
		return nil
	})
	if err != nil {
		var ours interface{ In(string) string }
		if errors.As(err, &ours) {
			return err
		}
		return damaged(err)
	}
	if n == 0 {
		return refuse("文档里没有表格，填不了；请确认来的是表格。", "the document holds no table to fill.")
	}
	return nil
}

// docTable is a table while it is read, with the places of its rows and cells in the XML.
type docTable struct {
	from   int    // of w:tbl
	prefix string // of the names, with its colon
	rows   []docRow
	merges []Range

	open map[int]int // columns of a cell that goes on downwards → its place in merges
}

type docRow struct {
	from, to int // of w:tr
	cells    []docRowCell
}

type docRowCell struct {
	at       Ref
	span     int
	from, to int // of w:tc
	text     string
	merged   bool // it goes on from the row above
}

// eachTable reads the outermost tables one after the other.
func eachTable(data []byte, fn func(*docTable) error) error {
	w := walk(data)
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "tbl" || !wordName(e) {
			continue
		}
		table, err := readTable(w)
		if err != nil {
			return err
		}
		if err := fn(table); err != nil {
			return err
		}
	}
}

// wordName tells a name of WordprocessingML from one of a drawing.
func wordName(e xml.StartElement) bool {
	return strings.HasSuffix(e.Name.Space, "/wordprocessingml/2006/main") || strings.HasSuffix(e.Name.Space, "/wordprocessingml/main")
}

// readTable reads the table just begun to its end.
func readTable(w *walker) (*docTable, error) {
	t := &docTable{open: map[int]int{}, from: w.from, prefix: w.prefix()}
	for depth := w.depth; w.depth >= depth; {
		token, err := w.next()
		if err != nil {
			return nil, unexpected(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok || !wordName(e) {
			continue
		}
		switch e.Name.Local {
		case "tr":
			t.rows = append(t.rows, docRow{from: w.from})
			if err := t.row(w); err != nil {
				return nil, err
			}
			t.rows[len(t.rows)-1].to = w.to
		case "tbl":
			if err := w.skip(); err != nil {
				return nil, err
			}
		}
		if len(t.rows) > mostCells {
			return nil, tooLarge()
		}
	}
	return t, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// row reads the row just begun to its end.
func (t *docTable) row(w *walker) error {
	r := &t.rows[len(t.rows)-1]
	row, col := len(t.rows)-1, 0
	for depth := w.depth; w.depth >= depth; {
		token, err := w.next()
		if err != nil {
			return unexpected(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok || !wordName(e) {
			continue
		}
		switch e.Name.Local {
		case "gridBefore":
			n, _ := strconv.Atoi(attr(e, "val")) // what is no number stands for none
			col += min(max(n, 0), 100)
		case "tc":
			c := docRowCell{at: Ref{row, col}, span: 1, from: w.from}
			down, err := c.read(w)
			if err != nil {
				return err
			}
			c.to = w.to
			t.join(&c, down)
			col += c.span
			r.cells = append(r.cells, c)
			if len(r.cells) > 1000 || col > 2000 {
				return tooLarge()
			}
		}
	}
	return nil
}

// join makes merges of cells that span columns or go on downwards.
func (t *docTable) join(c *docRowCell, down string) {
	if down == "continue" {
		if i, ok := t.open[c.at.Col]; ok {
			t.merges[i].To.Row = c.at.Row
			c.merged, c.text = true, ""
			return
		}
	}
	delete(t.open, c.at.Col)
	if down == "restart" || c.span > 1 {
		t.merges = append(t.merges, Range{c.at, Ref{c.at.Row, c.at.Col + c.span - 1}})
	}
	if down == "restart" {
		t.open[c.at.Col] = len(t.merges) - 1
	}
}

// read reads the cell just begun to its end; down says whether it begins or goes on with a merge downwards.
func (c *docRowCell) read(w *walker) (down string, err error) {
	var b strings.Builder
	in, tables := false, 0
	for depth := w.depth; w.depth >= depth; {
		t, err := w.next()
		if err != nil {
			return "", unexpected(err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "gridSpan":
				if n, err := strconv.Atoi(attr(e, "val")); err == nil && n > 1 && n <= 100 && tables == 0 {
					c.span = n
				}
			case "vMerge":
				if tables == 0 {
					if down = attr(e, "val"); down == "" {
						down = "continue"
					}
				}
			case "tbl":
				tables++
			case "t":
				in = true
			case "p":
				if b.Len() > 0 {
					b.WriteByte('\n')
				}
			case "tab", "br":
				b.WriteByte(' ')
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				in = false
			case "tbl":
				tables--
			}
		case xml.CharData:
			if in {
				b.Write(e)
			}
		}
	}
	c.text = strings.TrimSpace(b.String())
	return down, nil
}

// paragraphs gives the text of a document outside its tables, one paragraph each, at most a hundred.
func (f *File) paragraphs() []string {
	data, err := f.archive.read("word/document.xml")
	if err != nil {
		return nil
	}
	var out []string
	var b strings.Builder
	in := false
	w := walk(data)
	for len(out) < 100 {
		t, err := w.next()
		if err != nil {
			break
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "tbl":
				if w.skip() != nil {
					return out
				}
			case "t":
				in = true
			case "tab", "br":
				b.WriteByte(' ')
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				in = false
			case "p":
				if s := strings.TrimSpace(b.String()); s != "" {
					out = append(out, s)
				}
				b.Reset()
			}
		case xml.CharData:
			if in {
				b.Write(e)
			}
		}
	}
	return out
}
