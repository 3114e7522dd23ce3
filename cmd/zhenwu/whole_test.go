//go:build whole

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/hall"
	"zhenwu/internal/report"
	"zhenwu/internal/sim"
	"zhenwu/internal/town"
)

// binary is the plainly built program that these tests drive.
func binary(t testing.TB) string {
	t.Helper()
	bin := os.Getenv("ZHENWU_BIN")
	if bin == "" {
		t.Fatal("ZHENWU_BIN names no binary: run make whole")
	}
	return bin
}

// drive runs the binary and returns its exit status and what it wrote.
func drive(t *testing.T, args ...string) (status int, out, errs []byte) {
	t.Helper()
	var o, e bytes.Buffer
	cmd := exec.Command(binary(t), args...)
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	if err != nil {
		if _, exited := err.(*exec.ExitError); !exited {
			t.Fatal(err)
		}
	}
	return cmd.ProcessState.ExitCode(), o.Bytes(), e.Bytes()
}

// yearDir is the folder of the year when a test asked for it.
var yearDir string

var year = sync.OnceValues(func() (string, []byte) {
	if dir := os.Getenv("ZHENWU_YEAR"); dir != "" && os.Getenv("CI") == "" { // while writing tests: a year built before
		return dir, nil
	}
	dir, err := os.MkdirTemp("", "zhenwu-year-")
	if err != nil {
		return "", []byte(err.Error())
	}
	yearDir = dir
	cmd := exec.Command(os.Getenv("ZHENWU_BIN"), "demo", "--once", "--verbose", "--data", dir)
	errs, err := cmd.CombinedOutput()
	if err != nil {
		return "", append(errs, err.Error()...)
	}
	return dir, errs
})

// builtYear is the folder of the simulated year, built once.
func builtYear(t testing.TB) string {
	t.Helper()
	binary(t)
	dir, log := year()
	if dir == "" {
		t.Fatalf("the year was not built:\n%s", log)
	}
	return dir
}

func TestMain(m *testing.M) {
	code := m.Run()
	if yearDir != "" {
		os.RemoveAll(yearDir)
	}
	os.Exit(code)
}

// realReport is the report that the year is held against; CI has it.
func realReport(t *testing.T) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "reports", "jingwu-2023.md")
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI needs the real report: %v", err)
		}
		t.Skip("the real report is not here")
	}
	return path
}

func TestYear_has_150000_commands(t *testing.T) {
	builtYear(t)
	_, log := year()
	m := regexp.MustCompile(`(\d+) 条指令`).FindSubmatch(log)
	if m == nil {
		t.Fatalf("no count of commands in %s", log)
	}
	if n, _ := strconv.Atoi(string(m[1])); n < 150_000 {
		t.Errorf("%d commands", n)
	}
}

// refusals are what the rules refuse in the year, and why it is right that they do. Anything else is a fault of the plan.
var refusals = []struct{ pattern, why string }{
	{`hotline_order answer: Helping offices are still at work`, "an office that helps has not answered"},
	{`hotline_order resume: There is no ruling yet`, "the dispute was withdrawn, or the panel has met only"},
	{`hotline_order merge: An order that was merged`, "two orders that merge into each other"},
	{`enforcement_case look: Legal advice comes before`, "the lesson was called off"},
	{`exclusion grant: This record is void`, "the exclusion fell away with its order"},
	{`upper_work finish: Tasks of others`, "a task of the town is open"},
	{`indicator_round close: Indicators are still`, "an office gave its value late"},
	{`village_account report: Quarterly reviews`, "a quarter's review came late"},
	{`policy_payout pay: It stands at “Shown”`, "the notice had not run out"},
	{`aid_grant confirm: The notice has not run`, "the notice had not run out"},
	{`: the same stands already`, "entered twice"},
	{`with the same key`, "entered twice"},
}

func TestYear_refuses_what_rules_refuse(t *testing.T) {
	builtYear(t)
	_, log := year()
	if len(log) == 0 {
		t.Skip("the year was built before, without its log")
	}
	refused := 0
	for _, m := range regexp.MustCompile(`(?m)^ +(\d+)  (\w+ \w*: .*)$`).FindAllSubmatch(log, -1) {
		n, _ := strconv.Atoi(string(m[1]))
		refused += n
		known := false
		for _, r := range refusals {
			known = known || strings.Contains(string(m[2]), r.pattern)
		}
		if !known {
			t.Errorf("%d times: %s", n, m[2])
		}
	}
	if refused == 0 || refused > 120 {
		t.Errorf("%d commands refused; the rules should be seen at work, on a few", refused)
	}
}

// unreached are stages that nothing can have reached by the end of 2023, and why.
var unreached = map[string]string{
	"commitment.finished":    "the commitments are for 2024; the year ends in their first week",
	"commitment.marked":      "the commitments are for 2024",
	"commitment.written":     "the commitments are for 2024",
	"commitment.dropped":     "the commitments are for 2024",
	"nursery_centre.founded": "founding it is a commitment for 2024",
	"levee_duty.released":    "one flood only was fought, and every section was held",
	"work_report.published":  "an edition is published by whoever runs the demo",
	"form_value.kept":        "what a cell says is remembered when a form is filled in the console, from the figures of that moment",
}

// idle are roles that make no move in the year, and why.
var idle = map[string]string{
	"viewer": "it reads only",
	"admin":  "it keeps people and rules, which are no records",
	"bank":   "it reaches only what it opened, and firms' wishes for money are opened by the town",
}

// vacant are stages at which no record stands on the town's day, and why it is right that none does.
var vacant = map[string]string{
	"commitment.finished":    unreached["commitment.finished"],
	"commitment.marked":      unreached["commitment.marked"],
	"commitment.written":     unreached["commitment.written"],
	"commitment.dropped":     unreached["commitment.dropped"],
	"nursery_centre.founded": unreached["nursery_centre.founded"],
	"levee_duty.released":    unreached["levee_duty.released"],
	"levee_duty.called":      "no levee is watched in December",
	"work_report.published":  unreached["work_report.published"],
	"form_value.kept":        unreached["form_value.kept"],
}

// The year has records in every stage and at every dead end: a list, a map or a chart of any type looks like a town's.
func TestYear_reaches_every_stage(t *testing.T) {
	ctx := context.Background()
	st, _, err := openSite(ctx, &Globals{Data: copyOfYear(t), Lang: "zh"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	types, reached, voided := map[town.ID]string{}, map[string]bool{}, map[string]bool{}
	acted := map[string]bool{}
	stands := map[town.ID]string{} // record → type.stage on the town's day
	titles := map[string]bool{}
	err = st.Reading(ctx, func(r *hall.Reader) error {
		for after := int64(0); ; {
			events, err := r.Q().EventsFrom(ctx, r.Town(), after, 5000)
			if err != nil || len(events) == 0 {
				return err
			}
			for _, e := range events {
				after = e.Seq
				body, err := flow.DecodeBody([]byte(e.Body))
				if err != nil {
					continue // a calendar, a place, a key: no record's
				}
				if body.Op == town.Create {
					types[e.Record] = body.Type
				}
				if typ := types[e.Record]; typ != "" {
					reached[typ+"."+e.Stage], acted[e.Role] = true, true
					voided[typ] = voided[typ] || body.Void
					if stands[e.Record] = typ + "." + e.Stage; body.Void {
						delete(stands, e.Record)
					}
					if x, _ := body.Set["title"].(string); typ == "hotline_order" && body.Op == town.Create {
						month := body.Step.Day.String()[:7]
						if titles[month+x] {
							t.Errorf("two hotline orders of %s read %q", month, x)
						}
						titles[month+x] = true
					}
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(titles) < 1000 {
		t.Errorf("%d hotline orders", len(titles))
	}
	for _, role := range st.cat.RoleOrder {
		if acted[role] == (idle[role] != "") {
			t.Errorf("the role %s acts: %v; excused: %q", role, acted[role], idle[role])
		}
	}
	standing := map[string]int{}
	for _, name := range stands {
		standing[name]++
	}
	for _, key := range st.cat.TypeOrder {
		for _, s := range st.cat.Types[key].Stages {
			name := key + "." + s.Key
			if standing[name] == 0 && vacant[name] == "" {
				t.Errorf("no record stands at %s on the town's day", name)
			} else if standing[name] > 0 && vacant[name] != "" {
				t.Errorf("%d records stand at %s: it need not be excused", standing[name], name)
			}
			if !reached[name] && unreached[name] == "" {
				t.Errorf("no record of the year has reached %s", name)
			} else if reached[name] && unreached[name] != "" {
				t.Errorf("%s is reached: it need not be excused", name)
			}
		}
	}
	if len(voided) == 0 {
		t.Error("nothing is voided")
	}
	void, overdue := 0, 0
	for _, v := range voided {
		if v {
			void++
		}
	}
	period := town.YearPeriod(2023)
	err = st.Reading(ctx, func(r *hall.Reader) error {
		for _, key := range st.cat.FigureOrder {
			f := st.cat.Figures[key]
			if f.Kind != catalog.Count || f.While == nil || !slices.ContainsFunc(f.While.Names(), func(n string) bool { return strings.HasPrefix(n, "overdue.") }) {
				continue
			}
			v, err := figure.Read(st.cat, r, figure.Query{Figure: f, Period: period, AsOf: town.DayOf(2023, 12, 28)})
			if err != nil {
				return err
			}
			if v.Known && v.Num > 0 {
				overdue++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d types with voided records, %d figures of overdue work above zero", void, overdue)
	if void < 40 || overdue < 40 {
		t.Errorf("%d types with voided records and %d kinds of overdue work: too tidy for a town", void, overdue)
	}
}

// copyOfYear is a copy of the built year that a test may open and change.
func copyOfYear(t testing.TB) string {
	t.Helper()
	work := filepath.Join(t.TempDir(), "town")
	if err := os.CopyFS(work, os.DirFS(builtYear(t))); err != nil {
		t.Fatal(err)
	}
	keys, err := filepath.Glob(filepath.Join(work, "keys", "*"))
	if err != nil || len(keys) == 0 {
		t.Fatalf("no keys in the copy: %v", err)
	}
	for _, k := range keys { // the copy opened them to others, which the town refuses
		if err := os.Chmod(k, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return work
}

// What the town writes down differs by place, object and finding: of what it writes in a month, hardly anything reads alike.
func TestYear_varies_its_words(t *testing.T) {
	ctx := context.Background()
	st, _, err := openSite(ctx, &Globals{Data: copyOfYear(t), Lang: "zh"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	most := map[string]int{ // of a hundred texts, so many at most that another of the month has
		"hazard.what": 2, "hazard.duty": 2, "grid_problem.what": 5, "street_problem.what": 2, "river_problem.what": 2, "village_problem.what": 2, "dispute.what": 1,
		"firm_visit.summary": 3, "service_contact.summary": 8, "field_day.work": 2, "food_fault.what": 5, "culture_fault.what": 4, "source_check.found": 6, "letter.title": 1,
		"hotline_order.answer": 15, "firm_problem.what": 5, "service_ask.what": 6, "enforcement_case.found": 6, "land_patch.what": 2, "water_fault.what": 2,
	}
	said, alike := map[string]int{}, map[string]int{}
	types, seen := map[town.ID]string{}, map[string]bool{}
	err = st.Reading(ctx, func(r *hall.Reader) error {
		for after := int64(0); ; {
			events, err := r.Q().EventsFrom(ctx, r.Town(), after, 5000)
			if err != nil || len(events) == 0 {
				return err
			}
			for _, e := range events {
				after = e.Seq
				body, err := flow.DecodeBody([]byte(e.Body))
				if err != nil {
					continue // a calendar, a place, a key: no record's
				}
				if body.Op == town.Create {
					types[e.Record] = body.Type
				}
				for key, v := range body.Set {
					where := types[e.Record] + "." + key
					text, _ := v.(string)
					if most[where] == 0 || text == "" {
						continue
					}
					said[where]++
					at := where + body.Step.Day.String()[:7] + text
					if seen[at] {
						alike[where]++
					}
					seen[at] = true
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for where, share := range most {
		if n := said[where]; n < 40 || 100*alike[where] > share*n {
			t.Errorf("%s: %d texts, %d of them like another of the month", where, n, alike[where])
		}
	}
}

func TestYear_passes_fsck(t *testing.T) {
	if status, out, errs := drive(t, "fsck", "--data", builtYear(t)); status != 0 {
		t.Errorf("status %d\n%s\n%s", status, tail(out), tail(errs))
	}
}

func tail(b []byte) []byte {
	if len(b) > 3000 {
		return b[len(b)-3000:]
	}
	return b
}

func check(t *testing.T, dir, path string) (int, *report.Checked) {
	t.Helper()
	status, out, errs := drive(t, "report", "check", path, "--data", dir, "--json")
	var c report.Checked
	if err := json.Unmarshal(out, &c); err != nil {
		t.Fatalf("status %d: %v\n%s", status, err, tail(errs))
	}
	return status, &c
}

func TestRealReport_agrees_with_the_year(t *testing.T) {
	_, c := check(t, builtYear(t), realReport(t))
	agrees := 0
	for _, cl := range c.Claims {
		switch {
		case cl.Verdict == report.Differs:
			t.Errorf("line %d, %s %s%s: %s", cl.Line, cl.Subject, cl.Value, cl.Unit, cl.Why)
		case cl.Verdict == report.Agrees && !cl.Target && cl.Period == "2023":
			agrees++
		case cl.Why == "" && cl.Verdict != report.Agrees:
			t.Errorf("line %d, %s: unmatched without a reason", cl.Line, cl.Subject)
		}
	}
	if agrees < 111 {
		t.Errorf("%d claims of 2023 agree, want at least 111", agrees)
	}
}

// Each falsification changes one number of the report; the check finds that line, and no other.
func TestFalsifiedReport_is_caught_line_by_line(t *testing.T) {
	path := realReport(t)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := builtYear(t)
	_, clean := check(t, dir, path)
	lines := strings.Split(string(text), "\n")
	digits := regexp.MustCompile(`[1-9][0-9]*(\.[0-9]+)?`)
	found, tried := 0, 0
	for i, cl := range clean.Claims {
		if cl.Verdict != report.Agrees || cl.Target || i%9 != 0 {
			continue
		}
		line := lines[cl.Line-1]
		at := strings.Index(line, cl.Value)
		if at < 0 || strings.Count(line, cl.Value) != 1 || !digits.MatchString(cl.Value) {
			continue
		}
		tried++
		wrong := "9" + cl.Value
		lines[cl.Line-1] = line[:at] + wrong + line[at+len(cl.Value):]
		file := filepath.Join(t.TempDir(), "falsified.md")
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		lines[cl.Line-1] = line
		status, c := check(t, dir, file)
		hit, others := false, 0
		for _, x := range c.Claims {
			if x.Verdict == report.Differs {
				if x.Line == cl.Line {
					hit = true
				} else {
					others++
				}
			}
		}
		if hit && status == 1 {
			found++
		} else {
			t.Logf("line %d: %s → %s was not found", cl.Line, cl.Value, wrong)
		}
		if others > 0 {
			t.Errorf("line %d falsified, but %d other claims differ", cl.Line, others)
		}
	}
	if tried < 8 || found*100 < tried*95 {
		t.Errorf("%d of %d falsifications found", found, tried)
	}
}

// Voiding one record by hand makes the claims differ that it was part of, and no others.
func TestVoidedRecord_shows_in_the_report(t *testing.T) {
	path := realReport(t)
	work := copyOfYear(t)
	_, before := check(t, work, path)
	ctx := context.Background()
	st, _, err := openSite(ctx, &Globals{Data: work, Lang: "zh"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var key string
	for _, f := range st.cat.Figures {
		if f.Gold == "F054" {
			key = f.Key
		}
	}
	var victim town.ID
	err = st.Reading(ctx, func(r *hall.Reader) error {
		parts, err := r.Parts(st.cat.Figures[key], "", "", town.YearPeriod(2023), 0, 1)
		if err == nil && len(parts) == 1 {
			victim = parts[0].Record
		}
		return err
	})
	if err != nil || victim == 0 {
		t.Fatalf("no record behind %s: %v", key, err)
	}
	_, err = st.Do(ctx, town.Actor{Kind: town.System, Name: "系统"}, town.Command{ID: "by-hand", Op: town.Void, Record: victim, Reason: "测试：作废一条", Day: town.NoDay})
	st.Close()
	if err != nil {
		t.Fatal(err)
	}
	_, after := check(t, work, path)
	var differ []string
	for i, c := range after.Claims {
		if c.Verdict == report.Differs && before.Claims[i].Verdict != report.Differs {
			differ = append(differ, c.Figure)
		}
	}
	if len(differ) == 0 || !contains(differ, key) || len(differ) > 2 {
		t.Errorf("after voiding record %d of %s these differ: %v", victim, key, differ)
	}
}

// changes are three values of the plan, of three kinds: a number of records, a sum over them, and a distinct count, where
// no record more or less is made but the same ones name one firm fewer. Each is enough for the report's words to be wrong.
var changes = []struct {
	gold, file string
	kind       catalog.FigureKind
	where      *regexp.Regexp // its group is the value
	more       int
}{
	{"F094", "b_62_71.yaml", catalog.Count, regexp.MustCompile(`for: F094\n(?:.*\n)?.*count: (\d+)`), 1},
	{"F076", "b_51_61.yaml", catalog.Sum, regexp.MustCompile(`for: F076 F079\n(?:.*\n){1,6}?.* amount: (\d+)\}`), -1_000_000},
	{"F029", "a_00_registers.yaml", catalog.Distinct, regexp.MustCompile(`for: F029 .*\n(?:.*\n)?.*count: (\d+)`), -1},
}

// readFrom are the figures that are read from the given ones, or from what is read from them, and these themselves.
func readFrom(cat *catalog.Catalog, given []string) map[string]bool {
	reached := map[string]bool{}
	for _, key := range given {
		reached[key] = true
	}
	for grown := true; grown; {
		grown = false
		for key, f := range cat.Figures {
			if !reached[key] && slices.ContainsFunc(append(figure.Parts(cat, f), f.Within), func(part string) bool { return reached[part] }) {
				reached[key], grown = true, true
			}
		}
	}
	return reached
}

// The report's values stand in the plan: where three of them are changed there, exactly the claims differ that name their
// figures, and those that name a figure read from them.
func TestChangedPlan_shows_in_the_report(t *testing.T) {
	path := realReport(t)
	_, before := check(t, builtYear(t), path)
	plan := filepath.Join(t.TempDir(), "plan")
	if err := os.CopyFS(plan, sim.Built()); err != nil {
		t.Fatal(err)
	}
	cat, _ := catalog.Load(catalogs.Jingwu)
	var given []string
	for _, c := range changes {
		file := filepath.Join(plan, c.file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		at := c.where.FindAllSubmatchIndex(text, -1)
		if len(at) != 1 {
			t.Fatalf("%s: %d places in %s, want one", c.gold, len(at), c.file)
		}
		from, to := at[0][2], at[0][3]
		n, err := strconv.Atoi(string(text[from:to]))
		if err != nil {
			t.Fatal(err)
		}
		changed := slices.Concat(text[:from], []byte(strconv.Itoa(n+c.more)), text[to:])
		if err := os.WriteFile(file, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(cat.FigureOrder, func(key string) bool { return cat.Figures[key].Gold == c.gold })
		if i < 0 || cat.Figures[cat.FigureOrder[i]].Kind != c.kind {
			t.Fatalf("%s is no figure of its kind", c.gold)
		}
		given = append(given, cat.FigureOrder[i])
	}
	dir := filepath.Join(t.TempDir(), "town")
	if status, _, errs := drive(t, "demo", "--once", "--plan", plan, "--data", dir); status != 0 {
		t.Fatalf("status %d\n%s", status, tail(errs))
	}
	touched := readFrom(cat, given)
	_, after := check(t, dir, path)
	if len(after.Claims) != len(before.Claims) {
		t.Fatalf("%d claims, then %d", len(before.Claims), len(after.Claims))
	}
	named, derived := map[string]bool{}, 0
	for i, c := range after.Claims {
		was := before.Claims[i]
		switch {
		case touched[c.Figure] && was.Verdict == report.Agrees:
			named[c.Figure] = true
			if !slices.Contains(given, c.Figure) {
				derived++
			}
			if c.Verdict != report.Differs || c.Why == "" || c.Computed == was.Computed {
				t.Errorf("%s: %s is %s, %q; it was %s", c.Figure, c.Computed, c.Verdict, c.Why, was.Computed)
			}
		case c.Verdict != was.Verdict: // the value may be another one within the report's words: the chances of a changed year fall otherwise
			t.Errorf("%s: %s %s, then %s %s, though nothing of it was changed", c.Figure, was.Computed, was.Verdict, c.Computed, c.Verdict)
		}
	}
	for _, key := range given {
		if !named[key] {
			t.Errorf("no claim names %s", key)
		}
	}
	if derived == 0 {
		t.Error("no claim names a figure that is read from another")
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// What README tells to do is done as it stands there, on the built year while it is served.
func TestREADME_does_what_it_says(t *testing.T) {
	path := realReport(t)
	for _, readme := range []string{"README.md", "README.zh-CN.md"} {
		t.Run(readme, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("..", "..", readme))
			if err != nil {
				t.Fatal(err)
			}
			var steps [][]string
			for _, m := range regexp.MustCompile(`(?m)^ {4,}go run \./cmd/zhenwu (.*)$`).FindAllStringSubmatch(string(text), -1) {
				steps = append(steps, strings.Fields(m[1]))
			}
			if len(steps) != 2 || steps[0][0] != "demo" || len(steps[1]) < 3 || steps[1][0] != "report" {
				t.Fatalf("the steps of %s: %v", readme, steps)
			}
			work := t.TempDir()
			if err := os.Mkdir(filepath.Join(work, "data"), 0o750); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(copyOfYear(t), filepath.Join(work, "data", "jingwu")); err != nil {
				t.Fatal(err)
			}
			report, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(work, steps[1][2]), report, 0o600); err != nil {
				t.Fatal(err)
			}
			serving := exec.Command(binary(t), steps[0]...)
			serving.Dir, serving.Env = work, append(os.Environ(), "ZHENWU_ADDR=127.0.0.1:0")
			said, err := serving.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := serving.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(said).ReadString('\n')
			if err != nil || !strings.Contains(line, "http://127.0.0.1:") {
				t.Errorf("%v says %q: %v", steps[0], line, err)
			}
			cmd := exec.Command(binary(t), steps[1]...)
			cmd.Dir = work
			out, err := cmd.CombinedOutput()
			if status := cmd.ProcessState.ExitCode(); status != 0 && status != 1 {
				t.Errorf("%v: status %d, %v\n%s", steps[1], status, err, tail(out))
			}
			if m := regexp.MustCompile(`一致(\d+)，不符0`).FindSubmatch(out); m == nil {
				t.Errorf("%v: no verdict in\n%s", steps[1], tail(out))
			} else if n, _ := strconv.Atoi(string(m[1])); n < 111 {
				t.Errorf("%v: %d claims agree", steps[1], n)
			}
			if err := errors.Join(serving.Process.Signal(os.Interrupt), serving.Wait()); err != nil {
				t.Errorf("the server ended with %v", err)
			}
		})
	}
}

// The stories of the built-in catalog hold.
func TestStories(t *testing.T) {
	status, out, errs := drive(t, "test", filepath.Join("..", "..", "catalogs", "jingwu"), "--lang", "en")
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	n := 0
	if _, err := fmt.Sscanf(lines[len(lines)-1], "%d stories, 0 do not hold", &n); err != nil || status != 0 || n < 145 {
		t.Errorf("status %d, %d stories: %s%s", status, n, tail(out), tail(errs))
	}
}
