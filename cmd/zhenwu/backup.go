package main

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

type backupCmd struct {
	File     string `arg:"" help:"备份文件（.zip） the file to write"`
	WithKeys bool   `help:"连同密钥：拿到文件的人可解开个人信息 with the keys: who holds the file can open personal data"`
}

type restoreCmd struct {
	File string `arg:"" help:"备份文件 the file to read"`
}

// manifest says what a backup holds; it is the last file in it.
type manifest struct {
	Format    string         `json:"format"`
	Town      string         `json:"town"`
	Name      string         `json:"name"`
	Simulated bool           `json:"simulated"`
	Seq       string         `json:"seq"`
	Made      string         `json:"made"`
	Keys      bool           `json:"keys"`
	Files     []manifestFile `json:"files"`
}

type manifestFile struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const (
	backupFormat = "zhenwu-backup-1"
	manifestName = "manifest.json"
	databaseName = "zhenwu.db"
)

// backedUp are the folders of a town that a backup holds besides its database.
var backedUp = []string{"catalog", "blobs"}

// Run writes the town into one file: the database as of one event, its files
// and catalog. A town on SQLite may be served meanwhile.
func (c *backupCmd) Run(s *session) error {
	if _, err := os.Stat(c.File); err == nil {
		return town.Refuse(town.Conflict, "file", "%s 已经存在", "%s exists already", c.File)
	}
	work, err := os.MkdirTemp(filepath.Dir(c.File), ".zhenwu-backup-")
	if err != nil {
		return town.Refuse(town.Invalid, "file", "不能写入 %s：%v", "cannot write to %s: %v", filepath.Dir(c.File), err)
	}
	defer os.RemoveAll(work)
	copied := filepath.Join(work, databaseName)
	if err := copyDatabase(s, copied); err != nil {
		return err
	}
	m, err := readHead(s.ctx, copied)
	if err != nil {
		return err
	}
	m.Keys = c.WithKeys
	folders := backedUp
	if c.WithKeys {
		folders = append(folders[:len(folders):len(folders)], "keys")
	}
	made := filepath.Join(work, "backup.zip")
	if err := writeBackup(made, copied, s.global.Data, folders, m); err != nil {
		return err
	}
	if err := os.Link(made, c.File); err != nil { // never over a file that appeared meanwhile
		return town.Refuse(town.Invalid, "file", "不能写入 %s：%v", "cannot write %s: %v", c.File, err)
	}
	if s.global.JSON {
		return json.NewEncoder(s.out).Encode(m)
	}
	fmt.Fprintf(s.out, pick(s.global.Lang, "%s：%s，到事件 %s，%d 个文件\n", "%s: %s as of event %s, %d files\n"), c.File, m.Name, m.Seq, len(m.Files))
	if !c.WithKeys {
		fmt.Fprintf(s.out, pick(s.global.Lang, "不含密钥：请另行妥善保存 %s，没有它个人信息无法解开、日志无法续签。\n", "without the keys: keep %s safe apart from it; without them no personal data opens and no head can be signed.\n"), filepath.Join(s.global.Data, "keys"))
	}
	return nil
}

// copyDatabase makes a SQLite file of the town as of one event.
func copyDatabase(s *session, path string) error {
	if s.global.DB == "" {
		return store.CopyFile(s.ctx, s.global.dsn(), path)
	}
	cat, files, err := loadCatalog(s.global.Data)
	if err != nil {
		return err
	}
	code, err := hall.TownNumber(cat.Code)
	if err != nil {
		return err
	}
	cfg, err := keys(s.global.Data, string(cat.Code), false)
	if err != nil {
		return err
	}
	from, err := store.Open(s.ctx, s.global.DB)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := store.Open(s.ctx, path)
	if err != nil {
		return err
	}
	defer to.Close()
	if err := store.Move(s.ctx, from, to, code, nil); err != nil {
		return err
	}
	h, err := hall.Open(s.ctx, to, cat, files, cfg)
	if err != nil {
		return err
	}
	defer h.Close()
	return h.Reindex(s.ctx) // the full text cannot be read back: it is made anew
}

func readHead(ctx context.Context, path string) (*manifest, error) {
	db, err := store.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	m := &manifest{Format: backupFormat, Made: time.Now().UTC().Format(time.RFC3339)}
	err = db.Read(ctx, func(q *store.Q) error {
		towns, err := q.Towns(ctx)
		if err != nil {
			return err
		}
		if len(towns) != 1 {
			return town.Refuse(town.Missing, "data", "数据库里没有乡镇", "the database holds no town")
		}
		m.Town, m.Name, m.Simulated, m.Seq = fmt.Sprint(towns[0].Town), towns[0].Name, towns[0].Simulated, fmt.Sprint(towns[0].Seq)
		return nil
	})
	return m, err
}

func writeBackup(path, database, dir string, folders []string, m *manifest) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	add := func(name, file string) error {
		src, err := os.Open(file)
		if err != nil {
			return err
		}
		defer src.Close()
		w, err := z.Create(name)
		if err != nil {
			return err
		}
		sum := sha256.New()
		n, err := io.Copy(io.MultiWriter(w, sum), src)
		m.Files = append(m.Files, manifestFile{name, n, hex.EncodeToString(sum.Sum(nil))})
		return err
	}
	if err := add(databaseName, database); err != nil {
		return err
	}
	for _, folder := range folders {
		root := filepath.Join(dir, folder)
		err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) && file == root {
				return filepath.SkipAll // the built-in catalog, or no files yet
			}
			if err != nil || !d.Type().IsRegular() || folder == "blobs" && strings.HasPrefix(d.Name(), store.Passing) {
				return err // what is still being uploaded belongs to no event
			}
			rel, err := filepath.Rel(dir, file)
			if err != nil {
				return err
			}
			return add(filepath.ToSlash(rel), file)
		})
		if err != nil {
			return err
		}
	}
	w, err := z.Create(manifestName)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Sync()
}

// Run puts a backup into the data folder, which must be empty, after every
// file in it agreed with the manifest.
func (c *restoreCmd) Run(s *session) error {
	dir := s.global.Data
	if s.global.DB != "" {
		return town.Refuse(town.Invalid, "db", "恢复只写入目录；恢复后用 zhenwu move --to 搬到数据库。没有恢复任何数据。", "a backup is restored into a folder; then zhenwu move --to carries it into a database. Nothing was restored.")
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return town.Refuse(town.Conflict, "data", "%s 不是空目录，没有恢复任何数据。", "%s is not empty; nothing was restored.", dir)
	}
	z, err := zip.OpenReader(c.File)
	if err != nil {
		return town.Refuse(town.Invalid, "file", "%s 不是备份文件：%v", "%s is no backup: %v", c.File, err)
	}
	defer z.Close()
	m, files, err := readManifest(&z.Reader)
	if err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o750); err != nil {
		return town.Refuse(town.Invalid, "data", "不能建立 %s：%v", "cannot make %s: %v", parent, err)
	}
	work, err := os.MkdirTemp(parent, ".zhenwu-restore-")
	if err != nil {
		return town.Refuse(town.Invalid, "data", "不能写入 %s：%v", "cannot write to %s: %v", parent, err)
	}
	defer os.RemoveAll(work)
	if err := os.Chmod(work, 0o750); err != nil {
		return err
	}
	show := newProgress(s.errs, pick(s.global.Lang, "恢复", "restoring"))
	for i, mf := range m.Files {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if err := extract(files[mf.Path], mf, work); err != nil {
			return err
		}
		show.set(int64(i+1), int64(len(m.Files)))
	}
	show.end()
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(work, dir); err != nil {
		return err
	}
	if s.global.JSON {
		return json.NewEncoder(s.out).Encode(m)
	}
	fmt.Fprintf(s.out, pick(s.global.Lang, "已恢复 %s 到事件 %s（%d 个文件，散列全部相符）\n", "restored %s as of event %s (%d files, all hashes agree)\n"), m.Name, m.Seq, len(m.Files))
	if !m.Keys {
		fmt.Fprintf(s.out, pick(s.global.Lang, "备份不含密钥：请把密钥放进 %s（目录 0700，文件 0600），再运行 zhenwu fsck。\n", "the backup has no keys: put them into %s (folder 0700, files 0600), then run zhenwu fsck.\n"), filepath.Join(dir, "keys"))
	}
	return nil
}

func readManifest(z *zip.Reader) (*manifest, map[string]*zip.File, error) {
	bad := func(zh, en string) error {
		return town.Refuse(town.Invalid, "file", "备份文件已损坏："+zh, "the backup is damaged: "+en)
	}
	files := make(map[string]*zip.File, len(z.File))
	for _, f := range z.File {
		if files[f.Name] != nil {
			return nil, nil, bad("文件 "+f.Name+" 出现两次", "it holds "+f.Name+" twice")
		}
		files[f.Name] = f
	}
	f := files[manifestName]
	if f == nil || f.UncompressedSize64 > 1<<30 {
		return nil, nil, bad("没有清单", "it has no manifest")
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, bad("清单不能读出", "its manifest does not open")
	}
	defer r.Close()
	var m manifest
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return nil, nil, bad("清单不能读出", "its manifest does not read")
	}
	if m.Format != backupFormat {
		return nil, nil, town.Refuse(town.Invalid, "file", "备份格式 %q 不是本程序所写", "this program does not know the backup format %q", m.Format)
	}
	if len(m.Files) != len(files)-1 {
		return nil, nil, bad("文件数与清单不符", "the number of its files differs from the manifest")
	}
	for _, mf := range m.Files {
		if files[mf.Path] == nil {
			return nil, nil, bad("缺少 "+mf.Path, mf.Path+" is missing")
		}
		if !filepath.IsLocal(mf.Path) {
			return nil, nil, bad("文件名 "+mf.Path+" 越出目录", mf.Path+" lies outside the folder")
		}
	}
	sort.Slice(m.Files, func(i, j int) bool { return m.Files[i].Path < m.Files[j].Path })
	return &m, files, nil
}

// extract writes one file and holds it against the manifest.
func extract(z *zip.File, m manifestFile, dir string) error {
	damaged := town.Refuse(town.Invalid, "file", "备份文件已损坏：%s 与清单不符，没有恢复任何数据。", "the backup is damaged: %s differs from the manifest; nothing was restored.", m.Path)
	path := filepath.Join(dir, filepath.FromSlash(m.Path))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	r, err := z.Open()
	if err != nil {
		return damaged
	}
	defer r.Close()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, m.Size+1))
	switch {
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF), n != m.Size, hex.EncodeToString(sum.Sum(nil)) != m.SHA256:
		return damaged
	case err != nil:
		return fmt.Errorf("write %s: %w", path, err)
	}
	return f.Sync()
}
