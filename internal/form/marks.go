package form

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/town"
)

// Marks are the legal marks of a form: who may ask for it, and until when (统计法 and the rules on departmental statistics ask for them
// at the top right of a form).
type Marks struct {
	Number   string // 表号
	Maker    string // 制定机关
	Approver string // 批准机关 or 备案机关
	Document string // 批准文号 or 备案文号, 文号
	Until    string // 有效期, as written
}

var markForms = []struct {
	re  *regexp.Regexp
	put func(*Marks) *string
}{
	{regexp.MustCompile(`表\s*号\s*[：:]\s*(.*)`), func(m *Marks) *string { return &m.Number }},
	{regexp.MustCompile(`制\s*[定表]\s*(?:机\s*关|单\s*位)\s*[：:]\s*(.*)`), func(m *Marks) *string { return &m.Maker }},
	{regexp.MustCompile(`(?:批\s*准|备\s*案|审\s*批)\s*(?:机\s*关|单\s*位)\s*[：:]\s*(.*)`), func(m *Marks) *string { return &m.Approver }},
	{regexp.MustCompile(`(?:批\s*准|备\s*案|审\s*批)?\s*文\s*号\s*[：:]\s*(.*)`), func(m *Marks) *string { return &m.Document }},
	{regexp.MustCompile(`有\s*效\s*期\s*(?:限|至|截\s*止)?\s*[：:]?\s*[至到]?\s*[：:]?\s*(.*)`), func(m *Marks) *string { return &m.Until }},
}

// otherMark ends a mark where several stand in one cell.
var otherMark = regexp.MustCompile(`\s*(?:表\s*号|制\s*[定表]\s*(?:机\s*关|单\s*位)|(?:批\s*准|备\s*案|审\s*批)\s*(?:机\s*关|单\s*位|文\s*号)|文\s*号|有\s*效\s*期)`)

// marks looks for the legal marks in the head of the form and in what stands before the tables of a document.
func (f *File) marks() Marks {
	var m Marks
	take := func(text, beside string) {
		for _, line := range strings.Split(strings.ReplaceAll(text, "　", " "), "\n") {
			for _, p := range markForms {
				at := p.re.FindStringSubmatchIndex(line)
				if at == nil || *p.put(&m) != "" {
					continue
				}
				v := line[at[2]:at[3]]
				if i := otherMark.FindStringIndex(v); i != nil {
					v = v[:i[0]]
				}
				if v = strings.Trim(v, " \t，,；;"); v == "" {
					v = strings.TrimSpace(beside)
				}
				if len([]rune(v)) <= 60 {
					*p.put(&m) = v
				}
			}
		}
	}
	for _, s := range f.Sheets {
		for r := range min(s.Rows, 15) {
			for c := range min(s.Cols, 200) {
				if t := s.cells[Ref{r, c}].Text; t != "" {
					_, span := s.Home(Ref{r, c})
					take(t, s.Shown(Ref{r, span.To.Col + 1}))
				}
			}
		}
	}
	if f.Kind == DOCX {
		for _, t := range f.paragraphs() {
			take(t, "")
		}
	}
	return m
}

// Missing names the marks that a form of the upper level must bear and does not, in both languages.
func (m Marks) Missing() (zh, en []string) {
	for _, x := range []struct{ have, zh, en string }{{m.Number, "表号", "form number"}, {m.Maker, "制定机关", "issuing office"}, {m.Document, "批准（备案）文号", "approval number"}, {m.Until, "有效期", "validity"}} {
		if x.have == "" {
			zh, en = append(zh, x.zh), append(en, x.en)
		}
	}
	return zh, en
}

var untilForm = regexp.MustCompile(`(20[0-9]{2})\s*[年./-]\s*([0-9]{1,2})(?:\s*[月./-]\s*([0-9]{1,2}))?`)

// Until reads the day until which a form is valid: 2024年12月31日, 2024-12-31, 2024年12月 (to its end).
func Until(s string) (town.Day, bool) {
	m := untilForm.FindStringSubmatch(s)
	if m == nil {
		return town.NoDay, false
	}
	n := func(s string) int { v, _ := strconv.Atoi(s); return v } // digits were matched
	y, month, day := n(m[1]), n(m[2]), n(m[3])
	if month < 1 || month > 12 || day > 31 {
		return town.NoDay, false
	}
	if day == 0 {
		return town.DayOf(y, time.Month(month)+1, 1) - 1, true
	}
	return town.DayOf(y, time.Month(month), day), true
}
