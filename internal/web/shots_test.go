package web

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser starts Chromium; where it is missing the test is skipped, but never in CI.
func browser(t *testing.T) context.Context {
	t.Helper()
	if _, err := os.Stat("/usr/bin/chromium"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing; install it: apt-get install chromium")
		}
		t.Skip("chromium is missing; install it: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("/usr/bin/chromium"), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel2 := context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancel2)
	return ctx
}

// shoot keeps a picture of the whole page at a width.
func shoot(ctx context.Context, url, file string, width int64) error {
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(url), chromedp.WaitReady("body"), chromedp.Sleep(200*time.Millisecond)); err != nil {
		return err
	}
	height, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`Math.ceil(Math.min(document.documentElement.scrollHeight, 2600))`))
	if err != nil {
		return err
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, max(height, 700)), chromedp.Sleep(150*time.Millisecond)); err != nil {
		return err
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	return os.WriteFile(file, png, 0o644)
}

// TestShots takes pictures of every page: ZW_SHOTS=dir, and ZW_TOWN=http://… for
// a town that is already served, otherwise a small one of its own;
// ZW_LANG=en for English ones.
func TestShots(t *testing.T) {
	dir := os.Getenv("ZW_SHOTS")
	if dir == "" {
		t.Skip("ZW_SHOTS names no folder")
	}
	base := os.Getenv("ZW_TOWN")
	paths := map[string]string{"today": "/", "registers": "/registers", "figures": "/figures", "register": "/t/visit_round", "figure": "/figures/visits"}
	if base == "" {
		h := founded(t)
		ids := rounds(t, h, 160)
		base = serve(t, Config{Hall: h, Demo: true}).base
		paths["record"] = fmt.Sprintf("/r/%d", ids[0])
		paths["record-open"] = fmt.Sprintf("/r/%d", ids[8])
		for _, key := range h.View().Cat.FigureOrder {
			if h.View().Cat.Figures[key].Gold == "F058" {
				paths["figure"] = "/figures/" + key
			}
		}
	}
	if s := os.Getenv("ZW_PATHS"); s != "" {
		for _, p := range strings.Fields(s) {
			name, path, _ := strings.Cut(p, "=")
			paths[name] = path
		}
	}
	role := os.Getenv("ZW_ROLE")
	if role == "" {
		role = "grid_worker"
	}
	ctx := browser(t)
	only := os.Getenv("ZW_ONLY")
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/signin")); err != nil {
		t.Fatal(err)
	}
	if only == "" || strings.Contains(only, "signin") {
		for _, w := range []int64{1440, 390} {
			if err := shoot(ctx, base+"/signin", filepath.Join(dir, fmt.Sprintf("signin-%d.png", w)), w); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(base+"/signin"), chromedp.Click(fmt.Sprintf(`button[value=%q]`, role)), chromedp.WaitVisible(".rail")); err != nil {
		t.Fatal(err)
	}
	lang := ""
	if os.Getenv("ZW_LANG") == "en" {
		lang = "-en"
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector('button[name=lang][value=en]').click()`), chromedp.WaitVisible(`html[lang=en] .rail`)); err != nil {
			t.Fatal(err)
		}
	}
	for name, path := range paths {
		if only != "" && !strings.Contains(only, name) {
			continue
		}
		for _, w := range []int64{1440, 390} {
			if err := shoot(ctx, base+path, filepath.Join(dir, fmt.Sprintf("%s%s-%d.png", name, lang, w)), w); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}
