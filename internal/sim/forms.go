package sim

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"strings"

	"zhenwu/internal/form"
)

// blank is a form that the simulated upper level sends: rows of texts, what is merged, and which cells compute.
type blank struct {
	name     string
	title    string
	marks    []string // at the top right, as the statistics law asks for them
	rows     [][]string
	merges   []string // of the rows, the first of which is row 1
	formulas map[string]string
	foot     string
}

// blanks are the forms of the simulated year, all invented.
var blanks = []blank{
	{name: "governance", title: "基层社会治理情况月报表", marks: []string{"表　　号：ZL-203表", "制定机关：区社会治理工作办公室", "文　　号：区统制〔2022〕18号", "有效期至：2024年12月31日"},
		rows:   [][]string{{"填报单位：", "", "", "", ""}, {"指标名称", "计量单位", "代码", "2023年", ""}, {"", "", "", "本月", "本年累计"}, {"一、网格走访居民", "户次", "01", "", ""}, {"二、网格排查解决问题", "件", "02", "", ""}, {"三、受理12345工单", "件", "03", "", ""}, {"四、办结12345工单", "件", "04", "", ""}, {"五、整治市容问题", "处", "05", "", ""}, {"六、整改安全隐患", "处", "06", "", ""}, {"　　其中：重大隐患", "处", "07", "", ""}},
		merges: []string{"A2:A3", "B2:B3", "C2:C3", "D2:E2"}, foot: "填表人：　　　　　　审核人：　　　　　　"},
	{name: "villages", title: "村级集体经济收入统计表（单位：万元）",
		rows:     [][]string{{"村（居）", "村集体总收入", "村集体经营性收入", "村集体分红", "备注"}, {"付村", "", "", "", ""}, {"姚村", "", "", "", ""}, {"小卞庄村", "", "", "", ""}, {"宽河村", "", "", "", ""}, {"闫庄子村", "", "", "", ""}, {"孙庄子村", "", "", "", ""}, {"牛坨子村", "", "", "", ""}, {"马家寺村", "", "", "", ""}, {"小南河村", "", "", "", ""}, {"潘楼村", "", "", "", ""}, {"合计", "", "", "", ""}},
		formulas: map[string]string{"B12": "SUM(B2:B11)", "C12": "SUM(C2:C11)", "D12": "SUM(D2:D11)"}, foot: "注：请于次月5日前报送。"},
	{name: "topic", title: "专项工作情况统计表",
		rows: [][]string{{"指标名称", "单位", "数量", "备注"}, {"网格走访居民", "户次", "", ""}, {"网格接单服务", "件", "", ""}, {"网格员代办事项", "件", "", ""}, {"办结12345工单", "件", "", ""}}, foot: "填表人："},
	{name: "hazards", title: "安全隐患清单",
		rows: [][]string{{"序号", "编号", "隐患", "等级", "所在村", "状态"}, {"", "", "", "", "", ""}, {"", "", "", "", "", ""}, {"", "", "", "", "", ""}}},
}

// forms are the blank forms as files, by name.
func forms() (map[string]Attachment, error) {
	out := map[string]Attachment{}
	for _, b := range blanks {
		data, err := b.file()
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		out[b.name] = Attachment{Hash: hex.EncodeToString(sum[:]), Name: "模拟" + strings.SplitN(b.title, "（", 2)[0] + ".xlsx", Mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Bytes: data}
	}
	return out, nil
}

// file packs the form; the same form gives the same bytes.
func (b *blank) file() ([]byte, error) {
	const ns, rel = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`, "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	cols := 0
	for _, r := range b.rows {
		cols = max(cols, len(r))
	}
	var s strings.Builder
	s.WriteString(`<worksheet ` + ns + `><cols><col min="1" max="1" width="26" customWidth="1"/><col min="2" max="` + fmt.Sprint(cols) + `" width="16" customWidth="1"/></cols><sheetData>`)
	row := 0
	line := func(style int, texts ...string) {
		row++
		fmt.Fprintf(&s, `<row r="%d">`, row)
		for c, t := range texts {
			at := form.Ref{Row: row - 1, Col: c}.String()
			f := b.formulas[form.Ref{Row: row - 1 - len(b.marks) - 1, Col: c}.String()]
			switch {
			case f != "" && style == 1:
				fmt.Fprintf(&s, `<c r="%s" s="%d"><f>%s</f></c>`, at, style, b.moved(f))
			case t != "":
				fmt.Fprintf(&s, `<c r="%s" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, at, style, html.EscapeString(t))
			case style > 0:
				fmt.Fprintf(&s, `<c r="%s" s="%d"/>`, at, style)
			}
		}
		s.WriteString(`</row>`)
	}
	line(2, append([]string{b.title}, make([]string, cols-1)...)...)
	merges := []string{form.Range{To: form.Ref{Col: cols - 1}}.String()}
	for _, m := range b.marks {
		line(0, append(make([]string, cols-1), m)...)
	}
	for _, r := range b.rows {
		line(1, append(r[:len(r):len(r)], make([]string, cols-len(r))...)...)
	}
	if b.foot != "" {
		line(0, b.foot)
	}
	for _, m := range b.merges {
		merges = append(merges, b.moved(m))
	}
	fmt.Fprintf(&s, `</sheetData><mergeCells count="%d">`, len(merges))
	for _, m := range merges {
		fmt.Fprintf(&s, `<mergeCell ref="%s"/>`, m)
	}
	s.WriteString(`</mergeCells></worksheet>`)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook ` + ns + ` xmlns:r="` + rel + `"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + rel + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet ` + ns + `><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="16"/><name val="黑体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="0" fillId="0" borderId="1" xfId="0" applyBorder="1" applyAlignment="1"><alignment vertical="center" wrapText="1"/></xf><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment horizontal="center"/></xf></cellXfs></styleSheet>`},
		{"xl/worksheets/sheet1.xml", s.String()},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p[0], Method: zip.Deflate}) // no time: it would differ
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(p[1])); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// moved shifts the cells that a range or a formula of the rows names to where the rows stand in the sheet.
func (b *blank) moved(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] >= 'A' && s[j] <= 'Z' {
			j++
		}
		k := j
		for k < len(s) && s[k] >= '0' && s[k] <= '9' {
			k++
		}
		if j > i && k > j {
			r, err := form.ParseRef(s[i:k])
			if err == nil {
				r.Row += len(b.marks) + 1
				out.WriteString(r.String())
				i = k
				continue
			}
		}
		k = max(k, i+1)
		out.WriteString(s[i:k])
		i = k
	}
	return out.String()
}
