package towntest

import (
	"strings"
	"testing"
)

func TestSmallCatalogLoads(t *testing.T) {
	cat := Load(t, Declarations)
	if len(cat.FigureOrder) < 15 || cat.Types["order"] == nil {
		t.Fatalf("the small catalog is incomplete: %v", cat.FigureOrder)
	}
}

// Each twist changes the small catalog, which still loads.
func TestTwists(t *testing.T) {
	for _, w := range twists {
		if n := strings.Count(Declarations, w[0]); n != 1 {
			t.Errorf("%q stands %d times in the small catalog", w[0], n)
			continue
		}
		Load(t, strings.Replace(Declarations, w[0], w[1], 1))
	}
}
