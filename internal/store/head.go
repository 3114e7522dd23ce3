package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zhenwu/internal/town"
)

// Head is the row of a town that orders its writers.
type Head struct {
	Town       int64
	Name       string
	Simulated  bool
	Zone       string
	Seq        int64 // last event
	LastRecord int64
	LastWord   int64
	LastJob    int64
	Edition    string
	Clock      town.Millis // the demo's clock: where the simulated year stands; 0 in a real town
	Signed     string      // the last signed head of the journal
}

const headColumns = "town, name, simulated, zone, seq, last_record, last_name, last_job, edition, clock, head"

func scanHead(scan func(...any) error) (Head, error) {
	var h Head
	var sim int64
	err := scan(&h.Town, &h.Name, &sim, &h.Zone, &h.Seq, &h.LastRecord, &h.LastWord, &h.LastJob, &h.Edition, &h.Clock, &h.Signed)
	h.Simulated = sim != 0
	return h, err
}

// Head reads the town's head; in a write on PostgreSQL it locks the row, so
// that writers of one town follow each other. Missing: town.Error Missing.
func (t *Tx) Head(ctx context.Context, code int64) (Head, error) {
	text := "SELECT " + headColumns + " FROM town WHERE town = $1"
	if t.dialect == Postgres {
		text += " FOR UPDATE"
	}
	return headOf(code)(scanHead(t.row(ctx, text, code).Scan))
}

// Head reads the town's head without locking it.
func (q *Q) Head(ctx context.Context, code int64) (Head, error) {
	return headOf(code)(scanHead(q.row(ctx, "SELECT "+headColumns+" FROM town WHERE town = $1", code).Scan))
}

func headOf(code int64) func(Head, error) (Head, error) {
	return func(h Head, err error) (Head, error) {
		if errors.Is(err, sql.ErrNoRows) {
			return h, town.Refuse(town.Missing, "town", "数据库里没有乡镇 %d", "the database holds no town %d", code)
		}
		if err != nil {
			return h, fmt.Errorf("read the town's head: %w", err)
		}
		return h, nil
	}
}

// Towns lists the towns of the database. // all towns
func (q *Q) Towns(ctx context.Context) ([]Head, error) {
	rows, err := q.query(ctx, "SELECT "+headColumns+" FROM town ORDER BY town")
	return collect(rows, err, scanHead)
}

// AddTown writes the head of a new town.
func (t *Tx) AddTown(ctx context.Context, h Head) error {
	_, err := t.exec(ctx, "INSERT INTO town ("+headColumns+") VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)",
		h.Town, h.Name, flag(h.Simulated), h.Zone, h.Seq, h.LastRecord, h.LastWord, h.LastJob, h.Edition, int64(h.Clock), h.Signed)
	return err
}

// SetHead writes the moving parts of the head.
func (t *Tx) SetHead(ctx context.Context, h Head) error {
	_, err := t.exec(ctx, "UPDATE town SET seq = $2, last_record = $3, last_name = $4, last_job = $5, edition = $6, clock = $7, head = $8 WHERE town = $1",
		h.Town, h.Seq, h.LastRecord, h.LastWord, h.LastJob, h.Edition, int64(h.Clock), h.Signed)
	return err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Word is a word of the town's dictionary: "t" types, "f" fields (type.field), "s" slices, "e" editions.
type Word struct {
	Kind, Word string
	ID         int64
}

// Words reads the whole dictionary.
func (q *Q) Words(ctx context.Context, code int64) ([]Word, error) {
	rows, err := q.query(ctx, "SELECT kind, word, id FROM word WHERE town = $1", code)
	return collect(rows, err, func(scan func(...any) error) (Word, error) {
		var w Word
		return w, scan(&w.Kind, &w.Word, &w.ID)
	})
}

var insertWord = newInsert(4, "INSERT INTO word (town, kind, word, id)", "")

// AddWords adds words to the dictionary.
func (t *Tx) AddWords(ctx context.Context, code int64, words []Word) error {
	return t.bulk(ctx, insertWord, len(words), func(a []any, i int) []any {
		return append(a, code, words[i].Kind, words[i].Word, words[i].ID)
	})
}

// PlaceRow is a place as stored.
type PlaceRow struct {
	ID           int64
	Code, Parent town.Code
	Kind         string
	Zh, En       string
	Aliases      string // separated by |
	Note         string
	Since, Until town.Day
	Succeeds     string
	Shape        string // GeoJSON geometry, "" = none
}

// Places reads all places of the town by id.
func (q *Q) Places(ctx context.Context, code int64) ([]PlaceRow, error) {
	rows, err := q.query(ctx, "SELECT id, code, parent, kind, zh, en, aliases, note, since, until, succeeds, shape FROM place WHERE town = $1 ORDER BY id", code)
	return collect(rows, err, func(scan func(...any) error) (PlaceRow, error) {
		var p PlaceRow
		var since, until sql.NullInt64
		err := scan(&p.ID, &p.Code, &p.Parent, &p.Kind, &p.Zh, &p.En, &p.Aliases, &p.Note, &since, &until, &p.Succeeds, &p.Shape)
		p.Since, p.Until = nullDay(since), nullDay(until)
		return p, err
	})
}

var insertPlace = newInsert(13, "INSERT INTO place (town, id, code, parent, kind, zh, en, aliases, note, since, until, succeeds, shape)",
	" ON CONFLICT (town, id) DO UPDATE SET zh = excluded.zh, en = excluded.en, aliases = excluded.aliases, note = excluded.note, since = excluded.since, until = excluded.until, succeeds = excluded.succeeds, shape = excluded.shape")

// PutPlaces adds places, or changes what may change of them: never code, parent or kind.
func (t *Tx) PutPlaces(ctx context.Context, code int64, ps []PlaceRow) error {
	return t.bulk(ctx, insertPlace, len(ps), func(a []any, i int) []any {
		p := ps[i]
		return append(a, code, p.ID, string(p.Code), string(p.Parent), p.Kind, p.Zh, p.En, p.Aliases, p.Note, dayNull(p.Since), dayNull(p.Until), p.Succeeds, p.Shape)
	})
}

func nullDay(n sql.NullInt64) town.Day {
	if !n.Valid {
		return town.NoDay
	}
	return town.Day(n.Int64)
}

func dayNull(d town.Day) any {
	if d == town.NoDay {
		return nil
	}
	return int64(d)
}

// Edition is a catalog edition as kept: its files, path → text, as JSON.
type Edition struct {
	Edition string
	Since   int64
	Files   string
}

// AddEdition keeps an edition.
func (t *Tx) AddEdition(ctx context.Context, code int64, e Edition) error {
	_, err := t.exec(ctx, "INSERT INTO edition (town, edition, since, files) VALUES ($1,$2,$3,$4) ON CONFLICT (town, edition) DO NOTHING", code, e.Edition, e.Since, e.Files)
	return err
}

// Edition reads an edition.
func (q *Q) Edition(ctx context.Context, code int64, edition string) (Edition, error) {
	var e Edition
	err := q.row(ctx, "SELECT edition, since, files FROM edition WHERE town = $1 AND edition = $2", code, edition).Scan(&e.Edition, &e.Since, &e.Files)
	if errors.Is(err, sql.ErrNoRows) {
		return e, town.Refuse(town.Missing, "edition", "没有目录版本 %s", "no catalog edition %s", edition)
	}
	return e, err
}
