package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"zhenwu/internal/store"
)

// TestAPI_files: a file is handed in as it is or in a form, keeps the hash of its bytes, and is for the record that
// its sender names it in; another's hash opens nothing.
func TestAPI_files(t *testing.T) {
	h, worker, clerk := founded(t)
	blobs := store.Blobs{Dir: t.TempDir()}
	srv := New(Config{Hall: h, Blobs: blobs})
	ask := func(path, token, kind string, body io.Reader) (int, map[string]any) {
		t.Helper()
		req := httptest.NewRequest("POST", path, body)
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		srv.ServeHTTP(w, req)
		m := map[string]any{}
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			t.Fatalf("%s: %v in %s", path, err, w.Body)
		}
		return w.Code, m
	}
	form := func(name, value, file, bytes_ string) (string, io.Reader) {
		var buf bytes.Buffer
		w := multipart.NewWriter(&buf)
		if err := w.WriteField("note", value); err != nil {
			t.Fatal(err)
		}
		if file != "" {
			part, err := w.CreateFormFile(name, file)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(part, bytes_); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return w.FormDataContentType(), &buf
	}
	const text = "一张照片的字节"
	sum := sha256.Sum256([]byte(text))
	hash := hex.EncodeToString(sum[:])
	code, raw := ask("/api/v1/files?name=a%2Fb%2F%E7%81%AF.txt", worker, "text/plain", strings.NewReader(text))
	if code != 201 || raw["file"] != hash || raw["size"] != "21" || raw["name"] != "灯.txt" || raw["type"] != "text/plain; charset=utf-8" {
		t.Errorf("as it is: %d %v", code, raw)
	}
	kind, body := form("anything", "x", "灯.txt", text)
	if code, m := ask("/api/v1/files", worker, kind, body); code != 201 || m["file"] != hash || m["name"] != "灯.txt" {
		t.Errorf("in a form: %d %v", code, m)
	}
	f, err := blobs.Open(hash)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := io.ReadAll(f)
	_ = f.Close()
	if err != nil || string(kept) != text {
		t.Errorf("kept: %q %v", kept, err)
	}
	grid := ""
	for _, p := range h.View().Places() {
		if p.Kind == "grid" {
			grid = string(p.Code)
		}
	}
	open := `{"fields":{"what":"路灯不亮","kind":"facility","grid":"` + grid + `","photo_before":"` + hash + `"}}`
	if code, m := ask("/api/v1/types/grid_problem/records", worker, "application/json", strings.NewReader(open)); code != 201 {
		t.Errorf("named by who handed it in: %d %v", code, m)
	}
	_, other := ask("/api/v1/files", clerk, "text/plain", strings.NewReader("another's"))
	stolen := strings.Replace(open, hash, other["file"].(string), 1)
	if code, m := ask("/api/v1/types/grid_problem/records", worker, "application/json", strings.NewReader(stolen)); code != 403 || m["field"] != "photo_before" {
		t.Errorf("another's file: %d %v", code, m)
	}
	noFile, empty := form("", "x", "", "")
	for _, x := range []struct {
		what, path, token, kind string
		body                    io.Reader
		code                    int
		zh                      string
	}{
		{"nothing", "/api/v1/files", worker, "", strings.NewReader(""), 422, "文件是空的"},
		{"a form without a file", "/api/v1/files", worker, noFile, empty, 422, "表单里没有文件"},
		{"a form cut short", "/api/v1/files", worker, "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Dis"), 422, "不是完整的表单"},
		{"a form without its boundary", "/api/v1/files", worker, "multipart/form-data", strings.NewReader("x"), 422, "不是完整的表单"},
		{"too large", "/api/v1/files", worker, "", io.LimitReader(endless{}, store.MaxBlob+1), 422, "超过 20 MB"},
		{"far too large", "/api/v1/files", worker, "", io.LimitReader(endless{}, store.MaxBlob+5<<20), 422, "超过 20 MB"},
		{"a parameter that is none", "/api/v1/files?names=x", worker, "", strings.NewReader("x"), 422, "没有参数 names"},
		{"without a token", "/api/v1/files", "", "", strings.NewReader("x"), 401, "令牌"},
	} {
		if code, m := ask(x.path, x.token, x.kind, x.body); code != x.code || !strings.Contains(m["zh"].(string), x.zh) || m["en"] == "" {
			t.Errorf("%s: %d %v", x.what, code, m)
		}
	}
}

// endless gives the same byte for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}
