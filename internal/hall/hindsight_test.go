package hall

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/figure"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// story is the life of one order or fine as it ought to be told.
type story struct {
	kind    string // order or fine
	firm    int    // which firm, -1 none
	village string
	fields  town.Values // besides firm and site
	opened  town.Day
	moves   []move
	void    bool
}

type move struct {
	name   string
	day    town.Day
	fields town.Values
	office string
}

func drawStory(r *rapid.T, today town.Day) story {
	s := story{firm: rapid.IntRange(-1, 2).Draw(r, "firm"), village: rapid.SampledFrom(towntest.Villages).Draw(r, "village"), opened: today - town.Day(rapid.IntRange(45, 400).Draw(r, "opened")),
		void: rapid.IntRange(0, 6).Draw(r, "void") == 0}
	day := s.opened
	step := func(name string, fields town.Values) {
		day += town.Day(rapid.IntRange(0, 9).Draw(r, name))
		s.moves = append(s.moves, move{name, day, fields, rapid.SampledFrom([]string{"works", "law"}).Draw(r, "office")})
	}
	if s.firm >= 0 && rapid.IntRange(0, 3).Draw(r, "fine") == 0 {
		s.kind = "fine"
		s.fields = town.Values{"amount": rapid.Int64Range(1, 90000).Draw(r, "amount"), "due": (day + town.Day(rapid.IntRange(0, 60).Draw(r, "due"))).String()}
		if rapid.Bool().Draw(r, "paid") {
			step("pay", nil)
		}
		return s
	}
	s.kind = "order"
	s.fields = town.Values{"title": "标题", "kind": rapid.SampledFrom([]string{"road", "noise"}).Draw(r, "kind"), "urgent": rapid.Bool().Draw(r, "urgent")}
	for _, m := range []string{"take", "refuse", "rule", "answer", "close"}[:rapid.IntRange(0, 5).Draw(r, "moves")] {
		switch m {
		case "refuse", "rule":
			if len(s.moves) == 0 || s.fields["urgent"] == true { // urgent ones are not refused here
				continue
			}
			step(m, nil)
		case "answer":
			step(m, town.Values{"answer": "已办"})
		default:
			step(m, nil)
		}
	}
	return s
}

// teller plays stories through a hall.
type teller struct {
	p     *twin
	n     int
	firms []town.ID
	now   town.Millis
}

func (x *teller) do(person int64, c town.Command) (town.Answer, error) {
	x.n++
	c.ID, c.At = fmt.Sprint("s", x.n), x.now
	if c.Op != town.Correct {
		c.Step = -1
	}
	a := town.Actor{Person: person, Kind: town.Sim, Posts: []town.Post{{Role: "clerk", Office: "desk"}, {Role: "handler", Office: "works"}, {Role: "chief", Office: "desk"}}}
	return x.p.h.Do(context.Background(), a, c)
}

func (x *teller) must(person int64, c town.Command) town.Answer {
	x.p.r.Helper()
	a, err := x.do(person, c)
	if err != nil {
		x.p.r.Fatalf("%+v: %v", c, err)
	}
	return a
}

func (x *teller) open(s story) town.ID {
	f := s.fields.Clone()
	if s.firm >= 0 {
		f["firm"] = int64(x.firms[s.firm])
	} else {
		f["site"] = s.village
	}
	if s.firm >= 0 {
		f["site"] = s.village
	}
	return x.must(1, town.Command{Op: town.Create, Type: s.kind, Fields: f, Day: s.opened}).Record
}

func (x *teller) move(id town.ID, i int, m move) {
	f := m.fields.Clone()
	x.must(int64(2+i), town.Command{Op: town.Move, Record: id, Move: m.name, Fields: f, Day: m.day, Reason: "理由"})
}

// straight tells a story as it is.
func (x *teller) straight(s story) {
	id := x.open(s)
	for i, m := range s.moves {
		x.move(id, i, m)
	}
	for i, m := range s.moves {
		x.office(id, i, m)
	}
	if s.void {
		x.must(9, town.Command{Op: town.Void, Record: id, Reason: "理由", Day: town.NoDay})
	}
}

// office puts the step of a move into its office.
func (x *teller) office(id town.ID, i int, m move) {
	_, err := x.do(9, town.Command{Op: town.Correct, Record: id, Step: i + 1, Field: m.office, Day: town.NoDay, Reason: "理由"})
	if err != nil && town.KindOf(err) != town.Conflict { // it is there already
		x.p.r.Fatal(err)
	}
}

// crooked tells it wrongly first: other values, other days, another place, steps too many, voids; and then mends it.
func (x *teller) crooked(s story) {
	r := x.p.r
	wrong := s
	wrong.fields = s.fields.Clone()
	again := town.Values{}
	for _, k := range s.fields.Names() {
		if !rapid.Bool().Draw(r, "wrong "+k) {
			continue
		}
		again[k] = s.fields[k]
		switch k {
		case "kind":
			wrong.fields[k] = map[any]string{"road": "noise", "noise": "road"}[s.fields[k]]
		case "urgent":
			wrong.fields[k] = s.fields[k] == false
		case "amount":
			wrong.fields[k] = int64(77)
		case "due":
			wrong.fields[k] = (s.opened + 300).String()
		case "title":
			wrong.fields[k] = "另题"
		}
	}
	if rapid.Bool().Draw(r, "misplaced") {
		wrong.village = towntest.Villages[0]
		if s.village == wrong.village {
			wrong.village = towntest.Villages[1]
		}
		again["site"] = s.village
	}
	wrong.opened -= town.Day(rapid.IntRange(0, 40).Draw(r, "misdated"))
	id := x.open(wrong)
	days := []town.Day{wrong.opened}
	for i, m := range s.moves {
		if rapid.IntRange(0, 3).Draw(r, "detour") == 0 { // void and back
			x.must(9, town.Command{Op: town.Void, Record: id, Reason: "理由", Day: town.NoDay})
			x.must(9, town.Command{Op: town.Undo, Record: id, Reason: "理由", Day: town.NoDay})
		}
		if rapid.IntRange(0, 3).Draw(r, "undone") == 0 { // made, undone, made anew
			x.move(id, i, move{m.name, m.day - 3, m.fields, m.office})
			x.must(int64(2+i), town.Command{Op: town.Undo, Record: id, Reason: "理由", Day: town.NoDay})
		}
		m.day -= town.Day(rapid.IntRange(0, 5).Draw(r, "early"))
		days = append(days, m.day)
		x.move(id, i, m)
	}
	if len(again) > 0 {
		x.must(9, town.Command{Op: town.Correct, Record: id, Step: -1, Fields: again, Day: town.NoDay, Reason: "理由"})
	}
	right := []town.Day{s.opened}
	for _, m := range s.moves {
		right = append(right, m.day)
	}
	order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(r, "order")
	for _, i := range order {
		if i < len(days) && days[i] != right[i] {
			x.must(9, town.Command{Op: town.Correct, Record: id, Step: i, Day: right[i], Reason: "理由"})
		}
	}
	for i, m := range s.moves {
		x.office(id, i, m)
	}
	if s.void {
		x.must(9, town.Command{Op: town.Void, Record: id, Reason: "理由", Day: town.NoDay})
	}
}

// cells reads all tallies of a town, spelled.
func (p *twin) cells() map[figure.Cell]int64 {
	out := map[figure.Cell]int64{}
	p.read(func(rd *Reader) {
		rows, err := rd.q.Figures(context.Background(), rd.code)
		p.no(err)
		for _, row := range rows {
			cells, err := rd.q.TallyOf(context.Background(), rd.code, row.ID)
			p.no(err)
			for _, c := range cells {
				out[figure.Cell{Figure: row.Key, Slice: rd.v.spelled[c.Slice].Word, Place: rd.v.byID[c.Place].Code, Span: c.Span}] = c.N
			}
		}
	})
	return out
}

// Told wrongly and then mended, the figures are those of the same stories told right from the start.
func TestHindsight(t *testing.T) {
	catalogs := towntest.Variants(t)
	small(t, 12, func(t *testing.T, r *rapid.T, dsn func() string) {
		cat, text := catalogs.DrawText(r, "catalog")
		today := began
		var stories []story
		for range rapid.IntRange(1, 6).Draw(r, "stories") {
			stories = append(stories, drawStory(r, today))
		}
		tell := func(how func(*teller, story)) map[figure.Cell]int64 {
			p := newTwin(t, r, dsn(), cat, text)
			defer p.close()
			x := &teller{p: p, now: p.mem.Clock}
			for i := range 3 {
				x.firms = append(x.firms, x.must(1, town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": fmt.Sprint(i), "name": "企业", "place": towntest.Villages[i], "since": "2020-01-01", "grade": "a"}, Day: today - 500}).Record)
			}
			for _, s := range stories {
				how(x, s)
			}
			return p.cells()
		}
		want, got := tell((*teller).straight), tell((*teller).crooked)
		if d := differ(got, want); d != "" {
			r.Fatalf("mended afterwards, the figures differ from what they would have been: %s", d)
		}
	})
}
