package commitment

import (
	"fmt"
	"strings"

	"zhenwu/internal/town"
)

// Facts are what the record of a commitment says of how it stands. Percentages are whole; one that is not known is -1.
type Facts struct {
	Stage                    string
	Light, Ground            string
	Progress, Pace           int64
	Behind                   int64
	Deadline                 town.Day
	Nodes, Done, Late        int    // milestones
	First                    string // the first that is late
	FirstDue                 town.Day
	Measured, Built          bool // progress comes from a figure, from a project
	Sheets                   int64
	News                     string
	Measure, Value, Goal     string // the figure's name, its value and the goal, both with the unit; filled in by who can read it
	Project                  string // title of the project
	Told                     string // the number as promised
	Opened                   town.Day
	Finished, Dropped, Taken bool
}

// FactsOf reads a record of type commitment as it stood on a day.
func FactsOf(r *town.Record, on town.Day) Facts {
	f := Facts{Stage: r.Stage, Light: r.Text("light"), Ground: r.Text("ground"), Progress: percent(r, "progress"), Pace: percent(r, "pace"),
		Sheets: r.Int("sheets"), Behind: r.Int("behind"), News: strings.TrimSpace(r.Text("news")), Told: r.Text("number_told"), Opened: r.Opened(), Deadline: town.NoDay}
	if d, err := town.ParseDay(r.Text("deadline")); err == nil {
		f.Deadline = d
	}
	_, f.Measured = r.Value("measured")
	if _, built := r.Value("built"); built && !f.Measured {
		f.Built = true
	}
	nodes, _ := r.Value("nodes")
	lines, _ := nodes.([]map[string]any)
	for _, l := range lines {
		f.Nodes++
		what, _ := l["what"].(string)
		due, _ := l["due"].(string)
		done, _ := l["done"].(string)
		if d, err := town.ParseDay(done); err == nil && d <= on {
			f.Done++
			continue
		}
		if d, err := town.ParseDay(due); err == nil && d < on {
			f.Late++
			if f.First == "" {
				f.First, f.FirstDue = what, d
			}
		}
	}
	switch r.Stage {
	case "finished", "marked", "written":
		f.Finished = true
	case "dropped":
		f.Dropped = true
	}
	f.Taken = r.Stage != "split"
	return f
}

func percent(r *town.Record, field string) int64 {
	x, ok := r.Value(field)
	n, whole := x.(int64)
	if !ok || !whole {
		return -1
	}
	return n
}

// Why says in one sentence why the light has its colour. lang is zh or en.
func (f Facts) Why(lang string) string {
	say := func(zh, en string, args ...any) string {
		if lang == "en" {
			zh = en
		}
		return fmt.Sprintf(zh, args...)
	}
	switch {
	case f.Dropped, f.Finished:
		return ""
	case f.Light == "" && f.Progress < 0 && f.Pace >= 0:
		return say("没有取数指标、对应项目和节点，无从计算进度，请先排出节点", "there is no figure, project or milestone to compute progress from; set milestones first")
	case f.Light == "":
		return ""
	}
	switch f.Ground {
	case "overdue":
		if f.Progress < 0 {
			return say("已过时限%[1]s，指标尚无数据", "past its deadline %[1]s, and its figure has no value yet", f.Deadline)
		}
		return say("已过时限%[1]s，进度%[2]d%%", "past its deadline %[1]s at %[2]d %%", f.Deadline, f.Progress)
	case "node":
		if f.First != "" {
			return say("%[1]d个节点逾期，最早的“%[2]s”应在%[3]s前完成", "%[1]d milestone(s) late; the first, “%[2]s”, was due by %[3]s", f.Late, f.First, f.FirstDue)
		}
	case "behind":
		return say("%[1]s进度%[2]d%%，时间已过%[3]d%%，落后%[4]d个百分点", "%[1]s %[2]d %% done, %[3]d %% of the time gone: %[4]d points behind", f.source(lang), f.Progress, f.Pace, f.Behind)
	case "reached":
		return say("%[1]s进度%[2]d%%，已达目标", "%[1]s %[2]d %%: reached", f.source(lang), f.Progress)
	}
	if f.Measured || f.Built {
		return say("%[1]s进度%[2]d%%，时间已过%[3]d%%", "%[1]s %[2]d %% done, %[3]d %% of the time gone", f.source(lang), f.Progress, f.Pace)
	}
	return say("%[1]d个节点完成%[2]d个，没有逾期", "%[2]d of %[1]d milestones done, none late", f.Nodes, f.Done)
}

// source is what progress is computed from.
func (f Facts) source(lang string) string {
	switch {
	case f.Measured && lang == "en":
		return "by its figure"
	case f.Measured:
		return "按指标，"
	case f.Built && lang == "en":
		return "by its project"
	case f.Built:
		return "按项目投资，"
	case lang == "en":
		return "by milestones"
	}
	return "按节点，"
}

// Account is what a half-year table says of the commitment: what is computed first, then what the office reported.
func (f Facts) Account() string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch {
	case f.Dropped:
		add("已按程序终止")
	case f.Finished:
		add("已完成并通过核验")
	case !f.Taken:
		add("尚未认领")
	case f.Stage == "checking":
		add("已提请核验")
	}
	switch {
	case f.Measured && f.Value != "" && f.Goal != "":
		add("%s%s，目标%s，完成%d%%", f.Measure, f.Value, f.Goal, f.Progress)
	case f.Measured && f.Value != "":
		add("%s%s", f.Measure, f.Value)
	case f.Built:
		add("项目完成投资%d%%", f.Progress)
	}
	if f.Nodes > 0 && !f.Finished && !f.Dropped {
		switch {
		case f.Late > 0:
			add("%d个节点完成%d个，%d个逾期", f.Nodes, f.Done, f.Late)
		default:
			add("%d个节点完成%d个", f.Nodes, f.Done)
		}
	}
	text := strings.Join(out, "；")
	if f.News != "" && f.Taken {
		if text != "" {
			text += "。"
		}
		text += f.News
	}
	if text == "" {
		text = "已认领，尚未报送进展"
	}
	if !strings.HasSuffix(text, "。") {
		text += "。"
	}
	return text
}
