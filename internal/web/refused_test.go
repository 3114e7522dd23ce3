package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"zhenwu/internal/store"
)

// faultsOf lists the links of a form's error summary, as target and sentence, and the sentences beside the fields.
func faultsOf(body string) (summary map[string]string, beside map[string]string) {
	summary, beside = map[string]string{}, map[string]string{}
	if m := regexp.MustCompile(`(?s)<div class="callout errors".*?</ul>`).FindString(body); m != "" {
		for _, l := range regexp.MustCompile(`<a href="#([^"]+)">([^<]+)</a>`).FindAllStringSubmatch(m, -1) {
			summary[l[1]] = l[2]
		}
	}
	for _, m := range regexp.MustCompile(`<span class="why" id="([^"]+)-why">([^<]+)</span>`).FindAllStringSubmatch(body, -1) {
		beside[m[1]] = m[2]
	}
	return summary, beside
}

// TestForm_names_every_fault: a refused form names all that is missing or wrong, in a summary and beside each field, keeps
// what was typed and the file that was chosen; mended, it is taken with that file.
func TestForm_names_every_fault(t *testing.T) {
	h := founded(t)
	grid := aGrid(h)
	both(t, h, "grid_worker", func(t *testing.T, c *client, lang string) {
		photo := picture(t, uint8(90+len(lang))+lang[0])
		sum := sha256.Sum256(photo)
		hash := hex.EncodeToString(sum[:])
		code, body := c.send("/t/grid_problem/new", formPart{"f.what", "", []byte("  ")}, formPart{"f.kind", "", nil}, formPart{"f.grid", "", []byte(grid)},
			formPart{"f.round", "", []byte("XFNONE")}, formPart{"f.point", "", []byte("somewhere")}, formPart{"f.outer", "", []byte(strings.Repeat("长", 41))}, formPart{"f.photo_before", "灯<1>.png", photo})
		if code != 422 {
			t.Fatalf("a form with faults: %d %s", code, plain(body))
		}
		summary, beside := faultsOf(body)
		for id, want := range map[string]string{"f-what": "请填写“问题”", "f-kind": "请填写“类别”", "f-round": "没有", "f-point": "", "f-outer": "最多 40 个字，现有 41 个"} {
			if summary[id] == "" || beside[id] != summary[id] {
				t.Errorf("%s: summary %q, beside the field %q", id, summary[id], beside[id])
			}
			if lang == "zh" && !strings.Contains(summary[id], want) {
				t.Errorf("%s: %q, want %q", id, summary[id], want)
			}
			if !strings.Contains(body, `id="`+id+`"`) || !regexp.MustCompile(`id="`+id+`"[^>]*aria-describedby="`+id+`-why"`).MatchString(body) {
				t.Errorf("%s: the control is not there, or is not described by its fault", id)
			}
		}
		if len(summary) != 5 || len(beside) != 5 {
			t.Errorf("%d faults in the summary, %d beside fields", len(summary), len(beside))
		}
		for _, kept := range []string{`value="` + hash + `"`, "灯&lt;1&gt;.png", `value="` + strings.Repeat("长", 41) + `"`, `value="somewhere"`} {
			if !strings.Contains(body, kept) {
				t.Errorf("the form lost %s", kept)
			}
		}
		code, body = c.post("/t/grid_problem/new", url.Values{"f.what": {"路灯不亮"}, "f.kind": {"facility"}, "f.grid": {grid}, "f.photo_before.keep": {hash}})
		if code != 200 {
			t.Fatalf("the form mended: %d %s", code, plain(body))
		}
		resp, err := c.http.Get(c.base + found1(t, body, `href="(/r/\d+/files/`+hash+`)"`))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || !bytes.Equal(got, photo) {
			t.Errorf("the photo: %d, %d bytes, %v", resp.StatusCode, len(got), err)
		}
	})
}

// TestForm_shows_no_strange_file: a form that comes back names no file by a hash its sender heard of.
func TestForm_shows_no_strange_file(t *testing.T) {
	h := founded(t)
	both(t, h, "grid_worker", func(t *testing.T, c *client, lang string) {
		heard, err := h.Upload(context.Background(), store.Blobs{Dir: t.TempDir()}, 4711, "他人的名单.png", "image/png", strings.NewReader("another's "+lang))
		if err != nil {
			t.Fatal(err)
		}
		code, body := c.post("/t/grid_problem/new", url.Values{"f.what": {""}, "f.photo_before.keep": {heard}})
		if code != 422 && code != 403 || strings.Contains(body, "他人的名单") {
			t.Errorf("a hash heard of: %d %s", code, plain(body))
		}
	})
}

// TestMove_names_every_fault: so does a move, and the lines of a table keep all rows that were typed.
func TestMove_names_every_fault(t *testing.T) {
	h := founded(t)
	both(t, h, "grid_worker", func(t *testing.T, c *client, lang string) {
		_, body := c.post("/t/grid_problem/new", url.Values{"f.what": {"路灯不亮"}, "f.kind": {"facility"}, "f.grid": {aGrid(h)}})
		settle := found1(t, body, `action="(/r/\d+/move/settle)"`)
		code, body := c.post(settle, url.Values{})
		summary, beside := faultsOf(body)
		if code != 422 || len(summary) != 2 || summary["settle-f-photo_after"] == "" || beside["settle-f-result"] == "" {
			t.Errorf("a move without what it needs: %d %v %v", code, summary, beside)
		}
		form := url.Values{"f.grid": {"nowhere"}, "f.found.shown": {"1"}}
		for _, i := range []string{"0", "1", "2", "3", "4"} {
			form.Set("f.found."+i+".what", "问题"+i)
			form.Set("f.found."+i+".kind", "facility")
		}
		form.Set("f.found.4.kind", "")
		code, body = c.post("/t/visit_round/new", form)
		if code != 422 || !strings.Contains(body, `value="问题4"`) {
			t.Errorf("five lines, one wrong: %d %s", code, plain(body))
		}
	})
}
