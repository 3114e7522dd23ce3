package paper

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"pgregory.net/rapid"
)

func htmlOf(t rapid.TB, d *Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// whole checks a page as a browser reads it: ids once, every anchor's target there,
// nothing from elsewhere, no script, no style but that in the head, no text lost.
func whole(t rapid.TB, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	var targets []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Script, atom.Iframe, atom.Object, atom.Embed, atom.Link, atom.Base, atom.Form, atom.Img:
			t.Fatalf("there is a <%s>", n.Data)
		case atom.Style:
			if n.Parent.DataAtom != atom.Head {
				t.Fatal("a style outside the head")
			}
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "src":
				t.Fatalf("attribute %s of <%s>", a.Key, n.Data)
			case a.Key == "id":
				if ids[a.Val] {
					t.Fatalf("id %s twice", a.Val)
				}
				ids[a.Val] = true
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				targets = append(targets, a.Val[1:])
			case a.Key == "href" && !safeLink(a.Val):
				t.Fatalf("a link to %q", a.Val)
			}
		}
	}
	for _, to := range targets {
		if !ids[to] && !strings.Contains(to, "#") {
			t.Fatalf("a link to #%s, which is not there", to)
		}
	}
}

// Everything of the document stands in the page, and every figure is an anchor that
// leads to what it stands on.
func TestHTML_holds_the_document(t *testing.T) {
	page := htmlOf(t, official())
	whole(t, page)
	for _, want := range []string{
		`<h1>精武镇人民政府关于报送<br>2023年工作情况的报告</h1>`, `<p class="number">津武政〔2023〕12号</p>`, `<p class="flush">西青区人民政府：</p>`,
		`<h2 class="l1" id="s1">一、工作开展情况</h2>`, `<h3 class="l2" id="s2">（一）网格走访</h3>`,
		`<a class="fig" id="fig-visits-1" href="#note-visits">36万余户次<sup>[1]</sup></a>`, `<li id="note-visits"><b><a href="/figures/visits?year=2023">入户走访</a></b>：`,
		`<th colspan="2" scope="colgroup">2023年</th>`, `<td class="right">4110</td>`, `<span class="unit">单位：件</span>`, `<p class="notice">模拟数据 simulated</p>`,
		`抄送：区政府办公室，区发展和改革委员会。`, `版本指纹：3f0c 91ab 77d2 5e10`, `aria-label="图 图1　2019—2023年一般公共预算收入（单位：亿元）；收入：2019年 8.2，`, `3月 —`,
		`<title>精武镇人民政府关于报送2023年工作情况的报告（模拟数据 simulated）</title>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	var frag bytes.Buffer
	if err := Fragment(&frag, official()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page, frag.String()) || strings.Contains(frag.String(), "<html") {
		t.Error("the fragment is not the article of the page")
	}
	if page != htmlOf(t, official()) {
		t.Error("two pages of one document differ")
	}
}

// Any text gives a page that a browser reads as it was meant.
func TestHTML_takes_any_text(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := wild().Draw(t, "document")
		mine := rapid.SampledFrom([]string{"</style><script>alert(1)</script>", `"><script>alert(1)</script>`, "javascript:alert(1)", "//elsewhere.example/", "]]><!--"}).Draw(t, "attack")
		d.Notice, d.Title, d.Notes[0].Link, d.Notes[0].Name = mine, mine, mine, mine
		whole(t, htmlOf(t, d))
	})
}

// Links lead to pages and nowhere else.
func TestSafeLink(t *testing.T) {
	for link, want := range map[string]bool{
		"https://example.org/a": true, "/figures/a?b=c#d": true, "#x": true, "http://localhost:8080/": true,
		"": false, "javascript:alert(1)": false, "JAVASCRIPT:alert(1)": false, "data:text/html,x": false, "//evil.example": false, `/\evil.example`: false, "\x01https://a": false, "figures": false,
	} {
		if safeLink(link) != want {
			t.Errorf("%q: %v", link, !want)
		}
	}
}

// Numbers of charts are written exactly.
func TestNumber(t *testing.T) {
	for want, n := range map[string][2]int64{"0": {0, 0}, "12.34": {1234, 2}, "-0.05": {-5, 2}, "0.000": {0, 3}, "-9223372036854775808": {-1 << 63, 0}, "9.223372036854775807": {1<<63 - 1, 18}} {
		if got := number(n[0], int(n[1])); got != want {
			t.Errorf("%v: %s, want %s", n, got, want)
		}
	}
}

// A drawing keeps within its frame, whatever the values are.
func TestChart_draws_within_its_frame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Chart{Kind: ChartKind(rapid.IntRange(0, 1).Draw(t, "kind")), Decimals: rapid.IntRange(0, 2).Draw(t, "decimals"), Unit: "件"}
		n := rapid.IntRange(1, 40).Draw(t, "labels")
		for i := range n {
			c.Labels = append(c.Labels, strconv.Itoa(i+1)+"月")
		}
		for range rapid.IntRange(1, 3).Draw(t, "series") {
			s := Series{Name: "系列"}
			for range rapid.IntRange(0, n).Draw(t, "points") {
				s.Points = append(s.Points, Point{N: rapid.OneOf(rapid.Int64(), rapid.Int64Range(-100, 100)).Draw(t, "n"), Unknown: rapid.Bool().Draw(t, "unknown")})
			}
			c.Series = append(c.Series, s)
		}
		g := c.draw()
		for _, s := range g.strokes {
			for _, p := range s.points {
				if !(p[0] >= 0 && p[0] <= g.width && p[1] >= 0 && p[1] <= g.height) {
					t.Fatalf("%v is outside", p)
				}
			}
		}
	})
}

// chrome runs the browser over a page and gives what it says.
func chrome(t *testing.T, page string, args ...string) string {
	t.Helper()
	tool(t, "chromium")
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	return run(t, nil, "chromium", slices.Concat([]string{"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--disable-background-networking", "--no-first-run",
		"--user-data-dir=" + filepath.Join(dir, "profile")}, args, []string{"file://" + file})...)
}

// axe finds no barriers in the page.
func TestHTML_is_free_of_barriers(t *testing.T) {
	source, err := os.ReadFile("../../cmd/zhenwu/testdata/axe/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]*Document{"official": official(), "plain": plainReport()} {
		page := htmlOf(t, d) + "<script>" + string(source) + `</script><script>axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(r => {
document.body.innerHTML = ''; document.body.dataset.found = r.violations.map(v => v.id + ' ' + v.nodes[0].html).join('\n') + ';' + r.passes.length })</script>`
		dom := chrome(t, page, "--virtual-time-budget=30000", "--dump-dom")
		m := regexp.MustCompile(`(?s)data-found="([^"]*);(\d+)"`).FindStringSubmatch(dom)
		if m == nil {
			t.Fatalf("%s: axe did not run:\n%.2000s", name, dom)
		}
		if passed, _ := strconv.Atoi(m[2]); m[1] != "" || passed < 10 {
			t.Errorf("%s: axe finds %s; %d rules passed", name, html.UnescapeString(m[1]), passed)
		}
	}
}

// Printed, the page is A4 with the notice and the page number on every sheet.
func TestHTML_prints_as_paper(t *testing.T) {
	out := filepath.Join(t.TempDir(), "page.pdf")
	chrome(t, htmlOf(t, official()), "--no-pdf-header-footer", "--print-to-pdf="+out)
	info := run(t, nil, "pdfinfo", out)
	if !strings.Contains(info, "(A4)") {
		t.Errorf("not A4: %s", info)
	}
	pages := strings.Split(strings.TrimSuffix(run(t, nil, "pdftotext", "-layout", out, "-"), "\f"), "\f")
	if len(pages) < 5 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, p := range pages {
		if !strings.Contains(p, "模拟数据 simulated") || !regexp.MustCompile(`—\s*`+strconv.Itoa(i+1)+`\s*—`).MatchString(p) {
			t.Errorf("page %d lacks the notice or its number:\n%s", i+1, p)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	d := figures(200)
	for b.Loop() {
		if err := HTML(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}
