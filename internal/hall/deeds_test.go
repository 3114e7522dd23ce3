package hall

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// deedDeclarations adds to a catalog what walks in memory do not know: sealed fields with keys, copies and distinct counts over them, values that an
// office gives, fields and scores that are read from figures.
func deedDeclarations(text string) string {
	return strings.NewReplacer(
		"types:\n", aidTypes+`  level:
    zh: 指标数
    en: Level
    unique: {by: [indicator, place, period]}
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      indicator: {zh: 指标, en: Indicator, type: choice, of: {tax: 税收, air: 空气}, required: true}
      period: {zh: 期别, en: Period, type: period, of: [year], required: true}
      place: {zh: 范围, en: Place, type: place, default: "'110000000'"}
      expected: {zh: 预计, en: Expected, type: decimal, scale: 2}
      flash: {zh: 快报, en: Flash, type: decimal, scale: 2}
      final: {zh: 核定, en: Final, type: decimal, scale: 2}
      value: {zh: 采用数, en: Value, type: decimal, scale: 2, computed: "filled(final) ? final : filled(flash) ? flash : expected"}
      status: {zh: 状态, en: Status, type: choice, of: {expected: 预计, flash: 快报, final: 核定}, computed: "filled(final) ? 'final' : filled(flash) ? 'flash' : 'expected'"}
`,
		"figures:\n", `scores:
  village_month:
    zh: 村考核
    en: Score of villages
    of: {place: village}
    every: month
    full: 100
    items:
      done: {zh: 办结, en: Closed, max: 60, points: "10 * orders_done"}
      fewer: {zh: 退单, en: Refusals, min: -20, points: "-5 * refused"}
      care: {zh: 日常, en: Care, max: 40, asked: chief}
    stages: {drawn: {zh: 试算, en: Drawn}, locked: {zh: 锁定, en: Locked, done: true}}
    moves: {lock: {zh: 锁定, en: Lock, from: drawn, to: locked, by: [chief]}}
`+aidFigures+`  tax: {zh: 税收, en: Tax, unit: 万元, measure: level.value, of: "indicator == 'tax'", period: period}
`,
		"      answer: {zh: 答复, en: Answer, type: longtext", `      pace: {zh: 时间进度, en: Time gone, type: percent, reading: "elapsed(opened, signed_on)", every: day}
      answer: {zh: 答复, en: Answer, type: longtext`).Replace(text)
}

// deeds is a town on a walk in which everything is done that can be, and what must come of it, kept in plain maps.
type deeds struct {
	*aid
	r       *rapid.T
	mem     *towntest.Town // lends its walk; its records are those of the database
	clock   town.Millis
	texts   map[town.ID]map[string]string // what is sealed and not erased
	types   map[town.ID]string
	kinds   map[town.ID]string
	words   map[town.ID]int // payouts: which person they were counted as
	alive   map[string]int  // name of a payee → its word, while one stands
	drawn   int
	tax     map[string]map[string]int64 // place → expected, flash, final
	targets map[string]int64            // place → the last target of fines
	limit   string                      // the last limit of the rule ordinary
	codes   map[string]town.ID          // firms by their key
}

func (d *deeds) ask(cmd town.Command) (town.Answer, error) {
	d.n++
	cmd.ID, cmd.At = fmt.Sprint("deed", d.n), d.clock
	if cmd.Day == 0 {
		cmd.Day = town.NoDay
	}
	if cmd.Op != town.Correct || cmd.Step == 0 {
		cmd.Step = -1
	}
	ans, err := d.h.Do(context.Background(), aidChief, cmd)
	if err != nil && town.KindOf(err) == town.Internal && !flow.Unchanged(err) {
		d.r.Fatalf("%+v: %v", cmd, err)
	}
	return ans, err
}

// row reads a record as it stands.
func (d *deeds) row(id town.ID) (row *store.RecordRow) {
	if err := d.h.Reading(context.Background(), func(r *Reader) (err error) { row, err = r.Record(id); return err }); err != nil || row == nil {
		d.r.Fatalf("record %d: %v", id, err)
	}
	return row
}

func (d *deeds) stands(id town.ID) bool { return !d.row(id).Voided }

// one draws one of the records of a type; 0 when there is none.
func (d *deeds) one(types ...string) town.ID {
	var ids []town.ID
	for id, t := range d.types {
		if slices.Contains(types, t) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return 0
	}
	slices.Sort(ids)
	return rapid.SampledFrom(ids).Draw(d.r, "which")
}

var names = []string{"王某", "李某", "张 某", "赵某某"}

func (d *deeds) name() string { return rapid.SampledFrom(names).Draw(d.r, "name") }

// note keeps the text of a sealed field, "" for none.
func (d *deeds) note(id town.ID, field, text string) {
	if d.texts[id] == nil {
		d.texts[id] = map[string]string{}
	}
	if text == "" {
		delete(d.texts[id], field)
	} else {
		d.texts[id][field] = text
	}
}

// word is whom a payee counts as: one person as long as a record that tells the name stands.
func (d *deeds) word(id town.ID, name string) {
	if name == "" {
		return
	}
	told := false
	for other, t := range d.types {
		told = told || other != id && t == "payout" && d.texts[other]["who"] == name
	}
	if !told {
		d.drawn++
		d.alive[name] = d.drawn
	}
	d.words[id] = d.alive[name]
}

// step does one random thing, and holds the answer against what it must be.
func (d *deeds) step() {
	switch rapid.IntRange(0, 13).Draw(d.r, "deed") {
	case 0, 1:
		who, kind := d.name(), rapid.SampledFrom([]string{"low", "sick"}).Draw(d.r, "kind")
		taken := town.ID(0)
		for _, id := range slices.Sorted(maps.Keys(d.types)) {
			t := d.types[id]
			if t == "grant" && d.kinds[id] == kind && d.texts[id]["who"] == who && d.stands(id) {
				taken = id
			}
		}
		ans, err := d.ask(town.Command{Op: town.Create, Type: "grant", Fields: town.Values{"kind": kind}, Sealed: map[string]string{"who": who, "tel": "1990000000" + fmt.Sprint(len(who)%10)}})
		if (taken != 0) != (town.KindOf(err) == town.Conflict) {
			d.r.Fatalf("a grant of %s to %s, record %d stands: %v", kind, who, taken, err)
		}
		if err == nil {
			d.types[ans.Record], d.kinds[ans.Record] = "grant", kind
			d.note(ans.Record, "who", who)
			d.note(ans.Record, "tel", "1990000000"+fmt.Sprint(len(who)%10))
		}
	case 2, 3:
		if g := d.one("grant"); g != 0 {
			if ans, err := d.ask(town.Command{Op: town.Create, Type: "payout", Fields: town.Values{"grant": int64(g)}}); err == nil {
				d.types[ans.Record] = "payout"
				d.note(ans.Record, "who", d.texts[g]["who"])
				d.word(ans.Record, d.texts[g]["who"])
			} else {
				d.r.Fatalf("a payment on %d: %v", g, err)
			}
		}
	case 4:
		if id := d.one("grant"); id != 0 {
			field := rapid.SampledFrom([]string{"tel", "story"}).Draw(d.r, "field")
			text := rapid.SampledFrom([]string{"", "19900000009", "19900000008"}).Draw(d.r, "text")
			if _, err := d.ask(town.Command{Op: town.Correct, Record: id, Sealed: map[string]string{field: text}, Reason: "更正"}); err == nil {
				d.note(id, field, text)
			}
		}
	case 5:
		if id := d.one("payout"); id != 0 {
			who := d.name()
			if _, err := d.ask(town.Command{Op: town.Correct, Record: id, Sealed: map[string]string{"who": who}, Reason: "更正"}); err == nil {
				if d.texts[id]["who"] != who {
					d.note(id, "who", "")
					d.word(id, who)
				}
				d.note(id, "who", who)
			}
		}
	case 6:
		if id := d.one("grant", "payout"); id != 0 {
			if _, err := d.ask(town.Command{Op: town.Erase, Record: id, Reason: "本人申请"}); err != nil {
				d.r.Fatal(err)
			}
			delete(d.texts, id)
		}
	case 7:
		if id := d.one("grant", "payout"); id != 0 {
			op := rapid.SampledFrom([]town.Op{town.Void, town.Undo}).Draw(d.r, "op")
			_, _ = d.ask(town.Command{Op: op, Record: id, Reason: "理由"}) // refused where it is as it should be
		}
	case 8:
		if id := d.one("grant", "payout"); id != 0 {
			field := "who"
			ans, err := d.ask(town.Command{Op: town.Reveal, Record: id, Field: field, Reason: "核对"})
			if want := d.texts[id][field]; want != ans.Text || (want == "") != (town.KindOf(err) == town.Missing) {
				d.r.Fatalf("record %d shows %q, not %q: %v", id, ans.Text, want, err)
			}
		}
	case 9:
		code := rapid.SampledFrom([]string{"m1", "m2"}).Draw(d.r, "code")
		cmd := town.Command{Op: town.Merge, Type: "firm", Fields: town.Values{"code": code, "name": d.name(), "place": rapid.SampledFrom(towntest.Villages).Draw(d.r, "village"), "since": "2022-01-01"}, Reason: "导入"}
		was := d.codes[code]
		if was != 0 && !d.stands(was) {
			was = 0
		}
		ans, err := d.ask(cmd)
		if err != nil && !flow.Unchanged(err) || err == nil && was != 0 && ans.Record != was {
			d.r.Fatalf("a firm %s, which is record %d, is merged into %d: %v", code, was, ans.Record, err)
		}
		if err == nil {
			d.codes[code] = ans.Record
			if row := d.row(ans.Record); row.Text("name") != cmd.Fields["name"] || row.Text("place") != cmd.Fields["place"] {
				d.r.Fatalf("merged %+v into %+v", cmd.Fields, row.Stated)
			}
		}
	case 10:
		place := rapid.SampledFrom([]string{"110000000", towntest.Villages[0]}).Draw(d.r, "of")
		field, n := rapid.SampledFrom([]string{"expected", "flash", "final"}).Draw(d.r, "round"), rapid.Int64Range(1, 9000).Draw(d.r, "value")
		var err error
		if id := d.codes["tax "+place]; id == 0 {
			var ans town.Answer
			if ans, err = d.ask(town.Command{Op: town.Create, Type: "level", Fields: town.Values{"indicator": "tax", "period": "2023", "place": place, field: n}}); err == nil {
				d.codes["tax "+place] = ans.Record
				d.tax[place] = map[string]int64{}
			}
		} else {
			_, err = d.ask(town.Command{Op: town.Correct, Record: id, Fields: town.Values{field: n}, Reason: "核定"})
		}
		if err == nil {
			d.tax[place][field] = n
		} else if !flow.Unchanged(err) {
			d.r.Fatal(err)
		}
	case 11:
		place, n := rapid.SampledFrom([]string{"", towntest.Villages[1]}).Draw(d.r, "of"), rapid.Int64Range(1, 500).Draw(d.r, "goal")
		if _, err := d.ask(town.Command{Op: town.Put, Type: "target", Fields: town.Values{"figure": "fines", "place": place, "year": int64(2023), "shape": "level", "value": n}, Reason: "下达"}); err != nil {
			d.r.Fatal(err)
		}
		d.targets[place] = n
	case 12:
		limit := rapid.SampledFrom([]string{"2 workdays", "30 days", "6 workdays"}).Draw(d.r, "limit")
		if _, err := d.ask(town.Command{Op: town.Put, Type: "rule", Fields: town.Values{"rule": "ordinary", "from": "2020-01-01", "to": "2023-06-30", "limit": limit, "source": "新规"}, Reason: "修订"}); err != nil {
			d.r.Fatal(err)
		}
		d.limit = limit
	case 13:
		d.day()
	}
}

// day lets days go by, with what each asks for.
func (d *deeds) day() {
	ctx := context.Background()
	d.clock += town.Millis(rapid.IntRange(1, 20).Draw(d.r, "days")) * 86_400_000
	if _, err := d.h.Wake(ctx, d.clock); err != nil {
		d.r.Fatal(err)
	}
	today := d.clock.Day(d.h.View().Zone())
	y, m, _ := today.Date()
	if _, err := d.h.Plans(ctx, town.DayOf(y, m, 1)); err != nil {
		d.r.Fatal(err)
	}
	if err := d.h.Sweep(ctx); err != nil {
		d.r.Fatal(err)
	}
	if _, err := d.h.Readings(ctx, today); err != nil {
		d.r.Fatal(err)
	}
	d.read(today)
}

// read holds what was read on a day against the figures, in plain arithmetic.
func (d *deeds) read(today town.Day) {
	d.rd(func(r *Reader) {
		rows, err := r.q.RecordsFrom(context.Background(), r.code, 0, 1<<20)
		if err != nil {
			d.r.Fatal(err)
		}
		for _, row := range rows {
			r.Name(row)
			st := r.View().Cat.Types[row.Type].Stage(row.Stage)
			if row.Voided || st == nil || st.Done || st.Void {
				continue
			}
			if until, err := town.ParseDay(row.Text("signed_on")); row.Type == "order" && err == nil && until > row.Opened() {
				want := int64(0)
				if today >= until {
					want = 100
				} else if today > row.Opened() {
					want = int64(today-row.Opened()) * 100 / int64(until-row.Opened())
				}
				if got := row.Int("pace"); got < want-1 || got > want+1 { // rounded one way or the other
					d.r.Fatalf("order %d: %d %% of the time is gone, read was %d", row.ID, want, got)
				}
			}
			if row.Type != "village_month" {
				continue
			}
			p, err := town.ParsePeriod(row.Text("period"))
			if err != nil {
				d.r.Fatal(err)
			}
			value := func(key string) int64 {
				v, err := figure.Read(r.View().Cat, r, figure.Query{Figure: r.View().Cat.Figures[key], Place: row.Place, Period: p, AsOf: min(today, p.Last())})
				if err != nil {
					d.r.Fatal(err)
				}
				return v.Num
			}
			items, _ := row.Stated["items"].([]map[string]any)
			points := map[string]any{}
			for _, it := range items {
				key, _ := it["item"].(string)
				points[key] = it["points"]
			}
			if done, fewer := min(60, 10*value("orders_done")), max(-20, -5*value("refused")); points["done"] != done || points["fewer"] != fewer {
				d.r.Fatalf("score %d of %s is %v, its figures give %d and %d", row.ID, row.Text("period"), points, done, fewer)
			}
		}
	})
}

func (d *deeds) rd(fn func(r *Reader)) {
	if err := d.h.Reading(context.Background(), func(r *Reader) error { fn(r); return nil }); err != nil {
		d.r.Fatal(err)
	}
}

// walk does something that the walks in memory know: orders, fines, firms, patrols, and whatever they do to a record.
func (d *deeds) walk() {
	d.rd(func(r *Reader) {
		rows, err := r.q.RecordsFrom(context.Background(), r.code, 0, 1<<20)
		if err != nil {
			d.r.Fatal(err)
		}
		for _, row := range rows {
			r.Name(row)
			if slices.Contains([]string{"order", "firm", "fine", "patrol", "part"}, row.Type) && d.codes["m1"] != row.ID && d.codes["m2"] != row.ID {
				d.mem.Records[row.ID] = &row.Record
			}
		}
	})
	d.mem.Clock = d.clock
	if who, cmd, ok := d.mem.Next(d.r); ok {
		d.n++
		cmd.ID, cmd.At = fmt.Sprint("deed", d.n), d.clock
		if cmd.Type == "order" && rapid.Bool().Draw(d.r, "timed") {
			cmd.Fields["signed_on"] = "2023-12-31"
		}
		if _, err := d.h.Do(context.Background(), who, cmd); err != nil && town.KindOf(err) == town.Internal && !flow.Unchanged(err) {
			d.r.Fatalf("%+v: %v", cmd, err)
		}
	}
}

// end holds what stands against what was done.
func (d *deeds) end() {
	for _, id := range slices.Sorted(maps.Keys(d.types)) {
		for _, field := range []string{"who", "tel", "story"} {
			if d.types[id] == "payout" && field != "who" {
				continue
			}
			ans, err := d.ask(town.Command{Op: town.Reveal, Record: id, Field: field, Reason: "核对"})
			if want := d.texts[id][field]; want != ans.Text || (want == "") != (town.KindOf(err) == town.Missing) {
				d.r.Fatalf("%s of record %d shows %q, not %q: %v", field, id, ans.Text, want, err)
			}
		}
	}
	for _, name := range names {
		for _, typ := range []string{"grant", "payout"} {
			var want []town.ID
			for id, t := range d.types {
				if t == typ && d.texts[id]["who"] == name && d.stands(id) {
					want = append(want, id)
				}
			}
			slices.Sort(want)
			got := d.found(typ, "who", name)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				d.r.Fatalf("%ss of %s are %v, found %v", typ, name, want, got)
			}
		}
	}
	people := map[int]bool{}
	for id, w := range d.words {
		if d.stands(id) && d.row(id).Opened().Year() == began.Year() {
			people[w] = true
		}
	}
	if n := d.people(); n != int64(len(people)) {
		d.r.Fatalf("%d people were paid, the figure says %d", len(people), n)
	}
	d.rd(func(r *Reader) {
		cat := r.View().Cat
		for place, n := range d.targets {
			g, ok, err := r.Target(cat.Figures["fines"], town.Code(place), 2023)
			if err != nil || !ok || g.Value != n || g.Shape != "level" {
				d.r.Fatalf("the target at %q is %+v, %v, set was %d: %v", place, g, ok, n, err)
			}
			x, err := figure.Compare(cat, r, figure.Query{Figure: cat.Figures["fines"], Place: town.Code(place), Period: town.YearPeriod(2023), AsOf: town.DayOf(2023, 12, 31)})
			if err != nil || x.Target == nil || x.Target.Row.Value != n || x.Target.Known && x.Target.Reached != (x.Value.Rat().Cmp(x.Target.Wanted) >= 0) {
				d.r.Fatalf("fines at %q against their target: %+v, %v", place, x.Target, err)
			}
		}
		for place, given := range d.tax {
			status, want := "", int64(0)
			for _, s := range []string{"expected", "flash", "final"} {
				if n, ok := given[s]; ok {
					status, want = s, n
				}
			}
			code := town.Code(place)
			if code == cat.Code {
				code = ""
			}
			v, err := figure.Read(cat, r, figure.Query{Figure: cat.Figures["tax"], Place: code, Period: town.YearPeriod(2023), AsOf: town.DayOf(2023, 12, 31)})
			if err != nil || !v.Known || v.Num != want || v.Status != status {
				d.r.Fatalf("tax at %s is %+v, given was %v: %v", place, v, given, err)
			}
		}
		if limit, _, ok := r.View().Rule("ordinary", town.DayOf(2023, 5, 4)); d.limit != "" && (!ok || limit != d.limit) {
			d.r.Fatalf("the rule says %s, set was %s", limit, d.limit)
		}
	})
}

// After any walk of a random catalog on which people are also granted aid, erased, looked at and merged, rules and targets set,
// values given and figures read into records, everything that must hold does.
func TestLawsOfAllDeeds(t *testing.T) {
	var drawn *towntest.Catalogs = towntest.Variants(t)
	small(t, 12, func(t *testing.T, r *rapid.T, dsn func() string) {
		_, text := drawn.DrawText(r, "catalog")
		text = deedDeclarations(text)
		cat, faults := catalog.Load(towntest.Files(text))
		if catalog.Broken(faults) {
			r.Fatalf("the drawn catalog has faults: %v\n%s", faults, text)
		}
		db, err := store.Open(context.Background(), dsn())
		if err != nil {
			r.Fatal(err)
		}
		defer db.Close()
		start := began.At(cat.Zone, 9, 0)
		h, err := Found(context.Background(), db, Founding{Cat: cat, Files: textOf(t, towntest.Files(text)), Simulated: true, At: start}, newKeys(t, string(cat.Code)))
		if err != nil {
			r.Fatal(err)
		}
		defer h.Close()
		if err := h.Seed(context.Background(), true, 0); err != nil {
			r.Fatal(err)
		}
		d := &deeds{aid: &aid{t: t, h: h}, r: r, mem: towntest.New(t, cat, began), clock: start, texts: map[town.ID]map[string]string{}, types: map[town.ID]string{}, kinds: map[town.ID]string{},
			words: map[town.ID]int{}, alive: map[string]int{}, tax: map[string]map[string]int64{}, targets: map[string]int64{}, codes: map[string]town.ID{}}
		for range rapid.IntRange(10, 60).Draw(r, "steps") {
			if rapid.IntRange(0, 2).Draw(r, "walk") == 0 {
				d.walk()
			} else {
				d.step()
			}
		}
		if err := h.Sweep(context.Background()); err != nil {
			r.Fatal(err)
		}
		d.end()
		lawsOf(t, r, h)
	})
}
