//go:build whole

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhenwu/internal/pgtest"
)

// grounds gives a small town on each engine, with something in it.
func grounds(t *testing.T, fn func(t *testing.T, g *ground)) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			total := 1000 // how much happens is no matter here
			g := &ground{t: t, dir: filepath.Join(t.TempDir(), "town"), answers: map[string]given{}, total: &total}
			if name == "postgres" {
				g.db = pgtest.Durable(t).DSN(t)
			}
			g.writeCatalog()
			g.finish()
			fn(t, g)
		})
	}
}

// refuses runs a command in both languages: one line that says what is wrong, status 2, nothing on standard output.
func (g *ground) refuses(command, zh, en string, more ...string) {
	g.t.Helper()
	for lang, want := range map[string]string{"zh": zh, "en": en} {
		status, out, errs := drive(g.t, g.args(command, append([]string{"--lang", lang}, more...)...)...)
		if text := strings.TrimSuffix(string(errs), "\n"); status != 2 || !strings.Contains(text, want) || strings.Contains(text, "\n") || len(out) > 0 {
			g.t.Errorf("%s in %s: status %d, wants “%s”:\n%s%s", command, lang, status, want, tail(errs), tail(out))
		}
	}
}

func TestADatabaseNewerThanTheBinaryIsLeftAlone(t *testing.T) {
	grounds(t, func(t *testing.T, g *ground) {
		db, end := g.aside()
		defer end()
		if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, " + map[bool]string{true: "1", false: "true"}[g.db == ""] + ")"); err != nil {
			t.Fatal(err)
		}
		for _, command := range []string{"serve", "fsck"} {
			g.refuses(command, "比本程序", "newer than this program")
		}
		if _, err := db.Exec("DELETE FROM goose_db_version WHERE version_id = 9999"); err != nil {
			t.Fatal(err)
		}
		g.inspect(g.answers)
	})
}

func TestATownInUseIsRefused(t *testing.T) {
	grounds(t, func(t *testing.T, g *ground) {
		g.round++
		got := g.child(func(ctx context.Context, end func()) {
			defer end()
			wait(ctx, 600*time.Millisecond)
			if g.db == "" {
				g.refuses("serve", "正被另一个进程使用", "in use by another process")
				g.refuses("user", "正被另一个进程使用", "in use by another process", "add", "somebody", "--name", "某人", "--role", "clerk", "--office", "desk")
				return
			}
			second := *g // from another folder too
			second.dir = t.TempDir()
			if err := os.CopyFS(second.dir, os.DirFS(g.dir)); err != nil {
				t.Error(err)
			}
			for _, key := range []string{"sign.key", "master.key"} {
				if err := os.Chmod(filepath.Join(second.dir, "keys", key), 0o600); err != nil {
					t.Error(err)
				}
			}
			second.refuses("serve", "正被另一个进程使用", "in use by another process", "--addr", "127.0.0.1:0")
			if status, _, errs := drive(t, second.args("user", "add", "somebody", "--name", "某人", "--role", "clerk", "--office", "desk")...); status != 0 {
				t.Errorf("a new person beside the process that serves: %s", tail(errs))
			}
		}, -1)
		if len(got) == 0 {
			t.Error("the first process did nothing")
		}
		g.inspect(got)
	})
}

func TestAFullDiskStopsCleanly(t *testing.T) {
	if os.Geteuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("only root can mount a small disk")
		}
		t.Skip("only root can mount a small disk")
	}
	disk := t.TempDir()
	if err := syscall.Mount("none", disk, "tmpfs", 0, "size=12m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	total := 1000
	g := &ground{t: t, dir: filepath.Join(disk, "town"), answers: map[string]given{}, total: &total}
	g.writeCatalog()
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, bytes.Repeat([]byte{1}, 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for round, lang := range []string{"zh", "en"} {
		status, out, errs := drive(t, g.args("crash-child", "--round", []string{"1", "2"}[round], "--lang", lang)...)
		text := strings.TrimSpace(string(errs))
		want := map[string]string{"zh": "磁盘已满，没有保存", "en": "the disk is full, nothing was saved"}[lang]
		last := text[strings.LastIndex(text, "\n")+1:]
		if status != 2 || !strings.HasPrefix(last, "zhenwu: ") || !strings.Contains(last, want) {
			t.Errorf("status %d, wants “%s”:\n%s", status, want, text)
		}
		for id, a := range parseAnswers(t, bytes.NewReader(out), false) {
			g.answers[id] = a
		}
	}
	if len(g.answers) == 0 {
		t.Error("nothing was answered before the disk was full")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	g.inspect(g.answers) // all is there, nothing is half done
	if status, _, errs := drive(t, g.args("crash-child", "--round", "3", "--for", "100ms")...); status != 0 {
		t.Errorf("with room again: status %d\n%s", status, tail(errs))
	}
}

func TestAReadOnlyTownIsRefused(t *testing.T) {
	root, err := os.MkdirTemp("", "zhenwu-readonly-") // open to the user that the binary runs as
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(root)
	bin, err := os.ReadFile(binary(t))
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(root, "zhenwu")
	if err := os.WriteFile(program, bin, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	total := 1000
	g := &ground{t: t, dir: filepath.Join(root, "town"), answers: map[string]given{}, total: &total}
	g.writeCatalog()
	g.finish()
	modes := func(file, dir os.FileMode) {
		t.Helper()
		if err := filepath.WalkDir(g.dir, func(path string, d os.DirEntry, err error) error {
			if err == nil && os.Geteuid() == 0 {
				err = os.Chown(path, 65534, 65534)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(g.dsn(), file); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(g.dir, dir); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name      string
		file, dir os.FileMode
	}{{"the file", 0o444, 0o755}, {"the folder", 0o644, 0o555}} {
		modes(c.file, c.dir)
		for lang, want := range map[string][]string{"zh": {"只读", "不可写", "不能读写"}, "en": {"read-only", "cannot be written", "cannot be read or written"}} {
			cmd := exec.Command(program, g.args("serve", "--addr", "127.0.0.1:0", "--lang", lang)...)
			if os.Geteuid() == 0 {
				cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			}
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() }) // it serves, which the status tells
			var errs bytes.Buffer
			cmd.Stderr = &errs
			_ = cmd.Run() // its status is looked at
			stop()
			cancel()
			text := strings.TrimSpace(errs.String())
			said := false
			for _, w := range want {
				said = said || strings.Contains(text, w)
			}
			if cmd.ProcessState.ExitCode() != 2 || !said || strings.Contains(text, "\n") {
				t.Errorf("%s in %s: status %d\n%s", c.name, lang, cmd.ProcessState.ExitCode(), text)
			}
		}
	}
	modes(0o644, 0o755)
	g.inspect(g.answers)
}
