package place

import (
	"testing"

	"pgregory.net/rapid"
)

func TestKnownPositions(t *testing.T) {
	// Published test points of the usual implementations.
	for _, c := range []struct {
		from, to       Datum
		lon, lat, x, y float64
	}{
		{WGS84, GCJ02, 116.404, 39.915, 116.41024449916938, 39.91640428150164},
		{GCJ02, BD09, 116.404, 39.915, 116.41036949371029, 39.92133699351021},
		{BD09, GCJ02, 116.404, 39.915, 116.39762729119315, 39.90865673957631},
		{GCJ02, WGS84, 116.404, 39.915, 116.39775550083061, 39.91359571849836},
	} {
		if got := At(c.lon, c.lat).In(c.from, c.to); got.Metres(At(c.x, c.y)) > 1 {
			t.Errorf("%d to %d: %s, want %g,%g", c.from, c.to, got, c.x, c.y)
		}
	}
}

func TestDatumsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := At(rapid.Float64Range(72.1, 137.7).Draw(t, "lon"), rapid.Float64Range(0.9, 55.7).Draw(t, "lat"))
		for _, there := range []Datum{WGS84, GCJ02, BD09} {
			for _, back := range []Datum{WGS84, GCJ02, BD09} {
				q := p.In(there, back)
				if there != back && q == p {
					t.Fatalf("%s was not shifted from %d to %d", p, there, back)
				}
				if m := p.Metres(q.In(back, there)); m >= 1 {
					t.Fatalf("%s from %d to %d and back is %f m away", p, there, back, m)
				}
				if m := p.Metres(q); m > 3000 {
					t.Fatalf("%s from %d to %d is shifted by %f m", p, there, back, m)
				}
			}
		}
	})
}

func TestNothingIsShiftedOutsideChina(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Point{rapid.Int32Range(-180*Scale, 180*Scale).Draw(t, "lon"), rapid.Int32Range(-90*Scale, 90*Scale).Draw(t, "lat")}
		lon, lat := p.Degrees()
		if lon > 72.004 && lon < 137.8347 && lat > 0.8293 && lat < 55.8271 {
			return
		}
		for _, to := range []Datum{GCJ02, BD09} {
			if p.In(WGS84, to) != p || p.In(to, WGS84) != p {
				t.Fatalf("%s was shifted", p)
			}
		}
	})
}

func TestPointText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Point{rapid.Int32Range(-180*Scale, 180*Scale).Draw(t, "lon"), rapid.Int32Range(-90*Scale, 90*Scale).Draw(t, "lat")}
		if back, err := ParsePoint(p.String()); err != nil || back != p {
			t.Fatalf("%s: %s, %v", p, back, err)
		}
		if lon, lat := p.Degrees(); At(lon, lat) != p {
			t.Fatalf("%s is %g,%g degrees", p, lon, lat)
		}
	})
	for _, bad := range []string{"", "1", "1,", "1,2,3", "1.5,2", "1800000001,0", "0,-900000001", "99999999999,0"} {
		if p, err := ParsePoint(bad); err == nil {
			t.Errorf("%q was read as %s", bad, p)
		}
	}
}
