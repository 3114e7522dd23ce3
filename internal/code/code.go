// Package code knows the codes that people and firms carry: identity numbers,
// unified social credit codes, phone and bank card numbers. It brings each to
// its one spelling and checks its form and check digit. It does not know
// whether a code was ever given out. Its invariant: what a function returns
// without an error is accepted by it unchanged.
package code

import (
	"errors"
	"strings"
	"time"

	"zhenwu/internal/town"
)

// ErrCheck is the cause where a code has its form and only the check digit is
// wrong. A simulated town takes such codes: its people are recognisably
// invented by them.
var ErrCheck = errors.New("code: wrong check digit")

// plain gives letters and digits one width and case and drops what people put
// between them.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch {
		case r == ' ', r == '-', r == '　', r == '\t', r == '—', r == '–':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func refuse(zh, en string) error { return town.Refuse(town.Invalid, "", zh, en) }

func wrongCheck(zh, en string) error {
	return &town.Error{Kind: town.Invalid, Zh: zh, En: en, Err: ErrCheck}
}

// IDNumber reads an identity number (GB 11643). The old form of 15 digits is
// brought to 18, so that one person has one spelling.
func IDNumber(s string) (string, error) {
	s = plain(s)
	if len(s) == 15 && digits(s) {
		s = s[:6] + "19" + s[6:]
		s += string(IDCheck(s))
	}
	if len(s) != 18 || !digits(s[:17]) || (s[17] != 'X' && !digits(s[17:])) {
		return "", refuse("身份证号应为 18 位（末位可为 X）或旧式 15 位数字", "an identity number has 18 digits (the last may be X) or, in its old form, 15")
	}
	if s[0] == '0' || s[0] == '9' {
		return "", refuse("身份证号前六位不是行政区划代码", "the first six digits of the identity number are no division code")
	}
	born, err := time.Parse("20060102", s[6:14])
	if err != nil || born.Year() < 1800 {
		return "", refuse("身份证号中的出生日期不存在", "the birth date in the identity number does not exist")
	}
	if s[17] != IDCheck(s[:17]) {
		return s, wrongCheck("身份证号校验位不符", "the check digit of the identity number is wrong")
	}
	return s, nil
}

// IDCheck computes the check digit of the first 17 digits of an identity
// number (GB 11643: weights 2^(18−i) mod 11).
func IDCheck(first17 string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(first17[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// creditAlphabet leaves out I O S V Z, so that a letter is not its place in
// the Latin alphabet plus a constant.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CreditCode reads a unified social credit code (GB 32100-2015).
func CreditCode(s string) (string, error) {
	s = plain(s)
	form := len(s) == 18
	for i := 0; form && i < len(s); i++ {
		form = strings.IndexByte(creditAlphabet, s[i]) >= 0
	}
	if !form || !digits(s[2:8]) {
		return "", refuse("统一社会信用代码应为 18 位，不含 I、O、S、V、Z，第 3 至 8 位为数字", "a social credit code has 18 characters without I, O, S, V, Z; the third to eighth are digits")
	}
	if s[17] != CreditCheck(s[:17]) {
		return s, wrongCheck("统一社会信用代码校验位不符", "the check character of the social credit code is wrong")
	}
	return s, nil
}

// CreditCheck computes the check character of the first 17 characters of a
// social credit code (weights 3^(i−1) mod 31).
func CreditCheck(first17 string) byte {
	sum, w := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(creditAlphabet, first17[i]) * w
		w = w * 3 % 31
	}
	return creditAlphabet[(31-sum%31)%31]
}

// Phone reads a phone number of the mainland: mobile, fixed line with or
// without area code, 400 and 800 numbers, and short service numbers. The
// country code 86 falls away; an extension is not part of it.
func Phone(s string) (string, error) {
	s = plain(s)
	s = strings.NewReplacer("(", "", ")", "").Replace(s)
	s = strings.TrimPrefix(s, "+86")
	if len(s) == 13 && strings.HasPrefix(s, "861") || len(s) == 15 && strings.HasPrefix(s, "0086") {
		s = s[len(s)-11:]
	}
	if digits(s) {
		switch n := len(s); {
		case n == 11 && s[0] == '1' && s[1] >= '3': // mobile, 13x to 19x
			return s, nil
		case (n == 11 || n == 12 || n == 10) && s[0] == '0' && s[1] >= '1' && fixed(s): // area code and line
			return s, nil
		case (n == 7 || n == 8) && s[0] >= '2': // line alone
			return s, nil
		case n == 10 && (strings.HasPrefix(s, "400") || strings.HasPrefix(s, "800")):
			return s, nil
		case n >= 3 && n <= 6 && (s[0] == '1' || s[:2] == "95" || s[:2] == "96"): // 110, 12345, 95588
			return s, nil
		}
	}
	return "", refuse("电话号码格式不对", "this is no phone number")
}

// fixed tells whether the line behind the area code starts as lines do. Area
// codes 010 and 02x have three digits, the others four.
func fixed(s string) bool {
	line := s[4:]
	if s[1] <= '2' {
		line = s[3:]
	}
	return (len(line) == 7 || len(line) == 8) && line[0] >= '2'
}

// BankCard reads a bank card number of 12 to 19 digits with the check digit of
// Luhn. Accounts of collectives have other forms; they are plain text.
func BankCard(s string) (string, error) {
	s = plain(s)
	if len(s) < 12 || len(s) > 19 || !digits(s) {
		return "", refuse("银行卡号应为 12 至 19 位数字", "a bank card number has 12 to 19 digits")
	}
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	if sum%10 != 0 {
		return s, wrongCheck("银行卡号校验位不符", "the check digit of the bank card number is wrong")
	}
	return s, nil
}
