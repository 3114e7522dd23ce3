package commitment

import (
	"sort"

	"zhenwu/internal/catalog"
)

// Offices guesses which office a clause belongs to, by the catalog's own words: the names of systems, records, fields and
// figures and who works in them, and the names of the offices themselves.
type Offices struct {
	cat     *catalog.Catalog
	systems []field
	offices []field
	users   map[string]int // pair → in how many systems it occurs
}

// field is what a system or an office is known by.
type field struct {
	key   string         // of the system, or the office
	words map[string]int // pair of characters → how much it tells
	lead  []share        // the offices that work in a system, the one that works most first
}

type share struct {
	office string
	n      int
}

// Guess is an office and what it was guessed by.
type Guess struct {
	Office string
	System string // by whose words; "" where it was the office's own name, or an earlier commitment
	Before string // the earlier commitment that is alike, by its code; "" for none
}

// NewOffices reads the catalog.
func NewOffices(cat *catalog.Catalog) *Offices {
	o := &Offices{cat: cat, users: map[string]int{}}
	common := everywhere(cat)
	for _, s := range cat.Systems {
		f := field{key: s.Number, words: map[string]int{}}
		add := func(text string, worth int) {
			for p := range pairs(letters(text)) {
				f.words[p] = max(f.words[p], worth)
			}
		}
		add(s.Label.Zh, 4)
		for _, key := range s.Types {
			t := cat.Types[key]
			if t == nil {
				continue
			}
			add(t.Label.Zh, 4)
			for _, x := range t.Fields {
				add(x.Label.Zh, 1)
				if x.List != nil && len(x.List.Items) <= 12 {
					for _, it := range x.List.Items {
						add(it.Label.Zh, 2)
					}
				}
			}
		}
		for _, key := range s.Figures {
			if x := cat.Figures[key]; x != nil {
				add(x.Label.Zh, 3)
				for _, a := range x.Aliases {
					add(a, 3)
				}
			}
		}
		f.lead = leads(cat, s, common)
		for p := range f.words {
			o.users[p]++
		}
		o.systems = append(o.systems, f)
	}
	for _, key := range cat.OfficeOrder {
		x := cat.Offices[key]
		if x.Place != "" { // the village committees lead nothing that a town promises
			continue
		}
		f := field{key: key, words: map[string]int{}}
		for _, name := range append([]string{x.Label.Zh}, x.Aliases...) {
			for p := range pairs(letters(name)) {
				f.words[p] = 6
			}
		}
		o.offices = append(o.offices, f)
	}
	return o
}

// leads are the offices that work in a system, the one that works most first.
func leads(cat *catalog.Catalog, s *catalog.System, common map[string]bool) []share {
	work := map[string]int{}
	for _, key := range s.Types {
		if t := cat.Types[key]; t != nil {
			for _, r := range workers(t) {
				if role := cat.Roles[r]; role != nil && !common[r] {
					work[role.Office]++
				}
			}
		}
	}
	for _, m := range cat.Seeds.Measured {
		if x := cat.Figures[m.Figure]; x != nil && x.System == s.Number && m.Office != "" {
			work[m.Office]++
		}
	}
	var out []share
	for k, n := range work {
		out = append(out, share{k, n})
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].n > out[j].n || out[i].n == out[j].n && out[i].office < out[j].office
	})
	return out
}

// Owner is the office that answers for a figure: the one that gives it, else the one that works most in its system; "" where none does.
func Owner(cat *catalog.Catalog, f *catalog.Figure) string {
	for _, m := range cat.Seeds.Measured {
		if m.Figure == f.Key && cat.Offices[m.Office] != nil {
			return m.Office
		}
	}
	for _, s := range cat.Systems {
		if s.Number != f.System {
			continue
		}
		if all := leads(cat, s, everywhere(cat)); len(all) > 0 {
			return all[0].office
		}
	}
	return ""
}

// workers are the roles that open and move records of a type, as often as they do.
func workers(t *catalog.Type) []string {
	out := append([]string{}, t.OpensBy...)
	for _, m := range t.Moves {
		out = append(out, m.By...)
	}
	return out
}

// everywhere are the roles that say nothing of who does the work: those that sit in every office, and those at work in a fifth of
// the systems or more.
func everywhere(cat *catalog.Catalog) map[string]bool {
	out, in := map[string]bool{}, map[string]map[string]bool{}
	for key, r := range cat.Roles {
		out[key] = r.Scope == "office" || r.Scope == "own"
	}
	for _, s := range cat.Systems {
		for _, key := range s.Types {
			if t := cat.Types[key]; t != nil {
				for _, r := range workers(t) {
					if in[r] == nil {
						in[r] = map[string]bool{}
					}
					in[r][s.Number] = true
				}
			}
		}
	}
	for r, systems := range in {
		if len(systems)*5 >= len(cat.Systems) {
			out[r] = true
		}
	}
	return out
}

// Clause is what an office is guessed for.
type Clause struct{ Text, Section, Lead string }

// Guess gives each clause the office that it most likely belongs to, "" where nothing speaks for any; known are the commitments that
// stand already, or nil. What stands under one heading mostly belongs to one office: it is asked with the clauses beside it.
func (o *Offices) Guess(clauses []Clause, known *Keeper) []Guess {
	out := make([]Guess, len(clauses))
	shares, systems := make([]map[string]int, len(clauses)), make([]map[string]string, len(clauses))
	beside := map[[2]string]map[string]int{}
	counts := map[[2]string]int{}
	for i, c := range clauses {
		shares[i], systems[i] = o.votes(c)
		at := [2]string{c.Section, c.Lead}
		if beside[at] == nil {
			beside[at] = map[string]int{}
		}
		for office, n := range shares[i] {
			beside[at][office] += n
		}
		counts[at]++
	}
	for i, c := range clauses {
		if known != nil {
			if k, ok := known.like(c.Text, c.Lead); ok && k.Leader != "" {
				out[i] = Guess{Office: k.Leader, Before: k.Code}
				continue
			}
		}
		at, top := [2]string{c.Section, c.Lead}, 0
		for _, key := range o.cat.OfficeOrder {
			v := shares[i][key]
			if c.Lead != "" && counts[at] > 1 {
				v = v*3 + (beside[at][key]-v)*2/(counts[at]-1)
			}
			if v > top {
				top, out[i] = v, Guess{Office: key, System: systems[i][key]}
			}
		}
	}
	return out
}

// votes gives the offices that a clause may belong to, in thousandths, with the system that speaks most for each.
func (o *Offices) votes(c Clause) (map[string]int, map[string]string) {
	votes, by, most := map[string]int{}, map[string]string{}, map[string]int{}
	own, about := pairs(letters(c.Text)), pairs(letters(c.Lead))
	for i := range o.systems {
		f := &o.systems[i]
		n, all := 0, 0
		for p := range own {
			n += f.words[p] * o.rare(p) * 3
		}
		for p := range about {
			if !own[p] {
				n += f.words[p] * o.rare(p)
			}
		}
		n *= n // one system that fits well tells more than three that fit a little
		for _, s := range f.lead {
			all += s.n
		}
		for _, s := range f.lead {
			v := n / all * s.n
			votes[s.office] += v
			if v > most[s.office] {
				most[s.office], by[s.office] = v, f.key
			}
		}
	}
	for i := range o.offices {
		n := 0
		for p := range own {
			n += o.offices[i].words[p] * 12
		}
		votes[o.offices[i].key] += n * n
	}
	all := 0
	for _, n := range votes {
		all += n
	}
	for key, n := range votes {
		votes[key] = n / max(all/1000, 1)
	}
	return votes, by
}

// rare is how much a pair of characters tells: 推进 stands in many systems, 养老 in one.
func (o *Offices) rare(p string) int {
	switch n := o.users[p]; {
	case n == 0:
		return 0
	case n <= 2:
		return 8
	case n <= 5:
		return 5
	case n <= 12:
		return 2
	}
	return 1
}

// Words say what a guess rests on.
func (g Guess) Words(cat *catalog.Catalog, lang string) string {
	zh, en := "", ""
	switch {
	case g.Office == "":
	case g.Before != "":
		zh, en = "与任务"+g.Before+"相近", "like task "+g.Before
	case g.System != "":
		for _, s := range cat.Systems {
			if s.Number == g.System {
				zh, en = "办理“"+s.Label.Zh+"”", "works on “"+s.Label.En+"”"
			}
		}
	default:
		zh, en = "科室名称相近", "by its name"
	}
	if lang == "en" {
		return en
	}
	return zh
}
