package figure

import (
	"errors"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/town"
)

// SliceValue is one cut that a mark counts under.
type SliceValue struct{ Dim, Value string }

// String names the slice as tallies do: "grade=major".
func (s SliceValue) String() string { return s.Dim + "=" + s.Value }

// Mark is one record's contribution to a figure: N counts at Place from Day on (a stock) or on Day (a flow).
type Mark struct {
	Day    town.Day
	Place  town.Code
	Slices []SliceValue
	Key    string // distinct: what is counted once a year
	N      int64
}

var errLater = errors.New("figure: not carried over yet")

// Marks gives what rec contributes to f; none for a void or absent record, and for figures that are read from others.
func Marks(cat *catalog.Catalog, f *catalog.Figure, rec *town.Record, w flow.World) ([]Mark, error) {
	return nil, errLater
}

// Delta is after − before, merged, without zeros, in a fixed order.
func Delta(before, after []Mark) []Mark { return nil }
