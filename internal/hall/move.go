package hall

import (
	"context"

	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Reindex makes the full text of every record again: after a move between
// databases, whose full-text tables cannot be read back.
func (h *Hall) Reindex(ctx context.Context) error {
	after := town.ID(0)
	for {
		n := 0
		err := h.db.Write(ctx, func(tx *store.Tx) error {
			if _, err := tx.Head(ctx, h.code); err != nil {
				return err
			}
			rows, err := tx.RecordsFrom(ctx, h.code, after, fsckChunk)
			if err != nil {
				return err
			}
			n = len(rows)
			v := h.View()
			var texts []store.SearchRow
			for _, r := range rows {
				after = r.ID
				r.Type = v.TypeOf(r.TypeID)
				if ts := v.types[r.Type]; ts != nil {
					if words := searchWords(ts, r); words != "" {
						texts = append(texts, store.SearchRow{Record: r.ID, Words: words})
					}
				}
			}
			return tx.PutSearch(ctx, h.code, texts)
		})
		if err != nil || n < fsckChunk {
			return err
		}
	}
}
