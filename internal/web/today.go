package web

import (
	"slices"
	"strconv"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
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
	Late, Soon int
	Queue      []queueRow
	QueueAll   string
	Back       []queueRow
	Wait       []queueRow
	Moved      []movedFigure
	News       []railItem
	Open       []option // types this person may open
	Calendar   []string
}

// work is what waits for the visitor: types with the stages in which a move is theirs.
func (v *visit) work() store.Work {
	w := store.Work{Stages: map[int64][]string{}, N: 40}
	for _, key := range v.view.Cat.TypeOrder {
		t := v.view.Cat.Types[key]
		id := v.view.TypeID(key)
		if id == 0 {
			continue
		}
		var stages []string
		for _, m := range t.Moves {
			if !v.holdsAny(m.By) {
				continue
			}
			for _, from := range m.From {
				if s := t.Stage(from); s != nil && !s.Done && !s.Void && !slices.Contains(stages, from) && advances(t, m, from) {
					stages = append(stages, from)
				}
			}
		}
		if len(stages) > 0 {
			w.Stages[id] = stages
		}
	}
	v.reach(&w)
	return w
}

// advances tells whether a move leads on from a stage: staying there is no work
// that waits, and what asks for a reason is the exception, not the next step.
func advances(t *catalog.Type, m *catalog.Move, from string) bool {
	return m.To != "" && m.To != "same" && m.To != from && !slices.Contains(m.Needs, "reason")
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

func (v *visit) queueRow(row *store.RecordRow) (queueRow, *catalog.Type) {
	v.r.Name(row)
	t := v.view.Cat.Types[row.Type]
	if t == nil {
		return queueRow{}, nil
	}
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
	if s := t.Stage(row.Stage); s != nil {
		meta = append(meta, v.in(s.Label))
	}
	for i, m := range meta {
		if i > 0 {
			q.Meta += " · "
		}
		q.Meta += m
	}
	return q, t
}

func (v *visit) today() error {
	d := todayView{Page: v.page(v.t("nav.today"), "today")}
	err := v.read(func() error {
		work := v.work()
		rows, err := v.r.Q().Waiting(v.ctx, v.r.Town(), work)
		if err != nil {
			return err
		}
		day := int64(24 * 3600 * 1000)
		for _, row := range rows {
			q, t := v.queueRow(row)
			if t == nil || !v.maySee(t, row) {
				continue
			}
			for _, m := range t.Moves {
				if v.holdsAny(m.By) && slices.Contains(m.From, row.Stage) && advances(t, m, row.Stage) && v.barred(t, row, m) == nil {
					q.Move = v.in(m.Label)
					break
				}
			}
			if q.Move == "" {
				continue
			}
			if row.Due != 0 {
				if row.Due <= v.now {
					d.Late++
				} else if int64(row.Due-v.now) < day {
					d.Soon++
				}
			}
			if n := len(row.Steps); n > 1 && v.cameBack(t, row) && len(d.Back) < 8 {
				d.Back = append(d.Back, q)
				continue
			}
			if len(d.Queue) < 20 {
				d.Queue = append(d.Queue, q)
			}
		}
		n, err := v.r.Q().CountWaiting(v.ctx, v.r.Town(), work)
		if err != nil {
			return err
		}
		d.QueueAll = group(n)
		if err := v.waiting(&d, work); err != nil {
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
func (v *visit) waiting(d *todayView, mine store.Work) error {
	w := store.Work{Stages: map[int64][]string{}, Person: v.member.ID, N: 30}
	for _, key := range v.view.Cat.TypeOrder {
		t := v.view.Cat.Types[key]
		id := v.view.TypeID(key)
		if id == 0 {
			continue
		}
		for _, s := range t.Stages {
			if !s.Done && !s.Void && !slices.Contains(mine.Stages[id], s.Key) {
				w.Stages[id] = append(w.Stages[id], s.Key)
			}
		}
	}
	rows, err := v.r.Q().Waiting(v.ctx, v.r.Town(), w)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if q, t := v.queueRow(row); t != nil && v.maySee(t, row) && len(d.Wait) < 8 {
			d.Wait = append(d.Wait, q)
		}
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
