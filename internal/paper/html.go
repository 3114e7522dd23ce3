package paper

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// HTML writes d as one page that needs nothing else: on a screen it reads as a
// page of paper, and printed it has the margins and page numbers of one.
// A document that cannot be written as meant is refused with a *town.Error of kind Invalid.
func HTML(w io.Writer, d *Document) error {
	c, err := check(d)
	if err != nil {
		return err
	}
	h := &web{draft: c}
	h.put("<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
	h.text(h.name())
	h.put("</title>\n<style>\n", Style())
	if h.Notice != "" {
		h.put("@page { @top-center { content: ", cssString(clean(h.Notice)), " } }\n@media print { .paper .notice { display: none } }\n") // it is in the margin of every sheet
	}
	h.put("</style>\n</head>\n<body class=\"desk\">\n<main>\n")
	h.article()
	h.put("</main>\n</body>\n</html>\n")
	if _, err := w.Write(h.Bytes()); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// Fragment writes the article of HTML alone, for a page that links Style itself.
// It has no script, no style attribute and no address but those of notes.
func Fragment(w io.Writer, d *Document) error {
	c, err := check(d)
	if err != nil {
		return err
	}
	h := &web{draft: c}
	h.article()
	if _, err := w.Write(h.Bytes()); err != nil {
		return fmt.Errorf("write the article: %w", err)
	}
	return nil
}

// Style is the style sheet of HTML and Fragment; every rule is below .paper but
// those of the page itself.
func Style() string {
	b, err := parts.ReadFile("parts/paper.css")
	if err != nil {
		panic(err) // embedded, so a fault of the build
	}
	s := string(b)
	for w := 1; w < 100; w++ {
		s += ".paper .w" + strconv.Itoa(w) + "{width:" + strconv.Itoa(w) + "%}"
	}
	return s + "\n"
}

// cssString quotes s for a style sheet; all but letters and digits by number.
func cssString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if r < 0x80 && (r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z') {
			fmt.Fprintf(&b, `\%06x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// web is a page being written.
type web struct {
	*draft
	markup
	sections int
	used     map[string]int // how often a note was referred to
	under    int            // levels that headings stand deeper, in an annex
}

// name is what the document is called in a title bar.
func (h *web) name() string {
	name := strings.Join(lines(h.Title), "")
	if name == "" {
		name = h.Issuer
	}
	if name == "" {
		name = "公文"
	}
	if h.Notice != "" {
		name += "（" + h.Notice + "）"
	}
	return name
}

// p writes a paragraph of plain text, or nothing for none.
func (h *web) p(class, text string) {
	if clean(text) != "" {
		h.tag("p", class, text)
	}
}

func (h *web) tag(name, class, text string) {
	h.put("<", name, ` class="`, class, `">`)
	h.text(text)
	h.put("</", name, ">\n")
}

func (h *web) article() {
	h.used = map[string]int{}
	h.put("<article class=\"paper\">\n")
	h.p("notice", h.Notice)
	if h.Issuer != "" {
		h.p("issuer", h.Issuer)
		h.put(`<p class="number">`)
		h.text(h.Number.String())
		if h.Signer != "" {
			h.put(`<span class="signer">签发人：`)
			h.text(h.Signer)
			h.put(`</span>`)
		}
		h.put("</p>\n")
	}
	if title := lines(h.Title); len(title) > 0 {
		h.put("<h1>")
		h.broken(title)
		h.put("</h1>\n")
	}
	if sub := lines(h.Subtitle); len(sub) > 0 {
		h.put(`<p class="subtitle">`)
		h.broken(sub)
		h.put("</p>\n")
	}
	if h.Addressee != "" {
		h.p("flush", strings.TrimRight(h.Addressee, "：:")+"：")
	}
	h.blocks(h.Blocks)
	h.annexList()
	h.signature()
	h.under = 1
	for i, a := range h.annexes {
		n := strconv.Itoa(i + 1)
		h.put(`<section class="annex" id="annex`, n, `" aria-labelledby="annex`, n, "title\">\n")
		h.p("label", a.label)
		h.put(`<h2 class="title" id="annex`, n, `title">`)
		h.broken(append(lines(a.title), a.label)[:max(len(lines(a.title)), 1)])
		h.put("</h2>\n")
		if a.notes {
			h.sources()
		} else {
			h.blocks(a.Blocks)
		}
		h.put("</section>\n")
	}
	h.p("fingerprint", h.Fingerprint)
	h.imprint()
	h.put("</article>\n")
}

// broken writes lines with breaks between them.
func (h *web) broken(lines []string) {
	for i, l := range lines {
		if i > 0 {
			h.put("<br>")
		}
		h.text(l)
	}
}

func (h *web) blocks(blocks []Block) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Heading:
			h.sections++
			level := strconv.Itoa(b.Level + 1 + h.under)
			h.put("<h", level, ` class="l`, strconv.Itoa(b.Level), `" id="s`, strconv.Itoa(h.sections), `">`)
			h.text(b.Number + b.Text)
			h.put("</h", level, ">\n")
		case Paragraph:
			h.put("<p")
			if b.Flush {
				h.put(` class="flush"`)
			}
			h.put(">")
			h.runs(b.Runs)
			h.put("</p>\n")
		case List:
			h.list(b)
		case Table:
			h.table(b)
		case Chart:
			h.put("<figure>\n")
			h.svg(b)
			if b.Caption != "" {
				h.tag("figcaption", "caption", b.Caption)
			}
			h.put("</figure>\n")
		case PageBreak:
			h.put("<div class=\"break\"></div>\n")
		}
	}
}

// runs writes text; a run that stands on a note is an anchor of its own, fig-KEY-1
// and so on in the order of the text, and leads to the note.
func (h *web) runs(runs []Run) {
	for _, r := range runs {
		if r.Text == "" && r.Note == "" {
			continue
		}
		if r.Note != "" {
			h.used[r.Note]++
			h.put(`<a class="fig" id="fig-`, r.Note, "-", strconv.Itoa(h.used[r.Note]), `" href="#note-`, r.Note, `">`)
		}
		if r.Bold {
			h.put("<b>")
		}
		h.text(r.Text)
		if r.Bold {
			h.put("</b>")
		}
		if r.Note != "" {
			if h.Marks || strings.TrimSpace(clean(r.Text)) == "" { // a link needs words
				h.put("<sup>[", strconv.Itoa(h.note[r.Note]), "]</sup>")
			}
			h.put("</a>")
		}
	}
}

func (h *web) list(l List) {
	name := "ul"
	if l.Ordered {
		name = "ol"
	}
	h.put("<", name, ">\n")
	for _, item := range l.Items {
		h.put("<li>")
		h.runs(item)
		h.put("</li>\n")
	}
	h.put("</", name, ">\n")
}

func (h *web) table(t Table) {
	h.put(`<div class="scroll" role="group" tabindex="0" aria-label="`)
	if h.text(t.Caption); strings.TrimSpace(clean(t.Caption)) == "" {
		h.put("表")
	}
	h.put("\"><table>\n")
	if t.Caption != "" || t.Unit != "" {
		h.put("<caption>")
		h.text(t.Caption)
		if t.Unit != "" {
			h.put(`<span class="unit">单位：`)
			h.text(t.Unit)
			h.put("</span>")
		}
		h.put("</caption>\n")
	}
	h.put("<colgroup>")
	for _, w := range t.shares(100) {
		h.put(`<col class="w`, strconv.Itoa(w), `">`)
	}
	h.put("</colgroup>\n")
	if head := t.headRows(); len(head) > 0 {
		h.put("<thead>\n")
		for _, row := range head {
			h.row(t, row, "th")
		}
		h.put("</thead>\n")
	}
	h.put("<tbody>\n")
	for _, row := range t.Rows {
		h.row(t, row, "td")
	}
	h.put("</tbody>\n</table></div>\n")
}

func (h *web) row(t Table, row []Cell, name string) {
	h.put("<tr>")
	at := 0
	for _, c := range row {
		n, cell := span(c), name
		if clean(plain(c.Runs)) == "" {
			cell = "td" // an empty head names nothing
		}
		h.put("<", cell)
		if n > 1 {
			h.put(` colspan="`, strconv.Itoa(n), `"`)
		}
		if cell == "th" && n > 1 {
			h.put(` scope="colgroup"`)
		} else if cell == "th" {
			h.put(` scope="col"`)
		}
		if a := t.Columns[at].Align; name == "td" && a != Left {
			h.put(` class="`, a.word(), `"`)
		}
		h.put(">")
		h.runs(c.Runs)
		h.put("</", cell, ">")
		at += n
	}
	h.put("</tr>\n")
}

// svg draws a chart; its words stand in its name, for who cannot see it.
func (h *web) svg(c Chart) {
	g := c.draw()
	h.put(`<svg viewBox="0 0 `, short(g.width), " ", short(g.height), `" role="img" aria-label="`)
	h.text("图 " + c.words())
	h.put("\">\n")
	for _, s := range g.strokes {
		if s.fill {
			h.put(`<rect x="`, short(s.points[0][0]), `" y="`, short(s.points[0][1]), `" width="`, short(s.points[1][0]-s.points[0][0]), `" height="`, short(s.points[1][1]-s.points[0][1]), `" fill="#`, s.ink, "\"/>\n")
			continue
		}
		h.put(`<polyline fill="none" stroke="#`, s.ink, `" stroke-width="`, short(s.thick), `" points="`)
		for i, p := range s.points {
			if i > 0 {
				h.put(" ")
			}
			h.put(short(p[0]), ",", short(p[1]))
		}
		h.put("\"/>\n")
	}
	for _, w := range g.words {
		h.put(`<text x="`, short(w.x), `" y="`, short(w.y), `" font-size="`, short(w.size), `" text-anchor="`, [...]string{"start", "middle", "end"}[w.at], `">`)
		h.text(w.text)
		h.put("</text>\n")
	}
	h.put("</svg>\n")
}

func (h *web) annexList() {
	if len(h.annexes) == 0 {
		return
	}
	h.put("<div class=\"annexes\"><p class=\"flush\">附件：</p><ul>\n")
	for i, a := range h.annexes {
		h.put(`<li><a href="#annex`, strconv.Itoa(i+1), `">`, a.no)
		h.broken([]string{strings.Join(lines(a.title), "")})
		h.put("</a></li>\n")
	}
	h.put("</ul></div>\n")
}

func (h *web) signature() {
	place := h.Signature.place()
	if len(place.lines) == 0 {
		return
	}
	h.put(`<div class="signature`)
	if h.Signature.Seal {
		h.put(" seal")
	}
	h.put("\">\n")
	for _, l := range place.lines {
		h.p("flush", l.text)
	}
	h.put("</div>\n")
}

// sources lists the notes, each with its anchor and where it leads.
func (h *web) sources() {
	h.put("<ol class=\"sources\">\n")
	for _, n := range h.Notes {
		h.put(`<li id="note-`, n.Key, `"><b>`)
		linked := safeLink(n.Link)
		name := n.Name
		if strings.TrimSpace(clean(name)) == "" {
			name = n.Key
		}
		if linked {
			h.put(`<a href="`)
			h.text(n.Link)
			h.put(`">`)
		}
		h.text(name)
		if linked {
			h.put("</a>")
		}
		h.put("</b>")
		if n.Text != "" {
			h.put("：")
			h.text(n.Text)
		}
		h.put("</li>\n")
	}
	h.put("</ol>\n")
}

// safeLink takes addresses of pages alone, never javascript: or the like.
func safeLink(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '\\' || unfit(r) }) {
		return false
	}
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "#") || strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//")
}

func (h *web) imprint() {
	rows := h.Imprint.lines()
	if len(rows) == 0 {
		return
	}
	h.put("<div class=\"imprint\">\n")
	for _, l := range rows {
		h.put("<p><span>")
		h.text(l.left)
		h.put("</span>")
		if l.right != "" {
			h.put("<span>")
			h.text(l.right)
			h.put("</span>")
		}
		h.put("</p>\n")
	}
	h.put("</div>\n")
}
