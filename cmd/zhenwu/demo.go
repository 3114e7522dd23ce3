package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"sort"
	"time"

	"github.com/schollz/progressbar/v3"

	"zhenwu/internal/hall"
	"zhenwu/internal/sim"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

type demoCmd struct {
	Addr    string `help:"监听地址 address to serve at" default:"127.0.0.1:8080" env:"ZHENWU_ADDR"`
	Once    bool   `help:"建成后退出 build and exit"`
	Town    string `help:"乡镇：jingwu（模拟 2023 年）或 blank（空白真实乡镇） which town" default:"jingwu" enum:"jingwu,blank"`
	Plan    string `help:"模拟年计划文件夹（*.yaml）；缺省用内置计划 folder of the plan of the year (*.yaml); the built-in one by default" type:"existingdir"`
	Until   string `help:"模拟到哪一天（含），最晚 2024-06-30；缺省 2023-12-28 the last day of the simulation, 2024-06-30 at the latest; 2023-12-28 by default"`
	Profile string `help:"CPU profile" hidden:""`
	Verbose bool   `help:"列出被拒绝的模拟指令 list what the town refused" hidden:""`
}

// Run founds the simulated town where there is none, serves at once and fills
// the year in meanwhile; with --once it exits when the year is complete.
func (c *demoCmd) Run(s *session) error {
	g := s.global
	if g.Data == "data" {
		g.Data = filepath.Join("data", c.Town)
	}
	if c.Town == "blank" {
		return serveTown(s, serving{addr: c.Addr})
	}
	until, err := sim.Until(c.Until)
	if err != nil {
		return err
	}
	built := "simulated until " + until.String() + "\n"
	var l net.Listener
	if !c.Once {
		var err error
		if l, err = listen(c.Addr); err != nil {
			return err
		}
		defer l.Close()
	}
	start := time.Now()
	if c.Profile != "" {
		f, err := os.Create(c.Profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer f.Close()
		defer pprof.StopCPUProfile()
	}
	st, fresh, err := openSite(s.ctx, g, &hall.Founding{Simulated: true, At: town.DayOf(2022, 12, 31).At(zone(), 20, 0)})
	if err != nil {
		return err
	}
	defer st.Close()
	if !st.View().Simulated {
		return town.Refuse(town.Denied, "data", "%s 里是真实乡镇，不能生成模拟数据", "%s holds a real town, which takes no simulated work", g.Data)
	}
	mark := filepath.Join(g.Data, "year-complete")
	complete := g.DB == "" && exists(mark)
	if complete && c.Until != "" {
		if text, err := os.ReadFile(mark); err != nil || string(text) != built {
			return town.Refuse(town.Conflict, "until", "%s 里已有建好的模拟年，不是到 %s；请换一个目录（--data）或先删除它。", "%s holds a simulated year that was not built until %s; name another folder (--data), or remove it first.", g.Data, until)
		}
	}
	fill := func(ctx context.Context) error {
		// Building holds what the simulator knows of its people and records: give it back before serving.
		defer debug.FreeOSMemory()
		// It makes much that lives no longer than a batch: collected less often, a fifth of the processor time is saved.
		defer debug.SetGCPercent(debug.SetGCPercent(300))
		if complete || (!fresh && g.DB != "") {
			return nil
		}
		if !fresh {
			return town.Refuse(town.Conflict, "data", "%s 里的模拟年没有建完；请删除该目录后重建。", "the simulated year in %s was never completed; remove the folder and build it again.", g.Data)
		}
		if err := st.Begin(ctx, town.DayOf(2023, 1, 1)); err != nil { // what it takes in on the evening before is no year's record
			return err
		}
		if err := st.Seed(ctx, true, 0); err != nil {
			return err
		}
		if err := keepAttachments(ctx, st); err != nil {
			return err
		}
		plan, err := c.plan(st)
		if err != nil {
			return err
		}
		stats, err := play(ctx, s, st, plan)
		if err != nil {
			return err
		}
		if err := st.Advance(ctx, (plan.Last+1).At(zone(), 9, 0)); err != nil {
			return err
		}
		if err := st.Sign(ctx); err != nil {
			return err
		}
		fmt.Fprintf(s.errs, "%d 条指令 commands, %d 条按规则被拒 refused by the rules, %.1f s\n", stats.Commands, stats.Refused, time.Since(start).Seconds())
		if c.Verbose {
			lines := make([]string, 0, len(stats.Refusals))
			for k, n := range stats.Refusals {
				lines = append(lines, fmt.Sprintf("%6d  %s", n, k))
			}
			sort.Sort(sort.Reverse(sort.StringSlice(lines)))
			for _, l := range lines {
				fmt.Fprintln(s.errs, l)
			}
		}
		return os.WriteFile(mark, []byte(built), 0o640)
	}
	if c.Once {
		return fill(s.ctx)
	}
	st.SetFilling(hall.Filling{Ready: complete})
	done := make(chan error, 1)
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	go func() {
		err := fill(ctx)
		st.SetFilling(hall.Filling{Ready: true})
		done <- err
	}()
	served := make(chan error, 1)
	go func() { served <- serveHTTP(ctx, s, st, l, serving{addr: c.Addr, demo: true}) }()
	select {
	case err := <-served:
		stop()
		<-done
		return err
	case err := <-done:
		if err != nil && !errors.Is(err, context.Canceled) {
			stop()
			<-served
			return err
		}
	}
	return <-served
}

// plan reads what the year is to hold.
func (c *demoCmd) plan(st *site) (*sim.Plan, error) {
	files := sim.Built()
	if c.Plan != "" {
		files = os.DirFS(c.Plan)
	}
	until, err := sim.Until(c.Until)
	if err != nil {
		return nil, err
	}
	return sim.LoadUntil(st.View().Cat, files, until)
}

func play(ctx context.Context, s *session, st *site, plan *sim.Plan) (*sim.Stats, error) {
	terminal := false
	if f, ok := s.errs.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			terminal = info.Mode()&os.ModeCharDevice != 0
		}
	}
	var bar *progressbar.ProgressBar
	if terminal {
		bar = progressbar.NewOptions(1000, progressbar.OptionSetWriter(s.errs), progressbar.OptionSetDescription("模拟 2023 年"), progressbar.OptionClearOnFinish())
	}
	last := time.Now()
	stats, err := sim.PlayPlan(ctx, st.Hall, plan, sim.Seed, func(done, total int, day town.Day) {
		st.SetFilling(hall.Filling{Done: done, Total: total, Day: day.String()})
		switch {
		case bar != nil:
			_ = bar.Set(min(999, done*1000/total)) // a bar that cannot draw does no harm
		case time.Since(last) > 5*time.Second:
			last = time.Now()
			fmt.Fprintf(s.errs, "%s  %d/%d\n", day, done, total)
		}
	})
	if bar != nil {
		_ = bar.Finish()
	}
	return stats, err
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func zone() *time.Location {
	z, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return time.FixedZone("CST", 8*3600)
	}
	return z
}

// keepAttachments keeps the files that the simulated year refers to.
func keepAttachments(ctx context.Context, st *site) error {
	for _, a := range sim.Attachments() {
		if _, _, err := st.blobs().Put(bytes.NewReader(a.Bytes)); err != nil {
			return err
		}
	}
	return st.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Head(ctx, st.Town()); err != nil {
			return err
		}
		for _, a := range sim.Attachments() {
			if err := tx.PutBlob(ctx, st.Town(), store.BlobRow{Hash: a.Hash, Size: int64(len(a.Bytes)), Mime: a.Mime, Name: a.Name, At: st.Now()}); err != nil {
				return err
			}
		}
		return nil
	})
}
