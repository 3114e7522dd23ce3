package hall

import (
	"context"
	"fmt"

	"zhenwu/internal/flow"
	"zhenwu/internal/town"
)

// Plans opens the records that plans ask for on a day: those whose period
// begins on it, and daily ones. A slot is opened once, however often this runs.
// It returns the records opened.
func (h *Hall) Plans(ctx context.Context, day town.Day) ([]town.ID, error) {
	type want struct {
		cmd  town.Command
		then string
	}
	var wants []want
	w := &wish{ctx: ctx, done: make(chan struct{}), inner: func(b *batch) error {
		wants = wants[:0]
		u := &unit{b: b, actor: systemActor, seq: b.head.Seq, last: town.ID(b.head.LastRecord), now: day.Start(b.view.Zone()) + 1, today: day}
		for _, key := range b.view.Cat.PlanOrder {
			p := b.view.Cat.Plans[key]
			if p.Every == "" {
				continue
			}
			name, period, ok := flow.PeriodOf(p.Every, day)
			if !ok || period.From != day {
				continue
			}
			sets, err := u.subjects(p)
			if err != nil {
				return err
			}
			slots, err := flow.Slots(b.view.Cat, p, u, day, sets, nil)
			if err != nil {
				if h.cfg.Log != nil {
					h.cfg.Log.Warn("a plan could not be worked out", "plan", key, "period", name, "err", err)
				}
				continue
			}
			for _, s := range slots {
				c := s.Command
				c.ID = planCommand(key, s.Key)
				wants = append(wants, want{c, s.Then})
			}
		}
		return nil
	}}
	if err := h.enqueue(ctx, w, true); err != nil {
		return nil, err
	}
	if w.err != nil {
		return nil, w.err
	}
	actor := systemActor
	at := town.Millis(0)
	if h.View().Simulated {
		at = day.At(h.View().Zone(), 0, 5)
	}
	var opened []town.ID
	for i := 0; i < len(wants); i += 200 {
		chunk := wants[i:min(i+200, len(wants))]
		asks := make([]Ask, len(chunk))
		for j, c := range chunk {
			c.cmd.At = at
			asks[j] = Ask{actor, c.cmd}
		}
		res, err := h.DoAll(ctx, asks, true)
		if err != nil {
			return opened, err
		}
		for j, r := range res {
			if r.Err != nil {
				if town.KindOf(r.Err) != town.Conflict && h.cfg.Log != nil {
					h.cfg.Log.Warn("a plan's record was refused", "plan", chunk[j].cmd.ID, "err", r.Err)
				}
				continue
			}
			if r.Answer.Again {
				continue
			}
			opened = append(opened, r.Answer.Record)
			if chunk[j].then != "" {
				then := town.Command{ID: chunk[j].cmd.ID + "+then", Op: town.Move, Record: r.Answer.Record, Move: chunk[j].then, Day: town.NoDay, At: at}
				if _, err := h.Do(ctx, actor, then); err != nil && h.cfg.Log != nil {
					h.cfg.Log.Warn("a plan's move was refused", "plan", chunk[j].cmd.ID, "err", err)
				}
			}
		}
	}
	return opened, nil
}

// planCommand is the id under which a slot is opened, once.
func planCommand(plan, slot string) string {
	id := "plan-" + plan + "-" + slot
	if len(id) > 60 {
		id = fmt.Sprintf("plan-%.20s-%x", plan, hash64(id))
	}
	return id
}

// hash64 is FNV-1a with 64 bits, twice with different starts: short enough for an id, long enough not to meet.
func hash64(s string) []byte {
	out := make([]byte, 0, 16)
	for _, h := range [...]uint64{14695981039346656037, 1099511628211 * 31} {
		for i := 0; i < len(s); i++ {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
		for k := 0; k < 8; k++ {
			out = append(out, byte(h>>(8*k)))
		}
	}
	return out
}
