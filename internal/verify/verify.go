package verify

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"zhenwu/internal/edition"
)

// verifier judges one file.
type verifier struct {
	file     *edition.File
	e        *edition.Edition
	head     head
	counts   map[string]int64
	evidence map[string]edition.Evidence
	own      *own
	shown    map[string]*shown
	out      *Outcome

	byID      map[string]*edition.Figure
	proved    map[string]bool // values that follow from the evidence
	statedIDs map[string]bool // values that an office stated
	told      map[string]bool // growths that an office stated
	declared  map[string]declaration

	sum, text []byte // reused
}

// Edition judges an edition. public is the town's public key as anyone may have it; earlier, where it is given, is an edition
// whose journal this one must continue. An error is a *Fault: the first thing that does not hold.
func Edition(r io.ReaderAt, size int64, public string, earlier *edition.File) (*Outcome, error) {
	file, err := edition.Open(r, size)
	if err != nil {
		f := fault("", "这不是一版完整的报告（%[1]v）", "this is not a whole edition (%[1]v)", err)
		if strings.Contains(err.Error(), "this program reads") || strings.Contains(err.Error(), "unknown field") {
			f = fault("", "这一版是更新的程序写的，请用新版的 zhenwu 核验（%[1]v）", "this edition was written by a newer program; verify it with a newer zhenwu (%[1]v)", err)
		}
		return nil, f
	}
	v := &verifier{file: file, e: &file.Edition, counts: map[string]int64{}, evidence: map[string]edition.Evidence{}, shown: map[string]*shown{}, statedIDs: map[string]bool{}, told: map[string]bool{}}
	if f := v.all(public, earlier); f != nil {
		return nil, f
	}
	return v.out, nil
}

// all is what is judged, in its order.
func (v *verifier) all(public string, earlier *edition.File) *Fault {
	digest := sha256.Sum256(v.file.JSON)
	v.out = &Outcome{Town: v.e.Town, Name: v.e.Name, Title: v.e.Title, Year: v.e.Year, AsOf: v.e.AsOf, Published: v.e.Published, Simulated: v.e.Simulated,
		Fine: v.e.Fine, Readers: v.e.Readers, SHA256: hex.EncodeToString(digest[:]), Key: v.e.Key, CannotKnow: cannot}
	steps := []func() *Fault{
		func() *Fault { return v.signed(strings.TrimSpace(public)) },
		v.counted,
		v.listed,
		v.town,
		v.versions,
		v.named,
		v.figures,
		v.numbers,
		func() *Fault { return v.continues(earlier) },
	}
	for _, step := range steps {
		if f := step(); f != nil {
			return f
		}
	}
	return nil
}

// lines reads a text of exactly these lines.
func lines(text, title string, names ...string) (map[string]string, bool) {
	got := strings.Split(text, "\n")
	if len(got) != len(names)+2 || got[0] != title || got[len(got)-1] != "" {
		return nil, false
	}
	out := map[string]string{}
	for i, name := range names {
		value, ok := strings.CutPrefix(got[i+1], name+" ")
		if !ok || value == "" {
			return nil, false
		}
		out[name] = value
	}
	return out, true
}

// open checks the signature of a note.
func openNote(signed []byte, public string) (string, bool) {
	key, err := note.NewVerifier(public)
	if err != nil {
		return "", false
	}
	n, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return "", false
	}
	return n.Text, true
}

// signed follows the keys and checks the signatures of the edition and of the head.
func (v *verifier) signed(public string) *Fault {
	if _, err := note.NewVerifier(public); err != nil {
		return fault("", "这不是一把公钥：%s", "this is no public key: %s", public)
	}
	key := public
	trusted := len(v.e.Rotations) == 0
	for i, body := range v.e.Rotations {
		m := ""
		for _, line := range strings.Split(body, "\n") {
			if rest, ok := strings.CutPrefix(line, "old "); ok {
				m = rest
			}
		}
		if !trusted && m != public {
			continue // a handing-over from before the key that is trusted
		}
		trusted = true
		text, ok := openNote([]byte(body), key)
		f, form := lines(text, "zhenwu key 1", "town", "seq", "old", "new")
		if !ok || !form || f["old"] != key || f["town"] != v.e.Town {
			return fault(edition.NameEdition, "第 %d 次换钥不是由前一把钥匙签的", "the handing-over %d of the key is not signed by the key before", i+1)
		}
		if _, ok := openNote([]byte(body), f["new"]); !ok {
			return fault(edition.NameEdition, "第 %d 次换钥没有新钥匙的签名", "the handing-over %d of the key is not signed by the new key", i+1)
		}
		key = f["new"]
	}
	if len(v.e.Rotations) > 0 && !trusted {
		key = public // it may be the last one itself
	}
	text, ok := openNote(v.file.Note, key)
	f, form := lines(text, "zhenwu edition 1", "town", "sha256")
	if !ok || !form {
		return fault(edition.NameNote, "签名不是这把公钥的：这一版被改动过，或者出自别的乡镇", "it is not signed by this key: the edition was altered, or is of another town")
	}
	if f["town"] != v.e.Town || f["sha256"] != v.out.SHA256 {
		return fault(edition.NameEdition, "内容与签名不符：被改动过", "it is not what was signed: it was altered")
	}
	if text, ok = openNote([]byte(v.e.Head), key); !ok {
		return fault(edition.NameEdition, "日志头的签名不对", "the head of the journal is not signed by this key")
	}
	if v.head, ok = readHead(text); !ok {
		return fault(edition.NameEdition, "日志头读不出来", "the head of the journal cannot be read")
	}
	if v.head.town != v.e.Town || v.head.simulated != v.e.Simulated {
		return fault(edition.NameEdition, "日志头与报告说的不是同一个乡镇，或者对是否模拟说法不一", "head and edition disagree on the town, or on whether it is simulated")
	}
	v.out.Size = v.head.size
	return nil
}

// readHead reads the text of a head, which has one spelling.
func readHead(text string) (h head, ok bool) {
	f, ok := lines(text, "zhenwu head 1", "town", "simulated", "size", "root", "counts", "time")
	if !ok {
		return h, false
	}
	size, err := strconv.ParseInt(f["size"], 10, 64)
	if err != nil || size < 1 || strconv.FormatInt(size, 10) != f["size"] {
		return h, false
	}
	root, err := tlog.ParseHash(f["root"])
	if err != nil || f["simulated"] != "yes" && f["simulated"] != "no" {
		return h, false
	}
	return head{f["town"], f["simulated"] == "yes", size, root, f["counts"]}, true
}

// counted checks the list of counts against the head.
func (v *verifier) counted() *Fault {
	text := append([]byte("zw.list1"), 0, 0, 0, 0)
	binary.BigEndian.PutUint32(text[8:], uint32(len(v.e.Counts)))
	last := ""
	for i, c := range v.e.Counts {
		if i > 0 && c.Figure <= last || c.Figure == "" || len(c.Figure) > 255 {
			return fault(edition.NameEdition, "变动次数表里 %s 的次序不对，或出现两次", "in the list of counts %s stands out of order or twice", c.Figure)
		}
		last = c.Figure
		line := c.Hash
		switch {
		case len(c.Salt) == 16 && len(c.Hash) == 0:
			b := append([]byte("zw.numb1"), c.Salt...)
			h := sha256.Sum256(binary.BigEndian.AppendUint64(b, uint64(c.K)))
			line = h[:]
			v.counts[c.Figure] = c.K
		case len(c.Salt) != 0 || len(c.Hash) != 32:
			return fault(edition.NameEdition, "变动次数表里 %s 的一行不合格式", "in the list of counts the line of %s is not in form", c.Figure)
		}
		text = append(text, byte(len(c.Figure)))
		text = append(text, c.Figure...)
		text = append(text, line...)
	}
	sum := sha256.Sum256(text)
	if hex.EncodeToString(sum[:]) != v.head.counts {
		return fault(edition.NameEdition, "变动次数表与日志头不符", "the list of counts is not the one the head signs")
	}
	return nil
}

// listed checks that the evidence in the file is the evidence that is listed.
func (v *verifier) listed() *Fault {
	for _, e := range v.e.Evidence {
		if _, twice := v.evidence[e.Version]; twice {
			return fault(edition.NameEdition, "%s 的证据列了两次", "the evidence of %s is listed twice", e.Version)
		}
		v.evidence[e.Version] = e
	}
	for _, version := range v.file.Versions() {
		if _, ok := v.evidence[version]; !ok {
			return fault(edition.NameEdition, "文件里有没列出的证据：%s", "the file holds evidence that is not listed: %s", version)
		}
	}
	return nil
}

// town reads the town's own leaves: its birth and the catalog.
func (v *verifier) town() *Fault {
	var f *Fault
	if v.own, f = v.ownLeaves(); f != nil {
		return f
	}
	v.out.Leaves = v.own.leaves
	birth, ok := v.own.bodies[0]
	b, form := lines(string(birth.body), "zhenwu birth 1", "town", "zone", "simulated", "key")
	if !ok || birth.kind != kindBirth || !form {
		return fault(edition.NameTown, "没有出示乡镇的第一叶", "the first leaf of the town is not shown")
	}
	if b["town"] != v.e.Town || (b["simulated"] == "yes") != v.e.Simulated {
		return fault(edition.NameTown, "第一叶说的不是这个乡镇，或者对是否模拟说法不一", "the first leaf is of another town, or disagrees on whether it is simulated")
	}
	if len(v.e.Rotations) == 0 && b["key"] != v.e.Key {
		return fault(edition.NameTown, "签名的钥匙不是乡镇第一叶里的那一把，也没有换钥记录", "the key that signs is not the one of the first leaf, and no handing-over is shown")
	}
	if len(v.e.Rotations) > 0 && !strings.Contains(v.e.Rotations[0], "\nold "+b["key"]+"\n") {
		return fault(edition.NameEdition, "换钥记录不是从乡镇第一叶里的那一把钥匙开始的", "the handings-over do not begin with the key of the first leaf")
	}
	sum := sha256.Sum256(v.file.Catalog)
	files := hex.EncodeToString(sum[:])
	for _, l := range v.own.bodies {
		if l.kind != kindEdition {
			continue
		}
		if b, form := lines(string(l.body), "zhenwu edition 1", "edition", "files"); form && b["files"] == files && v.e.Catalog == files {
			return nil
		}
	}
	return fault(edition.NameCatalog, "目录不是日志里生效的那一版", "the catalog is not the one that the journal put in force")
}

// versions checks how every figure version began, and reads all its changes.
func (v *verifier) versions() *Fault {
	formulas := map[string]string{} // version → hash of its definition
	keys := map[string]string{}
	for _, l := range v.own.bodies {
		if l.kind != kindVersion {
			continue
		}
		if b, form := lines(string(l.body), "zhenwu figure 1", "figure", "key", "edition", "formula"); form {
			formulas[b["figure"]], keys[b["figure"]] = b["formula"], b["key"]
		}
	}
	for i := range v.e.Figures {
		f := &v.e.Figures[i]
		if f.Version == "" {
			continue
		}
		sum := sha256.Sum256([]byte(f.Definition))
		switch {
		case formulas[f.Version] == "":
			return fault(edition.NameTown, "没有出示 %s 从哪一叶开始", "it is not shown with which leaf %s began", f.Version)
		case formulas[f.Version] != hex.EncodeToString(sum[:]):
			return fault(edition.NameEdition, "“%s”的定义不是日志里的那一个：被换过", "the definition of %[2]s is not the one in the journal: it was swapped", f.Zh, f.En)
		case keys[f.Version] != f.Key:
			return fault(edition.NameEdition, "“%s”用的是另一个指标（%s）的证据", "%[3]s is given the evidence of another figure (%[2]s)", f.Zh, keys[f.Version], f.En)
		}
		if v.shown[f.Version] != nil {
			continue
		}
		s, bad := v.changesOf(f.Version)
		if bad != nil {
			return bad
		}
		v.shown[f.Version] = s
		v.out.Leaves += s.leaves
		v.out.Changes += int64(len(s.changes))
	}
	for version := range v.evidence {
		if version != "" && v.shown[version] == nil {
			return fault(edition.NameEdition, "%s 的证据没有用到", "the evidence of %s belongs to no figure", version)
		}
	}
	return nil
}

// continues checks that the journal of an earlier edition is the beginning of this one's.
func (v *verifier) continues(earlier *edition.File) *Fault {
	if c := v.e.Corrects; c != nil {
		v.out.Corrects = c.Title + "：" + c.Why
	}
	if v.e.Earlier == nil {
		if earlier != nil {
			return fault(edition.NameEdition, "这一版没有说它接着哪一版", "this edition does not say which one it continues")
		}
		return nil
	}
	text, ok := openNote([]byte(v.e.Earlier.Head), v.e.Key)
	if !ok && earlier != nil {
		text, ok = openNote([]byte(v.e.Earlier.Head), earlier.Edition.Key)
	}
	h, form := readHead(text)
	if !ok || !form || h.town != v.head.town || h.size > v.head.size {
		return fault(edition.NameEdition, "上一版的日志头不是这个乡镇签的", "the head of the earlier edition is not signed by this town")
	}
	proof := make(tlog.TreeProof, len(v.e.Earlier.Growth))
	for i, b := range v.e.Earlier.Growth {
		if len(b) != 32 {
			return fault(edition.NameEdition, "接续证明不合格式", "the proof that it continues is not in form")
		}
		proof[i] = tlog.Hash(b)
	}
	if err := tlog.CheckTree(proof, v.head.size, tlog.Hash(v.head.root), h.size, tlog.Hash(h.root)); err != nil && !(h.size == v.head.size && h.root == v.head.root && len(proof) == 0) {
		return fault(edition.NameEdition, "日志没有接着上一版：有改动或删除", "the journal does not continue the one of the earlier edition: something was changed or taken out")
	}
	if earlier != nil {
		sum := sha256.Sum256(earlier.JSON)
		if hex.EncodeToString(sum[:]) != v.e.Earlier.SHA256 || earlier.Edition.Head != v.e.Earlier.Head {
			return fault(edition.NameEdition, "它接着的不是给出的那一版", "it does not continue the edition that was given")
		}
		v.out.Continues = true
	}
	return nil
}

var errUnknown = errors.New("unknown")
