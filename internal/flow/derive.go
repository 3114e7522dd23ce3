package flow

import (
	"fmt"
	"maps"
	"slices"

	"zhenwu/internal/catalog"
	"zhenwu/internal/formula"
	"zhenwu/internal/town"
)

// deriver fills the derived parts of a record. Whatever a formula asks for is
// computed first, so the order of declaration does not matter; the catalog has
// made sure that there is no circle.
type deriver struct {
	view View
	done map[string]bool // fields and, with a leading ':', clocks
	err  error
}

// Derive fills what stands in rec besides the stated parts: computed fields,
// followed copies, rollups over the children, clocks, place and office. It
// depends on nothing but the stated parts and the world, so it is idempotent.
func Derive(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record) error {
	rolled := town.Values{}
	for _, f := range t.Fields {
		if f.Origin != catalog.RolledUp {
			continue
		}
		var total int64
		if rec.ID != 0 {
			children, err := w.Children(rec.ID, f.Rollup.Child, f.Rollup.Via)
			if err != nil {
				return err
			}
			for _, c := range children {
				n, err := contribution(cat, f.Rollup, w, rec.ID, c)
				if err != nil {
					return err
				}
				sum := total + n
				if (n > 0 && sum < total) || (n < 0 && sum > total) {
					return fmt.Errorf("rollup %s of %s %d: overflow", f.Key, t.Key, rec.ID)
				}
				total = sum
			}
		}
		rolled[f.Key] = total
	}
	return derive(cat, t, w, rec, rolled)
}

// Refresh is Derive without reading the children: rollups stay as they stand
// in rec.Derived (0 when absent).
func Refresh(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record) error {
	var rolled town.Values
	for _, f := range t.Fields {
		if f.Origin != catalog.RolledUp {
			continue
		}
		if rolled == nil {
			rolled = town.Values{}
		}
		n, _ := rec.Derived[f.Key].(int64)
		rolled[f.Key] = n
	}
	return derive(cat, t, w, rec, rolled)
}

func derive(cat *catalog.Catalog, t *catalog.Type, w World, rec *town.Record, rolled town.Values) error {
	if rolled == nil {
		rolled = town.Values{}
	}
	rec.Derived, rec.Clocks = rolled, nil
	var d *deriver
	start := func() {
		if d == nil {
			d = &deriver{done: make(map[string]bool, 8)}
			d.view = View{cat: cat, t: t, rec: rec, w: w, at: forever, track: w.Today(), inst: w.Now(), d: d}
		}
	}
	for _, f := range t.Fields {
		if f.Origin == catalog.Computed || f.Origin == catalog.Followed || (f.Type == catalog.LinesType && computedColumns(f)) {
			start()
			d.ensure(f.Key)
		}
	}
	for _, c := range t.Clocks {
		start()
		d.ensureClock(c.Key)
	}
	if d != nil && d.err != nil {
		return d.err
	}
	rec.Place, rec.Office = placeOf(t, rec), officeOf(t, rec)
	if rec.Place == cat.Code {
		rec.Place = "" // one spelling of the town itself
	}
	return nil
}

// computedColumns tells whether a table has columns that are computed.
func computedColumns(f *catalog.Field) bool {
	return slices.ContainsFunc(f.Columns, func(c *catalog.Field) bool { return c.Origin == catalog.Computed })
}

// ensure computes field key if it is derived and was not computed yet.
func (d *deriver) ensure(key string) {
	if d.err != nil || d.done[key] {
		return
	}
	f := d.view.t.Field(key)
	if f == nil {
		return
	}
	rec := d.view.rec
	switch {
	case f.Origin == catalog.Computed:
		d.done[key] = true
		x, ok, err := eval(f.Formula, &d.view)
		if err != nil {
			d.err = fmt.Errorf("computed field %s of %s %d: %w", key, rec.Type, rec.ID, err)
			return
		}
		if ok && !empty(x) {
			rec.Derived[key] = x
		}
	case f.Origin == catalog.Followed:
		d.done[key] = true
		x, err := copied(d.view.cat, d.view.t, f, d.view.w, func(ref string) any { x, _ := d.view.plain(ref); return x })
		if err != nil {
			d.err = err
			return
		}
		if !empty(x) {
			rec.Derived[key] = x
		}
	case f.Type == catalog.LinesType && computedColumns(f):
		d.done[key] = true
		d.columns(f)
	}
}

// columns computes the computed columns of a table in place: the rows that
// people typed hold them, as the formulas read whole rows.
func (d *deriver) columns(f *catalog.Field) {
	rec := d.view.rec
	rows, _ := rec.Stated[f.Key].([]map[string]any)
	if len(rows) == 0 {
		return
	}
	out := make([]map[string]any, len(rows))
	for i, row := range rows {
		out[i] = maps.Clone(row)
		for _, c := range f.Columns {
			if c.Origin == catalog.Computed {
				delete(out[i], c.Key)
			}
		}
	}
	rec.Stated[f.Key] = out
	for _, c := range f.Columns {
		if c.Origin != catalog.Computed {
			continue
		}
		for i := range out {
			x, ok, err := eval(c.Formula, rowScope{&d.view, out[i]})
			if err != nil {
				d.err = fmt.Errorf("column %s.%s of %s %d, line %d: %w", f.Key, c.Key, rec.Type, rec.ID, i+1, err)
				return
			}
			if ok && !empty(x) {
				out[i][c.Key] = x
			}
		}
	}
}

// rowScope adds row.COLUMN to the names of the record.
type rowScope struct {
	v   formula.Values
	row map[string]any
}

// Value implements formula.Values.
func (s rowScope) Value(name string) (any, bool) {
	if len(name) > 4 && name[:4] == "row." {
		x, ok := s.row[name[4:]]
		return x, ok && x != nil
	}
	return s.v.Value(name)
}

// ensureClock computes clock key if it was not computed yet.
func (d *deriver) ensureClock(key string) {
	if d.err != nil || d.done[":"+key] {
		return
	}
	c := d.view.t.Clock(key)
	if c == nil {
		return
	}
	d.done[":"+key] = true
	k, err := clockOf(d.view.t, c, d.view.w, d.view.rec, &d.view)
	if err != nil {
		d.err = err
		return
	}
	if k.Started == 0 {
		return
	}
	if d.view.rec.Clocks == nil {
		d.view.rec.Clocks = make(map[string]town.Clock, len(d.view.t.Clocks))
	}
	d.view.rec.Clocks[key] = k
}

// copied gives the value that field f copies from what its reference names.
func copied(cat *catalog.Catalog, t *catalog.Type, f *catalog.Field, w World, field func(string) any) (any, error) {
	id, ok := field(f.CopyRef).(int64)
	if !ok {
		return nil, nil
	}
	far, err := w.Record(town.ID(id))
	if err != nil || far == nil {
		return nil, err
	}
	ft := cat.Types[far.Type]
	if ft == nil {
		return nil, nil
	}
	v := View{cat: cat, t: ft, rec: far, w: w, at: forever, track: w.Today(), near: true}
	x, ok := v.Value(f.CopyField)
	if !ok {
		return nil, nil
	}
	return x, nil
}

// placeOf is where the record counts: the type's place field, else a place field named place; "" is the town itself.
func placeOf(t *catalog.Type, rec *town.Record) town.Code {
	key := t.Place
	if key == "" {
		key = "place"
		if f := t.Field(key); f == nil || f.Type != catalog.Place {
			return ""
		}
	}
	return town.Code(rec.Text(key))
}

// officeOf is who holds the record: the type's office field, else an office field named office, else the office of the opening.
func officeOf(t *catalog.Type, rec *town.Record) string {
	key := t.Office
	if key == "" {
		key = "office"
		if f := t.Field(key); f != nil && f.Type != catalog.OfficeType {
			key = ""
		}
	}
	if s := rec.Text(key); key != "" && s != "" {
		return s
	}
	if len(rec.Steps) > 0 {
		return rec.Steps[0].Office
	}
	return ""
}

// counts tells whether the record counts anywhere: it is neither voided nor in a void stage.
func counts(t *catalog.Type, rec *town.Record) bool {
	if rec == nil || rec.Voided || len(rec.Steps) == 0 {
		return false
	}
	st := t.Stage(rec.Stage)
	return st == nil || !st.Void
}

// Counts tells whether the record counts anywhere: it stands, and is neither
// voided nor in a void stage.
func Counts(t *catalog.Type, rec *town.Record) bool { return counts(t, rec) }

// contribution is what one child adds to a rollup of parent.
func contribution(cat *catalog.Catalog, r *catalog.Rollup, w World, parent town.ID, child *town.Record) (int64, error) {
	t := cat.Types[r.Child]
	if t == nil || !counts(t, child) {
		return 0, nil
	}
	if id, ok := child.Value(r.Via); !ok || id != int64(parent) {
		return 0, nil
	}
	v := &View{cat: cat, t: t, rec: child, w: w, at: forever, track: w.Today(), inst: w.Now()}
	ok, err := holds(r.Of, v)
	if err != nil || !ok {
		return 0, err
	}
	if r.Field == "" {
		return 1, nil
	}
	x, _ := v.Value(r.Field)
	n, _ := x.(int64)
	return n, nil
}

// RollupDelta is what a change of one child adds to rollup field of parent. A
// nil child counts nothing.
func RollupDelta(cat *catalog.Catalog, field *catalog.Field, w World, parent town.ID, childBefore, childAfter *town.Record) (int64, error) {
	var before, after int64
	var err error
	if childBefore != nil {
		if before, err = contribution(cat, field.Rollup, w, parent, childBefore); err != nil {
			return 0, err
		}
	}
	if childAfter != nil {
		if after, err = contribution(cat, field.Rollup, w, parent, childAfter); err != nil {
			return 0, err
		}
	}
	return after - before, nil
}

// Rolled is a field of a type that other records feed: a rollup fed by
// children, or a copy that follows.
type Rolled struct {
	Type  *catalog.Type
	Field *catalog.Field
}

// RollupsFrom lists the rollups that records of childType feed, in the order of the catalog.
func RollupsFrom(cat *catalog.Catalog, childType string) []Rolled {
	var out []Rolled
	for _, key := range cat.TypeOrder {
		t := cat.Types[key]
		for _, f := range t.Fields {
			if f.Origin == catalog.RolledUp && f.Rollup.Child == childType {
				out = append(out, Rolled{t, f})
			}
		}
	}
	return out
}

// FollowersOf lists the fields that follow a field of records of type typ: when such a record changes, those that refer to it
// through Field.CopyRef are derived again.
func FollowersOf(cat *catalog.Catalog, typ string) []Rolled {
	var out []Rolled
	for _, key := range cat.TypeOrder {
		t := cat.Types[key]
		for _, f := range t.Fields {
			if f.Origin != catalog.Followed {
				continue
			}
			if ref := t.Field(f.CopyRef); ref != nil && ref.RefType == typ {
				out = append(out, Rolled{t, f})
			}
		}
	}
	return out
}
