package web

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/access"
	"zhenwu/internal/journal"
	"zhenwu/internal/town"
)

//go:embed templates/*.html
var templateFiles embed.FS

// loadPages parses every page with the layout and the shared parts.
func (s *site) loadPages() (map[string]*template.Template, error) {
	base, err := template.New("").Funcs(template.FuncMap{"asset": s.assets.url, "dict": dict}).ParseFS(templateFiles, "templates/_*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	names, err := fs.Glob(templateFiles, "templates/[a-z]*.html")
	if err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		t, err := template.Must(base.Clone()).ParseFS(templateFiles, name)
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		pages[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return pages, nil
}

// dict gives a partial several values by name.
func dict(pairs ...any) map[string]any {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

// Page is what every page shows around its own content.
type Page struct {
	site *site

	Lang      string
	Title     string
	Here      string // the rail's current entry
	Town      string
	Simulated bool
	Clock     string // the town's clock in words
	ClockISO  string
	Person    string
	PersonAt  string // office or role
	PlaceName string
	Period    string
	Places    []option // for the switch
	Periods   []option
	URL       string // of this page, for the switches
	Toast     string
	Filling   bool // the simulated year is filling in
	Done      int64
	Total     int64
	Command   string // id for the forms of this page
	Admin     bool
	Rail      [][]railItem
	Home      string // where the visitor begins
	Reads     bool   // the visitor sees and changes nothing
	Notice    string
}

type railItem struct {
	Key, Href, Icon, Text string
	Here                  bool
}

// option is one choice of a control.
type option struct {
	Value, Text, Note string
	On                bool
	Depth             int
}

// T gives a text of the console in the page's language.
func (p *Page) T(key string, args ...any) string { return p.site.words.say(p.Lang, key, args...) }

// Other is the language the page can be switched to.
func (p *Page) Other() string {
	if p.Lang == "en" {
		return "zh"
	}
	return "en"
}

// HTMLLang is the page's language for browsers.
func (p *Page) HTMLLang() string {
	if p.Lang == "en" {
		return "en"
	}
	return "zh-CN"
}

// look is what a person chose to look at; it stays in a cookie.
type look struct {
	lang   string
	place  town.Code
	period string
}

const lookCookie = "zw_look"

func readLook(r *http.Request) look {
	l := look{lang: "zh"}
	if c, err := r.Cookie(lookCookie); err == nil {
		parts := strings.Split(c.Value, "~")
		if len(parts) == 3 {
			if parts[0] == "en" {
				l.lang = "en"
			}
			l.place, l.period = town.Code(parts[1]), parts[2]
		}
	}
	switch r.URL.Query().Get("lang") {
	case "zh":
		l.lang = "zh"
	case "en":
		l.lang = "en"
	}
	return l
}

var (
	errPlace  = town.Refuse(town.Invalid, "place", "没有这个地点。", "there is no such place.")
	errPeriod = town.Refuse(town.Invalid, "period", "时期写法如 2023、2023-Q1、2023-05。", "a period is written like 2023, 2023-Q1, 2023-05.")
)

// switchLook changes place, period or language and goes back.
func (v *visit) switchLook() error {
	l := v.look
	if s := v.req.PostFormValue("lang"); s == "zh" || s == "en" {
		l.lang = s
	}
	if _, ok := v.req.PostForm["place"]; ok {
		l.place = town.Code(v.req.PostFormValue("place"))
		if p := v.view.Place(l.place); p == nil {
			return errPlace
		}
	}
	if s := v.req.PostFormValue("period"); s != "" {
		if _, err := town.ParsePeriod(s); err != nil || strings.ContainsAny(s, "/~") {
			return errPeriod
		}
		l.period = s
	}
	http.SetCookie(v.w, &http.Cookie{Name: lookCookie, Value: l.lang + "~" + string(l.place) + "~" + l.period, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.cfg.Secure})
	back := v.req.PostFormValue("back")
	if !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.HasPrefix(back, "/\\") {
		back = "/"
	}
	http.Redirect(v.w, v.req, back, http.StatusSeeOther)
	return nil
}

// place is the place looked at; "" is the town.
func (v *visit) place() town.Code {
	if p := v.view.Place(v.look.place); p != nil && p.ID != 0 {
		return p.Code
	}
	return ""
}

// period is the period looked at.
func (v *visit) period() town.Period {
	if p, err := town.ParsePeriod(v.look.period); err == nil {
		return p
	}
	return town.YearPeriod(v.today_.Year())
}

func (v *visit) page(title, here string) Page {
	zone := v.view.Zone()
	now := v.now.Time(zone)
	p := Page{site: v.site, Lang: v.lang, Title: title, Here: here, Town: v.in(v.view.Cat.Name), Simulated: v.view.Simulated,
		Clock: v.clockWords(now), ClockISO: now.Format("2006-01-02T15:04"), URL: v.req.URL.RequestURI(), Command: newID(), Toast: v.notice, Home: "/"}
	if v.req.Method != http.MethodGet {
		p.URL = "/"
	}
	if f := v.hall.Filling(); !f.Ready {
		p.Filling, p.Done, p.Total = true, int64(f.Done), int64(max(f.Total, 1))
	}
	if v.member == nil {
		return p
	}
	p.Person = v.member.Name
	if len(v.member.Posts) > 0 {
		post := v.member.Posts[0]
		if r := v.view.Cat.Roles[post.Role]; r != nil {
			p.PersonAt = v.in(r.Label)
		}
	}
	p.Admin, p.Home, p.Reads = v.holds("admin"), v.home(v.member.Posts), access.OnlyReads(v.view.Cat, v.actor()) != nil
	at := v.view.Place(v.look.place)
	if at == nil {
		at = v.view.Place("")
	}
	p.PlaceName = v.t("place.all")
	if at.ID != 0 {
		p.PlaceName = v.placeName(at.Code)
	}
	p.Period = v.periodName(v.period())
	for _, pl := range v.view.Places() {
		if pl.Kind == "grid" {
			continue // reached from their village; the list would be too long
		}
		o := option{Value: string(pl.Code), Text: v.placeName(pl.Code), On: pl.ID == at.ID, Depth: len(pl.Path)}
		if pl.ID == 0 {
			o.Text = v.t("place.all")
		}
		p.Places = append(p.Places, o)
	}
	year := v.today_.Year()
	mine := v.period().String()
	for y := year + 1; y > year-3; y-- { // next year has targets, if nothing else
		s := strconv.Itoa(y)
		p.Periods = append(p.Periods, option{Value: s, Text: v.periodName(town.YearPeriod(y)), On: mine == s})
	}
	from := v.period().From.Year()
	for q := 1; q <= 4; q++ {
		s := fmt.Sprintf("%d-Q%d", from, q)
		pp, _ := town.ParsePeriod(s) // of our own making
		p.Periods = append(p.Periods, option{Value: s, Text: v.periodName(pp), On: mine == s})
	}
	for m := 1; m <= 12; m++ {
		pp := town.MonthPeriod(from, time.Month(m))
		p.Periods = append(p.Periods, option{Value: pp.String(), Text: v.periodName(pp), On: mine == pp.String()})
	}
	items := [][]railItem{
		{{"today", "/", "i-today", v.t("nav.today"), false}},
		{{"registers", "/registers", "i-register", v.t("nav.registers"), false}, {"figures", "/figures", "i-figures", v.t("nav.figures"), false}, {"commitments", "/commitments", "i-task", v.t("nav.commitments"), false}},
		{{"report", "/report", "i-report", v.t("nav.report"), false}, {"forms", "/forms", "i-sheet", v.t("nav.forms"), false}, {"journal", "/journal", "i-journal", v.t("nav.journal"), false}, {"catalog", "/catalog", "i-form", v.t("nav.catalog"), false}},
		{{"people", "/people", "i-admin", v.t("nav.people"), false}, {"settings", "/calendars", "i-settings", v.t("nav.settings"), false}},
	}
	if p.Home != "/" {
		items[0] = append([]railItem{{"board", p.Home, "i-board", v.t("nav.board"), false}}, items[0]...)
	}
	for i := range items {
		for j := range items[i] {
			items[i][j].Here = items[i][j].Key == here
		}
	}
	p.Rail = items
	return p
}

func (v *visit) holds(role string) bool {
	if v.member == nil {
		return false
	}
	for _, p := range v.member.Posts {
		if p.Role == role {
			return true
		}
	}
	return false
}

func (v *visit) progress() error {
	p := v.page("", "")
	v.w.Header().Set("Cache-Control", "no-store")
	if v.req.URL.Query().Get("json") != "" {
		v.w.Header().Set("Content-Type", "application/json")
		_, err := fmt.Fprintf(v.w, `{"done":%d,"total":%d}`+"\n", p.Done, p.Total)
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if !p.Filling {
		v.w.WriteHeader(286) // htmx stops asking
	}
	return v.pages["error"].ExecuteTemplate(v.w, "progress", &errorView{Page: p})
}

// clockWords writes an instant of the town.
func (v *visit) clockWords(t time.Time) string {
	if v.lang == "en" {
		return t.Format("Mon 2 January 2006, 15:04")
	}
	return t.Format("2006年1月2日 ") + weekdays[t.Weekday()] + t.Format(" 15:04")
}

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// periodName names a period for people.
func (v *visit) periodName(p town.Period) string {
	s := p.String()
	y := strconv.Itoa(p.From.Year())
	_, m, _ := p.From.Date()
	switch {
	case len(s) == 4:
		if v.lang == "en" {
			return s
		}
		return s + " 年"
	case strings.Contains(s, "Q"):
		if v.lang == "en" {
			return s[len(s)-2:] + " " + y
		}
		return y + " 年第" + [...]string{"一", "二", "三", "四"}[s[len(s)-1]-'1'] + "季度"
	case len(s) == 7:
		if v.lang == "en" {
			return m.String()[:3] + " " + y
		}
		return fmt.Sprintf("%s 年 %d 月", y, m)
	}
	return s
}

// dayWords writes a day of the town: short within the year looked at.
func (v *visit) dayWords(d town.Day) string {
	if d == town.NoDay {
		return ""
	}
	return d.String()
}

// stamp writes an instant briefly: month and day with the hour within this year.
func (v *visit) stamp(m town.Millis) string {
	if m == 0 {
		return ""
	}
	t := m.Time(v.view.Zone())
	if t.Year() == v.today_.Year() {
		return t.Format("01-02 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

func (v *visit) iso(m town.Millis) string { return m.Time(v.view.Zone()).Format("2006-01-02T15:04") }

// placeName names a place; "" is the town.
func (v *visit) placeName(code town.Code) string {
	p := v.view.Place(code)
	if p == nil {
		return string(code)
	}
	if v.lang == "en" && p.En != "" {
		return p.En
	}
	return p.Zh
}

// placePath names a place with the one above it: 小卞庄 · 第 2 网格.
func (v *visit) placePath(code town.Code) string {
	p := v.view.Place(code)
	if p == nil || p.ID == 0 {
		return v.placeName(code)
	}
	if p.Kind == "grid" && len(p.Path) > 1 {
		up := v.placeName(p.Path[len(p.Path)-2])
		name := v.placeName(code)
		if strings.HasPrefix(name, up) {
			return name
		}
		return up + " · " + name
	}
	return v.placeName(code)
}

func (v *visit) officeName(key string) string {
	if o := v.view.Cat.Offices[key]; o != nil {
		return v.in(o.Label)
	}
	return key
}

func (v *visit) roleName(key string) string {
	if r := v.view.Cat.Roles[key]; r != nil {
		return v.in(r.Label)
	}
	if key == "system" {
		return v.t("actor.system")
	}
	if c, ok := strings.CutPrefix(key, "clock."); ok {
		return v.t("actor.clock") + " " + c
	}
	return key
}

// personName names a member; the system is nobody in particular.
func (v *visit) personName(id int64, kind town.ActorKind) string {
	if id == 0 || kind == town.System {
		return v.t("actor.system")
	}
	all, err := v.allMembers()
	if err != nil {
		return strconv.FormatInt(id, 10)
	}
	if m, ok := all[id]; ok {
		return m.Name
	}
	switch kind {
	case town.Sim:
		return v.t("actor.sim")
	case town.Importer:
		return v.t("actor.import")
	case town.Public:
		return v.t("actor.public")
	}
	return v.t("actor.unknown")
}

// group writes 1234567 as 1,234,567.
func group(n int64) string { return groupDigits(strconv.FormatInt(n, 10)) }

func groupDigits(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if frac != "" {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	return sign + b.String()
}

func fingerprint(public string) string { return journal.Fingerprint(public) }

// with gives the URL of this page with some parameters changed; "" drops one.
func with(u *url.URL, pairs ...string) string {
	q := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return u.Path
	}
	return u.Path + "?" + q.Encode()
}
