package hall

import (
	"zhenwu/internal/access"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// may refuses what the actor's posts do not allow. Which moves a stage has, and
// what a clock may do, is flow's; roles, reach and separation of duties are access's.
// It returns the actor as the command is decided: of a command on a record with
// the one post that gives the right, so that flow puts no other into the step.
func (u *unit) may(actor town.Actor, ts *typeState, before *store.RecordRow, cmd town.Command) (town.Actor, error) {
	if actor.Kind == town.System {
		return actor, nil
	}
	cat := u.b.view.Cat
	if before == nil {
		_, err := access.MayOpen(cat, ts.t, actor)
		return actor, err
	}
	s := access.Of(&before.Record)
	if sees, err := access.MaySee(cat, ts.t, actor).Sees(s, flow.Scope(cat, ts.t, u, &before.Record), u.Within); err != nil || !sees {
		// who may not know that the record is there is told what a wrong number would be told
		return actor, town.Refuse(town.Missing, "record", "没有这条记录：%d", "no such record: %d", cmd.Record)
	}
	var post town.Post
	var err error
	switch cmd.Op {
	case town.Move:
		m := ts.t.Move(cmd.Move)
		if m == nil {
			return actor, nil // flow says so, with the nearest name
		}
		post, err = access.MayMove(cat, ts.t, m, actor, &before.Record, s, u.Within)
	case town.Correct, town.Void, town.Undo, town.Erase:
		post, err = access.MayMend(cat, ts.t, actor, s, u.Within)
	case town.Reveal:
		post, err = access.MayReveal(cat, ts.t, actor, s, u.Within)
	default:
		return actor, nil
	}
	if err != nil {
		return actor, err
	}
	actor.Posts = []town.Post{post}
	return actor, nil
}

// mayHold refuses a new record that lies beyond the post that opened it.
func (u *unit) mayHold(actor town.Actor, ts *typeState, after *town.Record) error {
	_, err := access.MayHold(u.b.view.Cat, ts.t, actor, access.Of(after), u.Within)
	return err
}
