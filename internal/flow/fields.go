package flow

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// ValidateFields holds the given fields of one command against the type:
// known names, right Go types, choices, limits, formats, and that references
// lead somewhere. Sealed fields hold references and are only looked at for their
// Go type. It does not ask for required fields. The error names every field at fault.
func ValidateFields(t *catalog.Type, w World, fields town.Values) error {
	var faults town.Faults
	for _, key := range fields.Names() {
		f := t.Field(key)
		if f == nil {
			faults.Add(unknownField(t, key))
			continue
		}
		x := fields[key]
		if x == nil {
			continue
		}
		if err := validate(f, f.Key, w, x); !faults.Add(err) {
			return err
		}
	}
	return faults.Err()
}

// ValidateSealed holds the plain texts of sealed fields against their formats. The error names every field at fault.
func ValidateSealed(t *catalog.Type, sealed map[string]string) error {
	var faults town.Faults
	for _, key := range slices.Sorted(maps.Keys(sealed)) {
		f, s := t.Field(key), sealed[key]
		switch {
		case f == nil:
			faults.Add(unknownField(t, key))
		case !f.Sealed:
			faults.Add(town.Refuse(town.Invalid, key, "“%[1]s”不是加密字段", "“%[2]s” is not a sealed field", f.Label.Zh, f.Label.In("en")))
		case s != "":
			if err := validateText(f, key, s); !faults.Add(err) {
				return err
			}
		}
	}
	return faults.Err()
}

func unknownField(t *catalog.Type, key string) error {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Key
	}
	zh, en := near(key, names)
	return town.Refuse(town.Invalid, key, "“%[1]s”没有字段“%[3]s”%[4]s", "%[2]s has no field “%[3]s”%[5]s",
		t.Label.Zh, t.Label.In("en"), key, zh, en)
}

// near suggests the name that was probably meant.
func near(got string, names []string) (zh, en string) {
	best, at := 3, "" // at most two letters off
	for _, n := range names {
		if d := distance(got, n); d < best && d < utf8.RuneCountInString(n) {
			best, at = d, n
		}
	}
	if at == "" {
		return "", ""
	}
	return "，是否指“" + at + "”？", "; did you mean “" + at + "”?"
}

// distance is the number of letters to add, drop or change between a and b.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	ra, rb := []rune(a), []rune(b)
	row := make([]int, len(rb)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range ra {
		diag := row[0]
		row[0] = i + 1
		for j, y := range rb {
			up := row[j+1]
			cost := diag
			if x != y {
				cost++
			}
			row[j+1] = min(cost, up+1, row[j]+1)
			diag = up
		}
	}
	return row[len(rb)]
}

var (
	phonePattern  = regexp.MustCompile(`^\+?[0-9][0-9 -]{4,19}$`)
	idPattern     = regexp.MustCompile(`^[0-9]{17}[0-9Xx]$|^[A-Za-z0-9]{6,20}$`)
	creditPattern = regexp.MustCompile(`^[0-9A-Z]{18}$`)
	timePattern   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

func wrongType(f *catalog.Field, name string, want Line) error {
	return town.Refuse(town.Invalid, name, "“%[1]s”应为%[3]s", "“%[2]s” must be %[4]s", f.Label.Zh, f.Label.In("en"), want.Zh, want.En)
}

// validate holds one value against its field. name is what an error points at.
func validate(f *catalog.Field, name string, w World, x any) error {
	if f.Sealed && f.Type != catalog.LinesType {
		if _, ok := x.(string); !ok {
			return wrongType(f, name, Line{"文本", "a text"})
		}
		return nil // the reference of a box: the plain text was held against the format before it was sealed
	}
	switch f.Type {
	case catalog.Integer, catalog.Decimal, catalog.Money, catalog.Points, catalog.Percent:
		n, ok := x.(int64)
		if !ok {
			return wrongType(f, name, Line{"整数值", "a whole number"})
		}
		if f.Min != nil && n < *f.Min {
			return town.Refuse(town.Invalid, name, "“%[1]s”不得小于 %[3]s", "“%[2]s” must not be below %[3]s", f.Label.Zh, f.Label.In("en"), scaled(*f.Min, f))
		}
		if f.Max != nil && n > *f.Max {
			return town.Refuse(town.Invalid, name, "“%[1]s”不得大于 %[3]s", "“%[2]s” must not be above %[3]s", f.Label.Zh, f.Label.In("en"), scaled(*f.Max, f))
		}
	case catalog.Bool:
		if _, ok := x.(bool); !ok {
			return wrongType(f, name, Line{"是或否", "yes or no"})
		}
	case catalog.Ref:
		n, ok := x.(int64)
		if !ok || n <= 0 {
			return wrongType(f, name, Line{"一条记录", "a record"})
		}
		r, err := w.Record(town.ID(n))
		if err != nil {
			return err
		}
		if r == nil || (f.RefType != "" && r.Type != f.RefType) {
			return town.Refuse(town.Invalid, name, "“%[1]s”所指的记录 %[3]d 不存在", "“%[2]s”: there is no such record %[3]d", f.Label.Zh, f.Label.In("en"), n)
		}
	case catalog.Flags, catalog.Offices:
		list, ok := x.([]string)
		if !ok {
			return wrongType(f, name, Line{"选项列表", "a list of choices"})
		}
		for i, s := range list {
			if slices.Contains(list[:i], s) {
				return town.Refuse(town.Invalid, name, "“%[1]s”重复选择了“%[3]s”", "“%[2]s” names “%[3]s” twice", f.Label.Zh, f.Label.In("en"), s)
			}
			if err := validateChoice(f, name, s); err != nil {
				return err
			}
		}
	case catalog.LinesType:
		rows, ok := x.([]map[string]any)
		if !ok {
			return wrongType(f, name, Line{"明细表", "a table of lines"})
		}
		return validateLines(f, name, w, rows)
	default:
		s, ok := x.(string)
		if !ok {
			return wrongType(f, name, Line{"文本", "a text"})
		}
		if f.Type == catalog.Place {
			return validatePlace(f, name, w, s)
		}
		return validateText(f, name, s)
	}
	return nil
}

func validatePlace(f *catalog.Field, name string, w World, s string) error {
	kind := w.PlaceKind(town.Code(s))
	if kind == "" {
		return town.Refuse(town.Invalid, name, "“%[1]s”：没有编码为 %[3]s 的地点", "“%[2]s”: there is no place %[3]s", f.Label.Zh, f.Label.In("en"), s)
	}
	if len(f.Kinds) > 0 && !slices.Contains(f.Kinds, kind) {
		return town.Refuse(town.Invalid, name, "“%[1]s”不能是这一类地点（%[3]s）", "“%[2]s” cannot be a place of this kind (%[3]s)", f.Label.Zh, f.Label.In("en"), kind)
	}
	return nil
}

// validateText holds a text against its field type.
func validateText(f *catalog.Field, name, s string) error {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return wrongType(f, name, Line{"有效的文本", "a valid text"})
	}
	n := int64(utf8.RuneCountInString(s))
	if f.Max != nil && n > *f.Max {
		return town.Refuse(town.Invalid, name, "“%[1]s”最多 %[3]d 个字，现有 %[4]d 个", "“%[2]s” may have %[3]d characters, not %[4]d", f.Label.Zh, f.Label.In("en"), *f.Max, n)
	}
	if f.Min != nil && n < *f.Min {
		return town.Refuse(town.Invalid, name, "“%[1]s”至少 %[3]d 个字", "“%[2]s” needs at least %[3]d characters", f.Label.Zh, f.Label.In("en"), *f.Min)
	}
	if f.Max == nil && n > textRoom(f.Type) {
		return town.Refuse(town.Invalid, name, "“%[1]s”太长", "“%[2]s” is too long", f.Label.Zh, f.Label.In("en"))
	}
	ok, want := true, Line{}
	switch f.Type {
	case catalog.Date:
		_, err := town.ParseDay(s)
		ok, want = err == nil, Line{"日期（如 2023-05-17）", "a day (such as 2023-05-17)"}
	case catalog.Time:
		ok, want = timePattern.MatchString(s), Line{"时间（如 2023-05-17 09:30）", "a time (such as 2023-05-17 09:30)"}
		if ok {
			_, err := town.ParseDay(s[:10])
			ok = err == nil
		}
	case catalog.PeriodType:
		ok, want = validPeriod(f, s), Line{"期间（如 2023、2023-Q1、2023-05）", "a period (such as 2023, 2023-Q1, 2023-05)"}
	case catalog.ChoiceType:
		return validateChoice(f, name, s)
	case catalog.Phone:
		ok, want = phonePattern.MatchString(s), Line{"电话号码", "a phone number"}
	case catalog.IDNumber:
		ok, want = idPattern.MatchString(s), Line{"证件号码", "an ID number"}
	case catalog.CreditCode:
		ok, want = creditPattern.MatchString(s), Line{"18 位统一社会信用代码", "a credit code of 18 characters"}
	case catalog.Point:
		ok, want = validPoint(s), Line{"经纬度", "a longitude and a latitude"}
	}
	if !ok {
		return wrongType(f, name, want)
	}
	return nil
}

// textRoom is the longest text of a field that declares no max, in characters.
func textRoom(t catalog.FieldType) int64 {
	if t == catalog.LongText {
		return 20_000
	}
	return 500
}

func validPeriod(f *catalog.Field, s string) bool {
	p, err := town.ParsePeriod(s)
	if err != nil || strings.Contains(s, "/") {
		return false
	}
	if len(f.Units) == 0 {
		return true
	}
	unit := ""
	switch {
	case len(s) == 4:
		unit = "year"
	case strings.Contains(s, "Q"):
		unit = "quarter"
	case len(s) == 7:
		unit = "month"
	case p.Until-p.From == 1:
		unit = "day"
	default:
		unit = "ten_days"
	}
	return slices.Contains(f.Units, unit)
}

// validPoint reads "lon,lat" in degrees × 10^7.
func validPoint(s string) bool {
	a, b, ok := strings.Cut(s, ",")
	if !ok {
		return false
	}
	lon, err1 := strconv.ParseInt(a, 10, 64)
	lat, err2 := strconv.ParseInt(b, 10, 64)
	return err1 == nil && err2 == nil && lon >= -180e7 && lon <= 180e7 && lat >= -90e7 && lat <= 90e7
}

func validateChoice(f *catalog.Field, name, s string) error {
	if f.List == nil {
		return nil // an office: the offices of a town are data of the catalog, held by the loader
	}
	if it := f.List.Item(s); it != nil {
		return nil
	}
	keys := make([]string, len(f.List.Items))
	for i := range f.List.Items {
		keys[i] = f.List.Items[i].Key
	}
	zh, en := near(s, keys)
	return town.Refuse(town.Invalid, name, "“%[1]s”没有选项“%[3]s”%[4]s", "“%[2]s” has no choice “%[3]s”%[5]s", f.Label.Zh, f.Label.In("en"), s, zh, en)
}

// validateLines holds the rows of a table against its columns.
func validateLines(f *catalog.Field, name string, w World, rows []map[string]any) error {
	if len(rows) > maxLines {
		return town.Refuse(town.Invalid, name, "“%[1]s”最多 %[3]d 行", "“%[2]s” may have %[3]d lines", f.Label.Zh, f.Label.In("en"), maxLines)
	}
	for i, row := range rows {
		at := name + "." + strconv.Itoa(i+1)
		for _, key := range town.Values(row).Names() {
			c := column(f, key)
			if c == nil {
				names := make([]string, len(f.Columns))
				for j, c := range f.Columns {
					names[j] = c.Key
				}
				zh, en := near(key, names)
				return town.Refuse(town.Invalid, at, "“%[1]s”没有列“%[3]s”%[4]s", "“%[2]s” has no column “%[3]s”%[5]s", f.Label.Zh, f.Label.In("en"), key, zh, en)
			}
			if x := row[key]; x != nil && c.Origin == catalog.Typed {
				if err := validate(c, at+"."+key, w, x); err != nil {
					return err
				}
			}
		}
		for _, c := range f.Columns {
			if c.Required && row[c.Key] == nil {
				return town.Refuse(town.Invalid, at+"."+c.Key, "“%[1]s”第 %[5]d 行缺少“%[3]s”", "line %[5]d of “%[2]s” lacks “%[4]s”",
					f.Label.Zh, f.Label.In("en"), c.Label.Zh, c.Label.In("en"), i+1)
			}
		}
	}
	return nil
}

// maxLines is the most lines one record may hold: more than that have a life of their own.
const maxLines = 2000

func column(f *catalog.Field, key string) *catalog.Field {
	for _, c := range f.Columns {
		if c.Key == key {
			return c
		}
	}
	return nil
}

// scaled writes n with the decimals of f.
func scaled(n int64, f *catalog.Field) string {
	d := f.Scale
	if f.Type == catalog.Money {
		d = 2
	}
	if d == 0 {
		return strconv.FormatInt(n, 10)
	}
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n, 10)
	for len(s) <= d {
		s = "0" + s
	}
	return sign + strings.TrimRight(strings.TrimRight(s[:len(s)-d]+"."+s[len(s)-d:], "0"), ".")
}

// empty tells whether x counts as no value.
func empty(x any) bool {
	switch y := x.(type) {
	case nil:
		return true
	case string:
		return y == ""
	case []string:
		return len(y) == 0
	case []map[string]any:
		return len(y) == 0
	}
	return false
}

// equal compares two values of a field.
func equal(a, b any) bool {
	if empty(a) || empty(b) {
		return empty(a) && empty(b)
	}
	switch x := a.(type) {
	case []string:
		y, ok := b.([]string)
		return ok && slices.Equal(x, y)
	case []map[string]any:
		y, ok := b.([]map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		return string(town.AppendJSON(nil, x)) == string(town.AppendJSON(nil, y))
	}
	switch b.(type) {
	case []string, []map[string]any:
		return false
	}
	return a == b
}
