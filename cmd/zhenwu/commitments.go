package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"zhenwu/internal/catalog"
	"zhenwu/internal/commitment"
	"zhenwu/internal/hall"
	"zhenwu/internal/report"
)

type reportCommitmentsCmd struct {
	File string `arg:"" help:"报告文件 md、txt、docx"`
}

// proposed is a proposal as a program reads it.
type proposed struct {
	Kind         commitment.Kind  `json:"kind"`
	Line         int              `json:"line"`
	Section      string           `json:"section"`
	Lead         string           `json:"lead"`
	Text         string           `json:"text"`
	Number       string           `json:"number"`
	Unit         string           `json:"unit"`
	Due          string           `json:"due"`
	DueGuessed   bool             `json:"due_guessed"`
	Office       string           `json:"office"`
	OfficeName   string           `json:"office_name"`
	OfficeWhy    string           `json:"office_why"` // "" where no office was guessed; every office is a guess
	Figure       string           `json:"figure"`
	Goal         string           `json:"goal"`
	State        commitment.State `json:"state"`
	Code         string           `json:"code"`          // of the commitment that keeps it
	Answer       string           `json:"answer"`        // the figure that answers a number
	Why          string           `json:"why"`           // it was dismissed
	TwiceAbove   int              `json:"twice_above"`   // 1 + index of the same words above, 0 for none
	OpenNodeDays []string         `json:"milestones"`    // of an open promise: the ends of the quarters
	InPlan       bool             `json:"of_the_plan"`   // of a number
	Record       int64            `json:"record"`        // of what keeps or dismisses it, 0 for none
	Told         string           `json:"number_told"`   // number and unit
	Where        string           `json:"under_heading"` // the closest heading
}

// Run proposes the commitments of a report: clause by clause, beside what the town's register holds already.
func (c *reportCommitmentsCmd) Run(s *session) error {
	d, err := readReport(c.File)
	if err != nil {
		return err
	}
	var (
		cat   *catalog.Catalog
		known []report.Known
		kept  []commitment.Kept
		name  string
	)
	year := 0
	if s.global.named || exists(s.global.dsn()) {
		st, err := lookSite(s.ctx, s.global)
		if err != nil {
			return err
		}
		defer st.Close()
		cat, name, year = st.View().Cat, st.View().Cat.Name.Zh, st.Today().Year()
		of := year
		if y, err := strconv.Atoi(d.Year); err == nil {
			of = y
		}
		if err := st.Reading(s.ctx, func(r *hall.Reader) error {
			if known, err = r.Known(of, st.Today()); err != nil {
				return err
			}
			kept, err = r.Kept()
			return err
		}); err != nil {
			return err
		}
	}
	r := commitment.Propose(cat, report.Check(d, known, name, s.global.Lang), known, kept, year)
	if s.global.JSON {
		out := struct {
			Title    string              `json:"title"`
			Year     int                 `json:"year"` // of the plan
			Coverage commitment.Coverage `json:"coverage"`
			Rows     []proposed          `json:"proposals"`
		}{r.Title, r.Year, r.Coverage, []proposed{}}
		for _, p := range r.Proposals {
			out.Rows = append(out.Rows, proposedOf(cat, r, p, s.global.Lang))
		}
		return writeJSON(s, out)
	}
	return printProposals(s.out, cat, r, s.global.Lang)
}

func proposedOf(cat *catalog.Catalog, r *commitment.Reading, p commitment.Proposal, lang string) proposed {
	x := proposed{Kind: p.Kind, Line: p.Line, Section: p.Section, Lead: p.Lead, Text: p.Text, Number: p.Number, Unit: p.Unit, Due: p.Due.String(), DueGuessed: !p.DueSaid,
		Office: p.Guess.Office, OfficeName: officeOf(cat, p.Guess.Office, lang), OfficeWhy: p.Guess.Words(cat, lang), Figure: p.Figure, State: p.State, Code: p.By.Code, Answer: p.Answer,
		TwiceAbove: p.Twice, InPlan: p.Plan, Record: int64(p.By.Record), Told: p.Told(), Where: p.Where(), OpenNodeDays: []string{}}
	if p.Figure != "" {
		x.Goal = fmt.Sprintf("%d.%02d", p.Goal/100, p.Goal%100)
	}
	if p.By.Dismissed {
		x.Why = p.By.Why
	}
	if p.State == commitment.Open && p.Kind == commitment.Promise {
		for _, n := range commitment.Quarters(p.Due-364, p.Due) {
			x.OpenNodeDays = append(x.OpenNodeDays, n.Due.String())
		}
	}
	return x
}

func officeOf(cat *catalog.Catalog, key, lang string) string {
	if cat == nil || cat.Offices[key] == nil {
		return ""
	}
	return cat.Offices[key].Label.In(lang)
}

// printProposals writes a line for every clause and number, and how far the report is covered.
func printProposals(w io.Writer, cat *catalog.Catalog, r *commitment.Reading, lang string) error {
	out := bufio.NewWriter(w)
	say := func(zh, en string, args ...any) { fmt.Fprintf(out, pick(lang, zh, en), args...) }
	say("%s　%d年的计划\n", "%s  the plan of %d\n", r.Title, r.Year)
	c := r.Coverage
	say("承诺%d条：已列任务%d，已说明不列%d；数字%d个：已对上%d，已说明不列%d；尚未处理%d（已覆盖%d%%）\n",
		"%d promises: %d linked, %d dismissed; %d numbers: %d linked, %d dismissed; %d open (%d %% covered)\n",
		c.Promises, c.PromisesLinked, c.PromisesDismissed, c.Numbers, c.NumbersLinked, c.NumbersDismissed, c.Open(), c.Share())
	under := ""
	for _, p := range r.Proposals {
		if p.Kind == commitment.Number && (p.State != commitment.Open) {
			continue // answered; --json lists them
		}
		if h := p.Where(); h != under && p.Kind == commitment.Promise {
			under = h
			fmt.Fprintf(out, "\n%s\n", h)
		}
		say("第%d行　%s", "line %d  %s", p.Line, p.Text)
		if p.Number != "" {
			fmt.Fprintf(out, "　[%s]", p.Told())
		}
		switch p.State {
		case commitment.Linked:
			say("　→ %s", "  → %s", p.By.Code)
		case commitment.Dismissed:
			say("　→ 不列：%s", "  → dismissed: %s", p.By.Why)
		default:
			if p.Kind == commitment.Number {
				say("　→ 数字没有着落", "  → a number that nothing answers")
				break
			}
			say("　→ 时限%s%s", "  → due %s%s", p.Due, map[bool]string{false: pick(lang, "（推定）", " (assumed)")}[p.DueSaid])
			if o := officeOf(cat, p.Guess.Office, lang); o != "" {
				say("，%s（推定：%s）", ", %s (assumed: %s)", o, p.Guess.Words(cat, lang))
			}
			if p.Figure != "" {
				say("，按“%s”取数", ", measured by “%s”", cat.Figures[p.Figure].Label.In(lang))
			}
			if p.Twice > 0 {
				say("，与第%d行重复", ", the same as line %d", r.Proposals[p.Twice-1].Line)
			}
		}
		fmt.Fprintln(out)
	}
	return out.Flush()
}
