package main

import (
	"encoding/json"
	"fmt"

	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

type explainCmd struct {
	Figure string `arg:"" help:"指标 key"`
	Year   int    `help:"年份" default:"2023"`
	Place  string `help:"地点代码 place code"`
	After  int64  `help:"下一页 next page: after this record id"`
	Limit  int    `help:"每页条数" default:"50"`
}

type explainRecord struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Day    string `json:"day"`
	Place  string `json:"place"`
	N      string `json:"n"`
}

// Run opens a figure to exactly the records that make it up.
func (c *explainCmd) Run(s *session) error {
	if err := knownYear(c.Year); err != nil {
		return err
	}
	if c.Limit < 1 || c.Limit > 10_000 {
		return town.Refuse(town.Invalid, "limit", "每页条数须在 1 至 10000 之间", "a page holds 1 to 10000 records")
	}
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	if st.View().Place(town.Code(c.Place)) == nil {
		return town.Refuse(town.Missing, "place", "没有这个地点：%s", "no such place: %s", c.Place)
	}
	f := st.cat.Figures[c.Figure]
	if f == nil {
		return town.Refuse(town.Missing, "figure", "没有这个指标：%s", "no such figure: %s", c.Figure)
	}
	out := struct {
		figureLine
		Sim     bool            `json:"simulated"`
		Formula string          `json:"formula"`
		Of      []figureLine    `json:"of"`
		Records []explainRecord `json:"records"`
		Sum     string          `json:"sum"`
		After   string          `json:"after"`
	}{Of: []figureLine{}, Records: []explainRecord{}, Sim: st.View().Simulated, Formula: figure.Words(st.cat, f, s.global.Lang)}
	err = st.Reading(s.ctx, func(r *hall.Reader) error {
		place := town.Code(c.Place)
		var err error
		if out.figureLine, err = lineOf(st, r, c.Figure, c.Year, place); err != nil {
			return err
		}
		for _, p := range f.Parts {
			l, err := lineOf(st, r, p, c.Year, place)
			if err != nil {
				return err
			}
			out.Of = append(out.Of, l)
		}
		period := town.YearPeriod(c.Year)
		if today := st.Today() + 1; period.Until > today {
			period.Until = today
		}
		parts, err := r.Parts(f, "", place, period, town.ID(c.After), c.Limit+1)
		if err != nil {
			return err
		}
		n, sum, err := r.PartsSum(f, "", place, period)
		if err != nil {
			return err
		}
		out.figureLine.Records, out.Sum = n, fmt.Sprint(sum)
		if len(parts) > c.Limit {
			parts = parts[:c.Limit]
			out.After = fmt.Sprint(parts[len(parts)-1].Record)
		}
		for _, p := range parts {
			row, err := r.Record(p.Record)
			if err != nil || row == nil {
				return fmt.Errorf("record %d of a figure is missing: %w", p.Record, err)
			}
			pl := st.View().PlaceByID(p.Place)
			out.Records = append(out.Records, explainRecord{fmt.Sprint(row.ID), row.Number, p.Day.String(), string(pl.Code), fmt.Sprint(p.N)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if s.global.JSON {
		return json.NewEncoder(s.out).Encode(out)
	}
	lang := s.global.Lang
	if st.View().Simulated {
		fmt.Fprintln(s.out, pick(lang, "模拟数据", "Simulated data"))
	}
	fmt.Fprintf(s.out, "%s  %s %s\n%s\n", pick(lang, out.Zh, out.En), dash(out.Value), out.Unit, out.Formula)
	for _, o := range out.Of {
		fmt.Fprintf(s.out, "  %s  %s %s\n", pick(lang, o.Zh, o.En), dash(o.Value), o.Unit)
	}
	for _, r := range out.Records {
		fmt.Fprintf(s.out, "  %s  %s  %s  %s  %s\n", r.ID, dash(r.Number), r.Day, r.Place, r.N)
	}
	fmt.Fprintf(s.out, pick(lang, "合计 %s，%d 条\n", "%s in all, %d records\n"), out.Sum, out.figureLine.Records)
	return nil
}
