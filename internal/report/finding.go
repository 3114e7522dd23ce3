package report

import (
	"math/big"
	"regexp"
	"sort"
	"strings"

	"zhenwu/internal/quantity"
)

// Finding is a contradiction within the report.
type Finding struct {
	Line int    `json:"line"`
	Kind string `json:"kind"` // twice, growth, sum, place, town
	Text string `json:"text"`
	Why  string `json:"why"`
}

// findings looks for what the report says against itself. It is strict: what may have another explanation is not said.
func findings(claims []Claim, names []name, say say) []Finding {
	out := append([]Finding{}, twice(claims, say)...)
	out = append(out, growths(claims, say)...)
	out = append(out, sums(claims, say)...)
	out = append(out, places(names, say)...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Line < out[j].Line })
	return out
}

// twice finds one thing said with two values or two growth rates. Only nouns count: 举办培训5场 may well be said of two
// trainings.
func twice(claims []Claim, say say) []Finding {
	var out []Finding
	seen := map[string]int{}
	tell := func(i int, key, now string, same func(a Claim) bool, was func(a Claim) string) {
		c := claims[i]
		key = c.Subject + "\x00" + key + "\x00" + c.Period
		first, again := seen[key]
		if !again {
			seen[key] = i
			return
		}
		if a := claims[first]; a.sentence != c.sentence && !same(a) {
			out = append(out, Finding{c.Line, "twice", c.Text, say("“%s”第%d行写%s，第%d行写%s", "“%[1]s” is given as %[3]s on line %[2]d and as %[5]s on line %[4]d", c.Subject, a.Line, was(a), c.Line, now)})
		}
	}
	for i, c := range claims {
		if scoped.MatchString(c.context) || c.each || c.Qualifier == "分别" || c.Period == "" || len([]rune(c.Subject)) < 4 || startsWith(c.Subject, doing) != "" || startsWith(c.Subject, acting) != "" {
			continue
		}
		if c.kind == level {
			tell(i, string(quantity.UnitOf(c.BaseUnit).Family), c.quantity.String(),
				func(a Claim) bool { return overlap(a.quantity, c.quantity) }, func(a Claim) string { return a.quantity.String() })
		}
		if c.hasYoy && (c.kind == level || c.kind == growth) && !c.real {
			tell(i, "growth", c.Yoy+"%", func(a Claim) bool {
				return (a.Yoy[0] == '-') == (c.Yoy[0] == '-') && overlap(a.growth, c.growth)
			}, func(a Claim) string { return a.Yoy + "%" })
		}
	}
	return out
}

// scoped tells that a sentence may speak of a part of the town only, a park or a village.
var scoped = regexp.MustCompile(`园|村|社区|公司|集团|基地|市场|景区|开发区|学校|医院|“`)

// acting are verbs of single doings besides those of doing.
var acting = byLength(`开展 发放 走访 排查 整改 拨付 投入 兑现 协助 推动 提升 改造 组织 安排 争取 募集 受理 办理 化解 调解 维修 铺设 种植 发动 资助 慰问 检查 清理 收集 接待 惠及 覆盖 帮助 培训 指导 支持 落实 涉及 服务 总投资 投资 面积 占地 项目 每`)

// overlap tells whether one value can be meant by both phrases.
func overlap(a, b quantity.Quantity) bool {
	lowA, highA, _ := a.Bounds()
	lowB, highB, _ := b.Bounds()
	return lowA.Cmp(highB) <= 0 && lowB.Cmp(highA) <= 0
}

// growths checks the arithmetic of 由A增加到B，增长X% and of 比上年增加D，增长X%.
func growths(claims []Claim, say say) []Finding {
	var out []Finding
	for i, c := range claims {
		if !c.hasYoy || i == 0 || c.kind != level || adjusted(c) {
			continue
		}
		a := claims[i-1]
		if a.kind != from || a.sentence != c.sentence || a.BaseUnit != c.BaseUnit || a.Subject != c.Subject {
			continue
		}
		said, err := quantity.ParseNumber(c.Yoy)
		lowA, highA, _ := a.quantity.Bounds()
		lowB, highB, _ := c.quantity.Bounds()
		if err != nil || lowA.Sign() <= 0 {
			continue
		}
		least, most := growthOf(highA, lowB), growthOf(lowA, highB)
		half := quantity.Number{Coef: 5, Exp: c.growth.Place() - 1}.Rat()
		v := said.Rat()
		if new(big.Rat).Add(v, half).Cmp(least) < 0 || new(big.Rat).Sub(v, half).Cmp(most) > 0 {
			right := quantity.RoundHalfUp(growthOf(a.Amount(), c.Amount()), min(c.growth.Place(), -1))
			out = append(out, Finding{c.Line, "growth", c.Text, say("由%s到%s是%s%%，不是%s%%", "from %s to %s is %s %%, not %s %%", a.quantity, c.quantity, right, c.Yoy)})
		}
	}
	return out
}

// adjusted tells whether a growth rate is not the plain one of the two values: of an average year or without prices.
func adjusted(c Claim) bool {
	for _, w := range []string{"年均", "平均", "实际", "可比", "不变价", "扣除", "名义", "同口径", "每年"} {
		if strings.Contains(c.rest, w) {
			return true
		}
	}
	return false
}

// sums finds parts that exceed their whole, and shares of a ratio that do not make 100.
func sums(claims []Claim, say say) []Finding {
	var out []Finding
	for i := 0; i < len(claims); i++ {
		c := claims[i]
		if c.part == 0 || c.kind != level {
			continue
		}
		whole := claims[c.part-1]
		total := new(big.Rat)
		j := i
		for ; j < len(claims) && claims[j].sentence == c.sentence; j++ {
			p := claims[j]
			if p.kind == level && p.BaseUnit == whole.BaseUnit && p.BaseUnit != "%" && p.BaseUnit != "" && (p.part == c.part || p.part == 0 && p.Text == c.Text) && p.Period == whole.Period {
				low, _, _ := p.quantity.Bounds()
				total.Add(total, low)
			} else if p.part != c.part {
				break
			}
		}
		_, most, _ := whole.quantity.Bounds()
		if total.Cmp(most) > 0 && j > i {
			out = append(out, Finding{c.Line, "sum", c.Text, say("“其中”各项合计至少%s%s，大于总数%s", "the parts come to at least %s %s, more than the whole of %s", decimal(total), whole.BaseUnit, whole.quantity)})
		}
		i = max(i, j-1)
	}
	return out
}

// name is a place or estate that the report names.
type name struct {
	line int
	text string
}

// places finds estates whose names differ only by a homophone, most likely one place under two names.
func places(names []name, say say) []Finding {
	var out []Finding
	first := map[string]name{}
	told := map[string]bool{}
	for _, n := range names {
		sound := homophones.Replace(n.text)
		a, ok := first[sound]
		if !ok {
			first[sound] = n
			continue
		}
		if a.text == n.text || told[sound] {
			continue
		}
		told[sound] = true
		out = append(out, Finding{n.line, "place", n.text, say("第%d行写“%s”，第%d行写“%s”，可能是同一个地方", "line %d says “%s”, line %d says “%s”: they may be one place", a.line, a.text, n.line, n.text)})
	}
	return out
}

// homophones writes the characters that names of estates are mixed up by in one way.
var homophones = strings.NewReplacer("佳园", "家园", "嘉园", "家园", "佳苑", "家园", "嘉苑", "家园", "家苑", "家园", "花苑", "花园")
