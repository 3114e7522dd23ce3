package towntest

import (
	"strings"
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
	{"rollup: {sum: fine.amount, via: firm, of: \"stage == 'paid'\"}", "rollup: {sum: fine.amount, via: firm}"},
}

// Catalogs gives random variants of the small catalog; the same ones in every run.
type Catalogs struct {
	all   []*catalog.Catalog
	texts []string
}

// Variants loads n variants; the first is the small catalog itself.
func Variants(tb testing.TB, n int) *Catalogs {
	tb.Helper()
	c := &Catalogs{}
	gen := rapid.SliceOfN(rapid.Bool(), len(twists), len(twists))
	for i := range n {
		text := Declarations
		for j, on := range gen.Example(i) {
			if i > 0 && on {
				text = strings.Replace(text, twists[j][0], twists[j][1], 1)
			}
		}
		c.all, c.texts = append(c.all, Load(tb, text)), append(c.texts, text)
	}
	return c
}

// Draw picks one.
func (c *Catalogs) Draw(r *rapid.T) *catalog.Catalog {
	return rapid.SampledFrom(c.all).Draw(r, "catalog")
}

// DrawText picks one with its declarations.
func (c *Catalogs) DrawText(r *rapid.T, label string) (*catalog.Catalog, string) {
	i := rapid.IntRange(0, len(c.all)-1).Draw(r, label)
	return c.all[i], c.texts[i]
}
