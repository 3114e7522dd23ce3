package web

import (
	"strconv"
	"strings"

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
)

// jobsView lists what the town could not do of itself.
type jobsView struct {
	Page
	Tabs  []tab
	Rows  []jobRow
	Spent int // that wait for a person
	Again bool
}

type jobRow struct {
	What, Href, Name string
	Tries            int64
	Next             string
	Fault            string
	Spent            bool
}

const mostFaults = 200 // shown

func (v *visit) jobs() error {
	if err := v.mustAdmin(); err != nil {
		return err
	}
	d := jobsView{Page: v.page(v.t("nav.jobs"), "settings"), Tabs: v.settingsTabs("jobs"), Again: v.text("again") != ""}
	if err := v.read(func() error {
		faults, err := v.r.Faults(mostFaults)
		if err != nil {
			return err
		}
		for i := range faults {
			row, err := v.jobRow(&faults[i])
			if err != nil {
				return err
			}
			if row.Spent {
				d.Spent++
			}
			d.Rows = append(d.Rows, row)
		}
		return nil
	}); err != nil {
		return err
	}
	return v.render("jobs", &d)
}

func (v *visit) jobRow(j *store.Job) (jobRow, error) {
	r := jobRow{What: v.t("jobs." + j.Kind), Tries: j.Tries, Fault: j.Fault, Spent: hall.Spent(j), Next: v.stamp(j.Due)}
	if r.Spent {
		r.Next = v.t("jobs.waits")
	}
	switch {
	case j.Kind == "sweep" || j.Kind == "day":
	case j.Kind == "plan":
		plan, day, _ := strings.Cut(j.Key, "/")
		if p := v.view.Cat.Plans[plan]; p != nil {
			plan = v.in(p.Label)
		}
		r.Name = plan + " " + day
	default:
		row, err := v.r.Record(j.Record)
		if err != nil {
			return r, err
		}
		r.Name, r.Href = strconv.FormatInt(int64(j.Record), 10), "/r/"+strconv.FormatInt(int64(j.Record), 10)
		if row != nil {
			r.Name = refKey(row)
			if t := v.view.Cat.Types[row.Type]; t != nil {
				r.Name = v.in(t.Label) + " " + r.Name
			}
		}
	}
	return r, nil
}

// retryJobs lets what failed be tried once more; the town does it within half a minute.
func (v *visit) retryJobs() error {
	if err := v.mustAdmin(); err != nil {
		return err
	}
	if err := v.hall.Retry(v.ctx); err != nil {
		return err
	}
	v.redirect("/jobs?again=1")
	return nil
}
