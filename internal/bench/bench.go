// Package bench owns the measurements of docs/benchmarks.md: what the hall, the
// API, the figures and the registers reach beside a raw limit taken in the same
// run, and what the built program needs to start, to build the year and to hold
// it. It builds its data through the hall from the built-in catalog, with sealed
// callers and skewed places. It holds the one piece of SQL outside the store:
// the bare loop that the hall is held against, which must owe the store nothing.
package bench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Options say how much is measured.
type Options struct {
	Dir     string   // working folder, emptied afterwards
	Records int      // of the large town, such as 1,000,000
	Batch   int      // commands of one timed run of the write path
	Rounds  int      // alternations
	Only    []string // parts to measure, nil = all
	Program string   // the built program that start, year, memory and size are taken of
	Town    string   // folder of a simulated year that is built already, "" = one is built
	Out     io.Writer
}

// Parts are the measurements in the order in which they are taken.
var Parts = []string{"size", "write", "http", "figures", "registers", "places", "year", "start", "today", "memory"}

// Line is one measurement.
type Line struct {
	Name   string  `json:"name"`
	Ours   float64 `json:"ours"`
	Unit   string  `json:"unit"`
	Beside string  `json:"beside,omitempty"` // what it is held against
	Other  float64 `json:"other,omitempty"`
	Ratio  float64 `json:"ratio,omitempty"`
	Spread string  `json:"spread,omitempty"` // lowest and highest of the rounds
}

// bench is a run in progress.
type bench struct {
	Options
	ctx   context.Context
	cat   *catalog.Catalog
	files string
	cfg   hall.Config
	lines []Line
}

// Run takes the measurements asked for.
func Run(ctx context.Context, o Options) ([]Line, error) {
	b := &bench{Options: o, ctx: ctx}
	if err := b.load(); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		names []string
		run   func() error
	}{{[]string{"size"}, b.size}, {[]string{"write"}, b.writes}, {[]string{"http"}, b.creates}, {[]string{"figures", "registers"}, b.reads},
		{[]string{"places"}, b.places}, {[]string{"year"}, b.year}, {[]string{"start"}, b.starts}, {[]string{"today"}, b.today}, {[]string{"memory"}, b.memory}} {
		if !slices.ContainsFunc(part.names, b.wants) {
			continue
		}
		if err := part.run(); err != nil {
			return b.lines, fmt.Errorf("%s: %w", strings.Join(part.names, ", "), err)
		}
	}
	return b.lines, nil
}

// wants tells whether a part is to be measured.
func (b *bench) wants(part string) bool { return len(b.Only) == 0 || slices.Contains(b.Only, part) }

func (b *bench) load() error {
	cat, faults := catalog.Load(catalogs.Jingwu)
	for _, f := range faults {
		if !f.Warning {
			return fmt.Errorf("the built-in catalog: %s", f.Render("en"))
		}
	}
	files := map[string]string{}
	if err := fs.WalkDir(catalogs.Jingwu, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var text []byte
			text, err = fs.ReadFile(catalogs.Jingwu, p)
			files[p] = string(text)
		}
		return err
	}); err != nil {
		return err
	}
	text, err := json.Marshal(files)
	if err != nil {
		return err
	}
	k, err := journal.NewKey(rand.Reader, string(cat.Code))
	if err != nil {
		return err
	}
	s, err := seal.New(rand.Reader, string(cat.Code))
	if err != nil {
		return err
	}
	b.cat, b.files, b.cfg = cat, string(text), hall.Config{Key: k, Keys: s}
	return nil
}

// say reports a measurement as it is taken.
func (b *bench) say(l Line) {
	if l.Other != 0 {
		l.Ratio = l.Ours / l.Other
	}
	b.lines = append(b.lines, l)
	fmt.Fprintf(b.Out, "%-58s %12.2f %-10s", l.Name, l.Ours, l.Unit)
	if l.Beside != "" {
		fmt.Fprintf(b.Out, " %s %.2f, ratio %.2f", l.Beside, l.Other, l.Ratio)
	}
	if l.Spread != "" {
		fmt.Fprintf(b.Out, " (%s)", l.Spread)
	}
	fmt.Fprintln(b.Out)
}

// found makes a new simulated town in a file of its own.
func (b *bench) found(name string) (*store.DB, *hall.Hall, error) {
	db, err := store.Open(b.ctx, filepath.Join(b.Dir, name, "zhenwu.db"))
	if err != nil {
		return nil, nil, err
	}
	h, err := hall.Found(b.ctx, db, hall.Founding{Cat: b.cat, Files: b.files, Simulated: true, At: b.newYear()}, b.cfg)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return db, h, h.Seed(b.ctx, true, 0)
}

var desk = town.Actor{Person: 7, Name: "模拟", Kind: town.Sim, Posts: []town.Post{{Role: "desk", Office: "hotline_office"}}}

// skewed draws one of n, the first far more often than the last.
func skewed(rng *mrand.Rand, n int) int { return rng.IntN(rng.IntN(n) + 1) }

// newYear is the instant at which the towns begin.
func (b *bench) newYear() town.Millis { return town.DayOf(2023, 1, 1).At(b.cat.Zone, 8, 0) }

// orders makes hotline orders of invented callers at skewed places, n of them from number from on, the first at an
// instant and each a gap after the one before.
func (b *bench) orders(rng *mrand.Rand, places []town.Code, from, n int, first, gap town.Millis) []hall.Ask {
	t := b.cat.Types["hotline_order"]
	items := func(field string) []catalog.Choice { return t.Field(field).List.Items }
	asks := make([]hall.Ask, n)
	for i := range asks {
		k := from + i
		choose := func(field string) string { return items(field)[skewed(rng, len(items(field)))].Key }
		asks[i] = hall.Ask{Actor: desk, Command: town.Command{ID: fmt.Sprintf("b-%012d", k), Op: town.Create, Type: "hotline_order", Day: town.NoDay, At: first + town.Millis(i)*gap, Bulk: true,
			Fields: town.Values{"title": fmt.Sprintf("%d号楼前路灯不亮，夜间出行不便，第%d件", k%90+1, k), "kind": choose("kind"), "category": choose("category"), "source": choose("source"),
				"urgency": choose("urgency"), "place": string(places[skewed(rng, len(places))]), "city_no": fmt.Sprintf("TJ%012d", k)},
			Sealed: map[string]string{"caller": fmt.Sprintf("模拟%d", k), "phone": fmt.Sprintf("120%08d", k), "content": fmt.Sprintf("来电人反映%d号楼前路灯连续多日不亮，希望尽快修复，事项编号%d。", k%90+1, k)}}}
	}
	return asks
}

func placesOf(h *hall.Hall) []town.Code {
	var out []town.Code
	for _, p := range h.View().Places() {
		if p.Kind == "village" || p.Kind == "estate" || p.Kind == "grid" {
			out = append(out, p.Code)
		}
	}
	return out
}

// writes holds commands through hall.Do against the bare loop.
func (b *bench) writes() error {
	for _, r := range []struct {
		name    string
		batch   int
		clients int
	}{{"commands through hall.Do, 1,000 a batch", 1000, 0}, {"commands through hall.Do, 16 waiting clients", 16, 16}} {
		var ours, bare []float64
		for round := range b.Rounds {
			o, w, err := b.write(fmt.Sprintf("w%d-%d", r.batch, round), uint64(round), r.batch, r.clients)
			if err != nil {
				return err
			}
			ours, bare = append(ours, o), append(bare, w)
		}
		b.say(beside(r.name, "/s", ours, "bare loop, the same rows", bare))
	}
	return nil
}

// write takes one round: commands a second through the hall, and rows of the same through the bare loop.
func (b *bench) write(dir string, seed uint64, batch, clients int) (ours, bare float64, err error) {
	n := b.Batch
	if clients > 0 {
		n /= 3
	}
	defer os.RemoveAll(filepath.Join(b.Dir, dir))
	db, h, err := b.found(dir)
	if err != nil {
		return 0, 0, err
	}
	defer db.Close()
	defer h.Close()
	asks := b.orders(mrand.New(mrand.NewPCG(seed, 1)), placesOf(h), 0, n, b.newYear(), 25_000)
	start := time.Now()
	if clients == 0 {
		for i := 0; i < n; i += batch {
			if _, err := all(h.DoAll(b.ctx, asks[i:min(i+batch, n)], true)); err != nil {
				return 0, 0, err
			}
		}
	} else if err := each(clients, n, func(i int) error {
		a := asks[i]
		a.Command.Bulk = false
		_, err := h.Do(b.ctx, a.Actor, a.Command)
		return err
	}); err != nil {
		return 0, 0, err
	}
	ours = float64(n) / time.Since(start).Seconds()
	rows, err := b.rows(h, n)
	if err != nil {
		return 0, 0, err
	}
	loop, err := b.bareLoop(filepath.Join(b.Dir, dir, "bare.db"), filepath.Join(b.Dir, dir, "zhenwu.db"))
	if err != nil {
		return 0, 0, err
	}
	defer loop.close()
	start = time.Now()
	for i := 0; i < n; i += batch {
		if err := loop.write(rows[i:min(i+batch, n)]); err != nil {
			return 0, 0, err
		}
	}
	return ours, float64(n) / time.Since(start).Seconds(), nil
}

// all fails where one of many commands was refused.
func all(res []hall.Result, err error) ([]hall.Result, error) {
	for _, r := range res {
		if err == nil {
			err = r.Err
		}
	}
	return res, err
}

// each lets clients do work 0 to n-1, each its next when its last is done.
func each(clients, n int, work func(i int) error) error {
	var wg sync.WaitGroup
	errs := make(chan error, clients)
	for c := range clients {
		wg.Go(func() {
			for i := c; i < n; i += clients {
				if err := work(i); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	return <-errs
}

// beside is the line of two measurements taken in turns.
func beside(name, unit string, ours []float64, other string, bare []float64) Line {
	return Line{Name: name, Ours: median(ours), Unit: unit, Beside: other, Other: median(bare),
		Spread: fmt.Sprintf("%.4g–%.4g, beside %.4g–%.4g", low(ours), high(ours), low(bare), high(bare))}
}

func median(xs []float64) float64 {
	s := append([]float64(nil), xs...)
	sort.Float64s(s)
	if len(s) == 0 {
		return 0
	}
	return s[len(s)/2]
}

func low(xs []float64) float64 { s := append([]float64(nil), xs...); sort.Float64s(s); return s[0] }
func high(xs []float64) float64 {
	s := append([]float64(nil), xs...)
	sort.Float64s(s)
	return s[len(s)-1]
}

func quantile(xs []float64, q float64) float64 {
	s := append([]float64(nil), xs...)
	sort.Float64s(s)
	return s[min(len(s)-1, int(q*float64(len(s))))]
}
