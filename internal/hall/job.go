package hall

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Kinds of jobs: what the town does of itself, and what is still to be done of it. A job stands in the database until it is
// done, so a stop loses none; one that fails is tried again after a pause, and after the last try it waits for a person.
const (
	timerJob  = "timer"  // a record's clock: key is the record
	sweepJob  = "sweep"  // records behind a cursor, kept in Record: key "derive"; figure versions and indexes: key "fill"
	deriveJob = "derive" // one record that a sweep could not derive
	readJob   = "read"   // one record whose figures could not be read; Body is the day
	planJob   = "plan"   // one plan that could not be carried out; Body is the day
	dayJob    = "day"    // plans and readings of the days; Body is the last that is done
)

const (
	mostTries  = 8           // then a job waits for a person, or for the next start
	firstPause = time.Minute // doubled after each try
	never      = town.Millis(1) << 53
)

// Spent tells whether a job is not tried again of itself.
func Spent(j *store.Job) bool { return j.Tries >= mostTries }

// failed notes that a job could not be done: why, how often, and when it is tried next. An error means that the database
// cannot note it either: then the fault is the database's, not the job's, and the job stands as it did.
func (h *Hall) failed(ctx context.Context, j store.Job, cause error, now town.Millis) error {
	j.Tries++
	j.Due = now + town.Millis((firstPause << (j.Tries - 1)).Milliseconds())
	if Spent(&j) {
		j.Due = never
	}
	j.Fault = why(cause)
	if h.cfg.Log != nil {
		h.cfg.Log.Error("a job failed", "kind", j.Kind, "key", j.Key, "tries", j.Tries, "err", cause)
	}
	return h.within(ctx, func(b *batch) error {
		b.jobs[jobKey{j.Kind, j.Key}] = &j
		return nil
	})
}

// why says in both languages why a job failed, briefly.
func why(cause error) string {
	text := cause.Error()
	if ours := (*town.Error)(nil); errors.As(cause, &ours) {
		text = ours.Zh + " / " + ours.En
	}
	if text = strings.ToValidUTF8(text, "�"); len(text) > 600 {
		text = strings.ToValidUTF8(text[:600], "")
	}
	return text
}

// job reads a job; one that does not stand yet has nothing but its kind and key.
func (h *Hall) job(ctx context.Context, kind, key string) (j store.Job, err error) {
	err = h.db.Read(ctx, func(q *store.Q) (err error) { j, _, err = q.Job(ctx, h.code, kind, key); return err })
	j.Kind, j.Key = kind, key
	return j, err
}

// done drops a job.
func (h *Hall) done(ctx context.Context, j store.Job) error {
	return h.within(ctx, func(b *batch) error { b.jobs[jobKey{j.Kind, j.Key}] = nil; return nil })
}

// ours tells whether an error is a job's own, and not that the hall stops or the caller went away.
func ours(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && town.KindOf(err) != town.Busy
}

// attempt does a job; where that fails it is noted. The error is the database's.
func (h *Hall) attempt(ctx context.Context, j store.Job, now town.Millis, do func() error) error {
	err := do()
	if !ours(ctx, err) {
		return err
	}
	if h.failed(ctx, j, err, now) != nil {
		return err
	}
	return nil
}

// Faults lists up to n jobs that failed, those first that wait for a person.
func (r *Reader) Faults(n int) ([]store.Job, error) { return r.q.FailedJobs(r.ctx, r.code, n) }

// Retry lets every job that failed be tried once more at once: after the cause was mended, and at each start.
func (h *Hall) Retry(ctx context.Context) error {
	now := h.Now()
	return h.within(ctx, func(b *batch) error { return b.tx.RetryJobs(b.ctx, b.h.code, now) })
}

// Daily does what days ask for, plans and readings, for each day since it was last done up to today: a day on which nobody
// served the town is made up for. The first time it does today alone.
func (h *Hall) Daily(ctx context.Context) error {
	today := h.Today()
	j, err := h.job(ctx, dayJob, "daily")
	if err != nil || j.Tries > 0 && j.Due > h.Now() {
		return err
	}
	next := today
	if j.Body != "" {
		last, err := town.ParseDay(j.Body)
		if err != nil {
			return fmt.Errorf("the job of the days: %w", err)
		}
		next = last + 1
	}
	for ; next <= today; next++ {
		day := next
		if err := h.attempt(ctx, j, h.Now(), func() error {
			if _, err := h.Plans(ctx, day); err != nil {
				return err
			}
			if _, err := h.Readings(ctx, day); err != nil {
				return err
			}
			j.Body, j.Tries, j.Fault, j.Due = day.String(), 0, "", (day + 1).Start(h.View().Zone())
			return h.within(ctx, func(b *batch) error { stands := j; b.jobs[jobKey{j.Kind, j.Key}] = &stands; return nil })
		}); err != nil {
			return err
		}
		if j.Body != day.String() {
			return nil // it failed, and was noted
		}
	}
	return nil
}

// again does a job that failed before, or drops it where nothing of it is left to do.
func (h *Hall) again(ctx context.Context, j store.Job, now town.Millis) error {
	switch j.Kind {
	case sweepJob:
		return h.Sweep(ctx) // it notes its own faults
	case deriveJob:
		return h.attempt(ctx, j, now, func() error {
			return h.within(ctx, func(b *batch) error { return b.deriveOne(j) })
		})
	case readJob, planJob:
		return h.attempt(ctx, j, now, func() error {
			day, err := town.ParseDay(j.Body)
			if err != nil {
				return err
			}
			if j.Kind == readJob {
				return h.within(ctx, func(b *batch) error { return b.readAgain(j, day) })
			}
			_, faults, err := h.plans(ctx, day, j.Key)
			if err != nil {
				return err
			}
			for _, f := range faults {
				return f.err
			}
			return h.done(ctx, j)
		})
	}
	return nil // dayJob: Daily looks after it
}

// deriveOne derives a record that a sweep could not.
func (b *batch) deriveOne(j store.Job) error {
	b.jobs[jobKey{j.Kind, j.Key}] = nil
	row, err := b.record(j.Record)
	if err != nil || row == nil || b.view.types[row.Type] == nil {
		return err
	}
	u := b.sweeper("sweep-derive")
	if err := u.rederive(row); err != nil {
		return err
	}
	if len(u.order) > 0 {
		b.take(u)
	}
	return b.renew(u, []*store.RecordRow{row})
}

// rederive works a record out anew, with the records that follow it.
func (u *unit) rederive(r *store.RecordRow) error {
	ts, ev := u.b.view.types[r.Type], u.events[0]
	next := r.Record.Clone()
	if err := flow.Derive(u.b.view.Cat, ts.t, u, next); err != nil {
		return err
	}
	if same(next, &r.Record) && title(ts.t, next) == r.Title {
		return nil
	}
	if err := u.stillUnique(ts, r, next); err != nil {
		return err
	}
	after, err := u.store(ev, ts, r, next, town.Actor{})
	if err != nil {
		return err
	}
	return u.spread(ev, ts, r, after, 0)
}

// recordJob is a job about one record.
func recordJob(kind string, id town.ID) store.Job {
	return store.Job{Kind: kind, Key: strconv.FormatInt(int64(id), 10), Record: id}
}

// noteFault notes in the batch at hand that a job about a record failed for the first time.
func (b *batch) noteFault(j store.Job, cause error) {
	j.Tries, j.Due, j.Fault = 1, b.h.Now()+town.Millis(firstPause.Milliseconds()), why(cause)
	b.jobs[jobKey{j.Kind, j.Key}] = &j
	if b.h.cfg.Log != nil {
		b.h.cfg.Log.Error("a job failed", "kind", j.Kind, "key", j.Key, "tries", 1, "err", cause)
	}
}
