package towntest

import "testing"

func TestSmallCatalogLoads(t *testing.T) {
	cat := Load(t, Declarations)
	if len(cat.FigureOrder) < 15 || cat.Types["order"] == nil {
		t.Fatalf("the small catalog is incomplete: %v", cat.FigureOrder)
	}
}
