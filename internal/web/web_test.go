package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/seal"
	"zhenwu/internal/sheet"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// jingwu is the built-in catalog, which nothing changes, with its files as a town keeps them; reading it takes seconds under the race detector.
var jingwu = sync.OnceValues(func() (*catalog.Catalog, string) {
	cat, faults := catalog.Load(catalogs.Jingwu)
	for _, f := range faults {
		if !f.Warning {
			panic(f.Render("en"))
		}
	}
	files := map[string]string{}
	if err := fs.WalkDir(catalogs.Jingwu, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(catalogs.Jingwu, p)
		files[p] = string(b)
		return err
	}); err != nil {
		panic(err)
	}
	text, err := json.Marshal(files)
	if err != nil {
		panic(err)
	}
	return cat, string(text)
})

// founded makes a simulated town of the built-in catalog with a little work done in it.
func founded(t testing.TB) *hall.Hall {
	t.Helper()
	ctx := context.Background()
	cat, text := jingwu()
	db, err := store.Open(ctx, filepath.Join(t.TempDir(), "zhenwu.db"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := journal.NewKey(rand.Reader, string(cat.Code))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.New(rand.Reader, string(cat.Code))
	if err != nil {
		t.Fatal(err)
	}
	h, err := hall.Found(ctx, db, hall.Founding{Cat: cat, Files: text, Simulated: true, At: town.DayOf(2023, 1, 1).At(cat.Zone, 8, 0)}, hall.Config{Key: key, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := h.Seed(ctx, true, 0); err != nil {
		t.Fatal(err)
	}
	return h
}

// must carries out a command of a simulated actor.
func must(t testing.TB, h *hall.Hall, role string, cmd town.Command) town.Answer {
	t.Helper()
	office := ""
	if r := h.View().Cat.Roles[role]; r != nil {
		office = r.Office
	}
	if cmd.Day == 0 {
		cmd.Day = town.NoDay
	}
	ans, err := h.Do(context.Background(), town.Actor{Person: hall.PersonID(role), Kind: town.Sim, Posts: []town.Post{{Role: role, Office: office}}}, cmd)
	if err != nil {
		t.Fatalf("%s: %v", cmd.ID, err)
	}
	return ans
}

// rounds makes visits in several grids over the year.
func rounds(t testing.TB, h *hall.Hall, n int) []town.ID {
	t.Helper()
	zone := h.View().Zone()
	var grids []town.Code
	for _, p := range h.View().Places() {
		if p.Kind == "grid" {
			grids = append(grids, p.Code)
		}
	}
	var out []town.ID
	for i := range n {
		day := town.DayOf(2023, 1, 3) + town.Day(i*355/n)
		at := day.At(zone, 9+i%8, i%60)
		a := must(t, h, "grid_worker", town.Command{ID: fmt.Sprintf("round-%d", i), Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": string(grids[i%len(grids)])}, At: at})
		if i%9 != 8 {
			must(t, h, "grid_worker", town.Command{ID: fmt.Sprintf("made-%d", i), Op: town.Move, Record: a.Record, Move: "make", At: at,
				Fields: town.Values{"day": day.String(), "households": int64(20 + i*7%33), "heard": "路灯不亮，请来看看。",
					"found": []map[string]any{{"what": "井盖松动", "kind": "facility"}}}})
		}
		out = append(out, a.Record)
	}
	return out
}

// client is a browser without script.
type client struct {
	t    testing.TB
	http *http.Client
	base string
}

func serve(t testing.TB, cfg Config) *client {
	t.Helper()
	if cfg.Blobs.Dir == "" {
		cfg.Blobs.Dir = filepath.Join(t.TempDir(), "blobs")
	}
	handler, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t, &http.Client{Jar: jar}, srv.URL}
}

func (c *client) get(path string) (int, string) {
	c.t.Helper()
	resp, err := c.http.Get(c.base + path)
	return c.answer(resp, err)
}

func (c *client) post(path string, form url.Values) (int, string) {
	c.t.Helper()
	resp, err := c.http.PostForm(c.base+path, form)
	return c.answer(resp, err)
}

func (c *client) answer(resp *http.Response, err error) (int, string) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func (c *client) as(role string) *client {
	c.t.Helper()
	if code, body := c.post("/signin/as", url.Values{"role": {role}}); code != 200 {
		c.t.Fatalf("sign in as %s: %d %s", role, code, plain(body))
	}
	return c
}

var tags = regexp.MustCompile(`(?s)<[^>]*>`)

// plain is the text of a page.
func plain(html string) string {
	if i := strings.Index(html, "<main"); i >= 0 {
		html = html[i:]
	}
	return strings.Join(strings.Fields(tags.ReplaceAllString(html, " ")), " ")
}

// Signing in as a role that works at a place gives somebody who has one, not the post that sees every place.
func TestSignin_as_a_role_of_a_place(t *testing.T) {
	h := founded(t)
	var village town.Code
	for _, p := range h.View().Places() {
		if p.ID != 0 && len(p.Down) > 1 {
			village = p.Code
		}
	}
	for login, at := range map[string]town.Code{"a_clerk": "", "b_clerk": village} {
		if _, err := h.Do(context.Background(), systemActor, town.Command{ID: login, Op: town.Put, Type: "person", Day: town.NoDay,
			Fields: town.Values{"login": login, "name": login, "posts": []map[string]any{{"role": "village", "office": "village_affairs", "place": string(at)}}}}); err != nil {
			t.Fatal(err)
		}
	}
	c := serve(t, Config{Hall: h, Demo: true})
	if _, body := c.as("village").get("/"); !strings.Contains(body, "b_clerk") {
		t.Errorf("signed in as the clerk without a village: %s", plain(body))
	}
	// Whom the demo makes up has a place too.
	c.as("river_chief")
	if err := h.Reading(context.Background(), func(r *hall.Reader) error {
		m, _, err := r.Member("demo-river_chief")
		if err == nil && (len(m.Posts) != 1 || m.Posts[0].Place == "") {
			t.Errorf("the river chief has no place: %+v", m.Posts)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// What a record refers to has its name, where it may not be opened too: the village reads which item it is to disclose.
// A matter whose title is not public keeps its number.
func TestRecord_names_what_it_refers_to(t *testing.T) {
	h := founded(t)
	item := must(t, h, "rural", town.Command{ID: "item", Op: town.Create, Type: "disclosure_item",
		Fields: town.Values{"code": "C1", "name": "集体财务收支", "kind": string(h.View().Cat.Types["disclosure_item"].Field("kind").List.Items[0].Key), "rhythm": "month", "basis": "村务公开目录", "since": "2023-01-01"}})
	var village town.Code
	for _, p := range h.View().Places() {
		if p.ID != 0 && len(p.Down) > 1 {
			village = p.Code
			break
		}
	}
	a, err := h.Do(context.Background(), systemActor, town.Command{ID: "open", Op: town.Create, Type: "disclosure", Day: town.NoDay,
		Fields: town.Values{"village": string(village), "item": int64(item.Record)}})
	if err != nil {
		t.Fatal(err)
	}
	c := serve(t, Config{Hall: h, Demo: true})
	at := fmt.Sprintf("/r/%d", a.Record)
	if code, body := c.as("village").get(at); code != 200 || !strings.Contains(plain(body), "集体财务收支 公开事项 · （无权查看）") {
		t.Errorf("the item has no name: %d %s", code, plain(body))
	}
	if code, _ := c.get(fmt.Sprintf("/r/%d", item.Record)); code != 404 {
		t.Errorf("the village opens the item itself: %d", code)
	}
}

func TestPages_render_in_both_languages(t *testing.T) {
	h := founded(t)
	ids := rounds(t, h, 40)
	planned := must(t, h, "grid_worker", town.Command{ID: "planned", Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": aGrid(h)}})
	ids[8] = planned.Record // in the grid worker's own village, still to be made
	h.SetFilling(hall.Filling{Done: 40, Total: 100})
	c := serve(t, Config{Hall: h, Demo: true})
	for _, lang := range []string{"zh", "en"} {
		if code, body := c.get("/signin?lang=" + lang); code != 200 || strings.Contains(body, "⟦") {
			t.Errorf("sign-in in %s: %d %s", lang, code, plain(body))
		}
	}
	for _, role := range []string{"admin", "grid_worker", "mayor", "finance"} {
		c.as(role)
		paths := []string{"/", "/registers", "/figures", "/figures?show=all", "/figures?q=走访", "/progress"}
		paths = append(paths, pages...)
		if role != "finance" && role != "admin" {
			paths = append(paths, "/t/visit_round", "/t/visit_round?stage=made&sort=households&way=up&f.x=1&q=路灯&void=1", "/t/visit_round?where=households+%3E+30",
				fmt.Sprintf("/r/%d", ids[0]), fmt.Sprintf("/r/%d", ids[8]), "/t/grid_problem")
		}
		if role == "mayor" || role == "finance" {
			paths = append(paths, "/entries", "/entries/indicator_value?period=2022", "/entries/indicator_value?period=2022-Q4", "/entries/indicator_value?period=2022-11&place=120111104201")
		}
		if role == "admin" {
			paths = append(paths, "/people/new", "/people/demo-admin", "/tokens", "/jobs")
		}
		if role == "grid_worker" {
			paths = append(paths, "/t/visit_round/import")
			paths = append(paths, "/t/visit_round/new", fmt.Sprintf("/r/%d/correct", ids[0]))
		}
		for _, key := range h.View().Cat.FigureOrder {
			if f := h.View().Cat.Figures[key]; f.System == "S34" || f.Gold != "" && role == "mayor" {
				paths = append(paths, "/figures/"+key)
			}
		}
		for _, path := range paths {
			for _, lang := range []string{"zh", "en"} {
				at := path + "?lang=" + lang
				if strings.Contains(path, "?") {
					at = path + "&lang=" + lang
				}
				code, body := c.get(at)
				if code != 200 && code != 286 || strings.Contains(body, "⟦") || strings.Contains(body, "%!") || strings.Contains(body, "ZgotmplZ") {
					t.Errorf("%s as %s: %d %.1500s", at, role, code, plain(body))
				}
				if strings.Contains(body, " style=") || strings.Contains(body, "onclick=") || strings.Contains(body, "<style") {
					t.Errorf("%s has inline style or script", at)
				}
			}
		}
	}
}

// pages are further addresses that everybody may open.
var pages = []string{"/find", "/find?q=井盖", "/find?q=%E8%B5%B0%E8%AE%BF", "/commitments", "/commitments?by=office", "/report", "/forms", "/catalog", "/catalog?q=S34", "/catalog/visit_round", "/catalog/hotline_order", "/people", "/calendars", "/calendars?year=2024", "/calendars?year=2027", "/rules", "/rules/grid_close", "/journal", "/journal?before=20", "/journal/1", "/journal/5",
	"/dashboards/mayor", "/dashboards/mayor?open=grid_visits", "/dashboards/mayor/grid_visits", "/dashboards/statistics", "/dashboards/mayor/screen", "/dashboards/mayor/print?period=2022", "/compare", "/compare?of=statistics&place=120111104201&place2=120111104202&period=2023&period2=2023-Q1"}

func TestRecord_walks_its_flow(t *testing.T) {
	h := founded(t)
	rounds(t, h, 12)
	c := serve(t, Config{Hall: h, Demo: true}).as("grid_worker")
	_, form := c.get("/t/visit_round/new")
	grid := regexp.MustCompile(`<option value="(\d{9,}[^"]*)"`).FindStringSubmatch(form)
	if grid == nil {
		t.Fatalf("no grid to choose: %s", plain(form))
	}
	code, body := c.post("/t/visit_round/new", url.Values{"f.grid": {grid[1]}, "command": {"w-1"}})
	if code != 200 || !strings.Contains(body, "已登记") {
		t.Fatalf("new record: %d %s", code, plain(body))
	}
	path := regexp.MustCompile(`action="(/r/\d+/move/make)"`).FindStringSubmatch(body)
	if path == nil {
		t.Fatalf("no form for the move: %s", plain(body))
	}
	if code, body = c.post(path[1], url.Values{"f.day": {"2023-12-20"}, "f.households": {"x"}}); code != 422 || !strings.Contains(body, "不是数") || !strings.Contains(body, `value="2023-12-20"`) {
		t.Errorf("a wrong number: %d %s", code, plain(body))
	}
	if code, body = c.post(path[1], url.Values{"f.day": {h.Today().String()}, "f.households": {"37"}}); code != 200 || !strings.Contains(body, "已办理") {
		t.Errorf("the move: %d %s", code, plain(body))
	}
	record := strings.TrimSuffix(path[1], "/move/make")
	_, body = c.get(record)
	if !strings.Contains(plain(body), "37") || !strings.Contains(body, "/figures/") {
		t.Errorf("the record does not count: %s", plain(body))
	}
	if code, body = c.post(record+"/void", url.Values{"reason": {"重复"}}); code != 200 || !strings.Contains(body, "已作废") {
		t.Errorf("void: %d %s", code, plain(body))
	}
	if code, body = c.post(record+"/undo", url.Values{"reason": {"误操作"}}); code != 200 || strings.Contains(body, `badge line dash`) {
		t.Errorf("undo of the void: %d %s", code, plain(body))
	}
	c.as("finance")
	if code, _ := c.get(record); code != 404 {
		t.Errorf("finance sees a round of visits: %d", code)
	}
}

func TestSignin_locks_after_five(t *testing.T) {
	h := founded(t)
	handler, err := New(Config{Hall: h})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Do(context.Background(), systemActor, town.Command{ID: "p1", Op: town.Put, Type: "person", Day: town.NoDay, Sealed: map[string]string{"hash": HashPassword("正确的口令要够长1")},
		Fields: town.Values{"login": "liu", "name": "刘敏", "posts": []map[string]any{{"role": "grid_desk", "office": "grid_center", "place": ""}}}}); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(handler)
	defer srv.Close()
	jar, _ := cookiejar.New(nil)
	c := &client{t, &http.Client{Jar: jar}, srv.URL}
	if code, _ := c.post("/signin/as", url.Values{"role": {"admin"}}); code != 403 {
		t.Errorf("one-click sign-in without demo: %d", code)
	}
	for i := range 5 {
		if code, _ := c.post("/signin", url.Values{"login": {"liu"}, "password": {"wrong"}}); code != 422 {
			t.Errorf("try %d: %d", i, code)
		}
	}
	if code, _ := c.post("/signin", url.Values{"login": {"liu"}, "password": {"正确的口令要够长1"}}); code != 429 {
		t.Errorf("the right password while locked: %d", code)
	}
	if code, body := c.get("/figures"); code != 200 || !strings.Contains(body, `action="/signin"`) {
		t.Errorf("a page without a session: %d", code)
	}
}

func TestSignin_with_password(t *testing.T) {
	h := founded(t)
	c := serve(t, Config{Hall: h, First: "once"})
	if code, body := c.post("/signin/first", url.Values{"token": {"once"}, "login": {"admin"}, "name": {"管理员"}, "password": {"short"}}); code != 422 {
		t.Errorf("a short password: %d %s", code, plain(body))
	}
	if code, body := c.post("/signin/first", url.Values{"token": {"once"}, "login": {"root1"}, "name": {"管理员"}, "password": {"大运河边的石榴树9"}}); code != 422 {
		t.Errorf("nine characters: %d %s", code, plain(body))
	}
	if code, body := c.post("/signin/first", url.Values{"token": {"once"}, "login": {"root1"}, "name": {"管理员"}, "password": {"大运河边的石榴树开花了9"}}); code != 200 || !strings.Contains(body, "管理员") {
		t.Errorf("the first administrator: %d %s", code, plain(body))
	}
	if code, _ := c.post("/signout", nil); code != 200 {
		t.Error("sign out")
	}
	if code, body := c.post("/signin", url.Values{"login": {"root1"}, "password": {"大运河边的石榴树开花了9"}, "to": {"//evil.example"}}); code != 200 || !strings.Contains(body, "管理员") {
		t.Errorf("sign in: %d %s", code, plain(body))
	}
}

// TestWords_are_complete: every text that a template or a page names exists, none is without use.
func TestWords_are_complete(t *testing.T) {
	w, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	call := regexp.MustCompile(`(?:\.T|\$\.T|v\.t|say) ?\(?"([a-z][A-Za-z0-9.]*)"( \+)?`)
	scan := func(dir, ext string) {
		files, err := filepath.Glob(filepath.Join(dir, "*"+ext))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range call.FindAllStringSubmatch(string(b), -1) {
				if strings.HasSuffix(m[1], ".") || m[2] != "" {
					for k := range w {
						if strings.HasPrefix(k, m[1]) {
							used[k] = true
						}
					}
					continue
				}
				if _, ok := w[m[1]]; !ok {
					t.Errorf("%s names %q, which words.txt does not hold", name, m[1])
				}
				used[m[1]] = true
			}
		}
	}
	scan("templates", ".html")
	scan(".", ".go")
	for k, texts := range w {
		if texts[0] == "" || texts[1] == "" {
			t.Errorf("%s lacks a language", k)
		}
		for _, en := range strings.Split(texts[1], " ~ ") {
			if strings.Count(texts[0], "%")-2*strings.Count(texts[0], "%%") != strings.Count(en, "%")-2*strings.Count(en, "%%") {
				t.Errorf("%s: the languages take different arguments", k)
			}
		}
		if !used[k] && !strings.HasPrefix(k, "op.") && !strings.HasPrefix(k, "unit.") {
			t.Errorf("%s is used nowhere", k)
		}
	}
}

func TestWords_count_in_english(t *testing.T) {
	w, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	for want, say := range map[string]string{
		"1 day over": w.say("en", "clock.overdays", int64(1)), "2 days over": w.say("en", "clock.overdays", int64(2)), "1 day left": w.say("en", "clock.days", 1),
		"1 hour over": w.say("en", "clock.overhours", int64(1)), "1 record": w.say("en", "figure.recordn", "1"), "1,001 records": w.say("en", "figure.recordn", "1,001"),
		"0 people.": w.say("en", "people.sentence", 0), "超期 1 天": w.say("zh", "clock.overdays", 1),
	} {
		if say != want {
			t.Errorf("%q, want %q", say, want)
		}
	}
}

// An address that is no text is refused in the visitor's language, on every page.
func TestPages_refuse_an_address_that_is_no_text(t *testing.T) {
	c := serve(t, Config{Hall: founded(t), Demo: true})
	for _, signed := range []bool{false, true} {
		if signed {
			c.as("mayor")
		}
		for _, path := range []string{"/figures?q=%ff", "/find?q=%E7%A9", "/t/visit_round?where=%zz", "/t/visit_round?f.grid=a%00", "/?lang=en&q=%ff", "/figures?a;b=1"} {
			code, body := c.get(path)
			want := "网址里有不成文字的内容"
			if strings.Contains(path, "lang=en") {
				want = "the address holds what is no text"
			}
			if code != 422 || !strings.Contains(strings.ToLower(body), want) {
				t.Errorf("%s: %d %.300s", path, code, plain(body))
			}
		}
	}
}

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{"=1+1": "'=1+1", "-12.5": "-12.5", "-cmd": "'-cmd", "@x": "'@x", "+86": "'+86", "文": "文", "": ""} {
		if got := sheet.Harmless(in); got != want {
			t.Errorf("harmless(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestEnglish_is_complete: whatever the catalog shows at a screen has its English text:
// labels, choices, units, and what a guard says when it bars a move.
func TestEnglish_is_complete(t *testing.T) {
	cat, _ := catalog.Load(catalogs.Jingwu)
	w, err := loadWords()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	label := func(at string, l catalog.Label) {
		if seen++; l.Zh != "" && l.En == "" {
			t.Errorf("%s: “%s” has no English", at, l.Zh)
		}
	}
	unit := func(at, u string) {
		if _, ok := w["unit."+u]; u != "" && !ok {
			t.Errorf("%s: the unit %s has no English", at, u)
		}
	}
	guards := func(at string, gs []catalog.Guard) {
		for _, g := range gs {
			label(at+" must", g.Else)
		}
	}
	var fields func(at string, list []*catalog.Field)
	fields = func(at string, list []*catalog.Field) {
		for _, f := range list {
			label(at+"."+f.Key, f.Label)
			unit(at+"."+f.Key, f.Unit)
			if f.List != nil {
				for _, it := range f.List.Items {
					label(at+"."+f.Key+" "+it.Key, it.Label)
				}
			}
			fields(at+"."+f.Key, f.Columns)
		}
	}
	for _, key := range cat.TypeOrder {
		ty := cat.Types[key]
		label(key, ty.Label)
		fields(key, ty.Fields)
		for _, s := range ty.Stages {
			label(key+" stage "+s.Key, s.Label)
		}
		for _, m := range ty.Moves {
			label(key+" move "+m.Key, m.Label)
			guards(key+" move "+m.Key, m.Must)
		}
		for _, c := range ty.Clocks {
			label(key+" clock "+c.Key, c.Label)
		}
		guards(key, ty.Checks)
	}
	for _, key := range cat.FigureOrder {
		label(key, cat.Figures[key].Label)
		unit(key, cat.Figures[key].Unit)
	}
	for _, m := range cat.Seeds.Measured {
		unit("measured "+m.Figure, m.Unit)
	}
	for key, d := range cat.Dashboards {
		label("dashboard "+key, d.Label)
		for _, s := range d.Sections {
			label("dashboard "+key, s.Label)
		}
	}
	for key, a := range cat.Alerts {
		label("alert "+key, a.Label)
	}
	for key, r := range cat.Roles {
		label("role "+key, r.Label)
	}
	for key, o := range cat.Offices {
		label("office "+key, o.Label)
	}
	for key, r := range cat.Rules {
		label("rule "+key, r.Label)
	}
	for key, p := range cat.Plans {
		label("plan "+key, p.Label)
	}
	for _, s := range cat.Systems {
		label("system "+s.Number, s.Label)
	}
	if seen < 5000 {
		t.Errorf("only %d texts looked at", seen)
	}
}
