package hall

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/journal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// take accepts a unit: from here on nothing can refuse it but the database.
func (b *batch) take(u *unit) {
	seqs := b.head.Seq
	for _, id := range u.order {
		b.absorb(u, u.records[id])
	}
	for _, ev := range u.events {
		ev.row.Edition = b.view.Edition
		if err := b.leaf(ev); err != nil {
			b.broken = err
			return
		}
		for i := range ev.marks {
			b.count(&ev.marks[i], ev.row.Seq)
		}
		b.events = append(b.events, ev.row)
		seqs++
	}
	if seqs != u.seq {
		b.broken = fmt.Errorf("a unit of %d events ended at sequence %d instead of %d", len(u.events), u.seq, seqs)
		return
	}
	b.head.Seq, b.head.LastRecord = u.seq, max(b.head.LastRecord, int64(u.last))
	if u.now > b.head.Clock && b.head.Simulated {
		b.head.Clock = u.now
	}
	for s, n := range u.serials {
		b.serials[s] = n
	}
	for id, k := range u.counts {
		b.figure(id).Changes = k
	}
	for _, id := range u.erased {
		b.sealed = slices.DeleteFunc(b.sealed, func(r store.SealedRow) bool { return r.Record == id })
		b.named.forget(id)
	}
	b.erased = append(b.erased, u.erased...)
	b.sealed = append(b.sealed, u.sealed...)
	for _, r := range u.blind {
		r.Field = b.word("f", r.field)
		b.named.put(r)
	}
	b.uploads = append(b.uploads, u.uploads...)
	if u.later != "" {
		b.sweepLater(u.later)
	}
	if len(u.data) > 0 {
		b.data = append(b.data, u.data...)
		b.reload = true
	}
}

// leaf builds the leaf of an event and hangs it into the tree.
func (b *batch) leaf(ev *happening) error {
	var seed journal.Seed
	if err := b.read(seed[:]); err != nil {
		return fmt.Errorf("draw the salts of a leaf: %w", err)
	}
	told := make([]journal.MarkChange, len(ev.marks))
	text := make([]byte, 0, 48*len(ev.marks))
	for i := range ev.marks {
		c := &ev.marks[i]
		told[i] = markChange(b.view, c.fig.version, &c.mark, c.back, b.h.hashers.pseudonym(c.fig.version, c.mark.key))
		if i > 0 {
			text = append(text, '\n')
		}
		text = append(text, formatMarks([]keptMark{c.mark})...)
		text = append(text, '\t')
		text = strconv.AppendInt(text, c.back, 10)
		text = append(text, '\t')
		text = strconv.AppendInt(text, int64(c.record), 10)
	}
	ev.row.Seed, ev.row.Marks = seed[:], string(text)
	l, err := leafOf(b.view, &ev.row, told)
	if err != nil {
		return err
	}
	return b.hang(l.Hash)
}

// leafOf builds the leaf of an event from its row and its mark changes: the
// hall when it happens, fsck when it hashes the journal again.
func leafOf(v *View, e *store.EventRow, marks []journal.MarkChange) (journal.Leaf, error) {
	var seed journal.Seed
	if copy(seed[:], e.Seed) != len(seed) {
		return journal.Leaf{}, fmt.Errorf("event %d: its salts are damaged", e.Seq)
	}
	l, err := journal.NewLeaf(&seed, leafHeader(v, e), []byte(e.Body), marks)
	if err != nil {
		return l, fmt.Errorf("event %d: %w", e.Seq, err)
	}
	return l, nil
}

// markChange is what a leaf commits to of a mark change. key is the pseudonym of its key.
func markChange(v *View, version string, m *keptMark, back int64, key []byte) journal.MarkChange {
	c := journal.MarkChange{Figure: version, K: m.k, Day: m.day, Slice: m.slices, N: m.n, Key: key, Reverses: back}
	if p := v.byID[m.place]; p != nil {
		c.Place = p.Path
	}
	return c
}

// leafHeader is what a leaf says besides body and marks. The first event has
// number 1 in the database and place 0 in the tree.
func leafHeader(v *View, e *store.EventRow) journal.Header {
	kind := journal.Event
	switch e.Op {
	case opBirth:
		kind = journal.Birth
	case opEdition:
		kind = journal.Edition
	case opVersion:
		kind = journal.Version
	case opKey:
		kind = journal.Rotation
	}
	return journal.Header{Town: string(v.Cat.Code), Seq: e.Seq - 1, Kind: kind, Recorded: e.At, Edition: v.spelled[e.Edition].Word, Command: e.Command}
}

// Operations that the town itself makes.
const (
	opBirth   town.Op = "birth"
	opEdition town.Op = "edition"
	opVersion town.Op = "version"
	opSweep   town.Op = "sweep"
	opRekey   town.Op = "rekey"
	opKey     town.Op = "key"
)

// same tells whether a record derived anew is as it was.
func same(a, b *town.Record) bool {
	return a.Place == b.Place && a.Office == b.Office && a.Stage == b.Stage && a.Voided == b.Voided && string(a.AppendDoc(nil)) == string(b.AppendDoc(nil))
}

// hang appends a leaf's hash and keeps the tiles it touches.
func (b *batch) hang(hash tlog.Hash) error {
	at := b.tree.Next()
	for i, h := range b.tree.Append(hash) {
		n := at + int64(i)
		tile := n / tileHashes
		t, ok := b.tiles[tile]
		if !ok {
			if n%tileHashes != 0 {
				old, err := b.tx.Tile(b.ctx, b.h.code, tile)
				if err != nil {
					return err
				}
				if int64(len(old)) != n%tileHashes*tlog.HashSize {
					return fmt.Errorf("journal tile %d holds %d bytes, not %d hashes", tile, len(old), n%tileHashes)
				}
				t = append(make([]byte, 0, tileHashes*tlog.HashSize), old...)
			}
		}
		b.tiles[tile] = append(t, h[:]...)
	}
	return nil
}

// absorb works out what the database must change for a record's new state.
func (b *batch) absorb(u *unit, row *store.RecordRow) {
	was := b.records[row.ID]
	ts := b.view.types[row.Type]
	if row.TypeID == 0 {
		row.TypeID = b.word("t", row.Type)
	}
	if was != nil {
		b.census[censusCell(was)]--
	}
	b.census[censusCell(row)]++
	if was != nil {
		// the same cell twice is no change
		if c := censusCell(row); b.census[c] == 0 {
			delete(b.census, c)
		}
	}
	if ts.t.Unique != nil {
		b.index(ts, uniqueField, was, row, false)
	}
	if len(ts.t.KeyFields) > 0 {
		b.index(ts, keyField, was, row, false)
	}
	for _, f := range ts.indexed {
		if b.view.indexes(ts, f.name, row.ID) {
			b.index(ts, f.name, was, row, true)
		}
	}
	for _, f := range ts.refs {
		b.link(ts, f.name, was, row)
	}
	var old string
	if was != nil {
		old = searchWords(ts, was)
	}
	if words := searchWords(ts, row); words != old {
		b.search[row.ID] = words
	}
	b.attach(ts, was, row)
	b.timer(u, ts, was, row)
	if was != nil && !b.changed[row.ID] {
		b.stood[row.ID] = was
	}
	b.records[row.ID] = row
	b.changed[row.ID] = true
}

func censusCell(r *store.RecordRow) store.CensusCell {
	c := store.CensusCell{Type: r.TypeID, Stage: r.Stage, Office: r.Office, Place: r.PlaceID}
	if r.Voided {
		c.Stage = store.VoidStage
	}
	return c
}

func (b *batch) index(ts *typeState, field string, was, now *store.RecordRow, counted bool) {
	var old string
	if was != nil {
		old = indexValue(ts, was, field)
	}
	next := indexValue(ts, now, field)
	if old == next {
		return
	}
	word := b.word("f", ts.t.Key+"."+field)
	if old != "" {
		b.tick(store.FieldRow{Field: word, Value: old, Record: now.ID}, -1)
		if counted {
			b.fcensus[fieldValue{word, old}]--
		}
	}
	if next != "" {
		b.tick(store.FieldRow{Field: word, Value: next, Record: now.ID}, +1)
		if held := (fieldValue{word, next}); counted {
			b.fcensus[held]++
		} else {
			b.holds[held] = append(b.holds[held], now.ID)
		}
	}
}

func (b *batch) tick(r store.FieldRow, d int8) {
	if b.fields[r] += d; b.fields[r] == 0 {
		delete(b.fields, r)
	}
}

func (b *batch) link(ts *typeState, field string, was, now *store.RecordRow) {
	var old int64
	if was != nil {
		old = was.Int(field)
	}
	next := now.Int(field)
	if old == next {
		return
	}
	word := b.word("f", ts.t.Key+"."+field)
	for _, c := range [...]struct {
		target int64
		d      int8
	}{{old, -1}, {next, +1}} {
		if c.target == 0 {
			continue
		}
		l := store.LinkRow{Target: town.ID(c.target), Field: word, Source: now.ID}
		if b.links[l] += c.d; b.links[l] == 0 {
			delete(b.links, l)
		}
	}
}

// searchable tells whether the record is found by full text at all.
func searchable(ts *typeState, r *store.RecordRow) bool { return len(ts.search) > 0 || r.Number != "" }

// searchWords are the words a record is found by, "" when it is found by none.
func searchWords(ts *typeState, r *store.RecordRow) string {
	if !searchable(ts, r) {
		return ""
	}
	var b strings.Builder
	b.WriteString(r.Number)
	if r.Title != "" && !titleSealed(ts) {
		b.WriteByte(' ')
		b.WriteString(r.Title)
	}
	for _, f := range ts.search {
		if s := r.Text(f); s != "" && f != ts.t.Title {
			b.WriteByte(' ')
			b.WriteString(s)
		}
	}
	return store.Split(b.String())
}

func titleSealed(ts *typeState) bool {
	f := ts.t.Field(ts.t.Title)
	return f != nil && sealedField(f)
}

// timer keeps the one job that wakes the hall for a record.
func (b *batch) timer(u *unit, ts *typeState, was, row *store.RecordRow) {
	if len(ts.t.Clocks) == 0 {
		return
	}
	timers := flow.Timers(b.view.Cat, ts.t, u, &row.Record)
	switch {
	case len(timers) > 0:
		b.setTimer(row.ID, timers[0].At)
	case was != nil:
		b.setTimer(row.ID, 0)
	}
}

func timerKey(id town.ID) jobKey { return jobKey{"timer", strconv.FormatInt(int64(id), 10)} }

// setTimer sets when the hall looks at a record of itself; 0 = never.
func (b *batch) setTimer(id town.ID, at town.Millis) {
	key := timerKey(id)
	if at == 0 {
		b.jobs[key] = nil
		return
	}
	b.jobs[key] = &store.Job{Kind: key.kind, Key: key.key, Due: at, Record: id}
}

// word gives the id of a word, entering it when it is new.
func (b *batch) word(kind, word string) int64 {
	if id, ok := b.view.words[kind+word]; ok {
		return id
	}
	if !b.copied {
		b.view, b.copied = b.view.copyWords(), true
	}
	b.head.LastWord++
	w := store.Word{Kind: kind, Word: word, ID: b.head.LastWord}
	b.view.addWord(w)
	b.words = append(b.words, w)
	return w.ID
}

// figure is the row of a figure version, loaded once a batch.
func (b *batch) figure(id int64) *store.FigureRow {
	if r, ok := b.counts[id]; ok {
		return r
	}
	r := b.h.figureRows[id]
	b.counts[id] = &r
	return &r
}

// count carries a mark change into mark, tally and seen.
func (b *batch) count(c *change, seq int64) {
	m := &c.mark
	var ids []int64
	text := ""
	if m.slices != "" {
		parts := strings.Split(m.slices, ";")
		ids = make([]int64, len(parts))
		var t []byte
		for i, p := range parts {
			ids[i] = b.word("s", p)
			if i > 0 {
				t = append(t, ' ')
			}
			t = strconv.AppendInt(t, ids[i], 10)
		}
		text = string(t)
	}
	b.marks = append(b.marks, store.MarkRow{Figure: m.figure, Day: m.day, Record: c.record, K: m.k, Place: m.place, Slices: text, Key: m.key, N: m.n, Back: c.back, Seq: seq})
	up := b.view.byID[m.place].Up
	if c.fig.fig.Kind == catalog.Distinct {
		for _, p := range up {
			b.see(m, 0, p)
			for _, s := range ids {
				b.see(m, s, p)
			}
		}
		return
	}
	day, month := m.day.Span(), m.day.MonthSpan()
	for _, p := range up {
		b.add(m.figure, 0, p, month, m.n)
		b.add(m.figure, 0, p, day, m.n)
		for _, s := range ids {
			b.add(m.figure, s, p, month, m.n)
		}
	}
}

func (b *batch) add(figure, slice, place int64, span int32, n int64) {
	b.tally[store.Cell{Figure: figure, Slice: slice, Place: place, Span: span}] += n
}

// see moves the day on which a key counts to the first on which it is seen.
func (b *batch) see(m *keptMark, slice, place int64) {
	k := store.SeenKey{Figure: m.figure, Slice: slice, Place: place, Year: int64(m.day.Year()), Key: m.key}
	s := b.days(k)
	if s == nil {
		return // the batch is broken
	}
	before, had := s.first()
	s.days[m.day] += m.n
	s.delta[m.day] += m.n
	after, has := s.first()
	if had == has && before == after {
		return
	}
	if had {
		b.first(k, before, -1)
	}
	if has {
		b.first(k, after, +1)
	}
}

// days reads the days of a key as they stand in the batch. A key that was seen
// nowhere in the town was seen in no place and no slice of it: most are new, and
// one question is asked for them instead of one a place and slice. nil: the batch is broken.
func (b *batch) days(k store.SeenKey) *seenDays {
	if s := b.seen[k]; s != nil {
		return s
	}
	s := &seenDays{days: map[town.Day]int64{}, delta: map[town.Day]int64{}}
	all := k
	all.Slice, all.Place = 0, 0
	stood := true
	if k != all {
		whole := b.days(all)
		if whole == nil {
			return nil
		}
		stood = whole.stood
	}
	if stood {
		rows, err := b.tx.SeenDays(b.ctx, b.h.code, k)
		if err != nil {
			b.broken = err
			return nil
		}
		for _, r := range rows {
			s.days[r.Day] = r.N
		}
		s.stood = len(rows) > 0
	}
	b.seen[k] = s
	return s
}

func (s *seenDays) first() (town.Day, bool) {
	least, ok := town.Day(0), false
	for d, n := range s.days {
		if n > 0 && (!ok || d < least) {
			least, ok = d, true
		}
	}
	return least, ok
}

func (b *batch) first(k store.SeenKey, day town.Day, n int64) {
	b.add(k.Figure, k.Slice, k.Place, day.MonthSpan(), n)
	if k.Slice == 0 {
		b.add(k.Figure, k.Slice, k.Place, day.Span(), n)
	}
}

// flush writes everything, once, in the order of the keys.
func (b *batch) flush() error {
	if b.broken != nil {
		return b.broken
	}
	ctx, tx, code := b.ctx, b.tx, b.h.code
	if len(b.events) == 0 && len(b.words) == 0 && len(b.jobs) == 0 && len(b.counts) == 0 && len(b.data) == 0 && len(b.fields) == 0 {
		return nil // every command was refused or known
	}
	ids := make([]town.ID, 0, len(b.changed))
	for id := range b.changed {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	rows := make([]*store.RecordRow, len(ids))
	for i, id := range ids {
		rows[i] = b.records[id]
	}
	steps := []func() error{
		func() error { return tx.AddWords(ctx, code, b.words) },
		func() error { return tx.PutRecords(ctx, code, rows, b.stood) },
		func() error {
			add, drop := parted(b.fields)
			sort.Slice(add, func(i, j int) bool {
				a, c := add[i], add[j]
				if a.Field != c.Field {
					return a.Field < c.Field
				}
				if a.Value != c.Value {
					return a.Value < c.Value
				}
				return a.Record < c.Record
			})
			return tx.PutFields(ctx, code, add, drop)
		},
		func() error {
			add, drop := parted(b.links)
			sort.Slice(add, func(i, j int) bool {
				a, c := add[i], add[j]
				if a.Target != c.Target {
					return a.Target < c.Target
				}
				if a.Field != c.Field {
					return a.Field < c.Field
				}
				return a.Source < c.Source
			})
			return tx.PutLinks(ctx, code, add, drop)
		},
		func() error {
			var cs []store.CensusChange
			for c, n := range b.census {
				if n != 0 {
					cs = append(cs, store.CensusChange{CensusCell: c, N: n})
				}
			}
			return tx.AddCensus(ctx, code, cs)
		},
		func() error {
			var cs []store.FieldCount
			for c, n := range b.fcensus {
				if n != 0 {
					cs = append(cs, store.FieldCount{Field: c.field, Value: c.value, N: n})
				}
			}
			return tx.AddFieldCensus(ctx, code, cs)
		},
		func() error { return tx.AddEvents(ctx, code, b.events) },
		func() error {
			sort.Slice(b.marks, func(i, j int) bool {
				m, o := &b.marks[i], &b.marks[j]
				if m.Figure != o.Figure {
					return m.Figure < o.Figure
				}
				if m.Day != o.Day {
					return m.Day < o.Day
				}
				return m.K < o.K
			})
			return tx.AddMarks(ctx, code, b.marks)
		},
		func() error {
			cells := make([]store.CellChange, 0, len(b.tally))
			for c, n := range b.tally {
				if n != 0 {
					cells = append(cells, store.CellChange{Cell: c, N: n})
				}
			}
			sort.Slice(cells, func(i, j int) bool {
				a, c := &cells[i].Cell, &cells[j].Cell
				if a.Figure != c.Figure {
					return a.Figure < c.Figure
				}
				if a.Slice != c.Slice {
					return a.Slice < c.Slice
				}
				if a.Place != c.Place {
					return a.Place < c.Place
				}
				return a.Span < c.Span
			})
			return tx.AddTally(ctx, code, cells)
		},
		func() error {
			var ds []store.SeenDay
			for k, s := range b.seen {
				for d, n := range s.delta {
					if n != 0 {
						ds = append(ds, store.SeenDay{SeenKey: k, Day: d, N: n})
					}
				}
			}
			return tx.AddSeen(ctx, code, ds)
		},
		func() error {
			var fs []store.FigureRow
			for _, r := range b.counts {
				fs = append(fs, *r)
			}
			return tx.PutFigures(ctx, code, fs)
		},
		func() error {
			var ts []store.Tile
			for n, h := range b.tiles {
				ts = append(ts, store.Tile{Tile: n, Hashes: h})
			}
			sort.Slice(ts, func(i, j int) bool { return ts[i].Tile < ts[j].Tile })
			return tx.PutTiles(ctx, code, ts)
		},
		func() error {
			for _, id := range b.erased {
				if err := tx.Forget(ctx, code, id); err != nil {
					return err
				}
			}
			return nil
		},
		func() error { return tx.PutSealed(ctx, code, b.sealed) },
		func() error { return tx.PutBlind(ctx, code, b.named.rows()) },
		func() error {
			for s, n := range b.serials {
				if err := tx.SetSerial(ctx, code, s, n); err != nil {
					return err
				}
			}
			return nil
		},
		func() error { return tx.PutData(ctx, code, lastOfEach(b.data)) },
		func() error { return b.flushJobs() },
		func() error {
			var ss []store.SearchRow
			var none []town.ID
			for id, w := range b.search {
				if w == "" {
					none = append(none, id)
				} else {
					ss = append(ss, store.SearchRow{Record: id, Words: w})
				}
			}
			if err := tx.DropSearch(ctx, code, none); err != nil {
				return err
			}
			sort.Slice(ss, func(i, j int) bool { return ss[i].Record < ss[j].Record })
			return tx.PutSearch(ctx, code, ss)
		},
		func() error {
			as := make([]store.Attachment, 0, len(b.attached))
			for a := range b.attached {
				as = append(as, a)
			}
			sort.Slice(as, func(i, j int) bool {
				if as[i].Hash != as[j].Hash {
					return as[i].Hash < as[j].Hash
				}
				return as[i].Record < as[j].Record
			})
			if err := tx.PutAttachments(ctx, code, as); err != nil {
				return err
			}
			return tx.DropUploads(ctx, code, b.uploads)
		},
		func() error { return tx.SetHead(ctx, b.head) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	if b.reload {
		next, err := b.h.load(ctx, &tx.Q, b.view.Cat, b.view.copyWords())
		if err != nil {
			return err
		}
		b.view = next
	}
	return nil
}

// parted lists what was added and what was dropped.
func parted[T comparable](changes map[T]int8) (add, drop []T) {
	for r, n := range changes {
		if n > 0 {
			add = append(add, r)
		} else if n < 0 {
			drop = append(drop, r)
		}
	}
	return add, drop
}

func lastOfEach(ds []store.Datum) []store.Datum {
	at := map[[2]string]int{}
	var out []store.Datum
	for _, d := range ds {
		k := [2]string{d.Register, d.Key}
		if i, ok := at[k]; ok {
			out[i] = d
			continue
		}
		at[k] = len(out)
		out = append(out, d)
	}
	return out
}

func (b *batch) flushJobs() error {
	var put []store.Job
	var keys []jobKey
	for k := range b.jobs {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if keys[i].kind != keys[j].kind {
			return keys[i].kind < keys[j].kind
		}
		return keys[i].key < keys[j].key
	})
	for _, k := range keys {
		j := b.jobs[k]
		if j == nil {
			if err := b.tx.DropJob(b.ctx, b.h.code, k.kind, k.key); err != nil {
				return err
			}
			continue
		}
		b.head.LastJob++
		j.ID = b.head.LastJob
		put = append(put, *j)
	}
	return b.tx.PutJobs(b.ctx, b.h.code, put)
}

func sortRecords(rs []*town.Record) {
	sort.Slice(rs, func(i, j int) bool { return rs[i].ID < rs[j].ID })
}
