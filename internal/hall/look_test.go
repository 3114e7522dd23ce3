package hall

import (
	"context"
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Who looks sees what another process commits, words and places that were new included, and changes nothing.
func TestLookFollowsWhoWrites(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		h := found(t, dsn)
		db, err := store.Look(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		cat, _ := loadFS(t, catalogs.Jingwu)
		look, err := Look(ctx, db, cat, h.cfg)
		if err != nil {
			t.Fatal(err)
		}
		defer look.Close()
		ans, err := h.Do(ctx, simActor("grid_worker", "grid_center"), town.Command{ID: "r1", Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": string(aGrid(t, h))}, Day: town.NoDay})
		if err != nil {
			t.Fatal(err)
		}
		if err := look.Reading(ctx, func(r *Reader) error {
			row, err := r.Record(ans.Record)
			if err == nil && (row == nil || row.Type != "visit_round") {
				t.Errorf("the reader sees %+v", row)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if audit, err := look.Fsck(ctx, FsckOptions{Blobs: store.Blobs{Dir: t.TempDir()}}); err != nil || audit.Seq != ans.Seq || !audit.Clean() {
			t.Errorf("fsck: %+v, %v", audit, err)
		}
		if _, err := look.Do(ctx, simActor("grid_worker", "grid_center"), town.Command{ID: "r2", Op: town.Void, Record: ans.Record, Reason: "x", Day: town.NoDay}); err == nil {
			t.Error("who looks may change the town")
		}
	})
}

func aGrid(t *testing.T, h *Hall) town.Code {
	t.Helper()
	for _, p := range h.View().Places() {
		if p.Kind == "grid" {
			return p.Code
		}
	}
	t.Fatal("no grid")
	return ""
}
