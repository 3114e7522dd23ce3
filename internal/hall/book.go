package hall

import (
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/draft"
	"zhenwu/internal/town"
)

var _ draft.Book = (*Reader)(nil)

// Names lists the titles of the records that make up a figure, what adds most first; total counts all. A type that is
// sensitive, or whose title is nobody's to print, lists none.
func (r *Reader) Names(f *catalog.Figure, slice string, place town.Code, p town.Period, n int) ([]draft.Name, int, error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok {
		return nil, 0, nil
	}
	records, _, err := r.PartsSum(f, slice, place, p)
	if err != nil || records == 0 || !printable(f.Type) {
		return nil, int(records), err
	}
	parts, err := r.q.TopParts(r.ctx, r.code, fig, from(f, p), p.Until, r.below(pl), sl, n)
	if err != nil {
		return nil, 0, err
	}
	out := make([]draft.Name, 0, len(parts))
	for _, part := range parts {
		rec, err := r.Record(part.Record)
		if err != nil {
			return nil, 0, err
		}
		if rec != nil && rec.Title != "" {
			out = append(out, draft.Name{Record: rec.ID, Number: rec.Number, Title: rec.Title})
		}
	}
	return out, int(records), nil
}

// printable tells whether the titles of a type may stand in a report: it is not sensitive, and its title names no person.
func printable(t *catalog.Type) bool {
	if t == nil || t.Sensitive || t.Title == "" {
		return false
	}
	f := t.Field(t.Title)
	return f != nil && !f.Sealed && f.Type != catalog.Person
}

// Called lists the places of a name or code.
func (r *Reader) Called(name string) []town.Code {
	if p := r.v.Place(town.Code(name)); p != nil {
		return []town.Code{p.Code}
	}
	var out []town.Code
	for _, p := range r.v.Places() {
		if p.Zh == name || p.En == name || slices.Contains(strings.Split(p.Aliases, "|"), name) {
			out = append(out, p.Code)
		}
	}
	return out
}

// PlaceName is what a place is called; its code where it has no name.
func (r *Reader) PlaceName(code town.Code) string {
	if p := r.v.Place(code); p != nil && p.Zh != "" {
		return p.Zh
	}
	return string(code)
}
