package web

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/commitment"
	"zhenwu/internal/draft"
	"zhenwu/internal/hall"
	"zhenwu/internal/report"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// promiseCard is a clause or number of a report beside what is to become of it.
type promiseCard struct {
	N          int // index among the proposals
	ID         string
	Line       int
	Words      string // of the report
	Told       string
	Kind       string // promise, number
	State      string // open, linked, dismissed
	StateName  string
	Href, Code string // the record that keeps it
	By         string // what that record says
	Why        string // it was dismissed
	Answer     string // the figure that answers a number
	AnswerHref string

	Do       string // take, join, link, dismiss, later
	Text     string
	Lead     string
	LeadWhy  string
	Helpers  string
	Due      string
	DueSaid  bool
	Measure  string
	Goal     string
	To       string // code of the commitment to link to
	Reason   string
	Wrong    string
	First    bool // nothing above that it could join
	Twice    string
	Measured bool // it has a number: a figure may measure it
}

// promisePassage is a passage of the report with the cards of what it promises.
type promisePassage struct {
	Heading string // it is one
	Rank    int
	ID      string
	Text    []promisePiece
	Cards   []*promiseCard
}

// promisePiece is a run of the text; a clause links to its card.
type promisePiece struct {
	Text string
	Card *promiseCard
}

// promiseReport is a report of the town that can be read.
type promiseReport struct {
	Href, Heading, Stage, Year string
}

// promisesView is the screen on which a report becomes commitments.
type promisesView struct {
	Page
	Wrong    string
	Text     string // of the report that was given
	Source   string // its title
	Report   string // id of a report that is written here
	Read     bool
	Year     int
	Cover    commitment.Coverage
	Passages []promisePassage
	Outline  []outlineRow
	Offices  []string
	Figures  []option
	Codes    []option
	Reasons  []string
	Reports  []promiseReport
	Open     int // promises still open
	Loose    int // numbers still open
	Bad      int // cards that were refused
	MayTake  bool
	MayDrop  bool

	kept []commitment.Kept
}

func (v *visit) promisesPage() promisesView {
	d := promisesView{}
	d.Page = v.page(v.t("promises.title"), "commitments")
	return d
}

// mayRead tells whether the visitor may turn a report into commitments.
func (v *visit) mayRead(d *promisesView) error {
	t := v.view.Cat.Types[commitment.Type]
	if t == nil {
		return town.Refuse(town.Missing, "type", "这里的目录没有承诺任务。", "The catalog here knows no commitments.")
	}
	d.MayTake = v.mayOpen(t)
	if x := v.view.Cat.Types[commitment.DismissalType]; x != nil {
		d.MayDrop = v.mayOpen(x)
	}
	if !d.MayTake {
		return town.Refuse(town.Denied, "type", "您的岗位不能新增承诺任务；请由督查员或党政办办理。", "Your post cannot open commitments; the supervisor or the party office does.")
	}
	return nil
}

// readPromises asks for a report, or reads one that is written here.
func (v *visit) readPromises() error {
	d := v.promisesPage()
	if err := v.read(func() error { return v.mayRead(&d) }); err != nil {
		return err
	}
	if id := v.req.URL.Query().Get("report"); id != "" {
		d.Report = id
		return v.showPromises(&d, nil)
	}
	return v.showReader(&d, nil)
}

// showReader asks for a report.
func (v *visit) showReader(d *promisesView, refused error) error {
	status := 200
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
	}
	list := reportView{}
	if err := v.reportsOf(&list); err != nil {
		return err
	}
	for _, r := range list.Reports {
		d.Reports = append(d.Reports, promiseReport{Href: "/commitments/read?report=" + strings.TrimPrefix(r.Href, "/reports/"), Heading: r.Heading, Stage: r.Stage, Year: r.Year})
	}
	return v.renderStatus("promises", d, status)
}

// givePromises reads a report that was uploaded or pasted.
func (v *visit) givePromises() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	d := v.promisesPage()
	if err := v.read(func() error { return v.mayRead(&d) }); err != nil {
		return err
	}
	name, data, err := v.givenReport("file", "text")
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return v.showReader(&d, town.Refuse(town.Invalid, "file", "请选择报告文件，或粘贴正文。", "Choose a report, or paste its text."))
	}
	if d.Text, err = report.Text(name, data); err != nil {
		return v.showReader(&d, err)
	}
	return v.showPromises(&d, nil)
}

// showPromises reads the report and lays it out with what is proposed. typed gives back what a form said of card n; it may be nil.
func (v *visit) showPromises(d *promisesView, typed func(*promiseCard)) error {
	err := v.read(func() error {
		r, text, err := v.proposals(d)
		if err != nil {
			return err
		}
		return v.layPromises(d, r, text, typed)
	})
	if err != nil && town.KindOf(err) == town.Invalid && d.Report == "" {
		return v.showReader(d, err)
	}
	if err != nil {
		return err
	}
	return v.render("promises", d)
}

// proposals reads the report of the page: the one that is written here, or the text that was given.
func (v *visit) proposals(d *promisesView) (*commitment.Reading, string, error) {
	text := d.Text
	if d.Report != "" {
		id, err := strconv.ParseInt(d.Report, 10, 64)
		if err != nil {
			return nil, "", town.Refuse(town.Missing, "report", "没有这份报告。", "There is no such report.")
		}
		_, row, err := v.seenReport(town.ID(id))
		if err != nil {
			return nil, "", err
		}
		w, _, err := v.writeDraft(row.Text("draft"))
		if err != nil {
			return nil, "", err
		}
		text = w.Text
		if strings.TrimSpace(text) == "" {
			return nil, "", town.Refuse(town.Conflict, "report", "这份报告还没有正文。", "This report has no text yet.")
		}
	}
	doc, err := report.Read("report.md", []byte(text))
	if err != nil {
		return nil, "", err
	}
	year, err := strconv.Atoi(doc.Year)
	if err != nil {
		year = v.today_.Year()
	}
	known, err := v.r.Known(year, v.today_)
	if err != nil {
		return nil, "", err
	}
	kept, err := v.r.Kept()
	if err != nil {
		return nil, "", err
	}
	d.kept, d.Codes = kept, nil
	for _, k := range kept {
		if !k.Dismissed {
			d.Codes = append(d.Codes, option{Value: k.Code, Text: k.Text})
		}
	}
	return commitment.Propose(v.view.Cat, report.Check(doc, known, v.view.Cat.Name.Zh, v.lang), known, kept, v.today_.Year()), text, nil
}

// layPromises lays the passages out, each with the cards of what it promises.
func (v *visit) layPromises(d *promisesView, r *commitment.Reading, text string, typed func(*promiseCard)) error {
	d.Read, d.Source, d.Year, d.Cover = true, r.Title, r.Year, r.Coverage
	if d.Source == "" {
		d.Source = v.t("report.untitled")
	}
	for _, key := range v.view.Cat.OfficeOrder {
		d.Offices = append(d.Offices, v.officeName(key))
	}
	for _, key := range v.view.Cat.FigureOrder {
		if f := v.view.Cat.Figures[key]; v.seesFigure(f) {
			d.Figures = append(d.Figures, option{Value: key, Text: v.in(f.Label)})
		}
	}
	d.Reasons = []string{v.t("promises.reason.general"), v.t("promises.reason.done"), v.t("promises.reason.within"), v.t("promises.reason.other")}
	t := v.view.Cat.Types[commitment.Type]
	var cards []*promiseCard
	above := false
	for i, p := range r.Proposals {
		c, err := v.promiseCard(t, r, i, p)
		if err != nil {
			return err
		}
		c.First = !above
		above = above || p.Kind == commitment.Promise && p.State == commitment.Open
		if typed != nil && c.State == string(commitment.Open) {
			typed(c)
		}
		if c.Wrong != "" {
			d.Bad++
		}
		if c.State == string(commitment.Open) {
			if c.Kind == string(commitment.Promise) {
				d.Open++
			}
		}
		cards = append(cards, c)
	}
	d.Loose = d.Cover.Numbers - d.Cover.NumbersLinked - d.Cover.NumbersDismissed
	var tops []int
	for i, g := range report.Passages(text) {
		p := promisePassage{Rank: g.Rank}
		var here []*promiseCard
		for _, c := range cards {
			if c != nil && g.From <= c.Line && c.Line <= g.To {
				here = append(here, c)
			}
		}
		if g.Rank == 1 || g.Rank == 2 || g.Rank == 9 {
			p.ID, p.Heading = "s"+strconv.Itoa(i), g.Mark+g.Text
			tops = enter(&d.Outline, tops, outlineRow{Name: p.Heading, Href: "#" + p.ID, Sub: g.Rank == 2})
		}
		body := g.Mark + g.Text
		if g.Cells != nil {
			body = strings.Join(g.Cells, "　")
		}
		p.Text = pieces(body, here)
		if p.Heading != "" && len(here) > 0 { // a heading and its paragraph may share a line
			p.Text = nil
		}
		for _, c := range here {
			placed := p.Heading == "" && (strings.Contains(letters(body), letters(c.Words)) || c.Line == g.To)
			if !placed {
				continue
			}
			if c.Kind == string(commitment.Promise) || c.State == string(commitment.Open) || c.State == string(commitment.Dismissed) {
				p.Cards = append(p.Cards, c)
			}
			for _, at := range tops {
				if c.State == string(commitment.Open) {
					d.Outline[at].N++
				}
			}
			for j := range cards {
				if cards[j] == c {
					cards[j] = nil // each stands once
				}
			}
		}
		if p.Heading == "" && len(p.Cards) == 0 {
			p.Text = nil // what promises nothing is not shown again
		}
		if p.Heading != "" || len(p.Cards) > 0 {
			d.Passages = append(d.Passages, p)
		}
	}
	d.Passages = headed(d.Passages)
	d.Outline = slices.DeleteFunc(d.Outline, func(o outlineRow) bool {
		return !slices.ContainsFunc(d.Passages, func(p promisePassage) bool { return "#"+p.ID == o.Href })
	})
	return nil
}

// headed drops the headings under which nothing stands.
func headed(all []promisePassage) []promisePassage {
	var out []promisePassage
	for i, p := range all {
		if p.Heading == "" {
			out = append(out, p)
			continue
		}
		for _, q := range all[i+1:] {
			if q.Heading == "" {
				out = append(out, p)
				break
			}
			if rankOf(q.Rank) <= rankOf(p.Rank) {
				break
			}
		}
	}
	return out
}

func rankOf(rank int) int {
	if rank == 9 {
		return 1
	}
	return rank
}

// pieces cuts a passage where its clauses stand.
func pieces(body string, cards []*promiseCard) []promisePiece {
	var out []promisePiece
	rest := body
	for _, c := range cards {
		i := strings.Index(rest, c.Words)
		if i < 0 || c.Kind != string(commitment.Promise) {
			continue
		}
		if i > 0 {
			out = append(out, promisePiece{Text: rest[:i]})
		}
		out = append(out, promisePiece{Text: c.Words, Card: c})
		rest = rest[i+len(c.Words):]
	}
	if rest != "" {
		out = append(out, promisePiece{Text: rest})
	}
	return out
}

// promiseCard shows a proposal.
func (v *visit) promiseCard(t *catalog.Type, r *commitment.Reading, i int, p commitment.Proposal) (*promiseCard, error) {
	c := &promiseCard{N: i, ID: "p" + strconv.Itoa(i), Line: p.Line, Words: p.Text, Told: p.Told(), Kind: string(p.Kind), State: string(p.State), StateName: v.t("promises.state." + string(p.State)),
		Do: "take", Text: p.Text, Due: p.Due.String(), DueSaid: p.DueSaid, Measured: p.Number != ""}
	if p.By.Record != 0 {
		c.Code, c.Why = p.By.Code, p.By.Why
		row, err := v.r.Record(p.By.Record)
		if err != nil {
			return nil, err
		}
		if row != nil && v.maySee(v.view.Cat.Types[row.Type], row) {
			c.Href, c.By = "/r/"+strconv.FormatInt(int64(p.By.Record), 10), p.By.Text
		}
	}
	if f := v.view.Cat.Figures[p.Answer]; f != nil {
		c.Answer, c.AnswerHref = v.in(f.Label), "/figures/"+p.Answer
	}
	if p.Guess.Office != "" {
		c.Lead, c.LeadWhy = v.officeName(p.Guess.Office), p.Guess.Words(v.view.Cat, v.lang)
	}
	if f := v.view.Cat.Figures[p.Figure]; f != nil {
		c.Measure, c.Goal = v.in(f.Label), decimalText(p.Goal, 2)
	}
	switch {
	case p.Kind == commitment.Number:
		c.Do = "later"
	case p.Twice > 0:
		c.Do, c.Twice = "dismiss", strconv.Itoa(r.Proposals[p.Twice-1].Line)
		c.Reason = v.t("promises.reason.twice", r.Proposals[p.Twice-1].Line)
	}
	return c, nil
}

// fill gives a card what was typed on it.
func (c *promiseCard) fill(q url.Values) {
	at := "-" + strconv.Itoa(c.N)
	if !q.Has("do" + at) {
		c.Do = "later"
		return
	}
	get := func(name string) string { return strings.TrimSpace(q.Get(name + at)) }
	c.Do, c.Text, c.Lead, c.Helpers, c.Due = get("do"), get("text"), get("lead"), get("helpers"), get("due")
	c.Measure, c.Goal, c.To, c.Reason = get("measure"), get("goal"), get("to"), get("why")
}

// takePromises carries out what was decided of every clause, each as a command of its own.
func (v *visit) takePromises() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	d := v.promisesPage()
	if err := v.read(func() error { return v.mayRead(&d) }); err != nil {
		return err
	}
	d.Report, d.Text = v.text("report"), v.req.PostFormValue("text")
	token := v.commandID()
	wrong := map[int]string{}
	var asks []hall.Ask
	var of []int // the card of each ask
	if err := v.read(func() error {
		r, _, err := v.proposals(&d)
		if err != nil {
			return err
		}
		asks, of, err = v.decided(&d, r, token, wrong)
		return err
	}); err != nil {
		return err
	}
	results, err := v.hall.DoAll(v.ctx, asks, false)
	if err != nil {
		return err
	}
	taken, linked, dropped := 0, 0, 0
	for i, res := range results {
		if res.Err != nil {
			why, status := v.sentence(res.Err)
			if status >= 500 {
				return res.Err
			}
			wrong[of[i]] = why
			continue
		}
		switch asks[i].Command.Type {
		case commitment.Type:
			taken++
		case commitment.DismissalType:
			dropped++
		default:
			linked++
		}
	}
	d.Toast = v.t("promises.done", taken, linked, dropped)
	return v.showPromises(&d, func(c *promiseCard) {
		c.fill(v.req.PostForm)
		c.Wrong = wrong[c.N]
	})
}

// decided makes the commands of what the form says. Cards that cannot be carried out are told in wrong and left as they are.
func (v *visit) decided(d *promisesView, r *commitment.Reading, token string, wrong map[int]string) (asks []hall.Ask, of []int, err error) {
	t := v.view.Cat.Types[commitment.Type]
	codes := d.codes(r.Year)
	clauses := map[town.ID][]string{} // what is linked to a record that stands
	linkOf := map[town.ID]int{}
	add := func(i int, cmd town.Command) {
		cmd.ID, cmd.Day, cmd.Step = fmt.Sprintf("%s-%d-%d", token, i, len(asks)), town.NoDay, -1
		asks, of = append(asks, hall.Ask{Actor: v.actor(), Command: cmd}), append(of, i)
	}
	last := -1 // the ask that a clause may join
	for i, p := range r.Proposals {
		if p.State != commitment.Open {
			continue
		}
		c, err := v.promiseCard(t, r, i, p)
		if err != nil {
			return nil, nil, err
		}
		guessed, guessedDue := c.Lead, c.Due
		c.fill(v.req.PostForm)
		switch c.Do {
		case "take":
			values, why := v.commitmentOf(t, d, r, p, c, guessed, guessedDue)
			if why != "" {
				wrong[i] = why
				continue
			}
			for _, text := range lines(c.Text) { // a line for each task
				one := values.Clone()
				one["text"], one["code"] = text, codes()
				add(i, town.Command{Op: town.Create, Type: commitment.Type, Fields: one})
			}
			last = len(asks) - 1
		case "join":
			if last < 0 {
				wrong[i] = v.t("promises.nothingabove")
				continue
			}
			f := asks[last].Command.Fields
			f["clause"] = f["clause"].(string) + "\n" + p.Text
		case "link":
			row, why, err := v.byCode(t, d.kept, c.To)
			if err != nil {
				return nil, nil, err
			}
			if why != "" {
				wrong[i] = why
				continue
			}
			if clauses[row.ID] == nil && row.Text("clause") != "" {
				clauses[row.ID] = []string{row.Text("clause")}
			}
			clauses[row.ID] = append(clauses[row.ID], p.Text)
			if at, ok := linkOf[row.ID]; ok {
				asks[at].Command.Fields["clause"] = strings.Join(clauses[row.ID], "\n")
				continue
			}
			add(i, town.Command{Op: town.Correct, Record: row.ID, Rev: row.Rev, Fields: town.Values{"clause": strings.Join(clauses[row.ID], "\n")}, Reason: v.t("promises.linkreason", r.Title)})
			linkOf[row.ID] = len(asks) - 1
		case "dismiss":
			if c.Reason == "" {
				wrong[i] = v.t("promises.needreason")
				continue
			}
			values := town.Values{"source": clipped(d.sourceOf(r), 80), "kind": string(p.Kind), "text": clipped(p.Text, 400), "why": clipped(c.Reason, 200)}
			if s := clipped(p.Where(), 60); s != "" {
				values["section"] = s
			}
			if told := clipped(p.Told(), 30); told != "" {
				values["number_told"] = told
			}
			add(i, town.Command{Op: town.Create, Type: commitment.DismissalType, Fields: values})
		}
	}
	return asks, of, nil
}

// sourceOf is the report's title as records keep it.
func (d *promisesView) sourceOf(r *commitment.Reading) string {
	if r.Title != "" {
		return r.Title
	}
	return strconv.Itoa(r.Year-1) + "年政府工作报告"
}

// commitmentOf makes the fields of a commitment from a card; why says what of it is wrong.
func (v *visit) commitmentOf(t *catalog.Type, d *promisesView, r *commitment.Reading, p commitment.Proposal, c *promiseCard, guessed, guessedDue string) (town.Values, string) {
	lead, ok := v.officeCalled(c.Lead)
	if !ok {
		return nil, v.t("promises.nooffice", c.Lead)
	}
	due, err := town.ParseDay(c.Due)
	if err != nil {
		return nil, v.t("promises.noday")
	}
	if len(lines(c.Text)) == 0 {
		return nil, v.t("promises.notext")
	}
	values := town.Values{"section": clipped(p.Where(), 60), "source": clipped(d.sourceOf(r), 80), "clause": p.Text, "leader": lead, "deadline": due.String(),
		"assumed": c.Lead == guessed, "day_assumed": !p.DueSaid && c.Due == guessedDue}
	if values["section"] == "" {
		values["section"] = clipped(d.sourceOf(r), 60)
	}
	var nodes []map[string]any
	for _, n := range commitment.Quarters(v.today_, due) {
		nodes = append(nodes, map[string]any{"what": n.What, "due": n.Due.String()})
	}
	values["nodes"] = nodes
	var helpers []string
	for _, name := range strings.FieldsFunc(c.Helpers, func(r rune) bool { return strings.ContainsRune("、，,; ；", r) }) {
		o, ok := v.officeCalled(name)
		if !ok {
			return nil, v.t("promises.nooffice", name)
		}
		helpers = append(helpers, o)
	}
	if len(helpers) > 0 {
		values["helpers"] = helpers
	}
	if told := clipped(p.Told(), 30); told != "" {
		values["number_told"] = told
	}
	if c.Measure == "" {
		return values, ""
	}
	key := ""
	for _, k := range v.view.Cat.FigureOrder {
		if f := v.view.Cat.Figures[k]; k == c.Measure || f.Label.Zh == c.Measure || f.Label.En == c.Measure {
			key = k
			break
		}
	}
	if key == "" {
		return nil, v.t("promises.nofigure", c.Measure)
	}
	goal, err := v.parse(t.Field("goal"), c.Goal)
	if err != nil || c.Goal == "" {
		return nil, v.t("promises.nogoal")
	}
	values["measure"], values["shape"], values["goal"] = key, "level", goal
	return values, ""
}

// lines are the lines of a text that say something.
func lines(s string) []string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// officeCalled finds an office by its name or key.
func (v *visit) officeCalled(name string) (string, bool) {
	name = strings.TrimSpace(name)
	for _, key := range v.view.Cat.OfficeOrder {
		if o := v.view.Cat.Offices[key]; key == name || o.Label.Zh == name || o.Label.En == name || slices.Contains(o.Aliases, name) {
			return key, true
		}
	}
	return "", false
}

// codes gives the next free codes of commitments of a year: R2024-001, R2024-002.
func (d *promisesView) codes(year int) func() string {
	prefix := fmt.Sprintf("R%d-", year)
	n := 0
	for _, k := range d.kept {
		if rest, ok := strings.CutPrefix(k.Code, prefix); ok {
			if i, err := strconv.Atoi(rest); err == nil {
				n = max(n, i)
			}
		}
	}
	return func() string { n++; return fmt.Sprintf("%s%03d", prefix, n) }
}

// byCode finds the commitment of a code that the visitor may see; why says that there is none.
func (v *visit) byCode(t *catalog.Type, kept []commitment.Kept, code string) (row *store.RecordRow, why string, err error) {
	for _, k := range kept {
		if k.Dismissed || k.Code != code {
			continue
		}
		row, err := v.r.Record(k.Record)
		if err != nil {
			return nil, "", err
		}
		if row != nil && v.maySee(t, row) {
			return row, "", nil
		}
	}
	return nil, v.t("promises.nocode", code), nil
}

// markPromises marks the promises of a draft that no commitment keeps, where they stand whole between the numbers.
func markPromises(blocks []drafted, problems []draft.Problem) {
	var promises []string
	for _, p := range problems {
		if p.Kind == "promise" {
			promises = append(promises, p.Text)
		}
	}
	marked := func(all []draftPiece) []draftPiece {
		var out []draftPiece
		for _, x := range all {
			for x.Say == nil && x.Text != "" {
				at, words := len(x.Text), ""
				for _, p := range promises {
					if i := strings.Index(x.Text, p); i >= 0 && i < at {
						at, words = i, p
					}
				}
				if words == "" {
					break
				}
				if at > 0 {
					out = append(out, draftPiece{Text: x.Text[:at], Bold: x.Bold})
				}
				out = append(out, draftPiece{Text: words, Bold: x.Bold, Promise: true})
				x.Text = x.Text[at+len(words):]
			}
			if x.Say != nil || x.Text != "" {
				out = append(out, x)
			}
		}
		return out
	}
	for i := range blocks {
		blocks[i].Pieces = marked(blocks[i].Pieces)
		for j := range blocks[i].Cells {
			blocks[i].Cells[j] = marked(blocks[i].Cells[j])
		}
	}
}
