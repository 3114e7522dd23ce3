package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhenwu/internal/journal"
	"zhenwu/internal/keyfile"
	"zhenwu/internal/pgtest"
	"zhenwu/internal/seal"
	"zhenwu/internal/town"
)

// household records a household with a telephone number of nobody, and returns the number as it is masked.
func household(t *testing.T, dir, id string) {
	t.Helper()
	st, _, err := openSite(context.Background(), &Globals{Data: dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	actor := town.Actor{Kind: town.Staff, Person: 5, Posts: []town.Post{{Role: "grid_desk", Office: "grid_center"}}}
	if _, err := st.Do(context.Background(), actor, town.Command{ID: id, Op: town.Create, Type: "household", Day: town.NoDay,
		Fields: town.Values{"number": id, "grid": string(aGrid(t, st)), "kind": "farm", "since": "2010-01-01"}, Sealed: map[string]string{"phone": "19900000017"}}); err != nil {
		t.Fatal(err)
	}
}

func shownKeys(t *testing.T, args ...string) (r keyReport) {
	t.Helper()
	if err := json.Unmarshal([]byte(must(t, append([]string{"keys", "show", "--json"}, args...)...)), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestKeys(t *testing.T) {
	dir := newTown(t)
	household(t, dir, "H-1")
	file := filepath.Join(dir, "keys", "master.key")
	before, err := keyfile.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	old := shownKeys(t, "--data", dir)
	if old.Records != "1" || old.Stale != "0" || old.Rotating || old.Masters != 1 || old.Master == "" || old.Sign == "" {
		t.Errorf("%+v", old)
	}
	if s := must(t, "keys", "show", "--data", dir, "--lang", "en"); !strings.Contains(s, old.Master) || strings.Contains(s, strings.Fields(before)[7]) {
		t.Errorf("keys show: %s", s)
	}

	serveFor(t, 1, "--data", dir)
	if status, _, errs := zhenwu("keys", "rotate", "--data", dir, "--lang", "en"); status != 2 || !strings.Contains(errs, "in use by another process") || strings.Count(errs, "\n") != 1 {
		t.Errorf("while it is served: status %d, %q", status, errs)
	}
	if text, err := keyfile.Read(file); err != nil || text != before {
		t.Error("a refused change touched the key file")
	}
}

// A change of the master key, cut short after the key file was written, hinders whoever would write to the town, and is gone on with.
func TestKeys_rotate(t *testing.T) {
	dir := newTown(t)
	household(t, dir, "H-1")
	file := filepath.Join(dir, "keys", "master.key")
	before, err := keyfile.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	k, err := seal.Parse(before)
	if err != nil {
		t.Fatal(err)
	}
	both, err := k.Rotate(strings.NewReader(strings.Repeat("zhenwu", 100)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := keyfile.Replace(file, both.Text()); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := zhenwu("user", "add", "wang", "--name", "王一", "--role", "grid_worker", "--data", dir, "--lang", "en"); status != 2 || !strings.Contains(errs, "zhenwu keys rotate first") || strings.Count(errs, "\n") != 1 {
		t.Errorf("before it has ended: status %d, %q", status, errs)
	}
	if r := shownKeys(t, "--data", dir); !r.Rotating || r.Masters != 2 || r.Stale != "1" {
		t.Errorf("before it has ended: %+v", r)
	}
	if s := must(t, "fsck", "--data", dir, "--lang", "en"); !strings.Contains(s, "has not ended") {
		t.Errorf("fsck does not tell: %s", s)
	}
	said := must(t, "keys", "rotate", "--data", dir, "--lang", "en")
	after, err := keyfile.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range strings.Fields(before)[6:] {
		if len(secret) == 64 && strings.Contains(after, secret) && !strings.Contains(after, "pseudonym "+secret) {
			t.Error("a key of before is still in the file")
		}
	}
	if r := shownKeys(t, "--data", dir); r.Rotating || r.Masters != 1 || r.Stale != "0" || r.Records != "1" || r.Master != both.Fingerprint() || !strings.Contains(said, r.Master) {
		t.Errorf("ended: %+v, %s", r, said)
	}
	must(t, "fsck", "--data", dir)
	household(t, dir, "H-2")
	must(t, "keys", "rotate", "--data", dir)
	if r := shownKeys(t, "--data", dir); r.Master == both.Fingerprint() || r.Stale != "0" || r.Records != "2" {
		t.Errorf("a second change: %+v", r)
	}
	must(t, "fsck", "--data", dir)

	// A key file that cannot be written: nothing has changed.
	if err := os.Chmod(filepath.Dir(file), 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 {
		if status, _, errs := zhenwu("keys", "rotate", "--data", dir, "--lang", "en"); status != 2 || !strings.Contains(errs, "as they were") {
			t.Errorf("a folder of keys that cannot be written: status %d, %q", status, errs)
		}
	}
	if err := os.Chmod(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
}

// On PostgreSQL too nobody changes the key of a town that is served.
func TestKeys_rotate_on_PostgreSQL(t *testing.T) {
	dsn, dir := pgtest.DSN(t), t.TempDir()
	t.Run("served", func(t *testing.T) {
		serveFor(t, 2, "--data", dir, "--db", dsn)
		if status, _, errs := zhenwu("keys", "rotate", "--data", dir, "--db", dsn, "--lang", "en"); status != 2 || !strings.Contains(errs, "in use by another process") {
			t.Errorf("while it is served: status %d, %q", status, errs)
		}
	})
	was := shownKeys(t, "--data", dir, "--db", dsn)
	must(t, "keys", "rotate", "--data", dir, "--db", dsn)
	if r := shownKeys(t, "--data", dir, "--db", dsn); r.Master == was.Master || r.Sign != was.Sign {
		t.Errorf("%+v, was %+v", r, was)
	}
}

// Signing goes over to a new key: the journal says so under both, editions verify with either, and what was cut short goes on.
func TestKeys_handover(t *testing.T) {
	dir := newTown(t)
	household(t, dir, "H-1")
	folder := filepath.Join(dir, "keys")
	file, beside := filepath.Join(folder, "sign.key"), filepath.Join(folder, "sign.key.next")
	before, err := keyfile.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	old := shownKeys(t, "--data", dir)
	must(t, "keys", "handover", "--data", dir)
	now := shownKeys(t, "--data", dir)
	if now.Sign == old.Sign || now.Master != old.Master {
		t.Fatalf("handed over: %+v, before %+v", now, old)
	}
	if _, err := os.Stat(beside); err == nil {
		t.Error("the new key still lies beside the old one")
	}
	must(t, "fsck", "--data", dir)

	// The key of before signs nothing any more.
	after, err := keyfile.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := keyfile.Replace(file, before); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := zhenwu("user", "add", "wang", "--name", "王一", "--role", "grid_worker", "--data", dir, "--lang", "en"); status != 2 || !strings.Contains(errs, "not the one in force") || strings.Count(errs, "\n") != 1 {
		t.Errorf("the old key: status %d, %q", status, errs)
	}
	// Cut short between the leaf and the file, the command ends what was begun.
	if err := keyfile.Create(beside, after); err != nil {
		t.Fatal(err)
	}
	must(t, "keys", "handover", "--data", dir)
	if again := shownKeys(t, "--data", dir); again.Sign != now.Sign {
		t.Errorf("gone on: %+v", again)
	}
	// Cut short before the leaf, the key that lies there is taken.
	own, err := journal.ParseKey(strings.TrimSpace(after))
	if err != nil {
		t.Fatal(err)
	}
	next, err := journal.NewKey(rand.Reader, own.Town())
	if err != nil {
		t.Fatal(err)
	}
	if err := keyfile.Create(beside, next.Secret()); err != nil {
		t.Fatal(err)
	}
	must(t, "keys", "handover", "--data", dir)
	third := shownKeys(t, "--data", dir)
	if third.Public != next.Public() {
		t.Errorf("handed over to another key than the one that lay there: %+v", third)
	}

	// Whoever trusts the first key follows it to the present one; whoever trusts the present one needs nothing else.
	draft, out := filepath.Join(t.TempDir(), "draft.md"), filepath.Join(t.TempDir(), "e.zwe")
	if err := os.WriteFile(draft, []byte("---\n年份: 2023\n标题: 试发\n---\n# {{year}}年工作\n走访{{grid_visits 0户}}。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "report", "publish", draft, "--out", out, "--data", dir)
	for _, key := range []string{old.Public, now.Public, third.Public} {
		if s := must(t, "verify", out, "--key", key); !strings.Contains(s, "成立") {
			t.Errorf("verified with %s: %s", key, s)
		}
	}
	other := newTown(t)
	if status, _, _ := zhenwu("verify", out, "--key", shownKeys(t, "--data", other).Public); status == 0 {
		t.Error("it verifies with the key of another town")
	}
}
