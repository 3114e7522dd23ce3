// Package store owns all SQL, once, for SQLite and PostgreSQL: the schema, the
// migrations, and one file for each noun that is written or read. It decides
// nothing: what to write comes from the hall. Invariants: every key begins with
// the town, every statement names it, and a row never changes town.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"zhenwu/internal/town"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// Dialect is one of the two engines.
type Dialect uint8

// The engines.
const (
	SQLite Dialect = iota + 1
	Postgres
)

// String names the engine for people.
func (d Dialect) String() string {
	if d == Postgres {
		return "PostgreSQL"
	}
	return "SQLite"
}

// DB is an open database. Readers may use it from many goroutines; Write
// serialises.
type DB struct {
	Dialect Dialect
	Path    string // SQLite: the file; PostgreSQL: ""

	read    *sql.DB
	lookers *lookers // SQLite: who reads from read
	write   *sql.DB
	lock    *os.File

	mu      sync.Mutex // holds the writer
	w       *Tx
	claimed []int64 // towns that this process has for itself

	stop chan struct{}
	done sync.WaitGroup
}

// Settings of SQLite that durability rests on; the crash test reads them back.
const (
	pragmas         = "_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=wal_autocheckpoint(20000)&_pragma=cache_size(-32768)&_pragma=temp_store(MEMORY)"
	readPragmas     = "_pragma=busy_timeout(5000)&_pragma=query_only(1)&_pragma=cache_size(-8192)&_pragma=temp_store(MEMORY)"
	checkpointPages = 4000
)

// Open opens the database at dsn: "postgres://…", or the path of a SQLite file
// (made when it is missing, its folder too). It takes the lock of the folder,
// migrates, and refuses a database that is newer than this program.
// Errors are town.Error Busy (in use), Invalid (newer, read-only, damaged).
func Open(ctx context.Context, dsn string) (*DB, error) {
	db := &DB{stop: make(chan struct{})}
	var err error
	if IsPostgres(dsn) {
		db.Dialect = Postgres
		if db.read, err = dial(ctx, dsn); err != nil {
			return nil, err
		}
		db.write = db.read
	} else {
		db.Dialect, db.Path = SQLite, dsn
		if err := os.MkdirAll(filepath.Dir(dsn), 0o750); err != nil {
			return nil, town.Refuse(town.Invalid, "data", "不能建立数据目录 %s：%v", "cannot make the data folder %s: %v", filepath.Dir(dsn), err)
		}
		if err := db.takeLock(filepath.Join(filepath.Dir(dsn), "zhenwu.lock")); err != nil {
			return nil, err
		}
		if db.write, err = sql.Open("sqlite", file(dsn)+pragmas); err == nil {
			db.write.SetMaxOpenConns(2) // the writer, and the one that checkpoints
			db.read, db.lookers, err = readers(dsn)
		}
		if err != nil {
			db.unlock()
			return nil, fmt.Errorf("open %s: %w", dsn, err)
		}
	}
	if err := db.migrate(ctx); err != nil {
		db.Close()
		return nil, db.explain(err)
	}
	if db.w, err = db.writer(ctx); err != nil {
		db.Close()
		return nil, db.explain(err)
	}
	if db.Dialect == SQLite {
		// SQLite opens what it may only read without a word: better told now than at the first command.
		if _, err := db.w.conn.ExecContext(ctx, "UPDATE town SET seq = seq WHERE town < 0"); err != nil { // all towns: of none
			db.Close()
			return nil, db.explain(err)
		}
		db.done.Add(1)
		go db.checkpoints()
	}
	return db, nil
}

// Look opens the database at dsn to read only: it takes no lock, migrates
// nothing and makes no file, so that it may stand beside a process that serves
// the town. Write is refused.
// Errors are town.Error Missing (nothing is there), Invalid (newer or older than
// this program, damaged), Busy (out of reach).
func Look(ctx context.Context, dsn string) (*DB, error) {
	db := &DB{stop: make(chan struct{})}
	var err error
	if IsPostgres(dsn) {
		db.Dialect = Postgres
		if db.read, err = dial(ctx, dsn); err != nil {
			return nil, err
		}
	} else {
		db.Dialect, db.Path = SQLite, dsn
		if _, err := os.Stat(dsn); errors.Is(err, fs.ErrNotExist) {
			return nil, town.Refuse(town.Missing, "data", "没有数据库 %s", "there is no database %s", dsn)
		}
		if db.read, db.lookers, err = readers(dsn); err != nil {
			return nil, fmt.Errorf("open %s: %w", dsn, err)
		}
	}
	if err := db.checkVersion(ctx); err != nil {
		db.Close()
		return nil, db.explain(err)
	}
	return db, nil
}

func file(path string) string { return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" }

// readers opens a pool of connections to a SQLite file that read only.
func readers(path string) (*sql.DB, *lookers, error) {
	pool, err := sql.Open("sqlite", file(path)+readPragmas)
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(mostLookers + 1) // and one that asks for the version
	pool.SetMaxIdleConns(mostLookers + 1)
	return pool, newLookers(pool), nil
}

// dial opens a pool to PostgreSQL and makes sure that somebody answers.
func dial(ctx context.Context, dsn string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, town.Refuse(town.Invalid, "db", "数据库连接串写法不对：%v", "the address of the database does not read: %v", cause(err))
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectPatience // a server that is silent must not hold up who waits for an answer
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(24)
	pool.SetMaxIdleConns(8)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, town.Refuse(town.Busy, "db", "连不上数据库 %s：%v", "cannot reach the database %s: %v", redact(dsn), cause(err))
	}
	return pool, nil
}

const connectPatience = 5 * time.Second

// cause is the innermost reason of a failed connection: the driver's own words
// repeat the address and the same reason for every host it tried.
func cause(err error) error {
	for {
		switch x := err.(type) {
		case interface{ Unwrap() []error }:
			if all := x.Unwrap(); len(all) > 0 {
				err = all[0]
				continue
			}
		case interface{ Unwrap() error }:
			if inner := x.Unwrap(); inner != nil {
				err = inner
				continue
			}
		}
		return err
	}
}

// checkVersion refuses a database that is not of this program's version.
func (db *DB) checkVersion(ctx context.Context) error {
	_, newest, err := db.migrations(db.read)
	if err != nil {
		return err
	}
	has := "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'"
	if db.Dialect == Postgres {
		has = "SELECT count(*) FROM information_schema.tables WHERE table_name = 'goose_db_version' AND table_schema = current_schema()"
	}
	var n, have int64
	if err := db.read.QueryRowContext(ctx, has).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return town.Refuse(town.Missing, "db", "数据库里没有乡镇。", "the database holds no town.")
	}
	if err := db.read.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version").Scan(&have); err != nil {
		return err
	}
	if have < newest {
		return town.Refuse(town.Invalid, "db", "数据库版本 %d 比本程序（%d）旧；请先用本程序运行 zhenwu serve。", "the database has version %d, older than this program (%d); run zhenwu serve with this program first.", have, newest)
	}
	return notNewer(have, newest)
}

func notNewer(have, newest int64) error {
	if have > newest {
		return town.Refuse(town.Invalid, "db", "数据库版本 %d 比本程序（%d）新；请使用新版程序。", "the database has version %d, newer than this program (%d); use a newer program.", have, newest)
	}
	return nil
}

// Close waits for the writer and closes everything.
func (db *DB) Close() error {
	select {
	case <-db.stop:
		return nil
	default:
		close(db.stop)
	}
	db.done.Wait()
	db.mu.Lock()
	defer db.mu.Unlock()
	var errs []error
	if db.w != nil {
		errs = append(errs, db.w.close())
	}
	if db.write != nil {
		errs = append(errs, db.write.Close())
	}
	if db.lookers != nil {
		errs = append(errs, db.lookers.close())
	}
	if db.read != nil && db.read != db.write {
		errs = append(errs, db.read.Close())
	}
	db.unlock()
	return errors.Join(errs...)
}

// LockFolder takes the lock of a town's folder, which Open takes by itself on
// SQLite: keys, files and the setup token lie there on either engine. Closing
// it gives it back. Errors are town.Error Busy (in use), Invalid (not writable).
func LockFolder(dir string) (io.Closer, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, town.Refuse(town.Invalid, "data", "不能建立数据目录 %s：%v", "cannot make the data folder %s: %v", dir, err)
	}
	db := &DB{}
	if err := db.takeLock(filepath.Join(dir, "zhenwu.lock")); err != nil {
		return nil, err
	}
	return db.lock, nil
}

func (db *DB) takeLock(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return town.Refuse(town.Invalid, "data", "数据目录不可写：%v", "the data folder cannot be written: %v", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return town.Refuse(town.Busy, "data", "数据目录 %s 正被另一个进程使用；请先停止那个进程。", "the data folder %s is in use by another process; stop that one first.", filepath.Dir(path))
	}
	db.lock = f
	return nil
}

func (db *DB) unlock() {
	if db.lock != nil {
		_ = db.lock.Close() // closing gives the lock back; nothing was written to it
		db.lock = nil
	}
}

func (db *DB) migrate(ctx context.Context) error {
	p, newest, err := db.migrations(db.write)
	if err != nil {
		return err
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the version of the database: %w", err)
	}
	if err := notNewer(have, newest); err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// migrations gives the migrations of the engine and the newest version they lead to.
func (db *DB) migrations(pool *sql.DB) (*goose.Provider, int64, error) {
	dir, dialect := "migrations/sqlite", goose.DialectSQLite3
	if db.Dialect == Postgres {
		dir, dialect = "migrations/postgres", goose.DialectPostgres
	}
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return nil, 0, err
	}
	p, err := goose.NewProvider(dialect, pool, files)
	if err != nil {
		return nil, 0, fmt.Errorf("read the migrations: %w", err)
	}
	list := p.ListSources()
	return p, list[len(list)-1].Version, nil
}

// checkpoints moves the WAL into the database from a second connection, so
// that no command waits for it.
func (db *DB) checkpoints() {
	defer db.done.Done()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-db.stop:
			return
		case <-tick.C:
			st, err := os.Stat(db.Path + "-wal")
			if err != nil || st.Size() < checkpointPages*4096 {
				continue
			}
			// A busy or failed checkpoint does no harm: the next one tries again, and autocheckpoint stands behind it.
			_, _ = db.write.Exec("PRAGMA wal_checkpoint(PASSIVE)")
		}
	}
}

// Claim takes a town for this process alone until the database is closed; again is no error. On SQLite the lock of the
// folder, taken by Open, does it. On PostgreSQL it is a lock of the writer's session: a process that was killed holds it
// until the server notices, which is waited for a little. Held by another process: town.Error Busy.
func (db *DB) Claim(ctx context.Context, code int64) error {
	if db.Dialect == SQLite {
		return nil
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if slices.Contains(db.claimed, code) {
		return nil
	}
	if err := db.w.claim(ctx, code); err != nil {
		return db.explain(err)
	}
	db.claimed = append(db.claimed, code)
	return nil
}

// Claims keep clear of other programs' advisory locks: "zw" before the town's code.
const claimSpace = 0x7a77 << 32

func (t *Tx) claim(ctx context.Context, code int64) error {
	for deadline := time.Now().Add(3 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var ours bool
		if err := t.conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", claimSpace+code).Scan(&ours); err != nil {
			return fmt.Errorf("claim the town: %w", err)
		}
		if ours {
			return nil
		}
		if time.Now().After(deadline) {
			return town.Refuse(town.Busy, "db", "数据库里的乡镇 %d 正被另一个进程使用；请先停止那个进程。", "the town %d of the database is in use by another process; stop that one first.", code)
		}
	}
}

// Pragmas returns the settings in force on the writer that durability rests on, for the tests.
func (db *DB) Pragmas(ctx context.Context) (map[string]string, error) {
	ask, names := "PRAGMA ", []string{"journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "cache_size", "busy_timeout"}
	if db.Dialect == Postgres {
		ask, names = "SHOW ", []string{"fsync", "full_page_writes", "synchronous_commit"}
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	out := map[string]string{}
	for _, name := range names {
		var v string
		if err := db.w.conn.QueryRowContext(ctx, ask+name).Scan(&v); err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, nil
}

// redact takes the password out of a DSN.
func redact(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return "postgres://…"
	}
	return u.Redacted()
}

// explain turns what the engine says into a sentence for people where one fits.
func (db *DB) explain(err error) error {
	var ours *town.Error
	if err == nil || errors.As(err, &ours) {
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return &town.Error{Kind: town.Busy, Zh: "磁盘已满，没有保存；请腾出空间后重试。", En: "the disk is full, nothing was saved; free some space and try again.", Err: err}
		case sqlite3.SQLITE_READONLY:
			return &town.Error{Kind: town.Invalid, Zh: "数据库只读，不能保存；请检查文件权限。", En: "the database is read-only, nothing can be saved; check the file's permissions.", Err: err}
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return &town.Error{Kind: town.Busy, Zh: "数据库正被占用；请稍后重试。", En: "the database is in use; try again later.", Err: err}
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return &town.Error{Kind: town.Invalid, Zh: "数据库文件已损坏或不是数据库；请从备份恢复。", En: "the database file is damaged or no database; restore a backup.", Err: err}
		case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM:
			return &town.Error{Kind: town.Invalid, Zh: "不能读写数据库文件；请检查磁盘和权限。", En: "the database file cannot be read or written; check the disk and its permissions.", Err: err}
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code[:2] {
		case "53":
			return &town.Error{Kind: town.Busy, Zh: "数据库资源不足，没有保存；请稍后重试。", En: "the database is out of resources, nothing was saved; try again later.", Err: err}
		case "57", "08":
			return unreachable(err)
		case "25":
			return &town.Error{Kind: town.Invalid, Zh: "数据库只读，不能保存。", En: "the database is read-only, nothing can be saved.", Err: err}
		}
		return err
	}
	if db.Dialect == Postgres && lost(err) {
		return unreachable(err)
	}
	return err
}

func unreachable(err error) error {
	return &town.Error{Kind: town.Busy, Zh: "连不上数据库，没有保存；请稍后重试。", En: "the database cannot be reached, nothing was saved; try again later.", Err: err}
}

// errDoubtful is a COMMIT of which no answer came: the server may have carried it out.
var errDoubtful = &town.Error{Kind: town.Busy, Zh: "提交时与数据库的连接中断，不知是否已保存；请原样再提交一次，不会重复办理。", En: "the connection to the database broke while saving: it is not known whether it was saved. Send the same again; it happens once."}

// lost tells whether an error is that of a connection that is gone or cannot be made.
func lost(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return true
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) { // whoever asked went away
		return false
	}
	var network net.Error
	return errors.As(err, &network) || pgconn.SafeToRetry(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, net.ErrClosed)
}
