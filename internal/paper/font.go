package paper

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"zhenwu/internal/town"
)

// face is one of the faces that an official document is set in.
type face uint8

const (
	fang face = iota // 仿宋: the text
	song             // 小标宋: title and issuer
	kai              // 楷体: second level
	hei              // 黑体: first level, heads of tables
	ming             // 宋体: page numbers
	faces
)

// wanted are the names of fonts for a face, the official ones first, then what
// stands in for them. A name is a family or the name of a file without its ending.
var wanted = [faces][]string{
	fang: {"仿宋_GB2312", "FangSong_GB2312", "simfang_gb2312", "仿宋", "FangSong", "simfang", "华文仿宋", "STFangsong", "方正仿宋_GBK", "FZFangSong-Z02", "AR PL UMing CN", "宋体", "SimSun", "LXGW WenKai", "AR PL UKai CN"},
	song: {"方正小标宋简体", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋_GBK", "小标宋", "华文中宋", "STZhongsong", "宋体", "SimSun", "AR PL UMing CN"},
	kai:  {"楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "simkai", "华文楷体", "STKaiti", "AR PL UKai CN", "LXGW WenKai"},
	hei:  {"黑体", "SimHei", "华文黑体", "STHeiti", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback"},
	ming: {"宋体", "SimSun", "AR PL UMing CN"},
}

// standIn is the order in which a face without a font of its own takes another's.
var standIn = [faces]face{fang, ming, song, kai, hei}

// FreeFonts are the folders in which Debian keeps the free Chinese fonts that a PDF
// can be drawn with: fonts-arphic-uming, fonts-arphic-ukai, fonts-wqy-zenhei,
// fonts-wqy-microhei and fonts-lxgw-wenkai.
var FreeFonts = []string{"/usr/share/fonts/truetype/arphic", "/usr/share/fonts/truetype/wqy", "/usr/share/fonts/truetype/lxgw-wenkai"}

// Fonts are the files that the faces of a PDF are drawn with. They are named here
// and read when a PDF is written.
type Fonts struct {
	of [faces]source
}

// source is a font in a file, of which a collection holds several.
type source struct {
	folder fs.FS
	at     int // number of the folder
	file   string
	index  int
	family string
	heavy  bool // bold, italic or the like: taken only where there is no other
}

// Names gives the families that text, title, second and first level and page
// numbers are set in.
func (f *Fonts) Names() []string {
	out := make([]string, faces)
	for i, s := range f.of {
		out[i] = s.family
	}
	return out
}

// key tells a font from all others.
func (s source) key() string { return fmt.Sprintf("%d %s %d", s.at, s.file, s.index) }

// FindFonts looks through folders, those before going before those behind, for the
// fonts of official documents or free ones in their stead: TrueType, alone or in a
// collection, with Chinese characters, whose maker lets it be embedded. A folder
// that cannot be read counts as empty. Where there is none the error is one of kind
// Missing that says what to do; DOCX and HTML need no fonts.
func FindFonts(folders ...fs.FS) (*Fonts, error) {
	found := &Fonts{}
	var none [faces]bool
	for i := range none {
		none[i] = true
	}
	unfit := ""
	for n, folder := range folders {
		if !slices.Contains(none[:], true) {
			break
		}
		var here []source
		// What a folder does not let us see is as if it were not there.
		_ = fs.WalkDir(folder, ".", func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return nil
			}
			switch strings.ToLower(path.Ext(p)) {
			case ".ttf", ".ttc":
				list, err := sources(folder, p)
				if err != nil {
					unfit = path.Base(p)
				}
				here = append(here, list...)
			case ".otf", ".otc":
				unfit = path.Base(p)
			}
			return nil
		})
		for f := range faces {
			if best := pick(here, wanted[f]); none[f] && best != nil {
				found.of[f], none[f] = *best, false
				found.of[f].at = n
			}
		}
	}
	for f := range faces {
		for _, other := range standIn {
			if none[f] && found.of[other].folder != nil {
				found.of[f], none[f] = found.of[other], false
			}
		}
		if none[f] {
			return nil, noFonts(unfit)
		}
	}
	return found, nil
}

// noFonts is the one line that says why there is no PDF.
func noFonts(unfit string) error {
	zh, en := "", ""
	if unfit != "" {
		zh, en = "（"+unfit+"不可用：须为允许嵌入的TrueType字体）", " ("+unfit+" will not do: it must be TrueType and embeddable)"
	}
	return &town.Error{Kind: town.Missing, Field: "fonts",
		Zh: "没有可用的中文字体" + zh + "，未生成PDF；请把仿宋、小标宋、楷体、黑体的.ttf放入字体文件夹，或安装fonts-arphic-uming。DOCX和HTML不受影响。",
		En: "No Chinese font to draw a PDF with" + en + "; put .ttf files of 仿宋, 小标宋, 楷体, 黑体 into the fonts folder, or install fonts-arphic-uming. DOCX and HTML are made all the same."}
}

// heavy tells the styles of a family that no plain text is set in.
func heavy(style string) bool {
	s := strings.ToLower(style)
	return strings.Contains(s, "bold") || strings.Contains(s, "italic") || strings.Contains(s, "oblique")
}

// pick gives the source whose name stands first among names.
func pick(list []source, names []string) *source {
	var second *source
	for _, n := range names {
		for i, s := range list {
			base := strings.TrimSuffix(path.Base(s.file), path.Ext(s.file))
			if !strings.EqualFold(s.family, n) && !strings.EqualFold(base, n) {
				continue
			}
			if !s.heavy {
				return &list[i]
			}
			if second == nil {
				second = &list[i]
			}
		}
	}
	return second
}

// sources gives the usable fonts of a file.
func sources(folder fs.FS, file string) ([]source, error) {
	data, err := fs.ReadFile(folder, file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	var out []source
	for i := 0; ; i++ {
		f, more, err := openFont(data, i)
		if err != nil && !more {
			if len(out) > 0 {
				err = nil
			}
			return out, err
		}
		if err == nil {
			out = append(out, source{folder, 0, file, i, f.family, heavy(f.style)})
		}
		if !more {
			return out, nil
		}
	}
}

// fontFile is an opened TrueType font, with raw access to its tables.
type fontFile struct {
	family string
	style  string
	sf     *sfnt.Font
	buf    sfnt.Buffer
	tables map[string][]byte
	em     int // units to the em
	long   bool
}

var errUnfit = errors.New("not a TrueType font with Chinese characters that may be embedded")

// openFont opens the index-th font of a file; more says whether there are further ones.
func openFont(data []byte, index int) (f *fontFile, more bool, err error) {
	at, n := offset(data, index)
	more = index+1 < n
	f = &fontFile{}
	if f.tables, err = tablesOf(data, at); err != nil {
		return nil, more, err
	}
	// Debian's collections have tables at odd places, which sfnt refuses: it gets those
	// it needs put together anew. Outlines, the bulk of a font, are read by us alone; an
	// OS/2 table of version 2 keeps sfnt from measuring a letter to know its height.
	need := map[string][]byte{"glyf": make([]byte, 4), "OS/2": append([]byte{0, 2}, make([]byte, 94)...)}
	for _, tag := range []string{"cmap", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"} {
		need[tag] = f.tables[tag]
	}
	if f.sf, err = sfnt.Parse(assemble(need)); err != nil {
		return nil, more, fmt.Errorf("parse font %d: %w", index, err)
	}
	f.em = int(f.sf.UnitsPerEm())
	if f.family, err = f.sf.Name(&f.buf, sfnt.NameIDFamily); err != nil {
		return nil, more, fmt.Errorf("read the name: %w", err)
	}
	if f.style, err = f.sf.Name(&f.buf, sfnt.NameIDSubfamily); err != nil {
		return nil, more, fmt.Errorf("read the style: %w", err)
	}
	return f, more, f.usable()
}

// usable refuses fonts without the tables of TrueType outlines, without Chinese
// characters, and those whose maker forbids embedding.
func (f *fontFile) usable() error {
	for tag, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 6, "hmtx": 4, "loca": 4, "glyf": 1} {
		if len(f.tables[tag]) < least {
			return errUnfit
		}
	}
	if os2 := f.tables["OS/2"]; len(os2) >= 10 && binary.BigEndian.Uint16(os2[8:])&0xF == 2 {
		return errUnfit
	}
	f.long = binary.BigEndian.Uint16(f.tables["head"][50:]) != 0
	if f.glyph('国') == 0 || f.em <= 0 {
		return errUnfit
	}
	return nil
}

// offset says where the index-th font of a file begins and how many there are.
func offset(data []byte, index int) (at, n int) {
	if len(data) < 12 || string(data[:4]) != "ttcf" {
		return 0, 1
	}
	n = int(min(binary.BigEndian.Uint32(data[8:]), 64))
	if index >= n || len(data) < 16+4*index {
		return len(data), n
	}
	return int(binary.BigEndian.Uint32(data[12+4*index:])), n
}

// tablesOf finds the tables of the font that begins at a place of a file.
func tablesOf(data []byte, at int) (map[string][]byte, error) {
	if at < 0 || len(data) < at+12 {
		return nil, errUnfit
	}
	n := int(binary.BigEndian.Uint16(data[at+4:]))
	if len(data) < at+12+16*n {
		return nil, errUnfit
	}
	tables := map[string][]byte{}
	for i := range n {
		e := data[at+12+16*i:]
		from, size := int(binary.BigEndian.Uint32(e[8:])), int(binary.BigEndian.Uint32(e[12:]))
		if from > len(data) || size > len(data)-from {
			return nil, errUnfit
		}
		tables[string(e[:4])] = data[from : from+size]
	}
	return tables, nil
}

// glyph gives the glyph of r, 0 where there is none.
func (f *fontFile) glyph(r rune) int {
	g, err := f.sf.GlyphIndex(&f.buf, r)
	if err != nil || int(g) >= f.sf.NumGlyphs() {
		return 0
	}
	return int(g)
}

// advance is the width of a glyph in thousandths of its size.
func (f *fontFile) advance(g int) int {
	a, err := f.sf.GlyphAdvance(&f.buf, sfnt.GlyphIndex(g), fixed.I(f.em), font.HintingNone)
	if err != nil {
		return 1000
	}
	return (a.Round()*1000 + f.em/2) / f.em
}

// outline gives the bytes of a glyph; none for what is empty or broken.
func (f *fontFile) outline(g int) []byte {
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	var from, to int
	switch {
	case f.long && len(loca) >= 4*(g+2):
		from, to = int(binary.BigEndian.Uint32(loca[4*g:])), int(binary.BigEndian.Uint32(loca[4*g+4:]))
	case !f.long && len(loca) >= 2*(g+2):
		from, to = 2*int(binary.BigEndian.Uint16(loca[2*g:])), 2*int(binary.BigEndian.Uint16(loca[2*g+2:]))
	}
	if from >= to || to > len(glyf) || to-from < 10 {
		return nil
	}
	return glyf[from:to]
}

// components gives where in the outline of a composite glyph its parts are named.
func components(outline []byte) []int {
	if len(outline) < 10 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	var at []int
	for p := 10; p+4 <= len(outline); {
		flags := binary.BigEndian.Uint16(outline[p:])
		at = append(at, p+2)
		p += 4 + 2
		if flags&0x1 != 0 { // the offsets are words
			p += 2
		}
		switch {
		case flags&0x8 != 0: // one scale
			p += 2
		case flags&0x40 != 0: // two scales
			p += 4
		case flags&0x80 != 0: // a matrix
			p += 8
		}
		if flags&0x20 == 0 { // no more
			break
		}
	}
	return at
}

// subset makes a font of the glyphs given and what they are made of, numbered anew
// from 0 in their old order; now tells the new number of an old glyph.
func (f *fontFile) subset(glyphs []int) (data []byte, now map[int]int) {
	all := append([]int{0}, glyphs...)
	seen := map[int]bool{}
	for i := 0; i < len(all); i++ {
		g := all[i]
		if seen[g] {
			continue
		}
		seen[g] = true
		o := f.outline(g)
		for _, at := range components(o) {
			all = append(all, int(binary.BigEndian.Uint16(o[at:])))
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	now = make(map[int]int, len(all))
	for i, g := range all {
		now[g] = i
	}
	var glyf, hmtx []byte
	loca := binary.BigEndian.AppendUint32(nil, 0)
	for _, g := range all {
		o := slices.Clone(f.outline(g))
		for _, at := range components(o) {
			binary.BigEndian.PutUint16(o[at:], uint16(now[int(binary.BigEndian.Uint16(o[at:]))]))
		}
		glyf = append(glyf, o...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		hmtx = append(hmtx, f.metric(g)...)
	}
	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)
	binary.BigEndian.PutUint16(head[50:], 1)
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(all)))
	binary.BigEndian.PutUint16(maxp[4:], uint16(len(all)))
	return assemble(map[string][]byte{"head": head, "hhea": hhea, "maxp": maxp, "hmtx": hmtx, "loca": loca, "glyf": glyf,
		"cvt ": f.tables["cvt "], "fpgm": f.tables["fpgm"], "prep": f.tables["prep"]}), now
}

// metric gives the advance and left bearing of a glyph as hmtx writes them.
func (f *fontFile) metric(g int) []byte {
	hmtx, n := f.tables["hmtx"], int(binary.BigEndian.Uint16(f.tables["hhea"][34:]))
	n = min(n, len(hmtx)/4)
	if g < n {
		return hmtx[4*g : 4*g+4]
	}
	out := make([]byte, 4)
	if n > 0 {
		copy(out, hmtx[4*(n-1):4*(n-1)+2])
	}
	if at := 4*n + 2*(g-n); at+2 <= len(hmtx) {
		copy(out[2:], hmtx[at:at+2])
	}
	return out
}

// assemble writes tables as a font file, in the order of their names.
func assemble(tables map[string][]byte) []byte {
	var tags []string
	for tag, t := range tables {
		if len(t) > 0 {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	largest, log := 1, 0
	for largest*2 <= len(tags) {
		largest, log = largest*2, log+1
	}
	head := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{len(tags), largest * 16, log, (len(tags) - largest) * 16} {
		head = binary.BigEndian.AppendUint16(head, uint16(v))
	}
	var body []byte
	for _, tag := range tags {
		t := tables[tag]
		at := 12 + 16*len(tags) + len(body)
		body = append(body, t...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
		head = append(head, tag...)
		for _, v := range []uint32{checksum(t), uint32(at), uint32(len(t))} {
			head = binary.BigEndian.AppendUint32(head, v)
		}
	}
	return append(head, body...)
}

// checksum is that of a table: its words added up, as if it ended on a whole one.
func checksum(t []byte) uint32 {
	var sum uint32
	for ; len(t) >= 4; t = t[4:] {
		sum += binary.BigEndian.Uint32(t)
	}
	var rest [4]byte
	copy(rest[:], t)
	sum += binary.BigEndian.Uint32(rest[:])
	return sum
}
