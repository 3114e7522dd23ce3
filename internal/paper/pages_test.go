package paper

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhenwu/internal/town"
)

var update = flag.Bool("update", false, "keep the pages as they are drawn now")

// The fonts that .ci/setup installs stand for the official ones, and no others: so
// the pages are the same on every machine.
const fontsConf = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>/usr/share/fonts/truetype/arphic</dir><dir>/usr/share/fonts/truetype/wqy</dir><cachedir>%s</cachedir>
<alias binding="same"><family>仿宋_GB2312</family><prefer><family>AR PL UMing CN</family></prefer></alias>
<alias binding="same"><family>方正小标宋简体</family><prefer><family>AR PL UMing CN</family></prefer></alias>
<alias binding="same"><family>宋体</family><prefer><family>AR PL UMing CN</family></prefer></alias>
<alias binding="same"><family>楷体_GB2312</family><prefer><family>AR PL UKai CN</family></prefer></alias>
<alias binding="same"><family>黑体</family><prefer><family>WenQuanYi Zen Hei</family></prefer></alias>
<match target="font"><test name="weight" compare="less_eq"><const>medium</const></test><test target="pattern" name="weight" compare="more_eq"><const>bold</const></test><edit name="embolden" mode="assign"><bool>true</bool></edit></match>
</fontconfig>`

// tool finds a program that .ci/setup installs; in CI its absence is a failure.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed; run .ci/setup", name)
	}
	if err != nil {
		t.Skipf("%s is not installed; run .ci/setup", name)
	}
	return path
}

// run runs a program to its end and gives what it says.
func run(t *testing.T, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tool(t, name), args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// office opens a DOCX in LibreOffice and gives the pages it makes of it, as PDF.
func office(t *testing.T, d *Document) string {
	t.Helper()
	tool(t, "soffice")
	dir := t.TempDir()
	conf := filepath.Join(dir, "fonts.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, fontsConf, filepath.Join(dir, "cache")), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "paper.docx")
	var b bytes.Buffer
	if err := DOCX(&b, d); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	said := run(t, []string{"FONTCONFIG_FILE=" + conf, "SAL_USE_VCLPLUGIN=svp"}, "soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--headless", "--convert-to", "pdf", "--outdir", dir, file)
	pdf := filepath.Join(dir, "paper.pdf")
	if _, err := os.Stat(pdf); err != nil {
		t.Fatalf("LibreOffice does not open it: %s", said)
	}
	return pdf
}

// pictures draws the pages of a PDF in grey, 40 dots to the inch.
func pictures(t *testing.T, pdf string) []string {
	t.Helper()
	to := strings.TrimSuffix(pdf, ".pdf") + "-page"
	run(t, nil, "pdftoppm", "-r", "40", "-gray", "-png", pdf, to)
	pages, err := filepath.Glob(to + "-*.png")
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages", err)
	}
	return pages
}

// LibreOffice opens the documents without repair, and every page is as it was
// looked at once: within 0.5 % of its pixels. -update keeps new pages; look at them.
func TestDOCX_pages_are_the_golden_ones(t *testing.T) {
	for name, d := range map[string]*Document{"official": official(), "plain": plainReport()} {
		t.Run(name, func(t *testing.T) {
			golden(t, "docx-"+name, pictures(t, office(t, d)))
		})
	}
}

// golden holds pages against those kept in testdata.
func golden(t *testing.T, name string, pages []string) {
	t.Helper()
	kept := filepath.Join("testdata", "pages", name+"-%d.png")
	if *update {
		old, err := filepath.Glob(strings.Replace(kept, "%d", "*", 1))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range old {
			if err := os.Remove(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, p := range pages {
		at := fmt.Sprintf(kept, i+1)
		if *update {
			keep(t, picture(t, p), at)
		}
		if off := apart(t, p, at); off > 0.005 {
			t.Errorf("page %d differs from %s in %.2f %% of its pixels", i+1, at, off*100)
		}
	}
	if more := fmt.Sprintf(kept, len(pages)+1); exists(more) {
		t.Errorf("%d pages, and %s is one more", len(pages), more)
	}
}

// keep writes a picture in sixteen greys, which is what a golden page needs.
func keep(t *testing.T, m image.Image, at string) {
	t.Helper()
	greys := make(color.Palette, 16)
	for i := range greys {
		greys[i] = color.Gray{Y: uint8(i * 17)}
	}
	out := image.NewPaletted(m.Bounds(), greys)
	draw.Draw(out, out.Bounds(), m, m.Bounds().Min, draw.Src)
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// apart is the part of the pixels in which two pictures differ by an eighth of the scale or more.
func apart(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := picture(t, a), picture(t, b)
	if x.Bounds() != y.Bounds() {
		return 1
	}
	off, all := 0, 0
	for j := x.Bounds().Min.Y; j < x.Bounds().Max.Y; j++ {
		for i := x.Bounds().Min.X; i < x.Bounds().Max.X; i++ {
			p, _, _, _ := x.At(i, j).RGBA()
			q, _, _, _ := y.At(i, j).RGBA()
			if max(p, q)-min(p, q) >= 1<<13 {
				off++
			}
			all++
		}
	}
	return float64(off) / float64(all)
}

func picture(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	m, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The imprint rests on the foot of the last page and never over the text: where the
// page is too full it takes one more.
func TestPages_end_with_the_imprint(t *testing.T) {
	fonts := debian(t)
	where := func(t *testing.T, lines int, pdf string) {
		t.Helper()
		pages := strings.Split(run(t, nil, "pdftotext", "-bbox", pdf, "-"), "</page>")
		last := pages[len(pages)-2]
		text, imprint := 0.0, 0.0
		for _, w := range wordsOf(t, last) {
			switch {
			case strings.HasPrefix(w.text, "抄送"):
				imprint = w.y0
			case strings.HasPrefix(w.text, "第") || strings.HasPrefix(w.text, "指纹"):
				text = max(text, w.y1)
			}
		}
		if imprint < areaTop+areaHeight-3*imprintPitch || text > imprint {
			t.Errorf("%d lines: the text ends at %.0f, the imprint begins at %.0f", lines, text, imprint)
		}
	}
	for _, lines := range []int{1, 18, 19, 20, 21, 22, 23} {
		d := &Document{Fingerprint: "指纹", Imprint: Imprint{Copies: []string{"区政府办公室"}, Office: "党政办公室", Day: town.DayOf(2023, 12, 29)}}
		for range lines {
			d.Blocks = append(d.Blocks, Paragraph{Runs: Text("第一行")})
		}
		where(t, lines, filed(t, pdfOf(t, d, fonts)))
		if lines == 19 || lines == 20 { // the last that leaves room, and the first that does not
			where(t, lines, office(t, d))
		}
	}
}
