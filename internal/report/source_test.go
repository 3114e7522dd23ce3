package report

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"zhenwu/internal/town"
)

const small = "某镇政府工作报告\n一、2023年工作回顾\n全年实现税收收入1.2亿元，增长5.5%。\n"

// docx packs body, the content of w:body, into a DOCX.
func docx(t testing.TB, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("word/document.xml")
	if err == nil {
		_, err = io.WriteString(f, `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`+body+`</w:body></w:document>`)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func paragraph(s string) string { return "<w:p><w:r><w:t>" + s + "</w:t></w:r></w:p>" }

func TestRead_reads_one_report_in_every_encoding(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	var body strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(small), "\n") {
		body.WriteString(paragraph(line))
	}
	for name, data := range map[string][]byte{
		"utf-8": []byte(small), "bom": []byte("\ufeff" + small), "crlf": []byte(strings.ReplaceAll(small, "\n", "\r\n")), "gb18030": gb, "utf-16": wide, "docx": docx(t, body.String()),
	} {
		d, err := Read(name, data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d.Title != "某镇政府工作报告" || d.Town != "某镇" || d.Year != "2023" || len(d.Claims) != 1 {
			t.Errorf("%s: %+v", name, d)
			continue
		}
		c := d.Claims[0]
		if c.Line != 3 || c.Subject != "税收收入" || c.Value != "1.2" || c.Unit != "亿元" || c.Base != "120000000" || c.BaseUnit != "元" || c.Yoy != "+5.5" || c.Section != "一/-/-" {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestRead_reads_headings_bold_leads_and_tables_of_a_DOCX(t *testing.T) {
	bold := func(s string) string { return `<w:r><w:rPr><w:b/></w:rPr><w:t>` + s + `</w:t></w:r>` }
	cell := func(s string) string { return "<w:tc>" + paragraph(s) + "</w:tc>" }
	d, err := Read("a.docx", docx(t, paragraph("一、2023年工作回顾")+
		"<w:p>"+bold("农业稳步")+bold("增产。")+`<w:r><w:t xml:space="preserve">粮食产量</w:t></w:r><w:r><w:t>3.2万吨。</w:t></w:r><w:del><w:r><w:delText>9</w:delText></w:r></w:del></w:p>`+
		"<w:tbl><w:tr>"+cell("指标")+cell("单位")+cell("2023年")+"</w:tr><w:tr>"+cell("肉类产量")+cell("吨")+cell("860")+"</w:tr></w:tbl>"))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Claims) != 2 || d.Claims[0].Section != "一/-/农业稳步增产" || d.Claims[0].Base != "32000" || d.Claims[1].Subject != "肉类产量" || d.Claims[1].Base != "860" || d.Claims[1].BaseUnit != "吨" {
		t.Errorf("%+v", d.Claims)
	}
}

func TestRead_refuses_in_one_line_and_says_what_to_do(t *testing.T) {
	var bomb bytes.Buffer
	w := zip.NewWriter(&bomb)
	f, err := w.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 64 {
		if _, err := f.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, file string
		data       []byte
		says       string
	}{
		{"empty", "a.md", nil, "空"},
		{"blank", "a.md", []byte(" \n　\n"), "没有文字"},
		{"binary", "a.txt", []byte("\x00\x01\x02\x03"), "不是文字文件"},
		{"huge", "a.txt", bytes.Repeat([]byte("字"), 50<<20/3), "32 MB"},
		{"large text", "a.txt", bytes.Repeat([]byte("字"), 3<<20), "1 MB"},
		{"many lines", "a.txt", bytes.Repeat([]byte("字\n"), 60000), "50000 段"},
		{"many numbers", "a.txt", bytes.Repeat([]byte("投资3亿元，"), 30000), "20000 个数字"},
		{"many paragraphs", "a.docx", docx(t, strings.Repeat(paragraph("字"), 60000)), "50000 段"},
		{"many empty paragraphs", "a.docx", docx(t, strings.Repeat("<w:p/>", 300000)), "50000 段"},
		{"encoding", "a.txt", []byte("\xa4\xea\xa5\xbb\xbby\xff\xfe\xfd\x81"), "编码"},
		{"shift jis", "a.txt", []byte("\x82\xb1\x82\xea\x82\xcd\x93\xfa\x96\x7b\x8c\xea\x82\xcc\x95\xb6\x8f\x91\x82\xc5\x82\xb7\x81\x42"), "编码"},
		{"pdf", "a.pdf", []byte("%PDF-1.7\n"), "PDF"},
		{"doc", "a.doc", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "DOC"},
		{"wps", "a.wps", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "WPS"},
		{"zip bomb", "a.docx", bomb.Bytes(), "过大"},
		{"torn docx", "a.docx", docx(t, paragraph("某镇"))[:40], "DOCX"},
		{"fake docx", "a.DOCX", []byte("某镇政府工作报告\n税收收入1.2亿元。\n"), "不是 Word 文件"},
		{"other zip", "a.zip", otherZip(t), "压缩包"},
		{"bad xml", "a.docx", docx(t, "<w:p>"), "DOCX"},
		{"deep xml", "a.docx", docx(t, strings.Repeat("<w:p>", 300)+strings.Repeat("</w:p>", 300)), "DOCX"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Read(c.file, c.data)
			var refusal *town.Error
			if d != nil || !errors.As(err, &refusal) {
				t.Fatalf("got %v, %v", d, err)
			}
			if refusal.Kind != town.Invalid || !strings.Contains(refusal.Zh, c.says) || refusal.En == "" || strings.ContainsAny(refusal.Zh+refusal.En, "\n") {
				t.Errorf("says %q / %q", refusal.Zh, refusal.En)
			}
		})
	}
}

func otherZip(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	_, err := w.Create("a.txt")
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead_gives_the_JSON_of_the_design(t *testing.T) {
	d, err := Read("a.md", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"title":"某镇政府工作报告","town":"某镇","year":"2023","claims":[{"line":3,"section":"一/-/-","subject":"税收收入","value":"1.2","unit":"亿元","base":"120000000","base_unit":"元","qualifier":"","status":"","period":"2023","yoy":"+5.5","target":false,"text":"全年实现税收收入1.2亿元"}],"commitments":[]}`
	if string(data) != want {
		t.Errorf("got  %s\nwant %s", data, want)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("| 指标 | 单位 | 2023年 |\n|---|---|---|\n| 税收 | 亿元 | 1.2 |\n"))
	f.Add([]byte("一、\n（一）：：\n**分别增长3%、4%和5%，其中（增长—7%）持平第一位。"))
	f.Add(docx(f, paragraph("增长百分之八点七")))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Read("x", data)
		if err != nil {
			var refusal *town.Error
			if !errors.As(err, &refusal) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		for _, c := range d.Claims {
			if c.Line < 1 || c.Value == "" || c.Base == "" {
				t.Fatalf("incomplete claim %+v", c)
			}
		}
		Check(d, []Known{{Key: "k", Zh: "税收收入", Unit: "元"}}, "", "en")
	})
}
