package verify

import (
	"encoding/json"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"zhenwu/internal/edition"
)

// declaration is what the catalog's files say of a figure.
type declaration struct {
	zh, en, unit string
	aliases      []string
	kind         string // ratio, formula, least, most, all, streak; "" for one that counts records
	parts        []string
	formula      string
	over, is     string
	of           string
}

// named holds names, units and compositions against the catalog that the journal put in force.
func (v *verifier) named() *Fault {
	var files map[string]string
	if err := json.Unmarshal(v.file.Catalog, &files); err != nil {
		return fault(edition.NameCatalog, "目录读不出来", "the catalog cannot be read")
	}
	v.declared = map[string]declaration{}
	for path, text := range files {
		if !strings.HasSuffix(path, ".yaml") || !strings.Contains(text, "figures:") {
			continue
		}
		var doc struct {
			Figures map[string]yaml.Node `yaml:"figures"`
		}
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			continue // another sort of file
		}
		for key, node := range doc.Figures {
			v.declared[key] = declare(node)
		}
	}
	for i := range v.e.Figures {
		f := &v.e.Figures[i]
		d, ok := v.declared[f.Key]
		if !ok {
			if f.Kind != "published" {
				v.unproved(f, Note{"目录文件里没有直接声明它，名称和单位没有核对", "the catalog's files do not declare it themselves; its name and unit were not held against them"})
			}
			continue
		}
		if bad := v.heldAgainst(f, d); bad != nil {
			return bad
		}
	}
	return nil
}

// heldAgainst compares a figure with its declaration.
func (v *verifier) heldAgainst(f *edition.Figure, d declaration) *Fault {
	switch {
	case d.zh != "" && d.zh != f.Zh, d.en != "" && d.en != f.En:
		return fault(edition.NameEdition, "指标 %s 在目录里叫“%s”，这里叫“%s”", "the catalog calls the figure %s %[4]q, this edition %[5]q", f.Key, d.zh, f.Zh, d.en, f.En)
	case d.unit != "" && d.unit != f.Unit:
		return fault(edition.NameEdition, "“%s”在目录里的单位是%s，这里是%s", "the unit of %[4]s is %[2]s in the catalog, %[3]s here", f.Zh, d.unit, f.Unit, f.En)
	}
	for _, u := range f.Units {
		if !slices.Contains(d.aliases, u) {
			return fault(edition.NameEdition, "目录没有说“%s”的单位也叫%s", "the catalog does not call the unit of %[3]s %[2]s too", f.Zh, u, f.En)
		}
	}
	if f.Kind == "published" || d.kind == "" {
		if d.kind == "" && slices.Contains([]string{"ratio", "formula", "least", "most", "all", "streak"}, f.Kind) {
			return fault(edition.NameEdition, "“%s”在目录里不是由别的指标算出来的", "in the catalog %[2]s is not read from other figures", f.Zh, f.En)
		}
		return nil
	}
	swapped := fault(edition.NameEdition, "“%s”的算法与目录里的不同", "%[2]s is made in another way than the catalog says", f.Zh, f.En)
	if d.kind != f.Kind || d.formula != f.Formula || d.over != f.Over || bare(d.is) != bare(f.Is) {
		return swapped
	}
	var keys []string
	for _, id := range f.Of {
		for j := range v.e.Figures {
			if v.e.Figures[j].ID == id {
				keys = append(keys, v.e.Figures[j].Key)
			}
		}
	}
	if f.Value == "" {
		return nil
	}
	switch d.kind {
	case "ratio":
		if !slices.Equal(keys, d.parts) {
			return swapped
		}
	case "least", "most", "all", "streak":
		for _, k := range keys {
			if k != d.parts[0] {
				return swapped
			}
		}
	}
	// What it is read from is of the same place and time, but for what it runs over.
	for _, id := range f.Of {
		for j := range v.e.Figures {
			o := &v.e.Figures[j]
			if o.ID == id && (d.kind == "ratio" || d.kind == "formula") && (!slices.Equal(o.Place, f.Place) || o.Slice != f.Slice) {
				return fault(edition.NameEdition, "“%s”依据的指标不在同一个地点或切片", "%[2]s is read from figures of another place or slice", f.Zh, f.En)
			}
		}
	}
	return nil
}

// bare is a condition without the name of what it is about: "value == 0" and "== 0" are one.
func bare(is string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(is), "value"))
}

// declare reads a figure's declaration, as far as it concerns names, units and what it is read from.
func declare(n yaml.Node) declaration {
	var d declaration
	if n.Kind != yaml.MappingNode {
		return d
	}
	list := func(x *yaml.Node) (out []string) {
		if x.Kind == yaml.ScalarNode {
			return []string{x.Value}
		}
		for _, c := range x.Content {
			out = append(out, c.Value)
		}
		return out
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		x := n.Content[i+1]
		switch key := n.Content[i].Value; key {
		case "zh":
			d.zh = x.Value
		case "en":
			d.en = x.Value
		case "unit":
			d.unit = x.Value
		case "aliases":
			d.aliases = list(x)
		case "of":
			d.of = x.Value
		case "over":
			d.over = x.Value
		case "is":
			d.is = x.Value
		case "ratio", "least", "most", "all", "streak":
			d.kind, d.parts = key, list(x)
		case "formula":
			d.kind, d.formula = key, x.Value
		}
	}
	return d
}
