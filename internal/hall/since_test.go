package hall

import (
	"context"
	"testing"

	"zhenwu/internal/figure"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// What is unknown because the records had not begun opens to nothing: a stock too, though papers of then stand. From
// the day on they count.
func TestNothingIsCountedBeforeTheRecordsBegan(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, _ := rig(t, dsn)
		ctx := context.Background()
		at := began.At(h.View().Zone(), 9, 0)
		if _, err := h.Do(ctx, systemActor, town.Command{ID: "since", Op: town.Put, Type: "since", Fields: town.Values{"day": "2023-05-01"}, Day: town.NoDay}); err != nil {
			t.Fatal(err)
		}
		firm, err := h.Do(ctx, clerk, town.Command{ID: "f", Op: town.Create, Type: "firm", Day: town.NoDay, Step: -1, At: at,
			Fields: town.Values{"code": "a", "name": "甲厂", "place": towntest.Villages[0], "since": "2019-06-01"}})
		if err != nil {
			t.Fatal(err)
		}
		for i, day := range []town.Day{town.DayOf(2022, 7, 1), town.DayOf(2023, 5, 2)} {
			cmd := opening(h, []string{"o1", "o2"}[i])
			cmd.Fields["firm"], cmd.Day, cmd.Sealed = int64(firm.Record), day, nil
			delete(cmd.Fields, "site")
			if _, err := h.Do(ctx, clerk, cmd); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Reading(ctx, func(r *Reader) error {
			for _, x := range []struct {
				key       string
				year      int
				known     bool
				num, open int64
				months    int
			}{{"firms_live", 2022, false, 0, 0, 0}, {"firms_live", 2023, true, 1, 1, 0}, {"orders_in", 2022, false, 0, 0, 0}, {"orders_in", 2023, true, 1, 1, 1},
				{"firms_served", 2022, false, 0, 0, 0}, {"firms_served", 2023, true, 1, 1, 1}, {"orders_open", 2022, false, 0, 0, 0}, {"orders_open", 2023, true, 2, 2, 1}} {
				f, p := r.View().Cat.Figures[x.key], town.YearPeriod(x.year)
				p.Until = min(p.Until, began+1)
				v, err := figure.Read(r.View().Cat, r, figure.Query{Figure: f, Period: town.YearPeriod(x.year), AsOf: began})
				if err != nil {
					return err
				}
				if v.Known != x.known || v.Num != x.num {
					t.Errorf("%s of %d: %+v", x.key, x.year, v)
				}
				n, sum, err := r.PartsSum(f, "", "", p)
				if err != nil {
					return err
				}
				parts, err := r.Parts(f, "", "", p, 0, 9)
				if err != nil {
					return err
				}
				groups, err := r.Groups(f, "", "", p, "", 9)
				if err != nil {
					return err
				}
				late, err := r.PartsLate(f, "", "", p)
				if err != nil {
					return err
				}
				if n != x.open || sum != x.num || len(parts) != int(x.open) || x.open == 0 && (len(groups) > 0 || late > 0) {
					t.Errorf("%s of %d is %d and opens to %d records with %d: %v, %v, %d late", x.key, x.year, v.Num, n, sum, parts, groups, late)
				}
				months, err := r.Months(f, "", "", int32(x.year*10000), int32((x.year+1)*10000))
				if err != nil {
					return err
				}
				if len(months) != x.months {
					t.Errorf("%s has %d months of %d: %v", x.key, len(months), x.year, months)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
