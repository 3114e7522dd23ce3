package api

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"zhenwu/internal/store"
)

var (
	example = regexp.MustCompile("(?ms)^```http\n(.*?)^```\n+^```json (\\d+)\n(.*?)^```$")
	stands  = regexp.MustCompile(`\$([a-z]+)`)
)

// TestDocs_examples_hold sends the requests of docs/api.md, in their order, and holds the answers against the printed ones.
func TestDocs_examples_hold(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	h, worker, _ := founded(t)
	srv := New(Config{Hall: h, Blobs: store.Blobs{Dir: t.TempDir()}})
	known := map[string]string{"worker": worker}
	for _, p := range h.View().Places() {
		if p.Kind == "grid" {
			known["grid"] = string(p.Code)
		}
	}
	for _, key := range h.View().Cat.FigureOrder {
		if h.View().Cat.Figures[key].Gold == "F058" {
			known["households"] = key
		}
	}
	all := example.FindAllStringSubmatch(string(page), -1)
	if n := strings.Count(string(page), "```http"); len(all) != n || n < 10 {
		t.Fatalf("%d of %d requests have their answer below them", len(all), n)
	}
	for _, x := range all {
		request := stands.ReplaceAllStringFunc(x[1], func(s string) string {
			if known[s[1:]] == "" {
				t.Fatalf("%s is used before it is known:\n%s", s, x[1])
			}
			return known[s[1:]]
		})
		head, body, _ := strings.Cut(request, "\n\n")
		lines := strings.Split(strings.TrimSpace(head), "\n")
		method, path, _ := strings.Cut(lines[0], " ")
		req := httptest.NewRequest(method, path, strings.NewReader(body))
		for _, l := range lines[1:] {
			name, value, _ := strings.Cut(l, ": ")
			req.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, req)
		if fmt.Sprint(w.Code) != x[2] {
			t.Errorf("%s: %d %s", lines[0], w.Code, w.Body)
			continue
		}
		var want, got any
		if err := json.Unmarshal([]byte(x[3]), &want); err != nil {
			t.Fatalf("the answer printed for %s: %v", lines[0], err)
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v in %s", lines[0], err, w.Body)
		}
		if why := like(want, got, known, "answer"); why != "" {
			t.Errorf("%s: %s\n%s", lines[0], why, w.Body)
		}
	}
}

// like tells how got differs from what is printed, "" where it does not; a name that is new to known takes got's value.
func like(want, got any, known map[string]string, at string) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s is %v, not an object", at, got)
		}
		for k, x := range w {
			if y, ok := g[k]; !ok {
				return at + " has no " + k
			} else if why := like(x, y, known, at+"."+k); why != "" {
				return why
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		rest := len(w) > 0 && w[len(w)-1] == "…"
		if rest {
			w = w[:len(w)-1]
		}
		if !ok || len(g) < len(w) || !rest && len(g) != len(w) {
			return fmt.Sprintf("%s holds %d, not %d", at, len(g), len(w))
		}
		for i := range w {
			if why := like(w[i], g[i], known, fmt.Sprintf("%s[%d]", at, i)); why != "" {
				return why
			}
		}
		return ""
	case string:
		name, named := strings.CutPrefix(w, "$")
		if s, ok := got.(string); named && ok && known[name] == "" && s != "" {
			known[name] = s
		}
		if named {
			want = known[name]
		}
		if w == "…" {
			return ""
		}
	}
	if want != got {
		return fmt.Sprintf("%s is %v, not %v", at, got, want)
	}
	return ""
}

// TestDocs_name_every_parameter: what an address takes stands on the page.
func TestDocs_name_every_parameter(t *testing.T) {
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]string{listAsks, fileAsks, figureAsks} {
		for _, name := range list {
			if !strings.Contains(string(page), "`"+name) {
				t.Errorf("docs/api.md says nothing of %q", name)
			}
		}
	}
}
