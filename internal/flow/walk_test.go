package flow_test

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/flow"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// Whatever happens to records, each is the same as its events and the records it refers to give from scratch.
func TestReplay(t *testing.T) {
	catalogs := towntest.Variants(t)
	rapid.Check(t, func(r *rapid.T) {
		cat := catalogs.Draw(r)
		w := towntest.New(t, cat, town.DayOf(2023, 5, 4))
		for range rapid.IntRange(5, 60).Draw(r, "commands") {
			w.Walk(r)
		}
		for id, rec := range w.Records {
			again, err := w.Replay(id)
			if err != nil {
				r.Fatal(err)
			}
			// A rollup or a followed copy changes a record without an event of its own.
			if got, want := again.AppendDoc(nil), rec.AppendDoc(nil); !bytes.Equal(got, want) {
				r.Fatalf("%s %d differs from its events:\n%s\n%s", rec.Type, id, got, want)
			}
			if again.Stage != rec.Stage || again.Voided != rec.Voided || again.Place != rec.Place || again.Office != rec.Office ||
				again.Number != rec.Number || again.Rev != rec.Rev || again.Created != rec.Created {
				r.Fatalf("%s %d differs from its events:\n%+v\n%+v", rec.Type, id, again, rec)
			}
			if err := flow.Derive(cat, cat.Types[rec.Type], w, again); err != nil {
				r.Fatal(err)
			}
			if got := again.AppendDoc(nil); !bytes.Equal(got, rec.AppendDoc(nil)) {
				r.Fatalf("deriving %s %d twice changes it", rec.Type, id)
			}
		}
	})
}

// The tracked list ends with the field's value, ascends, and its body survives encoding.
func TestTrackedAndBodies(t *testing.T) {
	catalogs := towntest.Variants(t)
	rapid.Check(t, func(r *rapid.T) {
		cat := catalogs.Draw(r)
		w := towntest.New(t, cat, town.DayOf(2023, 5, 4))
		for range rapid.IntRange(5, 40).Draw(r, "commands") {
			w.Walk(r)
		}
		for id, rec := range w.Records {
			for key, list := range rec.Tracked {
				for i := 1; i < len(list); i++ {
					if list[i].Day <= list[i-1].Day {
						r.Fatalf("%s of %d does not ascend: %v", key, id, list)
					}
				}
				if last := list[len(list)-1].Value; last != rec.Stated[key] {
					r.Fatalf("%s of %d ends with %v, the field says %v", key, id, last, rec.Stated[key])
				}
			}
			for _, e := range w.Events[id] {
				body, err := flow.DecodeBody(e.Body)
				if err != nil {
					r.Fatal(err)
				}
				again, err := body.Encode()
				if err != nil || !bytes.Equal(again, e.Body) {
					r.Fatalf("a body changes when it is read and written:\n%s\n%s", e.Body, again)
				}
			}
		}
	})
}
