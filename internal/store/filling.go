package store

import (
	"context"
	"strconv"

	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
	"zhenwu/internal/town"
)

// FillRow is an index that is being filled: of the records up to Done its rows
// stand. Field is a word "f". An index without a FillRow is whole.
type FillRow struct {
	Field int64
	Done  town.ID
}

// Fills lists the indexes that are being filled.
func (q *Q) Fills(ctx context.Context, code int64) ([]FillRow, error) {
	rows, err := q.query(ctx, "SELECT field, done_to FROM filling WHERE town = $1 ORDER BY field", code)
	return collect(rows, err, func(scan func(...any) error) (FillRow, error) {
		var f FillRow
		return f, scan(&f.Field, &f.Done)
	})
}

// PutFill begins to fill an index, or notes how far it is filled.
func (t *Tx) PutFill(ctx context.Context, code int64, f FillRow) error {
	_, err := t.exec(ctx, "INSERT INTO filling (town, field, done_to) VALUES ($1,$2,$3) ON CONFLICT (town, field) DO UPDATE SET done_to = excluded.done_to", code, f.Field, int64(f.Done))
	return err
}

// DropFill says that an index is whole, or is kept no more.
func (t *Tx) DropFill(ctx context.Context, code, field int64) error {
	_, err := t.exec(ctx, "DELETE FROM filling WHERE town = $1 AND field = $2", code, field)
	return err
}

// ClearField takes all rows and counts of an index away.
func (t *Tx) ClearField(ctx context.Context, code, field int64) error {
	for _, table := range [...]string{"field", "field_census", "filling"} {
		if _, err := t.exec(ctx, "DELETE FROM "+table+" WHERE town = $1 AND field = $2", code, field); err != nil {
			return err
		}
	}
	return nil
}

// ClearLinks takes all references by a field away.
func (t *Tx) ClearLinks(ctx context.Context, code, field int64) error {
	_, err := t.exec(ctx, "DELETE FROM link WHERE town = $1 AND field = $2", code, field)
	return err
}

// ClearIndexes takes all indexes and references away.
func (t *Tx) ClearIndexes(ctx context.Context, code int64) error {
	for _, table := range [...]string{"field", "field_census", "filling", "link"} {
		if _, err := t.exec(ctx, "DELETE FROM "+table+" WHERE town = $1", code); err != nil {
			return err
		}
	}
	return nil
}

// Doubles lists up to n values after one that more than one record holds in an index.
func (q *Q) Doubles(ctx context.Context, code, field int64, after string, n int) ([]FieldCount, error) {
	rows, err := q.query(ctx, "SELECT field, value, count(*) FROM field WHERE town = $1 AND field = $2 AND value > $3 GROUP BY field, value HAVING count(*) > 1 ORDER BY value LIMIT $4", code, field, after, n)
	return collect(rows, err, func(scan func(...any) error) (FieldCount, error) {
		var c FieldCount
		return c, scan(&c.Field, &c.Value, &c.N)
	})
}

// partial tells which indexes that a list asks for are not whole, on the list's own snapshot.
func (q *Q) partial(ctx context.Context, code int64, l *List) (map[int64]bool, error) {
	if len(l.Equal) == 0 {
		return nil, nil
	}
	fills, err := q.Fills(ctx, code)
	if err != nil || len(fills) == 0 {
		return nil, err
	}
	out := make(map[int64]bool, len(fills))
	for _, f := range fills {
		out[f.Field] = true
	}
	return out, nil
}

// holds is the condition that a record holds a value, computed from the record: what its index would say.
func (e *Equal) holds(b *builder, t *catalog.Type) string {
	text, kind, ok := b.columns(t)(e.Key)
	if !ok || e.Value == "" {
		return "1 = 0"
	}
	switch kind {
	case formula.Bool:
		switch e.Value {
		case "true":
			return "(r.voided = 0 AND " + text + ")"
		case "false":
			return "(r.voided = 0 AND NOT " + text + ")"
		}
		return "1 = 0"
	case formula.Int, formula.Money:
		n, err := strconv.ParseInt(e.Value, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != e.Value {
			return "1 = 0"
		}
		return "(r.voided = 0 AND " + text + " = " + b.bind(n) + ")"
	case formula.Texts:
		return "1 = 0" // several values stand in no index
	}
	return "(r.voided = 0 AND " + text + " = " + b.bind(e.Value) + ")"
}
