package web

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// Work that is titled alike is told apart by what its type is unique by.
func TestToday_tells_rows_titled_alike_apart(t *testing.T) {
	h := founded(t)
	n := 0
	for _, office := range []string{"party_office", "statistics"} {
		for _, head := range []string{"cars", "hosting"} {
			n++
			must(t, h, "finance", town.Command{ID: "b" + strconv.Itoa(n), Op: town.Create, Type: "budget_line",
				Fields: town.Values{"office": office, "head": head, "year": "2023", "purpose": "年度预算草案", "budget": int64(1_000_000)}})
		}
	}
	_, body := serve(t, Config{Hall: h, Demo: true}).as("mayor").get("/")
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`class="title" href="[^"]+">(年度预算草案[^<]*)<`).FindAllStringSubmatch(body, -1) {
		if seen[m[1]] {
			t.Errorf("two rows are titled %q", m[1])
		}
		seen[m[1]] = true
	}
	if len(seen) != 4 {
		t.Errorf("titles %v", seen)
	}
}

// Every count of the page is exact to the last record, beyond what the page lists.
func TestToday_counts_to_the_last_record(t *testing.T) {
	h := founded(t)
	for i := range 33 {
		must(t, h, "finance", town.Command{ID: "b" + strconv.Itoa(i), Op: town.Create, Type: "budget_line",
			Fields: town.Values{"office": h.View().Cat.OfficeOrder[i], "head": "cars", "year": "2023", "purpose": "预算" + strconv.Itoa(i), "budget": int64(100)}})
	}
	c := serve(t, Config{Hall: h, Demo: true}).as("mayor")
	_, body := c.get("/")
	if got := found1(t, body, `id="q1">[^<]*<span class="count">([^<]*)<`); got != "33" {
		t.Errorf("%s wait, want 33", got)
	}
	if n := strings.Count(body, `class="title"`); n != mostQueue || !strings.Contains(plain(body), "这里列最急的 20 件，共 33 件。") {
		t.Errorf("%d rows: %s", n, plain(body))
	}
	_, body = c.get(found1(t, body, `href="([^"]*)">看其余的`))
	if n := strings.Count(body, `class="title"`); n != 33 || strings.Contains(body, "看其余的") {
		t.Errorf("the rest: %d rows", n)
	}
}

// After a stage in which work is done nothing is next, whatever moves it still allows.
func TestAdvances_not_from_a_stage_that_is_done(t *testing.T) {
	cat := founded(t).View().Cat
	looked := 0
	for _, key := range cat.TypeOrder {
		typ := cat.Types[key]
		for _, m := range typ.Moves {
			for _, from := range m.From {
				if s := typ.Stage(from); s.Done || s.Void {
					if looked++; advances(typ, m, from) {
						t.Errorf("%s: %s leads on from %s, where work is done", key, m.Key, from)
					}
				}
			}
		}
	}
	if looked == 0 {
		t.Error("no type has a move after its end")
	}
}

// A yes or no that a move asks is open until the move was made; it is no answer before.
func TestRecord_says_what_was_not_answered(t *testing.T) {
	h := founded(t)
	order := must(t, h, "desk", town.Command{ID: "o", Op: town.Create, Type: "hotline_order",
		Fields: town.Values{"title": "路灯不亮", "kind": "help", "category": "property", "source": "hotline", "urgency": "ordinary", "place": "120111104201"}, Sealed: map[string]string{"content": "路灯不亮"}}).Record
	c := serve(t, Config{Hall: h, Demo: true}).as("desk")
	at := "/r/" + strconv.FormatInt(int64(order), 10)
	fact := `<dt>是否联系到</dt><dd>(?:<[^>]*>)?([^<]*)<`
	_, body := c.get(at)
	if got := found1(t, body, fact); got != "未填" {
		t.Errorf("before the call-back: %q", got)
	}
	must(t, h, "desk", town.Command{ID: "a", Op: town.Move, Record: order, Move: "assign", Fields: town.Values{"lead": "party_office"}})
	must(t, h, "handler", town.Command{ID: "d", Op: town.Move, Record: order, Move: "answer", Fields: town.Values{"contact_note": "已联系", "answer": "已换灯", "outcome": "solved"}})
	_, form := c.as("caller_back").get(at)
	if box := found1(t, form, `(<input type="radio" name="f.reached" value="false"[^>]*>)`); strings.Contains(box, "checked") {
		t.Error("the form answers for the caller")
	}
	must(t, h, "caller_back", town.Command{ID: "c", Op: town.Move, Record: order, Move: "confirm", Fields: town.Values{"reached": false}})
	_, body = c.get(at)
	if got := found1(t, body, fact); got != "否" {
		t.Errorf("after the call-back: %q", got)
	}
	if f := h.View().Cat.Types["hotline_order"].Field("reached"); f.Type != catalog.Bool {
		t.Error("reached is no yes or no any more")
	}
}

// The ordinary way leads where the work is done or to the stage declared next; merging, giving back and dropping are beside it.
func TestUsualNext(t *testing.T) {
	cat := founded(t).View().Cat
	for _, x := range []struct {
		typ, move, from string
		usual           bool
	}{
		{"grid_problem", "assign", "reported", true},
		{"grid_problem", "settle", "reported", true},
		{"grid_problem", "verify", "handled", true},
		{"grid_problem", "redo", "handled", false},
		{"hotline_order", "assign", "received", true},
		{"hotline_order", "merge", "received", false},
		{"fish_unit", "reopen", "mending", false},
	} {
		typ := cat.Types[x.typ]
		if m := typ.Move(x.move); m == nil || usualNext(typ, m, x.from) != x.usual {
			t.Errorf("%s %s from %s: usual %v", x.typ, x.move, x.from, !x.usual)
		}
	}
}
