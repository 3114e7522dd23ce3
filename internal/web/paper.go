package web

import (
	"bytes"
	"io"
	"net/url"

	"zhenwu/internal/draft"
	"zhenwu/internal/figure"
	"zhenwu/internal/paper"
	"zhenwu/internal/town"
)

// paperTypes are the forms of an official document and what a browser calls them.
var paperTypes = map[string]string{
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"pdf":  "application/pdf",
	"html": "text/html; charset=utf-8",
}

// writePaper writes a report as an official document, with every figure's source as an annex; print is the fingerprint of its edition,
// "" before there is one.
func (v *visit) writePaper(w io.Writer, written *draft.Written, form, print string) error {
	doc, err := written.Paper(draft.Sheet{Simulated: v.view.Simulated, Town: v.view.Cat.Name.Zh, Sources: true, Fingerprint: print,
		Place: func(code town.Code) string {
			if p := v.view.Place(code); p != nil {
				return p.Zh
			}
			return string(code)
		},
		Words: func(m *draft.Mark) string { return figure.Words(v.view.Cat, m.Ref.Figure, "zh") },
	})
	if err != nil {
		return err
	}
	switch form {
	case "docx":
		return paper.DOCX(w, doc)
	case "html":
		return paper.HTML(w, doc)
	}
	fonts, err := paper.FindFonts(v.cfg.Fonts...)
	if err != nil {
		return err
	}
	return paper.PDF(w, doc, fonts)
}

// paper gives a report that is written as an official document: the draft as it is kept, with the figures of this moment.
func (v *visit) paper() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	form := v.req.PathValue("form")
	if paperTypes[form] == "" {
		return town.Refuse(town.Missing, "form", "报告可以下载为 DOCX、PDF 或 HTML。", "A report can be had as DOCX, PDF or HTML.")
	}
	var out bytes.Buffer
	var name string
	if err := v.read(func() error {
		_, row, err := v.seenReport(id)
		if err != nil {
			return err
		}
		name = row.Title + "." + form
		written, _, err := v.writeDraft(row.Text("draft"))
		if err != nil {
			return err
		}
		return v.writePaper(&out, written, form, "")
	}); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", paperTypes[form])
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Cache-Control", "no-store")
	_, _ = v.w.Write(out.Bytes()) // the browser went away: nothing to do
	return nil
}
