package formula

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// pageNames are the names that docs/formulas.md uses; agreed and entitled stand for whole numbers and for money in turn.
func pageNames(amount Kind) []Name {
	return []Name{
		{Name: "done", Kind: Bool}, {Name: "unknown", Kind: Bool}, {Name: "agreed", Kind: amount}, {Name: "entitled", Kind: amount}, {Name: "area", Kind: Int, Scale: 2},
		{Name: "x", Kind: Text}, {Name: "stage", Kind: Text, Choices: []string{"open", "closed"}}, {Name: "entered.closed", Kind: Date}, {Name: "phone", Kind: Sealed},
		{Name: "matters", Kind: Texts, Choices: []string{"road", "lamp"}}, {Name: "parts", Kind: Int}, {Name: "total", Kind: Int},
		{Name: "people", Kind: Lines, Columns: []Name{{Name: "paid", Kind: Money}}},
	}
}

func section(t *testing.T, page, title string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, "\n## "+title+"\n")
	if !ok {
		t.Fatalf("the page has no section %q", title)
	}
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

// TestPage holds docs/formulas.md against the code: what its table of values shows compiles, what it calls an error does
// not, what it says of the unknown comes out.
func TestPage(t *testing.T) {
	text, err := os.ReadFile("../../docs/formulas.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	var envs []*Env
	for _, k := range []Kind{Int, Money} {
		e, err := NewEnv(pageNames(k))
		if err != nil {
			t.Fatal(err)
		}
		envs = append(envs, e)
	}
	compiles := func(src string) *Program {
		for _, e := range envs {
			for _, want := range []Kind{Bool, Int, Money, Text, Date} {
				if p, f := e.Compile(src, want); f == nil {
					return p
				}
			}
		}
		return nil
	}
	code := regexp.MustCompile("`([^`]+)`")
	n := 0
	for _, row := range regexp.MustCompile(`(?m)^\| [a-z].*$`).FindAllString(section(t, page, "Values"), -1) {
		cells := strings.Split(row, " | ")
		for _, m := range code.FindAllStringSubmatch(cells[1], -1) {
			n++
			if compiles(m[1]) == nil {
				t.Errorf("the page shows %q, which does not compile", m[1])
			}
		}
	}
	if n < 9 {
		t.Errorf("%d examples of values were found", n)
	}
	for _, c := range []struct{ src, in string }{
		{"agreed >= 5", "`agreed >= 5` is an error"}, {"x == ''", "`x == ''` and `x == null` are errors"}, {"x == null", "`x == ''` and `x == null` are errors"},
		{"area > 1.555", "More decimals than the field has are an error"}, {"entered.closed > 'June'", "any other literal is an error"},
		{"stage == 'shut'", "must be one of its choices"}, {"phone == x", "nothing else may read a sealed field"},
	} {
		if !strings.Contains(page, c.in) {
			t.Errorf("the page does not say any more: %s", c.in)
		}
		if _, f := envs[1].Compile(c.src, Bool); f == nil {
			t.Errorf("%s compiles; the page says: %s", c.src, c.in)
		}
	}
	for _, c := range []struct {
		src, in string
		is      any
	}{
		{"false && unknown", "`false && unknown` is false", false}, {"true || unknown", "`true || unknown` is true", true},
		{"parts != 0 && total / parts > 3", "`parts != 0 && total / parts > 3` is safe", false}, {"!filled(x)", "`!filled(x)`", true},
	} {
		if !strings.Contains(page, c.in) {
			t.Errorf("the page does not say any more: %s", c.in)
		}
		p := must(t, envs[0], c.src, Bool)
		got, known, err := p.Eval(record{"parts": int64(0), "total": int64(7)})
		if err != nil || !known || got != c.is {
			t.Errorf("%s gives %v, %v, %v; the page says: %s", c.src, got, known, err, c.in)
		}
	}
}
