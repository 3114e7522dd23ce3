package formula

import (
	"fmt"
	"sort"
	"strings"
	"sync"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/parser"
)

// Bounds on what Compile takes. The longest formula of a catalog is a tenth of
// them; they keep a hostile one from costing time or stack.
const (
	maxLength = 4000 // code points
	maxDepth  = 40   // nested operators, after parsing
)

// Env is the set of names that expressions may read. It does not change and
// may be used by many goroutines.
type Env struct {
	names  map[string]Name
	sorted []string
	parser *parser.Parser
}

// grammar is the one parser of all environments; it keeps nothing between expressions.
var grammar = sync.OnceValues(func() (*parser.Parser, error) {
	return parser.NewParser(
		parser.ExpressionSizeCodePointLimit(maxLength),
		parser.MaxRecursionDepth(4*maxDepth),
		parser.EnablePrattParser(true), // a sixth of the time of the other one, and clearer messages
		parser.ErrorReportingLimit(1),
		parser.ErrorRecoveryLimit(1))
})

// NewEnv declares names. A name that is declared twice, or that has no known
// kind, is a mistake of the caller.
func NewEnv(names []Name) (*Env, error) {
	p, err := grammar()
	if err != nil {
		return nil, fmt.Errorf("make the parser: %w", err)
	}
	e := &Env{names: make(map[string]Name, len(names)), sorted: make([]string, 0, len(names)), parser: p}
	for _, n := range names {
		if _, twice := e.names[n.Name]; twice {
			return nil, fmt.Errorf("the name %s is declared twice", n.Name)
		}
		if n.Name == "" || n.Kind < Bool || n.Kind > Lines {
			return nil, fmt.Errorf("the name %q has no kind a name can have (%d)", n.Name, n.Kind)
		}
		e.names[n.Name] = n
		e.sorted = append(e.sorted, n.Name)
	}
	sort.Strings(e.sorted)
	return e, nil
}

// Program is a compiled expression. It does not change and may be used by many
// goroutines.
type Program struct {
	source string
	root   *node
	names  []string
	eval   evaluator
}

// Compile checks src and compiles it. The result must be of kind want; Value
// takes any. The fault says where, and what to write instead.
func (e *Env) Compile(src string, want Kind) (*Program, *Fault) {
	if n := len([]rune(src)); n > maxLength {
		return nil, fault(maxLength, "the formula has %d characters; %d are the most", n, maxLength)
	}
	source := common.NewTextSource(src)
	tree, errs := e.parser.Parse(source)
	if list := errs.GetErrors(); len(list) > 0 {
		return nil, syntaxFault(source, list[0])
	}
	c := &checker{env: e, info: tree.SourceInfo(), used: map[string]bool{}}
	root, fault := c.check(tree.Expr(), 0)
	if fault == nil {
		root, fault = c.result(root, want)
	}
	if fault != nil {
		return nil, fault
	}
	p := &Program{source: src, root: root, names: make([]string, 0, len(c.used)), eval: compile(root)}
	for n := range c.used {
		p.names = append(p.names, n)
	}
	sort.Strings(p.names)
	return p, nil
}

// syntaxFault turns an error of the parser into a Fault in our words.
func syntaxFault(source common.Source, err *common.Error) *Fault {
	msg := strings.TrimPrefix(err.Message, "Syntax error: ")
	if i := strings.Index(msg, " expecting "); i > 0 {
		msg = msg[:i] // the list of tokens that could follow helps nobody
	}
	msg = strings.ReplaceAll(strings.Trim(msg, " "), "mismatched input <EOF>", "it ends too early")
	off := 0
	if at, ok := source.LocationOffset(err.Location); ok {
		off = max(0, int(at))
	}
	return fault(off, "not a formula: %s", syntax(msg))
}

// syntax gives the commonest messages of the parser in Chinese too.
func syntax(msg string) pair {
	for _, known := range []pair{{"公式没有写完", "it ends too early"}, {"缺少右括号", "expected ')'"}, {"? 后缺少冒号", "expected ':'"}, {"引号没有收尾", "unterminated string"},
		{"多出了内容", "unexpected token"}, {"点后缺少名称", "expected identifier"}, {"套得太深", "recursion limit"}, {"保留字不能作名称", "reserved identifier"}} {
		if strings.Contains(msg, known.en) {
			return pair{known.zh, msg}
		}
	}
	return pair{msg, msg}
}

// Source returns the text that was compiled.
func (p *Program) Source() string { return p.source }

// Names returns the declared names that the program reads, in order.
func (p *Program) Names() []string { return append([]string(nil), p.names...) }

// Kind returns the kind of the result. Only a Bool program can be used with Holds.
func (p *Program) Kind() Kind { return p.root.kind }

// Scale returns the decimals of an Int result: the result is the value × 10^Scale.
func (p *Program) Scale() int { return p.root.scale }

// Columns returns the columns of a Lines result.
func (p *Program) Columns() []Name { return append([]Name(nil), p.root.columns...) }

// Choices returns the texts that a Text result can be, as far as they are
// known: the choices of the names and the literals that it may come from. It is
// nil when the result can be any text.
func (p *Program) Choices() []string {
	if p.root.kind != Text {
		return nil
	}
	set := map[string]bool{}
	if !outcomes(p.root, set) {
		return nil
	}
	list := make([]string, 0, len(set))
	for s := range set {
		list = append(list, s)
	}
	sort.Strings(list)
	return list
}

// outcomes adds the texts that n can be to set; false when it can be any.
func outcomes(n *node, set map[string]bool) bool {
	switch {
	case n.op == opLiteral:
		set[n.text] = true
	case n.op == opIf:
		return outcomes(n.args[1], set) && outcomes(n.args[2], set)
	case len(n.choices) > 0:
		for _, c := range n.choices {
			set[c] = true
		}
	default:
		return false
	}
	return true
}

// nearest returns the name of list that is most like name, or "" when none is.
func nearest(name string, list []string) string {
	best, at := "", len([]rune(name))/2+1
	for _, s := range list {
		if d := distance(name, s); d < at {
			best, at = s, d
		}
	}
	return best
}

// distance is the number of characters to add, drop or change to get from a to b.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)]
}
