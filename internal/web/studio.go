package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math/big"
	"mime/multipart"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/commitment"
	"zhenwu/internal/draft"
	"zhenwu/internal/edition"
	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/report"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// reportType is the type of reports that are written here; a catalog without it has no studio.
const reportType = "work_report"

// saying is a number of a draft beside the figure that wrote it, or a place that its author should look at.
type saying struct {
	ID             string
	Sign, Class    string // =, ?, ! and how it is marked
	Name           string
	Said           string
	Value, Unit    string
	Last, Growth   string
	Target         string
	Period, Place  string
	Words          string
	Status         string
	Names          []option
	More           int
	Href           string
	Source         string // as the draft says it
	Problems       []string
	Unlinked, Open bool
}

// drafted is a block of the written text for showing.
type drafted struct {
	Tag    string // h1 h2 h3 h4 p li row
	ID     string
	Pieces []draftPiece
	Cells  [][]draftPiece
	Right  []bool
	First  bool // of a table
	Last   bool
}

// RightAt tells whether a column of the row is set to the right.
func (d drafted) RightAt(i int) bool { return i < len(d.Right) && d.Right[i] }

type draftPiece struct {
	Text    string
	Bold    bool
	Say     *saying
	Class   string
	Promise bool // no commitment keeps it
}

// problemRow is something an author is told.
type problemRow struct {
	Where, Text string
	Bars        bool
	Href        string
}

// sectionRow is a line of the outline.
type sectionRow struct {
	Name, Href string
	Sub        bool
	Count      string
	Figures    int
}

// studioView is the page on which a report is written.
type studioView struct {
	Page
	ID, Number  string
	Rev         int64
	Heading     string
	Stage       string
	StageName   string
	Year        string
	Meeting     string
	Draft       string
	Empty       bool
	Editing     bool
	MayWrite    bool
	Why         string // it may not be written
	Blocks      []drafted
	Sayings     []*saying
	Problems    []problemRow
	Bars, Notes int
	Promises    int  // of the notes: promises that no commitment keeps
	MayRead     bool // may turn them into commitments
	Sections    []sectionRow
	Characters  string
	Numbers     int
	Linked      int
	MayPublish  bool
	EditionHref string
	PublicHref  string
	MayCorrect  bool
	Corrects    *option  // the report that this one corrects
	Papers      []option // the official document, in the forms it can be had
	Fingerprint string
	RecordHref  string
	Wrong       string
}

// reportRow is a report in the list of those that are written here.
type reportRow struct {
	Href, Heading, Number string
	Stage, Year, Meeting  string
	Chip, Class           string
	Done                  bool
}

// reportsOf lists the reports that the visitor sees.
func (v *visit) reportsOf(d *reportView) error {
	t := v.view.Cat.Types[reportType]
	if t == nil || !v.seesType(t) {
		return nil
	}
	d.Studio = true
	return v.read(func() error {
		d.MayOpen = v.mayOpen(t)
		l := &store.List{Type: t, TypeID: v.view.TypeID(t.Key), From: town.NoDay, Until: town.NoDay, Sort: "id", Desc: true, N: 50}
		if l.TypeID == 0 {
			return nil
		}
		v.narrow(l)
		rows, err := v.r.Q().Records(v.ctx, v.r.Town(), l)
		if err != nil {
			return err
		}
		for _, r := range rows {
			v.r.Name(r.RecordRow)
			row := reportRow{Href: "/reports/" + strconv.FormatInt(int64(r.ID), 10), Heading: r.Title, Number: r.Number, Year: r.Text("year"), Meeting: r.Text("meeting")}
			if s := t.Stage(r.Stage); s != nil {
				row.Stage, row.Done = v.in(s.Label), s.Done
			}
			row.Class, row.Chip = v.chipOfRow(r.RecordRow)
			d.Reports = append(d.Reports, row)
		}
		return nil
	})
}

// newReport opens a report, empty or from one of an earlier year.
func (v *visit) newReport() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	d := reportView{New: true, NewTitle: v.text("title"), Of: v.text("year"), Meeting: v.text("meeting")}
	d.Page = v.page(v.t("nav.report"), "report")
	if t := v.view.Cat.Types[reportType]; t == nil {
		return town.Refuse(town.Missing, "type", "这里的目录没有工作报告。", "The catalog here knows no reports.")
	}
	refuse := func(err error) error {
		if e := v.reportsOf(&d); e != nil {
			return e
		}
		return v.refuseReport(&d, err)
	}
	year, err := strconv.Atoi(d.Of)
	if err != nil || year < 1949 || year > 2200 {
		return refuse(town.Refuse(town.Invalid, "year", "回顾年份要写成 2023。", "Write the year looked back on as 2023."))
	}
	source := "---\n年份: " + d.Of + "\n标题: " + d.NewTitle + "\n---\n"
	name, data, err := v.givenReport("base", "basetext")
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) > 0 {
		if source, err = v.draftOf(name, data, year); err != nil {
			return refuse(err)
		}
		if d.NewTitle != "" {
			source = titleLine.ReplaceAllLiteralString(source, "标题: "+d.NewTitle+"\n")
		}
	}
	ans, err := v.do(town.Command{Op: town.Create, Type: reportType, Fields: town.Values{"title": d.NewTitle, "year": d.Of, "meeting": d.Meeting, "draft": source}})
	if err != nil {
		return refuse(err)
	}
	v.redirect("/reports/" + strconv.FormatInt(int64(ans.Record), 10) + "?view=text")
	return nil
}

// givenReport is the report that a form uploads or pastes; no data where there is none.
func (v *visit) givenReport(file, text string) (name string, data []byte, err error) {
	if v.req.MultipartForm != nil {
		if files := v.req.MultipartForm.File[file]; len(files) > 0 && files[0].Size > 0 {
			data, err := readAll(files[0])
			return files[0].Filename, data, err
		}
	}
	return "report.txt", []byte(v.req.PostFormValue(text)), nil
}

func readAll(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, report.MaxSize+1)) // one more than is read: it says so itself
}

// titleLine is the title in the head of a draft.
var titleLine = regexp.MustCompile(`标题: .*\n`)

// draftOf makes a draft of an earlier report.
func (v *visit) draftOf(name string, data []byte, year int) (string, error) {
	doc, err := report.Read(filepath.Base(name), data)
	if err != nil {
		return "", err
	}
	text, err := report.Text(filepath.Base(name), data)
	if err != nil {
		return "", err
	}
	source, _ := draft.From(v.view.Cat, text, report.Check(doc, draft.Unread(v.view.Cat), "", v.lang), year)
	return source, nil
}

// studio shows a report that is written.
func (v *visit) studio() error { return v.showStudio("", nil) }

// showStudio shows the report with the draft that stands, or with one that was refused.
func (v *visit) showStudio(typed string, refused error) error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	d := studioView{}
	status := 200
	if err := v.read(func() error {
		t, row, err := v.seenReport(id)
		if err != nil {
			return err
		}
		d.Page = v.page(row.Title, "report")
		switch v.req.URL.Query().Get("done") {
		case "saved":
			d.Toast = v.t("toast.saved")
		case "published":
			d.Toast = v.t("toast.published")
		}
		v.studioHead(&d, t, row)
		if c, err := v.corrected(row); err != nil {
			return err
		} else if c != nil {
			d.Corrects = &option{Value: "/p/" + c.SHA256, Text: c.Title, Note: c.Why}
		}
		if typed != "" {
			d.Draft = typed
		}
		d.Editing = v.req.URL.Query().Get("view") == "draft" || refused != nil || d.Empty
		return v.layDraft(&d)
	}); err != nil {
		return err
	}
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
	}
	return v.renderStatus("studio", &d, status)
}

// seenReport finds a report that the visitor may see.
func (v *visit) seenReport(id town.ID) (*catalog.Type, *store.RecordRow, error) {
	t, row, err := v.seen(id)
	if err == nil && t.Key != reportType {
		err = town.Refuse(town.Missing, "record", "这条记录不是工作报告。", "This record is no report.")
	}
	return t, row, err
}

func (v *visit) studioHead(d *studioView, t *catalog.Type, row *store.RecordRow) {
	d.ID, d.Number, d.Rev = strconv.FormatInt(int64(row.ID), 10), row.Number, row.Rev
	d.RecordHref = "/r/" + d.ID
	d.Heading, d.Year, d.Meeting = row.Title, row.Text("year"), row.Text("meeting")
	d.Draft, d.Stage = row.Text("draft"), row.Stage
	d.Empty = strings.TrimSpace(d.Draft) == ""
	if s := t.Stage(row.Stage); s != nil {
		d.StageName = v.in(s.Label)
	}
	if m := t.Move("save"); m != nil {
		if err := v.barred(t, row, m); err != nil {
			d.Why, _ = v.sentence(err)
		} else {
			d.MayWrite = true
		}
	}
	if m := t.Move("publish"); m != nil && row.Stage == "signed" {
		d.MayPublish = v.barred(t, row, m) == nil
	}
	if hash := row.Text("edition"); hash != "" {
		d.EditionHref, d.Fingerprint = "/r/"+d.ID+"/files/"+hash, row.Text("fingerprint")
		d.PublicHref = "/p/" + d.Fingerprint
		d.MayCorrect = v.mayOpen(t)
	}
	switch printed := row.Text("printed"); {
	case printed != "":
		d.Papers = []option{{Value: "/r/" + d.ID + "/files/" + printed, Text: "DOCX"}}
	case !d.Empty && d.EditionHref == "":
		for _, form := range []string{"docx", "pdf", "html"} {
			d.Papers = append(d.Papers, option{Value: "/reports/" + d.ID + "/paper/" + form, Text: strings.ToUpper(form)})
		}
	}
}

// layDraft writes the draft and lays it out with every number marked.
func (v *visit) layDraft(d *studioView) error {
	w, sections, err := v.writeDraft(d.Draft)
	if err != nil {
		return err
	}
	d.Characters = group(int64(draft.Characters(sections)))
	d.Blocks = layText(w.Text, v.sayings(d, w))
	markPromises(d.Blocks, w.Problems)
	if t := v.view.Cat.Types[commitment.Type]; t != nil {
		d.MayRead = v.mayOpen(t)
	}
	for _, p := range w.Problems {
		if p.Kind == "promise" {
			d.Promises++
		}
		if p.Bars {
			d.Bars++
		} else {
			d.Notes++
		}
	}
	at := 0
	for _, b := range d.Blocks {
		if b.ID == "" {
			continue
		}
		name := ""
		for _, p := range b.Pieces {
			name += p.Text
		}
		row := sectionRow{Name: name, Href: "#" + b.ID, Sub: b.Tag == "h3"}
		for ; at < len(sections); at++ {
			if letters(sections[at].Heading) == letters(name) {
				row.Count, row.Figures = group(int64(sections[at].Characters)), sections[at].Figures
				at++
				break
			}
		}
		d.Sections = append(d.Sections, row)
	}
	return nil
}

// letters is a heading without blanks, to find it again.
func letters(s string) string { return strings.Join(strings.Fields(s), "") }

// writeDraft writes a draft from the records of the moment, with what its author should know.
func (v *visit) writeDraft(source string) (*draft.Written, []draft.Section, error) {
	if err := v.r.Ahead("", v.today_); err != nil {
		return nil, nil, err
	}
	w, err := draft.Write(v.view.Cat, v.r, draft.Parse(v.view.Cat, source), v.today_)
	if err != nil {
		return nil, nil, err
	}
	promised, err := v.r.Promised(w.Draft.Head.Year)
	if err != nil {
		return nil, nil, err
	}
	sections, err := draft.Lint(w, promised)
	return w, sections, err
}

// sayings lists what stands beside the text, each at its number.
func (v *visit) sayings(d *studioView, w *draft.Written) []spoken {
	var out []spoken
	starts := map[[2]int][]*saying{} // line and column of the draft
	source := w.Draft.Source()
	for i := range w.Marks {
		m := &w.Marks[i]
		if m.To <= m.From || m.Ref.Figure == nil && m.Ref.Aspect != draft.Verbatim {
			continue
		}
		s := &saying{ID: "m" + strconv.Itoa(len(d.Sayings)+1), Sign: "=", Class: "agrees", Said: w.Text[m.From:m.To], Source: clipped(source[m.Source:m.Behind], 80)}
		if m.Ref.Aspect == draft.Verbatim {
			s.Sign, s.Class, s.Name, s.Open = "？", "unmatched", v.t("studio.open"), true
		} else {
			d.Linked++
			v.fillSaying(s, m)
		}
		d.Sayings = append(d.Sayings, s)
		out = append(out, spoken{m.From, m.To, s})
		line, column := lineColumn(source, m.Source)
		starts[[2]int{line, column}] = append(starts[[2]int{line, column}], s)
	}
	for _, p := range w.Problems {
		row := problemRow{Where: v.t("report.online", p.Line), Text: p.In(v.lang), Bars: p.Bars}
		for _, s := range starts[[2]int{p.Line, p.Column}] {
			s.Problems = append(s.Problems, row.Text)
			row.Href = "#" + s.ID
			if p.Bars && !s.Open {
				s.Sign, s.Class = "≠", "differs"
			}
		}
		d.Problems = append(d.Problems, row)
	}
	slices.SortStableFunc(d.Problems, func(a, b problemRow) int {
		switch {
		case a.Bars == b.Bars:
			return 0
		case a.Bars:
			return -1
		}
		return 1
	})
	d.Numbers = len(d.Sayings)
	return out
}

func clipped(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

func lineColumn(source string, at int) (int, int) {
	before := source[:at]
	return strings.Count(before, "\n") + 1, len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
}

// fillSaying says of a number where it comes from.
func (v *visit) fillSaying(s *saying, m *draft.Mark) {
	f, c := m.Ref.Figure, m.Reading
	s.Name = v.in(f.Label)
	s.Value, s.Unit = groupDigits(c.Value.Decimal()), f.Unit
	s.Last = groupDigits(c.Last.Decimal())
	g := c.Told
	if g == nil {
		g = c.Growth
	}
	if g != nil {
		s.Growth = v.rate(f, g)
	}
	if c.Target != nil {
		s.Target = v.targetWords(f, &c.Target.Row)
	}
	s.Period, s.Place = v.periodName(m.Query.Period), v.placeOr(m.Query.Place)
	s.Words = figure.Words(v.view.Cat, f, v.lang)
	switch c.Value.Status {
	case "expected", "flash", "final":
		s.Status = v.t("status." + c.Value.Status)
	}
	for _, n := range m.Names {
		s.Names = append(s.Names, option{Text: n.Title, Note: n.Number, Value: "/r/" + strconv.FormatInt(int64(n.Record), 10)})
	}
	s.More = m.Total - len(m.Names)
	if v.seesFigure(f) {
		s.Href = "/figures/" + f.Key + "?period=" + m.Query.Period.String() + "&place=" + string(m.Query.Place)
		if m.Ref.Slice != "" {
			s.Href += "&slice=" + m.Ref.Slice
		}
	}
}

// spoken is a stretch of a text with what is said of it.
type spoken struct {
	From, To int // bytes
	Say      *saying
}

// layText lays a Markdown text out; the stretches ascend.
func layText(text string, spans []spoken) []drafted {
	pieces := func(runs []draft.Run) []draftPiece {
		var out []draftPiece
		for _, r := range runs {
			from := r.From
			for _, m := range spans {
				if m.From < from || m.To > r.To || m.From >= r.To {
					continue
				}
				if m.From > from {
					out = append(out, draftPiece{Text: text[from:m.From], Bold: r.Bold})
				}
				out = append(out, draftPiece{Text: text[m.From:m.To], Bold: r.Bold, Say: m.Say})
				from = m.To
			}
			if from < r.To {
				out = append(out, draftPiece{Text: text[from:r.To], Bold: r.Bold})
			}
		}
		return out
	}
	blocks := draft.Blocks(text)
	out := make([]drafted, 0, len(blocks))
	for i, b := range blocks {
		x := drafted{Tag: "p"}
		switch b.Kind {
		case draft.Title:
			x.Tag = "h1"
		case draft.Heading:
			x.Tag = "h" + strconv.Itoa(min(b.Rank+1, 5))
			if b.Rank <= 2 {
				x.ID = "s" + strconv.Itoa(i)
			}
		case draft.Item:
			x.Tag = "li"
		case draft.Row:
			x.Tag = "row"
			x.Right = b.Right
			x.First = i == 0 || blocks[i-1].Kind != draft.Row
			x.Last = i == len(blocks)-1 || blocks[i+1].Kind != draft.Row
			for _, c := range b.Cells {
				x.Cells = append(x.Cells, pieces(c))
			}
		}
		x.Pieces = pieces(b.Runs)
		out = append(out, x)
	}
	return out
}

// saveDraft keeps what was typed.
func (v *visit) saveDraft() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	source := strings.ReplaceAll(v.req.PostFormValue("draft"), "\r\n", "\n")
	if _, err := v.do(town.Command{Op: town.Move, Record: id, Rev: v.rev(), Move: "save", Fields: town.Values{"draft": source}}); err != nil {
		return v.showStudio(source, err) // what was typed is not lost
	}
	v.redirect("/reports/" + strconv.FormatInt(int64(id), 10) + "?done=saved")
	return nil
}

// previewDraft shows what was typed without keeping it.
func (v *visit) previewDraft() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	d := studioView{}
	if err := v.read(func() error {
		t, row, err := v.seenReport(id)
		if err != nil {
			return err
		}
		d.Page = v.page(row.Title, "report")
		v.studioHead(&d, t, row)
		d.Draft = strings.ReplaceAll(v.req.PostFormValue("draft"), "\r\n", "\n")
		d.Editing = true
		return v.layDraft(&d)
	}); err != nil {
		return err
	}
	v.req.Header.Set("HX-Target", "preview")
	return v.render("studio", &d)
}

// insertRow is a figure that may be put into the text.
type insertRow struct {
	Key, Name, Value, Unit string
	Forms                  []option // how it may be written, with what the draft then says
}

// insertView lists figures to put into the text.
type insertView struct {
	Page
	Query string
	Rows  []insertRow
}

// insertable finds figures by what they are called, with the forms in which their value may be written.
func (v *visit) insertable() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	d := insertView{Query: strings.TrimSpace(v.req.URL.Query().Get("q"))}
	if err := v.read(func() error {
		_, row, err := v.seenReport(id)
		if err != nil {
			return err
		}
		d.Page = v.page(row.Title, "report")
		year, err := strconv.Atoi(row.Text("year"))
		if err != nil {
			year = v.today_.Year()
		}
		for _, key := range v.called(d.Query, 8) {
			f := v.view.Cat.Figures[key]
			c, err := figure.Compare(v.view.Cat, v.r, figure.Query{Figure: f, Period: town.YearPeriod(year), AsOf: v.today_})
			if err != nil {
				return err
			}
			d.Rows = append(d.Rows, v.insertRow(f, &c))
		}
		return nil
	}); err != nil {
		return err
	}
	v.req.Header.Set("HX-Target", "inserts")
	return v.render("studio", &d)
}

// called lists figures that the visitor sees by a part of their names.
func (v *visit) called(q string, n int) []string {
	if q == "" {
		return nil
	}
	var out []string
	add := func(key string) {
		if f := v.view.Cat.Figures[key]; f != nil && v.seesFigure(f) && !slices.Contains(out, key) && len(out) < n {
			out = append(out, key)
		}
	}
	for _, key := range v.view.Cat.FigureOrder {
		f := v.view.Cat.Figures[key]
		if key == q || strings.Contains(f.Label.Zh, q) || strings.Contains(strings.ToLower(f.Label.En), strings.ToLower(q)) || slices.ContainsFunc(f.Aliases, func(a string) bool { return strings.Contains(a, q) }) {
			add(key)
		}
	}
	for _, m := range report.NewMatcher(draft.Unread(v.view.Cat)).Find(q, "", n) {
		add(m.Key)
	}
	return out
}

// insertRow shows how a figure may be written.
func (v *visit) insertRow(f *catalog.Figure, c *figure.Reading) insertRow {
	row := insertRow{Key: f.Key, Name: v.in(f.Label), Value: groupDigits(c.Value.Decimal()), Unit: f.Unit}
	add := func(word string) {
		source := "{{" + f.Key + word + "}}"
		d := draft.Parse(v.view.Cat, source)
		w, err := draft.Write(v.view.Cat, v.r, d, v.today_)
		if err != nil || w.Bars() > 0 || slices.ContainsFunc(row.Forms, func(o option) bool { return o.Text == w.Text }) {
			return
		}
		row.Forms = append(row.Forms, option{Value: source, Text: w.Text})
	}
	add("")
	if x := c.Value.Rat(); x != nil {
		for _, s := range []struct {
			least int64
			words []string
		}{{100_000_000, []string{" 0.0亿" + f.Unit, " 0.00亿" + f.Unit}}, {10_000, []string{" 万余" + f.Unit, " 0.0万" + f.Unit}}, {100, []string{" 百余" + f.Unit}}} {
			if x.Cmp(new(big.Rat).SetInt64(s.least)) >= 0 {
				for _, word := range s.words {
					add(word)
				}
				break
			}
		}
	}
	add(" 增长")
	add(" 目标")
	if f.Type != nil && f.Kind == catalog.Count {
		add(" 名单3")
	}
	return row
}

// publishReport freezes a signed report as an edition.
func (v *visit) publishReport() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	var source, title string
	order := hall.Order{}
	if err := v.read(func() error {
		t, row, err := v.seenReport(id)
		if err != nil {
			return err
		}
		if err := v.barred(t, row, t.Move("publish")); err != nil {
			return err
		}
		source, title = row.Text("draft"), row.Title
		if order.Corrects, err = v.corrected(row); err != nil {
			return err
		}
		order.Earlier, err = v.editionBefore(row.ID)
		return err
	}); err != nil {
		return v.showStudio("", err)
	}
	order.Draft = source
	file, written, err := v.hall.Publish(v.ctx, order)
	if err != nil {
		return v.showStudio("", err)
	}
	f, err := edition.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(f.JSON)
	hash, err := v.hall.Deposit(v.ctx, v.cfg.Blobs, v.member.ID, title+".zwe", "application/zip", bytes.NewReader(file))
	if err != nil {
		return v.showStudio("", err)
	}
	print := hex.EncodeToString(sum[:])
	var paper bytes.Buffer // the document that is printed bears the fingerprint of the edition, so that the one leads to the other
	if err := v.writePaper(&paper, written, "docx", print); err != nil {
		return v.showStudio("", err)
	}
	printed, err := v.hall.Deposit(v.ctx, v.cfg.Blobs, v.member.ID, title+".docx", paperTypes["docx"], &paper)
	if err != nil {
		return v.showStudio("", err)
	}
	if _, err := v.do(town.Command{Op: town.Move, Record: id, Rev: v.rev(), Move: "publish", Fields: town.Values{"edition": hash, "fingerprint": print, "printed": printed}}); err != nil {
		return v.showStudio("", err)
	}
	if err := v.hall.Announce(v.ctx, &f.Edition, print); err != nil {
		return err
	}
	v.redirect("/reports/" + strconv.FormatInt(int64(id), 10) + "?done=published")
	return nil
}

// corrected names the edition that a report corrects; nil where it corrects none.
func (v *visit) corrected(row *store.RecordRow) (*edition.Correction, error) {
	id := row.Int("corrects")
	if id == 0 {
		return nil, nil
	}
	old, err := v.r.Record(town.ID(id))
	if err != nil {
		return nil, err
	}
	if old == nil || old.Text("fingerprint") == "" {
		return nil, town.Refuse(town.Conflict, "corrects", "它要更正的那一份还没有公布。", "The report that it corrects is not published.")
	}
	return &edition.Correction{SHA256: old.Text("fingerprint"), Title: old.Title, Why: row.Text("why")}, nil
}

// correctReport begins a new edition of a published report, from the text that was published.
func (v *visit) correctReport() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	var fields town.Values
	if err := v.read(func() error {
		_, row, err := v.seenReport(id)
		if err != nil {
			return err
		}
		if row.Text("fingerprint") == "" {
			return town.Refuse(town.Conflict, "", "没有公布的报告直接改草稿，不用更正。", "A report that is not published is changed, not corrected.")
		}
		fields = town.Values{"title": row.Title, "year": row.Text("year"), "meeting": v.today_.String(), "draft": row.Text("draft"), "corrects": int64(id), "why": v.text("why")}
		return nil
	}); err != nil {
		return err
	}
	if v.text("why") == "" {
		return v.showStudio("", town.Refuse(town.Invalid, "why", "请写明更正什么。", "Say what is corrected."))
	}
	ans, err := v.do(town.Command{Op: town.Create, Type: reportType, Fields: fields})
	if err != nil {
		return v.showStudio("", err)
	}
	v.redirect("/reports/" + strconv.FormatInt(int64(ans.Record), 10) + "?view=draft")
	return nil
}

// editionBefore is the last edition that was published before, for this one to continue; nil where there is none.
func (v *visit) editionBefore(not town.ID) (*edition.File, error) {
	rows, err := v.publishedReports()
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.ID == not {
			continue
		}
		if f, err := v.issued(r); town.KindOf(err) != town.Missing {
			return f, err
		}
	}
	return nil, nil
}
