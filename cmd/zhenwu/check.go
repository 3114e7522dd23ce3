package main

import (
	"fmt"
	"io"
	"os"

	"zhenwu/internal/catalog"
)

// check loads the catalog in dir, writes its faults and, when it is sound, what
// it declares. The exit status is 0 for a sound catalog (warnings allowed), 1 for
// one with faults, 2 when the folder cannot be read.
func check(dir, lang string, w io.Writer) int {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		if lang == "en" {
			fmt.Fprintf(w, "not a folder: %s\n", dir)
		} else {
			fmt.Fprintf(w, "不是文件夹：%s\n", dir)
		}
		return 2
	}
	c, faults := catalog.Load(os.DirFS(dir))
	wrong, warnings := 0, 0
	for _, f := range faults {
		if f.Warning {
			warnings++
		} else {
			wrong++
		}
		fmt.Fprint(w, f.Render(lang))
	}
	if wrong == 0 {
		fmt.Fprint(w, c.Report(lang))
	}
	if lang == "en" {
		fmt.Fprintf(w, "\n%d faults, %d warnings\n", wrong, warnings)
	} else {
		fmt.Fprintf(w, "\n%d 处错误，%d 处提醒\n", wrong, warnings)
	}
	if wrong > 0 {
		return 1
	}
	return 0
}
