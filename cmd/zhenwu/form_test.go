package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// A form goes through: it is read, its map is proposed, mended by hand and filled, for the town, a village and all villages.
func TestFormIsReadAndFilled(t *testing.T) {
	data, work := t.TempDir(), t.TempDir()
	at := func(name string) string { return filepath.Join(work, name) }
	must(t, "init", filepath.Join(data, "catalog"))
	_, _ = startTown(t, data)
	if err := os.WriteFile(at("calls.csv"), []byte("事由,类别,地点\n路灯不亮,道路,东村\n停水,water,西村\n路面坑洼,道路,东村\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "import", "call", at("calls.csv"), "--role", "clerk", "--data", data)
	x := excelize.NewFile()
	for cell, v := range map[string]string{"A1": "来电情况表", "A2": "填报单位：", "A3": "指标", "B3": "数量（件）", "A4": "受理来电", "A5": "其中：道路", "A6": "办结来电", "A8": "序号", "B8": "编号", "C8": "事由", "D8": "类别", "E8": "地点"} {
		if err := x.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.SetCellFormula("Sheet1", "C4", "B4-B6"); err != nil {
		t.Fatal(err)
	}
	if err := x.SaveAs(at("form.xlsx")); err != nil {
		t.Fatal(err)
	}
	status, out, errs := zhenwu("form", "read", at("form.xlsx"), "--out", at("map.yaml"), "--data", data)
	if status != 0 || out != "" || !strings.Contains(errs, "没有表号") {
		t.Fatalf("read: %d %s%s", status, out, errs)
	}
	m, err := os.ReadFile(at("map.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"B2: {text: '{town}'}", "B4: {figure: calls}", "B5: {figure: calls, slice: kind=road}", "B6: {figure: calls_closed}", "from: call", "'#', number, about, kind, place"} {
		if !strings.Contains(string(m), want) {
			t.Errorf("the map lacks %q:\n%s", want, m)
		}
	}
	year := fmt.Sprint(time.Now().Year())
	cells := func(path string) func(string) string {
		y, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = y.Close() })
		return func(cell string) string {
			v, err := y.GetCellValue("Sheet1", cell)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	fill := func(args ...string) (int, string, string) {
		return zhenwu(append([]string{"form", "fill", at("form.xlsx"), "--map", at("map.yaml"), "--period", year, "--data", data}, args...)...)
	}
	if status, _, errs := fill("--out", at("town.xlsx")); status != 0 || !strings.Contains(errs, "名单 3 行") {
		t.Fatalf("fill: %d %s", status, errs)
	}
	c := cells(at("town.xlsx"))
	for cell, want := range map[string]string{"B2": "示例镇", "B4": "3", "B5": "2", "B6": "0", "A9": "1", "B9": "LD" + year + "00001", "C10": "停水", "D11": "道路", "E10": "西村"} {
		if got := c(cell); got != want {
			t.Errorf("%s holds %q, want %q", cell, got, want)
		}
	}
	if status, out, _ := fill("--place", "东村", "--out", at("east.xlsx"), "--json"); status != 0 {
		t.Errorf("one village: %d", status)
	} else {
		var r struct {
			Filled, Rows string
			Cells        []struct{ Cell, Text, Figure, Place string }
		}
		if err := json.Unmarshal([]byte(out), &r); err != nil || r.Filled != "4" || r.Rows != "2" {
			t.Errorf("one village: %v %s", err, out)
		}
	}
	if status, _, errs := fill("--each", "village", "--out", at("all.zip")); status != 0 {
		t.Fatalf("all villages: %s", errs)
	}
	z, err := zip.OpenReader(at("all.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if len(z.File) != 2 || z.File[0].Name != "东村.xlsx" || z.File[1].Name != "西村.xlsx" {
		t.Errorf("the ZIP holds %v", z.File)
	}

	// A form that the catalog declares is filled by its name.
	system := filepath.Join(data, "catalog", "systems", "s01.yaml")
	text, err := os.ReadFile(system)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(system, append(text, "\nforms:\n  calls_month: {zh: 来电月报, en: Calls of the month, file: forms/calls.xlsx, period: month, cells: {B4: calls, B5: \"calls[kind=road]\"}, rows: {at: B9, from: call, where: \"kind == 'road'\", columns: [number, about]}}\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "check", filepath.Join(data, "catalog"))
	_, _ = startTown(t, data) // takes the new edition of the catalog in
	if status, _, errs := zhenwu("form", "fill", at("form.xlsx"), "--map", "calls_month", "--period", year, "--out", at("declared.xlsx"), "--data", data); status != 0 || !strings.Contains(errs, "名单 2 行") {
		t.Fatalf("a declared form: %d %s", status, errs)
	}
	if c := cells(at("declared.xlsx")); c("B5") != "2" || c("C9") != "路灯不亮" {
		t.Errorf("the declared form says %q, %q", c("B5"), c("C9"))
	}

	// What goes wrong is one clear line, and nothing is written.
	for name, text := range map[string]string{"unknown.yaml": "cells:\n  B4: 来点", "unit.yaml": "cells:\n  B4: {figure: calls, unit: 元}", "formula.yaml": "cells:\n  C4: calls"} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		status, out, errs := zhenwu("form", "fill", at("form.xlsx"), "--map", at(name), "--period", year, "--out", at("bad.xlsx"), "--data", data)
		if status != 2 || out != "" || strings.Count(errs, "\n") != 1 || exists(at("bad.xlsx")) {
			t.Errorf("%s: %d %q %q", name, status, out, errs)
		}
	}
	if err := os.WriteFile(at("broken.xlsx"), []byte("PK\x03\x04"), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, "已损坏", "is damaged", "form", "read", at("broken.xlsx"), "--data", data)
	refuses(t, "期间写成", "a period is written", "form", "fill", at("form.xlsx"), "--period", "五月", "--out", at("bad.xlsx"), "--data", data)
	refuses(t, "没有这个地点", "no such place", "form", "fill", at("form.xlsx"), "--period", year, "--place", "南村", "--out", at("bad.xlsx"), "--data", data)
	refuses(t, "没有这一类地点", "no kind of place", "form", "fill", at("form.xlsx"), "--period", year, "--each", "city", "--out", at("bad.xlsx"), "--data", data)
	left, err := filepath.Glob(at(".zhenwu-form-*"))
	if err != nil || len(left) > 0 || exists(at("bad.xlsx")) {
		t.Errorf("something was left: %v, %v", left, err)
	}
}
