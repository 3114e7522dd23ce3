package paper

import (
	"strconv"

	"zhenwu/internal/town"
)

// draft is a Document that was found sound, with what all writers need to know of it.
type draft struct {
	*Document
	note    map[string]int // number of a note, from 1
	annexes []annex
}

// annex is an annex with the label it is printed under and called by.
type annex struct {
	label string // 附件1, or 附件 where it is the only one
	no    string // "1. " in the list after the text, or ""
	title string
	Annex
	notes bool // the notes are printed in it
}

// check refuses a document that cannot be written as it is meant.
func check(d *Document) (*draft, error) {
	c := &draft{Document: d, note: map[string]int{}}
	for i, n := range d.Notes {
		if !soundKey(n.Key) {
			return nil, town.Refuse(town.Invalid, "notes", "注释的键“%[1]s”不合规范。", "The key %[1]q of a note is not right.", n.Key)
		}
		if c.note[n.Key] > 0 {
			return nil, town.Refuse(town.Invalid, "notes", "注释“%[1]s”重复。", "The note %[1]q stands twice.", n.Key)
		}
		c.note[n.Key] = i + 1
	}
	if err := c.blocks(d.Blocks); err != nil {
		return nil, err
	}
	for _, a := range d.Annexes {
		if err := c.blocks(a.Blocks); err != nil {
			return nil, err
		}
		c.annexes = append(c.annexes, annex{title: a.Title, Annex: a})
	}
	if len(d.Notes) > 0 {
		title := d.NotesTitle
		if title == "" {
			title = "数据来源"
		}
		c.annexes = append(c.annexes, annex{title: title, notes: true})
	}
	for i := range c.annexes {
		a := &c.annexes[i]
		a.label = "附件"
		if len(c.annexes) > 1 {
			a.label, a.no = "附件"+strconv.Itoa(i+1), strconv.Itoa(i+1)+". "
		}
	}
	return c, nil
}

func soundKey(k string) bool {
	for _, r := range k {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '_' && r != '-' {
			return false
		}
	}
	return k != ""
}

func (c *draft) blocks(blocks []Block) error {
	for _, b := range blocks {
		if err := c.block(b); err != nil {
			return err
		}
	}
	return nil
}

func (c *draft) block(b Block) error {
	switch b := b.(type) {
	case Heading:
		if b.Level < 1 || b.Level > 4 {
			return town.Refuse(town.Invalid, "blocks", "标题“%[1]s”的层级%[2]d不在1到4之间。", "The heading %[1]q has level %[2]d, not 1 to 4.", b.Text, b.Level)
		}
	case Paragraph:
		return c.runs(b.Runs)
	case List:
		for _, item := range b.Items {
			if err := c.runs(item); err != nil {
				return err
			}
		}
	case Table:
		return c.table(b)
	case Chart:
		for _, s := range b.Series {
			if len(s.Points) > len(b.Labels) {
				return town.Refuse(town.Invalid, "blocks", "图“%[1]s”的“%[2]s”比横轴标签多。", "In the chart %[1]q the series %[2]q has more points than there are labels.", b.Caption, s.Name)
			}
		}
		if b.Decimals < 0 || b.Decimals > 9 || len(b.Labels) == 0 || len(b.Series) == 0 {
			return town.Refuse(town.Invalid, "blocks", "图“%[1]s”没有数据。", "The chart %[1]q has no data.", b.Caption)
		}
	case PageBreak:
	default:
		return town.Refuse(town.Invalid, "blocks", "不认识的段落类型%[1]T。", "No such block: %[1]T.", b)
	}
	return nil
}

func (c *draft) table(t Table) error {
	wide := 0
	for _, col := range t.Columns {
		wide += max(col.Width, 0)
	}
	if len(t.Columns) == 0 || wide > 1000 {
		return town.Refuse(town.Invalid, "blocks", "表“%[1]s”没有列，或各列宽度之和超过全宽。", "The table %[1]q has no columns, or they are wider than the whole.", t.Caption)
	}
	for _, rows := range [][][]Cell{t.Head, t.Rows} {
		for i, row := range rows {
			n := 0
			for _, cell := range row {
				n += span(cell)
				if err := c.runs(cell.Runs); err != nil {
					return err
				}
			}
			if n != len(t.Columns) {
				return town.Refuse(town.Invalid, "blocks", "表“%[1]s”第%[2]d行有%[3]d格，应为%[4]d格。", "Row %[2]d of the table %[1]q has %[3]d cells, not %[4]d.", t.Caption, i+1, n, len(t.Columns))
			}
		}
	}
	return nil
}

func (c *draft) runs(runs []Run) error {
	for _, r := range runs {
		if r.Note != "" && c.note[r.Note] == 0 {
			return town.Refuse(town.Invalid, "blocks", "“%[1]s”引用的注释“%[2]s”不存在。", "%[1]q stands on the note %[2]q, which is not there.", r.Text, r.Note)
		}
	}
	return nil
}

// span is the number of columns that a cell covers.
func span(c Cell) int { return max(c.Span, 1) }

// shares gives the columns of t their parts of width, which they fill exactly.
func (t Table) shares(width int) []int {
	left, open := 1000, 0
	for _, c := range t.Columns {
		if c.Width > 0 {
			left -= c.Width
		} else {
			open++
		}
	}
	weight, whole := make([]int, len(t.Columns)), 0
	for i, c := range t.Columns {
		if weight[i] = c.Width; c.Width <= 0 {
			weight[i] = max(left/open, 1)
		}
		whole += weight[i]
	}
	out := make([]int, len(t.Columns))
	for i, at, done := 0, 0, 0; i < len(out); i++ {
		at += weight[i]
		out[i] = width*at/whole - done
		done += out[i]
	}
	return out
}

// day writes a day as official documents do, in Arabic digits without leading zeros;
// nothing for NoDay and the zero Day, so that an empty document has none.
func day(d town.Day) string {
	if d <= 0 {
		return ""
	}
	y, m, dd := d.Date()
	return strconv.Itoa(y) + "年" + strconv.Itoa(int(m)) + "月" + strconv.Itoa(dd) + "日"
}
