package verify

import (
	"encoding/json"
	"errors"
	"math/big"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"zhenwu/internal/edition"
)

// days are the days from to until, without the last.
type days struct{ from, until day }

var (
	yearForm    = regexp.MustCompile(`^([0-9]{4})$`)
	quarterForm = regexp.MustCompile(`^([0-9]{4})-Q([1-4])$`)
	monthForm   = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})$`)
	dayForm     = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})$`)
	tenForm     = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([123])$`)
)

// readDays reads 2023, 2023-Q1, 2023-05, 2023-05-1, 2023-05-17, 2023-01-01/2023-12-29 (both days inclusive).
func readDays(s string) (days, bool) {
	n := func(s string) int { i, _ := strconv.Atoi(s); return i } // digits by the pattern
	if a, b, ok := strings.Cut(s, "/"); ok {
		x, ok1 := readDays(a)
		y, ok2 := readDays(b)
		return days{x.from, y.until}, ok1 && ok2 && dayForm.MatchString(a) && dayForm.MatchString(b) && x.from < y.until
	}
	if m := yearForm.FindStringSubmatch(s); m != nil {
		return days{dayOf(n(m[1]), 1, 1), dayOf(n(m[1])+1, 1, 1)}, true
	}
	if m := quarterForm.FindStringSubmatch(s); m != nil {
		return days{dayOf(n(m[1]), 3*n(m[2])-2, 1), dayOf(n(m[1]), 3*n(m[2])+1, 1)}, true
	}
	if m := monthForm.FindStringSubmatch(s); m != nil {
		return days{dayOf(n(m[1]), n(m[2]), 1), dayOf(n(m[1]), n(m[2])+1, 1)}, true
	}
	if m := dayForm.FindStringSubmatch(s); m != nil {
		d := dayOf(n(m[1]), n(m[2]), n(m[3]))
		return days{d, d + 1}, true
	}
	if m := tenForm.FindStringSubmatch(s); m != nil {
		starts := []day{0, dayOf(n(m[1]), n(m[2]), 1), dayOf(n(m[1]), n(m[2]), 11), dayOf(n(m[1]), n(m[2]), 21), dayOf(n(m[1]), n(m[2])+1, 1)}
		return days{starts[n(m[3])], starts[n(m[3])+1]}, true
	}
	return days{}, false
}

// lies tells whether something lies in what is counted.
type lies int8

const (
	out lies = iota
	in
	hidden
)

func (c *change) when(p days) lies {
	if !c.hasMonth {
		return hidden
	}
	from := dayOf(int(c.month/12), int(c.month%12+1), int(c.dom))
	until := from + 1
	if !c.hasDay {
		until = dayOf(int(c.month/12), int(c.month%12+2), 1)
	}
	switch {
	case until <= p.from || from >= p.until:
		return out
	case p.from <= from && until <= p.until:
		return in
	}
	return hidden
}

func (c *change) below(place []string) lies {
	if int(c.levels) < len(place) {
		return out
	}
	// A path goes from the village down: a place below another has its codes first.
	for i, code := range place {
		if i >= len(c.place) {
			return hidden
		}
		if c.place[i] != code {
			return out
		}
	}
	return in
}

func (c *change) cut(slice string) lies {
	if slice == "" {
		return in
	}
	if !c.hasSlice {
		return hidden
	}
	for s := range strings.SplitSeq(c.slice, ";") {
		if s == slice {
			return in
		}
	}
	return out
}

func (c *change) counts(p days, place []string, slice string) lies {
	a, b, d := c.when(p), c.below(place), c.cut(slice)
	switch {
	case a == out || b == out || d == out:
		return out
	case a == hidden || b == hidden || d == hidden:
		return hidden
	}
	return in
}

var errOverflow = errors.New("overflow")

// addUp computes a tallied figure; known is false where too little is shown.
func (s *shown) addUp(kind string, p days, place []string, slice string) (value int64, known bool, err error) {
	if kind == "stock" {
		p.from = -1 << 30
	}
	taken := map[int]bool{}
	keys := map[string]bool{}
	if kind == "distinct" {
		for i := range s.changes {
			if r := s.changes[i].reverses; r != 0 {
				taken[i], taken[int(r)-1] = true, true
			}
		}
	}
	for i := range s.changes {
		c := &s.changes[i]
		switch c.counts(p, place, slice) {
		case out:
			continue
		case hidden:
			return 0, false, nil
		}
		if kind == "distinct" {
			if !c.hasKey {
				return 0, false, nil
			}
			if !taken[i] {
				keys[c.key] = true
			}
			continue
		}
		if !c.hasAmount {
			return 0, false, nil
		}
		sum := value + c.amount
		if c.amount > 0 && sum < value || c.amount < 0 && sum > value {
			return 0, false, errOverflow
		}
		value = sum
	}
	if kind == "distinct" {
		value = int64(len(keys))
	}
	return value, true, nil
}

// rat reads a decimal.
func rat(s string) (*big.Rat, bool) {
	if s == "" || strings.ContainsAny(s, "eE/_xX") {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// tens is x × 10^-scale.
func tens(n int64, scale int) *big.Rat {
	x := new(big.Rat).SetInt64(n)
	p := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(scale, -scale))), nil))
	if scale < 0 {
		return x.Mul(x, p)
	}
	return x.Quo(x, p)
}

// rounded writes x with at most so many decimals, halves away from zero.
func rounded(x *big.Rat, places int) *big.Rat {
	y, _ := new(big.Rat).SetString(x.FloatString(places)) // written by big itself
	return y
}

// figures computes every value from what it rests on.
func (v *verifier) figures() *Fault {
	byID := map[string]*edition.Figure{}
	for i := range v.e.Figures {
		f := &v.e.Figures[i]
		if byID[f.ID] != nil || f.ID == "" {
			return fault(edition.NameEdition, "指标编号 %s 出现两次", "the id %s of a figure stands twice", f.ID)
		}
		byID[f.ID] = f
	}
	ids := make([]string, 0, len(byID))
	for id := range byID {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	v.byID, v.proved = byID, map[string]bool{}
	done := map[string]int{}
	for _, id := range ids {
		if f := v.figure(byID[id], done); f != nil {
			return f
		}
	}
	return nil
}

// figure computes one value, after those it is read from.
func (v *verifier) figure(f *edition.Figure, done map[string]int) *Fault {
	switch done[f.ID] {
	case 1:
		return fault(edition.NameEdition, "“%s”绕回了自己", "%[2]s leads back to itself", f.Zh, f.En)
	case 2:
		return nil
	}
	done[f.ID] = 1
	whole := true
	for _, id := range f.Of {
		of := v.byID[id]
		if of == nil {
			return fault(edition.NameEdition, "“%s”引用的 %s 不存在", "%[3]s is read from %[2]s, which is not there", f.Zh, id, f.En)
		}
		if bad := v.figure(of, done); bad != nil {
			return bad
		}
		whole = whole && v.proved[id]
	}
	done[f.ID] = 2
	if f.Value == "" {
		return nil
	}
	value, ok := rat(f.Value)
	if !ok {
		return fault(edition.NameEdition, "“%s”的值不是一个数：%s", "the value of %[3]s is no number: %[2]s", f.Zh, f.Value, f.En)
	}
	var got *big.Rat
	var why *Note
	places := -1
	switch f.Kind {
	case "flow", "stock", "distinct":
		s := v.shown[f.Version]
		p, ok := readDays(f.Period)
		if s == nil || !ok {
			return fault(edition.NameEdition, "“%s”没有证据，或者期间读不出来（%s）", "%[3]s has no evidence, or its period cannot be read (%[2]s)", f.Zh, f.Period, f.En)
		}
		n, known, err := s.addUp(f.Kind, p, f.Place, f.Slice)
		if err != nil {
			return fault(edition.NameEvidence+f.Version, "加起来超出了范围", "the changes overflow")
		}
		if known {
			got = tens(n, f.Scale)
		} else {
			why = &Note{"公开证据不出示地点、日期或金额（" + v.level(f.Version) + "），能看出变动齐全，不能核出合计", "public evidence does not show places, days or amounts here: that the changes are complete is proved, their sum is not"}
		}
	case "measure":
		if bad := v.stated(f, value); bad != nil {
			return bad
		}
		v.out.Stated++
		return nil
	case "published":
		why = &Note{"是以前公布的数，这里没有它的证据", "was published before; nothing here proves it"}
	default:
		if !whole {
			why = &Note{"它所依据的指标没有全部核出", "what it is read from is not all proved"}
			break
		}
		var err error
		got, places, err = v.composed(f)
		if err != nil {
			why = &Note{"它的算法这里算不了", "how it is made cannot be computed here"}
		}
	}
	if got == nil {
		if why == nil {
			why = &Note{"算不出来", "it cannot be computed"}
		}
		v.unproved(f, *why)
		return nil
	}
	if places >= 0 {
		got = rounded(got, places)
	}
	if got.Cmp(value) != 0 {
		return fault(edition.NameEdition, "“%s”（%s）写的是 %s，证据算出来是 %s", "%[5]s (%[2]s) is given as %[3]s; the evidence gives %[4]s", f.Zh, f.Period, f.Value, decimal(got), f.En)
	}
	v.proved[f.ID] = true
	v.out.Figures++
	return nil
}

func decimal(x *big.Rat) string {
	s := x.FloatString(4)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

func (v *verifier) level(version string) string { return v.evidence[version].Level }

func (v *verifier) unproved(f *edition.Figure, why Note) {
	where := f.Period
	if f.Where != "" {
		where += "，" + f.Where
	}
	v.out.Unproved = append(v.out.Unproved, Note{"“" + f.Zh + "”（" + where + "）：" + why.Zh, f.En + " (" + f.Period + "): " + why.En})
}

// composed computes a figure from those it is read from; places is to how many decimals it is written, -1 for exactly.
func (v *verifier) composed(f *edition.Figure) (x *big.Rat, places int, err error) {
	of := make([]*big.Rat, 0, len(f.Of))
	stored := map[string]*big.Int{} // by key, in whole numbers
	for _, id := range f.Of {
		o := v.byID[id]
		r, ok := rat(o.Value)
		if !ok {
			return nil, 0, errUnknown
		}
		of = append(of, r)
		whole := new(big.Rat).Mul(r, new(big.Rat).Inv(tens(1, o.Scale)))
		if whole.IsInt() {
			stored[o.Key] = whole.Num()
		}
	}
	switch f.Kind {
	case "ratio":
		if len(of) != 2 || of[1].Sign() == 0 {
			return nil, 0, errUnknown
		}
		x := new(big.Rat).Quo(of[0], of[1])
		if f.Unit == "%" {
			x.Mul(x, big.NewRat(100, 1))
		}
		return x, 2, nil
	case "least", "most":
		if len(of) == 0 {
			return nil, 0, errUnknown
		}
		best := of[0]
		for _, o := range of[1:] {
			if c := o.Cmp(best); f.Kind == "least" && c < 0 || f.Kind == "most" && c > 0 {
				best = o
			}
		}
		return best, -1, nil
	case "all", "streak":
		n := int64(0)
		all := int64(1)
		for _, id := range f.Of {
			o := v.byID[id]
			r, ok := rat(o.Value)
			if !ok {
				return nil, 0, errUnknown
			}
			holds, ok := condition(f.Is, new(big.Rat).Mul(r, new(big.Rat).Inv(tens(1, o.Scale))))
			if !ok {
				return nil, 0, errUnknown
			}
			if !holds {
				all = 0
				break
			}
			n++
		}
		if f.Kind == "all" {
			return new(big.Rat).SetInt64(all), -1, nil
		}
		return new(big.Rat).SetInt64(n), -1, nil
	case "formula":
		n, ok := evaluate(f.Formula, stored)
		if !ok {
			return nil, 0, errUnknown
		}
		return new(big.Rat).Mul(new(big.Rat).SetInt(n), tens(1, f.Scale)), -1, nil
	}
	return nil, 0, errUnknown
}

var conditionForm = regexp.MustCompile(`^(?:value)?\s*(==|!=|>=|<=|>|<)\s*(-?[0-9]+)$`)

func condition(is string, x *big.Rat) (holds, ok bool) {
	m := conditionForm.FindStringSubmatch(strings.TrimSpace(is))
	if m == nil {
		return false, false
	}
	y, _ := new(big.Rat).SetString(m[2]) // digits by the pattern
	c := x.Cmp(y)
	return map[string]bool{"==": c == 0, "!=": c != 0, ">=": c >= 0, "<=": c <= 0, ">": c > 0, "<": c < 0}[m[1]], true
}

var arithmetic = regexp.MustCompile(`\s*([0-9]+|[A-Za-z_][A-Za-z0-9_]*|[-+*()])`)

// evaluate computes sums, differences and products of whole numbers and names.
func evaluate(formula string, values map[string]*big.Int) (*big.Int, bool) {
	var tokens []string
	for rest := strings.TrimRight(formula, " "); rest != ""; {
		m := arithmetic.FindStringSubmatchIndex(rest)
		if m == nil || m[0] != 0 {
			return nil, false
		}
		tokens = append(tokens, rest[m[2]:m[3]])
		rest = rest[m[1]:]
	}
	var sum func() (*big.Int, bool)
	take := func(set string) string {
		if len(tokens) > 0 && strings.Contains(set, tokens[0]) && len(tokens[0]) == 1 {
			t := tokens[0]
			tokens = tokens[1:]
			return t
		}
		return ""
	}
	depth := 0
	atom := func() (*big.Int, bool) {
		if len(tokens) == 0 {
			return nil, false
		}
		if take("-") != "" {
			return nil, false // no formula of a figure begins with a sign
		}
		if take("(") != "" {
			if depth++; depth > 50 {
				return nil, false
			}
			x, ok := sum()
			return x, ok && take(")") != ""
		}
		t := tokens[0]
		tokens = tokens[1:]
		if t[0] >= '0' && t[0] <= '9' {
			return new(big.Int).SetString(t, 10)
		}
		x, ok := values[t]
		return x, ok
	}
	product := func() (*big.Int, bool) {
		x, ok := atom()
		for ok && take("*") != "" {
			var y *big.Int
			if y, ok = atom(); ok {
				x = new(big.Int).Mul(x, y)
			}
		}
		return x, ok
	}
	sum = func() (*big.Int, bool) {
		x, ok := product()
		for ok {
			op := take("+-")
			if op == "" {
				break
			}
			var y *big.Int
			if y, ok = product(); ok {
				if op == "+" {
					x = new(big.Int).Add(x, y)
				} else {
					x = new(big.Int).Sub(x, y)
				}
			}
		}
		return x, ok
	}
	x, ok := sum()
	return x, ok && len(tokens) == 0
}

// stated checks that the town's journal holds the statement of a measurement: the events of one record, in order.
func (v *verifier) stated(f *edition.Figure, value *big.Rat) *Fault {
	if f.Record == nil || len(f.Record.Seqs) == 0 {
		return fault(edition.NameEdition, "“%s”没有说是哪一条记录报的", "%[2]s does not say which record states it", f.Zh, f.En)
	}
	fields := map[string]any{}
	for _, seq := range f.Record.Seqs {
		l, ok := v.own.bodies[seq]
		if !ok || l.kind != kindEvent {
			return fault(edition.NameTown, "没有出示“%s”的第 %d 叶", "leaf %[2]d of %[3]s is not shown", f.Zh, seq, f.En)
		}
		var body struct {
			Set map[string]any `json:"set"`
		}
		d := json.NewDecoder(strings.NewReader(string(l.body)))
		d.UseNumber()
		if err := d.Decode(&body); err != nil {
			return fault(edition.NameTown, "叶 %d 的正文读不出来", "the body of leaf %d cannot be read", seq)
		}
		for k, x := range body.Set {
			fields[k] = x
		}
	}
	said := ""
	for _, name := range []string{"final", "flash", "expected", "value"} {
		if n, ok := fields[name].(json.Number); ok {
			said = n.String()
			break
		}
	}
	n, err := strconv.ParseInt(said, 10, 64)
	if err != nil || tens(n, f.Scale).Cmp(value) != 0 {
		return fault(edition.NameEdition, "“%s”写的是 %s，科室报的不是这个数", "%[3]s is given as %[2]s; the office stated another value", f.Zh, f.Value, f.En)
	}
	if d, ok := v.declared[f.Key]; ok && d.of != "" {
		if name, _ := fields["indicator"].(string); name == "" || !strings.Contains(d.of, "'"+name+"'") {
			return fault(edition.NameTown, "“%s”出示的是另一个指标（%v）的填报", "what is shown for %[3]s was stated for another figure (%[2]v)", f.Zh, fields["indicator"], f.En)
		}
	}
	period, _ := fields["period"].(string)
	p, ok1 := readDays(f.Period)
	q, ok2 := readDays(period)
	if !ok1 || !ok2 || q.until > p.until || q.from < p.from {
		return fault(edition.NameTown, "“%s”出示的是另一个期间（%s）的填报", "what is shown for %[3]s was stated for another period (%[2]s)", f.Zh, period, f.En)
	}
	if f.Told != "" {
		told, ok := fields["yoy_told"].(json.Number)
		n, err := strconv.ParseInt(told.String(), 10, 64)
		want, _ := rat(f.Told)
		if !ok || err != nil || want == nil || tens(n, 2).Cmp(want) != 0 {
			v.unproved(f, Note{"公布的增速 " + f.Told + "% 不在这条填报里", "the growth told, " + f.Told + "%, does not stand in that statement"})
		} else {
			v.told[f.ID] = true
		}
	}
	v.statedIDs[f.ID] = true
	return nil
}
