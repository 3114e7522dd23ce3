package hall

import (
	"time"

	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// unit is the flow.World of a command: it sees what stands before it in the batch.
var _ flow.World = (*unit)(nil)

// Record returns a record, nil when there is none.
func (u *unit) Record(id town.ID) (*town.Record, error) {
	r, err := u.row(id)
	if err != nil || r == nil {
		return nil, err
	}
	return &r.Record, nil
}

// Children returns the records of childType whose via names id.
func (u *unit) Children(id town.ID, childType, via string) ([]*town.Record, error) {
	ids, err := u.sources(id, childType, via)
	if err != nil {
		return nil, err
	}
	out := make([]*town.Record, 0, len(ids))
	for _, c := range ids {
		r, err := u.row(c)
		if err != nil {
			return nil, err
		}
		if r != nil {
			out = append(out, &r.Record)
		}
	}
	return out, nil
}

// Today is the town's day of the command.
func (u *unit) Today() town.Day { return u.today }

// Now is the instant of the command.
func (u *unit) Now() town.Millis { return u.now }

// Zone is the town's time zone.
func (u *unit) Zone() *time.Location { return u.b.view.Zone() }

// Rule gives the limit in force on day.
func (u *unit) Rule(key string, day town.Day) (limit, source string, ok bool) {
	return u.b.view.Rule(key, day)
}

// Calendar says which days are workdays.
func (u *unit) Calendar() flow.Calendar { return u.b.view.calendar }

// PlaceKind is the kind of a place.
func (u *unit) PlaceKind(code town.Code) string { return u.b.view.PlaceKind(code) }

// Within tells whether place is root or below it.
func (u *unit) Within(place, root town.Code) bool { return u.b.view.Within(place, root) }

// ofType reads all records of a type that are not void: the sets of plans.
func (u *unit) ofType(typ string) ([]*town.Record, error) {
	id := u.b.view.words["t"+typ]
	var out []*town.Record
	if id != 0 {
		after := town.ID(0)
		for {
			ids, err := u.b.tx.IDsOfType(u.b.ctx, u.b.h.code, id, after, 1000)
			if err != nil {
				return nil, err
			}
			for _, x := range ids {
				r, err := u.row(x)
				if err != nil {
					return nil, err
				}
				if r != nil && !r.Voided {
					out = append(out, &r.Record)
				}
			}
			if len(ids) < 1000 {
				break
			}
			after = ids[len(ids)-1]
		}
	}
	seen := map[town.ID]bool{}
	for _, r := range out {
		seen[r.ID] = true
	}
	add := func(rs map[town.ID]*store.RecordRow) {
		for rid, r := range rs {
			if r.Type == typ && !r.Voided && !seen[rid] {
				seen[rid] = true
				out = append(out, &r.Record)
			}
		}
	}
	add(u.b.records)
	add(u.records)
	sortRecords(out)
	return out, nil
}
