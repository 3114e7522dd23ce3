package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"zhenwu/internal/town"
)

// says holds an error against what people must be told, in both languages and one line each.
func says(t *testing.T, err error, kind town.Kind, zh, en string) {
	t.Helper()
	var ours *town.Error
	if !errors.As(err, &ours) {
		t.Fatalf("no error for people: %v", err)
	}
	if ours.Kind != kind || !strings.Contains(ours.In("zh"), zh) || !strings.Contains(ours.In("en"), en) || strings.Contains(ours.In("zh")+ours.In("en"), "\n") {
		t.Errorf("%s: %q, %q", ours.Kind, ours.In("zh"), ours.In("en"))
	}
}

func fresh(t *testing.T) (string, *DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "zhenwu.db")
	db, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return path, db
}

func TestADatabaseNewerThanTheProgramIsLeftAlone(t *testing.T) {
	path, db := fresh(t)
	if _, err := db.write.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), path)
	says(t, err, town.Invalid, "比本程序", "newer than this program")
	// The refusal gives the folder back.
	if _, err := Open(context.Background(), path); town.KindOf(err) != town.Invalid {
		t.Errorf("the second attempt: %v", err)
	}
}

func TestADatabaseInUseIsRefused(t *testing.T) {
	path, _ := fresh(t)
	_, err := Open(context.Background(), path)
	says(t, err, town.Busy, "正被另一个进程使用", "in use by another process")
}

func TestWhatIsNoDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zhenwu.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("这不是数据库。", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), path)
	says(t, err, town.Invalid, "已损坏或不是数据库", "damaged or no database")
}

func TestAFullDiskLosesNothing(t *testing.T) {
	ctx := context.Background()
	_, db := fresh(t)
	put := func(n int) error {
		return db.Write(ctx, func(tx *Tx) error {
			if _, err := tx.Head(ctx, 1); town.KindOf(err) == town.Missing {
				if err := tx.AddTown(ctx, Head{Town: 1}); err != nil {
					return err
				}
			}
			data := make([]Datum, 0, 200)
			for i := range 200 {
				data = append(data, Datum{Register: "rule", Key: fmt.Sprintf("%d-%d", n, i), Doc: strings.Repeat("规", 500)})
			}
			return tx.PutData(ctx, 1, data)
		})
	}
	count := func() (n int) {
		t.Helper()
		if err := db.read.QueryRow("SELECT count(*) FROM datum").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := db.w.conn.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) {
		t.Helper()
		if _, err := db.w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", n)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 5)
	says(t, put(1), town.Busy, "磁盘已满，没有保存", "the disk is full, nothing was saved")
	if n := count(); n != 200 {
		t.Errorf("after the refusal there are %d rows, not 200", n)
	}
	limit(1 << 30)
	if err := put(2); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	if n := count(); n != 400 {
		t.Errorf("with room again there are %d rows, not 400", n)
	}
}

func TestAReadOnlyDatabaseIsRefused(t *testing.T) {
	if path := os.Getenv("ZHENWU_TEST_READONLY"); path != "" { // the child below
		_, err := Open(context.Background(), path)
		var ours *town.Error
		if !errors.As(err, &ours) {
			fmt.Printf("internal: %v\n", err)
			os.Exit(3)
		}
		fmt.Printf("%s|%s|%s\n", ours.Kind, ours.In("zh"), ours.In("en"))
		os.Exit(0)
	}
	root, err := os.MkdirTemp("", "zhenwu-readonly-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(root)
	for _, c := range []struct {
		name       string
		file, dir  os.FileMode
		lock       bool
		kind       string
		zhSays, en string
	}{
		{"the_file", 0o444, 0o777, true, "invalid", "只读", "read-only"},
		{"the_folder", 0o444, 0o555, false, "invalid", "不可写", "cannot be written"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(root, c.name)
			path := filepath.Join(dir, "zhenwu.db")
			db, err := Open(context.Background(), path)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if c.lock {
				err = os.Chmod(filepath.Join(dir, "zhenwu.lock"), 0o666)
			} else {
				err = os.Remove(filepath.Join(dir, "zhenwu.lock"))
			}
			if err := errors.Join(err, os.Chmod(path, c.file), os.Chmod(dir, c.dir), os.Chmod(root, 0o755)); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = os.Chmod(dir, 0o755) }() // so that it can be removed
			self := filepath.Join(root, "test")
			if data, err := os.ReadFile(os.Args[0]); err != nil {
				t.Fatal(err)
			} else if err := os.WriteFile(self, data, 0o755); err != nil {
				t.Fatal(err)
			}
			child := exec.Command(self, "-test.run=^TestAReadOnlyDatabaseIsRefused$")
			child.Dir = root
			child.Env = append(os.Environ(), "ZHENWU_TEST_READONLY="+path)
			if os.Geteuid() == 0 { // whom no mode stops
				child.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			}
			out, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			parts := strings.Split(strings.TrimSpace(string(out)), "|")
			if len(parts) != 3 || parts[0] != c.kind || !strings.Contains(parts[1], c.zhSays) || !strings.Contains(parts[2], c.en) {
				t.Errorf("it says %q", out)
			}
		})
	}
}

// Who only reads stands beside the one who writes, sees what is committed, and writes nothing.
func TestLookingNeedsNoLock(t *testing.T) {
	ctx := context.Background()
	path, db := fresh(t)
	look, err := Look(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer look.Close()
	if err := db.Write(ctx, func(tx *Tx) error { return tx.AddTown(ctx, Head{Town: 1, Seq: 7}) }); err != nil {
		t.Fatal(err)
	}
	if err := look.Read(ctx, func(q *Q) error {
		h, err := q.Head(ctx, 1)
		if err == nil && h.Seq != 7 {
			t.Errorf("it sees event %d", h.Seq)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	if err := look.Write(ctx, func(tx *Tx) error { return nil }); err == nil {
		t.Error("it writes")
	}
}

func TestLookingMakesAndMigratesNothing(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "none", "zhenwu.db")
	_, err := Look(ctx, path)
	says(t, err, town.Missing, "没有数据库", "there is no database")
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Error("it made the folder")
	}
	for _, c := range []struct {
		does   string
		kind   town.Kind
		zh, en string
	}{
		{"INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)", town.Invalid, "比本程序", "newer than this program"},
		{"DELETE FROM goose_db_version WHERE version_id > 0", town.Invalid, "请先用本程序运行 zhenwu serve", "older than this program"},
		{"DROP TABLE goose_db_version", town.Missing, "数据库里没有乡镇", "holds no town"},
	} {
		path, db := fresh(t)
		if _, err := db.write.Exec(c.does); err != nil {
			t.Fatal(err)
		}
		_, err := Look(ctx, path)
		says(t, err, c.kind, c.zh, c.en)
	}
}
