package store_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"zhenwu/internal/pgtest"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// A tally over any spans is the sum of their cells, on both databases.
func TestTally_adds_months_and_stretches_of_days(t *testing.T) {
	for _, dsn := range []string{filepath.Join(t.TempDir(), "zhenwu.db"), pgtest.DSN(t)} {
		ctx := context.Background()
		db, err := store.Open(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		rng := rand.New(rand.NewPCG(4, 5))
		held := map[int32]int64{}
		for d := town.DayOf(2022, 12, 1); d < town.DayOf(2023, 5, 1); d++ {
			for _, span := range []int32{d.Span(), d.MonthSpan()} {
				if held[span] == 0 && rng.IntN(4) > 0 {
					held[span] = int64(1 + rng.IntN(1000))
				}
			}
		}
		var cells []store.CellChange
		for span, n := range held {
			if n > 0 {
				cells = append(cells, store.CellChange{Cell: store.Cell{Figure: 1, Slice: 2, Place: 3, Span: span}, N: n},
					store.CellChange{Cell: store.Cell{Figure: 1, Slice: 2, Place: 4, Span: span}, N: 7})
			}
		}
		if err := db.Write(ctx, func(tx *store.Tx) error {
			if err := tx.AddTown(ctx, store.Head{Town: code, Name: "镇", Zone: "Asia/Shanghai"}); err != nil {
				return err
			}
			return tx.AddTally(ctx, code, cells)
		}); err != nil {
			t.Fatal(err)
		}
		err = db.Read(ctx, func(q *store.Q) error {
			for range 200 {
				var spans []int32
				var want int64
				for d := town.DayOf(2022, 12, 1); d < town.DayOf(2023, 5, 1); d++ {
					for _, span := range []int32{d.Span(), d.MonthSpan()} {
						if rng.IntN(3) == 0 && !slices.Contains(spans, span) {
							spans = append(spans, span)
							want += held[span]
						}
					}
				}
				if got, err := q.Tally(ctx, code, 1, 2, 3, spans); err != nil || got != want {
					t.Fatalf("%s: %v: %d, want %d; %v", db.Dialect, spans, got, want, err)
				}
			}
			if got, err := q.Tally(ctx, code, 1, 2, 3, nil); err != nil || got != 0 {
				t.Errorf("%s: no span: %d; %v", db.Dialect, got, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
