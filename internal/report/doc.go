// Package report reads the prose of government work reports and holds it against known figures. It owns the document
// (Read: text, layout, claims, commitments) and the verdicts (Check); it does not know the catalog, the records or the
// store: the figures come in as values (Known).
//
// Its rules are general. They know the grammar of such reports (完成…亿元，比上年增长…%; A、B等N个…; 分别…) and no town, no
// place, no indicator by name; a test looks for the words of the one real report in this folder and must not find them.
//
// Invariant: reading is a pure function of the bytes, and every claim names the line of the file on which its number
// stands.
package report
