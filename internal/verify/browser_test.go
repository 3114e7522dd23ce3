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
	Took            float64 // milliseconds, by the page's clock
}

// prover starts a browser that proves files with the page's own script.
func prover(t testing.TB) func(file []byte, key string) proved {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing; install it: apt-get install chromium")
		}
		t.Skip("chromium is missing; install it: apt-get install chromium")
	}
	var file []byte
	mux := http.NewServeMux()
	mux.HandleFunc("GET /f/{n}", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(file) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<!doctype html><main></main>")) })
	mux.Handle("GET /", http.FileServer(http.Dir("../web/assets")))
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true))...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, done := context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(done)
	if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL)); err != nil {
		t.Fatal(err)
	}
	n := 0
	return func(b []byte, key string) proved {
		t.Helper()
		file, n = b, n+1
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(`(async () => { const { prove } = await import('/proof.mjs'), began = performance.now();
			const out = await prove({ noble: location.origin + '/noble.mjs', file: await (await fetch('/f/%d')).blob(), key: %q });
			return JSON.stringify({ ...out, took: performance.now() - began }) })()`, n, key), chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		var out proved
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			t.Fatal(err, text)
		}
		return out
	}
}

// The public page's own verifier, in a browser, agrees with this package: on what is proved, on what the town alters with its own key, and on any byte.
func TestBrowser_proves_and_finds_what_is_altered(t *testing.T) {
	p := town1(t)
	prove := prover(t)
	for _, file := range [][]byte{p.file, p.fine, p.old} {
		got := prove(file, p.key.Public())
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
	if got := prove(p.file, "nonsense"); got.Fault == nil || !strings.Contains(got.Fault.Zh, "公钥") {
		t.Errorf("nonsense is taken for a key: %+v", got)
	}
	for _, c := range attacks {
		t.Run(c.name, func(t *testing.T) {
			l := apart(t, p.file)
			c.alter(t, l)
			got := prove(l.sign(t, p.key), p.key.Public())
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
		if got := prove(b.Bytes(), p.key.Public()); got.Fault == nil {
			t.Fatalf("bit %d of byte %d of %d is altered, and it holds", bit, at, len(part))
		}
	}
	if got := prove(p.file[:len(p.file)/2], p.key.Public()); got.Fault == nil {
		t.Error("half a file holds")
	}
}

// What a reader waits for: one figure of 50,000 changes in a browser.
func BenchmarkBrowser(b *testing.B) {
	p, err := once()
	if err != nil {
		b.Fatal(err)
	}
	prove, file := prover(b), large(b, p, 50_000)
	took := 0.0
	for b.Loop() {
		got := prove(file, p.key.Public())
		if got.Fault != nil || got.Changes != 50_000 || !got.Done[0].Proved {
			b.Fatalf("%+v", got)
		}
		took += got.Took
	}
	b.ReportMetric(took/float64(b.N), "page-ms/op")
}
