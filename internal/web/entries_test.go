package web

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// hired lets a person with one post in.
func hired(t testing.TB, h *hall.Hall, login, role, office string) {
	t.Helper()
	if _, err := h.Do(context.Background(), systemActor, town.Command{ID: "hire-" + login, Op: town.Put, Type: "person", Day: town.NoDay,
		Fields: town.Values{"login": login, "name": login, "posts": []map[string]any{{"role": role, "office": office, "place": ""}}}}); err != nil {
		t.Fatal(err)
	}
}

// measured reads a figure of the town.
func measured(t testing.TB, h *hall.Hall, key, period string) (v figure.Value) {
	t.Helper()
	p, err := town.ParsePeriod(period)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Reading(context.Background(), func(r *hall.Reader) (err error) {
		v, err = figure.Read(r.View().Cat, r, figure.Query{Figure: r.View().Cat.Figures[key], Period: p, AsOf: h.Today()})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return v
}

// rowOf is one row of the table of values, as text.
func rowOf(t *testing.T, body, name string) string {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?s)<tr data-row.*?</tr>`).FindAllString(body, -1) {
		if strings.Contains(m, ">"+name+"<") {
			return m
		}
	}
	t.Fatalf("no row %s in:\n%.2000s", name, plain(body))
	return ""
}

// TestEntries walks values from the table to a signed figure: given by the source office with a return, looked at, signed by somebody
// else of the same office, and by nobody besides.
func TestEntries(t *testing.T) {
	h := founded(t)
	hired(t, h, "fin_chief", "chief", "finance_office")
	both(t, h, "finance", func(t *testing.T, c *client, lang string) {
		period := map[string]string{"zh": "2022-11", "en": "2022-10"}[lang] // the town's clock begins with 2023
		name := map[string]string{"zh": "税收收入", "en": "Tax revenue"}[lang]
		at := "/entries/indicator_value?period=" + period
		code, body := c.get(at)
		if code != 200 || strings.Count(body, "data-row") != 13 {
			t.Fatalf("the table: %d, %d rows", code, strings.Count(body, "data-row"))
		}
		if row := rowOf(t, body, name); strings.Count(row, "data-cell") != 6 || !strings.Contains(row, `name="c.tax.expected"`) {
			t.Fatalf("the row of the own office: %s", row)
		}
		if n := strings.Count(body, "data-cell"); n != 6 {
			t.Errorf("%d cells are open, six are the finance office's", n)
		}
		paper := "return of " + lang
		give := func(cells map[string]string, source, file string) (int, string) {
			parts := []formPart{{"period", "", []byte(period)}, {"place", "", nil}, {"f.source", "", []byte(source)}, {"command", "", []byte("w-" + fmt.Sprint(len(cells)) + newID())}}
			for k, x := range cells {
				parts = append(parts, formPart{k, "", []byte(x)})
			}
			if file != "" {
				parts = append(parts, formPart{"f.paper", "报表.txt", []byte(file)})
			}
			return c.send("/entries/indicator_value", parts...)
		}
		code, body = give(map[string]string{"c.tax.expected": "9,88O"}, "月报", paper)
		expect(t, "what is no number", code, body, 422, lang, "“9,88O”不是数", "“9,88O” is no number")
		if !strings.Contains(rowOf(t, body, name), `value="9,88O"`) || !strings.Contains(rowOf(t, body, name), `aria-invalid="true"`) {
			t.Error("what was typed is lost, or its cell is not marked")
		}
		code, body = give(map[string]string{"c.tax.expected": "9,880"}, "月报", "")
		expect(t, "a value without a return", code, body, 422, lang, "报表", "Return")
		code, body = give(map[string]string{"c.tax.expected": "９，８８０", "c.tax.prices": "current"}, "月报", paper)
		expect(t, "a value", code, body, 200, lang, "已填报 1 项", "1 value given")
		v := measured(t, h, "tax", period)
		if v.Decimal() != "98800000" || !v.Pending || v.Status != "expected" {
			t.Errorf("the figure says %s %s, pending %v", v.Decimal(), v.Status, v.Pending)
		}
		row := rowOf(t, body, name)
		if !strings.Contains(row, `value="9880"`) || !strings.Contains(row, "/files/") {
			t.Errorf("the row as it stands: %s", row)
		}
		rev := found1(t, row, `name="rev\.tax" value="(\d+)"`)
		code, body = give(map[string]string{"c.tax.expected": "1.2亿元", "rev.tax": rev}, "更正", "")
		expect(t, "given anew before it is signed", code, body, 200, lang, "已填报 1 项", "1 value given")
		if v := measured(t, h, "tax", period); v.Decimal() != "120000000" {
			t.Errorf("given anew: %s", v.Decimal())
		}
		code, body = give(map[string]string{"c.tax.expected": "5", "rev.tax": rev}, "更正", "")
		expect(t, "what somebody changed meanwhile", code, body, 422, lang, "已被他人修改", "somebody changed this record")

		// Whoever gave it cannot sign it, nor can another office; a second person of the office can.
		sign := url.Values{"period": {period}, "place": {""}, "sign": {fmt.Sprint(v.Record)}}
		code, body = c.post("/entries/indicator_value/sign", sign)
		expect(t, "signed by who gave it", code, body, 403, lang, "现在不能由您审签", "is not yours to sign")
		c.as("statistician")
		_, body = c.get(at)
		if strings.Contains(rowOf(t, body, name), "data-cell") || strings.Contains(rowOf(t, body, name), `name="sign"`) {
			t.Error("the statistician gives or signs what is the finance office's")
		}
		code, body = c.post("/entries/indicator_value/sign", sign)
		expect(t, "signed by another office", code, body, 403, lang, "现在不能由您审签", "is not yours to sign")
		code, body = c.send("/entries/indicator_value", formPart{"period", "", []byte(period)}, formPart{"c.tax.expected", "", []byte("7")}, formPart{"f.source", "", []byte("x")}, formPart{"f.paper", "x.txt", []byte("x")})
		expect(t, "given by another office", code, body, 422, lang, "来源部门", "The source office")
		c.as("chief")
		_, body = c.get(at)
		if !strings.Contains(rowOf(t, body, name), `name="sign"`) {
			t.Fatalf("the chief of the office cannot sign: %s", rowOf(t, body, name))
		}
		code, body = c.post("/entries/indicator_value/sign", url.Values{"period": {period}, "place": {""}})
		expect(t, "nothing chosen", code, body, 422, lang, "请先选要审签的指标", "choose the indicators to sign first")
		code, body = c.post("/entries/indicator_value/sign", sign)
		expect(t, "signed", code, body, 200, lang, "已审签 1 项", "1 value signed")
		if v := measured(t, h, "tax", period); v.Pending || v.Decimal() != "120000000" {
			t.Errorf("signed: %+v", v)
		}
		// A later value goes the same way again, the one before stays.
		c.as("finance")
		_, body = c.get(at)
		rev = found1(t, rowOf(t, body, name), `name="rev\.tax" value="(\d+)"`)
		if row := rowOf(t, body, name); strings.Contains(row, `name="c.tax.expected"`) || !strings.Contains(row, `name="c.tax.final"`) {
			t.Errorf("after signing what was expected is settled, the final value open: %s", row)
		}
		code, body = give(map[string]string{"c.tax.final": "11999.5", "c.tax.yoy_told": "3.2", "rev.tax": rev}, "决算", "final "+lang)
		expect(t, "the final value", code, body, 200, lang, "已填报 1 项", "1 value given")
		if v := measured(t, h, "tax", period); v.Decimal() != "119995000" || v.Status != "final" || !v.Pending || v.Told != "3.2" {
			t.Errorf("final: %+v", v)
		}
	})
}

// TestEntries_findings: a row says what is to be looked at, as it is typed and to whoever signs.
func TestEntries_findings(t *testing.T) {
	h := founded(t)
	for period, value := range map[string]int64{"2021-11": 100_000_000, "2022-10": 95_000_000} {
		a := must(t, h, "finance", town.Command{ID: "old" + period, Op: town.Create, Type: "indicator_value", Fields: town.Values{"indicator": "tax", "period": period, "source_office": "finance_office", "basis": "to_date"}})
		b := store.Blobs{Dir: t.TempDir()}
		hash, err := h.Upload(context.Background(), b, hall.PersonID("finance"), "r.txt", "text/plain", strings.NewReader("return "+period))
		if err != nil {
			t.Fatal(err)
		}
		must(t, h, "finance", town.Command{ID: "gave" + period, Op: town.Move, Record: a.Record, Move: "give", Fields: town.Values{"flash": value * 10_000, "source": "月报", "paper": hash}})
	}
	both(t, h, "finance", func(t *testing.T, c *client, lang string) {
		check := func(query string) string {
			t.Helper()
			code, body := c.get("/entries/indicator_value/check?period=2022-11&indicator=tax&" + query)
			if code != 200 {
				t.Fatalf("%s: %d %s", query, code, plain(body))
			}
			return html.UnescapeString(plain(body))
		}
		say := func(query, zh, en string) {
			t.Helper()
			if got := check(query); !strings.Contains(got, map[string]string{"zh": zh, "en": en}[lang]) {
				t.Errorf("%s: %q", query, got)
			}
		}
		if got := check("c.tax.flash=11000"); got != "+10%" {
			t.Errorf("in order: %q", got)
		}
		say("c.tax.flash=9000", "累计数少于上期 9,500 万元", "less to date than before, 9,500 10k yuan")
		say("c.tax.flash=20000", "比上年 +100%，超出 ±40%", "+100% on last year, beyond ±40%")
		say("c.tax.flash=110000000", "请核对单位（万元）", "check the unit (10k yuan)")
		say("c.tax.flash=-1", "低于下限 0 万元", "below the least that is usual, 0 10k yuan")
		say("c.tax.flash=11000&c.tax.yoy_told=8", "公布增速 +8% 与计算增速 +10% 相差超过", "growth told +8%, computed +10%")
		say("c.tax.flash=11000&c.tax.yoy_told=8&c.tax.prices=current&c.tax.yoy_prices=constant", "相差属正常", "a gap is normal")
		say("c.tax.flash=1x", "“1x”不是数", "“1x” is no number")
		code, body := c.get("/entries/indicator_value/check?period=2022-11&indicator=retail&c.retail.flash=100")
		if code != 200 || !strings.Contains(plain(body), map[string]string{"zh": "请注明当年价或可比价", "en": "say whether at current"}[lang]) {
			t.Errorf("a value without a price basis: %d %s", code, plain(body))
		}
		for _, x := range []struct{ path, zh, en string }{
			{"/entries/nothing", "没有这张填报表", "no such table of values"},
			{"/entries/visit_round", "没有这张填报表", "no such table of values"},
			{"/entries/indicator_value/check?indicator=x&period=2022-11", "没有这个指标", "no such indicator"},
		} {
			code, body := c.get(x.path)
			expect(t, x.path, code, body, 404, lang, x.zh, x.en)
		}
		code, body = c.get("/entries/indicator_value?period=2022-11-03")
		expect(t, "a day", code, body, 422, lang, "不是这张表的期别", "is no period of this table")
	})
}

// TestEntries_owners: for every indicator the catalog names one office, and a value can be opened for that office alone.
func TestEntries_owners(t *testing.T) {
	h := founded(t)
	for i, m := range h.View().Cat.Seeds.Measured {
		f := h.View().Cat.Figures[m.Figure]
		for office, fits := range map[string]bool{m.Office: true, "archive_office": false} {
			_, err := h.Do(context.Background(), town.Actor{Kind: town.Sim, Person: 7, Posts: []town.Post{{Role: "statistician", Office: "statistics"}}},
				town.Command{ID: fmt.Sprintf("o-%d-%v", i, fits), Op: town.Create, Type: f.Type.Key, Day: town.NoDay, Fields: town.Values{f.IndicatorField: m.Indicator, f.PeriodField: "2022", f.Type.Office: office}})
			if (err == nil) != fits {
				t.Errorf("%s at %s: %v", m.Indicator, office, err)
			}
		}
	}
}

// A value that nobody signed yet is told to who writes it into a report, and no longer once it is signed.
func TestEntries_unsigned_values_are_told_to_writers(t *testing.T) {
	h := aimedTown(t)
	hired(t, h, "fin_chief", "chief", "finance_office")
	report := must(t, h, "office", town.Command{ID: "rep", Op: town.Create, Type: "work_report", Fields: town.Values{"title": "报告", "year": "2023", "meeting": "2023-12-31", "draft": "x"}}).Record
	draft := url.Values{"draft": {"---\n年份: 2023\n标题: 报告\n---\n# 报告\n\n快报税收{{tax 2023-11 0元}}。\n"}}
	both(t, h, "office", func(t *testing.T, c *client, lang string) {
		said := map[string]string{"zh": "还没有审签", "en": "signed by nobody yet"}[lang]
		signed := lang == "en" // the second run: it was signed in the first
		if code, body := c.post(fmt.Sprintf("/reports/%d/preview", report), draft); code != 200 || strings.Contains(plain(body), said) == signed {
			t.Errorf("signed %v: %d %.600s", signed, code, plain(body))
		}
		if signed {
			return
		}
		v := measured(t, h, "tax", "2023-11")
		code, body := c.as("chief").post("/entries/indicator_value/sign", url.Values{"period": {"2023-11"}, "place": {""}, "sign": {fmt.Sprint(v.Record)}})
		expect(t, "signed", code, body, 200, lang, "已审签 1 项", "1 value signed")
	})
}
