package figure_test

import (
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zhenwu/internal/catalog"
	"zhenwu/internal/figure"
	"zhenwu/internal/town"
)

// seasons are courses of a year, month by month: what a town counts is rarely even.
var seasons = map[string][12]int64{
	"complaints of dust, in spring":   {20, 40, 160, 210, 190, 60, 40, 30, 50, 70, 60, 30},
	"flood control, in summer":        {0, 0, 10, 20, 60, 180, 320, 290, 90, 20, 5, 5},
	"harvest, in autumn":              {0, 0, 0, 0, 30, 400, 40, 20, 300, 900, 310, 0},
	"wage cases, before the new year": {210, 60, 15, 20, 25, 30, 25, 30, 40, 60, 140, 345},
	"tax, by quarter":                 {150, 60, 70, 130, 60, 80, 120, 60, 70, 110, 50, 40},
	"investment, late in the year":    {10, 20, 50, 60, 70, 90, 80, 90, 120, 130, 130, 150},
	"even":                            {100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100},
}

func sum(list []int64) (n int64) {
	for _, x := range list {
		n += x
	}
	return n
}

// gone is the percent of 2023 that is over at the end of month m.
func gone(m int) *big.Rat {
	return big.NewRat(int64(town.DayOf(2023, time.Month(m+1), 1)-town.DayOf(2023, 1, 1))*100, 365)
}

// A year that runs like the last, but a fifth higher, is foretold to the last unit in every month that says anything; by days alone
// the same months would be far off. With months scattered by a tenth the seasonal forecast stays closer than the linear one in sum.
func TestExtend_on_seasons(t *testing.T) {
	for name, past := range seasons {
		var now [12]int64
		noise := []int64{9, 11, 10, 12, 8, 10, 11, 9, 10, 9, 11, 10}
		for i, n := range past {
			now[i] = n * 12 // a fifth higher, in tenths
		}
		whole := sum(past[:])
		offSeasonal, offLinear := new(big.Rat), new(big.Rat)
		told := 0
		for m := 1; m <= 11; m++ {
			by := sum(past[:m])
			f := figure.Extend(big.NewRat(sum(now[:m]), 10), gone(m), figure.Course{By: big.NewRat(by, 1), Whole: big.NewRat(whole, 1)}, true)
			if by*20 < whole { // too little had come by then to tell
				if f != nil && f.Method == figure.Seasonal {
					t.Errorf("%s, month %d: a share of %d in %d is taken for a season", name, m, by, whole)
				}
				continue
			}
			told++
			if f == nil || f.Method != figure.Seasonal || f.Value.Cmp(big.NewRat(whole*12, 10)) != 0 {
				t.Errorf("%s, month %d: %+v, want %d by season", name, m, f, whole*12/10)
				continue
			}
			var scattered int64
			for i := range m {
				scattered += now[i] * noise[i] / 10
			}
			s := figure.Extend(big.NewRat(scattered, 10), gone(m), figure.Course{By: big.NewRat(by, 1), Whole: big.NewRat(whole, 1)}, true)
			l := figure.Extend(big.NewRat(scattered, 10), gone(m), figure.Course{}, true)
			off := func(f *figure.Forecast) *big.Rat {
				d := new(big.Rat).Sub(f.Value, big.NewRat(whole*12, 10))
				return d.Abs(d)
			}
			if l != nil {
				offSeasonal.Add(offSeasonal, off(s))
				offLinear.Add(offLinear, off(l))
			}
		}
		if told < 4 {
			t.Errorf("%s: only %d months were foretold", name, told)
		}
		if name != "even" && offSeasonal.Cmp(offLinear) >= 0 {
			t.Errorf("%s: off by %s by season, by %s by days", name, offSeasonal.FloatString(1), offLinear.FloatString(1))
		}
	}
}

func TestExtend(t *testing.T) {
	r := func(n int64) *big.Rat { return big.NewRat(n, 1) }
	for _, c := range []struct {
		name   string
		now    *big.Rat
		gone   int64
		past   figure.Course
		adds   bool
		want   string
		method string
	}{
		{"unknown", nil, 50, figure.Course{}, true, "", ""},
		{"half a year without a last one", r(30), 50, figure.Course{}, true, "60", figure.Linear},
		{"half a year, last year a quarter had come", r(30), 50, figure.Course{By: r(25), Whole: r(100)}, true, "120", figure.Seasonal},
		{"last year nothing had come yet", r(30), 50, figure.Course{By: r(0), Whole: r(100)}, true, "60", figure.Linear},
		{"last year came to nothing", r(30), 50, figure.Course{By: r(0), Whole: r(0)}, true, "60", figure.Linear},
		{"last year shrank after", r(30), 50, figure.Course{By: r(100), Whole: r(90)}, true, "60", figure.Linear},
		{"a week of the year", r(30), 2, figure.Course{}, true, "", ""},
		{"a week of the year, but last year a tenth had come", r(30), 2, figure.Course{By: r(10), Whole: r(100)}, true, "300", figure.Seasonal},
		{"over", r(30), 100, figure.Course{By: r(25), Whole: r(100)}, true, "30", figure.Closed},
		{"a stock", r(30), 50, figure.Course{By: r(25), Whole: r(100)}, false, "30", figure.Stands},
		{"nothing yet", r(0), 50, figure.Course{By: r(25), Whole: r(100)}, true, "0", figure.Seasonal},
	} {
		f := figure.Extend(c.now, r(c.gone), c.past, c.adds)
		if (f == nil) != (c.want == "") || f != nil && (figure.Decimal(f.Value, 4) != c.want || f.Method != c.method) {
			t.Errorf("%s: %+v, want %s %s", c.name, f, c.want, c.method)
		}
	}
}

func TestExtend_holds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		pos := func(name string) *big.Rat { return big.NewRat(rapid.Int64Range(0, 1_000_000).Draw(r, name), 100) }
		now, days := pos("now"), big.NewRat(rapid.Int64Range(0, 365).Draw(r, "days")*100, 365)
		by := pos("by")
		past := figure.Course{By: by, Whole: new(big.Rat).Add(by, pos("rest"))}
		if rapid.Bool().Draw(r, "first year") {
			past = figure.Course{}
		}
		adds := rapid.Bool().Draw(r, "adds")
		f := figure.Extend(now, days, past, adds)
		if f == nil {
			if !adds || days.Cmp(big.NewRat(100, 12)) >= 0 {
				r.Fatalf("nothing is said of a stock, or %s %% into the year", days.FloatString(1))
			}
			return
		}
		if f.Value.Cmp(now) < 0 {
			r.Fatalf("the year ends with %s, there is %s already", f.Value, now)
		}
		twice := figure.Extend(new(big.Rat).Add(now, now), days, past, adds)
		if twice.Method != f.Method || twice.Value.Cmp(new(big.Rat).Add(f.Value, f.Value)) != 0 {
			r.Fatalf("twice as much is foretold as %s, not twice %s", twice.Value, f.Value)
		}
		if adds && past.Whole != nil && f.Method == figure.Seasonal { // last year, at the same day, foretells itself
			if self := figure.Extend(past.By, days, past, true); self.Value.Cmp(past.Whole) != 0 {
				r.Fatalf("last year foretells %s of itself, not %s", self.Value, past.Whole)
			}
		}
	})
}

func TestAdds(t *testing.T) {
	w := newCounted(t, town.DayOf(2023, 6, 1))
	for key, want := range map[string]bool{"orders_in": true, "orders_open": false, "orders_rate": false, "firms_served": true, "firms_live": false, "refused": true, "fines_least": false, "quiet_years": false, "work": true} {
		if got := figure.Adds(w.Cat, w.Cat.Figures[key]); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
	cat := &catalog.Catalog{Seeds: catalog.Seeds{Measured: []catalog.MeasuredRow{{Figure: "pm", Mean: true}}}}
	for key, want := range map[string]bool{"pm": false, "tax": true} {
		if got := figure.Adds(cat, &catalog.Figure{Key: key, Kind: catalog.Measure}); got != want {
			t.Errorf("%s: %v", key, got)
		}
	}
}

// A growth target of a year that runs is held against the whole of last year, while growth is that of the same days.
func TestForesee(t *testing.T) {
	w := newCounted(t, town.DayOf(2023, 6, 30))
	for _, day := range []town.Day{town.DayOf(2022, 2, 1), town.DayOf(2022, 7, 1), town.DayOf(2022, 8, 1), town.DayOf(2022, 9, 1), town.DayOf(2023, 3, 1), town.DayOf(2023, 4, 1)} {
		w.closed(t, w.order(t, "road", 0, day), day)
	}
	ask := func(f *catalog.Figure, r figure.Reader, asOf town.Day) (figure.Reading, figure.Outlook) {
		t.Helper()
		q := figure.Query{Figure: f, Period: town.YearPeriod(2023), AsOf: asOf}
		c, err := figure.Compare(w.Cat, r, q)
		if err != nil {
			t.Fatal(err)
		}
		o, err := figure.Foresee(w.Cat, r, q, &c)
		if err != nil {
			t.Fatal(err)
		}
		return c, o
	}
	in := w.Cat.Figures["orders_in"]
	r := told{reader: reader{w.tally, w.Town, town.DayOf(2022, 1, 1)}, target: catalog.TargetRow{Year: 2023, Shape: "growth", Value: 50_00}}
	c, o := ask(in, r, w.Today())
	if c.Last.Decimal() != "1" || c.Base.Decimal() != "4" || figure.Decimal(c.Growth, 1) != "100" || figure.Decimal(c.Target.Wanted, 1) != "6" {
		t.Errorf("last %s, base %s, growth %v, wanted %v", c.Last.Decimal(), c.Base.Decimal(), c.Growth, c.Target.Wanted)
	}
	if o.Method != figure.Seasonal || figure.Decimal(o.Value, 1) != "8" || figure.Decimal(o.Share, 1) != "25" || !o.Judged || o.Misses || o.Behind {
		t.Errorf("%+v %+v", o.Forecast, o)
	}
	r.target.Value = 150_00 // ten are wanted, eight foretold, two of the two and a half are there
	if _, o = ask(in, r, w.Today()); !o.Misses || !o.Behind {
		t.Errorf("10 wanted, 8 foretold: %+v", o)
	}
	r.since = town.DayOf(2023, 1, 1)
	if _, o = ask(in, r, w.Today()); o.Method != figure.Linear || figure.Decimal(o.Value, 2) != "4.03" || o.Judged {
		t.Errorf("without a last year: %+v %+v", o.Forecast, o)
	}
	if _, o = ask(w.Cat.Figures["orders_open"], r, w.Today()); o.Method != figure.Stands {
		t.Errorf("a stock: %+v", o.Forecast)
	}
	if _, o = ask(in, r, town.DayOf(2023, 12, 31)); o.Method != figure.Closed || figure.Decimal(o.Value, 1) != "2" {
		t.Errorf("a year that is over: %+v", o.Forecast)
	}
	if _, o = ask(in, r, town.DayOf(2022, 12, 1)); o.Forecast != nil {
		t.Errorf("a year to come: %+v", o.Forecast)
	}

	tax := &catalog.Figure{Key: "tax", Kind: catalog.Measure, Unit: "元", Scale: 2}
	m := told{reader: r.reader, target: catalog.TargetRow{Year: 2023, Shape: "growth", Value: 10_00}, measured: map[string]figure.Measurement{
		"2023-05": {Value: 500_00, Basis: "to_date", Signed: true}, "2022-05": {Value: 400_00, Basis: "to_date"}, "2022": {Value: 1000_00}}}
	c, o = ask(tax, m, w.Today())
	if c.Value.Pending || c.Last.Decimal() != "400" || figure.Decimal(c.Growth, 1) != "25" || c.Base.Decimal() != "1000" || figure.Decimal(c.Target.Wanted, 1) != "1100" {
		t.Errorf("%+v %+v %v", c.Value, c.Last, c.Target)
	}
	if o.Method != figure.Seasonal || figure.Decimal(o.Value, 1) != "1250" || o.Misses {
		t.Errorf("a measure to the end of May: %+v", o.Forecast)
	}
	delete(m.measured, "2022-05") // the value reaches to the end of May: 151 days of 365
	if c, o = ask(tax, m, w.Today()); o.Method != figure.Linear || figure.Decimal(o.Value, 1) != "1208.6" || c.Growth != nil {
		t.Errorf("by days: %+v, growth %v", o.Forecast, c.Growth)
	}
	m.measured["2023"] = figure.Measurement{Value: 1050_00, Status: "expected"}
	m.measured["2023"] = figure.Measurement{Value: 1050_00, Status: "final", Signed: true}
	if _, o = ask(tax, m, w.Today()); o.Method != figure.Closed {
		t.Errorf("the year's value is final: %+v", o.Forecast)
	}
	m.measured["2023"] = figure.Measurement{Value: 1050_00, Status: "expected"}
	if c, o = ask(tax, m, w.Today()); o.Method != figure.Expected || figure.Decimal(o.Value, 1) != "1050" || !o.Misses || !c.Value.Pending {
		t.Errorf("the office expects: %+v, %+v", o.Forecast, o)
	}
}

func TestWatch(t *testing.T) {
	w := newCounted(t, town.DayOf(2023, 6, 15))
	add := func(n int, day town.Day) {
		for range n {
			w.order(t, "road", 0, day)
		}
	}
	add(4, town.DayOf(2022, 4, 3))
	add(4, town.DayOf(2023, 1, 9))
	add(3, town.DayOf(2023, 4, 3))
	add(9, town.DayOf(2023, 6, 3)) // the month that runs is in no trend
	n := func(x int64) *int64 { return &x }
	r := told{reader: reader{w.tally, w.Town, town.DayOf(2022, 1, 1)}, target: catalog.TargetRow{Year: 2023, Shape: "level", Value: 100}}
	short := r
	short.since = town.DayOf(2023, 1, 1)
	lone := short
	lone.target = catalog.TargetRow{}
	for _, c := range []struct {
		name   string
		r      told
		a      catalog.Alert
		known  bool
		on     bool
		value  string
		change string
		method string
	}{
		{"above", r, catalog.Alert{Figure: "orders_in", Period: "year", Above: n(15_0000)}, true, true, "16", "", ""},
		{"not above what it equals", r, catalog.Alert{Figure: "orders_in", Period: "year", Above: n(16_0000)}, true, false, "16", "", ""},
		{"below in the month", r, catalog.Alert{Figure: "orders_in", Period: "month", Below: n(9_5000)}, true, true, "9", "", ""},
		{"below in the quarter", r, catalog.Alert{Figure: "orders_in", Period: "quarter", Below: n(12_0000)}, true, false, "12", "", ""},
		{"a rate that is unknown", r, catalog.Alert{Figure: "orders_rate", Period: "year", Below: n(95_0000)}, false, false, "", "", ""},
		{"falls on last year", r, catalog.Alert{Figure: "orders_in", Falls: 20_00, Over: 3}, true, true, "3", "-25", figure.LastYears},
		{"falls, but not by so much", r, catalog.Alert{Figure: "orders_in", Falls: 25_00, Over: 3}, true, false, "3", "-25", figure.LastYears},
		{"nothing in the months before", short, catalog.Alert{Figure: "orders_in", Falls: 20_00, Over: 2}, false, false, "3", "", figure.MonthsBefore},
		{"falls on the month before", short, catalog.Alert{Figure: "orders_in", Falls: 20_00, Over: 1}, true, true, "0", "-100", figure.MonthsBefore},
		{"no months before", short, catalog.Alert{Figure: "orders_in", Falls: 20_00, Over: 4}, false, false, "", "", figure.MonthsBefore},
		{"rises", r, catalog.Alert{Figure: "orders_in", Rises: 20_00, Over: 3}, true, false, "3", "-25", figure.LastYears},
		{"misses", r, catalog.Alert{Figure: "orders_in", Misses: true}, true, true, "16", "", figure.Seasonal},
		{"no target", lone, catalog.Alert{Figure: "orders_in", Misses: true}, false, false, "", "", ""},
	} {
		got, err := figure.Watch(w.Cat, c.r, &c.a, "", w.Today())
		if err != nil {
			t.Fatal(err)
		}
		text := func(x *big.Rat) string {
			if x == nil {
				return ""
			}
			return figure.Decimal(x, 2)
		}
		if got.Known != c.known || got.On != c.on || got.Method != c.method || text(got.Value) != c.value || text(got.Change) != c.change {
			t.Errorf("%s: known %v on %v %s change %s by %q", c.name, got.Known, got.On, text(got.Value), text(got.Change), got.Method)
		}
	}
}
