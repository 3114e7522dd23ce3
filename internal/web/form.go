package web

import (
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/sheet"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// input is one control of a form.
type input struct {
	Name     string
	ID       string
	Label    string
	Kind     string // text longtext number date time select radios checks bool ref file lines period
	Value    string
	Unit     string
	Hint     string
	Required bool
	Wrong    string
	Options  []option
	Pick     string // of a ref: where to ask for candidates
	Columns  []input
	Rows     [][]input
	Accept   string
	Multiple bool
	Files    []fileLink
	Keep     string // the file that stays when none is chosen
	Find     string // said in a list so long that one types to find in it
	Opt      string // said beside the label of what may stay empty
	Seal     bool
}

// longText tells whether a field wants room for more than a line.
func longText(f *catalog.Field) bool {
	return f.Type == catalog.LongText || f.Type == catalog.Text && f.Max != nil && *f.Max > 120
}

// inputOf makes the control of a field with its present value.
func (v *visit) inputOf(f *catalog.Field, name string, x any) input {
	in := input{Name: name, ID: strings.ReplaceAll(name, ".", "-"), Label: v.in(f.Label), Required: f.Required, Unit: v.unit(v.fieldUnit(f)), Seal: hall.SealedField(f)}
	if !f.Required && f.Type != catalog.Bool {
		in.Opt = v.t("form.optional")
	}
	s, _ := x.(string)
	in.Value = s
	if in.Seal {
		in.Kind, in.Value = "text", ""
		in.Hint = v.t("form.sealed")
		if x != nil {
			in.Hint = v.t("form.sealedkeep")
		}
		switch {
		case f.Type == catalog.Phone:
			in.Kind = "tel"
		case longText(f):
			in.Kind = "longtext"
		}
		return in
	}
	switch f.Type {
	case catalog.Integer, catalog.Decimal, catalog.Money, catalog.Points, catalog.Percent:
		in.Kind = "number"
		if n, ok := x.(int64); ok {
			in.Value = decimalText(n, scaleOf(f))
		}
	case catalog.Bool:
		in.Kind = "bool"
		b, ok := x.(bool)
		in.Options = []option{{Value: "true", Text: v.t("yes"), On: ok && b}, {Value: "false", Text: v.t("no"), On: ok && !b}}
	case catalog.Date:
		in.Kind = "date"
		if s == "today" {
			in.Value = v.today_.String()
		}
	case catalog.Time:
		in.Kind = "time"
		in.Value = strings.Replace(s, " ", "T", 1)
	case catalog.PeriodType:
		in.Kind, in.Hint = "text", v.t("form.period")
	case catalog.ChoiceType:
		in.Kind = "select"
		if f.List != nil {
			for _, it := range f.List.Items {
				if !it.Retired || it.Key == s {
					in.Options = append(in.Options, option{Value: it.Key, Text: v.in(it.Label), On: it.Key == s})
				}
			}
			if len(in.Options) <= 4 && f.Required {
				in.Kind = "radios"
			}
		}
	case catalog.Flags, catalog.Offices:
		in.Kind = "checks"
		have, _ := x.([]string)
		if f.Type == catalog.Offices {
			for _, key := range v.view.Cat.OfficeOrder {
				in.Options = append(in.Options, option{Value: key, Text: v.officeName(key), On: slices.Contains(have, key)})
			}
		} else if f.List != nil {
			for _, it := range f.List.Items {
				if !it.Retired || slices.Contains(have, it.Key) {
					in.Options = append(in.Options, option{Value: it.Key, Text: v.in(it.Label), On: slices.Contains(have, it.Key)})
				}
			}
		}
	case catalog.OfficeType:
		in.Kind = "select"
		for _, key := range v.view.Cat.OfficeOrder {
			in.Options = append(in.Options, option{Value: key, Text: v.officeName(key), On: key == s})
		}
	case catalog.Place:
		in.Kind = "select"
		if s == "" {
			s = string(v.place())
		}
		for _, p := range v.view.Places() {
			if len(f.Kinds) > 0 && !slices.Contains(f.Kinds, p.Kind) {
				continue
			}
			code := p.Code
			if code == "" {
				code = v.view.Cat.Code
			}
			in.Options = append(in.Options, option{Value: string(code), Text: v.placePath(code), On: string(code) == s, Depth: len(p.Path)})
		}
	case catalog.FigureType:
		in.Kind = "select"
		for _, key := range v.view.Cat.FigureOrder {
			in.Options = append(in.Options, option{Value: key, Text: v.in(v.view.Cat.Figures[key].Label), On: key == s})
		}
	case catalog.Ref:
		in.Kind, in.Pick = "ref", "/t/"+f.RefType+"/pick"
		if n, ok := x.(int64); ok {
			in.Value = "#" + strconv.FormatInt(n, 10)
			in.Hint = v.refOf(town.ID(n)).Text
		}
	case catalog.Photo, catalog.File:
		in.Kind, in.Multiple = "file", false
		in.Value = ""
		if f.Type == catalog.Photo {
			in.Accept = "image/jpeg,image/png,image/webp"
		}
		if s != "" {
			in.Files, in.Keep = []fileLink{v.fileLink(s)}, s
			in.Required = false
		}
	case catalog.Point:
		in.Kind, in.Hint = "text", v.t("form.point")
		if s != "" {
			in.Value = pointText(s)
		}
	case catalog.LinesType:
		in.Kind = "lines"
		rows, _ := x.([]map[string]any)
		for _, col := range f.Columns {
			if col.Origin == catalog.Typed {
				in.Columns = append(in.Columns, v.inputOf(col, "", nil))
			}
		}
		n := len(rows) + 2
		if len(rows) == 0 {
			n = 3
		}
		for i := range n {
			var line map[string]any
			if i < len(rows) {
				line = rows[i]
			}
			in.Rows = append(in.Rows, v.tableLine(f, name, i, line))
		}
	default:
		in.Kind = "text"
		if longText(f) {
			in.Kind = "longtext"
		}
	}
	if in.Kind == "select" && len(in.Options) > 12 {
		in.Find = v.t("find.inlist")
	}
	return in
}

// mostLines bounds the lines that one form sends.
const mostLines = 400

// tableLine makes the controls of line i of a table.
func (v *visit) tableLine(f *catalog.Field, name string, i int, line map[string]any) []input {
	var row []input
	for _, col := range f.Columns {
		if col.Origin != catalog.Typed {
			continue
		}
		c := v.inputOf(col, name+"."+strconv.Itoa(i)+"."+col.Key, line[col.Key])
		c.Required = false
		if c.Kind == "radios" {
			c.Kind = "select"
		}
		if c.Kind == "longtext" {
			c.Kind = "text"
		}
		row = append(row, c)
	}
	return row
}

// typed are the fields that people fill in.
func typed(t *catalog.Type) []*catalog.Field {
	var out []*catalog.Field
	for _, f := range t.Fields {
		if (f.Origin == catalog.Typed || f.Origin == catalog.Copied && f.Required) && !f.Retired && !f.Import {
			out = append(out, f)
		}
	}
	return out
}

// given reads the fields of a form. Sealed ones come back apart. A control that
// was left as it was drawn empties nothing: only what the form names is given. The
// error names every field that cannot be read; what could be is given beside it.
func (v *visit) given(fields []*catalog.Field) (town.Values, map[string]string, error) {
	values, sealed := town.Values{}, map[string]string{}
	var faults town.Faults
	for _, f := range fields {
		name := "f." + f.Key
		if hall.SealedField(f) {
			if s := strings.TrimSpace(v.req.PostFormValue(name)); s != "" {
				sealed[f.Key] = s
			}
			continue
		}
		x, named, err := v.givenField(f, name)
		if town.KindOf(err) == town.Invalid {
			err = about(err, f.Key)
		}
		if !faults.Add(err) {
			return nil, nil, err
		}
		if named && err == nil {
			values[f.Key] = x
		}
	}
	return values, sealed, faults.Err()
}

// about makes a refusal one of a field of the form.
func about(err error, field string) error {
	var ours *town.Error
	if !errors.As(err, &ours) || strings.HasPrefix(ours.Field, field+".") {
		return err
	}
	e := *ours
	e.Field = field
	return &e
}

// tried adds to the faults of a form what the hall would refuse in the rest of it, so
// that a person mends all at once. It keeps nothing.
func (v *visit) tried(err error, cmd town.Command) error {
	var faults town.Faults
	if !faults.Add(err) {
		return err
	}
	if cmd.Op == town.Create {
		cmd.Fields = dropEmpty(cmd.Fields)
	}
	cmd.ID, cmd.Day = newID(), town.NoDay
	results, trying := v.hall.Try(v.ctx, []hall.Ask{{Actor: v.actor(), Command: cmd}})
	if trying == nil {
		faults.Add(results[0].Err) // another sort of refusal is told once the form can be read
	}
	return faults.Err()
}

// dropEmpty leaves out what a new record does not have.
func dropEmpty(values town.Values) town.Values {
	out := town.Values{}
	for k, x := range values {
		if x != nil {
			out[k] = x
		}
	}
	return out
}

func (v *visit) givenField(f *catalog.Field, name string) (x any, named bool, err error) {
	switch f.Type {
	case catalog.Photo, catalog.File:
		hash, err := v.upload(name)
		if keep := v.req.PostFormValue(name + ".keep"); hash == "" && store.IsHash(keep) {
			hash = keep
		}
		if err != nil || hash == "" {
			return nil, false, err
		}
		return hash, true, nil
	case catalog.Flags, catalog.Offices:
		list, ok := v.req.PostForm[name]
		_, marked := v.req.PostForm[name+".shown"]
		if !ok && !marked {
			return nil, false, nil
		}
		if len(list) == 0 {
			return nil, true, nil
		}
		return slices.Clone(list), true, nil
	case catalog.LinesType:
		if _, shown := v.req.PostForm[name+".shown"]; !shown {
			return nil, false, nil
		}
		var rows []map[string]any
		for i := range mostLines {
			row := map[string]any{}
			any := false
			for _, col := range f.Columns {
				if col.Origin != catalog.Typed {
					continue
				}
				at := name + "." + strconv.Itoa(i) + "." + col.Key
				if _, ok := v.req.PostForm[at]; ok || v.req.PostForm.Has(at+".keep") {
					any = true
				}
				y, ok, err := v.givenField(col, at)
				if err != nil {
					return nil, false, about(err, fmt.Sprintf("%s.%d.%s", f.Key, i+1, col.Key))
				}
				if ok && y != nil {
					row[col.Key] = y
				}
			}
			if !any {
				break
			}
			if len(row) > 0 {
				rows = append(rows, row)
			}
		}
		if len(rows) == 0 {
			return nil, true, nil
		}
		return rows, true, nil
	}
	list, ok := v.req.PostForm[name]
	if !ok {
		return nil, false, nil
	}
	text := strings.TrimSpace(list[0])
	if text == "" {
		return nil, true, nil
	}
	x, err = v.parse(f, text)
	return x, true, err
}

// parse reads the text of one value, as typed or as it stands in a spreadsheet.
func (v *visit) parse(f *catalog.Field, text string) (any, error) {
	return sheet.Reading{View: v.view, Ref: v.refID}.Value(f, text)
}

// refID finds the record that a number, "#17" or a bare id names; 0 when there is none.
func (v *visit) refID(text string) (town.ID, error) {
	text, _, _ = strings.Cut(text, " ")
	if s, ok := strings.CutPrefix(text, "#"); ok {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0, nil
		}
		return town.ID(n), nil
	}
	var id town.ID
	find := func() error {
		row, err := v.r.Q().RecordByNumber(v.ctx, v.r.Town(), text)
		if err == nil && row != nil {
			id = row.ID
		}
		return err
	}
	if v.r != nil {
		return id, find()
	}
	err := v.read(find)
	return id, err
}

// upload stores the file of a control and returns its hash, "" when none was chosen.
func (v *visit) upload(name string) (string, error) {
	if v.req.MultipartForm == nil {
		return "", nil
	}
	files := v.req.MultipartForm.File[name]
	if len(files) == 0 || files[0].Size == 0 {
		return "", nil
	}
	hash, err := v.keep(files[0])
	v.kept[name] = hash
	return hash, err
}

// refill puts what was typed and the files that came back into the controls of a refused form.
func (v *visit) refill(inputs []input, fields []*catalog.Field) error {
	for i := range inputs {
		in := &inputs[i]
		switch in.Kind {
		case "file":
			if err := v.refillFile(in); err != nil {
				return err
			}
			continue
		case "lines":
			if f := fieldNamed(fields, in.Name); f != nil {
				v.moreRows(in, f)
			}
			for _, row := range in.Rows {
				if err := v.refill(row, nil); err != nil {
					return err
				}
			}
			continue
		}
		list, ok := v.req.PostForm[in.Name]
		if !ok && !v.req.PostForm.Has(in.Name+".shown") {
			continue
		}
		if in.Value = ""; len(list) > 0 {
			in.Value = list[0]
		}
		for j := range in.Options {
			in.Options[j].On = slices.Contains(list, in.Options[j].Value)
		}
	}
	return nil
}

func fieldNamed(fields []*catalog.Field, name string) *catalog.Field {
	i := slices.IndexFunc(fields, func(f *catalog.Field) bool { return "f."+f.Key == name })
	if i < 0 {
		return nil
	}
	return fields[i]
}

// refillFile names the file that stays when none is chosen anew: one that this person handed in.
func (v *visit) refillFile(in *input) error {
	hash := v.kept[in.Name]
	if hash == "" {
		hash = v.req.PostForm.Get(in.Name + ".keep")
	}
	if hash == in.Keep || !store.IsHash(hash) {
		return nil
	}
	theirs, err := v.r.Q().Uploaded(v.ctx, v.r.Town(), store.Upload{Hash: hash, Person: v.member.ID})
	if err != nil || !theirs {
		return err
	}
	l := v.fileLink(hash)
	l.Href, l.Note = "", v.t("form.filekept") // no record shows it yet
	in.Files, in.Keep, in.Required = []fileLink{l}, hash, false
	return nil
}

// moreRows draws as many lines as were sent, and one to go on with.
func (v *visit) moreRows(in *input, f *catalog.Field) {
	n := len(in.Rows)
	for name := range v.req.PostForm {
		rest, ok := strings.CutPrefix(name, in.Name+".")
		at, _, _ := strings.Cut(rest, ".")
		if i, err := strconv.Atoi(at); ok && err == nil && i < mostLines {
			n = max(n, i+2)
		}
	}
	for i := len(in.Rows); i < n; i++ {
		in.Rows = append(in.Rows, v.tableLine(f, in.Name, i, nil))
	}
}

// faulty says beside each control what is wrong with it, and lists the same for the
// summary above the form; what is about no control stands there alone.
func (v *visit) faulty(inputs []input, err error) []option {
	var ours *town.Error
	if !errors.As(err, &ours) || ours.Kind != town.Invalid {
		return nil
	}
	var out []option
	for _, e := range append([]*town.Error{ours}, ours.More...) {
		in := controlOf(inputs, e.Field)
		if in == nil {
			out = append(out, option{Text: e.In(v.lang)})
			continue
		}
		if in.Wrong == "" {
			in.Wrong = e.In(v.lang)
		}
		out = append(out, option{Value: in.ID, Text: e.In(v.lang)})
	}
	slices.SortStableFunc(out, func(a, b option) int { return standsAt(inputs, a.Value) - standsAt(inputs, b.Value) })
	return out
}

// standsAt is where a control stands in its form.
func standsAt(inputs []input, id string) int {
	for i := range inputs {
		if inputs[i].ID == id || strings.HasPrefix(id, inputs[i].ID+"-") && inputs[i].Kind == "lines" {
			return i
		}
	}
	return -1
}

// controlOf finds the control that a refusal is about: of a field, of what is said with a move, or of a cell of a table.
func controlOf(inputs []input, field string) *input {
	for i := range inputs {
		in := &inputs[i]
		if in.Name == "f."+field || in.Name == field && field != "" {
			return in
		}
		row, col, ok := strings.Cut(strings.TrimPrefix("f."+field, in.Name+"."), ".")
		if in.Kind != "lines" || !strings.HasPrefix("f."+field, in.Name+".") {
			continue
		}
		if n, err := strconv.Atoi(row); err == nil && ok && n >= 1 && n <= len(in.Rows) {
			for j := range in.Rows[n-1] {
				if cell := &in.Rows[n-1][j]; strings.HasSuffix(cell.Name, "."+col) {
					return cell
				}
			}
		}
		return in
	}
	return nil
}

// keep hands an uploaded file in for a record to name.
func (v *visit) keep(h *multipart.FileHeader) (string, error) {
	if err := access.OnlyReads(v.view.Cat, v.actor()); err != nil {
		return "", err
	}
	f, err := h.Open()
	if err != nil {
		return "", fmt.Errorf("open the upload: %w", err)
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := f.Read(head) // an empty file has no kind
	mime := http.DetectContentType(head[:n])
	if _, err := f.Seek(0, 0); err != nil {
		return "", fmt.Errorf("read the upload: %w", err)
	}
	return v.hall.Upload(v.ctx, v.cfg.Blobs, v.member.ID, h.Filename, mime, f)
}

// parseForm reads a posted form, with files where it has any.
func (v *visit) parseForm() error {
	if strings.HasPrefix(v.req.Header.Get("Content-Type"), "multipart/form-data") {
		return v.req.ParseMultipartForm(8 << 20)
	}
	return v.req.ParseForm()
}
