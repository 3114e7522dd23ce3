package access

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
	"zhenwu/internal/town"
)

// Filter is which records of one type an actor may see. It does not change.
type Filter struct {
	all  bool
	arms []arm // one of them must let the record pass
}

// arm is what one post sees: what it reaches and, if the type says so, what passes of.
type arm struct {
	reach
	passes *formula.Program // nil = all that it reaches
}

// MaySee gives the filter of actor for records of t.
func MaySee(cat *catalog.Catalog, t *catalog.Type, actor town.Actor) Filter {
	if actor.Kind == town.System {
		return Filter{all: true}
	}
	var f Filter
	for _, p := range actor.Posts {
		for _, see := range t.See {
			if see.Role != p.Role {
				continue
			}
			a := arm{reachOf(cat, t, p, actor.Person), see.Of}
			if a.scope == catalog.ScopeTown && a.passes == nil {
				return Filter{all: true}
			}
			if !slices.Contains(f.arms, a) {
				f.arms = append(f.arms, a)
			}
		}
	}
	return f
}

// All tells whether the actor sees every record of the type.
func (f Filter) All() bool { return f.all }

// None tells whether the actor sees no record of the type: not even that it exists.
func (f Filter) None() bool { return !f.all && len(f.arms) == 0 }

// Sees tells whether a record passes. v gives the names of the record to the
// type's filter. An error means that it does not.
func (f Filter) Sees(s Subject, v formula.Values, within Within) (bool, error) {
	if f.all {
		return true, nil
	}
	var failed error
	for _, a := range f.arms {
		if !a.covers(s, within) {
			continue
		}
		if a.passes == nil {
			return true, nil
		}
		ok, err := a.passes.Holds(withActor{v, a.reach})
		if ok {
			return true, nil
		}
		if err != nil && failed == nil {
			failed = err
		}
	}
	return false, failed
}

// withActor adds actor.office and actor.role, those of the post, to the names of a record.
type withActor struct {
	formula.Values
	reach
}

// Value gives the value of name; no office is empty.
func (v withActor) Value(name string) (any, bool) {
	if s, ok := v.own(name); ok {
		return s, s != ""
	}
	return v.Values.Value(name)
}

// own gives what the post itself answers.
func (r reach) own(name string) (string, bool) {
	switch name {
	case "actor.office":
		return r.office, true
	case "actor.role":
		return r.role, true
	}
	return "", false
}

// Columns gives the SQL of what a filter reads of a record.
type Columns struct {
	ID                     string // an integer, never NULL
	Office, Opener, Holder string // expressions: a text and two integers, never NULL
	// Refers gives the condition that the record refers to another.
	Refers func(to town.ID, args *[]any) string
	// Under gives the condition that the record's place is root or lies below it.
	Under func(root town.Code, args *[]any) (string, error)
	// Names gives the fields of the type to its see filter; actor.office and actor.role are added.
	Names formula.Columns
}

// Where gives the filter as a condition in d that holds for the records that
// Sees lets pass. Its values are appended to args and stand in it as $n. It may be
// NULL instead of false: a caller may join it with AND and OR, and must not negate it.
func (f Filter) Where(cols Columns, d formula.Dialect, args *[]any) (string, error) {
	if f.all {
		return "TRUE", nil
	}
	if len(f.arms) == 0 {
		return "FALSE", nil
	}
	before := len(*args)
	parts := make([]string, len(f.arms))
	for i, a := range f.arms {
		text, err := a.where(cols, d, args)
		if err != nil {
			*args = (*args)[:before]
			return "", err
		}
		parts[i] = text
	}
	return "(" + strings.Join(parts, " OR ") + ")", nil
}

// where writes one arm.
func (a arm) where(cols Columns, d formula.Dialect, args *[]any) (string, error) {
	bind := func(v any, t string) string {
		*args = append(*args, v)
		return "CAST($" + strconv.Itoa(len(*args)) + " AS " + t + ")"
	}
	text := "FALSE"
	switch a.scope {
	case catalog.ScopeTown:
		text = "TRUE"
	case catalog.ScopeOffice:
		if a.office != "" {
			text = "(" + cols.Office + " = " + bind(a.office, "TEXT") + ")"
		}
	case catalog.ScopePlace:
		under, err := cols.Under(a.place, args)
		if err != nil {
			return "", fmt.Errorf("the places under %s: %w", a.place, err)
		}
		text = "(" + under + ")"
	case catalog.ScopeOwn:
		if a.person != 0 {
			who := bind(a.person, "BIGINT")
			text = "(" + cols.Opener + " = " + who + " OR " + cols.Holder + " = " + who + ")"
		}
		if a.of != 0 {
			text = "(" + text + " OR " + cols.ID + " = " + bind(int64(a.of), "BIGINT") + " OR " + cols.Refers(a.of, args) + ")"
		}
	}
	if a.passes == nil {
		return text, nil
	}
	names := func(name string) (string, formula.Kind, bool) {
		switch s, ok := a.own(name); {
		case !ok:
			return cols.Names(name)
		case s == "":
			return "CAST(NULL AS TEXT)", formula.Text, true
		default:
			return bind(s, "TEXT"), formula.Text, true
		}
	}
	of, err := a.passes.Where(names, d, args)
	if err != nil {
		return "", fmt.Errorf("what may be seen: %w", err)
	}
	return "(" + text + " AND " + of + ")", nil
}
