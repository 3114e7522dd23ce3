package flow

import (
	"errors"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

var errLater = errors.New("flow: not carried over yet")

// Open decides a Create. cmd.Record is the id that the hall has set aside;
// cmd.Fields hold the tokens of sealed fields. The hall gives the number with SetNumber.
func Open(cat *catalog.Catalog, t *catalog.Type, w World, actor town.Actor, cmd town.Command) (*Change, error) {
	return nil, errLater
}

// Move decides a move. A clock's actor is System with the role "clock.KEY"; an effect's is System with the role "system".
func Move(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, actor town.Actor, cmd town.Command) (*Change, error) {
	return nil, errLater
}

// Correct decides a correction of fields, or (cmd.Day stated and cmd.Step ≥ 0, no fields) of a
// step's day, or (cmd.Field stated, no fields) of its office.
func Correct(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, actor town.Actor, cmd town.Command) (*Change, error) {
	return nil, errLater
}

// Void decides 作废.
func Void(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, actor town.Actor, cmd town.Command) (*Change, error) {
	return nil, errLater
}

// Undo takes the last step back, or a void. last is the body of the event that made the last step
// (Steps[len-1].Seq); fields that it set return to what they were unless they changed since.
func Undo(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, last EventBody, actor town.Actor, cmd town.Command) (*Change, error) {
	return nil, errLater
}

// Commands turns an effect into commands of actor System: for a DriveMove one for each child that it moves.
func (e Effect) Commands(cat *catalog.Catalog, w World) ([]town.Command, error) { return nil, errLater }

// Derive fills what stands in rec besides the stated parts: computed fields, followed copies, rollups over the
// children, clocks, place and office. It is idempotent.
func Derive(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record) error { return errLater }

// Refresh is Derive without reading the children: rollups stay as they stand in rec.Derived (0 when absent).
func Refresh(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record) error { return errLater }

// RollupDelta is what a change of one child adds to rollup field of its parent before and after the change.
// A nil child counts nothing. w serves the child's filter.
func RollupDelta(cat *catalog.Catalog, field *catalog.Field, w World, parent town.ID, childBefore, childAfter *town.Record) (int64, error) {
	return 0, errLater
}

// Rolled is a rollup that records of a child type feed.
type Rolled struct {
	Type  *catalog.Type  // the parent's type
	Field *catalog.Field // its rollup field
}

// RollupsFrom lists the rollups that records of childType feed.
func RollupsFrom(cat *catalog.Catalog, childType string) []Rolled { return nil }

// FollowersOf lists the fields of other types that follow field of typ (or any field, "").
func FollowersOf(cat *catalog.Catalog, typ string) []Rolled { return nil }

// UniqueKey is the key under which no second record of the type may stand; "" when it claims none (no unique, a void
// record, an empty part). With during, the claim holds only for the days of validity.
func UniqueKey(t *catalog.Type, rec *town.Record) (key string, during bool) { return "", false }

// KeyOf is the natural key of rec, "" when the type has none or a part is empty.
func KeyOf(t *catalog.Type, rec *town.Record) string { return "" }

// Validity is the half-open range of days on which rec is valid; ok is false for types without validity. Until
// is town.Day(1<<30) when it is open.
func Validity(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record) (p town.Period, ok bool, err error) {
	return town.Period{}, false, errLater
}

// Number writes a number from its pattern: {year}, {seq:5} and {place}.
func Number(pattern string, year int, seq int64, place town.Code) string { return "" }

// Timer is an instant at which something must be done about a record.
type Timer struct {
	At    town.Millis
	Clock string
	Kind  string // "move": make Move as the clock; "warn": remind who holds it
	Move  string
}

// Timers lists what rec waits for, ascending by time.
func Timers(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record) []Timer { return nil }

// Line is a sentence in both languages.
type Line struct{ Zh, En string }

// Explain says how a clock came to its due day: the rule and its source, the days skipped, pauses, extensions.
func Explain(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record, clock string) []Line {
	return nil
}

// Slot is one record that a plan wants: its subjects, the period's key, and the command that opens it.
type Slot struct {
	Plan    *catalog.Plan
	Key     string // unique within the plan: subjects and period or cause
	Place   town.Code
	Period  town.Period
	Command town.Command
	Then    string // a move to make at once
}

// Subject is one member of a set that a plan walks: a record or a place.
type Subject struct {
	Record *town.Record
	Place  town.Code
}

// Slots computes the slots of a plan for the period that contains day. sets[i] are the subjects of plan.Each[i]; cause is the
// record whose move set an Upon plan off.
func Slots(cat *catalog.Catalog, plan *catalog.Plan, w World, day town.Day, sets [][]Subject, cause *town.Record) ([]Slot, error) {
	return nil, errLater
}

// PeriodOf gives the period of rhythm every (day week ten_days month quarter half year) that contains day, and its key.
func PeriodOf(every string, day town.Day) (key string, p town.Period, ok bool) {
	return "", town.Period{}, false
}
