package flow

import (
	"time"

	"zhenwu/internal/formula"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// World is what a decision may read besides the record itself: everything one
// reference away, the children of a record, rules, the calendar and today. All
// are look-ups over what the hall has loaded; commands earlier in the same
// batch are already visible.
type World interface {
	// Record returns the record with id; nil without error when there is none.
	Record(id town.ID) (*town.Record, error)
	// Children returns the records of childType whose ref field via names id.
	Children(id town.ID, childType, via string) ([]*town.Record, error)
	// Today is the town's day of Now.
	Today() town.Day
	// Now is the town's instant.
	Now() town.Millis
	// Zone is the town's time zone.
	Zone() *time.Location
	// Rule gives the limit of rule key for a clock that starts on day.
	Rule(key string, day town.Day) (limit, source string, ok bool)
	// Calendar says which days are workdays.
	Calendar() Calendar
	// PlaceKind is the kind of the place, "" when there is no such place.
	PlaceKind(code town.Code) string
	// Within tells whether place is root or lies below it.
	Within(place, root town.Code) bool
}

// Calendar is the calendar of the town.
type Calendar = *workday.Calendar

// holds evaluates a predicate; a nil program holds.
func holds(p *formula.Program, v formula.Values) (bool, error) {
	if p == nil {
		return true, nil
	}
	return p.Holds(v)
}

// eval evaluates a value; known is false when it is empty.
func eval(p *formula.Program, v formula.Values) (any, bool, error) { return p.Eval(v) }

// evalDay evaluates a date; NoDay when it is empty.
func evalDay(p *formula.Program, v formula.Values) (town.Day, error) {
	x, ok, err := eval(p, v)
	if err != nil || !ok {
		return town.NoDay, err
	}
	s, ok := x.(string)
	if !ok || s == "" {
		return town.NoDay, nil
	}
	return town.ParseDay(s)
}
