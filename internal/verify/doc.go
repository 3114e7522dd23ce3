// Package verify judges a published edition with nothing but the file and the town's public key. It follows docs/formats/edition.md,
// leaf.md, head.md and evidence.md from the page and shares no package with publishing but the bytes (package edition), so that
// a fault in what publishes cannot hide in what verifies. It owns the judgement and the words for it.
//
// Invariant: what is said to hold was computed from the evidence in the file; what could not be computed is said to be unproved, with
// the reason; the first thing that does not hold ends it.
package verify

import (
	"fmt"
	"strings"
)

// Fault is the first thing that does not hold: whole sentences in both languages.
type Fault struct {
	Part   string // of the file: edition.json, evidence/grid_visits@201
	Zh, En string
}

// Error gives the English sentence.
func (f *Fault) Error() string { return f.Part + ": " + f.En }

// In gives the sentence in lang, "zh" or "en".
func (f *Fault) In(lang string) string {
	if lang == "en" {
		return f.Part + ": " + f.En
	}
	return f.Part + "：" + f.Zh
}

func fault(part, zh, en string, args ...any) *Fault {
	return &Fault{part, sentence(zh, args...), sentence(en, args...)}
}

// sentence writes a sentence that need not use all of the arguments: the two languages share them.
func sentence(format string, args ...any) string {
	s := fmt.Sprintf(format, args...)
	if i := strings.Index(s, "%!(EXTRA"); i >= 0 {
		s = s[:i]
	}
	return s
}

// Note is something that the file cannot prove, or that a reader should know.
type Note struct{ Zh, En string }

// In gives the sentence in lang.
func (n Note) In(lang string) string {
	if lang == "en" {
		return n.En
	}
	return n.Zh
}

// Outcome is what an edition that holds proves.
type Outcome struct {
	Town, Name string
	Title      string
	Year       int
	AsOf       string
	Published  string
	Simulated  bool
	Fine       bool
	Readers    string
	SHA256     string   // of edition.json: the edition's own fingerprint
	Key        string   // that signed
	Size       int64    // leaves of the journal
	Leaves     int64    // of them that the evidence shows
	Changes    int64    // mark changes, each once
	Figures    int      // values that follow from the evidence
	Stated     int      // values that an office stated in the journal
	Numbers    int      // numbers of the text that agree
	Continues  bool     // an earlier edition was given, and this one's journal continues it
	Corrects   string   // title of the edition it corrects, and why
	Unproved   []Note   // values and numbers that the file does not prove, each with its reason
	Unlinked   []string // numbers of the text that no figure wrote, with what stands around them
	CannotKnow []Note
}

// cannot is what no edition can prove.
var cannot = []Note{
	{"工作有没有漏记，核验看不出来", "whether work was left unrecorded"},
	{"记录是否如实，科室报的数是否准确，核验看不出来", "whether the records tell the truth, and whether an office measured rightly"},
	{"有没有给别人看过另一份同样长的日志，核验看不出来：请与别人核对日志头", "whether another journal of the same size was shown to others: compare heads"},
}
