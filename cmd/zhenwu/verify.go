package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"zhenwu/internal/edition"
	"zhenwu/internal/journal"
	"zhenwu/internal/town"
	"zhenwu/internal/verify"
)

type verifyCmd struct {
	File    string `arg:"" help:"公布的一版（.zwe） the edition"`
	Key     string `required:"" help:"乡镇的公钥，或存公钥的文件 the town's public key, or a file that holds it"`
	Earlier string `help:"上一版：核对日志只增不改 an earlier edition, whose journal this one must continue"`
	All     bool   `help:"列出没有证明的每一项 list everything that is not proved"`
}

// Run judges an edition with nothing but the file and the public key.
func (c *verifyCmd) Run(s *session) error {
	key := c.Key
	if data, err := os.ReadFile(c.Key); err == nil && len(data) < 4096 {
		key = strings.TrimSpace(string(data))
	}
	var before *edition.File
	var err error
	if c.Earlier != "" {
		if before, err = openEdition(c.Earlier); err != nil {
			return err
		}
	}
	file, err := os.Open(c.File)
	if err != nil {
		return town.Refuse(town.Missing, "file", "读不到文件：%s", "cannot read the file: %s", c.File)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return town.Refuse(town.Invalid, "file", "这不是一个文件：%s", "not a file: %s", c.File)
	}
	o, err := verify.Edition(file, info.Size(), key, before)
	var f *verify.Fault
	if errors.As(err, &f) {
		if s.global.JSON {
			if err := writeJSON(s, map[string]any{"holds": false, "part": f.Part, "zh": f.Zh, "en": f.En}); err != nil {
				return err
			}
			return errFound
		}
		fmt.Fprintf(s.out, s.pick("不成立：%s\n", "does not hold: %s\n"), f.In(s.global.Lang))
		return errFound
	}
	if err != nil {
		return err
	}
	if s.global.JSON {
		return writeJSON(s, map[string]any{"holds": true, "outcome": o})
	}
	c.print(s, o)
	return nil
}

func (c *verifyCmd) print(s *session, o *verify.Outcome) {
	lang := s.global.Lang
	say := func(zh, en string, args ...any) { fmt.Fprintf(s.out, s.pick(zh, en)+"\n", args...) }
	say("成立：%s《%s》，截至 %s", "holds: %s, %s, as of %s", o.Name, o.Title, o.AsOf)
	if o.Simulated {
		say("  这是模拟的乡镇，数据是模拟的。", "  The town is simulated, and so are its data.")
	}
	say("  签名  %s", "  signed by    %s", journal.Fingerprint(o.Key))
	say("  本版  %s", "  this edition %s", o.SHA256)
	say("  证据  日志 %d 叶中的 %d 叶，%d 条变动，一条不缺", "  evidence     %[2]d of the journal's %[1]d leaves, %[3]d changes, none missing", o.Size, o.Leaves, o.Changes)
	say("  数值  %d 个由证据算出，%d 个由科室报出并记在日志里", "  values       %d follow from the evidence, %d were stated by an office in the journal", o.Figures, o.Stated)
	say("  正文  %d 处数字与数值一致", "  text         %d numbers agree with their values", o.Numbers)
	if o.Continues {
		say("  接续  日志接着给出的上一版，没有改动", "  continues    the journal of the earlier edition, unchanged")
	}
	if o.Corrects != "" {
		say("  更正  %s", "  corrects     %s", o.Corrects)
	}
	if o.Fine {
		say("  明细证据，给审阅人：%s", "  evidence in full, for %s", o.Readers)
	}
	list := func(zh, en string, items []string) {
		if len(items) == 0 {
			return
		}
		say(zh, en, len(items))
		for i, item := range items {
			if i == 5 && !c.All {
				say("  …… 用 --all 全部列出", "  … list all with --all")
				break
			}
			fmt.Fprintln(s.out, "  · "+item)
		}
	}
	list("没有证明的 %d 项：", "%d things are not proved:", inLang(o.Unproved, lang))
	list("正文里有 %d 处数字没有指标（年份、序号等也在内）：", "%d numbers of the text stand for no figure (years and headings among them):", o.Unlinked)
	list("核验不能知道的 %d 件事：", "%d things that no verification can know:", inLang(o.CannotKnow, lang))
}

func inLang(notes []verify.Note, lang string) []string {
	out := make([]string, len(notes))
	for i, n := range notes {
		out[i] = n.In(lang)
	}
	return out
}
