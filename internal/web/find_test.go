package web

import (
	"net/url"
	"strings"
	"testing"

	"zhenwu/internal/town"
)

// TestFind_by_phone: who handles the records of a type finds those with a telephone number, masked, in that register alone.
func TestFind_by_phone(t *testing.T) {
	h := founded(t)
	const phone, other = "13800005521", "13800005522"
	for i, p := range []string{phone, other, "138 0000 5521"} {
		must(t, h, "desk", town.Command{ID: "o" + p, Op: town.Create, Type: "hotline_order", Sealed: map[string]string{"caller": "某", "phone": p, "content": "楼道灯不亮"},
			Fields: town.Values{"title": []string{"第一件", "第二件", "第三件"}[i], "source": "hotline", "kind": "help", "category": "property", "place": "120111104201"}})
	}
	must(t, h, "economy", town.Command{ID: "e", Op: town.Create, Type: "enterprise", Sealed: map[string]string{"head": "某", "phone": phone},
		Fields: town.Values{"name": "同号企业", "code": "91120111MA00000001", "place": "120111104201", "registered": "2020-01-01"}})
	both(t, h, "desk", func(t *testing.T, c *client, lang string) {
		_, body := c.get("/find?q=" + phone)
		if !strings.Contains(body, `action="/t/hotline_order/phone"`) || strings.Contains(body, `action="/t/enterprise/phone"`) {
			t.Errorf("the registers offered: %s", plain(body))
		}
		if strings.Contains(body, "第一件") || strings.Contains(body, "同号企业") {
			t.Error("a number is looked up before a register was chosen")
		}
		code, body := c.post("/t/hotline_order/phone", url.Values{"phone": {phone}})
		if code != 200 || !strings.Contains(body, "第一件") || !strings.Contains(body, "第三件") || strings.Contains(body, "第二件") || strings.Contains(body, "同号企业") {
			t.Errorf("by phone: %d %s", code, plain(body))
		}
		if strings.Contains(body, phone) || !strings.Contains(body, "138****5521") {
			t.Error("the number is not masked")
		}
		code, body = c.post("/t/enterprise/phone", url.Values{"phone": {phone}})
		if code != 403 && code != 404 {
			t.Errorf("in a register of others: %d %s", code, plain(body))
		}
		code, body = c.post("/t/hotline_order/phone", url.Values{"phone": {"5521"}})
		expect(t, "a part of a number", code, body, 422, lang, "请输入完整的电话号码", "give the whole telephone number")
	})
	c := serve(t, Config{Hall: h, Demo: true}).as("viewer")
	if _, body := c.get("/find?q=" + phone); strings.Contains(body, "/phone") {
		t.Error("who only reads is offered to look by phone")
	}
	if code, _ := c.post("/t/hotline_order/phone", url.Values{"phone": {phone}}); code != 403 {
		t.Errorf("who only reads looks by phone: %d", code)
	}
}

// TestFind_moves: a move is found by its name and leads to where it can be made.
func TestFind_moves(t *testing.T) {
	h := founded(t)
	both(t, h, "desk", func(t *testing.T, c *client, lang string) {
		m := h.View().Cat.Types["hotline_order"].Move("assign")
		_, body := c.get("/find?q=" + url.QueryEscape(m.Label.In(lang)))
		if !strings.Contains(body, `href="/t/hotline_order?stage=received"`) {
			t.Errorf("%s: %s", m.Label.In(lang), plain(body))
		}
	})
}
