package report

import (
	"regexp"
	"strings"

	"zhenwu/internal/quantity"
)

// commitments cuts the plan into the smallest clauses one office can deliver. A clause that only says from where (立足…,
// 依托…) goes with the one behind it, one that only says what for (营造…氛围, 切实保障…) with the one before it.
func commitments(blocks []block) []Commitment {
	sectioned := false
	for _, b := range blocks {
		sectioned = sectioned || b.plan && b.rank == 0 && b.cells == nil && (b.section.sub != "" || b.section.lead != "")
	}
	var out []Commitment
	for _, b := range blocks {
		if !b.plan || b.rank != 0 || b.cells != nil || sectioned && b.section.sub == "" && b.section.lead == "" || general(b.String()) {
			continue
		}
		out = append(out, b.commitments()...)
	}
	return out
}

var generals = regexp.MustCompile(`总体要求|总体思路|指导思想|预期目标|奋斗目标|^各位代表|^实现上述|^做好.{0,12}工作.{0,6}[:：]|是.{0,30}之年|意义重大|大家|让我们`)

// general tells whether a paragraph sets the tone and promises nothing that could be delivered.
func general(s string) bool {
	if rs := []rune(s); len(rs) > 60 {
		s = string(rs[:60])
	}
	return generals.MatchString(s)
}

// clause is a piece of a sentence between commas.
type clause struct{ from, to int }

func (b block) commitments() []Commitment {
	var out []Commitment
	s := newSentence(b.text)
	start := 0
	for i, r := range s.runes {
		stop := !s.quoted[i] && strings.ContainsRune("。；！？", r)
		if !stop && i < len(s.runes)-1 {
			continue
		}
		end := i
		if !stop {
			end++
		}
		for _, group := range s.deliverables(start, end) {
			one := b.commitment(s, group)
			for _, text := range parted(one.Text) {
				one.Text = text
				out = append(out, one)
			}
		}
		start = i + 1
	}
	return out
}

// deliverables groups the clauses of the sentence from start to end.
func (s *sentence) deliverables(start, end int) []clause {
	var pieces []clause
	depth, from := 0, start
	for i := start; i <= end; i++ {
		if i < end {
			switch s.runes[i] {
			case '（', '(', '“', '《':
				depth++
			case '）', ')', '”', '》':
				depth = max(0, depth-1)
			}
			if s.runes[i] != '，' || depth > 0 {
				continue
			}
		}
		if p := s.opening(clause{from, i}); p.to > p.from {
			pieces = append(pieces, p)
		}
		from = i + 1
	}
	var groups []clause
	open := false // the last group still waits for what is done
	for i, p := range pieces {
		t := string(s.runes[p.from:p.to])
		last := i == len(pieces)-1
		switch {
		case open && len(groups) > 0, len(groups) > 0 && !prepares(t) && serves(t, last):
			groups[len(groups)-1].to = p.to
			open = open && prepares(t)
		default:
			groups = append(groups, p)
			open = prepares(t)
		}
	}
	return groups
}

var openings = byLength(`同时 此外 另外 今年 明年 一年来 要 我们将 我们要 一是 二是 三是 四是 五是 六是 七是 八是 并 新的一年 在此基础上 其次 首先 最后 一要 二要 三要 四要 五要 将`)

// opening drops the words that only link a clause to what went before.
func (s *sentence) opening(p clause) clause {
	t := string(s.runes[p.from:p.to])
	rest := t
	for again := true; again; {
		again = false
		if w := startsWith(rest, openings); w != "" && !strings.HasPrefix(rest, "将军") && !strings.HasPrefix(rest, "要素") && !strings.HasPrefix(rest, "并网") {
			rest, again = strings.TrimPrefix(rest, w), true
		}
	}
	rest = dated.ReplaceAllStringFunc(rest, func(y string) string {
		if strings.HasPrefix(rest, y) && len(rest) == len(y) {
			return ""
		}
		return y
	})
	p.from += len([]rune(t)) - len([]rune(rest))
	return p
}

var (
	grounds = byLength(`立足 依托 围绕 针对 聚焦 按照 紧扣 根据 结合 有效结合 抢抓 抓住 瞄准 对照 借助 本着 随着 着眼 紧紧围绕 紧密结合 充分利用 注重 锚定 遵循 秉持 统筹`)
	means   = regexp.MustCompile(`^突出.*(?:职能|重点|领域|导向)$|^(?:深入|全面|认真)?(?:学习)?贯彻.*(?:精神|思想)$|^落实“.*”要求$|^(?:以|把).*为(?:抓手|重点|契机|目标|主线|牵引|核心|导向|载体|突破口|中心|引领|支撑|基础|依托)$|^在.*(?:上|中|下|基础上|方面|同时)$|^通过.*(?:方式|手段|途径|形式|渠道)$`)
	ends    = byLength(`着力 切实保障 切实维护 切实提高 切实提升 切实增强 切实解决 真正 有效 营造 让 使 满足 不断满足 积蓄 把 更好 全力保障 力促 以 从而 推动形成 助力打造 不断增强群众 不断提升群众 方便 助推 凝聚 增进 汇聚 构筑`)
	gains   = regexp.MustCompile(`^(?:提升|提高|增强)[^、]*(?:水平|程度|质效|感|满意度)$`)
	secure  = regexp.MustCompile(`^保障(?:群众|居民|人民|百姓)`)
	achieve = regexp.MustCompile(`^推动[^0-9]*实现[^0-9]*(?:提升|增长|发展|跨越|转变|好转)$`)
	become  = regexp.MustCompile(`^打造[^0-9]*、[^0-9]*的[^的]{2,6}$`)
	serve   = regexp.MustCompile(`^为.*提供`)
	vows    = regexp.MustCompile(`^(?:增强|坚定|做到|坚决做到)“`)
	always  = regexp.MustCompile(`^(?:确保|推动|保证).*始终`)
	force   = regexp.MustCompile(`^形成.*(?:合力|氛围|局面|声势)$`)
)

// prepares tells whether a clause only says from where or by what means something is done.
func prepares(t string) bool {
	n := len([]rune(t))
	if w := startsWith(t, grounds); w != "" && w != t {
		return !(w == "聚焦" && n > 25)
	}
	if strings.HasPrefix(t, "坚持") && (!strings.Contains(t, "、") && n <= 14 || strings.HasSuffix(t, "为指导")) && !strings.HasPrefix(t, "坚持把") {
		return true
	}
	return means.MatchString(t) || strings.HasPrefix(t, "实施") && strings.HasSuffix(t, "行动") && n <= 8
}

// serves tells whether a clause only says what the one before is for, or goes on with it.
func serves(t string, last bool) bool {
	n := len([]rune(t))
	if startsWith(t, ends) != "" || vows.MatchString(t) || always.MatchString(t) || force.MatchString(t) {
		return true
	}
	if serve.MatchString(t) && n <= 24 || strings.HasPrefix(t, "对") && strings.Contains(t, "进行") {
		return true
	}
	if strings.HasPrefix(t, "坚持") && strings.Count(t, "、") >= 2 && n <= 16 {
		return true
	}
	switch {
	case !last:
		return false
	case strings.HasPrefix(t, "促进"), strings.HasPrefix(t, "激发"), strings.HasPrefix(t, "改善"):
		return n <= 11
	case strings.HasPrefix(t, "提升"):
		return gains.MatchString(t)
	case secure.MatchString(t), achieve.MatchString(t), become.MatchString(t):
		return true
	}
	return false
}

var (
	// owed are the verbs whose two objects are two things to be delivered, often by two offices; others (加强, 推进) share
	// one effort among what follows them.
	owed = regexp.MustCompile(`^((?:严格|认真|扎实|切实|全面|高质量|高标准|高效|按时|如期|持续|全力|精心)*(?:做好|完成|办好|落实|执行|抓好|建好|办理|编制|修订|兑现))([^，、“”《》（）0-9和及与]{4,})(?:和|及|以及|与)([^，、“”《》（）和及与]{4,})$`)
	// common is the end of a second object that belongs to the first as well: 验收工作, 建设项目.
	common = regexp.MustCompile(`(?:验收|创建|申报|建设|改造|评审|治理|维护|管理|服务|保障|修缮|编制)?(?:工作|任务|工程|项目)$`)
	// acted is the end of an object that says itself what is done with it.
	acted = regexp.MustCompile(`(?:验收|创建|申报|建设|改造|治理|维护|管理|服务|保障|保洁|运维|修缮|养护|整治|普查|征收|征兵|换届|防汛|防火|检测|调查|清理|培训|宣传|监管|排查|回访|登记|发放|编制|评审)$`)
)

// parted gives the commitments of a clause that names two things to be delivered with one verb: 完成甲及乙验收工作 is
// 完成甲验收工作 and 完成乙验收工作.
func parted(text string) []string {
	m := owed.FindStringSubmatch(text)
	if m == nil {
		return []string{text}
	}
	verb, first, second := m[1], m[2], m[3]
	if end := common.FindString(second); end != "" && !common.MatchString(first) {
		if acted.MatchString(first) {
			end = string([]rune(end)[len([]rune(end))-2:]) // 河道保洁和污水治理工作: only 工作 is shared
		}
		first += end
	}
	return []string{verb + first, verb + second}
}

// commitment makes one of a group of clauses.
func (b block) commitment(s *sentence, g clause) Commitment {
	c := Commitment{
		Line: s.lines[g.from], Section: b.section.String(), Lead: b.section.lead,
		Text: strings.Trim(string(s.runes[g.from:g.to]), "，、 "),
	}
	for _, p := range quantity.Scan(s.runes) {
		if p.Digits < g.from || p.Digits >= g.to {
			continue
		}
		if s.real(p) {
			c.Number, c.Unit = p.Value.String(), p.Scale+p.Unit
			break
		}
	}
	return c
}
