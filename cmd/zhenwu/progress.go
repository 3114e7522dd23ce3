package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far long work has come: a bar on a terminal, a plain line
// every few seconds elsewhere.
type progress struct {
	out  io.Writer
	what string
	bar  *progressbar.ProgressBar
	last time.Time
}

func newProgress(out io.Writer, what string) *progress {
	p := &progress{out: out, what: what, last: time.Now()}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.bar = progressbar.NewOptions(1000, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(what), progressbar.OptionClearOnFinish())
		}
	}
	return p
}

// set tells that done of total is done.
func (p *progress) set(done, total int64) {
	if total <= 0 {
		return
	}
	switch {
	case p.bar != nil:
		_ = p.bar.Set(int(min(999, done*1000/total))) // a bar that cannot draw does no harm
	case time.Since(p.last) > 5*time.Second:
		p.last = time.Now()
		fmt.Fprintf(p.out, "%s  %d/%d\n", p.what, done, total)
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
