package paper

import "strconv"

const chartHeight = 4252 // 75 mm in twips

// chart writes a chart as the word processor's own: sharp at any size, and its
// values can be read and copied.
func (x *docx) chart(c Chart) {
	x.charts = append(x.charts, chartPart(c))
	x.ids++
	n := strconv.Itoa(len(x.charts))
	x.open("Picture", "")
	x.putf(`<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="chart%s" descr="`,
		textWidth*emuPerTwip, chartHeight*emuPerTwip, x.ids, n)
	x.text(c.words())
	x.put(`"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="`, nsDrawing, `chart"><c:chart r:id="chart`, n, `"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`)
	if c.Caption != "" {
		x.line("Caption", `<w:keepNext w:val="0"/>`, c.Caption)
	}
}

// chartPart is the chart itself. Its values stand in it as literals, so it needs no
// workbook beside it.
func chartPart(c Chart) []byte {
	var m markup
	m.put(xmlHead, `<c:chartSpace xmlns:c="`, nsDrawing, `chart" xmlns:a="`, nsDrawing, `main" xmlns:r="`, nsOffice, `"><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>`)
	if c.Kind == Line {
		m.put(`<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>`)
	} else {
		m.put(`<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>`)
	}
	for i, s := range c.Series {
		m.series(c, i, s)
	}
	if c.Kind == Line {
		m.put(`<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>`)
	} else {
		m.put(`<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>`)
	}
	const text = `<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1050"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`
	m.put(`<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>`, text, `<c:crossAx val="2"/><c:crosses val="autoZero"/></c:catAx>`)
	m.put(`<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>`)
	if c.Unit != "" {
		m.put(`<c:title><c:tx><c:rich><a:bodyPr rot="0" vert="horz"/><a:p><a:pPr><a:defRPr sz="1050" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="1050" b="0"/><a:t>`)
		m.text(c.Unit)
		m.put(`</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`)
	}
	m.put(`<c:numFmt formatCode="`, formatCode(c.Decimals), `" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>`, text, `<c:crossAx val="1"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx></c:plotArea>`)
	if len(c.Series) > 1 {
		m.put(`<c:legend><c:legendPos val="b"/><c:overlay val="0"/>`, text, `</c:legend>`)
	}
	m.put(`<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:chartSpace>`)
	return m.Bytes()
}

// formatCode is the number format with d digits behind the point.
func formatCode(d int) string { return "0" + "."[:min(d, 1)] + "000000000"[:d] }

func (m *markup) series(c Chart, i int, s Series) {
	n := strconv.Itoa(i)
	m.put(`<c:ser><c:idx val="`, n, `"/><c:order val="`, n, `"/><c:tx><c:v>`)
	m.text(s.Name)
	m.put(`</c:v></c:tx>`)
	fill := `<a:solidFill><a:srgbClr val="` + ink(i) + `"/></a:solidFill>`
	if c.Kind == Line {
		m.put(`<c:spPr><a:ln w="22225">`, fill, `</a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="5"/><c:spPr>`, fill, `<a:ln>`, fill, `</a:ln></c:spPr></c:marker>`)
	} else {
		m.put(`<c:spPr>`, fill, `</c:spPr><c:invertIfNegative val="0"/>`)
	}
	if len(c.Labels)*len(c.Series) <= labelled {
		m.put(`<c:dLbls><c:numFmt formatCode="`, formatCode(c.Decimals), `" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="900"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>`)
	}
	m.putf(`<c:cat><c:strLit><c:ptCount val="%d"/>`, len(c.Labels))
	for j, l := range c.Labels {
		m.putf(`<c:pt idx="%d"><c:v>`, j)
		m.text(l)
		m.put(`</c:v></c:pt>`)
	}
	m.putf(`</c:strLit></c:cat><c:val><c:numLit><c:formatCode>%s</c:formatCode><c:ptCount val="%d"/>`, formatCode(c.Decimals), len(c.Labels))
	for j := range c.Labels {
		if p := s.point(j); !p.Unknown {
			m.putf(`<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, j, number(p.N, c.Decimals))
		}
	}
	m.put(`</c:numLit></c:val>`)
	if c.Kind == Line {
		m.put(`<c:smooth val="0"/>`)
	}
	m.put(`</c:ser>`)
}

// labelled is the number of values up to which each has its number printed.
const labelled = 24
