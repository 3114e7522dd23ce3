//go:build whole

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// given is an answer that the child got, as the parent keeps it.
type given struct{ record, rev, seq int64 }

// Whatever was answered is there after the process was killed, wherever it
// was: founding the town, committing, moving the WAL, sweeping after a new
// edition of the catalog.
func TestNothingAnsweredIsLost(t *testing.T) {
	const rounds = 60
	dir := filepath.Join(t.TempDir(), "town")
	rnd := rand.New(rand.NewPCG(2023, 11))
	answers := map[string]given{}
	var checkpointed, filling int
	var size int64
	for round := range rounds {
		writeCatalog(t, dir, round/4)
		wait := time.Duration(200+rnd.IntN(900)) * time.Millisecond
		if round < 6 { // cut the founding short, again and again in the same folder
			wait = time.Duration(30+20*round+rnd.IntN(20)) * time.Millisecond
		}
		got := killed(t, dir, round, wait)
		for id, g := range got {
			answers[id] = g
		}
		if info, err := os.Stat(filepath.Join(dir, "zhenwu.db")); err == nil && info.Size() > size {
			if size > 0 {
				checkpointed++
			}
			size = info.Size()
		}
		if !exists(filepath.Join(dir, "zhenwu.db")) {
			continue
		}
		filling += look(t, dir, got)
		if round%15 == 14 {
			sound(t, dir)
		}
	}
	// One more child that ends by itself finishes what was left half done.
	status, out, errs := drive(t, "crash-child", "--data", dir, "--round", "999", "--for", "1s")
	if status != 0 {
		t.Fatalf("the last child: status %d\n%s%s", status, out[:min(len(out), 2000)], errs)
	}
	for id, g := range parseAnswers(t, bytes.NewReader(out)) {
		answers[id] = g
	}
	look(t, dir, answers)
	sound(t, dir)
	if len(answers) < 1000 || checkpointed < 5 || filling == 0 {
		t.Errorf("too little happened: %d answers, the database grew in %d rounds, %d rounds were cut in a sweep", len(answers), checkpointed, filling)
	}
	t.Logf("%d rounds, %d answers, %d checkpoints, %d rounds cut in a sweep", rounds, len(answers), checkpointed, filling)
}

// writeCatalog puts the small catalog into the folder. Every edition counts a
// figure in another way, so that the next start fills it again behind a cursor.
func writeCatalog(t *testing.T, dir string, edition int) {
	t.Helper()
	declarations := strings.Replace(towntest.Declarations, `count: order, at: opened, by: [kind]}`, fmt.Sprintf(`count: order, of: "fee != %d.00", at: opened, by: [kind]}`, edition), 1)
	for name, file := range towntest.Files(declarations) {
		path := filepath.Join(dir, "catalog", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Data, 0o640); err != nil {
			t.Fatal(err)
		}
	}
}

// killed runs a child, kills it after wait, and returns what it was answered.
// What the child wrote without a line's end was still being written.
func killed(t *testing.T, dir string, round int, wait time.Duration) map[string]given {
	t.Helper()
	cmd := exec.Command(binary(t), "crash-child", "--data", dir, "--round", strconv.Itoa(round))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(wait, func() { _ = cmd.Process.Kill() }) // it may have ended by a fault, which Wait tells
	defer timer.Stop()
	got := parseAnswers(t, out)
	err = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != -1 {
		t.Fatalf("round %d: the child ended by itself with status %d: %v\n%s", round, code, err, errs.String())
	}
	return got
}

func parseAnswers(t *testing.T, r io.Reader) map[string]given {
	t.Helper()
	got := map[string]given{}
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return got
		}
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch word {
		case "ok":
			var id string
			var g given
			if _, err := fmt.Sscan(rest, &id, &g.record, &g.rev, &g.seq); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			got[id] = g
		case "early":
			t.Errorf("command %s was answered before its COMMIT", rest)
		case "pragmas":
			for _, want := range []string{"journal_mode=wal", "synchronous=2", "foreign_keys=1", "wal_autocheckpoint=20000", "cache_size=-32768"} {
				if !strings.Contains(rest, want) {
					t.Errorf("in force is %q, not %s", rest, want)
				}
			}
		default:
			t.Fatalf("the child wrote %q", line)
		}
	}
}

// look finds every answer in the database; it returns 1 where a sweep or the filling of a figure was cut short.
func look(t *testing.T, dir string, answers map[string]given) (cut int) {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, filepath.Join(dir, "zhenwu.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(ctx, func(q *store.Q) error {
		const code = 110000000
		for id, g := range answers {
			e, ok, err := q.EventByCommand(ctx, code, id)
			if err != nil {
				return err
			}
			if !ok || e.Seq != g.seq || int64(e.Record) != g.record || e.Rev != g.rev {
				t.Errorf("command %s was answered with event %d of record %d; the database has %d of %d (%v)", id, g.seq, g.record, e.Seq, e.Record, ok)
			}
		}
		figures, err := q.Figures(ctx, code)
		for _, f := range figures {
			if f.State == "filling" {
				cut = 1
			}
		}
		if jobs, err2 := q.JobsOf(ctx, code, "sweep", 1); err == nil {
			err = err2
			cut = max(cut, min(1, len(jobs)))
		}
		return err
	})
	if err != nil && town.KindOf(err) != town.Missing {
		t.Fatal(err)
	}
	return cut
}

// sound runs fsck.
func sound(t *testing.T, dir string) {
	t.Helper()
	if status, out, errs := drive(t, "fsck", "--data", dir, "--lang", "en"); status != 0 {
		t.Fatalf("fsck: status %d\n%s%s", status, out, errs)
	}
}
