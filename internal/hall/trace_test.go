package hall

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// tables are all tables of a town besides sessions and full text.
var tables = []string{"town", "edition", "word", "place", "record", "field", "link", "census", "field_census", "filling", "event", "tile", "figure", "mark", "tally", "seen", "sealed", "blind", "serial", "datum", "job", "blob", "upload", "attachment"}

// aside opens a second door to the database, for what no hall would do.
func aside(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	driver, name := "pgx", dsn
	if filepath.IsAbs(dsn) {
		driver, name = "sqlite", "file:"+dsn+"?_pragma=busy_timeout(5000)"
	}
	d, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// dump writes all that the database holds.
func dump(t *testing.T, d *sql.DB) string {
	t.Helper()
	var b strings.Builder
	for _, table := range tables {
		rows, err := d.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		cols, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for rows.Next() {
			parts := make([]any, len(cols))
			for i := range parts {
				parts[i] = new(sql.RawBytes)
			}
			if err := rows.Scan(parts...); err != nil {
				t.Fatal(err)
			}
			line := ""
			for i := range parts {
				line += fmt.Sprintf(" %s=%q", cols[i], string(*parts[i].(*sql.RawBytes)))
			}
			lines = append(lines, line)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		slices.Sort(lines)
		fmt.Fprintf(&b, "%s: %d\n%s\n", table, len(lines), strings.Join(lines, "\n"))
	}
	return b.String()
}

// rig is a small town on which commands go wrong.
func rig(t *testing.T, dsn string) (*Hall, *store.DB) {
	t.Helper()
	db, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	cat := towntest.Load(t, towntest.Declarations)
	h, err := Found(context.Background(), db, Founding{Cat: cat, Files: textOf(t, towntest.Files(towntest.Declarations)), Simulated: true, At: began.At(cat.Zone, 9, 0)}, newKeys(t, string(cat.Code)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return h, db
}

var clerk = towntest.Staff(1, "clerk", "desk")

// opening is the command that opens an order.
func opening(h *Hall, id string) town.Command {
	return town.Command{ID: id, Op: town.Create, Type: "order", Day: town.NoDay, Step: -1, At: began.At(h.View().Zone(), 9, 0),
		Fields: town.Values{"title": "路灯不亮", "kind": "road", "site": towntest.Villages[0]}, Sealed: map[string]string{"phone": "13812345521"}}
}

// What is refused leaves no trace, alone or among many, also when it fails deep within its effects.
func TestRefusedLeavesNoTrace(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, _ := rig(t, dsn)
		ctx := context.Background()
		at := began.At(h.View().Zone(), 9, 0)
		a, err := h.Do(ctx, clerk, opening(h, "o1"))
		if err != nil {
			t.Fatal(err)
		}
		stale := opening(h, "r1")
		stale.Op, stale.Record, stale.Rev, stale.Reason, stale.Fields = town.Correct, a.Record, a.Rev+1, "理由", town.Values{"title": "新"}
		first := opening(h, "r2")
		first.Fields["phone"], first.Sealed = "13812345521", nil
		ahead := opening(h, "r3")
		ahead.Day = began + 1
		unknown := opening(h, "r4")
		unknown.Fields["nothing"] = "x"
		placeless := opening(h, "r5")
		placeless.Fields["site"] = "999999999999"
		typeless := opening(h, "r6")
		typeless.Type = "nothing"
		hash := opening(h, "r7#1")
		wrong := map[string]Ask{
			"stale": {clerk, stale}, "sealed in the open": {clerk, first}, "ahead of time": {clerk, ahead}, "unknown field": {clerk, unknown},
			"no such place": {clerk, placeless}, "no such type": {clerk, typeless}, "id of an effect": {clerk, hash},
			"wrong role":             {towntest.Staff(9, "viewer", "desk"), opening(h, "r8")},
			"wrong stage":            {towntest.Staff(5, "chief", "desk"), town.Command{ID: "r9", Op: town.Move, Record: a.Record, Move: "close", Day: town.NoDay, At: at}},
			"an effect fails":        {clerk, town.Command{ID: "r10", Op: town.Move, Record: a.Record, Move: "assign", Fields: town.Values{"offices": []string{"works", "nowhere"}}, Day: town.NoDay, At: at}},
			"unknown number":         {clerk, town.Command{ID: "r11", Op: town.Void, Record: 4711, Reason: "x", Day: town.NoDay, At: at}},
			"staff states a time":    {town.Actor{Person: 1, Kind: town.Staff, Posts: clerk.Posts}, opening(h, "r12")},
			"reveal by who oversees": {towntest.Staff(9, "viewer", "desk"), town.Command{ID: "r14", Op: town.Reveal, Record: a.Record, Field: "phone", Reason: "回访", Day: town.NoDay, At: at}},
			"reveal without reason":  {clerk, town.Command{ID: "r13", Op: town.Reveal, Record: a.Record, Field: "phone", Day: town.NoDay, At: at}},
			"rule without source":    {town.Actor{Kind: town.Sim, Posts: []town.Post{{Role: "admin"}}}, town.Command{ID: "r14", Op: town.Put, Type: "rule", Fields: town.Values{"rule": "urgent"}, Day: town.NoDay, At: at}},
		}
		d := aside(t, dsn)
		before := dump(t, d)
		var all []Ask
		for name, x := range wrong {
			all = append(all, x)
			_, err := h.Do(ctx, x.Actor, x.Command)
			if err == nil || town.KindOf(err) == town.Internal {
				t.Errorf("%s: %v", name, err)
			}
			if name == "stale" && town.KindOf(err) != town.Stale {
				t.Errorf("%s: %v", name, err)
			}
			if after := dump(t, d); after != before {
				t.Fatalf("%s: it left a trace:\n%s", name, lineDiff(before, after))
			}
		}
		if _, err := h.DoAll(ctx, all, false); err != nil {
			t.Fatal(err)
		}
		if after := dump(t, d); after != before {
			t.Fatalf("together they left a trace:\n%s", lineDiff(before, after))
		}
	})
}

// lineDiff lists the lines that only one of two texts has.
func lineDiff(a, b string) string {
	in := map[string]int{}
	for l := range strings.Lines(a) {
		in[l]--
	}
	for l := range strings.Lines(b) {
		in[l]++
	}
	var out strings.Builder
	for l, n := range in {
		if n != 0 {
			fmt.Fprintf(&out, "%+d %s", n, l)
		}
	}
	return out.String()
}

// A command that is sent many times at once happens once, and everybody gets the same answer.
func TestSentAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, _ := rig(t, dsn)
		ctx := context.Background()
		a, err := h.Do(ctx, clerk, opening(h, "o1"))
		if err != nil {
			t.Fatal(err)
		}
		cmd := town.Command{ID: "assign", Op: town.Move, Record: a.Record, Move: "assign", Fields: town.Values{"offices": []string{"works", "law"}}, Day: town.NoDay, At: began.At(h.View().Zone(), 9, 30)}
		const n = 24
		answers := make([]town.Answer, n)
		errs := make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { answers[i], errs[i] = h.Do(ctx, clerk, cmd) })
		}
		wg.Wait()
		fresh := 0
		for i, x := range answers {
			if errs[i] != nil {
				t.Fatal(errs[i])
			}
			if !x.Again {
				fresh++
			}
			x.Again = answers[0].Again
			if len(x.Opened) != 2 || !reflect.DeepEqual(x, answers[0]) {
				t.Fatalf("answers differ: %+v and %+v", x, answers[0])
			}
		}
		if fresh != 1 {
			t.Errorf("it happened %d times", fresh)
		}
	})
}

// Among many sent together, what was sent before and what stands twice among them happens once.
func TestSentAgainAmongMany(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, _ := rig(t, dsn)
		ctx := context.Background()
		first, err := h.Do(ctx, clerk, opening(h, "o1"))
		if err != nil {
			t.Fatal(err)
		}
		var asks []Ask
		for _, id := range []string{"o2", "o1", "o3", "o2", "#", "o1"} {
			asks = append(asks, Ask{clerk, opening(h, id)})
		}
		res, err := h.DoAll(ctx, asks, true)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []struct {
			again  bool
			record town.ID
		}{{false, first.Record + 1}, {true, first.Record}, {false, first.Record + 2}, {true, first.Record + 1}, {}, {true, first.Record}} {
			if got := res[i].Answer; got.Again != want.again || got.Record != want.record || (res[i].Err != nil) != (want.record == 0) {
				t.Errorf("answer %d is %+v, %v", i, got, res[i].Err)
			}
		}
	})
}

// An answer follows COMMIT: when that fails everybody who waited is told, nothing stands, and the hall goes on from what does.
func TestFailingCommit(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, db := rig(t, dsn)
		ctx := context.Background()
		a, err := h.Do(ctx, clerk, opening(h, "o1"))
		if err != nil {
			t.Fatal(err)
		}
		d := aside(t, dsn)
		// A constraint that is looked at when the transaction commits, and that the event breaks.
		ban, lift := []string{"CREATE TABLE ban (seq INTEGER REFERENCES ban2(seq) DEFERRABLE INITIALLY DEFERRED)", "CREATE TABLE ban2 (seq INTEGER PRIMARY KEY)",
			"CREATE TRIGGER banned AFTER INSERT ON event WHEN NEW.command = 'bad' BEGIN INSERT INTO ban VALUES (1); END"}, []string{"DROP TRIGGER banned"}
		if db.Dialect == store.Postgres {
			ban = []string{"CREATE FUNCTION banned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.command = 'bad' THEN RAISE EXCEPTION 'banned'; END IF; RETURN NULL; END $$",
				"CREATE CONSTRAINT TRIGGER banned AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION banned()"}
			lift = []string{"DROP TRIGGER banned ON event"}
		}
		must := func(texts []string) {
			t.Helper()
			for _, s := range texts {
				if _, err := d.Exec(s); err != nil {
					t.Fatalf("%s: %v", s, err)
				}
			}
		}
		must(ban)
		before := dump(t, d)
		assign := town.Command{ID: "good", Op: town.Move, Record: a.Record, Move: "assign", Fields: town.Values{"offices": []string{"works"}}, Day: town.NoDay, At: began.At(h.View().Zone(), 9, 30)}
		asks := []Ask{{clerk, opening(h, "o2")}, {clerk, assign}, {clerk, opening(h, "bad")}, {clerk, opening(h, "o3")}}
		if res, err := h.DoAll(ctx, asks, false); err == nil {
			t.Fatalf("the commit cannot have held: %+v", res)
		}
		if after := dump(t, d); after != before {
			t.Fatalf("a failed commit left a trace:\n%s", lineDiff(before, after))
		}
		must(lift)
		// The same commands again, as a client would send them: what was in memory is forgotten.
		res, err := h.DoAll(ctx, asks, false)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range res {
			if x.Err != nil || x.Answer.Again {
				t.Errorf("%d: %+v, %v", i, x.Answer, x.Err)
			}
		}
		if res[0].Answer.Number != "RX202300002" || res[3].Answer.Number != "RX202300004" {
			t.Errorf("numbers have a gap: %s … %s", res[0].Answer.Number, res[3].Answer.Number)
		}
		check(t, 1, func(r *rapid.T) { lawsOf(t, r, h) })
	})
}

// lawsOf checks what holds of any town, without one in memory beside it.
func lawsOf(t *testing.T, r *rapid.T, h *Hall) {
	t.Helper()
	mem := towntest.New(t, h.View().Cat, began)
	mem.Clock = max(mem.Clock, h.Now())
	p := &twin{t: t, r: r, h: h, db: h.db, cfg: h.cfg, mem: mem}
	p.read(func(rd *Reader) {
		ctx := context.Background()
		rows, err := rd.q.RecordsFrom(ctx, rd.code, 0, 1<<20)
		p.no(err)
		for _, row := range rows {
			rd.Name(row)
			mem.Records[row.ID] = &row.Record
		}
	})
	p.laws()
}

// With 100,000 commands of an import under way a person is answered before the import is through.
func TestPeopleOvertakeBulk(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, _ := rig(t, dsn)
		ctx := context.Background()
		asks := make([]Ask, 100_000)
		for i := range asks {
			c := opening(h, fmt.Sprint("b", i))
			c.Sealed = nil
			asks[i] = Ask{clerk, c}
		}
		head := func() (n int64) {
			if err := h.Reading(ctx, func(r *Reader) error { hd, err := r.q.Head(ctx, h.code); n = hd.Seq; return err }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		start := head()
		bulk := make(chan []Result)
		within, enough := context.WithCancel(ctx)
		go func() {
			res, err := h.DoAll(within, asks, true)
			if err != nil {
				t.Error(err)
			}
			bulk <- res
		}()
		for head() == start {
			runtime.Gosched()
		}
		var mine []int64
		for i := range 5 {
			a, err := h.Do(ctx, clerk, opening(h, fmt.Sprint("p", i)))
			if err != nil {
				t.Fatal(err)
			}
			mine = append(mine, a.Seq)
		}
		for head() <= mine[4] { // the import goes on
			runtime.Gosched()
		}
		enough() // the rest of it would show nothing more
		res := <-bulk
		var done []int64
		for i, x := range res {
			if x.Err == nil {
				done = append(done, x.Answer.Seq)
			} else if !errors.Is(x.Err, context.Canceled) {
				t.Fatalf("command %d of the import: %v", i, x.Err)
			}
			if x.Err == nil && len(done) != i+1 {
				t.Fatalf("command %d of the import was done and one before it not", i)
			}
		}
		if !slices.IsSorted(done) {
			t.Error("the import is out of order")
		}
		for _, seq := range mine {
			if seq < done[0] || seq > done[len(done)-1] {
				t.Errorf("the person's command has number %d, the import %d to %d", seq, done[0], done[len(done)-1])
			}
		}
		if len(done) == len(asks) {
			t.Error("the import was through before the person was answered")
		}
	})
}

// Whoever waits when the hall closes is told, and nobody waits for ever.
func TestClose(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, _ := rig(t, dsn)
		ctx := context.Background()
		var wg sync.WaitGroup
		var saved, told atomic.Int64
		for i := range 8 {
			wg.Go(func() {
				for k := 0; ; k++ {
					_, err := h.Do(ctx, clerk, opening(h, fmt.Sprint("c", i, "-", k)))
					if town.KindOf(err) == town.Busy {
						told.Add(1)
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					if saved.Add(1) == 40 {
						go h.Close()
					}
				}
			})
		}
		wg.Wait()
		h.Close()
		if told.Load() != 8 {
			t.Errorf("%d of 8 were told that the hall is closed", told.Load())
		}
		var n int64
		if err := h.Reading(ctx, func(r *Reader) error {
			rows, err := r.q.RecordsFrom(ctx, h.code, 0, 1<<20)
			n = int64(len(rows))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if n != saved.Load() {
			t.Errorf("%d commands were answered, %d records stand", saved.Load(), n)
		}
	})
}

// A sealed field is read by who says why; emptied, or erased and given again in one batch, it shows what it then holds and nothing else.
func TestSealedFields(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, _ := rig(t, dsn)
		ctx := context.Background()
		chief := town.Actor{Person: 5, Kind: town.Sim, Posts: []town.Post{{Role: "chief", Office: "desk"}, {Role: "admin"}}}
		a, err := h.Do(ctx, clerk, opening(h, "o1"))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		ask := func(op town.Op, fields town.Values, sealed map[string]string) Ask {
			n++
			return Ask{chief, town.Command{ID: fmt.Sprint("s", n), Op: op, Record: a.Record, Field: "phone", Fields: fields, Sealed: sealed, Reason: "回访", Day: town.NoDay, Step: -1, At: began.At(h.View().Zone(), 10, 0)}}
		}
		shown := func() string {
			t.Helper()
			x := ask(town.Reveal, nil, nil)
			ans, err := h.Do(ctx, x.Actor, x.Command)
			if err != nil && town.KindOf(err) != town.Missing {
				t.Fatal(err)
			}
			var masks map[string]string
			if err := h.Reading(ctx, func(r *Reader) error {
				row, err := r.Record(a.Record)
				if err != nil {
					return err
				}
				masks, err = h.Masks(ctx, r.Q(), row)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if (masks["phone"] == "") != (ans.Text == "") || strings.Contains(masks["phone"], "1234") {
				t.Errorf("%q is masked %q", ans.Text, masks["phone"])
			}
			return ans.Text
		}
		together := func(asks ...Ask) {
			t.Helper()
			res, err := h.DoAll(ctx, asks, false)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range res {
				if r.Err != nil {
					t.Fatalf("%+v: %v", asks[i].Command, r.Err)
				}
			}
		}
		if s := shown(); s != "13812345521" {
			t.Errorf("it shows %q", s)
		}
		together(ask(town.Correct, nil, map[string]string{"phone": "13912345522"}))
		if s := shown(); s != "13912345522" {
			t.Errorf("corrected, it shows %q", s)
		}
		together(ask(town.Correct, nil, map[string]string{"phone": ""}))
		if s := shown(); s != "" {
			t.Errorf("emptied, it shows %q", s)
		}
		together(ask(town.Correct, nil, map[string]string{"phone": "13712345523"}), ask(town.Erase, nil, nil))
		if s := shown(); s != "" {
			t.Errorf("erased, it shows %q", s)
		}
		together(ask(town.Correct, nil, map[string]string{"phone": "13612345524"}), ask(town.Erase, nil, nil), ask(town.Correct, nil, map[string]string{"phone": "13512345525"}))
		if s := shown(); s != "13512345525" {
			t.Errorf("erased and given again, it shows %q", s)
		}
		d := aside(t, dsn)
		if all := dump(t, d); strings.Contains(all, "1391234") || strings.Contains(all, "1351234") {
			t.Error("a number stands in the open")
		}
		check(t, 1, func(r *rapid.T) { lawsOf(t, r, h) })
	})
}
