package towntest

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"zhenwu/internal/flow"
	"zhenwu/internal/town"
)

// people hold every role of the small town, two of each.
var people = []town.Actor{
	Staff(1, "clerk", "desk"), Staff(2, "clerk", "law"), Staff(3, "handler", "works"),
	Staff(4, "handler", "law"), Staff(5, "chief", "desk"), Staff(6, "chief", "works"),
}

// everybody is an actor with every post, for steps that are about the record and not the role.
func everybody(person int64) town.Actor {
	a := town.Actor{Person: person, Kind: town.Sim}
	for _, p := range people {
		a.Posts = append(a.Posts, p.Posts...)
	}
	return a
}

// Walk makes one random command: open, move, correct, void, undo, or let time go by; often on an earlier day, sometimes one that is refused. An
// error that is no refusal fails the test.
func (t *Town) Walk(r *rapid.T) {
	who, cmd, ok := t.Next(r)
	if !ok {
		return
	}
	if _, err := t.Do(who, cmd); err != nil && town.KindOf(err) == town.Internal {
		r.Fatalf("%+v: %v", cmd, err)
	}
}

// Next draws the next command of a walk and who gives it; ok is false when time went by instead, or when there is nothing to do it to.
func (t *Town) Next(r *rapid.T) (who town.Actor, cmd town.Command, ok bool) {
	day := func(label string) town.Day {
		if rapid.IntRange(0, 3).Draw(r, label+"?") > 0 {
			return town.NoDay
		}
		return t.Today() - town.Day(rapid.IntRange(0, 400).Draw(r, label))
	}
	village := func() string { return rapid.SampledFrom(Villages).Draw(r, "village") }
	date := func(label string) string {
		return (t.Today() + town.Day(rapid.IntRange(-500, 60).Draw(r, label))).String()
	}
	who = everybody(rapid.Int64Range(1, 6).Draw(r, "who"))
	cmd = town.Command{Day: town.NoDay, Step: -1, Reason: "理由", Note: "说明"}
	pick := func(types ...string) *town.Record {
		var ids []town.ID
		for id, rec := range t.Records {
			if len(types) == 0 || slices.Contains(types, rec.Type) {
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 {
			return nil
		}
		slices.Sort(ids)
		return t.Records[rapid.SampledFrom(ids).Draw(r, "record")]
	}
	switch what := rapid.IntRange(0, 19).Draw(r, "what"); {
	case what == 0:
		t.Wait(rapid.IntRange(1, 40).Draw(r, "wait"))
		return who, cmd, false
	case what <= 6:
		cmd.Op, cmd.Day = town.Create, day("day")
		switch rapid.IntRange(0, 5).Draw(r, "type") {
		case 0:
			cmd.Type = "firm"
			cmd.Fields = town.Values{"code": fmt.Sprint("f", len(t.Records)), "name": "企业", "place": village(),
				"since": date("since"), "grade": rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "grade")}
		case 1:
			cmd.Type = "fine"
			f := pick("firm")
			if f == nil {
				return who, cmd, false
			}
			cmd.Fields = town.Values{"firm": int64(f.ID), "amount": rapid.Int64Range(1, 90000).Draw(r, "amount"), "due": date("due")}
		case 2:
			cmd.Type = "patrol"
			cmd.Fields = town.Values{"site": village()}
			_, p, _ := flow.PeriodOf("month", t.Today())
			cmd.Plan = &town.Slot{Plan: "monthly", Key: p.String(), Due: p.Last()}
		default:
			cmd.Type = "order"
			cmd.Fields = town.Values{"title": "标题", "kind": rapid.SampledFrom([]string{"road", "noise"}).Draw(r, "kind"), "site": village()}
			if rapid.Bool().Draw(r, "urgent") {
				cmd.Fields["urgent"] = true
			}
			if f := pick("firm"); f != nil && rapid.Bool().Draw(r, "of a firm") {
				delete(cmd.Fields, "site")
				cmd.Fields["firm"] = int64(f.ID)
			}
		}
	case what <= 13:
		kind := rapid.SampledFrom([]string{"order", "order", "order", "fine", "patrol", "part", "firm"}).Draw(r, "of")
		rec := pick(kind)
		if rec == nil {
			return who, cmd, false
		}
		typ := t.Cat.Types[rec.Type]
		var moves []string
		for _, m := range typ.Moves {
			if slices.Contains(m.From, rec.Stage) && len(m.By) > 0 {
				moves = append(moves, m.Key)
			}
		}
		if len(moves) == 0 {
			return who, cmd, false
		}
		cmd.Op, cmd.Record, cmd.Move, cmd.Day = town.Move, rec.ID, rapid.SampledFrom(moves).Draw(r, "move"), day("day")
		switch cmd.Move {
		case "assign":
			cmd.Fields = town.Values{"offices": rapid.SampledFrom([][]string{{"works"}, {"law", "works"}}).Draw(r, "offices")}
		case "take":
			cmd.Fields = town.Values{"signed_on": min(t.Today().String(), date("signed"))}
		case "answer":
			cmd.Fields = town.Values{"answer": "已办"}
		case "extend":
			cmd.Days = int32(rapid.IntRange(0, 12).Draw(r, "days"))
		case "pay":
			cmd.Fields = town.Values{"amount": rapid.Int64Range(1, 90000).Draw(r, "amount")}
		}
	case what <= 16:
		rec := pick()
		if rec == nil {
			return who, cmd, false
		}
		cmd.Op, cmd.Record = town.Correct, rec.ID
		if rapid.Bool().Draw(r, "step") {
			cmd.Step = rapid.IntRange(0, len(rec.Steps)-1).Draw(r, "which")
			cmd.Day = t.Today() - town.Day(rapid.IntRange(1, 500).Draw(r, "new day"))
			if rapid.Bool().Draw(r, "office") {
				cmd.Field = "law"
			}
			break
		}
		cmd.Day = day("from")
		switch rec.Type {
		case "firm":
			cmd.Fields = rapid.SampledFrom([]town.Values{{"grade": "c"}, {"grade": "a"}, {"place": village()}, {"ended": date("ended")}, {"ended": nil}, {"since": date("since")}, {"budget": int64(100000)}, {"name": "改名"}}).Draw(r, "fields")
		case "fine":
			cmd.Fields = rapid.SampledFrom([]town.Values{{"amount": int64(500)}, {"due": date("due")}, {"site": village()}}).Draw(r, "fields")
		case "order":
			cmd.Fields = rapid.SampledFrom([]town.Values{{"kind": "road"}, {"kind": "noise"}, {"urgent": true}, {"urgent": nil}, {"site": village()}, {"firm": nil}, {"fee": int64(7)},
				{"people": []map[string]any{{"what": "甲", "owed": int64(100)}, {"what": "乙", "owed": int64(50)}}}}).Draw(r, "fields")
		default:
			cmd.Fields = town.Values{"site": village()}
		}
	default:
		rec := pick()
		if rec == nil {
			return who, cmd, false
		}
		cmd.Op, cmd.Record = town.Undo, rec.ID
		if what == 17 {
			cmd.Op = town.Void
		}
	}
	return who, cmd, true
}
