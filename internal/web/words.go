package web

import (
	"regexp"
	"strings"

	"zhenwu/internal/catalog"
)

var formulaToken = regexp.MustCompile(`'[^']*'|[A-Za-z_][A-Za-z0-9_.]*\(?|==|!=|>=|<=|&&|\|\||!|[^\sA-Za-z_']|\s+`)

// plainWords reads a formula aloud: names become labels, operators words.
func (v *visit) plainWords(t *catalog.Type, src string) string {
	var b strings.Builder
	var last *catalog.Field
	open := 0 // brackets of a function whose name was turned into words behind it
	for _, tok := range formulaToken.FindAllString(strings.TrimSpace(src), -1) {
		switch {
		case strings.TrimSpace(tok) == "":
			if v.lang == "en" {
				b.WriteByte(' ')
			}
		case tok[0] == '\'':
			val := strings.Trim(tok, "'")
			if last != nil && (last.List != nil || last.Type == catalog.OfficeType) {
				val = v.choiceName(last, val)
			} else if s := t.Stage(val); s != nil {
				val = v.in(s.Label)
			}
			b.WriteString("“" + val + "”")
		case tok == "filled(" || tok == "size(":
			b.WriteString(v.t("word." + strings.TrimSuffix(tok, "(")))
			open++
		case tok == ")" && open > 0:
			open--
			b.WriteString(v.t("word.close"))
		default:
			if s, ok := v.words["op."+tok]; ok {
				if v.lang == "en" {
					b.WriteString(s[1])
				} else {
					b.WriteString(s[0])
				}
				continue
			}
			name := strings.TrimSuffix(tok, "(")
			if f := t.Field(name); f != nil {
				last = f
				b.WriteString(v.in(f.Label))
				continue
			}
			b.WriteString(v.nameWords(t, name))
			if strings.HasSuffix(tok, "(") {
				b.WriteByte('(')
			}
		}
	}
	return b.String()
}

// nameWords reads a dotted name of the catalog language aloud.
func (v *visit) nameWords(t *catalog.Type, name string) string {
	head, rest, _ := strings.Cut(name, ".")
	move := func() string {
		if m := t.Move(rest); m != nil {
			return v.in(m.Label)
		}
		return rest
	}
	switch head {
	case "opened", "stage", "done", "valid":
		if rest == "" {
			return v.t("word." + head)
		}
	case "entered":
		if s := t.Stage(rest); s != nil {
			return v.t("word.entered", v.in(s.Label))
		}
	case "first", "last":
		if rest != "" {
			return v.t("word."+head, move())
		}
	case "times":
		return v.t("word.times", move())
	case "due", "overdue", "missed", "late":
		name := rest
		if c := t.Clock(rest); c != nil && v.in(c.Label) != "" {
			name = v.in(c.Label)
		}
		return v.t("word."+head, name)
	}
	if f := t.Field(head); f != nil && rest != "" {
		if ct := v.view.Cat.Types[f.RefType]; ct != nil {
			if cf := ct.Field(rest); cf != nil {
				return v.in(f.Label) + v.t("word.of") + v.in(cf.Label)
			}
		}
		return v.in(f.Label) + "." + rest
	}
	return name
}
