package formula

import (
	"fmt"
	"math"
	"math/bits"
	"strings"
	"unicode/utf8"

	"zhenwu/internal/town"
)

// truth is a three-valued condition. The order makes "and" the least and "or"
// the greatest of two.
type truth int8

const (
	no truth = iota - 1
	unsure
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// trouble is what went wrong while reckoning. The value is unknown then, as it
// is in SQL; in memory the trouble also refuses the command.
type trouble uint8

const (
	fine trouble = iota
	overflow
	zeroDivision
	wrongType // a value is not of the kind that its name was declared with
)

// maxVariables is how many line variables may be in scope at once.
const maxVariables = 4

// frame is the state of one evaluation.
type frame struct {
	values  Values
	trouble trouble
	culprit string // of wrongType: the name
	rows    [maxVariables]map[string]any
}

// evaluator is a compiled node: the one function that its kind calls for.
// Each returns the value and whether it is known.
type evaluator struct {
	truth  func(*frame) truth
	number func(*frame) (int64, bool)
	text   func(*frame) (string, bool)
	texts  func(*frame) ([]string, bool)
	lines  func(*frame) ([]map[string]any, bool)
}

// Holds tells whether the predicate holds; unknown is false. The program must
// be of Kind Bool. An error refuses what is being done.
func (p *Program) Holds(v Values) (bool, error) {
	if p.eval.truth == nil {
		return false, fmt.Errorf("the formula %q is no condition", p.source)
	}
	f := frame{values: v}
	t := p.eval.truth(&f)
	if f.trouble != fine {
		return false, p.refuse(&f)
	}
	return t == yes, nil
}

// Eval gives the value: bool, int64, string, []string or []map[string]any.
// known is false when the result is empty. An error refuses what is being done.
func (p *Program) Eval(v Values) (val any, known bool, err error) {
	f := frame{values: v}
	val, known = p.eval.value(&f)
	if f.trouble != fine {
		return nil, false, p.refuse(&f)
	}
	return val, known, nil
}

// refuse says what went wrong in f.
func (p *Program) refuse(f *frame) error {
	switch f.trouble {
	case overflow:
		return town.Refuse(town.Invalid, "", "公式“%s”的结果超出可表示的范围。", "The result of the formula “%s” is too large.", p.source)
	case zeroDivision:
		return town.Refuse(town.Invalid, "", "公式“%s”以零为除数。", "The formula “%s” divides by zero.", p.source)
	}
	return fmt.Errorf("formula %q: the value of %s is not of its declared kind", p.source, f.culprit)
}

// value evaluates to whatever the kind is.
func (e *evaluator) value(f *frame) (any, bool) {
	switch {
	case e.truth != nil:
		t := e.truth(f)
		return t == yes, t != unsure
	case e.number != nil:
		n, ok := e.number(f)
		return n, ok
	case e.text != nil:
		s, ok := e.text(f)
		return s, ok
	case e.texts != nil:
		l, ok := e.texts(f)
		return l, ok
	}
	l, ok := e.lines(f)
	return l, ok
}

// compile makes the evaluator of n.
func compile(n *node) evaluator {
	switch n.kind {
	case Bool:
		return evaluator{truth: condition(n)}
	case Int, Money:
		return evaluator{number: number(n)}
	case Text, Date:
		return evaluator{text: text(n)}
	case Texts:
		return evaluator{texts: texts(n)}
	}
	return evaluator{lines: lines(n)}
}

// read returns the function that reads the name or column n as a T.
func read[T any](n *node) func(*frame) (T, bool) {
	name, depth := n.name, n.depth
	get := func(f *frame) (any, bool) { v, ok := f.rows[depth][name]; return v, ok && v != nil }
	switch n.op {
	case opName:
		get = func(f *frame) (any, bool) { return f.values.Value(name) }
	case opPick:
		key := text(n.args[0])
		get = func(f *frame) (any, bool) {
			k, ok := key(f)
			if !ok {
				return nil, false
			}
			v, ok := f.rows[depth][k]
			return v, ok && v != nil
		}
	}
	return func(f *frame) (T, bool) {
		v, ok := get(f)
		if !ok {
			var none T
			return none, false
		}
		t, ok := v.(T)
		if !ok {
			f.trouble, f.culprit = wrongType, name
		}
		return t, ok
	}
}

// condition compiles a node of kind Bool.
func condition(n *node) func(*frame) truth {
	switch n.op {
	case opLiteral:
		t := truthOf(n.yes)
		return func(*frame) truth { return t }
	case opName, opColumn, opPick:
		get := read[bool](n)
		return func(f *frame) truth {
			b, ok := get(f)
			if !ok {
				return unsure
			}
			return truthOf(b)
		}
	case opNot:
		x := condition(n.args[0])
		return func(f *frame) truth { return -x(f) }
	case opAnd:
		return decide(n, no)
	case opOr:
		return decide(n, yes)
	case opIf:
		c, a, b := condition(n.args[0]), condition(n.args[1]), condition(n.args[2])
		return func(f *frame) truth {
			switch c(f) {
			case yes:
				return a(f)
			case no:
				return b(f)
			}
			return unsure
		}
	case opEqual, opUnequal:
		same := equal(n)
		if n.op == opEqual {
			return func(f *frame) truth { return truthOf(same(f)) }
		}
		return func(f *frame) truth { return truthOf(!same(f)) }
	case opLess, opLessEqual, opGreater, opGreaterEqual:
		return ordered(n)
	case opIn:
		return among(n)
	case opHas:
		x, list := text(n.args[0]), texts(n.args[1])
		return func(f *frame) truth {
			s, ok1 := x(f)
			l, ok2 := list(f)
			if !ok1 || !ok2 {
				return unsure
			}
			for _, item := range l {
				if item == s {
					return yes
				}
			}
			return no
		}
	case opFilled:
		return filled(n.args[0])
	case opStartsWith, opEndsWith, opContains:
		x, part := text(n.args[0]), n.args[1].text
		test := map[op]func(s, part string) bool{opStartsWith: strings.HasPrefix, opEndsWith: strings.HasSuffix, opContains: strings.Contains}[n.op]
		return func(f *frame) truth {
			s, ok := x(f)
			if !ok {
				return unsure
			}
			return truthOf(test(s, part))
		}
	case opAll:
		return quantify(n, no)
	case opExists:
		return quantify(n, yes)
	}
	panic(fmt.Sprintf("formula: operator %d is no condition", n.op)) // the checker makes none
}

// decide compiles && (final no) and || (final yes): a side that is final and
// met no trouble decides, whatever the other is.
func decide(n *node, final truth) func(*frame) truth {
	a, b := condition(n.args[0]), condition(n.args[1])
	return func(f *frame) truth {
		before := f.trouble
		f.trouble = fine
		x := a(f)
		if x == final && f.trouble == fine {
			f.trouble = before
			return x
		}
		left := f.trouble
		f.trouble = fine
		y := b(f)
		if y == final && f.trouble == fine {
			f.trouble = before
			return y
		}
		f.trouble = max(before, left, f.trouble)
		if final == no {
			return min(x, y)
		}
		return max(x, y)
	}
}

// quantify compiles all (final no) and exists (final yes) over lines.
func quantify(n *node, final truth) func(*frame) truth {
	list, each, depth := lines(n.args[0]), condition(n.args[1]), n.depth
	return func(f *frame) truth {
		rows, ok := list(f)
		if !ok {
			return unsure
		}
		before, met, result := f.trouble, fine, -final
		for _, row := range rows {
			f.rows[depth], f.trouble = row, fine
			t := each(f)
			if t == final && f.trouble == fine {
				f.trouble = before
				return t
			}
			met = max(met, f.trouble)
			if final == no {
				result = min(result, t)
			} else {
				result = max(result, t)
			}
		}
		f.trouble = max(before, met)
		return result
	}
}

// equal compiles == of two nodes of one kind; two empty values are equal.
func equal(n *node) func(*frame) bool {
	switch n.args[0].kind {
	case Bool:
		a, b := condition(n.args[0]), condition(n.args[1])
		return func(f *frame) bool { return a(f) == b(f) }
	case Int, Money:
		return same(number(n.args[0]), number(n.args[1]))
	}
	return same(text(n.args[0]), text(n.args[1]))
}

func same[T comparable](a, b func(*frame) (T, bool)) func(*frame) bool {
	return func(f *frame) bool {
		x, ok1 := a(f)
		y, ok2 := b(f)
		return ok1 == ok2 && (!ok1 || x == y)
	}
}

// ordered compiles < <= > >=.
func ordered(n *node) func(*frame) truth {
	if k := n.args[0].kind; k == Int || k == Money {
		return order(n.op, number(n.args[0]), number(n.args[1]))
	}
	return order(n.op, text(n.args[0]), text(n.args[1])) // bytes of UTF-8 order as code points do
}

func order[T int64 | string](o op, a, b func(*frame) (T, bool)) func(*frame) truth {
	return func(f *frame) truth {
		x, ok1 := a(f)
		y, ok2 := b(f)
		if !ok1 || !ok2 {
			return unsure
		}
		switch o {
		case opLess:
			return truthOf(x < y)
		case opLessEqual:
			return truthOf(x <= y)
		case opGreater:
			return truthOf(x > y)
		}
		return truthOf(x >= y)
	}
}

// among compiles x in [a, b]: as in SQL, unknown when none is equal and one is unknown.
func among(n *node) func(*frame) truth {
	if k := n.args[0].kind; k == Int || k == Money {
		return find(n, number)
	}
	return find(n, text)
}

func find[T comparable](n *node, compile func(*node) func(*frame) (T, bool)) func(*frame) truth {
	x := compile(n.args[0])
	items := make([]func(*frame) (T, bool), len(n.args)-1)
	for i, a := range n.args[1:] {
		items[i] = compile(a)
	}
	return func(f *frame) truth {
		v, ok := x(f)
		if !ok {
			return unsure
		}
		result := no
		for _, item := range items {
			w, ok := item(f)
			if ok && v == w {
				return yes
			}
			if !ok {
				result = unsure
			}
		}
		return result
	}
}

// filled compiles filled(x).
func filled(n *node) func(*frame) truth {
	name, depth := n.name, n.depth
	if n.op == opColumn {
		return func(f *frame) truth { v, ok := f.rows[depth][name]; return truthOf(ok && v != nil) }
	}
	return func(f *frame) truth { _, ok := f.values.Value(name); return truthOf(ok) }
}

// number compiles a node of kind Int or Money.
func number(n *node) func(*frame) (int64, bool) {
	switch n.op {
	case opLiteral:
		v := n.num
		return func(*frame) (int64, bool) { return v, true }
	case opName, opColumn, opPick:
		return read[int64](n)
	case opIf:
		return choose(n, number)
	case opAdd:
		return reckon(n, add)
	case opSubtract:
		return reckon(n, subtract)
	case opMultiply:
		return reckon(n, multiply)
	case opDivide:
		return reckon(n, divide)
	case opRemainder:
		return reckon(n, remainder)
	case opPercent:
		return reckon(n, percent)
	case opNegate:
		x := number(n.args[0])
		return func(f *frame) (int64, bool) {
			v, ok := x(f)
			return f.known(0, v, ok, subtract)
		}
	case opMin, opMax:
		return extreme(n)
	case opSize:
		return size(n.args[0])
	case opSum:
		return sum(n)
	case opRank:
		return rank(n)
	}
	panic(fmt.Sprintf("formula: operator %d is no number", n.op))
}

// choose compiles c ? a : b.
func choose[T any](n *node, compile func(*node) func(*frame) (T, bool)) func(*frame) (T, bool) {
	c, a, b := condition(n.args[0]), compile(n.args[1]), compile(n.args[2])
	return func(f *frame) (T, bool) {
		switch c(f) {
		case yes:
			return a(f)
		case no:
			return b(f)
		}
		var none T
		return none, false
	}
}

// operation is one step of reckoning; known is false without trouble when the
// result is empty.
type operation func(a, b int64) (v int64, known bool, t trouble)

// reckon compiles a binary operation: unknown when a side is.
func reckon(n *node, do operation) func(*frame) (int64, bool) {
	a, b := number(n.args[0]), number(n.args[1])
	return func(f *frame) (int64, bool) {
		x, ok1 := a(f)
		y, ok2 := b(f)
		return f.known(x, y, ok1 && ok2, do)
	}
}

// known does the operation when both sides are known, and notes its trouble.
func (f *frame) known(a, b int64, ok bool, do operation) (int64, bool) {
	if !ok {
		return 0, false
	}
	v, ok, t := do(a, b)
	f.trouble = max(f.trouble, t)
	return v, ok
}

func add(a, b int64) (int64, bool, trouble) {
	c := a + b
	if (a^c)&(b^c) < 0 {
		return 0, false, overflow
	}
	return c, true, fine
}

func subtract(a, b int64) (int64, bool, trouble) {
	c := a - b
	if (a^b)&(a^c) < 0 {
		return 0, false, overflow
	}
	return c, true, fine
}

func multiply(a, b int64) (int64, bool, trouble) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// hi of the signed product: correct the unsigned one for negative factors.
	if a < 0 {
		hi -= uint64(b)
	}
	if b < 0 {
		hi -= uint64(a)
	}
	if int64(hi) != int64(lo)>>63 {
		return 0, false, overflow
	}
	return int64(lo), true, fine
}

func divide(a, b int64) (int64, bool, trouble) {
	switch {
	case b == 0:
		return 0, false, zeroDivision
	case a == math.MinInt64 && b == -1:
		return 0, false, overflow
	}
	return a / b, true, fine
}

func remainder(a, b int64) (int64, bool, trouble) {
	switch b {
	case 0:
		return 0, false, zeroDivision
	case -1:
		return 0, true, fine
	}
	return a % b, true, fine
}

// percent is a in percent of b, rounded half up; empty when b is not positive.
func percent(a, b int64) (int64, bool, trouble) {
	if b <= 0 {
		return 0, false, fine
	}
	n, _, t1 := multiply(a, 200)
	n, _, t2 := add(n, b)
	d, _, t3 := multiply(b, 2)
	if t := max(t1, t2, t3); t != fine {
		return 0, false, t
	}
	q := n / d
	if n%d < 0 {
		q--
	}
	return q, true, fine
}

// extreme compiles min and max: unknown when an argument is.
func extreme(n *node) func(*frame) (int64, bool) {
	args, least := make([]func(*frame) (int64, bool), len(n.args)), n.op == opMin
	for i, a := range n.args {
		args[i] = number(a)
	}
	return func(f *frame) (int64, bool) {
		best, all := args[0](f)
		for _, a := range args[1:] {
			v, ok := a(f)
			all = all && ok
			if least {
				best = min(best, v)
			} else {
				best = max(best, v)
			}
		}
		return best, all
	}
}

// size compiles size(x): characters of a text, members of a list.
func size(n *node) func(*frame) (int64, bool) {
	switch n.kind {
	case Text:
		x := text(n)
		return func(f *frame) (int64, bool) { s, ok := x(f); return int64(utf8.RuneCountInString(s)), ok }
	case Texts:
		x := texts(n)
		return func(f *frame) (int64, bool) { l, ok := x(f); return int64(len(l)), ok }
	}
	x := lines(n)
	return func(f *frame) (int64, bool) { l, ok := x(f); return int64(len(l)), ok }
}

// sum compiles lines.sum(l, x): empty cells add nothing, as in SQL; no lines give 0.
func sum(n *node) func(*frame) (int64, bool) {
	list, each, depth := lines(n.args[0]), number(n.args[1]), n.depth
	return func(f *frame) (int64, bool) {
		rows, ok := list(f)
		if !ok {
			return 0, false
		}
		var total int64
		for _, row := range rows {
			f.rows[depth] = row
			v, ok := each(f)
			if !ok {
				continue
			}
			if total, ok = f.known(total, v, true, add); !ok {
				return 0, false
			}
		}
		return total, true
	}
}

// rank compiles lines.rank(l, x, own): 1 + how many lines have a greater x than own.
func rank(n *node) func(*frame) (int64, bool) {
	list, each, own, depth := lines(n.args[0]), number(n.args[1]), number(n.args[2]), n.depth
	return func(f *frame) (int64, bool) {
		rows, ok1 := list(f)
		mine, ok2 := own(f)
		if !ok1 || !ok2 {
			return 0, false
		}
		place := int64(1)
		for _, row := range rows {
			f.rows[depth] = row
			if v, ok := each(f); ok && v > mine {
				place++
			}
		}
		return place, true
	}
}

// text compiles a node of kind Text or Date.
func text(n *node) func(*frame) (string, bool) {
	switch n.op {
	case opLiteral:
		s := n.text
		return func(*frame) (string, bool) { return s, true }
	case opName, opColumn, opPick:
		return read[string](n)
	case opIf:
		return choose(n, text)
	case opEarliest, opLatest:
		return bound(n)
	}
	panic(fmt.Sprintf("formula: operator %d is no text", n.op))
}

// bound compiles earliest and latest, which pass over empty dates.
func bound(n *node) func(*frame) (string, bool) {
	args, earliest := make([]func(*frame) (string, bool), len(n.args)), n.op == opEarliest
	for i, a := range n.args {
		args[i] = text(a)
	}
	return func(f *frame) (string, bool) {
		best, found := "", false
		for _, a := range args {
			if s, ok := a(f); ok && (!found || s < best == earliest) {
				best, found = s, true
			}
		}
		return best, found
	}
}

// texts compiles a node of kind Texts.
func texts(n *node) func(*frame) ([]string, bool) {
	if n.op != opList {
		return read[[]string](n)
	}
	list, each, depth := lines(n.args[0]), text(n.args[1]), n.depth
	return func(f *frame) ([]string, bool) {
		rows, ok := list(f)
		if !ok {
			return nil, false
		}
		out := make([]string, 0, len(rows))
		for _, row := range rows {
			f.rows[depth] = row
			if s, ok := each(f); ok {
				out = append(out, s)
			}
		}
		return out, true
	}
}

// lines compiles a node of kind Lines.
func lines(n *node) func(*frame) ([]map[string]any, bool) {
	switch n.op {
	case opFilter:
		list, each, depth := lines(n.args[0]), condition(n.args[1]), n.depth
		return func(f *frame) ([]map[string]any, bool) {
			rows, ok := list(f)
			if !ok {
				return nil, false
			}
			out := make([]map[string]any, 0, len(rows))
			for _, row := range rows {
				f.rows[depth] = row
				if each(f) == yes {
					out = append(out, row)
				}
			}
			return out, true
		}
	case opMap:
		return project(n)
	}
	return read[[]map[string]any](n)
}

// project compiles lines.map(l, {'column': value}).
func project(n *node) func(*frame) ([]map[string]any, bool) {
	list, depth, keys := lines(n.args[0]), n.depth, n.keys
	cells := make([]evaluator, len(keys))
	for i, a := range n.args[1:] {
		cells[i] = compile(a)
	}
	return func(f *frame) ([]map[string]any, bool) {
		rows, ok := list(f)
		if !ok {
			return nil, false
		}
		out := make([]map[string]any, len(rows))
		for i, row := range rows {
			out[i] = make(map[string]any, len(keys))
			for j := range cells {
				f.rows[depth] = row
				if v, ok := cells[j].value(f); ok {
					out[i][keys[j]] = v
				}
			}
		}
		return out, true
	}
}
