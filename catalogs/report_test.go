package catalogs

import (
	"io/fs"
	"strings"
	"testing"

	"zhenwu/internal/catalog"
	"zhenwu/internal/draft"
)

// Every report that the catalog brings along can be written: its figures exist and fit their units.
func TestReports_are_without_fault(t *testing.T) {
	cat, _ := catalog.Load(Jingwu)
	names, err := fs.Glob(Jingwu, "reports/*.md")
	if err != nil || len(names) < 3 {
		t.Fatalf("%v %v", names, err)
	}
	for _, name := range names {
		source, err := fs.ReadFile(Jingwu, name)
		if err != nil {
			t.Fatal(err)
		}
		d := draft.Parse(cat, string(source))
		for _, f := range d.Faults() {
			t.Errorf("%s:%d: %s", name, f.Line, f.Zh)
		}
		if len(d.Refs) < 4 {
			t.Errorf("%s: %d figures", name, len(d.Refs))
		}
	}
}

// The sample report speaks of every figure of the report's year, each as a figure and none as a typed number.
func TestSampleReport_speaks_of_every_figure(t *testing.T) {
	cat, faults := catalog.Load(Jingwu)
	for _, f := range faults {
		if !f.Warning {
			t.Fatal(f.Render("en"))
		}
	}
	source, err := fs.ReadFile(Jingwu, "reports/2023.md")
	if err != nil {
		t.Fatal(err)
	}
	d := draft.Parse(cat, string(source))
	if f := d.Faults(); len(f) > 0 {
		t.Fatalf("line %d: %s", f[0].Line, f[0].Zh)
	}
	said := map[string]bool{}
	for _, r := range d.Refs {
		if r.Figure != nil {
			said[r.Figure.Key] = true
		}
	}
	golden := 0
	for key, f := range cat.Figures {
		if f.Gold == "" || f.Gold > "F115" {
			continue
		}
		golden++
		if !said[key] {
			t.Errorf("%s %s (%s) is not in the sample", f.Gold, f.Label.Zh, key)
		}
	}
	if golden < 111 {
		t.Errorf("%d figures of 2023", golden)
	}
	for i, line := range strings.Split(string(source), "\n") {
		if strings.HasPrefix(line, "成文日期") || strings.HasPrefix(line, "年份") {
			continue
		}
		bare := line
		for {
			from := strings.Index(bare, "{{")
			if from < 0 {
				break
			}
			to := strings.Index(bare, "}}")
			bare = bare[:from] + bare[to+2:]
		}
		if strings.ContainsAny(strings.ReplaceAll(bare, "PM2.5", ""), "0123456789") {
			t.Errorf("line %d types a number: %s", i+1, bare)
		}
	}
}
