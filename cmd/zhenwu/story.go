package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/seal"
	"zhenwu/internal/sheet"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

type testCmd struct {
	Dir string `arg:"" help:"目录文件夹，故事在 stories/*.story the catalog's folder, its stories in stories/*.story"`
}

// story is one story of a file: what was there, what happens, and what the
// figures and records must then say. See docs/catalog.md.
type story struct {
	Story string      `yaml:"story"`
	Given []storyStep `yaml:"given"`
	When  []storyStep `yaml:"when"`
	Then  []storyThen `yaml:"then"`
}

// storyStep is one command of somebody with a role on a day; a step with a day alone lets time pass.
type storyStep struct {
	As      string         `yaml:"as"`     // role
	Who     string         `yaml:"who"`    // tells people of one role apart
	Office  string         `yaml:"office"` // "" = the role's own
	Place   string         `yaml:"place"`  // of the post, by name or code; "" = the whole town
	On      string         `yaml:"on"`     // day, recorded at 09:00 and later in the order of the steps
	Open    string         `yaml:"open"`   // type
	Find    string         `yaml:"find"`   // type: names with is the last record of it that has the values of with, whoever opened it
	Is      string         `yaml:"is"`     // the story's name for what is opened or found
	Of      string         `yaml:"of"`     // the record that a move concerns, by the story's name
	Move    string         `yaml:"move"`
	Correct string         `yaml:"correct"` // a record by the story's name
	Void    string         `yaml:"void"`
	With    map[string]any `yaml:"with"`
	Reason  string         `yaml:"reason"`
	Note    string         `yaml:"note"`
	Days    int32          `yaml:"days"`
	Refused any            `yaml:"refused"` // true: the rules must refuse it; a text: and their sentence must hold it
}

// storyThen is what must hold in the end, or once a day has come: of a figure, or of a record.
type storyThen struct {
	On     string `yaml:"on"` // let time pass to the evening of this day first
	Figure string `yaml:"figure"`
	Period string `yaml:"period"` // 2023, 2023-Q1, 2023-05 …
	Place  string `yaml:"place"`
	Slice  string `yaml:"slice"`
	Of     string `yaml:"of"` // a record by the story's name
	Stage  string `yaml:"stage"`
	Field  string `yaml:"field"`
	Due    string `yaml:"due"` // a clock of the record: is gives its day
	Is     any    `yaml:"is"`  // "" = unknown
}

// storyFault is a story that does not hold.
type storyFault struct {
	File  string `json:"file"`
	Story string `json:"story"`
	Why   string `json:"why"`
}

// Run plays the stories of a catalog, each in a fresh town of its own.
func (c *testCmd) Run(s *session) error {
	if info, err := os.Stat(c.Dir); err != nil || !info.IsDir() {
		return town.Refuse(town.Invalid, "dir", "不是文件夹：%s", "not a folder: %s", c.Dir)
	}
	root := os.DirFS(c.Dir)
	cat, faults := catalog.Load(root)
	for _, f := range faults {
		if !f.Warning {
			return town.Refuse(town.Invalid, "dir", "目录有错误，请先运行 zhenwu check %s", "the catalog has faults; run zhenwu check %s first", c.Dir)
		}
	}
	files, err := fs.Glob(root, "stories/*.story")
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return town.Refuse(town.Missing, "dir", "%s 里没有 stories/*.story", "%s has no stories/*.story", c.Dir)
	}
	played, wrong := 0, []storyFault{}
	for _, file := range files {
		stories, err := readStories(root, file)
		if err != nil {
			return err
		}
		for _, st := range stories {
			played++
			if err := playStory(s.ctx, cat, st, s.global.Lang); err != nil {
				var ours *town.Error
				if !errors.As(err, &ours) {
					return fmt.Errorf("%s: %s: %w", file, st.Story, err)
				}
				wrong = append(wrong, storyFault{file, st.Story, ours.In(s.global.Lang)})
			}
		}
	}
	if s.global.JSON {
		err = json.NewEncoder(s.out).Encode(map[string]any{"stories": played, "wrong": wrong})
	} else {
		for _, w := range wrong {
			fmt.Fprintf(s.out, "  ✗ %s：%s：%s\n", w.File, w.Story, w.Why)
		}
		fmt.Fprintf(s.out, pick(s.global.Lang, "%d 个故事，%d 个不成立\n", "%d stories, %d do not hold\n"), played, len(wrong))
	}
	if err == nil && len(wrong) > 0 {
		return errFound
	}
	return err
}

// readStories reads the stories of a file, separated by lines of ---.
func readStories(root fs.FS, file string) ([]story, error) {
	f, err := root.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	dec := yaml.NewDecoder(f, yaml.Strict())
	var out []story
	for {
		var st story
		switch err := dec.Decode(&st); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, town.Refuse(town.Invalid, "story", "%s 读不懂：%s", "%s does not read: %s", file, err.Error())
		case st.Story != "":
			out = append(out, st)
		}
	}
}

// told plays one story.
type told struct {
	h     *hall.Hall
	names map[string]town.ID
	n     int
	day   town.Day // the last one that began
	lang  string
}

func playStory(ctx context.Context, cat *catalog.Catalog, st story, lang string) error {
	steps := append(append([]storyStep{}, st.Given...), st.When...)
	first := town.NoDay
	for _, x := range steps {
		if x.On == "" && x.Find != "" { // it looks around at once
			continue
		}
		day, err := town.ParseDay(x.On)
		if err != nil {
			return town.Refuse(town.Invalid, "on", "on 须是日期：%q", "on must be a day: %q", x.On)
		}
		if first == town.NoDay || day < first {
			first = day
		}
	}
	if first == town.NoDay {
		return town.Refuse(town.Invalid, "when", "故事里什么也没有发生", "nothing happens in the story")
	}
	dir, err := os.MkdirTemp("", "zhenwu-story-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(ctx, filepath.Join(dir, "zhenwu.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	var cfg hall.Config
	if cfg.Key, err = journal.NewKey(rand.Reader, string(cat.Code)); err != nil {
		return err
	}
	if cfg.Keys, err = seal.New(rand.Reader, string(cat.Code)); err != nil {
		return err
	}
	h, err := hall.Found(ctx, db, hall.Founding{Cat: cat, Files: "{}", Simulated: true, At: (first - 1).At(cat.Zone, 20, 0)}, cfg)
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.Seed(ctx, true, 0); err != nil {
		return err
	}
	p := &told{h: h, names: map[string]town.ID{}, lang: lang}
	for i, x := range steps {
		part := pick(lang, "经过", "when")
		if i < len(st.Given) {
			part = pick(lang, "前提", "given")
		}
		if err := p.step(ctx, cat, x); err != nil {
			return storyWhy(err, part, i)
		}
	}
	if _, err := h.Wake(ctx, h.Now()); err != nil {
		return err
	}
	for i, x := range st.Then {
		if err := p.wait(ctx, x.On, 18); err != nil {
			return storyWhy(err, pick(lang, "结果", "then"), i)
		}
		if err := h.Reading(ctx, func(r *hall.Reader) error { return p.then(cat, r, x) }); err != nil {
			return storyWhy(err, pick(lang, "结果", "then"), i)
		}
	}
	return nil
}

// wait lets time pass to an hour of day, when fields have been read, plans have opened and clocks have run out. "" waits for nothing.
func (p *told) wait(ctx context.Context, day string, hour int) error {
	if day == "" {
		return nil
	}
	d, err := town.ParseDay(day)
	if err != nil {
		return town.Refuse(town.Invalid, "on", "on 须是日期：%q", "on must be a day: %q", day)
	}
	p.n++
	at := d.At(p.h.View().Cat.Zone, hour, 0) + town.Millis(p.n)*60_000
	if _, err := p.h.Wake(ctx, at); err != nil {
		return err
	}
	if d != p.day { // what is read from figures and days, as each morning
		p.day = d
		if _, err := p.h.Readings(ctx, d); err != nil {
			return err
		}
	}
	if _, err := p.h.Plans(ctx, d); err != nil {
		return err
	}
	return p.h.Advance(ctx, at)
}

// find names the last record of a type that has the values of with: one that a plan or an effect opened.
func (p *told) find(ctx context.Context, cat *catalog.Catalog, x storyStep) error {
	t := cat.Types[x.Find]
	if t == nil {
		return town.Refuse(town.Missing, "find", "没有这类记录：%s", "no such type: %s", x.Find)
	}
	return p.h.Reading(ctx, func(r *hall.Reader) error {
		found := town.ID(0)
		for after := town.ID(0); ; {
			rows, err := r.Q().RecordsFrom(ctx, r.Town(), after, 1000)
			if err != nil {
				return err
			}
			for _, row := range rows {
				after = row.ID
				if rec, err := r.Record(row.ID); err != nil {
					return err
				} else if rec.Type == x.Find {
					like, err := p.like(r, t, rec, x.With)
					if err != nil {
						return err
					}
					if like {
						found = row.ID
					}
				}
			}
			if len(rows) == 0 {
				break
			}
		}
		if found == 0 {
			return town.Refuse(town.Missing, "find", "没有找到这样的“%[1]s”", "no such %[2]s is found", t.Label.Zh, t.Label.In("en"))
		}
		p.names[x.Is] = found
		return nil
	})
}

// like tells whether a record has the values of with.
func (p *told) like(r *hall.Reader, t *catalog.Type, rec *store.RecordRow, with map[string]any) (bool, error) {
	for key, want := range with {
		f := t.Field(key)
		if f == nil {
			return false, town.Refuse(town.Invalid, key, "%s 没有字段 %s", "%s has no field %s", t.Key, key)
		}
		text := fmt.Sprint(want)
		if f.Type == catalog.Place {
			code, err := p.place(text)
			if err != nil {
				return false, err
			}
			text = string(code)
		}
		if have, err := p.cell(r, f, rec); err != nil || !have.says(text) {
			return false, err
		}
	}
	return true, nil
}

// storyWhy says at which line of its part a story broke.
func storyWhy(err error, part string, i int) error {
	var ours *town.Error
	if !errors.As(err, &ours) {
		return err
	}
	return &town.Error{Kind: town.Invalid, Zh: fmt.Sprintf("%s第 %d 条：%s", part, i+1, ours.In("zh")), En: fmt.Sprintf("%s %d: %s", part, i+1, ours.In("en")), Err: err}
}

func (p *told) step(ctx context.Context, cat *catalog.Catalog, x storyStep) error {
	switch {
	case x.Find != "":
		if err := p.wait(ctx, x.On, 9); err != nil {
			return err
		}
		return p.find(ctx, cat, x)
	case x.As == "" && x.Open == "" && x.Move == "" && x.Correct == "" && x.Void == "":
		return p.wait(ctx, x.On, 9)
	}
	role := cat.Roles[x.As]
	if role == nil {
		return town.Refuse(town.Invalid, "as", "没有角色 %q", "there is no role %q", x.As)
	}
	office := x.Office
	if office == "" {
		office = role.Office
	}
	day, err := town.ParseDay(x.On)
	if err != nil {
		return err
	}
	p.n++
	at := day.At(cat.Zone, 9, 0) + town.Millis(p.n)*60_000
	if _, err := p.h.Wake(ctx, at); err != nil {
		return err
	}
	cmd := town.Command{ID: fmt.Sprintf("s%d", p.n), Day: town.NoDay, Step: -1, At: at, Reason: x.Reason, Note: x.Note, Days: x.Days}
	var name string
	switch {
	case x.Open != "":
		cmd.Op, cmd.Type = town.Create, x.Open
	case x.Move != "":
		cmd.Op, cmd.Move, name = town.Move, x.Move, x.Of
	case x.Correct != "":
		cmd.Op, name = town.Correct, x.Correct
	case x.Void != "":
		cmd.Op, name = town.Void, x.Void
	default:
		return town.Refuse(town.Invalid, "when", "要有 open、move、correct 或 void 之一", "it needs one of open, move, correct, void")
	}
	if name != "" || cmd.Op != town.Create {
		id, ok := p.names[name]
		if !ok {
			return town.Refuse(town.Invalid, "of", "故事里没有 %q", "the story has no %q", name)
		}
		cmd.Record = id
	}
	if err := p.h.Reading(ctx, func(r *hall.Reader) (err error) {
		cmd.Fields, cmd.Sealed, err = p.fields(cat, r, cmd, x.With)
		return err
	}); err != nil {
		return err
	}
	person := int64(1)
	for _, c := range x.As + x.Who { // one person a role, unless the story tells them apart
		person = person*31 + int64(c)
	}
	place, err := p.place(x.Place)
	if err != nil {
		return err
	}
	ans, err := p.h.Do(ctx, town.Actor{Person: person & (1<<40 - 1), Kind: town.Sim, Posts: []town.Post{{Role: x.As, Office: office, Place: place}}}, cmd)
	if x.Refused != nil && x.Refused != false {
		return refusedAs(err, x.Refused)
	}
	if x.Is != "" {
		p.names[x.Is] = ans.Record
	}
	return err
}

// place finds a place by its code or its name.
func (p *told) place(name string) (town.Code, error) {
	if name == "" {
		return "", nil
	}
	for _, pl := range p.h.View().Places() {
		if string(pl.Code) == name || pl.Zh == name || pl.En == name {
			return pl.Code, nil
		}
	}
	return "", town.Refuse(town.Missing, "place", "没有这个地点：%s", "there is no such place: %s", name)
}

// refusedAs holds the answer of the rules against what the story expects: a refusal, and perhaps some words of it.
func refusedAs(err error, want any) error {
	var ours *town.Error
	switch words, told := want.(string); {
	case err == nil:
		return town.Refuse(town.Conflict, "refused", "本应被拒绝，却办成了", "it should have been refused, and was done")
	case town.KindOf(err) == town.Internal || !errors.As(err, &ours):
		return err
	case told && !strings.Contains(ours.In("zh"), words) && !strings.Contains(ours.In("en"), words):
		return town.Refuse(town.Conflict, "refused", "拒绝的理由是“%[1]s”，里面没有“%[3]s”", "it was refused because “%[2]s”, which does not say “%[3]s”", ours.In("zh"), ours.In("en"), words)
	}
	return nil
}

// fields reads the values of a step as cells of a sheet are read; "@name" is a record of the story.
func (p *told) fields(cat *catalog.Catalog, r *hall.Reader, cmd town.Command, with map[string]any) (town.Values, map[string]string, error) {
	typ := cmd.Type
	if cmd.Record != 0 {
		row, err := r.Record(cmd.Record)
		if err != nil || row == nil {
			return nil, nil, err
		}
		typ = row.Type
	}
	t := cat.Types[typ]
	if t == nil {
		return nil, nil, town.Refuse(town.Missing, "open", "没有这类记录：%s", "no such type: %s", typ)
	}
	read := sheet.Reading{View: r.View(), Ref: func(text string) (town.ID, error) { return p.names[strings.TrimPrefix(text, "@")], nil }}
	fields, sealed := town.Values{}, map[string]string{}
	keys := make([]string, 0, len(with))
	for k := range with {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, f := range papers(t, cmd) { // a story need not say which photo
		if _, said := with[f.Key]; !said {
			fields[f.Key] = attached(f.Key)
		}
	}
	for _, k := range keys {
		f := t.Field(k)
		if f == nil {
			return nil, nil, town.Refuse(town.Invalid, k, "%s 没有字段 %s", "%s has no field %s", typ, k)
		}
		if hall.SealedField(f) {
			sealed[k] = fmt.Sprint(with[k])
			continue
		}
		x, err := storyValue(read, f, with[k])
		if err != nil {
			return nil, nil, err
		}
		fields[k] = x
	}
	return fields, sealed, nil
}

// papers are the files and photos that a command must give.
func papers(t *catalog.Type, cmd town.Command) []*catalog.Field {
	var out []*catalog.Field
	for _, f := range t.Fields {
		if f.Type != catalog.File && f.Type != catalog.Photo || f.Origin != catalog.Typed {
			continue
		}
		m := t.Move(cmd.Move)
		if cmd.Op == town.Create && f.Required || cmd.Op == town.Move && m != nil && slices.Contains(m.Needs, f.Key) {
			out = append(out, f)
		}
	}
	return out
}

// attached is the name that a file with this text would have.
func attached(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func storyValue(read sheet.Reading, f *catalog.Field, x any) (any, error) {
	if x != nil && (f.Type == catalog.File || f.Type == catalog.Photo) {
		return attached(fmt.Sprint(x)), nil
	}
	switch y := x.(type) {
	case nil:
		return nil, nil
	case []any:
		if f.Type != catalog.LinesType {
			words := make([]string, len(y))
			for i, w := range y {
				words[i] = fmt.Sprint(w)
			}
			return read.Value(f, strings.Join(words, "、"))
		}
		rows := make([]map[string]any, 0, len(y))
		for _, line := range y {
			cells, _ := line.(map[string]any)
			row := map[string]any{}
			for _, c := range f.Columns {
				if cells[c.Key] == nil {
					continue
				}
				v, err := storyValue(read, c, cells[c.Key])
				if err != nil {
					return nil, err
				}
				row[c.Key] = v
			}
			rows = append(rows, row)
		}
		return rows, nil
	}
	return read.Value(f, fmt.Sprint(x))
}

func (p *told) then(cat *catalog.Catalog, r *hall.Reader, x storyThen) error {
	want := ""
	if x.Is != nil {
		want = fmt.Sprint(x.Is)
	}
	differs := func(what, have string) error {
		if have == want {
			return nil
		}
		return town.Refuse(town.Conflict, "is", "%s 是 %q，应为 %q", "%s is %q, not %q", what, have, want)
	}
	if x.Figure != "" {
		f := cat.Figures[x.Figure]
		if f == nil {
			return town.Refuse(town.Missing, "figure", "没有这个指标：%s", "no such figure: %s", x.Figure)
		}
		period, err := town.ParsePeriod(x.Period)
		if err != nil {
			return town.Refuse(town.Invalid, "period", "不是时期：%q", "not a period: %q", x.Period)
		}
		place, err := p.place(x.Place)
		if err != nil {
			return err
		}
		v, err := figure.Read(cat, r, figure.Query{Figure: f, Place: place, Slice: x.Slice, Period: period, AsOf: p.h.Today()})
		if err != nil {
			return err
		}
		return differs(x.Figure, v.Decimal())
	}
	id, ok := p.names[x.Of]
	if !ok {
		return town.Refuse(town.Invalid, "of", "故事里没有 %q", "the story has no %q", x.Of)
	}
	row, err := r.Record(id)
	if err != nil || row == nil {
		return err
	}
	if x.Stage != "" && row.Stage != x.Stage {
		return town.Refuse(town.Conflict, "stage", "%s 在环节 %s，应在 %s", "%s stands in stage %s, not %s", x.Of, row.Stage, x.Stage)
	}
	t := cat.Types[row.Type]
	if x.Due != "" {
		if !slices.ContainsFunc(t.Clocks, func(c *catalog.Clock) bool { return c.Key == x.Due }) && x.Due != "plan" {
			return town.Refuse(town.Missing, "due", "%s 没有时限 %s", "%s has no clock %s", row.Type, x.Due)
		}
		have := ""
		if v, ok := flow.Scope(cat, t, r.World(p.h.Now()), &row.Record).Value("due." + x.Due); ok {
			have = fmt.Sprint(v)
		}
		return differs(x.Of+" "+x.Due, have)
	}
	if x.Field == "" {
		return nil
	}
	f := t.Field(x.Field)
	if f == nil {
		return town.Refuse(town.Missing, "field", "%s 没有字段 %s", "%s has no field %s", row.Type, x.Field)
	}
	cell, err := p.cell(r, f, row)
	if err != nil || cell.says(want) {
		return err
	}
	return differs(x.Of+"."+x.Field, cell.shown)
}

// cell is a value as a sheet shows it, and as it is kept.
type cell struct {
	shown string
	kept  any
}

// says tells whether the value is meant: as it is shown, a choice by its key, or yes and no as true and false.
func (c cell) says(want string) bool {
	switch c.kept.(type) {
	case string, bool:
		return c.shown == want || fmt.Sprint(c.kept) == want
	}
	return c.shown == want
}

// cell reads a field of a record.
func (p *told) cell(r *hall.Reader, f *catalog.Field, row *store.RecordRow) (cell, error) {
	value, _ := row.Value(f.Key)
	shown, err := sheet.Writing{View: r.View(), Lang: p.lang, Ref: func(id town.ID) (string, error) {
		for name, n := range p.names {
			if n == id {
				return "@" + name, nil
			}
		}
		return fmt.Sprintf("#%d", id), nil
	}}.Cell(f, value)
	return cell{shown, value}, err
}
