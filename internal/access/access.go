// Package access owns who may do and see what: roles, how far a post reaches,
// and separation of duties. It is pure: it knows the catalog, the posts of an
// actor and one record, and touches no database. It does not own stages, guards
// or the fields of a move; those are the flow's.
//
// Invariant: one post gives both the right and the reach. A role held for one
// village and the reach of another post do not add up to a right.
package access

import (
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// Within tells whether place is root or lies below it. Both are codes of the
// place tree; the code "" is the town.
type Within func(place, root town.Code) bool

// Subject is what access must know of a record.
type Subject struct {
	Place  town.Code    // where it counts, "" = the town
	Office string       // who holds it
	Opener int64        // the person who opened it, 0 = the system
	Holder int64        // the person who made its last step, 0 = the system
	Record *town.Record // itself, for what it is and what it refers to; nil = no post is held for it
}

// Of gives the subject of rec.
func Of(rec *town.Record) Subject {
	s := Subject{Place: rec.Place, Office: rec.Office, Record: rec}
	if len(rec.Steps) > 0 {
		s.Opener = rec.Steps[0].Actor
	}
	for i := len(rec.Steps) - 1; i >= 0 && s.Holder == 0; i-- {
		s.Holder = rec.Steps[i].Actor
	}
	return s
}

// reach is how far one post sees and acts in one type.
type reach struct {
	scope  catalog.Scope
	role   string
	office string
	place  town.Code
	person int64
	of     town.ID       // the record that the post is held for
	typ    *catalog.Type // whose references may name it
}

// reachOf gives the reach of post p of a person. A role that the catalog does
// not know reaches the person's own records only.
func reachOf(cat *catalog.Catalog, t *catalog.Type, p town.Post, person int64) reach {
	r := reach{scope: catalog.ScopeOwn, role: p.Role, office: p.Office, place: p.Place, person: person, of: p.For, typ: t}
	if role := cat.Roles[p.Role]; role != nil {
		r.scope = role.Scope
		if r.office == "" {
			r.office = role.Office
		}
	}
	switch {
	case r.scope == catalog.ScopePlace && r.place == "":
		r.scope = catalog.ScopeTown
	case r.scope == catalog.ScopePlace && !placed(t):
		r.scope = catalog.ScopeOffice // records of such a type lie nowhere: the office is what is left to narrow by
	}
	return r
}

// placed tells whether records of t lie at a place of their own.
func placed(t *catalog.Type) bool {
	if t.Place != "" {
		return true
	}
	f := t.Field("place")
	return f != nil && f.Type == catalog.Place
}

// covers tells whether the reach covers s.
func (r reach) covers(s Subject, within Within) bool {
	switch r.scope {
	case catalog.ScopeTown:
		return true
	case catalog.ScopeOffice:
		return r.office != "" && s.Office == r.office
	case catalog.ScopePlace:
		return within(s.Place, r.place)
	case catalog.ScopeOwn:
		return r.person != 0 && (s.Opener == r.person || s.Holder == r.person) || r.tied(s.Record)
	}
	return false
}

// tied tells whether a record is the one that the post is held for, or refers to it.
func (r reach) tied(rec *town.Record) bool {
	if r.of == 0 || rec == nil {
		return false
	}
	return rec.ID == r.of || slices.ContainsFunc(r.typ.Fields, func(f *catalog.Field) bool { return f.Type == catalog.Ref && rec.Int(f.Key) == int64(r.of) })
}

// refusal says why the reach does not cover a record.
func (r reach) refusal(cat *catalog.Catalog, s Subject) error {
	switch r.scope {
	case catalog.ScopeOffice:
		zh, en := office(cat, s.Office)
		return town.Refuse(town.Denied, "", "这条记录由“%[1]s”承办，不归您的科室", "This record is held by “%[2]s”, not by your office", zh, en)
	case catalog.ScopePlace:
		return town.Refuse(town.Denied, "", "这条记录不在您负责的地点范围内", "This record lies outside the place of your post")
	}
	if r.of != 0 {
		return town.Refuse(town.Denied, "", "您只能办理自己登记或经手的、以及与您任职对象有关的记录", "You may only work on records that you opened or hold, or that concern whom your post is held for")
	}
	return town.Refuse(town.Denied, "", "您只能办理自己登记或经手的记录", "You may only work on records that you opened or hold")
}

// office names an office in both languages.
func office(cat *catalog.Catalog, key string) (zh, en string) {
	if o := cat.Offices[key]; o != nil {
		return o.Label.Zh, o.Label.In("en")
	}
	return key, key
}

// OnlyReads refuses an actor all of whose posts are of roles that only read, whatever it asks for. Who holds another post besides acts under that.
func OnlyReads(cat *catalog.Catalog, actor town.Actor) error {
	if actor.Kind == town.System || len(actor.Posts) == 0 {
		return nil
	}
	for _, p := range actor.Posts {
		if r := cat.Roles[p.Role]; r == nil || !r.Reads {
			return nil
		}
	}
	r := cat.Roles[actor.Posts[0].Role]
	return town.Refuse(town.Denied, "", "“%[1]s”只看不改，不能办理任何事项", "“%[2]s” reads only and changes nothing", r.Label.Zh, r.Label.In("en"))
}

// MayOpen tells whether actor may open records of t by hand, and with which
// post. Only the role counts: the reach is asked of the opened record, with MayHold.
func MayOpen(cat *catalog.Catalog, t *catalog.Type, actor town.Actor) (town.Post, error) {
	if actor.Kind == town.System {
		return town.Post{Role: "system"}, nil
	}
	for _, p := range actor.Posts {
		if slices.Contains(t.OpensBy, p.Role) {
			return p, nil
		}
	}
	return town.Post{}, lacking(cat, t.OpensBy, "新建“"+t.Label.Zh+"”", "open a "+t.Label.In("en"))
}

// MayHold tells whether a record that actor has just opened lies where a post
// that may open it reaches: a village clerk opens records of the own village only.
func MayHold(cat *catalog.Catalog, t *catalog.Type, actor town.Actor, s Subject, within Within) (town.Post, error) {
	if actor.Kind == town.System {
		return town.Post{Role: "system"}, nil
	}
	return find(cat, t, t.OpensBy, actor, s, within, "新建“"+t.Label.Zh+"”", "open a "+t.Label.In("en"))
}

// MayMove tells whether actor may make move m on rec, and with which post. It
// asks for the role, the reach and the separation of duties. Whether the stage
// allows the move, and what the system itself may make, is the flow's.
func MayMove(cat *catalog.Catalog, t *catalog.Type, m *catalog.Move, actor town.Actor, rec *town.Record, s Subject, within Within) (town.Post, error) {
	if actor.Kind == town.System {
		return town.Post{Role: "system", Office: s.Office}, nil
	}
	post, err := find(cat, t, m.By, actor, s, within, "“"+m.Label.Zh+"”", "“"+m.Label.In("en")+"”")
	if err != nil {
		return town.Post{}, err
	}
	if other, ok := conflicting(m, rec, actor.Person); ok {
		zh, en := "登记", "open"
		if o := t.Move(other); o != nil {
			zh, en = o.Label.Zh, o.Label.In("en")
		}
		return town.Post{}, town.Refuse(town.Denied, "", "办理过“%[3]s”的人不能再“%[1]s”", "Who made “%[4]s” may not “%[2]s” as well", m.Label.Zh, m.Label.In("en"), zh, en)
	}
	return post, nil
}

// MayMend tells whether actor may correct, void or undo on the record, and with which post.
func MayMend(cat *catalog.Catalog, t *catalog.Type, actor town.Actor, s Subject, within Within) (town.Post, error) {
	if actor.Kind == town.System {
		return town.Post{Role: "system", Office: s.Office}, nil
	}
	return find(cat, t, t.CorrectsBy, actor, s, within, "更正或作废“"+t.Label.Zh+"”", "correct or void a "+t.Label.In("en"))
}

// MayReveal tells whether actor may look at personal data of the record: whoever handles records of the type (opens, moves
// or corrects them) and reaches this one. Who sees the type only to oversee it or to answer for its figures reads masks.
func MayReveal(cat *catalog.Catalog, t *catalog.Type, actor town.Actor, s Subject, within Within) (town.Post, error) {
	if actor.Kind == town.System {
		return town.Post{Role: "system", Office: s.Office}, nil
	}
	roles := append(slices.Clone(t.OpensBy), t.CorrectsBy...)
	for _, m := range t.Moves {
		roles = append(roles, m.By...)
	}
	return find(cat, t, roles, actor, s, within, "查看“"+t.Label.Zh+"”的个人信息", "look at personal data of a "+t.Label.In("en"))
}

// conflicting returns the move (or "open") that person made on rec and that bars m.
func conflicting(m *catalog.Move, rec *town.Record, person int64) (string, bool) {
	if person == 0 {
		return "", false
	}
	for _, other := range m.NotBy {
		for i := range rec.Steps {
			s := &rec.Steps[i]
			if s.Actor == person && (s.Move == other || other == "open" && i == 0) {
				return other, true
			}
		}
	}
	return "", false
}

// find returns the post of actor that has one of roles and covers s: rather
// one of the office that holds the record, then one for its place. zh and en
// say what is wanted.
func find(cat *catalog.Catalog, t *catalog.Type, roles []string, actor town.Actor, s Subject, within Within, zh, en string) (town.Post, error) {
	var best town.Post
	var refused error
	rank := 0
	for _, p := range actor.Posts {
		if !slices.Contains(roles, p.Role) {
			continue
		}
		r := reachOf(cat, t, p, actor.Person)
		if !r.covers(s, within) {
			if refused == nil {
				refused = r.refusal(cat, s)
			}
			continue
		}
		n := 1
		if p.Place != "" && within(s.Place, p.Place) {
			n = 2
		}
		if p.Office != "" && p.Office == s.Office {
			n = 3
		}
		if n > rank {
			best, rank = p, n
		}
	}
	switch {
	case rank > 0:
		return best, nil
	case refused != nil:
		return town.Post{}, refused
	}
	return town.Post{}, lacking(cat, roles, zh, en)
}

// lacking says which roles may do what actor may not.
func lacking(cat *catalog.Catalog, roles []string, zh, en string) error {
	var zhs, ens []string
	for _, key := range roles {
		label := catalog.Label{Zh: key}
		if r := cat.Roles[key]; r != nil {
			label = r.Label
		}
		zhs, ens = append(zhs, label.Zh), append(ens, label.In("en"))
	}
	return town.Refuse(town.Denied, "", "您不能%[1]s，须由%[3]s办理", "You may not %[2]s; it is for: %[4]s", zh, en, strings.Join(zhs, "、"), strings.Join(ens, ", "))
}
