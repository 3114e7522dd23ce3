package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// founded makes a simulated town with two people and a token for each.
func founded(t *testing.T) (h *hall.Hall, worker, clerk string) {
	t.Helper()
	ctx := context.Background()
	cat, faults := catalog.Load(catalogs.Jingwu)
	for _, f := range faults {
		if !f.Warning {
			t.Fatalf("catalog: %s", f.Render("en"))
		}
	}
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
	h, err = hall.Found(ctx, db, hall.Founding{Cat: cat, Files: "{}", Simulated: true, At: town.DayOf(2023, 5, 17).At(cat.Zone, 9, 0)}, hall.Config{Key: key, Keys: keys})
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
	system := town.Actor{Kind: town.System, Posts: []town.Post{{Role: "system"}}}
	give := func(login, role, office string) string {
		if _, err := h.Do(ctx, system, town.Command{ID: "p-" + login, Op: town.Put, Type: "person", Day: town.NoDay,
			Fields: town.Values{"login": login, "name": login, "posts": []map[string]any{{"role": role, "office": office, "place": ""}}}}); err != nil {
			t.Fatal(err)
		}
		text, hash := hall.NewToken()
		if _, err := h.Do(ctx, system, town.Command{ID: "t-" + login, Op: town.Put, Type: "token", Day: town.NoDay,
			Fields: town.Values{"name": login + "-machine", "login": login}, Sealed: map[string]string{"hash": hash}}); err != nil {
			t.Fatal(err)
		}
		return text
	}
	return h, give("worker", "grid_worker", "grid_center"), give("clerk", "finance", "finance_office")
}

func TestAPI(t *testing.T) {
	h, worker, clerk := founded(t)
	srv := httptest.NewServer(New(Config{Hall: h}))
	defer srv.Close()
	ask := func(method, path, token, key, body string) (int, map[string]any) {
		t.Helper()
		req, err := http.NewRequest(method, srv.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		if key != "" {
			req.Header.Set("Idempotency-Key", key)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]any{}
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, data)
		}
		return resp.StatusCode, m
	}
	grid := ""
	for _, p := range h.View().Places() {
		if p.Kind == "grid" {
			grid = string(p.Code)
			break
		}
	}
	if code, p := ask("GET", "/api/v1/types", "", "", ""); code != 401 || p["zh"] == "" || p["en"] == "" {
		t.Errorf("without a token: %d %v", code, p)
	}
	if code, _ := ask("GET", "/api/v1/types", "zw_000000000000000000000000", "", ""); code != 401 {
		t.Errorf("a wrong token: %d", code)
	}
	code, made := ask("POST", "/api/v1/types/visit_round/records", worker, "k1", `{"fields":{"grid":"`+grid+`"}}`)
	if code != 201 || made["stage"] != "planned" {
		t.Fatalf("create: %d %v", code, made)
	}
	if code, again := ask("POST", "/api/v1/types/visit_round/records", worker, "k1", `{"fields":{"grid":"`+grid+`"}}`); code != 201 || again["id"] != made["id"] || again["again"] != true {
		t.Errorf("sent twice: %d %v", code, again)
	}
	id := made["id"].(string)
	for body, field := range map[string]string{`{"fields":{"households":"x"}}`: "households", `{"fields":{"nothing":"1"}}`: "nothing", `{"other":1}`: "other", `[`: "body", `{"rev":"99","fields":{"day":"2023-05-17","households":"37"}}`: "rev"} {
		if code, p := ask("POST", "/api/v1/records/"+id+"/moves/make", worker, "", body); code != 422 && code != 409 || p["field"] != field && field != "rev" {
			t.Errorf("%s: %d %v", body, code, p)
		}
	}
	if code, p := ask("POST", "/api/v1/records/"+id+"/moves/make", clerk, "", `{}`); code != 404 {
		t.Errorf("a move on what may not be seen: %d %v", code, p)
	}
	if code, p := ask("POST", "/api/v1/records/"+id+"/moves/make", worker, "k2", `{"rev":"1","fields":{"day":"2023-05-16","households":"37"}}`); code != 200 || p["rev"] != "2" {
		t.Errorf("move: %d %v", code, p)
	}
	code, rec := ask("GET", "/api/v1/records/"+id, worker, "", "")
	if code != 200 || rec["fields"].(map[string]any)["households"] != "37" {
		t.Errorf("read: %d %v", code, rec)
	}
	if code, list := ask("GET", "/api/v1/types/visit_round/records?where=households+%3E+30&stage=made", worker, "", ""); code != 200 || list["count"] != "1" {
		t.Errorf("list: %d %v", code, list)
	}
	if code, _ := ask("GET", "/api/v1/types/visit_round/records", clerk, "", ""); code != 404 {
		t.Errorf("a list of what may not be seen: %d", code)
	}
	key := ""
	for _, k := range h.View().Cat.FigureOrder {
		if h.View().Cat.Figures[k].Gold == "F058" {
			key = k
		}
	}
	if code, f := ask("GET", "/api/v1/figures/"+key+"?period=2023", worker, "", ""); code != 200 || f["figure"].(map[string]any)["value"] != "37" || len(f["records"].([]any)) != 1 {
		t.Errorf("figure: %d %v", code, f)
	}
	if code, all := ask("GET", "/api/v1/figures?year=2023", clerk, "", ""); code != 200 || len(all["figures"].([]any)) < 100 {
		t.Errorf("figures: %d", code)
	}
	if code, doc := ask("GET", "/api/v1/openapi.json", "", "", ""); code != 200 || doc["openapi"] != "3.1.0" || doc["paths"].(map[string]any)["/api/v1/types/visit_round/records"] == nil {
		t.Errorf("openapi: %d", code)
	}
}

// An address that is no text is refused as such, before anything is looked up.
func TestAPI_refuses_an_address_that_is_no_text(t *testing.T) {
	h, worker, _ := founded(t)
	srv := New(Config{Hall: h})
	for _, path := range []string{"/api/v1/figures?place=%ff", "/api/v1/types/visit_round/records?where=%c3%28", "/api/v1/figures?place=%zz", "/api/v1/figures?place=a%00b", "/api/v1/figures/%ff"} {
		req := httptest.NewRequest("GET", "/", nil)
		u, err := url.Parse(strings.Replace(path, "%zz", "", 1))
		if err != nil {
			t.Fatal(err)
		}
		if _, raw, ok := strings.Cut(path, "?"); ok {
			u.RawQuery = raw
		}
		req.URL = u
		req.Header.Set("Authorization", "Bearer "+worker)
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, req)
		if w.Code != 422 || !strings.Contains(w.Body.String(), "网址") || !strings.Contains(w.Body.String(), "address") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// TestTokens_keep_their_bounds: a token acts within its own role and place, until its
// last day, while it is open and its person is.
func TestTokens_keep_their_bounds(t *testing.T) {
	h, _, _ := founded(t)
	ctx := context.Background()
	system := town.Actor{Kind: town.System, Posts: []town.Post{{Role: "system"}}}
	var grids []string
	for _, p := range h.View().Places() {
		if p.Kind == "grid" {
			grids = append(grids, string(p.Code))
		}
	}
	put := func(id string, row town.Values, hash string) {
		t.Helper()
		cmd := town.Command{ID: id, Op: town.Put, Type: "token", Day: town.NoDay, Fields: row}
		if hash != "" {
			cmd.Sealed = map[string]string{"hash": hash}
		}
		if _, err := h.Do(ctx, system, cmd); err != nil {
			t.Fatal(err)
		}
	}
	srv := New(Config{Hall: h}) // one for all tries: what it learned of a token must not outlive the token
	try := func(text, grid string) int {
		req := httptest.NewRequest("POST", "/api/v1/types/visit_round/records", strings.NewReader(`{"fields":{"grid":"`+grid+`"}}`))
		req.Header.Set("Authorization", "Bearer "+text)
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, req)
		return w.Code
	}
	row := func(name string, more town.Values) town.Values {
		v := town.Values{"name": name, "login": "clerk", "role": "grid_worker", "office": "grid_center", "place": grids[0]}
		for k, x := range more {
			v[k] = x
		}
		return v
	}
	text, hash := hall.NewToken()
	put("a", row("a", town.Values{"until": "2023-05-17"}), hash)
	if code := try(text, grids[0]); code != 201 {
		t.Errorf("in its place, on its last day: %d", code)
	}
	if code := try(text, grids[1]); code != 403 {
		t.Errorf("in another place: %d", code)
	}
	put("a2", row("a", town.Values{"until": "2023-05-16"}), "")
	if code := try(text, grids[0]); code != 401 {
		t.Errorf("after its last day: %d", code)
	}
	put("a3", row("a", nil), "")
	if code := try(text, grids[0]); code != 201 {
		t.Errorf("without a last day, its hash kept: %d", code)
	}
	put("a4", row("a", town.Values{"closed": true}), "")
	if code := try(text, grids[0]); code != 401 {
		t.Errorf("closed: %d", code)
	}
	for field, bad := range map[string]town.Values{"role": row("b", town.Values{"role": "king"}), "place": row("b", town.Values{"place": "9"}), "until": row("b", town.Values{"until": "soon"}), "login": {"name": "b"}} {
		_, err := h.Do(ctx, system, town.Command{ID: "bad-" + field, Op: town.Put, Type: "token", Day: town.NoDay, Fields: bad})
		if town.KindOf(err) != town.Invalid {
			t.Errorf("a token with a bad %s: %v", field, err)
		}
	}
}
