package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

// both runs a rule in both languages, each with a browser of its own in one town.
func both(t *testing.T, h *hall.Hall, role string, rule func(t *testing.T, c *client, lang string)) {
	t.Helper()
	cfg := Config{Hall: h, Demo: true}
	cfg.Blobs.Dir = t.TempDir()
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			c := serve(t, cfg)
			if code, _ := c.post("/switch", url.Values{"lang": {lang}}); code != 200 {
				t.Fatalf("switch to %s: %d", lang, code)
			}
			rule(t, c.as(role), lang)
		})
	}
}

// expect asks that an answer has a status and says a sentence in the client's language.
func expect(t *testing.T, what string, code int, body string, wantCode int, lang, zh, en string) {
	t.Helper()
	want := zh
	if lang == "en" {
		want = en
	}
	if code != wantCode || !strings.Contains(plain(body), want) {
		t.Errorf("%s: %d, want %d with “%s” in:\n%.1200s", what, code, wantCode, want, plain(body))
	}
}

// formPart is one part of a form with files.
type formPart struct {
	name, file string
	data       []byte
}

// send posts a form with files.
func (c *client) send(path string, parts ...formPart) (int, string) {
	c.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, p := range parts {
		to, err := w.CreateFormField(p.name)
		if p.file != "" {
			to, err = w.CreateFormFile(p.name, p.file)
		}
		if err != nil {
			c.t.Fatal(err)
		}
		if _, err := to.Write(p.data); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	resp, err := c.http.Post(c.base+path, w.FormDataContentType(), &buf)
	return c.answer(resp, err)
}

// found1 is the first group of a pattern in a page.
func found1(t *testing.T, body, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no %s in:\n%.1500s", pattern, plain(body))
	}
	return m[1]
}

func aGrid(h *hall.Hall) string {
	for _, p := range h.View().Places() {
		if p.Kind == "grid" {
			return string(p.Code)
		}
	}
	return ""
}

// TestRegister_bad_filters: a filter that cannot be followed is told in one line and
// shows nothing, on the page and in an export.
func TestRegister_bad_filters(t *testing.T) {
	h := founded(t)
	rounds(t, h, 12)
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		for _, x := range []struct{ query, zh, en string }{
			{"where=nonsense+%3D%3D", "条件式第", "condition, at character"},
			{"where=households+%3E+'x'", "条件式第", "condition, at character"},
			{"stage=nowhere", "没有这个阶段：nowhere", "there is no such stage: nowhere"},
			{"place=999", "没有这个地点：999", "there is no such place: 999"},
			{"from.day=yesterday", "“日期”不是日期：yesterday", "“Day” is no date: yesterday"},
			{"sort=colour", "不能按 colour 排序", "cannot sort by colour"},
			{"after=17", "翻页位置不对", "the place in the list is wrong"},
		} {
			code, body := c.get("/t/visit_round?" + x.query)
			expect(t, x.query, code, body, 422, lang, x.zh, x.en)
			if strings.Contains(body, "<tbody>") {
				t.Errorf("%s: shows rows all the same", x.query)
			}
			for _, file := range []string{"export.csv", "export.xlsx"} {
				code, body := c.get("/t/visit_round/" + file + "?" + x.query)
				expect(t, file+"?"+x.query, code, body, 422, lang, x.zh, x.en)
			}
		}
		code, body := c.get("/t/grid_problem?f.kind=colour")
		expect(t, "a choice that is none", code, body, 422, lang, "“类别”没有这一项：colour", "“Kind” has no such item: colour")
		code, body = c.get("/t/nothing")
		expect(t, "an unknown type", code, body, 404, lang, "没有这类台账", "there is no such register")
		code, body = c.get("/r/999999")
		expect(t, "an unknown record", code, body, 404, lang, "没有这条记录", "there is no such record")
		code, body = c.get("/n/XFL20239999")
		expect(t, "an unknown number", code, body, 404, lang, "没有这个编号", "no record with this number")
		code, body = c.get("/figures/nothing")
		expect(t, "an unknown figure", code, body, 404, lang, "没有这个指标", "there is no such figure")
		figure := ""
		for _, key := range h.View().Cat.FigureOrder {
			if h.View().Cat.Figures[key].Gold == "F058" {
				figure = key
			}
		}
		code, body = c.get("/figures/" + figure + "?period=soon")
		expect(t, "a bad period", code, body, 422, lang, "时期写法如", "a period is written like")
		code, body = c.get("/figures/" + figure + "/records.csv?place=999")
		expect(t, "a bad place", code, body, 422, lang, "没有这个地点", "there is no such place")
	})
}

// TestExport: both formats hold the heads in the reader's language, the mark of a
// simulated town and every record once, and no cell runs in a spreadsheet.
func TestExport(t *testing.T) {
	h := founded(t)
	rounds(t, h, 520) // more than one page of the walk
	grid := aGrid(h)
	must(t, h, "grid_worker", town.Command{ID: "formula", Op: town.Create, Type: "grid_problem", Fields: town.Values{"what": "=1+1", "kind": "other", "grid": grid}})
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		mark, head := "模拟数据", "走访户次（户次）"
		if lang == "en" {
			mark, head = "Simulated data", "Visits (household visits)"
		}
		_, text := c.get("/t/visit_round/export.csv")
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 522 || rows[0][0] != mark || !strings.Contains(strings.Join(rows[1], ","), head) {
			t.Fatalf("CSV: %d rows, %v, %v, %v", len(rows), rows[0], rows[1], err)
		}
		seen := map[string]bool{}
		for _, row := range rows[2:] {
			seen[row[0]] = true
		}
		if len(seen) != 520 {
			t.Errorf("CSV: %d different numbers of 520", len(seen))
		}
		_, data := c.get("/t/visit_round/export.xlsx?stage=made")
		x, err := excelize.OpenReader(strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		sheetRows, err := x.GetRows(x.GetSheetName(0))
		_ = x.Close()
		made := 520 - 520/9
		if err != nil || sheetRows[0][0] != mark || len(sheetRows) != made+2 {
			t.Errorf("XLSX: %d rows, want %d, %v", len(sheetRows), made+2, err)
		}
		if _, text := c.get("/t/grid_problem/export.csv?q=1%2B1"); !strings.Contains(text, "'=1+1") {
			t.Errorf("a formula goes out as it came in: %.300s", text)
		}
	})
}

// sealedHousehold makes a household with a telephone number of nobody.
func sealedHousehold(t *testing.T, h *hall.Hall, id string) town.ID {
	t.Helper()
	return must(t, h, "grid_desk", town.Command{ID: "hh-" + id, Op: town.Create, Type: "household",
		Fields: town.Values{"number": "H-" + id, "grid": aGrid(h), "kind": "farm", "since": "2010-01-01"}, Sealed: map[string]string{"phone": "19900000017"}}).Record
}

// TestReveal: sealed data shows a mask; its text needs a reason, and the look is an event
// that the record shows.
func TestReveal(t *testing.T) {
	h := founded(t)
	both(t, h, "grid_desk", func(t *testing.T, c *client, lang string) {
		id := sealedHousehold(t, h, lang)
		at := fmt.Sprintf("/r/%d", id)
		_, body := c.get(at)
		if strings.Contains(body, "19900000017") || !strings.Contains(body, "reveal-phone") {
			t.Fatalf("before the look: %s", plain(body))
		}
		code, body := c.post(at+"/reveal", url.Values{"field": {"phone"}})
		expect(t, "without a reason", code, body, 422, lang, "理由", "reason")
		if strings.Contains(body, "19900000017") {
			t.Error("the number shows without a reason")
		}
		code, body = c.post(at+"/reveal", url.Values{"field": {"phone"}, "why": {"x"}, "other": {"回访 call"}})
		if code != 200 || !strings.Contains(body, "19900000017") {
			t.Errorf("with a reason: %d %s", code, plain(body))
		}
		_, body = c.get(at)
		expect(t, "the trace of the look", 200, body, 200, lang, "谁看过封存信息", "Who looked at sealed data")
		if strings.Contains(body, "19900000017") || !strings.Contains(body, "回访 call") {
			t.Errorf("after the look: %s", plain(body))
		}
		code, body = c.post(at+"/reveal", url.Values{"field": {"number"}, "why": {"x"}})
		if code != 404 || strings.Contains(body, "⟦") {
			t.Errorf("a field that is not sealed: %d %s", code, plain(body))
		}
		code, body = c.as("finance").post(at+"/reveal", url.Values{"field": {"phone"}, "why": {"x"}})
		expect(t, "who may not see the record", code, body, 404, lang, "没有这条记录", "no such record")
	})
}

// TestCommands_refused: what cannot be done says why and changes nothing.
func TestCommands_refused(t *testing.T) {
	h := founded(t)
	grid := aGrid(h)
	both(t, h, "grid_worker", func(t *testing.T, c *client, lang string) {
		first := "cmd-" + lang
		_, body := c.post("/t/visit_round/new", url.Values{"f.grid": {grid}, "command": {first}})
		move := found1(t, body, `action="(/r/\d+/move/make)"`)
		record := strings.TrimSuffix(move, "/move/make")
		_, again := c.post("/t/visit_round/new", url.Values{"f.grid": {grid}, "command": {first}})
		if got := found1(t, again, `action="(/r/\d+/move/make)"`); got != move {
			t.Errorf("a form sent twice makes %s beside %s", got, move)
		}
		day := h.Today().String()
		code, body := c.post(move, url.Values{"rev": {"7"}, "f.day": {day}, "f.households": {"3"}})
		expect(t, "a stale revision", code, body, 409, lang, "已被他人修改", "somebody changed this record")
		code, body = c.post(move, url.Values{"rev": {"1"}, "f.day": {day}, "f.households": {"3"}, "command": {"mv-" + lang}})
		if code != 200 {
			t.Errorf("the move: %d %s", code, plain(body))
		}
		if code, body = c.post(move, url.Values{"rev": {"1"}, "f.day": {day}, "f.households": {"3"}, "command": {"mv-" + lang}}); code != 200 {
			t.Errorf("the move sent twice: %d %s", code, plain(body))
		}
		code, body = c.post(move, url.Values{"f.day": {day}, "f.households": {"4"}})
		expect(t, "a stage that does not allow it", code, body, 409, lang, "巡访", "Make")
		code, body = c.post(record+"/move/fly", nil)
		expect(t, "a move that is none", code, body, 404, lang, "没有这个办理动作", "no such move")
		code, body = c.post(record+"/void", url.Values{"reason": {""}})
		expect(t, "a void without a reason", code, body, 422, lang, "理由", "reason")
		var rev int64
		if err := h.Reading(context.Background(), func(r *hall.Reader) error {
			var id int64
			if _, err := fmt.Sscanf(record, "/r/%d", &id); err != nil {
				return err
			}
			row, err := r.Record(town.ID(id))
			rev = row.Rev
			return err
		}); err != nil || rev != 2 {
			t.Errorf("the record stands at revision %d, want 2 (%v)", rev, err)
		}
		code, body = c.as("mayor").post(move, url.Values{"f.day": {day}, "f.households": {"4"}})
		expect(t, "who may not", code, body, 403, lang, "您不能“巡访”，须由网格员、村居文书办理", "You may not “Make”; it is for: Grid worker, Village clerk")
		code, body = c.get("/t/visit_round/new")
		expect(t, "who may not open one", code, body, 403, lang, "新建“巡访轮次”须由", "A new Round of visits is opened by")
		code, body = c.get("/t/visit_round/import")
		expect(t, "who may not import", code, body, 403, lang, "您的岗位不能登记", "your post may not open records")
		req, err := http.NewRequest("POST", c.base+"/t/visit_round/new", strings.NewReader("f.grid="+grid))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		resp, err := c.http.Do(req)
		if code, _ := c.answer(resp, err); code != 403 {
			t.Errorf("a form of another site: %d", code)
		}
	})
}

// TestFigure_tells_late_records: what was recorded more than thirty days after its day is
// counted on the figure; what was corrected later is not late.
func TestFigure_tells_late_records(t *testing.T) {
	h := founded(t)
	zone := h.View().Zone()
	grid := aGrid(h)
	visit := func(id string, day, recorded town.Day) town.ID {
		at := recorded.At(zone, 9, 0)
		a := must(t, h, "grid_worker", town.Command{ID: "r-" + id, Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": grid}, At: at})
		must(t, h, "grid_worker", town.Command{ID: "m-" + id, Op: town.Move, Record: a.Record, Move: "make", At: at, Fields: town.Values{"day": day.String(), "households": int64(10)}})
		return a.Record
	}
	day := town.DayOf(2023, 3, 1)
	first := visit("in-time", day, day)
	visit("thirty", day, day+30)
	visit("thirty-one", day, day+31)
	visit("late", day, day+90)
	must(t, h, "grid_desk", town.Command{ID: "mend", Op: town.Correct, Record: first, Step: -1, Fields: town.Values{"households": int64(12)}, Reason: "漏记", At: (day + 100).At(zone, 9, 0)})
	figure := ""
	for _, key := range h.View().Cat.FigureOrder {
		if h.View().Cat.Figures[key].Gold == "F058" {
			figure = key
		}
	}
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		code, body := c.get("/figures/" + figure + "?period=2023")
		expect(t, "the year", code, body, 200, lang, "其中 2 条是在发生 30 天以后才记录的", "2 of them were recorded more than 30 days after")
		code, body = c.get("/figures/" + figure + "?period=2023-03&place=" + grid)
		expect(t, "its month and grid", code, body, 200, lang, "其中 2 条是", "2 of them were")
		if _, body = c.get("/figures/" + figure + "?period=2023-04"); strings.Contains(body, "30 天以后") || strings.Contains(body, "more than 30 days") {
			t.Error("a month without records has late ones")
		}
	})
}

// TestRegister_saved_views: filters are kept under a name, by each person for themself.
func TestRegister_saved_views(t *testing.T) {
	h := founded(t)
	rounds(t, h, 12)
	both(t, h, "grid_desk", func(t *testing.T, c *client, lang string) {
		name := "已巡-" + lang
		code, body := c.post("/t/visit_round/views", url.Values{"name": {name}, "query": {"stage=made&sort=households&after=n:1:1"}})
		if code != 200 || !strings.Contains(body, ">"+name+"</a>") || !strings.Contains(body, `href="/t/visit_round?sort=households&amp;stage=made"`) {
			t.Fatalf("saved: %d %s", code, plain(body))
		}
		if _, body := c.get("/t/visit_round"); !strings.Contains(body, ">"+name+"</a>") {
			t.Error("the view is not offered on the register")
		}
		if _, body := c.get("/t/grid_problem"); strings.Contains(body, name) {
			t.Error("the view is offered on another register")
		}
		code, body = c.post("/t/visit_round/views", url.Values{"name": {""}, "query": {"stage=made"}})
		expect(t, "no name", code, body, 422, lang, "缺少", "missing")
		if _, body := c.as("mayor").get("/t/visit_round"); strings.Contains(body, name) {
			t.Error("another person has the view")
		}
		if _, err := h.Do(context.Background(), town.Actor{Person: 4711, Kind: town.Staff, Posts: []town.Post{{Role: "mayor"}}},
			town.Command{ID: "steal-" + lang, Op: town.Put, Type: "view", Day: town.NoDay, Fields: town.Values{"person": hall.PersonID("demo-grid_desk"), "type": "visit_round", "name": "x", "query": "stage=made"}}); town.KindOf(err) != town.Denied {
			t.Errorf("a view put for somebody else: %v", err)
		}
		c.as("grid_desk")
		if code, body := c.post("/t/visit_round/views", url.Values{"name": {name}, "drop": {"1"}}); code != 200 || strings.Contains(body, ">"+name+"</a>") {
			t.Errorf("removed: %d %s", code, plain(body))
		}
	})
}

// TestLook_stays: the place, period and language that a person looks at stay from page to page.
func TestLook_stays(t *testing.T) {
	h := founded(t)
	rounds(t, h, 12)
	c := serve(t, Config{Hall: h, Demo: true}).as("mayor")
	var village *hall.Place
	for _, p := range h.View().Places() {
		if p.Kind == "village" && village == nil {
			village = p
		}
	}
	c.post("/switch", url.Values{"place": {string(village.Code)}, "period": {"2023-Q2"}, "lang": {"en"}})
	for _, path := range []string{"/figures", "/t/visit_round", "/"} {
		_, body := c.get(path)
		if !strings.Contains(body, "Q2 2023") || !strings.Contains(body, `lang="en"`) || !strings.Contains(body, `value="`+string(village.Code)+`" aria-current="true"`) {
			t.Errorf("%s does not keep place, period and language", path)
		}
	}
	if code, body := c.post("/switch", url.Values{"place": {"999"}}); code != 422 || !strings.Contains(plain(body), "no such place") {
		t.Errorf("a place that is none: %d %s", code, plain(body))
	}
	if code, body := c.post("/switch", url.Values{"period": {"soon"}}); code != 422 || !strings.Contains(plain(body), "a period is written") {
		t.Errorf("a period that is none: %d %s", code, plain(body))
	}
	if code, _ := c.post("/switch", url.Values{"back": {"//evil.example/"}}); code != 200 {
		t.Errorf("a way back to another site: %d", code)
	}
}

// TestSignin_refusals: a wrong password, a locked login and a one-time token that was
// used say so in the visitor's language.
func TestSignin_refusals(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			h := founded(t)
			c := serve(t, Config{Hall: h, First: "once"})
			c.post("/switch", url.Values{"lang": {lang}})
			first := url.Values{"token": {"twice"}, "login": {"first1"}, "name": {"试用者"}, "password": {"大运河边的石榴树开花了9"}}
			code, body := c.post("/signin/first", first)
			expect(t, "a wrong token", code, body, 403, lang, "一次性口令不对", "the one-time token is wrong")
			first.Set("token", "once")
			if code, body := c.post("/signin/first", first); code != 200 {
				t.Fatalf("the first administrator: %d %s", code, plain(body))
			}
			c.post("/signout", nil)
			first.Set("login", "second1")
			code, body = c.post("/signin/first", first)
			expect(t, "the token used twice", code, body, 409, lang, "已经有管理员了", "there is an administrator already")
			wrong := url.Values{"login": {"first1"}, "password": {"wrong"}}
			for range 5 {
				code, body = c.post("/signin", wrong)
				expect(t, "a wrong password", code, body, 422, lang, "账号或口令不对", "The login or the password is wrong")
			}
			code, body = c.post("/signin", url.Values{"login": {"first1"}, "password": {"大运河边的石榴树开花了9"}})
			expect(t, "locked", code, body, 429, lang, "连续输错 5 次", "Five wrong tries")
			code, body = c.post("/t/visit_round/new", url.Values{"f.grid": {aGrid(h)}})
			expect(t, "a form without a session", code, body, 403, lang, "请先登录", "Please sign in first")
		})
	}
}
