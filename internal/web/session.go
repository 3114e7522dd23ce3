package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"

	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

const (
	sessionCookie = "zw_session"
	idleLimit     = 12 * time.Hour
	ownLimit      = 7 * 24 * time.Hour // on a machine of one's own
	mostTries     = 5
	lockedFor     = 5 * time.Minute
)

// gate slows down guessing: per login it counts failures, and it bounds how
// many passwords are hashed at once.
type gate struct {
	mu    sync.Mutex
	fails map[string]*tries
	room  chan struct{}
	now   func() time.Time
}

type tries struct {
	n     int
	since time.Time
	until time.Time
}

func newGate() *gate {
	return &gate{fails: map[string]*tries{}, room: make(chan struct{}, 2), now: time.Now}
}

// shut tells until when a login is locked; zero when it is open.
func (g *gate) shut(login string) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t := g.fails[login]; t != nil && g.now().Before(t.until) {
		return t.until
	}
	return time.Time{}
}

func (g *gate) failed(login string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if len(g.fails) > 10000 { // a flood of invented logins must not fill the memory
		for k, t := range g.fails {
			if now.Sub(t.since) > lockedFor {
				delete(g.fails, k)
			}
		}
	}
	t := g.fails[login]
	if t == nil || now.Sub(t.since) > lockedFor {
		t = &tries{since: now}
		g.fails[login] = t
	}
	if t.n++; t.n >= mostTries {
		t.until, t.n = now.Add(lockedFor), 0
	}
}

func (g *gate) passed(login string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.fails, login)
}

// Argon2id with the parameters that OWASP names as the least.
const (
	argonTime   = 2
	argonMemory = 19 * 1024
	argonLanes  = 1
)

// HashPassword makes the text that is kept of a password.
func HashPassword(password string) string {
	var salt [16]byte
	_, _ = rand.Read(salt[:])
	key := argon2.IDKey([]byte(password), salt[:], argonTime, argonMemory, argonLanes, 32)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", argonMemory, argonTime, argonLanes, enc.EncodeToString(salt[:]), enc.EncodeToString(key))
}

// checkPassword tells whether password is the one that hash was made of.
func checkPassword(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var m, t uint32
	var p uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &m, &t, &p); err != nil || m > 1<<20 || t > 16 || t == 0 || p == 0 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil {
		return false
	}
	return subtle.ConstantTimeCompare(argon2.IDKey([]byte(password), salt, t, m, p, uint32(len(key))), key) == 1
}

// noPassword is hashed when a login is unknown, so that the answer takes as long.
var noPassword = sync.OnceValue(func() string { return HashPassword("nobody") })

// goodPassword refuses what is guessed first.
func goodPassword(password, login string, name string) error {
	lower := strings.ToLower(password)
	switch {
	case len([]rune(password)) < 12:
		return town.Refuse(town.Invalid, "password", "口令至少 12 个字符", "a password needs at least 12 characters")
	case login != "" && strings.Contains(lower, strings.ToLower(login)), name != "" && strings.Contains(password, name):
		return town.Refuse(town.Invalid, "password", "口令不能含账号或姓名", "a password must not contain the login or the name")
	}
	distinct := map[rune]bool{}
	for _, r := range lower {
		distinct[r] = true
	}
	for _, bad := range []string{"12345678", "password", "qwertyui", "zhenwu", "abcdefgh", "11111111", "88888888"} {
		if strings.Contains(lower, bad) {
			return town.Refuse(town.Invalid, "password", "口令太常见，请换一个", "this password is too common; choose another")
		}
	}
	if len(distinct) < 5 {
		return town.Refuse(town.Invalid, "password", "口令太常见，请换一个", "this password is too common; choose another")
	}
	return nil
}

func tokenSum(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func millis(t time.Time) town.Millis { return town.Millis(t.UnixMilli()) }

// knowMember finds who is signed in.
func (v *visit) knowMember() error {
	c, err := v.req.Cookie(sessionCookie)
	if err != nil || len(c.Value) != 43 {
		return nil
	}
	token := tokenSum(c.Value)
	var s store.Session
	var ok bool
	if err := v.hall.DB().Read(v.ctx, func(q *store.Q) error {
		var err error
		s, ok, err = q.Session(v.ctx, v.hall.Town(), token)
		return err
	}); err != nil || !ok {
		return err
	}
	now := millis(time.Now())
	limit := idleLimit
	if strings.HasPrefix(s.Agent, "own ") {
		limit = ownLimit
	}
	if now-s.Seen > town.Millis(idleLimit.Milliseconds()) && limit == idleLimit || now-s.Since > town.Millis(ownLimit.Milliseconds()) {
		return v.writeSession(func(tx *store.Tx) error { return tx.DropSession(v.ctx, v.hall.Town(), token) })
	}
	m, ok, err := v.memberByID(s.Person)
	if err != nil || !ok || m.Closed {
		return err
	}
	v.member, v.token = &m, token
	if now-s.Seen > 60_000 {
		s.Seen = now
		return v.writeSession(func(tx *store.Tx) error { return tx.PutSession(v.ctx, v.hall.Town(), s) })
	}
	return nil
}

// writeSession writes outside the hall: a session is no event of the town.
func (s *site) writeSession(fn func(tx *store.Tx) error) error {
	return s.hall.DB().Write(context.Background(), func(tx *store.Tx) error {
		if _, err := tx.Head(context.Background(), s.hall.Town()); err != nil {
			return err
		}
		return fn(tx)
	})
}

// people gives the town's members by number; it is at most two seconds old.
func (s *site) allMembers() (map[int64]hall.Member, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.members != nil && time.Since(s.known) < 2*time.Second {
		return s.members, nil
	}
	err := s.hall.Reading(context.Background(), func(r *hall.Reader) error {
		list, err := r.Members()
		s.members = make(map[int64]hall.Member, len(list))
		for _, m := range list {
			s.members[m.ID] = m
		}
		return err
	})
	s.known = time.Now()
	return s.members, err
}

func (s *site) forgetMembers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.members = nil
}

func (s *site) memberByID(id int64) (hall.Member, bool, error) {
	all, err := s.allMembers()
	m, ok := all[id]
	return m, ok, err
}

// start signs a person in at this device.
func (v *visit) start(m hall.Member, own bool) error {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	token := base64.RawURLEncoding.EncodeToString(raw[:])
	now := millis(time.Now())
	agent := v.req.UserAgent()
	if len(agent) > 200 {
		agent = agent[:200]
	}
	if own {
		agent = "own " + agent
	}
	err := v.writeSession(func(tx *store.Tx) error {
		return tx.PutSession(v.ctx, v.hall.Town(), store.Session{Token: tokenSum(token), Person: m.ID, Since: now, Seen: now, Agent: agent})
	})
	if err != nil {
		return err
	}
	c := &http.Cookie{Name: sessionCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.cfg.Secure}
	if own {
		c.MaxAge = int(ownLimit.Seconds())
	}
	http.SetCookie(v.w, c)
	to := v.req.PostFormValue("to")
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") {
		to = v.home(m.Posts)
	}
	v.redirect(to)
	return nil
}

// signinView is the sign-in page.
type signinView struct {
	Page
	To     string
	Login  string
	Wrong  string
	Demo   []demoGroup
	First  bool
	Seq    string
	Finger string
}

// demoGroup is an office with the roles that can be tried in a simulated town.
type demoGroup struct {
	Office string
	Roles  []option
}

func (v *visit) signinPage() error {
	if v.member != nil {
		v.redirect("/")
		return nil
	}
	return v.showSignin("", "", http.StatusOK)
}

func (v *visit) mayTry() bool { return v.cfg.Demo && v.view.Simulated && local(v.req) }

func (v *visit) showSignin(login, wrong string, status int) error {
	d := signinView{Page: v.page(v.t("signin.title"), ""), To: v.req.FormValue("to"), Login: login, Wrong: wrong}
	err := v.read(func() error {
		head, err := v.r.Q().Head(v.ctx, v.r.Town())
		if err != nil {
			return err
		}
		d.Seq = group(head.Seq)
		d.Finger = fingerprint(v.hall.KeyPublic())
		members, err := v.r.Members()
		d.First = v.cfg.First != "" && len(members) == 0
		return err
	})
	if err != nil {
		return err
	}
	if v.mayTry() {
		byOffice := map[string]*demoGroup{}
		var order []string
		for _, key := range v.view.Cat.RoleOrder {
			if key == "portal" {
				continue
			}
			r := v.view.Cat.Roles[key]
			if byOffice[r.Office] == nil {
				name := r.Office
				if o := v.view.Cat.Offices[r.Office]; o != nil {
					name = v.in(o.Label)
				}
				byOffice[r.Office] = &demoGroup{Office: name}
				order = append(order, r.Office)
			}
			g := byOffice[r.Office]
			g.Roles = append(g.Roles, option{Value: key, Text: v.in(r.Label)})
		}
		for _, o := range order {
			d.Demo = append(d.Demo, *byOffice[o])
		}
	}
	return v.renderStatus("signin", &d, status)
}

func (v *visit) signin() error {
	login, password := strings.TrimSpace(v.req.PostFormValue("login")), v.req.PostFormValue("password")
	if until := v.gate.shut(login); !until.IsZero() {
		return v.showSignin(login, v.t("signin.locked", int(time.Until(until).Minutes())+1), http.StatusTooManyRequests)
	}
	var m hall.Member
	var ok bool
	if err := v.read(func() (err error) { m, ok, err = v.r.Member(login); return err }); err != nil {
		return err
	}
	hash := m.Hash
	if !ok || hash == "" {
		hash = noPassword()
	}
	v.gate.room <- struct{}{}
	right := checkPassword(hash, password)
	<-v.gate.room
	if !ok || !right || m.Hash == "" || m.Closed {
		v.gate.failed(login)
		return v.showSignin(login, v.t("signin.wrong"), http.StatusUnprocessableEntity)
	}
	v.gate.passed(login)
	return v.start(m, v.req.PostFormValue("own") != "")
}

// signinAs signs in as any role: in a simulated town, at this machine only.
func (v *visit) signinAs() error {
	if !v.mayTry() {
		return town.Refuse(town.Denied, "", "只有在本机上的模拟乡镇里才能直接以某个角色登录。", "signing in as a role works only in a simulated town on this machine.")
	}
	role := v.view.Cat.Roles[v.req.PostFormValue("role")]
	if role == nil {
		return town.Refuse(town.Missing, "role", "没有这个角色。", "there is no such role.")
	}
	all, err := v.allMembers()
	if err != nil {
		return err
	}
	var found []hall.Member
	for _, m := range all {
		if m.Closed {
			continue
		}
		for _, p := range m.Posts {
			if p.Role == role.Key {
				found = append(found, m)
				break
			}
		}
	}
	sort.Slice(found, func(i, j int) bool {
		if a, b := v.bound(found[i], role), v.bound(found[j], role); a != b {
			return a
		}
		if len(found[i].Posts) != len(found[j].Posts) {
			return len(found[i].Posts) < len(found[j].Posts)
		}
		return found[i].Login < found[j].Login
	})
	if len(found) > 0 {
		return v.start(found[0], false)
	}
	login := "demo-" + role.Key
	posts := []map[string]any{{"role": role.Key, "office": role.Office, "place": string(v.homeOf(role))}}
	if err := v.putMember(systemActor, town.Values{"login": login, "name": "演示" + role.Label.Zh, "posts": posts}, "", "demo"); err != nil {
		return err
	}
	m, ok, err := v.memberByID(hall.PersonID(login))
	if err != nil || !ok {
		return fmt.Errorf("sign in as %s: %w", role.Key, err)
	}
	return v.start(m, false)
}

// bound tells whether a member's post of a role reaches what the role is for: a role for a place needs a post at one.
func (v *visit) bound(m hall.Member, role *catalog.Role) bool {
	return slices.ContainsFunc(m.Posts, func(p town.Post) bool {
		return p.Role == role.Key && (role.Scope != catalog.ScopePlace || v.view.Place(p.Place) != nil && v.view.Place(p.Place).ID != 0)
	})
}

// homeOf is the place of a post that the demo makes up: the first below the town for a role that works at one.
func (v *visit) homeOf(role *catalog.Role) town.Code {
	if role.Scope == catalog.ScopePlace {
		for _, p := range v.view.Places() {
			if p.ID != 0 && len(p.Down) > 1 {
				return p.Code
			}
		}
	}
	return ""
}

// signinFirst makes the first administrator of an empty town.
func (v *visit) signinFirst() error {
	if v.cfg.First == "" || subtle.ConstantTimeCompare([]byte(v.req.PostFormValue("token")), []byte(v.cfg.First)) != 1 {
		return town.Refuse(town.Denied, "token", "一次性口令不对；它在服务启动时打印在终端上。", "the one-time token is wrong; it was printed when the service started.")
	}
	all, err := v.allMembers()
	if err != nil {
		return err
	}
	if len(all) > 0 {
		return town.Refuse(town.Conflict, "", "已经有管理员了；请用账号登录。", "there is an administrator already; sign in.")
	}
	login, name, password := strings.TrimSpace(v.req.PostFormValue("login")), strings.TrimSpace(v.req.PostFormValue("name")), v.req.PostFormValue("password")
	if err := goodPassword(password, login, name); err != nil {
		return err
	}
	if err := v.putMember(systemActor, town.Values{"login": login, "name": name, "posts": []map[string]any{{"role": "admin", "office": "", "place": ""}}}, password, "first"); err != nil {
		return err
	}
	m, _, err := v.memberByID(hall.PersonID(login))
	if err != nil {
		return err
	}
	return v.start(m, false)
}

// systemActor writes what the town itself must have.
var systemActor = town.Actor{Kind: town.System, Posts: []town.Post{{Role: "system"}}}

// putMember writes a row of the register of people.
func (v *visit) putMember(actor town.Actor, row town.Values, password, reason string) error {
	cmd := town.Command{ID: newID(), Op: town.Put, Type: "person", Fields: row, Day: town.NoDay, Reason: reason}
	if password != "" {
		cmd.Sealed = map[string]string{"hash": HashPassword(password)}
	}
	_, err := v.hall.Do(v.ctx, actor, cmd)
	v.forgetMembers()
	return err
}

func (v *visit) signout() error {
	if err := v.writeSession(func(tx *store.Tx) error { return tx.DropSession(v.ctx, v.hall.Town(), v.token) }); err != nil {
		return err
	}
	http.SetCookie(v.w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.cfg.Secure})
	v.redirect("/signin")
	return nil
}
