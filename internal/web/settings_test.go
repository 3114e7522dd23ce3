package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

// sheetSent makes a supervision sheet, which is to be answered within five workdays.
func sheetSent(t *testing.T, h *hall.Hall, id string, at town.Millis) string {
	t.Helper()
	c := must(t, h, "mayor", town.Command{ID: "c-" + id, Op: town.Create, Type: "commitment", At: at, Fields: town.Values{"code": "T" + id, "text": "修路", "section": "一", "deadline": "2027-12-31", "leader": "party_office"}})
	s := must(t, h, "supervisor", town.Command{ID: "s-" + id, Op: town.Create, Type: "supervision", At: at, Fields: town.Values{"commitment": int64(c.Record), "note_text": "请反馈"}})
	return fmt.Sprintf("/r/%d", s.Record)
}

// TestCalendar_entered_later: a year without a calendar stops nothing; entering it on
// the screen computes what waited.
func TestCalendar_entered_later(t *testing.T) {
	h := founded(t)
	late := town.DayOf(2026, time.December, 29).At(h.View().Zone(), 10, 0)
	sheet := sheetSent(t, h, "1", late)
	c := serve(t, Config{Hall: h, Demo: true}).as("supervisor")
	_, body := c.get(sheet)
	if !strings.Contains(plain(body), "待 2027 年日历") {
		t.Fatalf("the deadline does not say what it waits for: %s", plain(body))
	}
	for _, lang := range []string{"zh", "en"} {
		if code, body := c.get("/calendars?lang=" + lang); code != 200 || !strings.Contains(body, "/calendars?year=2027") || strings.Contains(body, "⟦") {
			t.Errorf("calendars in %s: %d %s", lang, code, plain(body))
		}
	}
	form := url.Values{"year": {"2027"}, "source": {"测试通知"}, "h.0.zh": {"元旦"}, "h.0.en": {"New Year's Day"}, "h.0.from": {"2027-01-01"}, "h.0.until": {"2027-01-03"}, "h.0.w0": {"2027-01-09"}}
	for _, x := range []struct{ field, value, lang, want string }{
		{"source", "", "zh", "请写明依据"},
		{"source", "", "en", "say where it was published"},
		{"h.0.w0", "2027-01-08", "zh", "本来就是工作日"},
		{"h.0.w0", "2027-01-08", "en", "is a workday anyway"},
		{"h.0.from", "2027-13-01", "zh", "日期不对"},
		{"h.0.until", "2026-12-30", "en", "not a span of days"},
		{"h.0.zh", "", "zh", "请写明每个节假日的名称"},
	} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(x.field, x.value)
		code, body := c.post("/calendars?lang="+x.lang, bad)
		if code != 422 || !strings.Contains(plain(body), x.want) {
			t.Errorf("%s = %q: %d, want “%s” in %.600s", x.field, x.value, code, x.want, plain(body))
		}
		if !strings.Contains(body, "2027-01-0") {
			t.Errorf("%s = %q: what was typed is lost", x.field, x.value)
		}
	}
	if code, _ := c.as("finance").post("/calendars", form); code != 403 {
		t.Errorf("finance enters a calendar: %d", code)
	}
	c.as("supervisor")
	code, body := c.post("/calendars", form)
	if code != 200 || !strings.Contains(body, "本镇录入") || !strings.Contains(body, "2027年1月9日") {
		t.Fatalf("entering 2027: %d %s", code, plain(body))
	}
	if err := h.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	// Five workdays from 29 December: 30, 31 December, 4, 5, 6 January.
	if _, body = c.get(sheet); strings.Contains(plain(body), "年日历") || !strings.Contains(plain(body), "2027年1月6日") {
		t.Errorf("after the calendar was entered: %s", plain(body))
	}
	if _, body = c.get("/calendars?year=2027"); !strings.Contains(body, `value="2027-01-09"`) {
		t.Error("the form does not begin with what stands")
	}
}

// TestRules_are_edited: a new dated row of a limit moves the deadlines that it governs.
func TestRules_are_edited(t *testing.T) {
	h := founded(t)
	sheet := sheetSent(t, h, "1", town.DayOf(2023, time.May, 8).At(h.View().Zone(), 10, 0)) // a Monday
	c := serve(t, Config{Hall: h, Demo: true}).as("supervisor")
	if _, body := c.get(sheet); !strings.Contains(plain(body), "2023年5月15日") {
		t.Fatalf("five workdays: %s", plain(body))
	}
	for _, lang := range []string{"zh", "en"} {
		for _, path := range []string{"/rules?lang=", "/rules?q=督查&lang=", "/rules/supervision_answer?lang="} {
			if code, body := c.get(path + lang); code != 200 || strings.Contains(body, "⟦") || !strings.Contains(plain(body), map[string]string{"zh": "督查单反馈", "en": "Answer a supervision sheet"}[lang]) && !strings.Contains(path, "q=") {
				t.Errorf("%s%s: %d %s", path, lang, code, plain(body))
			}
		}
	}
	row := url.Values{"from": {"2023-05-01"}, "limit": {"8 workdays"}, "source": {"本镇督查办法"}}
	bad := url.Values{"from": {"2023-05-01"}, "limit": {"soon"}, "source": {"本镇督查办法"}}
	if code, body := c.post("/rules/supervision_answer", bad); code != 422 || !strings.Contains(body, "时限写法不对：soon") {
		t.Errorf("a limit that is none: %d %s", code, plain(body))
	}
	if code, _ := c.post("/rules/nothing", row); code != 404 {
		t.Errorf("a rule that is none: %d", code)
	}
	if code, _ := c.as("finance").post("/rules/supervision_answer", row); code != 403 {
		t.Errorf("finance changes a limit: %d", code)
	}
	c.as("supervisor")
	if code, body := c.post("/rules/supervision_answer", row); code != 200 || !strings.Contains(body, "本镇督查办法") {
		t.Fatalf("a new row: %d %s", code, plain(body))
	}
	if err := h.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, body := c.get(sheet); !strings.Contains(plain(body), "2023年5月18日") || !strings.Contains(body, "本镇督查办法") {
		t.Errorf("eight workdays: %s", plain(body))
	}
}

// TestTokens: an administrator makes a token with a role, a scope and a last day; its
// text is shown once, its hash is kept, it can be closed.
func TestTokens(t *testing.T) {
	h := founded(t)
	both(t, h, "admin", func(t *testing.T, c *client, lang string) {
		login := "demo-admin"
		form := url.Values{"name": {"sensor-" + lang}, "role": {"grid_worker"}, "office": {"grid_center"}, "place": {aGrid(h)}, "login": {login}, "until": {"2023-12-31"}, "command": {"tok-" + lang}}
		code, body := c.post("/tokens", form)
		if code != 200 {
			t.Fatalf("a token: %d %s", code, plain(body))
		}
		text := found1(t, body, `(zw_[0-9a-f]{48})`)
		if _, body := c.get("/tokens"); strings.Contains(body, text) || !strings.Contains(body, "sensor-"+lang) {
			t.Errorf("the token shows again, or its row is missing: %s", plain(body))
		}
		var kept hall.Token
		read := func() {
			if err := h.Reading(context.Background(), func(r *hall.Reader) error {
				list, err := r.Tokens()
				for _, k := range list {
					if k.Name == "sensor-"+lang {
						kept = k
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		read()
		sum := sha256.Sum256([]byte(text))
		if kept.Hash != hex.EncodeToString(sum[:]) || kept.Post.Role != "grid_worker" || string(kept.Post.Place) != aGrid(h) || !kept.Good(town.DayOf(2023, 12, 31)) || kept.Good(town.DayOf(2024, 1, 1)) {
			t.Errorf("kept: %+v", kept)
		}
		code, body = c.post("/tokens", form)
		expect(t, "the same name again", code, body, 409, lang, "换个名字", "choose another name")
		form.Set("name", "other")
		form.Set("until", "2020-01-01")
		code, body = c.post("/tokens", form)
		expect(t, "a last day that is past", code, body, 422, lang, "到期日已过", "the last day is past")
		form.Set("until", "")
		form.Set("role", "")
		code, body = c.post("/tokens", form)
		expect(t, "no role", code, body, 422, lang, "请选定", "choose the role")
		code, body = c.post("/tokens/close", url.Values{"name": {"sensor-" + lang}})
		expect(t, "closed", code, body, 200, lang, "已停用", "closed")
		if hash := kept.Hash; true {
			read()
			if !kept.Closed || kept.Hash != hash || kept.Good(town.DayOf(2023, 5, 1)) {
				t.Errorf("after it was closed: %+v", kept)
			}
		}
		code, body = c.as("mayor").get("/tokens")
		expect(t, "who is no administrator", code, body, 403, lang, "系统管理员", "administrator")
	})
}

// TestSince: who keeps the figures moves the day from which records are whole, with a reason; a figure of the year before
// is unknown until then. Others read the page only.
func TestSince(t *testing.T) {
	h := founded(t)
	if err := h.Begin(context.Background(), town.DayOf(2023, 1, 1)); err != nil {
		t.Fatal(err)
	}
	rounds(t, h, 3)
	figure := ""
	for _, key := range h.View().Cat.FigureOrder {
		if h.View().Cat.Figures[key].Gold == "F058" {
			figure = key
		}
	}
	both(t, h, "admin", func(t *testing.T, c *client, lang string) {
		value := func() string {
			_, body := c.as("statistician").get("/figures/" + figure + "?period=2022")
			return found1(t, body, `class="v[^>]*>([^<]*)<`)
		}
		set := func(day, reason string) (int, string) {
			return c.as("admin").post("/since", url.Values{"day": {day}, "reason": {reason}})
		}
		if got := value(); got != "—" {
			t.Errorf("2022 before: %q", got)
		}
		code, body := set("", "")
		if summary, _ := faultsOf(body); code != 422 || summary["sd"] == "" || summary["sr"] == "" {
			t.Errorf("neither day nor reason: %d %v", code, summary)
		}
		code, body = set("2199-01-01", "x")
		expect(t, "a day to come", code, body, 422, lang, "晚于今天", "which is still to come")
		code, body = set("soon", "x")
		if code != 422 {
			t.Errorf("no day: %d %s", code, plain(body))
		}
		code, body = set("2022-01-01", "2022 年台账已补录")
		expect(t, "an earlier day", code, body, 200, lang, "自 2022-01-01 起", "from 2022-01-01 on")
		if got := value(); got != "0" {
			t.Errorf("2022 after: %q", got)
		}
		if code, _ := set("2023-01-01", "改回"); code != 200 {
			t.Errorf("back: %d", code)
		}
		c.as("desk")
		if _, body := c.get("/since"); strings.Contains(body, `action="/since"`) {
			t.Error("anybody may change it")
		}
		if code, _ := c.post("/since", url.Values{"day": {"2022-01-01"}, "reason": {"x"}}); code != 403 && code != 422 {
			t.Errorf("anybody changed it: %d", code)
		}
		if v := h.View(); v == nil || value() != "—" {
			t.Error("it was changed")
		}
	})
}
