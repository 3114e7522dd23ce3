// Package docstest owns the check that the documents still speak of what is
// there: every path, Go name, subcommand and address quoted in them, and every
// row of the glossary. It checks names, not sentences.
package docstest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
)

const root = "../.."

// page is a document, with its path from the root of the repository.
type page struct{ path, text string }

// pages reads all documents.
func pages(t *testing.T) []page {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"docs", "internal", "cmd", "catalogs"} {
		if err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && d.Name() == "testdata" {
				return fs.SkipDir
			}
			if !d.IsDir() && strings.HasSuffix(path, ".md") {
				paths = append(paths, path)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	var all []page
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page{filepath.ToSlash(rel), string(text)})
	}
	if len(all) < 10 {
		t.Fatalf("only %d documents found", len(all))
	}
	return all
}

var (
	fence  = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	quoted = regexp.MustCompile("`([^`\n]+)`")
	linked = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	path   = regexp.MustCompile(`^(internal|cmd|docs|catalogs|\.ci)(/[\w.*@-]+)+/?$`)
	goName = regexp.MustCompile(`^([a-z]+)\.([A-Za-z]\w*)(\.([A-Za-z]\w*))?(\(.*\))?$`)
)

// quotes gives what a page holds between single backticks, outside of code blocks.
func (p page) quotes() []string {
	var out []string
	for _, m := range quoted.FindAllStringSubmatch(fence.ReplaceAllString(p.text, ""), -1) {
		out = append(out, m[1])
	}
	return out
}

// Paths and links in documents lead somewhere.
func TestDocs_paths_exist(t *testing.T) {
	checked := 0
	for _, p := range pages(t) {
		exists := func(at string) {
			checked++
			if found, err := filepath.Glob(filepath.Join(root, at)); err != nil || len(found) == 0 {
				t.Errorf("%s speaks of %s, which is not there", p.path, at)
			}
		}
		for _, q := range p.quotes() {
			if path.MatchString(q) {
				exists(q)
			}
		}
		for _, m := range linked.FindAllStringSubmatch(p.text, -1) {
			at, _, _ := strings.Cut(m[1], "#")
			if at != "" && !strings.Contains(at, "://") {
				exists(filepath.Join(filepath.Dir(p.path), at))
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d paths were checked", checked)
	}
}

// Go names in documents are declared.
func TestDocs_names_are_declared(t *testing.T) {
	code := declared(t)
	checked := 0
	for _, p := range pages(t) {
		for _, q := range p.quotes() {
			m := goName.FindStringSubmatch(q)
			if m == nil || code[m[1]] == nil || strings.ToUpper(m[2]) == m[2] {
				continue
			}
			name := m[2]
			if short := strings.ToUpper(m[1][:1]) + m[1][1:] + "." + name; code[m[1]][short] {
				name = short // hall.Do is hall.Hall.Do
			}
			if m[4] != "" {
				name += "." + m[4]
			} else if name[0] >= 'a' && m[5] == "" {
				continue // town.yaml, record.place
			}
			checked++
			if !code[m[1]][name] {
				t.Errorf("%s speaks of %s, which package %s does not declare", p.path, q, m[1])
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d names were checked", checked)
	}
}

// declared gives the names of every package of ours: top-level ones, and
// Type.member for fields and methods.
func declared(t *testing.T) map[string]map[string]bool {
	t.Helper()
	code := map[string]map[string]bool{}
	dirs, err := filepath.Glob(filepath.Join(root, "internal/*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range append(dirs, filepath.Join(root, "cmd/zhenwu"), filepath.Join(root, "catalogs")) {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		for _, f := range files {
			tree, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range tree.Decls {
				declare(names, d)
			}
		}
		if len(names) > 0 {
			code[filepath.Base(dir)] = names
		}
	}
	return code
}

func declare(names map[string]bool, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			recv := d.Recv.List[0].Type
			if star, ok := recv.(*ast.StarExpr); ok {
				recv = star.X
			}
			if id, ok := recv.(*ast.Ident); ok {
				name = id.Name + "." + name
			}
		}
		names[name] = true
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names[n.Name] = true
				}
			case *ast.TypeSpec:
				names[s.Name.Name] = true
				var members *ast.FieldList
				switch x := s.Type.(type) {
				case *ast.StructType:
					members = x.Fields
				case *ast.InterfaceType:
					members = x.Methods
				default:
					continue
				}
				for _, f := range members.List {
					for _, n := range f.Names {
						names[s.Name.Name+"."+n.Name] = true
					}
				}
			}
		}
	}
}

var command = regexp.MustCompile(`^(?:go run \./cmd/)?zhenwu(?: --?[\w-]+(?:[= ][\w./]+)?)* ([a-z]+)(?: ([a-z]+))?`)

// Subcommands in documents are those of the program.
func TestDocs_subcommands_exist(t *testing.T) {
	have := subcommands(t)
	checked := 0
	for _, p := range pages(t) {
		if strings.HasPrefix(p.path, "docs/formats/") {
			continue // the first words of its files begin with the program's name
		}
		for _, q := range p.quotes() {
			m := command.FindStringSubmatch(q)
			if m == nil {
				continue
			}
			checked++
			if !have[m[1]] {
				t.Errorf("%s speaks of `%s`; zhenwu has no subcommand %s", p.path, q, m[1])
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d subcommands were checked", checked)
	}
}

// subcommands reads the struct that lists them.
func subcommands(t *testing.T) map[string]bool {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "cmd/zhenwu/main.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	ast.Inspect(tree, func(n ast.Node) bool {
		if f, ok := n.(*ast.Field); ok && f.Tag != nil && strings.Contains(f.Tag.Value, `cmd:`) {
			for _, n := range f.Names {
				have[strings.ToLower(n.Name)] = true
			}
		}
		return true
	})
	if len(have) < 5 {
		t.Fatalf("only %d subcommands found", len(have))
	}
	return have
}

// A row of the glossary: official term, English, Go names, columns, addresses.
func TestGlossary_rows_hold(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs/glossary.md"))
	if err != nil {
		t.Fatal(err)
	}
	code, cols, urls := declared(t), columns(t), routes(t)
	terms := map[string]int{}
	rows := 0
	for i, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|"), "|")
		if len(cells) != 5 {
			t.Errorf("line %d has %d cells, not 5", i+1, len(cells))
			continue
		}
		term := strings.TrimSpace(cells[0])
		if term == "official" {
			continue
		}
		rows++
		for _, one := range strings.Split(term, "、") {
			if before, twice := terms[one]; twice {
				t.Errorf("line %d: %s stands in line %d already", i+1, one, before)
			}
			terms[one] = i + 1
		}
		for _, q := range quoted.FindAllStringSubmatch(cells[2], -1) {
			pkg, name, _ := strings.Cut(q[1], ".")
			if name == "" && code[pkg] != nil {
				continue // a whole package
			}
			if !code[pkg][name] {
				t.Errorf("line %d: %s: no Go name %s", i+1, term, q[1])
			}
		}
		for _, q := range quoted.FindAllStringSubmatch(cells[3], -1) {
			if !cols[q[1]] {
				t.Errorf("line %d: %s: no column %s", i+1, term, q[1])
			}
		}
		for _, q := range quoted.FindAllStringSubmatch(cells[4], -1) {
			if !urls[q[1]] {
				t.Errorf("line %d: %s: no address %s", i+1, term, q[1])
			}
		}
	}
	if rows < 60 {
		t.Errorf("the glossary has %d rows", rows)
	}
}

var (
	table  = regexp.MustCompile(`(?ms)^CREATE (?:VIRTUAL )?TABLE (\w+)[^(]*\((.*?)\)[^()]*;`)
	column = regexp.MustCompile(`(?:^|,)\s*([a-z_]+)`)
)

// columns gives table and table.column of what both engines have.
func columns(t *testing.T) map[string]bool {
	t.Helper()
	seen := map[string]int{}
	for _, engine := range []string{"sqlite", "postgres"} {
		files, err := filepath.Glob(filepath.Join(root, "internal/store/migrations", engine, "*.sql"))
		if err != nil || len(files) == 0 {
			t.Fatal("no migrations", err)
		}
		have := map[string]bool{}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range table.FindAllStringSubmatch(string(text), -1) {
				have[m[1]] = true
				for _, c := range column.FindAllStringSubmatch(m[2], -1) {
					have[m[1]+"."+c[1]] = true
				}
			}
		}
		for n := range have {
			seen[n]++
		}
	}
	both := map[string]bool{}
	for n, k := range seen {
		both[n] = k == 2
	}
	return both
}

// routes gives the addresses that a face serves, as their patterns are written.
func routes(t *testing.T) map[string]bool {
	t.Helper()
	have := map[string]bool{}
	for _, dir := range []string{"internal/web", "internal/api"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				s, err := strconv.Unquote(lit.Value)
				if err != nil {
					return true
				}
				if method, at, ok := strings.Cut(s, " "); ok && (method == "GET" || method == "POST") && strings.HasPrefix(at, "/") {
					have[strings.TrimSuffix(at, "{$}")] = true
				}
				return true
			})
		}
	}
	if len(have) < 10 {
		t.Fatalf("only %d addresses found", len(have))
	}
	return have
}

// Every module that go.mod names has its line among the decisions, and no other has.
func TestDependencies_are_explained(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "docs/decisions/dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	want, have := map[string]bool{}, map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\t(?:require )?([a-z][\w.-]*\.[\w./-]+) v`).FindAllStringSubmatch(string(mod), -1) {
		want[m[1]] = true
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(string(text), -1) {
		have[m[1]] = true
	}
	if len(want) < 10 {
		t.Fatalf("only %d modules read from go.mod", len(want))
	}
	for _, pair := range []struct {
		in, not map[string]bool
		say     string
	}{{want, have, "has no line in docs/decisions/dependencies.md"}, {have, want, "is explained but not in go.mod"}} {
		var missing []string
		for m := range pair.in {
			if !pair.not[m] {
				missing = append(missing, m)
			}
		}
		sort.Strings(missing)
		for _, m := range missing {
			t.Errorf("%s %s", m, pair.say)
		}
	}
}

// The map of packages in ARCHITECTURE.md is what the code imports, and imports
// only go down or along: floor by floor, and no I/O, time or chance below floor 4.
func TestArchitecture_map_is_true(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	floors, says := map[string]int{}, map[string][]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| (\\d) \\| `([\\w/]+)` \\|[^|]*\\| ([^|]*) \\|$").FindAllStringSubmatch(string(text), -1) {
		floors[m[2]] = int(m[1][0] - '0')
		if m[3] != "nothing" {
			says[m[2]] = strings.Fields(m[3])
		}
	}
	dirs, err := filepath.Glob(filepath.Join(root, "internal/*"))
	if err != nil {
		t.Fatal(err)
	}
	have := 0
	for _, dir := range dirs {
		name := filepath.Base(dir)
		if strings.HasSuffix(name, "test") {
			continue
		}
		have++
		floor, ok := floors[name]
		if !ok {
			t.Errorf("ARCHITECTURE.md does not name %s", name)
			continue
		}
		ours, others, calls := imports(t, dir)
		if got, want := strings.Join(ours, " "), strings.Join(sorted(says[name]), " "); floor < 6 && got != want { // faces take what they need
			t.Errorf("%s imports %s; ARCHITECTURE.md says %s", name, got, want)
		}
		for _, o := range ours {
			if floors[o] > floor {
				t.Errorf("%s (floor %d) imports %s (floor %d)", name, floor, o, floors[o])
			}
		}
		if floor > 3 {
			continue
		}
		for _, o := range others {
			switch o {
			case "os", "net", "net/http", "database/sql", "log", "log/slog", "syscall", "crypto/rand", "math/rand", "math/rand/v2":
				t.Errorf("%s (floor %d) imports %s", name, floor, o)
			}
		}
		for _, c := range calls {
			switch c {
			case "time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.NewTicker", "time.NewTimer":
				t.Errorf("%s (floor %d) calls %s", name, floor, c)
			}
		}
	}
	if have < 15 || have != len(floors)-1 { // and cmd/zhenwu
		t.Errorf("%d packages, %d rows", have, len(floors))
	}
}

// imports gives what the shipped files of a folder import of ours and of others, and the functions of package time they use.
func imports(t *testing.T, dir string) (ours, others, calls []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range tree.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if seen[p] {
				continue
			}
			seen[p] = true
			if of, ok := strings.CutPrefix(p, "zhenwu/internal/"); ok {
				ours = append(ours, of)
			} else if !strings.HasPrefix(p, "zhenwu/") { // the built-in catalogs are data
				others = append(others, p)
			}
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" {
					calls = append(calls, "time."+s.Sel.Name)
				}
			}
			return true
		})
	}
	return sorted(ours), others, calls
}

func sorted(s []string) []string {
	s = append([]string(nil), s...)
	sort.Strings(s)
	return s
}
