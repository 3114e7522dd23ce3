package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

var update = flag.Bool("update", false, "write the golden files anew")

// callsTown is a small simulated town with five calls of 2023, two of them closed.
func callsTown(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must(t, "init", filepath.Join(dir, "catalog"))
	ctx := context.Background()
	zone := time.FixedZone("CST", 8*3600)
	st, _, err := openSite(ctx, &Globals{Data: dir}, &hall.Founding{Simulated: true, At: town.DayOf(2023, 1, 1).At(zone, 8, 0)})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.Seed(ctx, true, 0); err != nil {
		t.Fatal(err)
	}
	actor := town.Actor{Person: 3, Kind: town.Sim, Posts: []town.Post{{Role: "clerk", Office: "service"}, {Role: "handler", Office: "service"}}}
	do := func(cmd town.Command) town.Answer {
		t.Helper()
		cmd.Day = town.NoDay
		ans, err := st.Do(ctx, actor, cmd)
		if err != nil {
			t.Fatal(err)
		}
		return ans
	}
	for i := range 5 {
		n := strconv.Itoa(i)
		at := town.DayOf(2023, time.Month(2+i), 6).At(zone, 9, 0)
		call := do(town.Command{ID: "open" + n, Op: town.Create, Type: "call", Fields: town.Values{"about": "路灯不亮" + n, "kind": "road", "place": "99999999920" + strconv.Itoa(1+i%2)}, At: at})
		if i < 2 {
			do(town.Command{ID: "take" + n, Op: town.Move, Record: call.Record, Move: "take", At: at})
			do(town.Command{ID: "close" + n, Op: town.Move, Record: call.Record, Move: "close", Fields: town.Values{"answer": "已修"}, At: at})
		}
	}
	if err := st.Advance(ctx, town.DayOf(2023, 12, 29).At(zone, 9, 0)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// golden holds what the program wrote against a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
	}
}

func TestFiguresAndExplainWriteTheJSONOfTheDesign(t *testing.T) {
	dir := callsTown(t)
	golden(t, "figures.json", must(t, "figures", "--year", "2023", "--json", "--data", dir))
	golden(t, "figures-village.json", must(t, "figures", "--year", "2023", "--place", "999999999201", "--json", "--data", dir))
	golden(t, "explain.json", must(t, "explain", "calls", "--year", "2023", "--json", "--lang", "en", "--data", dir))
	golden(t, "figures.txt", must(t, "figures", "--year", "2023", "--lang", "en", "--data", dir))
	golden(t, "explain.txt", must(t, "explain", "calls", "--year", "2023", "--data", dir))
}

// Alerts are listed as of the town's today, those that ask for action first; status 1 says that some do.
func TestFiguresListsAlerts(t *testing.T) {
	dir := callsTown(t)
	status, out, _ := zhenwu("figures", "--alerts", "--json", "--data", dir)
	if status != 1 {
		t.Errorf("status %d", status)
	}
	golden(t, "alerts.json", out)
	_, out, _ = zhenwu("figures", "--alerts", "--lang", "en", "--data", dir)
	golden(t, "alerts.txt", out)
	if _, out, _ := zhenwu("figures", "--alerts", "--place", "999999999201", "--data", dir); !regexp.MustCompile(`正常 +calls_many .* 3 +4`).MatchString(out) {
		t.Errorf("a village of three calls:\n%s", out)
	}
	if out := must(t, "figures", "--alerts", "--data", newTown(t)); strings.Contains(out, "触发") {
		t.Errorf("a town without work:\n%s", out)
	}
}

// Page by page explain gives every record once, and the sum is of all of them on every page.
func TestExplainPages(t *testing.T) {
	dir := callsTown(t)
	seen := map[string]bool{}
	after, pages := "0", 0
	for ; after != ""; pages++ {
		var page struct {
			Records []explainRecord `json:"records"`
			Sum     string          `json:"sum"`
			After   string          `json:"after"`
		}
		if err := json.Unmarshal([]byte(must(t, "explain", "calls", "--limit", "2", "--after", after, "--json", "--data", dir)), &page); err != nil {
			t.Fatal(err)
		}
		if page.Sum != "5" || len(page.Records) > 2 || pages > 3 {
			t.Fatalf("page %d: %+v", pages, page)
		}
		for _, r := range page.Records {
			if seen[r.ID] {
				t.Errorf("record %s twice", r.ID)
			}
			seen[r.ID] = true
		}
		after = page.After
	}
	if len(seen) != 5 || pages != 3 {
		t.Errorf("%d records on %d pages", len(seen), pages)
	}
}

func TestFiguresRefuse(t *testing.T) {
	dir := callsTown(t)
	for _, c := range []struct{ args, zh, en string }{
		{"figures --place 123", "没有这个地点：123", "no such place: 123"},
		{"explain calls --place 123", "没有这个地点：123", "no such place: 123"},
		{"explain nothing", "没有这个指标：nothing", "no such figure: nothing"},
		{"figures --year 99999", "年份须在 1900 至 2100 之间", "a year lies between 1900 and 2100"},
		{"explain calls --year 3", "年份须在 1900 至 2100 之间", "a year lies between 1900 and 2100"},
		{"explain calls --limit 0", "每页条数", "a page holds"},
		{"export nothing", "没有这类记录：nothing", "no such type: nothing"},
		{"test nowhere", "不是文件夹：nowhere", "not a folder: nowhere"},
	} {
		t.Run(c.args, func(t *testing.T) { refuses(t, c.zh, c.en, append(strings.Fields(c.args), "--data", dir)...) })
	}
}

// A town that contradicts itself ends fsck with status 1 and says where; English lines have no Chinese marks.
func TestFsckFindsWhatWasAltered(t *testing.T) {
	dir := callsTown(t)
	if out := must(t, "fsck", "--data", dir, "--lang", "en"); strings.ContainsAny(out, "：，。") {
		t.Errorf("an English line has Chinese marks:\n%s", out)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "zhenwu.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("UPDATE tally SET value = value + 1 WHERE slice = 0 AND place = 0"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"zh": "处不符", "en": "differ"} {
		if status, out, _ := zhenwu("fsck", "--data", dir, "--lang", lang); status != 1 || !strings.Contains(out, want) || !strings.Contains(out, "✗") {
			t.Errorf("in %s: status %d\n%s", lang, status, out)
		}
	}
	status, out, _ := zhenwu("fsck", "--json", "--data", dir)
	var audit struct {
		Clean       bool             `json:"clean"`
		Differences []fsckDifference `json:"differences"`
	}
	if err := json.Unmarshal([]byte(out), &audit); err != nil || status != 1 || audit.Clean || len(audit.Differences) == 0 || audit.Differences[0].Check != "tally" {
		t.Errorf("status %d, %v\n%s", status, err, out)
	}
}
