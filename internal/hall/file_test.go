package hall

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// memoType is a type whose people do not see calls.
const memoType = `types:
  memo:
    zh: 便签
    en: Memo
    opens_by: [viewer]
    corrects_by: [viewer]
    fields:
      about: {zh: 事由, en: About, type: text, max: 10, required: true}
      paper: {zh: 附件, en: Paper, type: file}
      pages: {zh: 页, en: Pages, type: lines, columns: {page: {zh: 页码, en: Page, type: integer}, scan: {zh: 照片, en: Scan, type: photo}}}
`

// desk is a town with two people who do not see each other's records, and a clock of its own.
type desk struct {
	t     *testing.T
	h     *Hall
	blobs store.Blobs
	now   town.Millis
	n     int
}

func newDesk(t *testing.T, dsn string) *desk {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	cat := towntest.Load(t, strings.Replace(towntest.Declarations, "types:\n", memoType+strings.Replace(strings.TrimPrefix(callType, "types:\n"), "    opens_by:", "    see: [clerk, chief]\n    opens_by:", 1), 1))
	d := &desk{t: t, blobs: store.Blobs{Dir: filepath.Join(t.TempDir(), "blobs")}, now: town.DayOf(2023, 3, 1).At(cat.Zone, 9, 0)}
	cfg := newKeys(t, string(cat.Code))
	cfg.Now = func() town.Millis { return d.now }
	if d.h, err = Found(ctx, db, Founding{Cat: cat, Files: "{}", At: d.now}, cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.h.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

var (
	deskClerk  = town.Actor{Person: 1, Kind: town.Staff, Posts: []town.Post{{Role: "clerk", Office: "desk"}}}
	deskViewer = town.Actor{Person: 2, Kind: town.Staff, Posts: []town.Post{{Role: "viewer", Office: "desk"}}}
)

func (d *desk) upload(a town.Actor, text string) string {
	d.t.Helper()
	hash, err := d.h.Upload(context.Background(), d.blobs, a.Person, text+".png", "image/png", strings.NewReader(text))
	if err != nil {
		d.t.Fatal(err)
	}
	return hash
}

// ask opens a call (clerk) or a memo (viewer) with a file.
func (d *desk) ask(a town.Actor, fields town.Values) Ask {
	d.n++
	typ := map[int64]string{1: "call", 2: "memo"}[a.Person]
	fields["about"] = "停水"
	return Ask{a, town.Command{ID: "f" + string(rune('0'+d.n/10)) + string(rune('0'+d.n%10)), Op: town.Create, Type: typ, Day: town.NoDay, Step: -1, Fields: fields}}
}

func (d *desk) open(a town.Actor, fields town.Values) (town.Answer, error) {
	ask := d.ask(a, fields)
	return d.h.Do(context.Background(), ask.Actor, ask.Command)
}

func (d *desk) taken(what string, a town.Actor, fields town.Values) town.Answer {
	d.t.Helper()
	ans, err := d.open(a, fields)
	if err != nil {
		d.t.Fatalf("%s: %v", what, err)
	}
	return ans
}

func (d *desk) refused(what string, a town.Actor, fields town.Values) {
	d.t.Helper()
	_, err := d.open(a, fields)
	if town.KindOf(err) != town.Denied || !strings.Contains(err.Error(), "handed in") {
		d.t.Errorf("%s: %v", what, err)
	}
}

func (d *desk) sound() *Audit {
	d.t.Helper()
	a, err := d.h.Fsck(context.Background(), FsckOptions{Blobs: d.blobs})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, x := range a.Differences {
		d.t.Errorf("%s: %s", x.Check, x.En)
	}
	return a
}

func TestAFileIsGivenOnlyByWhoHandedItInOrSeesIt(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		ctx := context.Background()
		one := d.upload(deskClerk, "甲")
		d.refused("another's upload", deskViewer, town.Values{"paper": one})
		d.refused("another's upload in a line", deskViewer, town.Values{"pages": []map[string]any{{"page": int64(1), "scan": one}}})
		d.refused("a hash that nobody knows", deskClerk, town.Values{"paper": strings.Repeat("ab", 32)})
		d.refused("no hash", deskClerk, town.Values{"paper": "ab"})
		d.refused("two at once", deskClerk, town.Values{"paper": one + " " + one})

		call := d.taken("one's own upload", deskClerk, town.Values{"paper": one})
		d.refused("what stands on a record that is not theirs to see", deskViewer, town.Values{"paper": one})
		d.taken("what stands on a record one sees", deskClerk, town.Values{"paper": one})
		if same := d.upload(deskViewer, "甲"); same != one {
			t.Fatalf("the same bytes are %s and %s", one, same)
		}
		memo := d.taken("the same bytes handed in by another", deskViewer, town.Values{"pages": []map[string]any{{"page": int64(1), "scan": one}}})

		// An upload is taken up once: what its record lets go is no longer free, but the record may have it back.
		two := d.upload(deskViewer, "乙")
		correct := func(who town.Actor, id town.ID, fields town.Values) error {
			d.n++
			_, err := d.h.Do(ctx, who, town.Command{ID: "g" + string(rune('0'+d.n%10)) + string(rune('0'+d.n/10)), Op: town.Correct, Record: id, Day: town.NoDay, Step: -1, Fields: fields, Reason: "换"})
			return err
		}
		if err := correct(deskViewer, memo.Record, town.Values{"paper": two}); err != nil {
			t.Fatal(err)
		}
		if err := correct(deskViewer, memo.Record, town.Values{"paper": nil}); err != nil {
			t.Fatal(err)
		}
		d.refused("what a record let go", deskViewer, town.Values{"paper": two})
		if err := correct(deskViewer, memo.Record, town.Values{"paper": two}); err != nil {
			t.Errorf("back to a former file: %v", err)
		}
		if err := correct(deskClerk, call.Record, town.Values{"paper": two}); town.KindOf(err) != town.Denied {
			t.Errorf("another's file by correction: %v", err)
		}

		// In one batch: a refused command leaves the upload to its neighbour, and each sees those before it.
		three := d.upload(deskClerk, "丙")
		bad := d.ask(deskClerk, town.Values{"paper": three})
		bad.Command.Fields["order"] = int64(999)
		res, err := d.h.DoAll(ctx, []Ask{bad, d.ask(deskClerk, town.Values{"paper": three}), d.ask(deskClerk, town.Values{"paper": three}), d.ask(deskViewer, town.Values{"paper": three})}, false)
		if err != nil {
			t.Fatal(err)
		}
		if res[0].Err == nil || res[1].Err != nil || res[2].Err != nil || town.KindOf(res[3].Err) != town.Denied {
			t.Errorf("in one batch: %v, %v, %v, %v", res[0].Err, res[1].Err, res[2].Err, res[3].Err)
		}
		if a := d.sound(); len(a.Notes) > 0 {
			t.Errorf("every file has its record, and fsck notes %q", a.Notes)
		}
	})
}

// What the town makes itself, such as an edition of a year with its evidence, may be larger than what people hand in.
func TestDepositsMayBeLarge(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		ctx := context.Background()
		large := func() io.Reader { return io.LimitReader(zeros{}, store.MaxBlob+5) }
		var refused *town.Error
		if _, err := d.h.Upload(ctx, d.blobs, deskClerk.Person, "年.zwe", "application/zip", large()); !errors.As(err, &refused) || refused.Kind != town.Invalid || !strings.Contains(refused.Zh, "超过 20 MB") {
			t.Errorf("uploaded: %v", err)
		}
		hash, err := d.h.Deposit(ctx, d.blobs, deskClerk.Person, "年.zwe", "application/zip", large())
		if err != nil {
			t.Fatal(err)
		}
		d.taken("kept", deskClerk, town.Values{"paper": hash})
		d.sound()
	})
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestFilesThatNoRecordNamesAreSwept(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn)
		ctx := context.Background()
		kept, former, lost, back := d.upload(deskClerk, "留"), d.upload(deskClerk, "曾"), d.upload(deskClerk, "弃"), d.upload(deskClerk, "回")
		call := d.taken("kept", deskClerk, town.Values{"paper": former})
		if _, err := d.h.Do(ctx, deskClerk, town.Command{ID: "swap", Op: town.Correct, Record: call.Record, Day: town.NoDay, Step: -1, Fields: town.Values{"paper": kept}, Reason: "换"}); err != nil {
			t.Fatal(err)
		}
		cut := filepath.Join(d.blobs.Dir, store.Passing+"cut")
		if err := os.WriteFile(cut, []byte("半"), 0o600); err != nil {
			t.Fatal(err)
		}
		fresh := filepath.Join(d.blobs.Dir, store.Passing+"fresh")
		age := func() { // everything on the disk but fresh was written long ago
			t.Helper()
			old := time.Now().Add(-KeepUploads - time.Hour)
			err := filepath.WalkDir(d.blobs.Dir, func(path string, e os.DirEntry, err error) error {
				if err != nil || e.IsDir() {
					return err
				}
				return os.Chtimes(path, old, old)
			})
			if err == nil {
				err = os.WriteFile(fresh, []byte("新"), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		age()
		d.now += town.Millis(KeepUploads.Milliseconds()) - 1
		if n, err := d.h.SweepFiles(ctx, d.blobs); err != nil || n != 1 || exists(cut) || !exists(fresh) {
			t.Fatalf("before their time: %d files swept, %v; what was cut short is there: %v", n, err, exists(cut))
		}
		d.now += 2
		if again := d.upload(deskClerk, "回"); again != back {
			t.Fatalf("%s, %s", again, back)
		}
		age()
		if a := d.sound(); len(a.Notes) < 2 || !strings.Contains(a.Notes[1], "no record names 2 files; 2 of them") {
			t.Errorf("fsck notes %q", a.Notes)
		}
		if n, err := d.h.SweepFiles(ctx, d.blobs); err != nil || n != 1 {
			t.Fatalf("%d files swept, %v", n, err)
		}
		var left []string
		if err := d.h.DB().Read(ctx, func(q *store.Q) error {
			rows, err := q.Blobs(ctx, d.h.Town())
			for _, b := range rows {
				left = append(left, b.Hash)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			what, hash string
			stays      bool
		}{{"named", kept, true}, {"once named", former, true}, {"handed in again", back, true}, {"unclaimed", lost, false}} {
			f, err := d.blobs.Open(x.hash)
			if err == nil {
				f.Close()
			}
			if (err == nil) != x.stays || slices.Contains(left, x.hash) != x.stays {
				t.Errorf("%s: on the disk %v, in the database %v, should be %v", x.what, err == nil, slices.Contains(left, x.hash), x.stays)
			}
		}
		d.refused("what was swept", deskClerk, town.Values{"paper": lost})
		if again := d.upload(deskClerk, "弃"); again != lost {
			t.Fatalf("%s, %s", again, lost)
		}
		d.taken("what was swept and handed in again", deskClerk, town.Values{"paper": lost})
		d.taken("what was handed in again in time", deskClerk, town.Values{"paper": back})
		// A sweep cut short between database and disk leaves a file that nobody knows: fsck tells, the next sweep finds it.
		gone := d.upload(deskClerk, "断")
		d.now += town.Millis(KeepUploads.Milliseconds()) + 1
		if err := d.h.DB().Write(ctx, func(tx *store.Tx) error {
			if _, err := tx.Head(ctx, d.h.Town()); err != nil {
				return err
			}
			return tx.DropBlobs(ctx, d.h.Town(), []string{gone}, d.now)
		}); err != nil {
			t.Fatal(err)
		}
		age()
		if a := d.sound(); len(a.Notes) != 2 || !strings.Contains(a.Notes[1], "does not know") {
			t.Errorf("fsck notes %q", a.Notes)
		}
		if n, err := d.h.SweepFiles(ctx, d.blobs); err != nil || n != 1 {
			t.Errorf("the next sweep: %d, %v", n, err)
		}
		d.sound()
	})
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }
