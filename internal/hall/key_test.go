package hall

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/towntest"
)

// keyTypes have keys that rest on what is copied, followed, rolled up, computed, set by an effect, and on the slot of a plan.
const keyTypes = `types:
  stall:
    zh: 摊位
    en: Stall
    unique: {by: [owner, row]}
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      firm: {zh: 企业, en: Firm, type: ref, of: firm, required: true}
      owner: {zh: 业主, en: Owner, type: text, copy: firm.name, follow: true}
      row: {zh: 排, en: Row, type: integer, required: true}
  badge:
    zh: 牌
    en: Badge
    unique: {by: [label]}
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      firm: {zh: 企业, en: Firm, type: ref, of: firm, required: true}
      grade: {zh: 等级, en: Grade, type: text, copy: firm.code}
      num: {zh: 号, en: Number, type: integer, required: true}
      taken: {zh: 领走, en: Taken, type: integer, rollup: {count: loan, via: badge}}
      label: {zh: 标签, en: Label, type: integer, computed: "num + taken"}
  loan:
    zh: 领用
    en: Loan
    opens_by: [clerk]
    corrects_by: [clerk, chief]
    fields:
      badge: {zh: 牌, en: Badge, type: ref, of: badge, required: true}
  sheet:
    zh: 月报
    en: Monthly sheet
    unique: {by: [site, plan.slot]}
    opens_by: [clerk, system]
    corrects_by: [clerk, chief]
    fields:
      site: {zh: 地点, en: Site, type: place, of: [village], required: true}
`

func keyDeclarations() string {
	return strings.NewReplacer("types:\n", keyTypes, "plans:\n", "plans:\n  sheets: {zh: 月报, en: Sheets, every: month, each: {s: place.village}, opens: sheet, with: {site: s}, due: end}\n").Replace(towntest.Declarations)
}

// A key that rests on what is worked out from other records is held when these change, not only when its own record does.
func TestKeysOfDerivedFields(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		c := newClockworkOf(t, dsn, keyDeclarations())
		try := func(cmd town.Command) error {
			c.n++
			cmd.ID, cmd.Day, cmd.Step = fmt.Sprint("k", c.n), town.NoDay, -1
			who := clerk
			who.Kind = town.Staff
			_, err := c.h.Do(context.Background(), who, cmd)
			return err
		}
		conflict := func(what string, cmd town.Command) {
			t.Helper()
			if err := try(cmd); town.KindOf(err) != town.Conflict {
				t.Errorf("%s: %v", what, err)
			}
		}
		firm := func(name string) int64 {
			return int64(c.do(town.Command{Op: town.Create, Type: "firm", Fields: town.Values{"code": name, "name": name, "place": towntest.Villages[0], "since": "2020-01-01"}}))
		}
		a, b := firm("甲厂"), firm("乙厂")
		c.do(town.Command{Op: town.Create, Type: "stall", Fields: town.Values{"firm": a, "row": int64(1)}})
		c.do(town.Command{Op: town.Create, Type: "stall", Fields: town.Values{"firm": b, "row": int64(1)}})
		conflict("a second stall in the row", town.Command{Op: town.Create, Type: "stall", Fields: town.Values{"firm": a, "row": int64(1)}})
		conflict("a firm that is called as another", town.Command{Op: town.Correct, Record: town.ID(b), Fields: town.Values{"name": "甲厂"}, Reason: "改名"})
		c.do(town.Command{Op: town.Correct, Record: town.ID(b), Fields: town.Values{"name": "丙厂"}, Reason: "改名"})

		one := c.do(town.Command{Op: town.Create, Type: "badge", Fields: town.Values{"firm": a, "num": int64(1)}})
		c.do(town.Command{Op: town.Create, Type: "badge", Fields: town.Values{"firm": a, "num": int64(2)}})
		conflict("a loan that gives a badge the label of another", town.Command{Op: town.Create, Type: "loan", Fields: town.Values{"badge": int64(one)}})

		zone := c.h.View().Zone()
		c.now = town.DayOf(2023, 6, 1).At(zone, 8, 0)
		c.no(c.h.Daily(context.Background()))
		slot := &town.Slot{Plan: "sheets", Key: "2023-06", Due: town.DayOf(2023, 6, 30)}
		cmd := town.Command{ID: "sheet", Op: town.Create, Type: "sheet", Fields: town.Values{"site": towntest.Villages[0]}, Plan: slot, Day: town.NoDay, Step: -1}
		if _, err := c.h.Do(context.Background(), systemActor, cmd); town.KindOf(err) != town.Conflict {
			t.Errorf("a second sheet of the month: %v", err)
		}
		c.clean()
		d := aside(t, dsn) // behind the town's back
		_, err := d.Exec("UPDATE field SET value = (SELECT min(value) FROM field AS f WHERE f.field = field.field) WHERE field = (SELECT id FROM word WHERE kind = 'f' AND word = 'badge.!unique')")
		c.no(err)
		expect(t, c.h, store.Blobs{}, "keys", "have one key")
	})
}
