package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"zhenwu/internal/town"
)

// Blobs keeps files under the SHA-256 of their bytes in a folder of the town.
// A file that is there already is never written again.
type Blobs struct{ Dir string }

// MaxBlob is the largest file taken, in bytes.
const MaxBlob = 20 << 20

func (b Blobs) path(hash string) string { return filepath.Join(b.Dir, hash[:2], hash) }

// Put stores what r gives and returns its hash and size. The file is on the
// disk before Put returns. Larger than MaxBlob: town.Error Invalid.
func (b Blobs) Put(r io.Reader) (hash string, size int64, err error) {
	if err := os.MkdirAll(b.Dir, 0o750); err != nil {
		return "", 0, fmt.Errorf("make the folder of files: %w", err)
	}
	f, err := os.CreateTemp(b.Dir, "new-*")
	if err != nil {
		return "", 0, fmt.Errorf("store a file: %w", err)
	}
	defer os.Remove(f.Name()) // fails once the file has its own name
	defer f.Close()
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, MaxBlob+1))
	if err != nil {
		return "", 0, fmt.Errorf("store a file: %w", err)
	}
	if size > MaxBlob {
		return "", 0, town.Refuse(town.Invalid, "file", "文件超过 20 MB，请压缩后再上传", "the file is larger than 20 MB; make it smaller and try again")
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	if _, err := os.Stat(b.path(hash)); err == nil {
		return hash, size, nil
	}
	if err := f.Sync(); err != nil {
		return "", 0, fmt.Errorf("store a file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(b.path(hash)), 0o750); err != nil {
		return "", 0, fmt.Errorf("store a file: %w", err)
	}
	if err := os.Rename(f.Name(), b.path(hash)); err != nil {
		return "", 0, fmt.Errorf("store a file: %w", err)
	}
	d, err := os.Open(filepath.Dir(b.path(hash)))
	if err != nil {
		return "", 0, fmt.Errorf("store a file: %w", err)
	}
	defer d.Close()
	return hash, size, d.Sync()
}

// Open opens a stored file. No such file: town.Error Missing.
func (b Blobs) Open(hash string) (*os.File, error) {
	if !IsHash(hash) {
		return nil, town.Refuse(town.Missing, "file", "没有这个文件", "no such file")
	}
	f, err := os.Open(b.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &town.Error{Kind: town.Missing, Field: "file", Zh: "没有这个文件", En: "no such file", Err: err}
	}
	return f, err
}

// IsHash tells whether s has the form of a blob's hash.
func IsHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}
