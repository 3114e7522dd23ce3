// Package pgtest owns the PostgreSQL that tests run against. It gives every
// caller an empty database of its own: on the server that ZHENWU_TEST_PG names,
// or on a throw-away cluster that it starts once for each test process. It is
// for tests only; nothing that ships imports it.
//
// The cluster orders text by Chinese (ICU) rules, so that a statement which
// forgets COLLATE "C" gives another order than SQLite and is found.
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Variable names the environment variable that holds the DSN (a URL) of a server
// whose user may create databases.
const Variable = "ZHENWU_TEST_PG"

// life is the standard input of the watch. It is never written, only held: a
// collected pipe would be a closed one.
//
//lint:ignore U1000 it is held, not read
//lint:ignore U1000 it is held, not read
var life io.Closer

// errAbsent says that this machine has no PostgreSQL to start.
var errAbsent = errors.New("no PostgreSQL server: set " + Variable + " or install postgresql")

// server gives the DSN of the server, starting the cluster at the first call.
var server = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv(Variable); dsn != "" {
		return dsn, nil
	}
	s, err := start(quick)
	if err != nil {
		return "", err
	}
	life = s.life
	return s.dsn, nil
})

// DSN returns the DSN of a fresh, empty database that is dropped when the test
// ends. Without a server the test is skipped; when CI is true it fails.
func DSN(tb testing.TB) string {
	tb.Helper()
	root, err := server()
	absent(tb, err)
	return database(tb, root)
}

// Server is a cluster of a test's own, as durable as a real one, that the test may crash.
type Server struct {
	dsn  string
	life io.WriteCloser
}

// Durable starts a cluster that ends with the test. Without a server to start the test is skipped; when CI is true it fails.
func Durable(tb testing.TB) *Server {
	tb.Helper()
	s, err := start("synchronous_commit = on\n") // a crash of the server is no crash of the machine: fsync, which the test asserts, is on too
	absent(tb, err)
	tb.Cleanup(func() { _ = s.life.Close() }) // the watch ends the server and removes its folder
	return s
}

// DSN returns the DSN of a fresh, empty database of the server.
func (s *Server) DSN(tb testing.TB) string {
	tb.Helper()
	return database(tb, s.dsn)
}

// Crash ends the server at once, as pg_ctl stop -m immediate does, starts it again and waits until it has recovered.
func (s *Server) Crash(tb testing.TB) {
	tb.Helper()
	before, err := s.since()
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := io.WriteString(s.life, "again\n"); err != nil {
		tb.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		now, err := s.since()
		if err == nil && !now.Equal(before) {
			return
		}
		if time.Now().After(deadline) {
			tb.Fatalf("the test server did not come back: %v", err)
		}
	}
}

// Stop ends the server at once and leaves its folder: nobody answers until Start.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	if _, err := io.WriteString(s.life, "stop\n"); err != nil {
		tb.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if _, err := s.since(); err != nil {
			return
		}
		if time.Now().After(deadline) {
			tb.Fatal("the test server does not stop")
		}
	}
}

// Start starts a server that was stopped and waits until it answers.
func (s *Server) Start(tb testing.TB) {
	tb.Helper()
	if _, err := io.WriteString(s.life, "again\n"); err != nil {
		tb.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		_, err := s.since()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			tb.Fatalf("the test server did not come back: %v", err)
		}
	}
}

// since tells when the server was started.
func (s *Server) since() (at time.Time, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.dsn)
	if err != nil {
		return at, err
	}
	defer conn.Close(ctx)
	return at, conn.QueryRow(ctx, "SELECT pg_postmaster_start_time()").Scan(&at)
}

// absent skips the test, or fails it in CI, where there is no server.
func absent(tb testing.TB, err error) {
	tb.Helper()
	if errors.Is(err, errAbsent) && os.Getenv("CI") != "true" {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// database makes an empty database on the server at root that is dropped when the test ends.
func database(tb testing.TB, root string) string {
	tb.Helper()
	u, err := url.Parse(root)
	if err != nil {
		tb.Fatalf("%s is no URL: %v", Variable, err)
	}
	var b [6]byte
	if _, err := rand.Read(b[:]); err != nil {
		tb.Fatal(err)
	}
	name := "zhenwu_" + hex.EncodeToString(b[:])
	if err := execute(root, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := execute(root, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			tb.Error(err)
		}
	})
	u.Path = "/" + name
	return u.String()
}

// execute runs one statement on the server's own database.
func execute(dsn, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect to the test server: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// watch starts the server and waits until its standard input closes, which it does
// when the test process ends in whatever way, then ends it at once and removes the
// folder. A line "again" ends it the same way and starts it anew; so does "again" after "stop", which only ends it.
const watch = `while
"$1/postgres" -D "$2/data" >>"$2/log" 2>&1 &
pid=$!
read -r word
kill -QUIT $pid 2>/dev/null
wait $pid
[ "$word" = stop ] && read -r word
[ "$word" = again ]
do :; done
rm -rf "$2"`

// quick are the settings of a server whose databases need not outlive it.
const quick = `
fsync = off
full_page_writes = off
synchronous_commit = off
`

// start makes a cluster in a folder of its own and starts it on a free loopback port.
func start(settings string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "zhenwu-pg-")
	if err != nil {
		return nil, err
	}
	who, err := owner(dir) // the server refuses to run as root
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	var secret [12]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return nil, err
	}
	password := hex.EncodeToString(secret[:])
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte(password), 0o644); err != nil { // in a folder of mode 0700
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-E", "UTF8",
		"--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh", "--auth=password", "--pwfile="+filepath.Join(dir, "password"), "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, who
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w\n%s", err, out), os.RemoveAll(dir))
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	settings += fmt.Sprintf(`
listen_addresses = '127.0.0.1'
port = %d
unix_socket_directories = ''
shared_buffers = 64MB
max_connections = 200
timezone = 'UTC'
`, port)
	f, err := os.OpenFile(filepath.Join(dir, "data", "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(settings)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	run := exec.Command("/bin/sh", "-c", watch, "sh", bin, dir)
	run.Dir, run.SysProcAttr = dir, who
	run.SysProcAttr.Setpgid = true // an interrupt at the terminal reaches us, not the server: it ends after us
	life, err := run.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := run.Start(); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	dsn := fmt.Sprintf("postgres://postgres:%s@127.0.0.1:%d/postgres?sslmode=disable", password, port)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		err := execute(dsn, "SELECT 1")
		if err == nil {
			return &Server{dsn, life}, nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "log")) // best effort: it explains the failure
			return nil, fmt.Errorf("the test server did not start: %w\n%s", err, log)
		}
	}
}

// binaries returns the folder of the newest installed server.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // a folder that is no number comes last
		return n
	}
	sort.Slice(found, func(i, j int) bool { return version(found[i]) > version(found[j]) })
	if len(found) == 0 {
		return "", errAbsent
	}
	return filepath.Dir(found[0]), nil
}

// owner gives dir to the user that the server runs as, and says how to become it.
func owner(dir string) (*syscall.SysProcAttr, error) {
	attr := &syscall.SysProcAttr{}
	if os.Geteuid() != 0 {
		return attr, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("root needs the user postgres to run the test server: %w", err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return attr, os.Chown(dir, int(uid), int(gid))
}

// freePort returns a loopback port that was free a moment ago.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}
