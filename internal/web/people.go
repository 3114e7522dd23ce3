package web

import (
	"crypto/rand"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

type personRow struct {
	Href, Login, Name string
	Posts             []string
	Closed            bool
}

// peopleView lists who works with the records, by office.
type peopleView struct {
	Page
	Query  string
	Rows   []personRow
	N      int
	Offers []option
}

func (v *visit) people() error {
	d := peopleView{Query: strings.TrimSpace(v.req.FormValue("q"))}
	d.Page = v.page(v.t("nav.people"), "people")
	all, err := v.allMembers()
	if err != nil {
		return err
	}
	for _, m := range all {
		row := personRow{Login: m.Login, Name: m.Name, Closed: m.Closed}
		if d.Admin {
			row.Href = "/people/" + m.Login
		}
		for _, p := range m.Posts {
			row.Posts = append(row.Posts, v.postWords(p))
		}
		if d.Query != "" && !strings.Contains(m.Login+m.Name+strings.Join(row.Posts, " "), d.Query) {
			continue
		}
		d.Rows = append(d.Rows, row)
	}
	sort.Slice(d.Rows, func(i, j int) bool { return d.Rows[i].Login < d.Rows[j].Login })
	d.N = len(d.Rows)
	return v.render("people", &d)
}

func (v *visit) postWords(p town.Post) string {
	s := v.roleName(p.Role)
	if p.Office != "" {
		s += " · " + v.officeName(p.Office)
	}
	if p.Place != "" {
		s += " · " + v.placeName(p.Place)
	}
	if p.For != 0 {
		s += " · " + v.t("people.forrecord", int64(p.For))
	}
	return s
}

// personView is the form of one person.
type personView struct {
	Page
	Heading  string
	Login    string
	Name     string
	Closed   bool
	Fresh    bool
	Posts    []postForm
	Wrong    string
	Password string // shown once after a reset
}

type postForm struct {
	N                      int
	For                    string // the record that the post is held for, by its number or id
	Roles, Offices, Places []option
}

// postForm offers roles, offices and places for a post.
func (v *visit) postForm(n int, p town.Post) postForm {
	f := postForm{N: n}
	if p.For != 0 {
		f.For = strconv.FormatInt(int64(p.For), 10)
	}
	for _, key := range v.view.Cat.RoleOrder {
		f.Roles = append(f.Roles, option{Value: key, Text: v.roleName(key), On: key == p.Role})
	}
	for _, key := range v.view.Cat.OfficeOrder {
		f.Offices = append(f.Offices, option{Value: key, Text: v.officeName(key), On: key == p.Office})
	}
	for _, pl := range v.view.Places() {
		if pl.ID != 0 {
			f.Places = append(f.Places, option{Value: string(pl.Code), Text: v.placePath(pl.Code), On: pl.Code == p.Place})
		}
	}
	return f
}

func (v *visit) mustAdmin() error {
	if !v.holds("admin") {
		return town.Refuse(town.Denied, "", "这里由系统管理员管理。", "Only the administrator works here.")
	}
	return nil
}

func (v *visit) person() error { return v.showPerson(v.req.PathValue("login"), nil, "") }

func (v *visit) showPerson(login string, refused error, password string) error {
	if err := v.mustAdmin(); err != nil {
		return err
	}
	d := personView{Login: login, Password: password}
	var m hall.Member
	if login != "new" {
		var ok bool
		if err := v.read(func() (err error) { m, ok, err = v.r.Member(login); return err }); err != nil {
			return err
		}
		if !ok && refused == nil {
			return town.Refuse(town.Missing, "login", "没有这个人员。", "there is no such person.")
		}
	}
	d.Fresh = m.Login == ""
	d.Name, d.Closed = m.Name, m.Closed
	d.Heading = m.Name
	if d.Fresh {
		d.Heading, d.Login = v.t("people.new"), v.text("login")
		d.Name = v.text("name")
	}
	d.Page = v.page(d.Heading, "people")
	posts := append(m.Posts, town.Post{})
	for i, p := range posts {
		d.Posts = append(d.Posts, v.postForm(i, p))
	}
	status := http.StatusOK
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
	}
	return v.renderStatus("person", &d, status)
}

// putPerson writes a person: name, posts, whether closed, and a new password where one is asked for.
func (v *visit) putPerson() error {
	if err := v.mustAdmin(); err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	login := v.text("login")
	row := town.Values{"login": login, "name": v.text("name")}
	for _, c := range login {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return v.showPerson("new", town.Refuse(town.Invalid, "login", "账号只用小写字母、数字和 - _ .", "a login has lower-case letters, digits and - _ . only"), "")
		}
	}
	if login == "new" || login == "" {
		return v.showPerson("new", town.Refuse(town.Invalid, "login", "请填写账号。", "a login is needed."), "")
	}
	var old hall.Member
	var ok bool
	if err := v.read(func() (err error) { old, ok, err = v.r.Member(login); return err }); err != nil {
		return err
	}
	if ok {
		row["id"] = old.ID
	}
	if v.text("closed") != "" {
		row["closed"] = true
	}
	var posts []map[string]any
	roles, offices, places := v.req.PostForm["role"], v.req.PostForm["office"], v.req.PostForm["place"]
	for i, r := range roles {
		if r == "" || i >= len(offices) || i >= len(places) {
			continue
		}
		post := map[string]any{"role": r, "office": offices[i], "place": places[i]}
		if held := v.req.PostForm["for"]; i < len(held) && strings.TrimSpace(held[i]) != "" {
			id, err := v.recordCalled(strings.TrimSpace(held[i]))
			if err != nil {
				at := login
				if !ok {
					at = "new"
				}
				return v.showPerson(at, err, "")
			}
			post["for"] = int64(id)
		}
		posts = append(posts, post)
	}
	if len(posts) > 0 {
		row["posts"] = posts
	}
	password := ""
	if v.text("reset") != "" || !ok {
		password = freshPassword()
	}
	if err := v.putMember(v.actor(), row, password, v.text("reason")); err != nil {
		at := login
		if !ok {
			at = "new"
		}
		return v.showPerson(at, err, "")
	}
	if id := hall.PersonID(login); v.text("closed") != "" || v.text("reset") != "" { // sessions end with the password
		if ok {
			id = old.ID
		}
		if err := v.writeSession(func(tx *store.Tx) error {
			return tx.DropSessionsOf(v.ctx, v.hall.Town(), id, millis(time.Now().Add(-ownLimit)))
		}); err != nil {
			return err
		}
	}
	if password != "" {
		return v.showPerson(login, nil, password)
	}
	v.redirect("/people")
	return nil
}

// recordCalled finds a record by its number or id.
func (v *visit) recordCalled(s string) (id town.ID, err error) {
	err = v.read(func() error {
		row, err := v.r.Q().RecordByNumber(v.ctx, v.r.Town(), s)
		if n, bad := strconv.ParseInt(strings.TrimPrefix(s, "#"), 10, 64); err == nil && row == nil && bad == nil {
			row, err = v.r.Record(town.ID(n))
		}
		if err != nil {
			return err
		}
		if row == nil {
			return town.Refuse(town.Missing, "for", "没有任职对象“%s”这条记录；请填受理编号或记录号。", "there is no record “%s” that a post could be held for; give its number.", s)
		}
		id = row.ID
		return nil
	})
	return id, err
}

// freshPassword is one that can be read out: four groups of four.
func freshPassword() string {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	var b [16]byte
	_, _ = rand.Read(b[:])
	var out strings.Builder
	for i, x := range b {
		if i > 0 && i%4 == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(letters[int(x)%len(letters)])
	}
	return out.String()
}
