// Command zhenwu is the one system of a township government.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "check" {
		lang := "zh"
		if v := os.Getenv("ZHENWU_LANG"); v != "" {
			lang = v
		}
		os.Exit(check(os.Args[2], lang, os.Stdout))
	}
	fmt.Fprintln(os.Stderr, "zhenwu check DIR")
	os.Exit(2)
}
