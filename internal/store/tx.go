package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
)

// queryer runs statements: the writer's connection or a reader's transaction.
type queryer interface {
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	row(ctx context.Context, text string, args ...any) *sql.Row
}

// Q reads. All its methods see one snapshot.
type Q struct {
	queryer
	dialect Dialect
}

// Tx is the one writer. Reads through it see what it has written.
type Tx struct {
	Q
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	args  []any
}

func (db *DB) writer(ctx context.Context) (*Tx, error) {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("open the writer: %w", err)
	}
	t := &Tx{conn: conn, stmts: map[string]*sql.Stmt{}}
	t.Q = Q{queryer: t, dialect: db.Dialect}
	for _, code := range db.claimed { // the session that held them is gone
		if err := t.claim(ctx, code); err != nil {
			return nil, errors.Join(err, t.close())
		}
	}
	return t, nil
}

func (t *Tx) close() error {
	for _, s := range t.stmts {
		_ = s.Close() // the connection is closed next
	}
	return t.conn.Close()
}

func (t *Tx) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if s, ok := t.stmts[text]; ok {
		return s, nil
	}
	s, err := t.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", text, err)
	}
	t.stmts[text] = s
	return s, nil
}

func (t *Tx) exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	s, err := t.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (t *Tx) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	s, err := t.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (t *Tx) row(ctx context.Context, text string, args ...any) *sql.Row {
	s, err := t.stmt(ctx, text)
	if err != nil {
		return t.conn.QueryRowContext(ctx, text, args...) // gives the same error to Scan
	}
	return s.QueryRowContext(ctx, args...)
}

func (t *Tx) begin(ctx context.Context) (sql.Result, error) {
	if t.dialect == Postgres {
		return t.exec(ctx, "BEGIN")
	}
	return t.exec(ctx, "BEGIN IMMEDIATE")
}

// Write runs fn as the one writer, in one transaction. On PostgreSQL fn must
// begin with Head, which locks the town's row. The error of fn, or of COMMIT,
// means that nothing was written.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.w == nil {
		return errors.New("the database was opened to read only")
	}
	if _, err := db.w.begin(ctx); err != nil {
		if db.Dialect == Postgres { // the connection may be gone: one new one
			fresh, err2 := db.writer(ctx)
			if err2 != nil {
				return db.explain(errors.Join(err, err2))
			}
			_ = db.w.close()
			db.w = fresh
			_, err = db.w.begin(ctx)
		}
		if err != nil {
			return db.explain(fmt.Errorf("begin: %w", err))
		}
	}
	err := fn(db.w)
	if err == nil {
		if _, err = db.w.exec(ctx, "COMMIT"); err == nil {
			return nil
		}
		var pg *pgconn.PgError
		if db.Dialect == Postgres && (lost(err) || errors.As(err, &pg) && (pg.Code[:2] == "57" || pg.Code[:2] == "08")) {
			doubt := *errDoubtful
			doubt.Err = err
			err = &doubt
		} else {
			err = fmt.Errorf("commit: %w", err)
		}
	}
	if _, back := db.w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); back != nil && db.Dialect == Postgres {
		if fresh, err2 := db.writer(context.WithoutCancel(ctx)); err2 == nil {
			_ = db.w.close()
			db.w = fresh
		}
	}
	return db.explain(err)
}

type reader struct{ tx *sql.Tx }

func (r reader) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return r.tx.QueryContext(ctx, text, args...)
}

func (r reader) row(ctx context.Context, text string, args ...any) *sql.Row {
	return r.tx.QueryRowContext(ctx, text, args...)
}

// Read runs fn on one snapshot.
func (db *DB) Read(ctx context.Context, fn func(*Q) error) error {
	if db.Dialect == SQLite {
		return db.explain(db.lookers.read(ctx, fn))
	}
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return db.explain(fmt.Errorf("begin reading: %w", err))
	}
	defer tx.Rollback() // a reader has nothing to keep
	return db.explain(fn(&Q{queryer: reader{tx}, dialect: db.Dialect}))
}

// collect reads all rows of a query and owns Close and Err.
func collect[T any](rows *sql.Rows, err error, scan func(func(...any) error) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// sizes are the rows of one multi-row statement, largest first. Most batches are small, and a statement costs more than a
// row of it: up to eight rows are one statement, up to sixteen two.
var sizes = [...]int{128, 32, 16, 8, 7, 6, 5, 4, 3, 2, 1}

// insert is a multi-row statement: `head VALUES (…),(…) tail`, its texts made
// when they are first used. SQLite gets plain ? for the parameters: its driver asks for the name of
// each, and finding one of two thousand names costs as much as the insert.
type insert struct {
	cols       int
	head, tail string
	lite       [len(sizes)]atomic.Pointer[string]
	pg         [len(sizes)]atomic.Pointer[string]
}

func newInsert(cols int, head, tail string) *insert {
	return &insert{cols: cols, head: head, tail: tail}
}

// text gives the statement of sizes[which] rows.
func (in *insert) text(d Dialect, which int) string {
	kept := &in.lite[which]
	if d == Postgres {
		kept = &in.pg[which]
	}
	if t := kept.Load(); t != nil {
		return *t
	}
	var b strings.Builder
	b.WriteString(in.head + " VALUES ")
	k := 1
	for r := range sizes[which] {
		if r > 0 {
			b.WriteByte(',')
		}
		for c := range in.cols {
			b.WriteByte("(,"[min(c, 1)])
			if d == Postgres {
				b.WriteString("$" + strconv.Itoa(k))
			} else {
				b.WriteByte('?')
			}
			k++
		}
		b.WriteByte(')')
	}
	t := b.String() + in.tail
	kept.Store(&t)
	return t
}

// bulk runs in over n rows; put appends the values of row i. Rows must not
// collide within one call.
func (t *Tx) bulk(ctx context.Context, in *insert, n int, put func(args []any, i int) []any) error {
	for i := 0; i < n; {
		which := len(sizes) - 1
		for j, s := range sizes {
			if n-i >= s {
				which = j
				break
			}
		}
		text := in.text(t.dialect, which)
		s, err := t.stmt(ctx, text)
		if err != nil {
			return err
		}
		args := t.args[:0]
		for j := range sizes[which] {
			args = put(args, i+j)
		}
		t.args = args
		if _, err := s.ExecContext(ctx, args...); err != nil {
			return fmt.Errorf("%.40s …: %w", text, err)
		}
		clear(args)
		i += sizes[which]
	}
	return nil
}
