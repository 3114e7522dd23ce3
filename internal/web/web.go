package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/edition"
	"zhenwu/internal/form"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Config is what the console needs.
type Config struct {
	Hall   *hall.Hall
	Blobs  store.Blobs
	Demo   bool            // offers one-click sign-in; refused unless the town is simulated and the visitor sits at this machine
	First  string          // one-time token for the first administrator of an empty town, "" = none
	Secure bool            // cookies only over HTTPS
	Faults []catalog.Fault // warnings of the catalog
	Log    *slog.Logger    // nil: slog.Default
	Fonts  []fs.FS         // where fonts for PDF are looked for

	CountFirst int64 // how many records of a list are looked through before it is shown, to say how long it is; of more it is said after the rows. 0 = 20,000
}

// site is the console of one town.
type site struct {
	cfg    Config
	hall   *hall.Hall
	words  words
	assets *assets
	pages  map[string]*template.Template
	log    *slog.Logger
	gate   *gate

	mu      sync.Mutex
	members map[int64]hall.Member
	known   time.Time
	started map[string]*imported
	blanks  map[string]*form.File // forms read last, by hash

	editions map[string]*edition.Edition // published editions by the hash of their file and their fingerprint
}

// New builds the console.
func New(cfg Config) (http.Handler, error) {
	s := &site{cfg: cfg, hall: cfg.Hall, log: cfg.Log, gate: newGate(), started: map[string]*imported{}, editions: map[string]*edition.Edition{}, blanks: map[string]*form.File{}}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.cfg.CountFirst == 0 {
		s.cfg.CountFirst = 20_000
	}
	var err error
	if s.words, err = loadWords(); err != nil {
		return nil, err
	}
	if s.assets, err = newAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = s.loadPages(); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	s.routes(mux)
	var h http.Handler = mux
	h = http.NewCrossOriginProtection().Handler(h)
	return s.guarded(h), nil
}

// routes is the whole surface of the console.
func (s *site) routes(mux *http.ServeMux) {
	open := func(pattern string, fn func(*visit) error) { mux.HandleFunc(pattern, s.handle(fn, false)) }
	page := func(pattern string, fn func(*visit) error) { mux.HandleFunc(pattern, s.handle(fn, true)) }
	mux.HandleFunc("GET /assets/{name}", s.assets.serve)
	open("GET /signin", (*visit).signinPage)
	open("POST /signin", (*visit).signin)
	open("POST /signin/as", (*visit).signinAs)
	open("POST /signin/first", (*visit).signinFirst)
	open("POST /switch", (*visit).switchLook)
	open("GET /progress", (*visit).progress)
	page("POST /signout", (*visit).signout)
	page("GET /{$}", (*visit).today)
	page("GET /find", (*visit).find)
	page("GET /registers", (*visit).registers)
	page("GET /t/{type}", (*visit).register)
	page("GET /t/{type}/export.csv", (*visit).exportCSV)
	page("GET /t/{type}/export.xlsx", (*visit).exportXLSX)
	page("GET /t/{type}/new", (*visit).newPage)
	page("POST /t/{type}/new", (*visit).newRecord)
	page("GET /t/{type}/import", (*visit).importPage)
	page("POST /t/{type}/import", (*visit).importStep)
	page("POST /t/{type}/views", (*visit).saveView)
	page("POST /t/{type}/phone", (*visit).byPhone)
	page("GET /t/{type}/pick", (*visit).pick)
	page("GET /n/{number}", (*visit).byNumber)
	page("GET /r/{id}", (*visit).record)
	page("POST /r/{id}/move/{move}", (*visit).move)
	page("GET /r/{id}/correct", (*visit).correctPage)
	page("POST /r/{id}/correct", (*visit).correct)
	page("POST /r/{id}/void", (*visit).void)
	page("POST /r/{id}/undo", (*visit).undo)
	page("POST /r/{id}/reveal", (*visit).reveal)
	page("GET /r/{id}/files/{hash}", (*visit).file)
	page("GET /figures", (*visit).figures)
	page("GET /figures/{key}", (*visit).figure)
	page("POST /figures/{key}/target", (*visit).putTarget)
	page("GET /figures/{key}/records.csv", (*visit).figureCSV)
	page("GET /figures/{key}/grid.json", (*visit).figureGrid)
	page("GET /dashboards/{board}", (*visit).dashboard)
	page("GET /dashboards/{board}/screen", (*visit).dashboardScreen)
	page("GET /dashboards/{board}/print", (*visit).dashboardPrint)
	page("GET /dashboards/{board}/export.xlsx", (*visit).dashboardXLSX)
	page("GET /dashboards/{board}/{key}", (*visit).boardFigure)
	page("GET /compare", (*visit).comparePage)
	page("GET /entries", (*visit).entriesHome)
	page("GET /entries/{type}", (*visit).entries)
	page("GET /entries/{type}/check", (*visit).checkEntry)
	page("POST /entries/{type}", (*visit).saveEntries)
	page("POST /entries/{type}/sign", (*visit).signEntries)
	page("GET /commitments", (*visit).commitments)
	page("GET /commitments/table", (*visit).halfYearPage)
	page("GET /commitments/table.xlsx", (*visit).halfYearXLSX)
	page("GET /commitments/table.docx", (*visit).halfYearDOCX)
	page("GET /commitments/read", (*visit).readPromises)
	page("POST /commitments/read", (*visit).givePromises)
	page("POST /commitments/take", (*visit).takePromises)
	page("GET /report", (*visit).reportPage)
	page("POST /report", (*visit).reportCheck)
	page("POST /reports", (*visit).newReport)
	page("GET /reports/{id}", (*visit).studio)
	page("POST /reports/{id}", (*visit).saveDraft)
	page("POST /reports/{id}/preview", (*visit).previewDraft)
	page("GET /reports/{id}/figures", (*visit).insertable)
	page("GET /reports/{id}/paper/{form}", (*visit).paper)
	page("POST /reports/{id}/correct", (*visit).correctReport)
	page("POST /reports/{id}/publish", (*visit).publishReport)
	open("GET /p/{$}", (*visit).publicReports)
	open("GET /p/{print}", (*visit).publicReport)
	open("GET /p/{print}/{figure}", (*visit).publicFigure)
	open("GET /p/{print}/edition.zwe", (*visit).publicPart)
	open("GET /p/{print}/parts/{part...}", (*visit).publicPart)
	page("GET /forms", (*visit).formsPage)
	page("POST /forms", (*visit).newForm)
	page("GET /forms/{id}", (*visit).formPage)
	page("POST /forms/{id}/map", (*visit).mapForm)
	page("POST /forms/{id}/settle", (*visit).settleForm)
	page("GET /forms/{id}/figures", (*visit).formFigures)
	page("GET /forms/{id}/fill", (*visit).fillPage)
	page("POST /forms/{id}/fill", (*visit).fillForm)
	page("GET /catalog", (*visit).catalogPage)
	page("GET /catalog/{type}", (*visit).catalogType)
	page("GET /people", (*visit).people)
	page("POST /people", (*visit).putPerson)
	page("GET /people/{login}", (*visit).person)
	page("GET /calendars", (*visit).calendars)
	page("POST /calendars", (*visit).putCalendar)
	page("GET /rules", (*visit).rules)
	page("GET /rules/{rule}", (*visit).rule)
	page("POST /rules/{rule}", (*visit).putRule)
	page("GET /since", (*visit).since)
	page("POST /since", (*visit).putSince)
	page("GET /tokens", (*visit).tokens)
	page("POST /tokens", (*visit).putToken)
	page("POST /tokens/close", (*visit).closeToken)
	page("GET /jobs", (*visit).jobs)
	page("POST /jobs", (*visit).retryJobs)
	page("GET /journal", (*visit).journal)
	page("GET /journal/{seq}", (*visit).leaf)
}

// visit is one request of one person.
type visit struct {
	*site
	w      http.ResponseWriter
	req    *http.Request
	ctx    context.Context
	lang   string
	look   look
	member *hall.Member // nil: not signed in
	token  string       // of the session, hashed
	view   *hall.View
	now    town.Millis
	today_ town.Day
	notice string

	r      *hall.Reader // inside read
	of     town.ID      // the record whose values are being shown
	labels map[town.ID]refLabel
	kept   map[string]string // hashes of the files this request brought, by the control's name
}

// handle turns a handler that returns an error into an http.HandlerFunc.
func (s *site) handle(fn func(*visit) error, member bool) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		v := &visit{site: s, w: w, req: req, ctx: req.Context(), view: s.hall.View(), now: s.hall.Now(), labels: map[town.ID]refLabel{}, kept: map[string]string{}}
		v.today_ = v.now.Day(v.view.Zone())
		v.look = readLook(req)
		v.lang = v.look.lang
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				v.fail(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		if err := v.knowMember(); err != nil {
			v.fail(err)
			return
		}
		if err := town.Address(req.URL.Path, req.URL.RawQuery); err != nil {
			req.URL = &url.URL{Path: "/"} // no page may lead back to it
			v.fail(err)
			return
		}
		if member && v.member == nil {
			if req.Method == http.MethodGet {
				to := "/signin"
				if req.URL.Path != "/" {
					to += "?to=" + template.URLQueryEscaper(req.URL.RequestURI())
				}
				v.redirect(to)
				return
			}
			v.fail(town.Refuse(town.Denied, "", "请先登录。", "Please sign in first."))
			return
		}
		if err := fn(v); err != nil {
			v.fail(err)
		}
	}
}

// guarded sets the headers that every answer carries.
func (s *site) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, store.MaxBlob+40<<20)
		}
		next.ServeHTTP(w, r)
	})
}

// read runs fn on one snapshot.
func (v *visit) read(fn func() error) error {
	return v.hall.Reading(v.ctx, func(r *hall.Reader) error {
		v.r, v.view = r, r.View()
		defer func() { v.r = nil }()
		return fn()
	})
}

func (v *visit) t(key string, args ...any) string { return v.words.say(v.lang, key, args...) }

// in gives the label in the visitor's language.
func (v *visit) in(l catalog.Label) string { return l.In(v.lang) }

func (v *visit) actor() town.Actor { return v.member.Actor() }

// do carries out a command of the visitor. The form's own id makes it happen once.
func (v *visit) do(cmd town.Command) (town.Answer, error) {
	if cmd.ID == "" {
		cmd.ID = v.commandID()
	}
	if cmd.Day == 0 {
		cmd.Day = town.NoDay
	}
	return v.hall.Do(v.ctx, v.actor(), cmd)
}

// commandID is the id that the form carried, or a fresh one.
func (v *visit) commandID() string {
	if id := v.req.PostFormValue("command"); id != "" && len(id) <= 40 && !strings.ContainsRune(id, '#') {
		return id
	}
	return newID()
}

// newID makes the id of a command.
func newID() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return "w-" + hex.EncodeToString(b[:])
}

func (v *visit) redirect(to string) {
	if v.req.Header.Get("HX-Request") != "" {
		v.w.Header().Set("HX-Redirect", to)
		v.w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(v.w, v.req, to, http.StatusSeeOther)
}

// statusOf maps kinds of refusal to HTTP.
var statusOf = map[town.Kind]int{town.Invalid: 422, town.Denied: 403, town.Hidden: 404, town.Missing: 404, town.Conflict: 409, town.Stale: 409, town.Busy: 503, town.Internal: 500}

// sentence is what a person is told of an error, in their language; internal
// ones give a short id that also stands in the log.
func (v *visit) sentence(err error) (text string, status int) {
	var ours *town.Error
	if errors.As(err, &ours) && ours.Kind != town.Internal {
		if ours.Kind == town.Hidden {
			return v.t("error.missing"), 404
		}
		return ours.In(v.lang), statusOf[ours.Kind]
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return v.t("error.large"), http.StatusRequestEntityTooLarge
	}
	if errors.Is(err, context.Canceled) {
		return v.t("error.gone"), 499
	}
	var b [4]byte
	_, _ = rand.Read(b[:])
	id := hex.EncodeToString(b[:])
	v.log.Error("request failed", "id", id, "method", v.req.Method, "path", v.req.URL.Path, "err", err)
	return v.t("error.internal", id), 500
}

// errorView is the page of an error.
type errorView struct {
	Page
	Status int
	Text   string
}

func (v *visit) fail(err error) {
	text, status := v.sentence(err)
	if v.req.Header.Get("HX-Request") != "" {
		v.w.Header().Set("HX-Retarget", "#toasts")
		v.w.Header().Set("HX-Reswap", "innerHTML")
		v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
		v.w.WriteHeader(status)
		_ = template.Must(template.New("").Parse(`<p class="toast" role="alert">{{.}}</p>`)).Execute(v.w, text)
		return
	}
	e := errorView{Page: v.page(v.t("error.title"), ""), Status: status, Text: text}
	v.renderStatus("error", &e, status)
}

func (v *visit) render(name string, data any) error {
	return v.renderStatus(name, data, http.StatusOK)
}

// renderAs draws a page in another layout than the console's.
func (v *visit) renderAs(name, layout string, data any) error {
	return v.renderBlock(name, layout, data, http.StatusOK)
}

func (v *visit) renderStatus(name string, data any, status int) error {
	block := "layout"
	if v.member == nil {
		block = "bare"
	}
	return v.renderBlock(name, block, data, status)
}

// renderOpen shows a page that anyone may read, whether signed in or not.
func (v *visit) renderOpen(name string, data any) error {
	return v.renderBlock(name, "portal", data, http.StatusOK)
}

func (v *visit) renderBlock(name, block string, data any, status int) error {
	t, ok := v.pages[name]
	if !ok {
		return fmt.Errorf("no page %q", name)
	}
	if b := v.req.Header.Get("HX-Target"); b != "" && t.Lookup("part-"+b) != nil && v.req.Header.Get("HX-Boosted") == "" {
		block = "part-" + b
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, block, data); err != nil {
		if status >= 500 { // the error page itself failed
			http.Error(v.w, "zhenwu: "+err.Error(), 500)
			return nil
		}
		return fmt.Errorf("render %s: %w", name, err)
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Cookie, HX-Request, HX-Target")
	v.w.WriteHeader(status)
	_, _ = v.w.Write(buf.Bytes())
	return nil
}

// local tells whether the request comes from this very machine, straight.
func local(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
