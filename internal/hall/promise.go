package hall

import (
	"zhenwu/internal/commitment"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Kept lists what the register holds of reports: the commitments, and the clauses that were dismissed. Void ones are left out.
func (r *Reader) Kept() ([]commitment.Kept, error) {
	var out []commitment.Kept
	for _, key := range []string{commitment.Type, commitment.DismissalType} {
		if err := r.each(key, func(row *store.RecordRow) error {
			out = append(out, commitment.KeptOf(&row.Record))
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// each walks the records of a type that are not void, in the order of opening.
func (r *Reader) each(typ string, do func(*store.RecordRow) error) error {
	t := r.v.Cat.Types[typ]
	if t == nil || r.v.TypeID(typ) == 0 {
		return nil
	}
	l := &store.List{Type: t, TypeID: r.v.TypeID(typ), From: town.NoDay, Until: town.NoDay, Sort: "id", N: 500}
	for {
		rows, err := r.q.Records(r.ctx, r.code, l)
		if err != nil {
			return err
		}
		for _, row := range rows {
			r.Name(row.RecordRow)
			if err := do(row.RecordRow); err != nil {
				return err
			}
		}
		if len(rows) < l.N {
			return nil
		}
		at := rows[len(rows)-1].At
		l.Last = &at
	}
}
