package sim

import (
	"context"
	crand "crypto/rand"
	"encoding/json"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

func loadCatalog(t testing.TB) (*catalog.Catalog, string) {
	t.Helper()
	cat, faults := catalog.Load(catalogs.Jingwu)
	for _, f := range faults {
		if !f.Warning {
			t.Fatalf("catalog: %s", f.Render("en"))
		}
	}
	files := map[string]string{}
	if err := fs.WalkDir(catalogs.Jingwu, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(catalogs.Jingwu, p)
		files[p] = string(b)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	return cat, string(text)
}

// founded makes a new town that begins on the evening before the year.
func founded(t testing.TB, simulated bool) *hall.Hall {
	t.Helper()
	ctx := context.Background()
	cat, files := loadCatalog(t)
	db, err := store.Open(ctx, filepath.Join(t.TempDir(), "zhenwu.db"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := journal.NewKey(crand.Reader, string(cat.Code))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.New(crand.Reader, string(cat.Code))
	if err != nil {
		t.Fatal(err)
	}
	h, err := hall.Found(ctx, db, hall.Founding{Cat: cat, Files: files, Simulated: simulated, At: eve.At(cat.Zone, 20, 0)}, hall.Config{Key: key, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// values reads every figure of the year.
func values(t testing.TB, h *hall.Hall) map[string]figure.Value {
	t.Helper()
	out := map[string]figure.Value{}
	v := h.View()
	if err := h.Reading(context.Background(), func(r *hall.Reader) error {
		for _, key := range v.Cat.FigureOrder {
			x, err := figure.Read(v.Cat, r, figure.Query{Figure: v.Cat.Figures[key], Period: town.YearPeriod(2023), AsOf: yearEnd})
			if err != nil {
				return err
			}
			out[key] = x
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPlanLoads(t *testing.T) {
	cat, _ := loadCatalog(t)
	plan, err := Load(cat, Built())
	if err != nil {
		t.Fatal(err)
	}
	// every figure of 2023 that the report gives and records can give is somebody's work
	told := ""
	for _, g := range plan.Groups {
		told += g.For + " "
	}
	for _, key := range cat.FigureOrder {
		f := cat.Figures[key]
		if f.Gold == "" || f.Gold >= "F116" || f.Kind == catalog.Ratio || f.Kind == catalog.FormulaF {
			continue // targets of 2024; shares follow from their parts
		}
		opened := strings.Contains(told, f.Gold)
		for _, p := range cat.PlanOrder { // what plans and effects open, followers walk
			opened = opened || f.Type != nil && len(plan.Followers[f.Type.Key]) > 0 && cat.Plans[p] != nil
		}
		if !opened {
			t.Errorf("no group says that it makes %s (%s)", f.Gold, key)
		}
	}
}

func TestRealTownRefuses(t *testing.T) {
	h := founded(t, false)
	if _, err := Play(context.Background(), h, Seed, nil); town.KindOf(err) != town.Denied {
		t.Fatalf("a real town took simulated work: %v", err)
	}
	if err := h.Reading(context.Background(), func(r *hall.Reader) error {
		row, err := r.Record(1)
		if row != nil {
			t.Errorf("the refused run left a record of type %s", row.Type)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestShares(t *testing.T) {
	for _, c := range []struct {
		total int64
		n     int
	}{{1, 1}, {377_700, 34}, {1_934_000_000, 7}, {181_300_000_000, 58}, {41, 40}} {
		got := shares(rand.New(rand.NewPCG(uint64(c.total), 7)), map[string]int64{"x": c.total}, c.n)["x"]
		var sum int64
		for i, v := range got {
			if v <= 0 {
				t.Errorf("part %d of %d over %d is %d", i, c.total, c.n, v)
			}
			sum += v
		}
		if sum != c.total || len(got) != c.n {
			t.Errorf("%d over %d gave %d parts with sum %d", c.total, c.n, len(got), sum)
		}
	}
}

// Ends are dealt out by their shares, and none is left out where there are cases enough.
func TestPortion(t *testing.T) {
	ends := []*Follower{{Share: 80}, {Share: 15}, {Share: 4}, {Share: 1}}
	for _, c := range []struct {
		n    int
		want []int
	}{{100, []int{80, 15, 4, 1}}, {1000, []int{800, 150, 40, 10}}, {4, []int{1, 1, 1, 1}}, {10, []int{7, 1, 1, 1}}, {2, []int{2, 0, 0, 0}}, {0, []int{0, 0, 0, 0}}} {
		got := make([]int, len(ends))
		for _, e := range portion(rand.New(rand.NewPCG(1, uint64(c.n))), ends, c.n) {
			got[slices.Index(ends, e)]++
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d cases: %v, want %v", c.n, got, c.want)
		}
	}
}

func TestSeasonMean(t *testing.T) {
	var sum, n, summer, winter int64
	for d := yearStart; d <= yearEnd; d++ {
		v := season(d, 1500, 700)
		if v <= 0 {
			t.Fatalf("%s: %d visitors", d, v)
		}
		sum, n = sum+v, n+1
		switch _, m, _ := d.Date(); m {
		case 6, 7, 8:
			summer += v
		case 1, 2, 12:
			winter += v
		}
	}
	if sum != 1500*n {
		t.Errorf("the mean is %d/%d, not 1500", sum, n)
	}
	if summer <= winter {
		t.Errorf("summer %d is not above winter %d", summer, winter)
	}
}

// spoken gives every text of a command that people will read, sealed ones too.
func spoken(cmd town.Command) []string {
	out := []string{cmd.Reason, cmd.Note}
	for _, s := range cmd.Sealed {
		out = append(out, s)
	}
	for _, v := range cmd.Fields {
		switch x := v.(type) {
		case string:
			out = append(out, x)
		case []string:
			out = append(out, x...)
		case []map[string]any:
			for _, row := range x {
				for _, c := range row {
					if s, ok := c.(string); ok {
						out = append(out, s)
					}
				}
			}
		}
	}
	return out
}

// heard is a command that a case of the played weeks made, with its answer.
type heard struct {
	hall.Ask
	typ string
	res hall.Result
}

var played struct {
	once sync.Once
	all  []heard
	p    *player
}

// weeks gives every command of the weeks to the end of February of a shrunken plan, Spring Festival among them. They are played once.
func weeks(t *testing.T) ([]heard, *player) {
	t.Helper()
	played.once.Do(func() { played.all, played.p = playWeeks(t) })
	if len(played.all) == 0 {
		t.Fatal("the weeks were not played")
	}
	return played.all, played.p
}

func playWeeks(t *testing.T) (all []heard, p *player) {
	h := founded(t, true)
	plan, err := Load(h.View().Cat, Built())
	if err != nil {
		t.Fatal(err)
	}
	plan.Shrink(40)
	plan.Last = yearStart + 58
	p = newPlayer(context.Background(), h, plan, Seed, nil)
	types := map[town.ID]string{}
	p.heard = func(a hall.Ask, r hall.Result) {
		if r.Err != nil {
			return
		}
		if a.Command.Op == town.Create {
			types[r.Answer.Record] = a.Command.Type
		}
		x := heard{a, types[r.Answer.Record], r}
		if k := p.known[r.Answer.Record]; x.typ == "" && k != nil {
			x.typ = k.typ
		}
		all = append(all, x)
	}
	if err := p.play(); err != nil {
		t.Fatal(err)
	}
	return all, p
}

// Who is hired first for work that is divided by places works at one: nobody signs in as a grid worker without a grid.
func TestStaff_works_at_places(t *testing.T) {
	_, p := weeks(t)
	seen := 0
	for _, key := range p.cat.RoleOrder {
		if p.cat.Roles[key].Scope != catalog.ScopePlace {
			continue
		}
		seen++
		if staff := p.staff[key]; len(staff) < 2 || staff[0].posts[0].Place == "" || staff[len(staff)-1].posts[0].Place != "" {
			t.Errorf("%s: the first of %d works at %q", key, len(staff), staff[0].posts[0].Place)
		}
	}
	if seen < 5 {
		t.Errorf("%d roles are divided by places", seen)
	}
}

// Every template is filled before a command is made: reasons, notes, fields, lines and sealed texts.
func TestPlay_fills_every_text(t *testing.T) {
	all, _ := weeks(t)
	reasons, raw := 0, map[string]bool{}
	for _, x := range all {
		if x.Command.Reason != "" {
			reasons++
		}
		for _, s := range spoken(x.Command) {
			if strings.ContainsAny(s, "{|}") {
				raw[x.typ+" "+x.Command.Move+": "+s] = true
			}
		}
	}
	if reasons < 50 {
		t.Errorf("only %d commands give a reason", reasons)
	}
	for s := range raw {
		t.Error(s)
	}
}

// Offices rest on days off, at noon and at night; the grid, the police and the hotline do not.
func TestPlay_keeps_hours(t *testing.T) {
	all, p := weeks(t)
	type count struct{ all, off, lunch, night int }
	of := map[string]*count{}
	note := func(name string, at town.Millis) {
		c := of[name]
		if c == nil {
			c = &count{}
			of[name] = c
		}
		day := at.Day(p.zone)
		minute := int(at-day.At(p.zone, 0, 0)) / 60_000
		c.all++
		if p.off(day) {
			c.off++
		}
		if minute >= 12*60+5 && minute < 13*60+25 {
			c.lunch++
		}
		if minute < 6*60 || minute >= 22*60 {
			c.night++
		}
	}
	for _, x := range all {
		if x.Command.At.Day(p.zone) < yearStart || len(x.Actor.Posts) == 0 {
			continue
		}
		role := x.Actor.Posts[0].Role
		name := "shift of " + role
		if p.plan.shift(x.typ, "", role) == p.plan.Shifts[usual] {
			name = "office"
		}
		note(name, x.Command.At)
		if role == "desk" && x.Command.Op == town.Create && (x.typ == "hotline_order" || x.typ == "letter") {
			note("hotline", x.Command.At)
		}
	}
	share := func(n, of int) int { return 100 * n / max(of, 1) }
	for _, w := range []struct {
		name               string
		least              int // commands
		offMin, offMax     int // percent
		lunchMax           int
		nightMin, nightMax int
	}{
		{"office", 500, 0, 2, 3, 0, 0},
		{"shift of village", 200, 2, 12, 5, 0, 0},
		{"shift of grid_worker", 300, 12, 40, 5, 0, 1},
		{"shift of inspector", 20, 0, 20, 5, 0, 1},
		{"hotline", 20, 15, 45, 25, 2, 25},
	} {
		c := of[w.name]
		if c == nil || c.all < w.least {
			t.Errorf("%s: %+v commands, want %d at least", w.name, c, w.least)
			continue
		}
		t.Logf("%s: %d commands, %d%% on days off, %d%% at noon, %d%% at night", w.name, c.all, share(c.off, c.all), share(c.lunch, c.all), share(c.night, c.all))
		if o := share(c.off, c.all); o < w.offMin || o > w.offMax {
			t.Errorf("%s: %d%% of %d commands on days off, want %d to %d", w.name, o, c.all, w.offMin, w.offMax)
		}
		if l := share(c.lunch, c.all); l > w.lunchMax {
			t.Errorf("%s: %d%% of %d commands at noon", w.name, l, c.all)
		}
		if n := share(c.night, c.all); n < w.nightMin || n > w.nightMax {
			t.Errorf("%s: %d%% of %d commands at night", w.name, n, c.all)
		}
	}
}

// sampled draws so many openings of every group of the plan, without a hall taking them.
func sampled(t *testing.T, most int, see func(p *player, g *Group, typ *catalog.Type, fields town.Values, sealed map[string]string)) {
	t.Helper()
	_, p := weeks(t)
	for _, g := range p.plan.Groups {
		typ := p.cat.Types[g.Type]
		for i := range most {
			rng := rand.New(rand.NewPCG(uint64(g.index), uint64(i)))
			gr := g
			if rows := p.plan.Tables[g.Vary]; g.Vary != "" {
				gr = g.with(rows[rng.IntN(len(rows))])
			}
			pl := &play{id: 100_000 + g.index*1000 + i, typ: typ, group: gr, rng: rng, index: i, at: -1, sums: map[string]int64{}}
			c := &chooser{p: p, pl: pl, rng: rng, day: yearStart + town.Day(rng.IntN(360)), values: town.Values{}}
			pl.place = c.choosePlace(typ, gr.Place)
			c.place = pl.place
			fields, sealed := c.create(typ, gr.Fields, pl.sums)
			see(p, gr, typ, fields, sealed)
		}
	}
}

// What a record says in its fields is what its text says. Each line: where the text holds the word, the field is one of these.
func TestPlan_says_one_thing(t *testing.T) {
	rules := []struct{ typ, text, word, field, may string }{
		{"hotline_order", "title", "停电", "urgency", "utility"},
		{"hotline_order", "title", "停电", "kind", "help"},
		{"hotline_order", "title", "咨询", "kind", "consult"},
		{"hotline_order", "title", "拖欠工资", "urgency", "ordinary"},
		{"hotline_order", "title", "表扬", "kind", "praise"},
		{"hotline_order", "title", "燃气异味", "urgency", "danger"},
		{"enterprise", "name", "精密机械", "industry", "manufacture"},
		{"enterprise", "name", "物流", "industry", "transport"},
		{"enterprise", "name", "餐饮管理", "industry", "hospitality"},
		{"enforcement_case", "matter", "油烟", "field", "environment"},
		{"enforcement_case", "matter", "店外", "field", "market"},
		{"disclosure_item", "name", "应急物资发放", "kind", "subsidy"},
		{"disclosure_item", "name", "选举", "kind", "elections"},
		{"disclosure_item", "name", "采购支出", "kind", "finance"},
		{"contract", "subject", "合作经营", "kind", "investment"},
		{"contract", "subject", "租赁", "kind", "lease"},
		{"contract", "subject", "维修", "kind", "works"},
		{"venue", "name", "文化广场", "kind", "square"},
		{"venue", "name", "卫生室", "kind", "health"},
		{"good_deed", "what", "助餐", "kind", "elderly"},
		{"volunteer_event", "name", "义诊", "kind", "health"},
		{"culture_event", "name", "培训", "kind", "training"},
		{"government_info", "heading", "预算", "topic", "budget"},
		{"legal_review", "subject", "行政处罚", "kind", "penalty"},
		{"income_entry", "what", "租金", "source", "rent"},
		{"livelihood_idea", "name", "停车泊位", "matter", "parking"},
		{"event_guard", "name", "镇人代会", "level", "town"},
		{"solar_project", "name", "屋顶", "kind", "roof"},
		{"wage_case", "project", "住宅", "trade", "building"},
	}
	met := make([]int, len(rules))
	wrong := map[string]int{}
	sampled(t, 90, func(_ *player, _ *Group, typ *catalog.Type, fields town.Values, _ map[string]string) {
		for i, r := range rules {
			text, _ := fields[r.text].(string)
			if r.typ != typ.Key || !strings.Contains(text, r.word) || fields[r.field] == nil {
				continue
			}
			met[i]++
			if fields[r.field] != r.may {
				wrong[r.typ+" “"+r.word+"” is "+r.field+" "+fields[r.field].(string)]++
			}
		}
	})
	for i, r := range rules {
		if met[i] == 0 {
			t.Errorf("no %s speaks of %s", r.typ, r.word)
		}
	}
	for w, n := range wrong {
		t.Errorf("%d times: %s", n, w)
	}
	all, _ := weeks(t)
	lines := 0
	for _, x := range all { // lines follow their text as well
		rows, _ := x.Command.Fields["found"].([]map[string]any)
		for _, row := range rows {
			what, _ := row["what"].(string)
			for _, machine := range []string{"叉车", "防护罩", "特种作业", "动火", "气瓶", "燃气软管"} {
				if x.typ != "safety_check" || !strings.Contains(what, machine) {
					continue
				}
				lines++
				if part := row["part"]; part == "宿舍" || part == "配电室" || (part == "厨房") != (machine == "燃气软管") {
					t.Errorf("%s: found in %v", what, part)
				}
			}
		}
	}
	if lines == 0 {
		t.Error("no machine was looked at")
	}
}

// What is called a repetition, or is merged into an order or joined to one, speaks of the same place and subject in other words, and soon.
func TestPlay_repeats_what_was_said(t *testing.T) {
	all, p := weeks(t)
	opened := map[town.ID]heard{}
	for _, x := range all {
		if x.Command.Op == town.Create {
			opened[x.res.Answer.Record] = x
		}
	}
	met := map[string]int{}
	for _, x := range all {
		for _, link := range []string{"repeat_of", "into", "order"} {
			id, ok := x.Command.Fields[link].(int64)
			if !ok || x.typ != "hotline_order" && x.typ != "letter" {
				continue
			}
			met[link]++
			first, second := opened[town.ID(id)], opened[x.res.Answer.Record]
			a, b := first.Command.Fields, second.Command.Fields
			if a["place"] != b["place"] || a["category"] != b["category"] {
				t.Errorf("%s: “%s” and “%s” are of other places or subjects", link, a["title"], b["title"])
			}
			if a["title"] == b["title"] || !strings.Contains(b["title"].(string), a["title"].(string)) {
				t.Errorf("%s: “%s” does not say “%s” in other words", link, b["title"], a["title"])
			}
			if d := second.Command.At.Day(p.zone) - first.Command.At.Day(p.zone); d < 0 || d > 21 {
				t.Errorf("%s: “%s” comes %d days after", link, b["title"], d)
			}
		}
	}
	if met["into"] == 0 || met["order"] == 0 {
		t.Errorf("links of each kind: %v", met)
	}
}

// small plays some weeks of a shrunken plan and gives the figures.
func small(t testing.TB, seed uint64) (*hall.Hall, *Stats, map[string]figure.Value) {
	t.Helper()
	h := founded(t, true)
	ctx := context.Background()
	if err := h.Seed(ctx, true, 0); err != nil {
		t.Fatal(err)
	}
	plan, err := Load(h.View().Cat, Built())
	if err != nil {
		t.Fatal(err)
	}
	plan.Shrink(60)
	plan.Last = yearStart + 10
	stats, err := PlayPlan(ctx, h, plan, seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h, stats, values(t, h)
}

func TestPlay(t *testing.T) {
	h, stats, first := small(t, Seed)
	if stats.Commands < 1000 {
		t.Errorf("only %d commands", stats.Commands)
	}
	if stats.Refused*20 > stats.Commands {
		t.Errorf("%d of %d commands were refused: %v", stats.Refused, stats.Commands, stats.Refusals)
	}
	if first["firms_new"].Num == 0 || first["patents_valid"].Num == 0 {
		t.Error("the figures of the played weeks are empty")
	}
	audit, err := h.Fsck(context.Background(), hall.FsckOptions{})
	if err != nil {
		t.Fatal(err)
	}
	recomputed := map[string]bool{"marks": true, "tally": true, "distinct": true, "references": true, "numbers": true}
	for _, c := range audit.Checks {
		if recomputed[c.Key] && (c.Wrong > 0 || c.N == 0) {
			t.Errorf("%s: %d of %d wrong", c.En, c.Wrong, c.N)
		}
	}
	for _, d := range audit.Differences {
		if recomputed[d.Check] {
			t.Log(d.Check, d.En)
		}
	}
	_, again, second := small(t, Seed)
	if again.Commands != stats.Commands {
		t.Errorf("one seed gave %d commands, then %d", stats.Commands, again.Commands)
	}
	for key, v := range first {
		if w := second[key]; w.Num*v.Den != v.Num*w.Den || w.Known != v.Known {
			t.Errorf("%s: one seed gave %d/%d, then %d/%d", key, v.Num, v.Den, w.Num, w.Den)
		}
	}
}

// The plan says every text that a command must give: the simulator's own words for what nobody said would read like a form.
func TestPlan_says_every_text(t *testing.T) {
	cat, _ := loadCatalog(t)
	plan, err := Load(cat, Built())
	if err != nil {
		t.Fatal(err)
	}
	unsaid := map[string]string{}
	text := func(f *catalog.Field) bool {
		return f != nil && f.Origin == catalog.Typed && !f.Sealed && (f.Type == catalog.Text || f.Type == catalog.LongText) && !coded(f)
	}
	var walk func(where string, typ *catalog.Type, said map[string]bool, steps []step)
	open := func(where string, typ *catalog.Type, said map[string]bool) {
		for _, f := range typ.Fields {
			if text(f) && f.Required && !said[f.Key] {
				unsaid[typ.Key+"."+f.Key] = where
			}
		}
	}
	lines := func(where string, typ *catalog.Type, f *catalog.Field, said bool) {
		if f == nil || f.Type != catalog.LinesType || said || f.Origin != catalog.Typed {
			return
		}
		for _, c := range f.Columns {
			if text(c) {
				unsaid[typ.Key+"."+f.Key+"."+c.Key] = where
			}
		}
	}
	walk = func(where string, typ *catalog.Type, said map[string]bool, steps []step) {
		said = maps.Clone(said)
		for _, s := range steps {
			if s.open != "" {
				child := cat.Types[s.open]
				inner := map[string]bool{}
				for f := range s.fields {
					inner[f] = true
				}
				open(where, child, inner)
				walk(where, child, inner, s.walk)
				continue
			}
			m := typ.Move(s.move)
			if m == nil {
				continue
			}
			for f := range s.fields {
				said[f] = true
			}
			for _, n := range m.Needs {
				f := typ.Field(n)
				if text(f) && !said[n] {
					unsaid[typ.Key+"."+n] = where + " " + s.move
				}
				lines(where+" "+s.move, typ, f, said[n])
			}
		}
	}
	said := func(sets ...map[string]any) map[string]bool {
		out := map[string]bool{}
		for _, set := range sets {
			for f, spec := range set {
				if spec != nil {
					out[f] = true
				}
			}
		}
		return out
	}
	for _, g := range plan.Groups {
		typ, where := cat.Types[g.Type], g.file+" "+g.Type+" "+g.For
		s := said(g.Fields)
		for _, row := range plan.Tables[g.Vary] {
			for f := range row {
				s[f] = true
			}
		}
		open(where, typ, s)
		var steps []step
		for _, w := range g.Walk {
			steps = append(steps, stepOf(w))
		}
		walk(where, typ, s, steps)
		for _, e := range g.Ends {
			walk(where, typ, s, e.steps)
		}
	}
	for key, fs := range plan.Followers {
		for _, f := range fs {
			s := said(f.Fields)
			for _, x := range cat.Types[key].Fields { // an effect or a plan gave what is required
				s[x.Key] = s[x.Key] || x.Required
			}
			walk("followers of "+key, cat.Types[key], s, f.steps)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(unsaid)) {
		t.Errorf("%s: nobody says it (%s)", k, unsaid[k])
	}
}

// What people find and write differs by place, object and finding: no text of a kind is said again and again.
func TestPlay_varies_its_words(t *testing.T) {
	all, _ := weeks(t)
	said := map[string]map[string]int{}
	say := func(where string, text any) {
		if s, _ := text.(string); s != "" {
			if said[where] == nil {
				said[where] = map[string]int{}
			}
			said[where][s]++
		}
	}
	for _, x := range all {
		for _, f := range []string{"heard", "result", "duty"} {
			say(x.typ+"."+f, x.Command.Fields[f])
		}
		rows, _ := x.Command.Fields["found"].([]map[string]any)
		for _, row := range rows {
			say(x.typ+".found", row["what"])
		}
	}
	for _, c := range []struct {
		where string
		least int // texts in the weeks played
		share int // distinct ones, of a hundred
	}{
		{"visit_round.found", 2000, 90}, {"visit_round.heard", 500, 50}, {"grid_problem.result", 2000, 15}, {"river_patrol.found", 20, 90}, {"safety_check.found", 5, 90},
		{"hazard.duty", 5, 90},
	} {
		n := 0
		for _, k := range said[c.where] {
			n += k
		}
		if n < c.least || 100*len(said[c.where]) < c.share*n {
			t.Errorf("%s: of %d texts only %d differ", c.where, n, len(said[c.where]))
		}
	}
}

// A small year that goes on until the end of April: the year itself stays as it is without, figure by figure, and in the new year commitments
// are claimed, proved, finished and urged.
func TestPlay_goes_on_behind_the_year(t *testing.T) {
	cat, _ := loadCatalog(t)
	play := func(until string) (*hall.Hall, map[string]figure.Value) {
		d, err := Until(until)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := LoadUntil(cat, Built(), d)
		if err != nil {
			t.Fatal(err)
		}
		plan.Groups = slices.DeleteFunc(plan.Groups, func(g *Group) bool { // what commitments rest on, and what has to do with deputies
			return !slices.Contains([]string{"enterprise", "investor_project", "scale_firm", "suggestion", "livelihood_idea", "livelihood_ballot", "supervision", "dismissal", "key_project", "project_list"}, g.Type)
		})
		maps.DeleteFunc(plan.Followers, func(typ string, _ []*Follower) bool {
			return !slices.Contains([]string{"commitment", "livelihood_project", "helper_opinion"}, typ)
		})
		plan.Shrink(8)
		h := founded(t, true)
		if _, err := PlayPlan(context.Background(), h, plan, 1, nil); err != nil {
			t.Fatal(err)
		}
		return h, values(t, h)
	}
	_, alone := play("")
	h, longer := play("2024-04-30")
	for key, x := range alone {
		if key == "scale_near" {
			continue // a firm's revenue has no history: told anew in January, it restates December
		}
		if y := longer[key]; x.Known != y.Known || x.Known && x.Rat().Cmp(y.Rat()) != 0 {
			t.Errorf("%s is %s, and %s when the play goes on", key, x.Decimal(), y.Decimal())
		}
	}
	lights, stages, colours := map[string]int{}, map[string]int{}, map[string]int{}
	err := h.Reading(context.Background(), func(r *hall.Reader) error {
		for _, key := range []string{"commitment", "supervision"} {
			rows, err := r.Q().Records(context.Background(), r.Town(), &store.List{Type: cat.Types[key], TypeID: h.View().TypeID(key), From: town.NoDay, Until: town.NoDay, Sort: "id", N: 1000})
			if err != nil {
				return err
			}
			for _, row := range rows {
				if key == "supervision" {
					colours[row.Text("colour")]++
					continue
				}
				lights[row.Text("light")]++
				stages[row.Stage]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []string{"green", "blue", "orange"} {
		if lights[l] == 0 {
			t.Errorf("no commitment is %s: %v", l, lights)
		}
	}
	for _, s := range []string{"split", "running", "checking", "finished", "dropped"} {
		if stages[s] == 0 {
			t.Errorf("no commitment is %s: %v", s, stages)
		}
	}
	for _, c := range []string{"blue", "orange", "red"} {
		if colours[c] == 0 {
			t.Errorf("no sheet is %s: %v", c, colours)
		}
	}
	if h.Today() < town.DayOf(2024, 4, 30) {
		t.Errorf("the town's day is %s", h.Today())
	}
}

func TestUntil(t *testing.T) {
	for text, want := range map[string]string{"": "2023-12-28", "2024-06-30": "2024-06-30", "2024-02-29": "2024-02-29"} {
		if d, err := Until(text); err != nil || d.String() != want {
			t.Errorf("%q: %s %v", text, d, err)
		}
	}
	for _, text := range []string{"2023-06-30", "2024-07-01", "June", "2024-02-30"} {
		if d, err := Until(text); town.KindOf(err) != town.Invalid {
			t.Errorf("%q: %s %v", text, d, err)
		}
	}
}

// What comes behind the year is held against the catalog like the year itself.
func TestLoadUntil_refuses_what_is_not_there(t *testing.T) {
	cat, _ := loadCatalog(t)
	until := town.DayOf(2024, 3, 31)
	for name, c := range map[string]struct{ next, want string }{
		"nothing":              {"", "nothing is planned behind the year"},
		"a group without days": {"groups: [{type: letter, count: 1}]", "says its days"},
		"an unknown type":      {"followers: {unknown: [{share: 1}]}", "no such type"},
		"an unknown move":      {"resume: {commitment: {split: [{share: 1, walk: [fly]}]}}", `no move "fly"`},
		"an unknown stage":     {"resume: {commitment: {flying: [{share: 1}]}}", "no stage flying"},
		"an unknown key":       {"tables: {}", "unknown field"},
	} {
		files := fstest.MapFS{"year.yaml": {Data: []byte("groups: []\n")}}
		hours, err := fs.ReadFile(Built(), "hours.yaml")
		if err != nil {
			t.Fatal(err)
		}
		files["hours.yaml"] = &fstest.MapFile{Data: hours}
		if c.next != "" {
			files["next/2024.yaml"] = &fstest.MapFile{Data: []byte(c.next)}
		}
		if _, err := LoadUntil(cat, files, until); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Load(cat, files); err != nil {
			t.Errorf("%s disturbs the year: %v", name, err)
		}
	}
}
