package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"zhenwu/internal/api"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/web"
)

type serveCmd struct {
	Addr       string   `help:"监听地址 address to serve at" default:"127.0.0.1:8080" env:"ZHENWU_ADDR"`
	TrustProxy []string `help:"可信代理网段：只信它们转述的来访地址 networks of proxies whose word about the client counts" placeholder:"CIDR" env:"ZHENWU_TRUST_PROXY"`
	HTTPS      bool     `help:"只经 HTTPS 访问：Cookie 标为 Secure reached over HTTPS only: cookies are Secure" name:"https" env:"ZHENWU_HTTPS"`
	Fonts      string   `help:"PDF 字体所在文件夹，默认用系统里的免费字体 a folder with fonts for PDF" env:"ZHENWU_FONTS"`
}

// serving is how a town is served.
type serving struct {
	addr    string
	demo    bool
	https   bool
	proxies []netip.Prefix
	fonts   string // a folder with fonts for PDF, "" = those of the system
	first   string // one-time token of the first administrator, "" = there is one
}

// Run serves the town of the folder, founding an empty real one where there is none.
func (c *serveCmd) Run(s *session) error {
	proxies, err := parseProxies(c.TrustProxy)
	if err != nil {
		return err
	}
	return serveTown(s, serving{addr: c.Addr, https: c.HTTPS, proxies: proxies, fonts: c.Fonts})
}

func serveTown(s *session, how serving) error {
	l, err := listen(how.addr) // before anything is founded
	if err != nil {
		return err
	}
	defer l.Close()
	st, _, err := openSite(s.ctx, s.global, &hall.Founding{})
	if err != nil {
		return err
	}
	defer st.Close()
	if !st.View().Simulated { // at every start: what the first one did not come to is made up for, what stands is left
		if err := st.Begin(s.ctx, town.NoDay); err != nil {
			return err
		}
		if err := st.Seed(s.ctx, false, 0); err != nil {
			return err
		}
	}
	if how.first, err = setupToken(s.ctx, st); err != nil {
		return err
	}
	return serveHTTP(s.ctx, s, st, l, how)
}

const tokenFile = "setup-token"

// dropped takes the setup token away where the town has people; it tells whether it has.
func dropped(ctx context.Context, st *site) (bool, error) {
	var members []hall.Member
	if err := st.Reading(ctx, func(r *hall.Reader) (err error) { members, err = r.Members(); return err }); err != nil || len(members) == 0 {
		return false, err
	}
	err := os.Remove(filepath.Join(st.dir, tokenFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return true, err
}

func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, town.Refuse(town.Busy, "addr", "不能监听 %s：%v", "cannot listen at %s: %v", addr, err)
	}
	return l, nil
}

// setupToken gives the token by which the first administrator of a town
// without people is made. It lies in the folder until there is one.
func setupToken(ctx context.Context, st *site) (string, error) {
	if peopled, err := dropped(ctx, st); err != nil || peopled {
		return "", err
	}
	return keyText(filepath.Join(st.dir, tokenFile), func() (string, error) {
		var raw [16]byte
		_, err := rand.Read(raw[:])
		return base64.RawURLEncoding.EncodeToString(raw[:]), err
	})
}

// serveHTTP serves at l until ctx ends, then lets requests finish.
func serveHTTP(ctx context.Context, s *session, st *site, l net.Listener, how serving) error {
	h, err := handler(st, how)
	if err != nil {
		l.Close()
		return err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	fmt.Fprintf(s.errs, "%s：http://%s/\n", st.View().Cat.Name.In(s.global.Lang), l.Addr())
	if how.first != "" {
		fmt.Fprintf(s.errs, pick(s.global.Lang, "首次启动：打开 http://%s/signin ，用一次性口令 %s 建立管理员\n", "first start: open http://%s/signin and make the administrator with the one-time token %s\n"), l.Addr(), how.first)
	}
	go schedule(ctx, st)
	if how.first != "" {
		go dropToken(ctx, st)
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = srv.Shutdown(grace)
		<-served
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// dropToken takes the setup token out of the folder soon after the first administrator is made.
func dropToken(ctx context.Context, st *site) {
	tick := time.NewTicker(tokenPause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if peopled, err := dropped(ctx, st); err == nil && peopled {
			return
		} else if err != nil && ctx.Err() == nil {
			st.log().Error("setup token", "err", err)
		}
	}
}

const tokenPause = 2 * time.Second

// schedule wakes clocks and plans while the town is served.
func schedule(ctx context.Context, st *site) {
	select { // the first answer goes before
	case <-ctx.Done():
		return
	case <-time.After(time.Second):
	}
	debug.FreeOSMemory() // what was needed only to start
	tick := time.NewTicker(20 * time.Second)
	defer tick.Stop()
	retried, down := false, false
	swept := town.NoDay
	steps := []struct {
		what string
		do   func() error
	}{
		{"retry", func() error { // what failed may have been mended meanwhile
			if retried {
				return nil
			}
			err := st.Retry(ctx)
			retried = err == nil
			return err
		}},
		{"sweep", func() error { return st.Sweep(ctx) }},
		{"wake", func() error { _, err := st.Wake(ctx, st.Now()); return err }},
		{"sign the head", func() error { return st.Sign(ctx) }},
		{"plans and readings of the day", func() error { return st.Daily(ctx) }},
		{"unclaimed files", func() error {
			today := st.Today()
			if today == swept {
				return nil
			}
			_, err := st.SweepFiles(ctx, st.blobs())
			if err == nil {
				swept = today
			}
			return err
		}},
	}
cycle:
	for ; ; pause(ctx, tick) {
		if ctx.Err() != nil {
			return
		}
		if st.Filling().Ready {
			for _, step := range steps {
				err := step.do()
				if err == nil || ctx.Err() != nil {
					continue
				}
				if town.KindOf(err) == town.Busy { // the disk is full or the database out of reach: said once, and the rest would say the same
					if !down {
						st.log().Error("the town's own work waits: " + oneLine(err, "en"))
					}
					down = true
					continue cycle
				}
				st.log().Error(step.what, "err", err)
			}
			down = false
		}
	}
}

// pause waits for the next tick.
func pause(ctx context.Context, tick *time.Ticker) {
	select {
	case <-ctx.Done():
	case <-tick.C:
	}
}

// log is where the town's own work reports failures.
func (s *site) log() *slog.Logger { return s.logger }

// handler is the HTTP face of a town.
func handler(st *site, how serving) (http.Handler, error) {
	console, err := web.New(web.Config{Hall: st.Hall, Blobs: st.blobs(), Demo: how.demo, First: how.first, Secure: how.https, Log: st.logger, Fonts: fontFolders(how.fonts)})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		var faults []store.Job
		if err := st.Reading(r.Context(), func(r *hall.Reader) (err error) { faults, err = r.Faults(1000); return err }); err != nil {
			st.log().Error("health", "err", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, "the database does not answer")
			return
		}
		fmt.Fprintln(w, "ok")
		if len(faults) > 0 {
			fmt.Fprintf(w, "jobs that failed: %d; see /jobs\n", len(faults))
		}
	})
	mux.Handle("/api/", api.New(api.Config{Hall: st.Hall, Blobs: st.blobs(), Log: st.logger}))
	mux.Handle("/", console)
	return behindProxy(mux, how.proxies), nil
}
