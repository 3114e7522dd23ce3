package paper

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Headings get the numbers of their level, anew below each one above; numbers
// that the text brings along are kept, and counting goes on from them.
func TestNumbered(t *testing.T) {
	h := func(level int, text string) Block { return Heading{Level: level, Text: text} }
	got := Numbered([]Block{
		h(1, "工作"), h(2, "产业"), h(3, "招商"), h(4, "签约"), h(4, "落地"), h(3, "服务"), h(2, "农业"), h(3, "粮食"),
		Paragraph{Runs: Text("正文")}, h(1, "计划"), h(2, "目标"),
		h(1, "五、保障"), h(1, "其他"), h(2, "（三）队伍"), h(2, "作风"), h(3, "3.5万亩农田"), Heading{Level: 1, Number: "十、", Text: "末"}, h(1, "附"),
	})
	var numbers []string
	for _, b := range got {
		if h, ok := b.(Heading); ok {
			numbers = append(numbers, h.Number+h.Text)
		}
	}
	want := []string{
		"一、工作", "（一）产业", "1.招商", "（1）签约", "（2）落地", "2.服务", "（二）农业", "1.粮食", "二、计划", "（一）目标",
		"五、保障", "六、其他", "（三）队伍", "（四）作风", "1.3.5万亩农田", "十、末", "十一、附",
	}
	if diff := cmp.Diff(want, numbers); diff != "" {
		t.Error(diff)
	}
}

// A number before a heading tells its level.
func TestSplitNumber(t *testing.T) {
	for s, want := range map[string][2]string{
		"一、2023年工作回顾": {"一、", "2023年工作回顾"},
		"（十二）民生":      {"（十二）", "民生"},
		"(三) 生态":      {"(三)", "生态"},
		"1．项目":        {"1．", "项目"},
		"12. 安全":      {"12.", "安全"},
		"（1）巡查":       {"（1）", "巡查"},
		"3.5万亩":       {"", "3.5万亩"},
		"一体推进":        {"", "一体推进"},
		"2023年":       {"", "2023年"},
	} {
		number, text, level := SplitNumber(s)
		if number != want[0] || text != want[1] || (level > 0) != (number != "") {
			t.Errorf("%s: %q %q %d", s, number, text, level)
		}
	}
	for n := 1; n < 100; n++ {
		for level := 1; level <= 4; level++ {
			if num, _, l := SplitNumber(numeral(level, n) + "事项"); l != level || ordinal(num) != n {
				t.Errorf("%s is read as level %d, %d", numeral(level, n), l, ordinal(num))
			}
		}
	}
}
