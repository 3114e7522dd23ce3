package report

import (
	"encoding/csv"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"zhenwu/internal/quantity"
)

// shared is where the real report and its gold lie beside the project. The tests of this file are skipped only where
// that folder is absent.
const shared = "../../../shared"

func sharedFile(t *testing.T, path ...string) []byte {
	t.Helper()
	if _, err := os.Stat(shared); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI needs the real report and its gold: %v", err)
		}
		t.Skip("the folder shared is not beside the project")
	}
	data, err := os.ReadFile(filepath.Join(append([]string{shared}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// rows reads a CSV file of the gold into maps by header.
func rows(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[strings.TrimPrefix(h, "\ufeff")] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func realReport(t *testing.T) (*Document, []byte) {
	t.Helper()
	data := sharedFile(t, "reports", "jingwu-2023.md")
	d, err := Read("report.md", data)
	if err != nil {
		t.Fatal(err)
	}
	return d, data
}

// alike compares two subjects by their characters, as the scorer of the gold does.
func alike(a, b string) int {
	A, B := map[rune]bool{}, map[rune]bool{}
	for _, r := range a {
		A[r] = true
	}
	common := 0
	for _, r := range b {
		if A[r] && !B[r] {
			common++
		}
		B[r] = true
	}
	return 100 * common / max(1, min(len(A), len(B)))
}

// optional are the gold figures that are right either way.
var optional = map[string]bool{"F053": true, "F071": true, "F074": true, "F110": true, "F125": true, "F128": true}

func TestRead_finds_the_figures_of_the_real_report(t *testing.T) {
	d, _ := realReport(t)
	lines := map[string]map[string]string{}
	for _, r := range rows(t, sharedFile(t, "gold", "lines.csv")) {
		lines[r["id"]] = r
	}
	used := map[int]bool{}
	need, hit, subject, unit := 0, 0, 0, 0
	rates := map[string]bool{}
	for _, f := range rows(t, sharedFile(t, "gold", "figures.csv")) {
		low, _ := strconv.Atoi(lines[f["id"]]["line_first"])
		high, _ := strconv.Atoi(lines[f["id"]]["line_last"])
		value, err := quantity.ParseNumber(f["normalized_value"])
		if err != nil {
			t.Fatal(f["id"], err)
		}
		if rate, ok := strings.CutPrefix(f["comparison"], "yoy="); ok {
			rates[strings.TrimPrefix(rate, "+")] = true
		}
		best, fit := -1, -1
		for i, c := range d.Claims {
			base, err := quantity.ParseNumber(c.Base)
			if err != nil || used[i] || c.Line < low-1 || c.Line > high+1 || base.Cmp(value) != 0 {
				continue
			}
			if s := alike(f["subject"], c.Subject); s > fit {
				best, fit = i, s
			}
		}
		if !optional[f["id"]] {
			need++
		}
		if best < 0 {
			if !optional[f["id"]] {
				t.Logf("missed %s: %s", f["id"], f["sentence"])
			}
			continue
		}
		used[best] = true
		if optional[f["id"]] {
			continue
		}
		hit++
		if fit >= 50 {
			subject++
		}
		if d.Claims[best].BaseUnit == f["base_unit"] {
			unit++
		}
		if want := strings.TrimPrefix(f["comparison"], "yoy="); want != "" && d.Claims[best].Yoy != want {
			t.Errorf("%s: growth %q, want %q", f["id"], d.Claims[best].Yoy, want)
		}
		if (f["is_target"] == "true") != d.Claims[best].Target && f["id"] != "F125" {
			t.Errorf("%s: target %v", f["id"], d.Claims[best].Target)
		}
	}
	extra := 0
	for i, c := range d.Claims {
		if !used[i] && !rates[c.Base] {
			extra++
			t.Logf("extra on line %d: %s = %s", c.Line, c.Text, c.Base)
		}
	}
	t.Logf("recall %d/%d, extra %d, subject %d, unit %d", hit, need, extra, subject, unit)
	if 100*hit < 97*need || 100*len(used) < 97*(len(used)+extra) || 100*subject < 95*need || 100*unit < 95*need {
		t.Errorf("too few: recall %d, extra %d, subject %d, unit %d of %d", hit, extra, subject, unit, need)
	}
}

func TestRead_takes_no_trap_for_a_figure(t *testing.T) {
	d, _ := realReport(t)
	figures := rows(t, sharedFile(t, "gold", "figures.csv"))
	for _, trap := range rows(t, sharedFile(t, "gold", "traps.csv")) {
		if trap["verdict"] != "not_figure" {
			continue
		}
		for _, c := range d.Claims {
			if !strings.Contains(";"+trap["line"]+";", ";"+strconv.Itoa(c.Line)+";") || !strings.Contains(c.Text, trap["text"]) {
				continue
			}
			real := false
			for _, f := range figures {
				v, err := quantity.ParseNumber(f["normalized_value"])
				real = real || err == nil && v.Cmp(c.quantity.Base()) == 0
			}
			if !real {
				t.Errorf("line %d: %s was read as %s", c.Line, trap["text"], c.Base)
			}
		}
	}
}

// sameText is the ratio of Ratcliff and Obershelp in percent, which the scorer of the gold uses.
func sameText(a, b []rune) int {
	if len(a)+len(b) == 0 {
		return 100
	}
	return 200 * matching(a, b) / (len(a) + len(b))
}

func matching(a, b []rune) int {
	size, ai, bi := 0, 0, 0
	row := make([]int, len(b)+1)
	for i := range a {
		last := 0
		for j := range b {
			here := row[j+1]
			if a[i] == b[j] {
				row[j+1] = last + 1
				if row[j+1] > size {
					size, ai, bi = row[j+1], i+1-row[j+1], j+1-row[j+1]
				}
			} else {
				row[j+1] = 0
			}
			last = here
		}
	}
	if size == 0 {
		return 0
	}
	return size + matching(a[:ai], b[:bi]) + matching(a[ai+size:], b[bi+size:])
}

func TestRead_cuts_the_plan_as_the_gold_does(t *testing.T) {
	d, _ := realReport(t)
	free := map[int][]rune{}
	for i, c := range d.Commitments {
		free[i] = letters(c.Text)
	}
	gold := rows(t, sharedFile(t, "gold", "commitments.csv"))
	matched := 0
	for _, g := range gold {
		want := letters(g["text"])
		best, fit := -1, 0
		for i, have := range free {
			if alike(string(want), string(have)) < 50 {
				continue
			}
			if s := sameText(want, have); s > fit {
				best, fit = i, s
			}
		}
		if fit >= 80 {
			matched++
			delete(free, best)
		}
	}
	t.Logf("%d of %d commitments, %d given", matched, len(gold), len(d.Commitments))
	if f1 := 200 * matched / (len(gold) + len(d.Commitments)); f1 < 95 {
		t.Errorf("F1 of the commitments is %d %%", f1)
	}
}

// goldFigures makes of the gold what a town would know: one figure a row, the targets with their shapes.
func goldFigures(t *testing.T) []Known {
	t.Helper()
	rat := func(s string) *big.Rat {
		n, err := quantity.ParseNumber(s)
		if err != nil {
			t.Fatal(s, err)
		}
		return n.Rat()
	}
	targets := map[string]Target{}
	for _, r := range rows(t, sharedFile(t, "gold", "targets.csv")) {
		n := Target{TargetGrowth, rat(r["value"])}
		if r["target_type"] == "level" {
			// The column gives 亿元.
			n = Target{TargetLevel, rat(r["implied_2024_level_yuan"])}
		}
		targets[r["figure_id"]] = n
		if r["base_2023_figure_id"] != "" {
			targets[r["base_2023_figure_id"]] = n
		}
	}
	var out []Known
	for _, f := range rows(t, sharedFile(t, "gold", "figures.csv")) {
		k := Known{Key: f["id"], Zh: f["subject"], Unit: f["base_unit"], Values: map[int]*big.Rat{}, Published: map[int]*big.Rat{}, Targets: map[int]Target{}}
		target, declared := targets[f["id"]]
		if f["period"] == "2023" {
			k.Values[2023] = atLeast(f, rat(f["normalized_value"]))
			if rate, ok := strings.CutPrefix(f["comparison"], "yoy="); ok {
				k.Published[2023] = rat(rate)
			}
		} else if !declared || f["id"] != "F120" {
			if declared {
				continue // the target of a figure above
			}
			if f["is_target"] == "true" {
				k.Targets[2024] = Target{TargetLevel, rat(f["normalized_value"])}
			} else {
				continue
			}
		}
		if declared {
			k.Targets[2024] = target
		}
		out = append(out, k)
	}
	return out
}

// atLeast gives a computed value that the phrase of the report allows: 近2万 is below 20,000.
func atLeast(f map[string]string, v *big.Rat) *big.Rat {
	if f["qualifier"] == "近" {
		return new(big.Rat).Mul(v, big.NewRat(97, 100))
	}
	return v
}

func TestCheck_agrees_with_the_gold(t *testing.T) {
	d, _ := realReport(t)
	got := Check(d, goldFigures(t), "", "zh")
	agree := 0
	figures := map[string]bool{}
	for _, c := range got.Claims {
		if c.Verdict == Agrees && !c.Target {
			agree++
			figures[c.Figure] = true
		}
		if c.Verdict != Agrees {
			t.Logf("line %d %s: %s %s %s", c.Line, c.Subject, c.Verdict, c.Figure, c.Why)
		}
		if c.Verdict == Differs {
			t.Errorf("line %d differs: %s", c.Line, c.Why)
		}
	}
	t.Logf("%d claims of the year agree, %d figures, summary %+v, findings %v", agree, len(figures), got.Summary, got.Findings)
	if agree < 111 {
		t.Errorf("only %d claims of the year agree", agree)
	}
}

func TestCheck_finds_what_was_falsified(t *testing.T) {
	d, data := realReport(t)
	falsify(t, d, data, goldFigures(t))
}

// falsify writes wrong values, units and growth rates into copies of the report, one at a time.
func falsify(t *testing.T, d *Document, data []byte, known []Known) {
	t.Helper()
	var clean []CheckedClaim
	for _, c := range Check(d, known, "", "zh").Claims {
		if c.Verdict == Agrees {
			clean = append(clean, c)
		}
	}
	other := map[string]string{"个": "处", "家": "户", "项": "件", "次": "场", "亿元": "万元", "万元": "亿元", "件": "项", "户": "家", "处": "个", "亩": "公顷", "人": "户", "场": "次", "吨": "公斤", "平方米": "亩", "名": "家", "起": "件"}
	for _, way := range []struct {
		name  string
		wrong func(c CheckedClaim) (old, new string)
	}{
		{"value", func(c CheckedClaim) (string, string) {
			wrong := quantity.Number{Coef: c.quantity.Value.Coef*13/10 + 7, Exp: c.quantity.Value.Exp}
			return c.Value, wrong.String()
		}},
		{"unit", func(c CheckedClaim) (string, string) {
			over := ""
			if c.Qualifier == "余" {
				over = "余"
			}
			for _, from := range []string{over + c.Unit, c.quantity.Scale + over + c.BaseUnit} {
				if to := other[strings.TrimPrefix(from, over)]; to != "" && over == "" {
					return c.Value + " " + from, c.Value + " " + to
				}
			}
			return "", ""
		}},
		{"growth", func(c CheckedClaim) (string, string) {
			if !strings.HasPrefix(c.Yoy, "+") {
				return "", ""
			}
			return c.Yoy[1:] + "%", "1" + c.Yoy[1:] + "%"
		}},
	} {
		t.Run(way.name, func(t *testing.T) {
			lines := strings.Split(string(data), "\n")
			tried, found, alarms := 0, 0, 0
			for i, c := range clean {
				if way.name == "value" && i%2 == 1 {
					continue // half of them say enough
				}
				old, wrong := way.wrong(c)
				at := c.Line - 1
				for near := at; near < min(at+3, len(lines)); near++ {
					if way.name == "growth" && strings.Count(lines[near], old) == 1 {
						at = near
						break
					}
				}
				if old == "" || c.kind == rank || c.quantity.Value.IsZero() || strings.Count(lines[at], old) != 1 {
					continue
				}
				line := lines[at]
				lines[at] = strings.Replace(line, old, wrong, 1)
				copied, err := Read("report.md", []byte(strings.Join(lines, "\n")))
				lines[at] = line
				if err != nil {
					t.Fatal(err)
				}
				tried++
				caught := false
				for _, x := range Check(copied, known, "", "zh").Claims {
					switch {
					case x.Verdict != Differs:
					case x.Line == c.Line && x.Figure == c.Figure:
						caught = true
					default:
						alarms++
						t.Logf("false alarm: %s", x.Why)
					}
				}
				if caught {
					found++
				} else {
					t.Logf("line %d: %s with %s instead of %s was not found", c.Line, c.Text, wrong, old)
				}
			}
			t.Logf("%d of %d found, %d false alarms", found, tried, alarms)
			if tried < 10 || 100*found < 95*tried || alarms > 1 {
				t.Errorf("%d of %d found, %d false alarms", found, tried, alarms)
			}
		})
	}
}

// A report is to be read and checked within a second; measured, not tested, since a loaded machine proves nothing.
func BenchmarkReadAndCheck(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("testdata", "donglu.md"))
	if err != nil {
		b.Fatal(err)
	}
	var known []Known
	for i := range 700 {
		known = append(known, Known{Key: strconv.Itoa(i), Zh: "另一项数字" + quantity.Han(int64(i)), Unit: "件"})
	}
	for b.Loop() {
		d, err := Read("donglu.md", data)
		if err != nil {
			b.Fatal(err)
		}
		Check(d, known, "", "zh")
	}
}

// The words of the one real report must not stand in the code that reads all reports.
func TestCode_holds_nothing_of_the_real_report(t *testing.T) {
	words := map[string]bool{}
	add := func(s string) {
		for _, w := range regexp.MustCompile(`\p{Han}{4,}`).FindAllString(s, -1) {
			words[w] = true
		}
	}
	for _, f := range rows(t, sharedFile(t, "gold", "figures.csv")) {
		add(f["subject"])
		add(f["sentence"])
	}
	for _, c := range rows(t, sharedFile(t, "gold", "commitments.csv")) {
		add(c["text"])
		add(c["named_objects"])
		add(c["bold_lead"])
		add(c["section_title"])
	}
	for _, folder := range []string{".", "../quantity"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			code, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for w := range words {
				if strings.Contains(string(code), w) {
					t.Errorf("%s holds %s", file, w)
				}
			}
		}
	}
}
