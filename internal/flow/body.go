package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"zhenwu/internal/town"
)

// EventBody is what an event of the journal carries: the stated parts that
// changed, and nothing derived. Sealed fields hold their token, never the text.
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
	Spread int // effects on other records: such a step cannot be undone
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

// wireBody fixes the order and the names of an encoded body.
type wireBody struct {
	Op     string                 `json:"op"`
	Type   string                 `json:"type,omitempty"`
	Number string                 `json:"number,omitempty"`
	Plan   *wirePlan              `json:"plan,omitempty"`
	Step   *wireStep              `json:"step,omitempty"`
	Fixes  []wireFix              `json:"fixes,omitempty"`
	Drop   bool                   `json:"drop,omitempty"`
	Void   bool                   `json:"void,omitempty"`
	Unvoid bool                   `json:"unvoid,omitempty"`
	Set    map[string]any         `json:"set,omitempty"`
	Was    map[string]any         `json:"was,omitempty"`
	Tracks map[string][]wireDated `json:"tracks,omitempty"`
	Traced map[string][]wireDated `json:"traced,omitempty"`
	Reason string                 `json:"reason,omitempty"`
	Note   string                 `json:"note,omitempty"`
	Spread int                    `json:"spread,omitempty"`
}

type wirePlan struct {
	Plan  string `json:"plan"`
	Key   string `json:"key"`
	Due   string `json:"due,omitempty"`
	Taken bool   `json:"taken,omitempty"`
}

type wireStep struct {
	Move   string `json:"move"`
	From   string `json:"from,omitempty"`
	To     string `json:"to"`
	Day    string `json:"day"`
	Actor  int64  `json:"actor,omitempty"`
	Role   string `json:"role,omitempty"`
	Office string `json:"office,omitempty"`
	Days   int32  `json:"days,omitempty"`
}

type wireFix struct {
	Step      int    `json:"step"`
	Day       string `json:"day,omitempty"`
	Office    string `json:"office,omitempty"`
	WasDay    string `json:"was_day,omitempty"`
	WasOffice string `json:"was_office,omitempty"`
}

type wireDated struct {
	Day   string `json:"day"`
	Value any    `json:"value"`
}

// Encode writes the body as canonical JSON: one body, one sequence of bytes.
func (b EventBody) Encode() ([]byte, error) {
	w := wireBody{Op: string(b.Op), Type: b.Type, Number: b.Number, Drop: b.Drop, Void: b.Void, Unvoid: b.Unvoid,
		Set: b.Set, Was: b.Was, Tracks: wireTracks(b.Tracks), Traced: wireTracks(b.Traced),
		Reason: b.Reason, Note: b.Note, Spread: b.Spread}
	if p := b.Plan; p != nil {
		w.Plan = &wirePlan{p.Plan, p.Key, p.Due.String(), p.Taken}
	}
	if s := b.Step; s != nil {
		w.Step = &wireStep{s.Move, s.From, s.To, s.Day.String(), s.Actor, s.Role, s.Office, s.Days}
	}
	for _, f := range b.Fixes {
		w.Fixes = append(w.Fixes, wireFix{f.Step, f.Day.String(), f.Office, f.WasDay.String(), f.WasOffice})
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf) // sorts map keys
	enc.SetEscapeHTML(false)
	if err := enc.Encode(w); err != nil {
		return nil, fmt.Errorf("encode event body: %w", err)
	}
	return bytes.TrimRight(buf.Bytes(), "\n"), nil
}

// DecodeBody reads what Encode wrote.
func DecodeBody(data []byte) (EventBody, error) {
	var w wireBody
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	if err := dec.Decode(&w); err != nil {
		return EventBody{}, fmt.Errorf("decode event body: %w", err)
	}
	b := EventBody{Op: town.Op(w.Op), Type: w.Type, Number: w.Number, Drop: w.Drop, Void: w.Void, Unvoid: w.Unvoid,
		Reason: w.Reason, Note: w.Note, Spread: w.Spread}
	var err error
	fail := func(e error) {
		if err == nil && e != nil {
			err = fmt.Errorf("decode event body: %w", e)
		}
	}
	day := func(s string) town.Day {
		if s == "" {
			return town.NoDay
		}
		d, e := town.ParseDay(s)
		fail(e)
		return d
	}
	values := func(m map[string]any) town.Values {
		if m == nil {
			return nil
		}
		v := make(town.Values, len(m))
		for k, x := range m {
			y, e := Revive(x)
			fail(e)
			v[k] = y
		}
		return v
	}
	tracks := func(m map[string][]wireDated) map[string][]town.Dated {
		if m == nil {
			return nil
		}
		out := make(map[string][]town.Dated, len(m))
		for k, list := range m {
			ds := make([]town.Dated, 0, len(list))
			for _, d := range list {
				y, e := Revive(d.Value)
				fail(e)
				ds = append(ds, town.Dated{Day: day(d.Day), Value: y})
			}
			out[k] = ds
		}
		return out
	}
	b.Set, b.Was, b.Tracks, b.Traced = values(w.Set), values(w.Was), tracks(w.Tracks), tracks(w.Traced)
	if p := w.Plan; p != nil {
		b.Plan = &town.Slot{Plan: p.Plan, Key: p.Key, Due: day(p.Due), Taken: p.Taken}
	}
	if s := w.Step; s != nil {
		b.Step = &town.Step{Move: s.Move, From: s.From, To: s.To, Day: day(s.Day), Actor: s.Actor, Role: s.Role, Office: s.Office, Days: s.Days}
	}
	for _, f := range w.Fixes {
		b.Fixes = append(b.Fixes, StepFix{f.Step, day(f.Day), f.Office, day(f.WasDay), f.WasOffice})
	}
	return b, err
}

func wireTracks(m map[string][]town.Dated) map[string][]wireDated {
	if m == nil {
		return nil
	}
	out := make(map[string][]wireDated, len(m))
	for k, list := range m {
		ds := make([]wireDated, len(list))
		for i, d := range list {
			ds[i] = wireDated{d.Day.String(), d.Value}
		}
		out[k] = ds
	}
	return out
}

// Revive turns a value decoded from JSON with UseNumber into one of the Go
// types that town.Values names.
func Revive(x any) (any, error) {
	switch v := x.(type) {
	case nil, string, bool, int64, []string, []map[string]any:
		return v, nil
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return nil, fmt.Errorf("not a whole number: %s", v)
		}
		return n, nil
	case []any:
		if len(v) == 0 {
			return []string{}, nil
		}
		if _, ok := v[0].(string); ok {
			out := make([]string, len(v))
			for i := range v {
				s, ok := v[i].(string)
				if !ok {
					return nil, fmt.Errorf("a list of texts holds %T", v[i])
				}
				out[i] = s
			}
			return out, nil
		}
		out := make([]map[string]any, len(v))
		for i := range v {
			m, ok := v[i].(map[string]any)
			if !ok {
				return nil, fmt.Errorf("a list of lines holds %T", v[i])
			}
			line := maps.Clone(m)
			for k, y := range line {
				z, err := Revive(y)
				if err != nil {
					return nil, err
				}
				line[k] = z
			}
			out[i] = line
		}
		return out, nil
	}
	return nil, fmt.Errorf("no value of a record: %T", x)
}
