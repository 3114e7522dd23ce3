package hall

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"zhenwu/internal/catalog"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// resealKind is the job that a database from before references waits with.
const resealKind = "reseal"

// reseal brings the sealed fields of a town up to date that an older version kept: there an event named a field by the keyed
// hash of its value. That hash stays the reference of its box and the word that equal values share, so no figure and no key
// changes and every leaf stands; what is new has a reference that tells nothing. A copy gets a box of its own where its
// source still holds what was copied. It works in chunks and may be stopped and started at any point; nothing else is done before it has ended.
func (h *Hall) reseal(ctx context.Context) error {
	types := h.View().types
	if err := h.db.Read(ctx, func(q *store.Q) error { // the edition in force says what is sealed, not the one that comes next
		jobs, err := q.JobsOf(ctx, h.code, resealKind, 1)
		if err != nil || len(jobs) == 0 {
			return err
		}
		head, err := q.Head(ctx, h.code)
		if err != nil || head.Edition == h.View().Cat.Edition {
			return err
		}
		if was, err := editionCatalog(ctx, q, h.code, head.Edition); err == nil {
			types = typesOf(was)
		} else if h.cfg.Log != nil {
			h.cfg.Log.Warn("the edition before cannot be read: sealed fields are those of the catalog at hand", "edition", head.Edition, "err", err)
		}
		return nil
	}); err != nil {
		return err
	}
	for {
		more := false
		if err := h.inner(ctx, func(b *batch) (err error) { more, err = b.resealSome(types); return err }); err != nil || !more {
			return err
		}
	}
}

// resealSome does the next records.
func (b *batch) resealSome(types map[string]*typeState) (more bool, err error) {
	jobs, err := b.tx.JobsOf(b.ctx, b.h.code, resealKind, 1)
	if err != nil || len(jobs) == 0 {
		return false, err
	}
	job := jobs[0]
	cursor, err := strconv.ParseInt(job.Fault, 10, 64) // it keeps its cursor where other jobs keep their fault
	if err != nil {
		return false, fmt.Errorf("the job that reseals: its cursor: %w", err)
	}
	rows, err := b.tx.RecordsFrom(b.ctx, b.h.code, town.ID(cursor), b.h.chunk)
	if err != nil {
		return false, err
	}
	u := b.sweeper("reseal") // its event is never taken: nothing that is stated changes
	var changed []*store.RecordRow
	for _, r := range rows {
		b.name(r)
		ts := types[r.Type]
		if ts == nil {
			continue
		}
		if ts.t.Unique != nil && slices.Contains(ts.t.Unique.By, "slot") {
			b.index(ts, uniqueField, nil, r, false) // such keys did not stand in the index
		}
		if len(ts.sealed) == 0 {
			continue
		}
		after, err := u.resealed(ts, r)
		if err != nil {
			return false, err
		}
		if after != nil {
			changed = append(changed, after)
			r.Kin = kinBefore(ts, &r.Record) // so it stands in the index
			if ts.t.Unique != nil {
				b.index(ts, uniqueField, r, after, false)
			}
		}
	}
	for _, r := range u.blind {
		r.Field = b.word("f", r.field)
		b.named.put(r)
	}
	b.sealed = append(b.sealed, u.sealed...)
	for _, write := range [...]func() error{
		func() error { return b.tx.AddWords(b.ctx, b.h.code, b.words) },
		func() error { return b.tx.PutSealed(b.ctx, b.h.code, b.sealed) },
		func() error { return b.tx.PutBlind(b.ctx, b.h.code, b.named.rows()) },
		func() error { return b.tx.PutRecords(b.ctx, b.h.code, changed, nil) },
		func() error {
			add, drop := parted(b.fields)
			return b.tx.PutFields(b.ctx, b.h.code, add, drop)
		},
		func() error { return b.tx.SetHead(b.ctx, b.head) },
	} {
		if err := write(); err != nil {
			return false, err
		}
	}
	b.words, b.fields = nil, nil // flush has nothing left to write
	if len(rows) < b.h.chunk {
		return false, b.tx.DropJob(b.ctx, b.h.code, job.Kind, job.Key)
	}
	job.Fault = strconv.FormatInt(int64(rows[len(rows)-1].ID), 10)
	return true, b.tx.PutJobs(b.ctx, b.h.code, []store.Job{job})
}

// resealed gives the boxes of a record their references, and the record its words for equal values; nil where nothing of the record changes.
func (u *unit) resealed(ts *typeState, r *store.RecordRow) (*store.RecordRow, error) {
	s, err := u.strongbox(r.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range ts.sealed {
		box, old := s.boxes[f.Key]
		if !old || box.Ref != box.Field {
			continue
		}
		plain, _, err := s.open(f.Key, f.Key)
		if err != nil {
			return nil, err
		}
		delete(s.boxes, f.Key)
		box.Ref = u.b.h.hashers.token(ts.t.Key, f.Key, plain) // also of a value that was emptied since
		s.keep(box)
		if err := u.b.tx.DropSealed(u.b.ctx, u.b.h.code, r.ID, f.Key); err != nil {
			return nil, err
		}
	}
	after := *r
	after.Record = *r.Clone()
	after.Kin = kinBefore(ts, &after.Record)
	for _, f := range ts.sealed {
		ref := r.Text(f.Key)
		if ref == "" {
			continue
		}
		plain, ok, err := s.open(f.Key, ref)
		if err != nil {
			return nil, err
		}
		if !ok && f.Origin == catalog.Copied {
			if plain, ok, err = u.resealCopy(r, f, ref, s); err != nil {
				return nil, err
			}
		}
		switch {
		case !f.Named():
		case !ok: // erased, or lost
			after.Kin[f.Key] = erasedKin(ref)
		default:
			u.blind = append(u.blind, blindChange{field: ts.t.Key + "." + f.Key,
				BlindRow: store.BlindRow{Record: r.ID, Token: u.b.h.hashers.token(ts.t.Key, f.Key, plain), Kin: ref}})
		}
	}
	if len(after.Kin) == 0 || maps.Equal(after.Kin, r.Kin) {
		return nil, nil
	}
	return &after, nil
}

// kinBefore are the words for equal values as a record has them once it is brought up to date.
func kinBefore(ts *typeState, r *town.Record) map[string]string {
	out := map[string]string{}
	for _, f := range ts.sealed {
		if ref := r.Text(f.Key); ref != "" && f.Named() {
			out[f.Key] = ref
		}
	}
	return out
}

// resealCopy seals a copied text under the record's own key where its source still holds it.
func (u *unit) resealCopy(r *store.RecordRow, f *catalog.Field, ref string, s *strongbox) (string, bool, error) {
	far, err := u.b.tx.Record(u.b.ctx, u.b.h.code, town.ID(r.Int(f.CopyRef))) // nothing that a later chunk changes may be kept
	if err != nil || far == nil || far.Text(f.CopyField) != ref {
		return "", false, err
	}
	from, err := u.strongbox(far.ID)
	if err != nil {
		return "", false, err
	}
	under := ref
	if _, done := from.boxes[ref]; !done { // its own turn comes later
		under = f.CopyField
	}
	plain, ok, err := from.open(f.CopyField, under)
	if err != nil || !ok {
		return "", false, err
	}
	box, err := s.put(f.Key, plain)
	if err != nil {
		return "", false, err
	}
	own := s.boxes[box]
	own.Ref = ref
	delete(s.boxes, box)
	u.sealed[len(u.sealed)-1] = own
	s.boxes[ref] = own
	return plain, true, nil
}
