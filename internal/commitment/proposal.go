package commitment

import (
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/quantity"
	"zhenwu/internal/report"
	"zhenwu/internal/town"
)

// Kind tells what of a report is proposed.
type Kind string

// The kinds. A number is proposed only where it stands outside the promises.
const (
	Promise Kind = "promise"
	Number  Kind = "number"
)

// State tells what has become of a clause or number.
type State string

// The states.
const (
	Open      State = "open"
	Linked    State = "linked"    // a commitment keeps it, or, for a number, a figure or its target answers it
	Dismissed State = "dismissed" // it is no task, with a reason
)

// Proposal is a clause of a report, or a number outside the clauses, and what would become of it.
type Proposal struct {
	Kind    Kind
	Line    int // of the report, from 1
	Section string
	Lead    string
	Text    string // the words of the report
	Number  string // as written, "" where there is none
	Unit    string
	Plan    bool // it speaks of what is planned

	Due     town.Day
	DueSaid bool // the clause names the day; else the end of the year is assumed
	Guess   Guess
	Figure  string // by which it can be measured, "" for none
	Shape   string // growth, level, flat, above
	Goal    int64  // with two decimals: percent of a growth, a level in the figure's unit
	Twice   int    // 1 + index of an earlier proposal of the same words, 0 for none

	State  State
	By     Kept   // the record that keeps or dismisses it
	Answer string // of a number: the figure that answers it
}

// Told is the number with its unit.
func (p Proposal) Told() string { return p.Number + p.Unit }

// Where is the heading that a commitment of the proposal stands under: the closest one.
func (p Proposal) Where() string {
	if p.Lead != "" {
		if m := p.Mark(); m != "" {
			return m + p.Lead
		}
		return p.Lead
	}
	return strings.Trim(strings.ReplaceAll(p.Section, "/-", ""), "/")
}

// Mark is the number of the section within its part: （一）.
func (p Proposal) Mark() string {
	s := strings.Split(p.Section, "/")
	if len(s) > 1 && strings.HasPrefix(s[1], "（") {
		return s[1]
	}
	return ""
}

// Coverage counts what of a report is linked, dismissed or still open.
type Coverage struct {
	Promises          int `json:"promises"`
	PromisesLinked    int `json:"promises_linked"`
	PromisesDismissed int `json:"promises_dismissed"`
	Numbers           int `json:"numbers"`
	NumbersLinked     int `json:"numbers_linked"`
	NumbersDismissed  int `json:"numbers_dismissed"`
}

// Open counts what is neither linked nor dismissed.
func (c Coverage) Open() int {
	return c.Promises - c.PromisesLinked - c.PromisesDismissed + c.Numbers - c.NumbersLinked - c.NumbersDismissed
}

// Share is the part that is linked or dismissed, in whole percent; 100 where there is nothing.
func (c Coverage) Share() int {
	all := c.Promises + c.Numbers
	if all == 0 {
		return 100
	}
	return 100 * (all - c.Open()) / all
}

// Reading is what a report promises.
type Reading struct {
	Title     string
	Year      int // of the plan
	Proposals []Proposal
	Coverage  Coverage
}

// Propose lists the clauses and numbers of a report that was held against the figures: each clause of the plan with what can be read and
// guessed of it, then each number that stands in no clause. cat is nil where no town is known: then no office and no figure is guessed.
// kept is what the register holds already. year is the year of the plan, where the report does not say it.
func Propose(cat *catalog.Catalog, checked *report.Checked, figures []report.Known, kept []Kept, year int) *Reading {
	r := &Reading{Title: checked.Title, Year: year}
	if y, err := strconv.Atoi(checked.Year); err == nil {
		r.Year = y + 1
	}
	keeper := NewKeeper(kept)
	var matcher *report.Matcher
	if cat != nil {
		matcher = report.NewMatcher(figures)
	}
	seen := map[string]int{}
	for _, c := range checked.Commitments {
		p := Proposal{Kind: Promise, Line: c.Line, Section: c.Section, Lead: c.Lead, Text: c.Text, Number: c.Number, Unit: c.Unit, Plan: true, State: Open}
		p.Due, p.DueSaid = Due(c.Text, r.Year)
		if c.Number != "" && matcher != nil {
			p.measure(cat, matcher)
		}
		if k, ok := keeper.Find(c.Text, c.Lead); ok {
			p.keep(k)
		}
		words := string(letters(c.Text))
		if at := seen[words]; at > 0 {
			p.Twice = at
		} else {
			seen[words] = len(r.Proposals) + 1
		}
		r.Proposals = append(r.Proposals, p)
	}
	if cat != nil {
		r.guess(cat, kept)
	}
	clauses := len(r.Proposals)
	for _, c := range checked.Claims {
		in := r.within(clauses, c)
		r.Coverage.Numbers++
		p := Proposal{Kind: Number, Line: c.Line, Section: c.Section, Text: c.Text, Number: c.Value, Unit: c.Unit, Plan: c.Target, State: Open}
		switch {
		case in >= 0 && r.Proposals[in].State != Open:
			p.keep(r.Proposals[in].By)
		case in >= 0: // it waits with its clause
		case c.Figure != "":
			p.State, p.Answer = Linked, c.Figure
		default:
			if k, ok := keeper.number(c.Text, p.Told()); ok {
				p.keep(k)
			}
		}
		switch p.State {
		case Linked:
			r.Coverage.NumbersLinked++
		case Dismissed:
			r.Coverage.NumbersDismissed++
		}
		if in >= 0 {
			continue
		}
		p.Due, p.DueSaid = Due(c.Text, r.Year)
		if s := strings.Split(c.Section, "/"); len(s) == 3 && s[2] != "-" {
			p.Lead = s[2]
		}
		r.Proposals = append(r.Proposals, p)
	}
	for _, p := range r.Proposals[:clauses] {
		r.Coverage.Promises++
		switch p.State {
		case Linked:
			r.Coverage.PromisesLinked++
		case Dismissed:
			r.Coverage.PromisesDismissed++
		}
	}
	return r
}

// keep notes the record that answers for the proposal.
func (p *Proposal) keep(k Kept) {
	p.By, p.State = k, Linked
	if k.Dismissed {
		p.State = Dismissed
	}
}

// guess gives every promise its office, from what was promised before this year's plan and from the catalog's words.
func (r *Reading) guess(cat *catalog.Catalog, kept []Kept) {
	var before []Kept
	for _, k := range kept {
		if !k.Dismissed {
			before = append(before, k)
		}
	}
	var known *Keeper
	if len(before) > 0 {
		known = NewKeeper(before)
	}
	clauses := make([]Clause, len(r.Proposals))
	for i, p := range r.Proposals {
		clauses[i] = Clause{p.Text, p.Section, p.Lead}
	}
	for i, g := range NewOffices(cat).Guess(clauses, known) {
		r.Proposals[i].Guess = g
	}
}

// within finds the promise that a number stands in; -1 for none.
func (r *Reading) within(n int, c report.CheckedClaim) int {
	for i := range r.Proposals[:n] {
		p := &r.Proposals[i]
		if p.Line <= c.Line && c.Line <= p.Line+1 && strings.Contains(p.Text, c.Value) && (strings.Contains(p.Text, c.Text) || strings.Contains(c.Text, p.Text)) {
			return i
		}
	}
	return -1
}

// number finds the record of a number that was dismissed or taken by its words.
func (k *Keeper) number(clause, told string) (Kept, bool) {
	want := string(letters(clause))
	for _, x := range k.kept {
		if x.Number != told {
			continue
		}
		for _, line := range append(strings.Split(x.Clause, "\n"), x.Text) {
			if got := string(letters(line)); got != "" && got == want {
				return x, true
			}
		}
	}
	return Kept{}, false
}

// measure guesses the figure by which a promise with a number can be measured: one that the words name, in a unit that fits.
func (p *Proposal) measure(cat *catalog.Catalog, m *report.Matcher) {
	scale, unit := splitScale(p.Unit)
	for _, x := range m.Find(p.Text, unit, 1) {
		f := cat.Figures[x.Key]
		n, err := quantity.ParseNumber(p.Number)
		if err != nil || f == nil || !x.Sure {
			continue
		}
		goal := n.Shift(scale + 2).Rat()
		if !goal.IsInt() || !goal.Num().IsInt64() {
			continue
		}
		p.Figure, p.Shape, p.Goal = x.Key, "level", goal.Num().Int64()
	}
}

// splitScale cuts 万 and 亿 off a unit: how many places they shift.
func splitScale(unit string) (places int, rest string) {
	for {
		switch {
		case strings.HasPrefix(unit, "亿"):
			places, unit = places+8, strings.TrimPrefix(unit, "亿")
		case strings.HasPrefix(unit, "万") && unit != "万":
			places, unit = places+4, strings.TrimPrefix(unit, "万")
		default:
			return places, unit
		}
	}
}
