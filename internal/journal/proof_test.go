package journal

import (
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// grow makes a tree of n leaves whose hashes depend on salt.
func grow(n int64, salt byte) (*Tree, Hashes, []tlog.Hash) {
	var t Tree
	var stored Hashes
	leaves := make([]tlog.Hash, n)
	for i := range leaves {
		leaves[i] = tlog.RecordHash(binary.BigEndian.AppendUint64([]byte{salt}, uint64(i)))
		stored = append(stored, t.Append(leaves[i])...)
	}
	return &t, stored, leaves
}

func TestTree_is_the_tree_of_RFC_6962(t *testing.T) {
	var tree Tree
	var stored Hashes
	for n := range int64(300) {
		want, err := tlog.TreeHash(n, stored)
		if err != nil {
			t.Fatal(err)
		}
		if got := tree.Root(); got != want {
			t.Fatalf("root of %d leaves differs", n)
		}
		again, err := OpenTree(n, stored)
		if err != nil {
			t.Fatal(err)
		}
		leaf := tlog.RecordHash([]byte{byte(n), byte(n >> 8)})
		theirs, err := tlog.StoredHashesForRecordHash(n, leaf, stored)
		if err != nil {
			t.Fatal(err)
		}
		if tree.Next() != int64(len(stored)) {
			t.Fatalf("next is %d, %d are stored", tree.Next(), len(stored))
		}
		turned := tree.Clone()
		turned.Append(tlog.Hash{})
		ours := tree.Append(leaf)
		if !slices.Equal(ours, theirs) || !slices.Equal(again.Append(leaf), ours) {
			t.Fatalf("stored hashes of leaf %d differ", n)
		}
		stored = append(stored, ours...)
	}
}

func TestProofs_hold_and_nothing_else_does(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 200).Draw(t, "size")
		tree, stored, leaves := grow(size, 0)
		root := tree.Root()

		seq := rapid.Int64Range(0, size-1).Draw(t, "seq")
		p, err := Prove(size, seq, stored)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(p, size, root, seq, leaves[seq]); err != nil {
			t.Fatal(err)
		}
		other := rapid.Int64Range(0, size-1).Draw(t, "other")
		if other != seq && Check(p, size, root, other, leaves[seq]) == nil {
			t.Fatal("a leaf was proved at another place")
		}
		if Check(p, size, root, seq, tlog.Hash{1}) == nil {
			t.Fatal("another leaf was proved")
		}

		before := rapid.Int64Range(0, size).Draw(t, "before")
		old, _, _ := grow(before, 0)
		g, err := ProveGrowth(size, before, stored)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckGrowth(g, size, root, before, old.Root()); err != nil {
			t.Fatal(err)
		}
		if before > 0 {
			fork, _, _ := grow(before, 1)
			if CheckGrowth(g, size, root, before, fork.Root()) == nil {
				t.Fatal("a forked past was taken for ours")
			}
		}
		if before < size && CheckGrowth(g, size, root, before+1, old.Root()) == nil {
			t.Fatal("growth was proved from another size")
		}
	})
}

func drawSeqs(t *rapid.T, size int64) []int64 {
	var seqs []int64
	for i := range size {
		if rapid.IntRange(0, 3).Draw(t, "in") == 0 {
			seqs = append(seqs, i)
		}
	}
	if len(seqs) == 0 {
		seqs = []int64{rapid.Int64Range(0, size-1).Draw(t, "only")}
	}
	return seqs
}

// many is a multi-proof with all it is checked against.
type many struct {
	proof  []tlog.Hash
	size   int64
	root   tlog.Hash
	seqs   []int64
	leaves []tlog.Hash
}

func (m many) check() error { return CheckMany(m.proof, m.size, m.root, m.seqs, m.leaves) }

func TestProveMany_holds_and_nothing_else_does(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 100).Draw(t, "size")
		tree, stored, all := grow(size, 0)
		m := many{size: size, root: tree.Root(), seqs: drawSeqs(t, size)}
		for _, s := range m.seqs {
			m.leaves = append(m.leaves, all[s])
		}
		var err error
		if m.proof, err = ProveMany(size, m.seqs, stored); err != nil {
			t.Fatal(err)
		}
		if err := m.check(); err != nil {
			t.Fatal(err)
		}
		bad := m
		bad.proof, bad.seqs, bad.leaves = slices.Clone(m.proof), slices.Clone(m.seqs), slices.Clone(m.leaves)
		how := rapid.SampledFrom([]string{
			"altered leaf", "dropped leaf", "doubled leaf", "swapped leaves", "moved leaf",
			"altered hash", "dropped hash", "doubled hash", "added hash", "stale root", "other size",
		}).Draw(t, "how")
		i := rapid.IntRange(0, len(m.seqs)-1).Draw(t, "leaf")
		j := 0
		if len(m.proof) > 0 {
			j = rapid.IntRange(0, len(m.proof)-1).Draw(t, "hash")
		}
		switch how {
		case "altered leaf":
			bad.leaves[i][rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case "dropped leaf":
			bad.seqs, bad.leaves = slices.Delete(bad.seqs, i, i+1), slices.Delete(bad.leaves, i, i+1)
		case "doubled leaf":
			bad.seqs, bad.leaves = slices.Insert(bad.seqs, i, bad.seqs[i]), slices.Insert(bad.leaves, i, bad.leaves[i])
		case "swapped leaves":
			if len(m.seqs) < 2 {
				return
			}
			k := (i + 1) % len(m.seqs)
			bad.leaves[i], bad.leaves[k] = bad.leaves[k], bad.leaves[i]
		case "moved leaf":
			to := rapid.Int64Range(0, size).Draw(t, "to")
			if slices.Contains(m.seqs, to) {
				return
			}
			bad.seqs[i] = to
			slices.Sort(bad.seqs)
		case "altered hash":
			if len(m.proof) == 0 {
				return
			}
			bad.proof[j][rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case "dropped hash":
			if len(m.proof) == 0 {
				return
			}
			bad.proof = slices.Delete(bad.proof, j, j+1)
		case "doubled hash":
			if len(m.proof) == 0 {
				return
			}
			bad.proof = slices.Insert(bad.proof, j, bad.proof[j])
		case "added hash":
			bad.proof = append(bad.proof, tlog.Hash{})
		case "stale root":
			now := tree.Clone()
			now.Append(tlog.Hash{7})
			bad.root, bad.size = now.Root(), now.Size()
		case "other size":
			// Only a size with another shape above the leaves can be told
			// from the bytes alone; the size itself is signed in the head.
			bad.size += size
		}
		if bad.check() == nil {
			t.Fatalf("%s: still taken", how)
		}
	})
}

// The proof is as small as any can be: one hash for each largest subtree
// without a wanted leaf, found here by brute force.
func TestProveMany_is_minimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 100).Draw(t, "size")
		_, stored, _ := grow(size, 0)
		seqs := drawSeqs(t, size)
		var count func(lo, hi int64) (hashes int, any bool)
		count = func(lo, hi int64) (int, bool) {
			if hi-lo == 1 {
				return 0, slices.Contains(seqs, lo)
			}
			mid := lo + 1
			for (mid-lo)*2 < hi-lo {
				mid = lo + (mid-lo)*2
			}
			l, inL := count(lo, mid)
			r, inR := count(mid, hi)
			switch {
			case inL && inR:
				return l + r, true
			case inL:
				return l + 1, true
			case inR:
				return r + 1, true
			}
			return 0, false
		}
		want, _ := count(0, size)
		got, err := ProveMany(size, seqs, stored)
		if err != nil || len(got) != want {
			t.Fatalf("%d hashes, %v; want %d", len(got), err, want)
		}
	})
}

func TestProveMany_asks_once_in_order(t *testing.T) {
	_, stored, _ := grow(137, 0)
	asked := 0
	_, err := ProveMany(137, []int64{3, 64, 130}, tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		asked++
		if !slices.IsSorted(indexes) {
			t.Errorf("asked for %v", indexes)
		}
		return stored.ReadHashes(indexes)
	}))
	if err != nil || asked != 1 {
		t.Errorf("asked %d times, %v", asked, err)
	}
	broken := errors.New("broken")
	_, err = ProveMany(137, []int64{3}, tlog.HashReaderFunc(func([]int64) ([]tlog.Hash, error) { return nil, broken }))
	if !errors.Is(err, broken) {
		t.Errorf("the reader's error is lost: %v", err)
	}
}

func FuzzCheckMany(f *testing.F) {
	tree, stored, leaves := grow(23, 0)
	root := tree.Root()
	proof, err := ProveMany(23, []int64{2, 9}, stored)
	if err != nil {
		f.Fatal(err)
	}
	var flat []byte
	for _, h := range proof {
		flat = append(flat, h[:]...)
	}
	f.Add(flat, int64(23), int64(2), int64(9))
	f.Fuzz(func(t *testing.T, b []byte, size, x, y int64) {
		var p []tlog.Hash
		for len(b) >= len(tlog.Hash{}) {
			p = append(p, tlog.Hash(b[:32]))
			b = b[32:]
		}
		err := CheckMany(p, size, root, []int64{x, y}, []tlog.Hash{leaves[2], leaves[9]})
		if err == nil && !slices.Equal(p, proof) {
			t.Errorf("taken: size %d, leaves %d and %d, %d hashes", size, x, y, len(p))
		}
	})
}

func BenchmarkTreeAppend(b *testing.B) {
	var t Tree
	h := tlog.RecordHash([]byte("leaf"))
	for b.Loop() {
		t.Append(h)
	}
}

// BenchmarkMany proves 400,000 of a million leaves at once and checks it.
func BenchmarkMany(b *testing.B) {
	const size, wanted = 1_000_000, 400_000
	tree, stored, all := grow(size, 0)
	m := many{size: size, root: tree.Root()}
	for i := range int64(wanted) {
		s := i * size / wanted // two or three apart: nearly the worst spread
		m.seqs = append(m.seqs, s)
		m.leaves = append(m.leaves, all[s])
	}
	var err error
	if m.proof, err = ProveMany(size, m.seqs, stored); err != nil {
		b.Fatal(err)
	}
	b.Run("prove", func(b *testing.B) {
		for b.Loop() {
			if _, err := ProveMany(size, m.seqs, stored); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(m.proof)*hashSize)/1e6, "MB")
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if err := m.check(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
