package report

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func read(t testing.TB, lines ...string) *Document {
	t.Helper()
	d, err := Read("a.md", []byte(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func rat(n, d int64) *big.Rat { return big.NewRat(n, d) }

// figures of an invented town.
func figures() []Known {
	return []Known{
		{Key: "tax", Zh: "税收收入", En: "Tax revenue", Unit: "元", Values: map[int]*big.Rat{2022: rat(2000000000, 1), 2023: rat(2160000000, 1)}, Targets: map[int]Target{2024: {TargetGrowth, rat(9, 1)}}},
		{Key: "visits", Zh: "走访居民", En: "Visits", Unit: "户次", Units: []string{"户"}, Values: map[int]*big.Rat{2023: rat(361234, 1)}},
		{Key: "grain", Zh: "粮食种植面积", En: "Grain area", Unit: "亩", Values: map[int]*big.Rat{2023: rat(6000, 1)}},
		{Key: "invest", Zh: "固定资产投资", En: "Fixed investment", Unit: "元", Values: map[int]*big.Rat{2023: rat(4370000000, 1)}, Published: map[int]*big.Rat{2023: rat(-31, 10)}, Targets: map[int]Target{2024: {TargetLevel, rat(3000000000, 1)}}},
		{Key: "retail", Zh: "零售额", En: "Retail sales", Unit: "元", Values: map[int]*big.Rat{2023: rat(200, 1)}, Targets: map[int]Target{2024: {Shape: TargetFlat}}},
		{Key: "plants", Zh: "高新技术企业", En: "High-tech firms", Unit: "家", Values: map[int]*big.Rat{2023: rat(93, 1)}, Targets: map[int]Target{2024: {Shape: TargetHigher}}},
		{Key: "late", Zh: "新增绿地", En: "New green", Unit: "平方米", Values: map[int]*big.Rat{}},
	}
}

func TestCheck_judges_every_way_of_saying_a_figure(t *testing.T) {
	for _, c := range []struct {
		says, figure string
		verdict      Verdict
		why          []string
	}{
		{"税收收入21.6亿元，增长8%。", "tax", Agrees, nil},
		{"税收收入21.6亿元，增长8.5%。", "tax", Differs, []string{"8.5%", "应为8.0%|应为8%"}},
		{"税收收入24.6亿元。", "tax", Differs, []string{"第3行", "24.6亿元", "税收收入", "应为21.6亿元"}},
		{"税收收入21.6万元。", "tax", Differs, []string{"应为21.6亿元"}},
		{"税收收入突破21亿元。", "tax", Agrees, nil},
		{"税收收入近21.6亿元。", "tax", Differs, nil},
		{"税收收入同比增长8%。", "tax", Agrees, nil},
		{"税收收入同比下降8%。", "tax", Differs, []string{"应为8"}},
		{"走访居民36万余户。", "visits", Agrees, nil},
		{"走访居民36万余户次。", "visits", Agrees, nil},
		{"走访居民37万余户。", "visits", Differs, []string{"应为36万余户"}},
		{"走访居民36万余件。", "visits", Differs, []string{"单位", "户次"}},
		{"粮食种植面积400公顷。", "grain", Agrees, nil},
		{"粮食种植面积600公顷。", "grain", Differs, []string{"应为400公顷"}},
		{"固定资产投资43.7亿元，下降3.1%。", "invest", Agrees, nil},
		{"固定资产投资43.7亿元，增长3.1%。", "invest", Differs, []string{"-3.1%"}},
		{"税收收入21.6亿元，比上年增加1.6亿元。", "", "", nil},
		{"税收收入年均增长12%。", "", Unmatched, nil},
		{"税收收入21.6亿元，比2019年增长60%。", "tax", Agrees, nil},
		{"税收收入实际增长5%。", "tax", Unmatched, nil},
		{"新增绿地5000平方米。", "late", Unmatched, []string{"没有2023年的值"}},
		{"更换路灯30盏。", "", Unmatched, []string{"没有找到"}},
		{"绿地8000平方米。", "", Unmatched, nil},
		{"新增绿地8000平方米。", "late", Unmatched, []string{"没有2023年的值"}},
	} {
		d := read(t, "某镇政府工作报告", "一、2023年工作回顾", c.says)
		got := Check(d, figures(), "", "zh").Claims
		if len(got) == 2 && c.verdict == "" { // a level and its difference
			if got[0].Verdict != Agrees || got[1].Verdict != Agrees {
				t.Errorf("%s: %+v", c.says, got)
			}
			continue
		}
		if len(got) != 1 {
			t.Errorf("%s: %d claims", c.says, len(got))
			continue
		}
		if got[0].Verdict != c.verdict || got[0].Figure != c.figure {
			t.Errorf("%s: %s %s %s", c.says, got[0].Verdict, got[0].Figure, got[0].Why)
		}
		for _, w := range c.why {
			any := false
			for _, one := range strings.Split(w, "|") {
				any = any || strings.Contains(got[0].Why, one)
			}
			if !any {
				t.Errorf("%s: %q does not say %q", c.says, got[0].Why, w)
			}
		}
	}
}

func TestCheck_holds_plans_against_declared_targets_only(t *testing.T) {
	for _, c := range []struct {
		says    string
		verdict Verdict
	}{
		{"税收收入增长9%。", Agrees}, {"税收收入增长10%。", Differs}, {"固定资产投资力争完成30亿元。", Agrees}, {"固定资产投资完成43.7亿元。", Differs},
		{"零售额持平。", Agrees}, {"零售额增长2%。", Differs}, {"走访居民36万余户。", Unmatched}, {"高新技术企业达到110家。", Agrees},
	} {
		d := read(t, "某镇政府工作报告", "一、2023年工作回顾", "二、2024年工作安排", "主要预期目标是："+c.says)
		got := Check(d, figures(), "", "zh").Claims
		if len(got) != 1 || got[0].Verdict != c.verdict {
			t.Errorf("%s: %+v", c.says, got)
		}
	}
}

func TestCheck_speaks_English(t *testing.T) {
	got := Check(read(t, "某镇政府工作报告", "一、2023年工作回顾", "税收收入24.6亿元。"), figures(), "", "en").Claims[0]
	for _, w := range []string{"line 3", "Tax revenue", "21.6亿元"} {
		if !strings.Contains(got.Why, w) {
			t.Errorf("%q does not say %q", got.Why, w)
		}
	}
}

func TestCheck_finds_contradictions_within_a_report(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		kind  string // "" where nothing is to be found
	}{
		{"one thing with two values", []string{"固定资产投资43.7亿元。", "全年固定资产投资达到47.3亿元。"}, "twice"},
		{"one thing said twice alike", []string{"固定资产投资43.7亿元。", "全年固定资产投资突破40亿元。"}, ""},
		{"one growth with two rates", []string{"固定资产投资43.7亿元，增长8.5%。", "固定资产投资同比增长8.9%。"}, "twice"},
		{"one growth said twice", []string{"固定资产投资43.7亿元，增长8.5%。", "固定资产投资同比增长8.5%。"}, ""},
		{"two doings of one kind", []string{"举办培训5场。", "举办培训8场。"}, ""},
		{"growth that two values give", []string{"农民人均纯收入由8000元增加到10000元，增长25%。"}, ""},
		{"growth that they do not give", []string{"农民人均纯收入由8000元增加到10000元，增长35%。"}, "growth"},
		{"growth of an average year", []string{"农民人均纯收入由8000元增加到10000元，年均增长5%。"}, ""},
		{"parts within their whole", []string{"完成投资10亿元，其中工业投资6亿元、农业投资3亿元。"}, ""},
		{"parts beyond their whole", []string{"完成投资10亿元，其中工业投资9亿元、农业投资4亿元。"}, "sum"},
		{"one estate under two names", []string{"改造幸福佳园。", "对幸福家园进行绿化。"}, "place"},
		{"two estates", []string{"改造幸福家园。", "对安居家园进行绿化。"}, ""},
		{"a plan above the year", []string{"税收收入10亿元。", "二、2024年工作安排", "税收收入12亿元。"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, append([]string{"某镇政府工作报告", "一、2023年工作回顾"}, c.lines...)...)
			got := Check(d, nil, "", "zh")
			if c.kind == "" && len(got.Findings) > 0 || c.kind != "" && (len(got.Findings) != 1 || got.Findings[0].Kind != c.kind) {
				t.Errorf("%+v", got.Findings)
			}
			if got.Summary.Agrees+got.Summary.Differs > 0 || got.Summary.Findings != len(got.Findings) {
				t.Errorf("%+v", got.Summary)
			}
		})
	}
}

func TestCheck_of_the_invented_reports_raises_no_alarm(t *testing.T) {
	for _, name := range inventedReports {
		for _, f := range Check(invented(t, name), nil, "", "zh").Findings {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// Whatever is put together from the words of reports is read without a crash, and each claim is whole.
func TestRead_survives_any_order_of_words(t *testing.T) {
	pieces := strings.Fields("税收收入 完成 12 3.5 百 亿 万 元 户 个 % ， 。 、 （ ） “ ” 《 》 分别 增长 下降 其中 由 从 到 至 等 余 近 约 以上 左右 第 三 十 百分之 点 翻 一番 倍 : — 持平 位居 全市 占 比上年 2023年 一、 （一） 1. ** # | 项目 连续 年 新增 一是 ； 大 成 /")
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom(append(pieces, "\n")), 1, 60).Draw(t, "words")
		d, err := Read("a.md", []byte(strings.Join(words, "")))
		if err != nil {
			return
		}
		for _, c := range d.Claims {
			if c.Line < 1 || c.Value == "" || c.Base == "" || c.Section == "" {
				t.Fatalf("incomplete claim %+v", c)
			}
		}
		Check(d, figures(), "", "zh")
	})
}

func TestPrint_puts_what_differs_first(t *testing.T) {
	d := read(t, "某镇政府工作报告", "一、2023年工作回顾", "税收收入21.6亿元。", "粮食种植面积7000亩。", "更换路灯30盏。")
	for lang, want := range map[string]string{
		"zh": "不符　第4行“粮食种植面积7000亩”：报告写7000亩，“粮食种植面积”算得6000亩，应为6000亩\n未核　第5行　更换路灯　30盏：没有找到对应的数字\n一致1，不符1，未核1，疑点0\n",
		"en": "differs  line 4 “粮食种植面积7000亩”: the report says 7000亩, “Grain area” comes to 6000 亩; it should read 6000亩\nunmatched  line 5  更换路灯  30盏: no figure found for it\n1 agree, 1 differ, 1 unmatched, 0 findings\n",
	} {
		var b strings.Builder
		if err := Check(d, figures(), "", lang).Print(&b, lang); err != nil || b.String() != want {
			t.Errorf("%s: %s %v", lang, b.String(), err)
		}
	}
}

// A report of one town given to another is not held against it: one finding says so, and no claim differs.
func TestCheck_says_when_the_report_is_of_another_town(t *testing.T) {
	const body = "一、2023年工作回顾\n税收收入12.8亿元，增长3%。"
	for _, c := range []struct {
		head, own string
		other     bool
	}{
		{"河湾镇2023年政府工作报告", "石桥镇", true},
		{"政府工作报告\n——2024年1月8日在河湾镇第五届人民代表大会第三次会议上", "石桥镇", true},
		{"政府工作报告\n各位代表：\n现在，我代表河湾镇人民政府，向大会报告工作，请予审议。", "石桥镇", true},
		{"东麓省2023年政府工作报告", "石桥镇", true},
		{"石桥镇2023年政府工作报告", "石桥镇", false},
		{"柳河区石桥镇2023年政府工作报告", "石桥镇", false},
		{"石桥镇人民政府2023年工作报告", "石桥镇", false},
		{"石桥街道2023年政府工作报告", "石桥镇", false},
		{"XX镇政府工作报告", "石桥镇", false},
		{"政府工作报告", "石桥镇", false},
		{"我镇2023年政府工作报告", "石桥镇", false},
		{"河湾镇2023年政府工作报告", "", false},
	} {
		for lang, word := range map[string]string{"zh": "河湾镇的，", "en": "is of 河湾镇"} {
			got := Check(read(t, c.head, body), figures(), c.own, lang)
			said := 0
			for _, f := range got.Findings {
				if f.Kind == "town" {
					said++
					if !strings.Contains(f.Why, word) && !strings.Contains(f.Why, "东麓省") || f.Line < 1 {
						t.Errorf("%q, %s: %+v", c.head, lang, f)
					}
				}
			}
			if (said == 1) != c.other || said > 1 {
				t.Errorf("%q for %s: %d findings of another town", c.head, c.own, said)
			}
			for _, x := range got.Claims {
				if c.other && (x.Verdict != Unmatched || x.Figure != "" || x.Why == "") {
					t.Errorf("%q: %s is %s, %q", c.head, x.Subject, x.Verdict, x.Why)
				}
			}
			if !c.other && got.Summary.Agrees+got.Summary.Differs == 0 {
				t.Errorf("%q for %q: nothing was held against its figure", c.head, c.own)
			}
		}
	}
}
