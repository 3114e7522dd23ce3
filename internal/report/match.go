package report

import (
	"math/big"
	"math/bits"
	"regexp"
	"sort"
	"strings"

	"zhenwu/internal/quantity"
)

// Known is a figure that claims can be held against: what it is called, and its values.
type Known struct {
	Key     string
	Zh, En  string
	Aliases []string // other names under which reports speak of it; one that is a bare unit joins Units
	Unit    string   // without scale: 元, 户次
	Units   []string // other units that reports use for it and that mean the same here (户 for 户次)

	Values    map[int]*big.Rat // by year, in Unit
	Published map[int]*big.Rat // growth on the year before as published by the office in charge, in percent
	Targets   map[int]Target   // by the year they are set for
}

// Target is what was declared for a year.
type Target struct {
	Shape Shape
	Value *big.Rat // percent for a growth, in the figure's unit for a level; unused otherwise
}

// Shape is one of the four shapes of a target.
type Shape string

// The four shapes.
const (
	TargetGrowth Shape = "growth"
	TargetLevel  Shape = "level"
	TargetFlat   Shape = "flat"   // 持平: no change on the year before
	TargetHigher Shape = "higher" // more than the year before
)

// Scores run from 0 to 1000.
const (
	sure   = 700 // a match whose difference is reported as one
	likely = 520 // a match that is believed where its unit and value agree
	credit = 1000
)

// matcher finds the figure a phrase speaks of. It compares characters and pairs of characters, rare ones weighing more;
// it never looks at the value, so that a wrong value still meets its figure.
type matcher struct {
	known  []Known
	ids    map[string]int // of the tokens of all names
	weight []int          // of a token: higher for what few figures share
	names  [][]title      // of every figure: its name and aliases
}

// title is one name of a figure.
type title struct {
	letters string
	tokens  []int
	total   int // of the weights
}

// newMatcher prepares the names of the figures.
func newMatcher(figures []Known) *matcher {
	known := append([]Known{}, figures...)
	m := &matcher{known: known, ids: map[string]int{}}
	var users []int // how many figures use a token
	for i, k := range known {
		var titles []title
		seen := map[int]bool{}
		for _, name := range append([]string{k.Zh}, k.Aliases...) {
			if name != k.Zh && quantity.Known(name) {
				known[i].Units = append(known[i].Units[:len(known[i].Units):len(known[i].Units)], name)
				continue
			}
			rs := letters(name)
			if len(rs) == 0 {
				continue
			}
			t := title{letters: string(rs)}
			for _, token := range tokens(rs) {
				id, ok := m.ids[token]
				if !ok {
					id = len(m.ids)
					m.ids[token] = id
					users = append(users, 0)
				}
				t.tokens = append(t.tokens, id)
				if !seen[id] {
					seen[id] = true
					users[id]++
				}
			}
			titles = append(titles, t)
		}
		m.names = append(m.names, titles)
	}
	for _, n := range users {
		m.weight = append(m.weight, 1+bits.Len(uint(len(known)/n)))
	}
	for _, titles := range m.names {
		for i := range titles {
			for _, id := range titles[i].tokens {
				titles[i].total += m.weight[id]
			}
		}
	}
	return m
}

// letters drops punctuation, quotes and blanks.
func letters(s string) []rune {
	var out []rune
	for _, r := range s {
		if han(r) || narrow(r) {
			out = append(out, r)
		}
	}
	return out
}

// tokens are the characters and the pairs of neighbours of a name.
func tokens(rs []rune) []string {
	out := make([]string, 0, 2*len(rs))
	for i := range rs {
		out = append(out, string(rs[i]))
		if i > 0 {
			out = append(out, string(rs[i-1:i+1]))
		}
	}
	return out
}

// words is what a claim says, prepared for comparison.
type words struct {
	subject string
	core    []bool // tokens of the subject
	near    []int  // what a token of a name is worth, 0 to 100: most in the subject, least far off in the sentence
	own     int    // weight of the subject, tokens no figure uses included
}

// strange is the weight of a token that no figure uses.
const strange = 2

func (m *matcher) words(c Claim) words {
	w := words{core: make([]bool, len(m.weight)), near: make([]int, len(m.weight))}
	for _, part := range []struct {
		text  string
		worth int
	}{{c.Section, 50}, {c.context, 50}, {c.Text, 70}, {c.segment, 90}, {c.Subject, 100}} {
		for _, t := range tokens(letters(part.text)) {
			if id, ok := m.ids[t]; ok {
				w.near[id] = part.worth
			}
		}
	}
	rs := letters(c.Subject)
	w.subject = string(rs)
	for _, t := range tokens(rs) {
		id, ok := m.ids[t]
		if !ok {
			w.own += strange
			continue
		}
		w.core[id] = true
		w.own += m.weight[id]
	}
	return w
}

// score says how well figure i fits the words.
func (m *matcher) score(w words, i int) int {
	best := 0
	for _, name := range m.names[i] {
		if name.letters == w.subject {
			return credit + 50
		}
		if w.own == 0 {
			continue
		}
		covered, shared := 0, 0
		for n, id := range name.tokens {
			covered += m.weight[id] * w.near[id]
			if w.core[id] && !repeated(name.tokens[:n], id) {
				shared += m.weight[id] * 100
			}
		}
		best = max(best, (6*covered/name.total+4*min(100, shared/w.own))*credit/1000)
	}
	return best
}

func repeated(before []int, id int) bool {
	for _, b := range before {
		if b == id {
			return true
		}
	}
	return false
}

// pairing is a claim that may speak of a figure.
type pairing struct {
	claim, known int
	score        int // with the unit taken into account
	words        int // of the words alone
}

// pair gives every claim its figure, best fits first; a figure serves a second claim only on a perfect fit.
func (m *matcher) pair(claims []Claim) []pairing {
	var all []pairing
	added := make([]bool, len(m.known))
	for k := range m.known {
		added[k] = increase.MatchString(m.known[k].Zh)
	}
	for i, c := range claims {
		w := m.words(c)
		plain := c.kind == level && !increase.MatchString(c.Subject+c.before)
		for k := range m.known {
			s := m.score(w, k)
			if plain && added[k] {
				s = s * 6 / 10 // how much there is and how much was added are two figures
			}
			if s < likely {
				continue
			}
			fit := s
			if !speaks(c, m.known[k]) {
				fit = s * 8 / 10
			}
			if c.each && !m.known[k].each() {
				fit = fit * 7 / 10 // 5万元 each is not the figure of all
			}
			all = append(all, pairing{i, k, fit, s})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].score > all[j].score })
	out := make([]pairing, len(claims))
	for i := range out {
		out[i].known = -1
	}
	taken := map[[2]int]bool{} // figure and whether by a plan
	for _, p := range all {
		use := [2]int{p.known, 0}
		if claims[p.claim].Target {
			use[1] = 1
		}
		if out[p.claim].known >= 0 || taken[use] && (p.words < credit || claims[p.claim].each || !speaks(claims[p.claim], m.known[p.known])) {
			continue
		}
		if p.score < likely && p.words < sure+100 {
			continue
		}
		out[p.claim] = p
		taken[use] = true
	}
	return out
}

// increase are the words of what was added in a year.
var increase = regexp.MustCompile(`净增|新增|增量|增产|增收|增加(?:[^值]|$)`)

// each tells whether the figure is of every one of several, not of all together.
func (k Known) each() bool {
	for _, w := range []string{"每", "均", "各", "下限", "最低"} {
		if strings.Contains(k.Zh, w) {
			return true
		}
	}
	return false
}

// speaks tells whether the claim can be of the figure by its unit: a rate of growth can be of any.
func speaks(c Claim, k Known) bool {
	if c.kind == growth {
		return true
	}
	if c.kind == delta || c.kind == share {
		return k.Unit == c.BaseUnit
	}
	return sameUnit(c.BaseUnit, k)
}

// sameUnit tells whether a value in unit can be held against the figure.
func sameUnit(unit string, k Known) bool {
	if unit == k.Unit {
		return true
	}
	for _, u := range k.Units {
		if u == unit {
			return true
		}
	}
	return quantity.UnitOf(unit).Family == quantity.UnitOf(k.Unit).Family
}

// Matcher finds the figure that a phrase speaks of, for those who write, promise and fill in forms; Check uses the same.
type Matcher struct{ m *matcher }

// NewMatcher prepares the names of figures. Their values are not looked at.
func NewMatcher(figures []Known) *Matcher { return &Matcher{newMatcher(figures)} }

// Match is a figure that a phrase may speak of.
type Match struct {
	Key   string
	Score int  // 0 to 1050; from Sure on it is believed
	Sure  bool // the phrase is a name of the figure, or all but one
}

// Find lists up to n figures that a phrase may speak of, the best first; unit, where it is given, must be one that the figure
// can be written in. Nothing is listed that a check would not believe either.
func (x *Matcher) Find(phrase, unit string, n int) []Match {
	w := x.m.words(Claim{Subject: phrase, Text: phrase, segment: phrase})
	var out []Match
	for i, k := range x.m.known {
		s := x.m.score(w, i)
		if unit != "" && !sameUnit(unit, k) {
			s = s * 8 / 10
		}
		if s >= likely {
			out = append(out, Match{k.Key, s, s >= sure})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Score > out[j].Score })
	return out[:min(n, len(out))]
}
