package form

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// bookOf packs a small workbook with its sheet, and parts added or replaced.
func bookOf(t testing.TB, sheet string, more map[string]string) []byte {
	t.Helper()
	p := map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + sheet + `</worksheet>`,
	}
	for name, s := range more {
		if p[name] = s; s == "" {
			delete(p, name)
		}
	}
	return zipped(t, p)
}

// patched changes the bytes of an archive that say how large a part is.
func patched(t testing.TB, size uint32) []byte {
	t.Helper()
	data := bookOf(t, "<sheetData/>"+strings.Repeat(" ", 5000), nil)
	i := bytes.LastIndex(data, []byte("PK\x01\x02"))
	for k := range 4 {
		data[i+24+k] = byte(size >> (8 * k))
	}
	return data
}

// What is broken, hostile or no form at all is refused with one clear line in both languages.
func TestRead_refuses_in_one_line(t *testing.T) {
	bomb := func(size int, n int) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := range n {
			w, err := z.Create("xl/media/" + strings.Repeat("x", i+1) + ".bin")
			if err == nil {
				_, err = io.CopyN(w, zeros{}, int64(size))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	twice := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "XL/workbook.xml"} {
			if _, err := z.Create(name); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	sound := bookOf(t, "<sheetData/>", nil)
	flipped := bytes.Clone(sound)
	flipped[bytes.Index(flipped, []byte("sheet1.xml"))+20] ^= 0x55
	const cell = `<sheetData><row r="1"><c r="A1" t="s"><v>%s</v></c></row></sheetData>`
	for _, c := range []struct {
		name   string
		data   []byte
		zh, en string
	}{
		{"nothing", nil, "文件是空的", "the file is empty"},
		{"an old file", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "密码", "password"},
		{"a PDF", []byte("%PDF-1.7"), "PDF", "PDF"},
		{"text", []byte("表"), "不是 XLSX", "no XLSX"},
		{"a broken archive", []byte("PK\x03\x04broken"), "损坏", "damaged"},
		{"half an archive", sound[:len(sound)/2], "损坏", "damaged"},
		{"a flipped byte", flipped, "损坏", "damaged"},
		{"an archive of something else", zipped(t, map[string]string{"[Content_Types].xml": "<Types/>", "a.txt": "x"}), "没有表格", "no workbook"},
		{"without types", zipped(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "x"}), "XLSB", "XLSB"},
		{"a bomb", bomb(60<<20, 4), "解开后过大", "unpacks to more"},
		{"a part that lies about its size", patched(t, 10), "", ""},
		{"a part that says it is a gigabyte", patched(t, 1<<30), "解开后过大", "unpacks to more"},
		{"a name twice", twice(), "不正常", "odd name"},
		{"a way out", zipped(t, map[string]string{"[Content_Types].xml": "<Types/>", "../x": "x"}), "不正常", "odd name"},
		{"macros", bookOf(t, "<sheetData/>", map[string]string{"xl/vbaProject.bin": "x"}), "带有宏", "carries macros"},
		{"macros by another name", bookOf(t, "<sheetData/>", map[string]string{"[Content_Types].xml": `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`}), "带宏", "carries macros"},
		{"a macro sheet", bookOf(t, "<sheetData/>", map[string]string{"xl/macrosheets/sheet1.xml": "<x/>"}), "宏表", "macro sheet"},
		{"a control", bookOf(t, "<sheetData/>", map[string]string{"xl/activeX/activeX1.xml": "<x/>"}), "控件", "controls"},
		{"entities", bookOf(t, `<sheetData/>`, map[string]string{"xl/worksheets/sheet1.xml": `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>`}), "损坏", "damaged"},
		{"nesting without end", bookOf(t, strings.Repeat("<a>", 1000)+strings.Repeat("</a>", 1000), nil), "损坏", "damaged"},
		{"a sheet cut short", bookOf(t, `<sheetData><row r="1">`, nil), "损坏", "damaged"},
		{"no sheets", bookOf(t, "", map[string]string{"xl/workbook.xml": `<workbook><sheets/></workbook>`}), "没有工作表", "no sheets"},
		{"a sheet that is not there", bookOf(t, "", map[string]string{"xl/worksheets/sheet1.xml": ""}), "损坏", "damaged"},
		{"a text that is not there", bookOf(t, strings.Replace(cell, "%s", "7", 1), nil), "损坏", "damaged"},
		{"a text before the first", bookOf(t, strings.Replace(cell, "%s", "-1", 1), nil), "损坏", "damaged"},
		{"rows out of order", bookOf(t, `<sheetData><row r="2"/><row r="1"/></sheetData>`, nil), "损坏", "damaged"},
		{"cells out of order", bookOf(t, `<sheetData><row r="1"><c r="B1"/><c r="A1"/></row></sheetData>`, nil), "损坏", "damaged"},
		{"a cell of another row", bookOf(t, `<sheetData><row r="1"><c r="A2"/></row></sheetData>`, nil), "损坏", "damaged"},
		{"a merge of nothing", bookOf(t, `<sheetData/><mergeCells><mergeCell ref="Z9:A1"/></mergeCells>`, nil), "损坏", "damaged"},
		{"a document without a table", zipped(t, map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>`}), "没有表格", "no table"},
		{"a document with macros", zipped(t, map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": `<x/>`, "word/vbaProject.bin": "x"}), "带有宏", "carries macros"},
	} {
		f, err := Read(c.data)
		if c.name == "a part that lies about its size" && err == nil {
			continue // only what the archive itself said of the last part was changed, and that may be read as it is
		}
		var ours *town.Error
		if !errors.As(err, &ours) || ours.Kind != town.Invalid || !strings.Contains(ours.Zh, c.zh) || !strings.Contains(ours.En, c.en) || strings.ContainsAny(ours.Zh+ours.En, "\n") {
			t.Errorf("%s: %v, %+v", c.name, err, f)
		}
	}
	merged, err := Read(bookOf(t, `<sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>`, nil))
	if err != nil || merged.Sheets[0].Rows != 1 {
		t.Errorf("a merge over everything: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// A map that does not fit is refused before anything is written, with its line.
func TestBind_refuses_in_one_line(t *testing.T) {
	cat := jingwu(t)
	f, err := Read(samples[0].data(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ m, zh, en string }{
		{"cells:\n  D8: 走防居民", "第 2 行：单元格 D8：没有指标“走防居民”；是不是 ", "did you mean grid_visits"},
		{"cells:\n  D8: 隐患xx", "没有指标", "no figure"},
		{"cells:\n  D8: {figure: tax, unit: 户}", "单位是元，换不成户", "cannot be given in 户"},
		{"cells:\n  D8: {figure: tax, unit: 万美元}", "换不成万美元", "cannot be given"},
		{"cells:\n  D8: {figure: tax, say: growth, unit: 元}", "单位是 %", "in %"},
		{"cells:\n  D8: {figure: tax, style: 很多}", "看不懂", "not understood"},
		{"cells:\n  D8: {figure: tax, style: 0.0万户}", "换不成户", "cannot be given in 户"},
		{"cells:\n  D8: tax[kind=a]", "不能按“kind”分组", "not cut by kind"},
		{"cells:\n  D8: {figure: tax, place: 某村}", "没有叫“某村”的地点", "no place is called"},
		{"cells:\n  D13: tax", "是公式", "a formula"},
		{"cells:\n  D7: tax\n  E6: tax", "并在 D6 里", "merged into D6"},
		{"cells:\n  D8: tax\n  d8: tax", "写了两次", "given twice"},
		{"cells:\n  别表!D8: tax", "没有这个地址", "no such cell"},
		{"cells:\n  D8: 走防居民\n  D9: 走防居民", "另有 1 处", "and 1 more"},
		{"rows: {at: A20, from: 无, columns: [number]}", "没有“无”这类记录", "no type"},
		{"rows: {at: A20, from: hazard, columns: [nix]}", "没有字段“nix”", "no field “nix”"},
		{"rows: {at: A20, from: hazard, by: what, columns: [what]}", "不是“安全隐患”的日期字段", "no date"},
		{"rows: {at: A8, from: hazard, columns: [number]}", "已有内容“一、网格走访居民”", "already holds"},
		{"rows: {at: A20, from: hazard, columns: ['']}", "没有一列要填", "no column"},
	} {
		m, err := ReadMap([]byte(c.m))
		if err == nil {
			_, err = Bind(cat, f, m, &book{cat: cat})
		}
		var ours *town.Error
		if !errors.As(err, &ours) || ours.Kind != town.Invalid || !strings.Contains(ours.Zh, c.zh) || !strings.Contains(ours.En, c.en) {
			t.Errorf("%q: %v", c.m, err)
		}
	}
}

func TestReadMap_refuses_in_one_line(t *testing.T) {
	for _, c := range []struct{ m, zh string }{
		{"", "对照表"}, {"cells: [", "第 1 行"}, {"a: b\n", "不认识“a”"}, {"form: x\n", "没有一个单元格"}, {"cells:\n  A1: {figur: tax}", "第 2 行：不认识“figur”"},
		{"cells:\n  A1: {figure: tax, text: x}", "要么填一个指标"}, {"cells:\n  A1: {say: value}", "要么填一个指标"}, {"cells:\n  A1: tax@上个月", "不是期间"}, {"cells:\n  A1: {figure: tax, say: 很多}", "只能是"},
		{"cells:\n  A1: {figure: tax, decimals: 99}", "0 到 8"}, {"cells:\n  A1: {figure: tax, round: 0}", "进位"}, {"cells:\n  A1: {figure: tax, as: date}", "格式"}, {"cells:\n  A1: 'a[b'", "看不懂"},
		{"x: &a 1\ncells: *a", "不认识"}, {"cells:\n  A1: &a tax\n  A2: *a", "不用引用"}, {"rows: {at: A1}", "名单要写"}, {"rows: {at: A1, from: x, columns: [[1]]}", "一列写一个字段"}, {"cells: 1", "项: 值"},
		{strings.Repeat("#", MostMap+1), "1 MB"},
	} {
		_, err := ReadMap([]byte(c.m))
		var ours *town.Error
		if !errors.As(err, &ours) || ours.Kind != town.Invalid || !strings.Contains(ours.Zh, c.zh) || ours.En == "" {
			t.Errorf("%.40q: %v", c.m, err)
		}
	}
}

// A map is written as it is read.
func TestMap_round_trip(t *testing.T) {
	const text = `form: 隐患月报
period: month
cells:
  C5: {figure: hazards_closed}
  "台账!C6": {figure: hazards_closed, slice: grade=major, say: growth, period: to_date, place: "120111104201", unit: 百分点, decimals: 1, fixed: true, round: down, style: 0.0亿元, as: text}
  B2: {text: "{town}"}
rows:
  - at: A12
    from: hazard
    where: overdue.mend
    by: opened
    sort: number
    most: 50
    columns: ['#', number, '', {field: idno, as: spaced}, {text: 天津市}]
`
	m, err := ReadMap([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ReadMap(out)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, x := range []*Map{m, again} { // lines are where it was written
		for i := range x.Cells {
			x.Cells[i].Line = 0
		}
		for i := range x.Rows {
			x.Rows[i].Line = 0
		}
	}
	if len(again.Cells) != 3 || again.Cells[1] != m.Cells[1] || again.Cells[2] != m.Cells[2] || len(again.Rows) != 1 || again.Rows[0].Columns[3] != m.Rows[0].Columns[3] || !again.Rows[0].Columns[2].Skip || again.Rows[0].Most != 50 {
		t.Errorf("%+v\nbecame\n%+v\n%s", m, again, out)
	}
}

func TestPeriodFrom(t *testing.T) {
	may, q2, year := town.MonthPeriod(2023, time.May), "2023-Q2", town.YearPeriod(2023)
	quarter, err := town.ParsePeriod(q2)
	if err != nil {
		t.Fatal(err)
	}
	free, err := town.ParsePeriod("2023-03-11/2023-03-20")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		word string
		base town.Period
		want string
	}{
		{"", may, "2023-05"}, {"to_date", may, "2023-01-01/2023-05-31"}, {"year", may, "2023"}, {"previous", may, "2023-04"}, {"previous", town.MonthPeriod(2023, time.January), "2022-12"},
		{"previous", quarter, "2023-Q1"}, {"previous", year, "2022"}, {"previous", free, "2023-03-01/2023-03-10"}, {"m2", year, "2023-02"}, {"m12", may, "2023-12"}, {"q4", year, "2023-Q4"}, {"2022-07", may, "2022-07"},
		{"m13", may, ""}, {"q5", may, ""}, {"mm", may, ""}, {"上上月", may, ""},
	} {
		p, err := PeriodFrom(c.word, c.base)
		if c.want == "" != (err != nil) || err == nil && p.String() != c.want {
			t.Errorf("%q of %s: %s, %v; want %q", c.word, c.base, p, err, c.want)
		}
	}
}

// Numbers are given in the unit, the rounding and the form that the cell asks for; exactly, without a float.
func TestResolve_units_and_rounding(t *testing.T) {
	cat := jingwu(t)
	f, err := Read(samples[0].data(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		entry string
		v     [2]int64
		want  string
		text  bool
	}{
		{"{figure: tax}", [2]int64{1234567890, 1}, "1234567890", false},
		{"{figure: tax, unit: 万元}", [2]int64{1234567890, 1}, "123456.789", false},
		{"{figure: tax, unit: 万元, decimals: 2}", [2]int64{1234567890, 1}, "123456.79", false},
		{"{figure: tax, unit: 万元, decimals: 2, round: down}", [2]int64{1234567890, 1}, "123456.78", false},
		{"{figure: tax, unit: 亿元, decimals: 1, round: up}", [2]int64{1234567890, 1}, "12.4", false},
		{"{figure: tax, unit: 亿元, decimals: 1, round: half}", [2]int64{-1250000000, 1}, "-12.5", false},
		{"{figure: tax, unit: 万元, decimals: 2, fixed: true}", [2]int64{50000, 1}, "5.00", false},
		{"{figure: tax, unit: 百万元, decimals: 0}", [2]int64{2500000, 1}, "3", false},
		{"{figure: tax, style: 0.0亿元}", [2]int64{1234567890, 1}, "12.3亿元", true},
		{"{figure: grid_visits, style: 万余户}", [2]int64{361234, 1}, "36万余户", true},
		{"{figure: grid_visits, unit: 户}", [2]int64{361234, 1}, "361234", false},
		{"{figure: idle_area, unit: 亩, decimals: 1}", [2]int64{2000, 3}, "1", false},
		{"{figure: idle_area, unit: 公顷, decimals: 2}", [2]int64{12345, 1}, "1.23", false},
		{"{figure: tax, as: text}", [2]int64{7, 1}, "7", true},
		{"{figure: hazards_rate}", [2]int64{2, 3}, "0.67", false},
	} {
		m, err := ReadMap([]byte("cells:\n  D8: " + c.entry))
		if err != nil {
			t.Fatal(err)
		}
		b, err := Bind(cat, f, m, &book{cat: cat})
		if err != nil {
			t.Errorf("%s: %v", c.entry, err)
			continue
		}
		told := &Told{}
		told.say(&b.cells[0], rat(c.v[0], c.v[1]), "")
		if told.Value.Text != c.want || told.Value.Number == c.text {
			t.Errorf("%s of %v: %+v, want %q", c.entry, c.v, told.Value, c.want)
		}
	}
}

func TestFormatID(t *testing.T) {
	const id = "11010519491231002X"
	for _, f := range IDFormats {
		if got, ok := FormatID(strings.ToLower(id), f.Key); !ok || got != f.Sample {
			t.Errorf("%s: %q, %v; want %q", f.Key, got, ok, f.Sample)
		}
	}
	for _, c := range []struct {
		id, as, want string
		ok           bool
	}{
		{"110105200001010018", "fifteen", "110105200001010018", false}, // nobody born then has the old number
		{"110105491231002", "fifteen", "110105491231002", true},
		{"1101**********002X", "spaced", "110105"[:4] + "** ******** 002X", true},
		{"1101**********002X", "masked", "1101**********002X", true},
		{"1101**********002X", "fifteen", "1101**********002X", false},
		{"12", "masked", "", false},
		{id, "nix", id, false},
	} {
		if got, ok := FormatID(c.id, c.as); got != c.want || ok != c.ok {
			t.Errorf("%s as %s: %q, %v; want %q, %v", c.id, c.as, got, ok, c.want, c.ok)
		}
	}
}

// The short form of a cell, and of a form that the catalog declares.
func TestFromCatalog(t *testing.T) {
	m, err := FromCatalog(&catalog.Form{Label: catalog.Label{Zh: "隐患月报"}, Sheet: "表", Period: "month", Cells: map[string]string{"C6": "整改安全隐患[grade=major]", "C5": "hazards_closed@year_to_date"},
		Rows: &catalog.FormRows{At: "A12", Type: "hazard", Columns: []string{"number", "what"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := []Entry{{Cell: "表!C5", Figure: "hazards_closed", Period: "year_to_date", Decimals: -1}, {Cell: "表!C6", Figure: "整改安全隐患", Slice: "grade=major", Decimals: -1}}
	if m.Name != "隐患月报" || m.Period != "month" || !slices.Equal(m.Cells, want) || len(m.Rows) != 1 || m.Rows[0].Cell != "表!A12" || m.Rows[0].From != "hazard" || m.Rows[0].Columns[1].Field != "what" {
		t.Errorf("%+v", m)
	}
	if _, err := FromCatalog(&catalog.Form{Cells: map[string]string{"C5": "a[b"}}); err == nil {
		t.Error("a cell that does not read")
	}
}

func TestUntil(t *testing.T) {
	for in, want := range map[string]string{"2024年12月31日": "2024-12-31", "2024年2月": "2024-02-29", "至 2025-06-30 止": "2025-06-30", "2025.6": "2025-06-30", "2024年13月": "", "长期": ""} {
		if d, ok := Until(in); d.String() != want || ok != (want != "") {
			t.Errorf("%s: %s, %v; want %q", in, d, ok, want)
		}
	}
}

// Whatever comes in, it is read or refused; what is read can be written, and reads back.
func FuzzRead(f *testing.F) {
	for _, x := range samples {
		f.Add(x.data(f))
	}
	f.Add(bookOf(f, `<sheetData><row><c s="1"/></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		form, err := Read(data)
		if err != nil {
			if town.KindOf(err) != town.Invalid {
				t.Fatalf("an error for nobody: %v", err)
			}
			return
		}
		fuzzed(t, form)
	})
}

// FuzzSheet fuzzes the XML of a sheet, which random bytes in an archive hardly ever reach.
func FuzzSheet(f *testing.F) {
	for _, s := range []string{`<sheetData/>`, `<dimension ref="A1"/><cols><col min="1" max="3" style="2"/></cols><sheetData><row r="1" spans="1:2"><c r="A1" t="inlineStr"><is><t>头</t></is></c></row><row r="3"><c r="B3"><f>A1</f><v>1</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>`,
		`<x:sheetData xmlns:x="y"><x:row/></x:sheetData>`, `<sheetData><row r="2"><c><v>3</v></c></row></sheetData>`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		form, err := Read(bookOf(t, s, nil))
		if err != nil {
			if town.KindOf(err) != town.Invalid {
				t.Fatalf("an error for nobody: %v", err)
			}
			return
		}
		fuzzed(t, form)
	})
}

func fuzzed(t *testing.T, form *File) {
	fill := &Filling{Cells: map[At]Value{}}
	for _, r := range []Ref{{0, 0}, {1, 1}, {6, 2}, {40, 30}} {
		at := At{0, r}
		if form.fillable(at) == nil {
			fill.Cells[at] = Value{Text: "填 <7>"}
		}
	}
	var b bytes.Buffer
	if err := form.Write(&b, fill); err != nil {
		t.Fatalf("a form that was read is not written: %v", err)
	}
	again, err := Read(b.Bytes())
	if err != nil {
		t.Fatalf("what was written is not read: %v", err)
	}
	for at := range fill.Cells {
		if got := again.Sheets[0].At(at.Ref).Text; got != "填 <7>" {
			t.Errorf("%s holds %q", at.Ref, got)
		}
	}
	for i, s := range form.Sheets {
		for r, c := range s.cells {
			if _, filled := fill.Cells[At{i, r}]; !filled && again.Sheets[i].At(r).Formula == "" && again.Sheets[i].At(r) != c {
				t.Errorf("%s was %+v, is %+v", r, c, again.Sheets[i].At(r))
			}
		}
	}
	list := &Filling{Lists: []List{{At: At{0, Ref{1, 0}}, Cols: []int{0}, Rows: rowsOf(3, 1)}}}
	if err := form.Write(io.Discard, list); err != nil && town.KindOf(err) != town.Invalid && town.KindOf(err) != town.Conflict {
		t.Fatalf("a list: %v", err)
	}
}

// A macro is refused also in a workbook that Excel itself would make.
func TestRead_refuses_macros_of_excelize(t *testing.T) {
	x := excelize.NewFile()
	if err := x.AddVBAProject([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")); err != nil {
		t.Fatal(err)
	}
	x.Path = "form.xlsm"
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	_, err := Read(b.Bytes())
	var ours *town.Error
	if !errors.As(err, &ours) || !strings.Contains(ours.Zh, "宏") || !strings.Contains(ours.En, "macros") {
		t.Errorf("macros: %v", err)
	}
}
