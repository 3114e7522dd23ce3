package report

import (
	"fmt"
	"io"
	"strings"
)

// Print writes what was read for people, a line for every claim and commitment.
func (d *Document) Print(w io.Writer, lang string) error {
	say := speaker(lang)
	var b strings.Builder
	b.WriteString(say("%s　%s　%s年\n数字%d个，承诺%d条\n", "%s  %s  %s\n%d claims, %d commitments\n", d.Title, d.Town, d.Year, len(d.Claims), len(d.Commitments)))
	for _, c := range d.Claims {
		b.WriteString(say("第%d行　%s　%s\n", "line %d  %s  %s\n", c.Line, c.Subject, c.amount(say)))
	}
	for _, c := range d.Commitments {
		b.WriteString(say("第%d行　%s\n", "line %d  %s\n", c.Line, c.Text))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Print writes the outcome of a check for people: what differs first, then the findings, what has no figure, and a sum.
func (c *Checked) Print(w io.Writer, lang string) error {
	say := speaker(lang)
	var b strings.Builder
	for _, x := range c.Claims {
		if x.Verdict == Differs {
			b.WriteString(say("不符　%s\n", "differs  %s\n", x.Why))
		}
	}
	for _, f := range c.Findings {
		b.WriteString(say("疑点　第%d行“%s”：%s\n", "finding  line %d “%s”: %s\n", f.Line, f.Text, f.Why))
	}
	for _, x := range c.Claims {
		if x.Verdict == Unmatched && !c.blind {
			b.WriteString(say("未核　第%d行　%s　%s：%s\n", "unmatched  line %d  %s  %s: %s\n", x.Line, x.Subject, x.amount(say), x.Why))
		}
	}
	if c.blind {
		b.WriteString(say("没有指定镇，只查报告本身有无矛盾\n", "no town given: only contradictions within the report were looked for\n"))
	}
	s := c.Summary
	b.WriteString(say("一致%d，不符%d，未核%d，疑点%d\n", "%d agree, %d differ, %d unmatched, %d findings\n", s.Agrees, s.Differs, s.Unmatched, s.Findings))
	_, err := io.WriteString(w, b.String())
	return err
}

// amount writes the value of a claim with its growth, as people read it.
func (c Claim) amount(say say) string {
	s := c.quantity.String()
	if c.kind == growth {
		return say("增速%s%%", "growth %s %%", c.Yoy)
	}
	if c.Yoy != "" {
		s += fmt.Sprintf(" (%s%%)", c.Yoy)
	}
	if c.Target {
		s += say("　目标", "  target")
	}
	return s
}
