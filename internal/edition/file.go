package edition

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The largest parts of an edition that are read, in bytes.
const (
	MaxJSON     = 64 << 20
	MaxCatalog  = 32 << 20
	MaxEvidence = 4 << 30
)

// Parts are the parts of a file before they are put into one.
type Parts struct {
	Edition  []byte            // edition.json
	Note     []byte            // edition.note
	Catalog  []byte            // catalog.json
	Evidence map[string][]byte // by version; "" for evidence/town
}

// Encode writes edition.json: one spelling for one edition.
func Encode(e *Edition) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("edition: %w", err)
	}
	return b.Bytes(), nil
}

// Write puts the parts into one file. The same parts give the same bytes.
func Write(w io.Writer, p Parts) error {
	z := zip.NewWriter(w)
	put := func(name string, b []byte) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate}) // no time: it would differ
		if err != nil {
			return err
		}
		_, err = f.Write(b)
		return err
	}
	if err := errors.Join(put(NameEdition, p.Edition), put(NameNote, p.Note), put(NameCatalog, p.Catalog)); err != nil {
		return fmt.Errorf("edition: %w", err)
	}
	versions := make([]string, 0, len(p.Evidence))
	for v := range p.Evidence {
		versions = append(versions, v)
	}
	slices.Sort(versions)
	for _, v := range versions {
		if err := put(evidenceName(v), p.Evidence[v]); err != nil {
			return fmt.Errorf("edition: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("edition: %w", err)
	}
	return nil
}

func evidenceName(version string) string {
	if version == "" {
		return NameTown
	}
	return NameEvidence + version
}

// File is an edition that is read.
type File struct {
	Edition Edition
	JSON    []byte // edition.json as it stands
	Note    []byte
	Catalog []byte

	files map[string]*zip.File
}

// Open reads the parts of a file but the evidence. Every error is or wraps ErrForm: the file is none, was cut, holds a part that is too large, a part
// twice, a part that an edition does not have, a field that this version does not know.
func Open(r io.ReaderAt, size int64) (*File, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	f := &File{files: map[string]*zip.File{}}
	for _, part := range z.File {
		known := part.Name == NameEdition || part.Name == NameNote || part.Name == NameCatalog || strings.HasPrefix(part.Name, NameEvidence)
		if !known || f.files[part.Name] != nil {
			return nil, fmt.Errorf("%w: %q has no place in it", ErrForm, part.Name)
		}
		f.files[part.Name] = part
	}
	if f.JSON, err = f.part(NameEdition, MaxJSON); err != nil {
		return nil, err
	}
	if f.Note, err = f.part(NameNote, 1<<16); err != nil {
		return nil, err
	}
	if f.Catalog, err = f.part(NameCatalog, MaxCatalog); err != nil {
		return nil, err
	}
	var probe struct {
		Format string `json:"format"`
	}
	if err := json.Unmarshal(f.JSON, &probe); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	if probe.Format != Format {
		return nil, fmt.Errorf("%w: it is a %q, this program reads %q", ErrForm, probe.Format, Format)
	}
	d := json.NewDecoder(bytes.NewReader(f.JSON))
	d.DisallowUnknownFields()
	if err := d.Decode(&f.Edition); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	again, err := Encode(&f.Edition)
	if err != nil || !bytes.Equal(again, f.JSON) {
		return nil, fmt.Errorf("%w: edition.json is not spelled as an edition is", ErrForm)
	}
	return f, nil
}

// part reads a part that is not large.
func (f *File) part(name string, most int64) ([]byte, error) {
	p := f.files[name]
	if p == nil {
		return nil, fmt.Errorf("%w: %s is missing", ErrForm, name)
	}
	if p.UncompressedSize64 > uint64(most) {
		return nil, fmt.Errorf("%w: %s is too large", ErrForm, name)
	}
	r, err := p.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrForm, name, err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil || int64(len(b)) > most {
		return nil, fmt.Errorf("%w: %s is damaged", ErrForm, name)
	}
	return b, nil
}

// Versions lists the evidence that the file holds; "" is evidence/town.
func (f *File) Versions() []string {
	var out []string
	for name := range f.files {
		switch {
		case name == NameTown:
			out = append(out, "")
		case strings.HasPrefix(name, NameEvidence):
			out = append(out, strings.TrimPrefix(name, NameEvidence))
		}
	}
	slices.Sort(out)
	return out
}

// Evidence opens the evidence of a version; the caller closes it.
func (f *File) Evidence(version string) (io.ReadCloser, error) {
	p := f.files[evidenceName(version)]
	if p == nil {
		return nil, fmt.Errorf("%w: the evidence of %q is missing", ErrForm, version)
	}
	if p.UncompressedSize64 > MaxEvidence {
		return nil, fmt.Errorf("%w: the evidence of %q is too large", ErrForm, version)
	}
	r, err := p.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	return r, nil
}

// Piece is one part of a file, as it lies there: for who serves it and does not read it.
type Piece struct{ file *zip.File }

// FindPart finds a part by its name. Every error is or wraps ErrForm.
func FindPart(r io.ReaderAt, size int64, name string) (*Piece, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrForm, err)
	}
	for _, f := range z.File {
		if f.Name == name {
			return &Piece{f}, nil
		}
	}
	return nil, fmt.Errorf("%w: %s is missing", ErrForm, name)
}

// Open reads the part; the caller closes it.
func (p *Piece) Open() (io.ReadCloser, error) { return p.file.Open() }

// Deflated gives the part as it was compressed (RFC 1951), how many bytes it is uncompressed, and their CRC-32; false where it is not compressed so.
func (p *Piece) Deflated() (r io.Reader, size uint64, sum uint32, ok bool) {
	if p.file.Method != zip.Deflate {
		return nil, 0, 0, false
	}
	r, err := p.file.OpenRaw()
	return r, p.file.UncompressedSize64, p.file.CRC32, err == nil
}
