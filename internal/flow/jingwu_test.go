package flow_test

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
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

// walker opens records of every type with made-up fields and walks them. The first draft of a walk gives plain values;
// later ones draw, since a guard may ask for an order, a share or a choice.
type walker struct {
	*towntest.Town
	draw  *rand.Rand
	plain bool
	made  map[string]town.ID
	staff int64  // the last person who did something: the next is always another
	mine  string // the office of who is to do the next thing: what it writes is often about itself
}

func newWalker(t *testing.T, cat *catalog.Catalog, key string, draft int) *walker {
	h := fnv.New64a()
	h.Write([]byte(key))
	return &walker{Town: towntest.New(t, cat, town.DayOf(2023, 6, 15)), plain: draft == 0,
		draw: rand.New(rand.NewPCG(h.Sum64(), uint64(draft))), made: map[string]town.ID{}}
}

// pick draws one of a few values; a plain walk takes the first.
func pick[T any](w *walker, from ...T) T {
	if w.plain {
		return from[0]
	}
	return from[w.draw.IntN(len(from))]
}

// value makes up a value of the field f, which stands at position at of its type: drawn numbers may rise or fall along the
// fields, days do.
func (w *walker) value(f *catalog.Field, at, depth int) (any, error) {
	today := w.Today()
	switch f.Type {
	case catalog.Integer, catalog.Decimal, catalog.Money, catalog.Points:
		n := pick[int64](w, 10, int64(at+1), int64(100-at), 1_000_000, 1, 0, -5)
		if f.Min != nil {
			n = max(n, *f.Min)
		}
		if f.Max != nil {
			n = min(n, *f.Max)
		}
		return n, nil
	case catalog.Percent:
		return pick[int64](w, 50, 100, 0), nil
	case catalog.Bool:
		return pick(w, true, false), nil
	case catalog.Date:
		return (today - town.Day(pick(w, 30, 0, 300-7*at, 400))).String(), nil
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
		return pick(w, keysOf(f.List)...), nil
	case catalog.Flags:
		all := keysOf(f.List)
		return pick(w, all[:1], all), nil
	case catalog.OfficeType:
		if w.mine != "" && pick(w, 0, 1) == 1 {
			return w.mine, nil
		}
		return pick(w, w.Cat.OfficeOrder...), nil
	case catalog.Offices:
		return w.Cat.OfficeOrder[:2], nil
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
		rows := make([]map[string]any, pick(w, 3, 1))
		for i := range rows {
			rows[i] = map[string]any{}
			for _, c := range f.Columns {
				if c.Origin != catalog.Typed {
					continue
				}
				x, err := w.value(c, at+i, depth)
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

func keysOf(l *catalog.List) []string {
	var out []string
	for i := range l.Items {
		out = append(out, l.Items[i].Key)
	}
	return out
}

// one gives a record of a type to refer to, opened once.
func (w *walker) one(typ string, depth int) (town.ID, error) {
	if id := w.made[typ]; id != 0 {
		return id, nil
	}
	if depth > 6 {
		return 0, fmt.Errorf("%s refers too deep", typ)
	}
	id, err := w.open(w.Cat.Types[typ], nil, depth)
	if err == nil {
		w.made[typ] = id
	}
	return id, err
}

// open opens a record with its required fields and what with says; a drawn one fills some others too. What the checks of
// the type refuse is drawn again.
func (w *walker) open(t *catalog.Type, with town.Values, depth int) (id town.ID, err error) {
	defer func(plain bool) { w.plain = plain }(w.plain)
	for range 12 {
		if id, err = w.openOnce(t, with, depth); err == nil || town.KindOf(err) == town.Internal {
			return id, err
		}
		w.plain = false
	}
	return 0, fmt.Errorf("%s cannot be opened: %w", t.Key, err)
}

func (w *walker) openOnce(t *catalog.Type, with town.Values, depth int) (town.ID, error) {
	fields := maps.Clone(with)
	if fields == nil {
		fields = town.Values{}
	}
	actor := town.Actor{Kind: town.System}
	if i := slices.IndexFunc(t.OpensBy, func(r string) bool { return r != "system" }); i >= 0 {
		actor = w.actor(pick(w, t.OpensBy[i:]...))
	}
	for i, f := range t.Fields {
		if _, said := fields[f.Key]; said || f.Origin != catalog.Typed || !f.Required && (w.plain || w.draw.IntN(3) > 0 || f.Type == catalog.Ref && f.RefType == t.Key) {
			continue
		}
		x, err := w.value(f, i, depth)
		if err != nil {
			return 0, fmt.Errorf("%s.%s: %w", t.Key, f.Key, err)
		}
		fields[f.Key] = x
	}
	_, p, _ := flow.PeriodOf("month", w.Today())
	c, err := w.Do(actor, town.Command{Op: town.Create, Type: t.Key, Fields: fields, Step: -1, Plan: &town.Slot{Plan: "test", Key: p.String(), Due: p.Last()}})
	if err != nil {
		return 0, err
	}
	return c.After.ID, nil
}

// actor is somebody with a role, another person each time.
func (w *walker) actor(role string) town.Actor {
	w.staff++
	office := ""
	if r := w.Cat.Roles[role]; r != nil {
		office = r.Office
	}
	w.mine = office
	return towntest.Staff(w.staff, role, office)
}

// command makes up what a move needs, and sometimes what it asks.
func (w *walker) command(t *catalog.Type, m *catalog.Move, id town.ID) (town.Command, error) {
	cmd := town.Command{Op: town.Move, Record: id, Move: m.Key, Reason: "示例理由", Note: "示例说明", Step: -1, Fields: town.Values{}}
	if slices.Contains(m.Needs, "days") {
		cmd.Days = 1
	}
	for _, f := range m.Fields(t) {
		if f.Origin != catalog.Typed && f.Origin != catalog.Copied || slices.Contains(m.Asks, f.Key) && pick(w, 1, 0) == 0 {
			continue
		}
		x, err := w.value(f, slices.Index(t.Fields, f), 0)
		if err != nil {
			return cmd, err
		}
		cmd.Fields[f.Key] = x
	}
	return cmd, nil
}

// make makes a move with a right role: by a person, the system, or the clock that has run out.
func (w *walker) make(t *catalog.Type, m *catalog.Move, id town.ID) error {
	var actor town.Actor
	if len(m.By) > 0 {
		actor = w.actor(pick(w, m.By...))
	}
	cmd, err := w.command(t, m, id)
	if err != nil {
		return err
	}
	switch {
	case len(m.By) > 0:
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

// push makes a move, and where a guard forbids it, first does what guards wait for: settles the records that refer to this
// one and those it refers to, makes the moves that stay in the stage, opens records that refer to it or to what it refers
// to, and lets time pass.
func (w *walker) push(t *catalog.Type, m *catalog.Move, id town.ID, depth int) error {
	err := w.make(t, m, id)
	for try := 0; try < 8 && depth < 2 && refusal(err); try++ {
		if w.plain = false; try == 0 {
			w.settleAround(id, depth)
		}
		if try == 2 {
			w.stay(t, m, id)
		}
		if try == 3 {
			w.openBelow(t, id, depth)
		}
		if try == 5 {
			w.openBeside(t, id, depth)
		}
		if try == 6 {
			w.Wait(45)
		}
		if !slices.Contains(m.From, w.Records[id].Stage) {
			return err // what was settled moved this record as well
		}
		err = w.make(t, m, id)
	}
	return err
}

// refusal tells whether the rules of a record refused a move, rather than its role or a fault.
func refusal(err error) bool {
	k := town.KindOf(err)
	return err != nil && (k == town.Conflict || k == town.Invalid)
}

// settle walks a record to where its work is done.
func (w *walker) settle(id town.ID, depth int) {
	for range 8 {
		rec := w.Records[id]
		t := w.Cat.Types[rec.Type]
		s := t.Stage(rec.Stage)
		if s == nil || s.Done || s.Void {
			return
		}
		way := w.ahead(t, rec.Stage, func(stage string) bool { x := t.Stage(stage); return x.Done && !x.Void })
		if len(way) == 0 || w.push(t, way[0], id, depth+1) != nil {
			return
		}
	}
}

func (w *walker) settleAround(id town.ID, depth int) {
	rec := w.Records[id]
	for _, f := range w.Cat.Types[rec.Type].Fields {
		if f.Type == catalog.Ref && rec.Int(f.Key) != 0 {
			w.settle(town.ID(rec.Int(f.Key)), depth)
		}
	}
	w.eachBelow(rec.Type, func(c *catalog.Type, f *catalog.Field) {
		children, _ := w.Children(id, c.Key, f.Key)
		for _, x := range children {
			w.settle(x.ID, depth)
		}
	})
}

// stay makes the other moves that leave the record in its stage.
func (w *walker) stay(t *catalog.Type, m *catalog.Move, id town.ID) {
	for _, x := range t.Moves {
		if x != m && x.To == "" && slices.Contains(x.From, w.Records[id].Stage) {
			_ = w.make(t, x, id)
		}
	}
}

// openBelow opens and settles a record of each type that refers to this one.
func (w *walker) openBelow(t *catalog.Type, id town.ID, depth int) {
	w.eachBelow(t.Key, func(c *catalog.Type, f *catalog.Field) {
		if child, err := w.open(c, town.Values{f.Key: int64(id)}, 1); err == nil {
			w.settle(child, depth)
		}
	})
}

// openBeside opens and settles records that refer to what this one refers to: what they leave is what this one may take.
func (w *walker) openBeside(t *catalog.Type, id town.ID, depth int) {
	for _, f := range t.Fields {
		if far := w.Records[id].Int(f.Key); f.Type == catalog.Ref && far != 0 {
			w.openBelow(w.Cat.Types[f.RefType], town.ID(far), depth)
		}
	}
}

func (w *walker) eachBelow(typ string, do func(*catalog.Type, *catalog.Field)) {
	for _, key := range w.Cat.TypeOrder {
		c := w.Cat.Types[key]
		for _, f := range c.Fields {
			if f.Type == catalog.Ref && f.RefType == typ && f.Origin == catalog.Typed && key != typ {
				do(c, f)
			}
		}
	}
}

// ahead is the shortest way of moves from a stage to one that is wanted; a drawn walk may go round.
func (w *walker) ahead(t *catalog.Type, from string, wanted func(stage string) bool) []*catalog.Move {
	type at struct {
		stage string
		way   []*catalog.Move
	}
	seen := map[string]bool{from: true}
	for queue := []at{{stage: from}}; len(queue) > 0; {
		a := queue[0]
		queue = queue[1:]
		if wanted(a.stage) {
			return a.way
		}
		moves := slices.Clone(t.Moves)
		if !w.plain {
			w.draw.Shuffle(len(moves), func(i, j int) { moves[i], moves[j] = moves[j], moves[i] })
		}
		for _, m := range moves {
			if m.To == "" || m.To == "same" || !slices.Contains(m.From, a.stage) || seen[m.To] {
				continue
			}
			seen[m.To] = true
			queue = append(queue, at{m.To, append(slices.Clone(a.way), m)})
		}
	}
	return nil
}

// walk opens a record and makes moves until m is made.
func (w *walker) walk(t *testing.T, typ *catalog.Type, m *catalog.Move) error {
	id, err := w.open(typ, nil, 0)
	if err != nil {
		return err
	}
	defer marked(t, w, id)
	for range 12 {
		way := w.ahead(typ, w.Records[id].Stage, func(stage string) bool { return slices.Contains(m.From, stage) })
		if len(way) == 0 {
			if !slices.Contains(m.From, w.Records[id].Stage) {
				return town.Refuse(town.Conflict, "", "走入歧途", "no way leads on from %s", w.Records[id].Stage)
			}
			rightAndWrong(t, w, typ, m, id)
			return w.push(typ, m, id, 0)
		}
		if err := w.push(typ, way[0], id, 0); err != nil {
			return fmt.Errorf("at %s: %w", way[0].Key, err)
		}
	}
	return town.Refuse(town.Conflict, "", "走不到", "the way is too long")
}

// Every record of the town can be opened and every move of every flow made by a right role with what it needs, and is
// refused to every other role.
func TestEveryMoveOfTheTown(t *testing.T) {
	cat := jingwu(t)
	walked, drafts := 0, 0
	for _, key := range cat.TypeOrder {
		typ := cat.Types[key]
		opens(t, newWalker(t, cat, key, 0), typ)
		for _, m := range typ.Moves {
			var err error
			for draft := range 200 {
				drafts++
				if err = newWalker(t, cat, key+"."+m.Key, draft).walk(t, typ, m); err == nil || town.KindOf(err) == town.Internal {
					break
				}
			}
			if err != nil {
				t.Errorf("%s.%s cannot be made: %v", key, m.Key, err)
				continue
			}
			walked++
		}
	}
	t.Logf("%d moves walked in %d drafts", walked, drafts)
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

// opens holds that the roles that may open a record of a type are let through to its fields, and nobody else.
func opens(t *testing.T, w *walker, typ *catalog.Type) {
	t.Helper()
	for _, role := range w.Cat.RoleOrder {
		_, err := flow.Open(w.Cat, typ, w, w.actor(role), town.Command{Op: town.Create, Type: typ.Key, Step: -1})
		if right, denied := slices.Contains(typ.OpensBy, role), town.KindOf(err) == town.Denied; right == denied {
			t.Errorf("%s opened by %s: %v; may it: %v", typ.Key, role, err, right)
		}
	}
}

// rightAndWrong holds that each right role may make the move, and that nobody else may.
func rightAndWrong(t *testing.T, w *walker, typ *catalog.Type, m *catalog.Move, id town.ID) {
	t.Helper()
	cmd, err := w.command(typ, m, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range w.Cat.RoleOrder {
		_, err := flow.Move(w.Cat, typ, w, w.Records[id], w.actor(role), cmd)
		if right, denied := slices.Contains(m.By, role), town.KindOf(err) == town.Denied; right == denied {
			t.Errorf("%s.%s by %s: %v; may it: %v", typ.Key, m.Key, role, err, right)
		}
	}
}
