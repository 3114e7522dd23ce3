package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zhenwu/internal/town"
)

func good(t testing.TB) *Catalog {
	t.Helper()
	c, faults := Load(folder(t, "testdata/good", ""))
	if Broken(faults) {
		t.Fatal(faults)
	}
	return c
}

// What the sugar of the language becomes in the model.
func TestLoad_settles_the_short_forms(t *testing.T) {
	c := good(t)
	cases := c.Types["case"]
	eq := func(what string, got, want any) {
		t.Helper()
		if g, w := fmtAny(got), fmtAny(want); g != w {
			t.Errorf("%s = %s, want %s", what, g, w)
		}
	}
	eq("opens_by is the union of the first moves", cases.OpensBy, []string{"desk"})
	eq("corrects_by adds the chief", cases.CorrectsBy, []string{"desk", "chief"})
	eq("a type without stages has one", c.Types["firm_record"].Stages[0].Key, "kept")
	eq("same stays", cases.Move("extend").To, "")
	eq("from any", cases.Move("withdraw").From, []string{"received", "handling", "disputed"})
	eq("a clock makes a move", cases.Move("lapse").Clocks, []string{"sign_in"})
	eq("a person is sealed", cases.Field("caller").Sealed, true)
	eq("money has its currency", c.Types["spending"].Field("dollars").Currency, "USD")
	eq("a copy takes its source's type", c.Types["check"].Field("firm_name").Type, Text)
	eq("follow", c.Types["check"].Field("firm_name").Origin, Followed)
	eq("extension adds a field", c.Types["part"].Field("done_on").Default, "today")
	eq("the extension is no type", c.Types["part_more"] == nil, true)
	eq("default of a choice", cases.Field("topic").Default, "road")
	eq("slot in unique", c.Types["check"].Unique.By, []string{"firm", "slot"})
	eq("rule rows", c.Rules["case_handle"].Rows[1].From, town.DayOf(2024, 1, 1))

	in := c.Figures["cases_in_time"]
	eq("within takes the kind", in.Kind, Count)
	eq("within takes the unit", in.Unit, "件")
	eq("within joins the filters", in.Of.Source(), "(stage == 'answered') && (!late.handle)")
	eq("within takes the day", in.AtDay.Source(), "entered.answered")
	eq("a pair of slices", c.Figures["cases"].By[2], Slice{"topic×lead", []string{"topic", "lead"}})
	eq("the scale of money", c.Figures["fines_all"].Scale, 2)
	eq("the scale of a measure", c.Figures["tax"].Scale, 4)
	eq("the indicator", c.Figures["tax"].Indicator, "tax")
	eq("the parts of a formula", c.Figures["cases_left"].Parts, []string{"cases", "cases_answered"})
	eq("least over places", c.Figures["fines_least"].Over, "village")

	sc := c.Types["grid_month"]
	eq("a score's type", []string{sc.Title, sc.Place, sc.Score, strings.Join(sc.OpensBy, " ")}, []string{"period", "place", "grid_month", "system"})
	eq("a score's plan", c.Plans["grid_month"].Each[0], Each{As: "subject", Kind: "grid"})
	eq("rate in points", c.Scores["grid_month"].Items[0].Points.Source(), "30 * rate.cases_rate / 10000")
	eq("a reading", c.Types["pledge"].Field("progress").Call.Func, "progress")

	eq("targets in the figure's scale", c.Seeds.Targets[0].Value, 1900)
	eq("systems of one file", []string{c.Systems[1].Number, c.Systems[2].Number}, []string{"S02", "S03"})
	eq("places", len(c.Seeds.Places), 5)
	eq("aliases of a place", c.Seeds.Places[2].Aliases, []string{"西庄", "西里"})
	eq("zone", c.Zone.String(), "Asia/Shanghai")
}

func fmtAny(v any) string { return strings.TrimSpace(strings.Join(strings.Fields(fmt.Sprint(v)), " ")) }

func TestLoad_edition_changes_with_any_byte(t *testing.T) {
	a, _ := Load(folder(t, "testdata/good", ""))
	b, _ := Load(folder(t, "testdata/good", ""))
	if a.Edition != b.Edition || len(a.Edition) != 64 {
		t.Fatalf("editions of one source: %s, %s", a.Edition, b.Edition)
	}
	m := folder(t, "testdata/good", "")
	m["rules.yaml"].Data = append(slices.Clone(m["rules.yaml"].Data), '\n')
	if c, _ := Load(m); c.Edition == a.Edition {
		t.Error("a changed file kept the edition")
	}
	m = folder(t, "testdata/good", "")
	m["systems/s05.yaml"] = m["systems/s04.yaml"]
	delete(m, "systems/s04.yaml")
	if c, _ := Load(m); c.Edition == a.Edition {
		t.Error("a renamed file kept the edition")
	}
}

func TestLoad_of_hostile_folders(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	for name, tc := range map[string]struct {
		data string
		want string
	}{
		"empty":           {"", "the file is empty"},
		"brackets":        {deep, "nested too deeply"},
		"indent":          {strings.Repeat(" ", 100_000) + "a: b", "nested too deeply"},
		"dashes":          {strings.Repeat("- ", 50_000), "nested too deeply"},
		"large":           {strings.Repeat("# x\n", 200_000), "larger than"},
		"not utf-8":       {"system: \xff\xfe", "not UTF-8"},
		"a list":          {"- a\n- b\n", "this must be a mapping"},
		"a word":          {"hello", "this must be a mapping"},
		"binary":          {"\x00\x01\x02", "control characters"},
		"carriage return": {"system: S90\r\nzh: 试\r\nen: T\r\nfoo: 1\r\n", "no such key"},
	} {
		t.Run(name, func(t *testing.T) {
			m := base(t)
			m["systems/s90.yaml"] = &fstest.MapFile{Data: []byte(tc.data)}
			_, faults := Load(m)
			if !Broken(faults) {
				t.Fatal("no fault")
			}
			for _, f := range faults {
				if strings.Contains(f.En, tc.want) {
					return
				}
			}
			t.Errorf("no %q among %v", tc.want, faults)
		})
	}
	if _, faults := Load(fstest.MapFS{}); !Broken(faults) {
		t.Error("an empty folder has no fault")
	}
}

func TestFault_caret_stands_below_the_column(t *testing.T) {
	f := &file{name: "a.yaml", data: []byte("名称: {zh: 企业, typ: text}\n")}
	got := f.faultAt(1, 14, "没有这个键", "no such key").Render("en")
	want := "a.yaml:1:14: no such key\n    1 | 名称: {zh: 企业, typ: text}\n      |                  ^\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestPhrase_ignores_marks_and_width(t *testing.T) {
	for _, pair := range [][2]string{{"总 数", "总数"}, {"（总）数", "总数"}, {"ＰＭ２．５", "PM2.5"}, {"PM2.5", "pm25"}} {
		if Phrase(pair[0]) != Phrase(pair[1]) {
			t.Errorf("%q and %q differ: %q %q", pair[0], pair[1], Phrase(pair[0]), Phrase(pair[1]))
		}
	}
}

func TestReport_names_every_system(t *testing.T) {
	c := good(t)
	for _, lang := range []string{"zh", "en"} {
		r := c.Report(lang)
		for _, s := range c.Systems {
			if !strings.Contains(r, s.Number+" "+s.Label.In(lang)) {
				t.Errorf("%s lacks %s", lang, s.Number)
			}
		}
	}
}

// Whatever stands in a file, Load answers with faults that can be shown and never panics.
func FuzzLoad(f *testing.F) {
	for _, dir := range []string{"testdata/good/systems", "testdata/bad"} {
		for name, file := range folder(f, dir, "") {
			if strings.HasSuffix(name, ".yaml") {
				f.Add(file.Data)
			}
		}
	}
	town := base(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		m := fstest.MapFS{}
		for k, v := range town {
			m[k] = v
		}
		m["systems/s90.yaml"] = &fstest.MapFile{Data: data}
		c, faults := Load(m)
		if c == nil {
			t.Fatal("no catalog")
		}
		for _, x := range faults {
			if x.Zh == "" || x.En == "" || x.Render("en") == "" || x.Render("zh") == "" {
				t.Fatalf("an empty fault: %+v", x)
			}
		}
		if !Broken(faults) {
			c.Report("zh")
		}
	})
}

// A source is shown in the reader's language where it is told in both; the name of a text stands as it is.
func TestSourceIn(t *testing.T) {
	for _, tc := range []struct{ source, zh, en string }{
		{"可编辑默认值 editable default", "可编辑默认值", "editable default"},
		{"绩效等级有效期 the grade itself", "绩效等级有效期", "the grade itself"},
		{"可编辑默认值 editable default（参照山东省村务公开条例）", "可编辑默认值（参照山东省村务公开条例）", "editable default（参照山东省村务公开条例）"},
		{"信访工作条例：15日内登记转送", "信访工作条例：15日内登记转送", "信访工作条例：15日内登记转送"},
		{"天津市12345热线办理细则（新闻转述）cj.sina.com.cn 3314280193", "天津市12345热线办理细则（新闻转述）cj.sina.com.cn 3314280193", "天津市12345热线办理细则（新闻转述）cj.sina.com.cn 3314280193"},
	} {
		if zh, en := SourceIn(tc.source, "zh"), SourceIn(tc.source, "en"); zh != tc.zh || en != tc.en {
			t.Errorf("%q is %q and %q, want %q and %q", tc.source, zh, en, tc.zh, tc.en)
		}
	}
}
