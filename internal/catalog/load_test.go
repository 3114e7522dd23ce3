package catalog

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// folder reads a folder of testdata, but not the files below skip.
func folder(t testing.TB, dir, skip string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || skip != "" && strings.HasPrefix(p, skip) {
			return err
		}
		data, err := fs.ReadFile(root, p)
		out[p] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// base is the good town without its systems and data: what a faulty file is laid on.
func base(t testing.TB) fstest.MapFS {
	m := folder(t, "testdata/good", "systems/")
	for _, n := range []string{"targets.yaml", "measured.yaml", "published.yaml", "commitments.yaml"} {
		delete(m, n)
	}
	return m
}

func TestLoad_good_catalog_has_no_faults(t *testing.T) {
	_, faults := Load(folder(t, "testdata/good", ""))
	for _, f := range faults {
		t.Errorf("%s", f.Render("en"))
	}
}

func TestLoad_each_bad_file_has_one_fault(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 90 {
		t.Fatalf("%d bad files, %v", len(files), err)
	}
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			m := base(t)
			place := "systems/s90.yaml"
			for _, k := range []string{"lists", "rules", "targets"} {
				if strings.HasPrefix(name, k+"_") {
					place = k + ".yaml"
					if k != "targets" {
						place = k + "_more.yaml"
					}
				}
			}
			if strings.HasPrefix(name, "lists_") {
				delete(m, "lists.yaml") // the faulty file stands in its place
				place = "lists.yaml"
			}
			m[place] = &fstest.MapFile{Data: data}
			_, faults := Load(m)
			golden(t, path, slices.DeleteFunc(faults, func(f Fault) bool { return f.Warning }))
		})
	}
}

// A warning keeps nobody from using a catalog, and stands at its place like a fault.
func TestLoad_each_doubtful_file_has_one_warning(t *testing.T) {
	files, err := filepath.Glob("testdata/warn/*.yaml")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d doubtful files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			m := base(t)
			m["systems/s90.yaml"] = &fstest.MapFile{Data: data}
			_, faults := Load(m)
			if Broken(faults) {
				t.Errorf("a warning, not a fault: %v", faults)
			}
			// the base lacks the systems that use its rules
			golden(t, path, slices.DeleteFunc(faults, func(f Fault) bool { return f.File != "systems/s90.yaml" }))
		})
	}
}

// golden holds the one fault of a file, in both languages, against what is kept beside it.
func golden(t *testing.T, path string, faults []Fault) {
	t.Helper()
	var en, zh strings.Builder
	for _, f := range faults {
		if f.Zh == "" || f.En == "" {
			t.Errorf("a message is missing: %+v", f)
		}
		if f.Line == 0 || f.Column == 0 || !strings.Contains(f.Render("zh"), "^") || !strings.Contains(f.Render("en"), "^") {
			t.Errorf("no place, line or caret: %+v", f)
		}
		en.WriteString(f.Render("en"))
		zh.WriteString(f.Render("zh"))
	}
	if len(faults) != 1 {
		t.Errorf("%d faults, want 1:\n%s", len(faults), en.String())
	}
	got := en.String() + zh.String()
	kept := strings.TrimSuffix(path, ".yaml") + ".golden"
	if *update {
		if err := os.WriteFile(kept, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// What an office gives says how it is entered: a unit of the figure's family, bounds in that unit, a price basis that the type knows.
func TestMeasured_rows(t *testing.T) {
	files := func(rows string) fstest.MapFS {
		return fstest.MapFS{
			"town.yaml": {Data: []byte("town: {code: \"990000001\", zh: 试, en: Trial}\noffices: {books: {zh: 统计, en: Books}}\nroles: {clerk: {zh: 员, en: Clerk, office: books, scope: town}}\n")},
			"systems/s02.yaml": {Data: []byte(`system: S02
zh: 指标
en: Indicators
timeless: {zh: 试, en: Trial}
types:
  value:
    zh: 数
    en: Value
    unique: {by: [indicator, period]}
    opens_by: [clerk]
    fields:
      indicator: {zh: 指标, en: Indicator, type: choice, of: {tax: {zh: 税收, en: Tax}}, required: true}
      period: {zh: 期别, en: Period, type: period, required: true}
      value: {zh: 数, en: Value, type: decimal, scale: 4}
      prices: {zh: 口径, en: Prices, type: choice, of: {current: {zh: 当年价, en: Current}}}
figures:
  tax: {zh: 税收, en: Tax, unit: 元, measure: value.value, of: "indicator == 'tax'", period: period}
  values: {zh: 数, en: Values, unit: 个, count: value, at: opened}
`)},
			"measured.yaml": {Data: []byte("measured:\n  - " + rows + "\n")},
		}
	}
	c, faults := Load(files("{indicator: tax, figure: tax, office: books, unit: 亿元, min: 0.5, max: 12, grows: 12.5, prices: current}"))
	for _, f := range faults {
		if !f.Warning {
			t.Errorf("%s", f.Render("en"))
		}
	}
	m := c.MeasuredOf("tax")
	if m == nil || m.Ten != 8 || *m.Min != 500_000_000_000 || *m.Max != 12_000_000_000_000 || m.Grows != 1250 || m.Prices != "current" || m.Mean {
		t.Errorf("read as %+v", m)
	}
	if c.MeasuredOf("values") != nil {
		t.Error("a figure that no office gives has a row")
	}
	for rows, want := range map[string]string{
		"{indicator: tax, figure: tax, office: books, unit: 美元}":       "the unit 美元 does not fit the figure's, 元",
		"{indicator: tax, figure: tax, office: books, min: 5, max: 4}": "the least is above the most",
		"{indicator: tax, figure: tax, office: books, min: 0.00001}":   "more than 4 decimals",
		"{indicator: tax, figure: tax, office: books, prices: real}":   "has no price basis",
		"{indicator: tax, figure: values, office: books}":              "no figure made by measure",
		"{indicator: tax, figure: tax, office: books, means: true}":    "means",
	} {
		_, faults := Load(files(rows))
		found := false
		for _, f := range faults {
			found = found || strings.Contains(f.Render("en"), want)
		}
		if !found {
			t.Errorf("%s: not told %q but %v", rows, want, faults)
		}
	}
}
