package hall

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Sweep brings everything up to date that a new edition, rule or calendar left
// behind: figure versions and indexes that are still filling, and records whose clocks or
// followed fields may have changed. It works in chunks that yield to people and
// returns when nothing is left; it may be stopped and started at any point.
func (h *Hall) Sweep(ctx context.Context) error {
	var j store.Job
	for _, key := range [...]string{"fill", "derive"} {
		var err error
		if j, err = h.job(ctx, sweepJob, key); err != nil || j.Tries > 0 && j.Due > h.Now() {
			return err
		}
		if j.Tries > 0 {
			break
		}
	}
	for failed := j.Tries > 0; ; {
		more, key := false, ""
		err := h.within(ctx, func(b *batch) error {
			var err error
			more, err = b.fill()
			if key = b.filled; err == nil && failed {
				j.Tries, j.Fault = 0, "" // it goes on
				if j.Key == "fill" {
					b.jobs[jobKey{j.Kind, j.Key}] = nil
				}
				failed = false
			}
			return err
		})
		if ours(ctx, err) {
			if j.Key != key {
				var read error
				if j, read = h.job(ctx, sweepJob, key); read != nil {
					return err
				}
			}
			if h.failed(ctx, j, err, h.Now()) != nil {
				return err
			}
			return nil
		}
		if err != nil {
			return err
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
	b.filled = "fill"
	if len(filling) == 0 {
		if len(b.view.fills) > 0 {
			return true, b.fillIndexes()
		}
		b.filled = "derive"
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
	b.jobs[jobKey{sweepJob, "derive"}] = &store.Job{Kind: sweepJob, Key: "derive", Due: b.h.Now(), Body: why}
}

// cursor is the last record that a sweep has passed. One that began under an older version kept it where others keep their fault.
func cursor(j *store.Job) town.ID {
	if j.Record == 0 && j.Tries == 0 {
		n, _ := strconv.ParseInt(j.Fault, 10, 64) // a sweep that has not begun has none
		return town.ID(n)
	}
	return j.Record
}

// rederive carries new rules, calendars, declarations and followed values into the records, chunk by chunk. Of each record
// it passes it sets the timer too: it follows from the calendar and the edition also where nothing else of the record changes.
// A record that cannot be derived is left to a job of its own, and does not hold the others up.
func (b *batch) rederive() (more bool, err error) {
	job, ok, err := b.tx.Job(b.ctx, b.h.code, sweepJob, "derive")
	if err != nil || !ok {
		return false, err
	}
	rows, err := b.tx.RecordsFrom(b.ctx, b.h.code, cursor(&job), b.h.chunk)
	if err != nil {
		return false, err
	}
	u := b.sweeper("sweep-derive")
	for _, r := range rows {
		b.name(r)
		b.records[r.ID] = r
	}
	failed := map[town.ID]bool{} // before, and not again
	if len(rows) > 0 {
		jobs, err := b.tx.JobsOfRecords(b.ctx, b.h.code, deriveJob, rows[0].ID-1, rows[len(rows)-1].ID)
		if err != nil {
			return false, err
		}
		for _, j := range jobs {
			failed[j.Record] = true
		}
	}
	for _, r := range rows {
		r, err := u.row(r.ID) // one before it in the chunk may have changed it
		if err != nil {
			return false, err
		}
		if b.view.types[r.Type] == nil {
			continue
		}
		back := u.restore()
		if err := u.rederive(r); err != nil {
			back()
			b.noteFault(recordJob(deriveJob, r.ID), err)
		} else if failed[r.ID] {
			b.jobs[jobKey{deriveJob, timerKey(r.ID).key}] = nil
		}
	}
	if len(u.order) > 0 {
		b.take(u)
	}
	if err := b.renew(u, rows); err != nil {
		return false, err
	}
	key := jobKey{sweepJob, "derive"}
	if len(rows) < b.h.chunk {
		b.jobs[key] = nil
	} else {
		job.Record, job.Tries, job.Fault = rows[len(rows)-1].ID, 0, ""
		b.jobs[key] = &job
	}
	return len(rows) == b.h.chunk, b.broken
}

// restore gives what puts a unit back to where it is now.
func (u *unit) restore() func() {
	records, order, counts, later, marks := maps.Clone(u.records), len(u.order), maps.Clone(u.counts), u.later, len(u.events[0].marks)
	return func() {
		u.records, u.order, u.counts, u.later, u.events[0].marks = records, u.order[:order], counts, later, u.events[0].marks[:marks]
	}
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

// timely tells whether a record that is looked at next at an instant, or never (0), misses none of its timers. A warning
// that lies in the past has been given; a move has rung, which rang tells, or it is still to be made.
func timely(timers []flow.Timer, at, now town.Millis, rang func(flow.Timer) (bool, error)) (bool, error) {
	for _, t := range timers {
		switch {
		case t.At == at:
			return true, nil
		case t.At > now:
			return false, nil
		case t.Kind != "move":
			continue
		}
		if ok, err := rang(t); err != nil || !ok {
			return false, err
		}
	}
	return at == 0, nil
}

// Wake makes the moves that clocks have run out for, up to now. It is called by
// the scheduler, and by the simulator as its days go by.
func (h *Hall) Wake(ctx context.Context, now town.Millis) (int, error) {
	made := 0
	type attempted struct {
		jobKey
		due town.Millis
	}
	before := map[attempted]bool{} // jobs beside timers that this waking has come to
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
			n := slices.IndexFunc(jobs, func(j store.Job) bool { return j.Kind != timerJob })
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
			if a := (attempted{jobKey{jobs[0].Kind, jobs[0].Key}, jobs[0].Due}); !before[a] {
				if err := h.again(ctx, jobs[0], now); err != nil {
					return made, err
				}
				before[a], stuck = true, false
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
// cannot be made at all each gets a transaction of its own, so that the others stand; that one is tried again later.
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
	if !ours(ctx, err) {
		return 0, err
	}
	if len(timers) == 1 {
		if h.failed(ctx, timers[0], err, now) != nil {
			return 0, err
		}
		return 0, nil
	}
	made := 0
	for _, j := range timers {
		n, err := h.ring(ctx, []store.Job{j}, now)
		if made += n; err != nil {
			return made, err
		}
	}
	return made, nil
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
	var refused []string
	for _, t := range flow.Timers(b.view.Cat, ts.t, u, &row.Record) {
		if t.At > j.Due {
			later = &store.Job{Kind: j.Kind, Key: j.Key, Due: t.At, Record: row.ID}
			break
		}
		if t.Kind != "move" {
			continue
		}
		actor, cmd := ringing(row.ID, t)
		u.cmd = cmd
		if _, known, err := b.before(systemActor, &cmd, ""); err != nil || known {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := u.run(actor, cmd, 0); err != nil {
			if town.KindOf(err) == town.Internal { // nothing that a rule forbids: it is tried again
				return err
			}
			u = begin()
			refused = append(refused, timerName(t)) // what the rules refuse is not tried again until the record changes
			continue
		}
		b.take(u)
		if _, ok := b.jobs[key]; ok {
			return b.broken // the new state set its own timer
		}
		break
	}
	if later == nil && len(refused) > 0 {
		later = &store.Job{Kind: j.Kind, Key: j.Key, Due: never, Record: row.ID}
	}
	if later != nil {
		later.Body = strings.Join(refused, " ")
	}
	b.jobs[key] = later
	return b.broken
}

// ringing is the command that a timer gives, and the clock that gives it.
func ringing(id town.ID, t flow.Timer) (town.Actor, town.Command) {
	actor := systemActor
	actor.Posts = []town.Post{{Role: "clock." + t.Clock}}
	return actor, town.Command{ID: fmt.Sprintf("clock-%d-%s-%d", id, t.Clock, t.At), Op: town.Move, Record: id, Move: t.Move, Day: town.NoDay}
}

// timerName names a timer in the body of its record's job, where those stand that rang and were refused.
func timerName(t flow.Timer) string { return t.Clock + "@" + strconv.FormatInt(int64(t.At), 10) }
