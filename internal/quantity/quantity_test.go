package quantity

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestParse_reads_phrases_of_reports(t *testing.T) {
	for _, c := range []struct {
		text, value, scale, unit string
		round                    Round
		base                     string
	}{
		{"36万余户", "36", "万", "户", Over, "360000"},
		{"近2万件", "2", "万", "件", Near, "20000"},
		{"百余个", "100", "", "个", Over, "100"},
		{"突破百万元", "100", "万", "元", Above, "1000000"},
		{"13.4亿元", "13.4", "亿", "元", Exact, "1340000000"},
		{"3716万美元", "3716", "万", "美元", Exact, "37160000"},
		{"约4731亩", "4731", "", "亩", About, "4731"},
		{"超2000项", "2000", "", "项", Above, "2000"},
		{"1.1万余人次", "1.1", "万", "人次", Over, "11000"},
		{"800余万元", "800", "万", "元", Over, "8000000"},
		{"２３．５％", "23.5", "", "%", Exact, "23.5"},
		{"１，２", "", "", "", Exact, ""},
		{"1,256.8万元", "1256.8", "万", "元", Exact, "12568000"},
		{"44微克/立方米", "44", "", "微克/立方米", Exact, "44"},
		{"2.5个百分点", "2.5", "", "个百分点", Exact, "2.5"},
		{"三千六百户", "3600", "", "户", Exact, "3600"},
		{"八千二百九十一亿元", "8291", "亿", "元", Exact, "829100000000"},
		{"一亿二千万吨", "1.2", "亿", "吨", Exact, "120000000"},
		{"百分之八点七", "8.7", "", "%", Exact, "8.7"},
		{"百分之十一", "11", "", "%", Exact, "11"},
		{"六十多万人", "60", "万", "人", Over, "600000"},
		{"8000多万人", "8000", "万", "人", Over, "80000000"},
		{"1.4万亿斤左右", "1.4", "万亿", "斤", About, "1400000000000"},
		{"1200万人以上", "1200", "万", "人", Above, "12000000"},
		{"两千零五人", "2005", "", "人", Exact, "2005"},
		{"5千米", "5", "", "千米", Exact, "5"},
		{"5千人", "5000", "", "人", Exact, "5000"},
		{"万余亩", "1", "万", "亩", Over, "10000"},
		{"二亿八千多万人", "2.8", "亿", "人", Over, "280000000"},
		{"十三亿多人", "13", "亿", "人", Over, "1300000000"},
		{"5·8%", "5.8", "", "%", Exact, "5.8"},
		{"15℅", "15", "", "%", Exact, "15"},
		{"1万6千多户", "1.6", "万", "户", Over, "16000"},
		{"2万5千公里", "2.5", "万", "公里", Exact, "25000"},
		{"1亿3千多万人", "1.3", "亿", "人", Over, "130000000"},
		{"3万多亿元", "3", "万亿", "元", Over, "3000000000000"},
		{"5个亿", "5", "亿", "", Exact, "500000000"},
		{"2个万亿元", "", "", "", Exact, ""},
		{"万分之五", "5", "", "‱", Exact, "5"},
		{"廿三户", "23", "", "户", Exact, "23"},
		{"30张家庭病床", "", "", "", Exact, ""},
		{"144颗", "144", "", "颗", Exact, "144"},
		{"22万P", "22", "万", "P", Exact, "220000"},
		{"2.4万个工日", "2.4", "万", "个工日", Exact, "24000"},
		{"1.9个点", "1.9", "", "个点", Exact, "1.9"},
		{"三分之二", "66.7", "", "%", Exact, "66.7"},
		{"超过四分之三", "75", "", "%", Above, "75"},
		{"近三分之一", "33.3", "", "%", Near, "33.3"},
		{"五分之一左右", "20", "", "%", About, "20"},
		{"一半以上", "50", "", "%", Above, "50"},
		{"近一半", "50", "", "%", Near, "50"},
		{"二分之三", "", "", "", Exact, ""},
		{"一半径", "", "", "", Exact, ""},
		{"七八个", "", "", "", Exact, ""},
		{"几十万", "", "", "", Exact, ""},
	} {
		q, ok := Parse(c.text)
		if !ok {
			if c.value != "" {
				t.Errorf("%s: not read", c.text)
			}
			continue
		}
		if q.Value.String() != c.value || q.Scale != c.scale || q.Unit != c.unit || q.Round != c.round || q.Base().String() != c.base {
			t.Errorf("%s: read as %v %s %s %q, base %v", c.text, q.Value, q.Scale, q.Unit, q.Round, q.Base())
		}
	}
}

func TestScan_leaves_names_and_neighbours_alone(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"PM2.5年均浓度", 0}, {"5G基站", 0}, {"附近5个村", 1}, {"几百个", 0}, {"A4纸", 0}, {"签约3个", 1}, {"一九八二年", 1}, {"不高于5人", 1}, {"不超过5人", 1}, {"30张家庭病床", 1}, {"5·12地震", 2},
	} {
		got := Scan([]rune(c.text))
		if len(got) != c.want {
			t.Errorf("%s: %d phrases, want %d", c.text, len(got), c.want)
		}
		for _, p := range got {
			if p.Round != Exact {
				t.Errorf("%s: rounding word %q read out of another word", c.text, p.Round)
			}
		}
	}
}

func TestAgrees_follows_the_rounding_words(t *testing.T) {
	for _, c := range []struct {
		text string
		v    int64
		want bool
	}{
		{"36万余户", 360000, true}, {"36万余户", 369999, true}, {"36万余户", 370000, false}, {"36万余户", 359999, false},
		{"百余个", 100, true}, {"百余个", 199, true}, {"百余个", 200, false}, {"300余次", 345, true}, {"300余次", 400, false},
		{"近2万件", 18000, true}, {"近2万件", 17999, false}, {"近2万件", 20000, false}, {"近2万件", 19999, true},
		{"约670亩", 637, true}, {"约670亩", 636, false}, {"约670亩", 703, true}, {"约670亩", 704, false},
		{"13.4亿元", 1344999999, true}, {"13.4亿元", 1335000000, true}, {"13.4亿元", 1345000000, false}, {"2000人", 2001, false},
	} {
		q, ok := Parse(c.text)
		if !ok {
			t.Fatalf("%s: not read", c.text)
		}
		if got := q.Agrees(Int(c.v).Rat()); got != c.want {
			t.Errorf("%s and %d: agrees %v, want %v", c.text, c.v, got, c.want)
		}
	}
}

func TestConvert_is_exact_within_a_family_only(t *testing.T) {
	if v, ok := Convert(big.NewRat(3, 1), UnitOf("亩"), UnitOf("平方米")); !ok || v.Cmp(big.NewRat(2000, 1)) != 0 {
		t.Errorf("3 亩 = %v 平方米", v)
	}
	for _, pair := range [][2]string{{"元", "美元"}, {"户", "户次"}, {"人", "人次"}, {"件", "起"}, {"亩", "公里"}} {
		if _, ok := Convert(big.NewRat(1, 1), UnitOf(pair[0]), UnitOf(pair[1])); ok {
			t.Errorf("%s was converted to %s", pair[0], pair[1])
		}
	}
}

func TestWritten_phrases_read_back_and_agree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := Int(rapid.Int64Range(1, 9e14).Draw(t, "v")).Rat()
		unit := rapid.SampledFrom([]string{"户", "元", "美元", "亩", "人次", "件"}).Draw(t, "unit")
		round := rapid.SampledFrom([]Round{Exact, Over, Above, Near, About}).Draw(t, "round")
		q := Of(v, unit, round, rapid.IntRange(0, 3).Draw(t, "decimals"))
		back, ok := Parse(q.String())
		if !ok {
			t.Fatalf("%s is not read", q)
		}
		if back.Base().Cmp(q.Base()) != 0 || back.Unit != unit || back.Round != round {
			t.Fatalf("%s reads back as %v %s %s", q, back.Base(), back.Unit, back.Round)
		}
		if !back.Agrees(v) && round != About && round != Near {
			t.Fatalf("%s does not agree with %v it was written from", q, v)
		}
	})
}

func TestHan_numbers_read_back(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 9e15).Draw(t, "n")
		got, ok := ParseHan(Han(n))
		if !ok || got.Cmp(Int(n)) != 0 {
			t.Fatalf("%d is written %s and read as %v", n, Han(n), got)
		}
	})
}

func TestNumber_text_reads_back(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := Number{rapid.Int64Range(-1e15, 1e15).Draw(t, "coef"), rapid.IntRange(-6, 2).Draw(t, "exp")}
		back, err := ParseNumber(n.String())
		if err != nil || back.Cmp(n) != 0 {
			t.Fatalf("%v reads back as %v, %v", n, back, err)
		}
	})
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{"36万余户", "近2万件、百分之八点七", "一亿二千万吨", "1,2,3.4.5％", "点点万亿", "二○二三年"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		rs := []rune(s)
		last := 0
		for _, p := range Scan(rs) {
			if p.Start > p.Digits || p.Digits >= p.End || p.End > len(rs) || p.Digits < last {
				t.Fatalf("%q: phrase %+v out of order", s, p)
			}
			last = p.End
			p.Agrees(Int(1).Rat())
		}
	})
}
