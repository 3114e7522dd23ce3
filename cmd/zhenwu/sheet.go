package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/hall"
	"zhenwu/internal/sheet"
	"zhenwu/internal/town"
)

type importCmd struct {
	Type string `arg:"" help:"类型 key"`
	File string `arg:"" help:"CSV 或 XLSX 文件"`
	Role string `help:"以哪个角色导入 the role that imports" default:"admin"`
	Dry  bool   `help:"只检查，不写入 check only" name:"dry-run"`
}

type exportCmd struct {
	Type string `arg:"" help:"类型 key"`
	Out  string `help:"写到文件（.csv 或 .xlsx），否则标准输出 CSV the file to write, else CSV on standard output" placeholder:"FILE"`
}

// rowFault is a row of a sheet that cannot be taken.
type rowFault struct {
	Line   int    `json:"line"`
	Column string `json:"column"`
	Why    string `json:"why"`
}

// importResult is what `zhenwu import --json` writes.
type importResult struct {
	Type    string     `json:"type"`
	Dry     bool       `json:"dry_run"`
	Opened  int        `json:"opened"`
	Mended  int        `json:"corrected"`
	Same    int        `json:"unchanged"`
	Ignored []string   `json:"ignored"` // columns that name no field
	Faults  []rowFault `json:"faults"`
}

func typeOf(st *site, key string) (*catalog.Type, error) {
	t := st.View().Cat.Types[key]
	if t == nil {
		return nil, town.Refuse(town.Missing, "type", "没有这类记录：%s", "no such type: %s", key)
	}
	return t, nil
}

// Run takes the rows of a sheet into the town, each as a command of its own;
// rows that are wrong are told and left out, columns that name no field too. The
// same file twice changes nothing. A dry run decides the same commands and keeps nothing.
func (c *importCmd) Run(s *session) error {
	f, err := os.Open(c.File)
	if err != nil {
		return town.Refuse(town.Missing, "file", "打不开 %s：%v", "cannot open %s: %v", c.File, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, sheet.MostBytes+1))
	if err != nil {
		return err
	}
	rows, above, err := sheet.Table(data)
	if err != nil {
		return err
	}
	st, _, err := openSite(s.ctx, s.global, nil)
	if err != nil {
		return err
	}
	defer st.Close()
	t, err := typeOf(st, c.Type)
	if err != nil {
		return err
	}
	columns := sheet.Columns(t, rows[0])
	if strings.Join(columns, "") == "" {
		return town.Refuse(town.Invalid, "file", "没有一列的名称是 %s 的字段", "no column names a field of %s", t.Label.In(s.global.Lang))
	}
	sum := sha256.Sum256(append([]byte(t.Key+"\x00"), data...))
	in := &importing{s: s, st: st, t: t, head: rows[0], columns: columns, id: "import-" + hex.EncodeToString(sum[:12]), dry: c.Dry,
		actor: town.Actor{Kind: town.Importer, Posts: []town.Post{{Role: c.Role}}}, file: filepath.Base(c.File)}
	in.out = importResult{Type: t.Key, Dry: c.Dry, Ignored: []string{}, Faults: []rowFault{}}
	for i, key := range columns {
		if name := strings.TrimSpace(rows[0][i]); key == "" && name != "" {
			in.out.Ignored = append(in.out.Ignored, name)
		}
	}
	show := newProgress(s.errs, pick(s.global.Lang, "导入", "importing"))
	size := 500
	if c.Dry {
		size = len(rows) // nothing is kept of a part that was tried, and rows may speak of each other
	}
	for from := 1; from < len(rows); from += size {
		until := min(from+size, len(rows))
		if err := in.chunk(s.ctx, rows[from:until], from+above); err != nil {
			return err
		}
		show.set(int64(until), int64(len(rows)))
	}
	show.end()
	sort.SliceStable(in.out.Faults, func(i, j int) bool { return in.out.Faults[i].Line < in.out.Faults[j].Line })
	return in.tell()
}

// importing is one import on its way.
type importing struct {
	s       *session
	st      *site
	t       *catalog.Type
	head    []string
	columns []string
	id      string // of the file's content: a second run gives the same commands
	file    string
	dry     bool
	actor   town.Actor
	out     importResult
}

func (in *importing) chunk(ctx context.Context, rows [][]string, line int) error {
	var asks []hall.Ask
	var lines []int
	op := town.Create
	if len(in.t.KeyFields) > 0 {
		op = town.Merge
	}
	if err := in.st.Reading(ctx, func(r *hall.Reader) error {
		world := r.World(in.st.Now())
		read := sheet.Reading{View: r.View(), Ref: func(text string) (town.ID, error) {
			var n int64
			if _, err := fmt.Sscanf(text, "#%d", &n); err == nil {
				return town.ID(n), nil
			}
			row, err := r.Q().RecordByNumber(ctx, r.Town(), text)
			if err != nil || row == nil {
				return 0, err
			}
			return row.ID, nil
		}}
		for i, row := range rows {
			fields, sealed, err := in.row(read, world, row)
			var ours *town.Error
			switch {
			case errors.As(err, &ours):
				in.out.Faults = append(in.out.Faults, rowFault{line + i, ours.Field, ours.In(in.s.global.Lang)})
			case err != nil:
				return err
			case len(fields)+len(sealed) > 0:
				asks = append(asks, hall.Ask{Actor: in.actor, Command: town.Command{ID: fmt.Sprintf("%s-%d", in.id, line+i), Op: op, Type: in.t.Key, Fields: fields, Sealed: sealed,
					Day: town.NoDay, Step: -1, Reason: "导入 " + in.file, Bulk: true}})
				lines = append(lines, line+i)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	var results []hall.Result
	var err error
	if in.dry {
		results, err = in.st.Try(ctx, asks)
	} else {
		results, err = in.st.DoAll(ctx, asks, true)
	}
	if err != nil {
		return err
	}
	for i, r := range results {
		var ours *town.Error
		switch {
		case r.Err == nil && r.Answer.Again, flow.Unchanged(r.Err):
			in.out.Same++
		case errors.As(r.Err, &ours):
			in.out.Faults = append(in.out.Faults, rowFault{lines[i], ours.Field, ours.In(in.s.global.Lang)})
		case r.Err != nil:
			return r.Err
		case r.Answer.Rev > 1:
			in.out.Mended++
		default:
			in.out.Opened++
		}
	}
	return nil
}

// row reads one row of the sheet into fields.
func (in *importing) row(read sheet.Reading, world flow.World, row []string) (town.Values, map[string]string, error) {
	fields, sealed := town.Values{}, map[string]string{}
	for i, key := range in.columns {
		if key == "" || i >= len(row) {
			continue
		}
		text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(row[i]), "'"))
		if text == "" {
			continue
		}
		f := in.t.Field(key)
		if hall.SealedField(f) {
			sealed[key] = text
			continue
		}
		x, err := read.Value(f, text)
		if err != nil {
			return nil, nil, err
		}
		fields[key] = x
	}
	if err := flow.ValidateFields(in.t, world, fields); err != nil {
		return nil, nil, err
	}
	return fields, sealed, flow.ValidateSealed(in.t, sealed)
}

// tell writes what became of the sheet.
func (in *importing) tell() error {
	s := in.s
	if s.global.JSON {
		if err := json.NewEncoder(s.out).Encode(in.out); err != nil {
			return err
		}
	} else {
		for i, f := range in.out.Faults {
			if i == 20 {
				fmt.Fprintf(s.out, pick(s.global.Lang, "……还有 %d 行\n", "… and %d more rows\n"), len(in.out.Faults)-i)
				break
			}
			fmt.Fprintf(s.out, pick(s.global.Lang, "第 %d 行：%s\n", "row %d: %s\n"), f.Line, f.Why)
		}
		if len(in.out.Ignored) > 0 {
			fmt.Fprintf(s.out, pick(s.global.Lang, "没有对应字段、未读取的列：%s\n", "columns that name no field and were left out: %s\n"), strings.Join(in.out.Ignored, pick(s.global.Lang, "、", ", ")))
		}
		text := pick(s.global.Lang, "新增 %d，更正 %d，未变 %d，有误 %d\n", "%d opened, %d corrected, %d unchanged, %d wrong\n")
		if in.dry {
			text = pick(s.global.Lang, "只检查，没有写入：将新增 %d，更正 %d，未变 %d，有误 %d\n", "checked only, nothing was written: %d would be opened, %d corrected, %d unchanged, %d wrong\n")
		}
		fmt.Fprintf(s.out, text, in.out.Opened, in.out.Mended, in.out.Same, len(in.out.Faults))
	}
	if len(in.out.Faults) > 0 {
		return errFound
	}
	return nil
}

// Run writes every record of a type that stands: nothing sealed, no voided ones.
func (c *exportCmd) Run(s *session) error {
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	t, err := typeOf(st, c.Type)
	if err != nil {
		return err
	}
	out := s.out
	if c.Out != "" {
		f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		if err != nil {
			return town.Refuse(town.Invalid, "out", "不能写入 %s：%v", "cannot write %s: %v", c.Out, err)
		}
		defer f.Close()
		out = f
	}
	var w sheet.Writer
	if strings.EqualFold(filepath.Ext(c.Out), ".xlsx") {
		w, err = sheet.NewXLSX(out, "台账")
	} else {
		w, err = sheet.NewCSV(out)
	}
	if err != nil {
		return err
	}
	if err := exportRows(s, st, t, w); err != nil {
		return err
	}
	return w.Close()
}

func exportRows(s *session, st *site, t *catalog.Type, w sheet.Writer) error {
	lang := s.global.Lang
	fields := sheet.Shown(t)
	head := []string{pick(lang, "编号", "Number"), pick(lang, "环节", "Stage"), pick(lang, "开办日", "Opened")}
	for _, f := range fields {
		head = append(head, f.Label.In(lang))
	}
	if st.View().Simulated {
		if err := w.Row([]string{pick(lang, "模拟数据", "Simulated data")}); err != nil {
			return err
		}
	}
	if err := w.Row(head); err != nil {
		return err
	}
	return st.Reading(s.ctx, func(r *hall.Reader) error {
		name := func(id town.ID, number string) string {
			if number != "" {
				return number
			}
			return fmt.Sprintf("#%d", id)
		}
		cells := sheet.Writing{View: r.View(), Lang: lang, Ref: func(id town.ID) (string, error) {
			row, err := r.Record(id)
			if err != nil || row == nil {
				return "", err
			}
			return name(id, row.Number), nil
		}}
		for after := town.ID(0); ; {
			ids, err := r.Q().IDsOfType(s.ctx, r.Town(), r.View().TypeID(t.Key), after, 500)
			if err != nil {
				return err
			}
			for _, id := range ids {
				after = id
				row, err := r.Record(id)
				if err != nil {
					return err
				}
				line := []string{name(id, row.Number), row.Stage, row.Opened().String()}
				if stage := t.Stage(row.Stage); stage != nil {
					line[1] = stage.Label.In(lang)
				}
				for _, f := range fields {
					x, _ := row.Value(f.Key)
					cell, err := cells.Cell(f, x)
					if err != nil {
						return fmt.Errorf("record %d: %w", id, err)
					}
					line = append(line, cell)
				}
				if err := w.Row(line); err != nil {
					return err
				}
			}
			if len(ids) < 500 {
				return nil
			}
		}
	})
}
