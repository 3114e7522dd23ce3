package catalog

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Load reads a folder of declarations. It returns the catalog and what is wrong
// with it; the catalog may be used only when Broken(faults) is false. Load is
// pure given the file system.
func Load(fsys fs.FS) (*Catalog, []Fault) {
	l := &loader{
		cat: &Catalog{
			Kinds: map[string]*PlaceKind{}, Offices: map[string]*Office{}, Roles: map[string]*Role{}, Lists: map[string]*List{},
			Rules: map[string]*Rule{}, Types: map[string]*Type{}, Plans: map[string]*Plan{}, Figures: map[string]*Figure{},
			Scores: map[string]*Score{}, Forms: map[string]*Form{}, Dashboards: map[string]*Dashboard{}, Alerts: map[string]*Alert{},
		},
		declared: map[string]*node{},
		numbers:  map[string]*node{},
		systems:  map[string]*System{},
		scopes:   map[*Type]*typeScopes{},
		raw:      map[*Figure]*rawFigure{},
		shaky:    map[*Type]bool{},
	}
	files := l.read(fsys)
	l.cat.Edition = edition(files)
	sources := l.sources(files)
	for _, s := range sources {
		s.decode(s.root)
	}
	for len(l.extensions) > 0 {
		next := l.extensions
		l.extensions = nil
		run(next)
	}
	l.settleTown()
	run(l.resolves)
	l.settleTypes()
	l.settleFigures()
	held := holdAgainstBans(l.cat)
	l.buildScopes()
	run(l.compiles)
	l.compileFigures()
	l.settleSystems()
	l.banHits = <-held
	l.inspect()
	return l.cat, sortFaults(l.faults)
}

func run(steps []func()) {
	for _, f := range steps {
		f()
	}
}

// edition hashes the sources: names and bytes in the order of names.
func edition(files []*file) string {
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%d %s\n%d\n", len(f.name), f.name, len(f.data))
		h.Write(f.data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// loader carries the state of one Load. Decoding goes file by file; what refers
// to another declaration is put off until all of them are known.
type loader struct {
	cat        *Catalog
	faults     []Fault
	declared   map[string]*node // "type commitment" → where, to catch doubles
	numbers    map[string]*node // how records are numbered → where, to catch doubles
	systems    map[string]*System
	current    []string // system numbers of the file being decoded
	places     string   // the places file
	extensions []func() // parts that other files add to a type
	resolves   []func() // references, after all is decoded
	compiles   []func() // formulas, after all types are settled
	scopes     map[*Type]*typeScopes
	raw        map[*Figure]*rawFigure
	figScope   *scope
	banHits    map[string]uint32 // texts that meet bans of rule 10
	shaky      map[*Type]bool    // flows with a fault: what rests on the whole flow is not checked
}

func (l *loader) fault(n *node, zh, en string, args ...any)   { l.report(n, false, zh, en, args) }
func (l *loader) warning(n *node, zh, en string, args ...any) { l.report(n, true, zh, en, args) }

func (l *loader) report(n *node, warning bool, zh, en string, args []any) {
	if len(args) > 0 {
		zh, en = fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)
	}
	var f Fault
	if n == nil {
		f = Fault{Zh: zh, En: en}
	} else {
		f = n.file.faultAt(n.line, n.col, zh, en)
	}
	f.Warning = warning
	l.faults = append(l.faults, f)
}

func (l *loader) resolve(f func()) { l.resolves = append(l.resolves, f) }
func (l *loader) compile(f func()) { l.compiles = append(l.compiles, f) }

// read returns every file of the folder that belongs to the catalog, by name.
func (l *loader) read(fsys fs.FS) []*file {
	var files []*file
	total := 0
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "stories") {
				return fs.SkipDir
			}
			return nil
		}
		switch path.Ext(p) {
		case ".yaml", ".csv":
		case ".yml":
			l.faults = append(l.faults, Fault{File: p, Zh: "扩展名请用 .yaml", En: "name it .yaml"})
			return nil
		default:
			return nil
		}
		if len(files) >= maxFiles {
			return fmt.Errorf("more than %d files", maxFiles)
		}
		data, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		if total += len(data); total > 64<<20 {
			return fmt.Errorf("more than 64 MB")
		}
		files = append(files, &file{name: p, data: data})
		return nil
	})
	if err != nil {
		l.faults = append(l.faults, Fault{File: ".", Zh: "读不了目录：" + err.Error(), En: "cannot read the folder: " + err.Error()})
	}
	slices.SortFunc(files, func(a, b *file) int { return cmp.Compare(a.name, b.name) })
	return files
}

type source struct {
	f      *file
	root   *node
	faults []Fault
	decode func(*node)
}

// sources parses the YAML files and orders them: the town first, then lists and
// rules, shared registers, systems by number, and data last.
func (l *loader) sources(files []*file) []*source {
	var list []*source
	town := false
	for _, f := range files {
		s := &source{f: f}
		switch kindOfFile(f.name) {
		case "town.yaml":
			s.decode, town = l.town, true
		case "lists":
			s.decode = func(n *node) { l.section(n, "lists", l.list) }
		case "rules":
			s.decode = func(n *node) { l.section(n, "rules", l.rule) }
		case "targets.yaml":
			s.decode = l.targets
		case "commitments.yaml":
			s.decode = l.commitments
		case "measured.yaml":
			s.decode = l.measured
		case "published.yaml":
			s.decode = l.published
		default:
			if path.Ext(f.name) == ".csv" {
				if path.Base(f.name) == "places.csv" {
					l.resolve(func() { l.placeRows(f) })
				}
				continue
			}
			s.decode = l.system
		}
		list = append(list, s)
	}
	if !town {
		l.faults = append(l.faults, Fault{File: "town.yaml", Zh: "没有 town.yaml", En: "there is no town.yaml"})
	}
	parseAll(list)
	rank := func(s *source) int {
		switch kindOfFile(s.f.name) {
		case "town.yaml":
			return 0
		case "lists":
			return 1
		case "rules":
			return 2
		case "registers.yaml":
			return 3
		case "targets.yaml", "commitments.yaml", "measured.yaml", "published.yaml":
			return 6
		}
		if strings.Contains(s.f.name, "/") {
			return 5
		}
		return 4
	}
	slices.SortStableFunc(list, func(a, b *source) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(firstNumber(a.f.name), firstNumber(b.f.name)), cmp.Compare(a.f.name, b.f.name))
	})
	kept := list[:0]
	for _, s := range list {
		l.faults = append(l.faults, s.faults...)
		if s.root == nil || s.root.kind == null {
			if len(s.faults) == 0 {
				l.faults = append(l.faults, Fault{File: s.f.name, Zh: "文件是空的", En: "the file is empty"})
			}
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// kindOfFile says what a file holds by its name: lists_b.yaml holds lists, rules_b.yaml rules.
func kindOfFile(name string) string {
	base := path.Base(name)
	for _, k := range []string{"lists", "rules"} {
		if base == k+".yaml" || strings.HasPrefix(base, k+"_") && path.Ext(base) == ".yaml" {
			return k
		}
	}
	return base
}

// parseAll parses on a few goroutines: the YAML parser is the slowest part of a load.
func parseAll(list []*source) {
	const workers = 4
	done := make(chan struct{})
	for w := range workers {
		go func() {
			for i := w; i < len(list); i += workers {
				list[i].root, list[i].faults = parse(list[i].f)
			}
			done <- struct{}{}
		}()
	}
	for range workers {
		<-done
	}
}

var digits = regexp.MustCompile(`\d+`)

func firstNumber(name string) int {
	n, err := strconv.Atoi(digits.FindString(path.Base(name)))
	if err != nil {
		return 1 << 30
	}
	return n
}

// section decodes a file whose entries stand at the top or below one key.
func (l *loader) section(n *node, key string, one func(key, val *node)) {
	if n.kind != mappingNode {
		l.wrongKind(n, "映射", "a mapping")
		return
	}
	if inner := n.get(key); inner != nil && len(n.pairs) == 1 {
		n = inner
	}
	l.each(n, one)
}

// each calls one for every pair of a mapping.
func (l *loader) each(n *node, one func(key, val *node)) {
	if n == nil || n.kind == null {
		return
	}
	if n.kind != mappingNode {
		l.wrongKind(n, "映射（键: 值）", "a mapping (key: value)")
		return
	}
	for _, p := range n.pairs {
		one(p.key, p.val)
	}
}

// wrongKind says what should stand at n, unless n was refused for another reason.
func (l *loader) wrongKind(n *node, zh, en string) {
	if n.kind != refused {
		l.faults = append(l.faults, n.file.faultAt(n.line, n.col, "此处应为"+zh, "this must be "+en))
	}
}

// word is a key of ours: letters, digits and low lines.
var word = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// declare notes a name and refuses a bad or second one.
func (l *loader) declare(sort, zh string, key *node) bool {
	if !word.MatchString(key.text) {
		l.fault(key, "名称 %q 只能用英文字母、数字和下划线，以字母开头", "the name %q must be letters, digits and low lines, and begin with a letter", key.text)
		return false
	}
	l.booleanTrap(key)
	id := sort + " " + key.text
	if before := l.declared[id]; before != nil {
		l.faults = append(l.faults, key.file.faultAt(key.line, key.col,
			fmt.Sprintf("%s“%s”已在 %s:%d 声明", zh, key.text, before.file.name, before.line),
			fmt.Sprintf("%s %q is declared already at %s:%d", sort, key.text, before.file.name, before.line)))
		return false
	}
	l.declared[id] = key
	return true
}

// booleanTrap refuses a plain yes, no, on or off: other YAML readers take them for booleans.
func (l *loader) booleanTrap(n *node) {
	if n.quoted {
		return
	}
	switch strings.ToLower(n.text) {
	case "yes", "no", "on", "off", "y", "n", "true", "false", "null", "~":
		l.fault(n, "%q 在别的 YAML 工具里会变成布尔或空值，请加引号或改名", "other YAML tools read %q as a boolean or nothing: quote it or rename it", n.text)
	}
}

// mapping reads one mapping whose keys are known.
type mapping struct {
	l *loader
	n *node // nil when the value was absent or of the wrong kind
}

// mapping checks that n is a mapping with no other keys than these.
func (l *loader) mapping(n *node, keys ...string) mapping {
	if n == nil {
		return mapping{l, nil}
	}
	if n.kind != mappingNode {
		l.wrongKind(n, "映射（键: 值）", "a mapping (key: value)")
		return mapping{l, nil}
	}
	for _, p := range n.pairs {
		if slices.Contains(keys, p.key.text) {
			continue
		}
		if p.val.kind == null && !p.key.quoted {
			l.fault(p.key, "“%s”前的逗号把文字断开了：有逗号的文字要加引号", "a comma cut the text off before %q: quote a text that holds a comma", p.key.text)
			continue
		}
		l.unknown(p.key, "键", "key", p.key.text, keys)
	}
	return mapping{l, n}
}

// unknown reports a word that is none of those known, with the nearest one.
func (l *loader) unknown(n *node, zh, en, got string, known []string) {
	zhHint, enHint := "", ""
	if s := nearest(got, known); s != "" {
		zhHint, enHint = "，是否想写“"+s+"”？", fmt.Sprintf("; did you mean %q?", s)
	} else if len(known) > 0 && len(known) <= 20 {
		zhHint, enHint = "，可用："+strings.Join(known, "、"), "; known: "+strings.Join(known, ", ")
	}
	l.faults = append(l.faults, n.file.faultAt(n.line, n.col, fmt.Sprintf("没有这个%s：“%s”%s", zh, got, zhHint), fmt.Sprintf("no such %s: %q%s", en, got, enHint)))
}

func (m mapping) get(key string) *node {
	v := m.n.get(key)
	if v != nil && v.kind == null {
		m.l.fault(v, "“%s”没有值", "%q has no value", key)
		return nil
	}
	if v != nil && v.kind == refused {
		return nil
	}
	return v
}

func (m mapping) has(key string) bool { return m.n.get(key) != nil }

// scalar returns the value of key when it is a single value.
func (m mapping) scalar(key string) *node {
	v := m.get(key)
	if v != nil && v.kind != scalar {
		m.l.wrongKind(v, "一个值", "a single value")
		return nil
	}
	return v
}

// text is the value of key, "" when absent.
func (m mapping) text(key string) string {
	if v := m.scalar(key); v != nil {
		return v.text
	}
	return ""
}

// list returns the values of key: one value or a list of values.
func (m mapping) list(key string) []*node {
	v := m.get(key)
	if v == nil {
		return nil
	}
	return m.l.scalars(v)
}

func (l *loader) scalars(v *node) []*node {
	switch v.kind {
	case scalar:
		return []*node{v}
	case sequence:
		var out []*node
		for _, x := range v.items {
			if x.kind != scalar {
				l.wrongKind(x, "一个值", "a single value")
				continue
			}
			out = append(out, x)
		}
		return out
	}
	l.wrongKind(v, "一个值或列表", "a value or a list")
	return nil
}

// items returns the members of key when they are mappings or values: a list, or one alone.
func (m mapping) items(key string) []*node {
	v := m.get(key)
	if v == nil {
		return nil
	}
	if v.kind == sequence {
		return v.items
	}
	return []*node{v}
}

func (m mapping) flag(key string) bool {
	v := m.scalar(key)
	if v == nil {
		return false
	}
	switch {
	case !v.quoted && v.text == "true":
		return true
	case !v.quoted && v.text == "false":
		return false
	}
	m.l.fault(v, "“%s”应为 true 或 false", "%q must be true or false", key)
	return false
}

func (m mapping) number(key string) *int64 {
	v := m.scalar(key)
	if v == nil {
		return nil
	}
	i, err := strconv.ParseInt(strings.ReplaceAll(v.text, "_", ""), 10, 64)
	if err != nil || v.quoted {
		m.l.fault(v, "“%s”应为整数", "%q must be a whole number", key)
		return nil
	}
	return &i
}

// oneOf reads a value out of a fixed set.
func (m mapping) oneOf(key string, known ...string) string {
	v := m.scalar(key)
	if v == nil {
		return ""
	}
	if !slices.Contains(known, v.text) {
		m.l.unknown(v, "值", "value", v.text, known)
		return ""
	}
	return v.text
}

// label reads zh and en. at is where to point when zh is missing.
func (m mapping) label(at *node, needEn bool) Label {
	lb := Label{strings.TrimSpace(m.text("zh")), strings.TrimSpace(m.text("en"))}
	if m.n == nil {
		return lb
	}
	switch {
	case lb.Zh == "" && !m.has("zh"):
		m.l.fault(at, "“%s”缺中文名称 zh", "%q lacks its Chinese label zh", at.text)
	case lb.En == "" && needEn:
		m.l.warning(at, "“%s”缺英文名称 en", "%q lacks its English label en", at.text)
	}
	return lb
}

// labelled reads "key: 名称" or "key: {zh, en, …}".
func (l *loader) labelled(key, val *node, needEn bool, keys ...string) (Label, mapping) {
	if val.kind == scalar {
		if needEn {
			l.warning(key, "“%s”缺英文名称 en", "%q lacks its English label en", key.text)
		}
		return Label{Zh: val.text}, mapping{l, nil}
	}
	if val.kind == null {
		l.fault(key, "“%s”缺中文名称 zh", "%q lacks its Chinese label zh", key.text)
		return Label{}, mapping{l, nil}
	}
	m := l.mapping(val, append([]string{"zh", "en"}, keys...)...)
	return m.label(key, needEn), m
}

// inline reads a label that is a plain text or {zh, en}.
func (l *loader) inline(n *node) Label {
	if n == nil {
		return Label{}
	}
	if n.kind == scalar {
		return Label{Zh: n.text}
	}
	m := l.mapping(n, "zh", "en")
	return Label{m.text("zh"), m.text("en")}
}

func texts(nodes []*node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.text)
	}
	return out
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// known reports n when it names nothing in m.
func known[V any](l *loader, m map[string]V, n *node, zh, en string) bool {
	if _, ok := m[n.text]; ok {
		return true
	}
	l.unknown(n, zh, en, n.text, keys(m))
	return false
}
