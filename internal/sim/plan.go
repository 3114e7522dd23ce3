package sim

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

//go:embed plan/*.yaml plan/next/*.yaml
var planFiles embed.FS

// Built is the plan that is built in: the files *.yaml of a folder, as Load reads them.
func Built() fs.FS {
	sub, err := fs.Sub(planFiles, "plan")
	if err != nil {
		panic(err) // the name is a constant of this file
	}
	return sub
}

// Plan is what the simulated year is to hold: the files of plan/, which are the
// only place where the values of the real report stand.
type Plan struct {
	Last      town.Day // the last day that is played
	Groups    []*Group
	Followers map[string][]*Follower      // type → what becomes of records opened by effects and plans
	Tables    map[string][]map[string]any // name → field specs that belong together, see Group.Vary
	Shifts    map[string]*Shift           // when people work
	Rota      []*Duty                     // whose work follows which shift
	Senses    map[string]map[string]any   // type → field (or lines.column) → what it is by the words of the record's own text
	Trades    map[string][]string         // value of a field → what firms of it deal in
	Texts     map[string]string           // files that "@text:FILE" speaks of, of the plan's folder or else of the built-in catalog

	Next   map[string][]*Follower            // as Followers, of what is opened behind the year, where that becomes something else
	Resume map[string]map[string][]*Follower // type → stage → what becomes, behind the year, of records that rest there when it ends
}

// Group is a number of alike cases.
type Group struct {
	For    string           `yaml:"for"` // which figures it makes, for the reader
	Type   string           `yaml:"type"`
	Count  int              `yaml:"count"`
	Days   []string         `yaml:"days"`   // first and last day of opening; default the year
	Dated  string           `yaml:"dated"`  // business day of the opening, where papers of an earlier year are taken in
	Every  string           `yaml:"every"`  // month: an equal share of the cases in each month
	Place  any              `yaml:"place"`  // kind, code, or list of them, {each: …} in turn; default what the place field allows
	Fields map[string]any   `yaml:"fields"` // value specs, see README.md
	Sums   map[string]int64 `yaml:"sums"`   // field → exact total over the group, in stored units
	Walk   []any            `yaml:"walk"`   // moves: a name, or {move, after, role, fields, reason}
	Void   string           `yaml:"void"`   // reason: voided at the end
	Role   string           `yaml:"role"`   // who opens
	Pool   string           `yaml:"pool"`   // the records go into this pool as well as into their type's
	Vary   string           `yaml:"vary"`   // a table: each case takes the field specs of one of its rows
	Ends   []*Follower      `yaml:"ends"`   // instead of walk: what becomes of the cases, by share
	Alike  string           `yaml:"alike"`  // a type: each case speaks, in other words, of what a record of the last weeks speaks of
	Hours  string           `yaml:"hours"`  // a shift: when the cases are opened, whoever opens them

	file  string
	index int
}

// Follower says what a share of opened records becomes.
type Follower struct {
	Share  int            `yaml:"share"`
	Walk   []any          `yaml:"walk"`
	Fields map[string]any `yaml:"fields"`
	Void   string         `yaml:"void"` // reason: voided at the end

	steps []step
}

// textSpec is a value spec that stands for the text of a file.
var textSpec = regexp.MustCompile(`"@text:([^"]+)"|'@text:([^']+)'`)

// Load reads a plan, the files *.yaml of files, for a catalog: unknown types, fields and moves are errors.
func Load(cat *catalog.Catalog, files fs.FS) (*Plan, error) {
	p := &Plan{Last: yearEnd, Followers: map[string][]*Follower{}, Tables: map[string][]map[string]any{}, Shifts: map[string]*Shift{}, Senses: map[string]map[string]any{}, Trades: map[string][]string{}, Texts: map[string]string{}}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, town.Refuse(town.Missing, "plan", "计划文件夹里没有 *.yaml", "the folder of the plan has no *.yaml")
	}
	sort.Strings(names)
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var doc struct {
			Groups    []*Group                    `yaml:"groups"`
			Followers map[string][]*Follower      `yaml:"followers"`
			Tables    map[string][]map[string]any `yaml:"tables"`
			Shifts    map[string]*Shift           `yaml:"shifts"`
			Rota      []*Duty                     `yaml:"rota"`
			Senses    map[string]map[string]any   `yaml:"senses"`
			Trades    map[string][]string         `yaml:"trades"`
		}
		if err := yaml.UnmarshalWithOptions(text, &doc, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for table, rows := range doc.Tables {
			if p.Tables[table] != nil || len(rows) == 0 {
				return nil, fmt.Errorf("%s: table %s is empty or stands twice", name, table)
			}
			p.Tables[table] = rows
		}
		for _, m := range textSpec.FindAllSubmatch(text, -1) {
			file := string(m[1]) + string(m[2])
			b, err := fs.ReadFile(files, file)
			if errors.Is(err, fs.ErrNotExist) {
				b, err = fs.ReadFile(catalogs.Jingwu, file)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: @text: %w", name, err)
			}
			p.Texts[file] = string(b)
		}
		maps.Copy(p.Shifts, doc.Shifts)
		maps.Copy(p.Senses, doc.Senses)
		maps.Copy(p.Trades, doc.Trades)
		p.Rota = append(p.Rota, doc.Rota...)
		for _, g := range doc.Groups {
			g.file, g.index = name, len(p.Groups)
			if err := g.check(cat); err != nil {
				return nil, fmt.Errorf("%s, group %d (%s %s): %w", name, g.index, g.Type, g.For, err)
			}
			p.Groups = append(p.Groups, g)
		}
		for typ, fs := range doc.Followers {
			t := cat.Types[typ]
			if t == nil {
				return nil, fmt.Errorf("%s: followers of %s: no such type", name, typ)
			}
			for _, f := range fs {
				if err := checkWalk(cat, t, f.Walk); err != nil {
					return nil, fmt.Errorf("%s: followers of %s: %w", name, typ, err)
				}
				f.prepare()
			}
			p.Followers[typ] = append(p.Followers[typ], fs...)
		}
	}
	if err := p.checkHours(cat); err != nil {
		return nil, err
	}
	if err := p.checkSenses(cat); err != nil {
		return nil, err
	}
	for _, g := range p.Groups {
		if err := g.checkTable(cat, p); err != nil {
			return nil, fmt.Errorf("%s, group %d (%s %s): %w", g.file, g.index, g.Type, g.For, err)
		}
	}
	return p, nil
}

// Shrink makes the year n times smaller: for tests and quick looks. Groups keep
// at least one case, sums shrink with their counts.
func (p *Plan) Shrink(n int) {
	for _, g := range p.Groups {
		if g.Count <= 3 {
			continue
		}
		was := g.Count
		g.Count = max(g.Count/n, 3)
		for f, sum := range g.Sums {
			g.Sums[f] = max(sum/int64(was)*int64(g.Count), int64(g.Count))
		}
	}
}

// prepare reads the walk once, so that cases only share it.
func (f *Follower) prepare() {
	f.steps = make([]step, len(f.Walk), len(f.Walk)+1)
	for i, w := range f.Walk {
		f.steps[i] = stepOf(w)
	}
	if f.Void != "" {
		f.steps = append(f.steps, step{reason: f.Void, after: [2]int{1, 6}})
	}
}

func (g *Group) checkTable(cat *catalog.Catalog, p *Plan) error {
	if g.Vary != "" && p.Tables[g.Vary] == nil {
		return fmt.Errorf("no table %s", g.Vary)
	}
	if g.Alike != "" && cat.Types[g.Alike] == nil {
		return fmt.Errorf("alike: no type %s", g.Alike)
	}
	if g.Hours != "" && p.Shifts[g.Hours] == nil {
		return fmt.Errorf("no shift %s", g.Hours)
	}
	for _, row := range p.Tables[g.Vary] {
		for f, spec := range row {
			if name, _ := spec.(string); f == rowHours && p.Shifts[name] != nil {
				continue
			}
			if cat.Types[g.Type].Field(f) == nil {
				return fmt.Errorf("table %s: no field %s", g.Vary, f)
			}
		}
	}
	return nil
}

// checkSenses holds the senses against the catalog: their fields, and the items of choices.
func (p *Plan) checkSenses(cat *catalog.Catalog) error {
	for typ, senses := range p.Senses {
		for name, spec := range senses {
			var f *catalog.Field
			if t := cat.Types[typ]; t != nil {
				lines, column, nested := strings.Cut(name, ".")
				if f = t.Field(lines); f != nil && nested {
					i := slices.IndexFunc(f.Columns, func(c *catalog.Field) bool { return c.Key == column })
					if i < 0 {
						return fmt.Errorf("senses of %s: no column %s", typ, name)
					}
					f = f.Columns[i]
				}
			}
			if f == nil {
				return fmt.Errorf("senses of %s: no field %s", typ, name)
			}
			rule, _ := spec.(map[string]any)
			of, _ := rule["of"].(map[string]any)
			if len(of) == 0 {
				return fmt.Errorf("senses of %s: %s follows from nothing", typ, name)
			}
			for word, x := range of {
				list, many := x.([]any)
				if !many {
					list = []any{x}
				}
				for _, item := range list {
					key := fmt.Sprint(item)
					if f.Type == catalog.ChoiceType && f.List.Item(key) == nil || f.Type == catalog.OfficeType && cat.Offices[key] == nil {
						return fmt.Errorf("senses of %s: %s of %s: no item %s", typ, name, word, key)
					}
				}
			}
		}
	}
	return nil
}

// rowHours is the part of a row that says when its cases are opened, instead of a field.
const rowHours = "when"

func (g *Group) check(cat *catalog.Catalog) error {
	t := cat.Types[g.Type]
	if t == nil {
		return fmt.Errorf("no such type")
	}
	for f := range g.Fields {
		if t.Field(f) == nil {
			return fmt.Errorf("no field %s", f)
		}
	}
	for f := range g.Sums {
		if t.Field(f) == nil {
			return fmt.Errorf("no field %s", f)
		}
	}
	days := g.Days
	if g.Dated != "" {
		days = append(append([]string{}, days...), g.Dated)
	}
	for _, d := range days {
		if _, err := town.ParseDay(d); err != nil {
			return err
		}
	}
	if g.Every != "" && g.Every != "month" {
		return fmt.Errorf("every %s: only month", g.Every)
	}
	for _, e := range g.Ends {
		if err := checkWalk(cat, t, e.Walk); err != nil {
			return err
		}
		e.prepare()
	}
	return checkWalk(cat, t, g.Walk)
}

func checkWalk(cat *catalog.Catalog, t *catalog.Type, walk []any) error {
	for _, w := range walk {
		m := stepOf(w)
		if m.open != "" {
			child := cat.Types[m.open]
			if child == nil {
				return fmt.Errorf("opens %q: no such type", m.open)
			}
			for f := range m.fields {
				if child.Field(f) == nil {
					return fmt.Errorf("opens %s: no field %s", m.open, f)
				}
			}
			x, _ := w.(map[string]any)
			inner, _ := x["walk"].([]any)
			if err := checkWalk(cat, child, inner); err != nil {
				return fmt.Errorf("opens %s: %w", m.open, err)
			}
			continue
		}
		if t.Move(m.move) == nil {
			return fmt.Errorf("no move %q", m.move)
		}
		for f := range m.fields {
			if t.Field(f) == nil {
				return fmt.Errorf("move %s: no field %s", m.move, f)
			}
		}
	}
	return nil
}

// step is one move of a walk, or the opening of records that belong to the case.
type step struct {
	move   string
	after  [2]int // days after the step before
	role   string
	fields map[string]any
	reason string
	days   int64
	open   string            // a type: the step opens count records of it
	count  [2]int            // how many
	split  map[string]string // their field → the case's field whose value they share exactly
	walk   []step            // what becomes of them
	pool   string
}

func stepOf(w any) step {
	s := step{after: [2]int{0, 3}}
	switch x := w.(type) {
	case string:
		s.move = x
	case map[string]any:
		s.move, _ = x["move"].(string)
		s.role, _ = x["role"].(string)
		s.reason, _ = x["reason"].(string)
		s.days = whole(x["days"])
		s.fields, _ = x["fields"].(map[string]any)
		s.open, _ = x["open"].(string)
		s.pool, _ = x["pool"].(string)
		s.count = pair(x["count"], [2]int{1, 1})
		if m, ok := x["split"].(map[string]any); ok {
			s.split = map[string]string{}
			for k, v := range m {
				s.split[k] = fmt.Sprint(v)
			}
		}
		inner, _ := x["walk"].([]any)
		for _, w := range inner {
			s.walk = append(s.walk, stepOf(w))
		}
		s.after = pair(x["after"], s.after)
	}
	return s
}

// pair reads a number or a range of two.
func pair(v any, otherwise [2]int) [2]int {
	switch a := v.(type) {
	case nil:
		return otherwise
	case []any:
		if len(a) == 2 {
			return [2]int{int(whole(a[0])), int(whole(a[1]))}
		}
	default:
		n := int(whole(a))
		return [2]int{n, n}
	}
	return otherwise
}

func whole(v any) int64 {
	switch x := v.(type) {
	case int:
		return int64(x)
	case int64:
		return x
	case uint64:
		return int64(x)
	case float64:
		return int64(x)
	}
	return 0
}
