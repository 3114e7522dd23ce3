package sim

import (
	"strings"
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/form"
	"zhenwu/internal/town"
)

type places []catalog.PlaceRow

func (p places) Called(name string) (out []town.Code) {
	for _, x := range p {
		if x.Label.Zh == name || string(x.Code) == name {
			out = append(out, x.Code)
		}
	}
	return out
}

// Every form of the plan is a sound form, and its map fits it and the catalog; the same form is the same bytes.
func TestForms_of_the_year_can_be_filled(t *testing.T) {
	cat, faults := catalog.Load(catalogs.Jingwu)
	if catalog.Broken(faults) {
		t.Fatal(faults)
	}
	plan, err := Load(cat, Built())
	if err != nil {
		t.Fatal(err)
	}
	mapped := 0
	for _, g := range plan.Groups {
		if g.Type != "form" {
			continue
		}
		spec, _ := g.Fields["blank"].(string)
		hash := formOf(strings.TrimPrefix(spec, "@form:"))
		var data []byte
		for _, a := range Attachments() {
			if a.Hash == hash {
				data = a.Bytes
			}
		}
		f, err := form.Read(data)
		if err != nil {
			t.Fatalf("%s: %v", spec, err)
		}
		text, _ := g.Fields["map"].(string)
		for _, step := range g.Walk {
			if s, ok := step.(map[string]any); ok {
				if fields, ok := s["fields"].(map[string]any); ok && fields["map"] != nil {
					text, _ = fields["map"].(string)
				}
			}
		}
		if text == "" {
			continue
		}
		m, err := form.ReadMap([]byte(text))
		if err == nil {
			_, err = form.Bind(cat, f, m, places(cat.Seeds.Places))
		}
		if err != nil {
			t.Errorf("%v of %s: %v", g.Fields["name"], spec, err)
		}
		mapped++
	}
	if mapped < 4 {
		t.Errorf("%d forms are mapped", mapped)
	}
	for _, b := range blanks {
		one, err1 := b.file()
		two, err2 := b.file()
		if err1 != nil || err2 != nil || string(one) != string(two) {
			t.Errorf("%s is not the same twice: %v, %v", b.name, err1, err2)
		}
	}
}
