package report

import (
	"regexp"
	"strings"

	"zhenwu/internal/quantity"
)

// sentence is one sentence of the report while it is read.
type sentence struct {
	text
	quoted []bool     // inside “”, 「」 or 《》
	titled []bool     // inside 《》
	year   [][]string // it starts with, as yearIn finds it
}

func newSentence(t text) *sentence {
	s := &sentence{text: t, quoted: make([]bool, len(t.runes)), titled: make([]bool, len(t.runes))}
	for _, pair := range []struct {
		open, close rune
		longest     int
		titled      bool
	}{{'“', '”', 30, false}, {'「', '」', 30, false}, {'『', '』', 30, false}, {'"', '"', 20, false}, {'《', '》', 80, true}} {
		start := -1
		for i, r := range t.runes {
			switch {
			case start >= 0 && r == pair.close:
				if i-start <= pair.longest {
					for j := start; j <= i; j++ {
						s.quoted[j] = true
						s.titled[j] = s.titled[j] || pair.titled
					}
				}
				start = -1
			case r == pair.open:
				start = i
			}
		}
	}
	return s
}

func (s *sentence) at(i int) rune {
	if i < 0 || i >= len(s.runes) {
		return 0
	}
	return s.runes[i]
}

// from gives what stands behind i, upTo what stands before it, as far as it can matter.
func (s *sentence) from(i int) string {
	if i >= len(s.runes) {
		return ""
	}
	return string(s.runes[max(i, 0):min(len(s.runes), i+nearby)])
}

func (s *sentence) upTo(i int) string {
	return string(s.runes[max(0, i-nearby):min(i, len(s.runes))])
}

func han(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }

// classed is what follows an amount that only sorts what is counted behind it.
var classed = regexp.MustCompile(`^(?:以上)?的?(?:大|重点|产业|工业)?(?:项目|企业|工程)[0-9一二三四五六七八九十两]`)

// slogans are the nouns that small numbers count in political speech (三个方面, 四项原则), never in a record.
var slogans = byLength(`方面 原则 意识 关系 确立 维护 自信 规定 统筹 责任 坚持 必须 结合 转变 层面 层次 领域 维度 统一 标准 文明 现代化 阶段 重大 基本 根本 主题 面向 最严 环节 步骤 问题导向 层级 机制 体系 格局 优势 平衡 并重 同步 确保 一批 五年 年 专题 课题 定位 牌 大局 五年计划 面貌 字 短板 战略 重点 特点 代表 深化 创新 主要 循环 大会 中全会 全面 着力 突出 文件`)

// doing are the verbs that say a small number in characters counts something done.
var doing = byLength(`新签约 新引进 新开工 新落地 新认定 新培育 新设立 新投产 新入库 新注册 新落户 净增 建成 新建 改建 扩建 修建 建设 完成 新增 实施 举办 获得 荣获 培育 引进 创建 打造 设立 成立 开工 竣工 建立 新建成 增设 购置 投入 建起 办成 兴建 改造 查处 破获 签约 落地 选派 解决 整治 拆除 配备 召开 发展 评为 安装 开通 成功创建 共 有 达 为 增加 减少 累计 修复 组建 投产 新上 推出`)

// reaching are the words before a value that something comes from or gets to.
var reaching = []string{"由", "从", "到", "至", "达"}

// real tells whether the phrase counts or measures something, or is a date, an ordinal, a name or a figure of speech.
func (s *sentence) real(p quantity.Phrase) bool {
	first := s.at(p.Digits)
	prev, next := s.at(p.Start-1), s.at(p.End)
	rest := s.from(p.End)
	if s.titled[p.Digits] || s.quoted[p.Digits] {
		return false
	}
	switch {
	case prev == '第' || prev == '前' && (p.Unit == "名" || p.Unit == "位") || prev == '初' && p.Unit == "",
		next == '×' || prev == '×' || prev == '+' && p.Unit != "%" || next == '+' && p.Unit == "",
		(prev == '·' || next == '·') && p.Unit == "",
		prev == '届', prev == '时' && p.Unit == "分":
		return false
	}
	if strings.HasPrefix(rest, "级") && p.Unit != "" || (startsWith(rest, []string{"制", "型", "工作制"}) != "" && startsWith(rest, madeWith) == "") && p.Unit != "" && p.Unit != "%" {
		return false
	}
	switch p.Unit {
	case "年":
		before := s.upTo(p.Start)
		return p.Base().Cmp(quantity.Int(1000)) < 0 && next != '级' && (strings.HasSuffix(before, "连续") || strings.HasSuffix(before, "平均") || strings.Contains(s.phraseOf(p.Start), "年限"))
	case "岁", "周岁":
		before := s.phraseOf(p.Start)
		return strings.Contains(before, "寿命") || strings.Contains(before, "平均年龄")
	case "个月", "个季度":
		return endsWith(s.upTo(p.Start), []string{"连续", "提前", "缩短", "缩短至", "缩短到", "压缩至", "压缩到", "平均", "达", "达到", "延长", "推迟", "第"}) != ""
	case "届", "季度", "级", "代", "千伏", "点", "周":
		return false
	case "分":
		if strings.HasPrefix(rest, "之") || strings.HasPrefix(rest, "类") {
			return false
		}
	case "期", "类":
		if p.Han {
			return false
		}
	case "分钟", "小时", "天", "公里", "米":
		if strings.HasSuffix(s.upTo(p.Start), "时速") {
			return false
		}
		if i := strings.IndexRune(rest, '圈'); i >= 0 && i <= 30 && !strings.ContainsAny(rest[:i], "，。；、") {
			return false
		}
		if startsWith(rest, []string{"不间断", "不打烊", "自助", "值班", "值守", "在线", "全天", "服务", "跑"}) != "" && p.Unit != "公里" || s.at(p.Start-1) == '：' && p.Unit == "小时" {
			return false
		}
	case "村", "乡", "镇", "县", "市", "省", "区", "国", "校", "院", "店", "厂", "站", "井", "池", "塘", "坑", "桥", "楼", "池塘", "孔", "泵", "闸", "船", "车", "门", "口":
		if p.Han && !p.Bare && len([]rune(p.Value.String())) < 3 {
			return false
		}
	case "":
		return s.unitless(p, rest)
	case "%":
		if p.Han && s.at(p.Digits+1) == '半' {
			return s.half(p, rest)
		}
	}
	if p.Trailing && (isDigit(next) || startsWith(rest, []string{"的"}) != "") && p.Unit != "%" || quantity.UnitOf(p.Unit).Family == quantity.Renminbi && classed.MatchString(rest) {
		return false // 50亿元以上2个, 10亿元项目3个
	}
	// 70岁以上老人, 2000万元以上企业: a class, not an amount.
	if class := startsWith(rest, []string{"及以上", "以上", "及以下", "以下", "以内", "之内", "内"}); class != "" && p.Unit != "%" {
		after := strings.TrimPrefix(rest, class)
		if r := []rune(after); len(r) > 0 && (han(r[0]) || r[0] == '“' || r[0] == '（') && !s.counts(p, after) {
			return false
		}
	}
	if prev == '过' && strings.HasPrefix(rest, "的") {
		return false
	}
	if p.Bare {
		return s.bare(p, rest)
	}
	if p.Unit == "成" {
		_, sign := change(s.upTo(p.Start))
		return !(p.Han && han(next) && next != '和' && next != '与') && (strings.Contains(s.phraseBefore(p.Start), "占") || prev == '的' || (prev == '和' || prev == '、') && strings.Contains(s.phraseOf(p.Start), "分别")) || sign != 0 || p.Round != quantity.Exact || startsWith(rest, []string{"以上", "左右"}) != "" || endsWith(s.upTo(p.Start), []string{"达", "达到", "占", "占比", "为"}) != ""
	}
	if p.Unit == "路" && han(next) {
		return false
	}
	if p.Han && p.Unit == "倍" {
		_, sign := change(s.upTo(p.Start))
		return sign != 0 || prev == '的' || prev == '为'
	}
	if p.Han && p.Unit != "%" && p.Unit != "‰" && p.Unit != "个百分点" && p.Scale == "" && p.Value.Exp == 0 {
		return s.inCharacters(p, first, rest)
	}
	return true
}

// half judges 一半: a share where a word says of what or how exactly, a figure of speech (事半功倍, 一半靠干) otherwise.
func (s *sentence) half(p quantity.Phrase, rest string) bool {
	return p.Round != quantity.Exact || strings.HasPrefix(rest, "以上") || strings.HasPrefix(rest, "左右") || strings.Contains(s.phraseOf(p.Start), "占") ||
		endsWith(s.upTo(p.Start), []string{"达", "达到", "的", "有", "下降", "减少", "降低"}) != ""
}

// unitless judges a number without a unit: only a verb of reaching or a scale makes it a value.
func (s *sentence) unitless(p quantity.Phrase, rest string) bool {
	if strings.HasPrefix(rest, "以上人口") || s.at(p.End) == '/' || s.at(p.Digits-1) == '/' {
		return false // 2/3 of something
	}
	if p.Scale != "" {
		if p.Bare || p.Han && s.at(p.Digits) == '一' && p.Value.Cmp(quantity.Int(1)) == 0 {
			return p.Round == quantity.Over && (rest == "" || !han([]rune(rest)[0])) || s.passed(p, rest)
		}
		return !strings.HasPrefix(rest, "级") && !strings.HasPrefix(rest, "大军")
	}
	if p.Han {
		return false
	}
	if p.Round == quantity.Over {
		return true
	}
	r := s.at(p.End)
	if (s.at(p.Start-1) == '从' || s.at(p.Start-1) == '由') && p.Value.Exp < 0 && moved(rest) {
		return true // 由3.1缩小至2.9
	}
	if r != 0 && !strings.ContainsRune("，。；、）！", r) || s.at(p.End) == '、' && s.at(p.Start-1) == 0 {
		return false
	}
	if v := p.Value; v.Exp == 0 && v.Coef >= 1900 && v.Coef <= 2100 {
		return false
	}
	return endsWith(s.upTo(p.Start), []string{"达到", "达", "至", "到", "为", "指数", "增加", "减少"}) != ""
}

// passed tells whether a bare scale is a round number that something passed: 跨过百亿大关.
func (s *sentence) passed(p quantity.Phrase, rest string) bool {
	return strings.HasPrefix(rest, "大关") && (p.Round == quantity.Above || endsWith(s.upTo(p.Start), []string{"过", "跨越", "达", "达到", "上"}) != "")
}

// bare judges a scale without a digit: 百余个 and 突破千万元 are amounts, 百大项目 and 亿元以上项目 are not.
func (s *sentence) bare(p quantity.Phrase, rest string) bool {
	if p.Round == quantity.Over && p.Unit != "" {
		return true
	}
	reached := p.Round != quantity.Exact || endsWith(s.upTo(p.Start), []string{"过", "达", "达到", "上", "跨越"}) != ""
	r := s.at(p.End)
	return reached && (r == 0 || !han(r) || strings.HasPrefix(rest, "大关"))
}

// inCharacters judges a number below 万 in characters. Large ones count; small ones count only where a verb of doing or
// a list stands before them, since speech is full of 两个, 三项 and 一批.
func (s *sentence) inCharacters(p quantity.Phrase, first rune, rest string) bool {
	digits := p.Digits
	n := 0
	for quantity.IsHanNumeral(s.at(digits + n)) {
		n++
	}
	big := n > 1 && p.Base().Cmp(quantity.Int(20)) > 0
	if startsWith(rest, slogans) != "" && !big || startsWith(rest, manners) != "" {
		return false
	}
	if r := s.at(p.End); n > 1 && (r == 0 || !han(r)) && s.named(p.Start) {
		return true // 引进技术人员十八人
	}
	if n > 1 {
		return p.Base().Cmp(quantity.Int(10)) >= 0 && !(n == 2 && first == '十' && endsWith(s.upTo(p.Start), doing) == "" && endsWith(s.upTo(p.Start), reaching) == "" && !s.listed(p.Start))
	}
	if strings.ContainsRune("一百千零〇", first) {
		return false
	}
	if r := s.at(p.End); (r == 0 || !han(r)) && s.at(p.Start-1) == '的' && strings.Contains(s.phraseOf(p.Start), "其中") {
		return true // 其中投产的两个
	}
	if r := s.at(p.End); (r == 0 || !han(r)) && startsWith(s.phraseBefore(p.Start), doing) != "" {
		return true // 新建广场两个
	}
	return s.listed(p.Start) || endsWith(s.upTo(p.Start), doing) != ""
}

// counts tells whether 以上 only rounds a count (培育10家以上企业) where after is what follows it; before a noun that is
// counted itself (50户以上村庄3个) and behind a measure it makes a class.
func (s *sentence) counts(p quantity.Phrase, after string) bool {
	if anyDigit.MatchString(phraseOfText(after)) {
		return false
	}
	if startsWith(p.Unit, counted) == p.Unit && p.Unit != "" || p.Unit == "户" && endsWith(s.upTo(p.Start), fresh) != "" {
		return true
	}
	return (quantity.UnitOf(p.Unit).Family == quantity.Person || p.Unit == "人次" || p.Unit == "户") && p.Scale != "" && !strings.HasPrefix(after, "的")
}

// counted are measure words that sort nothing: there is no class of 10个以上.
var counted = byLength(`个 家 项 条 件 处 所 座 场 批 种 款 支 名 次 台 套`)

// phraseOfText gives s up to its first comma or stop.
func phraseOfText(s string) string {
	if i := strings.IndexAny(s, "，。；、：（"); i >= 0 {
		return s[:i]
	}
	return s
}

// named tells whether a noun ends right before i.
func (s *sentence) named(i int) bool {
	return han(s.at(i-1)) && han(s.at(i-2)) && !strings.ContainsRune("这那前后每同各某上下本几第近过满周的", s.at(i-1))
}

// madeWith are the words that start with 制 and are no kind of what was counted.
var madeWith = byLength(`制度 制造 制定 制作 制药 制品 制种 制图 型号 型材`)

// manners are what any number of things in speech counts.
var manners = byLength(`方面 原则 周年 年 字 大事 步 问题`)

// phraseBefore gives what stands between the last comma or 、 and i.
func (s *sentence) phraseBefore(i int) string {
	j := i
	for j > 0 && !strings.ContainsRune("，、；：。（", s.runes[j-1]) {
		j--
	}
	return string(s.runes[j:i])
}

// phraseOf gives what stands between the last comma and i.
func (s *sentence) phraseOf(i int) string {
	j := i
	for j > 0 && !strings.ContainsRune("，；：。", s.runes[j-1]) {
		j--
	}
	return string(s.runes[j:i])
}

// listed tells whether a list of names ends right before i: A、B、C三大片区, A等六个平台.
func (s *sentence) listed(i int) bool {
	if s.at(i-1) == '等' {
		return true
	}
	if s.quoted[max(i-1, 0)] {
		return false
	}
	for j := i - 1; j >= 0 && i-j < 40; j-- {
		if strings.ContainsRune("，；：。", s.runes[j]) && !s.quoted[j] {
			return false
		}
		if s.runes[j] == '、' && !s.quoted[j] {
			return true
		}
	}
	return false
}
