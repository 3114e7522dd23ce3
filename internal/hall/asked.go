package hall

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"zhenwu/internal/flow"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// asked is the fingerprint by which a command that is sent again is told from
// another one under the same id. It stands in the body of the event that the
// command made. Of sealed texts it tells only which were given: batch.sameSealed holds them
// against the boxes, which can be destroyed. What a client may not know again at a second try (the
// revision it saw, secrets with fresh salt) does not enter. The town's own
// commands have none: "".
func (h *Hall) asked(actor town.Actor, cmd *town.Command) string {
	return h.askedWith(actor, cmd, func(string, string) any { return true })
}

// askedBefore is the fingerprint as it was when sealed texts entered it through a keyed hash.
func (h *Hall) askedBefore(actor town.Actor, cmd *town.Command) string {
	return h.askedWith(actor, cmd, func(field, plain string) any { return h.hashers.token("command", field, plain) })
}

func (h *Hall) askedWith(actor town.Actor, cmd *town.Command, said func(field, plain string) any) string {
	if actor.Kind == town.System {
		return ""
	}
	m := map[string]any{"id": cmd.ID, "op": string(cmd.Op), "type": cmd.Type, "record": cmd.Record, "move": cmd.Move, "field": cmd.Field,
		"day": int64(cmd.Day), "at": int64(cmd.At), "reason": cmd.Reason, "note": cmd.Note, "days": int64(cmd.Days)}
	switch cmd.Op {
	case town.Create, town.Move, town.Correct, town.Merge, town.Put:
		if !storable(map[string]any(cmd.Fields)) {
			return "" // it is going to be refused
		}
		m["fields"] = cmd.Fields
	}
	if cmd.Op == town.Correct {
		m["step"] = cmd.Step
	}
	if len(cmd.Sealed) > 0 {
		sealed := make(map[string]any, len(cmd.Sealed))
		for k, plain := range cmd.Sealed {
			if sealed[k] = ""; cmd.Op != town.Put && plain != "" {
				sealed[k] = said(k, plain)
			}
		}
		m["sealed"] = sealed
	}
	sum := sha256.Sum256(town.AppendObject(make([]byte, 0, 512), m))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// storable tells whether a value is of a kind that events hold.
func storable(v any) bool {
	switch x := v.(type) {
	case nil, bool, int64, int, town.ID, string, town.Code, []string:
		return true
	case map[string]any:
		for _, e := range x {
			if !storable(e) {
				return false
			}
		}
		return true
	case []map[string]any:
		for _, e := range x {
			if !storable(e) {
				return false
			}
		}
		return true
	case []any:
		for _, e := range x {
			if !storable(e) {
				return false
			}
		}
		return true
	}
	return false
}

// sameAsked refuses a command whose id was used for another one. An event that
// carries no fingerprint is the town's own, or older than fingerprints are.
func (h *Hall) sameAsked(actor town.Actor, cmd *town.Command, was, now string) error {
	if was == "" || was == now || actor.Kind == town.System || len(cmd.Sealed) > 0 && was == h.askedBefore(actor, cmd) {
		return nil
	}
	return otherCommand()
}

func otherCommand() error {
	return town.Refuse(town.Conflict, "id", "这个编号已用于另一条指令，没有保存；请换新的编号再提交（在网页上请刷新后重做）。",
		"this id was used for another command; nothing was saved. Send it with an id of its own (on a page: reload and try again).")
}

// sameSealed refuses a command whose id was used for one with other sealed texts. What has been erased since, or stood
// already and so changed nothing, cannot be told any more.
func (b *batch) sameSealed(cmd *town.Command, e *store.EventRow) error {
	if len(cmd.Sealed) == 0 || e.Record == 0 {
		return nil
	}
	body, err := flow.DecodeBody([]byte(e.Body))
	if err != nil {
		return fmt.Errorf("event %d: %w", e.Seq, err)
	}
	s, err := (&unit{b: b}).strongbox(e.Record)
	if err != nil {
		return err
	}
	for field, plain := range cmd.Sealed {
		ref, _ := body.Set[field].(string)
		was, ok, err := s.open(field, ref)
		if err != nil {
			return err
		}
		if ok && seal.Spelling(was) != seal.Spelling(plain) {
			return otherCommand()
		}
	}
	return nil
}

// made finds the event of a command in the batch.
func (b *batch) made(seq int64) *store.EventRow {
	for i := len(b.events) - 1; i >= 0; i-- {
		if b.events[i].Seq == seq {
			return &b.events[i]
		}
	}
	return nil
}
