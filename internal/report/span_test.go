package report

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A claim knows where its number and its growth stand in the file, through markup, page breaks and full-width digits.
func TestSpans(t *testing.T) {
	file := strings.Join([]string{
		"# 山前镇2031年工作报告", "", "## 一、2031年工作回顾", "",
		"**道路越修越宽。**全年新修道路 12 公里，走访居民<b>36</b>万余户，税收收入完成3.5亿元，同比增长８.３%，农业总产",
		"值预计完成 8875 万元，与上年持平。",
		"| 指标 | 数值 | 增长 |", "|---|---|---|", "| 路灯 | 120盏 | -4.5% |",
	}, "\n")
	d, err := Read("a.md", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range d.Claims {
		from, to := c.Span()
		row := file[from:to]
		if from, to, ok := c.GrowthSpan(); ok {
			row += " / " + file[from:to]
		}
		got = append(got, row)
	}
	want := []string{"12 公里", "36</b>万余户", "3.5亿元 / 增长８.３%", "8875 万元 / 持平", "120盏 / -4.5%"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Whatever the file, every claim stands within it, on whole characters, on the line it names.
func TestSpansHold(t *testing.T) {
	parts := []string{"税收收入", "完成", "实现", "10.7", "３６", "万余户", "亿元", "，", "。", "同比增长", "下降", "5%", "\n", "\r\n", "**", "<b>", "</b>", "| ", " |", "\t", "分别", "、", "和", "持平", "第一", "一、2031年工作回顾\n", " "}
	rapid.Check(t, func(rt *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 60).Draw(rt, "parts"), "")
		text, err := Text("a.md", []byte(s))
		if err != nil {
			return
		}
		d, err := Read("a.md", []byte(s))
		if err != nil {
			rt.Fatal(err)
		}
		for _, c := range d.Claims {
			from, to := c.Span()
			if from >= to || to > len(text) {
				rt.Fatalf("%q: span %d to %d of %d", c.Text, from, to, len(text))
			}
			if n := strings.Count(text[:to], "\n") + 1; n < c.Line {
				rt.Errorf("%q stands on line %d, its span ends on %d", c.Text, c.Line, n)
			}
			if strings.ContainsRune(text[from:to], '\ufffd') {
				rt.Errorf("span cuts a character: %q", text[from:to])
			}
		}
	})
}
