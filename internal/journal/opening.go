package journal

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/town"
)

// Facts is what an opened facts bundle shows. Shown says which of the others
// were; Body is nil when it was not shown.
type Facts struct {
	Recorded town.Millis
	Edition  string
	Command  string
	Body     []byte
	Shown    FactsShown
}

// FactsShown chooses the facts to show.
type FactsShown struct{ Recorded, Edition, Command, Body bool }

// OpenFacts shows some facts of a leaf, given the values it was built from.
func OpenFacts(seed *Seed, h Header, body []byte, show FactsShown) (Opening, error) {
	values := [][]byte{
		binary.BigEndian.AppendUint64(nil, uint64(h.Recorded)), []byte(h.Edition), []byte(h.Command), body,
	}
	shown := [factParts]bool{show.Recorded, show.Edition, show.Command, show.Body}
	return open(bundleSeed(seed, 0), values, func(i int) bool { return shown[i] })
}

// Facts reads an opening of the facts of leaf c; it fails when the opening is
// of something else.
func (o Opening) Facts(c Commitments) (Facts, error) {
	d, err := o.digest(tagFacts)
	if err != nil {
		return Facts{}, err
	}
	if d != c.Facts || len(o.Parts) != factParts {
		return Facts{}, fmt.Errorf("%w: not the facts of leaf %d", ErrProof, c.Seq)
	}
	var f Facts
	if p := o.Parts[factRecorded]; !p.Hidden() {
		if len(p.Value) != 8 {
			return Facts{}, errOpening
		}
		f.Recorded, f.Shown.Recorded = town.Millis(binary.BigEndian.Uint64(p.Value)), true
	}
	if p := o.Parts[factEdition]; !p.Hidden() {
		f.Edition, f.Shown.Edition = string(p.Value), true
	}
	if p := o.Parts[factCommand]; !p.Hidden() {
		f.Command, f.Shown.Command = string(p.Value), true
	}
	if p := o.Parts[factBody]; !p.Hidden() {
		f.Body, f.Shown.Body = append([]byte{}, p.Value...), true
	}
	return f, nil
}

// Show chooses what an opened mark change shows beside its figure version, its
// running number and the number it takes back, which are always shown.
type Show struct {
	Month  bool
	Day    bool // the day of the month; useful only with Month
	Slice  bool
	Amount bool
	Key    bool
	Levels int // how many levels of the place, from the village down
}

// ShowAll shows everything.
func ShowAll() Show {
	return Show{Month: true, Day: true, Slice: true, Amount: true, Key: true, Levels: maxLevels}
}

// ShowCoarse shows the month and the place down to the given level: enough to
// see that a figure is complete, without day, amount or key.
func ShowCoarse(levels int) Show { return Show{Month: true, Levels: levels} }

func (s Show) part(i int) bool {
	switch i {
	case partWhich:
		return true
	case partMonth:
		return s.Month
	case partDay:
		return s.Day
	case partSlice:
		return s.Slice
	case partAmount:
		return s.Amount
	case partKey:
		return s.Key
	}
	return i-partPlace < s.Levels
}

// OpenMark shows parts of mark change i of a leaf, counted from 0 as given to
// [NewLeaf].
func OpenMark(seed *Seed, i int, m MarkChange, show Show) (Opening, error) {
	values := make([][]byte, partPlace+len(m.Place))
	for p := range values {
		values[p] = m.appendPart(nil, p)
	}
	return open(bundleSeed(seed, uint32(i+1)), values, show.part)
}

// ShownMark is what an opened mark change shows; fields whose Show is false
// are zero. A month without its day gives Day as the first of the month.
// Levels is how deep the place is, shown or not.
type ShownMark struct {
	MarkChange
	Show   Show
	Levels int
}

// Mark reads an opening of the mark change that commitment stands for.
func (o Opening) Mark(commitment tlog.Hash) (ShownMark, error) {
	d, err := o.digest(tagMark)
	if err != nil {
		return ShownMark{}, err
	}
	if d != commitment {
		return ShownMark{}, fmt.Errorf("%w: not this mark change", ErrProof)
	}
	return o.mark()
}

func (o Opening) mark() (ShownMark, error) {
	var m ShownMark
	if len(o.Parts) < partPlace || len(o.Parts) > partPlace+maxLevels {
		return m, errOpening
	}
	which := o.Parts[partWhich]
	if which.Hidden() || len(which.Value) < 17 || !utf8.Valid(which.Value[16:]) {
		return m, errOpening
	}
	m.K = int64(binary.BigEndian.Uint64(which.Value))
	m.Reverses = int64(binary.BigEndian.Uint64(which.Value[8:]))
	m.Figure = string(which.Value[16:])
	if m.K < 1 || m.Reverses < 0 || m.Reverses >= m.K {
		return m, errOpening
	}
	month, dom := int32(0), int32(1)
	if p := o.Parts[partMonth]; !p.Hidden() {
		if len(p.Value) != 4 {
			return m, errOpening
		}
		m.Show.Month, month = true, int32(binary.BigEndian.Uint32(p.Value))
	}
	if p := o.Parts[partDay]; !p.Hidden() {
		if len(p.Value) != 1 {
			return m, errOpening
		}
		m.Show.Day, dom = true, int32(p.Value[0])
	}
	if m.Show.Month {
		m.Day = dayOf(month, dom)
		// Also refuses a 31st of February: days have one way to be written.
		if gotMonth, gotDom := monthOf(m.Day); gotMonth != month || gotDom != dom {
			return m, errOpening
		}
	}
	if p := o.Parts[partSlice]; !p.Hidden() {
		m.Show.Slice, m.Slice = true, string(p.Value)
	}
	if p := o.Parts[partAmount]; !p.Hidden() {
		if len(p.Value) != 8 {
			return m, errOpening
		}
		m.Show.Amount, m.N = true, int64(binary.BigEndian.Uint64(p.Value))
	}
	if p := o.Parts[partKey]; !p.Hidden() {
		m.Show.Key, m.Key = true, p.Value
	}
	places := o.Parts[partPlace:]
	m.Levels = len(places)
	for _, p := range places {
		if p.Hidden() {
			break
		}
		m.Place = append(m.Place, town.Code(p.Value))
	}
	m.Show.Levels = len(m.Place)
	for _, p := range places[len(m.Place):] {
		if !p.Hidden() {
			return m, errOpening // a deeper level without the one above
		}
	}
	return m, nil
}
