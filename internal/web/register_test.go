package web

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"zhenwu/internal/town"
)

// heads are the column heads of a register.
func heads(body string) string {
	m := regexp.MustCompile(`(?s)<thead>.*?</thead>`).FindString(body)
	return plain(m)
}

// TestRegister_overdue: the tab and the filter give what ran out, counted exactly.
func TestRegister_overdue(t *testing.T) {
	h := founded(t)
	open := func(id string, at town.Millis) {
		must(t, h, "grid_worker", town.Command{ID: id, Op: town.Create, Type: "grid_problem", At: at, Fields: town.Values{"what": "井盖松动" + id, "kind": "facility", "grid": aGrid(h)}})
	}
	zone := h.View().Zone()
	for i := range 3 {
		open("early"+strconv.Itoa(i), town.DayOf(2023, 1, 3).At(zone, 9, i))
	}
	open("new", town.DayOf(2023, 3, 1).At(zone, 9, 0)) // by then the others ran out
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		_, all := c.get("/t/grid_problem")
		late := strings.Count(all, `class="clock late"`)
		if late == 0 || late == strings.Count(all, "<tr><td") {
			t.Fatalf("%d of the records are late", late)
		}
		_, body := c.get("/t/grid_problem?late=1")
		if n := strings.Count(body, `class="clock late"`); n != late || strings.Count(body, "<tr><td") != late {
			t.Errorf("%d of %d rows are late, want %d", n, strings.Count(body, "<tr><td"), late)
		}
		if got := found1(t, body, `href="/t/grid_problem\?late=1" aria-current="page">[^<]+<span class="count">(\d+)<`); got != string(rune('0'+late)) {
			t.Errorf("the tab says %s, want %d", got, late)
		}
		code, _ := c.get("/t/grid_problem/export.csv?late=1")
		if code != 200 {
			t.Errorf("export: %d", code)
		}
		code, body = c.get("/t/grid_problem?late=soon")
		expect(t, "neither late nor not", code, body, 422, lang, "late 只能是 1", "late can only be 1")
	})
}

// TestRegister_tabs: every stage has a tab with its count, also one in which nothing stands, also
// for who sees a part of the register.
func TestRegister_tabs(t *testing.T) {
	h := founded(t)
	rounds(t, h, 20)
	c := serve(t, Config{Hall: h, Demo: true})
	for _, role := range []string{"mayor", "village"} {
		_, body := c.as(role).get("/t/visit_round")
		tabs := regexp.MustCompile(`(?s)<nav class="tabs".*?</nav>`).FindString(body)
		for _, s := range h.View().Cat.Types["visit_round"].Stages {
			if !regexp.MustCompile(`href="/t/visit_round\?stage=` + s.Key + `"[^>]*>[^<]+ <span class="count">\d+<`).MatchString(tabs) {
				t.Errorf("%s sees no tab with a count of stage %s: %s", role, s.Key, tabs)
			}
		}
	}
}

// TestRegister_columns: a person chooses the columns; the choice stays in the address, in the
// filters, in an export and in a saved view.
func TestRegister_columns(t *testing.T) {
	h := founded(t)
	rounds(t, h, 12)
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		typ := h.View().Cat.Types["visit_round"]
		in := func(key string) string { return typ.Field(key).Label.In(lang) }
		_, body := c.get("/t/visit_round?col=heard&col=day&stage=made")
		if got := heads(body); !strings.Contains(got, in("heard")) || !strings.Contains(got, in("day")) || strings.Contains(got, in("households")) {
			t.Errorf("the columns are %s", got)
		}
		if strings.Count(body, `type="hidden" name="col"`) < 2 {
			t.Error("filtering anew loses the columns")
		}
		if next := found1(t, body, `<a href="([^"]*)">`+regexp.QuoteMeta(in("day"))); !strings.Contains(next, "col=heard&amp;col=day") {
			t.Errorf("sorting anew loses the columns: %s", next)
		}
		if !regexp.MustCompile(`name="col" value="heard" checked`).MatchString(body) {
			t.Error("the picker does not show what is chosen")
		}
		_, csv := c.get("/t/visit_round/export.csv?col=heard&col=day&stage=made")
		head := strings.Split(strings.TrimPrefix(csv, "\ufeff"), "\n")[1]
		if !strings.Contains(head, in("heard")) || !strings.Contains(head, in("day")) || strings.Contains(head, in("households")) {
			t.Errorf("the export has %s", head)
		}
		code, _ := c.post("/t/visit_round/views", url.Values{"name": {"听到的 " + lang}, "query": {"col=heard&col=day&stage=made"}})
		_, body = c.get("/t/visit_round")
		if code != 200 || !strings.Contains(body, "col=heard&amp;col=day") {
			t.Errorf("the saved view lost its columns: %d", code)
		}
		for _, col := range []string{"colour", "found"} {
			code, body = c.get("/t/visit_round?col=" + col)
			expect(t, col, code, body, 422, lang, "没有这一列："+col, "there is no such column: "+col)
		}
		sealed, shut := "", h.View().Cat.Types["hotline_order"]
		for _, f := range shut.Fields {
			if f.Sealed {
				sealed = f.Key
			}
		}
		if code, _ = c.get("/t/hotline_order?col=" + sealed); sealed == "" || code != 422 {
			t.Errorf("the sealed field %q as a column: %d", sealed, code)
		}
	})
}
