package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

// unzip gives the parts of a DOCX.
func unzip(t rapid.TB, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(body)
	}
	return files
}

func docxOf(t rapid.TB, d *Document) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := DOCX(&b, d); err != nil {
		t.Fatal(err)
	}
	return unzip(t, b.Bytes())
}

// elements walks a part and hands every element with the path of its parents.
func elements(t rapid.TB, name, text string, see func(path []xml.Name, el xml.StartElement)) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(text))
	var path []xml.Name
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v", name, err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if see != nil {
				see(path, tok)
			}
			path = append(path, tok.Name)
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}

// orders are the sequences that the schema of WordprocessingML wants; Word calls a
// file broken whose properties stand otherwise, LibreOffice reads it all the same.
var orders = map[string]string{
	"pPr":        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr",
	"rPr":        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang",
	"tblPr":      "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
	"tcPr":       "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
	"sectPr":     "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
	"style":      "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal rsid pPr rPr tblPr trPr tcPr tblStylePr",
	"lvl":        "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
	"pBdr":       "top left bottom right between bar",
	"barChart":   "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId",
	"lineChart":  "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId",
	"ser":        "idx order tx spPr invertIfNegative pictureOptions marker dPt dLbls trendline errBars cat val smooth shape",
	"catAx":      "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses auto lblAlgn lblOffset noMultiLvlLbl",
	"valAx":      "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossBetween majorUnit minorUnit",
	"chart":      "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs",
	"chartSpace": "date1904 lang roundedCorners clrMapOvr pivotSource protection chart spPr txPr externalData printSettings userShapes",
}

// sound checks what Word asks of a package: every part well-formed, its properties
// in the order of the schema, every part typed and every relation leading to one,
// ids used once, marks leading to bookmarks.
func sound(t rapid.TB, files map[string]string) {
	t.Helper()
	rank := map[string]map[string]int{}
	for parent, order := range orders {
		rank[parent] = map[string]int{}
		for i, child := range strings.Fields(order) {
			rank[parent][child] = i + 1
		}
	}
	ids, bookmarks, anchors := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for name, text := range files {
		last := map[int]int{}
		elements(t, name, text, func(path []xml.Name, el xml.StartElement) {
			depth := len(path)
			last[depth+1] = 0
			if depth > 0 && path[depth-1].Space != nsDrawing+"main" && rank[path[depth-1].Local] != nil {
				at := rank[path[depth-1].Local][el.Name.Local]
				if at == 0 || at < last[depth] {
					t.Fatalf("%s: %s out of its place in %s", name, el.Name.Local, path[depth-1].Local)
				}
				last[depth] = at
			}
			for _, a := range el.Attr {
				switch {
				case (el.Name.Local == "bookmarkStart" || el.Name.Local == "docPr") && a.Name.Local == "id":
					if ids[a.Value] {
						t.Fatalf("id %s is used twice", a.Value)
					}
					ids[a.Value] = true
				case el.Name.Local == "bookmarkStart" && a.Name.Local == "name":
					bookmarks[a.Value] = true
				case a.Name.Local == "anchor":
					anchors[a.Value] = true
				case el.Name.Local == "Relationship" && a.Name.Local == "Target":
					if _, ok := files["word/"+a.Value]; !ok && files[a.Value] == "" {
						t.Fatalf("%s leads to %s, which is not there", name, a.Value)
					}
				case a.Name.Space == nsOffice && a.Name.Local == "id":
					if !strings.Contains(files["word/_rels/document.xml.rels"], `Id="`+a.Value+`"`) {
						t.Fatalf("%s: no relation %s", name, a.Value)
					}
				}
			}
		})
		if name != "[Content_Types].xml" && !strings.HasSuffix(name, ".rels") && !strings.Contains(files["[Content_Types].xml"], `"/`+name+`"`) {
			t.Fatalf("%s has no content type", name)
		}
	}
	for a := range anchors {
		if !bookmarks[a] {
			t.Fatalf("a mark leads to %s, which is not there", a)
		}
	}
}

// Word finds nothing to repair.
func TestDOCX_is_sound(t *testing.T) {
	for name, d := range map[string]*Document{"official": official(), "plain": plainReport(), "empty": {}} {
		t.Run(name, func(t *testing.T) { sound(t, docxOf(t, d)) })
	}
}

// The page is that of GB/T 9704: A4, margins, 22 lines of 28 characters, numbers on
// the outer side, fonts and sizes of title, text and levels.
func TestDOCX_has_the_official_layout(t *testing.T) {
	files := docxOf(t, official())
	for name, wants := range map[string][]string{
		"word/document.xml": {
			`<w:pgSz w:w="11906" w:h="16838"/>`, `w:top="2098" w:right="1474" w:bottom="1984" w:left="1587"`, `<w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-841"/>`,
			`<w:footerReference w:type="default" r:id="footer1"/><w:footerReference w:type="even" r:id="footer2"/>`,
			"津武政〔2023〕12号", "西青区人民政府：", "附件：1. 名词解释", "2. 数据来源", "2023年12月29日", "抄送：区政府办公室，区发展和改革委员会。", "2023年12月29日印发", "版本指纹", `<w:tblHeader/>`,
		},
		"word/settings.xml": {`<w:evenAndOddHeaders/>`},
		"word/footer1.xml":  {`<w:jc w:val="right"/>`, " PAGE "},
		"word/footer2.xml":  {`<w:jc w:val="left"/>`, " PAGE "},
		"word/header1.xml":  {"模拟数据 simulated"},
		"docProps/core.xml": {"模拟数据 simulated", "津武政〔2023〕12号", "2023-12-29"},
		"word/styles.xml":   {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", `w:firstLineChars="200"`, `w:line="579" w:lineRule="exact"`},
	} {
		for _, want := range wants {
			if !strings.Contains(files[name], want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
	}
	mm := func(twips int) float64 { return float64(twips) * 25.4 / 1440 }
	for _, m := range []struct {
		what      string
		got, want float64
		within    float64
	}{{"天头", mm(marginTop), 37, 1}, {"订口", mm(marginLeft), 28, 1}, {"width", mm(textWidth), 156, 0.1}, {"height", mm(22 * linePitch), 225, 0.5}, {"28 characters", mm(28 * (320 - 6)), 156, 1}} {
		if m.got < m.want-m.within || m.got > m.want+m.within {
			t.Errorf("%s is %.2f mm, not %g", m.what, m.got, m.want)
		}
	}
}

// The same document is the same file, and writing does not change it.
func TestDOCX_is_the_same_twice(t *testing.T) {
	var a, b bytes.Buffer
	d := official()
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := DOCX(w, d); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two files of one document differ")
	}
}

// A document that cannot be written as meant is refused, in both languages.
func TestWriters_refuse(t *testing.T) {
	for what, d := range map[string]*Document{
		"level":   {Blocks: []Block{Heading{Level: 5, Text: "x"}}},
		"note":    {Blocks: []Block{Paragraph{Runs: []Run{{Text: "x", Note: "gone"}}}}},
		"twice":   {Notes: []Note{{Key: "a"}, {Key: "a"}}},
		"key":     {Notes: []Note{{Key: "A b"}}},
		"cells":   {Blocks: []Block{Table{Columns: make([]Column, 2), Rows: [][]Cell{Cells("one")}}}},
		"columns": {Blocks: []Block{Table{}}},
		"wide":    {Blocks: []Block{Table{Columns: []Column{{Width: 900}, {Width: 200}}}}},
		"chart":   {Blocks: []Block{Chart{Caption: "x"}}},
		"points":  {Blocks: []Block{Chart{Labels: []string{"a"}, Series: []Series{{Points: make([]Point, 2)}}}}},
		"annex":   {Annexes: []Annex{{Blocks: []Block{Heading{Text: "x"}}}}},
		"nil":     {Blocks: []Block{nil}},
	} {
		err := DOCX(io.Discard, d)
		var refusal *town.Error
		if !errors.As(err, &refusal) || refusal.Kind != town.Invalid || refusal.Zh == "" || refusal.En == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Columns fill the table exactly, whatever their widths.
func TestTable_shares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tab Table
		left := 1000
		for range rapid.IntRange(1, 12).Draw(t, "columns") {
			w := rapid.IntRange(0, left).Draw(t, "width")
			left -= w
			tab.Columns = append(tab.Columns, Column{Width: w})
		}
		sum := 0
		for _, w := range tab.shares(textWidth) {
			if w < 0 {
				t.Fatalf("a column of %d", w)
			}
			sum += w
		}
		if sum != textWidth {
			t.Fatalf("columns are %d wide together, not %d", sum, textWidth)
		}
	})
}

// anything draws text of every sort: controls, emoji, broken bytes, words without end.
func anything() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.StringMatching(`[\x00-\x1f<>&"'一-龥。，（）“”]{0,40}`),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 30), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"", "👨‍👩‍👧‍👦🇨🇳", strings.Repeat("W", 5000), "a\u202e12\u2066", "\ufeff\ufffe\U0001FFFF", "]]>", "𬒈𠮷", "1\n2\r\n3\t4", "https://example.invalid/" + strings.Repeat("a/", 400)}))
}

// wild draws a document whose every field is anything.
func wild() *rapid.Generator[*Document] {
	return rapid.Custom(func(t *rapid.T) *Document {
		s := func() string { return anything().Draw(t, "text") }
		runs := func() []Run {
			return []Run{{Text: s(), Note: rapid.SampledFrom([]string{"", "a"}).Draw(t, "note")}, {Text: s(), Bold: true}}
		}
		d := &Document{Issuer: s(), Number: Number{s(), 2023, 1}, Signer: s(), Title: s(), Subtitle: s(), Addressee: s(), Notice: s(), Fingerprint: s(), NotesTitle: s(),
			Signature: Signature{s(), town.DayOf(2023, 1, 2), rapid.Bool().Draw(t, "seal")}, Imprint: Imprint{[]string{s()}, s(), town.NoDay},
			Notes: []Note{{"a", s(), s(), s()}}, Marks: rapid.Bool().Draw(t, "marks"), Annexes: []Annex{{Title: s(), Blocks: []Block{Paragraph{Runs: runs()}}}}}
		for range rapid.IntRange(0, 6).Draw(t, "blocks") {
			switch rapid.IntRange(0, 5).Draw(t, "block") {
			case 0:
				d.Blocks = append(d.Blocks, Heading{rapid.IntRange(1, 4).Draw(t, "level"), s(), s()})
			case 1:
				d.Blocks = append(d.Blocks, Paragraph{Runs: runs(), Flush: rapid.Bool().Draw(t, "flush")})
			case 2:
				d.Blocks = append(d.Blocks, List{rapid.Bool().Draw(t, "ordered"), [][]Run{runs(), runs()}})
			case 3:
				d.Blocks = append(d.Blocks, Table{Caption: s(), Unit: s(), Columns: []Column{{Title: s()}, {Align: Right, Width: 300}}, Rows: [][]Cell{{{Runs: runs()}, {Runs: runs()}}, {{Runs: runs(), Span: 2}}}})
			case 4:
				d.Blocks = append(d.Blocks, Chart{Caption: s(), Kind: ChartKind(rapid.IntRange(0, 1).Draw(t, "kind")), Unit: s(), Decimals: rapid.IntRange(0, 3).Draw(t, "decimals"), Labels: []string{s(), s(), s()},
					Series: []Series{{s(), []Point{{N: rapid.Int64().Draw(t, "n")}, {Unknown: true}}}}})
			case 5:
				d.Blocks = append(d.Blocks, PageBreak{})
			}
		}
		return d
	})
}

// Any text gives a sound document.
func TestDOCX_takes_any_text(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { sound(t, docxOf(t, wild().Draw(t, "document"))) })
}

// What every output may hold: no control characters, nothing that turns the
// direction of text, and what was fit comes through unchanged.
func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"正文 text":              "正文 text",
		"a\x00\x1b\x7f\u0085b": "ab",
		"a\n b\tc":             "a  b c",
		"x\xff\xc3y":           "xy",
		"1\u202e32\u2069":      "132",
		"\ufeff\uffff\ufffeok": "ok",
		"👨‍👩‍👧 \ufffd":         "👨‍👩‍👧 \ufffd",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// figures is a report in which n figures stand, as long as the report of a town is.
func figures(n int) *Document {
	d := official()
	d.Notes = nil
	d.Blocks = nil
	for i := range n {
		k := "f" + strconv.Itoa(i)
		d.Notes = append(d.Notes, Note{Key: k, Name: "指标" + strconv.Itoa(i), Text: "按网格台账汇总，2023年全年，截至2023年12月29日。"})
		d.Blocks = append(d.Blocks, Paragraph{Runs: []Run{{Text: "持续推进各项工作，全年完成"}, {Text: strconv.Itoa(i*317) + "件", Note: k}, {Text: "，较上年有所增长，群众满意度保持在较高水平，相关做法在全区推广。"}}})
		if i%20 == 0 {
			d.Blocks = append(d.Blocks, Heading{Level: 1 + i/20%4, Text: "工作"})
		}
	}
	return d
}

// A document of ten thousand paragraphs is written whole.
func TestDOCX_takes_long_documents(t *testing.T) {
	files := docxOf(t, figures(10000))
	if n := strings.Count(files["word/document.xml"], "持续推进各项工作"); n != 10000 {
		t.Errorf("%d paragraphs, not 10000", n)
	}
	elements(t, "word/document.xml", files["word/document.xml"], nil)
}

func BenchmarkDOCX(b *testing.B) {
	d := figures(200)
	for b.Loop() {
		if err := DOCX(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}
