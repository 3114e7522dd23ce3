package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/town"
)

// Kind says what the body of a leaf is. It stands open in the leaf.
type Kind byte

// The kinds of leaves.
const (
	Event    Kind = 1 // the event of one command; its body is the hall's
	Birth    Kind = 2 // the first leaf of a town, see [BirthFacts]
	Edition  Kind = 3 // a catalog edition came into force, see [EditionFacts]
	Version  Kind = 4 // a figure version began, see [VersionFacts]
	Rotation Kind = 5 // the signing key changed, see [Rotate]
)

func (k Kind) valid() bool { return k >= Event && k <= Rotation }

// Header is what a leaf says besides the event's body. Town, Seq and Kind
// stand open in the leaf, the rest is committed to.
type Header struct {
	Town     string // division code, as in the town's first leaf
	Seq      int64  // place in the tree; the first leaf has 0
	Kind     Kind
	Recorded town.Millis // when the hall took it
	Edition  string      // catalog edition it was decided under
	Command  string      // id made by the client; empty for what the town itself does
}

// MarkChange is one change of the marks of one figure version.
type MarkChange struct {
	Figure   string      // figure version, such as "visit_rounds@2"
	K        int64       // running number within that figure version, from 1 without a gap
	Day      town.Day    // the business day it counts on
	Place    []town.Code // codes below the town, down to where it counts; empty: the town itself
	Slice    string      // slice values, sorted and separated by ";"
	N        int64       // amount, in the figure's base unit
	Key      []byte      // pseudonym of what a distinct figure counts; empty elsewhere
	Reverses int64       // the number of the change it takes back; 0: none
}

// Leaf is a finished leaf: the bytes to keep and the hash to append.
type Leaf struct {
	Bytes []byte
	Hash  tlog.Hash
}

const (
	leafMagic = "ZWL1"
	// maxMarks bounds one leaf: a command that changes more is split by the hall.
	maxMarks = 1 << 16
	// maxLevels bounds the depth of places; four are known, from village to household.
	maxLevels = 16
)

// The parts of the facts bundle, in their order.
const (
	factRecorded = iota
	factEdition
	factCommand
	factBody
	factParts
)

// The parts of a mark bundle, in their order; the levels of the place follow.
const (
	partWhich = iota // running number, number reversed, figure version: always shown
	partMonth
	partDay
	partSlice
	partAmount
	partKey
	partPlace
)

var (
	errHeader = errors.New("journal: header needs a town code of 1 to 32 bytes, a sequence and a kind")
	errMark   = errors.New("journal: mark change needs a figure version, a number from 1, an earlier number to reverse, and at most 16 levels of place")
)

// CheckMark says whether m can stand in a leaf.
func CheckMark(m *MarkChange) error {
	if m.Figure == "" || len(m.Figure) > 255 || !utf8.ValidString(m.Figure) ||
		m.K < 1 || m.Reverses < 0 || m.Reverses >= m.K ||
		len(m.Place) > maxLevels {
		return fmt.Errorf("%w: figure %q number %d", errMark, m.Figure, m.K)
	}
	return nil
}

// NewLeaf builds the leaf of one event. The seed must be fresh random bytes,
// used for no other leaf, and kept by the caller: without it nothing of the
// leaf can be shown later.
func NewLeaf(seed *Seed, h Header, body []byte, marks []MarkChange) (Leaf, error) {
	if !validTown(h.Town) || h.Seq < 0 || !h.Kind.valid() {
		return Leaf{}, errHeader
	}
	if len(marks) > maxMarks {
		return Leaf{}, fmt.Errorf("journal: %d mark changes in one leaf, at most %d", len(marks), maxMarks)
	}
	var space [8 + 1 + (partPlace+maxLevels)*hashSize]byte
	var text [512]byte
	b := bundleHash{sum: space[:0], text: text[:0]}
	var scratch [300]byte

	out := make([]byte, 0, leafSize(len(h.Town), len(marks)))
	out = append(out, leafMagic...)
	out = append(out, byte(h.Kind), byte(len(h.Town)))
	out = append(out, h.Town...)
	out = binary.BigEndian.AppendUint64(out, uint64(h.Seq))

	b.start(tagFacts, bundleSeed(seed, 0))
	b.add(binary.BigEndian.AppendUint64(scratch[:0], uint64(h.Recorded)))
	b.add(append(scratch[:0], h.Edition...))
	b.add(append(scratch[:0], h.Command...))
	b.add(body)
	d := b.digest()
	out = append(out, d[:]...)

	out = binary.BigEndian.AppendUint32(out, uint32(len(marks)))
	for i := range marks {
		m := &marks[i]
		if err := CheckMark(m); err != nil {
			return Leaf{}, err
		}
		b.start(tagMark, bundleSeed(seed, uint32(i+1)))
		for p := range partPlace + len(m.Place) {
			b.add(m.appendPart(scratch[:0], p))
		}
		d := b.digest()
		out = append(out, d[:]...)
	}
	return Leaf{Bytes: out, Hash: tlog.RecordHash(out)}, nil
}

func leafSize(town, marks int) int {
	return len(leafMagic) + 1 + 1 + town + 8 + hashSize + 4 + marks*hashSize
}

// appendPart appends the value of part p of the mark bundle.
func (m *MarkChange) appendPart(b []byte, p int) []byte {
	switch p {
	case partWhich:
		b = binary.BigEndian.AppendUint64(b, uint64(m.K))
		b = binary.BigEndian.AppendUint64(b, uint64(m.Reverses))
		return append(b, m.Figure...)
	case partMonth:
		month, _ := monthOf(m.Day)
		return binary.BigEndian.AppendUint32(b, uint32(month))
	case partDay:
		_, day := monthOf(m.Day)
		return append(b, byte(day))
	case partSlice:
		return append(b, m.Slice...)
	case partAmount:
		return binary.BigEndian.AppendUint64(b, uint64(m.N))
	case partKey:
		return append(b, m.Key...)
	}
	return append(b, m.Place[p-partPlace]...)
}

// Commitments is what stands in the bytes of a leaf.
type Commitments struct {
	Kind  Kind
	Town  string
	Seq   int64
	Facts tlog.Hash
	Marks []tlog.Hash
}

var errLeaf = errors.New("journal: malformed leaf")

// ParseLeaf reads the bytes of a leaf. It accepts exactly what [NewLeaf]
// writes: no other bytes give the same commitments.
func ParseLeaf(b []byte) (Commitments, error) {
	var c Commitments
	if len(b) < len(leafMagic)+2 || string(b[:len(leafMagic)]) != leafMagic {
		return c, errLeaf
	}
	b = b[len(leafMagic):]
	c.Kind = Kind(b[0])
	n := int(b[1])
	b = b[2:]
	if !c.Kind.valid() || len(b) < n+8+hashSize+4 {
		return c, errLeaf
	}
	c.Town, b = string(b[:n]), b[n:]
	if !validTown(c.Town) {
		return c, errLeaf
	}
	seq := binary.BigEndian.Uint64(b)
	if seq > 1<<62 {
		return c, errLeaf
	}
	c.Seq, b = int64(seq), b[8:]
	copy(c.Facts[:], b)
	b = b[hashSize:]
	count := binary.BigEndian.Uint32(b)
	b = b[4:]
	if count > maxMarks || len(b) != int(count)*hashSize {
		return c, errLeaf
	}
	c.Marks = make([]tlog.Hash, count)
	for i := range c.Marks {
		copy(c.Marks[i][:], b[i*hashSize:])
	}
	return c, nil
}

// validTown accepts codes that are also safe in a key name and a line of a head.
func validTown(s string) bool {
	if len(s) < 1 || len(s) > 32 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// monthOf splits a day into its month, counted from January of year 0, and
// its day of the month, in the proleptic Gregorian calendar. Plain integers:
// it runs for every mark change of every command.
func monthOf(day town.Day) (month, dom int32) {
	z := int64(day) + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d := doy - (153*mp+2)/5 + 1
	m := mp + 3
	y := yoe + era*400
	if m > 12 {
		m -= 12
		y++
	}
	return int32(y*12 + m - 1), int32(d)
}

// dayOf is the inverse of [monthOf].
func dayOf(month, dom int32) town.Day {
	y, m := int64(month)/12, int64(month)%12
	if m < 0 {
		m += 12
		y--
	}
	m++
	if m <= 2 {
		y--
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + int64(dom) - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return town.Day(era*146097 + doe - 719468)
}
