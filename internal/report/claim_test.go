package report

import (
	"strings"
	"testing"
)

// brief writes what a test compares of a claim: subject, amount, growth.
func brief(c Claim) string {
	s := c.Subject + " " + c.Value + c.Unit
	if c.Qualifier != "" {
		s += "·" + c.Qualifier
	}
	if c.Status != "" {
		s += "·" + c.Status
	}
	if c.Yoy != "" {
		s += " " + c.Yoy
	}
	return s
}

func TestRead_understands_the_grammar_of_reports(t *testing.T) {
	for _, c := range []struct{ rule, says, want string }{
		{"a rate joins the level before it", "财政收入1.2亿元，比上年增长5.5%。", "财政收入 1.2亿元 +5.5"},
		{"a rate in brackets too", "财政收入1.2亿元（同口径下降2.2%）。", "财政收入 1.2亿元 -2.2"},
		{"a rate behind words of price", "工业产值90亿元，按可比价格计算，比上年增长6%。", "工业产值 90亿元 +6"},
		{"a rate of an average year stands alone", "财政收入1.2亿元，年均增长5%。", "财政收入 1.2亿元; 财政收入 5% +5"},
		{"a rate alone", "技改投资同比下降3.1%。", "技改投资 3.1% -3.1"},
		{"unchanged is a growth of zero", "财政收入持平。", "财政收入 0% 0"},
		{"unchanged joins its level", "财政收入9亿元，与上年基本持平。", "财政收入 9亿元 0"},
		{"a half tenth is a rate", "到位资金6亿元，同比增长三成以上。", "到位资金 6亿元 +30"},
		{"names share rates", "一产、二产和三产分别增长4%、6.5%和7%。", "一产 4% +4; 二产 6.5% +6.5; 三产 7% +7"},
		{"levels share rates", "小麦3万吨、玉米2万吨，分别增长3%和4%。", "小麦 3万吨 +3; 玉米 2万吨 +4"},
		{"a short name takes the rest of the last", "城镇和农村居民人均收入分别达到5万元、2.6万元。", "城镇居民人均收入 5万元; 农村居民人均收入 2.6万元"},
		{"one for each is no share of all", "给两个村分别拨付资金5万元。", "给两个村拨付资金 5万元·分别"},
		{"a unit that stands once", "办结率、满意率分别提高2.1和3.2个百分点。", "办结率 2.1个百分点; 满意率 3.2个百分点"},
		{"points follow their level", "参保率98%，比上年提高1.5个百分点。", "参保率 98%; 参保率 1.5个百分点"},
		{"from an old to a new value", "亩均收入由800元增加到1000元，增长25%。", "亩均收入 800元; 亩均收入 1000元 +25"},
		{"a ratio of three", "三产结构由9:41:50调整为8:42:50。", "三产结构 9; 三产结构 41; 三产结构 50; 三产结构 8; 三产结构 42; 三产结构 50"},
		{"a ratio to one", "收入比由2.5:1缩小到2.4:1。", "收入比 2.5; 收入比 2.4"},
		{"a range", "产值增长6%—7%。", "产值 6% +6; 产值 7% +7"},
		{"a list counts what comes behind", "东岭、西岭等8个项目开工。", "项目开工 8个"},
		{"a list shares what is new", "新增龙头企业3家、合作社12家。", "新增龙头企业 3家; 新增合作社 12家"},
		{"a clause with two counts", "为20家企业发放贷款800余万元。", "企业发放贷款 20家; 企业发放贷款 800万元·余"},
		{"two counts side by side", "救助困难群众320户650人次。", "救助困难群众 320户; 救助困难群众 650人次"},
		{"two things of two owners", "协助21家企业申报减税、1家企业申报贷款。", "协助企业申报减税 21家; 企业申报贷款 1家"},
		{"rounding words", "走访36万余户，解决近2万件，约670亩，突破百万元，百余个。", "走访 36万户·余; 解决 2万件·近; 解决 670亩·约; 解决 100万元·超; 解决 100个·余"},
		{"words behind the number", "新增就业1200万人以上，物价上涨3%左右。", "新增就业 1200万人·超; 物价 3%·约 +3"},
		{"the status", "税收预计完成2亿元。", "税收 2亿元·预计"},
		{"what is striven for", "投资力争完成30亿元。", "投资 30亿元·力争"},
		{"people without a measure word", "6069万农村人口饮水安全。", "农村人口饮水安全 6069万人"},
		{"a share of the whole", "支出8亿元，占财政支出的82%。", "支出 8亿元; 支出占财政支出 82%"},
		{"shares of as many plans", "造林3万亩、育苗2万亩，分别完成年度任务的105%和98%。", "造林 3万亩; 育苗 2万亩; 造林占年度任务 105%; 育苗占年度任务 98%"},
		{"a share of the plan", "完成投资3亿元，为年度计划的111%。", "投资 3亿元; 投资占年度 111%"},
		{"a rank", "总量居全市第3位。", "总量排名 3位"},
		{"years in a row", "粮食产量连续七年稳定在10亿斤以上。", "粮食产量连续 7年; 粮食产量 10亿斤·超"},
		{"numbers in characters", "粮食产量八千二百九十一万斤，增长百分之八点七。", "粮食产量 8291万斤 +8.7"},
		{"a small number in characters behind a verb", "新建广场两个，建成三所学校。", "新建广场 2个; 建成学校 3所"},
		{"full-width digits", "种植茶叶８６００亩，增长４．２％。", "种植茶叶 8600亩 +4.2"},
		{"thousands", "征地2,340亩。", "征地 2340亩"},
		{"money without its 元", "引进项目（投资8000万），利税3亿。", "投资 8000万元; 利税 3亿元"},
		{"doubled", "总产值翻一番。", "总产值 1番 +100"},
		{"doubled twice", "总产值翻了两番。", "总产值 2番 +300"},
		{"a rate before the word of growth", "工业产值实现7%左右的增长。", "工业产值 7%·约 +7"},
		{"a rate before the word of shrinking", "煤耗以3%的速度下降。", "煤耗 3% -3"},
		{"the noun of growth has a value", "物价涨幅回落到2.5%，外贸增速达9%。", "物价涨幅 2.5% +2.5; 外贸 9% +9"},
		{"a natural rate of growth is a level", "人口自然增长率为5‰，妇女参与率为30%。", "人口自然增长率 5‰; 妇女参与率 30%"},
		{"a count or more of something", "培育10家以上骨干企业，选派500名以上技术员。", "培育骨干企业 10家·超; 选派技术员 500名·超"},
		{"a year of schooling, an age", "平均受教育年限达到9.6年，人均预期寿命由2015年的75岁提高到2020年的76.8岁。", "平均受教育年限 9.6年; 人均预期寿命 75岁; 人均预期寿命 76.8岁"},
		{"a unit left out behind money", "税收收入任务1100万，完成1180万，社零实现3.5亿。", "税收收入任务 1100万元; 税收收入任务 1180万元; 社零 3.5亿元"},
		{"people without a measure word, more of them", "惠及12万婴幼儿，参保人数增加30万，低收入人口减少2万。", "惠及婴幼儿 12万人; 参保人数 30万人; 低收入人口 2万人"},
		{"a share in tenths with digits", "水产产量占全省4成。", "水产产量占全省 40%"},
		{"systems are no kind of item", "推出7项制度成果。", "推出制度成果 7项"},
		{"an index from an old to a new value", "满意度由84.7提升至89.6。", "满意度 84.7; 满意度 89.6"},
		{"a ratio that turned into another", "三产结构由9:41:50演进为8:42:50。", "三产结构 9; 三产结构 41; 三产结构 50; 三产结构 8; 三产结构 42; 三产结构 50"},
		{"what is said aside cuts nothing", "总产值11亿元（快报数，下同），是2016年的2.6倍。", "总产值 11亿元; 总产值 2.6倍"},
		{"differences of two owners", "存款余额9亿元，贷款余额6亿元，分别比上年增加2亿元和1亿元。", "存款余额 9亿元; 贷款余额 6亿元; 存款余额 2亿元; 贷款余额 1亿元"},
		{"a large number in characters before any noun", "推广三十八个重点项目和四十项重大成果。", "推广重点项目 38个; 重大成果 40项"},
		{"a number in characters behind its noun", "授予学位十八人，新建电站十五个。", "授予学位 18人; 新建电站 15个"},
		{"a range with a long dash of another kind", "产值增长6%－6.5%。", "产值 6% +6; 产值 6.5% +6.5"},
		{"a point as printed once", "投资增长19·5%。", "投资 19.5% +19.5"},
		{"another sign of percent", "投资3亿元，增长15℅。", "投资 3亿元 +15"},
		{"a growth over years stands alone", "财政收入1.2亿元，3年增长50%。", "财政收入 1.2亿元; 财政收入 50% +50"},
		{"a rate behind a share of the plan", "税收3亿元，完成年度目标的101%，同比增长5%。", "税收 3亿元 +5; 税收占年度目标 101%"},
		{"what was aimed at and what came", "税收目标4亿元，实际完成4.2亿元。", "税收目标 4亿元; 税收 4.2亿元"},
		{"doubled against a plan of five years", "投资11亿元，比“八五”翻了一番。", "投资 11亿元; 投资 1番 +100"},
		{"doubled by a day far off", "总产值增长7%，到本世纪末翻两番。", "总产值 7% +7; 总产值 2番 +300"},
		{"tenths handed out", "游客3万人次、收入2亿元，分别恢复到上年的八成和76%。", "游客 3万人次; 收入 2亿元; 游客恢复 80%; 收入恢复 76%"},
		{"fractions", "税收占财政的三分之二，一半以上的企业盈利。", "税收占财政 66.7%; 企业盈利 50%·超"},
		{"what both passed", "产值、税收双双突破2亿元，分别达到2.1亿元和2.4亿元。", "产值、税收 2亿元·超; 产值、税收 2.1亿元; 产值、税收 2.4亿元"},
		{"how many there are behind how many are new", "净增企业17家、总数达66家。", "净增企业 17家; 企业 66家"},
		{"a rate with a sign", "外贸3亿元、+5%，其中出口-2.1%。", "外贸 3亿元 +5; 出口 2.1% -2.1"},
		{"but it grew", "棉花减产1.1%，但总产值仍然增长3.2%。", "棉花 1.1% -1.1; 总产值 3.2% +3.2"},
		{"a round number passed", "财政收入跨过百亿大关，达到102亿元。", "财政收入 100亿元; 财政收入 102亿元"},
		{"a sum for each", "补助标准由每人每年240元提高到280元。", "补助标准 240元; 补助标准 280元"},
		{"tenths and more of them", "流转2万亩，占耕地的四成多。", "流转 2万亩; 流转占耕地 40%·余"},
		{"more than half", "上访下降过半，民企占比过半，时间过半、任务过半。", "上访 50%·超 -50; 民企占比 50%·超"},
		{"the change of a rate is not one of the thing", "物价上涨2%，涨幅回落0.2个百分点。", "物价 2% +2; 物价涨幅 0.2个百分点"},
		{"ahead of the plan", "投资5亿元，超序时进度12个百分点。", "投资 5亿元; 投资超序时进度 12个百分点"},
		{"two places in a row", "总量居全市第一、全省第三。", "总量排名 1位; 总量排名 3位"},
		{"a range before its noun", "三年内建成20至30个示范村。", "建成示范村 20个; 建成示范村 30个"},
		{"classes of projects in characters", "引进过亿元项目三个、过五千万元项目五个，其中投产的两个。", "引进过亿元项目 3个; 过五千万元项目 5个; 投产 2个"},
		{"an amount behind a share is of the whole", "税收2亿元，占计划数的97%，比上年多收3万元。", "税收 2亿元; 税收占计划数 97%; 税收 3万元"},
		{"a growth reckoned by prices against a year", "1990年总产值达到400亿元，按可比价格计算比1980年增长1.36倍，比一九八九年增产三亿元。", "总产值 400亿元 +136; 总产值 1.36倍 +136; 总产值 3亿元"},
		{"from one place to another", "总量51亿元，从全省第四位上升到第二位。", "总量 51亿元; 总量排名 4位; 总量排名 2位"},
		{"a level that was reached for the first time", "粮食产量首次跃上1.4亿斤新台阶。", "粮食产量 1.4亿斤"},
		{"a rate whose noun stands behind it", "将交通运输业16%的税率降至13%。", "交通运输业税率 16%; 税率 13%"},
		{"two shares of two levels", "甲项目完成4亿元、乙项目完成7亿元，占年度任务的112%和106%。", "甲项目 4亿元; 乙项目 7亿元; 甲项目占年度任务 112%; 乙项目占年度任务 106%"},
		{"beyond the plan", "钢产量68万吨，超过计划五万吨。", "钢产量 68万吨; 钢产量 5万吨"},
		{"the yield of what was sown", "油菜播种面积5万亩，总产2万吨。", "油菜播种面积 5万亩; 油菜总产 2万吨"},
		{"a rate behind a parenthesis", "财政收入2亿元（其中税收1亿元，占比50%），同比增长5%。", "财政收入 2亿元 +5; 税收 1亿元; 税收占比 50%"},
		{"a rate within a parenthesis", "财政收入2亿元（其中税收1亿元，增长7%），同比增长5%。", "财政收入 2亿元 +5; 税收 1亿元 +7"},
		{"names before a clause between", "盗窃案下降3%，抢劫案、诈骗案同比“双下降”，分别下降5%、4%。", "盗窃案 3% -3; 抢劫案 5% -5; 诈骗案 4% -4"},
		{"a better rate striven for", "总产值增长6%以上、力争7%，税收增长5%。", "总产值 6%·超 +6; 总产值 7%·力争 +7; 税收 5% +5"},
		{"a part of the year", "1-11月完成税收1.3亿元。", "税收 1.3亿元"},
		{"a leap from one value to another", "税收从2016年的2亿元跃升至2021年的5亿元，翻了1.4番。", "税收 2亿元; 税收 5亿元; 税收 1.4番"},
		{"households and their people", "监测户46户112人全部脱贫。", "监测户全部脱贫 46户; 监测户全部脱贫 112人"},
		{"two amounts of money of one owner", "营业收入28亿元、利润2亿元，同比分别增长5%、8%。", "营业收入 28亿元 +5; 利润 2亿元 +8"},
		{"a standard for a month", "工资标准由每月1810元提高到1980元，上调9.4%。", "工资标准 1810元; 工资标准 1980元 +9.4"},
		{"a share of a goal of years", "新增就业8万人，完成五年目标的121%，是前五年的2.4倍。", "新增就业 8万人; 新增就业占五年目标 121%; 新增就业占前五年 2.4倍"},
		{"money and whose money", "外贸45亿元人民币，里程从0增加到86公里。", "外贸 45亿元; 里程 86公里"},
		{"a place behind what was passed", "固投增速9.1%，高于全市平均水平2.3个百分点，排名第3。", "固投 9.1% +9.1; 固投高于全市平均水平 2.3个百分点; 固投排名 3位"},
		{"tenths handed out beside a rate", "小麦3万吨、玉米2万吨，分别增长百分之五和三成。", "小麦 3万吨 +5; 玉米 2万吨 +30"},
		{"tenths of something and more", "三成以上企业用上新设备。", "企业用上新设备 30%·超"},
		{"doubled ahead of time", "总产值增长7%，提前五年实现翻两番的目标。", "总产值 7% +7; 总产值 2番 +300"},
		{"from falling to growing", "利润由上年的下降6.7%转为增长1.7%。", "利润 6.7% -6.7; 利润 1.7% +1.7"},
		{"a sum for each that is reached", "补助标准提高30元，达到每人每年不低于610元。", "补助标准 30元; 补助标准 610元·超"},
		{"how many were added to it", "规上企业由26家增至41家，净增15家；新增贷款12亿元，同比多增2亿元。", "规上企业 26家; 规上企业 41家; 规上企业净增 15家; 新增贷款 12亿元; 新增贷款多增 2亿元"},
		{"since the end of a plan", "总产值由“八五”末的32亿元增加到45亿元，年均增长12%。", "总产值 32亿元; 总产值 45亿元; 总产值 12% +12"},
		{"no more than", "浓度不高于23微克/立方米。", "浓度 23微克/立方米"},
		{"a place among the units", "PM2.5浓度44微克/立方米。", "PM2.5浓度 44微克/立方米"},
		{"the metric of what was named", "油菜种植面积1万亩，产量1.2万吨。", "油菜种植面积 1万亩; 油菜种植产量 1.2万吨"},
	} {
		var got []string
		for _, claim := range read(t, "某镇政府工作报告", "一、2023年工作回顾", c.says).Claims {
			got = append(got, brief(claim))
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %s\n got %s\nwant %s", c.rule, c.says, s, c.want)
		}
	}
}

func TestRead_takes_names_and_speech_for_no_number(t *testing.T) {
	for _, says := range []string{
		"党的二十大和二十届三中全会以来。", "第十九届人民代表大会第七次会议。", "一九八五年一月。", "“十四五”规划实施三年来。", "坚持四项基本原则，建设两个文明。",
		"落实中央八项规定精神。", "推进“一网三联”。", "打造15分钟便民生活圈。", "拨打12345热线。", "千方百计，万众一心。", "两个维护、三个代表。",
		"建设500千伏变电站。", "70岁以上老人优先。", "服务2000万元以上企业。", "第二中学、第三幼儿园。", "《三年行动方案（2023—2025年）》。", "全天24小时值班。",
		"一二三产融合发展。", "占规上工业的2/3。", "20万以上人口县全覆盖。", "50亩以上的大户优先。", "实行8小时工作制。", "应对“7·20”暴雨。", "抓好十一个方面工作。", "坚持十二条原则。", "推广4G、5G网络。", "百大项目、万家企业。", "做好七个方面的工作。", "成立75周年。", "七八个人。", "几十万群众。", "执行《条例》第十五条。", "一批项目、一系列活动。", "进入全市前10名。", "汽车、电子零部件加工。", "整治电动车、三轮车乱象。", "前往北京、五台山学习。", "治理河西、七里海湿地。", "211国道改线，G2高速、S107省道通车。", "24小时自助服务，365天不打烊。", "上午8时30分开会。", "一季度、三季度。", "第3届5次人大会议。", "坚持“三会一课”，“三公”经费只减不增。",
	} {
		for _, c := range read(t, "某镇政府工作报告", "一、2023年工作回顾", says).Claims {
			t.Errorf("%s was read as %s", says, brief(c))
		}
	}
}

func TestRead_joins_what_a_page_break_cut_and_keeps_the_line(t *testing.T) {
	d := read(t, "某镇政府工作报告", "## 一、2023年工作回顾", "#### （一）经济稳中有进", "**工业稳步回升。**全年完成各项任务，规模以上工业总", "- 12 -", "产值完成 7243 万元，增长", "", "5.5%。")
	if len(d.Claims) != 1 {
		t.Fatalf("%+v", d.Claims)
	}
	if c := d.Claims[0]; c.Subject != "规模以上工业总产值" || c.Line != 6 || c.Yoy != "+5.5" || c.Section != "一/（一）/工业稳步回升" {
		t.Errorf("%+v", c)
	}
}

func TestRead_ranks_headings_by_their_numbers(t *testing.T) {
	d := read(t, "# 某镇2023年政府工作报告", "#### 一、2023年工作回顾", "# （一）甲", "投资1亿元。", "###### **（二）乙**", "投资2亿元。", "# 二、2024年工作安排", "（一）丙。投资3亿元。", "第三部分 展望", "投资4亿元。")
	want := []string{"一/（一）/-", "一/（二）/-", "二/（一）/-", "三/-/-"}
	for i, c := range d.Claims {
		if i >= len(want) || c.Section != want[i] || c.Target != (i >= 2) {
			t.Errorf("%d: %s target %v", i, c.Section, c.Target)
		}
	}
	if len(d.Claims) != len(want) {
		t.Errorf("%d claims", len(d.Claims))
	}
}

func TestRead_knows_parts_that_have_no_number(t *testing.T) {
	d := read(t, "某街道办事处工作报告", "2023年工作回顾", "　　投资1亿元。", "2024年工作计划", "　　投资2亿元，比2023年的1亿元翻一番。")
	if len(d.Claims) != 4 || d.Claims[0].Target || !d.Claims[1].Target || d.Claims[1].Period != "2024" || d.Claims[2].Target || d.Claims[2].Period != "2023" || d.Year != "2023" {
		t.Errorf("%+v", d.Claims)
	}
}

func TestRead_cuts_commitments(t *testing.T) {
	for _, c := range []struct{ says, want string }{
		{"加快甲项目建设，完成2个泵站改造，拓宽丙路。", "加快甲项目建设|完成2个泵站改造·2个|拓宽丙路"},
		{"立足资源禀赋，注重文脉融合，策划主题活动。", "立足资源禀赋，注重文脉融合，策划主题活动"},
		{"举办文艺演出20场，营造浓厚氛围。", "举办文艺演出20场，营造浓厚氛围·20场"},
		{"同时，加强对接，吸引总部落户。", "加强对接|吸引总部落户"},
		{"探索“群众点单，社区接单”新模式。", "探索“群众点单，社区接单”新模式"},
		{"一是抓好招商；二是抓好服务。", "抓好招商|抓好服务"},
		{"完成河岸公园及老粮仓验收工作。", "完成河岸公园验收工作|完成老粮仓验收工作"},
		{"做好道路保洁和沟渠清淤养护工作。", "做好道路保洁工作|做好沟渠清淤养护工作"},
		{"严格落实重大事项报告制度和首问负责制度。", "严格落实重大事项报告制度|严格落实首问负责制度"},
		{"加强文化站和农家书屋建设，做好3个村和2个社区换届工作。", "加强文化站和农家书屋建设|做好3个村和2个社区换届工作·3个"},
		{"落实“河长制”和“林长制”，做好和谐劳动关系工作。", "落实“河长制”和“林长制”|做好和谐劳动关系工作"},
		{"推行集中供水，保障居民饮水安全。", "推行集中供水，保障居民饮水安全"},
		{"盘活旧厂房，推动工业实现量质并举的增长。", "盘活旧厂房，推动工业实现量质并举的增长"},
		{"2024年是关键之年。", ""},
	} {
		var got []string
		for _, x := range read(t, "某镇政府工作报告", "一、2023年工作回顾", "二、2024年工作安排", "（一）抓发展", c.says).Commitments {
			s := x.Text
			if x.Number != "" {
				s += "·" + x.Number + x.Unit
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.says, s, c.want)
		}
	}
}

func TestRead_finds_title_town_and_year(t *testing.T) {
	for _, c := range []struct{ file, title, town, year string }{
		{"# 湖湾区2024年政府工作报告\n一、2024年工作回顾", "湖湾区2024年政府工作报告", "湖湾区", "2024"},
		{"政府工作报告\n——2024年1月20日在东麓省第十四届人民代表大会第二次会议上\n各位代表：", "政府工作报告", "东麓省", "2023"},
		{"政府工作报告\n一九八三年六月六日在第六届全国人民代表大会第一次会议上", "政府工作报告", "国务院", "1982"},
		{"关于松潭街道政府工作报告\n第一部分 2021年工作回顾\n第二部分 2022年工作计划", "关于松潭街道政府工作报告", "松潭街道", "2021"},
		{"政府工作报告\n——2024年1月20日在东麓省第十四届\n人民代表大会第二次会议上", "政府工作报告", "东麓省", "2023"},
		{"各位代表：\n现在，我代表国务院，向大会作政府工作报告，请予审议。\n2004年粮食增产。2004年投资3亿元。2004年收入1亿元。2003年下降，2004年回升。", "", "国务院", "2004"},
		{"2026年河湾市政府工作报告\n2025年投资3亿元。2025年产值5亿元。", "2026年河湾市政府工作报告", "河湾市", "2025"},
		{"二、2025年重点工作", "二、2025年重点工作", "", "2024"},
		{"柳溪镇政府工作报告\n一、工作回顾\n2022年税收1.2亿元，比2021年增长5%。\n二、下一步打算\n2023年税收增长6%。", "柳溪镇政府工作报告", "柳溪镇", "2022"},
		{"2023年柳溪镇政府工作报告\n一、上年工作回顾\n税收1.2亿元。\n二、今年工作安排\n税收增长6%。", "2023年柳溪镇政府工作报告", "柳溪镇", "2022"},
		{"2023年柳溪镇政府工作报告\n一、今年工作回顾\n税收1.2亿元。\n二、明年工作安排\n税收增长6%。", "2023年柳溪镇政府工作报告", "柳溪镇", "2023"},
		{"柳溪镇政府工作报告\n第一部分　关于二○○七年工作\n税收三千万元。\n第二部分　关于二○○八年工作\n税收增长8%。", "柳溪镇政府工作报告", "柳溪镇", "2007"},
		{"没有标题。", "没有标题。", "", ""},
	} {
		d := read(t, c.file)
		if d.Title != c.title && !strings.HasSuffix(c.title, d.Title) || d.Town != c.town || d.Year != c.year {
			t.Errorf("%q: %q %q %q", c.file, d.Title, d.Town, d.Year)
		}
	}
}

func TestRead_knows_the_year_of_a_claim(t *testing.T) {
	for _, c := range []struct{ says, want string }{
		{"1984年，总产值12亿元，税收1亿元。", "1984 1984"},
		{"一九八四年总产值十二亿元，税收一亿元。", "1984 2023"},
		{"总产值由2016年的2亿元增加到2021年的5亿元。", "2016 2021"},
		{"总产值12亿元，税收1亿元。", "2023 2023"},
		{"到一九九○年，总产值在一九八○年的基础上翻一番，税收比1985年增长50%。", "1990 1990"},
	} {
		var got []string
		for _, claim := range read(t, "某镇政府工作报告", "一、2023年工作回顾", c.says).Claims {
			got = append(got, claim.Period)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.says, s, c.want)
		}
	}
}
