package hall

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// KeepUploads is how long a file waits for a record to name it before SweepFiles removes it.
const KeepUploads = 7 * 24 * time.Hour

// mostAttached bounds how many records that name a file are asked whether the actor sees one of them, newest first.
const mostAttached = 200

// fileField is a field that names files: of the record, or a column of its lines.
type fileField struct{ key, column string }

func fileFields(t *catalog.Type) []fileField {
	var out []fileField
	for _, f := range t.Fields {
		if isFile(f) {
			out = append(out, fileField{key: f.Key})
		}
		if f.Type != catalog.LinesType {
			continue
		}
		for _, c := range f.Columns {
			if isFile(c) {
				out = append(out, fileField{f.Key, c.Key})
			}
		}
	}
	return out
}

func isFile(f *catalog.Field) bool { return f.Type == catalog.File || f.Type == catalog.Photo }

// named lists the texts under which values name files, as they stand.
func named(fields []fileField, value func(key string) any) []string {
	var out []string
	add := func(x any) {
		if s, ok := x.(string); ok && s != "" {
			out = append(out, s)
		}
	}
	for _, f := range fields {
		x := value(f.key)
		if f.column == "" {
			add(x)
			continue
		}
		lines, _ := x.([]map[string]any)
		for _, line := range lines {
			add(line[f.column])
		}
	}
	return out
}

// filesOf lists the hashes of the files that a record names.
func filesOf(ts *typeState, r *town.Record) []string {
	if r == nil || len(ts.files) == 0 {
		return nil
	}
	var out []string
	for _, s := range named(ts.files, func(key string) any { x, _ := r.Value(key); return x }) {
		for _, h := range strings.FieldsFunc(s, func(c rune) bool { return c == ' ' || c == ',' }) {
			if store.IsHash(h) && !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
	}
	return out
}

// NamesFile tells whether a record names a file.
func (v *View) NamesFile(r *town.Record, hash string) bool {
	ts := v.types[r.Type]
	return ts != nil && slices.Contains(filesOf(ts, r), hash)
}

func strangeFile(field string) error {
	return town.Refuse(town.Denied, field, "附件须由本人上传，或已附在您可以查看的记录上；请重新上传。", "a file must be one that you handed in or that stands on a record you may see; hand it in again.")
}

// mayName refuses files that the actor neither handed in nor sees on a record: a hash alone, guessed or heard of, opens
// no file. What a record of the system's own making copies from another was settled there; simulated work has no people
// who hand files in.
func (u *unit) mayName(actor town.Actor, ts *typeState, before *store.RecordRow, cmd town.Command) error {
	if len(ts.files) == 0 || actor.Kind == town.System || actor.Kind == town.Sim {
		return nil
	}
	var had []string
	if before != nil {
		had = filesOf(ts, &before.Record)
	}
	for _, f := range ts.files {
		for _, hash := range named([]fileField{f}, func(key string) any { return cmd.Fields[key] }) {
			if slices.Contains(had, hash) {
				continue
			}
			ok, err := u.fileIsTheirs(actor, cmd.Record, hash)
			if err != nil {
				return err
			}
			if !ok {
				return strangeFile(f.key)
			}
		}
	}
	return nil
}

// fileIsTheirs tells whether the actor may give a file to a record, and takes the upload up.
func (u *unit) fileIsTheirs(actor town.Actor, record town.ID, hash string) (bool, error) {
	if !store.IsHash(hash) {
		return false, nil
	}
	up := store.Upload{Hash: hash, Person: actor.Person}
	if actor.Person != 0 && !slices.Contains(u.b.uploads, up) {
		ok, err := u.b.tx.Uploaded(u.b.ctx, u.b.h.code, up)
		if err != nil {
			return false, err
		}
		if ok {
			u.uploads = append(u.uploads, up)
			return true, nil
		}
	}
	ids, err := u.b.tx.AttachedTo(u.b.ctx, u.b.h.code, hash, mostAttached)
	if err != nil {
		return false, err
	}
	for a := range u.b.attached {
		if a.Hash == hash {
			ids = append(ids, a.Record)
		}
	}
	if slices.Contains(ids, record) {
		return true, nil // its history shows the file
	}
	for _, id := range ids {
		row, err := u.row(id)
		if err != nil {
			return false, err
		}
		if row != nil && u.shows(actor, row, hash) {
			return true, nil
		}
	}
	return false, nil
}

// shows tells whether a record names a file now and the actor may see it.
func (u *unit) shows(actor town.Actor, row *store.RecordRow, hash string) bool {
	v := u.b.view
	ts := v.types[row.Type]
	if ts == nil || !slices.Contains(filesOf(ts, &row.Record), hash) {
		return false
	}
	sees, err := access.MaySee(v.Cat, ts.t, actor).Sees(access.Of(&row.Record), flow.Scope(v.Cat, ts.t, u, &row.Record), v.Within)
	return err == nil && sees // a scope that cannot be read shows nothing
}

// attach notes the files that a record names anew, for good: a later correction leaves them in its history.
func (b *batch) attach(ts *typeState, was, now *store.RecordRow) {
	if len(ts.files) == 0 {
		return
	}
	var had []string
	if was != nil {
		had = filesOf(ts, &was.Record)
	}
	for _, hash := range filesOf(ts, &now.Record) {
		if !slices.Contains(had, hash) {
			b.attached[store.Attachment{Hash: hash, Record: now.ID}] = true
		}
	}
}

// FileName is the name under which a file is kept: without the folders it came from, its last 80 characters.
func FileName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == utf8.RuneError {
			return -1
		}
		return c
	}, name)
	if r := []rune(name); len(r) > 80 {
		name = string(r[len(r)-80:])
	}
	return name
}

// Upload keeps a file that a person hands in, for a record to name within KeepUploads, and returns its hash. It is no
// event of the town until a record names it. Larger than store.MaxBlob: town.Error Invalid.
func (h *Hall) Upload(ctx context.Context, blobs store.Blobs, person int64, name, mime string, r io.Reader) (string, error) {
	return h.keep(ctx, blobs, person, name, mime, r, store.MaxBlob)
}

// Deposit keeps a file that the town made for a person, such as an edition: as Upload, but up to store.MaxEdition.
func (h *Hall) Deposit(ctx context.Context, blobs store.Blobs, person int64, name, mime string, r io.Reader) (string, error) {
	return h.keep(ctx, blobs, person, name, mime, r, store.MaxEdition)
}

func (h *Hall) keep(ctx context.Context, blobs store.Blobs, person int64, name, mime string, r io.Reader, most int64) (string, error) {
	file, err := blobs.Stage(r, most)
	if err != nil {
		return "", err
	}
	defer file.Drop()
	now := h.Now()
	// The file gets its name under the writer's lock: SweepFiles, which removes files, does so under it too.
	return file.Hash, h.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Head(ctx, h.code); err != nil {
			return err
		}
		if err := file.Keep(); err != nil {
			return err
		}
		if err := tx.PutBlob(ctx, h.code, store.BlobRow{Hash: file.Hash, Size: file.Size, Mime: mime, Name: FileName(name), At: now}); err != nil {
			return err
		}
		return tx.PutUpload(ctx, h.code, store.Upload{Hash: file.Hash, Person: person}, now)
	})
}

// SweepFiles removes the files that no record named within KeepUploads, first from the database, then from the disk; it
// returns how many it took off the disk. Cut short, it leaves files that the database does not know: the next one finds
// them.
func (h *Hall) SweepFiles(ctx context.Context, blobs store.Blobs) (int, error) {
	before := h.Now() - town.Millis(KeepUploads.Milliseconds())
	if err := h.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Head(ctx, h.code); err != nil {
			return err
		}
		hashes, err := tx.LooseBlobs(ctx, h.code, before)
		if err != nil {
			return err
		}
		return tx.DropBlobs(ctx, h.code, hashes, before)
	}); err != nil {
		return 0, err
	}
	loose, err := blobs.Loose(time.Now().Add(-KeepUploads)) // by the machine's clock, as the disk dates them
	if err != nil {
		return 0, err
	}
	known := map[string]bool{}
	if err := h.db.Read(ctx, func(q *store.Q) error {
		rows, err := q.Blobs(ctx, h.code)
		for _, b := range rows {
			known[b.Hash] = true
		}
		return err
	}); err != nil {
		return 0, err
	}
	n := 0
	for _, name := range loose {
		if known[name] {
			continue
		}
		if err := h.db.Write(ctx, func(tx *store.Tx) error {
			if _, err := tx.Head(ctx, h.code); err != nil {
				return err
			}
			if _, back, err := tx.Blob(ctx, h.code, name); err != nil || back { // somebody has just handed the same file in
				return err
			}
			n++
			return blobs.Remove(name)
		}); err != nil {
			return n, err
		}
	}
	return n, nil
}
