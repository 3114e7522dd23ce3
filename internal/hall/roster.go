package hall

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/form"
	"zhenwu/internal/formula"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

var _ form.Book = (*Reader)(nil)

// Roster says which records go into a list of a form.
type Roster struct {
	List  *form.BoundRows
	Ask   form.Ask
	Actor *town.Actor // who asks: only what he may see is listed; nil for the town itself, at its own machine
	// Reveal gives a sealed value as it was written; the look is an event of its own. nil: personal data stays masked.
	Reveal func(record town.ID, field string) (string, error)
}

// Roster gives the rows of a list one by one, in constant memory. What the actor may not see is not there; what is sealed is masked.
func (h *Hall) Roster(r *Reader, o Roster) (iter.Seq2[[]form.Value, error], error) {
	t := o.List.Type
	l := &store.List{Type: t, TypeID: r.v.TypeID(t.Key), From: town.NoDay, Until: town.NoDay, Sort: "id", N: 500,
		Under: func(root town.Code) []int64 {
			if p := r.v.Place(root); p != nil {
				return p.Down
			}
			return nil
		}}
	if l.TypeID == 0 {
		l.TypeID = -1 // no record of it was ever made
	}
	if o.Actor != nil {
		see := access.MaySee(r.v.Cat, t, *o.Actor)
		if see.None() {
			return nil, town.Refuse(town.Denied, "rows", "您看不到“%[1]s”，名单填不了。", "you may not see %[2]s, so its list cannot be filled.", t.Label.Zh, t.Label.In("en"))
		}
		l.See = &see
	}
	if p := r.v.Place(o.Ask.Place); p == nil {
		return nil, town.Refuse(town.Missing, "place", "没有这个地点：%s", "there is no such place: %s", o.Ask.Place)
	} else if p.ID != 0 {
		l.Places = p.Down
	}
	conditions := []string{o.List.Where}
	switch by := o.List.By; by {
	case "":
	case "opened":
		l.From, l.Until = o.Ask.Period.From, min(o.Ask.Period.Until, o.Ask.AsOf+1)
	default:
		conditions = append(conditions, by+" >= '"+o.Ask.Period.From.String()+"'", by+" <= '"+min(o.Ask.Period.Last(), o.Ask.AsOf).String()+"'")
		if f := t.Field(by); f != nil && f.Type == catalog.Time {
			conditions[2] = by + " < '" + (min(o.Ask.Period.Last(), o.Ask.AsOf) + 1).String() + "'"
		}
	}
	for _, c := range conditions {
		if c == "" {
			continue
		}
		p, fault := t.Env.Compile(c, formula.Bool)
		if fault != nil {
			zh := fault.Zh
			if zh == "" {
				zh = fault.Msg
			}
			return nil, town.Refuse(town.Invalid, "rows", "名单的条件“%[1]s”第 %[2]d 个字处：%[3]s", "the condition “%[1]s” of the list, at character %[2]d: %[4]s", c, fault.Offset+1, zh, fault.Msg)
		}
		l.Where = append(l.Where, p)
	}
	if s := o.List.Sort; s != "" {
		if _, _, ok := store.Columns(t, formula.SQLite)(s); !ok && !slices.Contains([]string{"id", "number", "title", "changed", "due", "opened"}, s) {
			return nil, town.Refuse(town.Invalid, "rows", "名单不能按“%s”排序", "a list cannot be sorted by “%s”", s)
		}
		l.Sort = s
	}
	w := &rosterWriter{h: h, r: r, o: o, world: r.World(h.Now()), refs: map[town.ID]string{}}
	for i := range o.List.Columns {
		if c := &o.List.Columns[i]; !c.Skip {
			w.columns = append(w.columns, c)
			if f := t.Field(c.Field); f != nil && sealedField(f) {
				w.sealed = true
			}
		}
	}
	return func(yield func([]form.Value, error) bool) {
		for n := 0; ; {
			rows, err := r.q.Records(r.ctx, r.code, l)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, row := range rows {
				if n++; o.List.Most > 0 && n > o.List.Most {
					return
				}
				r.Name(row.RecordRow)
				values, err := w.row(n, row.RecordRow)
				if !yield(values, err) || err != nil {
					return
				}
			}
			if len(rows) < l.N {
				return
			}
			at := rows[len(rows)-1].At
			l.Last = &at
		}
	}, nil
}

type rosterWriter struct {
	h       *Hall
	r       *Reader
	o       Roster
	world   flow.World
	columns []*form.Column
	sealed  bool
	refs    map[town.ID]string
}

// row writes a record.
func (w *rosterWriter) row(n int, row *store.RecordRow) ([]form.Value, error) {
	t := w.o.List.Type
	var masks map[string]string
	if w.sealed {
		var err error
		if masks, err = w.h.Masks(w.r.ctx, w.r.q, row); err != nil {
			return nil, err
		}
	}
	out := make([]form.Value, len(w.columns))
	for i, c := range w.columns {
		if c.Text != "" {
			out[i] = form.Value{Text: c.Text}
			continue
		}
		switch c.Field {
		case "#":
			out[i] = form.Value{Text: strconv.Itoa(n), Number: true}
			continue
		case "number":
			out[i] = form.Value{Text: row.Number}
			continue
		case "stage":
			if s := t.Stage(row.Stage); s != nil {
				out[i] = form.Value{Text: s.Label.Zh}
			}
			continue
		case "opened":
			out[i] = form.Value{Text: dayAs(row.Opened().String(), c.As)}
			continue
		case "title":
			if f := t.Field(t.Title); f != nil && !sealedField(f) {
				out[i] = form.Value{Text: row.Title}
			}
			continue
		}
		f := t.Field(c.Field)
		if f == nil { // "place", where no field is called so
			out[i] = form.Value{Text: w.place(string(row.Place), c.As)}
			continue
		}
		x, _ := row.Value(f.Key)
		if sealedField(f) {
			text, err := w.personal(row, f, masks[f.Key])
			if err != nil {
				return nil, err
			}
			if f.Type == catalog.IDNumber && text != "" {
				as, ok := form.FormatID(text, c.As)
				if !ok && w.o.Reveal != nil {
					return nil, town.Refuse(town.Invalid, "rows", "%s 的身份证号写不成要求的格式（%s）。", "the ID number of %s cannot be written as asked (%s).", row.Number, c.As)
				}
				text = as
			}
			out[i] = form.Value{Text: text}
			continue
		}
		v, err := w.value(f, x, c.As)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// personal gives a sealed value: masked, or as written where looks are asked for.
func (w *rosterWriter) personal(row *store.RecordRow, f *catalog.Field, mask string) (string, error) {
	if mask == "" || w.o.Reveal == nil {
		return mask, nil
	}
	return w.o.Reveal(row.ID, f.Key)
}

// value writes a value of a field.
func (w *rosterWriter) value(f *catalog.Field, x any, as string) (form.Value, error) {
	switch y := x.(type) {
	case nil:
		return form.Value{}, nil
	case bool:
		return form.Value{Text: map[bool]string{true: "是", false: "否"}[y]}, nil
	case int64:
		if f.Type == catalog.Ref {
			text, err := w.ref(town.ID(y))
			return form.Value{Text: text}, err
		}
		scale := f.Scale
		if f.Type == catalog.Money {
			scale = 2
		}
		return form.Value{Text: decimal(y, scale), Number: as != "text"}, nil
	case []string:
		words := make([]string, len(y))
		for i, s := range y {
			words[i] = w.word(f, s, as)
		}
		return form.Value{Text: strings.Join(words, "、")}, nil
	case string:
		switch f.Type {
		case catalog.Date, catalog.Time:
			return form.Value{Text: dayAs(y, as)}, nil
		case catalog.File, catalog.Photo, catalog.Point:
			return form.Value{}, nil
		}
		return form.Value{Text: w.word(f, y, as)}, nil
	case []map[string]any:
		return form.Value{Text: strconv.Itoa(len(y)), Number: true}, nil
	}
	return form.Value{}, fmt.Errorf("field %s holds a %T, which no form has a cell for", f.Key, x)
}

// word spells a choice, an office or a place; another text is itself.
func (w *rosterWriter) word(f *catalog.Field, s, as string) string {
	switch {
	case f.Type == catalog.Place:
		return w.place(s, as)
	case f.Type == catalog.OfficeType || f.Type == catalog.Offices:
		if o := w.r.v.Cat.Offices[s]; o != nil {
			return o.Label.Zh
		}
	case f.List != nil:
		if it := f.List.Item(s); it != nil {
			return it.Label.Zh
		}
	}
	return s
}

func (w *rosterWriter) place(code, as string) string {
	if as == "code" {
		if code == "" {
			return string(w.r.v.Cat.Code)
		}
		return code
	}
	if p := w.r.v.Place(town.Code(code)); p != nil && p.ID == 0 {
		return w.r.v.Cat.Name.Zh
	}
	return w.r.PlaceName(town.Code(code))
}

// ref names a record that another refers to by its title, or by its number where the title is personal; "" where the actor may not see it.
func (w *rosterWriter) ref(id town.ID) (string, error) {
	if s, ok := w.refs[id]; ok {
		return s, nil
	}
	row, err := w.r.Record(id)
	if err != nil {
		return "", err
	}
	s := ""
	if row != nil {
		t := w.r.v.Cat.Types[row.Type]
		seen := t != nil
		if seen && w.o.Actor != nil {
			see := access.MaySee(w.r.v.Cat, t, *w.o.Actor)
			if seen, err = see.Sees(access.Of(&row.Record), flow.Scope(w.r.v.Cat, t, w.world, &row.Record), w.r.v.Within); err != nil {
				seen = false // a filter that fails hides
			}
		}
		if seen {
			s = row.Number
			if f := t.Field(t.Title); f != nil && !sealedField(f) && row.Title != "" {
				s = row.Title
			}
		}
	}
	if len(w.refs) < 100_000 {
		w.refs[id] = s
	}
	return s, nil
}

// dayAs writes a day as a form such as 2006.1.2, 2006年1月2日 or 20060102; "" leaves it as it is.
func dayAs(s, as string) string {
	if as == "" || len(s) < 10 {
		return s
	}
	d, err := town.ParseDay(s[:10])
	if err != nil {
		return s
	}
	return d.Start(time.UTC).Time(time.UTC).Format(as)
}

// FillForm reads what a form says, its lists too, and writes it; told is what its cells say, rows how many records its lists hold. Where
// it fails, what was written is no file.
func (h *Hall) FillForm(r *Reader, b *form.Bound, ask form.Ask, actor *town.Actor, reveal func(town.ID, string) (string, error), w io.Writer) (told []form.Told, rows int, err error) {
	if ask.Town == "" {
		ask.Town = r.v.Cat.Name.Zh
	}
	if told, err = b.Resolve(r.v.Cat, r, ask); err != nil {
		return nil, 0, err
	}
	fill := form.Filled(told)
	if r.v.Simulated {
		fill.Mark = "模拟数据 Simulated data"
	}
	for i := range b.Lists {
		l := &b.Lists[i]
		records, err := h.Roster(r, Roster{List: l, Ask: ask, Actor: actor, Reveal: reveal})
		if err != nil {
			return nil, 0, err
		}
		fill.Lists = append(fill.Lists, form.List{At: l.At, Cols: l.Cols, Rows: func(yield func([]form.Value, error) bool) {
			records(func(v []form.Value, err error) bool {
				if err == nil {
					rows++
				}
				return yield(v, err)
			})
		}})
	}
	return told, rows, b.File.Write(w, fill)
}
