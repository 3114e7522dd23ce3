package store

import (
	"context"
	"database/sql"
	"errors"

	"zhenwu/internal/town"
)

// These reads are fsck's: whole tables in the order of their keys, in pages.

// HistoryRow is an event of a record without what the journal alone needs.
type HistoryRow struct {
	Seq    int64
	Record town.ID
	At     town.Millis
	Day    town.Day
	Actor  int64
	Op     town.Op
	Rev    int64
	Stage  string
	Body   string
}

// Histories lists the events of the records with after < id ≤ to, by record and seq.
func (q *Q) Histories(ctx context.Context, code int64, after, to town.ID) ([]HistoryRow, error) {
	rows, err := q.query(ctx, "SELECT seq, record, at, day, actor, op, rev, stage, body FROM event WHERE town = $1 AND record > $2 AND record <= $3 ORDER BY record, seq", code, int64(after), int64(to))
	return collect(rows, err, func(scan func(...any) error) (HistoryRow, error) {
		var h HistoryRow
		return h, scan(&h.Seq, &h.Record, &h.At, &h.Day, &h.Actor, &h.Op, &h.Rev, &h.Stage, &h.Body)
	})
}

// TilesFrom lists up to n tiles with a number above after.
func (q *Q) TilesFrom(ctx context.Context, code, after int64, n int) ([]Tile, error) {
	rows, err := q.query(ctx, "SELECT tile, hashes FROM tile WHERE town = $1 AND tile > $2 ORDER BY tile LIMIT $3", code, after, n)
	return collect(rows, err, func(scan func(...any) error) (Tile, error) {
		var t Tile
		return t, scan(&t.Tile, &t.Hashes)
	})
}

// FieldsFrom lists up to n rows of the field index after one, in the order of its key.
func (q *Q) FieldsFrom(ctx context.Context, code int64, after FieldRow, n int) ([]FieldRow, error) {
	rows, err := q.query(ctx, "SELECT field, value, record FROM field WHERE town = $1 AND (field, value, record) > ($2, $3, $4) ORDER BY field, value, record LIMIT $5", code, after.Field, after.Value, int64(after.Record), n)
	return collect(rows, err, func(scan func(...any) error) (FieldRow, error) {
		var f FieldRow
		return f, scan(&f.Field, &f.Value, &f.Record)
	})
}

// LinksFrom lists up to n references after one, in the order of their key.
func (q *Q) LinksFrom(ctx context.Context, code int64, after LinkRow, n int) ([]LinkRow, error) {
	rows, err := q.query(ctx, "SELECT target, field, source FROM link WHERE town = $1 AND (target, field, source) > ($2, $3, $4) ORDER BY target, field, source LIMIT $5", code, int64(after.Target), after.Field, int64(after.Source), n)
	return collect(rows, err, func(scan func(...any) error) (LinkRow, error) {
		var l LinkRow
		return l, scan(&l.Target, &l.Field, &l.Source)
	})
}

// FieldCensusFrom lists up to n counts of the field index after one, in the order of their key, without zeros.
func (q *Q) FieldCensusFrom(ctx context.Context, code int64, after FieldCount, n int) ([]FieldCount, error) {
	rows, err := q.query(ctx, "SELECT field, value, n FROM field_census WHERE town = $1 AND (field, value) > ($2, $3) AND n <> 0 ORDER BY field, value LIMIT $4", code, after.Field, after.Value, n)
	return collect(rows, err, func(scan func(...any) error) (FieldCount, error) {
		var c FieldCount
		return c, scan(&c.Field, &c.Value, &c.N)
	})
}

// AllCensus reads the counts of all types, without zeros.
func (q *Q) AllCensus(ctx context.Context, code int64) ([]CensusChange, error) {
	rows, err := q.query(ctx, "SELECT type, stage, office, place, n FROM census WHERE town = $1 AND n <> 0", code)
	return collect(rows, err, func(scan func(...any) error) (CensusChange, error) {
		var c CensusChange
		return c, scan(&c.Type, &c.Stage, &c.Office, &c.Place, &c.N)
	})
}

// SerialRow is the last number given out of a series.
type SerialRow struct {
	Series string
	N      int64
}

// Serials lists all series of numbers.
func (q *Q) Serials(ctx context.Context, code int64) ([]SerialRow, error) {
	rows, err := q.query(ctx, "SELECT series, n FROM serial WHERE town = $1 ORDER BY series", code)
	return collect(rows, err, func(scan func(...any) error) (SerialRow, error) {
		var s SerialRow
		return s, scan(&s.Series, &s.N)
	})
}

// AllData lists every row of town data.
func (q *Q) AllData(ctx context.Context, code int64) ([]Datum, error) {
	rows, err := q.query(ctx, "SELECT register, key, doc, seq FROM datum WHERE town = $1 ORDER BY register, key", code)
	return collect(rows, err, scanDatum)
}

// StrayFigures lists the figure versions that marks, tallies or first days name but the town does not have.
func (q *Q) StrayFigures(ctx context.Context, code int64) ([]int64, error) {
	var out []int64
	for _, table := range []string{"mark", "tally", "seen"} {
		rows, err := q.query(ctx, "SELECT DISTINCT figure FROM "+table+" WHERE town = $1 AND figure NOT IN (SELECT id FROM figure WHERE town = $1)", code)
		ids, err := collect(rows, err, func(scan func(...any) error) (int64, error) {
			var id int64
			return id, scan(&id)
		})
		if err != nil {
			return nil, err
		}
		out = append(out, ids...)
	}
	return out, nil
}

// LastEvent is the highest sequence number of an event, 0 when there is none.
func (q *Q) LastEvent(ctx context.Context, code int64) (int64, error) {
	var n sql.NullInt64
	err := q.row(ctx, "SELECT max(seq) FROM event WHERE town = $1", code).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return n.Int64, err
}
