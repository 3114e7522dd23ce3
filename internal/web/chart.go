package web

import (
	"fmt"
	"math/big"
	"strings"

	"zhenwu/internal/catalog"
)

// targetBar is how far a figure is on its way: the goal stands at four fifths.
type targetBar struct{ Fill, Pace, Label string } // Pace: where it should be by now, "" = not said

func newTargetBar(share float64, label string) *targetBar {
	return &targetBar{Fill: fmt.Sprintf("%.1f%%", min(max(share*0.8, 0), 100)), Label: label}
}

// spark is a small line of twelve months, last year behind.
type spark struct {
	Now, Past string // points
	X, Y      string // the last point
	Label     string
}

func newSpark(now, past []int64, label string) *spark {
	var most int64
	some := false
	for _, list := range [][]int64{now, past} {
		for _, n := range list {
			most = max(most, n)
			some = some || n != 0
		}
	}
	if !some || len(now) == 0 {
		return nil
	}
	at := func(i int, n int64) (float64, float64) {
		return 2 + float64(i)*92/11, 18 - 16*float64(max(n, 0))/float64(max(most, 1))
	}
	line := func(list []int64) string {
		var b strings.Builder
		for i, n := range list {
			x, y := at(i, n)
			fmt.Fprintf(&b, "%.1f,%.1f ", x, y)
		}
		return strings.TrimSpace(b.String())
	}
	s := &spark{Now: line(now), Label: label}
	for _, n := range past {
		if n != 0 {
			s.Past = line(past)
			break
		}
	}
	x, y := at(len(now)-1, now[len(now)-1])
	s.X, s.Y = fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", y)
	return s
}

// newLine draws what is known of a figure month by month, last year behind; nil when that is less than two months.
func newLine(now, past []*big.Rat, label string) *spark {
	most, least, n, last := new(big.Rat), new(big.Rat), 0, -1
	for k, list := range [][]*big.Rat{now, past} {
		for i, r := range list {
			if r == nil {
				continue
			}
			if k == 0 {
				n, last = n+1, i
			}
			if r.Cmp(most) > 0 {
				most = r
			}
			if r.Cmp(least) < 0 {
				least = r
			}
		}
	}
	span := new(big.Rat).Sub(most, least)
	if n < 2 || span.Sign() == 0 {
		return nil
	}
	at := func(i int, r *big.Rat) (float64, float64) {
		x, _ := new(big.Rat).Quo(new(big.Rat).Sub(r, least), span).Float64() // for drawing only
		return 2 + float64(i)*92/11, 18 - 16*x
	}
	line := func(list []*big.Rat) string {
		var b strings.Builder
		for i, r := range list {
			if r != nil {
				x, y := at(i, r)
				fmt.Fprintf(&b, "%.1f,%.1f ", x, y)
			}
		}
		return strings.TrimSpace(b.String())
	}
	s := &spark{Now: line(now), Past: line(past), Label: label}
	x, y := at(last, now[last])
	s.X, s.Y = fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", y)
	return s
}

// chart is a figure over the months of a year, drawn as SVG.
type chart struct {
	Title      string
	Unit       string
	Grid       []chartLine
	Months     []chartText
	Goal       *chartLine
	Now, Past  string
	X, Y       string
	NowLabel   chartText
	PastLabel  *chartText
	Cumulative bool
}

type chartLine struct{ Y, TextY, Text string }
type chartText struct{ X, Y, Text string }

// newChart draws what is known of now and past; nil when that is nothing.
func (v *visit) newChart(f *catalog.Figure, now, past []*big.Rat, goal *big.Rat) *chart {
	most := new(big.Rat)
	last := -1
	for i, r := range now {
		if r != nil {
			last = i
			if r.Cmp(most) > 0 {
				most = r
			}
		}
	}
	if last < 0 || most.Sign() == 0 {
		return nil
	}
	for _, r := range past {
		if r != nil && r.Cmp(most) > 0 {
			most = r
		}
	}
	top := most
	if goal != nil && goal.Cmp(top) > 0 {
		top = goal
	}
	step := niceStep(top)
	ceil, _ := new(big.Rat).Mul(top, big.NewRat(105, 100)).Float64() // for drawing only
	c := &chart{Cumulative: f.While == nil && f.Type != nil && f.Kind != catalog.Measure}
	yOf := func(r *big.Rat) float64 {
		x, _ := r.Float64()
		return 188 - 170*max(x, 0)/ceil
	}
	xOf := func(i int) float64 { return 62 + float64(i)*42 }
	for g := new(big.Rat); g.Cmp(top) <= 0 && len(c.Grid) < 7; g = new(big.Rat).Add(g, step) {
		y := yOf(g)
		text, _ := v.scaled(g, f.Unit)
		c.Grid = append(c.Grid, chartLine{Y: fmt.Sprintf("%.1f", y), TextY: fmt.Sprintf("%.1f", y+4), Text: text})
	}
	_, c.Unit = v.scaled(most, f.Unit)
	for _, m := range []int{1, 3, 6, 9, 12} {
		c.Months = append(c.Months, chartText{X: fmt.Sprintf("%.0f", xOf(m-1)), Y: "206", Text: v.monthName(m)})
	}
	line := func(list []*big.Rat) string {
		var b strings.Builder
		for i, r := range list {
			if r != nil {
				fmt.Fprintf(&b, "%.1f,%.1f ", xOf(i), yOf(r))
			}
		}
		return strings.TrimSpace(b.String())
	}
	c.Now, c.Past = line(now), line(past)
	x, y := xOf(last), yOf(now[last])
	c.X, c.Y = fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", y)
	text, unit := v.scaled(now[last], f.Unit)
	ly := y + 4
	c.NowLabel = chartText{X: fmt.Sprintf("%.1f", x+8), Y: fmt.Sprintf("%.1f", ly), Text: text + " " + unit}
	if len(past) == 12 && past[11] != nil {
		text, _ := v.scaled(past[11], f.Unit)
		py := yOf(past[11]) + 4
		if py-ly < 14 && py-ly > -14 {
			if py >= ly {
				py = ly + 14
			} else {
				py = ly - 14
			}
		}
		c.PastLabel = &chartText{X: fmt.Sprintf("%.1f", xOf(11)+8), Y: fmt.Sprintf("%.1f", py), Text: v.t("figures.last") + " " + text}
	}
	if goal != nil && goal.Sign() > 0 {
		gy := yOf(goal)
		gt, gu := v.scaled(goal, f.Unit)
		c.Goal = &chartLine{Y: fmt.Sprintf("%.1f", gy), TextY: fmt.Sprintf("%.1f", gy-5), Text: v.t("figures.target") + " " + gt + " " + gu}
	}
	c.Title = v.t("figure.chart", v.in(f.Label), v.monthName(last+1), text+" "+unit)
	return c
}

// niceStep is a round step that gives three to six lines up to top.
func niceStep(top *big.Rat) *big.Rat {
	step := big.NewRat(1, 1)
	for big4 := new(big.Rat).Quo(top, big.NewRat(5, 1)); step.Cmp(big4) < 0; {
		for _, k := range []int64{2, 5, 10} {
			if next := new(big.Rat).Mul(step, big.NewRat(k, 1)); next.Cmp(big4) >= 0 || k == 10 {
				step = next
				break
			}
		}
	}
	return step
}
