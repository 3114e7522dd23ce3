package formula

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"zhenwu/internal/town"
)

// op is what a node of a checked expression does.
type op uint8

const (
	opLiteral op = iota
	opName       // name
	opColumn     // column name of the line variable depth
	opPick       // the column of the line variable depth that args[0] names
	opNot
	opAnd
	opOr
	opIf
	opEqual
	opUnequal
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opIn  // args[0] in args[1:]
	opHas // args[0] in the list of texts args[1]
	opAdd
	opSubtract
	opMultiply
	opDivide
	opRemainder
	opNegate
	opFilled
	opSize
	opEarliest
	opLatest
	opMin
	opMax
	opPercent
	opStartsWith
	opEndsWith
	opContains
	opSum // args[0] lines, args[1] of each; depth is that of the variable
	opFilter
	opAll
	opExists
	opMap  // to lines: args[1:] are the cells named by keys
	opList // to a list of texts
	opRank // args[0] lines, args[1] of each, args[2] own
)

// decimal is the kind of a literal such as 1.50 until something beside it says
// what it counts. It never leaves the checker.
const decimal Kind = 200

// node is one operator of a checked expression.
type node struct {
	op      op
	kind    Kind
	scale   int      // of an Int: its decimals
	choices []string // of a Text: what it can be, when that is known
	columns []Name   // of Lines
	off     int      // runes from the start of the source
	args    []*node

	name  string // opName, opColumn
	depth int    // which line variable: 0 is the outermost
	keys  []string

	num  int64
	text string // of a text; of a decimal, its digits
	yes  bool
}

// variable is a line variable in scope, such as p in people.sum(p, p.paid).
type variable struct {
	name    string
	columns []Name
}

// checker turns a parsed expression into nodes, or says what is wrong with it.
//
// It is our own and not that of CEL because the kinds are ours: 分 beside 元,
// scaled decimals, dates, choices and sealed fields are all integers and strings
// to CEL, and just these are what people confuse.
type checker struct {
	env  *Env
	info *ast.SourceInfo
	vars []variable
	used map[string]bool
}

// at returns where expression e begins.
func (c *checker) at(e ast.Expr) int {
	for {
		switch e.Kind() {
		case ast.SelectKind:
			e = e.AsSelect().Operand()
			continue
		case ast.CallKind:
			if call := e.AsCall(); call.IsMemberFunction() {
				e = call.Target()
				continue
			}
		}
		r, ok := c.info.GetOffsetRange(e.ID())
		if !ok {
			return 0
		}
		if e.Kind() == ast.CallKind && word(e.AsCall().FunctionName()) {
			return int(r.Start) - len(e.AsCall().FunctionName()) // CEL points at the bracket
		}
		return int(r.Start)
	}
}

// word tells whether f is the name of a function and not of an operator.
func word(f string) bool { return f[0] >= 'a' && f[0] <= 'z' || f[0] >= 'A' && f[0] <= 'Z' }

// check checks e, which lies depth operators below the root.
func (c *checker) check(e ast.Expr, depth int) (*node, *Fault) {
	off := c.at(e)
	if depth > maxDepth {
		return nil, fault(off, "too deeply nested: %d operators within one another are the most", maxDepth)
	}
	switch e.Kind() {
	case ast.LiteralKind:
		return literal(e, off)
	case ast.IdentKind, ast.SelectKind:
		return c.path(e, off, false)
	case ast.CallKind:
		return c.call(e.AsCall(), off, depth)
	case ast.ListKind:
		return nil, fault(off, "a list can only stand after in: stage in ['open', 'closed']")
	case ast.MapKind:
		return nil, fault(off, "{…} can only stand in lines.map(l, {'column': value})")
	}
	return nil, fault(off, "this is not part of the language")
}

// literal reads a constant.
func literal(e ast.Expr, off int) (*node, *Fault) {
	n := &node{op: opLiteral, off: off}
	switch v := e.AsLiteral().(type) {
	case types.Bool:
		n.kind, n.yes = Bool, bool(v)
	case types.Int:
		n.kind, n.num = Int, int64(v)
	case types.Double:
		n.kind, n.text = decimal, strconv.FormatFloat(float64(v), 'f', -1, 64)
		if digits := strings.Trim(n.text, "-0."); math.IsInf(float64(v), 0) || len(digits) > 16 {
			return nil, fault(off, "15 digits are the most a number with decimals can have")
		}
	case types.String:
		n.kind, n.text = Text, string(v)
		if !utf8.ValidString(n.text) || strings.ContainsRune(n.text, 0) {
			return nil, fault(off, "a text must be UTF-8 without NUL")
		}
	case types.Null:
		return nil, fault(off, "there is no null: an empty field is absent; write filled(x) or !filled(x)")
	default:
		return nil, fault(off, "a constant is a number, a 'text', true or false")
	}
	return n, nil
}

// path reads a name or a column of a line variable. open allows a sealed one.
func (c *checker) path(e ast.Expr, off int, open bool) (*node, *Fault) {
	var parts []string
	x := e
	for x.Kind() == ast.SelectKind {
		s := x.AsSelect()
		if s.IsTestOnly() {
			return nil, fault(off, "there is no has(): write filled(x)")
		}
		parts = append(parts, s.FieldName())
		x = s.Operand()
	}
	if x.Kind() != ast.IdentKind {
		return nil, fault(off, "only a name has parts: a.b.c")
	}
	parts = append(parts, x.AsIdent())
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	name := strings.Join(parts, ".")
	if depth, ok := c.variable(parts[0]); ok {
		return c.column(depth, parts, off, open)
	}
	decl, ok := c.env.names[name]
	if !ok {
		return nil, unknown(off, name, c.env.sorted)
	}
	if decl.Kind == Sealed && !open {
		return nil, fault(off, "%s is sealed: only filled(%s) may read it", name, name)
	}
	c.used[name] = true
	return declared(opName, decl, off, 0), nil
}

// variable finds the line variable that name means, the innermost first.
func (c *checker) variable(name string) (depth int, ok bool) {
	for i := len(c.vars) - 1; i >= 0; i-- {
		if c.vars[i].name == name {
			return i, true
		}
	}
	return 0, false
}

// column reads parts, of which the first is the line variable depth.
func (c *checker) column(depth int, parts []string, off int, open bool) (*node, *Fault) {
	v := c.vars[depth]
	if len(parts) != 2 {
		return nil, fault(off, "%s is a line: write %s.COLUMN", v.name, v.name)
	}
	for _, col := range v.columns {
		if col.Name != parts[1] {
			continue
		}
		if col.Kind == Sealed && !open {
			return nil, fault(off, "%s.%s is sealed: only filled(%s.%s) may read it", v.name, col.Name, v.name, col.Name)
		}
		return declared(opColumn, col, off, depth), nil
	}
	names := make([]string, len(v.columns))
	for i, col := range v.columns {
		names[i] = col.Name
	}
	return nil, unknown(off, parts[1], names)
}

// declared makes the node that reads d.
func declared(o op, d Name, off, depth int) *node {
	return &node{op: o, kind: d.Kind, scale: d.Scale, choices: d.Choices, columns: d.Columns, off: off, name: d.Name, depth: depth}
}

// unknown says that nothing is called name, and what may be meant.
func unknown(off int, name string, list []string) *Fault {
	if near := nearest(name, list); near != "" {
		return fault(off, "there is no %s here; is it %s?", name, near)
	}
	return fault(off, "there is no %s here", name)
}

// call checks an operator or a function.
func (c *checker) call(call ast.CallExpr, off, depth int) (*node, *Fault) {
	f := call.FunctionName()
	if call.IsMemberFunction() {
		return c.member(call, f, off, depth)
	}
	switch f {
	case "filled":
		return c.filled(call, off)
	case operators.In:
		return c.in(call, off, depth)
	case operators.Index:
		return c.pick(call, off, depth)
	}
	args, flt := c.checkAll(call.Args(), depth)
	if flt != nil {
		return nil, flt
	}
	switch f {
	case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot:
		return logical(f, off, args)
	case operators.Conditional:
		return conditional(off, args)
	case operators.Equals, operators.NotEquals, operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals:
		return comparison(f, off, args)
	case operators.Add, operators.Subtract, operators.Multiply, operators.Divide, operators.Modulo, operators.Negate:
		return arithmetic(f, off, args)
	}
	return function(f, off, args)
}

// checkAll checks list, which lies below a node at depth.
func (c *checker) checkAll(list []ast.Expr, depth int) ([]*node, *Fault) {
	args := make([]*node, len(list))
	for i, a := range list {
		n, flt := c.check(a, depth+1)
		if flt != nil {
			return nil, flt
		}
		args[i] = n
	}
	return args, nil
}

// filled checks filled(x): x is a name or a column, sealed or not.
func (c *checker) filled(call ast.CallExpr, off int) (*node, *Fault) {
	args := call.Args()
	if len(args) != 1 || args[0].Kind() != ast.IdentKind && args[0].Kind() != ast.SelectKind {
		return nil, fault(off, "filled takes one name: filled(answer)")
	}
	x, flt := c.path(args[0], c.at(args[0]), true)
	if flt != nil {
		return nil, flt
	}
	return &node{op: opFilled, kind: Bool, off: off, args: []*node{x}}, nil
}

// in checks x in [a, b] and x in flags.
func (c *checker) in(call ast.CallExpr, off, depth int) (*node, *Fault) {
	x, flt := c.check(call.Args()[0], depth+1)
	if flt != nil {
		return nil, flt
	}
	right := call.Args()[1]
	if right.Kind() != ast.ListKind {
		list, flt := c.check(right, depth+1)
		if flt != nil {
			return nil, flt
		}
		if list.kind != Texts {
			return nil, fault(list.off, "after in stands a list ['a', 'b'] or a list of texts, not %s", list.kind)
		}
		if x, flt = convert(x, &node{kind: Text, choices: list.choices}); flt != nil {
			return nil, flt
		}
		if x.kind != Text {
			return nil, fault(x.off, "a list of texts holds text, not %s", x.kind)
		}
		return &node{op: opHas, kind: Bool, off: off, args: []*node{x, list}}, nil
	}
	items, flt := c.checkAll(right.AsList().Elements(), depth)
	if flt != nil {
		return nil, flt
	}
	if len(items) == 0 || len(right.AsList().OptionalIndices()) > 0 {
		return nil, fault(off, "an empty list holds nothing")
	}
	for i := range items {
		if x, items[i], flt = unify(x, items[i]); flt != nil {
			return nil, flt
		}
		if flt := emptyText(items[i], x); flt != nil {
			return nil, flt
		}
	}
	switch x.kind {
	case Int, Money, Text, Date:
	default:
		return nil, fault(x.off, "in looks for a number, money, text or a date, not for %s", x.kind)
	}
	return &node{op: opIn, kind: Bool, off: off, args: append([]*node{x}, items...)}, nil
}

// pick checks m[x]: the column of line m that the choice x names.
func (c *checker) pick(call ast.CallExpr, off, depth int) (*node, *Fault) {
	line := call.Args()[0]
	if line.Kind() != ast.IdentKind {
		return nil, fault(off, "[…] can only follow a line: m[level]")
	}
	d, ok := c.variable(line.AsIdent())
	if !ok {
		return nil, fault(c.at(line), "%s is no line: […] can only follow one", line.AsIdent())
	}
	x, flt := c.check(call.Args()[1], depth+1)
	if flt != nil {
		return nil, flt
	}
	if x.kind != Text || len(x.choices) == 0 {
		return nil, fault(x.off, "between [ ] stands a choice that names a column")
	}
	var first *node
	for _, choice := range x.choices {
		col, flt := c.column(d, []string{line.AsIdent(), choice}, x.off, false)
		if flt != nil {
			return nil, flt
		}
		if first == nil {
			first = col
		}
		if col.kind != first.kind || col.scale != first.scale {
			return nil, fault(x.off, "the columns %s and %s are not of one kind", first.name, col.name)
		}
	}
	return &node{op: opPick, kind: first.kind, scale: first.scale, columns: c.vars[d].columns, off: off, depth: d, args: []*node{x}}, nil
}

// member checks x.f(…).
func (c *checker) member(call ast.CallExpr, f string, off, depth int) (*node, *Fault) {
	target, flt := c.check(call.Target(), depth+1)
	if flt != nil {
		return nil, flt
	}
	args := call.Args()
	switch f {
	case "startsWith", "endsWith", "contains":
		list, flt := c.checkAll(args, depth)
		if flt != nil {
			return nil, flt
		}
		return textTest(f, off, target, list)
	case "sum", "filter", "all", "exists", "map", "rank":
	default:
		return nil, unknown(off, f+"()", []string{"sum()", "filter()", "all()", "exists()", "map()", "rank()", "startsWith()", "endsWith()", "contains()"})
	}
	if target.kind != Lines {
		return nil, fault(off, "%s is for lines, not for %s", f, target.kind)
	}
	want := 2
	if f == "rank" {
		want = 3
	}
	if len(args) != want || args[0].Kind() != ast.IdentKind {
		if f == "rank" {
			return nil, fault(off, "write lines.rank(l, l.points, own)")
		}
		return nil, fault(off, "write lines.%s(l, …l.COLUMN…)", f)
	}
	n := &node{off: off, depth: len(c.vars), args: []*node{target}}
	if n.depth == maxVariables {
		return nil, fault(off, "%d line variables within one another are the most", maxVariables)
	}
	own := args[2:]
	c.vars = append(c.vars, variable{name: args[0].AsIdent(), columns: target.columns})
	if f == "map" && args[1].Kind() == ast.MapKind {
		flt = c.cells(n, args[1].AsMap(), depth)
	} else {
		var each *node
		if each, flt = c.check(args[1], depth+1); flt == nil {
			n.args = append(n.args, each)
		}
	}
	c.vars = c.vars[:n.depth]
	if flt != nil {
		return nil, flt
	}
	if f == "rank" {
		mine, flt := c.check(own[0], depth+1)
		if flt != nil {
			return nil, flt
		}
		if n.args[1], mine, flt = unify(n.args[1], mine); flt != nil {
			return nil, flt
		}
		n.args = append(n.args, mine)
	}
	return n, lineResult(n, f)
}

// cells checks the {'column': value} of a map to lines and adds its cells to n.
func (c *checker) cells(n *node, m ast.MapExpr, depth int) *Fault {
	for _, entry := range m.Entries() {
		cell := entry.AsMapEntry()
		key := cell.Key()
		if key.Kind() != ast.LiteralKind || cell.IsOptional() {
			return fault(c.at(key), "a column is named by a 'text'")
		}
		name, ok := key.AsLiteral().(types.String)
		if !ok {
			return fault(c.at(key), "a column is named by a 'text'")
		}
		for _, k := range n.keys {
			if k == string(name) {
				return fault(c.at(key), "the column %s stands twice", k)
			}
		}
		v, flt := c.check(cell.Value(), depth+1)
		if flt != nil {
			return flt
		}
		switch v.kind {
		case decimal:
			return undecided(v)
		case Texts, Lines:
			return fault(v.off, "a cell holds one value, not %s", v.kind)
		}
		n.keys = append(n.keys, string(name))
		n.args = append(n.args, v)
		n.columns = append(n.columns, Name{Name: string(name), Kind: v.kind, Scale: v.scale, Choices: v.choices})
	}
	if len(n.keys) == 0 {
		return fault(n.off, "a line needs a column: {'column': value}")
	}
	return nil
}

// lineResult fills in what f over lines gives.
func lineResult(n *node, f string) *Fault {
	if n.columns != nil {
		n.op, n.kind = opMap, Lines
		return nil
	}
	each := n.args[1]
	if each.kind == decimal {
		return undecided(each)
	}
	number := each.kind == Int || each.kind == Money
	switch f {
	case "sum":
		n.op, n.kind, n.scale = opSum, each.kind, each.scale
		if !number {
			return fault(each.off, "sum adds numbers or money, not %s", each.kind)
		}
	case "rank":
		n.op, n.kind = opRank, Int
		if !number {
			return fault(each.off, "rank orders numbers or money, not %s", each.kind)
		}
	case "map":
		n.op, n.kind, n.choices = opList, Texts, each.choices
		if each.kind != Text && each.kind != Date {
			return fault(each.off, "map gives a list of texts or, with {'column': value}, lines; not a list of %s", each.kind)
		}
	default:
		n.op, n.kind = map[string]op{"filter": opFilter, "all": opAll, "exists": opExists}[f], Bool
		if f == "filter" {
			n.kind, n.columns = Lines, n.args[0].columns
		}
		if each.kind != Bool {
			return fault(each.off, "%s needs a condition, not %s", f, each.kind)
		}
	}
	return nil
}

// textTest checks x.startsWith('…') and its sisters.
func textTest(f string, off int, x *node, args []*node) (*node, *Fault) {
	if x.kind != Text && x.kind != Date {
		return nil, fault(x.off, "%s is for text, not for %s", f, x.kind)
	}
	if len(args) != 1 || args[0].op != opLiteral || args[0].kind != Text || args[0].text == "" {
		return nil, fault(off, "%s takes one 'text' that is not empty", f)
	}
	o := map[string]op{"startsWith": opStartsWith, "endsWith": opEndsWith, "contains": opContains}[f]
	return &node{op: o, kind: Bool, off: off, args: []*node{x, args[0]}}, nil
}

// logical checks &&, || and !.
func logical(f string, off int, args []*node) (*node, *Fault) {
	for _, a := range args {
		if a.kind != Bool {
			return nil, fault(a.off, "a condition is needed here, not %s", a.kind)
		}
	}
	o := map[string]op{operators.LogicalAnd: opAnd, operators.LogicalOr: opOr, operators.LogicalNot: opNot}[f]
	return &node{op: o, kind: Bool, off: off, args: args}, nil
}

// conditional checks c ? a : b.
func conditional(off int, args []*node) (*node, *Fault) {
	if args[0].kind != Bool {
		return nil, fault(args[0].off, "before ? stands a condition, not %s", args[0].kind)
	}
	n := &node{op: opIf, off: off, args: args}
	if args[1].kind == decimal && args[2].kind == decimal {
		n.kind = decimal
		return n, nil
	}
	if args[1].kind != Text || args[2].kind != Text { // a choice may stand beside a text that is none of its own
		var flt *Fault
		if args[1], args[2], flt = unify(args[1], args[2]); flt != nil {
			return nil, flt
		}
	}
	a := args[1]
	if a.kind == Texts || a.kind == Lines {
		return nil, fault(off, "? : chooses between single values, not %s", a.kind)
	}
	n.kind, n.scale = a.kind, a.scale
	return n, nil
}

// comparison checks == != < <= > >=.
func comparison(f string, off int, args []*node) (*node, *Fault) {
	a, b, flt := unify(args[0], args[1])
	if flt != nil {
		return nil, flt
	}
	o := map[string]op{operators.Equals: opEqual, operators.NotEquals: opUnequal, operators.Less: opLess,
		operators.LessEquals: opLessEqual, operators.Greater: opGreater, operators.GreaterEquals: opGreaterEqual}[f]
	switch a.kind {
	case Texts, Lines:
		return nil, fault(off, "%s cannot be compared", a.kind)
	case Bool:
		if o != opEqual && o != opUnequal {
			return nil, fault(off, "yes and no have no order")
		}
	case Text:
		if flt := emptyText(a, b); flt != nil {
			return nil, flt
		}
		if flt := emptyText(b, a); flt != nil {
			return nil, flt
		}
	}
	return &node{op: o, kind: Bool, off: off, args: []*node{a, b}}, nil
}

// emptyText refuses ” as a way to say "empty": an empty field is absent and
// equals no text.
func emptyText(n, other *node) *Fault {
	if n.op != opLiteral || n.kind != Text || n.text != "" {
		return nil
	}
	name := "x"
	if other.op == opName {
		name = other.name
	}
	return fault(n.off, "an empty field is absent and never '': write filled(%s) or !filled(%s)", name, name)
}

// arithmetic checks + - * / % and the sign.
func arithmetic(f string, off int, args []*node) (*node, *Fault) {
	for _, a := range args {
		if a.kind != Int && a.kind != Money && a.kind != decimal {
			return nil, fault(a.off, "one can reckon with numbers and money, not with %s", a.kind)
		}
	}
	n := &node{off: off, args: args}
	a := args[0]
	if f == operators.Negate {
		n.op, n.kind, n.scale = opNegate, a.kind, a.scale
		if a.kind == decimal {
			return nil, undecided(a)
		}
		return n, nil
	}
	b := args[1]
	var flt *Fault
	plain := func(x *node) bool { return x.kind == Int && x.scale == 0 }
	switch f {
	case operators.Add, operators.Subtract:
		n.op = opAdd
		if f == operators.Subtract {
			n.op = opSubtract
		}
		if a, b, flt = unify(a, b); flt != nil {
			return nil, flt
		}
		n.kind, n.scale = a.kind, a.scale
	case operators.Multiply:
		n.op = opMultiply
		switch {
		case a.kind == decimal:
			return nil, fraction(a)
		case b.kind == decimal:
			return nil, fraction(b)
		case plain(b):
			n.kind, n.scale = a.kind, a.scale
		case plain(a):
			n.kind, n.scale = b.kind, b.scale
		default:
			return nil, fault(off, "%s times %s is neither: one of the two must be a whole number", describe(a), describe(b))
		}
	case operators.Divide:
		n.op = opDivide
		switch {
		case plain(a) && b.kind == decimal:
			return nil, fraction(b)
		case plain(b) && a.kind != decimal:
			n.kind, n.scale = a.kind, a.scale
		default:
			if a, b, flt = unify(a, b); flt != nil {
				return nil, flt
			}
			n.kind = Int
		}
	case operators.Modulo:
		n.op, n.kind = opRemainder, Int
		if !plain(a) || !plain(b) {
			return nil, fault(off, "%% takes whole numbers")
		}
	}
	n.args = []*node{a, b}
	return n, nil
}

// function checks f(…).
func function(f string, off int, args []*node) (*node, *Fault) {
	n := &node{off: off, args: args}
	switch f {
	case "size":
		n.op, n.kind = opSize, Int
		if len(args) != 1 {
			return nil, fault(off, "size takes one list or text")
		}
		if k := args[0].kind; k != Text && k != Texts && k != Lines {
			return nil, fault(args[0].off, "size counts a list or a text, not %s", k)
		}
		return n, nil
	case "earliest", "latest":
		n.op, n.kind = opEarliest, Date
		if f == "latest" {
			n.op = opLatest
		}
		return n, each(n, f, Date)
	case "min", "max":
		n.op = opMin
		if f == "max" {
			n.op = opMax
		}
		if len(args) > 0 && args[0].kind == Date {
			return nil, fault(off, "for dates write earliest or latest")
		}
		flt := each(n, f, Int, Money)
		if flt == nil {
			n.kind, n.scale = args[0].kind, args[0].scale
		}
		return n, flt
	case "percent":
		n.op, n.kind = opPercent, Int
		if len(args) != 2 {
			return nil, fault(off, "percent takes a part and a whole: percent(done, all)")
		}
		return n, each(n, f, Int, Money)
	case "has":
		return nil, fault(off, "there is no has(): write filled(x)")
	}
	return nil, unknown(off, f+"()", []string{"filled()", "size()", "earliest()", "latest()", "min()", "max()", "percent()"})
}

// each makes the two or more arguments of n one of kinds.
func each(n *node, f string, kinds ...Kind) *Fault {
	if len(n.args) < 2 {
		return fault(n.off, "%s takes two or more values", f)
	}
	anchor := 0 // the first that is no literal gives its kind to the literals
	for anchor < len(n.args)-1 && n.args[anchor].op == opLiteral {
		anchor++
	}
	for i, a := range n.args {
		if i == anchor || a.kind == decimal && n.args[anchor].kind == decimal {
			continue
		}
		var flt *Fault
		if n.args[anchor], n.args[i], flt = unify(n.args[anchor], a); flt != nil {
			return flt
		}
	}
	for _, a := range n.args {
		if a.kind == decimal {
			return undecided(a)
		}
		ok := false
		for _, k := range kinds {
			ok = ok || a.kind == k
		}
		if !ok && a.op == opLiteral && a.kind == Text && kinds[0] == Date {
			if flt := toDate(a); flt != nil {
				return flt
			}
			ok = true
		}
		if !ok {
			return fault(a.off, "%s takes %s, not %s", f, kinds[0], a.kind)
		}
	}
	return nil
}

// result makes root what the caller wants.
func (c *checker) result(root *node, want Kind) (*node, *Fault) {
	switch want {
	case Money, Date:
		n, flt := convert(root, &node{kind: want})
		if flt != nil {
			return nil, flt
		}
		root = n
	case Text:
		if root.kind == Date {
			return root, nil
		}
	}
	if root.kind == decimal {
		return nil, undecided(root)
	}
	if want != Value && root.kind != want {
		return nil, fault(root.off, "%s is needed, and this is %s", want, describe(root))
	}
	return root, nil
}

// unify makes a and b of one kind and scale, converting literals.
func unify(a, b *node) (*node, *node, *Fault) {
	if a.kind == decimal && b.kind == decimal {
		return nil, nil, undecided(a)
	}
	x, flt := convert(a, b)
	if flt != nil {
		return nil, nil, flt
	}
	y, flt := convert(b, a)
	if flt != nil {
		return nil, nil, flt
	}
	if x.kind != y.kind || x.scale != y.scale {
		return nil, nil, fault(y.off, "%s beside %s", describe(y), describe(x))
	}
	return x, y, nil
}

// convert returns n as a value of the kind of like, when n is a literal (or
// chooses between literals) that needs it; otherwise n itself.
func convert(n, like *node) (*node, *Fault) {
	if n.op == opIf && n.kind != Bool {
		a, flt := convert(n.args[1], like)
		if flt != nil {
			return nil, flt
		}
		b, flt := convert(n.args[2], like)
		if flt != nil {
			return nil, flt
		}
		if a.kind != b.kind || a.scale != b.scale {
			return n, nil // a name stands in one branch: the caller says that the kinds differ
		}
		m := *n
		m.kind, m.scale, m.args = a.kind, a.scale, []*node{n.args[0], a, b}
		return &m, nil
	}
	if n.op != opLiteral {
		return n, nil
	}
	m := *n
	switch {
	case n.kind == decimal && like.kind == Money:
		return &m, scaled(&m, Money, 2)
	case n.kind == decimal && like.kind == Int && like.scale > 0:
		return &m, scaled(&m, Int, like.scale)
	case n.kind == decimal && like.kind == Int:
		return nil, fraction(n)
	case n.kind == Int && n.scale == 0 && like.kind == Money:
		if n.num != 0 {
			return nil, fault(n.off, "money is written with two decimals: %d.00", n.num)
		}
		m.kind = Money
	case n.kind == Int && n.scale == 0 && like.kind == Int && like.scale > 0:
		m.text = strconv.FormatInt(n.num, 10)
		return &m, scaled(&m, Int, like.scale)
	case n.kind == Text && like.kind == Date:
		return &m, toDate(&m)
	case n.kind == Text && like.kind == Text && len(like.choices) > 0 && n.text != "":
		for _, c := range like.choices {
			if c == n.text {
				return n, nil
			}
		}
		return nil, fault(n.off, "'%s' is not one of the choices: %s", n.text, strings.Join(like.choices, ", "))
	}
	return &m, nil
}

// scaled turns the digits of literal n into a whole number of 10^-scale.
func scaled(n *node, kind Kind, scale int) *Fault {
	whole, rest, _ := strings.Cut(n.text, ".")
	if len(rest) > scale {
		return fault(n.off, "%s has more than %d decimals", n.text, scale)
	}
	v, err := strconv.ParseInt(whole+rest+strings.Repeat("0", scale-len(rest)), 10, 64)
	if err != nil {
		return fault(n.off, "%s is too large", n.text)
	}
	n.kind, n.num, n.text = kind, v, ""
	if kind == Int {
		n.scale = scale
	}
	return nil
}

// toDate makes the text literal n a date.
func toDate(n *node) *Fault {
	if _, err := town.ParseDay(n.text); err != nil {
		return fault(n.off, "'%s' is no date: write 'YYYY-MM-DD'", n.text)
	}
	n.kind = Date
	return nil
}

// undecided says that nothing beside the literal tells what it counts.
func undecided(n *node) *Fault {
	return fault(n.off, "nothing here says what a number with decimals counts: compare it with money or a decimal field, or write a whole number")
}

// fraction says how to write a factor without decimals.
func fraction(n *node) *Fault {
	if n.op != opLiteral {
		return undecided(n)
	}
	return fault(n.off, "%s is no whole number: there are no fractions here; write x * 3 / 10 for 0.3 × x", n.text)
}
