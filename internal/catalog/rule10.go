package catalog

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
)

// ban is one entry of what rule 10 forbids: Zhenwu records the town's work,
// never a file on a person. Names and labels of what a catalog declares are held
// against the list; a match is a fault that gives the reason.
type ban struct {
	what   []string       // type field figure list score stage choice
	zh     *regexp.Regexp // on the Chinese label
	en     *regexp.Regexp // on the English label and, with _ read as a space, the key
	person bool           // only where the record is about a person or a family
	whyZh  string
	whyEn  string
}

var everything = []string{"type", "field", "figure", "list", "score", "stage", "choice"}

// bans is the written list.
var bans = []ban{
	{what: everything,
		zh:    regexp.MustCompile(`重点人员|重点人群|重点对象|重点关注(人员|对象)|黑名单|灰名单|布控|管控对象|稳控|(监控|监视|关注|盯防)名单|上访老户|缠访|闹访人`),
		en:    regexp.MustCompile(`(?i)\bwatch ?-?list|\bblack ?-?list|\bpersons? of (concern|interest)\b|\bkey (persons?|individuals?)\b|\btarget (persons?|individuals?)\b|\bsuspect list\b|\brepeat petitioners?\b`),
		whyZh: "不设人员名单：登记的是事，不是人", whyEn: "no watch-lists: a matter is recorded, not a person"},
	{what: []string{"type", "field", "figure", "list", "score"},
		zh:    regexp.MustCompile(`(人员|个人|儿童|未成年人|学生|老人|居民|家庭|农户|当事人|信访人|患者|群众|妇女|教职工|职工|网格员)(的)?(风险|危险性?|信用|积极性|表现|忠诚|行为)?(等级|级别|评级|评分|打分|分级|画像|得分)`),
		en:    regexp.MustCompile(`(?i)\b(person|persons|people|child|children|pupil|student|elder|resident|family|household|party|petitioner|patient|worker|citizen)('s)? (risk|danger|credit|loyalty|behaviou?r)? ?(level|score|grade|rating|profile)\b`),
		whyZh: "不给人、儿童、家庭或当事人定等级、打分", whyEn: "no levels or scores of a person, a child, a family or a party"},
	{what: []string{"field", "figure", "list"}, person: true,
		zh:    regexp.MustCompile(`风险(等级|级别|评分|评级|分级|程度)|危险(等级|级别|程度|性)|分级管理|信用(分|等级|评分)|人物画像|画像`),
		en:    regexp.MustCompile(`(?i)\brisk (level|score|grade|rating|class)\b|\bdanger (level|grade)\b|\bcredit score\b|\bprofile\b`),
		whyZh: "这条记录说的是人或家庭，不能有风险等级或评分", whyEn: "this record is about a person or a family: it has no risk level or score"},
	{what: everything,
		zh:    regexp.MustCompile(`(网民|网友|发帖|发布|自媒体|微信|微博|抖音|博主|作者)(人)?(账号|帐号|昵称|名单|网名)|账号(名单|清单|库)|发帖人|作者名单|网名`),
		en:    regexp.MustCompile(`(?i)\b(author|account|poster|blogger|netizen)s? (list|names?|register|accounts?)\b|\bnetizens?\b|\bscreen ?names?\b|\bposters? of (a|the) post\b`),
		whyZh: "不登记账号和作者：只记要回答的问题、要更正的事实", whyEn: "no account or author lists: only questions to answer and facts to correct"},
	{what: []string{"field", "list"},
		zh:    regexp.MustCompile(`^(民族|民族成分|信仰|宗教信仰|信教情况|教派|政治面貌|政治身份|家庭成分|出身)$`),
		en:    regexp.MustCompile(`(?i)^(ethnicit(y|ies)|ethnic (group|origin)|nationality|faiths?|religions?|religious belief|belief|political (status|standing|affiliation)|party membership|social standing|class origin)$`),
		whyZh: "不记信仰、民族和政治面貌", whyEn: "no faith, ethnicity or standing"},
	{what: []string{"type", "list", "figure"},
		zh:    regexp.MustCompile(`(信教|信众|教徒|少数民族)(群众|人员|居民)?(名单|名册|台账|人数|信息)`),
		en:    regexp.MustCompile(`(?i)\b(believers?|worshippers?|ethnic minorit(y|ies))( people)? (list|register|roll|count)\b`),
		whyZh: "不记信仰和民族", whyEn: "no faith or ethnicity"},
	{what: []string{"type", "field", "figure"},
		zh:    regexp.MustCompile(`(人员|网格员|职工|工作|巡查|巡河|个人)轨迹|停留(时长|时间)|在线(时长|时间)|在岗时长|步数`),
		en:    regexp.MustCompile(`(?i)\b(movement|worker|staff|gps) tracks?\b|\bdwell times?\b|\bonline (hours|time)\b|\bstep count\b`),
		whyZh: "不跟踪工作人员：只记打卡点，没有轨迹和时长", whyEn: "a worker is not followed: check-points, no tracks, no dwell time, no online hours"},
	{what: []string{"type"},
		zh:    regexp.MustCompile(`(人员|居民|家庭|个人|儿童|老人)(全息|综合|一人一)?(档案|画像|一人一档|一户一档)|一人一档`),
		en:    regexp.MustCompile(`(?i)\b(person(al)?|citizen|resident|child|family) (file|dossier|profile)s?\b`),
		whyZh: "不建人的档案", whyEn: "there are no files on persons"},
}

// aboutPerson are words that make a type one about persons or families.
var aboutPersonZh = regexp.MustCompile(`人员|儿童|未成年|学生|老人|老年人|家庭|困难户|低保|当事人|居民|患者|救助对象|残疾人|退役军人|信访人|服刑|矫正`)
var aboutPersonEn = regexp.MustCompile(`(?i)\b(person|people|child|children|student|pupil|elder|elderly|family|families|household|party|resident|patient|petitioner|veteran|offender)s?\b`)

// inspectRule10 refuses what the written list names.
func (l *loader) inspectRule10() {
	for _, key := range l.cat.TypeOrder {
		t := l.cat.Types[key]
		l.banned("type", l.typeNode(t), key, t.Label, false)
		person := aboutPerson(t)
		for _, st := range t.Stages {
			l.banned("stage", l.place(t, st.At), st.Key, st.Label, person)
		}
		for _, f := range t.Fields {
			n := l.place(t, f.At)
			l.banned("field", n, f.Key, f.Label, person)
			if f.List != nil && l.cat.Lists[f.List.Key] == nil { // choices of its own
				l.bannedChoices(n, f.List)
			}
			for _, c := range f.Columns {
				l.banned("field", l.place(t, c.At), c.Key, c.Label, person)
			}
		}
	}
	for _, key := range l.cat.FigureOrder {
		f := l.cat.Figures[key]
		l.banned("figure", l.raw[f].key, key, f.Label, f.Type != nil && aboutPerson(f.Type))
	}
	for _, key := range l.cat.ListOrder {
		l.banned("list", l.declared["list "+key], key, l.cat.Lists[key].Label, false)
		l.bannedChoices(l.declared["list "+key], l.cat.Lists[key])
	}
	for _, key := range l.cat.DashboardOrder {
		n, d := l.declared["dashboard "+key], l.cat.Dashboards[key]
		l.banned("figure", n, key, d.Label, false)
		for _, s := range d.Sections {
			l.banned("figure", n, "", s.Label, false)
		}
	}
	for _, key := range l.cat.AlertOrder {
		l.banned("figure", l.declared["alert "+key], key, l.cat.Alerts[key].Label, false)
	}
	for _, key := range l.cat.ScoreOrder {
		sc := l.cat.Scores[key]
		l.banned("score", l.declared["score "+key], key, sc.Label, false)
		for _, it := range sc.Items {
			l.banned("score", l.declared["score "+key], it.Key, it.Label, false)
		}
	}
}

// aboutPerson tells whether a record of t is about a person or a family: its label says so, or it must name one.
func aboutPerson(t *Type) bool {
	if aboutPersonZh.MatchString(t.Label.Zh) || aboutPersonEn.MatchString(t.Label.En) || aboutPersonEn.MatchString(strings.ReplaceAll(t.Key, "_", " ")) {
		return true
	}
	return slices.ContainsFunc(t.Fields, func(f *Field) bool {
		return f.Required && (f.Type == Person || f.Type == IDNumber) || f.Required && f.Type == Ref && f.RefType == "household"
	})
}

func (l *loader) bannedChoices(n *node, list *List) {
	for i := range list.Items {
		l.banned("choice", n, list.Items[i].Key, list.Items[i].Label, false)
	}
}

func (l *loader) banned(what string, n *node, key string, label Label, person bool) {
	hits := l.banHits[label.Zh] | l.banHits[label.En] | l.banHits[keyWords(key)]
	if hits == 0 {
		return
	}
	for i, b := range bans {
		if hits&(1<<i) == 0 || !slices.Contains(b.what, what) || b.person && !person {
			continue
		}
		name := label.Zh
		if name == "" {
			name = key
		}
		l.fault(n, "第十条不许“%[2]s”：%[3]s", "rule 10 forbids %[1]q: %[4]s", key, short(name), b.whyZh, b.whyEn)
		return
	}
}

func keyWords(key string) string { return strings.ReplaceAll(key, "_", " ") }

// holdAgainstBans holds every name and label of c against the list, each text
// once. It runs beside the compiling of formulas; the channel gives the texts
// that meet a ban, with the set of bans.
func holdAgainstBans(c *Catalog) <-chan map[string]uint32 {
	zh, en := map[string]bool{}, map[string]bool{}
	add := func(key string, lb Label) {
		zh[lb.Zh], en[lb.En], en[keyWords(key)] = true, true, true
	}
	items := func(l *List) {
		for i := range l.Items {
			add(l.Items[i].Key, l.Items[i].Label)
		}
	}
	for k, t := range c.Types {
		add(k, t.Label)
		for _, s := range t.Stages {
			add(s.Key, s.Label)
		}
		for _, f := range t.Fields {
			add(f.Key, f.Label)
			if f.List != nil {
				items(f.List)
			}
			for _, col := range f.Columns {
				add(col.Key, col.Label)
			}
		}
	}
	for k, f := range c.Figures {
		add(k, f.Label)
	}
	for k, d := range c.Dashboards {
		add(k, d.Label)
		for _, s := range d.Sections {
			add("", s.Label)
		}
	}
	for k, a := range c.Alerts {
		add(k, a.Label)
	}
	for k, x := range c.Lists {
		add(k, x.Label)
		items(x)
	}
	for k, s := range c.Scores {
		add(k, s.Label)
		for _, it := range s.Items {
			add(it.Key, it.Label)
		}
	}
	out := make(chan map[string]uint32, 1)
	go func() {
		hits := map[string]uint32{}
		meet(zh, func(b *ban) *regexp.Regexp { return b.zh }, hits)
		meet(en, func(b *ban) *regexp.Regexp { return b.en }, hits)
		out <- hits
	}()
	return out
}

// meet adds to hits which bans each text meets. A catalog has ten thousand texts,
// and running every expression over every one takes a third of loading it: first
// all texts together are searched for the words of which a match must hold one,
// then the expression is asked about the texts that hold them.
func meet(texts map[string]bool, of func(*ban) *regexp.Regexp, hits map[string]uint32) {
	var all strings.Builder
	list, ends := make([]string, 0, len(texts)), make([]int, 0, len(texts))
	var odd []string // in which lower case is not all that (?i) holds equal
	for text := range texts {
		lower := strings.ToLower(text)
		if strings.ContainsRune(lower, 'ſ') {
			odd = append(odd, text)
		}
		all.WriteString(lower)
		all.WriteByte('\n')
		list, ends = append(list, text), append(ends, all.Len())
	}
	whole := all.String()
	for i := range bans {
		re := of(&bans[i])
		ask := func(text string) {
			if re.MatchString(text) {
				hits[text] |= 1 << i
			}
		}
		words, ok := wordsOf(re)
		each := odd
		if !ok {
			each = list
		}
		for _, text := range each {
			ask(text)
		}
		for _, w := range words {
			for at := 0; ; {
				k := strings.Index(whole[at:], w)
				if k < 0 {
					break
				}
				n, _ := slices.BinarySearch(ends, at+k+1)
				ask(list[n])
				at = ends[n]
			}
		}
	}
}

// wordsOf gives words in lower case of which every match of re holds at least
// one; ok is false when there are none.
func wordsOf(re *regexp.Regexp) (words []string, ok bool) {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return nil, false
	}
	words = wordsIn(tree)
	return words, len(words) > 0
}

func wordsIn(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return wordsIn(re.Sub[0])
	case syntax.OpConcat: // any part will do: the one whose shortest word is longest
		var best []string
		for _, sub := range re.Sub {
			if words := wordsIn(sub); len(words) > 0 && (best == nil || shortest(words) > shortest(best)) {
				best = words
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words := wordsIn(sub)
			if words == nil {
				return nil
			}
			all = append(all, words...)
		}
		return all
	}
	return nil
}

func shortest(words []string) int {
	n := len(words[0])
	for _, w := range words[1:] {
		n = min(n, len(w))
	}
	return n
}
