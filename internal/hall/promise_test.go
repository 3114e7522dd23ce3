package hall

import (
	"context"
	"fmt"
	"testing"

	"zhenwu/internal/town"
)

// What keeps the clauses of a report is read on both engines alike, page by page; what is void keeps nothing, and a commitment of an earlier
// year keeps nothing of a later plan.
func TestKept(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		h := found(t, dsn)
		at := town.DayOf(2023, 5, 17).At(h.View().Zone(), 10, 0)
		who := town.Actor{Person: 7, Kind: town.Sim, Posts: []town.Post{{Role: "supervisor", Office: "party_office"}}}
		var asks []Ask
		const many = 520 // more than one page of a list
		for i := range many {
			asks = append(asks, Ask{who, town.Command{ID: fmt.Sprintf("k-%d", i), Op: town.Create, Type: "commitment", Day: town.NoDay, At: at, Fields: town.Values{
				"code": fmt.Sprintf("K%03d", i), "section": "一", "text": fmt.Sprintf("第%d号泵站改造", i), "leader": "engineering_office", "deadline": fmt.Sprintf("%d-12-31", 2023+i%2)}}})
		}
		asks[1].Command.Fields["text"] = "兴建老年食堂"
		asks = append(asks, Ask{who, town.Command{ID: "k-drop", Op: town.Create, Type: "dismissal", Day: town.NoDay, At: at, Fields: town.Values{"source": "报告", "kind": "promise", "text": "坚守为民初心", "why": "总体要求"}}})
		results, err := h.DoAll(ctx, asks, true)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			if r.Err != nil {
				t.Fatalf("%s: %v", asks[i].Command.ID, r.Err)
			}
		}
		if _, err := h.Do(ctx, who, town.Command{ID: "k-void", Op: town.Void, Record: results[1].Answer.Record, Reason: "重复登记", Day: town.NoDay, At: at}); err != nil {
			t.Fatal(err)
		}
		if err := h.Reading(ctx, func(r *Reader) error {
			kept, err := r.Kept()
			if err != nil {
				return err
			}
			if len(kept) != many || kept[0].Code != "K000" || kept[len(kept)-1].Why != "总体要求" || !kept[len(kept)-1].Dismissed {
				t.Errorf("%d kept, the first %+v, the last %+v", len(kept), kept[0], kept[len(kept)-1])
			}
			for year, want := range map[int]map[string]bool{
				2022: {"第4号泵站改造": true, "第5号泵站改造": true, "兴建老年食堂": false, "坚守为民初心": true, "修路": false},
				2023: {"第4号泵站改造": false, "第5号泵站改造": true, "坚守为民初心": true},
				2024: {"第5号泵站改造": false, "坚守为民初心": true},
			} {
				promised, err := r.Promised(year)
				if err != nil {
					return err
				}
				for clause, is := range want {
					if promised(clause) != is {
						t.Errorf("behind %d %s is kept: %v", year, clause, !is)
					}
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
