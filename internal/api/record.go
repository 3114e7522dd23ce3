package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhenwu/internal/access"
	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/formula"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// recordJSON is a record as the API gives it.
type recordJSON struct {
	ID      string         `json:"id"`
	Type    string         `json:"type"`
	Number  string         `json:"number"`
	Rev     string         `json:"rev"`
	Stage   string         `json:"stage"`
	Voided  bool           `json:"voided"`
	Place   string         `json:"place"`
	Office  string         `json:"office"`
	Opened  string         `json:"opened"`
	Changed string         `json:"changed"`
	Due     string         `json:"due"`
	Fields  map[string]any `json:"fields"`
	Sealed  []string       `json:"sealed"` // fields that hold personal data: never given here
}

// answerJSON is what became of a command.
type answerJSON struct {
	ID     string   `json:"id"`
	Number string   `json:"number"`
	Rev    string   `json:"rev"`
	Stage  string   `json:"stage"`
	Seq    string   `json:"seq"`
	Opened []string `json:"opened"`
	Again  bool     `json:"again"`
}

func answerOf(a town.Answer) answerJSON {
	out := answerJSON{ID: number(a.Record), Number: a.Number, Rev: number(a.Rev), Stage: a.Stage, Seq: number(a.Seq), Opened: []string{}, Again: a.Again}
	for _, id := range a.Opened {
		out.Opened = append(out.Opened, number(id))
	}
	return out
}

func scaleOf(f *catalog.Field) int {
	if f.Type == catalog.Money {
		return 2
	}
	return f.Scale
}

func isNumber(f *catalog.Field) bool {
	switch f.Type {
	case catalog.Integer, catalog.Decimal, catalog.Money, catalog.Points, catalog.Percent, catalog.Ref:
		return true
	}
	return false
}

// give writes a value of a field: numbers as decimal strings in the field's unit.
func give(f *catalog.Field, x any) any {
	switch y := x.(type) {
	case int64:
		den := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scaleOf(f))), nil)
		return figure.Decimal(new(big.Rat).SetFrac(big.NewInt(y), den), scaleOf(f))
	case []map[string]any:
		rows := make([]map[string]any, len(y))
		for i, row := range y {
			rows[i] = map[string]any{}
			for _, col := range f.Columns {
				if v, ok := row[col.Key]; ok {
					rows[i][col.Key] = give(col, v)
				}
			}
		}
		return rows
	}
	return x
}

// take reads a value of a field from JSON.
func take(f *catalog.Field, name string, raw json.RawMessage) (any, error) {
	wrong := func(zh, en string) error {
		return town.Refuse(town.Invalid, name, "“%[1]s”应为%[3]s", "“%[2]s” must be %[4]s", f.Label.Zh, f.Label.In("en"), zh, en)
	}
	if string(raw) == "null" {
		return nil, nil
	}
	switch {
	case isNumber(f):
		text := strings.Trim(string(raw), `"`)
		r, ok := new(big.Rat).SetString(text)
		if !ok || strings.ContainsAny(text, "eE/_xX") || len(text) > 40 {
			return nil, wrong("十进制数的文本", "a decimal number as a string")
		}
		r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scaleOf(f))), nil)))
		if !r.IsInt() || !r.Num().IsInt64() {
			return nil, wrong(fmt.Sprintf("最多 %d 位小数的数", scaleOf(f)), fmt.Sprintf("a number with at most %d decimals", scaleOf(f)))
		}
		return r.Num().Int64(), nil
	case f.Type == catalog.Bool:
		var b bool
		if json.Unmarshal(raw, &b) != nil {
			return nil, wrong("true 或 false", "true or false")
		}
		return b, nil
	case f.Type == catalog.Flags || f.Type == catalog.Offices:
		var list []string
		if json.Unmarshal(raw, &list) != nil {
			return nil, wrong("文本的数组", "an array of strings")
		}
		return list, nil
	case f.Type == catalog.LinesType:
		var rows []map[string]json.RawMessage
		if json.Unmarshal(raw, &rows) != nil {
			return nil, wrong("对象的数组", "an array of objects")
		}
		out := make([]map[string]any, len(rows))
		for i, row := range rows {
			out[i] = map[string]any{}
			for k, r := range row {
				at := slices.IndexFunc(f.Columns, func(c *catalog.Field) bool { return c.Key == k })
				if at < 0 {
					return nil, town.Refuse(town.Invalid, name+"."+k, "“%[1]s”没有列 %[3]s", "“%[2]s” has no column %[3]s", f.Label.Zh, f.Label.In("en"), k)
				}
				v, err := take(f.Columns[at], name+"."+k, r)
				if err != nil {
					return nil, err
				}
				if v != nil {
					out[i][k] = v
				}
			}
		}
		return out, nil
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return nil, wrong("文本", "a string")
	}
	return s, nil
}

// fields reads the parts "fields" and "sealed" of a body.
func (c *call) fields(t *catalog.Type, m map[string]json.RawMessage) (town.Values, map[string]string, error) {
	var raw map[string]json.RawMessage
	var sealed map[string]string
	if err := part(m, "fields", &raw); err != nil {
		return nil, nil, err
	}
	if err := part(m, "sealed", &sealed); err != nil {
		return nil, nil, err
	}
	values := town.Values{}
	var faults town.Faults
	for _, k := range slices.Sorted(maps.Keys(raw)) {
		f := t.Field(k)
		if f == nil {
			faults.Add(town.Refuse(town.Invalid, k, "“%[1]s”没有字段 %[3]s", "%[2]s has no field %[3]s", t.Label.Zh, t.Label.In("en"), k))
			continue
		}
		x, err := take(f, k, raw[k])
		if !faults.Add(err) {
			return nil, nil, err
		}
		values[k] = x
	}
	for _, k := range slices.Sorted(maps.Keys(sealed)) {
		if f := t.Field(k); f == nil || !hall.SealedField(f) {
			faults.Add(town.Refuse(town.Invalid, k, "%s 不是封存字段", "%s is no sealed field", k))
		}
	}
	return values, sealed, faults.Err()
}

func (c *call) typeOf() (*catalog.Type, error) {
	t := c.view.Cat.Types[c.req.PathValue("type")]
	if t == nil {
		return nil, town.Refuse(town.Missing, "type", "没有这类记录。", "there is no such type.")
	}
	if access.MaySee(c.view.Cat, t, c.actor).None() {
		if _, err := access.MayOpen(c.view.Cat, t, c.actor); err != nil {
			return nil, town.Refuse(town.Missing, "type", "没有这类记录。", "there is no such type.")
		}
	}
	return t, nil
}

func (c *call) types() error {
	type typeJSON struct {
		Key    string `json:"key"`
		Zh     string `json:"zh"`
		En     string `json:"en"`
		System string `json:"system"`
		Opens  bool   `json:"may_open"`
	}
	out := []typeJSON{}
	for _, key := range c.view.Cat.TypeOrder {
		t := c.view.Cat.Types[key]
		_, err := access.MayOpen(c.view.Cat, t, c.actor)
		if err == nil || !access.MaySee(c.view.Cat, t, c.actor).None() {
			out = append(out, typeJSON{key, t.Label.Zh, t.Label.In("en"), t.System, err == nil})
		}
	}
	return c.answer(http.StatusOK, map[string]any{"types": out})
}

func (c *call) create() error {
	t, err := c.typeOf()
	if err != nil {
		return err
	}
	m, err := c.body("fields", "sealed", "reason", "note")
	if err != nil {
		return err
	}
	cmd := town.Command{Op: town.Create, Type: t.Key}
	if cmd.Fields, cmd.Sealed, err = c.fields(t, m); err != nil {
		return err
	}
	for k, x := range cmd.Fields {
		if x == nil {
			delete(cmd.Fields, k)
		}
	}
	if err := part(m, "reason", &cmd.Reason); err != nil {
		return err
	}
	if err := part(m, "note", &cmd.Note); err != nil {
		return err
	}
	ans, err := c.do(cmd)
	if err != nil {
		return err
	}
	c.w.Header().Set("Location", "/api/v1/records/"+number(ans.Record))
	return c.answer(http.StatusCreated, answerOf(ans))
}

func (c *call) id() (town.ID, error) {
	n, err := strconv.ParseInt(c.req.PathValue("id"), 10, 64)
	if err != nil || n <= 0 {
		return 0, missing()
	}
	return town.ID(n), nil
}

func missing() error {
	return town.Refuse(town.Missing, "record", "没有这条记录。", "there is no such record.")
}

// seen reads a record that the caller may see.
func (c *call) seen(r *hall.Reader, id town.ID) (*catalog.Type, *store.RecordRow, error) {
	row, err := r.Record(id)
	if err != nil {
		return nil, nil, err
	}
	if row == nil {
		return nil, nil, missing()
	}
	t := r.View().Cat.Types[row.Type]
	if t == nil {
		return nil, nil, missing()
	}
	ok, err := access.MaySee(r.View().Cat, t, c.actor).Sees(access.Of(&row.Record), flow.Scope(r.View().Cat, t, r.World(c.hall.Now()), &row.Record), r.View().Within)
	if err != nil || !ok {
		return nil, nil, missing()
	}
	return t, row, nil
}

func (c *call) record(t *catalog.Type, row *store.RecordRow) recordJSON {
	zone := c.view.Zone()
	out := recordJSON{ID: number(row.ID), Type: row.Type, Number: row.Number, Rev: number(row.Rev), Stage: row.Stage, Voided: row.Voided, Place: string(row.Place),
		Office: row.Office, Opened: row.Opened().String(), Changed: row.Changed.Time(zone).Format("2006-01-02T15:04:05-07:00"), Fields: map[string]any{}, Sealed: []string{}}
	if row.Due != 0 {
		out.Due = row.Due.Time(zone).Format("2006-01-02T15:04:05-07:00")
	}
	for _, f := range t.Fields {
		x, ok := row.Value(f.Key)
		switch {
		case !ok:
		case hall.SealedField(f):
			out.Sealed = append(out.Sealed, f.Key)
		default:
			out.Fields[f.Key] = give(f, x)
		}
	}
	return out
}

func (c *call) read() error {
	id, err := c.id()
	if err != nil {
		return err
	}
	var out recordJSON
	if err := c.hall.Reading(c.ctx, func(r *hall.Reader) error {
		t, row, err := c.seen(r, id)
		if err == nil {
			out = c.record(t, row)
		}
		return err
	}); err != nil {
		return err
	}
	return c.answer(http.StatusOK, out)
}

func (c *call) move() error {
	id, err := c.id()
	if err != nil {
		return err
	}
	var t *catalog.Type
	if err := c.hall.Reading(c.ctx, func(r *hall.Reader) (err error) { t, _, err = c.seen(r, id); return err }); err != nil {
		return err
	}
	m, err := c.body("rev", "fields", "sealed", "reason", "note", "days")
	if err != nil {
		return err
	}
	cmd := town.Command{Op: town.Move, Record: id, Move: c.req.PathValue("move")}
	if cmd.Fields, cmd.Sealed, err = c.fields(t, m); err != nil {
		return err
	}
	var rev, days string
	for _, p := range []struct {
		name string
		to   any
	}{{"reason", &cmd.Reason}, {"note", &cmd.Note}, {"rev", &rev}, {"days", &days}} {
		if err := part(m, p.name, p.to); err != nil {
			return err
		}
	}
	if rev != "" {
		if cmd.Rev, err = strconv.ParseInt(rev, 10, 64); err != nil {
			return town.Refuse(town.Invalid, "rev", "rev 应为整数的文本", "rev must be a whole number as a string")
		}
	}
	if days != "" {
		n, err := strconv.ParseInt(days, 10, 32)
		if err != nil {
			return town.Refuse(town.Invalid, "days", "days 应为整数的文本", "days must be a whole number as a string")
		}
		cmd.Days = int32(n)
	}
	ans, err := c.do(cmd)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, answerOf(ans))
}

// list gives a register page by page: newest first, next says where it goes on.
func (c *call) list() error {
	t, err := c.typeOf()
	if err != nil {
		return err
	}
	q := c.req.URL.Query()
	l := &store.List{Type: t, From: town.NoDay, Until: town.NoDay, Words: q.Get("q"), Sort: "id", Desc: true, Void: q.Get("void") == "true"}
	if l.N, err = c.limit(50); err != nil {
		return err
	}
	if s := q.Get("stage"); s != "" {
		if t.Stage(s) == nil {
			return town.Refuse(town.Invalid, "stage", "没有阶段 %s", "no stage %s", s)
		}
		l.Stages = []string{s}
	}
	if s := q.Get("office"); s != "" {
		if c.view.Cat.Offices[s] == nil {
			return town.Refuse(town.Invalid, "office", "没有科室 %s", "no office %s", s)
		}
		l.Offices = []string{s}
	}
	if s := q.Get("place"); s != "" {
		p := c.view.Place(town.Code(s))
		if p == nil {
			return town.Refuse(town.Invalid, "place", "没有地点 %s", "no place %s", s)
		}
		if p.ID != 0 {
			l.Places = p.Down
		}
	}
	for _, side := range []struct {
		name string
		to   *town.Day
		add  town.Day
	}{{"from", &l.From, 0}, {"until", &l.Until, 1}} {
		if s := q.Get(side.name); s != "" {
			d, err := town.ParseDay(s)
			if err != nil {
				return town.Refuse(town.Invalid, side.name, "%s 不是日期", "%s is no day", s)
			}
			*side.to = d + side.add
		}
	}
	if s := q.Get("where"); s != "" {
		p, fault := t.Env.Compile(s, formula.Bool)
		if fault != nil {
			zh := fault.Zh
			if zh == "" {
				zh = fault.Msg
			}
			return &town.Error{Kind: town.Invalid, Field: "where", Zh: "条件写法不对：" + zh, En: "the condition does not read: " + fault.Msg}
		}
		l.Where = append(l.Where, p)
	}
	if n, err := c.after(); err != nil {
		return err
	} else if n != 0 {
		l.Last = &store.Cursor{Num: true, Int: n, ID: town.ID(n)}
	}
	see := access.MaySee(c.view.Cat, t, c.actor)
	l.See = &see
	l.Under = func(root town.Code) []int64 {
		if p := c.view.Place(root); p != nil {
			return p.Down
		}
		return nil
	}
	out := []recordJSON{}
	next, count := "", int64(0)
	err = c.hall.Reading(c.ctx, func(r *hall.Reader) error {
		l.TypeID = r.View().TypeID(t.Key)
		if l.TypeID == 0 {
			return nil
		}
		var err error
		if count, err = r.Q().CountRecords(c.ctx, r.Town(), l); err != nil {
			return err
		}
		rows, err := r.Q().Records(c.ctx, r.Town(), l)
		for _, row := range rows {
			r.Name(row.RecordRow)
			out = append(out, c.record(t, row.RecordRow))
		}
		if len(rows) == l.N {
			next = number(rows[len(rows)-1].ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, map[string]any{"records": out, "count": number(count), "next": next, "simulated": c.view.Simulated})
}

// figureJSON is a figure as `zhenwu figures --json` gives it.
type figureJSON struct {
	Key         string `json:"key"`
	Zh          string `json:"zh"`
	En          string `json:"en"`
	Kind        string `json:"kind"`
	Value       string `json:"value"`
	Unit        string `json:"unit"`
	Status      string `json:"status"`
	LastYear    string `json:"last_year"`
	Yoy         string `json:"yoy"`
	TargetShape string `json:"target_shape"`
	TargetValue string `json:"target_value"`
	Records     string `json:"records"` // how many make it up; "" where that was not asked or may not be known
}

// seesFigure tells whether the caller may see a figure: of a sensitive type only who sees its records.
func (c *call) seesFigure(f *catalog.Figure, depth int) bool {
	if f.Type != nil && f.Type.Sensitive && access.MaySee(c.view.Cat, f.Type, c.actor).None() {
		return false
	}
	parts := f.Parts
	if f.Expr != nil {
		parts = append(slices.Clone(parts), f.Expr.Names()...)
	}
	for _, key := range parts {
		if p := c.view.Cat.Figures[key]; p != nil && depth < 8 && !c.seesFigure(p, depth+1) {
			return false
		}
	}
	return true
}

func (c *call) figureOf(r *hall.Reader, f *catalog.Figure, place town.Code, p town.Period, records bool) (figureJSON, error) {
	x, err := figure.Compare(r.View().Cat, r, figure.Query{Figure: f, Place: place, Period: p, AsOf: c.hall.Today()})
	if err != nil {
		return figureJSON{}, err
	}
	out := figureJSON{Key: f.Key, Zh: f.Label.Zh, En: f.Label.In("en"), Kind: string(f.Kind), Value: x.Value.Decimal(), Unit: f.Unit, Status: x.Value.Status, LastYear: x.Last.Decimal()}
	growth := x.Growth
	if x.Told != nil {
		growth = x.Told
	}
	if growth != nil {
		out.Yoy = figure.Decimal(growth, 1)
		if growth.Sign() > 0 {
			out.Yoy = "+" + out.Yoy
		}
	}
	if x.Target != nil {
		out.TargetShape = x.Target.Row.Shape
		if x.Target.Wanted != nil {
			out.TargetValue = figure.Decimal(x.Target.Wanted, 2)
		}
	}
	if records && c.opens(f) {
		p.Until = min(p.Until, c.hall.Today()+1)
		n, _, err := r.PartsSum(f, "", place, p)
		if err != nil {
			return out, err
		}
		out.Records = number(n)
	}
	return out, nil
}

// opens tells whether the records of a figure are the caller's to see.
func (c *call) opens(f *catalog.Figure) bool {
	return f.Type != nil && f.Kind != catalog.Measure && !access.MaySee(c.view.Cat, f.Type, c.actor).None()
}

// question is what is asked of figures.
type question struct {
	place   town.Code
	period  town.Period
	records bool
}

// asked reads a question about figures: the year that runs and the whole town where it says nothing else.
func (c *call) asked(records bool) (question, error) {
	q := c.req.URL.Query()
	out := question{period: town.YearPeriod(c.hall.Today().Year()), records: records}
	if s := q.Get("town"); s != "" && town.Code(s) != c.view.Cat.Code {
		return out, town.Refuse(town.Missing, "town", "这里是 %[1]s，没有 %[2]s。", "this is %[1]s; %[2]s is not here.", c.view.Cat.Code, s)
	}
	if q.Get("year") != "" && q.Get("period") != "" {
		return out, town.Refuse(town.Invalid, "year", "year 与 period 只给一个。", "give year or period, not both.")
	}
	if s := q.Get("year"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1900 || n > 2100 {
			return out, town.Refuse(town.Invalid, "year", "年份须在 1900 至 2100 之间，不能是 %s", "a year lies between 1900 and 2100, not %s", s)
		}
		out.period = town.YearPeriod(n)
	}
	if s := q.Get("period"); s != "" {
		var err error
		if out.period, err = town.ParsePeriod(s); err != nil {
			return out, town.Refuse(town.Invalid, "period", "时期写法如 2023、2023-Q1、2023-05", "a period is written like 2023, 2023-Q1, 2023-05")
		}
	}
	pl := c.view.Place(town.Code(q.Get("place")))
	if pl == nil {
		return out, town.Refuse(town.Invalid, "place", "没有这个地点", "there is no such place")
	}
	out.place = pl.Code
	switch s := q.Get("records"); s {
	case "":
	case "true", "false":
		out.records = s == "true"
	default:
		return out, town.Refuse(town.Invalid, "records", "records 应为 true 或 false", "records must be true or false")
	}
	return out, nil
}

// limit reads how many records a page holds.
func (c *call) limit(usual int) (int, error) {
	s := c.req.URL.Query().Get("limit")
	if s == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 500 {
		return 0, town.Refuse(town.Invalid, "limit", "limit 应在 1 到 500 之间", "limit must be between 1 and 500")
	}
	return n, nil
}

// after reads where the page before ended.
func (c *call) after() (int64, error) {
	s := c.req.URL.Query().Get("after")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, town.Refuse(town.Invalid, "after", "after 不是上一页给出的值", "after is not what the page before gave")
	}
	return n, nil
}

// head is what stands above every answer about figures.
func (c *call) head(q question) map[string]any {
	year := ""
	if len(q.period.String()) == 4 {
		year = q.period.String()
	}
	return map[string]any{"town": string(c.view.Cat.Code), "simulated": c.view.Simulated, "as_of": c.hall.Today().String(),
		"period": q.period.String(), "year": year, "place": string(q.place)}
}

func (c *call) figures() error {
	q, err := c.asked(false)
	if err != nil {
		return err
	}
	out := []figureJSON{}
	if err := c.hall.Reading(c.ctx, func(r *hall.Reader) error {
		for _, key := range r.View().Cat.FigureOrder {
			f := r.View().Cat.Figures[key]
			if !c.seesFigure(f, 0) {
				continue
			}
			x, err := c.figureOf(r, f, q.place, q.period, q.records)
			if err != nil {
				return err
			}
			out = append(out, x)
		}
		return nil
	}); err != nil {
		return err
	}
	answer := c.head(q)
	answer["figures"] = out
	return c.answer(http.StatusOK, answer)
}

func (c *call) figure() error {
	f := c.view.Cat.Figures[c.req.PathValue("key")]
	if f == nil || !c.seesFigure(f, 0) {
		return town.Refuse(town.Missing, "figure", "没有这个指标。", "there is no such figure.")
	}
	q, err := c.asked(true)
	if err != nil {
		return err
	}
	limit, err := c.limit(100)
	if err != nil {
		return err
	}
	after, err := c.after()
	if err != nil {
		return err
	}
	type partJSON struct {
		ID     string `json:"id"`
		Number string `json:"number"`
		Day    string `json:"day"`
		Place  string `json:"place"`
		N      string `json:"n"`
	}
	var x figureJSON
	parts, next := []partJSON{}, ""
	if err := c.hall.Reading(c.ctx, func(r *hall.Reader) error {
		var err error
		if x, err = c.figureOf(r, f, q.place, q.period, q.records); err != nil {
			return err
		}
		if !q.records || !c.opens(f) {
			return nil
		}
		p := q.period
		p.Until = min(p.Until, c.hall.Today()+1)
		list, err := r.Parts(f, "", q.place, p, town.ID(after), limit)
		if err != nil {
			return err
		}
		for _, part := range list {
			row, err := r.Record(part.Record)
			if err != nil {
				return err
			}
			pj := partJSON{ID: number(part.Record), Day: part.Day.String(), N: give(&catalog.Field{Type: catalog.Decimal, Scale: f.Scale}, part.N).(string)}
			if _, _, err := c.seen(r, part.Record); town.KindOf(err) == town.Missing {
				pj.ID = "" // it counts, but is not the caller's to see
			} else if err != nil {
				return err
			} else {
				pj.Number = row.Number
			}
			if pl := r.View().PlaceByID(part.Place); pl != nil {
				pj.Place = string(pl.Code)
			}
			parts = append(parts, pj)
		}
		if len(list) == limit {
			next = number(list[limit-1].Record)
		}
		return nil
	}); err != nil {
		return err
	}
	answer := c.head(q)
	answer["figure"], answer["formula"], answer["records"], answer["next"] = x, figure.Words(c.view.Cat, f, c.lang()), parts, next
	return c.answer(http.StatusOK, answer)
}
