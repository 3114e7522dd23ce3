package hall

import (
	"context"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// trace compares the fingerprints of the passes. Where two differ it reads the
// rows of that figure or field again to say which; a sound town costs nothing.
func (f *fsck) trace(ctx context.Context, q *store.Q) error {
	t := &tracing{f: f, held: map[int64]map[int64]toldMark{}, told: map[int64]map[int64]store.MarkRow{}, fields: map[int64]map[store.FieldRow]bool{}, links: map[int64]map[store.LinkRow]bool{}}
	if f.wordsOf != f.wordsIn {
		if err := t.walkWords(ctx, q); err != nil {
			return err
		}
	}
	for id := range f.figures {
		if f.kept[id] != nil && f.marksOf[id] != f.marksIn[id] {
			t.held[id] = map[int64]toldMark{}
		}
		if f.toldOf[id] != f.rowsOf[id] {
			t.told[id] = map[int64]store.MarkRow{}
		}
	}
	for _, side := range [2]map[int64]uint64{f.fieldsOf, f.fieldsIn} {
		for id := range side {
			if f.fieldsOf[id] != f.fieldsIn[id] {
				t.fields[id] = map[store.FieldRow]bool{}
			}
		}
	}
	for _, side := range [2]map[int64]uint64{f.linksOf, f.linksIn} {
		for id := range side {
			if f.linksOf[id] != f.linksIn[id] {
				t.links[id] = map[store.LinkRow]bool{}
			}
		}
	}
	if len(t.held)+len(t.told) > 0 {
		if err := t.loadMarks(ctx, q); err != nil {
			return err
		}
	}
	if len(t.told) > 0 {
		if err := t.walkEvents(ctx, q); err != nil {
			return err
		}
	}
	if len(t.fields)+len(t.links) > 0 {
		if err := t.loadIndex(ctx, q); err != nil {
			return err
		}
	}
	if len(t.held)+len(t.fields)+len(t.links) > 0 {
		return t.walkRecords(ctx, q)
	}
	return nil
}

// tracing holds the rows of what differs, taken away one by one as they are accounted for.
type tracing struct {
	f      *fsck
	held   map[int64]map[int64]toldMark      // figure → k → mark in force
	told   map[int64]map[int64]store.MarkRow // figure → k → mark row
	fields map[int64]map[store.FieldRow]bool
	links  map[int64]map[store.LinkRow]bool
}

func (t *tracing) loadMarks(ctx context.Context, q *store.Q) error {
	f := t.f
	spelled := map[string]string{"": ""}
	for id := range f.figures {
		if t.held[id] == nil && t.told[id] == nil {
			continue
		}
		last := store.MarkRow{Day: town.NoDay}
		reversed := map[int64]bool{}
		for {
			rows, err := q.MarksFrom(ctx, f.h.code, id, last.Day, last.Record, last.K, fsckChunk)
			if err != nil {
				return err
			}
			for _, m := range rows {
				m.Slices, _, _ = f.spell(spelled, m.Slices)
				if t.told[id] != nil {
					t.told[id][m.K] = m
				}
				if t.held[id] == nil {
					continue
				}
				if m.Back != 0 {
					reversed[m.Back] = true
				} else {
					t.held[id][m.K] = toldMark{keptMark{figure: id, k: m.K, day: m.Day, place: m.Place, n: m.N, slices: m.Slices, key: m.Key}, 0, m.Record}
				}
			}
			if len(rows) < fsckChunk {
				break
			}
			last = rows[len(rows)-1]
		}
		for k := range reversed {
			if _, ok := t.held[id][k]; !ok {
				f.wrong("marks", "指标 %s 冲销的第 %d 次变动不存在", "figure %s reverses change %d, which does not exist", f.figures[id].Key, k)
			}
			delete(t.held[id], k)
		}
	}
	return nil
}

func (t *tracing) walkEvents(ctx context.Context, q *store.Q) error {
	f := t.f
	for after := int64(0); ; {
		rows, err := q.EventsFrom(ctx, f.h.code, after, fsckChunk)
		if err != nil {
			return err
		}
		for i := range rows {
			e := &rows[i]
			after = e.Seq
			told, err := parseTold(e.Marks)
			if err != nil {
				continue // the journal has said so
			}
			for _, m := range told {
				byK := t.told[m.figure]
				if byK == nil {
					continue
				}
				row, ok := byK[m.k]
				delete(byK, m.k)
				want := store.MarkRow{Figure: m.figure, Day: m.day, Record: m.record, K: m.k, Place: m.place, Slices: m.slices, Key: m.key, N: m.n, Back: m.back, Seq: e.Seq}
				if !ok {
					f.wrong("marks", "指标 %s 第 %d 次变动（事件 %d，记录 %d）没有标记行", "figure %s: change %d (event %d, record %d) has no mark row", f.figures[m.figure].Key, m.k, e.Seq, m.record)
				} else if row != want {
					f.wrong("marks", "指标 %s 第 %d 次变动（记录 %[4]d）的标记行与事件 %[3]d 不符", "figure %s: the mark row of change %d differs from event %d (record %d)", f.figures[m.figure].Key, m.k, e.Seq, m.record)
				}
			}
		}
		if len(rows) < fsckChunk {
			break
		}
	}
	for id, byK := range t.told {
		for k, m := range byK {
			f.wrong("marks", "指标 %s 的标记行 %d（记录 %d）不出自任何事件", "figure %s: mark row %d (record %d) comes from no event", f.figures[id].Key, k, m.Record)
		}
	}
	return nil
}

func (t *tracing) loadIndex(ctx context.Context, q *store.Q) error {
	if len(t.fields) > 0 {
		for last := (store.FieldRow{Field: -1}); ; {
			rows, err := q.FieldsFrom(ctx, t.f.h.code, last, 4*fsckChunk)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if m := t.fields[r.Field]; m != nil {
					m[r] = true
				}
			}
			if len(rows) < 4*fsckChunk {
				break
			}
			last = rows[len(rows)-1]
		}
	}
	if len(t.links) > 0 {
		for last := (store.LinkRow{Target: -1}); ; {
			rows, err := q.LinksFrom(ctx, t.f.h.code, last, 4*fsckChunk)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if m := t.links[r.Field]; m != nil {
					m[r] = true
				}
			}
			if len(rows) < 4*fsckChunk {
				break
			}
			last = rows[len(rows)-1]
		}
	}
	return nil
}

// walkWords says which records are found by other words than theirs.
func (t *tracing) walkWords(ctx context.Context, q *store.Q) error {
	f := t.f
	left := map[town.ID]uint64{} // record → fingerprint of the words that stand, less those it gives
	err := q.SearchWords(ctx, f.h.code, func(word string, record town.ID, at int64) {
		if f.behind(record) {
			left[record] += f.print(word, int64(record), at)
		}
	})
	if err != nil {
		return err
	}
	lexer, err := store.NewLexer(ctx, q)
	if err != nil {
		return err
	}
	defer lexer.Close() // it holds nothing that could be lost
	p := &recordPass{f: f, ctx: ctx, q: q, lexer: lexer}
	if err := f.eachRecords(ctx, q, func(rows []*store.RecordRow) error {
		if err := p.words(rows, func(word string, record town.ID, at int64) { left[record] -= f.print(word, int64(record), at) }); err != nil {
			return err
		}
		for _, r := range rows {
			if left[r.ID] != 0 {
				f.wrong("search", "全文检索里记录 %d%s 的词与其内容不符", "record %d%s is found by other words than it holds", r.ID, spaced(r.Number))
			}
			delete(left, r.ID)
		}
		return nil
	}); err != nil {
		return err
	}
	for id := range left {
		f.wrong("search", "全文检索里有不存在的记录 %d", "the full text holds words of record %d, which does not exist", id)
	}
	return nil
}

// eachRecords gives all records with their names, chunk by chunk.
func (f *fsck) eachRecords(ctx context.Context, q *store.Q, do func([]*store.RecordRow) error) error {
	for after := town.ID(0); ; {
		rows, err := q.RecordsFrom(ctx, f.h.code, after, fsckChunk)
		if err != nil {
			return err
		}
		for _, r := range rows {
			after = r.ID
			f.name(r)
		}
		if err := do(rows); err != nil {
			return err
		}
		if len(rows) < fsckChunk {
			return nil
		}
	}
}

func (t *tracing) walkRecords(ctx context.Context, q *store.Q) error {
	f := t.f
	if err := f.eachRecords(ctx, q, func(rows []*store.RecordRow) error {
		for _, r := range rows {
			t.record(r)
		}
		return nil
	}); err != nil {
		return err
	}
	for id, byK := range t.held {
		for k, m := range byK {
			f.wrong("marks", "指标 %s 第 %d 次变动有效，记录 %d 却没有这个标记", "figure %s: change %d is in force, record %d has no such mark", f.figures[id].Key, k, m.record)
		}
	}
	for id, rows := range t.fields {
		typ, field := f.view.FieldOf(id)
		for r := range rows {
			f.wrong("index", "字段 %s.%s 的索引里多出记录 %d", "the index of %s.%s has a row of record %d that does not belong", typ, field, r.Record)
		}
	}
	for id, rows := range t.links {
		typ, field := f.view.FieldOf(id)
		for r := range rows {
			f.wrong("index", "%s.%s 的链接多出 %d → %d", "%s.%s has a link %d → %d that does not belong", typ, field, r.Source, r.Target)
		}
	}
	return nil
}

func (t *tracing) record(r *store.RecordRow) {
	f := t.f
	ts := f.view.types[r.Type]
	if ts == nil {
		return
	}
	kept, _ := parseMarks(r.Marks) // what does not read was told in the first pass
	for _, m := range kept {
		byK := t.held[m.figure]
		if byK == nil {
			continue
		}
		row, ok := byK[m.k]
		delete(byK, m.k)
		if !ok || row.record != r.ID || row.keptMark != m {
			f.wrong("marks", "记录 %d%s 的标记（指标 %s 第 %d 次变动）没有有效的标记行", "record %d%s: its mark in figure %s (change %d) has no mark row in force", r.ID, spaced(r.Number), f.figures[m.figure].Key, m.k)
		}
	}
	for field, value := range f.indexRows(ts, r) {
		word := f.view.words["f"+ts.t.Key+"."+field]
		if rows := t.fields[word]; rows != nil {
			k := store.FieldRow{Field: word, Value: value, Record: r.ID}
			if !rows[k] {
				f.wrong("index", "记录 %d%s 不在字段 %s 的索引里", "record %d%s is missing from the index of %s", r.ID, spaced(r.Number), field)
			}
			delete(rows, k)
		}
	}
	for _, ref := range ts.refs {
		word := f.view.words["f"+ts.t.Key+"."+ref.name]
		if rows, to := t.links[word], r.Int(ref.name); rows != nil && to != 0 {
			k := store.LinkRow{Target: town.ID(to), Field: word, Source: r.ID}
			if !rows[k] {
				f.wrong("index", "记录 %d%s 经 %s 的链接不见了", "record %d%s: its link by %s is missing", r.ID, spaced(r.Number), ref.name)
			}
			delete(rows, k)
		}
	}
}
