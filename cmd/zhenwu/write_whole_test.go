//go:build whole

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"zhenwu/internal/commitment"
	"zhenwu/internal/report"
)

// The real report becomes a draft of its own year, and the draft written from the records is the report again, but where a number
// behind 约 is now the computed one: every claim that agreed is a figure.
func TestReport_is_written_again_from_the_year(t *testing.T) {
	path := realReport(t)
	dir := builtYear(t)
	work := t.TempDir()
	draft, again := filepath.Join(work, "draft.md"), filepath.Join(work, "again.md")
	run := func(args ...string) (string, int) {
		t.Helper()
		cmd := exec.Command(binary(t), args...)
		var errs strings.Builder
		cmd.Stderr = &errs
		err := cmd.Run()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return errs.String(), cmd.ProcessState.ExitCode()
	}
	if errs, code := run("report", "draft", path, "--data", dir, "--year", "2023", "--out", draft); code != 0 {
		t.Fatalf("draft: %d %s", code, errs)
	}
	// What the plan of the next year says is not settled yet: status 1.
	if errs, code := run("report", "write", draft, "--data", dir, "--out", again); code != 1 || !strings.Contains(errs, "{{?") && !strings.Contains(errs, "还没有定") {
		t.Fatalf("write: %d %s", code, errs)
	}
	_, before := check(t, dir, path)
	_, after := check(t, dir, again)
	if after.Summary.Agrees < before.Summary.Agrees || after.Summary.Differs != 0 {
		t.Errorf("written again: %+v, before: %+v", after.Summary, before.Summary)
	}
	agreed := 0
	for _, c := range before.Claims {
		if c.Verdict == report.Agrees && !c.Target {
			agreed++
		}
	}
	source, err := os.ReadFile(draft)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(regexp.MustCompile(`\{\{[a-z_0-9]+ [^}]*\}\}`).FindAll(source, -1)); n < agreed {
		t.Errorf("%d figures in the draft, %d claims agreed", n, agreed)
	}
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(again)
	if err != nil {
		t.Fatal(err)
	}
	bare := func(b []byte) string {
		s := regexp.MustCompile(`约[0-9]+`).ReplaceAllString(regexp.MustCompile(`\s`).ReplaceAllString(string(b), ""), "约N")
		return s
	}
	if a, b := bare(old), bare(text); a != b {
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		from := max(0, i-60)
		t.Errorf("it is not the same text from here on:\n%s\n%s", strings.ToValidUTF8(a[from:min(len(a), i+60)], ""), strings.ToValidUTF8(b[from:min(len(b), i+60)], ""))
	}
}

// The sample report is written from the year without anything to mend, and every one of its numbers agrees.
func TestSampleReport_is_written_from_the_year(t *testing.T) {
	dir := builtYear(t)
	out := filepath.Join(t.TempDir(), "sample.md")
	cmd := exec.Command(binary(t), "report", "write", filepath.Join("..", "..", "catalogs", "jingwu", "reports", "2023.md"), "--data", dir, "--out", out)
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	_, c := check(t, dir, out)
	for _, cl := range c.Claims {
		if cl.Verdict == report.Differs && !strings.Contains(cl.Text, "月") { // the rows of a chart's table are months
			t.Errorf("line %d, %s: %s", cl.Line, cl.Subject, cl.Why)
		}
	}
	if c.Summary.Agrees < 110 {
		t.Errorf("%d agree", c.Summary.Agrees)
	}
}

// What is published of the year can be verified, and what is altered cannot.
func TestEdition_of_the_year(t *testing.T) {
	dir := builtYear(t)
	work := t.TempDir()
	file := filepath.Join(work, "edition.zwe")
	run := func(args ...string) (string, int) {
		t.Helper()
		cmd := exec.Command(binary(t), args...)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return string(out), cmd.ProcessState.ExitCode()
	}
	if out, code := run("report", "publish", filepath.Join("..", "..", "catalogs", "jingwu", "reports", "2023.md"), "--data", dir, "--out", file); code != 0 {
		t.Fatalf("publish: %d %s", code, out)
	}
	f, err := openEdition(file)
	if err != nil {
		t.Fatal(err)
	}
	out, code := run("verify", file, "--key", f.Edition.Key)
	if code != 0 || !strings.Contains(out, "成立") || !strings.Contains(out, "模拟") {
		t.Errorf("verify: %d\n%s", code, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data[:len(data)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if out, code := run("verify", file, "--key", f.Edition.Key); code != 1 || strings.Contains(out, "%!") {
		t.Errorf("a cut edition: %d\n%s", code, out)
	}
}

// What the real report promises stands in the register of the year, and its numbers are answered by figures and targets.
func TestReport_commitments_of_the_year(t *testing.T) {
	out, err := exec.Command(binary(t), "report", "commitments", realReport(t), "--data", builtYear(t), "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Year     int                 `json:"year"`
		Coverage commitment.Coverage `json:"coverage"`
		Rows     []proposed          `json:"proposals"`
	}
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatal(err)
	}
	c := r.Coverage
	t.Logf("%+v, %d %% covered", c, c.Share())
	if r.Year != 2024 || c.Promises < 180 || c.PromisesLinked*100 < c.Promises*80 || c.NumbersLinked*100 < c.Numbers*95 {
		t.Errorf("%d: %+v", r.Year, c)
	}
	guessed := 0
	for _, p := range r.Rows {
		switch {
		case p.Kind == commitment.Promise && p.State == commitment.Linked && (p.Record == 0 || p.Code == ""):
			t.Errorf("line %d %s is linked to nothing", p.Line, p.Text)
		case p.Kind == commitment.Promise && p.Office != "":
			guessed++
		}
	}
	if guessed*10 < c.Promises*9 {
		t.Errorf("%d offices are guessed", guessed)
	}
}
