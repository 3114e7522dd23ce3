package hall

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Sweep brings everything up to date that a new edition, rule or calendar left
// behind: figure versions and indexes that are still filling, and records whose clocks or
// followed fields may have changed. It works in chunks that yield to people and
// returns when nothing is left; it may be stopped and started at any point.
func (h *Hall) Sweep(ctx context.Context) error {
	for {
		more := false
		w := &wish{ctx: ctx, done: make(chan struct{}), inner: func(b *batch) error {
			var err error
			more, err = b.fill()
			return err
		}}
		if err := h.enqueue(ctx, w, true); err != nil {
			return err
		}
		if w.err != nil {
			return w.err
		}
		if !more {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// fill gives the next records their marks in the versions that are filling.
func (b *batch) fill() (more bool, err error) {
	var filling []store.FigureRow
	least := town.ID(1) << 62
	for _, r := range b.h.figureRows {
		if r.State == "filling" {
			filling = append(filling, r)
			least = min(least, town.ID(r.DoneTo))
		}
	}
	if len(filling) == 0 {
		if len(b.view.fills) > 0 {
			return true, b.fillIndexes()
		}
		return b.rederive()
	}
	rows, err := b.tx.RecordsFrom(b.ctx, b.h.code, least, b.h.chunk)
	if err != nil {
		return false, err
	}
	to := town.ID(b.head.LastRecord)
	if len(rows) == b.h.chunk {
		to = rows[len(rows)-1].ID
	}
	u := b.sweeper(fmt.Sprintf("sweep-figures-%d-%d", b.view.Edition, to))
	for _, figs := range b.view.figures {
		for _, f := range figs {
			if f.filling {
				f.doneTo = max(f.doneTo, to) // the view is the hall's own while a version fills
			}
		}
	}
	ev := u.events[0]
	for _, r := range rows {
		b.name(r)
		b.records[r.ID] = r
		ts := b.view.types[r.Type]
		if ts == nil {
			continue // void, of a type that the catalog declares no more
		}
		next := *r
		if next.Marks, err = u.marks(ev, ts, &next); err != nil {
			return false, err
		}
		if next.Marks != r.Marks {
			u.records[r.ID] = &next
			u.order = append(u.order, r.ID)
		}
	}
	done := to == town.ID(b.head.LastRecord)
	for _, f := range filling {
		row := b.figure(f.ID)
		row.DoneTo = int64(to)
		if done {
			row.State = "live"
			for _, old := range b.h.figureRows {
				if old.Key == f.Key && old.ID != f.ID && old.State == "live" {
					b.figure(old.ID).State = "past"
				}
			}
		}
	}
	b.take(u)
	b.reload = true
	return true, b.broken
}

// sweeper is a unit of the town's own with one event.
func (b *batch) sweeper(command string) *unit {
	u := &unit{b: b, actor: systemActor, records: map[town.ID]*store.RecordRow{}, last: town.ID(b.head.LastRecord), seq: b.head.Seq + 1, now: b.h.Now()}
	u.today = u.now.Day(b.view.Zone())
	u.events = []*happening{{row: store.EventRow{Seq: u.seq, At: u.now, Day: u.today, Kind: town.System, Op: opSweep, Command: command + "-" + strconv.FormatInt(u.seq, 10), Body: `{"op":"sweep"}`}}}
	return u
}

// sweepLater asks for a re-derivation of all records behind a cursor.
func (b *batch) sweepLater(why string) {
	b.jobs[jobKey{"sweep", "derive"}] = &store.Job{Kind: "sweep", Key: "derive", Due: b.h.Now(), Body: why}
}

// rederive carries new rules, calendars, declarations and followed values into the records, chunk by chunk. Of each record
// it passes it sets the timer too: it follows from the calendar and the edition also where nothing else of the record changes.
func (b *batch) rederive() (more bool, err error) {
	jobs, err := b.tx.JobsOf(b.ctx, b.h.code, "sweep", 1)
	if err != nil || len(jobs) == 0 {
		return false, err
	}
	job := jobs[0]
	cursor, _ := strconv.ParseInt(job.Fault, 10, 64) // a sweep keeps its cursor where other jobs keep their fault
	rows, err := b.tx.RecordsFrom(b.ctx, b.h.code, town.ID(cursor), b.h.chunk)
	if err != nil {
		return false, err
	}
	u := b.sweeper("sweep-derive")
	ev := u.events[0]
	for _, r := range rows {
		b.name(r)
		b.records[r.ID] = r
	}
	for _, r := range rows {
		r, err := u.row(r.ID) // one before it in the chunk may have changed it
		if err != nil {
			return false, err
		}
		ts := b.view.types[r.Type]
		if ts == nil {
			continue
		}
		next := r.Record.Clone()
		if err := flow.Derive(b.view.Cat, ts.t, u, next); err != nil {
			return false, err
		}
		if same(next, &r.Record) && title(ts.t, next) == r.Title {
			continue
		}
		after, err := u.store(ev, ts, r, next, town.Actor{})
		if err != nil {
			return false, err
		}
		if err := u.spread(ev, ts, r, after, 0); err != nil {
			return false, err
		}
	}
	if len(u.order) > 0 {
		b.take(u)
	}
	if err := b.renew(u, rows); err != nil {
		return false, err
	}
	key := jobKey{"sweep", "derive"}
	if len(rows) < b.h.chunk {
		b.jobs[key] = nil
	} else {
		job.Fault = strconv.FormatInt(int64(rows[len(rows)-1].ID), 10)
		b.jobs[key] = &job
	}
	return len(rows) == b.h.chunk, b.broken
}

// renew sets the timers of records that a sweep passes, as the batch has them.
func (b *batch) renew(u *unit, rows []*store.RecordRow) error {
	if len(rows) == 0 {
		return nil
	}
	jobs, err := b.tx.JobsOfRecords(b.ctx, b.h.code, "timer", rows[0].ID-1, rows[len(rows)-1].ID)
	if err != nil {
		return err
	}
	set := make(map[town.ID]town.Millis, len(jobs))
	for _, j := range jobs {
		set[j.Record] = j.Due
	}
	for _, r := range rows {
		r = b.records[r.ID]
		ts := b.view.types[r.Type]
		if ts == nil {
			continue
		}
		switch at := nextRing(flow.Timers(b.view.Cat, ts.t, u, &r.Record), u.now); {
		case at != 0 && at != set[r.ID]:
			b.setTimer(r.ID, at)
		case at == 0 && set[r.ID] != 0:
			b.setTimer(r.ID, 0)
		default:
			delete(b.jobs, timerKey(r.ID)) // it stands as it should
		}
	}
	return nil
}

// nextRing is when a record must be looked at next: at the first move, also one that is overdue, or the first warning to
// come. 0: never.
func nextRing(timers []flow.Timer, now town.Millis) town.Millis {
	for _, t := range timers {
		if t.Kind == "move" || t.At > now {
			return t.At
		}
	}
	return 0
}

// timely tells whether a record that is looked at next at an instant, or never (0), misses none of its timers: what comes
// before it lies in the past and has rung.
func timely(timers []flow.Timer, at, now town.Millis) bool {
	for _, t := range timers {
		if t.At == at {
			return true
		}
		if t.At > now {
			return false
		}
	}
	return at == 0
}

// Wake makes the moves that clocks have run out for, up to now. It is called by
// the scheduler, and by the simulator as its days go by.
func (h *Hall) Wake(ctx context.Context, now town.Millis) (int, error) {
	made := 0
	for {
		var jobs []store.Job
		if err := h.db.Read(ctx, func(q *store.Q) error {
			var err error
			jobs, err = q.DueJobs(ctx, h.code, now, mostRings)
			return err
		}); err != nil {
			return made, err
		}
		stuck := true
		for len(jobs) > 0 { // in their order: a sweep before a timer may have put it off
			n := slices.IndexFunc(jobs, func(j store.Job) bool { return j.Kind != "timer" })
			if n < 0 {
				n = len(jobs)
			}
			rung, err := h.ring(ctx, jobs[:n], now)
			made += rung
			if err != nil {
				return made, err
			}
			stuck = stuck && n == 0
			if jobs = jobs[n:]; len(jobs) == 0 {
				break
			}
			if jobs[0].Kind == "sweep" {
				if err := h.Sweep(ctx); err != nil {
					return made, err
				}
				stuck = false
			}
			jobs = jobs[1:]
		}
		if stuck {
			return made, nil
		}
	}
}

const mostRings = 100 // timers in one transaction: people who come meanwhile wait no longer than for an import

// ring makes the moves of timers in one transaction, in their order. Where one
// cannot be made at all each gets a transaction of its own, so that those before it stand.
func (h *Hall) ring(ctx context.Context, timers []store.Job, now town.Millis) (int, error) {
	if len(timers) == 0 {
		return 0, nil
	}
	err := h.within(ctx, func(b *batch) error {
		for _, j := range timers {
			if err := b.ring(j, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return len(timers), nil
	}
	if len(timers) == 1 || ctx.Err() != nil || town.KindOf(err) == town.Busy {
		return 0, err
	}
	for i, j := range timers {
		if _, err := h.ring(ctx, []store.Job{j}, now); err != nil {
			return i, err
		}
	}
	return len(timers), nil
}

// within carries out an inner task in a transaction of its own.
func (h *Hall) within(ctx context.Context, task func(*batch) error) error {
	w := &wish{ctx: ctx, done: make(chan struct{}), inner: task}
	if err := h.enqueue(ctx, w, true); err != nil {
		return err
	}
	return w.err
}

// ring makes the move of a clock that ran out, and sets the record's next timer.
func (b *batch) ring(j store.Job, now town.Millis) error {
	if b.head.Simulated { // what has rung lies in the past
		b.head.Clock = max(b.head.Clock, j.Due)
	}
	key := jobKey{j.Kind, j.Key}
	row, err := b.record(j.Record)
	if err != nil {
		return err
	}
	if row == nil || row.Voided {
		b.jobs[key] = nil
		return nil
	}
	delete(b.jobs, key) // what an earlier one of the batch set is worked out anew below
	ts := b.view.types[row.Type]
	begin := func() *unit {
		u := &unit{b: b, actor: systemActor, records: map[town.ID]*store.RecordRow{}, last: town.ID(b.head.LastRecord), seq: b.head.Seq, now: max(j.Due, 1)}
		if !b.head.Simulated { // what was rung late is recorded late; flow dates it by the clock
			u.now = max(j.Due, now)
		}
		u.today = u.now.Day(b.view.Zone())
		return u
	}
	u := begin()
	var later *store.Job
	for _, t := range flow.Timers(b.view.Cat, ts.t, u, &row.Record) {
		if t.At > j.Due {
			later = &store.Job{Kind: j.Kind, Key: j.Key, Due: t.At, Record: row.ID}
			break
		}
		if t.Kind != "move" {
			continue
		}
		cmd := town.Command{ID: fmt.Sprintf("clock-%d-%s-%d", row.ID, t.Clock, t.At), Op: town.Move, Record: row.ID, Move: t.Move, Day: town.NoDay}
		u.cmd = cmd
		actor := systemActor
		actor.Posts = []town.Post{{Role: "clock." + t.Clock}}
		if _, known, err := b.before(systemActor, &cmd, ""); err != nil || known {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := u.run(actor, cmd, 0); err != nil {
			if town.KindOf(err) == town.Internal && !errors.Is(err, errFormula) {
				return err
			}
			u = begin()
			continue // what the rules refuse is not tried again until the record changes
		}
		b.take(u)
		if _, ok := b.jobs[key]; ok {
			return b.broken // the new state set its own timer
		}
		break
	}
	b.jobs[key] = later
	return b.broken
}
