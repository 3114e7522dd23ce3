package web

import (
	"slices"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/formula"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// limits says which records of a type the visitor sees: nil and true for all,
// an empty list for none.
func (v *visit) limits(t *catalog.Type) (any [][]store.Limit, all bool) {
	var ways []store.Limit
	for _, post := range v.member.Posts {
		if post.Role == "admin" && t.Sensitive {
			continue // keeping the machine is no reason to read what is sensitive
		}
		if post.Role == "admin" {
			return nil, true
		}
		role := v.view.Cat.Roles[post.Role]
		if role == nil {
			continue
		}
		for _, see := range t.See {
			if see.Role != post.Role {
				continue
			}
			l := store.Limit{Where: see.Of, Actor: map[string]string{"actor.office": post.Office, "actor.role": post.Role}}
			switch role.Scope {
			case catalog.ScopeOffice:
				if post.Office != "" {
					l.Offices = []string{post.Office, ""}
				}
			case catalog.ScopePlace:
				if p := v.view.Place(post.Place); p != nil && p.ID != 0 {
					l.Places = p.Down
				}
			case catalog.ScopeOwn:
				l.Person = v.member.ID
			}
			if l.Where == nil && l.Offices == nil && l.Places == nil && l.Person == 0 {
				return nil, true
			}
			ways = append(ways, l)
		}
	}
	return [][]store.Limit{ways}, false
}

// seesType tells whether the visitor sees any record of a type.
func (v *visit) seesType(t *catalog.Type) bool {
	ways, all := v.limits(t)
	return all || len(ways[0]) > 0
}

// maySee tells whether the visitor sees a record.
func (v *visit) maySee(t *catalog.Type, row *store.RecordRow) bool {
	ways, all := v.limits(t)
	if all {
		return true
	}
	for _, l := range ways[0] {
		if l.Offices != nil && !slices.Contains(l.Offices, row.Office) || l.Places != nil && !slices.Contains(l.Places, row.PlaceID) ||
			l.Person != 0 && row.Opener != l.Person && row.Holder != l.Person {
			continue
		}
		if l.Where != nil {
			ok, err := l.Where.Holds(asked{flow.Scope(v.view.Cat, t, v.world(), &row.Record), l.Actor})
			if err != nil || !ok {
				continue
			}
		}
		return true
	}
	return false
}

// mayOpen tells whether the visitor may open a record of a type by hand.
func (v *visit) mayOpen(t *catalog.Type) bool { return v.holdsAny(t.OpensBy) }

// mayMend tells whether the visitor may correct and void records of a type.
func (v *visit) mayMend(t *catalog.Type) bool { return v.holdsAny(t.CorrectsBy) }

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

// asked gives a filter the names of the record and of the reader.
type asked struct {
	formula.Values
	actor map[string]string
}

// Value implements formula.Values.
func (a asked) Value(name string) (any, bool) {
	if x, ok := a.actor[name]; ok {
		return x, x != ""
	}
	return a.Values.Value(name)
}
