package web

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/town"
)

// TestImport: a sheet finds its fields by its heads, a dry run says row by row what would
// happen and writes nothing, and the import writes the good rows once.
func TestImport(t *testing.T) {
	h := founded(t)
	grid := aGrid(h)
	name := h.View().Place(town.Code(grid)).Zh
	both(t, h, "grid_worker", func(t *testing.T, c *client, lang string) {
		known := "OLD-" + lang
		must(t, h, "grid_worker", town.Command{ID: "k-" + lang, Op: town.Create, Type: "grid_problem", Fields: town.Values{"outer": known, "what": "旧名", "kind": "other", "grid": grid}})
		text := "网格问题清单\n津治通编号,问题,类别,网格,备注\n" +
			"N1-" + lang + ",井盖松动,公共设施," + name + ",x\n" +
			known + ",路灯不亮,公共设施," + name + ",\n" +
			"N2-" + lang + ",垃圾,火星," + name + ",\n" +
			"N3-" + lang + ",,环境卫生," + name + ",\n" +
			"N4-" + lang + ",积水,环境卫生,天津港,\n"
		step := func(token, do string, more url.Values) (int, string) {
			form := url.Values{"token": {token}, "do": {do}}
			for k, v := range more {
				form[k] = v
			}
			return c.post("/t/grid_problem/import", form)
		}
		code, body := c.send("/t/grid_problem/import", formPart{"file", "清单.csv", []byte(text)})
		if code != 200 || strings.Count(body, `<option value="outer" selected>`) != 1 || strings.Count(body, `<option value="kind" selected>`) != 1 {
			t.Fatalf("the columns: %d %s", code, plain(body))
		}
		token := found1(t, body, `name="token" value="([^"]+)"`)
		code, body = step(token, "dry", url.Values{"col.4": {"what"}})
		expect(t, "two columns for one field", code, body, 422, lang, "两列都对应到“问题”", "both fill “Problem”")
		count := func() int {
			_, page := c.get("/t/grid_problem/export.csv?q=" + url.QueryEscape("N1-"+lang))
			return strings.Count(page, "N1-"+lang)
		}
		code, body = step(token, "dry", url.Values{"col.4": {""}})
		expect(t, "the dry run", code, body, 200, lang, "2 行可以导入 ：1 行新增，1 行更正已有记录。 3 行有问题，导入时跳过。", "2 rows can be imported : 1 new, 1 correct existing records. 3 rows have faults and are skipped.")
		expect(t, "the row and column of a fault", code, body, 200, lang, "5 类别 「火星」", "5 类别 “火星”")
		expect(t, "a required cell", code, body, 200, lang, "6 问题 必填，表里是空的", "6 Problem required, but empty in the sheet")
		if !strings.Contains(plain(body), "7 网格") {
			t.Errorf("a place that is none: %s", plain(body))
		}
		if n := count(); n != 0 {
			t.Errorf("the dry run wrote %d rows", n)
		}
		code, body = step(token, "import", nil)
		expect(t, "the import", code, body, 200, lang, "新增 1 条，更正 1 条，无变化 0 条，跳过 3 行。", "1 opened, 1 corrected, 0 unchanged, 3 rows skipped.")
		if n := count(); n != 1 {
			t.Errorf("after the import %d rows of one", n)
		}
		_, page := c.get("/t/grid_problem/export.csv?q=" + url.QueryEscape(known))
		if !strings.Contains(page, "路灯不亮") || strings.Contains(page, "旧名") {
			t.Errorf("the known record was not corrected: %s", page)
		}
		code, body = step(token, "import", nil)
		expect(t, "the import sent twice", code, body, 404, lang, "请重新上传", "upload the file again")
		code, body = c.send("/t/grid_problem/import", formPart{"file", "清单.csv", []byte(text)})
		if code != 200 {
			t.Fatalf("the same file again: %d", code)
		}
		token = found1(t, body, `name="token" value="([^"]+)"`)
		code, body = step(token, "dry", nil)
		expect(t, "the dry run of what is there", code, body, 200, lang, "0 行可以导入 ：0 行新增，0 行更正已有记录。 2 行与已有记录相同。 3 行有问题", "0 rows can be imported : 0 new, 0 correct existing records. 2 are as they stand already. 3 rows have faults")
		code, body = step(token, "import", nil)
		expect(t, "the same file again changes nothing", code, body, 200, lang, "新增 0 条，更正 0 条，无变化 2 条，跳过 3 行。", "0 opened, 0 corrected, 2 unchanged, 3 rows skipped.")
	})
}

// TestImport_dry_run_decides: what the rules refuse of a row that can be read is told before anything is written.
func TestImport_dry_run_decides(t *testing.T) {
	h := founded(t)
	both(t, h, "grid_worker", func(t *testing.T, c *client, lang string) {
		far := ""
		for _, p := range h.View().Places() {
			if p.Kind == "grid" {
				far = p.Zh // the last one: beyond the post of the role in the demo
			}
		}
		code, body := c.send("/t/grid_problem/import", formPart{"file", "清单.csv", []byte("津治通编号,问题,类别,网格\nF-" + lang + ",井盖松动,公共设施," + far + "\n")})
		if code != 200 {
			t.Fatalf("the columns: %d %s", code, plain(body))
		}
		token := found1(t, body, `name="token" value="([^"]+)"`)
		for _, do := range []string{"dry", "import"} {
			code, body = c.post("/t/grid_problem/import", url.Values{"token": {token}, "do": {do}})
			expect(t, do, code, body, 200, lang, "这条记录不在您负责的地点范围内", "This record lies outside the place of your post")
		}
	})
}

// TestImport_refuses_what_is_no_sheet: one line each, in both languages.
func TestImport_refuses_what_is_no_sheet(t *testing.T) {
	h := founded(t)
	x := excelize.NewFile()
	if err := x.SetSheetRow("Sheet1", "A1", &[]any{"网格", "日期"}); err != nil {
		t.Fatal(err)
	}
	var heads bytes.Buffer
	if _, err := x.WriteTo(&heads); err != nil {
		t.Fatal(err)
	}
	both(t, h, "grid_worker", func(t *testing.T, c *client, lang string) {
		for _, f := range []struct {
			name   string
			data   []byte
			zh, en string
		}{
			{"空.csv", nil, "文件是空的", "the file is empty"},
			{"旧.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1........"), "旧版 Excel", "an old Excel file"},
			{"图.csv", picture(t, 5), "不是表格文件", "this is no spreadsheet"},
			{"坏.xlsx", []byte("PK\x03\x04 broken"), "打不开这个 XLSX", "this XLSX cannot be opened"},
			{"头.xlsx", heads.Bytes(), "表里没有数据行", "no rows of data"},
		} {
			code, body := c.send("/t/visit_round/import", formPart{"file", f.name, f.data})
			expect(t, f.name, code, body, 422, lang, f.zh, f.en)
		}
		code, body := c.post("/t/visit_round/import", nil)
		expect(t, "no file at all", code, body, 422, lang, "请选择一个", "choose a CSV or XLSX file")
		code, body = c.post("/t/visit_round/import", url.Values{"token": {"gone"}})
		expect(t, "an import that is over", code, body, 404, lang, "已过期", "has expired")
	})
}
