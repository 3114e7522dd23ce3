package hall

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"zhenwu/internal/edition"
	"zhenwu/internal/figure"
	"zhenwu/internal/flow"
	"zhenwu/internal/form"
	"zhenwu/internal/town"
)

// The types that remember forms; a catalog without them fills forms and remembers nothing.
const (
	FormType   = "form"
	FilingType = "form_filing"
	ValueType  = "form_value"
)

// Fact names what a cell says, whoever asks for it: figure, slice, place, period, and what is said of it.
func Fact(t *form.Told) string {
	say := string(t.Entry.Say)
	if say == "" {
		say = "value"
	}
	return fact(t.Figure.Key, t.Query.Slice, t.Query.Place, t.Query.Period.String(), say)
}

func fact(key, slice string, place town.Code, period, say string) string {
	return strings.Join([]string{key, slice, string(place), period, say}, "|")
}

// exactly writes a number without loss: a decimal, or a fraction where it has none.
func exactly(x *big.Rat) string {
	if s := figure.Decimal(x, 12); exact(s) != nil && exact(s).Cmp(x) == 0 {
		return s
	}
	return x.RatString()
}

func exact(s string) *big.Rat {
	x, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	return x
}

// Reported is what an earlier form, or a published edition, said of the same fact.
type Reported struct {
	Filing  town.ID // 0 for an edition
	Number  string
	Name    string   // of the form, or the title of the edition
	To      string   // who it was sent to; who asked, where it was not sent yet
	Day     town.Day // sent, or published; NoDay where it was not yet
	Cell    string
	Written string // with its unit as Unit
	Unit    string
	Differs bool
}

// Reported lists what was reported of a fact before, the newest first; what the filing not says itself is left out. A filing that is
// not filled, was declined or is voided reported nothing. Of a sum of money or people nothing else is told: not who wrote it.
func (r *Reader) Reported(t *form.Told, not town.ID) ([]Reported, error) {
	if t.Figure == nil || !t.Known {
		return nil, nil
	}
	word := r.v.FieldID(ValueType, "fact")
	if word == 0 {
		return nil, nil
	}
	ids, err := r.q.FieldRecords(r.ctx, r.code, word, Fact(t), 20)
	if err != nil {
		return nil, err
	}
	var out []Reported
	for _, id := range slices.Backward(ids) {
		v, err := r.Record(id)
		if err != nil {
			return nil, err
		}
		if v == nil || v.Voided {
			continue
		}
		of, _ := v.Value("filing")
		n, _ := of.(int64)
		if n == int64(not) {
			continue
		}
		f, err := r.Record(town.ID(n))
		if err != nil {
			return nil, err
		}
		if f == nil || f.Voided || f.Stage != "filled" && f.Stage != "sent" {
			continue
		}
		x := Reported{Filing: f.ID, Number: f.Number, Name: f.Text("name"), To: f.Text("asker"), Day: town.NoDay, Cell: v.Text("cell"), Written: v.Text("written"), Unit: v.Text("unit")}
		if f.Stage == "sent" {
			x.To = f.Text("sent_to")
			if x.Day, err = town.ParseDay(f.Text("sent_on")); err != nil {
				x.Day = town.NoDay // a filing that was corrected into having none
			}
		}
		x.Differs = differs(t, x.Written, x.Unit, v.Text("exact"))
		out = append(out, x)
	}
	return out, nil
}

// differs tells whether two cells that say the same fact contradict each other: written in the same unit they do where what is written
// differs; otherwise where what they were rounded from does.
func differs(t *form.Told, written, unit, was string) bool {
	if unit == t.Unit && written == t.Value.Text {
		return false
	}
	if t.Exact == nil {
		return written != t.Value.Text
	}
	then := exact(was)
	return then == nil || then.Cmp(t.Base()) != 0
}

// Published gives what an edition says, by facts.
func Published(e *edition.Edition, day town.Day) map[string]Reported {
	out := map[string]Reported{}
	for _, f := range e.Figures {
		if f.Value == "" || f.Key == "" {
			continue
		}
		place := town.Code("")
		if n := len(f.Place); n > 0 && f.Where != "" {
			place = town.Code(f.Place[n-1])
		}
		x := Reported{Name: e.Title, Day: day, Written: f.Value, Unit: f.Unit}
		out[fact(f.Key, f.Slice, place, f.Period, "value")] = x
		if p, err := town.ParsePeriod(f.Period); err == nil && p.From == town.DayOf(p.From.Year(), 1, 1) && p.Last().Year() == p.From.Year() { // as of a day of the year: it spoke of the year
			if year := fact(f.Key, f.Slice, place, town.YearPeriod(p.From.Year()).String(), "value"); out[year].Written == "" {
				out[year] = x
			}
		}
	}
	return out
}

// Against holds what a form says against what an edition said.
func Against(t *form.Told, published map[string]Reported) (Reported, bool) {
	if t.Figure == nil || !t.Known || t.Entry.Say != form.Level {
		return Reported{}, false
	}
	x, ok := published[Fact(t)]
	if !ok {
		return x, false
	}
	was := exact(x.Written)
	now := exact(figure.Decimal(t.Base(), max(2, t.Figure.Scale))) // an edition writes a ratio with two decimals
	x.Differs = was == nil || was.Cmp(now) != 0
	return x, true
}

// Filed is a form that was filled.
type Filed struct {
	Form    town.ID
	Filing  town.ID // the filing that asked for it; 0: one is opened
	Period  town.Period
	Place   town.Code
	File    string // hash of the filled form
	Told    []form.Told
	Clashes int
	ID      string // of the command: the same again does nothing twice
}

// File records that a form was filled: a filing with the file, and what each of its cells says. The values come first, so that a filing
// that stands as filled has them all; done again with the same id, what is missing is added.
func (h *Hall) File(ctx context.Context, actor town.Actor, f Filed) (town.ID, error) {
	do := func(cmd town.Command) (town.Answer, error) {
		cmd.Day, cmd.Step = town.NoDay, -1
		return h.Do(ctx, actor, cmd)
	}
	if f.Filing == 0 {
		fields := town.Values{"form": int64(f.Form), "period": f.Period.String()}
		if f.Place != "" {
			fields["place"] = string(f.Place)
		}
		ans, err := do(town.Command{ID: f.ID + "-open", Op: town.Create, Type: FilingType, Fields: fields})
		if err != nil {
			return 0, err
		}
		f.Filing = ans.Record
	}
	var asks []Ask
	said := map[string]bool{}
	cells, blanks := int64(0), int64(0)
	for i := range f.Told {
		t := &f.Told[i]
		if !t.Known {
			blanks++
			continue
		}
		cells++
		if t.Figure == nil {
			continue
		}
		fields := town.Values{"filing": int64(f.Filing), "cell": t.Cell, "fact": Fact(t), "figure": t.Figure.Key, "period": t.Query.Period.String(), "written": t.Value.Text, "exact": exactly(t.Base())}
		if t.Entry.Say != form.Level {
			fields["say"] = string(t.Entry.Say)
		}
		for key, s := range map[string]string{"slice": t.Query.Slice, "unit": t.Unit, "place": string(t.Query.Place)} {
			if s != "" {
				fields[key] = s
			}
		}
		said[t.Cell] = true
		asks = append(asks, Ask{Actor: actor, Command: town.Command{ID: fmt.Sprintf("%s-v%d", f.ID, i), Op: town.Merge, Type: ValueType, Fields: fields, Day: town.NoDay, Step: -1, Reason: "重填 filled again", Bulk: true}})
	}
	gone, err := h.unsaid(ctx, f.Filing, said)
	if err != nil {
		return 0, err
	}
	for _, id := range gone {
		asks = append(asks, Ask{Actor: actor, Command: town.Command{ID: fmt.Sprintf("%s-x%d", f.ID, id), Op: town.Void, Record: id, Day: town.NoDay, Step: -1, Reason: "重填后不再填这一格 no longer filled", Bulk: true}})
	}
	results, err := h.DoAll(ctx, asks, true)
	if err != nil {
		return 0, err
	}
	for _, r := range results {
		if r.Err != nil && !flow.Unchanged(r.Err) {
			return 0, r.Err
		}
	}
	_, err = do(town.Command{ID: f.ID + "-fill", Op: town.Move, Record: f.Filing, Move: "fill", Fields: town.Values{"file": f.File, "cells": cells, "blanks": blanks, "conflicts": int64(f.Clashes)}})
	return f.Filing, err
}

// unsaid lists the values of a filing whose cells are filled no more.
func (h *Hall) unsaid(ctx context.Context, filing town.ID, said map[string]bool) (out []town.ID, err error) {
	err = h.Reading(ctx, func(r *Reader) error {
		children, err := r.World(h.Now()).Children(filing, ValueType, "filing")
		for _, c := range children {
			if !said[c.Text("cell")] && !c.Voided {
				out = append(out, c.ID)
			}
		}
		return err
	})
	return out, err
}
