package draft

import (
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/quantity"
	"zhenwu/internal/report"
)

// calls finds figures by what they are called.
type calls struct {
	cat     *catalog.Catalog
	by      map[string][]string // name → keys
	matcher *report.Matcher     // made when a name is not known
}

func called(cat *catalog.Catalog) *calls {
	c := &calls{cat: cat, by: map[string][]string{}}
	for _, key := range cat.FigureOrder {
		f := cat.Figures[key]
		for _, name := range append([]string{key, f.Label.Zh, f.Label.En}, f.Aliases...) {
			if name != "" && !quantity.Known(name) && !slices.Contains(c.by[name], key) {
				c.by[name] = append(c.by[name], key)
			}
		}
	}
	return c
}

// find gives the figure of a name: its key, its label, or an alias that only it has. Where there is none, near lists what may have
// been meant.
func (c *calls) find(name string) (f *catalog.Figure, near []string) {
	if f := c.cat.Figures[name]; f != nil {
		return f, nil
	}
	keys := c.by[name]
	if len(keys) == 1 {
		return c.cat.Figures[keys[0]], nil
	}
	var own []string // those whose label it is, before those whose alias it is
	for _, key := range keys {
		if l := c.cat.Figures[key].Label; l.Zh == name || strings.EqualFold(l.En, name) {
			own = append(own, key)
		}
	}
	if len(own) == 1 {
		return c.cat.Figures[own[0]], nil
	}
	if len(keys) > 1 {
		return nil, keys
	}
	if c.matcher == nil {
		c.matcher = report.NewMatcher(Unread(c.cat))
	}
	for _, m := range c.matcher.Find(name, "", 3) {
		near = append(near, c.cat.Figures[m.Key].Label.Zh)
	}
	return nil, near
}

// many tells whether a name is one of several figures.
func (c *calls) many(name string) bool { return len(c.by[name]) > 1 }

// Unread gives the figures of a catalog by their names alone, as a matcher needs them.
func Unread(cat *catalog.Catalog) []report.Known {
	out := make([]report.Known, 0, len(cat.FigureOrder))
	for _, key := range cat.FigureOrder {
		f := cat.Figures[key]
		out = append(out, report.Known{Key: key, Zh: f.Label.Zh, En: f.Label.En, Aliases: f.Aliases, Unit: f.Unit})
	}
	return out
}
