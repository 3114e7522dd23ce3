package draft

import (
	"math/big"
	"strconv"
	"strings"

	"zhenwu/internal/figure"
	"zhenwu/internal/paper"
	"zhenwu/internal/quantity"
	"zhenwu/internal/town"
)

// Sheet is what a written report needs besides its text to become an official document.
type Sheet struct {
	Simulated   bool
	Town        string
	Place       func(town.Code) string // what a place is called
	Words       func(m *Mark) string   // how a figure is made
	Link        func(m *Mark) string   // where it can be opened; nil for nowhere
	Sources     bool                   // print the figures with their sources as an annex
	Fingerprint string                 // of the edition, printed at the end
}

// Paper lays a written report out as an official document: its title, headings, tables and charts, the number and imprint of its head, and every
// figure as a note. A document number that breaks a rule of GB/T 9704 is refused.
func (w *Written) Paper(s Sheet) (*paper.Document, error) {
	head := w.Draft.Head
	d := &paper.Document{Title: w.Title, Addressee: head.To, Fingerprint: s.Fingerprint, Marks: s.Sources, NotesTitle: "数据来源"}
	if s.Simulated {
		d.Notice = "模拟数据，不是真实情况"
	}
	if head.Number != "" {
		number, err := paper.ParseNumber(head.Number)
		if err != nil {
			return nil, err
		}
		d.Number = number
		d.Issuer = head.Issuer
		if d.Issuer != "" && !strings.HasSuffix(d.Issuer, "文件") {
			d.Issuer += "文件"
		}
	}
	d.Signature = paper.Signature{Issuer: head.Issuer, Day: head.Date, Seal: head.Number != ""}
	d.Imprint = paper.Imprint{Office: head.Printer, Day: head.Printed}
	if head.Copies != "" {
		d.Imprint.Copies = strings.FieldsFunc(head.Copies, func(r rune) bool { return r == '，' || r == ',' })
	}
	p := &sheet{w: w, s: s, d: d, keys: map[string]string{}}
	p.blocks()
	if head.Notes != "" {
		d.Blocks = append(d.Blocks, paper.Paragraph{Runs: paper.Text(head.Notes)})
	}
	return d, nil
}

// sheet lays out one report.
type sheet struct {
	w    *Written
	s    Sheet
	d    *paper.Document
	keys map[string]string // figure, place, slice and period → key of its note
}

func (p *sheet) blocks() {
	w := p.w
	blocks := Blocks(w.Text)
	charts := w.Charts
	for i := 0; i < len(blocks); i++ {
		b := blocks[i]
		if len(charts) > 0 && b.From >= charts[0].From {
			if b.From < charts[0].To {
				p.d.Blocks = append(p.d.Blocks, p.chart(charts[0]))
				for i+1 < len(blocks) && blocks[i+1].From < charts[0].To {
					i++
				}
				charts = charts[1:]
				continue
			}
			charts = charts[1:]
		}
		switch b.Kind {
		case Title:
			if text := p.plain(b.Runs); text != p.d.Title && p.d.Title != "" {
				p.d.Blocks = append(p.d.Blocks, paper.Paragraph{Runs: p.runs(b.Runs), Flush: true})
			}
		case Heading:
			number, text, _ := paper.SplitNumber(p.plain(b.Runs))
			p.d.Blocks = append(p.d.Blocks, paper.Heading{Level: b.Rank, Number: number, Text: text})
		case Item:
			list := paper.List{}
			for ; i < len(blocks) && blocks[i].Kind == Item; i++ {
				list.Items = append(list.Items, p.runs(blocks[i].Runs))
			}
			i--
			p.d.Blocks = append(p.d.Blocks, list)
		case Row:
			end := i
			for end < len(blocks) && blocks[end].Kind == Row && (len(charts) == 0 || blocks[end].From < charts[0].From) {
				end++
			}
			p.d.Blocks = append(p.d.Blocks, p.table(blocks[i:end]))
			i = end - 1
		default:
			p.d.Blocks = append(p.d.Blocks, paper.Paragraph{Runs: p.runs(b.Runs)})
		}
	}
}

func (p *sheet) plain(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(p.w.Text[r.From:r.To])
	}
	return b.String()
}

// runs cuts stretches at the numbers that figures wrote.
func (p *sheet) runs(runs []Run) []paper.Run {
	var out []paper.Run
	text := p.w.Text
	for _, r := range runs {
		from := r.From
		for i := range p.w.Marks {
			m := &p.w.Marks[i]
			if m.Ref.Figure == nil || m.From < from || m.To > r.To || m.To == m.From {
				continue
			}
			if m.From > from {
				out = append(out, paper.Run{Text: text[from:m.From], Bold: r.Bold})
			}
			out = append(out, paper.Run{Text: text[m.From:m.To], Bold: r.Bold, Note: p.note(m)})
			from = m.To
		}
		if from < r.To {
			out = append(out, paper.Run{Text: text[from:r.To], Bold: r.Bold})
		}
	}
	return out
}

// note is the key of what a number stands on; "" where sources are not printed.
func (p *sheet) note(m *Mark) string {
	if !p.s.Sources {
		return ""
	}
	key := m.Ref.Figure.Key + "\x00" + string(m.Query.Place) + "\x00" + m.Query.Slice + "\x00" + m.Query.Period.String()
	if k := p.keys[key]; k != "" {
		return k
	}
	k := "n" + strconv.Itoa(len(p.keys)+1)
	p.keys[key] = k
	where := p.s.Town
	if m.Query.Place != "" && p.s.Place != nil {
		where = p.s.Place(m.Query.Place)
	}
	n := paper.Note{Key: k, Name: m.Ref.Figure.Label.Zh, Text: where + "，" + m.Query.Period.String() + "：" + valueWords(m.Reading.Value) + "，截至 " + p.w.AsOf.String() + "。"}
	if p.s.Words != nil {
		n.Text += p.s.Words(m) + "。"
	}
	if p.s.Link != nil {
		n.Link = p.s.Link(m)
	}
	p.d.Notes = append(p.d.Notes, n)
	return k
}

func valueWords(v figure.Value) string {
	if !v.Known {
		return "没有数"
	}
	status := map[string]string{"expected": "（预计）", "flash": "（快报）", "final": "（核定）", "published": "（已公布）", "implied": "（推算）"}[v.Status]
	return v.Decimal() + v.Unit + status
}

// table lays rows out, the first of them as the head.
func (p *sheet) table(rows []Block) paper.Table {
	t := paper.Table{}
	for i, cell := range rows[0].Cells {
		c := paper.Column{Title: p.plain(cell)}
		if i < len(rows[0].Right) && rows[0].Right[i] {
			c.Align = paper.Right
		}
		t.Columns = append(t.Columns, c)
	}
	for _, row := range rows[1:] {
		cells := make([]paper.Cell, len(t.Columns)) // what a row lacks is empty, what it has too many is left out
		for i := range cells {
			if i < len(row.Cells) {
				cells[i].Runs = p.runs(row.Cells[i])
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// chart turns values into whole numbers with the decimals that they need, at most two.
func (p *sheet) chart(c Chart) paper.Chart {
	out := paper.Chart{Caption: c.Title, Unit: c.Unit, Labels: c.Labels}
	if c.Line {
		out.Kind = paper.Line
	}
	for _, v := range append(append([]*big.Rat{}, c.Values...), c.Last...) {
		if v != nil {
			for out.Decimals < 2 && quantity.RoundHalfUp(v, -out.Decimals).Rat().Cmp(v) != 0 {
				out.Decimals++
			}
		}
	}
	series := func(name string, values []*big.Rat) {
		s := paper.Series{Name: name}
		for _, v := range values {
			pt := paper.Point{Unknown: v == nil}
			if v != nil {
				n := quantity.RoundHalfUp(v, -out.Decimals).Shift(out.Decimals).Rat()
				pt.N = n.Num().Int64()
			}
			s.Points = append(s.Points, pt)
		}
		out.Series = append(out.Series, s)
	}
	series("本年", c.Values)
	if len(c.Last) > 0 {
		series("上年", c.Last)
	}
	return out
}
