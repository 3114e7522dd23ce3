// Package place owns where things are: the tree of a town's places with their
// names and validity, names found in text, the outlines of places, the place
// in which a point lies, GeoJSON, and the coordinate systems in use in China.
//
// It stores nothing and knows nothing of records or figures. Coordinates are
// whole numbers (degrees × 10⁷), so that whether a point lies on a border is exact.
//
// Invariants: a Tree and an Index never change once made; parent and code of a
// place are for life; a point on a shared border belongs to the place with the
// lowest code.
package place
