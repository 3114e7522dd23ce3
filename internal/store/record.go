package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zhenwu/internal/town"
)

// RecordRow is a record as stored: the record itself and the columns that lists
// and the hall need beside it.
type RecordRow struct {
	town.Record
	TypeID  int64
	PlaceID int64
	Changed town.Millis
	Due     town.Millis // earliest due of its running clocks, 0 = none
	Opener  int64
	Holder  int64
	Title   string
	Marks   string // its marks in force, as the hall wrote them
}

const recordColumns = "id, type, number, rev, stage, voided, place, office, opened, created, changed, due, opener, holder, title, doc, marks"

func scanRecord(scan func(...any) error) (*RecordRow, error) {
	var r RecordRow
	var voided, opened int64
	var doc []byte
	if err := scan(&r.ID, &r.TypeID, &r.Number, &r.Rev, &r.Stage, &voided, &r.PlaceID, &r.Office, &opened, &r.Created, &r.Changed, &r.Due, &r.Opener, &r.Holder, &r.Title, &doc, &r.Marks); err != nil {
		return nil, err
	}
	r.Voided = voided != 0
	if err := r.ParseDoc(doc); err != nil {
		return nil, fmt.Errorf("record %d: %w", r.ID, err)
	}
	return &r, nil
}

// Record reads one record; nil when there is none. The caller fills Type and Place from their ids.
func (q *Q) Record(ctx context.Context, code int64, id town.ID) (*RecordRow, error) {
	r, err := scanRecord(q.row(ctx, "SELECT "+recordColumns+" FROM record WHERE town = $1 AND id = $2", code, int64(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return r, err
}

// RecordByNumber reads the record with a 受理编号; nil when there is none.
func (q *Q) RecordByNumber(ctx context.Context, code int64, number string) (*RecordRow, error) {
	r, err := scanRecord(q.row(ctx, "SELECT "+recordColumns+" FROM record WHERE town = $1 AND number = $2 AND number <> ''", code, number).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return r, err
}

// RecordsFrom streams up to n records with id > after, in order: sweeps and fsck.
func (q *Q) RecordsFrom(ctx context.Context, code int64, after town.ID, n int) ([]*RecordRow, error) {
	rows, err := q.query(ctx, "SELECT "+recordColumns+" FROM record WHERE town = $1 AND id > $2 ORDER BY id LIMIT $3", code, int64(after), n)
	return collect(rows, err, scanRecord)
}

// What a changed record sets anew. Every index over a column that an UPDATE
// names is written anew, whether the value differs or not: what stayed is not named.
const (
	setAlways = " ON CONFLICT (town, id) DO UPDATE SET rev = excluded.rev, changed = excluded.changed, holder = excluded.holder, title = excluded.title, doc = excluded.doc, marks = excluded.marks"
	setStage  = ", stage = excluded.stage"
	setDue    = ", due = excluded.due"
	setWhere  = ", voided = excluded.voided, place = excluded.place, office = excluded.office, opened = excluded.opened"
)

// insertRecords are the statements for records by what of them moved: bit 0 the stage, bit 1 the due day, bit 2 anything else that is indexed.
var insertRecords = func() (all [8]*insert) {
	for i := range all {
		tail := setAlways
		for bit, set := range [...]string{setStage, setDue, setWhere} {
			if i>>bit&1 == 1 {
				tail += set
			}
		}
		all[i] = newInsert(18, "INSERT INTO record (town, "+recordColumns+")", tail)
	}
	return all
}()

// moved tells which statement of insertRecords r needs; was is the row as it stands in the database, nil = not known or new.
func moved(was, r *RecordRow) int {
	if was == nil {
		return 7
	}
	which := 0
	if was.Stage != r.Stage {
		which |= 1
	}
	if was.Due != r.Due {
		which |= 2
	}
	if was.Voided != r.Voided || was.PlaceID != r.PlaceID || was.Office != r.Office || was.Opened() != r.Opened() {
		which |= 4
	}
	return which
}

// PutRecords writes records, new or changed, in the order of rs where one
// statement does for all. stood gives them as they stand in the database; what it
// does not hold is written whole.
func (t *Tx) PutRecords(ctx context.Context, code int64, rs []*RecordRow, stood map[town.ID]*RecordRow) error {
	var by [len(insertRecords)][]*RecordRow
	for _, r := range rs {
		which := moved(stood[r.ID], r)
		by[which] = append(by[which], r)
	}
	for which, rs := range by {
		if err := t.bulk(ctx, insertRecords[which], len(rs), func(a []any, i int) []any {
			r := rs[i]
			return append(a, code, int64(r.ID), r.TypeID, r.Number, r.Rev, r.Stage, flag(r.Voided), r.PlaceID, r.Office, int64(r.Opened()), int64(r.Created),
				int64(r.Changed), int64(r.Due), r.Opener, r.Holder, r.Title, string(r.AppendDoc(nil)), r.Marks)
		}); err != nil {
			return err
		}
	}
	return nil
}

// FieldRow says that a record's indexed field holds value. Field is a word "f".
type FieldRow struct {
	Field  int64
	Value  string
	Record town.ID
}

var (
	insertField = newInsert(4, "INSERT INTO field (town, field, value, record)", " ON CONFLICT DO NOTHING")
	insertLink  = newInsert(4, "INSERT INTO link (town, target, field, source)", " ON CONFLICT DO NOTHING")
)

// PutFields adds and removes index rows.
func (t *Tx) PutFields(ctx context.Context, code int64, add, drop []FieldRow) error {
	for _, r := range drop {
		if _, err := t.exec(ctx, "DELETE FROM field WHERE town = $1 AND field = $2 AND value = $3 AND record = $4", code, r.Field, r.Value, int64(r.Record)); err != nil {
			return err
		}
	}
	return t.bulk(ctx, insertField, len(add), func(a []any, i int) []any {
		return append(a, code, add[i].Field, add[i].Value, int64(add[i].Record))
	})
}

// FieldRecords lists up to n records whose indexed field holds value, newest last.
func (q *Q) FieldRecords(ctx context.Context, code, field int64, value string, n int) ([]town.ID, error) {
	rows, err := q.query(ctx, "SELECT record FROM field WHERE town = $1 AND field = $2 AND value = $3 ORDER BY record LIMIT $4", code, field, value, n)
	return collect(rows, err, scanID)
}

// RecordsHolding reads the records whose indexed field holds any of values, by id.
func (q *Q) RecordsHolding(ctx context.Context, code, field int64, values []string) ([]*RecordRow, error) {
	if len(values) == 0 {
		return nil, nil
	}
	args, in := []any{code, field}, ""
	for _, v := range values {
		args = append(args, v)
		in += fmt.Sprintf(", $%d", len(args))
	}
	rows, err := q.query(ctx, "SELECT "+recordColumns+" FROM record WHERE town = $1 AND id IN (SELECT record FROM field WHERE town = $1 AND field = $2 AND value IN ("+in[2:]+")) ORDER BY id", args...)
	return collect(rows, err, scanRecord)
}

func scanID(scan func(...any) error) (town.ID, error) {
	var id town.ID
	return id, scan(&id)
}

// LinkRow says that source's field (a word "f") names target.
type LinkRow struct {
	Target town.ID
	Field  int64
	Source town.ID
}

// PutLinks adds and removes references.
func (t *Tx) PutLinks(ctx context.Context, code int64, add, drop []LinkRow) error {
	for _, r := range drop {
		if _, err := t.exec(ctx, "DELETE FROM link WHERE town = $1 AND target = $2 AND field = $3 AND source = $4", code, int64(r.Target), r.Field, int64(r.Source)); err != nil {
			return err
		}
	}
	return t.bulk(ctx, insertLink, len(add), func(a []any, i int) []any {
		return append(a, code, int64(add[i].Target), add[i].Field, int64(add[i].Source))
	})
}

// Sources lists up to n records whose field names target.
func (q *Q) Sources(ctx context.Context, code int64, target town.ID, field int64, n int) ([]town.ID, error) {
	rows, err := q.query(ctx, "SELECT source FROM link WHERE town = $1 AND target = $2 AND field = $3 ORDER BY source LIMIT $4", code, int64(target), field, n)
	return collect(rows, err, scanID)
}

// Links lists all references to target, at most n.
func (q *Q) Links(ctx context.Context, code int64, target town.ID, n int) ([]LinkRow, error) {
	rows, err := q.query(ctx, "SELECT target, field, source FROM link WHERE town = $1 AND target = $2 ORDER BY field, source DESC LIMIT $3", code, int64(target), n)
	return collect(rows, err, func(scan func(...any) error) (LinkRow, error) {
		var l LinkRow
		return l, scan(&l.Target, &l.Field, &l.Source)
	})
}

// CensusCell counts records of a type by stage, office and place; voided records
// stand under the stage "∅".
type CensusCell struct {
	Type   int64
	Stage  string
	Office string
	Place  int64
}

var (
	insertCensus      = newInsert(6, "INSERT INTO census (town, type, stage, office, place, n)", " ON CONFLICT (town, type, stage, office, place) DO UPDATE SET n = census.n + excluded.n")
	insertFieldCensus = newInsert(4, "INSERT INTO field_census (town, field, value, n)", " ON CONFLICT (town, field, value) DO UPDATE SET n = field_census.n + excluded.n")
)

// CensusChange is a change of one count.
type CensusChange struct {
	CensusCell
	N int64
}

// AddCensus adds changes to the counts; cells are distinct.
func (t *Tx) AddCensus(ctx context.Context, code int64, cs []CensusChange) error {
	return t.bulk(ctx, insertCensus, len(cs), func(a []any, i int) []any {
		c := cs[i]
		return append(a, code, c.Type, c.Stage, c.Office, c.Place, c.N)
	})
}

// Census reads the counts of a type.
func (q *Q) Census(ctx context.Context, code, typ int64) ([]CensusChange, error) {
	rows, err := q.query(ctx, "SELECT type, stage, office, place, n FROM census WHERE town = $1 AND type = $2 AND n <> 0", code, typ)
	return collect(rows, err, func(scan func(...any) error) (CensusChange, error) {
		var c CensusChange
		return c, scan(&c.Type, &c.Stage, &c.Office, &c.Place, &c.N)
	})
}

// FieldCount is the change of how many records hold a value in an indexed field.
type FieldCount struct {
	Field int64
	Value string
	N     int64
}

// AddFieldCensus adds changes; cells are distinct.
func (t *Tx) AddFieldCensus(ctx context.Context, code int64, cs []FieldCount) error {
	return t.bulk(ctx, insertFieldCensus, len(cs), func(a []any, i int) []any {
		return append(a, code, cs[i].Field, cs[i].Value, cs[i].N)
	})
}

// FieldCensus reads how many records hold value in an indexed field.
func (q *Q) FieldCensus(ctx context.Context, code, field int64, value string) (int64, error) {
	var n int64
	err := q.row(ctx, "SELECT n FROM field_census WHERE town = $1 AND field = $2 AND value = $3", code, field, value).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// Serial takes the next n numbers of a series and returns the first.
func (t *Tx) Serial(ctx context.Context, code int64, series string) (int64, error) {
	var n int64
	err := t.row(ctx, "SELECT n FROM serial WHERE town = $1 AND series = $2", code, series).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n, err
}

// SetSerial keeps the last number given out of a series.
func (t *Tx) SetSerial(ctx context.Context, code int64, series string, n int64) error {
	_, err := t.exec(ctx, "INSERT INTO serial (town, series, n) VALUES ($1,$2,$3) ON CONFLICT (town, series) DO UPDATE SET n = excluded.n", code, series, n)
	return err
}

// VoidStage is the stage under which the census counts records that are void.
const VoidStage = "∅"

// IDsOfType lists up to n records of a type that are not void, with id > after, in order.
func (q *Q) IDsOfType(ctx context.Context, code, typ int64, after town.ID, n int) ([]town.ID, error) {
	rows, err := q.query(ctx, "SELECT id FROM record WHERE town = $1 AND type = $2 AND voided = 0 AND id > $3 ORDER BY id LIMIT $4", code, typ, int64(after), n)
	return collect(rows, err, scanID)
}
