package report

import (
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"zhenwu/internal/quantity"
)

// townOf makes of the gold of an invented report what its town would know: one figure for every subject of the year that
// the report speaks of once, with the growth published.
func townOf(t *testing.T, name, text, year string) []Known {
	t.Helper()
	gold, err := os.ReadFile(filepath.Join("testdata", strings.TrimSuffix(name, filepath.Ext(name))+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	y, err := strconv.Atoi(year)
	if err != nil {
		t.Fatal(err)
	}
	number := func(s string) *big.Rat {
		n, err := quantity.ParseNumber(s)
		if err != nil {
			t.Fatal(s, err)
		}
		return n.Rat()
	}
	said := map[string]int{}
	all := rows(t, gold)
	for _, g := range all {
		said[g["subject"]]++
	}
	var out []Known
	for i, g := range all {
		if g["target"] != "" || said[g["subject"]] > 1 || g["base_unit"] == "" {
			continue
		}
		k := Known{Key: strconv.Itoa(i), Zh: g["subject"], Unit: g["base_unit"], Values: map[int]*big.Rat{}, Published: map[int]*big.Rat{}}
		rate := strings.TrimPrefix(g["yoy"], "+")
		if rate != "" {
			k.Published[y] = number(rate)
			if line, err := strconv.Atoi(g["line"]); err == nil && strings.Contains(strings.Split(text, "\n")[line-1], "增长近") {
				k.Published[y].Mul(k.Published[y], big.NewRat(97, 100)) // 近 is a little less
			}
		}
		if g["base_unit"] == "%" && strings.TrimPrefix(rate, "-") == g["base"] {
			k.Unit = "元" // a growth alone: of what amount it is the report does not say
		} else {
			k.Values[y] = number(g["base"])
		}
		out = append(out, k)
	}
	return out
}

// forged is a wrong copy of a phrase of a report, "" where it cannot be made.
type forged func(c CheckedClaim, p quantity.Phrase, written string) string

// written gives n as the phrase p would be written.
func written(n quantity.Number, p quantity.Phrase) string {
	if !p.Han {
		return n.String()
	}
	base := n.Shift(p.Base().Exp - p.Value.Exp)
	for base.Exp > 0 {
		base = quantity.Number{Coef: base.Coef * 10, Exp: base.Exp - 1}
	}
	if base.Exp < 0 {
		whole, decimals, _ := strings.Cut(base.String(), ".")
		v, err := strconv.ParseInt(whole, 10, 64)
		if err != nil {
			return ""
		}
		s := quantity.Han(v)
		if decimals != "" {
			s += "点"
		}
		for _, d := range decimals {
			s += quantity.Han(int64(d - '0'))
		}
		return s
	}
	return quantity.Han(base.Coef)
}

// tail gives scale and unit of p.
func tail(p quantity.Phrase, unit string) string {
	if p.Han {
		return unit // the scale stands in the number
	}
	if p.Round == quantity.Over {
		return p.Scale + "余" + unit
	}
	return p.Scale + unit
}

func falseValue(c CheckedClaim, p quantity.Phrase, _ string) string {
	if p.Bare || p.Trailing {
		return ""
	}
	number := written(quantity.Number{Coef: p.Value.Coef*13/10 + 7, Exp: p.Value.Exp}, p)
	if p.Han && (p.Unit == "%" || p.Unit == "‰") {
		return map[string]string{"%": "百分之", "‰": "千分之"}[p.Unit] + number
	}
	return number + tail(p, p.Unit)
}

func falseUnit(c CheckedClaim, p quantity.Phrase, old string) string {
	other := map[string]string{"个": "处", "家": "户", "项": "件", "次": "场", "件": "项", "户": "家", "处": "个", "亩": "公里", "人": "户", "场": "次", "吨": "公里", "平方米": "公里", "名": "家", "所": "家", "公里": "亩", "条": "座", "元": "吨", "头": "亩", "美元": "元"}
	for _, scale := range [][2]string{{"亿元", "万元"}, {"万元", "亿元"}} {
		if head, ok := strings.CutSuffix(old, scale[0]); ok {
			return head + scale[1]
		}
	}
	to := other[p.Unit]
	if to == "" || p.Trailing || c.BaseUnit != p.Unit {
		return ""
	}
	return strings.TrimSuffix(old, p.Unit) + to
}

// TestCheck_finds_what_was_falsified_in_the_invented_reports writes wrong values, units and growth rates into copies of the
// reports of other styles, one at a time.
func TestCheck_finds_what_was_falsified_in_the_invented_reports(t *testing.T) {
	total := map[string][3]int{}
	for _, name := range inventedReports {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		text, err := Text(name, data)
		if err != nil {
			t.Fatal(err)
		}
		d := invented(t, name)
		known := townOf(t, name, text, d.Year)
		var clean []CheckedClaim
		for _, c := range Check(d, known, "", "zh").Claims {
			switch c.Verdict {
			case Agrees:
				clean = append(clean, c)
			case Differs:
				t.Errorf("%s: %s", name, c.Why)
			}
		}
		t.Logf("%s: %d figures, %d claims agree", name, len(known), len(clean))
		for way, forge := range map[string]forged{"value": falseValue, "unit": falseUnit, "growth": nil} {
			tried, found, alarms := forgeries(t, name, text, known, clean, way, forge)
			sum := total[way]
			total[way] = [3]int{sum[0] + tried, sum[1] + found, sum[2] + alarms}
		}
	}
	for way, sum := range total {
		t.Logf("%s: %d of %d found, %d false alarms", way, sum[1], sum[0], sum[2])
		if sum[0] < 40 || 100*sum[1] < 95*sum[0] || sum[2] > 1 {
			t.Errorf("%s: %d of %d found, %d false alarms", way, sum[1], sum[0], sum[2])
		}
	}
}

// forgeries falsifies each of the clean claims in one way and counts what is found.
func forgeries(t *testing.T, name, text string, known []Known, clean []CheckedClaim, way string, forge forged) (tried, found, alarms int) {
	t.Helper()
	lines := strings.Split(text, "\n")
	for i, c := range clean {
		if way == "value" && i%2 == 1 {
			continue // half of them say enough
		}
		at, copied, ok := forgery(lines, c, way, forge)
		if !ok {
			continue
		}
		line := lines[at]
		lines[at] = copied
		d, err := Read("a.txt", []byte(strings.Join(lines, "\n")))
		lines[at] = line
		if err != nil {
			t.Fatal(err)
		}
		tried++
		caught := false
		for _, x := range Check(d, known, "", "zh").Claims {
			switch {
			case x.Verdict != Differs:
			case x.Line == c.Line && x.Figure == c.Figure:
				caught = true
			default:
				alarms++
				t.Logf("%s: false alarm: %s", name, x.Why)
			}
		}
		if caught {
			found++
		} else {
			t.Logf("%s %d: not found, %s: %s", name, c.Line, way, copied)
		}
	}
	return tried, found, alarms
}

// forgery gives the line of the claim and that line falsified; ok is false where the phrase does not stand there alone.
func forgery(lines []string, c CheckedClaim, way string, forge forged) (at int, copied string, ok bool) {
	want := c.quantity
	if way == "growth" {
		if !c.hasYoy || c.growth.Unit != "%" || c.growth.Value.IsZero() {
			return 0, "", false
		}
		want = c.growth
	}
	if c.kind == rank || want.Value.IsZero() {
		return 0, "", false
	}
	for at = c.Line - 1; at < min(c.Line+1, len(lines)); at++ {
		rs := []rune(lines[at])
		var hits []quantity.Phrase
		for _, p := range quantity.Scan(rs) {
			if p.Base().Cmp(want.Base()) == 0 && p.Unit == want.Unit {
				hits = append(hits, p)
			}
		}
		if len(hits) != 1 {
			continue
		}
		p := hits[0]
		old, wrong := string(rs[p.Digits:p.End]), ""
		if way == "growth" {
			n := quantity.Number{Coef: p.Value.Coef*2 + 3, Exp: p.Value.Exp}
			wrong = written(n, p) + "%"
			if p.Han {
				wrong = "百分之" + written(n, p)
			}
		} else {
			wrong = forge(c, p, old)
		}
		if wrong == "" || wrong == old || p.Trailing {
			return 0, "", false
		}
		return at, string(rs[:p.Digits]) + wrong + string(rs[p.End:]), true
	}
	return 0, "", false
}
