package hall

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"zhenwu/internal/journal"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// aidTypes add grants to the small catalog, whose payments copy the name of who is paid.
const aidTypes = `types:
  grant:
    zh: 对象
    en: Grant
    unique: {by: [who, kind]}
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      who: {zh: 姓名, en: Name, type: person, required: true}
      tel: {zh: 电话, en: Phone, type: phone}
      story: {zh: 情况, en: Story, type: longtext, sealed: true}
      kind: {zh: 类别, en: Kind, type: choice, of: {low: {zh: 低保, en: Low income}, sick: {zh: 医疗, en: Sickness}}, required: true}
  payout:
    zh: 发放
    en: Payout
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      grant: {zh: 对象, en: Grant, type: ref, of: grant, required: true}
      who: {zh: 收款人, en: Payee, type: person, copy: grant.who}
`

const aidFigures = `figures:
  people_paid: {zh: 领款人, en: People paid, unit: 人, distinct: payout.who, at: opened}
`

// aidDeclarations is the small catalog with them.
func aidDeclarations() string {
	return strings.Replace(strings.Replace(towntest.Declarations, "types:\n", aidTypes, 1), "figures:\n", aidFigures, 1)
}

// aid is a town in which aid is granted and paid.
type aid struct {
	t    *testing.T
	h    *Hall
	n    int
	last town.Answer
}

var aidChief = town.Actor{Person: 5, Kind: town.Sim, Posts: []town.Post{{Role: "chief", Office: "desk"}, {Role: "clerk", Office: "desk"}, {Role: "admin"}}}

func (a *aid) try(cmd town.Command) (town.Answer, error) {
	a.n++
	if cmd.ID == "" {
		cmd.ID = fmt.Sprint("aid", a.n)
	}
	cmd.Day, cmd.Step, cmd.At = town.NoDay, -1, began.At(a.h.View().Zone(), 10, 0)
	return a.h.Do(context.Background(), aidChief, cmd)
}

func (a *aid) do(cmd town.Command) town.ID {
	a.t.Helper()
	ans, err := a.try(cmd)
	if err != nil {
		a.t.Fatalf("%+v: %v", cmd, err)
	}
	a.last = ans
	return ans.Record
}

func (a *aid) grant(who, kind string) town.ID {
	a.t.Helper()
	return a.do(town.Command{Op: town.Create, Type: "grant", Fields: town.Values{"kind": kind}, Sealed: map[string]string{"who": who, "tel": "19900000001", "story": who + "家中有病人"}})
}

func (a *aid) pay(grant town.ID) town.ID {
	a.t.Helper()
	return a.do(town.Command{Op: town.Create, Type: "payout", Fields: town.Values{"grant": int64(grant)}})
}

// shown is the text of a sealed field, "" where it cannot be looked at.
func (a *aid) shown(id town.ID, field string) string {
	a.t.Helper()
	ans, err := a.try(town.Command{Op: town.Reveal, Record: id, Field: field, Reason: "核对"})
	if err != nil && town.KindOf(err) != town.Missing {
		a.t.Fatal(err)
	}
	return ans.Text
}

// found are the records that are found by the value of a sealed field.
func (a *aid) found(typ, field, value string) (ids []town.ID) {
	a.t.Helper()
	if err := a.h.Reading(context.Background(), func(r *Reader) error {
		v := r.View()
		rows, err := r.Q().Records(context.Background(), r.Town(), &store.List{Type: v.Cat.Types[typ], TypeID: v.TypeID(typ), From: town.NoDay, Until: town.NoDay, Sort: "id", N: 50,
			Blind: &store.Blind{Field: v.FieldID(typ, field), Token: a.h.Blind(typ, field, value)}})
		for _, row := range rows {
			ids = append(ids, row.ID)
		}
		return err
	}); err != nil {
		a.t.Fatal(err)
	}
	return ids
}

// people is how many were paid in the year.
func (a *aid) people() (n int64) {
	a.t.Helper()
	if err := a.h.Reading(context.Background(), func(r *Reader) error {
		var err error
		n, err = r.Seen(r.View().Cat.Figures["people_paid"], "", "", town.YearPeriod(began.Year()))
		return err
	}); err != nil {
		a.t.Fatal(err)
	}
	return n
}

func (a *aid) sound() {
	a.t.Helper()
	audit, err := a.h.Fsck(context.Background(), FsckOptions{})
	if err != nil || !audit.Clean() {
		a.t.Fatalf("fsck: %v, %+v", err, audit.Differences)
	}
}

// aidTown founds a town in which aid is granted.
func aidTown(t *testing.T, dsn string) *aid {
	t.Helper()
	db, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	text := aidDeclarations()
	cat := towntest.Load(t, text)
	h, err := Found(context.Background(), db, Founding{Cat: cat, Files: textOf(t, towntest.Files(text)), Simulated: true, At: began.At(cat.Zone, 9, 0)}, newKeys(t, string(cat.Code)))
	if err != nil {
		t.Fatal(err)
	}
	closing(t, h, db)
	return &aid{t: t, h: h}
}

// What is erased is forgotten: nothing that stands tells the name, finds it, or tells that it comes again. Figures stand.
func TestErasedIsForgotten(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		a := aidTown(t, dsn)
		one := a.grant("王某", "low")
		other := a.grant("王某", "sick")
		a.pay(one)
		again := a.pay(other)
		if _, err := a.try(town.Command{Op: town.Create, Type: "grant", Fields: town.Values{"kind": "low"}, Sealed: map[string]string{"who": " 王某 "}}); town.KindOf(err) != town.Conflict {
			t.Errorf("a second grant of the kind: %v", err)
		}
		if n := a.people(); n != 1 {
			t.Errorf("%d people were paid", n)
		}
		if s := a.shown(again, "who"); s != "王某" {
			t.Errorf("the copied name shows %q", s)
		}
		if ids := a.found("payout", "who", "王某"); len(ids) != 2 {
			t.Errorf("by the name are found %v", ids)
		}
		// The journal names boxes alone: no keyed hash, and not twice the same for one name.
		d := aside(t, dsn)
		journal, refs := "", map[string]bool{}
		if err := a.h.Reading(context.Background(), func(r *Reader) error {
			es, err := r.Q().EventsFrom(context.Background(), r.Town(), 0, 1000)
			for _, e := range es {
				journal += e.Body + "\n"
			}
			rows, err2 := r.Q().SealedRange(context.Background(), r.Town(), 0, 1000)
			if err == nil {
				err = err2
			}
			for _, s := range rows {
				if s.Ref == "" {
					continue
				}
				if refs[s.Ref] || s.Ref != seal.Ref(s.Box) || strings.Count(journal, s.Ref) != 1 {
					t.Errorf("record %d names the box of %s %d times", s.Record, s.Field, strings.Count(journal, s.Ref))
				}
				refs[s.Ref] = true
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for _, typ := range []string{"grant", "payout"} {
			if strings.Contains(journal, a.h.Blind(typ, "who", "王某")) {
				t.Error("an event holds a keyed hash of the name")
			}
		}
		if _, err := d.Exec("CREATE TABLE kept AS SELECT * FROM sealed"); err != nil {
			t.Fatal(err)
		}
		for _, id := range []town.ID{one, other} {
			a.do(town.Command{Op: town.Erase, Record: id, Reason: "本人申请"})
		}
		for _, s := range []string{"INSERT INTO sealed SELECT * FROM kept WHERE record = 1", "DELETE FROM sealed WHERE record = 1", "DROP TABLE kept"} {
			if _, err := d.Exec(s); err != nil {
				t.Fatal(err)
			}
			if s[0] == 'I' {
				expect(t, a.h, store.Blobs{}, "sealed", "has been erased, and its box still stands")
			}
		}
		if s := a.shown(one, "who"); s != "" {
			t.Errorf("erased, it shows %q", s)
		}
		if s := a.shown(again, "who"); s != "王某" {
			t.Errorf("what another record was given is its own: %q", s)
		}
		if ids := a.found("grant", "who", "王某"); len(ids) != 0 {
			t.Errorf("erased, the name still finds %v", ids)
		}
		if all := dump(t, d); strings.Contains(all, a.h.Blind("grant", "who", "王某")) {
			t.Error("a keyed hash of what was erased still stands")
		}
		if n := a.people(); n != 1 {
			t.Errorf("erased, %d people were paid", n)
		}
		a.grant("王某", "low") // nobody can tell that it is the same
		if _, err := a.try(town.Command{Op: town.Create, Type: "payout", Fields: town.Values{"grant": int64(one)}}); err != nil {
			t.Errorf("a payment of whose grant was erased: %v", err)
		} else if s := a.shown(a.last.Record, "who"); s == "" {
			t.Log("as it should, it has no name")
		}
		a.sound()
		check(t, 1, func(r *rapid.T) { lawsOf(t, r, a.h) })
	})
}

// A correction that is undone shows what stood before; an earlier text is kept until it is erased.
func TestUndoneSealedFields(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		a := aidTown(t, dsn)
		one := a.grant("王某", "low")
		a.do(town.Command{Op: town.Correct, Record: one, Sealed: map[string]string{"tel": "19900000009"}, Reason: "换号"})
		if ids := a.found("grant", "tel", "19900000001"); len(ids) != 0 {
			t.Errorf("by the number before: %v", ids)
		}
		rev := a.last.Rev
		same, err := a.try(town.Command{Op: town.Correct, Record: one, Sealed: map[string]string{"tel": "199 0000 0009"}, Reason: "没变"})
		if err == nil {
			t.Errorf("the same number again made revision %d of %d", same.Rev, rev)
		}
		a.sound()
		pay := a.pay(one)
		a.do(town.Command{Op: town.Correct, Record: one, Sealed: map[string]string{"who": "李某"}, Reason: "改名"})
		if s := a.shown(pay, "who"); s != "王某" {
			t.Errorf("what was copied before shows %q", s)
		}
		a.sound()
	})
}

// An id that comes again with another sealed text is another command.
func TestSealedTextsTellCommandsApart(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		a := aidTown(t, dsn)
		cmd := town.Command{ID: "g", Op: town.Create, Type: "grant", Fields: town.Values{"kind": "low"}, Sealed: map[string]string{"who": "王某"}}
		first := a.do(cmd)
		if ans, err := a.try(cmd); err != nil || !ans.Again || ans.Record != first {
			t.Errorf("sent again: %+v, %v", ans, err)
		}
		cmd.Sealed = map[string]string{"who": "李某"}
		if _, err := a.try(cmd); town.KindOf(err) != town.Conflict {
			t.Errorf("with another name: %v", err)
		}
		res, err := a.h.DoAll(context.Background(), []Ask{
			{aidChief, town.Command{ID: "h", Op: town.Create, Type: "grant", Fields: town.Values{"kind": "sick"}, Sealed: map[string]string{"who": "王某"}, Day: town.NoDay, Step: -1}},
			{aidChief, town.Command{ID: "h", Op: town.Create, Type: "grant", Fields: town.Values{"kind": "sick"}, Sealed: map[string]string{"who": "李某"}, Day: town.NoDay, Step: -1}},
		}, false)
		if err != nil || res[0].Err != nil || town.KindOf(res[1].Err) != town.Conflict {
			t.Errorf("within a batch: %v, %+v", err, res)
		}
		a.do(town.Command{Op: town.Erase, Record: first, Reason: "本人申请"})
		if ans, err := a.try(cmd); err != nil || !ans.Again {
			t.Errorf("erased, the command cannot be told from another: %+v, %v", ans, err)
		}
	})
}

// older puts the town of testdata into a database, as a program left it whose events named sealed fields by keyed hashes. It was
// made by TestErasedIsForgotten's commands at the commit before references.
func older(t *testing.T, dsn string) (Config, string) {
	t.Helper()
	text, err := os.ReadFile("testdata/older.json")
	if err != nil {
		t.Fatal(err)
	}
	var kept struct {
		Masters, Key string
		Tables       map[string][][]any
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&kept); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	d := aside(t, dsn)
	exec := func(text string, args ...any) {
		t.Helper()
		if _, err := d.Exec(text, args...); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	blob := map[bool]string{true: "BLOB", false: "BYTEA"}[filepath.IsAbs(dsn)]
	exec("DROP TABLE blind")
	exec("DROP TABLE sealed")
	exec("CREATE TABLE sealed (town BIGINT NOT NULL, record BIGINT NOT NULL, field TEXT NOT NULL, box " + blob + " NOT NULL, PRIMARY KEY (town, record, field))")
	exec("DELETE FROM goose_db_version WHERE version_id > 6")
	files := ""
	for table, rows := range kept.Tables {
		var cols, binds []string
		for i, c := range rows[0] {
			cols, binds = append(cols, c.(string)), append(binds, fmt.Sprint("$", i+1))
			if table == "record" && c == "doc" && blob == "BYTEA" {
				binds[i] = "CAST(" + binds[i] + " AS JSONB)"
			}
		}
		for _, row := range rows[1:] {
			for i, x := range row {
				switch y := x.(type) {
				case json.Number:
					row[i], err = y.Int64()
				case map[string]any:
					row[i], err = base64.StdEncoding.DecodeString(y["b"].(string))
				}
				if err != nil {
					t.Fatal(err)
				}
				if table == "edition" && cols[i] == "files" {
					files = row[i].(string)
				}
			}
			exec("INSERT INTO "+table+" ("+strings.Join(cols, ", ")+") VALUES ("+strings.Join(binds, ", ")+")", row...)
		}
	}
	d.Close()
	key, err := journal.ParseKey(kept.Key)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Parse(kept.Masters)
	if err != nil {
		t.Fatal(err)
	}
	return Config{Key: key, Keys: keys}, files
}

// A town from before references opens: its journal verifies, its figures and keys stand, its copies have boxes where their
// sources still tell them, and what is new names boxes.
func TestOlderTownIsBroughtUpToDate(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		cfg, files := older(t, dsn)
		var texts map[string]string
		if err := json.Unmarshal([]byte(files), &texts); err != nil {
			t.Fatal(err)
		}
		root := fstest.MapFS{}
		for name, s := range texts {
			root[name] = &fstest.MapFile{Data: []byte(s)}
		}
		cat, files := loadFS(t, root)
		db, err := store.Open(context.Background(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		looked, err := Look(context.Background(), db, cat, cfg)
		if err != nil {
			t.Fatal(err)
		}
		if audit, err := looked.Fsck(context.Background(), FsckOptions{}); err != nil || !audit.Clean() || !strings.Contains(strings.Join(audit.Pending, ""), "an older version") {
			t.Errorf("before it is served: %v, %+v, pending %v", err, audit.Differences, audit.Pending)
		}
		h, err := Open(context.Background(), db, cat, files, cfg)
		if err != nil {
			t.Fatal(err)
		}
		closing(t, h, db)
		a := &aid{t: t, h: h, n: 100}
		audit, err := h.Fsck(context.Background(), FsckOptions{})
		if err != nil || !audit.Clean() || len(audit.Pending) > 0 {
			t.Fatalf("fsck: %v, %+v, pending %v", err, audit.Differences, audit.Pending)
		}
		if notes := strings.Join(audit.Notes, " "); !strings.Contains(notes, "2 copies of sealed fields are from before") {
			t.Errorf("notes: %s", notes)
		}
		if n := a.people(); n != 3 {
			t.Errorf("%d people were paid", n)
		}
		for id, want := range map[town.ID]string{1: "王某", 2: "李某某", 3: "", 4: "王某", 5: "", 6: "王某", 7: "", 8: "王某"} {
			if got := a.shown(id, "who"); got != want {
				t.Errorf("the name of record %d shows %q, not %q", id, got, want)
			}
		}
		if got := a.shown(1, "tel"); got != "" {
			t.Errorf("the number that was taken out shows %q", got)
		}
		if _, err := a.try(town.Command{Op: town.Create, Type: "grant", Fields: town.Values{"kind": "low"}, Sealed: map[string]string{"who": "王某"}}); town.KindOf(err) != town.Conflict {
			t.Errorf("a second grant of the kind: %v", err)
		}
		a.pay(1) // the same man, counted once
		if n := a.people(); n != 3 {
			t.Errorf("with one more payment %d people were paid", n)
		}
		if ids := a.found("payout", "who", "王某"); len(ids) != 4 {
			t.Errorf("by the name are found %v", ids)
		}
		a.grant("孙某", "low")
		a.sound()
		check(t, 1, func(r *rapid.T) { lawsOf(t, r, h) })
	})
}

// under opens the aid town's hall anew with other keys.
func (a *aid) under(keys *seal.Keys) {
	a.t.Helper()
	a.h.Close()
	cfg := a.h.cfg
	cfg.Keys = keys
	h, err := Open(context.Background(), a.h.db, a.h.View().Cat, "{}", cfg)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(h.Close)
	a.h = h
}

// A change of the master key, cut short and gone on with: what was sealed opens and is found under the new key alone, no figure,
// no unique key and no leaf changes, and no keyed hash of before is left that anybody could try names on.
func TestRekey(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		a := aidTown(t, dsn)
		a.h.chunk = 3
		one, gone := a.grant("王某", "low"), a.grant("李某", "low")
		pay := a.pay(one)
		a.pay(gone)
		a.pay(one)
		a.do(town.Command{Op: town.Erase, Record: gone, Reason: "本人申请"})
		if err := a.h.Sign(context.Background()); err != nil {
			t.Fatal(err)
		}
		was := a.h.Blind("grant", "who", "王某")
		versions, err := a.h.KeyedVersions(context.Background())
		if err != nil || len(versions) != 1 || !strings.HasPrefix(versions[0], "people_paid@") {
			t.Fatalf("versions with keys: %v, %v", versions, err)
		}
		both, err := a.h.cfg.Keys.Rotate(rand.Reader, versions)
		if err != nil {
			t.Fatal(err)
		}
		a.under(both)
		a.h.chunk = 3
		ctx, cancel := context.WithCancel(context.Background())
		if err := a.h.Rekey(ctx, func(done, total int64) { cancel() }); err == nil {
			t.Error("it was not cut short")
		}
		if state, err := a.h.KeyState(context.Background()); err != nil || state.Stale == 0 || state.Stale == state.Records {
			t.Errorf("cut short: %+v, %v", state, err)
		}
		a.sound()
		if err := a.h.Rekey(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		last, err := both.Retire()
		if err != nil {
			t.Fatal(err)
		}
		a.under(last)
		if state, err := a.h.KeyState(context.Background()); err != nil || state.Stale != 0 || state.Records != 4 {
			t.Errorf("ended: %+v, %v", state, err)
		}
		for _, id := range []town.ID{one, pay} {
			if s := a.shown(id, "who"); s != "王某" {
				t.Errorf("record %d shows %q", id, s)
			}
		}
		if strings.Contains(dump(t, aside(t, dsn)), was) {
			t.Error("a keyed hash of before still stands")
		}
		if ids := a.found("payout", "who", "王某"); len(ids) != 2 {
			t.Errorf("by the name are found %v", ids)
		}
		if _, err := a.try(town.Command{Op: town.Create, Type: "grant", Fields: town.Values{"kind": "low"}, Sealed: map[string]string{"who": "王某"}}); town.KindOf(err) != town.Conflict {
			t.Errorf("a second grant of the kind: %v", err)
		}
		a.pay(one)
		if n := a.people(); n != 2 {
			t.Errorf("%d people were paid", n)
		}
		a.sound()
		check(t, 1, func(r *rapid.T) { lawsOf(t, r, a.h) })
	})
}
