package store

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Every table of the schema moves with its town, with every column, or is
// named as one that stays.
func TestEveryTableMoves(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, filepath.Join(t.TempDir(), "zhenwu.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	moving := map[string]string{}
	for _, tb := range tables {
		names, _ := tb.split()
		moving[tb.name] = strings.Join(append([]string{"town"}, names...), " ")
	}
	rows, err := db.read.Query("SELECT m.name, (SELECT group_concat(name, ' ') FROM pragma_table_info(m.name)) FROM sqlite_master AS m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%' AND m.name NOT LIKE 'search_%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, columns string
		if err := rows.Scan(&name, &columns); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(staying, name) && moving[name] != columns {
			t.Errorf("table %s has the columns %q, %q would move", name, columns, moving[name])
		}
		delete(moving, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for name := range moving {
		t.Errorf("table %s would move and does not exist", name)
	}
}
