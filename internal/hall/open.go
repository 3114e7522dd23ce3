package hall

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing/fstest" // the plainest file system in memory

	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
	"zhenwu/internal/journal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// Founding is what a new town is made of.
type Founding struct {
	Cat       *catalog.Catalog
	Files     string // the catalog's files, path → text, as JSON
	Simulated bool
	At        town.Millis          // recorded time of the first leaf
	Shapes    map[town.Code]string // GeoJSON geometry of places
}

// Found makes a new town in the database: its head, its places, and a journal
// whose first leaf says whether it is simulated, for good. The town's seeds
// (rules, calendars, targets …) follow as commands: see Seeds.
func Found(ctx context.Context, db *store.DB, f Founding, cfg Config) (*Hall, error) {
	code, err := TownNumber(f.Cat.Code)
	if err != nil {
		return nil, err
	}
	if err := db.Write(ctx, func(tx *store.Tx) error {
		if head, err := tx.Head(ctx, code); town.KindOf(err) != town.Missing {
			if err != nil {
				return err
			}
			if head.Seq == 0 && head.Simulated == f.Simulated {
				return nil // a founding that was cut short before the first leaf: go on from here
			}
			return town.Refuse(town.Conflict, "town", "数据库里已有乡镇 %d", "the database holds the town %d already", code)
		}
		head := store.Head{Town: code, Name: f.Cat.Name.Zh, Simulated: f.Simulated, Zone: f.Cat.Zone.String()}
		if f.Simulated {
			head.Clock = f.At
		}
		if err := tx.AddTown(ctx, head); err != nil {
			return err
		}
		rows := make([]store.PlaceRow, 0, len(f.Cat.Seeds.Places))
		for _, p := range f.Cat.Seeds.Places {
			if p.Code == f.Cat.Code {
				continue // the town itself has id 0 and no row
			}
			rows = append(rows, store.PlaceRow{ID: int64(len(rows) + 1), Code: p.Code, Parent: p.Parent, Kind: p.Kind, Zh: p.Label.Zh, En: p.Label.En,
				Aliases: strings.Join(p.Aliases, "|"), Note: p.Note, Since: town.NoDay, Until: town.NoDay, Shape: f.Shapes[p.Code]})
		}
		return tx.PutPlaces(ctx, code, rows)
	}); err != nil {
		return nil, err
	}
	h, err := start(ctx, db, code, f.Cat, cfg)
	if err != nil {
		return nil, err
	}
	birth := journal.BirthFacts{Town: string(f.Cat.Code), Zone: f.Cat.Zone.String(), Simulated: f.Simulated, Key: cfg.Key.Public()}
	body, err := birth.Body()
	if err != nil {
		return nil, err
	}
	err = h.inner(ctx, func(b *batch) error {
		at := f.At
		if at == 0 {
			at = h.Now()
		}
		if err := b.note(opBirth, "birth", at, body); err != nil {
			return err
		}
		return h.adopt(b, f.Cat, f.Files, at)
	})
	if err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// Open opens the hall of a town that exists. A catalog other than the one in
// force is a new edition: it enters the journal, figures whose formula changed
// get a new version that is filled behind a cursor.
func Open(ctx context.Context, db *store.DB, cat *catalog.Catalog, files string, cfg Config) (*Hall, error) {
	code, err := TownNumber(cat.Code)
	if err != nil {
		return nil, err
	}
	h, err := start(ctx, db, code, cat, cfg)
	if err != nil {
		return nil, err
	}
	if !h.founded {
		h.Close()
		return nil, cutShort(code)
	}
	if err := h.holdsKey(ctx); err != nil {
		h.Close()
		return nil, err
	}
	if err := h.reseal(ctx); err != nil {
		h.Close()
		return nil, err
	}
	if err := h.inner(ctx, func(b *batch) error {
		if b.head.Edition == cat.Edition {
			return nil
		}
		return h.adopt(b, cat, files, h.Now())
	}); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

func start(ctx context.Context, db *store.DB, code int64, cat *catalog.Catalog, cfg Config) (*Hall, error) {
	h := &Hall{db: db, code: code, cfg: cfg, people: make(chan *wish, 256), bulk: make(chan *wish, 4), stop: make(chan struct{}), ended: make(chan struct{}), seq: -1, chunk: 400, cache: newRecordCache()}
	h.hashers = h.newHashers()
	if err := db.Read(ctx, func(q *store.Q) error {
		head, err := q.Head(ctx, code)
		if err != nil {
			return err
		}
		h.founded = head.Seq > 0
		v, err := h.load(ctx, q, cat, nil)
		if err != nil {
			return err
		}
		v.Simulated, v.Name = head.Simulated, head.Name
		h.view.Store(v)
		h.seen.Store(head.Seq)
		h.clock.seen(head.Clock)
		return nil
	}); err != nil {
		return nil, err
	}
	go h.loop()
	return h, nil
}

// load reads the town's declarations and data. old, when given, lends its dictionary.
func (h *Hall) load(ctx context.Context, q *store.Q, cat *catalog.Catalog, old *View) (*View, error) {
	v := &View{Cat: cat, words: map[string]int64{}, spelled: map[int64]store.Word{}}
	words, err := q.Words(ctx, h.code)
	if err != nil {
		return nil, err
	}
	for _, w := range words {
		v.addWord(w)
	}
	if old != nil {
		v.Simulated, v.Name = old.Simulated, old.Name
	}
	v.Edition = v.words["e"+cat.Edition]
	places, err := q.Places(ctx, h.code)
	if err != nil {
		return nil, err
	}
	if err := v.setPlaces(places); err != nil {
		return nil, err
	}
	rules, err := q.Data(ctx, h.code, "rule")
	if err != nil {
		return nil, err
	}
	calendars, err := q.Data(ctx, h.code, "calendar")
	if err != nil {
		return nil, err
	}
	if err := v.setData(rules, calendars); err != nil {
		return nil, err
	}
	since, ok, err := q.Datum(ctx, h.code, "since", "records")
	if err != nil {
		return nil, err
	}
	if v.since, err = sinceOf(since, ok); err != nil {
		return nil, err
	}
	v.types = typesOf(cat)
	fills, err := q.Fills(ctx, h.code)
	if err != nil {
		return nil, err
	}
	v.fills = make(map[int64]town.ID, len(fills))
	for _, f := range fills {
		v.fills[f.Field] = f.Done
	}
	figures, err := q.Figures(ctx, h.code)
	if err != nil {
		return nil, err
	}
	former, err := h.formerly(ctx, q, cat, figures)
	if err != nil {
		return nil, err
	}
	v.setFigures(figures, former)
	h.figureRows = map[int64]store.FigureRow{}
	for _, f := range figures {
		h.figureRows[f.ID] = f
	}
	return v, nil
}

// calendarOf adds the years that the town entered to those that come with the program.
func calendarOf(rows []store.Datum) (*workday.Calendar, error) {
	c := workday.China()
	for _, d := range rows {
		m, err := town.ParseObject([]byte(d.Doc))
		if err != nil {
			return nil, fmt.Errorf("calendar %s: %w", d.Key, err)
		}
		text, _ := m["text"].(string)
		years, err := workday.ParseYears(text)
		if err != nil {
			return nil, fmt.Errorf("calendar %s: %w", d.Key, err)
		}
		if c, err = c.With(years...); err != nil {
			return nil, fmt.Errorf("calendar %s: %w", d.Key, err)
		}
	}
	return c, nil
}

// sinceOf reads the day from which a town keeps its records whole.
func sinceOf(d store.Datum, said bool) (town.Day, error) {
	if !said {
		return town.NoDay, nil
	}
	m, err := town.ParseObject([]byte(d.Doc))
	if err != nil {
		return town.NoDay, fmt.Errorf("records since: %w", err)
	}
	day, err := town.ParseDay(text(m, "day"))
	if err != nil {
		return town.NoDay, fmt.Errorf("records since: %w", err)
	}
	return day, nil
}

// inner runs a task of the hall's own in a transaction of its own.
func (h *Hall) inner(ctx context.Context, fn func(*batch) error) error {
	w := &wish{ctx: ctx, inner: fn, done: make(chan struct{})}
	if err := h.enqueue(ctx, w, false); err != nil {
		return err
	}
	return w.err
}

// note appends an event that no actor made.
func (b *batch) note(op town.Op, command string, at town.Millis, body []byte) error {
	u := &unit{b: b, seq: b.head.Seq + 1, last: town.ID(b.head.LastRecord), now: at}
	u.events = []*happening{{row: store.EventRow{Seq: u.seq, At: at, Day: at.Day(b.view.Zone()), Kind: town.System, Op: op, Command: command, Body: string(body)}}}
	b.take(u)
	return b.broken
}

// adopt makes cat the edition in force.
func (h *Hall) adopt(b *batch, cat *catalog.Catalog, files string, at town.Millis) error {
	if err := h.checkEdition(b, cat); err != nil {
		return err
	}
	if b.head.LastRecord > 0 {
		if err := h.relist(b); err != nil {
			return err
		}
	}
	id := b.word("e", cat.Edition)
	if !b.copied {
		b.view, b.copied = b.view.copyWords(), true
	}
	b.view.Cat, b.view.Edition = cat, id
	digest := sha256.Sum256([]byte(files))
	body, err := journal.EditionFacts{Edition: cat.Edition, Files: journal.Digest(digest)}.Body()
	if err != nil {
		return err
	}
	if err := b.note(opEdition, fmt.Sprintf("edition-%s-%d", cat.Edition, b.head.Seq+1), at, body); err != nil {
		return err
	}
	if err := b.tx.AddEdition(b.ctx, h.code, store.Edition{Edition: cat.Edition, Since: b.head.Seq, Files: files}); err != nil {
		return err
	}
	b.head.Edition = cat.Edition
	have, err := b.tx.Figures(b.ctx, h.code)
	if err != nil {
		return err
	}
	var rows []store.FigureRow
	next := int64(1)
	current := map[string]bool{}
	for _, r := range have {
		next = max(next, r.ID+1)
		if r.State == "past" {
			continue
		}
		f := cat.Figures[r.Key]
		stands := f != nil && tallied(f)
		switch {
		case stands && r.Sum == figureSum(f):
			current[r.Key] = true
		case !stands || r.State == "filling":
			r.State = "past" // dropped, or replaced before it ever answered: kept, but nothing is added
			rows = append(rows, r)
		}
	}
	empty := b.head.LastRecord == 0
	if !empty {
		b.sweepLater("edition " + cat.Edition)
	}
	for _, key := range cat.FigureOrder {
		f := cat.Figures[key]
		if !tallied(f) || current[key] {
			continue // read from others and never stored, or kept already
		}
		sum := figureSum(f)
		r := store.FigureRow{ID: next, Key: key, Sum: sum, State: "filling"}
		next++
		if empty {
			r.State = "live"
		}
		d, err := hex.DecodeString(sum)
		if err != nil {
			return err
		}
		version := key + "@" + strconv.FormatInt(r.ID, 10)
		body, err := journal.VersionFacts{Figure: version, Key: key, Edition: cat.Edition, Formula: journal.Digest(d)}.Body()
		if err != nil {
			return err
		}
		if err := b.note(opVersion, "figure-"+version, at, body); err != nil {
			return err
		}
		r.Since = b.head.Seq
		rows = append(rows, r)
	}
	for _, r := range rows {
		b.counts[r.ID] = &r
	}
	b.reload = true
	return nil
}

// checkEdition refuses an edition that would strand records.
func (h *Hall) checkEdition(b *batch, cat *catalog.Catalog) error {
	old := b.view.Cat
	if cat.Code != old.Code {
		return town.Refuse(town.Conflict, "town", "目录属于乡镇 %s，数据库里是 %s", "the catalog is of town %s, the database of %s", cat.Code, old.Code)
	}
	for k, id := range b.view.words {
		if k[0] != 't' {
			continue
		}
		t := cat.Types[k[1:]]
		cells, err := b.tx.Census(b.ctx, h.code, id)
		if err != nil {
			return err
		}
		for _, c := range cells {
			if c.N == 0 || c.Stage == store.VoidStage {
				continue
			}
			if t == nil {
				return town.Refuse(town.Conflict, k[1:], "目录不再声明 %s，但还有 %d 条这样的记录", "the catalog declares %s no more, but %d such records stand", k[1:], c.N)
			}
			if t.Stage(c.Stage) == nil {
				return town.Refuse(town.Conflict, k[1:], "%s 的环节 %s 里还有 %d 条记录，不能删去", "stage %[2]s of %[1]s still holds %[3]d records and cannot be dropped", k[1:], c.Stage, c.N)
			}
		}
	}
	return nil
}

// figureSum is the hash of a figure's definition.
func figureSum(f *catalog.Figure) string {
	sum := sha256.Sum256([]byte(figureDefinition(f)))
	return hex.EncodeToString(sum[:])
}

// figureDefinition is everything in a figure's declaration that changes its marks:
// its own formulas, and what of its type they rest on, each part behind the last
// with a zero byte between. What a record
// holds (deadlines, roll-ups, copies that follow) is not part of it: a sweep carries that over.
func figureDefinition(f *catalog.Figure) string {
	src := func(p *formula.Program) string {
		if p == nil {
			return ""
		}
		return p.Source()
	}
	parts := []string{string(f.Kind), f.Type.Key, src(f.Amount), f.Keyed, f.Move, src(f.Of), src(f.AtDay), src(f.While), f.Place}
	for _, s := range f.By {
		parts = append(parts, s.Key)
	}
	t := f.Type
	var names []string
	for _, p := range parts[2:] {
		names = append(names, namesIn(p)...)
	}
	if f.Place == "" {
		names = append(names, t.Place)
	}
	for i := 0; i < len(names); i++ { // grows by what the names rest on
		if slices.Contains(names[:i], names[i]) {
			continue
		}
		if names[i] == "valid" {
			parts = append(parts, "valid", src(t.ValidFrom), src(t.ValidUntil))
			names = append(append(names, namesIn(src(t.ValidFrom))...), namesIn(src(t.ValidUntil))...)
		}
		if fl := t.Field(names[i]); fl != nil {
			parts = append(parts, fl.Key, string(fl.Type), strconv.FormatBool(fl.Tracked), src(fl.Formula))
			names = append(names, namesIn(src(fl.Formula))...)
		}
	}
	for _, s := range t.Stages {
		parts = append(parts, s.Key, strconv.FormatBool(s.Done), strconv.FormatBool(s.Void))
	}
	return strings.Join(parts, "\x00")
}

// namesIn lists the words of a formula.
func namesIn(source string) []string {
	return strings.FieldsFunc(source, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

// former is a figure as an earlier edition declares it.
type former struct {
	cat *catalog.Catalog
	fig *catalog.Figure
}

// formerly finds the declarations of the versions that still answer while newer ones fill: they stand in the edition with
// which the version began. Where this program cannot read that edition any more, the version answers as it stands.
func (h *Hall) formerly(ctx context.Context, q *store.Q, cat *catalog.Catalog, rows []store.FigureRow) (map[int64]former, error) {
	var out map[int64]former
	for _, r := range rows {
		f := cat.Figures[r.Key]
		if r.State != "live" || f == nil || !tallied(f) || figureSum(f) == r.Sum {
			continue
		}
		e, ok, err := q.EventBySeq(ctx, h.code, r.Since)
		if err != nil || !ok {
			return nil, internal("read the beginning of a figure version", err)
		}
		facts, err := journal.ParseVersion([]byte(e.Body))
		if err != nil {
			return nil, fmt.Errorf("figure version %d: %w", r.ID, err)
		}
		old := h.editions[facts.Edition]
		if old == nil {
			if old, err = editionCatalog(ctx, q, h.code, facts.Edition); err != nil {
				if h.cfg.Log != nil {
					h.cfg.Log.Warn("an earlier edition cannot be read: its figures answer as they stand", "edition", facts.Edition, "err", err)
				}
				continue
			}
			if h.editions == nil {
				h.editions = map[string]*catalog.Catalog{}
			}
			h.editions[facts.Edition] = old
		}
		if was := old.Figures[r.Key]; was != nil && tallied(was) && figureSum(was) == r.Sum {
			if out == nil {
				out = map[int64]former{}
			}
			out[r.ID] = former{old, was}
		}
	}
	return out, nil
}

// editionCatalog loads an edition from the files that were kept with it.
func editionCatalog(ctx context.Context, q *store.Q, code int64, edition string) (*catalog.Catalog, error) {
	e, err := q.Edition(ctx, code, edition)
	if err != nil {
		return nil, err
	}
	var texts map[string]string
	if err := json.Unmarshal([]byte(e.Files), &texts); err != nil {
		return nil, fmt.Errorf("read the files of edition %s: %w", edition, err)
	}
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	cat, faults := catalog.Load(files)
	if catalog.Broken(faults) {
		return nil, fmt.Errorf("edition %s has faults", edition)
	}
	return cat, nil
}
