package hall

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"zhenwu/internal/figure"
	"zhenwu/internal/town"
)

// The days of a slice are not tallied: over any days it is still what its marks add up to.
func TestSum_of_a_slice_over_any_days(t *testing.T) {
	h := found(t, filepath.Join(t.TempDir(), "zhenwu.db"))
	ctx := context.Background()
	var villages []town.Code
	for _, p := range h.View().Places() {
		if p.Kind == "village" {
			villages = append(villages, p.Code)
		}
	}
	first, last := town.DayOf(2023, 1, 5), town.DayOf(2023, 3, 20)
	var asks []Ask
	for d := first; d < last; d++ {
		for k := range 1 + int(d)%3 {
			asks = append(asks, Ask{simActor("desk", "hotline_office"), town.Command{ID: fmt.Sprint(d, "-", k), Op: town.Create, Type: "hotline_order", Day: town.NoDay, At: d.At(h.View().Zone(), 9, k),
				Fields: town.Values{"title": "路灯不亮", "kind": "help", "category": []string{"noise", "road"}[int(d)/2%2], "place": string(villages[int(d)%2])}, Sealed: map[string]string{"content": "夜间出行不便"}}})
		}
	}
	res, err := h.DoAll(ctx, asks, true)
	for _, r := range res {
		if err == nil {
			err = r.Err
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	f := h.View().Cat.Figures["hotline_received"]
	if err := h.Reading(ctx, func(r *Reader) error {
		asked, other := 0, 0
		for from := first - 2; from < last; from += 3 {
			for until := from + 1; until < last+3; until++ {
				p := town.Period{From: from, Until: until}
				for _, place := range []town.Code{"", villages[0]} {
					got, err := r.Sum(f, "category=noise", place, figure.Spans(p))
					if err != nil {
						return err
					}
					_, want, err := r.PartsSum(f, "category=noise", place, p)
					if err != nil {
						return err
					}
					if got != want {
						t.Fatalf("%s to %s in %q: %d, its marks say %d", from, until-1, place, got, want)
					}
					if asked++; want > 0 {
						other++
					}
				}
			}
		}
		if other < asked/2 {
			t.Errorf("only %d of %d questions had an answer", other, asked)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
