package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

type moveCmd struct {
	To string `help:"目标：postgres://… 或 SQLite 文件 where to: postgres://… or a SQLite file" required:"" placeholder:"DSN"`
}

// Run copies the town into another database, all or nothing, and proves the
// copy. What it came from is left as it was.
func (c *moveCmd) Run(s *session) error {
	g := *s.global
	if strings.Contains(c.To, "://") && !store.IsPostgres(c.To) {
		return town.Refuse(town.Invalid, "to", "--to 只接受 postgres:// 连接串或 SQLite 文件：%s", "--to takes postgres:// or a SQLite file: %s", store.Redact(c.To))
	}
	if g.DB == "" {
		if _, err := os.Stat(g.dsn()); err != nil {
			return town.Refuse(town.Missing, "data", "%s 里还没有乡镇", "there is no town in %s", g.Data)
		}
	}
	cat, files, err := loadCatalog(g.Data)
	if err != nil {
		return err
	}
	code, err := hall.TownNumber(cat.Code)
	if err != nil {
		return err
	}
	from, err := store.Open(s.ctx, g.dsn())
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := store.Open(s.ctx, c.To)
	if err != nil {
		return err
	}
	defer to.Close()
	show := newProgress(s.errs, pick(g.Lang, "搬动", "moving"))
	if err := store.Move(s.ctx, from, to, code, func(table string, rows int64) { show.what = table; show.set(rows, rows+1) }); err != nil {
		return err
	}
	show.end()
	cfg, err := keys(g.Data, string(cat.Code), false)
	if err != nil {
		return err
	}
	h, err := hall.Open(s.ctx, to, cat, files, cfg)
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.Reindex(s.ctx); err != nil {
		return err
	}
	st := &site{Hall: h, dir: g.Data}
	audit, err := h.Fsck(s.ctx, hall.FsckOptions{Blobs: st.blobs()})
	if err != nil {
		return err
	}
	if g.JSON {
		err = json.NewEncoder(s.out).Encode(map[string]any{"town": string(cat.Code), "to": store.Redact(c.To), "seq": fmt.Sprint(audit.Seq), "clean": audit.Clean()})
	} else {
		for _, d := range audit.Differences {
			fmt.Fprintf(s.out, "  ✗ %s\n", pick(g.Lang, d.Zh, d.En))
		}
		fmt.Fprintf(s.out, pick(g.Lang, "已搬到 %s，到事件 %d。登录状态没有搬，大家需重新登录；原数据库未动，确认后请自行停用。\n", "moved to %s as of event %d. Sign-ins were left behind; the old database is as it was: retire it when you are content.\n"), store.Redact(c.To), audit.Seq)
	}
	if err == nil && !audit.Clean() {
		return errFound
	}
	return err
}
