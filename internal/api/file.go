package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"

	"zhenwu/internal/access"
	"zhenwu/internal/hall"
	"zhenwu/internal/store"
	"zhenwu/internal/town"
)

// mostUpload bounds the request that hands a file in: the file and what a form puts around it.
const mostUpload = store.MaxBlob + 1<<20

// fileJSON is a file that was handed in. A command names it by its hash in a field for files.
type fileJSON struct {
	File string `json:"file"` // SHA-256 of its bytes, in hexadecimal
	Size string `json:"size"`
	Type string `json:"type"`
	Name string `json:"name"`
	Days string `json:"days"` // so long it waits for a record to name it
}

// upload hands a file in: the body as it is, with its name in the query, or the first file of a form.
// The same bytes give the same answer, so sending it again does no harm.
func (c *call) upload() error {
	if err := access.OnlyReads(c.hall.View().Cat, c.actor); err != nil {
		return err
	}
	body := http.MaxBytesReader(c.w, c.req.Body, mostUpload)
	name, from := c.req.URL.Query().Get("name"), io.Reader(body)
	if kind, _, err := mime.ParseMediaType(c.req.Header.Get("Content-Type")); err == nil && kind == "multipart/form-data" {
		c.req.Body = body
		if name, from, err = firstFile(c.req, name); err != nil {
			return err
		}
	}
	head, err := io.ReadAll(io.LimitReader(from, 512)) // what tells its kind
	if err != nil {
		return err
	}
	if len(head) == 0 {
		return town.Refuse(town.Invalid, "file", "文件是空的。", "the file is empty.")
	}
	out := fileJSON{Type: http.DetectContentType(head), Name: hall.FileName(name), Days: number(int64(hall.KeepUploads.Hours() / 24))}
	size := counter{}
	if out.File, err = c.hall.Upload(c.ctx, c.blobs, c.actor.Person, name, out.Type, io.TeeReader(io.MultiReader(bytes.NewReader(head), from), &size)); err != nil {
		return err
	}
	out.Size = number(size.n)
	return c.answer(http.StatusCreated, out)
}

// firstFile finds the file in a form; named is its name where the query gives one.
func firstFile(req *http.Request, named string) (string, io.Reader, error) {
	form, err := req.MultipartReader()
	if err != nil {
		return "", nil, noForm(err)
	}
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			return "", nil, town.Refuse(town.Invalid, "file", "表单里没有文件。", "the form holds no file.")
		}
		if err != nil {
			return "", nil, noForm(err)
		}
		if part.FileName() == "" {
			continue
		}
		if named == "" {
			named = part.FileName()
		}
		return named, part, nil
	}
}

func noForm(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return err
	}
	return &town.Error{Kind: town.Invalid, Field: "body", Zh: "请求体不是完整的表单。", En: "the body is no whole form.", Err: err}
}

// counter counts the bytes that pass.
type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
