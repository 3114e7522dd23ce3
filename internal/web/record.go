package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// stepView is one stage of the stepper.
type stepView struct {
	Name, Note string
	Past, Here bool
}

// moveView is a move that the visitor may make now, with its form, or why not.
type moveView struct {
	Key, Label string
	Barred     string
	Inputs     []input
	Primary    bool
	Open       bool
	Wrong      string
	Faults     []option // what is wrong, with the control it is about
}

// factView is a field of a record with its value.
type factView struct {
	Label string
	Value cell
	Key   string
	From  string // how it came: computed, rolled up …
	Shut  bool   // masked, and not the visitor's to look at
}

// eventView is one event of the timeline.
type eventView struct {
	At, ISO string
	Who     string
	What    string
	Detail  []string
	Quote   string
	Seq     int64
	Day     string // business day, where it is not the day recorded
	Latest  bool
}

// linkGroup are records that refer to this one.
type linkGroup struct {
	Title string
	N     string
	More  string
	Rows  []linkRow
}

type linkRow struct{ Href, Text, Note string }

// countView is what the record adds to a figure.
type countView struct{ Href, Name, Note, N, Unit string }

// lookView is a look at sealed data.
type lookView struct{ Who, Why, At string }

// recordView is the page of one record.
type recordView struct {
	Elsewhere option // the page on which such a record is worked at, where there is one
	Page
	ID          string
	Rev         int64
	Type        string
	TypeName    string
	TypeHref    string
	Number      string
	Heading     string
	Badges      []cell
	Voided      bool
	Steps       []stepView
	Texts       []factView
	Facts       []factView
	Tables      []factView
	Moves       []moveView
	Barred      []moveView
	Wrong       string
	Clocks      []clockView
	Events      []eventView
	Links       []linkGroup
	Out         []linkRow
	Counts      []countView
	Looks       []lookView
	MayMend     bool
	MayUndo     bool
	UndoWhat    string
	Seals       bool
	Revealed    string // the field whose plain text is shown
	Plain       string
	Reasons     []string
	NothingToDo bool
}

// attempt is a form that was refused and is shown again.
type attempt struct {
	move     string
	err      error
	revealed string
	plain    string
}

func (v *visit) recordID() (town.ID, error) {
	n, err := strconv.ParseInt(v.req.PathValue("id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, town.Refuse(town.Missing, "record", "没有这条记录，或您无权查看。", "there is no such record, or you may not see it.")
	}
	return town.ID(n), nil
}

func (v *visit) record() error { return v.showRecord(attempt{}) }

// showRecord shows the record of the path, with a refused form where there is one.
func (v *visit) showRecord(a attempt) error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	status := http.StatusOK
	d := recordView{}
	err = v.read(func() error {
		t, row, err := v.seen(id)
		if err != nil {
			return err
		}
		v.of = row.ID
		d.Page = v.page(v.titleOf(t, row), "registers")
		switch v.req.URL.Query().Get("done") {
		case "":
		case "new":
			d.Toast = v.t("toast.new")
		case "void":
			d.Toast = v.t("toast.void")
		default:
			d.Toast = v.t("toast.done")
		}
		if a.err != nil && a.move == "" {
			d.Wrong, status = v.sentence(a.err)
		}
		d.Revealed, d.Plain = a.revealed, a.plain
		v.head(t, row, &d)
		d.Clocks = v.clocks(t, row)
		status2, err := v.moves(t, row, &d, a)
		if err != nil {
			return err
		}
		if status2 != 0 {
			status = status2
		}
		if err := v.facts(t, row, &d); err != nil {
			return err
		}
		if err := v.timeline(t, row, &d); err != nil {
			return err
		}
		if err := v.linked(t, row, &d); err != nil {
			return err
		}
		v.counted(row, &d)
		return nil
	})
	if err != nil {
		return err
	}
	return v.renderStatus("record", &d, status)
}

func (v *visit) head(t *catalog.Type, row *store.RecordRow, d *recordView) {
	d.Elsewhere = v.elsewhere(t, row)
	d.ID, d.Rev = strconv.FormatInt(int64(row.ID), 10), row.Rev
	d.Type, d.TypeName, d.TypeHref = t.Key, v.in(t.Label), "/t/"+t.Key
	d.Number, d.Voided = refKey(row), row.Voided
	d.Heading = v.titleOf(t, row)
	for _, f := range t.Fields {
		if f.Type == catalog.ChoiceType && len(d.Badges) < 3 && f.Key != t.Title && !hall.SealedField(f) {
			if x, ok := row.Value(f.Key); ok {
				d.Badges = append(d.Badges, v.cell(f, x))
			}
		}
	}
	if len(t.Stages) < 2 {
		return
	}
	visited := map[string]*town.Step{}
	for i := range row.Steps {
		visited[row.Steps[i].To] = &row.Steps[i]
	}
	ahead := t.Way(row.Stage)
	passed := true
	for _, s := range t.Stages {
		step := visited[s.Key]
		here := s.Key == row.Stage
		if step == nil && !here && !slices.Contains(ahead, s.Key) {
			continue
		}
		sv := stepView{Name: v.in(s.Label), Here: here}
		if here {
			passed = false
		}
		if step != nil {
			sv.Note = v.stampDay(step)
			if step.Office != "" {
				sv.Note += " " + v.officeName(step.Office)
			}
			sv.Past = passed && !here
		}
		d.Steps = append(d.Steps, sv)
	}
}

func (v *visit) stampDay(s *town.Step) string {
	if s.Day.Year() == v.today_.Year() {
		return s.Day.String()[5:]
	}
	return s.Day.String()
}

// moves lists what the visitor may do now and what is barred; it gives the
// HTTP status of a refused move, 0 otherwise.
func (v *visit) moves(t *catalog.Type, row *store.RecordRow, d *recordView, a attempt) (int, error) {
	status := 0
	if !row.Voided {
		next := v.next(t, row)
		for _, m := range t.Moves {
			if !slices.Contains(m.From, row.Stage) || len(m.By) == 0 {
				continue
			}
			mv := moveView{Key: m.Key, Label: v.in(m.Label)}
			if err := v.barred(t, row, m); err != nil {
				mv.Barred, _ = v.sentence(err)
				d.Barred = append(d.Barred, mv)
				continue
			}
			mv.Inputs = v.moveInputs(t, row, m)
			mv.Primary = m == next
			mv.Open = v.req.URL.Query().Get("move") == m.Key
			if a.move == m.Key {
				mv.Open = true
				mv.Wrong, status = v.sentence(a.err)
				if err := v.refill(mv.Inputs, m.Fields(t)); err != nil {
					return 0, err
				}
				mv.Faults = v.faulty(mv.Inputs, a.err)
			}
			d.Moves = append(d.Moves, mv)
		}
		if a.move != "" && status == 0 { // the move is not there any more
			d.Wrong, status = v.sentence(a.err)
		}
	}
	d.NothingToDo = len(d.Moves) == 0 && len(d.Barred) == 0
	d.MayMend = v.mayMend(t, row)
	if n := len(row.Steps); n > 1 || row.Voided {
		d.MayUndo = d.MayMend || n > 1 && row.Steps[n-1].Actor == v.member.ID
		if row.Voided {
			d.UndoWhat = v.t("record.unvoid")
		} else if m := t.Move(row.Steps[n-1].Move); m != nil {
			d.UndoWhat = v.t("record.undo", v.in(m.Label))
		}
	}
	return status, nil
}

// moveInputs are the controls that a move asks for.
func (v *visit) moveInputs(t *catalog.Type, row *store.RecordRow, m *catalog.Move) []input {
	var out []input
	names := slices.Clone(m.Needs)
	if m.Day != "" && !slices.Contains(names, m.Day) {
		names = append([]string{m.Day}, names...)
	}
	names = append(names, m.Asks...)
	for _, n := range names {
		switch n {
		case "reason":
			out = append(out, input{Name: "reason", ID: m.Key + "-reason", Label: v.t("form.reason"), Kind: "longtext", Required: true})
			continue
		case "note":
			out = append(out, input{Name: "note", ID: m.Key + "-note", Label: v.t("form.note"), Kind: "longtext", Required: true})
			continue
		case "days":
			out = append(out, input{Name: "days", ID: m.Key + "-days", Label: v.t("form.days"), Kind: "number", Required: true})
			continue
		}
		f := t.Field(n)
		if f == nil || f.Origin != catalog.Typed && f.Origin != catalog.Copied {
			continue
		}
		x := answer(t, row, f)
		in := v.inputOf(f, "f."+n, x)
		in.ID = m.Key + "-" + in.ID
		if f.Type == catalog.Date && in.Value == "" {
			in.Value = v.today_.String()
		}
		if in.Opt = ""; slices.Contains(m.Asks, n) && in.Kind != "bool" {
			in.Opt = v.t("form.optional")
		}
		in.Required = !slices.Contains(m.Asks, n) && !(in.Kind == "file" && x != nil) && in.Kind != "checks" && in.Kind != "lines" && !(in.Seal && x != nil)
		out = append(out, in)
	}
	return out
}

func (v *visit) facts(t *catalog.Type, row *store.RecordRow, d *recordView) error {
	masks, err := v.hall.Masks(v.ctx, v.r.Q(), row)
	if err != nil {
		return err
	}
	_, err = access.MayReveal(v.view.Cat, t, v.actor(), access.Of(&row.Record), v.view.Within)
	reveals := err == nil
	for _, f := range t.Fields {
		x, ok := row.Value(f.Key)
		if !ok {
			continue
		}
		fv := factView{Label: v.in(f.Label), Key: f.Key, Value: v.cell(f, x)}
		if unanswered(t, row, f, x) {
			fv.Value = cell{Field: f.Key, Text: v.t("notfilled"), Faint: true}
		}
		switch f.Origin {
		case catalog.Computed:
			fv.From = v.t("origin.computed")
		case catalog.RolledUp:
			fv.From = v.t("origin.rollup")
		case catalog.Reading:
			fv.From = v.t("origin.reading")
		}
		if fv.Value.Seal {
			d.Seals, fv.Shut = true, !reveals
			fv.Value.Text = masks[f.Key]
			if fv.Value.Text == "" {
				fv.Value.Text = v.t("record.erased")
			}
			if d.Revealed == f.Key {
				fv.Value.Text = d.Plain
			}
		}
		switch {
		case fv.Value.Long:
			d.Texts = append(d.Texts, fv)
		case f.Type == catalog.LinesType:
			d.Tables = append(d.Tables, fv)
		case fv.Value.Empty(), f.Type == catalog.Ref:
		case f.Key == t.Title && !fv.Value.Seal && f.Type == catalog.Text:
		default:
			d.Facts = append(d.Facts, fv)
		}
	}
	if row.Office != "" && t.Office == "" {
		d.Facts = append(d.Facts, factView{Label: v.t("record.office"), Value: cell{Text: v.officeName(row.Office)}})
	}
	if row.Plan != nil {
		name := row.Plan.Plan
		if p := v.view.Cat.Plans[row.Plan.Plan]; p != nil {
			name = v.in(p.Label)
		}
		d.Facts = append(d.Facts, factView{Label: v.t("record.plan"), Value: cell{Text: name + " " + row.Plan.Key}})
	}
	d.Reasons = []string{v.t("reason.contact"), v.t("reason.callback"), v.t("reason.duplicate")}
	return nil
}

// timeline tells the events of a record, newest first.
func (v *visit) timeline(t *catalog.Type, row *store.RecordRow, d *recordView) error {
	events, err := v.r.Q().EventsOf(v.ctx, v.r.Town(), row.ID, 500)
	if err != nil {
		return err
	}
	for i := len(events) - 1; i >= 0; i-- {
		e := &events[i]
		ev := v.eventView(t, e)
		ev.Latest = len(d.Events) == 0
		if e.Op == town.Reveal {
			d.Looks = append(d.Looks, lookView{Who: ev.Who, Why: ev.Quote, At: ev.At})
			continue
		}
		d.Events = append(d.Events, ev)
	}
	return nil
}

// eventView tells one event. t is nil for town data.
func (v *visit) eventView(t *catalog.Type, e *store.EventRow) eventView {
	ev := eventView{At: v.stamp(e.At), ISO: v.iso(e.At), Seq: e.Seq, Who: v.personName(e.Actor, e.Kind)}
	switch {
	case e.Role == "" || e.Kind == town.System:
	case ev.Who == v.t("actor.sim") || ev.Who == v.t("actor.unknown"):
		ev.Who = v.roleName(e.Role)
	default:
		ev.Who += " " + v.roleName(e.Role)
	}
	if e.Day != e.At.Day(v.view.Zone()) && e.Day != town.NoDay {
		ev.Day = e.Day.String()
	}
	if e.Op == town.Reveal || e.Op == town.Erase || e.Op == town.Put || t == nil {
		m, err := town.ParseObject([]byte(e.Body))
		if err != nil {
			return ev
		}
		ev.Quote, _ = m["reason"].(string)
		switch e.Op {
		case town.Reveal:
			key, _ := m["field"].(string)
			name := key
			if t != nil {
				if f := t.Field(key); f != nil {
					name = v.in(f.Label)
				}
			}
			ev.What = v.t("event.reveal", name)
		case town.Erase:
			ev.What = v.t("event.erase")
		case town.Put:
			reg, _ := m["register"].(string)
			key, _ := m["key"].(string)
			ev.What = v.t("event.put", v.registerName(reg), key)
		default:
			ev.What = v.t("event." + string(e.Op))
			if strings.HasPrefix(ev.What, "⟦") {
				ev.What = string(e.Op)
			}
		}
		return ev
	}
	b, err := flow.DecodeBody([]byte(e.Body))
	if err != nil {
		ev.What = string(e.Op)
		return ev
	}
	switch b.Op {
	case town.Create:
		ev.What = v.t("event.create", v.in(t.Label))
	case town.Move:
		if b.Step != nil {
			ev.What = b.Step.Move
			if m := t.Move(b.Step.Move); m != nil {
				ev.What = v.in(m.Label)
			}
			if s := t.Stage(b.Step.To); s != nil && b.Step.From != b.Step.To {
				ev.What += " → " + v.in(s.Label)
			}
			if b.Step.Days > 0 {
				ev.Detail = append(ev.Detail, v.t("form.days")+v.punct("：")+strconv.Itoa(int(b.Step.Days)))
			}
		}
	case town.Correct:
		ev.What = v.t("event.correct")
	case town.Void:
		ev.What = v.t("event.void")
	case town.Undo:
		ev.What = v.t("event.undo")
	default:
		if ev.What = v.t("event." + string(b.Op)); strings.HasPrefix(ev.What, "⟦") {
			ev.What = string(b.Op)
		}
	}
	for _, f := range t.Fields {
		x, ok := b.Set[f.Key]
		if !ok || b.Op == town.Create {
			continue
		}
		to := v.brief(f, x)
		if was := b.Was[f.Key]; was != nil {
			ev.Detail = append(ev.Detail, v.in(f.Label)+v.punct("：")+v.brief(f, was)+" → "+to)
		} else {
			ev.Detail = append(ev.Detail, v.in(f.Label)+v.punct("：")+to)
		}
	}
	for _, fix := range b.Fixes {
		if fix.Day != town.NoDay {
			ev.Detail = append(ev.Detail, v.t("event.fixday", fix.Step+1, fix.WasDay.String(), fix.Day.String()))
		}
		if fix.Office != "" {
			ev.Detail = append(ev.Detail, v.t("event.fixoffice", fix.Step+1, v.officeName(fix.WasOffice), v.officeName(fix.Office)))
		}
	}
	ev.Quote = b.Reason
	if b.Note != "" {
		if ev.Quote != "" {
			ev.Quote += v.punct("；")
		}
		ev.Quote += b.Note
	}
	return ev
}

// brief writes a value in one line.
func (v *visit) brief(f *catalog.Field, x any) string {
	c := v.cell(f, x)
	switch {
	case c.Empty():
		return v.t("none")
	case len(c.Rows) > 0:
		return v.t("lines", len(c.Rows))
	case len(c.Files) > 0:
		return c.Files[0].Name
	case len(c.Chips) > 0:
		return strings.Join(c.Chips, v.punct("、"))
	}
	s := c.Text
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	if c.Unit != "" {
		s += " " + c.Unit
	}
	return s
}

func (v *visit) registerName(key string) string {
	name := v.t("data." + key)
	if strings.HasPrefix(name, "⟦") {
		return key
	}
	return name
}

// linked lists the records that this one refers to and that refer to it.
func (v *visit) linked(t *catalog.Type, row *store.RecordRow, d *recordView) error {
	for _, f := range t.Fields {
		if f.Type != catalog.Ref {
			continue
		}
		if id := row.Int(f.Key); id != 0 {
			l := v.refOf(town.ID(id))
			row := linkRow{Href: "/r/" + strconv.FormatInt(id, 10), Text: l.Text, Note: v.in(f.Label) + " · " + l.Note}
			if l.Hidden {
				row.Href, row.Note = "", v.in(f.Label)+" · "+v.t("figure.notyours")
			}
			d.Out = append(d.Out, row)
		}
	}
	links, err := v.r.Q().Links(v.ctx, v.r.Town(), row.ID, 400)
	if err != nil {
		return err
	}
	var group *linkGroup
	last, n := int64(0), 0
	for _, l := range links {
		typ, field := v.view.FieldOf(l.Field)
		ct := v.view.Cat.Types[typ]
		if ct == nil || !v.seesType(ct) {
			continue
		}
		if l.Field != last {
			last, n = l.Field, 0
			name := v.in(ct.Label)
			if f := ct.Field(field); f != nil && v.in(f.Label) != d.TypeName {
				name += v.punct("（") + v.in(f.Label) + v.punct("）")
			}
			d.Links = append(d.Links, linkGroup{Title: name, More: "/t/" + typ + "?where=" + field + "+%3D%3D+" + d.ID})
			group = &d.Links[len(d.Links)-1]
		}
		n++
		group.N = strconv.Itoa(n)
		if len(group.Rows) < 6 {
			child, err := v.r.Record(l.Source)
			if err != nil {
				return err
			}
			if child == nil || !v.maySee(ct, child) {
				continue
			}
			note := ""
			if s := ct.Stage(child.Stage); s != nil {
				note = v.in(s.Label)
			}
			if child.Number != "" {
				note = child.Number + " · " + note
			}
			group.Rows = append(group.Rows, linkRow{Href: fmt.Sprintf("/r/%d", child.ID), Text: v.titleOf(ct, child), Note: note})
		}
	}
	d.Links = slices.DeleteFunc(d.Links, func(g linkGroup) bool { return len(g.Rows) == 0 })
	return nil
}

// counted says which figures the record counts in, from its marks in force.
func (v *visit) counted(row *store.RecordRow, d *recordView) {
	if row.Marks == "" || row.Voided {
		return
	}
	byID := map[int64]*catalog.Figure{}
	for _, key := range v.view.Cat.FigureOrder {
		if id := v.view.FigureID(key); id != 0 {
			byID[id] = v.view.Cat.Figures[key]
		}
	}
	type sum struct {
		n   int64
		day town.Day
	}
	sums := map[*catalog.Figure]*sum{}
	var order []*catalog.Figure
	for _, line := range strings.Split(row.Marks, "\n") {
		parts := strings.Split(line, "\t")
		if len(parts) < 5 {
			continue
		}
		id, _ := strconv.ParseInt(parts[0], 10, 64) // a damaged line is found by fsck, not here
		day, _ := strconv.ParseInt(parts[2], 10, 64)
		n, _ := strconv.ParseInt(parts[4], 10, 64)
		f := byID[id]
		if f == nil || town.Day(day) > v.today_ {
			continue
		}
		if sums[f] == nil {
			sums[f] = &sum{}
			order = append(order, f)
		}
		sums[f].n += n
		sums[f].day = max(sums[f].day, town.Day(day))
	}
	for _, f := range order {
		s := sums[f]
		if s.n == 0 && f.While != nil {
			continue
		}
		text := signed(decimalText(s.n, f.Scale))
		d.Counts = append(d.Counts, countView{Href: "/figures/" + f.Key, Name: v.in(f.Label), N: text, Unit: v.unit(f.Unit), Note: v.t("record.countson", s.day.String())})
	}
}

// move makes a move on the record of the path.
func (v *visit) move() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	var t *catalog.Type
	if err := v.read(func() (err error) { t, _, err = v.seen(id); return err }); err != nil {
		return err
	}
	m := t.Move(v.req.PathValue("move"))
	if m == nil {
		return town.Refuse(town.Missing, "move", "没有这个办理动作。", "there is no such move.")
	}
	values, sealed, err := v.given(m.Fields(t))
	days, _ := strconv.ParseInt(v.req.PostFormValue("days"), 10, 32) // the hall says what is missing
	cmd := town.Command{Op: town.Move, Record: id, Rev: v.rev(), Move: m.Key, Fields: values, Sealed: sealed,
		Reason: v.text("reason"), Note: v.text("note"), Days: int32(days)}
	if err == nil {
		_, err = v.do(cmd)
	} else {
		err = v.tried(err, cmd)
	}
	if err != nil {
		return v.showRecord(attempt{move: m.Key, err: err})
	}
	v.redirect("/r/" + strconv.FormatInt(int64(id), 10) + "?done=move")
	return nil
}

func (v *visit) text(name string) string { return strings.TrimSpace(v.req.PostFormValue(name)) }

func (v *visit) rev() int64 {
	n, _ := strconv.ParseInt(v.req.PostFormValue("rev"), 10, 64) // 0 = whatever stands
	return n
}

// void makes the record count nowhere.
func (v *visit) void() error { return v.mend(town.Void, "void") }

// undo takes the last step back.
func (v *visit) undo() error { return v.mend(town.Undo, "undo") }

func (v *visit) mend(op town.Op, done string) error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	if err := v.read(func() error { _, _, err := v.seen(id); return err }); err != nil {
		return err
	}
	if _, err := v.do(town.Command{Op: op, Record: id, Rev: v.rev(), Reason: v.text("reason")}); err != nil {
		return v.showRecord(attempt{err: err})
	}
	v.redirect("/r/" + strconv.FormatInt(int64(id), 10) + "?done=" + done)
	return nil
}

// reveal shows one sealed field once; the look is an event.
func (v *visit) reveal() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	if err := v.read(func() error { _, _, err := v.seen(id); return err }); err != nil {
		return err
	}
	reason := v.text("why")
	if other := v.text("other"); other != "" {
		reason = other
	}
	field := v.text("field")
	ans, err := v.do(town.Command{Op: town.Reveal, Record: id, Field: field, Reason: reason})
	if err != nil {
		return v.showRecord(attempt{err: err})
	}
	return v.showRecord(attempt{revealed: field, plain: ans.Text})
}

// formView is the page of a new record or of a correction.
type formView struct {
	Page
	Heading  string
	Sentence string
	Back     string
	BackText string
	Action   string
	Inputs   []input
	Wrong    string
	Faults   []option // what is wrong, with the control it is about
	Rev      int64
	Reason   bool
	Why      string
	WhyWrong string
	Submit   string
	Files    bool
	Steps    []option
}

func (v *visit) newPage() error { return v.showNew(nil) }

func (v *visit) showNew(refused error) error {
	t, err := v.typeOf()
	if err != nil {
		return err
	}
	if !v.mayOpen(t) {
		names := make([]string, len(t.OpensBy))
		for i, r := range t.OpensBy {
			names[i] = v.roleName(r)
		}
		return &town.Error{Kind: town.Denied, Zh: "新建“" + t.Label.Zh + "”须由" + strings.Join(names, "、") + "办理。", En: "A new " + t.Label.In("en") + " is opened by: " + strings.Join(names, ", ") + "."}
	}
	d := formView{Heading: v.t("new.title", v.in(t.Label)), Back: "/t/" + t.Key, BackText: v.in(t.Label), Action: "/t/" + t.Key + "/new", Submit: v.t("new.submit"), Files: true}
	d.Page = v.page(d.Heading, "registers")
	err = v.read(func() error {
		later := laterFields(v.view.Cat, t)
		for _, f := range typed(t) {
			if later[f.Key] {
				continue
			}
			x := f.Default
			if x == nil && f.Type == catalog.Bool && !f.Required {
				x = false // what is kept when nobody ticks it is what the form shows
			}
			in := v.inputOf(f, "f."+f.Key, x)
			if s := v.req.URL.Query().Get("f." + f.Key); s != "" {
				in.Value = s
			}
			d.Inputs = append(d.Inputs, in)
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if refused != nil {
		if status, err = v.again(&d, t, refused); err != nil {
			return err
		}
	}
	return v.renderStatus("form", &d, status)
}

// again makes a form that was refused ready to be mended; it gives the HTTP status.
func (v *visit) again(d *formView, t *catalog.Type, refused error) (status int, err error) {
	d.Wrong, status = v.sentence(refused)
	d.Why = v.text("reason")
	err = v.read(func() error { return v.refill(d.Inputs, typed(t)) })
	with := d.Inputs
	if d.Reason {
		with = append(slices.Clone(d.Inputs), input{Name: "reason", ID: "why"})
	}
	d.Faults = v.faulty(with, refused)
	copy(d.Inputs, with)
	if d.Reason {
		d.WhyWrong = with[len(with)-1].Wrong
	}
	return status, err
}

// laterFields are asked by moves, or set as their effect, not at the opening: a
// form that asks them all would be long and mostly empty.
func laterFields(cat *catalog.Catalog, t *catalog.Type) map[string]bool {
	out := map[string]bool{}
	later := func(f *catalog.Field) {
		if f != nil && !f.Required && f.Key != t.Place && f.Key != t.Title {
			out[f.Key] = true
		}
	}
	for _, m := range t.Moves {
		for _, f := range m.Fields(t) {
			later(f)
		}
	}
	for _, from := range cat.Types {
		for _, m := range from.Moves {
			for _, s := range m.Sets {
				if s.Ref == "" && from == t {
					later(t.Field(s.Field))
				} else if f := from.Field(s.Ref); f != nil && f.RefType == t.Key {
					later(t.Field(s.Field))
				}
			}
		}
	}
	return out
}

func (v *visit) newRecord() error {
	t, err := v.typeOf()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	values, sealed, err := v.given(typed(t))
	cmd := town.Command{Op: town.Create, Type: t.Key, Fields: values, Sealed: sealed}
	if err != nil {
		return v.showNew(v.tried(err, cmd))
	}
	cmd.Fields = dropEmpty(values)
	ans, err := v.do(cmd)
	if err != nil {
		return v.showNew(err)
	}
	v.redirect("/r/" + strconv.FormatInt(int64(ans.Record), 10) + "?done=new")
	return nil
}

func (v *visit) correctPage() error { return v.showCorrect(nil) }

func (v *visit) showCorrect(refused error) error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	d := formView{Submit: v.t("correct.submit"), Reason: true, Files: true}
	var t *catalog.Type
	err = v.read(func() error {
		var row *store.RecordRow
		if t, row, err = v.seen(id); err != nil {
			return err
		}
		if !v.mayMend(t, row) {
			return town.Refuse(town.Denied, "", "您的岗位不能更正这类记录。", "your post may not correct records of this type.")
		}
		v.of = row.ID
		d.Heading = v.t("correct.title", v.titleOf(t, row))
		d.Sentence = v.t("correct.sentence")
		d.Back = fmt.Sprintf("/r/%d", row.ID)
		d.BackText, d.Action, d.Rev = refKey(row), d.Back+"/correct", row.Rev
		d.Page = v.page(d.Heading, "registers")
		later := laterFields(v.view.Cat, t)
		for _, f := range typed(t) {
			x := answer(t, row, f)
			has := x != nil
			if !has && !f.Required && later[f.Key] {
				continue
			}
			in := v.inputOf(f, "f."+f.Key, x)
			if f.Type == catalog.Place && !has {
				for i := range in.Options {
					in.Options[i].On = false
				}
			}
			if hall.SealedField(f) {
				in.Required = false
			}
			d.Inputs = append(d.Inputs, in)
		}
		for i, s := range row.Steps {
			name := s.Move
			if m := t.Move(s.Move); m != nil {
				name = v.in(m.Label)
			} else if i == 0 {
				name = v.t("event.create", v.in(t.Label))
			}
			d.Steps = append(d.Steps, option{Value: strconv.Itoa(i), Text: name, Note: s.Day.String()})
		}
		return nil
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if refused != nil {
		if status, err = v.again(&d, t, refused); err != nil {
			return err
		}
	}
	return v.renderStatus("form", &d, status)
}

// correct replaces fields, or the day of a step.
func (v *visit) correct() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	var t *catalog.Type
	var row *store.RecordRow
	if err := v.read(func() (err error) { t, row, err = v.seen(id); return err }); err != nil {
		return err
	}
	cmd := town.Command{Op: town.Correct, Record: id, Rev: v.rev(), Reason: v.text("reason"), Step: -1}
	if s := v.text("step"); s != "" {
		n, err := strconv.Atoi(s)
		day, err2 := town.ParseDay(v.text("day"))
		if err != nil || err2 != nil {
			return v.showCorrect(town.Refuse(town.Invalid, "day", "请填写这一步的正确日期。", "give the right day of the step."))
		}
		cmd.Step, cmd.Day = n, day
	} else {
		values, sealed, err := v.given(typed(t))
		if err != nil {
			cmd.Fields, cmd.Sealed = values, sealed
			return v.showCorrect(v.tried(err, cmd))
		}
		for k, x := range values { // only what differs is a correction
			was, has := row.Value(k)
			if !has && x == nil || has && x != nil && same(was, x) {
				delete(values, k)
			}
		}
		cmd.Fields, cmd.Sealed = values, sealed
	}
	if _, err := v.do(cmd); err != nil {
		return v.showCorrect(err)
	}
	v.redirect("/r/" + strconv.FormatInt(int64(id), 10) + "?done=correct")
	return nil
}

func same(a, b any) bool {
	return string(town.AppendJSON(nil, a)) == string(town.AppendJSON(nil, b))
}

// file gives a stored file to who may see the record that names it.
func (v *visit) file() error {
	id, err := v.recordID()
	if err != nil {
		return err
	}
	hash := v.req.PathValue("hash")
	var b store.BlobRow
	if err := v.read(func() error {
		_, row, err := v.seen(id)
		if err != nil {
			return err
		}
		if !v.view.NamesFile(&row.Record, hash) {
			return town.Refuse(town.Missing, "file", "这条记录里没有这个文件。", "this record holds no such file.")
		}
		b, _, err = v.r.Q().Blob(v.ctx, v.r.Town(), hash)
		return err
	}); err != nil {
		return err
	}
	f, err := v.cfg.Blobs.Open(hash)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h := v.w.Header()
	mime := b.Mime
	inline := strings.HasPrefix(mime, "image/") && mime != "image/svg+xml"
	if !inline {
		mime = "application/octet-stream"
		h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+urlName(b.Name, hash))
	}
	h.Set("Content-Type", mime)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(v.w, v.req, "", info.ModTime(), f)
	return nil
}
