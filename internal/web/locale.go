package web

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed locale/words.txt
var localeFiles embed.FS

// words are the console's own texts: key → Chinese and English.
type words map[string][2]string

// loadWords reads lines "key | 中文 | English". Both languages stand in one
// line, so that neither can be forgotten.
func loadWords() (words, error) {
	data, err := localeFiles.ReadFile("locale/words.txt")
	if err != nil {
		return nil, err
	}
	w := words{}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, " | ")
		if len(parts) != 3 {
			return nil, fmt.Errorf("words.txt:%d: not “key | 中文 | English”", i+1)
		}
		key := strings.TrimSpace(parts[0])
		if _, twice := w[key]; twice {
			return nil, fmt.Errorf("words.txt:%d: %s stands twice", i+1, key)
		}
		w[key] = [2]string{strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])}
	}
	return w, nil
}

// say gives the text of key in lang; args fill it. English that depends on a number
// gives two texts, “1 day ~ %d days”: the first where the first argument is one. An
// unknown key shows itself, which the test of all templates finds.
func (w words) say(lang, key string, args ...any) string {
	t, ok := w[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	text := t[0]
	if lang == "en" {
		text = t[1]
	}
	if one, many, ok := strings.Cut(text, " ~ "); ok {
		text = many
		if len(args) > 0 && fmt.Sprint(args[0]) == "1" {
			text = one
		}
	}
	if len(args) > 0 {
		return fmt.Sprintf(text, args...)
	}
	return text
}

// punctuation is what Chinese marks become in English.
var punctuation = strings.NewReplacer("、", ", ", "；", "; ", "：", ": ", "（", " (", "）", ")")

// punct gives a Chinese mark in the visitor's language.
func (v *visit) punct(mark string) string {
	if v.lang == "en" {
		return punctuation.Replace(mark)
	}
	return mark
}

// Punct gives a Chinese mark in the page's language.
func (p *Page) Punct(mark string) string {
	if p.Lang == "en" {
		return punctuation.Replace(mark)
	}
	return mark
}
