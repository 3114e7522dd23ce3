package catalogs

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhenwu/internal/catalog"
)

// carried is a word of the inventory and what carries it in the catalog: a row of testdata/inventory.csv.
type carried struct {
	System, Part, Word string // part: step, of the course of work; content, of what is recorded; user, who works with it
	Stands             string // of a user the role, else see stands; "" = nothing, and why
	Why                string
}

func inventory(t *testing.T) []carried {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "inventory.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []carried
	for _, r := range rows[1:] {
		out = append(out, carried{r[0], r[1], r[2], r[3], r[4]})
	}
	return out
}

// asked are the words by which the inventory names the steps, the content and the users of each system, without its remarks. CI has the inventory.
func asked(t *testing.T) []carried {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "gold", "systems.md"))
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skip("the inventory is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	heading, aside := regexp.MustCompile(`^### (S\d+) `), regexp.MustCompile(`（[^）]*）`)
	remark, doing := regexp.MustCompile(`；隐含系统：.*|（(报告没有|原文未写)[^）]*）`), regexp.MustCompile(`（(分解|报进展|看盘子)[^）]*）`)
	between := map[string]*regexp.Regexp{"step": regexp.MustCompile(`[→；/]`), "content": regexp.MustCompile(`[、，；：/（）—]`), "user": regexp.MustCompile(`[、，；/]`)}
	var out []carried
	number := ""
	for _, line := range strings.Split(string(text), "\n") {
		if m := heading.FindStringSubmatch(line); m != nil {
			number = m[1]
		}
		part, words := "step", ""
		if rest, ok := strings.CutPrefix(line, "- 环节："); ok {
			words = aside.ReplaceAllString(rest, "")
		} else if rest, ok := strings.CutPrefix(line, "- 记录内容："); ok {
			part, words = "content", remark.ReplaceAllString(rest, "")
		} else if rest, ok := strings.CutPrefix(line, "- 使用者："); ok {
			part, words = "user", doing.ReplaceAllString(rest, "")
		}
		for _, word := range between[part].Split(words, -1) {
			if word = strings.TrimSpace(word); word != "" {
				out = append(out, carried{System: number, Part: part, Word: word})
			}
		}
	}
	return out
}

// stands gives the system to which a name of the catalog belongs ("" = a shared register), if there is such a name: a type, a plan, a figure; TYPE.NAME of a
// stage, move, field or clock, or TYPE.number; TYPE.FIELD.NAME of a column or choice, TYPE.FIELD.COLUMN.NAME of a choice of it.
func stands(c *catalog.Catalog, name string) (system string, there bool) {
	parts := strings.Split(name, ".")
	t := c.Types[parts[0]]
	if t == nil {
		if f := c.Figures[name]; f != nil {
			return f.System, true
		}
		for _, s := range c.Systems {
			if slices.Contains(s.Plans, name) {
				return s.Number, true
			}
		}
		return "", false
	}
	there = len(parts) == 1 || t.Field(parts[1]) != nil
	if len(parts) == 2 {
		there = there || t.Stage(parts[1]) != nil || t.Move(parts[1]) != nil || t.Clock(parts[1]) != nil || parts[1] == "number" && t.Number != ""
	}
	if len(parts) > 2 && there {
		there = within(t.Field(parts[1]), parts[2:])
	}
	return t.System, there
}

// within tells whether a field has a column or choice of a name.
func within(f *catalog.Field, names []string) bool {
	if i := slices.IndexFunc(f.Columns, func(x *catalog.Field) bool { return x.Key == names[0] }); i >= 0 {
		return len(names) == 1 || within(f.Columns[i], names[1:])
	}
	return len(names) == 1 && f.List != nil && f.List.Item(names[0]) != nil
}

// acts tells whether a role works in a system.
func acts(c *catalog.Catalog, system, role string) bool {
	at := slices.IndexFunc(c.Systems, func(s *catalog.System) bool { return s.Number == system })
	return at >= 0 && slices.ContainsFunc(c.Systems[at].Types, func(key string) bool { return slices.Contains(c.Types[key].Roles(), role) })
}

// Each word that the inventory has for a step or for what is recorded is carried by something that stands in its system, and
// each user by a role that works there; what stands elsewhere, or nowhere, says why.
func TestJingwu_carries_every_word_of_the_inventory(t *testing.T) {
	c, _ := catalog.Load(Jingwu)
	words := map[string]map[string]int{}
	for _, r := range inventory(t) {
		if words[r.System] == nil {
			words[r.System] = map[string]int{}
		}
		words[r.System][r.Part]++
		if r.Part == "user" {
			if c.Roles[r.Stands] == nil || !acts(c, r.System, r.Stands) && r.Why == "" {
				t.Errorf("%s: %s is to work as %q, which does nothing there", r.System, r.Word, r.Stands)
			}
			continue
		}
		switch home, there := stands(c, r.Stands); {
		case r.Stands != "" && !there:
			t.Errorf("%s: %s is to stand at %s, which there is not", r.System, r.Word, r.Stands)
		case home != r.System && r.Why == "":
			t.Errorf("%s: %s stands at %q of %q, without a reason", r.System, r.Word, r.Stands, home)
		}
	}
	for _, s := range c.Systems {
		if words[s.Number]["step"] < 3 || words[s.Number]["content"] < 3 || words[s.Number]["user"] < 2 {
			t.Errorf("%s: %v words", s.Number, words[s.Number])
		}
	}
}

// The table has every word of the inventory, and no other.
func TestInventory_has_every_word(t *testing.T) {
	table := map[carried]bool{}
	for _, r := range inventory(t) {
		key := carried{System: r.System, Part: r.Part, Word: r.Word}
		if table[key] {
			t.Errorf("%s: the table has %s %s twice", r.System, r.Part, r.Word)
		}
		table[key] = true
	}
	words := asked(t)
	for _, r := range words {
		if _, ok := table[r]; !ok {
			t.Errorf("%s: the table does not say what carries the %s %s", r.System, r.Part, r.Word)
		}
		table[r] = false
	}
	for r, left := range table {
		if left {
			t.Errorf("%s: the inventory has no %s %s", r.System, r.Part, r.Word)
		}
	}
	if len(words) < 1450 {
		t.Errorf("%d words were read", len(words))
	}
}
