package form

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/town"
)

// splicer writes a sheet: what is not filled is copied from data as it stands.
type splicer struct {
	f     *File
	sheet int
	s     *Sheet
	w     *walker
	out   *bufio.Writer
	pos   int // data[:pos] is written

	rows  []int // with cells to fill, ascending, as the form came
	cells map[int]map[int]Value
	lists []*running

	p      string // prefix of the names, with its colon
	style  []columnStyle
	shift  int
	moves  []move
	blocks []block
	first  map[*running]*xmlRow // the first row of a list, by which new ones are made
	mark   string               // still to be written into the head of the printed sheet
}

type columnStyle struct {
	from, to int
	s        string
}

// block is rows that were made after the first row of a list: [from, from+n) as they are written.
type block struct{ like, from, n int }

// xmlRow is a row with where its cells stand.
type xmlRow struct {
	row      int
	tag      []byte // the start tag as written
	closed   bool
	from     int
	end      int // where </row> begins; of a closed one the end
	to       int
	s        string // the row's own style
	cells    []xmlCell
	computes bool
}

type xmlCell struct {
	col      int
	from, to int
	tagTo    int // the start tag is data[from:tagTo]
	s        string
	vFrom    int // a stored result of a formula: data[vFrom:vTo]
	vTo      int
	formula  bool
}

// writeSheet writes a sheet with what goes into it.
func (f *File) writeSheet(out io.Writer, s *Sheet, fill *Filling) ([]move, error) {
	data, err := f.archive.read(s.part)
	if err != nil {
		return nil, err
	}
	sp := &splicer{f: f, sheet: slices.Index(f.Sheets, s), s: s, w: walk(data), out: bufio.NewWriterSize(out, 1<<16), cells: map[int]map[int]Value{}, first: map[*running]*xmlRow{}}
	if fill.on(sp.sheet) {
		sp.mark = fill.Mark
	}
	for at, v := range fill.Cells {
		if at.Sheet != sp.sheet {
			continue
		}
		if sp.cells[at.Row] == nil {
			sp.cells[at.Row] = map[int]Value{}
			sp.rows = append(sp.rows, at.Row)
		}
		sp.cells[at.Row][at.Col] = v
	}
	slices.Sort(sp.rows)
	sp.lists = f.listsOf(sp.sheet, fill)
	for _, l := range sp.lists {
		l.begin()
		defer l.stop()
	}
	if err := sp.run(); err != nil {
		return nil, err
	}
	return sp.moves, sp.out.Flush()
}

// copyTo writes the form as it came up to a byte.
func (sp *splicer) copyTo(to int) {
	_, _ = sp.out.Write(sp.w.data[sp.pos:to]) // the error stays in the buffer until Flush
	sp.pos = to
}

func (sp *splicer) put(parts ...string) {
	for _, s := range parts {
		_, _ = sp.out.WriteString(s) // the error stays in the buffer until Flush
	}
}

func (sp *splicer) run() error {
	last, in := -1, ""
	for {
		t, err := sp.w.next()
		if errors.Is(err, io.EOF) {
			sp.copyTo(len(sp.w.data))
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			if sp.w.depth == 2 {
				in = e.Name.Local
				if sp.mark != "" && slices.Contains(afterHead, in) {
					sp.copyTo(sp.w.from)
					sp.head()
				}
			}
			switch what := e.Name.Local; {
			case what == "headerFooter" && sp.w.depth == 2 && sp.mark != "":
				sp.copyTo(sp.w.from)
				if sp.w.closed() {
					sp.head()
					sp.pos = sp.w.to
					continue
				}
				sp.copyTo(sp.w.to)
				if !bytes.Contains(sp.w.data[sp.w.to:], []byte("oddHeader")) {
					sp.put("<", sp.p, "oddHeader>&amp;C", escape(sp.mark), "</", sp.p, "oddHeader>")
					sp.mark = ""
				}
			case what == "dimension" && sp.w.depth == 2:
				if len(sp.lists) > 0 { // how far the sheet goes is known only at its end
					sp.copyTo(sp.w.from)
					if err := sp.w.skip(); err != nil {
						return damaged(err)
					}
					sp.pos = sp.w.to
				}
			case what == "col" && in == "cols" && sp.w.depth == 3:
				sp.column(e)
			case what == "sheetData" && sp.w.depth == 2:
				sp.p = sp.w.prefix()
				if sp.w.closed() {
					sp.copyTo(sp.w.from)
					tag := sp.w.data[sp.w.from:sp.w.to]
					sp.pos = sp.w.to
					sp.put(string(bytes.TrimRight(tag[:len(tag)-2], " ")), ">")
					if err := sp.until(mostRows, sp.pos); err != nil {
						return err
					}
					sp.put("</", sp.p, "sheetData>")
				}
			case what == "row" && in == "sheetData" && sp.w.depth == 3:
				r, err := sp.readRow(e, last)
				if err != nil {
					return damaged(err)
				}
				last = r.row
				if err := sp.until(r.row, r.from); err != nil {
					return err
				}
				if err := sp.row(r); err != nil {
					return err
				}
			case what == "mergeCells" && sp.w.depth == 2:
				if n := sp.newMerges(); n > 0 {
					sp.copyTo(sp.w.from)
					sp.put(string(setAttr(sp.w.data[sp.w.from:sp.w.to], "count", strconv.Itoa(len(sp.s.Merges)+n))))
					sp.pos = sp.w.to
				}
			case what == "mergeCell" && in == "mergeCells" && sp.w.depth == 3:
				if len(sp.moves) > 0 {
					m, err := parseRange(attr(e, "ref"))
					if err != nil {
						return damaged(err)
					}
					m.From.Row, m.To.Row = movedRow(sp.moves, sp.sheet, m.From.Row), movedRow(sp.moves, sp.sheet, m.To.Row)
					sp.copyTo(sp.w.from)
					sp.put(string(setAttr(sp.w.data[sp.w.from:sp.w.to], "ref", m.String())))
					sp.pos = sp.w.to
				}
			}
		case xml.EndElement:
			switch what := e.Name.Local; {
			case in == "headerFooter" && sp.w.depth == 2 && strings.HasSuffix(what, "Header") && sp.mark != "" && sp.w.to > sp.w.from:
				sp.copyTo(sp.w.from)
				sp.put(" ", escape(sp.mark)) // it joins the last part of what stands there
			case what == "headerFooter" && sp.w.depth == 1:
				sp.mark = ""
			case sp.w.depth == 0 && sp.mark != "":
				sp.copyTo(sp.w.from)
				sp.head()
			case what == "sheetData" && sp.w.depth == 1:
				if sp.w.to > sp.w.from {
					sp.copyTo(sp.w.from)
					if err := sp.until(mostRows, sp.pos); err != nil {
						return err
					}
				}
			case what == "mergeCells" && sp.w.depth == 1:
				if sp.w.to > sp.w.from {
					sp.copyTo(sp.w.from)
					sp.eachNewMerge(func(m Range) { sp.put("<", sp.p, `mergeCell ref="`, m.String(), `"/>`) })
				}
			}
		}
	}
}

// afterHead are the elements of a sheet before which the head of the printed sheet stands, by the schema.
var afterHead = []string{"rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "drawingHF", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"}

// head writes the mark as the head of the printed sheet.
func (sp *splicer) head() {
	sp.put("<", sp.p, "headerFooter><", sp.p, "oddHeader>&amp;C", escape(sp.mark), "</", sp.p, "oddHeader></", sp.p, "headerFooter>")
	sp.mark = ""
}

// column notes the style of columns.
func (sp *splicer) column(e xml.StartElement) {
	from, err1 := strconv.Atoi(attr(e, "min"))
	to, err2 := strconv.Atoi(attr(e, "max"))
	if s := attr(e, "style"); err1 == nil && err2 == nil && s != "" && len(sp.style) < mostCols {
		sp.style = append(sp.style, columnStyle{from - 1, to - 1, s})
	}
}

// readRow reads the row just begun to its end.
func (sp *splicer) readRow(e xml.StartElement, last int) (*xmlRow, error) {
	w := sp.w
	row, err := rowOf(e, last)
	if err != nil {
		return nil, err
	}
	r := &xmlRow{row: row, tag: w.data[w.from:w.to], closed: w.closed(), from: w.from}
	if c := attr(e, "customFormat"); c == "1" || c == "true" {
		r.s = attr(e, "s")
	}
	col := -1
	for depth := w.depth; w.depth >= depth; {
		t, err := w.next()
		if err != nil {
			return nil, unexpected(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if e.Name.Local != "c" || w.depth != depth+1 {
			continue
		}
		at, err := cellOf(e, row, col)
		if err != nil {
			return nil, err
		}
		col = at.Col
		c := xmlCell{col: col, from: w.from, tagTo: w.to, s: attr(e, "s")}
		for inner := w.depth; w.depth >= inner; {
			t, err := w.next()
			if err != nil {
				return nil, unexpected(err)
			}
			if e, ok := t.(xml.StartElement); ok {
				switch e.Name.Local {
				case "f":
					c.formula, r.computes = true, true
				case "v":
					c.vFrom = w.from
					if err := w.skip(); err != nil {
						return nil, unexpected(err)
					}
					c.vTo = w.to
				}
			}
		}
		c.to = w.to
		r.cells = append(r.cells, c)
	}
	r.end, r.to = w.from, w.to
	return r, nil
}

// until writes the rows that the form does not have and that come before row, which begins at a byte.
func (sp *splicer) until(row, at int) error {
	for {
		l := sp.list()
		next := mostRows
		if len(sp.rows) > 0 {
			next = sp.rows[0]
		}
		if l != nil && l.row <= next && (l.row < l.end || l.end == mostRows) {
			if l.row >= row && row < mostRows {
				return nil
			}
			more, err := l.more()
			if err != nil {
				return err
			}
			if more {
				sp.copyTo(at)
				if err := sp.newRow(l, l.row+sp.shift); err != nil {
					return err
				}
				l.row++
				continue
			}
			sp.lists = sp.lists[1:]
			continue
		}
		if l != nil && l.row >= l.end && l.end <= min(next, row) {
			if err := sp.push(l, at); err != nil {
				return err
			}
			sp.lists = sp.lists[1:]
			continue
		}
		if next >= row {
			return nil
		}
		sp.rows = sp.rows[1:]
		sp.copyTo(at)
		sp.put("<", sp.p, `row r="`, strconv.Itoa(next+1+sp.shift), `">`)
		for _, col := range columns(sp.cells[next]) {
			sp.cell(Ref{next + sp.shift, col}, sp.styleOf(nil, nil, col), sp.cells[next][col])
		}
		sp.put("</", sp.p, "row>")
	}
}

// list gives the list that comes next or is being written.
func (sp *splicer) list() *running {
	if len(sp.lists) == 0 {
		return nil
	}
	return sp.lists[0]
}

// columns gives the columns of cells from left to right.
func columns(cells map[int]Value) []int {
	out := make([]int, 0, len(cells))
	for c := range cells {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// push writes what is left of a list before a row that is not its own: that row and all below go down.
func (sp *splicer) push(l *running, at int) error {
	before := sp.shift
	for {
		more, err := l.more()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if sp.shift == before {
			if err := sp.f.mayPush(sp.sheet, l); err != nil {
				return err
			}
		}
		sp.copyTo(at)
		if err := sp.newRow(l, l.end+sp.shift); err != nil {
			return err
		}
		sp.shift++
	}
	if sp.shift > before {
		sp.moves = append(sp.moves, move{sp.sheet, l.end, sp.shift - before})
	}
	return nil
}

// newRow writes a row that the form does not have, made like the first row of its list.
func (sp *splicer) newRow(l *running, row int) error {
	if row >= mostRows {
		return town.Refuse(town.Invalid, "rows", "名单超过一张工作表能放的 %d 行。", "the list has more rows than a sheet holds (%d).", mostRows)
	}
	values := l.take()
	like := sp.first[l]
	if like == nil {
		sp.put("<", sp.p, `row r="`, strconv.Itoa(row+1), `">`)
	} else {
		if like.computes && l.n > 1 {
			return town.Refuse(town.Conflict, "rows", "名单比表里预留的行多，而名单行里有公式，不能照样加行；请在 Excel 里把空行连同公式往下复制够，再传一次。", "the list needs more rows than the form has, and its rows hold formulas; copy the blank rows with their formulas down in Excel and send the form again.")
		}
		tag := bytes.TrimSuffix(bytes.TrimRight(bytes.TrimSuffix(setAttr(setAttr(like.tag, "spans", ""), "r", strconv.Itoa(row+1)), []byte(">")), "/ "), []byte(" "))
		sp.put(string(tag), ">")
		if n := len(sp.blocks); n > 0 && sp.blocks[n-1].like == l.At.Row && sp.blocks[n-1].from+sp.blocks[n-1].n == row {
			sp.blocks[n-1].n++
		} else {
			sp.blocks = append(sp.blocks, block{l.At.Row, row, 1})
		}
	}
	i := 0
	if like != nil {
		for _, c := range like.cells {
			for ; i < len(l.Cols) && l.Cols[i] < c.col; i++ {
				sp.cell(Ref{row, l.Cols[i]}, sp.styleOf(like, nil, l.Cols[i]), values[i])
			}
			if i < len(l.Cols) && l.Cols[i] == c.col {
				sp.cell(Ref{row, c.col}, c.s, values[i])
				i++
			} else if c.s != "" {
				sp.cell(Ref{row, c.col}, c.s, Value{})
			}
		}
	}
	for ; i < len(l.Cols); i++ {
		sp.cell(Ref{row, l.Cols[i]}, sp.styleOf(like, nil, l.Cols[i]), values[i])
	}
	sp.put("</", sp.p, "row>")
	return nil
}

// styleOf gives the style of a cell that the form does not have: that of its row, of the same column in the first row of its list, of
// its column.
func (sp *splicer) styleOf(r, like *xmlRow, col int) string {
	if r != nil && r.s != "" {
		return r.s
	}
	if like != nil {
		for _, c := range like.cells {
			if c.col == col {
				return c.s
			}
		}
	}
	for _, c := range sp.style {
		if c.from <= col && col <= c.to {
			return c.s
		}
	}
	return ""
}

// cell writes a filled cell.
func (sp *splicer) cell(at Ref, style string, v Value) {
	var buf [16]byte
	_ = sp.out.WriteByte('<')
	sp.put(sp.p, `c r="`)
	sp.put(Letters(at.Col))
	_, _ = sp.out.Write(strconv.AppendInt(buf[:0], int64(at.Row+1), 10))
	_ = sp.out.WriteByte('"')
	if style != "" {
		sp.put(` s="`, style, `"`)
	}
	switch {
	case v.Text == "":
		sp.put("/>")
	case v.Number:
		sp.put("><", sp.p, "v>", v.Text, "</", sp.p, "v></", sp.p, "c>")
	default:
		sp.put(` t="inlineStr"><`, sp.p, "is><", sp.p, `t xml:space="preserve">`, escape(v.Text), "</", sp.p, "t></", sp.p, "is></", sp.p, "c>")
	}
}

// row writes a row of the form.
func (sp *splicer) row(r *xmlRow) error {
	values := sp.cells[r.row]
	if len(sp.rows) > 0 && sp.rows[0] == r.row {
		sp.rows = sp.rows[1:]
	}
	var like *xmlRow
	if l := sp.list(); l != nil && l.row == r.row && r.row < l.end {
		if l.row == l.At.Row {
			first := *r
			sp.first[l] = &first
		}
		more, err := l.more()
		if err != nil {
			return err
		}
		if more {
			values = map[int]Value{}
			for i, v := range l.take() {
				values[l.Cols[i]] = v
			}
			like = sp.first[l]
		}
		l.row++
		if !more {
			sp.lists = sp.lists[1:]
		}
	}
	if len(values) == 0 && sp.shift == 0 && !r.computes {
		return nil // copied with what comes behind it
	}
	sp.copyTo(r.from)
	out := r.row + sp.shift
	tag := r.tag
	if sp.shift != 0 {
		tag = setAttr(tag, "r", strconv.Itoa(out+1))
	}
	inserts := len(values) > 0 && slices.ContainsFunc(columns(values), func(c int) bool {
		return !slices.ContainsFunc(r.cells, func(x xmlCell) bool { return x.col == c })
	})
	if inserts {
		tag = setAttr(tag, "spans", "") // how far the row goes has changed; programs that want it compute it
	}
	if r.closed && inserts {
		tag = append(bytes.TrimRight(bytes.TrimSuffix(tag, []byte("/>")), " "), '>')
	}
	sp.put(string(tag))
	sp.pos = r.from + len(r.tag)
	want := columns(values)
	for i := range r.cells {
		c := &r.cells[i]
		for len(want) > 0 && want[0] < c.col {
			sp.copyTo(c.from)
			sp.cell(Ref{out, want[0]}, sp.styleOf(r, like, want[0]), values[want[0]])
			want = want[1:]
		}
		sp.copyTo(c.from)
		switch {
		case len(want) > 0 && want[0] == c.col:
			sp.cell(Ref{out, c.col}, c.s, values[c.col])
			want = want[1:]
			sp.pos = c.to
		default:
			if sp.shift != 0 {
				sp.put(string(setAttr(sp.w.data[c.from:c.tagTo], "r", Ref{out, c.col}.String())))
				sp.pos = c.tagTo
			}
			if c.formula && c.vTo > 0 {
				sp.copyTo(c.vFrom)
				sp.pos = c.vTo
			}
			sp.copyTo(c.to)
		}
	}
	if len(want) > 0 && !r.closed {
		sp.copyTo(r.end)
	}
	for _, c := range want {
		sp.cell(Ref{out, c}, sp.styleOf(r, like, c), values[c])
	}
	if r.closed && inserts {
		sp.put("</", sp.p, "row>")
	}
	sp.copyTo(r.to)
	return nil
}

// newMerges counts the merges that rows made like another bring with them.
func (sp *splicer) newMerges() int {
	n := 0
	sp.eachNewMerge(func(Range) { n++ })
	return n
}

func (sp *splicer) eachNewMerge(fn func(Range)) {
	for _, b := range sp.blocks {
		for _, m := range sp.s.Merges {
			if m.From.Row != b.like || m.To.Row != b.like {
				continue
			}
			for i := range b.n {
				fn(Range{Ref{b.from + i, m.From.Col}, Ref{b.from + i, m.To.Col}})
			}
		}
	}
}

// rowIn finds the rows that a formula or a range names.
var rowIn = regexp.MustCompile(`\$?[A-Za-z]{1,3}\$?([0-9]{1,7})\b|\$?\b([0-9]{1,7}):\$?([0-9]{1,7})\b`)

// reaches tells whether a formula or a range names a row from row on.
func reaches(text string, row int) bool {
	for _, m := range rowIn.FindAllStringSubmatch(text, -1) {
		for _, s := range m[1:] {
			if n, err := strconv.Atoi(s); err == nil && n > row {
				return true
			}
		}
	}
	return false
}

// standing are the elements of a sheet that name cells by their rows, and stay where they are.
var standing = []string{"conditionalFormatting", "dataValidation", "hyperlink", "autoFilter", "brk", "protectedRange", "ignoredError", "drawing", "legacyDrawing", "tablePart", "oleObject", "control", "picture", "scenario", "cfRule", "x14:conditionalFormatting"}

// mayPush tells whether rows from the end of a list on can move down without anything that names them going wrong.
func (f *File) mayPush(sheet int, l *running) error {
	s := f.Sheets[sheet]
	no := func(zh, en string) error {
		return town.Refuse(town.Conflict, "rows", "名单比 %[1]s 起预留的 %[2]d 行多，下面的内容要往下移，但%[3]s；请在 Excel 里插入够用的空行，再传一次。",
			"the list needs more than the %[2]d rows left from %[1]s on, what stands below would have to move down, but %[4]s; insert blank rows in Excel and send the form again.", f.Name(l.At), l.end-l.At.Row, zh, en)
	}
	for i, o := range f.Sheets {
		for at, c := range o.cells {
			switch {
			case c.Formula == "":
			case i == sheet && (at.Row >= l.end || reaches(c.Formula, l.end)):
				return no("公式 "+at.String()+" 会算错", "the formula in "+at.String()+" would go wrong")
			case i != sheet && strings.Contains(c.Formula, s.Name) && reaches(c.Formula, l.end):
				return no("工作表“"+o.Name+"”的公式 "+at.String()+" 会算错", "the formula in "+o.Name+"!"+at.String()+" would go wrong")
			}
		}
	}
	for _, n := range f.book.names {
		if n.name != "_xlnm.Print_Area" && n.name != "_xlnm._FilterDatabase" && (n.sheet == s.index || strings.Contains(n.text, s.Name)) && reaches(n.text, l.end) {
			return no("名称“"+n.name+"”指着那里", "the name "+n.name+" refers to it")
		}
	}
	data, err := f.archive.read(s.part)
	if err != nil {
		return err
	}
	w := walk(data)
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok || !slices.Contains(standing, e.Name.Local) {
			continue
		}
		where := attr(e, "sqref") + " " + attr(e, "ref")
		switch e.Name.Local {
		case "cfRule":
			continue
		case "brk":
			where = "A" + attr(e, "id")
		case "drawing", "legacyDrawing", "tablePart", "oleObject", "control":
			where = fmt.Sprintf("A%d", mostRows) // where it stands is written elsewhere
		}
		if reaches(where, l.end) {
			return no("那里有条件格式、校验、图形或筛选一类的设置（"+e.Name.Local+"）", "formats, checks, drawings or filters are set there ("+e.Name.Local+")")
		}
	}
}

// writeWorkbook asks for the formulas to be computed when the workbook is opened, and stretches what is to be printed.
func (f *File) writeWorkbook(out io.Writer, moves []move) error {
	data, err := f.archive.read("xl/workbook.xml")
	if err != nil {
		return err
	}
	w := walk(data)
	var b bytes.Buffer
	pos, after := 0, -1
	done, inArea, prefix := !f.book.formulas, -2, ""
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return damaged(err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "workbook":
				prefix = w.prefix()
			case "calcPr":
				if f.book.formulas {
					b.Write(data[pos:w.from])
					b.Write(setAttr(w.data[w.from:w.to], "fullCalcOnLoad", "1"))
					pos, done = w.to, true
				}
			case "definedName":
				inArea = -2
				if attr(e, "name") == "_xlnm.Print_Area" {
					inArea = -1
					if i, err := strconv.Atoi(attr(e, "localSheetId")); err == nil {
						inArea = i
					}
				}
			}
		case xml.CharData:
			if inArea >= 0 && len(moves) > 0 {
				if text := stretched(string(e), moves, f.sheetAt(inArea)); text != string(e) {
					b.Write(data[pos:w.from])
					b.WriteString(escape(text))
					pos = w.to
				}
			}
		case xml.EndElement:
			inArea = -2
			switch e.Name.Local {
			case "sheets", "functionGroups", "externalReferences", "definedNames":
				if !done {
					after = b.Len() + w.to - pos
				}
			}
		}
	}
	b.Write(data[pos:])
	whole := b.Bytes()
	if !done && after >= 0 {
		whole = slices.Concat(whole[:after], []byte("<"+prefix+`calcPr fullCalcOnLoad="1"/>`), whole[after:])
	}
	_, err = out.Write(whole)
	return err
}

// sheetAt gives the place in Sheets of a sheet by its place in the workbook, where sheets that are but charts count too; -1 for those.
func (f *File) sheetAt(i int) int {
	return slices.IndexFunc(f.Sheets, func(s *Sheet) bool { return s.index == i })
}

var areaEnd = regexp.MustCompile(`(:\$?[A-Z]{1,3}\$?)([0-9]+)`)

// stretched moves the end of a printed area with the rows of its sheet.
func stretched(text string, moves []move, sheet int) string {
	return areaEnd.ReplaceAllStringFunc(text, func(s string) string {
		m := areaEnd.FindStringSubmatch(s)
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return s
		}
		return m[1] + strconv.Itoa(movedRow(moves, sheet, n-1)+1)
	})
}
