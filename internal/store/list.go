package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
	"zhenwu/internal/town"
)

// List asks for records of one type. Empty parts do not filter.
type List struct {
	Type    *catalog.Type
	TypeID  int64
	Stages  []string
	Offices []string
	Places  []int64 // ids with everything below them; nil = everywhere
	From    town.Day
	Until   town.Day    // opened in [From, Until); NoDay = open
	DueBy   town.Millis // its limit ran out by then; 0 = whatever its limit
	Person  int64       // opened or held by
	Void    bool        // void records too
	Words   string      // full text
	Equal   []Equal
	Blind   *Blind
	Where   []*formula.Program // conditions over the record
	See     *access.Filter     // what the reader may see; nil = everything
	Under   func(root town.Code) []int64

	Sort string // id, number, title, changed, due, opened, or a declared field
	Desc bool
	Last *Cursor // the row after which the page begins
	N    int
}

// Equal asks that a field, as a rule an indexed one, holds a value.
type Equal struct {
	Field int64 // word "f"; 0 = the field has no index, the records themselves are read
	Key   string
	Value string
}

// Blind asks that a sealed field holds the value of a token.
type Blind struct {
	Field int64 // word "f"
	Token string
}

// Cursor is where a page ended.
type Cursor struct {
	Num  bool // whether the sort key is a number
	Int  int64
	Text string
	ID   town.ID
}

// Row is a record of a list with its place in the order.
type Row struct {
	*RecordRow
	At Cursor
}

// builder grows the text of one query.
type builder struct {
	dialect formula.Dialect
	args    []any
	where   []string
	lead    int            // which of List.Equal the query begins with, -1 = with the records
	narrow  bool           // the query goes through all of the type: SQLite then stays in the index of lists, which holds what conditions read
	partial map[int64]bool // indexes that are not whole: nothing may rest on them
}

// from names what the query reads. CROSS JOIN keeps SQLite to this order.
func (b *builder) from() string {
	if b.narrow {
		return "record r INDEXED BY record_newest"
	}
	if b.lead < 0 {
		return "record r"
	}
	return "field x CROSS JOIN record r"
}

// plan begins a query with the index of the value that fewest records hold, or
// with the records where their stage, office and place leave fewer. The counts
// are exact, so neither engine has to guess: a page of a common value in a
// million records takes 0.1 ms instead of 300. Where conditions are left to be
// looked at in more than an eighth of the type, SQLite goes through the index of
// lists: one entry read in order costs less than an eighth of a row looked up.
func (q *Q) plan(ctx context.Context, code int64, l *List) (*builder, error) {
	b := &builder{dialect: q.formulas(), lead: -1}
	words := Phrases(l.Words)
	conditions := b.dialect == formula.SQLite && !l.Void && (len(l.Where) > 0 || l.See != nil && !l.See.All() || l.From != town.NoDay || l.Until != town.NoDay || len(words) > 0)
	if len(l.Equal) == 0 && !conditions {
		return b, nil
	}
	least, err := q.countCensus(ctx, code, l)
	if err != nil {
		return nil, err
	}
	var all int64
	if conditions {
		if all, err = q.countCensus(ctx, code, &List{TypeID: l.TypeID}); err != nil {
			return nil, err
		}
		if b.narrow = least > all/8; b.narrow && len(words) > 0 { // few are looked up one by one
			var found int64
			if err := q.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH $1 LIMIT $2)", together(words), all/8+1).Scan(&found); err != nil {
				return nil, err
			}
			b.narrow = found > all/8
		}
	}
	if len(l.Equal) == 0 {
		return b, nil
	}
	if b.partial, err = q.partial(ctx, code, l); err != nil {
		return nil, err
	}
	for i, e := range l.Equal {
		if e.Field == 0 || b.partial[e.Field] {
			continue
		}
		n, err := q.FieldCensus(ctx, code, e.Field, e.Value)
		if err != nil {
			return nil, err
		}
		if n <= least && (!b.narrow || n <= all/8) {
			b.lead, b.narrow, least = i, false, n
		}
	}
	return b, nil
}

func (b *builder) bind(v any) string {
	b.args = append(b.args, v)
	return fmt.Sprintf("$%d", len(b.args))
}

func (b *builder) in(column string, texts []string) string {
	parts := make([]string, len(texts))
	for i, t := range texts {
		parts[i] = b.bind(t)
	}
	if len(parts) == 0 {
		return "1 = 0"
	}
	return column + " IN (" + strings.Join(parts, ",") + ")"
}

func (b *builder) among(column string, ids []int64) string {
	if len(ids) == 0 {
		return "1 = 0"
	}
	return column + " IN " + list(&b.args, ids)
}

// Columns gives formulas the columns of a record: its own, and the fields of its document.
func Columns(t *catalog.Type, d formula.Dialect) formula.Columns { return columns(t, d, "r.doc") }

// narrowDoc is how the index of lists spells the document: SQLite takes it from there where it is written just so.
const narrowDoc = "jsonb_remove(r.doc, '$.c', '$.s')"

// columns reads fields from doc, the document or what the index holds of it.
func (b *builder) columns(t *catalog.Type) formula.Columns {
	if b.narrow {
		return columns(t, b.dialect, narrowDoc)
	}
	return Columns(t, b.dialect)
}

func columns(t *catalog.Type, d formula.Dialect, doc string) formula.Columns {
	return func(name string) (string, formula.Kind, bool) {
		switch name {
		case "stage", "office", "number":
			return "NULLIF(r." + name + ", '')", formula.Text, true
		case "done":
			var keys []string
			for _, s := range t.Stages {
				if s.Done || s.Void {
					keys = append(keys, "'"+s.Key+"'") // keys of the catalog are plain words
				}
			}
			if len(keys) == 0 {
				return "(1 = 0)", formula.Bool, true
			}
			return "(r.stage IN (" + strings.Join(keys, ",") + "))", formula.Bool, true
		}
		f := t.Field(name)
		if f == nil {
			return "", 0, false
		}
		part := "f"
		if f.Origin == catalog.Computed || f.Origin == catalog.RolledUp || f.Origin == catalog.Followed {
			part = "d"
		}
		// SQLite reads a document anew for each arrow, but once for all paths into the same one. Keys of the catalog are plain words.
		json, value := "r.doc->'"+part+"'->'"+f.Key+"'", "r.doc->'"+part+"'->>'"+f.Key+"'"
		if d == formula.SQLite {
			json, value = doc+"->'$."+part+"."+f.Key+"'", doc+"->>'$."+part+"."+f.Key+"'"
		}
		switch f.Type {
		case catalog.LinesType:
			return "", 0, false
		case catalog.Flags, catalog.Offices:
			return "(" + json + ")", formula.Texts, true
		case catalog.Bool:
			return "(CAST(" + value + " AS TEXT) IN ('true','1'))", formula.Bool, true
		case catalog.Integer, catalog.Decimal, catalog.Points, catalog.Percent, catalog.Ref:
			return "CAST(" + value + " AS BIGINT)", formula.Int, true
		case catalog.Money:
			return "CAST(" + value + " AS BIGINT)", formula.Money, true
		case catalog.Date:
			return "(" + value + ")", formula.Date, true
		}
		kind := formula.Text
		if f.Sealed || f.Type == catalog.Person || f.Type == catalog.Phone || f.Type == catalog.IDNumber {
			kind = formula.Sealed
		}
		return "(" + value + ")", kind, true
	}
}

func (l *List) conditions(b *builder, code int64) error {
	b.where = append(b.where, "r.town = "+b.bind(code), "r.type = "+b.bind(l.TypeID))
	if !l.Void {
		b.where = append(b.where, "r.voided = 0")
	}
	if l.Stages != nil {
		b.where = append(b.where, b.in("r.stage", l.Stages))
	}
	if l.Offices != nil {
		b.where = append(b.where, b.in("r.office", l.Offices))
	}
	if l.Places != nil {
		b.where = append(b.where, b.among("r.place", l.Places))
	}
	if l.From != town.NoDay {
		b.where = append(b.where, "r.opened >= "+b.bind(int64(l.From)))
	}
	if l.Until != town.NoDay {
		b.where = append(b.where, "r.opened < "+b.bind(int64(l.Until)))
	}
	if l.DueBy != 0 {
		b.where = append(b.where, "r.due > 0", "r.due <= "+b.bind(int64(l.DueBy)))
	}
	if l.Person != 0 {
		p := b.bind(l.Person)
		b.where = append(b.where, "(r.opener = "+p+" OR r.holder = "+p+")")
	}
	for i, e := range l.Equal {
		if e.Field == 0 || b.partial[e.Field] || b.narrow && e.Key != "" {
			b.where = append(b.where, e.holds(b, l.Type))
			continue
		}
		holds := "x.town = " + b.bind(code) + " AND x.field = " + b.bind(e.Field) + " AND x.value = " + b.bind(e.Value) + " AND x.record = r.id"
		if i != b.lead {
			holds = "EXISTS (SELECT 1 FROM field x WHERE " + holds + ")"
		}
		b.where = append(b.where, holds)
	}
	if l.Blind != nil {
		b.where = append(b.where, "r.id IN (SELECT y.record FROM blind y WHERE y.town = "+b.bind(code)+" AND y.field = "+b.bind(l.Blind.Field)+" AND y.token = "+b.bind(l.Blind.Token)+")")
	}
	if phrases := Phrases(l.Words); len(phrases) > 0 {
		if b.dialect == formula.SQLite {
			b.where = append(b.where, "r.id IN (SELECT rowid FROM search WHERE search MATCH "+b.bind(together(phrases))+")")
		} else {
			var qs []string
			town := b.bind(code)
			for _, p := range phrases {
				qs = append(qs, "phraseto_tsquery('simple', "+b.bind(p)+")")
			}
			b.where = append(b.where, "r.id IN (SELECT record FROM search WHERE town = "+town+" AND words @@ ("+strings.Join(qs, " && ")+"))")
		}
	}
	cols := b.columns(l.Type)
	for _, p := range l.Where {
		text, err := p.Where(cols, b.dialect, &b.args)
		if err != nil {
			return &town.Error{Kind: town.Invalid, Field: "where", Zh: "这个条件不能用于列表：" + err.Error(), En: "this condition cannot be used in a list: " + err.Error(), Err: err}
		}
		b.where = append(b.where, text)
	}
	if l.See != nil && !l.See.All() {
		text, err := l.See.Where(access.Columns{ID: "r.id", Office: "r.office", Opener: "r.opener", Holder: "r.holder", Names: cols,
			Refers: func(to town.ID, args *[]any) string {
				*args = append(*args, code, int64(to))
				return fmt.Sprintf("r.id IN (SELECT k.source FROM link k WHERE k.town = $%d AND k.target = $%d)", len(*args)-1, len(*args))
			},
			Under: func(root town.Code, args *[]any) (string, error) {
				ids := l.Under(root)
				if ids == nil {
					return "1 = 0", nil
				}
				return "r.place IN " + list(args, ids), nil
			}}, b.dialect, &b.args)
		if err != nil {
			return fmt.Errorf("what may be seen of %s: %w", l.Type.Key, err)
		}
		b.where = append(b.where, text)
	}
	return nil
}

// sortKey is the expression that orders the list, never NULL, and whether it is a number.
func (l *List) sortKey(d formula.Dialect) (string, bool) {
	switch l.Sort {
	case "number", "title", "stage", "office":
		return "r." + l.Sort, false
	case "changed", "opened", "place":
		return "r." + l.Sort, true
	case "due": // what has no limit comes last
		return "CASE WHEN r.due = 0 THEN 9007199254740991 ELSE r.due END", true
	}
	if text, kind, ok := Columns(l.Type, d)(l.Sort); ok {
		switch kind {
		case formula.Int, formula.Money:
			return "COALESCE(" + text + ", 0)", true
		case formula.Text, formula.Date:
			return "COALESCE(" + text + ", '')", false
		}
	}
	return "r.id", true
}

// Records reads one page of a list.
func (q *Q) Records(ctx context.Context, code int64, l *List) ([]Row, error) {
	b, err := q.plan(ctx, code, l)
	if err != nil {
		return nil, err
	}
	if err := l.conditions(b, code); err != nil {
		return nil, err
	}
	key, num := l.sortKey(b.dialect)
	if !num && b.dialect == formula.Postgres {
		key = "(" + key + `) COLLATE "C"`
	}
	way, than := "ASC", ">"
	if l.Desc {
		way, than = "DESC", "<"
	}
	id := "r.id"
	if b.lead >= 0 {
		id = "x.record" // the order of the index
	}
	order := id + " " + way
	if key == "r.id" {
		key = id
		if c := l.Last; c != nil && c.Num {
			b.where = append(b.where, id+" "+than+" "+b.bind(int64(c.ID)))
		}
	} else {
		order = key + " " + way + ", " + order
		if c := l.Last; c != nil && c.Num == num {
			var v any = c.Text
			if num {
				v = c.Int
			}
			b.where = append(b.where, "("+key+", "+id+") "+than+" ("+b.bind(v)+", "+b.bind(int64(c.ID))+")")
		}
	}
	text := "SELECT " + key + ", r." + strings.ReplaceAll(recordColumns, ", ", ", r.") + " FROM " + b.from() + " WHERE " + strings.Join(b.where, " AND ") +
		" ORDER BY " + order + " LIMIT " + b.bind(l.N)
	rows, err := q.query(ctx, text, b.args...)
	return collect(rows, err, func(scan func(...any) error) (Row, error) {
		at := Cursor{Num: num}
		var to any = &at.Text
		if num {
			to = &at.Int
		}
		r, err := scanRecord(func(parts ...any) error { return scan(append([]any{to}, parts...)...) })
		if err != nil {
			return Row{}, err
		}
		at.ID = r.ID
		return Row{r, at}, nil
	})
}

// CountSoon counts a whole list where that takes no time to speak of: from kept counts, or by looking at no more than most
// records. Where ok is false CountRecords does it, which may take a second.
func (q *Q) CountSoon(ctx context.Context, code int64, l *List, most int64) (n int64, ok bool, err error) {
	if n, ok, err = q.countKept(ctx, code, l); ok || err != nil {
		return n, ok, err
	}
	b, err := q.plan(ctx, code, l)
	if err != nil {
		return 0, false, err
	}
	least, err := q.countCensus(ctx, code, l)
	if err == nil && b.lead >= 0 {
		least, err = q.FieldCensus(ctx, code, l.Equal[b.lead].Field, l.Equal[b.lead].Value)
	}
	if err != nil || least > most {
		return 0, false, err
	}
	n, err = q.CountRecords(ctx, code, l)
	return n, err == nil, err
}

// countKept answers from the census where stage, office and place are all that is asked, from the census of a field where
// one value is.
func (q *Q) countKept(ctx context.Context, code int64, l *List) (n int64, ok bool, err error) {
	plain := l.Blind == nil && l.From == town.NoDay && l.Until == town.NoDay && l.DueBy == 0 && l.Person == 0 && len(Phrases(l.Words)) == 0 && len(l.Where) == 0 && (l.See == nil || l.See.All())
	switch {
	case plain && len(l.Equal) == 0:
		n, err = q.countCensus(ctx, code, l)
		return n, err == nil, err
	case plain && len(l.Equal) == 1 && l.Equal[0].Field != 0 && l.Stages == nil && l.Offices == nil && l.Places == nil && !l.Void:
		partial, err := q.partial(ctx, code, l)
		if err != nil || partial[l.Equal[0].Field] {
			return 0, false, err
		}
		n, err = q.FieldCensus(ctx, code, l.Equal[0].Field, l.Equal[0].Value)
		return n, err == nil, err
	}
	return 0, false, nil
}

// CountRecords counts a whole list exactly: from kept counts where they tell, and by counting otherwise.
func (q *Q) CountRecords(ctx context.Context, code int64, l *List) (int64, error) {
	if n, ok, err := q.countKept(ctx, code, l); ok || err != nil {
		return n, err
	}
	if n, ok, err := q.countWords(ctx, code, l); ok || err != nil {
		return n, err
	}
	b, err := q.plan(ctx, code, l)
	if err != nil {
		return 0, err
	}
	if err := l.conditions(b, code); err != nil {
		return 0, err
	}
	var n int64
	err = q.row(ctx, "SELECT count(*) FROM "+b.from()+" WHERE "+strings.Join(b.where, " AND "), b.args...).Scan(&n)
	return n, err
}

// fewOthers is up to how many records beside a list are looked at one by one.
const fewOthers = 10_000

// countWords counts what full text finds in a list that holds nearly all records of the town, where SQLite counts all
// that it finds in a fraction of the time in which it would look each up: it takes off what it finds in the others.
func (q *Q) countWords(ctx context.Context, code int64, l *List) (n int64, ok bool, err error) {
	if q.dialect != SQLite || l.Void || l.Stages != nil || l.Offices != nil || l.Places != nil || l.From != town.NoDay || l.Until != town.NoDay || l.DueBy != 0 || l.Person != 0 ||
		len(l.Equal) > 0 || l.Blind != nil || len(l.Where) > 0 || l.See != nil && !l.See.All() || len(Phrases(l.Words)) == 0 {
		return 0, false, nil
	}
	mine, err := q.countCensus(ctx, code, l)
	if err != nil {
		return 0, false, err
	}
	var all sql.NullInt64
	if err := q.row(ctx, "SELECT CAST(sum(n) AS BIGINT) FROM census WHERE town = $1", code).Scan(&all); err != nil {
		return 0, false, err
	}
	if others := all.Int64 - mine; others > fewOthers || others > mine/4 {
		return 0, false, nil
	}
	b := &builder{}
	match := b.bind(together(Phrases(l.Words)))
	at, typ := b.bind(code), b.bind(l.TypeID)
	found := " AND EXISTS (SELECT 1 FROM search WHERE search MATCH " + match + " AND rowid = r.id)"
	var parts []string
	for _, others := range []string{"r.type < " + typ, "r.type > " + typ, "r.type = " + typ + " AND r.voided > 0"} {
		parts = append(parts, "(SELECT count(*) FROM record r WHERE r.town = "+at+" AND "+others+found+")")
	}
	err = q.row(ctx, "SELECT (SELECT count(*) FROM search WHERE search MATCH "+match+") - "+strings.Join(parts, " - "), b.args...).Scan(&n)
	return n, err == nil, err
}

// CountStages counts a list by stage, stage by stage exactly; what is void is no stage.
func (q *Q) CountStages(ctx context.Context, code int64, l *List) (map[string]int64, error) {
	b, err := q.plan(ctx, code, l)
	if err != nil {
		return nil, err
	}
	if err := l.conditions(b, code); err != nil {
		return nil, err
	}
	rows, err := q.query(ctx, "SELECT r.stage, count(*) FROM "+b.from()+" WHERE "+strings.Join(b.where, " AND ")+" GROUP BY r.stage", b.args...)
	out := map[string]int64{}
	_, err = collect(rows, err, func(scan func(...any) error) (string, error) {
		var stage string
		var n int64
		err := scan(&stage, &n)
		out[stage] = n
		return stage, err
	})
	return out, err
}

func (q *Q) countCensus(ctx context.Context, code int64, l *List) (int64, error) {
	b := &builder{}
	b.where = append(b.where, "town = "+b.bind(code), "type = "+b.bind(l.TypeID))
	stages := l.Stages
	if stages != nil && l.Void {
		stages = append(append([]string(nil), stages...), VoidStage)
	}
	switch {
	case stages != nil:
		b.where = append(b.where, b.in("stage", stages))
	case !l.Void:
		b.where = append(b.where, "stage <> "+b.bind(VoidStage))
	}
	if l.Offices != nil {
		b.where = append(b.where, b.in("office", l.Offices))
	}
	if l.Places != nil {
		b.where = append(b.where, b.among("place", l.Places))
	}
	var n sql.NullInt64
	err := q.row(ctx, "SELECT CAST(sum(n) AS BIGINT) FROM census WHERE "+strings.Join(b.where, " AND "), b.args...).Scan(&n)
	return n.Int64, err
}

func (q *Q) formulas() formula.Dialect {
	if q.dialect == Postgres {
		return formula.Postgres
	}
	return formula.SQLite
}

// TypeCount is how many records of a type stand in a stage.
type TypeCount struct {
	Type  int64
	Stage string
	N     int64
}

// TypeCounts counts all records by type and stage.
func (q *Q) TypeCounts(ctx context.Context, code int64) ([]TypeCount, error) {
	rows, err := q.query(ctx, "SELECT type, stage, CAST(sum(n) AS BIGINT) FROM census WHERE town = $1 GROUP BY type, stage HAVING sum(n) <> 0", code)
	return collect(rows, err, func(scan func(...any) error) (TypeCount, error) {
		var c TypeCount
		return c, scan(&c.Type, &c.Stage, &c.N)
	})
}

// Work asks for records that wait for somebody: of the given types and stages.
type Work struct {
	Stages  map[int64][]string // type → stages in which the person has a move
	Offices []string           // nil = any
	Places  []int64            // nil = any
	Person  int64              // opened or held by; 0 = anybody
	N       int
}

// mostSorted is up to how many records of a Work are gathered and sorted rather than sought along their due days.
const mostSorted = 2000

// fewWaiting lists a Work of which the census says that few records wait: most of what runs is then somebody else's, and
// each type and stage that holds any is looked up by itself.
func (q *Q) fewWaiting(ctx context.Context, code int64, w Work) (ids []town.ID, few bool, err error) {
	if w.Person != 0 {
		return nil, false, nil
	}
	counts, err := q.WaitingBy(ctx, code, w)
	n := int64(0)
	for _, c := range counts {
		n += c.N
	}
	if err != nil || n > mostSorted || len(counts) > 200 {
		return nil, false, err
	}
	if len(counts) == 0 {
		return nil, true, nil
	}
	b := &builder{dialect: q.formulas()}
	at := b.bind(code)
	var parts []string
	for _, c := range counts {
		text := "SELECT r.id, r.due FROM record r WHERE r.town = " + at + " AND r.type = " + b.bind(c.Type) + " AND r.stage = " + b.bind(c.Stage) + " AND r.voided = 0"
		if w.Offices != nil {
			text += " AND " + b.in("r.office", w.Offices)
		}
		if w.Places != nil {
			text += " AND " + b.among("r.place", w.Places)
		}
		parts = append(parts, text)
	}
	rows, err := q.query(ctx, "SELECT id FROM ("+strings.Join(parts, " UNION ALL ")+") AS r ORDER BY CASE WHEN due = 0 THEN 1 ELSE 0 END, due, id LIMIT "+b.bind(w.N), b.args...)
	ids, err = collect(rows, err, scanID)
	return ids, true, err
}

// Waiting lists records of a Work: what runs out first, then the oldest of what has no limit.
func (q *Q) Waiting(ctx context.Context, code int64, w Work) ([]*RecordRow, error) {
	ids, few, err := q.fewWaiting(ctx, code, w)
	if err != nil {
		return nil, err
	}
	// The index of due days holds only what runs; the unary plus keeps it in use instead of the index of types.
	for _, part := range [...]struct{ where, typ, order string }{{"r.due > 0", "+r.type", "r.due, r.id"}, {"r.due = 0", "r.type", "r.id"}} {
		if few || len(ids) >= w.N {
			break
		}
		b, ok := w.conditions(q.formulas(), code, part.typ)
		if !ok {
			return nil, nil
		}
		rows, err := q.query(ctx, "SELECT r.id FROM "+w.from()+" WHERE "+part.where+" AND "+strings.Join(b.where, " AND ")+" ORDER BY "+part.order+" LIMIT "+b.bind(w.N-len(ids)), b.args...)
		more, err := collect(rows, err, scanID)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	out := make([]*RecordRow, 0, len(ids))
	for _, id := range ids {
		r, err := q.Record(ctx, code, id)
		if err != nil {
			return nil, err
		}
		if r != nil {
			out = append(out, r)
		}
	}
	return out, nil
}

// from is the records a Work looks through: of one person's only the newest, because nothing orders records by person.
func (w *Work) from() string {
	if w.Person == 0 {
		return "record r"
	}
	return "(SELECT town, id, type, stage, voided, place, office, due, opener, holder FROM record WHERE town = $1 ORDER BY id DESC LIMIT 5000) r"
}

// WaitingBy counts a Work exactly by type and stage, from the census; of one person's among the newest.
func (q *Q) WaitingBy(ctx context.Context, code int64, w Work) ([]TypeCount, error) {
	b, ok := w.conditions(q.formulas(), code, "r.type")
	if !ok {
		return nil, nil
	}
	text := "SELECT r.type, r.stage, count(*) FROM " + w.from() + " WHERE " + strings.Join(b.where, " AND ") + " GROUP BY r.type, r.stage ORDER BY r.type, r.stage"
	if w.Person == 0 {
		text = "SELECT r.type, r.stage, CAST(sum(r.n) AS BIGINT) FROM census r WHERE " + strings.Join(slices.DeleteFunc(b.where, func(s string) bool { return s == "r.voided = 0" }), " AND ") +
			" GROUP BY r.type, r.stage HAVING sum(r.n) <> 0 ORDER BY r.type, r.stage"
	}
	rows, err := q.query(ctx, text, b.args...)
	return collect(rows, err, func(scan func(...any) error) (TypeCount, error) {
		var c TypeCount
		return c, scan(&c.Type, &c.Stage, &c.N)
	})
}

// WaitingDue counts the records of a Work that ran out by an instant.
func (q *Q) WaitingDue(ctx context.Context, code int64, w Work, by town.Millis) (n int64, err error) {
	b, ok := w.conditions(q.formulas(), code, "+r.type")
	if !ok {
		return 0, nil
	}
	err = q.row(ctx, "SELECT count(*) FROM "+w.from()+" WHERE r.due > 0 AND r.due <= "+b.bind(int64(by))+" AND "+strings.Join(b.where, " AND "), b.args...).Scan(&n)
	return n, err
}

func (w *Work) conditions(d formula.Dialect, code int64, typ string) (*builder, bool) {
	b := &builder{dialect: d}
	b.where = append(b.where, "r.town = "+b.bind(code), "r.voided = 0")
	var pairs []string // looked up, where a hundred OR were tried one after the other for each row
	for _, t := range slices.Sorted(maps.Keys(w.Stages)) {
		for _, s := range w.Stages[t] {
			pairs = append(pairs, "(CAST("+b.bind(t)+" AS BIGINT), CAST("+b.bind(s)+" AS TEXT))")
		}
	}
	if len(pairs) == 0 {
		return b, false
	}
	b.where = append(b.where, "("+typ+", r.stage) IN (VALUES "+strings.Join(pairs, ", ")+")")
	if w.Offices != nil {
		b.where = append(b.where, b.in("r.office", w.Offices))
	}
	if w.Places != nil {
		b.where = append(b.where, b.among("r.place", w.Places))
	}
	if w.Person != 0 {
		p := b.bind(w.Person)
		b.where = append(b.where, "(r.opener = "+p+" OR r.holder = "+p+")")
	}
	return b, true
}

// EventsAt reads the events of some numbers, in order.
func (q *Q) EventsAt(ctx context.Context, code int64, seqs []int64) ([]EventRow, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	list := "SELECT value FROM json_each($2)"
	if q.dialect == Postgres {
		list = "SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST($2 AS JSONB)) AS c(value)"
	}
	text, err := json.Marshal(seqs)
	if err != nil {
		return nil, err
	}
	rows, err := q.query(ctx, "SELECT "+eventColumns+" FROM event WHERE town = $1 AND seq IN ("+list+") ORDER BY seq", code, string(text))
	return collect(rows, err, scanEvent)
}

// EventBySeq reads one event; ok is false when there is none.
func (q *Q) EventBySeq(ctx context.Context, code, seq int64) (e EventRow, ok bool, err error) {
	e, err = scanEvent(q.row(ctx, "SELECT "+eventColumns+" FROM event WHERE town = $1 AND seq = $2", code, seq).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, err
}

// Session is a person signed in at one device. Times are of the machine, not of the town.
type Session struct {
	Token  string // SHA-256 of the cookie's token, hex
	Person int64
	Since  town.Millis
	Seen   town.Millis
	Agent  string
}

// PutSession writes a session, or when it was last seen.
func (t *Tx) PutSession(ctx context.Context, code int64, s Session) error {
	_, err := t.exec(ctx, "INSERT INTO session (town, token, person, since, seen, agent) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (town, token) DO UPDATE SET seen = excluded.seen",
		code, s.Token, s.Person, int64(s.Since), int64(s.Seen), s.Agent)
	return err
}

// DropSession ends a session.
func (t *Tx) DropSession(ctx context.Context, code int64, token string) error {
	_, err := t.exec(ctx, "DELETE FROM session WHERE town = $1 AND token = $2", code, token)
	return err
}

// DropSessionsOf ends all sessions of a person, and those not seen since before.
func (t *Tx) DropSessionsOf(ctx context.Context, code, person int64, before town.Millis) error {
	_, err := t.exec(ctx, "DELETE FROM session WHERE town = $1 AND (person = $2 OR seen < $3)", code, person, int64(before))
	return err
}

// Session reads a session; ok is false when there is none.
func (q *Q) Session(ctx context.Context, code int64, token string) (s Session, ok bool, err error) {
	err = q.row(ctx, "SELECT token, person, since, seen, agent FROM session WHERE town = $1 AND token = $2", code, token).Scan(&s.Token, &s.Person, &s.Since, &s.Seen, &s.Agent)
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}
