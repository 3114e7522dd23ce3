package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	_ "modernc.org/sqlite" // the driver of the bare loop

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// written is all that one command left in the database.
type written struct {
	record *store.RecordRow
	event  store.EventRow
	marks  []store.MarkRow
	cells  []store.Cell
	fields []store.FieldRow
	sealed []store.SealedRow
	blind  []store.BlindRow
	words  string
	due    town.Millis
}

// rows reads back what the last n events wrote, command by command.
func (b *bench) rows(h *hall.Hall, n int) ([]written, error) {
	var out []written
	err := h.Reading(b.ctx, func(r *hall.Reader) error {
		q, v := r.Q(), r.View()
		head, err := q.Head(b.ctx, r.Town())
		if err != nil {
			return err
		}
		for after := head.Seq - int64(n); after < head.Seq; {
			events, err := q.EventsFrom(b.ctx, r.Town(), after, 1000)
			if err != nil {
				return err
			}
			for _, e := range events {
				after = e.Seq
				w := written{event: e}
				if w.record, err = r.Record(e.Record); err != nil {
					return err
				}
				boxes, err := q.Sealed(b.ctx, r.Town(), e.Record)
				if err != nil {
					return err
				}
				for _, box := range boxes {
					w.sealed = append(w.sealed, box)
				}
				if w.blind, err = q.BlindRange(b.ctx, r.Town(), e.Record-1, e.Record); err != nil {
					return err
				}
				w.words = store.Split(w.record.Number + " " + w.record.Title + " " + w.record.Text("city_no"))
				w.due = w.record.Due
				for _, f := range [...][2]string{{"!key", "city_no"}, {"kind", "kind"}, {"category", "category"}} {
					if id := v.FieldID("hotline_order", f[0]); id != 0 {
						w.fields = append(w.fields, store.FieldRow{Field: id, Value: w.record.Text(f[1]), Record: e.Record})
					}
				}
				for _, m := range hall.MarksOf(e) {
					m.Seq = e.Seq
					w.marks = append(w.marks, m)
					slices := []int64{0}
					for _, s := range strings.Split(m.Slices, ";") {
						if s != "" {
							slices = append(slices, v.SliceID(s))
						}
					}
					for _, up := range v.PlaceByID(m.Place).Up {
						for i, s := range slices {
							w.cells = append(w.cells, store.Cell{Figure: m.Figure, Slice: s, Place: up, Span: m.Day.MonthSpan()})
							if i == 0 {
								w.cells = append(w.cells, store.Cell{Figure: m.Figure, Slice: s, Place: up, Span: m.Day.Span()})
							}
						}
					}
				}
				out = append(out, w)
			}
		}
		return nil
	})
	return out, err
}

// bareLoop writes the same rows with the same pragmas, one prepared statement a row.
type bareLoop struct {
	ctx   context.Context
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

const code = 120111104 // the town of the bare loop

// bareLoop makes a database at path with the tables of the one at schema.
func (b *bench) bareLoop(path, schema string) (*bareLoop, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=wal_autocheckpoint(20000)&_pragma=cache_size(-32768)&_pragma=temp_store(MEMORY)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	l := &bareLoop{ctx: b.ctx, db: db, stmts: map[string]*sql.Stmt{}}
	if err := copySchema(db, schema); err != nil {
		l.close()
		return nil, err
	}
	if l.conn, err = db.Conn(b.ctx); err == nil {
		err = l.exec("INSERT INTO town VALUES (?,?,?,?,?,?,?,?,?,?,?)", code, "t", 1, "z", 0, 0, 0, 0, "", 0, "")
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *bareLoop) close() {
	if l.conn != nil {
		_ = l.conn.Close() // the database is closed next, and thrown away
	}
	_ = l.db.Close()
}

func (l *bareLoop) exec(text string, args ...any) error {
	s := l.stmts[text]
	if s == nil {
		var err error
		if s, err = l.conn.PrepareContext(l.ctx, text); err != nil {
			return err
		}
		l.stmts[text] = s
	}
	_, err := s.ExecContext(l.ctx, args...)
	return err
}

// write writes rows in one transaction.
func (l *bareLoop) write(rows []written) error {
	if _, err := l.conn.ExecContext(l.ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, w := range rows {
		if err := l.one(w); err != nil {
			return err
		}
	}
	if err := l.exec("UPDATE town SET seq = seq + ? WHERE town = ?", len(rows), code); err != nil {
		return err
	}
	_, err := l.conn.ExecContext(l.ctx, "COMMIT")
	return err
}

// one writes what one command left.
func (l *bareLoop) one(w written) error {
	r := w.record
	if err := l.exec("INSERT INTO record VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", code, int64(r.ID), r.TypeID, r.Number, r.Rev, r.Stage, 0, r.PlaceID, r.Office, int64(r.Opened()),
		int64(r.Created), int64(r.Changed), int64(r.Due), r.Opener, r.Holder, r.Title, string(r.AppendDoc(nil)), r.Marks); err != nil {
		return fmt.Errorf("bare record: %w", err)
	}
	e := w.event
	if err := l.exec("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", code, e.Seq, int64(e.Record), int64(e.At), int64(e.Day), e.Actor, string(e.Kind), e.Role, e.Office, string(e.Op),
		e.Command, e.Cause, e.Edition, e.Rev, e.Stage, e.Body, e.Marks, e.Seed); err != nil {
		return fmt.Errorf("bare event: %w", err)
	}
	for _, m := range w.marks {
		if err := l.exec("INSERT INTO mark VALUES (?,?,?,?,?,?,?,?,?,?,?)", code, m.Figure, int64(m.Day), int64(m.Record), m.K, m.Place, m.Slices, m.Key, m.N, m.Back, m.Seq); err != nil {
			return fmt.Errorf("bare mark: %w", err)
		}
	}
	for _, c := range w.cells {
		if err := l.exec("INSERT INTO tally VALUES (?,?,?,?,?,?) ON CONFLICT (town, figure, slice, place, span) DO UPDATE SET value = tally.value + excluded.value", code, c.Figure, c.Slice, c.Place, int64(c.Span), 1); err != nil {
			return fmt.Errorf("bare tally: %w", err)
		}
	}
	for _, f := range w.fields {
		if err := l.exec("INSERT INTO field VALUES (?,?,?,?)", code, f.Field, f.Value, int64(f.Record)); err != nil {
			return fmt.Errorf("bare field: %w", err)
		}
		if f.Value == r.Text("city_no") { // a key is found by, not counted
			continue
		}
		if err := l.exec("INSERT INTO field_census VALUES (?,?,?,1) ON CONFLICT (town, field, value) DO UPDATE SET n = field_census.n + 1", code, f.Field, f.Value); err != nil {
			return fmt.Errorf("bare count: %w", err)
		}
	}
	for _, s := range w.sealed {
		if err := l.exec("INSERT INTO sealed VALUES (?,?,?,?,?)", code, int64(s.Record), s.Ref, s.Field, s.Box); err != nil {
			return fmt.Errorf("bare seal: %w", err)
		}
	}
	for _, s := range w.blind {
		if err := l.exec("INSERT INTO blind VALUES (?,?,?,?,?)", code, int64(s.Record), s.Field, s.Token, s.Kin); err != nil {
			return fmt.Errorf("bare blind index: %w", err)
		}
	}
	if err := l.exec("INSERT INTO census VALUES (?,?,?,?,?,1) ON CONFLICT (town, type, stage, office, place) DO UPDATE SET n = census.n + 1", code, r.TypeID, r.Stage, r.Office, r.PlaceID); err != nil {
		return fmt.Errorf("bare census: %w", err)
	}
	if w.due != 0 {
		if err := l.exec("INSERT INTO job VALUES (?,?,?,?,?,?,?,?,?)", code, e.Seq, "timer", int64(w.due), int64(r.ID), fmt.Sprint(r.ID), "", 0, ""); err != nil {
			return fmt.Errorf("bare job: %w", err)
		}
	}
	if err := l.exec("INSERT INTO search (rowid, words) VALUES (?,?)", int64(r.ID), w.words); err != nil {
		return fmt.Errorf("bare search: %w", err)
	}
	if e.Seq%32 == 0 {
		if err := l.exec("INSERT INTO tile VALUES (?,?,?) ON CONFLICT (town, tile) DO UPDATE SET hashes = excluded.hashes", code, e.Seq/32, make([]byte, 2048)); err != nil {
			return fmt.Errorf("bare tile: %w", err)
		}
	}
	return nil
}

// copySchema makes the tables and indexes of the database at from.
func copySchema(db *sql.DB, from string) error {
	src, err := sql.Open("sqlite", "file:"+from+"?_pragma=query_only(1)")
	if err != nil {
		return err
	}
	defer src.Close()
	rows, err := src.Query("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose%' AND name NOT LIKE 'search_%' ORDER BY rowid")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		if _, err := db.Exec(text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return rows.Err()
}
