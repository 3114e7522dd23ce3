package web

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/hall"
	"zhenwu/internal/report"
)

// piece is a run of a report's text: plain, or a claim.
type piece struct {
	Text  string
	Claim *claimView
}

// paragraph is a passage of a report with its claims marked.
type paragraph struct {
	Rank   int // of a heading: 1 to 3; 0 for a paragraph
	ID     string
	Pieces []piece
	Cells  [][]piece // of a row of a table
}

// claimView is a number of the report beside its figure.
type claimView struct {
	ID                 string
	Verdict            string
	VerdictName        string
	Sign               string
	Subject            string
	Wrote, WroteUnit   string
	Found, FoundUnit   string // in the claim's scale
	FoundExact         string // the whole number, where that is another
	Figure, FigureHref string
	Yoy                string
	Why                string
	Line               int
	Target             bool
	Clause             string

	digits string // the number without scale and rounding word
}

// outlineRow is a heading of a report, with the claims that stand under it.
type outlineRow struct {
	Name    string
	Href    string
	Sub     bool
	Title   bool // it has no number: the report's own title, as a rule
	N       int
	Differs int
}

// reportView is the page that holds a report against the records.
type reportView struct {
	Page
	Wrong    string
	Text     string
	Checked  bool
	Heading  string
	Year     string
	N        int
	Summary  report.Summary
	Lines    []paragraph
	Claims   []*claimView
	First    *claimView
	Findings []report.Finding
	Outline  []outlineRow
	Promises int

	Studio                bool // reports are written here
	MayOpen               bool
	Reports               []reportRow
	New                   bool // a new report was refused: what was given
	NewTitle, Of, Meeting string
}

func (v *visit) reportPage() error {
	d := reportView{}
	d.Page = v.page(v.t("nav.report"), "report")
	if err := v.reportsOf(&d); err != nil {
		return err
	}
	if d.Of == "" {
		d.Of = strconv.Itoa(v.today_.Year())
	}
	return v.render("report", &d)
}

// reportCheck reads a report that was pasted or uploaded and holds it against the records.
func (v *visit) reportCheck() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	d := reportView{Text: v.req.PostFormValue("text")}
	d.Page = v.page(v.t("nav.report"), "report")
	name, data, err := v.givenReport("file", "text")
	if err != nil {
		return err
	}
	doc, err := report.Read(name, data)
	var text string
	if err == nil {
		text, err = report.Text(name, data)
	}
	if err != nil {
		if e := v.reportsOf(&d); e != nil {
			return e
		}
		return v.refuseReport(&d, err)
	}
	year, err := strconv.Atoi(doc.Year)
	if err != nil {
		year = v.today_.Year()
	}
	var known []report.Known
	if err := v.hall.Reading(v.ctx, func(r *hall.Reader) error {
		var err error
		known, err = r.Known(year, v.today_)
		return err
	}); err != nil {
		return err
	}
	v.layReport(&d, text, report.Check(doc, known, v.view.Cat.Name.Zh, v.lang), year)
	return v.render("report", &d)
}

// refuseReport shows the form again with what is wrong with the report.
func (v *visit) refuseReport(d *reportView, err error) error {
	var status int
	d.Wrong, status = v.sentence(err)
	return v.renderStatus("report", d, status)
}

// layReport marks every claim in the text.
func (v *visit) layReport(d *reportView, text string, c *report.Checked, year int) {
	d.Checked, d.Heading, d.Year, d.N = true, c.Title, strconv.Itoa(year), len(c.Claims)
	if d.Heading == "" {
		d.Heading = v.t("report.untitled")
	}
	d.Summary, d.Findings, d.Promises = c.Summary, c.Findings, len(c.Commitments)
	for i := range c.Claims {
		x := v.claimView(&c.Claims[i], i, year)
		d.Claims = append(d.Claims, x)
		if d.First == nil && x.Verdict == "differs" {
			d.First = x
		}
	}
	v.layPassages(d, report.Passages(text))
}

// layPassages lays the text out with every claim at its place, and the outline with the claims under each heading.
func (v *visit) layPassages(d *reportView, passages []report.Passage) {
	left := d.Claims // in the order of the text
	var tops []int   // the outline's rows that hold what comes now
	for i, g := range passages {
		p := paragraph{Rank: min(g.Rank, 3)}
		if g.Rank == 9 {
			p.Rank = 1
		}
		if p.Rank == 1 || p.Rank == 2 {
			p.ID = "s" + strconv.Itoa(i)
			tops = enter(&d.Outline, tops, outlineRow{Name: g.Mark + g.Text, Href: "#" + p.ID, Sub: p.Rank == 2, Title: g.Mark == ""})
		}
		n := 0
		for n < len(left) && left[n].Line <= g.To {
			n++
		}
		here, missed := left[:n:n], []*claimView(nil)
		if g.Cells == nil {
			p.Pieces, missed = markText(g.Mark+g.Text, here)
		} else {
			missed = here
			for _, cell := range g.Cells {
				var pieces []piece
				pieces, missed = markText(cell, missed)
				p.Cells = append(p.Cells, pieces)
			}
		}
		// A heading and its paragraph may share a line: what does not stand in the one stands in the other.
		if i+1 < len(passages) {
			missed = slices.DeleteFunc(missed, func(c *claimView) bool { return c.Line < passages[i+1].From })
		} else {
			missed = nil
		}
		for _, c := range here {
			if slices.Contains(missed, c) {
				continue
			}
			for _, at := range tops {
				d.Outline[at].count(c)
			}
		}
		left = append(missed, left[n:]...)
		d.Lines = append(d.Lines, p)
	}
	d.Outline = slices.DeleteFunc(d.Outline, func(o outlineRow) bool { return o.Title && o.N == 0 })
}

// count adds a claim to the row of the heading it stands under.
func (o *outlineRow) count(c *claimView) {
	o.N++
	if c.Verdict == "differs" {
		o.Differs++
	}
}

// enter adds a heading to an outline and gives the rows that hold what follows it: itself, and the part it stands in.
func enter(outline *[]outlineRow, tops []int, row outlineRow) []int {
	*outline = append(*outline, row)
	at := len(*outline) - 1
	if row.Sub && len(tops) > 0 && !(*outline)[tops[0]].Sub {
		return []int{tops[0], at}
	}
	return []int{at}
}

func (v *visit) claimView(c *report.CheckedClaim, i, year int) *claimView {
	x := &claimView{ID: "c" + strconv.Itoa(i+1), Verdict: string(c.Verdict), VerdictName: v.t("verdict." + string(c.Verdict)), Subject: c.Subject,
		digits: c.Value, Why: c.Why, Line: c.Line, Target: c.Target, Clause: c.Text, Yoy: c.Yoy}
	x.Wrote, x.WroteUnit = written(c)
	x.Sign = map[string]string{"agrees": "=", "differs": "≠", "unmatched": "？"}[x.Verdict]
	if c.Figure != "" {
		at := year
		if n, err := strconv.Atoi(c.Period); err == nil && n > 1900 {
			at = n
		}
		x.FigureHref = "/figures/" + c.Figure + "?period=" + strconv.Itoa(at) + "&place="
		x.Figure = c.Figure
		if f := v.view.Cat.Figures[c.Figure]; f != nil {
			x.Figure = v.in(f.Label)
		}
	}
	if c.Computed != "" {
		unit := strings.TrimLeft(c.Unit, scales)
		var scale string
		x.Found, scale, x.FoundExact = inScale(c.Computed, strings.TrimSuffix(c.Unit, unit))
		x.Found += scale // as the claim is written: 12.3亿 and 元
		if x.FoundUnit = c.BaseUnit; x.FoundExact != "" {
			x.FoundExact += " " + v.unit(c.BaseUnit)
		}
	}
	return x
}

// markText cuts a text into plain runs and claims, in the order they stand, and gives the claims that do not stand in it.
func markText(text string, claims []*claimView) (out []piece, left []*claimView) {
	rest := text
	for _, c := range claims {
		from, to := locate(rest, c)
		if from < 0 {
			left = append(left, c)
			continue
		}
		if from > 0 {
			out = append(out, piece{Text: rest[:from]})
		}
		out = append(out, piece{Text: rest[from:to], Claim: c})
		rest = rest[to:]
	}
	if rest != "" {
		out = append(out, piece{Text: rest})
	}
	return out, left
}

var numberWords = regexp.MustCompile(`^[余多来]?[万亿千百十]*[余多来]?`)

// locate finds where a claim's number stands in a text; -1 when it does not.
func locate(s string, c *claimView) (from, to int) {
	digits := c.digits
	for at := 0; at < len(s); {
		i := strings.Index(s[at:], digits)
		if i < 0 || digits == "" {
			break
		}
		from = at + i
		to = from + len(digits)
		before, after := byte(' '), byte(' ')
		if from > 0 {
			before = s[from-1]
		}
		if to < len(s) {
			after = s[to]
		}
		if !numeric(before) && !numeric(after) {
			to += len(numberWords.FindString(s[to:]))
			if u := c.WroteUnit; u != "" && strings.HasPrefix(s[to:], u) {
				to += len(u)
			}
			return from, to
		}
		at = to
	}
	// numbers in characters and full-width digits: the clause they stand in
	if i := strings.Index(s, c.Clause); i >= 0 && c.Clause != "" {
		return i, i + len(c.Clause)
	}
	return -1, -1
}

func numeric(b byte) bool { return b >= '0' && b <= '9' || b == '.' }

// scales are the characters that a unit may begin with for its scale: 亿 in 亿元.
const scales = "十百千万亿"

// inScale writes a computed number in the scale of the claim beside it: 12.3 in 亿, with the whole number as exact. Where
// that would make it smaller than a ten-thousandth, or there is no scale, it stands as it is.
func inScale(computed, scale string) (text, used, exact string) {
	r, ok := new(big.Rat).SetString(computed)
	den := big.NewRat(1, 1)
	for _, c := range scale {
		den.Mul(den, big.NewRat(map[rune]int64{'十': 10, '百': 100, '千': 1_000, '万': 10_000, '亿': 100_000_000}[c], 1))
	}
	if !ok || scale == "" || r.Sign() == 0 {
		return groupDigits(computed), "", ""
	}
	short := strings.TrimRight(strings.TrimRight(new(big.Rat).Quo(r, den).FloatString(4), "0"), ".")
	if short == "" || short == "-" || short == "0" || short == "-0" {
		return groupDigits(computed), "", ""
	}
	return groupDigits(short), scale, groupDigits(computed)
}

// written splits a claim into the number as it stands in the report, with its
// scale and rounding word, and its unit: 36万余 and 户.
func written(c *report.CheckedClaim) (text, unit string) {
	unit = strings.TrimLeft(c.Unit, scales)
	text = c.Value + strings.TrimSuffix(c.Unit, unit)
	switch c.Qualifier {
	case "余":
		text += "余"
	case "近", "超", "约":
		text = c.Qualifier + text
	}
	return text, unit
}
