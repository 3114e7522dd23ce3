package towntest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/catalog"
)

// twists are ways in which the small catalog may be declared otherwise.
var twists = [][2]string{
	{"type: choice, of: {a: 甲, b: 乙, c: 丙}, tracked: true", "type: choice, of: {a: 甲, b: 乙, c: 丙}"},
	{"of: {road: 道路, noise: 噪声}, required: true", "of: {road: 道路, noise: 噪声}, required: true, tracked: true"},
	{"type: place, copy: firm.place}\n      firm_name", "type: place, copy: firm.place, tracked: true}\n      firm_name"},
	{"type: money, required: true, min: 0", "type: money, required: true, min: 0, tracked: true"},
	{"copy: firm.name, follow: true", "copy: firm.name"},
	{"pause: [disputed], limit", "restart: [redo], limit"},
	{"while: [received], limit: 1 workday", "while: [received], limit: 2 hours"},
	{"type: date, required: true}\n    stages:\n      due", "type: date, required: true, tracked: true}\n    stages:\n      due"},
	{"valid: {from: since, until: ended}", "valid: {from: opened, until: \"earliest(ended, since)\"}"},
	{"while: overdue.handle}", "while: \"overdue.handle || overdue.sign && kind == 'road'\"}"},
	{"while: \"!done\", by: [stage]", "while: \"stage in ['received', 'review'] && urgent\", by: [stage, [kind, urgent]]"},
	{"orders_in: {zh: 受理工单, en: Orders received, unit: 件, count: order, at: opened", "orders_in: {zh: 受理工单, en: Orders received, unit: 件, count: order, at: \"latest(opened, first.answer)\""},
	{"sum: fine.amount, while: overdue.pay", "sum: fine.amount, while: \"stage == 'due' && amount > 500.00\""},
	{"count: patrol, at: missed.plan", "count: patrol, while: overdue.plan"},
	{"distinct: order.firm, at: opened", "distinct: order.firm, of: \"!late.handle\", at: last.answer"},
	{"of: {road: 道路, noise: 噪声}, required: true", "of: {road: 道路, noise: 噪声}, required: true, index: true"},
	{"urgent: {zh: 紧急, en: Urgent, type: bool}", "urgent: {zh: 紧急, en: Urgent, type: bool, index: true}"},
	{"fee: {zh: 费用, en: Fee, type: money}", "fee: {zh: 费用, en: Fee, type: money, index: true}"},
	{"tracked: true, index: true}", "tracked: true}"},
	{"en: Signed on, type: date}", "en: Signed on, type: date, index: true}"},
	{"type: integer, rollup: {count: part", "type: integer, index: true, rollup: {count: part"},
	{"type: text, max: 40, required: true, search: true}", "type: text, max: 40, required: true}"},
	{"en: Answer, type: longtext}", "en: Answer, type: longtext, search: true}"},
	{"    title: name\n", "    title: code\n"},
	{"rollup: {sum: fine.amount, via: firm, of: \"stage == 'paid'\"}", "rollup: {sum: fine.amount, via: firm}"},
}

// limits are the clocks whose limit a drawn catalog sets anew.
var limits = []string{"while: [received], limit: 1 workday", "while: [open], limit: 3 days"}

// Catalogs draws random catalogs: the small one with any of its twists, other limits, and figures that nobody wrote.
type Catalogs struct {
	mu     sync.Mutex
	loaded map[string]*catalog.Catalog
}

// Variants gives the catalogs that a walk may draw.
func Variants(tb testing.TB) *Catalogs {
	tb.Helper()
	return &Catalogs{loaded: map[string]*catalog.Catalog{Declarations: Load(tb, Declarations)}}
}

// Draw draws one.
func (c *Catalogs) Draw(r *rapid.T) *catalog.Catalog {
	cat, _ := c.DrawText(r, "catalog")
	return cat
}

// DrawText draws one with its declarations. A drawn catalog that has a fault fails the test.
func (c *Catalogs) DrawText(r *rapid.T, label string) (*catalog.Catalog, string) {
	text := Declarations
	for i, on := range rapid.SliceOfN(rapid.Bool(), len(twists), len(twists)).Draw(r, label+": twists") {
		if on {
			text = strings.Replace(text, twists[i][0], twists[i][1], 1)
		}
	}
	for i, l := range limits {
		to := fmt.Sprintf("%s%d %s", l[:strings.Index(l, "limit: ")+len("limit: ")], rapid.IntRange(1, 30).Draw(r, fmt.Sprint(label, ": limit ", i)),
			rapid.SampledFrom([]string{"minutes", "hours", "days", "workdays", "months"}).Draw(r, fmt.Sprint(label, ": of ", i)))
		text = strings.Replace(text, l, to, 1)
	}
	for i := range rapid.IntRange(0, 4).Draw(r, label+": figures") {
		text += drawnFigure(r, i)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.loaded[text] == nil {
		cat, faults := catalog.Load(Files(text))
		if catalog.Broken(faults) {
			r.Fatalf("the drawn catalog has faults: %v\n%s", faults, text)
		}
		c.loaded[text] = cat
	}
	return c.loaded[text], text
}

// grown is what drawn figures of a type are made of.
type grown struct {
	days, holds, slices []string
	now                 []string // what changes by time alone: stocks only
	sums, keys, moves   []string
}

var growths = map[string]grown{
	"order": {
		days:   []string{"opened", "entered.handling", "entered.closed", "entered.disputed", "first.answer", "last.answer", "last.redo", "signed_on", "due.handle", "missed.sign", "latest(opened, first.take)", "earliest(signed_on, last.answer)"},
		holds:  []string{"urgent", "!urgent", "kind == 'noise'", "!late.handle", "late.sign", "fee > 5.00", "owed >= 1.00", "times.refuse > 0", "filled(firm)", "stage in ['received', 'review']", "!done", "kind == 'road' || times.redo > 0", "!filled(answer) && !done", "parts_open > 0"},
		now:    []string{"overdue.handle", "overdue.sign"},
		slices: []string{"kind", "stage", "[kind, urgent]", "urgent"},
		sums:   []string{"fee", "owed", "refusals"},
		keys:   []string{"firm", "kind", "site"},
		moves:  []string{"refuse", "redo", "answer", "extend"},
	},
	"fine": {
		days:   []string{"opened", "entered.paid", "due", "missed.pay", "latest(opened, due)"},
		holds:  []string{"amount > 500.00", "stage == 'paid'", "!done", "late.pay", "amount < 300.00 || done"},
		now:    []string{"overdue.pay"},
		slices: []string{"stage"},
		sums:   []string{"amount"},
		keys:   []string{"firm"},
	},
	"firm": {
		days:   []string{"opened", "since", "ended"},
		holds:  []string{"grade == 'a'", "paid > 100.00", "left >= 0.00", "!filled(ended)"},
		now:    []string{"valid"},
		slices: []string{"grade"},
		sums:   []string{"paid", "budget"},
	},
	"patrol": {
		days:  []string{"opened", "plan.due", "missed.plan", "entered.walked"},
		holds: []string{"stage == 'walked'", "late.walk"},
		now:   []string{"overdue.plan"},
	},
}

// drawnFigure declares a random figure over a random type.
func drawnFigure(r *rapid.T, i int) string {
	from := func(label string, of []string) string {
		return rapid.SampledFrom(of).Draw(r, fmt.Sprintf("drawn %d: %s", i, label))
	}
	typ := from("type", []string{"order", "order", "order", "fine", "firm", "patrol"})
	g := growths[typ]
	kinds := []string{"count: " + typ}
	for _, f := range g.sums {
		kinds = append(kinds, "sum: "+typ+"."+f)
	}
	parts := []string{"", from("holds", g.holds), from("holds", g.holds) + " && (" + from("and", g.holds) + ")"}
	when := "at: " + quoted(from("day", g.days))
	switch from("way", []string{"flow", "flow", "stock", "distinct", "times"}) {
	case "stock":
		a, b := from("while", slices.Concat(g.holds, g.now)), from("and while", g.holds)
		joined := " && "
		if !slices.Contains(g.now, a) {
			joined = from("joined", []string{" && ", " || "})
		}
		when = "while: " + quoted(a+joined+b)
		return line(r, i, from("kind", kinds), when, "", g.slices)
	case "distinct":
		if len(g.keys) > 0 {
			kinds = []string{"distinct: " + typ + "." + from("key", g.keys)}
		}
	case "times":
		if len(g.moves) > 0 {
			kinds, when = []string{"times: " + typ + "." + from("move", g.moves)}, ""
		}
	}
	return line(r, i, from("kind", kinds), when, from("of", parts), g.slices)
}

// line writes a figure's declaration.
func line(r *rapid.T, i int, kind, when, of string, dims []string) string {
	s := fmt.Sprintf("  drawn_%d: {zh: 抽取%d, en: Drawn %d, unit: 件, %s", i, i, i, kind)
	if when != "" {
		s += ", " + when
	}
	if of != "" {
		s += ", of: " + quoted(of)
	}
	if len(dims) > 0 && rapid.Bool().Draw(r, fmt.Sprintf("drawn %d: sliced", i)) {
		s += ", by: [" + rapid.SampledFrom(dims).Draw(r, fmt.Sprintf("drawn %d: by", i)) + "]"
	}
	return s + "}\n"
}

func quoted(s string) string { return strconv.Quote(s) }
