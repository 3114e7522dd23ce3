package hall

import (
	"context"
	"path/filepath"
	"testing"

	"zhenwu/internal/journal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// The kept head is signed by the town's key, speaks of the tree as it stands,
// and is signed anew only when the tree has grown.
func TestSign(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h := found(t, dsn)
		ctx := context.Background()
		read := func() (journal.Head, string, int64) {
			t.Helper()
			if err := h.Sign(ctx); err != nil {
				t.Fatal(err)
			}
			var row store.Head
			if err := h.Reading(ctx, func(r *Reader) error {
				var err error
				row, err = r.Q().Head(ctx, r.Town())
				return err
			}); err != nil {
				t.Fatal(err)
			}
			head, err := journal.OpenHead([]byte(row.Signed), h.cfg.Key.Public())
			if err != nil {
				t.Fatal(err)
			}
			return head, row.Signed, row.Seq
		}
		head, text, seq := read()
		if head.Size != seq || !head.Simulated {
			t.Errorf("head of size %d, simulated %v; the town has %d events", head.Size, head.Simulated, seq)
		}
		if _, again, _ := read(); again != text {
			t.Error("signed again without a change")
		}
		grid := ""
		for _, p := range h.View().Places() {
			if p.Kind == "grid" {
				grid = string(p.Code)
				break
			}
		}
		if _, err := h.Do(ctx, simActor("grid_worker", "grid_center"), town.Command{ID: "s1", Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": grid}, Day: town.NoDay,
			At: town.DayOf(2023, 2, 1).At(h.View().Zone(), 9, 0)}); err != nil {
			t.Fatal(err)
		}
		if next, _, seq := read(); next.Size != seq || next.Root == head.Root {
			t.Errorf("after a change: head of size %d of %d", next.Size, seq)
		}
	})
}

// The clock of a simulated town goes forward only.
func TestAdvance(t *testing.T) {
	h := found(t, filepath.Join(t.TempDir(), "zhenwu.db"))
	ctx := context.Background()
	at := town.DayOf(2023, 12, 29).At(h.View().Zone(), 9, 0)
	for _, to := range []town.Millis{at, at - 5} {
		if err := h.Advance(ctx, to); err != nil {
			t.Fatal(err)
		}
		if now := h.Now(); now < at || now > at+60_000 {
			t.Errorf("after Advance to %d it is %d", to, now)
		}
	}
}
