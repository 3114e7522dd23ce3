package bench

import (
	"fmt"
	mrand "math/rand/v2"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

// figures measures reading at ten thousand records and at the full number.
func (b *bench) figures() error {
	db, h, err := b.found("large")
	if err != nil {
		return err
	}
	defer db.Close()
	defer h.Close()
	rng := mrand.New(mrand.NewPCG(7, 7))
	places := placesOf(h)
	have := 0
	grow := func(to int) error {
		start, from := time.Now(), have
		for have < to {
			n := min(1000, to-have)
			res, err := h.DoAll(b.ctx, b.orders(rng, places, have, n), true)
			if err != nil {
				return err
			}
			if res[0].Err != nil {
				return res[0].Err
			}
			have += n
			if have%100_000 == 0 {
				fmt.Fprintf(b.Out, "  %d records\n", have)
			}
		}
		if to-from >= 100_000 {
			b.say(Line{Name: fmt.Sprintf("building %d records through the hall", to-from), Ours: float64(to-from) / time.Since(start).Seconds(), Unit: "/s"})
		}
		return nil
	}
	var figs []*catalog.Figure
	for _, k := range b.cat.FigureOrder {
		if f := b.cat.Figures[k]; f.Type != nil && f.Type.Key == "hotline_order" && f.Kind != catalog.Measure {
			figs = append(figs, f)
		}
	}
	small := 0.0
	for _, size := range []int{10_000, b.Records} {
		if err := grow(size); err != nil {
			return err
		}
		p50, p99, err := b.latency(h, figs, places)
		if err != nil {
			return err
		}
		l := Line{Name: fmt.Sprintf("one figure at %d records, p99", size), Ours: p99, Unit: "ms", Spread: fmt.Sprintf("median %.3f ms", p50)}
		if small == 0 {
			small = p50
		} else {
			l.Name = fmt.Sprintf("one figure at %d records, p99", size)
			b.say(Line{Name: "one figure, median, large against small town", Ours: p50, Unit: "ms", Beside: "at 10,000 records", Other: small})
		}
		b.say(l)
	}
	return b.fifty(h)
}

// latency reads single figures for months, free ranges, years, places and slices.
func (b *bench) latency(h *hall.Hall, figs []*catalog.Figure, places []town.Code) (p50, p99 float64, err error) {
	rng := mrand.New(mrand.NewPCG(3, 9))
	var took []float64
	for range 3000 {
		f := figs[rng.IntN(len(figs))]
		place := town.Code("")
		if rng.IntN(2) == 0 {
			place = places[rng.IntN(len(places))]
		}
		var p town.Period
		switch rng.IntN(3) {
		case 0:
			p = town.YearPeriod(2023)
		case 1:
			p = town.MonthPeriod(2023, time.Month(1+rng.IntN(12)))
		default:
			from := town.DayOf(2023, 1, 1) + town.Day(rng.IntN(200))
			p = town.Period{From: from, Until: from + town.Day(1+rng.IntN(150))}
		}
		if f.Kind == catalog.Distinct {
			p = town.YearPeriod(2023)
		}
		start := time.Now()
		if err := h.Reading(b.ctx, func(r *hall.Reader) error {
			_, err := figure.Read(b.cat, r, figure.Query{Figure: f, Place: place, Period: p, AsOf: town.DayOf(2023, 12, 31)})
			return err
		}); err != nil {
			return 0, 0, err
		}
		took = append(took, float64(time.Since(start).Microseconds())/1000)
	}
	return quantile(took, 0.5), quantile(took, 0.99), nil
}

// fifty reads fifty figures with last year and target.
func (b *bench) fifty(h *hall.Hall) error {
	var took []float64
	for range 30 {
		start := time.Now()
		if err := h.Reading(b.ctx, func(r *hall.Reader) error {
			for _, k := range b.cat.FigureOrder[:50] {
				if _, err := figure.Compare(b.cat, r, figure.Query{Figure: b.cat.Figures[k], Period: town.YearPeriod(2023), AsOf: town.DayOf(2023, 12, 31)}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		took = append(took, float64(time.Since(start).Microseconds())/1000)
	}
	b.say(Line{Name: "50 figures with last year and target", Ours: median(took), Unit: "ms", Spread: fmt.Sprintf("%.1f–%.1f", low(took), high(took))})
	return nil
}
