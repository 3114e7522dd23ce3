package paper

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// Measures of the page in points.
const (
	mm           = 72 / 25.4
	sheetWidth   = 210 * mm
	sheetHeight  = 297 * mm
	areaLeft     = 28 * mm
	areaTop      = 37 * mm
	areaWidth    = 156 * mm
	pitch        = 28.95
	areaHeight   = 22 * pitch
	bodySize     = 16.0
	titleSize    = 22.0
	titlePitch   = 35.0
	cellSize     = 12.0
	cellPitch    = 17.0
	cellPad      = 4.0
	imprintSize  = 14.0
	imprintPitch = 24.0
	red          = "FF0000"
	black        = "000000"
)

// loaded is a font that a PDF uses, with the glyphs it uses of it.
type loaded struct {
	*fontFile
	runes map[int]rune // by glyph
	width map[int]int  // by glyph, in thousandths
}

// advance is that of the font, looked up once a glyph.
func (l *loaded) advance(g int) int {
	w, ok := l.width[g]
	if !ok {
		w = l.fontFile.advance(g)
		l.width[g] = w
	}
	return w
}

// setter holds the fonts of a PDF, each opened once.
type setter struct {
	faces [faces]*loaded
	all   []*loaded
}

// open reads the fonts.
func (f *Fonts) open() (*setter, error) {
	s := &setter{}
	have := map[string]*loaded{}
	for i, src := range f.of {
		if src.folder == nil {
			return nil, noFonts("")
		}
		id := src.key()
		if have[id] == nil {
			data, err := fs.ReadFile(src.folder, src.file)
			if err != nil {
				return nil, fmt.Errorf("read font %s: %w", src.file, err)
			}
			file, _, err := openFont(data, src.index)
			if err != nil {
				return nil, fmt.Errorf("open font %s: %w", src.file, err)
			}
			have[id] = &loaded{file, map[int]rune{}, map[int]int{}}
			s.all = append(s.all, have[id])
		}
		s.faces[i] = have[id]
	}
	return s, nil
}

// find gives the font and glyph for r in a face.
func (s *setter) find(r rune, f face) (*loaded, int) {
	for _, l := range append([]*loaded{s.faces[f]}, s.all...) {
		if id := l.glyph(r); id != 0 {
			if _, ok := l.runes[id]; !ok {
				l.runes[id] = r
			}
			return l, id
		}
	}
	if r != '□' {
		return s.find('□', f)
	}
	return s.faces[f], 0
}

// sheet is one page: what is drawn on it.
type sheet struct {
	texts []textAt
	lines []stroke
	links []linkAt
}

// textAt are glyphs on a base line, each with its place.
type textAt struct {
	glyphs []glyph
	x      []float64
	y      float64 // from the upper edge
	ink    string
}

// linkAt is the mark of a note that leads to it.
type linkAt struct {
	x0, y0, x1, y1 float64
	note           int
}

// spot is a place in the document that something leads to.
type spot struct {
	page  int
	y     float64
	title string
}

// press sets a document on sheets.
type press struct {
	*draft
	*setter
	sheets   []*sheet
	y        float64 // from the upper edge of the text area
	notes    map[int]spot
	outline  []spot
	keepOpen float64 // height of the signature, which stays with the last paragraph
}

func (p *press) sheet() *sheet { return p.sheets[len(p.sheets)-1] }

func (p *press) turn() {
	p.sheets = append(p.sheets, &sheet{})
	p.y = 0
}

// room begins a new page where less than h is left of this one.
func (p *press) room(h float64) {
	if p.y > 0 && p.y+h > areaHeight+0.01 {
		p.turn()
	}
}

// spread says how a line fills its width.
type spread uint8

const (
	ragged spread = iota
	centred
	flushRight
	justified
)

// put draws a line of glyphs whose box of height h begins at y of the text area.
func (p *press) put(gs []glyph, x, y, width, h float64, how spread, ink string) {
	if len(gs) == 0 {
		return
	}
	size := 0.0
	for _, g := range gs {
		if g.rise == 0 {
			size = max(size, g.size)
		}
	}
	free := width - widthOf(gs)
	extra := map[int]float64{}
	switch how {
	case centred:
		x += free / 2
	case flushRight:
		x += free
	case justified:
		at := gaps(gs)
		for _, i := range at {
			if free > 0 || free < 0 && len(at) > 4 {
				extra[i] = free / float64(len(at))
			}
		}
	}
	t := textAt{glyphs: gs, x: make([]float64, len(gs)), y: areaTop + y + (h-size)/2 + 0.86*size, ink: ink}
	x += areaLeft
	for i, g := range gs {
		x += extra[i]
		t.x[i] = x
		if g.note != 0 {
			p.mark(g, x, t.y)
		}
		x += g.width
	}
	p.sheet().texts = append(p.sheet().texts, t)
}

// mark makes the place of a glyph lead to its note, one link for the whole mark.
func (p *press) mark(g glyph, x, y float64) {
	links := p.sheet().links
	if n := len(links); n > 0 && links[n-1].note == g.note && x-links[n-1].x1 < 0.1 && links[n-1].y1 == y {
		links[n-1].x1 = x + g.width
		return
	}
	p.sheet().links = append(links, linkAt{x, y - g.rise - g.size, x + g.width, y, g.note})
}

// rule draws a line in the text area.
func (p *press) rule(x0, y0, x1, y1, thick float64, ink string) {
	p.sheet().lines = append(p.sheet().lines, stroke{[][2]float64{{areaLeft + x0, areaTop + y0}, {areaLeft + x1, areaTop + y1}}, ink, thick, false})
}

// style is how a paragraph is set.
type style struct {
	first, hang float64 // indents of its first line and of the others
	right       float64 // indent from the right
	pitch       float64
	how         spread
	keep        float64 // room that must be left below it on its page
	ink         string
}

// para sets glyphs as a paragraph, over pages as need be.
func (p *press) para(gs []glyph, s style) {
	if s.ink == "" {
		s.ink = black
	}
	all := breakLines(gs, areaWidth-s.right-s.first, areaWidth-s.right-s.hang)
	if len(all) == 0 {
		all = [][]glyph{nil}
	}
	if h := float64(len(all))*s.pitch + s.keep; s.keep > 0 && h <= areaHeight {
		p.room(h)
	}
	for i, line := range all {
		p.room(s.pitch)
		indent, how := s.hang, s.how
		if i == 0 {
			indent = s.first
		}
		if how == justified && i == len(all)-1 {
			how = ragged
		}
		p.put(line, indent, p.y, areaWidth-indent-s.right, s.pitch, how, s.ink)
		p.y += s.pitch
	}
}

// runs sets the runs of a text, with the marks of their notes.
func (p *press) runs(runs []Run, f face, size float64) []glyph {
	var out []glyph
	for _, r := range runs {
		out = append(out, p.typeset(r.Text, f, size, r.Bold)...)
		if p.Marks && r.Note != "" {
			n := p.note[r.Note]
			for _, g := range p.typeset("["+strconv.Itoa(n)+"]", ming, size*0.6, false) {
				g.rise, g.note = size*0.38, n
				out = append(out, g)
			}
		}
	}
	return out
}

// body sets plain text in the size of the text.
func (p *press) body(text string, f face, bold bool) []glyph {
	return closer(p.typeset(text, f, bodySize, bold))
}

// set sets the whole document.
func (p *press) set() {
	p.turn()
	p.head()
	tail := p.signatureHeight()
	for i, b := range p.Blocks {
		p.keepOpen = 0
		if _, ok := b.(Paragraph); ok && i == len(p.Blocks)-1 {
			p.keepOpen = tail
		}
		p.block(b)
	}
	p.keepOpen = 0
	p.annexList()
	p.signature()
	for _, a := range p.annexes {
		p.turn()
		p.here(a.label + " " + strings.Join(lines(a.title), ""))
		p.para(p.body(a.label, hei, false), style{pitch: pitch})
		p.y += pitch
		p.title(a.title)
		p.y += pitch
		if a.notes {
			p.sources()
		} else {
			for _, b := range a.Blocks {
				p.block(b)
			}
		}
	}
	if p.Fingerprint != "" {
		p.y += 12
		p.para(p.typeset(p.Fingerprint, ming, 9, false), style{pitch: 14})
	}
	p.imprint()
	for i := range p.sheets {
		p.edges(i)
	}
}

// here notes a place of the outline.
func (p *press) here(title string) {
	p.outline = append(p.outline, spot{len(p.sheets) - 1, areaTop + p.y, clean(title)})
}

func (p *press) head() {
	if p.Issuer != "" {
		size := float64(issuerSize(p.Issuer))
		p.y = 35 * mm
		p.para(p.typeset(p.Issuer, song, size, false), style{pitch: size * 1.2, how: centred, ink: red})
		p.y += 2 * pitch
		if p.Signer == "" {
			p.para(p.body(p.Number.String(), fang, false), style{pitch: pitch, how: centred})
		} else {
			signer := append(p.body("签发人：", fang, false), p.body(p.Signer, kai, false)...)
			p.put(signer, bodySize, p.y, areaWidth-2*bodySize, pitch, flushRight, black)
			p.para(p.body(p.Number.String(), fang, false), style{pitch: pitch, first: bodySize})
		}
		p.rule(0, p.y+4*mm-4, areaWidth, p.y+4*mm-4, 1.25, red)
		p.y += 2*pitch + 4*mm
	}
	p.title(p.Title)
	for _, l := range lines(p.Subtitle) {
		p.para(p.body(l, kai, false), style{pitch: pitch, how: centred})
	}
	if p.Title != "" || p.Subtitle != "" {
		p.y += pitch
	}
	if p.Addressee != "" {
		p.para(p.body(strings.TrimRight(p.Addressee, "：:")+"：", fang, false), style{pitch: pitch, how: justified})
	}
}

func (p *press) title(s string) {
	for _, l := range lines(s) {
		p.para(p.typeset(l, song, titleSize, false), style{pitch: titlePitch, how: centred})
	}
}

var levels = [...]face{1: hei, 2: kai, 3: fang, 4: fang}

func (p *press) block(b Block) {
	indent := 2 * areaWidth / 28
	switch b := b.(type) {
	case Heading:
		if b.Level == 1 {
			p.room(2 * pitch)
			p.here(b.Number + b.Text)
		}
		p.para(p.body(b.Number+b.Text, levels[b.Level], b.Level == 3), style{first: indent, pitch: pitch, how: justified, keep: pitch})
	case Paragraph:
		if b.Flush {
			indent = 0
		}
		p.para(closer(p.runs(b.Runs, fang, bodySize)), style{first: indent, pitch: pitch, how: justified, keep: p.keepOpen})
	case List:
		for i, item := range b.Items {
			before := "· "
			if b.Ordered {
				before = strconv.Itoa(i+1) + ". "
			}
			gs := append(p.body(before, fang, false), closer(p.runs(item, fang, bodySize))...)
			p.para(gs, style{first: indent, pitch: pitch, how: justified})
		}
	case Table:
		p.table(b)
	case Chart:
		p.chart(b)
	case PageBreak:
		p.turn()
	}
}

// chart draws a chart where it is whole on a page, with its caption below.
func (p *press) chart(c Chart) {
	g := c.draw()
	p.room(g.height + 6 + pitch)
	x, y := areaLeft+(areaWidth-g.width)/2, areaTop+p.y+6
	for _, s := range g.strokes {
		moved := s
		moved.points = make([][2]float64, len(s.points))
		for i, q := range s.points {
			moved.points[i] = [2]float64{x + q[0], y + q[1]}
		}
		p.sheet().lines = append(p.sheet().lines, moved)
	}
	for _, w := range g.words {
		gs := p.typeset(w.text, fang, w.size, false)
		at := x + w.x - [...]float64{0, 0.5, 1}[w.at]*widthOf(gs)
		p.put(gs, at-areaLeft, y+w.y-areaTop-0.86*w.size, 0, w.size, ragged, black)
	}
	p.y += g.height + 6
	if c.Caption != "" {
		p.para(p.typeset(c.Caption, hei, 14, false), style{pitch: pitch, how: centred})
	}
}

func (p *press) annexList() {
	if len(p.annexes) == 0 {
		return
	}
	ch := areaWidth / 28
	p.y += pitch
	for i, a := range p.annexes {
		first, before := 5*ch, ""
		if i == 0 {
			first, before = 2*ch, "附件："
		}
		p.para(p.body(before+a.no+strings.Join(lines(a.title), ""), fang, false), style{first: first, hang: 5 * ch, pitch: pitch, how: justified, keep: p.signatureHeight()})
	}
}

// signatureHeight is what the signature takes, with the lines free above it.
func (p *press) signatureHeight() float64 {
	s := p.Signature.place()
	if len(s.lines) == 0 {
		return 0
	}
	return float64(s.before+len(s.lines)) * pitch
}

func (p *press) signature() {
	s := p.Signature.place()
	p.room(p.signatureHeight())
	if len(s.lines) > 0 {
		p.y += float64(s.before) * pitch
	}
	for _, l := range s.lines {
		p.para(p.body(l.text, fang, false), style{right: min(float64(l.right)*areaWidth/56, areaWidth/2), pitch: pitch, how: flushRight})
	}
}

func (p *press) sources() {
	for i, n := range p.Notes {
		gs := p.typeset(strconv.Itoa(i+1)+". ", fang, cellSize, false)
		gs = append(gs, p.typeset(n.Name, fang, cellSize, true)...)
		if n.Text != "" {
			gs = append(gs, p.typeset("："+n.Text, fang, cellSize, false)...)
		}
		p.room(20)
		p.notes[i+1] = spot{page: len(p.sheets) - 1, y: areaTop + p.y}
		p.para(gs, style{hang: 24, pitch: 20, how: justified})
		p.y += 3
	}
}

// imprint stands at the foot of the last page, or of one more where that is full.
func (p *press) imprint() {
	rows := p.Imprint.lines()
	if len(rows) == 0 {
		return
	}
	var set [][][]glyph
	high := 0.0
	for _, r := range rows {
		ls := breakLines(p.typeset(r.left, fang, imprintSize, false), areaWidth-2*imprintSize, areaWidth-5*imprintSize)
		if len(ls) == 0 {
			ls = [][]glyph{nil}
		}
		most := 26 - len(rows) // a page of copies is enough
		set = append(set, ls[:min(len(ls), most)])
		high += float64(min(len(ls), most)) * imprintPitch
	}
	p.room(high)
	y := areaHeight - high
	for i, r := range rows {
		p.rule(0, y, areaWidth, y, float64(r.above)/8, black)
		p.put(p.typeset(r.right, fang, imprintSize, false), imprintSize, y, areaWidth-2*imprintSize, imprintPitch, flushRight, black)
		for j, l := range set[i] {
			indent := imprintSize
			if j > 0 {
				indent = 4 * imprintSize
			}
			p.put(l, indent, y, areaWidth, imprintPitch, ragged, black)
			y += imprintPitch
		}
		if r.below > 0 {
			p.rule(0, y, areaWidth, y, float64(r.below)/8, black)
		}
	}
	p.y = areaHeight
}

// edges writes what stands outside the text area: the notice above, the number of
// the page below, odd ones at the right, even ones at the left, 7 mm from the text.
func (p *press) edges(i int) {
	at := p.sheets
	p.sheets = p.sheets[:i+1]
	notice := breakLines(p.typeset(p.Notice, hei, 10.5, false), areaWidth, areaWidth)
	notice = notice[:min(len(notice), 3)] // there is room for no more above the text
	for j, l := range notice {
		p.put(l, 0, -15*mm-float64(len(notice)-1-j)*16, areaWidth, 16, centred, black)
	}
	how := flushRight
	if i%2 == 1 {
		how = ragged
	}
	p.put(p.typeset("— "+strconv.Itoa(i+1)+" —", ming, 14, false), 14, 225*mm+7*mm-4, areaWidth-28, 14, how, black)
	p.sheets = at
}
