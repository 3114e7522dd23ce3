package flow

import (
	"fmt"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// effects lists what a move does to other records. Formulas see the record after the move.
func effects(cat *catalog.Catalog, t *catalog.Type, w World, before, after *town.Record, m *catalog.Move, post town.Post, cmd town.Command) ([]Effect, error) {
	if len(m.Sets)+len(m.Opens)+len(m.Drives) == 0 {
		return nil, nil
	}
	now := View{cat: cat, t: t, rec: after, w: w, at: forever, track: w.Today(), inst: w.Now()}
	was := View{cat: cat, t: t, rec: before, w: w, at: forever, track: w.Today(), inst: w.Now()}
	g := &guardScope{View: &now, before: &was, post: post, cmd: &cmd}
	var out []Effect
	day := after.Steps[len(after.Steps)-1].Day
	for _, s := range m.Sets {
		if s.Ref == "" {
			continue
		}
		id, ok := now.Value(s.Ref)
		if !ok {
			continue
		}
		x, known, err := eval(s.Value, g)
		if err != nil {
			return nil, fmt.Errorf("%s.%s sets %s.%s: %w", t.Key, m.Key, s.Ref, s.Field, err)
		}
		if !known || empty(x) {
			x = nil
		}
		n, _ := id.(int64)
		far, err := w.Record(town.ID(n))
		if err != nil {
			return nil, err
		}
		if far == nil || equal(far.Stated[s.Field], x) {
			continue
		}
		out = append(out, Effect{Kind: SetField, Record: town.ID(n), Field: s.Field, Value: x, Day: day})
	}
	for i := range m.Opens {
		o := &m.Opens[i]
		members, err := walked(t, after, o)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.Key, m.Key, err)
		}
		for _, member := range members {
			g.as, g.member = o.As, member
			if ok, err := holds(o.When, g); err != nil {
				return nil, fmt.Errorf("%s.%s opens %s: %w", t.Key, m.Key, o.Type, err)
			} else if !ok {
				continue
			}
			fields, err := assign(o.With, g)
			if err != nil {
				return nil, fmt.Errorf("%s.%s opens %s: %w", t.Key, m.Key, o.Type, err)
			}
			out = append(out, Effect{Kind: OpenRecord, Type: o.Type, Fields: fields, Day: day})
		}
		g.as, g.member = "", nil
	}
	for i := range m.Drives {
		d := &m.Drives[i]
		e := Effect{Kind: DriveMove, Type: d.Type, Record: after.ID, Drive: d, Day: day, Reason: cmd.Reason, Note: cmd.Note}
		// What the driven move needs and this record has by the same name goes along.
		if ct := cat.Types[d.Type]; ct != nil && ct.Move(d.Move) != nil {
			for _, n := range ct.Move(d.Move).Needs {
				if x, ok := after.Value(n); ok && ct.Field(n) != nil && n != d.Via {
					if e.Fields == nil {
						e.Fields = town.Values{}
					}
					e.Fields[n] = x
				}
			}
		}
		out = append(out, e)
	}
	return out, nil
}

// walked gives the members that an Open walks; one nil member when it walks nothing.
func walked(t *catalog.Type, rec *town.Record, o *catalog.Open) ([]any, error) {
	if o.Each == "" {
		return []any{nil}, nil
	}
	x, _ := rec.Value(o.Each)
	var out []any
	switch y := x.(type) {
	case nil:
	case []string:
		for _, s := range y {
			out = append(out, s)
		}
	case []map[string]any:
		for _, row := range y {
			out = append(out, row)
		}
	default:
		return nil, fmt.Errorf("opens %s for each %s, which is no list", o.Type, o.Each)
	}
	return out, nil
}

// assign evaluates the fields of a record to be opened.
func assign(with []catalog.Assign, v interface {
	Value(string) (any, bool)
}) (town.Values, error) {
	fields := make(town.Values, len(with))
	for _, a := range with {
		x, ok, err := eval(a.Value, v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.Field, err)
		}
		if ok && !empty(x) {
			fields[a.Field] = x
		}
	}
	return fields, nil
}

// Commands turns an effect into commands of actor System: for a DriveMove one
// for each child that stands where the move starts. Their ids are left to the hall.
func (e Effect) Commands(cat *catalog.Catalog, w World) ([]town.Command, error) {
	switch e.Kind {
	case OpenRecord:
		return []town.Command{{Op: town.Create, Type: e.Type, Fields: e.Fields, Plan: e.Plan, Day: e.Day, Step: -1}}, nil
	case SetField:
		return []town.Command{{Op: town.Correct, Record: e.Record, Fields: town.Values{e.Field: e.Value}, Day: e.Day, Step: -1}}, nil
	case DriveMove:
		t := cat.Types[e.Drive.Type]
		if t == nil {
			return nil, fmt.Errorf("effect moves records of an unknown type %s", e.Drive.Type)
		}
		children, err := w.Children(e.Record, e.Drive.Type, e.Drive.Via)
		if err != nil {
			return nil, err
		}
		m := t.Move(e.Drive.Move)
		if m == nil {
			return nil, fmt.Errorf("effect makes an unknown move %s.%s", e.Drive.Type, e.Drive.Move)
		}
		var out []town.Command
		for _, c := range children {
			if c.Voided || !contains(m.From, c.Stage) {
				continue
			}
			ok, err := holds(e.Drive.Where, Scope(cat, t, w, c))
			if err != nil {
				return nil, fmt.Errorf("effect on %s %d: %w", e.Drive.Type, c.ID, err)
			}
			if ok {
				out = append(out, town.Command{Op: town.Move, Type: e.Drive.Type, Record: c.ID, Move: e.Drive.Move,
					Fields: e.Fields, Reason: e.Reason, Note: e.Note, Day: e.Day, Step: -1})
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("no such effect: %d", e.Kind)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
