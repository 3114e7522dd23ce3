package hall

import (
	"fmt"
	"strings"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// register is a kind of town data: who may put a row, what a row holds.
type register struct {
	zh, en string
	roles  []string // besides admin
	key    func(row town.Values) string
	check  func(v *View, row town.Values) error
	secret []string // parts that are kept, but never stand in the journal
	own    bool     // the person that a row names may put it
}

func text(row town.Values, name string) string { s, _ := row[name].(string); return s }

func need(row town.Values, names ...string) error {
	for _, n := range names {
		if s, ok := row[n].(string); ok && strings.TrimSpace(s) == "" || row[n] == nil {
			return town.Refuse(town.Invalid, n, "缺少 %s", "%s is missing", n)
		}
	}
	return nil
}

func isDay(row town.Values, names ...string) error {
	for _, n := range names {
		if s := text(row, n); s != "" {
			if _, err := town.ParseDay(s); err != nil {
				return town.Refuse(town.Invalid, n, "%s 不是日期（YYYY-MM-DD）：%s", "%s is no date (YYYY-MM-DD): %s", n, s)
			}
		}
	}
	return nil
}

// registers are all kinds of town data.
var registers = map[string]register{
	"rule": {zh: "时限规则", en: "Time limits", roles: []string{"supervisor"},
		key: func(r town.Values) string { return text(r, "rule") + "/" + text(r, "from") },
		check: func(v *View, r town.Values) error {
			if err := need(r, "rule", "limit", "source"); err != nil {
				return err
			}
			if _, err := workday.ParseLimit(text(r, "limit")); err != nil {
				return town.Refuse(town.Invalid, "limit", "时限写法不对：%s", "not a time limit: %s", text(r, "limit"))
			}
			return isDay(r, "from", "to")
		}},
	"calendar": {zh: "工作日历", en: "Work calendars", roles: []string{"supervisor"},
		key: func(r town.Values) string { return text(r, "year") },
		check: func(v *View, r town.Values) error {
			if err := need(r, "year", "text"); err != nil {
				return err
			}
			years, err := workday.ParseYears(text(r, "text"))
			if err != nil {
				return err
			}
			if len(years) != 1 || fmt.Sprint(years[0].Year) != text(r, "year") {
				return town.Refuse(town.Invalid, "year", "日历文本须恰为 %s 年", "the calendar's text must be of the year %s alone", text(r, "year"))
			}
			return nil
		}},
	"target": {zh: "目标", en: "Targets", roles: []string{"statistician", "supervisor"},
		key: func(r town.Values) string {
			return text(r, "figure") + "/" + text(r, "place") + "/" + fmt.Sprint(r["year"])
		},
		check: func(v *View, r town.Values) error {
			if err := need(r, "figure", "year", "shape"); err != nil {
				return err
			}
			if v.Cat.Figures[text(r, "figure")] == nil {
				return town.Refuse(town.Invalid, "figure", "没有这个指标：%s", "no such figure: %s", text(r, "figure"))
			}
			switch text(r, "shape") {
			case "growth", "level", "flat", "above":
				return nil
			}
			return town.Refuse(town.Invalid, "shape", "目标形式须为 growth、level、flat 或 above", "a target's shape is growth, level, flat or above")
		}},
	"published": {zh: "已公布数", en: "Published values", roles: []string{"statistician"},
		key: func(r town.Values) string {
			return text(r, "figure") + "/" + text(r, "place") + "/" + fmt.Sprint(r["year"])
		},
		check: func(v *View, r town.Values) error {
			if err := need(r, "figure", "year", "value", "source"); err != nil {
				return err
			}
			if v.Cat.Figures[text(r, "figure")] == nil {
				return town.Refuse(town.Invalid, "figure", "没有这个指标：%s", "no such figure: %s", text(r, "figure"))
			}
			return nil
		}},
	"since": {zh: "记录起始日", en: "Records since", roles: []string{"statistician", "supervisor"},
		key: func(town.Values) string { return "records" },
		check: func(v *View, r town.Values) error {
			if err := need(r, "day"); err != nil {
				return err
			}
			return isDay(r, "day")
		}},
	"person": {zh: "人员", en: "People",
		key:    func(r town.Values) string { return text(r, "login") },
		secret: []string{"hash"},
		check: func(v *View, r town.Values) error {
			if err := need(r, "login", "name"); err != nil {
				return err
			}
			posts, _ := r["posts"].([]map[string]any)
			for _, p := range posts {
				role, _ := p["role"].(string)
				if v.Cat.Roles[role] == nil {
					return town.Refuse(town.Invalid, "posts", "没有这个角色：%s", "no such role: %s", role)
				}
				if office, _ := p["office"].(string); office != "" && v.Cat.Offices[office] == nil {
					return town.Refuse(town.Invalid, "posts", "没有这个科室：%s", "no such office: %s", office)
				}
				if place, _ := p["place"].(string); v.Place(town.Code(place)) == nil {
					return town.Refuse(town.Invalid, "posts", "没有这个地点：%s", "no such place: %s", place)
				}
			}
			return nil
		}},
	"view": {zh: "常用筛选", en: "Saved views", own: true,
		key: func(r town.Values) string {
			return fmt.Sprint(r["person"]) + "/" + text(r, "type") + "/" + text(r, "name")
		},
		check: func(v *View, r town.Values) error {
			if err := need(r, "person", "type", "name", "query"); err != nil {
				return err
			}
			switch {
			case v.Cat.Types[text(r, "type")] == nil:
				return town.Refuse(town.Missing, "type", "没有这类记录：%s", "no such type: %s", text(r, "type"))
			case len([]rune(text(r, "name"))) > 40:
				return town.Refuse(town.Invalid, "name", "名称最长 40 个字", "a name has at most 40 characters")
			case len(text(r, "query")) > 2000:
				return town.Refuse(town.Invalid, "query", "筛选条件太长", "the filters are too long")
			}
			return nil
		}},
	"token": {zh: "接口令牌", en: "API tokens", secret: []string{"hash"},
		key: func(r town.Values) string { return text(r, "name") },
		check: func(v *View, r town.Values) error {
			if err := need(r, "name", "login"); err != nil {
				return err
			}
			if role := text(r, "role"); role != "" && v.Cat.Roles[role] == nil {
				return town.Refuse(town.Invalid, "role", "没有这个角色：%s", "no such role: %s", role)
			}
			if v.Place(town.Code(text(r, "place"))) == nil {
				return town.Refuse(town.Invalid, "place", "没有这个地点：%s", "no such place: %s", text(r, "place"))
			}
			return isDay(r, "until")
		}},
}

// put changes a row of town data.
func (u *unit) put(actor town.Actor, cmd town.Command) (town.Answer, error) {
	reg, ok := registers[cmd.Type]
	if !ok {
		return town.Answer{}, town.Refuse(town.Missing, "type", "没有这类数据：%s", "no such register: %s", cmd.Type)
	}
	if own, _ := cmd.Fields["person"].(int64); !mayPut(actor, reg) && !(reg.own && own != 0 && own == actor.Person) {
		return town.Answer{}, town.Refuse(town.Denied, "", "您的角色不能修改%s", "your role may not change %s", pick(reg.zh, reg.en)...)
	}
	row := cmd.Fields.Clone()
	for k, s := range cmd.Sealed {
		row[k] = s
	}
	if err := reg.check(u.b.view, row); err != nil {
		return town.Answer{}, err
	}
	if err := u.heldFor(row); err != nil {
		return town.Answer{}, err
	}
	// A town that is set up says when its records will begin; a person can only say when they began.
	if d, err := town.ParseDay(text(row, "day")); cmd.Type == "since" && u.actor.Kind != town.System && err == nil && d > u.today {
		return town.Answer{}, town.Refuse(town.Invalid, "day", "记录起始日 %s 晚于今天", "records cannot begin on %s, which is still to come", d)
	}
	key := reg.key(row)
	shown := row.Clone()
	for _, k := range reg.secret {
		if shown[k] != nil {
			shown[k] = "changed"
		} else if old, ok, err := u.b.tx.Datum(u.b.ctx, u.b.h.code, cmd.Type, key); err != nil {
			return town.Answer{}, err
		} else if ok { // a row put without its secret keeps the one it has
			if m, err := town.ParseObject([]byte(old.Doc)); err == nil && m[k] != nil {
				row[k] = m[k]
			}
		}
	}
	u.seq++
	said := map[string]any{"op": "put", "register": cmd.Type, "key": key, "row": map[string]any(shown), "reason": cmd.Reason}
	if u.asked != "" {
		said["asked"] = u.asked
	}
	body := town.AppendObject(nil, said)
	ev := &happening{row: store.EventRow{Seq: u.seq, At: u.now, Day: u.today, Actor: actor.Person, Kind: actor.Kind, Op: town.Put, Command: cmd.ID, Body: string(body)}}
	u.events = append(u.events, ev)
	if (cmd.Type == "rule" || cmd.Type == "calendar") && u.b.head.LastRecord > 0 {
		u.later = cmd.Type // deadlines that it changes, or that waited for it, are worked out anew
	}
	u.data = append(u.data, store.Datum{Register: cmd.Type, Key: key, Doc: string(town.AppendObject(nil, row)), Seq: u.seq})
	return town.Answer{Seq: u.seq, Number: key}, nil
}

// heldFor refuses posts that are held for a record that is not there.
func (u *unit) heldFor(row town.Values) error {
	posts, _ := row["posts"].([]map[string]any)
	for _, p := range append(posts, map[string]any(row)) {
		id, ok := p["for"].(int64)
		if p["for"] == nil || ok && id == 0 {
			continue
		}
		rec, err := u.row(town.ID(id))
		if err != nil {
			return err
		}
		if !ok || rec == nil {
			return town.Refuse(town.Invalid, "posts", "没有任职对象这条记录：%v", "there is no record %v that a post could be held for", p["for"])
		}
	}
	return nil
}

func pick(zh, en string) []any { return []any{zh + " / " + en} }

// MayPut tells whether an actor may change a kind of town data.
func MayPut(actor town.Actor, kind string) bool {
	reg, ok := registers[kind]
	return ok && mayPut(actor, reg)
}

func mayPut(actor town.Actor, reg register) bool {
	if actor.Kind == town.System {
		return true
	}
	for _, p := range actor.Posts {
		if p.Role == "admin" {
			return true
		}
		for _, r := range reg.roles {
			if p.Role == r {
				return true
			}
		}
	}
	return false
}
