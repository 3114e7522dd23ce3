package journal

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Tree is the growing end of a town's hash tree: its size and the hashes of
// the complete subtrees at its right edge, at most 63. Appending needs no
// read. The zero value is the empty tree. It is not safe for use by several
// goroutines; a writer that may have to turn back works on a [Tree.Clone].
type Tree struct {
	size  int64
	peaks []tlog.Hash // largest subtree first
}

// OpenTree reads the right edge of a tree of the given size.
func OpenTree(size int64, r tlog.HashReader) (*Tree, error) {
	if size < 0 {
		return nil, fmt.Errorf("journal: tree of size %d", size)
	}
	peaks, err := read(r, subtrees(0, size, nil))
	if err != nil {
		return nil, fmt.Errorf("journal: open tree of size %d: %w", size, err)
	}
	return &Tree{size: size, peaks: peaks}, nil
}

// Clone returns a copy that grows on its own.
func (t *Tree) Clone() *Tree {
	return &Tree{size: t.size, peaks: slices.Clone(t.peaks)}
}

// Size is the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Next is the index at which the hashes of the next leaf are stored.
func (t *Tree) Next() int64 { return tlog.StoredHashIndex(0, t.size) }

// Append adds a leaf and returns the hashes to store, the first at the index
// that [Tree.Next] gave before, the others right after it.
func (t *Tree) Append(leaf tlog.Hash) []tlog.Hash {
	out := []tlog.Hash{leaf}
	h := leaf
	for n := t.size; n&1 == 1; n >>= 1 {
		last := len(t.peaks) - 1
		h = tlog.NodeHash(t.peaks[last], h)
		t.peaks = t.peaks[:last]
		out = append(out, h)
	}
	t.peaks = append(t.peaks, h)
	t.size++
	return out
}

// Root is the root hash.
func (t *Tree) Root() tlog.Hash {
	if t.size == 0 {
		return emptyRoot()
	}
	return fold(t.peaks)
}

// emptyRoot is the hash of nothing, as RFC 6962 §2.1 defines it.
func emptyRoot() tlog.Hash {
	h, _ := tlog.TreeHash(0, nil) // a tree of no leaves reads nothing and cannot fail
	return h
}

// fold joins complete subtrees, largest first, into one hash.
func fold(peaks []tlog.Hash) tlog.Hash {
	h := peaks[len(peaks)-1]
	for i := len(peaks) - 2; i >= 0; i-- {
		h = tlog.NodeHash(peaks[i], h)
	}
	return h
}

// Hashes are the stored hashes of a tree in memory, in their order. A
// verifier that re-hashes a whole journal, and tests, use them.
type Hashes []tlog.Hash

// ReadHashes makes Hashes a [tlog.HashReader].
func (s Hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(s)) {
			return nil, fmt.Errorf("journal: no stored hash %d", x)
		}
		out[i] = s[x]
	}
	return out, nil
}

func read(r tlog.HashReader, indexes []int64) ([]tlog.Hash, error) {
	if len(indexes) == 0 {
		return nil, nil
	}
	hashes, err := r.ReadHashes(indexes)
	if err != nil {
		return nil, err
	}
	if len(hashes) != len(indexes) {
		return nil, fmt.Errorf("asked for %d hashes, got %d", len(indexes), len(hashes))
	}
	return hashes, nil
}
