package catalog

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
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
			var en, zh strings.Builder
			wrong := 0
			for _, f := range faults {
				if f.Warning {
					continue
				}
				wrong++
				if f.Zh == "" || f.En == "" {
					t.Errorf("a message is missing: %+v", f)
				}
				if f.Line == 0 && f.File != "." {
					t.Errorf("no line: %+v", f)
				}
				en.WriteString(f.Render("en"))
				zh.WriteString(f.Render("zh"))
			}
			if wrong != 1 {
				t.Errorf("%d faults, want 1:\n%s", wrong, en.String())
			}
			got := en.String() + zh.String()
			golden := strings.TrimSuffix(path, ".yaml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}
