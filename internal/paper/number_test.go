package paper

import (
	"errors"
	"strings"
	"testing"

	"zhenwu/internal/town"
)

// A document number is read as it is printed, and what breaks a rule is named.
func TestParseNumber(t *testing.T) {
	for s, want := range map[string]Number{
		"津武政〔2023〕12号":      {"津武政", 2023, 12},
		" 津武政办发〔2024〕100号 ": {"津武政办发", 2024, 100},
		"木洞府发〔2024〕2号":      {"木洞府发", 2024, 2},
	} {
		got, err := ParseNumber(s)
		if err != nil || got != want || got.String() != strings.TrimSpace(s) {
			t.Errorf("%s: %+v %v", s, got, err)
		}
	}
	for s, rule := range map[string]string{
		"":                   "missing",
		"津武政2023年12号":        "missing",
		"津武政[2023]12号":       "put the year into 〔〕",
		"津武政（2023）12号":       "put the year into 〔〕",
		"津武政【2023】12号":       "put the year into 〔〕",
		"津武政〔202312号":        "not closed",
		"津武政〔23〕12号":         "four digits",
		"津武政〔二〇二三〕12号":       "four digits",
		"津武政〔0023〕12号":       "four digits",
		"津武政〔2023〕第12号":      "no 第",
		"津武政〔2023〕012号":      "leading zeros",
		"津武政〔2023〕0号":        "digits",
		"津武政〔2023〕12":        "ends with 号",
		"津武政〔2023〕十二号":       "digits",
		"津武政〔2023〕12345678号": "digits",
		"〔2023〕12号":          "sign of the office",
		"津 武〔2023〕12号":       "sign of the office",
	} {
		_, err := ParseNumber(s)
		var refusal *town.Error
		if !errors.As(err, &refusal) || refusal.Kind != town.Invalid || !strings.Contains(refusal.En, rule) || !strings.Contains(refusal.Zh, "发文字号“"+s+"”") {
			t.Errorf("%s: %v, want %s", s, err, rule)
		}
	}
	if (Number{}).String() != "" {
		t.Error("no number is printed as one")
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("津武政〔2023〕12号")
	f.Add("a〔0001〕1号")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseNumber(s)
		if err != nil {
			return
		}
		if again, err := ParseNumber(n.String()); err != nil || again != n {
			t.Errorf("%q reads as %+v, its print %q as %+v, %v", s, n, n.String(), again, err)
		}
	})
}
