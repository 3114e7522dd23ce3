package bench

import (
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"time"

	"zhenwu/internal/place"
	"zhenwu/internal/town"
)

// places measures which polygon a point lies in: random points all over, the worst case for the caches.
func (b *bench) places() error {
	for _, side := range []int{71, 707} {
		outlines := tessellation(mrand.New(mrand.NewPCG(4, 4)), side)
		start := time.Now()
		x, err := place.NewIndex(outlines)
		if err != nil {
			return err
		}
		built := time.Since(start)
		points := make([]place.Point, 1<<18)
		rng, box := mrand.New(mrand.NewPCG(5, 5)), x.Box()
		for i := range points {
			points[i] = place.Point{Lon: box.Min.Lon + rng.Int32N(box.Max.Lon-box.Min.Lon), Lat: box.Min.Lat + rng.Int32N(box.Max.Lat-box.Min.Lat)}
		}
		var took []float64
		for range 3 * b.Rounds {
			inside := 0
			start := time.Now()
			for _, p := range points {
				if _, ok := x.At(p); ok {
					inside++
				}
			}
			took = append(took, float64(time.Since(start).Nanoseconds())/float64(len(points)))
			if inside < len(points)*9/10 {
				return errors.New("most points lie in no polygon")
			}
		}
		b.say(Line{Name: fmt.Sprintf("point to place, %d polygons of 40 corners", len(outlines)), Ours: median(took), Unit: "ns", Spread: fmt.Sprintf("%.0f–%.0f, index built in %.2f s", low(took), high(took), built.Seconds())})
	}
	return nil
}

// tessellation parts a square into side by side polygons of 40 corners without gaps: corners are moved about, and each
// border, which two polygons share, bends nine times.
func tessellation(rng *mrand.Rand, side int) []place.Outline {
	const step = 40_000 // about 400 m
	const bends = 9
	moved := func(x, y, by int32) place.Point { return place.Point{Lon: x + rng.Int32N(by), Lat: y + rng.Int32N(by)} }
	n := side + 1
	corner := make([]place.Point, n*n)
	for i := range corner {
		corner[i] = moved(1_169_000_000+int32(i%n)*step, 389_000_000+int32(i/n)*step, step/4)
	}
	border := func(from, to place.Point) []place.Point {
		line := []place.Point{from}
		for k := int32(1); k <= bends; k++ {
			line = append(line, moved(from.Lon+(to.Lon-from.Lon)/(bends+1)*k-600, from.Lat+(to.Lat-from.Lat)/(bends+1)*k-600, 1200))
		}
		return append(line, to)
	}
	east, north := make([][]place.Point, len(corner)), make([][]place.Point, len(corner))
	for i := range corner {
		if i%n < side {
			east[i] = border(corner[i], corner[i+1])
		}
		if i/n < side {
			north[i] = border(corner[i], corner[i+n])
		}
	}
	out := make([]place.Outline, 0, side*side)
	for y := range side {
		for x := range side {
			i := y*n + x
			ring := append(place.Ring{}, east[i][:bends+1]...)
			ring = append(ring, north[i+1][:bends+1]...)
			for _, line := range [][]place.Point{east[i+n], north[i]} {
				for k := bends + 1; k > 0; k-- {
					ring = append(ring, line[k])
				}
			}
			out = append(out, place.Outline{Code: town.Code(fmt.Sprintf("%09d", i)), Shape: place.Shape{{ring}}})
		}
	}
	return out
}
