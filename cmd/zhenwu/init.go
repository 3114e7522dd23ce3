package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zhenwu/internal/town"
)

//go:embed start
var start embed.FS

type initCmd struct {
	Dir string `arg:"" help:"新目录的文件夹 the folder to make"`
}

// Run writes a small catalog with comments, which `zhenwu check` accepts.
func (c *initCmd) Run(s *session) error {
	if entries, err := os.ReadDir(c.Dir); err == nil && len(entries) > 0 {
		return town.Refuse(town.Conflict, "dir", "%s 不是空目录", "%s is not empty", c.Dir)
	}
	root, err := fs.Sub(start, "start")
	if err != nil {
		return err
	}
	if err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(c.Dir, filepath.FromSlash(path))
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, text, 0o644)
	}); err != nil {
		return town.Refuse(town.Invalid, "dir", "不能写入 %s：%v", "cannot write %s: %v", c.Dir, err)
	}
	fmt.Fprintf(s.out, pick(s.global.Lang, "%[1]s 已建好；接着运行 zhenwu check %[1]s\n", "%[1]s is made; now run zhenwu check %[1]s\n"), c.Dir)
	return nil
}
