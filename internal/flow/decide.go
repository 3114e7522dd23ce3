package flow

import (
	"fmt"
	"slices"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
	"zhenwu/internal/town"
)

// Open decides a Create. cmd.Record is the id that the hall has set aside, and
// cmd.Fields hold the references of sealed fields. The hall gives the number with
// SetNumber. A record is opened in the first stage of its type.
func Open(cat *catalog.Catalog, t *catalog.Type, w World, actor town.Actor, cmd town.Command) (*Change, error) {
	post, ok := postFor(actor, t.OpensBy, "", "", w)
	if !ok && !(actor.Kind == town.System) {
		return nil, town.Refuse(town.Denied, "", "您不能新建“%[1]s”，须由%[3]s办理", "You may not open a %[2]s; %[4]s may",
			t.Label.Zh, t.Label.In("en"), roleNames(cat, t.OpensBy, "zh"), roleNames(cat, t.OpensBy, "en"))
	}
	given, err := take(cat, t, w, cmd.Fields, func(f *catalog.Field) bool { return actor.Kind == town.System })
	if err != nil {
		return nil, lacking(err, func() error {
			return required(t, cmd.Fields, func(f *catalog.Field) bool { return f.Origin == catalog.Typed && f.Default == nil })
		})
	}
	day, err := stepDay(t, nil, "", w, actor, cmd, given)
	if err != nil {
		return nil, err
	}
	set := make(town.Values, len(given)+4)
	for k, x := range given {
		if !empty(x) {
			set[k] = x
		}
	}
	if err := fill(cat, t, w, day, set, given); err != nil {
		return nil, err
	}
	if err := required(t, set, func(f *catalog.Field) bool { return f.Origin <= catalog.Copied && f.Origin != catalog.Computed }); err != nil {
		return nil, err
	}
	if actor.Kind == town.System {
		if post, err = heir(cat, t, w, set); err != nil {
			return nil, err
		}
	}
	body := EventBody{Op: town.Create, Type: t.Key, Set: set, Reason: cmd.Reason, Note: cmd.Note,
		Step: &town.Step{Move: "open", To: t.Stages[0].Key, Day: day, Actor: actor.Person, Role: post.Role, Office: post.Office}}
	if cmd.Plan != nil {
		p := *cmd.Plan
		body.Plan = &p
	}
	for _, f := range t.Fields {
		if x, ok := set[f.Key]; ok && f.Tracked {
			track(&body, nil, f.Key, day, x, false)
		}
	}
	c := &Change{Body: body, After: Apply(nil, body, cmd.Record, 0, stamp(w, cmd))}
	if err := Refresh(cat, t, w, c.After); err != nil {
		return nil, err
	}
	if err := check(cat, t, w, nil, c.After, post, cmd); err != nil {
		return nil, err
	}
	c.Step = &c.After.Steps[0]
	return c, nil
}

// heir is the post under which the system opens a record: the office that holds the first record it refers to, else the
// one where those sit who make the first move.
func heir(cat *catalog.Catalog, t *catalog.Type, w World, set town.Values) (town.Post, error) {
	post := town.Post{Role: "system"}
	for _, f := range t.Fields {
		id, ok := set[f.Key].(int64)
		if f.Type != catalog.Ref || !ok {
			continue
		}
		far, err := w.Record(town.ID(id))
		if err != nil {
			return post, err
		}
		if far != nil && far.Office != "" {
			post.Office = far.Office
			return post, nil
		}
	}
	for _, m := range t.Moves {
		if !slices.Contains(m.From, t.Stages[0].Key) {
			continue
		}
		for _, r := range m.By {
			if role := cat.Roles[r]; role != nil && role.Office != "" {
				post.Office = role.Office
				return post, nil
			}
		}
	}
	return post, nil
}

// Move decides a move: the stage allows it, the actor holds a role that may
// make it and did not make one that bars it, what it needs is there, its guards
// hold. A clock's actor is System with the role "clock.KEY"; an effect's is
// System with the role "system".
func Move(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, actor town.Actor, cmd town.Command) (*Change, error) {
	m, post, err := mayMove(cat, t, w, before, actor, cmd)
	if err != nil {
		return nil, err
	}
	ask := func() error { return needs(t, m, before, cmd.Fields, cmd) }
	given, err := take(cat, t, w, cmd.Fields, func(f *catalog.Field) bool { return actor.Kind == town.System && f.Origin == catalog.Reading })
	if err != nil {
		return nil, lacking(err, ask)
	}
	if key, ok := strings.CutPrefix(post.Role, "clock."); ok && !stated(cmd.Day) {
		// It happened when the clock ran out, however late the timer was.
		cmd.Day = min(before.Clocks[key].Due.Day(w.Zone()), w.Today())
	}
	day, err := stepDay(t, before, m.Day, w, actor, cmd, given)
	if err != nil {
		return nil, lacking(err, ask)
	}
	set, was, err := changed(t, before, given, func(f *catalog.Field) error {
		if !slices.Contains(m.Fields(t), f) {
			return town.Refuse(town.Conflict, f.Key, "“%[1]s”已有内容，“%[3]s”不能改动，请用更正", "“%[2]s” is filled; “%[4]s” cannot change it, correct it instead",
				f.Label.Zh, f.Label.In("en"), m.Label.Zh, m.Label.In("en"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := recopy(cat, t, w, before, set, was); err != nil {
		return nil, err
	}
	if err := needs(t, m, before, set, cmd); err != nil {
		return nil, err
	}
	if err := mayExtend(t, m, before, cmd); err != nil {
		return nil, err
	}
	to := m.To
	if to == "" || to == "same" {
		to = before.Stage
	}
	body := EventBody{Op: town.Move, Set: set, Was: was, Reason: cmd.Reason, Note: cmd.Note,
		Step: &town.Step{Move: m.Key, From: before.Stage, To: to, Day: day, Actor: actor.Person, Role: post.Role, Office: post.Office, Days: cmd.Days}}
	if err := guard(cat, t, w, before, m, every, body, post, cmd); err != nil {
		return nil, err
	}
	if err := own(cat, t, w, before, m, &body, post, cmd); err != nil {
		return nil, err
	}
	for _, k := range body.Set.Names() {
		if f := t.Field(k); f.Tracked {
			track(&body, before, k, day, body.Set[k], false)
		}
	}
	c := &Change{Before: before, Body: body, Tells: m.Tells}
	c.After = Apply(before, body, before.ID, 0, stamp(w, cmd))
	if err := Refresh(cat, t, w, c.After); err != nil {
		return nil, err
	}
	if err := check(cat, t, w, before, c.After, post, cmd); err != nil {
		return nil, err
	}
	c.Step = &c.After.Steps[len(c.After.Steps)-1]
	if c.Effects, err = effects(cat, t, w, before, c.After, m, post, cmd); err != nil {
		return nil, err
	}
	c.Body.Spread = len(c.Effects)
	return c, nil
}

// mayMove finds the move and asks whether the record's stage and the actor allow it.
func mayMove(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, actor town.Actor, cmd town.Command) (*catalog.Move, town.Post, error) {
	none := town.Post{}
	m := t.Move(cmd.Move)
	if m == nil {
		names := make([]string, len(t.Moves))
		for i, m := range t.Moves {
			names[i] = m.Key
		}
		zh, en := near(cmd.Move, names)
		return nil, none, town.Refuse(town.Invalid, "", "“%[1]s”没有办理动作“%[3]s”%[4]s", "%[2]s has no move “%[3]s”%[5]s", t.Label.Zh, t.Label.In("en"), cmd.Move, zh, en)
	}
	if err := standing(t, before, cmd); err != nil {
		return nil, none, err
	}
	if !slices.Contains(m.From, before.Stage) {
		zh, en := stageName(t, before.Stage)
		return nil, none, town.Refuse(town.Conflict, "", "现处“%[3]s”，不能“%[1]s”", "It stands at “%[4]s”: “%[2]s” is not possible", m.Label.Zh, m.Label.In("en"), zh, en)
	}
	if actor.Kind == town.System {
		role := "system"
		if len(actor.Posts) > 0 {
			role = actor.Posts[0].Role
		}
		if key, ok := strings.CutPrefix(role, "clock."); ok {
			k, has := before.Clocks[key]
			if !slices.Contains(m.Clocks, key) {
				return nil, none, town.Refuse(town.Denied, "", "“%[1]s”不由时限触发", "“%[2]s” is not made by that clock", m.Label.Zh, m.Label.In("en"))
			}
			if !has || k.Due == 0 || k.Stopped != 0 || w.Now() < k.Due {
				return nil, none, town.Refuse(town.Conflict, "", "时限未到，不能“%[1]s”", "The clock has not run out: “%[2]s” is not due", m.Label.Zh, m.Label.In("en"))
			}
			return m, town.Post{Role: role, Office: before.Office}, nil
		}
		if !m.System {
			return nil, none, town.Refuse(town.Denied, "", "“%[1]s”不能由系统办理", "“%[2]s” is not made by the system", m.Label.Zh, m.Label.In("en"))
		}
		return m, town.Post{Role: "system", Office: before.Office}, nil
	}
	post, ok := postFor(actor, m.By, before.Office, before.Place, w)
	if !ok {
		return nil, none, town.Refuse(town.Denied, "", "您不能“%[1]s”，须由%[3]s办理", "You may not “%[2]s”; %[4]s may", m.Label.Zh, m.Label.In("en"),
			roleNames(cat, m.By, "zh"), roleNames(cat, m.By, "en"))
	}
	if actor.Person == 0 {
		return m, post, nil
	}
	for _, other := range m.NotBy {
		for i := range before.Steps {
			s := &before.Steps[i]
			if s.Actor != actor.Person || (s.Move != other && !(other == "open" && i == 0)) {
				continue
			}
			zh, en := "登记", "open"
			if o := t.Move(other); o != nil {
				zh, en = o.Label.Zh, o.Label.In("en")
			}
			return nil, none, town.Refuse(town.Denied, "", "办理过“%[3]s”的人不能再“%[1]s”", "Who made “%[4]s” may not “%[2]s” as well", m.Label.Zh, m.Label.In("en"), zh, en)
		}
	}
	return m, post, nil
}

// Barred tells whether actor may make move now: nil, or why not. What the move
// asks for is left open; a guard that nothing asked for can change is held.
func Barred(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record, actor town.Actor, move string) error {
	cmd := town.Command{Move: move}
	m, post, err := mayMove(cat, t, w, rec, actor, cmd)
	if err != nil {
		return err
	}
	open := openNames(t, m)
	return guard(cat, t, w, rec, m, func(g catalog.Guard) bool { return settled(g, open) }, EventBody{}, post, cmd)
}

// openNames are the names whose values are not known before the move is made:
// the fields it is about, what is said with it, and every field that follows from these.
func openNames(t *catalog.Type, m *catalog.Move) map[string]bool {
	open := map[string]bool{"reason": true, "note": true, "days": true}
	for _, f := range m.Fields(t) {
		open[f.Key] = true
	}
	for grown := true; grown; {
		grown = false
		for _, f := range t.Fields {
			if open[f.Key] || !follows(f, open) {
				continue
			}
			open[f.Key], grown = true, true
		}
	}
	return open
}

// follows tells whether a field takes its value from one of names.
func follows(f *catalog.Field, names map[string]bool) bool {
	switch f.Origin {
	case catalog.Computed:
		return reads(f.Formula, names)
	case catalog.Copied, catalog.Followed:
		return names[f.CopyRef]
	}
	return false
}

// settled tells whether a guard reads nothing that is still open.
func settled(g catalog.Guard, open map[string]bool) bool { return !reads(g.That, open) }

// reads tells whether a formula reads one of names, or a part of it.
func reads(p *formula.Program, names map[string]bool) bool {
	if p == nil {
		return false
	}
	return slices.ContainsFunc(p.Names(), func(n string) bool {
		head, _, _ := strings.Cut(n, ".")
		return names[head]
	})
}

// standing refuses commands on a voided record or on one that changed since it was read.
func standing(t *catalog.Type, before *town.Record, cmd town.Command) error {
	if before.Voided {
		return town.Refuse(town.Conflict, "", "这条记录已作废", "This record is void")
	}
	if cmd.Rev != 0 && cmd.Rev != before.Rev {
		return town.Refuse(town.Stale, "", "这条记录已被他人修改（第 %d 版，您看到的是第 %d 版），请刷新后再办",
			"Somebody changed this record (revision %d, you saw %d): reload it", before.Rev, cmd.Rev)
	}
	return nil
}

// postFor finds the post of actor that holds one of roles: rather one of the
// office that holds the record, then one at or above its place.
func postFor(actor town.Actor, roles []string, office string, place town.Code, w World) (town.Post, bool) {
	best, rank := town.Post{}, 0
	for _, p := range actor.Posts {
		if !slices.Contains(roles, p.Role) {
			continue
		}
		r := 1
		if p.Place != "" && place != "" && w.Within(place, p.Place) {
			r = 2
		}
		if office != "" && p.Office == office {
			r = 3
		}
		if r > rank {
			best, rank = p, r
		}
	}
	return best, rank > 0
}

func roleNames(cat *catalog.Catalog, roles []string, lang string) string {
	var names []string
	for _, r := range roles {
		if role := cat.Roles[r]; role != nil {
			names = append(names, role.Label.In(lang))
		} else {
			names = append(names, r)
		}
	}
	if lang == "en" {
		return strings.Join(names, ", ")
	}
	return strings.Join(names, "、")
}

func stageName(t *catalog.Type, key string) (zh, en string) {
	if s := t.Stage(key); s != nil {
		return s.Label.Zh, s.Label.In("en")
	}
	return key, key
}

// required asks for the required fields among those of a kind. The error names every one that is empty.
func required(t *catalog.Type, set town.Values, of func(*catalog.Field) bool) error {
	var faults town.Faults
	for _, f := range t.Fields {
		if f.Required && of(f) && empty(set[f.Key]) {
			faults.Add(missing(f))
		}
	}
	return faults.Err()
}

// lacking adds to the faults of what was given what was not given at all; another sort of error stands alone.
func lacking(err error, ask func() error) error {
	var faults town.Faults
	if !faults.Add(err) {
		return err
	}
	faults.Add(ask()) // what else keeps the command from being done is told once its fields are right
	return faults.Err()
}

func missing(f *catalog.Field) error {
	return town.Refuse(town.Invalid, f.Key, "请填写“%[1]s”", "“%[2]s” is needed", f.Label.Zh, f.Label.In("en"))
}

// take holds the given fields against the type and against who may give them:
// nobody types a computed field; system may give what free allows. The error
// names every field at fault.
func take(cat *catalog.Catalog, t *catalog.Type, w World, fields town.Values, free func(*catalog.Field) bool) (town.Values, error) {
	var faults town.Faults
	if err := ValidateFields(t, w, fields); !faults.Add(err) {
		return nil, err
	}
	for _, key := range fields.Names() {
		f := t.Field(key)
		if f == nil {
			continue // at fault already
		}
		faults.Add(knownOffices(cat, f, fields[key]))
		switch f.Origin {
		case catalog.Typed, catalog.Copied:
		case catalog.Reading:
			if !free(f) {
				faults.Add(derivedField(f))
			}
		default:
			faults.Add(derivedField(f))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return fields, nil
}

// knownOffices refuses an office that the catalog does not declare.
func knownOffices(cat *catalog.Catalog, f *catalog.Field, x any) error {
	var given []string
	switch y := x.(type) {
	case string:
		given = []string{y}
	case []string:
		given = y
	}
	if f.Type != catalog.OfficeType && f.Type != catalog.Offices {
		return nil
	}
	for _, s := range given {
		if cat.Offices[s] == nil {
			zh, en := near(s, cat.OfficeOrder)
			return town.Refuse(town.Invalid, f.Key, "“%[1]s”：没有科室“%[3]s”%[4]s", "“%[2]s”: there is no office “%[3]s”%[5]s", f.Label.Zh, f.Label.In("en"), s, zh, en)
		}
	}
	return nil
}

func derivedField(f *catalog.Field) error {
	return town.Refuse(town.Invalid, f.Key, "“%[1]s”由系统得出，不能填写", "“%[2]s” is worked out by the system and cannot be typed", f.Label.Zh, f.Label.In("en"))
}

// stated tells whether a command states a day of its own.
func stated(d town.Day) bool { return d != 0 && d != town.NoDay }

// mayBackdate tells whether the actor may state an earlier day or time.
func mayBackdate(k town.ActorKind) bool {
	return k == town.Sim || k == town.Importer || k == town.Offline || k == town.System
}

// stepDay is the business day of a step: the move's day field, else the stated day, else today. Never later than today.
func stepDay(t *catalog.Type, before *town.Record, field string, w World, actor town.Actor, cmd town.Command, given town.Values) (town.Day, error) {
	today := w.Today()
	day := today
	if stated(cmd.Day) && cmd.Day != today {
		if cmd.Day < today && !mayBackdate(actor.Kind) {
			return 0, town.Refuse(town.Denied, "", "不能自行填写更早的办理日期 %s", "You may not state an earlier day (%s)", cmd.Day)
		}
		day = cmd.Day
	}
	if field != "" {
		s, _ := given[field].(string)
		if s == "" && before != nil {
			s = before.Text(field)
		}
		if s != "" {
			d, err := town.ParseDay(s)
			if err != nil {
				return 0, town.Refuse(town.Invalid, field, "日期 %s 有误", "%s is no day", s)
			}
			day = d
		}
	}
	if day > today {
		f := t.Field(field)
		zh, en := "日期", "The day"
		if f != nil {
			zh, en = f.Label.Zh, f.Label.In("en")
		}
		return 0, town.Refuse(town.Invalid, field, "“%[1]s”%[3]s 晚于今天 %[4]s", "“%[2]s” %[3]s is later than today, %[4]s", zh, en, day, today)
	}
	return day, nil
}

func stamp(w World, cmd town.Command) town.Millis {
	if cmd.At != 0 {
		return cmd.At
	}
	return w.Now()
}

// fill puts copies and defaults into the fields of a new record.
func fill(cat *catalog.Catalog, t *catalog.Type, w World, day town.Day, set, given town.Values) error {
	for _, f := range t.Fields { // a default may be what a copy starts from
		if f.Default == nil || !empty(set[f.Key]) {
			continue
		}
		if _, said := given[f.Key]; said {
			continue
		}
		x := f.Default
		if f.Type == catalog.Date && x == "today" {
			x = day.String()
		}
		set[f.Key] = x
	}
	for _, f := range t.Fields { // a box that nobody ticked is a no, not unknown
		if f.Type == catalog.Bool && f.Origin == catalog.Typed && !f.Required && !f.Sealed && set[f.Key] == nil {
			set[f.Key] = false
		}
	}
	for _, f := range t.Fields { // in order: a copy may start from a ref that was copied
		if f.Origin != catalog.Copied || !empty(set[f.Key]) {
			continue
		}
		x, err := copied(cat, t, f, w, func(k string) any { return set[k] })
		if err != nil {
			return err
		}
		if !empty(x) {
			set[f.Key] = x
		}
	}
	return nil
}

// changed splits the given fields into those that change, with their new and
// old values. filled is asked about each that is not empty now.
func changed(t *catalog.Type, before *town.Record, given town.Values, filled func(*catalog.Field) error) (set, was town.Values, err error) {
	set, was = town.Values{}, town.Values{}
	for _, k := range given.Names() {
		x, old := given[k], before.Stated[k]
		if f := t.Field(k); x == nil && f.Type == catalog.Bool && old != nil {
			x = false
		}
		if f := t.Field(k); f.Type == catalog.LinesType && computedColumns(f) {
			old = typedColumns(f, old)
			x = typedColumns(f, x)
		}
		if equal(x, old) {
			continue
		}
		if !empty(old) && old != false && filled != nil {
			if err := filled(t.Field(k)); err != nil {
				return nil, nil, err
			}
		}
		if empty(x) {
			x = nil
		}
		set[k] = x
		if empty(old) {
			old = nil
		}
		was[k] = old
	}
	return set, was, nil
}

// typedColumns drops the computed columns of a table.
func typedColumns(f *catalog.Field, x any) any {
	rows, ok := x.([]map[string]any)
	if !ok {
		return x
	}
	out := make([]map[string]any, len(rows))
	for i, row := range rows {
		out[i] = make(map[string]any, len(row))
		for k, y := range row {
			if c := column(f, k); c != nil && c.Origin != catalog.Computed {
				out[i][k] = y
			}
		}
	}
	return out
}

// recopy takes copies anew whose reference changes in this command and that the command does not give itself.
func recopy(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, set, was town.Values) error {
	for _, f := range t.Fields {
		if f.Origin != catalog.Copied {
			continue
		}
		if _, linked := set[f.CopyRef]; !linked {
			continue
		}
		if _, said := set[f.Key]; said {
			continue
		}
		x, err := copied(cat, t, f, w, func(k string) any {
			if y, ok := set[k]; ok {
				return y
			}
			return before.Stated[k]
		})
		if err != nil {
			return err
		}
		old := before.Stated[f.Key]
		if equal(x, old) {
			continue
		}
		if empty(x) {
			x = nil
		}
		set[f.Key], was[f.Key] = x, old
	}
	return nil
}

// needs asks for what a move needs: declared fields filled after the move, or reason, note and days given with it. The
// error names everything that is not there.
func needs(t *catalog.Type, m *catalog.Move, before *town.Record, set town.Values, cmd town.Command) error {
	var faults town.Faults
	for _, n := range m.Needs {
		if f := t.Field(n); f != nil {
			x, changes := set[n]
			if !changes {
				x, _ = before.Value(n)
			}
			if empty(x) {
				faults.Add(missing(f))
			}
			continue
		}
		switch {
		case n == "reason" && strings.TrimSpace(cmd.Reason) == "":
			faults.Add(town.Refuse(town.Invalid, "reason", "“%[1]s”须说明理由", "“%[2]s” needs a reason", m.Label.Zh, m.Label.In("en")))
		case n == "note" && strings.TrimSpace(cmd.Note) == "":
			faults.Add(town.Refuse(town.Invalid, "note", "“%[1]s”须填写说明", "“%[2]s” needs a note", m.Label.Zh, m.Label.In("en")))
		case n == "days" && cmd.Days <= 0:
			faults.Add(town.Refuse(town.Invalid, "days", "“%[1]s”须填写延长的天数", "“%[2]s” needs the days of the extension", m.Label.Zh, m.Label.In("en")))
		}
	}
	return faults.Err()
}

// mayExtend holds an extension against the clocks that it extends: how often, and how much in all.
func mayExtend(t *catalog.Type, m *catalog.Move, before *town.Record, cmd town.Command) error {
	if cmd.Days < 0 {
		return town.Refuse(town.Invalid, "days", "延长的天数须大于零", "An extension must be more than nothing")
	}
	for _, c := range t.Clocks {
		if c.Extend == nil || c.Extend.Move != m.Key {
			continue
		}
		k, ok := before.Clocks[c.Key]
		if !ok {
			continue
		}
		times, total := 1, int64(cmd.Days)
		for i := range before.Steps {
			if s := &before.Steps[i]; s.Move == m.Key && s.At >= k.Started {
				times++
				total += int64(s.Days)
			}
		}
		if c.Extend.Times > 0 && times > c.Extend.Times {
			return town.Refuse(town.Conflict, "", "最多延期 %d 次，已经用完", "It may be extended %d times, and was", c.Extend.Times)
		}
		if most, err := limitOf(c.Extend.Most); err == nil && total > int64(most.N) {
			return town.Refuse(town.Invalid, "days", "累计延期最多 %[1]s，现为 %[3]d", "Extensions may come to %[2]s, not %[3]d", most.In("zh"), most.String(), total)
		}
	}
	return nil
}

// guardScope is what guards, sets and effects read: the record, and before.F, actor.role, actor.office, today, reason,
// note, days, and the member of a walked field.
type guardScope struct {
	*View
	before formula.Values // nil: there was nothing before
	post   town.Post
	cmd    *town.Command
	as     string // name of the walked member
	member any    // string, or map[string]any for a line
	strict bool   // a guard: a clock that runs overdue is late already
}

// Value implements formula.Values.
func (g *guardScope) Value(name string) (any, bool) {
	head, rest, _ := strings.Cut(name, ".")
	if g.as != "" && head == g.as {
		if rest == "" {
			return g.member, g.member != nil
		}
		row, _ := g.member.(map[string]any)
		x, ok := row[rest]
		return x, ok && x != nil
	}
	switch name {
	case "today":
		return g.w.Today().String(), true
	case "actor.role":
		return g.post.Role, g.post.Role != ""
	case "actor.office":
		if r := g.cat.Roles[g.post.Role]; r != nil && g.post.Office == "" {
			return r.Office, r.Office != "" // a post sits where its role does, unless it says otherwise
		}
		return g.post.Office, g.post.Office != ""
	case "actor.place":
		return string(g.post.Place), g.post.Place != ""
	case "reason":
		return g.cmd.Reason, g.cmd.Reason != ""
	case "note":
		return g.cmd.Note, g.cmd.Note != ""
	case "days":
		return int64(g.cmd.Days), g.cmd.Days != 0
	}
	if head == "before" {
		if g.before == nil {
			return nil, false
		}
		return g.before.Value(rest)
	}
	if head == "late" && g.strict {
		if x, _ := g.View.overdue(rest); x == true {
			return true, true
		}
	}
	return g.View.Value(name)
}

// every is all guards of a move.
func every(catalog.Guard) bool { return true }

// guard holds those of the move's guards that which names. They see the fields as they will be, and the steps as they are:
// times.ask is 0 in the guard of the first ask, and late.C tells whether the clock would stop late now.
func guard(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, m *catalog.Move, which func(catalog.Guard) bool, body EventBody, post town.Post, cmd town.Command) error {
	if !slices.ContainsFunc(m.Must, which) {
		return nil
	}
	next := before
	if len(body.Set) > 0 {
		next = Apply(before, EventBody{Set: body.Set}, before.ID, 0, 0)
		for k := range body.Set {
			delete(next.Tracked, k)
		}
		if err := Refresh(cat, t, w, next); err != nil {
			return err
		}
	}
	now := View{cat: cat, t: t, rec: next, w: w, at: forever, track: w.Today(), inst: w.Now()}
	was := View{cat: cat, t: t, rec: before, w: w, at: forever, track: w.Today(), inst: w.Now()}
	g := &guardScope{View: &now, before: &was, post: post, cmd: &cmd, strict: true}
	for i, must := range m.Must {
		if !which(must) {
			continue
		}
		ok, err := holds(must.That, g)
		if err != nil {
			return fmt.Errorf("guard %d of %s.%s on %d: %w", i+1, t.Key, m.Key, before.ID, err)
		}
		if !ok {
			return refuseElse(must.Else, m.Label)
		}
	}
	return nil
}

func refuseElse(l, otherwise catalog.Label) error {
	if l.Zh == "" {
		return town.Refuse(town.Conflict, "", "不符合“%[1]s”的条件", "The conditions of “%[2]s” do not hold", otherwise.Zh, otherwise.In("en"))
	}
	return &town.Error{Kind: town.Conflict, Zh: l.Zh, En: l.In("en")}
}

// check holds the checks of the type: they see the record as it becomes, as it was (nothing of one that is opened), and who asks.
func check(cat *catalog.Catalog, t *catalog.Type, w World, before, rec *town.Record, post town.Post, cmd town.Command) error {
	if len(t.Checks) == 0 {
		return nil
	}
	g := &guardScope{View: &View{cat: cat, t: t, rec: rec, w: w, at: forever, track: w.Today(), inst: w.Now()}, post: post, cmd: &cmd}
	if before != nil {
		g.before = &View{cat: cat, t: t, rec: before, w: w, at: forever, track: w.Today(), inst: w.Now()}
	}
	for i, c := range t.Checks {
		ok, err := holds(c.That, g)
		if err != nil {
			return fmt.Errorf("check %d of %s: %w", i+1, t.Key, err)
		}
		if !ok {
			if c.Else.Zh == "" {
				return town.Refuse(town.Invalid, "", "“%[1]s”的内容前后不符", "The parts of this %[2]s do not fit together", t.Label.Zh, t.Label.In("en"))
			}
			return &town.Error{Kind: town.Invalid, Zh: c.Else.Zh, En: c.Else.In("en")}
		}
	}
	return nil
}

// own puts what the move sets in the record itself. Formulas see the record after the move's fields.
func own(cat *catalog.Catalog, t *catalog.Type, w World, before *town.Record, m *catalog.Move, body *EventBody, post town.Post, cmd town.Command) error {
	if !slices.ContainsFunc(m.Sets, func(s catalog.Set) bool { return s.Ref == "" }) {
		return nil
	}
	next := Apply(before, *body, before.ID, 0, stamp(w, cmd))
	for k := range body.Set {
		delete(next.Tracked, k)
	}
	if err := Refresh(cat, t, w, next); err != nil {
		return err
	}
	now := View{cat: cat, t: t, rec: next, w: w, at: forever, track: w.Today(), inst: w.Now()}
	was := View{cat: cat, t: t, rec: before, w: w, at: forever, track: w.Today(), inst: w.Now()}
	g := &guardScope{View: &now, before: &was, post: post, cmd: &cmd}
	for _, s := range m.Sets {
		if s.Ref != "" {
			continue
		}
		f := t.Field(s.Field)
		if f == nil {
			return fmt.Errorf("%s.%s sets an unknown field %s", t.Key, m.Key, s.Field)
		}
		x, ok, err := eval(s.Value, g)
		if err != nil {
			return fmt.Errorf("%s.%s sets %s on %d: %w", t.Key, m.Key, s.Field, before.ID, err)
		}
		if !ok || empty(x) {
			x = nil
		} else if err := validate(f, f.Key, w, x); err != nil {
			return err
		}
		if equal(x, before.Stated[s.Field]) {
			continue
		}
		body.Set[s.Field], body.Was[s.Field] = x, before.Stated[s.Field]
	}
	return nil
}

// track writes the dated list of a tracked field into the body: the value holds from day on, or, when replace says so, in place
// of the last one. The field itself shows the last value.
func track(body *EventBody, before *town.Record, key string, day town.Day, x any, replace bool) {
	var old []town.Dated
	if before != nil {
		old = before.Tracked[key]
	}
	list := slices.Clone(old)
	switch at, found := slices.BinarySearchFunc(list, day, func(d town.Dated, day town.Day) int { return int(d.Day) - int(day) }); {
	case replace && len(list) > 0:
		list[len(list)-1].Value = x
	case found:
		list[at].Value = x
	default:
		list = slices.Insert(list, at, town.Dated{Day: day, Value: x})
	}
	if body.Tracks == nil {
		body.Tracks, body.Traced = map[string][]town.Dated{}, map[string][]town.Dated{}
	}
	body.Tracks[key] = list
	if len(old) > 0 {
		body.Traced[key] = slices.Clone(old)
	}
	if last := list[len(list)-1].Value; !equal(last, x) {
		body.Set[key] = last // entered late: a later value stands
	}
}
