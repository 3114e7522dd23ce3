package sheet

import (
	"bytes"
	"math"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/figure"
)

func rat(s string) *big.Rat {
	r, _ := new(big.Rat).SetString(s)
	return r
}

// sample is a workbook with every sort of row.
func sample() *Book {
	return &Book{Title: "试验镇 · 看板", For: "全镇 · 2023 年", AsOf: "数据截至 2023-11-30", Mark: "模拟数据",
		Words:  BookWords{"指标", "逐月", "按地点", "来源", "部分", "指标", "单位", "本期", "上年同期", "相差", "计算增速", "公布增速", "上年全年", "目标增速", "目标", "完成目标", "应到进度", "年末预测", "预测方法", "数据状态", "合计", "指标数", "未列入", "指标代码", "怎么算的", "网址"},
		Months: []string{"1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"}, Places: []string{"东村", "西村"},
		Facts: [][2]string{{"目录版本", "0123abcd"}, {"日志条数", "1,234"}},
		Rows: []BookRow{
			{Section: "经济", Key: "tax", Name: "税收", Unit: "元", Status: "预计", Now: rat("990000000.25"), Last: rat("900000000"), Told: rat("9.8"), Base: rat("1000000000"), Rate: rat("19"), Share: rat("90"), Method: "按上年进度", Definition: "=1+1", Address: "http://x/figures/tax"},
			{Section: "经济", Key: "trade", Name: "销售额", Unit: "元", Now: rat("203"), Rate: rat("0")}, // flat, but last year is unknown
			{Section: "治理", Key: "visits", Name: "走访", Unit: "户次", Now: rat("366"), Last: rat("300"), Base: rat("330"), Level: rat("400"), Forecast: rat("399"), Months: []*big.Rat{rat("30"), nil, rat("36"), rat("300")}, Places: []*big.Rat{rat("200"), rat("160")}},
			{Section: "治理", Key: "rate", Name: "按期率", Unit: "%", Points: true, Now: rat("97.4"), Last: rat("95.15"), Told: rat("2.3"), Base: rat("95.15"), Level: rat("98")},
			{Section: "治理", Key: "none", Name: "无记录", Unit: "件"},
			{Section: "治理", Key: "zero", Name: "上年为零", Unit: "件", Now: rat("3"), Last: rat("0"), Base: rat("0"), Rate: rat("10")},
		}}
}

// recomputed opens a workbook in LibreOffice, which works every formula out anew, and gives the cells of its sheets.
func recomputed(t *testing.T, b []byte) *excelize.File {
	t.Helper()
	bin, err := exec.LookPath("soffice")
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal("soffice is not installed; run .ci/setup")
	}
	if err != nil {
		t.Skip("soffice is not installed; run .ci/setup")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "book.xlsx")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bin, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out"), file)
	cmd.Env = append(os.Environ(), "SAL_USE_VCLPLUGIN=svp")
	cmd.WaitDelay = time.Second
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("soffice: %v\n%s", err, said)
	}
	x, err := excelize.OpenFile(filepath.Join(dir, "out", "book.xlsx"))
	if err != nil {
		t.Fatalf("LibreOffice does not open it: %v\n%s", err, said)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

// TestBook: growth, targets, what is reached, forecasts and sums are formulas, and LibreOffice works them out to what the figures say.
func TestBook(t *testing.T) {
	b := sample()
	var buf bytes.Buffer
	if err := b.Write(&buf); err != nil {
		t.Fatal(err)
	}
	ours, err := excelize.OpenReader(bytes.NewReader(buf.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	if names := strings.Join(ours.GetSheetList(), " "); names != "指标 逐月 按地点 来源" {
		t.Fatalf("sheets %s", names)
	}
	formula := func(sheet, cell, want string) {
		t.Helper()
		if f, err := ours.GetCellFormula(sheet, cell); err != nil || f != want {
			t.Errorf("%s!%s holds %q, want %q, %v", sheet, cell, f, want, err)
		}
	}
	formula("指标", "F5", "D5-E5")
	formula("指标", "G5", "(D5-E5)/E5")
	formula("指标", "K5", "I5*(1+J5)")
	formula("指标", "N5", "D5/M5")
	formula("指标", "G8", "D8-E8")
	formula("指标", "G9", "") // nothing is known
	formula("指标", "G10", "")
	formula("指标", "K6", "") // flat, and last year is unknown
	formula("逐月", "O5", "SUM(C5:N5)")
	formula("按地点", "E5", "SUM(C5:D5)")
	formula("来源", "C5", "") // a definition that looks like a formula is a text
	if s, _ := ours.GetCellValue("来源", "C5"); s != "=1+1" {
		t.Errorf("the definition reads %q", s)
	}

	x := recomputed(t, buf.Bytes())
	number := func(sheet, cell string) (float64, bool) {
		t.Helper()
		s, err := x.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.ParseFloat(s, 64)
		return n, err == nil
	}
	is := func(sheet, cell string, want *big.Rat) {
		t.Helper()
		got, ok := number(sheet, cell)
		if want == nil {
			if ok {
				t.Errorf("%s!%s is %v, want nothing", sheet, cell, got)
			}
			return
		}
		w, _ := want.Float64()
		if !ok || math.Abs(got-w) > 1e-9*math.Max(1, math.Abs(w)) {
			t.Errorf("%s!%s is %v (%v), want %v", sheet, cell, got, ok, w)
		}
	}
	for i, r := range b.Rows {
		row := strconv.Itoa(headRows + 1 + i)
		unit := "元"
		if r.Points {
			unit = "%"
		}
		value := func(x *big.Rat) figure.Value {
			v := figure.Value{Den: 1, Unit: unit}
			if x != nil {
				v.Set(x)
			}
			return v
		}
		growth := figure.Growth(value(r.Now), value(r.Last)) // what the console says
		if growth != nil && !r.Points {
			growth.Quo(growth, big.NewRat(100, 1))
		}
		is("指标", "G"+row, growth)
	}
	is("指标", "K5", rat("1190000000"))
	is("指标", "L5", new(big.Rat).Quo(rat("990000000.25"), rat("1190000000")))
	is("指标", "N5", rat("1100000000.277777777777777778"))
	is("指标", "H5", rat("0.098"))
	is("指标", "N7", rat("399"))
	is("指标", "L7", rat("0.915"))
	is("逐月", "O5", rat("366"))
	is("逐月", "P5", rat("366"))
	is("逐月", "Q5", rat("0"))
	is("按地点", "E5", rat("360"))
	is("按地点", "G5", rat("6"))
	is("指标", "L10", nil) // a target of nothing is no share
	for _, sheet := range x.GetSheetList() {
		rows, err := x.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, s := range row {
				if strings.HasPrefix(s, "#") || strings.HasPrefix(s, "Err:") {
					t.Errorf("%s, row %d, column %d: %s", sheet, i+1, j+1, s)
				}
			}
		}
		if !strings.Contains(rows[0][0], "模拟数据") {
			t.Errorf("%s does not say that the town is simulated", sheet)
		}
	}
}
