//go:build whole

package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/draft"
	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/paper"
	"zhenwu/internal/town"
)

// BenchmarkReport writes the report of the simulated year with at least 200 figures, lays it out, and publishes it: the measures of docs/benchmarks.md.
func BenchmarkReport(b *testing.B) {
	ctx := context.Background()
	sample, err := catalogs.Jingwu.Open("reports/2023.md")
	if err != nil {
		b.Fatal(err)
	}
	text, err := io.ReadAll(sample)
	if err != nil {
		b.Fatal(err)
	}
	st, _, err := openSite(ctx, &Globals{Data: copyOfYear(b), Lang: "zh"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	var more strings.Builder
	more.WriteString("\n## 三、各月\n\n")
	for m := range 12 {
		for _, f := range []string{"grid_closed", "firm_visits", "firms_new", "hotline_done", "grid_visits"} {
			more.WriteString("{{" + f + " 2023-" + string([]byte{'0' + byte((m+1)/10), '0' + byte((m+1)%10)}) + "}}，")
		}
		more.WriteString("如上。\n\n")
	}
	source := string(text) + more.String()
	var w *draft.Written
	write := func(r *hall.Reader, cat *catalog.Catalog) error {
		if err := r.Ahead("", st.Today()); err != nil {
			return err
		}
		w, err = draft.Write(cat, r, draft.Parse(cat, source), st.Today())
		return err
	}
	b.Run("written", func(b *testing.B) {
		for b.Loop() {
			if err := st.Reading(ctx, func(r *hall.Reader) error { return write(r, r.View().Cat) }); err != nil {
				b.Fatal(err)
			}
		}
		if len(w.Marks) < 200 || w.Bars() > 0 {
			b.Fatalf("%d figures, %d to be mended", len(w.Marks), w.Bars())
		}
		b.ReportMetric(float64(len(w.Marks)), "figures")
	})
	b.Run("docx", func(b *testing.B) {
		for b.Loop() {
			doc, err := w.Paper(draft.Sheet{Simulated: true, Town: "精武镇", Sources: true, Place: func(c town.Code) string { return string(c) },
				Words: func(m *draft.Mark) string { return figure.Words(st.View().Cat, m.Ref.Figure, "zh") }})
			if err != nil {
				b.Fatal(err)
			}
			if err := paper.DOCX(io.Discard, doc); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("edition", func(b *testing.B) {
		for b.Loop() {
			file, _, err := st.Hall.Publish(ctx, hall.Order{Draft: source})
			if err != nil || !bytes.HasPrefix(file, []byte("PK")) {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(file)))
		}
	})
}
