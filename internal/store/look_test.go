package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Readers keep few statements however many questions they are asked, and each
// answer is that of its own question.
func TestRead_keeps_few_statements(t *testing.T) {
	ctx := context.Background()
	db := opened(t, filepath.Join(t.TempDir(), "zhenwu.db"))
	ask := func(q *Q, i int) error {
		var n int
		if err := q.row(ctx, fmt.Sprintf("SELECT %d + $1", i), 1).Scan(&n); err != nil || n != i+1 {
			return fmt.Errorf("question %d: %d, %w", i, n, err)
		}
		return nil
	}
	var all sync.WaitGroup
	for client := range 2 * mostLookers {
		all.Go(func() {
			for i := range 10 * halfKept {
				if err := db.Read(ctx, func(q *Q) error { return errors.Join(ask(q, 3), ask(q, client*1000+i)) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := len(db.lookers.idle); n == 0 || n > mostLookers {
		t.Errorf("%d readers wait, want 1 to %d", n, mostLookers)
	}
	for _, l := range db.lookers.idle {
		if n := len(l.young) + len(l.old); n > 2*halfKept {
			t.Errorf("a reader keeps %d statements, want at most %d", n, 2*halfKept)
		}
	}
}

// What a reader was cut short in leaves nothing behind: the next one sees the
// newest state, and the pool does not run dry.
func TestRead_goes_on_after_whatever_befell(t *testing.T) {
	db := opened(t, filepath.Join(t.TempDir(), "zhenwu.db"))
	for i := range 3 * mostLookers {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		switch i % 3 {
		case 0: // the client went away in the middle of a question
			err := db.Read(ctx, func(q *Q) error {
				var n int
				return q.row(ctx, "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000000) SELECT count(*) FROM c").Scan(&n)
			})
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("an endless question ended with %v", err)
			}
		case 1:
			func() {
				defer func() { _ = recover() }()
				_ = db.Read(ctx, func(*Q) error { panic("a fault of ours") })
			}()
		default:
			if err := db.Read(ctx, func(q *Q) error { return q.row(ctx, "SELECT nothing FROM nowhere").Scan() }); err == nil {
				t.Error("a question that makes no sense was answered")
			}
		}
		cancel()
		if err := db.Write(context.Background(), func(tx *Tx) error {
			return tx.AddTown(context.Background(), Head{Town: int64(100000000 + i), Name: "镇", Zone: "Asia/Shanghai"})
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Read(context.Background(), func(q *Q) error {
			towns, err := q.Towns(context.Background())
			if err == nil && len(towns) != i+1 {
				err = fmt.Errorf("the reader sees %d towns of %d", len(towns), i+1)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// A panic of a reader stays the panic that it was, and the database goes on answering.
func TestLookerOutlivesAPanic(t *testing.T) {
	db := opened(t, filepath.Join(t.TempDir(), "zhenwu.db"))
	for range 2 * mostLookers {
		func() {
			defer func() {
				if r := recover(); r != "mine" {
					t.Errorf("the panic is %v", r)
				}
			}()
			_ = db.Read(context.Background(), func(q *Q) error {
				if _, err := q.Towns(context.Background()); err != nil {
					t.Error(err)
				}
				panic("mine")
			})
		}()
	}
	if err := db.Read(context.Background(), func(q *Q) error { _, err := q.Towns(context.Background()); return err }); err != nil {
		t.Error(err)
	}
}
