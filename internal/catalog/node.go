package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
	"go.yaml.in/yaml/v3"
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
		line, _ := f.place(invalidAt(f.data))
		return nil, []Fault{{File: f.name, Line: line, Zh: "不是 UTF-8 文本", En: "not UTF-8 text"}}
	}
	if line := tooDeep(f.data); line > 0 {
		return nil, []Fault{f.faultAt(line, 0, "嵌套过深", "nested too deeply")}
	}
	d := yaml.NewDecoder(bytes.NewReader(f.data))
	var doc yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF): // nothing but comments
		return nil, nil
	case err != nil:
		return nil, []Fault{syntaxFault(f, err)}
	}
	c := converter{f: f}
	root = c.convert(doc.Content[0], 0)
	var more yaml.Node
	switch err := d.Decode(&more); {
	case err == nil:
		c.fault(c.at(more.Content[0]), "一个文件只能有一个 YAML 文档", "one file holds one YAML document")
	case !errors.Is(err, io.EOF):
		c.faults = append(c.faults, syntaxFault(f, err))
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

const (
	noAnchorsZh = "目录语言不用锚点和别名（& * <<），请写全"
	noAnchorsEn = "the catalog language has no anchors and aliases (& * <<): write it out"
)

// find gives the line and column at which text stands first, 0 and 0 where it does not.
func (f *file) find(text string) (line, col int) {
	return f.place(bytes.Index(f.data, []byte(text)))
}

func (f *file) findFunc(is func(rune) bool) (line, col int) {
	return f.place(bytes.IndexFunc(f.data, is))
}

func (f *file) place(at int) (line, col int) {
	if at < 0 {
		return 0, 0
	}
	before := f.data[:at]
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[1+bytes.LastIndexByte(before, '\n'):])
}

// syntaxFault says what is wrong with a text that the reader refused. The reader is fast and tells a line at best; the
// second parser, asked only now, tells the token.
func syntaxFault(f *file, err error) Fault {
	var at interface {
		error
		GetToken() *token.Token
		GetMessage() string
	}
	if _, second := parser.ParseBytes(f.data, 0); errors.As(second, &at) {
		msg, _, _ := strings.Cut(at.GetMessage(), "\n")
		if tk := at.GetToken(); tk != nil && tk.Position != nil {
			return f.faultAt(tk.Position.Line, tk.Position.Column, "YAML 语法错误："+inChinese(msg), "YAML syntax: "+msg)
		}
	}
	msg, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), "\n")
	if name, ok := strings.CutPrefix(msg, "unknown anchor '"); ok { // an anchor that stands is found while converting
		name, _, _ = strings.Cut(name, "'")
		line, col := f.find("*" + name)
		return f.faultAt(line, col, noAnchorsZh, noAnchorsEn)
	}
	line := 0
	if strings.HasPrefix(msg, "control characters") {
		line, _ = f.findFunc(func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' })
	}
	if rest, ok := strings.CutPrefix(msg, "line "); ok {
		number, what, _ := strings.Cut(rest, ": ")
		if n, bad := strconv.Atoi(number); bad == nil {
			line, msg = n, what
		}
	}
	return f.faultAt(line, 0, "YAML 语法错误："+inChinese(msg), "YAML syntax: "+msg)
}

type converter struct {
	f      *file
	faults []Fault
}

func (c *converter) at(v *yaml.Node) *node {
	return &node{file: c.f, line: max(1, v.Line), col: max(1, v.Column)}
}

func (c *converter) fault(n *node, zh, en string) {
	c.faults = append(c.faults, c.f.faultAt(n.line, n.col, zh, en))
	n.kind = refused
}

func (c *converter) convert(v *yaml.Node, depth int) *node {
	n := c.at(v)
	switch {
	case depth > maxDepth:
		c.fault(n, "嵌套过深", "nested too deeply")
	case v.Kind == yaml.AliasNode || v.Anchor != "" || v.Tag == "!!merge":
		c.fault(n, noAnchorsZh, noAnchorsEn)
	case v.Style&yaml.TaggedStyle != 0:
		c.fault(n, "目录语言不用类型标签（!）", "the catalog language has no tags (!)")
	case v.Kind == yaml.MappingNode:
		n.kind = mappingNode
		n.pairs = make([]pair, 0, len(v.Content)/2)
		for i := 0; i+1 < len(v.Content); i += 2 {
			c.pair(n, v.Content[i], v.Content[i+1], depth)
		}
	case v.Kind == yaml.SequenceNode:
		n.kind = sequence
		n.items = make([]*node, 0, len(v.Content))
		for _, x := range v.Content {
			n.items = append(n.items, c.convert(x, depth+1))
		}
	case v.Kind == yaml.ScalarNode:
		n.text = v.Value
		switch v.Style {
		case yaml.LiteralStyle, yaml.FoldedStyle:
			n.block, n.quoted = true, true
			n.text = strings.TrimRight(v.Value, "\n")
		case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
			n.quoted = true
		default:
			if v.Tag == "!!null" {
				n.kind = null
			}
		}
	default:
		c.fault(n, "此处不能这样写", "this cannot stand here")
	}
	return n
}

func (c *converter) pair(n *node, k, v *yaml.Node, depth int) {
	if k.Kind != yaml.ScalarNode && k.Kind != yaml.AliasNode {
		c.fault(c.at(k), "键必须是一个词", "a key must be one word")
		return
	}
	key := c.convert(k, depth+1)
	if key.kind == refused {
		return
	}
	if key.kind == null {
		key.kind, key.text = scalar, k.Value
	}
	for _, q := range n.pairs {
		if q.key.text == key.text {
			c.fault(key, fmt.Sprintf("“%s”已写过一次（第 %d 行）", key.text, q.key.line), fmt.Sprintf("%q was given already on line %d", key.text, q.key.line))
			return
		}
	}
	val := c.convert(v, depth+1)
	if v.Kind == yaml.ScalarNode && v.Value == "" && v.Style == 0 { // nothing stands behind the key
		val.line, val.col = key.line, key.col
	}
	n.pairs = append(n.pairs, pair{key, val})
}
