package hall

import (
	"slices"

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

// Promised tells of a clause of a report whether a commitment keeps it or a dismissal says why it is none; year is the one that the report
// looks back on, 0 where it is not known: what was due by its end keeps nothing of the plan behind it. It is nil where the catalog knows no commitments.
func (r *Reader) Promised(year int) (func(clause string) bool, error) {
	if r.v.Cat.Types[commitment.Type] == nil {
		return nil, nil
	}
	kept, err := r.Kept()
	if err != nil {
		return nil, err
	}
	kept = slices.DeleteFunc(kept, func(k commitment.Kept) bool { return !k.Dismissed && k.Year <= year })
	keeper := commitment.NewKeeper(kept)
	return func(clause string) bool {
		_, ok := keeper.Find(clause, "")
		return ok
	}, nil
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
