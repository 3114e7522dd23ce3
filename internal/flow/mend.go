package flow

import (
	"errors"
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

var errUnchanged = errors.New("unchanged")

// Unchanged tells whether err refuses a correction because nothing would change.
func Unchanged(err error) bool { return errors.Is(err, errUnchanged) }

func limitOf(s string) (workday.Limit, error) { return workday.ParseLimit(s) }

// mayMend asks whether the actor may correct and void records of the type.
func mayMend(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, actor town.Actor) (town.Post, error) {
	if actor.Kind == town.System {
		return town.Post{Role: "system", Office: before.Office}, nil
	}
	post, ok := postFor(actor, t.CorrectsBy, before.Office, before.Place, w)
	if !ok {
		return post, town.Refuse(town.Denied, "", "您不能更正或作废“%[1]s”，须由%[3]s办理", "You may not correct or void a %[2]s; %[4]s may",
			t.Label.Zh, t.Label.In("en"), roleNames(cat, t.CorrectsBy, "zh"), roleNames(cat, t.CorrectsBy, "en"))
	}
	return post, nil
}

// reasoned asks for a reason; imports and the system give their own.
func reasoned(actor town.Actor, cmd town.Command) error {
	if strings.TrimSpace(cmd.Reason) == "" && actor.Kind != town.System && actor.Kind != town.Importer {
		return town.Refuse(town.Invalid, "reason", "请说明理由", "A reason is needed")
	}
	return nil
}

// Correct decides 更正. With fields it replaces them; a tracked field gets the
// value from cmd.Day on when that is stated, else its last value is replaced. Without fields it corrects step cmd.Step: its
// day to cmd.Day when that is stated, its office to cmd.Field when that is given. A field that gave a step its day moves the
// step with it, and the other way round. Readings are written by actor System.
// When nothing would change it is refused with an error that Unchanged knows.
func Correct(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, actor town.Actor, cmd town.Command) (*Change, error) {
	if err := standing(t, before, cmd); err != nil {
		return nil, err
	}
	post, err := mayMend(cat, t, w, before, actor)
	if err != nil {
		return nil, err
	}
	var faults town.Faults
	if err := reasoned(actor, cmd); !faults.Add(err) {
		return nil, err
	}
	if stated(cmd.Day) && cmd.Day > w.Today() {
		return nil, town.Refuse(town.Invalid, "", "日期 %s 晚于今天", "The day %s is later than today", cmd.Day)
	}
	body := EventBody{Op: town.Correct, Set: town.Values{}, Was: town.Values{}, Reason: cmd.Reason, Note: cmd.Note}
	if len(cmd.Fields) > 0 {
		err = correctFields(cat, t, w, before, actor, cmd, &body)
	} else {
		err = correctStep(t, before, cmd, &body)
	}
	if !faults.Add(err) {
		return nil, err
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if len(body.Set) == 0 && len(body.Fixes) == 0 && len(body.Tracks) == 0 {
		return nil, &town.Error{Kind: town.Conflict, Zh: "没有任何改动", En: "Nothing would change", Err: errUnchanged}
	}
	return mended(cat, t, w, before, body, post, cmd)
}

func correctFields(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, actor town.Actor, cmd town.Command, body *EventBody) error {
	emptied := func() error {
		return required(t, cmd.Fields, func(f *catalog.Field) bool { _, said := cmd.Fields[f.Key]; return said })
	}
	given, err := take(cat, t, w, cmd.Fields, func(*catalog.Field) bool { return actor.Kind == town.System })
	if err != nil {
		return lacking(err, emptied)
	}
	if body.Set, body.Was, err = changed(t, before, given, nil); err != nil {
		return err
	}
	if err := recopy(cat, t, w, before, body.Set, body.Was); err != nil {
		return err
	}
	if err := emptied(); err != nil {
		return err
	}
	for _, f := range t.Fields {
		x, said := given[f.Key]
		y, changes := body.Set[f.Key]
		if !f.Tracked || !changes && !(said && stated(cmd.Day)) {
			continue
		}
		day := before.Opened()
		if stated(cmd.Day) {
			day = cmd.Day
		}
		if changes {
			x = y
		} else if empty(x) {
			x = nil
		}
		body.Set[f.Key], body.Was[f.Key] = x, before.Stated[f.Key]
		track(body, before, f.Key, day, x, !stated(cmd.Day))
	}
	// The day of a step follows the field that gave it.
	for _, m := range t.Moves {
		s, _ := body.Set[m.Day].(string)
		if m.Day == "" || s == "" {
			continue
		}
		day, err := town.ParseDay(s)
		if err != nil {
			return err
		}
		if day > w.Today() {
			return town.Refuse(town.Invalid, m.Day, "日期 %s 晚于今天", "The day %s is later than today", day)
		}
		for i := len(before.Steps) - 1; i >= 0; i-- {
			if st := &before.Steps[i]; st.Move == m.Key {
				if st.Day != day {
					body.Fixes = append(body.Fixes, StepFix{Step: i, Day: day, WasDay: st.Day})
				}
				break
			}
		}
	}
	return nil
}

func correctStep(t *catalog.Type, before *town.Record, cmd town.Command, body *EventBody) error {
	if cmd.Step < 0 || cmd.Step >= len(before.Steps) {
		return town.Refuse(town.Invalid, "", "没有要更正的内容", "There is nothing to correct")
	}
	s := &before.Steps[cmd.Step]
	fix := StepFix{Step: cmd.Step, Day: town.NoDay, WasDay: town.NoDay}
	if stated(cmd.Day) && cmd.Day != s.Day {
		fix.Day, fix.WasDay = cmd.Day, s.Day
		if m := t.Move(s.Move); m != nil && m.Day != "" && before.Text(m.Day) == s.Day.String() { // it gave this step its day, not a later one
			body.Set[m.Day], body.Was[m.Day] = cmd.Day.String(), before.Stated[m.Day]
			if f := t.Field(m.Day); f != nil && f.Tracked {
				track(body, before, m.Day, cmd.Day, cmd.Day.String(), true)
			}
		}
		// What was entered with the step holds from its day on: it moves along.
		for _, f := range t.Fields {
			list := before.Tracked[f.Key]
			at := slices.IndexFunc(list, func(d town.Dated) bool { return d.Day == s.Day })
			if !f.Tracked || at < 0 || body.Tracks[f.Key] != nil || entered(t, before, f, s.Day) != cmd.Step {
				continue
			}
			if slices.ContainsFunc(list, func(d town.Dated) bool { return d.Day == cmd.Day }) {
				continue
			}
			moved := slices.Clone(list)
			moved[at].Day = cmd.Day
			slices.SortStableFunc(moved, func(a, b town.Dated) int { return int(a.Day) - int(b.Day) })
			if body.Tracks == nil {
				body.Tracks, body.Traced = map[string][]town.Dated{}, map[string][]town.Dated{}
			}
			body.Tracks[f.Key], body.Traced[f.Key] = moved, slices.Clone(list)
			if last := moved[len(moved)-1].Value; !equal(last, before.Stated[f.Key]) {
				body.Set[f.Key], body.Was[f.Key] = last, before.Stated[f.Key]
			}
		}
	}
	if cmd.Field != "" && cmd.Field != s.Office {
		fix.Office, fix.WasOffice = cmd.Field, s.Office
	}
	if fix.Day != town.NoDay || fix.Office != "" {
		body.Fixes = append(body.Fixes, fix)
	}
	return nil
}

// entered is the step with which the value that field f has from day on was entered: the first step of that day, which may
// be the opening; of a field that an opening may leave empty rather the first whose move asks for it or sets it.
func entered(t *catalog.Type, rec *town.Record, f *catalog.Field, day town.Day) int {
	first := -1
	for i := range rec.Steps {
		if rec.Steps[i].Day != day {
			continue
		}
		if first < 0 {
			first = i
		}
		m := t.Move(rec.Steps[i].Move)
		if m != nil && !f.Required && (slices.Contains(m.Fields(t), f) || slices.ContainsFunc(m.Sets, func(s catalog.Set) bool { return s.Ref == "" && s.Field == f.Key })) {
			return i
		}
	}
	return first
}

// Void decides 作废: the record stays and counts nowhere.
func Void(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, actor town.Actor, cmd town.Command) (*Change, error) {
	if err := standing(t, before, cmd); err != nil {
		return nil, err
	}
	if _, err := mayMend(cat, t, w, before, actor); err != nil {
		return nil, err
	}
	if err := reasoned(actor, cmd); err != nil {
		return nil, err
	}
	return mended(cat, t, w, before, EventBody{Op: town.Void, Void: true, Reason: cmd.Reason, Note: cmd.Note}, town.Post{}, cmd)
}

// Undo takes the last step back, or a void. last is the body of the event that made the last step
// (Steps[len-1].Seq; the zero body for a void): the fields it set return to what they were unless they changed
// since. A step that opened or moved other records, and the opening, cannot be undone: they are corrected or voided.
func Undo(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, last EventBody, actor town.Actor, cmd town.Command) (*Change, error) {
	if cmd.Rev != 0 && cmd.Rev != before.Rev {
		if err := standing(t, before, cmd); err != nil {
			return nil, err
		}
	}
	n := len(before.Steps)
	mine := n > 0 && !before.Voided && actor.Person != 0 && before.Steps[n-1].Actor == actor.Person
	if !mine {
		if _, err := mayMend(cat, t, w, before, actor); err != nil {
			return nil, err
		}
	}
	if err := reasoned(actor, cmd); err != nil {
		return nil, err
	}
	body := EventBody{Op: town.Undo, Reason: cmd.Reason, Note: cmd.Note}
	if before.Voided {
		body.Unvoid = true
		return mended(cat, t, w, before, body, town.Post{}, cmd)
	}
	if n < 2 {
		return nil, town.Refuse(town.Conflict, "", "登记不能撤销，请作废", "The opening cannot be undone: void the record")
	}
	if last.Spread > 0 {
		return nil, town.Refuse(town.Conflict, "", "这一步已引起其他记录的变动，不能撤销，请更正或作废", "This step changed other records and cannot be undone: correct or void instead")
	}
	body.Drop, body.Set, body.Was = true, town.Values{}, town.Values{}
	for k, x := range last.Set {
		if now := before.Stated[k]; equal(typed(t, k, now), x) && !equal(x, last.Was[k]) {
			body.Set[k], body.Was[k] = last.Was[k], now
		}
	}
	for k, list := range last.Tracks {
		now := before.Tracked[k]
		if !slices.EqualFunc(now, list, func(a, b town.Dated) bool { return a.Day == b.Day && equal(a.Value, b.Value) }) {
			delete(body.Set, k)
			delete(body.Was, k)
			continue
		}
		if body.Tracks == nil {
			body.Tracks, body.Traced = map[string][]town.Dated{}, map[string][]town.Dated{}
		}
		body.Tracks[k], body.Traced[k] = last.Traced[k], now
	}
	return mended(cat, t, w, before, body, town.Post{}, cmd)
}

// typed is a value without computed columns.
func typed(t *catalog.Type, key string, x any) any {
	if f := t.Field(key); f != nil && f.Type == catalog.LinesType && computedColumns(f) {
		return typedColumns(f, x)
	}
	return x
}

// mended applies the body of a correction, void or undo; post is whose correction it is.
func mended(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, body EventBody, post town.Post, cmd town.Command) (*Change, error) {
	c := &Change{Before: before, Body: body, After: Apply(before, body, before.ID, 0, stamp(w, cmd))}
	if err := Refresh(cat, t, w, c.After); err != nil {
		return nil, err
	}
	if body.Op == town.Correct {
		if err := check(cat, t, w, before, c.After, post, cmd); err != nil {
			return nil, err
		}
	}
	return c, nil
}
