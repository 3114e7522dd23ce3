package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// maxText is how much of a DOCX is unpacked: the text of the longest report is below a hundredth of it.
const maxText = 32 << 20

// decodeDocx gives the paragraphs of a DOCX as lines of Markdown: headings with #, bold as **, rows of tables with |. A
// paragraph's line is its number in the document.
func decodeDocx(data []byte) (string, error) {
	damaged := problem("不是完好的 DOCX，请在 Word 或 WPS 里重新另存为 DOCX", "this is not a sound DOCX; save it as DOCX again in Word or WPS")
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "", damaged
	}
	for _, f := range archive.File {
		if f.Name != "word/document.xml" {
			continue
		}
		huge := problem("DOCX 展开后过大，请去掉嵌入内容后重新另存为 DOCX", "the DOCX unpacks to too much; remove what is embedded and save it again")
		if f.UncompressedSize64 > maxText {
			return "", huge
		}
		r, err := f.Open()
		if err != nil {
			return "", damaged
		}
		content, err := io.ReadAll(io.LimitReader(r, maxText+1))
		if closing := r.Close(); err != nil || closing != nil {
			return "", damaged
		}
		if len(content) > maxText {
			return "", huge
		}
		s, err := docxText(content)
		if errors.Is(err, errLong) {
			return "", long()
		}
		if err != nil {
			return "", damaged
		}
		return legible(s)
	}
	return "", problem("压缩包里没有 Word 正文，请另存为 DOCX 或 TXT", "there is no Word text in this archive; save the report as DOCX or TXT")
}

var (
	errNesting = errors.New("the document is nested too deeply")
	errLong    = errors.New("the document has too many paragraphs")
)

// docxText walks word/document.xml.
func docxText(content []byte) (string, error) {
	d := xml.NewDecoder(bytes.NewReader(content))
	d.Strict = true
	var out, paragraph, run, cell strings.Builder
	var cells []string
	depth, tables, level, paragraphs := 0, 0, 0, 0
	bold, deleted, inText := false, 0, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String(), nil
		}
		if err != nil {
			return "", err
		}
		switch e := token.(type) {
		case xml.StartElement:
			if depth++; depth > 200 {
				return "", errNesting
			}
			switch e.Name.Local {
			case "tbl":
				tables++
			case "tr":
				cells = nil
			case "tc":
				cell.Reset()
			case "p":
				if paragraphs++; paragraphs > maxLines {
					return "", errLong
				}
				paragraph.Reset()
				level = 0
			case "r":
				run.Reset()
				bold = false
			case "b":
				bold = attr(e, "val") != "0" && attr(e, "val") != "false"
			case "pStyle":
				level = styleLevel(attr(e, "val"))
			case "outlineLvl":
				if n, err := strconv.Atoi(attr(e, "val")); err == nil && n < 9 {
					level = n + 1
				}
			case "del", "moveFrom":
				deleted++
			case "t":
				inText = deleted == 0
			case "tab", "br", "cr":
				run.WriteByte(' ')
			}
		case xml.EndElement:
			depth--
			switch e.Name.Local {
			case "t":
				inText = false
			case "r":
				if s := run.String(); bold && strings.TrimSpace(s) != "" {
					paragraph.WriteString("**" + s + "**")
				} else {
					paragraph.WriteString(s)
				}
				run.Reset()
			case "p":
				s := strings.ReplaceAll(paragraph.String(), "****", "")
				paragraph.Reset()
				if tables > 0 {
					cell.WriteString(strings.TrimSpace(s))
					continue
				}
				if level > 0 {
					s = strings.Repeat("#", min(level, 6)) + " " + s
				}
				out.WriteString(strings.ReplaceAll(s, "\n", " ") + "\n")
			case "tc":
				cells = append(cells, strings.NewReplacer("|", " ", "**", "", "\n", " ").Replace(cell.String()))
			case "tr":
				out.WriteString("|" + strings.Join(cells, "|") + "|\n")
				cells = nil
			case "tbl":
				tables--
			case "del", "moveFrom":
				deleted--
			}
		case xml.CharData:
			if inText {
				run.Write(e)
			}
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// styleLevel reads the rank out of a heading style: Heading1, 1 (in Chinese Word), Title.
func styleLevel(style string) int {
	switch s := strings.ToLower(style); {
	case s == "title":
		return 1
	case strings.HasPrefix(s, "heading") && len(s) == 8 && s[7] >= '1' && s[7] <= '6':
		return int(s[7] - '0')
	case len(s) == 1 && s[0] >= '1' && s[0] <= '4':
		return int(s[0] - '0')
	}
	return 0
}
