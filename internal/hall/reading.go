package hall

import (
	"bytes"
	"context"
	"fmt"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// opRead is the operation of a scheduled reading: figures are read and become
// ordinary dated values of records.
const opRead town.Op = "read"

// Readings writes, on a day, the fields that are read from figures and the
// lines of scores that still live. What has not changed makes no event. It
// returns the number of records changed.
func (h *Hall) Readings(ctx context.Context, day town.Day) (int, error) {
	changed := 0
	for _, key := range h.View().Cat.TypeOrder {
		t := h.View().Cat.Types[key]
		if !reads(t, day) || h.View().TypeID(key) == 0 {
			continue
		}
		after := town.ID(0)
		for more := true; more; {
			w := &wish{ctx: ctx, done: make(chan struct{}), inner: func(b *batch) error {
				n, last, err := b.readings(key, day, after)
				changed, after, more = changed+n, last, last != 0
				return err
			}}
			if err := h.enqueue(ctx, w, true); err != nil {
				return changed, err
			}
			if w.err != nil {
				return changed, fmt.Errorf("readings of %s: %w", key, w.err)
			}
			if err := ctx.Err(); err != nil {
				return changed, err
			}
		}
	}
	return changed, nil
}

// reads tells whether a type has fields that are read on day.
func reads(t *catalog.Type, day town.Day) bool {
	if t.Score != "" {
		return true
	}
	for _, f := range t.Fields {
		if f.Origin == catalog.Reading && readOn(f, day) {
			return true
		}
	}
	return false
}

func readOn(f *catalog.Field, day town.Day) bool {
	if f.Every == "" || f.Every == "day" {
		return true
	}
	_, p, ok := flow.PeriodOf(f.Every, day)
	return ok && p.From == day
}

const readingChunk = 200

// readings reads the next records of a type; last is 0 when there are no more.
func (b *batch) readings(typ string, day town.Day, after town.ID) (n int, last town.ID, err error) {
	t := b.view.Cat.Types[typ]
	ids, err := b.tx.IDsOfType(b.ctx, b.h.code, b.view.words["t"+typ], after, readingChunk)
	if err != nil {
		return 0, 0, err
	}
	for _, id := range ids {
		row, err := b.record(id)
		if err != nil {
			return n, 0, err
		}
		changed, err := b.readOne(t, row, day)
		if b.broken != nil {
			return n, 0, b.broken
		}
		if err != nil { // the others are read all the same
			j := recordJob(readJob, id)
			j.Body = day.String()
			b.noteFault(j, err)
			continue
		}
		if changed {
			n++
		}
	}
	if len(ids) == readingChunk {
		last = ids[len(ids)-1]
	}
	return n, last, nil
}

// readOne reads what a record reads on a day.
func (b *batch) readOne(t *catalog.Type, row *store.RecordRow, day town.Day) (changed bool, err error) {
	if s := t.Stage(row.Stage); s == nil || s.Done || s.Void {
		return false, nil
	}
	r := &Reader{ctx: b.ctx, q: &b.tx.Q, v: b.view, code: b.h.code}
	u := &unit{b: b, actor: systemActor, records: map[town.ID]*store.RecordRow{}, last: town.ID(b.head.LastRecord), seq: b.head.Seq, now: max(b.h.Now(), day.Start(b.view.Zone())+1)}
	u.today = day
	set, err := read(b.view.Cat, r, u, t, &row.Record, day)
	if err != nil || len(set) == 0 {
		return false, err
	}
	if err := u.write(t, row, set); err != nil {
		return false, err
	}
	b.take(u)
	return true, b.broken
}

// readAgain reads a record that could not be read before.
func (b *batch) readAgain(j store.Job, day town.Day) error {
	b.jobs[jobKey{j.Kind, j.Key}] = nil
	row, err := b.record(j.Record)
	if err != nil || row == nil || row.Voided || b.view.types[row.Type] == nil {
		return err
	}
	_, err = b.readOne(b.view.types[row.Type].t, row, day)
	return err
}

// read gives the values that differ from what stands.
func read(cat *catalog.Catalog, r figure.Reader, w flow.World, t *catalog.Type, rec *town.Record, day town.Day) (town.Values, error) {
	set := town.Values{}
	put := func(key string, v any, known bool) {
		old, had := rec.Stated[key]
		switch {
		case known && (!had || !bytes.Equal(town.AppendJSON(nil, old), town.AppendJSON(nil, v))):
			set[key] = v
		case !known && had:
			set[key] = nil
		}
	}
	for _, f := range t.Fields {
		if f.Origin != catalog.Reading || !readOn(f, day) {
			continue
		}
		v, known, err := figure.ReadField(cat, r, w, rec, f)
		if err != nil {
			return nil, err
		}
		put(f.Key, v, known)
	}
	if sc := cat.Scores[t.Score]; sc != nil && rec.Stage == t.Stages[0].Key { // live until it is shown
		p, err := town.ParsePeriod(rec.Text("period"))
		if err != nil {
			return set, nil // a score of a rhythm without a period name is read by its plan alone
		}
		lines, _ := rec.Stated["items"].([]map[string]any)
		office := ""
		if sc.Kind == "" {
			office = rec.Office
		}
		next, err := figure.Score(cat, r, sc, rec.Place, office, p, min(day, p.Last()), lines)
		if err != nil {
			return nil, err
		}
		put("items", next, len(next) > 0)
	}
	return set, nil
}

// write makes the event of a reading.
func (u *unit) write(t *catalog.Type, row *store.RecordRow, set town.Values) error {
	was := town.Values{}
	for k := range set {
		was[k] = row.Stated[k]
	}
	body := flow.EventBody{Op: opRead, Set: set, Was: was}
	text, err := body.Encode()
	if err != nil {
		return err
	}
	u.seq++
	rec := flow.Apply(&row.Record, body, row.ID, u.seq, u.now)
	if err := flow.Refresh(u.b.view.Cat, t, u, rec); err != nil {
		return refused(err)
	}
	if err := u.stillUnique(u.b.view.types[t.Key], row, rec); err != nil {
		return err
	}
	ev := &happening{row: store.EventRow{Seq: u.seq, Record: row.ID, At: u.now, Day: u.today, Kind: town.System, Op: opRead,
		Command: fmt.Sprintf("read-%d-%s-%d", row.ID, u.today, u.seq), Body: string(text)}}
	u.events = append(u.events, ev)
	ts := u.b.view.types[t.Key]
	after, err := u.store(ev, ts, row, rec, town.Actor{})
	if err != nil {
		return err
	}
	if err := u.spread(ev, ts, row, after, 0); err != nil {
		return err
	}
	ev.row.Rev, ev.row.Stage = after.Rev, after.Stage
	return nil
}
