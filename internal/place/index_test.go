package place

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

// tiles tessellates a rectangle of n by n cells without gaps: corners are moved
// about and every border, shared by two cells, has `bends` corners of its own.
func tiles(n, bends int, seed uint64) []Outline {
	const step = 40_000 // about 400 m
	r := dice(seed)
	west, south := int32(1_169_000_000), int32(389_000_000)
	corner := make([]Point, (n+1)*(n+1))
	for y := range n + 1 {
		for x := range n + 1 {
			corner[y*(n+1)+x] = Point{west + int32(x*step+r.below(step/4)), south + int32(y*step+r.below(step/4))}
		}
	}
	wiggle := func(a, b Point) []Point {
		line := make([]Point, 0, bends)
		for k := 1; k <= bends; k++ {
			line = append(line, Point{
				a.Lon + int32(int64(b.Lon-a.Lon)*int64(k)/int64(bends+1)) + int32(r.below(1201)-600),
				a.Lat + int32(int64(b.Lat-a.Lat)*int64(k)/int64(bends+1)) + int32(r.below(1201)-600)})
		}
		return line
	}
	east, north := map[int][]Point{}, map[int][]Point{} // borders from corner i to its eastern, northern neighbour
	for y := range n + 1 {
		for x := range n + 1 {
			i := y*(n+1) + x
			if x < n {
				east[i] = wiggle(corner[i], corner[i+1])
			}
			if y < n {
				north[i] = wiggle(corner[i], corner[i+n+1])
			}
		}
	}
	out := make([]Outline, 0, n*n)
	for y := range n {
		for x := range n {
			i := y*(n+1) + x
			ring := make(Ring, 0, 4*bends+4)
			ring = append(append(ring, corner[i]), east[i]...)
			ring = append(append(ring, corner[i+1]), north[i+1]...)
			ring = append(ring, corner[i+n+2])
			for k := bends - 1; k >= 0; k-- {
				ring = append(ring, east[i+n+1][k])
			}
			ring = append(ring, corner[i+n+1])
			for k := bends - 1; k >= 0; k-- {
				ring = append(ring, north[i][k])
			}
			out = append(out, Outline{town.Code(fmt.Sprintf("%09d", i)), Shape{{ring}}})
		}
	}
	return out
}

func square(west, south, side int32) Ring {
	return Ring{{west, south}, {west + side, south}, {west + side, south + side}, {west, south + side}}
}

func TestPointOnABorderBelongsToTheLowestCode(t *testing.T) {
	// Four squares around 1000,1000, entered out of order; C has a hole that D fills.
	x, err := NewIndex([]Outline{
		{"D", Shape{{square(200, 1200, 100)}}},
		{"C", Shape{{square(0, 1000, 1000), square(200, 1200, 100)}}},
		{"B", Shape{{square(1000, 0, 1000)}}},
		{"A", Shape{{square(0, 0, 1000)}}},
		{"E", Shape{{square(1000, 1000, 1000)}, {square(3000, 0, 10)}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		p    Point
		want town.Code
		all  int
	}{
		{Point{500, 500}, "A", 1}, {Point{1500, 500}, "B", 1}, {Point{500, 1500}, "C", 1}, {Point{1500, 1500}, "E", 1},
		{Point{1000, 1000}, "A", 4},                            // the corner of all four
		{Point{1000, 500}, "A", 2}, {Point{500, 1000}, "A", 2}, // borders of two
		{Point{1000, 1500}, "C", 2}, {Point{1500, 1000}, "B", 2},
		{Point{250, 1250}, "D", 1},                                                         // in the hole
		{Point{200, 1250}, "C", 2}, {Point{200, 1200}, "C", 2}, {Point{300, 1300}, "C", 2}, // on the border of the hole
		{Point{199, 1250}, "C", 1}, {Point{201, 1250}, "D", 1},
		{Point{0, 0}, "A", 1}, {Point{2000, 2000}, "E", 1}, // outer corners
		{Point{3005, 5}, "E", 1}, {Point{3010, 10}, "E", 1}, // the second polygon
		{Point{-1, 0}, "", 0}, {Point{2500, 500}, "", 0}, {Point{3011, 10}, "", 0}, {Point{1 << 30, -1 << 31}, "", 0},
	} {
		got, ok := x.At(c.p)
		if got != c.want || ok != (c.want != "") || len(x.All(c.p)) != c.all {
			t.Errorf("%s lies in %q (all %v), want %q of %d", c.p, got, x.All(c.p), c.want, c.all)
		}
	}
}

func TestIndexAgreesWithTheShapes(t *testing.T) {
	outlines := tiles(12, 9, 1)
	x, err := NewIndex(outlines)
	if err != nil {
		t.Fatal(err)
	}
	box := x.Box()
	var corners []Point
	for _, o := range outlines {
		corners = append(corners, o.Shape[0][0]...)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := Point{rapid.Int32Range(box.Min.Lon-10, box.Max.Lon+10).Draw(t, "lon"), rapid.Int32Range(box.Min.Lat-10, box.Max.Lat+10).Draw(t, "lat")}
		if rapid.Bool().Draw(t, "corner") {
			p = corners[rapid.IntRange(0, len(corners)-1).Draw(t, "which")]
			p.Lon += int32(rapid.IntRange(-1, 1).Draw(t, "aside"))
		}
		var want []town.Code
		for _, o := range outlines {
			if o.Shape.Has(p) {
				want = append(want, o.Code)
			}
		}
		if got := x.All(p); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%s: index %v, shapes %v", p, got, want)
		}
		first, ok := x.At(p)
		if ok != (len(want) > 0) || ok && first != want[0] {
			t.Fatalf("%s: %q, shapes %v", p, first, want)
		}
	})
}

func TestTilesLeaveNoGap(t *testing.T) {
	outlines := tiles(20, 9, 2)
	x, err := NewIndex(outlines)
	if err != nil {
		t.Fatal(err)
	}
	box, r := x.Box(), dice(3)
	margin := int32(60_000)
	for range 50_000 {
		p := Point{box.Min.Lon + margin + int32(r.below(int(box.Max.Lon-box.Min.Lon-2*margin))), box.Min.Lat + margin + int32(r.below(int(box.Max.Lat-box.Min.Lat-2*margin)))}
		if n := len(x.All(p)); n == 0 || n > 4 {
			t.Fatalf("%s lies in %d places", p, n)
		}
	}
}

func TestIndexRefuses(t *testing.T) {
	ok := Shape{{square(0, 0, 10)}}
	for name, list := range map[string][]Outline{
		"a code twice":   {{"A", ok}, {"A", ok}},
		"no polygon":     {{"A", nil}},
		"a line":         {{"A", Shape{{{{0, 0}, {5, 5}, {10, 10}}}}}},
		"a bow tie":      {{"A", Shape{{{{0, 0}, {10, 10}, {10, 0}, {0, 12}}}}}},
		"a far hole":     {{"A", Shape{{square(0, 0, 10), square(20, 20, 5)}}}},
		"off the globe":  {{"A", Shape{{{{0, 0}, {10, 900_000_001}, {10, 0}}}}}},
		"half the globe": {{"A", Shape{{{{-900_000_000, 0}, {900_000_000, 0}, {0, 10}}}}}},
	} {
		if _, err := NewIndex(list); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	empty, err := NewIndex(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := empty.At(Point{}); ok || empty.All(Point{}) != nil {
		t.Errorf("an empty index found %q", c)
	}
}

func benchmarkAt(b *testing.B, n int) {
	x, err := NewIndex(tiles(n, 9, 4))
	if err != nil {
		b.Fatal(err)
	}
	box, r := x.Box(), dice(5)
	points := make([]Point, 1<<18)
	for i := range points {
		points[i] = Point{box.Min.Lon + int32(r.below(int(box.Max.Lon-box.Min.Lon))), box.Min.Lat + int32(r.below(int(box.Max.Lat-box.Min.Lat)))}
	}
	i := 0
	for b.Loop() {
		x.At(points[i&(len(points)-1)])
		i++
	}
	b.ReportMetric(float64(x.Len()), "polygons")
}

// Random points all over the town: the worst case for the caches.
func BenchmarkAt5000(b *testing.B)   { benchmarkAt(b, 71) }
func BenchmarkAt500000(b *testing.B) { benchmarkAt(b, 707) }

func BenchmarkNewIndex5000(b *testing.B) {
	outlines := tiles(71, 9, 4)
	for b.Loop() {
		if _, err := NewIndex(outlines); err != nil {
			b.Fatal(err)
		}
	}
}
