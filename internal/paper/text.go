package paper

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"
)

// clean makes s fit for any output: line breaks and tabs become spaces, and what
// XML 1.0 forbids is left out, as are the marks that turn the direction of text:
// with them a number could be read otherwise than it is checked.
func clean(s string) string {
	if strings.IndexFunc(s, unfit) < 0 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			b.WriteByte(' ')
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"): // a broken byte
		case !unfit(r) || r == utf8.RuneError:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unfit(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7F && r < 0xA0, r == utf8.RuneError, r == 0xFEFF, r&0xFFFE == 0xFFFE,
		r == 0x2028, r == 0x2029, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

// markup is XML or HTML being written. put takes markup of ours, as it is; text
// takes foreign words, cleaned and escaped, in content and attributes alike.
type markup struct{ bytes.Buffer }

func (m *markup) put(parts ...string) {
	for _, p := range parts {
		m.WriteString(p)
	}
}

func (m *markup) text(s string) {
	_ = xml.EscapeText(&m.Buffer, []byte(clean(s))) // a buffer takes everything
}

// lines parts a title at its line breaks, without empty lines.
func lines(s string) []string {
	var out []string
	for l := range strings.Lines(s) {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// putf is put with numbers of ours in it.
func (m *markup) putf(format string, args ...any) { fmt.Fprintf(&m.Buffer, format, args...) }

// plain joins the text of runs.
func plain(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}
