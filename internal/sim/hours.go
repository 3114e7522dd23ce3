package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

// Shift says when somebody works: on days off, and at which hours.
type Shift struct {
	Rest  int      `yaml:"rest"`  // of a hundred chances to work on a day off, how many are taken
	Hours []string `yaml:"hours"` // "08:30-12:00 47": a span of the day and its weight

	spans []span
	all   int
}

// span is a part of the day, in minutes.
type span struct{ from, until, weight int }

// Duty says whose work follows a shift. What is empty is any.
type Duty struct {
	Types []string `yaml:"types"`
	Moves []string `yaml:"moves"` // "open" is the opening
	Roles []string `yaml:"roles"`
	Shift string   `yaml:"shift"`
}

// usual is the shift of those of whom the rota says nothing.
const usual = "office"

func (s *Shift) prepare() error {
	for _, text := range s.Hours {
		var a, b, c, d, w int
		if _, err := fmt.Sscanf(text, "%d:%d-%d:%d %d", &a, &b, &c, &d, &w); err != nil {
			return fmt.Errorf("hours %q: want 08:30-12:00 and a weight", text)
		}
		x := span{a*60 + b, c*60 + d, w}
		if x.from < 0 || x.from >= x.until || x.until > 24*60 || w <= 0 {
			return fmt.Errorf("hours %q: not a part of the day", text)
		}
		s.spans, s.all = append(s.spans, x), s.all+w
	}
	if s.all == 0 || s.Rest < 0 || s.Rest > 100 {
		return fmt.Errorf("no hours, or rest is not from 0 to 100")
	}
	return nil
}

// draw gives a time of day within the shift.
func (s *Shift) draw(rng *rand.Rand) town.Millis {
	n := rng.IntN(s.all)
	for _, x := range s.spans {
		if n -= x.weight; n < 0 {
			return town.Millis((x.from+rng.IntN(x.until-x.from))*60+rng.IntN(60)) * 1000
		}
	}
	return 0
}

// covers tells whether a minute of the day lies within the shift.
func (s *Shift) covers(minute int) bool {
	return slices.ContainsFunc(s.spans, func(x span) bool { return x.from <= minute && minute < x.until })
}

// checkHours holds the rota against the catalog.
func (p *Plan) checkHours(cat *catalog.Catalog) error {
	for name, s := range p.Shifts {
		if err := s.prepare(); err != nil {
			return fmt.Errorf("shift %s: %w", name, err)
		}
	}
	if p.Shifts[usual] == nil {
		return fmt.Errorf("no shift %s", usual)
	}
	for i, d := range p.Rota {
		if p.Shifts[d.Shift] == nil {
			return fmt.Errorf("rota %d: no shift %s", i+1, d.Shift)
		}
		for _, t := range d.Types {
			if cat.Types[t] == nil {
				return fmt.Errorf("rota %d: no type %s", i+1, t)
			}
			for _, m := range d.Moves {
				if m != "open" && cat.Types[t].Move(m) == nil {
					return fmt.Errorf("rota %d: %s has no move %s", i+1, t, m)
				}
			}
		}
		for _, r := range d.Roles {
			if cat.Roles[r] == nil {
				return fmt.Errorf("rota %d: no role %s", i+1, r)
			}
		}
	}
	return nil
}

// shift is when a role makes a move on records of a type.
func (p *Plan) shift(typ, move, role string) *Shift {
	fits := func(list []string, s string) bool { return len(list) == 0 || slices.Contains(list, s) }
	for _, d := range p.Rota {
		if fits(d.Types, typ) && fits(d.Moves, move) && fits(d.Roles, role) {
			return p.Shifts[d.Shift]
		}
	}
	return p.Shifts[usual]
}

// off tells whether d is known to be a day off.
func (p *player) off(d town.Day) bool {
	work, known := p.h.View().Calendar().Workday(d)
	return known && !work
}

// workday moves a day on which the shift rests to the nearest one on which it works, but not to or before the day after
// which it must lie, and not beyond the year: what the plan means to happen within it does.
func (p *player) workday(rng *rand.Rand, s *Shift, d, after town.Day) town.Day {
	if !p.off(d) || s.Rest > 0 && rng.IntN(100) < s.Rest {
		return d
	}
	back, on := d-1, d+1
	for p.off(back) {
		back--
	}
	for p.off(on) {
		on++
	}
	if back > after && (on > p.plan.end(d) || d-back < on-d || d-back == on-d && rng.IntN(2) == 0) {
		return back
	}
	return on
}

// soon is a time within the next hours of the shift: what follows at once, but not at night, at lunch or on a holiday of those who do it.
func (p *player) soon(rng *rand.Rand, s *Shift, at town.Millis) town.Millis {
	day := at.Day(p.zone)
	midnight := day.At(p.zone, 0, 0)
	then := at + town.Millis(600_000+rng.Int64N(5_400_000))
	if p.off(day) && s.Rest == 0 {
		return p.morning(rng, s, at)
	}
	now, minute := int((at-midnight)/60_000), int((then-midnight)/60_000)
	if s.covers(minute) {
		return then
	}
	next, close := -1, -1
	for _, x := range s.spans {
		if x.from >= now && (next < 0 || x.from < next) {
			next = x.from
		}
		if x.from <= now && x.until > now+1 {
			close = x.until
		}
	}
	switch {
	case next >= 0 && next >= minute-120: // after lunch, when the shift begins
		return max(midnight+town.Millis(next+rng.IntN(40))*60_000+town.Millis(rng.IntN(60))*1000, at+60_000)
	case close >= 0: // before it ends
		return at + town.Millis(1+rng.IntN(close-now-1))*60_000
	case next >= 0:
		return midnight + town.Millis(next+rng.IntN(40))*60_000 + town.Millis(rng.IntN(60))*1000
	}
	return p.morning(rng, s, at)
}

// morning is the beginning of the next day of the shift; where the year ends before it, what is left is done at once.
func (p *player) morning(rng *rand.Rand, s *Shift, at town.Millis) town.Millis {
	d := at.Day(p.zone) + 1
	for p.off(d) && s.Rest == 0 {
		d++
	}
	if d > p.plan.end(at.Day(p.zone)) {
		return at + town.Millis(600_000+rng.Int64N(600_000))
	}
	first := s.spans[0].from
	for _, x := range s.spans {
		first = min(first, x.from)
	}
	return d.At(p.zone, 0, 0) + town.Millis(max(first, 6*60)+rng.IntN(50))*60_000 + town.Millis(rng.IntN(60))*1000
}

// ready is the shift of whoever makes the next step of a case, and remembers who that is to be.
func (p *player) ready(pl *play, s step) *Shift {
	typ, move, roles := pl.typ, s.move, []string{s.role}
	w := where{opening: true, place: pl.place, placed: pl.place != ""}
	var barred map[int64]bool
	k := p.known[pl.record]
	switch {
	case s.open != "":
		typ, move = p.cat.Types[s.open], "open"
		if s.role == "" {
			roles = typ.OpensBy
		}
	case s.move == "":
		roles, w = p.voiders(pl), p.whereIs(typ, k)
	default:
		m := typ.Move(s.move)
		if s.role == "" {
			roles = m.By
		}
		w, barred = p.whereIs(typ, k), k.barred(m)
	}
	pl.role = p.person(pl.rng, roles, w, barred).posts[0].Role
	return p.plan.shift(typ.Key, move, pl.role)
}

// later is when the next step of a case comes: as many days after the step before as the plan has it, at an hour at which
// whoever makes it works. Days are counted from where the plan has the step before, so that holidays do not add up.
func (p *player) later(pl *play, at town.Millis, s step) town.Millis {
	rng := pl.rng
	if at.Day(p.zone) < yearStart && s.after[0] < 10 {
		return at + 1000
	}
	shift := p.ready(pl, s)
	days := s.after[0]
	if s.after[1] > s.after[0] {
		days += rng.IntN(s.after[1] - s.after[0] + 1)
	}
	today := at.Day(p.zone)
	pl.planned = max(pl.planned, today-30) + town.Day(days) // never more than a month of holidays behind
	if days == 0 {
		return p.soon(rng, shift, at)
	}
	d := pl.planned
	if d > today {
		d = p.workday(rng, shift, d, today)
	}
	if d <= today || d > p.plan.end(pl.planned) && pl.planned <= p.plan.end(pl.planned) {
		return p.soon(rng, shift, at)
	}
	return d.At(p.zone, 0, 0) + shift.draw(rng)
}

// opening draws the day's hour at which a case of a group is opened, and who is to open it.
func (p *player) opening(pl *play, g *Group, day town.Day) town.Millis {
	if g.Hours != "" {
		return p.plan.Shifts[g.Hours].draw(pl.rng)
	}
	roles := pl.typ.OpensBy
	if g.Role != "" {
		roles = []string{g.Role}
	}
	var all, up []string // a role as often as it has people
	for _, r := range roles {
		for range p.staff[r] {
			all = append(all, r)
			if p.plan.shift(g.Type, "open", r).Rest > 0 {
				up = append(up, r)
			}
		}
	}
	if p.off(day) && len(up) > 0 {
		all = up
	}
	if len(all) > 0 {
		pl.role = all[pl.rng.IntN(len(all))]
	}
	return p.plan.shift(g.Type, "open", pl.role).draw(pl.rng)
}

// resting is the share of days off on which a group's cases are opened.
func (p *player) resting(g *Group) int {
	if g.Hours != "" {
		return p.plan.Shifts[g.Hours].Rest
	}
	roles := p.cat.Types[g.Type].OpensBy
	if g.Role != "" {
		roles = []string{g.Role}
	}
	most := 0
	for _, r := range roles {
		most = max(most, p.plan.shift(g.Type, "open", r).Rest)
	}
	return most
}
