package report

import (
	"sort"
	"strings"
)

// The word lists below are the grammar of government reports: function words, verbs of doing and of growing. They hold
// no names and no indicators.

// leading words are taken off the start of a subject.
var leading = byLength(`其中 先 全年 今年 去年 当年 本年 年内 年底 年末 一年来 五年来 过去一年 过去五年 累计 共计 总计 合计 共 预计 现已 现有 已经 已 目前 先后 成功 顺利 高质量 高标准 高效 及时足额
	及时 扎实 积极 大力 深入 持续 全面 圆满 稳步 有序 有力 着力 努力 不断 加快 严格 切实 认真 同时 此外 另外 并 且 而 还 也 均 都 又 再 与 和 及 以及 截至目前 截止目前 止目前 截至 上半年 主要 是 的 了 使得 力争 确保 争取
	计划 拟 要 预期 总的 一是 二是 三是 四是 五是 六是 七是 八是 不含 包括 尤其是 特别是 我们 努力实现 去年以来 今年以来 我镇 我乡 我区 我县 我市 我省 我国 我街道 要求 可实现 可完成 但是 但 然而 、 ， ： · 。 ； 》`)

// light verbs say only that something was done; they go from the start of a subject if a noun is left.
var light = byLength(`实现 完成 达到 举办 开展 取得 共有 拥有 达成 做到 保持`)

// trailing words are taken off the end of what stands before a number.
var trailing = byLength(`预计 完成 实现 达到 达 为 是 约 近 超过 突破 超 逾 共 累计 总计 共计 合计 均 分别 各 有 至 到 仅 已 就 高达 多达 增加到 增加至 增至 增长到 增长至 提高到 提高至 提升到 提升至 提升为 上升到 上升至 升至 升到
	下降到 下降至 降至 降到 降低到 降低至 减少到 减少至 减至 缩短至 缩短到 压缩至 压缩到 压减至 扩大到 扩大至 发展到 发展至 增强到 稳定在 保持在 控制在 维持在 稳定到 力争 确保 争取 计划 安排 拟 的 了 ： ， 、 ； 一举 再次 首次 成功 顺利 总共 全年 今年 已达 可达 实际 首次跃上 跃上
	实有 取得 接近 将近 大约 不低于 不少于 不高于 不大于 不多于 至少 高于 和 及 与 以及 并 由 从 自 不超过 控制到 “ （ 最多 最高 最低 合 占到 调整到 调整至 调整为 提标至 提标到 成为 拓展到 拓展至 上涨到 上涨至 回升到 回升至 回落到 回落至 跃升至 跃升到 迈上 站上 跨上 跨越 连续 总数达 按 以 每年 左右 上年 去年 大关 首次 已有 达成 要 约占 从上年 由上年 实现了 完成了`)

// ups and downs are the verbs of change that stand right before a rate.
var (
	ups   = byLength(`增长 总增幅 总增长 增加 增幅 增速 上升 上涨 提高 提升 递增 扩大 涨幅 增 升 涨 高 多 快 回升 增收 增产 提速 上调 调高 上浮 攀升 扩张 增长率 增长速度 增加了`)
	downs = byLength(`下降 减少 降低 回落 下跌 缩减 压减 递减 收窄 降幅 下滑 负增长 缩短 压缩 减 降 低 少 跌 下调 下浮 收缩 萎缩 骤降 走低 减产 节约 短 减幅 放缓 减亏 压降 递减`)
	// filler may stand between such a verb and the rate.
	filler = byLength(`了 达到 达 为 约 近 超过 超 高达 幅度为 幅度达 幅达 预计 在 突破 逾 实际 均 分别 不低于 至少 力争达到 左右 率为 率达 速度为 速度达 、 就 年均 平均 平均每年 每年 保持 不少于 要达到 保持在 控制在`)
	// compared are the words of comparison that may stand between a subject and its verb of change.
	compared = byLength(`同比 环比 同口径 比上年同期 比去年同期 比上年 较上年 比去年 较去年 比前年 比上年末 较上年末 比年初 较年初 比上届 较上届 比上月 按可比价格计算 按可比价计算 按可比价格 按可比价 按不变价格计算 按不变价计算 按不变价格 按不变价 可比价 可比口径 可比 扣除价格因素 扣除物价因素
	年均 平均每年 每年平均 年平均 平均 每年 名义 实际 预计 均 都 分别 各 又 也 仍然 仍 再 净 累计 首次 力争 确保 将 已 持续 连续 逆势 大幅 同期 一年 全年 两年 三年 五年 四年 计 相比 同 与上年 与去年 保持 实现 达到 下降到 将比上年 要比上年 比 较 上年 去年 左右 以上 拟 略 小幅 稳步 快速 高速 只 仅 却 还 比上一年 上一年 上年同期 去年同期 总体 预期 以 要 一举 有望 计划 转为 提前 大大 远远 大幅度 显著 明显`)
)

// Words that stand before a number of one kind only.
var (
	ranking  = byLength(`位列 位居 排名 名列 跃居 稳居 居 列 升至 进入 排 上升到 排在 综合排名 跻身 位次`)
	leaps    = byLength(`跃升 攀升 跨越 激增 猛增 倍增 升高 拓展 增大 发展 壮大 飙升 走高`)
	promptly = byLength(`按时 及时 按期 限时 当日 初次`)
	turning  = byLength(`翻 翻了 将 再`)
	settling = byLength(`回落 调 定 拟定 由原定 上年 平均 平均每年 是 预期 目标定`)
	changing = byLength(`增加 减少 提高 下降 增长 降低 上升 增加了 减少了 提升 缩短 压缩 扩大 回落 上涨 下跌 增收 减产 增产 多 少`)
	striving = byLength(`完成 达到 实现 达 增长 新增 突破 使`)
	broadly  = byLength(`基本 总体 大体 保持 实现 大致`)
	levelled = byLength(`与 同 和 跟 上年 去年 基本 总体 保持 大体 实现 大致 同期 上年同期 去年同期 全市平均水平 的 比 、 同比`)
	aims     = byLength(`目标 任务 计划`)
	linking  = byLength(`、 ， 。 ； 和 并 及 与 为主线 为主 为抓手 以及 ”的`)
)

// byLength splits the list and sorts it longest first, so that 增长速度 is tried before 增长.
func byLength(list string) []string {
	words := strings.Fields(list)
	sort.SliceStable(words, func(i, j int) bool { return len(words[i]) > len(words[j]) })
	return words
}

// cutLeading takes words of the list off the start of s, again and again.
func cutLeading(s string, words []string) string {
	for {
		w := startsWith(s, words)
		if w == "" || startsWith(s, kept) != "" {
			return s
		}
		s = s[len(w):]
	}
}

// kept are words that start like a function word and are none.
var kept = byLength(`成功率 及时率 将军 把握 使用 为民 对接 对口 对外 对标 先进 先行 先锋 均衡 都市 再生 还迁 还款 还建 还田 现代 共同 共建 共享 和美 和谐 计划生育 计划外 计划内 拟建 要素 全面两孩 与会 及格 是否 其中一个 其中一项 其中一家 其中一半 共青 并网 并购 主要农 主要污 积极分子 现有耕`)

// alone are the prepositions that may be left over when all else is gone.
var alone = byLength(`为 以 对 向 由 从 在 给 将 把 让 使 至 到 自 与 和 及 并 且 而 有 是 可 能 按 用 于 现 仅 只 每 比 约 较 中 内 新`)

// whole are words that end like a function word and are none.
var whole = byLength(`占比 贷比 入比 出比 别比 构比 速比 环比 惠及 普及 涉及 遍及 波及 综合 结合 联合 整合 组合 融合 混合 集合 所有 拥有 享有 持有 国有 作为 行为 人为 有为 目的 标的 节约 签约 合约 履约 违约 集约 特约 公共 报到 签到 夏至 冬至 平均 人均 户均 年均 日均 月均 村均 亩均 成就 造就 自由 理由 事由 缘由 赶超 附近 邻近 靠近 保有 具有 没有 特有 原有 现有 已有 占有 反超 饱和 温和 调和 共和 参与 给与 赠与 为了 明了 服从 难以 得以 予以 加以 可以 所以`)

// cutTrailing takes words of the list off the end of s, again and again.
func cutTrailing(s string, words []string) string {
	for {
		w := endsWith(s, words)
		if w == "" || len(w) == 3 && len(s) > 3 && len(endsWith(s, whole)) > 3 {
			return s // no word is left but one that only ends a longer one
		}
		s = s[:len(s)-len(w)]
	}
}

// endsWith gives the first word of the list that s ends with, "" for none.
func endsWith(s string, words []string) string {
	for _, w := range words {
		// The last byte tells most words apart without a call.
		if n := len(w); n > 0 && n <= len(s) && w[n-1] == s[len(s)-1] && s[len(s)-n:] == w {
			return w
		}
	}
	return ""
}

// startsWith gives the first word of the list that s starts with, "" for none.
func startsWith(s string, words []string) string {
	for _, w := range words {
		if n := len(w); n > 0 && n <= len(s) && w[n-1] == s[n-1] && s[:n] == w {
			return w
		}
	}
	return ""
}

// firstOf gives a, or b where a is empty.
func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
