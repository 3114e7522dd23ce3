package web

import (
	"archive/zip"
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/form"
	"zhenwu/internal/town"
)

// aForm is a blank form as an office makes it with Excel.
func aForm(t *testing.T, cells map[string]string) []byte {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	for at, v := range cells {
		if strings.HasPrefix(v, "=") {
			if err := x.SetCellFormula("Sheet1", at, v[1:]); err != nil {
				t.Fatal(err)
			}
		} else if err := x.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A clerk drops a blank form in, checks what is proposed, fills it, sends it, and hears what was reported when another form asks the same.
func TestForms(t *testing.T) {
	h := founded(t)
	rounds(t, h, 12)
	cfg := Config{Hall: h, Demo: true}
	cfg.Blobs.Dir = t.TempDir()
	c := serve(t, cfg)
	clerk := c.as("clerk")
	if code, body := clerk.get("/forms"); code != 200 || !strings.Contains(plain(body), "还没有报表") {
		t.Fatalf("no forms: %d\n%.600s", code, plain(body))
	}
	blank := aForm(t, map[string]string{"A1": "走访情况统计表", "C1": "表号：ZF-1", "A2": "填报单位：", "A3": "指标", "B3": "数量（户次）", "C3": "去年同期", "D3": "石狮子", "A4": "网格走访居民", "A5": "喂养石狮子", "A6": "合计", "B6": "=SUM(B4:B5)"})
	take := func(name string, data []byte, more ...formPart) (int, string) {
		t.Helper()
		return clerk.send("/forms", append(more, formPart{name: "asker", data: []byte("区网格中心")}, formPart{name: "file", file: name, data: data})...)
	}
	// What is no form is one line, and nothing is kept.
	for name, data := range map[string][]byte{"坏.xlsx": []byte("PK\x03\x04"), "文.txt": []byte("表"), "旧.xls": []byte("\xd0\xcf\x11\xe0")} {
		code, body := take(name, data)
		if code != 422 || !strings.Contains(body, `role="alert"`) || !strings.Contains(body, "区网格中心") {
			t.Errorf("%s: %d\n%.600s", name, code, plain(body))
		}
	}
	if _, body := clerk.get("/forms"); !strings.Contains(plain(body), "还没有报表") {
		t.Error("a broken form was kept")
	}
	code, body := take("走访表.xlsx", blank, formPart{name: "command", data: []byte("w-new")})
	if code != 200 || !strings.Contains(plain(body), "缺") && !strings.Contains(plain(body), "表上没有制定机关、批准（备案）文号、有效期") {
		t.Fatalf("taken: %d\n%.1500s", code, plain(body))
	}
	path := regexp.MustCompile(`/forms/[0-9]+`).FindString(body)
	if !strings.Contains(body, `class="mapped guess" title="拿不准，请核对 · D4`) {
		t.Error("D4, whose column says something else, is not marked as a guess")
	}
	for _, want := range []string{"已对应 4 格", "走访表", "网格走访居民", "=SUM(B4:B5)"} {
		if !strings.Contains(plain(body), want) {
			t.Errorf("the page lacks %q:\n%.1500s", want, plain(body))
		}
	}
	rev := func() string {
		_, body := clerk.get(path + "?cell=D5")
		return found1(t, body, `name="rev" value="([0-9]+)"`)
	}
	// A cell is clicked: the panel names its heads and what is near; a figure that is none is told with what may be meant.
	if code, body := clerk.get(path + "?cell=B4"); code != 200 || !strings.Contains(plain(body), "单元格 B4") || !strings.Contains(body, `aria-current="true"`) {
		t.Errorf("the cell: %d", code)
	}
	if code, body := clerk.get(path + "/figures?figure=" + url.QueryEscape("走访")); code != 200 || !strings.Contains(body, `value="grid_visits"`) {
		t.Errorf("near figures: %d %.400s", code, body)
	}
	for what, v := range map[string]url.Values{
		"没有指标“走防居民”；是不是": {"cell": {"D4"}, "what": {"figure"}, "figure": {"走防居民"}},
		"换不成万元":              {"cell": {"D4"}, "what": {"figure"}, "figure": {"网格走访居民"}, "unit": {"万元"}},
		"是公式":                {"cell": {"B6"}, "what": {"figure"}, "figure": {"网格走访居民"}},
		"没有字段“石狮子”":          {"cell": {"A9"}, "what": {"list"}, "from": {"form"}, "columns": {"石狮子"}},
		"对照表第 1 行：不认识“cell”": {"what": {"map"}, "map": {"cell: 1"}},
		"小数位数是 0 到 8":        {"cell": {"D4"}, "what": {"figure"}, "figure": {"网格走访居民"}, "decimals": {"many"}},
		"表里没有这一格":            {"cell": {"Z-9"}, "what": {"text"}, "text": {"x"}},
	} {
		v.Set("rev", rev())
		if code, body := clerk.post(path+"/map", v); code < 400 || !strings.Contains(plain(body), what) {
			t.Errorf("%s: %d\n%.700s", what, code, plain(body))
		}
	}
	if code, body := clerk.post(path+"/map", url.Values{"rev": {rev()}, "command": {"w-d4"}, "cell": {"D4"}, "what": {"figure"}, "pick": {"grid_visits"}, "unit": {"万户"}, "decimals": {"2"}, "period": {"year"}}); code != 200 || !strings.Contains(plain(body), "已对应 4 格") || strings.Contains(body, `class="mapped guess"`) {
		t.Fatalf("mapped: %d\n%.900s", code, plain(body))
	}
	if code, body := clerk.post(path+"/map", url.Values{"rev": {rev()}, "command": {"w-d5"}, "cell": {"D5"}, "what": {"text"}, "text": {"{period}"}}); code != 200 || !strings.Contains(plain(body), "已对应 5 格") {
		t.Fatalf("a text: %d\n%.900s", code, plain(body))
	}
	if code, _ := clerk.post(path+"/map", url.Values{"rev": {"1"}, "command": {"w-stale"}, "cell": {"D5"}, "what": {"remove"}}); code != 409 {
		t.Errorf("a stale page: %d", code)
	}

	// Filled on trial nothing is kept; filled, the file comes back with its values and its formulas.
	year := "period=2023"
	code, body = clerk.get(path + "/fill?" + year)
	if code != 200 || !strings.Contains(plain(body), "与已报的表和公布的报告没有不一致") || !strings.Contains(plain(body), "留空 1 格") {
		t.Fatalf("trial: %d\n%.1500s", code, plain(body))
	}
	for _, bad := range []string{"period=nix", "period=2023&place=nowhere"} {
		if code, _ := clerk.get(path + "/fill?" + bad); code != 422 {
			t.Errorf("%s: %d", bad, code)
		}
	}
	code, body = clerk.post(path+"/fill", url.Values{"period": {"2023"}, "command": {"w-fill"}})
	if code != 200 || !strings.Contains(plain(body), "已填待报") {
		t.Fatalf("filled: %d\n%.1500s", code, plain(body))
	}
	filing := regexp.MustCompile(`/r/[0-9]+`).FindString(regexp.MustCompile(`/r/[0-9]+/move/send`).FindString(body))
	code, file := clerk.get(found1(t, body, `href="(/r/[0-9]+/files/[0-9a-f]+)"`))
	if code != 200 {
		t.Fatalf("the file: %d", code)
	}
	f, err := form.Read([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	said := func(f *form.File, at string) string {
		r, err := form.ParseRef(at)
		if err != nil {
			t.Fatal(err)
		}
		return f.Sheets[0].At(r).Text
	}
	visits := said(f, "B4")
	if visits == "" || visits == "0" || said(f, "B2") != "精武镇" || said(f, "D5") != "2023年" || said(f, "C4") != "" || f.Sheets[0].At(form.Ref{Row: 5, Col: 1}).Formula != "=SUM(B4:B5)" {
		t.Errorf("the file says %q, %q, %q", visits, said(f, "B2"), said(f, "D5"))
	}
	if code, body := clerk.post(filing+"/move/send", url.Values{"command": {"w-send"}, "f.sent_to": {"区网格中心"}, "f.sent_on": {h.Today().String()}}); code != 200 || !strings.Contains(plain(body), "已报") {
		t.Fatalf("sent: %d\n%.900s", code, plain(body))
	}

	// More is recorded: the next trial says who was told what, and that it would now be said otherwise.
	more := must(t, h, "grid_worker", town.Command{ID: "more", Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": aGrid(h)}})
	must(t, h, "grid_worker", town.Command{ID: "more-made", Op: town.Move, Record: more.Record, Move: "make", Fields: town.Values{"day": "2023-11-20", "households": int64(9)}})
	code, body = clerk.get(path + "/fill?" + year)
	if code != 200 || !strings.Contains(plain(body), "与已报不一致") || !strings.Contains(plain(body), "区网格中心") || !strings.Contains(body, `class="said digits clash"`) || !strings.Contains(body, h.Today().String()) {
		t.Errorf("conflicts: %d\n%.2500s", code, plain(body))
	}

	// All villages at once are one ZIP, each with a filing of its own.
	resp, err := clerk.http.PostForm(clerk.base+path+"/fill", url.Values{"period": {"2023"}, "each": {"village"}, "command": {"w-all"}})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(resp.Body); err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(z.File) < 5 || !strings.HasPrefix(z.File[0].Name, "付村") {
		t.Fatalf("the ZIP: %d bytes, %v", b.Len(), err)
	}
	if _, body := clerk.get("/forms"); !strings.Contains(plain(body), "付村") || strings.Count(body, "/fill?") < 5 {
		t.Errorf("the villages' filings:\n%.800s", plain(body))
	}

	// A list: columns by their names on screen; the trial shows its first rows.
	if code, body := clerk.post(path+"/map", url.Values{"rev": {rev()}, "command": {"w-list"}, "cell": {"A9"}, "what": {"list"}, "from": {"form"}, "columns": {"#, number, 表名, -, “备查”"}}); code != 200 || !strings.Contains(plain(body), "A9 起：报表") {
		t.Errorf("a list: %d\n%.600s", code, plain(body))
	}
	if code, body := clerk.get(path + "/fill?" + year); code != 200 || !strings.Contains(plain(body), "备查") || !strings.Contains(plain(body), "走访表") {
		t.Errorf("a list on trial: %d\n%.900s", code, plain(body))
	}
	if code, body := clerk.post(path+"/settle", url.Values{"rev": {rev()}, "command": {"w-settle"}}); code != 200 || !strings.Contains(plain(body), "可填") {
		t.Errorf("settled: %d\n%.600s", code, plain(body))
	}
	if code, _ := clerk.post(path+"/map", url.Values{"command": {"w-late"}, "cell": {"D5"}, "what": {"remove"}}); code < 400 {
		t.Error("a settled map was changed")
	}
	if code, _ := c.as("cleaner").get(path); code != 404 {
		t.Errorf("who may not see forms: %d", code)
	}
	viewer := c.as("viewer")
	if code, body := viewer.get(path); code != 200 || strings.Contains(body, "w-fill") || strings.Contains(body, `action="`+path+`/fill"`) {
		t.Errorf("a reader: %d", code)
	}
	if code, _ := viewer.post(path+"/fill", url.Values{"period": {"2023"}, "command": {"w-v"}}); code != 403 {
		t.Errorf("a reader fills: %d", code)
	}
}

// A roster is masked; in full it takes a reason, and each look is recorded.
func TestForms_personal_data(t *testing.T) {
	h := founded(t)
	c := serve(t, Config{Hall: h, Demo: true})
	must(t, h, "economy", town.Command{ID: "firm", Op: town.Create, Type: "enterprise", Fields: town.Values{"name": "一家企业", "code": "91350100M000100Y43", "place": "120111104201", "registered": "2023-02-01"}, Sealed: map[string]string{"head": "王小明", "phone": "13812345521"}})
	who := c.as("statistician")
	_, body := who.send("/forms", formPart{name: "asker", data: []byte("区统计局")}, formPart{name: "file", file: "企业.xlsx", data: aForm(t, map[string]string{"A1": "企业名单", "A2": "企业名称", "B2": "联系人", "C2": "联系电话", "D2": "注册日期"})})
	path := regexp.MustCompile(`/forms/[0-9]+`).FindString(body)
	if !strings.Contains(plain(body), "A3 起：企业") {
		t.Fatalf("the list is not proposed:\n%.900s", plain(body))
	}
	if code, body := who.get(path + "/fill?period=2023"); code != 200 || !strings.Contains(plain(body), "王** 138****5521") || strings.Contains(body, "王小明") || !strings.Contains(plain(body), "个人信息写全的理由") {
		t.Errorf("on trial: %d\n%.900s", code, plain(body))
	}
	filled := func(v url.Values) string {
		t.Helper()
		v.Set("period", "2023")
		_, body := who.post(path+"/fill", v)
		_, file := who.get(found1(t, body, `href="(/r/[0-9]+/files/[0-9a-f]+)"`))
		f, err := form.Read([]byte(file))
		if err != nil {
			t.Fatal(err)
		}
		return f.Sheets[0].At(form.Ref{Row: 2, Col: 1}).Text + " " + f.Sheets[0].At(form.Ref{Row: 2, Col: 2}).Text
	}
	looks := func() int {
		_, body := who.get("/journal")
		return strings.Count(plain(body), "报送区统计局")
	}
	if got := filled(url.Values{"command": {"w-masked"}}); got != "王** 138****5521" || looks() != 0 {
		t.Errorf("masked: %q, %d looks", got, looks())
	}
	if got := filled(url.Values{"command": {"w-full"}, "why": {"报送区统计局"}}); got != "王小明 13812345521" {
		t.Errorf("in full: %q", got)
	}
	if n := looks(); n != 2 {
		t.Errorf("%d looks are recorded", n)
	}
}
