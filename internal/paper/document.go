package paper

import "zhenwu/internal/town"

// Document is an official document. Empty fields leave out their part; a
// Document without Issuer is plain, as a work report read before a congress is:
// title, note, text, signature, without red head and imprint.
type Document struct {
	Issuer    string  // 发文机关标志, printed red above the rule: 天津市西青区精武镇人民政府文件
	Number    Number  // 发文字号
	Signer    string  // 签发人, of documents to a higher level only
	Title     string  // 标题; a line break is kept
	Subtitle  string  // below the title in 楷体, in brackets as given: （2024年1月5日在……会议上）
	Addressee string  // 主送机关, without its colon
	Blocks    []Block // 正文
	Annexes   []Annex // 附件, each on a new page and listed after the text
	Signature Signature
	Imprint   Imprint // 版记, at the foot of the last page

	// Notes are what runs refer to: the sources of figures. They are printed as
	// the last annex, under NotesTitle, in this order and numbered from 1.
	Notes      []Note
	NotesTitle string // 数据来源 when empty
	Marks      bool   // print the number of its note behind each run that has one (DOCX and PDF; HTML links the run)

	Notice      string // on every page of every output: 模拟数据 simulated
	Fingerprint string // one line at the very end, as given
}

// Block is one of Heading, Paragraph, List, Table, Chart and PageBreak.
type Block interface{ block() }

// Run is a stretch of text in one style. Line breaks in it are spaces, and
// characters that no document may hold are left out.
type Run struct {
	Text string
	Bold bool
	Note string // key of the Note it stands on, or empty
}

// Heading is a heading of level 1 to 4: 一、in 黑体,（一）in 楷体, 1. in bold
// 仿宋,（1）in 仿宋. Number is printed before Text; see Numbered.
type Heading struct {
	Level  int
	Number string
	Text   string
}

// Paragraph is running text, its first line indented by two characters unless Flush.
type Paragraph struct {
	Runs  []Run
	Flush bool
}

// List is a list of short paragraphs: with 1. 2. 3. where Ordered, else with dots.
type List struct {
	Ordered bool
	Items   [][]Run
}

// Table is a table; its head is repeated on every page that it runs over.
type Table struct {
	Caption string // above, in 黑体
	Unit    string // above the right end: 单位：万元
	Columns []Column
	Head    [][]Cell // further rows of the head above the titles of the columns, for titles that span several
	Rows    [][]Cell
}

// Column is a column of a table. Widths are shares of the width of the table;
// a column without one takes an equal share of what is left.
type Column struct {
	Title string
	Align Align
	Width int // per mille of the table, or 0
}

// Align says where the text of a cell stands.
type Align uint8

// The alignments. Right is for numbers, which are then set in tabular figures.
const (
	Left Align = iota
	Center
	Right
)

// Cell is one cell; Span is the number of columns it covers, 0 and 1 mean one.
type Cell struct {
	Runs []Run
	Span int
}

// Chart is a simple chart of whole numbers: bars or lines over labels.
type Chart struct {
	Caption  string // below, and the name of the chart for who cannot see it
	Kind     ChartKind
	Unit     string
	Decimals int // digits behind the point: 1234 with 2 is 12.34
	Labels   []string
	Series   []Series
}

// ChartKind is the kind of a chart.
type ChartKind uint8

// The kinds of charts.
const (
	Bar ChartKind = iota
	Line
)

// Series is a row of points, one for each label; what is missing at its end is unknown.
type Series struct {
	Name   string
	Points []Point
}

// Point is one value of a chart; an Unknown one leaves a gap, never a zero.
type Point struct {
	N       int64
	Unknown bool
}

// PageBreak begins a new page.
type PageBreak struct{}

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Table) block()     {}
func (Chart) block()     {}
func (PageBreak) block() {}

// Annex is an annex, printed on a page of its own under 附件1 and its title.
type Annex struct {
	Title  string
	Blocks []Block
}

// Signature is the name of who issues the document and the day it was made,
// in the place where the seal goes.
type Signature struct {
	Issuer string
	Day    town.Day // none for the zero Day and town.NoDay
	Seal   bool     // leave the space of a seal over name and day; else they stand at the right
}

// Imprint is the 版记: who gets copies, who printed, when.
type Imprint struct {
	Copies []string // 抄送
	Office string   // 印发机关
	Day    town.Day // 印发日期; none for the zero Day and town.NoDay
}

// Note is what a run stands on: in HTML the run links to it, and it to Link.
type Note struct {
	Key  string // [a-z0-9._-], unique in the document
	Name string
	Text string
	Link string // address to open, HTML only; empty for none
}

// Text makes one plain run of s.
func Text(s string) []Run { return []Run{{Text: s}} }

// Cells makes a row of plain cells.
func Cells(texts ...string) []Cell {
	row := make([]Cell, len(texts))
	for i, t := range texts {
		row[i].Runs = Text(t)
	}
	return row
}
