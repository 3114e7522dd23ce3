package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"io"
	"net/url"
	"strings"
	"testing"

	"zhenwu/internal/store"
)

// picture is a photo in the form that a telephone sends.
func picture(t *testing.T, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 8, 8))
	img.SetGray(1, 1, color.Gray{shade})
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// TestFiles_open_through_their_record: a file is for those who see a record that names
// it; its hash alone opens nothing.
func TestFiles_open_through_their_record(t *testing.T) {
	h := founded(t)
	grid := aGrid(h)
	both(t, h, "grid_worker", func(t *testing.T, c *client, lang string) {
		photo := picture(t, uint8(len(lang)*40)+lang[0])
		sum := sha256.Sum256(photo)
		hash := hex.EncodeToString(sum[:])
		code, body := c.send("/t/grid_problem/new", formPart{"f.what", "", []byte("井盖松动")}, formPart{"f.kind", "", []byte("facility")}, formPart{"f.grid", "", []byte(grid)}, formPart{"f.photo_before", "口.png", photo})
		if code != 200 {
			t.Fatalf("a record with a photo: %d %s", code, plain(body))
		}
		at := found1(t, body, `href="(/r/\d+/files/`+hash+`)"`)
		resp, err := c.http.Get(c.base + at)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != 200 || !bytes.Equal(got, photo) || resp.Header.Get("Content-Type") != "image/png" || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("the photo: %d %s, %d bytes, %v", resp.StatusCode, resp.Header.Get("Content-Type"), len(got), err)
		}
		_, body = c.post("/t/visit_round/new", url.Values{"f.grid": {grid}})
		other := found1(t, body, `action="(/r/\d+)/move/make"`)
		code, body = c.get(other + "/files/" + hash)
		expect(t, "the photo through another record", code, body, 404, lang, "这条记录里没有这个文件", "this record holds no such file")
		if code, _ := c.get("/files/" + hash); code != 404 {
			t.Errorf("the photo by its hash alone: %d", code)
		}
		heard, err := h.Upload(context.Background(), store.Blobs{Dir: t.TempDir()}, 4711, "他人.png", "image/png", strings.NewReader("another's"))
		if err != nil {
			t.Fatal(err)
		}
		code, body = c.post("/t/grid_problem/new", url.Values{"f.what": {"井盖松动"}, "f.kind": {"facility"}, "f.grid": {grid}, "f.photo_before.keep": {heard}})
		expect(t, "a hash heard of, as a file that is kept", code, body, 403, lang, "附件须由本人上传，或已附在您可以查看的记录上", "a file must be one that you handed in or that stands on a record you may see")
		code, body = c.as("finance").get(at)
		expect(t, "the photo for who may not see the record", code, body, 404, lang, "没有这条记录，或您无权查看", "no such record, or you may not see it")
		if code, _ := serve(t, Config{Hall: h}).get(at); code != 200 { // the sign-in page
			t.Errorf("the photo without a session: %d", code)
		}
	})
}

// TestLines_keep_their_files: correcting a line leaves its photo where it is.
func TestLines_keep_their_files(t *testing.T) {
	h := founded(t)
	cfg := Config{Hall: h, Demo: true}
	cfg.Blobs.Dir = t.TempDir()
	c := serve(t, cfg).as("grid_worker")
	photo := picture(t, 77)
	sum := sha256.Sum256(photo)
	hash := hex.EncodeToString(sum[:])
	code, body := c.send("/t/visit_round/new", formPart{"f.grid", "", []byte(aGrid(h))}, formPart{"f.found.shown", "", []byte("1")},
		formPart{"f.found.0.what", "", []byte("路灯不亮")}, formPart{"f.found.0.kind", "", []byte("facility")}, formPart{"f.found.0.photo", "灯.png", photo})
	if code != 200 || !strings.Contains(body, hash) {
		t.Fatalf("a line with a photo: %d %s", code, plain(body))
	}
	record := found1(t, body, `href="(/r/\d+)/files/`)
	c.as("grid_desk")
	code, form := c.get(record + "/correct")
	if code != 200 || !strings.Contains(form, `name="f.found.0.photo.keep" value="`+hash) {
		t.Fatalf("the form of the correction: %d %s", code, plain(form))
	}
	code, body = c.post(record+"/correct", url.Values{"f.found.shown": {"1"}, "f.found.0.what": {"路灯闪烁"}, "f.found.0.kind": {"facility"}, "f.found.0.photo.keep": {hash}, "reason": {"写错"}})
	if code != 200 || !strings.Contains(body, "路灯闪烁") || !strings.Contains(body, record+"/files/"+hash) {
		t.Errorf("after the correction: %d %s", code, plain(body))
	}
}
