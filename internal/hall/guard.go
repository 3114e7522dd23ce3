package hall

import (
	"zhenwu/internal/access"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// may refuses what the actor's posts do not allow. Which moves a stage has, and
// what a clock may do, is flow's; roles, reach and separation of duties are access's.
func (u *unit) may(actor town.Actor, ts *typeState, before *store.RecordRow, cmd town.Command) error {
	if actor.Kind == town.System {
		return nil
	}
	cat := u.b.view.Cat
	if before == nil {
		_, err := access.MayOpen(cat, ts.t, actor)
		return err
	}
	s := access.Of(&before.Record)
	if sees, err := access.MaySee(cat, ts.t, actor).Sees(s, flow.Scope(cat, ts.t, u, &before.Record), u.Within); err != nil || !sees {
		// who may not know that the record is there is told what a wrong number would be told
		return town.Refuse(town.Missing, "record", "没有这条记录：%d", "no such record: %d", cmd.Record)
	}
	switch cmd.Op {
	case town.Move:
		m := ts.t.Move(cmd.Move)
		if m == nil {
			return nil // flow says so, with the nearest name
		}
		_, err := access.MayMove(cat, ts.t, m, actor, &before.Record, s, u.Within)
		return err
	case town.Correct, town.Void, town.Undo, town.Erase:
		_, err := access.MayMend(cat, ts.t, actor, s, u.Within)
		return err
	}
	return nil
}

// mayHold refuses a new record that lies beyond the post that opened it.
func (u *unit) mayHold(actor town.Actor, ts *typeState, after *town.Record) error {
	_, err := access.MayHold(u.b.view.Cat, ts.t, actor, access.Of(after), u.Within)
	return err
}
