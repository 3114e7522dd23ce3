package flow_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"zhenwu/internal/flow"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

var (
	clerk   = towntest.Staff(1, "clerk", "desk")
	handler = towntest.Staff(3, "handler", "works")
	chief   = towntest.Staff(5, "chief", "desk")
	system  = town.Actor{Kind: town.System}
)

// small opens a town on Thursday 4 May 2023, nine o'clock, with one order.
func small(t *testing.T, fields town.Values) (*towntest.Town, town.ID) {
	t.Helper()
	w := towntest.New(t, towntest.Load(t, towntest.Declarations), town.DayOf(2023, 5, 4))
	all := town.Values{"title": "路灯不亮", "kind": "road", "site": towntest.Villages[0]}
	for k, x := range fields {
		all[k] = x
	}
	return w, must(t, w, clerk, town.Command{Op: town.Create, Type: "order", Fields: all})
}

func must(t *testing.T, w *towntest.Town, who town.Actor, cmd town.Command) town.ID {
	t.Helper()
	if cmd.Op != town.Correct || len(cmd.Fields) > 0 {
		cmd.Step = -1
	}
	c, err := w.Do(who, cmd)
	if err != nil {
		t.Fatalf("%s %s: %v", cmd.Op, cmd.Move, err)
	}
	return c.After.ID
}

func refused(t *testing.T, w *towntest.Town, who town.Actor, cmd town.Command, kind town.Kind, words string) {
	t.Helper()
	cmd.Step = -1
	_, err := w.Do(who, cmd)
	if err == nil {
		t.Fatalf("%s %s was not refused", cmd.Op, cmd.Move)
	}
	if town.KindOf(err) != kind || !strings.Contains(err.Error(), words) {
		t.Fatalf("%s %s: got %v error %q, want %v with %q", cmd.Op, cmd.Move, town.KindOf(err), err, kind, words)
	}
	if e, ok := err.(*town.Error); !ok || e.Zh == "" || strings.Contains(e.Zh, "%!") || strings.Contains(e.En, "%!") {
		t.Fatalf("%s %s: the refusal has no clean sentence: %#v", cmd.Op, cmd.Move, err)
	}
}

func move(id town.ID, name string, fields town.Values) town.Command {
	return town.Command{Op: town.Move, Record: id, Move: name, Fields: fields, Reason: "理由"}
}

func TestRefusals(t *testing.T) {
	w, id := small(t, nil)
	bare := func(fields town.Values) town.Command {
		return town.Command{Op: town.Create, Type: "order", Fields: fields}
	}
	refused(t, w, handler, bare(town.Values{"title": "x", "kind": "road"}), town.Denied, "You may not open")
	refused(t, w, clerk, bare(town.Values{"kind": "road"}), town.Invalid, "[title]")
	refused(t, w, clerk, bare(town.Values{"title": "x", "kind": "roads"}), town.Invalid, "did you mean “road”")
	refused(t, w, clerk, bare(town.Values{"titel": "x", "kind": "road"}), town.Invalid, "did you mean “title”")
	refused(t, w, clerk, bare(town.Values{"title": int64(3), "kind": "road"}), town.Invalid, "must be a text")
	refused(t, w, clerk, bare(town.Values{"title": strings.Repeat("长", 41), "kind": "road"}), town.Invalid, "40 characters, not 41")
	refused(t, w, clerk, bare(town.Values{"title": "x", "kind": "road", "site": "999"}), town.Invalid, "no place 999")
	refused(t, w, clerk, bare(town.Values{"title": "x", "kind": "road", "firm": int64(77)}), town.Invalid, "no such record 77")
	refused(t, w, clerk, bare(town.Values{"title": "x", "kind": "road", "firm": int64(id)}), town.Invalid, "no such record")
	refused(t, w, clerk, bare(town.Values{"title": "x", "kind": "road", "owed": int64(1)}), town.Invalid, "worked out by the system")
	refused(t, w, clerk, bare(town.Values{"title": "x", "kind": "road", "fee": int64(-1)}), town.Invalid, "A fee cannot be negative")
	refused(t, w, clerk, bare(town.Values{"title": "x", "kind": "road", "signed_on": "2023-02-30"}), town.Invalid, "must be a day")
	refused(t, w, clerk, town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "x", "kind": "road"}, Day: w.Today() + 1}, town.Invalid, "later than today")
	staff := clerk
	staff.Kind = town.Staff
	refused(t, w, staff, town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "x", "kind": "road"}, Day: w.Today() - 1}, town.Denied, "earlier day")

	refused(t, w, clerk, move(id, "asign", nil), town.Invalid, "did you mean “assign”")
	refused(t, w, clerk, move(id, "close", nil), town.Conflict, "stands at “Received”")
	refused(t, w, handler, move(id, "assign", town.Values{"offices": []string{"works"}}), town.Denied, "Clerk may")
	refused(t, w, clerk, move(id, "assign", nil), town.Invalid, "[offices]")
	refused(t, w, clerk, town.Command{Op: town.Move, Record: id, Move: "take", Rev: 9}, town.Stale, "revision 1, you saw 9")
	refused(t, w, clerk, move(id, "take", town.Values{"signed_on": "2023-05-05"}), town.Invalid, "later than today")
	refused(t, w, system, move(id, "take", nil), town.Denied, "not made by the system")
	refused(t, w, clerk, move(id, "take", town.Values{"kind": "noise"}), town.Conflict, "correct it instead")

	must(t, w, clerk, move(id, "take", nil))
	c := move(id, "extend", nil)
	refused(t, w, chief, c, town.Invalid, "days of the extension")
	c.Days = 11
	refused(t, w, chief, c, town.Invalid, "10 workdays, not 11")
	c.Days, c.Reason = 3, " "
	refused(t, w, chief, c, town.Invalid, "needs a reason")
	c.Reason = "案情复杂"
	must(t, w, chief, c)
	refused(t, w, chief, c, town.Conflict, "extended 1 times")
	refused(t, w, handler, town.Command{Op: town.Void, Record: id, Reason: "错"}, town.Denied, "correct or void")
	refused(t, w, clerk, town.Command{Op: town.Void, Record: id}, town.Invalid, "reason")
	must(t, w, clerk, town.Command{Op: town.Void, Record: id, Reason: "重复"})
	refused(t, w, handler, move(id, "answer", town.Values{"answer": "好"}), town.Conflict, "void")
}

// What a move asks may stay empty, and may be said anew when the move is made again; no other move changes it.
func TestMove_asks_and_asks_again(t *testing.T) {
	w, id := small(t, nil)
	must(t, w, clerk, move(id, "take", nil))
	must(t, w, handler, move(id, "answer", town.Values{"answer": "已修", "fee": int64(100)}))
	c := move(id, "redo", town.Values{"fee": int64(0)})
	c.Reason = "未修好"
	refused(t, w, chief, c, town.Conflict, "correct it instead")
	c.Fields = nil
	must(t, w, chief, c)
	must(t, w, handler, move(id, "answer", town.Values{"answer": "重修", "fee": int64(250)}))
	r, _ := w.Record(id)
	if r.Stated["fee"] != int64(250) || r.Stated["answer"] != "重修" {
		t.Errorf("the second answer left %v", r.Stated)
	}
	must(t, w, chief, c)
	must(t, w, handler, move(id, "answer", nil)) // nothing new: what was said stands
}

// One person cannot make two moves that bar each other; the first of two in a batch is seen by the second.
// A check of a type sees who asks and what stood before, whichever way a field is given: a field of one office is changed by no other.
func TestChecks_see_who_asks(t *testing.T) {
	w, id := small(t, town.Values{"grant": int64(100)})
	must(t, w, clerk, move(id, "take", nil))
	works := towntest.Staff(6, "chief", "works")
	refused(t, w, works, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"grant": int64(200)}, Reason: "误"}, town.Invalid, "The desk states the grant")
	refused(t, w, works, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"grant": nil}, Reason: "误"}, town.Invalid, "The desk states the grant")
	refused(t, w, handler, move(id, "answer", town.Values{"answer": "已修", "grant": int64(300)}), town.Conflict, "correct it instead")
	must(t, w, handler, move(id, "answer", town.Values{"answer": "已修"})) // what leaves it as it is may be anybody's
	must(t, w, chief, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"grant": int64(200)}, Reason: "误"})
	elsewhere := town.Actor{Person: 9, Kind: town.Sim, Posts: []town.Post{{Role: "clerk", Office: "works"}}}
	refused(t, w, elsewhere, town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "x", "kind": "road", "site": towntest.Villages[0], "grant": int64(1)}}, town.Invalid, "The desk states the grant")
	at := town.Actor{Person: 9, Kind: town.Sim, Posts: []town.Post{{Role: "clerk"}}} // a post without an office sits where its role does
	must(t, w, at, town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "x", "kind": "road", "site": towntest.Villages[0], "grant": int64(1)}})
}

func TestSeparationOfDuties(t *testing.T) {
	w, id := small(t, nil)
	both := town.Actor{Person: 7, Kind: town.Sim, Posts: []town.Post{{Role: "handler", Office: "works"}, {Role: "chief", Office: "desk"}}}
	must(t, w, clerk, move(id, "take", nil))
	must(t, w, both, move(id, "answer", town.Values{"answer": "已修"}))
	refused(t, w, both, move(id, "close", nil), town.Denied, "may not “Close” as well")
	must(t, w, chief, move(id, "close", nil))
	if got := w.Records[id].Steps[3]; got.Role != "chief" || got.Office != "desk" || got.From != "review" || got.To != "closed" {
		t.Fatalf("the step is %+v", got)
	}
}

// A move opens records for each office, a rollup counts them and bars the answer; a driven move ends them.
func TestEffects(t *testing.T) {
	w, id := small(t, nil)
	must(t, w, clerk, move(id, "assign", town.Values{"offices": []string{"works", "law"}}))
	if n := w.Records[id].Int("parts_open"); n != 2 {
		t.Fatalf("%d parts open, want 2", n)
	}
	refused(t, w, handler, move(id, "answer", town.Values{"answer": "好"}), town.Conflict, "Parts are open")
	must(t, w, handler, move(2, "finish", nil))
	if n := w.Records[id].Int("parts_open"); n != 1 {
		t.Fatalf("%d parts open, want 1", n)
	}
	must(t, w, handler, town.Command{Op: town.Undo, Record: 2, Reason: "误办"})
	if n := w.Records[id].Int("parts_open"); n != 2 {
		t.Fatalf("%d parts open after the undo, want 2", n)
	}
}

// Guards see the fields as they will be, the steps as they are.
func TestGuards(t *testing.T) {
	w, id := small(t, nil)
	must(t, w, clerk, move(id, "take", nil))
	must(t, w, handler, move(id, "refuse", nil))
	must(t, w, chief, move(id, "rule", nil))
	refused(t, w, handler, move(id, "refuse", nil), town.Conflict, "Not after a ruling")
	if r := w.Records[id]; r.Stated["ruled"] != true || r.Int("refusals") != 1 {
		t.Fatalf("ruled %v, refusals %d", r.Stated["ruled"], r.Int("refusals"))
	}
	firm := must(t, w, clerk, town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": "f", "name": "企业", "place": towntest.Villages[1], "since": "2020-01-01", "budget": int64(1000)}})
	pay := func(amount int64) (town.ID, town.Command) {
		fine := must(t, w, clerk, town.Command{Op: town.Create, Type: "fine", Fields: town.Values{"firm": int64(firm), "amount": amount, "due": "2023-06-01"}})
		return fine, move(fine, "pay", nil)
	}
	_, first := pay(700)
	must(t, w, clerk, first)
	if left := w.Records[firm].Int("left"); left != 300 {
		t.Fatalf("%d left, want 300", left)
	}
	second, cmd := pay(301)
	refused(t, w, clerk, cmd, town.Conflict, "Above the budget")
	must(t, w, clerk, town.Command{Op: town.Correct, Record: second, Fields: town.Values{"amount": int64(300)}, Reason: "抄错"})
	must(t, w, clerk, move(second, "pay", nil))
	if place := w.Records[second].Place; string(place) != towntest.Villages[1] {
		t.Fatalf("the fine counts at %s, want the firm's place", place)
	}
}

// A guard that nothing asked for can change bars a move before anybody fills in its form; one over what the form asks does not.
func TestBarred_by_a_guard(t *testing.T) {
	w, id := small(t, nil)
	barred := func(id town.ID, who town.Actor, name, want string) {
		t.Helper()
		rec := w.Records[id]
		err := flow.Barred(w.Cat, w.Cat.Types[rec.Type], w, rec, who, name)
		var e *town.Error
		switch {
		case want == "" && err != nil:
			t.Errorf("%s is barred: %v", name, err)
		case want != "" && (!errors.As(err, &e) || !strings.Contains(e.En, want)):
			t.Errorf("%s: barred by %v, want %q", name, err, want)
		}
	}
	must(t, w, clerk, move(id, "take", nil))
	barred(id, handler, "refuse", "")
	barred(id, handler, "answer", "")
	must(t, w, handler, move(id, "refuse", nil))
	must(t, w, chief, move(id, "rule", nil))
	barred(id, handler, "refuse", "Not after a ruling")

	second := must(t, w, clerk, town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "井盖缺失", "kind": "road", "site": towntest.Villages[0]}})
	must(t, w, clerk, move(second, "assign", town.Values{"offices": []string{"works"}}))
	barred(second, handler, "answer", "Parts are open")

	firm := must(t, w, clerk, town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": "f", "name": "企业", "place": towntest.Villages[1], "since": "2020-01-01", "budget": int64(100)}})
	fine := must(t, w, clerk, town.Command{Op: town.Create, Type: "fine", Fields: town.Values{"firm": int64(firm), "amount": int64(700), "due": "2023-06-01"}})
	barred(fine, clerk, "pay", "") // the amount is asked with the move
}

// Computed fields, computed columns and followed copies.
func TestDerived(t *testing.T) {
	w, id := small(t, town.Values{"fee": int64(20), "people": []map[string]any{{"what": "甲", "owed": int64(100)}, {"what": "乙", "owed": int64(50)}}})
	r := w.Records[id]
	if r.Int("owed") != 150 {
		t.Fatalf("owed %d, want 150", r.Int("owed"))
	}
	rows := r.Stated["people"].([]map[string]any)
	if rows[0]["rest"] != int64(80) || rows[1]["rest"] != int64(30) {
		t.Fatalf("the computed column is %v", rows)
	}
	firm := must(t, w, clerk, town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": "f", "name": "旧名", "place": towntest.Villages[1], "since": "2020-01-01"}})
	must(t, w, clerk, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"firm": int64(firm)}, Reason: "补填"})
	if r := w.Records[id]; r.Text("firm_name") != "旧名" || string(r.Place) != towntest.Villages[1] {
		t.Fatalf("linked: name %q, place %s", r.Text("firm_name"), r.Place)
	}
	must(t, w, clerk, town.Command{Op: town.Correct, Record: firm, Fields: town.Values{"name": "新名", "place": towntest.Villages[2]}, Reason: "更名"})
	if r := w.Records[id]; r.Text("firm_name") != "新名" || string(r.Place) != towntest.Villages[1] {
		t.Fatalf("the followed name is %q, the frozen place %s", r.Text("firm_name"), r.Place)
	}
}

// Undo gives back what the move set, unless it was changed since; not what opened other records, and not the opening.
func TestUndo(t *testing.T) {
	w, id := small(t, nil)
	undo := town.Command{Op: town.Undo, Record: id, Reason: "误办"}
	refused(t, w, clerk, undo, town.Conflict, "void the record")
	must(t, w, clerk, move(id, "take", town.Values{"signed_on": "2023-05-03"}))
	must(t, w, handler, move(id, "answer", town.Values{"answer": "已修"}))
	must(t, w, handler, undo)
	if r := w.Records[id]; r.Stage != "handling" || r.Text("answer") != "" || len(r.Steps) != 2 {
		t.Fatalf("undone: %s %q %d steps", r.Stage, r.Text("answer"), len(r.Steps))
	}
	must(t, w, clerk, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"signed_on": "2023-05-02"}, Reason: "更正"})
	if d := w.Records[id].Steps[1].Day; d != town.DayOf(2023, 5, 2) {
		t.Fatalf("the step's day is %s: it follows its field", d)
	}
	must(t, w, clerk, undo)
	if r := w.Records[id]; r.Stage != "received" || r.Text("signed_on") != "2023-05-02" {
		t.Fatalf("undone: %s, signed on %q, which was corrected since", r.Stage, r.Text("signed_on"))
	}
	must(t, w, clerk, move(id, "assign", town.Values{"offices": []string{"law"}}))
	refused(t, w, clerk, undo, town.Conflict, "changed other records")
	must(t, w, clerk, town.Command{Op: town.Void, Record: id, Reason: "重复"})
	must(t, w, clerk, undo)
	if w.Records[id].Voided {
		t.Fatal("the void was not taken back")
	}
}

func TestTracked(t *testing.T) {
	w := towntest.New(t, towntest.Load(t, towntest.Declarations), town.DayOf(2023, 5, 4))
	firm := must(t, w, clerk, town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": "f", "name": "企业", "place": towntest.Villages[0], "since": "2020-01-01", "grade": "a"}})
	correct := func(day town.Day, grade string) {
		must(t, w, clerk, town.Command{Op: town.Correct, Record: firm, Day: day, Fields: town.Values{"grade": grade}, Reason: "评级"})
	}
	w.Wait(100)
	correct(town.DayOf(2023, 6, 1), "b")
	correct(town.DayOf(2023, 5, 20), "c") // entered late: the later value stands
	if g := w.Records[firm].Text("grade"); g != "b" {
		t.Fatalf("the grade is %s, want b", g)
	}
	at := func(d town.Day) any {
		x, _ := flow.ViewAt(w.Cat, w.Cat.Types["firm"], w, w.Records[firm], d).Value("grade")
		return x
	}
	for _, c := range []struct {
		day  town.Day
		want string
	}{{town.DayOf(2021, 1, 1), "a"}, {town.DayOf(2023, 5, 19), "a"}, {town.DayOf(2023, 5, 20), "c"}, {town.DayOf(2023, 6, 1), "b"}} {
		if got := at(c.day); got != c.want {
			t.Errorf("on %s the grade was %v, want %s", c.day, got, c.want)
		}
	}
	correct(town.NoDay, "a") // without a day: the last value was wrong
	if got := at(town.DayOf(2023, 6, 1)); got != "a" {
		t.Errorf("the corrected value is %v, want a", got)
	}
}

func TestClocks(t *testing.T) {
	due := func(w *towntest.Town, id town.ID, clock string) string {
		x, _ := flow.Scope(w.Cat, w.Cat.Types[w.Records[id].Type], w, w.Records[id]).Value("due." + clock)
		s, _ := x.(string)
		return s
	}
	t.Run("workdays over a weekend with make-up work", func(t *testing.T) {
		w, id := small(t, nil) // Thursday 4 May; Saturday 6 May 2023 was a workday
		must(t, w, clerk, move(id, "take", nil))
		if got := due(w, id, "handle"); got != "2023-05-10" {
			t.Fatalf("due %s, want 2023-05-10: 5, 6, 8, 9, 10 May are workdays", got)
		}
		if c := w.Records[id].Clocks["sign"]; c.Stopped == 0 || c.Late {
			t.Fatalf("the sign-in clock is %+v, want stopped in time", c)
		}
	})
	t.Run("another rule for the urgent", func(t *testing.T) {
		w, id := small(t, town.Values{"urgent": true})
		must(t, w, clerk, move(id, "take", nil))
		if got := due(w, id, "handle"); got != "2023-05-05" {
			t.Fatalf("due %s, want 2023-05-05", got)
		}
	})
	t.Run("the rule of the day the clock started", func(t *testing.T) {
		w, id := small(t, nil)
		w.Wait(60) // 3 July 2023: seven workdays by now
		must(t, w, clerk, move(id, "take", nil))
		if got := due(w, id, "handle"); got != "2023-07-12" {
			t.Fatalf("due %s, want 2023-07-12", got)
		}
		w2, id2 := small(t, nil)
		w2.Wait(60)
		must(t, w2, clerk, move(id2, "take", town.Values{"signed_on": "2023-06-30"}))
		if got := due(w2, id2, "handle"); got != "2023-07-07" {
			t.Fatalf("due %s, want 2023-07-07 by the old rule", got)
		}
	})
	t.Run("a pause and an extension", func(t *testing.T) {
		w, id := small(t, nil)
		must(t, w, clerk, move(id, "take", nil))
		w.Wait(1) // Friday 5 May
		must(t, w, handler, move(id, "refuse", nil))
		if c := w.Records[id].Clocks["handle"]; !c.Paused || c.Due != 0 {
			t.Fatalf("the clock is %+v, want paused without a due day", c)
		}
		w.Wait(10) // Monday 15 May
		must(t, w, chief, move(id, "rule", nil))
		if got := due(w, id, "handle"); got != "2023-05-19" {
			t.Fatalf("due %s, want 2023-05-19: five workdays from the 15th on, the day of the ruling counting", got)
		}
		c := move(id, "extend", nil)
		c.Days = 2
		must(t, w, chief, c)
		if got := due(w, id, "handle"); got != "2023-05-23" {
			t.Fatalf("due %s, want 2023-05-23", got)
		}
		w.Wait(20)
		must(t, w, handler, move(id, "answer", town.Values{"answer": "已修"}))
		must(t, w, chief, move(id, "close", nil))
		k := w.Records[id].Clocks["handle"]
		if !k.Late || k.Stopped == 0 {
			t.Fatalf("the clock is %+v, want stopped late", k)
		}
		lines := flow.Explain(w.Cat, w.Cat.Types["order"], w, w.Records[id], "handle")
		text := ""
		for _, l := range lines {
			text += l.Zh + "\n" + l.En + "\n"
		}
		for _, want := range []string{"一般工单：5个工作日", "测试规则", "Extended by 2 workdays", "Stood still", "周末", "late"} {
			if !strings.Contains(text, want) {
				t.Errorf("the explanation lacks %q:\n%s", want, text)
			}
		}
	})
	t.Run("a move that starts the clock anew", func(t *testing.T) {
		// Of the same steps one clock counts from the first, the other from the move that restarts it.
		text := strings.Replace(towntest.Declarations, "pause: [disputed], limit", "restart: [redo], limit", 1)
		for declared, want := range map[string]string{towntest.Declarations: "2023-05-10", text: "2023-05-18"} {
			w := towntest.New(t, towntest.Load(t, declared), town.DayOf(2023, 5, 4))
			id := must(t, w, clerk, town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "路灯不亮", "kind": "road", "site": towntest.Villages[0]}})
			must(t, w, clerk, move(id, "take", nil))
			w.Wait(1) // Friday 5 May
			must(t, w, handler, move(id, "answer", town.Values{"answer": "已修"}))
			w.Wait(6) // Thursday 11 May: late by the first count
			must(t, w, chief, move(id, "redo", nil))
			if got := due(w, id, "handle"); got != want {
				t.Errorf("due %s, want %s: five workdays from 4 or from 11 May", got, want)
			}
			lines := flow.Explain(w.Cat, w.Cat.Types["order"], w, w.Records[id], "handle")
			if from := want == "2023-05-18"; len(lines) == 0 || strings.Contains(lines[0].Zh+lines[0].En, "05-11") != from && strings.Contains(lines[0].Zh, "11日") != from {
				t.Errorf("the explanation begins with %q", lines)
			}
		}
	})
	t.Run("a clock makes its move when it has run out, not before", func(t *testing.T) {
		w, id := small(t, nil)
		timers := flow.Timers(w.Cat, w.Cat.Types["order"], w, w.Records[id])
		if len(timers) != 1 || timers[0].Move != "expire" || timers[0].At != town.DayOf(2023, 5, 6).Start(w.Zone()) {
			t.Fatalf("timers %+v, want expire at the end of 5 May", timers)
		}
		clock := town.Actor{Kind: town.System, Posts: []town.Post{{Role: "clock.sign"}}}
		refused(t, w, clock, move(id, "expire", nil), town.Conflict, "has not run out")
		w.Wait(2)
		must(t, w, clock, move(id, "expire", nil))
		if c := w.Records[id].Clocks["sign"]; c.Late {
			t.Fatalf("%+v: a clock is not late that made the move itself", c)
		}
		timers = flow.Timers(w.Cat, w.Cat.Types["order"], w, w.Records[id])
		if len(timers) != 1 || timers[0].Kind != "warn" {
			t.Fatalf("timers %+v, want the warning of the handling clock", timers)
		}
	})
	t.Run("a day in a field ends it, and the clock says who set that day", func(t *testing.T) {
		w, _ := small(t, nil)
		firm := must(t, w, clerk, town.Command{Op: town.Create, Type: "firm", Step: -1, Fields: town.Values{"code": "f", "name": "厂", "place": towntest.Villages[0], "since": "2023-01-01"}})
		fine := must(t, w, clerk, town.Command{Op: town.Create, Type: "fine", Step: -1, Fields: town.Values{"firm": int64(firm), "amount": int64(100), "due": "2023-05-20"}})
		lines := flow.Explain(w.Cat, w.Cat.Types["fine"], w, w.Records[fine], "pay")
		if len(lines) < 2 || lines[1].Zh != "截至“期限”当日终了（依据：罚款通知书）" || lines[1].En != "Ends with the day in “Due” (source: the notice of the fine)" {
			t.Errorf("the explanation is %q", lines)
		}
	})
	t.Run("an extension counts from the day in the field", func(t *testing.T) {
		longer := strings.NewReplacer(`the notice of the fine", while: [due]}`, `the notice of the fine", while: [due], extend: {move: grace, most: 5 workdays, times: 2}}`,
			`      pay: {zh: 缴款, en: Pay,`, `      grace: {zh: 宽限, en: Grant time, from: due, to: same, by: [chief], needs: [reason, days]}
      pay: {zh: 缴款, en: Pay,`).Replace(towntest.Declarations)
		w := towntest.New(t, towntest.Load(t, longer), town.DayOf(2023, 5, 4))
		firm := must(t, w, clerk, town.Command{Op: town.Create, Type: "firm", Step: -1, Fields: town.Values{"code": "f", "name": "厂", "place": towntest.Villages[0], "since": "2023-01-01"}})
		fine := must(t, w, clerk, town.Command{Op: town.Create, Type: "fine", Step: -1, Fields: town.Values{"firm": int64(firm), "amount": int64(100), "due": "2023-09-28"}})
		for _, want := range []string{"2023-10-08", "2023-10-10"} { // 7 and 8 October 2023 were workdays, 29 September to 6 October holidays
			c := move(fine, "grace", nil)
			c.Days = 2
			must(t, w, chief, c)
			if got := due(w, fine, "pay"); got != want {
				t.Fatalf("due %s, want %s", got, want)
			}
		}
		text := ""
		for _, l := range flow.Explain(w.Cat, w.Cat.Types["fine"], w, w.Records[fine], "pay") {
			text += l.En + "\n"
		}
		if strings.Count(text, "Extended by 2 workdays") != 2 {
			t.Errorf("the explanation is\n%s", text)
		}
	})
	t.Run("a year without a calendar", func(t *testing.T) {
		w := towntest.New(t, towntest.Load(t, towntest.Declarations), town.DayOf(2045, 5, 4))
		id := must(t, w, clerk, town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "x", "kind": "road"}})
		if c := w.Records[id].Clocks["sign"]; c.Needs != 2045 || c.Due != 0 {
			t.Fatalf("the clock is %+v, want one that needs 2045", c)
		}
	})
}

// Correcting a step's day moves the field that gave it: not one that nobody filled, and not one that gave a later step its day.
func TestCorrect_step_and_its_field(t *testing.T) {
	w, id := small(t, nil)
	w.Wait(9)
	must(t, w, clerk, move(id, "take", nil))
	if got := w.Records[id].Text("signed_on"); got != "" {
		t.Fatalf("signed on %s, and nobody said so", got)
	}
	redate := func(day town.Day) {
		t.Helper()
		if _, err := w.Do(clerk, town.Command{Op: town.Correct, Record: id, Step: 1, Day: day, Reason: "补录"}); err != nil {
			t.Fatal(err)
		}
	}
	redate(town.DayOf(2023, 5, 8))
	if got := w.Records[id].Text("signed_on"); got != "" {
		t.Errorf("signed on %s since its step was re-dated", got)
	}
	must(t, w, clerk, town.Command{Op: town.Correct, Record: id, Fields: town.Values{"signed_on": "2023-05-09"}, Reason: "补录"})
	redate(town.DayOf(2023, 5, 10))
	if r := w.Records[id]; r.Text("signed_on") != "2023-05-10" || r.Steps[1].Day != town.DayOf(2023, 5, 10) {
		t.Errorf("signed on %s, the step is of %s, want both on 10 May", r.Text("signed_on"), r.Steps[1].Day)
	}
}

func TestPlans(t *testing.T) {
	cat := towntest.Load(t, towntest.Declarations)
	w := towntest.New(t, cat, town.DayOf(2023, 5, 4))
	var set []flow.Subject
	for _, v := range towntest.Villages {
		set = append(set, flow.Subject{Place: town.Code(v)})
	}
	slots, err := flow.Slots(cat, cat.Plans["monthly"], w, w.Today(), [][]flow.Subject{set}, nil)
	if err != nil || len(slots) != 3 {
		t.Fatalf("%d slots, %v", len(slots), err)
	}
	s := slots[1]
	if s.Key != "2023-05/"+towntest.Villages[1] || s.Command.Fields["site"] != towntest.Villages[1] || s.Command.Plan.Due != town.DayOf(2023, 5, 31) {
		t.Fatalf("the slot is %+v, its plan %+v", s, s.Command.Plan)
	}
	s.Command.Op = town.Create
	id := must(t, w, system, s.Command)
	if o := w.Records[id].Office; o != "works" {
		t.Errorf("the slot is held by %q, want those who patrol", o)
	}
	w.Wait(40)
	v := flow.Scope(cat, cat.Types["patrol"], w, w.Records[id])
	for name, want := range map[string]any{"overdue.plan": true, "missed.plan": true, "late.plan": false, "slot": "2023-05", "plan.due": "2023-05-31"} {
		if got, _ := v.Value(name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	must(t, w, handler, move(id, "walk", nil))
	v = flow.Scope(cat, cat.Types["patrol"], w, w.Records[id])
	for name, want := range map[string]any{"overdue.plan": false, "missed.plan": true, "late.plan": true} {
		if got, _ := v.Value(name); got != want {
			t.Errorf("after the patrol %s is %v, want %v", name, got, want)
		}
	}
}

func TestPeriods(t *testing.T) {
	d := town.DayOf(2024, 2, 29)
	for _, c := range []struct{ every, key, from, last string }{
		{"day", "2024-02-29", "2024-02-29", "2024-02-29"},
		{"week", "2024-02-26", "2024-02-26", "2024-03-03"},
		{"ten_days", "2024-02-3", "2024-02-21", "2024-02-29"},
		{"month", "2024-02", "2024-02-01", "2024-02-29"},
		{"quarter", "2024-Q1", "2024-01-01", "2024-03-31"},
		{"half", "2024-H1", "2024-01-01", "2024-06-30"},
		{"year", "2024", "2024-01-01", "2024-12-31"},
	} {
		key, p, ok := flow.PeriodOf(c.every, d)
		if !ok || key != c.key || p.From.String() != c.from || p.Last().String() != c.last {
			t.Errorf("%s of %s: %s %s…%s %v", c.every, d, key, p.From, p.Last(), ok)
		}
	}
	if got := flow.Number("RX{year}{seq:5}", 2023, 17, ""); got != "RX202300017" {
		t.Errorf("number %s", got)
	}
	if got := flow.Number("{place}-{year}-{seq:3}", 2023, 1234, "1101"); got != "1101-2023-1234" {
		t.Errorf("number %s", got)
	}
}

func TestKeys(t *testing.T) {
	w, _ := small(t, nil)
	firm := must(t, w, clerk, town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": "f1", "name": "企业", "place": towntest.Villages[0], "since": "2020-01-01", "ended": "2023-01-01"}})
	typ := w.Cat.Types["firm"]
	if k := flow.KeyOf(typ, w.Records[firm]); k != "f1" {
		t.Errorf("key %q", k)
	}
	if k, during := flow.UniqueKey(typ, w.Records[firm]); k != "f1" || during {
		t.Errorf("unique key %q %v", k, during)
	}
	p, ok, err := flow.Validity(w.Cat, typ, w, w.Records[firm])
	if err != nil || !ok || p.From != town.DayOf(2020, 1, 1) || p.Until != town.DayOf(2023, 1, 1) {
		t.Errorf("valid %v %v %v", p, ok, err)
	}
	must(t, w, clerk, town.Command{Op: town.Void, Record: firm, Reason: "重复"})
	if k, _ := flow.UniqueKey(typ, w.Records[firm]); k != "" {
		t.Errorf("a void record claims %q", k)
	}
}

func TestSealedTextsAreHeldAgainstTheirFormat(t *testing.T) {
	cat := towntest.Load(t, strings.Replace(towntest.Declarations, "      ruled:", "      caller: {zh: 来电人, en: Caller, type: person}\n      ruled:", 1))
	typ := cat.Types["order"]
	for _, c := range []struct {
		sealed map[string]string
		bad    string
	}{
		{map[string]string{"phone": "022-00000000", "caller": "某先生"}, ""},
		{map[string]string{"phone": "call me"}, "phone number"},
		{map[string]string{"title": "x"}, "not a sealed field"},
		{map[string]string{"phon": "x"}, "did you mean “phone”"},
	} {
		err := flow.ValidateSealed(typ, c.sealed)
		if (err == nil) != (c.bad == "") || err != nil && !strings.Contains(err.Error(), c.bad) {
			t.Errorf("%v: %v, want %q", c.sealed, err, c.bad)
		}
	}
}

// TestFaults_are_told_together: a command that is refused for its fields names all of them, wrong and empty alike.
func TestFaults_are_told_together(t *testing.T) {
	cat := towntest.Load(t, strings.Replace(towntest.Declarations, "\n  order:\n", `
  notice:
    zh: 通知
    title: what
    opens_by: [clerk]
    corrects_by: [clerk]
    fields:
      what: {zh: 事项, type: text, required: true, max: 5}
      kind: {zh: 类别, type: choice, of: {a: 甲, b: 乙}, required: true}
      count: {zh: 数量, type: integer, min: 1, required: true}
      held: {zh: 日期, type: date}
      told: {zh: 结果, type: text}
    stages: {open: {zh: 待办}, done: {zh: 办结, done: true}}
    moves:
      close: {zh: 办结, from: open, to: done, by: [clerk], day: held, needs: [held, told, note]}

  order:
`, 1))
	w := towntest.New(t, cat, town.DayOf(2023, 5, 4))
	fields := func(err error) (names []string) {
		t.Helper()
		var e *town.Error
		if !errors.As(err, &e) || e.Kind != town.Invalid {
			t.Fatalf("no refusal of fields: %v", err)
		}
		names = append(names, e.Field)
		for _, m := range e.More {
			names = append(names, m.Field)
		}
		slices.Sort(names)
		return names
	}
	typ := cat.Types["notice"]
	_, err := flow.Open(cat, typ, w, clerk, town.Command{Op: town.Create, Type: "notice", Record: 1, Fields: town.Values{"what": "六个字的事项", "count": int64(0), "colour": "x"}})
	if got := fields(err); !slices.Equal(got, []string{"colour", "count", "kind", "what"}) {
		t.Errorf("opening names %v", got)
	}
	id := must(t, w, clerk, town.Command{Op: town.Create, Type: "notice", Fields: town.Values{"what": "事项", "kind": "a", "count": int64(1)}})
	_, err = flow.Move(cat, typ, w, w.Records[id], clerk, town.Command{Op: town.Move, Record: id, Move: "close", Fields: town.Values{"held": "2199-01-01"}})
	if got := fields(err); !slices.Equal(got, []string{"held", "note", "told"}) {
		t.Errorf("the move names %v", got)
	}
	_, err = flow.Correct(cat, typ, w, w.Records[id], clerk, town.Command{Op: town.Correct, Record: id, Step: -1, Fields: town.Values{"what": nil, "kind": "c"}})
	if got := fields(err); !slices.Equal(got, []string{"kind", "reason", "what"}) {
		t.Errorf("the correction names %v", got)
	}
}
