package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// queueRow is a record that waits for somebody.
type queueRow struct {
	Href, Title, Meta string
	Class, Chip       string
	Move              string // the next step, in words
}

// movedFigure is a figure that today's or yesterday's work changed.
type movedFigure struct {
	Href, Name, Note string
	Value            shown
}

// todayView is the page "today".
type todayView struct {
	Page
	Late, Soon int64
	Queue      []queueRow
	QueueAll   string
	Rest       string   // said under the queue when it does not show all
	RestHref   string   // where more of it is
	By         []option // where the work stands: registers with counts
	Back       []queueRow
	BackAll    int
	Wait       []queueRow
	WaitAll    string
	Moved      []movedFigure
	Alarms     []alarmRow // alerts that ask the visitor's offices to act
	News       []railItem
	Open       []option // types this person may open
	Calendar   []string
	Faults     int // jobs of the system that failed, for the administrator
}

// work is what waits for the visitor: types with the stages in which the next step of the
// ordinary way is theirs, and apart from these the stages in which another move of theirs leads on.
func (v *visit) work() (ordinary, beside store.Work) {
	ordinary, beside = store.Work{Stages: map[int64][]string{}, N: mostWork}, store.Work{Stages: map[int64][]string{}, N: mostWork}
	for _, key := range v.view.Cat.TypeOrder {
		t := v.view.Cat.Types[key]
		id := v.view.TypeID(key)
		if id == 0 {
			continue
		}
		for _, s := range t.Stages {
			next, leads := false, false
			for _, m := range t.Moves {
				if v.holdsAny(m.By) && slices.Contains(m.From, s.Key) && advances(t, m, s.Key) {
					leads = true
					next = next || usualNext(t, m, s.Key)
				}
			}
			switch {
			case next:
				ordinary.Stages[id] = append(ordinary.Stages[id], s.Key)
			case leads:
				beside.Stages[id] = append(beside.Stages[id], s.Key)
			}
		}
	}
	v.reach(&ordinary)
	v.reach(&beside)
	return ordinary, beside
}

// advances tells whether a move leads on from a stage: staying there is no work
// that waits, what asks for a reason is the exception and not the next step, and
// after a stage in which work is done nothing is next.
func advances(t *catalog.Type, m *catalog.Move, from string) bool {
	if s := t.Stage(from); s == nil || s.Done || s.Void {
		return false
	}
	return m.To != "" && m.To != "same" && m.To != from && !slices.Contains(m.Needs, "reason")
}

// usualNext tells whether a move from a stage goes the ordinary way: the shortest to
// where the work is done, or to the stage that is declared right after it.
func usualNext(t *catalog.Type, m *catalog.Move, from string) bool {
	if way := t.Way(from); len(way) > 0 && m.To == way[0] {
		return true
	}
	at := slices.IndexFunc(t.Stages, func(s *catalog.Stage) bool { return s.Key == from })
	return at >= 0 && at+1 < len(t.Stages) && t.Stages[at+1].Key == m.To && !t.Stages[at+1].Void
}

// reach narrows a work to what the visitor's posts reach.
func (v *visit) reach(w *store.Work) {
	var offices []string
	var places []int64
	town, own := false, len(v.member.Posts) > 0
	for _, p := range v.member.Posts {
		r := v.view.Cat.Roles[p.Role]
		if r == nil {
			continue
		}
		if r.Scope != catalog.ScopeOwn {
			own = false
		} else if p.For != 0 { // what concerns whom the post is held for is looked at one by one
			town = true
		}
		switch r.Scope {
		case catalog.ScopeTown:
			town = true
		case catalog.ScopeOffice:
			office := p.Office
			if office == "" {
				office = r.Office
			}
			offices = append(offices, office)
		case catalog.ScopePlace:
			if pl := v.view.Place(p.Place); pl != nil && pl.ID != 0 {
				places = append(places, pl.Down...)
			} else {
				town = true
			}
		}
	}
	if len(offices) > 0 && len(places) > 0 { // two posts of two reaches: what is not theirs falls away later
		town = true
	}
	if !town {
		w.Offices, w.Places = offices, places
		if own {
			w.Person = v.member.ID
		}
	}
	if p := v.view.Place(v.place()); p != nil && p.ID != 0 && w.Places == nil {
		w.Places = p.Down
	}
}

func (v *visit) queueRow(t *catalog.Type, row *store.RecordRow) queueRow {
	q := queueRow{Href: "/r/" + strconv.FormatInt(int64(row.ID), 10), Title: v.titleOf(t, row)}
	q.Class, q.Chip = v.chipOfRow(row)
	meta := []string{}
	if row.Number != "" && q.Title != row.Number {
		meta = append(meta, row.Number)
	}
	meta = append(meta, v.in(t.Label))
	if row.PlaceID != 0 {
		meta = append(meta, v.placePath(row.Place))
	}
	if row.Office != "" {
		meta = append(meta, v.officeName(row.Office))
	}
	if s := t.Stage(row.Stage); s != nil {
		meta = append(meta, v.in(s.Label))
	}
	if q.Chip == "" && len(row.Steps) > 0 {
		meta = append(meta, v.t("today.since2", row.Steps[len(row.Steps)-1].Day.String()))
	}
	q.Meta = strings.Join(meta, " · ")
	return q
}

// How much of the work is looked at and shown.
const (
	mostWork  = 300 // up to so many records each is looked at, and every count is exact to the last
	mostQueue = 20
	mostAside = 8
)

func (v *visit) today() error {
	d := todayView{Page: v.page(v.t("nav.today"), "today")}
	err := v.read(func() error {
		ordinary, beside := v.work()
		if err := v.queue(&d, ordinary, beside); err != nil {
			return err
		}
		if err := v.waiting(&d, ordinary, beside); err != nil {
			return err
		}
		if v.holds("admin") {
			faults, err := v.r.Faults(mostFaults)
			if err != nil {
				return err
			}
			d.Faults = len(faults)
		}
		var err error
		if d.Alarms, err = v.alertsOf(); err != nil {
			return err
		}
		return v.moved(&d)
	})
	if err != nil {
		return err
	}
	for _, key := range v.view.Cat.TypeOrder {
		if t := v.view.Cat.Types[key]; v.mayOpen(t) && len(d.Open) < 12 {
			d.Open = append(d.Open, option{Value: key, Text: v.in(t.Label)})
		}
	}
	for i := town.Day(0); i < 10; i++ {
		if work, known := v.view.Calendar().Workday(v.today_ + i); known && !work {
			d.Calendar = append(d.Calendar, v.dayLong(v.today_+i))
		}
	}
	return v.render("today", &d)
}

// queue lists what the visitor has to do: first what waits for the ordinary next step of
// theirs, then what they may move otherwise, the most urgent first in each. Where no more than
// mostWork records stand in stages that are the visitor's, each is looked at and the
// counts are exact; where more do, the page says what is counted instead.
func (v *visit) queue(d *todayView, works ...store.Work) error {
	var by []store.TypeCount
	all := int64(0)
	for _, work := range works {
		counts, err := v.r.Q().WaitingBy(v.ctx, v.r.Town(), work)
		if err != nil {
			return err
		}
		by = append(by, counts...)
	}
	for _, c := range by {
		all += c.N
	}
	whole, most := all <= mostWork, mostQueue
	if v.req.URL.Query().Get("all") != "" {
		most = mostWork
	}
	var rows []*store.RecordRow
	for _, work := range works {
		if !whole {
			work.N = 3*most - len(rows)
		}
		if work.N <= 0 {
			break
		}
		more, err := v.r.Q().Waiting(v.ctx, v.r.Town(), work)
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	const day = town.Millis(24 * 3600 * 1000)
	todo := int64(0)
	var shown, back []*store.RecordRow
	counts := map[string]int64{}
	for _, row := range rows {
		v.r.Name(row)
		t := v.view.Cat.Types[row.Type]
		if t == nil || !v.maySee(t, row) {
			continue
		}
		move := v.next(t, row)
		if move == nil {
			continue
		}
		if row.Due != 0 && row.Due <= v.now {
			d.Late++
		} else if row.Due != 0 && row.Due-v.now < day {
			d.Soon++
		}
		counts[t.Key]++
		q := v.queueRow(t, row)
		q.Move = v.in(move.Label)
		if len(row.Steps) > 1 && v.cameBack(t, row) {
			if d.BackAll++; len(d.Back) < mostAside {
				d.Back, back = append(d.Back, q), append(back, row)
			}
			continue
		}
		if todo++; len(d.Queue) < most {
			d.Queue, shown = append(d.Queue, q), append(shown, row)
		}
	}
	v.tellApart(d.Queue, shown)
	v.tellApart(d.Back, back)
	d.QueueAll = group(todo)
	if whole {
		if int(todo) > len(d.Queue) {
			d.Rest, d.RestHref = v.t("today.rest", len(d.Queue), d.QueueAll), "/?all=1"
		}
	} else {
		d.QueueAll = group(all)
		if d.Rest = v.t("today.restmany", len(d.Queue), d.QueueAll); most == mostQueue {
			d.RestHref = "/?all=1"
		}
		d.Late, d.Soon = 0, 0
		for _, work := range works {
			late, err := v.r.Q().WaitingDue(v.ctx, v.r.Town(), work, v.now)
			if err != nil {
				return err
			}
			soon, err := v.r.Q().WaitingDue(v.ctx, v.r.Town(), work, v.now+day-1)
			if err != nil {
				return err
			}
			d.Late, d.Soon = d.Late+late, d.Soon+soon-late
		}
		clear(counts)
		for _, c := range by {
			counts[v.view.TypeOf(c.Type)] += c.N
		}
	}
	stages := map[string][]string{}
	for _, c := range by {
		stages[v.view.TypeOf(c.Type)] = append(stages[v.view.TypeOf(c.Type)], c.Stage)
	}
	for _, key := range v.view.Cat.TypeOrder {
		if n := counts[key]; n > 0 {
			to := key
			if len(stages[key]) == 1 {
				to += "?stage=" + stages[key][0]
			}
			d.By = append(d.By, option{Value: to, Text: v.in(v.view.Cat.Types[key].Label), Note: group(n)})
		}
	}
	n := func(o option) int64 { key, _, _ := strings.Cut(o.Value, "?"); return counts[key] }
	slices.SortStableFunc(d.By, func(a, b option) int { return cmp.Compare(n(b), n(a)) })
	return nil
}

// next is the move that the visitor can make now and that leads on: the one on the
// ordinary way before any other.
func (v *visit) next(t *catalog.Type, row *store.RecordRow) *catalog.Move {
	var first *catalog.Move
	way := t.Way(row.Stage)
	for _, m := range t.Moves {
		if !v.holdsAny(m.By) || !slices.Contains(m.From, row.Stage) || !advances(t, m, row.Stage) {
			continue
		}
		ahead := len(way) > 0 && m.To == way[0]
		if first != nil && !ahead || v.barred(t, row, m) != nil {
			continue
		}
		if first = m; ahead {
			break
		}
	}
	return first
}

// tellApart adds to titles that several rows of a list share what tells these rows
// apart: what their type is unique by, then choices, offices, places, and at last the
// number or the day on which they were opened.
func (v *visit) tellApart(list []queueRow, rows []*store.RecordRow) {
	alike := map[string][]int{}
	for i := range list {
		alike[rows[i].Type+"\x00"+list[i].Title] = append(alike[rows[i].Type+"\x00"+list[i].Title], i)
	}
	for _, at := range alike {
		if len(at) < 2 {
			continue
		}
		said := make([]string, len(at))
		for _, say := range v.marksOff(v.view.Cat.Types[rows[at[0]].Type]) {
			words := make([]string, len(at))
			kinds, pairs := map[string]bool{}, map[string]bool{}
			for k, i := range at {
				words[k] = say(rows[i])
				kinds[words[k]], pairs[said[k]] = true, true
			}
			if len(pairs) == len(at) {
				break
			}
			if len(kinds) == 1 {
				continue
			}
			for k := range at {
				if words[k] != "" {
					said[k] += " · " + words[k]
				}
			}
		}
		for k, i := range at {
			list[i].Title += said[k]
		}
	}
}

// marksOff are the things that may tell two records of a type apart, the best first.
func (v *visit) marksOff(t *catalog.Type) []func(*store.RecordRow) string {
	var out []func(*store.RecordRow) string
	var fields []string
	if t.Unique != nil {
		fields = append(fields, t.Unique.By...)
	}
	for _, f := range t.Fields {
		switch f.Type {
		case catalog.ChoiceType, catalog.OfficeType, catalog.Place, catalog.Ref, catalog.PeriodType:
			fields = append(fields, f.Key)
		}
	}
	for _, key := range fields {
		f := t.Field(key)
		if f == nil || f.Key == t.Title || hall.SealedField(f) {
			continue
		}
		out = append(out, func(row *store.RecordRow) string {
			x, _ := row.Value(f.Key)
			return v.cell(f, x).Text
		})
	}
	return append(out,
		func(row *store.RecordRow) string { return v.officeName(row.Office) },
		func(row *store.RecordRow) string { return row.Number },
		func(row *store.RecordRow) string { return row.Steps[0].Day.String() },
		func(row *store.RecordRow) string { return "#" + strconv.FormatInt(int64(row.ID), 10) })
}

// cameBack tells whether the last step led to a stage the record had left before.
func (v *visit) cameBack(t *catalog.Type, row *store.RecordRow) bool {
	last := row.Steps[len(row.Steps)-1]
	if last.From == last.To {
		return false
	}
	for _, s := range row.Steps[:len(row.Steps)-1] {
		if s.To == last.To {
			return true
		}
	}
	return false
}

// waiting lists what this person handled and others hold now.
func (v *visit) waiting(d *todayView, mine ...store.Work) error {
	w := store.Work{Stages: map[int64][]string{}, Person: v.member.ID, N: mostWork}
	for _, key := range v.view.Cat.TypeOrder {
		t := v.view.Cat.Types[key]
		id := v.view.TypeID(key)
		if id == 0 {
			continue
		}
		for _, s := range t.Stages {
			if !s.Done && !s.Void && !slices.ContainsFunc(mine, func(w store.Work) bool { return slices.Contains(w.Stages[id], s.Key) }) {
				w.Stages[id] = append(w.Stages[id], s.Key)
			}
		}
	}
	rows, err := v.r.Q().Waiting(v.ctx, v.r.Town(), w)
	if err != nil {
		return err
	}
	n := 0
	var shown []*store.RecordRow
	for _, row := range rows {
		v.r.Name(row)
		t := v.view.Cat.Types[row.Type]
		if t == nil || !v.maySee(t, row) {
			continue
		}
		if n++; len(d.Wait) < mostAside {
			d.Wait, shown = append(d.Wait, v.queueRow(t, row)), append(shown, row)
		}
	}
	v.tellApart(d.Wait, shown)
	if d.WaitAll = strconv.Itoa(n); len(rows) == w.N {
		d.WaitAll += "+" // more than was looked at
	}
	return nil
}

// moved finds figures that changed since yesterday, those of the visitor's types first.
func (v *visit) moved(d *todayView) error {
	var most []*catalog.Figure
	for _, key := range v.view.Cat.FigureOrder {
		f := v.view.Cat.Figures[key]
		if f.Type == nil || f.Kind == catalog.Measure || !v.seesType(f.Type) || f.Type.Sensitive {
			continue
		}
		if f.Gold != "" {
			most = append(most, f)
		}
	}
	since := town.Period{From: v.today_ - 1, Until: v.today_ + 1}
	for _, f := range most {
		if len(d.Moved) >= 6 {
			break
		}
		n, err := v.r.Sum(f, "", v.place(), figure.Spans(since))
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		p := town.YearPeriod(v.today_.Year())
		x, err := figure.Read(v.view.Cat, v.r, figure.Query{Figure: f, Place: v.place(), Period: p, AsOf: v.today_})
		if err != nil {
			return err
		}
		step := v.shown(figure.Value{Known: true, Num: n, Den: 1, Scale: f.Scale, Unit: f.Unit})
		note := v.t("today.since", signedText(step.Text, n)+" "+step.Unit)
		d.Moved = append(d.Moved, movedFigure{Href: "/figures/" + f.Key, Name: v.in(f.Label), Note: note, Value: v.shown(x)})
	}
	return nil
}

func signedText(s string, n int64) string {
	if n > 0 {
		return "+" + s
	}
	return s
}
