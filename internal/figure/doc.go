// Package figure owns the arithmetic of figures: the marks that one record
// contributes, their difference between two states, tallies, the reading of
// every kind of figure for a place, period and slice, targets and growth. It
// does not store anything: what was tallied comes through Reader. Invariants:
// Marks is a pure function of one record; a tally equals the sum of the marks
// of all records; everything counted is a whole number.
package figure
