//go:build whole && screens

package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// screen is one picture: a page as a role sees it.
type screen struct {
	name, role string
	path       string
	do         func(b *tab) // what is done before the picture is taken; nil: nothing
	english    bool         // is it taken in English too
}

// screens is every page of the console, in the order of the rail.
var screens = []screen{
	{name: "signin"},
	{name: "today", role: "mayor", path: "/", english: true},
	{name: "today-desk", role: "desk", path: "/"},
	{name: "find", role: "mayor", path: "/find?q=%E7%83%AD%E7%BA%BF"},
	{name: "registers", role: "mayor", path: "/registers"},
	{name: "register", role: "desk", path: "/t/hotline_order", english: true},
	{name: "register-none", role: "desk", path: "/t/hotline_order?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E6%A0%B7%E7%9A%84%E8%AF%8D"},
	{name: "record", role: "handler", path: "/t/hotline_order?stage=handling", do: firstRecord, english: true},
	{name: "record-closed", role: "mayor", path: "/t/hotline_order?stage=submitted", do: firstRecord},
	{name: "new", role: "desk", path: "/t/hotline_order/new", english: true},
	{name: "new-refused", role: "desk", path: "/t/hotline_order/new", do: refused},
	{name: "correct", role: "desk", path: "/t/hotline_order?stage=handling", do: func(b *tab) {
		firstRecord(b)
		b.open(eval[string](b, "location.pathname") + "/correct")
	}},
	{name: "import", role: "desk", path: "/t/hotline_order/import"},
	{name: "figures", role: "mayor", path: "/figures", english: true},
	{name: "dashboard", role: "mayor", path: "/dashboards/mayor?open=tax"},
	{name: "compare", role: "mayor", path: "/compare?of=mayor&place=120111104201&place2=120111104202&period=2023&period2=2023"},
	{name: "entries", role: "statistician", path: "/entries/indicator_value?period=2023-12"},
	{name: "figure", role: "mayor", path: "/figures/hotline_done", english: true},
	{name: "commitments", role: "mayor", path: "/commitments", english: true},
	{name: "commitments-read", role: "supervisor", path: "/commitments/read", do: readPromises},
	{name: "commitments-table", role: "mayor", path: "/commitments/table"},
	{name: "report", role: "mayor", path: "/report"},
	{name: "report-checked", role: "mayor", path: "/report", do: checkedReport, english: true},
	{name: "studio", role: "office", path: "/report", do: func(b *tab) { begunReport(b, "") }, english: true},
	{name: "studio-draft", role: "office", path: "/report", do: func(b *tab) { begunReport(b, "?view=draft") }, english: true},
	{name: "studio-figure", role: "office", path: "/report", do: func(b *tab) {
		begunReport(b, "")
		b.do(chromedp.Click(`a.claim`))
	}},
	{name: "forms", role: "clerk", path: "/forms", english: true},
	{name: "form", role: "clerk", path: "/forms", do: func(b *tab) { monthlyForm(b, "?cell=D9") }, english: true},
	{name: "form-fill", role: "clerk", path: "/forms", do: func(b *tab) { monthlyForm(b, "/fill?period=2023-11") }, english: true},
	{name: "journal", role: "mayor", path: "/journal", english: true},
	{name: "leaf", role: "mayor", path: "/journal/120000"},
	{name: "catalog", role: "mayor", path: "/catalog", english: true},
	{name: "catalog-type", role: "mayor", path: "/catalog/hotline_order"},
	{name: "people", role: "admin", path: "/people", english: true},
	{name: "person", role: "admin", path: "/people", do: func(b *tab) { b.follow("/people/") }},
	{name: "calendars", role: "admin", path: "/calendars"},
	{name: "rules", role: "admin", path: "/rules"},
	{name: "rule", role: "admin", path: "/rules", do: func(b *tab) {
		b.open(eval[string](b, `document.querySelector('main a[href^="/rules/"]').getAttribute('href')`))
	}},
	{name: "since", role: "admin", path: "/since"},
	{name: "tokens", role: "admin", path: "/tokens"},
	{name: "jobs", role: "admin", path: "/jobs"},
	{name: "missing", role: "mayor", path: "/r/999999999"},
	{name: "public-report", role: "office", path: "/report", english: true, do: func(b *tab) { b.open("/p/" + b.published()) }},
	{name: "public-figure", role: "office", path: "/report", english: true, do: func(b *tab) {
		b.open("/p/" + b.published() + "/f1")
		b.do(chromedp.WaitVisible("#prove button:enabled"), chromedp.Click(chromedp.CSS("#prove button")), chromedp.WaitVisible("#proof .verdict"))
	}},
	{name: "public-list", role: "office", path: "/p/"},
}

// monthlyForm opens the form of every month that the year maps.
func monthlyForm(b *tab, at string) {
	b.t.Helper()
	b.open(eval[string](b, `[...document.querySelectorAll('main a[href^="/forms/"]')].find(a => a.textContent.includes('月报表') && !a.href.includes('/fill')).getAttribute('href')`) + at)
}

// begunReport begins a report from one of an earlier year, or opens the one that was begun.
func begunReport(b *tab, view string) {
	b.t.Helper()
	if !eval[bool](b, `!!document.querySelector('main a[href^="/reports/"]')`) {
		set := func(id, value string) {
			b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.getElementById(%q).value = %q`, id, value)))
		}
		set("nt", "精武镇2023年政府工作报告")
		set("ny", "2023")
		set("nm", "2023-12-31")
		set("np", earlier)
		b.do(chromedp.Evaluate[chromedp.Void](`document.getElementById('np').form.querySelector('button').click()`), chromedp.WaitVisible(`.report, .studio`))
		b.open("/report")
	}
	b.open(eval[string](b, `[...document.querySelectorAll('main a[href^="/reports/"]')].find(a => a.innerText.includes('年工作报告')).getAttribute('href')`) + view)
	if view != "" {
		b.do(chromedp.Evaluate[chromedp.Void](`(() => { const q = document.getElementById('ins'); q.value = '走访'; q.dispatchEvent(new Event('input', {bubbles: true})) })()`), chromedp.WaitVisible(`.insert`))
	}
}

// published is the fingerprint of the report that is published, now or by the picture before.
func (b *tab) published() string {
	b.t.Helper()
	b.open("/p/")
	if href := eval[string](b, `document.querySelector('main a[href^="/p/"]')?.getAttribute('href') ?? ''`); href != "" {
		return strings.TrimPrefix(href, "/p/")
	}
	print := b.publish()
	b.as("office")
	return print
}

// earlier is a report of the year before, invented, that a draft begins from.
const earlier = `# 2022年政府工作报告

## 一、2022年工作回顾

全年预计实现税收收入8.4亿元，同比增长6.1%；农业总产值预计完成8403万元，同比增长3.2%；规上工业总产值预计完成171.5亿元，固定资产投资预计完成48亿元。新增注册企业612个，新增注册资本30.5亿元。

### （一）经济发展

**工业提质。**当年竣工项目3个，投产达效项目2个。走访服务企业200余次，解决企业问题60余个，为15家企业兑现政策扶持资金500余万元。

### （二）城市治理

走访居民30万余户，排查解决问题近1万件。新栽行道树4520棵，清理河面漂浮物31吨。

## 二、2023年工作安排

税收收入增长5%，新增就业2000人，建设口袋公园3处。
`

// firstRecord opens the first record of the list that is shown.
func firstRecord(b *tab) {
	b.t.Helper()
	b.follow("/r/")
}

// follow opens the first address of the page that begins so.
func (b *tab) follow(stem string) {
	b.t.Helper()
	b.open(eval[string](b, fmt.Sprintf(`document.querySelector('main a[href^=%q]').getAttribute('href')`, stem)))
}

// refused sends a form that the rules refuse; the browser's own check is put aside.
func refused(b *tab) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`(() => { const f = document.querySelector('form.longform'); f.noValidate = true; f.querySelector('.form-foot button').click() })()`),
		chromedp.WaitVisible(`[role=alert]`))
}

// checkedReport holds a report against the figures: sentences made of what the figures
// say, every seventh number altered, and one thing that the town does not count.
func checkedReport(b *tab) {
	b.t.Helper()
	text := eval[string](b, `(async () => {
		const page = new DOMParser().parseFromString(await (await fetch('/figures?lang=zh')).text(), 'text/html');
		let system = '', out = ['# 政府工作报告', '', '## 2023年工作回顾'], n = 0;
		for (const row of page.querySelectorAll('table.figures tbody tr')) {
			if (row.classList.contains('group')) { system = row.innerText.trim().replace(/^S\d+\s*/, ''); if (n % 6 === 0) out.push('', '### ' + system, ''); continue; }
			const name = row.querySelector('th a').innerText.trim(), value = row.querySelector('td.num a');
			let [, digits, unit] = value.innerText.trim().match(/^([\d,.]+)(.*)$/) ?? [];
			if (!digits || digits === '0') continue;
			digits = digits.replaceAll(',', '');
			if (++n % 7 === 3) digits = String(Number(digits) + 3);
			out.push('全年' + name + digits + unit + '。');
			if (n === 40) break;
		}
		out.push('全年接待外地考察团12批次。');
		return out.join('\n');
	})()`)
	b.submit(`form[action="/report"]`, map[string]string{"text": text})
	if n := eval[int](b, `document.querySelectorAll('.claim.agrees').length`); n < 20 {
		b.t.Errorf("%d claims agree", n)
	}
	b.do(chromedp.Click(`a.claim.differs`))
}

// TestScreens keeps pictures of every page in docs/screens, at the widths of a
// desk and of a phone, and fails where they grow beyond what a repository
// should carry. ZHENWU_SCREENS names another folder, ZHENWU_ONLY some of them.
func TestScreens(t *testing.T) {
	const most = 8 << 20
	dir := cmp.Or(os.Getenv("ZHENWU_SCREENS"), filepath.Join("..", "..", "docs", "screens"))
	only := strings.Fields(os.Getenv("ZHENWU_ONLY"))
	base, _ := served(t)
	b := chromium(t, base)
	b.do(chromedp.Navigate(base + "/signin"))
	role, lang := "", "zh"
	for _, l := range []string{"zh", "en"} {
		for _, s := range screens {
			if l == "en" && !s.english || len(only) > 0 && !slices.Contains(only, s.name) {
				continue
			}
			if s.role != "" && s.role != role {
				b.as(s.role)
				role = s.role
				lang = ""
			}
			if s.role == "" {
				b.do(chromedp.Navigate(base + "/signin"))
			} else if lang != l {
				b.do(chromedp.Navigate(base+"/?lang="+l), chromedp.WaitVisible(".rail"))
				b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`fetch('/switch', {method: 'POST', body: new URLSearchParams({lang: %q, back: '/'})})`, l), chromedp.EvalAwaitPromise))
				lang = l
			}
			if s.path != "" {
				b.open(s.path)
			}
			if s.do != nil {
				s.do(b)
			}
			name := s.name
			if l == "en" {
				name += "-en"
			}
			for _, width := range []int64{1440, 390} {
				b.shoot(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, width)), width)
			}
			b.size(1440)
		}
	}
	b.quiet()
	if len(only) > 0 {
		return
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	var total int64
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	t.Logf("%d pictures, %d kB", len(files), total>>10)
	if total > most {
		t.Errorf("the pictures take %d bytes, more than %d", total, most)
	}
}

// shoot keeps a picture of the page that is open, from its top to where a reader has understood it.
func (b *tab) shoot(file string, width int64) {
	b.t.Helper()
	b.size(width)
	tall := int64(1500)
	if width < 500 {
		tall = 2000
	}
	height := eval[int64](b, `Math.ceil(document.documentElement.scrollHeight)`)
	b.do(chromedp.EmulateViewport(width, min(max(height, 760), tall)), chromedp.Sleep(350*time.Millisecond)) // charts are drawn
	raw, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	small, err := paletted(raw)
	if err != nil {
		b.t.Fatalf("%s: %v", file, err)
	}
	if err := os.WriteFile(file, small, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// paletted gives a picture with the 128 colours it uses most, a third of its size.
func paletted(raw []byte) ([]byte, error) {
	src, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	r := src.Bounds()
	uses := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { // the last two bits of a channel are noise of smoothing
		c := color.RGBAModel.Convert(src.At(x, y)).(color.RGBA)
		return color.RGBA{c.R &^ 3, c.G &^ 3, c.B &^ 3, 255}
	}
	exact := map[color.RGBA]color.RGBA{}
	often := map[color.RGBA]map[color.RGBA]int{}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := at(x, y)
			uses[c]++
			if often[c] == nil {
				often[c] = map[color.RGBA]int{}
			}
			often[c][color.RGBAModel.Convert(src.At(x, y)).(color.RGBA)]++
		}
	}
	kinds := make([]color.RGBA, 0, len(uses))
	for c := range uses {
		kinds = append(kinds, c)
		most := 0
		for e, n := range often[c] {
			if n > most || n == most && fmt.Sprint(e) < fmt.Sprint(exact[c]) {
				most, exact[c] = n, e
			}
		}
	}
	slices.SortFunc(kinds, func(a, b color.RGBA) int {
		return cmp.Or(uses[b]-uses[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	var palette color.Palette
	for _, c := range kinds[:min(len(kinds), 128)] {
		palette = append(palette, exact[c])
	}
	index := map[color.RGBA]uint8{}
	dst := image.NewPaletted(r, palette)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := at(x, y)
			i, ok := index[c]
			if !ok {
				i = uint8(palette.Index(c))
				index[c] = i
			}
			dst.SetColorIndex(x, y, i)
		}
	}
	var out bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	err = e.Encode(&out, dst)
	return out.Bytes(), err
}
