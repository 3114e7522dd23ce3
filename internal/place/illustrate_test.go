package place

import (
	"fmt"
	"reflect"
	"testing"

	"zhenwu/internal/town"
)

// many is a town of villages with grids each, and estates without.
func many(t testing.TB, villages, grids, estates int) *Tree {
	t.Helper()
	places := []Place{open("9", "town", "", "河口镇", "")}
	for v := range villages {
		code := fmt.Sprintf("9%03d", 201+v)
		places = append(places, open(code, "village", "9", fmt.Sprintf("村%d", v), ""))
		for g := range 1 + (grids+v)%(grids+3) {
			places = append(places, open(fmt.Sprintf("%s%03d", code, g+1), "grid", code, fmt.Sprintf("格%d", g), ""))
		}
	}
	for e := range estates {
		places = append(places, open(fmt.Sprintf("9%03d", e+1), "estate", "9", fmt.Sprintf("小区%d", e), ""))
	}
	places = append(places, open("9P01", "park", "9", "园区", ""))
	tree, err := New(places)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

var tiled = map[string]int{"village": 1, "estate": 1, "grid": 1}

func TestIllustrationTilesWithoutGapOrOverlap(t *testing.T) {
	horseshoe := Ring{{1170000000, 390000000}, {1171000000, 390000000}, {1171000000, 391000000}, {1170650000, 391000000},
		{1170650000, 390300000}, {1170350000, 390300000}, {1170350000, 391000000}, {1170000000, 391000000}}
	for name, c := range map[string]struct {
		tree    *Tree
		outline Ring
	}{
		"a town":           {many(t, 10, 12, 13), Blot(At(117.08, 39.05), 77, 1)},
		"a small town":     {many(t, 2, 2, 0), Blot(At(117.08, 39.05), 5, 7)},
		"a horseshoe":      {many(t, 6, 4, 5), horseshoe},
		"a town of itself": {many(t, 0, 0, 0), Blot(At(100, 25), 30, 3)},
	} {
		for seed := range uint64(4) {
			got, err := Illustrate(c.tree, "9", tiled, town.NoDay, c.outline, seed)
			if err != nil {
				t.Fatalf("%s, seed %d: %v", name, seed, err)
			}
			if len(got) != c.tree.Len()-1 { // all but the park
				t.Fatalf("%s: %d outlines for %d places", name, len(got), c.tree.Len()-1)
			}
			area := map[town.Code]int64{}
			var leaves []Outline
			for _, o := range got {
				area[o.Code] = o.Shape.Twice()
				if kids := c.tree.Children(o.Code); len(kids) == 0 || len(kids) == 1 && kids[0].Kind == "park" {
					leaves = append(leaves, o)
				}
			}
			for _, o := range got {
				var sum int64
				for _, k := range c.tree.Children(o.Code) {
					sum += area[k.Code]
				}
				if sum != 0 && sum != area[o.Code] {
					t.Errorf("%s, seed %d: the parts of %s add up to %d of %d", name, seed, o.Code, sum, area[o.Code])
				}
			}
			if want := (Shape{{c.outline}}).Twice(); area["9"] < want*85/100 || area["9"] > want*115/100 {
				t.Errorf("%s, seed %d: %d of the outline's area of %d is drawn", name, seed, area["9"], want)
			}
			x, err := NewIndex(leaves)
			if err != nil {
				t.Fatal(err)
			}
			d, box := dice(seed), got[0].Shape.Box()
			for range 2000 {
				p := Point{box.Min.Lon + int32(d.below(int(box.Max.Lon-box.Min.Lon))), box.Min.Lat + int32(d.below(int(box.Max.Lat-box.Min.Lat)))}
				if n := len(x.All(p)); (n > 0) != got[0].Shape.Has(p) || n > 3 {
					t.Fatalf("%s, seed %d: %s lies in %d leaves, in the town: %v", name, seed, p, n, got[0].Shape.Has(p))
				}
			}
			for _, o := range leaves {
				p, ok := o.Shape.Inner()
				if at, _ := x.At(p); !ok || at != o.Code {
					t.Errorf("%s, seed %d: the inner point of %s lies in %s", name, seed, o.Code, at)
				}
				if share := float64(area[o.Code]) * float64(len(leaves)) / float64(area["9"]); share < 0.3 || share > 2.5 {
					t.Errorf("%s, seed %d: %s has %.2f of a fair share", name, seed, o.Code, share)
				}
			}
		}
	}
}

func TestIllustrationIsTheSameEachTime(t *testing.T) {
	tree, outline := many(t, 4, 3, 2), Blot(At(117.08, 39.05), 20, 1)
	a, err := Illustrate(tree, "9", tiled, town.NoDay, outline, 5)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Illustrate(tree, "9", tiled, town.NoDay, outline, 5)
	if err != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("one seed gave two drawings, %v", err)
	}
	c, err := Illustrate(tree, "9", tiled, town.NoDay, outline, 6)
	if err != nil || reflect.DeepEqual(a, c) {
		t.Errorf("two seeds gave one drawing, %v", err)
	}
}

func TestIllustrationGoesBySize(t *testing.T) {
	tree := many(t, 6, 4, 8)
	got, err := Illustrate(tree, "9", map[string]int{"village": 4, "estate": 1, "grid": 1}, town.NoDay, Blot(At(117.08, 39.05), 77, 1), 2)
	if err != nil {
		t.Fatal(err)
	}
	weight, total := map[town.Code]float64{}, 0.0
	for _, o := range got {
		p, _ := tree.Place(o.Code)
		switch p.Kind {
		case "grid":
			weight[o.Code] = 4
		case "estate":
			weight[o.Code] = 1
		}
		total += weight[o.Code]
	}
	all := float64(got[0].Shape.Twice())
	for _, o := range got {
		if w := weight[o.Code]; w > 0 {
			if share := float64(o.Shape.Twice()) / all * total / w; share < 0.4 || share > 2 {
				t.Errorf("%s has %.2f of the area it should have", o.Code, share)
			}
		}
	}
}

func TestIllustrateRefuses(t *testing.T) {
	tree := many(t, 2, 2, 0)
	if _, err := Illustrate(tree, "8", tiled, town.NoDay, Blot(At(117, 39), 5, 1), 1); err == nil {
		t.Error("a place that does not exist was drawn")
	}
	if _, err := Illustrate(tree, "9", tiled, town.NoDay, Ring{{0, 0}, {1, 1}}, 1); err == nil {
		t.Error("an outline of two points was taken")
	}
	for _, sizes := range []map[string]int{{"village": 0}, {"village": 101}, {"village": 100, "grid": 100}} {
		if _, err := Illustrate(tree, "9", sizes, town.NoDay, Blot(At(117, 39), 5, 1), 1); err == nil {
			t.Errorf("sizes %v were taken", sizes)
		}
	}
}

func BenchmarkIllustrate(b *testing.B) {
	tree, outline := many(b, 10, 12, 13), Blot(At(117.08, 39.05), 77, 1)
	for b.Loop() {
		if _, err := Illustrate(tree, "9", tiled, town.NoDay, outline, 1); err != nil {
			b.Fatal(err)
		}
	}
}
