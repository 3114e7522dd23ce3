package flow

import (
	"fmt"

	"zhenwu/internal/town"
)

// EventBody is what an event of the journal carries: the stated parts that
// changed, and nothing derived. Sealed fields hold the reference of their box, never the text.
type EventBody struct {
	Op     town.Op                 // create, move, correct, void, undo
	Type   string                  // create: the record's type
	Number string                  // create
	Plan   *town.Slot              // create
	Step   *town.Step              // create and move: without At and Seq, which the event gives
	Fixes  []StepFix               // correct: days and offices of steps
	Drop   bool                    // undo: the last step goes
	Void   bool                    // void
	Unvoid bool                    // undo of a void
	Set    town.Values             // fields with their new values; nil empties
	Was    town.Values             // the same fields before; nil = empty
	Tracks map[string][]town.Dated // tracked fields: the whole list as it is after
	Traced map[string][]town.Dated // the same lists before
	Reason string
	Note   string
	Spread int    // effects on other records: such a step cannot be undone
	Asked  string // fingerprint of the command, by which the hall knows it again; "" = the town's own
}

// StepFix corrects one step.
type StepFix struct {
	Step      int
	Day       town.Day // NoDay: as it was
	Office    string   // "": as it was
	WasDay    town.Day
	WasOffice string
}

// Apply gives the record after body. before is nil for a create, and is not
// changed. seq and at are the event's number and recorded time. Derived parts
// are left as they were: call Derive or Refresh after it.
func Apply(before *town.Record, body EventBody, id town.ID, seq int64, at town.Millis) *town.Record {
	var r *town.Record
	if before == nil {
		r = &town.Record{ID: id, Type: body.Type, Number: body.Number, Created: at, Stated: town.Values{}, Derived: town.Values{}}
		if body.Plan != nil {
			p := *body.Plan
			r.Plan = &p
		}
	} else {
		r = before.Clone()
	}
	r.Rev++
	if r.Stated == nil {
		r.Stated = town.Values{}
	}
	for k, v := range body.Set {
		if v == nil {
			delete(r.Stated, k)
		} else {
			r.Stated[k] = v
		}
	}
	for k, list := range body.Tracks {
		if len(list) == 0 {
			delete(r.Tracked, k)
			continue
		}
		if r.Tracked == nil {
			r.Tracked = map[string][]town.Dated{}
		}
		r.Tracked[k] = append([]town.Dated(nil), list...)
	}
	if body.Step != nil {
		s := *body.Step
		s.At, s.Seq = at, seq
		r.Steps = append(r.Steps, s)
	}
	for _, f := range body.Fixes {
		if f.Step < 0 || f.Step >= len(r.Steps) {
			continue
		}
		if f.Day != town.NoDay {
			r.Steps[f.Step].Day = f.Day
		}
		if f.Office != "" {
			r.Steps[f.Step].Office = f.Office
		}
	}
	if body.Drop && len(r.Steps) > 1 {
		r.Steps = r.Steps[:len(r.Steps)-1]
	}
	if body.Void {
		r.Voided = true
	}
	if body.Unvoid {
		r.Voided = false
	}
	if n := len(r.Steps); n > 0 {
		r.Stage = r.Steps[n-1].To
	}
	return r
}

// Encode writes the body as canonical JSON: one body, one sequence of bytes.
func (b *EventBody) Encode() ([]byte, error) {
	m := map[string]any{"op": string(b.Op)}
	text := func(key, s string) {
		if s != "" {
			m[key] = s
		}
	}
	text("type", b.Type)
	text("number", b.Number)
	text("reason", b.Reason)
	text("note", b.Note)
	text("asked", b.Asked)
	flag := func(key string, on bool) {
		if on {
			m[key] = true
		}
	}
	flag("drop", b.Drop)
	flag("void", b.Void)
	flag("unvoid", b.Unvoid)
	if len(b.Set) > 0 {
		m["set"] = b.Set
	}
	if len(b.Was) > 0 {
		m["was"] = b.Was
	}
	if len(b.Tracks) > 0 {
		m["tracks"] = wireTracks(b.Tracks)
	}
	if len(b.Traced) > 0 {
		m["traced"] = wireTracks(b.Traced)
	}
	if b.Spread != 0 {
		m["spread"] = b.Spread
	}
	if p := b.Plan; p != nil {
		m["plan"] = map[string]any{"plan": p.Plan, "key": p.Key, "due": p.Due.String(), "taken": p.Taken}
	}
	if s := b.Step; s != nil {
		m["step"] = map[string]any{"move": s.Move, "from": s.From, "to": s.To, "day": s.Day.String(),
			"actor": s.Actor, "role": s.Role, "office": s.Office, "days": int64(s.Days)}
	}
	if len(b.Fixes) > 0 {
		fixes := make([]map[string]any, len(b.Fixes))
		for i, f := range b.Fixes {
			fixes[i] = map[string]any{"step": f.Step, "day": f.Day.String(), "office": f.Office,
				"was_day": f.WasDay.String(), "was_office": f.WasOffice}
		}
		m["fixes"] = fixes
	}
	return town.AppendObject(make([]byte, 0, 512), m), nil
}

func wireTracks(tracks map[string][]town.Dated) map[string]any {
	m := make(map[string]any, len(tracks))
	for k, list := range tracks {
		rows := make([]any, len(list))
		for i, d := range list {
			rows[i] = map[string]any{"day": d.Day.String(), "value": d.Value}
		}
		m[k] = rows
	}
	return m
}

// DecodeBody reads what Encode wrote.
func DecodeBody(data []byte) (EventBody, error) {
	m, err := town.ParseObject(data)
	if err != nil {
		return EventBody{}, fmt.Errorf("decode event body: %w", err)
	}
	text := func(m map[string]any, key string) string { s, _ := m[key].(string); return s }
	num := func(m map[string]any, key string) int64 { n, _ := m[key].(int64); return n }
	flag := func(m map[string]any, key string) bool { x, _ := m[key].(bool); return x }
	object := func(key string) map[string]any { o, _ := m[key].(map[string]any); return o }
	day := func(m map[string]any, key string) town.Day {
		s := text(m, key)
		if s == "" {
			return town.NoDay
		}
		d, e := town.ParseDay(s)
		if e != nil && err == nil {
			err = fmt.Errorf("decode event body: %s: %w", key, e)
		}
		return d
	}
	tracks := func(key string) map[string][]town.Dated {
		o := object(key)
		if o == nil {
			return nil
		}
		out := make(map[string][]town.Dated, len(o))
		for k, rows := range o {
			list, _ := rows.([]map[string]any)
			ds := make([]town.Dated, len(list))
			for i, r := range list {
				ds[i] = town.Dated{Day: day(r, "day"), Value: r["value"]}
			}
			out[k] = ds
		}
		return out
	}
	b := EventBody{Op: town.Op(text(m, "op")), Type: text(m, "type"), Number: text(m, "number"),
		Drop: flag(m, "drop"), Void: flag(m, "void"), Unvoid: flag(m, "unvoid"),
		Set: object("set"), Was: object("was"), Tracks: tracks("tracks"), Traced: tracks("traced"),
		Reason: text(m, "reason"), Note: text(m, "note"), Spread: int(num(m, "spread")), Asked: text(m, "asked")}
	if p := object("plan"); p != nil {
		b.Plan = &town.Slot{Plan: text(p, "plan"), Key: text(p, "key"), Due: day(p, "due"), Taken: flag(p, "taken")}
	}
	if s := object("step"); s != nil {
		b.Step = &town.Step{Move: text(s, "move"), From: text(s, "from"), To: text(s, "to"), Day: day(s, "day"),
			Actor: num(s, "actor"), Role: text(s, "role"), Office: text(s, "office"), Days: int32(num(s, "days"))}
	}
	if fixes, _ := m["fixes"].([]map[string]any); fixes != nil {
		for _, f := range fixes {
			b.Fixes = append(b.Fixes, StepFix{int(num(f, "step")), day(f, "day"), text(f, "office"), day(f, "was_day"), text(f, "was_office")})
		}
	}
	return b, err
}
