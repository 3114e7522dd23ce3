package paper

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"zhenwu/internal/town"
)

// Number is a 发文字号: 津武政〔2023〕12号. The zero Number is none.
type Number struct {
	Sign string // 机关代字: 津武政
	Year int
	No   int // 发文顺序号
}

// String writes the number as it is printed; "" for none.
func (n Number) String() string {
	if n == (Number{}) {
		return ""
	}
	return fmt.Sprintf("%s〔%04d〕%d号", n.Sign, n.Year, n.No)
}

// ParseNumber reads a 发文字号 and says which rule of GB/T 9704 (7.2.5) it breaks:
// the year in full, in 〔〕; a number without 第 and without leading zeros.
func ParseNumber(s string) (Number, error) {
	s = strings.TrimSpace(s)
	sign, rest, open := strings.Cut(s, "〔")
	if !open {
		if strings.ContainsAny(s, "[]［］【】()（）{}") {
			return Number{}, refuseNumber(s, "年份用六角括号〔〕括起", "put the year into 〔〕")
		}
		return Number{}, refuseNumber(s, "缺少用〔〕括起的年份", "the year in 〔〕 is missing")
	}
	year, rest, closed := strings.Cut(rest, "〕")
	if !closed {
		return Number{}, refuseNumber(s, "〔没有对应的〕", "the 〔 is not closed by 〕")
	}
	if sign == "" || strings.ContainsFunc(sign, notOfSign) {
		return Number{}, refuseNumber(s, "机关代字应为汉字或字母", "the sign of the office is of Chinese characters or letters")
	}
	y, ok := digits(year)
	if !ok || len(year) != 4 || y < 1000 {
		return Number{}, refuseNumber(s, "年份应为四位阿拉伯数字", "the year is four digits")
	}
	if strings.HasPrefix(rest, "第") {
		return Number{}, refuseNumber(s, "顺序号前不加“第”", "no 第 before the number")
	}
	no, tail := strings.CutSuffix(rest, "号")
	if !tail {
		return Number{}, refuseNumber(s, "应以“号”结尾", "it ends with 号")
	}
	n, ok := digits(no)
	if !ok || n == 0 {
		return Number{}, refuseNumber(s, "顺序号应为阿拉伯数字", "the number is of digits")
	}
	if no[0] == '0' {
		return Number{}, refuseNumber(s, "顺序号不编虚位（1不编为01）", "no leading zeros")
	}
	return Number{Sign: sign, Year: y, No: n}, nil
}

func notOfSign(r rune) bool { return !unicode.Is(unicode.Han, r) && !unicode.IsLetter(r) }

// digits reads a short whole number of ASCII digits alone.
func digits(s string) (int, bool) {
	if s == "" || len(s) > 7 || strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func refuseNumber(s, zh, en string) error {
	return town.Refuse(town.Invalid, "number", "发文字号“%[1]s”不合规范："+zh+"。", "The document number %[1]q is not right: "+en+".", s)
}
