package catalogs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
)

// told is what the stories of one file touch. `zhenwu test` plays them.
type told struct {
	roles, types []string
	figures      []string // of the system, at a value other than nothing
	refused, due int
}

// late tells whether a figure counts what is past a day.
func late(c *catalog.Catalog, key string) bool {
	f := c.Figures[key]
	if f == nil {
		return false
	}
	for _, p := range []*formula.Program{f.While, f.AtDay, f.Of} {
		if p != nil && slices.ContainsFunc(p.Names(), func(n string) bool { return regexp.MustCompile(`^(overdue|late|missed|due)\.`).MatchString(n) }) {
			return true
		}
	}
	return slices.ContainsFunc(f.Parts, func(k string) bool { return late(c, k) })
}

func readStories(t *testing.T, c *catalog.Catalog, name string) told {
	t.Helper()
	f, err := Jingwu.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type step struct {
		As, Open, Find string
		Refused        any
	}
	var out told
	for dec := yaml.NewDecoder(f); ; {
		var s struct {
			Given, When []step
			Then        []struct {
				Figure, Due string
				Is          any
			}
		}
		if err := dec.Decode(&s); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, x := range append(s.Given, s.When...) {
			out.roles, out.types = append(out.roles, x.As), append(out.types, x.Open, x.Find)
			if x.Refused != nil {
				out.refused++
			}
		}
		for _, x := range s.Then {
			if is := fmt.Sprint(x.Is); x.Figure != "" && is != "" && is != "0" {
				out.figures = append(out.figures, x.Figure)
			}
			if x.Due != "" || late(c, x.Figure) {
				out.due++
			}
		}
	}
}

// Each system has its stories: its own types at work in two roles, a wrong step refused, a day on which a clock runs out,
// a figure of its own that moves.
func TestJingwu_tells_a_story_of_every_system(t *testing.T) {
	c, _ := catalog.Load(Jingwu)
	files, err := fs.Glob(Jingwu, "stories/*.story")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Systems {
		name := fmt.Sprintf("stories/s%02s.story", strings.TrimPrefix(s.Number, "S"))
		at := slices.Index(files, name)
		if at < 0 {
			t.Errorf("%s %s has no %s", s.Number, s.Label.Zh, name)
			continue
		}
		files = slices.Delete(files, at, at+1)
		st := readStories(t, c, name)
		slices.Sort(st.roles)
		roles := slices.DeleteFunc(slices.Compact(st.roles), func(r string) bool { return c.Roles[r] == nil })
		own := func(keys, all []string) bool {
			return slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(all, k) })
		}
		if len(roles) < 2 || st.refused == 0 || st.due == 0 && s.Timeless.Zh == "" || !own(st.types, s.Types) || !own(st.figures, s.Figures) {
			t.Errorf("%s: %d roles, %d refusals, %d clocks; own types %v, own figures %v", s.Number, len(roles), st.refused, st.due, own(st.types, s.Types), own(st.figures, s.Figures))
		}
	}
	for _, name := range files {
		if shared := strings.TrimSuffix(path.Base(name), ".story") + ".yaml"; !exists(shared) { // of a file that several systems share
			t.Errorf("%s is of no system", name)
		}
	}
}

// exists tells whether a file of shared types stands in the catalog.
func exists(name string) bool {
	_, err := fs.Stat(Jingwu, name)
	return err == nil
}
