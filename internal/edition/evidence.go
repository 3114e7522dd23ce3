package edition

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The sizes of what evidence holds, in bytes.
const (
	HashSize = 32
	SeedSize = 32
	SaltSize = 16
)

const (
	magic    = "ZWEV1\n"
	maxParts = 255
	maxMarks = 65536
	maxValue = 1 << 20
)

// ErrForm says that a file is none of ours, or was cut or altered.
var ErrForm = errors.New("edition: not in the form of an edition")

// Leaf is a leaf of the journal with what is shown of it. Facts and Marks follow docs/formats/leaf.md.
type Leaf struct {
	Seq    int64
	Kind   byte
	Facts  Bundle
	Bundle []Bundle // its mark changes in order
}

// Bundle is a bundle of parts, or its digest alone.
type Bundle struct {
	Digest [HashSize]byte // where Parts is empty
	Seed   []byte         // with it all parts are shown
	Parts  []Part
}

// Part is one part of a bundle: a value with its salt, a value alone where the bundle has a seed, or a hash.
type Part struct {
	Value []byte
	Salt  []byte
	Hash  []byte
}

// Writer writes evidence.
type Writer struct {
	w    *bufio.Writer
	last int64
	left int64
	buf  []byte
	err  error
}

// NewWriter begins the evidence of a figure version at a size of the journal; leaves is how many follow.
func NewWriter(w io.Writer, version string, size, leaves int64) *Writer {
	e := &Writer{w: bufio.NewWriterSize(w, 1<<16), last: -1, left: leaves}
	e.bytes([]byte(magic))
	e.text([]byte(version))
	e.uint(uint64(size))
	e.uint(uint64(leaves))
	return e
}

func (e *Writer) bytes(b []byte) {
	if e.err == nil {
		_, e.err = e.w.Write(b)
	}
}

func (e *Writer) uint(n uint64) { e.bytes(binary.AppendUvarint(e.buf[:0], n)) }

func (e *Writer) text(b []byte) { e.uint(uint64(len(b))); e.bytes(b) }

// Leaf writes the next leaf; leaves ascend.
func (e *Writer) Leaf(l *Leaf) {
	if e.err == nil && (l.Seq <= e.last || e.left == 0) {
		e.err = fmt.Errorf("edition: leaf %d after %d", l.Seq, e.last)
	}
	e.left--
	e.uint(uint64(l.Seq - e.last))
	e.last = l.Seq
	e.bytes([]byte{l.Kind})
	e.bundle(&l.Facts)
	e.uint(uint64(len(l.Bundle)))
	for i := range l.Bundle {
		e.bundle(&l.Bundle[i])
	}
}

func (e *Writer) bundle(b *Bundle) {
	switch {
	case len(b.Parts) == 0:
		e.bytes([]byte{0})
		e.bytes(b.Digest[:])
	case len(b.Seed) == SeedSize:
		e.bytes([]byte{1, byte(len(b.Parts))})
		e.bytes(b.Seed)
		for _, p := range b.Parts {
			e.text(p.Value)
		}
	default:
		e.bytes([]byte{2, byte(len(b.Parts))})
		for _, p := range b.Parts {
			if len(p.Hash) == HashSize {
				e.bytes([]byte{0})
				e.bytes(p.Hash)
				continue
			}
			if e.err == nil && len(p.Salt) != SaltSize {
				e.err = errors.New("edition: a part without salt")
			}
			e.bytes([]byte{1})
			e.bytes(p.Salt)
			e.text(p.Value)
		}
	}
}

// Close writes the proof of all leaves and ends the evidence.
func (e *Writer) Close(proof [][HashSize]byte) error {
	if e.err == nil && e.left != 0 {
		e.err = fmt.Errorf("edition: %d leaves are missing", e.left)
	}
	e.uint(uint64(len(proof)))
	for i := range proof {
		e.bytes(proof[i][:])
	}
	if e.err == nil {
		e.err = e.w.Flush()
	}
	return e.err
}

// Reader reads evidence leaf by leaf, so that a million lines need no memory.
type Reader struct {
	Version string
	Size    int64
	Leaves  int64

	r    *bufio.Reader
	last int64
	read int64
}

// NewReader reads the beginning of evidence. Every error of a Reader is or wraps ErrForm, or is one of reading.
func NewReader(r io.Reader) (*Reader, error) {
	e := &Reader{r: bufio.NewReaderSize(r, 1<<16), last: -1}
	head := make([]byte, len(magic))
	if _, err := io.ReadFull(e.r, head); err != nil || string(head) != magic {
		return nil, fmt.Errorf("%w: no evidence", ErrForm)
	}
	version, err := e.text(200)
	if err != nil {
		return nil, err
	}
	size, err := e.uint(1 << 60)
	if err != nil {
		return nil, err
	}
	leaves, err := e.uint(size)
	if err != nil {
		return nil, err
	}
	e.Version, e.Size, e.Leaves = string(version), int64(size), int64(leaves)
	return e, nil
}

func (e *Reader) uint(most uint64) (uint64, error) {
	n, err := binary.ReadUvarint(e.r)
	if err != nil || n > most {
		return 0, fmt.Errorf("%w: a number is cut or too great", ErrForm)
	}
	return n, nil
}

func (e *Reader) bytes(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(e.r, b); err != nil {
		return nil, fmt.Errorf("%w: it ends too early", ErrForm)
	}
	return b, nil
}

func (e *Reader) text(most uint64) ([]byte, error) {
	n, err := e.uint(most)
	if err != nil {
		return nil, err
	}
	return e.bytes(int(n))
}

// Next reads the next leaf; io.EOF behind the last.
func (e *Reader) Next() (*Leaf, error) {
	if e.read == e.Leaves {
		return nil, io.EOF
	}
	step, err := e.uint(uint64(e.Size))
	if err != nil {
		return nil, err
	}
	l := &Leaf{Seq: e.last + int64(step)}
	if step == 0 || l.Seq >= e.Size {
		return nil, fmt.Errorf("%w: leaf %d stands out of order", ErrForm, l.Seq)
	}
	kind, err := e.bytes(1)
	if err != nil {
		return nil, err
	}
	l.Kind = kind[0]
	if l.Facts, err = e.bundle(); err != nil {
		return nil, err
	}
	n, err := e.uint(maxMarks)
	if err != nil {
		return nil, err
	}
	l.Bundle = make([]Bundle, 0, min(n, 64))
	for range n {
		b, err := e.bundle()
		if err != nil {
			return nil, err
		}
		l.Bundle = append(l.Bundle, b)
	}
	e.last = l.Seq
	e.read++
	return l, nil
}

func (e *Reader) bundle() (Bundle, error) {
	var b Bundle
	form, err := e.bytes(1)
	if err != nil {
		return b, err
	}
	if form[0] == 0 {
		d, err := e.bytes(HashSize)
		if err == nil {
			copy(b.Digest[:], d)
		}
		return b, err
	}
	n, err := e.bytes(1)
	if err != nil {
		return b, err
	}
	if n[0] == 0 || int(n[0]) > maxParts || form[0] > 2 {
		return b, fmt.Errorf("%w: no such bundle", ErrForm)
	}
	b.Parts = make([]Part, n[0])
	if form[0] == 1 {
		if b.Seed, err = e.bytes(SeedSize); err != nil {
			return b, err
		}
		for i := range b.Parts {
			if b.Parts[i].Value, err = e.text(maxValue); err != nil {
				return b, err
			}
		}
		return b, nil
	}
	for i := range b.Parts {
		shown, err := e.bytes(1)
		if err != nil {
			return b, err
		}
		switch shown[0] {
		case 0:
			if b.Parts[i].Hash, err = e.bytes(HashSize); err != nil {
				return b, err
			}
		case 1:
			if b.Parts[i].Salt, err = e.bytes(SaltSize); err != nil {
				return b, err
			}
			if b.Parts[i].Value, err = e.text(maxValue); err != nil {
				return b, err
			}
		default:
			return b, fmt.Errorf("%w: no such part", ErrForm)
		}
	}
	return b, nil
}

// Proof reads the proof behind the last leaf; nothing may follow it.
func (e *Reader) Proof() ([][HashSize]byte, error) {
	if e.read != e.Leaves {
		return nil, fmt.Errorf("%w: leaves were left unread", ErrForm)
	}
	n, err := e.uint(uint64(e.Size))
	if err != nil {
		return nil, err
	}
	out := make([][HashSize]byte, 0, min(n, 1<<16))
	for range n {
		b, err := e.bytes(HashSize)
		if err != nil {
			return nil, err
		}
		out = append(out, [HashSize]byte(b))
	}
	if _, err := e.r.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows the proof", ErrForm)
	}
	return out, nil
}
