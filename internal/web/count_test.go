package web

import (
	"net/http"
	"strings"
	"testing"
)

// A list that takes long to count is shown at once, says where its count is given, and gives it there: to a script as a
// part, without one as the page.
func TestRegister_counts_after_the_rows(t *testing.T) {
	h := founded(t)
	rounds(t, h, 60)
	c := serve(t, Config{Hall: h, Demo: true, CountFirst: 40}).as("grid_desk")
	for _, lang := range []struct{ key, shown, count, all string }{{"zh", "本页 50 条", "计数", "本页 50 条，共 54 条"}, {"en", "50 on this page", "count", "50 on this page, 54 in all"}} {
		filter := "lang=" + lang.key + "&where=households+%3E+0"
		later := "/t/visit_round?counted=1&" + filter
		_, body := c.get("/t/visit_round?" + filter)
		if !strings.Contains(body, `hx-trigger="load"`) || !strings.Contains(plain(body), lang.shown) || strings.Contains(plain(body), lang.all) {
			t.Errorf("%s: the rows do not come before their count: %s", lang.key, plain(body))
		}
		if n := strings.Count(body, `<td class="second"><a href="/r/`); n != 50 {
			t.Errorf("%s: %d rows", lang.key, n)
		}
		if _, body := c.get(later); !strings.Contains(plain(body), lang.all) || strings.Contains(body, "hx-trigger=\"load\"") {
			t.Errorf("%s: without script the page does not give the count: %s", lang.key, plain(body))
		}
		if part := partOf(c, later, "count"); part != `<strong class="n" id="count">54</strong>` {
			t.Errorf("%s: the part is %s", lang.key, part)
		}
	}
	for _, soon := range []string{"/t/visit_round", "/t/visit_round?stage=made", "/t/visit_round?where=households+%3E+51"} { // kept, kept, all on the page
		if _, body := c.get(soon); strings.Contains(body, `id="count" href`) {
			t.Errorf("%s is not counted at once", soon)
		}
	}
}

// partOf asks for one part of a page, as htmx does.
func partOf(c *client, path, target string) string {
	c.t.Helper()
	req, err := http.NewRequest(http.MethodGet, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("HX-Target", target)
	_, body := c.answer(c.http.Do(req))
	return strings.TrimSpace(body)
}
