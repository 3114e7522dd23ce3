package formula

import "fmt"

// pair is one thing in both languages.
type pair struct{ zh, en string }

// fault makes a Fault at off. format is the English sentence and the key of the
// Chinese one; both take args, of which a pair or a Kind gives each its own.
func fault(off int, format string, args ...any) *Fault {
	zhArgs, enArgs := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		if k, ok := a.(Kind); ok {
			a = k.pair()
		}
		if p, ok := a.(pair); ok {
			zhArgs[i], enArgs[i] = p.zh, p.en
		} else {
			zhArgs[i], enArgs[i] = a, a
		}
	}
	zh, ok := chinese[format]
	if !ok {
		zh = format // a test holds that every sentence is here
	}
	return &Fault{Msg: fmt.Sprintf(format, enArgs...), Zh: fmt.Sprintf(zh, zhArgs...), Offset: off}
}

// chinese gives the Chinese sentence of an English one; the verbs stand in the
// same order or are numbered.
var chinese = map[string]string{
	"%% takes whole numbers":                                                        "%% 只用于整数",
	"%d line variables within one another are the most":                             "行变量最多套 %d 层",
	"%s beside %s":                                                                  "%[2]s不能与%[1]s并列",
	"%s cannot be compared":                                                         "%s不能比较",
	"%s has more than %d decimals":                                                  "%s 的小数多于 %d 位",
	"%s is a line: write %s.COLUMN":                                                 "%s 是一行：写 %s.列名",
	"%s is for lines, not for %s":                                                   "%s 用于明细表，不用于%s",
	"%s is for text, not for %s":                                                    "%s 用于文字，不用于%s",
	"%s is needed, and this is %s":                                                  "这里要%s，算出的却是%s",
	"%s is no line: […] can only follow one":                                        "%s 不是一行：[…] 只能接在行变量后",
	"%s is sealed: only filled(%s) may read it":                                     "%s 是密封字段：只能写 filled(%s)",
	"%s.%s is sealed: only filled(%s.%s) may read it":                               "%s.%s 是密封字段：只能写 filled(%s.%s)",
	"%s is too large":                                                               "%s 太大",
	"%s needs a condition, not %s":                                                  "%s 里要条件，不是%s",
	"%s takes %s, not %s":                                                           "%s 要%s，不是%s",
	"%s takes one 'text' that is not empty":                                         "%s 要一个不为空的'文字'",
	"%s takes two or more values":                                                   "%s 要两个以上的值",
	"'%s' is no date: write 'YYYY-MM-DD'":                                           "'%s' 不是日期：写 'YYYY-MM-DD'",
	"'%s' is not one of the choices: %s":                                            "'%s' 不在选项中：%s",
	"15 digits are the most a number with decimals can have":                        "小数最多 15 位数字",
	"? : chooses between single values, not %s":                                     "? : 只能在单个值之间选，不能选%s",
	"[…] can only follow a line: m[level]":                                          "[…] 只能接在行变量后：m[level]",
	"a cell holds one value, not %s":                                                "一格只放一个值，不放%s",
	"a column is named by a 'text'":                                                 "列名要写成'文字'",
	"a condition is needed here, not %s":                                            "这里要条件，不是%s",
	"a constant is a number, a 'text', true or false":                               "常量只有数、'文字'、true、false",
	"a line needs a column: {'column': value}":                                      "一行至少一列：{'列名': 值}",
	"a list can only stand after in: stage in ['open', 'closed']":                   "列表只能写在 in 后：stage in ['open', 'closed']",
	"a list of texts holds text, not %s":                                            "文字列表里是文字，不是%s",
	"a text must be UTF-8 without NUL":                                              "文字须为 UTF-8，不含 NUL",
	"after in stands a list ['a', 'b'] or a list of texts, not %s":                  "in 后写列表 ['a', 'b'] 或文字列表，不是%s",
	"an empty field is absent and never '': write filled(%s) or !filled(%s)":        "空字段是“没有”，从不是 ''：写 filled(%s) 或 !filled(%s)",
	"an empty list holds nothing":                                                   "空列表里什么也没有",
	"before ? stands a condition, not %s":                                           "? 前要条件，不是%s",
	"between [ ] stands a choice that names a column":                               "[ ] 里要一个选项，它的值就是列名",
	"filled takes one name: filled(answer)":                                         "filled 里写一个名称：filled(answer)",
	"for dates write earliest or latest":                                            "日期用 earliest 或 latest",
	"in looks for a number, money, text or a date, not for %s":                      "in 找的是数、金额、文字或日期，不是%s",
	"map gives a list of texts or, with {'column': value}, lines; not a list of %s": "map 给出文字列表，或用 {'列名': 值} 给出明细表；不能给出%s的列表",
	"money is written with two decimals: %d.00":                                     "金额以元写两位小数：%d.00",
	"one can reckon with numbers and money, not with %s":                            "只有数和金额能运算，%s不能",
	"only a name has parts: a.b.c":                                                  "只有名称能带点：a.b.c",
	"percent takes a part and a whole: percent(done, all)":                          "percent 要部分与全部：percent(done, all)",
	"rank orders numbers or money, not %s":                                          "rank 给数或金额排名，不是%s",
	"size counts a list or a text, not %s":                                          "size 数列表或文字，不数%s",
	"size takes one list or text":                                                   "size 里写一个列表或文字",
	"sum adds numbers or money, not %s":                                             "sum 加数或金额，不是%s",
	"the column %s stands twice":                                                    "列 %s 写了两次",
	"the columns %s and %s are not of one kind":                                     "列 %s 与 %s 不是一类",
	"the formula has %d characters; %d are the most":                                "公式有 %d 个字，最多 %d 个",
	"there is no %s here":                                                           "这里没有 %s",
	"there is no %s here; is it %s?":                                                "这里没有 %s；是不是 %s？",
	"there is no has(): write filled(x)":                                            "没有 has()：写 filled(x)",
	"there is no null: an empty field is absent; write filled(x) or !filled(x)":     "没有 null：空字段是“没有”，写 filled(x) 或 !filled(x)",
	"this is not part of the language":                                              "公式里没有这种写法",
	"too deeply nested: %d operators within one another are the most":               "套得太深：最多 %d 层",
	"write lines.%s(l, …l.COLUMN…)":                                                 "写成 明细.%s(l, …l.列名…)",
	"write lines.rank(l, l.points, own)":                                            "写成 明细.rank(l, l.points, own)",
	"yes and no have no order":                                                      "是与否没有大小",
	"{…} can only stand in lines.map(l, {'column': value})":                         "{…} 只能写在 明细.map(l, {'列名': 值}) 里",
	"nothing here says what a number with decimals counts: compare it with money or a decimal field, or write a whole number": "看不出小数指什么：与金额或小数字段并列，或写整数",
	"%s is no whole number: there are no fractions here; write x * 3 / 10 for 0.3 × x":                                        "%s 不是整数：这里没有小数系数，0.3 × x 写成 x * 3 / 10",
	"%s times %s is neither: one of the two must be a whole number":                                                           "%s不能乘%s：其中一个要是整数",
	"not a formula: %s": "写法有误（%s）",
}

// pair names the kind in both languages.
func (k Kind) pair() pair {
	switch k {
	case Bool:
		return pair{"条件（是或否）", "yes or no"}
	case Int:
		return pair{"数", "a number"}
	case Money:
		return pair{"金额", "money"}
	case Text:
		return pair{"文字", "text"}
	case Date:
		return pair{"日期", "a date"}
	case Sealed:
		return pair{"密封字段", "a sealed field"}
	case Texts:
		return pair{"文字列表", "a list of texts"}
	case Lines:
		return pair{"明细表", "lines"}
	case Value:
		return pair{"任意值", "any value"}
	case decimal:
		return pair{"小数", "a number with decimals"}
	}
	return pair{fmt.Sprintf("类别 %d", uint8(k)), fmt.Sprintf("kind %d", uint8(k))}
}

// String names the kind in English.
func (k Kind) String() string { return k.pair().en }

// describe names the kind of n with its decimals.
func describe(n *node) pair {
	switch {
	case n.kind == Int && n.scale > 0:
		return pair{fmt.Sprintf("有 %d 位小数的数", n.scale), fmt.Sprintf("a number with %d decimals", n.scale)}
	case n.kind == Int:
		return pair{"整数", "a whole number"}
	}
	return n.kind.pair()
}
