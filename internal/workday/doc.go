// Package workday owns time limits: what a limit is, which days people work,
// and the instant at which a limit runs out.
//
// It knows nothing of records, stages or rules; it is handed a start, a limit,
// the spans in which the clock stood still and the extensions, and answers with
// a Deadline that can explain itself day by day.
//
// Invariants: the moment before a deadline never lies in a pause; adding a pause or an
// extension never makes it earlier; a year whose calendar was not entered is
// reported as NeedsYear and never guessed.
package workday
