package catalogs

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"zhenwu/internal/catalog"
)

func TestJingwu_loads_without_faults(t *testing.T) {
	c, faults := catalog.Load(Jingwu)
	for _, f := range faults {
		if !f.Warning {
			t.Errorf("%s", f.Render("en"))
		}
	}
	if c.Code != "120111104" || len(c.Seeds.Places) < 20 || len(c.Offices) < 20 {
		t.Errorf("the town is %s with %d places and %d offices", c.Code, len(c.Seeds.Places), len(c.Offices))
	}
}

// The inventory has a hundred systems, and every figure of the report of 2023 has one that answers it (Load refuses two).
func TestJingwu_is_complete(t *testing.T) {
	c, _ := catalog.Load(Jingwu)
	if len(c.Systems) != 100 {
		t.Errorf("%d systems", len(c.Systems))
	}
	gold := map[string]bool{}
	for _, f := range c.Figures {
		gold[f.Gold] = true
	}
	for i := 1; i <= 115; i++ {
		if key := fmt.Sprintf("F%03d", i); !gold[key] {
			t.Errorf("no figure answers %s", key)
		}
	}
	for _, s := range c.Systems {
		if len(s.Types) == 0 && len(s.Figures) == 0 {
			t.Errorf("%s %s declares nothing", s.Number, s.Label.Zh)
		}
	}
	if len(c.Seeds.Commitments) != 187 {
		t.Errorf("%d commitments", len(c.Seeds.Commitments))
	}
	measured := 0
	for _, m := range c.Seeds.Measured {
		if m.Gold != "" {
			measured++
		}
	}
	if measured != 12 {
		t.Errorf("%d measured values of 2023", measured)
	}
}

// Each system has what its inventory asks: at least two roles, stages, a limit in time or the reason for none, figures, and
// phrases by which a report may speak of one of them.
func TestJingwu_systems_hold_what_the_inventory_asks(t *testing.T) {
	c, faults := catalog.Load(Jingwu)
	for _, f := range faults {
		t.Errorf("%s", f.Render("en"))
	}
	for _, s := range c.Systems {
		var roles []string
		clocks, stages, aliases := 0, 0, 0
		for _, k := range s.Types {
			typ := c.Types[k]
			clocks += len(typ.Clocks)
			stages = max(stages, len(typ.Stages))
			for _, r := range typ.Roles() {
				if !slices.Contains(roles, r) {
					roles = append(roles, r)
				}
			}
			for _, k := range typ.Clocks {
				for _, l := range k.Limits {
					if r := c.Rules[l.Rule]; r != nil {
						for _, row := range r.Rows {
							if row.Source == "" {
								t.Errorf("%s: the rule %s has a row without a source", s.Number, l.Rule)
							}
						}
					}
				}
			}
		}
		for _, k := range s.Figures {
			aliases += len(c.Figures[k].Aliases)
		}
		if len(roles) < 2 || stages < 3 || clocks == 0 && s.Timeless.Zh == "" || len(s.Figures) < 3 || aliases == 0 {
			t.Errorf("%s: %d roles, %d stages, %d clocks, %d figures, %d aliases", s.Number, len(roles), stages, clocks, len(s.Figures), aliases)
		}
	}
}

// Who sees the own records only, a firm or a resident, does not reach what others opened: such a move has somebody else too, or
// nobody else opens the type.
func TestJingwu_moves_have_somebody_who_reaches_the_record(t *testing.T) {
	c, _ := catalog.Load(Jingwu)
	looked := 0
	for _, key := range c.TypeOrder {
		typ := c.Types[key]
		for _, m := range typ.Moves {
			far := func(role string) bool { return c.Roles[role] == nil || c.Roles[role].Scope != catalog.ScopeOwn }
			if looked++; len(m.By) > 0 && !slices.ContainsFunc(m.By, far) && slices.ContainsFunc(typ.OpensBy, far) {
				t.Errorf("%s.%s is made by %v alone, who do not see what %v open", key, m.Key, m.By, typ.OpensBy)
			}
		}
	}
	if looked < 500 {
		t.Errorf("%d moves looked at", looked)
	}
}

// The targets, commitments and values of earlier years are those of the report, and nothing besides.
func TestJingwu_seeds_are_those_of_the_report(t *testing.T) {
	c, _ := catalog.Load(Jingwu)
	gold := map[string]bool{}
	for _, r := range c.Seeds.Targets {
		if r.Year != 2024 {
			t.Errorf("a target of %d for %s", r.Year, r.Figure)
		}
		if r.Gold != "" {
			gold[r.Gold] = true
		}
	}
	for i := 116; i <= 123; i++ {
		if key := fmt.Sprintf("F%d", i); !gold[key] {
			t.Errorf("no target for %s", key)
		}
	}
	if len(gold) != 8 {
		t.Errorf("%d targets of the report", len(gold))
	}
	numbers := map[string]string{}
	for _, k := range c.Seeds.Commitments {
		if k.Number != "" {
			numbers[k.ID] = k.Number + k.Unit
		}
		if !k.Assumed || k.Due.String() != "2024-12-31" || c.Offices[k.Lead] == nil {
			t.Errorf("%s: office and day are assumed until they are confirmed: %v %s %q", k.ID, k.Assumed, k.Due, k.Lead)
		}
	}
	if len(numbers) != 6 { // one of them refers back to 2023
		t.Errorf("numbers among the commitments: %v", numbers)
	}
	published := map[string]int{}
	for _, p := range c.Seeds.Published {
		published[p.Gold] = p.Year
	}
	if want := map[string]int{"F002": 2022, "F003": 2022, "F019": 2022, "F020": 2022}; !maps.Equal(published, want) {
		t.Errorf("published: %v, want %v", published, want)
	}
}

// The way ahead is the ordinary course, without the stages beside it.
func TestWay_of_a_hotline_order(t *testing.T) {
	cat, _ := catalog.Load(Jingwu)
	order := cat.Types["hotline_order"]
	for from, want := range map[string][]string{
		"received":  {"handling", "callback", "review", "submitted"},
		"callback":  {"review", "submitted"},
		"disputed":  {"handling", "callback", "review", "submitted"},
		"submitted": nil, "returned": nil,
	} {
		if got := order.Way(from); !slices.Equal(got, want) {
			t.Errorf("from %s: %v, want %v", from, got, want)
		}
	}
}
