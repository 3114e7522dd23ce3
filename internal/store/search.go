package store

import (
	"context"
	"strings"
	"unicode"

	"zhenwu/internal/town"
)

// SearchRow is what full text finds a record by.
type SearchRow struct {
	Record town.ID
	Words  string // as Split gives it
}

var (
	insertSearchLite = newInsert(2, "INSERT OR REPLACE INTO search (rowid, words)", "")
)

// PutSearch writes the text of records. SQLite's full-text table has no column
// for the town: one file serves one town.
func (t *Tx) PutSearch(ctx context.Context, code int64, rs []SearchRow) error {
	if t.dialect == SQLite {
		return t.bulk(ctx, insertSearchLite, len(rs), func(a []any, i int) []any { return append(a, int64(rs[i].Record), rs[i].Words) })
	}
	for _, r := range rs { // to_tsvector has no place in a VALUES list of bare parameters
		if _, err := t.exec(ctx, "INSERT INTO search (town, record, words) VALUES ($1,$2,to_tsvector('simple', $3)) ON CONFLICT (town, record) DO UPDATE SET words = excluded.words", code, int64(r.Record), r.Words); err != nil {
			return err
		}
	}
	return nil
}

// DropSearch takes records out of the full text; one that does not stand there is no error.
func (t *Tx) DropSearch(ctx context.Context, code int64, ids []town.ID) error {
	for _, id := range ids {
		var err error
		if t.dialect == SQLite {
			_, err = t.exec(ctx, "DELETE FROM search WHERE rowid = $1", int64(id))
		} else {
			_, err = t.exec(ctx, "DELETE FROM search WHERE town = $1 AND record = $2", code, int64(id))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// together asks SQLite's full text for all phrases.
func together(phrases []string) string { return `"` + strings.Join(phrases, `" AND "`) + `"` }

// Search lists up to n records, newest first, whose text holds every word of the question.
func (q *Q) Search(ctx context.Context, code int64, question string, n int) ([]town.ID, error) {
	phrases := Phrases(question)
	if len(phrases) == 0 {
		return nil, nil
	}
	if q.dialect == SQLite {
		rows, err := q.query(ctx, "SELECT rowid FROM search WHERE search MATCH $1 ORDER BY rowid DESC LIMIT $2", together(phrases), n)
		return collect(rows, err, scanID)
	}
	args := []any{code, n}
	text := ""
	for i, p := range phrases {
		args = append(args, p)
		if i > 0 {
			text += " && "
		}
		text += "phraseto_tsquery('simple', $" + string(rune('0'+len(args))) + ")"
	}
	rows, err := q.query(ctx, "SELECT record FROM search WHERE town = $1 AND words @@ ("+text+") ORDER BY record DESC LIMIT $2", args...)
	return collect(rows, err, scanID)
}

// Split puts a space around every Han character, so that both engines index
// characters and find words as phrases.
func Split(s string) string {
	var b strings.Builder
	b.Grow(len(s) * 4 / 3)
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Han, r):
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// Phrases turns a question into phrases that must all occur; at most six.
func Phrases(question string) []string {
	var out []string
	for _, word := range strings.Fields(question) {
		if p := Split(word); p != "" && len(out) < 6 {
			out = append(out, p)
		}
	}
	return out
}
