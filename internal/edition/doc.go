// Package edition is the form of a published report: one file with the text, the figures in it, their definitions, the town's signed
// head, and the evidence of each figure apart. It owns the bytes and nothing else: it does not judge, hash or sign. Publishing
// (package hall) and verifying (package verify) share this package and no other of ours, so that a fault in one cannot hide in both.
//
// docs/formats/edition.md describes the file for people who want to write their own verifier.
package edition

// Format is the first field of every edition.
const Format = "zhenwu edition 1"

// The names within the file, which is a ZIP archive.
const (
	NameEdition  = "edition.json"
	NameNote     = "edition.note" // the town's signature over edition.json
	NameCatalog  = "catalog.json" // the files of the catalog in force, as the journal's edition leaf commits to them
	NameTown     = "evidence/town"
	NameEvidence = "evidence/" // + figure version
)

// Edition is the content of edition.json. Offsets are bytes of Text; numbers are decimal strings.
type Edition struct {
	Format    string `json:"format"`
	Town      string `json:"town"` // division code
	Name      string `json:"name"`
	Simulated bool   `json:"simulated"`
	Title     string `json:"title"`
	Year      int    `json:"year"`
	AsOf      string `json:"as_of"` // last day that counts, 2023-12-29
	Published string `json:"published"`
	Fine      bool   `json:"fine,omitempty"` // evidence for named reviewers: every part shown
	Readers   string `json:"readers,omitempty"`

	Text    string   `json:"text"` // Markdown
	Numbers []Number `json:"numbers"`
	Figures []Figure `json:"figures"`

	Key       string       `json:"key"`                 // the public key that signs, for comparison with the one that is trusted
	Rotations []string     `json:"rotations,omitempty"` // bodies of the leaves that handed the key over, from the first key on
	Head      string       `json:"head"`                // signed note
	Counts    []CountEntry `json:"counts"`
	Evidence  []Evidence   `json:"evidence"`
	Catalog   string       `json:"catalog"` // SHA-256 of catalog.json in hex
	Earlier   *Earlier     `json:"earlier,omitempty"`
	Corrects  *Correction  `json:"corrects,omitempty"`
}

// Number is a stretch of the text that a figure wrote.
type Number struct {
	From   int    `json:"from"`
	To     int    `json:"to"`
	Figure string `json:"figure"` // id of a Figure; of a growth, change or rate the figure of this year
	Says   string `json:"says"`   // value, growth, rate, change, target, attained, names
}

// Figure is a value at a place over a period.
type Figure struct {
	ID     string   `json:"id"` // of this edition only
	Key    string   `json:"key"`
	Zh     string   `json:"zh"`
	En     string   `json:"en"`
	Unit   string   `json:"unit"`
	Units  []string `json:"units,omitempty"` // other names of the unit in prose (户 for 户次)
	Kind   string   `json:"kind"`            // flow, stock, distinct, measure, ratio, formula, least, most, all, streak, published
	Period string   `json:"period"`          // the days that count, 2023-01-01/2023-12-29
	Place  []string `json:"place,omitempty"` // codes from the village down, none: the town
	Where  string   `json:"where,omitempty"` // name of the place
	Slice  string   `json:"slice,omitempty"` // dim=value
	Value  string   `json:"value"`           // in Unit, "" when unknown
	Scale  int      `json:"scale,omitempty"` // decimals of the integers that add up to it
	Words  string   `json:"words,omitempty"` // how it is made, for people
	Status string   `json:"status,omitempty"`

	Version    string   `json:"version,omitempty"`    // of a tallied figure: what the journal counts it under
	Definition string   `json:"definition,omitempty"` // what the version's leaf commits to
	Of         []string `json:"of,omitempty"`         // ids of what it is read from
	Formula    string   `json:"formula,omitempty"`    // over keys, of a formula
	Is         string   `json:"is,omitempty"`         // of all and streak: the condition over value
	Over       string   `json:"over,omitempty"`
	Record     *Stated  `json:"record,omitempty"` // of a measurement: what was stated
	Last       string   `json:"last,omitempty"`   // id of the same figure a year earlier
	Told       string   `json:"told,omitempty"`   // growth as the office told it, percent
	Target     *Target  `json:"target,omitempty"`
	Published  string   `json:"published,omitempty"` // what was published before, where it differs
}

// Stated are the events in which an office stated a measurement.
type Stated struct {
	Seqs   []int64 `json:"seqs"` // leaves of the journal, opened in evidence/town, in order
	Number string  `json:"number"`
}

// Target is what was to be reached.
type Target struct {
	Shape  string `json:"shape"` // growth, level, flat, above
	Value  string `json:"value"`
	Source string `json:"source"`
}

// CountEntry is a line of the head's list of counts: k with its salt, or its hash.
type CountEntry struct {
	Figure string `json:"figure"`
	K      int64  `json:"k,omitempty"`
	Salt   []byte `json:"salt,omitempty"`
	Hash   []byte `json:"hash,omitempty"`
}

// Evidence names the evidence of a figure version within the file.
type Evidence struct {
	Version string `json:"version"` // "" for evidence/town
	SHA256  string `json:"sha256"`  // of the uncompressed file, hex
	Changes int64  `json:"changes"`
	Level   string `json:"level"` // full, merged (places of small groups are not shown), coarse (no day, amount or key either)
}

// Earlier is an edition published before, whose journal this one continues.
type Earlier struct {
	SHA256 string   `json:"sha256"` // of its edition.json
	Title  string   `json:"title"`
	Head   string   `json:"head"`
	Growth [][]byte `json:"growth"` // consistency proof from its head to this one
}

// Correction says which edition this one corrects, and why.
type Correction struct {
	SHA256 string `json:"sha256"`
	Title  string `json:"title"`
	Why    string `json:"why"`
}
