package hall

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"zhenwu/internal/edition"
	"zhenwu/internal/town"
)

// visited makes a town with rounds of visits in two grids.
func visited(t *testing.T, dsn string, rounds int) *Hall {
	t.Helper()
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
	for i := range rounds {
		day := town.DayOf(2023, 3, 1+i%20)
		at := day.At(zone, 10, i%60)
		id := fmt.Sprint("v", i)
		a, err := h.Do(ctx, worker, town.Command{ID: id, Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": string(grids[i%2])}, Day: town.NoDay, At: at})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Do(ctx, worker, town.Command{ID: id + "m", Op: town.Move, Record: a.Record, Move: "make", Fields: town.Values{"day": day.String(), "households": int64(10 + i)}, Day: town.NoDay, At: at + 1000}); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// An edition holds what the draft says and the evidence of every figure; a draft that is not ready gives none.
func TestPublish(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h := visited(t, dsn, 25)
		ctx := context.Background()
		var refused *town.Error
		if _, _, err := h.Publish(ctx, Order{Draft: "{{?待核}}{{grid_visits}}"}); !errors.As(err, &refused) || !strings.Contains(refused.Zh, "第 1 行第 1 字") {
			t.Errorf("an unsettled draft: %v", err)
		}
		draft := "---\n年份: 2023\n标题: 试发\n---\n走访{{grid_visits 0户}}。"
		file, w, err := h.Publish(ctx, Order{Draft: draft})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(w.Text, "走访550户。") {
			t.Fatalf("text %q", w.Text)
		}
		f, err := edition.Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		e := f.Edition
		if !e.Simulated || len(e.Numbers) != 1 || len(e.Figures) != 1 || e.Figures[0].Value != "550" || e.Text[e.Numbers[0].From:e.Numbers[0].To] != "550户" {
			t.Errorf("edition %+v", e)
		}
		if len(e.Evidence) != 2 || e.Evidence[1].Changes != 25 || len(f.Versions()) != 2 {
			t.Fatalf("evidence %+v", e.Evidence)
		}
		for _, ev := range e.Evidence {
			r, err := f.Evidence(ev.Version)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			r.Close()
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(b)
			if hex.EncodeToString(sum[:]) != ev.SHA256 {
				t.Errorf("evidence of %q has another hash", ev.Version)
			}
		}
		again, _, err := h.Publish(ctx, Order{Draft: draft, Earlier: f})
		if err != nil {
			t.Fatal(err)
		}
		g, err := edition.Open(bytes.NewReader(again), int64(len(again)))
		if err != nil || g.Edition.Earlier == nil || g.Edition.Earlier.Title != "试发" {
			t.Errorf("the edition after it: %+v, %v", g, err)
		}
	})
}
