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
	"strings"
	"time"

	"zhenwu/internal/town"
)

// Blobs keeps files under the SHA-256 of their bytes in a folder of the town.
// A file that is there already is never written again.
type Blobs struct{ Dir string }

// MaxBlob is the largest file taken from people, MaxEdition the largest that the town makes itself, in bytes.
const (
	MaxBlob    = 20 << 20
	MaxEdition = 1 << 30
)

func (b Blobs) path(hash string) string { return filepath.Join(b.Dir, hash[:2], hash) }

// Put stores what r gives and returns its hash and size. The file is on the
// disk before Put returns. Larger than MaxBlob: town.Error Invalid.
func (b Blobs) Put(r io.Reader) (hash string, size int64, err error) {
	s, err := b.Stage(r, MaxBlob)
	if err != nil {
		return "", 0, err
	}
	defer s.Drop()
	return s.Hash, s.Size, s.Keep()
}

// Staged is a file that lies in the folder under a passing name: its bytes are
// on the disk, and it is not yet one of the town's files.
type Staged struct {
	Hash string
	Size int64
	path string
	to   Blobs
}

// Stage writes what r gives under a passing name. Keep gives it its own; Drop,
// which the caller owes, removes it where Keep did not. Larger than most bytes: town.Error Invalid.
func (b Blobs) Stage(r io.Reader, most int64) (*Staged, error) {
	if err := os.MkdirAll(b.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of files: %w", err)
	}
	f, err := os.CreateTemp(b.Dir, Passing+"*")
	if err != nil {
		return nil, fmt.Errorf("store a file: %w", err)
	}
	defer f.Close()
	s := &Staged{path: f.Name(), to: b}
	sum := sha256.New()
	if s.Size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, most+1)); err == nil && s.Size <= most {
		err = f.Sync()
	}
	if err != nil {
		s.Drop()
		return nil, fmt.Errorf("store a file: %w", err)
	}
	if s.Size > most {
		s.Drop()
		return nil, town.Refuse(town.Invalid, "file", "文件超过 %d MB，请压缩后再上传", "the file is larger than %d MB; make it smaller and try again", most>>20)
	}
	s.Hash = hex.EncodeToString(sum.Sum(nil))
	return s, nil
}

// Keep gives the file the name of its hash. Bytes that are there already are not written again.
func (s *Staged) Keep() error {
	to := s.to.path(s.Hash)
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return fmt.Errorf("store a file: %w", err)
	}
	if err := os.Rename(s.path, to); err != nil {
		return fmt.Errorf("store a file: %w", err)
	}
	d, err := os.Open(filepath.Dir(to))
	if err != nil {
		return fmt.Errorf("store a file: %w", err)
	}
	defer d.Close()
	return d.Sync()
}

// Drop removes the passing name.
func (s *Staged) Drop() { _ = os.Remove(s.path) } // gone once the file has its own name; what stays is found by Loose

// Passing begins the names of files that are being written.
const Passing = "new-"

// Loose lists the files last written before an instant: by their hash, and those that were never written to their end
// under their passing name. Which of them the town still knows is the caller's to find out.
func (b Blobs) Loose(before time.Time) ([]string, error) {
	var out []string
	err := filepath.WalkDir(b.Dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !IsHash(d.Name()) && !strings.HasPrefix(d.Name(), Passing) {
			return err
		}
		info, err := d.Info()
		if err == nil && info.ModTime().Before(before) {
			out = append(out, d.Name())
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) { // no file was ever handed in
		return nil, nil
	}
	return out, err
}

// Remove takes a file, or one under its passing name, off the disk. No such file is no error.
func (b Blobs) Remove(name string) error {
	path := filepath.Join(b.Dir, name)
	if IsHash(name) {
		path = b.path(name)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a file: %w", err)
	}
	return nil
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
