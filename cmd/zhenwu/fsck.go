package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"zhenwu/internal/hall"
	"zhenwu/internal/store"
)

type fsckCmd struct{}

// fsckLine is one kind of check as `zhenwu fsck --json` writes it.
type fsckLine struct {
	Key   string `json:"key"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
	N     string `json:"n"`
	Wrong string `json:"wrong"`
}

// fsckDifference is one place where the database contradicts itself.
type fsckDifference struct {
	Check string `json:"check"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
}

// Run proves that the town's database agrees with itself, and says what it checked.
func (c *fsckCmd) Run(s *session) error {
	st, err := lookSite(s.ctx, s.global)
	if err != nil {
		return err
	}
	defer st.Close()
	start := time.Now()
	show := newProgress(s.errs, pick(s.global.Lang, "核对", "checking"))
	audit, err := st.Fsck(s.ctx, hall.FsckOptions{Blobs: st.blobs(), Progress: show.set})
	show.end()
	if err != nil {
		return err
	}
	if s.global.JSON {
		err = fsckJSON(s, st, audit)
	} else {
		fsckText(s, audit, time.Since(start))
	}
	if err == nil && !audit.Clean() {
		return errFound
	}
	return err
}

func fsckJSON(s *session, st *site, a *hall.Audit) error {
	out := struct {
		Town        string           `json:"town"`
		Simulated   bool             `json:"simulated"`
		Seq         string           `json:"seq"`
		Clean       bool             `json:"clean"`
		Checks      []fsckLine       `json:"checks"`
		Differences []fsckDifference `json:"differences"`
		Pending     []string         `json:"pending"`
		Notes       []string         `json:"notes"`
	}{string(st.cat.Code), st.View().Simulated, fmt.Sprint(a.Seq), a.Clean(), []fsckLine{}, []fsckDifference{}, append([]string{}, a.Pending...), append([]string{}, a.Notes...)}
	for _, c := range a.Checks {
		out.Checks = append(out.Checks, fsckLine{c.Key, c.Zh, c.En, fmt.Sprint(c.N), fmt.Sprint(c.Wrong)})
	}
	for _, d := range a.Differences {
		out.Differences = append(out.Differences, fsckDifference(d))
	}
	return json.NewEncoder(s.out).Encode(out)
}

func fsckText(s *session, a *hall.Audit, took time.Duration) {
	lang := s.global.Lang
	wrong := int64(0)
	for _, c := range a.Checks {
		wrong += c.Wrong
		state := pick(lang, "相符", "agrees")
		if c.Wrong > 0 {
			state = fmt.Sprintf(pick(lang, "%d 处不符", "%d differ"), c.Wrong)
		}
		fmt.Fprintf(s.out, "%9d  %s%s%s\n", c.N, pick(lang, c.Zh, c.En), pick(lang, "：", ": "), state)
	}
	told := append(slices.Clone(a.Pending), a.Notes...)
	for i := 0; i+1 < len(told); i += 2 {
		fmt.Fprintln(s.out, pick(lang, told[i], told[i+1]))
	}
	for _, d := range a.Differences {
		fmt.Fprintf(s.out, "  ✗ %s\n", pick(lang, d.Zh, d.En))
	}
	if wrong == 0 {
		fmt.Fprintf(s.out, pick(lang, "到事件 %d 为止全部相符，用时 %.1f 秒\n", "all agrees as of event %d, %.1f s\n"), a.Seq, took.Seconds())
		return
	}
	fmt.Fprintf(s.out, pick(lang, "到事件 %d 为止共 %d 处不符，用时 %.1f 秒\n", "as of event %d: %d differences, %.1f s\n"), a.Seq, wrong, took.Seconds())
}

func pick(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

// blobs is the folder of the town's files.
func (s *site) blobs() store.Blobs { return store.Blobs{Dir: filepath.Join(s.dir, "blobs")} }
