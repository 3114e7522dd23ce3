package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/pgtest"
	"zhenwu/internal/town"
)

// zhenwu runs the program and returns its exit status and what it wrote.
func zhenwu(args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = run(context.Background(), args, &o, &e)
	return status, o.String(), e.String()
}

// must runs the program and fails the test unless it ends well.
func must(t *testing.T, args ...string) string {
	t.Helper()
	status, out, errs := zhenwu(args...)
	if status != 0 {
		t.Fatalf("zhenwu %s: status %d\n%s%s", strings.Join(args, " "), status, out, errs)
	}
	return out
}

// newTown founds a real town in a fresh folder and lets something happen in it:
// a person, a record with personal data, a file.
func newTown(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "town")
	ctx := context.Background()
	st, fresh, err := openSite(ctx, &Globals{Data: dir}, &hall.Founding{})
	if err != nil || !fresh {
		t.Fatalf("found a town: %v, %v", fresh, err)
	}
	defer st.Close()
	if err := st.Seed(ctx, true, 0); err != nil {
		t.Fatal(err)
	}
	actor := town.Actor{Kind: town.Staff, Person: 5, Posts: []town.Post{{Role: "grid_worker", Office: "grid_center"}}}
	if _, err := st.Do(ctx, actor, town.Command{ID: "r1", Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": string(aGrid(t, st))}, Day: town.NoDay}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := st.blobs().Put(strings.NewReader("一张照片")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func aGrid(t *testing.T, st *site) town.Code {
	t.Helper()
	for _, p := range st.View().Places() {
		if p.Kind == "grid" {
			return p.Code
		}
	}
	t.Fatal("the catalog has no grid")
	return ""
}

func TestBackupAndRestore(t *testing.T) {
	dir := newTown(t)
	must(t, "user", "add", "wang", "--name", "王一", "--role", "grid_worker", "--office", "grid_center", "--data", dir)
	before := must(t, "fsck", "--json", "--data", dir)
	file := filepath.Join(t.TempDir(), "town.zip")
	out := must(t, "backup", file, "--data", dir, "--lang", "en")
	if !strings.Contains(out, "without the keys") {
		t.Errorf("the keys are not spoken of: %s", out)
	}
	if status, _, errs := zhenwu("backup", file, "--data", dir, "--lang", "en"); status != 2 || !strings.Contains(errs, "exists already") {
		t.Errorf("a second backup into the same file: status %d, %s", status, errs)
	}
	if status, _, errs := zhenwu("restore", file, "--data", dir, "--lang", "en"); status != 2 || !strings.Contains(errs, "not empty") {
		t.Errorf("restored over a town: status %d, %s", status, errs)
	}
	again := filepath.Join(t.TempDir(), "again")
	must(t, "restore", file, "--data", again)
	if status, _, errs := zhenwu("fsck", "--data", again, "--lang", "en"); status != 2 || !strings.Contains(errs, "sign.key is missing") {
		t.Errorf("a town without its keys was opened: status %d, %s", status, errs)
	}
	if err := os.CopyFS(filepath.Join(again, "keys"), os.DirFS(filepath.Join(dir, "keys"))); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"sign.key", "master.key"} { // CopyFS widens what it copies
		if err := os.Chmod(filepath.Join(again, "keys", k), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if after := must(t, "fsck", "--json", "--data", again); after != before {
		t.Errorf("fsck differs after the restore:\n%s%s", before, after)
	}
	whole := filepath.Join(t.TempDir(), "whole.zip")
	must(t, "backup", whole, "--with-keys", "--data", dir)
	third := filepath.Join(t.TempDir(), "third")
	must(t, "restore", whole, "--data", third)
	must(t, "fsck", "--data", third)
}

func TestRestoreRefusesADamagedBackup(t *testing.T) {
	dir := newTown(t)
	file := filepath.Join(t.TempDir(), "town.zip")
	must(t, "backup", file, "--data", dir)
	for _, c := range []struct {
		name, says string
		change     func(name string, data []byte) (string, []byte)
	}{
		{"a changed file", "differs from the manifest", func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "blobs/") {
				b = []byte("另一张照片")
			}
			return n, b
		}},
		{"a file too few", "number of its files", func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "blobs/") {
				return "", nil
			}
			return n, b
		}},
		{"a renamed file", "is missing", func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "blobs/") {
				n = "blobs/other"
			}
			return n, b
		}},
		{"a file outside", "outside the folder", func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "blobs/") {
				n = "../outside"
			}
			if n == manifestName {
				var m manifest
				if err := json.Unmarshal(b, &m); err != nil {
					t.Fatal(err)
				}
				for i, f := range m.Files {
					if strings.HasPrefix(f.Path, "blobs/") {
						m.Files[i].Path = "../outside"
					}
				}
				b, _ = json.Marshal(m) // plain structs always encode
			}
			return n, b
		}},
		{"another format", "does not know the backup format", func(n string, b []byte) (string, []byte) {
			if n == manifestName {
				b = bytes.ReplaceAll(b, []byte(backupFormat), []byte("zhenwu-backup-9"))
			}
			return n, b
		}},
		{"no manifest", "no manifest", func(n string, b []byte) (string, []byte) {
			if n == manifestName {
				return "", nil
			}
			return n, b
		}},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "_"), func(t *testing.T) {
			bad := filepath.Join(t.TempDir(), "bad.zip")
			rewrite(t, file, bad, c.change)
			to := filepath.Join(t.TempDir(), "to")
			status, _, errs := zhenwu("restore", bad, "--data", to, "--lang", "en")
			if status != 2 || !strings.Contains(errs, c.says) || strings.Count(errs, "\n") != 1 {
				t.Errorf("status %d, %q", status, errs)
			}
			if exists(to) {
				t.Error("something was restored")
			}
		})
	}
	if status, _, errs := zhenwu("restore", filepath.Join(dir, "zhenwu.db"), "--data", filepath.Join(t.TempDir(), "to"), "--lang", "en"); status != 2 || !strings.Contains(errs, "is no backup") {
		t.Errorf("a database was taken for a backup: %d, %s", status, errs)
	}
}

func rewrite(t *testing.T, from, to string, change func(string, []byte) (string, []byte)) {
	t.Helper()
	z, err := zip.OpenReader(from)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		name, data := change(f.Name, data)
		if name == "" {
			continue
		}
		o, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMoveThereAndBack(t *testing.T) {
	dsn := pgtest.DSN(t)
	dir := newTown(t)
	before := must(t, "fsck", "--json", "--data", dir)
	must(t, "move", "--to", dsn, "--data", dir)
	if after := must(t, "fsck", "--json", "--data", dir, "--db", dsn); after != before {
		t.Errorf("fsck differs on PostgreSQL:\n%s%s", before, after)
	}
	if status, _, errs := zhenwu("move", "--to", dsn, "--data", dir, "--lang", "en"); status != 2 || !strings.Contains(errs, "holds the town") {
		t.Errorf("moved twice: status %d, %s", status, errs)
	}
	// Work goes on over there, and comes back with the town.
	must(t, "user", "add", "li", "--name", "李二", "--role", "grid_worker", "--data", dir, "--db", dsn)
	file := filepath.Join(t.TempDir(), "pg.zip")
	must(t, "backup", file, "--with-keys", "--data", dir, "--db", dsn)
	restored := filepath.Join(t.TempDir(), "restored")
	must(t, "restore", file, "--data", restored)
	moved := must(t, "fsck", "--json", "--data", dir, "--db", dsn)
	back := filepath.Join(t.TempDir(), "back.db")
	must(t, "move", "--to", back, "--data", dir, "--db", dsn)
	if err := os.Rename(back, filepath.Join(dir, "zhenwu.db")); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{dir, restored} {
		if after := must(t, "fsck", "--json", "--data", d); after != moved {
			t.Errorf("fsck differs in %s:\n%s%s", d, moved, after)
		}
	}
}

func TestUserAddAndReset(t *testing.T) {
	dir := newTown(t)
	first := must(t, "user", "add", "wang", "--name", "王一", "--role", "grid_worker", "--json", "--data", dir)
	second := must(t, "user", "reset", "wang", "--json", "--data", dir)
	var a, b map[string]string
	if err := json.Unmarshal([]byte(first), &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(second), &b); err != nil {
		t.Fatal(err)
	}
	if len(a["password"]) < 12 || a["password"] == b["password"] || b["name"] != "王一" {
		t.Errorf("passwords %q, %q, name %q", a["password"], b["password"], b["name"])
	}
	for _, c := range [][]string{
		{"user", "add", "wang", "--name", "又一", "--role", "grid_worker"},
		{"user", "add", "zhao", "--name", "赵", "--role", "no_such_role"},
		{"user", "reset", "nobody"},
	} {
		if status, out, errs := zhenwu(append(c, "--data", dir)...); status != 2 || out != "" || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: status %d, %q, %q", c, status, out, errs)
		}
	}
}

func TestConfigShowsNoSecret(t *testing.T) {
	dir := newTown(t)
	t.Setenv("ZHENWU_ADDR", "127.0.0.1:4711")
	t.Setenv("ZHENWU_TRUST_PROXY", "10.9.0.0/16")
	t.Setenv("ZHENWU_HTTPS", "true")
	out := must(t, "config", "--data", dir, "--db", "postgres://zw:topsecret@db.example/town")
	key, err := os.ReadFile(filepath.Join(dir, "keys", "sign.key"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, "topsecret") || strings.Contains(out, strings.TrimSpace(string(key))) {
		t.Errorf("a secret is shown:\n%s", out)
	}
	sign, err := journal.ParseKey(strings.TrimSpace(string(key)))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"db.example", dir, "127.0.0.1:4711", "10.9.0.0/16", "ZHENWU_HTTPS", journal.Fingerprint(sign.Public())} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is missing:\n%s", want, out)
		}
	}
}
