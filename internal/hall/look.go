package hall

import (
	"context"

	"zhenwu/internal/catalog"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// Look opens the hall of a town to read only, on a database opened with
// store.Look: no command is taken, and every reading sees the town as it stands
// then, in the edition in force, also while another process serves it. cat is
// the catalog at hand; where another edition is in force, that one is read from
// the town. Errors are town.Error Missing (no such town, or one whose founding
// was cut short), Invalid (an edition that this program cannot read).
func Look(ctx context.Context, db *store.DB, cat *catalog.Catalog, cfg Config) (*Hall, error) {
	code, err := TownNumber(cat.Code)
	if err != nil {
		return nil, err
	}
	h := &Hall{db: db, code: code, cfg: cfg, looks: true, stop: make(chan struct{}), ended: make(chan struct{}), seq: -1, cache: newRecordCache(),
		editions: map[string]*catalog.Catalog{cat.Edition: cat}}
	h.once.Do(func() { close(h.stop) })
	close(h.ended)
	h.hashers = h.newHashers()
	return h, db.Read(ctx, func(q *store.Q) error { _, err := h.look(ctx, q); return err })
}

// look reads the town's declarations and data as they stand on a snapshot.
func (h *Hall) look(ctx context.Context, q *store.Q) (*View, error) {
	h.looking.Lock()
	defer h.looking.Unlock()
	head, err := q.Head(ctx, h.code)
	if err != nil {
		return nil, err
	}
	if head.Seq == 0 {
		return nil, cutShort(h.code)
	}
	cat := h.editions[head.Edition]
	if cat == nil {
		if cat, err = editionCatalog(ctx, q, h.code, head.Edition); err != nil {
			return nil, &town.Error{Kind: town.Invalid, Field: "catalog", Err: err, Zh: "本程序读不懂乡镇现行的目录版本；请运行 zhenwu serve，换上这里的目录。",
				En: "this program cannot read the catalog edition in force; run zhenwu serve, which takes up the catalog at hand."}
		}
		h.editions[head.Edition] = cat
	}
	v, err := h.load(ctx, q, cat, nil)
	if err != nil {
		return nil, err
	}
	v.Simulated, v.Name = head.Simulated, head.Name
	h.view.Store(v)
	h.clock.seen(head.Clock)
	return v, nil
}

// viewOn is the view that belongs to a snapshot, or a newer one: words and places are never taken back.
func (h *Hall) viewOn(ctx context.Context, q *store.Q) (*View, error) {
	if h.looks {
		return h.look(ctx, q)
	}
	if h.db.Dialect == store.Postgres { // another process may have written
		head, err := q.Head(ctx, h.code)
		if err != nil {
			return nil, err
		}
		if head.Seq > h.seen.Load() {
			if err := h.inner(ctx, func(*batch) error { return nil }); err != nil && town.KindOf(err) != town.Busy { // Busy: it stops
				return nil, err
			}
		}
	}
	return h.View(), nil
}

// catchUp reads the view anew after another process may have written, which
// only PostgreSQL allows. A catalog that it took up is in force here too.
func (h *Hall) catchUp(ctx context.Context, q *store.Q, view *View, head store.Head) (*View, error) {
	if h.db.Dialect != store.Postgres {
		return view, nil
	}
	cat := view.Cat
	if h.edition != "" && head.Edition != h.edition {
		var err error
		if cat, err = editionCatalog(ctx, q, h.code, head.Edition); err != nil {
			return nil, &town.Error{Kind: town.Busy, Field: "catalog", Err: err, Zh: "另一个进程换上了本程序读不懂的目录版本，没有保存；请换新程序重新启动。",
				En: "another process took up a catalog edition that this program cannot read, nothing was saved; start a newer program."}
		}
	}
	return h.load(ctx, q, cat, view)
}

func cutShort(code int64) error {
	return town.Refuse(town.Missing, "town", "乡镇 %d 的建立中断了，还没有第一个事件", "the founding of town %d was cut short before its first event", code)
}
