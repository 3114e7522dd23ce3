package report

import (
	"strings"
	"testing"
)

func TestRead_understands_tables(t *testing.T) {
	for _, c := range []struct {
		rule  string
		lines []string
		want  string
	}{
		{"the growth is of the latest year", []string{"| 指标 | 单位 | 2022年 | 2023年 | 增长率 |", "|--|--|--|--|--|", "| 产值 | 亿元 | 100.5 | 108.2 | 7.7% |"},
			"产值 100.5亿元@2022; 产值 108.2亿元 +7.7@2023"},
		{"the unit stands in the header", []string{"| 项目 | 2023年（万元） | 2022年（万元） | 增减（%） |", "| 税收 | 1,020 | 1,000 | 2.0 |"}, "税收 1020万元 +2@2023; 税收 1000万元@2022"},
		{"a target beside what came of it", []string{"| 指标 | 目标值 | 实际完成 | 完成率 |", "| 税收（亿元） | 1.2 | 1.3 | 108.3% |"}, "税收 1.2亿元@2023·目标; 税收 1.3亿元@2023; 税收完成率 108.3%@2023"},
		{"a cell that is a clause", []string{"| 项目 | 完成情况 |", "| 税收 | 1.2亿元，增长5% |", "| 失业率 | 控制在4%以内 |"}, "税收 1.2亿元 +5@2023; 失业率 4%@2023"},
		{"a cell that is a plan", []string{"| 指标 | 2024年目标 |", "| 粮食产量 | 稳定在3万吨以上 |", "| 产值 | 增长6%左右 |"}, "粮食产量 3万吨·超@2024·目标; 产值 6% +6@2024·目标"},
		{"what is done in words, the rest is none", []string{"| 序号 | 实事 | 内容 | 时限 |", "| 1 | 道路 | 改造道路3条，共计5公里 | 2023年12月 |"}, "改造道路 3条@2023; 道路 5公里@2023"},
		{"rows of years", []string{"| 年份 | 税收（万元） | 增速 |", "| 2022 | 1000 | 5% |", "| 2023 | 1100 | 10% |"}, "税收 1000万元 +5@2022; 税收 1100万元 +10@2023"},
		{"no header", []string{"| 产值 | 108.2亿元 | 增长7.7% |"}, "产值 108.2亿元 +7.7@2023"},
		{"a table with tabs", []string{"指标\t单位\t完成数\t同比±%", "税收\t万元\t12,345\t-3.2"}, "税收 12345万元 -3.2@2023"},
	} {
		var got []string
		for _, claim := range read(t, append([]string{"某镇政府工作报告", "一、2023年工作回顾"}, c.lines...)...).Claims {
			s := brief(claim) + "@" + claim.Period
			if claim.Target {
				s += "·目标"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.rule, s, c.want)
		}
	}
}
