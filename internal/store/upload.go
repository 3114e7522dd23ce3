package store

import (
	"context"

	"zhenwu/internal/town"
)

// Upload is a file that a person handed in and no record has taken yet.
type Upload struct {
	Hash   string
	Person int64
}

// PutUpload notes who handed a file in, and when; again, the later instant counts.
func (t *Tx) PutUpload(ctx context.Context, code int64, u Upload, at town.Millis) error {
	_, err := t.exec(ctx, "INSERT INTO upload (town, hash, person, at) VALUES ($1,$2,$3,$4) ON CONFLICT (town, hash, person) DO UPDATE SET at = excluded.at", code, u.Hash, u.Person, int64(at))
	return err
}

// DropUploads forgets uploads that records have taken; what is not there is no error.
func (t *Tx) DropUploads(ctx context.Context, code int64, us []Upload) error {
	for _, u := range us {
		if _, err := t.exec(ctx, "DELETE FROM upload WHERE town = $1 AND hash = $2 AND person = $3", code, u.Hash, u.Person); err != nil {
			return err
		}
	}
	return nil
}

// Uploaded tells whether a person handed a file in that no record has taken from them yet.
func (q *Q) Uploaded(ctx context.Context, code int64, u Upload) (bool, error) {
	var n int
	err := q.row(ctx, "SELECT count(*) FROM upload WHERE town = $1 AND hash = $2 AND person = $3", code, u.Hash, u.Person).Scan(&n)
	return n > 0, err
}

// Attachment is a record that names a file, or once named it: history keeps its files.
type Attachment struct {
	Hash   string
	Record town.ID
}

var insertAttachment = newInsert(3, "INSERT INTO attachment (town, hash, record)", " ON CONFLICT DO NOTHING")

// PutAttachments notes which records name which files.
func (t *Tx) PutAttachments(ctx context.Context, code int64, as []Attachment) error {
	return t.bulk(ctx, insertAttachment, len(as), func(a []any, i int) []any { return append(a, code, as[i].Hash, int64(as[i].Record)) })
}

// AttachedTo lists up to n records that name a file or once did, newest first.
func (q *Q) AttachedTo(ctx context.Context, code int64, hash string, n int) ([]town.ID, error) {
	rows, err := q.query(ctx, "SELECT record FROM attachment WHERE town = $1 AND hash = $2 ORDER BY record DESC LIMIT $3", code, hash, n)
	return collect(rows, err, func(scan func(...any) error) (town.ID, error) {
		var id town.ID
		return id, scan(&id)
	})
}

// Attachments lists all rows, file by file.
func (q *Q) Attachments(ctx context.Context, code int64) ([]Attachment, error) {
	rows, err := q.query(ctx, "SELECT hash, record FROM attachment WHERE town = $1 ORDER BY hash, record", code)
	return collect(rows, err, func(scan func(...any) error) (Attachment, error) {
		var a Attachment
		return a, scan(&a.Hash, &a.Record)
	})
}

// LooseBlobs lists the files recorded before an instant that no record ever named and nobody handed in since.
func (q *Q) LooseBlobs(ctx context.Context, code int64, before town.Millis) ([]string, error) {
	rows, err := q.query(ctx, `SELECT b.hash FROM blob b WHERE b.town = $1 AND b.at < $2
  AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.town = b.town AND a.hash = b.hash)
  AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.town = b.town AND u.hash = b.hash AND u.at >= $2) ORDER BY b.hash`, code, int64(before))
	return collect(rows, err, func(scan func(...any) error) (string, error) {
		var hash string
		return hash, scan(&hash)
	})
}

// DropBlobs forgets files, and all uploads older than an instant.
func (t *Tx) DropBlobs(ctx context.Context, code int64, hashes []string, before town.Millis) error {
	for _, h := range hashes {
		if _, err := t.exec(ctx, "DELETE FROM blob WHERE town = $1 AND hash = $2", code, h); err != nil {
			return err
		}
	}
	_, err := t.exec(ctx, "DELETE FROM upload WHERE town = $1 AND at < $2", code, int64(before))
	return err
}
