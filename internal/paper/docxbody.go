package paper

import (
	"fmt"
	"strconv"
	"strings"
)

// document writes the main part, from the red head to the imprint.
func (x *docx) document() {
	x.put(xmlHead, `<w:document xmlns:w="`, nsWord, `" xmlns:r="`, nsOffice, `" xmlns:wp="`, nsDrawing, `wordprocessingDrawing" xmlns:a="`, nsDrawing, `main" xmlns:c="`, nsDrawing, `chart"><w:body>`)
	x.head()
	x.body()
	x.annexList()
	x.signature()
	for _, a := range x.annexes {
		x.line("AnnexLabel", "", a.label)
		x.title(a.title, "")
		x.line("Normal", "", "")
		if a.notes {
			x.sources()
		} else {
			x.blocks(a.Blocks)
		}
	}
	x.foot()
	x.put(`<w:sectPr>`)
	for _, at := range []string{"default", "even"} {
		x.put(`<w:headerReference w:type="`, at, `" r:id="header1"/>`)
	}
	x.put(`<w:footerReference w:type="default" r:id="footer1"/><w:footerReference w:type="even" r:id="footer2"/>`)
	x.putf(`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/>`,
		pageWidth, pageHeight, marginTop, marginRight, marginBottom, marginLeft, headerAt, footerAt)
	x.putf(`<w:pgNumType w:start="1"/><w:docGrid w:type="linesAndChars" w:linePitch="%d" w:charSpace="%d"/></w:sectPr></w:body></w:document>`, linePitch, charSpace)
}

// body writes the text; its last paragraph stays on the page of the signature (7.3.5.5).
func (x *docx) body() {
	last := len(x.Blocks) - 1
	if last >= 0 {
		if p, ok := x.Blocks[last].(Paragraph); ok {
			x.blocks(x.Blocks[:last])
			x.paragraph(p, `<w:keepNext/>`)
			return
		}
	}
	x.blocks(x.Blocks)
}

// open begins a paragraph in a style, with further properties in the order of the schema.
func (x *docx) open(style, props string) {
	if x.broken {
		x.broken = false
		keep, rest := "", props
		if r, ok := strings.CutPrefix(props, `<w:keepNext/>`); ok {
			keep, rest = `<w:keepNext/>`, r
		}
		props = keep + `<w:pageBreakBefore/>` + rest
	}
	x.put(`<w:p><w:pPr><w:pStyle w:val="`, style, `"/>`, props, `</w:pPr>`)
}

// line writes a paragraph of plain text.
func (x *docx) line(style, props, text string) {
	x.open(style, props)
	x.run("", text)
	x.put(`</w:p>`)
}

// run writes a stretch of text with the properties given.
func (x *docx) run(props, text string) {
	if text == "" {
		return
	}
	x.put(`<w:r>`)
	if props != "" {
		x.put(`<w:rPr>`, props, `</w:rPr>`)
	}
	x.put(`<w:t xml:space="preserve">`)
	x.text(text)
	x.put(`</w:t></w:r>`)
}

func (x *docx) runs(runs []Run) {
	for _, r := range runs {
		props := ""
		if r.Bold {
			props = `<w:b/><w:bCs/>`
		}
		x.run(props, r.Text)
		if x.Marks && r.Note != "" {
			n := strconv.Itoa(x.note[r.Note])
			x.put(`<w:hyperlink w:anchor="note`, n, `" w:history="1">`)
			x.run(`<w:rStyle w:val="Mark"/>`, "["+n+"]")
			x.put(`</w:hyperlink>`)
		}
	}
}

// head writes everything above the text.
func (x *docx) head() {
	if x.Issuer != "" {
		size := issuerSize(x.Issuer)
		x.open("Issuer", fmt.Sprintf(`<w:spacing w:before="1984" w:line="%d" w:lineRule="exact"/>`, size*24))
		x.run(`<w:sz w:val="`+strconv.Itoa(size*2)+`"/><w:szCs w:val="`+strconv.Itoa(size*2)+`"/>`, x.Issuer)
		x.put(`</w:p>`)
		if x.Signer == "" {
			x.line("DocNumber", `<w:jc w:val="center"/>`, x.Number.String())
		} else {
			x.open("DocNumber", `<w:ind w:firstLineChars="100" w:firstLine="316"/><w:jc w:val="left"/>`)
			x.run("", x.Number.String())
			x.put(`<w:r><w:tab/></w:r>`)
			x.run("", "签发人：")
			x.run(`<w:rFonts w:ascii="楷体_GB2312" w:hAnsi="楷体_GB2312" w:eastAsia="楷体_GB2312"/>`, x.Signer)
			x.put(`</w:p>`)
		}
	}
	before := ""
	if x.Issuer != "" {
		before = `<w:spacing w:before="1158" w:line="700" w:lineRule="exact"/>`
	}
	x.title(x.Title, before)
	for i, l := range lines(x.Subtitle) {
		props := ""
		if i == 0 {
			props = `<w:spacing w:before="120"/>`
		}
		x.line("Subtitle", props, l)
	}
	if x.Title != "" || x.Subtitle != "" {
		x.line("Normal", "", "")
	}
	if x.Addressee != "" {
		x.line("Normal", "", strings.TrimRight(x.Addressee, "：:")+"：")
	}
}

// issuerSize is the size of the 发文机关标志 in points: as large as one line takes.
func issuerSize(s string) int {
	n := max(len([]rune(clean(s))), 1)
	return min(max(textWidth/20/n, 26), 48)
}

// title writes a title line by line; props are those of its first line.
func (x *docx) title(s, props string) {
	for i, l := range lines(s) {
		if i > 0 {
			props = ""
		}
		x.line("Title", props, l)
	}
}

func (x *docx) blocks(blocks []Block) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Heading:
			x.line("Heading"+strconv.Itoa(b.Level), "", b.Number+b.Text)
		case Paragraph:
			x.paragraph(b, "")
		case List:
			x.list(b)
		case Table:
			x.table(b)
		case Chart:
			x.chart(b)
		case PageBreak:
			x.broken = true
		}
	}
}

func (x *docx) paragraph(p Paragraph, props string) {
	style := "Text"
	if p.Flush {
		style = "Normal"
	}
	x.open(style, props)
	x.runs(p.Runs)
	x.put(`</w:p>`)
}

func (x *docx) list(l List) {
	num := "1"
	if l.Ordered {
		x.ordered++
		num = strconv.Itoa(x.ordered + 1)
	}
	for _, item := range l.Items {
		x.open("Text", `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="`+num+`"/></w:numPr>`)
		x.runs(item)
		x.put(`</w:p>`)
	}
}

func (x *docx) table(t Table) {
	if t.Caption != "" {
		x.line("Caption", "", t.Caption)
	}
	if t.Unit != "" {
		x.line("Unit", "", "单位："+t.Unit)
	}
	if x.broken {
		x.line("Small", "", "")
	}
	widths := t.shares(textWidth)
	x.putf(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>`, textWidth)
	if t.Caption != "" {
		x.put(`<w:tblCaption w:val="`)
		x.text(t.Caption)
		x.put(`"/>`)
	}
	x.put(`</w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		x.putf(`<w:gridCol w:w="%d"/>`, w)
	}
	x.put(`</w:tblGrid>`)
	for _, row := range t.headRows() {
		x.row(t, row, widths, true)
	}
	for _, row := range t.Rows {
		x.row(t, row, widths, false)
	}
	x.put(`</w:tbl>`)
	x.open("Small", "") // two tables without a paragraph between them would become one
	x.put(`</w:p>`)
}

// headRows gives the rows of the head, the titles of the columns last; a table
// whose columns have no titles has only the others.
func (t Table) headRows() [][]Cell {
	titles, any := make([]string, len(t.Columns)), false
	for i, c := range t.Columns {
		titles[i], any = c.Title, any || c.Title != ""
	}
	rows := append([][]Cell(nil), t.Head...)
	if any {
		rows = append(rows, Cells(titles...))
	}
	return rows
}

// row writes a row; one of the head is repeated on every page.
func (x *docx) row(t Table, row []Cell, widths []int, head bool) {
	x.put(`<w:tr><w:trPr><w:cantSplit/>`)
	if head {
		x.put(`<w:tblHeader/>`)
	}
	x.put(`</w:trPr>`)
	at := 0
	for _, c := range row {
		w, n := 0, span(c)
		for _, one := range widths[at : at+n] {
			w += one
		}
		x.putf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, w)
		if n > 1 {
			x.putf(`<w:gridSpan w:val="%d"/>`, n)
		}
		x.put(`<w:vAlign w:val="center"/></w:tcPr>`)
		switch {
		case head:
			x.open("CellHead", "")
		case t.Columns[at].Align == Left:
			x.open("Cell", "")
		default:
			x.open("Cell", `<w:jc w:val="`+t.Columns[at].Align.word()+`"/>`)
		}
		x.runs(c.Runs)
		x.put(`</w:p></w:tc>`)
		at += n
	}
	x.put(`</w:tr>`)
}

// word names an alignment as Word and CSS do.
func (a Align) word() string { return [...]string{"left", "center", "right"}[min(a, Right)] }

// annexList names the annexes below the text.
func (x *docx) annexList() {
	for i, a := range x.annexes {
		first, props := "", `<w:keepNext/><w:ind w:leftChars="500" w:left="1580"/>`
		if i == 0 {
			first = "附件："
			props = `<w:keepNext/><w:spacing w:before="579"/><w:ind w:leftChars="500" w:left="1580" w:hangingChars="300" w:hanging="948"/>`
		}
		x.line("Normal", props, first+a.no+strings.Join(lines(a.title), ""))
	}
}

// signature writes who issues and when, where GB/T 9704 (7.3.5) puts them.
func (x *docx) signature() {
	place := x.Signature.place()
	for i, l := range place.lines {
		spacing := ""
		if i == 0 {
			spacing = `<w:spacing w:before="` + strconv.Itoa(place.before*linePitch) + `"/>`
		}
		keep := ""
		if i < len(place.lines)-1 {
			keep = `<w:keepNext/>`
		}
		x.line("Normal", keep+spacing+`<w:ind w:right="`+strconv.Itoa(l.right*charPitch/2)+`"/><w:jc w:val="right"/>`, l.text)
	}
}

// sources prints the notes, each where its mark leads to.
func (x *docx) sources() {
	for i, n := range x.Notes {
		x.ids++
		x.open("Source", "")
		x.putf(`<w:bookmarkStart w:id="%d" w:name="note%d"/>`, x.ids, i+1)
		x.run("", strconv.Itoa(i+1)+". ")
		x.run(`<w:b/><w:bCs/>`, n.Name)
		x.putf(`<w:bookmarkEnd w:id="%d"/>`, x.ids)
		if n.Text != "" {
			x.run("", "："+n.Text)
		}
		x.put(`</w:p>`)
	}
}

// foot writes what stands at the foot of the last page: the fingerprint, and the
// imprint in a frame that rests on the lower edge of the text area.
func (x *docx) foot() {
	if x.Fingerprint != "" {
		x.line("Small", `<w:spacing w:before="240" w:line="280" w:lineRule="exact"/>`, x.Fingerprint)
	}
	// Paragraphs of one frame must have the same borders, or LibreOffice takes them out
	// of it: so the rule between two is a line of its own, drawn by a tab.
	const frame = `<w:framePr w:w="8845" w:wrap="notBeside" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="left" w:yAlign="bottom"/>` +
		`<w:pBdr><w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/></w:pBdr>`
	for i, l := range x.Imprint.lines() {
		if i > 0 {
			x.open("Small", frame+`<w:tabs><w:tab w:val="right" w:leader="underscore" w:pos="8845"/></w:tabs><w:spacing w:line="60" w:lineRule="exact"/>`)
			x.put(`<w:r><w:rPr><w:sz w:val="12"/></w:rPr><w:tab/></w:r></w:p>`)
		}
		x.open("Imprint", frame)
		x.run("", l.left)
		if l.right != "" {
			x.put(`<w:r><w:tab/></w:r>`)
			x.run("", l.right)
		}
		x.put(`</w:p>`)
	}
	// The frame belongs to the page of the paragraph behind it, which takes no room.
	x.put(`<w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="10" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>`)
}
