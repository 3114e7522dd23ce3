// Command zhenwu is the one system of a township government.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // the town's zone, also where the machine has no zone files

	"github.com/alecthomas/kong"

	"zhenwu/internal/town"
)

// Globals are the options of every subcommand.
type Globals struct {
	Data string `help:"数据目录 the town's folder" default:"data" env:"ZHENWU_DATA" placeholder:"DIR"`
	DB   string `help:"PostgreSQL 连接串 instead of SQLite in the folder" env:"ZHENWU_DB" placeholder:"DSN" name:"db"`
	Lang string `help:"语言 zh|en" default:"zh" enum:"zh,en" env:"ZHENWU_LANG"`
	JSON bool   `help:"以 JSON 输出 one JSON object on standard output" name:"json"`

	rotating bool // the master key is being changed: a change that was cut short is no hindrance

	named bool // a folder or database was named, not taken by default
}

// cli lists the subcommands; each has a file of its own.
type cli struct {
	Globals
	Demo    demoCmd    `cmd:"" help:"建立并打开模拟乡镇 build the simulated town and serve it"`
	Serve   serveCmd   `cmd:"" help:"运行一个乡镇 serve a town"`
	Check   checkCmd   `cmd:"" help:"校验目录 validate a catalog"`
	Figures figuresCmd `cmd:"" help:"列出指标 list the figures of a year"`
	Explain explainCmd `cmd:"" help:"打开一个指标 open a figure to its records"`
	Bench   benchCmd   `cmd:"" help:"测量速度 the measurements of docs/benchmarks.md"`
	Fsck    fsckCmd    `cmd:"" help:"核对数据库 prove that the database agrees with itself"`
	Backup  backupCmd  `cmd:"" help:"备份 write the town into one file"`
	Restore restoreCmd `cmd:"" help:"恢复 put a backup into an empty folder"`
	Move    moveCmd    `cmd:"" help:"搬到另一个数据库 move the town to another database"`
	Keys    keysCmd    `cmd:"" help:"密钥：查看、更换 the keys of the town"`
	User    userCmd    `cmd:"" help:"人员 add a person, or give a new password"`
	Config  configCmd  `cmd:"" help:"列出设置 print the settings, secrets masked"`
	Import  importCmd  `cmd:"" help:"导入 CSV 或 XLSX take the rows of a sheet in"`
	Export  exportCmd  `cmd:"" help:"导出 CSV 或 XLSX write the records of a type"`
	Test    testCmd    `cmd:"" help:"运行目录里的故事 play the stories of a catalog"`
	Init    initCmd    `cmd:"" help:"新建目录 start a catalog"`
	Crash   crashCmd   `cmd:"" name:"crash-child" hidden:""`
	Report  reportCmd  `cmd:"" help:"读取和核对报告 read and check a work report"`
	Form    formCmd    `cmd:"" help:"读懂和填写别处发来的表 read and fill the forms that others send"`
	Verify  verifyCmd  `cmd:"" help:"核验公布的一版报告 verify a published edition"`
}

// session is what a subcommand runs with.
type session struct {
	ctx    context.Context
	out    io.Writer
	errs   io.Writer
	global *Globals
}

// found is the exit status 1: the command worked, and the check found something.
var errFound = errors.New("the check found something")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: exit status 0 done, 1 the check found something, 2 wrong use or failure.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	var c cli
	status := -1
	parser, err := kong.New(&c, kong.Name("zhenwu"), kong.Description("镇务 Zhenwu: the affairs of the town"),
		kong.Writers(out, errs), kong.Exit(func(code int) { status = code; panic(exited{}) }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	var kctx *kong.Context
	func() {
		defer func() {
			if r := recover(); r != nil {
				if _, ours := r.(exited); !ours {
					panic(r)
				}
			}
		}()
		kctx, err = parser.Parse(args)
	}()
	if status >= 0 {
		return status
	}
	if err != nil {
		fmt.Fprintln(errs, "zhenwu: "+oneLine(wrongUse(err), asked(args)))
		return 2
	}
	if err := c.settle(kctx); err != nil {
		fmt.Fprintln(errs, "zhenwu: "+oneLine(err, c.Lang))
		return 2
	}
	err = kctx.Run(&session{ctx: ctx, out: out, errs: errs, global: &c.Globals})
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFound):
		return 1
	}
	fmt.Fprintln(errs, "zhenwu: "+oneLine(err, c.Lang))
	return 2
}

type exited struct{}

// oneLine gives the sentence of an error in the user's language.
func oneLine(err error, lang string) string {
	var ours *town.Error
	text := err.Error()
	if errors.As(err, &ours) {
		text = ours.In(lang)
	}
	return strings.Join(strings.Fields(text), " ")
}
