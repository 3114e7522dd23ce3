package store

import (
	"context"
	"database/sql"
	"errors"

	"zhenwu/internal/town"
)

// EventRow is one event of the town's journal.
type EventRow struct {
	Seq     int64
	Record  town.ID // 0: town data
	At      town.Millis
	Day     town.Day
	Actor   int64
	Kind    town.ActorKind
	Role    string
	Office  string
	Op      town.Op
	Command string // effects: "command#n"
	Cause   int64  // seq of the event whose effect this is, 0 = none
	Edition int64  // word "e"
	Rev     int64
	Stage   string
	Body    string // canonical JSON, no personal data
	Marks   string // the mark changes it made, as the journal commits them
	Seed    []byte // salts of the leaf
}

const eventColumns = "seq, record, at, day, actor, kind, role, office, op, command, cause, edition, rev, stage, body, marks, seed"

func scanEvent(scan func(...any) error) (EventRow, error) {
	var e EventRow
	return e, scan(&e.Seq, &e.Record, &e.At, &e.Day, &e.Actor, &e.Kind, &e.Role, &e.Office, &e.Op, &e.Command, &e.Cause, &e.Edition, &e.Rev, &e.Stage, &e.Body, &e.Marks, &e.Seed)
}

var insertEvent = newInsert(18, "INSERT INTO event (town, "+eventColumns+")", "")

// AddEvents appends events.
func (t *Tx) AddEvents(ctx context.Context, code int64, es []EventRow) error {
	return t.bulk(ctx, insertEvent, len(es), func(a []any, i int) []any {
		e := &es[i]
		return append(a, code, e.Seq, int64(e.Record), int64(e.At), int64(e.Day), e.Actor, string(e.Kind), e.Role, e.Office, string(e.Op), e.Command, e.Cause, e.Edition, e.Rev, e.Stage, e.Body, e.Marks, e.Seed)
	})
}

// EventByCommand finds the event that a command made; ok is false when it is unknown.
func (q *Q) EventByCommand(ctx context.Context, code int64, command string) (e EventRow, ok bool, err error) {
	e, err = scanEvent(q.row(ctx, "SELECT "+eventColumns+" FROM event WHERE town = $1 AND command = $2", code, command).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, err
}

// CommandsKnown tells which of the commands have made an event, in one query however many they are.
func (q *Q) CommandsKnown(ctx context.Context, code int64, commands []string) (map[string]bool, error) {
	list := "json_each($2) AS c"
	if q.dialect == Postgres {
		list = "jsonb_array_elements_text(CAST($2 AS JSONB)) AS c(value)"
	}
	// CROSS JOIN keeps SQLite at going through the list and looking each up in the index, not the other way round.
	text := "SELECT e.command FROM " + list + " CROSS JOIN event AS e WHERE e.town = $1 AND e.command = c.value"
	rows, err := q.query(ctx, text, code, string(town.AppendJSON(nil, commands)))
	known := map[string]bool{}
	_, err = collect(rows, err, func(scan func(...any) error) (string, error) {
		var c string
		err := scan(&c)
		known[c] = true
		return c, err
	})
	return known, err
}

// EventsOf lists the events of a record, oldest first.
func (q *Q) EventsOf(ctx context.Context, code int64, id town.ID, n int) ([]EventRow, error) {
	rows, err := q.query(ctx, "SELECT "+eventColumns+" FROM event WHERE town = $1 AND record = $2 ORDER BY seq LIMIT $3", code, int64(id), n)
	return collect(rows, err, scanEvent)
}

// TownEvents lists the events of no record that an operation made, in order.
func (q *Q) TownEvents(ctx context.Context, code int64, op town.Op) ([]EventRow, error) {
	rows, err := q.query(ctx, "SELECT "+eventColumns+" FROM event WHERE town = $1 AND record = 0 AND op = $2 ORDER BY seq", code, string(op))
	return collect(rows, err, scanEvent)
}

// EventsFrom lists up to n events with seq > after, in order.
func (q *Q) EventsFrom(ctx context.Context, code, after int64, n int) ([]EventRow, error) {
	rows, err := q.query(ctx, "SELECT "+eventColumns+" FROM event WHERE town = $1 AND seq > $2 ORDER BY seq LIMIT $3", code, after, n)
	return collect(rows, err, scanEvent)
}

// EventsBefore lists up to n events with seq < before, newest first: the journal page.
func (q *Q) EventsBefore(ctx context.Context, code, before int64, n int) ([]EventRow, error) {
	rows, err := q.query(ctx, "SELECT "+eventColumns+" FROM event WHERE town = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3", code, before, n)
	return collect(rows, err, scanEvent)
}

// Tile holds 64 stored hashes of the tree.
type Tile struct {
	Tile   int64
	Hashes []byte
}

var insertTile = newInsert(3, "INSERT INTO tile (town, tile, hashes)", " ON CONFLICT (town, tile) DO UPDATE SET hashes = excluded.hashes")

// PutTiles writes tiles.
func (t *Tx) PutTiles(ctx context.Context, code int64, ts []Tile) error {
	return t.bulk(ctx, insertTile, len(ts), func(a []any, i int) []any { return append(a, code, ts[i].Tile, ts[i].Hashes) })
}

// Tile reads one tile; nil when there is none.
func (q *Q) Tile(ctx context.Context, code, tile int64) ([]byte, error) {
	var b []byte
	err := q.row(ctx, "SELECT hashes FROM tile WHERE town = $1 AND tile = $2", code, tile).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return b, err
}

// Datum is a row of town data: a rule row, a calendar, a target, a person …
type Datum struct {
	Register string
	Key      string
	Doc      string // canonical JSON
	Seq      int64  // the event that put it
}

var insertDatum = newInsert(5, "INSERT INTO datum (town, register, key, doc, seq)", " ON CONFLICT (town, register, key) DO UPDATE SET doc = excluded.doc, seq = excluded.seq")

// PutData writes rows of town data.
func (t *Tx) PutData(ctx context.Context, code int64, ds []Datum) error {
	return t.bulk(ctx, insertDatum, len(ds), func(a []any, i int) []any {
		return append(a, code, ds[i].Register, ds[i].Key, ds[i].Doc, ds[i].Seq)
	})
}

func scanDatum(scan func(...any) error) (Datum, error) {
	var d Datum
	return d, scan(&d.Register, &d.Key, &d.Doc, &d.Seq)
}

// Data lists the rows of a register by key.
func (q *Q) Data(ctx context.Context, code int64, register string) ([]Datum, error) {
	rows, err := q.query(ctx, "SELECT register, key, doc, seq FROM datum WHERE town = $1 AND register = $2 ORDER BY key", code, register)
	return collect(rows, err, scanDatum)
}

// Datum reads one row; ok is false when there is none.
func (q *Q) Datum(ctx context.Context, code int64, register, key string) (d Datum, ok bool, err error) {
	d, err = scanDatum(q.row(ctx, "SELECT register, key, doc, seq FROM datum WHERE town = $1 AND register = $2 AND key = $3", code, register, key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}

// Job is something to be done at a time: a timer, a plan, a sweep, a delivery.
type Job struct {
	ID     int64
	Kind   string
	Due    town.Millis
	Record town.ID
	Key    string // one job a kind and key
	Body   string
	Tries  int64
	Fault  string
}

const jobColumns = "id, kind, due, record, key, body, tries, fault"

func scanJob(scan func(...any) error) (Job, error) {
	var j Job
	return j, scan(&j.ID, &j.Kind, &j.Due, &j.Record, &j.Key, &j.Body, &j.Tries, &j.Fault)
}

var insertJob = newInsert(9, "INSERT INTO job (town, "+jobColumns+")", " ON CONFLICT (town, kind, key) DO UPDATE SET due = excluded.due, record = excluded.record, body = excluded.body, tries = excluded.tries, fault = excluded.fault")

// PutJobs adds jobs, or re-dates those with the same kind and key.
func (t *Tx) PutJobs(ctx context.Context, code int64, js []Job) error {
	return t.bulk(ctx, insertJob, len(js), func(a []any, i int) []any {
		j := js[i]
		return append(a, code, j.ID, j.Kind, int64(j.Due), int64(j.Record), j.Key, j.Body, j.Tries, j.Fault)
	})
}

// DropJob removes a job by kind and key; none is no error.
func (t *Tx) DropJob(ctx context.Context, code int64, kind, key string) error {
	_, err := t.exec(ctx, "DELETE FROM job WHERE town = $1 AND kind = $2 AND key = $3", code, kind, key)
	return err
}

// DueJobs lists up to n jobs due at or before now, earliest first.
func (q *Q) DueJobs(ctx context.Context, code int64, now town.Millis, n int) ([]Job, error) {
	rows, err := q.query(ctx, "SELECT "+jobColumns+" FROM job WHERE town = $1 AND due <= $2 ORDER BY due, id LIMIT $3", code, int64(now), n)
	return collect(rows, err, scanJob)
}

// NextJob tells when the next job is due; 0 when there is none.
func (q *Q) NextJob(ctx context.Context, code int64) (town.Millis, error) {
	var at sql.NullInt64
	err := q.row(ctx, "SELECT min(due) FROM job WHERE town = $1", code).Scan(&at)
	return town.Millis(at.Int64), err
}

// BlobRow is a file as recorded; its bytes lie under their hash.
type BlobRow struct {
	Hash       string
	Size       int64
	Mime, Name string
	At         town.Millis
}

// PutBlob records a file; the same hash twice is one file.
func (t *Tx) PutBlob(ctx context.Context, code int64, b BlobRow) error {
	_, err := t.exec(ctx, "INSERT INTO blob (town, hash, size, mime, name, at) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING", code, b.Hash, b.Size, b.Mime, b.Name, int64(b.At))
	return err
}

// Blob reads what is recorded of a file; ok is false when it is unknown.
func (q *Q) Blob(ctx context.Context, code int64, hash string) (b BlobRow, ok bool, err error) {
	err = q.row(ctx, "SELECT hash, size, mime, name, at FROM blob WHERE town = $1 AND hash = $2", code, hash).Scan(&b.Hash, &b.Size, &b.Mime, &b.Name, &b.At)
	if errors.Is(err, sql.ErrNoRows) {
		return b, false, nil
	}
	return b, err == nil, err
}

// Blobs lists all files recorded.
func (q *Q) Blobs(ctx context.Context, code int64) ([]BlobRow, error) {
	rows, err := q.query(ctx, "SELECT hash, size, mime, name, at FROM blob WHERE town = $1 ORDER BY hash", code)
	return collect(rows, err, func(scan func(...any) error) (BlobRow, error) {
		var b BlobRow
		return b, scan(&b.Hash, &b.Size, &b.Mime, &b.Name, &b.At)
	})
}

// Job reads a job by kind and key; ok is false when there is none.
func (q *Q) Job(ctx context.Context, code int64, kind, key string) (j Job, ok bool, err error) {
	j, err = scanJob(q.row(ctx, "SELECT "+jobColumns+" FROM job WHERE town = $1 AND kind = $2 AND key = $3", code, kind, key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return j, false, nil
	}
	return j, err == nil, err
}

// FailedJobs lists up to n jobs that failed, those first that were tried most often.
func (q *Q) FailedJobs(ctx context.Context, code int64, n int) ([]Job, error) {
	rows, err := q.query(ctx, "SELECT "+jobColumns+" FROM job WHERE town = $1 AND tries > 0 ORDER BY tries DESC, id LIMIT $2", code, n)
	return collect(rows, err, scanJob)
}

// RetryJobs makes every job that failed due.
func (t *Tx) RetryJobs(ctx context.Context, code int64, now town.Millis) error {
	_, err := t.exec(ctx, "UPDATE job SET due = $2 WHERE town = $1 AND tries > 0 AND due > $2", code, int64(now))
	return err
}

// JobsOf lists up to n jobs of a kind, earliest first.
func (q *Q) JobsOf(ctx context.Context, code int64, kind string, n int) ([]Job, error) {
	rows, err := q.query(ctx, "SELECT "+jobColumns+" FROM job WHERE town = $1 AND kind = $2 ORDER BY due, id LIMIT $3", code, kind, n)
	return collect(rows, err, scanJob)
}

// JobsOfRecords lists the jobs of a kind of the records with after < id ≤ to.
func (q *Q) JobsOfRecords(ctx context.Context, code int64, kind string, after, to town.ID) ([]Job, error) {
	rows, err := q.query(ctx, "SELECT "+jobColumns+" FROM job WHERE town = $1 AND record > $2 AND record <= $3 AND record > 0 AND kind = $4 ORDER BY record, id", code, int64(after), int64(to), kind)
	return collect(rows, err, scanJob)
}

// CountJobs counts the jobs of a kind, "" = of all.
func (q *Q) CountJobs(ctx context.Context, code int64, kind string) (int64, error) {
	var n int64
	err := q.row(ctx, "SELECT count(*) FROM job WHERE town = $1 AND (kind = $2 OR $2 = '')", code, kind).Scan(&n)
	return n, err
}
