package quantity

import (
	"math/big"
	"strings"
)

// Family is a set of units that convert into each other exactly. Counting units are each a family of their own (户 is
// not 户次), and so is every currency: nothing here converts money of one into money of another.
type Family string

// The families of measured units. Every other family carries the name of its counting unit.
const (
	Area          Family = "area"
	Length        Family = "length"
	Mass          Family = "mass"
	Volume        Family = "volume"
	Power         Family = "power"
	Energy        Family = "energy"
	Duration      Family = "duration"
	Renminbi      Family = "CNY"
	Dollar        Family = "USD"
	Rate          Family = "rate"
	Point         Family = "point"
	Person        Family = "person"
	Concentration Family = "concentration"
)

// Unit is a unit of measure: one of it is Num/Den of the base unit of its family.
type Unit struct {
	Name     string
	Family   Family
	Num, Den int64
}

// measured lists the units that share a family with another, or that are no plain counting unit.
var measured = []Unit{
	{"平方米", Area, 1, 1}, {"平米", Area, 1, 1}, {"㎡", Area, 1, 1}, {"亩", Area, 2000, 3}, {"公顷", Area, 10000, 1}, {"平方公里", Area, 1000000, 1},
	{"平方千米", Area, 1000000, 1}, {"延米", Length, 1, 1}, {"延长米", Length, 1, 1},
	{"毫米", Length, 1, 1000}, {"厘米", Length, 1, 100}, {"米", Length, 1, 1}, {"公里", Length, 1000, 1}, {"千米", Length, 1000, 1}, {"华里", Length, 500, 1}, {"海里", Length, 1852, 1},
	{"克", Mass, 1, 1000}, {"斤", Mass, 1, 2}, {"市斤", Mass, 1, 2}, {"公斤", Mass, 1, 1}, {"千克", Mass, 1, 1}, {"吨", Mass, 1000, 1}, {"担", Mass, 50, 1},
	{"立方米", Volume, 1000, 1}, {"立方", Volume, 1000, 1}, {"方", Volume, 1000, 1}, {"升", Volume, 1, 1},
	{"千瓦", Power, 1, 1}, {"兆瓦", Power, 1000, 1}, {"吉瓦", Power, 1000000, 1}, {"千瓦时", Energy, 1, 1}, {"千瓦小时", Energy, 1, 1}, {"度", Energy, 1, 1}, {"兆瓦时", Energy, 1000, 1},
	{"秒", Duration, 1, 60}, {"分钟", Duration, 1, 1}, {"小时", Duration, 60, 1}, {"天", Duration, 1440, 1},
	{"元", Renminbi, 1, 1}, {"人民币", Renminbi, 1, 1}, {"美元", Dollar, 1, 1},
	{"%", Rate, 1, 1}, {"‰", Rate, 1, 10}, {"‱", Rate, 1, 100}, {"成", Rate, 10, 1}, {"个百分点", Point, 1, 1}, {"百分点", Point, 1, 1}, {"个点", Point, 1, 1}, {"个千分点", Point, 1, 10},
	{"人", Person, 1, 1}, {"名", Person, 1, 1}, {"位", Person, 1, 1}, {"口人", Person, 1, 1},
	{"微克/立方米", Concentration, 1, 1}, {"毫克/立方米", Concentration, 1000, 1},
}

// counting lists the measure words that government prose counts with.
var counting = strings.Fields(`
	个 家 项 件 起 处 户 户次 人次 批 批次 场 场次 次 回 条 宗 份 套 课时 学时 台 台套 套次 辆 艘 架 列 班 班次 架次 车次 趟 轮 轮次 期 届 座 栋 幢 间 层 所 站 站点
	盏 部 本 册 幅 首 集 卷 篇 款 种 类 门 口 眼 株 棵 丛 头 只 羽 尾 匹 笔 单 票 张 块 片 段 支 队 组 对 双 伙 团 员 桩 案 节 堂 道 副 把 枚 面 顶 床 床位 张床位 席 扇 根 杆 具 尊 艇
	个月 个工作日 工作日 个小时 个季度 季度 周 岁 周岁 年 倍 番 分 点 摄氏度 ℃ 标准箱 重量箱 标箱 标准件 分贝 兆 比特 千伏安 千伏 吨标准煤 公斤标准煤 千卡
	欧元 英镑 港元 港币 日元 卢布 卢比 澳元 韩元 村 乡 镇 县 市 省 区 国 校 院 店 厂 亩次 公里次 包 袋 箱 桶 瓶 罐 盒 车 船 池 塘 井 泵 闸 桥 平方 立方分米
	剂 剂次 针 针次 人份 路 味 席位 餐 桌 环 股 人天 TEU MW GW kW kWh km kg 标段 站次 点次 亩茬 篇次 条次 件次 家次 项次 例次 船次 对次 车公里 吨公里 人公里 座位 个标准箱 学位 个学位 泊位 个泊位 机位 工位 个工位 车位 个车位 台次 辆次 床次 份次 颗 例 航次 标准台 印张 个工日 个床位 P PF PFLOPS EFLOPS MWh GWh TWh PFlops EFlops Eflops Pflops 元/吨 元/人 元/亩 元/平方米 元/月
	公斤/亩 吨/亩 万元/亩 人/平方公里 吨/日 吨/天 立方米/日 立方米/秒 个/立方厘米 户/公里 公斤/公顷 斤/亩 吨/公顷 毫升 毫克/升 千升 毫克 微克 公分 工分 工日 劳动日 纱锭 锭 马力 匹马力 蒲式耳 吨位 总吨 载重吨`)

// units indexes both lists by name; unitLength is the longest name in runes.
var units, unitLength = indexUnits()

func indexUnits() (map[string]Unit, int) {
	all, longest := map[string]Unit{}, 0
	for _, name := range counting {
		all[name] = Unit{name, Family(name), 1, 1}
	}
	for _, u := range measured {
		all[u.Name] = u
	}
	for name := range all {
		longest = max(longest, len([]rune(name)))
	}
	return all, longest
}

// UnitOf gives the unit of that name. An unknown name is a counting unit of its own family.
func UnitOf(name string) Unit {
	if u, ok := units[name]; ok {
		return u
	}
	return Unit{name, Family(name), 1, 1}
}

// Known tells whether name is one of the units this package knows.
func Known(name string) bool { _, ok := units[name]; return ok }

// Convert gives v of unit u in unit to. ok is false where they do not share a family.
func Convert(v *big.Rat, u, to Unit) (*big.Rat, bool) {
	if u.Family != to.Family {
		return nil, false
	}
	return new(big.Rat).Mul(v, big.NewRat(u.Num*to.Den, u.Den*to.Num)), true
}

// longer gives the characters that make a unit the start of another word: 市场, 部门, 面积.
var longer = map[string]string{"市": "场民政", "家": "庭", "部": "门", "组": "织", "单": "位", "面": "积", "种": "植养", "片": "区", "场": "所", "方": "面式", "口": "岸", "门": "诊", "所": "有",
	"期": "间", "处": "理", "道": "路", "区": "域县", "台": "湾阶山风账", "轮": "车胎", "名": "单录称", "支": "部付持撑", "条": "件例", "例": "外会如行", "颗": "粒", "P": "PM", "本": "地土身科", "首": "个家批届都", "册": "子", "幅": "度", "出": "口台", "国": "家有道资", "级": "别", "分": "公", "度": "假", "段": "落", "站": "点", "车": "间道位库主", "包": "括", "头": "部", "对": "口接", "双": "方", "层": "次"}

// matchUnit finds the longest unit at the start of rs and gives its length in runes.
func matchUnit(rs []rune) (string, int) {
	for n := min(unitLength, len(rs)); n > 0; n-- {
		name := make([]rune, n)
		for i, r := range rs[:n] {
			name[i] = half(r)
		}
		if u, ok := units[string(name)]; ok && !(n < len(rs) && strings.ContainsRune(longer[u.Name], rs[n])) {
			return u.Name, n
		}
	}
	return "", 0
}

// pers are what a rate is counted by: 元/平方米, 张/千人.
var pers = []string{"平方公里", "平方米", "立方米", "小时", "公顷", "公斤", "千人", "万人", "百户", "万元", "人", "户", "亩", "吨", "日", "天", "月", "年", "斤", "升", "秒", "次", "个"}

// matchPer finds what follows the stroke of a rate at the start of rs and gives its length in runes.
func matchPer(rs []rune) (string, int) {
	for _, per := range pers {
		if hasPrefix(rs, per) {
			return per, len([]rune(per))
		}
	}
	return "", 0
}
