package hall

import (
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// may refuses what the actor's posts do not allow. What a move itself asks
// (roles, separation of duties) is flow's; how far a post reaches is access's.
func (u *unit) may(actor town.Actor, ts *typeState, before *store.RecordRow, cmd town.Command) error {
	return nil
}
