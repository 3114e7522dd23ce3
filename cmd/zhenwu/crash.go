package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"sync"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// crashCmd is the child of the crash test: it works as hard as it can on the
// town of a folder, writes a line for every answer it got, and waits to be
// killed. The folder brings the test's own small catalog.
type crashCmd struct {
	Round   int           `help:"part of every command's id"`
	Clients int           `default:"8"`
	For     time.Duration `help:"ends by itself after this long"`
}

// Run is the child. A line is written with one write, after the answer: what
// the parent has read was answered.
func (c *crashCmd) Run(s *session) error {
	st, _, err := openSite(s.ctx, s.global, &hall.Founding{})
	if err != nil {
		return err
	}
	defer st.Close()
	pragmas, err := st.db.Pragmas(s.ctx)
	if err != nil {
		return err
	}
	names := make([]string, 0, len(pragmas))
	for k, v := range pragmas {
		names = append(names, k+"="+v)
	}
	sort.Strings(names)
	if _, err := fmt.Fprintf(s.out, "pragmas %s\n", strings.Join(names, " ")); err != nil {
		return err
	}
	if err := st.Seed(s.ctx, true, 0); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	if c.For > 0 {
		ctx, stop = context.WithTimeout(s.ctx, c.For)
		defer stop()
	}
	var wg sync.WaitGroup
	fail := make(chan error, c.Clients+1)
	for i := range c.Clients {
		wg.Go(func() {
			err := (&crashClient{s: s, st: st, round: c.Round, i: i}).work(ctx)
			if err != nil {
				stop() // the others and the sweeps end too
			}
			fail <- err
		})
	}
	wg.Go(func() {
		for ctx.Err() == nil {
			if err := st.Sweep(context.WithoutCancel(ctx)); err != nil {
				fail <- err
				return
			}
			if _, err := st.Wake(context.WithoutCancel(ctx), st.Now()); err != nil {
				fail <- err
				return
			}
			time.Sleep(30 * time.Millisecond)
		}
		fail <- nil
	})
	wg.Wait()
	for range c.Clients + 1 {
		if err := <-fail; err != nil {
			return err
		}
	}
	return st.Sweep(s.ctx)
}

// crashClient sends commands one after another, or a batch at a time.
type crashClient struct {
	s     *session
	st    *site
	round int
	i, n  int
	rnd   *rand.Rand
	mine  []town.ID // records it may work on
	firms []town.ID
}

func (c *crashClient) work(ctx context.Context) error {
	c.rnd = rand.New(rand.NewPCG(uint64(c.round), uint64(c.i)))
	for ctx.Err() == nil {
		asks := make([]hall.Ask, 1+c.rnd.IntN(4)/3*c.rnd.IntN(40))
		for k := range asks {
			asks[k] = c.ask()
		}
		results, err := c.st.DoAll(context.WithoutCancel(ctx), asks, len(asks) > 1)
		if err != nil {
			return err
		}
		var lines strings.Builder
		for k, r := range results {
			if r.Err != nil {
				if town.KindOf(r.Err) == town.Internal {
					return fmt.Errorf("%s: %w", asks[k].Command.ID, r.Err)
				}
				continue // refused by the rules: nothing was promised
			}
			fmt.Fprintf(&lines, "ok %s %d %d %d\n", asks[k].Command.ID, r.Answer.Record, r.Answer.Rev, r.Answer.Seq)
			if asks[k].Command.Op == town.Create {
				if asks[k].Command.Type == "firm" {
					c.firms = append(c.firms, r.Answer.Record)
				} else {
					c.mine = append(c.mine, r.Answer.Record)
				}
			}
			if c.n%20 == 0 {
				if err := c.committed(asks[k].Command.ID); err != nil {
					return err
				}
			}
		}
		if _, err := fmt.Fprint(c.s.out, lines.String()); err != nil {
			return err
		}
	}
	return nil
}

// committed sees, through another connection, that what was answered is in the
// database: an answer that came before COMMIT would not be there.
func (c *crashClient) committed(id string) error {
	return c.st.db.Read(context.Background(), func(q *store.Q) error {
		_, ok, err := q.EventByCommand(context.Background(), c.st.Town(), id)
		if err == nil && !ok {
			_, err = fmt.Fprintf(c.s.out, "early %s\n", id)
		}
		return err
	})
}

var crashMoves = []town.Command{
	{Move: "assign", Fields: town.Values{"offices": []string{"law", "works"}}}, {Move: "take", Fields: town.Values{}}, {Move: "answer", Fields: town.Values{"answer": "已办"}},
	{Move: "close"}, {Move: "redo", Reason: "再办"}, {Move: "refuse", Reason: "不归我管"}, {Move: "rule"}, {Move: "drop", Reason: "无效"},
}

// ask makes the next command.
func (c *crashClient) ask() hall.Ask {
	c.n++
	v := c.st.View()
	places := v.Places()
	village := string(places[1+c.rnd.IntN(len(places)-1)].Code)
	cmd := town.Command{ID: fmt.Sprintf("k%d-%d-%d", c.round, c.i, c.n), Day: town.NoDay, Step: -1}
	person := int64(1 + c.rnd.IntN(4))
	role := town.Post{Role: "clerk", Office: "desk"}
	pick := func() town.ID { return c.mine[c.rnd.IntN(len(c.mine))] }
	switch n := c.rnd.IntN(20); {
	case n == 0 || len(c.firms) == 0:
		name := fmt.Sprintf("企业%d-%d-%d", c.round, c.i, c.n)
		cmd.Op, cmd.Type, cmd.Fields = town.Create, "firm", town.Values{"code": name[6:], "name": name, "place": village, "since": "2022-05-01", "grade": "a"}
	case n < 7 || len(c.mine) == 0:
		cmd.Op, cmd.Type = town.Create, "order"
		cmd.Fields = town.Values{"title": "路灯不亮", "kind": [2]string{"road", "noise"}[c.n%2], "firm": int64(c.firms[c.rnd.IntN(len(c.firms))])}
	case n < 16:
		m := crashMoves[c.rnd.IntN(len(crashMoves))]
		cmd.Op, cmd.Record, cmd.Move, cmd.Fields, cmd.Reason = town.Move, pick(), m.Move, m.Fields.Clone(), m.Reason
		role = [3]town.Post{{Role: "clerk", Office: "desk"}, {Role: "handler", Office: "desk"}, {Role: "chief", Office: "desk"}}[c.rnd.IntN(3)]
	case n < 18:
		cmd.Op, cmd.Record, cmd.Fields, cmd.Reason = town.Correct, pick(), town.Values{"site": village, "kind": "road"}, "填错"
	case n == 18:
		cmd.Op, cmd.Record, cmd.Reason, role = town.Void, pick(), "重复", town.Post{Role: "chief", Office: "desk"}
	default:
		cmd.Op, cmd.Record, cmd.Fields, cmd.Reason = town.Correct, c.firms[c.rnd.IntN(len(c.firms))], town.Values{"name": fmt.Sprint("改名", c.n)}, "改名"
	}
	return hall.Ask{Actor: town.Actor{Person: person, Kind: town.Staff, Posts: []town.Post{role}}, Command: cmd}
}
