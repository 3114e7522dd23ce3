// Package commitment turns the plan of a report into commitments: it proposes them clause by clause with number, unit, due day,
// figure and office (Propose), tells which clauses and numbers are kept by a record already (Keeper), says why a light has
// its colour (Light), and lays out the half-year table (Table). It opens nothing: its callers send commands through the hall.
//
// Invariant: what is guessed says that it is a guess and what it rests on; no name of a town, an office or a report stands in the
// code: offices are known by the catalog's own words and by who leads what was promised before.
package commitment

import (
	"unicode"

	"zhenwu/internal/town"
)

// The types of the catalog that hold what a report promises, and what of it is no task. A catalog without them has no commitments.
const (
	Type          = "commitment"
	DismissalType = "dismissal"
)

// Kept is what stands in the register for a clause: a commitment, or the note that the clause is no task.
type Kept struct {
	Record    town.ID
	Code      string // of a commitment
	Text      string
	Clause    string // the words of the report, a line for each clause; "" where they were not kept
	Section   string
	Leader    string
	Number    string // as told, with its unit
	Dismissed bool
	Why       string // it was dismissed
	Year      int    // in which it is due; 0 of a dismissal
}

// letters leaves of a text what it is compared by: characters, digits and letters.
func letters(s string) []rune {
	out := make([]rune, 0, len(s)/3)
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, r)
		}
	}
	return out
}

// pairs are the neighbouring characters of a text, each pair once.
func pairs(rs []rune) map[string]bool {
	out := make(map[string]bool, len(rs))
	for i := 0; i+1 < len(rs); i++ {
		out[string(rs[i:i+2])] = true
	}
	return out
}

// KeptOf reads a record of one of the two types.
func KeptOf(r *town.Record) Kept {
	k := Kept{Record: r.ID, Code: r.Text("code"), Text: r.Text("text"), Clause: r.Text("clause"), Section: r.Text("section"), Leader: r.Text("leader"),
		Number: r.Text("number_told"), Dismissed: r.Type == DismissalType, Why: r.Text("why")}
	if d, err := town.ParseDay(r.Text("deadline")); err == nil {
		k.Year = d.Year()
	}
	return k
}
