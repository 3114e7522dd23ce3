package hall

import (
	"math/big"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/report"
	"zhenwu/internal/town"
)

// Known gives every figure of the town as a report is held against it: the
// value of year and of the year before, growth as told, and the targets of year
// and of the year after.
func (r *Reader) Known(year int, asOf town.Day) ([]report.Known, error) {
	cat := r.v.Cat
	out := make([]report.Known, 0, len(cat.FigureOrder))
	for _, key := range cat.FigureOrder {
		f := cat.Figures[key]
		k := report.Known{Key: key, Zh: f.Label.Zh, En: f.Label.En, Aliases: f.Aliases, Unit: f.Unit, Values: map[int]*big.Rat{}, Published: map[int]*big.Rat{}, Targets: map[int]report.Target{}}
		c, err := figure.Compare(cat, r, figure.Query{Figure: f, Period: town.YearPeriod(year), AsOf: asOf})
		if err != nil {
			return nil, err
		}
		if c.Value.Known {
			k.Values[year] = c.Value.Rat()
		}
		if c.Last.Known {
			k.Values[year-1] = c.Last.Rat()
		}
		if c.Told != nil {
			k.Published[year] = c.Told
		}
		for _, y := range []int{year, year + 1} {
			row, ok, err := r.Target(f, "", y)
			if err != nil {
				return nil, err
			}
			if ok {
				k.Targets[y] = targetOf(f, row)
			}
		}
		out = append(out, k)
	}
	return out, nil
}

func targetOf(f *catalog.Figure, row catalog.TargetRow) report.Target {
	switch row.Shape {
	case "growth":
		return report.Target{Shape: report.TargetGrowth, Value: big.NewRat(row.Value, 100)}
	case "flat":
		return report.Target{Shape: report.TargetFlat}
	case "above":
		return report.Target{Shape: report.TargetHigher}
	}
	den := int64(1)
	for range f.Scale {
		den *= 10
	}
	return report.Target{Shape: report.TargetLevel, Value: big.NewRat(row.Value, den)}
}
