package place

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Feature is one outline of a GeoJSON file with what the file says of it.
type Feature struct {
	ID         string
	Properties map[string]string // the plain ones: texts, numbers and truth values as text
	Shape      Shape
}

// Limits bound what ParseGeoJSON takes from a file that a stranger may have made.
type Limits struct{ Bytes, Features, Points int }

// UsualLimits is room for every grid of a large city.
func UsualLimits() Limits { return Limits{Bytes: 256 << 20, Features: 100_000, Points: 10_000_000} }

type document struct {
	Type     string            `json:"type"`
	CRS      json.RawMessage   `json:"crs"`
	Features []json.RawMessage `json:"features"`
}

type feature struct {
	Type       string                     `json:"type"`
	ID         json.RawMessage            `json:"id"`
	Properties map[string]json.RawMessage `json:"properties"`
	Geometry   json.RawMessage            `json:"geometry"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// ParseGeoJSON reads a FeatureCollection, a Feature or a bare geometry (RFC
// 7946) of Polygons and MultiPolygons in degrees, longitude first. Rings must be
// closed; heights are ignored; every shape passes Shape.Check. Zero limits are
// UsualLimits. Errors name the feature, polygon, ring and point, counted from 1.
func ParseGeoJSON(data []byte, limits Limits) ([]Feature, error) {
	usual := UsualLimits()
	for _, l := range []struct {
		at   *int
		want int
	}{{&limits.Bytes, usual.Bytes}, {&limits.Features, usual.Features}, {&limits.Points, usual.Points}} {
		if *l.at == 0 {
			*l.at = l.want
		}
	}
	if len(data) > limits.Bytes {
		return nil, fmt.Errorf("geojson: %d bytes are more than the %d allowed", len(data), limits.Bytes)
	}
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("geojson: it is not UTF-8")
	}
	data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("geojson: %w", err)
	}
	if err := checkCRS(doc.CRS); err != nil {
		return nil, fmt.Errorf("geojson: %w", err)
	}
	left := limits.Points
	switch doc.Type {
	case "FeatureCollection":
		if len(doc.Features) > limits.Features {
			return nil, fmt.Errorf("geojson: %d features are more than the %d allowed", len(doc.Features), limits.Features)
		}
		out := make([]Feature, 0, len(doc.Features))
		for i, raw := range doc.Features {
			f, err := parseFeature(raw, &left)
			if err != nil {
				return nil, fmt.Errorf("geojson: feature %d%s: %w", i+1, named(f), err)
			}
			out = append(out, f)
		}
		return out, nil
	case "Feature":
		f, err := parseFeature(data, &left)
		if err != nil {
			return nil, fmt.Errorf("geojson: feature 1%s: %w", named(f), err)
		}
		return []Feature{f}, nil
	case "Polygon", "MultiPolygon":
		s, err := parseGeometry(data, &left)
		if err != nil {
			return nil, fmt.Errorf("geojson: %w", err)
		}
		return []Feature{{Shape: s}}, nil
	case "":
		return nil, fmt.Errorf("geojson: it has no type")
	}
	return nil, fmt.Errorf("geojson: a %s is not an outline; FeatureCollection, Feature, Polygon and MultiPolygon are", doc.Type)
}

// named returns what a person would know the feature by, for an error.
func named(f Feature) string {
	for _, key := range []string{"code", "name", "zh"} {
		if v := f.Properties[key]; v != "" {
			return " (" + v + ")"
		}
	}
	if f.ID != "" {
		return " (" + f.ID + ")"
	}
	return ""
}

// checkCRS refuses coordinates that are not degrees. RFC 7946 dropped the
// member; older files have it.
func checkCRS(raw json.RawMessage) error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	text := string(raw)
	for _, known := range []string{"CRS84", "4326", "4490"} {
		if strings.Contains(text, known) {
			return nil
		}
	}
	return fmt.Errorf("its crs is %.80s; only degrees in WGS-84 or CGCS2000 are read", text)
}

func parseFeature(raw json.RawMessage, left *int) (Feature, error) {
	var in feature
	if err := json.Unmarshal(raw, &in); err != nil {
		return Feature{}, err
	}
	if in.Type != "Feature" {
		return Feature{}, fmt.Errorf("its type is %q, not Feature", in.Type)
	}
	out := Feature{ID: plain(in.ID)}
	for k, v := range in.Properties {
		if text := plain(v); text != "" {
			if out.Properties == nil {
				out.Properties = map[string]string{}
			}
			out.Properties[k] = text
		}
	}
	var err error
	out.Shape, err = parseGeometry(in.Geometry, left)
	return out, err
}

// plain returns a text, number or truth value as text, "" for anything else.
func plain(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return ""
		}
		return s
	case '{', '[', 'n':
		return ""
	}
	return string(raw)
}

func parseGeometry(raw json.RawMessage, left *int) (Shape, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, fmt.Errorf("it has no geometry")
	}
	var g geometry
	if err := json.Unmarshal(raw, &g); err != nil {
		return nil, err
	}
	p := coords{s: g.Coordinates, left: left}
	var s Shape
	var err error
	switch g.Type {
	case "Polygon":
		var poly Polygon
		poly, err = p.polygon()
		s = Shape{poly}
	case "MultiPolygon":
		err = p.list(func(n int) error {
			poly, err := p.polygon()
			if err != nil {
				return fmt.Errorf("polygon %d, %w", n, err)
			}
			s = append(s, poly)
			return nil
		})
	default:
		return nil, fmt.Errorf("a %q is not an outline; Polygon and MultiPolygon are", g.Type)
	}
	if err != nil {
		return nil, err
	}
	s = s.tidy()
	if err := s.Check(); err != nil {
		return nil, err
	}
	return s, nil
}

// coords reads nested arrays of numbers from JSON whose syntax is known to be right.
type coords struct {
	s    []byte
	i    int
	left *int // points that may still come
}

// next skips spaces and returns the byte that follows, 0 at the end.
func (c *coords) next() byte {
	for c.i < len(c.s) && (c.s[c.i] == ' ' || c.s[c.i] == '\n' || c.s[c.i] == '\t' || c.s[c.i] == '\r') {
		c.i++
	}
	if c.i == len(c.s) {
		return 0
	}
	return c.s[c.i]
}

// list reads an array, calling item before each element with its number.
func (c *coords) list(item func(n int) error) error {
	if c.next() != '[' {
		return fmt.Errorf("coordinates are not nested as they should be")
	}
	c.i++
	if c.next() == ']' {
		c.i++
		return nil
	}
	for n := 1; ; n++ {
		if err := item(n); err != nil {
			return err
		}
		switch c.next() {
		case ',':
			c.i++
		case ']':
			c.i++
			return nil
		default:
			return fmt.Errorf("coordinates are not nested as they should be")
		}
	}
}

func (c *coords) polygon() (Polygon, error) {
	var poly Polygon
	err := c.list(func(n int) error {
		ring, err := c.ring()
		if err != nil {
			return fmt.Errorf("ring %d: %w", n, err)
		}
		poly = append(poly, ring)
		return nil
	})
	if err == nil && len(poly) == 0 {
		err = fmt.Errorf("it has no ring")
	}
	return poly, err
}

func (c *coords) ring() (Ring, error) {
	var ring Ring
	err := c.list(func(n int) error {
		if *c.left--; *c.left < 0 {
			return fmt.Errorf("more points than are allowed")
		}
		var lonlat [2]float64
		got := 0
		err := c.list(func(k int) error {
			c.next()
			from := c.i
			for c.i < len(c.s) && strings.IndexByte("+-.0123456789eE", c.s[c.i]) >= 0 {
				c.i++
			}
			v, err := strconv.ParseFloat(string(c.s[from:c.i]), 64)
			if err != nil {
				return fmt.Errorf("a coordinate is not a number")
			}
			if k <= 2 {
				lonlat[k-1] = v
			}
			got = k
			return nil
		})
		lon, lat := lonlat[0], lonlat[1]
		switch {
		case err != nil:
		case got < 2:
			err = fmt.Errorf("it needs longitude and latitude")
		case lat >= 70 && lat <= 140 && lon >= 0 && lon <= 60:
			err = fmt.Errorf("%g,%g has latitude and longitude exchanged; GeoJSON wants longitude first", lon, lat)
		case !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90):
			err = fmt.Errorf("%g,%g is not a place in degrees", lon, lat)
		}
		if err != nil {
			return fmt.Errorf("point %d: %w", n, err)
		}
		ring = append(ring, At(lon, lat))
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(ring) < 4:
		return nil, fmt.Errorf("it has %d points; a closed ring needs at least 4", len(ring))
	case ring[0] != ring[len(ring)-1]:
		return nil, fmt.Errorf("it is not closed: it begins at %s and ends at %s", degrees(ring[0]), degrees(ring[len(ring)-1]))
	}
	return ring[:len(ring)-1], nil
}

// AppendGeoJSON appends features as a FeatureCollection, one feature a line.
// Outer rings run counter-clockwise. ParseGeoJSON reads back equal shapes.
func AppendGeoJSON(b []byte, features []Feature) []byte {
	b = append(b, `{"type":"FeatureCollection","features":[`...)
	for i, f := range features {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "\n{\"type\":\"Feature\""...)
		if f.ID != "" {
			b = append(b, `,"id":`...)
			b = appendText(b, f.ID)
		}
		b = append(b, `,"properties":{`...)
		keys := make([]string, 0, len(f.Properties))
		for k := range f.Properties {
			keys = append(keys, k)
		}
		sort.Strings(keys)
		for j, k := range keys {
			if j > 0 {
				b = append(b, ',')
			}
			b = appendText(b, k)
			b = append(b, ':')
			b = appendText(b, f.Properties[k])
		}
		b = append(b, `},"geometry":`...)
		b = AppendGeometry(b, f.Shape)
		b = append(b, '}')
	}
	return append(b, "\n]}\n"...)
}

// AppendGeometry appends s as a GeoJSON geometry: a Polygon, or a MultiPolygon
// where there are several.
func AppendGeometry(b []byte, s Shape) []byte {
	if len(s) != 1 {
		b = append(b, `{"type":"MultiPolygon","coordinates":[`...)
		for i, poly := range s {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendPolygon(b, poly)
		}
		return append(b, "]}"...)
	}
	b = append(b, `{"type":"Polygon","coordinates":`...)
	b = appendPolygon(b, s[0])
	return append(b, '}')
}

func appendPolygon(b []byte, poly Polygon) []byte {
	b = append(b, '[')
	for i, ring := range poly {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		turned := len(ring) > 0 && (ring.twice() < 0) == (i == 0)
		for k := 0; k <= len(ring) && len(ring) > 0; k++ {
			p := ring[k%len(ring)]
			if turned {
				p = ring[(len(ring)-k)%len(ring)]
			}
			if k > 0 {
				b = append(b, ',')
			}
			b = append(b, '[')
			b = appendDegree(b, p.Lon)
			b = append(b, ',')
			b = appendDegree(b, p.Lat)
			b = append(b, ']')
		}
		b = append(b, ']')
	}
	return append(b, ']')
}

// appendDegree writes a coordinate in degrees, exactly.
func appendDegree(b []byte, v int32) []byte {
	n := int64(v)
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/Scale, 10)
	if n %= Scale; n != 0 {
		frac := strconv.FormatInt(n+Scale, 10)[1:]
		b = append(append(b, '.'), strings.TrimRight(frac, "0")...)
	}
	return b
}

// degrees writes p for people.
func degrees(p Point) string {
	return string(appendDegree(append(appendDegree(nil, p.Lon), ','), p.Lat))
}

func appendText(b []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic("place: text has no JSON: " + err.Error()) // cannot be: any string has one
	}
	return append(b, text...)
}
