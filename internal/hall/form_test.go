package hall

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"zhenwu/internal/edition"
	"zhenwu/internal/form"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// blankForm is a small form with a cell for visits, one for orders, and rows for a list.
func blankForm(t *testing.T, cells map[string]string) *form.File {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	for at, v := range cells {
		if err := x.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	f, err := form.Read(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// bound reads a map for a form.
func bound(t *testing.T, h *Hall, f *form.File, text string) *form.Bound {
	t.Helper()
	m, err := form.ReadMap([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var b *form.Bound
	if err := h.Reading(context.Background(), func(r *Reader) error {
		b, err = form.Bind(r.View().Cat, f, m, r)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

// Every filled cell is remembered; another form that asks the same is told so, and told where it would say otherwise.
func TestFile_remembers_every_cell(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		h := visited(t, dsn, 25)
		ctx := context.Background()
		clerk := town.Actor{Person: 7, Kind: town.Staff, Posts: []town.Post{{Role: "clerk", Office: "party_office"}}}
		blobs := store.Blobs{Dir: t.TempDir()}
		upload := func(text string) string {
			t.Helper()
			hash, err := h.Upload(ctx, blobs, clerk.Person, "表.xlsx", "application/octet-stream", strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			return hash
		}
		made := func(name, asker string) town.ID {
			t.Helper()
			a, err := h.Do(ctx, clerk, town.Command{ID: name, Op: town.Create, Type: FormType, Fields: town.Values{"name": name, "asker": asker, "office": "party_office", "blank": upload("空" + name)}, Day: town.NoDay, Step: -1})
			if err != nil {
				t.Fatal(err)
			}
			return a.Record
		}
		f := blankForm(t, map[string]string{"A1": "表"})
		b := bound(t, h, f, "cells:\n  B1: grid_visits\n  B2: {figure: grid_visits, unit: 万户, decimals: 2}\n  B3: {text: '{town}'}\n  B4: hospitality\n")
		ask := form.Ask{Period: town.YearPeriod(2023), AsOf: town.DayOf(2023, 12, 29)}
		told := func() []form.Told {
			t.Helper()
			var out []form.Told
			if err := h.Reading(ctx, func(r *Reader) error {
				var err error
				out, err = b.Resolve(r.View().Cat, r, ask)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		before := func(cell int, not town.ID) []Reported {
			t.Helper()
			now := told()
			var out []Reported
			if err := h.Reading(ctx, func(r *Reader) error {
				var err error
				out, err = r.Reported(&now[cell], not)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return out
		}
		first := made("甲表", "某局")
		now := told()
		if now[0].Value.Text != "550" || now[1].Value.Text != "0.06" || now[3].Known {
			t.Fatalf("told %+v", now)
		}
		if got := before(0, 0); len(got) != 0 {
			t.Errorf("reported before anything was: %+v", got)
		}
		filed := Filed{Form: first, Period: ask.Period, File: upload("填好的甲表"), Told: now, ID: "fill-1"}
		filing, err := h.File(ctx, clerk, filed)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := h.File(ctx, clerk, filed); err != nil || again != filing {
			t.Errorf("done twice: %d, %d, %v", filing, again, err)
		}
		got := before(0, 0)
		if len(got) != 2 || got[0].Differs || got[1].Differs || got[0].Day != town.NoDay || got[0].To != "某局" || got[0].Filing != filing {
			t.Errorf("filled, not sent: %+v", got)
		}
		if got := before(0, filing); len(got) != 0 {
			t.Errorf("a filing is held against itself: %+v", got)
		}
		if _, err := h.Do(ctx, clerk, town.Command{ID: "send", Op: town.Move, Record: filing, Move: "send", Fields: town.Values{"sent_to": "某区某局", "sent_on": h.Today().String()}, Day: town.NoDay, Step: -1}); err != nil {
			t.Fatal(err)
		}
		if got = before(0, 0); len(got) != 2 || got[0].To != "某区某局" || got[0].Day != h.Today() || got[1].Written != "550" && got[0].Written != "550" {
			t.Errorf("sent: %+v", got)
		}

		// A late entry changes the figure: the next form would say otherwise.
		worker := simActor("grid_worker", "grid_center")
		grid := ""
		for _, p := range h.View().Places() {
			if p.Kind == "grid" {
				grid = string(p.Code)
				break
			}
		}
		a, err := h.Do(ctx, worker, town.Command{ID: "late", Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": grid}, Day: town.NoDay, At: h.Now()})
		if err == nil {
			_, err = h.Do(ctx, worker, town.Command{ID: "late-m", Op: town.Move, Record: a.Record, Move: "make", Fields: town.Values{"day": "2023-03-05", "households": int64(3)}, Day: town.NoDay, At: h.Now()})
		}
		if err != nil {
			t.Fatal(err)
		}
		clashes := 0
		for i := range 2 {
			for _, x := range before(i, 0) {
				if x.Differs {
					clashes++
				}
			}
		}
		// 553 against the 550 of B1 and, in another unit, against what B2 was rounded from; 0.06 against the 0.06 of B2 is the same.
		if clashes != 3 {
			t.Errorf("%d cells differ", clashes)
		}

		// Filled again, a filing says what it says now, and what it says no more is voided.
		second, err := h.File(ctx, clerk, Filed{Form: first, Period: ask.Period, File: upload("乙"), Told: told(), ID: "fill-2"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.File(ctx, clerk, Filed{Form: first, Filing: second, Period: ask.Period, File: upload("丙"), Told: told()[:1], ID: "fill-3"}); err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, x := range before(0, filing) {
			if n++; x.Filing != second || x.Cell != "B1" || x.Written != "553" {
				t.Errorf("filled again: %+v", x)
			}
		}
		if n != 1 {
			t.Errorf("%d values stand", n)
		}
		if _, err := h.File(ctx, town.Actor{Person: 8, Kind: town.Staff, Posts: []town.Post{{Role: "viewer"}}}, Filed{Form: first, Period: ask.Period, File: upload("丁"), Told: told(), ID: "fill-4"}); town.KindOf(err) != town.Denied {
			t.Errorf("a reader fills: %v", err)
		}
	})
}

// What an edition said stands beside what a form says now.
func TestAgainst_an_edition(t *testing.T) {
	h := visited(t, filepath.Join(t.TempDir(), "z.db"), 10)
	e := &edition.Edition{Title: "报告", Figures: []edition.Figure{{Key: "grid_visits", Period: "2023-01-01/2023-12-20", Value: "145", Unit: "户次"}, {Key: "grid_visits", Period: "2023-03", Value: "7", Unit: "户次"}}}
	published := Published(e, town.DayOf(2023, 12, 28))
	b := bound(t, h, blankForm(t, map[string]string{"A1": "表"}), "cells:\n  B1: grid_visits\n  B2: grid_visits@2023-03\n  B3: grid_visits@2023-04\n  B4: {figure: grid_visits, say: last}\n")
	if err := h.Reading(context.Background(), func(r *Reader) error {
		told, err := b.Resolve(r.View().Cat, r, form.Ask{Period: town.YearPeriod(2023), AsOf: town.DayOf(2023, 12, 29)})
		if err != nil {
			return err
		}
		for i, want := range []string{"145 false", "7 true", "none", "none"} {
			got := "none"
			if x, ok := Against(&told[i], published); ok {
				got = fmt.Sprint(x.Written, " ", x.Differs)
			}
			if got != want {
				t.Errorf("%s: %s, want %s", told[i].Cell, got, want)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// A list shows what its asker may see, personal data masked, or as written where each look is asked for.
func TestRoster(t *testing.T) {
	h := found(t, filepath.Join(t.TempDir(), "z.db"))
	ctx := context.Background()
	var village, other town.Code
	for _, p := range h.View().Places() {
		if p.Kind == "village" && village == "" {
			village = p.Code
		} else if p.Kind == "village" {
			other = p.Code
		}
	}
	economy := simActor("economy", "economy_office")
	for i, p := range []town.Code{village, other, village} {
		if _, err := h.Do(ctx, economy, town.Command{ID: fmt.Sprint("f", i), Op: town.Create, Type: "enterprise", Fields: town.Values{"name": fmt.Sprintf("第%d家", i+1), "code": []string{"91350100M000100Y43", "9111010855138508"[:16] + "2Q", "91350100M000100Y43"}[i%2], "place": string(p), "registered": fmt.Sprintf("2023-0%d-05", i+1), "capital": int64(12345600)},
			Sealed: map[string]string{"head": "王小明", "phone": "13812345521"}, Day: town.NoDay, At: h.Now()}); err != nil && i < 2 {
			t.Fatal(err)
		}
	}
	f := blankForm(t, map[string]string{"A1": "名单"})
	list := func(text string, actor *town.Actor, ask form.Ask, reveal func(town.ID, string) (string, error)) ([]string, error) {
		t.Helper()
		b := bound(t, h, f, text)
		var out []string
		err := h.Reading(ctx, func(r *Reader) error {
			rows, err := h.Roster(r, Roster{List: &b.Lists[0], Ask: ask, Actor: actor, Reveal: reveal})
			if err != nil {
				return err
			}
			for row, err := range rows {
				if err != nil {
					return err
				}
				var s []string
				for _, v := range row {
					s = append(s, v.Text)
				}
				out = append(out, strings.Join(s, " "))
			}
			return nil
		})
		return out, err
	}
	year := form.Ask{Period: town.YearPeriod(2023), AsOf: town.DayOf(2023, 12, 29)}
	const rows = "rows: {at: A2, from: enterprise, sort: name, columns: ['#', name, capital, {field: registered, as: 2006年1月2日}, head, phone]}"
	got, err := list(rows, &economy, year, nil)
	if err != nil || len(got) != 2 || got[0] != "1 第1家 123456 2023年1月5日 王** 138****5521" {
		t.Errorf("masked: %q, %v", got, err)
	}
	looks := 0
	got, err = list(rows, &economy, year, func(id town.ID, field string) (string, error) {
		looks++
		a, err := h.Do(ctx, economy, town.Command{ID: fmt.Sprint("look", looks), Op: town.Reveal, Record: id, Field: field, Reason: "填报试表", Day: town.NoDay, Step: -1})
		return a.Text, err
	})
	if err != nil || len(got) != 2 || looks != 4 || !strings.HasSuffix(got[0], "王小明 13812345521") {
		t.Errorf("revealed: %q, %d looks, %v", got, looks, err)
	}
	in := year
	in.Place = other
	if got, err = list(rows, nil, in, nil); err != nil || len(got) != 1 || !strings.Contains(got[0], "第2家") {
		t.Errorf("of a village: %q, %v", got, err)
	}
	in = year
	in.Period = town.MonthPeriod(2023, 2)
	if got, err = list(strings.Replace(rows, "sort:", "by: registered, sort:", 1), nil, in, nil); err != nil || len(got) != 1 || !strings.Contains(got[0], "第2家") {
		t.Errorf("of a month: %q, %v", got, err)
	}
	if got, err = list(strings.Replace(rows, "sort:", "where: \"name == '第1家'\", sort:", 1), nil, year, nil); err != nil || len(got) != 1 {
		t.Errorf("with a condition: %q, %v", got, err)
	}
	if got, err = list(strings.Replace(rows, "sort:", "most: 1, sort:", 1), nil, year, nil); err != nil || len(got) != 1 {
		t.Errorf("one at most: %q, %v", got, err)
	}
	for what, text := range map[string]string{"a condition that does not read": strings.Replace(rows, "sort:", "where: 'nix', sort:", 1), "a sort that is none": strings.Replace(rows, "sort: name", "sort: nix", 1)} {
		var ours *town.Error
		if _, err := list(text, nil, year, nil); !errors.As(err, &ours) || ours.Kind != town.Invalid || ours.Zh == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	stranger := town.Actor{Person: 9, Kind: town.Staff, Posts: []town.Post{{Role: "cleaner", Place: village}}}
	if _, err := list(rows, &stranger, year, nil); town.KindOf(err) != town.Denied {
		t.Errorf("who may not see the type: %v", err)
	}
}
