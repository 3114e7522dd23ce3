package report

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"zhenwu/internal/town"
)

// MaxSize is the largest file that is read, in bytes: a DOCX may carry pictures. Text is read up to maxPlain bytes and
// maxLines lines or paragraphs with maxClaims numbers, ten times the longest report, so that any is read within a second.
const (
	MaxSize  = 32 << 20
	maxPlain = 1 << 20
	maxLines = 50000

	maxClaims = 20000
)

// problem says why a file cannot be read and what to do, one line in each language.
func problem(zh, en string) error { return town.Refuse(town.Invalid, "file", zh, en) }

// decode turns the bytes of a file into text, or says in one line what to save it as.
func decode(name string, data []byte) (string, error) {
	lower := strings.ToLower(name)
	switch {
	case len(data) == 0:
		return "", problem("文件是空的，请选择报告正文", "the file is empty; choose the text of the report")
	case len(data) > MaxSize:
		return "", problem("文件超过 32 MB，报告正文不会这么大，请去掉图片后另存为 DOCX 或 TXT", "the file is larger than 32 MB; remove the pictures and save it as DOCX or TXT")
	case bytes.HasPrefix(data, []byte("%PDF")):
		return "", problem("这是 PDF 文件，请用原文档另存为 DOCX 或 TXT 再检查", "this is a PDF; save the original document as DOCX or TXT")
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		if strings.HasSuffix(lower, ".wps") {
			return "", problem("这是 WPS 文字的旧格式，请在 WPS 里另存为 DOCX", "this is an old WPS file; save it as DOCX")
		}
		return "", problem("这是旧版 Word（DOC）文件，请另存为 DOCX", "this is an old Word file (DOC); save it as DOCX")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return decodeDocx(data)
	case bytes.HasPrefix(data, []byte(`{\rtf`)):
		return "", problem("这是 RTF 文件，请另存为 DOCX 或 TXT", "this is an RTF file; save it as DOCX or TXT")
	case bytes.HasPrefix(data, []byte("PK")):
		return "", problem("这是压缩包或已损坏的 DOCX，请重新另存为 DOCX", "this is an archive or a damaged DOCX; save it as DOCX again")
	case strings.HasSuffix(lower, ".docx"):
		return "", problem("文件名是 DOCX，内容却不是 Word 文件，请重新另存为 DOCX，或改名为 TXT", "the name says DOCX, but this is no Word file; save it as DOCX again, or rename it to TXT")
	}
	if len(data) > 2*maxPlain {
		return "", long() // UTF-16 and GB18030 may shrink or grow, but not to half
	}
	return decodeText(data)
}

// decodeText reads UTF-8, UTF-16 with a byte order mark, or GB18030.
func decodeText(data []byte) (string, error) {
	binary := problem("不是文字文件，请把报告另存为 DOCX、TXT 或 Markdown", "this is not a text file; save the report as DOCX, TXT or Markdown")
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		s, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		if err != nil || controls(s) > 0 {
			return "", binary
		}
		return legible(string(s))
	}
	if controls(data) > 0 {
		return "", binary
	}
	if utf8.Valid(data) {
		return legible(strings.TrimPrefix(string(data), "\ufeff"))
	}
	s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(s, utf8.RuneError) || !mostlyHan(string(s)) {
		return "", problem("认不出文字编码，请另存为 UTF-8 或 GB18030（GBK）编码的文本，或 DOCX", "the encoding is not known; save it as UTF-8 or GB18030 (GBK) text, or as DOCX")
	}
	return legible(string(s))
}

// long says that a text is none of a report.
func long() error {
	return problem("文字超过 1 MB、50000 段或 20000 个数字，不像一份报告，请只保存报告正文", "the text is longer than 1 MB, 50,000 paragraphs or 20,000 numbers; save the text of the report alone")
}

// legible refuses text with nothing to read in it, and more than a report holds.
func legible(s string) (string, error) {
	if len(s) > maxPlain || strings.Count(s, "\n") > maxLines {
		return "", long()
	}
	if strings.TrimFunc(s, blank) == "" {
		return "", problem("文件里没有文字，请选择报告正文", "there is no text in the file; choose the text of the report")
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), nil
}

// controls counts bytes that no text holds.
func controls(data []byte) int {
	n := 0
	for _, b := range data {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != '\v' && b != 0x1a {
			n++
		}
	}
	return n
}

// mostlyHan tells real Chinese text from bytes that merely decode: common characters make up most of it.
func mostlyHan(s string) bool {
	common, other := 0, 0
	for _, r := range s {
		switch {
		case r < 0x80 || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef || r >= 0x2010 && r <= 0x203b || r == '·' || r == '×':
		case r >= 0x4e00 && r <= 0x9fff && plain(r):
			common++
		default:
			other++
		}
	}
	return common > 3*other
}

// plain tells whether r is a character of GB 2312's first level, the 3,755 common ones.
func plain(r rune) bool {
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xb0 && b[0] <= 0xd7 && b[1] >= 0xa1
}
