//go:build whole

package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	logdomain "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"golang.org/x/net/html"
)

// served serves a copy of the built year by the plainly built binary and returns its address and folder.
func served(t *testing.T) (base, dir string) {
	t.Helper()
	dir = t.TempDir()
	if out, err := exec.Command("cp", "-a", builtYear(t)+"/.", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.Command(binary(t), "demo", "--data", dir, "--addr", "127.0.0.1:0")
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(pipe)
	address := regexp.MustCompile(`http://[0-9.]+:\d+`)
	for lines.Scan() {
		if base = address.FindString(lines.Text()); base != "" {
			go func() { _, _ = io.Copy(io.Discard, pipe) }()
			return base, dir
		}
	}
	t.Fatal("the binary did not say where it serves")
	return "", ""
}

// tab is one tab of a real browser that remembers what the page complained of.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu         sync.Mutex
	complaints []string
}

// chromium starts the browser; where it is missing the test is skipped, but never in CI.
func chromium(t *testing.T, base string) *tab {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing; install it: apt-get install chromium")
		}
		t.Skip("chromium is missing; install it: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	ctx, done := context.WithTimeout(ctx, 20*time.Minute)
	t.Cleanup(done)
	b := &tab{t: t, ctx: ctx, base: base}
	b.listen()
	return b
}

// second is another tab of the same browser, with the same cookies.
func (b *tab) second() *tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		b.t.Fatal(err)
	}
	x := &tab{t: b.t, ctx: ctx, base: b.base}
	x.listen()
	return x
}

// listen begins to note what pages complain of.
func (b *tab) listen() {
	b.size(1440)
	thrown := chromedp.Events(b.ctx, runtime.ExceptionThrown)
	logged := chromedp.Events(b.ctx, logdomain.EntryAdded)
	go func() {
		for e, err := range thrown {
			if err != nil {
				return
			}
			b.complain("exception: " + e.ExceptionDetails.Text)
		}
	}()
	go func() {
		for e, err := range logged {
			if err != nil {
				return
			}
			if e.Entry.Level == "error" && e.Entry.Source != "network" { // an answer of 403 or 404 is the page's own
				b.complain(string(e.Entry.Source) + ": " + e.Entry.Text)
			}
		}
	}()
}

func (b *tab) complain(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, s)
}

// quiet fails for what pages complained of: exceptions, and what the content policy refused.
func (b *tab) quiet() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		b.t.Error(c)
	}
	b.complaints = nil
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		where, _ := chromedp.Run(b.ctx, chromedp.Location())
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector('main')?.innerText.slice(0, 1500) ?? ''`))
		b.t.Fatalf("%v at %s\n%s", err, where, text)
	}
}

func (b *tab) size(width int64) { b.do(chromedp.EmulateViewport(width, 900)) }

func (b *tab) open(path string) { b.do(chromedp.Navigate(b.base+path), chromedp.WaitReady("main")) }

// eval gives the value of an expression of the page.
func eval[T any](b *tab, js string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%v in %s", err, js)
	}
	return v
}

// submit fills the form that holds the button and sends it as a person would; it waits for the next page.
func (b *tab) submit(form string, values map[string]string) {
	b.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		ok := eval[bool](b, fmt.Sprintf(`(() => {
			const form = document.querySelector(%q), name = %q, value = %q;
			if (!form) return false;
			for (let d = form.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
			const all = [...form.elements].filter(e => e.name === name);
			if (!all.length) return false;
			if (all[0].type === 'radio' || all[0].type === 'checkbox') {
				const one = all.find(e => e.value === value);
				if (!one) return false;
				one.click();
				return one.checked;
			}
			all[0].focus();
			all[0].value = value;
			all[0].dispatchEvent(new Event('input', {bubbles: true}));
			all[0].dispatchEvent(new Event('change', {bubbles: true}));
			return all[0].value === value;
		})()`, form, name, values[name]))
		if !ok {
			b.t.Fatalf("no field %s = %s in %s at %s", name, values[name], form, eval[string](b, "location.pathname"))
		}
	}
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
	defer cancel()
	loaded := chromedp.Events(ctx, page.LoadEventFired)
	if !eval[bool](b, fmt.Sprintf(`(() => { const f = document.querySelector(%q); if (!f.reportValidity()) return false; setTimeout(() => f.querySelector('.form-foot button, button').click()); return true })()`, form)) {
		b.t.Fatalf("the form %s is not complete", form)
	}
	for _, err := range loaded {
		if err != nil {
			b.t.Fatalf("no page after %s: %v", form, err)
		}
		break
	}
	if wrong := eval[string](b, `document.querySelector('[role=alert]')?.innerText ?? ''`); wrong != "" {
		b.t.Fatalf("%s: %s", form, wrong)
	}
}

// as signs in as a role of the demo with one click.
func (b *tab) as(role string) {
	b.t.Helper()
	b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, network.ClearBrowserCookies, cdp.Empty{})
		return chromedp.Void{}, err
	}, chromedp.Navigate(b.base+"/signin"), chromedp.Click(fmt.Sprintf(`button[value=%q]`, role)), chromedp.WaitVisible(".rail"))
}

func (b *tab) figure(key string) string {
	b.t.Helper()
	b.open("/figures/" + key)
	title := eval[string](b, `document.querySelector('.headline .v').title || document.querySelector('.headline .v').innerText`)
	return regexp.MustCompile(`[0-9][0-9,]*`).FindString(title)
}

func TestBrowser_an_order_walks_through_its_flow_into_a_figure(t *testing.T) {
	base, _ := served(t)
	b := chromium(t, base)
	b.as("mayor")
	before := b.figure("hotline_done")

	b.as("desk")
	b.open("/t/hotline_order/new")
	b.submit("form.longform", map[string]string{"f.title": "浏览器走一遍：楼道灯不亮", "f.kind": "help", "f.category": "property", "f.content": "三号楼二门楼道灯坏了三天", "f.caller": "测试某", "f.place": "120111104201"})
	record := eval[string](b, "location.pathname")
	if !regexp.MustCompile(`^/r/\d+$`).MatchString(record) {
		t.Fatalf("a new record opens at %s", record)
	}
	number := eval[string](b, `document.querySelector('.record-head .row').innerText`)
	number = regexp.MustCompile(`RX\d+`).FindString(number)
	move := func(role, key string, values map[string]string) {
		t.Helper()
		b.as(role)
		b.open(record)
		b.submit(fmt.Sprintf(`form[action=%q]`, record+"/move/"+key), values)
	}
	b.open(record)
	if barred := eval[bool](b, `[...document.querySelectorAll('.barred button')].every(e => e.disabled)`); !barred {
		t.Error("a barred move can be pressed")
	}
	b.submit(fmt.Sprintf(`form[action=%q]`, record+"/move/assign"), map[string]string{"f.lead": "party_office"})
	move("handler", "answer", map[string]string{"f.contact_note": "已电话联系", "f.answer": "已更换灯具", "f.outcome": "solved"})
	move("caller_back", "confirm", map[string]string{"f.reached": "true", "f.solved": "solved", "f.satisfied": "very"})
	move("reviewer", "submit", map[string]string{"f.review_note": "情况属实"})
	b.open(record)
	if here := eval[string](b, `document.querySelector('.stepper [aria-current=step]').innerText`); !strings.Contains(here, "提交") {
		t.Errorf("the order stands at %q", here)
	}

	b.as("mayor")
	after := b.figure("hotline_done")
	var was, is int
	fmt.Sscan(strings.ReplaceAll(before, ",", ""), &was)
	fmt.Sscan(strings.ReplaceAll(after, ",", ""), &is)
	if was == 0 || is != was+1 {
		t.Errorf("the figure went from %s to %s", before, after)
	}
	if first := eval[string](b, `document.querySelector('#records tbody tr').innerText`); !strings.Contains(first, number) { // the newest come first
		t.Errorf("the figure opens to %q first, want %s", first, number)
	}
	b.do(chromedp.Click(chromedp.Search(fmt.Sprintf(`//section[@id="records"]//a[text()=%q]`, number))), chromedp.WaitVisible(".stepper"))
	if got := eval[string](b, "location.pathname"); !strings.HasPrefix(got, "/r/") && !strings.HasSuffix(got, number) {
		t.Errorf("the figure's record opens at %s", got)
	}
	if got := eval[string](b, `document.querySelector('.record-head').innerText`); !strings.Contains(got, number) {
		t.Errorf("the figure opens to %q, want %s", got, number)
	}

	real, err := os.ReadFile(realReport(t))
	if err != nil {
		t.Fatal(err)
	}
	b.open("/report")
	b.submit(`form[action="/report"]`, map[string]string{"text": string(real)})
	if n := eval[int](b, `document.querySelectorAll('.claim.agrees').length`); n < 111 {
		t.Errorf("%d claims agree", n)
	}
	if n := eval[int](b, `document.querySelectorAll('.claim.differs').length`); n > 1 { // the order above is one more than the report says
		t.Errorf("%d claims differ", n)
	}
	b.quiet()
}

// press types a key as a person does.
// A signed report is published in the studio, and anyone proves a figure of it in their own browser.
func TestBrowser_anyone_proves_a_figure_of_a_published_report(t *testing.T) {
	base, _ := served(t)
	b := chromium(t, base)
	print := b.publish()
	for range 2 { // in both languages
		for _, path := range []string{"/p/", "/p/" + print, "/p/" + print + "/f1"} {
			b.axe(path)
		}
		b.open("/p/" + print)
		if n := eval[int](b, `document.querySelectorAll('article .claim').length`); n < 5 {
			t.Errorf("%d numbers in the published text", n)
		}
		b.do(chromedp.Click(chromedp.CSS("article .claim")), chromedp.WaitVisible("#prove button:enabled"), chromedp.Click(chromedp.CSS("#prove button")), chromedp.WaitVisible("#proof .verdict"))
		if kind := eval[string](b, `document.querySelector('#proof .verdict').className`); kind != "verdict agrees" || eval[int](b, `document.querySelectorAll('#proof .holds').length`) != 3 {
			t.Errorf("the figure is %s:\n%s", kind, eval[string](b, `document.querySelector('#proof').innerText`))
		}
		b.do(chromedp.Evaluate[chromedp.Void](`(() => { const k = document.getElementById('key'); k.value = k.value.slice(0, -8) + 'AAAAAAA='; document.querySelector('#prove button').click() })()`), chromedp.WaitVisible("#proof .callout"))
		b.open("/p/")
		b.submit(`.portal-bar form`, nil)
	}
	b.quiet()
}

// publish publishes the report that is signed on the town's day, and gives its fingerprint; everyone is signed out.
func (b *tab) publish() string {
	b.t.Helper()
	b.as("office")
	b.open("/report")
	b.open(eval[string](b, `[...document.querySelectorAll('main a[href^="/reports/"]')].find(a => a.innerText.includes('营商环境'))?.getAttribute('href') ?? document.querySelector('main').innerText`))
	b.submit(`form[action$="/publish"]`, nil)
	print := eval[string](b, `document.querySelector('code.fingerprint').innerText`)
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('form[action="/signout"] button').click()`), chromedp.WaitVisible(".signin"))
	return print
}

func (b *tab) press(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

// follows presses a key on a link without the letter that the key also makes: the focus may have moved on to a field before the letter comes.
func (b *tab) follows(key string, code int64) {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
			_, err := cdp.Call(ctx, target, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Code: key, WindowsVirtualKeyCode: code})
			return chromedp.Void{}, err
		})
	}
	b.do(chromedp.WaitReady(":target"))
}

// focus tells what holds the focus, and whether a person can see that it does.
func (b *tab) focus() (what string, visible bool) {
	b.t.Helper()
	got := strings.SplitN(eval[string](b, `(() => {
		const e = document.activeElement;
		if (!e || e === document.body) return 'body\tfalse';
		const ring = s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none';
		const seen = ring(getComputedStyle(e)) || e.closest('.command, .choice') && ring(getComputedStyle(e.closest('.command, .choice')));
		return [e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + ' ' + (e.name || e.closest('.combo')?.querySelector('select').name || e.getAttribute('href') || e.innerText.trim().slice(0, 20)), seen].join('\t');
	})()`), "\t", 2)
	return got[0], got[1] == "true"
}

// tabTo goes on by the tabulator until the focus is on what a selector finds; every stop on the way must be seen.
func (b *tab) tabTo(selector string) (stops []string) {
	b.t.Helper()
	for range 120 {
		b.press(kb.Tab)
		what, visible := b.focus()
		if what == "body" {
			continue // the end of the page; the next one is its beginning
		}
		if !visible {
			b.t.Errorf("nobody sees that %s has the focus at %s", what, eval[string](b, "location.pathname"))
		}
		stops = append(stops, what)
		if eval[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			return stops
		}
	}
	b.t.Fatalf("the tabulator does not reach %s: %q", selector, stops)
	return nil
}

// page waits for the page that a key leads to.
func (b *tab) page(key, ready string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 40*time.Second)
	defer cancel()
	loaded := chromedp.Events(ctx, page.LoadEventFired)
	b.press(key)
	for _, err := range loaded {
		if err != nil {
			b.t.Fatalf("no page after the key: %v", err)
		}
		break
	}
	b.do(chromedp.WaitVisible(ready))
}

func TestBrowser_everything_goes_by_keyboard(t *testing.T) {
	base, _ := served(t)
	b := chromium(t, base)
	b.do(chromedp.Navigate(base+"/signin"), chromedp.WaitReady("main"))
	b.tabTo(`button[value=desk]`)
	b.page(kb.Enter, ".rail")

	b.press(kb.Tab)
	if what, visible := b.focus(); !strings.HasPrefix(what, "a #main") || !visible {
		t.Errorf("the first stop is %s, seen: %v; want the way past the menus", what, visible)
	}
	b.press(kb.Enter)
	if at := eval[string](b, "location.hash"); at != "#main" {
		t.Errorf("the way past the menus leads to %q", at)
	}
	if stops := b.tabTo("main a, main summary, main button"); len(stops) > 1 {
		t.Errorf("behind the menus come %q first", stops)
	}

	b.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	if what, visible := b.focus(); !strings.HasPrefix(what, "input#q") || !visible {
		t.Errorf("Ctrl K leads to %s, seen: %v", what, visible)
	}
	b.press("1", "2", "3", "4", "5")
	b.do(chromedp.WaitVisible("#found a"))
	b.press(kb.ArrowDown)
	if what, visible := b.focus(); !strings.HasPrefix(what, "a ") || !visible {
		t.Errorf("the arrow leads to %s, seen: %v", what, visible)
	}
	b.page(kb.Enter, "main h1")

	b.open("/t/hotline_order/new")
	stops := b.tabTo("form.longform .form-foot button")
	order := eval[string](b, `JSON.stringify([...new Set([...document.querySelectorAll('form.longform [name^="f."]:not([type=hidden])')].map(e => e.name))])`)
	var names, met []string
	if err := json.Unmarshal([]byte(order), &names); err != nil {
		t.Fatal(err)
	}
	for _, s := range stops {
		if _, name, _ := strings.Cut(s, " "); strings.HasPrefix(name, "f.") && !slices.Contains(met, name) {
			met = append(met, name)
		}
	}
	if !slices.Equal(names, met) {
		t.Errorf("the tabulator meets %q, the form has %q", met, names)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('form.longform').noValidate = true; undefined`)) // the rules answer, not the browser
	b.page(kb.Enter, "[role=alert]")
	if !eval[bool](b, `document.activeElement.matches('[role=alert]')`) {
		what, _ := b.focus()
		t.Errorf("after a refused form the focus is on %s", what)
	}
	b.press(kb.Tab)
	b.follows("Enter", 13) // to the field that is wrong
	if what, _ := b.focus(); !strings.Contains(what, "f.") {
		t.Errorf("the summary leads to %s", what)
	}
	fill := func(selector string, keys ...string) {
		t.Helper()
		if !eval[bool](b, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			b.tabTo(selector)
		}
		b.press(keys...)
	}
	b.open("/t/hotline_order/new")
	fill(`[name="f.title"]`, strings.Split("keyboard only", "")...)
	fill(`[name="f.kind"]`, kb.ArrowDown, kb.ArrowDown)
	fill(`.combo:has([name="f.category"]) input`, kb.ArrowDown, kb.ArrowDown, kb.Enter) // past the empty one
	fill(`[name="f.content"]`, strings.Split("no mouse", "")...)
	fill(`.combo:has([name="f.place"]) input`, kb.ArrowDown, kb.ArrowDown, kb.Enter)
	fill(`form.longform .form-foot button`)
	b.page(kb.Enter, ".stepper")
	if at, head := eval[string](b, "location.pathname"), eval[string](b, `document.querySelector('h1').innerText`); !strings.HasPrefix(at, "/r/") || head != "keyboard only" {
		t.Errorf("the keyboard made %q at %s", head, at)
	}
	b.quiet()
}

// seen gathers what pages are made of, so that axe looks at everything once and
// not at the same parts again for every role.
type seen map[string]bool

// news adds the parts of a page and tells whether one of them is new. A part is
// an element with its classes and the names of its attributes, within its parent.
func (s seen) news(lang string, n *html.Node, parent string) bool {
	fresh := false
	here := parent
	if n.Type == html.ElementNode {
		var class string
		var attrs []string
		for _, a := range n.Attr {
			switch {
			case a.Key == "class":
				class = strings.Join(strings.Fields(a.Val), ".")
			case a.Key == "role" || a.Key == "type" || strings.HasPrefix(a.Key, "aria-") && len(a.Val) < 6:
				attrs = append(attrs, a.Key+"="+a.Val)
			default:
				attrs = append(attrs, a.Key)
			}
		}
		here = n.Data + "." + class + fmt.Sprint(attrs)
		if key := lang + parent + ">" + here; !s[key] {
			s[key], fresh = true, true
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if s.news(lang, c, here) {
			fresh = true
		}
	}
	return fresh
}

// skeleton is what the rules on structure read of a page: which elements stand within which, with their roles, types and
// what names and relates them, but neither classes nor texts. Of two pages with one skeleton axe says the same.
func skeleton(tree *html.Node) [sha256.Size]byte {
	bones := map[string]bool{}
	var walk func(n *html.Node, parent string)
	walk = func(n *html.Node, parent string) {
		here := parent
		if n.Type == html.ElementNode {
			here = n.Data
			for _, a := range n.Attr {
				switch {
				case a.Key == "role" || a.Key == "type" || a.Key == "tabindex":
					here += " " + a.Key + "=" + a.Val
				case strings.HasPrefix(a.Key, "aria-"), slices.Contains([]string{"id", "for", "scope", "href", "title", "alt", "required", "disabled", "hidden", "lang", "data-find"}, a.Key):
					here += " " + a.Key
				}
			}
			bones[parent+">"+here] = true
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, here)
		}
	}
	walk(tree, "")
	return sha256.Sum256([]byte(strings.Join(slices.Sorted(maps.Keys(bones)), "\n")))
}

// shape is the route of an address: what differs by record only is one page.
var numbers = regexp.MustCompile(`/[0-9a-f]{32,}|/\d+`)

func shape(u *url.URL) string {
	p := numbers.ReplaceAllString(u.Path, "/0")
	for _, stem := range []string{"/t/", "/catalog/", "/people/", "/rules/", "/n/", "/figures/", "/r/", "/entries/"} {
		if rest, ok := strings.CutPrefix(p, stem); ok {
			_, tail, _ := strings.Cut(rest, "/")
			p = stem + "*/" + tail
		}
	}
	keys := slices.Sorted(maps.Keys(u.Query()))
	return p + "?" + strings.Join(keys, "&")
}

// walker visits every kind of page that a role reaches.
func walker(t *testing.T, base, role, lang string, visit func(path string, tree *html.Node)) []*http.Cookie {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	post := func(path string, form url.Values) {
		res, err := c.PostForm(base+path, form)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s %v: %s", path, form, res.Status)
		}
	}
	post("/signin/as", url.Values{"role": {role}})
	post("/switch", url.Values{"lang": {lang}, "back": {"/"}})
	queue := []string{"/", "/nothing-here", "/r/999999999", "/find?q=RX2023", "/find?q=%E7%A9%BA%E7%A9%BA"}
	known := map[string]int{}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		res, err := c.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode >= 500 {
			t.Errorf("%s as %s: %s", path, role, res.Status)
		}
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || res.Header.Get("Content-Disposition") != "" { // what is downloaded is no page
			res.Body.Close()
			continue
		}
		tree, err := html.Parse(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		visit(path, tree)
		for n := range tree.Descendants() {
			if n.Type != html.ElementNode || n.Data != "a" {
				continue
			}
			for _, a := range n.Attr {
				if a.Key != "href" || !strings.HasPrefix(a.Val, "/") {
					continue
				}
				u, err := url.Parse(a.Val)
				if err != nil {
					t.Errorf("%s links to %q", path, a.Val)
					continue
				}
				u.Fragment = ""
				limit := 1
				if strings.HasPrefix(u.Path, "/r/") {
					limit = 2
				}
				if s := shape(u); known[s] < limit && !strings.Contains(u.Path, "export") && !strings.Contains(u.Path, ".csv") {
					known[s]++
					queue = append(queue, u.String())
				}
			}
		}
	}
	u, _ := url.Parse(base)
	return jar.Cookies(u)
}

// A table of values is worked with the keyboard like a spreadsheet, takes a block that was copied from one, and looks at what is typed.
func TestBrowser_values_are_entered_like_in_a_spreadsheet(t *testing.T) {
	base, _ := served(t)
	b := chromium(t, base)
	b.as("statistician")
	b.open("/entries/indicator_value?period=2022-12")
	at := func() string { return eval[string](b, `document.activeElement.name || ''`) }
	value := func(name string) string {
		return eval[string](b, fmt.Sprintf(`document.querySelector('[name=%q]').value`, name))
	}
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[name="c.industry_output.expected"]').focus()`))
	b.press("7", kb.Enter)
	if got := at(); got != "c.retail.expected" {
		t.Errorf("Enter leads to %q", got)
	}
	b.press(kb.ArrowUp)
	if got := at(); got != "c.industry_output.expected" || value(got) != "7" {
		t.Errorf("the arrow up leads to %q", got)
	}
	b.press(kb.ArrowRight)
	if got := at(); got != "c.industry_output.flash" && got != "c.industry_output.expected" {
		t.Errorf("the arrow right leads to %q", got)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const cell = document.querySelector('[name="c.industry_output.expected"]'), data = new DataTransfer();
		cell.focus();
		data.setData('text/plain', '1,700,000\t1,710,000\t\t当年价\n1,900,000\t190\t\t当年价\n');
		cell.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
	})()`))
	for name, want := range map[string]string{"c.industry_output.expected": "1,700,000", "c.industry_output.flash": "1,710,000", "c.industry_output.final": "", "c.industry_output.prices": "current", "c.retail.expected": "1,900,000", "c.retail.flash": "190", "c.retail.prices": "current"} {
		if got := value(name); got != want {
			t.Errorf("pasted, %s holds %q, want %q", name, got, want)
		}
	}
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('[name="c.retail.flash"]').focus()`))
	b.press("x")
	b.press(kb.Escape)
	if got := value("c.retail.flash"); got != "190" {
		t.Errorf("Escape leaves %q", got)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const cell = document.querySelector('[name="c.retail.flash"]');
		cell.value = '-190';
		cell.dispatchEvent(new Event('change', {bubbles: true}));
	})()`), chromedp.Sleep(900*time.Millisecond))
	if text := eval[string](b, `document.querySelector('[name="c.retail.flash"]').closest('tr').querySelector('.checks').innerText`); !strings.Contains(text, "低于下限") {
		t.Errorf("what is typed is not looked at: %q", text)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`(() => {
		const cell = document.querySelector('[name="c.retail.flash"]'), data = new DataTransfer();
		cell.value = '1910000';
		data.items.add(new File(['return'], 'return.txt', {type: 'text/plain'}));
		document.querySelector('[name="f.paper"]').files = data.files;
		document.querySelector('[name="f.source"]').value = '月报';
		document.querySelector('#entries button.primary').click();
	})()`), chromedp.WaitVisible(`.toast`))
	if text := eval[string](b, `document.querySelector('.toast').innerText`); !strings.Contains(text, "已填报 2 项") {
		t.Errorf("saved: %q", text)
	}
	if got := value("c.retail.flash"); got != "1910000" {
		t.Errorf("the table holds %q", got)
	}
	b.quiet()
}

// A figure of a dashboard opens and shuts in its place, and the screen goes on by itself.
func TestBrowser_a_dashboard_opens_its_figures(t *testing.T) {
	base, _ := served(t)
	b := chromium(t, base)
	b.as("mayor")
	if path := eval[string](b, `location.pathname`); path != "/dashboards/mayor" {
		t.Errorf("the mayor begins at %s", path)
	}
	b.open("/dashboards/mayor")
	b.do(chromedp.Click(`#grid_visits a.opener`), chromedp.WaitVisible(`tr.opened svg.chart`))
	if n := eval[int](b, `document.querySelectorAll('tr.opened .bars li').length`); n < 10 {
		t.Errorf("%d villages in the opened figure", n)
	}
	b.do(chromedp.Click(`#grid_visits a.opener`), chromedp.Sleep(200*time.Millisecond))
	if n := eval[int](b, `document.querySelectorAll('tr.opened').length`); n != 0 {
		t.Error("the figure does not shut")
	}
	b.quiet()
}

// once leaves of the rows of a list that differ in nothing but text and addresses one for axe to look at: colours and structure are the same. What axe
// would find between two of them, ids that stand twice, it gives.
const once = `(() => {
	const ids = new Set(), twice = [];
	window.gone = [];
	for (const e of document.querySelectorAll('[id]')) { if (ids.has(e.id)) { twice.push(e.id) } ids.add(e.id) }
	for (const list of document.querySelectorAll('tbody, ul, ol, select')) {
		const kinds = new Set();
		for (const row of [...list.children]) {
			const kind = row.outerHTML.replace(/>[^<]+</g, '>x<').replace(/ (?!class|role|type|aria-(?!label|controls|describedby)|hidden|disabled|selected|style)([a-z-]+)="[^"]+"/g, ' $1');
			if (kinds.has(kind)) { window.gone.push([list, row.nextSibling, row]); row.remove() }
			kinds.add(kind);
		}
	}
	return twice.join(' ');
})()`

// axe opens a page and looks at it.
func (b *tab) axe(path string) {
	b.t.Helper()
	b.open(path)
	b.looked(path)
}

// looked looks at the page that is open with axe, and at how wide it is at both widths.
func (b *tab) looked(where string) {
	t := b.t
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "axe", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{1440, 390} {
		b.size(width)
		if wide := eval[int](b, `document.scrollingElement.scrollWidth - innerWidth`); wide > 0 {
			t.Errorf("%s scrolls %d px sideways at %d", where, wide, width)
		}
	}
	b.size(1440)
	if twice := eval[string](b, once); twice != "" {
		t.Errorf("%s has two of %s", where, twice)
	}
	b.do(chromedp.Evaluate[chromedp.Void](string(source) + "; undefined"))
	out := eval[string](b, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']})
		.then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | ')).join('\n'))`)
	if out != "" {
		t.Errorf("%s\n%s", where, out)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`for (const [list, next, row] of window.gone.reverse()) { list.insertBefore(row, next) }`)) // for who goes on with the page
}

func TestBrowser_axe_finds_nothing_on_any_page_of_any_role(t *testing.T) {
	base, _ := served(t)
	b := chromium(t, base)
	other := b.second()
	b.do(chromedp.Navigate(base + "/signin"))
	var roles []string
	if err := json.Unmarshal([]byte(eval[string](b, `JSON.stringify([...document.querySelectorAll('button[name=role]')].map(e => e.value))`)), &roles); err != nil {
		t.Fatal(err)
	}
	if len(roles) < 20 {
		t.Fatalf("%d roles to sign in as", len(roles))
	}
	// Every page of every role is read in both languages; axe looks where a part is new (what colours and sizes hang on) or
	// the skeleton is: 524 of 4,700 pages, in 4.6 minutes on two cores. All of them would take an hour.
	parts, skeletons, pages, looked := seen{}, map[string]bool{}, 0, 0
	for _, role := range roles {
		for _, lang := range []string{"zh", "en"} {
			var fresh []string
			cookies := walker(t, base, role, lang, func(path string, tree *html.Node) {
				pages++
				bones := skeleton(tree)
				key := lang + string(bones[:])
				if parts.news(lang, tree, "") || !skeletons[key] {
					fresh = append(fresh, path)
				}
				skeletons[key] = true
			})
			if len(fresh) == 0 {
				continue
			}
			for _, c := range cookies {
				b.do(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
					_, err := cdp.Call(ctx, target, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: base})
					return chromedp.Void{}, err
				})
			}
			looked += len(fresh)
			var both sync.WaitGroup // two tabs, each with every second page
			for i, x := range []*tab{b, other} {
				both.Go(func() {
					for at := i; at < len(fresh); at += 2 {
						x.axe(fresh[at])
					}
				})
			}
			both.Wait()
			b.quiet()
			other.quiet()
			if t.Failed() {
				t.Logf("as %s in %s", role, lang)
			}
		}
	}
	t.Logf("%d pages of %d roles; %d had a part or a structure not seen before and were looked at", pages, len(roles), looked)
	if pages < 60*len(roles) || looked < 4*len(roles) {
		t.Errorf("too few pages: %d, looked at %d", pages, looked)
	}
}
