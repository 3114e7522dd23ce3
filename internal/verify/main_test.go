package verify_test

import "os"

func mkdir() (string, error) { return os.MkdirTemp("", "zhenwu-verify-") }
func remove(dir string)      { _ = os.RemoveAll(dir) } // what is left of it is the system's to clean
func exit(code int)          { os.Exit(code) }

var raced bool // by the race detector
