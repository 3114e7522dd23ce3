package form

import (
	"bytes"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// MostMap is the longest map that is read, in bytes: about ten thousand cells.
const MostMap = 1 << 20

// Map says what goes into a form. docs/formats/form.md gives its text.
type Map struct {
	Name   string // of the form
	Period string // how often it is asked for: month, quarter, year …; "" for any
	Cells  []Entry
	Rows   []Rows
}

// Say is what a cell says of its figure.
type Say string

// What a cell may say.
const (
	Level    Say = ""         // its value
	Last     Say = "last"     // the same period a year earlier: from the records, else what was published
	Growth   Say = "growth"   // on the year before, in percent; of a rate in percentage points
	Change   Say = "change"   // value less that of the year before
	Target   Say = "target"   // what was to be reached
	Attained Say = "attained" // value in percent of what was to be reached
)

// Entry is one cell of a map.
type Entry struct {
	Cell     string // "C5", "台账!C5"
	Line     int    // of the map
	Figure   string // key, label or alias; "" for a fixed text
	Slice    string // dim=value
	Say      Say
	Period   string // which period, seen from the one the form is filled for: "", to_date, previous, year, m1 … m12, q1 … q4, or 2023-05
	Place    string // code or name; "" for the place the form is filled for
	Unit     string // 万元, 公顷; "" for the figure's
	Decimals int    // at most so many; -1 for as many as the figure has, a rate two
	Fixed    bool   // zeros at the end are written
	Round    string // half (up from five), down, up; "" for half
	Style    string // how the words of a report say it, as text: 0.0亿元, 万余户
	AsText   bool   // the number is written as text
	Text     string // fixed: {town} {place} {period} {year} {month} {day} stand for what they say
}

// Rows is a list of records in a map.
type Rows struct {
	Cell    string // the first
	Line    int
	From    string // the type of the records
	Where   string // a condition over them
	By      string // a date field, or opened: records whose day lies in the period
	Sort    string // a field, number, opened
	Most    int    // at most so many, 0 = as many as a sheet holds
	Columns []Column
}

// Column is a column of a list.
type Column struct {
	Field string // a field, number, stage, opened, place; # numbers the rows; "" leaves the cell blank
	As    string // how it is written: of an ID number see IDFormats; of a date a form such as 2006.1.2; code for the code of a place
	Text  string // the same in every row
	Skip  bool
}

// ReadMap reads a map. What is wrong is a town.Error with its line.
func ReadMap(data []byte) (*Map, error) {
	if len(data) > MostMap {
		return nil, mapFault(0, "对照表超过 1 MB", "the map is larger than 1 MB")
	}
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil {
		return nil, mapFault(lineOf(err), "对照表不是完好的 YAML", "the map is no sound YAML")
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, mapFault(1, "对照表要写成“项: 值”", "the map is written as key: value")
	}
	m := &Map{}
	err := eachKey(doc.Content[0], func(key string, v *yaml.Node) error {
		switch key {
		case "form", "表名", "zh", "en":
			if m.Name == "" || key != "en" {
				m.Name = v.Value
			}
		case "period", "期间":
			m.Period = v.Value
		case "file", "sheet":
		case "cells", "单元格":
			return eachKey(v, func(cell string, e *yaml.Node) error {
				x := Entry{Cell: cell, Line: e.Line, Decimals: -1}
				if slices.ContainsFunc(m.Cells, func(o Entry) bool { return strings.EqualFold(o.Cell, cell) }) {
					return mapFault(e.Line, "单元格 "+cell+" 写了两次", "cell "+cell+" is given twice")
				}
				if err := x.read(e); err != nil {
					return err
				}
				m.Cells = append(m.Cells, x)
				return nil
			})
		case "rows", "名单":
			list := []*yaml.Node{v}
			if v.Kind == yaml.SequenceNode {
				list = v.Content
			}
			for _, n := range list {
				r := Rows{Line: n.Line}
				if err := r.read(n); err != nil {
					return err
				}
				m.Rows = append(m.Rows, r)
			}
		default:
			return unknownKey(v.Line, key, "form, period, cells, rows")
		}
		return nil
	})
	if err == nil && len(m.Cells)+len(m.Rows) == 0 {
		err = mapFault(1, "对照表里没有一个单元格（cells），也没有名单（rows）", "the map has neither cells nor rows")
	}
	return m, err
}

func lineOf(err error) int {
	if m := regexp.MustCompile(`line (\d+)`).FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits were matched
		return n
	}
	return 0
}

func mapFault(line int, zh, en string) error {
	if line > 0 {
		zh, en = fmt.Sprintf("对照表第 %d 行：%s。", line, zh), fmt.Sprintf("line %d of the map: %s.", line, en)
	} else {
		zh, en = zh+"。", en+"."
	}
	return &town.Error{Kind: town.Invalid, Field: "map", Zh: zh, En: en}
}

func unknownKey(line int, key, known string) error {
	return mapFault(line, "不认识“"+key+"”，可以写 "+known, "“"+key+"” is not known here; there are "+known)
}

// eachKey goes through a mapping in the order it is written.
func eachKey(n *yaml.Node, fn func(key string, v *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return mapFault(n.Line, "这里要写成“项: 值”", "write key: value here")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode || v.Kind == yaml.AliasNode {
			return mapFault(k.Line, "这里要写成“项: 值”，不用引用", "write key: value here, without aliases")
		}
		if err := fn(k.Value, v); err != nil {
			return err
		}
	}
	return nil
}

// says by the words that ask for it.
var says = map[string]Say{"": Level, "value": Level, "值": Level, "last": Last, "上年": Last, "上年同期": Last, "growth": Growth, "增速": Growth, "同比": Growth, "change": Change, "增减": Change,
	"target": Target, "目标": Target, "attained": Attained, "完成率": Attained}

// shortEntry is "figure[dim=value]@period".
var shortEntry = regexp.MustCompile(`^([^\[\]@]+?)\s*(?:\[([^\[\]]+=[^\[\]]+)\])?\s*(?:@\s*(\S+))?$`)

func (e *Entry) read(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		m := shortEntry.FindStringSubmatch(strings.TrimSpace(n.Value))
		if m == nil {
			return mapFault(n.Line, "“"+n.Value+"”看不懂，写成 指标、指标[项=值] 或 指标@期间", "“"+n.Value+"” is not understood: write figure, figure[dim=value] or figure@period")
		}
		e.Figure, e.Slice, e.Period = m[1], m[2], m[3]
		return e.check(n.Line)
	}
	err := eachKey(n, func(key string, v *yaml.Node) error {
		if v.Kind != yaml.ScalarNode {
			return mapFault(v.Line, "“"+key+"”要写一个值", "“"+key+"” takes one value")
		}
		s := strings.TrimSpace(v.Value)
		switch key {
		case "figure", "指标":
			e.Figure = s
		case "slice", "分组":
			e.Slice = s
		case "say", "填":
			say, ok := says[s]
			if !ok {
				return mapFault(v.Line, "“"+key+"”只能是 value、last、growth、change、target、attained（值、上年同期、同比、增减、目标、完成率）", "“"+key+"” is value, last, growth, change, target or attained")
			}
			e.Say = say
		case "period", "期间":
			e.Period = s
		case "place", "地点":
			e.Place = s
		case "unit", "单位":
			e.Unit = s
		case "decimals", "小数":
			d, err := strconv.Atoi(s)
			if err != nil || d < 0 || d > 8 {
				return mapFault(v.Line, "小数位数是 0 到 8", "decimals go from 0 to 8")
			}
			e.Decimals = d
		case "fixed", "补零":
			e.Fixed = s == "true" || s == "是"
		case "round", "进位":
			if s != "half" && s != "down" && s != "up" {
				return mapFault(v.Line, "进位只能是 half（四舍五入）、down（舍去）、up（进一）", "round is half, down or up")
			}
			e.Round = s
		case "style", "写法":
			e.Style = s
		case "as", "格式":
			if s != "text" && s != "number" {
				return mapFault(v.Line, "格式只能是 number（数）或 text（文字）", "as is number or text")
			}
			e.AsText = s == "text"
		case "text", "文字":
			e.Text = v.Value
		default:
			return unknownKey(v.Line, key, "figure, slice, say, period, place, unit, decimals, fixed, round, style, as, text")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return e.check(n.Line)
}

func (e *Entry) check(line int) error {
	if (e.Figure == "") == (e.Text == "") {
		return mapFault(line, "单元格 "+e.Cell+" 要么填一个指标（figure），要么填文字（text）", "cell "+e.Cell+" takes either a figure or a text")
	}
	if _, err := PeriodFrom(e.Period, town.YearPeriod(2023)); err != nil {
		return mapFault(line, "“"+e.Period+"”不是期间：可以写 to_date、previous、year、m1 到 m12、q1 到 q4，或 2023、2023-05", "“"+e.Period+"” is no period: there are to_date, previous, year, m1 to m12, q1 to q4, or 2023, 2023-05")
	}
	return nil
}

func (r *Rows) read(n *yaml.Node) error {
	err := eachKey(n, func(key string, v *yaml.Node) error {
		s := strings.TrimSpace(v.Value)
		switch key {
		case "at", "起":
			r.Cell = s
		case "from", "类型":
			r.From = s
		case "where", "条件":
			r.Where = s
		case "by", "按":
			r.By = s
		case "sort", "排序":
			r.Sort = s
		case "most", "最多":
			m, err := strconv.Atoi(s)
			if err != nil || m < 1 || m > mostRows {
				return mapFault(v.Line, "最多几行要写一个正整数", "most is a positive number of rows")
			}
			r.Most = m
		case "columns", "列":
			if v.Kind != yaml.SequenceNode {
				return mapFault(v.Line, "列要写成 [number, name, …]", "columns are written as [number, name, …]")
			}
			for _, c := range v.Content {
				col := Column{}
				switch c.Kind {
				case yaml.ScalarNode:
					col.Field = strings.TrimSpace(c.Value)
					if c.Tag == "!!null" {
						col.Field = ""
					}
				case yaml.MappingNode:
					if err := eachKey(c, func(key string, v *yaml.Node) error {
						switch key {
						case "field", "字段":
							col.Field = strings.TrimSpace(v.Value)
						case "as", "格式":
							col.As = strings.TrimSpace(v.Value)
						case "text", "文字":
							col.Text = v.Value
						default:
							return unknownKey(v.Line, key, "field, as, text")
						}
						return nil
					}); err != nil {
						return err
					}
				default:
					return mapFault(c.Line, "一列写一个字段", "a column is a field")
				}
				col.Skip = col.Field == "" && col.Text == ""
				r.Columns = append(r.Columns, col)
			}
		default:
			return unknownKey(v.Line, key, "at, from, where, by, sort, most, columns")
		}
		return nil
	})
	if err == nil && (r.Cell == "" || r.From == "" || len(r.Columns) == 0) {
		err = mapFault(n.Line, "名单要写 at（第一格）、from（记录类型）和 columns（各列）", "a list needs at, from and columns")
	}
	return err
}

// Encode writes the map as ReadMap reads it.
func (m *Map) Encode() ([]byte, error) {
	str := func(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }
	root := &yaml.Node{Kind: yaml.MappingNode}
	add := func(n *yaml.Node, key string, v *yaml.Node) { n.Content = append(n.Content, str(key), v) }
	put := func(n *yaml.Node, key, value string) {
		if value != "" {
			add(n, key, str(value))
		}
	}
	put(root, "form", m.Name)
	put(root, "period", m.Period)
	if len(m.Cells) > 0 {
		cells := &yaml.Node{Kind: yaml.MappingNode}
		for _, e := range m.Cells {
			n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
			put(n, "figure", e.Figure)
			put(n, "slice", e.Slice)
			put(n, "say", string(e.Say))
			put(n, "period", e.Period)
			put(n, "place", e.Place)
			put(n, "unit", e.Unit)
			if e.Decimals >= 0 {
				add(n, "decimals", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(e.Decimals)})
			}
			if e.Fixed {
				add(n, "fixed", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
			}
			put(n, "round", e.Round)
			put(n, "style", e.Style)
			if e.AsText {
				put(n, "as", "text")
			}
			put(n, "text", e.Text)
			add(cells, e.Cell, n)
		}
		add(root, "cells", cells)
	}
	if len(m.Rows) > 0 {
		rows := &yaml.Node{Kind: yaml.SequenceNode}
		for _, r := range m.Rows {
			n := &yaml.Node{Kind: yaml.MappingNode}
			put(n, "at", r.Cell)
			put(n, "from", r.From)
			put(n, "where", r.Where)
			put(n, "by", r.By)
			put(n, "sort", r.Sort)
			if r.Most > 0 {
				add(n, "most", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(r.Most)})
			}
			columns := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
			for _, c := range r.Columns {
				if c.As == "" && c.Text == "" {
					columns.Content = append(columns.Content, str(c.Field))
					continue
				}
				x := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
				put(x, "field", c.Field)
				put(x, "as", c.As)
				put(x, "text", c.Text)
				columns.Content = append(columns.Content, x)
			}
			add(n, "columns", columns)
			rows.Content = append(rows.Content, n)
		}
		add(root, "rows", rows)
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}

// FromCatalog gives the map of a form that the catalog declares.
func FromCatalog(f *catalog.Form) (*Map, error) {
	m := &Map{Name: f.Label.Zh, Period: f.Period}
	for cell, what := range f.Cells {
		if f.Sheet != "" && !strings.Contains(cell, "!") {
			cell = f.Sheet + "!" + cell
		}
		e := Entry{Cell: cell, Decimals: -1}
		if err := e.read(&yaml.Node{Kind: yaml.ScalarNode, Value: what}); err != nil {
			return nil, err
		}
		m.Cells = append(m.Cells, e)
	}
	slices.SortFunc(m.Cells, func(a, b Entry) int { return strings.Compare(a.Cell, b.Cell) })
	if r := f.Rows; r != nil {
		rows := Rows{Cell: r.At, From: r.Type}
		if f.Sheet != "" && !strings.Contains(r.At, "!") {
			rows.Cell = f.Sheet + "!" + r.At
		}
		if r.Where != nil {
			rows.Where = r.Where.Source()
		}
		for _, c := range r.Columns {
			rows.Columns = append(rows.Columns, Column{Field: c})
		}
		m.Rows = append(m.Rows, rows)
	}
	return m, nil
}

// PeriodFrom gives the period that a cell means where its form is filled for base.
func PeriodFrom(word string, base town.Period) (town.Period, error) {
	y := base.Last().Year()
	switch word {
	case "", "this", "本期":
		return base, nil
	case "to_date", "year_to_date", "累计", "本年累计":
		return town.Period{From: town.DayOf(y, time.January, 1), Until: base.Until}, nil
	case "year", "全年":
		return town.YearPeriod(y), nil
	case "previous", "上期":
		n := base.Until - base.From
		fy, fm, fd := base.From.Date()
		_, um, ud := base.Until.Date()
		if fd == 1 && ud == 1 { // whole months go back by as many
			uy := base.Until.Year()
			months := (uy-fy)*12 + int(um-fm)
			return town.Period{From: town.DayOf(fy, fm-time.Month(months), 1), Until: base.From}, nil
		}
		return town.Period{From: base.From - n, Until: base.From}, nil
	}
	if len(word) >= 2 && (word[0] == 'm' || word[0] == 'q') {
		n, err := strconv.Atoi(word[1:])
		switch {
		case err != nil || n < 1:
		case word[0] == 'm' && n <= 12:
			return town.MonthPeriod(y, time.Month(n)), nil
		case word[0] == 'q' && n <= 4:
			return town.Period{From: town.DayOf(y, time.Month(3*n-2), 1), Until: town.DayOf(y, time.Month(3*n+1), 1)}, nil
		}
	}
	return town.ParsePeriod(word)
}

// round brings a number to so many decimals: half (from five up, away from nought), down (towards nought), up (away from it).
func round(v *big.Rat, decimals int, how string) *big.Rat {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	x := new(big.Rat).Mul(new(big.Rat).Abs(v), new(big.Rat).SetInt(p))
	n, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	switch {
	case rest.Sign() == 0 || how == "down":
	case how == "up" || new(big.Int).Mul(rest, big.NewInt(2)).Cmp(x.Denom()) >= 0:
		n.Add(n, big.NewInt(1))
	}
	if v.Sign() < 0 {
		n.Neg(n)
	}
	return new(big.Rat).SetFrac(n, p)
}
