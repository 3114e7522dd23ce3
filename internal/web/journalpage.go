package web

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"

	"zhenwu/internal/catalog"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

type journalRow struct {
	Seq              int64
	At, ISO          string
	Who, What, Quote string
	Record, Title    string // link and name; "" where the visitor may not see it
	Marks            int
}

// journalView lists the town's events, newest first.
type journalView struct {
	Page
	Rows   []journalRow
	Size   string
	Next   string
	First  bool
	Signed string
	Key    string
	Finger string
}

func (v *visit) journal() error {
	d := journalView{}
	d.Page = v.page(v.t("nav.journal"), "journal")
	before, err := strconv.ParseInt(v.req.FormValue("before"), 10, 64)
	if err != nil || before <= 0 {
		before, d.First = 1<<62, true
	}
	err = v.read(func() error {
		head, err := v.r.Q().Head(v.ctx, v.r.Town())
		if err != nil {
			return err
		}
		d.Size, d.Signed = group(head.Seq), head.Signed
		d.Key, d.Finger = v.hall.KeyPublic(), fingerprint(v.hall.KeyPublic())
		events, err := v.r.Q().EventsBefore(v.ctx, v.r.Town(), before, 41)
		if err != nil {
			return err
		}
		if len(events) == 41 {
			events = events[:40]
			d.Next = "/journal?before=" + strconv.FormatInt(events[39].Seq, 10)
		}
		for i := range events {
			row, _, _, err := v.journalRow(&events[i])
			if err != nil {
				return err
			}
			d.Rows = append(d.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.render("journal", &d)
}

// journalRow tells an event; open says whether the visitor may read what it holds.
func (v *visit) journalRow(e *store.EventRow) (row journalRow, t *catalog.Type, open bool, err error) {
	open = true
	var rec *store.RecordRow
	if e.Record != 0 {
		t, rec, err = v.seen(e.Record)
		if town.KindOf(err) == town.Missing {
			err, open = nil, false
		}
		if err != nil {
			return row, nil, false, err
		}
	} else if e.Op == town.Put {
		open = v.holds("admin") || v.holds("auditor") || v.holds("supervisor")
	}
	row = journalRow{Seq: e.Seq, At: v.stamp(e.At), ISO: v.iso(e.At)}
	if e.Marks != "" {
		row.Marks = strings.Count(e.Marks, "\n") + 1
	}
	if !open {
		row.Who, row.What = "—", v.t("journal.closed")
		return row, nil, false, nil
	}
	ev := v.eventView(t, e)
	row.Who, row.What, row.Quote = ev.Who, ev.What, ev.Quote
	if rec != nil {
		row.Record, row.Title = "/r/"+strconv.FormatInt(int64(rec.ID), 10), v.titleOf(t, rec)
		if rec.Number != "" && row.Title != rec.Number {
			row.Title = rec.Number + " " + row.Title
		}
	}
	return row, t, true, nil
}

type markRow struct{ Figure, Href, K, Day, Place, Slices, N, Back string }

// leafView shows what one leaf of the journal commits to.
type leafView struct {
	Page
	Row     journalRow
	Open    bool
	Detail  []string
	Facts   []option
	Body    string
	Marks   []markRow
	Seed    string
	Earlier string
	Later   string
}

func (v *visit) leaf() error {
	seq, err := strconv.ParseInt(v.req.PathValue("seq"), 10, 64)
	if err != nil {
		return town.Refuse(town.Missing, "seq", "日志里没有这一条。", "the journal has no such leaf.")
	}
	d := leafView{}
	d.Page = v.page(v.t("journal.leaf", group(seq)), "journal")
	err = v.read(func() error {
		e, ok, err := v.r.Q().EventBySeq(v.ctx, v.r.Town(), seq)
		if err != nil {
			return err
		}
		if !ok {
			return town.Refuse(town.Missing, "seq", "日志里没有这一条。", "the journal has no such leaf.")
		}
		var t *catalog.Type
		if d.Row, t, d.Open, err = v.journalRow(&e); err != nil {
			return err
		}
		if seq > 1 {
			d.Earlier = "/journal/" + strconv.FormatInt(seq-1, 10)
		}
		d.Later = "/journal/" + strconv.FormatInt(seq+1, 10)
		add := func(key, value string) {
			if value != "" {
				d.Facts = append(d.Facts, option{Text: v.t("leaf." + key), Value: value})
			}
		}
		add("seq", group(e.Seq))
		add("at", v.clockWords(e.At.Time(v.view.Zone())))
		add("day", e.Day.String())
		add("op", string(e.Op))
		add("command", e.Command)
		if e.Cause != 0 {
			add("cause", "#"+group(e.Cause))
		}
		if !d.Open {
			return nil
		}
		d.Detail = v.eventView(t, &e).Detail
		add("role", v.roleName(e.Role))
		add("office", v.officeName(e.Office))
		var raw any
		if json.Unmarshal([]byte(e.Body), &raw) == nil {
			if b, err := json.MarshalIndent(raw, "", "  "); err == nil {
				d.Body = string(b)
			}
		}
		d.Seed = hex.EncodeToString(e.Seed)
		if len(d.Seed) > 16 {
			d.Seed = d.Seed[:16] + "…"
		}
		byID := map[int64]*catalog.Figure{}
		for _, key := range v.view.Cat.FigureOrder {
			if id := v.view.FigureID(key); id != 0 {
				byID[id] = v.view.Cat.Figures[key]
			}
		}
		for _, line := range strings.Split(e.Marks, "\n") {
			p := strings.Split(line, "\t")
			if len(p) < 8 {
				continue
			}
			var n [5]int64
			for i := range n {
				n[i], _ = strconv.ParseInt(p[i], 10, 64) // a damaged line is found by fsck, not here
			}
			m := markRow{Figure: p[0], K: group(n[1]), Day: town.Day(n[2]).String(), Slices: p[5], N: strconv.FormatInt(n[4], 10)}
			if f := byID[n[0]]; f != nil {
				m.Figure, m.Href = v.in(f.Label), "/figures/"+f.Key
				m.N = signed(decimalText(n[4], f.Scale)) + " " + v.unit(f.Unit)
			}
			if pl := v.view.PlaceByID(n[3]); pl != nil {
				m.Place = v.placePath(pl.Code)
			}
			if p[7] != "0" {
				m.Back = p[7]
			}
			d.Marks = append(d.Marks, m)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.render("leaf", &d)
}
