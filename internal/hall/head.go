package hall

import (
	"context"
	"fmt"
	"strconv"

	"zhenwu/internal/journal"
	"zhenwu/internal/town"
)

// Sign signs the head of the journal as it stands and keeps it with the town,
// unless the last signed one is still true. Heads are signed on a rhythm, not
// with every batch: one costs as much as ten leaves.
func (h *Hall) Sign(ctx context.Context) error {
	return h.inner(ctx, func(b *batch) error {
		if b.head.Signed != "" {
			if last, err := journal.OpenHead([]byte(b.head.Signed), h.cfg.Key.Public()); err == nil && last.Size == b.head.Seq {
				return nil
			}
		}
		counts := make([]journal.Count, 0, len(h.figureRows))
		for _, f := range h.figureRows {
			counts = append(counts, journal.Count{Figure: f.Key + "@" + strconv.FormatInt(f.ID, 10), K: f.Changes})
		}
		signed, _, err := journal.SignHead(h.cfg.Key, journal.Head{Town: string(b.view.Cat.Code), Simulated: b.head.Simulated, Size: b.head.Seq, Root: b.tree.Root(), Time: h.Now()}, counts)
		if err != nil {
			return fmt.Errorf("sign the head: %w", err)
		}
		b.head.Signed = string(signed)
		return b.tx.SetHead(b.ctx, b.head)
	})
}

// Advance puts the clock of a simulated town forward to at; from there it goes
// on at real speed. It refuses a real town, and never goes back.
func (h *Hall) Advance(ctx context.Context, at town.Millis) error {
	return h.inner(ctx, func(b *batch) error {
		if !b.head.Simulated {
			return town.Refuse(town.Denied, "", "真实乡镇的时钟不能拨动", "the clock of a real town cannot be moved")
		}
		if at <= b.head.Clock {
			return nil
		}
		b.head.Clock = at
		return b.tx.SetHead(b.ctx, b.head)
	})
}
