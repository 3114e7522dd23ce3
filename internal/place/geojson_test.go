package place

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestReadGeoJSON(t *testing.T) {
	got, err := ParseGeoJSON([]byte("\ufeff"+`{"type":"FeatureCollection","name":"x","features":[
	 {"type":"Feature","id":7,"properties":{"code":"9201","zh":"东庄","pop":1200,"rural":true,"no":null,"more":{"a":1}},
	  "geometry":{"type":"Polygon","coordinates":[[[117,39],[117,39.001],[117.001,39.001,3.5],[117.001,39],[117.001,39],[117,39]],
	   [[117.0002,39.0002],[117.0004,39.0002],[117.0004,39.0004],[117.0002,39.0002]]]}},
	 {"type":"Feature","properties":null,
	  "geometry":{"type":"MultiPolygon","coordinates":[[[[117,39],[117.1,39],[117.1,39.1],[117,39]]],[[[118,39],[118.1,39],[118.1,39.1],[118,39]]]]}}]}`), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"code": "9201", "zh": "东庄", "pop": "1200", "rural": "true"}
	if len(got) != 2 || got[0].ID != "7" || !reflect.DeepEqual(got[0].Properties, want) {
		t.Fatalf("%+v", got)
	}
	outer := Ring{{1170010000, 390000000}, {1170010000, 390010000}, {1170000000, 390010000}, {1170000000, 390000000}}
	hole := got[0].Shape[0][1]
	if !reflect.DeepEqual(got[0].Shape[0][0], outer) || len(hole) != 3 || hole.twice() >= 0 {
		t.Errorf("the clockwise ring was read as %v, the hole as %v", got[0].Shape[0][0], hole)
	}
	if len(got[1].Shape) != 2 || got[1].Properties != nil {
		t.Errorf("%+v", got[1])
	}
	if got[0].Shape.Has(At(117.00035, 39.0003)) || !got[0].Shape.Has(At(117.0001, 39.0001)) {
		t.Error("the hole is no hole")
	}
	back, err := ParseGeoJSON(AppendGeoJSON(nil, got), Limits{})
	if err != nil || !reflect.DeepEqual(back, got) {
		t.Errorf("written and read: %+v, %v", back, err)
	}
	one, err := ParseGeoJSON(AppendGeometry(nil, got[1].Shape), Limits{})
	if err != nil || !reflect.DeepEqual(one[0].Shape, got[1].Shape) {
		t.Errorf("a geometry written and read: %+v, %v", one, err)
	}
}

func TestGeoJSONIsRefusedInPlainWords(t *testing.T) {
	ring := "[[117,39],[117.1,39],[117.1,39.1],[117,39]]"
	polygon := func(coordinates string) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"9201"},"geometry":{"type":"Polygon","coordinates":` + coordinates + `}}]}`
	}
	for _, c := range []struct{ text, want string }{
		{"", "unexpected end"},
		{"{}", "it has no type"},
		{`{"type":"Point","coordinates":[1,2]}`, "a Point is not an outline"},
		{`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"LineString","coordinates":[]}}]}`, `feature 1: a "LineString" is not an outline`},
		{`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null}]}`, "feature 1: it has no geometry"},
		{`{"type":"FeatureCollection","features":[{"type":"Thing"}]}`, `its type is "Thing"`},
		{`{"type":"Polygon","crs":{"properties":{"name":"EPSG:3857"}},"coordinates":[` + ring + `]}`, "only degrees in WGS-84"},
		{polygon("[[[117,39],[117.1,39],[117.1,39.1],[117,39.05]]]"), "feature 1 (9201): ring 1: it is not closed: it begins at 117,39 and ends at 117,39.05"},
		{polygon("[[[117,39],[117.1,39],[117,39]]]"), "ring 1: it has 3 points"},
		{polygon("[[[39,117],[39.1,117],[39.1,117.1],[39,117]]]"), "latitude and longitude exchanged"},
		{polygon("[[[500000,4300000],[500001,4300000],[500001,4300001],[500000,4300000]]]"), "not a place in degrees"},
		{polygon("[[[117,39],[117.1,39],[null,39.1],[117,39]]]"), "point 3: a coordinate is not a number"},
		{polygon("[[[117,39],[117.1],[117.1,39.1],[117,39]]]"), "point 2: it needs longitude and latitude"},
		{polygon(`[[[117,39],"x",[117.1,39.1],[117,39]]]`), "not nested as they should be"},
		{polygon("[" + ring[1:]), "not nested as they should be"},
		{polygon("[]"), "it has no ring"},
		{polygon("null"), "not nested as they should be"},
		{polygon("[[[117,39],[117.1,39.1],[117.1,39],[117,39.12],[117,39]]]"), "crosses itself"},
		{polygon("[[[117,39],[117.1,39.1],[117.2,39.2],[117,39]]]"), "encloses nothing"},
		{polygon("[" + ring + ",[[118,39],[118.1,39],[118.1,39.1],[118,39]]]"), "ring 2 is a hole that reaches out of its polygon"},
		{polygon("[[[-179,39],[179,39],[179,40],[-179,39]]]"), "more than 90 degrees wide"},
		{"{\"type\":\"Polygon\xff\"}", "not UTF-8"},
	} {
		_, err := ParseGeoJSON([]byte(c.text), Limits{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n%v, want %q", c.text, err, c.want)
		}
	}
	two := `{"type":"FeatureCollection","features":[` + strings.Repeat(`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[`+ring+`]}},`, 1) + `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[` + ring + `]}}]}`
	for want, l := range map[string]Limits{
		fmt.Sprintf("%d bytes are more than the 10", len(two)): {Bytes: 10},
		"2 features are more than the 1":                       {Features: 1},
		"feature 2: ring 1: more points than are allowed":      {Points: 7},
	} {
		if _, err := ParseGeoJSON([]byte(two), l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", l, err, want)
		}
	}
	if _, err := ParseGeoJSON([]byte(two), Limits{Bytes: len(two), Features: 2, Points: 8}); err != nil {
		t.Errorf("at the limits: %v", err)
	}
}

func FuzzParseGeoJSON(f *testing.F) {
	f.Add([]byte(`{"type":"Polygon","coordinates":[[[117,39],[117.1,39],[117.1,39.1],[117,39]]]}`))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","id":"a","properties":{"code":"1"},"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1e-7,1],[0,0]]]]}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ParseGeoJSON(data, Limits{Bytes: 1 << 16, Features: 50, Points: 500})
		if err != nil {
			return
		}
		out := AppendGeoJSON(nil, got)
		back, err := ParseGeoJSON(out, Limits{})
		if err != nil {
			t.Fatalf("%s does not read back: %v", out, err)
		}
		if again := AppendGeoJSON(nil, back); string(again) != string(out) {
			t.Fatalf("%s\n%s", out, again)
		}
		for i, feature := range got {
			if feature.Shape.Twice() != back[i].Shape.Twice() {
				t.Fatalf("%s: another area", out)
			}
			if p, ok := feature.Shape.Inner(); !ok || !feature.Shape.Has(p) {
				t.Fatalf("%s: %s is not inside", out, p)
			}
		}
	})
}
