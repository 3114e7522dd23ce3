// Package flow owns what happens to a record: it opens, moves, corrects, voids
// and undoes records as their type declares, derives what stands in them
// besides the stated parts, computes clocks and plan slots, and gives formulas
// the names they may read. It does not read a database, a clock or a random
// number: what a decision may see besides the record comes through World.
// Invariants: Apply(before, body) with Derive gives the record that the command
// gave, so replaying the events of a record yields the record; Derive is
// idempotent.
package flow
