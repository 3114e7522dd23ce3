package form

import (
	"archive/zip"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"zhenwu/internal/town"
)

// Value is what a cell is filled with; an empty one leaves the cell blank.
type Value struct {
	Text   string
	Number bool // Text is a decimal number: the sheet can compute with it
}

// List is records that go into rows, one each, from a row on.
type List struct {
	At   At                        // the first cell of the first row
	Cols []int                     // the columns that the values of a row go to, ascending
	Rows iter.Seq2[[]Value, error] // read once, as the file is written; an error ends the writing
}

// Filling is what goes into a form.
type Filling struct {
	Cells map[At]Value
	Lists []List
	Mark  string // stands at the head of every printed sheet, and above the table of a document: a simulated town's forms say so
}

// Write writes the form with its values. Whoever calls it writes to a place of his own first: where it fails, what was written is no file.
func (f *File) Write(w io.Writer, fill *Filling) error {
	if err := f.fits(fill); err != nil {
		return err
	}
	z := zip.NewWriter(w)
	create := func(of *zip.File) (io.Writer, error) {
		return z.CreateHeader(&zip.FileHeader{Name: of.Name, Method: zip.Deflate, Modified: of.Modified})
	}
	parts := map[string]*Sheet{} // those to be written anew
	if f.Kind == XLSX {
		for i, s := range f.Sheets {
			if fill.on(i) || s.computes {
				parts[strings.ToLower(s.part)] = s
			}
		}
	}
	var moved []move
	var last *zip.File
	for _, part := range f.archive.zip.File {
		name := strings.ToLower(part.Name)
		s := parts[name]
		switch {
		case s != nil:
			out, err := create(part)
			if err != nil {
				return err
			}
			m, err := f.writeSheet(out, s, fill)
			if err != nil {
				return err
			}
			moved = append(moved, m...)
		case f.Kind == DOCX && name == "word/document.xml":
			out, err := create(part)
			if err != nil {
				return err
			}
			if err := f.writeDocument(out, fill); err != nil {
				return err
			}
		case f.Kind == XLSX && name == "xl/workbook.xml" && f.book.formulas:
			last = part
		case f.Kind == XLSX && name == "xl/workbook.xml" && len(fill.Lists) > 0 && len(f.book.names) > 0:
			last = part
		default:
			if err := z.Copy(part); err != nil {
				return damaged(err)
			}
		}
	}
	if last != nil { // what moved on the sheets is known only now
		out, err := create(last)
		if err != nil {
			return err
		}
		if err := f.writeWorkbook(out, moved); err != nil {
			return err
		}
	}
	return z.Close()
}

// on tells whether anything goes into a sheet.
func (fill *Filling) on(sheet int) bool {
	for at := range fill.Cells {
		if at.Sheet == sheet {
			return true
		}
	}
	return slices.ContainsFunc(fill.Lists, func(l List) bool { return l.At.Sheet == sheet })
}

// fits tells what cannot be filled, before anything is written.
func (f *File) fits(fill *Filling) error {
	for at := range fill.Cells {
		if err := f.fillable(at); err != nil {
			return err
		}
	}
	lists := slices.Clone(fill.Lists)
	slices.SortFunc(lists, func(a, b List) int { return a.At.Row - b.At.Row })
	seen := map[int]int{} // the row at which the last list of a sheet begins
	for _, l := range lists {
		if row, ok := seen[l.At.Sheet]; ok && row == l.At.Row {
			return cellFault(f.Name(l.At), "同一行不能开始两份名单", "two lists cannot begin in one row")
		}
		seen[l.At.Sheet] = l.At.Row
		if len(l.Cols) == 0 || !slices.IsSorted(l.Cols) || len(slices.Compact(slices.Clone(l.Cols))) != len(l.Cols) {
			return cellFault(f.Name(l.At), "名单的列要从左到右、各用一列", "the columns of a list go from left to right, each once")
		}
		for _, c := range l.Cols {
			at := At{l.At.Sheet, Ref{l.At.Row, c}}
			if err := f.fillable(at); err != nil {
				return err
			}
			if t := f.Sheets[at.Sheet].At(at.Ref).Text; t != "" {
				return cellFault(f.Name(at), "名单第一行这一格已有内容“"+t+"”，请选表头下面的空行", "the first row of the list already holds “"+t+"” here; choose the blank row below the heads")
			}
		}
	}
	return nil
}

// fillable refuses a cell that is no place for a value.
func (f *File) fillable(at At) error {
	if at.Sheet < 0 || at.Sheet >= len(f.Sheets) {
		return cellFault(at.Ref.String(), "没有这张工作表", "there is no such sheet")
	}
	s := f.Sheets[at.Sheet]
	if c := s.At(at.Ref); c.Formula != "" {
		return cellFault(f.Name(at), "这一格是公式，由表自己算，不能填", "the form computes this cell by a formula; it is not filled")
	}
	if home, _ := s.Home(at.Ref); home != at.Ref {
		return cellFault(f.Name(at), "这一格并在 "+home.String()+" 里，请填 "+home.String(), "this cell is merged into "+home.String()+"; fill that one")
	}
	if f.Kind == DOCX && (at.Row >= s.Rows || at.Col >= s.Cols) {
		return cellFault(f.Name(at), "表里没有这一格", "the table has no such cell")
	}
	return nil
}

func cellFault(cell, zh, en string) error {
	return town.Refuse(town.Invalid, "cells", "单元格 %[1]s：%[2]s。", "cell %[1]s: %[3]s.", cell, zh, en)
}

// listsOf gives the lists of a sheet from the top down, with the room each has: the first row that is not theirs.
func (f *File) listsOf(sheet int, fill *Filling) []*running {
	var out []*running
	for i := range fill.Lists {
		if l := &fill.Lists[i]; l.At.Sheet == sheet {
			out = append(out, &running{List: l, row: l.At.Row})
		}
	}
	slices.SortFunc(out, func(a, b *running) int { return a.At.Row - b.At.Row })
	s := f.Sheets[sheet]
	for i, l := range out {
		l.end = mostRows
		if i+1 < len(out) {
			l.end = out[i+1].At.Row
		}
		for at := range fill.Cells {
			if at.Sheet == sheet && at.Row > l.At.Row {
				l.end = min(l.end, at.Row)
			}
		}
		for at := range s.cells {
			if at.Row > l.At.Row && slices.Contains(l.Cols, at.Col) {
				l.end = min(l.end, at.Row)
			}
		}
		for _, m := range s.Merges {
			if m.To.Row <= l.At.Row || !slices.ContainsFunc(l.Cols, func(c int) bool { return m.From.Col <= c && c <= m.To.Col }) {
				continue
			}
			if m.From.Row == m.To.Row && slices.ContainsFunc(s.Merges, func(first Range) bool {
				return first.From.Row == l.At.Row && first.To.Row == l.At.Row && first.From.Col == m.From.Col && first.To.Col == m.To.Col
			}) {
				continue // merged as the first row is
			}
			l.end = min(l.end, max(m.From.Row, l.At.Row+1))
		}
	}
	return out
}

// running is a list while it is written.
type running struct {
	*List
	row  int // the next row of the form as it came
	end  int // the first row that is not the list's
	next func() ([]Value, error, bool)
	stop func()

	ahead   []Value // read, not yet written
	waiting bool
	n       int
}

// begin starts reading.
func (l *running) begin() { l.next, l.stop = iter.Pull2(iter.Seq2[[]Value, error](l.Rows)) }

// more tells whether there is another row.
func (l *running) more() (bool, error) {
	if l.waiting {
		return true, nil
	}
	row, err, ok := l.next()
	if err != nil || !ok {
		return false, err
	}
	if len(row) != len(l.Cols) {
		return false, errors.New("a row of a list has as many values as the list has columns")
	}
	l.ahead, l.waiting = row, true
	return true, nil
}

// take gives the next row.
func (l *running) take() []Value {
	l.waiting = false
	l.n++
	return l.ahead
}

// move is rows that went down: those of a sheet from a row of the form as it came on.
type move struct{ sheet, from, by int }

// movedRow gives where a row went.
func movedRow(moves []move, sheet, row int) int {
	to := row
	for _, m := range moves {
		if m.sheet == sheet && row >= m.from {
			to += m.by
		}
	}
	return to
}
