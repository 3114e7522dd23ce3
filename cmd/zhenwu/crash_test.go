//go:build whole

package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	order "encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"zhenwu/internal/pgtest"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// given is an answer that the child got, as the parent keeps it.
type given struct{ record, rev, seq int64 }

// ground is where a town of the crash test stands, with what it answered so far.
type ground struct {
	t       *testing.T
	dir     string
	db      string // the DSN on PostgreSQL, "" on SQLite
	round   int
	edition int
	answers map[string]given
	total   *int // answers of all grounds of the test
}

func (g *ground) dsn() string {
	if g.db != "" {
		return g.db
	}
	return filepath.Join(g.dir, "zhenwu.db")
}

func (g *ground) args(command string, more ...string) []string {
	args := append([]string{command, "--data", g.dir}, more...)
	if g.db != "" {
		args = append(args, "--db", g.db)
	}
	return args
}

// Whatever was answered is there after the process was killed, wherever it was, and the database agrees with itself:
// fsck runs after every kill.
func TestNothingAnsweredIsLost(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		kills, answers := 0, 0
		fresh := func() *ground {
			return &ground{t: t, dir: filepath.Join(t.TempDir(), "town"), answers: map[string]given{}, total: &answers}
		}
		var g *ground
		for town := range 5 {
			g = fresh()
			kills += g.atRandom(10, uint64(town))
		}
		checkpoints := g.within("a checkpoint", 6, func() {}, g.checkpointing, g.checkpointCut)
		sweeps := g.within("a sweep", 6, g.newEdition, g.sweeping, g.sweepCut)
		migrations := g.within("a migration", 6, g.downgrade, g.writingLite, g.isOld)
		if kills += checkpoints.kills + sweeps.kills + migrations.kills; kills < 60 {
			t.Errorf("%d kills", kills)
		}
		g.finish()
		t.Logf("%d kills, %d answers; cut short: %d checkpoints, %d sweeps, %d migrations", kills, answers, checkpoints.cut, sweeps.cut, migrations.cut)
	})
	t.Run("postgres", func(t *testing.T) {
		kills, answers := 0, 0
		srv := pgtest.Durable(t)
		var g *ground
		for town := range 2 {
			g = &ground{t: t, dir: filepath.Join(t.TempDir(), "town"), db: srv.DSN(t), answers: map[string]given{}, total: &answers}
			kills += g.atRandom(8, 100+uint64(town))
		}
		sweeps := g.within("a sweep", 3, g.newEdition, g.sweeping, g.sweepCut)
		migrations := g.within("a migration", 3, g.downgrade, g.writingPostgres, g.isOld)
		for i := range 3 { // now the server is what ends
			g.round++
			got := g.child(func(ctx context.Context, end func()) {
				wait(ctx, time.Duration(400+200*i)*time.Millisecond)
				srv.Crash(t)
			}, 2)
			g.inspect(got)
		}
		kills += sweeps.kills + migrations.kills
		g.finish()
		t.Logf("%d kills, 3 of the server, %d answers; cut short: %d sweeps, %d migrations", kills, answers, sweeps.cut, migrations.cut)
	})
}

// atRandom kills children at random moments, the first ones while they found the town; it returns how many.
func (g *ground) atRandom(n int, seed uint64) int {
	rnd := rand.New(rand.NewPCG(2023, seed))
	for i := range n {
		if i%4 == 0 {
			g.edition++
			g.writeCatalog()
		}
		d := time.Duration(150+rnd.IntN(600)) * time.Millisecond
		if i < 2 { // cut the founding short, again in the same folder
			d = time.Duration(30+40*i+rnd.IntN(60)) * time.Millisecond
		}
		g.round++
		g.inspect(g.child(func(ctx context.Context, end func()) { wait(ctx, d); end() }, -1))
	}
	return n
}

// cuts says how often a child was killed, and how often that cut the work short it was after.
type cuts struct{ kills, cut int }

// within kills children as soon as the parent sees them within a piece of work, and finds out whether it was cut short.
func (g *ground) within(what string, n int, before func(), seen func() (done func() bool, end func()), cut func() bool) (c cuts) {
	g.t.Helper()
	for range n {
		before()
		g.round++
		got := g.child(func(ctx context.Context, end func()) {
			at, stop := seen()
			defer stop()
			for ctx.Err() == nil && !at() {
				time.Sleep(200 * time.Microsecond)
			}
			end()
		}, -1)
		c.kills++
		if cut() {
			c.cut++
		}
		g.inspect(got)
	}
	if c.cut == 0 {
		g.t.Errorf("of %d children none was killed within %s", n, what)
	}
	return c
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// child runs the binary on the town until end is called by moment, and returns what it was answered. It must end with
// status: -1 is killed. What it wrote without a line's end was still being written.
func (g *ground) child(moment func(ctx context.Context, end func()), status int) map[string]given {
	g.t.Helper()
	cmd := exec.Command(binary(g.t), g.args("crash-child", "--round", strconv.Itoa(g.round), "--lang", "en")...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		g.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		g.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	met := make(chan struct{})
	go func() {
		defer close(met)
		moment(ctx, func() { _ = cmd.Process.Kill() }) // it may have ended by a fault, which Wait tells
	}()
	got := parseAnswers(g.t, out, g.db != "")
	cancel()
	<-met
	err = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != status {
		g.t.Fatalf("round %d: the child ended with status %d: %v\n%s", g.round, code, err, tail(errs.Bytes()))
	}
	return got
}

// inspect holds what a child was answered against the database, and the database against itself.
func (g *ground) inspect(got map[string]given) {
	g.t.Helper()
	for id, a := range got {
		g.answers[id] = a
	}
	*g.total += len(got)
	g.migrate()
	status, out, errs := drive(g.t, g.args("fsck", "--lang", "en")...)
	if status == 2 && len(g.answers) == 0 && (bytes.Contains(errs, []byte("no town")) || bytes.Contains(errs, []byte("cut short before its first event"))) {
		return // killed before there was a town
	}
	if status != 0 {
		g.t.Fatalf("round %d: fsck: status %d\n%s%s", g.round, status, tail(out), tail(errs))
	}
	g.look(got)
}

// migrate opens the town as a server does, and ends: fsck only reads, and leaves what a migration was cut in to who serves.
func (g *ground) migrate() {
	g.t.Helper()
	st, _, err := openSite(context.Background(), &Globals{Data: g.dir, DB: g.db, Lang: "en"}, nil)
	switch {
	case err == nil:
		st.Close()
	case town.KindOf(err) == town.Missing && len(g.answers) == 0: // killed before there was a town
	default:
		g.t.Fatalf("round %d: open: %v", g.round, err)
	}
}

// look finds answers in the database.
func (g *ground) look(answers map[string]given) {
	g.t.Helper()
	g.reading(func(ctx context.Context, q *store.Q, code int64) error {
		for id, a := range answers {
			e, ok, err := q.EventByCommand(ctx, code, id)
			if err != nil {
				return err
			}
			if !ok || e.Seq != a.seq || int64(e.Record) != a.record || e.Rev != a.rev {
				g.t.Errorf("command %s was answered with event %d of record %d; the database has %d of %d (%v)", id, a.seq, a.record, e.Seq, e.Record, ok)
			}
		}
		return nil
	})
}

func (g *ground) reading(fn func(ctx context.Context, q *store.Q, code int64) error) {
	g.t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, g.dsn())
	if err != nil {
		g.t.Fatal(err)
	}
	defer db.Close()
	if err := db.Read(ctx, func(q *store.Q) error { return fn(ctx, q, 110000000) }); err != nil {
		g.t.Fatal(err)
	}
}

// finish lets one more child end by itself, which completes what was left half done, and finds every answer.
func (g *ground) finish() {
	g.t.Helper()
	status, out, errs := drive(g.t, g.args("crash-child", "--round", "999", "--for", "500ms")...)
	if status != 0 {
		g.t.Fatalf("the last child: status %d\n%s", status, tail(errs))
	}
	g.inspect(parseAnswers(g.t, bytes.NewReader(out), g.db != ""))
	g.look(g.answers)
	if g.sweepCut() {
		g.t.Error("the last child left a sweep")
	}
	if *g.total < 1000 {
		g.t.Errorf("too little happened: %d answers", *g.total)
	}
}

// writeCatalog puts the small catalog into the folder. Every edition counts a
// figure in another way, so that the next start fills it again behind a cursor.
func (g *ground) writeCatalog() {
	g.t.Helper()
	declarations := strings.Replace(towntest.Declarations, `count: order, at: opened, by: [kind]}`, fmt.Sprintf(`count: order, of: "fee != %d.00", at: opened, by: [kind]}`, g.edition), 1)
	for name, file := range towntest.Files(declarations) {
		path := filepath.Join(g.dir, "catalog", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			g.t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Data, 0o640); err != nil {
			g.t.Fatal(err)
		}
	}
}

func (g *ground) newEdition() { g.edition++; g.writeCatalog() }

func parseAnswers(t *testing.T, r io.Reader, postgres bool) map[string]given {
	t.Helper()
	durable := []string{"journal_mode=wal", "synchronous=2", "foreign_keys=1", "wal_autocheckpoint=20000", "cache_size=-32768"}
	if postgres {
		durable = []string{"fsync=on", "full_page_writes=on", "synchronous_commit=on"}
	}
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
			var a given
			if _, err := fmt.Sscan(rest, &id, &a.record, &a.rev, &a.seq); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			got[id] = a
		case "early":
			t.Errorf("command %s was answered before its COMMIT", rest)
		case "pragmas":
			for _, want := range durable {
				if !strings.Contains(rest, want) {
					t.Errorf("in force is %q, not %s", rest, want)
				}
			}
		default:
			t.Fatalf("the child wrote %q", line)
		}
	}
}

// SQLite's locks are bytes of the -shm file, where another process sees them without opening the database: 120 is held
// by a write transaction, 121 by a checkpoint (sqlite.org/walformat.html).
const (
	writeLock      = 120
	checkpointLock = 121
)

// held gives a function that tells whether another process holds a lock of the SQLite file.
func (g *ground) held(lock int64) (held func() bool, end func()) {
	var f *os.File
	held = func() bool {
		if f == nil {
			var err error
			if f, err = os.OpenFile(g.dsn()+"-shm", os.O_RDWR, 0); err != nil {
				return false // no child has opened the database yet
			}
		}
		l := syscall.Flock_t{Type: syscall.F_WRLCK, Start: lock, Len: 1}
		return syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &l) == nil && l.Type != syscall.F_UNLCK
	}
	return held, func() {
		if f != nil {
			_ = f.Close() // it was only looked at
		}
	}
}

func (g *ground) checkpointing() (func() bool, func()) { return g.held(checkpointLock) }

// checkpointCut reads the wal-index that the child left: a checkpoint notes first how far it will get, and at its end how
// far it got.
func (g *ground) checkpointCut() bool {
	b, err := os.ReadFile(g.dsn() + "-shm")
	if err != nil || len(b) < 136 {
		g.t.Fatalf("the wal-index: %d bytes, %v", len(b), err)
	}
	done, attempted := order.NativeEndian.Uint32(b[96:]), order.NativeEndian.Uint32(b[128:])
	return attempted > done
}

// writingLite tells whether the child has been writing for some milliseconds: before its first answer, to a database of an
// older version, that is a migration. Whoever opens the file first holds the same lock too, but for microseconds.
func (g *ground) writingLite() (func() bool, func()) {
	held, end := g.held(writeLock)
	var since time.Time
	return func() bool {
		if !held() {
			since = time.Time{}
			return false
		}
		if since.IsZero() {
			since = time.Now()
		}
		return time.Since(since) > 5*time.Millisecond
	}, end
}

// writingPostgres tells whether another session holds a table for itself alone, or makes one: a migration does.
func (g *ground) writingPostgres() (func() bool, func()) {
	db, err := sql.Open("pgx", g.db)
	if err != nil {
		g.t.Fatal(err)
	}
	return func() bool {
		var n int
		err := db.QueryRow(`SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock' AND granted AND pid <> pg_backend_pid()
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&n)
		return err == nil && n > 0
	}, func() { _ = db.Close() }
}

// sweeping tells whether a sweep has done a part of its work.
func (g *ground) sweeping() (func() bool, func()) {
	driver, name := "pgx", g.db
	if g.db == "" {
		driver, name = "sqlite", "file:"+g.dsn()+"?mode=ro&_pragma=busy_timeout(1000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		g.t.Fatal(err)
	}
	return func() bool {
		var n int
		err := db.QueryRow(`SELECT (SELECT count(*) FROM figure WHERE state = 'filling' AND done_to > 0) + (SELECT count(*) FROM job WHERE kind = 'sweep' AND fault <> '')`).Scan(&n)
		return err == nil && n > 0
	}, func() { _ = db.Close() }
}

// sweepCut tells whether a sweep waits to be completed.
func (g *ground) sweepCut() (cut bool) {
	g.reading(func(ctx context.Context, q *store.Q, code int64) error {
		figures, err := q.Figures(ctx, code)
		if err != nil {
			return err
		}
		for _, f := range figures {
			cut = cut || f.State == "filling"
		}
		jobs, err := q.JobsOf(ctx, code, "sweep", 1)
		cut = cut || len(jobs) > 0
		return err
	})
	return cut
}

// aside opens the database beside the program. What a killed process left is looked at in a copy.
func (g *ground) aside() (db *sql.DB, end func()) {
	g.t.Helper()
	driver, name := "pgx", g.db
	if g.db == "" {
		driver, name = "sqlite", "file:"+g.dsn()
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		g.t.Fatal(err)
	}
	return db, func() { _ = db.Close() }
}

// isOld tells whether the database has not come to the newest version yet: the migration was cut short.
func (g *ground) isOld() bool {
	g.t.Helper()
	look := *g
	if g.db == "" { // the first to open what the child left shall be the program
		look.dir = g.t.TempDir()
		for _, file := range []string{"zhenwu.db", "zhenwu.db-wal"} {
			b, err := os.ReadFile(filepath.Join(g.dir, file))
			if err == nil {
				err = os.WriteFile(filepath.Join(look.dir, file), b, 0o600)
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				g.t.Fatal(err)
			}
		}
	}
	db, end := look.aside()
	defer end()
	have := 0
	if err := db.QueryRow("SELECT max(version_id) FROM goose_db_version").Scan(&have); err != nil {
		g.t.Fatal(err)
	}
	files, err := filepath.Glob(migrationFiles(g.db) + "/*.sql")
	if err != nil || len(files) == 0 {
		g.t.Fatal("no migrations: ", err)
	}
	newest, err := strconv.Atoi(strings.SplitN(filepath.Base(files[len(files)-1]), "_", 2)[0])
	if err != nil {
		g.t.Fatal(err)
	}
	return have < newest
}

func migrationFiles(dsn string) string {
	if dsn != "" {
		return filepath.Join("..", "..", "internal", "store", "migrations", "postgres")
	}
	return filepath.Join("..", "..", "internal", "store", "migrations", "sqlite")
}

// downgrade takes the database back to the first migration, as a program of then left it: what later ones added is
// dropped. One that takes something away has to be undone here.
func (g *ground) downgrade() {
	g.t.Helper()
	files, err := filepath.Glob(migrationFiles(g.db) + "/0001_*.sql")
	if err != nil || len(files) != 1 {
		g.t.Fatal("the first migration: ", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		g.t.Fatal(err)
	}
	first := *g
	if g.db == "" {
		first.dir = g.t.TempDir()
	} else {
		first.db = pgtest.DSN(g.t)
	}
	old, endOld := first.aside()
	defer endOld()
	if _, err := old.Exec(string(text)); err != nil {
		g.t.Fatal(err)
	}
	now, endNow := g.aside()
	defer endNow()
	was, is := g.shape(old), g.shape(now)
	run := func(statement string) {
		g.t.Helper()
		if _, err := now.Exec(statement); err != nil {
			g.t.Fatalf("%s: %v", statement, err)
		}
	}
	for _, kind := range []string{"index", "table"} {
		for name := range is[kind] {
			if _, ok := was[kind][name]; !ok && !strings.HasPrefix(name, "goose") {
				run("DROP " + kind + " IF EXISTS " + name)
			}
		}
	}
	// Migration 7 gave boxes another key. The town of this test seals nothing: its table is made anew as it was.
	if !was["table"]["sealed"]["ref"] {
		boxes := 0
		if err := now.QueryRow("SELECT count(*) FROM sealed").Scan(&boxes); err != nil || boxes > 0 {
			g.t.Fatal("boxes that migration 7 renamed: undo it here: ", boxes, err)
		}
		run("DROP TABLE sealed")
		run(regexp.MustCompile(`CREATE TABLE sealed .*;`).FindString(string(text)))
		is = g.shape(now)
	}
	for table, columns := range was["table"] {
		for c := range is["table"][table] {
			if !columns[c] {
				run("ALTER TABLE " + table + " DROP COLUMN " + c)
			}
		}
	}
	is = g.shape(now)
	for table, columns := range was["table"] {
		for c := range columns {
			if !is["table"][table][c] {
				g.t.Fatalf("a migration took %s.%s away: undo it here", table, c)
			}
		}
	}
	run("DELETE FROM goose_db_version WHERE version_id > 1")
}

// shape lists what a database holds: kind → name → columns.
func (g *ground) shape(db *sql.DB) map[string]map[string]map[string]bool {
	g.t.Helper()
	text := `SELECT m.type, m.name, coalesce(c.name, '') FROM sqlite_master AS m LEFT JOIN pragma_table_info(m.name) AS c ON m.type = 'table' WHERE m.name NOT LIKE 'sqlite_%' AND m.type IN ('table', 'index')`
	if g.db != "" {
		text = `SELECT 'table', table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' UNION ALL
			SELECT 'index', i.indexname, '' FROM pg_indexes AS i WHERE i.schemaname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint AS c WHERE c.conname = i.indexname)`
	}
	rows, err := db.Query(text)
	if err != nil {
		g.t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]map[string]map[string]bool{"table": {}, "index": {}}
	for rows.Next() {
		var kind, name, column string
		if err := rows.Scan(&kind, &name, &column); err != nil {
			g.t.Fatal(err)
		}
		if out[kind][name] == nil {
			out[kind][name] = map[string]bool{}
		}
		out[kind][name][column] = true
	}
	if err := rows.Err(); err != nil {
		g.t.Fatal(err)
	}
	return out
}
