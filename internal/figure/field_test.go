package figure_test

import (
	"strings"
	"testing"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

const pledges = `
types:
  pledge:
    zh: 承诺
    en: Pledge
    opens_by: [chief]
    corrects_by: [chief]
    fields:
      text: {zh: 内容, en: Text, type: text, required: true}
      measure: {zh: 指标, en: Figure, type: figure}
      shape: {zh: 形状, en: Shape, type: choice, of: {growth: 增长, level: 水平, flat: 持平, above: 高于}}
      goal: {zh: 目标, en: Goal, type: decimal, scale: 2}
      site: {zh: 地点, en: Site, type: place}
      due: {zh: 期限, en: Due, type: date, required: true}
      progress: {zh: 进度, en: Progress, type: percent, reading: "progress(measure, shape, goal, site, due)", every: day}
      pace: {zh: 时间, en: Pace, type: percent, reading: "elapsed(opened, due)", every: day}
      rate: {zh: 按期率, en: Rate, type: percent, reading: "rate(orders_rate)", every: day}

scores:
  site_month:
    zh: 村考核
    en: Village score
    of: {place: village}
    every: month
    full: 100
    items:
      closing: {zh: 按期, en: Closing, max: 30, points: "30 * rate(orders_rate)"}
      work: {zh: 办结, en: Work, max: 5, points: "3 * orders_done"}
      fault: {zh: 退单, en: Refusals, min: -4, points: "-2 * refused"}
      asked: {zh: 评价, en: Judgement, max: 50, asked: chief}
    stages: {drawn: {zh: 试算, en: Drawn}, locked: {zh: 锁定, en: Locked, done: true}}
    moves: {lock: {zh: 锁定, en: Lock, from: drawn, to: locked, by: [chief]}}
`

func TestReadings(t *testing.T) {
	text := strings.Replace(towntest.Declarations, "\ntypes:\n", pledges[:strings.Index(pledges, "\nscores:")]+"\n", 1) + pledges[strings.Index(pledges, "\nscores:"):]
	cat := towntest.Load(t, text)
	w := &counted{Town: towntest.New(t, cat, town.DayOf(2023, 6, 30))}
	w.tally = figure.NewTally(w.Above)
	w.Changed = newCountedHook(t, w)
	r := reader{w.tally, w.Town, town.NoDay}
	for range 3 {
		w.order(t, "road", 0, town.DayOf(2022, 5, 5))
	}
	for i := range 4 {
		w.closed(t, w.order(t, "road", i%2, town.DayOf(2023, 6, 6)), town.DayOf(2023, 6, 9))
	}
	late := w.order(t, "road", 0, town.DayOf(2023, 6, 1))
	w.move(t, clerk, late, "take", town.DayOf(2023, 6, 1), nil)
	w.move(t, handler, late, "refuse", town.DayOf(2023, 6, 2), nil)
	w.move(t, chief, late, "rule", town.DayOf(2023, 6, 2), nil)
	w.move(t, handler, late, "answer", town.DayOf(2023, 6, 30), town.Values{"answer": "已修"})
	w.move(t, chief, late, "close", town.DayOf(2023, 6, 30), nil)

	for _, c := range []struct {
		shape    string
		goal     int64
		measure  string
		site     string
		progress any
	}{
		{"level", 1000, "orders_in", "", int64(50)},
		{"level", 500, "orders_in", "", int64(100)},
		{"level", 501, "orders_in", "", int64(99)},
		{"level", 300, "orders_in", towntest.Villages[0], int64(100)},
		{"growth", 10000, "orders_in", "", int64(83)}, // 5 of 6
		{"above", 0, "orders_in", "", int64(166)},
		{"growth", 100, "fines", "", nil}, // nothing is known of last year
	} {
		fields := town.Values{"text": "x", "measure": c.measure, "shape": c.shape, "goal": c.goal, "due": "2023-12-31"}
		if c.site != "" {
			fields["site"] = c.site
		}
		id := w.must(t, chief, town.Command{Op: town.Create, Type: "pledge", Fields: fields, Day: town.DayOf(2023, 1, 1)})
		got, known, err := figure.ReadField(cat, r, w, w.Records[id], cat.Types["pledge"].Field("progress"))
		if err != nil || known != (c.progress != nil) || known && got != c.progress {
			t.Errorf("%s %d of %s at %q: %v %v %v, want %v", c.shape, c.goal, c.measure, c.site, got, known, err, c.progress)
		}
		if got, _, err := figure.ReadField(cat, r, w, w.Records[id], cat.Types["pledge"].Field("pace")); err != nil || got != int64(49) {
			t.Errorf("pace %v %v, want 49: 181 of 365 days", got, err)
		}
		if got, _, err := figure.ReadField(cat, r, w, w.Records[id], cat.Types["pledge"].Field("rate")); err != nil || got != int64(80) && c.site == "" {
			t.Errorf("rate %v %v, want 80", got, err)
		}
	}

	lines, err := figure.Score(cat, r, cat.Scores["site_month"], town.Code(towntest.Villages[0]), "", town.MonthPeriod(2023, 6), w.Today(),
		[]map[string]any{{"item": "asked", "points": int64(41)}, {"item": "work", "points": int64(99)}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"closing": int64(19), "work": int64(5), "fault": int64(-2), "asked": int64(41)} // 2 of 3 in time: 30 × 6666 / 10000
	for _, l := range lines {
		if l["points"] != want[l["item"].(string)] {
			t.Errorf("%v, want %v", l, want[l["item"].(string)])
		}
	}
	if len(lines) != len(want) {
		t.Errorf("%d lines", len(lines))
	}
	v := figure.Names(cat, r, figure.Query{Slice: "kind=road", Period: town.YearPeriod(2023), AsOf: w.Today()})
	if x, ok := v.Value("orders_done"); !ok || x != int64(5) {
		t.Errorf("orders_done of roads is %v", x)
	}
	if _, ok := v.Value("fines"); ok {
		t.Error("fines know no kinds, yet have a value for one")
	}
}

func newCountedHook(t *testing.T, w *counted) func(before, after *town.Record) {
	return func(before, after *town.Record) {
		for _, f := range stored(w.Cat) {
			if f.Type.Key != after.Type {
				continue
			}
			w.tally.Apply(f, figure.Delta(mustMarks(t, w.Cat, f, before, w), mustMarks(t, w.Cat, f, after, w)))
		}
	}
}

func mustMarks(t *testing.T, cat *catalog.Catalog, f *catalog.Figure, rec *town.Record, w *counted) []figure.Mark {
	m, err := figure.Marks(cat, f, rec, w)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
