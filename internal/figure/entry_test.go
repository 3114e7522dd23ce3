package figure_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
)

func num(s string) *big.Rat {
	if s == "" {
		return nil
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

func TestFindings(t *testing.T) {
	least, most := int64(0), int64(500_0000) // of scale 4: 0 to 500
	row := &catalog.MeasuredRow{Min: &least, Max: &most, Grows: 20_00, Prices: "current"}
	mean := &catalog.MeasuredRow{Grows: 20_00, Mean: true}
	for _, c := range []struct {
		name                                           string
		row                                            *catalog.MeasuredRow
		unit, value, prices, told, tells, before, last string
		lastP                                          string
		want                                           []string
	}{
		{"in order", row, "元", "110", "current", "10", "current", "100", "100", "current", nil},
		{"nothing given", row, "元", "", "", "", "", "100", "100", "", nil},
		{"below", row, "元", "-1", "current", "", "", "", "", "", []string{figure.Below}},
		{"above", row, "元", "501", "current", "", "", "", "", "", []string{figure.Above}},
		{"on the bound", row, "元", "500", "current", "", "", "", "", "", nil},
		{"grows", row, "元", "121", "current", "", "", "100", "100", "current", []string{figure.Grows}},
		{"grows to the bound", row, "元", "120", "current", "", "", "100", "100", "current", nil},
		{"shrinks", row, "元", "79", "current", "", "", "70", "100", "current", []string{figure.Grows}},
		{"falls to date", row, "元", "95", "current", "", "", "100", "90", "current", []string{figure.Falls}},
		{"a mean may fall", mean, "微克/立方米", "95", "", "", "", "100", "90", "", nil},
		{"a slip of the unit, up", row, "元", "490", "current", "", "", "", "9.8", "current", []string{figure.WrongBy}},
		{"a slip of the unit, down", row, "元", "1", "current", "5", "current", "60", "100", "current", []string{figure.WrongBy}},
		{"a growth is in points", mean, "%", "31", "", "", "", "", "10", "", []string{figure.Grows}},
		{"a growth of fifty times is none", mean, "%", "11", "", "", "", "", "0.1", "", nil},
		{"no price basis", row, "元", "110", "", "", "", "", "100", "", []string{figure.Unpriced}},
		{"another price basis", row, "元", "110", "constant", "", "", "", "", "", []string{figure.Prices}},
		{"another than last year's", row, "元", "200", "current", "3", "current", "", "100", "constant", []string{figure.Rebased}},
		{"told differs", row, "元", "110", "current", "10.2", "current", "", "100", "current", []string{figure.GapTold}},
		{"told by rounding", row, "元", "110", "current", "10.1", "current", "", "100", "current", nil},
		{"told on another basis", row, "元", "110", "current", "8", "constant", "", "100", "current", []string{figure.Basis}},
		{"last year was nothing", row, "元", "110", "current", "8", "current", "", "0", "current", nil},
	} {
		e := figure.Entry{Row: c.row, Unit: c.unit, Scale: 4, Value: num(c.value), Prices: c.prices, Told: num(c.told), TellsP: c.tells, Before: num(c.before), ToDate: true, Last: num(c.last), LastP: c.lastP}
		var got []string
		for _, f := range e.Findings() {
			got = append(got, f.Kind)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// A finding names numbers that really stand against each other, and the same entry in another scale finds the same.
func TestFindings_hold(t *testing.T) {
	rat := rapid.Custom(func(r *rapid.T) *big.Rat { return big.NewRat(rapid.Int64Range(-1000, 100_000).Draw(r, "n"), 100) })
	maybe := rapid.OneOf(rapid.Just[*big.Rat](nil), rat)
	rapid.Check(t, func(r *rapid.T) {
		least := rapid.Int64Range(-100, 100).Draw(r, "least") * 10_000
		most := least + rapid.Int64Range(0, 1000).Draw(r, "room")*10_000
		row := catalog.MeasuredRow{Min: &least, Max: &most, Grows: rapid.Int64Range(0, 5000).Draw(r, "grows"), Mean: rapid.Bool().Draw(r, "mean")}
		e := figure.Entry{Row: &row, Unit: rapid.SampledFrom([]string{"元", "%"}).Draw(r, "unit"), Scale: 4, Value: rat.Draw(r, "value"), Told: maybe.Draw(r, "told"), Before: maybe.Draw(r, "before"), Last: maybe.Draw(r, "last"), ToDate: rapid.Bool().Draw(r, "todate")}
		kinds := func(e figure.Entry) string {
			s := ""
			for _, f := range e.Findings() {
				s += f.Kind + " "
				if f.Have == nil || f.Want == nil {
					continue
				}
				c := f.Have.Cmp(f.Want)
				if f.Kind == figure.Below && c >= 0 || f.Kind == figure.Above && c <= 0 || f.Kind == figure.Falls && c >= 0 || f.Kind == figure.Grows && new(big.Rat).Abs(f.Have).Cmp(f.Want) <= 0 {
					r.Fatalf("%s says %s against %s", f.Kind, f.Have, f.Want)
				}
			}
			return s
		}
		a := kinds(e)
		// ten thousand times everything but growth: the same entry in a smaller unit
		if e.Unit == "%" {
			return
		}
		big1 := func(x *big.Rat) *big.Rat {
			if x == nil {
				return nil
			}
			return new(big.Rat).Mul(x, big.NewRat(10_000, 1))
		}
		e.Scale, e.Value, e.Before, e.Last = 0, big1(e.Value), big1(e.Before), big1(e.Last)
		if b := kinds(e); a != b {
			r.Fatal(fmt.Sprintf("%q in one unit, %q in another", a, b))
		}
	})
}
