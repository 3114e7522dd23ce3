package draft

import (
	"regexp"
	"sort"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/quantity"
	"zhenwu/internal/report"
)

// Taken counts what From made of a report's claims.
type Taken struct {
	Figures int // claims that became figures
	Open    int // claims that are marked, because no figure was found or it does not fit
}

// From turns a report that was published into the draft of a later year: a claim that speaks of a figure becomes that figure in the style it
// was written in, its growth too; every other number is marked as unsettled ({{?…}}); the year looked back on and the year
// planned become {{year}} and {{year+1}}. text is the file's (report.Text), checked what report.Check says of it.
// Words of the report are kept as they are: they are its author's to change.
func From(cat *catalog.Catalog, text string, checked *report.Checked, year int) (string, Taken) {
	var cuts []swap
	var taken Taken
	review, _ := strconv.Atoi(checked.Year) // 0 where it is not known: no year is changed
	for _, c := range checked.Claims {
		cuts = append(cuts, swaps(cat, text, c, review, &taken)...)
	}
	cuts = append(cuts, years(text, review)...)
	cuts = append(cuts, joints(text)...)
	sort.SliceStable(cuts, func(i, j int) bool {
		if cuts[i].from != cuts[j].from {
			return cuts[i].from < cuts[j].from
		}
		return cuts[i].to > cuts[j].to
	})
	var b strings.Builder
	b.WriteString("---\n年份: " + strconv.Itoa(year) + "\n")
	if title := onLine(checked.Title); title != "" {
		if review > 0 {
			title = strings.ReplaceAll(title, strconv.Itoa(review), strconv.Itoa(year))
		}
		b.WriteString("标题: " + title + "\n")
	}
	b.WriteString("---\n")
	at := 0
	for _, s := range cuts {
		if s.from < at || s.text != "" && strings.Contains(text[s.from:s.to], "\n") {
			continue
		}
		b.WriteString(safe(text[at:s.from]))
		b.WriteString(s.text)
		at = s.to
	}
	b.WriteString(safe(text[at:]))
	return b.String(), taken
}

// swap is a stretch of the text and what takes its place.
type swap struct {
	from, to int
	text     string
}

// joints are the ends of lines within a sentence that a page break cut.
func joints(text string) []swap {
	starts := lineStarts(text)
	var out []swap
	for _, p := range report.Passages(text) {
		for line := p.From; line < p.To; line++ {
			from := starts[line-1] + len(strings.TrimRight(text[starts[line-1]:starts[line]], " \t\r\n　"))
			to := starts[line]
			to += len(text[to:]) - len(strings.TrimLeft(text[to:], " \t\r\n　"))
			if from > starts[line-1] && from < to {
				out = append(out, swap{from, to, ""})
			}
		}
	}
	return out
}

func onLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// safe keeps braces and fences of an old text from being read as ours.
func safe(s string) string {
	return strings.NewReplacer("{{", "｛｛", "}}", "｝｝", "```", "'''").Replace(s)
}

// swaps gives what takes the place of one claim.
func swaps(cat *catalog.Catalog, text string, c report.CheckedClaim, review int, taken *Taken) []swap {
	from, to := c.Span()
	if from >= to {
		return nil
	}
	if strings.HasPrefix(text[from:to], "第") {
		from += len("第")
	}
	if strings.HasSuffix(text[from:to], "大") { // 三大片区
		to -= len("大")
	}
	open := func() []swap {
		taken.Open++
		return []swap{{from, to, "{{?" + inline(text[from:to]) + "}}"}}
	}
	f := cat.Figures[c.Figure]
	if f == nil || c.Target {
		return open()
	}
	period := ""
	if y, err := strconv.Atoi(c.Period); err == nil && review > 0 && y != review {
		if y == review-1 {
			period = " 上年"
		} else {
			return open()
		}
	}
	var out []swap
	gfrom, gto, grows := c.GrowthSpan()
	if c.Growth() {
		if f.Unit == "%" { // the figure is itself a growth: 增速
			taken.Figures++
			return []swap{{from, to, "{{" + f.Key + period + " " + styleOf(text[from:to], "%") + "}}"}}
		}
		if !grows || c.Yoy == "" {
			return open()
		}
		taken.Figures++
		return []swap{{gfrom, gto, "{{" + f.Key + period + " 增长" + rateStyle(text[gfrom:gto]) + "}}"}}
	}
	style := styleOf(text[from:to], c.BaseUnit)
	if st, ok := quantity.ParseStyle(style); !ok || st.Unit != "" && !fits(f, st.Unit) {
		return open()
	}
	taken.Figures++
	out = append(out, swap{from, to, "{{" + f.Key + period + " " + style + "}}"})
	if grows && c.Yoy != "" && gfrom >= to {
		out = append(out, swap{gfrom, gto, "{{" + f.Key + period + " 增长" + rateStyle(text[gfrom:gto]) + "}}"})
	}
	return out
}

// inline keeps a text within braces on one line.
func inline(s string) string { return strings.NewReplacer("\n", "", "{", "", "}", "").Replace(s) }

// styleOf gives the style in which a number stands in the text.
func styleOf(text, unit string) string {
	clean := strings.Map(func(r rune) rune {
		if r == ' ' || r == '　' || r == '*' {
			return -1
		}
		return r
	}, text)
	found := quantity.Scan([]rune(clean))
	if len(found) != 1 {
		return "0" + unit
	}
	p := found[0]
	return quantity.StyleOf(p, clean).String()
}

var rateDigits = regexp.MustCompile(`[0-9０-９]+(?:[.．]([0-9０-９]+))?`)

// rateStyle gives the decimals of a rate as a style, where they are not the usual one.
func rateStyle(text string) string {
	m := rateDigits.FindStringSubmatch(text)
	if m == nil || m[1] == "" {
		return ""
	}
	if n := len([]rune(m[1])); n > 1 {
		return " 0." + strings.Repeat("0", min(n, 6)) + "%"
	}
	return ""
}

// years finds the two years of a report where they are years of it: 2023年.
func years(text string, review int) []swap {
	if review == 0 {
		return nil
	}
	var out []swap
	for i, word := range []string{strconv.Itoa(review), strconv.Itoa(review + 1)} {
		as := []string{"{{year}}", "{{year+1}}"}[i]
		for at := 0; ; {
			k := strings.Index(text[at:], word)
			if k < 0 {
				break
			}
			from := at + k
			at = from + len(word)
			rest := strings.TrimLeft(text[at:], " ")
			if strings.HasPrefix(rest, "年") && (from == 0 || text[from-1] < '0' || text[from-1] > '9') {
				out = append(out, swap{from, at, as})
			}
		}
	}
	return out
}
