package hall

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/journal"
	"zhenwu/internal/pgtest"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// check runs a property n times, or as many times as often as ZHENWU_WALKS says.
func check(t *testing.T, n int, prop func(*rapid.T)) {
	t.Helper()
	if s := os.Getenv("ZHENWU_WALKS"); s != "" {
		times, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("ZHENWU_WALKS: %v", err)
		}
		n *= times
	}
	n = max(n/slow, 1)
	f := flag.Lookup("rapid.checks")
	was := f.Value.String()
	if was == f.DefValue { // a number given on the command line stands
		if err := f.Value.Set(strconv.Itoa(n)); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Value.Set(was) }() // it was a number before
	}
	rapid.Check(t, prop)
}

// small runs a property on both engines: n walks on SQLite, an eighth of them on PostgreSQL.
func small(t *testing.T, n int, prop func(t *testing.T, r *rapid.T, dsn func() string)) {
	t.Run("sqlite", func(t *testing.T) {
		check(t, n, func(r *rapid.T) {
			prop(t, r, func() string { return filepath.Join(t.TempDir(), "zhenwu.db") })
		})
	})
	t.Run("postgres", func(t *testing.T) {
		_ = pgtest.DSN(t) // skips here, and not within the property
		check(t, (n+7)/8, func(r *rapid.T) { prop(t, r, func() string { return pgtest.DSN(t) }) })
	})
}

// twin is a small town in a database, and the same town in memory.
type twin struct {
	t    *testing.T
	r    *rapid.T
	dsn  string
	cfg  Config
	db   *store.DB
	h    *Hall
	mem  *towntest.Town
	n    int
	done []Ask // what was accepted
	got  []Result
}

func textOf(t *testing.T, files fstest.MapFS) string {
	t.Helper()
	m := map[string]string{}
	for name, f := range files {
		m[name] = string(f.Data)
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var began = town.DayOf(2023, 5, 4)

// newTwin founds a small simulated town.
func newTwin(t *testing.T, r *rapid.T, dsn string, cat *catalog.Catalog, declarations string) *twin {
	p := &twin{t: t, r: r, dsn: dsn, mem: towntest.New(t, cat, began), cfg: newKeys(t, string(cat.Code))}
	var err error
	if p.db, err = store.Open(context.Background(), dsn); err != nil {
		r.Fatal(err)
	}
	p.h, err = Found(context.Background(), p.db, Founding{Cat: cat, Files: textOf(t, towntest.Files(declarations)), Simulated: true, At: p.mem.Clock}, p.cfg)
	if err != nil {
		r.Fatal(err)
	}
	if err := p.h.Seed(context.Background(), true, 0); err != nil {
		r.Fatal(err)
	}
	return p
}

func (p *twin) close() {
	p.h.Close()
	if err := p.db.Close(); err != nil {
		p.r.Error(err)
	}
}

// batch gives both towns up to n commands, the database all at once, with some among them that must be refused or are known.
func (p *twin) batch(n int) {
	var asks []Ask
	var want []error
	again := map[int]int{} // index of a command sent twice → its first
	add := func(a town.Actor, c town.Command, err error) {
		p.n++
		if c.ID == "" {
			c.ID = fmt.Sprint("c", p.n)
		}
		asks, want = append(asks, Ask{a, c}), append(want, err)
	}
	refused := fmt.Errorf("must be refused")
	for range n {
		switch rapid.IntRange(0, 14).Draw(p.r, "kind") {
		case 0: // sent twice, in one batch
			if len(asks) > 0 {
				i := rapid.IntRange(0, len(asks)-1).Draw(p.r, "twice")
				if want[i] == nil {
					again[len(asks)] = i
					add(asks[i].Actor, asks[i].Command, nil)
				}
			}
			continue
		case 1: // known from before
			if len(p.done) > 0 {
				i := rapid.IntRange(0, len(p.done)-1).Draw(p.r, "known")
				again[len(asks)] = -1 - i
				add(p.done[i].Actor, p.done[i].Command, nil)
			}
			continue
		case 2:
			if c, ok := p.wrong(); ok {
				c.At = p.mem.Clock
				add(towntest.Staff(1, "clerk", "desk"), c, refused)
			}
			continue
		}
		who, c, ok := p.mem.Next(p.r)
		if !ok {
			continue
		}
		c.At = p.mem.Clock
		_, err := p.mem.Do(who, c)
		if err != nil && town.KindOf(err) == town.Internal && !flow.Unchanged(err) {
			p.r.Fatalf("%+v: %v", c, err)
		}
		add(who, c, err)
	}
	if len(asks) == 0 {
		return
	}
	res, err := p.h.DoAll(context.Background(), asks, rapid.Bool().Draw(p.r, "bulk"))
	if err != nil {
		p.r.Fatal(err)
	}
	for i, x := range res {
		if (x.Err == nil) != (want[i] == nil) || x.Err != nil && town.KindOf(x.Err) == town.Internal {
			p.r.Fatalf("%+v: the hall says %v, in memory it is %v", asks[i].Command, x.Err, want[i])
		}
		if first, ok := again[i]; ok {
			was := res[max(first, 0)]
			if first < 0 {
				was = p.got[-1-first]
			}
			was.Answer.Again = true
			if !reflect.DeepEqual(x.Answer, was.Answer) {
				p.r.Fatalf("%+v sent again: %+v, was %+v", asks[i].Command, x.Answer, was.Answer)
			}
			continue
		}
		if x.Err == nil {
			p.done, p.got = append(p.done, asks[i]), append(p.got, x)
		}
	}
}

// wrong draws a command that is refused, whatever stands.
func (p *twin) wrong() (town.Command, bool) {
	ids := make([]town.ID, 0, len(p.mem.Records))
	for id, rec := range p.mem.Records {
		if rec.Type == "order" || rec.Type == "firm" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return town.Command{}, false
	}
	slices.Sort(ids)
	rec := p.mem.Records[rapid.SampledFrom(ids).Draw(p.r, "wrong")]
	c := town.Command{Op: town.Correct, Record: rec.ID, Rev: rec.Rev + 1, Day: town.NoDay, Step: -1, Reason: "理由", Fields: town.Values{"nothing": "x"}}
	switch rapid.IntRange(0, 6).Draw(p.r, "how") {
	case 0:
		c.Fields = town.Values{"name": "新名", "title": "新题"} // stale
		delete(c.Fields, map[string]string{"firm": "title", "order": "name"}[rec.Type])
	case 1:
		c.Rev = 0 // unknown field
	case 2:
		c = town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "题", "kind": "road", "phone": "13800000000"}, Day: town.NoDay, Step: -1}
	case 3: // within effects: the second child is refused, the whole command is
		c = town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "题", "kind": "road", "firm": int64(1 << 40)}, Day: town.NoDay, Step: -1}
	case 4:
		c = town.Command{Op: town.Create, Type: "nothing", Day: town.NoDay, Step: -1}
	case 5:
		c = town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "题", "kind": "road"}, Day: p.mem.Today() + 1, Step: -1}
	default:
		c = town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": "twice", "name": "重", "place": towntest.Villages[0], "since": "2020-01-01"}, Day: town.NoDay, Step: -1}
		for _, r := range p.mem.Records {
			if r.Type == "firm" && !r.Voided && slices.Equal(p.mem.Cat.Types["firm"].KeyFields, []string{"code"}) {
				c.Fields["code"] = r.Stated["code"]
				return c, true
			}
		}
		return c, false
	}
	return c, true
}

// wake lets the clocks ring in both towns.
func (p *twin) wake() {
	ctx := context.Background()
	var from int64
	p.read(func(r *Reader) {
		head, err := r.q.Head(ctx, p.h.code)
		p.no(err)
		from = head.Seq
	})
	_, err := p.h.Wake(ctx, p.mem.Clock)
	p.no(err)
	p.follow(from)
	for id, rec := range p.mem.Records {
		for _, x := range flow.Timers(p.mem.Cat, p.mem.Cat.Types[rec.Type], p.mem, rec) {
			if x.Kind == "move" && x.At <= p.mem.Clock {
				// It rings once: what the chief took back stays so.
				p.read(func(r *Reader) {
					_, rang, err := r.q.EventByCommand(ctx, p.h.code, fmt.Sprintf("clock-%d-%s-%d", id, x.Clock, x.At))
					p.no(err)
					if !rang {
						p.r.Fatalf("record %d: clock %s ran out at %s and did not ring", id, x.Clock, x.At.Time(p.mem.Zone()))
					}
				})
			}
		}
	}
}

// plan opens what plans want on a day in both towns.
func (p *twin) plan() {
	ctx := context.Background()
	var from int64
	p.read(func(r *Reader) {
		head, err := r.q.Head(ctx, p.h.code)
		p.no(err)
		from = head.Seq
	})
	y, m, _ := p.mem.Today().Date()
	_, err := p.h.Plans(ctx, town.DayOf(y, m, 1))
	p.no(err)
	p.follow(from)
}

// follow repeats in memory what the system did in the database after event from.
func (p *twin) follow(from int64) {
	var es []store.EventRow
	p.read(func(r *Reader) {
		var err error
		es, err = r.q.EventsFrom(context.Background(), p.h.code, from, 1<<20)
		p.no(err)
	})
	now := p.mem.Clock
	for _, e := range es {
		if e.Cause != 0 || e.Op == opSweep {
			continue
		}
		body, err := flow.DecodeBody([]byte(e.Body))
		p.no(err)
		p.mem.Clock = e.At
		c := town.Command{Op: e.Op, Record: e.Record, Day: town.NoDay, Step: -1, Type: body.Type, Fields: body.Set, Plan: body.Plan}
		a := systemActor
		if e.Op == town.Move {
			c.Move, c.Fields = body.Step.Move, nil
			a.Posts = []town.Post{{Role: body.Step.Role}}
		}
		if _, err := p.mem.Do(a, c); err != nil {
			p.r.Fatalf("event %d %s: %v", e.Seq, e.Body, err)
		}
	}
	p.mem.Clock = now
}

func (p *twin) no(err error) {
	if err != nil {
		p.r.Helper()
		p.r.Fatal(err)
	}
}

func (p *twin) read(fn func(r *Reader)) {
	p.r.Helper()
	p.no(p.h.Reading(context.Background(), func(r *Reader) error { fn(r); return nil }))
}

// law is what holds of a town at any time; it is read back from the database alone.
type law struct {
	r       *rapid.T
	rd      *Reader
	world   flow.World
	records []*store.RecordRow
	events  []store.EventRow
	figures []store.FigureRow
	marks   map[string]map[town.ID][]figure.Mark // figure → record → marks
}

// laws checks everything that must hold.
func (p *twin) laws() {
	ctx := context.Background()
	p.read(func(rd *Reader) {
		l := &law{r: p.r, rd: rd, world: rd.World(p.mem.Clock), marks: map[string]map[town.ID][]figure.Mark{}}
		var err error
		l.records, err = rd.q.RecordsFrom(ctx, rd.code, 0, 1<<20)
		p.no(err)
		for _, r := range l.records {
			rd.Name(r)
		}
		l.events, err = rd.q.EventsFrom(ctx, rd.code, 0, 1<<20)
		p.no(err)
		l.figures, err = rd.q.Figures(ctx, rd.code)
		p.no(err)
		l.derived()
		l.tallies()
		l.parts(p.mem.Today())
		l.kept()
		l.journal(p.cfg, p.mem.Clock)
		l.twins(p.mem)
	})
	audit, err := p.h.Fsck(ctx, FsckOptions{}) // which shares no code with the above
	p.no(err)
	if !audit.Clean() {
		p.r.Fatalf("fsck: %+v", audit.Differences)
	}
}

// above lists a place and what it lies in.
func (l *law) above(code town.Code) []town.Code {
	var out []town.Code
	for _, id := range l.rd.v.Place(code).Up {
		out = append(out, l.rd.v.byID[id].Code)
	}
	return out
}

// marksOf computes the marks of all records for a figure.
func (l *law) marksOf(f *catalog.Figure) map[town.ID][]figure.Mark {
	if m, ok := l.marks[f.Key]; ok {
		return m
	}
	all := map[town.ID][]figure.Mark{}
	for _, r := range l.records {
		if r.Type != f.Type.Key {
			continue
		}
		m, err := figure.Marks(l.rd.v.Cat, f, &r.Record, l.world)
		if err != nil {
			l.r.Fatal(err)
		}
		if len(m) > 0 {
			all[r.ID] = m
		}
	}
	l.marks[f.Key] = all
	return all
}

// derived: every record is its events, replayed, and derived anew: deadlines, roll-ups and copies too.
func (l *law) derived() {
	byRecord := map[town.ID][]store.EventRow{}
	for _, e := range l.events {
		byRecord[e.Record] = append(byRecord[e.Record], e)
	}
	for _, row := range l.records {
		var rec *town.Record
		for _, e := range byRecord[row.ID] {
			switch e.Op {
			case town.Create, town.Move, town.Correct, town.Void, town.Undo, opRead:
			default:
				continue
			}
			body, err := flow.DecodeBody([]byte(e.Body))
			if err != nil {
				l.r.Fatal(err)
			}
			rec = flow.Apply(rec, body, row.ID, e.Seq, e.At)
			if rec.Rev != e.Rev || rec.Stage != e.Stage {
				l.r.Fatalf("event %d says revision %d, stage %s; replayed it is %d, %s", e.Seq, e.Rev, e.Stage, rec.Rev, rec.Stage)
			}
		}
		if rec == nil {
			l.r.Fatalf("record %d has no events", row.ID)
		}
		rec.Kin = row.Kin // from no event: fsck holds it against the blind indexes
		if err := flow.Derive(l.rd.v.Cat, l.rd.v.types[row.Type].t, l.world, rec); err != nil {
			l.r.Fatal(err)
		}
		if d := recordsDiffer(rec, &row.Record, true); d != "" {
			l.r.Fatalf("record %d (%s): replayed and stored differ: %s", row.ID, row.Type, d)
		}
	}
}

// recordsDiffer tells where two records differ; "" when they are equal.
func recordsDiffer(a, b *town.Record, seqs bool) string {
	a, b = a.Clone(), b.Clone()
	if !seqs {
		for _, r := range []*town.Record{a, b} {
			for i := range r.Steps {
				r.Steps[i].Seq = 0
			}
		}
	}
	if x, y := string(a.AppendDoc(nil)), string(b.AppendDoc(nil)); x != y {
		return x + "\n" + y
	}
	x := fmt.Sprint(a.ID, a.Type, a.Number, a.Rev, a.Created, a.Stage, a.Voided, a.Place, a.Office)
	y := fmt.Sprint(b.ID, b.Type, b.Number, b.Rev, b.Created, b.Stage, b.Voided, b.Place, b.Office)
	if x != y {
		return x + "\n" + y
	}
	return ""
}

// tallies: every cell of every version that answers equals its recomputation from the records; so do the days of distinct keys.
func (l *law) tallies() {
	ctx := context.Background()
	for _, row := range l.figures {
		if row.State != "live" {
			continue
		}
		f := l.rd.v.Cat.Figures[row.Key]
		want := figure.NewTally(l.above)
		seen := map[string]int64{}
		for _, ms := range l.marksOf(f) {
			want.Apply(f, ms)
			for _, m := range ms {
				for _, pl := range l.above(m.Place) {
					for _, s := range append([]figure.SliceValue{{}}, m.Slices...) {
						name := s.String()
						if name == "=" {
							name = ""
						}
						seen[fmt.Sprint(name, "/", pl, "/", m.Day.Year(), "/", m.Key, "/", m.Day)] += m.N
					}
				}
			}
		}
		for c := range want.Cells { // of one slice days are not kept
			if c.Slice != "" && c.Span%100 != 0 {
				delete(want.Cells, c)
			}
		}
		cells, err := l.rd.q.TallyOf(ctx, l.rd.code, row.ID)
		if err != nil {
			l.r.Fatal(err)
		}
		got := map[figure.Cell]int64{}
		for _, c := range cells {
			got[figure.Cell{Figure: row.Key, Slice: l.rd.v.spelled[c.Slice].Word, Place: l.rd.v.byID[c.Place].Code, Span: c.Span}] = c.N
		}
		if d := differ(got, want.Cells); d != "" {
			l.r.Fatalf("tally of %s (version %d): stored and recomputed differ: %s", row.Key, row.ID, d)
		}
		day := began - town.Day(rapid.IntRange(0, 500).Draw(l.r, "any"))
		p := town.Period{From: day, Until: day + town.Day(rapid.IntRange(1, 40).Draw(l.r, "any days"))}
		any1, err := l.rd.Any(f, "", p)
		if err != nil {
			l.r.Fatal(err)
		}
		if any2, _ := want.Any(f, "", p); any1 != any2 {
			l.r.Fatalf("%s has marks in %v: %v, recomputed %v", row.Key, p, any1, any2)
		}
		if f.Kind != catalog.Distinct {
			continue
		}
		days, err := l.rd.q.SeenOf(ctx, l.rd.code, row.ID)
		if err != nil {
			l.r.Fatal(err)
		}
		stored := map[string]int64{}
		for _, d := range days {
			stored[fmt.Sprint(l.rd.v.spelled[d.Slice].Word, "/", l.rd.v.byID[d.Place].Code, "/", d.Year, "/", d.Key, "/", d.Day)] = d.N
		}
		if d := differ(stored, seen); d != "" {
			l.r.Fatalf("days of %s: stored and recomputed differ: %s", row.Key, d)
		}
	}
}

func differ[K comparable](got, want map[K]int64) string {
	for k, n := range got {
		if want[k] != n {
			return fmt.Sprintf("%+v is %d, should be %d", k, n, want[k])
		}
	}
	for k, n := range want {
		if got[k] != n {
			return fmt.Sprintf("%+v is %d, should be %d", k, got[k], n)
		}
	}
	return ""
}

// parts: a figure opens to exactly the records that make it up, at every place, for every slice, over any period.
func (l *law) parts(today town.Day) {
	places := []town.Code{""}
	for _, v := range towntest.Villages {
		places = append(places, town.Code(v))
	}
	from := today - town.Day(rapid.IntRange(0, 500).Draw(l.r, "from"))
	periods := []town.Period{{From: from, Until: from + town.Day(rapid.IntRange(1, 500).Draw(l.r, "days"))}, town.YearPeriod(today.Year()),
		{From: town.DayOf(today.Year(), 1, 1), Until: today + 1}}
	for _, key := range l.rd.v.Cat.FigureOrder {
		f := l.rd.v.Cat.Figures[key]
		if !tallied(f) {
			for _, p := range periods {
				l.composed(f, rapid.SampledFrom(places).Draw(l.r, "composed at"), p)
			}
			continue
		}
		slicesOf := map[string]bool{"": true}
		for _, ms := range l.marksOf(f) {
			for _, m := range ms {
				for _, s := range m.Slices {
					slicesOf[s.String()] = true
				}
			}
		}
		for slice := range slicesOf {
			place := rapid.SampledFrom(places).Draw(l.r, "place")
			for _, p := range periods {
				l.opens(f, slice, place, p)
			}
		}
	}
}

// composed: what is read from other figures is what these give, worked out here once more in plain arithmetic.
func (l *law) composed(f *catalog.Figure, place town.Code, p town.Period) {
	what := fmt.Sprintf("%s at %q in %v", f.Key, place, p)
	read := func(f *catalog.Figure, place town.Code, p town.Period) figure.Value {
		v, err := figure.Read(l.rd.v.Cat, l.rd, figure.Query{Figure: f, Place: place, Period: p, AsOf: p.Until})
		if err != nil {
			l.r.Fatalf("%s: %v", what, err)
		}
		return v
	}
	got := read(f, place, p)
	var parts []figure.Value
	for _, k := range f.Parts {
		if l.rd.v.Cat.Figures[k] == nil {
			l.r.Fatalf("%s opens to %s, which is no figure", what, k)
		}
		parts = append(parts, read(l.rd.v.Cat.Figures[k], place, p))
	}
	switch f.Kind {
	case catalog.Ratio:
		if known := parts[1].Num != 0; got.Known != known || known && (got.Num != parts[0].Num || got.Den != parts[1].Num) {
			l.r.Fatalf("%s is %+v, its parts are %d and %d", what, got, parts[0].Num, parts[1].Num)
		}
	case catalog.FormulaF: // work = orders_done + 2 * refused
		sum := read(l.rd.v.Cat.Figures["orders_done"], place, p).Num + 2*read(l.rd.v.Cat.Figures["refused"], place, p).Num
		if !got.Known || got.Num != sum {
			l.r.Fatalf("%s is %+v, its parts give %d", what, got, sum)
		}
	case catalog.Least: // of the villages that have a mark
		base := l.rd.v.Cat.Figures[f.Parts[0]]
		least, known := int64(0), false
		for _, v := range towntest.Villages {
			at := town.Code(v)
			if place != "" && place != at {
				continue
			}
			some := slices.ContainsFunc(l.days(base, at), func(d town.Day) bool { return d >= p.From && d < p.Until })
			if n := read(base, at, p).Num; (some || at == place) && (!known || n < least) {
				least, known = n, true
			}
		}
		if got.Known != known || known && got.Num != least {
			l.r.Fatalf("%s is %+v, the villages give %d, %v", what, got, least, known)
		}
	case catalog.All: // no_overdue: every month's last day
		base, all, months := l.rd.v.Cat.Figures[f.Parts[0]], int64(1), 0
		for d := p.From; d < p.Until; months++ {
			y, m, _ := d.Date()
			month := town.MonthPeriod(y, m)
			if x, err := figure.Read(l.rd.v.Cat, l.rd, figure.Query{Figure: base, Place: place, Period: month, AsOf: p.Until}); err != nil || x.Num != 0 {
				all = 0
			}
			d = month.Until
		}
		if got.Num != all || got.Of != months {
			l.r.Fatalf("%s is %+v, the months give %d of %d", what, got, all, months)
		}
	case catalog.Streak: // quiet_years
		base, years := l.rd.v.Cat.Figures[f.Parts[0]], int64(0)
		began, err := l.rd.Began(base.Type.Key)
		if err != nil {
			l.r.Fatal(err)
		}
		if got.Known != (began != town.NoDay) {
			l.r.Fatalf("%s is %+v, records begin on %s", what, got, began)
		}
		for y := p.Last().Year(); got.Known && town.DayOf(y+1, 1, 1) > began; y-- {
			if read(base, place, town.Period{From: town.DayOf(y, 1, 1), Until: min(town.DayOf(y+1, 1, 1), p.Until+1)}).Num != 0 {
				break
			}
			years++
		}
		if got.Known && p.Last() >= began && got.Num != years {
			l.r.Fatalf("%s is %+v, the years give %d", what, got, years)
		}
	case catalog.Measure: // it opens to the one measurement of its indicator, place and period
		at := place
		if at == "" {
			at = l.rd.v.Cat.Code
		}
		given := slices.ContainsFunc(l.records, func(r *store.RecordRow) bool {
			return r.Type == f.Type.Key && !r.Voided && r.Text("indicator") == f.Indicator && r.Text("place") == string(at) && r.Text("period") == p.String() && r.Int("value") == got.Num
		})
		if got.Known != given {
			l.r.Fatalf("%s is %+v, given: %v", what, got, given)
		}
	default:
		l.r.Fatalf("%s is of a kind that nothing holds: %s", what, f.Kind)
	}
}

// days are the days on which records mark a figure at a place.
func (l *law) days(f *catalog.Figure, place town.Code) []town.Day {
	var out []town.Day
	for _, ms := range l.marksOf(f) {
		for _, m := range ms {
			if slices.Contains(l.above(m.Place), place) {
				out = append(out, m.Day)
			}
		}
	}
	return out
}

// opens holds one value against the records it opens to and against the marks of all records.
func (l *law) opens(f *catalog.Figure, slice string, place town.Code, p town.Period) {
	what := fmt.Sprintf("%s [%s] at %q in %v", f.Key, slice, place, p)
	adds, keys := map[town.ID]int64{}, map[string]int64{}
	for id, ms := range l.marksOf(f) {
		for _, m := range ms {
			if m.Day >= p.Until || m.Day < p.From && f.While == nil || !slices.Contains(l.above(m.Place), place) {
				continue
			}
			if slice != "" && !slices.ContainsFunc(m.Slices, func(s figure.SliceValue) bool { return s.String() == slice }) {
				continue
			}
			adds[id] += m.N
			keys[m.Key] += m.N
		}
		if adds[id] == 0 {
			delete(adds, id)
		}
	}
	value, err := figure.Read(l.rd.v.Cat, l.rd, figure.Query{Figure: f, Slice: slice, Place: place, Period: p, AsOf: p.Until})
	if err != nil {
		l.r.Fatal(err)
	}
	l.ahead(f, slice, place, p, value, what)
	if f.Kind == catalog.Distinct {
		got := map[string]int64{}
		for after := ""; ; {
			gs, err := l.rd.Groups(f, slice, place, p, after, 3)
			if err != nil {
				l.r.Fatal(err)
			}
			for _, g := range gs {
				got[g.Key] = g.N
				after = g.Key
			}
			if len(gs) < 3 {
				break
			}
		}
		if d := differ(got, keys); d != "" {
			l.r.Fatalf("%s opens to other keys: %s", what, d)
		}
		if value.Num != int64(len(got)) {
			l.r.Fatalf("%s is %d and opens to %d keys", what, value.Num, len(got))
		}
		return
	}
	got := map[town.ID]int64{}
	var sum int64
	var last *store.Part
	for after := town.ID(0); ; {
		ps, err := l.rd.Parts(f, slice, place, p, after, 3)
		if err != nil {
			l.r.Fatal(err)
		}
		for _, x := range ps {
			if last != nil && (x.Day > last.Day || x.Day == last.Day && x.Record >= last.Record) {
				l.r.Fatalf("%s opens to %d of %s after %d of %s: the newest do not come first", what, x.Record, x.Day, last.Record, last.Day)
			}
			last = &x
			got[x.Record] = x.N
			sum += x.N
			after = x.Record
		}
		if len(ps) < 3 {
			break
		}
	}
	if d := differ(got, adds); d != "" {
		l.r.Fatalf("%s opens to other records: %s", what, d)
	}
	n, total, err := l.rd.PartsSum(f, slice, place, p)
	if err != nil {
		l.r.Fatal(err)
	}
	if value.Num != sum || total != sum || n != int64(len(got)) {
		l.r.Fatalf("%s is %d and opens to %d records with %d; its parts say %d records with %d", what, value.Num, len(got), sum, n, total)
	}
}

// ahead: what was read at once for a list says what the single reads say.
func (l *law) ahead(f *catalog.Figure, slice string, place town.Code, p town.Period, value figure.Value, what string) {
	rd := *l.rd
	if err := rd.Ahead(place, p.Last()); err != nil {
		l.r.Fatal(err)
	}
	got, err := figure.Read(rd.v.Cat, &rd, figure.Query{Figure: f, Slice: slice, Place: place, Period: p, AsOf: p.Until})
	if err != nil {
		l.r.Fatal(err)
	}
	some, err1 := l.rd.Any(f, place, p)
	some1, err2 := rd.Any(f, place, p)
	months, err3 := l.rd.Months(f, slice, place, p.From.MonthSpan(), p.Last().MonthSpan())
	months1, err4 := rd.Months(f, slice, place, p.From.MonthSpan(), p.Last().MonthSpan())
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		l.r.Fatal(err)
	}
	if got != value || some != some1 || !slices.Equal(months, months1) {
		l.r.Fatalf("%s: read ahead %v %v %v, one by one %v %v %v", what, got, some1, months1, value, some, months)
	}
}

// kept: what is kept beside the records (counts, index, references, timers, numbers) is what they say.
func (l *law) kept() {
	ctx := context.Background()
	census, fields, links, timers := map[store.CensusCell]int64{}, map[string]int64{}, map[string]int64{}, map[string]int64{}
	fcount := map[string]int64{}
	types := map[int64]bool{}
	numbers := map[string]bool{}
	for _, r := range l.records {
		ts := l.rd.v.types[r.Type]
		types[r.TypeID] = true
		census[censusCell(r)]++
		if due := earliestDue(&r.Record); due != r.Due {
			l.r.Fatalf("record %d is due %d, stored %d", r.ID, due, r.Due)
		}
		if r.Number != "" {
			if numbers[r.Number] {
				l.r.Fatalf("number %s is given twice", r.Number)
			}
			numbers[r.Number] = true
		}
		index := []string{uniqueField, keyField}
		for _, f := range ts.indexed {
			index = append(index, f.name)
		}
		for i, name := range index {
			v := indexValue(ts, r, name)
			if v == "" || i == 0 && ts.t.Unique == nil || i == 1 && len(ts.t.KeyFields) == 0 {
				continue
			}
			fields[fmt.Sprint(r.Type, ".", name, "=", v, "/", r.ID)] = 1
			if i > 1 {
				fcount[fmt.Sprint(r.Type, ".", name, "=", v)]++
			}
		}
		for _, f := range ts.refs {
			if id := r.Int(f.name); id != 0 {
				links[fmt.Sprint(id, "<-", r.Type, ".", f.name, "-", r.ID)] = 1
			}
		}
		if ts := flow.Timers(l.rd.v.Cat, ts.t, l.world, &r.Record); len(ts) > 0 {
			timers[strconv.FormatInt(int64(r.ID), 10)] = int64(ts[0].At)
		}
	}
	got := map[store.CensusCell]int64{}
	for id := range types {
		cells, err := l.rd.q.Census(ctx, l.rd.code, id)
		if err != nil {
			l.r.Fatal(err)
		}
		for _, c := range cells {
			got[c.CensusCell] = c.N
		}
	}
	if d := differ(got, census); d != "" {
		l.r.Fatalf("census: %s", d)
	}
	gotFields, gotLinks, gotCount := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for k, word := range l.rd.v.words {
		if k[0] != 'f' {
			continue
		}
		for _, r := range l.records {
			ids, err := l.rd.q.Sources(ctx, l.rd.code, r.ID, word, 1<<20)
			if err != nil {
				l.r.Fatal(err)
			}
			for _, id := range ids {
				gotLinks[fmt.Sprint(r.ID, "<-", k[1:], "-", id)] = 1
			}
		}
		values := map[string]bool{}
		for name := range fields {
			if v, ok := strings.CutPrefix(name, k[1:]+"="); ok {
				values[v[:strings.LastIndex(v, "/")]] = true
			}
		}
		for v := range values {
			ids, err := l.rd.q.FieldRecords(ctx, l.rd.code, word, v, 1<<20)
			if err != nil {
				l.r.Fatal(err)
			}
			for _, id := range ids {
				gotFields[fmt.Sprint(k[1:], "=", v, "/", id)] = 1
			}
			n, err := l.rd.q.FieldCensus(ctx, l.rd.code, word, v)
			if err != nil {
				l.r.Fatal(err)
			}
			if n != 0 {
				gotCount[fmt.Sprint(k[1:], "=", v)] = n
			}
		}
	}
	if d := differ(gotFields, fields); d != "" {
		l.r.Fatalf("index: %s", d)
	}
	if d := differ(gotCount, fcount); d != "" {
		l.r.Fatalf("counts of the index: %s", d)
	}
	if d := differ(gotLinks, links); d != "" {
		l.r.Fatalf("references: %s", d)
	}
	jobs, err := l.rd.q.JobsOf(ctx, l.rd.code, "timer", 1<<20)
	if err != nil {
		l.r.Fatal(err)
	}
	for _, j := range jobs {
		// What rang and was refused, or warned, waits for the record's next change: a timer may be missing or later, never wrong.
		if at, ok := timers[j.Key]; !ok || int64(j.Due) < at {
			l.r.Fatalf("job of record %s is due %d, its clocks say %d", j.Key, j.Due, at)
		}
	}
}

// twins: the town in memory, which never saw a database, has the same records.
func (l *law) twins(mem *towntest.Town) {
	if len(l.records) != len(mem.Records) {
		l.r.Fatalf("%d records in the database, %d in memory", len(l.records), len(mem.Records))
	}
	for _, r := range l.records {
		m := mem.Records[r.ID]
		if m == nil {
			l.r.Fatalf("record %d is not in memory", r.ID)
		}
		if d := recordsDiffer(m, &r.Record, false); d != "" {
			l.r.Fatalf("record %d (%s): memory and database differ:\n%s", r.ID, r.Type, d)
		}
	}
}

// journal: the leaves built anew from the stored rows are those of the tiles; every proof holds and no false one does.
func (l *law) journal(cfg Config, now town.Millis) {
	ctx := context.Background()
	tiles := hashReader{ctx, l.rd.q, l.rd.code}
	size := int64(len(l.events))
	tree := &journal.Tree{}
	roots := []tlog.Hash{tree.Root()}
	var stored journal.Hashes
	var leaves []journal.Leaf
	marks := make([][]journal.MarkChange, len(l.events))
	next := map[string]int64{}
	for i := range l.events {
		e := &l.events[i]
		if e.Seq != int64(i+1) {
			l.r.Fatalf("event %d has number %d", i+1, e.Seq)
		}
		for _, m := range MarksOf(*e) {
			version := l.version(m.Figure)
			next[version]++
			if m.K != next[version] {
				l.r.Fatalf("event %d: change %d of %s follows %d", e.Seq, m.K, version, next[version]-1)
			}
			marks[i] = append(marks[i], journal.MarkChange{Figure: version, K: m.K, Day: m.Day, Place: l.rd.v.byID[m.Place].Path, Slice: m.Slices, N: m.N,
				Key: (&Hall{cfg: cfg}).newHashers().pseudonym(version, m.Key), Reverses: m.Back})
		}
		seed := journal.Seed(e.Seed)
		leaf, err := journal.NewLeaf(&seed, leafHeader(l.rd.v, e), []byte(e.Body), marks[i])
		if err != nil {
			l.r.Fatal(err)
		}
		stored = append(stored, tree.Append(leaf.Hash)...)
		leaves, roots = append(leaves, leaf), append(roots, tree.Root())
	}
	all := make([]int64, len(stored))
	for i := range all {
		all[i] = int64(i)
	}
	have, err := tiles.ReadHashes(all)
	if err != nil {
		l.r.Fatal(err)
	}
	if !slices.Equal(have, []tlog.Hash(stored)) {
		l.r.Fatal("the tiles are not the hashes of the events")
	}
	for _, row := range l.figures {
		if k := next[l.version(row.ID)]; k != row.Changes {
			l.r.Fatalf("figure %s says %d changes, the journal holds %d", l.version(row.ID), row.Changes, k)
		}
	}
	for range 5 {
		seq := rapid.Int64Range(0, size-1).Draw(l.r, "leaf")
		at := rapid.Int64Range(seq+1, size).Draw(l.r, "size")
		proof, err := journal.Prove(at, seq, tiles)
		if err != nil {
			l.r.Fatal(err)
		}
		if err := journal.Check(proof, at, roots[at], seq, leaves[seq].Hash); err != nil {
			l.r.Fatal(err)
		}
		wrong := leaves[seq].Hash
		wrong[3] ^= 1
		if journal.Check(proof, at, roots[at], seq, wrong) == nil {
			l.r.Fatal("an altered leaf is proved")
		}
		if at > 1 && journal.Check(proof, at, roots[at-1], seq, leaves[seq].Hash) == nil {
			l.r.Fatal("a leaf is proved against a stale root")
		}
		before := rapid.Int64Range(0, at).Draw(l.r, "before")
		growth, err := journal.ProveGrowth(at, before, tiles)
		if err != nil {
			l.r.Fatal(err)
		}
		if err := journal.CheckGrowth(growth, at, roots[at], before, roots[before]); err != nil {
			l.r.Fatal(err)
		}
		if bad := roots[before]; before > 0 {
			bad[5] ^= 4
			if journal.CheckGrowth(growth, at, roots[at], before, bad) == nil {
				l.r.Fatal("growth from another tree is proved")
			}
		}
	}
	l.evidence(cfg, now, roots[size], tiles, leaves, marks)
}

func (l *law) version(id int64) string {
	for _, f := range l.figures {
		if f.ID == id {
			return f.Key + "@" + strconv.FormatInt(id, 10)
		}
	}
	return ""
}

// evidence: what is gathered for a figure from the database verifies and gives the figure's value; what was tampered with does not.
func (l *law) evidence(cfg Config, now town.Millis, root tlog.Hash, tiles tlog.HashReader, leaves []journal.Leaf, marks [][]journal.MarkChange) {
	var live []store.FigureRow
	var counts []journal.Count
	for _, f := range l.figures {
		counts = append(counts, journal.Count{Figure: l.version(f.ID), K: f.Changes})
		if f.State == "live" && f.Changes > 0 {
			live = append(live, f)
		}
	}
	if len(live) == 0 {
		return
	}
	slices.SortFunc(live, func(a, b store.FigureRow) int { return cmp.Compare(a.ID, b.ID) })
	row := rapid.SampledFrom(live).Draw(l.r, "claimed")
	f := l.rd.v.Cat.Figures[row.Key]
	version := l.version(row.ID)
	period := town.YearPeriod(began.Year() - rapid.IntRange(0, 1).Draw(l.r, "year"))
	place := town.Code(rapid.SampledFrom(append([]string{""}, towntest.Villages...)).Draw(l.r, "claimed place"))
	v, err := figure.Read(l.rd.v.Cat, l.rd, figure.Query{Figure: f, Place: place, Period: period, AsOf: period.Until})
	if err != nil {
		l.r.Fatal(err)
	}
	claim := journal.Claim{Figure: version, Way: journal.Flow, Period: period.String(), Value: v.Num}
	if place != "" {
		claim.Place = []town.Code{place}
	}
	switch {
	case f.While != nil:
		claim.Way = journal.Stock
	case f.Kind == catalog.Distinct:
		claim.Way = journal.Distinct
	}
	var shown []journal.EvidenceLeaf
	for i := range l.events {
		seed := journal.Seed(l.events[i].Seed)
		e := journal.EvidenceLeaf{Leaf: leaves[i].Bytes}
		if i == 0 {
			o, err := journal.OpenFacts(&seed, leafHeader(l.rd.v, &l.events[0]), []byte(l.events[0].Body), journal.FactsShown{Body: true})
			if err != nil {
				l.r.Fatal(err)
			}
			e.Facts = &o
		}
		for j, m := range marks[i] {
			if m.Figure != version {
				continue
			}
			o, err := journal.OpenMark(&seed, j, m, journal.ShowAll())
			if err != nil {
				l.r.Fatal(err)
			}
			e.Marks = append(e.Marks, journal.EvidenceMark{At: j, Opening: o})
		}
		if i == 0 || len(e.Marks) > 0 {
			shown = append(shown, e)
		}
	}
	head := journal.Head{Town: string(l.rd.v.Cat.Code), Simulated: true, Size: int64(len(leaves)), Root: root, Time: now}
	signed, list, err := journal.SignHead(cfg.Key, head, counts)
	if err != nil {
		l.r.Fatal(err)
	}
	gather := func(shown []journal.EvidenceLeaf, claim journal.Claim) journal.Evidence {
		ev, err := journal.Gather(signed, head.Size, list, []journal.Claim{claim}, shown, tiles)
		if err != nil {
			l.r.Fatal(err)
		}
		return ev
	}
	verdict, err := gather(shown, claim).Verify(cfg.Key.Public())
	if err != nil {
		l.r.Fatalf("evidence of %+v: %v", claim, err)
	}
	if j := verdict.Claims[0]; !j.Known || j.Value != v.Num || j.Changes != row.Changes {
		l.r.Fatalf("evidence of %+v is judged %+v", claim, j)
	}
	other := claim
	other.Value++
	if _, err := gather(shown, other).Verify(cfg.Key.Public()); err == nil {
		l.r.Fatal("a wrong value is proved")
	}
	less := slices.Clone(shown)
	last := &less[len(less)-1]
	last.Marks = last.Marks[:len(last.Marks)-1]
	if _, err := gather(less, claim).Verify(cfg.Key.Public()); err == nil {
		l.r.Fatal("evidence with a dropped change is accepted")
	}
	twice := slices.Clone(shown)
	end := &twice[len(twice)-1]
	end.Marks = append(slices.Clone(end.Marks), end.Marks[len(end.Marks)-1])
	if _, err := gather(twice, claim).Verify(cfg.Key.Public()); err == nil {
		l.r.Fatal("evidence with a doubled change is accepted")
	}
	altered := gather(shown, claim)
	altered.Leaves = slices.Clone(altered.Leaves)
	at := rapid.IntRange(0, len(altered.Leaves)-1).Draw(l.r, "altered")
	b := slices.Clone(altered.Leaves[at].Leaf)
	b[rapid.IntRange(0, len(b)-1).Draw(l.r, "byte")] ^= 0x20
	altered.Leaves[at].Leaf = b
	if _, err := altered.Verify(cfg.Key.Public()); err == nil {
		l.r.Fatal("evidence with an altered leaf is accepted")
	}
	old := head
	old.Size--
	if stale, _, err := journal.SignHead(cfg.Key, old, counts); err == nil { // the right counts, an older size
		ev := gather(shown, claim)
		ev.Head = string(stale)
		if _, err := ev.Verify(cfg.Key.Public()); err == nil {
			l.r.Fatal("evidence is accepted against a stale head")
		}
	}
}

// After any walk of a random catalog, in batches of any size, everything that must hold does.
func TestLaws(t *testing.T) {
	catalogs := towntest.Variants(t)
	small(t, 16, func(t *testing.T, r *rapid.T, dsn func() string) {
		cat, text := catalogs.DrawText(r, "catalog")
		p := newTwin(t, r, dsn(), cat, text)
		defer p.close()
		for range rapid.IntRange(2, 8).Draw(r, "batches") {
			p.batch(rapid.SampledFrom([]int{1, 1, 5, 20, 40}).Draw(r, "size"))
			switch rapid.IntRange(0, 3).Draw(r, "system") {
			case 0:
				p.wake()
			case 1:
				p.plan()
			}
		}
		p.laws()
	})
}
