package catalog

import (
	"slices"
	"strings"

	"zhenwu/internal/town"
)

// defaultValue reads the value a field starts with: a literal of its type, or today.
func (l *loader) defaultValue(f *Field, m mapping) {
	n := m.get("default")
	if n == nil {
		return
	}
	if f.Origin != Typed {
		l.fault(n, "由系统得出的字段没有默认值", "a field that the system works out has no default")
		return
	}
	if f.Type == Flags || f.Type == Offices {
		list := texts(l.scalars(n))
		f.Default = list
		l.resolve(func() {
			for _, v := range list {
				if !slices.Contains(l.choicesOf(f), v) {
					l.unknown(n, "选项", "choice", v, l.choicesOf(f))
				}
			}
		})
		return
	}
	if n.kind != scalar {
		l.wrongKind(n, "一个值", "a single value")
		return
	}
	s := strings.TrimSpace(n.text)
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		s = s[1 : len(s)-1]
	}
	switch f.Type {
	case Bool:
		if s != "true" && s != "false" {
			l.fault(n, "默认值应为 true 或 false", "the default must be true or false")
		}
		f.Default = s == "true"
	case Integer, Points, Decimal, Money, Percent:
		sub := *n
		sub.text = s
		f.Default = l.amount(&sub, scaleOf(f))
	case Date:
		if s != "today" {
			if _, err := town.ParseDay(s); err != nil {
				l.fault(n, "日期默认值应为 today 或 2023-01-31", "the default of a date is today or 2023-01-31")
			}
		}
		f.Default = s
	case PeriodType:
		if _, err := town.ParsePeriod(s); err != nil {
			l.fault(n, "期间默认值应如 2023、2023-05", "the default of a period is like 2023 or 2023-05")
		}
		f.Default = s
	case ChoiceType, OfficeType:
		f.Default = s
		l.resolve(func() {
			if known := l.choicesOf(f); known != nil && !slices.Contains(known, s) {
				l.unknown(n, "选项", "choice", s, known)
			}
		})
	case Text, LongText, Place, Time, FigureType:
		f.Default = s
	default:
		l.fault(n, "%s 字段没有默认值", "a field of type %s has no default", f.Type)
	}
	if f.Sealed {
		l.fault(n, "密封字段没有默认值", "a sealed field has no default")
	}
}
