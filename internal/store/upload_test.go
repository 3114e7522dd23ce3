package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"zhenwu/internal/pgtest"
)

// older makes a database as a program left it that knew the migrations up to version, and runs statements on it.
func older(t *testing.T, dsn string, version int64, statements ...string) {
	t.Helper()
	ctx := context.Background()
	driver, dir, dialect := "sqlite", "migrations/sqlite", goose.DialectSQLite3
	if IsPostgres(dsn) {
		driver, dir, dialect = "pgx", "migrations/postgres", goose.DialectPostgres
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(dialect, db, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// What records and their history named before attachments were kept is attached when the database is opened.
func TestFilesNamedBeforeAreAttached(t *testing.T) {
	hash := func(c string) string { return strings.Repeat(c, 64) }
	record := func(id int, doc string) string {
		return fmt.Sprintf(`INSERT INTO record VALUES (1,%d,1,'',1,'',0,0,'',0,0,0,0,0,0,'','%s','')`, id, doc)
	}
	event := func(seq, record int, body string) string {
		return fmt.Sprintf(`INSERT INTO event VALUES (1,%d,%d,0,0,0,'','','','x','c%[1]d',0,0,1,'','%[3]s','','%[1]d')`, seq, record, body)
	}
	statements := []string{
		record(1, fmt.Sprintf(`{"stated":{"paper":"%s","lines":[{"scan":"%s"},{"scan":"%[2]s"}]}}`, hash("a"), hash("b"))),
		record(2, fmt.Sprintf(`{"stated":{"about":"%s of which we know nothing","other":"%s"}}`, hash("a"), hash("f"))),
		event(1, 1, fmt.Sprintf(`{"set":{"paper":"%s"}}`, hash("c"))),
		event(2, 1, fmt.Sprintf(`{"set":{"paper":"%s"}}`, hash("a"))),
		event(3, 0, fmt.Sprintf(`{"put":"%s"}`, hash("d"))),
	}
	for _, c := range "abcd" {
		statements = append(statements, fmt.Sprintf(`INSERT INTO blob VALUES (1,'%s',1,'','',0)`, hash(string(c))))
	}
	for _, dsn := range []string{filepath.Join(t.TempDir(), "zhenwu.db"), pgtest.DSN(t)} {
		older(t, dsn, 2, statements...)
		db := opened(t, dsn)
		var got []Attachment
		if err := db.Read(context.Background(), func(q *Q) (err error) { got, err = q.Attachments(context.Background(), 1); return err }); err != nil {
			t.Fatal(err)
		}
		want := []Attachment{{hash("a"), 1}, {hash("b"), 1}, {hash("c"), 1}}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: attached are %v, not %v", db.Dialect, got, want)
		}
	}
}
