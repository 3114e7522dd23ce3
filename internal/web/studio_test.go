package web

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"zhenwu/internal/edition"
	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/paper"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/verify"
)

// A report goes from one of an earlier year through writing, review and signing to an edition that can be verified.
func TestStudio(t *testing.T) {
	h := founded(t)
	rounds(t, h, 12)
	cfg := Config{Hall: h, Demo: true, Fonts: freeFonts()}
	cfg.Blobs.Dir = t.TempDir()
	c := serve(t, cfg)
	office := c.as("office")
	base := "# 2022年政府工作报告\n\n## 一、2022年工作回顾\n\n走访居民30万余户，喂养石狮子12只。\n"
	code, body := office.send("/reports", formPart{name: "title", data: []byte("2023年政府工作报告")}, formPart{name: "year", data: []byte("2023")},
		formPart{name: "meeting", data: []byte("2023-12-31")}, formPart{name: "base", file: "old.md", data: []byte(base)})
	if code != 200 || !strings.Contains(body, `class="claim unmatched"`) || !strings.Contains(plain(body), "还没有定") {
		t.Fatalf("begun: %d\n%.1500s", code, plain(body))
	}
	path := regexp.MustCompile(`/reports/[0-9]+`).FindString(body)
	rev := func() string {
		_, body := office.get(path + "?view=draft")
		return found1(t, body, `name="rev" value="([0-9]+)"`)
	}
	draft := "---\n年份: 2023\n标题: 2023年政府工作报告\n---\n# 2023年政府工作报告\n\n走访居民{{grid_visits 0户}}。\n"
	wrong := strings.Replace(draft, "grid_visits", "走防居民", 1)
	if code, body := office.post(path+"/preview", url.Values{"draft": {wrong}}); code != 200 || !strings.Contains(plain(body), "没有这个指标：走防居民；是不是 网格走访居民") {
		t.Errorf("preview: %d\n%.800s", code, plain(body))
	}
	if code, body := office.get(path + "/figures?q=" + url.QueryEscape("走访")); code != 200 || !strings.Contains(body, `data-insert="{{grid_visits`) {
		t.Errorf("insert: %d\n%.800s", code, body)
	}
	stale := url.Values{"draft": {draft + "不能丢"}, "rev": {"99"}, "command": {"w-stale"}}
	if code, body := office.post(path, stale); code != 409 || !strings.Contains(body, "不能丢") {
		t.Errorf("stale: %d, what was typed stands: %v", code, strings.Contains(body, "不能丢"))
	}
	if code, body := office.post(path, url.Values{"draft": {draft}, "rev": {rev()}, "command": {"w-save"}}); code != 200 || strings.Contains(plain(body), "须改") {
		t.Fatalf("saved: %d\n%.1200s", code, plain(body))
	}
	for form, begins := range map[string]string{"docx": "PK", "pdf": "%PDF", "html": "<!"} {
		if _, err := paper.FindFonts(cfg.Fonts...); form == "pdf" && err != nil && os.Getenv("CI") == "" {
			continue // no free fonts on this machine
		}
		if code, got := office.get(path + "/paper/" + form); code != 200 || !strings.HasPrefix(got, begins) {
			t.Errorf("%s: %d %.80s", form, code, got)
		}
	}
	if code, _ := office.get(path + "/paper/exe"); code != 404 {
		t.Errorf("exe: %d", code)
	}
	record := strings.Replace(path, "/reports/", "/r/", 1)
	move := func(c *client, name string, more url.Values) {
		t.Helper()
		more.Set("command", "w-"+name)
		if code, body := c.post(record+"/move/"+name, more); code != 200 {
			t.Fatalf("%s: %d\n%.600s", name, code, plain(body))
		}
	}
	move(office, "submit", url.Values{})
	if code, body := office.post(path+"/publish", url.Values{"command": {"w-early"}}); code == 200 {
		t.Errorf("an unsigned report is published:\n%.400s", plain(body))
	}
	move(c.as("mayor"), "sign", url.Values{})
	office = c.as("office")
	code, body = office.post(path+"/publish", url.Values{"command": {"w-publish"}})
	if code != 200 || !strings.Contains(plain(body), "下载公布的版本") {
		t.Fatalf("published: %d\n%.1200s", code, plain(body))
	}
	link := found1(t, body, `href="(/r/[0-9]+/files/[0-9a-f]+)">下载公布`)
	printed := found1(t, body, `href="(/r/[0-9]+/files/[0-9a-f]+)">DOCX`)
	code, file := office.get(link)
	if code != 200 {
		t.Fatalf("edition: %d", code)
	}
	e, err := edition.Open(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	o, err := verify.Edition(bytes.NewReader([]byte(file)), int64(len(file)), e.Edition.Key, nil)
	if err != nil || !o.Simulated || o.Numbers != 1 {
		t.Errorf("verified: %+v, %v", o, err)
	}
	sum := sha256.Sum256(e.JSON)
	print := hex.EncodeToString(sum[:])
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	anyone := &client{t: t, http: &http.Client{Jar: jar}, base: c.base}
	for _, lang := range []string{"zh", "en"} {
		anyone.get("/p/") // a cookie to keep the language in
		if code, _ := anyone.post("/switch", url.Values{"lang": {lang}, "back": {"/p/"}}); code != 200 {
			t.Fatalf("switch: %d", code)
		}
		code, body := anyone.get("/p/")
		if code != 200 || !strings.Contains(body, "/p/"+print) {
			t.Fatalf("%s: what was published is not listed: %d\n%.900s", lang, code, plain(body))
		}
		code, body = anyone.get("/p/" + print)
		if code != 200 || !strings.Contains(body, print) || !strings.Contains(body, `href="/p/`+print+`/f1"`) {
			t.Errorf("%s: the public report: %d\n%.1200s", lang, code, plain(body))
		}
		code, body = anyone.get("/p/" + print[:20] + "/f1")
		if code != 200 || !strings.Contains(body, `<b class="n">`+e.Edition.Figures[0].Value+`</b>`) || !strings.Contains(body, `data-figure="f1"`) || strings.Contains(body, "public.") {
			t.Errorf("%s: the public figure: %d\n%.1200s", lang, code, plain(body))
		}
		if how := map[string]string{"zh": "合计", "en": "sum of"}[lang]; !strings.Contains(strings.ToLower(plain(body)), how) {
			t.Errorf("%s: how it is made is not said: %.900s", lang, plain(body))
		}
	}
	for _, bad := range []string{"/p/" + strings.Repeat("0", 64), "/p/" + print[:8], "/p/" + print + "/f99", "/p/" + print + "/parts/../edition.json", "/p/" + print + "/parts/evidence/none"} {
		if code, _ := anyone.get(bad); code != 404 {
			t.Errorf("%s: %d", bad, code)
		}
	}
	for _, version := range append(e.Versions(), "\x00") {
		name := edition.NameEvidence + version
		switch version {
		case "":
			name = edition.NameTown
		case "\x00":
			name = edition.NameEdition
		}
		want := string(e.JSON)
		if version != "\x00" {
			r, err := e.Evidence(version)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			want = string(b)
		}
		if code, got := anyone.get("/p/" + print + "/parts/" + url.PathEscape(name)); code != 200 || got != want {
			t.Errorf("%s: %d, %d bytes of %d", name, code, len(got), len(want))
		}
	}
	if code, got := anyone.get("/p/" + print + "/edition.zwe"); code != 200 || got != file {
		t.Errorf("the file: %d, %d bytes of %d", code, len(got), len(file))
	}

	// What was published stays beside what the records say later.
	reading := func() figure.Reading {
		t.Helper()
		var out figure.Reading
		if err := h.Reading(t.Context(), func(r *hall.Reader) (err error) {
			cat := r.View().Cat
			out, err = figure.Compare(cat, r, figure.Query{Figure: cat.Figures["grid_visits"], Period: town.YearPeriod(2023), AsOf: town.DayOf(2023, 12, 31)})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if x := reading(); x.Published == nil || x.Published.Decimal() != e.Edition.Figures[0].Value || x.Restated() {
		t.Errorf("published: %+v", x)
	}
	_, body = office.as("mayor").get("/figures/grid_visits?period=2023")
	number := found1(t, body, `(XFL[0-9]+)`)
	var visit *store.RecordRow
	if err := h.Reading(t.Context(), func(r *hall.Reader) (err error) {
		visit, err = r.Q().RecordByNumber(t.Context(), r.Town(), number)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Do(t.Context(), town.Actor{Kind: town.System, Name: "系统"}, town.Command{ID: "after", Op: town.Void, Record: visit.ID, Reason: "重复登记", Day: town.NoDay}); err != nil {
		t.Fatal(err)
	}
	if x := reading(); !x.Restated() || x.Published.Decimal() != e.Edition.Figures[0].Value {
		t.Errorf("restated: %+v", x)
	}
	if code, body := office.get("/figures/grid_visits?period=2023"); code != 200 || !strings.Contains(plain(body), "曾公布") {
		t.Errorf("the figure does not say that it was published otherwise: %d\n%.900s", code, plain(body))
	}

	// A file and a fingerprint that somebody put into a record by hand are no edition, and hide none: neither junk nor what another key signed.
	other := founded(t)
	rounds(t, other, 3)
	foreign, _, err := other.Publish(t.Context(), hall.Order{Draft: draft})
	if err != nil {
		t.Fatal(err)
	}
	ef, err := edition.Open(bytes.NewReader(foreign), int64(len(foreign)))
	if err != nil {
		t.Fatal(err)
	}
	foreignSum := sha256.Sum256(ef.JSON)
	for byHand, data := range map[string][]byte{strings.Repeat("ab", 32): []byte("PK no edition"), strings.Repeat("cd", 32): []byte(file), hex.EncodeToString(foreignSum[:]): foreign} {
		_, body = c.as("office").send("/reports", formPart{name: "title", data: []byte("手填的一份")}, formPart{name: "year", data: []byte("2023")}, formPart{name: "meeting", data: []byte("2023-12-31")})
		record = strings.Replace(regexp.MustCompile(`/reports/[0-9]+`).FindString(body), "/reports/", "/r/", 1)
		for _, step := range [][2]string{{"office", "submit"}, {"mayor", "sign"}} {
			if code, body := c.as(step[0]).post(record+"/move/"+step[1], url.Values{"command": {byHand[:6] + step[1]}}); code != 200 {
				t.Fatalf("%s: %d\n%.600s", step[1], code, plain(body))
			}
		}
		if code, body := c.as("office").send(record+"/move/publish", formPart{name: "command", data: []byte(byHand[:6])}, formPart{name: "f.fingerprint", data: []byte(byHand)}, formPart{name: "f.edition", file: "x.zwe", data: data}); code != 200 {
			t.Fatalf("by hand: %d\n%.600s", code, plain(body))
		}
		for _, path := range []string{"", "/f1", "/edition.zwe", "/parts/edition.json"} {
			if code, _ := anyone.get("/p/" + byHand + path); code != 404 {
				t.Errorf("what is no edition is shown at %s%s: %d", byHand, path, code)
			}
		}
		if code, body := anyone.get("/p/"); code != 200 || strings.Contains(body, byHand) || !strings.Contains(body, print) {
			t.Errorf("the list beside what is no edition: %d\n%.600s", code, plain(body))
		}
	}

	// A correction is a new edition; each names the other.
	office = c.as("office")
	if code, body := office.post(path+"/correct", url.Values{"command": {"w-empty"}}); code != 422 || !strings.Contains(plain(body), "更正什么") {
		t.Errorf("a correction without a word why: %d\n%.400s", code, plain(body))
	}
	code, body = office.post(path+"/correct", url.Values{"command": {"w-correct"}, "why": {"走访户次重复登记一轮"}})
	if code != 200 || !strings.Contains(plain(body), "走访户次重复登记一轮") || !strings.Contains(body, `/p/`+print) {
		t.Fatalf("a correction begins: %d\n%.900s", code, plain(body))
	}
	second := found1(t, body, `action="(/reports/[0-9]+)"`)
	record = strings.Replace(second, "/reports/", "/r/", 1)
	for _, step := range [][2]string{{"office", "submit"}, {"mayor", "sign"}} {
		if code, body := c.as(step[0]).post(record+"/move/"+step[1], url.Values{"command": {"c-" + step[1]}}); code != 200 {
			t.Fatalf("%s: %d\n%.600s", step[1], code, plain(body))
		}
	}
	code, body = c.as("office").post(second+"/publish", url.Values{"command": {"c-publish"}})
	newer := found1(t, body, `href="/p/([0-9a-f]{64})">`)
	if code != 200 || newer == print {
		t.Fatalf("the correction is published: %d %s", code, newer)
	}
	if _, body := anyone.get("/p/" + print); !strings.Contains(body, `href="/p/`+newer+`"`) {
		t.Errorf("the edition does not name the one that corrects it:\n%.900s", plain(body))
	}
	if _, body := anyone.get("/p/" + newer); !strings.Contains(plain(body), "走访户次重复登记一轮") {
		t.Errorf("the correction does not say what it corrects:\n%.900s", plain(body))
	}
	_, file = anyone.get("/p/" + newer + "/edition.zwe")
	o, err = verify.Edition(strings.NewReader(file), int64(len(file)), e.Edition.Key, e)
	if err != nil || !o.Continues || !strings.Contains(o.Corrects, "重复登记") {
		t.Errorf("the correction is verified: %+v, %v", o, err)
	}
	office = c.as("mayor")

	// The printed document bears the fingerprint.
	code, docx := office.get(printed)
	z, err := zip.NewReader(strings.NewReader(docx), int64(len(docx)))
	if code != 200 || err != nil {
		t.Fatalf("the printed document: %d, %v", code, err)
	}
	part, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	xml, err := io.ReadAll(part)
	if text := tags.ReplaceAllString(string(xml), ""); err != nil || !strings.Contains(strings.ReplaceAll(text, "-", ""), print[:16]) {
		t.Errorf("the printed document does not bear the fingerprint %s: %v", print, err)
	}
}

func freeFonts() (out []fs.FS) {
	for _, f := range paper.FreeFonts {
		out = append(out, os.DirFS(f))
	}
	return out
}
