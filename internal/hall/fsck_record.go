package hall

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// recordPass is what fsck keeps while it walks the records in the order of their ids.
type recordPass struct {
	f       *fsck
	ctx     context.Context
	q       *store.Q
	world   *fsckWorld
	hashers *hashers
	types   []int32 // by record id: the word of its type
	ahead   []aim   // references to records that come later
	rolled  map[rollKey]int64
	census  map[store.CensusCell]int64
	last    map[string]int64 // series → the last number met
	numbers map[string]*regexp.Regexp
	lexer   *store.Lexer
	timers  int64 // timer jobs of the records met
}

// aim is a reference to be looked at when all records are known.
type aim struct {
	from, to town.ID
	typ      string // the type it must have
	field    string
}

// rollKey is a rollup of a record.
type rollKey struct {
	parent town.ID
	field  *catalog.Field
}

// records checks every record: replay, derived parts, marks, and what stands elsewhere because of it.
func (f *fsck) records(ctx context.Context, q *store.Q) error {
	p := &recordPass{f: f, ctx: ctx, q: q, world: &fsckWorld{f: f, ctx: ctx, q: q, young: map[town.ID]*town.Record{}, old: map[town.ID]*town.Record{}}, hashers: f.h.newHashers(),
		types: make([]int32, f.head.LastRecord+1), rolled: map[rollKey]int64{}, census: map[store.CensusCell]int64{}, last: map[string]int64{}, numbers: map[string]*regexp.Regexp{}}
	var err error
	if p.lexer, err = store.NewLexer(ctx, q); err != nil {
		return err
	}
	defer p.lexer.Close() // it holds nothing that could be lost
	after := town.ID(0)
	for {
		rows, err := q.RecordsFrom(ctx, f.h.code, after, fsckChunk)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		to := rows[len(rows)-1].ID
		for _, r := range rows {
			f.name(r)
			p.world.put(&r.Record)
		}
		histories, err := q.Histories(ctx, f.h.code, after, to)
		if err != nil {
			return err
		}
		boxes, err := q.SealedRange(ctx, f.h.code, after, to)
		if err != nil {
			return err
		}
		blinds, err := q.BlindRange(ctx, f.h.code, after, to)
		if err != nil {
			return err
		}
		jobs, err := q.JobsOfRecords(ctx, f.h.code, "timer", after, to)
		if err != nil {
			return err
		}
		if err := p.words(rows, func(word string, record town.ID, at int64) { f.wordsOf += f.print(word, int64(record), at) }); err != nil {
			return err
		}
		for _, r := range rows {
			for after++; after < r.ID; after++ {
				f.wrong("head", "缺少记录 %d", "record %d is missing", after)
			}
			if r.ID >= town.ID(len(p.types)) {
				f.wrong("head", "记录 %d 在首行所记的末号 %d 之后", "record %d lies beyond the last id of the head, %d", r.ID, f.head.LastRecord)
				p.types = append(p.types, make([]int32, int(r.ID)+1-len(p.types))...)
			}
			var history []store.HistoryRow
			history, histories = runOf(histories, r.ID, func(h *store.HistoryRow) town.ID { return h.Record })
			var sealed []store.SealedRow
			sealed, boxes = runOf(boxes, r.ID, func(s *store.SealedRow) town.ID { return s.Record })
			var timers []store.Job
			timers, jobs = runOf(jobs, r.ID, func(j *store.Job) town.ID { return j.Record })
			var blind []store.BlindRow
			blind, blinds = runOf(blinds, r.ID, func(b *store.BlindRow) town.ID { return b.Record })
			if err := p.record(r, history, sealed, blind); err != nil {
				return err
			}
			if err := p.timer(r, timers); err != nil {
				return err
			}
		}
		f.step(int64(len(rows)))
		if len(rows) < fsckChunk {
			break
		}
	}
	for after++; after <= town.ID(f.head.LastRecord); after++ {
		f.wrong("head", "缺少记录 %d", "record %d is missing", after)
	}
	return p.end()
}

// runOf splits off the leading rows of one record; rows of ids without a record are passed over.
func runOf[T any](rows []T, id town.ID, of func(*T) town.ID) (run, rest []T) {
	i := 0
	for i < len(rows) && of(&rows[i]) < id {
		i++
	}
	j := i
	for j < len(rows) && of(&rows[j]) == id {
		j++
	}
	return rows[i:j], rows[j:]
}

func (f *fsck) name(r *store.RecordRow) {
	r.Type = f.view.spelled[r.TypeID].Word
	if p := f.view.byID[r.PlaceID]; p != nil {
		r.Place = p.Code
	}
	if ts := f.view.types[r.Type]; f.unsealed && ts != nil {
		r.Kin = kinBefore(ts, &r.Record)
	}
}

func (p *recordPass) record(r *store.RecordRow, history []store.HistoryRow, sealed []store.SealedRow, blind []store.BlindRow) error {
	f := p.f
	p.types[r.ID] = int32(r.TypeID)
	ts := f.view.types[r.Type]
	if ts == nil && r.Voided {
		p.census[censusCell(r)]++ // of a type that an edition dropped
		return nil
	}
	if ts == nil {
		f.wrong("references", "记录 %d 的类型 %q 未声明", "record %d is of type %q, which is not declared", r.ID, r.Type)
		return nil
	}
	p.census[censusCell(r)]++
	told, erased := p.replay(ts, r, history)
	if f.behind(r.ID) {
		if err := p.derive(ts, r); err != nil {
			return err
		}
	}
	if err := p.marks(ts, r); err != nil {
		return err
	}
	p.indexes(ts, r)
	p.references(ts, r)
	p.sealed(ts, r, sealed, blind, told, erased)
	p.number(ts, r, history)
	return p.roll(ts, r)
}

// words tells the words that records must be found by.
func (p *recordPass) words(rows []*store.RecordRow, each func(word string, record town.ID, at int64)) error {
	var texts []store.SearchRow
	for _, r := range rows {
		ts := p.f.view.types[r.Type]
		if ts == nil || !p.f.behind(r.ID) {
			continue
		}
		if words := searchWords(ts, r); words != "" {
			texts = append(texts, store.SearchRow{Record: r.ID, Words: words})
		}
	}
	return p.lexer.Words(p.ctx, texts, each)
}

// timer holds the jobs that look at a record of themselves against its clocks.
func (p *recordPass) timer(r *store.RecordRow, jobs []store.Job) error {
	f := p.f
	p.timers += int64(len(jobs))
	f.found("timers", int64(len(jobs)))
	ts := f.view.types[r.Type]
	if ts == nil || !f.behind(r.ID) {
		return nil
	}
	at, refused := town.Millis(0), ""
	for _, j := range jobs {
		if at != 0 || j.Key != timerKey(r.ID).key {
			f.wrong("timers", "记录 %d%s 有多余的定时任务 %s", "record %d%s has a timer too many, %s", r.ID, spaced(r.Number), j.Key)
			continue
		}
		if at = j.Due; j.Tries > 0 {
			return nil // it failed and is tried at another time: jobs tells of it
		}
		if refused = j.Body; at == never {
			at = 0
		}
	}
	timers := flow.Timers(f.view.Cat, ts.t, p.world, &r.Record)
	fine, err := timely(timers, at, f.now, func(t flow.Timer) (bool, error) {
		return p.rang(ts, r, t, slices.Contains(strings.Fields(refused), timerName(t)))
	})
	if err != nil || fine {
		return err
	}
	stamp := func(m town.Millis) string {
		if m == 0 {
			return "—"
		}
		return m.Time(f.view.Zone()).Format("2006-01-02 15:04")
	}
	f.wrong("timers", "记录 %d%s 的定时任务定在 %s，按计时应为 %s", "record %d%s: its timer is set to %s, its clocks give %s", r.ID, spaced(r.Number), stamp(at), stamp(nextRing(timers, f.now)))
	return nil
}

// rang tells whether a timer that lies in the past has made its move, or was refused it by the rules: noted, or as they still do.
func (p *recordPass) rang(ts *typeState, r *store.RecordRow, t flow.Timer, refused bool) (bool, error) {
	if refused || r.Voided {
		return true, nil
	}
	actor, cmd := ringing(r.ID, t)
	if _, made, err := p.q.EventByCommand(p.ctx, p.f.h.code, cmd.ID); err != nil || made {
		return made, err
	}
	_, err := flow.Move(p.f.view.Cat, ts.t, p.world, &r.Record, actor, cmd)
	if err := p.ctx.Err(); err != nil {
		return false, err
	}
	return err != nil && town.KindOf(err) != town.Internal, nil
}

// replay makes the record from its events alone. told is the event that named each reference of a sealed field last, erased
// the one that erased the record last, 0 when none did.
func (p *recordPass) replay(ts *typeState, r *store.RecordRow, history []store.HistoryRow) (told map[string]int64, erased int64) {
	f := p.f
	f.found("replay", 1)
	told = map[string]int64{}
	var rec *town.Record
	for i := range history {
		h := &history[i]
		switch h.Op {
		case town.Erase:
			erased = h.Seq
			continue
		case town.Create, town.Move, town.Correct, town.Void, town.Undo, opRead:
		default:
			continue
		}
		body, err := flow.DecodeBody([]byte(h.Body))
		if err != nil || rec == nil && body.Op != town.Create {
			f.wrong("replay", "记录 %d 的事件 %d 无法重放", "record %d: event %d cannot be replayed", r.ID, h.Seq)
			return told, erased
		}
		for _, fl := range ts.sealed {
			if ref, ok := body.Set[fl.Key].(string); ok {
				told[ref] = h.Seq
			}
		}
		rec = flow.Apply(rec, body, r.ID, h.Seq, h.At)
		if body.Op != h.Op || rec.Rev != h.Rev || rec.Stage != h.Stage || body.Step != nil && (body.Step.Day != h.Day || body.Step.Actor != h.Actor) {
			f.wrong("replay", "记录 %d 的事件 %d 的各列与其内容不符", "record %d: the columns of event %d differ from its body", r.ID, h.Seq)
		}
	}
	if rec == nil {
		f.wrong("replay", "记录 %d 没有事件", "record %d has no events", r.ID)
		return told, erased
	}
	rec.Derived, rec.Clocks, rec.Kin = r.Derived, r.Clocks, r.Kin // sealed holds the last against the blind indexes
	have, want := r.Record, *rec
	if slices.ContainsFunc(ts.t.Fields, func(c *catalog.Field) bool { return c.Type == catalog.LinesType }) {
		// Columns of a table that are computed stand beside what was typed: derive checks them.
		have.Stated, want.Stated = withoutComputed(ts.t, have.Stated), withoutComputed(ts.t, want.Stated)
	}
	if have.Rev != want.Rev || have.Stage != want.Stage || have.Voided != want.Voided || have.Number != want.Number || have.Type != want.Type || have.Created != want.Created ||
		string(have.AppendDoc(nil)) != string(want.AppendDoc(nil)) {
		f.wrong("replay", "记录 %d%s 与按事件重放的结果不同：%s", "record %d%s differs from what its events give: %s", r.ID, spaced(r.Number), statedDifference(&have, &want))
	}
	return told, erased
}

func spaced(number string) string {
	if number == "" {
		return ""
	}
	return " " + number
}

func withoutComputed(t *catalog.Type, v town.Values) town.Values {
	out := v.Clone()
	for _, f := range t.Fields {
		rows, _ := v[f.Key].([]map[string]any)
		if f.Type != catalog.LinesType || rows == nil {
			continue
		}
		plain := make([]map[string]any, len(rows))
		for i, row := range rows {
			plain[i] = maps.Clone(row)
			for _, c := range f.Columns {
				if c.Origin == catalog.Computed {
					delete(plain[i], c.Key)
				}
			}
		}
		out[f.Key] = plain
	}
	return out
}

// statedDifference names the first stated part in which two states differ.
func statedDifference(a, b *town.Record) string {
	if k := valuesDifference(a.Stated, b.Stated); k != "" {
		return k
	}
	switch {
	case a.Stage != b.Stage:
		return "stage"
	case a.Rev != b.Rev:
		return "rev"
	case a.Voided != b.Voided:
		return "voided"
	case a.Number != b.Number:
		return "number"
	case a.Type != b.Type:
		return "type"
	case a.Created != b.Created:
		return "created"
	case !slices.Equal(a.Steps, b.Steps):
		return "steps"
	}
	return "tracked"
}

// valuesDifference names the first field, in order, that two maps hold differently.
func valuesDifference(a, b town.Values) string {
	for _, k := range a.Names() {
		if y, ok := b[k]; !ok || string(town.AppendJSON(nil, a[k])) != string(town.AppendJSON(nil, y)) {
			return k
		}
	}
	for _, k := range b.Names() {
		if _, ok := a[k]; !ok {
			return k
		}
	}
	return ""
}

// derive computes the derived parts again; rollups are summed from the children in roll.
func (p *recordPass) derive(ts *typeState, r *store.RecordRow) error {
	f := p.f
	f.found("derived", 1)
	again := r.Record.Clone()
	if err := flow.Refresh(f.view.Cat, ts.t, p.world, again); err != nil {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		f.wrong("derived", "记录 %d 不能重算：%s", "record %d cannot be derived: %s", r.ID, err.Error())
		return nil
	}
	what := valuesDifference(r.Derived, again.Derived)
	switch {
	case what != "":
	case !maps.Equal(r.Clocks, again.Clocks):
		what = "clocks"
	case string(r.AppendDoc(nil)) != string(again.AppendDoc(nil)):
		what = valuesDifference(r.Stated, again.Stated)
	case !f.stands(again.Place, r.PlaceID):
		what = "place"
	case again.Office != r.Office:
		what = "office"
	case title(ts.t, again) != r.Title:
		what = "title"
	case earliestDue(again) != r.Due:
		what = "due"
	default:
		return nil
	}
	f.wrong("derived", "记录 %d%s 的 %s 与重算不同", "record %d%s: %s differs from what is computed", r.ID, spaced(r.Number), what)
	return nil
}

// stands tells whether a place code is that of a place id; the town has its own code and none.
func (f *fsck) stands(code town.Code, id int64) bool {
	p := f.view.Place(code)
	return p != nil && p.ID == id
}

// marks computes what the record contributes to every figure again.
func (p *recordPass) marks(ts *typeState, r *store.RecordRow) error {
	f := p.f
	kept, err := parseMarks(r.Marks)
	if err != nil {
		f.wrong("marks", "记录 %d 的标记无法读出", "record %d: its marks do not read", r.ID)
		return nil
	}
	for i := range kept {
		if m := &kept[i]; f.kept[m.figure] != nil {
			f.marksOf[m.figure] += f.printMark(m, m.k, m.n, r.ID)
		}
	}
	taken := make([]bool, len(kept))
	for _, fig := range f.view.figures[ts.t.Key] {
		if fig.filling && r.ID > fig.doneTo {
			continue
		}
		now, err := figure.Marks(f.view.Cat, fig.fig, &r.Record, p.world)
		if err != nil {
			if err := p.ctx.Err(); err != nil {
				return err
			}
			f.wrong("marks", "记录 %d 的指标 %s 不能计算", "record %d: figure %s cannot be computed", r.ID, fig.fig.Key)
			continue
		}
	marks:
		for _, m := range now {
			k := keptMark{figure: fig.id, day: m.Day, key: plain(m.Key), n: m.N}
			if pl := f.view.Place(m.Place); pl != nil {
				k.place = pl.ID
			}
			if len(m.Slices) > 0 {
				k.slices = plain(sliceText(m.Slices))
			}
			for i := range kept {
				if !taken[i] && kept[i].same(k) {
					taken[i] = true
					continue marks
				}
			}
			f.wrong("marks", "记录 %d%s 在指标 %s 里应记 %s 的 %d，没有记", "record %d%s should count in figure %s on %s with %d, and does not", r.ID, spaced(r.Number), fig.fig.Key, m.Day, m.N)
		}
	}
	for i, m := range kept {
		if fig := f.kept[m.figure]; fig != nil && !taken[i] && fig.fig.Type == ts.t {
			f.wrong("marks", "记录 %d%s 在指标 %s 里记了 %s 的 %d，不应记", "record %d%s counts in figure %s on %s with %d, and should not", r.ID, spaced(r.Number), fig.fig.Key, m.day, m.n)
		}
	}
	return nil
}

// indexes adds the rows that the field index and the links must hold because of the record.
func (p *recordPass) indexes(ts *typeState, r *store.RecordRow) {
	for field, value := range p.f.indexRows(ts, r) {
		word := p.f.view.words["f"+ts.t.Key+"."+field]
		p.f.fieldsOf[word] += p.f.print(value, int64(r.ID))
	}
	for _, ref := range ts.refs {
		if to := r.Int(ref.name); to != 0 {
			p.f.linksOf[p.f.view.words["f"+ts.t.Key+"."+ref.name]] += p.f.print(to, int64(r.ID))
		}
	}
}

// indexRows are the fields and values under which a record stands in the index.
func (f *fsck) indexRows(ts *typeState, r *store.RecordRow) map[string]string {
	out := map[string]string{}
	add := func(field string) {
		if v := indexValue(ts, r, field); v != "" {
			out[field] = v
		}
	}
	if ts.t.Unique != nil {
		add(uniqueField)
	}
	if len(ts.t.KeyFields) > 0 {
		add(keyField)
	}
	for _, x := range ts.indexed {
		if to, filling := f.fills[f.view.words["f"+ts.t.Key+"."+x.name]]; !filling || r.ID <= to {
			add(x.name)
		}
	}
	return out
}

// references notes what the record points to.
func (p *recordPass) references(ts *typeState, r *store.RecordRow) {
	f := p.f
	for _, fl := range ts.t.Fields {
		v, ok := r.Value(fl.Key)
		if !ok {
			continue
		}
		switch fl.Type {
		case catalog.Ref:
			id, _ := v.(int64)
			f.found("references", 1)
			a := aim{from: r.ID, to: town.ID(id), typ: fl.RefType, field: fl.Key}
			if a.to > r.ID {
				p.ahead = append(p.ahead, a)
			} else {
				p.hit(a)
			}
		case catalog.Place:
			code, _ := v.(string)
			f.found("references", 1)
			if f.view.Place(town.Code(code)) == nil {
				f.wrong("references", "记录 %d 的 %s 指向不存在的地点 %s", "record %d: %s names a place %s that does not exist", r.ID, fl.Key, code)
			}
		}
	}
	for _, hash := range filesOf(ts, &r.Record) {
		f.filesOf[store.Attachment{Hash: hash, Record: r.ID}] = true
	}
	if f.view.byID[r.PlaceID] == nil {
		f.wrong("references", "记录 %d 的地点 %d 不存在", "record %d stands at place %d, which does not exist", r.ID, r.PlaceID)
	}
}

// hit checks one reference.
func (p *recordPass) hit(a aim) {
	f := p.f
	switch {
	case a.to < 1 || a.to >= town.ID(len(p.types)) || p.types[a.to] == 0:
		f.wrong("references", "记录 %d 的 %s 指向不存在的记录 %d", "record %d: %s names record %d, which does not exist", a.from, a.field, a.to)
	case a.typ != "" && f.view.spelled[int64(p.types[a.to])].Word != a.typ:
		f.wrong("references", "记录 %d 的 %s 指向的记录 %d 不是 %s", "record %d: %s names record %d, which is no %s", a.from, a.field, a.to, a.typ)
	}
}

// sealed opens every box, holds the references of the record against them, and its blind indexes against what they hold. erased
// is the event that erased the record last, told the one that named each reference first.
func (p *recordPass) sealed(ts *typeState, r *store.RecordRow, rows []store.SealedRow, blind []store.BlindRow, told map[string]int64, erased int64) {
	f := p.f
	if f.unsealed {
		return
	}
	var key *seal.RecordKey
	var err error
	boxes := map[string]store.SealedRow{}
	for _, s := range rows {
		boxes[s.Ref] = s
	}
	if len(boxes) > 0 {
		f.found("sealed", int64(max(0, len(boxes)-1)))
		if key, err = f.h.cfg.Keys.Unwrap(int64(r.ID), boxes[""].Box); err != nil {
			f.wrong("sealed", "记录 %d 的密钥打不开", "the key of record %d does not open", r.ID)
			return
		}
		if !f.h.cfg.Keys.Current(boxes[""].Box) {
			f.stale++
		}
	}
	index := map[int64]store.BlindRow{}
	for _, b := range blind {
		index[b.Field] = b
	}
	for ref, box := range boxes {
		fl := ts.t.Field(box.Field)
		switch since, ok := told[ref]; {
		case ref == "":
			continue
		case fl == nil || !sealedField(fl):
			f.wrong("sealed", "记录 %d 有未声明的加密字段 %s", "record %d has a sealed field %s that is not declared", r.ID, box.Field)
		case !ok:
			f.wrong("sealed", "记录 %d 的事件都没有提到加密字段 %s 的一个密文", "no event of record %d names a box of its sealed field %s", r.ID, box.Field)
		case since < erased:
			f.wrong("sealed", "记录 %d 的加密字段 %s 已删除，密文仍在", "the sealed field %[2]s of record %[1]d has been erased, and its box still stands", r.ID, box.Field)
		}
		text, err := key.Open(box.Field, box.Box)
		if err != nil {
			f.wrong("sealed", "记录 %d 的加密字段 %s 打不开", "the sealed field %[2]s of record %[1]d does not open", r.ID, box.Field)
			continue
		}
		if seal.IsRef(ref) && ref != seal.Ref(box.Box) {
			f.wrong("sealed", "记录 %d 的加密字段 %s 与事件所写的密文不是同一个", "the sealed field %[2]s of record %[1]d is not the box that the event names", r.ID, box.Field)
		}
		if fl == nil || !fl.Named() || r.Text(box.Field) != ref {
			continue
		}
		word := f.view.words["f"+ts.t.Key+"."+box.Field]
		have := index[word]
		delete(index, word)
		switch {
		case f.h.cfg.Keys.Rotating(): // some are made anew, some are not yet
		case have.Token != p.hashers.token(ts.t.Key, box.Field, text):
			f.wrong("sealed", "记录 %d 的加密字段 %s 与其盲索引不符", "the sealed field %[2]s of record %[1]d differs from its blind index", r.ID, box.Field)
		case have.Kin != r.Kin[box.Field]:
			f.wrong("sealed", "记录 %d 的加密字段 %s 的同值标记与盲索引不符", "the sealed field %[2]s of record %[1]d: the word for equal values is not that of its blind index", r.ID, box.Field)
		}
	}
	for _, b := range index {
		typ, field := f.view.FieldOf(b.Field)
		f.wrong("sealed", "记录 %d 有多余的盲索引 %s.%s", "record %d has a blind index too many, of %s.%s", r.ID, typ, field)
	}
	for _, fl := range ts.sealed {
		ref := r.Text(fl.Key)
		if _, ok := boxes[ref]; ok || ref == "" {
			continue
		}
		if fl.Named() && !strings.HasPrefix(r.Kin[fl.Key], "!") {
			f.wrong("sealed", "记录 %d 的加密字段 %s 已不在，同值标记仍可对上", "the sealed field %[2]s of record %[1]d is gone, but its word for equal values still claims", r.ID, fl.Key)
		}
		if told[ref] < erased {
			continue
		}
		if fl.Origin == catalog.Copied && !seal.IsRef(ref) {
			f.boxless++ // from before copies had boxes, and its source was corrected since
			continue
		}
		f.wrong("sealed", "记录 %d 的加密字段 %s 不见了", "the sealed field %[2]s of record %[1]d is missing", r.ID, fl.Key)
	}
}

// number checks that the series of the record's number has no gap before it.
func (p *recordPass) number(ts *typeState, r *store.RecordRow, history []store.HistoryRow) {
	if r.Number == "" || ts.t.Number == "" || len(history) == 0 {
		return
	}
	f := p.f
	re := p.numbers[ts.t.Key]
	if re == nil {
		re = numberPattern(ts.t.Number)
		p.numbers[ts.t.Key] = re
	}
	m := re.FindStringSubmatch(r.Number)
	if m == nil {
		return // numbered under an older edition's pattern
	}
	year, seq, place := "", int64(0), ""
	for i, name := range re.SubexpNames() {
		switch name {
		case "year":
			year = m[i]
		case "seq":
			seq, _ = strconv.ParseInt(m[i], 10, 64) // digits alone match
		case "place":
			place = m[i]
		}
	}
	if year == "" {
		year = strconv.Itoa(r.Opened().Year())
	}
	series := ts.t.Key + "." + year
	if strings.Contains(ts.t.Number, "{place}") {
		series += "." + place
	}
	f.found("numbers", 1)
	if want := p.last[series] + 1; seq != want {
		f.wrong("numbers", "编号 %s（记录 %d）之前应是第 %d 号", "number %s (record %d) should be the %dth of its series", r.Number, r.ID, want)
	}
	p.last[series] = seq
}

// numberPattern is the expression that reads the numbers of a pattern.
func numberPattern(pattern string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^")
	for {
		before, rest, ok := strings.Cut(pattern, "{")
		b.WriteString(regexp.QuoteMeta(before))
		if !ok {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		pattern = after
		name, width, _ := strings.Cut(name, ":")
		switch name {
		case "year":
			b.WriteString(`(?P<year>\d{4})`)
		case "seq":
			b.WriteString(`(?P<seq>\d{` + max(width, "1") + `,})`)
		case "place":
			b.WriteString(`(?P<place>\d*)`)
		}
	}
	b.WriteString("$")
	return regexp.MustCompile(b.String())
}

// roll adds what the record contributes to the rollups of others, and takes off what it holds itself.
func (p *recordPass) roll(ts *typeState, r *store.RecordRow) error {
	f := p.f
	for _, roll := range ts.rolls {
		parent := town.ID(r.Int(roll.Field.Rollup.Via))
		if parent == 0 {
			continue
		}
		n, err := flow.RollupDelta(f.view.Cat, roll.Field, p.world, parent, nil, &r.Record)
		if err != nil {
			if err := p.ctx.Err(); err != nil {
				return err
			}
			f.wrong("derived", "记录 %d 对汇总 %s 的贡献不能计算", "record %d: what it adds to the rollup %s cannot be computed", r.ID, roll.Field.Key)
			continue
		}
		p.addRoll(rollKey{parent, roll.Field}, n)
	}
	for _, fl := range ts.t.Fields {
		if fl.Origin == catalog.RolledUp {
			n, _ := r.Derived[fl.Key].(int64)
			p.addRoll(rollKey{r.ID, fl}, -n)
		}
	}
	return nil
}

func (p *recordPass) addRoll(k rollKey, n int64) {
	if p.rolled[k] += n; p.rolled[k] == 0 {
		delete(p.rolled, k)
	}
}

// end settles what could only be known after the last record.
func (p *recordPass) end() error {
	f := p.f
	for _, a := range p.ahead {
		p.hit(a)
	}
	if f.full {
		for k, n := range p.rolled {
			f.wrong("derived", "记录 %d 的汇总 %s 与下级记录相差 %d", "record %d: the rollup %s is off by %d from its children", k.parent, k.field.Key, n)
		}
	}
	timers, err := p.q.CountJobs(p.ctx, f.h.code, "timer")
	if err != nil {
		return err
	}
	if timers != p.timers {
		f.wrong("timers", "有 %d 个定时任务不属于任何记录", "%d timers belong to no record", timers-p.timers)
	}
	if err := p.endSealed(); err != nil {
		return err
	}
	if err := p.keys(); err != nil {
		return err
	}
	serials, err := p.q.Serials(p.ctx, f.h.code)
	if err != nil {
		return err
	}
	for _, s := range serials {
		if n := p.last[s.Series]; n != s.N && n > 0 {
			f.wrong("numbers", "编号序列 %s 发到 %d，记录里最后是 %d", "the series %s has given out %d, the last that stands is %d", s.Series, s.N, n)
		}
	}
	cells, err := p.q.AllCensus(p.ctx, f.h.code)
	if err != nil {
		return err
	}
	f.found("census", int64(len(cells)))
	for _, c := range cells {
		p.census[c.CensusCell] -= c.N
	}
	for c, n := range p.census {
		if n != 0 {
			f.wrong("census", "%s 在环节 %s 的清单计数差 %d 条", "the count of %s in stage %s is off by %d", f.view.TypeOf(c.Type), c.Stage, n)
		}
	}
	return nil
}

// keys looks for records that may not stand together because they have one key.
func (p *recordPass) keys() error {
	f := p.f
	for _, key := range f.view.Cat.TypeOrder {
		t := f.view.Cat.Types[key]
		for _, field := range [...]string{keyField, uniqueField} {
			word := f.view.words["f"+key+"."+field]
			if word == 0 || field == uniqueField && t.Unique == nil || field == keyField && len(t.KeyFields) == 0 {
				continue
			}
			for after := ""; ; {
				doubles, err := p.q.Doubles(p.ctx, f.h.code, word, after, fsckChunk)
				if err != nil {
					return err
				}
				for _, d := range doubles {
					after = d.Value
					ids, err := p.q.FieldRecords(p.ctx, f.h.code, word, d.Value, int(d.N))
					if err != nil {
						return err
					}
					one, other, err := clash(f.view.Cat, t, field, ids, p.world)
					if err != nil && p.ctx.Err() == nil {
						continue // what is missing, or cannot be worked out, is told of elsewhere
					}
					if err != nil {
						return err
					}
					if other != 0 {
						f.wrong("keys", "%s 的记录 %d 与 %d 主键重复", "%s: records %d and %d have one key", key, one, other)
					}
				}
				f.found("keys", int64(len(doubles)))
				if len(doubles) < fsckChunk {
					break
				}
			}
		}
		f.found("keys", 1)
	}
	return nil
}

// endSealed looks at what of sealed fields belongs to no record, and tells what is no difference.
func (p *recordPass) endSealed() error {
	f := p.f
	if f.unsealed {
		return nil
	}
	stray, err := p.q.StraySealed(p.ctx, f.h.code, town.ID(f.head.LastRecord))
	if err != nil {
		return err
	}
	if stray != 0 {
		f.wrong("sealed", "加密字段或盲索引属于不存在的记录 %d", "a sealed field or a blind index belongs to record %d, which does not exist", stray)
	}
	twice, err := p.q.BlindTwice(p.ctx, f.h.code, firstFew)
	if err != nil {
		return err
	}
	for _, b := range twice {
		typ, field := f.view.FieldOf(b.Field)
		f.wrong("sealed", "%s.%s 的同一个值（如记录 %d）有不同的同值标记", "%s.%s: one value (of record %d, for one) stands under two words", typ, field, b.Record)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.boxless > 0 {
		f.audit.Notes = append(f.audit.Notes, fmt.Sprintf("%d 个带入的加密字段来自旧版本，没有自己的密文，来源也已更改或删除，无法再查看。", f.boxless),
			fmt.Sprintf("%d copies of sealed fields are from before copies had boxes, and their sources have changed or were erased: they cannot be looked at.", f.boxless))
	}
	if f.stale > 0 {
		f.audit.Notes = append(f.audit.Notes, fmt.Sprintf("%d 条记录的密钥仍由旧主密钥封装；运行 zhenwu keys rotate 完成更换。", f.stale),
			fmt.Sprintf("the keys of %d records are still wrapped under an older master key; zhenwu keys rotate ends that.", f.stale))
	}
	return nil
}

// fsckWorld is the flow.World of a snapshot, with the records read last kept.
type fsckWorld struct {
	f          *fsck
	ctx        context.Context
	q          *store.Q
	young, old map[town.ID]*town.Record
}

var _ flow.World = (*fsckWorld)(nil)

func (w *fsckWorld) put(r *town.Record) {
	if len(w.young) >= cacheHalf {
		w.old, w.young = w.young, make(map[town.ID]*town.Record, cacheHalf)
	}
	w.young[r.ID] = r
}

// Record reads a record.
func (w *fsckWorld) Record(id town.ID) (*town.Record, error) {
	if r, ok := w.young[id]; ok {
		return r, nil
	}
	if r, ok := w.old[id]; ok {
		w.put(r)
		return r, nil
	}
	row, err := w.q.Record(w.ctx, w.f.h.code, id)
	if err != nil || row == nil {
		return nil, err
	}
	w.f.name(row)
	w.put(&row.Record)
	return &row.Record, nil
}

// Children reads the records of childType whose via names id.
func (w *fsckWorld) Children(id town.ID, childType, via string) ([]*town.Record, error) {
	ids, err := w.q.Sources(w.ctx, w.f.h.code, id, w.f.view.FieldID(childType, via), 5000)
	if err != nil {
		return nil, err
	}
	out := make([]*town.Record, 0, len(ids))
	for _, c := range ids {
		r, err := w.Record(c)
		if err != nil {
			return nil, err
		}
		if r == nil {
			return nil, errors.New("a link names a record that does not exist")
		}
		out = append(out, r)
	}
	return out, nil
}

// Today is the town's day.
func (w *fsckWorld) Today() town.Day { return w.f.now.Day(w.f.view.Zone()) }

// Now is the town's instant.
func (w *fsckWorld) Now() town.Millis { return w.f.now }

// Zone is the town's zone.
func (w *fsckWorld) Zone() *time.Location { return w.f.view.Zone() }

// Rule gives the limit in force on day.
func (w *fsckWorld) Rule(key string, day town.Day) (limit, source string, ok bool) {
	return w.f.view.Rule(key, day)
}

// Calendar says which days are workdays.
func (w *fsckWorld) Calendar() flow.Calendar { return w.f.view.calendar }

// PlaceKind is the kind of a place.
func (w *fsckWorld) PlaceKind(code town.Code) string { return w.f.view.PlaceKind(code) }

// Within tells whether place is root or below it.
func (w *fsckWorld) Within(place, root town.Code) bool { return w.f.view.Within(place, root) }
