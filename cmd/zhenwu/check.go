package main

import (
	"encoding/json"
	"fmt"
	"os"

	"zhenwu/internal/catalog"
	"zhenwu/internal/town"
)

type checkCmd struct {
	Dir string `arg:"" help:"目录文件夹 the catalog's folder"`
}

// Run loads the catalog, writes its faults and, when it is sound, what it declares.
func (c *checkCmd) Run(s *session) error {
	if info, err := os.Stat(c.Dir); err != nil || !info.IsDir() {
		return town.Refuse(town.Invalid, "dir", "不是文件夹：%s", "not a folder: %s", c.Dir)
	}
	cat, faults := catalog.Load(os.DirFS(c.Dir))
	wrong, warnings := 0, 0
	lang := s.global.Lang
	for _, f := range faults {
		if f.Warning {
			warnings++
		} else {
			wrong++
		}
		if !s.global.JSON {
			fmt.Fprint(s.out, f.Render(lang))
		}
	}
	switch {
	case s.global.JSON:
		if err := json.NewEncoder(s.out).Encode(map[string]any{"faults": faults, "wrong": wrong, "warnings": warnings}); err != nil {
			return err
		}
	case wrong == 0:
		fmt.Fprint(s.out, cat.Report(lang))
		fallthrough
	default:
		if lang == "en" {
			fmt.Fprintf(s.out, "\n%d faults, %d warnings\n", wrong, warnings)
		} else {
			fmt.Fprintf(s.out, "\n%d 处错误，%d 处提醒\n", wrong, warnings)
		}
	}
	if wrong > 0 {
		return errFound
	}
	return nil
}
