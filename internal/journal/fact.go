package journal

import (
	"encoding/hex"
	"errors"
	"fmt"
)

// Digest is a SHA-256 of something kept elsewhere, written in hex.
type Digest [hashSize]byte

func (d Digest) String() string { return hex.EncodeToString(d[:]) }

func parseDigest(s string) (Digest, error) {
	var d Digest
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) || hex.EncodeToString(b) != s {
		return d, fmt.Errorf("journal: %q is no digest", s)
	}
	copy(d[:], b)
	return d, nil
}

// BirthFacts is the body of the first leaf: what the town is, for good.
type BirthFacts struct {
	Town      string
	Zone      string // IANA name of the town's time zone
	Simulated bool   // fixed here: a town never changes from one to the other
	Key       string // the public key that signs heads until the first rotation
}

var birthNames = []string{"town", "zone", "simulated", "key"}

// Body writes the facts as the body of a [Birth] leaf.
func (f BirthFacts) Body() ([]byte, error) {
	if !validTown(f.Town) {
		return nil, errHeader
	}
	s, err := writeLines("zhenwu birth 1", "town", f.Town, "zone", f.Zone, "simulated", yesNo(f.Simulated), "key", f.Key)
	return []byte(s), err
}

// ParseBirth reads the body of a [Birth] leaf.
func ParseBirth(body []byte) (BirthFacts, error) {
	v, err := readLines(string(body), "zhenwu birth 1", birthNames...)
	if err != nil {
		return BirthFacts{}, err
	}
	sim, err := readYesNo(v[2])
	if err != nil {
		return BirthFacts{}, err
	}
	if !validTown(v[0]) {
		return BirthFacts{}, errHeader
	}
	return BirthFacts{Town: v[0], Zone: v[1], Simulated: sim, Key: v[3]}, nil
}

// EditionFacts is the body of an [Edition] leaf: from here on the town works
// under this edition of its catalog.
type EditionFacts struct {
	Edition string // name that later headers carry
	Files   Digest // of the catalog's files, as the catalog defines it
}

// Body writes the facts as the body of an [Edition] leaf.
func (f EditionFacts) Body() ([]byte, error) {
	s, err := writeLines("zhenwu edition 1", "edition", f.Edition, "files", f.Files.String())
	return []byte(s), err
}

// ParseEdition reads the body of an [Edition] leaf.
func ParseEdition(body []byte) (EditionFacts, error) {
	v, err := readLines(string(body), "zhenwu edition 1", "edition", "files")
	if err != nil {
		return EditionFacts{}, err
	}
	d, err := parseDigest(v[1])
	return EditionFacts{Edition: v[0], Files: d}, err
}

// VersionFacts is the body of a [Version] leaf: a figure is computed by this
// formula under this name; its running numbers start at 1.
type VersionFacts struct {
	Figure  string // figure version, as in [MarkChange]
	Key     string // the figure it is a version of
	Edition string // catalog edition that declares it
	Formula Digest // of its declaration, as the catalog defines it
}

// Body writes the facts as the body of a [Version] leaf.
func (f VersionFacts) Body() ([]byte, error) {
	s, err := writeLines("zhenwu figure 1", "figure", f.Figure, "key", f.Key, "edition", f.Edition, "formula", f.Formula.String())
	return []byte(s), err
}

// ParseVersion reads the body of a [Version] leaf.
func ParseVersion(body []byte) (VersionFacts, error) {
	v, err := readLines(string(body), "zhenwu figure 1", "figure", "key", "edition", "formula")
	if err != nil {
		return VersionFacts{}, err
	}
	d, err := parseDigest(v[3])
	return VersionFacts{Figure: v[0], Key: v[1], Edition: v[2], Formula: d}, err
}

var errFirst = errors.New("journal: the first leaf is not the town's birth")

// checkBirth reads the opened first leaf of a town.
func checkBirth(leaf []byte, o Opening) (BirthFacts, error) {
	c, err := ParseLeaf(leaf)
	if err != nil {
		return BirthFacts{}, err
	}
	facts, err := o.Facts(c)
	if err != nil {
		return BirthFacts{}, err
	}
	if c.Seq != 0 || c.Kind != Birth || facts.Body == nil {
		return BirthFacts{}, errFirst
	}
	b, err := ParseBirth(facts.Body)
	if err != nil {
		return BirthFacts{}, err
	}
	if b.Town != c.Town {
		return BirthFacts{}, fmt.Errorf("%w: it is of %s and says %s", errFirst, c.Town, b.Town)
	}
	return b, nil
}
