package catalog

import (
	"os"
	"regexp"
	"slices"
	"testing"
	"testing/fstest"
)

var fence = regexp.MustCompile("(?ms)^```(yaml file=(\\S+)|yaml fault|text)\n(.*?)^```$")

// The examples of docs/catalog.md are a catalog that loads, and a fault that reads as printed.
func TestDocs_examples_hold(t *testing.T) {
	page, err := os.ReadFile("../../docs/catalog.md")
	if err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{}
	fault, want := "", ""
	for _, b := range fence.FindAllStringSubmatch(string(page), -1) {
		switch {
		case b[2] != "":
			m[b[2]] = &fstest.MapFile{Data: []byte(b[3])}
		case b[1] == "yaml fault":
			fault = b[3]
		case want == "" && fault != "":
			want = b[3]
		}
	}
	if len(m) < 5 || fault == "" || want == "" {
		t.Fatalf("%d example files, a fault of %d and a message of %d bytes", len(m), len(fault), len(want))
	}
	_, faults := Load(m)
	for _, f := range faults {
		t.Errorf("%s", f.Render("en"))
	}
	m["systems/s90.yaml"] = &fstest.MapFile{Data: []byte(fault)}
	_, faults = Load(m)
	got := ""
	for _, f := range faults {
		if !f.Warning {
			got += f.Render("en")
		}
	}
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// Every key of the language stands on the page.
func TestDocs_name_every_key(t *testing.T) {
	page, err := os.ReadFile("../../docs/catalog.md")
	if err != nil {
		t.Fatal(err)
	}
	words := regexp.MustCompile(`[A-Za-z_]+`).FindAllString(string(page), -1)
	var all []string
	all = append(all, typeKeys...)
	all = append(all, fieldKnown...)
	all = append(all, moveKeys...)
	all = append(all, figureKeys...)
	all = append(all, everies...)
	all = append(all, measuredKeys...)
	all = append(all, dashboardKeys...)
	all = append(all, alertKeys...)
	all = append(all, Inputs...)
	all = append(all, "timeless")
	for _, ft := range fieldTypes {
		all = append(all, string(ft))
	}
	for _, k := range all {
		if !slices.Contains(words, k) {
			t.Errorf("docs/catalog.md says nothing of %q", k)
		}
	}
}
