package hall

import (
	"context"
	"fmt"
	"slices"

	"zhenwu/internal/edition"
	"zhenwu/internal/journal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// HandOver writes a leaf with which the key that signs hands over to the next; both sign it. From then on only the next key signs: whoever
// calls it puts that key into the place of the old one. The last signed head is forgotten, since it can be made again by the old key only.
func (h *Hall) HandOver(ctx context.Context, next *journal.Key) error {
	return h.inner(ctx, func(b *batch) error {
		body, err := journal.Rotate(h.cfg.Key, next, b.head.Seq)
		if err != nil {
			return err
		}
		b.head.Signed = ""
		return b.note(opKey, fmt.Sprint("key-", b.head.Seq+1), h.Now(), body)
	})
}

// rotations are the leaves that handed the key over, from the first key on.
func rotations(ctx context.Context, q *store.Q, code int64) (events []store.EventRow, bodies [][]byte, err error) {
	events, err = q.TownEvents(ctx, code, opKey)
	for _, e := range events {
		bodies = append(bodies, []byte(e.Body))
	}
	return events, bodies, err
}

// signers are the public keys that a town has signed with, by its journal: the one of the first leaf and those it was handed over to, in order.
func signers(ctx context.Context, q *store.Q, code int64) ([]string, error) {
	first, err := q.EventsAt(ctx, code, []int64{1})
	if err != nil {
		return nil, err
	}
	if len(first) != 1 {
		return nil, fmt.Errorf("town %d has no first leaf", code)
	}
	birth, err := journal.ParseBirth([]byte(first[0].Body))
	if err != nil {
		return nil, err
	}
	_, bodies, err := rotations(ctx, q, code)
	if err != nil {
		return nil, err
	}
	keys := []string{birth.Key}
	for i := range bodies {
		next, err := journal.Follow(birth.Key, bodies[:i+1]...)
		if err != nil {
			return nil, err
		}
		keys = append(keys, next)
	}
	return keys, nil
}

// SignsNow is the public key that signs by the journal: the one of the first leaf, or the last that it was handed over to.
func (h *Hall) SignsNow(ctx context.Context) (public string, err error) {
	err = h.db.Read(ctx, func(q *store.Q) error {
		keys, err := signers(ctx, q, h.code)
		if err == nil {
			public = keys[len(keys)-1]
		}
		return err
	})
	return public, err
}

// Issued refuses an edition that this town did not sign with a key it has held: somebody may have put another file into the place of one.
func (r *Reader) Issued(f *edition.File) error {
	keys, err := signers(r.ctx, r.q, r.code)
	if err != nil {
		return err
	}
	if f.Edition.Town == string(r.v.Cat.Code) && slices.Contains(keys, f.Edition.Key) && journal.OpenEdition(f.Note, f.JSON, f.Edition.Key) == nil {
		return nil
	}
	return town.Refuse(town.Missing, "edition", "这不是本镇签发的一版报告。", "This edition was not issued by this town.")
}

// holdsKey refuses a key that the journal has handed over: what it signed now nobody could follow.
func (h *Hall) holdsKey(ctx context.Context) error {
	public, err := h.SignsNow(ctx)
	if err != nil {
		return err
	}
	if mine := h.cfg.Key.Public(); public != mine {
		return town.Refuse(town.Conflict, "keys", "签名密钥（指纹 %s）不是日志里现行的那一把（指纹 %s）；请放回现行的 sign.key，或运行 zhenwu keys handover 完成移交。", "the signing key (fingerprint %s) is not the one in force by the journal (%s); put that sign.key back, or end the handing-over with zhenwu keys handover.", journal.Fingerprint(mine), journal.Fingerprint(public))
	}
	return nil
}
