package web

import (
	"slices"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// seesType tells whether the visitor sees any record of a type.
func (v *visit) seesType(t *catalog.Type) bool {
	return !access.MaySee(v.view.Cat, t, v.actor()).None()
}

// seesAll tells whether the visitor sees every record of a type.
func (v *visit) seesAll(t *catalog.Type) bool {
	return access.MaySee(v.view.Cat, t, v.actor()).All()
}

// narrow lets a list give only what the visitor may see.
func (v *visit) narrow(l *store.List) {
	f := access.MaySee(v.view.Cat, l.Type, v.actor())
	l.See = &f
	l.Under = func(root town.Code) []int64 {
		if p := v.view.Place(root); p != nil {
			return p.Down
		}
		return nil
	}
}

// maySee tells whether the visitor sees a record.
func (v *visit) maySee(t *catalog.Type, row *store.RecordRow) bool {
	f := access.MaySee(v.view.Cat, t, v.actor())
	if f.All() || f.None() {
		return f.All()
	}
	ok, err := f.Sees(access.Of(&row.Record), flow.Scope(v.view.Cat, t, v.world(), &row.Record), v.view.Within)
	return err == nil && ok
}

// barred says why the visitor may not make a move now; nil when nothing bars it.
func (v *visit) barred(t *catalog.Type, row *store.RecordRow, m *catalog.Move) error {
	if _, err := access.MayMove(v.view.Cat, t, m, v.actor(), &row.Record, access.Of(&row.Record), v.view.Within); err != nil {
		return err
	}
	return flow.Barred(v.view.Cat, t, v.world(), &row.Record, v.actor(), m.Key)
}

// mayOpen tells whether the visitor may open a record of a type by hand.
func (v *visit) mayOpen(t *catalog.Type) bool {
	_, err := access.MayOpen(v.view.Cat, t, v.actor())
	return err == nil
}

// mayMend tells whether the visitor may correct and void a record.
func (v *visit) mayMend(t *catalog.Type, row *store.RecordRow) bool {
	_, err := access.MayMend(v.view.Cat, t, v.actor(), access.Of(&row.Record), v.view.Within)
	return err == nil
}

func (v *visit) holdsAny(roles []string) bool {
	for _, p := range v.member.Posts {
		if slices.Contains(roles, p.Role) {
			return true
		}
	}
	return false
}

// world lets flow look at the snapshot of the visit.
func (v *visit) world() flow.World { return v.r.World(v.now) }

// seen reads a record that the visitor may see; Missing otherwise, so that
// what is hidden and what is not there look alike.
func (v *visit) seen(id town.ID) (*catalog.Type, *store.RecordRow, error) {
	missing := town.Refuse(town.Missing, "record", "没有这条记录，或您无权查看。", "there is no such record, or you may not see it.")
	row, err := v.r.Record(id)
	if err != nil {
		return nil, nil, err
	}
	if row == nil {
		return nil, nil, missing
	}
	t := v.view.Cat.Types[row.Type]
	if t == nil || !v.maySee(t, row) {
		return nil, nil, missing
	}
	return t, row, nil
}
