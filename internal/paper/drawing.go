package paper

import (
	"math"
	"strconv"
)

// drawing is a chart as strokes and words, in points from its upper left corner;
// HTML and PDF draw the same one.
type drawing struct {
	width, height float64
	strokes       []stroke
	words         []words
}

// stroke is a line through points, or a filled box from the first point to the second.
type stroke struct {
	points [][2]float64
	ink    string // RRGGBB
	thick  float64
	fill   bool
}

// words stand at a point with their start, middle or end, on the base line.
type words struct {
	x, y, size float64
	at         Align
	text       string
}

const (
	drawWidth, drawHeight = 442.0, 212.0
	axisLeft, axisRight   = 52.0, 436.0
	axisTop, axisBottom   = 22.0, 168.0
	gridInk, axisInk      = "D9D9D9", "595959"
	labelSize             = 9.0
)

// draw makes the drawing of a chart.
func (c Chart) draw() drawing {
	g := drawing{width: drawWidth, height: drawHeight}
	low, step, n := c.scale()
	top := low + float64(step)*float64(n)
	y := func(v float64) float64 { return axisBottom - (v-low)/(top-low)*(axisBottom-axisTop) }
	for i := range n + 1 {
		v := low + float64(step)*float64(i)
		g.line(gridInk, 0.5, [2]float64{axisLeft, y(v)}, [2]float64{axisRight, y(v)})
		if math.Abs(v) < 1<<62 {
			g.word(axisLeft-4, y(v)+3, Right, number(int64(v), c.Decimals))
		}
	}
	if c.Unit != "" {
		g.word(axisLeft-4, axisTop-10, Right, c.Unit)
	}
	room := (axisRight - axisLeft) / float64(len(c.Labels))
	every := int(math.Ceil(c.widest() / room)) // labels that would touch are left out
	for i, l := range c.Labels {
		if i%every == 0 {
			g.word(axisLeft+room*(float64(i)+0.5), axisBottom+13, Center, clean(l))
		}
	}
	for i, s := range c.Series {
		c.series(&g, i, s, room, y)
	}
	g.line(axisInk, 0.75, [2]float64{axisLeft, y(math.Max(low, 0))}, [2]float64{axisRight, y(math.Max(low, 0))})
	c.legend(&g)
	return g
}

// widest is the room that the longest label needs.
func (c Chart) widest() float64 {
	w := 1.0
	for _, l := range c.Labels {
		w = math.Max(w, float64(halves(clean(l)))*labelSize/2+4)
	}
	return w
}

func (c Chart) series(g *drawing, i int, s Series, room float64, y func(float64) float64) {
	shown := len(c.Labels)*len(c.Series) <= labelled
	var run [][2]float64
	for j := range c.Labels {
		p := s.point(j)
		x := axisLeft + room*(float64(j)+0.5)
		if p.Unknown {
			g.line(ink(i), 1.75, run...)
			run = nil
			continue
		}
		v := float64(p.N)
		if c.Kind == Line {
			run = append(run, [2]float64{x, y(v)})
			g.box(ink(i), x-2, y(v)-2, x+2, y(v)+2)
		} else {
			w := room * 0.62 / float64(len(c.Series))
			x += (float64(i) - float64(len(c.Series))/2 + 0.5) * w
			g.box(ink(i), x-w/2, y(v), x+w/2, y(0))
		}
		if shown {
			g.word(x, y(math.Max(v, 0))-4, Center, number(p.N, c.Decimals))
		}
	}
	g.line(ink(i), 1.75, run...)
}

// legend names the series below, where there are several.
func (c Chart) legend(g *drawing) {
	if len(c.Series) < 2 {
		return
	}
	room := (axisRight - axisLeft) / float64(len(c.Series))
	for i, s := range c.Series {
		x := axisLeft + room*float64(i)
		g.box(ink(i), x, drawHeight-14, x+8, drawHeight-6)
		g.word(x+12, drawHeight-6, Left, clean(s.Name))
	}
}

// scale gives the lowest value of the axis, the step between its marks and their
// number. Bars begin at nought; a line may begin higher, where it would be flat.
func (c Chart) scale() (low float64, step int64, n int) {
	least, most, any := 0.0, 0.0, false
	for _, s := range c.Series {
		for _, p := range s.Points {
			if !p.Unknown {
				v := float64(p.N)
				if !any {
					least, most, any = v, v, true
				}
				least, most = math.Min(least, v), math.Max(most, v)
			}
		}
	}
	if c.Kind == Bar || least < 0 || most-least > most/4 || most == least {
		least, most = math.Min(least, 0), math.Max(most, 0)
	}
	step = 1
	for i := 0; (most-least)/float64(step) > 5 && step < math.MaxInt64/5; i++ {
		step = step / [...]int64{1, 2, 5}[i%3] * [...]int64{2, 5, 10}[i%3]
	}
	low = math.Floor(least/float64(step)) * float64(step)
	return low, step, max(int(math.Ceil((most-low)/float64(step))), 1)
}

func (g *drawing) line(ink string, thick float64, points ...[2]float64) {
	if len(points) > 1 {
		g.strokes = append(g.strokes, stroke{points, ink, thick, false})
	}
}

func (g *drawing) box(ink string, x0, y0, x1, y1 float64) {
	g.strokes = append(g.strokes, stroke{[][2]float64{{x0, math.Min(y0, y1)}, {x1, math.Max(y0, y1)}}, ink, 0, true})
}

func (g *drawing) word(x, y float64, at Align, text string) {
	g.words = append(g.words, words{x, y, labelSize, at, text})
}

// short writes a coordinate with two digits behind the point at most.
func short(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
