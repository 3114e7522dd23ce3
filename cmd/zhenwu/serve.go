package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/web"
)

type serveCmd struct {
	Addr string `help:"监听地址 address to serve at" default:"127.0.0.1:8080"`
}

// Run serves the town of the folder, founding an empty real one where there is none.
func (c *serveCmd) Run(s *session) error { return serveTown(s, c.Addr, true) }

func serveTown(s *session, addr string, _ bool) error {
	st, fresh, err := openSite(s.ctx, s.global, &hall.Founding{})
	if err != nil {
		return err
	}
	defer st.Close()
	if fresh {
		if err := st.Seed(s.ctx, false, 0); err != nil {
			return err
		}
	}
	return serveHTTP(s.ctx, s, st, addr, false)
}

// serveHTTP serves until ctx ends, then lets requests finish.
func serveHTTP(ctx context.Context, s *session, st *site, addr string, demo bool) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return town.Refuse(town.Busy, "addr", "不能监听 %s：%v", "cannot listen at %s: %v", addr, err)
	}
	h, err := handler(st, demo, addr)
	if err != nil {
		l.Close()
		return err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	fmt.Fprintf(s.errs, "%s：http://%s/\n", st.View().Cat.Name.In(s.global.Lang), l.Addr())
	go schedule(ctx, st)
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

// schedule wakes clocks and plans while the town is served.
func schedule(ctx context.Context, st *site) {
	tick := time.NewTicker(20 * time.Second)
	defer tick.Stop()
	planned := town.NoDay
	for {
		if st.Filling().Ready {
			if err := st.Sweep(ctx); err != nil && ctx.Err() == nil {
				st.log().Error("sweep", "err", err)
			}
			if _, err := st.Wake(ctx, st.Now()); err != nil && ctx.Err() == nil {
				st.log().Error("wake", "err", err)
			}
			if today := st.Today(); today != planned {
				_, err := st.Plans(ctx, today)
				if err == nil {
					_, err = st.Readings(ctx, today)
				}
				if err == nil {
					planned = today
				} else if ctx.Err() == nil {
					st.log().Error("plans and readings of the day", "err", err)
				}
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// log is where the town's own work reports failures.
func (s *site) log() *slog.Logger { return s.logger }

// handler is the HTTP face of a town.
func handler(st *site, demo bool, addr string) (http.Handler, error) {
	console, err := web.New(web.Config{Hall: st.Hall, Blobs: store.Blobs{Dir: filepath.Join(st.dir, "blobs")}, Demo: demo, Log: st.logger})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "ok")
	})
	mux.Handle("/", console)
	return mux, nil
}
