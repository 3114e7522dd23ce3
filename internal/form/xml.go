package form

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// walker goes through the XML of a part and knows at which byte everything stands. It refuses what no office program writes and
// what only an attacker does: a document type with entities, nesting without end.
type walker struct {
	data  []byte
	d     *xml.Decoder
	depth int
	from  int // the token lies in data[from:to]
	to    int
}

var errHostile = errors.New("the XML declares entities or is nested too deeply")

func walk(data []byte) *walker {
	return &walker{data: data, d: xml.NewDecoder(bytes.NewReader(data))}
}

// next gives the next token; io.EOF at the end of a well-formed part.
func (w *walker) next() (xml.Token, error) {
	w.from = int(w.d.InputOffset())
	t, err := w.d.Token()
	w.to = int(w.d.InputOffset())
	switch t.(type) {
	case xml.StartElement:
		if w.depth++; w.depth > mostDepth {
			return nil, errHostile
		}
	case xml.EndElement:
		w.depth--
	case xml.Directive:
		return nil, errHostile
	}
	return t, err
}

// skip goes to the end of the element just begun.
func (w *walker) skip() error {
	for depth := w.depth; w.depth >= depth; {
		if _, err := w.next(); err != nil {
			if errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return err
		}
	}
	return nil
}

// closed tells whether the start tag just read closes itself.
func (w *walker) closed() bool { return w.to >= 2 && w.data[w.to-2] == '/' }

// tag gives the name of the element just begun as it is written, prefix included.
func (w *walker) tag() string {
	s := w.data[w.from+1 : w.to]
	if i := bytes.IndexAny(s, " \t\r\n/>"); i >= 0 {
		s = s[:i]
	}
	return string(s)
}

// prefix gives the prefix of the element just begun with its colon.
func (w *walker) prefix() string {
	p, _, ok := strings.Cut(w.tag(), ":")
	if !ok {
		return ""
	}
	return p + ":"
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && (a.Name.Space == "" || name != "id") {
			return a.Value
		}
	}
	return ""
}

// relAttr gives r:id.
func relAttr(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// setAttr gives a start tag as it is written with one attribute set to value; "" takes it out.
func setAttr(tag []byte, name, value string) []byte {
	at := 0
	for {
		i := bytes.Index(tag[at:], []byte(name))
		if i < 0 {
			break
		}
		i += at
		at = i + len(name)
		if i == 0 || !blank(tag[i-1]) {
			continue
		}
		j := at
		for j < len(tag) && blank(tag[j]) {
			j++
		}
		if j >= len(tag) || tag[j] != '=' {
			continue
		}
		for j++; j < len(tag) && blank(tag[j]); j++ {
		}
		if j >= len(tag) || tag[j] != '"' && tag[j] != '\'' {
			continue
		}
		end := bytes.IndexByte(tag[j+1:], tag[j])
		if end < 0 {
			continue
		}
		end += j + 2
		var out []byte
		if value == "" {
			out = append(append(out, tag[:i-1]...), tag[end:]...)
		} else {
			out = append(append(append(out, tag[:i]...), name+`="`+escape(value)+`"`...), tag[end:]...)
		}
		return out
	}
	if value == "" {
		return tag
	}
	end := len(tag) - 1
	if end > 0 && tag[end-1] == '/' {
		end--
	}
	for end > 0 && blank(tag[end-1]) {
		end--
	}
	out := append([]byte(nil), tag[:end]...)
	return append(append(out, ` `+name+`="`+escape(value)+`"`...), tag[end:]...)
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// escape writes text into XML; what XML cannot hold is left out.
func escape(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c == '<' || c == '>' || c == '&' || c == '"' || c < 0x20 || c >= 0xEF {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\n' || r == '\t' || r >= 0x20 && r != 0xFFFE && r != 0xFFFF:
			b.WriteRune(r)
		}
	}
	return b.String()
}
