package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	"zhenwu/internal/edition"
	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/town"
)

type reportPublishCmd struct {
	File     string `arg:"" help:"草稿 md"`
	Out      string `required:"" help:"写到哪个文件（.zwe） the file to write"`
	Earlier  string `help:"上一版：证明日志只增不改 the edition before, whose journal this one must continue"`
	Corrects string `help:"更正哪一版 the edition that this one corrects"`
	Why      string `help:"为什么更正 why it is corrected"`
	Fine     bool   `help:"给指定审阅人的明细证据，不公开 evidence in full, for named reviewers only"`
	Readers  string `help:"审阅人 who the reviewers are"`
}

// openEdition reads an edition file.
func openEdition(path string) (*edition.File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, town.Refuse(town.Missing, "file", "读不到文件：%s", "cannot read the file: %s", path)
	}
	f, err := edition.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &town.Error{Kind: town.Invalid, Field: "file", Zh: "这不是一版完整的报告：" + path, En: "not a whole edition: " + path, Err: err}
	}
	return f, nil
}

// Run publishes an edition of a draft as the town stands now. It reads only: it may run beside a server.
func (c *reportPublishCmd) Run(s *session) error {
	source, err := os.ReadFile(c.File)
	if err != nil {
		return town.Refuse(town.Missing, "file", "读不到文件：%s", "cannot read the file: %s", c.File)
	}
	o := hall.Order{Draft: string(source), Fine: c.Fine, Readers: c.Readers}
	if c.Fine && c.Readers == "" {
		return town.Refuse(town.Invalid, "readers", "明细证据只给指定的审阅人，请用 --readers 写明", "evidence in full goes to named reviewers only; name them with --readers")
	}
	if c.Earlier != "" {
		if o.Earlier, err = openEdition(c.Earlier); err != nil {
			return err
		}
	}
	if c.Corrects != "" {
		f, err := openEdition(c.Corrects)
		if err != nil {
			return err
		}
		if c.Why == "" {
			return town.Refuse(town.Invalid, "why", "更正要用 --why 写明原因", "say with --why why it is corrected")
		}
		sum := sha256.Sum256(f.JSON)
		o.Corrects = &edition.Correction{SHA256: hex.EncodeToString(sum[:]), Title: f.Edition.Title, Why: c.Why}
		if o.Earlier == nil {
			o.Earlier = f
		}
	}
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	file, _, err := st.Publish(s.ctx, o)
	if err != nil {
		return err
	}
	// First whole beside it, then in its place: an edition is there whole or not at all.
	part := c.Out + ".part"
	if err = os.WriteFile(part, file, 0o644); err == nil {
		err = os.Rename(part, c.Out)
	}
	if err != nil {
		os.Remove(part)
		return town.Refuse(town.Invalid, "out", "写不了文件：%s", "cannot write the file: %s", c.Out)
	}
	f, err := openEdition(c.Out)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(f.JSON)
	lines := int64(0)
	for _, e := range f.Edition.Evidence {
		lines += e.Changes
	}
	if s.global.JSON {
		return writeJSON(s, map[string]any{"file": c.Out, "sha256": hex.EncodeToString(sum[:]), "figures": len(f.Edition.Figures), "numbers": len(f.Edition.Numbers), "changes": lines, "simulated": f.Edition.Simulated, "fingerprint": journal.Fingerprint(f.Edition.Key)})
	}
	fmt.Fprintf(s.out, s.pick("已公布 %s：%d 处数字，%d 个指标值，%d 条变动的证据，%.1f MB\n本版指纹 %s\n公钥指纹 %s\n", "published %s: %d numbers, %d values of figures, evidence of %d changes, %.1f MB\nthis edition %s\nkey          %s\n"),
		c.Out, len(f.Edition.Numbers), len(f.Edition.Figures), lines, float64(len(file))/1e6, hex.EncodeToString(sum[:]), journal.Fingerprint(f.Edition.Key))
	if f.Edition.Simulated {
		fmt.Fprintln(s.out, s.pick("模拟数据。", "Simulated data."))
	}
	return nil
}
