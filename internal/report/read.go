package report

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhenwu/internal/quantity"
)

// Read reads a report: Markdown or plain text in UTF-8 or GB18030, or DOCX. name serves only to recognise formats that
// are refused with advice (PDF, DOC, WPS). The error is a
// *town.Error with one line in each language.
func Read(name string, data []byte) (*Document, error) {
	file, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	blocks := layout(file)
	d := &Document{Claims: []Claim{}, Commitments: []Commitment{}}
	d.Title, d.Town, d.townLine = titleAndTown(blocks)
	review, planned := years(blocks, d.Title)
	if review > 0 {
		d.Year = strconv.Itoa(review)
	}
	markPlan(blocks, review)
	r := reader{review: d.Year}
	if planned > 0 {
		r.planned = strconv.Itoa(planned)
	}
	for i := 0; i < len(blocks); i++ {
		if len(r.claims) > maxClaims {
			return nil, long()
		}
		if blocks[i].cells != nil {
			end := i
			for end < len(blocks) && blocks[end].cells != nil {
				end++
			}
			r.table(blocks[i:end])
			i = end - 1
			continue
		}
		r.paragraph(blocks[i])
	}
	if len(r.claims) > maxClaims {
		return nil, long()
	}
	d.Claims = append(d.Claims, r.claims...)
	d.Commitments = append(d.Commitments, commitments(blocks)...)
	d.names = estates(blocks)
	return d, nil
}

var (
	reviewHead = regexp.MustCompile(`回顾|总结|完成情况|执行情况|过去|成就|成效|主要工作情况|以来`)
	planHead   = regexp.MustCompile(`安排|打算|任务|目标|部署|要求|思路|展望|建议|计划|今后|下一步|下一年|下一阶段|重点工作|举措|明年|来年|奋斗`)
	yearIn     = regexp.MustCompile(`((?:19|20)[0-9]{2})年`)
	townIn     = regexp.MustCompile(`([\p{Han}]{1,14}?(?:自治[州县区]|[镇乡县市省区]|街道|办事处|开发区|新区))(?:人民)?(?:政府)?(?:[0-9]{4}年)?(?:年度)?(?:政府)?工作报告`)
	seatIn     = regexp.MustCompile(`([\p{Han}]{2,14}?(?:自治[州县区]|[镇乡县市省区]|街道))(?:第[一二三四五六七八九十]+届)?(?:人民(?:政府|代表大会|代会)|第[一二三四五六七八九十]+届$|居民议事会)`)
	national   = regexp.MustCompile(`全国人民代表大会.{0,14}(?:会议|上)|代表国务院|国务院总理`)
	today      = regexp.MustCompile(`((?:19|20)[0-9]{2})年([0-9]{1,2}|[一二三四五六七八九十]{1,2})月(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})日`)
	hanYearIn  = regexp.MustCompile(`一九[零〇○一二三四五六七八九]{2}年|二[零〇○][零〇○一二][零〇○一二三四五六七八九]年`)
)

// bears tells whether a heading without a number opens a part of the report.
func bears(s string) bool { return planHead.MatchString(s) || reviewHead.MatchString(s) }

// titleAndTown finds the title line and whose report it is: the name in the title, else the one in the line that says
// where it was given, else the one on whose behalf it speaks. line is where the name stands.
func titleAndTown(blocks []block) (title, town string, line int) {
	first, titled := "", 0
	for i, b := range blocks {
		s := b.String()
		if i > 40 || len([]rune(s)) > 60 {
			continue
		}
		if title == "" && strings.Contains(s, "工作报告") && !strings.ContainsAny(s, "，。：；") {
			title, titled = s, b.lines[0]
		}
		if first == "" && !strings.HasPrefix(s, "各位") && !strings.Contains(s, "，") {
			first = s
		}
	}
	if title == "" {
		title = first
	}
	if m := townIn.FindStringSubmatch(yearIn.ReplaceAllString(title, "")); m != nil {
		return title, strings.TrimPrefix(m[1], "关于"), titled
	}
	for i, b := range blocks {
		if i > 40 {
			break
		}
		s := b.String()
		if national.MatchString(s) {
			return title, "国务院", b.lines[0]
		}
		if len([]rune(s)) > 80 && !strings.Contains(s, "代表") {
			continue
		}
		for _, lead := range []string{"在", "，", "——", "我代表", "将", "关于", "年", "月", "日", "我受", "谨代表"} {
			s = strings.ReplaceAll(s, lead, "　")
		}
		for _, piece := range strings.Split(s, "　") {
			if m := seatIn.FindStringSubmatch(piece); m != nil {
				return title, m[1], b.lines[0]
			}
		}
	}
	return title, "", 0
}

// years finds the year looked back on and the year planned, 0 for one that is not known.
func years(blocks []block, title string) (review, planned int) {
	for _, b := range blocks {
		if b.rank == 0 || b.rank == 3 {
			continue
		}
		s := arabicYears(b.String())
		m := yearIn.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		y, _ := strconv.Atoi(m[1]) // four digits by the pattern
		switch {
		case reviewHead.MatchString(s) && !planHead.MatchString(s) && review == 0:
			review = y
		case planHead.MatchString(s) && planned == 0:
			planned = y
		}
	}
	if review == 0 && planned == 0 {
		review, planned = twoParts(blocks)
	}
	for i, b := range blocks {
		if review != 0 || planned != 0 || i > 30 {
			break
		}
		head := b.runes[:min(len(b.runes), 60)] // a date deep in the text is not the one of the report
		if m := today.FindStringSubmatch(arabicYears(string(head))); m != nil {
			y, _ := strconv.Atoi(m[1])
			month, _ := quantity.ParseNumber(m[2])
			if n, ok := quantity.ParseHan(m[2]); ok {
				month = n
			}
			if month.Cmp(quantity.Int(6)) <= 0 {
				y--
			}
			review = y
		}
	}
	if review == 0 && planned == 0 {
		review = spokenOf(blocks, title)
	}
	switch {
	case review == 0 && planned > 0:
		review = planned - 1
	case planned <= review && review > 0:
		planned = review + 1
	}
	return review, planned
}

// twoParts gives the years of two parts that are headed by nothing but them: 关于2007年工作, 关于2008年工作. Both are 0 where
// there are no such.
func twoParts(blocks []block) (review, planned int) {
	var years []int
	for _, b := range blocks {
		if b.rank != 1 && b.rank != 9 {
			continue
		}
		if m := yearIn.FindStringSubmatch(arabicYears(b.String())); m != nil {
			y, _ := strconv.Atoi(m[1]) // four digits by the pattern
			years = append(years, y)
		}
	}
	if len(years) == 2 && years[1] == years[0]+1 {
		return years[0], years[1]
	}
	return 0, 0
}

// spokenOf guesses the year looked back on where no heading and no date gives it: the year of the title, or the one before
// it where the headings speak of last year and this one or where the part that looks back names it more often; without
// a year in the title the last of those named often, or the last one named before the plan.
func spokenOf(blocks []block, title string) int {
	named := map[int]int{}
	begun, ago, latest := false, false, 0
	for i, b := range blocks {
		s := b.String()
		if b.rank == 1 || b.rank == 9 {
			begun = begun || planHead.MatchString(s) && !reviewHead.MatchString(s)
			ago = ago || lastYear.MatchString(s)
		}
		if begun || s == title || i >= max(20, len(blocks)/2) {
			continue
		}
		for _, m := range yearIn.FindAllStringSubmatch(arabicYears(s), -1) {
			y, _ := strconv.Atoi(m[1]) // four digits by the pattern
			named[y]++
			latest = max(latest, y)
		}
	}
	if m := yearIn.FindStringSubmatch(arabicYears(title)); m != nil {
		y, _ := strconv.Atoi(m[1])
		if ago || named[y-1] > named[y] {
			y--
		}
		return y
	}
	most, last := 2, 0
	for _, n := range named {
		most = max(most, n)
	}
	for y, n := range named {
		if n > 2 && 2*n >= most {
			last = max(last, y) // the years before it are what it is compared with
		}
	}
	if last == 0 && begun {
		return latest
	}
	return last
}

// lastYear is how headings tell that the report is given in the year of the plan: 过去一年工作回顾, 今年工作安排.
var lastYear = regexp.MustCompile(`上年|去年|过去的?一年|今年.{0,4}(?:工作)?(?:安排|打算|任务|重点|目标|部署)`)

// arabicYears writes years in characters (一九八二年) with digits.
func arabicYears(s string) string {
	return hanYearIn.ReplaceAllStringFunc(s, func(y string) string {
		n, ok := quantity.ParseHan(strings.TrimSuffix(strings.ReplaceAll(y, "○", "零"), "年"))
		if !ok {
			return y
		}
		return n.String() + "年"
	})
}

// markPlan finds the blocks that speak of the plan: the parts whose headings say so, and all behind the first paragraph
// that gives the goals where no heading does.
func markPlan(blocks []block, review int) {
	headed := false
	plan := false
	for i := range blocks {
		b := &blocks[i]
		if b.rank == 1 || b.rank == 9 && bears(b.String()) {
			s := arabicYears(b.String())
			m := yearIn.FindStringSubmatch(s)
			later := false
			if m != nil {
				y, _ := strconv.Atoi(m[1])
				later = y > review && review > 0
			}
			back := reviewHead.MatchString(s)
			switch {
			case back && !later:
				plan = false
			case later && !back, planHead.MatchString(s):
				plan = true
			}
			headed = headed || plan
		}
		b.plan = plan
	}
	if headed {
		return
	}
	for i := range blocks {
		s := blocks[i].String()
		if goals.MatchString(s) {
			plan = true
		}
		blocks[i].plan = plan
	}
}

// goals is how a paragraph starts to speak of what is planned; 高于预期目标 only looks back.
var goals = regexp.MustCompile(`总体要求|预期目标(?:是|为|：|如下|建议|有)|工作的指导思想`)

var estate = regexp.MustCompile(`[\p{Han}]{2}(?:[佳家嘉][园苑]|花[园苑])`)

// estates finds the names of housing estates: two characters and an ending that such names carry.
func estates(blocks []block) []name {
	var out []name
	for _, b := range blocks {
		s := b.String()
		start, from := 0, 0 // in runes and in bytes
		for _, m := range estate.FindAllStringIndex(s, -1) {
			start, from = start+utf8.RuneCountInString(s[from:m[0]]), m[0]
			out = append(out, name{b.lines[start], s[m[0]:m[1]]})
		}
	}
	return out
}
