package api

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAPI_refusals: every refusal has its kind and a sentence in both languages; the
// detail follows Accept-Language.
func TestAPI_refusals(t *testing.T) {
	h, worker, clerk := founded(t)
	srv := New(Config{Hall: h})
	ask := func(lang, method, path, token, key, body string) (int, map[string]any) {
		t.Helper()
		req := httptest.NewRequest(method, path, strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Accept-Language", lang)
		if key != "" {
			req.Header.Set("Idempotency-Key", key)
		}
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, req)
		m := map[string]any{}
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
		return w.Code, m
	}
	grid := ""
	for _, p := range h.View().Places() {
		if p.Kind == "grid" {
			grid = string(p.Code)
		}
	}
	anyFigure := h.View().Cat.FigureOrder[0]
	open := `{"fields":{"grid":"` + grid + `"}}`
	_, made := ask("zh", "POST", "/api/v1/types/visit_round/records", worker, "same", open)
	_, second := ask("zh", "POST", "/api/v1/types/visit_round/records", worker, "other", open)
	id, id2 := made["id"].(string), second["id"].(string)
	if id == "" || id == id2 {
		t.Fatalf("two records: %q %q", id, id2)
	}
	// A key belongs to its token: another program's "same" is another command.
	code, p := ask("en", "POST", "/api/v1/types/enterprise/records", clerk, "same", `{"fields":{}}`)
	if code == 201 || p["again"] == true {
		t.Errorf("a key of another token gives its answer away: %d %v", code, p)
	}
	move := `{"fields":{"day":"2023-05-16","households":"37"}}`
	if code, p := ask("zh", "POST", "/api/v1/records/"+id+"/moves/make", worker, "m", move); code != 200 {
		t.Fatalf("the move: %d %v", code, p)
	}
	for _, x := range []struct {
		what, method, path, token, key, body string
		code                                 int
		kind, zh, en                         string
	}{
		{"a key used for another record", "POST", "/api/v1/records/" + id2 + "/moves/make", worker, "m", move, 409, "conflict", "已用于另一条指令", "used for another command"},
		{"a key of a move used to open a record", "POST", "/api/v1/types/visit_round/records", worker, "m", open, 409, "conflict", "已用于另一条指令", "used for another command"},
		{"a key used for another body", "POST", "/api/v1/records/" + id + "/moves/make", worker, "m", `{"fields":{"day":"2023-05-16","households":"38"}}`, 409, "conflict", "已用于另一条指令", "used for another command"},
		{"a key used for a smaller body", "POST", "/api/v1/records/" + id + "/moves/make", worker, "m", `{"fields":{"day":"2023-05-16"}}`, 409, "conflict", "已用于另一条指令", "used for another command"},
		{"a long key", "POST", "/api/v1/types/visit_round/records", worker, strings.Repeat("k", 65), open, 422, "invalid", "最长 64", "at most 64"},
		{"a stale revision", "POST", "/api/v1/records/" + id2 + "/moves/make", worker, "", `{"rev":"9","fields":{"day":"2023-05-16","households":"3"}}`, 409, "stale", "已被他人修改", "somebody changed"},
		{"a stage that does not allow it", "POST", "/api/v1/records/" + id + "/moves/make", worker, "", move, 409, "conflict", "现处“已巡访”，不能“巡访”", "It stands at “Made”"},
		{"a move that is none", "POST", "/api/v1/records/" + id + "/moves/fly", worker, "", `{}`, 422, "invalid", "没有办理动作", "has no move"},
		{"an unknown field", "POST", "/api/v1/types/visit_round/records", worker, "", `{"fields":{"colour":"x"}}`, 422, "invalid", "没有字段 colour", "no field colour"},
		{"a wrong type", "POST", "/api/v1/types/visit_round/records", worker, "", `{"fields":{"grid":7}}`, 422, "invalid", "文本", "a string"},
		{"an unknown type", "GET", "/api/v1/types/nothing/records", worker, "", "", 404, "missing", "没有这类记录", "no such type"},
		{"an unknown record", "GET", "/api/v1/records/999999", worker, "", "", 404, "missing", "没有这条记录", "no such record"},
		{"an unknown figure", "GET", "/api/v1/figures/nothing", worker, "", "", 404, "missing", "没有这个指标", "no such figure"},
		{"a bad period", "GET", "/api/v1/figures?period=soon", worker, "", "", 422, "invalid", "时期写法", "a period is written"},
		{"a bad condition", "GET", "/api/v1/types/visit_round/records?where=households+%3E", worker, "", "", 422, "invalid", "条件写法不对", "does not read"},
		{"a bad office", "GET", "/api/v1/types/visit_round/records?office=moon", worker, "", "", 422, "invalid", "没有科室", "no office"},
		{"a path that is none", "GET", "/api/v1/nothing", worker, "", "", 404, "missing", "没有这个接口：/api/v1/nothing", "there is nothing at /api/v1/nothing"},
		{"a path outside the version", "GET", "/api/", "", "", "", 404, "missing", "没有这个接口", "there is nothing at"},
		{"a method that is not taken", "DELETE", "/api/v1/figures", worker, "", "", 405, "invalid", "不接受这种请求方法", "not asked for by that method"},
		{"a record put", "PUT", "/api/v1/records/" + id, worker, "", "{}", 405, "invalid", "不接受这种请求方法", "not asked for by that method"},
		{"a parameter that is none", "GET", "/api/v1/types/visit_round/records?stagge=made", worker, "", "", 422, "invalid", "没有参数 stagge；可用的参数：stage、", "no parameter stagge; there are stage,"},
		{"a parameter where none is taken", "GET", "/api/v1/records/" + id + "?lang=en", worker, "", "", 422, "invalid", "这个接口没有参数，不认识 lang", "takes no parameters, and not lang"},
		{"a parameter of a command", "POST", "/api/v1/types/visit_round/records?grid=1", worker, "", open, 422, "invalid", "这个接口没有参数", "takes no parameters"},
		{"a parameter given twice", "GET", "/api/v1/types/visit_round/records?stage=made&stage=planned", worker, "", "", 422, "invalid", "参数 stage 只能给一次", "given more than once"},
		{"another town", "GET", "/api/v1/figures?town=990000001", worker, "", "", 404, "missing", "这里是 120111104", "990000001 is not here"},
		{"a year that is none", "GET", "/api/v1/figures?year=23", worker, "", "", 422, "invalid", "年份须在", "a year lies between"},
		{"a year and a period", "GET", "/api/v1/figures?year=2023&period=2023", worker, "", "", 422, "invalid", "只给一个", "not both"},
		{"records neither wanted nor not", "GET", "/api/v1/figures?records=some", worker, "", "", 422, "invalid", "records 应为", "records must be"},
		{"a bad cursor of a figure", "GET", "/api/v1/figures/" + anyFigure + "?after=x", worker, "", "", 422, "invalid", "after", "after"},
		{"a page of a figure too long", "GET", "/api/v1/figures/" + anyFigure + "?limit=501", worker, "", "", 422, "invalid", "1 到 500", "1 and 500"},
		{"a bad cursor", "GET", "/api/v1/types/visit_round/records?after=x", worker, "", "", 422, "invalid", "after", "after"},
	} {
		for _, lang := range []string{"zh", "en"} {
			code, p := ask(lang, x.method, x.path, x.token, x.key, x.body)
			want := x.zh
			if lang == "en" {
				want = x.en
			}
			if code != x.code || p["kind"] != x.kind || p["zh"] == "" || p["en"] == "" || !strings.Contains(p["detail"].(string), want) {
				t.Errorf("%s in %s: %d %v, want %d %s “%s”", x.what, lang, code, p, x.code, x.kind, want)
			}
		}
	}
}

// TestAPI_pages: a list gives every record once, page by page, with the exact count.
func TestAPI_pages(t *testing.T) {
	h, worker, _ := founded(t)
	srv := New(Config{Hall: h})
	ask := func(method, path, body string) map[string]any {
		req := httptest.NewRequest(method, path, strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+worker)
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, req)
		m := map[string]any{}
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil || w.Code > 201 {
			t.Fatalf("%s %s: %d %v %s", method, path, w.Code, err, w.Body)
		}
		return m
	}
	grid := ""
	for _, p := range h.View().Places() {
		if p.Kind == "grid" {
			grid = string(p.Code)
		}
	}
	for range 25 {
		ask("POST", "/api/v1/types/visit_round/records", `{"fields":{"grid":"`+grid+`"}}`)
	}
	seen := map[string]bool{}
	pages := 0
	for after := ""; ; pages++ {
		m := ask("GET", "/api/v1/types/visit_round/records?limit=10&after="+after, "")
		if m["count"] != "25" || pages > 3 {
			t.Fatalf("page %d: count %v", pages, m["count"])
		}
		for _, r := range m["records"].([]any) {
			id := r.(map[string]any)["id"].(string)
			if seen[id] {
				t.Errorf("record %s twice", id)
			}
			seen[id] = true
		}
		if after = fmt.Sprint(m["next"]); after == "" {
			break
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d records of 25", len(seen))
	}
}
