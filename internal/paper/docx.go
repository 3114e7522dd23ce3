package paper

import (
	"archive/zip"
	"embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// parts are those of a DOCX that are the same in all: styles, settings, fonts.
//
//go:embed parts
var parts embed.FS

// The page of GB/T 9704 in twips (a twentieth of a point, 56.69 to the millimetre).
// 28 characters of 16 pt are 158 mm, so the grid of characters is a little closer
// than they are wide: 156 mm / 28 = 15.79 pt, 841/4096 pt less. LibreOffice would give
// such a character two cells of the grid, so no style snaps to it: the text is set 0.3 pt
// closer and its lines are exact, which comes to the same 22 × 28 in every program.
const (
	pageWidth, pageHeight     = 11906, 16838
	marginTop, marginBottom   = 2098, 1984
	marginLeft, marginRight   = 1587, 1474
	textWidth                 = pageWidth - marginLeft - marginRight // 8845, 156 mm
	linePitch                 = 579                                  // 22 of them are 225 mm
	charPitch                 = 316
	charSpace                 = -841
	headerAt, footerAt        = 1247, 1270 // the page number 7 mm below the text
	perMM                     = 56.6929
	emuPerTwip                = 635
	xmlHead                   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	nsWord                    = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsOffice                  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPackage                 = "http://schemas.openxmlformats.org/package/2006/"
	nsDrawing                 = "http://schemas.openxmlformats.org/drawingml/2006/"
	mimeWord                  = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	mimeChart                 = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
	relHyperlink, relChartRel = nsOffice + "/hyperlink", nsOffice + "/chart"
)

// DOCX writes d as a Word document. It names the official fonts and embeds none.
// A document that cannot be written as meant is refused with a *town.Error of kind Invalid.
func DOCX(w io.Writer, d *Document) error {
	c, err := check(d)
	if err != nil {
		return err
	}
	x := &docx{draft: c}
	x.document()
	z := zip.NewWriter(w)
	for _, p := range x.files() {
		// A fixed time, so that the same document is the same file.
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return fmt.Errorf("begin %s: %w", p.name, err)
		}
		if _, err := f.Write(p.body); err != nil {
			return fmt.Errorf("write %s: %w", p.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("close the document: %w", err)
	}
	return nil
}

// docx is a Word document being written: its main part, and what that refers to.
type docx struct {
	*draft
	markup
	charts  [][]byte
	ordered int  // ordered lists so far; each has its own numbering
	ids     int  // bookmarks and drawings so far
	broken  bool // the next paragraph begins a page
}

// part is one file of the package.
type part struct {
	name, mime string // mime is empty for what the content types name by extension
	body       []byte
}

// files gives the parts of the package in their order.
func (x *docx) files() []part {
	fixed := func(name string) []byte {
		b, err := parts.ReadFile("parts/" + name)
		if err != nil {
			panic(err) // embedded, so a fault of the build
		}
		return b
	}
	all := []part{
		{"word/document.xml", mimeWord + "document.main+xml", x.Bytes()},
		{"word/styles.xml", mimeWord + "styles+xml", fixed("styles.xml")},
		{"word/settings.xml", mimeWord + "settings+xml", fixed("settings.xml")},
		{"word/fontTable.xml", mimeWord + "fontTable+xml", fixed("fontTable.xml")},
		{"word/numbering.xml", mimeWord + "numbering+xml", x.numbering()},
		{"word/header1.xml", mimeWord + "header+xml", x.header()},
		{"word/footer1.xml", mimeWord + "footer+xml", footer("right")},
		{"word/footer2.xml", mimeWord + "footer+xml", footer("left")},
		{"docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", x.core()},
	}
	for i, c := range x.charts {
		all = append(all, part{"word/charts/chart" + strconv.Itoa(i+1) + ".xml", mimeChart, c})
	}
	var types, rels markup
	types.put(xmlHead, `<Types xmlns="`, nsPackage, `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`)
	rels.put(xmlHead, `<Relationships xmlns="`, nsPackage, `relationships">`)
	for i, p := range all {
		types.put(`<Override PartName="/`, p.name, `" ContentType="`, p.mime, `"/>`)
		if at, in := strings.CutPrefix(p.name, "word/"); in && i > 0 {
			rels.put(`<Relationship Id="`, relID(at), `" Type="`, nsOffice, "/", kindOf(at), `" Target="`, at, `"/>`)
		}
	}
	types.put(`</Types>`)
	rels.put(`</Relationships>`)
	root := xmlHead + `<Relationships xmlns="` + nsPackage + `relationships"><Relationship Id="rId1" Type="` + nsOffice + `/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="` + nsPackage + `relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	return append([]part{
		{"[Content_Types].xml", "", types.Bytes()},
		{"_rels/.rels", "", []byte(root)},
		{"word/_rels/document.xml.rels", "", rels.Bytes()},
	}, all...)
}

// relID names the relation to a part after its file: header1.xml is header1.
func relID(at string) string {
	return strings.TrimSuffix(at[strings.LastIndexByte(at, '/')+1:], ".xml")
}

// kindOf is the kind of a relation: header1.xml is a header.
func kindOf(at string) string { return strings.TrimRight(relID(at), "0123456789") }

// core is what file managers and archives show of the document. The days are those
// of the document itself: the file has no other time.
func (x *docx) core() []byte {
	var m markup
	m.put(xmlHead, `<cp:coreProperties xmlns:cp="`, nsPackage, `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`)
	m.text(strings.Join(lines(x.Title), ""))
	m.put(`</dc:title><dc:creator>`)
	m.text(x.Signature.Issuer)
	m.put(`</dc:creator><dc:identifier>`)
	m.text(x.Number.String())
	m.put(`</dc:identifier><dc:description>`)
	m.text(strings.TrimSpace(x.Notice + " " + x.Fingerprint))
	m.put(`</dc:description><dc:language>zh-CN</dc:language>`)
	if d := x.Signature.Day; d > 0 {
		for _, el := range []string{"created", "modified"} {
			m.put(`<dcterms:`, el, ` xsi:type="dcterms:W3CDTF">`, d.String(), `T00:00:00Z</dcterms:`, el, `>`)
		}
	}
	m.put(`</cp:coreProperties>`)
	return m.Bytes()
}

// header stands on every page, odd and even: the notice, where there is one.
func (x *docx) header() []byte {
	var m markup
	m.put(xmlHead, `<w:hdr xmlns:w="`, nsWord, `"><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>`)
	if x.Notice != "" {
		m.put(`<w:r><w:t xml:space="preserve">`)
		m.text(x.Notice)
		m.put(`</w:t></w:r>`)
	}
	m.put(`</w:p></w:hdr>`)
	return m.Bytes()
}

// footer is the page number between dashes, one character from the outer edge.
func footer(side string) []byte {
	const field = `<w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r>`
	return []byte(xmlHead + `<w:ftr xmlns:w="` + nsWord + `"><w:p><w:pPr><w:pStyle w:val="Footer"/><w:ind w:left="280" w:right="280"/><w:jc w:val="` + side + `"/></w:pPr>` + field + `</w:p></w:ftr>`)
}

// numbering gives every ordered list its own count from 1; number 1 is the dots.
func (x *docx) numbering() []byte {
	var m markup
	m.put(xmlHead, `<w:numbering xmlns:w="`, nsWord, `">`)
	for i, level := range []string{`<w:numFmt w:val="bullet"/><w:suff w:val="space"/><w:lvlText w:val="·"/>`, `<w:numFmt w:val="decimal"/><w:suff w:val="space"/><w:lvlText w:val="%1."/>`} {
		m.put(`<w:abstractNum w:abstractNumId="`, strconv.Itoa(i), `"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>`, level,
			`<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="632"/></w:pPr></w:lvl></w:abstractNum>`)
	}
	m.put(`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>`)
	for i := range x.ordered {
		m.put(`<w:num w:numId="`, strconv.Itoa(i+2), `"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`)
	}
	m.put(`</w:numbering>`)
	return m.Bytes()
}
