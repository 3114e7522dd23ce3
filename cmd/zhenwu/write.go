package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"zhenwu/internal/draft"
	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/paper"
	"zhenwu/internal/report"
	"zhenwu/internal/town"
)

type reportDraftCmd struct {
	File string `arg:"" help:"往年的报告 md、txt、docx"`
	Year int    `help:"新报告回顾的年份，默认是往年报告的下一年 the year to be looked back on"`
	Out  string `help:"写到文件，默认打印 write to a file"`
}

type reportWriteCmd struct {
	File    string `arg:"" help:"草稿 md"`
	Out     string `help:"写到文件：.md、.html、.docx、.pdf，默认打印正文 write to a file of one of these"`
	Fonts   string `help:"PDF 字体所在文件夹，默认用系统里的免费字体 a folder with fonts for PDF"`
	Sources bool   `help:"把每个数的来历作为附件 print where every number comes from as an annex"`
}

// Run turns an earlier report into a draft: what speaks of a figure becomes that figure, the rest is marked.
func (c *reportDraftCmd) Run(s *session) error {
	d, err := readReport(c.File)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return town.Refuse(town.Missing, "file", "读不到文件：%s", "cannot read the file: %s", c.File)
	}
	text, err := report.Text(filepath.Base(c.File), data)
	if err != nil {
		return err
	}
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	checked := report.Check(d, draft.Unread(st.View().Cat), "", s.global.Lang)
	year := c.Year
	if year == 0 {
		if year, err = strconv.Atoi(d.Year); err != nil {
			return town.Refuse(town.Invalid, "year", "看不出这份报告回顾哪一年，请用 --year 写明新报告的年份", "it is not clear which year the report looks back on; give the year of the new one with --year")
		}
		year++
	}
	out, taken := draft.From(st.View().Cat, text, checked, year)
	if s.global.JSON {
		return writeJSON(s, map[string]any{"year": year, "draft": out, "figures": taken.Figures, "open": taken.Open})
	}
	if err := emit(s, c.Out, out); err != nil {
		return err
	}
	fmt.Fprintf(s.errs, "%s\n", s.pick(fmt.Sprintf("%d 处数字接上了指标，%d 处待定（{{?…}}）", taken.Figures, taken.Open), fmt.Sprintf("%d numbers became figures, %d are left to settle ({{?…}})", taken.Figures, taken.Open)))
	return nil
}

// emit writes text to a file, or prints it.
func emit(s *session, path, text string) error {
	if path == "" {
		_, err := fmt.Fprint(s.out, text)
		return err
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return town.Refuse(town.Invalid, "out", "写不了文件：%s", "cannot write the file: %s", path)
	}
	return nil
}

// Run writes every figure of a draft from the town's records and lists what its author should know.
func (c *reportWriteCmd) Run(s *session) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return town.Refuse(town.Missing, "file", "读不到文件：%s", "cannot read the file: %s", c.File)
	}
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	d := draft.Parse(st.View().Cat, string(data))
	var w *draft.Written
	var sections []draft.Section
	if err := st.Reading(s.ctx, func(r *hall.Reader) error {
		var err error
		if err = r.Ahead("", st.Today()); err != nil {
			return err
		}
		if w, err = draft.Write(r.View().Cat, r, d, st.Today()); err != nil {
			return err
		}
		promised, err := r.Promised(w.Draft.Head.Year)
		if err != nil {
			return err
		}
		sections, err = draft.Lint(w, promised)
		return err
	}); err != nil {
		return err
	}
	if s.global.JSON {
		if err := writeJSON(s, writtenJSON(w, sections)); err != nil {
			return err
		}
	} else {
		if err := c.emit(s, st, w); err != nil {
			return err
		}
		for _, p := range w.Problems {
			mark := s.pick("提醒", "note")
			if p.Bars {
				mark = s.pick("须改", "mend")
			}
			fmt.Fprintf(s.errs, "%s:%d:%d: %s: %s\n", c.File, p.Line, p.Column, mark, p.In(s.global.Lang))
		}
	}
	if w.Bars() > 0 {
		return errFound
	}
	return nil
}

// emit writes the report in the form that the name of the file asks for.
func (c *reportWriteCmd) emit(s *session, st *site, w *draft.Written) error {
	form := strings.ToLower(filepath.Ext(c.Out))
	switch form {
	case "", ".md", ".txt":
		return emit(s, c.Out, w.Text)
	case ".html", ".docx", ".pdf":
	default:
		return town.Refuse(town.Invalid, "out", "不能写成 %s；可以用 .md、.html、.docx、.pdf", "cannot write %s; there are .md, .html, .docx and .pdf", form)
	}
	v := st.View()
	doc, err := w.Paper(draft.Sheet{Simulated: v.Simulated, Town: v.Cat.Name.Zh, Sources: c.Sources,
		Place: func(code town.Code) string {
			if p := v.Place(code); p != nil {
				return p.Zh
			}
			return string(code)
		},
		Words: func(m *draft.Mark) string { return figure.Words(v.Cat, m.Ref.Figure, "zh") },
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	switch form {
	case ".html":
		err = paper.HTML(&b, doc)
	case ".docx":
		err = paper.DOCX(&b, doc)
	default:
		var fonts *paper.Fonts
		if fonts, err = paper.FindFonts(fontFolders(c.Fonts)...); err == nil {
			err = paper.PDF(&b, doc, fonts)
		}
	}
	if err != nil {
		return err
	}
	return emit(s, c.Out, b.String())
}

// fontFolders are where fonts for PDF are looked for: the folder that is named, else those of the system.
func fontFolders(named string) []fs.FS {
	folders := paper.FreeFonts
	if named != "" {
		folders = []string{named}
	}
	var out []fs.FS
	for _, f := range folders {
		out = append(out, os.DirFS(f))
	}
	return out
}

// writtenJSON is the form of `zhenwu report write --json`.
func writtenJSON(w *draft.Written, sections []draft.Section) any {
	type problem struct {
		Line   int    `json:"line"`
		Column int    `json:"column"`
		Kind   string `json:"kind"`
		Bars   bool   `json:"bars"`
		Zh     string `json:"zh"`
		En     string `json:"en"`
	}
	marks, problems := []map[string]string{}, []problem{}
	for _, m := range w.Marks {
		if m.Ref.Figure == nil {
			continue
		}
		marks = append(marks, map[string]string{"figure": m.Ref.Figure.Key, "period": m.Query.Period.String(), "place": string(m.Query.Place), "text": w.Text[m.From:m.To], "value": m.Reading.Value.Decimal(), "unit": m.Reading.Value.Unit})
	}
	for _, p := range w.Problems {
		problems = append(problems, problem{p.Line, p.Column, p.Kind, p.Bars, p.Zh, p.En})
	}
	return map[string]any{"title": w.Title, "year": strconv.Itoa(w.Year), "as_of": w.AsOf.String(), "text": strings.TrimLeft(w.Text, "\n"), "figures": marks, "problems": problems, "characters": draft.Characters(sections)}
}

// pick gives the sentence of the chosen language.
func (s *session) pick(zh, en string) string {
	if s.global.Lang == "en" {
		return en
	}
	return zh
}
