package web

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
)

// What the system could not do of itself is shown to the administrator alone, and tried again when asked.
func TestJobs_are_shown_and_tried_again(t *testing.T) {
	h := founded(t)
	c := serve(t, Config{Hall: h, Demo: true})
	id := sealedHousehold(t, h, "j")
	if err := h.DB().Write(context.Background(), func(tx *store.Tx) error {
		return tx.PutJobs(context.Background(), h.Town(), []store.Job{
			{ID: 9001, Kind: "derive", Due: 1 << 53, Record: id, Key: "x", Tries: 8, Fault: "溢出 / overflow"}, {ID: 9002, Kind: "plan", Due: 1 << 52, Key: "no_such/2023-05-01", Body: "2023-05-01", Tries: 2, Fault: "拒绝 / refused"}})
	}); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"zh", "en"} {
		c.as("admin")
		code, body := c.get("/?lang=" + lang)
		expect(t, "today", code, body, 200, lang, "2 项系统任务没有办成", "System jobs that failed: 2")
		code, body = c.get("/jobs?lang=" + lang)
		expect(t, "jobs", code, body, 200, lang, "1 项不再自动重试", "Not tried again of themselves: 1")
		for _, want := range []string{"overflow", "refused", "no_such 2023-05-01", `href="/r/`} {
			if !strings.Contains(body, want) {
				t.Errorf("%s is not on the page in %s", want, lang)
			}
		}
		if code, _ := c.as("grid_worker").get("/jobs"); code != 403 {
			t.Errorf("a grid worker: %d", code)
		}
		if code, _ := c.as("grid_worker").post("/jobs", url.Values{}); code != 403 {
			t.Errorf("a grid worker tries again: %d", code)
		}
	}
	if code, _ := c.as("admin").post("/jobs", url.Values{}); code != 200 && code != 303 {
		t.Errorf("try again: %d", code)
	}
	var due []store.Job
	if err := h.Reading(context.Background(), func(r *hall.Reader) (err error) {
		due, err = r.Q().DueJobs(context.Background(), r.Town(), h.Now(), 100)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, j := range due {
		if j.Tries > 0 {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d of 2 are due now", n)
	}
}

// A post may be held for a record, named by its number; one that is not there is refused with a sentence.
func TestPeople_held_for_a_record(t *testing.T) {
	h := founded(t)
	c := serve(t, Config{Hall: h, Demo: true}).as("admin")
	id := strconv.FormatInt(int64(sealedHousehold(t, h, "f")), 10)
	form := url.Values{"login": {"contact"}, "name": {"某"}, "role": {"firm", ""}, "office": {"economy_office", ""}, "place": {"", ""}, "for": {"#" + id, ""}}
	if code, body := c.post("/people", form); code != 200 {
		t.Fatalf("%d %s", code, plain(body))
	}
	if _, body := c.get("/people/contact?lang=en"); !strings.Contains(body, `value="`+id+`"`) {
		t.Errorf("the form does not show whom the post is held for: %s", plain(body))
	}
	form.Set("login", "other")
	form["for"] = []string{"XX9", ""}
	code, body := c.post("/people", form)
	expect(t, "held for nothing", code, body, 404, "zh", "没有任职对象“XX9”这条记录", "")
}
