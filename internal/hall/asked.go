package hall

import (
	"crypto/sha256"
	"encoding/base64"

	"zhenwu/internal/town"
)

// asked is the fingerprint by which a command that is sent again is told from
// another one under the same id. It stands in the body of the event that the
// command made. Sealed texts enter it through a keyed hash, so that it tells
// nothing about them; what a client may not know again at a second try (the
// revision it saw, secrets with fresh salt) does not enter. The town's own
// commands have none: "".
func (h *Hall) asked(actor town.Actor, cmd *town.Command) string {
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
				sealed[k] = h.hashers.token("command", k, plain)
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
func sameAsked(actor town.Actor, was, now string) error {
	if was == "" || was == now || actor.Kind == town.System {
		return nil
	}
	return town.Refuse(town.Conflict, "id", "这个编号已用于另一条指令，没有保存；请换新的编号再提交（在网页上请刷新后重做）。",
		"this id was used for another command; nothing was saved. Send it with an id of its own (on a page: reload and try again).")
}
