package hall

import (
	"context"
	"fmt"
	"slices"

	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Plans opens the records that plans ask for on a day: those whose period
// begins on it, and daily ones. A slot is opened once, however often this runs.
// A plan that cannot be carried out becomes a job that is tried again. It returns the records opened.
func (h *Hall) Plans(ctx context.Context, day town.Day) ([]town.ID, error) {
	opened, faults, err := h.plans(ctx, day, "")
	if err != nil {
		return opened, err
	}
	for _, f := range faults {
		if err := h.failed(ctx, store.Job{Kind: planJob, Key: f.key, Body: day.String()}, f.err, h.Now()); err != nil {
			return opened, err
		}
	}
	return opened, nil
}

// planFault is why a plan could not be carried out on a day; key names both.
type planFault struct {
	key string
	err error
}

// plans carries out the plans of a day, or the one of a key alone.
func (h *Hall) plans(ctx context.Context, day town.Day, only string) (opened []town.ID, faults []planFault, err error) {
	type want struct {
		key  string
		cmd  town.Command
		then string
	}
	var wants []want
	fault := func(key string, err error) {
		if !slices.ContainsFunc(faults, func(f planFault) bool { return f.key == key }) { // the first tells enough
			faults = append(faults, planFault{key, err})
		}
	}
	if err := h.within(ctx, func(b *batch) error {
		wants, faults = wants[:0], faults[:0]
		u := &unit{b: b, actor: systemActor, seq: b.head.Seq, last: town.ID(b.head.LastRecord), now: day.Start(b.view.Zone()) + 1, today: day}
		for _, name := range b.view.Cat.PlanOrder {
			p := b.view.Cat.Plans[name]
			key := name + "/" + day.String()
			if p.Every == "" || only != "" && only != key {
				continue
			}
			if _, period, ok := flow.PeriodOf(p.Every, day); !ok || period.From != day {
				continue
			}
			sets, err := u.subjects(p)
			if err != nil {
				return err
			}
			slots, err := flow.Slots(b.view.Cat, p, u, day, sets, nil)
			if err != nil {
				fault(key, err)
				continue
			}
			for _, s := range slots {
				c := s.Command
				c.ID = planCommand(name, s.Key)
				wants = append(wants, want{key, c, s.Then})
			}
		}
		return nil
	}); err != nil {
		return nil, nil, err
	}
	actor := systemActor
	at := town.Millis(0)
	if h.View().Simulated {
		at = day.At(h.View().Zone(), 0, 5)
	}
	for i := 0; i < len(wants); i += 200 {
		chunk := wants[i:min(i+200, len(wants))]
		asks := make([]Ask, len(chunk))
		for j, c := range chunk {
			c.cmd.At = at
			asks[j] = Ask{actor, c.cmd}
		}
		res, err := h.DoAll(ctx, asks, true)
		if err != nil {
			return opened, faults, err
		}
		for j, r := range res {
			if r.Err != nil {
				if town.KindOf(r.Err) != town.Conflict { // what is taken already needs none
					fault(chunk[j].key, r.Err)
				}
				continue
			}
			if !r.Answer.Again {
				opened = append(opened, r.Answer.Record)
			}
			if chunk[j].then == "" {
				continue
			}
			then := town.Command{ID: chunk[j].cmd.ID + "+then", Op: town.Move, Record: r.Answer.Record, Move: chunk[j].then, Day: town.NoDay, At: at}
			if _, err := h.Do(ctx, actor, then); err != nil && town.KindOf(err) != town.Conflict { // a stop between the two is made up for
				fault(chunk[j].key, err)
			}
		}
	}
	return opened, faults, nil
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
