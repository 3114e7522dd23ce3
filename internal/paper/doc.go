// Package paper owns the look of official documents (公文): a small model of a
// document and three writers of it, HTML, DOCX and PDF, in the layout of
// GB/T 9704-2012: A4, 天头 37 mm, 订口 28 mm, a type area of 156 × 225 mm with
// 22 lines of 28 characters, the red head, the document number with 〔〕, levels
// 一、（一）1.（1）, the place for the seal, the imprint, page numbers on the outer side.
//
// It knows nothing of a town's records or figures: a number in the text is a run
// that names a Note, and what the note says is the caller's. It reads no files
// and asks for no time; fonts come as file systems, days as arguments.
//
// Invariants: the same Document gives the same bytes; any text, of whatever
// characters, gives well-formed output; a Notice stands visibly on every page of
// every output; a Document is never changed by a writer.
package paper
