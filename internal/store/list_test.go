package store_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zhenwu/internal/formula"
	"zhenwu/internal/pgtest"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

const code = 120111104

// A list with conditions of every sort holds what reading every record gives, page by
// page and in both orders, whichever way the query begins.
func TestRecords_conditions_hold_on_both_databases(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := filepath.Join(t.TempDir(), "zhenwu.db")
			if engine == "postgres" {
				dsn = pgtest.DSN(t)
			}
			ctx := context.Background()
			db, err := store.Open(ctx, dsn)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			rows, values := fill(t, db)
			order := towntest.Load(t, towntest.Declarations).Types["order"]
			road, fault := order.Env.Compile("kind == 'road' && urgent != true", formula.Bool)
			if fault != nil {
				t.Fatal(fault)
			}
			rng := rand.New(rand.NewPCG(2, 3))
			stages := []string{"taken", "sent", "closed"}
			err = db.Read(ctx, func(q *store.Q) error {
				for range 300 {
					l := &store.List{Type: order, TypeID: 3, From: town.NoDay, Until: town.NoDay, Desc: rng.IntN(2) == 0, N: 1 + rng.IntN(9), Sort: []string{"id", "title", "due"}[rng.IntN(3)]}
					if rng.IntN(2) == 0 {
						l.Stages = stages[:1+rng.IntN(2)]
					}
					for f := range 2 {
						if rng.IntN(4) > 0 {
							l.Equal = append(l.Equal, store.Equal{Field: int64(f + 1), Value: fmt.Sprint("v", rng.IntN(5))})
						}
					}
					if rng.IntN(2) == 0 {
						l.Where = []*formula.Program{road}
					}
					if rng.IntN(3) == 0 {
						l.Words = "路灯"
					}
					if rng.IntN(4) == 0 { // nothing but conditions and words
						l.Stages, l.Equal = nil, nil
					}
					if rng.IntN(3) == 0 {
						l.DueBy = town.Millis(rng.IntN(3) * 1000) // 0: no condition
					}
					want := wanted(rows, values, l)
					by, err := q.CountStages(ctx, code, l)
					if err != nil {
						return err
					}
					for _, stage := range stages {
						held := int64(0)
						for _, r := range rows {
							if slices.Contains(want, r.ID) && r.Stage == stage {
								held++
							}
						}
						if by[stage] != held {
							t.Errorf("%+v counts %d of %s, not %d", l, by[stage], stage, held)
						}
					}
					n, err := q.CountRecords(ctx, code, l)
					if err != nil {
						return err
					}
					if n != int64(len(want)) {
						t.Errorf("%+v counts %d, not %d", l, n, len(want))
					}
					if n, ok, err := q.CountSoon(ctx, code, l, 90); !ok || n != int64(len(want)) {
						t.Errorf("%+v soon counts %d (%t, %v), not %d", l, n, ok, err, len(want))
					}
					var got []town.ID
					for {
						page, err := q.Records(ctx, code, l)
						if err != nil {
							return err
						}
						for _, r := range page {
							got = append(got, r.ID)
						}
						if len(page) < l.N {
							break
						}
						l.Last = &page[len(page)-1].At
					}
					if !slices.Equal(got, want) {
						t.Errorf("%+v lists %v, not %v", l, got, want)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// fill writes 90 records of two types with two indexed fields, the first value common, the last rare.
func fill(t *testing.T, db *store.DB) ([]*store.RecordRow, map[town.ID][2]string) {
	t.Helper()
	ctx := context.Background()
	rng := rand.New(rand.NewPCG(1, 1))
	var rows []*store.RecordRow
	var fields []store.FieldRow
	values := map[town.ID][2]string{}
	census := map[store.CensusCell]int64{}
	counts := map[store.FieldCount]int64{}
	for i := 1; i <= 90; i++ {
		r := &store.RecordRow{Record: town.Record{ID: town.ID(i), Rev: 1, Stage: []string{"taken", "sent", "closed", "closed"}[rng.IntN(4)], Voided: rng.IntN(10) == 0,
			Stated: town.Values{"kind": []string{"road", "noise"}[rng.IntN(2)], "urgent": rng.IntN(3) == 0}, Office: "office", Steps: []town.Step{{To: "taken", Day: 19358}}}, TypeID: 3, Title: fmt.Sprintf("t%02d", rng.IntN(30)), Due: town.Millis(rng.IntN(3) * 1000)}
		cell := store.CensusCell{Type: 3, Stage: r.Stage, Office: r.Office}
		if i%15 == 0 {
			r.TypeID, cell.Type = 4, 4
		}
		if r.Voided {
			cell.Stage = store.VoidStage
		}
		census[cell]++
		if !r.Voided && r.TypeID == 3 {
			var v [2]string
			for f := range v {
				v[f] = fmt.Sprint("v", rng.IntN(rng.IntN(5)+1))
				fields = append(fields, store.FieldRow{Field: int64(f + 1), Value: v[f], Record: r.ID})
				counts[store.FieldCount{Field: int64(f + 1), Value: v[f]}]++
			}
			values[r.ID] = v
		}
		rows = append(rows, r)
	}
	if err := db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.AddTown(ctx, store.Head{Town: code}); err != nil {
			return err
		}
		if err := tx.PutRecords(ctx, code, rows, nil); err != nil {
			return err
		}
		if err := tx.PutFields(ctx, code, fields, nil); err != nil {
			return err
		}
		var words []store.SearchRow
		for _, r := range rows {
			words = append(words, store.SearchRow{Record: r.ID, Words: store.Split(text(r))})
		}
		if err := tx.PutSearch(ctx, code, words); err != nil {
			return err
		}
		var cs []store.CensusChange
		for c, n := range census {
			cs = append(cs, store.CensusChange{CensusCell: c, N: n})
		}
		if err := tx.AddCensus(ctx, code, cs); err != nil {
			return err
		}
		var fs []store.FieldCount
		for c, n := range counts {
			c.N = n
			fs = append(fs, c)
		}
		return tx.AddFieldCensus(ctx, code, fs)
	}); err != nil {
		t.Fatal(err)
	}
	return rows, values
}

// text is what a record is found by: two of three tell of a street lamp.
func text(r *store.RecordRow) string {
	if r.ID%3 == 0 {
		return "付村积水"
	}
	return "付村路灯不亮"
}

func wanted(rows []*store.RecordRow, values map[town.ID][2]string, l *store.List) []town.ID {
	var left []*store.RecordRow
	for _, r := range rows {
		ok := r.TypeID == l.TypeID && !r.Voided && (l.Stages == nil || slices.Contains(l.Stages, r.Stage)) && (l.DueBy == 0 || r.Due > 0 && r.Due <= l.DueBy)
		if len(l.Where) > 0 {
			ok = ok && r.Stated["kind"] == "road" && r.Stated["urgent"] != true
		}
		ok = ok && strings.Contains(text(r), l.Words)
		for _, e := range l.Equal {
			ok = ok && values[r.ID][e.Field-1] == e.Value
		}
		if ok {
			left = append(left, r)
		}
	}
	slices.SortFunc(left, func(a, b *store.RecordRow) int {
		c := 0
		switch l.Sort {
		case "title":
			c = cmp.Compare(a.Title, b.Title)
		case "due":
			c = cmp.Compare(never(a.Due), never(b.Due))
		}
		if c == 0 {
			c = cmp.Compare(a.ID, b.ID)
		}
		if l.Desc {
			return -c
		}
		return c
	})
	var ids []town.ID
	for _, r := range left {
		ids = append(ids, r.ID)
	}
	return ids
}

// never puts what has no limit last, as lists do.
func never(due town.Millis) town.Millis {
	if due == 0 {
		return 1 << 60
	}
	return due
}
