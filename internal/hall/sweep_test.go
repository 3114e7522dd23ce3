package hall

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// swept is the small town with records that wait: what a sweep has to carry new declarations and calendars into.
type swept struct {
	t      *testing.T
	db     *store.DB
	h      *Hall
	cfg    Config
	text   string
	orders []town.ID
	fines  []town.ID
}

func newSwept(t *testing.T, dsn, text string) *swept {
	t.Helper()
	ctx := context.Background()
	s := &swept{t: t, cfg: newKeys(t, "110000000"), text: text}
	var err error
	if s.db, err = store.Open(ctx, dsn); err != nil {
		t.Fatal(err)
	}
	cat := towntest.Load(t, text)
	at := town.DayOf(2023, 5, 4).At(cat.Zone, 9, 0)
	if s.h, err = Found(ctx, s.db, Founding{Cat: cat, Files: textOf(t, towntest.Files(text)), Simulated: true, At: at}, s.cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.h.Close()
		if err := s.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.h.Seed(ctx, true, 0); err != nil {
		t.Fatal(err)
	}
	clerk := towntest.Staff(1, "clerk", "desk")
	do := func(cmd town.Command) town.ID {
		t.Helper()
		cmd.Day, cmd.At = town.NoDay, at
		a, err := s.h.Do(ctx, clerk, cmd)
		if err != nil {
			t.Fatal(err)
		}
		return a.Record
	}
	firm := do(town.Command{ID: "firm", Op: town.Create, Type: "firm", Fields: town.Values{"code": "a", "name": "甲厂", "place": towntest.Villages[0], "since": "2020-01-01"}})
	for i := range 3 {
		s.orders = append(s.orders, do(town.Command{ID: fmt.Sprint("order", i), Op: town.Create, Type: "order", Fields: town.Values{"title": "路灯不亮", "kind": "road", "firm": int64(firm)}}))
		s.fines = append(s.fines, do(town.Command{ID: fmt.Sprint("fine", i), Op: town.Create, Type: "fine", Fields: town.Values{"firm": int64(firm), "amount": int64(100), "due": "2023-05-31"}}))
	}
	return s
}

// edition opens the town with other declarations and sweeps, two records at a time.
func (s *swept) edition(changes ...string) {
	s.t.Helper()
	for i := 0; i < len(changes); i += 2 {
		if strings.Count(s.text, changes[i]) != 1 {
			s.t.Fatalf("%q does not stand once in the catalog", changes[i])
		}
	}
	s.text = strings.NewReplacer(changes...).Replace(s.text)
	s.h.Close()
	h, err := Open(context.Background(), s.db, towntest.Load(s.t, s.text), textOf(s.t, towntest.Files(s.text)), s.cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	s.h = h
	s.sweep()
}

func (s *swept) sweep() {
	s.t.Helper()
	s.h.chunk = 2
	if err := s.h.Sweep(context.Background()); err != nil {
		s.t.Fatal(err)
	}
}

// timers holds the jobs of all records against what their clocks give, and returns the days on which those of ids ring.
func (s *swept) timers(ids []town.ID) []town.Day {
	s.t.Helper()
	ctx := context.Background()
	var days []town.Day
	if err := s.h.Reading(ctx, func(r *Reader) error {
		jobs, err := r.q.JobsOf(ctx, r.code, "timer", 1000)
		if err != nil {
			return err
		}
		have, want := map[town.ID]town.Millis{}, map[town.ID]town.Millis{}
		for _, j := range jobs {
			have[j.Record] = j.Due
		}
		rows, err := r.q.RecordsFrom(ctx, r.code, 0, 1000)
		if err != nil {
			return err
		}
		for _, row := range rows {
			r.Name(row)
			if ts := flow.Timers(r.v.Cat, r.v.Cat.Types[row.Type], r.World(s.h.Now()), &row.Record); len(ts) > 0 {
				want[row.ID] = ts[0].At
			}
		}
		if !maps.Equal(have, want) {
			s.t.Errorf("timers are %v, the clocks give %v", have, want)
		}
		for _, id := range ids {
			if have[id] != 0 {
				days = append(days, have[id].Day(r.v.Zone()))
			}
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return days
}

func (s *swept) finds(words string, want int) {
	s.t.Helper()
	ctx := context.Background()
	if err := s.h.Reading(ctx, func(r *Reader) error {
		ids, err := r.q.Search(ctx, r.code, words, 100)
		if err == nil && len(ids) != want {
			s.t.Errorf("%q finds %v, not %d records", words, ids, want)
		}
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
}

// What a new calendar or edition does to the timers of records that wait stands with them after the sweep, though nothing
// else of them changed.
func TestSweepSetsTimers(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		warned := strings.Replace(towntest.Declarations, `the notice of the fine", while: [due]}`, `the notice of the fine", while: [due], warn: [2 workdays]}`, 1)
		s := newSwept(t, dsn, warned)
		before := s.timers(s.fines)
		// The 30th becomes a day off: the fine is due as before, the warning comes earlier.
		year := "year 2023\nsource 测试\noff 2023-05-30 停工|Closed\n"
		boss := town.Actor{Kind: town.System}
		if _, err := s.h.Do(ctx, boss, town.Command{ID: "cal", Op: town.Put, Type: "calendar", Fields: town.Values{"year": "2023", "text": year}, Day: town.NoDay}); err != nil {
			t.Fatal(err)
		}
		s.sweep()
		after := s.timers(s.fines)
		if len(before) != 3 || len(after) != 3 || before[0] <= after[0] {
			t.Errorf("the warnings came on %v, now on %v", before, after)
		}
		// An edition that warns earlier, then one whose fines and orders have no clocks that ring.
		s.edition("warn: [2 workdays]", "warn: [5 workdays]")
		if days := s.timers(s.fines); len(days) != 3 || days[0] >= after[0] {
			t.Errorf("with an earlier warning they ring on %v", days)
		}
		s.edition(`    clocks:
      pay: {zh: 缴款, en: Payment, until: due, source: "罚款通知书 the notice of the fine", while: [due], warn: [5 workdays]}
`, "", ", while: overdue.pay", `, while: "stage == 'due'"`)
		if days := s.timers(s.fines); len(days) != 0 {
			t.Errorf("without a clock they ring on %v", days)
		}
	})
}

// What a new edition finds records by is what they are found by after the sweep.
func TestSweepSetsFullText(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		s := newSwept(t, dsn, towntest.Declarations)
		s.finds("路灯", 3)
		s.finds("道路", 0)
		s.edition("    title: title\n", "    title: kind\n")
		s.finds("道路", 3)
		s.finds("路灯", 3) // a field that is searched
		s.finds("甲厂", 0)
		s.edition("copy: firm.name, follow: true}", "copy: firm.name, follow: true, search: true}", "en: Name, type: text, max: 40, required: true}", "en: Name, type: text, max: 40, required: true, search: true}")
		s.finds("甲厂", 4) // the orders and the firm
		s.edition("zh: 标题, en: Title, type: text, max: 40, required: true, search: true}", "zh: 标题, en: Title, type: text, max: 40, required: true}", "en: Name, type: text, max: 40, required: true, search: true}", "en: Name, type: text, max: 40, required: true}")
		s.finds("路灯", 0)
		s.finds("甲厂", 3)
		a, err := s.h.Fsck(context.Background(), FsckOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range a.Differences {
			t.Errorf("%s: %s", d.Check, d.En)
		}
	})
}
