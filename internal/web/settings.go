package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
	"zhenwu/internal/workday"
)

// settingsTabs leads between the screens of the town's data.
func (v *visit) settingsTabs(here string) []tab {
	out := []tab{{Href: "/calendars", Text: v.t("nav.calendars"), Here: here == "calendars"}, {Href: "/rules", Text: v.t("nav.rules"), Here: here == "rules"},
		{Href: "/since", Text: v.t("nav.since"), Here: here == "since"}}
	if v.holds("admin") {
		out = append(out, tab{Href: "/tokens", Text: v.t("nav.tokens"), Here: here == "tokens"}, tab{Href: "/jobs", Text: v.t("nav.jobs"), Here: here == "jobs"})
	}
	return out
}

// putRow writes a row of town data.
func (v *visit) putRow(register string, row town.Values) error {
	_, err := v.do(town.Command{Op: town.Put, Type: register, Fields: row, Reason: v.text("reason")})
	return err
}

// sinceView is the page of the day from which the town keeps its records whole.
type sinceView struct {
	Page
	Tabs       []tab
	Day, Given string
	Today      string
	May        bool
	Why        string
	Wrong      string
	Faults     []option
	DayF, WhyF input
	Figures    int // figures over records, of which this says since when they are known
}

func (v *visit) since() error { return v.showSince(nil) }

func (v *visit) showSince(refused error) error {
	d := sinceView{Tabs: v.settingsTabs("since"), May: hall.MayPut(v.actor(), "since"), Today: v.today_.String()}
	d.Page = v.page(v.t("nav.since"), "settings")
	if err := v.read(func() error {
		if day := v.r.Since(); day != town.NoDay {
			d.Day = day.String()
		}
		for _, f := range v.view.Cat.Figures {
			if f.Type != nil && f.Kind != catalog.Measure {
				d.Figures++
			}
		}
		return nil
	}); err != nil {
		return err
	}
	d.Given = d.Day
	status := http.StatusOK
	inputs := []input{{Name: "day", ID: "sd"}, {Name: "reason", ID: "sr"}}
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
		d.Given, d.Why = v.text("day"), v.text("reason")
		d.Faults = v.faulty(inputs, refused)
	}
	d.DayF, d.WhyF = inputs[0], inputs[1]
	return v.renderStatus("since", &d, status)
}

// putSince changes the day from which the records are whole, with a reason.
func (v *visit) putSince() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	var faults town.Faults
	if v.text("day") == "" {
		faults.Add(town.Refuse(town.Invalid, "day", "请填写记录起始日。", "give the day from which the records are whole."))
	}
	if v.text("reason") == "" {
		faults.Add(town.Refuse(town.Invalid, "reason", "请写明理由：哪些记录已经补齐。", "say why: which records have been taken in whole."))
	}
	err := faults.Err()
	if err == nil {
		err = v.putRow("since", town.Values{"day": v.text("day")})
	}
	if err != nil {
		return v.showSince(err)
	}
	v.redirect("/since?done=since")
	return nil
}

// calendarsView is the calendar of one year, and which years are known.
type calendarsView struct {
	Page
	Tabs     []tab
	Years    []option
	Year     int
	Known    bool
	Workdays int
	Sources  string
	Own      bool // entered here, not come with the program
	Days     []holidayRow
	Missing  int // the next year, while its calendar is not entered
	May      bool
	Source   string
	Wrong    string
}

// holidayRow is one holiday: its days off and the days that make up for them.
type holidayRow struct {
	N           int
	Zh, En      string
	From, Until string
	Work        [3]string
	Off, Makeup string // in words
	Length      int
}

// Name is the holiday's name in the page's language.
func (r holidayRow) Name(lang string) string {
	if lang == "en" && r.En != "" {
		return r.En
	}
	return r.Zh
}

// usualHolidays are the holidays of every year since 2008, to begin a new one with.
var usualHolidays = [][2]string{{"元旦", "New Year's Day"}, {"春节", "Spring Festival"}, {"清明节", "Tomb-sweeping Day"}, {"劳动节", "Labour Day"}, {"端午节", "Dragon Boat Festival"}, {"中秋节", "Mid-autumn Festival"}, {"国庆节", "National Day"}}

func (v *visit) calendars() error { return v.showCalendar(nil) }

func (v *visit) showCalendar(refused error) error {
	cal := v.view.Calendar()
	years := cal.Years()
	d := calendarsView{Tabs: v.settingsTabs("calendars"), May: hall.MayPut(v.actor(), "calendar")}
	d.Page = v.page(v.t("nav.calendars"), "settings")
	this := v.today_.Year()
	d.Year = this
	if s := v.req.FormValue("year"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1949 || n > 2200 {
			return town.Refuse(town.Invalid, "year", "没有这一年：%s", "there is no such year: %s", s)
		}
		d.Year = n
	}
	last := years[len(years)-1]
	if last < this+1 {
		d.Missing = last + 1
	}
	for _, y := range append(slices.Clone(years), last+1) {
		d.Years = append(d.Years, option{Value: strconv.Itoa(y), Text: strconv.Itoa(y), On: y == d.Year})
	}
	slices.Reverse(d.Years)
	y, ok := cal.Year(d.Year)
	d.Known, d.Sources = ok, strings.Join(y.Sources, v.punct("；"))
	if ok {
		n, err := cal.Count(town.DayOf(d.Year, time.January, 1), town.DayOf(d.Year+1, time.January, 1))
		if err != nil {
			return err
		}
		d.Workdays = n
	}
	if err := v.read(func() error {
		_, own, err := v.r.Q().Datum(v.ctx, v.r.Town(), "calendar", strconv.Itoa(d.Year))
		d.Own = own
		return err
	}); err != nil {
		return err
	}
	status := http.StatusOK
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
		d.Days, d.Source = v.holidaysGiven(), v.text("source")
	} else {
		d.Days, d.Source = v.holidays(y), d.Sources
	}
	return v.renderStatus("calendars", &d, status)
}

// holidays gathers the days of a year under their holidays, with two rows more to fill in.
func (v *visit) holidays(y workday.Year) []holidayRow {
	var out []holidayRow
	days := slices.Clone(y.Days)
	slices.SortFunc(days, func(a, b workday.Special) int { return cmp.Compare(a.Day, b.Day) })
	for i := 0; i < len(days); {
		s, j := days[i], i+1
		if s.Work {
			i++
			continue
		}
		for j < len(days) && !days[j].Work && days[j].Zh == s.Zh && days[j].Day == days[j-1].Day+1 {
			j++
		}
		end := days[j-1].Day
		r := holidayRow{Zh: s.Zh, En: s.En, From: s.Day.String(), Until: end.String(), Length: int(end-s.Day) + 1, Off: v.dayLong(s.Day)}
		if end > s.Day {
			r.Off += " – " + v.dayLong(end)
		}
		out = append(out, r)
		i = j
	}
	for _, s := range days { // a make-up day stands with the nearest span of its holiday that has room
		if !s.Work {
			continue
		}
		best := -1
		for i, r := range out {
			if r.Zh != s.Zh || r.Work[2] != "" {
				continue
			}
			if best < 0 || apart(r, s.Day) < apart(out[best], s.Day) {
				best = i
			}
		}
		if best < 0 {
			out = append(out, holidayRow{Zh: s.Zh, En: s.En})
			best = len(out) - 1
		}
		r := &out[best]
		r.Work[slices.Index(r.Work[:], "")] = s.Day.String()
		if r.Makeup != "" {
			r.Makeup += v.punct("、")
		}
		r.Makeup += v.dayLong(s.Day)
	}
	if len(out) == 0 {
		for _, n := range usualHolidays {
			out = append(out, holidayRow{Zh: n[0], En: n[1]})
		}
	}
	out = append(out, holidayRow{}, holidayRow{})
	for i := range out {
		out[i].N = i
	}
	return out
}

// apart is how far a day is from a holiday.
func apart(r holidayRow, d town.Day) town.Day {
	from, err := town.ParseDay(r.From)
	if err != nil {
		return 400
	}
	return max(from-d, d-from)
}

// holidaysGiven reads the rows of the form as they were typed.
func (v *visit) holidaysGiven() []holidayRow {
	var out []holidayRow
	for i := range 60 {
		at := fmt.Sprintf("h.%d.", i)
		if !v.req.PostForm.Has(at + "zh") {
			break
		}
		r := holidayRow{N: i, Zh: v.text(at + "zh"), En: v.text(at + "en"), From: v.text(at + "from"), Until: v.text(at + "until")}
		for k := range r.Work {
			r.Work[k] = v.text(at + "w" + strconv.Itoa(k))
		}
		out = append(out, r)
	}
	return out
}

// calendarOf makes the calendar of a year from the rows of the form.
func (v *visit) calendarOf(year int) (workday.Year, error) {
	y := workday.Year{Year: year, Sources: []string{strings.Join(strings.Fields(v.text("source")), " ")}}
	if y.Sources[0] == "" {
		return y, town.Refuse(town.Invalid, "source", "请写明依据（国务院办公厅通知）。", "say where it was published (the notice of the State Council's office).")
	}
	for _, r := range v.holidaysGiven() {
		if r.From == "" && r.Until == "" && r.Work == [3]string{} {
			continue
		}
		name := strings.NewReplacer("|", " ", "\n", " ").Replace(r.Zh)
		if name == "" || name[0] <= '9' {
			return y, town.Refuse(town.Invalid, "days", "请写明每个节假日的名称。", "name every holiday.")
		}
		day := func(s string) (town.Day, error) {
			d, err := town.ParseDay(s)
			if err != nil {
				return d, town.Refuse(town.Invalid, "days", "“%[1]s”的日期不对：%[2]s", "%[1]s: not a day: %[2]s", r.Name(v.lang), s)
			}
			return d, nil
		}
		if r.From != "" || r.Until != "" {
			from, err := day(cmp.Or(r.From, r.Until))
			if err != nil {
				return y, err
			}
			until, err := day(cmp.Or(r.Until, r.From))
			if err != nil {
				return y, err
			}
			if until < from || until-from > 31 {
				return y, town.Refuse(town.Invalid, "days", "“%[1]s”的休息不是一段日子：%[2]s 至 %[3]s", "%[1]s: not a span of days: %[2]s to %[3]s", r.Name(v.lang), from, until)
			}
			for d := from; d <= until; d++ {
				y.Days = append(y.Days, workday.Special{Day: d, Zh: name, En: r.En})
			}
		}
		for _, s := range r.Work {
			if s == "" {
				continue
			}
			d, err := day(s)
			if err != nil {
				return y, err
			}
			y.Days = append(y.Days, workday.Special{Day: d, Work: true, Zh: name, En: r.En})
		}
	}
	if len(y.Days) == 0 {
		return y, town.Refuse(town.Invalid, "days", "请填写休息日和调休上班日。", "give the days off and the make-up workdays.")
	}
	return y, nil
}

// putCalendar enters a year; deadlines that waited for it are worked out by the sweep.
func (v *visit) putCalendar() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	year, err := strconv.Atoi(v.text("year"))
	if err != nil {
		return town.Refuse(town.Invalid, "year", "没有这一年：%s", "there is no such year: %s", v.text("year"))
	}
	y, err := v.calendarOf(year)
	if err == nil {
		err = v.putRow("calendar", town.Values{"year": strconv.Itoa(year), "text": y.String()})
	}
	if err != nil {
		return v.showCalendar(err)
	}
	v.redirect("/calendars?year=" + strconv.Itoa(year))
	return nil
}

// rulesView lists the dated limits.
type rulesView struct {
	Page
	Tabs  []tab
	Query string
	Rows  []ruleLine
	N     int
}

type ruleLine struct{ Href, Name, Limit, From, Source, Used string }

// usedBy names the limits that a rule gives, by rule.
func (v *visit) usedBy() map[string][]string {
	out := map[string][]string{}
	for _, key := range v.view.Cat.TypeOrder {
		t := v.view.Cat.Types[key]
		for _, c := range t.Clocks {
			name := v.in(c.Label)
			if name == "" {
				name = c.Key
			}
			for _, l := range c.Limits {
				if s := v.in(t.Label) + " · " + name; l.Rule != "" && !slices.Contains(out[l.Rule], s) {
					out[l.Rule] = append(out[l.Rule], s)
				}
			}
		}
	}
	return out
}

func (v *visit) rules() error {
	d := rulesView{Tabs: v.settingsTabs("rules"), Query: strings.TrimSpace(v.req.FormValue("q"))}
	d.Page = v.page(v.t("nav.rules"), "settings")
	used := v.usedBy()
	for _, key := range v.view.Cat.RuleOrder {
		r := ruleLine{Href: "/rules/" + key, Name: v.in(v.view.Cat.Rules[key].Label), Used: strings.Join(used[key], v.punct("、"))}
		if d.Query != "" && !strings.Contains(strings.ToLower(r.Name+r.Used+key), strings.ToLower(d.Query)) {
			continue
		}
		for _, row := range v.view.Rules(key) {
			if row.From <= v.today_ && (row.To == town.NoDay || v.today_ <= row.To) {
				r.Limit, r.From, r.Source = v.limitWords(row.Limit), row.From.String(), v.sourceWords(row.Source)
				break
			}
		}
		d.Rows = append(d.Rows, r)
	}
	d.N = len(d.Rows)
	return v.render("rules", &d)
}

// ruleView is one rule with all its dated rows, and the form of a new one.
type ruleView struct {
	Page
	Tabs                           []tab
	Key, Name                      string
	Used                           []string
	Rows                           []ruleRow
	May                            bool
	Wrong                          string
	From, To, Limit, Source, Since string
}

func (v *visit) rule() error { return v.showRule(nil) }

func (v *visit) showRule(refused error) error {
	rule := v.view.Cat.Rules[v.req.PathValue("rule")]
	if rule == nil {
		return town.Refuse(town.Missing, "rule", "没有这条时限规则。", "there is no such time limit.")
	}
	d := ruleView{Tabs: v.settingsTabs("rules"), Key: rule.Key, Name: v.in(rule.Label), Used: v.usedBy()[rule.Key], May: hall.MayPut(v.actor(), "rule")}
	d.Page = v.page(d.Name, "settings")
	for _, r := range v.view.Rules(rule.Key) {
		from := r.From.String()
		if r.To != town.NoDay {
			from += " – " + r.To.String()
		}
		d.Rows = append(d.Rows, ruleRow{v.limitWords(r.Limit), "", from, v.sourceWords(r.Source)})
	}
	d.From = v.today_.String()
	status := http.StatusOK
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
		d.From, d.To, d.Limit, d.Source = v.text("from"), v.text("to"), v.text("limit"), v.text("source")
	}
	return v.renderStatus("rule", &d, status)
}

// sourceWords gives the source of a limit in the visitor's language.
func (v *visit) sourceWords(s string) string { return catalog.SourceIn(s, v.lang) }

// putRule enters a dated row; a row of the same first day is replaced.
func (v *visit) putRule() error {
	if err := v.parseForm(); err != nil {
		return err
	}
	rule := v.view.Cat.Rules[v.req.PathValue("rule")]
	if rule == nil {
		return town.Refuse(town.Missing, "rule", "没有这条时限规则。", "there is no such time limit.")
	}
	if v.text("from") == "" {
		return v.showRule(town.Refuse(town.Invalid, "from", "请写明从哪天起。", "say from which day on."))
	}
	row := town.Values{"rule": rule.Key, "limit": v.text("limit"), "from": v.text("from"), "source": v.text("source")}
	if s := v.text("to"); s != "" {
		row["to"] = s
	}
	if err := v.putRow("rule", row); err != nil {
		return v.showRule(err)
	}
	v.redirect("/rules/" + rule.Key)
	return nil
}

// tokensView lists what other programs may do here.
type tokensView struct {
	Page
	Tabs                            []tab
	Rows                            []tokenRow
	Roles, Offices, Places, Holders []option
	Wrong                           string
	Name, Until                     string
	Fresh                           string // shown once
}

type tokenRow struct {
	Name, Login, Post, Until, State string
	Open                            bool
}

func (v *visit) tokens() error { return v.showTokens(nil, "") }

func (v *visit) showTokens(refused error, fresh string) error {
	if err := v.mustAdmin(); err != nil {
		return err
	}
	d := tokensView{Tabs: v.settingsTabs("tokens"), Fresh: fresh}
	d.Page = v.page(v.t("nav.tokens"), "settings")
	if err := v.read(func() error {
		list, err := v.r.Tokens()
		if err != nil {
			return err
		}
		for _, k := range list {
			row := tokenRow{Name: k.Name, Login: k.Login, Until: v.t("tokens.nolimit"), State: v.t("tokens.live"), Post: v.t("tokens.allposts"), Open: true}
			if k.Post.Role != "" {
				row.Post = v.postWords(k.Post)
			}
			if k.Until != town.NoDay {
				row.Until = k.Until.String()
			}
			switch {
			case k.Closed:
				row.State, row.Open = v.t("tokens.closed"), false
			case !k.Good(v.today_):
				row.State = v.t("tokens.over")
			}
			d.Rows = append(d.Rows, row)
		}
		return nil
	}); err != nil {
		return err
	}
	all, err := v.allMembers()
	if err != nil {
		return err
	}
	login := cmp.Or(v.text("login"), v.member.Login)
	for _, m := range all {
		if !m.Closed {
			d.Holders = append(d.Holders, option{Value: m.Login, Text: m.Name + " " + m.Login, On: m.Login == login})
		}
	}
	slices.SortFunc(d.Holders, func(a, b option) int { return strings.Compare(a.Value, b.Value) })
	posts := v.postForm(0, town.Post{Role: v.text("role"), Office: v.text("office"), Place: town.Code(v.text("place"))})
	d.Roles, d.Offices, d.Places = posts.Roles, posts.Offices, posts.Places
	status := http.StatusOK
	y, m, day := v.today_.Date()
	d.Until = town.DayOf(y+1, m, day).String()
	if refused != nil {
		d.Wrong, status = v.sentence(refused)
		d.Name, d.Until = v.text("name"), v.text("until")
	}
	return v.renderStatus("tokens", &d, status)
}

// putToken makes a token; its text is shown this once and only its hash is kept.
func (v *visit) putToken() error {
	if err := v.mustAdmin(); err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	name := v.text("name")
	var taken bool
	if err := v.read(func() (err error) {
		_, taken, err = v.r.Q().Datum(v.ctx, v.r.Town(), "token", name)
		return err
	}); err != nil {
		return err
	}
	switch {
	case taken:
		return v.showTokens(town.Refuse(town.Conflict, "name", "已有名为“%s”的令牌；换个名字。", "there is a token named “%s” already; choose another name.", name), "")
	case v.text("role") == "":
		return v.showTokens(town.Refuse(town.Invalid, "role", "请选定这个令牌的岗位。", "choose the role of this token."), "")
	case v.text("until") != "":
		if d, err := town.ParseDay(v.text("until")); err == nil && d < v.today_ {
			return v.showTokens(town.Refuse(town.Invalid, "until", "到期日已过：%s", "the last day is past: %s", d), "")
		}
	}
	var holder hall.Member
	if err := v.read(func() (err error) { holder, _, err = v.r.Member(v.text("login")); return err }); err != nil {
		return err
	}
	if holder.Login == "" || holder.Closed {
		return v.showTokens(town.Refuse(town.Missing, "login", "没有这个人员。", "there is no such person."), "")
	}
	fresh, hash := hall.NewToken()
	if _, err := v.do(town.Command{Op: town.Put, Type: "token", Sealed: map[string]string{"hash": hash}, Reason: v.text("reason"),
		Fields: town.Values{"name": name, "login": v.text("login"), "role": v.text("role"), "office": v.text("office"), "place": v.text("place"), "until": v.text("until")}}); err != nil {
		return v.showTokens(err, "")
	}
	return v.showTokens(nil, fresh)
}

// closeToken ends a token; the row stays, as everything does.
func (v *visit) closeToken() error {
	if err := v.mustAdmin(); err != nil {
		return err
	}
	if err := v.parseForm(); err != nil {
		return err
	}
	var row town.Values
	if err := v.read(func() error {
		d, ok, err := v.r.Q().Datum(v.ctx, v.r.Town(), "token", v.text("name"))
		if err != nil {
			return err
		}
		if !ok {
			return town.Refuse(town.Missing, "name", "没有这个令牌。", "there is no such token.")
		}
		m, err := town.ParseObject([]byte(d.Doc))
		row = m
		return err
	}); err != nil {
		return err
	}
	delete(row, "hash") // a row put without its secret keeps it
	row["closed"] = true
	if err := v.putRow("token", row); err != nil {
		return v.showTokens(err, "")
	}
	v.redirect("/tokens")
	return nil
}
