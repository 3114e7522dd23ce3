package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/town"
)

// Way says how the mark changes of a figure add up to its value.
type Way string

// The ways in which mark changes add up.
const (
	Flow     Way = "flow"     // the sum of those within the period
	Stock    Way = "stock"    // the sum of all before the period ends
	Distinct Way = "distinct" // the number of keys with a change within the period that still stands
)

// Claim is a value that evidence is given for.
type Claim struct {
	Figure string      `json:"figure"` // figure version
	Way    Way         `json:"way"`
	Period string      `json:"period"`          // as town.ParsePeriod reads it
	Place  []town.Code `json:"place,omitempty"` // below the town, from the village down; none: the town
	Slice  string      `json:"slice,omitempty"` // one slice value; "" is all
	Value  int64       `json:"value,string"`
}

// Evidence is what a town hands out to prove figures: the signed head, and all
// mark changes of each claimed figure version, from number 1 to the number the
// head carries. Several claims share leaves.
type Evidence struct {
	Head   string         `json:"head"`
	Counts []CountEntry   `json:"counts"`
	Claims []Claim        `json:"claims"`
	Leaves []EvidenceLeaf `json:"leaves"` // ascending; the first is the town's first leaf
	Proof  []tlog.Hash    `json:"proof"`
}

// EvidenceLeaf is one leaf with what is shown of it.
type EvidenceLeaf struct {
	Leaf  []byte         `json:"leaf"`
	Facts *Opening       `json:"facts,omitempty"`
	Marks []EvidenceMark `json:"marks,omitempty"` // ascending by At
}

// EvidenceMark is the opening of mark change At of its leaf, from 0.
type EvidenceMark struct {
	At int `json:"at"`
	Opening
}

// Gather puts evidence together: it sorts the leaves, shows the counts of the
// claimed figures and proves all leaves at once against the signed head. The
// leaves hold the first leaf of the town, with its body shown, and every leaf
// with a change of a claimed figure. Gather does not judge them; [Evidence.Verify] does.
func Gather(signed []byte, size int64, counts *Counts, claims []Claim, leaves []EvidenceLeaf, r tlog.HashReader) (Evidence, error) {
	type placed struct {
		seq  int64
		leaf EvidenceLeaf
	}
	sorted := make([]placed, len(leaves))
	for i, l := range leaves {
		c, err := ParseLeaf(l.Leaf)
		if err != nil {
			return Evidence{}, err
		}
		sorted[i] = placed{c.Seq, l}
	}
	slices.SortFunc(sorted, func(a, b placed) int {
		if a.seq < b.seq {
			return -1
		}
		return 1
	})
	e := Evidence{Head: string(signed), Claims: claims, Leaves: make([]EvidenceLeaf, len(leaves))}
	seqs := make([]int64, len(leaves))
	for i, s := range sorted {
		e.Leaves[i], seqs[i] = s.leaf, s.seq
	}
	var figures []string
	for _, c := range claims {
		figures = append(figures, c.Figure)
	}
	e.Counts = counts.Show(figures...)
	var err error
	e.Proof, err = ProveMany(size, seqs, r)
	return e, err
}

// ParseEvidence reads evidence in JSON; keys that it does not know are an
// error, as is anything after it.
func ParseEvidence(b []byte) (Evidence, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var e Evidence
	if err := d.Decode(&e); err != nil {
		return Evidence{}, fmt.Errorf("journal: evidence: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Evidence{}, errors.New("journal: evidence: more follows it")
	}
	return e, nil
}

// Verdict is what evidence proves. It cannot say whether the town left work
// unrecorded, or recorded a change under a number that it never shows.
type Verdict struct {
	Head   Head
	Birth  BirthFacts
	Claims []Judged
}

// Judged is a claim that holds. Known is false where too little is shown to
// compute the value: then it is proved only that all changes are there and
// what they show is in order.
type Judged struct {
	Claim
	Changes int64 // how many mark changes the figure version has had
	Known   bool
}

// Verify judges the evidence with nothing but the town's public key. An error
// that is [ErrProof] says that it is false; any other that it cannot be read.
func (e Evidence) Verify(public string) (Verdict, error) {
	head, err := OpenHead([]byte(e.Head), public)
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Head: head}
	counts, err := CheckCounts(e.Counts)
	if err != nil {
		return v, err
	}
	if counts != head.Counts {
		return v, fmt.Errorf("%w: the list of counts is not the one the head signs", ErrProof)
	}
	k := map[string]int64{}
	for _, c := range e.Counts {
		if len(c.Salt) != 0 {
			k[c.Figure] = c.K
		}
	}
	claimed := map[string][]ShownMark{}
	for _, c := range e.Claims {
		if _, ok := k[c.Figure]; !ok {
			return v, fmt.Errorf("%w: the head shows no count of %q", ErrProof, c.Figure)
		}
		claimed[c.Figure] = nil
	}
	if err := e.checkLeaves(head, claimed); err != nil {
		return v, err
	}
	if v.Birth, err = checkBirth(e.Leaves[0].Leaf, *e.Leaves[0].Facts); err != nil {
		return v, err
	}
	if v.Birth.Town != head.Town || v.Birth.Simulated != head.Simulated {
		return v, fmt.Errorf("%w: head and first leaf disagree on the town or on whether it is simulated", ErrProof)
	}
	for figure, marks := range claimed {
		if int64(len(marks)) != k[figure] {
			return v, fmt.Errorf("%w: %q has %d changes, %d are shown", ErrProof, figure, k[figure], len(marks))
		}
	}
	for _, c := range e.Claims {
		value, known, err := addUp(c, claimed[c.Figure])
		if err != nil {
			return v, err
		}
		if known && value != c.Value {
			return v, fmt.Errorf("%w: %q is claimed as %d, its changes give %d", ErrProof, c.Figure, c.Value, value)
		}
		v.Claims = append(v.Claims, Judged{Claim: c, Changes: k[c.Figure], Known: known})
	}
	return v, nil
}

// checkLeaves proves that the leaves stand in the head's tree, and gathers
// their opened marks by figure, in the order of their numbers.
func (e Evidence) checkLeaves(head Head, claimed map[string][]ShownMark) error {
	if len(e.Leaves) == 0 || e.Leaves[0].Facts == nil {
		return errFirst
	}
	seqs := make([]int64, len(e.Leaves))
	hashes := make([]tlog.Hash, len(e.Leaves))
	for i, l := range e.Leaves {
		c, err := ParseLeaf(l.Leaf)
		if err != nil {
			return err
		}
		if c.Town != head.Town {
			return fmt.Errorf("%w: leaf %d is of %s, the head of %s", ErrProof, c.Seq, c.Town, head.Town)
		}
		seqs[i], hashes[i] = c.Seq, tlog.RecordHash(l.Leaf)
		if l.Facts != nil {
			if _, err := l.Facts.Facts(c); err != nil {
				return err
			}
		}
		last := -1
		for _, m := range l.Marks {
			if m.At <= last || m.At >= len(c.Marks) {
				return fmt.Errorf("%w: leaf %d has no mark change %d after %d", ErrProof, c.Seq, m.At, last)
			}
			last = m.At
			s, err := m.Mark(c.Marks[m.At])
			if err != nil {
				return fmt.Errorf("leaf %d, mark change %d: %w", c.Seq, m.At, err)
			}
			marks, ok := claimed[s.Figure]
			if !ok || s.K != int64(len(marks))+1 {
				return fmt.Errorf("%w: leaf %d has change %d of %q out of order", ErrProof, c.Seq, s.K, s.Figure)
			}
			claimed[s.Figure] = append(marks, s)
		}
	}
	return CheckMany(e.Proof, head.Size, head.Root, seqs, hashes)
}

// where tells whether a mark lies in what a claim counts.
type where int8

const (
	outside where = iota
	inside
	unknown
)

func (w where) and(x where) where {
	if w == outside || x == outside {
		return outside
	}
	if w == unknown || x == unknown {
		return unknown
	}
	return inside
}

// addUp computes a claim from all changes 1…k of its figure, and checks what
// the changes say of each other. known is false where a part it needs is not
// shown.
func addUp(c Claim, marks []ShownMark) (value int64, known bool, err error) {
	period, err := town.ParsePeriod(c.Period)
	if err != nil {
		return 0, false, fmt.Errorf("journal: claim of %q: %w", c.Figure, err)
	}
	if c.Way == Stock {
		period.From = town.NoDay
	} else if c.Way != Flow && c.Way != Distinct {
		return 0, false, fmt.Errorf("journal: claim of %q: unknown way %q", c.Figure, c.Way)
	}
	known = true
	taken := make([]bool, len(marks)) // reversed, or itself a reversal
	keys := map[string]int{}
	for i := range marks {
		m := &marks[i]
		if m.Reverses != 0 {
			r := m.Reverses - 1 // below i: an opening cannot reverse a later number
			if taken[r] || !mirrors(m, &marks[r]) {
				return 0, false, fmt.Errorf("%w: change %d of %q does not take back change %d", ErrProof, m.K, m.Figure, m.Reverses)
			}
			taken[i], taken[r] = true, true
		}
		at := m.within(period).and(m.below(c.Place)).and(m.cut(c.Slice))
		if at == outside {
			continue
		}
		if at == unknown {
			known = false
			continue
		}
		if c.Way == Distinct {
			known = known && m.Show.Key
			continue
		}
		if !m.Show.Amount {
			known = false
			continue
		}
		sum := value + m.N
		if (sum > value) != (m.N > 0) && m.N != 0 {
			return 0, false, fmt.Errorf("%w: the changes of %q overflow", ErrProof, c.Figure)
		}
		value = sum
	}
	if c.Way == Distinct && known {
		for i := range marks {
			m := &marks[i]
			if taken[i] || m.within(period).and(m.below(c.Place)).and(m.cut(c.Slice)) != inside {
				continue
			}
			keys[string(m.Key)]++
		}
		value = int64(len(keys))
	}
	return value, known, nil
}

// mirrors tells whether m takes back r, as far as both are shown: the same
// mark with the opposite amount.
func mirrors(m, r *ShownMark) bool {
	if m.Show.Month && r.Show.Month {
		mm, md := monthOf(m.Day)
		rm, rd := monthOf(r.Day)
		if mm != rm || m.Show.Day && r.Show.Day && md != rd {
			return false
		}
	}
	n := min(len(m.Place), len(r.Place))
	return m.Levels == r.Levels && slices.Equal(m.Place[:n], r.Place[:n]) &&
		!(m.Show.Slice && r.Show.Slice && m.Slice != r.Slice) &&
		!(m.Show.Amount && r.Show.Amount && m.N != -r.N) &&
		!(m.Show.Key && r.Show.Key && !bytes.Equal(m.Key, r.Key))
}

func (m *ShownMark) within(p town.Period) where {
	if !m.Show.Month {
		return unknown
	}
	from, until := m.Day, m.Day+1
	if !m.Show.Day {
		month, _ := monthOf(m.Day)
		until = dayOf(month+1, 1)
	}
	switch {
	case until <= p.From || from >= p.Until:
		return outside
	case p.From <= from && until <= p.Until:
		return inside
	}
	return unknown
}

func (m *ShownMark) below(place []town.Code) where {
	if m.Levels < len(place) {
		return outside
	}
	for i, code := range place {
		if i >= len(m.Place) {
			return unknown
		}
		if m.Place[i] != code {
			return outside
		}
	}
	return inside
}

func (m *ShownMark) cut(slice string) where {
	if slice == "" {
		return inside
	}
	if !m.Show.Slice {
		return unknown
	}
	for s := range strings.SplitSeq(m.Slice, ";") {
		if s == slice {
			return inside
		}
	}
	return outside
}
