package quantity

import "strings"

var hanDigits = map[rune]int64{'零': 0, '〇': 0, '○': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9,
	'壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9}

var hanPlaces = map[rune]int64{'十': 10, '百': 100, '千': 1000, '拾': 10, '佰': 100, '仟': 1000}

// IsHanNumeral tells whether r can stand in a number written in characters (scales included).
func IsHanNumeral(r rune) bool {
	_, digit := hanDigits[r]
	_, place := hanPlaces[r]
	return digit || place || r == '万' || r == '亿' || r == '廿' || r == '卅'
}

// ParseHan reads a whole number in characters: 三千六百, 一亿二千万, 二十三, 两百零五, 一九八二 (digit by digit), 七点八
// (with a decimal part). ok is false for anything that is not well formed.
func ParseHan(s string) (n Number, ok bool) {
	if strings.ContainsAny(s, "廿卅") {
		s = strings.TrimPrefix(strings.NewReplacer("廿", "二十", "卅", "三十").Replace(s), "零")
	}
	whole, decimals, pointed := strings.Cut(s, "点")
	v, ok := parseHanWhole([]rune(whole))
	if !ok {
		return Number{}, false
	}
	n = Int(v)
	if !pointed {
		return n, true
	}
	count := 0
	for _, r := range decimals {
		d, digit := hanDigits[r]
		if !digit || count == 9 || n.Coef > 1<<58/10 {
			return Number{}, false
		}
		n = Number{n.Coef*10 + d, n.Exp - 1}
		count++
	}
	return n, count > 0
}

// parseHanWhole is the grammar of whole numbers: sections below 万 joined by 万 and 亿.
func parseHanWhole(rs []rune) (int64, bool) {
	if len(rs) == 0 || len(rs) > 40 {
		return 0, false
	}
	if v, ok := parseDigits(rs); ok {
		return v, true
	}
	total, section, digit := int64(0), int64(0), int64(-1)
	lastPlace := int64(1 << 40)
	zero := false
	for i, r := range rs {
		if d, ok := hanDigits[r]; ok {
			if d == 0 {
				if digit > 0 || i == 0 {
					return 0, false
				}
				zero = true
				continue
			}
			if digit >= 0 {
				return 0, false
			}
			digit = d
			continue
		}
		if p, ok := hanPlaces[r]; ok {
			if digit < 0 {
				digit = 1
			}
			if p >= lastPlace {
				return 0, false
			}
			section += digit * p
			digit, lastPlace, zero = -1, p, false
			continue
		}
		scale := int64(1e4)
		if r == '亿' {
			scale = 1e8
		} else if r != '万' {
			return 0, false
		}
		if digit >= 0 {
			section += digit
		}
		if section == 0 && total == 0 {
			section = 1
		}
		if r == '亿' {
			// 一万二千亿: the 万 before belongs to the thousands of 亿.
			if total >= 1e8 && total%1e8 == 0 && section == 0 {
				return 0, false
			}
			total = (total + section) * scale
			if total > 1e17 {
				return 0, false
			}
		} else {
			if section == 0 || total%1e8 != 0 {
				return 0, false
			}
			total += section * scale
		}
		section, digit, lastPlace, zero = 0, -1, 1<<40, false
	}
	if digit >= 0 {
		// 三百五 is 350 and 一万二 is 12000 unless a zero stands between.
		switch {
		case zero || lastPlace == 10:
			section += digit
		case lastPlace < 1<<40:
			section += digit * lastPlace / 10
		case total > 0 && total%1e8 == 0:
			section += digit * 1e7
		case total > 0:
			section += digit * 1e3
		default:
			section += digit
		}
	}
	return total + section, true
}

// parseDigits reads characters as bare digits: one of them, or several as in a year (一九八二).
func parseDigits(rs []rune) (int64, bool) {
	v := int64(0)
	if len(rs) > 9 {
		return 0, false
	}
	for _, r := range rs {
		d, ok := hanDigits[r]
		if !ok {
			return 0, false
		}
		v = v*10 + d
	}
	return v, true
}

const hanNames = "零一二三四五六七八九"

// Han writes n in characters, as reports before Arabic digits did: 3600 is 三千六百.
func Han(n int64) string {
	if n == 0 {
		return "零"
	}
	if n < 0 {
		return "负" + Han(-n)
	}
	var b strings.Builder
	if n >= 1e8 {
		b.WriteString(Han(n/1e8) + "亿")
		n %= 1e8
		if n > 0 && n < 1e7 {
			b.WriteString("零")
		}
	}
	if n >= 1e4 {
		b.WriteString(hanSection(n/1e4, b.Len() == 0) + "万")
		n %= 1e4
		if n > 0 && n < 1e3 {
			b.WriteString("零")
		}
	}
	if n > 0 {
		b.WriteString(hanSection(n, b.Len() == 0))
	}
	return b.String()
}

// hanSection writes 1 to 9999; at the very start ten is 十, later it is 一十.
func hanSection(n int64, first bool) string {
	names := []rune(hanNames)
	var b strings.Builder
	gap := false
	for _, place := range []struct {
		size int64
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := n / place.size % 10
		if d == 0 {
			gap = gap || b.Len() > 0
			continue
		}
		if gap {
			b.WriteString("零")
			gap = false
		}
		if d != 1 || place.size != 10 || b.Len() > 0 || !first {
			b.WriteRune(names[d])
		}
		b.WriteString(place.name)
	}
	return b.String()
}
