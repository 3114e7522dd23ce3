package verify_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/bits"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/catalogs"
	"zhenwu/internal/catalog"
	"zhenwu/internal/edition"
	"zhenwu/internal/hall"
	"zhenwu/internal/journal"
	"zhenwu/internal/seal"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
	"zhenwu/internal/verify"
)

// published is a town with rounds of visits, patrols and corrections, and what it published.
type published struct {
	hall *hall.Hall
	key  *journal.Key
	file []byte // public
	fine []byte
	old  []byte // an edition before
}

const text = "---\n年份: 2023\n标题: 试发\n---\n# {{year}}年工作\n走访{{grid_visits 0户}}，3月{{grid_visits 2023-03 百余户}}，排查解决问题{{grid_closed}}，税收收入预计{{tax 0.0亿元}}，同比{{tax 增长}}。另有石狮子12只。\n"

var once = sync.OnceValues(func() (*published, error) {
	ctx := context.Background()
	dir, err := fs.Sub(catalogs.Jingwu, ".")
	if err != nil {
		return nil, err
	}
	cat, faults := catalog.Load(dir)
	for _, f := range faults {
		if !f.Warning {
			return nil, errors.New(f.Render("en"))
		}
	}
	files := map[string]string{}
	if err := fs.WalkDir(catalogs.Jingwu, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var b []byte
			b, err = fs.ReadFile(catalogs.Jingwu, p)
			files[p] = string(b)
		}
		return err
	}); err != nil {
		return nil, err
	}
	filesText, err := json.Marshal(files)
	if err != nil {
		return nil, err
	}
	key, err := journal.NewKey(rand.Reader, string(cat.Code))
	if err != nil {
		return nil, err
	}
	keys, err := seal.New(rand.Reader, string(cat.Code))
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, filepath.Join(tempDir, "zhenwu.db"))
	if err != nil {
		return nil, err
	}
	h, err := hall.Found(ctx, db, hall.Founding{Cat: cat, Files: string(filesText), Simulated: true, At: town.DayOf(2023, 1, 1).At(cat.Zone, 8, 0)}, hall.Config{Key: key, Keys: keys})
	if err != nil {
		return nil, err
	}
	if err := h.Seed(ctx, true, 0); err != nil {
		return nil, err
	}
	p := &published{hall: h, key: key}
	if err := p.work(ctx, 0, 25); err != nil {
		return nil, err
	}
	if p.old, _, err = h.Publish(ctx, hall.Order{Draft: strings.ReplaceAll(text, "{{tax 0.0亿元}}，同比{{tax 增长}}", "若干")}); err != nil {
		return nil, err
	}
	if err := p.work(ctx, 25, 60); err != nil {
		return nil, err
	}
	if err := p.state(ctx); err != nil {
		return nil, err
	}
	before, err := edition.Open(bytes.NewReader(p.old), int64(len(p.old)))
	if err != nil {
		return nil, err
	}
	if p.file, _, err = h.Publish(ctx, hall.Order{Draft: text, Earlier: before}); err != nil {
		return nil, err
	}
	p.fine, _, err = h.Publish(ctx, hall.Order{Draft: text, Fine: true, Readers: "审计组"})
	return p, err
})

var tempDir string

func TestMain(m *testing.M) {
	dir, err := mkdir()
	if err != nil {
		panic(err)
	}
	tempDir = dir
	if raced { // the detector makes each some twenty times slower; make test runs them without it too
		if err := flag.Set("rapid.checks", "10"); err != nil {
			panic(err)
		}
	}
	code := m.Run()
	remove(dir)
	exit(code)
}

func sim(role, office string) town.Actor {
	return town.Actor{Person: 7, Name: "测试", Kind: town.Sim, Posts: []town.Post{{Role: role, Office: office}}}
}

// work records rounds of visits and voids one in seven, so that changes are taken back.
func (p *published) work(ctx context.Context, from, to int) error {
	zone := p.hall.View().Zone()
	var grids []town.Code
	for _, pl := range p.hall.View().Places() {
		if pl.Kind == "grid" {
			grids = append(grids, pl.Code)
		}
	}
	worker := sim("grid_worker", "grid_center")
	for i := from; i < to; i++ {
		day := town.DayOf(2023, 2, 10+i)
		at := day.At(zone, 10, i%60)
		id := fmt.Sprint("v", i)
		a, err := p.hall.Do(ctx, worker, town.Command{ID: id, Op: town.Create, Type: "visit_round", Fields: town.Values{"grid": string(grids[i%2])}, Day: town.NoDay, At: at})
		if err != nil {
			return err
		}
		if _, err := p.hall.Do(ctx, worker, town.Command{ID: id + "m", Op: town.Move, Record: a.Record, Move: "make", Fields: town.Values{"day": day.String(), "households": int64(1 + i%9)}, Day: town.NoDay, At: at + 1000}); err != nil {
			return err
		}
		if i%7 == 3 {
			if _, err := p.hall.Do(ctx, town.Actor{Kind: town.System, Name: "系统"}, town.Command{ID: id + "x", Op: town.Void, Record: a.Record, Reason: "测试", Day: town.NoDay, At: at + 2000}); err != nil {
				return err
			}
		}
	}
	return nil
}

// state has an office state a measurement.
func (p *published) state(ctx context.Context) error {
	zone := p.hall.View().Zone()
	at := town.DayOf(2023, 4, 20).At(zone, 9, 0)
	who := sim("finance", "finance_office")
	_, err := p.hall.Do(ctx, who, town.Command{ID: "tax", Op: town.Create, Type: "indicator_value", Day: town.NoDay, At: at,
		Fields: town.Values{"indicator": "tax", "period": "2023", "place": string(p.hall.View().Cat.Code), "basis": "to_date", "source_office": "finance_office", "expected": int64(10_6000_0000_0000), "yoy_told": int64(2730), "source": "测试"}})
	return err
}

func town1(t *testing.T) *published {
	t.Helper()
	p, err := once()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func judge(b []byte, key string, earlier *edition.File) (*verify.Outcome, *verify.Fault, error) {
	o, err := verify.Edition(bytes.NewReader(b), int64(len(b)), key, earlier)
	var f *verify.Fault
	if errors.As(err, &f) {
		return nil, f, nil
	}
	return o, nil, err
}

// An honest edition holds, and says what it proves and what it does not.
func TestEdition_holds(t *testing.T) {
	p := town1(t)
	old, err := edition.Open(bytes.NewReader(p.old), int64(len(p.old)))
	if err != nil {
		t.Fatal(err)
	}
	o, f, err := judge(p.file, p.key.Public(), old)
	if err != nil || f != nil {
		t.Fatal(err, f)
	}
	if !o.Simulated || !o.Continues || o.Figures < 3 || o.Stated != 1 || o.Numbers < 5 || o.Changes == 0 {
		t.Errorf("%+v", o)
	}
	if !slices.ContainsFunc(o.Unlinked, func(s string) bool { return strings.Contains(s, "石狮子12只") }) {
		t.Errorf("the lions are not listed: %q", o.Unlinked)
	}
	o, f, err = judge(p.fine, p.key.Public(), nil)
	if err != nil || f != nil || !o.Fine || o.Readers != "审计组" {
		t.Errorf("fine: %+v %v %v", o, f, err)
	}
	if _, f, _ := judge(p.file, p.key.Public(), mustOpen(t, p.fine)); f == nil {
		t.Error("it continues an edition that it does not name")
	}
	other, err := journal.NewKey(rand.Reader, p.key.Town())
	if err != nil {
		t.Fatal(err)
	}
	if _, f, _ := judge(p.file, other.Public(), nil); f == nil || !strings.Contains(f.Zh, "公钥") {
		t.Errorf("another key: %v", f)
	}
	if _, f, _ := judge(p.file, "nonsense", nil); f == nil {
		t.Error("nonsense is taken for a key")
	}
}

func mustOpen(t *testing.T, b []byte) *edition.File {
	t.Helper()
	f, err := edition.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// loose takes an edition apart so that the town itself can alter it.
type loose struct {
	e        edition.Edition
	catalog  []byte
	evidence map[string][]byte
}

func apart(t *testing.T, b []byte) *loose {
	t.Helper()
	f := mustOpen(t, b)
	l := &loose{e: f.Edition, catalog: f.Catalog, evidence: map[string][]byte{}}
	for _, v := range f.Versions() {
		r, err := f.Evidence(v)
		if err != nil {
			t.Fatal(err)
		}
		l.evidence[v], err = io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// sign puts it together again with the town's own key, all hashes made to fit.
func (l *loose) sign(t testing.TB, key *journal.Key) []byte {
	t.Helper()
	for i := range l.e.Evidence {
		sum := sha256.Sum256(l.evidence[l.e.Evidence[i].Version])
		l.e.Evidence[i].SHA256 = hex.EncodeToString(sum[:])
	}
	doc, err := edition.Encode(&l.e)
	if err != nil {
		t.Fatal(err)
	}
	note, err := key.SignEdition(doc)
	if err != nil {
		t.Fatal(err)
	}
	return stored(t, edition.Parts{Edition: doc, Note: note, Catalog: l.catalog, Evidence: l.evidence})
}

// stored is a file whose parts are not compressed: under the race detector compressing takes longer than judging.
func stored(t interface{ Fatal(...any) }, p edition.Parts) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name string, data []byte) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put(edition.NameEdition, p.Edition)
	put(edition.NameNote, p.Note)
	put(edition.NameCatalog, p.Catalog)
	for _, v := range slices.Sorted(maps.Keys(p.Evidence)) {
		name := edition.NameEvidence + v
		if v == "" {
			name = edition.NameTown
		}
		put(name, p.Evidence[v])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// leaves reads evidence, for the town to alter.
func leaves(t *testing.T, b []byte) (version string, size int64, ls []edition.Leaf, proof [][edition.HashSize]byte) {
	t.Helper()
	r, err := edition.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for {
		l, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		ls = append(ls, *l)
	}
	proof, err = r.Proof()
	if err != nil {
		t.Fatal(err)
	}
	return r.Version, r.Size, ls, proof
}

func written(t *testing.T, version string, size int64, ls []edition.Leaf, proof [][edition.HashSize]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := edition.NewWriter(&b, version, size, int64(len(ls)))
	for i := range ls {
		w.Leaf(&ls[i])
	}
	if err := w.Close(proof); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func visits(l *loose) string {
	for v := range l.evidence {
		if strings.HasPrefix(v, "grid_visits@") {
			return v
		}
	}
	return ""
}

// reprove makes the proof of fewer leaves from that of more: what is not shown any more becomes part of it.
func reprove(l *loose, size int64, all []edition.Leaf, proof [][edition.HashSize]byte, fewer []edition.Leaf) [][edition.HashSize]byte {
	var out [][edition.HashSize]byte
	var walk func(lo, hi int64, all, fewer []edition.Leaf, keep bool) [32]byte
	walk = func(lo, hi int64, all, fewer []edition.Leaf, keep bool) (h [32]byte) {
		whole := keep && len(fewer) == 0
		defer func() {
			if whole {
				out = append(out, h)
			}
		}()
		if len(all) == 0 {
			h, proof = proof[0], proof[1:]
			return h
		}
		if hi-lo == 1 {
			return leafHash(l.e.Town, &all[0])
		}
		mid := lo + 1<<(bits.Len64(uint64(hi-lo-1))-1)
		cut := func(ls []edition.Leaf) int {
			return sort.Search(len(ls), func(i int) bool { return ls[i].Seq >= mid })
		}
		a, b := cut(all), cut(fewer)
		left := walk(lo, mid, all[:a], fewer[:b], keep && !whole)
		right := walk(mid, hi, all[a:], fewer[b:], keep && !whole)
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
	walk(0, size, all, fewer, true)
	return out
}

// leafHash is the hash of a leaf of which parts are shown.
func leafHash(code string, l *edition.Leaf) [32]byte {
	digest := func(tag string, b *edition.Bundle) []byte {
		if len(b.Parts) == 0 {
			return b.Digest[:]
		}
		sum := append([]byte(tag), byte(len(b.Parts)))
		for i, p := range b.Parts {
			h := p.Hash
			if len(h) == 0 {
				salt := p.Salt
				if len(b.Seed) > 0 {
					pair := sha256.Sum256(append(append([]byte("zw.salt1"), b.Seed...), byte(i/2)))
					salt = pair[i%2*16:][:16]
				}
				d := sha256.Sum256(append(append(append([]byte("zw.part1"), byte(i)), salt...), p.Value...))
				h = d[:]
			}
			sum = append(sum, h...)
		}
		d := sha256.Sum256(sum)
		return d[:]
	}
	b := append([]byte("\x00ZWL1"), l.Kind, byte(len(code)))
	b = append(b, code...)
	b = binary.BigEndian.AppendUint64(b, uint64(l.Seq))
	b = append(b, digest("zw.fact1", &l.Facts)...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(l.Bundle)))
	for i := range l.Bundle {
		b = append(b, digest("zw.mark1", &l.Bundle[i])...)
	}
	return sha256.Sum256(b)
}

// drop leaves out one leaf of the visits, and proves the others.
func drop(t *testing.T, l *loose, i int) {
	v := visits(l)
	version, size, ls, proof := leaves(t, l.evidence[v])
	if i < 0 {
		i += len(ls)
	}
	fewer := slices.Delete(slices.Clone(ls), i, i+1)
	l.evidence[v] = written(t, version, size, fewer, reprove(l, size, ls, proof, fewer))
	for j := range l.e.Evidence {
		if l.e.Evidence[j].Version == v {
			l.e.Evidence[j].Changes--
		}
	}
}

// figure is the first figure of a key.
func figure(l *loose, key string) *edition.Figure {
	for i := range l.e.Figures {
		if l.e.Figures[i].Key == key {
			return &l.e.Figures[i]
		}
	}
	return nil
}

// say alters the text and moves the numbers behind.
func say(l *loose, old, with string) {
	i := strings.Index(l.e.Text, old)
	l.e.Text = strings.Replace(l.e.Text, old, with, 1)
	for j := range l.e.Numbers {
		if l.e.Numbers[j].From > i {
			l.e.Numbers[j].From += len(with) - len(old)
		}
		if l.e.Numbers[j].To > i {
			l.e.Numbers[j].To += len(with) - len(old)
		}
	}
}

// attacks are what a town could do with its own key, and what is said of it.
var attacks = []struct {
	name  string
	alter func(t *testing.T, l *loose)
	says  string
}{
	{"a record is dropped", func(t *testing.T, l *loose) { drop(t, l, 4) }, "编号"},
	{"the last record is dropped", func(t *testing.T, l *loose) { drop(t, l, -1) }, "不完整"},
	{"a record is counted twice", func(t *testing.T, l *loose) {
		v := visits(l)
		version, size, ls, proof := leaves(t, l.evidence[v])
		again := ls[4]
		again.Seq = ls[5].Seq
		ls[5] = again
		l.evidence[v] = written(t, version, size, ls, proof)
	}, "编号"},
	{"a change that was taken back is shown as standing", func(t *testing.T, l *loose) {
		// The taking-back is left out, and what it took back is counted: the number of changes no longer fits.
		v := visits(l)
		version, size, ls, proof := leaves(t, l.evidence[v])
		for i := range ls {
			n := 0
			for _, b := range ls[i].Bundle {
				if len(b.Parts) > 0 {
					n++
				}
			}
			if i > 5 && n > 0 && reverses(ls[i]) {
				ls = slices.Delete(ls, i, i+1)
				break
			}
		}
		l.evidence[v] = written(t, version, size, ls, proof)
	}, "编号"},
	{"an amount is altered", func(t *testing.T, l *loose) {
		v := visits(l)
		version, size, ls, proof := leaves(t, l.evidence[v])
		for i := range ls[2].Bundle {
			if b := &ls[2].Bundle[i]; len(b.Parts) > 4 {
				b.Parts[4].Value = append(slices.Clone(b.Parts[4].Value[:7]), b.Parts[4].Value[7]+1)
			}
		}
		l.evidence[v] = written(t, version, size, ls, proof)
	}, "证明不成立"},
	{"evidence of another figure", func(t *testing.T, l *loose) {
		v := visits(l)
		for w := range l.evidence {
			if w != v && w != "" {
				l.evidence[v] = l.evidence[w]
			}
		}
	}, "不是这一版的"},
	{"a definition is swapped", func(t *testing.T, l *loose) { figure(l, "grid_visits").Definition += "x" }, "定义"},
	{"a name is swapped", func(t *testing.T, l *loose) { figure(l, "grid_visits").Zh = "入户走访并解决困难" }, "在目录里叫"},
	{"a unit is swapped", func(t *testing.T, l *loose) { figure(l, "grid_closed").Unit = "万件" }, "单位"},
	{"a unit is added", func(t *testing.T, l *loose) { figure(l, "grid_closed").Units = []string{"户"} }, "单位也叫"},
	{"a value is altered", func(t *testing.T, l *loose) { figure(l, "grid_visits").Value = "999" }, "证据算出来"},
	{"a period is altered", func(t *testing.T, l *loose) { figure(l, "grid_visits").Period = "2023-04" }, "证据算出来"},
	{"a place is altered", func(t *testing.T, l *loose) { figure(l, "grid_visits").Place = []string{"120111104999"} }, "证据算出来"},
	{"another kind of figure", func(t *testing.T, l *loose) { figure(l, "grid_visits").Kind = "formula" }, "不是由别的指标"},
	{"a measurement is altered", func(t *testing.T, l *loose) { figure(l, "tax").Value = "2080000000" }, "科室报的不是"},
	{"a measurement of another figure", func(t *testing.T, l *loose) { figure(l, "tax").Record.Seqs = figure(l, "tax").Record.Seqs[:0] }, "哪一条记录"},
	{"a number of the text is altered", func(t *testing.T, l *loose) { say(l, "10.6亿元", "20.6亿元") }, "正文写"},
	{"a rounding word is altered", func(t *testing.T, l *loose) { say(l, "余户", "多户"); say(l, "多户", "户") }, ""},
	{"a growth is altered", func(t *testing.T, l *loose) { say(l, "增长27.3%", "增长37.3%") }, "正文写"},
	{"a growth changes its sign", func(t *testing.T, l *loose) { say(l, "增长27.3%", "下降27.3%") }, "正文写"},
	{"a number stands for nothing", func(t *testing.T, l *loose) { l.e.Numbers[0].Figure = "f99" }, "不存在"},
	{"the catalog is altered", func(t *testing.T, l *loose) {
		l.catalog = bytes.Replace(l.catalog, []byte("网格走访居民"), []byte("网格慰问居民"), 1)
		sum := sha256.Sum256(l.catalog)
		l.e.Catalog = hex.EncodeToString(sum[:])
	}, "目录不是"},
	{"the mark of a simulated town is taken off", func(t *testing.T, l *loose) { l.e.Simulated = false }, "是否模拟"},
	{"another town", func(t *testing.T, l *loose) { l.e.Town = "120111105" }, ""},
	{"an older head", func(t *testing.T, l *loose) { l.e.Head = l.e.Earlier.Head }, ""},
	{"a count is altered", func(t *testing.T, l *loose) {
		for i := range l.e.Counts {
			if len(l.e.Counts[i].Salt) > 0 {
				l.e.Counts[i].K--
			}
		}
	}, "变动次数表"},
	{"a count stands twice", func(t *testing.T, l *loose) { l.e.Counts = append(l.e.Counts, l.e.Counts[len(l.e.Counts)-1]) }, "两次"},
	{"the growth of the journal is altered", func(t *testing.T, l *loose) {
		if len(l.e.Earlier.Growth) > 0 {
			l.e.Earlier.Growth[0][3] ^= 1
		}
	}, "接着上一版"},
	{"unlisted evidence", func(t *testing.T, l *loose) { l.evidence["grid_visits@9999"] = l.evidence[visits(l)] }, "没列出"},
	{"evidence is left out", func(t *testing.T, l *loose) { delete(l.evidence, visits(l)) }, ""},
}

// What the town alters with its own key is found, and the first thing that does not hold is named.
func TestEdition_attacks(t *testing.T) {
	p := town1(t)
	for _, c := range attacks {
		t.Run(c.name, func(t *testing.T) {
			l := apart(t, p.file)
			c.alter(t, l)
			o, f, err := judge(l.sign(t, p.key), p.key.Public(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if f == nil {
				t.Fatalf("it holds: %+v", o)
			}
			if !strings.Contains(f.Zh, c.says) || f.En == "" || strings.Contains(f.En, "%!") || strings.Contains(f.Zh, "%!") {
				t.Errorf("it says %q / %q, want %q", f.Zh, f.En, c.says)
			}
		})
	}
}

// reverses tells whether a leaf shows a change that takes another back.
func reverses(l edition.Leaf) bool {
	for _, b := range l.Bundle {
		if len(b.Parts) > 0 && len(b.Parts[0].Value) > 16 && !bytes.Equal(b.Parts[0].Value[8:16], make([]byte, 8)) {
			return true
		}
	}
	return false
}

// Whoever has no key cannot alter a byte.
func TestEdition_any_byte(t *testing.T) {
	p := town1(t)
	l := apart(t, p.file)
	names := make([]string, 0, len(l.evidence))
	for v := range l.evidence {
		names = append(names, v)
	}
	slices.Sort(names)
	f := mustOpen(t, p.file)
	rapid.Check(t, func(rt *rapid.T) {
		parts := edition.Parts{Edition: slices.Clone(f.JSON), Note: slices.Clone(f.Note), Catalog: slices.Clone(f.Catalog), Evidence: map[string][]byte{}}
		for v, b := range l.evidence {
			parts.Evidence[v] = b
		}
		flip := func(b []byte) []byte {
			b = slices.Clone(b)
			i := rapid.IntRange(0, len(b)-1).Draw(rt, "at")
			b[i] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
			return b
		}
		switch rapid.IntRange(0, 3).Draw(rt, "part") {
		case 0:
			parts.Edition = flip(parts.Edition)
		case 1:
			parts.Note = flip(parts.Note)
		case 2:
			parts.Catalog = flip(parts.Catalog)
		default:
			v := rapid.SampledFrom(names).Draw(rt, "version")
			parts.Evidence[v] = flip(parts.Evidence[v])
		}
		if o, f, err := judge(stored(rt, parts), p.key.Public(), nil); f == nil || err != nil {
			rt.Fatalf("it holds: %+v, %v", o, err)
		}
	})
}
