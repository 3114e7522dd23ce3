package hall

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// strongbox is what is sealed of a record, as it stands in the unit, the batch and the database: boxes by their references,
// the wrapped key under "".
type strongbox struct {
	u     *unit
	id    town.ID
	boxes map[string]store.SealedRow
	key   *seal.RecordKey
}

// strongbox opens what is sealed of a record; a new one has nothing.
func (u *unit) strongbox(id town.ID) (*strongbox, error) {
	s := &strongbox{u: u, id: id, boxes: map[string]store.SealedRow{}}
	if id <= town.ID(u.b.head.LastRecord) && !slices.Contains(u.b.erased, id) {
		var err error
		if s.boxes, err = u.b.tx.Sealed(u.b.ctx, u.b.h.code, id); err != nil {
			return nil, err
		}
	}
	for _, rows := range [][]store.SealedRow{u.b.sealed, u.sealed} {
		for _, r := range rows {
			if r.Record == id {
				s.boxes[r.Ref] = r
			}
		}
	}
	return s, nil
}

// open reads one box; ok is false where it was never there or has been erased.
func (s *strongbox) open(field, ref string) (plain string, ok bool, err error) {
	box, ok := s.boxes[ref]
	if !ok || ref == "" || box.Field != field || s.boxes[""].Box == nil {
		return "", false, nil
	}
	if s.key == nil {
		if s.key, err = s.u.b.h.cfg.Keys.Unwrap(int64(s.id), s.boxes[""].Box); err != nil {
			return "", false, fmt.Errorf("open the key of record %d: %w", s.id, err)
		}
	}
	if plain, err = s.key.Open(field, box.Box); err != nil {
		return "", false, fmt.Errorf("open field %s of record %d: %w", field, s.id, err)
	}
	return plain, true, nil
}

// put seals a text under the record's own key, made when it is first needed, and gives the reference of the box.
func (s *strongbox) put(field, plain string) (string, error) {
	keys, random := s.u.b.h.cfg.Keys, s.u.b.h.random()
	var err error
	switch wrapped := s.boxes[""].Box; {
	case s.key != nil:
	case wrapped != nil:
		if s.key, err = keys.Unwrap(int64(s.id), wrapped); err != nil {
			return "", fmt.Errorf("open the key of record %d: %w", s.id, err)
		}
	default:
		if s.key, wrapped, err = keys.NewRecordKey(random, int64(s.id)); err != nil {
			return "", internal("make the key of a record", err)
		}
		s.keep(store.SealedRow{Record: s.id, Box: wrapped})
	}
	box, err := s.key.Seal(random, field, plain)
	if err != nil {
		return "", internal("seal a field", err)
	}
	ref := seal.Ref(box)
	s.keep(store.SealedRow{Record: s.id, Ref: ref, Field: field, Box: box})
	return ref, nil
}

func (s *strongbox) keep(r store.SealedRow) {
	s.boxes[r.Ref] = r
	s.u.sealed = append(s.u.sealed, r)
}

// seal encrypts the sealed fields of a command under the record's own key and
// puts the references of the boxes into its fields: all that an event says of them. A text that stands already keeps its box. Where a
// text has the wrong form its field is filled all the same, for the rest to be held against the type, and the error names it.
func (u *unit) seal(ts *typeState, before *store.RecordRow, cmd *town.Command) error {
	for _, f := range ts.sealed {
		if _, typed := cmd.Fields[f.Key]; typed && cmd.Fields[f.Key] != nil && u.actor.Kind != town.System && cmd.ID == u.cmd.ID {
			return town.Refuse(town.Invalid, f.Key, "%s 属于个人信息，须经加密提交", "%s is personal data and must be handed in sealed", f.Label.Zh)
		}
	}
	if len(cmd.Sealed) == 0 {
		return nil
	}
	fault := flow.ValidateSealed(ts.t, cmd.Sealed)
	s, err := u.strongbox(cmd.Record)
	if err != nil {
		return err
	}
	fields := cmd.Fields.Clone()
	if fields == nil {
		fields = town.Values{}
	}
	for _, f := range ts.sealed {
		plain, ok := cmd.Sealed[f.Key]
		if !ok {
			continue
		}
		if plain == "" {
			fields[f.Key] = nil
			continue
		}
		if before != nil {
			ref := before.Text(f.Key)
			was, stands, err := s.open(f.Key, ref)
			if err != nil {
				return err
			}
			if stands && seal.Spelling(was) == seal.Spelling(plain) {
				fields[f.Key] = ref
				continue
			}
		}
		if fields[f.Key], err = s.put(f.Key, plain); err != nil {
			return err
		}
	}
	cmd.Fields = fields
	return fault
}

// settleSealed settles what follows from the sealed fields that a change sets: a copy gets a box of its own, under the key of its
// own record, and what names a person its blind index.
func (u *unit) settleSealed(ts *typeState, ch *flow.Change) error {
	var s *strongbox
	for _, f := range ts.sealed {
		was, ref := "", ch.After.Text(f.Key)
		if ch.Before != nil {
			was = ch.Before.Text(f.Key)
		}
		if ref == was {
			continue
		}
		var err error
		if s == nil {
			if s, err = u.strongbox(ch.After.ID); err != nil {
				return err
			}
		}
		plain, ok, err := s.open(f.Key, ref)
		if err != nil {
			return err
		}
		if !ok && ref != "" && f.Origin == catalog.Copied && ch.Body.Set[f.Key] == ref {
			if plain, ref, err = u.sealCopy(ts, ch, f, s); err != nil {
				return err
			}
			ok = ref != ""
		}
		if f.Named() {
			u.blindIndex(ts, ch.After, f, ref, plain, ok)
		}
	}
	return u.b.broken
}

// sealCopy seals what a copied field was given by its source anew, under the key of the record that copies: a
// reference tells nothing outside its own record. What the source has lost is not copied.
func (u *unit) sealCopy(ts *typeState, ch *flow.Change, f *catalog.Field, s *strongbox) (plain, ref string, err error) {
	from, err := u.strongbox(town.ID(ch.After.Int(f.CopyRef)))
	if err != nil {
		return "", "", err
	}
	plain, ok, err := from.open(f.CopyField, ch.After.Text(f.Key))
	if err != nil {
		return "", "", err
	}
	if ok {
		if ref, err = s.put(f.Key, plain); err != nil {
			return "", "", err
		}
		ch.Body.Set[f.Key], ch.After.Stated[f.Key] = ref, ref
		return plain, ref, nil
	}
	if f.Required {
		return "", "", town.Refuse(town.Missing, f.Key, "“%s”在来源记录里已依法删除，不能带入", "%[2]s has been erased in the record it is copied from", f.Label.Zh, f.Label.In("en"))
	}
	delete(ch.After.Stated, f.Key)
	if delete(ch.Body.Set, f.Key); ch.Body.Was[f.Key] != nil {
		ch.Body.Set[f.Key] = nil
	}
	return "", "", flow.Refresh(u.b.view.Cat, ts.t, u, ch.After)
}

// blindChange is a blind index in the making: its field has its number when the unit is taken.
type blindChange struct {
	field string
	store.BlindRow
}

// blindIndex keeps the keyed hash by which a value is found, and gives the record the random word that equal values of the
// field share as long as one of them stands: keys and distinct figures rest on that word.
func (u *unit) blindIndex(ts *typeState, rec *town.Record, f *catalog.Field, ref, plain string, ok bool) {
	row := blindChange{field: ts.t.Key + "." + f.Key, BlindRow: store.BlindRow{Record: rec.ID}}
	switch {
	case ok:
		row.Token = u.b.h.hashers.token(ts.t.Key, f.Key, plain)
		row.Kin = u.kin(row.field, row.Token)
	case ref != "" && !seal.IsRef(ref): // it was the keyed hash itself once, and equal values shared that
		row.Kin = erasedKin(ref)
	case ref != "": // a step was taken back to a value that has been erased since
		row.Kin = erasedKin("")
	}
	u.blind = append(u.blind, row)
	if row.Kin == "" {
		delete(rec.Kin, f.Key)
		return
	}
	if rec.Kin == nil {
		rec.Kin = map[string]string{}
	}
	rec.Kin[f.Key] = row.Kin
}

// kin finds the word that stands for a value, or draws a new one.
func (u *unit) kin(field, token string) string {
	changed := map[town.ID]bool{} // in the unit: what the batch and the database hold of them is no more
	for i := len(u.blind) - 1; i >= 0; i-- {
		r := &u.blind[i]
		if r.field != field || changed[r.Record] {
			continue
		}
		if r.Token == token {
			return r.Kin
		}
		changed[r.Record] = true
	}
	for id, kin := range u.b.named.kins[field+"\x00"+token] {
		if !changed[id] {
			return kin
		}
	}
	if word := u.b.view.words["f"+field]; word != 0 {
		rows, err := u.b.tx.BlindOf(u.b.ctx, u.b.h.code, word, token, len(changed)+len(u.b.named.last)+len(u.b.erased)+1)
		if err != nil {
			u.b.broken = err
			return ""
		}
		for _, r := range rows {
			if _, later := u.b.named.last[namedField{r.Record, field}]; !later && !changed[r.Record] && !slices.Contains(u.b.erased, r.Record) {
				return r.Kin
			}
		}
	}
	var word [12]byte
	if err := u.b.read(word[:]); err != nil {
		u.b.broken = err
	}
	return base64.RawURLEncoding.EncodeToString(word[:])
}

// nameIndex holds the blind indexes that a batch changed: the last of each record and field, and who holds which value.
type nameIndex struct {
	last map[namedField]blindChange
	kins map[string]map[town.ID]string // field and token → record → word
}

type namedField struct {
	record town.ID
	field  string
}

// put notes a change.
func (n *nameIndex) put(c blindChange) {
	k := namedField{c.Record, c.field}
	if n.last == nil {
		n.last, n.kins = map[namedField]blindChange{}, map[string]map[town.ID]string{}
	}
	if was, ok := n.last[k]; ok {
		delete(n.kins[was.field+"\x00"+was.Token], c.Record)
	}
	n.last[k] = c
	if c.Token == "" {
		return
	}
	value := c.field + "\x00" + c.Token
	if n.kins[value] == nil {
		n.kins[value] = map[town.ID]string{}
	}
	n.kins[value][c.Record] = c.Kin
}

// forget drops what the batch changed of a record.
func (n *nameIndex) forget(id town.ID) {
	for k, was := range n.last {
		if k.record == id {
			delete(n.last, k)
			delete(n.kins[was.field+"\x00"+was.Token], id)
		}
	}
}

// rows are the changes to be written.
func (n *nameIndex) rows() []store.BlindRow {
	out := make([]store.BlindRow, 0, len(n.last))
	for _, c := range n.last {
		out = append(out, c.BlindRow)
	}
	slices.SortFunc(out, func(a, b store.BlindRow) int {
		return cmp.Or(cmp.Compare(a.Record, b.Record), cmp.Compare(a.Field, b.Field))
	})
	return out
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
	s, err := u.strongbox(cmd.Record)
	if err != nil {
		return town.Answer{}, err
	}
	plain, ok, err := s.open(cmd.Field, row.Text(cmd.Field))
	if err != nil {
		return town.Answer{}, err
	}
	if !ok {
		return town.Answer{}, town.Refuse(town.Missing, cmd.Field, "这一项没有填写，或已依法删除", "this was never given, or has been erased")
	}
	u.look(actor, cmd, row, map[string]any{"op": "reveal", "field": cmd.Field, "reason": cmd.Reason})
	return town.Answer{Record: row.ID, Number: row.Number, Rev: row.Rev, Stage: row.Stage, Seq: u.seq, Text: plain}, nil
}

// erase destroys a record's own key, its boxes and its blind indexes: its sealed fields can never be read or found again,
// figures stand and the journal stays provable.
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
	if len(row.Kin) > 0 { // no unique key may tell by a conflict whose record this was
		next := *row
		next.Record = *row.Clone()
		for k, kin := range next.Kin {
			next.Kin[k] = erasedKin(kin)
		}
		u.records[row.ID] = &next
		u.order = append(u.order, row.ID)
	}
	u.look(actor, cmd, row, map[string]any{"op": "erase", "reason": cmd.Reason})
	return town.Answer{Record: row.ID, Number: row.Number, Rev: row.Rev, Stage: row.Stage, Seq: u.seq}, nil
}

// erasedKin marks the word of a value that was erased.
func erasedKin(kin string) string { return "!" + strings.TrimPrefix(kin, "!") }

// look appends an event about a record that leaves the record as it is.
func (u *unit) look(actor town.Actor, cmd town.Command, row *store.RecordRow, body map[string]any) {
	u.seq++
	if u.asked != "" {
		body["asked"] = u.asked
	}
	u.events = append(u.events, &happening{row: store.EventRow{Seq: u.seq, Record: row.ID, At: u.now, Day: u.today, Actor: actor.Person, Kind: actor.Kind,
		Op: cmd.Op, Command: cmd.ID, Rev: row.Rev, Stage: row.Stage, Body: string(town.AppendObject(nil, body))}})
}
