package form

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/fnv"
	"math/big"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/town"
)

var loaded *catalog.Catalog

func jingwu(t testing.TB) *catalog.Catalog {
	t.Helper()
	if loaded == nil {
		cat, faults := catalog.Load(catalogs.Jingwu)
		for _, f := range faults {
			if !f.Warning {
				t.Fatal(f.Render("en"))
			}
		}
		loaded = cat
	}
	return loaded
}

// book is a town in which every figure has a value made of its name: the same for the same place, slice and month.
type book struct {
	cat   *catalog.Catalog
	reads int
}

func made(words ...string) int64 {
	h := fnv.New32a()
	h.Write([]byte(strings.Join(words, "\x00")))
	return int64(h.Sum32()%900) + 100
}

func (b *book) Sum(f *catalog.Figure, slice string, place town.Code, spans []int32) (n int64, err error) {
	b.reads++
	for _, s := range spans {
		n += made(f.Key, slice, string(place), fmt.Sprint(s/100))
	}
	return n, nil
}
func (b *book) Before(f *catalog.Figure, slice string, place town.Code, month int32) (int64, error) {
	return made(f.Key, slice, string(place), "before"), nil
}
func (b *book) Seen(f *catalog.Figure, slice string, place town.Code, p town.Period) (int64, error) {
	return made(f.Key, slice, string(place), p.String()), nil
}
func (b *book) Slices(*catalog.Figure, string, town.Code) ([]string, error) { return nil, nil }
func (b *book) Any(*catalog.Figure, town.Code, town.Period) (bool, error)   { return true, nil }
func (b *book) Since() town.Day                                             { return town.NoDay }
func (b *book) Began(string) (town.Day, error)                              { return town.NoDay, nil }
func (b *book) Places(root town.Code, kind string) (out []town.Code, _ error) {
	for _, p := range b.cat.Seeds.Places {
		if p.Kind == kind {
			out = append(out, p.Code)
		}
	}
	return out, nil
}
func (b *book) Measured(f *catalog.Figure, place town.Code, period string) (figure.Measurement, bool, error) {
	if f.Key == "hospitality" {
		return figure.Measurement{}, false, nil // an office has not given it
	}
	return figure.Measurement{Value: 1_000_000 * made(f.Key, string(place), period), Status: "flash"}, true, nil
}
func (b *book) Target(f *catalog.Figure, place town.Code, year int) (catalog.TargetRow, bool, error) {
	return catalog.TargetRow{Figure: f.Key, Year: year, Shape: "level", Value: 4 * made(f.Key, "target")}, place == "", nil
}
func (b *book) Published(*catalog.Figure, town.Code, int) (catalog.PublishedRow, bool, error) {
	return catalog.PublishedRow{}, false, nil
}
func (b *book) Ahead(town.Code, town.Day, ...string) error { return nil }
func (b *book) PlaceName(code town.Code) string {
	for _, p := range b.cat.Seeds.Places {
		if p.Code == code {
			return p.Label.Zh
		}
	}
	return string(code)
}
func (b *book) Called(name string) (out []town.Code) {
	for _, p := range b.cat.Seeds.Places {
		hit := string(p.Code) == name || p.Label.Zh == name
		for _, a := range p.Aliases {
			hit = hit || a == name
		}
		if hit {
			code := p.Code
			if p.Kind == "town" {
				code = ""
			}
			out = append(out, code)
		}
	}
	return out
}

// sheetForm makes a workbook with excelize, as an office would with Excel.
func sheetForm(t testing.TB, build func(x *excelize.File, put func(cell string, v any), style func(from, to string, s *excelize.Style))) []byte {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	sheet := "Sheet1"
	build(x, func(cell string, v any) {
		name, at := sheet, cell
		if s, c, ok := strings.Cut(cell, "!"); ok {
			name, at = s, c
		}
		var err error
		if s, ok := v.(string); ok && strings.HasPrefix(s, "=") {
			err = x.SetCellFormula(name, at, s[1:])
		} else {
			err = x.SetCellValue(name, at, v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}, func(from, to string, s *excelize.Style) {
		id, err := x.NewStyle(s)
		if err == nil {
			err = x.SetCellStyle(sheet, from, to, id)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var (
	boxed = &excelize.Style{Border: []excelize.Border{{Type: "left", Style: 1}, {Type: "right", Style: 1}, {Type: "top", Style: 1}, {Type: "bottom", Style: 1}}, Alignment: &excelize.Alignment{Horizontal: "center", WrapText: true}}
	gold  = &excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF2CC"}}, NumFmt: 4}
)

func merge(t testing.TB, x *excelize.File, ranges ...string) {
	t.Helper()
	for _, r := range ranges {
		sheet, at, ok := strings.Cut(r, "!")
		if !ok {
			sheet, at = "Sheet1", r
		}
		a, b, _ := strings.Cut(at, ":")
		if err := x.MergeCell(sheet, a, b); err != nil {
			t.Fatal(err)
		}
	}
}

// sample is a form as some office sends it, with what must be proposed for it.
type sample struct {
	name string
	data func(testing.TB) []byte
	want map[string]string // cell → figure[slice]@period|say|place|unit
	rows string            // the type of a list, with its first cell
	lack int               // legal marks that are missing
}

// samples are ten kinds of forms, each as offices really send them.
var samples = []sample{
	{name: "a month's return with merged heads, units, formulas and legal marks", lack: 0, data: func(t testing.TB) []byte {
		return sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
			put("A1", "基层治理情况月报表")
			put("E2", "表　　号：ZL-203表")
			put("E3", "制定机关：某区社会治理办公室")
			put("E4", "文　　号：某统制〔2023〕18号")
			put("E5", "有效期至：2024年12月")
			put("A5", "填报单位：")
			put("A6", "指标名称")
			put("B6", "计量单位")
			put("C6", "代码")
			put("D6", "2023年")
			put("F6", "上年同期")
			put("G6", "同比增长（%）")
			put("D7", "本月")
			put("E7", "本年累计")
			for i, l := range [][2]string{{"一、网格走访居民", "户次"}, {"二、受理12345工单", "件"}, {"三、办结12345工单", "件"}, {"四、整改安全隐患", "处"}, {"五、执法检查", "次"}} {
				r := fmt.Sprint(8 + i)
				put("A"+r, l[0])
				put("B"+r, l[1])
				put("C"+r, fmt.Sprintf("%02d", i+1))
			}
			put("A13", "合计")
			put("D13", "=SUM(D8:D12)")
			put("E13", "=SUM(E8:E12)")
			put("A14", "单位负责人：")
			put("C14", "填表人：")
			put("E14", "填报日期：")
			merge(t, x, "A1:G1", "A6:A7", "B6:B7", "C6:C7", "D6:E6", "F6:F7", "G6:G7")
			style("A6", "G13", boxed)
		})
	}, want: map[string]string{"B5": "{town}", "D8": "grid_visits", "E8": "grid_visits@to_date", "F8": "grid_visits|last", "G8": "grid_visits|growth", "D9": "hotline_received", "E10": "hotline_done@to_date", "D11": "hazards_closed", "D12": "cases_opened", "F14": "{day}"}},

	{name: "villages down, figures across, with totals", lack: 4, data: func(t testing.TB) []byte {
		return sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
			put("A1", "各村基层工作统计表")
			put("A2", "序号")
			put("B2", "村（居）")
			put("C2", "走访情况")
			put("C3", "网格走访居民（户次）")
			put("D3", "网格排查解决问题（件）")
			put("E2", "整改安全隐患（处）")
			for i, v := range []string{"付村", "姚村", "小卞庄村委会", "宽河村"} {
				r := 4 + i
				put(fmt.Sprint("A", r), i+1)
				put(fmt.Sprint("B", r), v)
			}
			put("B8", "合计")
			for _, c := range []string{"C", "D", "E"} {
				put(c+"8", "=SUM("+c+"4:"+c+"7)")
			}
			merge(t, x, "A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3")
			style("A2", "E8", boxed)
			style("C4", "E7", gold)
		})
	}, want: map[string]string{"C4": "grid_visits|place=120111104201", "D5": "grid_closed|place=120111104202", "E6": "hazards_closed|place=120111104203", "C7": "grid_visits|place=120111104204"}},

	{name: "figures down, villages across", lack: 4, data: func(t testing.TB) []byte {
		return sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
			put("A1", "村集体经济统计（单位：万元）")
			for i, v := range []string{"项目", "付村", "姚村", "宽河"} {
				put(string(rune('A'+i))+"2", v)
			}
			put("E2", "全镇")
			for i, v := range []string{"村集体总收入", "村集体经营性收入", "村集体分红"} {
				put(fmt.Sprint("A", 3+i), v)
				put(fmt.Sprint("E", 3+i), fmt.Sprintf("=SUM(B%d:D%d)", 3+i, 3+i))
			}
			merge(t, x, "A1:E1")
			style("A2", "E5", boxed)
		})
	}, want: map[string]string{"B3": "village_income|place=120111104201|万元", "C4": "village_operating|place=120111104202|万元", "D5": "village_shared|place=120111104204|万元"}},

	{name: "twelve months", lack: 4, data: func(t testing.TB) []byte {
		return sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
			put("A1", "分月统计表")
			put("A2", "指标")
			for m := 1; m <= 12; m++ {
				put(Letters(m)+"2", fmt.Sprint(m, "月"))
			}
			put("N2", "全年合计")
			put("A3", "受理12345工单")
			put("A4", "网格走访居民")
			put("N3", "=SUM(B3:M3)")
			put("N4", "=SUM(B4:M4)")
			merge(t, x, "A1:N1")
			style("A2", "N4", boxed)
		})
	}, want: map[string]string{"B3": "hotline_received@m1", "M3": "hotline_received@m12", "G4": "grid_visits@m6"}},

	{name: "targets, attainment and growth", lack: 4, data: func(t testing.TB) []byte {
		return sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
			for i, v := range []string{"主要经济指标", "单位", "全年目标", "完成", "完成率", "去年同期", "增速"} {
				put(Letters(i)+"1", v)
			}
			for i, l := range [][2]string{{"税收收入", "亿元"}, {"固定资产投资", "亿元"}, {"限上住宿餐饮营业额", "万元"}, {"新增注册企业", "家"}} {
				put(fmt.Sprint("A", 2+i), l[0])
				put(fmt.Sprint("B", 2+i), l[1])
			}
			style("A1", "G5", boxed)
		})
	}, want: map[string]string{"C2": "tax|target|亿元", "D2": "tax|亿元", "E2": "tax|attained", "F3": "fixed_investment|last|亿元", "G3": "fixed_investment|growth", "D4": "hospitality|万元", "D5": "firms_new"}},

	{name: "of which, by kinds", lack: 4, data: func(t testing.TB) []byte {
		return sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
			put("A1", "隐患排查整治情况")
			put("A2", "指标")
			put("B2", "数量（处）")
			put("A3", "整改安全隐患")
			put("A4", "其中：重大隐患")
			put("A5", "　　一般隐患")
			put("A6", "整改率")
			put("B6", "=IF(B3=0,0,B4/B3)")
			style("A2", "B6", boxed)
		})
	}, want: map[string]string{"B3": "hazards_closed", "B4": "hazards_closed[grade=major]", "B5": "hazards_closed[grade=ordinary]"}},

	{name: "a roster with a foot that must move down", lack: 4, rows: "A4 hazard", data: func(t testing.TB) []byte {
		return sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
			put("A1", "安全隐患清单")
			put("A2", "截至本月底")
			for i, v := range []string{"序号", "编号", "隐患内容", "", "等级", "所在村", "发现日期", "备注"} {
				if v != "" {
					put(Letters(i)+"3", v)
				}
			}
			put("A8", "注：按发现先后填写。")
			put("A9", "填表人：")
			put("F9", "审核人：")
			merge(t, x, "A1:H1", "C3:D3", "C4:D4", "C5:D5", "C6:D6", "C7:D7", "A8:H8", "F9:H9")
			style("A3", "H7", boxed)
			style("A8", "H8", gold)
			if err := x.SetRowHeight("Sheet1", 4, 31.5); err != nil {
				t.Fatal(err)
			}
		})
	}},

	{name: "several sheets, one of them hidden", lack: 3, data: func(t testing.TB) []byte {
		return sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
			put("A1", "封面　制表单位：某局")
			for _, name := range []string{"生态 环境", "代码"} {
				if _, err := x.NewSheet(name); err != nil {
					t.Fatal(err)
				}
			}
			put("生态 环境!A1", "指标")
			put("生态 环境!B1", "数值")
			put("生态 环境!A2", "巡河")
			put("生态 环境!A3", "整改河道问题")
			put("生态 环境!C2", "='代码'!B1+1")
			put("代码!A1", "网格走访居民")
			put("代码!B1", 7)
			if err := x.SetSheetVisible("代码", false); err != nil {
				t.Fatal(err)
			}
			if err := x.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", RefersTo: "'生态 环境'!$A$1:$C$3", Scope: "生态 环境"}); err != nil {
				t.Fatal(err)
			}
		})
	}, want: map[string]string{"生态 环境!B2": "river_patrols", "生态 环境!B3": "river_closed"}},

	{name: "a document with a table", lack: 0, data: func(t testing.TB) []byte {
		return docForm(t, `<w:p><w:r><w:t>表号：AQ-1　制定机关：某区应急管理局</w:t></w:r></w:p><w:p><w:r><w:t>批准文号：某统制〔2023〕5号　有效期至：2025年6月</w:t></w:r></w:p>`,
			[][]string{{"<2>安全生产情况"}, {"指标", "数量"}, {"整改安全隐患（处）", ""}, {"安全检查（次）", ""}, {"执法检查（次）", ""}})
	}, want: map[string]string{"B3": "hazards_closed", "B5": "cases_opened"}},

	{name: "a document with a roster", lack: 4, rows: "A2 hazard", data: func(t testing.TB) []byte {
		return docForm(t, `<w:p><w:r><w:t>安全隐患</w:t></w:r></w:p>`, [][]string{{"编号", "隐患内容", "等级", "所在村"}, {"", "", "", ""}, {"", "", "", ""}, {"<4>以上情况属实。"}})
	}},

	{name: "a card with labels at the left", lack: 4, data: func(t testing.TB) []byte {
		return sheetForm(t, func(x *excelize.File, put func(string, any), style func(string, string, *excelize.Style)) {
			put("A1", "重点工作情况卡")
			put("A2", "报送单位")
			put("C2", "报告期")
			put("A3", "走访居民户次")
			put("C3", "办结12345工单")
			put("A4", "备注")
			merge(t, x, "A1:D1", "B4:D4")
			style("A2", "D4", boxed)
		})
	}, want: map[string]string{"B2": "{town}", "D2": "{period}", "B3": "grid_visits", "D3": "hotline_done"}},
}

// docForm makes a document of Word with a table; "<2>text" spans two columns.
func docForm(t testing.TB, before string, rows [][]string) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + before + `<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>`)
	for _, r := range rows {
		b.WriteString(`<w:tr w:rsidR="00A1"><w:trPr><w:trHeight w:val="567"/></w:trPr>`)
		for _, c := range r {
			span := ""
			if n := 0; strings.HasPrefix(c, "<") {
				if _, err := fmt.Sscanf(c, "<%d>", &n); err != nil {
					t.Fatal(err)
				}
				span, c = fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, n), c[3:]
			}
			b.WriteString(`<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>` + span + `</w:tcPr>`)
			if c == "" {
				b.WriteString(`<w:p w:rsidR="00B2"><w:pPr><w:jc w:val="center"/><w:rPr><w:rFonts w:eastAsia="仿宋_GB2312"/><w:sz w:val="24"/></w:rPr></w:pPr></w:p>`)
			} else {
				b.WriteString(`<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>` + c + `</w:t></w:r></w:p>`)
			}
			b.WriteString(`</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl><w:p><w:r><w:t>完</w:t></w:r></w:p><w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`)
	return zipped(t, map[string]string{
		"[Content_Types].xml": `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml":   b.String(),
	})
}

// zipped packs parts.
func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names := []string{"[Content_Types].xml"}
	for name := range parts {
		if name != names[0] {
			names = append(names, name)
		}
	}
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(parts[name]))
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

// said writes an entry as the table of samples does.
func spelled(e Entry) string {
	if e.Text != "" {
		return e.Text
	}
	s := e.Figure
	if e.Slice != "" {
		s += "[" + e.Slice + "]"
	}
	if e.Period != "" {
		s += "@" + e.Period
	}
	if e.Say != Level {
		s += "|" + string(e.Say)
	}
	if e.Place != "" {
		s += "|place=" + e.Place
	}
	if e.Unit != "" {
		s += "|" + e.Unit
	}
	return s
}

func TestPropose_understands_ten_kinds_of_forms(t *testing.T) {
	cat := jingwu(t)
	for _, x := range samples {
		t.Run(x.name, func(t *testing.T) {
			f, err := Read(x.data(t))
			if err != nil {
				t.Fatal(err)
			}
			zh, en := f.Marks.Missing()
			if len(zh) != x.lack || len(en) != x.lack {
				t.Errorf("missing marks %q of %+v", zh, f.Marks)
			}
			p := Propose(cat, f, &book{cat: cat})
			got := map[string]string{}
			for _, c := range p.Cells {
				got[c.Cell] = spelled(c.Entry)
			}
			for cell, want := range x.want {
				if got[cell] != want {
					t.Errorf("%s: %q, want %q", cell, got[cell], want)
				}
			}
			for cell, what := range got {
				at, err := f.ParseAt(cell)
				if err != nil || f.Sheets[at.Sheet].Hidden || f.fillable(at) != nil {
					t.Errorf("%s is proposed as %s: %v", cell, what, err)
				}
			}
			rows := ""
			if len(p.Rows) > 0 {
				rows = p.Rows[0].Cell + " " + p.Rows[0].From
			}
			if rows != x.rows {
				t.Errorf("list %q, want %q", rows, x.rows)
			}
			if x.rows == "" {
				return
			}
			for _, c := range p.Cells {
				t.Errorf("a cell of a list is proposed: %s %s", c.Cell, spelled(c.Entry))
			}
		})
	}
}

func rat(n, d int64) *big.Rat { return big.NewRat(n, d) }
