package place

import "math"

// Datum is a coordinate system in use in China.
type Datum uint8

// The systems. Positioning by satellite, EXIF and 天地图 give WGS84; most Chinese
// map services and WeChat give GCJ02; Baidu gives BD09.
const (
	WGS84 Datum = iota
	GCJ02
	BD09
)

// In returns p, given in from, as a position in to. Outside the rectangle around
// China nothing is shifted. Convert once, where a position comes in or goes
// out; there and back differs by less than a metre, but for a strip of a
// kilometre along the rectangle, far from any land that is shifted.
func (p Point) In(from, to Datum) Point {
	if from == to || !p.Valid() {
		return p
	}
	lon, lat := p.Degrees()
	if !inChina(lon, lat) {
		return p
	}
	if from == BD09 {
		lon, lat = fromBaidu(lon, lat)
		from = GCJ02
	}
	switch {
	case from == GCJ02 && to == WGS84:
		lon, lat = unshift(lon, lat)
	case from == WGS84 && to != WGS84:
		lon, lat = shift(lon, lat)
	}
	if to == BD09 {
		lon, lat = toBaidu(lon, lat)
	}
	return At(lon, lat)
}

// inChina tells whether the shift applies: the rectangle that all map services use.
func inChina(lon, lat float64) bool {
	return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271
}

// shift is the published approximation of GCJ-02: a sum of sines on the
// ellipsoid of Krasovsky.
func shift(lon, lat float64) (float64, float64) {
	const axis, ecc = 6378245.0, 0.00669342162296594323
	x, y := lon-105, lat-35
	waves := (20*math.Sin(6*x*math.Pi) + 20*math.Sin(2*x*math.Pi)) * 2 / 3
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) + waves +
		(20*math.Sin(y*math.Pi)+40*math.Sin(y/3*math.Pi))*2/3 +
		(160*math.Sin(y/12*math.Pi)+320*math.Sin(y*math.Pi/30))*2/3
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) + waves +
		(20*math.Sin(x*math.Pi)+40*math.Sin(x/3*math.Pi))*2/3 +
		(150*math.Sin(x/12*math.Pi)+300*math.Sin(x/30*math.Pi))*2/3
	rad := lat / 180 * math.Pi
	magic := 1 - ecc*math.Sin(rad)*math.Sin(rad)
	root := math.Sqrt(magic)
	return lon + east*180/(axis/root*math.Cos(rad)*math.Pi), lat + north*180/(axis*(1-ecc)/(magic*root)*math.Pi)
}

// unshift inverts shift by fixed-point iteration: the shift changes by some
// parts in a thousand of the way, so each round wins two digits.
func unshift(lon, lat float64) (float64, float64) {
	x, y := lon, lat
	for range 8 {
		sx, sy := shift(x, y)
		x, y = x+lon-sx, y+lat-sy
	}
	return x, y
}

// baidu is the wave number of the offset of BD-09.
const baidu = math.Pi * 3000 / 180

func toBaidu(lon, lat float64) (float64, float64) {
	r := math.Hypot(lon, lat) + 0.00002*math.Sin(lat*baidu)
	a := math.Atan2(lat, lon) + 0.000003*math.Cos(lon*baidu)
	return r*math.Cos(a) + 0.0065, r*math.Sin(a) + 0.006
}

func fromBaidu(lon, lat float64) (float64, float64) {
	x, y := lon-0.0065, lat-0.006
	for range 8 {
		bx, by := toBaidu(x, y)
		x, y = x+lon-bx, y+lat-by
	}
	return x, y
}
