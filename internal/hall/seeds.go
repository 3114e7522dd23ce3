package hall

import (
	"context"
	"fmt"
	"strconv"

	"zhenwu/internal/town"
)

// Begin says since which day the town keeps its records whole, unless it has been said: NoDay means since the day it was
// founded. Figures know nothing of the time before, however many papers of it were taken in.
func (h *Hall) Begin(ctx context.Context, day town.Day) error {
	if h.View().since != town.NoDay {
		return nil
	}
	if day == town.NoDay {
		if err := h.Reading(ctx, func(r *Reader) error {
			first, ok, err := r.q.EventBySeq(ctx, h.code, 1)
			if err != nil || !ok {
				return internal("read the first leaf", err)
			}
			day = first.Day
			return nil
		}); err != nil {
			return err
		}
	}
	_, err := h.Do(ctx, systemActor, town.Command{ID: "seed-since-records", Op: town.Put, Type: "since", Fields: town.Values{"day": day.String()}, Day: town.NoDay})
	return err
}

// Seed puts the rows of data that a new town starts with: the time limits of
// the catalog, and, when all is set, its targets and the values that were
// published for years without records. Putting them twice changes nothing.
func (h *Hall) Seed(ctx context.Context, all bool, at town.Millis) error {
	cat := h.View().Cat
	var asks []Ask
	put := func(register, key string, row town.Values) {
		asks = append(asks, Ask{systemActor, town.Command{ID: fmt.Sprintf("seed-%s-%s", register, key), Op: town.Put, Type: register, Fields: row, Day: town.NoDay}})
	}
	for _, key := range cat.RuleOrder {
		for _, r := range cat.Rules[key].Rows {
			put("rule", key+"-"+r.From.String(), town.Values{"rule": key, "from": r.From.String(), "to": r.To.String(), "limit": r.Limit, "source": r.Source})
		}
	}
	if all {
		for _, t := range cat.Seeds.Targets {
			put("target", t.Figure+"-"+strconv.Itoa(t.Year), town.Values{"figure": t.Figure, "place": string(t.Place), "year": strconv.Itoa(t.Year), "shape": t.Shape, "value": t.Value, "wording": t.Wording, "source": t.Source})
		}
		for _, p := range cat.Seeds.Published {
			key := p.Figure + "-" + strconv.Itoa(p.Year)
			if p.Place != "" {
				key += "-" + string(p.Place)
			}
			put("published", key, town.Values{"figure": p.Figure, "place": string(p.Place), "year": strconv.Itoa(p.Year), "value": p.Value, "yoy": p.Yoy, "unit": p.Unit, "status": p.Status, "source": p.Source})
		}
	}
	res, err := h.DoAll(ctx, asks, false)
	if err != nil {
		return err
	}
	for i, r := range res {
		if r.Err != nil {
			return fmt.Errorf("seed %s: %w", asks[i].Command.ID, r.Err)
		}
	}
	return nil
}
