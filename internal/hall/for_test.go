package hall

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"zhenwu/internal/access"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// A post that is held for a firm reaches the firm and what refers to it, and nothing else; in lists too.
func TestPostsHeldForARecord(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h := found(t, dsn)
		ctx := context.Background()
		n := 0
		do := func(actor town.Actor, cmd town.Command) (town.Answer, error) {
			n++
			cmd.ID, cmd.Day, cmd.Step, cmd.At = fmt.Sprint("for", n), town.NoDay, -1, town.DayOf(2023, 3, 1).At(h.View().Zone(), 10, 0)
			return h.Do(ctx, actor, cmd)
		}
		economy := simActor("economy", "economy_office")
		must := func(cmd town.Command) town.ID {
			t.Helper()
			a, err := do(economy, cmd)
			if err != nil {
				t.Fatal(err)
			}
			return a.Record
		}
		var firms, loans []town.ID
		for i, code := range []string{"91120111MA0000001X", "91120111MA0000002X"} {
			firms = append(firms, must(town.Command{Op: town.Create, Type: "enterprise", Fields: town.Values{"code": code, "name": fmt.Sprint("厂", i), "place": "120111104201", "registered": "2020-01-01"}}))
			loans = append(loans, must(town.Command{Op: town.Create, Type: "firm_loan", Fields: town.Values{"firm": int64(firms[i]), "product": "credit", "wanted": int64(100_000_00)}}))
			must(town.Command{Op: town.Move, Record: loans[i], Move: "match", Fields: town.Values{"bank": "某行"}})
		}
		contact := town.Actor{Person: 909, Name: "某", Kind: town.Sim, Posts: []town.Post{{Role: "firm", Office: "economy_office", For: firms[0]}}}
		nobody := contact
		nobody.Posts = []town.Post{{Role: "firm", Office: "economy_office"}}
		apply := town.Command{Op: town.Move, Record: loans[0], Move: "apply", Fields: town.Values{"applied_on": "2023-03-01"}}
		if _, err := do(nobody, apply); err == nil {
			t.Error("a post held for nobody reaches what others opened")
		}
		other := apply
		other.Record = loans[1]
		if _, err := do(contact, other); err == nil {
			t.Error("a post held for one firm reaches another's loan")
		}
		if _, err := do(contact, apply); err != nil {
			t.Errorf("the firm's own loan: %v", err)
		}
		lists := func(actor town.Actor, typ string) (ids []town.ID) {
			if err := h.Reading(ctx, func(r *Reader) error {
				v := r.View()
				f := access.MaySee(v.Cat, v.Cat.Types[typ], actor)
				rows, err := r.Q().Records(ctx, r.Town(), &store.List{Type: v.Cat.Types[typ], TypeID: v.TypeID(typ), From: town.NoDay, Until: town.NoDay, Sort: "id", N: 50, See: &f})
				for _, row := range rows {
					ids = append(ids, row.ID)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return ids
		}
		if got := lists(contact, "firm_loan"); !slices.Equal(got, loans[:1]) {
			t.Errorf("the firm's contact is shown loans %v of %v", got, loans)
		}
		person := town.Command{Op: town.Put, Type: "person", Fields: town.Values{"login": "contact", "name": "某", "posts": []map[string]any{{"role": "firm", "office": "economy_office", "place": "", "for": int64(firms[0])}}}}
		if _, err := do(systemActor, person); err != nil {
			t.Fatal(err)
		}
		if err := h.Reading(ctx, func(r *Reader) error {
			m, ok, err := r.Member("contact")
			if err == nil && (!ok || len(m.Posts) != 1 || m.Posts[0].For != firms[0]) {
				t.Errorf("the person reads back as %+v", m)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		person.Fields["posts"] = []map[string]any{{"role": "firm", "for": int64(1 << 40)}}
		if _, err := do(systemActor, person); town.KindOf(err) != town.Invalid {
			t.Errorf("held for a record that is not there: %v", err)
		}
	})
}
