package catalogs

import (
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

// Each number of the gold list is answered once; Load refuses doubles, so this counts.
func TestJingwu_every_system_has_its_file(t *testing.T) {
	c, _ := catalog.Load(Jingwu)
	for _, s := range c.Systems {
		if len(s.Types) == 0 && len(s.Figures) == 0 {
			t.Errorf("%s %s declares nothing", s.Number, s.Label.Zh)
		}
	}
}
