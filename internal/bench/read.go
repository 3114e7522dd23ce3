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

// growing is a town that grows through the hall: orders that are handed to offices, answered, called back and closed.
// Each growth is a year of its own, so that a small town has as many days, months and slices as a large one.
type growing struct {
	b      *bench
	h      *hall.Hall
	rng    *mrand.Rand
	places []town.Code
	have   int
	made   int // commands
}

// leads are offices that orders are handed to, the first far more often than the last.
var leads = []string{"sanitation_office", "safety_office", "economy_office", "party_office"}

const hour = town.Millis(3_600_000)

// grow makes orders until there are as many as asked for, spread over 355 days: the last ones have time to be closed.
func (g *growing) grow(to int) error {
	start, from, made := time.Now(), g.have, g.made
	gap := 355 * 24 * hour / town.Millis(to-from)
	for g.have < to {
		n := min(1000, to-g.have)
		asks := g.b.orders(g.rng, g.places, g.have, n, g.b.newYear()+town.Millis(g.have-from)*gap, gap)
		res, err := all(g.h.DoAll(g.b.ctx, asks, true))
		if err != nil {
			return err
		}
		g.made += n
		if err := g.work(asks, res); err != nil {
			return err
		}
		if g.have += n; g.have%100_000 == 0 {
			fmt.Fprintf(g.b.Out, "  %d records\n", g.have)
		}
	}
	if to-from >= 10_000 {
		g.b.say(Line{Name: fmt.Sprintf("building %d records through the hall", to-from), Ours: float64(g.made-made) / time.Since(start).Seconds(), Unit: "commands/s"})
	}
	return nil
}

// work carries orders on: of a hundred, eighty are handed to an office, thirty answered, twenty called back, fifteen closed;
// two are given back.
func (g *growing) work(orders []hall.Ask, made []hall.Result) error {
	steps := []struct {
		move   string
		of     int // hundredths that are taken so far
		after  town.Millis
		role   string
		fields town.Values
	}{
		{"assign", 80, hour, "desk", nil},
		{"answer", 30, 20 * hour, "handler", town.Values{"contact_note": "已联系来电人", "answer": "已现场处理", "outcome": "solved"}},
		{"confirm", 20, 30 * hour, "caller_back", town.Values{"reached": true, "solved": "solved", "satisfied": "good"}},
		{"submit", 15, 50 * hour, "reviewer", town.Values{"review_note": "属实"}},
	}
	luck, lead := make([]int, len(orders)), make([]string, len(orders))
	for i := range orders {
		luck[i], lead[i] = g.rng.IntN(100), leads[skewed(g.rng, len(leads))]
	}
	for k, step := range steps {
		var asks []hall.Ask
		for i, order := range orders {
			c := town.Command{ID: fmt.Sprintf("%s-%012d", step.move, g.have+i), Op: town.Move, Record: made[i].Answer.Record, Move: step.move, Day: town.NoDay, At: order.Command.At + step.after, Bulk: true, Fields: step.fields.Clone()}
			post := town.Post{Role: step.role, Office: g.b.cat.Roles[step.role].Office}
			switch {
			case k == 0 && luck[i] >= 98:
				c.Move, c.Reason, c.Fields = "give_back", "不属本镇", town.Values{"basis": "属邻镇"}
			case luck[i] >= step.of:
				continue
			case k == 0:
				c.Fields = town.Values{"lead": lead[i]}
			case step.role == "handler":
				post.Office = lead[i]
			}
			asks = append(asks, hall.Ask{Actor: town.Actor{Person: int64(7 + k), Name: "模拟", Kind: town.Sim, Posts: []town.Post{post}}, Command: c})
		}
		if _, err := all(g.h.DoAll(g.b.ctx, asks, true)); err != nil {
			return fmt.Errorf("%s: %w", step.move, err)
		}
		g.made += len(asks)
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
	for _, ask := range []struct {
		name         string
		slices, days bool
	}{{"one figure", false, true}, {"one figure by slice, months and years", true, false}, {"one figure by slice, any days", true, true}} {
		took, err := b.latency(h, figs, places, ask.slices, ask.days)
		if err != nil {
			return err
		}
		small.say(b, ask.name, size, took)
	}
	return nil
}

// latency reads single figures of a year or a month, and of any days too; for the town or one place; the whole or of one slice.
func (b *bench) latency(h *hall.Hall, figs []*catalog.Figure, places []town.Code, slices, days bool) ([]float64, error) {
	rng := mrand.New(mrand.NewPCG(3, 9))
	var took []float64
	for len(took) < 3000 {
		q := figure.Query{Figure: figs[rng.IntN(len(figs))], AsOf: town.DayOf(2023, 12, 31)}
		if rng.IntN(2) == 0 {
			q.Place = places[rng.IntN(len(places))]
		}
		kinds := 2
		if days && q.Figure.Kind != catalog.Distinct {
			kinds = 3
		}
		switch rng.IntN(kinds) {
		case 0:
			q.Period = town.YearPeriod(2023)
		case 1:
			q.Period = town.MonthPeriod(2023, time.Month(1+rng.IntN(12)))
		default:
			from := town.DayOf(2023, 1, 1) + town.Day(rng.IntN(200))
			q.Period = town.Period{From: from, Until: from + town.Day(1+rng.IntN(150))}
		}
		if slices {
			if q.Slice = b.slice(rng, q.Figure); q.Slice == "" {
				continue
			}
		}
		start := time.Now()
		if err := h.Reading(b.ctx, func(r *hall.Reader) error {
			_, err := figure.Read(b.cat, r, q)
			return err
		}); err != nil {
			return nil, err
		}
		took = append(took, milliseconds(time.Since(start)))
	}
	return took, nil
}

// slice draws a slice under which a figure is counted, "" where it has none.
func (b *bench) slice(rng *mrand.Rand, f *catalog.Figure) string {
	if len(f.By) == 0 {
		return ""
	}
	dim := f.By[rng.IntN(len(f.By))].Key
	switch field := f.Type.Field(dim); {
	case dim == "lead":
		return dim + "=" + leads[skewed(rng, len(leads))]
	case field != nil && field.List != nil:
		return dim + "=" + field.List.Items[skewed(rng, len(field.List.Items))].Key
	}
	return ""
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
