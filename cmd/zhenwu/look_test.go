package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// readers are the commands that only read a town, on the catalog that newTown uses.
var readers = [][]string{
	{"figures", "--year", "2023"},
	{"explain", "grid_rounds_made"},
	{"export", "visit_round"},
	{"fsck"},
	{"config"},
}

// listed gives the names of everything in a folder.
func listed(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		names = append(names, path)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return names
}

func TestReadingNeedsNoPauseOfTheServer(t *testing.T) {
	dir := newTown(t)
	file := filepath.Join(t.TempDir(), "report.md")
	if err := os.WriteFile(file, []byte("# 2023年政府工作报告\n\n走访网格1次。\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _ = serveFor(t, 2, "--data", dir)
	before := listed(t, dir)
	for _, args := range append(readers, []string{"report", "check", file}) {
		must(t, append(args, "--data", dir)...)
	}
	if after := listed(t, dir); !slices.Equal(after, before) {
		t.Errorf("reading changed the folder:\n%v\n%v", before, after)
	}
}

// A catalog that was changed is taken up by who serves, not by who reads.
func TestReadingKeepsToTheEditionInForce(t *testing.T) {
	data := t.TempDir()
	catalog := filepath.Join(data, "catalog")
	must(t, "init", catalog)
	_, _ = startTown(t, data)
	seq := must(t, "fsck", "--json", "--data", data)
	was := must(t, "figures", "--data", data)
	file := filepath.Join(catalog, "systems", "s01.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "figures:", "figures:\n  more_calls: {zh: 更多来电, en: More calls, count: call, at: opened, unit: 件}", 1)
	if changed == string(text) {
		t.Fatal("the started catalog declares no figures")
	}
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	if now := must(t, "figures", "--data", data); now != was {
		t.Errorf("reading took up the new catalog:\n%s", now)
	}
	if now := must(t, "fsck", "--json", "--data", data); now != seq {
		t.Errorf("reading wrote to the town:\n%s\n%s", seq, now)
	}
	_, _ = startTown(t, data)
	if now := must(t, "figures", "--data", data); !strings.Contains(now, "更多来电") {
		t.Errorf("serving did not take it up:\n%s", now)
	}
}
