package hall

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/catalog"
	"zhenwu/internal/journal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Audit says what Fsck checked and where the database contradicts itself.
type Audit struct {
	Seq         int64 // the journal's size: what was checked is the town as of this event
	Checks      []Check
	Differences []Difference // the first of each check, in the order of Checks
	Pending     []string     // what could not be checked yet, in Chinese and English in turn
	Notes       []string     // what is no difference but good to know, in the same way
}

// Check is one kind of check: how many things were looked at, how many are wrong.
type Check struct {
	Key    string
	Zh, En string
	N      int64
	Wrong  int64
}

// Difference is one place where the database contradicts itself.
type Difference struct {
	Check  string
	Zh, En string
}

// Clean tells whether nothing is wrong.
func (a *Audit) Clean() bool {
	for _, c := range a.Checks {
		if c.Wrong > 0 {
			return false
		}
	}
	return true
}

// The checks, in the order in which they are told.
var checks = []Check{
	{Key: "head", Zh: "账本首行与计数", En: "the town's head and counters"},
	{Key: "journal", Zh: "日志重新散列", En: "events hashed again to the journal's tree"},
	{Key: "signed", Zh: "最新签名首", En: "the newest signed head, held against key, tree and counts"},
	{Key: "replay", Zh: "按事件重放记录", En: "records replayed from their events"},
	{Key: "derived", Zh: "派生内容重算", En: "derived parts computed again"},
	{Key: "references", Zh: "引用", En: "references to records and places"},
	{Key: "numbers", Zh: "编号连续", En: "numbers without a gap"},
	{Key: "marks", Zh: "计数标记", En: "marks held against records and events"},
	{Key: "tally", Zh: "统计格重算", En: "tallies summed again from marks"},
	{Key: "distinct", Zh: "去重首日重算", En: "first days of distinct figures"},
	{Key: "census", Zh: "清单计数", En: "counts of lists"},
	{Key: "index", Zh: "字段索引与链接", En: "rows of the field index and of links"},
	{Key: "keys", Zh: "不得重复的主键", En: "keys that no two records may share"},
	{Key: "search", Zh: "全文检索的词", En: "words of the full text"},
	{Key: "timers", Zh: "定时任务", En: "timers held against the clocks of records"},
	{Key: "jobs", Zh: "系统任务", En: "jobs of the system, and those that failed"},
	{Key: "sealed", Zh: "加密字段", En: "sealed fields opened with their keys"},
	{Key: "data", Zh: "基础数据与事件", En: "rows of town data held against their events"},
	{Key: "blobs", Zh: "附件散列与归属", En: "files hashed again and held against records"},
}

// FsckOptions say where files lie and who is told of the progress.
type FsckOptions struct {
	Blobs    store.Blobs
	Progress func(done, total int64) // may be nil; called from one goroutine at a time
}

const (
	fsckChunk = 500
	firstFew  = 5 // differences told of one check; all are counted
)

// fsck is one run.
type fsck struct {
	h    *Hall
	opt  FsckOptions
	view *View
	now  town.Millis
	head store.Head
	seed maphash.Seed

	figures map[int64]store.FigureRow
	kept    map[int64]*figureState // versions whose marks stand in records
	swept   town.ID                // records above it wait for a sweep: their derived parts are not checked
	full    bool                   // no sweep waits
	fills   map[int64]town.ID      // indexes whose rows stand only up to a record

	unsealed bool  // sealed fields wait to be given references: they are not checked
	stale    int64 // records whose key is wrapped under an older master key
	boxless  int64 // copies of sealed fields from before these had boxes

	mu    sync.Mutex
	audit *Audit
	at    map[string]*Check
	told  map[string]int
	done  int64
	total int64

	// What one pass leaves for another, each written by one pass alone.
	marksOf   map[int64]uint64 // figure → fingerprint of the marks that records hold
	marksIn   map[int64]uint64 // figure → of the mark rows in force
	toldOf    map[int64]uint64 // figure → of the mark changes that events tell
	rowsOf    map[int64]uint64 // figure → of all mark rows
	fieldsOf  map[int64]uint64 // field → of the index rows that records want
	fieldsIn  map[int64]uint64
	linksOf   map[int64]uint64
	linksIn   map[int64]uint64
	wordsOf   uint64 // of the words that records give
	wordsIn   uint64 // of the words that stand in the full text
	lastPut   map[[2]string]put
	filesOf   map[store.Attachment]bool // files that records name
	filesTold map[store.Attachment]bool // hashes that events of records mention
}

// put is the newest event that put a row of town data.
type put struct {
	seq int64
	row map[string]any
}

// Fsck proves that the database agrees with itself: every stored thing that can
// be computed from another is computed again and compared. It reads one
// snapshot, changes nothing, and returns an error only where it could not read.
func (h *Hall) Fsck(ctx context.Context, opt FsckOptions) (*Audit, error) {
	f := &fsck{h: h, opt: opt, seed: maphash.MakeSeed(), audit: &Audit{Checks: append([]Check(nil), checks...)}, at: map[string]*Check{}, told: map[string]int{},
		marksOf: map[int64]uint64{}, marksIn: map[int64]uint64{}, toldOf: map[int64]uint64{}, rowsOf: map[int64]uint64{},
		fieldsOf: map[int64]uint64{}, fieldsIn: map[int64]uint64{}, linksOf: map[int64]uint64{}, linksIn: map[int64]uint64{}, lastPut: map[[2]string]put{}, filesOf: map[store.Attachment]bool{}, filesTold: map[store.Attachment]bool{}}
	for i := range f.audit.Checks {
		f.at[f.audit.Checks[i].Key] = &f.audit.Checks[i]
	}
	err := f.twins(ctx, func(a, b *store.Q) error {
		if err := f.prepare(ctx, a); err != nil {
			return err
		}
		// Two processors: the records on one, everything else on the other.
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		other := make(chan error, 1)
		go func() {
			err := f.each(ctx, b, f.events, f.countFigures, f.index, f.words)
			if err != nil {
				cancel()
			}
			other <- err
		}()
		err := f.each(ctx, a, f.records)
		if err != nil {
			cancel()
		}
		if err2 := <-other; err == nil || errors.Is(err, context.Canceled) && err2 != nil {
			err = err2
		}
		if err != nil {
			return err
		}
		return f.each(ctx, a, f.data, f.blobs, f.trace)
	})
	if err != nil {
		return nil, err
	}
	order := map[string]int{}
	for i, c := range checks {
		order[c.Key] = i
	}
	sort.SliceStable(f.audit.Differences, func(i, j int) bool {
		return order[f.audit.Differences[i].Check] < order[f.audit.Differences[j].Check]
	})
	return f.audit, nil
}

// twins opens two readers that see the town at the same event.
func (f *fsck) twins(ctx context.Context, fn func(a, b *store.Q) error) error {
	for try := 0; ; try++ {
		same := false
		err := f.h.db.Read(ctx, func(a *store.Q) error {
			ha, err := a.Head(ctx, f.h.code)
			if err != nil {
				return err
			}
			return f.h.db.Read(ctx, func(b *store.Q) error {
				hb, err := b.Head(ctx, f.h.code)
				if err != nil {
					return err
				}
				if same = ha.Seq == hb.Seq; !same {
					return nil
				}
				f.head = ha
				return fn(a, b)
			})
		})
		if err != nil || same {
			return err
		}
		if try == 20 {
			return town.Refuse(town.Busy, "", "乡镇正在大量办理，请稍后再核对。", "the town is too busy to be checked; try again later.")
		}
	}
}

func (f *fsck) each(ctx context.Context, q *store.Q, steps ...func(context.Context, *store.Q) error) error {
	for _, step := range steps {
		if err := step(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// found counts n things checked.
func (f *fsck) found(check string, n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at[check].N += n
}

// wrong notes a difference.
func (f *fsck) wrong(check, zh, en string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at[check].Wrong++
	if f.told[check]++; f.told[check] <= firstFew {
		f.audit.Differences = append(f.audit.Differences, Difference{check, fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)})
	}
}

func (f *fsck) step(n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done += n
	if f.opt.Progress != nil {
		f.opt.Progress(f.done, f.total)
	}
}

// print is the fingerprint of a row: sums of them tell whether two tables hold
// the same rows without holding either in memory.
func (f *fsck) print(parts ...any) uint64 {
	var h maphash.Hash
	h.SetSeed(f.seed)
	var room [24]byte
	for _, p := range parts {
		switch x := p.(type) {
		case int64:
			h.Write(strconv.AppendInt(room[:0], x, 10))
		case string:
			h.WriteString(x)
		}
		h.WriteByte(0)
	}
	return h.Sum64()
}

func (f *fsck) printMark(m *keptMark, k, n int64, record town.ID) uint64 {
	return f.print(k, int64(record), int64(m.day), m.place, n, m.slices, m.key)
}

// prepare reads what every pass needs and checks the head.
func (f *fsck) prepare(ctx context.Context, q *store.Q) error {
	view, err := f.h.viewOn(ctx, q)
	if err != nil {
		return err
	}
	f.view, f.now = view, f.h.Now()
	code := f.h.code
	rows, err := q.Figures(ctx, code)
	if err != nil {
		return err
	}
	f.figures = make(map[int64]store.FigureRow, len(rows))
	for _, r := range rows {
		f.figures[r.ID] = r
		f.total += r.Changes
	}
	f.total += f.head.Seq + f.head.LastRecord
	f.kept = map[int64]*figureState{}
	for _, figs := range f.view.figures {
		for _, s := range figs {
			f.kept[s.id] = s
		}
	}
	f.audit.Seq = f.head.Seq
	f.full, f.swept = true, town.ID(f.head.LastRecord)
	sweep, waits, err := q.Job(ctx, code, sweepJob, "derive")
	if err != nil {
		return err
	}
	if waits {
		f.full, f.swept = false, cursor(&sweep)
		f.audit.Pending = append(f.audit.Pending, "有一次重算尚未完成：其后的派生内容未核对，运行 zhenwu serve 后会补上。", "a sweep has not finished: derived parts beyond it were not checked; zhenwu serve completes it.")
	}
	if err := f.jobs(ctx, q); err != nil {
		return err
	}
	jobs, err := q.JobsOf(ctx, code, resealKind, 1)
	if err != nil {
		return err
	}
	if f.unsealed = len(jobs) > 0; f.unsealed {
		f.audit.Pending = append(f.audit.Pending, "加密字段尚未转为新的存法：未核对，运行 zhenwu serve 后会补上。", "sealed fields are still kept as an older version did: they were not checked; zhenwu serve brings them up to date.")
	}
	if f.h.cfg.Keys.Rotating() {
		f.audit.Pending = append(f.audit.Pending, "主密钥更换尚未完成：未核对盲索引；请运行 zhenwu keys rotate。", "a change of the master key has not ended: blind indexes were not checked; run zhenwu keys rotate.")
	}
	fills, err := q.Fills(ctx, code)
	if err != nil {
		return err
	}
	f.fills = make(map[int64]town.ID, len(fills))
	for _, x := range fills {
		f.fills[x.Field] = x.Done
	}
	if len(fills) > 0 {
		f.audit.Pending = append(f.audit.Pending, "有字段索引尚在补建：只核对了已建的部分。", "indexes of fields are still being filled: they were checked as far as they are.")
	}
	last, err := q.LastEvent(ctx, code)
	if err != nil {
		return err
	}
	f.found("head", 1)
	if last != f.head.Seq {
		f.wrong("head", "乡镇首行记到事件 %d，日志最后一个事件是 %d", "the head says event %d, the last event is %d", f.head.Seq, last)
	}
	if _, err := q.Edition(ctx, code, f.head.Edition); town.KindOf(err) == town.Missing {
		f.wrong("head", "现行目录版本 %s 没有存档", "the catalog edition in force, %s, is not kept", f.head.Edition)
	} else if err != nil {
		return err
	}
	stray, err := q.StrayFigures(ctx, code)
	for _, id := range stray {
		f.wrong("tally", "标记或统计格属于不存在的指标版本 %d", "marks or tallies of a figure version %d that does not exist", id)
	}
	return err
}

// jobs tells of jobs that failed: those that wait for a person are wrong, the others are tried again.
func (f *fsck) jobs(ctx context.Context, q *store.Q) error {
	n, err := q.CountJobs(ctx, f.h.code, "")
	if err != nil {
		return err
	}
	f.found("jobs", n)
	failed, err := q.FailedJobs(ctx, f.h.code, 1000)
	if err != nil {
		return err
	}
	trying := 0
	for i := range failed {
		j := &failed[i]
		if !Spent(j) {
			trying++
			continue
		}
		f.wrong("jobs", "系统任务 %s %s 试了 %d 次未成，不再自动重试：%s", "the job %s %s failed %d times and is not tried again of itself: %s", j.Kind, j.Key, j.Tries, j.Fault)
	}
	if trying > 0 {
		f.audit.Notes = append(f.audit.Notes, fmt.Sprintf("%d 项系统任务未成，将自动重试。", trying), fmt.Sprintf("%d jobs of the system failed and will be tried again.", trying))
	}
	return nil
}

// behind tells whether the sweep has passed a record, or none waits: only then must what follows from it be up to date.
func (f *fsck) behind(id town.ID) bool { return f.full || id <= f.swept }

// events hashes the journal again and reads what its events tell of marks and town data.
func (f *fsck) events(ctx context.Context, q *store.Q) error {
	tree := &journal.Tree{}
	hashers := f.h.newHashers()
	next := map[int64]int64{} // figure → the next running number
	tiles := tileWalk{f: f, ctx: ctx, q: q, next: -1}
	signed := f.openSigned()
	for after := int64(0); ; {
		rows, err := q.EventsFrom(ctx, f.h.code, after, fsckChunk)
		if err != nil {
			return err
		}
		for i := range rows {
			e := &rows[i]
			if after++; e.Seq != after {
				f.wrong("journal", "缺少事件 %d", "event %d is missing", after)
				return nil // every later leaf would stand at another place
			}
			told, err := parseTold(e.Marks)
			if err != nil {
				f.wrong("journal", "事件 %d 的标记无法读出", "event %d: "+err.Error(), e.Seq)
			}
			marks := make([]journal.MarkChange, len(told))
			for j := range told {
				m := &told[j]
				fig, ok := f.figures[m.figure]
				if !ok {
					f.wrong("marks", "事件 %d 的标记属于不存在的指标版本 %d", "event %d has a mark of figure version %d, which does not exist", e.Seq, m.figure)
				}
				version := fig.Key + "@" + strconv.FormatInt(m.figure, 10)
				marks[j] = markChange(f.view, version, &m.keptMark, m.back, hashers.pseudonym(version, m.key))
				if next[m.figure]++; m.k != next[m.figure] {
					f.wrong("marks", "指标 %s 的变动编号不连续：事件 %d 里是 %d，应为 %d", "figure %s: its changes are not numbered without a gap: event %d has %d instead of %d", version, e.Seq, m.k, next[m.figure])
					next[m.figure] = m.k
				}
				f.toldOf[m.figure] += f.print(m.k, m.back, int64(m.record), int64(m.day), m.place, m.n, m.slices, m.key, e.Seq)
			}
			l, err := leafOf(f.view, e, marks)
			if err != nil {
				f.wrong("journal", "事件 %d 不能成叶", "%[2]s", e.Seq, err.Error())
				return nil
			}
			at := tree.Next()
			for j, hash := range tree.Append(l.Hash) {
				if err := tiles.compare(at+int64(j), hash, e.Seq); err != nil {
					return err
				}
			}
			if signed != nil && tree.Size() == signed.Size {
				if err := f.compareSigned(signed, tree.Root(), next); err != nil {
					return err
				}
			}
			if e.Op == town.Put {
				f.notePut(e)
			}
			if e.Record != 0 {
				for _, hash := range hashesIn(e.Body) {
					f.filesTold[store.Attachment{Hash: hash, Record: e.Record}] = true
				}
			}
		}
		f.found("journal", int64(len(rows)))
		f.step(int64(len(rows)))
		if len(rows) < fsckChunk {
			break
		}
	}
	for id, r := range f.figures {
		if next[id] != r.Changes {
			f.wrong("marks", "指标 %s@%d 应有 %d 次变动，日志里有 %d 次", "figure %s@%d has had %d changes, the journal tells %d", r.Key, id, r.Changes, next[id])
		}
	}
	return tiles.end(tree.Next())
}

// openSigned opens the head that was signed last; nil when there is none, or it is no head of this town.
func (f *fsck) openSigned() *journal.Head {
	if f.head.Signed == "" {
		return nil
	}
	f.found("signed", 1)
	signed, err := journal.OpenHead([]byte(f.head.Signed), f.h.cfg.Key.Public())
	switch {
	case err != nil:
		f.wrong("signed", "签名首不能用本镇公钥验证：%s", "the signed head does not verify with the town's key: %s", err.Error())
	case signed.Town != string(f.view.Cat.Code) || signed.Simulated != f.head.Simulated:
		f.wrong("signed", "签名首说的是乡镇 %s（模拟：%v）", "the signed head speaks of town %s (simulated: %v)", signed.Town, signed.Simulated)
	case signed.Size > f.head.Seq:
		f.wrong("signed", "签名首签到第 %d 个事件，日志只有 %d 个", "the signed head is of %d events, the journal has %d", signed.Size, f.head.Seq)
	default:
		return &signed
	}
	return nil
}

// compareSigned holds a signed head against the tree and the running numbers as they were at its size: signed again, it
// must give the same bytes.
func (f *fsck) compareSigned(signed *journal.Head, root tlog.Hash, next map[int64]int64) error {
	if signed.Root != root {
		f.wrong("signed", "签名首的根与前 %d 个事件的树不符", "the root of the signed head is not that of the first %d events", signed.Size)
		return nil
	}
	var counts []journal.Count
	for id, r := range f.figures {
		if r.Since <= signed.Size {
			counts = append(counts, journal.Count{Figure: r.Key + "@" + strconv.FormatInt(id, 10), K: next[id]})
		}
	}
	again, _, err := journal.SignHead(f.h.cfg.Key, *signed, counts)
	if err != nil {
		return fmt.Errorf("sign the head again: %w", err)
	}
	if string(again) != f.head.Signed {
		f.wrong("signed", "签名首承诺的指标变动数与前 %d 个事件不符", "the signed head commits to other numbers of figure changes than the first %d events have", signed.Size)
	}
	return nil
}

func (f *fsck) notePut(e *store.EventRow) {
	m, err := town.ParseObject([]byte(e.Body))
	if err != nil {
		f.wrong("data", "事件 %d 的内容无法读出", "the body of event %d does not read", e.Seq)
		return
	}
	register, _ := m["register"].(string)
	key, _ := m["key"].(string)
	row, _ := m["row"].(map[string]any)
	f.lastPut[[2]string{register, key}] = put{e.Seq, row}
}

// tileWalk compares hashes with the stored tiles, in their order.
type tileWalk struct {
	f      *fsck
	ctx    context.Context
	q      *store.Q
	page   []store.Tile
	next   int64 // the tile before the next page
	broken bool  // a leaf differed: so does everything above it
}

// tile gives the stored hashes of tile n; nil when there is none.
func (t *tileWalk) tile(n int64) ([]byte, error) {
	for len(t.page) > 0 && t.page[0].Tile < n {
		t.page = t.page[1:]
	}
	if len(t.page) == 0 && t.next < n {
		var err error
		if t.page, err = t.q.TilesFrom(t.ctx, t.f.h.code, n-1, 200); err != nil {
			return nil, err
		}
		t.next = n
		if len(t.page) > 0 {
			t.next = t.page[len(t.page)-1].Tile
		}
	}
	if len(t.page) == 0 || t.page[0].Tile != n {
		return nil, nil
	}
	return t.page[0].Hashes, nil
}

func (t *tileWalk) compare(index int64, hash tlog.Hash, seq int64) error {
	stored, err := t.tile(index / tileHashes)
	if err != nil {
		return err
	}
	at := int(index%tileHashes) * tlog.HashSize
	if len(stored) >= at+tlog.HashSize && string(stored[at:at+tlog.HashSize]) == string(hash[:]) {
		return nil
	}
	level, _ := tlog.SplitStoredHashIndex(index)
	switch {
	case len(stored) < at+tlog.HashSize:
		if !t.broken {
			t.f.wrong("journal", "日志树缺少第 %d 个散列（事件 %d）", "the journal's tree lacks hash %d (event %d)", index, seq)
		}
	case level == 0:
		t.f.wrong("journal", "事件 %d 与日志树里的叶不符：事件、盐或叶被改过", "event %d does not give the leaf of the journal's tree: the event, its salts or the leaf was changed", seq)
	case !t.broken:
		t.f.wrong("journal", "日志树第 %d 个散列不符（事件 %d 之后的节点）", "hash %d of the journal's tree differs (a node above event %d)", index, seq)
	}
	t.broken = true
	return nil
}

// end looks for hashes beyond the tree.
func (t *tileWalk) end(size int64) error {
	stored, err := t.tile(size / tileHashes)
	if err != nil {
		return err
	}
	if len(stored) > int(size%tileHashes)*tlog.HashSize {
		t.f.wrong("journal", "日志树在末尾之外还有散列", "the journal's tree has hashes beyond its end")
	}
	more, err := t.q.TilesFrom(t.ctx, t.f.h.code, size/tileHashes, 1)
	if err != nil {
		return err
	}
	if len(more) > 0 {
		t.f.wrong("journal", "日志树在末尾之外还有第 %d 块", "the journal's tree has tile %d beyond its end", more[0].Tile)
	}
	return nil
}

// countFigures sums the mark rows of every version again.
func (f *fsck) countFigures(ctx context.Context, q *store.Q) error {
	ids := make([]int64, 0, len(f.figures))
	for id := range f.figures {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	for _, id := range ids {
		if err := f.countFigure(ctx, q, f.figures[id]); err != nil {
			return err
		}
	}
	return nil
}

type cellKey struct {
	slice, place int64
	span         int32
}

func (f *fsck) countFigure(ctx context.Context, q *store.Q, fig store.FigureRow) error {
	cells := map[cellKey]int64{}
	seen := map[store.SeenKey]map[town.Day]int64{}
	distinct, err := f.distinct(ctx, q, fig)
	if err != nil {
		return err
	}
	add := func(slice, place int64, day town.Day, n int64) {
		cells[cellKey{slice, place, day.MonthSpan()}] += n
		if slice == 0 {
			cells[cellKey{0, place, day.Span()}] += n
		}
	}
	spelled := map[string]string{"": ""}
	var last store.MarkRow
	last.Day = town.NoDay
	for {
		rows, err := q.MarksFrom(ctx, f.h.code, fig.ID, last.Day, last.Record, last.K, 4*fsckChunk)
		if err != nil {
			return err
		}
		for i := range rows {
			m := &rows[i]
			slices, ids, ok := f.spell(spelled, m.Slices)
			pl := f.view.byID[m.Place]
			if !ok || pl == nil {
				f.wrong("marks", "指标 %s 第 %d 次变动的地点或分组不存在", "figure %s: the place or slice of change %d does not exist", fig.Key, m.K)
				continue
			}
			kept := keptMark{figure: m.Figure, k: m.K, day: m.Day, place: m.Place, n: m.N, slices: slices, key: m.Key}
			f.rowsOf[fig.ID] += f.print(m.K, m.Back, int64(m.Record), int64(m.Day), m.Place, m.N, slices, m.Key, m.Seq)
			if m.Back == 0 {
				f.marksIn[fig.ID] += f.printMark(&kept, m.K, m.N, m.Record)
			} else {
				f.marksIn[fig.ID] -= f.printMark(&kept, m.Back, -m.N, m.Record)
			}
			for _, up := range pl.Up {
				for _, s := range ids {
					if !distinct {
						add(s, up, m.Day, m.N)
						continue
					}
					k := store.SeenKey{Slice: s, Place: up, Year: int64(m.Day.Year()), Key: m.Key}
					if seen[k] == nil {
						seen[k] = map[town.Day]int64{}
					}
					seen[k][m.Day] += m.N
				}
			}
		}
		f.found("marks", int64(len(rows)))
		f.step(int64(len(rows)))
		if len(rows) < 4*fsckChunk {
			break
		}
		last = rows[len(rows)-1]
	}
	if distinct {
		if err := f.countSeen(ctx, q, fig, seen, add); err != nil {
			return err
		}
	}
	return f.compareTally(ctx, q, fig, cells)
}

// distinct tells whether a version counts keys once. A version that is past may have been declared otherwise than its figure
// is today: it did where days of keys are kept for it.
func (f *fsck) distinct(ctx context.Context, q *store.Q, fig store.FigureRow) (bool, error) {
	for _, states := range f.view.figures {
		for _, s := range states {
			if s.id == fig.ID {
				return s.fig.Kind == catalog.Distinct, nil
			}
		}
	}
	return q.AnySeen(ctx, f.h.code, fig.ID)
}

// spell turns the slice ids of a mark row into their text, and lists them with 0, the total.
func (f *fsck) spell(known map[string]string, text string) (string, []int64, bool) {
	ids := []int64{0}
	for _, part := range strings.Fields(text) {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil || f.view.spelled[id].Kind != "s" {
			return "", nil, false
		}
		ids = append(ids, id)
	}
	s, ok := known[text]
	if !ok {
		words := make([]string, len(ids)-1)
		for i, id := range ids[1:] {
			words[i] = f.view.spelled[id].Word
		}
		s = strings.Join(words, ";")
		known[text] = s
	}
	return s, ids, true
}

// countSeen holds the days of a distinct figure's keys against its marks.
func (f *fsck) countSeen(ctx context.Context, q *store.Q, fig store.FigureRow, seen map[store.SeenKey]map[town.Day]int64, add func(slice, place int64, day town.Day, n int64)) error {
	rows, err := q.SeenOf(ctx, f.h.code, fig.ID)
	if err != nil {
		return err
	}
	for k, days := range seen {
		s := seenDays{days: days}
		if day, ok := s.first(); ok {
			add(k.Slice, k.Place, day, 1)
		}
	}
	f.found("distinct", int64(len(rows)))
	for _, r := range rows {
		k := r.SeenKey
		k.Figure = 0
		if want := seen[k][r.Day]; want != r.N {
			f.wrong("distinct", "指标 %s 的去重键在 %s 记了 %d 次，按标记应为 %d 次", "figure %s: a key is kept as seen on %s %d times, its marks give %d", fig.Key, r.Day, r.N, want)
		}
		delete(seen[k], r.Day)
	}
	for _, days := range seen {
		for day, n := range days {
			if n != 0 {
				f.wrong("distinct", "指标 %s 缺少一个去重键在 %s 的 %d 次", "figure %s lacks a key seen on %s %d times", fig.Key, day, n)
			}
		}
	}
	return nil
}

func (f *fsck) compareTally(ctx context.Context, q *store.Q, fig store.FigureRow, cells map[cellKey]int64) error {
	rows, err := q.TallyOf(ctx, f.h.code, fig.ID)
	if err != nil {
		return err
	}
	f.found("tally", int64(len(rows)))
	tell := func(k cellKey, have, want int64) {
		zh, en := "全镇", "the town"
		if p := f.view.byID[k.place]; p != nil && k.place != 0 {
			zh, en = p.Zh, string(p.Code)
		}
		if s := f.view.spelled[k.slice].Word; k.slice != 0 {
			zh, en = zh+" "+s, en+" "+s
		}
		f.wrong("tally", "指标 %[1]s（%[2]s）在 %[4]d 的统计格是 %[5]d，按标记合计为 %[6]d", "figure %[1]s (%[3]s): the tally of %[4]d is %[5]d, its marks add up to %[6]d", fig.Key, zh, en, k.span, have, want)
	}
	for _, r := range rows {
		k := cellKey{r.Slice, r.Place, r.Span}
		if want := cells[k]; want != r.N {
			tell(k, r.N, want)
		}
		delete(cells, k)
	}
	for k, n := range cells {
		if n != 0 {
			tell(k, 0, n)
		}
	}
	return nil
}

// index reads the field index with its counts, and the links.
func (f *fsck) index(ctx context.Context, q *store.Q) error {
	counts := fieldCounts{f: f, ctx: ctx, q: q}
	last := store.FieldRow{Field: -1}
	var run store.FieldCount
	for {
		rows, err := q.FieldsFrom(ctx, f.h.code, last, 4*fsckChunk)
		if err != nil {
			return err
		}
		for _, r := range rows {
			f.fieldsIn[r.Field] += f.print(r.Value, int64(r.Record))
			if r.Field != run.Field || r.Value != run.Value {
				if err := counts.compare(run); err != nil {
					return err
				}
				run = store.FieldCount{Field: r.Field, Value: r.Value}
			}
			run.N++
		}
		f.found("index", int64(len(rows)))
		if len(rows) < 4*fsckChunk {
			break
		}
		last = rows[len(rows)-1]
	}
	if err := counts.compare(run); err != nil {
		return err
	}
	if err := counts.compare(store.FieldCount{Field: 1 << 62}); err != nil {
		return err
	}
	link := store.LinkRow{Target: -1}
	for {
		rows, err := q.LinksFrom(ctx, f.h.code, link, 4*fsckChunk)
		if err != nil {
			return err
		}
		for _, r := range rows {
			f.linksIn[r.Field] += f.print(int64(r.Target), int64(r.Source))
		}
		f.found("index", int64(len(rows)))
		if len(rows) < 4*fsckChunk {
			return nil
		}
		link = rows[len(rows)-1]
	}
}

// words reads the full text as it stands.
func (f *fsck) words(ctx context.Context, q *store.Q) error {
	n := int64(0)
	err := q.SearchWords(ctx, f.h.code, func(word string, record town.ID, at int64) {
		n++
		if f.behind(record) {
			f.wordsIn += f.print(word, int64(record), at)
		}
	})
	f.found("search", n)
	return err
}

// fieldCounts walks the counts of the field index beside its rows.
type fieldCounts struct {
	f    *fsck
	ctx  context.Context
	q    *store.Q
	page []store.FieldCount
	last store.FieldCount
	end  bool
}

// compare takes the true count of one field and value; counts passed over belong to no row.
func (c *fieldCounts) compare(want store.FieldCount) error {
	if want.Field == 0 || !c.f.counted(want.Field) && want.Field < 1<<62 {
		return nil
	}
	for {
		if len(c.page) == 0 && !c.end {
			var err error
			if c.page, err = c.q.FieldCensusFrom(c.ctx, c.f.h.code, c.last, 4*fsckChunk); err != nil {
				return err
			}
			if c.end = len(c.page) < 4*fsckChunk; len(c.page) > 0 {
				c.last = c.page[len(c.page)-1]
			}
		}
		if len(c.page) == 0 {
			break
		}
		have := c.page[0]
		if have.Field > want.Field || have.Field == want.Field && have.Value > want.Value {
			break
		}
		c.page = c.page[1:]
		c.f.found("census", 1)
		same := have.Field == want.Field && have.Value == want.Value
		if same && have.N == want.N {
			return nil
		}
		n := int64(0)
		if same {
			n = want.N
		}
		typ, field := c.f.view.FieldOf(have.Field)
		c.f.wrong("census", "字段 %s.%s 的值 %q 记为 %d 条，实有 %d 条", "field %s.%s: %q is counted %d times, it stands %d times", typ, field, have.Value, have.N, n)
		if same {
			return nil
		}
	}
	if want.N != 0 {
		typ, field := c.f.view.FieldOf(want.Field)
		c.f.wrong("census", "字段 %s.%s 的值 %q 没有计数，实有 %d 条", "field %s.%s: %q is not counted, it stands %d times", typ, field, want.Value, want.N)
	}
	return nil
}

// counted tells whether the values of an indexed field are counted: keys are not.
func (f *fsck) counted(field int64) bool {
	_, name := f.view.FieldOf(field)
	return name != keyField && name != uniqueField
}

// data holds town data against the events that put it.
func (f *fsck) data(ctx context.Context, q *store.Q) error {
	rows, err := q.AllData(ctx, f.h.code)
	if err != nil {
		return err
	}
	f.found("data", int64(len(rows)))
	for _, d := range rows {
		k := [2]string{d.Register, d.Key}
		p, ok := f.lastPut[k]
		delete(f.lastPut, k)
		if !ok || p.seq != d.Seq {
			f.wrong("data", "基础数据 %s %s 不是事件所写", "%s %s was not put by the event it names", d.Register, d.Key)
			continue
		}
		have, err := town.ParseObject([]byte(d.Doc))
		for _, k := range registers[d.Register].secret {
			delete(have, k)
			delete(p.row, k)
		}
		if err != nil || string(town.AppendObject(nil, have)) != string(town.AppendObject(nil, p.row)) {
			f.wrong("data", "基础数据 %s %s 与事件 %d 所写不同", "%s %s differs from what event %d put", d.Register, d.Key, d.Seq)
		}
	}
	for k, p := range f.lastPut {
		f.wrong("data", "事件 %[3]d 写入的基础数据 %[1]s %[2]s 不见了", "%s %s, put by event %d, is missing", k[0], k[1], p.seq)
	}
	return nil
}

// blobs hashes every file again, and holds the files against the records that name them or once did.
func (f *fsck) blobs(ctx context.Context, q *store.Q) error {
	rows, err := q.Blobs(ctx, f.h.code)
	if err != nil {
		return err
	}
	f.found("blobs", int64(len(rows)))
	known := map[string]bool{}
	for _, b := range rows {
		known[b.Hash] = true
		if err := ctx.Err(); err != nil {
			return err
		}
		hash, size, err := hashBlob(f.opt.Blobs, b.Hash)
		switch {
		case err != nil:
			f.wrong("blobs", "附件 %s（%s）不见了", "file %s (%s) is missing", b.Hash, b.Name)
		case hash != b.Hash || size != b.Size:
			f.wrong("blobs", "附件 %s（%s）的内容被改过", "the content of file %s (%s) was changed", b.Hash, b.Name)
		}
	}
	attached, err := f.attachments(ctx, q, known)
	if err != nil {
		return err
	}
	return f.looseFiles(rows, known, attached)
}

// attachments holds the rows that say which records name which files against the records and their events. What a record
// no longer copies from another stands in no event of its own: a row too many is looked at only for what it refers to.
func (f *fsck) attachments(ctx context.Context, q *store.Q, known map[string]bool) (files map[string]bool, err error) {
	rows, err := q.Attachments(ctx, f.h.code)
	if err != nil {
		return nil, err
	}
	f.found("blobs", int64(len(rows)))
	files = map[string]bool{}
	stands := make(map[store.Attachment]bool, len(rows))
	for _, a := range rows {
		stands[a], files[a.Hash] = true, true
		switch {
		case a.Record < 1 || a.Record > town.ID(f.head.LastRecord):
			f.wrong("blobs", "附件 %s 归属不存在的记录 %d", "file %s is attached to record %d, which does not exist", a.Hash, a.Record)
		case !known[a.Hash]:
			f.wrong("blobs", "记录 %d 的附件 %s 没有登记", "record %d names a file %s that is not kept", a.Record, a.Hash)
		}
	}
	for a := range f.filesOf {
		switch {
		case stands[a]:
		case !known[a.Hash]:
			f.wrong("blobs", "记录 %d 的附件 %s 没有登记", "record %d names a file %s that is not kept", a.Record, a.Hash)
		default:
			f.wrong("blobs", "附件 %s 没有归属记录 %d", "file %s is not attached to record %d, which names it", a.Hash, a.Record)
		}
	}
	for a := range f.filesTold {
		if known[a.Hash] && !stands[a] && !f.filesOf[a] {
			f.wrong("blobs", "附件 %s 没有归属记录 %d，其历史中有它", "file %s is not attached to record %d, whose history names it", a.Hash, a.Record)
		}
	}
	return files, nil
}

// looseFiles tells of files that no record names: they wait for one, or for SweepFiles.
func (f *fsck) looseFiles(rows []store.BlobRow, known, attached map[string]bool) error {
	loose, old := 0, 0
	for _, b := range rows {
		if attached[b.Hash] {
			continue
		}
		if loose++; b.At < f.now-town.Millis(KeepUploads.Milliseconds()) {
			old++
		}
	}
	if loose > 0 {
		days := int(KeepUploads.Hours()) / 24
		f.audit.Notes = append(f.audit.Notes, fmt.Sprintf("%d 个附件没有记录引用，其中 %d 个已超过 %d 天，zhenwu serve 会清除。", loose, old, days),
			fmt.Sprintf("no record names %d files; %d of them wait for more than %d days and will be removed by zhenwu serve.", loose, old, days))
	}
	// What was written within the hour may belong to an upload that the snapshot does not see.
	files, err := f.opt.Blobs.Loose(time.Now().Add(-time.Hour))
	if err != nil {
		return fmt.Errorf("read the folder of files: %w", err)
	}
	if files = slices.DeleteFunc(files, func(name string) bool { return known[name] }); len(files) > 0 {
		f.audit.Notes = append(f.audit.Notes, fmt.Sprintf("附件目录里有 %d 个文件数据库不知道，例如 %s。", len(files), files[0]),
			fmt.Sprintf("the folder of files holds %d that the database does not know, %s for one.", len(files), files[0]))
	}
	return nil
}

// hashesIn lists what a body holds that has the form of a file's hash.
func hashesIn(body string) []string {
	var out []string
	run := 0
	for i := 0; i <= len(body); i++ {
		if i < len(body) && (body[i] >= '0' && body[i] <= '9' || body[i] >= 'a' && body[i] <= 'f') {
			run++
			continue
		}
		if run == 64 {
			out = append(out, body[i-64:i])
		}
		run = 0
	}
	return out
}

func hashBlob(blobs store.Blobs, hash string) (string, int64, error) {
	file, err := blobs.Open(hash)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, file)
	return hex.EncodeToString(sum.Sum(nil)), n, err
}
