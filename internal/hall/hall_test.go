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

// closing closes a hall and its database when the test ends.
func closing(t testing.TB, h *Hall, db *store.DB) {
	t.Helper()
	t.Cleanup(func() {
		h.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
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
	closing(t, h, db)
	if err := h.Seed(ctx, true, 0); err != nil {
		t.Fatal(err)
	}
	return h
}

func simActor(role, office string) town.Actor {
	return town.Actor{Person: 7, Name: "测试", Kind: town.Sim, Posts: []town.Post{{Role: role, Office: office}}}
}

// The day from which a town keeps its records is said once, stands in the journal, and may be changed by those who keep the figures.
func TestBegin(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h := found(t, dsn)
		ctx := context.Background()
		since := func() (day town.Day) {
			if err := h.Reading(ctx, func(r *Reader) error { day = r.Since(); return nil }); err != nil {
				t.Fatal(err)
			}
			return day
		}
		if since() != town.NoDay {
			t.Errorf("nobody has said it, and it is %s", since())
		}
		for _, day := range []town.Day{town.NoDay, town.DayOf(2020, 1, 1)} { // the first word stands
			if err := h.Begin(ctx, day); err != nil {
				t.Fatal(err)
			}
			if since() != town.DayOf(2023, 1, 1) {
				t.Errorf("the records begin on %s, not on the day the town was founded", since())
			}
		}
		put := func(role, day string) error {
			_, err := h.Do(ctx, simActor(role, ""), town.Command{ID: "since-" + role + day, Op: town.Put, Type: "since", Fields: town.Values{"day": day}, Day: town.NoDay, Reason: "2021年的台账已全部补录"})
			return err
		}
		if err := put("handler", "2021-01-01"); town.KindOf(err) != town.Denied {
			t.Errorf("a handler moved the beginning of the records: %v", err)
		}
		if err := put("statistician", "2021-13-01"); town.KindOf(err) != town.Invalid {
			t.Errorf("no day was taken: %v", err)
		}
		if err := put("statistician", "2021-01-01"); err != nil || since() != town.DayOf(2021, 1, 1) {
			t.Errorf("the records begin on %s, %v", since(), err)
		}
		written := 0
		if err := h.Reading(ctx, func(r *Reader) error {
			events, err := r.Q().EventsFrom(ctx, r.Town(), 0, 5000)
			for _, e := range events {
				if e.Op == town.Put && strings.Contains(e.Body, `"register":"since"`) {
					written++
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if written != 2 {
			t.Errorf("%d leaves say since when the records are kept, want 2", written)
		}
	})
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
		if again := do(worker, town.Command{ID: "r2", Op: town.Move, Record: a.Record, Move: "make", Fields: town.Values{"day": "2023-05-16", "households": int64(37)}, Day: town.NoDay, At: at}); !again.Again || again.Seq != b.Seq {
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

// An id names one command for good: sent again it gets the first answer, another command under it is refused, in the same
// batch and years later.
func TestAnIDNamesOneCommand(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h := found(t, dsn)
		ctx := context.Background()
		clerk := town.Actor{Person: 7, Kind: town.Sim, Posts: []town.Post{{Role: "grid_worker", Office: "grid_center"}, {Role: "desk", Office: "grid_center"}, {Role: "admin", Office: "party_office"}}}
		grid := string(aGrid(t, h))
		at := town.DayOf(2023, 5, 17).At(h.View().Zone(), 10, 0)
		round := town.Command{ID: "a", Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": grid}, Day: town.NoDay, At: at}
		order := town.Command{ID: "b", Op: town.Create, Type: "hotline_order", Fields: town.Values{"title": "路灯不亮", "place": grid, "kind": "help", "category": "road"},
			Sealed: map[string]string{"content": "路灯不亮三天了", "caller": "某甲", "phone": "19900000001"}, Day: town.NoDay, At: at}
		rule := town.Command{ID: "c", Op: town.Put, Type: "rule", Fields: town.Values{"rule": "hotline_reply", "from": "2023-06-01", "limit": "5 workdays", "source": "测试"}, Day: town.NoDay, At: at}
		others := map[string]func(c *town.Command){
			"op": func(c *town.Command) {
				*c = town.Command{ID: c.ID, Op: town.Void, Record: 1, Reason: "x", Day: town.NoDay}
			},
			"type":    func(c *town.Command) { c.Type = "enterprise" },
			"field":   func(c *town.Command) { c.Fields = c.Fields.Clone(); c.Fields["note"] = "x" },
			"garbage": func(c *town.Command) { c.Fields = town.Values{"grid": 1.5} },
			"reason":  func(c *town.Command) { c.Reason = "x" },
			"day":     func(c *town.Command) { c.Day = town.DayOf(2023, 5, 16) },
			"sealed":  func(c *town.Command) { c.Sealed = map[string]string{"phone": "19900000002"} },
		}
		for _, cmd := range []town.Command{round, order, rule} {
			res, err := h.DoAll(ctx, []Ask{{clerk, cmd}, {clerk, cmd}}, false)
			if err != nil || res[0].Err != nil || res[1].Err != nil || res[0].Answer.Again || !res[1].Answer.Again {
				t.Fatalf("%s: %+v, %v", cmd.ID, res, err)
			}
			first := res[0].Answer
			if ans, err := h.Do(ctx, clerk, cmd); err != nil || !ans.Again || ans.Record != first.Record || ans.Seq != first.Seq {
				t.Errorf("%s sent again: %+v, %v", cmd.ID, ans, err)
			}
			for what, change := range others {
				other := cmd
				change(&other)
				_, err := h.Do(ctx, clerk, other)
				if town.KindOf(err) != town.Conflict || !strings.Contains(err.Error(), "used for another command") {
					t.Errorf("%s with another %s: %v", cmd.ID, what, err)
				}
			}
		}
		two := round
		two.ID = "d"
		other := two
		other.Note = "x"
		if res, err := h.DoAll(ctx, []Ask{{clerk, two}, {clerk, other}}, false); err != nil || res[0].Err != nil || town.KindOf(res[1].Err) != town.Conflict {
			t.Errorf("two commands under one id in a batch: %+v, %v", res, err)
		}
		if err := h.Reading(ctx, func(r *Reader) error {
			es, err := r.Q().EventsFrom(ctx, r.Town(), 0, 100000)
			for _, e := range es {
				if strings.Contains(e.Body, "19900000001") || strings.Contains(e.Body, "某甲") {
					t.Errorf("event %d tells who called", e.Seq)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}
