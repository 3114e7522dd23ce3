package draft

import (
	"bytes"
	"strings"
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/paper"
	"zhenwu/internal/report"
)

func jingwu(t testing.TB) *catalog.Catalog {
	t.Helper()
	cat, faults := catalog.Load(catalogs.Jingwu)
	for _, f := range faults {
		if !f.Warning {
			t.Fatal(f.Render("en"))
		}
	}
	return cat
}

func TestParse_names_what_is_wrong_and_where(t *testing.T) {
	cat := jingwu(t)
	cases := []struct {
		source       string
		line, column int
		kind, says   string
	}{
		{"走访{{grid_visits 万余户}}户\n再走访{{走防居民}}", 2, 4, "figure", "是不是 网格走访居民"},
		{"{{tax 万余户}}", 1, 1, "unit", "单位是元"},
		{"{{tax 很多}}", 1, 1, "style", "看不懂“很多”"},
		{"{{tax 0.0亿元 0.0亿元}}", 1, 1, "style", "看不懂"},
		{"完成{{tax 0.0亿元\n下一行}}", 1, 3, "form", "收尾"},
		{"{{}}", 1, 1, "form", "指标名"},
		{"{{tax 名单0}}", 1, 1, "form", "1 到 50"},
		{"---\n年份: 二〇二三\n---\n", 2, 1, "head", "2023"},
		{"---\n作者: 某人\n---\n", 2, 1, "head", "不认识"},
		{"---\n成文日期: 12月28日\n---\n", 2, 1, "head", "2023-12-28"},
		{"---\n年份: 2023\n正文", 1, 1, "head", "没有收尾"},
		{"正文\n```chart\n指标: tax\n", 2, 1, "form", "没有收尾"},
		{"```chart\n指标 tax\n```\n", 2, 1, "form", "项：值"},
		{"```text\n正文 {{tax\n```\n", 1, 1, "form", "不认识这种块"},
		{"a\xff", 1, 1, "form", "UTF-8"},
		{strings.Repeat("长", MaxSize/2), 1, 1, "form", "1 MB"},
	}
	for _, c := range cases {
		d := Parse(cat, c.source)
		if len(d.faults) != 1 {
			t.Errorf("%.40q: %+v", c.source, d.faults)
			continue
		}
		p := d.faults[0]
		if p.Line != c.line || p.Column != c.column || p.Kind != c.kind || !strings.Contains(p.Zh, c.says) || p.En == "" || !p.Bars {
			t.Errorf("%.40q: %+v, want %d:%d %s %s", c.source, p, c.line, c.column, c.kind, c.says)
		}
	}
}

func TestParse_reads_references(t *testing.T) {
	cat := jingwu(t)
	d := Parse(cat, "---\r\n年份：2023年\r\n---\r\n{{ 税收收入  去年 增长 }}{{grid_visits @付村 2023-05 万余户}}{{“网格走访居民” kind=road 值}}{{projects_finished 名单5}}{{year+1}}{{?近一半}}\n```图\n指标: {{not_read}}\n```\n")
	if len(d.faults) > 0 {
		t.Fatalf("%+v", d.faults)
	}
	var got []string
	for _, r := range d.Refs {
		key := ""
		if r.Figure != nil {
			key = r.Figure.Key
		}
		got = append(got, strings.Join([]string{key, r.Period, r.Place, r.Slice, string(r.Aspect), r.Style.String(), r.Text}, "|"))
	}
	want := []string{"tax|去年|||growth||", "grid_visits|2023-05|付村|||万余户|", "grid_visits|||kind=road|||", "projects_finished||||names||", "||||||", "||||?||近一半"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if d.Head.Year != 2023 {
		t.Errorf("year %d", d.Head.Year)
	}
}

// An earlier report becomes a draft: what speaks of a figure becomes it in its own style, the rest is marked, no word is lost.
func TestFrom(t *testing.T) {
	cat := jingwu(t)
	text := strings.Join([]string{
		"# 山前镇政府工作报告", "## 一、2023年工作回顾",
		"全年预计实现税收收入 7.4 亿元，同比增长12.3%；走访居民30万余户，喂养石狮子12只。", "税收收入完成7.4亿元，占{{三成}}。",
		"## 二、2024年工作安排", "税收收入增长5%。",
	}, "\n")
	d, err := report.Read("a.md", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	draft, taken := From(cat, text, report.Check(d, Unread(cat), "", "zh"), 2024)
	for _, want := range []string{"年份: 2024\n", "## 一、{{year}}年工作回顾", "税收收入 {{tax 0.0亿元}}，同比{{tax 增长}}；走访居民{{grid_visits 万余户}}，喂养石狮子{{?12只}}。", "## 二、{{year+1}}年工作安排", "税收收入增长{{?5%}}。"} {
		if !strings.Contains(draft, want) {
			t.Errorf("missing %q in\n%s", want, draft)
		}
	}
	if taken.Figures < 2 || taken.Open < 2 {
		t.Errorf("%+v", taken)
	}
	if p := Parse(cat, draft); len(p.faults) > 0 {
		t.Errorf("the draft does not parse: %+v", p.faults)
	}
}

// Whatever is typed, it is read without a panic, and every reference stands where it says.
func FuzzParse(f *testing.F) {
	cat := jingwu(f)
	for _, s := range []string{"{{tax}}", "---\n年份: 2023\n---\n{{grid_visits 万余户}}", "```chart\n指标: tax\n```", "{{?a}}{{year+1}}", "{{“a b” @x y=z 名单3}}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := Parse(cat, s)
		for _, r := range d.Refs {
			if !strings.HasPrefix(d.source[r.From:], "{{") || !strings.HasSuffix(d.source[:r.To], "}}") {
				t.Fatalf("reference at %d to %d of %q", r.From, r.To, d.source)
			}
		}
		for _, p := range d.faults {
			if p.Line < 1 || p.Column < 1 || p.Zh == "" || p.En == "" {
				t.Fatalf("%+v", p)
			}
		}
	})
}

func TestBlocks(t *testing.T) {
	text := "# 政府工作报告\n\n## 一、2023年工作回顾\n### 小结\n（一）高质量发展\n**工业。**产值**8%**。\n（二）这一句很长，它是正文而不是标题。\n- 一条\n| 指标 | 值 |\n|---|---:|\n| 税收 | 10亿元 |\n"
	var got []string
	for _, b := range Blocks(text) {
		row := []string{[]string{"p", "title", "h", "item", "row"}[b.Kind] + strings.Repeat("+", b.Rank)}
		for _, r := range b.Runs {
			s := text[r.From:r.To]
			if r.Bold {
				s = "<" + s + ">"
			}
			row = append(row, s)
		}
		for i, c := range b.Cells {
			s := text[c[0].From:c[0].To]
			if len(b.Right) > i && b.Right[i] {
				s = "→" + s
			}
			row = append(row, s)
		}
		got = append(got, strings.Join(row, " "))
	}
	want := []string{"title 政府工作报告", "h+ 一、2023年工作回顾", "h++ 小结", "h++ （一）高质量发展", "p <工业。> 产值 <8%> 。", "p （二）这一句很长，它是正文而不是标题。", "item 一条", "row 指标 →值", "row 税收 →10亿元"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A written report becomes an official document: its headings keep their numbers, a table its head, the head of the draft its
// parts, and a simulated town says so.
func TestPaper(t *testing.T) {
	cat := jingwu(t)
	d := Parse(cat, "---\n标题: 工作报告\n发文机关: 山前镇人民政府\n发文字号: 山政〔2031〕5号\n成文日期: 2031-12-28\n抄送: 区政府办，区人大办\n附注: （此件公开）\n---\n# 工作报告\n## 一、回顾\n**修路。**很长。\n- 一条\n| 指标 | 值 |\n|---|---:|\n| 路 | 12 |\n")
	w, err := Write(cat, nil, d, 22000)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := w.Paper(Sheet{Simulated: true, Town: "山前镇"})
	if err != nil {
		t.Fatal(err)
	}
	if doc.Title != "工作报告" || doc.Issuer != "山前镇人民政府文件" || doc.Number.No != 5 || !doc.Signature.Seal || len(doc.Imprint.Copies) != 2 || doc.Notice == "" {
		t.Errorf("%+v", doc)
	}
	if len(doc.Blocks) != 5 {
		t.Fatalf("%d blocks: %+v", len(doc.Blocks), doc.Blocks)
	}
	if h := doc.Blocks[0].(paper.Heading); h.Number != "一、" || h.Text != "回顾" || h.Level != 1 {
		t.Errorf("%+v", h)
	}
	if p := doc.Blocks[1].(paper.Paragraph); !p.Runs[0].Bold || p.Runs[1].Bold {
		t.Errorf("%+v", p)
	}
	if tb := doc.Blocks[3].(paper.Table); tb.Columns[0].Title != "指标" || tb.Columns[1].Align != paper.Right || len(tb.Rows) != 1 {
		t.Errorf("%+v", tb)
	}
	var b bytes.Buffer
	if err := paper.DOCX(&b, doc); err != nil || b.Len() == 0 {
		t.Error(err)
	}
	wrong := Parse(cat, "---\n标题: 报告\n发文字号: 山政[2031]第5号\n---\n正文\n")
	if w, err = Write(cat, nil, wrong, 22000); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Paper(Sheet{}); err == nil {
		t.Error("a wrong document number is taken")
	}
}
