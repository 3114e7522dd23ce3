package main

import (
	"os"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// misuse are the complaints of the parser of the command line, as people are told them. $1, $2 are what the complaint names.
var misuse = []struct {
	says   *regexp.Regexp
	zh, en string
}{
	{regexp.MustCompile(`^unknown flag (\S+), did you mean (.+)\?$`), "没有选项 $1；是不是 $2？", "there is no option $1; did you mean $2?"},
	{regexp.MustCompile(`^unknown flag (\S+)$`), "没有选项 $1。", "there is no option $1."},
	{regexp.MustCompile(`^unexpected argument (.+), did you mean (.+)\?$`), "不认识 $1；是不是 $2？", "$1 is not known here; did you mean $2?"},
	{regexp.MustCompile(`^unexpected argument (.+)$`), "不认识 $1。", "$1 is not known here."},
	{regexp.MustCompile(`^expected one of (.+)$`), "请写明做什么：$1。", "say what to do: $1."},
	{regexp.MustCompile(`^expected "(.+)"$`), "缺少 $1。", "$1 is missing."},
	{regexp.MustCompile(`^missing flags: (.+)$`), "缺少选项 $1。", "options are missing: $1."},
	{regexp.MustCompile(`^(\S+): expected \S+ value but got "EOL".*$`), "选项 $1 后面缺少值。", "option $1 needs a value."},
	{regexp.MustCompile(`^(\S+): expected \S+ value but got "(.*?)" \(.*$`), "选项 $1 后面缺少值，而是“$2”。", "option $1 needs a value, not “$2”."},
	{regexp.MustCompile(`^(\S+): expected a valid \d+ bit u?int but got "(.*?)".*$`), "$1 须是整数，不能是“$2”。", "$1 takes a whole number, not “$2”."},
	{regexp.MustCompile(`^(\S+): bool value must be .* but got "(.*?)".*$`), "$1 只能开或关（true、false），不能是“$2”。", "$1 is on or off (true, false), not “$2”."},
	{regexp.MustCompile(`^(\S+) must be one of (.+) but got "(.*?)".*$`), "$1 只能是 $2 之一，不能是“$3”。", "$1 is one of $2, not “$3”."},
}

// wrongUse says in both languages what is wrong with the command line.
func wrongUse(err error) error {
	text := err.Error()
	for _, m := range misuse {
		at := m.says.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		fill := func(to string) string { return string(m.says.ExpandString(nil, to, text, at)) }
		return &town.Error{Kind: town.Invalid, Zh: fill(m.zh) + "用法见 zhenwu --help。", En: fill(m.en) + " See zhenwu --help."}
	}
	return &town.Error{Kind: town.Invalid, Zh: "命令写法不对（" + text + "）。用法见 zhenwu --help。", En: "the command line does not read (" + text + "). See zhenwu --help."}
}

// asked is the language that a command line asks for, also one that does not read.
func asked(args []string) string {
	lang := os.Getenv("ZHENWU_LANG")
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			lang = v
		} else if a == "--lang" && i+1 < len(args) {
			lang = args[i+1]
		}
	}
	if lang == "en" {
		return "en"
	}
	return "zh"
}

// settle checks the options of every subcommand and notes whether a town was named.
func (g *Globals) settle(parsed *kong.Context) error {
	_, env := os.LookupEnv("ZHENWU_DATA")
	g.named = env || g.DB != ""
	for _, p := range parsed.Path {
		g.named = g.named || p.Flag != nil && p.Flag.Name == "data"
	}
	if g.DB != "" && !store.IsPostgres(g.DB) {
		return town.Refuse(town.Invalid, "db", "--db 只接受 postgres:// 或 postgresql:// 开头的连接串；SQLite 用 --data 目录。", "--db takes postgres:// or postgresql:// only; SQLite lies in the folder of --data.")
	}
	return nil
}
