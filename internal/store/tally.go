package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sort"
	"strings"

	"zhenwu/internal/town"
)

// FigureRow is a figure version.
type FigureRow struct {
	ID      int64
	Key     string
	Sum     string // of its definition
	Since   int64  // seq at which it entered the journal
	State   string // filling | live | past
	DoneTo  int64  // filling: records with id ≤ DoneTo are in
	Changes int64  // k: mark changes so far
}

func scanFigure(scan func(...any) error) (FigureRow, error) {
	var f FigureRow
	return f, scan(&f.ID, &f.Key, &f.Sum, &f.Since, &f.State, &f.DoneTo, &f.Changes)
}

// Figures lists all figure versions by id.
func (q *Q) Figures(ctx context.Context, code int64) ([]FigureRow, error) {
	rows, err := q.query(ctx, "SELECT id, key, sum, since, state, done_to, changes FROM figure WHERE town = $1 ORDER BY id", code)
	return collect(rows, err, scanFigure)
}

var insertFigure = newInsert(8, "INSERT INTO figure (town, id, key, sum, since, state, done_to, changes)",
	" ON CONFLICT (town, id) DO UPDATE SET state = excluded.state, done_to = excluded.done_to, changes = excluded.changes")

// PutFigures writes figure versions.
func (t *Tx) PutFigures(ctx context.Context, code int64, fs []FigureRow) error {
	return t.bulk(ctx, insertFigure, len(fs), func(a []any, i int) []any {
		f := fs[i]
		return append(a, code, f.ID, f.Key, f.Sum, f.Since, f.State, f.DoneTo, f.Changes)
	})
}

// MarkRow is one mark change.
type MarkRow struct {
	Figure int64
	Day    town.Day
	Record town.ID
	K      int64
	Place  int64
	Slices string // slice word ids, "3 17"
	Key    string
	N      int64
	Back   int64 // the k it reverses, 0 = none
	Seq    int64
}

const markColumns = "figure, day, record, k, place, slices, key, n, back, seq"

func scanMark(scan func(...any) error) (MarkRow, error) {
	var m MarkRow
	return m, scan(&m.Figure, &m.Day, &m.Record, &m.K, &m.Place, &m.Slices, &m.Key, &m.N, &m.Back, &m.Seq)
}

var insertMark = newInsert(11, "INSERT INTO mark (town, "+markColumns+")", "")

// AddMarks appends mark changes.
func (t *Tx) AddMarks(ctx context.Context, code int64, ms []MarkRow) error {
	return t.bulk(ctx, insertMark, len(ms), func(a []any, i int) []any {
		m := &ms[i]
		return append(a, code, m.Figure, int64(m.Day), int64(m.Record), m.K, m.Place, m.Slices, m.Key, m.N, m.Back, m.Seq)
	})
}

// MarksFrom streams up to n mark changes of a figure in key order after (day, record, k): fsck.
func (q *Q) MarksFrom(ctx context.Context, code, figure int64, day town.Day, record town.ID, k int64, n int) ([]MarkRow, error) {
	rows, err := q.query(ctx, "SELECT "+markColumns+" FROM mark WHERE town = $1 AND figure = $2 AND (day, record, k) > ($3, $4, $5) ORDER BY day, record, k LIMIT $6", code, figure, int64(day), int64(record), k, n)
	return collect(rows, err, scanMark)
}

// Bucket is how many mark changes of a figure lie at a place in a month.
type Bucket struct {
	Place int64
	Month int32 // as a span: 20230500
	N     int64
}

// Buckets counts the mark changes of a figure by place and month.
func (q *Q) Buckets(ctx context.Context, code, figure int64) ([]Bucket, error) {
	rows, err := q.query(ctx, "SELECT place, day, count(*) FROM mark WHERE town = $1 AND figure = $2 GROUP BY place, day", code, figure)
	type cell struct {
		place int64
		month int32
	}
	sums := map[cell]int64{}
	if _, err := collect(rows, err, func(scan func(...any) error) (struct{}, error) {
		var place, day, n int64
		err := scan(&place, &day, &n)
		sums[cell{place, town.Day(day).MonthSpan()}] += n
		return struct{}{}, err
	}); err != nil {
		return nil, err
	}
	out := make([]Bucket, 0, len(sums))
	for c, n := range sums {
		out = append(out, Bucket{c.place, c.month, n})
	}
	return out, nil
}

// MarkSeqs lists the events that changed marks of a figure, in order.
func (q *Q) MarkSeqs(ctx context.Context, code, figure int64) ([]int64, error) {
	rows, err := q.query(ctx, "SELECT DISTINCT seq FROM mark WHERE town = $1 AND figure = $2 ORDER BY seq", code, figure)
	return collect(rows, err, func(scan func(...any) error) (int64, error) {
		var n int64
		return n, scan(&n)
	})
}

// Part is what one record adds to a figure over a period.
type Part struct {
	Record town.ID
	Day    town.Day // of its last change in the period
	Place  int64
	N      int64
}

// Parts lists up to n records that make up a figure in days [from, until), the newest first: by the day of their last
// change in the period, then by id. after is the last record of the page before, 0 = start.
// places: ids of the place and all below it, nil = all. slice: 0 = all, else a slice word id.
// For a stock give from = the beginning of time. Only records whose parts do not cancel out are listed.
func (q *Q) Parts(ctx context.Context, code, figure int64, from, until town.Day, places []int64, slice int64, after town.ID, n int) ([]Part, error) {
	where, args := partsWhere(code, figure, from, until, places, slice)
	text := "SELECT record, day, place, n FROM (SELECT record, max(day) AS day, max(place) AS place, CAST(sum(n) AS BIGINT) AS n FROM mark WHERE " + where + " GROUP BY record HAVING sum(n) <> 0) AS p"
	if after != 0 {
		args = append(args, int64(after))
		text += fmt.Sprintf(" WHERE (day, record) < ((SELECT max(day) FROM mark WHERE %s AND record = $%d), $%[2]d)", where, len(args))
	}
	args = append(args, n)
	rows, err := q.query(ctx, text+fmt.Sprintf(" ORDER BY day DESC, record DESC LIMIT $%d", len(args)), args...)
	return collect(rows, err, func(scan func(...any) error) (Part, error) {
		var p Part
		return p, scan(&p.Record, &p.Day, &p.Place, &p.N)
	})
}

// TopParts lists up to n records that make up a figure, what adds most first, then the oldest; as Parts otherwise.
func (q *Q) TopParts(ctx context.Context, code, figure int64, from, until town.Day, places []int64, slice int64, n int) ([]Part, error) {
	where, args := partsWhere(code, figure, from, until, places, slice)
	args = append(args, n)
	rows, err := q.query(ctx, "SELECT record, max(day) AS day, max(place) AS place, CAST(sum(n) AS BIGINT) AS n FROM mark WHERE "+where+
		fmt.Sprintf(" GROUP BY record HAVING sum(n) <> 0 ORDER BY 4 DESC, record LIMIT $%d", len(args)), args...)
	return collect(rows, err, func(scan func(...any) error) (Part, error) {
		var p Part
		return p, scan(&p.Record, &p.Day, &p.Place, &p.N)
	})
}

// PartsSum counts the records that make up a figure and sums what they add.
func (q *Q) PartsSum(ctx context.Context, code, figure int64, from, until town.Day, places []int64, slice int64) (records, sum int64, err error) {
	text, args := partsWhere(code, figure, from, until, places, slice)
	err = q.row(ctx, "SELECT count(*), CAST(coalesce(sum(n), 0) AS BIGINT) FROM (SELECT sum(n) AS n FROM mark WHERE "+text+" GROUP BY record HAVING sum(n) <> 0) AS p", args...).Scan(&records, &sum)
	return records, sum, err
}

// MarksSum adds the marks of days [from, until): what PartsSum sums, without counting the records.
func (q *Q) MarksSum(ctx context.Context, code, figure int64, from, until town.Day, places []int64, slice int64) (int64, error) {
	text, args := partsWhere(code, figure, from, until, places, slice)
	var sum int64
	err := q.row(ctx, "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM mark WHERE "+text, args...).Scan(&sum)
	return sum, err
}

// Since says that what was recorded for a day before Before is looked at from event Seq on.
type Since struct {
	Before town.Day
	Seq    int64
}

// PartsLate counts the records that make up a figure and were recorded more than days
// days after the day they count on; offset is the town's distance from UTC. Only events
// that since lets through are looked up, for later ones by its last row.
func (q *Q) PartsLate(ctx context.Context, code, figure int64, from, until town.Day, places []int64, slice int64, days int, offset town.Millis, since []Since) (n int64, err error) {
	text, args := partsWhere(code, figure, from, until, places, slice)
	var least strings.Builder
	last := int64(0)
	for _, s := range since {
		args = append(args, int64(s.Before), s.Seq)
		fmt.Fprintf(&least, " WHEN day < $%d THEN $%d", len(args)-1, len(args))
		last = s.Seq
	}
	args = append(args, last, int64(offset), days+1)
	k := len(args)
	err = q.row(ctx, fmt.Sprintf(`SELECT count(*) FROM (SELECT record FROM mark WHERE %s GROUP BY record HAVING sum(n) <> 0 AND min(
		CASE WHEN seq < (CASE WHEN day IS NULL THEN CAST(0 AS BIGINT)%s ELSE $%d END) THEN 0
		WHEN (SELECT e.at FROM event AS e WHERE e.town = mark.town AND e.seq = mark.seq) + $%d >= (day + $%d) * CAST(86400000 AS BIGINT) THEN 1 ELSE 0 END) = 1) AS p`,
		text, least.String(), k-2, k-1, k), args...).Scan(&n)
	return n, err
}

// SeqAt finds by bisection the first event recorded at or after an instant, where events
// stand in the order of their time; one more than the last where none is.
func (q *Q) SeqAt(ctx context.Context, code, last int64, at town.Millis) (int64, error) {
	var fail error
	n := sort.Search(int(last), func(i int) bool {
		var t int64
		if fail != nil {
			return true
		}
		fail = q.row(ctx, "SELECT at FROM event WHERE town = $1 AND seq = $2", code, int64(i)+1).Scan(&t)
		return t >= int64(at)
	})
	return int64(n) + 1, fail
}

// Groups counts the distinct keys of a distinct figure and lists them: key → records.
func (q *Q) Groups(ctx context.Context, code, figure int64, from, until town.Day, places []int64, slice int64, after string, n int) ([]Group, error) {
	text, args := partsWhere(code, figure, from, until, places, slice)
	args = append(args, after, n)
	text = fmt.Sprintf("SELECT key, min(day), CAST(sum(n) AS BIGINT), min(record) FROM mark WHERE %s AND key > $%d GROUP BY key HAVING sum(n) > 0 ORDER BY key LIMIT $%d", text, len(args)-1, len(args))
	rows, err := q.query(ctx, text, args...)
	return collect(rows, err, func(scan func(...any) error) (Group, error) {
		var g Group
		return g, scan(&g.Key, &g.Day, &g.N, &g.Record)
	})
}

// Group is one key of a distinct figure: counted once, seen N times.
type Group struct {
	Key    string
	Day    town.Day
	N      int64
	Record town.ID
}

func partsWhere(code, figure int64, from, until town.Day, places []int64, slice int64) (string, []any) {
	args := []any{code, figure, int64(from), int64(until)}
	text := "town = $1 AND figure = $2 AND day >= $3 AND day < $4"
	if places != nil {
		text += " AND place IN " + list(&args, places)
	}
	if slice != 0 {
		args = append(args, fmt.Sprintf("%% %d %%", slice))
		text += fmt.Sprintf(" AND ' ' || slices || ' ' LIKE $%d", len(args))
	}
	return text, args
}

// list appends ids to args and returns "($5,$6,…)".
func list(args *[]any, ids []int64) string {
	if len(ids) == 0 {
		return "(NULL)"
	}
	var b strings.Builder
	for i, id := range ids {
		*args = append(*args, id)
		b.WriteByte("(,"[min(i, 1)])
		fmt.Fprintf(&b, "$%d", len(*args))
	}
	b.WriteByte(')')
	return b.String()
}

// Cell is one tally.
type Cell struct {
	Figure int64
	Slice  int64
	Place  int64
	Span   int32 // yyyymm00 or yyyymmdd
}

// CellChange adds N to a cell.
type CellChange struct {
	Cell
	N int64
}

var insertTally = newInsert(6, "INSERT INTO tally (town, figure, slice, place, span, value)", " ON CONFLICT (town, figure, slice, place, span) DO UPDATE SET value = tally.value + excluded.value")

// AddTally adds changes to tallies; cells are distinct.
func (t *Tx) AddTally(ctx context.Context, code int64, cs []CellChange) error {
	return t.bulk(ctx, insertTally, len(cs), func(a []any, i int) []any {
		c := &cs[i]
		return append(a, code, c.Figure, c.Slice, c.Place, int64(c.Span), c.N)
	})
}

// Tally sums the cells of a figure over spans (each a month or a day, none twice). Months are looked up one by one,
// days that follow one another in a stretch: sixty looks for the two ends of a free period would cost more than all else.
func (q *Q) Tally(ctx context.Context, code, figure, slice, place int64, spans []int32) (int64, error) {
	if len(spans) == 0 {
		return 0, nil
	}
	args := []any{code, figure, slice, place}
	const cells = "SELECT value FROM tally WHERE town = $1 AND figure = $2 AND slice = $3 AND place = $4 AND span "
	var months []int64
	var parts []string
	for i := 0; i < len(spans); i++ {
		from := spans[i]
		if from%100 == 0 {
			months = append(months, int64(from))
			continue
		}
		for i+1 < len(spans) && spans[i+1] == spans[i]+1 {
			i++
		}
		args = append(args, int64(from), int64(spans[i]))
		parts = append(parts, fmt.Sprintf(cells+">= $%d AND span <= $%d", len(args)-1, len(args)))
	}
	if len(months) > 0 {
		parts = append(parts, cells+"IN "+list(&args, months))
	}
	var sum sql.NullInt64
	err := q.row(ctx, "SELECT CAST(sum(value) AS BIGINT) FROM ("+strings.Join(parts, " UNION ALL ")+") AS t", args...).Scan(&sum)
	return sum.Int64, err
}

// TallyRange sums the cells of a figure whose span lies in [from, to] and is a
// month (days false: the last two digits are 00).
func (q *Q) TallyMonths(ctx context.Context, code, figure, slice, place int64, from, to int32) ([]CellChange, error) {
	rows, err := q.query(ctx, "SELECT figure, slice, place, span, value FROM tally WHERE town = $1 AND figure = $2 AND slice = $3 AND place = $4 AND span >= $5 AND span <= $6 AND span % 100 = 0 ORDER BY span", code, figure, slice, place, int64(from), int64(to))
	return collect(rows, err, scanCell)
}

// TallyAll gives the cells of figures at a place, not sliced: all months, and the days in any of the stretches [from, to]. nil figures
// are all there are. It is what a list of figures asks one by one.
func (q *Q) TallyAll(ctx context.Context, code, place int64, figures []int64, days ...[2]int32) ([]CellChange, error) {
	args, or := []any{code, place}, ""
	of := "(SELECT id FROM figure WHERE town = $1)"
	if figures != nil {
		of = list(&args, figures)
	}
	for _, d := range days {
		args = append(args, int64(d[0]), int64(d[1]))
		or += fmt.Sprintf(" OR span >= $%d AND span <= $%d", len(args)-1, len(args))
	}
	rows, err := q.query(ctx, "SELECT figure, slice, place, span, value FROM tally WHERE town = $1 AND figure IN "+of+" AND slice = 0 AND place = $2 AND (span % 100 = 0"+or+") ORDER BY figure, span", args...)
	return collect(rows, err, scanCell)
}

func scanCell(scan func(...any) error) (CellChange, error) {
	var c CellChange
	return c, scan(&c.Figure, &c.Slice, &c.Place, &c.Span, &c.N)
}

// TallyOf streams all cells of a figure: fsck.
func (q *Q) TallyOf(ctx context.Context, code, figure int64) ([]CellChange, error) {
	rows, err := q.query(ctx, "SELECT figure, slice, place, span, value FROM tally WHERE town = $1 AND figure = $2 AND value <> 0 ORDER BY slice, place, span", code, figure)
	return collect(rows, err, scanCell)
}

// TallyEach sums the cells of a figure over the month spans [from, to] for each of many (slice, place): by place, by slice.
func (q *Q) TallyEach(ctx context.Context, code, figure int64, slices, places []int64, from, to int32) ([]CellChange, error) {
	args := []any{code, figure, int64(from), int64(to)}
	text := "SELECT figure, slice, place, 0, CAST(sum(value) AS BIGINT) FROM tally WHERE town = $1 AND figure = $2 AND span >= $3 AND span <= $4 AND span % 100 = 0 AND slice IN " +
		list(&args, slices) + " AND place IN " + list(&args, places) + " GROUP BY figure, slice, place"
	rows, err := q.query(ctx, text, args...)
	return collect(rows, err, scanCell)
}

// SeenKey is one key of a distinct figure at a place and slice in a year.
type SeenKey struct {
	Figure int64
	Slice  int64
	Place  int64
	Year   int64
	Key    string
}

// SeenDay is how often a key was seen on a day.
type SeenDay struct {
	SeenKey
	Day town.Day
	N   int64
}

// SeenDays reads the days of a key.
func (q *Q) SeenDays(ctx context.Context, code int64, k SeenKey) ([]SeenDay, error) {
	rows, err := q.query(ctx, "SELECT day, n FROM seen WHERE town = $1 AND figure = $2 AND slice = $3 AND place = $4 AND year = $5 AND key = $6 AND n <> 0 ORDER BY day", code, k.Figure, k.Slice, k.Place, k.Year, k.Key)
	return collect(rows, err, func(scan func(...any) error) (SeenDay, error) {
		d := SeenDay{SeenKey: k}
		return d, scan(&d.Day, &d.N)
	})
}

// SeenOf streams all of a figure: fsck.
func (q *Q) SeenOf(ctx context.Context, code, figure int64) ([]SeenDay, error) {
	rows, err := q.query(ctx, "SELECT slice, place, year, key, day, n FROM seen WHERE town = $1 AND figure = $2 AND n <> 0 ORDER BY slice, place, year, key, day", code, figure)
	return collect(rows, err, func(scan func(...any) error) (SeenDay, error) {
		d := SeenDay{SeenKey: SeenKey{Figure: figure}}
		return d, scan(&d.Slice, &d.Place, &d.Year, &d.Key, &d.Day, &d.N)
	})
}

// AnySeen tells whether days of keys are kept for a version of a figure.
func (q *Q) AnySeen(ctx context.Context, code, figure int64) (bool, error) {
	var n int64
	err := q.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM seen WHERE town = $1 AND figure = $2 LIMIT 1) AS kept", code, figure).Scan(&n)
	return n > 0, err
}

// SeenCount counts the distinct keys of any period: slower than a tally.
func (q *Q) SeenCount(ctx context.Context, code, figure, slice, place int64, from, until town.Day) (int64, error) {
	var n int64
	err := q.row(ctx, "SELECT count(DISTINCT key) FROM seen WHERE town = $1 AND figure = $2 AND slice = $3 AND place = $4 AND year >= $5 AND year <= $6 AND day >= $7 AND day < $8 AND n > 0",
		code, figure, slice, place, from.Year(), (until - 1).Year(), int64(from), int64(until)).Scan(&n)
	return n, err
}

// SeenFirst counts the distinct keys whose first day of the year lies in [from, until), days of one year.
func (q *Q) SeenFirst(ctx context.Context, code, figure, slice, place int64, from, until town.Day) (int64, error) {
	var n int64
	err := q.row(ctx, "SELECT count(*) FROM (SELECT min(day) AS day FROM seen WHERE town = $1 AND figure = $2 AND slice = $3 AND place = $4 AND year = $5 AND n > 0 GROUP BY key) AS k WHERE day >= $6 AND day < $7",
		code, figure, slice, place, from.Year(), int64(from), int64(until)).Scan(&n)
	return n, err
}

var insertSeen = newInsert(8, "INSERT INTO seen (town, figure, slice, place, year, key, day, n)", " ON CONFLICT (town, figure, slice, place, year, key, day) DO UPDATE SET n = seen.n + excluded.n")

// AddSeen adds to the days of keys; rows are distinct.
func (t *Tx) AddSeen(ctx context.Context, code int64, ds []SeenDay) error {
	return t.bulk(ctx, insertSeen, len(ds), func(a []any, i int) []any {
		d := &ds[i]
		return append(a, code, d.Figure, d.Slice, d.Place, d.Year, d.Key, int64(d.Day), d.N)
	})
}

// TallyBefore sums the month cells of a figure before month (yyyymm00): what a stock begins with.
func (q *Q) TallyBefore(ctx context.Context, code, figure, slice, place int64, month int32) (int64, error) {
	var sum sql.NullInt64
	err := q.row(ctx, "SELECT CAST(sum(value) AS BIGINT) FROM tally WHERE town = $1 AND figure = $2 AND slice = $3 AND place = $4 AND span < $5 AND span % 100 = 0", code, figure, slice, place, int64(month)).Scan(&sum)
	return sum.Int64, err
}

// SlicesAt lists the slices that a figure was ever counted under at a place.
func (q *Q) SlicesAt(ctx context.Context, code, figure, place int64) ([]int64, error) {
	rows, err := q.query(ctx, "SELECT DISTINCT slice FROM tally WHERE town = $1 AND figure = $2 AND place = $3 AND slice > 0 AND value <> 0", code, figure, place)
	return collect(rows, err, func(scan func(...any) error) (int64, error) {
		var id int64
		return id, scan(&id)
	})
}

// AnyTally tells whether a figure has a tally at a place on a day in the spans [from, to], days both. Marks that cancel each other leave none.
func (q *Q) AnyTally(ctx context.Context, code, figure, place int64, from, to int32) (bool, error) {
	var n int64
	err := q.row(ctx, "SELECT count(*) FROM (SELECT 1 FROM tally WHERE town = $1 AND figure = $2 AND slice = 0 AND place = $3 AND span >= $4 AND span <= $5 AND span % 100 <> 0 AND value <> 0 LIMIT 1) AS t", code, figure, place, int64(from), int64(to)).Scan(&n)
	return n > 0, err
}

// FirstOpened is the earliest day on which a record of a type was opened.
func (q *Q) FirstOpened(ctx context.Context, code, typ int64) (town.Day, error) {
	var d sql.NullInt64
	err := q.row(ctx, "SELECT opened FROM record WHERE town = $1 AND type = $2 ORDER BY opened LIMIT 1", code, typ).Scan(&d)
	if errors.Is(err, sql.ErrNoRows) {
		return town.NoDay, nil
	}
	return nullDay(d), err
}
