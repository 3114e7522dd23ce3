package form

import (
	"fmt"
	"strconv"
	"strings"
)

// Ref is a cell by row and column, from 0.
type Ref struct{ Row, Col int }

// Limits of a sheet, as spreadsheets have them.
const (
	mostRows = 1 << 20
	mostCols = 1 << 14
)

// ParseRef reads "C5".
func ParseRef(s string) (Ref, error) {
	s = strings.ReplaceAll(s, "$", "")
	col, i := 0, 0
	for ; i < len(s) && i < 4; i++ {
		c := s[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		col = col*26 + int(c-'A') + 1
	}
	row, err := strconv.Atoi(s[i:])
	if i == 0 || err != nil || row < 1 || row > mostRows || col > mostCols || s[i] == '+' {
		return Ref{}, fmt.Errorf("not a cell (C5): %q", s)
	}
	return Ref{row - 1, col - 1}, nil
}

// Letters writes a column from 0 as letters.
func Letters(col int) string {
	var b [4]byte
	i := len(b)
	for col++; col > 0; col = (col - 1) / 26 {
		i--
		b[i] = byte('A' + (col-1)%26)
	}
	return string(b[i:])
}

// String writes "C5".
func (r Ref) String() string { return Letters(r.Col) + strconv.Itoa(r.Row+1) }

// Range is a rectangle of cells, both corners in it.
type Range struct{ From, To Ref }

// Contains tells whether a cell lies in the range.
func (r Range) Contains(c Ref) bool {
	return r.From.Row <= c.Row && c.Row <= r.To.Row && r.From.Col <= c.Col && c.Col <= r.To.Col
}

func parseRange(s string) (Range, error) {
	a, b, two := strings.Cut(s, ":")
	from, err := ParseRef(a)
	if err != nil {
		return Range{}, err
	}
	to := from
	if two {
		if to, err = ParseRef(b); err != nil {
			return Range{}, err
		}
	}
	if to.Row < from.Row || to.Col < from.Col {
		return Range{}, fmt.Errorf("not a range: %q", s)
	}
	return Range{from, to}, nil
}

func (r Range) String() string { return r.From.String() + ":" + r.To.String() }

// At is a cell of a sheet of a file.
type At struct {
	Sheet int
	Ref
}

// Cell is what a cell holds as the form came.
type Cell struct {
	Text    string
	Formula string // "" for none; of a shared formula but the first "="
	Number  bool   // Text is a number
}

// Sheet is one grid of a form: a sheet of a workbook, or a table of a document.
type Sheet struct {
	Name       string
	Rows, Cols int // as far as anything stands, styled cells included
	Merges     []Range
	Hidden     bool

	part     string // in the archive
	index    int    // of the table in a document, of the sheet in a workbook
	computes bool   // it holds formulas
	cells    map[Ref]Cell
	home     map[Ref]Range // of every cell of a merge, as far as Rows and Cols
}

// At gives a cell; an empty one is the zero Cell.
func (s *Sheet) At(r Ref) Cell { return s.cells[r] }

// Home gives the first cell of the merge that a cell lies in, else the cell itself; span is the whole of it.
func (s *Sheet) Home(r Ref) (home Ref, span Range) {
	if m, ok := s.home[r]; ok {
		return m.From, m
	}
	return r, Range{r, r}
}

// Shown gives the text of a cell, of a merged one that of its first.
func (s *Sheet) Shown(r Ref) string {
	home, _ := s.Home(r)
	return s.cells[home].Text
}

// settle prepares merges for being asked. A merge over the whole of a sheet costs no more than the sheet.
func (s *Sheet) settle() {
	s.home = map[Ref]Range{}
	for _, m := range s.Merges {
		s.Rows, s.Cols = max(s.Rows, min(m.From.Row+1, mostRows)), max(s.Cols, min(m.From.Col+1, mostCols))
	}
	for _, m := range s.Merges {
		for r := m.From.Row; r <= m.To.Row && r < s.Rows+1 && len(s.home) < mostCells; r++ {
			for c := m.From.Col; c <= m.To.Col && c < s.Cols+1; c++ {
				s.home[Ref{r, c}] = m
			}
		}
	}
}

// Kind is the sort of file.
type Kind string

// The kinds of files.
const (
	XLSX Kind = "xlsx"
	DOCX Kind = "docx"
)

// File is a form that was read. It keeps the bytes it came in and does not change.
type File struct {
	Kind   Kind
	Sheets []*Sheet
	Marks  Marks
	Notes  []Note // what is worth knowing before it is filled

	data    []byte
	archive *archive
	book    workbook // of an XLSX
}

// Note is something about a form, in both languages.
type Note struct{ Zh, En string }

// In gives the sentence in lang.
func (n Note) In(lang string) string {
	if lang == "en" {
		return n.En
	}
	return n.Zh
}

// Read reads a form. What it cannot read is a town.Error Invalid with one clear line.
func Read(data []byte) (*File, error) {
	a, err := open(data)
	if err != nil {
		return nil, err
	}
	f := &File{data: data, archive: a}
	switch {
	case a.has("word/document.xml"):
		f.Kind = DOCX
		err = f.readDOCX()
	case a.has("xl/workbook.xml"):
		f.Kind = XLSX
		err = f.readXLSX()
	case a.has("xl/workbook.bin"):
		err = refuse("这是 XLSB 二进制表格，请另存为 XLSX。", "this is a binary workbook (XLSB); save it as XLSX.")
	default:
		err = refuse("压缩包里没有表格，也没有文档；请上传 XLSX 或 DOCX。", "the archive holds no workbook and no document; send an XLSX or a DOCX.")
	}
	if err != nil {
		return nil, err
	}
	f.Marks = f.marks()
	return f, nil
}

// Sheet finds a sheet by name, ok is false where there is none; "" is the first.
func (f *File) Sheet(name string) (int, bool) {
	if name == "" {
		return 0, len(f.Sheets) > 0
	}
	for i, s := range f.Sheets {
		if strings.EqualFold(s.Name, name) {
			return i, true
		}
	}
	return 0, false
}

// ParseAt reads "C5" of the first sheet, "台账!C5" or "'二 月'!C5".
func (f *File) ParseAt(s string) (At, error) {
	name, ref := "", s
	if i := strings.LastIndexByte(s, '!'); i >= 0 {
		name, ref = strings.Trim(s[:i], "'"), s[i+1:]
		if name == "" {
			return At{}, fmt.Errorf("no sheet is named in %q", s)
		}
	}
	i, ok := f.Sheet(name)
	if !ok {
		return At{}, fmt.Errorf("no sheet is called %q", name)
	}
	r, err := ParseRef(ref)
	return At{i, r}, err
}

// Name writes a cell as ParseAt reads it; the first sheet is not named.
func (f *File) Name(at At) string {
	if at.Sheet == 0 {
		return at.Ref.String()
	}
	return f.Sheets[at.Sheet].Name + "!" + at.Ref.String()
}
