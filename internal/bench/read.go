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

// reads measures figures and registers at ten thousand records and at the full
// number: a small town and a large one are to be served alike.
func (b *bench) reads() error {
	db, h, err := b.found("large")
	if err != nil {
		return err
	}
	defer db.Close()
	defer h.Close()
	g := &growing{b: b, h: h, rng: mrand.New(mrand.NewPCG(7, 7)), places: placesOf(h)}
	var figures, registers sizes
	for _, size := range []int{min(10_000, b.Records), b.Records} {
		if err := g.grow(size); err != nil {
			return err
		}
		if b.wants("figures") {
			if err := b.figures(h, size, g.places, &figures); err != nil {
				return err
			}
		}
		if b.wants("registers") {
			if err := b.registers(h, size, g.places, &registers); err != nil {
				return err
			}
		}
	}
	if b.wants("figures") {
		return b.fifty(h)
	}
	return nil
}

// sizes are the medians of the small town, by name.
type sizes map[string]float64

// say reports how long something took at a size, and how much longer than in the small town.
func (s *sizes) say(b *bench, name string, size int, took []float64) {
	p50 := quantile(took, 0.5)
	b.say(Line{Name: fmt.Sprintf("%s, %d records, p99", name, size), Ours: quantile(took, 0.99), Unit: "ms", Spread: fmt.Sprintf("median %.3g ms", p50)})
	if small, ok := (*s)[name]; ok {
		b.say(Line{Name: name + ", median, large beside small town", Ours: p50, Unit: "ms", Beside: "small", Other: small})
		return
	}
	if *s == nil {
		*s = sizes{}
	}
	(*s)[name] = p50
}

// growing is a town that grows through the hall: orders, and every second one handed on to an office.
type growing struct {
	b      *bench
	h      *hall.Hall
	rng    *mrand.Rand
	places []town.Code
	have   int
}

// leads are offices that orders are handed to, the first far more often than the last.
var leads = []string{"sanitation_office", "safety_office", "economy_office", "party_office"}

func (g *growing) grow(to int) error {
	start, from := time.Now(), g.have
	for g.have < to {
		n := min(1000, to-g.have)
		asks := g.b.orders(g.rng, g.places, g.have, n)
		res, err := all(g.h.DoAll(g.b.ctx, asks, true))
		if err != nil {
			return err
		}
		var moves []hall.Ask
		for i := 0; i < n; i += 2 {
			lead := leads[g.rng.IntN(g.rng.IntN(len(leads))+1)]
			moves = append(moves, hall.Ask{Actor: desk, Command: town.Command{ID: fmt.Sprintf("a-%012d", g.have+i), Op: town.Move, Record: res[i].Answer.Record, Move: "assign", Day: town.NoDay,
				At: asks[i].Command.At + 3_600_000, Bulk: true, Fields: town.Values{"lead": lead}}})
		}
		if _, err := all(g.h.DoAll(g.b.ctx, moves, true)); err != nil {
			return err
		}
		if g.have += n; g.have%100_000 == 0 {
			fmt.Fprintf(g.b.Out, "  %d records\n", g.have)
		}
	}
	if to-from >= 10_000 {
		g.b.say(Line{Name: fmt.Sprintf("building %d records through the hall", to-from), Ours: float64(to-from) * 1.5 / time.Since(start).Seconds(), Unit: "commands/s"})
	}
	return nil
}

// figures measures single figures.
func (b *bench) figures(h *hall.Hall, size int, places []town.Code, small *sizes) error {
	var figs []*catalog.Figure
	for _, k := range b.cat.FigureOrder {
		if f := b.cat.Figures[k]; f.Type != nil && f.Type.Key == "hotline_order" && f.Kind != catalog.Measure {
			figs = append(figs, f)
		}
	}
	took, err := b.latency(h, figs, places)
	if err != nil {
		return err
	}
	small.say(b, "one figure", size, took)
	return nil
}

// latency reads single figures for months, free ranges, years, places and slices.
func (b *bench) latency(h *hall.Hall, figs []*catalog.Figure, places []town.Code) ([]float64, error) {
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
			return nil, err
		}
		took = append(took, milliseconds(time.Since(start)))
	}
	return took, nil
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
		took = append(took, milliseconds(time.Since(start)))
	}
	b.say(Line{Name: "50 figures with last year and target", Ours: median(took), Unit: "ms", Spread: fmt.Sprintf("%.1f–%.1f", low(took), high(took))})
	return nil
}
