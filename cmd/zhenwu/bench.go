package main

import (
	"encoding/json"
	"os"

	"zhenwu/internal/bench"
)

type benchCmd struct {
	Records int      `help:"大表记录数 records of the large town" default:"100000"`
	Batch   int      `help:"写入测量的指令数 commands of one timed run" default:"15000"`
	Rounds  int      `help:"交替次数 alternations" default:"3"`
	Only    []string `help:"只测这些：size write http figures registers places year start today memory measure these alone" placeholder:"PART" enum:"size,write,http,figures,registers,places,year,start,today,memory"`
	Town    string   `help:"已建成的模拟年所在目录 folder of a simulated year that is built already" placeholder:"DIR" type:"existingdir"`
	Dir     string   `help:"工作目录 working folder (default: a temporary one)"`
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
	program, err := os.Executable()
	if err != nil {
		return err
	}
	out := s.out
	if s.global.JSON {
		out = s.errs
	}
	lines, err := bench.Run(s.ctx, bench.Options{Dir: dir, Records: c.Records, Batch: c.Batch, Rounds: c.Rounds, Only: c.Only, Program: program, Town: c.Town, Out: out})
	if err == nil && s.global.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"measurements": lines})
	}
	return err
}
