package catalog

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestDashboards_and_alerts(t *testing.T) {
	load := func(text string) (*Catalog, string) {
		c, faults := Load(fstest.MapFS{
			"town.yaml":       {Data: []byte("town: {code: \"990000001\", zh: 试, en: Trial}\noffices: {desk: {zh: 台, en: Desk}}\nroles: {clerk: {zh: 员, en: Clerk, office: desk, scope: town}, mayor: {zh: 长, en: Mayor, office: desk, scope: town}}\n")},
			"dashboards.yaml": {Data: []byte(text)},
			"systems/s37.yaml": {Data: []byte(`system: S37
zh: 热线
en: Hotline
timeless: {zh: 试, en: Trial}
types:
  call:
    zh: 来电
    en: Call
    opens_by: [clerk]
    fields:
      period: {zh: 期别, en: Period, type: period}
      kind: {zh: 类, en: Kind, type: choice, of: {a: {zh: 甲, en: A}}}
      amount: {zh: 数, en: Number, type: integer}
figures:
  calls: {zh: 来电, en: Calls, unit: 件, count: call, at: opened}
  given: {zh: 数, en: Given, unit: 件, measure: call.amount, of: "kind == 'a'", period: period}
`)}})
		said := ""
		for _, f := range faults {
			if !f.Warning {
				said += f.Render("en")
			}
		}
		return c, said
	}
	c, said := load(`dashboards:
  mayor: {zh: 看板, en: Board, home: [mayor], sections: [{zh: 甲, en: A, figures: [calls]}, {zh: 乙, en: B, figures: [given]}]}
alerts:
  many: {zh: 多, en: Many, figure: calls, above: 12.5, period: month, owner: desk}
  falls: {zh: 降, en: Falls, figure: calls, falls: 20, owner: desk}
  misses: {zh: 完不成, en: Misses, figure: given, misses: target, owner: desk}
`)
	if said != "" {
		t.Fatal(said)
	}
	if d := c.HomeOf("mayor"); d == nil || len(d.Figures()) != 2 || c.HomeOf("clerk") != nil {
		t.Errorf("the mayor's home is %+v", d)
	}
	if a := c.Alerts["many"]; *a.Above != 12_5000 || a.Period != "month" || a.Over != 0 {
		t.Errorf("%+v", a)
	}
	if a := c.Alerts["falls"]; a.Falls != 2000 || a.Over != 3 || a.Period != "" {
		t.Errorf("%+v", a)
	}
	board := "dashboards:\n  d: "
	for text, want := range map[string]string{
		board + "{zh: 看, en: D, home: [king], sections: [{zh: 甲, en: A, figures: [calls]}]}":                                                                                    `no such role: "king"`,
		board + "{zh: 看, en: D, sections: [{zh: 甲, en: A, figures: [call]}]}":                                                                                                   `no such figure: "call"; did you mean "calls"?`,
		board + "{zh: 看, en: D, sections: [{zh: 甲, en: A, figures: [calls]}, {zh: 乙, en: B, figures: [calls]}]}":                                                                "stands twice on the dashboard",
		board + "{zh: 看, en: D, sections: []}":                                                                                                                                  "has no sections",
		board + "{zh: 看, en: D, sections: [{zh: 甲, en: A, figures: []}]}":                                                                                                       "this section has no figures",
		board + "{zh: 看, en: D, home: [mayor], sections: [{zh: 甲, en: A, figures: [calls]}]}\n  e: {zh: 板, en: E, home: [mayor], sections: [{zh: 甲, en: A, figures: [given]}]}": "the home of \"mayor\" is the dashboard \"d\" already",
		board + "{zh: 看, en: D, sections: [{zh: 黑名单, en: A, figures: [calls]}]}":                                                                                                "rule 10 forbids",
		"alerts:\n  a: {zh: 甲, en: A, figure: calls, owner: desk}":                                                                                                              "exactly one condition",
		"alerts:\n  a: {zh: 甲, en: A, figure: calls, owner: desk, above: 1, falls: 2}":                                                                                          "exactly one condition",
		"alerts:\n  a: {zh: 甲, en: A, figure: calls, owner: desk, falls: 0}":                                                                                                    "falls is a percentage above zero",
		"alerts:\n  a: {zh: 甲, en: A, figure: calls, owner: desk, falls: 5, over: 13}":                                                                                          "over is 1 to 12 months",
		"alerts:\n  a: {zh: 甲, en: A, figure: calls, owner: desk, above: 5, over: 3}":                                                                                           "only rises and falls have over",
		"alerts:\n  a: {zh: 甲, en: A, figure: calls, owner: desk, misses: target, period: month}":                                                                               "only above and below have a period",
		"alerts:\n  a: {zh: 甲, en: A, figure: given, owner: desk, rises: 5}":                                                                                                    "a measured figure has no trend",
		"alerts:\n  a: {zh: 甲, en: A, figure: calls, owner: disk, above: 5}":                                                                                                    `no such office: "disk"; did you mean "desk"?`,
		"alerts:\n  a: {zh: 甲, en: A, owner: desk, above: 5}":                                                                                                                   "an alert lacks its figure",
		"alerts:\n  a: {zh: 甲, en: A, figure: calls, above: 5}":                                                                                                                 "lacks the office that is told",
		"alerts:\n  a: {zh: 上访老户, en: A, figure: calls, owner: desk, above: 5}":                                                                                                 "rule 10 forbids",
	} {
		if _, said := load(text + "\n"); !strings.Contains(said, want) {
			t.Errorf("%s\nsays %q, want %q", text, said, want)
		}
	}
}

// A role that only reads stands nowhere where work is done.
func TestRoles_that_read(t *testing.T) {
	files := func(by string) fstest.MapFS {
		return fstest.MapFS{
			"town.yaml": {Data: []byte("town: {code: \"990000001\", zh: 试, en: Trial}\noffices: {desk: {zh: 台, en: Desk}}\nroles: {clerk: {zh: 员, en: Clerk, office: desk, scope: town}, viewer: {zh: 看, en: Viewer, office: desk, scope: town, reads: true}}\n")},
			"systems/s37.yaml": {Data: []byte("system: S37\nzh: 热线\nen: Hotline\ntimeless: {zh: 试, en: Trial}\ntypes:\n  call:\n    zh: 来电\n    en: Call\n" + by +
				"    stages: {open: {zh: 开, en: Open}, done: {zh: 完, en: Done, done: true}}\n    moves: {close: {zh: 办, en: Close, from: open, to: done, by: [clerk]}}\nfigures:\n  calls: {zh: 来电, en: Calls, unit: 件, count: call, at: opened}\n")},
		}
	}
	for by, bad := range map[string]bool{"    opens_by: [clerk]\n    see: [clerk, viewer]\n": false, "    opens_by: [clerk, viewer]\n": true, "    corrects_by: [viewer]\n": true} {
		c, faults := Load(files(by))
		said := ""
		for _, f := range faults {
			if !f.Warning {
				said += f.Render("en")
			}
		}
		if strings.Contains(said, `the role "viewer" only reads`) != bad || !bad && said != "" || !c.Roles["viewer"].Reads || c.Roles["clerk"].Reads {
			t.Errorf("%s: %s", by, said)
		}
	}
}
