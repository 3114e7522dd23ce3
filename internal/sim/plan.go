package sim

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

//go:embed plan/*.yaml
var planFiles embed.FS

// Plan is what the simulated year is to hold: the files of plan/, which are the
// only place where the values of the real report stand.
type Plan struct {
	Groups    []*Group
	Followers map[string][]*Follower    // type → what becomes of records opened by effects and plans
	Amounts   map[string]map[string]any // type.field → default spec
}

// Group is a number of alike cases.
type Group struct {
	For    string           `yaml:"for"` // which figures it makes, for the reader
	Type   string           `yaml:"type"`
	Count  int              `yaml:"count"`
	Days   []string         `yaml:"days"`   // first and last day of opening; default the year
	Place  any              `yaml:"place"`  // kind, code, or list of them; default what the place field allows
	Fields map[string]any   `yaml:"fields"` // value specs, see README.md
	Sums   map[string]int64 `yaml:"sums"`   // field → exact total over the group, in stored units
	Walk   []any            `yaml:"walk"`   // moves: a name, or {move, after, role, fields, reason}
	Void   string           `yaml:"void"`   // reason: voided at the end
	Role   string           `yaml:"role"`   // who opens
	Pool   string           `yaml:"pool"`   // the records go into this pool as well as into their type's

	file  string
	index int
}

// Follower says what a share of opened records becomes.
type Follower struct {
	Share  int            `yaml:"share"`
	Walk   []any          `yaml:"walk"`
	Fields map[string]any `yaml:"fields"`
}

// Load reads the plan for a catalog: unknown types, fields and moves are errors.
func Load(cat *catalog.Catalog) (*Plan, error) {
	p := &Plan{Followers: map[string][]*Follower{}}
	names, err := fs.Glob(planFiles, "plan/*.yaml")
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	for _, name := range names {
		text, err := planFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var doc struct {
			Groups    []*Group               `yaml:"groups"`
			Followers map[string][]*Follower `yaml:"followers"`
		}
		if err := yaml.UnmarshalWithOptions(text, &doc, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, g := range doc.Groups {
			g.file, g.index = strings.TrimPrefix(name, "plan/"), len(p.Groups)
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
				if err := checkWalk(t, f.Walk); err != nil {
					return nil, fmt.Errorf("%s: followers of %s: %w", name, typ, err)
				}
			}
			p.Followers[typ] = append(p.Followers[typ], fs...)
		}
	}
	return p, nil
}

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
	for _, d := range g.Days {
		if _, err := town.ParseDay(d); err != nil {
			return err
		}
	}
	return checkWalk(t, g.Walk)
}

func checkWalk(t *catalog.Type, walk []any) error {
	for _, w := range walk {
		m := stepOf(w)
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

// step is one move of a walk.
type step struct {
	move   string
	after  [2]int // days after the step before
	role   string
	fields map[string]any
	reason string
	days   int64
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
		switch a := x["after"].(type) {
		case []any:
			if len(a) == 2 {
				s.after = [2]int{int(whole(a[0])), int(whole(a[1]))}
			}
		case nil:
		default:
			n := int(whole(a))
			s.after = [2]int{n, n}
		}
	}
	return s
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
