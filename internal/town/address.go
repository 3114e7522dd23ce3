package town

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// Address refuses a web address whose path (decoded) or query (as sent) is no
// text: escapes that are broken, bytes that are no UTF-8, a NUL. What comes so
// names nothing of a town, and a database refuses it in words nobody understands.
func Address(path, query string) error {
	q, err := url.QueryUnescape(query)
	if err == nil {
		_, err = url.ParseQuery(query)
	}
	if err != nil || !utf8.ValidString(path+q) || strings.ContainsRune(path+q, 0) {
		e := Refuse(Invalid, "", "网址里有不成文字的内容，可能没有复制完整。", "the address holds what is no text; perhaps it was not copied whole.")
		e.Err = err
		return e
	}
	return nil
}
