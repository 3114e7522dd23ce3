package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"text/tabwriter"

	"zhenwu/internal/figure"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

type figuresCmd struct {
	Year  int    `help:"年份" default:"2023"`
	Place string `help:"地点代码 place code"`

	Alerts bool `help:"只列预警：哪些指标现在要有人处理 only the alerts: which figures ask somebody to act now"`
}

// alertLine is one alert as `zhenwu figures --alerts --json` writes it. Numbers are in the figure's unit, change in percent or points.
type alertLine struct {
	Key     string `json:"key"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
	Figure  string `json:"figure"`
	Owner   string `json:"owner"`
	State   string `json:"state"` // on, off, unknown
	Period  string `json:"period"`
	Value   string `json:"value"`
	Against string `json:"against"`
	Unit    string `json:"unit"`
	Change  string `json:"change"`
	Method  string `json:"method"`
}

// figureLine is one figure as `zhenwu figures --json` writes it.
type figureLine struct {
	Key         string `json:"key"`
	Zh          string `json:"zh"`
	En          string `json:"en"`
	Kind        string `json:"kind"`
	Value       string `json:"value"`
	Unit        string `json:"unit"`
	Status      string `json:"status"`
	LastYear    string `json:"last_year"`
	Yoy         string `json:"yoy"`
	TargetShape string `json:"target_shape"`
	TargetValue string `json:"target_value"`
	Records     int64  `json:"records,string"`
}

// Run lists the figures of a year.
func (c *figuresCmd) Run(s *session) error {
	if err := knownYear(c.Year); err != nil {
		return err
	}
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	if st.View().Place(town.Code(c.Place)) == nil {
		return town.Refuse(town.Missing, "place", "没有这个地点：%s", "no such place: %s", c.Place)
	}
	if c.Alerts {
		return c.alerts(s, st)
	}
	var lines []figureLine
	if err := st.Reading(s.ctx, func(r *hall.Reader) error {
		for _, key := range st.cat.FigureOrder {
			l, err := lineOf(st, r, key, c.Year, town.Code(c.Place))
			if err != nil {
				return fmt.Errorf("figure %s: %w", key, err)
			}
			lines = append(lines, l)
		}
		return nil
	}); err != nil {
		return err
	}
	if s.global.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"town": string(st.cat.Code), "simulated": st.View().Simulated,
			"as_of": st.Today().String(), "year": fmt.Sprint(c.Year), "place": c.Place, "figures": lines})
	}
	w := tabwriter.NewWriter(s.out, 2, 4, 2, ' ', 0)
	if st.View().Simulated {
		fmt.Fprintln(w, pick(s.global.Lang, "模拟数据", "Simulated data"))
	}
	for _, l := range lines {
		name := l.Zh
		if s.global.Lang == "en" {
			name = l.En
		}
		fmt.Fprintln(w, strings.Join([]string{l.Key, name, dash(l.Value), l.Unit, dash(l.LastYear), dash(l.Yoy)}, "\t"))
	}
	return w.Flush()
}

// alerts lists the alerts of the catalog as of the town's today, those that ask for action first; status 1 where any does.
func (c *figuresCmd) alerts(s *session, st *site) error {
	lines := []alertLine{}
	on := 0
	if err := st.Reading(s.ctx, func(r *hall.Reader) error {
		for _, key := range st.cat.AlertOrder {
			a := st.cat.Alerts[key]
			f := st.cat.Figures[a.Figure]
			x, err := figure.Watch(st.cat, r, a, town.Code(c.Place), st.Today())
			if err != nil {
				return fmt.Errorf("alert %s: %w", key, err)
			}
			l := alertLine{Key: key, Zh: a.Label.Zh, En: a.Label.In("en"), Figure: a.Figure, Owner: a.Owner, State: "off", Period: x.Period.String(), Unit: f.Unit, Method: x.Method}
			for to, v := range map[*string]*big.Rat{&l.Value: x.Value, &l.Against: x.Against, &l.Change: x.Change} {
				if v != nil {
					*to = figure.Decimal(v, 2)
				}
			}
			switch {
			case !x.Known:
				l.State = "unknown"
			case x.On:
				l.State, on = "on", on+1
			}
			lines = append(lines, l)
		}
		return nil
	}); err != nil {
		return err
	}
	rank := map[string]int{"on": 0, "unknown": 2, "off": 1}
	slices.SortStableFunc(lines, func(a, b alertLine) int { return rank[a.State] - rank[b.State] })
	if s.global.JSON {
		if err := json.NewEncoder(s.out).Encode(map[string]any{"town": string(st.cat.Code), "simulated": st.View().Simulated, "as_of": st.Today().String(), "place": c.Place, "alerts": lines}); err != nil {
			return err
		}
		return foundAny(on)
	}
	w := tabwriter.NewWriter(s.out, 2, 4, 2, ' ', 0)
	if st.View().Simulated {
		fmt.Fprintln(w, pick(s.global.Lang, "模拟数据", "Simulated data"))
	}
	states := map[string]string{"on": pick(s.global.Lang, "触发", "on"), "off": pick(s.global.Lang, "正常", "off"), "unknown": pick(s.global.Lang, "无法判断", "unknown")}
	for _, l := range lines {
		fmt.Fprintln(w, strings.Join([]string{states[l.State], l.Key, pick(s.global.Lang, l.Zh, l.En), dash(l.Value), dash(l.Against), l.Unit, st.cat.Offices[l.Owner].Label.In(s.global.Lang)}, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return foundAny(on)
}

// foundAny is the exit status of a list that may hold what asks for action.
func foundAny(n int) error {
	if n > 0 {
		return errFound
	}
	return nil
}

// knownYear refuses a year in which no town of this kind can have counted anything.
func knownYear(year int) error {
	if year < 1900 || year > 2100 {
		return town.Refuse(town.Invalid, "year", "年份须在 1900 至 2100 之间，不能是 %d", "a year lies between 1900 and 2100, not %d", year)
	}
	return nil
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// signed writes a growth with its sign: "+28.3".
func signed(x *big.Rat) string {
	s := figure.Decimal(x, 1)
	if x.Sign() > 0 {
		s = "+" + s
	}
	return s
}

func lineOf(st *site, r *hall.Reader, key string, year int, place town.Code) (figureLine, error) {
	f := st.cat.Figures[key]
	l := figureLine{Key: key, Zh: f.Label.Zh, En: f.Label.In("en"), Kind: string(f.Kind), Unit: f.Unit}
	c, err := figure.Compare(st.cat, r, figure.Query{Figure: f, Place: place, Period: town.YearPeriod(year), AsOf: st.Today()})
	if err != nil {
		return l, err
	}
	l.Value, l.Status, l.LastYear = c.Value.Decimal(), c.Value.Status, c.Last.Decimal()
	switch {
	case c.Told != nil:
		l.Yoy = signed(c.Told)
	case c.Growth != nil:
		l.Yoy = signed(c.Growth)
	}
	if c.Target != nil {
		l.TargetShape = c.Target.Row.Shape
		if c.Target.Wanted != nil {
			l.TargetValue = figure.Decimal(c.Target.Wanted, 2)
		}
	}
	if f.Type != nil {
		period := town.YearPeriod(year)
		period.Until = min(period.Until, st.Today()+1)
		if l.Records, _, err = r.PartsSum(f, "", place, period); err != nil {
			return l, err
		}
	}
	return l, nil
}
