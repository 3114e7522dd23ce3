package formula

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver
	"pgregory.net/rapid"

	"zhenwu/internal/pgtest"
)

// database evaluates many expressions over many documents in one statement.
type database struct {
	name    string
	dialect Dialect
	query   func(statement string, args []any) ([][]any, error)
}

// databases opens the two engines; PostgreSQL is absent where pgtest allows it.
func databases(t *testing.T) []database {
	t.Helper()
	lite, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "formula.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lite.Close() })
	list := []database{{"SQLite", SQLite, func(statement string, args []any) ([][]any, error) {
		rows, err := lite.Query(statement, args...)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		var out [][]any
		for rows.Next() {
			row, at := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				at[i] = &row[i]
			}
			if err := rows.Scan(at...); err != nil {
				return nil, err
			}
			out = append(out, row)
		}
		return out, rows.Err()
	}}}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(ctx) })
	return append(list, database{"PostgreSQL", Postgres, func(statement string, args []any) ([][]any, error) {
		rows, err := conn.Query(ctx, statement, args...)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, func(row pgx.CollectableRow) ([]any, error) { return row.Values() })
	}})
}

// document reads names out of the JSON column doc.
func document(d Dialect) Columns {
	kinds := map[string]Kind{}
	for _, n := range names {
		kinds[n.Name] = n.Kind
	}
	return func(name string) (string, Kind, bool) {
		kind, ok := kinds[name]
		key := "'" + name + "'"
		switch {
		case kind == Texts || kind == Lines:
			return "doc->" + key, kind, ok
		case d == Postgres && kind == Bool:
			return "CAST(doc->>" + key + " AS BOOLEAN)", kind, ok
		case d == Postgres && (kind == Int || kind == Money):
			return "CAST(doc->>" + key + " AS BIGINT)", kind, ok
		}
		return "doc->>" + key, kind, ok
	}
}

// compare evaluates programs over records in memory and in db, and returns the
// first difference. mutate changes the SQL first; nil leaves it.
func compare(db database, programs []*Program, records []record, mutate func(string) string) (string, error) {
	docs, err := json.Marshal(records)
	if err != nil {
		return "", err
	}
	args := []any{string(docs)}
	var columns []string
	for _, p := range programs {
		text, err := p.SQL(document(db.dialect), db.dialect, &args)
		if err != nil {
			return "", err
		}
		where := "FALSE"
		if p.Kind() == Bool {
			if where, err = p.Where(document(db.dialect), db.dialect, &args); err != nil {
				return "", err
			}
		}
		columns = append(columns, text, where)
	}
	selected := strings.Join(columns, ",\n")
	if mutate != nil {
		selected = mutate(selected)
	}
	from := "(SELECT key AS n, value AS doc FROM json_each($1)) AS r ORDER BY n"
	if db.dialect == Postgres {
		from = "jsonb_array_elements(CAST($1 AS JSONB)) WITH ORDINALITY AS r(doc, n) ORDER BY n"
	}
	rows, err := db.query("SELECT "+selected+" FROM "+from, args)
	if err != nil {
		return "", err
	}
	if len(rows) != len(records) {
		return fmt.Sprintf("%d rows for %d records", len(rows), len(records)), nil
	}
	for i, row := range rows {
		for j, p := range programs {
			f := frame{values: records[i]}
			want, known := p.eval.value(&f)
			if !known {
				want = nil
			}
			if got := plain(p.Kind(), row[2*j]); got != want {
				return fmt.Sprintf("%s over %v\nin memory %v, in %s %v\n%s", p.Source(), records[i], want, db.name, got, columns[2*j]), nil
			}
			if got := plain(Bool, row[2*j+1]); p.Kind() == Bool && (got == true) != (want == true) {
				return fmt.Sprintf("where %s over %v\nin memory %v, in %s %v\n%s", p.Source(), records[i], want, db.name, got, columns[2*j+1]), nil
			}
		}
	}
	return "", nil
}

// plain turns SQLite's 1 and 0 into conditions.
func plain(k Kind, v any) any {
	if n, ok := v.(int64); ok && k == Bool {
		return n != 0
	}
	return v
}

// The values that the tests draw from: the corners of each kind.
var (
	someInts  = []any{nil, int64(0), int64(1), int64(-1), int64(7), int64(-3), int64(math.MaxInt64), int64(math.MinInt64), int64(1) << 62, int64(1)<<62 + 511, int64(1)<<62 - 511}
	someTexts = []any{nil, "a", "B", "b", "A", "张三", "张", "a'b", "100%_", "é", "\uffff", "\U0001F600"}
	someDates = []any{nil, "2023-01-01", "2023-12-31", "2024-02-29"}
	someBools = []any{nil, true, false}
)

// corners is every pair of corner values, in all kinds at once.
func corners() []record {
	var list []record
	pick := func(r record, name string, values []any, i int) {
		if v := values[i%len(values)]; v != nil {
			r[name] = v
		}
	}
	for i := range 12 {
		for j := range 12 {
			r := record{}
			for _, n := range []string{"i", "m", "d"} {
				pick(r, n+"1", someInts, i)
				pick(r, n+"2", someInts, j)
			}
			pick(r, "t1", someTexts, i)
			pick(r, "t2", someTexts, j)
			pick(r, "e1", someDates, i)
			pick(r, "e2", someDates, j)
			pick(r, "e3", someDates, i/4)
			pick(r, "b1", someBools, i)
			pick(r, "b2", someBools, j)
			pick(r, "c1", []any{nil, "open", "closed"}, i+j)
			pick(r, "flags", []any{nil, []string{}, []string{"road", "lamp"}}, i)
			pick(r, "people", []any{nil, []map[string]any{}, crowd}, j)
			pick(r, "phone", []any{nil, "token"}, i)
			list = append(list, r)
		}
	}
	return list
}

// everyOperator is each operator and function with each kind it takes.
func everyOperator(t testing.TB) []*Program {
	var sources []string
	for _, o := range []string{"==", "!=", "<", "<=", ">", ">="} {
		for _, pair := range []string{"i1 i2", "m1 m2", "d1 d2", "t1 t2", "e1 e2", "i1 7", "m1 0.07", "d1 0.07", "t1 'a'", "e1 '2023-12-31'", "b1 b2", "b1 true", "'a' t2"} {
			a, b, _ := strings.Cut(pair, " ")
			if a == "b1" && o != "==" && o != "!=" {
				continue
			}
			sources = append(sources, a+" "+o+" "+b)
		}
	}
	for _, o := range []string{"+", "-"} {
		sources = append(sources, "i1 "+o+" i2", "m1 "+o+" m2", "d1 "+o+" 0.01", "m1 "+o+" 1.00")
	}
	for _, o := range []string{"*", "/"} {
		sources = append(sources, "i1 "+o+" i2", "m1 "+o+" i2", "d1 "+o+" i2", "i1 "+o+" 3")
	}
	sources = append(sources, "i1 % i2", "m1 / m2", "d1 / d2", "-i1", "-m2", "i1 / i2 == 1", "i1 + i2 != 5", "(i1 + i2) * (i1 - i2)",
		"b1", "!b1", "b1 && b2", "b1 || b2", "!(b1 && b2)", "!(i1 == 7)", "!(i1 < i2)", "b1 ? i1 : i2", "b1 ? t1 : t2", "b1 ? e1 : e2", "b1 ? b2 : false", "b1 ? m1 : 1.50", "(b1 ? i1 : i2) + 1",
		"i1 in [7, i2]", "t1 in ['a', t2]", "m1 in [0.07, 0.01]", "e1 in ['2023-12-31', e2]", "c1 in ['open', 'kept']", "'road' in flags", "t1 in flags", "!('road' in flags)",
		"filled(b1)", "filled(i1)", "filled(m1)", "filled(t1)", "filled(e1)", "filled(phone)", "filled(flags)", "filled(people)", "size(t1)", "size(flags)", "size(people)",
		"earliest(e1, e2)", "latest(e1, e2, e3)", "earliest(e1, e2, e3, '2023-06-30')", "min(i1, i2)", "max(m1, m2)", "min(i1, i2, 3)", "max(d1, 0.5)", "percent(i1, i2)", "percent(m1, m2)", "percent(i1, 7)",
		"t1.startsWith('张')", "t1.endsWith('三')", "t1.contains('%')", "t1.startsWith('张三四')", "t1.endsWith('a张三')", "e1.startsWith('2023')", "!t1.contains('b')", "!(t1 in ['a', 'b'])", "!filled(t1) || t1 != 'a'")
	env := environment(t)
	programs := make([]*Program, len(sources))
	for i, s := range sources {
		programs[i] = must(t, env, s, Value)
	}
	return programs
}

func TestSQL_agrees_with_memory_for_every_operator_and_kind(t *testing.T) {
	programs, records := everyOperator(t), corners()
	for _, db := range databases(t) {
		for len(programs) > 0 {
			n := min(len(programs), 40)
			if diff, err := compare(db, programs[:n], records, nil); diff != "" || err != nil {
				t.Fatal(diff, err)
			}
			programs = programs[n:]
		}
		programs = everyOperator(t)
	}
}

func TestSQL_agrees_with_memory_for_any_expression(t *testing.T) {
	env, dbs := environment(t), databases(t)
	cases := 0
	rapid.Check(t, func(t *rapid.T) {
		g := generator{t: t}
		var programs []*Program
		for range 12 {
			kind := rapid.SampledFrom([]string{"bool", "bool", "bool", "int", "money", "decimal", "text", "date"}).Draw(t, "kind")
			src := g.expression(kind, 4, false)
			p, f := env.Compile(src, Value)
			if f != nil {
				t.Fatalf("%s: %s at %d", src, f.Msg, f.Offset)
			}
			programs = append(programs, p)
		}
		records := make([]record, 12)
		for i := range records {
			records[i] = g.record()
		}
		for _, db := range dbs {
			diff, err := compare(db, programs, records, nil)
			if err != nil {
				t.Fatalf("%s: %v", db.name, err)
			}
			if diff != "" {
				t.Fatal(diff)
			}
		}
		cases += len(programs) * len(records)
	})
	if !t.Failed() && cases < 10_000 {
		t.Errorf("%d cases; 10000 are wanted", cases)
	}
}

// TestSQL_a_wrong_compilation_is_found damages the SQL in one way at a time.
func TestSQL_a_wrong_compilation_is_found(t *testing.T) {
	programs, records := everyOperator(t), corners()
	both, dbs := []Dialect{SQLite, Postgres}, databases(t)
	for _, m := range []struct {
		old, new string
		in       []Dialect
	}{
		{"IS NOT DISTINCT FROM", "=", both}, {"IS DISTINCT FROM", "<>", both}, {" AND ", " OR ", both}, {"(NOT ", "(", both}, {" <= ", " < ", both}, {" < ", " > ", both}, {" * ", " + ", both},
		{"WHEN FALSE THEN", "ELSE", both}, {"IS NOT NULL)", "IS NULL)", both}, {"= CAST", "<> CAST", both}, {`COLLATE "C"`, "", []Dialect{Postgres}}, {"COLLATE BINARY", "COLLATE NOCASE", []Dialect{SQLite}},
		{"div(", "(0 + ", []Dialect{Postgres}}, {"NULLIF(CAST", "(CAST", []Dialect{Postgres}}, {aboveAll + "), " + belowAll, aboveAll + "), 0", []Dialect{Postgres}}, {"LEAST(", "GREATEST(", []Dialect{Postgres}}, {"mod(", "div(", []Dialect{Postgres}},
		{"starts_with", "strpos", []Dialect{Postgres}}, {"char_length", "octet_length", []Dialect{Postgres}}, {"@>", "<@", []Dialect{Postgres}}, {"strpos", "-strpos", []Dialect{Postgres}}, {"THEN zw_v END", "ELSE zw_v END", []Dialect{SQLite}},
		{"typeof(zw_v)", "'integer'", []Dialect{SQLite}}, {"min(", "max(", []Dialect{SQLite}}, {"UNION ALL SELECT", "UNION ALL SELECT NULL, ", []Dialect{SQLite}}, {"instr(", "-instr(", []Dialect{SQLite}}, {", 1, CAST", ", 2, CAST", []Dialect{SQLite}},
		{"length(", "1 + length(", []Dialect{SQLite}}, {"IS NOT NULL THEN", "IS NULL THEN", []Dialect{SQLite}}, {"WHERE zw_b > 0", "WHERE zw_b <> 0", both}, {"* 200", "* 100", both}, {" IN (", " NOT IN (", both},
	} {
		for _, db := range dbs {
			if len(m.in) == 1 && m.in[0] != db.dialect {
				continue
			}
			touched := false
			diff, err := compare(db, programs, records, func(s string) string {
				damaged := strings.ReplaceAll(s, m.old, m.new)
				touched = damaged != s
				return damaged
			})
			if !touched {
				t.Errorf("%s: nothing of %s has %q", db.name, m.old, m.old)
			} else if diff == "" && err == nil {
				t.Errorf("%s: %q in place of %q is not noticed", db.name, m.new, m.old)
			}
		}
	}
}

func TestSQL_refuses_what_lists_cannot_do(t *testing.T) {
	env := environment(t)
	for src, msg := range map[string]string{
		"people.sum(p, p.paid)": "sum", "people.all(p, p.for > 1)": "all", "people.exists(p, p.for > 1)": "exists", "people.rank(p, p.for, 3)": "rank",
		"size(people.filter(p, p.for > 1))": "filter", "people.map(p, p.what)": "list of texts", "'x' in people.map(p, p.what)": "map", "people": "lines", "household.balance > 0": "household.balance",
		"entered.closed > '2023-01-01'": "it is text there",
	} {
		cols := func(name string) (string, Kind, bool) {
			if name == "entered.closed" {
				return "closed", Text, true
			}
			return document(SQLite)(strings.ReplaceAll(name, "household.balance", "?"))
		}
		args := []any{1}
		text, err := must(t, env, src, Value).SQL(cols, SQLite, &args)
		if err == nil || !strings.Contains(err.Error(), "not available in lists") || !strings.Contains(err.Error(), msg) || len(args) != 1 {
			t.Errorf("%s: %s, %v, %d arguments", src, text, err, len(args))
		}
	}
}

func TestSQL_keeps_texts_out_of_the_statement(t *testing.T) {
	args := []any{"town"}
	text, err := must(t, environment(t), `t1 == 'x\' OR 1=1 --' && c1 in ['open'] && m1 > 12.34`, Bool).Where(document(Postgres), Postgres, &args)
	if err != nil || strings.Contains(text, "OR") || strings.Contains(text, "1234") || strings.Contains(text, "open") {
		t.Errorf("%s, %v", text, err)
	}
	if want := []any{"town", "x' OR 1=1 --", "open", int64(1234)}; fmt.Sprint(args) != fmt.Sprint(want) || !strings.Contains(text, "$4") {
		t.Errorf("arguments %v in %s", args, text)
	}
}

// TestEval_agrees_with_CEL holds the evaluator against cel-go's own, over
// records in which nothing is empty and in what the two languages share.
func TestEval_agrees_with_CEL(t *testing.T) {
	env := environment(t)
	options := []cel.EnvOption{}
	for _, n := range names {
		if kind := map[Kind]*cel.Type{Bool: cel.BoolType, Int: cel.IntType, Text: cel.StringType, Date: cel.StringType}[n.Kind]; kind != nil {
			options = append(options, cel.Variable(n.Name, kind))
		}
	}
	theirs, err := cel.NewEnv(options...)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		g := generator{t: t, plain: true}
		src := g.expression(rapid.SampledFrom([]string{"bool", "bool", "int", "text"}).Draw(t, "kind"), 4, false)
		p, f := env.Compile(src, Value)
		if f != nil {
			t.Fatalf("%s: %s", src, f.Msg)
		}
		tree, issues := theirs.Compile(src)
		if issues.Err() != nil {
			t.Fatal(issues.Err())
		}
		program, err := theirs.Program(tree)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			r := g.record()
			got, known, err1 := p.Eval(r)
			want, _, err2 := program.Eval(map[string]any(r))
			if (err1 != nil) != (err2 != nil) {
				t.Fatalf("%s over %v: error %v here, %v in CEL", src, r, err1, err2)
			}
			if err1 == nil && (!known || got != want.Value()) {
				t.Fatalf("%s over %v = %v here, %v in CEL", src, r, got, want.Value())
			}
		}
	})
}

// generator draws expressions that are right in kind, and records to read.
type generator struct {
	t     *rapid.T
	plain bool // only what CEL has too, and nothing empty
}

func (g generator) one(list ...string) string { return rapid.SampledFrom(list).Draw(g.t, "part") }

// expression draws one of kind. With literal it may be a bare literal.
func (g generator) expression(kind string, depth int, literal bool) string {
	if depth == 0 || rapid.IntRange(0, 4).Draw(g.t, "leaf") == 0 {
		if literal && rapid.Bool().Draw(g.t, "literal") {
			return g.literal(kind)
		}
		return g.one(map[string][]string{"bool": {"b1", "b2"}, "int": {"i1", "i2", "i3"}, "money": {"m1", "m2"}, "decimal": {"d1", "d2"},
			"text": {"t1", "t2"}, "date": {"e1", "e2", "e3"}}[kind]...)
	}
	x := func(kind string) string { return g.expression(kind, depth-1, false) }
	y := func(kind string) string { return g.expression(kind, depth-1, true) }
	if rapid.IntRange(0, 5).Draw(g.t, "choose") == 0 {
		return fmt.Sprintf("(%s ? %s : %s)", x("bool"), x(kind), y(kind))
	}
	switch kind {
	case "bool":
		return g.condition(x, y)
	case "int":
		ways := []string{"reckon", "reckon", "reckon", "reckon", "%", "size", "negative"}
		if !g.plain {
			ways = append(ways, "min", "max", "percent", "percent of money", "money / money", "members")
		}
		switch way := g.one(ways...); way {
		case "size":
			return fmt.Sprintf("size(%s)", x("text"))
		case "members":
			return "size(" + g.one("flags", "people") + ")"
		case "negative":
			return fmt.Sprintf("(-%s)", x("int"))
		case "min", "max":
			return fmt.Sprintf("%s(%s, %s, %s)", way, x("int"), y("int"), y("int"))
		case "percent":
			return fmt.Sprintf("percent(%s, %s)", x("int"), y("int"))
		case "percent of money":
			return fmt.Sprintf("percent(%s, %s)", x("money"), y("money"))
		case "money / money":
			return fmt.Sprintf("(%s / %s)", x("money"), y("money"))
		case "%":
			if g.plain { // CEL refuses the remainder of the least number and -1; here it is 0
				return fmt.Sprintf("(%s %% %s)", x("int"), g.one("0", "1", "7", "-3"))
			}
			return fmt.Sprintf("(%s %% %s)", x("int"), y("int"))
		}
		return fmt.Sprintf("(%s %s %s)", x("int"), g.one("+", "-", "*", "/"), y("int"))
	case "money", "decimal":
		switch way := g.one("+", "-", "*", "/", "min", "max"); way {
		case "+", "-":
			return fmt.Sprintf("(%s %s %s)", x(kind), way, y(kind))
		case "*", "/":
			return fmt.Sprintf("(%s %s %s)", x(kind), way, y("int"))
		default:
			return fmt.Sprintf("%s(%s, %s)", way, x(kind), y(kind))
		}
	case "date":
		if !g.plain {
			return fmt.Sprintf("%s(%s, %s, %s)", g.one("earliest", "latest"), x("date"), y("date"), y("date"))
		}
	}
	return x(kind)
}

// condition draws a condition from the expressions x and, perhaps literal, y.
func (g generator) condition(x, y func(string) string) string {
	kinds := []string{"int", "text", "date"}
	ways := []string{"!", "&&", "||", "compare", "compare", "compare", "same", "in", "text"}
	if !g.plain {
		kinds = append(kinds, "money", "decimal")
		ways = append(ways, "filled", "flags")
	}
	kind := g.one(kinds...)
	switch way := g.one(ways...); way {
	case "!":
		return fmt.Sprintf("(!%s)", x("bool"))
	case "&&", "||":
		return fmt.Sprintf("(%s %s %s)", x("bool"), way, x("bool"))
	case "compare":
		return fmt.Sprintf("(%s %s %s)", x(kind), g.one("==", "!=", "<", "<=", ">", ">="), y(kind))
	case "same":
		return fmt.Sprintf("(%s %s %s)", x("bool"), g.one("==", "!="), y("bool"))
	case "in":
		other := g.literal(kind)
		if !g.plain {
			other = y(kind)
		}
		return fmt.Sprintf("(%s in [%s, %s])", x(kind), g.literal(kind), other)
	case "text":
		return fmt.Sprintf("%s.%s(%s)", g.one("t1", "t2"), g.one("startsWith", "endsWith", "contains"), g.literal("text"))
	case "filled":
		return "filled(" + g.one("i1", "b1", "m2", "t1", "e3", "phone", "flags", "people") + ")"
	}
	return g.one("('road' in flags)", "('lamp' in flags)", "(t1 in flags)", "(c1 == 'open')", "(c1 in ['open', 'kept'])", "(c1 != 'closed')")
}

func (g generator) literal(kind string) string {
	switch kind {
	case "bool":
		return g.one("true", "false")
	case "int":
		return g.one("0", "1", "2", "7", "-3", "9223372036854775807")
	case "money", "decimal":
		return g.one("0.00", "0.07", "1.50", "-0.03", "10000.00")
	case "date":
		return g.one("'2023-01-01'", "'2023-12-31'", "'2024-02-29'")
	}
	return g.one("'a'", "'B'", "'张三'", "'张'", `'a\'b'`, "'%'", "'\uffff'", "'\U0001F600'")
}

// record draws a record; with plain it has no empty field.
func (g generator) record() record {
	r := record{}
	put := func(values []any, names ...string) {
		if g.plain {
			values = values[1:]
		}
		for _, n := range names {
			v := rapid.SampledFrom(values).Draw(g.t, n)
			if v != nil {
				r[n] = v
			}
		}
	}
	put(someInts, "i1", "i2", "i3", "m1", "m2", "d1", "d2")
	put(someTexts, "t1", "t2")
	put(someDates, "e1", "e2", "e3")
	put(someBools, "b1", "b2")
	if !g.plain {
		put([]any{nil, "open", "closed", "kept"}, "c1")
		put([]any{nil, "token"}, "phone")
		put([]any{nil, []string{}, []string{"road"}, []string{"road", "a"}}, "flags")
		put([]any{nil, []map[string]any{}, crowd}, "people")
	}
	return r
}

func FuzzCompile(f *testing.F) {
	for _, p := range everyOperator(f) {
		f.Add(p.Source())
	}
	f.Add("people.map(p, {'line': p.what, 'ask': p[level]})")
	f.Add("people.filter(p, people.exists(q, q.for > p.for)).sum(p, p.paid) > 1.50")
	env, err := NewEnv(names)
	if err != nil {
		f.Fatal(err)
	}
	full := record{"b1": true, "i1": int64(3), "i2": int64(0), "m1": int64(5), "t1": "张", "e1": "2023-01-01", "people": crowd, "flags": []string{"road"}}
	f.Fuzz(func(t *testing.T, src string) {
		p, fault := env.Compile(src, Value)
		if fault != nil {
			if fault.Msg == "" || fault.Offset < 0 || fault.Offset > len([]rune(src)) {
				t.Fatalf("%q: fault %q at %d", src, fault.Msg, fault.Offset)
			}
			return
		}
		for _, r := range []record{{}, full} {
			if _, _, err := p.Eval(r); err != nil && strings.Contains(err.Error(), "declared kind") {
				t.Fatalf("%q: %v", src, err)
			}
		}
		for _, d := range []Dialect{SQLite, Postgres} {
			var args []any
			if text, err := p.SQL(document(d), d, &args); err == nil && text == "" {
				t.Fatalf("%q gives no SQL", src)
			}
		}
	})
}
