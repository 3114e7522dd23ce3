package hall

import (
	"encoding/base64"
	"fmt"
	"slices"
	"sync"

	"zhenwu/internal/flow"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// seal encrypts the sealed fields of a command under the record's own key and
// puts their tokens into its fields: keyed hashes that tell only whether two are equal. Where a text has
// the wrong form its field is filled all the same, for the rest to be held against the type, and the error names it.
func (u *unit) seal(ts *typeState, cmd *town.Command) error {
	for _, f := range ts.sealed {
		if _, typed := cmd.Fields[f.Key]; typed && cmd.Fields[f.Key] != nil && u.actor.Kind != town.System && cmd.ID == u.cmd.ID {
			return town.Refuse(town.Invalid, f.Key, "%s 属于个人信息，须经加密提交", "%s is personal data and must be handed in sealed", f.Label.Zh)
		}
	}
	if len(cmd.Sealed) == 0 {
		return nil
	}
	fault := flow.ValidateSealed(ts.t, cmd.Sealed)
	var wrapped []byte
	if cmd.Op != town.Create {
		boxes, err := u.sealedOf(cmd.Record)
		if err != nil {
			return err
		}
		wrapped = boxes[""]
	}
	fields := cmd.Fields.Clone()
	if fields == nil {
		fields = town.Values{}
	}
	var key *seal.RecordKey
	for _, f := range ts.sealed {
		plain, ok := cmd.Sealed[f.Key]
		if !ok {
			continue
		}
		if plain == "" {
			fields[f.Key] = nil
			continue
		}
		var err error
		switch {
		case key != nil:
		case wrapped != nil:
			if key, err = u.b.h.cfg.Keys.Unwrap(int64(cmd.Record), wrapped); err != nil {
				return fmt.Errorf("open the key of record %d: %w", cmd.Record, err)
			}
		default:
			if key, wrapped, err = u.b.h.cfg.Keys.NewRecordKey(u.b.h.random(), int64(cmd.Record)); err != nil {
				return internal("make the key of a record", err)
			}
			u.sealed = append(u.sealed, store.SealedRow{Record: cmd.Record, Field: "", Box: wrapped})
		}
		box, err := key.Seal(u.b.h.random(), f.Key, plain)
		if err != nil {
			return internal("seal a field", err)
		}
		u.sealed = append(u.sealed, store.SealedRow{Record: cmd.Record, Field: f.Key, Box: box})
		fields[f.Key] = u.b.h.hashers.token(ts.t.Key, f.Key, plain)
	}
	cmd.Fields = fields
	return fault
}

// hashers are the keyed hashes in use, made once each. Many may ask at once.
type hashers struct {
	keys *seal.Keys
	mu   sync.Mutex
	made map[string]seal.Hasher
}

func (h *Hall) newHashers() *hashers {
	return &hashers{keys: h.cfg.Keys, made: map[string]seal.Hasher{}}
}

// token is the blind index of a value: it tells whether two are equal, and has a key a type and field.
func (h *hashers) token(typ, field, plain string) string {
	k := typ + "." + field
	hasher := h.hasher(k, func() seal.Hasher { return h.keys.Blind(typ, field) })
	return base64.RawURLEncoding.EncodeToString(hasher.Of(seal.Spelling(plain)))
}

// Blind is the token of a sealed value, by which the records of one type that hold it in one field are found. The same
// value has another token in every other type and field, so nothing can be looked up across them.
func (h *Hall) Blind(typ, field, plain string) string { return h.newHashers().token(typ, field, plain) }

// pseudonym stands for the key of a distinct figure in the journal: it tells
// apart within the figure and joins nothing across figures.
func (h *hashers) pseudonym(version, key string) []byte {
	if key == "" {
		return nil
	}
	return h.hasher("@"+version, func() seal.Hasher { return h.keys.Pseudonym(version) }).Of(key)
}

// hasher makes each hasher once.
func (h *hashers) hasher(k string, make func() seal.Hasher) seal.Hasher {
	h.mu.Lock()
	defer h.mu.Unlock()
	made, ok := h.made[k]
	if !ok {
		made = make()
		h.made[k] = made
	}
	return made
}

// sealedOf reads a record's boxes as they stand in the unit, the batch and the database.
func (u *unit) sealedOf(id town.ID) (map[string][]byte, error) {
	boxes := map[string][]byte{}
	if id <= town.ID(u.b.head.LastRecord) && !slices.Contains(u.b.erased, id) {
		var err error
		if boxes, err = u.b.tx.Sealed(u.b.ctx, u.b.h.code, id); err != nil {
			return nil, err
		}
	}
	for _, rows := range [][]store.SealedRow{u.b.sealed, u.sealed} {
		for _, r := range rows {
			if r.Record == id {
				boxes[r.Field] = r.Box
			}
		}
	}
	return boxes, nil
}

// reveal opens one sealed field for one person with a reason; the look is an event.
func (u *unit) reveal(actor town.Actor, cmd town.Command) (town.Answer, error) {
	row, err := u.row(cmd.Record)
	if err != nil {
		return town.Answer{}, err
	}
	if row == nil {
		return town.Answer{}, town.Refuse(town.Missing, "record", "没有这条记录：%d", "no such record: %d", cmd.Record)
	}
	ts := u.b.view.types[row.Type]
	if _, err := u.may(actor, ts, row, cmd); err != nil {
		return town.Answer{}, err
	}
	if cmd.Reason == "" {
		return town.Answer{}, town.Refuse(town.Invalid, "reason", "查看个人信息须写明理由", "looking at personal data needs a reason")
	}
	f := ts.t.Field(cmd.Field)
	if f == nil || !sealedField(f) {
		return town.Answer{}, town.Refuse(town.Missing, "field", "没有可查看的字段 %s", "no sealed field %s", cmd.Field)
	}
	boxes, err := u.sealedOf(cmd.Record)
	if err != nil {
		return town.Answer{}, err
	}
	box, ok := boxes[cmd.Field]
	if _, filled := row.Value(cmd.Field); !filled || !ok || boxes[""] == nil { // a box may outlive the field that was emptied
		return town.Answer{}, town.Refuse(town.Missing, cmd.Field, "这一项没有填写，或已依法删除", "this was never given, or has been erased")
	}
	key, err := u.b.h.cfg.Keys.Unwrap(int64(cmd.Record), boxes[""])
	if err != nil {
		return town.Answer{}, fmt.Errorf("open the key of record %d: %w", cmd.Record, err)
	}
	plain, err := key.Open(cmd.Field, box)
	if err != nil {
		return town.Answer{}, fmt.Errorf("open field %s of record %d: %w", cmd.Field, cmd.Record, err)
	}
	u.look(actor, cmd, row, map[string]any{"op": "reveal", "field": cmd.Field, "reason": cmd.Reason})
	return town.Answer{Record: row.ID, Number: row.Number, Rev: row.Rev, Stage: row.Stage, Seq: u.seq, Text: plain}, nil
}

// erase destroys a record's own key: its sealed fields can never be read again,
// the journal stays provable.
func (u *unit) erase(actor town.Actor, cmd town.Command) (town.Answer, error) {
	row, err := u.row(cmd.Record)
	if err != nil {
		return town.Answer{}, err
	}
	if row == nil {
		return town.Answer{}, town.Refuse(town.Missing, "record", "没有这条记录：%d", "no such record: %d", cmd.Record)
	}
	if _, err := u.may(actor, u.b.view.types[row.Type], row, cmd); err != nil {
		return town.Answer{}, err
	}
	if cmd.Reason == "" {
		return town.Answer{}, town.Refuse(town.Invalid, "reason", "删除个人信息须写明理由", "erasing personal data needs a reason")
	}
	u.erased = append(u.erased, row.ID)
	u.look(actor, cmd, row, map[string]any{"op": "erase", "reason": cmd.Reason})
	return town.Answer{Record: row.ID, Number: row.Number, Rev: row.Rev, Stage: row.Stage, Seq: u.seq}, nil
}

// look appends an event about a record that leaves the record as it is.
func (u *unit) look(actor town.Actor, cmd town.Command, row *store.RecordRow, body map[string]any) {
	u.seq++
	if u.asked != "" {
		body["asked"] = u.asked
	}
	u.events = append(u.events, &happening{row: store.EventRow{Seq: u.seq, Record: row.ID, At: u.now, Day: u.today, Actor: actor.Person, Kind: actor.Kind,
		Op: cmd.Op, Command: cmd.ID, Rev: row.Rev, Stage: row.Stage, Body: string(town.AppendObject(nil, body))}})
}
