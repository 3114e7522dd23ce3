package town

import (
	"maps"
	"sort"
)

// ID identifies a record within its town: 1, 2, 3 … in the order of creation.
// 0 is no record.
type ID int64

// Code is the code of a place: the town's own 9-digit code, a 12-digit village
// code, or a code of ours below that. "" stands for the town itself.
type Code string

// Values are the fields of a record by name. The Go type follows the field
// type and nothing else occurs:
//
//	string              text longtext choice office place period date("2006-01-02") time("2006-01-02 15:04")
//	                    file photo(blob hash) figure; sealed fields hold the reference of their box, never the text
//	int64               integer money(分) points percent decimal(× 10^scale) ref(record id)
//	bool                bool
//	[]string            flags offices
//	[]map[string]any    lines
//
// An empty field is absent from the map.
type Values map[string]any

// Record is one thing asked for, done, owed or promised.
type Record struct {
	ID      ID
	Type    string
	Number  string // 受理编号, "" when the type has none
	Rev     int64  // grows by one with each change
	Created Millis // recorded time of the first event
	Stage   string
	Voided  bool   // 作废: counts nowhere
	Place   Code   // where it counts
	Office  string // who holds it

	Stated  Values             // typed by people, copied at linking, read on schedule: what events carry
	Derived Values             // computed, rolled up, followed copies: derive(stated, …), checked by fsck
	Steps   []Step             // the moves made, in the order recorded; Steps[0] is the opening
	Tracked map[string][]Dated // dated values of tracked fields, ascending by day; the last equals Stated
	Clocks  map[string]Clock   // derived from steps, rules and calendars
	Plan    *Slot              // the slot this record fills; nil for work that no plan asked for
	Kin     map[string]string  // sealed fields that name a person: a random word that equal values of the type and field share; no event holds it. A leading "!" says that the value was erased
}

// Step is one move that was made.
type Step struct {
	Move   string
	From   string
	To     string
	Day    Day    // business day: the day it counts on
	At     Millis // recorded time
	Actor  int64  // who; 0 = the system or a clock
	Role   string
	Office string
	Days   int32 // extension asked by the move, in the unit of the clock's rule
	Seq    int64 // the event that recorded it
}

// Dated is a value that holds from Day on.
type Dated struct {
	Day   Day
	Value any // nil: empty from that day on
}

// Clock is a time limit as it stands: derived, never stated.
type Clock struct {
	Started Millis
	Due     Millis // exclusive end; 0: no due day (not started, or paused without end)
	Stopped Millis // 0: still running
	Paused  bool
	Late    bool   // stopped after Due
	Rule    string // which rule row, for the explanation
	Needs   int32  // a calendar year that is missing; Due is then 0
}

// Slot says which plan asked for the record.
type Slot struct {
	Plan  string
	Key   string // the period or cause: "2023-05", "alert:17"
	Due   Day    // last day of the slot
	Taken bool   // made by hand, took the slot
}

// Value returns field name of r, stated or derived.
func (r *Record) Value(name string) (any, bool) {
	if v, ok := r.Stated[name]; ok {
		return v, true
	}
	v, ok := r.Derived[name]
	return v, ok
}

// Text returns field name as a string, "" when it is absent or no string.
func (r *Record) Text(name string) string { v, _ := r.Value(name); s, _ := v.(string); return s }

// Int returns field name as an int64, 0 when it is absent or no number.
func (r *Record) Int(name string) int64 { v, _ := r.Value(name); n, _ := v.(int64); return n }

// Opened is the business day of the opening step.
func (r *Record) Opened() Day {
	if len(r.Steps) == 0 {
		return NoDay
	}
	return r.Steps[0].Day
}

// Clone copies r deeply enough that changing the copy's maps and slices leaves r alone.
// Values inside maps are never changed in place, only replaced.
func (r *Record) Clone() *Record {
	c := *r
	c.Stated = r.Stated.Clone()
	c.Derived = r.Derived.Clone()
	c.Steps = append([]Step(nil), r.Steps...)
	if r.Tracked != nil {
		c.Tracked = make(map[string][]Dated, len(r.Tracked))
		for k, v := range r.Tracked {
			c.Tracked[k] = append([]Dated(nil), v...)
		}
	}
	if r.Clocks != nil {
		c.Clocks = make(map[string]Clock, len(r.Clocks))
		for k, v := range r.Clocks {
			c.Clocks[k] = v
		}
	}
	if r.Plan != nil {
		p := *r.Plan
		c.Plan = &p
	}
	c.Kin = maps.Clone(r.Kin)
	return &c
}

// Clone copies the map; nil stays nil.
func (v Values) Clone() Values {
	if v == nil {
		return nil
	}
	c := make(Values, len(v)+2)
	for k, x := range v {
		c[k] = x
	}
	return c
}

// Names returns the field names in order.
func (v Values) Names() []string {
	names := make([]string, 0, len(v))
	for k := range v {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}
