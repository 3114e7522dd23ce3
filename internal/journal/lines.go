package journal

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// writeLines writes the text form that heads and the bodies of the town's own
// leaves share: a title, then one "name value" a line, in a fixed order.
func writeLines(title string, pairs ...string) (string, error) {
	var b strings.Builder
	b.WriteString(title)
	b.WriteByte('\n')
	for i := 0; i < len(pairs); i += 2 {
		if !validValue(pairs[i+1]) {
			return "", fmt.Errorf("journal: %s: value of %q cannot stand on a line", title, pairs[i])
		}
		b.WriteString(pairs[i])
		b.WriteByte(' ')
		b.WriteString(pairs[i+1])
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// readLines reads what [writeLines] wrote and nothing else: exactly these
// names in this order, every line ended.
func readLines(text, title string, names ...string) ([]string, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != len(names)+2 || lines[0] != title || lines[len(lines)-1] != "" {
		return nil, fmt.Errorf("journal: not a %q of %d lines", title, len(names)+1)
	}
	values := make([]string, len(names))
	for i, name := range names {
		value, ok := strings.CutPrefix(lines[i+1], name+" ")
		if !ok || !validValue(value) {
			return nil, fmt.Errorf("journal: %s: line %d is not %q", title, i+2, name)
		}
		values[i] = value
	}
	return values, nil
}

func validValue(s string) bool {
	if s == "" || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return false
		}
	}
	return true
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func readYesNo(s string) (bool, error) {
	switch s {
	case "yes":
		return true, nil
	case "no":
		return false, nil
	}
	return false, fmt.Errorf("journal: %q is neither yes nor no", s)
}
