package report

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"zhenwu/internal/quantity"
)

func invented(t *testing.T, name string) *Document {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// inventedReports are those of testdata.
var inventedReports = []string{"huwan.md", "qingshi.txt", "yunling.txt", "donglu.md", "songtan.txt", "linlan.md", "yuheng.txt", "bailu.md"}

// The invented reports, each with its own gold (testdata/README.md).
func TestRead_finds_the_figures_of_reports_in_other_styles(t *testing.T) {
	for _, name := range inventedReports {
		t.Run(name, func(t *testing.T) {
			d := invented(t, name)
			gold, err := os.ReadFile(filepath.Join("testdata", strings.TrimSuffix(name, filepath.Ext(name))+".csv"))
			if err != nil {
				t.Fatal(err)
			}
			used := map[int]bool{}
			need, hit, rates, grown, right := 0, 0, 0, 0, 0
			for _, g := range rows(t, gold) {
				need++
				if g["yoy"] != "" {
					rates++
				}
				line, _ := strconv.Atoi(g["line"])
				want, err := quantity.ParseNumber(g["base"])
				if err != nil {
					t.Fatal(g, err)
				}
				best, fit := -1, -1
				for i, c := range d.Claims {
					if have, err := quantity.ParseNumber(c.Base); err != nil || used[i] || c.Line != line || have.Cmp(want) != 0 {
						continue
					}
					if s := alike(g["subject"], c.Subject); s > fit {
						best, fit = i, s
					}
				}
				if best < 0 {
					t.Logf("missed: %v", g)
					continue
				}
				used[best] = true
				hit++
				c := d.Claims[best]
				if c.Yoy == g["yoy"] && g["yoy"] != "" {
					grown++
				} else if g["yoy"] != "" {
					t.Logf("growth of %s is %q, want %q", c.Subject, c.Yoy, g["yoy"])
				}
				if fit >= 50 && c.BaseUnit == g["base_unit"] && c.Target == (g["target"] != "") {
					right++
				} else {
					t.Logf("%v was read as %s in %s, target %v", g, c.Subject, c.BaseUnit, c.Target)
				}
			}
			extra := 0
			for i, c := range d.Claims {
				if !used[i] {
					extra++
					t.Logf("extra on line %d: %s %s%s", c.Line, c.Subject, c.Value, c.Unit)
				}
			}
			t.Logf("%d of %d values, %d extra, %d of %d rates, %d right", hit, need, extra, grown, rates, right)
			if 100*hit < 97*need || 100*hit < 97*(hit+extra) || 100*grown < 95*rates || 100*right < 95*need {
				t.Errorf("%d of %d values, %d extra, %d of %d rates, %d right", hit, need, extra, grown, rates, right)
			}
		})
	}
}
