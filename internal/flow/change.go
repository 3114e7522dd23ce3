package flow

import (
	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// Change is what a command does to one record. The hall gives a new record its
// number and the event its sequence before it stores anything.
type Change struct {
	Before  *town.Record // nil: the record is new
	After   *town.Record // with Derived, Clocks, Place and Office
	Step    *town.Step   // the step made, inside After.Steps; nil for correct and void
	Effects []Effect     // to be carried out by actor System in the same transaction
	Tells   []string     // who is told: roles, offices or fields as the move declares them
	Body    EventBody
}

// SetNumber gives a new record its number.
func (c *Change) SetNumber(n string) { c.After.Number, c.Body.Number = n, n }

// SetSeq gives the step the sequence number of its event.
func (c *Change) SetSeq(seq int64) {
	if c.Step != nil {
		c.Step.Seq = seq
	}
}

// EffectKind says what an effect does.
type EffectKind uint8

// The kinds of effects.
const (
	OpenRecord EffectKind = iota + 1 // open a record of Type with Fields
	SetField                         // put Value into Field of Record
	DriveMove                        // make Move on the children of Record
)

// Effect follows a move. Commands turns it into commands of actor System.
type Effect struct {
	Kind   EffectKind
	Type   string      // OpenRecord: what opens; DriveMove: the child type
	Fields town.Values // OpenRecord; DriveMove: what the driven move needs and the parent has
	Plan   *town.Slot  // OpenRecord
	Record town.ID     // SetField: the record changed; DriveMove: the parent
	Field  string      // SetField
	Value  any         // SetField; nil empties
	Drive  *catalog.Drive
	Day    town.Day // the business day of the move: what follows from it counts on the same day
	Reason string   // DriveMove: the parent's
	Note   string
}
