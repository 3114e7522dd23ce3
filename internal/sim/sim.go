// Package sim plays a simulated year of a town: invented people of every role
// do the work that a plan asks for, on plausible days, at plausible places, all
// of it through hall.Do. It owns the plan, the invented texts and people, and
// the order of the year; it decides no rule and knows no system of its own. It
// works only on a town that was founded as simulated. Invariant: two runs from
// one seed give equal figures.
package sim

import (
	"container/heap"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"zhenwu/internal/catalog"
	"zhenwu/internal/commitment"
	"zhenwu/internal/hall"
	"zhenwu/internal/town"
)

// Progress is told how far the year has come.
type Progress func(done, total int, day town.Day)

// Stats says what a run did.
type Stats struct {
	Commands, Refused int
	Refusals          map[string]int // sentence → how often
}

// Seed is the seed of the demo's year.
const Seed = 20231229

// Play fills the year 2023 of the hall's town. It stops between batches when
// ctx ends. The town must be simulated and new.
func Play(ctx context.Context, h *hall.Hall, seed uint64, progress Progress) (*Stats, error) {
	plan, err := Load(h.View().Cat, Built())
	if err != nil {
		return nil, err
	}
	return PlayPlan(ctx, h, plan, seed, progress)
}

// PlayPlan fills the year after a plan of the caller's.
func PlayPlan(ctx context.Context, h *hall.Hall, plan *Plan, seed uint64, progress Progress) (*Stats, error) {
	v := h.View()
	if !v.Simulated {
		return nil, town.Refuse(town.Denied, "", "只有模拟乡镇才能生成模拟数据", "only a simulated town takes simulated work")
	}
	p := newPlayer(ctx, h, plan, seed, progress)
	return p.stats, p.play()
}

func newPlayer(ctx context.Context, h *hall.Hall, plan *Plan, seed uint64, progress Progress) *player {
	v := h.View()
	p := &player{ctx: ctx, h: h, cat: v.Cat, zone: v.Zone(), plan: plan, seed: seed, pools: map[string][]town.ID{}, cycles: map[string]int{},
		known: map[town.ID]*known{}, fates: map[string][]*Follower{}, rounds: map[string]int{}, stats: &Stats{Refusals: map[string]int{}}, progress: progress}
	p.setPlaces()
	return p
}

// play hires the staff, lays out the year and plays it.
func (p *player) play() error {
	if err := p.hire(); err != nil {
		return err
	}
	p.schedule()
	p.promise()
	return p.run()
}

type player struct {
	ctx      context.Context
	h        *hall.Hall
	cat      *catalog.Catalog
	zone     *time.Location
	plan     *Plan
	seed     uint64
	queue    events
	pools    map[string][]town.ID // type or pool → records, in the order of opening
	cycles   map[string]int
	known    map[town.ID]*known
	fates    map[string][]*Follower // type → what the next records become
	rounds   map[string]int
	staff    map[string][]person // role → people
	places   map[string][]town.Code
	placeOf  map[string]town.Code // name → code
	names    map[town.Code]string
	offices  []string
	stats    *Stats
	progress Progress
	heard    func(hall.Ask, hall.Result) // when set, is told every command that a case made, with its answer
	total    int
	serial   int
	lastDay  town.Day
}

// known is what the simulator remembers of a record it opened.
type known struct {
	typ    string
	fields town.Values
	id     town.ID
	day    town.Day // of the opening
	again  bool     // it speaks of what another record speaks of, or another of it
	place  town.Code
	opener int64
	holder int64              // who made its last step
	office string             // of the opening
	movers map[string][]int64 // move → who made it
	stage  string
}

// play is one case: a record to open, or one that was opened, with its walk.
type play struct {
	id      int
	group   *Group
	typ     *catalog.Type
	rng     *rand.Rand
	index   int // within the group
	walk    []step
	at      int // next step, -1 = open
	record  town.ID
	fields  map[string]any // follower's specs
	sums    map[string]int64
	place   town.Code
	parent  town.ID  // the record whose walk opened this one
	like    town.ID  // the record that it is alike to, see Group.Alike
	planned town.Day // where the plan has the last step: the step itself may have waited for a workday
	role    string   // who is to make the next command
	busy    bool     // a command of it is in the batch
}

// from is the number of the group a case stands in, -1 when an effect or a plan opened it.
func (p *play) from() int {
	if p.group == nil {
		return -1
	}
	return p.group.index
}

type event struct {
	at   town.Millis
	id   int
	play *play
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].id < e[j].id
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

var (
	eve       = town.DayOf(2022, 12, 31) // the town begins at 20:00 and takes in what was there before
	yearStart = town.DayOf(2023, 1, 1)
	yearEnd   = town.DayOf(2023, 12, 28) // the demo's clock goes on from the 29th, 09:00
)

func (p *player) setPlaces() {
	p.places, p.placeOf, p.names = map[string][]town.Code{}, map[string]town.Code{}, map[town.Code]string{}
	for _, pl := range p.h.View().Places() {
		p.places[pl.Kind] = append(p.places[pl.Kind], pl.Code)
		p.names[pl.Code] = pl.Zh
		if _, ok := p.placeOf[pl.Zh]; !ok {
			p.placeOf[pl.Zh] = pl.Code
		}
	}
	p.places["town"] = []town.Code{p.cat.Code}
	for _, o := range p.cat.OfficeOrder { // the town's own, without the village committees
		if p.cat.Offices[o].Place == "" {
			p.offices = append(p.offices, o)
		}
	}
}

// schedule lays out all groups of the plan.
func (p *player) schedule() {
	for _, g := range p.plan.Groups {
		from, to := yearStart, yearEnd
		if len(g.Days) > 0 {
			from, _ = town.ParseDay(g.Days[0])
			to = from
		}
		if len(g.Days) > 1 {
			to, _ = town.ParseDay(g.Days[1])
		}
		t := p.cat.Types[g.Type]
		walk := make([]step, len(g.Walk))
		for i, w := range g.Walk {
			walk[i] = stepOf(w)
		}
		rng := rand.New(rand.NewPCG(p.seed, uint64(g.index)+1))
		sums := shares(rng, g.Sums, g.Count)
		days, rest := make([]town.Day, g.Count), p.resting(g)
		for i := range days {
			a, b := from, to
			if g.Every == "month" { // an equal share of the cases in each month
				a, b = monthOf(from, to, i, g.Count)
			}
			days[i] = p.day(rng, a, b, rest)
		}
		sort.Slice(days, func(i, j int) bool { return days[i] < days[j] })
		ends := portion(rng, g.Ends, g.Count)
		for i := range g.Count {
			gr := g
			pl := &play{id: p.serial, typ: t, rng: rand.New(rand.NewPCG(p.seed^uint64(g.index+1)<<20, uint64(i))), index: i, walk: walk, at: -1, sums: map[string]int64{}}
			p.serial++
			for f, s := range sums {
				pl.sums[f] = s[i]
			}
			if len(ends) > 0 {
				pl.walk = ends[i].steps
			}
			if rows := p.plan.Tables[g.Vary]; g.Vary != "" {
				gr = g.with(rows[pl.rng.IntN(len(rows))])
			}
			pl.group = gr
			at := days[i].At(p.zone, 0, 0) + p.opening(pl, gr, days[i])
			pl.planned = days[i]
			if days[i] < yearStart { // what was there before: group after group on the evening the town began
				at = eve.At(p.zone, 20, 1) + town.Millis(g.index)*5000 + town.Millis(i*900/g.Count)
			}
			p.push(pl, at)
			p.total += 1 + len(pl.walk)
		}
	}
	heap.Init(&p.queue)
}

// portion deals the ends out to n cases by share, in drawn order: exactly, and each end at least once where there are cases
// enough, so that no dead end of a small group is left to chance.
func portion(rng *rand.Rand, ends []*Follower, n int) []*Follower {
	if len(ends) == 0 {
		return nil
	}
	all := 0
	for _, f := range ends {
		all += f.Share
	}
	out, had := make([]*Follower, 0, n), make([]int, len(ends))
	if n >= len(ends) {
		for i, f := range ends {
			out, had[i] = append(out, f), 1
		}
	}
	for i := len(out); i < n; i++ { // the end that is furthest behind its share
		best, lag := 0, math.MinInt
		for j, f := range ends {
			if d := f.Share*(i+1) - had[j]*all; d > lag {
				best, lag = j, d
			}
		}
		had[best]++
		out = append(out, ends[best])
	}
	rng.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// fate is what becomes of the next record of a type that an effect or a plan opened on a day: shares are dealt out in rounds.
func (p *player) fate(typ string, day town.Day) *Follower {
	if fs := p.plan.Next[typ]; len(fs) > 0 && day > yearEnd {
		return p.dealt("next "+typ, fs)
	}
	return p.dealt(typ, p.plan.Followers[typ])
}

// dealt gives the next of the followers of a name.
func (p *player) dealt(name string, fs []*Follower) *Follower {
	if len(p.fates[name]) == 0 {
		all := 0
		for _, f := range fs {
			all += f.Share
		}
		rng := rand.New(rand.NewPCG(p.seed^0xfa7e, uint64(len(name))<<32|uint64(p.rounds[name])))
		p.rounds[name]++
		p.fates[name] = portion(rng, fs, max(all, 1))
	}
	f := p.fates[name][0]
	p.fates[name] = p.fates[name][1:]
	return f
}

// resume lets records that rest at a stage when the year has ended go on: those whose walk is over.
func (p *player) resume(d town.Day) {
	going := map[town.ID]bool{}
	for _, e := range p.queue {
		going[e.play.record] = true
	}
	for _, typ := range slices.Sorted(maps.Keys(p.plan.Resume)) {
		for _, id := range p.pools[typ] {
			k := p.known[id]
			fs := p.plan.Resume[typ][k.stage]
			if len(fs) == 0 || going[id] {
				continue
			}
			f := p.dealt("resume "+typ+" "+k.stage, fs)
			pl := &play{id: p.serial, typ: p.cat.Types[typ], rng: rand.New(rand.NewPCG(p.seed^0x4e57, uint64(id))), walk: f.steps, record: id, fields: f.Fields, place: k.place, planned: d}
			p.serial++
			p.total += len(f.steps)
			if len(f.steps) > 0 {
				p.push(pl, p.later(pl, d.At(p.zone, 8, 30), f.steps[0]))
			}
		}
	}
}

// with is the group with the field specs of a table's row for one case.
func (g *Group) with(row map[string]any) *Group {
	h := *g
	h.Fields = make(map[string]any, len(g.Fields)+len(row))
	for f, s := range row {
		if f == rowHours {
			h.Hours = s.(string)
			continue
		}
		h.Fields[f] = s
	}
	for f, s := range g.Fields { // what the group says itself goes before
		h.Fields[f] = s
	}
	return &h
}

// promise opens the commitments that the catalog brings along, in the week
// before the report is given. What becomes of them stands with the followers.
func (p *player) promise() {
	if p.cat.Types["commitment"] == nil {
		return
	}
	for i, c := range p.cat.Seeds.Commitments {
		fields := map[string]any{"code": c.ID, "section": c.Section, "text": c.Text, "leader": c.Lead, "deadline": c.Due.String(), "assumed": c.Assumed,
			"place": string(p.cat.Code), "number_told": nil, "measure": nil, "shape": nil, "goal": nil, "helpers": nil,
			"source": strconv.Itoa(yearStart.Year()) + "年政府工作报告"}
		var nodes []any
		for _, n := range commitment.Quarters(yearEnd-8, c.Due) {
			nodes = append(nodes, map[string]any{"what": n.What, "due": n.Due.String(), "done": nil})
		}
		fields["nodes"] = nodes
		if len(c.Helpers) > 0 {
			list := make([]any, len(c.Helpers))
			for j, o := range c.Helpers {
				list[j] = o
			}
			fields["helpers"] = list
		}
		for f, s := range map[string]string{"number_told": c.Number + c.Unit, "measure": c.Figure, "shape": c.Shape} {
			if s != "" {
				fields[f] = s
			}
		}
		if c.Goal != "" {
			if n, ok := hundredths(c.Goal); ok {
				fields["goal"] = n
			}
		}
		g := &Group{Type: "commitment", Count: 1, Place: string(p.cat.Code), Fields: fields, Role: "chief", index: len(p.plan.Groups) + i}
		if !contains(p.cat.Types["commitment"].OpensBy, g.Role) {
			g.Role = ""
		}
		pl := &play{id: p.serial, group: g, typ: p.cat.Types["commitment"], rng: rand.New(rand.NewPCG(p.seed^0xc0117, uint64(i))), at: -1, sums: map[string]int64{}}
		if len(p.plan.Followers["commitment"]) > 0 {
			pl.walk = p.fate("commitment", yearEnd).steps
		}
		p.serial++
		p.total += 1 + len(pl.walk)
		p.push(pl, (yearEnd-8).At(p.zone, 9, 0)+town.Millis(i)*60_000)
	}
}

// hundredths reads a decimal text with at most two decimals.
func hundredths(s string) (int64, bool) {
	whole, rest, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	n, err := strconv.ParseInt(whole+(rest + "00")[:2], 10, 64)
	if err != nil || len(rest) > 2 {
		return 0, false
	}
	if strings.HasPrefix(s, "-") {
		n = -n
	}
	return n, true
}

// monthOf gives the part of the i-th of n cases when [from, to] is shared out by months.
func monthOf(from, to town.Day, i, n int) (town.Day, town.Day) {
	y, m, _ := from.Date()
	y2, m2, _ := to.Date()
	months := (y2-y)*12 + int(m2) - int(m) + 1
	k := int(m) - 1 + i*months/max(n, 1)
	first := town.DayOf(y+k/12, time.Month(k%12+1), 1)
	last := town.DayOf(y+(k+1)/12, time.Month((k+1)%12+1), 1) - 1
	return max(first, from), min(last, to)
}

func (p *player) push(pl *play, at town.Millis) {
	heap.Push(&p.queue, event{at, pl.id, pl})
}

// shares splits totals exactly over n cases, unevenly.
func shares(rng *rand.Rand, totals map[string]int64, n int) map[string][]int64 {
	out := map[string][]int64{}
	names := make([]string, 0, len(totals))
	for f := range totals {
		names = append(names, f)
	}
	sort.Strings(names)
	for _, f := range names {
		total := totals[f]
		weights := make([]int64, n)
		var all int64
		for i := range weights {
			weights[i] = 20 + rng.Int64N(180)
			all += weights[i]
		}
		parts := make([]int64, n)
		left := total
		// round amounts look like amounts: to the thousand where there is room
		grain := int64(1)
		for grain*1000*int64(n) < total && grain < 1_000_000 {
			grain *= 10
		}
		for i := range parts {
			parts[i] = total / all * weights[i] / grain * grain
			if parts[i] == 0 {
				parts[i] = max(1, total*weights[i]/all)
			}
			left -= parts[i]
		}
		for i := 0; left != 0 && n > 0; i = (i + 1) % n {
			d := left / int64(n-i)
			if d == 0 {
				d = left
			}
			if parts[i]+d > 0 {
				parts[i] += d
				left -= d
			}
		}
		out[f] = parts
	}
	return out
}

// day draws a day of [from, to]; of a hundred draws of a day off, rest are kept.
func (p *player) day(rng *rand.Rand, from, to town.Day, rest int) town.Day {
	d := from
	for range 40 {
		d = from + town.Day(rng.IntN(int(to-from)+1))
		if !p.off(d) || rest > 0 && rng.IntN(100) < rest {
			return d
		}
	}
	return d
}

// run plays everything in the order of time, in batches; clocks and plans get
// their turn at each midnight.
func (p *player) run() error {
	p.lastDay = yearStart - 1
	var batch []*play
	var asks []hall.Ask
	flush := func() error {
		if len(asks) == 0 {
			return nil
		}
		res, err := p.h.DoAll(p.ctx, asks, true)
		if err != nil {
			return err
		}
		for i, r := range res {
			if p.heard != nil {
				p.heard(asks[i], r)
			}
			p.settle(batch[i], asks[i], r)
		}
		p.stats.Commands += len(asks)
		batch, asks = batch[:0], asks[:0]
		if p.progress != nil {
			p.progress(p.stats.Commands, max(p.total, p.stats.Commands), p.lastDay)
		}
		return nil
	}
	for {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		next := p.plan.Last + 1
		if len(p.queue) > 0 {
			next = min(next, p.queue[0].at.Day(p.zone))
		}
		if next > p.lastDay { // the day is over when what follows from its answers is done too
			if len(asks) > 0 {
				if err := flush(); err != nil {
					return err
				}
				continue
			}
			if p.lastDay >= p.plan.Last {
				return nil // what would happen later stays open
			}
			if err := p.midnight(p.lastDay + 1); err != nil {
				return err
			}
			continue
		}
		e := heap.Pop(&p.queue).(event)
		early := e.at.Day(p.zone) < yearStart && len(batch) > 0 && batch[len(batch)-1].from() != e.play.from()
		if e.play.busy || early || len(asks) >= 900 {
			if err := flush(); err != nil {
				return err
			}
		}
		ask, ok := p.ask(e)
		if !ok {
			continue
		}
		e.play.busy = true
		batch = append(batch, e.play)
		asks = append(asks, ask)
	}
}

// midnight begins day d: clocks and plans get their turn, each day once.
func (p *player) midnight(d town.Day) error {
	p.lastDay = d
	if d == yearEnd+1 {
		p.resume(d)
	}
	made, err := p.h.Wake(p.ctx, d.Start(p.zone))
	if err != nil {
		return fmt.Errorf("wake on %s: %w", d, err)
	}
	p.stats.Commands += made
	if d.Weekday() == time.Monday || d == yearEnd || d == p.plan.Last {
		n, err := p.h.Readings(p.ctx, d)
		if err != nil {
			return fmt.Errorf("readings of %s: %w", d, err)
		}
		p.stats.Commands += n
	}
	opened, err := p.h.Plans(p.ctx, d)
	if err != nil {
		return fmt.Errorf("plans of %s: %w", d, err)
	}
	p.stats.Commands += len(opened)
	return p.adopt(opened, d.At(p.zone, 8, 30))
}

// adopt gives records that effects or plans opened a walk of their own.
func (p *player) adopt(ids []town.ID, at town.Millis) error {
	if len(ids) == 0 {
		return nil
	}
	return p.h.Reading(p.ctx, func(r *hall.Reader) error {
		for _, id := range ids {
			row, err := r.Record(id)
			if err != nil {
				return err
			}
			if row == nil {
				continue
			}
			p.remember(id, at.Day(p.zone), row.Type, row.Stated, row.Place, 0, row.Office, row.Stage)
			if len(p.plan.Followers[row.Type]) == 0 && (len(p.plan.Next[row.Type]) == 0 || at.Day(p.zone) <= yearEnd) {
				continue
			}
			rng := rand.New(rand.NewPCG(p.seed^0xf011, uint64(id)))
			f := p.fate(row.Type, at.Day(p.zone))
			pl := &play{id: p.serial, typ: p.cat.Types[row.Type], rng: rng, walk: f.steps, record: id, fields: f.Fields, place: row.Place, planned: at.Day(p.zone)}
			p.serial++
			p.total += len(f.steps)
			if len(f.steps) > 0 {
				p.push(pl, p.later(pl, at, f.steps[0]))
			}
		}
		return nil
	})
}

func (p *player) remember(id town.ID, day town.Day, typ string, fields town.Values, place town.Code, opener int64, office, stage string) {
	if place == "" {
		place = p.placeWithin(p.cat.Types[typ], fields)
	}
	p.known[id] = &known{id: id, day: day, typ: typ, fields: fields, place: place, opener: opener, holder: opener, office: office, movers: map[string][]int64{}, stage: stage}
	p.pools[typ] = append(p.pools[typ], id)
}

// placeWithin is the place of the record that a new one belongs to.
func (p *player) placeWithin(t *catalog.Type, fields town.Values) town.Code {
	for _, f := range t.Fields {
		if id, ok := fields[f.Key].(int64); ok && f.Type == catalog.Ref {
			if k := p.known[town.ID(id)]; k != nil && k.place != "" {
				return k.place
			}
		}
	}
	return ""
}

// whereIs says what a record asks of a post: its place, and the office that holds it.
func (p *player) whereIs(t *catalog.Type, k *known) where {
	key := t.Office
	if f := t.Field("office"); key == "" && f != nil && f.Type == catalog.OfficeType {
		key = "office"
	}
	w := where{place: k.place, office: k.office, opener: k.opener, holder: k.holder}
	if f := t.Field(key); f != nil && f.CopyRef != "" {
		if id, ok := k.fields[f.CopyRef].(int64); ok && p.known[town.ID(id)] != nil {
			from := p.known[town.ID(id)]
			w.office = from.office
			if s, ok := from.fields[f.CopyField].(string); ok {
				w.office = s
			}
		}
	}
	f := t.Field("place")
	w.placed = t.Place != "" || f != nil && f.Type == catalog.Place
	if s, ok := k.fields[key].(string); ok && key != "" && s != "" {
		w.office = s
	}
	return w
}

// ask makes the command of an event.
func (p *player) ask(e event) (hall.Ask, bool) {
	pl := e.play
	if pl.at < 0 {
		return p.open(e)
	}
	if pl.at >= len(pl.walk) {
		return hall.Ask{}, false
	}
	s := pl.walk[pl.at]
	if s.open != "" {
		p.branch(pl, s, e.at)
		return hall.Ask{}, false
	}
	k := p.known[pl.record]
	c := &chooser{p: p, pl: pl, rng: pl.rng, day: e.at.Day(p.zone), values: k.fields.Clone(), place: k.place}
	if s.move == "" { // a void at the end
		who := p.someone(pl, p.voiders(pl), p.whereIs(pl.typ, k), nil)
		return hall.Ask{Actor: who.actor(), Command: town.Command{ID: p.command(pl), Op: town.Void, Record: pl.record, Reason: c.text(s.reason), Day: town.NoDay, At: e.at}}, true
	}
	m := pl.typ.Move(s.move)
	by := m.By
	if s.role != "" {
		by = []string{s.role}
	}
	who := p.someone(pl, by, p.whereIs(pl.typ, k), k.barred(m))
	cmd := town.Command{ID: p.command(pl), Op: town.Move, Record: pl.record, Move: s.move, Day: town.NoDay, At: e.at, Reason: c.text(s.reason), Days: int32(s.days)}
	cmd.Fields, cmd.Sealed = c.fill(m, s.fields)
	for _, n := range m.Needs {
		switch n {
		case "reason":
			if cmd.Reason == "" {
				cmd.Reason = phrase(pl.rng, reasons)
			}
		case "note":
			cmd.Note = phrase(pl.rng, notes)
		case "days":
			if cmd.Days == 0 {
				cmd.Days = 5
			}
		}
	}
	k.movers[s.move], k.holder = append(k.movers[s.move], who.id), who.id
	for f, v := range cmd.Fields {
		k.fields[f] = v
	}
	return hall.Ask{Actor: who.actor(), Command: cmd}, true
}

func (p *player) open(e event) (hall.Ask, bool) {
	pl := e.play
	t := pl.typ
	roles := t.OpensBy
	if pl.group.Role != "" {
		roles = []string{pl.group.Role}
	}
	c := &chooser{p: p, pl: pl, rng: pl.rng, day: e.at.Day(p.zone), values: town.Values{}}
	specs := pl.group.Fields
	if pl.group.Alike == "" {
		pl.place = c.choosePlace(t, pl.group.Place)
	} else if like := p.recent(pl.rng, pl.group.Alike, c.day); like != nil {
		pl.like, pl.place, like.again = like.id, like.place, true // once is enough
		specs = c.likeness(t, specs, like)
	} else {
		pl.place = c.choosePlace(t, pl.group.Place)
	}
	c.place = pl.place
	cmd := town.Command{ID: p.command(pl), Op: town.Create, Type: t.Key, Day: town.NoDay, At: e.at}
	if pl.group.Dated != "" {
		cmd.Day, _ = town.ParseDay(pl.group.Dated)
	}
	cmd.Fields, cmd.Sealed = c.create(t, specs, pl.sums)
	k := &known{typ: t.Key, fields: cmd.Fields, place: pl.place}
	w := p.whereIs(t, k)
	w.opening = true
	if w.place == "" { // it lies where the record lies that it belongs to
		w.place = c.whose()
	}
	who := p.someone(pl, roles, w, nil)
	return hall.Ask{Actor: who.actor(), Command: cmd}, true
}

// barred are those who may not make a move, because of what they did before.
func (k *known) barred(m *catalog.Move) map[int64]bool {
	var barred map[int64]bool
	bar := func(id int64) {
		if barred == nil {
			barred = map[int64]bool{}
		}
		barred[id] = true
	}
	for _, n := range m.NotBy {
		if n == "open" {
			bar(k.opener)
		}
		for _, id := range k.movers[n] {
			bar(id)
		}
	}
	return barred
}

// voiders are the roles that void a case.
func (p *player) voiders(pl *play) []string {
	if pl.group != nil && pl.group.Role != "" {
		return []string{pl.group.Role}
	}
	return append(append([]string{}, pl.typ.CorrectsBy...), pl.typ.OpensBy...)
}

// someone picks who makes a command: of the role whose hours it was laid into, where one of them may.
func (p *player) someone(pl *play, roles []string, w where, barred map[int64]bool) person {
	if pl.role != "" && len(roles) > 1 && contains(roles, pl.role) {
		if who := p.person(pl.rng, []string{pl.role}, w, barred); who.id != nobody {
			return who
		}
	}
	return p.person(pl.rng, roles, w, barred)
}

// branch opens the records that belong to a case (its claims, items, lines), and lets the case go on.
func (p *player) branch(pl *play, s step, at town.Millis) {
	n := s.count[0]
	if s.count[1] > n {
		n += pl.rng.IntN(s.count[1] - n + 1)
	}
	totals := map[string]int64{}
	for f, from := range s.split {
		totals[f] = whole(p.known[pl.record].fields[from])
	}
	sums := shares(pl.rng, totals, n)
	g := &Group{Type: s.open, Count: n, Place: string(pl.place), Fields: s.fields, Role: s.role, Pool: s.pool}
	for i := range n {
		child := &play{id: p.serial, group: g, typ: p.cat.Types[s.open], rng: rand.New(rand.NewPCG(pl.rng.Uint64(), uint64(i))), index: i, walk: s.walk, at: -1, sums: map[string]int64{}, parent: pl.record, planned: at.Day(p.zone), role: pl.role}
		for f, parts := range sums {
			child.sums[f] = parts[i]
		}
		p.serial++
		p.total += 1 + len(s.walk)
		gap := town.Millis(60_000)
		if at.Day(p.zone) < yearStart {
			gap = 20
		}
		p.push(child, at+gap*town.Millis(1+i))
	}
	pl.at++
	if pl.at < len(pl.walk) {
		p.push(pl, p.later(pl, at, pl.walk[pl.at]))
	}
}

func (p *player) command(pl *play) string { return fmt.Sprintf("sim-%d-%d", pl.id, pl.at+1) }

// settle learns from an answer and sets the next step.
func (p *player) settle(pl *play, ask hall.Ask, r hall.Result) {
	pl.busy = false
	if r.Err != nil {
		p.stats.Refused++
		p.stats.Refusals[fmt.Sprintf("%s %s: %s", pl.typ.Key, ask.Command.Move, trim(r.Err.Error()))]++
		return // the case rests where it stands
	}
	if pl.at < 0 {
		pl.record = r.Answer.Record
		fields := ask.Command.Fields.Clone()
		p.remember(pl.record, ask.Command.At.Day(p.zone), pl.typ.Key, fields, pl.place, ask.Actor.Person, ask.Actor.Posts[0].Office, r.Answer.Stage)
		pl.place = p.known[pl.record].place
		p.known[pl.record].again = pl.like != 0
		if pl.group.Pool != "" {
			p.pools[pl.group.Pool] = append(p.pools[pl.group.Pool], pl.record)
		}
		if pl.group.Void != "" {
			pl.walk = append(append([]step{}, pl.walk...), step{reason: pl.group.Void, after: [2]int{1, 6}})
		}
	}
	if len(r.Answer.Opened) > 0 {
		if err := p.adopt(r.Answer.Opened, ask.Command.At); err != nil {
			p.stats.Refusals["adopt: "+err.Error()]++
		}
	}
	p.known[pl.record].stage, p.known[pl.record].holder = r.Answer.Stage, ask.Actor.Person
	pl.at++
	if pl.at < len(pl.walk) {
		p.push(pl, p.later(pl, ask.Command.At, pl.walk[pl.at]))
	}
}

func trim(s string) string {
	if i := strings.IndexByte(s, '\n'); i > 0 {
		s = s[:i]
	}
	return s
}
