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
	off := 0
	if at, ok := source.LocationOffset(err.Location); ok {
		off = max(0, int(at))
	}
	rest := []rune(source.Content())
	rest = rest[min(off, len(rest)):]
	return fault(off, "not a formula: %s", syntax(err.Message, string(rest)))
}

// mistakes are the kinds of faults that the parser knows, by a word of its message.
var mistakes = []struct {
	has string
	say pair
}{
	{"<EOF>", pair{"公式没有写完", "it ends too early"}},
	{"expected ')'", pair{"缺少右括号 )", "a ) is missing"}},
	{"expected ']'", pair{"缺少右括号 ]", "a ] is missing"}},
	{"expected '}'", pair{"缺少右括号 }", "a } is missing"}},
	{"expected ':'", pair{"? 后缺少冒号", "a : is missing after ?"}},
	{"unterminated string", pair{"引号没有收尾", "a quote is not closed"}},
	{"unable to unescape", pair{"引号里的反斜杠 \\ 写法不对", "a backslash within quotes starts nothing known"}},
	{"expected '&&'", pair{"“并且”写 &&", "“and” is written &&"}},
	{"expected '||'", pair{"“或者”写 ||", "“or” is written ||"}},
	{"expected identifier", pair{"点后缺少名称", "a name is missing after the dot"}},
	{"recursion limit", pair{"套得太深", "it is too deeply nested"}},
	{"reserved identifier", pair{"保留字不能作名称", "a reserved word cannot be a name"}},
	{"literal", pair{"这个数写得不对或太大", "this number is malformed or too large"}},
}

// syntax says what the parser found wrong, given what stands from there on. No
// message of the parser itself passes: it speaks English only.
func syntax(msg, rest string) pair {
	for _, m := range mistakes {
		if strings.Contains(msg, m.has) {
			return m.say
		}
	}
	word, _, _ := strings.Cut(rest, " ")
	switch {
	case strings.HasPrefix(rest, "=") && !strings.HasPrefix(rest, "=="):
		return pair{"相等写 ==", "equality is written =="}
	case strings.HasPrefix(rest, ">") && strings.Contains(msg, "unexpected token"):
		return pair{"不等写 !=，比大小写 < <= > >=", "inequality is written !=, order < <= > >="}
	case word == "and" || strings.HasPrefix(rest, "且") || strings.HasPrefix(rest, "并且"):
		return pair{"“并且”写 &&", "“and” is written &&"}
	case word == "or" || strings.HasPrefix(rest, "或"):
		return pair{"“或者”写 ||", "“or” is written ||"}
	case rest == "":
		return pair{"公式没有写完", "it ends too early"}
	}
	first := []rune(rest)[:1]
	if strings.Contains(msg, "unexpected character") {
		return pair{fmt.Sprintf("公式里没有“%s”这个字符", string(first)), fmt.Sprintf("formulas know no “%s”", string(first))}
	}
	return pair{fmt.Sprintf("“%s”处多出了内容，或前面缺了什么", word), fmt.Sprintf("“%s” does not belong here, or something is missing before it", word)}
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
