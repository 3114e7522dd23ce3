package hall

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/catalog"
	"zhenwu/internal/draft"
	"zhenwu/internal/edition"
	"zhenwu/internal/figure"
	"zhenwu/internal/journal"
	"zhenwu/internal/quantity"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Order says what to publish.
type Order struct {
	Draft    string // the draft's source
	Fine     bool   // evidence for named reviewers: all parts are shown
	Readers  string // who they are
	Earlier  *edition.File
	Corrects *edition.Correction
}

// smallGroup is how many changes of a figure a village must have in a month for the village to be shown in public evidence.
const smallGroup = 10

// Publish writes an edition: text, figures and evidence as they stand in one snapshot of the town, under a head signed at that size
// of the journal. It changes nothing in the town: recording that the edition was published is a command like any other. It refuses a
// draft that is not ready, with the first thing that keeps it.
func (h *Hall) Publish(ctx context.Context, o Order) ([]byte, *draft.Written, error) {
	var out bytes.Buffer
	var written *draft.Written
	err := h.Reading(ctx, func(r *Reader) error {
		p := &publisher{h: h, r: r, ctx: ctx, order: o, now: h.Now(), ids: map[string]int{}, versions: map[string]*version{}}
		var err error
		if written, err = p.write(); err != nil {
			return err
		}
		parts, err := p.parts()
		if err != nil {
			return err
		}
		return edition.Write(&out, parts)
	})
	return out.Bytes(), written, err
}

// Announce notes what an edition publishes for its year, figure by figure: what the records say later stands beside it as a restatement. A later
// edition's values take the place of an earlier one's. print is the fingerprint of the edition; announcing it twice changes nothing.
func (h *Hall) Announce(ctx context.Context, e *edition.Edition, print string) error {
	var asks []Ask
	for i := range e.Figures {
		f := &e.Figures[i]
		p, err := town.ParsePeriod(f.Period)
		if err != nil || f.Kind == "published" || f.Value == "" || f.Slice != "" || p.From != town.DayOf(e.Year, 1, 1) {
			continue
		}
		if whole := town.YearPeriod(e.Year); p != whole && p.Until.String() <= e.AsOf { // a part of the year that ends before the edition does
			continue
		}
		place := ""
		if n := len(f.Place); n > 0 {
			place = f.Place[n-1]
		}
		row := town.Values{"figure": f.Key, "place": place, "year": strconv.Itoa(e.Year), "value": f.Value, "unit": f.Unit, "source": e.Title + "（" + print[:min(16, len(print))] + "）"}
		if f.Told != "" {
			row["yoy"] = f.Told
		}
		asks = append(asks, Ask{systemActor, town.Command{ID: "published-" + print[:min(12, len(print))] + "-" + f.ID, Op: town.Put, Type: "published", Fields: row, Day: town.NoDay}})
	}
	res, err := h.DoAll(ctx, asks, false)
	if err != nil {
		return err
	}
	for _, r := range res {
		if r.Err != nil {
			return r.Err
		}
	}
	return nil
}

// publisher gathers an edition.
type publisher struct {
	h     *Hall
	r     *Reader
	ctx   context.Context
	order Order
	now   town.Millis

	w        *draft.Written
	e        edition.Edition
	ids      map[string]int // figure, place, slice and period → its place in e.Figures
	versions map[string]*version
	opened   map[int64]bool // events whose facts are shown
	rows     []store.FigureRow
	head     store.Head
}

// version is a figure version whose evidence is given.
type version struct {
	row   store.FigureRow
	fig   *catalog.Figure
	name  string
	level string
	seqs  []int64
	small map[bucket]bool // groups whose place is not shown
	buf   bytes.Buffer
	w     *edition.Writer
}

type bucket struct {
	village int64
	month   int32
}

// write writes the draft; a draft that is not ready is refused.
func (p *publisher) write() (*draft.Written, error) {
	today := p.now.Day(p.r.v.Zone())
	d := draft.Parse(p.r.v.Cat, p.order.Draft)
	w, err := draft.Write(p.r.v.Cat, p.r, d, today)
	if err != nil {
		return nil, err
	}
	for _, x := range w.Problems {
		if x.Bars {
			return w, town.Refuse(town.Conflict, "draft", "草稿还不能公布（共 %[5]d 处）：第 %[1]d 行第 %[2]d 字：%[3]s", "the draft cannot be published yet (%[5]d to mend): line %[1]d, character %[2]d: %[4]s", x.Line, x.Column, x.Zh, x.En, w.Bars())
		}
	}
	p.w = w
	return w, nil
}

// parts gathers everything.
func (p *publisher) parts() (edition.Parts, error) {
	var none edition.Parts
	var err error
	if p.head, err = p.r.q.Head(p.ctx, p.r.code); err != nil {
		return none, err
	}
	if p.rows, err = p.r.q.Figures(p.ctx, p.r.code); err != nil {
		return none, err
	}
	cat := p.r.v.Cat
	p.e = edition.Edition{Format: edition.Format, Town: string(cat.Code), Name: cat.Name.Zh, Simulated: p.head.Simulated, Title: p.w.Title, Year: p.w.Year,
		AsOf: p.w.AsOf.String(), Published: p.now.Time(time.UTC).Format("2006-01-02T15:04:05.000Z"), Fine: p.order.Fine, Readers: p.order.Readers, Text: p.w.Text,
		Numbers: []edition.Number{}, Figures: []edition.Figure{}, Key: p.h.cfg.Key.Public(), Corrects: p.order.Corrects}
	p.opened = map[int64]bool{1: true}
	events, bodies, err := rotations(p.ctx, p.r.q, p.r.code)
	if err != nil {
		return none, err
	}
	for i, e := range events {
		p.opened[e.Seq], p.e.Rotations = true, append(p.e.Rotations, string(bodies[i]))
	}
	for _, m := range p.w.Marks {
		if err := p.mark(m); err != nil {
			return none, err
		}
	}
	cur, err := p.r.q.Edition(p.ctx, p.r.code, cat.Edition)
	if err != nil {
		return none, err
	}
	p.opened[cur.Since] = true
	sum := sha256.Sum256([]byte(cur.Files))
	p.e.Catalog = hex.EncodeToString(sum[:])

	signed, counts, err := p.sign()
	if err != nil {
		return none, err
	}
	p.e.Head = string(signed)
	var names []string
	for _, v := range p.versions {
		names = append(names, v.name)
	}
	for _, c := range counts.Show(names...) {
		e := edition.CountEntry{Figure: c.Figure, K: c.K, Salt: c.Salt}
		if len(c.Salt) == 0 {
			e.Hash = c.Hash[:]
		}
		p.e.Counts = append(p.e.Counts, e)
	}
	evidence, err := p.evidence()
	if err != nil {
		return none, err
	}
	if err := p.earlier(); err != nil {
		return none, err
	}
	doc, err := edition.Encode(&p.e)
	if err != nil {
		return none, err
	}
	note, err := p.h.cfg.Key.SignEdition(doc)
	if err != nil {
		return none, err
	}
	return edition.Parts{Edition: doc, Note: note, Catalog: []byte(cur.Files), Evidence: evidence}, nil
}

// mark adds a number of the text.
func (p *publisher) mark(m draft.Mark) error {
	if m.Ref.Figure == nil || m.To <= m.From {
		return nil
	}
	says := string(m.Ref.Aspect)
	if says == "" {
		says = "value"
	}
	i, err := p.figure(m.Query)
	if err != nil {
		return err
	}
	if m.Ref.Aspect == draft.Growth || m.Ref.Aspect == draft.Rate || m.Ref.Aspect == draft.Change || m.Ref.Aspect == draft.Attained || m.Ref.Aspect == draft.Goal {
		if err := p.lastYear(i, m); err != nil {
			return err
		}
	}
	p.e.Numbers = append(p.e.Numbers, edition.Number{From: m.From, To: m.To, Figure: p.e.Figures[i].ID, Says: says})
	return nil
}

// lastYear adds what a growth, a change or a target is held against.
func (p *publisher) lastYear(i int, m draft.Mark) error {
	c := m.Reading
	if c.Told != nil {
		p.e.Figures[i].Told = figure.Decimal(c.Told, 4)
	}
	if c.Target != nil {
		row := c.Target.Row
		t := &edition.Target{Shape: row.Shape, Source: row.Source}
		switch row.Shape {
		case "growth":
			t.Value = figure.Decimal(big.NewRat(row.Value, 100), 4)
		case "level":
			t.Value = figure.Value{Known: true, Num: row.Value, Den: 1, Scale: m.Ref.Figure.Scale}.Decimal()
		}
		p.e.Figures[i].Target = t
	}
	if !c.Last.Known || p.e.Figures[i].Last != "" {
		return nil
	}
	q := m.Query
	q.Period = q.Period.LastYear()
	if q.AsOf < m.Query.Period.Last() && q.AsOf >= m.Query.Period.From && q.Figure.Kind != catalog.Measure {
		q.Period = town.Period{From: m.Query.Period.From, Until: q.AsOf + 1}.LastYear()
	}
	if c.Last.Status == "published" || c.Last.Status == "implied" {
		id := p.name()
		p.e.Figures = append(p.e.Figures, edition.Figure{ID: id, Key: q.Figure.Key, Zh: q.Figure.Label.Zh, En: q.Figure.Label.In("en"), Unit: q.Figure.Unit, Kind: "published", Period: q.Period.String(), Value: c.Last.Decimal(), Status: c.Last.Status})
		p.e.Figures[i].Last = id
		return nil
	}
	j, err := p.figure(q)
	if err != nil {
		return err
	}
	p.e.Figures[i].Last = p.e.Figures[j].ID
	return nil
}

// name is the id of the next figure.
func (p *publisher) name() string { return "f" + strconv.Itoa(len(p.e.Figures)+1) }

// figure adds a figure with what it is read from, once.
func (p *publisher) figure(q figure.Query) (int, error) {
	key := q.Figure.Key + "\x00" + string(q.Place) + "\x00" + q.Slice + "\x00" + q.Period.String()
	if i, ok := p.ids[key]; ok {
		return i, nil
	}
	f := q.Figure
	v, of, err := figure.Operands(p.r.v.Cat, p.r, q)
	if err != nil {
		return 0, err
	}
	i := len(p.e.Figures)
	p.ids[key] = i
	x := edition.Figure{ID: p.name(), Key: f.Key, Zh: f.Label.Zh, En: f.Label.In("en"), Unit: f.Unit, Kind: kindOf(f), Slice: q.Slice, Value: v.Decimal(), Scale: f.Scale,
		Words: figure.Words(p.r.v.Cat, f, "zh"), Status: v.Status, Over: f.Over, Period: q.Period.String()}
	if pl := p.r.v.Place(q.Place); pl != nil && q.Place != "" {
		x.Where = pl.Zh
		for _, c := range pl.Path {
			x.Place = append(x.Place, string(c))
		}
	}
	for _, a := range f.Aliases {
		if quantity.Known(a) {
			x.Units = append(x.Units, a)
		}
	}
	if f.Is != nil {
		x.Is = f.Is.Source()
	}
	if f.Expr != nil {
		x.Formula = f.Expr.Source()
	}
	p.e.Figures = append(p.e.Figures, x)
	switch {
	case tallied(f):
		ver, err := p.version(f)
		if err != nil {
			return 0, err
		}
		period, err := p.days(q, v)
		if err != nil {
			return 0, err
		}
		p.e.Figures[i].Version, p.e.Figures[i].Definition, p.e.Figures[i].Period = ver.name, figureDefinition(ver.fig), period
	case f.Kind == catalog.Measure && v.Record != 0:
		if err := p.stated(i, v.Record); err != nil {
			return 0, err
		}
	}
	var ids []string
	for _, part := range of {
		j, err := p.figure(part.Query)
		if err != nil {
			return 0, err
		}
		ids = append(ids, p.e.Figures[j].ID)
	}
	p.e.Figures[i].Of = ids
	return i, nil
}

// kindOf is what an edition calls the way a figure adds up.
func kindOf(f *catalog.Figure) string {
	switch f.Kind {
	case catalog.Distinct:
		return "distinct"
	case catalog.Count, catalog.Sum, catalog.Times:
		if f.While != nil {
			return "stock"
		}
		return "flow"
	case catalog.FormulaF:
		return "formula"
	}
	return string(f.Kind)
}

// days are the days whose changes make up a value: the whole period where nothing of it lies behind the day the edition is as of.
func (p *publisher) days(q figure.Query, v figure.Value) (string, error) {
	if q.AsOf >= q.Period.Last() {
		return q.Period.String(), nil
	}
	whole := q
	whole.AsOf = q.Period.Last()
	all, err := figure.Read(p.r.v.Cat, p.r, whole)
	if err != nil {
		return "", err
	}
	if all.Known && v.Known && all.Num == v.Num {
		return q.Period.String(), nil
	}
	return town.Period{From: q.Period.From, Until: q.AsOf + 1}.String(), nil
}

// stated opens the events of a measurement.
func (p *publisher) stated(i int, record town.ID) error {
	rows, err := p.r.q.EventsOf(p.ctx, p.r.code, record, 1000)
	if err != nil {
		return err
	}
	rec, err := p.r.Record(record)
	if err != nil {
		return err
	}
	s := &edition.Stated{}
	if rec != nil {
		s.Number = rec.Number
	}
	for _, e := range rows {
		p.opened[e.Seq] = true
		s.Seqs = append(s.Seqs, e.Seq-1)
	}
	p.e.Figures[i].Record = s
	return nil
}

// version finds the version that answers for a figure, and what of its changes may be shown.
func (p *publisher) version(f *catalog.Figure) (*version, error) {
	state := p.r.v.byKey[f.Key]
	if state == nil {
		return nil, fmt.Errorf("figure %s has no version", f.Key)
	}
	name := f.Key + "@" + strconv.FormatInt(state.id, 10)
	if v := p.versions[name]; v != nil {
		return v, nil
	}
	v := &version{fig: state.fig, name: name, level: "full", small: map[bucket]bool{}}
	for _, row := range p.rows {
		if row.ID == state.id {
			v.row = row
		}
	}
	p.opened[v.row.Since] = true
	var err error
	if v.seqs, err = p.r.q.MarkSeqs(p.ctx, p.r.code, state.id); err != nil {
		return nil, err
	}
	if !p.order.Fine {
		if v.fig.Type.Sensitive {
			v.level = "coarse"
		}
		buckets, err := p.r.q.Buckets(p.ctx, p.r.code, state.id)
		if err != nil {
			return nil, err
		}
		sums := map[bucket]int64{}
		for _, b := range buckets {
			sums[bucket{p.village(b.Place), b.Month}] += b.N
		}
		for b, n := range sums {
			if n < smallGroup && b.village != 0 {
				v.small[b] = true
				if v.level == "full" {
					v.level = "merged"
				}
			}
		}
	}
	p.versions[name] = v
	return v, nil
}

// village is the place right below the town that a place lies in; 0 for the town itself.
func (p *publisher) village(place int64) int64 {
	pl := p.r.v.PlaceByID(place)
	if pl == nil || len(pl.Path) == 0 {
		return 0
	}
	if top := p.r.v.Place(pl.Path[0]); top != nil {
		return top.ID
	}
	return 0
}

// shows decides what is shown of a change.
func (p *publisher) shows(v *version, m *toldMark) journal.Show {
	if p.order.Fine {
		return journal.ShowAll()
	}
	small := v.small[bucket{p.village(m.place), m.day.MonthSpan()}]
	s := journal.ShowAll()
	switch {
	case v.level == "coarse":
		// The amount of one that is counted says nothing: it is one.
		s = journal.ShowCoarse(1)
		s.Amount = v.fig.Kind != catalog.Sum
		if small {
			s.Levels = 0
		}
	case small:
		s.Levels, s.Day = 0, m.day.MonthSpan() == p.w.AsOf.MonthSpan()
	}
	return s
}

// sign signs a head at the size of the snapshot.
func (p *publisher) sign() ([]byte, *journal.Counts, error) {
	root, err := tlog.TreeHash(p.head.Seq, p.hashes())
	if err != nil {
		return nil, nil, fmt.Errorf("the root of the journal: %w", err)
	}
	counts := make([]journal.Count, 0, len(p.rows))
	for _, f := range p.rows {
		counts = append(counts, journal.Count{Figure: f.Key + "@" + strconv.FormatInt(f.ID, 10), K: f.Changes})
	}
	return journal.SignHead(p.h.cfg.Key, journal.Head{Town: string(p.r.v.Cat.Code), Simulated: p.head.Simulated, Size: p.head.Seq, Root: root, Time: p.now}, counts)
}

func (p *publisher) hashes() tlog.HashReader {
	return hashReader{ctx: p.ctx, tx: p.r.q, code: p.r.code}
}

// evidence gathers the evidence of every version, and of the town's own leaves, in one walk over the events they stand in.
func (p *publisher) evidence() (map[string][]byte, error) {
	versions := make([]*version, 0, len(p.versions))
	for _, v := range p.versions {
		versions = append(versions, v)
	}
	slices.SortFunc(versions, func(a, b *version) int { return cmp.Compare(a.name, b.name) })
	byID := map[int64]*version{}
	var seqs []int64
	for _, v := range versions {
		byID[v.row.ID] = v
		v.w = edition.NewWriter(&v.buf, v.name, p.head.Seq, int64(len(v.seqs)))
		seqs = append(seqs, v.seqs...)
	}
	own := make([]int64, 0, len(p.opened))
	for seq := range p.opened {
		own = append(own, seq)
	}
	slices.Sort(own)
	var townBuf bytes.Buffer
	townW := edition.NewWriter(&townBuf, "", p.head.Seq, int64(len(own)))
	seqs = append(seqs, own...)
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	hashers := p.h.newHashers()
	const chunk = 500
	for at := 0; at < len(seqs); at += chunk {
		rows, err := p.r.q.EventsAt(p.ctx, p.r.code, seqs[at:min(at+chunk, len(seqs))])
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if err := p.event(&rows[i], byID, versions, hashers, townW); err != nil {
				return nil, err
			}
		}
	}
	out := map[string][]byte{}
	finish := func(name string, w *edition.Writer, buf *bytes.Buffer, seqs []int64, changes int64, level string) error {
		leaves := make([]int64, len(seqs))
		for i, s := range seqs {
			leaves[i] = s - 1
		}
		var proof []tlog.Hash
		if len(leaves) > 0 { // of a figure that never changed there is nothing to prove but its count
			var err error
			if proof, err = journal.ProveMany(p.head.Seq, leaves, p.hashes()); err != nil {
				return err
			}
		}
		hashes := make([][edition.HashSize]byte, len(proof))
		for i, h := range proof {
			hashes[i] = h
		}
		if err := w.Close(hashes); err != nil {
			return err
		}
		sum := sha256.Sum256(buf.Bytes())
		p.e.Evidence = append(p.e.Evidence, edition.Evidence{Version: name, SHA256: hex.EncodeToString(sum[:]), Changes: changes, Level: level})
		out[name] = buf.Bytes()
		return nil
	}
	if err := finish("", townW, &townBuf, own, 0, "full"); err != nil {
		return nil, err
	}
	for _, v := range versions {
		if err := finish(v.name, v.w, &v.buf, v.seqs, v.row.Changes, v.level); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// event writes one event into the evidence it belongs to.
func (p *publisher) event(e *store.EventRow, byID map[int64]*version, versions []*version, hashers *hashers, townW *edition.Writer) error {
	told, err := parseTold(e.Marks)
	if err != nil {
		return fmt.Errorf("event %d: %w", e.Seq, err)
	}
	marks := make([]journal.MarkChange, len(told))
	touched := map[*version]bool{}
	for i := range told {
		m := &told[i]
		name := ""
		if v := byID[m.figure]; v != nil {
			name, touched[v] = v.name, true
		} else {
			for _, row := range p.rows {
				if row.ID == m.figure {
					name = row.Key + "@" + strconv.FormatInt(row.ID, 10)
				}
			}
		}
		marks[i] = markChange(p.r.v, name, &m.keptMark, m.back, hashers.pseudonym(name, m.key))
	}
	l, err := leafOf(p.r.v, e, marks)
	if err != nil {
		return err
	}
	c, err := journal.ParseLeaf(l.Bytes)
	if err != nil {
		return err
	}
	leaf := func() *edition.Leaf {
		x := &edition.Leaf{Seq: c.Seq, Kind: byte(c.Kind), Bundle: make([]edition.Bundle, len(c.Marks))}
		x.Facts.Digest = c.Facts
		for i := range c.Marks {
			x.Bundle[i].Digest = c.Marks[i]
		}
		return x
	}
	seed := journal.Seed(e.Seed)
	if p.opened[e.Seq] {
		x := leaf()
		o, err := journal.OpenFacts(&seed, leafHeader(p.r.v, e), []byte(e.Body), journal.FactsShown{Recorded: true, Edition: true, Body: true})
		if err != nil {
			return err
		}
		x.Facts = shownBundle(o)
		townW.Leaf(x)
	}
	for _, v := range versions {
		if !touched[v] {
			continue
		}
		x := leaf()
		for i := range told {
			if told[i].figure != v.row.ID {
				continue
			}
			o, err := journal.OpenMark(&seed, i, marks[i], p.shows(v, &told[i]))
			if err != nil {
				return err
			}
			x.Bundle[i] = shownBundle(o)
		}
		v.w.Leaf(x)
	}
	return nil
}

func shownBundle(o journal.Opening) edition.Bundle {
	b := edition.Bundle{Seed: o.Seed, Parts: make([]edition.Part, len(o.Parts))}
	for i, part := range o.Parts {
		b.Parts[i] = edition.Part{Value: part.Value, Salt: part.Salt, Hash: part.Hash}
	}
	return b
}

// earlier proves that this edition's journal continues the one of an edition before.
func (p *publisher) earlier() error {
	f := p.order.Earlier
	if f == nil {
		return nil
	}
	sum := sha256.Sum256(f.JSON)
	head, err := journal.OpenHead([]byte(f.Edition.Head), f.Edition.Key)
	if err != nil {
		return town.Refuse(town.Invalid, "earlier", "上一版的日志头签名不对", "the head of the earlier edition is not signed by its key")
	}
	if head.Town != string(p.r.v.Cat.Code) || head.Size > p.head.Seq {
		return town.Refuse(town.Invalid, "earlier", "上一版不是本镇的，或者比现在的日志还长", "the earlier edition is of another town, or of a longer journal than this")
	}
	root, err := tlog.TreeHash(head.Size, p.hashes())
	if err != nil {
		return err
	}
	if root != head.Root {
		return town.Refuse(town.Conflict, "earlier", "上一版记的日志与现在的日志不是同一份：请先运行 zhenwu fsck", "the journal of the earlier edition is not the beginning of this one: run zhenwu fsck first")
	}
	growth, err := journal.ProveGrowth(p.head.Seq, head.Size, p.hashes())
	if err != nil {
		return err
	}
	e := &edition.Earlier{SHA256: hex.EncodeToString(sum[:]), Title: f.Edition.Title, Head: f.Edition.Head}
	for _, g := range growth {
		e.Growth = append(e.Growth, g[:])
	}
	p.e.Earlier = e
	return nil
}
