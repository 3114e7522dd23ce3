package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"zhenwu/internal/pgtest"
)

// serveFor serves a town until the test ends and returns its address and the first n lines it writes.
func serveFor(t *testing.T, n int, args ...string) (base string, lines []string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		status := run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--lang", "en"}, args...), io.Discard, w)
		w.Close()
		ended <- status
	}()
	t.Cleanup(func() {
		stop()
		select {
		case status := <-ended:
			if status != 0 {
				t.Errorf("the server ended with status %d", status)
			}
		case <-time.After(20 * time.Second):
			t.Error("the server does not end")
		}
	})
	scan := bufio.NewScanner(r)
	address := regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/`)
	for len(lines) < n && scan.Scan() {
		lines = append(lines, scan.Text())
		if m := address.FindStringSubmatch(scan.Text()); m != nil {
			base = "http://" + m[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, r) }() // the rest is of no interest, but must not block the server
	return base, lines
}

func TestFirstStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "town")
	token := ""
	t.Run("a_token_makes_the_first_administrator", func(t *testing.T) {
		base, lines := serveFor(t, 2, "--data", dir)
		said := strings.Join(lines, "\n")
		file, err := os.ReadFile(filepath.Join(dir, "setup-token"))
		if err != nil {
			t.Fatal(err)
		}
		if token = string(file); len(token) < 20 || !strings.Contains(said, token) {
			t.Fatalf("the token %q is not in %q", token, said)
		}
		if info, err := os.Stat(filepath.Join(dir, "setup-token")); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the token's file: %v, %v", info.Mode(), err)
		}
		resp, err := http.Get(base + "/health")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("/health answers %d", resp.StatusCode)
		}
		for _, args := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"user", "add", "wang", "--name", "王一", "--role", "grid_worker"}} {
			if status, _, errs := zhenwu(append(args, "--data", dir, "--lang", "en")...); status != 2 || !strings.Contains(errs, "in use by another process") || strings.Count(errs, "\n") != 1 {
				t.Errorf("two processes on one folder, %v: status %d, %q", args, status, errs)
			}
		}
		// What only reads needs no pause.
		must(t, "backup", filepath.Join(t.TempDir(), "town.zip"), "--data", dir)
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Jar: jar}
		form := url.Values{"token": {"wrong"}, "login": {"first"}, "name": {"第一人"}, "password": {"correct horse battery"}}
		post := func(lang string) (int, string) {
			t.Helper()
			resp, err := client.PostForm(base+"/switch", url.Values{"lang": {lang}})
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp, err = client.PostForm(base+"/signin/first", form); err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			page, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			return resp.StatusCode, string(page)
		}
		refused := func(code int, zh, en string) {
			t.Helper()
			for lang, want := range map[string]string{"zh": zh, "en": en} {
				if status, page := post(lang); status != code || !strings.Contains(page, want) {
					t.Errorf("in %s: status %d, “%s” is not said", lang, status, want)
				}
			}
		}
		refused(http.StatusForbidden, "一次性口令不对", "the one-time token is wrong")
		form.Set("token", token)
		if status, _ := post("zh"); status != http.StatusOK {
			t.Errorf("the token was refused: %d", status)
		}
		form.Set("login", "second")
		if client.Jar, err = cookiejar.New(nil); err != nil {
			t.Fatal(err)
		}
		refused(http.StatusConflict, "已经有管理员了", "there is an administrator")
		for until := time.Now().Add(10 * tokenPause); exists(filepath.Join(dir, "setup-token")); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatal("the token's file stays")
			}
		}
	})
	t.Run("then_there_is_none", func(t *testing.T) {
		_, lines := serveFor(t, 1, "--data", dir)
		if strings.Contains(strings.Join(lines, ""), "one-time") || exists(filepath.Join(dir, "setup-token")) {
			t.Errorf("a second start still offers a token: %v", lines)
		}
	})
}

// startTown founds the real town of a folder by serving it for a moment.
func startTown(t *testing.T, dir string) (string, []string) {
	t.Helper()
	var base string
	var lines []string
	t.Run("found", func(t *testing.T) { base, lines = serveFor(t, 2, "--data", dir) })
	return base, lines
}

// An address that cannot be had is told before a town is founded.
func TestAnAddressThatCannotBeHadFoundsNothing(t *testing.T) {
	for _, args := range [][]string{{"serve"}, {"demo"}, {"demo", "--town", "blank"}} {
		dir := filepath.Join(t.TempDir(), "town")
		refuses(t, "不能监听 nonsense", "cannot listen at nonsense", append(args, "--addr", "nonsense", "--data", dir)...)
		if exists(dir) {
			t.Errorf("%v made the folder", args)
		}
	}
}

// Keys, files and the setup token lie in the folder on either engine: one server a folder.
func TestOneServerAFolderOnPostgres(t *testing.T) {
	dir, dsn := filepath.Join(t.TempDir(), "town"), pgtest.DSN(t)
	_, _ = serveFor(t, 2, "--data", dir, "--db", dsn)
	refuses(t, "正被另一个进程使用", "in use by another process", "serve", "--addr", "127.0.0.1:0", "--data", dir, "--db", dsn)
	// What only reads, and who comes in by the head of the town, may stand beside it.
	must(t, "fsck", "--data", dir, "--db", dsn)
	must(t, "user", "add", "wang", "--name", "王一", "--role", "grid_worker", "--data", dir, "--db", dsn)
}

func TestAnUnreachableDatabaseIsToldOnce(t *testing.T) {
	dsn := "postgres://nobody:secret@127.0.0.1:1/none"
	for _, lang := range []string{"zh", "en"} {
		status, errs := saidBy(t, lang, "figures", "--db", dsn, "--data", t.TempDir())
		if status != 2 || strings.Count(errs, "refused") != 1 || strings.Contains(errs, "secret") {
			t.Errorf("status %d, %q", status, errs)
		}
	}
}

// The systemd unit sets nothing but what the flags read.
func TestSystemdUnitNamesSettingsThatExist(t *testing.T) {
	unit, err := os.ReadFile(filepath.Join("..", "..", "docs", "deploy", "zhenwu.service"))
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`ZHENWU_[A-Z_]+`).FindAllString(string(unit), -1)
	if len(names) == 0 {
		t.Fatal("the unit sets nothing")
	}
	for _, n := range names {
		if !slices.Contains(environment(), n) {
			t.Errorf("the unit names %s, which no flag reads", n)
		}
	}
}

// Health says 503 when the database does not answer, without a word of why to strangers.
func TestHealthTellsWhenTheDatabaseIsGone(t *testing.T) {
	st, _, err := openSite(context.Background(), &Globals{Data: newTown(t)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	st.logger = slog.New(slog.DiscardHandler)
	h, err := handler(st, serving{})
	if err != nil {
		t.Fatal(err)
	}
	ask := func() (int, string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/health", nil))
		return w.Code, w.Body.String()
	}
	if code, body := ask(); code != http.StatusOK || body != "ok\n" {
		t.Errorf("with the database: %d %q", code, body)
	}
	if err := st.db.Close(); err != nil {
		t.Fatal(err)
	}
	if code, body := ask(); code != http.StatusServiceUnavailable || body != "the database does not answer\n" {
		t.Errorf("without: %d %q", code, body)
	}
}
