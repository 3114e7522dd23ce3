// Package keyfile keeps the secret texts of a town, its signing key and its
// master keys, in files of their own outside the database. It owns how such a
// file is written and whom it is readable by; what the text means is for
// packages journal and seal. Its invariant: a key file is whole or not there,
// and only its owner may read it.
package keyfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxSize is far above any key text: a file beyond it is not a key file.
const maxSize = 1 << 16

// ErrOpen says that others than the owner may read a key file.
var ErrOpen = errors.New("keyfile: readable by others than its owner")

// Create writes a new key file with mode 0600. It fails with [os.ErrExist]
// where one stands: a key is never overwritten by chance.
func Create(path, text string) error {
	// The link fails where path stands, which a rename would not.
	return write(path, text, os.Link)
}

// Replace writes the text in the place of the file, all or nothing, for a
// rotation that keeps the older keys in the text.
func Replace(path, text string) error { return write(path, text, os.Rename) }

// write fills a temporary file beside path, makes it durable, puts it in place
// and makes that durable.
func write(path, text string, put func(from, to string) error) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".key-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	defer func() {
		f.Close()           // after a good Close this one fails, as it may
		os.Remove(f.Name()) // gone already where it was renamed
	}()
	if _, err := f.WriteString(text); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	if err := put(f.Name(), path); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	return nil
}

// Read reads a key file. It refuses with [ErrOpen] one that its group or
// others may read or write.
func Read(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("read key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("read key file: %s is no regular file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%w: %s has mode %#o, must be 0600", ErrOpen, path, info.Mode().Perm())
	}
	b, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return "", fmt.Errorf("read key file: %w", err)
	}
	if len(b) > maxSize {
		return "", fmt.Errorf("read key file: %s is too large to be one", path)
	}
	return string(b), nil
}
