// Package form fills the forms that others send (一表通). It owns the reading of a spreadsheet (XLSX) or of the tables of a document
// (DOCX) as a grid of cells, the map that says what stands in which cell (a figure with its period, place, unit, rounding and format;
// a list of records; a fixed text), proposals of such a map from the heads of rows and columns, the legal marks of a form, and the
// writing: values are spliced into the file, and nothing else in it changes.
//
// It does not know the store: values come through a Book, the rows of a list one by one through an iterator. What a town has reported
// before is not its business either.
//
// Invariant: what lies outside the filled cells is copied byte for byte, but for three things that follow from filling: stored results
// of formulas are taken out and the workbook asks to be computed when it is opened; rows below a list that needs more room than the
// form has move down; the stated extent of a sheet with a list goes. A simulated town adds its mark besides. A file with macros is refused, and so is one that is broken or
// that unpacks to more than it should.
package form
