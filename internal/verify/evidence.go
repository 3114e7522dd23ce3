package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math/bits"
	"time"
	"unicode/utf8"

	"zhenwu/internal/edition"
)

// day is a number of days since 1970-01-01.
type day int32

func dayOf(year, month, d int) day {
	return day(time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// change is one mark change as far as it is shown.
type change struct {
	reverses            int32
	month               int32 // year × 12 + month − 1
	dom                 int8
	hasMonth, hasDay    bool
	hasSlice, hasAmount bool
	hasKey              bool
	levels              int8 // how deep the place is
	place               []string
	slice               string
	key                 string
	amount              int64
}

// shown is the evidence of one figure version, judged but for what it adds up to.
type shown struct {
	version string
	changes []change
	leaves  int64
}

// own is what the town's own leaves say.
type own struct {
	bodies map[int64]ownLeaf // by sequence
	leaves int64
}

type ownLeaf struct {
	kind byte
	body []byte
}

// The kinds of leaves.
const (
	kindEvent   = 1
	kindBirth   = 2
	kindEdition = 3
	kindVersion = 4
)

// head is what the town signed.
type head struct {
	town      string
	simulated bool
	size      int64
	root      [32]byte
	counts    string
}

// hashed reads a part while it computes its SHA-256.
type hashed struct {
	r   io.Reader
	sum interface {
		io.Writer
		Sum([]byte) []byte
	}
}

func (h hashed) Read(b []byte) (int, error) {
	n, err := h.r.Read(b)
	_, _ = h.sum.Write(b[:n]) // a hash never fails
	return n, err
}

// walk reads the evidence of a version, proves its leaves against the head, and hands each leaf over.
func (v *verifier) walk(version string, each func(l *edition.Leaf) *Fault) (int64, *Fault) {
	name := edition.NameTown
	if version != "" {
		name = edition.NameEvidence + version
	}
	form := func(err error) *Fault {
		return fault(name, "读不出来，文件可能被截断或改动（%[1]v）", "it cannot be read; the file may have been cut or altered (%[1]v)", err)
	}
	stated, ok := v.evidence[version]
	if !ok {
		return 0, fault(edition.NameEdition, "没有列出 %s 的证据", "the evidence of %s is not listed", name)
	}
	file, err := v.file.Evidence(version)
	if err != nil {
		return 0, form(err)
	}
	defer file.Close()
	h := hashed{file, sha256.New()}
	r, err := edition.NewReader(h)
	if err != nil {
		return 0, form(err)
	}
	if r.Version != version || r.Size != v.head.size {
		return 0, fault(name, "这份证据属于 %s、日志长 %d，不是这一版的", "this evidence is of %s at size %d, not of this edition", r.Version, r.Size)
	}
	seqs := make([]int64, 0, min(r.Leaves, 1<<20))
	hashes := make([][32]byte, 0, min(r.Leaves, 1<<20))
	buf := make([]byte, 0, 512)
	for {
		l, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, form(err)
		}
		buf = append(buf[:0], "\x00ZWL1"...)
		buf = append(buf, l.Kind, byte(len(v.head.town)))
		buf = append(buf, v.head.town...)
		buf = binary.BigEndian.AppendUint64(buf, uint64(l.Seq))
		digest, ok := v.digest("zw.fact1", &l.Facts)
		if !ok {
			return 0, fault(name, "叶 %d 的开封不合格式", "leaf %d is not opened in form", l.Seq)
		}
		buf = append(buf, digest[:]...)
		buf = binary.BigEndian.AppendUint32(buf, uint32(len(l.Bundle)))
		for i := range l.Bundle {
			digest, ok := v.digest("zw.mark1", &l.Bundle[i])
			if !ok {
				return 0, fault(name, "叶 %d 的第 %d 条变动的开封不合格式", "change %[2]d of leaf %[1]d is not opened in form", l.Seq, i)
			}
			buf = append(buf, digest[:]...)
		}
		seqs, hashes = append(seqs, l.Seq), append(hashes, sha256.Sum256(buf))
		if f := each(l); f != nil {
			return 0, f
		}
	}
	proof, err := r.Proof()
	if err != nil {
		return 0, form(err)
	}
	if _, err := io.Copy(io.Discard, h); err != nil {
		return 0, form(err)
	}
	if hex.EncodeToString(h.sum.Sum(nil)) != stated.SHA256 {
		return 0, fault(name, "证据与签名的版本不符：散列不同", "the evidence is not the one the edition was signed with: its hash differs")
	}
	if !proves(proof, v.head.size, v.head.root, seqs, hashes) {
		return 0, fault(name, "这些叶不在签名的日志里：证明不成立", "these leaves are not in the signed journal: the proof does not hold")
	}
	return int64(len(seqs)), nil
}

// digest computes what a bundle commits to.
func (v *verifier) digest(tag string, b *edition.Bundle) (d [32]byte, ok bool) {
	if len(b.Parts) == 0 {
		return b.Digest, true
	}
	sum := append(v.sum[:0], tag...)
	sum = append(sum, byte(len(b.Parts)))
	var salts [32]byte
	for i, p := range b.Parts {
		switch {
		case len(b.Seed) == edition.SeedSize:
			if len(p.Salt) != 0 || len(p.Hash) != 0 {
				return d, false
			}
			if i%2 == 0 {
				t := append(v.text[:0], "zw.salt1"...)
				t = append(t, b.Seed...)
				t = append(t, byte(i/2))
				salts = sha256.Sum256(t)
				v.text = t
			}
			h := v.part(i, salts[i%2*16:][:16], p.Value)
			sum = append(sum, h[:]...)
		case len(p.Hash) == 32:
			sum = append(sum, p.Hash...)
		case len(p.Salt) == edition.SaltSize:
			h := v.part(i, p.Salt, p.Value)
			sum = append(sum, h[:]...)
		default:
			return d, false
		}
	}
	v.sum = sum
	return sha256.Sum256(sum), true
}

func (v *verifier) part(i int, salt, value []byte) [32]byte {
	t := append(v.text[:0], "zw.part1"...)
	t = append(t, byte(i))
	t = append(t, salt...)
	t = append(t, value...)
	v.text = t
	return sha256.Sum256(t)
}

// proves computes the root of a tree of RFC 6962 from leaves and the hashes of the subtrees that hold none of them, left before right.
func proves(proof [][32]byte, size int64, root [32]byte, seqs []int64, leaves [][32]byte) bool {
	if len(seqs) == 0 {
		return len(proof) == 0
	}
	ok := true
	var sub func(lo, hi int64, seqs []int64, leaves [][32]byte) [32]byte
	sub = func(lo, hi int64, seqs []int64, leaves [][32]byte) [32]byte {
		if len(seqs) == 0 {
			if len(proof) == 0 {
				ok = false
				return [32]byte{}
			}
			h := proof[0]
			proof = proof[1:]
			return h
		}
		if hi-lo == 1 {
			return leaves[0]
		}
		mid := lo + 1<<(bits.Len64(uint64(hi-lo-1))-1)
		cut := 0
		for lo, hi := 0, len(seqs); ; {
			if lo >= hi {
				cut = lo
				break
			}
			if m := (lo + hi) / 2; seqs[m] < mid {
				lo = m + 1
			} else {
				hi = m
			}
		}
		left := sub(lo, mid, seqs[:cut], leaves[:cut])
		right := sub(mid, hi, seqs[cut:], leaves[cut:])
		var b [65]byte
		b[0] = 1
		copy(b[1:], left[:])
		copy(b[33:], right[:])
		return sha256.Sum256(b[:])
	}
	return sub(0, size, seqs, leaves) == root && ok && len(proof) == 0
}

// changesOf reads the evidence of a version: all its changes, 1 to k, in order.
func (v *verifier) changesOf(version string) (*shown, *Fault) {
	s := &shown{version: version}
	name := edition.NameEvidence + version
	k, counted := v.counts[version]
	if !counted {
		return nil, fault(edition.NameEdition, "日志头没有给出 %s 的变动次数", "the head shows no count of the changes of %s", version)
	}
	places := map[string][]string{}
	words := map[string]string{}
	n, f := v.walk(version, func(l *edition.Leaf) *Fault {
		seen := false
		for i := range l.Bundle {
			b := &l.Bundle[i]
			if len(b.Parts) == 0 {
				continue
			}
			seen = true
			c, num, of, ok := readChange(b.Parts, places, words)
			if !ok {
				return fault(name, "叶 %d 的第 %d 条变动读不出来", "change %[2]d of leaf %[1]d cannot be read", l.Seq, i)
			}
			if of != version {
				return fault(name, "叶 %d 里出示的是 %s 的变动", "leaf %d shows a change of %s", l.Seq, of)
			}
			if num != int64(len(s.changes))+1 {
				return fault(name, "变动的编号应为 %[2]d，出示的是 %[3]d（叶 %[1]d）：有遗漏、重复或次序颠倒", "leaf %[1]d shows change %[3]d where %[2]d should come: one is missing, doubled or out of order", l.Seq, len(s.changes)+1, num)
			}
			s.changes = append(s.changes, c)
		}
		if !seen {
			return fault(name, "叶 %d 里没有它的变动", "leaf %d shows no change of it", l.Seq)
		}
		return nil
	})
	if f != nil {
		return nil, f
	}
	if int64(len(s.changes)) != k || v.evidence[version].Changes != k {
		return nil, fault(name, "日志头记有 %d 次变动，证据里有 %d 次：不完整", "the head counts %d changes, the evidence shows %d: it is not complete", k, len(s.changes))
	}
	s.leaves = n
	taken := make([]bool, len(s.changes))
	for i := range s.changes {
		c := &s.changes[i]
		if c.reverses == 0 {
			continue
		}
		r := int(c.reverses) - 1
		if r >= i || taken[r] || !mirror(c, &s.changes[r]) {
			return nil, fault(name, "第 %d 次变动冲销第 %d 次，两者对不上", "change %d takes change %d back, and they do not match", i+1, r+1)
		}
		taken[i], taken[r] = true, true
	}
	return s, nil
}

// readChange reads the parts of a mark change.
func readChange(parts []edition.Part, places map[string][]string, words map[string]string) (c change, num int64, of string, ok bool) {
	if len(parts) < 6 {
		return c, 0, "", false
	}
	get := func(i int) ([]byte, bool) { return parts[i].Value, len(parts[i].Hash) == 0 }
	first, open := get(0)
	if !open || len(first) < 17 || !utf8.Valid(first[16:]) {
		return c, 0, "", false
	}
	num = int64(binary.BigEndian.Uint64(first))
	rev := binary.BigEndian.Uint64(first[8:])
	if num < 1 || rev >= uint64(num) || rev > 1<<31-1 {
		return c, 0, "", false
	}
	c.reverses = int32(rev)
	of = intern(words, first[16:])
	c.dom = 1
	if b, open := get(1); open {
		if len(b) != 4 {
			return c, 0, "", false
		}
		c.hasMonth, c.month = true, int32(binary.BigEndian.Uint32(b))
	}
	if b, open := get(2); open {
		if len(b) != 1 || b[0] < 1 || b[0] > 31 {
			return c, 0, "", false
		}
		c.hasDay, c.dom = true, int8(b[0])
		if c.hasMonth { // a 31st of February has no second spelling
			if t := time.Date(int(c.month/12), time.Month(c.month%12+1), int(c.dom), 0, 0, 0, 0, time.UTC); t.Day() != int(c.dom) {
				return c, 0, "", false
			}
		}
	}
	if b, open := get(3); open {
		c.hasSlice, c.slice = true, intern(words, b)
	}
	if b, open := get(4); open {
		if len(b) != 8 {
			return c, 0, "", false
		}
		c.hasAmount, c.amount = true, int64(binary.BigEndian.Uint64(b))
	}
	if b, open := get(5); open {
		c.hasKey, c.key = true, string(b)
	}
	levels := parts[6:]
	if len(levels) > 100 {
		return c, 0, "", false
	}
	c.levels = int8(len(levels))
	var path bytes.Buffer
	n := 0
	for n < len(levels) && len(levels[n].Hash) == 0 {
		path.Write(levels[n].Value)
		path.WriteByte(0)
		n++
	}
	for _, p := range levels[n:] {
		if len(p.Hash) == 0 {
			return c, 0, "", false // a deeper level without the one above it
		}
	}
	known, have := places[path.String()]
	if !have {
		for _, p := range levels[:n] {
			known = append(known, string(p.Value))
		}
		places[path.String()] = known
	}
	c.place = known
	return c, num, of, true
}

func intern(words map[string]string, b []byte) string {
	if s, ok := words[string(b)]; ok {
		return s
	}
	s := string(b)
	words[s] = s
	return s
}

// mirror tells whether c takes r back, as far as both are shown: the same change with the opposite amount.
func mirror(c, r *change) bool {
	if c.levels != r.levels || c.hasMonth && r.hasMonth && c.month != r.month || c.hasDay && r.hasDay && c.dom != r.dom ||
		c.hasSlice && r.hasSlice && c.slice != r.slice || c.hasKey && r.hasKey && c.key != r.key || c.hasAmount && r.hasAmount && c.amount != -r.amount {
		return false
	}
	for i := range min(len(c.place), len(r.place)) {
		if c.place[i] != r.place[i] {
			return false
		}
	}
	return true
}

// ownLeaves reads the town's own leaves.
func (v *verifier) ownLeaves() (*own, *Fault) {
	o := &own{bodies: map[int64]ownLeaf{}}
	n, f := v.walk("", func(l *edition.Leaf) *Fault {
		if len(l.Facts.Parts) != 4 || len(l.Facts.Parts[3].Hash) != 0 {
			return fault(edition.NameTown, "叶 %d 没有出示正文", "leaf %d does not show its body", l.Seq)
		}
		o.bodies[l.Seq] = ownLeaf{l.Kind, l.Facts.Parts[3].Value}
		return nil
	})
	o.leaves = n
	return o, f
}
