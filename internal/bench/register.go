package bench

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"zhenwu/internal/access"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/web"
)

// registers measures whole pages of the console: the query, the exact count and the HTML.
func (b *bench) registers(h *hall.Hall, size int, places []town.Code, small *sizes) error {
	console, err := web.New(web.Config{Hall: h, Blobs: store.Blobs{Dir: filepath.Join(b.Dir, "blobs")}, Demo: true})
	if err != nil {
		return err
	}
	addr, stop, err := listen(console)
	if err != nil {
		return err
	}
	defer stop()
	client, err := b.signIn(h, addr)
	if err != nil {
		return err
	}
	common := b.cat.Types["hotline_order"].Field("category").List.Items[0].Key
	for _, page := range []struct {
		name, query string
		times       int
	}{
		{"register page, the whole list", "", 200},
		{"register page, one indexed field", "?f.category=" + common, 200},
		{"register page, stage × office × place", "?stage=handling&office=" + leads[0] + "&place=" + string(places[0]), 200},
		{"register page, a field without index", "?f.source=hotline", 15},
		{"register page, full text", "?q=" + url.QueryEscape("路灯"), 15},
		{"register page, a condition over two fields", "?where=" + url.QueryEscape("urgency == 'ordinary' && kind == '"+b.cat.Types["hotline_order"].Field("kind").List.Items[0].Key+"'"), 15},
	} {
		var took []float64
		for range page.times {
			start := time.Now()
			text, err := get(b.ctx, client, addr+"/t/hotline_order"+page.query)
			if err != nil {
				return err
			}
			took = append(took, milliseconds(time.Since(start)))
			if strings.Count(string(text), "/r/") < 10 {
				return fmt.Errorf("%s shows no records", page.name)
			}
		}
		small.say(b, page.name, size, took)
	}
	return nil
}

// signIn signs in, as a demo offers it, in the first role that sees every order.
func (b *bench) signIn(h *hall.Hall, addr string) (*http.Client, error) {
	role := ""
	for _, key := range b.cat.RoleOrder {
		actor := town.Actor{Kind: town.Staff, Posts: []town.Post{{Role: key, Office: b.cat.Roles[key].Office}}}
		if see := access.MaySee(b.cat, b.cat.Types["hotline_order"], actor); see.All() {
			role = key
			break
		}
	}
	if role == "" {
		return nil, errors.New("no role sees every order")
	}
	return enter(addr, role)
}

// enter signs in at a demo in a role, by one click.
func enter(addr, role string) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar}
	res, err := client.PostForm(addr+"/signin/as", url.Values{"role": {role}})
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Request.URL.Path == "/signin" {
		return nil, fmt.Errorf("sign in as %s: %s", role, res.Status)
	}
	return client, nil
}
