package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"zhenwu/internal/api"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

const callers = 16 // clients that wait for each answer

// creates measures records made through the API beside a bare handler before the
// bare loop: it reads the same JSON, writes the same rows in groups, and answers.
func (b *bench) creates() error {
	var ours, bare []float64
	var slow []float64
	for round := range b.Rounds {
		o, w, took, err := b.create(fmt.Sprintf("h%d", round), uint64(round))
		if err != nil {
			return err
		}
		ours, bare, slow = append(ours, o), append(bare, w), append(slow, took...)
	}
	b.say(beside("creates over HTTP, 16 clients", "/s", ours, "bare handler and bare loop, the same rows", bare))
	b.say(Line{Name: "one create over HTTP, 16 clients, p99", Ours: quantile(slow, 0.99), Unit: "ms", Spread: fmt.Sprintf("median %.2f ms", quantile(slow, 0.5))})
	return nil
}

// create takes one round; took are the milliseconds of each of ours.
func (b *bench) create(dir string, seed uint64) (ours, bare float64, took []float64, err error) {
	defer os.RemoveAll(filepath.Join(b.Dir, dir))
	n := b.Batch / 3
	db, h, err := b.found(dir)
	if err != nil {
		return 0, 0, nil, err
	}
	defer db.Close()
	defer h.Close()
	token, err := b.token(h)
	if err != nil {
		return 0, 0, nil, err
	}
	bodies := make([][]byte, n)
	for i, a := range b.orders(mrand.New(mrand.NewPCG(seed, 2)), placesOf(h), 0, n, b.newYear(), 25_000) {
		if bodies[i], err = json.Marshal(map[string]any{"fields": a.Command.Fields, "sealed": a.Command.Sealed}); err != nil {
			return 0, 0, nil, err
		}
	}
	took = make([]float64, n)
	if ours, err = b.post(api.New(api.Config{Hall: h}), "/api/v1/types/hotline_order/records", token, bodies, took); err != nil {
		return 0, 0, nil, err
	}
	rows, err := b.rows(h, n)
	if err != nil {
		return 0, 0, nil, err
	}
	loop, err := b.bareLoop(filepath.Join(b.Dir, dir, "bare.db"), filepath.Join(b.Dir, dir, "zhenwu.db"))
	if err != nil {
		return 0, 0, nil, err
	}
	defer loop.close()
	handler := newBareHandler(loop, rows)
	defer close(handler.wait)
	bare, err = b.post(handler, "/", token, bodies, make([]float64, n))
	return ours, bare, took, err
}

// token gives a program the post of the hotline's desk.
func (b *bench) token(h *hall.Hall) (string, error) {
	text, hash := hall.NewToken()
	admin := town.Actor{Kind: town.System, Name: "系统", Posts: []town.Post{{Role: "system"}}}
	for i, c := range []town.Command{
		{Type: "person", Fields: town.Values{"login": "bench", "name": "测量", "posts": []map[string]any{{"role": "desk", "office": "hotline_office", "place": ""}}}},
		{Type: "token", Fields: town.Values{"name": "bench", "login": "bench", "role": "desk", "office": "hotline_office"}, Sealed: map[string]string{"hash": hash}},
	} {
		c.ID, c.Op, c.Day = fmt.Sprintf("bench-%d", i), town.Put, town.NoDay
		if _, err := h.Do(b.ctx, admin, c); err != nil {
			return "", err
		}
	}
	return text, nil
}

// listen serves a handler on loopback and gives its address.
func listen(h http.Handler) (addr string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	return "http://" + l.Addr().String(), func() {
		_ = srv.Close() // nothing waits for an answer any more
		<-served
	}, nil
}

// post sends bodies to a handler from all callers and gives answers a second.
func (b *bench) post(h http.Handler, path, token string, bodies [][]byte, took []float64) (float64, error) {
	addr, stop, err := listen(h)
	if err != nil {
		return 0, err
	}
	defer stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}
	defer client.CloseIdleConnections()
	start := time.Now()
	err = each(callers, len(bodies), func(i int) error {
		begin := time.Now()
		req, err := http.NewRequestWithContext(b.ctx, http.MethodPost, addr+path, bytes.NewReader(bodies[i]))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close() // read to its end
		if err == nil && res.StatusCode != http.StatusCreated {
			err = fmt.Errorf("create: %s: %s", res.Status, text)
		}
		took[i] = milliseconds(time.Since(begin))
		return err
	})
	return float64(len(bodies)) / time.Since(start).Seconds(), err
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// bareHandler reads a request, has the next row written and answers: no
// permissions, flow, figures, sealing or journal.
type bareHandler struct {
	rows []written
	next atomic.Int64
	wait chan bareWish
}

type bareWish struct {
	row  int64
	done chan error
}

func newBareHandler(l *bareLoop, rows []written) *bareHandler {
	h := &bareHandler{rows: rows, wait: make(chan bareWish, 256)}
	go func() {
		for w := range h.wait {
			group, batch := []bareWish{w}, []written{rows[w.row]}
			for more := true; more; { // what waits together is written together
				select {
				case w, ok := <-h.wait:
					if more = ok; ok {
						group, batch = append(group, w), append(batch, rows[w.row])
					}
				default:
					more = false
				}
			}
			err := l.write(batch)
			for _, w := range group {
				w.done <- err
			}
		}
	}()
	return h
}

// ServeHTTP makes it an http.Handler.
func (h *bareHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Fields, Sealed map[string]any
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	mine := bareWish{h.next.Add(1) - 1, make(chan error, 1)}
	h.wait <- mine
	if err := <-mine.done; err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	row := h.rows[mine.row].record
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{"record": row.ID, "number": row.Number, "stage": row.Stage}) // a client that is gone reads nothing
}

// get asks a page of a server and gives its body.
func get(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, res.Status)
	}
	return text, err
}
