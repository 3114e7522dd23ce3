package form

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"zhenwu/internal/town"
)

// writeDocument writes the document with what goes into its tables.
func (f *File) writeDocument(out io.Writer, fill *Filling) error {
	data, err := f.archive.read("word/document.xml")
	if err != nil {
		return err
	}
	pos, n := 0, -1
	put := func(from, to int) error {
		_, err := out.Write(data[from:to])
		return err
	}
	err = eachTable(data, func(t *docTable) error {
		n++
		if !fill.on(n) {
			return nil
		}
		if fill.Mark != "" {
			if err := put(pos, t.from); err != nil {
				return err
			}
			pos = t.from
			if _, err := io.WriteString(out, "<"+t.prefix+"p><"+t.prefix+"r><"+t.prefix+"t>"+escape(fill.Mark)+"</"+t.prefix+"t></"+t.prefix+"r></"+t.prefix+"p>"); err != nil {
				return err
			}
		}
		lists := f.listsOf(n, fill)
		for _, l := range lists {
			l.end = min(l.end, len(t.rows))
			l.begin()
			defer l.stop()
		}
		for i := range t.rows {
			if len(lists) > 0 && i == lists[0].end { // what is left goes before the row that is not the list's
				if err := t.push(out, data, &pos, lists[0]); err != nil {
					return err
				}
				lists = lists[1:]
			}
			values := map[int]Value{}
			for at, v := range fill.Cells {
				if at.Sheet == n && at.Row == i {
					values[at.Col] = v
				}
			}
			if len(lists) > 0 && i >= lists[0].At.Row {
				more, err := lists[0].more()
				if err != nil {
					return err
				}
				if more {
					for k, v := range lists[0].take() {
						values[lists[0].Cols[k]] = v
					}
				}
			}
			if len(values) == 0 {
				continue
			}
			row, err := t.rows[i].filled(data, values)
			if err != nil {
				return err
			}
			if err := put(pos, t.rows[i].from); err != nil {
				return err
			}
			if _, err := out.Write(row); err != nil {
				return err
			}
			pos = t.rows[i].to
		}
		if len(lists) > 0 {
			return t.push(out, data, &pos, lists[0])
		}
		return nil
	})
	if err != nil {
		return err
	}
	return put(pos, len(data))
}

// push writes what is left of a list as copies of its first row.
func (t *docTable) push(out io.Writer, data []byte, pos *int, l *running) error {
	like := t.rows[l.At.Row]
	for first := true; ; first = false {
		more, err := l.more()
		if err != nil || !more {
			return err
		}
		if first {
			for _, m := range t.merges {
				if m.From.Row <= l.At.Row && l.At.Row <= m.To.Row && m.From.Row != m.To.Row {
					return town.Refuse(town.Conflict, "rows", "名单比表里预留的行多，而名单第一行有上下合并的格，不能照样加行；请在 Word 里加够空行，再传一次。", "the list needs more rows than the table has, and its first row holds cells merged downwards; add blank rows in Word and send the form again.")
				}
			}
			end := t.rows[l.end-1].to
			if *pos < end {
				if _, err := out.Write(data[*pos:end]); err != nil {
					return err
				}
				*pos = end
			}
		}
		values := map[int]Value{}
		for k, v := range l.take() {
			values[l.Cols[k]] = v
		}
		row, err := like.filled(data, values)
		if err != nil {
			return err
		}
		if _, err := out.Write(row); err != nil {
			return err
		}
	}
}

// filled gives a row with values in its cells; the rest of it is as it stands.
func (r *docRow) filled(data []byte, values map[int]Value) ([]byte, error) {
	var out []byte
	pos := r.from
	for _, c := range r.cells {
		v, ok := values[c.at.Col]
		if !ok || c.merged {
			continue
		}
		cell, err := filledCell(data[c.from:c.to], v.Text)
		if err != nil {
			return nil, damaged(err)
		}
		out = append(append(out, data[pos:c.from]...), cell...)
		pos = c.to
	}
	return append(out, data[pos:r.to]...), nil
}

// filledCell gives a cell with a text in its first paragraph: the cell's, the paragraph's and the first run's properties stay.
func filledCell(tc []byte, text string) ([]byte, error) {
	// The cell stands within the document's namespaces: a fragment alone has none, and local names are enough here.
	w := walk(tc)
	w.d.Strict = true
	var tcTag, tcPr, pTag, pPr, rPr, markPr []byte
	prefix, paragraphs := "", 0
	var stack []string
	for {
		t, err := w.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch e := t.(type) {
		case xml.StartElement:
			name := e.Name.Local
			keep := func(into *[]byte) error {
				from := w.from
				if err := w.skip(); err != nil {
					return unexpected(err)
				}
				if *into == nil {
					*into = tc[from:w.to]
				}
				return nil
			}
			parent := strings.Join(stack, "/")
			switch {
			case parent == "" && name == "tc":
				tcTag, prefix = tc[w.from:w.to], w.prefix()
			case parent == "tc" && name == "tcPr":
				if err := keep(&tcPr); err != nil {
					return nil, err
				}
				continue
			case parent == "tc" && name == "p":
				if paragraphs++; paragraphs == 1 {
					pTag = tc[w.from:w.to]
					if w.closed() {
						pTag = append(slices.Clone(tc[w.from:w.to-2]), '>')
					}
				}
			case parent == "tc/p" && name == "pPr" && paragraphs == 1:
				from := w.from
				if markPr, err = runMark(w, tc); err != nil {
					return nil, err
				}
				pPr = tc[from:w.to]
				continue
			case parent == "tc/p/r" && name == "rPr":
				if err := keep(&rPr); err != nil {
					return nil, err
				}
				continue
			}
			stack = append(stack, name)
		case xml.EndElement:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		}
	}
	if tcTag == nil {
		return nil, errors.New("a cell without its tag")
	}
	if pTag == nil {
		pTag = []byte("<" + prefix + "p>")
	}
	if rPr == nil {
		rPr = markPr
	}
	tcTag = slices.Clone(tcTag)
	if len(tcTag) > 2 && tcTag[len(tcTag)-2] == '/' {
		tcTag = append(tcTag[:len(tcTag)-2], '>')
	}
	out := slices.Concat(tcTag, tcPr, pTag, pPr)
	for i, line := range strings.Split(text, "\n") {
		out = append(out, ("<" + prefix + "r>")...)
		out = append(out, rPr...)
		if i > 0 {
			out = append(out, ("<" + prefix + "br/>")...)
		}
		out = append(out, ("<" + prefix + `t xml:space="preserve">` + escape(line) + "</" + prefix + "t></" + prefix + "r>")...)
	}
	return append(out, ("</" + prefix + "p></" + prefix + "tc>")...), nil
}

// runMark reads the properties of a paragraph to their end and gives those of its mark, by which an empty paragraph says how its text will look.
func runMark(w *walker, data []byte) (mark []byte, err error) {
	for depth := w.depth; w.depth >= depth; {
		t, err := w.next()
		if err != nil {
			return nil, unexpected(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "rPr" || w.depth != depth+1 {
			continue
		}
		from := w.from
		tracked := false
		for inner := w.depth; w.depth >= inner; {
			t, err := w.next()
			if err != nil {
				return nil, unexpected(err)
			}
			if e, ok := t.(xml.StartElement); ok && (e.Name.Local == "ins" || e.Name.Local == "del" || e.Name.Local == "rPrChange") {
				tracked = true // it belongs to the mark and to nothing else
			}
		}
		if !tracked {
			mark = data[from:w.to]
		}
	}
	return mark, nil
}
