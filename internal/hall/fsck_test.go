package hall

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhenwu/internal/journal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// callType adds a type with personal data and a file to the small catalog.
const callType = `types:
  call:
    zh: 来电
    en: Call
    number: "LD{year}{seq:4}"
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      who: {zh: 来电人, en: Caller, type: person}
      phone: {zh: 电话, en: Phone, type: phone}
      about: {zh: 事由, en: About, type: text, max: 40, required: true, index: true}
      paper: {zh: 附件, en: Paper, type: file}
      order: {zh: 工单, en: Order, type: ref, of: order}
`

// smallTown founds the small town and lets something of every kind happen in it.
func smallTown(t *testing.T, dsn string) (*Hall, store.Blobs) {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	cat := towntest.Load(t, strings.Replace(towntest.Declarations, "types:\n", callType, 1))
	start := town.DayOf(2023, 3, 1).At(cat.Zone, 9, 0)
	cfg := newKeys(t, string(cat.Code))
	cfg.Now = func() town.Millis { return start + 50*3_600_000 } // after everything that happens here, before what is due
	h, err := Found(ctx, db, Founding{Cat: cat, Files: "{}", At: start}, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := h.Seed(ctx, true, 0); err != nil {
		t.Fatal(err)
	}
	blobs := store.Blobs{Dir: filepath.Join(t.TempDir(), "blobs")}
	clock, n := start, 0
	do := func(role, office string, cmd town.Command) town.Answer {
		t.Helper()
		n++
		clock += 3_600_000
		cmd.ID, cmd.At, cmd.Step = "c"+string(rune('a'+n/26))+string(rune('a'+n%26)), clock, -1
		if cmd.Day == 0 {
			cmd.Day = town.NoDay
		}
		actor := towntest.Staff(map[string]int64{"clerk": 1, "handler": 2, "chief": 3}[role], role, office)
		actor.Kind = town.Importer // who may state earlier times in a real town
		ans, err := h.Do(ctx, actor, cmd)
		if err != nil {
			t.Fatalf("%s %s%s: %v", cmd.Op, cmd.Type, cmd.Move, err)
		}
		return ans
	}
	v := towntest.Villages
	var firms, orders []town.ID
	for i, name := range []string{"甲厂", "乙厂", "丙厂"} {
		a := do("clerk", "desk", town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": name, "name": name, "place": v[i], "since": "2022-05-01", "grade": "a", "budget": int64(90000)}})
		firms = append(firms, a.Record)
	}
	for i := range 9 {
		f := town.Values{"title": "路灯不亮", "kind": [2]string{"road", "noise"}[i%2], "firm": int64(firms[i%3]), "fee": int64(100 * i),
			"people": []map[string]any{{"what": "甲", "owed": int64(500)}}}
		if i%3 == 0 {
			f["urgent"] = true
		}
		orders = append(orders, do("clerk", "desk", town.Command{Op: town.Create, Type: "order", Fields: f}).Record)
	}
	for _, id := range orders[:5] {
		a := do("clerk", "desk", town.Command{Op: town.Move, Record: id, Move: "assign", Fields: town.Values{"offices": []string{"law"}}})
		do("handler", "law", town.Command{Op: town.Move, Record: a.Opened[0], Move: "finish"})
		do("handler", "desk", town.Command{Op: town.Move, Record: id, Move: "answer", Fields: town.Values{"answer": "已办"}})
		do("chief", "desk", town.Command{Op: town.Move, Record: id, Move: "close"})
	}
	do("clerk", "desk", town.Command{Op: town.Correct, Record: orders[0], Fields: town.Values{"kind": "noise", "site": v[2]}, Reason: "填错"})
	do("chief", "desk", town.Command{Op: town.Void, Record: orders[1], Reason: "重复"})
	do("chief", "desk", town.Command{Op: town.Correct, Record: firms[0], Day: town.DayOf(2023, 3, 1), Fields: town.Values{"grade": "b"}, Reason: "评定"})
	do("clerk", "desk", town.Command{Op: town.Correct, Record: firms[1], Fields: town.Values{"name": "乙公司"}, Reason: "改名"})
	do("clerk", "desk", town.Command{Op: town.Move, Record: orders[7], Move: "take", Fields: town.Values{"signed_on": "2023-03-01"}})
	do("clerk", "desk", town.Command{Op: town.Undo, Record: orders[7], Reason: "误点"})
	for i := range 3 {
		a := do("clerk", "desk", town.Command{Op: town.Create, Type: "fine", Fields: town.Values{"firm": int64(firms[i]), "amount": int64(700 + i), "due": "2023-04-10"}})
		if i > 0 {
			do("clerk", "desk", town.Command{Op: town.Move, Record: a.Record, Move: "pay", Fields: town.Values{"amount": int64(700 + i)}})
		}
	}
	hash, err := h.Upload(ctx, blobs, 1, "照片.png", "image/png", strings.NewReader("一张照片"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		f := town.Values{"about": "停水", "order": int64(orders[i])}
		if i == 0 {
			f["paper"] = hash
		}
		a := do("clerk", "desk", town.Command{Op: town.Create, Type: "call", Fields: f, Sealed: map[string]string{"who": "某某", "phone": "13800000000"}})
		if i == 2 {
			do("chief", "desk", town.Command{Op: town.Erase, Record: a.Record, Reason: "本人申请"})
		}
	}
	if err := h.Sign(ctx); err != nil {
		t.Fatal(err)
	}
	do("clerk", "desk", town.Command{Op: town.Create, Type: "order", Fields: town.Values{"title": "垃圾未清", "kind": "road"}}) // after the signed head
	return h, blobs
}

func TestFsckFindsNothingInASoundTown(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, blobs := smallTown(t, dsn)
		calls := 0
		a, err := h.Fsck(context.Background(), FsckOptions{Blobs: blobs, Progress: func(done, total int64) { calls++ }})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range a.Differences {
			t.Errorf("%s: %s", d.Check, d.En)
		}
		for _, c := range a.Checks {
			if c.N == 0 {
				t.Errorf("nothing was checked of %s", c.Key)
			}
		}
		if !a.Clean() || calls == 0 || a.Seq == 0 || len(a.Pending) > 0 {
			t.Errorf("clean %v, %d calls, as of %d, pending %v", a.Clean(), calls, a.Seq, a.Pending)
		}
	})
}

// damages are done with one statement each; fsck must name every one under its check.
var damages = []struct{ name, sql, check, says string }{
	{"a stated field", `UPDATE record SET doc = replace(CAST(doc AS TEXT), '路灯不亮', '路灯亮了')::DOC WHERE id = 4`, "replay", "title"},
	{"a stage", `UPDATE record SET stage = 'review' WHERE id = 4`, "replay", "stage"},
	{"a revision", `UPDATE record SET rev = rev + 1 WHERE id = 4`, "replay", "rev"},
	{"an event's stage", `UPDATE event SET stage = 'other' WHERE record = 4 AND op = 'create'`, "replay", "columns of event"},
	{"a derived field", `UPDATE record SET doc = replace(CAST(doc AS TEXT), '乙公司', '乙')::DOC WHERE type = (SELECT id FROM word WHERE kind = 't' AND word = 'order')`, "derived", "firm_name"},
	{"a rollup", `UPDATE record SET doc = replace(CAST(doc AS TEXT), '"paid":701', '"paid":702')::DOC WHERE id = 2`, "derived", "record 2"},
	{"a title", `UPDATE record SET title = 'x' WHERE id = 4`, "derived", "title"},
	{"a due day", `UPDATE record SET due = due + 1 WHERE due > 0`, "derived", "due"},
	{"a record that is gone", `DELETE FROM record WHERE id = 3`, "head", "record 3 is missing"},
	{"a reference to it", `DELETE FROM record WHERE id = 3`, "references", "names record 3"},
	{"an event that is gone", `DELETE FROM event WHERE seq = 30`, "journal", "event 30 is missing"},
	{"the last event gone", `DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)`, "head", "the last event is"},
	{"an event's body", `UPDATE event SET body = replace(body, '路灯不亮', '路灯亮了') WHERE record = 4 AND op = 'create'`, "journal", "does not give the leaf"},
	{"an event's time", `UPDATE event SET at = at + 1 WHERE seq = 30`, "journal", "event 30"},
	{"a leaf's salts", `UPDATE event SET seed = ` + `(SELECT e.seed FROM event AS e WHERE e.seq = 31) WHERE seq = 30`, "journal", "event 30"},
	{"a mark change of an event", `UPDATE event SET marks = '' WHERE marks <> '' AND seq = (SELECT max(seq) FROM event WHERE marks <> '')`, "journal", "does not give the leaf"},
	{"a tile", `DELETE FROM tile WHERE tile = 1`, "journal", "lacks hash"},
	{"hashes beyond the end", `INSERT INTO tile (town, tile, hashes) SELECT town, 999, hashes FROM tile WHERE tile = 0`, "journal", "beyond its end"},
	{"a record's marks", `UPDATE record SET marks = '' WHERE id = 4`, "marks", "should count"},
	{"an amount in the marks", `UPDATE mark SET n = 5 WHERE record = 4 AND back = 0`, "marks", "record 4"},
	{"a mark that is gone", `DELETE FROM mark WHERE record = 9 AND back = 0`, "marks", "has no mark row"},
	{"a mark of another event", `UPDATE mark SET seq = seq + 1 WHERE record = 4`, "marks", "differs from event"},
	{"an invented mark", `INSERT INTO mark (town, figure, day, record, k, place, slices, key, n, back, seq) SELECT town, figure, day, record, k + 900, place, slices, key, n, 0, seq FROM mark WHERE record = 5 AND back = 0`, "marks", "comes from no event"},
	{"a count of changes", `UPDATE figure SET changes = changes + 1 WHERE changes > 0`, "marks", "changes"},
	{"a tally", `UPDATE tally SET value = value + 1 WHERE slice = 0 AND place = 0`, "tally", "add up to"},
	{"a tally of a slice", `DELETE FROM tally WHERE slice > 0 AND value <> 0`, "tally", "add up to"},
	{"a tally of no figure", `INSERT INTO tally (town, figure, slice, place, span, value) SELECT town, 999, 0, 0, 20230300, 1 FROM town`, "tally", "does not exist"},
	{"a first day", `UPDATE seen SET n = n + 1`, "distinct", "its marks give"},
	{"a first day that is gone", `DELETE FROM seen`, "distinct", "lacks a key"},
	{"a number", `UPDATE record SET number = 'RX202300099' WHERE number = 'RX202300005'`, "numbers", "RX202300099"},
	{"a series", `UPDATE serial SET n = n + 1`, "numbers", "has given out"},
	{"a count of a list", `UPDATE census SET n = n + 1 WHERE stage = 'closed'`, "census", "off by"},
	{"a count of a field", `UPDATE field_census SET n = n + 1`, "census", "is counted"},
	{"a count of a field gone", `DELETE FROM field_census`, "census", "is not counted"},
	{"an index row", `DELETE FROM field`, "index", "missing from the index"},
	{"an index row too many", `INSERT INTO field (town, field, value, record) SELECT town, field, 'x', record FROM field WHERE record = 1`, "index", "does not belong"},
	{"a link", `DELETE FROM link WHERE source = 4`, "index", "record 4"},
	{"a link too many", `INSERT INTO link (town, target, field, source) SELECT town, 3, field, source FROM link WHERE source = 4`, "index", "4 → 3"},
	{"a head of another town", `UPDATE town SET head = replace(head, 'town 110000000', 'town 110000001')`, "signed", "does not verify"},
	{"a head of a larger journal", `UPDATE town SET head = replace(head, 'size ', 'size 9')`, "signed", "does not verify"},
	{"a journal behind its head", `DELETE FROM event WHERE seq > 20`, "head", "the last event is"},
	{"another clock's due day", `UPDATE job SET due = due + 1 WHERE kind = 'timer'`, "timers", "its clocks give"},
	{"a timer gone", `DELETE FROM job WHERE kind = 'timer' AND record = (SELECT max(record) FROM job)`, "timers", "set to —"},
	{"a timer too many", `INSERT INTO job (town, id, kind, due, record, key, body, tries, fault) SELECT town, 99999, 'timer', 5, 1, '1', '', 0, '' FROM town`, "timers", "record 1"},
	{"a job for a timer that was refused", `UPDATE job SET due = 9007199254740992, body = 'sign@1' WHERE kind = 'timer'`, "timers", "set to —"},
	{"a second timer", `INSERT INTO job (town, id, kind, due, record, key, body, tries, fault) SELECT town, 99999, kind, due, record, 'x', '', 0, '' FROM job WHERE record = (SELECT max(record) FROM job)`, "timers", "too many"},
	{"a timer of no record", `INSERT INTO job (town, id, kind, due, record, key, body, tries, fault) SELECT town, 99999, 'timer', 5, 99999, '99999', '', 0, '' FROM town`, "timers", "belong to no record"},
	{"a wrapped key", `UPDATE sealed SET box = (SELECT s.box FROM sealed AS s WHERE s.field = 'who' AND s.record = sealed.record) WHERE field = ''`, "sealed", "does not open"},
	{"a sealed field", `UPDATE sealed SET box = (SELECT s.box FROM sealed AS s WHERE s.field = 'who' AND s.record = sealed.record) WHERE field = 'phone'`, "sealed", "phone"},
	{"a sealed field gone", `DELETE FROM sealed WHERE field = 'phone'`, "sealed", "is missing"},
	{"a box that no event names", `UPDATE sealed SET ref = 'x' WHERE field = 'phone'`, "sealed", "no event of record"},
	{"a box of no record", `INSERT INTO sealed (town, record, ref, field, box) SELECT town, 99999, ref, field, box FROM sealed WHERE field = 'phone' AND record = (SELECT max(record) FROM sealed)`, "sealed", "record 99999"},
	{"a blind index", `UPDATE blind SET token = 'x'`, "sealed", "differs from its blind index"},
	{"a blind index gone", `DELETE FROM blind`, "sealed", "differs from its blind index"},
	{"a blind index too many", `INSERT INTO blind (town, record, field, token, kin) SELECT town, 1, field, token, kin FROM blind WHERE record = (SELECT max(record) FROM blind)`, "sealed", "too many"},
	{"a word for equal values", `UPDATE blind SET kin = 'x' WHERE record = (SELECT max(record) FROM blind)`, "sealed", "stands under two words"},
	{"a record's word for equal values", `UPDATE record SET doc = replace(CAST(doc AS TEXT), '"k"', '"b"')::DOC WHERE id = (SELECT max(record) FROM blind)`, "sealed", "is not that of its blind index"},
	{"a rule", `UPDATE datum SET doc = replace(doc, '5 workdays', '50 workdays')`, "data", "differs from what event"},
	{"a rule gone", `DELETE FROM datum`, "data", "is missing"},
	{"an invented rule", `INSERT INTO datum (town, register, key, doc, seq) SELECT town, 'rule', 'x', '{}', 1 FROM town`, "data", "was not put"},
	{"a file's size", `UPDATE blob SET size = size + 1`, "blobs", "was changed"},
	{"a file that is not kept", `DELETE FROM blob`, "blobs", "is not kept"},
	{"a file without its record", `DELETE FROM attachment`, "blobs", "is not attached to record"},
	{"a file of no record", `UPDATE attachment SET record = 9999`, "blobs", "which does not exist"},
	{"an edition", `DELETE FROM edition`, "head", "is not kept"},
}

func TestFsckNamesEveryDamage(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h, blobs := smallTown(t, dsn)
		raw := rawDB(t, h, dsn)
		for _, d := range damages {
			t.Run(strings.ReplaceAll(d.name, " ", "_"), func(t *testing.T) {
				restore := keep(t, raw, h.db.Dialect)
				defer restore()
				statement := strings.ReplaceAll(d.sql, "::DOC", "")
				if h.db.Dialect == store.Postgres {
					statement = strings.ReplaceAll(d.sql, "::DOC", "::JSONB")
					statement = strings.ReplaceAll(statement, `"paid":70`, `"paid": 70`)
				}
				res, err := raw.Exec(statement)
				if err != nil {
					t.Fatal(err)
				}
				if n, err := res.RowsAffected(); err != nil || n == 0 {
					t.Fatalf("no damage was done: %d rows, %v", n, err)
				}
				expect(t, h, blobs, d.check, d.says)
			})
		}
		for _, d := range textDamages {
			t.Run(d.name, func(t *testing.T) {
				statement := d.lite
				if h.db.Dialect == store.Postgres {
					statement = d.pg
				}
				if _, err := raw.Exec(statement); err != nil {
					t.Fatal(err)
				}
				expect(t, h, blobs, "search", d.says)
				if _, err := raw.Exec("DELETE FROM search WHERE " + map[store.Dialect]string{store.SQLite: "rowid", store.Postgres: "record"}[h.db.Dialect] + " > 0"); err != nil {
					t.Fatal(err)
				}
				expect(t, h, blobs, "search", "record 4")
				if err := h.Reindex(context.Background()); err != nil {
					t.Fatal(err)
				}
				a, err := h.Fsck(context.Background(), FsckOptions{Blobs: blobs})
				if err != nil || !a.Clean() {
					t.Fatalf("with its full text made again: %v, %v", err, a.Differences)
				}
			})
		}
		t.Run("a_head_signed_over_other_counts", func(t *testing.T) {
			restore := keep(t, raw, h.db.Dialect)
			defer restore()
			var text string
			if err := raw.QueryRow("SELECT head FROM town").Scan(&text); err != nil {
				t.Fatal(err)
			}
			head, err := journal.OpenHead([]byte(text), h.cfg.Key.Public())
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range []struct {
				change func(*journal.Head)
				says   string
			}{
				{func(*journal.Head) {}, "other numbers of figure changes"},
				{func(h *journal.Head) { h.Root[3] ^= 1 }, "is not that of the first"},
				{func(h *journal.Head) { h.Size += 1000 }, "the journal has"},
				{func(h *journal.Head) { h.Simulated = !h.Simulated }, "speaks of town"},
			} {
				other := head
				x.change(&other)
				signed, _, err := journal.SignHead(h.cfg.Key, other, nil)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := raw.Exec("UPDATE town SET head = $1", string(signed)); err != nil {
					t.Fatal(err)
				}
				expect(t, h, blobs, "signed", x.says)
			}
		})
		t.Run("a_file_that_was_changed", func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(blobs.Dir, "*", "*"))
			if err != nil || len(files) != 1 {
				t.Fatalf("files: %v, %v", files, err)
			}
			if err := os.WriteFile(files[0], []byte("另一张照片"), 0o600); err != nil {
				t.Fatal(err)
			}
			expect(t, h, blobs, "blobs", "was changed")
			if err := os.Remove(files[0]); err != nil {
				t.Fatal(err)
			}
			expect(t, h, blobs, "blobs", "is missing")
		})
	})
}

// textDamages are done to the full text, which each engine keeps in its own way.
var textDamages = []struct{ name, lite, pg, says string }{
	{"a_text_gone", `DELETE FROM search WHERE rowid = 4`, `DELETE FROM search WHERE record = 4`, "record 4"},
	{"another_text", `INSERT OR REPLACE INTO search (rowid, words) VALUES (4, 'rx202300001 路 灯 不 灭')`, `UPDATE search SET words = to_tsvector('simple', 'rx202300001 路 灯 不 灭') WHERE record = 4`, "record 4"},
	{"a_text_in_another_order", `INSERT OR REPLACE INTO search (rowid, words) VALUES (4, 'rx202300001 灯 路 不 亮')`, `UPDATE search SET words = to_tsvector('simple', 'rx202300001 灯 路 不 亮') WHERE record = 4`, "record 4"},
	{"a_text_of_what_is_not_searched", `INSERT INTO search (rowid, words) VALUES (1, '甲 厂')`, `INSERT INTO search (town, record, words) VALUES (110000000, 1, to_tsvector('simple', '甲 厂'))`, "record 1 is"},
	{"a_text_of_no_record", `INSERT INTO search (rowid, words) VALUES (9999, '甲 厂')`, `INSERT INTO search (town, record, words) VALUES (110000000, 9999, to_tsvector('simple', '甲 厂'))`, "record 9999, which does not exist"},
}

func expect(t *testing.T, h *Hall, blobs store.Blobs, check, says string) {
	t.Helper()
	a, err := h.Fsck(context.Background(), FsckOptions{Blobs: blobs})
	if err != nil {
		t.Fatal(err)
	}
	if a.Clean() {
		t.Fatal("nothing was found")
	}
	for _, d := range a.Differences {
		if d.Check == check && strings.Contains(d.En, says) {
			if d.Zh == d.En || strings.Contains(d.Zh+d.En, "%!") {
				t.Errorf("the sentences are wrong: %q, %q", d.Zh, d.En)
			}
			return
		}
	}
	for _, d := range a.Differences {
		t.Logf("%s: %s", d.Check, d.En)
	}
	t.Errorf("nothing under %q says %q", check, says)
}

// rawDB opens the database beside the hall, to damage it.
func rawDB(t *testing.T, h *Hall, dsn string) *sql.DB {
	t.Helper()
	driver, name := "pgx", dsn
	if h.db.Dialect == store.SQLite {
		driver, name = "sqlite", "file:"+dsn+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

var damaged = []string{"town", "edition", "record", "event", "tile", "mark", "figure", "tally", "seen", "serial", "census", "field_census", "field", "link", "sealed", "blind", "datum", "blob", "attachment", "job"}

// keep copies every table aside and returns what puts them back.
func keep(t *testing.T, db *sql.DB, d store.Dialect) func() {
	t.Helper()
	do := func(text string) {
		t.Helper()
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range damaged {
		do("CREATE TABLE kept_" + table + " AS SELECT * FROM " + table)
	}
	return func() {
		for _, table := range damaged {
			do("DELETE FROM " + table)
			do("INSERT INTO " + table + " SELECT * FROM kept_" + table)
			do("DROP TABLE kept_" + table)
		}
	}
}
