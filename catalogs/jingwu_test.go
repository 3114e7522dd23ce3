package catalogs

import (
	"fmt"
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
