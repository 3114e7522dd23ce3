package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Caps on what is read: a catalog is written by people, file by file.
const (
	maxFile  = 512 << 10 // bytes of one YAML file
	maxFiles = 600
	maxDepth = 60 // of nesting
)

type nodeKind uint8

const (
	scalar nodeKind = iota
	mappingNode
	sequence
	null
	refused // already reported
)

// node is a YAML value with its place. It hides the parser from the rest of the package.
type node struct {
	file      *file
	line, col int
	kind      nodeKind
	text      string // of a scalar, as written
	quoted    bool
	block     bool // literal or folded
	pairs     []pair
	items     []*node
}

type pair struct{ key, val *node }

// file is one source text.
type file struct {
	name  string
	data  []byte
	lines []string
}

func (f *file) line(n int) string {
	if f.lines == nil {
		f.lines = strings.Split(string(f.data), "\n")
	}
	if n < 1 || n > len(f.lines) {
		return ""
	}
	return strings.TrimRight(f.lines[n-1], "\r")
}

// get returns the value of key in a mapping, nil when absent.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.val
		}
	}
	return nil
}

// source is the place of n for the model.
func (n *node) source() Source {
	if n == nil {
		return Source{}
	}
	return Source{n.file.name, n.line, n.col}
}

// faultAt makes a fault at a place in the file.
func (f *file) faultAt(line, col int, zh, en string) Fault {
	return Fault{File: f.name, Line: line, Column: col, Text: f.line(line), Zh: zh, En: en}
}

// parse turns a YAML text into nodes. The parser may panic on odd input, so it is fenced in.
func parse(f *file) (root *node, faults []Fault) {
	defer func() {
		if p := recover(); p != nil {
			root = nil
			faults = []Fault{{File: f.name, Zh: "无法读取此 YAML", En: fmt.Sprintf("this YAML cannot be read: %v", p)}}
		}
	}()
	if len(f.data) > maxFile {
		return nil, []Fault{{File: f.name, Zh: fmt.Sprintf("文件超过 %d KB", maxFile>>10), En: fmt.Sprintf("the file is larger than %d KB", maxFile>>10)}}
	}
	if !utf8.Valid(f.data) {
		line := 1 + bytes.Count(f.data[:invalidAt(f.data)], []byte("\n"))
		return nil, []Fault{{File: f.name, Line: line, Zh: "不是 UTF-8 文本", En: "not UTF-8 text"}}
	}
	if line := tooDeep(f.data); line > 0 {
		return nil, []Fault{f.faultAt(line, 0, "嵌套过深", "nested too deeply")}
	}
	tree, err := parser.ParseBytes(f.data, 0)
	if err != nil {
		return nil, []Fault{syntaxFault(f, err)}
	}
	c := converter{f: f}
	for _, d := range tree.Docs {
		if d == nil || d.Body == nil {
			continue
		}
		if root != nil {
			n := c.at(d.Body.GetToken())
			c.faults = append(c.faults, f.faultAt(n.line, n.col, "一个文件只能有一个 YAML 文档", "one file holds one YAML document"))
			break
		}
		root = c.convert(d.Body, 0)
	}
	return root, c.faults
}

func invalidAt(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

// tooDeep looks for nesting that would exhaust the parser's stack and returns its line, 0 when there is none.
// It counts brackets without regard to quotes, so it only refuses what no catalog needs.
func tooDeep(b []byte) int {
	depth, line, lead, blank := 0, 1, 0, true
	for i, c := range b {
		switch c {
		case '[', '{':
			depth++
			blank = false
		case ']', '}':
			depth = max(0, depth-1)
			blank = false
		case '\n':
			line++
			lead, blank = 0, true
		case ' ', '\t':
			if blank {
				lead++
			}
		case '-', '?', ':':
			// "- - - -" opens a level each.
			if blank && i+1 < len(b) && (b[i+1] == ' ' || b[i+1] == '\t') {
				lead += 2
			} else {
				blank = false
			}
		default:
			blank = false
		}
		if depth > maxDepth*2 || lead > maxDepth*4 {
			return line
		}
	}
	return 0
}

func syntaxFault(f *file, err error) Fault {
	msg := err.Error()
	line, col := 0, 0
	var at interface {
		error
		GetToken() *token.Token
		GetMessage() string
	}
	if errors.As(err, &at) {
		msg = at.GetMessage()
		if tk := at.GetToken(); tk != nil && tk.Position != nil {
			line, col = tk.Position.Line, tk.Position.Column
		}
	}
	msg, _, _ = strings.Cut(msg, "\n")
	if line == 0 {
		return Fault{File: f.name, Zh: "YAML 语法错误：" + msg, En: "YAML syntax: " + msg}
	}
	return f.faultAt(line, col, "YAML 语法错误："+inChinese(msg), "YAML syntax: "+msg)
}

type converter struct {
	f      *file
	faults []Fault
}

func (c *converter) at(tk *token.Token) *node {
	n := &node{file: c.f, line: 1, col: 1}
	if tk != nil && tk.Position != nil {
		n.line, n.col = tk.Position.Line, max(1, tk.Position.Column)
	}
	return n
}

func (c *converter) fault(n *node, zh, en string) {
	c.faults = append(c.faults, c.f.faultAt(n.line, n.col, zh, en))
}

func (c *converter) convert(v ast.Node, depth int) *node {
	if depth > maxDepth {
		n := c.at(v.GetToken())
		c.fault(n, "嵌套过深", "nested too deeply")
		n.kind = refused
		return n
	}
	switch v := v.(type) {
	case *ast.MappingNode:
		n := c.at(v.GetToken())
		n.kind = mappingNode
		for _, p := range v.Values {
			c.pair(n, p, depth)
		}
		if len(n.pairs) > 0 && (v.Start == nil || v.Start.Type != token.MappingStartType) {
			n.line, n.col = n.pairs[0].key.line, n.pairs[0].key.col
		}
		return n
	case *ast.MappingValueNode:
		n := c.at(v.GetToken())
		n.kind = mappingNode
		c.pair(n, v, depth)
		if len(n.pairs) > 0 {
			n.line, n.col = n.pairs[0].key.line, n.pairs[0].key.col
		}
		return n
	case *ast.SequenceNode:
		n := c.at(v.GetToken())
		n.kind = sequence
		for _, x := range v.Values {
			if x == nil {
				continue
			}
			n.items = append(n.items, c.convert(x, depth+1))
		}
		return n
	case *ast.StringNode:
		n := c.at(v.Token)
		n.text = v.Value
		n.quoted = v.Token != nil && (v.Token.Type == token.SingleQuoteType || v.Token.Type == token.DoubleQuoteType)
		return n
	case *ast.LiteralNode:
		n := c.at(v.Start)
		n.block, n.quoted = true, true
		if v.Value != nil {
			n.text = strings.TrimRight(v.Value.Value, "\n")
		}
		return n
	case *ast.NullNode:
		n := c.at(v.GetToken())
		n.kind = null
		return n
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		n := c.at(v.GetToken())
		n.text = v.GetToken().Value
		return n
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		n := c.at(v.GetToken())
		c.fault(n, "目录语言不用锚点和别名（& * <<），请写全", "the catalog language has no anchors and aliases (& * <<): write it out")
		n.kind = refused
		return n
	case *ast.TagNode:
		n := c.at(v.GetToken())
		c.fault(n, "目录语言不用类型标签（!）", "the catalog language has no tags (!)")
		n.kind = refused
		return n
	case nil:
		return &node{file: c.f, line: 1, col: 1, kind: null}
	default:
		n := c.at(v.GetToken())
		c.fault(n, "此处不能这样写", "this cannot stand here")
		n.kind = refused
		return n
	}
}

func (c *converter) pair(n *node, p *ast.MappingValueNode, depth int) {
	if p == nil || p.Key == nil {
		return
	}
	var key *node
	switch k := p.Key.(type) {
	case ast.ScalarNode:
		key = c.convert(k, depth+1)
		if key.kind == null {
			key = c.at(k.GetToken())
			key.text = k.GetToken().Value
		}
	default:
		key = c.at(p.Key.GetToken())
		c.fault(key, "键必须是一个词", "a key must be one word")
		return
	}
	for _, q := range n.pairs {
		if q.key.text == key.text {
			c.fault(key, fmt.Sprintf("“%s”已写过一次（第 %d 行）", key.text, q.key.line), fmt.Sprintf("%q was given already on line %d", key.text, q.key.line))
			return
		}
	}
	var val *node
	if p.Value == nil {
		val = &node{file: c.f, line: key.line, col: key.col, kind: null}
	} else {
		val = c.convert(p.Value, depth+1)
	}
	n.pairs = append(n.pairs, pair{key, val})
}
