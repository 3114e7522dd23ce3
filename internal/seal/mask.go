package seal

import (
	"strings"
	"unicode"
)

// Spelling brings a text to the form that is hashed: full-width letters and
// digits become plain ones, spaces fall away, letters are upper-case.
func Spelling(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// MaskName shows the first character of a name: 王小明 is 王**.
func MaskName(s string) string {
	r := []rune(strings.TrimSpace(s))
	switch len(r) {
	case 0:
		return ""
	case 1:
		return "*" // one character alone would be the whole name
	case 2:
		return string(r[:1]) + "*"
	}
	return string(r[:1]) + "**"
}

// MaskPhone shows the first three and last four digits of a mobile number,
// 138****5678, and the last four of any other that has at least eight.
func MaskPhone(s string) string {
	r := []rune(strings.TrimSpace(s))
	switch {
	case len(r) == 0:
		return ""
	case len(r) == 11 && r[0] == '1':
		return string(r[:3]) + "****" + string(r[7:])
	case len(r) >= 8:
		return "****" + string(r[len(r)-4:])
	}
	return "****"
}

// MaskID shows the first four and last four characters of an identity number
// or another code of at least fifteen: 1201**********123X.
func MaskID(s string) string {
	r := []rune(strings.TrimSpace(s))
	switch {
	case len(r) == 0:
		return ""
	case len(r) >= 15:
		return string(r[:4]) + strings.Repeat("*", len(r)-8) + string(r[len(r)-4:])
	}
	return "****"
}

// Mask hides a value of the given field type of the catalog: person, phone,
// id_number. Of any other type nothing is shown.
func Mask(fieldType, value string) string {
	switch fieldType {
	case "person":
		return MaskName(value)
	case "phone":
		return MaskPhone(value)
	case "id_number", "credit_code":
		return MaskID(value)
	}
	if value == "" {
		return ""
	}
	return "****"
}
