package flow_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

func jingwu(t *testing.T) *catalog.Catalog {
	t.Helper()
	cat, faults := catalog.Load(os.DirFS("../../catalogs/jingwu"))
	if catalog.Broken(faults) {
		for _, f := range faults {
			if !f.Warning {
				t.Log(f)
			}
		}
		t.Fatal("the catalog has faults")
	}
	return cat
}

// walker opens records of every type with made-up fields and walks them.
type walker struct {
	*towntest.Town
	made map[string]town.ID
}

// value makes up a value of the field f at position at; variant varies what a guard may ask about: in some, later fields
// have later days and larger numbers.
func (w *walker) value(f *catalog.Field, variant, at, depth int) (any, error) {
	today := w.Today()
	number := func(n int64) int64 {
		if f.Min != nil && n < *f.Min {
			n = *f.Min
		}
		if f.Max != nil && n > *f.Max {
			n = *f.Max
		}
		return n
	}
	switch f.Type {
	case catalog.Integer, catalog.Decimal, catalog.Money, catalog.Points:
		return number([]int64{10, int64(at + 1), 1_000_000, 0, -5}[variant%5]), nil
	case catalog.Percent:
		return number([]int64{50, 100, 0}[variant%3]), nil
	case catalog.Bool:
		return variant%2 == 0, nil
	case catalog.Date:
		return (today - town.Day([]int{30, 0, 400, 300 - 7*at}[variant%4])).String(), nil
	case catalog.Time:
		return (today - 1).String() + " 09:30", nil
	case catalog.PeriodType:
		unit := "month"
		if len(f.Units) > 0 {
			unit = f.Units[0]
		}
		key, _, _ := flow.PeriodOf(unit, today)
		return key, nil
	case catalog.ChoiceType:
		return f.List.Items[variant%len(f.List.Items)].Key, nil
	case catalog.Flags:
		if variant%2 == 1 {
			var all []string
			for i := range f.List.Items {
				all = append(all, f.List.Items[i].Key)
			}
			return all, nil
		}
		return []string{f.List.Items[0].Key}, nil
	case catalog.OfficeType:
		return w.Cat.OfficeOrder[variant%len(w.Cat.OfficeOrder)], nil
	case catalog.Offices:
		return []string{w.Cat.OfficeOrder[0], w.Cat.OfficeOrder[1]}, nil
	case catalog.Place:
		for _, p := range w.Cat.Seeds.Places {
			if len(f.Kinds) == 0 || slices.Contains(f.Kinds, p.Kind) {
				return string(p.Code), nil
			}
		}
		return nil, fmt.Errorf("no place of kind %v", f.Kinds)
	case catalog.Ref:
		id, err := w.one(f.RefType, depth+1)
		return int64(id), err
	case catalog.Point:
		return "1171000000,390500000", nil
	case catalog.CreditCode:
		return "91120111MA0000000X", nil
	case catalog.FigureType:
		return w.Cat.FigureOrder[0], nil
	case catalog.LinesType:
		rows := make([]map[string]any, 3)
		for i := range rows {
			rows[i] = map[string]any{}
			for _, c := range f.Columns {
				if c.Origin != catalog.Typed {
					continue
				}
				x, err := w.value(c, variant, at+i, depth)
				if err != nil {
					return nil, err
				}
				rows[i][c.Key] = x
			}
		}
		return rows, nil
	}
	s := "示例"
	if f.Min != nil {
		s = strings.Repeat("示例", int(*f.Min))
	}
	if f.Max != nil && int64(len([]rune(s))) > *f.Max {
		s = string([]rune(s)[:*f.Max])
	}
	return s, nil
}

// one gives a record of a type, opened once.
func (w *walker) one(typ string, depth int) (town.ID, error) {
	if id := w.made[typ]; id != 0 {
		return id, nil
	}
	if depth > 6 {
		return 0, fmt.Errorf("%s refers too deep", typ)
	}
	id, err := w.open(w.Cat.Types[typ], 0, depth)
	if err == nil {
		w.made[typ] = id
	}
	return id, err
}

// open opens a record with every typed field, or only the required ones (an odd variant / 10).
func (w *walker) open(t *catalog.Type, variant, depth int) (town.ID, error) {
	fields := town.Values{}
	for i, f := range t.Fields {
		if f.Origin != catalog.Typed || !f.Required && variant/10%2 == 0 || (f.RefType == t.Key && !f.Required) {
			continue
		}
		x, err := w.value(f, variant, i, depth)
		if err != nil {
			return 0, fmt.Errorf("%s.%s: %w", t.Key, f.Key, err)
		}
		fields[f.Key] = x
	}
	actor := town.Actor{Kind: town.System}
	for _, r := range t.OpensBy {
		if r != "system" {
			actor = w.actor(r, 1)
			break
		}
	}
	_, p, _ := flow.PeriodOf("month", w.Today())
	c, err := w.Do(actor, town.Command{Op: town.Create, Type: t.Key, Fields: fields, Step: -1, Plan: &town.Slot{Plan: "test", Key: p.String(), Due: p.Last()}})
	if err != nil {
		return 0, err
	}
	return c.After.ID, nil
}

func (w *walker) actor(role string, person int64) town.Actor {
	office := ""
	if r := w.Cat.Roles[role]; r != nil {
		office = r.Office
	}
	return towntest.Staff(person, role, office)
}

// command makes up what a move needs.
func (w *walker) command(t *catalog.Type, m *catalog.Move, id town.ID, variant int) (town.Command, error) {
	cmd := town.Command{Op: town.Move, Record: id, Move: m.Key, Reason: "示例理由", Note: "示例说明", Step: -1}
	fields := town.Values{}
	for _, n := range m.Needs {
		switch f := t.Field(n); {
		case f == nil && n == "days":
			cmd.Days = 1
		case f != nil && (f.Origin == catalog.Typed || f.Origin == catalog.Copied):
			x, err := w.value(f, variant, slices.Index(t.Fields, f), 0)
			if err != nil {
				return cmd, err
			}
			fields[n] = x
		}
	}
	cmd.Fields = fields
	return cmd, nil
}

// make tries a move with a right role: by a person, the system, or the clock that has run out.
func (w *walker) make(t *catalog.Type, m *catalog.Move, id town.ID, variant int) error {
	cmd, err := w.command(t, m, id, variant)
	if err != nil {
		return err
	}
	var actor town.Actor
	switch {
	case len(m.By) > 0:
		actor = w.actor(m.By[0], int64(100+len(w.Records[id].Steps))) // always someone else than before
	case m.System:
		actor = town.Actor{Kind: town.System}
	default:
		k := w.Records[id].Clocks[m.Clocks[0]]
		if k.Due > w.Clock {
			w.Clock = k.Due
		}
		actor = town.Actor{Kind: town.System, Posts: []town.Post{{Role: "clock." + m.Clocks[0]}}}
	}
	_, err = w.Do(actor, cmd)
	return err
}

// route is the shortest way of moves from the first stage to a stage from which m starts; moves that nobody makes by hand come last.
func route(t *catalog.Type, m *catalog.Move, avoid map[string]bool) []*catalog.Move {
	type at struct {
		stage string
		way   []*catalog.Move
	}
	seen := map[string]bool{t.Stages[0].Key: true}
	queue := []at{{stage: t.Stages[0].Key}}
	for len(queue) > 0 {
		a := queue[0]
		queue = queue[1:]
		if slices.Contains(m.From, a.stage) {
			return append(a.way, m)
		}
		for _, x := range t.Moves {
			to := x.To
			if to == "" || to == "same" || !slices.Contains(x.From, a.stage) || seen[to] || avoid[x.Key] {
				continue
			}
			seen[to] = true
			queue = append(queue, at{to, append(slices.Clone(a.way), x)})
		}
	}
	return nil
}

// Every move of every flow of the town can be made by a right role with what it needs, and is refused to every other role. A
// guard may want certain values: the walk varies them; what no made-up values satisfy is counted and named.
func TestEveryMoveOfTheTown(t *testing.T) {
	cat := jingwu(t)
	walked, guarded := 0, []string{}
	for _, key := range cat.TypeOrder {
		typ := cat.Types[key]
		for _, m := range typ.Moves {
			var last error
			done := false
			for variant := 0; variant < 40 && !done; variant++ {
				w := &walker{Town: towntest.New(t, cat, town.DayOf(2023, 6, 15)), made: map[string]town.ID{}}
				id, err := w.open(typ, variant, 0)
				if err != nil {
					if last = err; town.KindOf(err) == town.Internal {
						t.Fatalf("open %s: %v", key, err)
					}
					continue
				}
				way := route(typ, m, nil)
				if way == nil {
					t.Errorf("%s.%s: no way leads to it", key, m.Key)
					break
				}
				for i, step := range way {
					if i == len(way)-1 {
						wrongRoles(t, w, typ, m, id, variant)
					}
					if last = w.make(typ, step, id, variant); last != nil {
						last = fmt.Errorf("at %s: %w", step.Key, last)
						break
					}
				}
				done = last == nil
				marked(t, w, id)
			}
			var e *town.Error
			switch {
			case done:
				walked++
			case last == nil:
			case errors.As(last, &e) && (e.Kind == town.Conflict || e.Kind == town.Invalid):
				guarded = append(guarded, fmt.Sprintf("%s.%s: %v", key, m.Key, last))
			default:
				t.Errorf("%s.%s cannot be made: %v", key, m.Key, last)
			}
		}
	}
	t.Logf("%d moves walked, %d want values that the walk does not guess:\n%s", walked, len(guarded), strings.Join(guarded, "\n"))
	if len(guarded)*10 > walked {
		t.Errorf("%d moves of %d could not be made", len(guarded), walked+len(guarded))
	}
}

// marked holds that every figure of the record's type can be computed from it, and that deriving it anew changes nothing.
func marked(t *testing.T, w *walker, id town.ID) {
	t.Helper()
	rec := w.Records[id]
	for _, key := range w.Cat.FigureOrder {
		if f := w.Cat.Figures[key]; f.Type != nil && f.Type.Key == rec.Type {
			if _, err := figure.Marks(w.Cat, f, rec, w); err != nil {
				t.Errorf("%v", err)
			}
		}
	}
	again := rec.Clone()
	if err := flow.Derive(w.Cat, w.Cat.Types[rec.Type], w, again); err != nil {
		t.Errorf("%s: %v", rec.Type, err)
	} else if got, want := string(again.AppendDoc(nil)), string(rec.AppendDoc(nil)); got != want {
		t.Errorf("%s derived anew differs:\n%s\n%s", rec.Type, got, want)
	}
}

// wrongRoles holds that nobody else may make the move.
func wrongRoles(t *testing.T, w *walker, typ *catalog.Type, m *catalog.Move, id town.ID, variant int) {
	t.Helper()
	cmd, err := w.command(typ, m, id, variant)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range w.Cat.RoleOrder {
		if slices.Contains(m.By, role) {
			continue
		}
		if _, err := flow.Move(w.Cat, typ, w, w.Records[id], w.actor(role, 999), cmd); town.KindOf(err) != town.Denied {
			t.Errorf("%s.%s by %s: %v, want a denial", typ.Key, m.Key, role, err)
		}
	}
}
