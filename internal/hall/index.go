package hall

import (
	"fmt"
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// indexes tells whether a record stands in the index of a field: it does not yet where the index is filled up to an earlier one.
func (v *View) indexes(ts *typeState, field string, id town.ID) bool {
	if len(v.fills) == 0 {
		return true
	}
	to, filling := v.fills[v.words["f"+ts.t.Key+"."+field]]
	return !filling || id <= to
}

// has tells whether an edition indexes a field of the type; the edition before may not have had the type at all.
func (ts *typeState) has(of func(*typeState) []refField, field string) bool {
	return ts != nil && slices.Contains(of(ts), refField{field})
}

func indexedOf(ts *typeState) []refField { return ts.indexed }
func refsIn(ts *typeState) []refField    { return ts.refs }

// keySum says what a key of the type rests on, "" when the type has none.
func (ts *typeState) keySum(field string) string {
	switch {
	case ts == nil:
		return ""
	case field == keyField:
		return strings.Join(ts.t.KeyFields, " ")
	case ts.t.Unique == nil:
		return ""
	}
	sum := fmt.Sprint(strings.Join(ts.t.Unique.By, " "), " ", ts.t.Unique.During)
	for _, s := range ts.t.Stages {
		if s.Void { // a record that counts nowhere claims nothing
			sum += " " + s.Key
		}
	}
	return sum
}

// textSum says which parts of a record of the type full text finds it by.
func (ts *typeState) textSum() string {
	if ts == nil {
		return ""
	}
	return fmt.Sprint(strings.Join(ts.search, " "), "/", ts.t.Title, "/", titleSealed(ts))
}

// relisting is what an edition changes about the ways in which records are found.
type relisting struct {
	b     *batch
	old   map[string]*typeState // as the edition before declares them
	keys  []newKey
	links map[string]map[string]int64 // type → ref field → word
	texts map[string]bool             // types whose text is another now
}

// newKey is a key that the edition before did not have.
type newKey struct {
	ts    *typeState
	field string // keyField or uniqueField
	word  int64
}

// relist makes the indexes those of the edition that is being adopted. What decides — keys and references — and the full
// text are made at once, in the transaction that adopts the edition; indexes that only make lists fast are filled by a sweep.
// An edition whose keys the records break is refused.
func (h *Hall) relist(b *batch) error {
	r := &relisting{b: b, links: map[string]map[string]int64{}, texts: map[string]bool{}}
	if was, err := editionCatalog(b.ctx, &b.tx.Q, h.code, b.head.Edition); err == nil {
		r.old = typesOf(was)
	} else {
		if h.cfg.Log != nil {
			h.cfg.Log.Warn("the edition before cannot be read: all indexes are made anew", "edition", b.head.Edition, "err", err)
		}
		if err := b.tx.ClearIndexes(b.ctx, h.code); err != nil {
			return err
		}
	}
	if err := r.drop(); err != nil {
		return err
	}
	for _, key := range b.view.Cat.TypeOrder {
		if b.view.TypeID(key) == 0 {
			continue // no record of it was ever made
		}
		if err := r.compare(b.view.types[key], r.old[key]); err != nil {
			return err
		}
	}
	if len(r.keys)+len(r.links)+len(r.texts) == 0 {
		return nil
	}
	for after := town.ID(0); ; {
		rows, err := b.tx.RecordsFrom(b.ctx, h.code, after, h.chunk)
		if err != nil {
			return err
		}
		if err := r.list(rows); err != nil {
			return err
		}
		if len(rows) < h.chunk {
			return r.check()
		}
		after = rows[len(rows)-1].ID
	}
}

// drop takes away what the edition before kept and this one does not.
func (r *relisting) drop() error {
	b := r.b
	for key, was := range r.old {
		now := b.view.types[key]
		if now == nil && was.textSum() != "" {
			r.texts[key] = true
		}
		gone := []string{}
		for _, f := range was.indexed {
			if !now.has(indexedOf, f.name) {
				gone = append(gone, f.name)
			}
		}
		for _, f := range [...]string{keyField, uniqueField} {
			if was.keySum(f) != "" && now.keySum(f) == "" {
				gone = append(gone, f)
			}
		}
		for _, f := range gone {
			if word := b.view.words["f"+key+"."+f]; word != 0 {
				if err := b.tx.ClearField(b.ctx, b.h.code, word); err != nil {
					return err
				}
			}
		}
		for _, f := range was.refs {
			if word := b.view.words["f"+key+"."+f.name]; word != 0 && !now.has(refsIn, f.name) {
				if err := b.tx.ClearLinks(b.ctx, b.h.code, word); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// compare notes what is new about a type; was is nil where nothing is known of it.
func (r *relisting) compare(now, was *typeState) error {
	b := r.b
	name := now.t.Key + "."
	for _, f := range now.indexed {
		if was.has(indexedOf, f.name) {
			continue
		}
		word := b.word("f", name+f.name)
		if err := b.tx.ClearField(b.ctx, b.h.code, word); err != nil {
			return err
		}
		if err := b.tx.PutFill(b.ctx, b.h.code, store.FillRow{Field: word}); err != nil {
			return err
		}
	}
	for _, f := range [...]string{keyField, uniqueField} {
		if sum := now.keySum(f); sum == "" || sum == was.keySum(f) {
			continue
		}
		word := b.word("f", name+f)
		if err := b.tx.ClearField(b.ctx, b.h.code, word); err != nil {
			return err
		}
		r.keys = append(r.keys, newKey{now, f, word})
	}
	for _, f := range now.refs {
		if was.has(refsIn, f.name) {
			continue
		}
		if r.links[now.t.Key] == nil {
			r.links[now.t.Key] = map[string]int64{}
		}
		r.links[now.t.Key][f.name] = b.word("f", name+f.name)
	}
	if now.textSum() != was.textSum() {
		r.texts[now.t.Key] = true
	}
	return nil
}

// list writes the rows that records want of what is new.
func (r *relisting) list(rows []*store.RecordRow) error {
	b := r.b
	var fields []store.FieldRow
	var links []store.LinkRow
	var texts []store.SearchRow
	var none []town.ID
	for _, row := range rows {
		b.name(row)
		ts := b.view.types[row.Type]
		for _, k := range r.keys {
			if k.ts != ts {
				continue
			}
			if v := indexValue(ts, row, k.field); v != "" {
				fields = append(fields, store.FieldRow{Field: k.word, Value: v, Record: row.ID})
			}
		}
		for field, word := range r.links[row.Type] {
			if to := row.Int(field); to != 0 {
				links = append(links, store.LinkRow{Target: town.ID(to), Field: word, Source: row.ID})
			}
		}
		if !r.texts[row.Type] {
			continue
		}
		words := ""
		if ts != nil {
			words = searchWords(ts, row)
		}
		if words == "" {
			none = append(none, row.ID)
		} else {
			texts = append(texts, store.SearchRow{Record: row.ID, Words: words})
		}
	}
	if err := b.tx.PutFields(b.ctx, b.h.code, fields, nil); err != nil {
		return err
	}
	if err := b.tx.PutLinks(b.ctx, b.h.code, links, nil); err != nil {
		return err
	}
	if err := b.tx.DropSearch(b.ctx, b.h.code, none); err != nil {
		return err
	}
	return b.tx.PutSearch(b.ctx, b.h.code, texts)
}

// check refuses the edition where records break one of its keys.
func (r *relisting) check() error {
	b := r.b
	u := b.sweeper("keys") // the world that validity is computed in; its event is never taken
	for _, k := range r.keys {
		broken, pair := 0, [2]town.ID{}
		for after := ""; ; {
			doubles, err := b.tx.Doubles(b.ctx, b.h.code, k.word, after, 500)
			if err != nil {
				return err
			}
			for _, d := range doubles {
				after = d.Value
				ids, err := b.tx.FieldRecords(b.ctx, b.h.code, k.word, d.Value, int(d.N))
				if err != nil {
					return err
				}
				one, other, err := clash(u.b.view.Cat, k.ts.t, k.field, ids, u)
				if err != nil {
					return err
				}
				if other == 0 {
					continue
				}
				if broken++; broken == 1 {
					pair = [2]town.ID{one, other}
				}
			}
			if len(doubles) < 500 {
				break
			}
		}
		if broken == 0 {
			continue
		}
		by := k.ts.t.KeyFields
		if k.field == uniqueField {
			by = k.ts.t.Unique.By
		}
		on := strings.Join(by, "+")
		return town.Refuse(town.Conflict, first(by), "新目录要求%[1]s的 %[3]s 不得重复，但已有 %[4]d 处重复（如第 %[5]d 号与第 %[6]d 号记录）：没有启用新目录，请先更正或作废重复的记录。",
			"the new edition wants no two of %[2]s with the same %[3]s, but %[4]d stand more than once (records %[5]d and %[6]d): it was not adopted; correct or void the doubles first.",
			k.ts.t.Label.Zh, k.ts.t.Key, on, broken, pair[0], pair[1])
	}
	return nil
}

// clash finds two records of one key that may not stand together; 0 where they may, being valid at different times.
func clash(cat *catalog.Catalog, t *catalog.Type, field string, ids []town.ID, w flow.World) (one, other town.ID, err error) {
	if len(ids) < 2 {
		return 0, 0, nil
	}
	if field == keyField || !t.Unique.During {
		return ids[0], ids[1], nil
	}
	type claim struct {
		id town.ID
		p  town.Period
	}
	var claims []claim
	var free town.ID // one whose validity is not stated claims all days
	for _, id := range ids {
		rec, err := w.Record(id)
		if err != nil {
			return 0, 0, err
		}
		if rec == nil {
			return 0, 0, fmt.Errorf("the index names record %d, which is missing", id)
		}
		p, ok, err := flow.Validity(cat, t, w, rec)
		if err != nil {
			return 0, 0, err
		}
		if !ok {
			free = id
			continue
		}
		claims = append(claims, claim{id, p})
	}
	if free != 0 {
		for _, id := range ids {
			if id != free {
				return min(id, free), max(id, free), nil
			}
		}
	}
	slices.SortFunc(claims, func(a, b claim) int { return int(a.p.From - b.p.From) })
	for i := 1; i < len(claims); i++ {
		if claims[i].p.From < claims[i-1].p.Until {
			return claims[i-1].id, claims[i].id, nil
		}
	}
	return 0, 0, nil
}

// fillIndexes adds the next records to the indexes that are being filled.
func (b *batch) fillIndexes() error {
	least := town.ID(1) << 62
	for _, to := range b.view.fills {
		least = min(least, to)
	}
	rows, err := b.tx.RecordsFrom(b.ctx, b.h.code, least, b.h.chunk)
	if err != nil {
		return err
	}
	done := len(rows) < b.h.chunk
	for _, r := range rows {
		b.name(r)
		ts := b.view.types[r.Type]
		if ts == nil {
			continue
		}
		for _, f := range ts.indexed {
			if !b.view.indexes(ts, f.name, r.ID) {
				b.index(ts, f.name, nil, r, true)
			}
		}
	}
	next := make(map[int64]town.ID, len(b.view.fills))
	for word, to := range b.view.fills {
		if done {
			err = b.tx.DropFill(b.ctx, b.h.code, word)
		} else {
			next[word] = max(to, rows[len(rows)-1].ID)
			err = b.tx.PutFill(b.ctx, b.h.code, store.FillRow{Field: word, Done: next[word]})
		}
		if err != nil {
			return err
		}
	}
	v := *b.view
	v.fills = next
	b.view = &v
	return nil
}
