package formula

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Dialect is the database that the text is for.
type Dialect uint8

// The databases.
const (
	SQLite Dialect = iota + 1
	Postgres
)

// Columns gives the SQL expression of a name and its kind; ok is false when
// lists cannot read it. It is the allow-list: only its texts, and words of this
// package, come into the statement. What an expression must give, NULL when empty:
//
//	Bool        a condition; 1 or 0 in SQLite
//	Int, Money  an integer
//	Text, Date  a text
//	Texts, Lines  a JSON array: text in SQLite, jsonb in PostgreSQL
//	Sealed      anything that is NULL when the field is empty
type Columns func(name string) (sql string, kind Kind, ok bool)

// SQL gives the program as an expression in d. Its values are appended to args
// and stand in it as $n, counted from the first of *args. It is NULL where the
// program is unknown; where reckoning in memory gives an error it goes on with
// unknown, so that one bad record does not take a list down.
func (p *Program) SQL(cols Columns, d Dialect, args *[]any) (string, error) {
	return p.write(cols, d, args, false)
}

// Where gives a condition that holds for the records for which Holds is true.
// Unlike SQL it may be NULL where the program is false, so that an index can
// serve it: a caller may join it with AND and OR, and must not negate it.
func (p *Program) Where(cols Columns, d Dialect, args *[]any) (string, error) {
	if p.root.kind != Bool {
		return "", fmt.Errorf("the formula %q is no condition", p.source)
	}
	return p.write(cols, d, args, true)
}

// write writes the program; filter says that NULL may stand for false.
func (p *Program) write(cols Columns, d Dialect, args *[]any, filter bool) (string, error) {
	if d != SQLite && d != Postgres {
		return "", fmt.Errorf("formula: no dialect %d", d)
	}
	w := &writer{cols: cols, postgres: d == Postgres, args: args}
	before := len(*args)
	text := ""
	switch p.root.kind {
	case Bool:
		text = w.condition(p.root, filter)
	case Int, Money:
		text = w.number(p.root)
		if w.postgres {
			text = "CAST(" + text + " AS BIGINT)"
		}
	case Text, Date:
		text = w.text(p.root)
	default:
		w.fail("%s", p.root.kind)
	}
	if w.err != nil {
		*args = (*args)[:before]
		return "", fmt.Errorf("formula %q: %w", p.source, w.err)
	}
	return text, nil
}

// writer writes SQL. Every expression it gives is closed in brackets, or a
// call, a column or a parameter. Each argument is written once, so the length
// grows with that of the source.
type writer struct {
	cols     Columns
	postgres bool
	args     *[]any
	err      error
}

// fail notes the first thing that lists cannot do.
func (w *writer) fail(format string, args ...any) string {
	if w.err == nil {
		w.err = fmt.Errorf("not available in lists: "+format, args...)
	}
	return "NULL"
}

// bind appends v and returns its placeholder as a value of SQL type t.
func (w *writer) bind(v any, t string) string {
	*w.args = append(*w.args, v)
	return "CAST($" + strconv.Itoa(len(*w.args)) + " AS " + t + ")"
}

// column returns the expression of the name n.
func (w *writer) column(n *node) string {
	if n.op != opName {
		return w.fail("columns of lines")
	}
	sql, kind, ok := w.cols(n.name)
	if !ok {
		return w.fail("%s", n.name)
	}
	if kind != n.kind {
		return w.fail("%s (it is %s there and %s here)", n.name, kind, n.kind)
	}
	return "(" + sql + ")"
}

// join writes parts with an operator between them.
func join(operator string, parts ...string) string {
	return "(" + strings.Join(parts, " "+operator+" ") + ")"
}

// condition writes a node of kind Bool. With filter, NULL may stand for false.
func (w *writer) condition(n *node, filter bool) string {
	switch n.op {
	case opLiteral:
		if n.yes {
			return "TRUE"
		}
		return "FALSE"
	case opName:
		return w.column(n)
	case opNot:
		return "(NOT " + w.condition(n.args[0], false) + ")"
	case opAnd:
		return join("AND", w.condition(n.args[0], filter), w.condition(n.args[1], filter))
	case opOr:
		return join("OR", w.condition(n.args[0], filter), w.condition(n.args[1], filter))
	case opIf:
		return w.choose(n, func(n *node) string { return w.condition(n, false) })
	case opEqual:
		if filter && (n.args[0].op == opLiteral || n.args[1].op == opLiteral) {
			return join("=", w.any(n.args[0]), w.any(n.args[1])) // an index serves it
		}
		return join("IS NOT DISTINCT FROM", w.any(n.args[0]), w.any(n.args[1]))
	case opUnequal:
		return join("IS DISTINCT FROM", w.any(n.args[0]), w.any(n.args[1]))
	case opLess:
		return w.ordered("<", n)
	case opLessEqual:
		return w.ordered("<=", n)
	case opGreater:
		return w.ordered(">", n)
	case opGreaterEqual:
		return w.ordered(">=", n)
	case opIn:
		items := make([]string, len(n.args))
		for i, a := range n.args {
			items[i] = w.any(a)
		}
		return "(" + items[0] + " IN (" + strings.Join(items[1:], ", ") + "))"
	case opHas:
		return w.has(n)
	case opFilled:
		return "(" + w.column(n.args[0]) + " IS NOT NULL)"
	case opStartsWith, opEndsWith, opContains:
		return w.textTest(n)
	}
	return w.fail("%s", inWords[n.op])
}

// inWords names what only memory can do.
var inWords = map[op]string{opColumn: "columns of lines", opPick: "columns of lines", opAll: "all", opExists: "exists",
	opSum: "sum", opRank: "rank", opFilter: "filter", opMap: "map", opList: "map"}

// any writes a node of a single kind.
func (w *writer) any(n *node) string {
	switch n.kind {
	case Bool:
		return w.condition(n, false)
	case Int, Money:
		return w.number(n)
	}
	return w.text(n)
}

// choose writes c ? a : b so that an unknown c gives NULL.
func (w *writer) choose(n *node, write func(*node) string) string {
	yes, no := "TRUE", "FALSE"
	return "(CASE " + w.condition(n.args[0], false) + " WHEN " + yes + " THEN " + write(n.args[1]) + " WHEN " + no + " THEN " + write(n.args[2]) + " END)"
}

// ordered writes a comparison; texts order by code point.
func (w *writer) ordered(operator string, n *node) string {
	a, b := w.any(n.args[0]), w.any(n.args[1])
	if k := n.args[0].kind; k == Text || k == Date {
		a += w.byCodePoint()
	}
	return join(operator, a, b)
}

// byCodePoint is the collation of memory.
func (w *writer) byCodePoint() string {
	if w.postgres {
		return ` COLLATE "C"`
	}
	return " COLLATE BINARY"
}

// has writes x in flags.
func (w *writer) has(n *node) string {
	if n.args[1].op != opName {
		return w.fail("map")
	}
	x, list := w.text(n.args[0]), w.column(n.args[1])
	if w.postgres {
		return "(" + list + " @> to_jsonb(" + x + "))"
	}
	// IN over no rows is false even for an absent x, so both are looked at first.
	return "(SELECT CASE WHEN zw_x IS NOT NULL AND " + list + " IS NOT NULL THEN zw_x IN (SELECT j.value FROM json_each(" + list + ") AS j) END FROM (SELECT " + x + " AS zw_x))"
}

// textTest writes startsWith, endsWith and contains.
func (w *writer) textTest(n *node) string {
	x, part := w.text(n.args[0]), n.args[1].text
	literal := w.bind(part, "TEXT")
	length := int64(utf8.RuneCountInString(part))
	switch {
	case n.op == opContains && w.postgres:
		return "(strpos(" + x + ", " + literal + ") > 0)"
	case n.op == opContains:
		return "(instr(" + x + ", " + literal + ") > 0)"
	case n.op == opStartsWith && w.postgres:
		return "starts_with(" + x + ", " + literal + ")"
	case n.op == opStartsWith:
		return "(substr(" + x + ", 1, " + w.bind(length, "BIGINT") + ") = " + literal + ")"
	case w.postgres:
		return "(right(" + x + ", " + w.bind(length, "INTEGER") + ") = " + literal + ")"
	}
	return "(substr(" + x + ", " + w.bind(-length, "BIGINT") + ") = " + literal + ")"
}

// The bounds of int64. PostgreSQL reckons in NUMERIC, so that nothing
// overflows before it is looked at; the two sentinels are one outside.
const (
	belowAll = "-9223372036854775809"
	aboveAll = "9223372036854775808"
)

// checked makes the result of one operation NULL when it is no int64.
func (w *writer) checked(x string) string {
	if w.postgres {
		return "NULLIF(NULLIF(GREATEST(" + belowAll + ", LEAST(" + aboveAll + ", " + x + ")), " + aboveAll + "), " + belowAll + ")"
	}
	// SQLite turns an integer that overflows into a REAL.
	return "(SELECT CASE typeof(zw_v) WHEN 'integer' THEN zw_v END FROM (SELECT " + x + " AS zw_v))"
}

// number writes a node of kind Int or Money; in PostgreSQL its type is NUMERIC or BIGINT.
func (w *writer) number(n *node) string {
	switch n.op {
	case opLiteral:
		return w.bind(n.num, "BIGINT")
	case opName:
		return w.column(n)
	case opIf:
		return w.choose(n, w.number)
	case opAdd:
		return w.checked(w.reckon("+", w.wide(n.args[0]), w.wide(n.args[1])))
	case opSubtract:
		return w.checked(w.reckon("-", w.wide(n.args[0]), w.wide(n.args[1])))
	case opMultiply:
		return w.checked(w.reckon("*", w.wide(n.args[0]), w.wide(n.args[1])))
	case opNegate:
		return w.checked(w.reckon("-", "0", w.wide(n.args[0])))
	case opDivide:
		return w.checked(w.reckon("/", w.wide(n.args[0]), w.wide(n.args[1])))
	case opRemainder:
		return w.reckon("%", w.wide(n.args[0]), w.wide(n.args[1]))
	case opMin, opMax:
		return w.extreme(n)
	case opPercent:
		return w.percent(n)
	case opSize:
		return w.size(n.args[0])
	}
	return w.fail("%s", inWords[n.op])
}

// wide writes a number in which an operation cannot overflow, if the database has one.
func (w *writer) wide(n *node) string {
	x := w.number(n)
	if w.postgres {
		return "CAST(" + x + " AS NUMERIC)"
	}
	return x
}

// reckon writes one operation of two wide numbers; division by zero is NULL.
func (w *writer) reckon(operator, a, b string) string {
	switch {
	case operator == "/" && w.postgres:
		return "div(" + a + ", NULLIF(" + b + ", 0))" // truncates, as SQLite and CEL do
	case operator == "%" && w.postgres:
		return "mod(" + a + ", NULLIF(" + b + ", 0))"
	}
	return join(operator, a, b)
}

// extreme writes min and max, NULL when an argument is. PostgreSQL passes over
// NULL in LEAST, so it becomes a sentinel that wins.
func (w *writer) extreme(n *node) string {
	args := make([]string, len(n.args))
	for i, a := range n.args {
		args[i] = w.number(a)
	}
	call, sentinel := "min", belowAll
	if n.op == opMax {
		call, sentinel = "max", aboveAll
	}
	if !w.postgres {
		return call + "(" + strings.Join(args, ", ") + ")"
	}
	for i := range args {
		args[i] = "COALESCE(" + args[i] + ", " + sentinel + ")"
	}
	call = map[string]string{"min": "LEAST", "max": "GREATEST"}[call]
	return "NULLIF(" + call + "(" + strings.Join(args, ", ") + "), " + sentinel + ")"
}

// percent writes percent(a, b); the inner SELECT names the two, which are used more than once.
func (w *writer) percent(n *node) string {
	a, b := w.wide(n.args[0]), w.wide(n.args[1])
	part := w.checked("(" + w.checked("(zw_a * 200)") + " + zw_b)")
	whole := w.checked("(zw_b * 2)")
	fence, quotient := " LIMIT 1 OFFSET 0", "zw_n / zw_d" // the fence keeps the planner from writing the operands out again
	if w.postgres {
		fence, quotient = " OFFSET 0", "div(zw_n, zw_d)"
	}
	quotient += " - (CASE WHEN zw_n % zw_d < 0 THEN 1 ELSE 0 END)" // rounds down
	return "(SELECT " + quotient + " FROM (SELECT " + part + " AS zw_n, " + whole + " AS zw_d FROM (SELECT " + a + " AS zw_a, " + b + " AS zw_b" + fence +
		") AS zw_t WHERE zw_b > 0" + fence + ") AS zw_u)"
}

// size writes size(x).
func (w *writer) size(n *node) string {
	switch {
	case n.kind == Text && w.postgres:
		return "char_length(" + w.text(n) + ")"
	case n.kind == Text:
		return "length(" + w.text(n) + ")"
	case n.op != opName:
		return w.fail("%s", inWords[n.op])
	case w.postgres:
		return "jsonb_array_length(" + w.column(n) + ")"
	}
	return "json_array_length(" + w.column(n) + ")"
}

// text writes a node of kind Text or Date.
func (w *writer) text(n *node) string {
	switch n.op {
	case opLiteral:
		return w.bind(n.text, "TEXT")
	case opName:
		return w.column(n)
	case opIf:
		return w.choose(n, w.text)
	case opEarliest, opLatest:
		return w.bound(n)
	}
	return w.fail("%s", inWords[n.op])
}

// bound writes earliest and latest, which pass over NULL.
func (w *writer) bound(n *node) string {
	args := make([]string, len(n.args))
	for i, a := range n.args {
		args[i] = w.text(a) + w.byCodePoint()
	}
	if w.postgres {
		call := "LEAST"
		if n.op == opLatest {
			call = "GREATEST"
		}
		return call + "(" + strings.Join(args, ", ") + ")"
	}
	call := "min"
	if n.op == opLatest {
		call = "max"
	}
	for i := range args {
		args[i] = "SELECT " + args[i]
	}
	args[0] += " AS zw_v"
	return "(SELECT " + call + "(zw_v) FROM (" + strings.Join(args, " UNION ALL ") + "))"
}
