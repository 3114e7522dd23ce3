package store

import (
	"context"
	"database/sql"
	"errors"

	"zhenwu/internal/town"
)

// SealedRow is an encrypted field of a record, under the reference by which events name it. Ref "" is the record's wrapped key.
type SealedRow struct {
	Record town.ID
	Ref    string
	Field  string
	Box    []byte
}

var insertSealed = newInsert(5, "INSERT INTO sealed (town, record, ref, field, box)", " ON CONFLICT (town, record, ref) DO UPDATE SET box = excluded.box")

// PutSealed writes encrypted fields.
func (t *Tx) PutSealed(ctx context.Context, code int64, rs []SealedRow) error {
	return t.bulk(ctx, insertSealed, len(rs), func(a []any, i int) []any {
		return append(a, code, int64(rs[i].Record), rs[i].Ref, rs[i].Field, rs[i].Box)
	})
}

// Sealed reads the encrypted fields of a record by their references, and its wrapped key under "".
func (q *Q) Sealed(ctx context.Context, code int64, id town.ID) (map[string]SealedRow, error) {
	list, err := q.SealedRange(ctx, code, id-1, id)
	out := make(map[string]SealedRow, len(list))
	for _, s := range list {
		out[s.Ref] = s
	}
	return out, err
}

// SealedRange lists the encrypted fields of the records with after < id ≤ to.
func (q *Q) SealedRange(ctx context.Context, code int64, after, to town.ID) ([]SealedRow, error) {
	rows, err := q.query(ctx, "SELECT record, ref, field, box FROM sealed WHERE town = $1 AND record > $2 AND record <= $3 ORDER BY record, ref", code, int64(after), int64(to))
	return collect(rows, err, func(scan func(...any) error) (SealedRow, error) {
		var s SealedRow
		return s, scan(&s.Record, &s.Ref, &s.Field, &s.Box)
	})
}

// WrappedKeys lists up to n wrapped keys of records with an id above after.
func (q *Q) WrappedKeys(ctx context.Context, code int64, after town.ID, n int) ([]SealedRow, error) {
	rows, err := q.query(ctx, "SELECT record, box FROM sealed WHERE town = $1 AND record > $2 AND ref = '' ORDER BY record LIMIT $3", code, int64(after), n)
	return collect(rows, err, func(scan func(...any) error) (SealedRow, error) {
		var s SealedRow
		return s, scan(&s.Record, &s.Box)
	})
}

// KeyedFigures lists the figure versions whose marks have keys.
func (q *Q) KeyedFigures(ctx context.Context, code int64) ([]FigureRow, error) {
	rows, err := q.query(ctx, "SELECT f.id, f.key FROM figure f WHERE f.town = $1 AND EXISTS (SELECT 1 FROM mark m WHERE m.town = $1 AND m.figure = f.id AND m.key <> '') ORDER BY f.id", code)
	return collect(rows, err, func(scan func(...any) error) (FigureRow, error) {
		var f FigureRow
		return f, scan(&f.ID, &f.Key)
	})
}

// DropSealed takes one box away.
func (t *Tx) DropSealed(ctx context.Context, code int64, id town.ID, ref string) error {
	_, err := t.exec(ctx, "DELETE FROM sealed WHERE town = $1 AND record = $2 AND ref = $3", code, int64(id), ref)
	return err
}

// Forget destroys the wrapped key of a record, its boxes and its blind indexes: what it sealed can never be read or found again.
func (t *Tx) Forget(ctx context.Context, code int64, id town.ID) error {
	for _, table := range [...]string{"sealed", "blind"} {
		if _, err := t.exec(ctx, "DELETE FROM "+table+" WHERE town = $1 AND record = $2", code, int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// BlindRow is the blind index of a sealed field of a record: the keyed hash of its value, and the word that all equal values of
// the field share. Field is a word "f".
type BlindRow struct {
	Record town.ID
	Field  int64
	Token  string // "": the row goes
	Kin    string
}

var insertBlind = newInsert(5, "INSERT INTO blind (town, record, field, token, kin)", " ON CONFLICT (town, record, field) DO UPDATE SET token = excluded.token, kin = excluded.kin")

// PutBlind writes blind indexes and takes those without a token away.
func (t *Tx) PutBlind(ctx context.Context, code int64, rs []BlindRow) error {
	put := make([]BlindRow, 0, len(rs))
	for _, r := range rs {
		if r.Token != "" {
			put = append(put, r)
			continue
		}
		if _, err := t.exec(ctx, "DELETE FROM blind WHERE town = $1 AND record = $2 AND field = $3", code, int64(r.Record), r.Field); err != nil {
			return err
		}
	}
	return t.bulk(ctx, insertBlind, len(put), func(a []any, i int) []any {
		return append(a, code, int64(put[i].Record), put[i].Field, put[i].Token, put[i].Kin)
	})
}

// BlindRange lists the blind indexes of the records with after < id ≤ to.
func (q *Q) BlindRange(ctx context.Context, code int64, after, to town.ID) ([]BlindRow, error) {
	rows, err := q.query(ctx, "SELECT record, field, token, kin FROM blind WHERE town = $1 AND record > $2 AND record <= $3 ORDER BY record, field", code, int64(after), int64(to))
	return collect(rows, err, scanBlind)
}

// BlindOf lists up to n blind indexes with a token, by record.
func (q *Q) BlindOf(ctx context.Context, code, field int64, token string, n int) ([]BlindRow, error) {
	rows, err := q.query(ctx, "SELECT record, field, token, kin FROM blind WHERE town = $1 AND field = $2 AND token = $3 ORDER BY record LIMIT $4", code, field, token, n)
	return collect(rows, err, scanBlind)
}

// BlindTwice lists up to n tokens of a field under which more than one word stands: there must be none.
func (q *Q) BlindTwice(ctx context.Context, code int64, n int) ([]BlindRow, error) {
	rows, err := q.query(ctx, "SELECT min(record), field, token, min(kin) FROM blind WHERE town = $1 GROUP BY field, token HAVING min(kin) <> max(kin) ORDER BY field, token LIMIT $2", code, n)
	return collect(rows, err, scanBlind)
}

// StraySealed is the least record id above which boxes or blind indexes stand, 0 when there are none.
func (q *Q) StraySealed(ctx context.Context, code int64, above town.ID) (town.ID, error) {
	for _, table := range [...]string{"sealed", "blind"} {
		var n sql.NullInt64
		if err := q.row(ctx, "SELECT min(record) FROM "+table+" WHERE town = $1 AND record > $2", code, int64(above)).Scan(&n); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, err
		}
		if n.Valid {
			return town.ID(n.Int64), nil
		}
	}
	return 0, nil
}

func scanBlind(scan func(...any) error) (BlindRow, error) {
	var b BlindRow
	return b, scan(&b.Record, &b.Field, &b.Token, &b.Kin)
}
