package store

import (
	"context"
	"encoding/json"
	flags "flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/semver"

	"github.com/google/go-cmp/cmp"

	"zhenwu/internal/pgtest"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

var update = flags.Bool("update", false, "rewrite the golden files")

func opened(t *testing.T, dsn string) *DB {
	t.Helper()
	db, err := Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

const one, other = int64(110000000), int64(120111104)

// script tells what every method of a writer and a reader gives, in lines that do not depend on the engine.
type script struct {
	t      *testing.T
	b      strings.Builder
	called map[string]bool
}

func (s *script) say(name string, v any, err error) {
	s.t.Helper()
	s.called[name] = true
	if err != nil && town.KindOf(err) == town.Internal {
		s.t.Fatalf("%s: %v", name, err)
	}
	text, e := json.Marshal(v)
	if e != nil {
		s.t.Fatal(e)
	}
	fmt.Fprintf(&s.b, "%s: %s %v\n", name, text, err)
}

// loose is say for what comes in no order.
func (s *script) loose(name string, v any, err error) {
	s.t.Helper()
	x := reflect.ValueOf(v)
	lines := make([]string, x.Len())
	for i := range lines {
		text, e := json.Marshal(x.Index(i).Interface())
		if e != nil {
			s.t.Fatal(e)
		}
		lines[i] = string(text)
	}
	slices.Sort(lines)
	s.say(name, lines, err)
}

func pair[A any, B any](a A, b B, err error) ([]any, error) { return []any{a, b}, err }

func (s *script) write(ctx context.Context, tx *Tx, code int64) {
	none := func(name string, err error) { s.t.Helper(); s.say(name, nil, err) }
	_, err := tx.Head(ctx, code)
	s.say("Head", nil, err)
	head := Head{Town: code, Name: "镇", Simulated: true, Zone: "Asia/Shanghai", Edition: "e", Clock: 7}
	none("AddTown", tx.AddTown(ctx, head))
	head.Seq, head.LastRecord, head.LastWord, head.LastJob, head.Signed = 9, 3, 8, 2, "signed\ntext"
	none("SetHead", tx.SetHead(ctx, head))
	h, err := tx.Head(ctx, code)
	s.say("Head", h, err)
	none("AddWords", tx.AddWords(ctx, code, []Word{{"t", "order", 1}, {"s", "kind=道路", 2}, {"f", "order.kind", 3}}))
	none("PutPlaces", tx.PutPlaces(ctx, code, []PlaceRow{{ID: 1, Code: "110000000201", Parent: "110000000", Kind: "village", Zh: "东村", En: "East", Aliases: "东|大东", Since: 19000, Until: town.NoDay}, {ID: 2, Code: "110000000202", Kind: "village", Since: town.NoDay, Until: town.NoDay, Shape: `{"type":"Polygon"}`}}))
	none("PutPlaces", tx.PutPlaces(ctx, code, []PlaceRow{{ID: 2, Code: "ignored", Kind: "ignored", Zh: "西村", Since: -5, Until: 20000}}))
	none("AddEdition", tx.AddEdition(ctx, code, Edition{Edition: "e", Since: 2, Files: `{"a.yaml":"甲"}`}))
	none("AddEdition", tx.AddEdition(ctx, code, Edition{Edition: "e", Since: 5, Files: "the first stands"}))
	var rs []*RecordRow
	for i := range 41 { // more than one size of statement
		r := &RecordRow{TypeID: 1, PlaceID: int64(i%3) - 0, Changed: 5, Due: town.Millis(i % 2 * 1000), Opener: int64(i % 4), Holder: 2, Title: fmt.Sprint([]string{"b", "啊", "B", "a", "中", "ä"}[i%6], i), Marks: "1\t2"}
		r.ID, r.Number, r.Rev, r.Stage, r.Office, r.Created, r.Voided = town.ID(i+1), fmt.Sprintf("RX%04d", i), 1, []string{"received", "closed"}[i%2], []string{"desk", "Works", "law"}[i%3], 99, i == 7
		r.Stated = town.Values{"title": r.Title, "kind": []string{"road", "noise"}[i%2], "firm": int64(i), "urgent": i%5 == 0, "offices": []string{"b", "a"}, "people": []map[string]any{{"what": "甲\"\n", "owed": int64(-1 << 53)}}, "fee": int64(1) << 62}
		r.Derived = town.Values{"parts_open": int64(i)}
		r.Steps = []town.Step{{Move: "open", To: "received", Day: 19500 + town.Day(i), At: 1, Actor: 1, Seq: 2}}
		r.Clocks = map[string]town.Clock{"sign": {Started: 1, Due: 2, Rule: "1 workday"}}
		r.Tracked = map[string][]town.Dated{"kind": {{Day: 1, Value: nil}, {Day: 2, Value: "road"}}}
		r.Plan = &town.Slot{Plan: "p", Key: "2023-05", Due: 19600}
		rs = append(rs, r)
	}
	none("PutRecords", tx.PutRecords(ctx, code, rs, nil))
	rs[4].Stage, rs[4].Rev, rs[4].Title = "closed", 2, "改"
	none("PutRecords", tx.PutRecords(ctx, code, rs[4:5], nil))
	none("PutFields", tx.PutFields(ctx, code, []FieldRow{{7, "x", 1}}, nil))
	none("PutFill", tx.PutFill(ctx, code, FillRow{7, 1}))
	none("ClearIndexes", tx.ClearIndexes(ctx, code))
	fields := []FieldRow{{3, "road", 1}, {3, "Road", 2}, {3, "road", 3}, {3, "噪声", 4}, {3, "ä", 5}}
	none("PutFields", tx.PutFields(ctx, code, fields, nil))
	none("PutFields", tx.PutFields(ctx, code, fields[:1], []FieldRow{{3, "road", 3}, {3, "never", 9}}))
	none("PutLinks", tx.PutLinks(ctx, code, []LinkRow{{1, 3, 2}, {1, 3, 4}, {2, 3, 4}}, nil))
	none("PutLinks", tx.PutLinks(ctx, code, []LinkRow{{1, 3, 2}}, []LinkRow{{1, 3, 4}}))
	for range 2 {
		none("AddCensus", tx.AddCensus(ctx, code, []CensusChange{{CensusCell{1, "received", "desk", 1}, 2}, {CensusCell{1, VoidStage, "", 0}, 1}, {CensusCell{2, "x", "", 0}, 0}}))
		none("AddFieldCensus", tx.AddFieldCensus(ctx, code, []FieldCount{{3, "road", 2}, {3, "噪声", -1}}))
	}
	none("PutFields", tx.PutFields(ctx, code, []FieldRow{{4, "x", 1}, {5, "x", 1}, {5, "x", 2}, {5, "y", 3}, {5, "ä", 4}, {5, "ä", 5}}, nil))
	none("AddFieldCensus", tx.AddFieldCensus(ctx, code, []FieldCount{{4, "x", 1}, {5, "x", 2}}))
	none("PutLinks", tx.PutLinks(ctx, code, []LinkRow{{1, 4, 3}, {1, 5, 4}}, nil))
	for _, f := range []FillRow{{4, 0}, {5, 0}, {6, 0}, {6, 2}} {
		none("PutFill", tx.PutFill(ctx, code, f))
	}
	none("ClearField", tx.ClearField(ctx, code, 4))
	none("ClearLinks", tx.ClearLinks(ctx, code, 4))
	none("DropFill", tx.DropFill(ctx, code, 5))
	n, err := tx.Serial(ctx, code, "order.2023")
	s.say("Serial", n, err)
	none("SetSerial", tx.SetSerial(ctx, code, "order.2023", 41))
	none("SetSerial", tx.SetSerial(ctx, code, "order.2023", 42))
	n, err = tx.Serial(ctx, code, "order.2023")
	s.say("Serial", n, err)
	none("PutSealed", tx.PutSealed(ctx, code, []SealedRow{{1, "", "", []byte{0, 1, 255}}, {1, "r1", "phone", []byte("box")}, {2, "", "", []byte("k")}, {3, "r3", "who", []byte{2}}, {60, "r4", "who", []byte{3}}}))
	none("PutSealed", tx.PutSealed(ctx, code, []SealedRow{{1, "r2", "phone", []byte("newer")}, {1, "", "", []byte{9}}}))
	none("PutBlind", tx.PutBlind(ctx, code, []BlindRow{{1, 7, "t", "甲"}, {2, 7, "t", "甲"}, {3, 7, "t", "乙"}, {3, 8, "t", "丙"}, {5, 8, "u", "丁"}, {40, 8, "u", "丁"}}))
	none("PutBlind", tx.PutBlind(ctx, code, []BlindRow{{5, 8, "", ""}, {3, 8, "v", "戊"}, {6, 8, "", ""}}))
	none("DropSealed", tx.DropSealed(ctx, code, 3, "r3"))
	none("Forget", tx.Forget(ctx, code, 2))
	es := []EventRow{{Seq: 1, At: 3, Day: -7, Kind: town.System, Op: "birth", Command: "birth", Edition: 4, Body: "text\nof lines", Seed: []byte{9}},
		{Seq: 2, Record: 1, At: 4, Day: 19500, Actor: 1, Kind: town.Staff, Role: "clerk", Office: "desk", Op: town.Create, Command: "c1", Edition: 4, Rev: 1, Stage: "received", Body: `{"op":"create"}`, Marks: "1\t2\t3", Seed: make([]byte, 32)},
		{Seq: 3, Record: 1, Op: town.Move, Command: "c1#1", Cause: 2, Edition: 4, Seed: []byte{0}}}
	none("AddEvents", tx.AddEvents(ctx, code, es))
	none("PutTiles", tx.PutTiles(ctx, code, []Tile{{0, []byte{1, 2}}, {1, []byte{3}}}))
	none("PutTiles", tx.PutTiles(ctx, code, []Tile{{1, []byte{3, 0, 4}}}))
	none("PutFigures", tx.PutFigures(ctx, code, []FigureRow{{1, "orders", "sum", 3, "live", 0, 2}, {2, "orders", "sum2", 4, "filling", 5, 0}}))
	none("PutFigures", tx.PutFigures(ctx, code, []FigureRow{{2, "ignored", "ignored", 9, "live", 6, 7}}))
	none("AddMarks", tx.AddMarks(ctx, code, []MarkRow{{1, 19500, 1, 1, 1, "2 12", "", 5, 0, 2}, {1, 19501, 1, 2, 1, "2", "", -5, 1, 3}, {1, 19501, 1, 3, 2, "", "", 4, 0, 3}, {1, 19510, 2, 4, 0, "12", "k", 1 << 60, 0, 3}, {9, 1, 1, 1, 0, "", "甲", 1, 0, 3}, {1, 19510, 3, 5, 2, "22", "k", 1, 0, 3}}))
	for range 2 {
		none("AddTally", tx.AddTally(ctx, code, []CellChange{{Cell{1, 0, 0, 20230500}, 3}, {Cell{1, 0, 0, 20230517}, 3}, {Cell{1, 2, 1, 20230600}, -1}, {Cell{1, 0, 1, 20230400}, 1 << 60}}))
		none("AddSeen", tx.AddSeen(ctx, code, []SeenDay{{SeenKey{1, 0, 0, 2023, "k"}, 19500, 1}, {SeenKey{1, 0, 0, 2023, "k"}, 19520, 1}, {SeenKey{1, 0, 0, 2023, "啊"}, 19510, 1}, {SeenKey{1, 0, 0, 2023, "z"}, 19500, 0}}))
	}
	none("PutData", tx.PutData(ctx, code, []Datum{{"rule", "b/2", `{"limit":"1"}`, 2}, {"rule", "B/1", `{}`, 2}, {"calendar", "2027", `{}`, 2}}))
	none("PutData", tx.PutData(ctx, code, []Datum{{"rule", "b/2", `{"limit":"2"}`, 3}}))
	none("PutJobs", tx.PutJobs(ctx, code, []Job{{ID: 1, Kind: "timer", Due: 50, Record: 1, Key: "1"}, {ID: 2, Kind: "sweep", Due: 40, Key: "derive", Body: "why", Tries: 1, Fault: "17"}, {ID: 3, Kind: "timer", Due: 60, Record: 2, Key: "2"}}))
	none("PutJobs", tx.PutJobs(ctx, code, []Job{{ID: 4, Kind: "timer", Due: 10, Record: 1, Key: "1", Fault: "x"}}))
	none("PutJobs", tx.PutJobs(ctx, code, []Job{{ID: 5, Kind: "read", Due: 900, Record: 7, Key: "7", Body: "2023-05-01", Tries: 3, Fault: "x"}, {ID: 6, Kind: "plan", Due: 20, Key: "p", Tries: 4}}))
	none("RetryJobs", tx.RetryJobs(ctx, code, 55))
	none("DropJob", tx.DropJob(ctx, code, "timer", "2"))
	none("DropJob", tx.DropJob(ctx, code, "timer", "none"))
	for range 2 {
		none("PutBlob", tx.PutBlob(ctx, code, BlobRow{Hash: "ab", Size: 5, Mime: "image/png", Name: "图.png", At: 8}))
	}
	for i, hash := range []string{"cd", "ef", "gh"} {
		none("PutBlob", tx.PutBlob(ctx, code, BlobRow{Hash: hash, Size: 1, At: town.Millis(20 * i)}))
	}
	none("PutUpload", tx.PutUpload(ctx, code, Upload{"ab", 1}, 5))
	none("PutUpload", tx.PutUpload(ctx, code, Upload{"ab", 1}, 9))
	none("PutUpload", tx.PutUpload(ctx, code, Upload{"ab", 2}, 9))
	none("PutUpload", tx.PutUpload(ctx, code, Upload{"ef", 2}, 3))
	none("DropUploads", tx.DropUploads(ctx, code, []Upload{{"ab", 2}, {"zz", 7}}))
	for range 2 {
		none("PutAttachments", tx.PutAttachments(ctx, code, []Attachment{{"cd", 1}, {"cd", 3}, {"ef", 1}}))
	}
	none("PutBlob", tx.PutBlob(ctx, code, BlobRow{Hash: "old", Size: 1, At: 1}))
	none("DropBlobs", tx.DropBlobs(ctx, code, []string{"old", "none"}, 4))
	none("PutSession", tx.PutSession(ctx, code, Session{Token: "t1", Person: 1, Since: 1, Seen: 2, Agent: "a"}))
	none("PutSession", tx.PutSession(ctx, code, Session{Token: "t1", Person: 9, Since: 9, Seen: 5, Agent: "z"}))
	for i, p := range []int64{2, 3, 3, 4} {
		none("PutSession", tx.PutSession(ctx, code, Session{Token: fmt.Sprint("s", i), Person: p, Seen: town.Millis(i)}))
	}
	none("DropSession", tx.DropSession(ctx, code, "s3"))
	none("DropSessionsOf", tx.DropSessionsOf(ctx, code, 3, 1))
	none("PutSearch", tx.PutSearch(ctx, code, []SearchRow{{1, Split("路灯不亮 RX20230001")}, {2, Split("不要路障")}, {3, Split("Street LIGHT")}}))
	none("PutSearch", tx.PutSearch(ctx, code, []SearchRow{{2, Split("路灯已修")}, {4, Split("路灯")}}))
	none("DropSearch", tx.DropSearch(ctx, code, []town.ID{4, 5}))
}

func (s *script) read(ctx context.Context, t *testing.T, q *Q, code int64) {
	h, err := q.Head(ctx, code)
	s.say("Head", h, err)
	_, err = q.Head(ctx, 999999999)
	s.say("Head", nil, err)
	hs, err := q.Towns(ctx)
	s.say("Towns", hs, err)
	ws, err := q.Words(ctx, code)
	s.loose("Words", ws, err)
	ps, err := q.Places(ctx, code)
	s.say("Places", ps, err)
	e, err := q.Edition(ctx, code, "e")
	s.say("Edition", e, err)
	_, err = q.Edition(ctx, code, "nothing")
	s.say("Edition", nil, err)
	r, err := q.Record(ctx, code, 8)
	s.say("Record", r, err)
	r, err = q.Record(ctx, code, 800)
	s.say("Record", r, err)
	r, err = q.RecordByNumber(ctx, code, "RX0004")
	s.say("RecordByNumber", r, err)
	r, err = q.RecordByNumber(ctx, code, "")
	s.say("RecordByNumber", r, err)
	rs, err := q.RecordsFrom(ctx, code, 38, 10)
	s.say("RecordsFrom", rs, err)
	ids, err := q.FieldRecords(ctx, code, 3, "road", 10)
	s.say("FieldRecords", ids, err)
	holding, err := q.RecordsHolding(ctx, code, 3, []string{"road", "water", "nothing"})
	s.say("RecordsHolding", len(holding), err)
	for _, r := range holding {
		s.say("RecordsHolding", r, err)
	}
	holding, err = q.RecordsHolding(ctx, code, 3, nil)
	s.say("RecordsHolding none", len(holding), err)
	ids, err = q.Sources(ctx, code, 1, 3, 10)
	s.say("Sources", ids, err)
	ls, err := q.Links(ctx, code, 1, 10)
	s.say("Links", ls, err)
	cs, err := q.Census(ctx, code, 1)
	s.loose("Census", cs, err)
	cs, err = q.AllCensus(ctx, code)
	s.loose("AllCensus", cs, err)
	n, err := q.FieldCensus(ctx, code, 3, "road")
	s.say("FieldCensus", n, err)
	n, err = q.FieldCensus(ctx, code, 3, "none")
	s.say("FieldCensus", n, err)
	fc, err := q.FieldCensusFrom(ctx, code, FieldCount{}, 10)
	s.say("FieldCensusFrom", fc, err)
	boxes, err := q.Sealed(ctx, code, 1)
	s.say("Sealed", boxes, err)
	boxes, err = q.Sealed(ctx, code, 2)
	s.say("Sealed", boxes, err)
	sr, err := q.SealedRange(ctx, code, 0, 5)
	s.say("SealedRange", sr, err)
	sr, err = q.WrappedKeys(ctx, code, 0, 9)
	s.say("WrappedKeys", sr, err)
	fr, err := q.KeyedFigures(ctx, code)
	s.say("KeyedFigures", fr, err)
	br, err := q.BlindRange(ctx, code, 0, 5)
	s.say("BlindRange", br, err)
	br, err = q.BlindOf(ctx, code, 7, "t", 1)
	s.say("BlindOf", br, err)
	br, err = q.BlindTwice(ctx, code, 9)
	s.say("BlindTwice", br, err)
	for _, above := range []town.ID{0, 40, 99} {
		id, err := q.StraySealed(ctx, code, above)
		s.say("StraySealed", id, err)
	}
	ids, err = q.IDsOfType(ctx, code, 1, 3, 6)
	s.say("IDsOfType", ids, err)
	for _, c := range []string{"c1", "none"} {
		e, ok, err := q.EventByCommand(ctx, code, c)
		x, _ := pair(e, ok, err)
		s.say("EventByCommand", x, err)
	}
	for _, cs := range [][]string{nil, {"none"}, {"none", "c1", "c1", `'"\\$1`}} {
		known, err := q.CommandsKnown(ctx, code, cs)
		s.say("CommandsKnown", known, err)
	}
	for _, seq := range []int64{1, 99} {
		e, ok, err := q.EventBySeq(ctx, code, seq)
		x, _ := pair(e, ok, err)
		s.say("EventBySeq", x, err)
	}
	some, err := q.EventsAt(ctx, code, []int64{1, 3, 9999})
	s.say("EventsAt", some, err)
	none, err := q.EventsAt(ctx, code, nil)
	s.say("EventsAt", none, err)
	seqs, err := q.MarkSeqs(ctx, code, 1)
	s.say("MarkSeqs", seqs, err)
	buckets, err := q.Buckets(ctx, code, 1)
	slices.SortFunc(buckets, func(a, b Bucket) int {
		if a.Place != b.Place {
			return int(a.Place - b.Place)
		}
		return int(a.Month - b.Month)
	})
	s.say("Buckets", buckets, err)
	ev, err := q.EventsOf(ctx, code, 1, 10)
	s.say("EventsOf", ev, err)
	ev, err = q.EventsFrom(ctx, code, 1, 1)
	s.say("EventsFrom", ev, err)
	ev, err = q.TownEvents(ctx, code, "birth")
	s.say("TownEvents", ev, err)
	ev, err = q.EventsBefore(ctx, code, 3, 1)
	s.say("EventsBefore", ev, err)
	for _, at := range []town.Millis{0, 1_685_000_000_000, 1 << 60} {
		n, err = q.SeqAt(ctx, code, 2, at)
		s.say("SeqAt", n, err)
	}
	n, err = q.LastEvent(ctx, code)
	s.say("LastEvent", n, err)
	hy, err := q.Histories(ctx, code, 0, 5)
	s.say("Histories", hy, err)
	for _, tile := range []int64{1, 7} {
		b, err := q.Tile(ctx, code, tile)
		s.say("Tile", b, err)
	}
	ts, err := q.TilesFrom(ctx, code, -1, 9)
	s.say("TilesFrom", ts, err)
	fs, err := q.Figures(ctx, code)
	s.say("Figures", fs, err)
	ms, err := q.MarksFrom(ctx, code, 1, 19500, 1, 1, 2)
	s.say("MarksFrom", ms, err)
	for _, slice := range []int64{0, 2, 12} {
		for _, places := range [][]int64{nil, {1, 2}, {}} {
			parts, err := q.Parts(ctx, code, 1, 19000, 19511, places, slice, 0, 9)
			s.say("Parts", parts, err)
			top, err := q.TopParts(ctx, code, 1, 19000, 19511, places, slice, 3)
			s.say("TopParts", top, err)
			for _, x := range parts { // the page after any record is what follows it
				rest, err := q.Parts(ctx, code, 1, 19000, 19511, places, slice, x.Record, 9)
				s.say("Parts after", rest, err)
				if n := len(parts) - slices.Index(parts, x) - 1; len(rest) != n {
					s.t.Errorf("%d parts follow %d, want %d", len(rest), x.Record, n)
				}
			}
			x, err := pair(q.PartsSum(ctx, code, 1, 19000, 19511, places, slice))
			s.say("PartsSum", x, err)
			n, err := q.MarksSum(ctx, code, 1, 19000, 19511, places, slice)
			s.say("MarksSum", n, err)
			for _, days := range []int{0, 30, 400} {
				late, err := q.PartsLate(ctx, code, 1, 19000, 19511, places, slice, days, 28_800_000, []Since{{19400, 0}, {19505, 2}})
				s.say("PartsLate", late, err)
			}
			g, err := q.Groups(ctx, code, 1, 19000, 19511, places, slice, "", 9)
			s.say("Groups", g, err)
		}
	}
	n, err = q.Tally(ctx, code, 1, 0, 0, []int32{20230500, 20230517, 20240000})
	s.say("Tally", n, err)
	n, err = q.Tally(ctx, code, 1, 0, 0, nil)
	s.say("Tally", n, err)
	n, err = q.TallyBefore(ctx, code, 1, 0, 1, 20230500)
	s.say("TallyBefore", n, err)
	cc, err := q.TallyMonths(ctx, code, 1, 0, 0, 20230000, 20239999)
	s.say("TallyMonths", cc, err)
	cc, err = q.TallyAll(ctx, code, 0, nil, [2]int32{20230501, 20230531}, [2]int32{20220501, 20220531})
	s.say("TallyAll", cc, err)
	cc, err = q.TallyAll(ctx, code, 0, nil)
	s.say("TallyAll of months", cc, err)
	cc, err = q.TallyAll(ctx, code, 0, []int64{cc[0].Figure, 99}, [2]int32{20230501, 20230531})
	s.say("TallyAll of a figure", cc, err)
	cc, err = q.TallyAll(ctx, code, 0, []int64{})
	s.say("TallyAll of none", cc, err)
	cc, err = q.TallyOf(ctx, code, 1)
	s.say("TallyOf", cc, err)
	cc, err = q.TallyEach(ctx, code, 1, []int64{0, 2}, []int64{0, 1}, 20230000, 20239999)
	s.loose("TallyEach", cc, err)
	n1, err := q.SlicesAt(ctx, code, 1, 1)
	s.say("SlicesAt", n1, err)
	any1, err := q.AnyTally(ctx, code, 1, 0, 20230500, 20230531)
	s.say("AnyTally", any1, err)
	sd, err := q.SeenDays(ctx, code, SeenKey{1, 0, 0, 2023, "k"})
	s.say("SeenDays", sd, err)
	sd, err = q.SeenOf(ctx, code, 1)
	s.say("SeenOf", sd, err)
	for _, figure := range []int64{1, 99} {
		some, err := q.AnySeen(ctx, code, figure)
		s.say("AnySeen", some, err)
	}
	n, err = q.SeenCount(ctx, code, 1, 0, 0, 19505, 19530)
	s.say("SeenCount", n, err)
	n, err = q.SeenFirst(ctx, code, 1, 0, 0, 19505, 19530)
	s.say("SeenFirst", n, err)
	for _, typ := range []int64{1, 5} {
		d, err := q.FirstOpened(ctx, code, typ)
		s.say("FirstOpened", d, err)
	}
	ds, err := q.Data(ctx, code, "rule")
	s.say("Data", ds, err)
	ds, err = q.AllData(ctx, code)
	s.say("AllData", ds, err)
	for _, key := range []string{"b/2", "none"} {
		d, ok, err := q.Datum(ctx, code, "rule", key)
		x, _ := pair(d, ok, err)
		s.say("Datum", x, err)
	}
	js, err := q.DueJobs(ctx, code, 45, 9)
	s.say("DueJobs", js, err)
	js, err = q.JobsOf(ctx, code, "timer", 9)
	s.say("JobsOf", js, err)
	js, err = q.FailedJobs(ctx, code, 2)
	s.say("FailedJobs", js, err)
	for _, key := range []string{"7", "none"} {
		j, ok, err := q.Job(ctx, code, "read", key)
		x, _ := pair(j, ok, err)
		s.say("Job", x, err)
	}
	js, err = q.JobsOfRecords(ctx, code, "timer", 1, 2)
	s.say("JobsOfRecords", js, err)
	for _, kind := range []string{"timer", ""} {
		jn, err := q.CountJobs(ctx, code, kind)
		s.say("CountJobs", jn, err)
	}
	m, err := q.NextJob(ctx, code)
	s.say("NextJob", m, err)
	for _, hash := range []string{"ab", "cd"} {
		b, ok, err := q.Blob(ctx, code, hash)
		x, _ := pair(b, ok, err)
		s.say("Blob", x, err)
	}
	bs, err := q.Blobs(ctx, code)
	s.say("Blobs", bs, err)
	for _, u := range []Upload{{"ab", 1}, {"ab", 2}, {"ef", 2}} {
		up, err := q.Uploaded(ctx, code, u)
		s.say("Uploaded", up, err)
	}
	for _, n := range []int{1, 5} {
		to, err := q.AttachedTo(ctx, code, "cd", n)
		s.say("AttachedTo", to, err)
	}
	at, err := q.Attachments(ctx, code)
	s.say("Attachments", at, err)
	for _, before := range []town.Millis{1, 9, 10, 100} {
		loose, err := q.LooseBlobs(ctx, code, before)
		s.say("LooseBlobs", loose, err)
	}
	for _, token := range []string{"t1", "s0", "s1", "s2", "s3"} {
		x, ok, err := q.Session(ctx, code, token)
		y, _ := pair(x, ok, err)
		s.say("Session", y, err)
	}
	for _, words := range []string{"路灯", "灯路", "rx20230001", "light street", "", "不 路灯"} {
		ids, err := q.Search(ctx, code, words, 9)
		s.say("Search", ids, err)
	}
	stand, given := map[string]int{}, map[string]int{}
	note := func(m map[string]int) func(string, town.ID, int64) {
		return func(word string, record town.ID, at int64) { m[fmt.Sprint(word, " ", record, " ", at)]++ }
	}
	err = q.SearchWords(ctx, code, note(stand))
	s.say("SearchWords", stand, err)
	lexer, err := NewLexer(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // texts of an earlier question are forgotten
		clear(given)
		err = lexer.Words(ctx, []SearchRow{{1, Split("路灯不亮 RX20230001")}, {2, Split("路灯已修")}, {3, Split("Street LIGHT")}}, note(given))
		s.say("Lexer.Words", given, err)
	}
	if !maps.Equal(stand, given) || len(given) == 0 {
		t.Errorf("in the full text stands %v, the texts give %v", stand, given)
	}
	if err := lexer.Close(); err != nil {
		t.Error(err)
	}
	se, err := q.Serials(ctx, code)
	s.say("Serials", se, err)
	fl, err := q.Fills(ctx, code)
	s.say("Fills", fl, err)
	for _, after := range []string{"", "x"} {
		fd, err := q.Doubles(ctx, code, 5, after, 9)
		s.say("Doubles", fd, err)
	}
	ff, err := q.FieldsFrom(ctx, code, FieldRow{3, "Road", 0}, 99)
	s.say("FieldsFrom", ff, err)
	lf, err := q.LinksFrom(ctx, code, LinkRow{1, 3, 2}, 9)
	s.say("LinksFrom", lf, err)
	sf, err := q.StrayFigures(ctx, code)
	s.say("StrayFigures", sf, err)
	tc, err := q.TypeCounts(ctx, code)
	s.loose("TypeCounts", tc, err)
	typ := towntest.Load(t, towntest.Declarations).Types["order"]
	for _, sort := range []string{"id", "number", "title", "due", "opened", "changed", "kind", "parts_open", "stage"} {
		for _, desc := range []bool{false, true} {
			l := &List{Type: typ, TypeID: 1, From: town.NoDay, Until: town.NoDay, Sort: sort, Desc: desc, N: 7}
			for range 3 {
				rows, err := q.Records(ctx, code, l)
				var got []string
				for _, r := range rows {
					got = append(got, fmt.Sprint(r.ID, r.Title, r.At))
					l.Last = &r.At
				}
				s.say("Records", got, err)
			}
		}
	}
	for _, l := range []*List{{}, {Stages: []string{"received"}}, {Offices: []string{"Works"}, Void: true}, {Places: []int64{1}, Stages: []string{"closed"}}, {Equal: []Equal{{3, "kind", "road"}}},
		{From: 19510, Until: 19520}, {Person: 2}, {Words: "路灯"}, {Stages: []string{}}, {DueBy: 1000}, {Equal: []Equal{{0, "kind", "road"}}}, {Blind: &Blind{7, "t"}}} {
		l.Type, l.TypeID, l.N = typ, 1, 50
		if l.From == 0 {
			l.From, l.Until = town.NoDay, town.NoDay
		}
		rows, err := q.Records(ctx, code, l)
		s.say("Records", len(rows), err)
		n, err := q.CountRecords(ctx, code, l)
		s.say("CountRecords", n, err)
		n, _, err = q.CountSoon(ctx, code, l, 9)
		s.say("CountSoon", n, err)
		by, err := q.CountStages(ctx, code, l)
		s.say("CountStages", by, err)
	}
	w := Work{Stages: map[int64][]string{1: {"received"}}, Offices: []string{"desk"}, Places: []int64{0, 1}, Person: 2, N: 5}
	rs, err = q.Waiting(ctx, code, w)
	s.say("Waiting", rs, err)
	by, err := q.WaitingBy(ctx, code, w)
	s.say("WaitingBy", by, err)
	n, err = q.WaitingDue(ctx, code, w, 1<<60)
	s.say("WaitingDue", n, err)
}

// Every method gives the same on both engines, and one town's rows are never another's.
func TestConformance(t *testing.T) {
	ctx := context.Background()
	tell := func(dsn string, two bool) string {
		s := &script{t: t, called: map[string]bool{}}
		db := opened(t, dsn)
		if err := db.Write(ctx, func(tx *Tx) error { s.write(ctx, tx, one); return nil }); err != nil {
			t.Fatal(err)
		}
		if two { // one file of SQLite holds one town
			if err := db.Write(ctx, func(tx *Tx) error { (&script{t: t, called: map[string]bool{}}).write(ctx, tx, other); return nil }); err != nil {
				t.Fatal(err)
			}
			if err := db.Write(ctx, func(tx *Tx) error { _, err := tx.exec(ctx, "DELETE FROM town WHERE town = $1", other); return err }); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Read(ctx, func(q *Q) error { s.read(ctx, t, q, one); return nil }); err != nil {
			t.Fatal(err)
		}
		for _, v := range []any{&Tx{}, &Q{}} {
			typ := reflect.TypeOf(v)
			for i := range typ.NumMethod() {
				if name := typ.Method(i).Name; !s.called[name] {
					t.Errorf("%s is not held against the other engine", name)
				}
			}
		}
		return s.b.String()
	}
	lite := tell(filepath.Join(t.TempDir(), "zhenwu.db"), false)
	pg := tell(pgtest.DSN(t), true)
	a, b := strings.Split(lite, "\n"), strings.Split(pg, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			t.Errorf("the engines differ:\nSQLite:     %.1500s\nPostgreSQL: %.1500s", a[i], b[min(i, len(b)-1)])
		}
	}
}

// What fails leaves nothing, and the writer goes on.
func TestWriteRollsBack(t *testing.T) {
	for name, dsn := range map[string]func() string{"sqlite": func() string { return filepath.Join(t.TempDir(), "zhenwu.db") }, "postgres": func() string { return pgtest.DSN(t) }} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			db := opened(t, dsn())
			boom := fmt.Errorf("boom")
			if err := db.Write(ctx, func(tx *Tx) error {
				if err := tx.AddTown(ctx, Head{Town: one}); err != nil {
					return err
				}
				return boom
			}); err != boom {
				t.Fatalf("Write gives %v", err)
			}
			if err := db.Write(ctx, func(tx *Tx) error { return tx.AddTown(ctx, Head{Town: one, Name: "二"}) }); err != nil {
				t.Fatal(err)
			}
			if err := db.Write(ctx, func(tx *Tx) error { return tx.AddTown(ctx, Head{Town: one}) }); err == nil {
				t.Fatal("one town twice")
			}
			if err := db.Read(ctx, func(q *Q) error {
				h, err := q.Head(ctx, one)
				if h.Name != "二" {
					t.Errorf("the town is %+v", h)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Every key begins with the town, and the schema is the one that was agreed on: run with -update after changing it.
func TestSchema(t *testing.T) {
	keys := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n?\)( WITHOUT ROWID)?;`)
	var names [2][]string
	for i, engine := range []string{"sqlite", "postgres"} {
		files, err := filepath.Glob("migrations/" + engine + "/*.sql")
		if err != nil {
			t.Fatal(err)
		}
		var text []byte
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			text = append(text, b...)
		}
		for _, m := range keys.FindAllStringSubmatch(string(text), -1) {
			if m[1] != "search" {
				names[i] = append(names[i], m[1])
			}
			if !strings.Contains(m[2], "PRIMARY KEY (town") {
				t.Errorf("%s: the key of %s does not begin with the town", engine, m[1])
			}
		}
		for _, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "CREATE") && strings.Contains(line, "INDEX") && !strings.Contains(line, "(town,") && !strings.Contains(line, "USING gin") {
				t.Errorf("%s: an index does not begin with the town: %s", engine, line)
			}
		}
	}
	if !slices.Equal(names[0], names[1]) || len(names[0]) < 20 {
		t.Errorf("the tables differ: %v, %v", names[0], names[1])
	}
	golden := func(name string, got []byte) {
		t.Helper()
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || string(got) != string(want) {
			t.Errorf("the schema is not the one of %s; run with -update if it should change (%v)", path, err)
		}
	}
	lite := opened(t, filepath.Join(t.TempDir(), "zhenwu.db"))
	rows, err := lite.read.Query("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'goose%' AND name NOT LIKE 'search_%' AND name NOT LIKE 'sqlite%' ORDER BY type DESC, name")
	text, err := collect(rows, err, func(scan func(...any) error) (string, error) { var s string; return s, scan(&s) })
	if err != nil {
		t.Fatal(err)
	}
	golden("schema.sqlite.sql", []byte(strings.Join(text, ";\n")+";\n"))
	var version string
	if err := lite.read.QueryRow("SELECT sqlite_version()").Scan(&version); err != nil {
		t.Fatal(err)
	}
	if semver.Compare("v"+version, "v3.53.2") < 0 {
		t.Errorf("SQLite %s is older than 3.53.2", version)
	}
	pg := opened(t, pgtest.DSN(t))
	rows, err = pg.read.Query(`SELECT c.table_name || ' ' || c.column_name || ' ' || c.data_type || CASE WHEN c.is_nullable = 'NO' THEN ' NOT NULL' ELSE '' END || coalesce(' COLLATE ' || c.collation_name, '')
		FROM information_schema.columns AS c WHERE c.table_schema = 'public' AND c.table_name NOT LIKE 'goose%' ORDER BY c.table_name COLLATE "C", c.ordinal_position`)
	columns, err := collect(rows, err, func(scan func(...any) error) (string, error) { var s string; return s, scan(&s) })
	if err != nil {
		t.Fatal(err)
	}
	rows, err = pg.read.Query(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%' ORDER BY indexname COLLATE "C"`)
	indexes, err := collect(rows, err, func(scan func(...any) error) (string, error) { var s string; return s, scan(&s) })
	if err != nil {
		t.Fatal(err)
	}
	golden("schema.postgres.txt", []byte(strings.Join(append(columns, indexes...), "\n")+"\n"))
}

// The drivers are those that are known to be sound: never older, and libc the very one that SQLite was built against.
func TestVersions(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)`).FindAllStringSubmatch(string(text), -1) {
		have[m[1]] = m[2]
	}
	for module, least := range map[string]string{"github.com/yuin/goldmark": "v1.7.17", "github.com/jackc/pgx/v5": "v5.9.2", "golang.org/x/net": "v0.56.0", "modernc.org/sqlite": "v1.61.1"} {
		if v, there := have[module]; there && semver.Compare(v, least) < 0 { // one that nothing imports is not there
			t.Errorf("%s is %q, at least %s is wanted", module, v, least)
		}
	}

	if have["modernc.org/libc"] != libcOfSQLite {
		t.Errorf("modernc.org/libc is %s; sqlite %s was built with %s", have["modernc.org/libc"], have["modernc.org/sqlite"], libcOfSQLite)
	}
}

// libcOfSQLite is what the go.mod of modernc.org/sqlite v1.61.1 names; it changes together with the driver.
const libcOfSQLite = "v1.79.0"

// A changed record is written whole, whatever of it moved; the indexes find it where it stands now.
func TestPutChangedRecords(t *testing.T) {
	const code = 120111104
	ctx := context.Background()
	try := func(t *testing.T, dsn string) {
		db := opened(t, dsn)
		row := func(id town.ID) *RecordRow {
			r := &RecordRow{TypeID: 1, PlaceID: 1, Changed: 5, Due: 10, Opener: 1, Holder: 1, Title: "a", Marks: "m"}
			r.ID, r.Rev, r.Stage, r.Office, r.Created = id, 1, "received", "desk", 9
			r.Stated, r.Derived = town.Values{"title": "a"}, town.Values{}
			r.Steps = []town.Step{{Move: "open", To: "received", Day: 19500, At: 1}}
			return r
		}
		was, now := map[town.ID]*RecordRow{}, []*RecordRow{}
		for id := town.ID(1); id <= 64; id++ { // each bit of the id is one thing that moved
			r := row(id)
			was[id] = row(id)
			r.Rev, r.Changed, r.Holder, r.Title, r.Marks = 2, 6, 2, "b", "n"
			r.Stated = town.Values{"title": "b"}
			for bit, move := range []func(){func() { r.Stage = "closed" }, func() { r.Due = 0 }, func() { r.Voided = true }, func() { r.PlaceID = 2 }, func() { r.Office = "law" },
				func() { r.Steps = []town.Step{{Move: "open", To: "received", Day: 19400, At: 1}} }} {
				if id>>bit&1 == 1 {
					move()
				}
			}
			now = append(now, r)
		}
		if err := db.Write(ctx, func(tx *Tx) error {
			if err := tx.AddTown(ctx, Head{Town: code}); err != nil {
				return err
			}
			if err := tx.PutRecords(ctx, code, slices.Collect(maps.Values(was)), nil); err != nil {
				return err
			}
			return tx.PutRecords(ctx, code, now, was)
		}); err != nil {
			t.Fatal(err)
		}
		if err := db.Read(ctx, func(q *Q) error {
			got, err := q.RecordsFrom(ctx, code, 0, 100)
			if diff := cmp.Diff(now, got); diff != "" || err != nil {
				t.Errorf("%v, want -, got +:\n%s", err, diff)
			}
			if db.Dialect != SQLite {
				return nil
			}
			var said string
			if err := q.row(ctx, "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
				t.Errorf("the indexes: %s, %v", said, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("sqlite", func(t *testing.T) { try(t, filepath.Join(t.TempDir(), "zhenwu.db")) })
	t.Run("postgres", func(t *testing.T) { try(t, pgtest.DSN(t)) })
}
