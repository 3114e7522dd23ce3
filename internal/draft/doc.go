// Package draft writes reports: Markdown with figures in it becomes Markdown with values in it, in which every number knows the
// figure, period, place and style it was written from. It owns the inline form ({{走访居民 2023 万余户}}, see
// docs/formats/draft.md), what a draft may say of a figure, what keeps it from being published (Problem), and the turning of
// last year's report into this year's draft (From). It does not know the store, the records or the layout of official documents:
// values come through a Book, and package paper lays the outcome out.
//
// Invariant: writing is a pure function of the draft, the catalog and the Book; a number that a figure wrote is never typed, and a
// growth's verb agrees with its sign.
package draft

import (
	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/town"
)

// Book is what a draft is written from, on one snapshot.
type Book interface {
	figure.Reader
	// Names lists the titles of the records that make up a figure, what contributes most first, then by number; total counts them
	// all. A type whose title is personal has none.
	Names(f *catalog.Figure, slice string, place town.Code, p town.Period, n int) (names []Name, total int, err error)
	// Called lists the places of a name or code.
	Called(name string) []town.Code
	// PlaceName is what a place is called.
	PlaceName(place town.Code) string
}

// Name is a record as a list of a report names it.
type Name struct {
	Record town.ID
	Number string
	Title  string
}

// Draft is a report that is being written.
type Draft struct {
	Head Head
	Refs []Ref // in the order of the text

	source string
	body   int // the byte at which the text behind the head begins
	fences []fence
	faults []Problem
}

// Head is what stands above the text: between two lines of ---, one "key: value" a line.
type Head struct {
	Title   string
	Year    int      // the year looked back on; 0: the year of the day it is written
	Place   string   // whose figures, "" for the town
	Until   town.Day // figures count up to this day; NoDay for the day it is written
	Issuer  string   // 发文机关
	Number  string   // 发文字号
	Date    town.Day // 成文日期
	To      string   // 主送机关
	Copies  string   // 抄送
	Printer string   // 印发机关
	Printed town.Day // 印发日期
	Notes   string   // 附注: （此件主动公开）
}

// Aspect is what a reference says of its figure.
type Aspect string

// The aspects.
const (
	Level    Aspect = ""         // its value
	Growth   Aspect = "growth"   // 增长: 增长28.3%, 下降3%, 持平
	Rate     Aspect = "rate"     // 增速: 28.3%, −3%
	Change   Aspect = "change"   // 增减: 增加12件, 减少3件
	Goal     Aspect = "target"   // 目标: what was to be reached
	Attained Aspect = "attained" // 完成率: the value in percent of what was to be reached
	Names    Aspect = "names"    // 名单: the titles of its records
	Verbatim Aspect = "?"        // text that nobody has settled yet
)

// Problem is something about a draft that its author should know. One that bars keeps it from being published.
type Problem struct {
	Line, Column int    // in the draft, from 1; columns count characters
	Kind         string // form, head, figure, period, place, unit, style, unknown, provisional, pending, unsettled, unlinked, promise, restated, growth, twice, sum, name, late
	Zh, En       string
	Text         string // the words at fault
	Bars         bool
}

// In gives the sentence in lang, "zh" or "en".
func (p Problem) In(lang string) string {
	if lang == "en" {
		return p.En
	}
	return p.Zh
}
