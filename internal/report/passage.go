package report

// Passage is a heading, a paragraph or a row of a table as a reader sees it: without markup, words that a page break cut
// joined, full-width digits narrow.
type Passage struct {
	Rank  int    // of a heading: 1 for 一、, 2 for （一）, 3 for 1.; 9 for one without a number; 0 for a paragraph
	Mark  string // the number before the text: 一、, （一）, 1.
	Text  string
	Cells []string // of a row of a table; Text is empty then
	From  int      // first line of the file, from 1
	To    int      // last line
}

// Passages lays a report out for showing. Claims stand on the lines From to To of their passage.
func Passages(file string) []Passage {
	var out []Passage
	for _, b := range cut(file) {
		if len(b.runes) == 0 && (b.rank == 0 || b.mark == "") {
			continue
		}
		p := Passage{Rank: b.rank, Mark: b.mark, Text: b.String()}
		if n := len(b.lines); n > 0 {
			p.From, p.To = b.lines[0], b.lines[n-1]
		}
		for _, c := range b.cells {
			p.Text, p.Cells = "", append(p.Cells, c.String())
		}
		// A number that stands before a whole paragraph is the paragraph's own.
		if n := len(out); n > 0 && out[n-1].Rank > 0 && out[n-1].Text == "" {
			p.Mark = out[n-1].Mark
			out = out[:n-1]
		}
		out = append(out, p)
	}
	return out
}
