package main

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/form"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

type formCmd struct {
	Read formReadCmd `cmd:"" help:"看懂一张表，提出对照表 read a form and propose what goes into its cells"`
	Fill formFillCmd `cmd:"" help:"照对照表填表 fill a form from the town's figures and records"`
}

type formReadCmd struct {
	File string `arg:"" help:"表格 XLSX 或 DOCX"`
	Out  string `help:"对照表写到文件，默认打印 write the map to a file"`
}

type formFillCmd struct {
	File   string `arg:"" help:"空表 XLSX 或 DOCX"`
	Map    string `help:"对照表 YAML，或目录里声明的报表；不写就照表头提出的填 the map, or a form that the catalog declares; without one what is proposed is filled" placeholder:"YAML"`
	Period string `help:"期间：2023、2023-Q1、2023-05" required:""`
	Place  string `help:"地点的代码或名称，默认全镇 a place by code or name"`
	Each   string `help:"这一类地点各填一份，装进一个 ZIP：village one form for every place of a kind, in one ZIP" placeholder:"KIND"`
	Out    string `help:"填好的表写到这里 the file to write" required:""`
}

// Run reads a form: what its cells seem to ask for, its legal marks, what is worth knowing.
func (c *formReadCmd) Run(s *session) error {
	f, err := readForm(c.File)
	if err != nil {
		return err
	}
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	var p *form.Proposals
	if err := st.Reading(s.ctx, func(r *hall.Reader) error {
		p = form.Propose(r.View().Cat, f, r)
		return nil
	}); err != nil {
		return err
	}
	text, err := p.Map(strings.TrimSuffix(filepath.Base(c.File), filepath.Ext(c.File))).Encode()
	if err != nil {
		return err
	}
	if s.global.JSON {
		return writeJSON(s, formJSON(f, p, string(text)))
	}
	if len(p.Cells)+len(p.Rows) == 0 {
		return town.Refuse(town.Missing, "file", "这张表里没有认出要填的格；请自己写对照表（docs/formats/form.md），或在“表格”页面上点格子对应。", "no cell of this form was understood; write its map by hand (docs/formats/form.md), or click its cells on the page Forms.")
	}
	if err := emit(s, c.Out, string(text)); err != nil {
		return err
	}
	for _, x := range p.Cells {
		if !x.Sure {
			fmt.Fprintf(s.errs, "%s: %s → %s\n", x.Cell, s.pick("拿不准，请核对：", "not sure, look at it: ")+x.Words, x.Figure)
		}
	}
	for _, at := range p.Open {
		fmt.Fprintf(s.errs, "%s: %s\n", f.Name(at), s.pick("没有对应的指标", "no figure says this"))
	}
	tellForm(s, f)
	fmt.Fprintf(s.errs, s.pick("认出 %d 格、%d 份名单，%d 格没有对应的指标\n", "%d cells and %d lists understood, %d cells that no figure says\n"), len(p.Cells), len(p.Rows), len(p.Open))
	return nil
}

// tellForm says what a form lacks and what is worth knowing of it.
func tellForm(s *session, f *form.File) {
	if zh, en := f.Marks.Missing(); len(zh) > 0 {
		fmt.Fprintf(s.errs, "%s\n", s.pick("提醒：表上没有"+strings.Join(zh, "、")+"，可以请来表单位说明依据", "note: the form bears no "+strings.Join(en, ", ")+"; its sender may be asked what it rests on"))
	}
	for _, n := range f.Notes {
		fmt.Fprintf(s.errs, "%s%s\n", s.pick("提醒：", "note: "), n.In(s.global.Lang))
	}
}

func readForm(path string) (*form.File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, town.Refuse(town.Missing, "file", "读不到文件：%s", "cannot read the file: %s", path)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, form.MostBytes+1))
	if err != nil {
		return nil, town.Refuse(town.Missing, "file", "读不到文件：%s", "cannot read the file: %s", path)
	}
	return form.Read(data)
}

// Run fills a form for one place, or one for every place of a kind.
func (c *formFillCmd) Run(s *session) error {
	f, err := readForm(c.File)
	if err != nil {
		return err
	}
	period, err := town.ParsePeriod(c.Period)
	if err != nil {
		return town.Refuse(town.Invalid, "period", "期间写成 2023、2023-Q1、2023-05 或 2023-01-01/2023-06-30，不能是“%s”", "a period is written 2023, 2023-Q1, 2023-05 or 2023-01-01/2023-06-30, not “%s”", c.Period)
	}
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	fill := &filling{s: s, st: st, file: f, name: filepath.Base(c.File)}
	if err := st.Reading(s.ctx, func(r *hall.Reader) error {
		m, err := c.given(r, f)
		if err != nil {
			return err
		}
		b, err := form.Bind(r.View().Cat, f, m, r)
		if err != nil {
			return err
		}
		places, err := c.places(r)
		if err != nil {
			return err
		}
		return fill.write(r, b, places, period, c.Out, c.Each != "")
	}); err != nil {
		return err
	}
	return fill.tell()
}

// given is the map to fill by: a file, a form that the catalog declares, or what the heads suggest.
func (c *formFillCmd) given(r *hall.Reader, f *form.File) (*form.Map, error) {
	if c.Map == "" {
		return form.Propose(r.View().Cat, f, r).Map(""), nil
	}
	data, err := os.ReadFile(c.Map)
	if err == nil {
		return form.ReadMap(data)
	}
	if declared := r.View().Cat.Forms[c.Map]; declared != nil {
		return form.FromCatalog(declared)
	}
	return nil, town.Refuse(town.Missing, "map", "读不到对照表：%s", "cannot read the map: %s", c.Map)
}

// places are those that the form is filled for.
func (c *formFillCmd) places(r *hall.Reader) ([]town.Code, error) {
	root := town.Code("")
	if c.Place != "" {
		codes := r.Called(c.Place)
		if len(codes) != 1 {
			return nil, town.Refuse(town.Missing, "place", "没有这个地点，或者不止一个：%s", "there is no such place, or more than one: %s", c.Place)
		}
		root = codes[0]
	}
	if c.Each == "" {
		return []town.Code{root}, nil
	}
	if r.View().Cat.Kinds[c.Each] == nil {
		return nil, town.Refuse(town.Missing, "each", "没有这一类地点：%[1]s；有 %[2]s", "there is no kind of place %[1]s; there are %[2]s", c.Each, strings.Join(kinds(r.View().Cat), "、"))
	}
	return r.Places(root, c.Each)
}

func kinds(cat *catalog.Catalog) []string {
	var out []string
	for k := range cat.Kinds {
		out = append(out, k)
	}
	return out
}

// filling is one run of `form fill`.
type filling struct {
	s    *session
	st   *site
	file *form.File
	name string

	told    [][]form.Told
	rows    int
	clashes int // values that differ from what was reported before
	files   []string
}

// write writes the file beside its place first, so that nothing half done ever lies there.
func (x *filling) write(r *hall.Reader, b *form.Bound, places []town.Code, period town.Period, out string, each bool) (err error) {
	tmp, err := os.CreateTemp(filepath.Dir(out), ".zhenwu-form-*")
	if err != nil {
		return town.Refuse(town.Invalid, "out", "写不了文件：%s", "cannot write the file: %s", out)
	}
	defer func() {
		if err != nil {
			_ = tmp.Close()           // it is thrown away
			_ = os.Remove(tmp.Name()) // nothing else can be done about it
		}
	}()
	w := bufio.NewWriterSize(tmp, 1<<16)
	one := func(w io.Writer, place town.Code) error {
		told, rows, err := x.st.FillForm(r, b, form.Ask{Period: period, Place: place, AsOf: x.st.Today()}, nil, nil, w)
		x.told, x.rows = append(x.told, told), x.rows+rows
		if err != nil {
			return err
		}
		return x.compare(r, told)
	}
	if !each {
		if err := one(w, places[0]); err != nil {
			return err
		}
	} else {
		z := zip.NewWriter(w)
		for _, place := range places {
			name := r.PlaceName(place) + filepath.Ext(x.name)
			x.files = append(x.files, name)
			part, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: x.st.Now().Time(r.View().Zone())}) // it is packed already
			if err != nil {
				return err
			}
			if err := one(part, place); err != nil {
				return err
			}
		}
		if err := z.Close(); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), 0o640); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), out)
}

// compare holds what was filled against what was reported of the same before.
func (x *filling) compare(r *hall.Reader, told []form.Told) error {
	for i := range told {
		t := &told[i]
		before, err := r.Reported(t, 0)
		if err != nil {
			return err
		}
		for _, b := range before {
			if !b.Differs {
				continue
			}
			x.clashes++
			if x.clashes > 20 || x.s.global.JSON {
				continue
			}
			day := b.Day.String()
			if b.Day == town.NoDay {
				day = x.s.pick("未报出", "not sent")
			}
			fmt.Fprintf(x.s.errs, "%s: %s\n", t.Cell, x.s.pick(fmt.Sprintf("现在 %s，曾报 %s%s（%s，%s，%s）", t.Value.Text, b.Written, b.Unit, b.To, b.Name, day), fmt.Sprintf("now %s, reported as %s %s (%s, %s, %s)", t.Value.Text, b.Written, b.Unit, b.To, b.Name, day)))
		}
	}
	return nil
}

// tell says what was filled and what stayed blank.
func (x *filling) tell() error {
	s := x.s
	filled, blank, provisional := 0, 0, 0
	var cells []map[string]any
	for i, told := range x.told {
		for _, t := range told {
			switch {
			case t.Known:
				filled++
			default:
				blank++
			}
			if t.Status == "expected" || t.Status == "flash" {
				provisional++
			}
			if s.global.JSON {
				c := map[string]any{"cell": t.Cell, "text": t.Value.Text, "unit": t.Unit, "status": t.Status, "period": t.Query.Period.String(), "place": string(t.Query.Place)}
				if t.Figure != nil {
					c["figure"], c["slice"], c["say"] = t.Figure.Key, t.Query.Slice, string(t.Entry.Say)
				}
				if len(x.files) > 0 {
					c["file"] = x.files[i]
				}
				cells = append(cells, c)
				continue
			}
			if !t.Known && len(x.told) == 1 && blank <= 20 {
				fmt.Fprintf(s.errs, "%s: %s\n", t.Cell, s.pick("没有数，留空（"+t.Figure.Label.Zh+"，"+t.Query.Period.String()+"）", "no value, left blank ("+t.Figure.Label.In("en")+", "+t.Query.Period.String()+")"))
			}
		}
	}
	if s.global.JSON {
		if err := writeJSON(s, map[string]any{"filled": strconv.Itoa(filled), "blank": strconv.Itoa(blank), "provisional": strconv.Itoa(provisional), "rows": strconv.Itoa(x.rows), "conflicts": strconv.Itoa(x.clashes), "cells": cells}); err != nil {
			return err
		}
	} else {
		if blank > 20 && len(x.told) == 1 {
			fmt.Fprintf(s.errs, "%s\n", s.pick("……", "…"))
		}
		tellForm(s, x.file)
		if x.clashes > 0 {
			fmt.Fprintf(s.errs, s.pick("与已报不一致 %d 处\n", "%d values differ from what was reported\n"), x.clashes)
		}
		fmt.Fprintf(s.errs, s.pick("填了 %d 格，名单 %d 行，留空 %d 格，其中预计或快报数 %d 格\n", "%d cells filled, %d rows of lists, %d cells left blank; %d values are not final\n"), filled, x.rows, blank, provisional)
	}
	if blank > 0 || x.clashes > 0 {
		return errFound
	}
	return nil
}

// formJSON is the form of `zhenwu form read --json`.
func formJSON(f *form.File, p *form.Proposals, text string) any {
	cells, open := []map[string]any{}, []string{}
	for _, c := range p.Cells {
		cells = append(cells, map[string]any{"cell": c.Cell, "words": c.Words, "figure": c.Figure, "slice": c.Slice, "say": string(c.Say), "period": c.Period, "place": c.Place, "unit": c.Unit, "text": c.Text, "sure": c.Sure})
	}
	for _, at := range p.Open {
		open = append(open, f.Name(at))
	}
	m := f.Marks
	zh, _ := m.Missing()
	return map[string]any{"kind": string(f.Kind), "cells": cells, "open": open, "map": text, "missing": append([]string{}, zh...),
		"marks": map[string]string{"number": m.Number, "maker": m.Maker, "approver": m.Approver, "document": m.Document, "until": m.Until}}
}
