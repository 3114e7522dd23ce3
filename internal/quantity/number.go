package quantity

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// Number is the decimal number Coef × 10^Exp. The zero value is zero. Two numbers of the same value may be written in
// two ways (10×10^0 and 1×10^1): compare them with Cmp, never with ==.
type Number struct {
	Coef int64
	Exp  int
}

// Int gives n as a Number.
func Int(n int64) Number { return Number{Coef: n} }

// maxDigits keeps every coefficient within an int64.
const maxDigits = 18

// errNumber is returned for text that is no decimal number, or one too long to be held exactly.
var errNumber = errors.New("not a decimal number of at most 18 digits")

// ParseNumber reads an Arabic decimal: half- or full-width digits, thousands commas, a leading sign.
func ParseNumber(s string) (Number, error) {
	coef, exp, digits := int64(0), 0, 0
	negative, point := false, false
	for i, r := range strings.TrimSpace(s) {
		r = half(r)
		switch {
		case i == 0 && (r == '-' || r == '−' || r == '+'):
			negative = r != '+'
		case r >= '0' && r <= '9':
			digits++
			if point {
				exp--
			}
			if coef > (1<<63-1-9)/10 || exp < -maxDigits {
				return Number{}, errNumber
			}
			coef = coef*10 + int64(r-'0')
		case r == '.' && !point && digits > 0:
			point = true
		case r == ',' && !point && digits > 0:
		default:
			return Number{}, errNumber
		}
	}
	if digits == 0 {
		return Number{}, errNumber
	}
	if negative {
		coef = -coef
	}
	return Number{coef, exp}, nil
}

// Shift gives n × 10^k.
func (n Number) Shift(k int) Number { return Number{n.Coef, n.Exp + k} }

// Neg gives −n.
func (n Number) Neg() Number { return Number{-n.Coef, n.Exp} }

// IsZero tells whether n is zero.
func (n Number) IsZero() bool { return n.Coef == 0 }

// Sign is -1, 0 or 1.
func (n Number) Sign() int {
	switch {
	case n.Coef < 0:
		return -1
	case n.Coef > 0:
		return 1
	}
	return 0
}

// Rat gives n as a rational.
func (n Number) Rat() *big.Rat {
	r := new(big.Rat).SetInt64(n.Coef)
	if n.Exp >= 0 {
		return r.Mul(r, new(big.Rat).SetInt(pow10(n.Exp)))
	}
	return r.Quo(r, new(big.Rat).SetInt(pow10(-n.Exp)))
}

// Cmp compares by value.
func (n Number) Cmp(m Number) int { return n.Rat().Cmp(m.Rat()) }

// Add gives n + m exactly. It panics when the sum does not fit, which no figure of a town comes near.
func (n Number) Add(m Number) Number {
	e := min(n.Exp, m.Exp)
	sum := new(big.Int).Mul(big.NewInt(n.Coef), pow10(n.Exp-e))
	sum.Add(sum, new(big.Int).Mul(big.NewInt(m.Coef), pow10(m.Exp-e)))
	if !sum.IsInt64() {
		panic("quantity: sum does not fit")
	}
	return Number{sum.Int64(), e}.trim()
}

// trim removes trailing zeros of the coefficient, so that equal values are written alike.
func (n Number) trim() Number {
	if n.Coef == 0 {
		return Number{}
	}
	for n.Coef%10 == 0 {
		n.Coef, n.Exp = n.Coef/10, n.Exp+1
	}
	return n
}

// String writes n as a plain decimal without needless zeros: "360000", "7.25", "-0.8".
func (n Number) String() string {
	n = n.trim()
	s, sign := strconv.FormatInt(n.Coef, 10), ""
	if s[0] == '-' {
		s, sign = s[1:], "-"
	}
	switch {
	case n.Exp >= 0:
		return sign + s + strings.Repeat("0", n.Exp)
	case len(s) > -n.Exp:
		return sign + s[:len(s)+n.Exp] + "." + s[len(s)+n.Exp:]
	}
	return sign + "0." + strings.Repeat("0", -n.Exp-len(s)) + s
}

// RoundHalfUp rounds r to a multiple of 10^place, halves away from zero, as Chinese statistics do.
func RoundHalfUp(r *big.Rat, place int) Number {
	scaled := new(big.Rat).Mul(r, Number{1, -place}.Rat())
	two := new(big.Int).Lsh(scaled.Denom(), 1)
	twice := new(big.Int).Lsh(scaled.Num(), 1)
	if scaled.Sign() >= 0 {
		twice.Add(twice, scaled.Denom())
	} else {
		twice.Sub(twice, scaled.Denom())
	}
	return Number{twice.Quo(twice, two).Int64(), place}
}

// pow10 gives 10^k for k ≥ 0.
func pow10(k int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(k)), nil) }

// half gives the half-width form of full-width digits, percent signs, points, commas and signs.
func half(r rune) rune {
	switch {
	case r >= '０' && r <= '９':
		return r - '０' + '0'
	case r == '％' || r == '﹪' || r == '℅':
		return '%'
	case r == '．':
		return '.'
	case r == '＋':
		return '+'
	case r == '－':
		return '-'
	}
	return r
}
