package catalog

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The written list refuses files on persons and lets the town's own work through.
func TestRule10_list(t *testing.T) {
	hit := func(what, key, zh, en string, person bool) bool {
		for _, b := range bans {
			if slices.Contains(b.what, what) && (!b.person || person) &&
				(b.zh.MatchString(zh) || b.en.MatchString(en) || b.en.MatchString(keyWords(key))) {
				return true
			}
		}
		return false
	}
	for _, tc := range []struct {
		what, key, zh, en string
		person            bool
		want              bool
	}{
		{"type", "key_people", "重点人员", "Key persons", false, true},
		{"list", "black_list", "黑名单", "Blacklist", false, true},
		{"figure", "watched", "布控人数", "Watched", false, true},
		{"type", "old_petitioners", "上访老户", "Old petitioners", false, true},
		{"field", "risk", "风险等级", "Risk level", true, true},
		{"field", "level", "等级", "Child risk level", false, true},
		{"figure", "f", "家庭信用等级", "Credit", false, true},
		{"score", "worker", "网格员评分", "Worker score", false, true},
		{"field", "author", "发帖人", "Posted by", false, true},
		{"type", "accounts", "自媒体账号名单", "Account list", false, true},
		{"field", "nation", "民族", "Nation", false, true},
		{"field", "standing", "政治面貌", "Standing", false, true},
		{"field", "ethnicity", "族别", "Group", false, true},
		{"list", "believers", "信教群众名册", "Believers register", false, true},
		{"field", "track", "巡查轨迹", "Track", false, true},
		{"field", "stay", "停留时长", "Stay", false, true},
		{"type", "file", "居民一人一档", "Files", false, true},

		{"field", "risk", "风险等级", "Risk level", false, false}, // of a site or a firm
		{"type", "key_firm", "重点企业", "Key firms", false, false},
		{"type", "key_project", "重点项目", "Key projects", false, false},
		{"figure", "unity", "民族团结进步活动", "Ethnic unity events", false, false},
		{"type", "venue", "宗教活动场所", "Places of worship", false, false},
		{"figure", "satisfied", "群众满意度", "Satisfaction of residents", false, false},
		{"type", "family", "文明家庭评选活动", "Model family events", false, false},
		{"figure", "elders", "老人助餐人次", "Meals for the elderly", false, false},
		{"field", "account", "银行账户", "Bank account", false, false},
		{"field", "people", "人口", "People", true, false},
		{"score", "grid", "网格考核", "Score of grids", false, false},
		{"field", "urgency", "紧急程度", "Urgency", true, false},
		{"field", "checkpoint", "打卡点", "Check-point", false, false},
		{"type", "students", "学生综合素质拓展活动", "Student activities", false, false},
	} {
		if got := hit(tc.what, tc.key, tc.zh, tc.en, tc.person); got != tc.want {
			t.Errorf("%s %q / %q / %q (about a person: %v): refused = %v, want %v", tc.what, tc.key, tc.zh, tc.en, tc.person, got, tc.want)
		}
	}
	for _, b := range bans {
		if b.whyZh == "" || b.whyEn == "" || len(b.what) == 0 {
			t.Errorf("a ban lacks its reason: %v", b.zh)
		}
	}
}

// A record is about a person when its label says so or when it must name one.
func TestRule10_what_a_record_is_about(t *testing.T) {
	for _, tc := range []struct {
		typ  Type
		want bool
	}{
		{Type{Key: "aid", Label: Label{"困难家庭帮扶", "Help"}}, true},
		{Type{Key: "visit", Label: Label{"走访", "Visit"}, Fields: []*Field{{Type: Ref, RefType: "household", Required: true}}}, true},
		{Type{Key: "grant", Label: Label{"补贴", "Grant"}, Fields: []*Field{{Type: Person, Required: true}}}, true},
		{Type{Key: "firm", Label: Label{"企业", "Firm"}, Fields: []*Field{{Type: Person}}}, false},
		{Type{Key: "hazard", Label: Label{"隐患", "Hazard"}}, false},
	} {
		if got := aboutPerson(&tc.typ); got != tc.want {
			t.Errorf("%s: %v", tc.typ.Key, got)
		}
	}
}

// Looking for words first finds what asking every expression about every text finds.
func TestRule10_words_first(t *testing.T) {
	texts := map[string]bool{"": true, "watchliſt": true, "ſcreen name": true, "WATCH-LIST": true, "a Watch list of two\nlines": true}
	for i := range bans {
		for _, re := range []*regexp.Regexp{bans[i].zh, bans[i].en} {
			words, ok := wordsOf(re)
			if !ok {
				t.Errorf("no words for %s", re)
			}
			for _, w := range words {
				for _, text := range []string{w, strings.ToUpper(w), "人员" + w, w + "名单", "key " + w, w + " level", "the " + w + "s of it", w + "等级"} {
					texts[text] = true
				}
			}
			tree, err := syntax.Parse(re.String(), syntax.Perl)
			if err != nil {
				t.Fatal(err)
			}
			for range 300 {
				texts[sample(tree)] = true
				texts["甲 "+strings.ToUpper(sample(tree))+" of"] = true
			}
		}
	}
	for _, of := range []func(*ban) *regexp.Regexp{func(b *ban) *regexp.Regexp { return b.zh }, func(b *ban) *regexp.Regexp { return b.en }} {
		got, want, n := map[string]uint32{}, map[string]uint32{}, 0
		meet(texts, of, got)
		for text := range texts {
			for i := range bans {
				if of(&bans[i]).MatchString(text) {
					want[text] |= 1 << i
					n++
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || n < 500 {
			t.Errorf("%d matches; want -, got +:\n%s", n, diff)
		}
	}
}

// sample draws a text that re matches, but for what stands around it.
func sample(re *syntax.Regexp) string {
	switch re.Op {
	case syntax.OpLiteral:
		return string(re.Rune)
	case syntax.OpCharClass:
		return string(re.Rune[0])
	case syntax.OpQuest:
		if rand.IntN(2) == 0 {
			return ""
		}
		return sample(re.Sub[0])
	case syntax.OpAlternate:
		return sample(re.Sub[rand.IntN(len(re.Sub))])
	}
	text := ""
	for _, sub := range re.Sub {
		text += sample(sub)
	}
	return text
}
