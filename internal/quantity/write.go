package quantity

import "math/big"

// Of writes v, a plain number of unit, with a rounding word and a number of decimals after the scale: Of(361234, "户",
// Over, 0) is 36万余户, Of(1340000000, "元", Exact, 1) is 13.4亿元. The number is cut down for 余 and 超, raised for 近 and
// rounded half up otherwise, so that the phrase agrees with v wherever its word can (see Quantity.Agrees).
func Of(v *big.Rat, unit string, round Round, decimals int) Quantity {
	scale, exp := "", 0
	size := new(big.Rat).Abs(v)
	for _, s := range []string{"万", "亿", "万亿"} {
		if size.Cmp(Number{1, scales[s]}.Rat()) >= 0 {
			scale, exp = s, scales[s]
		}
	}
	place := exp - decimals
	n := RoundHalfUp(v, place)
	switch round {
	case Over, Above:
		// The number must end in the place the word counts from: 36万余, but 30万余 counts tens of 万.
		n = floor(v, place)
		if n.IsZero() && v.Sign() > 0 {
			for n.IsZero() {
				place--
				n = floor(v, place)
			}
		}
	case Near:
		n = floor(v, place)
		n = Number{n.Coef + 1, n.Exp}
	}
	value := n.Shift(-exp)
	if value.Exp > 0 {
		value = Number{value.Coef * pow10(value.Exp).Int64(), 0}
	}
	return Quantity{Value: value, Scale: scale, Unit: unit, Round: round}
}

// floor cuts r down to a multiple of 10^place.
func floor(r *big.Rat, place int) Number {
	scaled := new(big.Rat).Mul(r, Number{1, -place}.Rat())
	q, m := new(big.Int).DivMod(scaled.Num(), scaled.Denom(), new(big.Int))
	_ = m // the remainder is what is cut off
	return Number{q.Int64(), place}
}

// String writes the phrase: 36万余户, 近2万件, 13.4亿元.
func (q Quantity) String() string {
	number := q.Value.trim()
	digits := number.String()
	if q.Value.Exp < 0 {
		digits = fixed(q.Value)
	}
	switch q.Round {
	case Over:
		return digits + q.Scale + "余" + q.Unit
	case Above, Near, About:
		return string(q.Round) + digits + q.Scale + q.Unit
	}
	return digits + q.Scale + q.Unit
}

// fixed writes n with all the decimals it carries: 5.0 stays 5.0.
func fixed(n Number) string {
	s := n.String()
	have := 0
	for i := range s {
		if s[i] == '.' {
			have = len(s) - i - 1
		}
	}
	if have == 0 && n.Exp < 0 {
		s += "."
	}
	for ; have < -n.Exp; have++ {
		s += "0"
	}
	return s
}
