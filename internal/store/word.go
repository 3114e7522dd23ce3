package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"zhenwu/internal/town"
)

// SearchWords tells each word of the full text as it stands: of which record,
// and the how manieth of it. The order is the engine's; the words must not be kept.
func (q *Q) SearchWords(ctx context.Context, code int64, each func(word string, record town.ID, at int64)) error {
	if q.dialect == SQLite {
		rows, err := q.query(ctx, "SELECT term, doc, offset FROM search_word")
		return eachWord(rows, err, 0, each)
	}
	rows, err := q.query(ctx, "SELECT w.lexeme, s.record, p.at FROM search AS s, unnest(s.words) AS w, unnest(w.positions) AS p(at) WHERE s.town = $1", code)
	return eachWord(rows, err, 1, each)
}

// eachWord reads rows of word, record and place; first is the place of a text's first word.
func eachWord(rows *sql.Rows, err error, first int64, each func(string, town.ID, int64)) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	var word string
	var record town.ID
	var at int64
	for rows.Next() {
		if err := rows.Scan(&word, &record, &at); err != nil {
			return err
		}
		each(word, record, at-first)
	}
	return rows.Err()
}

// Lexer takes texts apart as the engine's own full text does, so that nobody
// has to guess how it folds and splits. It is used from one goroutine.
type Lexer struct {
	q    *Q
	lite *sql.DB // a full text in memory; nil on PostgreSQL
}

// NewLexer makes the lexer that belongs to q.
func NewLexer(ctx context.Context, q *Q) (*Lexer, error) {
	l := &Lexer{q: q}
	if q.dialect == Postgres {
		return l, nil
	}
	var err error
	if l.lite, err = sql.Open("sqlite", "file::memory:"); err != nil {
		return nil, fmt.Errorf("open a full text in memory: %w", err)
	}
	l.lite.SetMaxOpenConns(1) // each connection would be a database of its own
	for _, text := range [...]string{
		"CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1, tokenize='unicode61')",
		"CREATE VIRTUAL TABLE search_word USING fts5vocab(search, 'instance')",
	} {
		if _, err := l.lite.ExecContext(ctx, text); err != nil {
			_ = l.lite.Close() // it held nothing
			return nil, fmt.Errorf("make a full text in memory: %w", err)
		}
	}
	return l, nil
}

// Close lets go of what the lexer holds.
func (l *Lexer) Close() error {
	if l.lite == nil {
		return nil
	}
	return l.lite.Close()
}

// Words tells each word of texts, as SearchWords does of what stands.
func (l *Lexer) Words(ctx context.Context, rs []SearchRow, each func(word string, record town.ID, at int64)) error {
	if l.lite == nil {
		return l.asked(ctx, rs, each)
	}
	tx, err := l.lite.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // which empties it for the next texts
	add, err := tx.PrepareContext(ctx, "INSERT INTO search (rowid, words) VALUES ($1, $2)")
	if err != nil {
		return err
	}
	defer add.Close()
	for _, r := range rs {
		if _, err := add.ExecContext(ctx, int64(r.Record), r.Words); err != nil {
			return err
		}
	}
	rows, err := tx.QueryContext(ctx, "SELECT term, doc, offset FROM search_word")
	return eachWord(rows, err, 0, each)
}

// asked lets PostgreSQL take the texts apart.
func (l *Lexer) asked(ctx context.Context, rs []SearchRow, each func(word string, record town.ID, at int64)) error {
	type text struct {
		Record int64  `json:"record"`
		Words  string `json:"words"`
	}
	list := make([]text, len(rs))
	for i, r := range rs {
		list[i] = text{int64(r.Record), r.Words}
	}
	doc, err := json.Marshal(list)
	if err != nil {
		return err
	}
	rows, err := l.q.query(ctx, "SELECT w.lexeme, s.record, p.at FROM jsonb_to_recordset(CAST($1 AS JSONB)) AS s(record BIGINT, words TEXT), unnest(to_tsvector('simple', s.words)) AS w, unnest(w.positions) AS p(at)", string(doc))
	return eachWord(rows, err, 1, each)
}
