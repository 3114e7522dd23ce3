package access

import (
	"context"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver
	"pgregory.net/rapid"

	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
	"zhenwu/internal/pgtest"
	"zhenwu/internal/town"
)

// small is a town with one role of each scope.
var small = fstest.MapFS{
	"town.yaml": {Data: []byte(`
town: {code: "120111104", zh: 精武镇, en: Jingwu Town, zone: Asia/Shanghai}
kinds:
  town: {zh: 镇, en: Town}
  village: {zh: 村, en: Village, under: [town]}
  grid: {zh: 网格, en: Grid, under: [village]}
offices:
  hotline_office: {zh: 热线办, en: Hotline Office}
  city_office: {zh: 执法大队, en: Enforcement}
roles:
  desk: {zh: 受理员, en: Operator, office: hotline_office, scope: town}
  handler: {zh: 承办人, en: Handler, office: city_office, scope: office}
  village: {zh: 村居文书, en: Village clerk, office: city_office, scope: place}
  builder: {zh: 施工单位, en: Builder, office: city_office, scope: own}
  viewer: {zh: 只读领导, en: Leader, office: hotline_office, scope: town}
  chief: {zh: 负责人, en: Head, office: hotline_office, scope: office}
hours: ["08:30-12:00", "13:30-17:30"]
`)},
	"systems/s37.yaml": {Data: []byte(`
system: S37
zh: 热线
en: Hotline
timeless: {zh: 只试谁可以办, en: Only rights are tried here}
types:
  order:
    zh: 工单
    en: Order
    title: what
    place: site
    office: held
    opens_by: [desk, village]
    see: {desk: "stage != 'shut'", handler: "true", village: "grade == 'high' || !filled(grade)", builder: "true", viewer: "cost < 50.00", chief: "held != actor.office && actor.role == 'chief'"}
    fields:
      what: {zh: 事项, en: What, type: text, required: true}
      site: {zh: 地点, en: Place, type: place}
      held: {zh: 承办科室, en: Office, type: office}
      grade: {zh: 等级, en: Grade, type: choice, of: {high: {zh: 高, en: High}, low: {zh: 低, en: Low}}}
      cost: {zh: 费用, en: Cost, type: money}
      about: {zh: 前单, en: About, type: ref, of: order}
    stages:
      taken: {zh: 接办, en: Taken}
      shut: {zh: 办结, en: Shut, done: true}
    moves:
      answer: {zh: 答复, en: Answer, from: taken, to: same, by: [handler, village, builder]}
      shut: {zh: 办结, en: Shut, from: taken, to: shut, by: [desk, handler], not_by: [open, answer]}
  notice:
    zh: 通知
    en: Notice
    title: what
    opens_by: [village]
    fields:
      what: {zh: 事项, en: What, type: text, required: true}
`)},
}

// places is the tree of the tests: code → the codes above it, itself first.
var places = map[town.Code][]town.Code{"": {""}, "v1": {"v1", ""}, "v2": {"v2", ""}, "g1": {"g1", "v1", ""}, "g2": {"g2", "v2", ""}}

func within(place, root town.Code) bool {
	for _, up := range places[place] {
		if up == root {
			return true
		}
	}
	return false
}

func load(t testing.TB) *catalog.Catalog {
	t.Helper()
	cat, faults := catalog.Load(small)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return cat
}

func TestMayMove(t *testing.T) {
	cat := load(t)
	order := cat.Types["order"]
	staff := func(person int64, posts ...town.Post) town.Actor {
		return town.Actor{Person: person, Kind: town.Staff, Posts: posts}
	}
	rec := &town.Record{Type: "order", Stage: "taken", Place: "g1", Office: "city_office",
		Steps: []town.Step{{Move: "open", Actor: 1}, {Move: "answer", Actor: 2}, {Move: "answer", Actor: 0}}, ID: 41, Stated: town.Values{"about": int64(40)}}
	if s := Of(rec); s != (Subject{Place: "g1", Office: "city_office", Opener: 1, Holder: 2, Record: rec}) {
		t.Errorf("the subject is %+v", s)
	}
	for _, c := range []struct {
		rule, move string
		actor      town.Actor
		zh, en     string // of the refusal; "" = may
		office     string // of the post that is found
	}{
		{"role of the office that holds it", "answer", staff(3, town.Post{Role: "handler", Office: "city_office"}), "", "", "city_office"},
		{"no post", "answer", staff(3), "须由承办人、村居文书、施工单位办理", "Handler, Village clerk, Builder", ""},
		{"another role", "answer", staff(3, town.Post{Role: "desk", Office: "hotline_office"}), "您不能“答复”", "You may not “Answer”", ""},
		{"another office", "answer", staff(3, town.Post{Role: "handler", Office: "hotline_office"}), "由“执法大队”承办", "held by “Enforcement”", ""},
		{"place above", "answer", staff(3, town.Post{Role: "village", Office: "o", Place: "v1"}), "", "", "o"},
		{"place itself", "answer", staff(3, town.Post{Role: "village", Office: "o", Place: "g1"}), "", "", "o"},
		{"another place", "answer", staff(3, town.Post{Role: "village", Office: "o", Place: "v2"}), "不在您负责的地点", "outside the place", ""},
		{"the whole town as place", "answer", staff(3, town.Post{Role: "village", Office: "o"}), "", "", "o"},
		{"own, opened", "answer", staff(1, town.Post{Role: "builder", Office: "o"}), "", "", "o"},
		{"own, holds", "answer", staff(2, town.Post{Role: "builder", Office: "o"}), "", "", "o"},
		{"not own", "answer", staff(3, town.Post{Role: "builder", Office: "o"}), "自己登记或经手", "opened or hold", ""},
		{"held for the record", "answer", staff(3, town.Post{Role: "builder", Office: "o", For: 41}), "", "", "o"},
		{"held for what it refers to", "answer", staff(3, town.Post{Role: "builder", Office: "o", For: 40}), "", "", "o"},
		{"held for another", "answer", staff(3, town.Post{Role: "builder", Office: "o", For: 42}), "任职对象有关", "concern whom your post", ""},
		{"of another reach, held for the record", "answer", staff(3, town.Post{Role: "handler", Office: "hotline_office", For: 41}), "由“执法大队”承办", "held by", ""},
		{"nobody owns nothing", "answer", staff(0, town.Post{Role: "builder", Office: "o"}), "自己登记或经手", "opened or hold", ""},
		{"right and reach of two posts do not add up", "answer", staff(3, town.Post{Role: "handler", Office: "hotline_office"}, town.Post{Role: "desk"}), "由“执法大队”承办", "", ""},
		{"a second post reaches", "answer", staff(3, town.Post{Role: "village", Office: "o", Place: "v2"}, town.Post{Role: "village", Office: "p", Place: "g1"}), "", "", "p"},
		{"the post of the holding office is taken", "answer", staff(3, town.Post{Role: "village", Office: "o", Place: "g1"}, town.Post{Role: "handler", Office: "city_office"}), "", "", "city_office"},
		{"who opened it", "shut", staff(1, town.Post{Role: "desk"}), "办理过“登记”的人不能再“办结”", "Who made “open” may not “Shut”", ""},
		{"who answered it", "shut", staff(2, town.Post{Role: "desk"}), "办理过“答复”的人不能再“办结”", "Who made “Answer” may not “Shut”", ""},
		{"a third", "shut", staff(3, town.Post{Role: "desk", Office: "hotline_office"}), "", "", "hotline_office"},
		{"the system", "shut", town.Actor{Kind: town.System}, "", "", "city_office"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			post, err := MayMove(cat, order, order.Move(c.move), c.actor, rec, Of(rec), within)
			if c.zh == "" {
				if err != nil || post.Office != c.office {
					t.Fatalf("%v with post %+v, want office %q", err, post, c.office)
				}
				return
			}
			refused, ok := err.(*town.Error)
			if !ok || refused.Kind != town.Denied || !strings.Contains(refused.Zh, c.zh) || !strings.Contains(refused.En, c.en) || strings.Contains(refused.Zh+refused.En, "%!") {
				t.Fatalf("%v; want %q, %q", err, c.zh, c.en)
			}
		})
	}
}

func TestMayOpen_and_the_record_must_lie_in_reach(t *testing.T) {
	cat := load(t)
	order, notice := cat.Types["order"], cat.Types["notice"]
	clerk := town.Actor{Person: 3, Kind: town.Staff, Posts: []town.Post{{Role: "village", Office: "committee", Place: "v1"}}}
	if _, err := MayOpen(cat, order, clerk); err != nil {
		t.Error(err)
	}
	if _, err := MayOpen(cat, order, town.Actor{Person: 3, Posts: []town.Post{{Role: "builder"}}}); err == nil || !strings.Contains(err.Error(), "open a Order") {
		t.Errorf("a builder opens an order: %v", err)
	}
	if _, err := MayHold(cat, order, clerk, Subject{Place: "g1"}, within); err != nil {
		t.Error(err)
	}
	if _, err := MayHold(cat, order, clerk, Subject{Place: "g2"}, within); err == nil {
		t.Error("a clerk opens an order of another village")
	}
	// A notice lies nowhere: the office narrows instead of the place.
	if _, err := MayHold(cat, notice, clerk, Subject{Office: "committee"}, within); err != nil {
		t.Error(err)
	}
	if _, err := MayMend(cat, notice, clerk, Subject{Office: "other"}, within); err == nil {
		t.Error("a clerk corrects a notice of another office")
	}
	if _, err := MayMend(cat, order, clerk, Subject{Place: "v1"}, within); err != nil {
		t.Error(err)
	}
}

func TestMaySee(t *testing.T) {
	cat := load(t)
	order := cat.Types["order"]
	for _, c := range []struct {
		rule      string
		posts     []town.Post
		all, none bool
	}{
		{"no post", nil, false, true}, {"a role that the type does not name", []town.Post{{Role: "mayor"}}, false, true},
		{"a filter", []town.Post{{Role: "desk"}}, false, false}, {"own", []town.Post{{Role: "builder"}}, false, false},
	} {
		if f := MaySee(cat, order, town.Actor{Person: 1, Posts: c.posts}); f.All() != c.all || f.None() != c.none {
			t.Errorf("%s: all %v, none %v", c.rule, f.All(), f.None())
		}
	}
	if f := MaySee(cat, order, town.Actor{Kind: town.System}); !f.All() {
		t.Error("the system does not see all")
	}
	if f := MaySee(cat, cat.Types["notice"], town.Actor{Person: 1, Posts: []town.Post{{Role: "viewer"}}}); !f.All() {
		t.Error("a leader does not see all notices, which have no filter")
	}
}

// seen is one record of the property test.
type seen struct {
	ID             int64
	Place, Office  string
	Opener, Holder int64
	Fields         map[string]any
}

func (s seen) Value(name string) (any, bool) { v, ok := s.Fields[name]; return v, ok }

// TestMaySee_lists_and_memory_agree: what a list shows is what Sees lets pass,
// on both databases, for any posts.
func TestMaySee_lists_and_memory_agree(t *testing.T) {
	order := load(t)
	lite, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "access.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lite.Close() })
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(ctx) })
	shown, hidden := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		person := rapid.Int64Range(0, 3).Draw(t, "person")
		actor := town.Actor{Person: person, Kind: town.Staff}
		for range rapid.IntRange(0, 3).Draw(t, "posts") {
			actor.Posts = append(actor.Posts, town.Post{
				Role:   rapid.SampledFrom([]string{"desk", "handler", "village", "builder", "viewer", "chief", "unknown"}).Draw(t, "role"),
				Office: rapid.SampledFrom([]string{"", "city_office", "hotline_office"}).Draw(t, "office"),
				Place:  rapid.SampledFrom([]town.Code{"", "v1", "v2", "g1"}).Draw(t, "at"), For: town.ID(rapid.Int64Range(0, 4).Draw(t, "for"))})
		}
		records := make([]seen, 20)
		for i := range records {
			s := seen{Fields: map[string]any{"stage": rapid.SampledFrom([]string{"taken", "shut"}).Draw(t, "stage")},
				Place:  rapid.SampledFrom([]string{"", "v1", "v2", "g1", "g2"}).Draw(t, "place"),
				Office: rapid.SampledFrom([]string{"", "city_office", "hotline_office"}).Draw(t, "held"),
				Opener: rapid.Int64Range(0, 3).Draw(t, "opener"), Holder: rapid.Int64Range(0, 3).Draw(t, "holder")}
			if s.Office != "" && i%2 == 0 {
				s.Fields["held"] = rapid.SampledFrom([]string{"city_office", "hotline_office"}).Draw(t, "field held")
			}
			if g := rapid.SampledFrom([]string{"", "high", "low"}).Draw(t, "grade"); g != "" {
				s.Fields["grade"] = g
			}
			if c := rapid.Int64Range(4998, 5001).Draw(t, "cost"); c != 4998 {
				s.Fields["cost"] = c
			}
			s.ID = int64(i + 1)
			if to := rapid.Int64Range(0, 4).Draw(t, "about"); to != 0 {
				s.Fields["about"] = to
			}
			records[i] = s
		}
		docs, err := json.Marshal(records)
		if err != nil {
			t.Fatal(err)
		}
		filter := MaySee(order, order.Types["order"], actor)
		want := ""
		for _, r := range records {
			ok, err := filter.Sees(Subject{Place: town.Code(r.Place), Office: r.Office, Opener: r.Opener, Holder: r.Holder, Record: &town.Record{ID: town.ID(r.ID), Stated: r.Fields}}, r, within)
			if err != nil {
				t.Fatal(err)
			}
			want += mark(ok)
			if ok {
				shown++
			} else {
				hidden++
			}
		}
		for _, d := range []formula.Dialect{formula.SQLite, formula.Postgres} {
			args := []any{string(docs)}
			where, err := filter.Where(columns(d), d, &args)
			if err != nil {
				t.Fatal(err)
			}
			got, err := "", error(nil)
			if d == formula.SQLite {
				err = lite.QueryRow("SELECT group_concat(m, '') FROM (SELECT CASE WHEN "+where+" THEN '+' ELSE '-' END AS m FROM (SELECT key AS n, value AS doc FROM json_each($1)) ORDER BY n)", args...).Scan(&got)
			} else {
				err = conn.QueryRow(ctx, "SELECT string_agg(CASE WHEN "+where+" THEN '+' ELSE '-' END, '' ORDER BY n) FROM jsonb_array_elements(CAST($1 AS JSONB)) WITH ORDINALITY AS r(doc, n)", args...).Scan(&got)
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, where)
			}
			if got != want {
				t.Fatalf("posts %+v of person %d\nmemory %s\nlist   %s of dialect %d\n%s", actor.Posts, person, want, got, d, where)
			}
		}
	})
	if !t.Failed() && (shown < 100 || hidden < 100) {
		t.Errorf("the test saw %d records shown and %d hidden: too one-sided", shown, hidden)
	}
}

func mark(ok bool) string {
	if ok {
		return "+"
	}
	return "-"
}

// columns reads a seen out of the JSON column doc.
func columns(d formula.Dialect) Columns {
	number := func(key string) string { return "CAST(doc->>'" + key + "' AS BIGINT)" }
	return Columns{ID: number("ID"), Refers: func(to town.ID, args *[]any) string {
		*args = append(*args, int64(to))
		return "COALESCE(CAST(doc->'Fields'->>'about' AS BIGINT) = CAST($" + strconv.Itoa(len(*args)) + " AS BIGINT), FALSE)"
	}, Office: "(doc->>'Office')", Opener: number("Opener"), Holder: number("Holder"),
		Under: func(root town.Code, args *[]any) (string, error) {
			var list []string
			for code := range places {
				if within(code, root) {
					*args = append(*args, string(code))
					list = append(list, "CAST($"+strconv.Itoa(len(*args))+" AS TEXT)")
				}
			}
			return "(doc->>'Place') IN (" + strings.Join(list, ", ") + ")", nil
		},
		Names: func(name string) (string, formula.Kind, bool) {
			switch name {
			case "stage", "grade", "held":
				return "doc->'Fields'->>'" + name + "'", formula.Text, true
			case "cost":
				return "CAST(doc->'Fields'->>'cost' AS BIGINT)", formula.Money, true
			}
			return "", 0, false
		}}
}
