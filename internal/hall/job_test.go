package hall

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// demands adds a plan that fails where a firm's budget is below nothing, and a field that is read from a figure.
var demands = strings.NewReplacer("plans:\n", "plans:\n  demands: {zh: 每月催缴, en: Monthly demand, every: month, each: {f: firm}, where: \"filled(f.budget)\", opens: fine, with: {firm: f, amount: f.budget, due: \"'2023-12-31'\"}}\n",
	"      answer: {zh: 答复, en: Answer, type: longtext}\n", "      answer: {zh: 答复, en: Answer, type: longtext}\n      seen: {zh: 时间进度, en: Time gone, type: percent, reading: \"elapsed(opened, signed_on)\", every: day}\n").Replace(towntest.Declarations)

// clockwork is a real town whose clock a test turns.
type clockwork struct {
	t    *testing.T
	h    *Hall
	text string
	now  town.Millis
	n    int
}

func newClockwork(t *testing.T, dsn string) *clockwork { return newClockworkOf(t, dsn, demands) }

func newClockworkOf(t *testing.T, dsn, text string) *clockwork {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	cat := towntest.Load(t, text)
	c := &clockwork{t: t, text: text, now: town.DayOf(2023, 5, 4).At(cat.Zone, 9, 0)}
	cfg := newKeys(t, string(cat.Code))
	cfg.Now = func() town.Millis { return c.now }
	if c.h, err = Found(ctx, db, Founding{Cat: cat, Files: textOf(t, towntest.Files(text)), At: c.now}, cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.h.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	c.no(c.h.Seed(ctx, true, 0))
	return c
}

func (c *clockwork) no(err error) {
	if err != nil {
		c.t.Helper()
		c.t.Fatal(err)
	}
}

func (c *clockwork) do(cmd town.Command) town.ID {
	c.t.Helper()
	c.n++
	cmd.ID, cmd.Day, cmd.Step = fmt.Sprint("c", c.n), town.NoDay, -1
	who := clerk
	who.Kind = town.Staff
	a, err := c.h.Do(context.Background(), who, cmd)
	c.no(err)
	return a.Record
}

func (c *clockwork) wake() {
	c.t.Helper()
	_, err := c.h.Wake(context.Background(), c.now)
	c.no(err)
}

// restart stops the hall and opens it again.
func (c *clockwork) restart() {
	c.t.Helper()
	c.h.Close()
	h, err := Open(context.Background(), c.h.db, c.h.View().Cat, textOf(c.t, towntest.Files(c.text)), c.h.cfg)
	c.no(err)
	c.h = h
}

func (c *clockwork) faults() (js []store.Job) {
	c.t.Helper()
	c.no(c.h.Reading(context.Background(), func(r *Reader) (err error) { js, err = r.Faults(100); return err }))
	return js
}

func (c *clockwork) stage(id town.ID) (s string) {
	c.t.Helper()
	c.no(c.h.Reading(context.Background(), func(r *Reader) error {
		row, err := r.Record(id)
		if err == nil {
			s = row.Stage
		}
		return err
	}))
	return s
}

// damage makes every work on a record fail, until what it returns is called.
func (c *clockwork) damage(dsn string, id town.ID) (mend func()) {
	c.t.Helper()
	d := aside(c.t, dsn)
	var marks string
	c.no(d.QueryRow("SELECT marks FROM record WHERE id = $1", int64(id)).Scan(&marks))
	_, err := d.Exec("UPDATE record SET marks = 'nonsense' WHERE id = $1", int64(id))
	c.no(err)
	c.restart() // nothing is remembered
	return func() {
		c.t.Helper()
		_, err := d.Exec("UPDATE record SET marks = $2 WHERE id = $1", int64(id), marks)
		c.no(err)
		c.restart()
	}
}

// A clock that cannot ring does not hold the others up; it is tried again after growing pauses, over restarts, then waits for a
// person, is told of by fsck, and rings when what hindered it is mended.
func TestTimerThatFails(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		c := newClockwork(t, dsn)
		var orders []town.ID
		for range 3 {
			orders = append(orders, c.do(town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "路灯不亮", "kind": "road"}}))
		}
		mend := c.damage(dsn, orders[0])
		c.now += town.Millis((48 * time.Hour).Milliseconds())
		for try := 1; try <= mostTries; try++ {
			c.wake()
			c.wake() // it waits
			js := c.faults()
			if len(js) != 1 || js[0].Kind != timerJob || js[0].Record != orders[0] || js[0].Tries != int64(try) || !strings.Contains(js[0].Fault, "mark") {
				t.Fatalf("after try %d: %+v", try, js)
			}
			if pause := js[0].Due - c.now; try < mostTries && pause != town.Millis(firstPause.Milliseconds())<<(try-1) {
				t.Errorf("after try %d it waits for %d ms", try, pause)
			}
			if s := c.stage(orders[1]) + c.stage(orders[2]); s != "handlinghandling" {
				t.Errorf("the other clocks did not ring: %s", s)
			}
			if try%3 == 0 {
				c.restart()
			}
			c.now = max(c.now, min(js[0].Due, c.now+1<<40))
		}
		c.now += 1 << 40
		c.wake()
		if js := c.faults(); js[0].Tries != mostTries || !Spent(&js[0]) {
			t.Errorf("it is tried without end: %+v", js)
		}
		expect(t, c.h, store.Blobs{}, "jobs", "failed 8 times")
		mend()
		c.wake()
		if s := c.stage(orders[0]); s != "received" {
			t.Errorf("it is tried of itself: %s", s)
		}
		c.no(c.h.Retry(context.Background()))
		c.wake()
		if s := c.stage(orders[0]); s != "handling" {
			t.Errorf("mended and tried again, it stands in %s", s)
		}
		c.clean()
	})
}

// clean wants no fault left, and nothing wrong.
func (c *clockwork) clean() {
	c.t.Helper()
	if js := c.faults(); len(js) != 0 {
		c.t.Errorf("faults: %+v", js)
	}
	audit, err := c.h.Fsck(context.Background(), FsckOptions{})
	if err != nil || !audit.Clean() {
		c.t.Errorf("fsck: %v, %+v", err, audit.Differences)
	}
}

// A record that cannot be derived is left behind by the sweep, and by nothing else; it is worked out when it is mended.
func TestSweepThatFails(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		c := newClockwork(t, dsn)
		c.h.chunk = 2
		var fines []town.ID
		firm := c.do(town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": "a", "name": "甲厂", "place": towntest.Villages[0], "since": "2020-01-01"}})
		for range 4 {
			fines = append(fines, c.do(town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "路灯不亮", "kind": "road", "firm": int64(firm)}}))
		}
		mend := c.damage(dsn, fines[1])
		d := aside(t, dsn) // what the firm is called was changed behind the town's back: every order must follow
		for _, s := range []string{"UPDATE record SET doc = replace(CAST(doc AS TEXT), '\"firm_name\": \"甲厂\"', '\"firm_name\": \"乙厂\"')::DOC", "UPDATE record SET doc = replace(CAST(doc AS TEXT), '\"firm_name\":\"甲厂\"', '\"firm_name\":\"乙厂\"')::DOC"} {
			if c.h.db.Dialect == store.Postgres {
				s = strings.Replace(s, "::DOC", "::JSONB", 1)
			}
			_, err := d.Exec(strings.Replace(s, "::DOC", "", 1))
			c.no(err)
		}
		c.restart()
		c.h.chunk = 2
		c.no(c.h.within(context.Background(), func(b *batch) error { b.sweepLater("test"); return nil }))
		c.no(c.h.Sweep(context.Background()))
		if js := c.faults(); len(js) != 1 || js[0].Kind != deriveJob || js[0].Record != fines[1] {
			t.Fatalf("faults: %+v", js)
		}
		called := func(id town.ID) (s string) {
			c.no(c.h.Reading(context.Background(), func(r *Reader) error {
				row, err := r.Record(id)
				s = row.Text("firm_name")
				return err
			}))
			return s
		}
		for i, id := range fines {
			if want := map[bool]string{true: "乙厂", false: "甲厂"}[i == 1]; called(id) != want {
				t.Errorf("record %d calls the firm %s", id, called(id))
			}
		}
		mend()
		c.now += town.Millis(firstPause.Milliseconds())
		c.wake()
		if called(fines[1]) != "甲厂" {
			t.Errorf("mended, record %d calls the firm %s", fines[1], called(fines[1]))
		}
		c.clean()
	})
}

// A plan that is refused and a reading that fails are tried again alone, and do not hold the others up.
func TestPlanAndReadingThatFail(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		c := newClockwork(t, dsn)
		var firms []town.ID
		for i, budget := range []int64{100, -100, 300} {
			firms = append(firms, c.do(town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": fmt.Sprint(i), "name": "厂", "place": towntest.Villages[0], "since": "2020-01-01", "budget": budget}}))
		}
		var orders []town.ID
		for range 3 {
			orders = append(orders, c.do(town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "路灯不亮", "kind": "road", "signed_on": "2023-12-31"}}))
		}
		mend := c.damage(dsn, orders[1])
		c.now = town.DayOf(2023, 6, 1).At(c.h.View().Zone(), 8, 0)
		c.no(c.h.Daily(context.Background()))
		kinds := map[string]store.Job{}
		for _, j := range c.faults() {
			kinds[j.Kind] = j
		}
		if len(kinds) != 2 || kinds[planJob].Key != "demands/2023-06-01" || kinds[readJob].Record != orders[1] || kinds[readJob].Body != "2023-06-01" {
			t.Fatalf("faults: %+v", kinds)
		}
		count := func(typ string) (n int64) {
			c.no(c.h.Reading(context.Background(), func(r *Reader) (err error) {
				n, err = r.Q().CountRecords(context.Background(), r.Town(), &store.List{Type: r.View().Cat.Types[typ], TypeID: r.View().TypeID(typ), From: town.NoDay, Until: town.NoDay})
				return err
			}))
			return n
		}
		seen := func() (ns []int64) {
			c.no(c.h.Reading(context.Background(), func(r *Reader) error {
				for _, id := range orders {
					row, err := r.Record(id)
					if err != nil {
						return err
					}
					ns = append(ns, row.Int("seen"))
				}
				return nil
			}))
			return ns
		}
		if got := fmt.Sprint(seen()); got != "[11 0 11]" {
			t.Errorf("read was %s", got)
		}
		if f, p := count("fine"), count("patrol"); f != 2 || p != 3 {
			t.Errorf("%d fines and %d patrols were opened", f, p)
		}
		mend()
		c.do(town.Command{Op: town.Correct, Record: firms[1], Fields: town.Values{"budget": int64(200)}, Reason: "填错"})
		c.restart()
		c.now += town.Millis(firstPause.Milliseconds())
		c.wake()
		if f := count("fine"); f != 3 {
			t.Errorf("tried again, %d fines stand", f)
		}
		if got := fmt.Sprint(seen()); got != "[11 11 11]" {
			t.Errorf("tried again, read was %s", got)
		}
		c.clean()
	})
}

// Days on which nobody served the town are made up for, each once.
func TestDaysAreMadeUpFor(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		c := newClockwork(t, dsn)
		patrols := func() (n int64) {
			c.no(c.h.Reading(context.Background(), func(r *Reader) (err error) {
				n, err = r.Q().CountRecords(context.Background(), r.Town(), &store.List{Type: r.View().Cat.Types["patrol"], TypeID: r.View().TypeID("patrol"), From: town.NoDay, Until: town.NoDay})
				return err
			}))
			return n
		}
		days := []struct {
			on   town.Day
			want int64
		}{{town.DayOf(2023, 5, 30), 0}, {town.DayOf(2023, 6, 3), 3}, {town.DayOf(2023, 6, 3), 3}, {town.DayOf(2023, 8, 15), 9}}
		for _, d := range days {
			c.restart()
			c.now = d.on.At(c.h.View().Zone(), 8, 0)
			c.no(c.h.Daily(context.Background()))
			if n := patrols(); n != d.want {
				t.Errorf("on %s %d patrols were planned, not %d", d.on, n, d.want)
			}
		}
		c.clean()
	})
}

// A clock that ran out and whose job is gone is found; one that rang, was taken back, or was refused by the rules is not taken for it.
func TestFsckFindsTimersOfThePast(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		guarded := strings.Replace(demands, "expire: {zh: 到期, en: Expire, from: received, to: handling, by: [clock.sign]}", "expire: {zh: 到期, en: Expire, from: received, to: handling, by: [clock.sign], must: [{that: \"!urgent\", else: {zh: 急件, en: Urgent}}]}", 1)
		if guarded == demands {
			t.Fatal("the catalog has changed")
		}
		c := newClockworkOf(t, dsn, guarded)
		order := func(urgent bool) town.ID {
			return c.do(town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "路灯不亮", "kind": "road", "urgent": urgent}})
		}
		rings, forbidden, gone := order(false), order(true), order(false)
		d := aside(t, dsn)
		_, err := d.Exec("DELETE FROM job WHERE record = $1", int64(gone)) // its moment is still to come
		c.no(err)
		expect(t, c.h, store.Blobs{}, "timers", fmt.Sprintf("record %d ", gone))
		c.now += town.Millis((72 * time.Hour).Milliseconds())
		c.wake()
		if c.stage(rings) != "handling" || c.stage(forbidden) != "received" || c.stage(gone) != "received" {
			t.Fatalf("stages %s %s %s", c.stage(rings), c.stage(forbidden), c.stage(gone))
		}
		expect(t, c.h, store.Blobs{}, "timers", fmt.Sprintf("record %d ", gone))
		audit, err := c.h.Fsck(context.Background(), FsckOptions{})
		if err != nil || len(audit.Differences) != 1 {
			t.Errorf("%v, %+v", err, audit.Differences)
		}
		_, err = d.Exec("DELETE FROM job WHERE record = $1", int64(forbidden)) // as older versions left it: the rules still forbid the move
		c.no(err)
		c.no(c.h.within(context.Background(), func(b *batch) error { b.sweepLater("test"); return nil }))
		c.no(c.h.Sweep(context.Background())) // sets what is missing
		c.wake()
		if c.stage(gone) != "handling" {
			t.Errorf("after the sweep it stands in %s", c.stage(gone))
		}
		c.do(town.Command{Op: town.Correct, Record: forbidden, Fields: town.Values{"urgent": false}, Reason: "不急"})
		c.wake()
		if c.stage(forbidden) != "handling" {
			t.Errorf("no longer forbidden, it stands in %s", c.stage(forbidden))
		}
		c.clean()
	})
}
