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
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"zhenwu/internal/catalog"
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
	stop   chan struct{} // closed: nothing more is taken up
	ended  chan struct{} // closed: nothing is answered any more
	once   sync.Once

	view atomic.Pointer[View] // what readers see; replaced after a commit that changed it
	seen atomic.Int64         // the event up to which the view is good

	// The rest belongs to the loop alone.
	held       []*wish // what is not through yet, and inner tasks that wait for a transaction of their own
	cache      *recordCache
	tree       *journal.Tree
	seq        int64  // of the head when cache and tree were last known good
	edition    string // in force after the last commit, "" before the first
	figureRows map[int64]store.FigureRow
	editions   map[string]*catalog.Catalog // earlier ones whose figures still answer
	chunk      int                         // records that a sweep takes at a time
	hashers    *hashers
	down       bool // the last transaction was lost to the disk or to the connection

	founded bool // when it was opened, the journal had its first leaf
	looks   bool // it was opened to read only: each reading reads the view anew
	looking sync.Mutex
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
	bulk    bool
	asks    []Ask
	asked   []string // the fingerprint of each: what needs no database is done before the one writer is waited for
	results []Result
	next    int                // asks before this one are answered
	inner   func(*batch) error // sweeps, editions: each has a transaction of its own
	err     error
	done    chan struct{}
}

// through tells whether nothing of w is left to do.
func (w *wish) through() bool { return w.inner == nil && w.next >= len(w.asks) }

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
// yield to people: many are committed a part at a time, with what people ask
// for in between. The error is for all of them, and nothing has changed: the
// hall is closed, the context ended before they were taken up, or the commit
// failed. Where that befalls a later part, its results carry the error.
func (h *Hall) DoAll(ctx context.Context, asks []Ask, bulk bool) ([]Result, error) {
	if len(asks) == 0 {
		return nil, nil
	}
	w := &wish{ctx: ctx, bulk: bulk, asks: asks, asked: make([]string, len(asks)), results: make([]Result, len(asks)), done: make(chan struct{})}
	for i := range asks {
		w.asked[i] = h.asked(asks[i].Actor, &asks[i].Command)
	}
	if err := h.enqueue(ctx, w, bulk); err != nil {
		return nil, err
	}
	return w.results, w.err
}

// Try decides commands in order, each seeing those before it, and keeps nothing
// of them: the results say what Do would answer now. The error is for all of them.
func (h *Hall) Try(ctx context.Context, asks []Ask) ([]Result, error) {
	results := make([]Result, len(asks))
	err := h.inner(ctx, func(b *batch) error {
		for i, a := range asks {
			if results[i].Answer, results[i].Err = b.do(ctx, a.Actor, a.Command, h.asked(a.Actor, &a.Command)); b.broken != nil {
				return b.broken
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		return results, nil
	}
	return nil, err
}

// errTried ends a transaction that was to be tried only.
var errTried = errors.New("tried only")

func (h *Hall) enqueue(ctx context.Context, w *wish, bulk bool) error {
	queue := h.people
	if w.bulk = bulk; bulk {
		queue = h.bulk
	}
	select {
	case <-h.stop:
		return stopping()
	default:
	}
	select {
	case <-h.stop:
		return stopping()
	case <-ctx.Done():
		return ctx.Err()
	case queue <- w:
	}
	select {
	case <-w.done: // once taken up it is carried out: the answer tells the truth
	case <-h.ended:
		select {
		case <-w.done:
		default:
			return stopping() // it came into the queue after the last look at it
		}
	}
	return nil
}

func stopping() error {
	return town.Refuse(town.Busy, "", "系统正在停止，没有保存。", "the system is stopping, nothing was saved.")
}

// Close stops the loop after the batch it works on.
func (h *Hall) Close() {
	h.once.Do(func() { close(h.stop) })
	<-h.ended
}

// View is what readers see of the town's declarations and data.
func (h *Hall) View() *View { return h.view.Load() }

// DB is the database, for readers.
func (h *Hall) DB() *store.DB { return h.db }

// Town is the town's division code as the key of every row.
func (h *Hall) Town() int64 { return h.code }

// loop takes up what waits, people first.
func (h *Hall) loop() {
	defer close(h.ended)
	for {
		first := h.first()
		if first == nil {
			h.refuseAll()
			return
		}
		h.commit(first)
	}
}

// first waits for what begins the next transaction: people, then what is held, then bulk work. It is nil when the hall closes.
func (h *Hall) first() *wish {
	select {
	case <-h.stop:
		return nil
	default:
	}
	select {
	case w := <-h.people:
		return w
	default:
	}
	if len(h.held) > 0 {
		w := h.held[0]
		h.held = h.held[1:]
		return w
	}
	select {
	case <-h.stop:
		return nil
	case w := <-h.people:
		return w
	case w := <-h.bulk:
		return w
	}
}

// refuseAll answers what still waits when the hall closes.
func (h *Hall) refuseAll() {
	for _, w := range h.held {
		w.fail(w.next, stopping())
	}
	for {
		select {
		case w := <-h.people:
			w.fail(0, stopping())
		case w := <-h.bulk:
			w.fail(0, stopping())
		default:
			return
		}
	}
}

// fail answers w: from ask `from` on nothing was done.
func (w *wish) fail(from int, err error) {
	if from == 0 {
		w.err = err
	} else {
		for i := from; i < len(w.results); i++ {
			w.results[i] = Result{Err: err}
		}
	}
	close(w.done)
}

// taken is a wish in a transaction: its asks from number from on.
type taken struct {
	*wish
	from int
}

// commit decides first and whatever else waits in one transaction.
func (h *Hall) commit(first *wish) {
	all := []taken{{first, first.next}}
	var b *batch
	err := h.db.Write(context.Background(), func(tx *store.Tx) error {
		var err error
		if b, err = h.newBatch(tx, h.view.Load()); err != nil {
			return err
		}
		if first.inner != nil {
			if err := first.inner(b); err != nil {
				return err
			}
			return b.flush()
		}
		start, n := time.Now(), 0
		for w := first; w != nil; w = h.next(n, start) {
			if w != first {
				all = append(all, taken{w, w.next})
			}
			if n, err = h.some(b, w, n, start); err != nil {
				return err
			}
		}
		return b.flush()
	})
	if err == nil {
		h.settle(b)
	} else {
		h.forget()
		if h.cfg.Log != nil && !errors.Is(err, errTried) {
			h.lament(err, len(all))
		}
	}
	for _, w := range all {
		switch {
		case err != nil:
			h.held = slices.DeleteFunc(h.held, func(x *wish) bool { return x == w.wish })
			w.fail(w.from, err)
		case w.through() || w.inner != nil:
			close(w.done)
		}
	}
}

// lament tells the log that a transaction was lost; that the disk is full or the database out of reach it tells once, until
// something is saved again.
func (h *Hall) lament(err error, wishes int) {
	var ours *town.Error
	if !errors.As(err, &ours) || ours.Kind != town.Busy {
		h.cfg.Log.Error("batch not committed", "err", err, "wishes", wishes)
		return
	}
	if !h.down {
		h.cfg.Log.Error(ours.In("en"), "wishes", wishes)
	}
	h.down = true
}

// some decides asks of w until the transaction is full; n counts what it holds. Bulk work that people wait for stops
// early. What is left of w is held.
func (h *Hall) some(b *batch, w *wish, n int, start time.Time) (int, error) {
	if err := b.lookUp(w.asks[w.next:min(len(w.asks), w.next+max(mostABatch-n, 0))]); err != nil {
		return n, err
	}
	for w.next < len(w.asks) {
		if n >= mostABatch || w.bulk && len(h.people) > 0 && time.Since(start) > bulkPatience {
			h.held = append(h.held, w)
			return max(n, mostABatch), nil // the transaction is closed: what waits follows in the next
		}
		a, r := &w.asks[w.next], &w.results[w.next]
		r.Answer, r.Err = b.do(w.ctx, a.Actor, a.Command, w.asked[w.next])
		if b.broken != nil {
			return n, b.broken
		}
		w.next++
		n++
	}
	return n, nil
}

// next gives what else waits for this transaction, or nil.
func (h *Hall) next(n int, start time.Time) *wish {
	if n >= mostABatch {
		return nil
	}
	var w *wish
	select {
	case w = <-h.people:
	default:
		if len(h.held) > 0 || time.Since(start) > bulkPatience {
			return nil
		}
		select {
		case w = <-h.people:
		case w = <-h.bulk:
		default:
			return nil
		}
	}
	if w.inner != nil { // it reads what stands in the database
		h.held = append(h.held, w)
		return nil
	}
	return w
}

// settle keeps what the committed batch learned.
func (h *Hall) settle(b *batch) {
	h.tree, h.seq, h.edition = b.tree, b.head.Seq, b.head.Edition
	if h.down && h.cfg.Log != nil {
		h.cfg.Log.Warn("the database takes work again")
	}
	h.down = false
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
	h.seen.Store(b.head.Seq) // after the view
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

const cacheHalf = 4096

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
