package verify_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strconv"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/edition"
	"zhenwu/internal/journal"
	"zhenwu/internal/town"
)

// large is an edition of one figure with n changes, signed with the key of a town as the town itself would.
func large(t testing.TB, p *published, n int) []byte {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := edition.Open(bytes.NewReader(p.file), int64(len(p.file)))
	must(err)
	r, err := f.Evidence("")
	must(err)
	defer r.Close()
	townLeaves, err := edition.NewReader(r)
	must(err)
	var fig edition.Figure
	for _, x := range f.Edition.Figures {
		if x.Key == "grid_visits" && x.Period == "2023" {
			fig = x
		}
	}
	var bodies [][]byte
	var kinds []journal.Kind
	for range townLeaves.Leaves {
		l, err := townLeaves.Next()
		must(err)
		body := l.Facts.Parts[3].Value
		if k := journal.Kind(l.Kind); k == journal.Birth || k == journal.Edition || k == journal.Version && bytes.Contains(body, []byte("figure "+fig.Version+"\n")) {
			bodies, kinds = append(bodies, body), append(kinds, k)
		}
	}
	hashes := make([]tlog.Hash, 0, 2*n)
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = hashes[x]
		}
		return out, nil
	})
	size := int64(len(bodies) + n)
	own, all := make([]edition.Leaf, 0, len(bodies)), make([]edition.Leaf, 0, n)
	places := p.hall.View().Places()
	sum := int64(0)
	var ownSeqs, seqs []int64
	for seq := range size {
		var seed journal.Seed
		_, err := rand.Read(seed[:])
		must(err)
		h := journal.Header{Town: p.key.Town(), Seq: seq, Kind: journal.Event, Recorded: 1, Edition: "x"}
		var body []byte
		var marks []journal.MarkChange
		i := int(seq) - len(bodies)
		if i < 0 {
			h.Kind, body = kinds[seq], bodies[seq]
		} else {
			marks = []journal.MarkChange{{Figure: fig.Version, K: int64(i + 1), Day: town.DayOf(2023, 1, 1+i%365), Place: places[i%len(places)].Path, N: int64(1 + i%9)}}
			sum += marks[0].N
		}
		leaf, err := journal.NewLeaf(&seed, h, body, marks)
		must(err)
		stored, err := tlog.StoredHashesForRecordHash(seq, leaf.Hash, reader)
		must(err)
		hashes = append(hashes, stored...)
		c, err := journal.ParseLeaf(leaf.Bytes)
		must(err)
		x := edition.Leaf{Seq: seq, Kind: byte(h.Kind), Bundle: make([]edition.Bundle, len(c.Marks))}
		x.Facts.Digest = c.Facts
		opened := func(o journal.Opening) edition.Bundle {
			b := edition.Bundle{Seed: o.Seed, Parts: make([]edition.Part, len(o.Parts))}
			for i, part := range o.Parts {
				b.Parts[i] = edition.Part{Value: part.Value, Salt: part.Salt, Hash: part.Hash}
			}
			return b
		}
		if i < 0 {
			o, err := journal.OpenFacts(&seed, h, body, journal.FactsShown{Recorded: true, Edition: true, Body: true})
			must(err)
			x.Facts = opened(o)
			own, ownSeqs = append(own, x), append(ownSeqs, seq)
			continue
		}
		o, err := journal.OpenMark(&seed, 0, marks[0], journal.ShowAll())
		must(err)
		x.Bundle[0] = opened(o)
		all, seqs = append(all, x), append(seqs, seq)
	}
	evidence := func(version string, ls []edition.Leaf, seqs []int64) []byte {
		proof, err := journal.ProveMany(size, seqs, reader)
		must(err)
		var b bytes.Buffer
		w := edition.NewWriter(&b, version, size, int64(len(ls)))
		for i := range ls {
			w.Leaf(&ls[i])
		}
		rest := make([][edition.HashSize]byte, len(proof))
		for i, h := range proof {
			rest[i] = h
		}
		must(w.Close(rest))
		return b.Bytes()
	}
	root, err := tlog.TreeHash(size, reader)
	must(err)
	signed, counts, err := journal.SignHead(p.key, journal.Head{Town: p.key.Town(), Simulated: true, Size: size, Root: root, Time: 1}, []journal.Count{{Figure: fig.Version, K: int64(n)}})
	must(err)
	fig.Value, fig.Last = strconv.FormatInt(sum, 10), ""
	l := &loose{e: f.Edition, catalog: f.Catalog, evidence: map[string][]byte{"": evidence("", own, ownSeqs), fig.Version: evidence(fig.Version, all, seqs)}}
	l.e.Text, l.e.Numbers, l.e.Figures, l.e.Earlier, l.e.Head = "# 一年的走访\n", []edition.Number{}, []edition.Figure{fig}, nil, string(signed)
	l.e.Counts = nil
	for _, c := range counts.Show(fig.Version) {
		l.e.Counts = append(l.e.Counts, edition.CountEntry{Figure: c.Figure, K: c.K, Salt: c.Salt})
	}
	l.e.Evidence = []edition.Evidence{{Changes: 0, Level: "full"}, {Version: fig.Version, Changes: int64(n), Level: "full"}}
	return l.sign(t, p.key)
}

// A figure of many changes is judged line by line; a million lines is the measure of docs/benchmarks.md.
func BenchmarkEdition(b *testing.B) {
	p, err := once()
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{50_000, 1_000_000} {
		file := large(b, p, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				o, f, err := judge(file, p.key.Public(), nil)
				if err != nil || f != nil || o.Changes != int64(n) || o.Figures != 1 {
					b.Fatal(o, f, err)
				}
			}
		})
	}
}
