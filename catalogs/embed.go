// Package catalogs holds the catalogs that are built in. It owns only files.
package catalogs

import (
	"embed"
	"io/fs"
)

//go:embed all:jingwu
var files embed.FS

// Jingwu is the catalog of Jingwu Town: the root that catalog.Load reads.
var Jingwu fs.FS = sub("jingwu")

func sub(dir string) fs.FS {
	f, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the name is a constant of this file
	}
	return f
}
