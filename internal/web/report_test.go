package web

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestReport: a report that is pasted or uploaded shows every claim marked in its text,
// with the figure beside it; what differs leads to its place.
func TestReport(t *testing.T) {
	h := founded(t)
	rounds(t, h, 12)
	visits := 0
	for i := range 12 {
		if i%9 != 8 {
			visits += 20 + i*7%33
		}
	}
	text := fmt.Sprintf("# 二〇二三年政府工作报告\n\n## 一、2023年工作回顾\n\n一年来，网格员走访居民%d户。全年造桥17座。\n", visits)
	false_ := strings.Replace(text, fmt.Sprint(visits), fmt.Sprint(visits*2), 1)
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		agrees, differs, unmatched := "一致 1", "不一致 1", "未对上 1"
		if lang == "en" {
			agrees, differs, unmatched = "agrees 1", "differs 1", "unmatched 1"
		}
		check := func(what string, code int, body string, want ...string) {
			t.Helper()
			if code != 200 || strings.Contains(body, "⟦") {
				t.Fatalf("%s: %d %.800s", what, code, plain(body))
			}
			for _, w := range want {
				if !strings.Contains(plain(body), w) {
					t.Errorf("%s: no “%s” in %.1500s", what, w, plain(body))
				}
			}
			if strings.Count(body, `<a class="claim `) != 2 {
				t.Errorf("%s: %d claims marked, want 2", what, strings.Count(body, `<a class="claim `))
			}
		}
		code, body := c.post("/report", url.Values{"text": {text}})
		check("pasted", code, body, agrees, unmatched, "一年来，网格员走访居民", "全年造桥")
		if !strings.Contains(body, `class="claim agrees"`) || !strings.Contains(body, `href="/figures/`) {
			t.Error("the claim that agrees is not marked, or its figure does not stand beside it")
		}
		if !regexp.MustCompile(`<a href="#s\d+"><span>一、2023年工作回顾</span><span class="faint">2</span></a>`).MatchString(body) || !regexp.MustCompile(`<h2 id="s\d+">一、2023年工作回顾</h2>`).MatchString(body) {
			t.Error("the outline does not lead to the heading with its two numbers")
		}
		code, body = c.post("/report", url.Values{"text": {strings.Replace(text, "全年造桥17座", "**桥通四方。**全年造\n\n桥17座", 1)}})
		check("marked up and broken within a word", code, body, "桥通四方。全年造桥 17座")
		code, body = c.send("/report", formPart{"file", "报告.txt", []byte(gbk)})
		check("uploaded in GB18030", code, body, agrees, unmatched)
		code, body = c.post("/report", url.Values{"text": {false_}})
		check("a false number", code, body, differs, unmatched, fmt.Sprint(visits), fmt.Sprint(visits*2))
		if !strings.Contains(body, `class="claim differs"`) {
			t.Error("the claim that differs is not marked")
		}
		for _, f := range []struct {
			name   string
			data   []byte
			zh, en string
		}{
			{"空.txt", nil, "没有文字", "no text"},
			{"报告.pdf", []byte("%PDF-1.7"), "这是 PDF 文件", "this is a PDF"},
			{"报告.doc", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "旧版 Word", "old Word file"},
			{"报告.txt", []byte{0, 1, 2, 3, 4, 5, 6, 7}, "不是文字文件", "not a text file"},
			{"报告.docx", []byte("PK\x03\x04 broken"), "DOCX", "DOCX"},
			{"报告.txt", bytes.Repeat([]byte("大"), 14<<20), "超过 32 MB", "larger than 32 MB"},
		} {
			parts := []formPart{{"file", f.name, f.data}}
			if f.data == nil {
				parts = []formPart{{"text", "", []byte(" \n ")}}
			}
			code, body := c.send("/report", parts...)
			expect(t, f.name, code, body, 422, lang, f.zh, f.en)
		}
	})
}

// What was found stands in the scale of the claim, exactly, or short with the whole number beside it.
func TestInScale(t *testing.T) {
	for _, x := range []struct{ computed, scale, want, exact string }{
		{"12340000000", "亿", "123.4", "12,340,000,000"},
		{"360123", "万", "36.0123", "360,123"},
		{"12341234567", "亿", "123.4123", "12,341,234,567"},
		{"-12340000", "万", "−1,234", "−12,340,000"},
		{"1234", "", "1,234", ""},
		{"12.5", "", "12.5", ""},
		{"0", "万", "0", ""},
		{"7", "亿", "7", ""},
		{"120000", "十万", "1.2", "120,000"},
	} {
		got, unit, exact := inScale(x.computed, x.scale)
		if got != x.want || exact != x.exact || (unit == "") != (exact == "") {
			t.Errorf("%s in %s: %q %q %q, want %q %q", x.computed, x.scale, got, unit, exact, x.want, x.exact)
		}
	}
}
