//go:build whole

package verify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"zhenwu/internal/edition"
)

// unread are attacks on what the public page does not read, since it proves values, not the report: the whole report is what this package judges.
var unread = map[string]string{
	"a name is swapped": "names are held against the catalog", "a unit is swapped": "units are held against the catalog", "a unit is added": "units are held against the catalog",
	"another kind of figure":          "it says that it cannot compute the value",
	"a number of the text is altered": "prose", "a rounding word is altered": "prose", "a growth is altered": "prose", "a growth changes its sign": "prose", "a number stands for nothing": "prose",
	"the catalog is altered":               "the catalog is not read",
	"the growth of the journal is altered": "one edition is looked at",
	"unlisted evidence":                    "it takes what is listed",
}

// proved is what the page's worker answers.
type proved struct {
	Fault *struct{ Part, Zh, En string }
	Done  []struct {
		ID     string
		Value  string
		Proved bool
	} `json:"proved"`
	Leaves, Changes int64
}

// The public page's own verifier, in a browser, agrees with this package: on what is proved, on what the town alters with its own key, and on any byte.
func TestBrowser_proves_and_finds_what_is_altered(t *testing.T) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing; install it: apt-get install chromium")
		}
		t.Skip("chromium is missing; install it: apt-get install chromium")
	}
	p := town1(t)
	var files [][]byte
	mux := http.NewServeMux()
	mux.HandleFunc("GET /f/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		_, _ = w.Write(files[n])
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<!doctype html><main></main>")) })
	mux.Handle("GET /", http.FileServer(http.Dir("../web/assets")))
	srv := httptest.NewServer(mux)
	defer srv.Close()
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true))...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	ctx, done := context.WithTimeout(ctx, 5*time.Minute)
	defer done()
	if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL)); err != nil {
		t.Fatal(err)
	}
	prove := func(key string) proved {
		t.Helper()
		n := len(files) - 1
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(`(async () => { const { prove } = await import('/proof.mjs');
			return JSON.stringify(await prove({ noble: location.origin + '/noble.mjs', file: await (await fetch('/f/%d')).blob(), key: %q })) })()`, n, key), chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		var out proved
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			t.Fatal(err, text)
		}
		return out
	}
	for _, file := range [][]byte{p.file, p.fine, p.old} {
		files = append(files, file)
		got := prove(p.key.Public())
		want, f, err := judge(file, p.key.Public(), nil)
		if err != nil || f != nil || got.Fault != nil {
			t.Fatal(err, f, got.Fault)
		}
		n := 0
		for _, x := range got.Done {
			if x.Proved {
				n++
			}
		}
		if n != want.Figures || got.Leaves != want.Leaves || got.Changes != want.Changes || n == 0 {
			t.Errorf("the page proves %d values of %d leaves and %d changes, the command %d of %d and %d", n, got.Leaves, got.Changes, want.Figures, want.Leaves, want.Changes)
		}
	}
	if got := prove("nonsense"); got.Fault == nil || !strings.Contains(got.Fault.Zh, "公钥") {
		t.Errorf("nonsense is taken for a key: %+v", got)
	}
	for _, c := range attacks {
		t.Run(c.name, func(t *testing.T) {
			l := apart(t, p.file)
			c.alter(t, l)
			files = append(files, l.sign(t, p.key))
			got := prove(p.key.Public())
			switch {
			case unread[c.name] != "":
			case got.Fault == nil:
				t.Errorf("it holds: %+v", got)
			case !strings.Contains(got.Fault.Zh, c.says) || got.Fault.En == "":
				t.Errorf("it says %q, want %q", got.Fault.Zh, c.says)
			}
		})
	}
	f := mustOpen(t, p.file)
	whole := apart(t, p.file)
	versions := slices.Sorted(maps.Keys(whole.evidence))
	rng := rand.New(rand.NewPCG(7, 11))
	for range 120 {
		parts := edition.Parts{Edition: slices.Clone(f.JSON), Note: slices.Clone(f.Note), Catalog: f.Catalog, Evidence: maps.Clone(whole.evidence)}
		version := versions[rng.IntN(len(versions))]
		parts.Evidence[version] = slices.Clone(parts.Evidence[version])
		part := [][]byte{parts.Edition, parts.Note, parts.Evidence[version]}[rng.IntN(3)]
		at, bit := rng.IntN(len(part)), byte(1)<<rng.IntN(8)
		part[at] ^= bit
		var b bytes.Buffer
		if err := edition.Write(&b, parts); err != nil {
			t.Fatal(err)
		}
		files = append(files, b.Bytes())
		if got := prove(p.key.Public()); got.Fault == nil {
			t.Fatalf("bit %d of byte %d of %d is altered, and it holds", bit, at, len(part))
		}
	}
	files = append(files, p.file[:len(p.file)/2])
	if got := prove(p.key.Public()); got.Fault == nil {
		t.Error("half a file holds")
	}
}
