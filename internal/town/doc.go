// Package town owns the vocabulary that every other package speaks: days and
// periods, records with their steps, commands and answers, actors, and the one
// error type. It does not know the catalog, the database or the clock, and it
// imports nothing of ours. Invariant: every number in a record is a whole
// number (分, points, scaled decimals), never a float.
package town
