package figure_test

import (
	"testing"

	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// order walks one order to its end.
func order(tb testing.TB, w *towntest.Town) *town.Record {
	tb.Helper()
	do := func(who town.Actor, cmd town.Command) town.ID {
		cmd.Step, cmd.Reason = -1, "理由"
		c, err := w.Do(who, cmd)
		if err != nil {
			tb.Fatal(err)
		}
		return c.After.ID
	}
	clerk, handler, chief := towntest.Staff(1, "clerk", "desk"), towntest.Staff(3, "handler", "works"), towntest.Staff(5, "chief", "desk")
	id := do(clerk, town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "路灯不亮", "kind": "road", "site": towntest.Villages[0], "urgent": true}})
	do(clerk, town.Command{Op: town.Move, Record: id, Move: "take"})
	do(handler, town.Command{Op: town.Move, Record: id, Move: "answer", Fields: town.Values{"answer": "已修复"}})
	do(chief, town.Command{Op: town.Move, Record: id, Move: "close"})
	return w.Records[id]
}

func BenchmarkMarks(b *testing.B) {
	cat := towntest.Load(b, towntest.Declarations)
	w := towntest.New(b, cat, town.DayOf(2023, 5, 4))
	rec := order(b, w)
	for _, key := range []string{"orders_in", "orders_done", "orders_in_time", "refused", "firms_served", "orders_open", "orders_overdue"} {
		f := cat.Figures[key]
		b.Run(key, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := figure.Marks(cat, f, rec, w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDerive(b *testing.B) {
	cat := towntest.Load(b, towntest.Declarations)
	w := towntest.New(b, cat, town.DayOf(2023, 5, 4))
	rec := order(b, w)
	typ := cat.Types["order"]
	b.ReportAllocs()
	for b.Loop() {
		if err := flow.Refresh(cat, typ, w, rec); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMove(b *testing.B) {
	cat := towntest.Load(b, towntest.Declarations)
	w := towntest.New(b, cat, town.DayOf(2023, 5, 4))
	c, err := w.Do(towntest.Staff(1, "clerk", "desk"), town.Command{Op: town.Create, Type: "order", Step: -1,
		Fields: town.Values{"title": "路灯不亮", "kind": "road", "site": towntest.Villages[0]}})
	if err != nil {
		b.Fatal(err)
	}
	typ := cat.Types["order"]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := flow.Move(cat, typ, w, c.After, towntest.Staff(1, "clerk", "desk"), town.Command{Op: town.Move, Move: "take", Step: -1}); err != nil {
			b.Fatal(err)
		}
	}
}
