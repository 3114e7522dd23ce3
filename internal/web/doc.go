// Package web is the console: what staff of a town see and do in a browser.
// It owns pages, forms, sessions, languages and the files a browser loads. It
// decides nothing: every change goes through hall.Do, every number comes from
// figure.Read, every limit explains itself through flow. Invariants: pages work
// without script; nothing inline runs or styles (strict content policy); a page
// of a simulated town says so.
package web
