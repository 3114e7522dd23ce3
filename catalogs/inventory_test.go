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

// asked are the steps that the inventory names for each system. CI has the inventory.
func asked(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "gold", "systems.md"))
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skip("the inventory is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	aside, between := regexp.MustCompile(`（[^）]*）`), regexp.MustCompile(`[→；/]`)
	out := map[string][]string{}
	number := ""
	for _, line := range strings.Split(string(text), "\n") {
		if m := regexp.MustCompile(`^### (S\d+) `).FindStringSubmatch(line); m != nil {
			number = m[1]
		}
		if steps, ok := strings.CutPrefix(line, "- 环节："); ok {
			out[number] = between.Split(aside.ReplaceAllString(steps, ""), -1)
		}
	}
	return out
}

// said tells whether a system speaks of a step in the inventory's own word: as a type, a stage, a move or a plan.
func said(c *catalog.Catalog, s *catalog.System, word string) bool {
	if slices.ContainsFunc(s.Plans, func(key string) bool { return strings.Contains(c.Plans[key].Label.Zh, word) }) {
		return true
	}
	return slices.ContainsFunc(s.Types, func(key string) bool {
		t := c.Types[key]
		return strings.Contains(t.Label.Zh, word) ||
			slices.ContainsFunc(t.Stages, func(x *catalog.Stage) bool { return strings.Contains(x.Label.Zh, word) }) ||
			slices.ContainsFunc(t.Moves, func(x *catalog.Move) bool { return strings.Contains(x.Label.Zh, word) })
	})
}

// stands tells whether a name is one of the catalog: a type, a plan, or TYPE.NAME of a stage, move, field or clock.
func stands(c *catalog.Catalog, name string) bool {
	key, part, nested := strings.Cut(name, ".")
	if t := c.Types[key]; t != nil {
		return !nested || t.Move(part) != nil || t.Field(part) != nil ||
			slices.ContainsFunc(t.Stages, func(x *catalog.Stage) bool { return x.Key == part }) ||
			slices.ContainsFunc(t.Clocks, func(x *catalog.Clock) bool { return x.Key == part })
	}
	return !nested && c.Plans[key] != nil
}

// Each step that the inventory names stands in its system: in the same word, or where testdata/inventory.csv says.
func TestJingwu_takes_every_step_of_the_inventory(t *testing.T) {
	c, _ := catalog.Load(Jingwu)
	file, err := os.Open(filepath.Join("testdata", "inventory.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	table := map[[2]string]string{}
	for _, r := range rows[1:] {
		table[[2]string{r[0], r[1]}] = r[2]
	}
	words, steps := 0, asked(t)
	for _, s := range c.Systems {
		for _, word := range steps[s.Number] {
			words++
			at := [2]string{s.Number, word}
			where, told := table[at]
			delete(table, at)
			switch inWord := said(c, s, word); {
			case !told && !inWord:
				t.Errorf("%s: nothing is called %s, and the table does not say where it stands", s.Number, word)
			case told && inWord:
				t.Errorf("%s: %s stands in its own word: the table need not say so", s.Number, word)
			case told && !stands(c, where):
				t.Errorf("%s: %s is to stand at %s, which there is not", s.Number, word, where)
			}
		}
	}
	for at := range table {
		t.Errorf("%s: the inventory names no %s", at[0], at[1])
	}
	if words < 500 || len(steps) != 100 {
		t.Errorf("%d steps of %d systems were read", words, len(steps))
	}
}
