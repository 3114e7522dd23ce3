package hall

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/journal"
	"zhenwu/internal/pgtest"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// engines runs a test on both databases.
func engines(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, filepath.Join(t.TempDir(), "zhenwu.db")) })
	t.Run("postgres", func(t *testing.T) { fn(t, pgtest.DSN(t)) })
}

func loadFS(t testing.TB, root fs.FS) (*catalog.Catalog, string) {
	t.Helper()
	cat, faults := catalog.Load(root)
	for _, f := range faults {
		if !f.Warning {
			t.Fatalf("catalog: %s", f.Render("en"))
		}
	}
	files := map[string]string{}
	if err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var b []byte
			b, err = fs.ReadFile(root, p)
			files[p] = string(b)
		}
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

func newKeys(t testing.TB, code string) Config {
	t.Helper()
	k, err := journal.NewKey(rand.Reader, code)
	if err != nil {
		t.Fatal(err)
	}
	s, err := seal.New(rand.Reader, code)
	if err != nil {
		t.Fatal(err)
	}
	return Config{Key: k, Keys: s}
}

// found makes a simulated town of the jingwu catalog at 2023-01-01 08:00.
func found(t testing.TB, dsn string) *Hall {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	cat, files := loadFS(t, catalogs.Jingwu)
	h, err := Found(ctx, db, Founding{Cat: cat, Files: files, Simulated: true, At: town.DayOf(2023, 1, 1).At(cat.Zone, 8, 0)}, newKeys(t, string(cat.Code)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := h.Seed(ctx, true, 0); err != nil {
		t.Fatal(err)
	}
	return h
}

func simActor(role, office string) town.Actor {
	return town.Actor{Person: 7, Name: "测试", Kind: town.Sim, Posts: []town.Post{{Role: role, Office: office}}}
}

func TestThinPath(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h := found(t, dsn)
		ctx := context.Background()
		zone := h.View().Zone()
		var grid town.Code
		for _, p := range h.View().Places() {
			if p.Kind == "grid" {
				grid = p.Code
				break
			}
		}
		do := func(actor town.Actor, cmd town.Command) town.Answer {
			t.Helper()
			ans, err := h.Do(ctx, actor, cmd)
			if err != nil {
				t.Fatalf("%s: %v", cmd.ID, err)
			}
			return ans
		}
		at := town.DayOf(2023, 5, 17).At(zone, 10, 0)
		worker := simActor("grid_worker", "grid_center")
		a := do(worker, town.Command{ID: "r1", Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": string(grid)}, Day: town.NoDay, At: at})
		b := do(worker, town.Command{ID: "r2", Op: town.Move, Record: a.Record, Move: "make", Fields: town.Values{"day": "2023-05-16", "households": int64(37)}, Day: town.NoDay, At: at})
		if b.Stage != "made" || b.Rev != 2 {
			t.Fatalf("after the move: %+v", b)
		}
		if again := do(worker, town.Command{ID: "r2", Op: town.Move, Record: a.Record, Move: "make", Day: town.NoDay, At: at}); !again.Again || again.Seq != b.Seq {
			t.Fatalf("sent twice: %+v", again)
		}
		if _, err := h.Do(ctx, simActor("finance", ""), town.Command{ID: "r3", Op: town.Move, Record: a.Record, Move: "make", Day: town.NoDay, At: at}); err == nil {
			t.Fatal("a wrong role made the move")
		}
		err := h.Reading(ctx, func(r *Reader) error {
			var f *catalog.Figure
			for _, k := range r.View().Cat.FigureOrder {
				if r.View().Cat.Figures[k].Gold == "F058" {
					f = r.View().Cat.Figures[k]
				}
			}
			n, err := r.Sum(f, "", "", []int32{20230500})
			if err != nil || n != 37 {
				t.Errorf("tally of May: %d, %v", n, err)
			}
			if n, err := r.Sum(f, "", grid, []int32{20230516}); err != nil || n != 37 {
				t.Errorf("tally of the day in the grid: %d, %v", n, err)
			}
			parts, err := r.Parts(f, "", "", town.YearPeriod(2023), 0, 10)
			if err != nil || len(parts) != 1 || parts[0].Record != a.Record || parts[0].N != 37 {
				t.Errorf("parts: %+v, %v", parts, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if s := h.View().Cat.Name.Zh; !strings.Contains(s, "精武") {
			t.Errorf("town %q", s)
		}
	})
}
