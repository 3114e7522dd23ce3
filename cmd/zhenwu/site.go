package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/keyfile"
	"zhenwu/internal/place"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// site is a town that is open: its database, keys, catalog and hall.
type site struct {
	*hall.Hall
	db    *store.DB
	cat   *catalog.Catalog
	files string
	dir   string

	cfg    hall.Config
	logger *slog.Logger
	lock   io.Closer // of the folder, where the database does not hold it
}

// Close closes the hall, then the database.
func (s *site) Close() {
	if s.Hall != nil {
		s.Hall.Close()
	}
	if s.db != nil {
		_ = s.db.Close() // everything answered was committed before
	}
	if s.lock != nil {
		_ = s.lock.Close() // gives it back; nothing was written to it
	}
}

// reopen opens the hall anew, under the keys that the site has now.
func (s *site) reopen(ctx context.Context) error {
	s.Hall.Close()
	h, err := hall.Open(ctx, s.db, s.cat, s.files, s.cfg)
	if err == nil {
		s.Hall = h
	}
	return err
}

// dsn is where the town's rows are.
func (g *Globals) dsn() string {
	if g.DB != "" {
		return g.DB
	}
	return filepath.Join(g.Data, "zhenwu.db")
}

// catalogRoot is the folder's own catalog, or the built-in one.
func catalogRoot(dir string) fs.FS {
	if info, err := os.Stat(filepath.Join(dir, "catalog")); err == nil && info.IsDir() {
		return os.DirFS(filepath.Join(dir, "catalog"))
	}
	return catalogs.Jingwu
}

// shapes reads the outlines of places that lie beside the catalog.
func shapes(dir string) (map[town.Code]string, error) {
	data, err := fs.ReadFile(catalogRoot(dir), "places.geojson")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	features, err := place.ParseGeoJSON(data, place.Limits{})
	if err != nil {
		return nil, fmt.Errorf("places.geojson: %w", err)
	}
	out := make(map[town.Code]string, len(features))
	for _, f := range features {
		out[town.Code(f.Properties["code"])] = string(place.AppendGeometry(nil, f.Shape))
	}
	return out, nil
}

// loadCatalog loads the folder's own catalog, or the built-in one.
func loadCatalog(dir string) (*catalog.Catalog, string, error) {
	root := catalogRoot(dir)
	cat, faults := catalog.Load(root)
	for _, f := range faults {
		if !f.Warning {
			own := filepath.Join(dir, "catalog")
			where := filepath.Join(own, f.Where())
			return nil, "", town.Refuse(town.Invalid, "catalog", "目录有误，%[1]s：%[2]s（全部见 zhenwu check %[4]s）", "the catalog has a fault, %[1]s: %[3]s (see all: zhenwu check %[4]s)", where, f.Zh, f.En, own)
		}
	}
	files := map[string]string{}
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, path)
		files[path] = string(text)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	text, err := json.Marshal(files) // sorts its keys
	return cat, string(text), err
}

// lookSite opens the town in the folder to read only. It takes no lock and
// writes nothing, so it works while another process serves the town.
func lookSite(ctx context.Context, g *Globals) (*site, error) {
	s := &site{dir: g.Data}
	var err error
	if s.cat, s.files, err = loadCatalog(g.Data); err != nil {
		return nil, err
	}
	if err := g.hasTown(); err != nil {
		return nil, err
	}
	if s.db, err = store.Look(ctx, g.dsn()); err != nil {
		return nil, err
	}
	stands, err := s.stands(ctx)
	if err == nil && !stands {
		err = g.noTown()
	}
	var cfg hall.Config
	if err == nil {
		cfg, err = keys(g.Data, string(s.cat.Code), false)
	}
	if err == nil {
		s.logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
		cfg.Log = s.logger
		s.cfg = cfg
		s.Hall, err = hall.Look(ctx, s.db, s.cat, cfg)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	s.cat = s.View().Cat // the edition in force
	return s, nil
}

// hasTown refuses a folder without a database.
func (g *Globals) hasTown() error {
	if g.DB == "" && !exists(g.dsn()) {
		return g.noTown()
	}
	return nil
}

func (g *Globals) noTown() error {
	if g.DB != "" {
		return town.Refuse(town.Missing, "db", "数据库 %s 里没有乡镇；请先运行 zhenwu serve。", "there is no town in the database %s; run zhenwu serve first.", store.Redact(g.DB))
	}
	return town.Refuse(town.Missing, "data", "%s 里还没有乡镇；请先运行 zhenwu demo 或 zhenwu serve。", "there is no town in %s yet; run zhenwu demo or zhenwu serve first.", g.Data)
}

// openSite opens the town in the folder, or founds it when found is given and there is none.
func openSite(ctx context.Context, g *Globals, found *hall.Founding) (*site, bool, error) {
	// Nearly all that is made while opening stays: looking for what does not costs more than it gives back.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	s := &site{dir: g.Data}
	var err error
	if s.cat, s.files, err = loadCatalog(g.Data); err != nil {
		return nil, false, err
	}
	if found == nil {
		if err := g.hasTown(); err != nil {
			return nil, false, err
		}
	}
	if s.db, err = store.Open(ctx, g.dsn()); err != nil {
		return nil, false, err
	}
	if g.DB != "" && found != nil { // who serves; an import or a new person may come in beside it
		if s.lock, err = store.LockFolder(g.Data); err != nil {
			s.Close()
			return nil, false, err
		}
	}
	if found != nil { // who may found a town serves it: alone
		err = s.claim(ctx)
	}
	stands := false
	if err == nil {
		stands, err = s.stands(ctx)
	}
	if err == nil && !stands && found == nil {
		err = g.noTown() // before anything is made in the folder
	}
	var cfg hall.Config
	if err == nil {
		cfg, err = keys(g.Data, string(s.cat.Code), !stands)
	}
	if err == nil && !g.rotating {
		err = unfinished(cfg)
	}
	if err != nil {
		s.Close()
		return nil, false, err
	}
	s.logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	cfg.Log = s.logger
	s.cfg = cfg
	s.Hall, err = hall.Open(ctx, s.db, s.cat, s.files, cfg)
	if err == nil {
		return s, false, nil
	}
	if town.KindOf(err) != town.Missing || found == nil {
		s.Close()
		return nil, false, err
	}
	found.Cat, found.Files = s.cat, s.files
	if found.Shapes, err = shapes(g.Data); err != nil {
		s.Close()
		return nil, false, err
	}
	if s.Hall, err = hall.Found(ctx, s.db, *found, cfg); err != nil {
		s.Close()
		return nil, false, err
	}
	return s, true, nil
}

// claim takes the town for this process to serve, alone: its timers ring once. On PostgreSQL others may read it meanwhile,
// and an import or a new person may come in beside it.
func (s *site) claim(ctx context.Context) error {
	code, err := hall.TownNumber(s.cat.Code)
	if err != nil {
		return err
	}
	return s.db.Claim(ctx, code)
}

// stands tells whether the database holds the town already.
func (s *site) stands(ctx context.Context) (bool, error) {
	code, err := hall.TownNumber(s.cat.Code)
	if err != nil {
		return false, err
	}
	err = s.db.Read(ctx, func(q *store.Q) error { _, err := q.Head(ctx, code); return err })
	if town.KindOf(err) == town.Missing {
		return false, nil
	}
	return err == nil, err
}

// keys reads the town's keys from the folder, making them for a fresh town. A
// town that stands cannot do with new ones: they would open nothing.
func keys(dir, code string, fresh bool) (hall.Config, error) {
	var cfg hall.Config
	folder := filepath.Join(dir, "keys")
	if !fresh {
		for _, name := range []string{"sign.key", "master.key"} {
			if _, err := os.Stat(filepath.Join(folder, name)); errors.Is(err, fs.ErrNotExist) {
				return cfg, town.Refuse(town.Missing, "keys", "缺少密钥 %s；请把这个乡镇的密钥放回 %s。", "the key %s is missing; put the town's keys back into %s.", name, folder)
			}
		}
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return cfg, town.Refuse(town.Invalid, "data", "不能建立密钥目录：%v", "cannot make the folder of keys: %v", err)
	}
	text, err := keyText(filepath.Join(folder, "sign.key"), func() (string, error) {
		k, err := journal.NewKey(rand.Reader, code)
		if err != nil {
			return "", err
		}
		return k.Secret(), nil
	})
	if err != nil {
		return cfg, err
	}
	if cfg.Key, err = journal.ParseKey(strings.TrimSpace(text)); err != nil {
		return cfg, fmt.Errorf("read sign.key: %w", err)
	}
	text, err = keyText(filepath.Join(folder, "master.key"), func() (string, error) {
		k, err := seal.New(rand.Reader, code)
		if err != nil {
			return "", err
		}
		return k.Text(), nil
	})
	if err != nil {
		return cfg, err
	}
	if cfg.Keys, err = seal.Parse(text); err != nil {
		return cfg, fmt.Errorf("read master.key: %w", err)
	}
	return cfg, nil
}

func keyText(path string, fresh func() (string, error)) (string, error) {
	text, err := keyfile.Read(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return text, err
	}
	if text, err = fresh(); err != nil {
		return "", err
	}
	return text, keyfile.Create(path, text)
}
