package report

import (
	"math/big"

	"zhenwu/internal/quantity"
)

// Document is a report as read. Its JSON form is the one of `zhenwu report read --json`.
type Document struct {
	Title       string       `json:"title"`
	Town        string       `json:"town"`
	Year        string       `json:"year"` // the year looked back on, "" when unknown
	Claims      []Claim      `json:"claims"`
	Commitments []Commitment `json:"commitments"`

	townLine int    // where the town is named
	names    []name // of estates, for the check for places under two names
}

// Claim is one number that the report states. Numbers are decimal strings.
type Claim struct {
	Line      int    `json:"line"`    // of the file, where the number stands, from 1
	Section   string `json:"section"` // part/（section）/lead, "-" where there is none
	Subject   string `json:"subject"`
	Value     string `json:"value"` // as written, without its scale
	Unit      string `json:"unit"`  // as written, with its scale
	Base      string `json:"base"`
	BaseUnit  string `json:"base_unit"`
	Qualifier string `json:"qualifier"` // "", 余, 近, 超, 约, 分别, 力争
	Status    string `json:"status"`    // "", 预计, 快报, 核定
	Period    string `json:"period"`    // the year meant
	Yoy       string `json:"yoy"`       // signed percentage, "" where none is given
	Target    bool   `json:"target"`    // planned, not done
	Text      string `json:"text"`      // the clause it stands in

	quantity quantity.Quantity
	kind     kind
	before   string // what stands right before the number
	segment  string // what stands right before and behind the number, for the matcher
	context  string // the sentence up to the number
	rest     string // the sentence behind the number
	sentence int    // running number of the sentence
	growth   quantity.Quantity
	hasYoy   bool    // growth holds a rate on the year before
	real     bool    // that rate is without prices or of another scope: not the one of the plain values
	each     bool    // of every one of several: 均, 分别, 各
	at       int     // where in its sentence the number stands
	part     int     // 1 + index of the claim it is a part of (其中), 0 for none
	number   stretch // where the number stands, its rounding word, scale and unit with it
	verb     stretch // of a growth: its verb and the rate
	rate     stretch // of the growth told with a level, its verb with it
}

// kind tells what a number says of its subject.
type kind int

const (
	level  kind = iota // so much
	growth             // grew by so many percent
	delta              // so many more or fewer than before
	share              // so many percent of another number
	rank               // in which place
	from               // what it was before: 从…增加到
)

// Commitment is the smallest clause of the plan that one office can deliver.
type Commitment struct {
	Line    int    `json:"line"`
	Section string `json:"section"`
	Lead    string `json:"lead"`
	Text    string `json:"text"`
	Number  string `json:"number"` // what is to be counted, "" where nothing is
	Unit    string `json:"unit"`
}

// Growth tells whether the claim itself is a growth rate, not a level.
func (c Claim) Growth() bool { return c.kind == growth }

// Span is where the number stands in the text of the file (see Text), in bytes: with its rounding word, scale and unit.
func (c Claim) Span() (from, to int) { return c.number.from, c.number.to }

// GrowthSpan is where a growth stands with its verb (增长8.5%), in bytes: of a claim that is a growth its own, of a level
// that of the growth told with it. ok is false where there is none.
func (c Claim) GrowthSpan() (from, to int, ok bool) {
	s := c.rate
	if c.kind == growth {
		s = c.verb
	}
	return s.from, s.to, s.to > s.from
}

// Amount is the claimed value as a rational of its base unit.
func (c Claim) Amount() *big.Rat { return c.quantity.Base().Rat() }
