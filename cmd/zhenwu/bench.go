package main

import (
	"encoding/json"
	"os"

	"zhenwu/internal/bench"
)

type benchCmd struct {
	Records int    `help:"大表记录数 records of the large town" default:"1000000"`
	Batch   int    `help:"写入测量的指令数 commands of one timed run" default:"30000"`
	Rounds  int    `help:"交替次数 alternations" default:"3"`
	Dir     string `help:"工作目录 working folder (default: a temporary one)"`
}

// Run takes the measurements of docs/benchmarks.md.
func (c *benchCmd) Run(s *session) error {
	dir := c.Dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "zhenwu-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	out := s.out
	if s.global.JSON {
		out = s.errs
	}
	lines, err := bench.Run(s.ctx, bench.Options{Dir: dir, Records: c.Records, Batch: c.Batch, Rounds: c.Rounds, Out: out})
	if err == nil && s.global.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"measurements": lines})
	}
	return err
}
