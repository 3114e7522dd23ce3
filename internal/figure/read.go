package figure

import (
	"math/big"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// Reader reads what was tallied. Spans are yyyymm00 (a month) and yyyymmdd (a day); slice is "" for the total or "dim=value".
type Reader interface {
	// Sum adds the tally of a flow, stock or distinct figure over spans at place (with everything below it).
	Sum(f *catalog.Figure, slice string, place town.Code, spans []int32) (int64, error)
	// Before adds the tally of every month before the month span given (a stock from the beginning of time).
	Before(f *catalog.Figure, slice string, place town.Code, month int32) (int64, error)
	// Seen counts the keys of a distinct figure that have a day in p.
	Seen(f *catalog.Figure, slice string, place town.Code, p town.Period) (int64, error)
	// Slices lists the values of a dimension that f has ever counted under at place.
	Slices(f *catalog.Figure, dim string, place town.Code) ([]string, error)
	// Any tells whether f has any mark on a day of p at place.
	Any(f *catalog.Figure, place town.Code, p town.Period) (bool, error)
	// Began is the first day of any record of the type; NoDay when there is none.
	Began(typ string) (town.Day, error)
	// Places lists the places of a kind at root or below it.
	Places(root town.Code, kind string) ([]town.Code, error)
	// Measured is the measurement of a figure for a place and period ("2023", "2023-05").
	Measured(f *catalog.Figure, place town.Code, period string) (Measurement, bool, error)
	// Target is the declared target of a figure.
	Target(f *catalog.Figure, place town.Code, year int) (catalog.TargetRow, bool, error)
	// Published is the value published for a figure and year.
	Published(f *catalog.Figure, place town.Code, year int) (catalog.PublishedRow, bool, error)
}

// Measurement is a value that an office alone can give. Values are in the figure's stored scale.
type Measurement struct {
	Value  int64
	Status string // expected | flash | final
	Yoy    string // the growth told with it, "" when none
	Basis  string // month | ytd
	Record town.ID
}

// Query asks for one value.
type Query struct {
	Figure *catalog.Figure
	Place  town.Code
	Slice  string // "" or "dim=value"
	Period town.Period
	AsOf   town.Day // nothing later counts
}

// Value is an exact value: Num/Den in units of 10^-Scale.
type Value struct {
	Known  bool
	Num    int64
	Den    int64 // 1 unless a ratio
	Scale  int
	Unit   string
	Status string    // measured: expected | flash | final; published: "published"
	Place  town.Code // least, most: where
	Record town.ID   // measured: by which record
}

// Rat is the value in the figure's unit; nil when it is unknown.
func (v Value) Rat() *big.Rat { return nil }

// Read answers a query for any kind of figure.
func Read(cat *catalog.Catalog, r Reader, q Query) (Value, error) { return Value{}, errLater }
