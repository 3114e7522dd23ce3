package place

import (
	"fmt"
	"math"
	"sort"

	"zhenwu/internal/town"
)

// Illustrate draws outlines for root and the places below it whose kind is in
// sizes and that exist on day: an invented, gap-free division of the given
// outline, for a demonstration or until real outlines are entered. It must be
// called illustrative wherever it is shown. Places of a level share their
// borders exactly. The area of a place goes by the leaves below it, each counted
// as many times as the sizes of its own kind and those above it say: with
// {village: 4, estate: 1, grid: 1} a village's grid has four times the area of an estate's. The
// outer border follows the outline to within the size of a cell, a fraction of
// a grid. The same arguments give the same drawing. Outlines come in tree order.
func Illustrate(tree *Tree, root town.Code, sizes map[string]int, day town.Day, outline Ring, seed uint64) ([]Outline, error) {
	top, ok := tree.Place(root)
	if !ok {
		return nil, fmt.Errorf("illustrate: there is no place %s", root)
	}
	if err := (Shape{{outline}}).Check(); err != nil {
		return nil, fmt.Errorf("illustrate: the outline: %w", err)
	}
	for kind, size := range sizes {
		if size < 1 || size > 100 {
			return nil, fmt.Errorf("illustrate: the size of a %s is %d, not 1 to 100", kind, size)
		}
	}
	plot := newPlot(tree, top, sizes, day, 1)
	if plot.weight > maxWeight {
		return nil, fmt.Errorf("illustrate: %d parts are too many to draw", plot.weight)
	}
	var last error
	for _, per := range []int{30, 60, 120} { // cells a part; more where the outline is awkward
		h := newHive(outline, max(per*plot.weight, 200), seed)
		shares, err := h.divide(plot)
		if err != nil {
			last = err
			continue
		}
		for rounds := 8; rounds >= 0; rounds -= 4 { // less smoothing where borders would cross
			var out []Outline
			if out, last = h.draw(shares, rounds); last == nil {
				return out, nil
			}
		}
	}
	return nil, fmt.Errorf("illustrate: %w", last)
}

// Blot draws an invented outline: a round patch with soft bays around centre,
// of about area square kilometres.
func Blot(centre Point, area float64, seed uint64) Ring {
	const corners, metre = 72, Scale / 111_195.0
	d := dice(seed)
	var turn [5]float64
	for k := range turn {
		turn[k] = float64(d.below(1000)) / 1000 * 2 * math.Pi
	}
	_, lat := centre.Degrees()
	radius := math.Sqrt(area*1e6/math.Pi) * metre
	ring := make(Ring, corners)
	for i := range ring {
		a := 2 * math.Pi * float64(i) / corners
		r := radius
		for k, phase := range turn {
			r += radius * 0.16 / float64(k+2) * math.Cos(float64(k+2)*a+phase)
		}
		ring[i] = Point{centre.Lon + int32(r*math.Cos(a)/math.Cos(lat*math.Pi/180)), centre.Lat + int32(r*math.Sin(a))}
	}
	return ring
}

// maxWeight bounds the time a drawing takes.
const maxWeight = 20_000

// plot is a place to be drawn and what divides it.
type plot struct {
	code   town.Code
	leaves int
	weight int // the area it should have, in parts
	parts  []plot
}

// newPlot plans p, a leaf of which weighs size.
func newPlot(tree *Tree, p Place, sizes map[string]int, day town.Day, size int) plot {
	at := plot{code: p.Code}
	for _, c := range tree.Children(p.Code) {
		if n := sizes[c.Kind]; n > 0 && c.Valid(day) {
			part := newPlot(tree, c, sizes, day, min(size*n, maxWeight))
			at.leaves += part.leaves
			at.weight += part.weight
			at.parts = append(at.parts, part)
		}
	}
	if at.parts == nil {
		at.leaves, at.weight = 1, size
	}
	return at
}

// dice is a small generator of our own (splitmix64), the same on every machine.
type dice uint64

func (d *dice) below(n int) int {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) >> 33 % uint64(n))
}

// hive is a lattice of six-sided cells inside an outline. Three cells meet at
// each corner, so the border of any set of cells never touches itself.
//
// The lattice is stored as a brick wall: brick (c, r) spans the corners x0 to
// x0+2 of the lines r and r+1, x0 = 2c + r mod 2.
type hive struct {
	wide    int // corners on a line
	corners []Point
	cells   []cell
	at      map[[2]int]int // brick → cell
	seed    uint64
}

type cell struct {
	brick  [2]int
	middle Point
	around []int // neighbouring cells, ascending
}

// edge is a directed border between two corners, its cell on the left.
type edge struct{ a, b int }

func (h *hive) edges(brick [2]int) [6]edge {
	c, r := brick[0], brick[1]
	x := 2*c + r%2
	low, high := r*h.wide+x, (r+1)*h.wide+x
	return [6]edge{{low, low + 1}, {low + 1, low + 2}, {low + 2, high + 2}, {high + 2, high + 1}, {high + 1, high}, {high, low}}
}

// beside lists the six bricks around brick.
func beside(brick [2]int) [6][2]int {
	c, r := brick[0], brick[1]
	left := c - 1 + r%2 // of the line above and below
	return [6][2]int{{c - 1, r}, {c + 1, r}, {left, r - 1}, {left + 1, r - 1}, {left, r + 1}, {left + 1, r + 1}}
}

// newHive lays about n cells into outline and keeps the largest connected part.
func newHive(outline Ring, n int, seed uint64) *hive {
	box := Shape{{outline}}.Box()
	_, south := box.Min.Degrees()
	_, north := box.Max.Degrees()
	shrink := math.Cos((south + north) / 2 * math.Pi / 180)
	side := math.Sqrt(math.Abs(float64(outline.twice())) / 2 * shrink / (2.598 * float64(n)))
	dx, dy := side*0.8660254/shrink, side*1.5
	cols := int((float64(box.Max.Lon)-float64(box.Min.Lon))/dx/2) + 2
	rows := int((float64(box.Max.Lat)-float64(box.Min.Lat))/dy) + 2
	h := &hive{wide: 2*cols + 2, at: map[[2]int]int{}, seed: seed}
	d := dice(seed)
	jitter := func(size float64) float64 { return size * float64(d.below(2001)-1000) / 1000 }
	for y := range rows + 1 {
		for x := range h.wide {
			zig := side / 4
			if (x+y)%2 == 1 {
				zig = -zig
			}
			h.corners = append(h.corners, Point{
				box.Min.Lon + int32((float64(x)-1)*dx+jitter(dx/5)),
				box.Min.Lat + int32((float64(y)-0.5)*dy+zig+jitter(side/6))})
		}
	}
	var inside [][2]int
	for r := range rows {
		for c := range cols {
			if outline.meet(h.middle([2]int{c, r})) >= 0 {
				inside = append(inside, [2]int{c, r})
			}
		}
	}
	for _, b := range largest(inside) {
		h.at[b] = len(h.cells)
		h.cells = append(h.cells, cell{brick: b, middle: h.middle(b)})
	}
	for i := range h.cells {
		for _, b := range beside(h.cells[i].brick) {
			if j, ok := h.at[b]; ok {
				h.cells[i].around = append(h.cells[i].around, j)
			}
		}
		sort.Ints(h.cells[i].around)
	}
	return h
}

func (h *hive) middle(brick [2]int) Point {
	var lon, lat int64
	for _, e := range h.edges(brick) {
		lon, lat = lon+int64(h.corners[e.a].Lon), lat+int64(h.corners[e.a].Lat)
	}
	return Point{int32(lon / 6), int32(lat / 6)}
}

// largest returns the largest connected part of bricks, in their order.
func largest(bricks [][2]int) [][2]int {
	part := map[[2]int]int{}
	for _, b := range bricks {
		part[b] = -1
	}
	var sizes []int
	for _, b := range bricks {
		if part[b] >= 0 {
			continue
		}
		n := len(sizes)
		sizes = append(sizes, 0)
		part[b] = n
		for todo := [][2]int{b}; len(todo) > 0; {
			at := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			sizes[n]++
			for _, next := range beside(at) {
				if p, ok := part[next]; ok && p < 0 {
					part[next] = n
					todo = append(todo, next)
				}
			}
		}
	}
	best := 0
	for i, s := range sizes {
		if s > sizes[best] {
			best = i
		}
	}
	var out [][2]int
	for _, b := range bricks {
		if part[b] == best {
			out = append(out, b)
		}
	}
	return out
}

// share is a place with its cells.
type share struct {
	code  town.Code
	cells []int
	leaf  bool
}

// divide gives every place of p its cells, in tree order.
func (h *hive) divide(p plot) ([]share, error) {
	d := dice(h.seed ^ 0x5851f42d4c957f2d)
	var out []share
	var walk func(p plot, cells []int) error
	walk = func(p plot, cells []int) error {
		if len(cells) < p.leaves {
			return fmt.Errorf("the outline leaves too little room for %s", p.code)
		}
		out = append(out, share{p.code, cells, len(p.parts) == 0})
		if len(p.parts) == 0 {
			return nil
		}
		for i, part := range h.split(cells, p.parts, &d) {
			if err := walk(p.parts[i], part); err != nil {
				return err
			}
		}
		return nil
	}
	all := make([]int, len(h.cells))
	for i := range all {
		all[i] = i
	}
	return out, walk(p, all)
}

// split divides connected cells into one connected set for each of parts, by
// their weight: sets grow from seeds, always the one that lacks most, always by the
// cell nearest to its seed; then the seeds move to the middle and all grow again.
func (h *hive) split(cells []int, parts []plot, d *dice) [][]int {
	if len(parts) == 1 {
		return [][]int{cells}
	}
	mine := make(map[int]bool, len(cells))
	for _, c := range cells {
		mine[c] = true
	}
	// Seeds: each the best of some throws, far from those before.
	seeds := make([]int, 0, len(parts))
	for range parts {
		best, far := cells[0], int64(-1)
		for range 12 {
			c := cells[d.below(len(cells))]
			near := int64(math.MaxInt64)
			for _, s := range seeds {
				near = min(near, h.apart(c, h.cells[s].middle))
			}
			if near > far {
				best, far = c, near
			}
		}
		seeds = append(seeds, best)
	}
	var sets [][]int
	for round := range 8 {
		if round > 0 {
			for i, set := range sets {
				seeds[i] = h.centre(set, seeds[i])
			}
		}
		sets = h.grow(mine, parts, seeds)
	}
	for _, set := range sets {
		sort.Ints(set)
	}
	return sets
}

// apart is the square of the distance from cell c to p, in which a degree of
// longitude counts three quarters: near enough for China.
func (h *hive) apart(c int, p Point) int64 {
	x, y := (int64(h.cells[c].middle.Lon)-int64(p.Lon))*3/4, int64(h.cells[c].middle.Lat)-int64(p.Lat)
	return x*x + y*y
}

// centre returns the cell of set that is nearest to its middle.
func (h *hive) centre(set []int, otherwise int) int {
	if len(set) == 0 {
		return otherwise
	}
	var lon, lat int64
	for _, c := range set {
		lon, lat = lon+int64(h.cells[c].middle.Lon), lat+int64(h.cells[c].middle.Lat)
	}
	p := Point{int32(lon / int64(len(set))), int32(lat / int64(len(set)))}
	best := set[0]
	for _, c := range set {
		if h.apart(c, p) < h.apart(best, p) {
			best = c
		}
	}
	return best
}

func (h *hive) grow(mine map[int]bool, parts []plot, seeds []int) [][]int {
	owner := make(map[int]int, len(mine))
	sets, edge := make([][]int, len(parts)), make([][]int, len(parts))
	take := func(i, c int) {
		owner[c] = i
		sets[i] = append(sets[i], c)
		for _, n := range h.cells[c].around {
			if _, taken := owner[n]; mine[n] && !taken {
				edge[i] = append(edge[i], n)
			}
		}
	}
	for i, s := range seeds {
		if _, taken := owner[s]; !taken {
			take(i, s)
		}
	}
	for len(owner) < len(mine) {
		next := -1
		for i := range parts {
			live := edge[i][:0]
			for _, c := range edge[i] {
				if _, taken := owner[c]; !taken {
					live = append(live, c)
				}
			}
			edge[i] = live
			if len(live) > 0 && (next < 0 || len(sets[i])*parts[next].weight < len(sets[next])*parts[i].weight) {
				next = i
			}
		}
		best := edge[next][0]
		for _, c := range edge[next] {
			if h.apart(c, h.cells[seeds[next]].middle) < h.apart(best, h.cells[seeds[next]].middle) {
				best = c
			}
		}
		take(next, best)
	}
	return sets
}

// draw makes outlines of shares, with the borders between leaves smoothed in
// some rounds.
func (h *hive) draw(shares []share, rounds int) ([]Outline, error) {
	leaf := make([]int, len(h.cells))
	for i, s := range shares {
		for _, c := range s.cells {
			if s.leaf {
				leaf[c] = i
			}
		}
	}
	// A corner on a border between two leaves moves between its two neighbours on
	// that border; one at which three meet stays.
	along := map[int][]int{}
	for i, c := range h.cells {
		for k, n := range besideEdges(c.brick) {
			j, ok := h.at[n]
			if ok && leaf[j] == leaf[i] {
				continue
			}
			e := h.edges(c.brick)[k]
			along[e.a] = insert(along[e.a], e.b)
			along[e.b] = insert(along[e.b], e.a)
		}
	}
	now := append([]Point(nil), h.corners...)
	for range rounds {
		then := append([]Point(nil), now...)
		for v, ends := range along {
			if len(ends) == 2 {
				a, b := then[ends[0]], then[ends[1]]
				now[v] = Point{
					int32((int64(a.Lon) + 2*int64(then[v].Lon) + int64(b.Lon)) / 4),
					int32((int64(a.Lat) + 2*int64(then[v].Lat) + int64(b.Lat)) / 4)}
			}
		}
	}
	for i, p := range now { // a decimetre is enough for a drawing
		now[i] = Point{p.Lon / 10 * 10, p.Lat / 10 * 10}
	}
	out := make([]Outline, 0, len(shares))
	for _, s := range shares {
		shape := h.outline(s.cells, now)
		if err := shape.Check(); err != nil {
			return nil, fmt.Errorf("%s: %w", s.code, err)
		}
		out = append(out, Outline{s.code, shape})
	}
	return out, nil
}

// besideEdges lists the brick on the other side of each of edges(brick).
func besideEdges(brick [2]int) [6][2]int {
	b := beside(brick)
	return [6][2]int{b[2], b[3], b[1], b[5], b[4], b[0]}
}

func insert(list []int, v int) []int {
	for _, x := range list {
		if x == v {
			return list
		}
	}
	return append(list, v)
}

// outline joins cells: the edges that no two of them share, walked round.
func (h *hive) outline(cells []int, corners []Point) Shape {
	in := make(map[[2]int]bool, len(cells))
	for _, c := range cells {
		in[h.cells[c].brick] = true
	}
	next := map[int]int{}
	var starts []int
	for _, c := range cells {
		brick := h.cells[c].brick
		edges := h.edges(brick)
		for k, other := range besideEdges(brick) {
			if !in[other] {
				next[edges[k].a] = edges[k].b
				starts = append(starts, edges[k].a)
			}
		}
	}
	var outer, holes Polygon
	for _, from := range starts {
		if _, left := next[from]; !left {
			continue
		}
		var ring Ring
		for v := from; ; {
			to, left := next[v]
			if !left {
				break
			}
			delete(next, v)
			ring = append(ring, corners[v])
			v = to
		}
		if ring.twice() > 0 {
			outer = append(outer, ring)
		} else {
			holes = append(holes, ring)
		}
	}
	return Shape{append(outer, holes...)}
}
