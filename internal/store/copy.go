package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"zhenwu/internal/town"
)

// kind is how a column is carried from one engine to the other.
type kind byte

const (
	number kind = 'n' // BIGINT, NULL kept
	words  kind = 't' // TEXT
	bytes  kind = 'b' // BYTEA
	object kind = 'j' // JSONB on PostgreSQL, canonical JSON as text on SQLite
)

// table is a table that moves with its town, its columns after the town.
type table struct {
	name    string
	columns string // "id:n code:t …"
}

// tables are all that move, in the order in which they are written. Sign-ins
// stay behind, and the full text is made again from the records.
var tables = []table{
	{"edition", "edition:t since:n files:t"},
	{"word", "kind:t word:t id:n"},
	{"place", "id:n code:t parent:t kind:t zh:t en:t aliases:t note:t since:n until:n succeeds:t shape:t"},
	{"record", "id:n type:n number:t rev:n stage:t voided:n place:n office:t opened:n created:n changed:n due:n opener:n holder:n title:t doc:j marks:t"},
	{"field", "field:n value:t record:n"},
	{"link", "target:n field:n source:n"},
	{"census", "type:n stage:t office:t place:n n:n"},
	{"field_census", "field:n value:t n:n"},
	{"filling", "field:n done_to:n"},
	{"event", "seq:n record:n at:n day:n actor:n kind:t role:t office:t op:t command:t cause:n edition:n rev:n stage:t body:t marks:t seed:b"},
	{"tile", "tile:n hashes:b"},
	{"figure", "id:n key:t sum:t since:n state:t done_to:n changes:n"},
	{"mark", "figure:n day:n record:n k:n place:n slices:t key:t n:n back:n seq:n"},
	{"tally", "figure:n slice:n place:n span:n value:n"},
	{"seen", "figure:n slice:n place:n year:n key:t day:n n:n"},
	{"sealed", "record:n ref:t field:t box:b"},
	{"blind", "record:n field:n token:t kin:t"},
	{"serial", "series:t n:n"},
	{"datum", "register:t key:t doc:t seq:n"},
	{"job", "id:n kind:t due:n record:n key:t body:t tries:n fault:t"},
	{"blob", "hash:t size:n mime:t name:t at:n"},
	{"upload", "hash:t person:n at:n"},
	{"attachment", "hash:t record:n"},
}

// staying are the tables that do not move.
var staying = []string{"town", "session", "search"}

func (t table) split() (names []string, kinds []kind) {
	for _, c := range strings.Fields(t.columns) {
		name, k, _ := strings.Cut(c, ":")
		names, kinds = append(names, name), append(kinds, kind(k[0]))
	}
	return names, kinds
}

// Move copies a town into a database that does not hold it, row by row, all or
// nothing. Nobody can write to the town meanwhile. told hears how many rows of
// which table have been written.
func Move(ctx context.Context, from, to *DB, code int64, told func(table string, rows int64)) error {
	return from.Write(ctx, func(src *Tx) error {
		head, err := src.Head(ctx, code) // orders us behind every writer
		if err != nil {
			return err
		}
		return to.Write(ctx, func(dst *Tx) error {
			if _, err := dst.Head(ctx, code); err == nil {
				return town.Refuse(town.Conflict, "to", "目标数据库里已有乡镇 %d，没有搬动任何数据。", "the target holds the town %d already; nothing was moved.", code)
			} else if town.KindOf(err) != town.Missing {
				return err
			}
			if err := dst.AddTown(ctx, head); err != nil {
				return err
			}
			for _, t := range tables {
				if err := copyTable(ctx, src, dst, t, code, told); err != nil {
					return fmt.Errorf("move table %s: %w", t.name, err)
				}
			}
			return nil
		})
	})
}

func copyTable(ctx context.Context, src, dst *Tx, t table, code int64, told func(string, int64)) error {
	names, kinds := t.split()
	in := newInsert(len(names)+1, "INSERT INTO "+t.name+" (town, "+strings.Join(names, ", ")+")", "")
	rows, err := src.query(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+t.name+" WHERE town = $1", code)
	if err != nil {
		return err
	}
	defer rows.Close()
	batch := make([][]any, 0, sizes[0])
	total := int64(0)
	flush := func() error {
		err := dst.bulk(ctx, in, len(batch), func(a []any, i int) []any { return append(append(a, code), batch[i]...) })
		total += int64(len(batch))
		batch = batch[:0]
		if told != nil {
			told(t.name, total)
		}
		return err
	}
	for rows.Next() {
		row, err := scanAny(rows, kinds, dst.dialect)
		if err != nil {
			return err
		}
		if batch = append(batch, row); len(batch) == cap(batch) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return flush()
}

func scanAny(rows *sql.Rows, kinds []kind, to Dialect) ([]any, error) {
	into := make([]any, len(kinds))
	for i, k := range kinds {
		switch k {
		case number:
			into[i] = new(sql.NullInt64)
		case words:
			into[i] = new(string)
		default:
			into[i] = new([]byte)
		}
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	out := make([]any, len(kinds))
	for i, k := range kinds {
		switch x := into[i].(type) {
		case *sql.NullInt64:
			if x.Valid {
				out[i] = x.Int64
			}
		case *string:
			out[i] = *x
		case *[]byte:
			out[i] = *x
			if k == object {
				v, err := town.ParseJSON(*x)
				if err != nil {
					return nil, err
				}
				out[i] = string(town.AppendJSON(nil, v))
			}
		}
	}
	return out, nil
}

// CopyFile writes a consistent copy of a SQLite database to path, also while
// another process serves it. No file may stand at path.
func CopyFile(ctx context.Context, dsn, path string) error {
	if _, err := os.Stat(dsn); errors.Is(err, fs.ErrNotExist) {
		return town.Refuse(town.Missing, "data", "没有数据库 %s", "there is no database %s", dsn)
	}
	db := &DB{Dialect: SQLite, Path: dsn}
	file := "file:" + (&url.URL{Path: dsn}).EscapedPath() + "?_pragma=busy_timeout(5000)"
	lite, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	defer lite.Close()
	if _, err := lite.ExecContext(ctx, "VACUUM INTO $1", path); err != nil {
		return db.explain(fmt.Errorf("copy %s: %w", dsn, err))
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Redact takes the password out of a DSN.
func Redact(dsn string) string {
	if !IsPostgres(dsn) {
		return dsn
	}
	return redact(dsn)
}

// IsPostgres tells whether a DSN names a PostgreSQL database; else it is the path of a SQLite file.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}
