package place

import (
	"fmt"
	"sort"

	"zhenwu/internal/town"
)

// Outline is a place with its shape.
type Outline struct {
	Code  town.Code
	Shape Shape
}

// Index finds the place in which a point lies. It is meant for the places of one
// level, which tile the town; where outlines share a border or overlap, the
// lowest code wins. It is immutable and may be asked by many at once.
//
// A grid of buckets lies over all outlines. A bucket lists, by code, the
// polygons that touch it: those it lies wholly inside are marked and need no look at their
// corners; for others a ray is followed through all corners. Everything stands
// in flat arrays, the corners of a polygon beside its box.
type Index struct {
	codes  []town.Code // of polygon i
	start  []uint32    // of polygon i in flat
	flat   []int32     // box (4), then rings: count, corners (closed), …, 0
	box    Box
	sx, sy uint // a bucket is 1<<sx by 1<<sy units
	nx, ny int
	bucket []uint32 // bucket b lists list[bucket[b]:bucket[b+1]]
	list   []uint32 // polygon, or polygon|whole
}

// whole marks a polygon that covers all of a bucket.
const whole = 1 << 31

// bucketsPer is how many buckets a polygon gets at least: enough that more than
// half of all points need no ray, few enough that half a million polygons fit.
const bucketsPer = 12

// maxBuckets bounds the memory of an index of any number of polygons.
const maxBuckets = 1 << 24

// NewIndex makes an index of outlines. It refuses shapes that fail Check and
// codes given twice.
func NewIndex(outlines []Outline) (*Index, error) {
	sorted := append([]Outline(nil), outlines...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Code < sorted[j].Code })
	x := &Index{box: nothing}
	points, polygons := 0, 0
	for i, o := range sorted {
		if i > 0 && o.Code == sorted[i-1].Code {
			return nil, fmt.Errorf("outline of %s is given twice", o.Code)
		}
		if err := o.Shape.Check(); err != nil {
			return nil, fmt.Errorf("outline of %s: %w", o.Code, err)
		}
		for _, poly := range o.Shape {
			polygons++
			points += 5
			for _, ring := range poly {
				points += 2*len(ring) + 3
			}
		}
	}
	if polygons == 0 {
		return x, nil
	}
	if points >= 1<<31 || polygons >= whole {
		return nil, fmt.Errorf("too many outlines: %d polygons", polygons)
	}
	x.codes, x.start, x.flat = make([]town.Code, 0, polygons), make([]uint32, 0, polygons), make([]int32, 0, points)
	for _, o := range sorted {
		for _, poly := range o.Shape {
			b := Shape{poly}.Box()
			x.box.widen(b.Min)
			x.box.widen(b.Max)
			x.codes = append(x.codes, o.Code)
			x.start = append(x.start, uint32(len(x.flat)))
			x.flat = append(x.flat, b.Min.Lon, b.Min.Lat, b.Max.Lon, b.Max.Lat)
			for _, ring := range poly {
				x.flat = append(x.flat, int32(2*len(ring)+2))
				for _, p := range ring {
					x.flat = append(x.flat, p.Lon, p.Lat)
				}
				x.flat = append(x.flat, ring[0].Lon, ring[0].Lat)
			}
			x.flat = append(x.flat, 0)
		}
	}
	w, h := int64(x.box.Max.Lon)-int64(x.box.Min.Lon)+1, int64(x.box.Max.Lat)-int64(x.box.Min.Lat)+1
	want := int64(min(bucketsPer*polygons, maxBuckets))
	x.sx, x.sy = 31, 31
	count := func(sx, sy uint) int64 { return ((w-1)>>sx + 1) * ((h-1)>>sy + 1) }
	for count(x.sx, x.sy) < want && (x.sx > 0 || x.sy > 0) {
		// Halve the side on which a bucket is longer, to keep buckets square.
		if x.sy == 0 || x.sx >= x.sy && x.sx > 0 {
			x.sx--
		} else {
			x.sy--
		}
	}
	x.nx, x.ny = int((w-1)>>x.sx+1), int((h-1)>>x.sy+1)
	x.fill()
	return x, nil
}

// fill lists in each bucket the polygons that touch it.
func (x *Index) fill() {
	var at, what []uint32 // pairs of bucket and entry, polygons ascending
	var border []bool     // of the buckets of one polygon's box
	for i := range x.codes {
		f := x.flat[x.start[i]:]
		cx0, cy0 := x.cell(f[0], f[1])
		cx1, cy1 := x.cell(f[2], f[3])
		wide := cx1 - cx0 + 1
		if n := wide * (cy1 - cy0 + 1); n > len(border) {
			border = make([]bool, n)
		} else {
			clear(border[:n])
		}
		for r := 4; f[r] != 0; r += int(f[r]) + 1 {
			ring := f[r+1 : r+1+int(f[r])]
			for k := 2; k < len(ring); k += 2 {
				ax, ay := x.cell(ring[k-2], ring[k-1])
				bx, by := x.cell(ring[k], ring[k+1])
				for cy := min(ay, by); cy <= max(ay, by); cy++ {
					for cx := min(ax, bx); cx <= max(ax, bx); cx++ {
						border[(cy-cy0)*wide+cx-cx0] = true
					}
				}
			}
		}
		for cy := cy0; cy <= cy1; cy++ {
			known, in := false, false
			for cx := cx0; cx <= cx1; cx++ {
				entry := uint32(i)
				if border[(cy-cy0)*wide+cx-cx0] {
					known = false
				} else {
					// No edge comes near: the run of such buckets lies all in or all out.
					if !known {
						corner := Point{int32(int64(x.box.Min.Lon) + int64(cx)<<x.sx), int32(int64(x.box.Min.Lat) + int64(cy)<<x.sy)}
						known, in = true, has(f, corner)
					}
					if !in {
						continue
					}
					entry |= whole
				}
				at, what = append(at, uint32(cy*x.nx+cx)), append(what, entry)
			}
		}
	}
	x.bucket = make([]uint32, x.nx*x.ny+1)
	for _, b := range at {
		x.bucket[b+1]++
	}
	for b := 1; b < len(x.bucket); b++ {
		x.bucket[b] += x.bucket[b-1]
	}
	x.list = make([]uint32, len(what))
	next := append([]uint32(nil), x.bucket...)
	for k, b := range at {
		x.list[next[b]] = what[k]
		next[b]++
	}
}

func (x *Index) cell(lon, lat int32) (cx, cy int) {
	return int((int64(lon) - int64(x.box.Min.Lon)) >> x.sx), int((int64(lat) - int64(x.box.Min.Lat)) >> x.sy)
}

// has tells whether the polygon at the head of f holds p, its border included.
func has(f []int32, p Point) bool {
	if p.Lon < f[0] || p.Lat < f[1] || p.Lon > f[2] || p.Lat > f[3] {
		return false
	}
	in := false
	for r := 4; ; {
		n := int(f[r])
		if n == 0 {
			return in
		}
		ring := f[r+1 : r+1+n]
		r += n + 1
		ax, ay := ring[0], ring[1]
		for k := 2; k+1 < len(ring); k += 2 {
			bx, by := ring[k], ring[k+1]
			if (ay > p.Lat) != (by > p.Lat) {
				d := (int64(bx)-int64(ax))*(int64(p.Lat)-int64(ay)) - (int64(by)-int64(ay))*(int64(p.Lon)-int64(ax))
				if d == 0 {
					return true
				}
				if (d > 0) == (by > ay) {
					in = !in
				}
			} else if ay == p.Lat && (ax == p.Lon || by == p.Lat && (ax < p.Lon) != (bx < p.Lon)) {
				return true
			}
			ax, ay = bx, by
		}
	}
}

// At returns the place in which p lies: the lowest code of those that hold it
// or have it on their border. False: no outline holds it.
func (x *Index) At(p Point) (town.Code, bool) {
	if len(x.codes) == 0 || !x.box.Has(p) {
		return "", false
	}
	cx, cy := x.cell(p.Lon, p.Lat)
	b := cy*x.nx + cx
	for _, e := range x.list[x.bucket[b]:x.bucket[b+1]] {
		if e&whole != 0 || has(x.flat[x.start[e]:], p) {
			return x.codes[e&^whole], true
		}
	}
	return "", false
}

// All returns every place that holds p or has it on its border, by code.
func (x *Index) All(p Point) []town.Code {
	if len(x.codes) == 0 || !x.box.Has(p) {
		return nil
	}
	var out []town.Code
	cx, cy := x.cell(p.Lon, p.Lat)
	b := cy*x.nx + cx
	for _, e := range x.list[x.bucket[b]:x.bucket[b+1]] {
		if e&whole != 0 || has(x.flat[x.start[e]:], p) {
			if c := x.codes[e&^whole]; len(out) == 0 || out[len(out)-1] != c {
				out = append(out, c)
			}
		}
	}
	return out
}

// Len is the number of polygons in the index.
func (x *Index) Len() int { return len(x.codes) }

// Box returns the box around all outlines.
func (x *Index) Box() Box { return x.box }
