package main

import (
	"bufio"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/town"
	"zhenwu/internal/web"
)

type userCmd struct {
	Add   userAddCmd   `cmd:"" help:"增加人员 add a person"`
	Reset userResetCmd `cmd:"" help:"重设口令 give a person a new password"`
}

type userAddCmd struct {
	Login    string `arg:"" help:"账号"`
	Name     string `help:"姓名 name" required:""`
	Role     string `help:"角色 role" required:""`
	Office   string `help:"科室 office"`
	Place    string `help:"地点代码 place code"`
	For      int64  `help:"任职对象的记录号：企业、银行、工地 number of the record that the post is held for: a firm, a bank, a site"`
	Password bool   `help:"从标准输入读口令，否则生成一个 read the password from standard input, else one is made" name:"password-stdin"`
}

type userResetCmd struct {
	Login    string `arg:"" help:"账号"`
	Password bool   `help:"从标准输入读口令，否则生成一个 read the password from standard input, else one is made" name:"password-stdin"`
}

// Run adds a person with one post.
func (c *userAddCmd) Run(s *session) error {
	row := town.Values{"login": c.Login, "name": c.Name, "posts": []map[string]any{{"role": c.Role, "office": c.Office, "place": c.Place, "for": c.For}}}
	return putPerson(s, c.Login, c.Password, func(m *hall.Member, stands bool) (town.Values, error) {
		if stands {
			return nil, town.Refuse(town.Conflict, "login", "已有账号 %s；重设口令请用 zhenwu user reset。", "%s is taken; use zhenwu user reset for a new password.", c.Login)
		}
		return row, nil
	})
}

// Run gives a person a new password and signs them out everywhere.
func (c *userResetCmd) Run(s *session) error {
	return putPerson(s, c.Login, c.Password, func(m *hall.Member, stands bool) (town.Values, error) {
		if !stands {
			return nil, town.Refuse(town.Missing, "login", "没有账号 %s", "there is no %s", c.Login)
		}
		posts := []map[string]any{}
		for _, p := range m.Posts {
			posts = append(posts, map[string]any{"role": p.Role, "office": p.Office, "place": string(p.Place), "for": int64(p.For)})
		}
		return town.Values{"login": m.Login, "name": m.Name, "id": m.ID, "posts": posts}, nil
	})
}

func putPerson(s *session, login string, stdin bool, rowOf func(m *hall.Member, stands bool) (town.Values, error)) error {
	password, made := "", !stdin
	if stdin {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if password = strings.TrimRight(line, "\r\n"); password == "" {
			return town.Refuse(town.Invalid, "password", "标准输入里没有口令", "there is no password on standard input: %v", err)
		}
	} else {
		var raw [10]byte
		if _, err := rand.Read(raw[:]); err != nil {
			return err
		}
		password = strings.ToLower(base32.StdEncoding.EncodeToString(raw[:]))
	}
	st, _, err := openSite(s.ctx, s.global, nil)
	if err != nil {
		return err
	}
	defer st.Close()
	var m hall.Member
	var stands bool
	if err := st.Reading(s.ctx, func(r *hall.Reader) (err error) { m, stands, err = r.Member(login); return err }); err != nil {
		return err
	}
	row, err := rowOf(&m, stands)
	if err != nil {
		return err
	}
	name, _ := row["name"].(string)
	if !made {
		if err := web.CheckPassword(password, login, name); err != nil {
			return err
		}
	}
	cmd := town.Command{ID: fmt.Sprintf("user-%d", time.Now().UnixNano()), Op: town.Put, Type: "person", Fields: row, Day: town.NoDay,
		Sealed: map[string]string{"hash": web.HashPassword(password)}, Reason: "zhenwu user"}
	if _, err := st.Do(s.ctx, town.Actor{Kind: town.System, Posts: []town.Post{{Role: "system"}}}, cmd); err != nil {
		return err
	}
	if s.global.JSON {
		out := map[string]any{"login": login, "name": name}
		if made {
			out["password"] = password
		}
		return json.NewEncoder(s.out).Encode(out)
	}
	fmt.Fprintf(s.out, pick(s.global.Lang, "账号 %s（%s）已保存\n", "%s (%s) is saved\n"), login, name)
	if made {
		fmt.Fprintf(s.out, pick(s.global.Lang, "口令（只显示这一次）：%s\n", "password, shown this once: %s\n"), password)
	}
	return nil
}
