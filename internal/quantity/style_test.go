package quantity

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestStyleWrite(t *testing.T) {
	cases := []struct {
		style string
		v     string
		unit  string
		want  string
		ok    bool
	}{
		{"", "361234", "户次", "361234户次", true},
		{"", "1070000000", "元", "10.7亿元", true},
		{"", "9700", "元", "9700元", true},
		{"", "97000000", "元", "9700万元", true},
		{"", "28.3", "%", "28.3%", true},
		{"万余", "361234", "户次", "36万余户次", true},
		{"万余户", "361234", "户次", "36万余户", true},
		{"近万件", "19500", "件", "近2万件", true},
		{"近万件", "15000", "件", "近1.6万件", true},
		{"百余个", "132", "个", "百余个", true},
		{"百余个", "332", "个", "300余个", true},
		{"百余万元", "8123456", "元", "800余万元", true},
		{"0.0亿元", "1342000000", "元", "13.4亿元", true},
		{"0.00亿元", "2472000000", "元", "24.72亿元", true},
		{"0万美元", "25180000", "美元", "2518万美元", true},
		{"超过百个", "312", "个", "超过300个", true},
		{"突破万元", "1034000", "元", "突破103万元", true},
		{"约0.0万亩", "10340", "亩", "约1万亩", true},
		{"汉字", "3", "个", "三个", true},
		{"汉字无单位", "3", "个", "三", true},
		{"余次", "327", "次", "300余次", true},
		{"0公里", "8200", "米", "8公里", true},
		{"0.0公里", "8200", "米", "8.2公里", true},
		{"0.0亿元", "12", "个", "12个", false},
		{"万余", "0", "个", "0个", false},
		{"无单位", "857", "个", "857", true},
		{"汉字", "1/3", "个", "0.33个", false},
		{"0.0", "-2.345", "%", "-2.3%", true},
	}
	same := func(a, b string) bool { return a == "户" && b == "户次" }
	for _, c := range cases {
		st := Style{}
		if c.style != "" {
			var ok bool
			if st, ok = ParseStyle(c.style); !ok {
				t.Errorf("%s: no style", c.style)
				continue
			}
		}
		v, _ := new(big.Rat).SetString(c.v)
		got, _, ok := st.Write(v, c.unit, same)
		if got != c.want || ok != c.ok {
			t.Errorf("%s of %s%s: got %s (%v), want %s (%v)", c.style, c.v, c.unit, got, ok, c.want, c.ok)
		}
	}
}

func TestStyleRefused(t *testing.T) {
	for _, s := range []string{"", "近万余户", "百余万余元", "0.0百余", "汉字万", "百", "毛衣", "万余毛衣", "0.0.0", "近近"} {
		if st, ok := ParseStyle(s); ok {
			t.Errorf("%q is read as %+v", s, st)
		}
	}
}

// What a style writes is read again as the quantity it says, agrees with the number, and its own style writes it again.
func TestStyleRoundTrip(t *testing.T) {
	styles := []string{"", "万余户", "近万件", "百余个", "百余万元", "0.0亿元", "0.00亿元", "0万美元", "超过百个", "突破万元", "约0.0万亩", "余次", "逾千人", "多家", "0件", "千余万元", "大约亿元"}
	units := map[string]string{"": "个"}
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.SampledFrom(styles).Draw(rt, "style")
		st := Style{}
		unit := units[s]
		if s != "" {
			var ok bool
			if st, ok = ParseStyle(s); !ok {
				rt.Fatalf("%s: no style", s)
			}
			unit = st.Unit
			if back, ok := ParseStyle(st.String()); !ok || back != st {
				rt.Fatalf("%s is written %s, read as %+v, not %+v", s, st, back, st)
			}
		}
		v := big.NewRat(rapid.Int64Range(1, 1e12).Draw(rt, "v"), rapid.SampledFrom([]int64{1, 10, 100}).Draw(rt, "den"))
		text, q, ok := st.Write(v, unit, nil)
		if !q.Agrees(v) {
			rt.Fatalf("%s of %s gives %s, which does not agree", s, v.FloatString(2), text)
		}
		found := Scan([]rune(text))
		if len(found) != 1 {
			rt.Fatalf("%s of %s gives %s, read as %v", s, v.FloatString(2), text, found)
		}
		if found[0].Base().Cmp(q.Base()) != 0 || found[0].Round != q.Round && ok {
			rt.Fatalf("%s of %s gives %s, read as %+v, not %+v", s, v.FloatString(2), text, found[0].Quantity, q)
		}
		if q.Value.Cmp(Int(10_000)) >= 0 {
			return // nobody writes 100000000余万元: the style need not come back
		}
		if again, _, _ := StyleOf(found[0], text).Write(v, unit, nil); again != text {
			rt.Fatalf("%s of %s gives %s, its own style %s gives %s", s, v.FloatString(2), text, StyleOf(found[0], text), again)
		}
	})
}
