package paper

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/image/font/sfnt"
)

// PDF writes d with fonts, of which it embeds what it uses; its text can be
// searched and copied. A document that cannot be written as meant is refused with
// a *town.Error of kind Invalid.
func PDF(w io.Writer, d *Document, fonts *Fonts) error {
	c, err := check(d)
	if err != nil {
		return err
	}
	if fonts == nil {
		return noFonts("")
	}
	s, err := fonts.open()
	if err != nil {
		return err
	}
	p := &press{draft: c, setter: s, notes: map[int]spot{}}
	p.set()
	f := &pdfFile{}
	f.document(p)
	if _, err := w.Write(f.end()); err != nil {
		return fmt.Errorf("write the PDF: %w", err)
	}
	return nil
}

// pdfFile is a PDF being written: numbered objects, the first two reserved for the
// catalogue and the tree of pages.
type pdfFile struct {
	objects [][]byte
	info    int
}

// add adds an object and gives its number.
func (f *pdfFile) add(format string, args ...any) int {
	f.objects = append(f.objects, fmt.Appendf(nil, format, args...))
	return len(f.objects)
}

// stream adds a compressed stream with the entries given.
func (f *pdfFile) stream(entries string, data []byte) int {
	var z bytes.Buffer
	c := zlib.NewWriter(&z)
	_, _ = c.Write(data) // a buffer takes everything
	_ = c.Close()
	return f.add("<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream", z.Len(), entries, z.Bytes())
}

// document adds everything of a document that was set.
func (f *pdfFile) document(p *press) {
	const catalogue, tree = 1, 2
	f.objects = make([][]byte, tree)
	now := map[*loaded]map[int]int{}
	var fonts strings.Builder
	name := map[*loaded]string{}
	for _, l := range p.all {
		if len(l.runes) > 0 {
			n, ids := f.font(l)
			now[l], name[l] = ids, "F"+strconv.Itoa(len(name))
			fmt.Fprintf(&fonts, "/%s %d 0 R", name[l], n)
		}
	}
	first := len(f.objects) + 1 // page i is object first + 2i, its content the one before
	page := func(i int) int { return first + 2*i + 1 }
	var kids, links strings.Builder
	for i, s := range p.sheets {
		content := f.stream("", s.content(name, now))
		links.Reset()
		for _, l := range s.links {
			if to, ok := p.notes[l.note]; ok {
				fmt.Fprintf(&links, "<</Type/Annot/Subtype/Link/Border[0 0 0]/Rect[%s %s %s %s]/Dest[%d 0 R/XYZ null %s null]>>",
					short(l.x0), short(sheetHeight-l.y1), short(l.x1), short(sheetHeight-l.y0), page(to.page), short(sheetHeight-to.y))
			}
		}
		f.add("<</Type/Page/Parent %d 0 R/MediaBox[0 0 %s %s]/Resources<</Font<<%s>>>>/Contents %d 0 R/Annots[%s]>>", tree, short(sheetWidth), short(sheetHeight), fonts.String(), content, links.String())
		fmt.Fprintf(&kids, "%d 0 R ", page(i))
	}
	f.objects[tree-1] = fmt.Appendf(nil, "<</Type/Pages/Count %d/Kids[%s]>>", len(p.sheets), kids.String())
	outline := ""
	if n := len(p.outline); n > 0 {
		root := len(f.objects) + 1
		f.add("<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>", root+1, root+n, n)
		for i, o := range p.outline {
			beside := ""
			if i > 0 {
				beside += fmt.Sprintf("/Prev %d 0 R", root+i)
			}
			if i < n-1 {
				beside += fmt.Sprintf("/Next %d 0 R", root+i+2)
			}
			f.add("<</Title %s/Parent %d 0 R%s/Dest[%d 0 R/XYZ null %s null]>>", pdfText(o.title), root, beside, page(o.page), short(sheetHeight-o.y))
		}
		outline = fmt.Sprintf("/Outlines %d 0 R", root)
	}
	f.objects[catalogue-1] = fmt.Appendf(nil, "<</Type/Catalog/Pages %d 0 R/Lang(zh-CN)/ViewerPreferences<</DisplayDocTitle true>>%s>>", tree, outline)
	f.info = f.add("<</Title %s/Author %s/Subject %s/Keywords %s>>", pdfText(strings.Join(lines(p.Title), "")), pdfText(p.Signature.Issuer), pdfText(p.Number.String()), pdfText(strings.TrimSpace(p.Notice+" "+p.Fingerprint)))
}

// pdfText writes a string of the document's properties.
func pdfText(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(clean(s))) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}

// font embeds what is used of a font, and tells the new numbers of its glyphs.
func (f *pdfFile) font(l *loaded) (number int, now map[int]int) {
	var used []int
	for g := range l.runes {
		used = append(used, g)
	}
	slices.Sort(used)
	data, now := l.subset(used)
	name := subsetName(l, used)
	file := f.stream(fmt.Sprintf("/Length1 %d", len(data)), data)
	head, hhea := l.tables["head"], l.tables["hhea"]
	units := func(table []byte, at int) int {
		return int(int16(binary.BigEndian.Uint16(table[at:]))) * 1000 / l.em
	}
	descriptor := f.add("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80/FontFile2 %d 0 R>>",
		name, units(head, 36), units(head, 38), units(head, 40), units(head, 42), units(hhea, 4), units(hhea, 6), units(hhea, 4), file)
	widths := make([]string, len(now))
	for old, n := range now {
		widths[n] = strconv.Itoa(l.advance(old))
	}
	cid := f.add("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %d 0 R/DW 1000/W[0[%s]]/CIDToGIDMap/Identity>>",
		name, descriptor, strings.Join(widths, " "))
	unicode := f.stream("", toUnicode(l, used, now))
	return f.add("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>", name, cid, unicode), now
}

// subsetName is the name of the font behind six letters that tell the subset.
func subsetName(l *loaded, used []int) string {
	h := sha256.Sum256(fmt.Append(nil, l.family, used))
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + h[i]%26
	}
	name, err := l.sf.Name(&l.buf, sfnt.NameIDPostScript)
	if err != nil {
		name = "Font"
	}
	plain := strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7F && !strings.ContainsRune("()<>[]{}/%#", r) {
			return r
		}
		return -1
	}, name)
	return string(tag) + "+" + plain
}

// toUnicode tells which character each glyph stands for, so that text can be found.
func toUnicode(l *loaded, used []int, now map[int]int) []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n1 begincodespacerange<0000><FFFF>endcodespacerange\n")
	for some := range slices.Chunk(used, 100) { // no more are allowed at once
		fmt.Fprintf(&b, "%d beginbfchar\n", len(some))
		for _, g := range some {
			fmt.Fprintf(&b, "<%04X><", now[g])
			for _, u := range utf16.Encode([]rune{l.runes[g]}) {
				fmt.Fprintf(&b, "%04X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap CMapName currentdict/CMap defineresource pop end end")
	return b.Bytes()
}

// content draws a sheet.
func (s *sheet) content(name map[*loaded]string, now map[*loaded]map[int]int) []byte {
	var b bytes.Buffer
	for _, l := range s.lines {
		if l.fill {
			p, q := l.points[0], l.points[1]
			fmt.Fprintf(&b, "%s rg %s %s %s %s re f\n", colour(l.ink), short(p[0]), short(sheetHeight-q[1]), short(q[0]-p[0]), short(q[1]-p[1]))
			continue
		}
		fmt.Fprintf(&b, "%s RG %s w", colour(l.ink), short(l.thick))
		for i, p := range l.points {
			op := "l"
			if i == 0 {
				op = "m"
			}
			fmt.Fprintf(&b, " %s %s %s", short(p[0]), short(sheetHeight-p[1]), op)
		}
		b.WriteString(" S\n")
	}
	for _, t := range s.texts {
		fmt.Fprintf(&b, "BT %s rg %s RG\n", colour(t.ink), colour(t.ink))
		for i := 0; i < len(t.glyphs); {
			i = t.show(&b, i, name, now)
		}
		b.WriteString("ET\n")
	}
	return b.Bytes()
}

// show writes the glyphs from i on that are set alike, and gives where the next begin.
func (t textAt) show(b *bytes.Buffer, i int, name map[*loaded]string, now map[*loaded]map[int]int) int {
	g := t.glyphs[i]
	mode := "0 Tr"
	if g.bold {
		mode = short(g.size/32) + " w 2 Tr" // no bold font may be there: the outline is drawn too
	}
	fmt.Fprintf(b, "/%s %s Tf %s 1 0 0 1 %s %s Tm[", name[g.font], short(g.size), mode, short(t.x[i]), short(sheetHeight-t.y+g.rise))
	x := t.x[i]
	open := false
	for ; i < len(t.glyphs); i++ {
		h := t.glyphs[i]
		if h.font != g.font || h.size != g.size || h.bold != g.bold || h.rise != g.rise {
			break
		}
		if off := t.x[i] - x; off > 0.005 || off < -0.005 {
			if open {
				b.WriteByte('>')
				open = false
			}
			off = -off * 1000 / g.size
			b.WriteString(short(off))
			x -= off * g.size / 1000
		}
		if !open {
			b.WriteByte('<')
			open = true
		}
		fmt.Fprintf(b, "%04X", now[h.font][h.id])
		x += float64(h.font.advance(h.id)) * h.size / 1000
	}
	if open {
		b.WriteByte('>')
	}
	b.WriteString("]TJ\n")
	return i
}

// colour writes RRGGBB as three parts of one.
func colour(ink string) string {
	v, err := strconv.ParseUint(ink, 16, 32)
	if err != nil {
		panic(err) // inks are our own
	}
	return short(float64(v>>16)/255) + " " + short(float64(v>>8&255)/255) + " " + short(float64(v&255)/255)
}

// end gives the file: objects, where they begin, and the trailer.
func (f *pdfFile) end() []byte {
	b := []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(f.objects))
	for i, o := range f.objects {
		at[i] = len(b)
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	id := sha256.Sum256(b)
	xref := len(b)
	b = fmt.Appendf(b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		b = fmt.Appendf(b, "%010d 00000 n \n", a)
	}
	return fmt.Appendf(b, "trailer\n<</Size %d/Root 1 0 R/Info %d 0 R/ID[<%X><%[3]X>]>>\nstartxref\n%[4]d\n%%%%EOF\n", len(at)+1, f.info, id[:16], xref)
}
