package report

import (
	"regexp"
	"strings"

	"zhenwu/internal/quantity"
)

// column says what the cells of a column hold.
type column struct {
	role   role
	unit   string // with its scale, from the header
	name   string // the header without unit and year
	period string
	target bool
}

type role int

const (
	nothing role = iota // numbers of rows, remarks
	naming
	uniting
	valuing
	growing
)

var (
	inBrackets = regexp.MustCompile(`[（(]([^（()）]*)[）)]`)
	growHead   = regexp.MustCompile(`增长|增速|增幅|同比|±|比上年|比去年|增减|升降`)
	aimHead    = regexp.MustCompile(`目标|计划|预期|任务数|预计数`)
	nameHead   = regexp.MustCompile(`指标|项目|名称|内容|类别|事项`)
	skipHead   = regexp.MustCompile(`序号|备注|说明|责任|牵头|单位名称|时限|排名`)
	anyDigit   = regexp.MustCompile(`[0-9]`)
)

// table reads a table: a header that names the columns, then a row for every indicator. A table without a header is
// read row by row, as sentences are.
func (r *reader) table(rows []block) {
	if len(rows) < 2 || !heads(rows[0]) {
		for _, row := range rows {
			b := row
			b.text = text{}
			for _, cell := range row.cells {
				b.text.append(cell)
			}
			r.paragraph(b)
		}
		return
	}
	columns := make([]column, len(rows[0].cells))
	named := false
	for i, cell := range rows[0].cells {
		columns[i] = headed(cell.String(), r)
		if columns[i].role == naming {
			named = true
		}
	}
	if !named {
		columns[0].role = naming
	}
	for _, c := range columns {
		if c.role == valuing && !c.target && c.period == "" && done.MatchString(c.name) {
			for i := range columns {
				if columns[i].target && columns[i].period == r.planned && !yearIn.MatchString(arabicYears(rows[0].cells[i].String())) && !rows[0].plan {
					columns[i].period = r.review // 目标值 beside 实际完成
				}
			}
		}
	}
	for _, row := range rows[1:] {
		r.row(row, columns)
	}
}

// done is the header of what came of a target.
var done = regexp.MustCompile(`^(?:实际|实绩|完成)`)

// heads tells whether a row names columns: none of its cells is a number.
func heads(row block) bool {
	for i, cell := range row.cells {
		bare := inBrackets.ReplaceAllString(dated.ReplaceAllString(cell.String(), ""), "")
		if i > 0 && anyDigit.MatchString(bare) {
			return false
		}
	}
	return len(row.cells) > 1
}

// headed reads a header.
func headed(s string, r *reader) column {
	c := column{role: valuing}
	if m := inBrackets.FindStringSubmatch(s); m != nil {
		c.unit = strings.TrimPrefix(m[1], "单位：")
		s = inBrackets.ReplaceAllString(s, "")
	}
	if m := yearIn.FindStringSubmatch(arabicYears(s)); m != nil {
		c.period = m[1]
	}
	c.name = strings.Trim(dated.ReplaceAllString(s, ""), " ：:")
	switch {
	case s == "单位" || s == "计量单位":
		c.role = uniting
	case skipHead.MatchString(s):
		c.role = nothing
	case aimHead.MatchString(s):
		c.target = true
		if growHead.MatchString(s) || c.unit == "%" {
			c.role = growing
		}
	case growHead.MatchString(s):
		c.role = growing
	case nameHead.MatchString(s):
		c.role = naming
	}
	if c.target && c.period == "" {
		c.period = r.planned
	}
	return c
}

// row reads one row of a table.
func (r *reader) row(row block, columns []column) {
	name, unit := "", ""
	for i, cell := range row.cells {
		if i >= len(columns) {
			break
		}
		switch columns[i].role {
		case naming:
			if name == "" {
				name = cell.String()
			}
		case uniting:
			unit = cell.String()
		}
	}
	if m := inBrackets.FindStringSubmatch(name); m != nil && quantity.Known(bareUnit(m[1])) {
		unit = m[1]
		name = strings.Replace(name, m[0], "", 1)
	}
	year := ""
	if m := rowYear.FindStringSubmatch(name); m != nil {
		year, name = m[1], ""
	}
	name = strings.TrimLeft(name, "0123456789.、 ")
	r.sentences++
	start := len(r.claims)
	for i, cell := range row.cells {
		if i >= len(columns) || len(cell.runes) == 0 {
			continue
		}
		c := Claim{Line: cell.lines[0], Section: row.section.String(), Subject: tidy(name), Period: r.review, Text: row.String(), sentence: r.sentences}
		c.number = cell.file(0, len(cell.runes))
		c.verb = c.number
		if row.plan || columns[i].target {
			c.Target, c.Period = true, r.planned
		}
		if p := firstOf(columns[i].period, year); p != "" {
			c.Period = p
		}
		switch columns[i].role {
		case growing:
			rate, q, ok := rateCell(cell.String())
			if !ok {
				continue
			}
			if l := r.newest(start, row.plan); l != nil && !columns[i].target {
				l.Yoy, l.hasYoy, l.growth, l.rate = rate, true, q, c.number
				continue
			}
			c.kind, c.Yoy, c.hasYoy, c.growth, c.quantity = growth, rate, true, q, q
			c.Value, c.Base, c.Unit, c.BaseUnit = q.Value.String(), q.Base().String(), "%", "%"
		case valuing:
			q, ok := valueCell(cell.String(), knownUnit(columns[i].unit, unit))
			if rate, g, grows := rateCell(cell.String()); !ok && grows {
				c.kind, c.Yoy, c.hasYoy, c.growth, c.quantity = growth, rate, true, g, g
				c.Value, c.Base, c.Unit, c.BaseUnit = g.Value.String(), g.Base().String(), "%", "%"
				r.claims = append(r.claims, c)
			}
			if !ok {
				if _, _, grows := rateCell(cell.String()); !grows {
					r.prose(row, name, cell, columns[i])
				}
				continue
			}
			if h := columns[i].name; h != "" && (generic.FindString(h) == "" || strings.HasSuffix(h, "率")) {
				c.Subject += columns[i].name
			}
			c.quantity, c.Value, c.Unit, c.Base, c.BaseUnit, c.Qualifier = q, q.Value.String(), q.Scale+q.Unit, q.Base().String(), q.Unit, string(q.Round)
		case naming:
			if s := cell.String(); s != name && anyDigit.MatchString(s) && i > 0 {
				r.prose(row, "", cell, columns[i])
			}
			continue
		default:
			continue
		}
		r.claims = append(r.claims, c)
	}
}

// rowYear is the name of a row that is but a year.
var rowYear = regexp.MustCompile(`^((?:19|20)[0-9]{2})年?$`)

// prose reads a cell that holds more than a value as a sentence of what the row names: 控制在4%以内, 1.2亿元，增长5%.
func (r *reader) prose(row block, name string, cell text, c column) {
	b := row
	b.text = text{}
	begin := stretch{cell.bytes[0].from, cell.bytes[0].from} // the name stands elsewhere in the file: nothing of it here
	for _, rn := range name {
		b.text.append(text{[]rune{rn}, cell.lines[:1], []stretch{begin}, []bool{false}})
	}
	b.text.append(cell)
	first := len(r.claims)
	r.paragraph(b)
	for i := first; i < len(r.claims); i++ {
		if c.target {
			r.claims[i].Target = true
		}
		if c.period != "" {
			r.claims[i].Period = c.period
		}
	}
}

// newest gives the value of a row that its growth belongs to: of the claims from start on that have none the one of the
// latest year, the last one of those; a target only in a plan. nil where there is none.
func (r *reader) newest(start int, plan bool) *Claim {
	var found *Claim
	for i := start; i < len(r.claims); i++ {
		c := &r.claims[i]
		if c.kind == level && c.Yoy == "" && (!c.Target || plan) && (found == nil || c.Period >= found.Period) {
			found = c
		}
	}
	return found
}

// generic are headers that add nothing to the name of the row.
var generic = regexp.MustCompile(`^(?:完成|实际|累计|全年|本年|预计|数值|数量|实绩|绝对|总量|目标|计划|预期|金额|值|数|情况)`)

// knownUnit gives the first of the two that is a unit.
func knownUnit(a, b string) string {
	if quantity.Known(bareUnit(a)) {
		return a
	}
	return b
}

// bareUnit takes the scale off a unit.
func bareUnit(unit string) string {
	for _, scale := range []string{"万亿", "亿", "万"} {
		if rest, ok := strings.CutPrefix(unit, scale); ok && rest != "" {
			return rest
		}
	}
	return unit
}

// valueCell reads a value with the unit of its row or column where it carries none.
func valueCell(s, unit string) (quantity.Quantity, bool) {
	if q, ok := quantity.Parse(s); ok && (q.Unit != "" || q.Scale != "") {
		return q, true
	}
	n, err := quantity.ParseNumber(s)
	if err != nil {
		q, ok := quantity.Parse(s + unit)
		return q, ok && anyDigit.MatchString(s)
	}
	q := quantity.Quantity{Value: n, Unit: bareUnit(unit)}
	q.Scale = strings.TrimSuffix(unit, q.Unit)
	return q, true
}

// rateCell reads a growth rate: 8.5, -3.2%, 增长5%, 持平.
func rateCell(s string) (string, quantity.Quantity, bool) {
	sign := 1
	if strings.Contains(s, "持平") {
		return "0", quantity.Quantity{Unit: "%"}, true
	}
	t := strings.TrimRight(s, "%左右以上")
	for _, down := range []string{"-", "−", "－", "下降", "减少", "↓", "负"} {
		if rest, ok := strings.CutPrefix(t, down); ok {
			t, sign = rest, -1
		}
	}
	t = strings.TrimLeft(t, "+↑增长上升约")
	n, err := quantity.ParseNumber(t)
	if err != nil {
		return "", quantity.Quantity{}, false
	}
	q := quantity.Quantity{Value: n, Unit: "%"}
	return signedRate(q, sign), q, true
}
