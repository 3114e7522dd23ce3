package form

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"zhenwu/internal/town"
)

// Limits of a form as it comes in.
const (
	MostBytes    = 40 << 20  // of the file
	MostUnpacked = 200 << 20 // of all its parts
	MostPart     = 64 << 20  // of a part that is read
	mostParts    = 4000
	mostCells    = 200_000 // that hold something
	mostDepth    = 200     // of nested elements
)

func refuse(zh, en string, args ...any) error {
	return town.Refuse(town.Invalid, "file", zh, en, args...)
}

func damaged(err error) error {
	e := town.Refuse(town.Invalid, "file", "表格文件已损坏或加了密码，打不开；请在 Excel 或 WPS 里重新另存为 XLSX（DOCX）后再传。", "the form is damaged or locked with a password; save it again as XLSX (DOCX) in Excel or WPS.")
	e.Err = err
	return e
}

func tooLarge() error {
	return refuse("表格解开后过大（上限 %d MB），请删去嵌入的图片等内容后再传。", "the form unpacks to more than %d MB; remove what is embedded in it.", MostUnpacked>>20)
}

// archive is the packed file with its parts.
type archive struct {
	zip   *zip.Reader
	parts map[string]*zip.File // by name in lower case: the names are compared without case
}

// open unpacks nothing yet, but reads every part once: what is damaged, lies about its size or is a bomb is refused here, before
// anything rests on it.
func open(data []byte) (*archive, error) {
	switch {
	case len(data) == 0:
		return nil, refuse("文件是空的。", "the file is empty.")
	case len(data) > MostBytes:
		return nil, refuse("文件超过 %d MB。", "the file is larger than %d MB.", MostBytes>>20)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, refuse("这是旧版文件（XLS、DOC）或加了密码的文件；请打开后去掉密码，另存为 XLSX 或 DOCX。", "this is an old file (XLS, DOC) or one locked with a password; open it, remove the password and save it as XLSX or DOCX.")
	case bytes.HasPrefix(data, []byte("%PDF")):
		return nil, refuse("这是 PDF，填不了；请向来表单位要 XLSX 或 DOCX。", "this is a PDF, which cannot be filled; ask for the form as XLSX or DOCX.")
	case !bytes.HasPrefix(data, []byte("PK")):
		return nil, refuse("这不是 XLSX 或 DOCX 文件。", "this is no XLSX and no DOCX.")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged(err)
	}
	if len(z.File) > mostParts {
		return nil, tooLarge()
	}
	a := &archive{zip: z, parts: map[string]*zip.File{}}
	var total uint64
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		if _, twice := a.parts[name]; twice || path.IsAbs(f.Name) || strings.Contains(f.Name, "..") || strings.Contains(f.Name, "\\") {
			return nil, refuse("压缩包里的文件名不正常（%q），不能当作表格打开。", "the archive holds a file with an odd name (%q) and is not opened as a form.", f.Name)
		}
		if total += f.UncompressedSize64; f.UncompressedSize64 > MostUnpacked || total > MostUnpacked {
			return nil, tooLarge()
		}
		a.parts[name] = f
		if zh, en := macro(name); zh != "" {
			return nil, refuse("表格里带有%s（%s），不予打开；请在 Excel 里另存为不带宏的 XLSX，或向来表单位要不带宏的表。", "the form carries %[3]s (%[2]s) and is not opened; save it as XLSX without macros, or ask the sender for one without.", zh, f.Name, en)
		}
	}
	for _, f := range z.File {
		if err := sound(f); err != nil {
			return nil, err
		}
	}
	if err := a.types(); err != nil {
		return nil, err
	}
	return a, nil
}

// types looks through what the parts say they are: a macro may go by any name.
func (a *archive) types() error {
	data, err := a.read("[Content_Types].xml")
	if err != nil {
		return err
	}
	w := walk(data)
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		is := strings.ToLower(attr(e, "ContentType"))
		if !strings.Contains(is, "macroenabled") && !strings.Contains(is, "vbaproject") && !strings.Contains(is, "vnd.ms-excel.macrosheet") {
			continue
		}
		used := e.Name.Local != "Default" // a default holds for parts that have its ending, and often there are none
		for name := range a.parts {
			used = used || strings.HasSuffix(name, "."+strings.ToLower(attr(e, "Extension")))
		}
		if used {
			return refuse("这是带宏的表格，不予打开；请在 Excel 里另存为不带宏的 XLSX，或向来表单位要不带宏的表。", "this form carries macros and is not opened; save it as XLSX without macros, or ask the sender for one without.")
		}
	}
}

// macro tells whether a part is something that runs.
func macro(name string) (zh, en string) {
	switch base := path.Base(name); {
	case strings.HasPrefix(base, "vbaproject") || strings.HasPrefix(base, "vbadata"):
		return "宏", "macros"
	case strings.Contains(name, "/macrosheets/") || strings.Contains(name, "/dialogsheets/"):
		return "宏表", "a macro sheet"
	case strings.Contains(name, "/activex/"):
		return "控件", "controls that run programs"
	}
	return "", ""
}

// sound reads a part to its end and holds it against what it says of itself.
func sound(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return damaged(err)
	}
	defer r.Close()
	n, err := io.Copy(io.Discard, io.LimitReader(r, int64(f.UncompressedSize64)+1)) // at most MostUnpacked was let pass
	if err != nil {
		return damaged(err)
	}
	if uint64(n) != f.UncompressedSize64 {
		return tooLarge()
	}
	return nil
}

// has tells whether there is a part of that name.
func (a *archive) has(name string) bool { return a.parts[strings.ToLower(name)] != nil }

// read unpacks a part.
func (a *archive) read(name string) ([]byte, error) {
	f := a.parts[strings.ToLower(name)]
	if f == nil {
		return nil, refuse("压缩包里没有“%s”，不是 XLSX 或 DOCX。", "the archive has no %s: it is no XLSX and no DOCX.", name)
	}
	if f.UncompressedSize64 > MostPart {
		return nil, tooLarge()
	}
	r, err := f.Open()
	if err != nil {
		return nil, damaged(err)
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, MostPart+1))
	if err != nil {
		return nil, damaged(err)
	}
	return data, nil
}
