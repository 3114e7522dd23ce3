package bench

import (
	"bufio"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// size is that of the program as it runs.
func (b *bench) size() error {
	info, err := os.Stat(b.Program)
	if err != nil {
		return err
	}
	l := Line{Name: "the program", Ours: float64(info.Size()) / 1e6, Unit: "MB", Spread: "stripped"}
	if f, err := elf.Open(b.Program); err == nil {
		if f.Section(".symtab") != nil {
			l.Spread = "with symbols: build it with -trimpath -ldflags '-s -w' to compare"
		}
		_ = f.Close() // only read
	}
	b.say(l)
	return nil
}

// year builds the simulated year with the program, as `zhenwu demo --once` does.
func (b *bench) year() error {
	var took, cpu []float64
	for round := range max(1, b.Rounds/2) {
		dir := filepath.Join(b.Dir, fmt.Sprintf("year%d", round))
		cmd := exec.CommandContext(b.ctx, b.Program, "demo", "--once", "--data", dir)
		start := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("demo --once: %w\n%s", err, out)
		}
		took = append(took, time.Since(start).Seconds())
		cpu = append(cpu, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
		if b.Town == "" {
			b.Town = dir
		}
	}
	b.say(Line{Name: "the simulated year complete", Ours: median(took), Unit: "s", Spread: fmt.Sprintf("%.1f–%.1f, processor time %.1f s", low(took), high(took), median(cpu))})
	return nil
}

// built makes sure that there is a simulated year.
func (b *bench) built() error {
	if b.Town != "" {
		return nil
	}
	return b.year()
}

// starts measures from the start of the process to its first answer, beside the
// same program started for its list of commands alone.
func (b *bench) starts() error {
	if err := b.built(); err != nil {
		return err
	}
	var ours, bare []float64
	for range 3 * b.Rounds {
		p, err := b.serve("serve")
		if err != nil {
			return err
		}
		ours = append(ours, milliseconds(p.first))
		if err := p.stop(); err != nil {
			return err
		}
		start := time.Now()
		if err := exec.CommandContext(b.ctx, b.Program, "--help").Run(); err != nil {
			return err
		}
		bare = append(bare, milliseconds(time.Since(start)))
	}
	b.say(beside("start of the program to its first answer", "ms", ours, "--help alone", bare))
	return nil
}

// busy are roles for which much work waits in the simulated year.
var busy = []string{"mayor", "desk", "handler", "chief", "grid_desk", "village"}

// today measures the first page of busy roles in the simulated year.
func (b *bench) today() error {
	if err := b.built(); err != nil {
		return err
	}
	p, err := b.serve("demo")
	if err != nil {
		return err
	}
	for _, role := range busy {
		if err = b.todayOf(p, role); err != nil {
			break
		}
	}
	return errors.Join(err, p.stop())
}

func (b *bench) todayOf(p *process, role string) error {
	client, err := enter(p.addr, role)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	var took []float64
	for range 10 * b.Rounds {
		start := time.Now()
		if _, err := get(b.ctx, client, p.addr+"/"); err != nil {
			return err
		}
		took = append(took, milliseconds(time.Since(start)))
	}
	b.say(Line{Name: "today, " + role, Ours: median(took), Unit: "ms", Spread: fmt.Sprintf("%.1f–%.1f", low(took), high(took))})
	return nil
}

// memory measures what serving the simulated year holds after its main pages were looked at.
func (b *bench) memory() error {
	if err := b.built(); err != nil {
		return err
	}
	p, err := b.serve("demo")
	if err != nil {
		return err
	}
	err = p.look(b.ctx)
	if err == nil {
		time.Sleep(2 * time.Second) // what started with it has come to rest
		now, most, err2 := p.resident()
		if err = err2; err == nil {
			b.say(Line{Name: "resident memory, the demo loaded", Ours: now, Unit: "MB", Spread: fmt.Sprintf("%.0f at most", most)})
		}
	}
	return errors.Join(err, p.stop())
}

// process is the program serving the simulated year.
type process struct {
	cmd   *exec.Cmd
	addr  string
	first time.Duration // from its start to its first answer
}

// serve starts the program and waits for its first answer, the page to sign in.
func (b *bench) serve(how string) (*process, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free now
	if err != nil {
		return nil, err
	}
	host := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	p := &process{addr: "http://" + host, cmd: exec.CommandContext(b.ctx, b.Program, how, "--data", b.Town, "--addr", host)}
	client := &http.Client{Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	start := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	for {
		if _, err = get(b.ctx, client, p.addr+"/signin"); err == nil {
			p.first = time.Since(start)
			return p, nil
		}
		if time.Since(start) > time.Minute || b.ctx.Err() != nil {
			return nil, errors.Join(fmt.Errorf("no answer: %w", err), p.stop())
		}
		time.Sleep(time.Millisecond)
	}
}

// stop ends the program as an administrator would.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return p.cmd.Wait()
}

// look opens the main pages, as the mayor of the demo.
func (p *process) look(ctx context.Context) error {
	client, err := enter(p.addr, "mayor")
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	for _, page := range []string{"/", "/registers", "/t/hotline_order", "/t/visit_round", "/figures", "/commitments", "/catalog", "/journal", "/people"} {
		if _, err := get(ctx, client, p.addr+page); err != nil {
			return err
		}
	}
	return nil
}

// resident reads what the process holds now and held at most, in MB.
func (p *process) resident() (now, most float64, err error) {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	return residentOf(f)
}

func residentOf(status io.Reader) (now, most float64, err error) {
	for s := bufio.NewScanner(status); s.Scan(); {
		name, rest, _ := strings.Cut(s.Text(), ":")
		kb, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
		switch name {
		case "VmRSS":
			now = kb * 1024 / 1e6
		case "VmHWM":
			most = kb * 1024 / 1e6
		}
	}
	if now == 0 {
		return 0, 0, errors.New("this system does not tell what a process holds")
	}
	return now, most, nil
}
