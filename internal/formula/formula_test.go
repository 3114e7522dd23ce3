package formula

import (
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// names declares one or more names of every kind.
var names = []Name{
	{Name: "b1", Kind: Bool}, {Name: "b2", Kind: Bool}, {Name: "done", Kind: Bool},
	{Name: "i1", Kind: Int}, {Name: "i2", Kind: Int}, {Name: "i3", Kind: Int},
	{Name: "m1", Kind: Money}, {Name: "m2", Kind: Money}, {Name: "household.balance", Kind: Int},
	{Name: "d1", Kind: Int, Scale: 2}, {Name: "d2", Kind: Int, Scale: 2}, {Name: "d4", Kind: Int, Scale: 4},
	{Name: "t1", Kind: Text}, {Name: "t2", Kind: Text},
	{Name: "c1", Kind: Text, Choices: []string{"open", "closed", "kept"}},
	{Name: "level", Kind: Text, Choices: []string{"blue", "red"}},
	{Name: "e1", Kind: Date}, {Name: "e2", Kind: Date}, {Name: "e3", Kind: Date}, {Name: "entered.closed", Kind: Date},
	{Name: "phone", Kind: Sealed},
	{Name: "flags", Kind: Texts, Choices: []string{"road", "lamp"}}, {Name: "who", Kind: Texts},
	{Name: "people", Kind: Lines, Columns: []Name{
		{Name: "name", Kind: Sealed}, {Name: "paid", Kind: Money}, {Name: "for", Kind: Int}, {Name: "done", Kind: Date},
		{Name: "what", Kind: Text}, {Name: "blue", Kind: Text}, {Name: "red", Kind: Text}, {Name: "grade", Kind: Text, Choices: []string{"major", "minor"}}}},
	{Name: "row.for", Kind: Int},
}

// record is the values of one record.
type record map[string]any

func (r record) Value(name string) (any, bool) { v, ok := r[name]; return v, ok }

func environment(t testing.TB) *Env {
	t.Helper()
	e, err := NewEnv(names)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func must(t testing.TB, e *Env, src string, want Kind) *Program {
	t.Helper()
	p, f := e.Compile(src, want)
	if f != nil {
		t.Fatalf("%s: %s at %d", src, f.Msg, f.Offset)
	}
	return p
}

// crowd is three people, of whom one has not paid and two are not done.
var crowd = []map[string]any{
	{"paid": int64(500), "for": int64(7), "done": "2023-05-01", "what": "甲", "blue": "look", "red": "run", "grade": "major"},
	{"paid": int64(0), "for": int64(9), "what": "乙", "blue": "wait", "grade": "minor"},
	{"for": int64(7), "what": "丙", "blue": "rest", "red": "go"},
}

func TestEval(t *testing.T) {
	e := environment(t)
	empty := record{}
	some := record{"b1": true, "b2": false, "i1": int64(7), "i2": int64(-2), "m1": int64(12345), "d1": int64(150), "t1": "张三", "c1": "open",
		"e1": "2023-05-01", "e2": "2023-04-30", "people": crowd, "flags": []string{"road"}, "phone": "sealed:1", "level": "red", "row.for": int64(7)}
	big := record{"i1": int64(math.MaxInt64), "i2": int64(math.MinInt64), "i3": int64(-1)}
	for _, c := range []struct {
		src  string
		in   record
		want any // nil: empty; an error text: the error holds it
	}{
		// empty values
		{"b1", empty, nil}, {"!b1", empty, nil}, {"b1 && false", empty, false}, {"false && b1", empty, false}, {"b1 || true", empty, true}, {"b1 && true", empty, nil},
		{"i1 == 3", empty, false}, {"i1 != 3", empty, true}, {"i1 == i2", empty, true}, {"i1 != i2", empty, false}, {"i1 < 3", empty, nil},
		{"b1 ? 1 : 2", empty, nil}, {"i1 in [1, 2]", empty, nil}, {"3 in [i1, 3]", empty, true}, {"4 in [i1, 3]", empty, nil}, {"filled(i1)", empty, false},
		{"size(people)", empty, nil}, {"people.sum(p, p.paid)", empty, nil}, {"'road' in flags", empty, nil}, {"c1 == 'open'", empty, false}, {"b1 == b2", empty, true},
		{"earliest(e1, e2)", empty, nil}, {"min(i1, 3)", empty, nil}, {"i1 + 1", empty, nil}, {"phone == phone", empty, fmt.Errorf("sealed")},
		// values
		{"b1 && !b2", some, true}, {"i1 / i2", some, int64(-3)}, {"i1 % i2", some, int64(1)}, {"i2 % i1", some, int64(-2)}, {"-i1 - i2 * 3", some, int64(-1)},
		{"m1 >= 123.45", some, true}, {"m1 > 123.45", some, false}, {"m1 == 0", some, false}, {"m1 + 0.05", some, int64(12350)}, {"m1 / 100", some, int64(123)}, {"m1 / 10.00", some, int64(12)},
		{"d1 == 1.5", some, true}, {"d1 > 1", some, true}, {"d1 * 2", some, int64(300)}, {"min(d1, 1, 0.75)", some, int64(75)}, {"min(1, 0.75, d1)", some, int64(75)},
		{"b1 ? 0.00 : m1", some, int64(0)}, {"(b1 ? 0.50 : 1.00) < m1", some, true}, {"c1 in ['open', 'kept']", some, true}, {"i1 > 5 ? 'a' : 'b'", some, "a"},
		{"e1 > '2023-04-30'", some, true}, {"earliest(e1, e2, e3)", some, "2023-04-30"}, {"latest(e1, e3, '2023-01-01')", some, "2023-05-01"},
		{"t1.startsWith('张')", some, true}, {"t1.endsWith('三')", some, true}, {"t1.contains('李')", some, false}, {"size(t1)", some, int64(2)}, {"'road' in flags && !('lamp' in flags)", some, true},
		{"filled(phone)", some, true}, {"percent(1, 8)", some, int64(13)}, {"percent(i2, i1)", some, int64(-29)}, {"percent(1, i2)", some, nil}, {"percent(1, 0)", some, nil}, {"max(i1, i2)", some, int64(7)},
		// lines
		{"people.sum(p, p.paid)", some, int64(500)}, {"people.sum(p, p.paid) == 5.00", some, true}, {"size(people.filter(p, p.paid > 0.00))", some, int64(1)},
		{"people.all(p, p.paid >= 0.00)", some, nil}, {"people.all(p, p.for > 7)", some, false}, {"people.exists(p, p.for > 7)", some, true}, {"people.exists(p, p.paid > 5.00)", some, nil},
		{"people.rank(p, p.for, 9)", some, int64(1)}, {"people.rank(p, p.for, row.for)", some, int64(2)}, {"people.map(p, p.what)", some, []string{"甲", "乙", "丙"}},
		{"percent(size(people.filter(p, filled(p.done))), size(people))", some, int64(33)}, {"people.exists(p, p.grade == 'major')", some, true},
		{"people.map(p, {'line': p.what, 'ask': p[level]})", some, []map[string]any{{"line": "甲", "ask": "run"}, {"line": "乙"}, {"line": "丙", "ask": "go"}}},
		{"people.filter(p, people.exists(q, q.for > p.for && q.what != p.what)).sum(p, p.for)", some, int64(14)},
		// trouble
		{"i1 + 1", big, fmt.Errorf("too large")}, {"-i2", big, fmt.Errorf("too large")}, {"i2 / i3", big, fmt.Errorf("too large")}, {"i1 * 2", big, fmt.Errorf("too large")}, {"i2 - 1", big, fmt.Errorf("too large")},
		{"i1 / (i3 + 1)", big, fmt.Errorf("by zero")}, {"i1 % 0", big, fmt.Errorf("by zero")}, {"i2 % i3", big, int64(0)}, {"i2 * i3", big, fmt.Errorf("too large")}, {"i3 * i1", big, int64(-math.MaxInt64)},
		{"i1 / 0 == 1 && false", big, false}, {"false && i1 / 0 == 1", big, false}, {"i1 / 0 > 1 || true", big, true}, {"i1 / 0 > 1 || false", big, fmt.Errorf("by zero")}, {"1 / 0 == 1", big, fmt.Errorf("by zero")},
		{"i3 != 0 && 6 / i3 == -6", big, true}, {"percent(i1, 2)", big, fmt.Errorf("too large")}, {"i1", record{"i1": "seven"}, fmt.Errorf("not of its declared kind")},
	} {
		p, f := e.Compile(c.src, Value)
		var got any
		var err error
		if f != nil {
			err = f
		} else {
			var known bool
			if got, known, err = p.Eval(c.in); !known {
				got = nil
			}
		}
		if want, ok := c.want.(error); ok {
			if err == nil || !strings.Contains(err.Error(), want.Error()) {
				t.Errorf("%s = %v, %v; want an error with %q", c.src, got, err, want)
			}
			continue
		}
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s = %#v, %v; want %#v", c.src, got, err, c.want)
		}
		if f == nil && p.Kind() == Bool {
			if holds, err := p.Holds(c.in); err != nil || holds != (c.want == true) {
				t.Errorf("%s holds: %v, %v", c.src, holds, err)
			}
		}
	}
}

func TestCompile_says_what_is_wrong(t *testing.T) {
	e := environment(t)
	for _, c := range []struct {
		src    string
		want   Kind
		offset int
		msg    string
	}{
		{"i1 +", Int, 4, "not a formula"}, {"", Bool, 0, "not a formula"}, {"i1 = 3", Bool, 3, "not a formula"}, {"a ?", Bool, 3, "not a formula"},
		{"doen", Bool, 0, "is it done?"}, {"i1 > 0 && entered.close > '2023-01-01'", Bool, 10, "is it entered.closed?"}, {"xyzzyx > 1", Bool, 0, "there is no xyzzyx here"},
		{"people.exists(p, p.payed > 1.00)", Bool, 17, "is it paid?"}, {"summ(i1)", Int, 0, "there is no summ() here; is it "}, {"people.som(p, p.for)", Int, 0, "is it sum()?"},
		{"i1", Bool, 0, "yes or no is needed, and this is a whole number"}, {"m1", Int, 0, "this is money"}, {"5", Money, 0, "5.00"}, {"i1", Money, 0, "this is a whole number"},
		{"1.5", Value, 0, "nothing here says"}, {"b1 ? 1.5 : 2.5", Value, 3, "nothing here says"}, {"i1 > 1.5", Bool, 5, "no fractions"}, {"m1 * 0.3", Money, 5, "x * 3 / 10"}, {"0.3 * m1", Money, 0, "x * 3 / 10"},
		{"m1 > 1.005", Bool, 5, "more than 2 decimals"}, {"m1 > 5", Bool, 5, "5.00"}, {"m1 > i1", Bool, 5, "a whole number beside money"}, {"d1 > d4", Bool, 5, "4 decimals beside a number with 2"},
		{"m1 * m2", Value, 3, "neither"}, {"m1 > 12345678901234567.00", Bool, 5, "15 digits"}, {"m1 > 999999999999999999999.00", Bool, 5, "too large"},
		{"c1 == 'opne'", Bool, 6, "open, closed, kept"}, {"c1 in ['open', 'shut']", Bool, 15, "open, closed, kept"}, {"'wood' in flags", Bool, 0, "road, lamp"}, {"people.all(p, p.grade != 'high')", Bool, 25, "major, minor"},
		{"e1 > '2023-02-30'", Bool, 5, "is no date"}, {"e1 == 'soon'", Bool, 6, "is no date"}, {"e1 in ['2023']", Bool, 7, "is no date"}, {"earliest(e1, 'x')", Date, 13, "is no date"}, {"e1 > t1", Bool, 5, "text beside a date"},
		{"t1 == ''", Bool, 6, "!filled(t1)"}, {"t1 == null", Bool, 6, "there is no null"}, {"has(i1)", Bool, 0, "write filled"}, {"phone == 'x'", Bool, 0, "only filled(phone)"}, {"people.all(p, p.name == 'x')", Bool, 14, "sealed"},
		{"people.map(p, p.name)", Value, 14, "sealed"}, {"b1 < b2", Bool, 3, "no order"}, {"people == people", Bool, 7, "cannot be compared"}, {"b1 && i1", Bool, 6, "condition"}, {"i1 ? b1 : b2", Bool, 0, "before ?"},
		{"t1 + t2", Value, 0, "not with text"}, {"i1 in []", Bool, 3, "empty list"}, {"['a']", Value, 0, "after in"}, {"{'a': 1}", Value, 0, "lines.map"}, {"p", Value, 0, "there is no p"}, {"people.all(p, p)", Bool, 14, "p.COLUMN"},
		{"t1.contains(t2)", Bool, 0, "one 'text'"}, {"filled(i1 + 1)", Bool, 0, "one name"}, {"earliest(e1)", Value, 0, "two or more"}, {"min(e1, e2)", Value, 0, "earliest or latest"}, {"5u > 1u", Bool, 0, "constant"}, {"people[0]", Value, 0, "no line"},
		{"people.map(p, p[t1])", Value, 16, "choice that names a column"}, {"people.map(p, p[c1])", Value, 16, "there is no open"}, {strings.Repeat("!", 60) + "b1", Bool, 0, ""}, {strings.Repeat("i1 + ", 60) + "i1", Int, 0, "deeply nested"}, {strings.Repeat("x", 5000), Bool, 4000, "are the most"},
		{"t1 == 'a\\u0000b'", Bool, 6, "NUL"}, {"b1 || (t1 == 'é' && doen)", Bool, 20, "is it done?"},
	} {
		p, f := e.Compile(c.src, c.want)
		switch {
		case f == nil && c.msg == "": // the parser folds it
		case f == nil:
			t.Errorf("%s compiles to %v", c.src, p.Kind())
		case !strings.Contains(f.Msg, c.msg) || c.msg != "" && !strings.Contains(f.Msg, "deeply") && f.Offset != c.offset:
			t.Errorf("%.60s: %q at %d; want %q at %d", c.src, f.Msg, f.Offset, c.msg, c.offset)
		case !strings.ContainsFunc(f.Zh, func(r rune) bool { return unicode.Is(unicode.Han, r) }) || strings.Contains(f.Zh+f.Msg, "%!"):
			t.Errorf("%.60s: %q, in Chinese %q", c.src, f.Msg, f.Zh)
		}
	}
}

// The parser speaks English only; what it finds is said in the reader's language, its own words never pass.
func TestCompile_says_faults_of_syntax_in_one_language(t *testing.T) {
	e := environment(t)
	for src, want := range map[string]string{
		"i1 +": "公式没有写完", "": "公式没有写完", "i1 > 3 &&": "公式没有写完", "!": "公式没有写完", "f(": "公式没有写完", "(i1 > 3": "缺少右括号 )", "[1,2": "缺少右括号 ]", "{": "缺少右括号 }",
		"i1 = 3": "相等写 ==", "b1 and b2": "“并且”写 &&", "b1 & b2": "“并且”写 &&", "i1 > 3 且 b1": "“并且”写 &&", "b1 | b2": "“或者”写 ||", "b1 or b2": "“或者”写 ||", "i1 @ 3": "没有“@”这个字符",
		"i1 <> 3": "不等写 !=", "i1 > 0x": "写得不对或太大", "i1 > 999999999999999999999": "写得不对或太大", "t1 == '\\q'": "反斜杠", "t1 == 'a": "引号没有收尾", "b1 ? 1": "冒号", "people.": "点后缺少名称",
		"i1 == 3 i2 == 4": "“i2”处多出了内容", "i1 > 3)": "“)”处多出了内容", "if b1": "保留字",
	} {
		_, f := e.Compile(src, Bool)
		switch {
		case f == nil:
			t.Errorf("%s compiles", src)
		case !strings.Contains(f.Zh, want):
			t.Errorf("%s: %q; want %q", src, f.Zh, want)
		case regexp.MustCompile(`[a-z]{3}`).MatchString(f.Zh):
			t.Errorf("%s: %q is not Chinese", src, f.Zh)
		}
		if f != nil && (strings.Contains(f.Msg, "EOF") || strings.ContainsFunc(f.Msg, func(r rune) bool { return unicode.Is(unicode.Han, r) })) && !strings.Contains(src, "且") {
			t.Errorf("%s: %q", src, f.Msg)
		}
	}
}

// TestChinese_has_every_sentence reads the sentences out of the source.
func TestChinese_has_every_sentence(t *testing.T) {
	found := 0
	for _, file := range []string{"check.go", "env.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`fault\([^"\n]*"((?:[^"\\]|\\.)*)"`).FindAllSubmatch(source, -1) {
			found++
			if zh := chinese[string(m[1])]; zh == "" || strings.Count(zh, "%") != strings.Count(string(m[1]), "%") {
				t.Errorf("%q is %q in Chinese", m[1], zh)
			}
		}
	}
	if found < 50 {
		t.Errorf("found %d sentences only", found)
	}
}

func TestProgram_tells_about_itself(t *testing.T) {
	p := must(t, environment(t), "i1 > 5 ? c1 : b1 ? 'gone' : 'kept'", Text)
	if got := p.Names(); !reflect.DeepEqual(got, []string{"b1", "c1", "i1"}) {
		t.Errorf("names %v", got)
	}
	if got := p.Choices(); !reflect.DeepEqual(got, []string{"closed", "gone", "kept", "open"}) {
		t.Errorf("choices %v", got)
	}
	if p := must(t, environment(t), "d1 + 1.25", Int); p.Scale() != 2 || p.Kind() != Int || p.Source() != "d1 + 1.25" {
		t.Errorf("scale %d, kind %v, source %s", p.Scale(), p.Kind(), p.Source())
	}
}

func BenchmarkHolds(b *testing.B) {
	p := must(b, environment(b), "c1 == 'closed' && m1 >= 100000000.00 && (!done || i1 in [1, 2, 3]) && entered.closed > '2023-01-01'", Bool)
	in := record{"c1": "closed", "m1": int64(2e10), "done": true, "i1": int64(3), "entered.closed": "2023-05-01"}
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := p.Holds(in); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	e := environment(b)
	for b.Loop() {
		must(b, e, "c1 == 'closed' && m1 >= 100000000.00 && (!done || i1 in [1, 2, 3])", Bool)
	}
}
