package hall

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Member is a person who works with the town's records: a row of the register "person".
type Member struct {
	ID     int64
	Login  string
	Name   string
	Hash   string // argon2id, "" = cannot sign in with a password
	Closed bool   // may not sign in any more
	Posts  []town.Post
}

// Actor is the member as the actor of a command.
func (m *Member) Actor() town.Actor {
	return town.Actor{Person: m.ID, Name: m.Name, Kind: town.Staff, Posts: m.Posts}
}

// Members lists the people of the town by login.
func (r *Reader) Members() ([]Member, error) {
	rows, err := r.q.Data(r.ctx, r.code, "person")
	if err != nil {
		return nil, err
	}
	out := make([]Member, 0, len(rows))
	for _, d := range rows {
		m, err := memberOf(d)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// Member reads one person by login; ok is false when there is none.
func (r *Reader) Member(login string) (m Member, ok bool, err error) {
	d, ok, err := r.q.Datum(r.ctx, r.code, "person", login)
	if err != nil || !ok {
		return m, false, err
	}
	m, err = memberOf(d)
	return m, err == nil, err
}

func memberOf(d store.Datum) (Member, error) {
	row, err := town.ParseObject([]byte(d.Doc))
	if err != nil {
		return Member{}, fmt.Errorf("person %s: %w", d.Key, err)
	}
	m := Member{Login: d.Key}
	m.ID, _ = row["id"].(int64)
	if m.ID == 0 {
		m.ID = PersonID(d.Key)
	}
	m.Name, _ = row["name"].(string)
	m.Hash, _ = row["hash"].(string)
	m.Closed, _ = row["closed"].(bool)
	posts, _ := row["posts"].([]map[string]any)
	for _, p := range posts {
		var post town.Post
		post.Role, _ = p["role"].(string)
		post.Office, _ = p["office"].(string)
		place, _ := p["place"].(string)
		post.Place = town.Code(place)
		of, _ := p["for"].(int64)
		post.For = town.ID(of)
		m.Posts = append(m.Posts, post)
	}
	return m, nil
}

// Token is what another program may do at the API: a row of the register "token".
type Token struct {
	Name   string
	Login  string // the person who answers for it
	Post   town.Post
	Until  town.Day // its last day, NoDay = until it is closed
	Closed bool
	Hash   string // SHA-256 of its text, in hex
}

// Good tells whether a token is in force on a day.
func (k *Token) Good(on town.Day) bool { return !k.Closed && (k.Until == town.NoDay || on <= k.Until) }

// Tokens lists the tokens of the town by name. One without a role acts with all
// posts of the person who answers for it.
func (r *Reader) Tokens() ([]Token, error) {
	rows, err := r.q.Data(r.ctx, r.code, "token")
	if err != nil {
		return nil, err
	}
	out := make([]Token, 0, len(rows))
	for _, d := range rows {
		row, err := town.ParseObject([]byte(d.Doc))
		if err != nil {
			return nil, fmt.Errorf("token %s: %w", d.Key, err)
		}
		k := Token{Name: text(row, "name"), Login: text(row, "login"), Hash: text(row, "hash"), Until: town.NoDay,
			Post: town.Post{Role: text(row, "role"), Office: text(row, "office"), Place: town.Code(text(row, "place"))}}
		k.Closed, _ = row["closed"].(bool)
		of, _ := row["for"].(int64)
		k.Post.For = town.ID(of)
		if s := text(row, "until"); s != "" {
			if k.Until, err = town.ParseDay(s); err != nil {
				return nil, fmt.Errorf("token %s: %w", d.Key, err)
			}
		}
		out = append(out, k)
	}
	return out, nil
}

// NewToken makes a token and the hash that the register "token" keeps of it.
func NewToken() (text, hash string) {
	var raw [24]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	text = "zw_" + hex.EncodeToString(raw[:])
	sum := sha256.Sum256([]byte(text))
	return text, hex.EncodeToString(sum[:])
}

// PersonID is the number of a person whose row states none: a positive hash of the login.
func PersonID(login string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(login)) // a hash never fails
	return int64(h.Sum64()&(1<<52-1)) | 1<<52
}

// Masks gives what may be shown of the sealed fields of a record: 138****5521.
// It never returns a whole value. A field that was never given is absent.
func (h *Hall) Masks(ctx context.Context, q *store.Q, row *store.RecordRow) (map[string]string, error) {
	t := h.View().Cat.Types[row.Type]
	if t == nil {
		return nil, nil
	}
	boxes, err := q.Sealed(ctx, h.code, row.ID)
	if err != nil || len(boxes) == 0 {
		return nil, err
	}
	out := map[string]string{}
	key, err := h.cfg.Keys.Unwrap(int64(row.ID), boxes[""].Box)
	if err != nil {
		return nil, fmt.Errorf("open the key of record %d: %w", row.ID, err)
	}
	for _, f := range t.Fields {
		ref := row.Text(f.Key)
		box, ok := boxes[ref]
		if ref == "" || !ok || !sealedField(f) {
			continue
		}
		plain, err := key.Open(f.Key, box.Box)
		if err != nil {
			return nil, fmt.Errorf("open field %s of record %d: %w", f.Key, row.ID, err)
		}
		out[f.Key] = seal.Mask(string(f.Type), plain)
	}
	return out, nil
}

// SealedField tells whether a field holds personal data.
func SealedField(f *catalog.Field) bool { return sealedField(f) }

// KeyPublic is the town's public key, as it stands in the journal's heads.
func (h *Hall) KeyPublic() string { return h.cfg.Key.Public() }

// World lets flow look at the records of a snapshot, as of an instant.
func (r *Reader) World(now town.Millis) flow.World {
	return &readWorld{r: r, now: now, seen: map[town.ID]*town.Record{}}
}

type readWorld struct {
	r    *Reader
	now  town.Millis
	seen map[town.ID]*town.Record
}

func (w *readWorld) Record(id town.ID) (*town.Record, error) {
	if rec, ok := w.seen[id]; ok {
		return rec, nil
	}
	row, err := w.r.Record(id)
	if err != nil || row == nil {
		return nil, err
	}
	w.seen[id] = &row.Record
	return &row.Record, nil
}

func (w *readWorld) Children(id town.ID, childType, via string) ([]*town.Record, error) {
	word := w.r.v.FieldID(childType, via)
	if word == 0 {
		return nil, nil
	}
	ids, err := w.r.q.Sources(w.r.ctx, w.r.code, id, word, 1000)
	if err != nil {
		return nil, err
	}
	out := make([]*town.Record, 0, len(ids))
	for _, c := range ids {
		rec, err := w.Record(c)
		if err != nil {
			return nil, err
		}
		if rec != nil {
			out = append(out, rec)
		}
	}
	return out, nil
}

func (w *readWorld) Today() town.Day      { return w.now.Day(w.r.v.Zone()) }
func (w *readWorld) Now() town.Millis     { return w.now }
func (w *readWorld) Zone() *time.Location { return w.r.v.Zone() }
func (w *readWorld) Rule(key string, day town.Day) (limit, source string, ok bool) {
	return w.r.v.Rule(key, day)
}
func (w *readWorld) Calendar() flow.Calendar           { return w.r.v.Calendar() }
func (w *readWorld) PlaceKind(code town.Code) string   { return w.r.v.PlaceKind(code) }
func (w *readWorld) Within(place, root town.Code) bool { return w.r.v.Within(place, root) }
