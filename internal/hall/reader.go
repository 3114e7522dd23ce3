package hall

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Reader answers what figures ask, from one snapshot.
type Reader struct {
	ctx  context.Context
	q    *store.Q
	v    *View
	code int64

	ahead *ahead // nil: nothing was read ahead
}

var _ figure.Reader = (*Reader)(nil)

// Reading runs fn on one snapshot of the database with the view that belongs to it.
func (h *Hall) Reading(ctx context.Context, fn func(*Reader) error) error {
	return h.db.Read(ctx, func(q *store.Q) error {
		v, err := h.viewOn(ctx, q)
		if err != nil {
			return err
		}
		return fn(&Reader{ctx: ctx, q: q, v: v, code: h.code})
	})
}

// Q gives the reads of the store on the same snapshot.
func (r *Reader) Q() *store.Q { return r.q }

// View is the view that the reader spells ids with.
func (r *Reader) View() *View { return r.v }

// Town is the key of the town's rows.
func (r *Reader) Town() int64 { return r.code }

// ids turns a figure, slice and place into their numbers; ok is false when nothing can have been counted.
func (r *Reader) ids(f *catalog.Figure, slice string, place town.Code) (fig, sl, pl int64, ok bool) {
	s := r.v.byKey[f.Key]
	p := r.v.Place(place)
	if s == nil || p == nil {
		return 0, 0, 0, false
	}
	if slice != "" {
		if sl = r.v.SliceID(slice); sl == 0 {
			return 0, 0, 0, false
		}
	}
	return s.id, sl, p.ID, true
}

// Sum adds the tally over spans.
func (r *Reader) Sum(f *catalog.Figure, slice string, place town.Code, spans []int32) (int64, error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok {
		return 0, nil
	}
	if sl != 0 {
		return r.sumSlice(f, fig, sl, pl, spans)
	}
	if r.ahead.knows(fig, sl, pl) {
		n, rest := r.ahead.sum(fig, spans)
		more, err := r.q.Tally(r.ctx, r.code, fig, sl, pl, rest)
		return n + more, err
	}
	return r.q.Tally(r.ctx, r.code, fig, sl, pl, spans)
}

// sumSlice adds what one slice holds. Its days are not tallied: their marks are added, of a distinct its first days. Where
// more than half of a month is asked for, the month is taken and the rest of it taken off.
func (r *Reader) sumSlice(f *catalog.Figure, fig, sl, pl int64, spans []int32) (int64, error) {
	months, runs := runsOf(spans)
	var n int64
	add := func(sign int64, from, until town.Day) error {
		if from >= until {
			return nil
		}
		x, err := r.q.MarksSum(r.ctx, r.code, fig, from, until, r.below(pl), sl)
		n += sign * x
		return err
	}
	for _, p := range runs {
		if f.Kind == catalog.Distinct {
			first, err := r.q.SeenFirst(r.ctx, r.code, fig, sl, pl, p.From, p.Until)
			if err != nil {
				return 0, err
			}
			n += first
			continue
		}
		for from := p.From; from < p.Until; {
			y, m, _ := from.Date()
			begin, end := town.DayOf(y, m, 1), town.DayOf(y, m+1, 1)
			until := min(p.Until, end)
			var err error
			if 2*(until-from) <= end-begin {
				err = add(1, from, until)
			} else {
				months = append(months, from.MonthSpan())
				if err = add(-1, begin, from); err == nil {
					err = add(-1, until, end)
				}
			}
			if err != nil {
				return 0, err
			}
			from = until
		}
	}
	whole, err := r.q.Tally(r.ctx, r.code, fig, sl, pl, months)
	return n + whole, err
}

// runsOf parts spans into months and runs of days that follow one another within a
// year, so that the days of a month begun are one look and not one each.
func runsOf(spans []int32) (months []int32, runs []town.Period) {
	for _, s := range spans {
		if s%100 == 0 {
			months = append(months, s)
			continue
		}
		d := spanDay(s)
		if n := len(runs); n > 0 && runs[n-1].Until == d && runs[n-1].From.Year() == d.Year() {
			runs[n-1].Until = d + 1
		} else {
			runs = append(runs, town.Period{From: d, Until: d + 1})
		}
	}
	return months, runs
}

func spanDay(s int32) town.Day {
	return town.DayOf(int(s/10000), monthOf(s), int(s%100))
}

// Before adds the tally of every month before month.
func (r *Reader) Before(f *catalog.Figure, slice string, place town.Code, month int32) (int64, error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok {
		return 0, nil
	}
	if r.ahead.knows(fig, sl, pl) {
		var n int64
		for _, c := range r.ahead.months(fig, math.MinInt32, month-1) {
			n += c.N
		}
		return n, nil
	}
	return r.q.TallyBefore(r.ctx, r.code, fig, sl, pl, month)
}

// Seen counts distinct keys over a free period.
func (r *Reader) Seen(f *catalog.Figure, slice string, place town.Code, p town.Period) (int64, error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok {
		return 0, nil
	}
	return r.q.SeenCount(r.ctx, r.code, fig, sl, pl, p.From, p.Until)
}

// Slices lists the values of a dimension that f was ever counted under.
func (r *Reader) Slices(f *catalog.Figure, dim string, place town.Code) ([]string, error) {
	fig, _, pl, ok := r.ids(f, "", place)
	if !ok {
		return nil, nil
	}
	used, err := r.q.SlicesAt(r.ctx, r.code, fig, pl)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, id := range used {
		if v, ok := strings.CutPrefix(r.v.spelled[id].Word, dim+"="); ok {
			out = append(out, v)
		}
	}
	return out, nil
}

// Any tells whether f has a mark in p.
func (r *Reader) Any(f *catalog.Figure, place town.Code, p town.Period) (bool, error) {
	fig, _, pl, ok := r.ids(f, "", place)
	if !ok {
		return false, nil
	}
	return r.q.AnyTally(r.ctx, r.code, fig, pl, p.From.Span(), p.Last().Span())
}

// Since is the day from which the town keeps its records whole.
func (r *Reader) Since() town.Day { return r.v.since }

// Began is the first day on which a record of the type was opened.
func (r *Reader) Began(typ string) (town.Day, error) {
	id := r.v.TypeID(typ)
	if id == 0 {
		return town.NoDay, nil
	}
	return r.q.FirstOpened(r.ctx, r.code, id)
}

// Places lists the places of a kind at root or below.
func (r *Reader) Places(root town.Code, kind string) ([]town.Code, error) {
	p := r.v.Place(root)
	if p == nil {
		return nil, nil
	}
	var out []town.Code
	for _, id := range p.Down {
		if q := r.v.byID[id]; q.Kind == kind {
			out = append(out, q.Code)
		}
	}
	return out, nil
}

// Measured finds the measurement of an indicator for a place and period.
func (r *Reader) Measured(f *catalog.Figure, place town.Code, period string) (figure.Measurement, bool, error) {
	none := figure.Measurement{}
	t := f.Type
	rec, err := r.MeasuredRecord(f, place, period)
	if err != nil || rec == nil {
		return none, false, err
	}
	v, ok := rec.Value(f.ValueField)
	n, isInt := v.(int64)
	if !ok || !isInt {
		return none, false, nil
	}
	s := t.Stage(rec.Stage)
	m := figure.Measurement{Value: n, Status: rec.Text("status"), Basis: rec.Text("basis"), Record: rec.ID, Signed: s != nil && s.Done || len(t.Stages) == 1}
	if y, ok := rec.Value("yoy_told"); ok {
		scale := 2
		if fl := t.Field("yoy_told"); fl != nil {
			scale = fl.Scale
		}
		m.Yoy = decimal(y.(int64), scale)
	}
	return m, true, nil
}

// MeasuredRecord finds the record that holds, or is to hold, the measurement of an indicator for a place and period; nil when
// there is none.
func (r *Reader) MeasuredRecord(f *catalog.Figure, place town.Code, period string) (*store.RecordRow, error) {
	word := r.v.FieldID(f.Type.Key, uniqueField)
	if word == 0 {
		return nil, nil
	}
	for _, key := range r.measuredKeys(f, place, period) {
		if row, known := r.ahead.given(f.Type.Key, key); known {
			if row != nil {
				return row, nil
			}
			continue
		}
		ids, err := r.q.FieldRecords(r.ctx, r.code, word, key, 1)
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 {
			return r.Record(ids[0])
		}
	}
	return nil, nil
}

// measuredKeys are the unique keys that the record of a measurement may have: one of the whole town may leave the place out.
func (r *Reader) measuredKeys(f *catalog.Figure, place town.Code, period string) []string {
	if place == "" {
		place = r.v.Cat.Code
	}
	var out []string
	probe := town.Values{f.IndicatorField: f.Indicator, f.PeriodField: period, "place": string(place)}
	for {
		key, _ := flow.UniqueKey(f.Type, &town.Record{Type: f.Type.Key, Stage: f.Type.Stages[0].Key, Stated: probe, Steps: []town.Step{{}}}) // only an opened record has a key
		if key != "" && !slices.Contains(out, key) {
			out = append(out, key)
		}
		if _, placed := probe["place"]; !placed || place != r.v.Cat.Code {
			return out
		}
		delete(probe, "place")
	}
}

// decimal writes n × 10^-scale without trailing zeros.
func decimal(n int64, scale int) string {
	neg := n < 0
	if neg {
		n = -n
	}
	s := strconv.FormatInt(n, 10)
	for len(s) <= scale {
		s = "0" + s
	}
	if scale > 0 {
		s = strings.TrimRight(s[:len(s)-scale]+"."+s[len(s)-scale:], "0")
		s = strings.TrimSuffix(s, ".")
	}
	if neg {
		s = "-" + s
	}
	return s
}

// Target reads the declared target of a figure.
func (r *Reader) Target(f *catalog.Figure, place town.Code, year int) (catalog.TargetRow, bool, error) {
	d, ok, err := r.datum("target", f.Key+"/"+string(place)+"/"+strconv.Itoa(year))
	if err != nil || !ok {
		return catalog.TargetRow{}, false, err
	}
	m, err := town.ParseObject([]byte(d.Doc))
	if err != nil {
		return catalog.TargetRow{}, false, err
	}
	row := catalog.TargetRow{Figure: f.Key, Place: place, Year: year}
	row.Shape, _ = m["shape"].(string)
	row.Value, _ = m["value"].(int64)
	row.Wording, _ = m["wording"].(string)
	row.Source, _ = m["source"].(string)
	return row, true, nil
}

// Published reads the value published for a figure and year.
func (r *Reader) Published(f *catalog.Figure, place town.Code, year int) (catalog.PublishedRow, bool, error) {
	d, ok, err := r.datum("published", f.Key+"/"+string(place)+"/"+strconv.Itoa(year))
	if err != nil || !ok {
		return catalog.PublishedRow{}, false, err
	}
	m, err := town.ParseObject([]byte(d.Doc))
	if err != nil {
		return catalog.PublishedRow{}, false, err
	}
	row := catalog.PublishedRow{Figure: f.Key, Place: place, Year: year}
	row.Value, _ = m["value"].(string)
	row.Unit, _ = m["unit"].(string)
	row.Status, _ = m["status"].(string)
	row.Yoy, _ = m["yoy"].(string)
	row.Source, _ = m["source"].(string)
	return row, true, nil
}

// Record reads a record with its type and place spelled; nil when there is none.
func (r *Reader) Record(id town.ID) (*store.RecordRow, error) {
	row, err := r.q.Record(r.ctx, r.code, id)
	if err != nil || row == nil {
		return nil, err
	}
	r.Name(row)
	return row, nil
}

// Name fills the type and place of a row from their ids.
func (r *Reader) Name(row *store.RecordRow) {
	row.Type = r.v.TypeOf(row.TypeID)
	if p := r.v.PlaceByID(row.PlaceID); p != nil {
		row.Place = p.Code
	}
}

// unknown tells whether a period ended before the town's records began: what stands of it are papers that were taken in, a part
// of a flow and, of a stock, what happened to be kept. Its value is unknown, so it opens to nothing.
func (r *Reader) unknown(p town.Period) bool { return p.Last() < r.v.since }

// Parts lists the records that make up a figure over a period: of a flow the
// marks in it, of a stock those in force on its last day. The newest come first;
// after is the last record of the page before, 0 = start.
func (r *Reader) Parts(f *catalog.Figure, slice string, place town.Code, p town.Period, after town.ID, n int) ([]store.Part, error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok || r.unknown(p) {
		return nil, nil
	}
	return r.q.Parts(r.ctx, r.code, fig, from(f, p), p.Until, r.below(pl), sl, after, n)
}

// PartsSum counts the records that make up a figure and sums what they add.
func (r *Reader) PartsSum(f *catalog.Figure, slice string, place town.Code, p town.Period) (records, sum int64, err error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok || r.unknown(p) {
		return 0, 0, nil
	}
	return r.q.PartsSum(r.ctx, r.code, fig, from(f, p), p.Until, r.below(pl), sl)
}

// LateDays is how many days after its day a record may come in before it counts as late.
const LateDays = 30

// PartsLate counts the records of a figure that were recorded more than LateDays days
// after the day they count on.
func (r *Reader) PartsLate(f *catalog.Figure, slice string, place town.Code, p town.Period) (int64, error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok || r.unknown(p) {
		return 0, nil
	}
	head, err := r.q.Head(r.ctx, r.code)
	if err != nil {
		return 0, err
	}
	first, ok, err := r.q.EventBySeq(r.ctx, r.code, 1)
	if err != nil || !ok {
		return 0, err
	}
	// What came in time is told by its number alone: from the first event of a later
	// month on. A week of room lets events stand a little out of the order of time.
	zone := r.v.Zone()
	begin := from(f, p)
	day := max(begin, first.At.Day(zone)-LateDays)
	since := []store.Since{{Before: day, Seq: 0}}
	for day < p.Until && len(since) < 400 {
		y, m, _ := day.Date()
		seq, err := r.q.SeqAt(r.ctx, r.code, head.Seq, (day + LateDays - 7).Start(zone))
		if err != nil {
			return 0, err
		}
		day = town.DayOf(y, m+1, 1)
		since = append(since, store.Since{Before: day, Seq: seq})
	}
	_, offset := first.At.Time(zone).Zone()
	return r.q.PartsLate(r.ctx, r.code, fig, begin, p.Until, r.below(pl), sl, LateDays, town.Millis(offset)*1000, since)
}

// Groups lists the keys of a distinct figure, one counted once each.
func (r *Reader) Groups(f *catalog.Figure, slice string, place town.Code, p town.Period, after string, n int) ([]store.Group, error) {
	fig, sl, pl, ok := r.ids(f, slice, place)
	if !ok || r.unknown(p) {
		return nil, nil
	}
	return r.q.Groups(r.ctx, r.code, fig, p.From, p.Until, r.below(pl), sl, after, n)
}

func (r *Reader) below(place int64) []int64 {
	if place == 0 {
		return nil
	}
	return r.v.byID[place].Down
}

// from is the first day whose marks count: a stock counts from the beginning of time.
func from(f *catalog.Figure, p town.Period) town.Day {
	if f.While != nil {
		return town.NoDay
	}
	return p.From
}
