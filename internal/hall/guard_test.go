package hall

import (
	"context"
	"strings"
	"testing"

	"zhenwu/internal/catalog"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// A step bears the post that gave the right to it, not another of the same person that does not reach the record.
func TestStepBearsThePostThatReaches(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		files := towntest.Files(towntest.Declarations)
		was := string(files["town.yaml"].Data)
		text := strings.Replace(was, "office: works, scope: town", "office: works, scope: office", 1)
		if text == was {
			t.Fatal("no handler of the whole town in the small catalog")
		}
		files["town.yaml"].Data = []byte(text)
		cat, faults := catalog.Load(files)
		if catalog.Broken(faults) {
			t.Fatal(faults)
		}
		db, err := store.Open(ctx, dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		at := town.DayOf(2023, 5, 4).At(cat.Zone, 9, 0)
		h, err := Found(ctx, db, Founding{Cat: cat, Files: textOf(t, files), Simulated: true, At: at}, newKeys(t, string(cat.Code)))
		if err != nil {
			t.Fatal(err)
		}
		defer h.Close()
		do := func(a town.Actor, cmd town.Command) town.Answer {
			t.Helper()
			cmd.Day, cmd.At = town.NoDay, at
			ans, err := h.Do(ctx, a, cmd)
			if err != nil {
				t.Fatalf("%s: %v", cmd.ID, err)
			}
			return ans
		}
		clerk := towntest.Staff(1, "clerk", "works") // opened there, it is held by the works
		order := do(clerk, town.Command{ID: "a", Op: town.Create, Type: "order", Fields: town.Values{"title": "题", "kind": "road"}}).Record
		do(clerk, town.Command{ID: "b", Op: town.Move, Record: order, Move: "take", Fields: town.Values{"signed_on": "2023-05-04"}})
		two := town.Actor{Person: 2, Kind: town.Sim, Posts: []town.Post{{Role: "handler", Office: "law"}, {Role: "handler"}}} // the second is of the works, as the role is
		do(two, town.Command{ID: "c", Op: town.Move, Record: order, Move: "answer", Fields: town.Values{"answer": "已办"}})
		if err := h.Reading(ctx, func(r *Reader) error {
			row, err := r.Record(order)
			if err != nil {
				return err
			}
			if s := row.Steps[len(row.Steps)-1]; s.Role != "handler" || s.Office == "law" || row.Office != "works" {
				t.Errorf("the step bears %+v, the record is held by %s", s, row.Office)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
