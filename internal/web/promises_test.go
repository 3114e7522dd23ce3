package web

import (
	"archive/zip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

const planned = "# 2022年政府工作报告\n\n## 一、2022年工作回顾\n\n喂养石狮子12只。\n\n## 二、2023年工作安排\n\n### （一）改善民生\n\n" +
	"**办好实事。**上半年改造村居公厕8座，增设养老助餐点，扩大公益性岗位。坚守为民初心。\n"

// card is the number of the card whose legend holds the words.
func card(t *testing.T, body, words string) string {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?s)<fieldset class="pcard [a-z]+" id="p(\d+)"><legend>(.*?)</legend>`).FindAllStringSubmatch(body, -1) {
		if strings.Contains(m[2], words) {
			return m[1]
		}
	}
	t.Fatalf("no card of “%s” in\n%.3000s", words, plain(body))
	return ""
}

// A report becomes commitments on one screen: taken, split, joined, linked, dismissed with a reason; what is wrong stays and says why; at the end nothing
// is open.
func TestPromises(t *testing.T) {
	h := founded(t)
	both(t, h, "supervisor", func(t *testing.T, c *client, lang string) {
		text := strings.ReplaceAll(planned, "改造村居公厕", map[string]string{"zh": "改造村居公厕", "en": "改造集镇公厕"}[lang])
		if lang == "en" { // other clauses, so that nothing of the first round keeps them
			text = strings.NewReplacer("增设养老助餐点", "疏浚北运河支流", "扩大公益性岗位", "举办秋季丰收节", "坚守为民初心", "汇聚磅礴力量", "石狮子", "石麒麟").Replace(text)
		}
		code, body := c.post("/commitments/read", url.Values{"text": {text}})
		expect(t, "read", code, body, 200, lang, "共 4，已对上 0，说明不列 0，待处理 4", "4 in all: 0 linked, 0 dismissed, 4 open")
		expect(t, "numbers", code, body, 200, lang, "共 2，已对上 0，说明不列 0，待处理 2", "2 in all: 0 linked, 0 dismissed, 2 open")
		for _, part := range []string{`value="2023-06-30"`, `value="2023-12-31"`, `<a class="clause open" href="#p`} {
			if !strings.Contains(body, part) {
				t.Errorf("the proposals lack %s", part)
			}
		}
		first := regexp.MustCompile(`上半年改造..公厕8座`).FindString(text)
		words := []string{"增设养老助餐点", "扩大公益性岗位", "坚守为民初心", "12只"}
		if lang == "en" {
			words = []string{"疏浚北运河支流", "举办秋季丰收节", "汇聚磅礴力量", "12只"}
		}
		a, b, d, e, n := card(t, body, first), card(t, body, words[0]), card(t, body, words[1]), card(t, body, words[2]), card(t, body, words[3])
		form := url.Values{"text": {text}, "command": {"take1" + lang},
			"do-" + a: {"take"}, "text-" + a: {"改造东片公厕\n改造西片公厕"}, "lead-" + a: {"城建办"}, "due-" + a: {"2023-06-30"}, "helpers-" + a: {"民政办、财政所"}, "measure-" + a: {""},
			"do-" + b: {"take"}, "text-" + b: {words[0]}, "lead-" + b: {"没有的科室"}, "due-" + b: {"2023-12-31"},
			"do-" + d: {"join"},
			"do-" + e: {"dismiss"},
			"do-" + n: {"later"}}
		code, body = c.post("/commitments/take", form)
		expect(t, "a wrong office", code, body, 200, lang, "没有这个科室：没有的科室", "There is no such office: 没有的科室")
		expect(t, "no reason", code, body, 200, lang, "不列的要写明理由", "Say why it is no task")
		expect(t, "how many", code, body, 200, lang, "有 2 条没有办成", "2 clauses could not be carried out")
		expect(t, "half way", code, body, 200, lang, "共 4，已对上 2，说明不列 0，待处理 2", "4 in all: 2 linked, 0 dismissed, 2 open")
		if code, again := c.post("/commitments/take", form); code != 200 || strings.Count(again, `class="pcard linked"`) != strings.Count(body, `class="pcard linked"`) {
			t.Errorf("sent twice: %d", code)
		}
		form = url.Values{"text": {text}, "command": {"take2" + lang},
			"do-" + b: {"link"}, "to-" + b: {"R2023-001"}, "do-" + e: {"dismiss"}, "why-" + e: {"总体要求"}, "do-" + n: {"dismiss"}, "why-" + n: {"没有指标"}}
		code, body = c.post("/commitments/take", form)
		expect(t, "all promises", code, body, 200, lang, "共 4，已对上 3，说明不列 1，待处理 0", "4 in all: 3 linked, 1 dismissed, 0 open")
		expect(t, "all numbers", code, body, 200, lang, "共 2，已对上 1，说明不列 1，待处理 0", "2 in all: 1 linked, 1 dismissed, 0 open")
		expect(t, "covered", code, body, 200, lang, "每一条承诺、每一个数字都有着落", "Every promise and every number is answered for")
	})
	kept := map[string]int{}
	if err := h.Reading(t.Context(), func(r *hall.Reader) error {
		all, err := r.Kept()
		for _, k := range all {
			kept[k.Text]++
			switch k.Code {
			case "R2023-001":
				if k.Text != "改造东片公厕" || k.Leader != "engineering_office" || k.Clause != "上半年改造村居公厕8座\n增设养老助餐点\n疏浚北运河支流" || k.Number != "8座" {
					t.Errorf("%+v", k)
				}
				row, err := r.Record(k.Record)
				if err != nil {
					return err
				}
				assumed, _ := row.Value("assumed")
				nodes, _ := row.Value("nodes")
				if lines, _ := nodes.([]map[string]any); len(lines) != 2 || assumed != false || row.Text("deadline") != "2023-06-30" {
					t.Errorf("milestones %v, assumed %v, due %s", nodes, assumed, row.Text("deadline"))
				}
			case "R2023-002":
				if !strings.HasSuffix(k.Clause, "\n扩大公益性岗位") {
					t.Errorf("joined: %+v", k)
				}
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for text, n := range map[string]int{"改造东片公厕": 2, "改造西片公厕": 2, "坚守为民初心": 1, "喂养石狮子12只": 1} {
		if kept[text] != n {
			t.Errorf("%s stands %d times, not %d: %v", text, kept[text], n, kept)
		}
	}
}

func TestPromises_are_not_everybodys(t *testing.T) {
	h := founded(t)
	both(t, h, "desk", func(t *testing.T, c *client, lang string) {
		code, body := c.get("/commitments/read")
		expect(t, "a desk", code, body, 403, lang, "不能新增承诺任务", "cannot open commitments")
		code, body = c.post("/commitments/take", url.Values{"text": {planned}})
		expect(t, "a desk takes", code, body, 403, lang, "不能新增承诺任务", "cannot open commitments")
	})
	c := serve(t, Config{Hall: h, Demo: true}).as("supervisor")
	for _, f := range []url.Values{{"text": {" "}}, {}} {
		if code, body := c.post("/commitments/read", f); code != 422 || !strings.Contains(plain(body), "请选择报告文件") {
			t.Errorf("nothing given: %d\n%.600s", code, plain(body))
		}
	}
	if code, body := c.get("/commitments/read?report=1"); code != 404 {
		t.Errorf("no such report: %d\n%.300s", code, plain(body))
	}
}

// The half-year table as page, spreadsheet and document says the same.
func TestHalfYear(t *testing.T) {
	h := founded(t)
	at := town.DayOf(2023, 1, 1).At(h.View().Zone(), 9, 0)
	must(t, h, "supervisor", town.Command{ID: "hy-1", Op: town.Create, Type: "commitment", At: at, Fields: town.Values{"code": "T1", "text": "修缮排水管网", "section": "（一）夯实基础", "deadline": "2023-12-31", "leader": "engineering_office", "helpers": []string{"finance_office"},
		"nodes": []map[string]any{{"what": "第一季度", "due": "2023-03-31", "done": "2022-12-30"}, {"what": "第二季度", "due": "2023-06-30"}}}})
	c := serve(t, Config{Hall: h, Demo: true}).as("mayor")
	code, body := c.get("/commitments/table?year=2023&half=1")
	if code != 200 || !strings.Contains(plain(body), "2022年政府工作报告目标任务2023年上半年推进情况") || !strings.Contains(plain(body), "修缮排水管网") {
		t.Fatalf("the page: %d\n%.1500s", code, plain(body))
	}
	code, body = c.get("/commitments/table.xlsx?year=2023&half=1")
	if code != 200 {
		t.Fatalf("the spreadsheet: %d", code)
	}
	x, err := excelize.OpenReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := x.GetRows("任务推进情况")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, r := range rows {
		if len(r) == 4 && r[1] == "修缮排水管网" {
			found = r
		}
	}
	if len(found) != 4 || found[2] != "城建办、财政所" || !strings.HasPrefix(found[3], "尚未认领；2个节点完成1个") {
		t.Errorf("the spreadsheet says %v", found)
	}
	if rows[1][0] != "模拟数据，不是真实情况" {
		t.Errorf("the spreadsheet is not marked: %v", rows[1])
	}
	code, body = c.get("/commitments/table.docx?year=2023&half=1")
	if code != 200 {
		t.Fatalf("the document: %d", code)
	}
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, f := range z.File {
		if f.Name == "word/document.xml" {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			buf := make([]byte, 1<<16)
			for {
				n, err := r.Read(buf)
				b.Write(buf[:n])
				if err != nil {
					break
				}
			}
			text = b.String()
		}
	}
	for _, want := range []string{"修缮排水管网", "城建办、财政所", "2个节点完成1个"} {
		if !strings.Contains(text, want) {
			t.Errorf("the document lacks %s", want)
		}
	}
	for _, bad := range []string{"year=x", "year=2023&half=3"} {
		if code, _ := c.get("/commitments/table?" + bad); code != 422 {
			t.Errorf("%s: %d", bad, code)
		}
	}
}

// A draft's promises are marked until a commitment keeps them.
func TestStudio_marks_promises_without_a_commitment(t *testing.T) {
	h := founded(t)
	c := serve(t, Config{Hall: h, Demo: true}).as("supervisor")
	code, body := c.send("/reports", formPart{name: "title", data: []byte("2022年政府工作报告")}, formPart{name: "year", data: []byte("2022")},
		formPart{name: "meeting", data: []byte("2022-12-31")})
	if code != 200 {
		t.Fatalf("begun: %d\n%.600s", code, plain(body))
	}
	path := regexp.MustCompile(`/reports/[0-9]+`).FindString(body)
	draft := "---\n年份: 2022\n标题: 2022年政府工作报告\n---\n# 2022年政府工作报告\n\n## 一、2023年工作安排\n\n### （一）改善民生\n\n**办好实事。**增设养老助餐点，扩大公益性岗位。\n"
	_, body = c.get(path + "?view=draft")
	rev := found1(t, body, `name="rev" value="([0-9]+)"`)
	code, body = c.post(path, url.Values{"draft": {draft}, "rev": {rev}, "command": {"sp-save"}})
	if code != 200 || !strings.Contains(plain(body), "“增设养老助餐点”还没有对应的承诺任务") || !strings.Contains(plain(body), "有 2 项承诺还没有对应的任务") {
		t.Fatalf("marked: %d\n%.2000s", code, plain(body))
	}
	if !strings.Contains(body, `<a class="clause open" href="#problems">增设养老助餐点</a>`) {
		t.Errorf("the promise is not marked in the text")
	}
	read := "/commitments/read?report=" + strings.TrimPrefix(path, "/reports/")
	if !strings.Contains(body, read) {
		t.Errorf("no way from the draft to its commitments")
	}
	_, body = c.get(read)
	n := card(t, body, "增设养老助餐点")
	code, body = c.post("/commitments/take", url.Values{"report": {strings.TrimPrefix(path, "/reports/")}, "command": {"sp-take"}, "do-" + n: {"take"}, "text-" + n: {"增设养老助餐点两处"}, "lead-" + n: {"民政办"}, "due-" + n: {"2023-12-31"}})
	if code != 200 || !strings.Contains(plain(body), "立项 1 条") {
		t.Fatalf("taken: %d\n%.1500s", code, plain(body))
	}
	_, body = c.get(path)
	if strings.Contains(plain(body), "“增设养老助餐点”还没有对应的承诺任务") || !strings.Contains(plain(body), "“扩大公益性岗位”还没有对应的承诺任务") {
		t.Errorf("after that:\n%.2000s", plain(body))
	}
}
