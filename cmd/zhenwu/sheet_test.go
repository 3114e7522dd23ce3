package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestInitMakesACatalogThatCheckAccepts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "catalog")
	must(t, "init", dir)
	must(t, "check", dir)
	if out := must(t, "test", dir, "--lang", "en"); !strings.Contains(out, "1 stories, 0 do not hold") {
		t.Errorf("its story: %s", out)
	}
	if status, _, errs := zhenwu("init", dir, "--lang", "en"); status != 2 || !strings.Contains(errs, "not empty") {
		t.Errorf("a second init: status %d, %s", status, errs)
	}
}

func TestImportAndExport(t *testing.T) {
	data := t.TempDir()
	must(t, "init", filepath.Join(data, "catalog"))
	_, _ = startTown(t, data)
	file := filepath.Join(t.TempDir(), "calls.csv")
	text := "事由,类别,地点,备注\n路灯不亮,道路,东村,x\n停水,water,999999999202,\n不知何处,道路,北村,\n没有类别,空白类,东村,\n'=1+1,其他,西村,\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	load := func(args ...string) (int, importResult) {
		t.Helper()
		status, out, errs := zhenwu(append([]string{"import", "call", file, "--role", "clerk", "--json", "--data", data}, args...)...)
		var r importResult
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("status %d: %v\n%s%s", status, err, out, errs)
		}
		return status, r
	}
	// A dry run says what the real one does: the same rows, columns, roles and repetitions.
	same := func(what string, args ...string) importResult {
		t.Helper()
		before := must(t, "fsck", "--json", "--data", data)
		dryStatus, dry := load(append(args, "--dry-run")...)
		if after := must(t, "fsck", "--json", "--data", data); after != before || !dry.Dry {
			t.Errorf("%s: the dry run wrote something\n%s%s", what, before, after)
		}
		status, r := load(args...)
		if dry.Dry = false; status != dryStatus || !reflect.DeepEqual(dry, r) {
			t.Errorf("%s: the dry run says %d %+v, the real one %d %+v", what, dryStatus, dry, status, r)
		}
		return r
	}
	if r := same("a wrong role", "--role", "king"); r.Opened != 0 || len(r.Faults) != 5 || !strings.Contains(r.Faults[0].Why, "您不能新建") {
		t.Errorf("a wrong role: %+v", r)
	}
	if r := same("the sheet"); r.Opened != 3 || r.Same != 0 || len(r.Faults) != 2 || r.Faults[0].Line != 4 || r.Faults[1].Line != 5 || !slices.Equal(r.Ignored, []string{"备注"}) {
		t.Errorf("import: %+v", r)
	}
	if r := same("the same file again"); r.Opened != 0 || r.Same != 3 {
		t.Errorf("the same file again: %+v", r)
	}
	for lang, want := range map[string][]string{"zh": {"未读取的列：备注", "只检查，没有写入：将新增 0，更正 0，未变 3，有误 2"},
		"en": {"columns that name no field and were left out: 备注", "nothing was written: 0 would be opened, 0 corrected, 3 unchanged, 2 wrong"}} {
		if _, out, _ := zhenwu("import", "call", file, "--role", "clerk", "--dry-run", "--data", data, "--lang", lang); !strings.Contains(out, want[0]) || !strings.Contains(out, want[1]) {
			t.Errorf("in %s: %s", lang, out)
		}
	}
	out := must(t, "export", "call", "--data", data)
	for _, want := range []string{"编号,环节,开办日,事由,类别,地点", "路灯不亮,道路,999999999201", "停水,供水,999999999202", "'=1+1,其他"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing from\n%s", want, out)
		}
	}
	book := filepath.Join(t.TempDir(), "calls.xlsx")
	must(t, "export", "call", "--out", book, "--data", data)
	// What was exported can be imported: every value reads back.
	file = book
	if status, r := load("--dry-run"); status != 0 || r.Opened != 3 {
		t.Errorf("the export does not read back: %d, %+v", status, r)
	}
	must(t, "fsck", "--data", data)
}

func TestStoriesThatDoNotHold(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "catalog")
	must(t, "init", dir)
	file := filepath.Join(dir, "stories", "calls.story")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		was, is, says string
		status        int
	}{
		{"period: 2023-03, is: 2}", "period: 2023-03, is: 3}", `then 1: calls is "2", not "3"`, 1},
		{"of: tap, stage: received", "of: tap, stage: closed", "stands in stage received", 1},
		{"field: answer, is: 已修", "field: answer, is: 未修", "lamp.answer is", 1},
		{"as: handler, on: 2023-03-02, move: take", "as: clerk, on: 2023-03-02, move: take", "when 3", 1},
		{", refused: true", "", "when 4", 1},
		{"as: handler, on: 2023-03-03, move: close, of: lamp", "as: handler, on: 2023-03-03, move: close, of: lamp, refused: true", "should have been refused", 1},
		{"open: call, is: tap", "open: letter, is: tap", "no such type", 1},
		{"of: tap", "of: pipe", `the story has no "pipe"`, 1},
		{"as: clerk, on: 2023-03-01", "as: clerk, upon: 2023-03-01", "does not read", 2},
	} {
		t.Run(c.is, func(t *testing.T) {
			bad := strings.Replace(string(good), c.was, c.is, 1)
			if bad == string(good) {
				t.Fatalf("the story has no %q", c.was)
			}
			if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
				t.Fatal(err)
			}
			status, out, errs := zhenwu("test", dir, "--lang", "en")
			if status != c.status || !strings.Contains(out+errs, c.says) {
				t.Errorf("status %d\n%s%s", status, out, errs)
			}
		})
	}
}
