package catalog

import (
	"regexp"
	"strings"
)

// The YAML parser speaks English. Its messages are said in Chinese here, because
// the authors of a catalog read Chinese first.

type saying struct {
	en *regexp.Regexp
	zh string
}

func say(en, zh string) saying { return saying{regexp.MustCompile(`^` + en + `$`), zh} }

var sayings = []saying{
	say(`sequence end token '\]' not found`, "方括号没有合上"),
	say(`could not find flow mapping end token '\}'`, "花括号没有合上"),
	say(`could not find end character of (single|double)-quoted text`, "引号没有合上"),
	say(`mapping value is not allowed in this context`, "这里不能有冒号：有冒号的文字要加引号"),
	say(`value is not allowed in this context.*`, "这里不能有值：看看缩进"),
	say(`mapping key "(.*)" already defined at (\S+)`, "“$1”已经写过：$2"),
	say(`found character '\t' that cannot start any token`, "不能用制表符缩进"),
	say(`tab character cannot use as a map key directly`, "不能用制表符缩进"),
	say(`control characters are not allowed`, "不能有控制字符：这不是文本文件"),
	say(`non-map value is specified`, "这里应为映射（键: 值）"),
}

// inChinese says a message of the YAML parser in Chinese; one that is not known stays as it is.
func inChinese(msg string) string {
	for _, s := range sayings {
		if parts := s.en.FindStringSubmatch(msg); parts != nil {
			out := s.zh
			for i := len(parts) - 1; i > 0; i-- {
				out = strings.ReplaceAll(out, "$"+string(rune('0'+i)), parts[i])
			}
			return out
		}
	}
	return msg
}
