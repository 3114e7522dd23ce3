package place

import (
	"fmt"
	"sort"
	"unicode/utf8"

	"zhenwu/internal/town"
)

// Place is one place of a town.
type Place struct {
	Code    town.Code
	Kind    string // town, village, estate, grid … as the catalog declares
	Parent  town.Code
	Zh, En  string
	Aliases []string // other names, former ones too
	// Since and Until bound the days on which the place exists, half-open;
	// NoDay is open on that side.
	Since, Until town.Day
	// Succeeds names the places that this one followed: a merger closes two and opens a third.
	Succeeds []town.Code
}

// Valid tells whether p exists on day. NoDay asks for no day in particular.
func (p Place) Valid(day town.Day) bool {
	return day == town.NoDay || (p.Since == town.NoDay || p.Since <= day) && (p.Until == town.NoDay || day < p.Until)
}

// Name returns the name of p in lang, "zh" or "en".
func (p Place) Name(lang string) string {
	if lang == "en" && p.En != "" {
		return p.En
	}
	return p.Zh
}

// Tree holds all places of a town, those that no longer exist too. It is immutable.
type Tree struct {
	places []Place // depth first, children by code
	at     map[town.Code]int
	parent []int // -1 at a root
	end    []int // places[i:end[i]] is the place and what lies below it
	depth  []int
	heirs  map[town.Code][]town.Code
	names  *names
}

// New makes a tree. It refuses codes given twice, parents and predecessors that
// do not exist, circles, empty names and validity that ends before it begins.
func New(places []Place) (*Tree, error) {
	t := &Tree{at: make(map[town.Code]int, len(places)), heirs: map[town.Code][]town.Code{}}
	given := make(map[town.Code]Place, len(places))
	below := map[town.Code][]town.Code{}
	for _, p := range places {
		switch {
		case p.Code == "":
			return nil, fmt.Errorf("place %q has no code", p.Zh)
		case p.Zh == "" || !utf8.ValidString(p.Zh):
			return nil, fmt.Errorf("place %s has no name", p.Code)
		case p.Kind == "":
			return nil, fmt.Errorf("place %s has no kind", p.Code)
		case p.Since != town.NoDay && p.Until != town.NoDay && p.Until <= p.Since:
			return nil, fmt.Errorf("place %s ends on %s, before it begins", p.Code, p.Until)
		}
		if _, twice := given[p.Code]; twice {
			return nil, fmt.Errorf("place %s is given twice", p.Code)
		}
		p.Aliases = append([]string(nil), p.Aliases...)
		p.Succeeds = append([]town.Code(nil), p.Succeeds...)
		given[p.Code] = p
		below[p.Parent] = append(below[p.Parent], p.Code)
	}
	for _, p := range places {
		if _, ok := given[p.Parent]; p.Parent != "" && !ok {
			return nil, fmt.Errorf("place %s: its parent %s does not exist", p.Code, p.Parent)
		}
		for _, s := range p.Succeeds {
			if _, ok := given[s]; !ok {
				return nil, fmt.Errorf("place %s: %s, which it succeeds, does not exist", p.Code, s)
			}
			t.heirs[s] = append(t.heirs[s], p.Code)
		}
	}
	for _, list := range below {
		sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	}
	for _, list := range t.heirs {
		sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	}
	var grow func(code town.Code, parent, depth int)
	grow = func(code town.Code, parent, depth int) {
		i := len(t.places)
		t.at[code] = i
		t.places = append(t.places, given[code])
		t.parent, t.depth, t.end = append(t.parent, parent), append(t.depth, depth), append(t.end, 0)
		for _, c := range below[code] {
			grow(c, i, depth+1)
		}
		t.end[i] = len(t.places)
	}
	for _, root := range below[""] {
		grow(root, -1, 0)
	}
	if len(t.places) != len(places) { // what no root reaches hangs in a circle
		for _, p := range places {
			if _, ok := t.at[p.Code]; !ok {
				return nil, fmt.Errorf("place %s lies within itself", p.Code)
			}
		}
	}
	if c, ok := t.circle(); ok {
		return nil, fmt.Errorf("place %s succeeds itself", c)
	}
	t.names = newNames(t.places)
	return t, nil
}

// circle finds a place that comes after itself.
func (t *Tree) circle() (town.Code, bool) {
	state := make([]int8, len(t.places)) // 1 on the way, 2 done
	var walk func(i int) (town.Code, bool)
	walk = func(i int) (town.Code, bool) {
		state[i] = 1
		for _, s := range t.places[i].Succeeds {
			j := t.at[s]
			if state[j] == 1 {
				return s, true
			}
			if state[j] == 0 {
				if c, ok := walk(j); ok {
					return c, true
				}
			}
		}
		state[i] = 2
		return "", false
	}
	for i := range t.places {
		if state[i] == 0 {
			if c, ok := walk(i); ok {
				return c, true
			}
		}
	}
	return "", false
}

// Len is the number of places.
func (t *Tree) Len() int { return len(t.places) }

// All lists all places, parents before children, children by code. The caller
// must not change it.
func (t *Tree) All() []Place { return t.places }

// Place returns the place with code.
func (t *Tree) Place(code town.Code) (Place, bool) {
	i, ok := t.at[code]
	if !ok {
		return Place{}, false
	}
	return t.places[i], true
}

// Roots lists the places without a parent.
func (t *Tree) Roots() []Place {
	var out []Place
	for i := 0; i < len(t.places); i = t.end[i] {
		out = append(out, t.places[i])
	}
	return out
}

// Children lists the places directly below code, by code.
func (t *Tree) Children(code town.Code) []Place {
	i, ok := t.at[code]
	if !ok {
		return nil
	}
	var out []Place
	for j := i + 1; j < t.end[i]; j = t.end[j] {
		out = append(out, t.places[j])
	}
	return out
}

// Below lists the place itself and all that lie below it, parents first. The
// caller must not change it.
func (t *Tree) Below(code town.Code) []Place {
	i, ok := t.at[code]
	if !ok {
		return nil
	}
	return t.places[i:t.end[i]:t.end[i]]
}

// Path lists the place itself and those above it, the root last.
func (t *Tree) Path(code town.Code) []town.Code {
	i, ok := t.at[code]
	if !ok {
		return nil
	}
	path := make([]town.Code, 0, t.depth[i]+1)
	for ; i >= 0; i = t.parent[i] {
		path = append(path, t.places[i].Code)
	}
	return path
}

// Within tells whether code is root or lies below it.
func (t *Tree) Within(code, root town.Code) bool {
	i, ok := t.at[code]
	j, ok2 := t.at[root]
	return ok && ok2 && j <= i && i < t.end[j]
}

// Above returns the nearest place of kind at or above code.
func (t *Tree) Above(code town.Code, kind string) (Place, bool) {
	i, ok := t.at[code]
	if !ok {
		return Place{}, false
	}
	for ; i >= 0; i = t.parent[i] {
		if t.places[i].Kind == kind {
			return t.places[i], true
		}
	}
	return Place{}, false
}

// Kind lists the places of kind that exist on day (NoDay: all), in tree order.
func (t *Tree) Kind(kind string, day town.Day) []Place {
	var out []Place
	for _, p := range t.places {
		if p.Kind == kind && p.Valid(day) {
			out = append(out, p)
		}
	}
	return out
}

// Successors lists the places that directly followed code, by code.
func (t *Tree) Successors(code town.Code) []town.Code {
	return append([]town.Code(nil), t.heirs[code]...)
}

// Heirs lists the places that stand on day where code stood: code itself while
// it exists, otherwise those that followed it, over any number of steps, by
// code. A comparison over a merger maps the old places with it.
func (t *Tree) Heirs(code town.Code, day town.Day) []town.Code {
	seen, out := map[town.Code]bool{}, []town.Code(nil)
	var walk func(c town.Code)
	walk = func(c town.Code) {
		i, ok := t.at[c]
		if !ok || seen[c] {
			return
		}
		seen[c] = true
		if t.places[i].Valid(day) {
			out = append(out, c)
			return
		}
		for _, h := range t.heirs[c] {
			walk(h)
		}
	}
	walk(code)
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}
