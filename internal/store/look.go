package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
)

const (
	mostLookers = 8  // readers of a SQLite file at a time; more wait
	halfKept    = 64 // prepared statements that a looker keeps of those it used last, and again as many of those before
)

// lookers are the readers of a SQLite file. The one that came back last goes
// out first: its pages and its statements are warm.
type lookers struct {
	pool  *sql.DB
	slots chan struct{} // one for each that is out

	mu   sync.Mutex
	idle []*looker
}

func newLookers(pool *sql.DB) *lookers {
	return &lookers{pool: pool, slots: make(chan struct{}, mostLookers)}
}

// looker is one connection with the statements it has prepared: most questions
// of a page are prepared in longer than they are answered. One question is
// answered to its end before it is asked again.
type looker struct {
	conn       *sql.Conn
	young, old map[string]*sql.Stmt
}

// read runs fn on one snapshot.
func (ls *lookers) read(ctx context.Context, fn func(*Q) error) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case ls.slots <- struct{}{}:
	}
	defer func() { <-ls.slots }()
	l, err := ls.take(ctx)
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	still := context.WithoutCancel(ctx) // neither takes any time
	if err := l.exec(still, "BEGIN"); err != nil {
		ls.drop(l)
		return fmt.Errorf("begin reading: %w", err)
	}
	whole := false
	defer func() { // after a panic too
		if end := l.exec(still, "ROLLBACK"); end != nil || !whole { // a reader has nothing to keep
			ls.drop(l)
			return
		}
		l.forget()
		ls.mu.Lock()
		ls.idle = append(ls.idle, l)
		ls.mu.Unlock()
	}()
	err = fn(&Q{queryer: l, dialect: SQLite})
	whole = true
	return err
}

func (ls *lookers) take(ctx context.Context) (*looker, error) {
	ls.mu.Lock()
	if n := len(ls.idle); n > 0 {
		l := ls.idle[n-1]
		ls.idle = ls.idle[:n-1]
		ls.mu.Unlock()
		return l, nil
	}
	ls.mu.Unlock()
	conn, err := ls.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &looker{conn: conn, young: map[string]*sql.Stmt{}}, nil
}

// drop ends a looker of which it is not known how it stands.
func (ls *lookers) drop(l *looker) {
	l.closeStmts()
	_ = l.conn.Raw(func(any) error { return driver.ErrBadConn }) // so that the pool does not keep it either: its statements are gone with it
	_ = l.conn.Close()
}

// close ends the idle ones. The pool, closed next, waits for none.
func (ls *lookers) close() error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	var errs []error
	for _, l := range ls.idle {
		errs = append(errs, l.close())
	}
	ls.idle = nil
	return errors.Join(errs...)
}

func (l *looker) close() error {
	l.closeStmts()
	return l.conn.Close()
}

func (l *looker) closeStmts() {
	for _, kept := range [...]map[string]*sql.Stmt{l.young, l.old} {
		for _, s := range kept {
			_ = s.Close() // the connection is closed next
		}
	}
}

// forget closes statements that were not used for long. No question is open now.
func (l *looker) forget() {
	if len(l.young) < halfKept {
		return
	}
	for _, s := range l.old {
		_ = s.Close() // it only reads
	}
	l.old, l.young = l.young, make(map[string]*sql.Stmt, halfKept)
}

func (l *looker) stmt(ctx context.Context, text string) (*sql.Stmt, error) {
	if s, ok := l.young[text]; ok {
		return s, nil
	}
	s, ok := l.old[text]
	if ok {
		delete(l.old, text)
	} else {
		var err error
		if s, err = l.conn.PrepareContext(ctx, text); err != nil {
			return nil, err
		}
	}
	l.young[text] = s
	return s, nil
}

func (l *looker) exec(ctx context.Context, text string) error {
	s, err := l.stmt(ctx, text)
	if err == nil {
		_, err = s.ExecContext(ctx)
	}
	return err
}

func (l *looker) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	s, err := l.stmt(ctx, text)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (l *looker) row(ctx context.Context, text string, args ...any) *sql.Row {
	s, err := l.stmt(ctx, text)
	if err != nil {
		return l.conn.QueryRowContext(ctx, text, args...) // gives the same error to Scan
	}
	return s.QueryRowContext(ctx, args...)
}
