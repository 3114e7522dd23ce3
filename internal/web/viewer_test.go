package web

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// sizeOf is what a command would change: the journal's size, and how many files were handed in.
func sizeOf(t testing.TB, h *hall.Hall) (seq int64, files int) {
	t.Helper()
	if err := h.Reading(context.Background(), func(r *hall.Reader) error {
		head, err := r.Q().Head(context.Background(), r.Town())
		if err != nil {
			return err
		}
		blobs, err := r.Q().Blobs(context.Background(), r.Town())
		seq, files = head.Seq, len(blobs)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return seq, files
}

// harmlessPosts change nothing of the town: signing in and out, what is looked at, and what is tried on a text.
var harmlessPosts = []string{"/signin", "/signin/as", "/signin/first", "/switch", "/signout", "/report", "/reports/{id}/preview"}

// TestViewer_changes_nothing: a reader's role sees every page and is refused every POST of the console, whatever the form holds.
func TestViewer_changes_nothing(t *testing.T) {
	h := aimedTown(t)
	report := must(t, h, "office", town.Command{ID: "rep", Op: town.Create, Type: "work_report", Fields: town.Values{"title": "2023年政府工作报告", "year": "2023", "meeting": "2023-12-31", "draft": "走访{{grid_visits}}。"}}).Record
	order := must(t, h, "desk", town.Command{ID: "order", Op: town.Create, Type: "hotline_order", Sealed: map[string]string{"caller": "某", "phone": "19900000017", "content": "楼道灯不亮"},
		Fields: town.Values{"title": "楼道灯不亮", "source": "hotline", "kind": "help", "category": "property", "place": "120111104201"}}).Record
	problem := must(t, h, "grid_worker", town.Command{ID: "prob", Op: town.Create, Type: "grid_problem", Fields: town.Values{"what": "井盖松动", "kind": "facility", "grid": aGrid(h)}}).Record
	source, err := os.ReadFile("web.go")
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for _, m := range regexp.MustCompile(`"POST (/[^"]*)"`).FindAllStringSubmatch(string(source), -1) {
		patterns = append(patterns, m[1])
	}
	if len(patterns) < 25 {
		t.Fatalf("only %d addresses take a POST", len(patterns))
	}
	both(t, h, "viewer", func(t *testing.T, c *client, lang string) {
		seq, files := sizeOf(t, h)
		fill := map[string][]string{"{type}": {"grid_problem", "hotline_order", "indicator_value", "visit_round"}, "{id}": {fmt.Sprint(problem), fmt.Sprint(order), fmt.Sprint(report)}, "{rule}": {"grid_close"}, "{key}": {"tax", "grid_visits"}, "{login}": {"demo-viewer"}}
		tried := 0
		for _, pattern := range patterns {
			if slices.Contains(harmlessPosts, pattern) {
				continue
			}
			paths := []string{pattern}
			for name, values := range fill {
				var more []string
				for _, p := range paths {
					if !strings.Contains(p, name) {
						more = append(more, p)
						continue
					}
					for _, v := range values {
						more = append(more, strings.ReplaceAll(p, name, v))
					}
				}
				paths = more
			}
			var all []string
			for _, p := range paths {
				if !strings.Contains(p, "{move}") {
					all = append(all, p)
					continue
				}
				for _, key := range []string{"grid_problem", "hotline_order", "work_report"} {
					for _, m := range h.View().Cat.Types[key].Moves {
						all = append(all, strings.ReplaceAll(p, "{move}", m.Key))
					}
				}
			}
			for _, path := range all {
				if strings.Contains(path, "{") {
					t.Fatalf("%s: nothing to fill it with", path)
				}
				tried++
				form := url.Values{"reason": {"试"}, "why": {"check"}, "note": {"试"}, "day": {"2023-01-01"}, "name": {"试"}, "query": {"stage=found"}, "login": {"x"}, "posts.0.role": {"admin"}, "limit": {"5 days"}, "source": {"试"},
					"f.what": {"试"}, "f.kind": {"facility"}, "f.grid": {aGrid(h)}, "year": {"2024"}, "title": {"试"}, "text": {"试"}, "period": {"2022-12"}, "c.tax.flash": {"1"}, "f.source": {"x"}, "sign": {fmt.Sprint(problem)}, "role": {"admin"}, "field": {"phone"}, "rows": {"a,b"}, "body": {"试"}, "phone": {"13800000000"}, "until": {"2023-12-31"}, "place": {""}}
				if code, body := c.post(path, form); code < 400 || code >= 500 {
					t.Errorf("POST %s: %d %.300s", path, code, plain(body))
				}
				parts := []formPart{{"f.photo_before", "x.png", picture(t, 7)}, {"f.paper", "x.txt", []byte("x")}, {"file", "x.csv", []byte("a,b\n")}}
				for k, v := range form {
					parts = append(parts, formPart{k, "", []byte(v[0])})
				}
				if code, body := c.send(path, parts...); code < 400 || code >= 500 {
					t.Errorf("POST %s with files: %d %.300s", path, code, plain(body))
				}
			}
		}
		if tried < 60 {
			t.Errorf("only %d addresses tried", tried)
		}
		for _, path := range harmlessPosts[4:] {
			c.as("viewer")
			_, _ = c.post(strings.ReplaceAll(path, "{id}", fmt.Sprint(report)), url.Values{"text": {"走访36万户次。"}, "body": {"走访36万户次。"}})
		}
		if s, f := sizeOf(t, h); s != seq || f != files {
			t.Errorf("the journal grew from %d to %d, the files from %d to %d", seq, s, files, f)
		}
		// It sees: every page of the console's reading side opens.
		c.as("viewer")
		for _, path := range append([]string{"/", "/registers", "/figures", "/t/grid_problem", fmt.Sprintf("/r/%d", problem), "/dashboards/mayor", "/entries/indicator_value", "/compare"}, pages...) {
			if code, body := c.get(path); code != 200 || strings.Contains(body, `href="/t/grid_problem/new"`) {
				t.Errorf("GET %s: %d", path, code)
			}
		}
	})
}

// TestViewer_commands: the hall refuses a reader every operation on every type, and every register, whoever sends them.
func TestViewer_commands(t *testing.T) {
	h := founded(t)
	rounds(t, h, 9)
	cat := h.View().Cat
	problem := must(t, h, "grid_worker", town.Command{ID: "prob", Op: town.Create, Type: "grid_problem", Fields: town.Values{"what": "井盖松动", "kind": "facility", "grid": aGrid(h)}}).Record
	home := sealedHousehold(t, h, "v")
	viewer := town.Actor{Person: hall.PersonID("viewer"), Kind: town.Staff, Posts: []town.Post{{Role: "viewer", Office: "party_office"}}}
	seq, files := sizeOf(t, h)
	n := 0
	refuse := func(cmd town.Command) {
		t.Helper()
		n++
		cmd.ID, cmd.Day, cmd.Reason, cmd.Note, cmd.Days = fmt.Sprintf("v-%d", n), town.NoDay, "试", "试", 3
		if _, err := h.Do(context.Background(), viewer, cmd); town.KindOf(err) != town.Denied {
			t.Errorf("%s %s %s %s: %v", cmd.Op, cmd.Type, cmd.Move, cmd.Field, err)
		}
	}
	for _, key := range cat.TypeOrder {
		for _, op := range []town.Op{town.Create, town.Merge} {
			refuse(town.Command{Op: op, Type: key})
		}
		for _, m := range cat.Types[key].Moves {
			refuse(town.Command{Op: town.Move, Record: problem, Move: m.Key})
		}
	}
	for _, id := range []town.ID{problem, home, 1, 999_999} {
		for _, op := range []town.Op{town.Correct, town.Void, town.Undo, town.Erase} {
			refuse(town.Command{Op: op, Record: id, Fields: town.Values{"what": "x"}})
		}
		refuse(town.Command{Op: town.Reveal, Record: id, Field: "phone"})
	}
	for _, register := range []string{"rule", "calendar", "target", "published", "since", "person", "view", "token", "nothing"} {
		refuse(town.Command{Op: town.Put, Type: register, Fields: town.Values{"person": viewer.Person, "login": "viewer", "type": "grid_problem", "name": "x", "query": "stage=found"}})
	}
	if _, err := h.Upload(context.Background(), store.Blobs{Dir: t.TempDir()}, 1, "x", "text/plain", strings.NewReader("x")); err != nil {
		t.Error(err) // a file of somebody who may
	}
	if s, f := sizeOf(t, h); s != seq || f != files+1 {
		t.Errorf("the journal grew from %d to %d, the files from %d to %d", seq, s, files, f)
	}
	if n < 1000 {
		t.Errorf("only %d commands tried", n)
	}
	// A second post besides makes it somebody who works, under that post.
	both := viewer
	both.Posts = append(slices.Clone(viewer.Posts), town.Post{Role: "grid_worker", Office: "grid_center"})
	if _, err := h.Do(context.Background(), both, town.Command{ID: "both", Op: town.Create, Type: "visit_round", Day: town.NoDay, Fields: town.Values{"grid": aGrid(h)}}); err != nil {
		t.Errorf("a reader who is a grid worker too: %v", err)
	}
	// And it sees every type, but where a type says in so many words whom it may be shown to.
	hidden := 0
	for _, key := range cat.TypeOrder {
		if access.MaySee(cat, cat.Types[key], viewer).None() {
			hidden++
			if !cat.Types[key].Sensitive && !slices.ContainsFunc(cat.Types[key].See, func(s catalog.See) bool { return s.Of != nil }) && len(cat.Types[key].See) > 8 {
				t.Errorf("the reader does not see %s", key)
			}
		}
	}
	if hidden*10 > len(cat.TypeOrder) {
		t.Errorf("%d of %d types are hidden from the reader", hidden, len(cat.TypeOrder))
	}
}
