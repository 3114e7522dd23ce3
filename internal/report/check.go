package report

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"zhenwu/internal/quantity"
)

// Verdict is the outcome for one claim.
type Verdict string

// The three verdicts.
const (
	Agrees    Verdict = "agrees"
	Differs   Verdict = "differs"
	Unmatched Verdict = "unmatched"
)

// CheckedClaim is a claim beside its figure.
type CheckedClaim struct {
	Claim
	Figure   string  `json:"figure"`   // key of the figure, "" where none was found
	Computed string  `json:"computed"` // its value in the claim's base unit, a percentage for a growth
	Verdict  Verdict `json:"verdict"`
	Why      string  `json:"why"` // "" where it simply agrees
}

// Checked is a report held against the figures. Its JSON form is the one of `zhenwu report check --json`.
type Checked struct {
	Title       string         `json:"title"`
	Town        string         `json:"town"`
	Year        string         `json:"year"`
	Claims      []CheckedClaim `json:"claims"`
	Commitments []Commitment   `json:"commitments"`
	Findings    []Finding      `json:"findings"`
	Summary     Summary        `json:"summary"`

	blind bool // no figures were given
}

// Summary counts the verdicts and findings.
type Summary struct {
	Agrees    int `json:"agrees"`
	Differs   int `json:"differs"`
	Unmatched int `json:"unmatched"`
	Findings  int `json:"findings"`
}

// Check holds every claim of d against its figure and looks for contradictions within the report. town is whose figures
// they are, "" where that is not known: a report that names another town is not held against them, which one finding
// says. lang is zh or en and chooses the language of the reasons. With no figures only contradictions are looked for.
func Check(d *Document, known []Known, town, lang string) *Checked {
	out := &Checked{Title: d.Title, Town: d.Town, Year: d.Year, Commitments: d.Commitments, Claims: []CheckedClaim{}}
	out.blind = len(known) == 0
	say := speaker(lang)
	strange := len(known) > 0 && foreign(d.Town, town)
	if strange {
		known = nil
	}
	matcher := newMatcher(known)
	known = matcher.known
	pairs := matcher.pair(d.Claims)
	for i, c := range d.Claims {
		cc := CheckedClaim{Claim: c, Verdict: Unmatched}
		switch p := pairs[i]; {
		case strange:
			cc.Why = say("报告是%s的，数字是%s的，不作核对", "the report is of %s, the figures are of %s: not held against them", d.Town, town)
		case len(known) == 0:
			cc.Why = say("没有指定镇，未与数字核对", "no town given: not held against figures")
		case p.known < 0:
			cc.Why = say("没有找到对应的数字", "no figure found for it")
		default:
			judge(&cc, known[p.known], p, say)
		}
		switch cc.Verdict {
		case Agrees:
			out.Summary.Agrees++
		case Differs:
			out.Summary.Differs++
		default:
			out.Summary.Unmatched++
		}
		out.Claims = append(out.Claims, cc)
	}
	out.Findings = findings(d.Claims, d.names, say)
	if strange {
		out.Findings = append([]Finding{{d.townLine, "town", d.Town, say("报告是%s的，这里的数字是%s的：没有核对，请检查选的是不是这份报告", "the report is of %s, the figures here are of %s: nothing was held against them; check that this is the report you meant", d.Town, town)}}, out.Findings...)
	}
	out.Summary.Findings = len(out.Findings)
	return out
}

// foreign tells whether a report of one town was given to another. Only names that both say something count: 本镇 or a
// name with its district before it is no other town.
func foreign(named, own string) bool {
	a, b := seat.ReplaceAllString(named, ""), seat.ReplaceAllString(own, "")
	if len([]rune(a)) < 2 || len([]rune(b)) < 2 || nameless.MatchString(a) {
		return false
	}
	return !strings.HasSuffix(named, own) && !strings.HasSuffix(own, named) && !strings.HasSuffix(a, b) && !strings.HasSuffix(b, a)
}

var (
	seat     = regexp.MustCompile(`(?:人民政府|政府|办事处)+$|[镇乡县市省区]$|街道$|街道办事处$|镇人民政府$`)
	nameless = regexp.MustCompile(`[XxＸ×*某]|^(?:乡镇|我|本|全|该|各|镇|乡)`)
)

// say gives the sentence of the chosen language, both written as formats of the same arguments.
type say func(zh, en string, args ...any) string

func speaker(lang string) say {
	return func(zh, en string, args ...any) string {
		if lang == "en" {
			zh = en
		}
		if len(args) == 0 {
			return zh
		}
		return fmt.Sprintf(zh, args...)
	}
}

// name is what the figure is called in the language of say.
func (k Known) name(say say) string {
	en := k.En
	if en == "" {
		en = k.Zh
	}
	return say(k.Zh, en)
}

// judge holds one claim against the figure it speaks of.
func judge(c *CheckedClaim, k Known, p pairing, say say) {
	year, err := strconv.Atoi(c.Period)
	if err != nil || c.kind == from && c.Period == "" {
		c.Why = say("说的是哪一年不清楚", "it is not clear which year is meant")
		return
	}
	switch {
	case c.Target:
		c.Figure = k.Key
		judgeTarget(c, k, year, p, say)
	case c.kind == growth && !c.hasYoy:
		c.Why = say("不是与上年相比的增速，没有可核对的数字", "a growth not on the year before: no figure to hold it against")
	case c.kind == growth && k.Unit != "%":
		c.Figure = k.Key
		judgeGrowth(c, k, year, c.quantity, c.Yoy, say)
	case c.kind == delta:
		judgeDelta(c, k, year, say)
	case c.kind == share && k.Unit != "%":
		c.Why = say("没有找到对应的数字", "no figure found for it")
	default:
		judgeLevel(c, k, year, p, say)
	}
}

// judgeLevel compares value, unit and rounding word, then the growth rate that follows.
func judgeLevel(c *CheckedClaim, k Known, year int, p pairing, say say) {
	v := k.Values[year]
	if !sameUnit(c.BaseUnit, k) {
		if p.words < sure+100 {
			c.Why = say("没有找到对应的数字", "no figure found for it")
			return
		}
		c.Figure, c.Verdict = k.Key, Differs
		c.Why = say("第%d行“%s”：单位写作“%s”，数字“%s”的单位是“%s”", "line %d “%s”: the unit is written %s, the figure “%s” is in %s", c.Line, c.Text, c.BaseUnit, k.name(say), k.Unit)
		if v != nil {
			c.Computed = decimal(v)
			c.Why += say("，应为%s", "; it should read %s", proper(v, k.Unit, c.quantity))
		}
		return
	}
	c.Figure = k.Key
	if v == nil {
		c.Why = say("数字“%s”没有%d年的值", "the figure “%s” has no value for %d", k.name(say), year)
		return
	}
	if converted, ok := quantity.Convert(v, quantity.UnitOf(k.Unit), quantity.UnitOf(c.BaseUnit)); ok {
		v = converted
	}
	c.Computed = decimal(v)
	if !c.quantity.Agrees(v) {
		if p.words < sure {
			c.Figure, c.Computed = "", ""
			c.Why = say("没有找到足够吻合的数字", "no figure fits it well enough")
			return
		}
		c.Verdict = Differs
		c.Why = say("第%d行“%s”：报告写%s，“%s”算得%s%s，应为%s", "line %d “%s”: the report says %s, “%s” comes to %s %s; it should read %s",
			c.Line, c.Text, c.quantity, k.name(say), c.Computed, c.BaseUnit, proper(v, c.BaseUnit, c.quantity))
		return
	}
	c.Verdict = Agrees
	if c.hasYoy && c.kind == level {
		judgeGrowth(c, k, year, c.growth, c.Yoy, say)
	}
}

// judgeDelta holds a difference to the year before against the values of both years.
func judgeDelta(c *CheckedClaim, k Known, year int, say say) {
	before, after := k.Values[year-1], k.Values[year]
	if before == nil || after == nil || !sameUnit(c.BaseUnit, k) && !(c.BaseUnit == "个百分点" && k.Unit == "%") || !annual(c.segment) {
		c.Why = say("增减量没有可核对的上年数", "no value of the year before to hold the difference against")
		return
	}
	c.Figure = k.Key
	change := new(big.Rat).Sub(after, before)
	change.Abs(change)
	if converted, ok := quantity.Convert(change, quantity.UnitOf(k.Unit), quantity.UnitOf(c.BaseUnit)); ok {
		change = converted
	}
	c.Computed = decimal(change)
	c.Verdict = Agrees
	if !c.quantity.Agrees(change) {
		c.Verdict = Differs
		c.Why = say("第%d行“%s”：报告写增减%s，“%s”两年相差%s%s", "line %d “%s”: the report says a difference of %s, “%s” of the two years differ by %s %s", c.Line, c.Text, c.quantity, k.name(say), c.Computed, c.BaseUnit)
	}
}

// judgeGrowth compares a growth rate with the published one, else with the one that two years' values give.
func judgeGrowth(c *CheckedClaim, k Known, year int, q quantity.Quantity, yoy string, say say) {
	rate, ok := k.Published[year]
	computed := growthOf(k.Values[year-1], k.Values[year])
	if c.real {
		computed = nil // the values hold the prices that this rate leaves out
	}
	if !ok {
		rate = computed
	}
	if rate == nil {
		if c.kind == growth {
			c.Why = say("“%s”没有上年数，增速无法核对", "“%s” has no value of the year before: the growth cannot be checked", k.name(say))
		}
		return
	}
	if c.kind == growth {
		c.Computed = decimal(round(rate))
	}
	said, err := quantity.ParseNumber(yoy)
	if err != nil {
		return
	}
	signed := q
	signed.Value, signed.Scale, signed.Unit = said, "", "%"
	signed.Value = said.Shift(0)
	place := q.Place()
	if q.Unit == "倍" {
		place += 2
	}
	agrees := quantity.RoundHalfUp(rate, place).Cmp(said) == 0
	if q.Round != quantity.Exact {
		agrees = signed.Agrees(rate)
	}
	if agrees {
		c.Verdict = Agrees
		if ok && computed != nil && quantity.RoundHalfUp(computed, place).Cmp(said) != 0 {
			c.Why = say("增速与公布数一致；按两年数值计算为%s%%", "the growth agrees with the published one; the two years' values give %s %%", quantity.RoundHalfUp(computed, place))
		}
		return
	}
	c.Verdict = Differs
	c.Why = say("第%d行“%s”：增速写作%s%%，“%s”应为%s%%", "line %d “%s”: the growth is written %s %%, for “%s” it should read %s %%",
		c.Line, c.Text, yoy, k.name(say), quantity.RoundHalfUp(rate, min(place, -1)))
}

// judgeTarget holds what is planned against the declared target.
func judgeTarget(c *CheckedClaim, k Known, year int, p pairing, say say) {
	t, ok := k.Targets[year]
	if !ok {
		c.Figure = ""
		c.Why = say("没有登记%d年的目标", "no target is declared for %d", year)
		return
	}
	wrong := func(should string) {
		if p.words < sure {
			c.Figure, c.Computed = "", ""
			c.Why = say("没有找到足够吻合的目标", "no target fits it well enough")
			return
		}
		c.Verdict = Differs
		c.Why = say("第%d行“%s”：“%s”登记的%d年目标是%s", "line %d “%s”: the target declared for “%s” in %d is %s", c.Line, c.Text, k.name(say), year, should)
	}
	switch t.Shape {
	case TargetGrowth, TargetFlat:
		rate := new(big.Rat)
		if t.Shape == TargetGrowth && t.Value != nil {
			rate = t.Value
		}
		c.Computed = decimal(rate)
		said, err := quantity.ParseNumber(c.Yoy)
		if c.kind != growth && !(c.kind == level && c.BaseUnit == "%") || err != nil && c.kind == growth {
			wrong(say("增长%s%%", "growth of %s %%", decimal(rate)))
			return
		}
		if err != nil {
			said = c.quantity.Base()
		}
		if quantity.RoundHalfUp(rate, c.quantity.Place()).Cmp(said) != 0 {
			wrong(say("增长%s%%", "growth of %s %%", decimal(rate)))
			return
		}
	case TargetLevel:
		if t.Value == nil {
			return
		}
		c.Computed = decimal(t.Value)
		if c.kind == growth && k.Unit != "%" || !sameUnit(c.BaseUnit, k) && c.kind != growth {
			wrong(proper(t.Value, k.Unit, c.quantity))
			return
		}
		v := t.Value
		if converted, ok := quantity.Convert(v, quantity.UnitOf(k.Unit), quantity.UnitOf(c.BaseUnit)); ok {
			v = converted
		}
		exact := c.quantity
		exact.Round = quantity.Exact // 1200万人以上 is the very target
		if !exact.Agrees(v) {
			wrong(proper(t.Value, k.Unit, c.quantity))
			return
		}
	default:
		c.Why = say("登记的目标是高于上年，没有数值", "the declared target is more than the year before, without a number")
	}
	c.Verdict = Agrees
}

// growthOf gives the growth from one value to the next in percent, nil where it is not known.
func growthOf(before, after *big.Rat) *big.Rat {
	if before == nil || after == nil || before.Sign() == 0 {
		return nil
	}
	r := new(big.Rat).Sub(after, before)
	r.Quo(r, before)
	return r.Mul(r, big.NewRat(100, 1))
}

// proper writes v as the claim should have written it: in its scale and with as many decimals.
func proper(v *big.Rat, unit string, like quantity.Quantity) string {
	decimals := 0
	if like.Value.Exp < 0 {
		decimals = -like.Value.Exp
	}
	rounding := like.Round
	q := quantity.Of(v, unit, rounding, decimals)
	if !q.Agrees(v) || rounding == quantity.About {
		q = quantity.Of(v, unit, quantity.Exact, max(decimals, 2))
	}
	return q.String()
}

// decimal writes r as a plain decimal; what has no finite one is rounded to six places.
func decimal(r *big.Rat) string {
	return quantity.RoundHalfUp(r, -6).String()
}

// round keeps two places of a growth rate that was computed.
func round(r *big.Rat) *big.Rat { return quantity.RoundHalfUp(r, -2).Rat() }
