package hall

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"zhenwu/catalogs"
	"zhenwu/internal/pgtest"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// second opens another hall on the town of h, as another process would.
func second(t *testing.T, dsn string, h *Hall) *Hall {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	cat, files := loadFS(t, catalogs.Jingwu)
	other, err := Open(ctx, db, cat, files, h.cfg)
	if err != nil {
		t.Fatal(err)
	}
	closing(t, other, db)
	return other
}

// Two processes serve one town on PostgreSQL: words that either is the first to use, numbers without a gap, ids known to
// both, data that one puts and the other decides by.
func TestTwoHallsServeOneTown(t *testing.T) {
	ctx := context.Background()
	dsn := pgtest.DSN(t)
	a := found(t, dsn)
	b := second(t, dsn, a)
	halls := []*Hall{a, b}
	grid := string(aGrid(t, a))
	at := town.DayOf(2023, 5, 17).At(a.View().Zone(), 10, 0)
	worker := town.Actor{Person: 7, Kind: town.Sim, Posts: []town.Post{{Role: "grid_worker", Office: "grid_center"}, {Role: "desk", Office: "grid_center"}, {Role: "admin", Office: "party_office"}}}
	round := func(id string) town.Command {
		return town.Command{ID: id, Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": grid}, Day: town.NoDay, At: at}
	}
	order := func(id string) town.Command {
		return town.Command{ID: id, Op: town.Create, Type: "hotline_order", Fields: town.Values{"title": "路灯不亮" + id, "place": grid, "kind": "help", "category": "road"},
			Sealed: map[string]string{"content": "三天了", "phone": "19900000001"}, Day: town.NoDay, At: at}
	}
	do := func(h *Hall, cmd town.Command) town.Answer {
		t.Helper()
		ans, err := h.Do(ctx, worker, cmd)
		if err != nil {
			t.Fatalf("%s: %v", cmd.ID, err)
		}
		return ans
	}
	// Each makes up words before the other has looked.
	first := do(a, round("first"))
	do(b, order("second"))
	do(a, order("third"))
	if again := do(b, round("first")); !again.Again || again.Record != first.Record {
		t.Errorf("the other does not know the id: %+v", again)
	}
	// Who did not write reads what the other wrote.
	for _, h := range halls {
		if err := h.Reading(ctx, func(r *Reader) error {
			row, err := r.Record(first.Record)
			if err == nil && (row == nil || row.Type != "visit_round") {
				t.Errorf("the record reads %+v", row)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	rule := "grid_visit_report"
	do(a, town.Command{ID: "rule", Op: town.Put, Type: "rule", Fields: town.Values{"rule": rule, "from": "2023-01-01", "limit": "3 workdays", "source": "测试"}, Day: town.NoDay, At: at})
	if err := b.Reading(ctx, func(r *Reader) error {
		if limit, _, _ := r.View().Rule(rule, town.DayOf(2023, 5, 17)); limit != "3 workdays" {
			t.Errorf("the other's rule reads %q", limit)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, h := range halls {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range 30 {
				made, err := h.Do(ctx, worker, round(fmt.Sprintf("r%d-%d", i, n)))
				if err == nil {
					_, err = h.Do(ctx, worker, town.Command{ID: fmt.Sprintf("m%d-%d", i, n), Op: town.Move, Record: made.Record, Move: "make", Fields: town.Values{"day": "2023-05-16", "households": int64(n)}, Day: town.NoDay, At: at})
				}
				if err == nil {
					_, err = halls[1-i].Do(ctx, worker, order(fmt.Sprintf("o%d-%d", i, n)))
				}
				if err != nil {
					t.Errorf("hall %d: %v", i, err)
					return
				}
			}
		}()
	}
	wg.Wait()
	for i, h := range halls {
		audit, err := h.Fsck(ctx, FsckOptions{Blobs: store.Blobs{Dir: t.TempDir()}})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range audit.Differences {
			t.Errorf("hall %d: %s", i, d.En)
		}
	}
}

// A catalog that one process takes up is the one that the other decides by from then on.
func TestTwoHallsTakeUpOneEdition(t *testing.T) {
	ctx := context.Background()
	dsn := pgtest.DSN(t)
	a := found(t, dsn)
	cat, files := loadFS(t, overlay(t, "town.yaml", "# another edition\n"))
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b, err := Open(ctx, db, cat, files, a.cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	grid := string(aGrid(t, a))
	if _, err := a.Do(ctx, simActor("grid_worker", "grid_center"), town.Command{ID: "r1", Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": grid}, Day: town.NoDay}); err != nil {
		t.Fatal(err)
	}
	if a.View().Cat.Edition != cat.Edition {
		t.Errorf("the first hall decides by edition %s, in force is %s", a.View().Cat.Edition, cat.Edition)
	}
	if err := b.Reading(ctx, func(r *Reader) error {
		es, err := r.Q().EventsFrom(ctx, r.Town(), 0, 100000)
		if last := es[len(es)-1]; err == nil && !strings.HasSuffix(r.View().spelled[last.Edition].Word, cat.Edition) {
			t.Errorf("the last event names edition %s", r.View().spelled[last.Edition].Word)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// overlay is the built-in catalog with a file longer by some text.
func overlay(t *testing.T, name, more string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	if err := fs.WalkDir(catalogs.Jingwu, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(catalogs.Jingwu, path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	files[name].Data = append(files[name].Data, more...)
	return files
}
