package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/keyfile"
	"zhenwu/internal/seal"
	"zhenwu/internal/town"
)

type keysCmd struct {
	Show   keysShowCmd   `cmd:"" help:"列出密钥的指纹和状态 print the fingerprints of the town's keys"`
	Rotate keysRotateCmd `cmd:"" help:"更换主密钥 change the master key of personal data"`

	Handover keysHandoverCmd `cmd:"" help:"把签名交给一把新密钥 hand signing over to a new key"`
}

type keysShowCmd struct{}

type keysRotateCmd struct{}

type keysHandoverCmd struct{}

// keyReport is what `zhenwu keys` says of a town's keys; it holds no secret.
type keyReport struct {
	Town     string `json:"town"`
	Sign     string `json:"sign_fingerprint"`
	Public   string `json:"sign_public"`
	Master   string `json:"master_fingerprint"`
	Masters  int    `json:"master_keys"`
	Rotating bool   `json:"rotating"`
	Records  string `json:"records"` // that have a key of their own
	Stale    string `json:"stale"`   // whose key is wrapped under an older master key
}

// Run says by which keys a town stands.
func (c *keysShowCmd) Run(s *session) error {
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	return tellKeys(s, st)
}

func tellKeys(s *session, st *site) error {
	state, err := st.KeyState(s.ctx)
	if err != nil {
		return err
	}
	k := st.cfg.Keys
	r := keyReport{Town: string(st.cat.Code), Sign: journal.Fingerprint(st.cfg.Key.Public()), Public: st.cfg.Key.Public(), Master: k.Fingerprint(), Masters: k.Masters(),
		Rotating: k.Rotating(), Records: fmt.Sprint(state.Records), Stale: fmt.Sprint(state.Stale)}
	if s.global.JSON {
		return json.NewEncoder(s.out).Encode(r)
	}
	lang := s.global.Lang
	fmt.Fprintf(s.out, pick(lang, "签名密钥 指纹 %s\n公钥 %s\n主密钥 指纹 %s（共 %d 把）\n%s 条记录有自己的密钥，其中 %s 条仍由旧主密钥封装\n",
		"signing key, fingerprint %s\npublic key %s\nmaster key, fingerprint %s (%d in all)\n%s records have a key of their own, %s of them wrapped under an older master key\n"),
		r.Sign, r.Public, r.Master, r.Masters, r.Records, r.Stale)
	if r.Rotating {
		fmt.Fprintln(s.out, pick(lang, "主密钥更换尚未完成：请运行 zhenwu keys rotate 继续。", "a change of the master key has not ended: zhenwu keys rotate goes on with it."))
	}
	return nil
}

// Run changes the master key, and the secret of blind indexes with it. The key file holds old and new until every record is
// under the new; wherever it is cut short, the same command goes on from there.
func (c *keysRotateCmd) Run(s *session) error {
	g := *s.global
	g.rotating = true
	st, _, err := openSite(s.ctx, &g, nil)
	if err != nil {
		return err
	}
	defer st.Close()
	if err := st.claim(s.ctx); err != nil { // nobody serves it on PostgreSQL either
		return err
	}
	path := filepath.Join(g.Data, "keys", "master.key")
	if !st.cfg.Keys.Rotating() {
		versions, err := st.KeyedVersions(s.ctx)
		if err != nil {
			return err
		}
		next, err := st.cfg.Keys.Rotate(rand.Reader, versions)
		if err != nil {
			return err
		}
		if err := c.replace(st, path, next); err != nil {
			return err
		}
	}
	if err := st.reopen(s.ctx); err != nil { // under the keys as the file has them now
		return err
	}
	show := newProgress(s.errs, pick(g.Lang, "换新", "under the new key"))
	err = st.Rekey(s.ctx, show.set)
	show.end()
	if err != nil {
		return err
	}
	state, err := st.KeyState(s.ctx)
	if err != nil {
		return err
	}
	if state.Stale > 0 {
		return town.Refuse(town.Conflict, "keys", "还有 %d 条记录由旧主密钥封装，旧密钥没有销毁；请运行 zhenwu fsck 查明。", "%d records are still under the older master key, which was kept; zhenwu fsck tells which.", state.Stale)
	}
	last, err := st.cfg.Keys.Retire()
	if err != nil {
		return err
	}
	if err := c.replace(st, path, last); err != nil {
		return err
	}
	if err := st.reopen(s.ctx); err != nil {
		return err
	}
	if !g.JSON {
		fmt.Fprintln(s.out, pick(g.Lang, "主密钥已更换，旧的已从文件中去掉。请另存一份新的 keys/，并重新备份：此前的备份只有用当时的 master.key 才能打开个人信息。",
			"the master key is changed and the one before is gone from the file. Keep a copy of the new keys/ elsewhere and make a backup: in one made before, personal data opens only with the master.key of then."))
	}
	return tellKeys(s, st)
}

// replace puts keys into the place of the key file, whole or not at all.
func (c *keysRotateCmd) replace(st *site, path string, k *seal.Keys) error {
	if err := keyfile.Replace(path, k.Text()); err != nil {
		return town.Refuse(town.Invalid, "keys", "不能写入主密钥文件，密钥没有变：%v", "the file of master keys cannot be written, the keys are as they were: %v", err)
	}
	st.cfg.Keys = k
	return nil
}

// unfinished refuses a town whose master key is being changed: what is found by personal data is found again when that has ended.
func unfinished(cfg hall.Config) error {
	if cfg.Keys.Rotating() {
		return town.Refuse(town.Busy, "keys", "主密钥更换尚未完成；请先运行 zhenwu keys rotate。", "a change of the master key has not ended; run zhenwu keys rotate first.")
	}
	return nil
}

// Run hands signing over to a new key: it lies beside the old one until the journal holds the leaf that both sign, then takes its place.
// Cut short anywhere, the same command goes on from there.
func (c *keysHandoverCmd) Run(s *session) error {
	g := *s.global
	folder := filepath.Join(g.Data, "keys")
	path, beside := filepath.Join(folder, "sign.key"), filepath.Join(folder, "sign.key.next")
	if err := g.hasTown(); err != nil {
		return err
	}
	text, err := keyfile.Read(beside)
	begun := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	st, _, err := openSite(s.ctx, &g, nil)
	if err != nil && begun && town.KindOf(err) == town.Conflict { // the leaf is written, the old key still stands in its place
		if err := keyfile.Replace(path, text); err != nil {
			return err
		}
		if st, _, err = openSite(s.ctx, &g, nil); err == nil {
			defer st.Close()
			return c.done(s, st, beside)
		}
	}
	if err != nil {
		return err
	}
	defer st.Close()
	if err := st.claim(s.ctx); err != nil { // nobody serves it on PostgreSQL either
		return err
	}
	if !begun {
		k, err := journal.NewKey(rand.Reader, string(st.cat.Code))
		if err != nil {
			return err
		}
		text = k.Secret()
		if err := keyfile.Create(beside, text); err != nil {
			return town.Refuse(town.Invalid, "keys", "不能写入新的签名密钥，一切照旧：%v", "the new signing key cannot be written, all is as it was: %v", err)
		}
	}
	next, err := journal.ParseKey(strings.TrimSpace(text))
	if err != nil {
		return fmt.Errorf("read sign.key.next: %w", err)
	}
	if next.Public() == st.cfg.Key.Public() { // all but the last step was done before
		return c.done(s, st, beside)
	}
	if err := st.HandOver(s.ctx, next); err != nil {
		return err
	}
	if err := keyfile.Replace(path, text); err != nil {
		return town.Refuse(town.Invalid, "keys", "移交已写入日志，但不能替换 sign.key：%v；请再运行一次 zhenwu keys handover", "the journal holds the handing-over, but sign.key cannot be replaced: %v; run zhenwu keys handover again", err)
	}
	st.cfg.Key = next
	if err := st.reopen(s.ctx); err != nil {
		return err
	}
	return c.done(s, st, beside)
}

// done takes the copy of the new key away and says what it is.
func (c *keysHandoverCmd) done(s *session, st *site, beside string) error {
	if err := os.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return town.Refuse(town.Invalid, "keys", "移交已完成，但不能删除 %s：%v", "the handing-over is done, but %s cannot be removed: %v", beside, err)
	}
	if !s.global.JSON {
		fmt.Fprintln(s.out, pick(s.global.Lang, "签名已移交给新密钥。请公布新公钥的指纹，另存一份新的 keys/，并重新备份。", "the new key signs from now on. Publish its fingerprint, keep a copy of the new keys/ elsewhere and make a backup."))
	}
	return tellKeys(s, st)
}
