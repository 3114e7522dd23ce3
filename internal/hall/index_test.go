package hall

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// lists holds every list by an indexed field, and its count, against the records, whether the index is whole or not; and
// what full text finds.
func (p *twin) lists() {
	ctx := context.Background()
	p.read(func(rd *Reader) {
		rows, err := rd.q.RecordsFrom(ctx, rd.code, 0, 1<<20)
		p.no(err)
		want := map[store.Equal][]town.ID{}
		for _, key := range rd.v.Cat.TypeOrder {
			for _, f := range rd.v.types[key].indexed {
				word := rd.v.FieldID(key, f.name)
				if word == 0 {
					continue
				}
				for _, v := range []string{"", "no such value", "true", "false", "0", "007"} {
					want[store.Equal{Field: word, Key: f.name, Value: v}] = nil
				}
			}
		}
		for _, r := range rows {
			rd.Name(r)
			ts := rd.v.types[r.Type]
			for _, f := range ts.indexed {
				if v := indexValue(ts, r, f.name); v != "" {
					e := store.Equal{Field: rd.v.FieldID(r.Type, f.name), Key: f.name, Value: v}
					if e.Field == 0 {
						p.r.Fatalf("no word for the index of %s.%s", r.Type, f.name)
					}
					want[e] = append(want[e], r.ID)
				}
			}
			if words := strings.Fields(searchWords(ts, r)); len(words) > 0 {
				word := rapid.SampledFrom(words).Draw(p.r, "word")
				ids, err := rd.q.Search(ctx, rd.code, word, 1<<20)
				p.no(err)
				if !slices.Contains(ids, r.ID) {
					p.r.Fatalf("record %d holds %q and is not found by it", r.ID, word)
				}
			}
		}
		for e, ids := range want {
			typ, _ := rd.v.FieldOf(e.Field)
			for _, also := range [][]store.Equal{{e}, {e, e}} {
				l := &store.List{Type: rd.v.Cat.Types[typ], TypeID: rd.v.TypeID(typ), From: town.NoDay, Until: town.NoDay, Sort: "id", Equal: also, N: 1000}
				page, err := rd.q.Records(ctx, rd.code, l)
				p.no(err)
				var got []town.ID
				for _, row := range page {
					got = append(got, row.ID)
				}
				n, err := rd.q.CountRecords(ctx, rd.code, l)
				p.no(err)
				if !slices.Equal(got, ids) || n != int64(len(ids)) {
					p.r.Fatalf("%s with %s %q: lists %v, counts %d, should be %v (filled to %v)", typ, e.Key, e.Value, got, n, ids, rd.v.fills)
				}
			}
		}
	})
}

// found spells everything by which records are found: what may not depend on the way that a town came to its catalog.
func (p *twin) found() map[string]int64 {
	ctx := context.Background()
	out := map[string]int64{}
	p.read(func(rd *Reader) {
		spell := func(word int64) string { t, f := rd.v.FieldOf(word); return t + "." + f }
		fields, err := rd.q.FieldsFrom(ctx, rd.code, store.FieldRow{Field: -1}, 1<<20)
		p.no(err)
		for _, r := range fields {
			out[fmt.Sprint("field ", spell(r.Field), " ", r.Value, " ", r.Record)]++
		}
		counts, err := rd.q.FieldCensusFrom(ctx, rd.code, store.FieldCount{Field: -1}, 1<<20)
		p.no(err)
		for _, c := range counts {
			out[fmt.Sprint("count ", spell(c.Field), " ", c.Value)] = c.N
		}
		links, err := rd.q.LinksFrom(ctx, rd.code, store.LinkRow{Target: -1}, 1<<20)
		p.no(err)
		for _, l := range links {
			out[fmt.Sprint("link ", spell(l.Field), " ", l.Target, " ", l.Source)]++
		}
		p.no(rd.q.SearchWords(ctx, rd.code, func(word string, record town.ID, at int64) { out[fmt.Sprint("word ", word, " ", record, " ", at)]++ }))
		fills, err := rd.q.Fills(ctx, rd.code)
		p.no(err)
		if len(fills) > 0 {
			p.r.Fatalf("still filling: %v", fills)
		}
	})
	return out
}

// A walk in whose middle an edition indexes, refers and searches otherwise leaves what records are found by as if that
// edition had always been in force.
func TestIndexOfAnEdition(t *testing.T) {
	finding := [][2]string{
		{"of: {road: 道路, noise: 噪声}, required: true", "of: {road: 道路, noise: 噪声}, required: true, index: true"},
		{"urgent: {zh: 紧急, en: Urgent, type: bool}", "urgent: {zh: 紧急, en: Urgent, type: bool, index: true}"},
		{"fee: {zh: 费用, en: Fee, type: money}", "fee: {zh: 费用, en: Fee, type: money, index: true}"},
		{"tracked: true, index: true}", "tracked: true}"},
		{"en: Firm, type: ref, of: firm}", "en: Firm, type: ref, of: firm, index: true}"},
		{"type: integer, rollup: {count: part", "type: integer, index: true, rollup: {count: part"},
		{"follow: true}", "follow: true, index: true, search: true}"},
		{"type: text, max: 40, required: true, search: true}", "type: text, max: 40, required: true}"},
		{"en: Answer, type: longtext}", "en: Answer, type: longtext, search: true}"},
		{"    key: [code]\n", "    key: [code, name]\n"},
		{"    unique: {by: [code]}\n", "    unique: {by: [code, name], during: valid}\n"},
		{"    key: [code]\n    unique: {by: [code]}\n", ""},
		{"    title: name\n", "    title: code\n"},
	}
	draw := func(r *rapid.T, label string) string {
		text := towntest.Declarations
		for _, f := range finding {
			if rapid.Bool().Draw(r, label) {
				text = strings.Replace(text, f[0], f[1], 1)
			}
		}
		return text
	}
	small(t, 8, func(t *testing.T, r *rapid.T, dsn func() string) {
		before, after := draw(r, "before"), draw(r, "after")
		p := newTwin(t, r, dsn(), towntest.Load(t, before), before)
		defer func() { p.close() }()
		p.batch(40)
		p.no(p.reopen(towntest.Load(t, after), after))
		p.lists()
		p.batch(15)
		for range rapid.IntRange(0, 4).Draw(r, "chunks") {
			p.no(p.h.inner(context.Background(), func(b *batch) error { _, err := b.fill(); return err }))
			p.lists()
			p.batch(3)
		}
		p.no(p.h.Sweep(context.Background()))
		p.lists()

		always := newTwin(t, r, dsn(), towntest.Load(t, after), after)
		defer always.close()
		for _, a := range p.done {
			if _, err := always.h.Do(context.Background(), a.Actor, a.Command); err != nil {
				r.Fatalf("%+v: %v", a.Command, err)
			}
		}
		got, want := p.found(), always.found()
		if d := differ(got, want); d != "" {
			r.Fatalf("after the edition: %s", d)
		}
		if len(got) == 0 {
			r.Fatal("nothing is found by anything")
		}
		p.laws()
	})
}

// A key that old records break is told in one line, and nothing of the edition stands; mended, it is adopted and holds.
func TestKeyOfAnEdition(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		bare := strings.Replace(towntest.Declarations, "    key: [code]\n    unique: {by: [code]}\n", "", 1)
		s := newSwept(t, dsn, bare)
		clerk := towntest.Staff(1, "clerk", "desk")
		at := s.h.Now()
		create := func(id, code, since, ended string) (town.ID, error) {
			f := town.Values{"code": code, "name": "厂", "place": towntest.Villages[0], "since": since}
			if ended != "" {
				f["ended"] = ended
			}
			a, err := s.h.Do(ctx, clerk, town.Command{ID: id, Op: town.Create, Type: "firm", Fields: f, Day: town.NoDay, At: at})
			return a.Record, err
		}
		second, err := create("second", "a", "2022-01-01", "")
		if err != nil {
			t.Fatal(err)
		}
		adopt := func(text string) error {
			t.Helper()
			s.h.Close()
			h, err := Open(ctx, s.db, towntest.Load(t, text), textOf(t, towntest.Files(text)), s.cfg)
			if err == nil {
				s.h = h
			}
			return err
		}
		d := aside(t, dsn)
		before := dump(t, d)
		during := strings.Replace(bare, "    valid: {from: since", "    unique: {by: [code], during: valid}\n    valid: {from: since", 1)
		for _, text := range []string{
			towntest.Declarations,
			strings.Replace(bare, "    valid: {from: since", "    key: [code]\n    valid: {from: since", 1),
			strings.Replace(bare, "    valid: {from: since", "    unique: {by: [code]}\n    valid: {from: since", 1),
			during,
		} {
			err := adopt(text)
			var e *town.Error
			if !errors.As(err, &e) || e.Kind != town.Conflict || e.Field != "code" || !strings.Contains(e.En, fmt.Sprintf("(records 1 and %d)", second)) || !strings.Contains(e.Zh, "没有启用") || strings.Contains(e.En+e.Zh, "\n") || strings.Contains(e.En+e.Zh, "%!") {
				t.Fatalf("a key that records break: %v", err)
			}
			if after := dump(t, d); after != before {
				t.Fatal("the refused edition left a trace")
			}
		}
		if err := adopt(bare); err != nil {
			t.Fatal(err)
		}
		// Valid one after the other they may stand together, and no third may come between.
		if _, err := s.h.Do(ctx, clerk, town.Command{ID: "end", Op: town.Correct, Record: 1, Step: -1, Day: town.NoDay, At: at, Reason: "注销", Fields: town.Values{"ended": "2021-12-31"}}); err != nil {
			t.Fatal(err)
		}
		if err := adopt(during); err != nil {
			t.Fatal(err)
		}
		if _, err := create("third", "a", "2021-06-01", ""); town.KindOf(err) != town.Conflict {
			t.Fatalf("the key of the edition does not hold: %v", err)
		}
		if err := adopt(towntest.Declarations); town.KindOf(err) != town.Conflict {
			t.Fatalf("a stricter key that records break: %v", err)
		}
		if err := adopt(during); err != nil {
			t.Fatal(err)
		}
		if _, err := s.h.Do(ctx, clerk, town.Command{ID: "void", Op: town.Void, Record: second, Day: town.NoDay, At: at, Reason: "重复"}); err != nil {
			t.Fatal(err)
		}
		if err := adopt(towntest.Declarations); err != nil {
			t.Fatal(err)
		}
		if _, err := create("fourth", "a", "2023-01-01", ""); town.KindOf(err) != town.Conflict {
			t.Fatalf("the key of the last edition does not hold: %v", err)
		}
		if _, err := create("fifth", "b", "2023-01-01", ""); err != nil {
			t.Fatal(err)
		}
		s.sweep()
		a, err := s.h.Fsck(ctx, FsckOptions{})
		if err != nil || !a.Clean() {
			t.Fatalf("%v, %+v", err, a)
		}
	})
}

// Where the edition before cannot be read, all indexes are made anew; while they fill, fsck checks what stands and says so.
func TestIndexesMadeAnew(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		h, blobs := smallTown(t, dsn)
		db, cfg := h.db, h.cfg
		h.Close()
		text := strings.Replace(towntest.Declarations, "types:\n", callType, 1)
		text = strings.Replace(text, "type: text, max: 40, required: true, index: true}", "type: text, max: 40, required: true, index: true, search: true}", 1)
		h2, err := Open(ctx, db, towntest.Load(t, text), textOf(t, towntest.Files(text)), cfg) // its files were kept as "{}", which is no catalog
		if err != nil {
			t.Fatal(err)
		}
		defer h2.Close()
		h2.chunk = 7
		steps := 0
		for more := true; more; steps++ {
			a, err := h2.Fsck(ctx, FsckOptions{Blobs: blobs})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range a.Differences {
				t.Errorf("step %d, %s: %s", steps, d.Check, d.En)
			}
			if filling := len(h2.View().fills) > 0; filling != slices.ContainsFunc(a.Pending, func(s string) bool { return strings.Contains(s, "still being filled") }) {
				t.Errorf("step %d: filling %v, pending %v", steps, filling, a.Pending)
			}
			if err := h2.inner(ctx, func(b *batch) error {
				var err error
				more, err = b.fill()
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		a, err := h2.Fsck(ctx, FsckOptions{Blobs: blobs})
		if err != nil || !a.Clean() || len(a.Pending) > 0 || steps < 5 {
			t.Errorf("after %d steps: %v, %+v", steps, err, a)
		}
	})
}
