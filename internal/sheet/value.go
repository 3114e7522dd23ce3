package sheet

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

// Fields are the fields of a type that a sheet can fill.
func Fields(t *catalog.Type) []*catalog.Field {
	var out []*catalog.Field
	for _, f := range t.Fields {
		if f.Retired || f.Type == catalog.LinesType || f.Type == catalog.File || f.Type == catalog.Photo || f.Origin != catalog.Typed && f.Origin != catalog.Copied {
			continue
		}
		out = append(out, f)
	}
	return out
}

// Columns maps the columns of a sheet to fields, by label, alias or key; a
// column that fills none is "".
func Columns(t *catalog.Type, head []string) []string {
	out := make([]string, len(head))
	used := map[string]bool{}
	for i, h := range head {
		name := strings.TrimSpace(h)
		if j := strings.IndexAny(name, "（("); j > 0 {
			name = strings.TrimSpace(name[:j])
		}
		for _, f := range Fields(t) {
			if used[f.Key] {
				continue
			}
			hit := name == f.Label.Zh || name == f.Label.En || name == f.Key
			for _, a := range f.Aliases {
				hit = hit || name == a
			}
			if hit {
				out[i] = f.Key
				used[f.Key] = true
				break
			}
		}
	}
	return out
}

// Shown are the fields that an export and an import carry: nothing sealed, no tables within a cell.
func Shown(t *catalog.Type) []*catalog.Field {
	var out []*catalog.Field
	for _, f := range t.Fields {
		if hall.SealedField(f) || f.Type == catalog.LinesType || f.Retired {
			continue
		}
		out = append(out, f)
	}
	return out
}

// Scale is the number of decimals that a field is written with.
func Scale(f *catalog.Field) int {
	if f.Type == catalog.Money {
		return 2
	}
	return f.Scale
}

// Reading turns cells into values for the town of a view.
type Reading struct {
	View *hall.View
	Ref  func(text string) (town.ID, error) // the record that a number or "#17" names, 0 = none
}

// Value reads the text of one value, as typed or as it stands in a sheet.
func (v Reading) Value(f *catalog.Field, text string) (any, error) {
	wrong := func(zh, en string) error {
		return town.Refuse(town.Invalid, f.Key, "“%[1]s”：%[3]s", "“%[2]s”: %[4]s", f.Label.Zh, f.Label.In("en"), zh, en)
	}
	switch f.Type {
	case catalog.Integer, catalog.Decimal, catalog.Money, catalog.Points, catalog.Percent:
		n, err := parseDecimal(text, Scale(f))
		if err != nil {
			return nil, wrong("“"+text+"”不是数（最多 "+strconv.Itoa(Scale(f))+" 位小数）", "“"+text+"” is no number with at most "+strconv.Itoa(Scale(f))+" decimals")
		}
		return n, nil
	case catalog.Bool:
		switch strings.ToLower(text) {
		case "true", "是", "yes", "1":
			return true, nil
		case "false", "否", "no", "0":
			return false, nil
		}
		return nil, wrong("填“是”或“否”", "yes or no")
	case catalog.Ref:
		id, err := v.Ref(text)
		if err != nil {
			return nil, err
		}
		if id == 0 {
			return nil, wrong("没有记录“"+text+"”", "there is no record “"+text+"”")
		}
		return int64(id), nil
	case catalog.Time:
		return strings.Replace(text, "T", " ", 1), nil
	case catalog.Point:
		a, b, ok := strings.Cut(strings.ReplaceAll(text, "，", ","), ",")
		lon, err1 := parseDecimal(strings.TrimSpace(a), 7)
		lat, err2 := parseDecimal(strings.TrimSpace(b), 7)
		if !ok || err1 != nil || err2 != nil {
			return nil, wrong("写成“经度,纬度”", "write “longitude,latitude”")
		}
		return fmt.Sprintf("%d,%d", lon, lat), nil
	case catalog.Flags, catalog.Offices:
		var out []string
		for _, s := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、,，;；", r) }) {
			out = append(out, v.choiceKey(f, strings.TrimSpace(s)))
		}
		return out, nil
	case catalog.ChoiceType, catalog.OfficeType:
		return v.choiceKey(f, text), nil
	case catalog.Place:
		if v.View.Place(town.Code(text)) != nil {
			return text, nil
		}
		for _, p := range v.View.Places() {
			if p.Zh == text || p.En == text || slices.Contains(strings.Split(p.Aliases, "|"), text) {
				code := p.Code
				if code == "" {
					code = v.View.Cat.Code
				}
				return string(code), nil
			}
		}
		return nil, wrong("没有地点“"+text+"”", "there is no place “"+text+"”")
	}
	return text, nil
}

// choiceKey finds a choice by its key or by its label in either language.
func (v Reading) choiceKey(f *catalog.Field, text string) string {
	if f.Type == catalog.OfficeType || f.Type == catalog.Offices {
		for _, key := range v.View.Cat.OfficeOrder {
			if o := v.View.Cat.Offices[key]; key == text || o.Label.Zh == text || o.Label.En == text || slices.Contains(o.Aliases, text) {
				return key
			}
		}
		return text
	}
	if f.List != nil {
		for _, it := range f.List.Items {
			if it.Key == text || it.Label.Zh == text || it.Label.En == text {
				return it.Key
			}
		}
	}
	return text
}

// parseDecimal reads a decimal number with at most scale decimals as an integer × 10^scale.
func parseDecimal(text string, scale int) (int64, error) {
	text = strings.NewReplacer(",", "", "，", "", " ", "", "−", "-", "％", "", "%", "").Replace(text)
	r, ok := new(big.Rat).SetString(text)
	if !ok || strings.ContainsAny(text, "eE/xX_") {
		return 0, fmt.Errorf("not a number: %q", text)
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, fmt.Errorf("not a number with %d decimals: %q", scale, text)
	}
	return r.Num().Int64(), nil
}

// Harmless keeps a spreadsheet from taking a text for a formula.
func Harmless(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '@', '\t', '\r':
		return "'" + s
	case '-':
		if _, err := strconv.ParseFloat(s, 64); err != nil {
			return "'" + s
		}
	}
	return s
}
