package form

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/town"
)

// parts unpacks a file.
func parts(t testing.TB, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// element is a tree of XML in a normal form, read without any of the code that is tested.
type element struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Nodes   []element  `xml:",any"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e *element) String() string {
	var as []string
	for _, a := range e.Attrs {
		if a.Name.Local != "xmlns" && a.Name.Space != "xmlns" {
			as = append(as, a.Name.Local+"="+a.Value)
		}
	}
	slices.Sort(as)
	s := e.XMLName.Local + "[" + strings.Join(as, " ") + "]" + strings.TrimSpace(e.Text) + "("
	for i := range e.Nodes {
		s += e.Nodes[i].String()
	}
	return s + ")"
}

func parsed(t testing.TB, data []byte) *element {
	t.Helper()
	e := &element{}
	if err := xml.Unmarshal(data, e); err != nil {
		t.Fatalf("%v\n%.300s", err, data)
	}
	return e
}

// flat takes a sheet apart: its cells by address, its rows without cells, and the rest. Stored results of formulas are left out: they
// are to be computed again.
func flat(t testing.TB, data []byte) (cells, rows map[string]string, rest string) {
	cells, rows = map[string]string{}, map[string]string{}
	e := parsed(t, data)
	for _, n := range e.Nodes {
		if n.XMLName.Local != "sheetData" {
			if n.XMLName.Local != "dimension" {
				rest += n.String() + "\n"
			}
			continue
		}
		for _, r := range n.Nodes {
			for _, c := range r.Nodes {
				if slices.ContainsFunc(c.Nodes, func(x element) bool { return x.XMLName.Local == "f" }) {
					c.Nodes = slices.DeleteFunc(c.Nodes, func(x element) bool { return x.XMLName.Local == "v" })
				}
				cells[c.attr("r")] = c.String()
			}
			r.Nodes, r.Attrs = nil, slices.DeleteFunc(r.Attrs, func(a xml.Attr) bool { return a.Name.Local == "spans" })
			rows[r.attr("r")] = r.String()
		}
	}
	return cells, rows, rest
}

// same holds a filled form against the blank one: outside the filled cells nothing differs.
func same(t testing.TB, f *File, blank, filled []byte, fill *Filling) {
	t.Helper()
	before, after := parts(t, blank), parts(t, filled)
	if len(before) != len(after) {
		t.Errorf("%d parts became %d", len(before), len(after))
	}
	for name, was := range before {
		is, ok := after[name]
		if !ok {
			t.Errorf("%s is gone", name)
			continue
		}
		sheet := slices.IndexFunc(f.Sheets, func(s *Sheet) bool { return s.part == name })
		switch {
		case f.Kind == XLSX && sheet >= 0:
			c1, r1, rest1 := flat(t, was)
			c2, r2, rest2 := flat(t, is)
			if rest1 != rest2 {
				t.Errorf("%s: what stands around the cells differs\n%s\n%s", name, rest1, rest2)
			}
			for row, s := range r1 {
				if r2[row] != s {
					t.Errorf("%s: row %s was %s, is %s", name, row, s, r2[row])
				}
			}
			for at, s := range c1 {
				r, err := ParseRef(at)
				if err != nil {
					t.Fatal(err)
				}
				v, full := fill.Cells[At{sheet, r}]
				if !full {
					if c2[at] != s {
						t.Errorf("%s %s was %s, is %s", name, at, s, c2[at])
					}
				} else if v.Text != "" && !strings.Contains(c2[at], v.Text) {
					t.Errorf("%s %s is %s, want %q", name, at, c2[at], v.Text)
				}
			}
			for at := range c2 {
				r, err := ParseRef(at)
				if err != nil {
					t.Fatal(err)
				}
				if _, was := c1[at]; !was {
					if _, full := fill.Cells[At{sheet, r}]; !full {
						t.Errorf("%s %s came from nowhere: %s", name, at, c2[at])
					}
				}
			}
		case name == "xl/workbook.xml":
			a, b := parsed(t, was), parsed(t, is)
			for _, e := range []*element{a, b} {
				e.Nodes = slices.DeleteFunc(e.Nodes, func(x element) bool { return x.XMLName.Local == "calcPr" })
			}
			if a.String() != b.String() {
				t.Errorf("the workbook differs:\n%s\n%s", a, b)
			}
			if f.book.formulas != strings.Contains(string(is), `fullCalcOnLoad="1"`) {
				t.Errorf("the workbook with formulas %v: %s", f.book.formulas, is)
			}
		case name == "word/document.xml":
		default:
			if !bytes.Equal(was, is) {
				t.Errorf("%s differs", name)
			}
		}
	}
}

func written(t testing.TB, f *File, fill *Filling) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, fill); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rowsOf makes rows of a list.
func rowsOf(n, width int) iter.Seq2[[]Value, error] {
	return func(yield func([]Value, error) bool) {
		for i := range n {
			row := make([]Value, width)
			for c := range row {
				row[c] = Value{Text: fmt.Sprintf("%d·%d", i+1, c)}
			}
			row[0] = Value{Text: fmt.Sprint(i + 1), Number: true}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// What a form proposes is filled; outside the filled cells nothing differs; the values read back.
func TestWrite_changes_only_what_it_fills(t *testing.T) {
	cat := jingwu(t)
	for _, x := range samples {
		t.Run(x.name, func(t *testing.T) {
			blank := x.data(t)
			f, err := Read(blank)
			if err != nil {
				t.Fatal(err)
			}
			b := &book{cat: cat}
			m := Propose(cat, f, b).Map("试填")
			m.Rows = nil
			bound, err := Bind(cat, f, m, b)
			if err != nil {
				t.Fatal(err)
			}
			told, err := bound.Resolve(cat, b, Ask{Period: town.MonthPeriod(2023, time.May), AsOf: town.DayOf(2023, 6, 2), Town: "某镇"})
			if err != nil {
				t.Fatal(err)
			}
			fill := Filled(told)
			data := written(t, f, fill)
			same(t, f, blank, data, fill)
			again, err := Read(data)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range told {
				got := again.Sheets[x.At.Sheet].At(x.At.Ref)
				if x.Known && (got.Text != x.Value.Text || got.Number != (x.Value.Number && f.Kind == XLSX)) || !x.Known && got != (Cell{}) {
					t.Errorf("%s holds %+v, told %+v", x.Cell, got, x.Value)
				}
			}
			if f.Kind == XLSX { // another program reads the same
				y, err := excelize.OpenReader(bytes.NewReader(data))
				if err != nil {
					t.Fatal(err)
				}
				defer y.Close()
				for _, x := range told {
					if v, err := y.GetCellValue(f.Sheets[x.At.Sheet].Name, x.At.Ref.String(), excelize.Options{RawCellValue: true}); err != nil || v != x.Value.Text {
						t.Errorf("%s is %q for another program, told %q (%v)", x.Cell, v, x.Value.Text, err)
					}
				}
			}
		})
	}
}

// A list takes the room it has, and pushes what stands below down where it needs more.
func TestWrite_lists(t *testing.T) {
	x := samples[slices.IndexFunc(samples, func(s sample) bool { return strings.Contains(s.name, "must move down") })]
	blank := x.data(t)
	f, err := Read(blank)
	if err != nil {
		t.Fatal(err)
	}
	at := At{0, Ref{3, 0}}
	cols := []int{0, 1, 2, 4, 5}
	for _, n := range []int{0, 2, 4, 9} {
		data := written(t, f, &Filling{Lists: []List{{At: at, Cols: cols, Rows: rowsOf(n, len(cols))}}})
		y, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			for k, c := range cols {
				want := fmt.Sprintf("%d·%d", i+1, k)
				if k == 0 {
					want = fmt.Sprint(i + 1)
				}
				if v, err := y.GetCellValue("Sheet1", Ref{3 + i, c}.String()); err != nil || v != want {
					t.Errorf("%d rows: %s holds %q, want %q (%v)", n, Ref{3 + i, c}, v, want, err)
				}
			}
		}
		down := max(0, n-4)
		foot := Ref{7 + down, 0}
		if v, err := y.GetCellValue("Sheet1", foot.String()); err != nil || v != "注：按发现先后填写。" {
			t.Errorf("%d rows: the foot %s holds %q", n, foot, v)
		}
		merges, err := y.GetMergeCells("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range merges {
			got = append(got, m.GetStartAxis()+":"+m.GetEndAxis())
		}
		want := []string{"A1:H1", "C3:D3", foot.String() + ":H" + fmt.Sprint(foot.Row+1), fmt.Sprintf("F%d:H%d", foot.Row+2, foot.Row+2)}
		for i := range max(n, 4) {
			want = append(want, fmt.Sprintf("C%d:D%d", 4+i, 4+i))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%d rows: merges %q, want %q", n, got, want)
		}
		first, err1 := y.GetCellStyle("Sheet1", "B4")
		last, err2 := y.GetCellStyle("Sheet1", fmt.Sprint("B", 3+max(n, 1)))
		rest, err3 := y.GetCellStyle("Sheet1", fmt.Sprint("H", 3+max(n, 1))) // a column that the list leaves blank
		if err := errors.Join(err1, err2, err3); err != nil || first == 0 || last != first || rest != first {
			t.Errorf("%d rows: styles %d, %d, %d %v", n, first, last, rest, err)
		}
		if h, err := y.GetRowHeight("Sheet1", 12); n == 9 && (err != nil || h != 31.5) {
			t.Errorf("a new row is %v high, %v", h, err)
		}
		if err := y.Close(); err != nil {
			t.Fatal(err)
		}
		if n <= 4 {
			fill := &Filling{Cells: map[At]Value{}}
			for i := range n {
				for _, c := range cols {
					fill.Cells[At{0, Ref{3 + i, c}}] = Value{}
				}
			}
			same(t, f, blank, data, fill)
		}
	}
}

// Rows move down only where nothing that names them goes wrong.
func TestWrite_does_not_push_what_would_go_wrong(t *testing.T) {
	for _, c := range []struct {
		name, says string
		with       func(x *excelize.File, put func(string, any)) error
	}{
		{"a formula below", "公式 B9", func(x *excelize.File, put func(string, any)) error { put("B9", "=COUNTA(A4:A7)"); return nil }},
		{"a formula above that reaches below", "公式 B1", func(x *excelize.File, put func(string, any)) error { put("B1", "=COUNTA(A4:A100)"); return nil }},
		{"a formula of another sheet", "工作表“汇总”的公式 A1", func(x *excelize.File, put func(string, any)) error {
			_, err := x.NewSheet("汇总")
			put("汇总!A1", "=Sheet1!A8")
			return err
		}},
		{"a name", "名称“脚注”", func(x *excelize.File, put func(string, any)) error {
			return x.SetDefinedName(&excelize.DefinedName{Name: "脚注", RefersTo: "Sheet1!$A$8"})
		}},
		{"a check", "dataValidation", func(x *excelize.File, put func(string, any)) error {
			v := excelize.NewDataValidation(true)
			v.SetSqref("B8:B20")
			if err := v.SetDropList([]string{"是", "否"}); err != nil {
				return err
			}
			return x.AddDataValidation("Sheet1", v)
		}},
		{"a formula in the rows of the list", "名单行里有公式", func(x *excelize.File, put func(string, any)) error { put("C4", "=A4*2"); return nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := sheetForm(t, func(x *excelize.File, put func(string, any), _ func(string, string, *excelize.Style)) {
				put("A3", "序号")
				put("B3", "名称")
				put("A8", "注")
				if err := c.with(x, put); err != nil {
					t.Fatal(err)
				}
			})
			f, err := Read(data)
			if err != nil {
				t.Fatal(err)
			}
			l := func(n int) *Filling {
				return &Filling{Lists: []List{{At: At{0, Ref{3, 0}}, Cols: []int{0, 1}, Rows: rowsOf(n, 2)}}}
			}
			room := 4
			if strings.HasPrefix(c.says, "名单行") {
				room = 1 // the rows below have no formula to go on with
			}
			if err := f.Write(io.Discard, l(room)); err != nil {
				t.Errorf("a list that has room: %v", err)
			}
			err = f.Write(io.Discard, l(room+1))
			var ours *town.Error
			if !errors.As(err, &ours) || ours.Kind != town.Conflict || !strings.Contains(ours.Zh, c.says) || ours.En == "" {
				t.Errorf("a list without: %v", err)
			}
		})
	}
}

// Sheets written by hand: prefixes, rows and cells without addresses, no rows at all, a formula shared over rows.
func TestWrite_takes_any_sound_sheet(t *testing.T) {
	book := func(sheet string) []byte {
		return zipped(t, map[string]string{
			"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
			"xl/workbook.xml":            `<x:workbook xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><x:sheets><x:sheet name="表" sheetId="1" r:id="rId1"/></x:sheets></x:workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + sheet + `</x:worksheet>`,
		})
	}
	v := func(s string) Value { return Value{Text: s, Number: true} }
	for _, c := range []struct{ name, sheet, want string }{
		{"no rows", `<x:sheetData/>`, `<x:sheetData><x:row r="2"><x:c r="B2"><x:v>7</x:v></x:c></x:row></x:sheetData>`},
		{"no addresses", `<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>头</x:t></x:is></x:c></x:row><x:row><x:c s="3"/><x:c s="4"/></x:row></x:sheetData>`,
			`<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>头</x:t></x:is></x:c></x:row><x:row><x:c s="3"/><x:c r="B2" s="4"><x:v>7</x:v></x:c></x:row></x:sheetData>`},
		{"a gap", `<x:sheetData><x:row r="1"/><x:row r="2" spans="1:1" ht="20"><x:c r="A2" s="3"/></x:row><x:row r="3"/></x:sheetData>`,
			`<x:sheetData><x:row r="1"/><x:row r="2" ht="20"><x:c r="A2" s="3"/><x:c r="B2"><x:v>7</x:v></x:c></x:row><x:row r="3"/></x:sheetData>`},
		{"a row that closes itself", `<x:cols><x:col min="2" max="3" style="9"/></x:cols><x:sheetData><x:row r="2" /></x:sheetData>`,
			`<x:cols><x:col min="2" max="3" style="9"/></x:cols><x:sheetData><x:row r="2"><x:c r="B2" s="9"><x:v>7</x:v></x:c></x:row></x:sheetData>`},
		{"stored results", `<x:sheetData><x:row r="2"><x:c r="C2"><x:f>B2*2</x:f><x:v>0</x:v></x:c></x:row></x:sheetData>`,
			`<x:sheetData><x:row r="2"><x:c r="B2"><x:v>7</x:v></x:c><x:c r="C2"><x:f>B2*2</x:f></x:c></x:row></x:sheetData>`},
	} {
		f, err := Read(book(c.sheet))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := string(parts(t, written(t, f, &Filling{Cells: map[At]Value{{0, Ref{1, 1}}: v("7")}}))["xl/worksheets/sheet1.xml"])
		if !strings.Contains(got, c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// Text is text: what XML reserves, line ends, and what a spreadsheet would take for a formula.
func TestWrite_text(t *testing.T) {
	f, err := Read(sheetForm(t, func(x *excelize.File, put func(string, any), _ func(string, string, *excelize.Style)) {
		put("A1", "头")
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"<b>&\"'", "=1+1", " 前后有空格 ", "两\n行", "\x01控制\x0b符", "𠮷野", "110105194912310021"} {
		data := written(t, f, &Filling{Cells: map[At]Value{{0, Ref{0, 1}}: {Text: s}}})
		y, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		want := strings.NewReplacer("\x01", "", "\x0b", "").Replace(s)
		if v, err := y.GetCellValue("Sheet1", "B1"); err != nil || v != want {
			t.Errorf("%q became %q, %v", s, v, err)
		}
		if v, err := y.GetCellFormula("Sheet1", "B1"); err != nil || v != "" {
			t.Errorf("%q became a formula %q, %v", s, v, err)
		}
	}
}

// A document keeps its look: the filled paragraph takes the font of its mark, a list repeats its first row.
func TestWrite_documents(t *testing.T) {
	blank := docForm(t, "", [][]string{{"编号", "内容"}, {"", ""}, {"<2>完"}})
	f, err := Read(blank)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 3} {
		data := written(t, f, &Filling{Lists: []List{{At: At{0, Ref{1, 0}}, Cols: []int{0, 1}, Rows: rowsOf(n, 2)}}})
		doc := string(parts(t, data)["word/document.xml"])
		again, err := Read(data)
		if err != nil {
			t.Fatal(err)
		}
		s := again.Sheets[0]
		if s.Rows != 2+max(1, n) || s.At(Ref{1 + max(1, n), 0}).Text != "完" {
			t.Errorf("%d rows: %d rows in the table, the last says %q", n, s.Rows, s.At(Ref{1 + max(1, n), 0}).Text)
		}
		for i := range n {
			if got := s.At(Ref{1 + i, 1}).Text; got != fmt.Sprintf("%d·1", i+1) {
				t.Errorf("%d rows: row %d holds %q", n, i, got)
			}
		}
		if got := strings.Count(doc, `<w:r><w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/><w:sz w:val="24"/></w:rPr><w:t xml:space="preserve">`); got != 2*n {
			t.Errorf("%d rows: %d cells keep their font:\n%s", n, got, doc)
		}
		if n == 0 && doc != string(parts(t, blank)["word/document.xml"]) {
			t.Error("a list without rows changed the document")
		}
	}
	one := written(t, f, &Filling{Cells: map[At]Value{{0, Ref{1, 1}}: {Text: "上\n下"}}})
	if doc := string(parts(t, one)["word/document.xml"]); !strings.Contains(doc, "上</w:t></w:r>") || !strings.Contains(doc, "<w:br/>") {
		t.Errorf("a line end was lost: %s", doc)
	}
	if err := f.Write(io.Discard, &Filling{Cells: map[At]Value{{0, Ref{9, 1}}: {Text: "x"}}}); err == nil {
		t.Error("a cell that the table does not have was filled")
	}
}

// A simulated town's forms say so, on every printed sheet and above the table of a document, whatever heads a sheet had.
func TestWrite_marks(t *testing.T) {
	const mark = "模拟数据 Simulated"
	for name, c := range map[string]struct {
		with func(x *excelize.File) error
		want string
	}{
		"no head": {func(*excelize.File) error { return nil }, "&C" + mark},
		"a head": {func(x *excelize.File) error {
			return x.SetHeaderFooter("Sheet1", &excelize.HeaderFooterOptions{OddHeader: "&L机密&R第&P页"})
		}, "&L机密&R第&P页 " + mark},
		"a foot alone": {func(x *excelize.File) error {
			return x.SetHeaderFooter("Sheet1", &excelize.HeaderFooterOptions{OddFooter: "&P"})
		}, "&C" + mark},
		"breaks behind": {func(x *excelize.File) error { return x.InsertPageBreak("Sheet1", "A9") }, "&C" + mark},
		"checks in front": {func(x *excelize.File) error {
			v := excelize.NewDataValidation(true)
			v.SetSqref("B8:B20")
			return errors.Join(v.SetDropList([]string{"是"}), x.AddDataValidation("Sheet1", v))
		}, "&C" + mark},
	} {
		f, err := Read(sheetForm(t, func(x *excelize.File, put func(string, any), _ func(string, string, *excelize.Style)) {
			put("A1", "头")
			if err := c.with(x); err != nil {
				t.Fatal(err)
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		data := written(t, f, &Filling{Cells: map[At]Value{{0, Ref{0, 1}}: {Text: "7", Number: true}}, Mark: mark})
		y, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		h, err := y.GetHeaderFooter("Sheet1")
		if err != nil || h == nil || h.OddHeader != c.want {
			t.Errorf("%s: %+v, %v; want %q", name, h, err, c.want)
		}
		sheet := parsed(t, parts(t, data)["xl/worksheets/sheet1.xml"])
		at := func(name string) int {
			return slices.IndexFunc(sheet.Nodes, func(e element) bool { return e.XMLName.Local == name })
		}
		for _, behind := range []string{"rowBreaks", "drawing", "extLst"} {
			if i := at(behind); i >= 0 && i < at("headerFooter") {
				t.Errorf("%s: the head stands behind %s", name, behind)
			}
		}
		if at("dataValidations") > at("headerFooter") {
			t.Errorf("%s: the head stands before the checks", name)
		}
	}
	f, err := Read(docForm(t, "", [][]string{{"编号", "内容"}, {"", ""}}))
	if err != nil {
		t.Fatal(err)
	}
	doc := string(parts(t, written(t, f, &Filling{Cells: map[At]Value{{0, Ref{1, 1}}: {Text: "x"}}, Mark: mark}))["word/document.xml"])
	if !strings.Contains(doc, "<w:p><w:r><w:t>"+mark+"</w:t></w:r></w:p><w:tbl>") {
		t.Errorf("the document: %s", doc)
	}
}

// A list that breaks off breaks the writing off; nothing is passed over.
func TestWrite_tells_what_breaks_off(t *testing.T) {
	f, err := Read(sheetForm(t, func(x *excelize.File, put func(string, any), _ func(string, string, *excelize.Style)) {
		put("A1", "头")
	}))
	if err != nil {
		t.Fatal(err)
	}
	gone := errors.New("gone")
	broken := func(yield func([]Value, error) bool) {
		if yield([]Value{{Text: "1"}}, nil) {
			yield(nil, gone)
		}
	}
	if err := f.Write(io.Discard, &Filling{Lists: []List{{At: At{0, Ref{1, 0}}, Cols: []int{0}, Rows: broken}}}); !errors.Is(err, gone) {
		t.Errorf("a broken list: %v", err)
	}
	if err := f.Write(io.Discard, &Filling{Lists: []List{{At: At{0, Ref{mostRows - 2, 0}}, Cols: []int{0}, Rows: rowsOf(3, 1)}}}); town.KindOf(err) != town.Invalid {
		t.Errorf("a list longer than a sheet: %v", err)
	}
}

// large is a form with a list of so many rows.
func large(t testing.TB, n int) (*File, *Filling) {
	x := samples[slices.IndexFunc(samples, func(s sample) bool { return strings.Contains(s.name, "must move down") })]
	f, err := Read(x.data(t))
	if err != nil {
		t.Fatal(err)
	}
	cols := []int{0, 1, 2, 4, 5, 6, 7}
	return f, &Filling{Lists: []List{{At: At{0, Ref{3, 0}}, Cols: cols, Rows: rowsOf(n, len(cols))}}}
}

// A hundred thousand rows take no more memory than ten thousand.
func TestWrite_lists_in_constant_memory(t *testing.T) {
	f, fill := large(t, 100_000)
	var most uint64
	l := &fill.Lists[0]
	rows, n := l.Rows, 0
	l.Rows = func(yield func([]Value, error) bool) {
		rows(func(v []Value, err error) bool {
			if n++; n%20_000 == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
			return yield(v, err)
		})
	}
	start := time.Now()
	if err := f.Write(io.Discard, fill); err != nil {
		t.Fatal(err)
	}
	t.Logf("100,000 rows in %v, %d MB live at most", time.Since(start), most>>20)
	if most > 150<<20 {
		t.Errorf("%d MB are held", most>>20)
	}
}

func BenchmarkWrite100000Rows(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		f, fill := large(b, 100_000)
		if err := f.Write(io.Discard, fill); err != nil {
			b.Fatal(err)
		}
	}
}

// wide is a form of 2,000 cells: a hundred figures for twenty villages.
func wide(t testing.TB) (data []byte, m *Map) {
	cat := jingwu(t)
	var villages []string
	for _, p := range cat.Seeds.Places {
		if p.Kind == "village" || p.Kind == "estate" {
			villages = append(villages, string(p.Code))
		}
	}
	m = &Map{Name: "大表"}
	data = sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
		put("A1", "指标")
		for r := range 100 {
			f := cat.Figures[cat.FigureOrder[r+40]]
			put(fmt.Sprint("A", r+2), f.Label.Zh)
			for c := range 20 {
				m.Cells = append(m.Cells, Entry{Cell: Ref{r + 1, c + 1}.String(), Figure: f.Key, Place: villages[c%len(villages)], Decimals: -1})
			}
			put(Ref{r + 1, 21}.String(), fmt.Sprintf("=SUM(B%d:U%d)", r+2, r+2))
		}
		for c := range 20 {
			put(Ref{0, c + 1}.String(), villages[c%len(villages)])
		}
		style("A1", "V101", boxed)
	})
	return data, m
}

func BenchmarkFill2000Cells(b *testing.B) {
	cat := jingwu(b)
	data, m := wide(b)
	bk := &book{cat: cat}
	b.ReportAllocs()
	for b.Loop() {
		f, err := Read(data)
		if err != nil {
			b.Fatal(err)
		}
		bound, err := Bind(cat, f, m, bk)
		if err != nil {
			b.Fatal(err)
		}
		told, err := bound.Resolve(cat, bk, Ask{Period: town.YearPeriod(2023), AsOf: town.DayOf(2023, 12, 29)})
		if err != nil {
			b.Fatal(err)
		}
		if err := f.Write(io.Discard, Filled(told)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPropose2000Cells(b *testing.B) {
	cat := jingwu(b)
	data, _ := wide(b)
	f, err := Read(data)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Propose(cat, f, &book{cat: cat})
	}
}

// LibreOffice opens what was written, and computes its formulas anew.
func TestWrite_opens_in_LibreOffice(t *testing.T) {
	_, err1 := exec.LookPath("soffice")
	_, err2 := os.Stat("/usr/lib/libreoffice/program/libsclo.so") // Calc, which Debian packs apart
	if err := errors.Join(err1, err2); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%v; run .ci/setup", err)
		}
		t.Skipf("%v; run .ci/setup", err)
	}
	dir := t.TempDir()
	convert := func(name string, data []byte, to string) string {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", to, "--outdir", dir, filepath.Join(dir, name))
		cmd.Env = append(os.Environ(), "SAL_USE_VCLPLUGIN=svp")
		cmd.WaitDelay = time.Second
		said, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("soffice: %v\n%s", err, said)
		}
		ext, _, _ := strings.Cut(to, ":")
		out, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))+"."+ext))
		if err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		return string(out)
	}
	stored := map[string]string{} // villages down, with sums that were computed as nought
	for name, part := range parts(t, samples[1].data(t)) {
		stored[name] = strings.ReplaceAll(string(part), "</f></c>", "</f><v>0</v></c>")
	}
	f, err := Read(zipped(t, stored))
	if err != nil {
		t.Fatal(err)
	}
	fill := &Filling{Cells: map[At]Value{}}
	for i, n := range []string{"11", "22", "33", "44"} {
		fill.Cells[At{0, Ref{3 + i, 2}}] = Value{Text: n, Number: true}
	}
	csv := convert("sums.xlsx", written(t, f, fill), `csv:Text - txt - csv (StarCalc):44,34,76`)
	if !strings.Contains(csv, "合计,110,") {
		t.Errorf("the sum was not computed anew:\n%s", csv)
	}
	roster, list := large(t, 12)
	csv = convert("list.xlsx", written(t, roster, list), `csv:Text - txt - csv (StarCalc):44,34,76`)
	if !strings.Contains(csv, "\n12,12·1,12·2,,12·3,") || !strings.Contains(csv, "注：按发现先后填写。") {
		t.Errorf("the list: %s", csv)
	}
	doc, err := Read(docForm(t, "", [][]string{{"编号", "内容"}, {"", ""}, {"<2>完"}}))
	if err != nil {
		t.Fatal(err)
	}
	text := convert("doc.docx", written(t, doc, &Filling{Lists: []List{{At: At{0, Ref{1, 0}}, Cols: []int{0, 1}, Rows: rowsOf(3, 2)}}}), "txt:Text (encoded):UTF8")
	if !strings.Contains(text, "3·1") {
		t.Errorf("the document: %s", text)
	}
}
