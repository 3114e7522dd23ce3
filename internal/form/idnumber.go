package form

import "strings"

// IDFormats are the six ways in which forms ask for an ID number. A spreadsheet keeps fifteen digits of a number and no more: every one
// of them is text.
var IDFormats = []struct{ Key, Zh, En, Sample string }{
	{"plain", "18 位连写", "eighteen characters", "11010519491231002X"},
	{"lower", "末位小写 x", "a small x", "11010519491231002x"},
	{"spaced", "6 8 4 分段", "in groups of 6 8 4", "110105 19491231 002X"},
	{"quoted", "前加单引号", "behind a quote", "'11010519491231002X"},
	{"fifteen", "旧 15 位", "the old fifteen digits", "110105491231002"},
	{"masked", "遮盖中间", "masked", "1101**********002X"},
}

// FormatID writes an ID number in one of the six ways; ok is false where it cannot be. One that is masked already stays so.
func FormatID(id, as string) (string, bool) {
	id = strings.ToUpper(strings.TrimSpace(id))
	if strings.Contains(id, "*") {
		switch as {
		case "quoted":
			return "'" + id, true
		case "lower":
			return strings.ToLower(id), true
		case "spaced":
			if len(id) == 18 {
				return id[:6] + " " + id[6:14] + " " + id[14:], true
			}
		case "fifteen":
			return id, false
		}
		return id, true
	}
	switch as {
	case "", "plain":
		return id, true
	case "lower":
		return strings.ToLower(id), true
	case "quoted":
		return "'" + id, true
	case "masked":
		if len(id) < 15 {
			return "", false
		}
		return id[:4] + strings.Repeat("*", len(id)-8) + id[len(id)-4:], true
	case "spaced":
		if len(id) != 18 {
			return id, len(id) == 15
		}
		return id[:6] + " " + id[6:14] + " " + id[14:], true
	case "fifteen":
		if len(id) == 15 {
			return id, true
		}
		if len(id) != 18 || id[6:8] != "19" { // those born in 2000 and later never had one
			return id, false
		}
		return id[:6] + id[8:17], true
	}
	return id, false
}
