package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"zhenwu/internal/hall"
	"zhenwu/internal/report"
	"zhenwu/internal/town"
)

type reportCmd struct {
	Read        reportReadCmd        `cmd:"" help:"读出报告中的数字和承诺 read a report's claims and commitments"`
	Check       reportCheckCmd       `cmd:"" help:"逐句核对报告 hold a report against the records"`
	Draft       reportDraftCmd       `cmd:"" help:"把往年的报告变成今年的草稿 turn an earlier report into a draft"`
	Commitments reportCommitmentsCmd `cmd:"" help:"从报告提出承诺任务，逐条给出数字、时限和推定的责任单位 propose the commitments of a report"`

	Write reportWriteCmd `cmd:"" help:"按草稿写出报告 write a report from a draft"`

	Publish reportPublishCmd `cmd:"" help:"公布一版带证据、有签名的报告 publish a signed edition with its evidence"`
}

type reportReadCmd struct {
	File string `arg:"" help:"报告文件 md、txt、docx"`
}

type reportCheckCmd struct {
	File string `arg:"" help:"报告文件 md、txt、docx"`
}

func readReport(path string) (*report.Document, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, town.Refuse(town.Missing, "file", "读不到文件：%s", "cannot read the file: %s", path)
	}
	if info.IsDir() {
		return nil, town.Refuse(town.Invalid, "file", "这是文件夹，不是报告：%s", "a folder, not a report: %s", path)
	}
	if info.Size() > report.MaxSize { // Read says so; it need not be in memory for that
		return report.Read(path, make([]byte, report.MaxSize+1))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, town.Refuse(town.Missing, "file", "读不到文件：%s", "cannot read the file: %s", path)
	}
	return report.Read(filepath.Base(path), data)
}

// Run prints what the report claims and promises.
func (c *reportReadCmd) Run(s *session) error {
	d, err := readReport(c.File)
	if err != nil {
		return err
	}
	if s.global.JSON {
		return writeJSON(s, d)
	}
	return d.Print(s.out, s.global.Lang)
}

// Run holds the report against the town of the folder; without a town it looks for inner contradictions.
func (c *reportCheckCmd) Run(s *session) error {
	d, err := readReport(c.File)
	if err != nil {
		return err
	}
	var known []report.Known
	name := "" // of the town whose figures they are
	if s.global.named || exists(s.global.dsn()) {
		st, err := lookSite(s.ctx, s.global)
		if err != nil {
			return err
		}
		defer st.Close()
		name = st.View().Cat.Name.Zh
		year, err := strconv.Atoi(d.Year)
		if err != nil {
			year = st.Today().Year()
		}
		if err := st.Reading(s.ctx, func(r *hall.Reader) error {
			known, err = r.Known(year, st.Today())
			return err
		}); err != nil {
			return err
		}
	}
	checked := report.Check(d, known, name, s.global.Lang)
	if s.global.JSON {
		err = writeJSON(s, checked)
	} else {
		err = checked.Print(s.out, s.global.Lang)
	}
	if err == nil && (checked.Summary.Differs > 0 || checked.Summary.Findings > 0) {
		return errFound
	}
	return err
}

func writeJSON(s *session, v any) error {
	enc := json.NewEncoder(s.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
