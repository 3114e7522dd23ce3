package hall

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/journal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// batch is one transaction in the making: what the accepted commands have
// changed so far, merged cell by cell and written once at the end.
type batch struct {
	h      *Hall
	tx     *store.Tx
	ctx    context.Context
	view   *View // replaced by a copy when the batch adds words or data
	copied bool
	head   store.Head
	tree   *journal.Tree
	broken error // the database failed: the whole batch is lost

	records map[town.ID]*store.RecordRow // the newest state of every record touched
	changed map[town.ID]bool
	stood   map[town.ID]*store.RecordRow // changed records as they stand in the database; new ones are not there
	census  map[store.CensusCell]int64
	fcensus map[fieldValue]int64
	fields  map[store.FieldRow]int8  // +1 added, -1 dropped
	holds   map[fieldValue][]town.ID // of keys alone: who was added to fields, and may have been dropped since
	links   map[store.LinkRow]int8
	tally   map[store.Cell]int64
	seen    map[store.SeenKey]*seenDays
	serials map[string]int64
	counts  map[int64]*store.FigureRow // figure versions that moved

	events   []store.EventRow
	marks    []store.MarkRow
	sealed   []store.SealedRow
	named    nameIndex // blind indexes
	erased   []town.ID
	data     []store.Datum
	words    []store.Word
	jobs     map[jobKey]*store.Job // nil: drop
	search   map[town.ID]string    // "": drop
	uploads  []store.Upload        // taken up by records
	attached map[store.Attachment]bool
	tiles    map[int64][]byte
	known    map[string]known
	fresh    map[string]bool // command ids that were looked for together and have no event
	filled   string          // what of a sweep is being done: the key of its job
	reload   bool            // rules, calendars or people changed: a new view after the commit
}

type fieldValue struct {
	field int64
	value string
}

type jobKey struct{ kind, key string }

// known is a command of this batch with its answer.
type known struct {
	asked  string
	answer town.Answer
}

// seenDays are the days of one key of a distinct figure, as they stand in the batch.
type seenDays struct {
	stood bool // the database holds some
	days  map[town.Day]int64
	delta map[town.Day]int64
}

func (h *Hall) newBatch(tx *store.Tx, view *View) (*batch, error) {
	ctx := context.Background()
	head, err := tx.Head(ctx, h.code)
	if err != nil {
		return nil, err
	}
	if head.Seq != h.seq { // another process wrote, or the last commit failed
		h.forget()
		h.seq = head.Seq
		rows, err := tx.Figures(ctx, h.code)
		if err != nil {
			return nil, err
		}
		h.figureRows = make(map[int64]store.FigureRow, len(rows))
		for _, r := range rows {
			h.figureRows[r.ID] = r
		}
		if view, err = h.catchUp(ctx, &tx.Q, view, head); err != nil {
			return nil, err
		}
	}
	b := &batch{h: h, tx: tx, ctx: ctx, view: view, head: head,
		records: map[town.ID]*store.RecordRow{}, changed: map[town.ID]bool{}, stood: map[town.ID]*store.RecordRow{}, census: map[store.CensusCell]int64{}, fcensus: map[fieldValue]int64{},
		fields: map[store.FieldRow]int8{}, holds: map[fieldValue][]town.ID{}, links: map[store.LinkRow]int8{}, tally: map[store.Cell]int64{}, seen: map[store.SeenKey]*seenDays{},
		serials: map[string]int64{}, counts: map[int64]*store.FigureRow{}, jobs: map[jobKey]*store.Job{}, search: map[town.ID]string{}, attached: map[store.Attachment]bool{}, tiles: map[int64][]byte{}, known: map[string]known{}}
	if h.tree == nil {
		if h.tree, err = journal.OpenTree(head.Seq, hashReader{ctx, tx, h.code}); err != nil {
			return nil, err
		}
	}
	b.tree = h.tree.Clone()
	return b, nil
}

// hashReader reads stored hashes from tiles.
type hashReader struct {
	ctx  context.Context
	tx   tileReader
	code int64
}

type tileReader interface {
	Tile(ctx context.Context, code, tile int64) ([]byte, error)
}

const tileHashes = 64

// ReadHashes makes hashReader a tlog.HashReader.
func (r hashReader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	tiles := map[int64][]byte{}
	for i, n := range indexes {
		tile := n / tileHashes
		t, ok := tiles[tile]
		if !ok {
			var err error
			if t, err = r.tx.Tile(r.ctx, r.code, tile); err != nil {
				return nil, err
			}
			tiles[tile] = t
		}
		at := n % tileHashes * tlog.HashSize
		if int64(len(t)) < at+tlog.HashSize {
			return nil, fmt.Errorf("journal: hash %d is missing", n)
		}
		copy(out[i][:], t[at:])
	}
	return out, nil
}

// unit is one command in the making, with its effects: it is taken into the
// batch whole, or dropped.
type unit struct {
	b       *batch
	actor   town.Actor
	cmd     town.Command
	asked   string // the command's fingerprint
	now     town.Millis
	today   town.Day
	records map[town.ID]*store.RecordRow
	order   []town.ID
	serials map[string]int64
	counts  map[int64]int64 // figure version → k
	events  []*happening
	sealed  []store.SealedRow
	blind   []blindChange
	erased  []town.ID
	uploads []store.Upload
	data    []store.Datum
	last    town.ID // highest record id given out
	seq     int64
	effects int
	later   string // more records of this type follow than one command derives anew: a sweep does
}

// happening is one event in the making.
type happening struct {
	row   store.EventRow
	marks []change
}

// change is one mark change before it has its number.
type change struct {
	fig    *figureState
	record town.ID
	mark   keptMark
	back   int64
}

// do carries out one command: the list of steps. asked is its fingerprint, by Hall.asked.
func (b *batch) do(ctx context.Context, actor town.Actor, cmd town.Command, asked string) (town.Answer, error) {
	if err := ctx.Err(); err != nil {
		return town.Answer{}, err
	}
	if err := checkCommand(cmd); err != nil {
		return town.Answer{}, err
	}
	if ans, ok, err := b.before(actor, &cmd, asked); err != nil || ok {
		return ans, b.fail(err)
	}
	u := &unit{b: b, actor: actor, cmd: cmd, asked: asked, records: map[town.ID]*store.RecordRow{}, last: town.ID(b.head.LastRecord), seq: b.head.Seq}
	if err := u.times(); err != nil {
		return town.Answer{}, err
	}
	ans, err := u.run(actor, u.cmd, 0)
	if err != nil {
		return town.Answer{}, b.fail(err)
	}
	b.take(u)
	b.known[cmd.ID] = known{asked, ans}
	return ans, b.broken
}

// fail tells refusals, which concern one command, from failures of the
// database, which concern all.
func (b *batch) fail(err error) error {
	var ours *town.Error
	if err != nil && !errors.As(err, &ours) && b.broken == nil && !errors.Is(err, errFormula) {
		b.broken = err
	}
	return err
}

var errFormula = errors.New("a formula failed")

// checkCommand refuses what no later step could make sense of.
func checkCommand(cmd town.Command) error {
	if cmd.ID == "" || len(cmd.ID) > 64 || strings.ContainsRune(cmd.ID, '#') {
		return town.Refuse(town.Invalid, "id", "指令须有不超过 64 个字节、不含 # 的编号", "a command needs an id of at most 64 bytes without #")
	}
	return nil
}

// before finds the answer that a command was given before. Another command under the same id is refused.
func (b *batch) before(actor town.Actor, cmd *town.Command, asked string) (town.Answer, bool, error) {
	id := cmd.ID
	if k, ok := b.known[id]; ok {
		if err := b.h.sameAsked(actor, cmd, k.asked, asked); err != nil {
			return town.Answer{}, false, err
		}
		if e := b.made(k.answer.Seq); e != nil {
			if err := b.sameSealed(cmd, e); err != nil {
				return town.Answer{}, false, err
			}
		}
		k.answer.Again = true
		return k.answer, true, nil
	}
	if b.fresh[id] {
		return town.Answer{}, false, nil
	}
	e, ok, err := b.tx.EventByCommand(b.ctx, b.h.code, id)
	if err != nil || !ok {
		return town.Answer{}, false, err
	}
	ans := town.Answer{Record: e.Record, Rev: e.Rev, Stage: e.Stage, Seq: e.Seq, Again: true}
	body, err := town.ParseObject([]byte(e.Body))
	if err != nil {
		return ans, false, fmt.Errorf("event %d: %w", e.Seq, err)
	}
	was, _ := body["asked"].(string)
	if err := b.h.sameAsked(actor, cmd, was, asked); err != nil {
		return town.Answer{}, false, err
	}
	if err := b.sameSealed(cmd, &e); err != nil {
		return town.Answer{}, false, err
	}
	if e.Op == town.Put {
		ans.Number, _ = body["key"].(string)
		return ans, true, nil
	}
	r, err := b.record(e.Record)
	if err != nil {
		return ans, false, err
	}
	if r != nil {
		ans.Number = r.Number
	}
	ans.Opened, err = b.opened(&e)
	return ans, err == nil, err
}

// lookUp finds out at once which of the asks are new: nothing but this batch writes until it is committed.
func (b *batch) lookUp(asks []Ask) error {
	if len(asks) < 2 {
		return nil
	}
	ids := make([]string, 0, len(asks))
	for i := range asks {
		if checkCommand(asks[i].Command) == nil {
			ids = append(ids, asks[i].Command.ID)
		}
	}
	known, err := b.tx.CommandsKnown(b.ctx, b.h.code, ids)
	if err != nil {
		return err
	}
	if b.fresh == nil {
		b.fresh = make(map[string]bool, len(ids))
	}
	for _, id := range ids {
		if !known[id] {
			b.fresh[id] = true
		}
	}
	return nil
}

// opened lists the records that a command opened besides its own: its effects follow it in the journal.
func (b *batch) opened(of *store.EventRow) ([]town.ID, error) {
	if of.Op != town.Create && of.Op != town.Move {
		return nil, nil
	}
	var out []town.ID
	for after := of.Seq; ; {
		es, err := b.tx.EventsFrom(b.ctx, b.h.code, after, 16)
		if err != nil {
			return nil, err
		}
		for _, e := range es {
			if root(e.Command) != of.Command {
				return out, nil
			}
			if e.Cause == of.Seq && e.Op == town.Create {
				out = append(out, e.Record)
			}
			after = e.Seq
		}
		if len(es) < 16 {
			return out, nil
		}
	}
}

// times settles when the command happens: only the simulator, an import and
// offline work may state an earlier time, never a later one.
func (u *unit) times() error {
	b := u.b
	u.now = b.h.Now()
	switch u.actor.Kind {
	case town.Sim:
		if !b.head.Simulated {
			return town.Refuse(town.Denied, "", "真实乡镇不接受模拟数据", "a real town takes no simulated work")
		}
		if u.cmd.At != 0 {
			u.now = u.cmd.At
		}
	case town.System: // never from outside; the simulated year's plans and clocks have their own midnight
		if u.cmd.At != 0 && b.head.Simulated {
			u.now = u.cmd.At
		}
	case town.Importer, town.Offline:
		if u.cmd.At != 0 && u.cmd.At < u.now {
			u.now = u.cmd.At
		}
	default:
		if u.cmd.At != 0 {
			return town.Refuse(town.Invalid, "at", "不能指定记录时间", "the recorded time cannot be stated")
		}
	}
	u.cmd.At = 0 // what is recorded is u.now, whatever was stated
	u.today = u.now.Day(b.view.Zone())
	if u.cmd.Day != town.NoDay && u.cmd.Day > u.today {
		return town.Refuse(town.Invalid, "day", "业务日期 %s 晚于今天 %s", "the business day %s is later than today, %s", u.cmd.Day, u.today)
	}
	return nil
}

// run carries out a command or an effect of one; cause is the event it follows from.
func (u *unit) run(actor town.Actor, cmd town.Command, cause int64) (town.Answer, error) {
	if err := access.OnlyReads(u.b.view.Cat, actor); err != nil {
		return town.Answer{}, err
	}
	switch cmd.Op {
	case town.Create, town.Move, town.Correct, town.Void, town.Undo, town.Merge:
		return u.work(actor, cmd, cause)
	case town.Put:
		return u.put(actor, cmd)
	case town.Reveal:
		return u.reveal(actor, cmd)
	case town.Erase:
		return u.erase(actor, cmd)
	}
	return town.Answer{}, town.Refuse(town.Invalid, "op", "没有这种操作：%s", "no such operation: %s", string(cmd.Op))
}

// work is the door for records.
func (u *unit) work(actor town.Actor, cmd town.Command, cause int64) (town.Answer, error) {
	v := u.b.view
	// What does it concern?
	var before *store.RecordRow
	var ts *typeState
	if cmd.Op == town.Merge {
		found, err := u.byKey(&cmd)
		if err != nil {
			return town.Answer{}, err
		}
		if cmd.Op = town.Create; found != 0 {
			cmd.Op, cmd.Record = town.Correct, found
		}
	}
	if cmd.Op == town.Create {
		if ts = v.types[cmd.Type]; ts == nil {
			return town.Answer{}, town.Refuse(town.Missing, "type", "没有这类记录：%s", "no such type: %s", cmd.Type)
		}
		u.last++
		cmd.Record = u.last
	} else {
		var err error
		if before, err = u.row(cmd.Record); err != nil {
			return town.Answer{}, err
		}
		if before == nil {
			return town.Answer{}, town.Refuse(town.Missing, "record", "没有这条记录：%d", "no such record: %d", cmd.Record)
		}
		if ts = v.types[before.Type]; ts == nil {
			return town.Answer{}, fmt.Errorf("record %d has type %q, which the catalog does not declare", cmd.Record, before.Type)
		}
		if cmd.Rev != 0 && cmd.Rev != before.Rev {
			return town.Answer{}, town.Refuse(town.Stale, "rev", "这条记录已被他人修改（您看到第 %d 版，现在是第 %d 版）；请刷新后重做。", "somebody changed this record (you saw revision %d, it is now %d); reload and try again.", cmd.Rev, before.Rev)
		}
	}
	// May the actor?
	decider, err := u.may(actor, ts, before, cmd)
	if err != nil {
		return town.Answer{}, err
	}
	if err := u.mayName(actor, ts, before, cmd); err != nil {
		return town.Answer{}, err
	}
	// Is it valid? Sealed fields become references first: the rest never sees their text.
	var faults town.Faults
	if err := u.seal(ts, before, &cmd); !faults.Add(err) {
		return town.Answer{}, err
	}
	ch, err := u.decide(ts, before, decider, cmd)
	if !faults.Add(err) {
		return town.Answer{}, refused(err)
	}
	if err := faults.Err(); err != nil {
		return town.Answer{}, err
	}
	if before == nil {
		if err := u.mayHold(actor, ts, ch.After); err != nil {
			return town.Answer{}, err
		}
	}
	if err := u.settleSealed(ts, ch); err != nil {
		return town.Answer{}, err
	}
	if err := u.number(ts, ch); err != nil {
		return town.Answer{}, err
	}
	if err := u.unique(ts, before, ch.After); err != nil {
		return town.Answer{}, err
	}
	u.seq++
	seq := u.seq
	ch.SetSeq(seq)
	if n := len(ch.After.Steps); ch.Step != nil && n > 0 {
		ch.After.Steps[n-1].Seq = seq
	}
	if cause == 0 {
		ch.Body.Asked = u.asked
	}
	body, err := ch.Body.Encode()
	if err != nil {
		return town.Answer{}, err
	}
	ev := &happening{row: store.EventRow{Seq: seq, Record: cmd.Record, At: u.now, Day: dayOf(ch, u.today), Actor: actor.Person, Kind: actor.Kind, Op: cmd.Op,
		Command: cmd.ID, Cause: cause, Body: string(body)}}
	if ch.Step != nil {
		ev.row.Role, ev.row.Office = ch.Step.Role, ch.Step.Office
	}
	u.events = append(u.events, ev)
	// What changes in the figures, here and in the records that roll this one up?
	after, err := u.store(ev, ts, before, ch.After, actor)
	if err != nil {
		return town.Answer{}, refused(err)
	}
	if err := u.spread(ev, ts, before, after, 0); err != nil {
		return town.Answer{}, refused(err)
	}
	ev.row.Rev, ev.row.Stage = after.Rev, after.Stage
	ans := town.Answer{Record: after.ID, Number: after.Number, Rev: after.Rev, Stage: after.Stage, Seq: seq}
	// What happens next?
	if err := u.follow(ch, cmd, seq, &ans); err != nil {
		return town.Answer{}, err
	}
	if cmd.Op == town.Create || cmd.Op == town.Move {
		if err := u.plans(ts, ch.After, cmd, seq, &ans); err != nil {
			return town.Answer{}, err
		}
	}
	return ans, nil
}

func (u *unit) decide(ts *typeState, before *store.RecordRow, actor town.Actor, cmd town.Command) (*flow.Change, error) {
	cat := u.b.view.Cat
	switch cmd.Op {
	case town.Create:
		return flow.Open(cat, ts.t, u, actor, cmd)
	case town.Move:
		return flow.Move(cat, ts.t, u, &before.Record, actor, cmd)
	case town.Correct:
		return flow.Correct(cat, ts.t, u, &before.Record, actor, cmd)
	case town.Void:
		return flow.Void(cat, ts.t, u, &before.Record, actor, cmd)
	default:
		last, err := u.lastBody(before)
		if err != nil {
			return nil, err
		}
		return flow.Undo(cat, ts.t, u, &before.Record, last, actor, cmd)
	}
}

// refused marks an error of a formula or a rule as one that concerns this command alone.
func refused(err error) error {
	var ours *town.Error
	if errors.As(err, &ours) {
		return err
	}
	return fmt.Errorf("%w: %w", errFormula, err)
}

func dayOf(ch *flow.Change, today town.Day) town.Day {
	if ch.Step != nil {
		return ch.Step.Day
	}
	return today
}

// lastBody reads the event that made the last step.
func (u *unit) lastBody(before *store.RecordRow) (flow.EventBody, error) {
	if before.Voided || len(before.Steps) == 0 {
		return flow.EventBody{}, nil
	}
	seq := before.Steps[len(before.Steps)-1].Seq
	for _, e := range u.b.events {
		if e.Seq == seq {
			return flow.DecodeBody([]byte(e.Body))
		}
	}
	es, err := u.b.tx.EventsFrom(u.b.ctx, u.b.h.code, seq-1, 1)
	if err != nil {
		return flow.EventBody{}, err
	}
	if len(es) == 0 {
		return flow.EventBody{}, fmt.Errorf("record %d: event %d is missing", before.ID, seq)
	}
	return flow.DecodeBody([]byte(es[0].Body))
}

// store puts a record's new state into the unit and works out its mark changes.
func (u *unit) store(ev *happening, ts *typeState, before *store.RecordRow, rec *town.Record, actor town.Actor) (*store.RecordRow, error) {
	row := &store.RecordRow{Record: *rec, Changed: u.now}
	if before != nil {
		row.TypeID, row.Opener, row.Holder, row.Marks = before.TypeID, before.Opener, before.Holder, before.Marks
	} else {
		row.Opener = actor.Person
	}
	if n := len(rec.Steps); n > 0 && rec.Steps[n-1].Actor != 0 {
		row.Holder = rec.Steps[n-1].Actor
	}
	p := u.b.view.Place(rec.Place)
	if p == nil {
		return nil, town.Refuse(town.Invalid, ts.t.Place, "没有这个地点：%s", "no such place: %s", string(rec.Place))
	}
	row.PlaceID = p.ID
	row.Title = title(ts.t, rec)
	row.Due = earliestDue(rec)
	marks, err := u.marks(ev, ts, row)
	if err != nil {
		return nil, err
	}
	row.Marks = marks
	if _, ok := u.records[row.ID]; !ok {
		u.order = append(u.order, row.ID)
	}
	u.records[row.ID] = row
	return row, nil
}

func title(t *catalog.Type, rec *town.Record) string {
	if t.Title == "" {
		return ""
	}
	v, _ := rec.Value(t.Title)
	switch x := v.(type) {
	case string:
		if f := t.Field(t.Title); f != nil && f.List != nil {
			if c := f.List.Item(x); c != nil {
				return c.Label.Zh
			}
		}
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	}
	return ""
}

func earliestDue(rec *town.Record) town.Millis {
	var due town.Millis
	for _, c := range rec.Clocks {
		if c.Due != 0 && c.Stopped == 0 && !c.Paused && (due == 0 || c.Due < due) {
			due = c.Due
		}
	}
	if rec.Voided {
		return 0
	}
	return due
}

// marks works out what rec contributes to every figure of its type, and adds
// the differences from what it contributed before to the event.
func (u *unit) marks(ev *happening, ts *typeState, row *store.RecordRow) (string, error) {
	figs := u.b.view.figures[ts.t.Key]
	if len(figs) == 0 {
		return row.Marks, nil
	}
	was, err := parseMarks(row.Marks)
	if err != nil {
		return "", fmt.Errorf("record %d: %w", row.ID, err)
	}
	var kept []keptMark
	taken := make([]bool, len(was))
	for _, f := range figs {
		if f.filling && row.ID > f.doneTo {
			continue
		}
		now, err := figure.Marks(f.cat, f.fig, &row.Record, u)
		if err != nil && f.former { // what an earlier formula cannot read counts as it did
			for i := range was {
				if was[i].figure == f.id {
					taken[i] = true
					kept = append(kept, was[i])
				}
			}
			continue
		}
		if err != nil {
			return "", fmt.Errorf("figure %s: %w", f.fig.Key, err)
		}
	marks:
		for _, m := range now {
			p := u.b.view.Place(m.Place)
			if p == nil {
				return "", fmt.Errorf("figure %s: no place %q", f.fig.Key, m.Place)
			}
			k := keptMark{figure: f.id, day: m.Day, place: p.ID, key: plain(m.Key), n: m.N}
			if len(m.Slices) > 0 {
				k.slices = plain(sliceText(m.Slices))
			}
			for i := range was {
				if !taken[i] && was[i].same(k) {
					taken[i] = true
					kept = append(kept, was[i])
					continue marks
				}
			}
			k.k = u.nextK(f.id)
			kept = append(kept, k)
			ev.marks = append(ev.marks, change{fig: f, record: row.ID, mark: k})
		}
	}
	for i, o := range was {
		if taken[i] {
			continue
		}
		f := figureByID(figs, o.figure)
		if f == nil {
			continue // a version that is kept no more
		}
		back := o
		back.n, back.k = -o.n, u.nextK(f.id)
		ev.marks = append(ev.marks, change{fig: f, record: row.ID, mark: back, back: o.k})
	}
	return formatMarks(kept), nil
}

// nextK is the next running number of a figure version.
func (u *unit) nextK(id int64) int64 {
	k, ok := u.counts[id]
	if !ok {
		k = u.b.figure(id).Changes
	}
	if u.counts == nil {
		u.counts = map[int64]int64{}
	}
	u.counts[id] = k + 1
	return k + 1
}

func figureByID(figs []*figureState, id int64) *figureState {
	for _, f := range figs {
		if f.id == id {
			return f
		}
	}
	return nil
}

func sliceText(ss []figure.SliceValue) string {
	if len(ss) == 1 {
		return ss[0].String()
	}
	texts := make([]string, len(ss))
	for i, s := range ss {
		texts[i] = s.String()
	}
	sort.Strings(texts)
	return strings.Join(texts, ";")
}

// spread carries a change to the records that roll this one up or follow it.
func (u *unit) spread(ev *happening, ts *typeState, before, after *store.RecordRow, depth int) error {
	if depth > 6 {
		return town.Refuse(town.Invalid, "", "汇总层级过深", "roll-ups go too deep")
	}
	var was *town.Record
	if before != nil {
		was = &before.Record
	}
	touched := map[town.ID]town.Values{}
	var order []town.ID
	for _, r := range ts.rolls {
		via := r.Field.Rollup.Via
		ids := [2]int64{}
		if was != nil {
			ids[0] = was.Int(via)
		}
		ids[1] = after.Int(via)
		for i, id := range ids {
			if id == 0 || i == 1 && id == ids[0] {
				continue
			}
			d, err := flow.RollupDelta(u.b.view.Cat, r.Field, u, town.ID(id), was, &after.Record)
			if err != nil {
				return err
			}
			if d == 0 {
				continue
			}
			if touched[town.ID(id)] == nil {
				touched[town.ID(id)] = town.Values{}
				order = append(order, town.ID(id))
			}
			n, _ := touched[town.ID(id)][r.Field.Key].(int64)
			touched[town.ID(id)][r.Field.Key] = n + d
		}
	}
	for _, f := range ts.follows {
		for _, src := range refsOf(f.Type, f.Field.CopyRef) {
			ids, err := u.sources(after.ID, f.Type.Key, src)
			if err != nil {
				return err
			}
			if len(ids) > 200 {
				u.later = f.Type.Key
				continue
			}
			for _, id := range ids {
				if touched[id] == nil {
					touched[id] = town.Values{}
					order = append(order, id)
				}
			}
		}
	}
	for _, id := range order {
		row, err := u.row(id)
		if err != nil {
			return err
		}
		if row == nil {
			return fmt.Errorf("record %d refers to %d, which is missing", after.ID, id)
		}
		pts := u.b.view.types[row.Type]
		next := row.Record.Clone()
		if next.Derived == nil {
			next.Derived = town.Values{}
		}
		for k, d := range touched[id] {
			n, _ := next.Derived[k].(int64)
			next.Derived[k] = n + d.(int64)
		}
		if err := flow.Refresh(u.b.view.Cat, pts.t, u, next); err != nil {
			return err
		}
		if same(next, &row.Record) {
			continue
		}
		if err := u.stillUnique(pts, row, next); err != nil {
			return err
		}
		stored, err := u.store(ev, pts, row, next, town.Actor{})
		if err != nil {
			return err
		}
		if err := u.spread(ev, pts, row, stored, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func refsOf(_ *catalog.Type, ref string) []string { return []string{ref} }

// follow carries out the effects of a move as commands of the system, in the same transaction.
func (u *unit) follow(ch *flow.Change, cmd town.Command, seq int64, ans *town.Answer) error {
	for _, e := range ch.Effects {
		cmds, err := e.Commands(u.b.view.Cat, u)
		if err != nil {
			return refused(err)
		}
		for _, c := range cmds {
			u.effects++
			if u.effects > 200 {
				return town.Refuse(town.Invalid, "", "一步牵动的记录超过 200 条；请分批办理。", "one step would touch more than 200 records; do it in parts.")
			}
			c.ID = fmt.Sprintf("%s#%d", root(cmd.ID), u.effects)
			c.At = 0
			a, err := u.run(systemActor, c, seq)
			if err != nil {
				return err
			}
			if c.Op == town.Create {
				ans.Opened = append(ans.Opened, a.Record)
			}
		}
	}
	return nil
}

var systemActor = town.Actor{Kind: town.System, Name: "系统", Posts: []town.Post{{Role: "system"}}}

func root(id string) string {
	id, _, _ = strings.Cut(id, "#")
	return id
}

// plans opens what plans want upon this move.
func (u *unit) plans(ts *typeState, rec *town.Record, cmd town.Command, seq int64, ans *town.Answer) error {
	move := cmd.Move
	if cmd.Op == town.Create {
		move = "open"
	}
	for _, p := range ts.upon {
		if p.Upon != ts.t.Key+"."+move {
			continue
		}
		sets, err := u.subjects(p)
		if err != nil {
			return err
		}
		slots, err := flow.Slots(u.b.view.Cat, p, u, u.today, sets, rec)
		if err != nil {
			return refused(err)
		}
		for _, s := range slots {
			u.effects++
			if u.effects > 500 {
				return town.Refuse(town.Invalid, "", "计划一次要开的记录超过 500 条", "a plan would open more than 500 records at once")
			}
			c := s.Command
			c.ID = fmt.Sprintf("%s#%d", root(cmd.ID), u.effects)
			a, err := u.run(systemActor, c, seq)
			if err != nil {
				return err
			}
			ans.Opened = append(ans.Opened, a.Record)
			if s.Then != "" {
				u.effects++
				if _, err := u.run(systemActor, town.Command{ID: fmt.Sprintf("%s#%d", root(cmd.ID), u.effects), Op: town.Move, Record: a.Record, Move: s.Then, Day: town.NoDay}, seq); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// subjects reads the sets a plan walks.
func (u *unit) subjects(p *catalog.Plan) ([][]flow.Subject, error) {
	sets := make([][]flow.Subject, len(p.Each))
	for i, e := range p.Each {
		if e.Offices {
			for _, key := range u.b.view.Cat.OfficeOrder {
				sets[i] = append(sets[i], flow.Subject{Office: key})
			}
			continue
		}
		if e.Kind != "" {
			for _, pl := range u.b.view.order {
				if pl.Kind == e.Kind && (pl.Until == town.NoDay || u.today < pl.Until) {
					sets[i] = append(sets[i], flow.Subject{Place: pl.Code})
				}
			}
			continue
		}
		recs, err := u.ofType(e.Type)
		if err != nil {
			return nil, err
		}
		for _, r := range recs {
			sets[i] = append(sets[i], flow.Subject{Record: r})
		}
	}
	return sets, nil
}

// number gives a new record its gapless number.
func (u *unit) number(ts *typeState, ch *flow.Change) error {
	if ch.Before != nil || ts.t.Number == "" {
		return nil
	}
	year := ch.After.Opened().Year()
	series := ts.t.Key + "." + strconv.Itoa(year)
	if strings.Contains(ts.t.Number, "{place}") {
		series += "." + string(ch.After.Place)
	}
	n, ok := u.serials[series]
	if !ok {
		if n, ok = u.b.serials[series]; !ok {
			var err error
			if n, err = u.b.tx.Serial(u.b.ctx, u.b.h.code, series); err != nil {
				return err
			}
		}
	}
	if u.serials == nil {
		u.serials = map[string]int64{}
	}
	u.serials[series] = n + 1
	ch.SetNumber(flow.Number(ts.t.Number, year, n+1, ch.After.Place))
	return nil
}

// stillUnique refuses what would give a record that follows another the key of a third: keys may rest on what is copied, rolled up or computed.
func (u *unit) stillUnique(ts *typeState, before *store.RecordRow, after *town.Record) error {
	was, _ := flow.UniqueKey(ts.t, &before.Record)
	now, during := flow.UniqueKey(ts.t, after)
	if was == now && !during && flow.KeyOf(ts.t, &before.Record) == flow.KeyOf(ts.t, after) {
		return nil
	}
	return u.unique(ts, before, after)
}

// unique refuses a second record with the same key.
func (u *unit) unique(ts *typeState, before *store.RecordRow, after *town.Record) error {
	if key := flow.KeyOf(ts.t, after); key != "" && !after.Voided {
		if before == nil || before.Voided || flow.KeyOf(ts.t, &before.Record) != key {
			ids, err := u.holders(ts.t.Key, keyField, key)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if id != after.ID {
					return town.Refuse(town.Conflict, first(ts.t.KeyFields), "%s 已有同一%s的记录（%d 号）", "a %s with the same key (%[2]s) stands already as record %[3]d", ts.t.Label.Zh, first(ts.t.KeyFields), id)
				}
			}
		}
	}
	key, during := flow.UniqueKey(ts.t, after)
	if key == "" {
		return nil
	}
	ids, err := u.holders(ts.t.Key, uniqueField, key)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if id == after.ID {
			continue
		}
		other, err := u.row(id)
		if err != nil {
			return err
		}
		if other == nil || other.Voided {
			continue
		}
		if during {
			a, aok, err := flow.Validity(u.b.view.Cat, ts.t, u, after)
			if err != nil {
				return refused(err)
			}
			o, ook, err := flow.Validity(u.b.view.Cat, ts.t, u, &other.Record)
			if err != nil {
				return refused(err)
			}
			if aok && ook && (a.Until <= o.From || o.Until <= a.From) {
				continue
			}
		}
		return town.Refuse(town.Conflict, first(ts.t.Unique.By), "%s不得重复：与第 %d 号记录相同", "%s: the same stands already as record %d", ts.t.Label.Zh, id)
	}
	return nil
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}

// The words under which natural and unique keys stand in the field index.
const (
	keyField    = "!key"
	uniqueField = "!unique"
)

// byKey finds the record that an import means: the one with the same natural key.
func (u *unit) byKey(cmd *town.Command) (town.ID, error) {
	ts := u.b.view.types[cmd.Type]
	if ts == nil {
		return 0, town.Refuse(town.Missing, "type", "没有这类记录：%s", "no such type: %s", cmd.Type)
	}
	if len(ts.t.KeyFields) == 0 {
		return 0, town.Refuse(town.Invalid, "type", "%s 没有可用于导入匹配的主键", "%s has no key to match an import by", ts.t.Label.Zh)
	}
	key := flow.KeyOf(ts.t, &town.Record{Stated: cmd.Fields})
	if key == "" {
		return 0, town.Refuse(town.Invalid, first(ts.t.KeyFields), "缺少主键 %s", "the key %s is missing", first(ts.t.KeyFields))
	}
	ids, err := u.holders(cmd.Type, keyField, key)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// holders lists the records whose indexed field holds value, in the unit, the batch and the database.
func (u *unit) holders(typ, field, value string) ([]town.ID, error) {
	var out []town.ID
	word := u.b.view.words["f"+typ+"."+field]
	if word != 0 {
		ids, err := u.b.tx.FieldRecords(u.b.ctx, u.b.h.code, word, value, 50)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if u.b.fields[store.FieldRow{Field: word, Value: value, Record: id}] >= 0 {
				out = append(out, id)
			}
		}
		for _, id := range u.b.holds[fieldValue{word, value}] {
			if u.b.fields[store.FieldRow{Field: word, Value: value, Record: id}] > 0 && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	ts := u.b.view.types[typ]
	for id, r := range u.records {
		if r.Type != typ {
			continue
		}
		holds := indexValue(ts, r, field) == value
		at := slices.Index(out, id)
		switch {
		case holds && at < 0:
			out = append(out, id)
		case !holds && at >= 0:
			out = slices.Delete(out, at, at+1)
		}
	}
	slices.Sort(out)
	return out, nil
}

// indexValue is the text under which a record stands in the index of a field, "" when it stands nowhere.
func indexValue(ts *typeState, r *store.RecordRow, field string) string {
	if r.Voided {
		return ""
	}
	switch field {
	case keyField:
		return flow.KeyOf(ts.t, &r.Record)
	case uniqueField:
		k, _ := flow.UniqueKey(ts.t, &r.Record)
		return k
	}
	v, ok := r.Value(field)
	if !ok {
		return ""
	}
	switch x := v.(type) {
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case bool:
		return strconv.FormatBool(x)
	}
	return ""
}

// row is the newest state of a record: of this unit, the batch, the cache or the database.
func (u *unit) row(id town.ID) (*store.RecordRow, error) {
	if r, ok := u.records[id]; ok {
		return r, nil
	}
	return u.b.record(id)
}

func (b *batch) record(id town.ID) (*store.RecordRow, error) {
	if id == 0 {
		return nil, nil
	}
	if r, ok := b.records[id]; ok {
		return r, nil
	}
	r := b.h.cache.get(id)
	if r == nil {
		var err error
		if r, err = b.tx.Record(b.ctx, b.h.code, id); err != nil || r == nil {
			return nil, err
		}
		b.name(r)
	}
	b.records[id] = r
	return r, nil
}

// name fills what the database keeps as numbers.
func (b *batch) name(r *store.RecordRow) {
	r.Type = b.view.spelled[r.TypeID].Word
	if p := b.view.byID[r.PlaceID]; p != nil {
		r.Place = p.Code
	}
}

// sources lists the records whose ref field names target.
func (u *unit) sources(target town.ID, typ, field string) ([]town.ID, error) {
	var out []town.ID
	word := u.b.view.words["f"+typ+"."+field]
	if word != 0 {
		ids, err := u.b.tx.Sources(u.b.ctx, u.b.h.code, target, word, 5000)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if u.b.links[store.LinkRow{Target: target, Field: word, Source: id}] >= 0 {
				out = append(out, id)
			}
		}
		for l, n := range u.b.links {
			if n > 0 && l.Target == target && l.Field == word && !slices.Contains(out, l.Source) {
				out = append(out, l.Source)
			}
		}
	}
	for id, r := range u.records {
		if r.Type != typ {
			continue
		}
		at := slices.Index(out, id)
		switch holds := r.Int(field) == int64(target); {
		case holds && at < 0:
			out = append(out, id)
		case !holds && at >= 0:
			out = slices.Delete(out, at, at+1)
		}
	}
	slices.Sort(out)
	return out, nil
}

// read fills buf with random bytes.
func (b *batch) read(buf []byte) error {
	_, err := io.ReadFull(b.h.random(), buf)
	return err
}
