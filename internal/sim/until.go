package sim

import (
	"fmt"
	"io/fs"
	"sort"

	"github.com/goccy/go-yaml"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// longest is the last day that is planned.
var longest = town.DayOf(2024, 6, 30)

// Until reads the day until which a simulation is to go on; "" is the end of the year.
func Until(text string) (town.Day, error) {
	if text == "" {
		return yearEnd, nil
	}
	d, err := town.ParseDay(text)
	if err != nil {
		return 0, town.Refuse(town.Invalid, "until", "日期写作 2024-06-30，不能是 %q", "a day is written 2024-06-30, not %q", text)
	}
	if d < yearEnd || d > longest {
		return 0, town.Refuse(town.Invalid, "until", "可以模拟到 %s 至 %s 之间的一天；%s 没有计划", "the simulation may end on a day from %s to %s; nothing is planned for %s", yearEnd, longest, d)
	}
	return d, nil
}

// LoadUntil reads a plan that goes on behind the year until a day: the files next/*.yaml are read too. Their groups say on which days they
// open; what they say of the followers of a type holds for records opened behind the year, and resume says what becomes of those that rest at
// a stage when it ends. The year itself is played as without them, to the last record.
func LoadUntil(cat *catalog.Catalog, files fs.FS, until town.Day) (*Plan, error) {
	if _, err := Until(until.String()); err != nil {
		return nil, err
	}
	p, err := Load(cat, files)
	if err != nil || until == yearEnd {
		return p, err
	}
	p.Last, p.Next, p.Resume = until, map[string][]*Follower{}, map[string]map[string][]*Follower{}
	names, err := fs.Glob(files, "next/*.yaml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, town.Refuse(town.Missing, "plan", "计划文件夹里没有 next/*.yaml：模拟年之后没有计划", "the folder of the plan has no next/*.yaml: nothing is planned behind the year")
	}
	sort.Strings(names)
	for _, name := range names {
		if err := p.goOn(cat, files, name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return p, nil
}

// goOn reads a file of what comes behind the year.
func (p *Plan) goOn(cat *catalog.Catalog, files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	var doc struct {
		Groups    []*Group                          `yaml:"groups"`
		Followers map[string][]*Follower            `yaml:"followers"`
		Resume    map[string]map[string][]*Follower `yaml:"resume"`
	}
	if err := yaml.UnmarshalWithOptions(text, &doc, yaml.Strict()); err != nil {
		return err
	}
	for _, g := range doc.Groups {
		g.file, g.index = name, len(p.Groups)
		err := g.check(cat)
		if err == nil {
			err = g.checkTable(cat, p)
		}
		if err == nil && len(g.Days) == 0 {
			err = fmt.Errorf("what comes behind the year says its days")
		}
		if err != nil {
			return fmt.Errorf("group %d (%s %s): %w", g.index, g.Type, g.For, err)
		}
		p.Groups = append(p.Groups, g)
	}
	for typ, fs := range doc.Followers {
		if err := prepared(cat, typ, fs); err != nil {
			return fmt.Errorf("followers of %s: %w", typ, err)
		}
		p.Next[typ] = append(p.Next[typ], fs...)
	}
	for typ, stages := range doc.Resume {
		for stage, fs := range stages {
			if err := prepared(cat, typ, fs); err != nil {
				return fmt.Errorf("resume %s %s: %w", typ, stage, err)
			}
			if cat.Types[typ].Stage(stage) == nil {
				return fmt.Errorf("resume %s: no stage %s", typ, stage)
			}
			if p.Resume[typ] == nil {
				p.Resume[typ] = map[string][]*Follower{}
			}
			p.Resume[typ][stage] = append(p.Resume[typ][stage], fs...)
		}
	}
	return nil
}

// prepared holds followers of a type against the catalog and reads their walks.
func prepared(cat *catalog.Catalog, typ string, fs []*Follower) error {
	t := cat.Types[typ]
	if t == nil {
		return fmt.Errorf("no such type")
	}
	for _, f := range fs {
		if err := checkWalk(cat, t, f.Walk); err != nil {
			return err
		}
		f.prepare()
	}
	return nil
}

// end is the last day of the part of the play that a day lies in: the year, or what comes behind it. What is planned within a part happens within it.
func (p *Plan) end(d town.Day) town.Day {
	if d <= yearEnd {
		return min(yearEnd, p.Last)
	}
	return p.Last
}
