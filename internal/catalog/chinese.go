package catalog

import (
	"regexp"
	"strings"
)

// The compiler of formulas speaks English. Its messages are said in Chinese
// here, because the authors of a catalog read Chinese first.

type saying struct {
	en *regexp.Regexp
	zh string
}

func say(en, zh string) saying { return saying{regexp.MustCompile(`^` + en + `$`), zh} }

var sayings = []saying{
	say(`there is no (\S+) here; is it (\S+)\?`, "这里没有 $1，是否想写 $2？"),
	say(`there is no has\(\): write filled\(x\)`, "没有 has()，请写 filled(x)"),
	say(`there is no null: .*`, "没有 null：空字段就是不存在，请写 filled(x) 或 !filled(x)"),
	say(`there is no (\S+) here`, "这里没有 $1"),
	say(`(.+) is needed, and this is (.+)`, "需要#1，这里是#2"),
	say(`'(.*)' is not one of the choices: (.*)`, "“$1”不在选项里：$2"),
	say(`'(.*)' is no date: .*`, "“$1”不是日期，写作 '2023-01-31'"),
	say(`(\S+) is sealed: only filled\((\S+)\) may read it`, "$1 是密封字段，只能用 filled($2)"),
	say(`(.+) beside (.+)`, "#1与#2不能放在一起"),
	say(`money is written with two decimals: (\S+)`, "金额写两位小数：$1"),
	say(`(.+) has more than (\d+) decimals`, "$1 的小数多于 $2 位"),
	say(`nothing here says what a number with decimals counts.*`, "看不出这个小数是什么：请与金额或小数字段比较，或写整数"),
	say(`(\S+) is no whole number: .*`, "$1 不是整数：没有小数系数，0.3 倍写作 x * 3 / 10"),
	say(`an empty field is absent and never '': write filled\((\S+)\) or !filled\((\S+)\)`, "空字段就是不存在，不是 ''：请写 filled($1) 或 !filled($2)"),
	say(`a condition is needed here, not (.+)`, "这里要条件，不是#1"),
	say(`before \? stands a condition, not (.+)`, "? 前面是条件，不是#1"),
	say(`(\S+) needs a condition, not (.+)`, "$1 要条件，不是#2"),
	say(`\? : chooses between single values, not (.+)`, "? : 在单个值之间选择，不能是#1"),
	say(`one can reckon with numbers and money, not with (.+)`, "只能用数和金额计算，不能用#1"),
	say(`(.+) times (.+) is neither: .*`, "#1乘#2没有意义：其中一个要是整数"),
	say(`(\S+) takes (.+), not (.+)`, "$1 要#2，不是#3"),
	say(`(\S+) takes two or more values`, "$1 要两个以上的值"),
	say(`size takes one list or text`, "size 要一个列表或文字"),
	say(`size counts a list or a text, not (.+)`, "size 数列表或文字，不是#1"),
	say(`sum adds numbers or money, not (.+)`, "sum 加数或金额，不是#1"),
	say(`rank orders numbers or money, not (.+)`, "rank 排数或金额，不是#1"),
	say(`percent takes a part and a whole.*`, "percent 要部分和整体：percent(done, all)"),
	say(`for dates write earliest or latest`, "日期请用 earliest 或 latest"),
	say(`(\S+) is for lines, not for (.+)`, "$1 用于明细表，不用于#2"),
	say(`(\S+) is for text, not for (.+)`, "$1 用于文字，不用于#2"),
	say(`(\S+) is a line: write (\S+)`, "$1 是一行，请写 $2"),
	say(`in looks for .*, not for (.+)`, "in 找的是数、金额、文字或日期，不是#1"),
	say(`after in stands a list .*`, "in 后面是列表 ['a', 'b'] 或文字列表"),
	say(`a list can only stand after in.*`, "列表只能在 in 后面：stage in ['open', 'closed']"),
	say(`only a name has parts: a\.b\.c`, "只有名称能用点分开"),
	say(`(.+) cannot be compared`, "#1不能比较"),
	say(`yes and no have no order`, "是否没有大小"),
	say(`too deeply nested: .*`, "公式套得太深"),
	say(`the formula has (\d+) characters; (\d+) are the most`, "公式有 $1 个字符，最多 $2 个"),
	say(`not a formula: (.*)`, "写法不对：$1"),
	say(`this is not part of the language`, "公式语言里没有这种写法"),
	say(`filled takes one name: .*`, "filled 只要一个名称：filled(answer)"),
	say(`(\S+) is too large`, "$1 太大"),
	// The YAML parser's.
	say(`sequence end token '\]' not found`, "方括号没有合上"),
	say(`could not find flow mapping end token '\}'`, "花括号没有合上"),
	say(`could not find end character of (single|double)-quoted text`, "引号没有合上"),
	say(`mapping value is not allowed in this context`, "这里不能有冒号：有冒号的文字要加引号"),
	say(`value is not allowed in this context.*`, "这里不能有值：看看缩进"),
	say(`mapping key "(.*)" already defined at (\S+)`, "“$1”已经写过：$2"),
	say(`found character '\t' that cannot start any token`, "不能用制表符缩进"),
	say(`tab character cannot use as a map key directly`, "不能用制表符缩进"),
	say(`non-map value is specified`, "这里应为映射（键: 值）"),
}

// kindWords are the compiler's words for kinds; "#1" in a saying takes one.
var kindWords = map[string]string{
	"a whole number": "整数", "a number with decimals": "小数", "a number": "数", "yes or no": "是否", "money": "金额",
	"a list of texts": "文字列表", "a date": "日期", "a sealed field": "密封字段", "text": "文字", "lines": "明细表", "any value": "任意值",
}

// inChinese says a message of the compiler in Chinese; one that is not known stays as it is.
func inChinese(msg string) string {
	for _, s := range sayings {
		if parts := s.en.FindStringSubmatch(msg); parts != nil {
			out := s.zh
			for i := len(parts) - 1; i > 0; i-- {
				n := string(rune('0' + i))
				kind := parts[i]
				if zh, ok := kindWords[kind]; ok {
					kind = zh
				}
				out = strings.ReplaceAll(strings.ReplaceAll(out, "$"+n, parts[i]), "#"+n, kind)
			}
			return out
		}
	}
	return msg
}
