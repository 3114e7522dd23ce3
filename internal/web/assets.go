package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed assets/*.css assets/*.js assets/*.mjs assets/*.svg
var assetFiles embed.FS

// assets serves the embedded files under names that hold their own checksum,
// so that a browser may keep them for ever.
type assets struct {
	names map[string]string // plain name → served path
	files map[string]asset  // served name → content
}

type asset struct {
	mime   string
	plain  []byte
	packed func() []byte // gzip, made when it is first asked for
}

func newAssets() (*assets, error) {
	a := &assets{names: map[string]string{}, files: map[string]asset{}}
	all, err := fs.Glob(assetFiles, "assets/*")
	if err != nil {
		return nil, err
	}
	for _, name := range all {
		data, err := assetFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		base := path.Base(name)
		dot := strings.LastIndexByte(base, '.')
		served := base[:dot] + "-" + hex.EncodeToString(sum[:6]) + base[dot:]
		mime := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}[base[dot:]]
		if mime == "" {
			return nil, fmt.Errorf("asset %s: unknown kind", base)
		}
		a.names[base] = "/assets/" + served
		a.files[served] = asset{mime: mime, plain: data, packed: sync.OnceValue(func() []byte { return pack(data) })}
	}
	return a, nil
}

// pack compresses what is served again and again. Writing to memory does not fail.
func pack(data []byte) []byte {
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = z.Write(data)
	_ = z.Close()
	return buf.Bytes()
}

// url is the path under which a file is served; it panics on a name that is
// not there, which the test of all templates finds.
func (a *assets) url(name string) string {
	u, ok := a.names[name]
	if !ok {
		panic("web: no asset " + name)
	}
	return u
}

func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	f, ok := a.files[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.mime)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	data := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		data = f.packed()
	}
	_, _ = w.Write(data) // the browser went away: nothing to do
}
