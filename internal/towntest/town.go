package towntest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// Happening is one event of a record: its encoded body and recorded time.
type Happening struct {
	Seq  int64
	At   town.Millis
	Body []byte
}

// Town is a town in memory: it carries out commands one after the other, with
// effects, rollups and followed copies, and keeps the events.
type Town struct {
	Cat     *catalog.Catalog
	Records map[town.ID]*town.Record
	Events  map[town.ID][]Happening
	Clock   town.Millis
	// Changed, if set, is told of each change of a record, rollups included.
	Changed func(before, after *town.Record)

	zone     *time.Location
	calendar *workday.Calendar
	last     town.ID
	seq      int64
	numbers  map[string]int64
}

// New makes a town that stands at nine o'clock on day.
func New(tb testing.TB, cat *catalog.Catalog, day town.Day) *Town {
	tb.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		tb.Fatal(err)
	}
	return &Town{Cat: cat, Records: map[town.ID]*town.Record{}, Events: map[town.ID][]Happening{}, numbers: map[string]int64{},
		Clock: day.At(zone, 9, 0), zone: zone, calendar: workday.China()}
}

// Record implements flow.World.
func (t *Town) Record(id town.ID) (*town.Record, error) { return t.Records[id], nil }

// Children implements flow.World.
func (t *Town) Children(id town.ID, childType, via string) ([]*town.Record, error) {
	var out []*town.Record
	for i := town.ID(1); i <= t.last; i++ {
		if r := t.Records[i]; r != nil && r.Type == childType {
			if x, _ := r.Value(via); x == int64(id) {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// Today implements flow.World.
func (t *Town) Today() town.Day { return t.Clock.Day(t.zone) }

// Now implements flow.World.
func (t *Town) Now() town.Millis { return t.Clock }

// Zone implements flow.World.
func (t *Town) Zone() *time.Location { return t.zone }

// Calendar implements flow.World.
func (t *Town) Calendar() *workday.Calendar { return t.calendar }

// Rule implements flow.World.
func (t *Town) Rule(key string, day town.Day) (limit, source string, ok bool) {
	r := t.Cat.Rules[key]
	if r == nil {
		return "", "", false
	}
	for _, row := range r.Rows {
		if row.From <= day && (row.To == town.NoDay || day <= row.To) {
			return row.Limit, row.Source, true
		}
	}
	return "", "", false
}

// PlaceKind implements flow.World.
func (t *Town) PlaceKind(code town.Code) string {
	for _, p := range t.Cat.Seeds.Places {
		if p.Code == code {
			return p.Kind
		}
	}
	return ""
}

// Above lists a place and all above it up to the town, whose code is "" in tallies.
func (t *Town) Above(code town.Code) []town.Code {
	if code == "" || code == t.Cat.Code {
		return []town.Code{""}
	}
	return []town.Code{code, ""}
}

// Within implements flow.World.
func (t *Town) Within(place, root town.Code) bool {
	return root == "" || place == root || slices.Contains(t.Above(place), root)
}

// Staff makes an actor of the simulator, who may state earlier days.
func Staff(person int64, role, office string) town.Actor {
	return town.Actor{Person: person, Kind: town.Sim, Posts: []town.Post{{Role: role, Office: office}}}
}

// Wait moves the town's clock on to nine o'clock of day, or by whole days when day is not later.
func (t *Town) Wait(days int) { t.Clock += town.Millis(days) * 86_400_000 }

// Do carries out a command with its effects. A refused command leaves no trace.
func (t *Town) Do(actor town.Actor, cmd town.Command) (*flow.Change, error) {
	saved, last, seq, numbers := maps.Clone(t.Records), t.last, t.seq, maps.Clone(t.numbers)
	events := maps.Clone(t.Events)
	told := t.Changed
	type change struct{ before, after *town.Record }
	var changes []change
	t.Changed = func(b, a *town.Record) { changes = append(changes, change{b, a}) }
	c, err := t.do(actor, cmd, 0)
	t.Changed = told
	if err != nil {
		t.Records, t.last, t.seq, t.numbers, t.Events = saved, last, seq, numbers, events
		return nil, err
	}
	if told != nil {
		for _, x := range changes {
			told(x.before, x.after)
		}
	}
	return c, nil
}

func (t *Town) do(actor town.Actor, cmd town.Command, depth int) (*flow.Change, error) {
	if depth > 4 {
		return nil, fmt.Errorf("effects go too deep")
	}
	before := t.Records[cmd.Record]
	typ := t.Cat.Types[cmd.Type]
	if before != nil {
		typ = t.Cat.Types[before.Type]
	}
	if typ == nil {
		return nil, fmt.Errorf("no type for %v", cmd)
	}
	var c *flow.Change
	var err error
	switch cmd.Op {
	case town.Create:
		cmd.Record = t.last + 1
		c, err = flow.Open(t.Cat, typ, t, actor, cmd)
	case town.Move:
		c, err = flow.Move(t.Cat, typ, t, before, actor, cmd)
	case town.Correct:
		c, err = flow.Correct(t.Cat, typ, t, before, actor, cmd)
	case town.Void:
		c, err = flow.Void(t.Cat, typ, t, before, actor, cmd)
	case town.Undo:
		var body flow.EventBody
		if !before.Voided {
			if body, err = t.stepBody(before); err != nil {
				return nil, err
			}
		}
		c, err = flow.Undo(t.Cat, typ, t, before, body, actor, cmd)
	default:
		return nil, fmt.Errorf("no such operation %q", cmd.Op)
	}
	if err != nil {
		return nil, err
	}
	t.seq++
	c.SetSeq(t.seq)
	if c.Before == nil {
		t.last = cmd.Record
		if typ.Number != "" {
			year := flow.NumberYear(c.After)
			key := fmt.Sprint(typ.Key, year)
			t.numbers[key]++
			c.SetNumber(flow.Number(typ.Number, year, t.numbers[key], c.After.Place))
		}
	}
	body, err := c.Body.Encode()
	if err != nil {
		return nil, err
	}
	at := t.Clock
	if cmd.At != 0 {
		at = cmd.At
	}
	t.Events[cmd.Record] = append(slices.Clip(t.Events[cmd.Record]), Happening{t.seq, at, body})
	if err := t.put(c.Before, c.After, 0); err != nil {
		return nil, err
	}
	for _, e := range c.Effects {
		commands, err := e.Commands(t.Cat, t)
		if err != nil {
			return nil, err
		}
		for _, x := range commands {
			x.At = cmd.At
			if _, err := t.do(town.Actor{Kind: town.System}, x, depth+1); err != nil && !flow.Unchanged(err) {
				return nil, err
			}
		}
	}
	return c, nil
}

// put stores a record and what follows from it in others: rollups and followed copies.
func (t *Town) put(before, after *town.Record, depth int) error {
	if depth > 8 {
		return fmt.Errorf("derived fields go round in a circle")
	}
	t.Records[after.ID] = after
	if t.Changed != nil {
		t.Changed(before, after)
	}
	type parent struct {
		id  town.ID
		typ *catalog.Type
	}
	sums := map[parent]map[string]int64{}
	for _, r := range flow.RollupsFrom(t.Cat, after.Type) {
		ids := map[town.ID]bool{}
		for _, x := range []*town.Record{before, after} {
			if x != nil {
				if id := x.Int(r.Field.Rollup.Via); id != 0 {
					ids[town.ID(id)] = true
				}
			}
		}
		for id := range ids {
			d, err := flow.RollupDelta(t.Cat, r.Field, t, id, before, after)
			if err != nil {
				return err
			}
			if p := t.Records[id]; d != 0 && p != nil && p.Type == r.Type.Key {
				k := parent{id, r.Type}
				if sums[k] == nil {
					sums[k] = map[string]int64{}
				}
				sums[k][r.Field.Key] += d
			}
		}
	}
	for k, fields := range sums {
		old := t.Records[k.id]
		next := old.Clone()
		for f, d := range fields {
			n, _ := next.Derived[f].(int64)
			next.Derived[f] = n + d
		}
		if err := flow.Refresh(t.Cat, k.typ, t, next); err != nil {
			return err
		}
		if err := t.put(old, next, depth+1); err != nil {
			return err
		}
	}
	for _, f := range flow.FollowersOf(t.Cat, after.Type) {
		children, err := t.Children(after.ID, f.Type.Key, f.Field.CopyRef)
		if err != nil {
			return err
		}
		for _, c := range children {
			next := c.Clone()
			if err := flow.Refresh(t.Cat, f.Type, t, next); err != nil {
				return err
			}
			if string(next.AppendDoc(nil)) != string(c.AppendDoc(nil)) {
				if err := t.put(c, next, depth+1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// stepBody is the body of the event that made the last step.
func (t *Town) stepBody(rec *town.Record) (flow.EventBody, error) {
	seq := rec.Steps[len(rec.Steps)-1].Seq
	for _, e := range t.Events[rec.ID] {
		if e.Seq == seq {
			return flow.DecodeBody(e.Body)
		}
	}
	return flow.EventBody{}, fmt.Errorf("record %d has no event %d", rec.ID, seq)
}

// Replay makes a record from its events alone.
func (t *Town) Replay(id town.ID) (*town.Record, error) {
	var rec *town.Record
	for _, e := range t.Events[id] {
		body, err := flow.DecodeBody(e.Body)
		if err != nil {
			return nil, err
		}
		rec = flow.Apply(rec, body, id, e.Seq, e.At)
	}
	if rec == nil {
		return nil, fmt.Errorf("record %d has no events", id)
	}
	return rec, flow.Derive(t.Cat, t.Cat.Types[rec.Type], t, rec)
}
