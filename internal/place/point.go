package place

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Scale is how many units of a coordinate make a degree. One unit is at most
// 1.2 centimetres on the ground.
const Scale = 10_000_000

// Point is a position in units of 1/Scale degree, in WGS-84 (which CGCS2000
// equals to within a few centimetres) unless something else is said.
type Point struct{ Lon, Lat int32 }

// At returns the point nearest to lon, lat in degrees. Both must be in range.
func At(lon, lat float64) Point {
	return Point{int32(math.Round(lon * Scale)), int32(math.Round(lat * Scale))}
}

// Degrees returns the position of p in degrees.
func (p Point) Degrees() (lon, lat float64) {
	return float64(p.Lon) / Scale, float64(p.Lat) / Scale
}

// Valid tells whether p is on the globe.
func (p Point) Valid() bool {
	return p.Lon >= -180*Scale && p.Lon <= 180*Scale && p.Lat >= -90*Scale && p.Lat <= 90*Scale
}

// String writes p as records hold it: "1170923456,390314159".
func (p Point) String() string {
	return strconv.Itoa(int(p.Lon)) + "," + strconv.Itoa(int(p.Lat))
}

// ParsePoint reads what String writes.
func ParsePoint(s string) (Point, error) {
	a, b, ok := strings.Cut(s, ",")
	lon, err := strconv.ParseInt(a, 10, 32)
	lat, err2 := strconv.ParseInt(b, 10, 32)
	p := Point{int32(lon), int32(lat)}
	if !ok || err != nil || err2 != nil || !p.Valid() {
		return Point{}, fmt.Errorf("not a point (longitude,latitude × 10⁷): %q", s)
	}
	return p, nil
}

// Metres returns about how far apart p and q are on the ground; meant for
// distances within a town.
func (p Point) Metres(q Point) float64 {
	const radius = 6_371_008.8
	lon1, lat1 := p.Degrees()
	lon2, lat2 := q.Degrees()
	x := (lon2 - lon1) * math.Pi / 180 * math.Cos((lat1+lat2)/2*math.Pi/180)
	y := (lat2 - lat1) * math.Pi / 180
	return radius * math.Hypot(x, y)
}
