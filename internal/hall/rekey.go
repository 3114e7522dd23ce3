package hall

import (
	"context"
	"fmt"
	"strconv"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// KeyState says how many records have a key, and of how many it is wrapped under a master key that is not the newest.
type KeyState struct{ Records, Stale int64 }

// KeyState counts the keys of records.
func (h *Hall) KeyState(ctx context.Context) (s KeyState, err error) {
	err = h.db.Read(ctx, func(q *store.Q) error {
		for after := town.ID(0); ; {
			keys, err := q.WrappedKeys(ctx, h.code, after, 1000)
			if err != nil {
				return err
			}
			for _, k := range keys {
				after = k.Record
				if s.Records++; !h.cfg.Keys.Current(k.Box) {
					s.Stale++
				}
			}
			if len(keys) < 1000 {
				return nil
			}
		}
	})
	return s, err
}

// KeyedVersions lists the figure versions whose marks have keys: their pseudonyms stand in leaves and stay as they are.
func (h *Hall) KeyedVersions(ctx context.Context) (versions []string, err error) {
	err = h.db.Read(ctx, func(q *store.Q) error {
		keyed, err := q.KeyedFigures(ctx, h.code)
		for _, f := range keyed {
			versions = append(versions, f.Key+"@"+strconv.FormatInt(f.ID, 10))
		}
		return err
	})
	return versions, err
}

// Rekey brings a town under the newest of its keys: the keys of records are wrapped under the newest master key and blind
// indexes made with the newest secret. Boxes, references, kin words, figures and leaves stay as they are. It works in chunks and may
// be stopped and started again at any point; an event tells when it has ended. told may be nil.
func (h *Hall) Rekey(ctx context.Context, told func(done, total int64)) error {
	total := int64(0)
	for after := town.ID(0); ; {
		more := false
		if err := h.inner(ctx, func(b *batch) error {
			total = b.head.LastRecord
			rows, err := b.tx.RecordsFrom(b.ctx, h.code, after, h.chunk)
			if err != nil {
				return err
			}
			if more = len(rows) == h.chunk; len(rows) == 0 {
				return nil
			}
			defer func() { after = rows[len(rows)-1].ID }()
			return b.rekey(rows)
		}); err != nil {
			return err
		}
		if told != nil {
			told(int64(after), total)
		}
		if !more {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return h.inner(ctx, func(b *batch) error {
		body := town.AppendObject(nil, map[string]any{"op": string(opRekey), "fingerprint": h.cfg.Keys.Fingerprint()})
		return b.note(opRekey, fmt.Sprint("rekey-", b.head.Seq+1), h.Now(), body)
	})
}

// rekey does some records, in the order of their ids.
func (b *batch) rekey(rows []*store.RecordRow) error {
	keys, u := b.h.cfg.Keys, b.sweeper("rekey") // its event is never taken
	var sealed []store.SealedRow
	var blind []store.BlindRow
	from, to := rows[0].ID-1, rows[len(rows)-1].ID
	boxes, err := b.tx.SealedRange(b.ctx, b.h.code, from, to)
	if err != nil {
		return err
	}
	index, err := b.tx.BlindRange(b.ctx, b.h.code, from, to)
	if err != nil {
		return err
	}
	for _, r := range rows {
		var own []store.SealedRow
		own, boxes = runOf(boxes, r.ID, func(s *store.SealedRow) town.ID { return s.Record })
		var named []store.BlindRow
		named, index = runOf(index, r.ID, func(x *store.BlindRow) town.ID { return x.Record })
		s := &strongbox{u: u, id: r.ID, boxes: make(map[string]store.SealedRow, len(own))}
		for _, box := range own {
			s.boxes[box.Ref] = box
		}
		if key, ok := s.boxes[""]; ok && !keys.Current(key.Box) {
			if key.Box, err = keys.Rewrap(b.h.random(), int64(r.ID), key.Box); err != nil {
				return fmt.Errorf("wrap the key of record %d anew: %w", r.ID, err)
			}
			sealed = append(sealed, key)
		}
		for _, x := range named {
			typ, field := b.view.FieldOf(x.Field)
			plain, ok, err := s.open(field, r.Text(field))
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("record %d: the blind index of %s has no box; see zhenwu fsck", r.ID, field)
			}
			x.Token = b.h.hashers.token(typ, field, plain)
			blind = append(blind, x)
		}
	}
	if err := b.tx.PutSealed(b.ctx, b.h.code, sealed); err != nil {
		return err
	}
	return b.tx.PutBlind(b.ctx, b.h.code, blind)
}
