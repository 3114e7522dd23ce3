package hall

import (
	"context"
	"fmt"
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

// reopen closes the hall, as the end of the process would, and opens it with a catalog.
func (p *twin) reopen(cat *catalog.Catalog, declarations string) error {
	p.h.Close()
	h, err := Open(context.Background(), p.db, cat, textOf(p.t, towntest.Files(declarations)), p.cfg)
	if err != nil {
		return err
	}
	h.chunk = rapid.IntRange(1, 12).Draw(p.r, "chunk")
	p.h, p.mem.Cat = h, cat
	return nil
}

// anew derives every record in memory under the catalog in force, as a sweep does.
func (p *twin) anew() {
	for range 4 { // what is derived from derived parts comes round
		for id, rec := range p.mem.Records {
			next := rec.Clone()
			p.no(flow.Derive(p.mem.Cat, p.mem.Cat.Types[rec.Type], p.mem, next))
			p.mem.Records[id] = next
		}
	}
}

// answering holds every version that answers against the formula that it began with.
func (p *twin) answering(now *catalog.Catalog) {
	p.read(func(rd *Reader) {
		ctx := context.Background()
		rows, err := rd.q.Figures(ctx, rd.code)
		p.no(err)
		l := &law{r: p.r, rd: rd, world: rd.World(p.mem.Clock)}
		l.records, err = rd.q.RecordsFrom(ctx, rd.code, 0, 1<<20)
		p.no(err)
		for _, row := range rows {
			if row.State != "live" {
				continue
			}
			s := rd.v.byKey[row.Key]
			if s.id != row.ID {
				p.r.Fatalf("%s: version %d is live, version %d answers", row.Key, row.ID, s.id)
			}
			if figureSum(s.fig) != row.Sum {
				p.r.Fatalf("%s: version %d answers with another formula", row.Key, row.ID)
			}
			want := figure.NewTally(l.above)
			for _, r := range l.records {
				rd.Name(r)
				if r.Type != s.fig.Type.Key {
					continue
				}
				ms, err := figure.Marks(s.cat, s.fig, &r.Record, l.world)
				p.no(err)
				want.Apply(s.fig, ms)
			}
			cells, err := rd.q.TallyOf(ctx, rd.code, row.ID)
			p.no(err)
			got := map[figure.Cell]int64{}
			for _, c := range cells {
				if c.Slice == 0 {
					got[figure.Cell{Figure: row.Key, Place: rd.v.byID[c.Place].Code, Span: c.Span}] = c.N
				}
			}
			for c := range want.Cells {
				if c.Slice != "" {
					delete(want.Cells, c)
				}
			}
			if d := differ(got, want.Cells); d != "" {
				p.r.Fatalf("while versions fill, %s (version %d, former %v) differs from its formula: %s", row.Key, row.ID, s.former, d)
			}
		}
	})
}

// A new edition: what answers goes on answering by the formula it began with, until the new version is filled, however often
// the process ends in between; then everything holds as if the new edition had always been there.
func TestEditions(t *testing.T) {
	catalogs := towntest.Variants(t)
	small(t, 8, func(t *testing.T, r *rapid.T, dsn func() string) {
		cat, text := catalogs.DrawText(r, "catalog")
		p := newTwin(t, r, dsn(), cat, text)
		defer func() { p.close() }()
		for range 2 {
			p.batch(30)
		}
		for range rapid.IntRange(1, 3).Draw(r, "editions") {
			cat, text = catalogs.DrawText(r, "edition")
			p.no(p.reopen(cat, text))
			p.answering(cat)
			p.lists()
			p.batch(15)
			p.answering(cat)
			for range rapid.IntRange(0, 6).Draw(r, "chunks") {
				p.no(p.h.inner(context.Background(), func(b *batch) error { _, err := b.fill(); return err }))
				p.lists()
			}
			if rapid.Bool().Draw(r, "ends") {
				p.no(p.reopen(cat, text))
			}
			p.answering(cat)
		}
		p.no(p.h.Sweep(context.Background()))
		p.anew()
		p.laws()
		p.batch(15)
		p.wake()
		p.laws()
	})
}

// A stage in which records stand cannot be dropped, nor a type; one that nothing stands in can.
func TestStrandedRecords(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		cat := towntest.Load(t, towntest.Declarations)
		db, err := store.Open(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		cfg := newKeys(t, string(cat.Code))
		at := began.At(cat.Zone, 9, 0)
		h, err := Found(ctx, db, Founding{Cat: cat, Files: textOf(t, towntest.Files(towntest.Declarations)), Simulated: true, At: at}, cfg)
		if err != nil {
			t.Fatal(err)
		}
		handler := towntest.Staff(3, "handler", "works")
		var ids []town.ID
		for i := range 2 {
			a, err := h.Do(ctx, handler, town.Command{ID: fmt.Sprint("p", i), Op: town.Create, Type: "patrol", Fields: town.Values{"site": towntest.Villages[0]}, Day: town.NoDay, At: at})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, a.Record)
		}
		h.Close()
		without := strings.NewReplacer(
			"      excused: {zh: 免巡, en: Excused, void: true}\n", "",
			"      excuse: {zh: 免巡, en: Excuse, from: planned, to: excused, by: [chief], needs: [reason]}\n", "").Replace(towntest.Declarations)
		open := func(text string) error {
			h, err = Open(ctx, db, towntest.Load(t, text), textOf(t, towntest.Files(text)), cfg)
			return err
		}
		if err := open(without); err != nil {
			t.Fatalf("a stage that nothing stands in: %v", err)
		}
		h.Close()
		if err := open(towntest.Declarations); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Do(ctx, towntest.Staff(5, "chief", "desk"), town.Command{ID: "x", Op: town.Move, Record: ids[1], Move: "excuse", Reason: "雨", Day: town.NoDay, At: at}); err != nil {
			t.Fatal(err)
		}
		h.Close()
		d := aside(t, dsn)
		before := dump(t, d)
		if err := open(without); town.KindOf(err) != town.Conflict {
			t.Fatalf("a stage with a record in it was dropped: %v", err)
		}
		if after := dump(t, d); after != before {
			t.Error("the refused edition left a trace")
		}
		if err := open(towntest.Declarations); err != nil {
			t.Fatal(err)
		}
		h.Close()
	})
}
