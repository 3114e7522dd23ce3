package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"zhenwu/internal/town"
)

func write(t *testing.T, make func(*bytes.Buffer) (Writer, error), rows [][]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := make(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsWrittenReadsBack(t *testing.T) {
	rows := [][]string{{"编号", "事由"}, {"RX202300001", "路灯，“不亮”"}, {"-5", "两\n行"}}
	for name, make := range map[string]func(*bytes.Buffer) (Writer, error){
		"csv":  func(b *bytes.Buffer) (Writer, error) { return NewCSV(b) },
		"xlsx": func(b *bytes.Buffer) (Writer, error) { return NewXLSX(b, "台账") },
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(write(t, make, rows))
			if err != nil || !reflect.DeepEqual(got, rows) {
				t.Errorf("read %q, %v", got, err)
			}
		})
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	for in, want := range map[string]string{"=1+1": "'=1+1", "+86": "'+86", "@x": "'@x", "-1": "-1", "-1+2": "'-1+2", "\tx": "'\tx", "路灯": "路灯", "": ""} {
		if got := Harmless(in); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
}

func TestReadTakesWhatOfficesUse(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("编号,事由\n1,路灯\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"编号", "事由"}, {"1", "路灯"}}
	for name, data := range map[string][]byte{
		"UTF-8": []byte("编号,事由\n1,路灯\n"), "with its mark": []byte("\ufeff编号,事由\r\n1,路灯\r\n"), "tabs": []byte("编号\t事由\n1\t路灯\n"), "GB18030": gb,
	} {
		if got, err := Read(data); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestReadRefusesWhatIsNoSheet(t *testing.T) {
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		zeros := make([]byte, 1<<20)
		for range 90 {
			if _, err := w.Write(zeros); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		data   []byte
		zh, en string
	}{
		{"nothing", nil, "文件是空的", "the file is empty"},
		{"an old Excel file", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "旧版 Excel", "an old Excel file"},
		{"bytes", []byte{1, 0, 2, 0, 3}, "不是表格文件", "no spreadsheet"},
		{"a broken zip", []byte("PK\x03\x04broken"), "打不开这个 XLSX", "this XLSX cannot be opened"},
		{"a bomb", bomb.Bytes(), "解开后过大", "too large once unpacked"},
		{"too many rows", []byte(strings.Repeat("a,b\n", MostRows+2)), "最多导入 100000 行", "at most 100000 rows"},
	} {
		_, err := Read(c.data)
		var ours *town.Error
		if !errors.As(err, &ours) || ours.Kind != town.Invalid || !strings.Contains(ours.In("zh"), c.zh) || !strings.Contains(ours.In("en"), c.en) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	_, err := Read([]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"))
	var e *town.Error
	if !errors.As(err, &e) || !strings.Contains(e.Zh, "PDF") || !strings.Contains(e.Zh, "XLSX 或 CSV") || !strings.Contains(e.En, "PDF") || !strings.Contains(e.En, "XLSX or CSV") {
		t.Errorf("a PDF is not named with what to save as: %v", err)
	}
}

// A title of one cell above a table is left out; a table of one column keeps its head.
func TestTable(t *testing.T) {
	for _, c := range []struct {
		name, csv, head string
		rows, above     int
	}{
		{"plain", "编号,名称\n1,甲\n", "编号", 2, 1},
		{"a title above", "全镇企业一览,\n编号,名称\n1,甲\n2,乙\n", "编号", 3, 2},
		{"one column", "名称\n甲\n乙\n", "名称", 3, 1},
	} {
		rows, above, err := Table([]byte(c.csv))
		if err != nil || len(rows) != c.rows || above != c.above || rows[0][0] != c.head {
			t.Errorf("%s: %d rows under %q, %d above, %v", c.name, len(rows), rows, above, err)
		}
	}
	for name, data := range map[string][]byte{"行": []byte("编号,名称\n"), "40 MB": bytes.Repeat([]byte("一"), MostBytes/3+1)} {
		if _, _, err := Table(data); town.KindOf(err) != town.Invalid || !strings.Contains(err.(*town.Error).Zh, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
