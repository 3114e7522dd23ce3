package figure_test

import (
	"maps"
	"math/big"
	"strings"
	"testing"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

var (
	clerk   = towntest.Staff(1, "clerk", "desk")
	handler = towntest.Staff(3, "handler", "works")
	chief   = towntest.Staff(5, "chief", "desk")
)

// counted is a town whose figures are tallied as it goes.
type counted struct {
	*towntest.Town
	tally *figure.Tally
}

func newCounted(t *testing.T, day town.Day) *counted {
	t.Helper()
	w := &counted{Town: towntest.New(t, towntest.Load(t, towntest.Declarations), day)}
	w.tally = figure.NewTally(w.Above)
	w.Changed = newCountedHook(t, w)
	return w
}

func (w *counted) must(t *testing.T, who town.Actor, cmd town.Command) town.ID {
	t.Helper()
	cmd.Reason = "理由"
	if cmd.Op != town.Correct || len(cmd.Fields) > 0 {
		cmd.Step = -1
	}
	c, err := w.Do(who, cmd)
	if err != nil {
		t.Fatalf("%s %s: %v", cmd.Op, cmd.Move, err)
	}
	return c.After.ID
}

func (w *counted) order(t *testing.T, kind string, place int, day town.Day) town.ID {
	return w.must(t, clerk, town.Command{Op: town.Create, Type: "order", Day: day, Fields: town.Values{"title": "x", "kind": kind, "site": towntest.Villages[place]}})
}

func (w *counted) move(t *testing.T, who town.Actor, id town.ID, name string, day town.Day, fields town.Values) {
	t.Helper()
	w.must(t, who, town.Command{Op: town.Move, Record: id, Move: name, Day: day, Fields: fields})
}

func (w *counted) closed(t *testing.T, id town.ID, day town.Day) {
	t.Helper()
	w.move(t, clerk, id, "take", day, nil)
	w.move(t, handler, id, "answer", day, town.Values{"answer": "已修"})
	w.move(t, chief, id, "close", day, nil)
}

// A mistake that was mended leaves the tallies as if it had never been made.
func TestMendedIsAsIfFromTheStart(t *testing.T) {
	may := town.DayOf(2023, 5, 4)
	march := town.DayOf(2023, 3, 1)
	for _, c := range []struct {
		name         string
		wrong, right func(*testing.T, *counted)
	}{
		{"a field", func(t *testing.T, w *counted) {
			id := w.order(t, "road", 0, march)
			w.closed(t, id, may)
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"kind": "noise"}})
		}, func(t *testing.T, w *counted) { w.closed(t, w.order(t, "noise", 0, march), may) }},
		{"a place", func(t *testing.T, w *counted) {
			id := w.order(t, "road", 0, march)
			w.closed(t, id, may)
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"site": towntest.Villages[2]}})
		}, func(t *testing.T, w *counted) { w.closed(t, w.order(t, "road", 2, march), may) }},
		{"the day of a step", func(t *testing.T, w *counted) {
			id := w.order(t, "road", 0, march)
			w.closed(t, id, may)
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Step: 0, Day: march - 30})
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Step: 3, Day: may - 2})
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Step: 2, Day: may - 2})
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Step: 1, Day: may - 3})
		}, func(t *testing.T, w *counted) {
			id := w.order(t, "road", 0, march-30)
			w.move(t, clerk, id, "take", may-3, nil)
			w.move(t, handler, id, "answer", may-2, town.Values{"answer": "已修"})
			w.move(t, chief, id, "close", may-2, nil)
		}},
		{"the office of a step", func(t *testing.T, w *counted) {
			id := w.order(t, "road", 0, march)
			w.closed(t, id, may)
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Step: 2, Field: "law"})
		}, func(t *testing.T, w *counted) {
			id := w.order(t, "road", 0, march)
			w.move(t, clerk, id, "take", may, nil)
			w.move(t, towntest.Staff(4, "handler", "law"), id, "answer", may, town.Values{"answer": "已修"})
			w.move(t, chief, id, "close", may, nil)
		}},
		{"a void", func(t *testing.T, w *counted) {
			id := w.order(t, "road", 0, march)
			w.closed(t, id, may)
			w.must(t, clerk, town.Command{Op: town.Void, Record: id})
		}, func(*testing.T, *counted) {}},
		{"a void taken back", func(t *testing.T, w *counted) {
			id := w.order(t, "road", 0, march)
			w.closed(t, id, may)
			w.must(t, clerk, town.Command{Op: town.Void, Record: id})
			w.must(t, clerk, town.Command{Op: town.Undo, Record: id})
		}, func(t *testing.T, w *counted) { w.closed(t, w.order(t, "road", 0, march), may) }},
		{"undone steps", func(t *testing.T, w *counted) {
			id := w.order(t, "road", 0, march)
			w.closed(t, id, may)
			for range 3 {
				w.must(t, clerk, town.Command{Op: town.Undo, Record: id})
			}
		}, func(t *testing.T, w *counted) { w.order(t, "road", 0, march) }},
		{"a tracked value and the ends of validity", func(t *testing.T, w *counted) {
			id := w.must(t, clerk, town.Command{Op: town.Create, Type: "firm", Day: march, Fields: town.Values{"code": "f", "name": "x", "place": towntest.Villages[0], "since": "2022-01-01", "grade": "b", "ended": "2022-06-01"}})
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"grade": "a", "ended": nil, "since": "2021-01-01"}})
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Day: may - 3, Fields: town.Values{"grade": "b"}})
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"grade": "c"}})
		}, func(t *testing.T, w *counted) {
			id := w.must(t, clerk, town.Command{Op: town.Create, Type: "firm", Day: march, Fields: town.Values{"code": "f", "name": "x", "place": towntest.Villages[0], "since": "2021-01-01", "grade": "a"}})
			w.must(t, clerk, town.Command{Op: town.Correct, Record: id, Day: may - 3, Fields: town.Values{"grade": "c"}})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := newCounted(t, may), newCounted(t, may)
			c.wrong(t, a)
			c.right(t, b)
			if !maps.Equal(a.tally.Cells, b.tally.Cells) {
				t.Fatal(difference(a.tally.Cells, b.tally.Cells))
			}
		})
	}
}

func (w *counted) read(t *testing.T, key, slice string, place town.Code, period string) figure.Value {
	t.Helper()
	p, err := town.ParsePeriod(period)
	if err != nil {
		t.Fatal(err)
	}
	v, err := figure.Read(w.Cat, reader{w.tally, w.Town, town.NoDay}, figure.Query{Figure: w.Cat.Figures[key], Slice: slice, Place: place, Period: p, AsOf: w.Today()})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// One year of a small town, read in every way.
func TestReadEveryKind(t *testing.T) {
	w := newCounted(t, town.DayOf(2023, 12, 29))
	day := func(m, d int) town.Day { return town.DayOf(2023, 1, 1) + town.Day(31*(m-1)+d-1) } // roughly; the test states no exact days but 2 January
	var last town.ID
	for i := range 6 {
		id := w.order(t, []string{"road", "noise"}[i%2], i%3, day(1+i, 2))
		if i < 4 {
			w.closed(t, id, day(1+i, 4))
		}
		last = id
	}
	w.move(t, clerk, last, "take", day(7, 1), nil)
	w.move(t, handler, last, "refuse", day(7, 2), nil)
	for i, amount := range []int64{100_00, 250_50, 49_50} {
		firm := w.must(t, clerk, town.Command{Op: town.Create, Type: "firm", Day: day(1, 2), Fields: town.Values{"code": "f", "name": "x", "place": towntest.Villages[i%2], "since": "2020-01-01", "grade": "a"}})
		fine := w.must(t, clerk, town.Command{Op: town.Create, Type: "fine", Day: day(2, 1), Fields: town.Values{"firm": int64(firm), "amount": amount, "due": "2023-03-31"}})
		if i < 2 {
			w.move(t, clerk, fine, "pay", day(3, 1), nil)
		}
	}
	for _, c := range []struct {
		figure, slice string
		place         town.Code
		period, want  string
	}{
		{"orders_in", "", "", "2023", "6"},
		{"orders_in", "kind=road", "", "2023", "3"},
		{"orders_in", "", town.Code(towntest.Villages[0]), "2023", "2"},
		{"orders_in", "", "", "2023-01", "1"},
		{"orders_in", "", "", "2023-01-02", "1"},
		{"orders_in", "", "", "2023-01-03", "0"},
		{"orders_in", "", "", "2022", "0"},
		{"orders_in", "", "", "2024", ""}, // not yet
		{"orders_done", "made.answer.office=works", "", "2023", "4"},
		{"orders_done", "kind×urgent=road×false", "", "2023", "2"},
		{"orders_rate", "", "", "2023", "100"},
		{"orders_open", "", "", "2023", "2"},
		{"orders_open", "stage=disputed", "", "2023", "1"},
		{"refused", "", "", "2023", "1"},
		{"refused", "made.refuse.office=works", "", "2023", "1"},
		{"firms_live", "", "", "2022", "3"}, // a stock is there before it was entered
		{"firms_live", "grade=a", "", "2023", "3"},
		{"fines", "", "", "2023", "350.5"},
		{"fines_due", "", "", "2023", "49.5"},
		{"fines_due", "", "", "2023-03", "0"},
		{"fine_mean", "", "", "2023", "175.25"},
		{"fines_least", "", "", "2023", "100"},
		{"work", "", "", "2023", "6"},
		{"orders_rate", "", "", "2022", ""},
		{"no_overdue", "", "", "2023-Q1", "1"},
		{"no_overdue", "", "", "2023", "1"},
		{"quiet_years", "", "", "2023", "0"},
	} {
		if got := w.read(t, c.figure, c.slice, c.place, c.period).Decimal(); got != c.want {
			t.Errorf("%s[%s] at %q in %s is %q, want %q", c.figure, c.slice, c.place, c.period, got, c.want)
		}
	}
	if v := w.read(t, "fines_least", "", "", "2023"); string(v.Place) != towntest.Villages[0] || v.Have != 2 || v.Of != 3 {
		t.Errorf("the least is at %s of %d in %d", v.Place, v.Have, v.Of)
	}
}

// A distinct counts a key once a year at its first day: months add up to the year, a single month is counted on its own.
func TestDistinct(t *testing.T) {
	w := newCounted(t, town.DayOf(2023, 12, 29))
	firm := w.must(t, clerk, town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": "f", "name": "x", "place": towntest.Villages[0], "since": "2020-01-01"}})
	serve := func(day town.Day) town.ID {
		return w.must(t, clerk, town.Command{Op: town.Create, Type: "order", Day: day, Fields: town.Values{"title": "x", "kind": "road", "firm": int64(firm)}})
	}
	serve(town.DayOf(2023, 6, 1))
	first := serve(town.DayOf(2023, 3, 1))
	serve(town.DayOf(2022, 3, 1))
	check := func(period, want string) {
		t.Helper()
		if got := w.read(t, "firms_served", "", "", period).Decimal(); got != want {
			t.Errorf("in %s: %s, want %s", period, got, want)
		}
	}
	check("2023", "1")
	check("2023-01-01/2023-02-28", "0")
	check("2023-Q1", "1")
	check("2023-06", "1") // counted on its own
	check("2022", "1")
	w.must(t, clerk, town.Command{Op: town.Void, Record: first})
	check("2023-Q1", "0")
	check("2023", "1")
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		period string
		want   []int32
	}{
		{"2023-02", []int32{20230200}},
		{"2023-Q1", []int32{20230100, 20230200, 20230300}},
		{"2023-01-30/2023-03-02", []int32{20230130, 20230131, 20230200, 20230301, 20230302}},
		{"2023-05-1", []int32{20230501, 20230502, 20230503, 20230504, 20230505, 20230506, 20230507, 20230508, 20230509, 20230510}},
	} {
		p, err := town.ParsePeriod(c.period)
		if err != nil {
			t.Fatal(err)
		}
		got := figure.Spans(p)
		same := len(got) == len(c.want)
		for i := range got {
			same = same && got[i] == c.want[i]
		}
		if !same {
			t.Errorf("%s: %v, want %v", c.period, got, c.want)
		}
	}
}

func TestTargets(t *testing.T) {
	up, down := &catalog.Figure{Key: "f", Unit: "元", Scale: 2}, &catalog.Figure{Key: "g", Unit: "件", Better: "down"}
	val := func(n int64, f *catalog.Figure) figure.Value {
		return figure.Value{Known: true, Num: n, Den: 1, Scale: f.Scale, Unit: f.Unit}
	}
	half := big.NewRat(50, 1)
	for _, c := range []struct {
		name      string
		f         *catalog.Figure
		shape     string
		target    int64
		now, last int64
		reached   bool
		onPace    bool
	}{
		{"growth reached", up, "growth", 1900, 119_00, 100_00, true, true},
		{"growth just missed, on pace", up, "growth", 1900, 118_99, 100_00, false, true},
		{"growth behind", up, "growth", 1900, 50_00, 100_00, false, false},
		{"level", up, "level", 30_00, 30_00, 0, true, true},
		{"level half way at half time", up, "level", 30_00, 15_00, 0, false, true},
		{"flat to a tenth of a percent", up, "flat", 0, 1000_49, 1000_00, true, true},
		{"not flat", up, "flat", 0, 1000_50, 1000_00, false, false},
		{"above", up, "above", 0, 100_01, 100_00, true, true},
		{"equal is not above", up, "above", 0, 100_00, 100_00, false, true},
		{"better down", down, "level", 10, 9, 0, true, true},
		{"better down, too many", down, "level", 10, 11, 0, false, false},
	} {
		g := figure.Judge(c.f, catalog.TargetRow{Shape: c.shape, Value: c.target}, val(c.now, c.f), val(c.last, c.f), half)
		if !g.Known || g.Reached != c.reached || g.OnPace != c.onPace {
			t.Errorf("%s: known %v reached %v on pace %v, want %v %v", c.name, g.Known, g.Reached, g.OnPace, c.reached, c.onPace)
		}
	}
	if g := figure.Judge(up, catalog.TargetRow{Shape: "growth", Value: 600}, val(1, up), figure.Value{}, half); g.Known {
		t.Error("a growth target is judged without last year")
	}
}

// told adds what a reader in memory has not: measurements, targets and published values.
type told struct {
	reader
	measured  map[string]figure.Measurement
	target    catalog.TargetRow
	published map[int]catalog.PublishedRow
}

func (r told) Measured(_ *catalog.Figure, _ town.Code, period string) (figure.Measurement, bool, error) {
	m, ok := r.measured[period]
	return m, ok, nil
}

func (r told) Target(_ *catalog.Figure, _ town.Code, year int) (catalog.TargetRow, bool, error) {
	return r.target, r.target.Year == year, nil
}

func (r told) Published(_ *catalog.Figure, _ town.Code, year int) (catalog.PublishedRow, bool, error) {
	p, ok := r.published[year]
	return p, ok, nil
}

func TestCompare(t *testing.T) {
	w := newCounted(t, town.DayOf(2023, 12, 29))
	tax := &catalog.Figure{Key: "tax", Kind: catalog.Measure, Unit: "元", Scale: 2, Label: catalog.Label{Zh: "税收"}}
	r := told{reader: reader{w.tally, w.Town, town.NoDay},
		measured:  map[string]figure.Measurement{"2023": {Value: 1080_00, Status: "expected", Yoy: "+28.3"}},
		target:    catalog.TargetRow{Year: 2023, Shape: "growth", Value: 2000},
		published: map[int]catalog.PublishedRow{2022: {Value: "842"}, 2023: {Value: "1080.5", Yoy: "28.4"}}}
	got, err := figure.Compare(w.Cat, r, figure.Query{Figure: tax, Period: town.YearPeriod(2023), AsOf: w.Today()})
	if err != nil {
		t.Fatal(err)
	}
	if got.Value.Decimal() != "1080" || got.Value.Status != "expected" || got.Last.Decimal() != "842" || got.Last.Status != "published" {
		t.Errorf("now %s %s, last %s %s", got.Value.Decimal(), got.Value.Status, got.Last.Decimal(), got.Last.Status)
	}
	if figure.Decimal(got.Growth, 1) != "28.3" || figure.Decimal(got.Told, 1) != "28.3" {
		t.Errorf("growth %v, told %v", got.Growth, got.Told)
	}
	if !got.Restated() || got.Target == nil || !got.Target.Reached {
		t.Errorf("restated %v, target %+v", got.Restated(), got.Target)
	}
	// A year without records is unknown, never nought; a stock that stood before is known.
	w.order(t, "road", 0, town.NoDay)
	got, err = figure.Compare(w.Cat, reader{w.tally, w.Town, town.NoDay}, figure.Query{Figure: w.Cat.Figures["orders_in"], Period: town.YearPeriod(2023), AsOf: w.Today()})
	if err != nil || got.Value.Decimal() != "1" || got.Last.Known || got.Growth != nil {
		t.Errorf("now %s, last known %v, growth %v, %v", got.Value.Decimal(), got.Last.Known, got.Growth, err)
	}
	// Cumulated months stand for the year so far.
	r.measured = map[string]figure.Measurement{"2023-10": {Value: 5, Basis: "month"}, "2023-09": {Value: 900_00, Basis: "to_date", Status: "flash"}}
	v, err := figure.Read(w.Cat, r, figure.Query{Figure: tax, Period: town.YearPeriod(2023), AsOf: w.Today()})
	if err != nil || v.Decimal() != "900" || v.Status != "flash" {
		t.Errorf("%s %s %v", v.Decimal(), v.Status, err)
	}
}

// A town takes in papers of the years before its records begin: they are stock, but no year of records.
func TestCompare_before_the_records(t *testing.T) {
	w := newCounted(t, town.DayOf(2023, 12, 29))
	firm := town.Values{"code": "f", "name": "x", "place": towntest.Villages[0], "since": "2020-01-01", "grade": "a"}
	id := w.must(t, clerk, town.Command{Op: town.Create, Type: "firm", Day: town.DayOf(2022, 3, 1), Fields: firm})
	w.must(t, clerk, town.Command{Op: town.Create, Type: "order", Day: town.DayOf(2022, 12, 20), Fields: town.Values{"title": "x", "kind": "road", "site": towntest.Villages[0], "firm": int64(id)}})
	for range 3 {
		w.closed(t, w.order(t, "road", 0, town.DayOf(2023, 5, 4)), town.DayOf(2023, 5, 5))
	}
	newYear := town.DayOf(2023, 1, 1)
	for _, c := range []struct {
		figure, period string
		since          town.Day
		now, last      string
	}{
		{"orders_in", "2023", newYear, "3", ""},
		{"orders_in", "2022", newYear, "", ""},
		{"orders_in", "2022-12", newYear, "", ""},
		{"orders_in", "2023-05", newYear, "3", ""},
		{"orders_open", "2023", newYear, "1", ""},
		{"firms_live", "2023", newYear, "1", ""},
		{"firms_live", "2022", newYear, "", ""},
		{"firms_served", "2022", newYear, "", ""},
		{"refused", "2022", newYear, "", ""},
		{"orders_rate", "2022", newYear, "", ""},
		{"fines_least", "2022", newYear, "", ""},
		{"no_overdue", "2022", newYear, "", ""},
		{"work", "2023", newYear, "3", ""},
		{"work", "2022", newYear, "", ""},
		{"quiet_years", "2023", newYear, "2", ""}, // a run goes back to the first record of the type
		{"orders_in", "2022", town.DayOf(2022, 6, 1), "1", ""},
		{"orders_in", "2023", town.DayOf(2022, 6, 1), "3", ""}, // half a year is no year to grow from
		{"firms_live", "2023", town.DayOf(2022, 6, 1), "1", "1"},
		{"orders_in", "2023", town.DayOf(2022, 1, 1), "3", "1"},
		{"refused", "2023", town.DayOf(2022, 1, 1), "0", "0"}, // in a year of records nothing is nought
		{"work", "2023", town.DayOf(2022, 1, 1), "3", "0"},
		{"orders_in", "2023", town.NoDay, "3", "1"}, // nobody has said: one mark is enough
		{"refused", "2023", town.NoDay, "0", ""},
	} {
		p, err := town.ParsePeriod(c.period)
		if err != nil {
			t.Fatal(err)
		}
		// as of the last day, so that whole years are held against each other
		got, err := figure.Compare(w.Cat, reader{w.tally, w.Town, c.since}, figure.Query{Figure: w.Cat.Figures[c.figure], Period: p, AsOf: town.DayOf(2023, 12, 31)})
		if err != nil {
			t.Fatal(err)
		}
		if got.Value.Decimal() != c.now || got.Last.Decimal() != c.last || got.Value.Known != (c.now != "") {
			t.Errorf("%s of %s, records since %s: now %q, last year %q, want %q and %q", c.figure, c.period, c.since, got.Value.Decimal(), got.Last.Decimal(), c.now, c.last)
		}
	}
	published := told{reader: reader{w.tally, w.Town, newYear}, published: map[int]catalog.PublishedRow{2022: {Value: "7"}}}
	got, err := figure.Compare(w.Cat, published, figure.Query{Figure: w.Cat.Figures["orders_in"], Period: town.YearPeriod(2023), AsOf: town.DayOf(2023, 12, 31)})
	if err != nil || got.Last.Decimal() != "7" || got.Last.Status != "published" {
		t.Errorf("last year was published as 7; it reads %s %s, %v", got.Last.Decimal(), got.Last.Status, err)
	}
}

func TestWords(t *testing.T) {
	cat := towntest.Load(t, towntest.Declarations)
	for _, c := range []struct{ key, zh, en string }{
		{"orders_done", "统计“工单”的件数；条件：环节 为 “办结”；计入日期：进入“办结”之日", "The number of records of “Order”; where stage is “Closed”; counted on: day of reaching “Closed”"},
		{"patrols_missed", "统计“巡查”的件数；计入日期：“计划”未按期的次日", ""},
		{"orders_open", "统计“工单”的件数；期末存量，当：未办结", "The number of records of “Order”; as it stands at the end of the period, while: not done"},
		{"orders_rate", "“按期办结” ÷ “办结工单”", "“Closed in time” ÷ “Orders closed”"},
		{"firms_served", "“工单”按“企业”去重，同一年内只计一次；计入日期：登记日", ""},
		{"refused", "“工单”办理“退单”的次数；计入办理当日", ""},
		{"fines_least", "各村“罚款收入”的最小值", "The least “Fines” over every Village"},
		{"quiet_years", "“退单”连续等于 0的年数，从所查的期末往回数", ""},
		{"work", "“办结工单” + 2 * “退单”", ""},
	} {
		if got := figure.Words(cat, cat.Figures[c.key], "zh"); got != c.zh {
			t.Errorf("%s: %s", c.key, got)
		}
		if got := figure.Words(cat, cat.Figures[c.key], "en"); c.en != "" && got != c.en {
			t.Errorf("%s: %s", c.key, got)
		}
	}
	for _, key := range cat.FigureOrder {
		for _, lang := range []string{"zh", "en"} {
			if s := figure.Words(cat, cat.Figures[key], lang); s == "" || strings.Contains(s, "%!") {
				t.Errorf("%s in %s: %q", key, lang, s)
			}
		}
	}
}
