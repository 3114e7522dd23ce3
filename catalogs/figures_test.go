package catalogs_test

import (
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// TestFigures_open_to_those_who_answer_for_them: who audits sees the records behind every figure of the report, who keeps
// the statistics those behind every figure of a type that is not sensitive, and nothing of one that is.
func TestFigures_open_to_those_who_answer_for_them(t *testing.T) {
	cat, _ := catalog.Load(catalogs.Jingwu)
	looked, shut := 0, 0
	for _, key := range cat.FigureOrder {
		f := cat.Figures[key]
		if f.Gold == "" || f.Type == nil {
			continue
		}
		looked++
		for _, role := range []string{"auditor", "statistician"} {
			actor := town.Actor{Person: 1, Kind: town.Staff, Posts: []town.Post{{Role: role, Office: cat.Roles[role].Office}}}
			sees := access.MaySee(cat, f.Type, actor).All()
			if want := role == "auditor" || !f.Type.Sensitive; sees != want {
				t.Errorf("%s sees all of %s, behind %s: %v", role, f.Type.Key, key, sees)
			}
		}
		if f.Type.Sensitive {
			shut++
		}
	}
	if looked < 100 || shut == 0 {
		t.Errorf("%d figures looked at, %d of sensitive types", looked, shut)
	}
}
