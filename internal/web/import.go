package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/flow"
	"zhenwu/internal/hall"
	"zhenwu/internal/sheet"
	"zhenwu/internal/town"
)

// importKept is how long a sheet waits on the server between the steps of its import.
const importKept = time.Hour

// imported is a sheet on its way in: it waits on the server between its steps.
type imported struct {
	typ    string
	person int64
	name   string
	head   []string
	rows   [][]string
	above  int      // lines above the first row of data
	fields []string // by column: the field it fills, "" = none
	since  time.Time
}

// columnMap is one column of the sheet and the field it fills.
type columnMap struct {
	Name, Sample string
	N            int
	Options      []option
}

type faultRow struct {
	Line               int
	Column, Wrote, Why string
}

// importView is the page of an import, step by step.
type importView struct {
	Page
	Type, Name string
	Step       int // 1 upload, 2 columns, 3 dry run, 4 done
	Token      string
	File       string
	Columns    []columnMap
	Fields     []option
	Wrong      string
	Good       int
	Bad        int
	Fresh      int
	Mended     int
	Same       int
	Faults     []faultRow
	Keyed      string
}

func (v *visit) importType() (*catalog.Type, error) {
	t, err := v.typeOf()
	if err != nil {
		return nil, err
	}
	if !v.mayOpen(t) {
		return nil, town.Refuse(town.Denied, "", "您的岗位不能登记这类记录，也就不能导入。", "your post may not open records of this type, so it may not import them.")
	}
	return t, nil
}

func (v *visit) importPageOf(t *catalog.Type, step int) importView {
	d := importView{Type: t.Key, Name: v.in(t.Label), Step: step}
	d.Page = v.page(v.t("import.title", d.Name), "registers")
	var keys []string
	for _, k := range t.KeyFields {
		if f := t.Field(k); f != nil {
			keys = append(keys, v.in(f.Label))
		}
	}
	d.Keyed = strings.Join(keys, "＋")
	for _, f := range sheet.Fields(t) {
		note := ""
		if f.Required {
			note = "*"
		}
		d.Fields = append(d.Fields, option{Value: f.Key, Text: v.in(f.Label), Note: note})
	}
	return d
}

func (v *visit) importPage() error {
	t, err := v.importType()
	if err != nil {
		return err
	}
	d := v.importPageOf(t, 1)
	return v.render("import", &d)
}

// importStep takes the sheet, then its columns, shows what would happen, and does it.
func (v *visit) importStep() error {
	t, err := v.importType()
	if err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	token := v.text("token")
	if token == "" {
		return v.importUpload(t)
	}
	v.mu.Lock()
	in := v.started[token]
	v.mu.Unlock()
	if in == nil || in.typ != t.Key || in.person != v.member.ID {
		return town.Refuse(town.Missing, "token", "这次导入已过期，请重新上传。", "this import has expired; upload the file again.")
	}
	known := map[string]bool{}
	for _, f := range sheet.Fields(t) {
		known[f.Key] = true
	}
	for i := range in.fields {
		if x, ok := v.req.PostForm["col."+strconv.Itoa(i)]; ok {
			in.fields[i] = ""
			if known[x[0]] {
				in.fields[i] = x[0]
			}
		}
	}
	filled := map[string]string{}
	for i, key := range in.fields {
		if other, twice := filled[key]; twice && key != "" {
			f := t.Field(key)
			d := town.Refuse(town.Invalid, "columns", "“%[3]s”和“%[4]s”两列都对应到“%[1]s”；留一列。", "the columns “%[3]s” and “%[4]s” both fill “%[2]s”; keep one.", f.Label.Zh, f.Label.In("en"), other, in.head[i])
			return v.importColumns(t, token, in, d)
		}
		filled[key] = in.head[i]
	}
	if v.text("do") != "import" {
		return v.importDry(t, token, in)
	}
	return v.importDo(t, token, in)
}

func (v *visit) importUpload(t *catalog.Type) error {
	refuse := func(err error) error {
		d := v.importPageOf(t, 1)
		var status int
		d.Wrong, status = v.sentence(err)
		return v.renderStatus("import", &d, status)
	}
	if v.req.MultipartForm == nil || len(v.req.MultipartForm.File["file"]) == 0 {
		return refuse(town.Refuse(town.Invalid, "file", "请选择一个 CSV 或 XLSX 文件。", "choose a CSV or XLSX file."))
	}
	h := v.req.MultipartForm.File["file"][0]
	f, err := h.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, sheet.MostBytes+1))
	if err != nil {
		return err
	}
	rows, above, err := sheet.Table(data)
	if err != nil {
		return refuse(err)
	}
	in := &imported{typ: t.Key, person: v.member.ID, name: h.Filename, head: rows[0], rows: rows[1:], above: above, since: time.Now()}
	in.fields = sheet.Columns(t, in.head)
	token := newID()
	v.mu.Lock()
	for k, o := range v.started {
		if time.Since(o.since) > importKept || o.person == v.member.ID {
			delete(v.started, k)
		}
	}
	v.started[token] = in
	v.mu.Unlock()
	return v.importColumns(t, token, in, nil)
}

func (v *visit) importColumns(t *catalog.Type, token string, in *imported, refused error) error {
	d := v.importPageOf(t, 2)
	d.Token, d.File = token, in.name
	d.Good = len(in.rows)
	d.Columns = v.columnMaps(t, in)
	status := http.StatusOK
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
	}
	return v.renderStatus("import", &d, status)
}

func (v *visit) columnMaps(t *catalog.Type, in *imported) []columnMap {
	var out []columnMap
	for i, h := range in.head {
		c := columnMap{Name: h, N: i}
		if len(in.rows) > 0 && i < len(in.rows[0]) {
			c.Sample = in.rows[0][i]
		}
		for _, f := range sheet.Fields(t) {
			c.Options = append(c.Options, option{Value: f.Key, Text: v.in(f.Label), On: in.fields[i] == f.Key})
		}
		out = append(out, c)
	}
	return out
}

// rowOf reads one row of the sheet into fields; fault says what is wrong with it.
func (v *visit) rowOf(t *catalog.Type, in *imported, row []string) (values town.Values, sealed map[string]string, fault *faultRow) {
	values, sealed = town.Values{}, map[string]string{}
	for i, key := range in.fields {
		if key == "" || i >= len(row) {
			continue
		}
		f := t.Field(key)
		text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(row[i]), "'"))
		if text == "" {
			continue
		}
		if hall.SealedField(f) {
			sealed[key] = text
			continue
		}
		x, err := v.parse(f, text)
		if err == nil {
			err = flow.ValidateFields(t, v.world(), town.Values{key: x})
		}
		if err != nil {
			why, _ := v.sentence(err)
			return nil, nil, &faultRow{Column: in.head[i], Wrote: text, Why: why}
		}
		values[key] = x
	}
	if len(sealed) > 0 {
		if err := flow.ValidateSealed(t, sealed); err != nil {
			why, _ := v.sentence(err)
			return nil, nil, &faultRow{Why: why}
		}
	}
	for _, f := range t.Fields {
		if f.Required && f.Origin == catalog.Typed && f.Default == nil && values[f.Key] == nil && sealed[f.Key] == "" {
			return nil, nil, &faultRow{Column: v.in(f.Label), Why: v.t("import.missing")}
		}
	}
	return values, sealed, nil
}

// importDry says what would happen: each row is decided as it would be at the import, and nothing is kept.
func (v *visit) importDry(t *catalog.Type, token string, in *imported) error {
	d := v.importPageOf(t, 3)
	d.Token, d.File = token, in.name
	d.Columns = v.columnMaps(t, in)
	if err := v.importRows(t, token, in, &d, func(asks []hall.Ask) ([]hall.Result, error) { return v.hall.Try(v.ctx, asks) }); err != nil {
		return err
	}
	d.Good = d.Fresh + d.Mended
	return v.render("import", &d)
}

// importDo writes the rows that are right, each as a command of its own.
func (v *visit) importDo(t *catalog.Type, token string, in *imported) error {
	d := v.importPageOf(t, 4)
	d.Token, d.File = token, in.name
	if err := v.importRows(t, token, in, &d, func(asks []hall.Ask) ([]hall.Result, error) { return v.hall.DoAll(v.ctx, asks, true) }); err != nil {
		return err
	}
	v.mu.Lock()
	delete(v.started, token)
	v.mu.Unlock()
	return v.render("import", &d)
}

// importRows makes a command of each row that can be read, has them carried out or tried, and counts what becomes of them.
func (v *visit) importRows(t *catalog.Type, token string, in *imported, d *importView, carry func([]hall.Ask) ([]hall.Result, error)) error {
	actor := v.actor()
	actor.Kind = town.Importer
	op := town.Create
	if len(t.KeyFields) > 0 {
		op = town.Merge
	}
	for from := 0; from < len(in.rows); from += 500 {
		until := min(from+500, len(in.rows))
		var asks []hall.Ask
		var lines []int
		if err := v.read(func() error {
			for i := from; i < until; i++ {
				if sheet.Filled(in.rows[i]) == 0 {
					continue
				}
				values, sealed, fault := v.rowOf(t, in, in.rows[i])
				if fault != nil {
					fault.Line = i + 1 + in.above
					d.fault(*fault)
					continue
				}
				asks = append(asks, hall.Ask{Actor: actor, Command: town.Command{ID: fmt.Sprintf("%s-%d", token, i), Op: op, Type: t.Key, Fields: values, Sealed: sealed, Day: town.NoDay, Step: -1, Reason: v.t("import.reason", in.name), Bulk: true}})
				lines = append(lines, i+1+in.above)
			}
			return nil
		}); err != nil {
			return err
		}
		results, err := carry(asks)
		if err != nil {
			return err
		}
		for i, r := range results {
			switch {
			case flow.Unchanged(r.Err):
				d.Same++
			case r.Err != nil:
				why, status := v.sentence(r.Err)
				if status >= 500 {
					return r.Err
				}
				d.fault(faultRow{Line: lines[i], Why: why})
			case r.Answer.Rev > 1:
				d.Mended++
			default:
				d.Fresh++
			}
		}
	}
	return nil
}

func (d *importView) fault(f faultRow) {
	d.Bad++
	if len(d.Faults) < 100 {
		d.Faults = append(d.Faults, f)
	}
}
