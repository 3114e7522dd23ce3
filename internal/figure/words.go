package figure

import (
	"regexp"
	"strings"

	"zhenwu/internal/catalog"
)

// Words says in a sentence for people how a figure is made, in lang ("zh" or "en").
func Words(cat *catalog.Catalog, f *catalog.Figure, lang string) string {
	zh := lang != "en"
	name := func(key string) string {
		if x := cat.Figures[key]; x != nil {
			return quote(x.Label.In(lang))
		}
		return quote(key)
	}
	pick := func(a, b string) string {
		if zh {
			return a
		}
		return b
	}
	var parts []string
	typ := ""
	if f.Type != nil {
		typ = quote(f.Type.Label.In(lang))
	}
	field := func(key string) string {
		if f.Type != nil {
			if x := f.Type.Field(key); x != nil {
				return quote(x.Label.In(lang))
			}
		}
		return quote(key)
	}
	switch f.Kind {
	case catalog.Count:
		parts = append(parts, pick("统计"+typ+"的件数", "The number of records of "+typ))
	case catalog.Sum:
		what := ""
		if f.Amount != nil {
			what = field(f.Amount.Source())
		}
		parts = append(parts, pick(typ+"的"+what+"合计", "The sum of "+what+" over records of "+typ))
	case catalog.Distinct:
		parts = append(parts, pick(typ+"按"+field(f.Keyed)+"去重，同一年内只计一次", "The number of different "+field(f.Keyed)+" in records of "+typ+", each once a year"))
	case catalog.Times:
		move := f.Move
		if m := f.Type.Move(move); m != nil {
			move = m.Label.In(lang)
		}
		parts = append(parts, pick(typ+"办理"+quote(move)+"的次数", "How often "+quote(move)+" was made on records of "+typ))
	case catalog.Measure:
		return pick("由主管科室报送的数，取核定数；没有核定数时取快报数，再取预计数", "A measurement that an office gives: the final value, else the flash value, else the expected one")
	case catalog.Ratio:
		return name(f.Parts[0]) + " ÷ " + name(f.Parts[1])
	case catalog.FormulaF:
		return replaceNames(f.Expr.Source(), func(n string) string {
			if cat.Figures[n] != nil {
				return name(n)
			}
			return n
		})
	case catalog.Least:
		return pick("各"+overName(cat, f, lang)+name(f.Parts[0])+"的最小值", "The least "+name(f.Parts[0])+" over every "+overName(cat, f, lang))
	case catalog.Most:
		return pick("各"+overName(cat, f, lang)+name(f.Parts[0])+"的最大值", "The greatest "+name(f.Parts[0])+" over every "+overName(cat, f, lang))
	case catalog.All:
		return pick("每"+overName(cat, f, lang)+"的"+name(f.Parts[0])+condition(f, zh)+"（是为 1，否为 0）", "1 if "+name(f.Parts[0])+condition(f, zh)+" in every "+overName(cat, f, lang)+", else 0")
	case catalog.Streak:
		return pick(name(f.Parts[0])+"连续"+condition(f, zh)+"的"+overName(cat, f, lang)+"数，从所查的期末往回数", "How many times in a row, counted back by "+overName(cat, f, lang)+", "+name(f.Parts[0])+condition(f, zh))
	}
	if f.Of != nil {
		parts = append(parts, pick("条件：", "where ")+explain(f.Type, f.Of.Source(), lang))
	}
	switch {
	case f.AtDay != nil:
		day := explain(f.Type, f.AtDay.Source(), lang)
		if src := f.AtDay.Source(); bareName(src) && (strings.HasPrefix(src, "missed.") || strings.HasPrefix(src, "overdue.")) {
			day += pick("的次日", ": the day after")
		}
		parts = append(parts, pick("计入日期：", "counted on: ")+day)
	case f.While != nil:
		parts = append(parts, pick("期末存量，当：", "as it stands at the end of the period, while: ")+explain(f.Type, f.While.Source(), lang))
	case f.Kind == catalog.Times:
		parts = append(parts, pick("计入办理当日", "counted on the day of each"))
	}
	return strings.Join(parts, pick("；", "; "))
}

func quote(s string) string { return "“" + s + "”" }

func condition(f *catalog.Figure, zh bool) string {
	if f.Is == nil {
		return ""
	}
	s := strings.TrimSpace(strings.TrimPrefix(f.Is.Source(), "value"))
	if zh {
		return strings.NewReplacer("==", "等于", ">=", "不小于", "<=", "不大于", "!=", "不等于").Replace(s)
	}
	return " " + s
}

func overName(cat *catalog.Catalog, f *catalog.Figure, lang string) string {
	zh, en := map[string]string{"day": "日", "month": "月", "quarter": "季度", "year": "年"}[f.Over], f.Over
	if k := cat.Kinds[f.Over]; k != nil {
		return k.Label.In(lang)
	}
	if base := cat.Figures[f.Parts[0]]; zh == "" && base != nil && base.Type != nil {
		if x := base.Type.Field(f.Over); x != nil {
			return x.Label.In(lang)
		}
	}
	if lang == "en" || zh == "" {
		return en
	}
	return zh
}

var tokens = regexp.MustCompile(`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*|&&|\|\||==|!=|>=|<=|!`)

func replaceNames(src string, name func(string) string) string {
	return tokens.ReplaceAllStringFunc(src, func(s string) string {
		if c := s[0]; c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return name(s)
		}
		return s
	})
}

// explain writes a formula of a type with labels in place of keys. The
// operators become words in Chinese; the structure stays the formula's own.
func explain(t *catalog.Type, src, lang string) string {
	zh := lang != "en"
	choices := map[string]string{}
	if t != nil {
		for _, s := range t.Stages {
			choices[s.Key] = s.Label.In(lang)
		}
		for _, f := range t.Fields {
			if f.List == nil {
				continue
			}
			for i := range f.List.Items {
				it := &f.List.Items[i]
				if _, taken := choices[it.Key]; !taken {
					choices[it.Key] = it.Label.In(lang)
				}
			}
		}
	}
	src = strings.ReplaceAll(src, "!done", "open_still")
	return tokens.ReplaceAllStringFunc(src, func(s string) string {
		switch c := s[0]; {
		case c == '\'' || c == '"':
			if l, ok := choices[s[1:len(s)-1]]; ok {
				return quote(l)
			}
			return s
		case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			return label(t, s, zh)
		}
		if zh {
			if w := map[string]string{"&&": "且", "||": "或", "==": "为", "!=": "不为", ">=": "不小于", "<=": "不大于", "!": "非"}[s]; w != "" {
				return w
			}
		} else if w := map[string]string{"&&": "and", "||": "or", "==": "is", "!=": "is not", "!": "not "}[s]; w != "" {
			return w
		}
		return s
	})
}

// label names a name of the language for people.
func label(t *catalog.Type, name string, zh bool) string {
	lang := "en"
	if zh {
		lang = "zh"
	}
	say := func(a, b string) string {
		if zh {
			return a
		}
		return b
	}
	if t == nil {
		return name
	}
	if f := t.Field(name); f != nil {
		return f.Label.In(lang)
	}
	switch name {
	case "stage":
		return say("环节", "stage")
	case "done":
		return say("已办结", "done")
	case "open_still": // !done
		return say("未办结", "not done")
	case "valid":
		return say("有效", "valid")
	case "opened":
		return say("登记日", "day of opening")
	case "plan.due":
		return say("计划期限", "day the plan asks for")
	case "filled":
		return say("已填", "filled")
	case "in":
		return say("属于", "in")
	case "true":
		return say("是", "true")
	case "false":
		return say("否", "false")
	case "earliest":
		return say("最早者", "earliest")
	case "latest":
		return say("最晚者", "latest")
	}
	head, rest, _ := strings.Cut(name, ".")
	key, tail, _ := strings.Cut(rest, ".")
	stage, move, clock := key, key, key
	if s := t.Stage(key); s != nil {
		stage = s.Label.In(lang)
	}
	if m := t.Move(key); m != nil {
		move = m.Label.In(lang)
	}
	if c := t.Clock(key); c != nil && c.Label.In(lang) != "" {
		clock = c.Label.In(lang)
	} else if key == "plan" {
		clock = say("计划", "plan")
	}
	switch head {
	case "entered":
		return say("进入“"+stage+"”之日", "day of reaching “"+stage+"”")
	case "first":
		return say("首次“"+move+"”之日", "day of the first “"+move+"”")
	case "last":
		return say("最近一次“"+move+"”之日", "day of the last “"+move+"”")
	case "times":
		return say("“"+move+"”次数", "times of “"+move+"”")
	case "made":
		if tail == "office" {
			return say("“"+move+"”的办理科室", "office that made “"+move+"”")
		}
	case "due":
		return say("“"+clock+"”期限日", "due day of “"+clock+"”")
	case "overdue":
		return say("“"+clock+"”超期", "“"+clock+"” overdue")
	case "late":
		return say("“"+clock+"”超期办结", "“"+clock+"” met late")
	case "missed":
		return say("“"+clock+"”未按期", "“"+clock+"” missed")
	}
	if f := t.Field(head); f != nil {
		switch rest {
		case "first":
			return f.Label.In(lang) + say("首日", ", first day")
		case "last":
			return f.Label.In(lang) + say("末日", ", last day")
		}
	}
	return name
}
