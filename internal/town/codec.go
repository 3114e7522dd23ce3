package town

import (
	"fmt"
	"sort"
	"strconv"
	"unicode/utf8"
)

// The canonical JSON of ours: keys in order, no spaces, whole numbers only.
// The journal and the store write it, so equal values have equal bytes.

// AppendJSON appends the canonical JSON of v. v is what Values may hold, or nil.
func AppendJSON(b []byte, v any) []byte {
	switch x := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, x)
	case int64:
		return strconv.AppendInt(b, x, 10)
	case int:
		return strconv.AppendInt(b, int64(x), 10)
	case ID:
		return strconv.AppendInt(b, int64(x), 10)
	case string:
		return appendString(b, x)
	case Code:
		return appendString(b, string(x))
	case []string:
		b = append(b, '[')
		for i, s := range x {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, s)
		}
		return append(b, ']')
	case []map[string]any:
		b = append(b, '[')
		for i, m := range x {
			if i > 0 {
				b = append(b, ',')
			}
			b = AppendObject(b, m)
		}
		return append(b, ']')
	case []any:
		b = append(b, '[')
		for i, e := range x {
			if i > 0 {
				b = append(b, ',')
			}
			b = AppendJSON(b, e)
		}
		return append(b, ']')
	case map[string]any:
		return AppendObject(b, x)
	case Values:
		return AppendObject(b, x)
	}
	panic(fmt.Sprintf("town: a value of type %T has no JSON", v))
}

// AppendObject appends m as a JSON object with its keys in order.
func AppendObject(b []byte, m map[string]any) []byte {
	var room [24]string
	keys := room[:0]
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, k)
		b = append(b, ':')
		b = AppendJSON(b, m[k])
	}
	return append(b, '}')
}

const hex = "0123456789abcdef"

func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(b, s[from:i]...)
				b = append(b, "\uFFFD"...)
				i++
				from = i
				continue
			}
			i += n
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		from = i
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

// ParseJSON reads JSON into the types of Values: whole numbers become int64
// (anything with a fraction is an error), arrays of strings []string, arrays of
// objects []map[string]any, other arrays []any, objects map[string]any. An
// empty array is []any(nil)… of length 0.
func ParseJSON(data []byte) (any, error) {
	p := parser{s: data}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.i != len(p.s) {
		return nil, p.fault("more after the end")
	}
	return v, nil
}

// ParseObject reads a JSON object.
func ParseObject(data []byte) (map[string]any, error) {
	v, err := ParseJSON(data)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("not a JSON object")
	}
	return m, nil
}

type parser struct {
	s []byte
	i int
}

func (p *parser) fault(msg string) error { return fmt.Errorf("json: %s at byte %d", msg, p.i) }

func (p *parser) space() {
	for p.i < len(p.s) && (p.s[p.i] == ' ' || p.s[p.i] == '\n' || p.s[p.i] == '\t' || p.s[p.i] == '\r') {
		p.i++
	}
}

func (p *parser) word(w string, v any) (any, error) {
	if len(p.s)-p.i >= len(w) && string(p.s[p.i:p.i+len(w)]) == w {
		p.i += len(w)
		return v, nil
	}
	return nil, p.fault("not a value")
}

func (p *parser) value(depth int) (any, error) {
	if depth > 32 {
		return nil, p.fault("nested too deeply")
	}
	if p.i >= len(p.s) {
		return nil, p.fault("ends too early")
	}
	switch c := p.s[p.i]; {
	case c == '"':
		return p.str()
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == 't':
		return p.word("true", true)
	case c == 'f':
		return p.word("false", false)
	case c == 'n':
		return p.word("null", nil)
	case c == '-' || c >= '0' && c <= '9':
		from := p.i
		p.i++
		for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' {
			p.i++
		}
		if p.i < len(p.s) && (p.s[p.i] == '.' || p.s[p.i] == 'e' || p.s[p.i] == 'E') {
			return nil, p.fault("a number must be whole")
		}
		n, err := strconv.ParseInt(string(p.s[from:p.i]), 10, 64)
		if err != nil {
			return nil, p.fault("a number is out of range")
		}
		return n, nil
	}
	return nil, p.fault("not a value")
}

func (p *parser) str() (string, error) {
	p.i++
	from := p.i
	for p.i < len(p.s) && p.s[p.i] != '"' && p.s[p.i] != '\\' && p.s[p.i] >= 0x20 {
		p.i++
	}
	if p.i < len(p.s) && p.s[p.i] == '"' {
		s := string(p.s[from:p.i])
		p.i++
		if !utf8.ValidString(s) {
			return "", p.fault("text is not UTF-8")
		}
		return s, nil
	}
	b := append([]byte(nil), p.s[from:p.i]...)
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == '"':
			p.i++
			if !utf8.Valid(b) {
				return "", p.fault("text is not UTF-8")
			}
			return string(b), nil
		case c < 0x20:
			return "", p.fault("a control character in text")
		case c != '\\':
			b = append(b, c)
			p.i++
		default:
			if p.i+1 >= len(p.s) {
				return "", p.fault("ends too early")
			}
			e := p.s[p.i+1]
			p.i += 2
			switch e {
			case '"', '\\', '/':
				b = append(b, e)
			case 'n':
				b = append(b, '\n')
			case 't':
				b = append(b, '\t')
			case 'r':
				b = append(b, '\r')
			case 'b':
				b = append(b, '\b')
			case 'f':
				b = append(b, '\f')
			case 'u':
				r, ok := p.hex4()
				if !ok {
					return "", p.fault("a bad \\u")
				}
				if r >= 0xD800 && r < 0xDC00 && p.i+1 < len(p.s) && p.s[p.i] == '\\' && p.s[p.i+1] == 'u' {
					p.i += 2
					low, ok := p.hex4()
					if !ok || low < 0xDC00 || low > 0xDFFF {
						return "", p.fault("a bad surrogate")
					}
					r = 0x10000 + (r-0xD800)<<10 + (low - 0xDC00)
				}
				b = utf8.AppendRune(b, r)
			default:
				return "", p.fault("a bad escape")
			}
		}
	}
	return "", p.fault("text does not end")
}

func (p *parser) hex4() (rune, bool) {
	if p.i+4 > len(p.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(p.s[p.i:p.i+4]), 16, 32)
	p.i += 4
	return rune(n), err == nil
}

func (p *parser) object(depth int) (map[string]any, error) {
	m := map[string]any{}
	p.i++
	p.space()
	if p.i < len(p.s) && p.s[p.i] == '}' {
		p.i++
		return m, nil
	}
	for {
		p.space()
		if p.i >= len(p.s) || p.s[p.i] != '"' {
			return nil, p.fault("a key is missing")
		}
		k, err := p.str()
		if err != nil {
			return nil, err
		}
		if _, twice := m[k]; twice {
			return nil, p.fault("key " + k + " stands twice")
		}
		p.space()
		if p.i >= len(p.s) || p.s[p.i] != ':' {
			return nil, p.fault("a colon is missing")
		}
		p.i++
		p.space()
		if m[k], err = p.value(depth + 1); err != nil {
			return nil, err
		}
		p.space()
		if p.i >= len(p.s) {
			return nil, p.fault("ends too early")
		}
		c := p.s[p.i]
		p.i++
		if c == '}' {
			return m, nil
		}
		if c != ',' {
			return nil, p.fault("a comma is missing")
		}
	}
}

func (p *parser) array(depth int) (any, error) {
	p.i++
	p.space()
	var all []any
	if p.i < len(p.s) && p.s[p.i] == ']' {
		p.i++
		return all, nil
	}
	strs, objs := 0, 0
	for {
		p.space()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		switch v.(type) {
		case string:
			strs++
		case map[string]any:
			objs++
		}
		all = append(all, v)
		p.space()
		if p.i >= len(p.s) {
			return nil, p.fault("ends too early")
		}
		c := p.s[p.i]
		p.i++
		if c == ']' {
			break
		}
		if c != ',' {
			return nil, p.fault("a comma is missing")
		}
	}
	switch len(all) {
	case strs:
		out := make([]string, len(all))
		for i, v := range all {
			out[i] = v.(string)
		}
		return out, nil
	case objs:
		out := make([]map[string]any, len(all))
		for i, v := range all {
			out[i] = v.(map[string]any)
		}
		return out, nil
	}
	return all, nil
}

// AppendDoc appends the parts of r that are neither columns of its own: the
// stored document. ParseDoc reads it back.
func (r *Record) AppendDoc(b []byte) []byte {
	b = append(b, `{"c":{`...)
	names := make([]string, 0, len(r.Clocks))
	for k := range r.Clocks {
		names = append(names, k)
	}
	sort.Strings(names)
	for i, k := range names {
		if i > 0 {
			b = append(b, ',')
		}
		c := r.Clocks[k]
		b = append(appendString(b, k), ":["...)
		for _, n := range [...]int64{int64(c.Started), int64(c.Due), int64(c.Stopped), one(c.Paused), one(c.Late), int64(c.Needs)} {
			b = append(strconv.AppendInt(b, n, 10), ',')
		}
		b = append(appendString(b, c.Rule), ']')
	}
	b = append(b, `},"d":`...)
	b = AppendObject(b, r.Derived)
	b = append(b, `,"f":`...)
	b = AppendObject(b, r.Stated)
	if len(r.Kin) > 0 {
		kin := make(map[string]any, len(r.Kin))
		for k, v := range r.Kin {
			kin[k] = v
		}
		b = AppendObject(append(b, `,"k":`...), kin)
	}
	if r.Plan != nil {
		b = append(b, `,"p":[`...)
		b = append(appendString(b, r.Plan.Plan), ',')
		b = append(appendString(b, r.Plan.Key), ',')
		b = append(strconv.AppendInt(b, int64(r.Plan.Due), 10), ',')
		b = append(strconv.AppendInt(b, one(r.Plan.Taken), 10), ']')
	}
	b = append(b, `,"s":[`...)
	for i, s := range r.Steps {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		for _, t := range [...]string{s.Move, s.From, s.To, s.Role, s.Office} {
			b = append(appendString(b, t), ',')
		}
		for j, n := range [...]int64{int64(s.Day), int64(s.At), s.Actor, int64(s.Days), s.Seq} {
			if j > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, n, 10)
		}
		b = append(b, ']')
	}
	b = append(b, ']')
	if len(r.Tracked) > 0 {
		b = append(b, `,"t":{`...)
		names := names[:0]
		for k := range r.Tracked {
			names = append(names, k)
		}
		sort.Strings(names)
		for i, k := range names {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, k), ":["...)
			for j, d := range r.Tracked[k] {
				if j > 0 {
					b = append(b, ',')
				}
				b = append(b, '[')
				b = append(strconv.AppendInt(b, int64(d.Day), 10), ',')
				b = append(AppendJSON(b, d.Value), ']')
			}
			b = append(b, ']')
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// ParseDoc fills r's document parts from what AppendDoc wrote. A database may
// have reordered the keys and put spaces in.
func (r *Record) ParseDoc(data []byte) error {
	m, err := ParseObject(data)
	if err != nil {
		return err
	}
	bad := fmt.Errorf("record document: a part has the wrong shape")
	r.Stated, r.Derived = object(m["f"]), object(m["d"])
	if cs := object(m["c"]); len(cs) > 0 {
		r.Clocks = make(map[string]Clock, len(cs))
		for k, v := range cs {
			a, ok := v.([]any)
			if !ok || len(a) != 7 {
				return bad
			}
			rule, _ := a[6].(string)
			r.Clocks[k] = Clock{Started: Millis(num(a[0])), Due: Millis(num(a[1])), Stopped: Millis(num(a[2])), Paused: num(a[3]) != 0, Late: num(a[4]) != 0, Needs: int32(num(a[5])), Rule: rule}
		}
	}
	if ks := object(m["k"]); len(ks) > 0 {
		r.Kin = make(map[string]string, len(ks))
		for k, v := range ks {
			r.Kin[k], _ = v.(string)
		}
	}
	if v, ok := m["p"]; ok {
		a, ok := v.([]any)
		if !ok || len(a) != 4 {
			return bad
		}
		plan, _ := a[0].(string)
		key, _ := a[1].(string)
		r.Plan = &Slot{Plan: plan, Key: key, Due: Day(num(a[2])), Taken: num(a[3]) != 0}
	}
	steps, _ := m["s"].([]any)
	r.Steps = make([]Step, 0, len(steps)+1)
	for _, v := range steps {
		a, ok := v.([]any)
		if !ok || len(a) != 10 {
			return bad
		}
		var t [5]string
		for i := range t {
			t[i], _ = a[i].(string)
		}
		r.Steps = append(r.Steps, Step{Move: t[0], From: t[1], To: t[2], Role: t[3], Office: t[4],
			Day: Day(num(a[5])), At: Millis(num(a[6])), Actor: num(a[7]), Days: int32(num(a[8])), Seq: num(a[9])})
	}
	if ts := object(m["t"]); len(ts) > 0 {
		r.Tracked = make(map[string][]Dated, len(ts))
		for k, v := range ts {
			list, _ := v.([]any)
			for _, e := range list {
				a, ok := e.([]any)
				if !ok {
					// [day, "text"] cannot occur as []string, but two strings could not be a day either
					return bad
				}
				if len(a) != 2 {
					return bad
				}
				r.Tracked[k] = append(r.Tracked[k], Dated{Day(num(a[0])), a[1]})
			}
		}
	}
	return nil
}

func num(v any) int64 { n, _ := v.(int64); return n }

func object(v any) Values {
	m, _ := v.(map[string]any)
	if m == nil {
		m = map[string]any{}
	}
	for k, x := range m {
		if a, ok := x.([]any); ok && len(a) == 0 {
			delete(m, k) // an empty list is an empty field
		}
	}
	return m
}
