package web

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/edition"
	"zhenwu/internal/figure"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// keptEditions is how many published editions are kept read; each holds a report's text and values, not its evidence.
const keptEditions = 32

// publicPage is what the pages share that anyone may read.
type publicPage struct {
	Page
	Print, Short string // fingerprint of the edition
	Heading      string
	AsOf         string
	At           string // when it was published
	Key, Finger  string
	Parts        string // where the parts of the edition are served
	By           string // the edition that corrects this one
}

// publicList lists what the town has published.
type publicList struct {
	Page
	Finger string
	Rows   []publicRow
}

type publicRow struct{ Href, Heading, Short, AsOf, At string }

// publicEdition is a published report: every number leads to its figure.
type publicEdition struct {
	publicPage
	Blocks   []drafted
	Numbers  int
	Figures  int
	Lines    string
	Corrects string
	Earlier  string
	File     string
}

// publicFigure is one figure of a published report, with what proves it.
type publicFigure struct {
	publicPage
	ID, Name          string
	Value, Unit       string
	Range             string
	How               string
	Changes           string
	Level             string
	Stated            string
	Said              []option // where the text speaks of it
	Of                []option // what it is read from
	Last              *option
	Told              string
	Self, Back        string
	Measured, Printed bool // stated by an office; published before
}

// publishedReports lists the reports that stand published, newest first; editions for named reviewers are not among them.
func (v *visit) publishedReports() ([]store.Row, error) {
	t := v.view.Cat.Types[reportType]
	if t == nil || v.view.TypeID(reportType) == 0 {
		return nil, nil
	}
	return v.r.Q().Records(v.ctx, v.r.Town(), &store.List{Type: t, TypeID: v.view.TypeID(reportType), From: town.NoDay, Until: town.NoDay, Sort: "id", Desc: true, Stages: []string{"published"}, N: 200})
}

// editionOf reads the edition of a published report, as issued does; what was read last is kept.
func (v *visit) editionOf(r store.Row) (*edition.Edition, error) {
	hash, print := r.Text("edition"), r.Text("fingerprint")
	v.mu.Lock()
	e := v.editions[hash+print]
	v.mu.Unlock()
	if e != nil {
		return e, nil
	}
	file, err := v.issued(r)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.editions) >= keptEditions {
		clear(v.editions)
	}
	v.editions[hash+print] = &file.Edition
	return &file.Edition, nil
}

// issued opens the edition of a published report; its evidence can be read no more. What is no edition of this town's, or not the one that the record's
// fingerprint names, is missing: the file and the fingerprint of a record may have been given by hand.
func (v *visit) issued(r store.Row) (*edition.File, error) {
	f, err := v.cfg.Blobs.Open(r.Text("edition"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	missing := town.Refuse(town.Missing, "edition", "这条记录里没有本镇公布的报告。", "This record holds no report that the town published.")
	file, err := edition.Open(f, info.Size())
	if errors.Is(err, edition.ErrForm) {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(file.JSON); hex.EncodeToString(sum[:]) != r.Text("fingerprint") {
		return nil, missing
	}
	return file, v.r.Issued(file)
}

// public finds the edition that the address names.
func (v *visit) public() (e *edition.Edition, hash string, p publicPage, err error) {
	print := v.req.PathValue("print")
	missing := town.Refuse(town.Missing, "", "没有公布过这一版：%s。请核对报告末尾的指纹。", "No such edition was published: %s. Compare the fingerprint at the end of the report.", clipped(print, 70))
	if len(print) < 16 || !hexDigits(print) {
		return nil, "", p, missing
	}
	err = v.read(func() error {
		rows, err := v.publishedReports()
		if err != nil {
			return err
		}
		for _, r := range rows {
			if !strings.HasPrefix(r.Text("fingerprint"), print) {
				continue
			}
			hash, print = r.Text("edition"), r.Text("fingerprint")
			if e, err = v.editionOf(r); town.KindOf(err) == town.Missing {
				return missing
			} else if err != nil {
				return err
			}
			if e.Fine { // its evidence is for named readers
				break
			}
			by := ""
			for _, c := range rows {
				if town.ID(c.Int("corrects")) == r.ID {
					by = "/p/" + c.Text("fingerprint")
				}
			}
			p = publicPage{By: by, Page: v.page(e.Title, ""), Print: print, Short: grouped(print), Heading: e.Title, AsOf: v.asOfWords(e.AsOf), At: v.momentWords(e.Published),
				Key: e.Key, Finger: fingerprint(e.Key), Parts: "/p/" + print + "/parts/"}
			return nil
		}
		return missing
	})
	return e, hash, p, err
}

// grouped writes the first half of a fingerprint in groups of four.
func grouped(print string) string {
	var b strings.Builder
	for i := 0; i < min(len(print), 32); i += 4 {
		if i > 0 {
			b.WriteByte('-')
		}
		b.WriteString(print[i:min(i+4, len(print))])
	}
	return b.String()
}

func hexDigits(s string) bool {
	return strings.Trim(s, "0123456789abcdef") == ""
}

// asOfWords writes 2023-12-29 as people do.
func (v *visit) asOfWords(s string) string {
	d, err := town.ParseDay(s)
	if err != nil {
		return s
	}
	return v.dayLong(d)
}

// momentWords writes the moment of publishing by the town's clock.
func (v *visit) momentWords(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return s
	}
	return v.clockWords(t.In(v.view.Zone()))
}

// publicReports is the list of what was published.
func (v *visit) publicReports() error {
	d := publicList{Page: v.page(v.t("public.title"), ""), Finger: fingerprint(v.hall.KeyPublic())}
	if err := v.read(func() error {
		rows, err := v.publishedReports()
		if err != nil {
			return err
		}
		for _, r := range rows {
			e, err := v.editionOf(r)
			if town.KindOf(err) == town.Missing {
				continue
			}
			if err != nil {
				return err
			}
			if !e.Fine {
				d.Rows = append(d.Rows, publicRow{"/p/" + r.Text("fingerprint"), e.Title, grouped(r.Text("fingerprint")), v.asOfWords(e.AsOf), v.momentWords(e.Published)})
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return v.renderOpen("publics", &d)
}

// publicReport shows a published report.
func (v *visit) publicReport() error {
	e, _, p, err := v.public()
	if err != nil {
		return err
	}
	d := publicEdition{publicPage: p, Numbers: len(e.Numbers), Figures: len(e.Figures), File: "/p/" + p.Print + "/edition.zwe"}
	lines := int64(0)
	for _, x := range e.Evidence {
		lines += x.Changes
	}
	d.Lines = group(lines)
	if c := e.Corrects; c != nil {
		d.Corrects = c.Title + " · " + c.Why
	}
	if e.Earlier != nil {
		d.Earlier = e.Earlier.Title
	}
	spans := make([]spoken, 0, len(e.Numbers))
	for _, n := range e.Numbers {
		if n.From < 0 || n.To > len(e.Text) || n.From >= n.To {
			continue
		}
		name := ""
		for i := range e.Figures {
			if e.Figures[i].ID == n.Figure {
				name = v.nameOf(&e.Figures[i])
			}
		}
		spans = append(spans, spoken{n.From, n.To, &saying{Name: name, Href: "/p/" + p.Print + "/" + n.Figure}})
	}
	d.Blocks = layText(e.Text, spans)
	return v.renderOpen("public", &d)
}

func (v *visit) nameOf(f *edition.Figure) string {
	if v.lang == "en" && f.En != "" {
		return f.En
	}
	return f.Zh
}

// publicFigure shows one figure of a published report.
func (v *visit) publicFigure() error {
	e, _, p, err := v.public()
	if err != nil {
		return err
	}
	byID := map[string]*edition.Figure{}
	for i := range e.Figures {
		byID[e.Figures[i].ID] = &e.Figures[i]
	}
	id := v.req.PathValue("figure")
	f := byID[id]
	if f == nil {
		return town.Refuse(town.Missing, "", "这一版报告里没有这个指标。", "There is no such figure in this edition.")
	}
	to := func(id string) option {
		x := byID[id]
		if x == nil {
			return option{}
		}
		o := option{Value: "/p/" + p.Print + "/" + id, Text: v.nameOf(x), Note: v.spanWords(x)}
		if x.Value != "" {
			o.Note += " · " + groupDigits(x.Value) + " " + x.Unit
		}
		return o
	}
	d := publicFigure{publicPage: p, ID: id, Name: v.nameOf(f), Value: groupDigits(f.Value), Unit: f.Unit, Range: v.spanWords(f), How: f.Words,
		Self: "/p/" + p.Print + "/" + id, Back: "/p/" + p.Print, Measured: f.Kind == "measure", Printed: f.Kind == "published", Told: f.Told}
	d.Title = d.Name
	if now := v.view.Cat.Figures[f.Key]; now != nil && v.lang == "en" && figure.Words(v.view.Cat, now, "zh") == f.Words { // the edition says it in Chinese; made as it was then, it can be said in English
		d.How = figure.Words(v.view.Cat, now, "en")
	}
	for _, x := range e.Evidence {
		if x.Version == f.Version && f.Version != "" {
			d.Changes, d.Level = group(x.Changes), x.Level
		}
	}
	if f.Record != nil {
		d.Stated = f.Record.Number
	}
	for _, x := range f.Of {
		d.Of = append(d.Of, to(x))
	}
	if o := to(f.Last); o.Text != "" {
		d.Last = &o
	}
	for _, n := range e.Numbers {
		if n.Figure == id && n.From >= 0 && n.To <= len(e.Text) && n.From < n.To {
			before, after := around(e.Text, n.From, n.To)
			d.Said = append(d.Said, option{Note: before, Text: e.Text[n.From:n.To], Value: after})
		}
	}
	return v.renderOpen("publicfigure", &d)
}

// around gives what stands before and behind a stretch of a text, within its line.
func around(text string, from, to int) (before, after string) {
	const most = 24
	line := text[:from]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	r := []rune(strings.Trim(line, "#*|- "))
	if len(r) > most {
		r = append([]rune("…"), r[len(r)-most:]...)
	}
	rest, _, _ := strings.Cut(text[to:], "\n")
	q := []rune(strings.Trim(rest, "*|"))
	if len(q) > most {
		q = append(q[:most], '…')
	}
	return strings.ReplaceAll(string(r), "**", ""), strings.ReplaceAll(string(q), "**", "")
}

// spanWords says over which days and where a figure counts.
func (v *visit) spanWords(f *edition.Figure) string {
	s := f.Period
	if p, err := town.ParsePeriod(f.Period); err == nil {
		s = v.periodName(p)
	}
	if f.Where != "" {
		s = f.Where + "，" + s
	}
	return s
}

// publicPart gives a part of an edition to whoever proves it, or the whole file.
func (v *visit) publicPart() error {
	e, hash, p, err := v.public()
	if err != nil {
		return err
	}
	f, err := v.cfg.Blobs.Open(hash)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable") // the address holds the fingerprint
	h.Set("Content-Type", "application/octet-stream")
	name := v.req.PathValue("part")
	if name == "" {
		h.Set("Content-Type", "application/zip")
		h.Set("Content-Disposition", `attachment; filename="`+e.Town+"-"+strconv.Itoa(e.Year)+"-"+p.Print[:8]+`.zwe"`)
		http.ServeContent(v.w, v.req, "", info.ModTime(), f)
		return nil
	}
	part, err := edition.FindPart(f, info.Size(), name)
	if err != nil {
		h.Del("Cache-Control")
		return town.Refuse(town.Missing, "", "这一版里没有这一部分：%s", "This edition has no such part: %s", clipped(name, 80))
	}
	h.Set("Vary", "Accept-Encoding")
	if raw, size, sum, ok := part.Deflated(); ok && strings.Contains(v.req.Header.Get("Accept-Encoding"), "gzip") {
		// What lies deflated in the file goes out as it is: only the frame is another.
		h.Set("Content-Encoding", "gzip")
		var end [8]byte
		binary.LittleEndian.PutUint32(end[:], sum)
		binary.LittleEndian.PutUint32(end[4:], uint32(size))
		for _, r := range []io.Reader{strings.NewReader("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"), raw, strings.NewReader(string(end[:]))} {
			if _, err := io.Copy(v.w, r); err != nil {
				return nil // the browser went away
			}
		}
		return nil
	}
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, _ = io.Copy(v.w, r)
	return nil
}
