package sim

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// elsewhere are places where digits of the report stand by their nature: they say something else there.
var elsewhere = []struct{ file, text, why string }{
	{"internal/code/code.go", "born.Year() <", "a year: nobody alive was born before it"},
}

// foreign are folders of things that are not ours to write: vendored scripts, what is built, what others drew.
var foreign = regexp.MustCompile(`(^|/)(\.git|build|vendor|node_modules|axe)(/|$)|\.min\.m?(js|css)$|(^|/)go\.sum$`)

// written are the files in which a value could be hidden for a program to find.
var written = regexp.MustCompile(`\.(go|ya?ml|md|html|csv|txt|json|js|mjs|css|sql|story|golden|geojson)$|(^|/)Makefile$`)

// told is a value of the report: its digits as the report writes them, with their unit, and the whole number that a
// record would hold.
type told struct{ id, digits, unit, whole string }

// valuesOfReport reads the gold values of 2023 that are telling enough to be known again: three digits or more, of which
// two are not zero. Of 4, 20 or 300 there are many in any program.
func valuesOfReport(t *testing.T) []told {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "gold", "figures.csv")
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skip("the gold figures are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var out []told
	for _, r := range rows[1:] {
		v := r[column["value"]]
		bare := strings.ReplaceAll(v, ".", "")
		if r[column["period"]] != "2023" || len(bare) < 3 || len(strings.Trim(bare, "0")) < 2 {
			continue
		}
		x := told{id: r[column["id"]], digits: v, unit: r[column["unit"]]}
		if w := r[column["normalized_value"]]; w != v && !strings.Contains(w, ".") && len(w) > 4 {
			x.whole = w
		}
		out = append(out, x)
	}
	return out
}

// pattern finds the value beside its unit; alone where it has four digits or a decimal point; and as the whole number
// that a record holds, with the two zeros of 分 or without. Digits that go on to either side are another number.
func (x told) pattern() *regexp.Regexp {
	unit := regexp.QuoteMeta(x.unit)
	if strings.Contains(x.digits, ".") || len(x.digits) >= 4 {
		unit += `|`
	}
	alone := `(?:^|[^\d.])` + regexp.QuoteMeta(x.digits) + `[余多]?\s*(?:` + unit + `)(?:$|[^\d.]|\.(?:\D|$))`
	if x.whole != "" {
		alone += `|(?:^|[^\d.])` + x.whole + `(?:00)?(?:$|[^\d])`
	}
	return regexp.MustCompile(alone)
}

// The values of the real report stand in the plan and nowhere else: what the town says of itself can only come from its records.
func TestValues_stand_in_the_plan_only(t *testing.T) {
	values := valuesOfReport(t)
	if len(values) < 30 {
		t.Fatalf("only %d values are telling enough", len(values))
	}
	patterns := make([]*regexp.Regexp, len(values))
	for i, x := range values {
		patterns[i] = x.pattern()
	}
	root, files, used := filepath.Join("..", ".."), 0, map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		switch {
		case foreign.MatchString(name) || name == "internal/sim/plan":
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir() || !written.MatchString(name):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for i, x := range values {
			if !bytes.Contains(text, []byte(x.digits)) && (x.whole == "" || !bytes.Contains(text, []byte(x.whole))) {
				continue // the pattern is slow over a hundred thousand lines
			}
			for n, line := range strings.Split(string(text), "\n") {
				if !patterns[i].MatchString(line) {
					continue
				}
				if excused(name, line) {
					used[name] = true
					continue
				}
				t.Errorf("%s:%d: %s %s%s of the report: %.120s", name, n+1, x.id, x.digits, x.unit, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 500 {
		t.Errorf("only %d files were searched", files)
	}
	for _, e := range elsewhere {
		if !used[e.file] {
			t.Errorf("%s is excused (%s), but needs no excuse", e.file, e.why)
		}
	}
}

func excused(name, line string) bool {
	for _, e := range elsewhere {
		if e.file == name && strings.Contains(line, e.text) {
			return true
		}
	}
	return false
}

// A value is found however it is written down, and another number with the same digits in it is not.
func TestValues_are_known_again(t *testing.T) {
	x := told{"F999", "73.15", "亿元", "7315000000"}
	for text, found := range map[string]bool{
		"实现73.15亿元": true, "value: 73.15": true, `{"73.15"}`: true, "73.15 亿元": true, "sum: 7315000000": true, "731500000000,": true,
		"173.15亿元": false, "73.152": false, "0.73.15": false, "17315000000": false, "73150000001": false,
	} {
		if x.pattern().MatchString(text) != found {
			t.Errorf("%q: found must be %v", text, found)
		}
	}
	y := told{"F998", "731", "家", ""}
	for text, found := range map[string]bool{"共731家": true, "731余家": true, "731 家": true, "count: 731": false, "1731家": false} {
		if y.pattern().MatchString(text) != found {
			t.Errorf("%q: found must be %v", text, found)
		}
	}
}
