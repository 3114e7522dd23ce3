package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
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
		post := func() int {
			resp, err := client.PostForm(base+"/signin/first", form)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			return resp.StatusCode
		}
		if status := post(); status == http.StatusOK {
			t.Errorf("a wrong token was taken: %d", status)
		}
		form.Set("token", token)
		if status := post(); status != http.StatusOK {
			t.Errorf("the token was refused: %d", status)
		}
		form.Set("login", "second")
		if status := post(); status == http.StatusOK {
			t.Error("the token worked twice")
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
