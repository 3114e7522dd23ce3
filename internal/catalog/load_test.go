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
