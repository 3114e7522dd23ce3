package commitment

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/report"
	"zhenwu/internal/town"
)

// shared is the folder beside the project that holds the real report and its gold; where it is missing the tests are skipped, but never in CI.
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

// goldClause is a promise of the real report, by the number it has in the gold and in the catalog's commitments alike.
type goldClause struct{ id, section, lead, text string }

func gold(t *testing.T) []goldClause {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(string(sharedFile(t, "gold", "commitments.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []goldClause
	for _, r := range rows[1:] {
		out = append(out, goldClause{r[0], r[1], r[3], r[4]})
	}
	return out
}

func jingwu(t *testing.T) *catalog.Catalog {
	t.Helper()
	cat, faults := catalog.Load(catalogs.Jingwu)
	for _, f := range faults {
		if !f.Warning {
			t.Fatal(f.Render("en"))
		}
	}
	return cat
}

// seeds are the commitments that the catalog brings along, in other words than the report's.
func seeds(cat *catalog.Catalog) []Kept {
	var out []Kept
	for i, c := range cat.Seeds.Commitments {
		out = append(out, Kept{Record: town.ID(i + 1), Code: c.ID, Text: c.Text, Section: c.Section, Leader: c.Lead, Year: c.Due.Year()})
	}
	return out
}

// Most clauses of the real report are found again among commitments told in other words, and none at a wrong one.
func TestKeeper_finds_the_clauses_of_the_real_report(t *testing.T) {
	k := NewKeeper(seeds(jingwu(t)))
	right, all := 0, gold(t)
	for _, c := range all {
		if x, ok := k.Find(c.text, c.lead); ok && x.Code == c.id {
			right++
		} else if ok {
			t.Errorf("%s %s is found at %s %s", c.id, c.text, x.Code, x.Text)
		}
	}
	t.Logf("%d of %d clauses found", right, len(all))
	if right*100 < len(all)*82 {
		t.Errorf("%d of %d clauses found", right, len(all))
	}
}

// A clause that no commitment keeps is seldom taken for kept: each is looked for among all the others.
func TestKeeper_finds_little_that_is_not_there(t *testing.T) {
	kept, all := seeds(jingwu(t)), gold(t)
	wrong := 0
	for i, c := range all {
		others := append(append([]Kept{}, kept[:i]...), kept[i+1:]...)
		if x, ok := NewKeeper(others).Find(c.text, c.lead); ok {
			wrong++
			t.Logf("%s is taken for %s", c.text, x.Text)
		}
	}
	if wrong*100 > len(all)*5 {
		t.Errorf("%d of %d clauses are taken for others", wrong, len(all))
	}
}

// Offices are guessed from the catalog's words alone; the gold's offices are themselves assumed, so not all can agree.
func TestOffices_are_guessed_for_the_real_report(t *testing.T) {
	cat := jingwu(t)
	lead := map[string]string{}
	for _, c := range cat.Seeds.Commitments {
		lead[c.ID] = c.Lead
	}
	var clauses []Clause
	all := gold(t)
	for _, c := range all {
		clauses = append(clauses, Clause{c.text, c.section, c.lead})
	}
	right := 0
	for i, g := range NewOffices(cat).Guess(clauses, nil) {
		if g.Office == lead[all[i].id] {
			right++
		}
		if g.Office != "" && (g.Words(cat, "zh") == "" || g.Words(cat, "en") == "") {
			t.Errorf("%s: %+v does not say what it rests on", all[i].text, g)
		}
	}
	t.Logf("%d of %d offices", right, len(all))
	if right*100 < len(all)*70 {
		t.Errorf("%d of %d offices", right, len(all))
	}
}

// The real report's plan is proposed, and what the register holds of it is linked.
func TestPropose_covers_the_real_report(t *testing.T) {
	cat := jingwu(t)
	doc, err := report.Read("report.md", sharedFile(t, "reports", "jingwu-2023.md"))
	if err != nil {
		t.Fatal(err)
	}
	var known []report.Known
	for _, key := range cat.FigureOrder {
		f := cat.Figures[key]
		known = append(known, report.Known{Key: key, Zh: f.Label.Zh, Aliases: f.Aliases, Unit: f.Unit})
	}
	checked := report.Check(doc, known, "", "zh")
	r := Propose(cat, checked, known, nil, 2024)
	if r.Year != 2024 || r.Coverage.Promises < 175 || r.Coverage.PromisesLinked != 0 || r.Coverage.Numbers != len(doc.Claims) {
		t.Errorf("%d: %+v", r.Year, r.Coverage)
	}
	full := Propose(cat, checked, known, seeds(cat), 2024)
	if c := full.Coverage; c.PromisesLinked*100 < c.Promises*80 {
		t.Errorf("%+v", c)
	}
}

func TestOwner_answers_for_figures(t *testing.T) {
	cat := jingwu(t)
	for key, want := range map[string]string{"tax": "finance_office", "commitments_all": "party_office", "suggestions_done": "congress_office"} {
		if got := Owner(cat, cat.Figures[key]); got != want {
			t.Errorf("%s: %s", key, got)
		}
	}
	none := 0
	for _, key := range cat.FigureOrder {
		if Owner(cat, cat.Figures[key]) == "" {
			none++
		}
	}
	if none*10 > len(cat.FigureOrder) {
		t.Errorf("%d of %d figures have no office", none, len(cat.FigureOrder))
	}
}
