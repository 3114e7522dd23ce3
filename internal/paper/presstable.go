package paper

// tableRow is a row set in lines.
type tableRow struct {
	cells []tableCell
	lines int // of the highest cell
}

type tableCell struct {
	x, width float64
	lines    [][]glyph
	how      spread
}

// table sets a table; its head is repeated on every page it runs over, and a row is
// parted only where it is higher than a page.
func (p *press) table(t Table) {
	widths := make([]float64, len(t.Columns))
	for i, w := range t.shares(10000) {
		widths[i] = float64(w) * areaWidth / 10000
	}
	var head, rows []tableRow
	high := 0.0
	for _, r := range t.headRows() {
		row := p.row(t, r, widths, true)
		head = append(head, row)
		high += row.height()
	}
	for _, r := range t.Rows {
		rows = append(rows, p.row(t, r, widths, false))
	}
	if high > areaHeight/2 {
		rows, head, high = append(head, rows...), nil, 0 // a head that fills the page cannot be repeated
	}
	above := 0.0
	if t.Caption != "" {
		above += pitch
	}
	if t.Unit != "" {
		above += 20
	}
	first := cellPitch + 2*cellPad
	if len(rows) > 0 {
		first = min(rows[0].height(), areaHeight/3)
	}
	p.room(above + high + first)
	if t.Caption != "" {
		p.para(p.typeset(t.Caption, hei, 14, false), style{pitch: pitch, how: centred})
	}
	if t.Unit != "" {
		p.para(p.typeset("单位："+t.Unit, fang, cellSize, false), style{pitch: 20, how: flushRight})
	}
	p.drawHead(head)
	for _, r := range rows {
		if p.y+min(r.height(), areaHeight-high) > areaHeight+0.01 {
			p.turn()
			p.drawHead(head)
		}
		for r.lines > 0 {
			n := min(r.lines, int((areaHeight-p.y-2*cellPad)/cellPitch))
			if n < 1 {
				p.turn()
				p.drawHead(head)
				continue
			}
			r = p.draw(r, n)
		}
	}
	p.y += 8
}

func (r tableRow) height() float64 { return float64(r.lines)*cellPitch + 2*cellPad }

// row sets the cells of a row.
func (p *press) row(t Table, row []Cell, widths []float64, head bool) tableRow {
	out := tableRow{lines: 1}
	x, at := 0.0, 0
	for _, c := range row {
		w := 0.0
		for _, one := range widths[at : at+span(c)] {
			w += one
		}
		f, how := fang, [...]spread{ragged, centred, flushRight}[min(t.Columns[at].Align, Right)]
		if head {
			f, how = hei, centred
		}
		inner := max(w-2*cellPad, cellSize)
		ls := breakLines(p.runs(c.Runs, f, cellSize), inner, inner)
		out.cells = append(out.cells, tableCell{x, w, ls, how})
		out.lines = max(out.lines, len(ls))
		x, at = x+w, at+span(c)
	}
	return out
}

func (p *press) drawHead(head []tableRow) {
	for _, r := range head {
		p.draw(r, r.lines)
	}
}

// draw draws the first n lines of a row as a row of their own and gives what is left.
func (p *press) draw(r tableRow, n int) tableRow {
	h := float64(n)*cellPitch + 2*cellPad
	rest := tableRow{lines: r.lines - n}
	for _, c := range r.cells {
		now := c.lines[:min(n, len(c.lines))]
		y := p.y + (h-float64(len(now))*cellPitch)/2
		for i, l := range now {
			p.put(l, c.x+cellPad, y+float64(i)*cellPitch, c.width-2*cellPad, cellPitch, c.how, black)
		}
		p.rule(c.x, p.y, c.x, p.y+h, 0.5, black)
		c.lines = c.lines[len(now):]
		rest.cells = append(rest.cells, c)
	}
	p.rule(areaWidth, p.y, areaWidth, p.y+h, 0.5, black)
	p.rule(0, p.y, areaWidth, p.y, 0.5, black)
	p.y += h
	p.rule(0, p.y, areaWidth, p.y, 0.5, black)
	return rest
}
