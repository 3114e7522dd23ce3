package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A reader sees no markup and no broken words; headings have the rank of their number, not of their #.
func TestPassages(t *testing.T) {
	got := Passages(strings.Join([]string{
		"# 山前镇2031年工作报告",
		"### 一、2031年工作回顾",
		"**道路越修越宽。**全年新修道路12公里，其中村道８公里，农业总产",
		"",
		"值完成3.5亿元。",
		"（二）让水更清",
		"1.治理河道。清淤河道40公里，植树2万株。",
		"| 指标 | 数值 |",
		"|---|---|",
		"| 道路 | 12公里 |",
		"三、问题与不足仍然存在，路灯有200盏不亮，井盖有35处松动，今后三年里都要一件一件地换掉、补齐，不能再拖下去，让大家走得放心",
	}, "\n"))
	want := []Passage{
		{Rank: 9, Text: "山前镇2031年工作报告", From: 1, To: 1},
		{Rank: 1, Mark: "一、", Text: "2031年工作回顾", From: 2, To: 2},
		{Text: "道路越修越宽。全年新修道路12公里，其中村道8公里，农业总产值完成3.5亿元。", From: 3, To: 5},
		{Rank: 2, Mark: "（二）", Text: "让水更清", From: 6, To: 6},
		{Rank: 3, Mark: "1.", Text: "治理河道", From: 7, To: 7},
		{Text: "清淤河道40公里，植树2万株。", From: 7, To: 7},
		{Cells: []string{"指标", "数值"}, From: 8, To: 8},
		{Cells: []string{"道路", "12公里"}, From: 10, To: 10},
		{Mark: "三、", Text: "问题与不足仍然存在，路灯有200盏不亮，井盖有35处松动，今后三年里都要一件一件地换掉、补齐，不能再拖下去，让大家走得放心", From: 11, To: 11},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
