package place

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhenwu/internal/town"
)

// traditional maps traditional characters that are common in names of places
// to simplified ones; a report may hold some. It is not a converter.
var traditional = func() map[rune]rune {
	const pairs = "莊庄園园開开興兴樓楼區区鎮镇鄉乡縣县東东馬马廟庙橋桥溝沟灣湾學学國国盧卢劉刘張张趙赵陳陈楊杨吳吴孫孙許许鄧邓" +
		"鄭郑馮冯羅罗賈贾葉叶閻阎閆闫寧宁鄰邻華华廣广慶庆豐丰龍龙鳳凤黃黄藍蓝綠绿紅红銀银鐵铁長长門门間间關关寶宝雙双萬万億亿層层棟栋" +
		"號号單单錦锦澤泽蘭兰蘆芦蓮莲葦苇榆榆樺桦楓枫溫温濱滨瀋沈灘滩淺浅濟济漁渔澗涧潯浔鹽盐場场廠厂礦矿壩坝壟垄壢坜隴陇陽阳陰阴" +
		"際际嶺岭島岛峽峡嶼屿崗岗巒峦倉仓舊旧營营驛驿驢驴駝驼鴨鸭雞鸡鵝鹅鶴鹤鷹鹰魚鱼龜龟貝贝車车輪轮軍军農农衛卫術术藝艺書书畫画會会" +
		"協协達达遠远運运邊边頭头頂顶領领願愿顏颜顧顾風风飛飞養养館馆聖圣聯联臺台蘇苏處处補补觀观規规話话語语誠诚謝谢議议護护"
	m := map[rune]rune{}
	rs := []rune(pairs)
	for i := 0; i+1 < len(rs); i += 2 {
		m[rs[i]] = rs[i+1]
	}
	return m
}()

// fold returns r as names are compared, or -1 where it is left out: half-width,
// lower case, simplified; no spaces, dots between words, or marks without width.
func fold(r rune) rune {
	if r >= 0xFF01 && r <= 0xFF5E {
		r -= 0xFEE0
	}
	switch {
	case r <= 0x7F:
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		if r <= ' ' {
			return -1
		}
		return r
	case r == '·' || r == '・' || r == '•' || r == '‧' || r == 0xFEFF || r == 0x200B || r == 0x200C || r == 0x200D:
		return -1
	case unicode.IsSpace(r) || unicode.IsControl(r):
		return -1
	}
	if s, ok := traditional[r]; ok {
		return s
	}
	return unicode.ToLower(r)
}

// Normalise returns s as names are compared: full-width characters half-width,
// Latin letters small, the commonest traditional characters simplified, and no
// spaces or dots.
func Normalise(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r = fold(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// names finds places by name.
type names struct {
	nodes []node
}

type node struct {
	next   map[rune]int32
	places []int32 // whose name ends here, ascending
}

func newNames(places []Place) *names {
	n := &names{nodes: make([]node, 1)}
	for i, p := range places {
		for _, name := range append([]string{p.Zh, p.En}, p.Aliases...) {
			at, any := int32(0), false
			for _, r := range name {
				if r = fold(r); r < 0 {
					continue
				}
				any = true
				to, ok := n.nodes[at].next[r]
				if !ok {
					to = int32(len(n.nodes))
					n.nodes = append(n.nodes, node{})
					if n.nodes[at].next == nil {
						n.nodes[at].next = map[rune]int32{}
					}
					n.nodes[at].next[r] = to
				}
				at = to
			}
			if list := n.nodes[at].places; any && (len(list) == 0 || list[len(list)-1] != int32(i)) {
				n.nodes[at].places = append(list, int32(i))
			}
		}
	}
	return n
}

// valid returns the places of list that exist on day.
func (t *Tree) valid(list []int32, day town.Day) []Place {
	var out []Place
	for _, i := range list {
		if t.places[i].Valid(day) {
			out = append(out, t.places[i])
		}
	}
	return out
}

// Named lists the places that exist on day (NoDay: any) and have exactly this
// name or alias, in tree order. More than one: the name is ambiguous.
func (t *Tree) Named(name string, day town.Day) []Place {
	at, any := int32(0), false
	for _, r := range name {
		if r = fold(r); r < 0 {
			continue
		}
		to, ok := t.names.nodes[at].next[r]
		if !ok {
			return nil
		}
		at, any = to, true
	}
	if !any {
		return nil
	}
	return t.valid(t.names.nodes[at].places, day)
}

// Mention is a name of a place found in a text.
type Mention struct {
	From, Until int     // bytes of the text, half-open
	Places      []Place // all that have this name, in tree order
}

// Mentions finds the names of places that exist on day (NoDay: any) in text,
// from left to right, each as long as it can be; mentions do not overlap. A
// name in Latin letters must stand as whole words.
func (t *Tree) Mentions(text string, day town.Day) []Mention {
	var out []Mention
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if f := fold(r); f < 0 || word(f) && wordBefore(text, i) {
			i += size
			continue
		}
		at, best := int32(0), Mention{Until: -1}
		for j := i; j < len(text); {
			r, size := utf8.DecodeRuneInString(text[j:])
			j += size
			if r = fold(r); r < 0 {
				continue
			}
			to, ok := t.names.nodes[at].next[r]
			if !ok {
				break
			}
			at = to
			if len(t.names.nodes[at].places) == 0 || word(r) && wordAfter(text, j) {
				continue
			}
			if places := t.valid(t.names.nodes[at].places, day); places != nil {
				best = Mention{i, j, places}
			}
		}
		if best.Until < 0 {
			i += size
			continue
		}
		out = append(out, best)
		i = best.Until
	}
	return out
}

// word tells whether r belongs to words that spaces part.
func word(r rune) bool { return r < 0x2E80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

func wordBefore(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return i > 0 && word(fold(r))
}

func wordAfter(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return i < len(text) && word(fold(r))
}

// Alike tells whether two names may be two spellings of one: of at least three
// characters each, beginning alike and, once normalised, with no more than one
// character changed, added or left out (国兴佳园, 国兴家园). Equal names are alike.
// The first character must agree and so must numbers and directions, because they
// are what tells places apart: 国兴佳园 and 广兴佳园, 第一网格 and 第二网格.
func Alike(a, b string) bool {
	x, y := []rune(Normalise(a)), []rune(Normalise(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 3 || len(y)-len(x) > 1 || x[0] != y[0] {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	if i == len(y) {
		return true
	}
	rest := y[i+1:]
	if counting(y[i]) {
		return false
	}
	if len(x) == len(y) {
		return !counting(x[i]) && string(x[i+1:]) == string(rest)
	}
	return string(x[i:]) == string(rest)
}

// counting tells whether r is a digit or a character that numbers or points: a
// difference in it tells two places apart.
func counting(r rune) bool {
	return r >= '0' && r <= '9' || strings.ContainsRune("一二三四五六七八九十东南西北中上下前后左右大小新老", r) || r < 0x80
}

// Doubtful lists places of the tree whose name or alias is Alike to name but not
// equal to it: a possible second spelling, never joined without a person.
func (t *Tree) Doubtful(name string, day town.Day) []Place {
	n := Normalise(name)
	var out []Place
	for _, p := range t.places {
		if !p.Valid(day) {
			continue
		}
		for _, other := range append([]string{p.Zh}, p.Aliases...) {
			if Normalise(other) != n && Alike(other, name) {
				out = append(out, p)
				break
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Code < out[j].Code })
	return out
}
