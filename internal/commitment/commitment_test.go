package commitment

import (
	"bytes"
	"strings"
	"testing"

	"zhenwu/internal/paper"
	"zhenwu/internal/report"
	"zhenwu/internal/town"
)

func day(s string) town.Day {
	d, err := town.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestDue_reads_what_a_clause_says(t *testing.T) {
	for _, c := range []struct {
		clause, due string
		said        bool
	}{
		{"完成泵站改造", "2024-12-31", false},
		{"6月底前新开工项目3个", "2024-06-30", true},
		{"2月底前编制方案", "2024-02-29", true},
		{"2025年3月完成验收", "2025-03-31", true},
		{"2024年9月15日前建成投用", "2024-09-15", true},
		{"上半年改造公厕8座", "2024-06-30", true},
		{"前三季度完成投资", "2024-09-30", true},
		{"第一季度启动招标", "2024-03-31", true},
		{"年底前全部投用", "2024-12-31", true},
		{"办好12月主题活动", "2024-12-31", false},
		{"落实2021年规划", "2024-12-31", false},
		{"13月底前", "2024-12-31", false},
	} {
		if due, said := Due(c.clause, 2024); due != day(c.due) || said != c.said {
			t.Errorf("%s: %s %v", c.clause, due, said)
		}
	}
}

func TestQuarters_end_on_the_due_day(t *testing.T) {
	for _, c := range []struct{ from, due, want string }{
		{"2023-12-20", "2024-12-31", "第一季度 2024-03-31, 第二季度 2024-06-30, 第三季度 2024-09-30, 第四季度 2024-12-31"},
		{"2024-03-25", "2024-10-15", "第二季度 2024-06-30, 第三季度 2024-09-30, 第四季度 2024-10-15"},
		{"2024-01-10", "2024-02-20", "第一季度 2024-02-20"},
		{"2023-12-20", "2025-03-31", "2024年第一季度 2024-03-31, 2024年第二季度 2024-06-30, 2024年第三季度 2024-09-30, 2024年第四季度 2024-12-31, 2025年第一季度 2025-03-31"},
	} {
		var got []string
		for _, n := range Quarters(day(c.from), day(c.due)) {
			got = append(got, n.What+" "+n.Due.String())
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s to %s: %s", c.from, c.due, s)
		}
	}
}

const invented = `# 2023年某镇政府工作报告

## 一、2023年工作回顾

喂养石狮子12只。

## 二、2024年工作安排

### （一）改善民生

**办好实事。**上半年改造村居公厕8座，增设养老助餐点。扩大公益性岗位。扩大公益性岗位。坚守为民初心。
`

func proposed(t *testing.T, kept []Kept) *Reading {
	t.Helper()
	doc, err := report.Read("report.md", []byte(invented))
	if err != nil {
		t.Fatal(err)
	}
	return Propose(nil, report.Check(doc, nil, "", "zh"), nil, kept, 2020)
}

func TestPropose_lists_clauses_and_numbers(t *testing.T) {
	r := proposed(t, nil)
	var got []string
	for _, p := range r.Proposals {
		got = append(got, string(p.Kind)+" "+p.Text+" "+p.Told()+" "+p.Due.String()+" "+p.Where())
	}
	want := []string{
		"promise 上半年改造村居公厕8座 8座 2024-06-30 （一）办好实事",
		"promise 增设养老助餐点  2024-12-31 （一）办好实事",
		"promise 扩大公益性岗位  2024-12-31 （一）办好实事",
		"promise 扩大公益性岗位  2024-12-31 （一）办好实事",
		"promise 坚守为民初心  2024-12-31 （一）办好实事",
		"number 喂养石狮子12只 12只 2024-12-31 一",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("proposed:\n%s", strings.Join(got, "\n"))
	}
	if r.Proposals[3].Twice != 3 || r.Year != 2024 {
		t.Errorf("twice %d, year %d", r.Proposals[3].Twice, r.Year)
	}
	if c := (Coverage{Promises: 5, Numbers: 2}); r.Coverage != c || c.Open() != 7 || c.Share() != 0 {
		t.Errorf("%+v", r.Coverage)
	}
}

// What is kept by its own words, in other words, merged with another, or dismissed, is no longer open; a number in a kept clause is answered.
func TestPropose_links_what_is_kept(t *testing.T) {
	r := proposed(t, []Kept{
		{Record: 1, Code: "R1", Text: "公厕改造", Clause: "上半年改造村居公厕8座\n增设养老助餐点", Leader: "a"},
		{Record: 2, Code: "R2", Text: "开发扩大公益性岗位", Leader: "b"},
		{Record: 3, Text: "坚守为民初心", Dismissed: true, Why: "总体要求"},
		{Record: 4, Text: "喂养石狮子12只", Number: "12只", Dismissed: true, Why: "没有指标"},
	})
	var got []string
	for _, p := range r.Proposals {
		got = append(got, string(p.State)+" "+p.By.Code+p.By.Why)
	}
	if s := strings.Join(got, ", "); s != "linked R1, linked R1, linked R2, linked R2, dismissed 总体要求, dismissed 没有指标" {
		t.Error(s)
	}
	if c := (Coverage{5, 4, 1, 2, 1, 1}); r.Coverage != c || r.Coverage.Open() != 0 || r.Coverage.Share() != 100 {
		t.Errorf("%+v", r.Coverage)
	}
}

// The words that every plan is made of do not make two promises one, however few there are.
func TestKeeper_parts_what_shares_common_words_only(t *testing.T) {
	k := NewKeeper([]Kept{{Record: 1, Code: "R1", Text: "推进学校建设"}, {Record: 2, Code: "R2", Text: "深入开展燃气安全排查工作"}})
	for clause, want := range map[string]string{"推进道路建设": "", "扎实推进学校建设工作": "R1", "深入开展消防宣传工作": "", "持续开展燃气安全隐患排查": "R2", "": "", "。": ""} {
		if x, _ := k.Find(clause, ""); x.Code != want {
			t.Errorf("%s: %q", clause, x.Code)
		}
	}
}

func TestFacts_say_why_a_light_has_its_colour(t *testing.T) {
	nodes := []map[string]any{{"what": "第一季度", "due": "2024-03-31", "done": "2024-03-20"}, {"what": "第二季度", "due": "2024-06-30"}, {"what": "第三季度", "due": "2024-09-30"}}
	for _, c := range []struct {
		name    string
		stage   string
		fields  town.Values
		on      string
		zh, en  string
		account string
	}{
		{"a milestone is late", "running", town.Values{"light": "blue", "ground": "node", "progress": int64(33), "pace": int64(60), "nodes": nodes, "news": "正在招标"}, "2024-07-05",
			"1个节点逾期，最早的“第二季度”应在2024-06-30前完成", "1 milestone(s) late; the first, “第二季度”, was due by 2024-06-30", "3个节点完成1个，1个逾期。正在招标。"},
		{"keeps pace", "running", town.Values{"light": "green", "ground": "on_pace", "progress": int64(33), "pace": int64(40), "nodes": nodes}, "2024-05-05",
			"3个节点完成1个，没有逾期", "1 of 3 milestones done, none late", "3个节点完成1个。"},
		{"behind by its figure", "running", town.Values{"light": "orange", "ground": "behind", "progress": int64(20), "measured": int64(20), "pace": int64(50), "behind": int64(30)}, "2024-06-30",
			"按指标，进度20%，时间已过50%，落后30个百分点", "by its figure 20 % done, 50 % of the time gone: 30 points behind", "已认领，尚未报送进展。"},
		{"overdue", "running", town.Values{"light": "red", "ground": "overdue", "progress": int64(90), "pace": int64(100), "deadline": "2024-06-30"}, "2024-07-01",
			"已过时限2024-06-30，进度90%", "past its deadline 2024-06-30 at 90 %", "已认领，尚未报送进展。"},
		{"overdue without a value", "running", town.Values{"light": "red", "ground": "overdue", "pace": int64(100), "deadline": "2024-06-30", "nodes": nodes[:1]}, "2024-07-01",
			"已过时限2024-06-30，指标尚无数据", "past its deadline 2024-06-30, and its figure has no value yet", "1个节点完成1个。"},
		{"nothing to compute from", "running", town.Values{"ground": "none", "pace": int64(10)}, "2024-02-01",
			"没有取数指标、对应项目和节点，无从计算进度，请先排出节点", "there is no figure, project or milestone to compute progress from; set milestones first", "已认领，尚未报送进展。"},
		{"not claimed", "split", town.Values{"nodes": nodes[1:]}, "2024-01-05", "", "", "尚未认领；2个节点完成0个。"},
		{"finished", "finished", town.Values{"light": "green", "ground": "reached", "progress": int64(100), "nodes": nodes, "news": "已建成"}, "2024-07-05", "", "", "已完成并通过核验。已建成。"},
		{"ended", "dropped", town.Values{"light": "red", "ground": "overdue", "progress": int64(0), "pace": int64(100)}, "2024-07-05", "", "", "已按程序终止。"},
	} {
		f := FactsOf(&town.Record{Type: Type, Stage: c.stage, Stated: c.fields}, day(c.on))
		if zh, en := f.Why("zh"), f.Why("en"); zh != c.zh || en != c.en {
			t.Errorf("%s: %s / %s", c.name, zh, en)
		}
		if got := f.Account(); got != c.account {
			t.Errorf("%s: the table says %s", c.name, got)
		}
	}
}

func TestTable_is_numbered_through_and_becomes_a_document(t *testing.T) {
	x := Table{Town: "某镇", Year: 2024, Half: 1, AsOf: day("2024-06-30")}
	x.Add("一、主要预期目标", Row{Task: "税收收入增长8%", Offices: []string{"财政所"}, Progress: "同比增长8.1%。"})
	x.Add("二、重点工作　（一）甲", Row{Task: "改造公厕", Offices: []string{"城建办", "民政办"}, Progress: "4个节点完成2个。"})
	x.Add("二、重点工作　（二）乙", Row{Task: "普法"})
	x.Add("二、重点工作　（一）甲", Row{Task: "修路"})
	x.Number()
	var got []string
	for _, row := range x.Cells() {
		got = append(got, strings.Join(row, "|"))
	}
	want := `2023年政府工作报告目标任务2024年上半年推进情况
数据截至2024年6月30日
序号|目标任务|责任单位|上半年推进情况
一、主要预期目标
1|税收收入增长8%|财政所|同比增长8.1%。
二、重点工作　（一）甲
2|改造公厕|城建办、民政办|4个节点完成2个。
3|修路||
二、重点工作　（二）乙
4|普法||`
	if s := strings.Join(got, "\n"); s != want || x.Rows() != 4 {
		t.Errorf("%s", s)
	}
	var buf bytes.Buffer
	if err := paper.DOCX(&buf, x.Paper(true)); err != nil || buf.Len() < 1000 {
		t.Errorf("%d bytes, %v", buf.Len(), err)
	}
}
