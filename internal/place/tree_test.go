package place

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

// open is a place without a first and last day.
func open(code, kind, parent, zh, en string, aliases ...string) Place {
	return Place{Code: town.Code(code), Kind: kind, Parent: town.Code(parent), Zh: zh, En: en, Aliases: aliases, Since: town.NoDay, Until: town.NoDay}
}

// sample is an invented town in which Dongzhuang and Xizhuang merged in 2022.
func sample() []Place {
	east, west, both := open("9201", "village", "9", "东庄村", "Dongzhuang", "东庄"), open("9202", "village", "9", "西庄村", "Xizhuang", "西庄"), open("9203", "village", "9", "合庄村", "Hezhuang", "合庄", "东庄")
	east.Until, west.Until, both.Since = town.DayOf(2022, 1, 1), town.DayOf(2022, 1, 1), town.DayOf(2022, 1, 1)
	both.Succeeds = []town.Code{"9201", "9202"}
	return []Place{
		open("9204", "village", "9", "合庄村北", ""),
		both, west, east,
		open("9203001", "grid", "9203", "合庄第一网格", "Hezhuang Grid 1"),
		open("9203002", "grid", "9203", "合庄第二网格", "Hezhuang Grid 2"),
		open("9", "town", "", "河口镇", "Hekou Town", "旧河镇"),
		open("9001", "estate", "9", "新华·里", "Xinhua Li"),
	}
}

func codes(places []Place) string {
	var all []string
	for _, p := range places {
		all = append(all, string(p.Code))
	}
	return strings.Join(all, " ")
}

func TestTree(t *testing.T) {
	tree, err := New(sample())
	if err != nil {
		t.Fatal(err)
	}
	before, after := town.DayOf(2021, 12, 31), town.DayOf(2022, 1, 1)
	for what, c := range map[string]struct{ got, want string }{
		"all":                        {codes(tree.All()), "9 9001 9201 9202 9203 9203001 9203002 9204"},
		"roots":                      {codes(tree.Roots()), "9"},
		"children":                   {codes(tree.Children("9")), "9001 9201 9202 9203 9204"},
		"no children":                {codes(tree.Children("9203001")), ""},
		"below":                      {codes(tree.Below("9203")), "9203 9203001 9203002"},
		"below nothing":              {codes(tree.Below("8")), ""},
		"kinds before the merger":    {codes(tree.Kind("village", before)), "9201 9202 9204"},
		"kinds after the merger":     {codes(tree.Kind("village", after)), "9203 9204"},
		"kinds on no day":            {codes(tree.Kind("village", town.NoDay)), "9201 9202 9203 9204"},
		"ambiguous without a day":    {codes(tree.Named("东庄", town.NoDay)), "9201 9203"},
		"an alias before the merger": {codes(tree.Named("东庄", before)), "9201"},
		"an alias that lived on":     {codes(tree.Named("东庄", after)), "9203"},
		"a dot left out":             {codes(tree.Named("新华里", after)), "9001"},
		"another dot and spaces":     {codes(tree.Named(" 新华 • 里 ", after)), "9001"},
		"traditional characters":     {codes(tree.Named("東莊村", before)), "9201"},
		"full width and capitals":    {codes(tree.Named("ＨＥＫＯＵ town", after)), "9"},
		"part of a name":             {codes(tree.Named("东", after)), ""},
		"nothing":                    {codes(tree.Named(" ", after)), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", what, c.got, c.want)
		}
	}
	join := func(list []town.Code) string {
		var all []string
		for _, c := range list {
			all = append(all, string(c))
		}
		return strings.Join(all, " ")
	}
	for what, c := range map[string]struct{ got, want string }{
		"path":                       {join(tree.Path("9203002")), "9203002 9203 9"},
		"no path":                    {join(tree.Path("8")), ""},
		"successors":                 {join(tree.Successors("9201")), "9203"},
		"heirs after the merger":     {join(tree.Heirs("9201", after)), "9203"},
		"heirs before the merger":    {join(tree.Heirs("9201", before)), "9201"},
		"heirs of one that lasts":    {join(tree.Heirs("9204", after)), "9204"},
		"heirs of one not yet there": {join(tree.Heirs("9203", before)), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", what, c.got, c.want)
		}
	}
	if !tree.Within("9203001", "9") || !tree.Within("9", "9") || tree.Within("9", "9203") || tree.Within("9204", "9203") || tree.Within("8", "9") {
		t.Error("Within is wrong")
	}
	if v, ok := tree.Above("9203001", "village"); !ok || v.Code != "9203" {
		t.Errorf("the village of the grid is %q", v.Code)
	}
	if _, ok := tree.Above("9", "village"); ok {
		t.Error("the town lies in a village")
	}
}

func TestTreeRefuses(t *testing.T) {
	change := func(f func(ps []Place) []Place) []Place { return f(sample()) }
	for want, ps := range map[string][]Place{
		"given twice":                 change(func(ps []Place) []Place { return append(ps, ps[0]) }),
		"its parent 8 does not exist": change(func(ps []Place) []Place { ps[0].Parent = "8"; return ps }),
		"lies within itself":          {open("1", "x", "2", "甲", ""), open("2", "x", "1", "乙", "")},
		"has no name":                 {open("1", "x", "", "", "")},
		"has no code":                 {open("", "x", "", "甲", "")},
		"has no kind":                 {open("1", "", "", "甲", "")},
		"before it begins":            {{Code: "1", Kind: "x", Zh: "甲", Since: 5, Until: 5}},
		"which it succeeds":           change(func(ps []Place) []Place { ps[0].Succeeds = []town.Code{"8"}; return ps }),
		"succeeds itself": change(func(ps []Place) []Place {
			ps[3].Succeeds = []town.Code{"9203"}
			return ps
		}),
	} {
		if _, err := New(ps); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestMentionsAreAsLongAsTheyCanBe(t *testing.T) {
	tree, err := New(sample())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, want string }{
		{"走访合庄村北和合庄村、合庄。", "合庄村北=9204 合庄村=9203 合庄=9203"},
		{"合庄第 一\n网格整改", "合庄第 一\n网格=9203001"},
		{"東莊，新华里", "東莊=9201+9203 新华里=9001"},
		{"Hekou Townhouse and HEKOU TOWN", "HEKOU TOWN=9"},
		{"xHekou Town", ""},
		{"没有地名", ""},
	} {
		var got []string
		for _, m := range tree.Mentions(c.text, town.NoDay) {
			got = append(got, c.text[m.From:m.Until]+"="+strings.ReplaceAll(codes(m.Places), " ", "+"))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestMentionsHoldTheirNames(t *testing.T) {
	tree, err := New(sample())
	if err != nil {
		t.Fatal(err)
	}
	parts := []string{"合庄", "村", "北", "东庄", "莊", "新华", "·", "里", " ", "一", "第", "网格", "x", "Hekou", "Town", "\xff", "。"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 20).Draw(t, "text"), "")
		end := 0
		for _, m := range tree.Mentions(text, town.NoDay) {
			if m.From < end || m.Until <= m.From || m.Until > len(text) {
				t.Fatalf("mention %d to %d after %d", m.From, m.Until, end)
			}
			end = m.Until
			if codes(tree.Named(text[m.From:m.Until], town.NoDay)) != codes(m.Places) {
				t.Fatalf("%q is not the name of %s", text[m.From:m.Until], codes(m.Places))
			}
		}
	})
}

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"国兴佳园", "国兴家园", true},
		{"国兴佳园", "国兴佳园", true},
		{"小卞庄村", "小卞庄", true},
		{"小卞庄", "小卞庄村", true},
		{"国兴佳园", "广兴佳园", false}, // the first character tells them apart
		{"合庄第一网格", "合庄第二网格", false},
		{"幸福里1区", "幸福里2区", false},
		{"和平南里", "和平北里", false},
		{"付村", "姚村", false},
		{"国兴佳园", "国安家园", false},
		{"国兴佳园小区", "国兴佳园", false},
	} {
		if Alike(c.a, c.b) != c.want || Alike(c.b, c.a) != c.want {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.want)
		}
	}
	tree, err := New([]Place{open("1", "estate", "", "国兴佳园", ""), open("2", "estate", "", "广兴佳园", "")})
	if err != nil {
		t.Fatal(err)
	}
	if got := codes(tree.Doubtful("国兴家园", town.NoDay)); got != "1" {
		t.Errorf("doubtful: %q", got)
	}
	if got := codes(tree.Doubtful("国兴佳园", town.NoDay)); got != "" {
		t.Errorf("a name that is known is doubtful: %q", got)
	}
}
