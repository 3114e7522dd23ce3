package web

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// aimedTown is a town with a year and a half of visits, targets, and what offices gave of two years.
func aimedTown(t testing.TB) *hall.Hall {
	t.Helper()
	h := founded(t)
	rounds(t, h, 60)
	for _, row := range []town.Values{
		{"figure": "grid_visits", "place": "", "year": "2023", "shape": "level", "value": int64(100_000)},
		{"figure": "tax", "place": "", "year": "2023", "shape": "growth", "value": int64(20_00)},
	} {
		if _, err := h.Do(context.Background(), systemActor, town.Command{ID: "aim-" + row["figure"].(string), Op: town.Put, Type: "target", Day: town.NoDay, Fields: row}); err != nil {
			t.Fatal(err)
		}
	}
	given(t, h, "tax", "2022-11", 900, "finance", "finance_office")
	given(t, h, "tax", "2022", 1000, "finance", "finance_office")
	given(t, h, "tax", "2023-11", 990, "finance", "finance_office")
	given(t, h, "pm25", "2023-11", 41, "ecology", "ecology_office")
	return h
}

// given has an office give a value in its unit.
func given(t testing.TB, h *hall.Hall, indicator, period string, value int64, role, office string) {
	t.Helper()
	a := must(t, h, role, town.Command{ID: "open-" + indicator + period, Op: town.Create, Type: "indicator_value", Fields: town.Values{"indicator": indicator, "period": period, "source_office": office}})
	hash, err := h.Upload(context.Background(), store.Blobs{Dir: t.TempDir()}, hall.PersonID(role), "r.txt", "text/plain", strings.NewReader(indicator+period))
	if err != nil {
		t.Fatal(err)
	}
	must(t, h, role, town.Command{ID: "give-" + indicator + period, Op: town.Move, Record: a.Record, Move: "give", Fields: town.Values{"flash": value * 10_000, "source": "月报", "paper": hash}})
}

// TestDashboard: each figure stands with last year, growth, target, pace and a forecast that names its method; it opens in its place.
func TestDashboard(t *testing.T) {
	h := aimedTown(t)
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		say := func(zh, en string) string { return map[string]string{"zh": zh, "en": en}[lang] }
		code, body := c.get("/dashboards/mayor")
		text := html.UnescapeString(plain(body))
		if code != 200 || strings.Count(body, `class="opener"`) != 50 {
			t.Fatalf("the dashboard: %d, %d figures", code, strings.Count(body, `class="opener"`))
		}
		// 990 given of November, 900 a year before, 1000 of the whole year: by last year's course 1100, and 1200 are wanted.
		for _, want := range []string{say("税收收入", "Tax revenue"), "990", "+10%", "+20%", say("1,100元", "1,100yuan"), say("按上年进度", "by last year’s course"), say("完不成目标", "misses the target"), say("待审", "not signed yet"), say("按现状", "as it stands"), say("按天数", "by days")} {
			if !strings.Contains(text, want) && !strings.Contains(strings.ReplaceAll(text, " ", ""), want) {
				t.Errorf("the dashboard does not say %q", want)
			}
		}
		if !strings.Contains(body, `class="pace"`) {
			t.Error("no bar shows where it should be by now")
		}
		if strings.Contains(body, "style=") || strings.Contains(body, "⟦") {
			t.Error("inline style, or a text that is missing")
		}
		_, page := c.get("/dashboards/mayor?open=grid_visits")
		_, part := c.get("/dashboards/mayor/grid_visits")
		for _, x := range []string{page, part} {
			if !strings.Contains(x, `class="chart"`) || !strings.Contains(x, `class="bars"`) || !strings.Contains(x, say("年末预测", "Forecast of the year’s end")) {
				t.Errorf("the figure does not open: %.800s", plain(x))
			}
		}
		if strings.Contains(part, "<html") {
			t.Error("the part is a whole page")
		}
		for path, zh := range map[string][2]string{"/dashboards/nothing": {"没有这个看板", "no such dashboard"}, "/dashboards/mayor/nothing": {"没有这个指标", "no such figure"}, "/dashboards/mayor/scale_late": {"没有这个指标", "no such figure"}, "/compare?of=nothing": {"没有这个看板", "no such dashboard"}} {
			code, body := c.get(path)
			expect(t, path, code, body, 404, lang, zh[0], zh[1])
		}
		for _, path := range []string{"/dashboards/mayor?period=soon", "/dashboards/mayor/export.xlsx?period=soon", "/compare?period2=soon"} {
			code, body := c.get(path)
			expect(t, path, code, body, 422, lang, "时期写法如", "a period is written like")
		}
		_, screen := c.get("/dashboards/mayor/screen")
		_, paper := c.get("/dashboards/mayor/print")
		for name, x := range map[string]string{"screen": screen, "print": paper} {
			if strings.Contains(x, `class="rail"`) || !strings.Contains(x, say("模拟数据", "Simulated data")) || strings.Count(x, "990") == 0 {
				t.Errorf("the %s: %.500s", name, plain(x))
			}
		}
		if !strings.Contains(screen, `hx-trigger="every 60s"`) || !strings.Contains(paper, say("目录版本", "catalog edition")) {
			t.Error("the screen does not refresh itself, or the print does not say what it is from")
		}
	})
}

// What is read ahead for a dashboard is what single reads give, figure by figure, at the town and at a village.
func TestDashboard_reads_as_figures_do(t *testing.T) {
	h := aimedTown(t)
	cat := h.View().Cat
	if err := h.Reading(context.Background(), func(one *hall.Reader) error {
		return h.Reading(context.Background(), func(many *hall.Reader) error {
			for _, place := range []town.Code{"", "120111104201"} {
				for _, year := range []int{2022, 2023} {
					p := town.YearPeriod(year)
					if err := many.Ahead(place, min(p.Last(), h.Today())); err != nil {
						return err
					}
					for _, key := range cat.FigureOrder {
						q := figure.Query{Figure: cat.Figures[key], Place: place, Period: p, AsOf: h.Today()}
						a, err := figure.Compare(cat, one, q)
						if err != nil {
							return err
						}
						b, err := figure.Compare(cat, many, q)
						if err != nil {
							return err
						}
						if !reflect.DeepEqual(a, b) {
							t.Errorf("%s of %d at %q: %+v, read ahead %+v", key, year, place, a, b)
						}
					}
				}
			}
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
}

// Who has a dashboard begins there, and Today stays a step away; everybody else begins with Today.
func TestDashboard_is_a_home(t *testing.T) {
	h := founded(t)
	c := serve(t, Config{Hall: h, Demo: true})
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for role, want := range map[string]string{"mayor": "/dashboards/mayor", "viewer": "/dashboards/mayor", "statistician": "/dashboards/statistics", "grid_worker": "/"} {
		resp, err := c.http.PostForm(c.base+"/signin/as", url.Values{"role": {role}})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if at := resp.Header.Get("Location"); at != want {
			t.Errorf("%s begins at %s", role, at)
		}
		code, body := c.get("/")
		if code != 200 || strings.Contains(body, `href="/dashboards/`) != (want != "/") {
			t.Errorf("%s on Today: %d, the rail leads to the dashboard: %v", role, code, strings.Contains(body, `href="/dashboards/`))
		}
	}
	resp, err := c.http.PostForm(c.base+"/signin/as", url.Values{"role": {"mayor"}, "to": {"/figures"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if at := resp.Header.Get("Location"); at != "/figures" {
		t.Errorf("asked for figures, sent to %s", at)
	}
}

// An alert stands on the Today of the office that is to act, and on the dashboard of its figure; not with others.
func TestAlerts(t *testing.T) {
	h := aimedTown(t)
	both(t, h, "finance", func(t *testing.T, c *client, lang string) {
		name := map[string]string{"zh": "税收完不成目标", "en": "Tax will miss its target"}[lang]
		text := map[string]string{"zh": "预测年末 1,100 元，目标 1,200 元（按上年进度）", "en": "1,100 yuan foretold for the year’s end, the target is 1,200 yuan (by last year’s course)"}[lang]
		if _, body := c.get("/"); !strings.Contains(plain(body), name) || !strings.Contains(plain(body), text) {
			t.Errorf("the owner's Today: %.800s", plain(body))
		}
		if _, body := c.as("grid_worker").get("/"); strings.Contains(plain(body), name) {
			t.Error("the alert stands with an office that is not told")
		}
		if _, body := c.as("mayor").get("/dashboards/mayor"); !strings.Contains(plain(body), name) || !strings.Contains(plain(body), text) {
			t.Error("the dashboard does not show the alert")
		}
	})
}

// TestCompare: two places or two years by an address that says both; a year that is over is held against a running one by the same days.
func TestCompare(t *testing.T) {
	h := aimedTown(t)
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		row := func(body, name string) string {
			t.Helper()
			m := regexp.MustCompile(`(?s)<tr><th scope="row">` + regexp.QuoteMeta(name) + `</th>.*?</tr>`).FindString(body)
			return html.UnescapeString(strings.Join(strings.Fields(tags.ReplaceAllString(m, " ")), " "))
		}
		tax := map[string]string{"zh": "税收收入", "en": "Tax revenue"}[lang]
		visits := h.View().Cat.Figures["grid_visits"].Label.In(lang)
		code, body := c.get("/compare?of=mayor&period=2023&period2=2022")
		if code != 200 {
			t.Fatalf("two years: %d %s", code, plain(body))
		}
		last := h.Today().String()[5:]
		if !strings.Contains(body, "2022-01-01/2022-"+last) {
			t.Errorf("the year before is not cut to the same days, up to %s", last)
		}
		code, body = c.get("/compare?of=mayor&period=2023-11&period2=2022-11")
		if got := row(body, tax); code != 200 || !strings.Contains(got, "990") || !strings.Contains(got, "900") || !strings.Contains(got, "+90") || !strings.Contains(got, "+10%") {
			t.Errorf("tax of two Novembers: %q", got)
		}
		a, b := h.View().Place("120111104201"), h.View().Place("120111104202")
		code, body = c.get(fmt.Sprintf("/compare?of=mayor&place=%s&place2=%s&period=2023&period2=2023", a.Code, b.Code))
		if code != 200 || !strings.Contains(plain(body), a.Zh) && !strings.Contains(plain(body), a.En) {
			t.Fatalf("two villages: %d", code)
		}
		var want []string
		for _, place := range []town.Code{a.Code, b.Code} {
			if err := h.Reading(context.Background(), func(r *hall.Reader) error {
				v, err := figure.Read(r.View().Cat, r, figure.Query{Figure: r.View().Cat.Figures["grid_visits"], Place: place, Period: town.YearPeriod(2023), AsOf: h.Today()})
				want = append(want, group(v.Num))
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		got := row(body, visits)
		if want[0] == want[1] || !strings.Contains(got, want[0]) || !strings.Contains(got, want[1]) {
			t.Errorf("visits of two villages: %q, want %v", got, want)
		}
	})
}

// The workbook of a dashboard holds its figures, its formulas, and where they come from; what months and villages add is the figure.
func TestDashboard_workbook(t *testing.T) {
	h := aimedTown(t)
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		code, data := c.get("/dashboards/mayor/export.xlsx")
		x, err := excelize.OpenReader(strings.NewReader(data))
		if code != 200 || err != nil {
			t.Fatalf("%d %v", code, err)
		}
		defer x.Close()
		names := x.GetSheetList()
		if len(names) != 4 {
			t.Fatalf("sheets %v", names)
		}
		at := map[string]int{}
		rows, err := x.GetRows(names[3])
		if err != nil {
			t.Fatal(err)
		}
		text := ""
		for i, row := range rows {
			if len(row) > 0 && h.View().Cat.Figures[row[0]] != nil {
				at[row[0]] = i + 1
				if len(row) < 4 || row[2] == "" || !strings.Contains(row[3], "/figures/"+row[0]) {
					t.Errorf("%s does not say how it is made or where it is: %v", row[0], row)
				}
			}
			text += strings.Join(row, " ") + "\n"
		}
		for _, want := range []string{h.View().Cat.Edition, fingerprint(h.KeyPublic()), c.base + "/dashboards/mayor"} {
			if !strings.Contains(text, want) {
				t.Errorf("the sources do not name %s", want)
			}
		}
		if len(at) != 50 {
			t.Fatalf("%d figures of 50", len(at))
		}
		value := func(sheet, cell string) string {
			s, err := x.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Errorf("%s!%s: %v", sheet, cell, err)
			}
			return s
		}
		tax := fmt.Sprint(at["tax"])
		for col, want := range map[string]string{"D": "990", "E": "900", "F": "90", "G": "0.1", "K": "1200", "L": "0.825", "N": "1100"} {
			if got := value(names[0], col+tax); got != want {
				t.Errorf("tax, column %s: %s, want %s", col, got, want)
			}
		}
		for _, part := range names[1:3] {
			rows, err := x.GetRows(part)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for i, row := range rows {
				if len(row) == 0 || row[0] != h.View().Cat.Figures["grid_visits"].Label.In(lang) {
					continue
				}
				found = true
				n := len(rows[3]) // heads: …, sum, figure, what is not among them
				name := func(col int) string { s, _ := excelize.CoordinatesToCellName(col, i+1); return s }
				if sum, whole, rest := value(part, name(n-2)), value(part, name(n-1)), value(part, name(n)); sum != whole || rest != "0" || sum == "0" || sum == "" {
					t.Errorf("%s: parts %s, figure %s, rest %s", part, sum, whole, rest)
				}
			}
			if !found {
				t.Errorf("%s: no visits", part)
			}
		}
	})
}

// BenchmarkDashboard reads and draws fifty figures with last year, target, forecast and months: 50 ms at most.
func BenchmarkDashboard(b *testing.B) {
	h := aimedTown(b)
	for _, key := range h.View().Cat.Dashboards["mayor"].Figures() {
		row := town.Values{"figure": key, "place": "", "year": "2023", "shape": "growth", "value": int64(5_00)}
		if _, err := h.Do(context.Background(), systemActor, town.Command{ID: "bench-" + key, Op: town.Put, Type: "target", Day: town.NoDay, Fields: row}); err != nil {
			b.Fatal(err)
		}
	}
	handler, err := New(Config{Hall: h, Demo: true, Blobs: store.Blobs{Dir: b.TempDir()}})
	if err != nil {
		b.Fatal(err)
	}
	ask := func(method, path, form, cookie string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(form))
		r.RemoteAddr = "127.0.0.1:9"
		if form != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if cookie != "" {
			r.Header.Set("Cookie", cookie)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	cookie, _, _ := strings.Cut(ask("POST", "/signin/as", "role=mayor", "").Header().Get("Set-Cookie"), ";")
	b.ResetTimer()
	for b.Loop() {
		if w := ask("GET", "/dashboards/mayor", "", cookie); w.Code != 200 || strings.Count(w.Body.String(), `class="opener"`) != 50 {
			b.Fatalf("%d %.300s", w.Code, w.Body.String())
		}
	}
}

// Who sets targets does so at the figure: a shape, a number, and where it is set; others may not.
func TestFigure_target_is_set(t *testing.T) {
	h := founded(t)
	rounds(t, h, 20)
	both(t, h, "statistician", func(t *testing.T, c *client, lang string) {
		at := "/figures/grid_visits/target?period=2023&place="
		if _, body := c.get("/figures/grid_visits?period=2023-05"); strings.Contains(body, `name="shape"`) {
			t.Error("a month has a target")
		}
		code, body := c.post(at, url.Values{"shape": {"level"}, "f.value": {"many"}})
		expect(t, "what is no number", code, body, 422, lang, "“many”不是数", "“many” is no number")
		summary, beside := faultsOf(body)
		if len(summary) != 2 || summary["av"] == "" || beside["as"] == "" || !strings.Contains(body, `value="many"`) {
			t.Errorf("faults %v, beside %v", summary, beside)
		}
		code, body = c.post(at, url.Values{"shape": {"round"}, "f.source": {"年初计划"}})
		expect(t, "an unknown shape", code, body, 422, lang, "目标形式须为", "shape is growth, level")
		code, body = c.post("/figures/grid_visits/target?period=2023-05", url.Values{"shape": {"flat"}, "f.source": {"年初计划"}})
		expect(t, "a month", code, body, 422, lang, "时期写法如", "a period is written like")
		for _, x := range []struct{ shape, value, want, wantEn string }{{"level", "1.5万", "15,000", "15,000"}, {"growth", "4.25", "+4.25%", "+4.25%"}, {"flat", "", "持平", "no change"}} {
			code, body = c.post(at, url.Values{"shape": {x.shape}, "f.value": {x.value}, "f.source": {"年初计划"}})
			want := x.want
			if lang == "en" {
				want = x.wantEn
			}
			if code != 200 || !strings.Contains(html.UnescapeString(plain(body)), want) || !strings.Contains(body, `value="年初计划"`) {
				t.Errorf("%s %s: %d %.600s", x.shape, x.value, code, plain(body))
			}
		}
		code, body = c.as("grid_worker").post(at, url.Values{"shape": {"flat"}, "f.source": {"x"}})
		expect(t, "who may not", code, body, 403, lang, "您的岗位不能定目标", "your post sets no targets")
	})
}

// One settled wage case of a village would tell whose it was: neither the dashboard nor the workbook nor a comparison says how many.
func TestDashboard_hides_few_of_a_sensitive_type(t *testing.T) {
	h := founded(t)
	village := "120111104201"
	hash, err := h.Upload(context.Background(), store.Blobs{Dir: t.TempDir()}, hall.PersonID("labour"), "v.txt", "text/plain", strings.NewReader("voucher"))
	if err != nil {
		t.Fatal(err)
	}
	wages := must(t, h, "labour", town.Command{ID: "w", Op: town.Create, Type: "wage_case", Fields: town.Values{"project": "工地", "site": village, "trade": "building", "channel": "visit", "owed": int64(100_00)}}).Record
	claim := must(t, h, "labour", town.Command{ID: "c", Op: town.Create, Type: "wage_claim", Sealed: map[string]string{"who": "某"}, Fields: town.Values{"wage_case": int64(wages), "trade": "木工", "owed": int64(100_00)}}).Record
	move := func(record town.ID, name string, fields town.Values) {
		must(t, h, "labour", town.Command{ID: name, Op: town.Move, Record: record, Move: name, Fields: fields})
	}
	move(wages, "verify", nil)
	move(wages, "pursue", town.Values{"how": "mediation"})
	move(claim, "pay", town.Values{"paid": int64(100_00), "paid_on": h.Today().String()})
	move(wages, "settle", town.Values{"conclusion": h.View().Cat.Types["wage_case"].Field("conclusion").List.Items[0].Key, "voucher": hash})
	both(t, h, "mayor", func(t *testing.T, c *client, lang string) {
		_, body := c.get("/dashboards/mayor?place=" + village)
		row := regexp.MustCompile(`(?s)<tr id="wage_cases_settled".*?</tr>`).FindString(body)
		if text := html.UnescapeString(strings.Join(strings.Fields(tags.ReplaceAllString(row, " ")), " ")); !strings.Contains(text, "<3") || strings.Contains(text, " 1 ") || strings.Contains(row, "title=") || strings.Contains(row, "polyline") {
			t.Errorf("the dashboard: %s", row)
		}
		if _, body := c.get("/dashboards/mayor/wage_cases_settled?place=" + village); strings.Contains(body, "svg") {
			t.Errorf("the opened figure draws it: %.600s", body)
		}
		_, data := c.get("/dashboards/mayor/export.xlsx?place=" + village)
		x, err := excelize.OpenReader(strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		defer x.Close()
		for _, s := range x.GetSheetList()[:3] {
			rows, err := x.GetRows(s)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if text := strings.Join(r, "|"); strings.Contains(text, h.View().Cat.Figures["wage_cases_settled"].Label.In(lang)) && !strings.HasSuffix(text, "|<3") {
					t.Errorf("%s: %s", s, text)
				}
			}
		}
	})
}
