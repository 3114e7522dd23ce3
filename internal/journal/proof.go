package journal

import (
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// ErrProof says that a proof does not prove what it was given for.
var ErrProof = errors.New("journal: the proof does not hold")

// Prove returns the proof that the tree of the given size holds leaf seq.
func Prove(size, seq int64, r tlog.HashReader) (tlog.RecordProof, error) {
	return tlog.ProveRecord(size, seq, r)
}

// Check says whether p proves that the tree with this size and root holds
// leaf at seq.
func Check(p tlog.RecordProof, size int64, root tlog.Hash, seq int64, leaf tlog.Hash) error {
	if err := tlog.CheckRecord(p, size, root, seq, leaf); err != nil {
		return fmt.Errorf("%w: leaf %d of %d: %v", ErrProof, seq, size, err)
	}
	return nil
}

// ProveGrowth returns the proof that the tree of size now begins with all
// leaves of the tree of size before, unchanged. Nothing needs proof of the
// empty tree.
func ProveGrowth(now, before int64, r tlog.HashReader) (tlog.TreeProof, error) {
	if before == 0 && now >= 0 {
		return tlog.TreeProof{}, nil
	}
	return tlog.ProveTree(now, before, r)
}

// CheckGrowth says whether p proves that the tree (now, root) begins with the
// tree (before, rootBefore).
func CheckGrowth(p tlog.TreeProof, now int64, root tlog.Hash, before int64, rootBefore tlog.Hash) error {
	if before == 0 && now >= 0 {
		if len(p) == 0 && rootBefore == emptyRoot() && (now > 0 || root == emptyRoot()) {
			return nil
		}
		return fmt.Errorf("%w: growth from the empty tree", ErrProof)
	}
	if err := tlog.CheckTree(p, now, root, before, rootBefore); err != nil {
		return fmt.Errorf("%w: growth from %d to %d: %v", ErrProof, before, now, err)
	}
	return nil
}

// ProveMany returns the hashes that, with the leaf hashes at seqs, give the
// root of the tree of the given size: one for each largest subtree in which no
// wanted leaf lies, from left to right. No smaller set does. The seqs must
// ascend strictly. It asks the reader once, for ascending indexes.
func ProveMany(size int64, seqs []int64, r tlog.HashReader) ([]tlog.Hash, error) {
	if err := checkSeqs(size, seqs); err != nil {
		return nil, err
	}
	var need []int64
	var counts []int // how many of need make each hash of the proof
	var walk func(lo, hi int64, seqs []int64)
	walk = func(lo, hi int64, seqs []int64) {
		if len(seqs) == 0 {
			before := len(need)
			need = subtrees(lo, hi, need)
			counts = append(counts, len(need)-before)
			return
		}
		if int64(len(seqs)) == hi-lo {
			return
		}
		mid := lo + split(hi-lo)
		cut := search(seqs, mid)
		walk(lo, mid, seqs[:cut])
		walk(mid, hi, seqs[cut:])
	}
	walk(0, size, seqs)
	stored, err := read(r, need)
	if err != nil {
		return nil, fmt.Errorf("journal: prove %d leaves of %d: %w", len(seqs), size, err)
	}
	out := make([]tlog.Hash, len(counts))
	for i, n := range counts {
		out[i] = fold(stored[:n])
		stored = stored[n:]
	}
	return out, nil
}

// CheckMany says whether proof and the leaf hashes at seqs give the root of a
// tree of the given size, using every hash exactly once.
func CheckMany(proof []tlog.Hash, size int64, root tlog.Hash, seqs []int64, leaves []tlog.Hash) error {
	if err := checkSeqs(size, seqs); err != nil {
		return fmt.Errorf("%w: %v", ErrProof, err)
	}
	if len(seqs) != len(leaves) {
		return fmt.Errorf("%w: %d leaves for %d places", ErrProof, len(leaves), len(seqs))
	}
	short := false
	var walk func(lo, hi int64, seqs []int64, leaves []tlog.Hash) tlog.Hash
	walk = func(lo, hi int64, seqs []int64, leaves []tlog.Hash) tlog.Hash {
		if short {
			return tlog.Hash{}
		}
		if len(seqs) == 0 {
			if len(proof) == 0 {
				short = true
				return tlog.Hash{}
			}
			h := proof[0]
			proof = proof[1:]
			return h
		}
		if hi-lo == 1 {
			return leaves[0]
		}
		mid := lo + split(hi-lo)
		cut := search(seqs, mid)
		left := walk(lo, mid, seqs[:cut], leaves[:cut])
		right := walk(mid, hi, seqs[cut:], leaves[cut:])
		return tlog.NodeHash(left, right)
	}
	got := walk(0, size, seqs, leaves)
	if short || len(proof) != 0 || got != root {
		return fmt.Errorf("%w: %d leaves of %d", ErrProof, len(seqs), size)
	}
	return nil
}

func checkSeqs(size int64, seqs []int64) error {
	// 1<<56 leaves would take a town a hundred thousand years at 20,000 a
	// second; the bound keeps the index arithmetic far from overflow.
	if size < 1 || size > 1<<56 || len(seqs) == 0 {
		return fmt.Errorf("journal: %d leaves of a tree of size %d", len(seqs), size)
	}
	last := int64(-1)
	for _, s := range seqs {
		if s <= last || s >= size {
			return fmt.Errorf("journal: leaf %d after %d in a tree of size %d", s, last, size)
		}
		last = s
	}
	return nil
}

// split is the largest power of two below n, for n ≥ 2.
func split(n int64) int64 { return 1 << (bits.Len64(uint64(n-1)) - 1) }

// search is the number of seqs below x.
func search(seqs []int64, x int64) int {
	lo, hi := 0, len(seqs)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if seqs[m] < x {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

// subtrees appends the stored indexes of the complete subtrees that make up
// the leaves [lo, hi), largest first. lo must be aligned as in a walk from the
// root, which makes the indexes ascend.
func subtrees(lo, hi int64, need []int64) []int64 {
	for lo < hi {
		level := bits.Len64(uint64(hi-lo)) - 1
		need = append(need, tlog.StoredHashIndex(level, lo>>level))
		lo += 1 << level
	}
	return need
}
