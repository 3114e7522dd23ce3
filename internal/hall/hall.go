// Package hall owns the one door: Do is the only way anything in a town
// changes. It carries a command through a visible list of steps — may the
// actor, is it valid, what happens next, what changes in the figures — and
// writes record, event, marks, tallies, sealed fields, journal leaf, search and
// jobs in one transaction. It decides nothing that flow, figure or access
// decide, and holds no SQL. Invariants: commands that wait together are
// committed together, in order, each seeing those before it; a refused one
// leaves no trace; an answer is given after COMMIT returned.
package hall

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"zhenwu/internal/journal"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Config is what a hall needs besides the database.
type Config struct {
	Key    *journal.Key       // signs the heads
	Keys   *seal.Keys         // seal personal data
	Random io.Reader          // nil: crypto/rand
	Now    func() town.Millis // nil: the machine's clock; a simulated town adds its own offset
	Log    *slog.Logger       // nil: nothing is logged
}

// Hall serves one town of a database.
type Hall struct {
	db   *store.DB
	code int64
	cfg  Config

	people chan *wish
	bulk   chan *wish
	stop   chan struct{}
	done   sync.WaitGroup

	view atomic.Pointer[View] // what readers see; replaced after a commit that changed it

	// The rest belongs to the loop alone.
	cache      *recordCache
	tree       *journal.Tree
	seq        int64 // of the head when cache and tree were last known good
	figureRows map[int64]store.FigureRow
	hashers    map[string]seal.Hasher

	clock   simClock
	filling fillingPointer
}

// Ask is one wish of one actor.
type Ask struct {
	Actor   town.Actor
	Command town.Command
}

// Result is the answer to an Ask.
type Result struct {
	Answer town.Answer
	Err    error
}

// wish is what waits: some asks, or an inner task of the hall's own.
type wish struct {
	ctx     context.Context
	asks    []Ask
	results []Result
	inner   func(*batch) error // sweeps, editions: one at a time
	err     error              // of inner
	done    chan struct{}
}

const (
	mostABatch   = 1000                  // commands in one transaction
	bulkPatience = 40 * time.Millisecond // bulk work gives way to people after this long
)

// Do carries out one command and returns after it is durable. Errors are
// town.Error for what a person can act on; with any error nothing has changed.
func (h *Hall) Do(ctx context.Context, actor town.Actor, cmd town.Command) (town.Answer, error) {
	res, err := h.DoAll(ctx, []Ask{{actor, cmd}}, cmd.Bulk)
	if err != nil {
		return town.Answer{}, err
	}
	return res[0].Answer, res[0].Err
}

// DoAll carries out commands in order; each succeeds or fails alone. Bulk ones
// yield to people. The error is for all of them: the hall is closed, the
// context ended before they were taken up, or the commit failed.
func (h *Hall) DoAll(ctx context.Context, asks []Ask, bulk bool) ([]Result, error) {
	w := &wish{ctx: ctx, asks: asks, results: make([]Result, len(asks)), done: make(chan struct{})}
	if err := h.enqueue(ctx, w, bulk); err != nil {
		return nil, err
	}
	return w.results, w.err
}

func (h *Hall) enqueue(ctx context.Context, w *wish, bulk bool) error {
	queue := h.people
	if bulk {
		queue = h.bulk
	}
	select {
	case <-h.stop:
		return town.Refuse(town.Busy, "", "系统正在停止，没有保存。", "the system is stopping, nothing was saved.")
	case <-ctx.Done():
		return ctx.Err()
	case queue <- w:
	}
	<-w.done // once taken up it is carried out: the answer tells the truth
	return nil
}

// Close stops the loop after the batch it works on.
func (h *Hall) Close() {
	select {
	case <-h.stop:
	default:
		close(h.stop)
	}
	h.done.Wait()
}

// View is what readers see of the town's declarations and data.
func (h *Hall) View() *View { return h.view.Load() }

// DB is the database, for readers.
func (h *Hall) DB() *store.DB { return h.db }

// Town is the town's division code as the key of every row.
func (h *Hall) Town() int64 { return h.code }

// loop takes up what waits, people first.
func (h *Hall) loop() {
	defer h.done.Done()
	for {
		var first *wish
		select {
		case first = <-h.people:
		default:
			select {
			case <-h.stop:
				h.refuseAll()
				return
			case first = <-h.people:
			case first = <-h.bulk:
			}
		}
		h.commit(first)
	}
}

// refuseAll answers what still waits when the hall closes.
func (h *Hall) refuseAll() {
	err := town.Refuse(town.Busy, "", "系统正在停止，没有保存。", "the system is stopping, nothing was saved.")
	for {
		select {
		case w := <-h.people:
			w.fail(err)
		case w := <-h.bulk:
			w.fail(err)
		default:
			return
		}
	}
}

func (w *wish) fail(err error) {
	w.err = err
	close(w.done)
}

// commit decides first and whatever else waits in one transaction.
func (h *Hall) commit(first *wish) {
	var taken []*wish
	view := h.view.Load()
	var b *batch
	err := h.db.Write(context.Background(), func(tx *store.Tx) error {
		taken = taken[:0]
		var err error
		if b, err = h.newBatch(tx, view); err != nil {
			taken = append(taken, first)
			return err
		}
		start, n := time.Now(), 0
		for w := first; w != nil; w = h.next(n, start) {
			taken = append(taken, w)
			if w.inner != nil {
				if w.err = w.inner(b); w.err != nil {
					return w.err
				}
				n += mostABatch
				continue
			}
			for i := range w.asks {
				w.results[i].Answer, w.results[i].Err = b.do(w.ctx, w.asks[i].Actor, w.asks[i].Command)
				if broken := b.broken; broken != nil {
					return broken
				}
				n++
			}
		}
		return b.flush()
	})
	if err == nil {
		h.settle(b)
	} else {
		h.forget()
		if h.cfg.Log != nil {
			h.cfg.Log.Error("batch not committed", "err", err, "wishes", len(taken))
		}
	}
	for _, w := range taken {
		if err != nil {
			w.err = err
		}
		close(w.done)
	}
	if len(taken) == 0 {
		first.fail(err) // BEGIN itself failed
	}
}

// next gives what else waits for this transaction, or nil.
func (h *Hall) next(n int, start time.Time) *wish {
	if n >= mostABatch {
		return nil
	}
	select {
	case w := <-h.people:
		return w
	default:
	}
	if time.Since(start) > bulkPatience {
		return nil
	}
	select {
	case w := <-h.people:
		return w
	case w := <-h.bulk:
		return w
	default:
		return nil
	}
}

// settle keeps what the committed batch learned.
func (h *Hall) settle(b *batch) {
	h.tree, h.seq = b.tree, b.head.Seq
	for id, r := range b.records {
		h.cache.put(id, r)
	}
	for id, r := range b.counts {
		h.figureRows[id] = *r
	}
	if b.view != h.view.Load() {
		h.view.Store(b.view)
	}
	h.clock.seen(b.head.Clock)
}

// forget drops what may not be true any more after a failed commit.
func (h *Hall) forget() {
	h.cache = newRecordCache()
	h.tree, h.seq = nil, -1
}

// Now is the town's instant.
func (h *Hall) Now() town.Millis {
	if h.cfg.Now != nil {
		return h.cfg.Now()
	}
	if v := h.view.Load(); v != nil && v.Simulated {
		return h.clock.now()
	}
	return town.Millis(time.Now().UnixMilli())
}

// Today is the town's day.
func (h *Hall) Today() town.Day { return h.Now().Day(h.view.Load().Cat.Zone) }

// simClock is the clock of a simulated town: it stands where the simulator is,
// and goes on at real speed from there.
type simClock struct {
	mu   sync.Mutex
	at   town.Millis
	from time.Time
}

func (c *simClock) seen(at town.Millis) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at > c.at {
		c.at, c.from = at, time.Now()
	}
}

func (c *simClock) now() town.Millis {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at == 0 {
		return 0
	}
	return c.at + town.Millis(time.Since(c.from).Milliseconds())
}

func (h *Hall) random() io.Reader {
	if h.cfg.Random != nil {
		return h.cfg.Random
	}
	return rand.Reader
}

// recordCache holds records that the one writer used last.
type recordCache struct {
	young, old map[town.ID]*store.RecordRow
}

const cacheHalf = 16384

func newRecordCache() *recordCache {
	return &recordCache{young: map[town.ID]*store.RecordRow{}, old: map[town.ID]*store.RecordRow{}}
}

func (c *recordCache) get(id town.ID) *store.RecordRow {
	if r, ok := c.young[id]; ok {
		return r
	}
	if r, ok := c.old[id]; ok {
		c.put(id, r)
		return r
	}
	return nil
}

func (c *recordCache) put(id town.ID, r *store.RecordRow) {
	if len(c.young) >= cacheHalf {
		c.old, c.young = c.young, make(map[town.ID]*store.RecordRow, cacheHalf)
	}
	c.young[id] = r
}

// TownNumber turns a division code into the key of the town's rows.
func TownNumber(code town.Code) (int64, error) {
	n, err := strconv.ParseInt(string(code), 10, 64)
	if err != nil || len(code) != 9 {
		return 0, fmt.Errorf("a town has a 9-digit division code, not %q", code)
	}
	return n, nil
}

// internal wraps an error that no person can act on.
func internal(doing string, err error) error {
	var ours *town.Error
	if err == nil || errors.As(err, &ours) {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
