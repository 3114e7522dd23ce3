package place

import (
	"fmt"
	"sort"
)

// Ring is a closed line; the last point joins the first and does not repeat it.
type Ring []Point

// Polygon is an outer ring and the holes in it.
type Polygon []Ring

// Shape is the outline of a place: one polygon or several.
type Shape []Polygon

// maxExtent bounds how far a shape may reach, so that products of differences
// fit in 64 bits: 90 degrees, more than China is wide.
const maxExtent = 90 * Scale

// Box is an upright rectangle, its edges included.
type Box struct{ Min, Max Point }

// Empty tells whether b holds no point.
func (b Box) Empty() bool { return b.Max.Lon < b.Min.Lon || b.Max.Lat < b.Min.Lat }

// Has tells whether p lies in b or on its edge.
func (b Box) Has(p Point) bool {
	return p.Lon >= b.Min.Lon && p.Lon <= b.Max.Lon && p.Lat >= b.Min.Lat && p.Lat <= b.Max.Lat
}

// nothing is the box that any point widens.
var nothing = Box{Point{1<<31 - 1, 1<<31 - 1}, Point{-1 << 31, -1 << 31}}

func (b *Box) widen(p Point) {
	b.Min = Point{min(b.Min.Lon, p.Lon), min(b.Min.Lat, p.Lat)}
	b.Max = Point{max(b.Max.Lon, p.Lon), max(b.Max.Lat, p.Lat)}
}

// Box returns the smallest box around s.
func (s Shape) Box() Box {
	b := nothing
	for _, poly := range s {
		for _, ring := range poly {
			for _, p := range ring {
				b.widen(p)
			}
		}
	}
	return b
}

// Points counts the corners of s.
func (s Shape) Points() int {
	n := 0
	for _, poly := range s {
		for _, ring := range poly {
			n += len(ring)
		}
	}
	return n
}

// twice returns double the area of r in square units, positive when r runs
// counter-clockwise.
func (r Ring) twice() int64 {
	var sum int64
	for i := range r {
		a, b := r[i], r[(i+1)%len(r)]
		ax, ay := int64(a.Lon)-int64(r[0].Lon), int64(a.Lat)-int64(r[0].Lat)
		bx, by := int64(b.Lon)-int64(r[0].Lon), int64(b.Lat)-int64(r[0].Lat)
		sum += ax*by - bx*ay
	}
	return sum
}

// Twice returns double the area of s in square units of 1/Scale degree. It is
// exact: shapes that tile another one add up to it.
func (s Shape) Twice() int64 {
	var sum int64
	for _, poly := range s {
		for i, ring := range poly {
			a := max(ring.twice(), -ring.twice())
			if i > 0 {
				a = -a
			}
			sum += a
		}
	}
	return sum
}

// side tells on which side of the line a→b p lies: positive is left, 0 is on it.
func side(a, b, p Point) int64 {
	return (int64(b.Lon)-int64(a.Lon))*(int64(p.Lat)-int64(a.Lat)) - (int64(b.Lat)-int64(a.Lat))*(int64(p.Lon)-int64(a.Lon))
}

// meet says where p lies: 1 inside r, 0 on it, -1 outside. A ray to the east is
// crossed an odd number of times from inside; the arithmetic is exact.
func (r Ring) meet(p Point) int {
	in := -1
	for i := range r {
		a, b := r[i], r[(i+1)%len(r)]
		if (a.Lat > p.Lat) != (b.Lat > p.Lat) {
			d := side(a, b, p)
			if d == 0 {
				return 0
			}
			if (d > 0) == (b.Lat > a.Lat) {
				in = -in
			}
		} else if a.Lat == p.Lat && (a.Lon == p.Lon || b.Lat == p.Lat && (a.Lon < p.Lon) != (b.Lon < p.Lon)) {
			return 0
		}
	}
	return in
}

// Has tells whether p lies in s or on its border, the border of a hole included.
func (s Shape) Has(p Point) bool {
	for _, poly := range s {
		in := false
		for i, ring := range poly {
			at := ring.meet(p)
			if at == 0 {
				return true
			}
			if i == 0 {
				in = at > 0
			} else if at > 0 {
				in = false
			}
		}
		if in {
			return true
		}
	}
	return false
}

// In returns s with every point converted; see Point.In.
func (s Shape) In(from, to Datum) Shape {
	out := make(Shape, len(s))
	for i, poly := range s {
		out[i] = make(Polygon, len(poly))
		for j, ring := range poly {
			out[i][j] = make(Ring, len(ring))
			for k, p := range ring {
				out[i][j][k] = p.In(from, to)
			}
		}
	}
	return out
}

// Inner returns a point inside s, for a label or a sample. It is in the widest
// part of the line through the middle of the largest polygon.
func (s Shape) Inner() (Point, bool) {
	var best Polygon
	var size int64
	for _, poly := range s {
		if a := (Shape{poly}).Twice(); a > size {
			best, size = poly, a
		}
	}
	if size == 0 {
		return Point{}, false
	}
	box := Shape{best}.Box()
	// The middle line first, then others, should it only graze corners.
	for _, share := range []int64{50, 45, 55, 35, 65, 25, 75, 15, 85, 5, 95} {
		lat := int32(int64(box.Min.Lat) + (int64(box.Max.Lat)-int64(box.Min.Lat))*share/100)
		var cuts []int32
		for _, ring := range best {
			for i := range ring {
				a, b := ring[i], ring[(i+1)%len(ring)]
				if (a.Lat > lat) != (b.Lat > lat) {
					cuts = append(cuts, int32(int64(a.Lon)+(int64(lat)-int64(a.Lat))*(int64(b.Lon)-int64(a.Lon))/(int64(b.Lat)-int64(a.Lat))))
				}
			}
		}
		sort.Slice(cuts, func(i, j int) bool { return cuts[i] < cuts[j] })
		at, wide := Point{}, int32(0)
		for i := 0; i+1 < len(cuts); i += 2 {
			p := Point{cuts[i] + (cuts[i+1]-cuts[i])/2, lat}
			if w := cuts[i+1] - cuts[i]; w > wide && (Shape{best}).Has(p) {
				at, wide = p, w
			}
		}
		if wide > 0 {
			return at, true
		}
	}
	return best[0][0], true
}

// Check says what is wrong with s: too few points in a ring, no area, a ring
// that crosses itself, a hole outside its polygon, or a shape that reaches too far.
func (s Shape) Check() error {
	if len(s) == 0 {
		return fmt.Errorf("it has no polygon")
	}
	box := s.Box()
	if int64(box.Max.Lon)-int64(box.Min.Lon) > maxExtent || int64(box.Max.Lat)-int64(box.Min.Lat) > maxExtent {
		return fmt.Errorf("it is more than 90 degrees wide")
	}
	for i, poly := range s {
		if len(poly) == 0 {
			return fmt.Errorf("polygon %d has no ring", i+1)
		}
		for j, ring := range poly {
			where := fmt.Sprintf("polygon %d, ring %d", i+1, j+1)
			for _, p := range ring {
				if !p.Valid() {
					return fmt.Errorf("%s: %s is not on the globe", where, p)
				}
			}
			switch {
			case len(ring) < 3:
				return fmt.Errorf("%s has fewer than three corners", where)
			case ring.twice() == 0:
				return fmt.Errorf("%s encloses nothing", where)
			}
			if p, ok := ring.crossing(); ok {
				return fmt.Errorf("%s crosses itself near %s", where, degrees(p))
			}
			if j == 0 {
				continue
			}
			for _, p := range ring {
				if poly[0].meet(p) < 0 {
					return fmt.Errorf("%s is a hole that reaches out of its polygon at %s", where, degrees(p))
				}
			}
		}
	}
	return nil
}

// crossing finds an edge of r that properly crosses another one.
func (r Ring) crossing() (Point, bool) {
	type edge struct{ a, b Point }
	edges := make([]edge, len(r))
	for i := range r {
		e := edge{r[i], r[(i+1)%len(r)]}
		if e.b.Lon < e.a.Lon {
			e.a, e.b = e.b, e.a
		}
		edges[i] = e
	}
	sort.Slice(edges, func(i, j int) bool { return edges[i].a.Lon < edges[j].a.Lon })
	opposite := func(x, y int64) bool { return x < 0 && y > 0 || x > 0 && y < 0 }
	for i, e := range edges {
		low, high := min(e.a.Lat, e.b.Lat), max(e.a.Lat, e.b.Lat)
		for _, f := range edges[i+1:] {
			if f.a.Lon > e.b.Lon {
				break
			}
			if max(f.a.Lat, f.b.Lat) < low || min(f.a.Lat, f.b.Lat) > high {
				continue
			}
			if opposite(side(e.a, e.b, f.a), side(e.a, e.b, f.b)) && opposite(side(f.a, f.b, e.a), side(f.a, f.b, e.b)) {
				return f.a, true
			}
		}
	}
	return Point{}, false
}

// tidy drops points that repeat their neighbour, turns outer rings
// counter-clockwise and holes clockwise.
func (s Shape) tidy() Shape {
	for _, poly := range s {
		for j, ring := range poly {
			out := ring[:0]
			for _, p := range ring {
				if len(out) == 0 || out[len(out)-1] != p {
					out = append(out, p)
				}
			}
			for len(out) > 1 && out[0] == out[len(out)-1] {
				out = out[:len(out)-1]
			}
			if (out.twice() < 0) == (j == 0) {
				for a, b := 0, len(out)-1; a < b; a, b = a+1, b-1 {
					out[a], out[b] = out[b], out[a]
				}
			}
			poly[j] = out
		}
	}
	return s
}
