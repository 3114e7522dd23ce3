package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"

	"zhenwu/internal/journal"
	"zhenwu/internal/keyfile"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
)

type configCmd struct{}

// setting is one line of `zhenwu config`.
type setting struct {
	Key   string `json:"key"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
	Value string `json:"value"`
}

// Run prints the settings of this deployment. It opens nothing and shows no secret.
func (c *configCmd) Run(s *session) error {
	g := s.global
	dir, err := filepath.Abs(g.Data)
	if err != nil {
		return err
	}
	engine := store.SQLite
	if store.IsPostgres(g.dsn()) {
		engine = store.Postgres
	}
	own := pick(g.Lang, "内置 jingwu", "built-in jingwu")
	if exists(filepath.Join(dir, "catalog")) {
		own = filepath.Join(dir, "catalog")
	}
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = strings.TrimSpace(info.Main.Version + " " + info.GoVersion)
	}
	list := []setting{
		{"version", "程序版本", "program", version},
		{"data", "数据目录", "data folder", dir},
		{"engine", "数据库引擎", "database engine", engine.String()},
		{"db", "数据库", "database", store.Redact(g.dsn())},
		{"catalog", "目录", "catalog", own},
		{"blobs", "附件", "files", filepath.Join(dir, "blobs")},
		{"sign_key", "签名密钥", "signing key", keyState(g.Lang, filepath.Join(dir, "keys", "sign.key"))},
		{"master_key", "主密钥", "master key", keyState(g.Lang, filepath.Join(dir, "keys", "master.key"))},
		{"lang", "语言", "language", g.Lang},
	}
	for _, name := range environment() {
		if v, ok := os.LookupEnv(name); ok {
			list = append(list, setting{name, "环境变量", "environment", store.Redact(v)})
		}
	}
	if g.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"settings": list})
	}
	w := tabwriter.NewWriter(s.out, 2, 4, 2, ' ', 0)
	for _, x := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\n", x.Key, pick(g.Lang, x.Zh, x.En), x.Value)
	}
	return w.Flush()
}

// environment lists the variables that the flags of the program read, in order.
func environment() []string {
	var names []string
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		for i := range t.NumField() {
			f := t.Field(i)
			if name := f.Tag.Get("env"); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
			if f.Type.Kind() == reflect.Struct {
				walk(f.Type)
			}
		}
	}
	walk(reflect.TypeFor[cli]())
	slices.Sort(names)
	return names
}

// keyState says whether a key file is there, and by what fingerprint people know it.
func keyState(lang, path string) string {
	text, err := keyfile.Read(path)
	if err != nil {
		if os.IsNotExist(err) || !exists(path) {
			return pick(lang, "尚未生成", "not made yet")
		}
		return err.Error()
	}
	if k, err := seal.Parse(text); err == nil {
		return pick(lang, "已设置，指纹 ", "set, fingerprint ") + k.Fingerprint()
	}
	if k, err := journal.ParseKey(strings.TrimSpace(text)); err == nil {
		return pick(lang, "已设置，指纹 ", "set, fingerprint ") + journal.Fingerprint(k.Public())
	}
	return pick(lang, "不能读出", "does not read")
}
