package commitment

import (
	"fmt"
	"strconv"
	"strings"

	"zhenwu/internal/paper"
	"zhenwu/internal/town"
)

// Table is the half-year table of a report's tasks: what was set as a target beside what came of it, then the tasks under the report's own
// headings, numbered through.
type Table struct {
	Town string
	Year int
	Half int      // 1 or 2
	AsOf town.Day // what is counted, is counted up to this day
	Part []Part
}

// Part is what stands under one heading.
type Part struct {
	Heading string
	Rows    []Row
}

// Row is a target or a task.
type Row struct {
	No       int
	Task     string
	Offices  []string // the lead first
	Progress string
	Light    string
	Record   town.ID // 0 of a target
	Figure   string  // of a target
}

// HalfOf is the last day of a half of a year.
func HalfOf(year, half int) town.Day {
	if half == 1 {
		return town.DayOf(year, 6, 30)
	}
	return town.DayOf(year, 12, 31)
}

// Add puts a row under its heading, which is opened where it is new.
func (t *Table) Add(heading string, r Row) {
	for i := range t.Part {
		if t.Part[i].Heading == heading {
			t.Part[i].Rows = append(t.Part[i].Rows, r)
			return
		}
	}
	t.Part = append(t.Part, Part{heading, []Row{r}})
}

// Number numbers the rows through, from 1.
func (t *Table) Number() {
	n := 0
	for i := range t.Part {
		for j := range t.Part[i].Rows {
			n++
			t.Part[i].Rows[j].No = n
		}
	}
}

// Rows counts the rows.
func (t *Table) Rows() int {
	n := 0
	for _, p := range t.Part {
		n += len(p.Rows)
	}
	return n
}

// Title is the heading of the table.
func (t *Table) Title() string {
	return fmt.Sprintf("%d年政府工作报告目标任务%s推进情况", t.Year-1, t.span())
}

func (t *Table) span() string {
	if t.Half == 1 {
		return strconv.Itoa(t.Year) + "年上半年"
	}
	return strconv.Itoa(t.Year) + "年全年"
}

// Columns are the titles of the columns.
func (t *Table) Columns() []string {
	return []string{"序号", "目标任务", "责任单位", t.span()[len(strconv.Itoa(t.Year)+"年"):] + "推进情况"}
}

// Cells are the rows as a spreadsheet holds them: the title, the columns, headings on rows of their own.
func (t *Table) Cells() [][]string {
	out := [][]string{{t.Title()}, {"数据截至" + Chinese(t.AsOf)}, t.Columns()}
	for _, p := range t.Part {
		out = append(out, []string{p.Heading})
		for _, r := range p.Rows {
			out = append(out, []string{strconv.Itoa(r.No), r.Task, strings.Join(r.Offices, "、"), r.Progress})
		}
	}
	return out
}

// Paper lays the table out as an official document. simulated marks every page.
func (t *Table) Paper(simulated bool) *paper.Document {
	title := strings.Replace(t.Title(), t.span(), "\n"+t.span(), 1)
	d := &paper.Document{Title: title, Subtitle: "（数据截至" + Chinese(t.AsOf) + "）"}
	if simulated {
		d.Notice = "模拟数据，不是真实情况"
	}
	cell := func(s string) paper.Cell { return paper.Cell{Runs: paper.Text(s)} }
	titles := t.Columns()
	x := paper.Table{Columns: []paper.Column{{Title: titles[0], Align: paper.Center, Width: 80}, {Title: titles[1], Width: 340}, {Title: titles[2], Width: 190}, {Title: titles[3], Width: 390}}}
	for _, p := range t.Part {
		x.Rows = append(x.Rows, []paper.Cell{{Runs: []paper.Run{{Text: p.Heading, Bold: true}}, Span: len(titles)}})
		for _, r := range p.Rows {
			x.Rows = append(x.Rows, []paper.Cell{cell(strconv.Itoa(r.No)), cell(r.Task), cell(strings.Join(r.Offices, "、")), cell(r.Progress)})
		}
	}
	d.Blocks = append(d.Blocks, x)
	return d
}

// Chinese writes a day as documents do: 2024年6月30日.
func Chinese(d town.Day) string {
	y, m, day := d.Date()
	return fmt.Sprintf("%d年%d月%d日", y, int(m), day)
}
