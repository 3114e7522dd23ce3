package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// saidBy runs the program in a language and gives what it says on standard error, which must be one line.
func saidBy(t *testing.T, lang string, args ...string) (int, string) {
	t.Helper()
	status, _, errs := zhenwu(append(args, "--lang", lang)...)
	if strings.Count(errs, "\n") != 1 || !strings.HasPrefix(errs, "zhenwu: ") {
		t.Errorf("%v in %s says %q", args, lang, errs)
	}
	return status, errs
}

// refuses holds a command against status 2 and its sentence in both languages.
func refuses(t *testing.T, zh, en string, args ...string) {
	t.Helper()
	for lang, want := range map[string]string{"zh": zh, "en": en} {
		if status, errs := saidBy(t, lang, args...); status != 2 || !strings.Contains(errs, want) {
			t.Errorf("%v: status %d, %q; want “%s”", args, status, errs, want)
		}
	}
}

func TestWrongUse(t *testing.T) {
	for _, c := range []struct{ args, zh, en string }{
		{"--nothing", "没有选项 --nothing。", "there is no option --nothing."},
		{"figures --yaer 3", `没有选项 --yaer；是不是 "--year"？`, `there is no option --yaer; did you mean "--year"?`},
		{"figurs", `不认识 figurs；是不是 "figures"？`, `figurs is not known here; did you mean "figures"?`},
		{"nothing", "不认识 nothing。", "nothing is not known here."},
		{"figures x", "不认识 x。", "x is not known here."},
		{"", `请写明做什么："demo"`, `say what to do: "demo"`},
		{"report", `请写明做什么："read", "check", "draft", "commitments", "write", ...。`, `say what to do: "read", "check", "draft", "commitments", "write", ...`},
		{"check", "缺少 <dir>。", "<dir> is missing."},
		{"explain", "缺少 <figure>。", "<figure> is missing."},
		{"move", "缺少选项 --to=DSN。", "options are missing: --to=DSN."},
		{"user add x --name=y", "缺少选项 --role=STRING。", "options are missing: --role=STRING."},
		{"figures --year abc", "--year 须是整数，不能是“abc”。", "--year takes a whole number, not “abc”."},
		{"figures --year --json", "选项 --year 后面缺少值，而是“--json”。", "option --year needs a value, not “--json”."},
		{"figures --json=maybe", "--json 只能开或关（true、false），不能是“maybe”。", "--json is on or off (true, false), not “maybe”."},
		{"demo --town mars", `--town 只能是 "jingwu","blank" 之一，不能是“mars”。`, `--town is one of "jingwu","blank", not “mars”.`},
	} {
		t.Run(c.args, func(t *testing.T) { refuses(t, c.zh, c.en, strings.Fields(c.args)...) })
	}
	// The language itself may be what is wrong, or the last word.
	for args, want := range map[string]string{
		"figures --lang fr": `--lang 只能是 "zh","en" 之一，不能是“fr”。`, "figures --lang=en --year": "option --year needs a value."} {
		if status, _, errs := zhenwu(strings.Fields(args)...); status != 2 || !strings.Contains(errs, want) {
			t.Errorf("%s: status %d, %q", args, status, errs)
		}
	}
}

// A complaint of the parser that nobody foresaw is still told in both languages.
func TestWrongUseUnforeseen(t *testing.T) {
	err := wrongUse(os.ErrInvalid)
	if zh, en := oneLine(err, "zh"), oneLine(err, "en"); !strings.Contains(zh, "命令写法不对") || !strings.Contains(en, "does not read") {
		t.Errorf("%q, %q", zh, en)
	}
}

func TestDatabaseMustBePostgres(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"figures"}, {"fsck"}, {"backup", "x.zip"}} {
		for _, db := range []string{"garbage", "mysql://host/x", "sqlite.db", "host=/tmp user=x"} {
			refuses(t, "--db 只接受 postgres://", "--db takes postgres:// or postgresql:// only", append(args, "--db", db)...)
		}
	}
	refuses(t, "--to 只接受 postgres://", "--to takes postgres:// or a SQLite file", "move", "--to", "mysql://host/x")
	refuses(t, "恢复只写入目录", "a backup is restored into a folder", "restore", "x.zip", "--db", "postgres://nobody@127.0.0.1:1/none")
	if left := listed(t, "."); len(left) != 1 {
		t.Errorf("it made %v", left)
	}
}

func TestReportCheckNeedsTheTownThatIsNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("report.md", []byte("# 2023年政府工作报告\n\n新增企业36家。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, "mistyped 里还没有乡镇", "there is no town in mistyped yet", "report", "check", "report.md", "--data", "mistyped")
	t.Setenv("ZHENWU_DATA", "mistyped")
	refuses(t, "mistyped 里还没有乡镇", "there is no town in mistyped yet", "report", "check", "report.md")
	if err := os.Unsetenv("ZHENWU_DATA"); err != nil {
		t.Fatal(err)
	}
	must(t, "report", "check", "report.md") // without a town it looks for contradictions
	if left := listed(t, "."); len(left) != 2 {
		t.Errorf("it made %v", left)
	}
}

func TestACatalogWithAFaultIsTold(t *testing.T) {
	data := t.TempDir()
	own := filepath.Join(data, "catalog")
	must(t, "init", own)
	_, _ = startTown(t, data)
	file := filepath.Join(own, "systems", "s01.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "type: longtext", "type: longtxt", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	where := filepath.Join(own, "systems", "s01.yaml") + ":20:42"
	for _, args := range [][]string{{"serve", "--addr", "127.0.0.1:0"}, {"figures"}, {"move", "--to", filepath.Join(data, "new.db")}} {
		refuses(t, "目录有误，"+where+"：没有这个字段类型：“longtxt”", "the catalog has a fault, "+where+`: no such field type: "longtxt"`, append(args, "--data", data)...)
		refuses(t, "zhenwu check "+own, "zhenwu check "+own, append(args, "--data", data)...)
		if _, errs := saidBy(t, "zh", append(args, "--data", data)...); strings.Contains(errs, "has a fault") || strings.Contains(errs, "|") {
			t.Errorf("in Chinese it says %q", errs)
		}
	}
}

// The tables of both READMEs name every command and no other.
func TestREADMEListsTheCommands(t *testing.T) {
	parser, err := kong.New(&cli{})
	if err != nil {
		t.Fatal(err)
	}
	for _, readme := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", readme))
		if err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		for _, m := range regexp.MustCompile("`zhenwu ([a-z]+)").FindAllStringSubmatch(string(text), -1) {
			listed[m[1]] = true
		}
		for _, c := range parser.Model.Children {
			if !c.Hidden && !listed[c.Name] {
				t.Errorf("%s does not list %s", readme, c.Name)
			}
			delete(listed, c.Name)
		}
		for name := range listed {
			t.Errorf("%s lists %s, which is no command", readme, name)
		}
	}
}

// A simulation ends on a day that is planned; a wrong one founds nothing.
func TestDemo_until_a_day_that_is_planned(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "town")
	refuses(t, "没有计划", "nothing is planned", "demo", "--once", "--until", "2024-07-01", "--data", dir)
	refuses(t, "日期写作 2024-06-30", "a day is written 2024-06-30", "demo", "--once", "--until", "summer", "--data", dir)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a town was founded: %v", err)
	}
}

// The commitments of a report are proposed without a town, too: without offices and links.
func TestReport_commitments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.md")
	if err := os.WriteFile(file, []byte("# 2023年政府工作报告\n\n## 一、2023年工作回顾\n\n喂养石狮子12只。\n\n## 二、2024年工作安排\n\n### （一）改善民生\n\n上半年改造村居公厕8座，增设养老助餐点。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := zhenwu("report", "commitments", file, "--lang", "zh", "--data", filepath.Join(t.TempDir(), "none"))
	if status != 2 || out != "" {
		t.Errorf("a folder without a town: %d %q %q", status, out, errs)
	}
	t.Chdir(t.TempDir())
	status, out, errs = zhenwu("report", "commitments", file, "--lang", "zh")
	for _, want := range []string{"承诺2条：已列任务0，已说明不列0；数字2个：已对上0，已说明不列0；尚未处理4（已覆盖0%）", "上半年改造村居公厕8座　[8座]　→ 时限2024-06-30", "增设养老助餐点　→ 时限2024-12-31（推定）", "喂养石狮子12只　[12只]　→ 数字没有着落"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("%d, no %q in\n%s%s", status, want, out, errs)
		}
	}
	status, out, _ = zhenwu("report", "commitments", file, "--json")
	for _, want := range []string{`"year":2024`, `"text":"上半年改造村居公厕8座","number":"8","unit":"座","due":"2024-06-30","due_guessed":false`, `"coverage":{"promises":2,`} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("%d, no %q in\n%s", status, want, out)
		}
	}
}
