package catalog

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// A slip in any key of the language is found on its line.
func TestLoad_finds_every_misspelt_key(t *testing.T) {
	town := folder(t, "testdata/good", "")
	key := regexp.MustCompile(`\b(zh|en|type|fields|stages|clocks|moves|from|to|by|needs|must|that|else|required|computed|copy|rollup|via|unit|count|sum|at|while|of|within|ratio|limit|rule|most|opens|with|each|when|as|every|due|done|void|columns|unique|valid|until|items|points|asked|reading|measure|aliases|gold|better|sets|not_by|title|source|warn):[ \n]`)
	n := 0
	for name, f := range town {
		if !strings.HasPrefix(name, "systems/") {
			continue
		}
		for i, at := range key.FindAllIndex(f.Data, -1) {
			if i%7 != 0 { // every seventh: each one is a whole load
				continue
			}
			end := at[1] - 2
			line := 1 + bytes.Count(f.Data[:end], []byte("\n"))
			if lead := strings.TrimSpace(string(f.Data[bytes.LastIndexByte(f.Data[:end], '\n')+1 : end])); strings.HasPrefix(lead, "#") {
				continue
			}
			bad := append(append(append([]byte(nil), f.Data[:end]...), 'q'), f.Data[end:]...)
			m := fstest.MapFS{}
			for k, v := range town {
				m[k] = v
			}
			m[name] = &fstest.MapFile{Data: bad}
			_, faults := Load(m)
			n++
			found := false
			for _, x := range faults {
				found = found || !x.Warning && x.File == name && x.Line == line
			}
			if !found {
				t.Errorf("%s:%d: %s, misspelt, was taken", name, line, f.Data[at[0]:end])
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d slips were tried", n)
	}
}

// The same sources give the same faults in the same order, in both languages.
func TestLoad_is_deterministic(t *testing.T) {
	m := folder(t, "testdata/good", "")
	m["systems/s02.yaml"] = &fstest.MapFile{Data: bytes.ReplaceAll(m["systems/s02.yaml"].Data, []byte("firm"), []byte("frim"))}
	show := func() string {
		_, faults := Load(m)
		var b strings.Builder
		for _, f := range faults {
			b.WriteString(f.Render("zh") + f.Render("en"))
		}
		return b.String()
	}
	first := show()
	if first == "" {
		t.Fatal("no faults to compare")
	}
	for range 5 {
		if again := show(); again != first {
			t.Fatalf("first\n%s\nthen\n%s", first, again)
		}
	}
}
