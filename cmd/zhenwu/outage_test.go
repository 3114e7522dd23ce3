package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/pgtest"
	"zhenwu/internal/town"
)

// outage is a town that is served while what it stands on fails.
type outage struct {
	t        *testing.T
	args     []string // of the town
	token    string
	base     string
	mu       sync.Mutex
	n        int
	answered map[string]string // idempotency key → record
}

// newOutage founds a town with a token of the hotline's desk and serves it.
func newOutage(t *testing.T, g Globals) *outage {
	t.Helper()
	ctx := context.Background()
	o := &outage{t: t, args: []string{"--data", g.Data}, answered: map[string]string{}}
	if g.DB != "" {
		o.args = append(o.args, "--db", g.DB)
	}
	st, _, err := openSite(ctx, &g, &hall.Founding{})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Seed(ctx, true, 0); err != nil {
		t.Fatal(err)
	}
	var hash string
	o.token, hash = hall.NewToken()
	for i, c := range []town.Command{
		{Type: "person", Fields: town.Values{"login": "desk", "name": "某", "posts": []map[string]any{{"role": "desk", "office": "hotline_office", "place": ""}}}},
		{Type: "token", Fields: town.Values{"name": "desk", "login": "desk", "role": "desk", "office": "hotline_office"}, Sealed: map[string]string{"hash": hash}},
	} {
		c.ID, c.Op, c.Day = fmt.Sprint("outage", i), town.Put, town.NoDay
		if _, err := st.Do(ctx, town.Actor{Kind: town.System, Posts: []town.Post{{Role: "system"}}}, c); err != nil {
			t.Fatal(err)
		}
	}
	st.Close()
	o.base, _ = serveFor(t, 1, o.args...)
	return o
}

func (o *outage) key() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.n++
	return fmt.Sprint("key", o.n)
}

// post opens an order; key "" makes a new one.
func (o *outage) post(key string, size int) (status int, body string) {
	o.t.Helper()
	if key == "" {
		key = o.key()
	}
	text, err := json.Marshal(map[string]any{"fields": map[string]any{"title": "路灯不亮", "kind": "help", "category": "property", "source": "hotline", "urgency": "ordinary", "place": "120111104201"},
		"sealed": map[string]string{"content": strings.Repeat("暗", size), "phone": "19900000017"}})
	if err != nil {
		o.t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodPost, o.base+"/api/v1/types/hotline_order/records", bytes.NewReader(text))
	if err != nil {
		o.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+o.token)
	req.Header.Set("Idempotency-Key", key)
	status, body = o.ask(req)
	if status < 300 {
		var made struct{ ID string }
		if err := json.Unmarshal([]byte(body), &made); err != nil || made.ID == "" {
			o.t.Fatalf("%s: %v", body, err)
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		if was := o.answered[key]; was != "" && was != made.ID {
			o.t.Errorf("%s was record %s and is %s", key, was, made.ID)
		}
		o.answered[key] = made.ID
	}
	return status, body
}

func (o *outage) get(path string) (int, string) {
	o.t.Helper()
	req, err := http.NewRequest(http.MethodGet, o.base+path, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.ask(req)
}

func (o *outage) ask(req *http.Request) (int, string) {
	o.t.Helper()
	client := &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		o.t.Fatalf("no answer at all: %v", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// refused wants an answer of 503 that says in both languages, a line each, what is wrong.
func (o *outage) refused(status int, body, zh, en string) {
	o.t.Helper()
	var p struct{ Zh, En string }
	err := json.Unmarshal([]byte(body), &p)
	if status != http.StatusServiceUnavailable || err != nil || !strings.Contains(p.Zh, zh) || !strings.Contains(p.En, en) || strings.Contains(p.Zh+p.En, "\n") {
		o.t.Errorf("status %d, wants “%s”, “%s”: %s", status, zh, en, body)
	}
}

// stands wants that all is there that was answered, and nothing else, and that the town agrees with itself.
func (o *outage) stands() {
	o.t.Helper()
	for key, id := range o.answered { // the same again gives the same record
		if status, body := o.post(key, 10); status >= 300 && status != http.StatusConflict { // 409: its text was longer then
			o.t.Errorf("%s of record %s again: %d %s", key, id, status, body)
		}
		if status, body := o.get("/health"); status != http.StatusOK {
			o.t.Errorf("health: %d %s", status, body)
		}
	}
	if status, out, errs := zhenwu(append([]string{"fsck", "--lang", "en"}, o.args...)...); status != 0 {
		o.t.Errorf("fsck: status %d\n%s%s", status, out, errs)
	}
}

// A disk that fills up while the town is served: 503 and one line, what was answered stands, and with room again work goes on.
func TestFullDiskWhileServing(t *testing.T) {
	if os.Geteuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("only root can mount a small disk")
		}
		t.Skip("only root can mount a small disk")
	}
	disk := t.TempDir()
	if err := syscall.Mount("none", disk, "tmpfs", 0, "size=64m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	t.Run("served", func(t *testing.T) {
		o := newOutage(t, Globals{Data: filepath.Join(disk, "town"), Lang: "en"})
		if status, body := o.post("", 10); status >= 300 {
			t.Fatalf("before: %d %s", status, body)
		}
		var fs syscall.Statfs_t
		if err := syscall.Statfs(disk, &fs); err != nil {
			t.Fatal(err)
		}
		ballast := filepath.Join(disk, "ballast")
		if err := os.WriteFile(ballast, make([]byte, int64(fs.Bavail)*fs.Bsize-(1<<20)), 0o600); err != nil {
			t.Fatal(err)
		}
		status, body := 0, ""
		for range 200 {
			if status, body = o.post("", 1500); status >= 300 {
				break
			}
		}
		o.refused(status, body, "磁盘已满，没有保存", "the disk is full, nothing was saved")
		if len(o.answered) < 2 {
			t.Errorf("%d were answered before the disk was full", len(o.answered))
		}
		if status, body := o.get("/health"); status != http.StatusOK {
			t.Errorf("reading goes on: %d %s", status, body)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		if status, body := o.post("", 10); status >= 300 {
			t.Errorf("with room again: %d %s", status, body)
		}
		o.stands()
	})
}

// PostgreSQL that goes away while the town is served: 503 and one line in the console and the API, and when it is back
// work goes on, on what was answered before.
func TestPostgreSQLAwayWhileServing(t *testing.T) {
	srv := pgtest.Durable(t)
	o := newOutage(t, Globals{Data: filepath.Join(t.TempDir(), "town"), DB: srv.DSN(t), Lang: "en"})
	for range 3 {
		if status, body := o.post("", 10); status >= 300 {
			t.Fatalf("before: %d %s", status, body)
		}
	}
	for round := range 2 {
		unanswered := make(chan string, 4)
		for range cap(unanswered) { // work is under way when it goes
			go func() {
				for {
					key := o.key()
					if status, body := o.post(key, 10); status >= 300 {
						if status != http.StatusServiceUnavailable {
							t.Errorf("under way: %d %s", status, body)
						}
						unanswered <- key
						return
					}
				}
			}()
		}
		time.Sleep(200 * time.Millisecond)
		srv.Stop(t)
		var open []string
		for range cap(unanswered) {
			open = append(open, <-unanswered)
		}
		for range 3 {
			status, body := o.post(fmt.Sprint("again", round), 10)
			o.refused(status, body, "连不上数据库，没有保存", "the database cannot be reached, nothing was saved")
		}
		if status, body := o.get("/health"); status != http.StatusServiceUnavailable || strings.Count(body, "\n") != 1 {
			t.Errorf("health: %d %q", status, body)
		}
		if status, body := o.get("/signin?lang=en"); status != http.StatusServiceUnavailable || !strings.Contains(body, "cannot be reached") {
			t.Errorf("a page: %d %s", status, body)
		}
		srv.Start(t)
		for _, key := range open { // saved or not, it happens once
			if status, body := o.post(key, 10); status >= 300 {
				t.Errorf("%s again when it is back: %d %s", key, status, body)
			}
		}
		if status, body := o.post(fmt.Sprint("again", round), 10); status >= 300 {
			t.Errorf("when it is back: %d %s", status, body)
		}
		if status, body := o.get("/signin?lang=en"); status != http.StatusOK {
			t.Errorf("a page when it is back: %d %s", status, body)
		}
	}
	o.stands()
}
