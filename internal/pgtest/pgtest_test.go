package pgtest

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestDSN_gives_each_caller_an_empty_database(t *testing.T) {
	ctx := context.Background()
	one, two := open(t, DSN(t)), open(t, DSN(t))
	if _, err := one.Exec(ctx, `CREATE TABLE visit (id BIGINT)`); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := two.QueryRow(ctx, `SELECT count(*) FROM information_schema.tables WHERE table_name = 'visit'`).Scan(&n); err != nil || n != 0 {
		t.Fatalf("the second database sees %d tables of the first, error %v", n, err)
	}
}

func TestDSN_orders_text_unlike_code_points(t *testing.T) {
	if os.Getenv(Variable) != "" {
		t.Skip("the order of a server of one's own is its own matter")
	}
	var chinese, code bool
	row := open(t, DSN(t)).QueryRow(context.Background(), `SELECT 'a' < 'B', 'a' COLLATE "C" < 'B' COLLATE "C"`)
	if err := row.Scan(&chinese, &code); err != nil || !chinese || code {
		t.Fatalf("a < B is %v by the database and %v by code point, error %v; want true and false", chinese, code, err)
	}
}

func open(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the database goes with it
	return conn
}
