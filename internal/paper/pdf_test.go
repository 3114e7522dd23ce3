package paper

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

// debian gives the fonts that .ci/setup installs; in CI their absence is a failure.
func debian(t testing.TB) *Fonts {
	t.Helper()
	f, err := FindFonts(os.DirFS(FreeFonts[0]), os.DirFS(FreeFonts[1]))
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal("run .ci/setup: ", err)
	}
	if err != nil {
		t.Skip("run .ci/setup: ", err)
	}
	return f
}

func pdfOf(t rapid.TB, d *Document, f *Fonts) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := PDF(&b, d, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// filed writes a PDF to a file.
func filed(t *testing.T, b []byte) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(at, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return at
}

// pagesOf gives the text of each page of a PDF.
func pagesOf(t *testing.T, pdf string, args ...string) []string {
	t.Helper()
	return strings.Split(strings.TrimSuffix(run(t, nil, "pdftotext", append(args, pdf, "-")...), "\f"), "\f")
}

// The pages are as they were looked at once.
func TestPDF_pages_are_the_golden_ones(t *testing.T) {
	fonts := debian(t)
	for name, d := range map[string]*Document{"official": official(), "plain": plainReport()} {
		t.Run(name, func(t *testing.T) { golden(t, "pdf-"+name, pictures(t, filed(t, pdfOf(t, d, fonts)))) })
	}
}

// Every font is embedded, as a subset, and says which characters its glyphs are.
func TestPDF_embeds_its_fonts(t *testing.T) {
	pdf := pdfOf(t, official(), debian(t))
	if len(pdf) > 200_000 {
		t.Errorf("%d bytes: are the fonts whole?", len(pdf))
	}
	rows := strings.Split(strings.TrimSpace(run(t, nil, "pdffonts", filed(t, pdf))), "\n")[2:]
	if len(rows) != 3 {
		t.Errorf("%d fonts, not those of text, second and first level", len(rows))
	}
	for _, r := range rows {
		if !regexp.MustCompile(`^[A-Z]{6}\+\S+ +CID TrueType +Identity-H +yes yes yes `).MatchString(r) {
			t.Errorf("not embedded as a subset with its characters: %s", r)
		}
	}
}

// The text can be taken out again, whole and in order.
func TestPDF_text_can_be_taken_out(t *testing.T) {
	file := filed(t, pdfOf(t, official(), debian(t)))
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	text := bare(strings.Join(pagesOf(t, file), ""))
	for _, want := range []string{
		"天津市西青区精武镇人民政府文件", "津武政〔2023〕12号", "精武镇人民政府关于报送2023年工作情况的报告", "西青区人民政府：", "一、工作开展情况", "（一）网格走访",
		"全年入户走访36万余户次[1]，同比增长28.3%[2]；受理12345热线工单1360件[3]，按期办结，群众评价“满意”。",
		"1.老旧管网改造，随坏随修；", "·河道每周两次；", "单位：件", "巡查河道并清理两岸垃圾", "附件：1.名词解释", "2023年12月29日", "抄送：区政府办公室，区发展和改革委员会。", "2023年12月29日印发", "版本指纹：3f0c91ab77d25e10",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %s", want)
		}
	}
	info := run(t, nil, "pdfinfo", file)
	for _, want := range []string{"A4", "津武政〔2023〕12号", "模拟数据 simulated", "Title:           精武镇人民政府关于报送2023年工作情况的报告"} {
		if !strings.Contains(info, want) {
			t.Errorf("the properties lack %s", want)
		}
	}
}

var word = regexp.MustCompile(`<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)</word>`)

// placedWord is a word with where it stands, in points from the upper left corner.
type placedWord struct {
	x0, y0, x1, y1 float64
	text           string
}

func wordsOf(t *testing.T, page string) []placedWord {
	t.Helper()
	var out []placedWord
	for _, m := range word.FindAllStringSubmatch(page, -1) {
		var at [4]float64
		for i := range at {
			v, err := strconv.ParseFloat(m[i+1], 64)
			if err != nil {
				t.Fatal(err)
			}
			at[i] = v
		}
		out = append(out, placedWord{at[0], at[1], at[2], at[3], m[5]})
	}
	return out
}

// The text keeps within 156 × 225 mm, 22 lines of 28 characters; the number of an
// odd page stands at the right, of an even one at the left, the notice on every page.
func TestPages_keep_the_layout(t *testing.T) {
	d := plainReport()
	d.Notice = "模拟数据 simulated"
	d.Blocks = append([]Block{Paragraph{Flush: true, Runs: Text(strings.Repeat("镇", 28*22*3))}}, d.Blocks...)
	d.Title, d.Subtitle, d.Addressee = "", "", ""
	t.Run("pdf", func(t *testing.T) { layout(t, filed(t, pdfOf(t, d, debian(t)))) })
	t.Run("docx", func(t *testing.T) { layout(t, office(t, d)) })
}

func layout(t *testing.T, pdf string) {
	t.Helper()
	pages := strings.Split(strings.TrimSuffix(run(t, nil, "pdftotext", "-bbox", pdf, "-"), "\n"), "</page>")
	pages = pages[:len(pages)-1]
	if len(pages) < 7 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		lines, notice, number := map[int]int{}, false, false
		for _, w := range wordsOf(t, page) {
			switch {
			case w.y1 < areaTop:
				notice = notice || strings.Contains(w.text, "模拟数据")
			case w.y0 > areaTop+areaHeight:
				if w.text == strconv.Itoa(i+1) {
					number = true
					if right := w.x0 > areaLeft+areaWidth/2; right != (i%2 == 0) {
						t.Errorf("the number of page %d is on the wrong side", i+1)
					}
					if y := w.y0 - areaTop - 225*mm; y < 5*mm || y > 9*mm {
						t.Errorf("the number of page %d is %.1f mm below the text", i+1, y/mm)
					}
				}
			default:
				lines[int(w.y0)] += utf8.RuneCountInString(w.text)
				if w.x0 < areaLeft-0.5 || w.x1 > areaLeft+areaWidth+0.5 {
					t.Errorf("page %d: %s is outside the text area: %.1f to %.1f mm", i+1, w.text, w.x0/mm, w.x1/mm)
				}
			}
		}
		if !notice || !number {
			t.Errorf("page %d: notice %v, number %v", i+1, notice, number)
		}
		if i < 3 {
			if len(lines) != 22 {
				t.Errorf("page %d has %d lines", i+1, len(lines))
			}
			for y, n := range lines {
				if n != 28 {
					t.Errorf("page %d has %d characters in the line at %d", i+1, n, y)
				}
			}
		}
	}
}

// The head of a table stands on every page of it, and all of its rows once.
func TestPDF_repeats_the_head_of_tables(t *testing.T) {
	pages := pagesOf(t, filed(t, pdfOf(t, official(), debian(t))), "-layout")
	heads, rows := 0, 0
	for i, p := range pages {
		n := len(regexp.MustCompile(`巡查河道并清理两岸垃圾`).FindAllString(p, -1))
		rows += n
		if n > 0 {
			if heads++; strings.Count(p, "责任单位") != 1 {
				t.Errorf("page %d has the head %d times", i+1, strings.Count(p, "责任单位"))
			}
		}
	}
	if heads < 2 || rows != 30 {
		t.Errorf("%d rows on %d pages", rows, heads)
	}
	// A row that is higher than a page goes over several.
	d := &Document{Blocks: []Block{Table{Columns: []Column{{Title: "甲", Width: 100}, {Title: "乙"}}, Rows: [][]Cell{Cells(strings.Repeat("高", 400), "短")}}}}
	text := strings.Join(pagesOf(t, filed(t, pdfOf(t, d, debian(t)))), "")
	if n := strings.Count(text, "高"); n != 400 {
		t.Errorf("%d of 400 characters of a high row are there", n)
	}
}

// Broken lines obey 避头尾, keep words and numbers whole, and lose nothing.
func TestBreakLines(t *testing.T) {
	plainGlyphs := func(s string) []glyph {
		var gs []glyph
		for _, r := range s {
			w := 16.0
			if r < utf8.RuneSelf {
				w = 8
			}
			gs = append(gs, glyph{r: r, width: w})
		}
		return gs
	}
	str := func(gs []glyph) string {
		var b strings.Builder
		for _, g := range gs {
			b.WriteRune(g.r)
		}
		return b.String()
	}
	rapid.Check(t, func(t *rapid.T) {
		// Nothing in it is wider than a line and whole, so no word or number need be parted.
		s := rapid.StringMatching(`([一-十]{1,12}[，。：；！？、）》”]?[（《“]?|一[0-9]{1,6}[%.][0-9]|一[a-z]{1,9} ?|一——|一……){0,40}`).Draw(t, "text")
		room := float64(rapid.IntRange(12, 28).Draw(t, "characters")) * 16
		lines := breakLines(plainGlyphs(s), room-32, room)
		var all string
		for i, l := range lines {
			text := str(l)
			all += text
			if i > 0 && text != "" {
				if r, _ := utf8.DecodeRuneInString(text); strings.ContainsRune("，。：；！？、）》”%", r) {
					t.Fatalf("line %d begins with %c: %q", i+1, r, text)
				}
				before, _ := utf8.DecodeLastRuneInString(str(lines[i-1]))
				first, _ := utf8.DecodeRuneInString(text)
				if before >= '0' && before <= '9' && first >= '0' && first <= '9' {
					t.Fatalf("a number is parted before %q", text)
				}
			}
			if i < len(lines)-1 {
				if r, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune("（《“", r) {
					t.Fatalf("line %d ends with %c", i+1, r)
				}
			}
			if w := widthOf(l); w > room+0.01 {
				t.Fatalf("line %d is %g wide, there is room for %g", i+1, w, room)
			}
		}
		if strings.ReplaceAll(all, " ", "") != strings.ReplaceAll(s, " ", "") {
			t.Fatalf("%q became %q", s, all)
		}
	})
	if n := len(breakLines(plainGlyphs(strings.Repeat("W", 1000)), 160, 160)); n != 50 {
		t.Errorf("a word of 1000 letters takes %d lines of 20", n)
	}
}

// structure checks that a PDF is whole: every object where the table says it is,
// every reference to one that is there.
func structure(t rapid.TB, b []byte) {
	t.Helper()
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(b)
	if m == nil {
		t.Fatal("no end")
	}
	at, _ := strconv.Atoi(string(m[1]))
	rows := strings.Split(string(b[at:]), "\n")
	n, _ := strconv.Atoi(strings.TrimPrefix(rows[1], "0 "))
	for i := 1; i < n; i++ {
		off, _ := strconv.Atoi(rows[2+i][:10])
		if !bytes.HasPrefix(b[off:], []byte(strconv.Itoa(i)+" 0 obj\n")) {
			t.Fatalf("object %d is not at %d", i, off)
		}
	}
	for _, m := range regexp.MustCompile(`\b(\d+) 0 R`).FindAllSubmatch(b, -1) {
		if to, _ := strconv.Atoi(string(m[1])); to < 1 || to >= n {
			t.Fatalf("object %d is not there", to)
		}
	}
}

// Any text gives a whole PDF that poppler reads without complaint.
func TestPDF_takes_any_text(t *testing.T) {
	fonts := debian(t)
	checks := 0
	rapid.Check(t, func(rt *rapid.T) {
		if checks++; checks > 40 { // each reads the fonts, 55 MB
			return
		}
		b := pdfOf(rt, wild().Draw(rt, "document"), fonts)
		structure(rt, b)
		if checks%10 == 0 {
			if said := run(t, nil, "pdftotext", filed(t, b), os.DevNull); said != "" {
				rt.Fatalf("poppler says %s", said)
			}
		}
	})
}

// The same document with the same fonts is the same file.
func TestPDF_is_the_same_twice(t *testing.T) {
	f := debian(t)
	if !bytes.Equal(pdfOf(t, official(), f), pdfOf(t, official(), debian(t))) {
		t.Error("two files of one document differ")
	}
}

// Without a font that will do there is one clear line, in both languages, and DOCX
// and HTML are made all the same.
func TestPDF_says_that_fonts_are_missing(t *testing.T) {
	for name, folder := range map[string]fstest.MapFS{
		"empty":  {},
		"broken": {"simfang.ttf": {Data: []byte("not a font")}},
		"cff":    {"deep/FandolFang.otf": {Data: []byte("OTTO")}},
		"other":  {"readme.txt": {Data: []byte("fonts go here")}},
	} {
		f, err := FindFonts(folder)
		var refusal *town.Error
		if f != nil || !errors.As(err, &refusal) || refusal.Kind != town.Missing || strings.Contains(refusal.Error(), "\n") ||
			!strings.Contains(refusal.Zh, "没有可用的中文字体") || !strings.Contains(refusal.En, "No Chinese font") {
			t.Errorf("%s: %v", name, err)
		}
		if named := strings.Contains(refusal.En, "FandolFang.otf will not do"); named != (name == "cff") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := PDF(io.Discard, official(), nil); town.KindOf(err) != town.Missing {
		t.Errorf("no fonts: %v", err)
	}
}

// The operator's fonts go before the free ones, a plain cut before a bold one, and a
// face without a font of its own takes another's.
func TestFindFonts_prefers_official_names(t *testing.T) {
	debian(t)
	kaiFont, err := os.ReadFile(filepath.Join(FreeFonts[0], "ukai.ttc"))
	if err != nil {
		t.Fatal(err)
	}
	mine := fstest.MapFS{"fonts/仿宋_GB2312.ttc": {Data: kaiFont}}
	f, err := FindFonts(mine, os.DirFS(FreeFonts[0]))
	if err != nil {
		t.Fatal(err)
	}
	if f.of[fang].file != "fonts/仿宋_GB2312.ttc" || f.of[song].family != "AR PL UMing CN" || f.of[hei].family == "" {
		t.Errorf("faces are %q", f.Names())
	}
	if only, err := FindFonts(mine); err != nil || only.of[hei].file != "fonts/仿宋_GB2312.ttc" {
		t.Errorf("one font for all faces: %v", err)
	}
}

// No file, however broken, does more than not being a font.
func FuzzOpenFont(f *testing.F) {
	f.Add([]byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0c"))
	f.Add([]byte("\x00\x01\x00\x00\x00\x01\x00\x10\x00\x00\x00\x00glyf\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for i, more := 0, true; more && i < 70; i++ {
			var font *fontFile
			var err error
			if font, more, err = openFont(data, i); err == nil {
				font.subset([]int{1, font.glyph('国'), 70000})
			}
		}
	})
}

// A font with its bytes changed is refused or drawn with, never a crash.
func TestPDF_survives_broken_fonts(t *testing.T) {
	debian(t)
	good, err := os.ReadFile(filepath.Join(FreeFonts[0], "ukai.ttc"))
	if err != nil {
		t.Fatal(err)
	}
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if checks++; checks > 30 {
			return
		}
		bad := bytes.Clone(good[:4096])
		for range rapid.IntRange(1, 30).Draw(t, "changes") {
			bad[rapid.IntRange(0, len(bad)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "to")
		}
		bad = append(bad, good[4096:]...)
		f, err := FindFonts(fstest.MapFS{"simfang.ttc": {Data: bad}})
		if err != nil {
			return
		}
		if err := PDF(io.Discard, &Document{Title: "中国", Blocks: []Block{Paragraph{Runs: Text("镇务")}}}, f); err != nil && town.KindOf(err) != town.Missing {
			t.Log(err)
		}
	})
}

func BenchmarkPDF(b *testing.B) {
	f, d := debian(b), figures(200)
	for b.Loop() {
		if err := PDF(io.Discard, d, f); err != nil {
			b.Fatal(err)
		}
	}
}
