package keyfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeyFile_is_private_and_never_overwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "signing.key")
	if _, err := Read(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("read before it is there: %v", err)
	}
	if err := Create(path, "one"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := Create(path, "two"); !errors.Is(err, os.ErrExist) {
		t.Errorf("created again: %v", err)
	}
	if got, err := Read(path); err != nil || got != "one" {
		t.Errorf("got %q, %v", got, err)
	}
	if err := Replace(path, "one and two"); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(path); err != nil || got != "one and two" {
		t.Errorf("got %q, %v", got, err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRead_refuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "k")
	if err := Create(path, "secret"); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o620} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); !errors.Is(err, ErrOpen) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	if _, err := Read(dir); err == nil {
		t.Error("a folder was read as a key")
	}
	big := filepath.Join(dir, "big")
	if err := Create(big, strings.Repeat("x", maxSize+1)); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(big); err == nil {
		t.Error("a large file was read as a key")
	}
	if err := Create(filepath.Join(dir, "nowhere", "k"), "x"); err == nil {
		t.Error("written into a folder that is not there")
	}
}
