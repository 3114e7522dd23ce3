package paper

import (
	"strconv"

	"zhenwu/internal/town"
)

// official is a document with every part: red head, levels, lists, a table that
// runs over a page, charts, annexes, sources, seal and imprint.
func official() *Document {
	rows := [][]Cell{}
	for i := 1; i <= 30; i++ {
		rows = append(rows, Cells(strconv.Itoa(i), "巡查河道并清理两岸垃圾", "农业农村办公室", strconv.Itoa(i*137), "+"+strconv.Itoa(i%9)+".5"))
	}
	d := &Document{
		Issuer: "天津市西青区精武镇人民政府文件", Number: Number{"津武政", 2023, 12},
		Title: "精武镇人民政府关于报送\n2023年工作情况的报告", Addressee: "西青区人民政府",
		Blocks: Numbered([]Block{
			Paragraph{Runs: Text("现将我镇2023年工作情况报告如下，文中数字均由台账逐条汇总，可逐项核对。")},
			Heading{Level: 1, Text: "工作开展情况"},
			Heading{Level: 2, Text: "网格走访"},
			Paragraph{Runs: []Run{{Text: "全年入户走访"}, {Text: "36万余户次", Note: "visits"}, {Text: "，同比增长"}, {Text: "28.3%", Note: "visits.yoy"}, {Text: "；受理12345热线工单"}, {Text: "1360件", Bold: true, Note: "orders"}, {Text: "，按期办结，群众评价“满意”。"}}},
			Heading{Level: 3, Text: "重点任务"},
			List{Ordered: true, Items: [][]Run{Text("老旧管网改造，随坏随修；"), Text("背街小巷整治，一街一策；"), Text("口袋公园建设。")}},
			Heading{Level: 4, Text: "日常巡查"},
			List{Items: [][]Run{Text("河道每周两次；"), Text("燃气用户每季一次。")}},
			Chart{Caption: "图1　2019—2023年一般公共预算收入", Kind: Bar, Unit: "亿元", Decimals: 1, Labels: []string{"2019年", "2020年", "2021年", "2022年", "2023年"},
				Series: []Series{{Name: "收入", Points: []Point{{N: 82}, {N: 75}, {N: 91}, {N: 88}, {N: 108}}}}},
			Heading{Level: 2, Text: "任务清单"},
			Table{Caption: "表1　任务清单", Unit: "件", Columns: []Column{{Title: "序号", Align: Center, Width: 80}, {Title: "任务", Width: 360}, {Title: "责任单位", Width: 280}, {Title: "数量", Align: Right}, {Title: "增长（%）", Align: Right}},
				Head: [][]Cell{{{Runs: Text("任务")}, {Runs: Text("内容"), Span: 2}, {Runs: Text("2023年"), Span: 2}}}, Rows: rows},
			Heading{Level: 1, Text: "下一步打算"},
			Chart{Caption: "图2　各月办件量", Kind: Line, Unit: "件", Labels: []string{"1月", "2月", "3月", "4月", "5月", "6月"},
				Series: []Series{{Name: "2023年", Points: []Point{{N: 120}, {N: 96}, {Unknown: true}, {N: 180}, {N: 171}, {N: 204}}}, {Name: "2022年", Points: []Point{{N: 90}, {N: 88}, {N: 130}, {N: 140}, {N: 150}}}}},
			Paragraph{Runs: Text("专此报告。")},
		}),
		Annexes:   []Annex{{Title: "名词解释", Blocks: []Block{Paragraph{Runs: Text("一表通：一次填报、多处使用的基层报表办法。")}, PageBreak{}, Paragraph{Runs: Text("网格：基层治理的最小单元。"), Flush: true}}}},
		Signature: Signature{Issuer: "天津市西青区精武镇人民政府", Day: town.DayOf(2023, 12, 29), Seal: true},
		Imprint:   Imprint{Copies: []string{"区政府办公室", "区发展和改革委员会"}, Office: "精武镇党政办公室", Day: town.DayOf(2023, 12, 29)},
		Notes: []Note{
			{Key: "visits", Name: "入户走访", Text: "网格员入户走访的次数，2023年，户次，截至2023年12月29日。", Link: "/figures/visits?year=2023"},
			{Key: "visits.yoy", Name: "入户走访增长", Text: "与上年同期相比。"},
			{Key: "orders", Name: "热线工单", Text: "受理的12345热线工单数。"},
		},
		Marks: true, Notice: "模拟数据 simulated", Fingerprint: "版本指纹：3f0c 91ab 77d2 5e10",
	}
	return d
}

// plainReport is a document without red head, seal and imprint, as a report read
// before a congress is, over several pages of text alone.
func plainReport() *Document {
	d := &Document{Title: "政府工作报告", Subtitle: "（2024年1月5日在精武镇第二届人民代表大会\n第五次会议上）", Addressee: "各位代表",
		Signature: Signature{Issuer: "精武镇人民政府", Day: town.DayOf(2024, 1, 5)}}
	for i, part := range []string{"过去一年工作回顾", "新一年工作安排"} {
		d.Blocks = append(d.Blocks, Heading{Level: 1, Text: part})
		for j := range 4 {
			d.Blocks = append(d.Blocks, Heading{Level: 2, Text: "第" + chinese(j+1) + "方面工作"})
			for k := range 3 {
				d.Blocks = append(d.Blocks, Paragraph{Runs: []Run{{Text: "一是抓好日常管理。", Bold: true},
					{Text: "全镇上下同心，办成实事" + strconv.Itoa(10*i+3*j+k+1) + "件，惠及居民3,200余户（含新增120户），“十分钟生活圈”覆盖率达到98.5%；其余事项列入下年计划，逐项落实、逐月通报。"}}})
			}
		}
	}
	d.Blocks = Numbered(d.Blocks)
	return d
}
