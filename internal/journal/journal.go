// Package journal is the town's journal: one hash tree a town (RFC 6962),
// whose leaves commit to what happened without showing it, and whose head the
// town signs.
//
// It owns the bytes of a leaf, of a signed head and of the proofs, and the
// judgement whether they hold together. It does not store anything: stored
// hashes come through a [tlog.HashReader], random seeds and key texts are
// given by the caller. Its invariant: what one leaf, one head or one proof
// says can be read from its bytes in exactly one way, so two parties who hold
// the same bytes hold the same facts.
//
// The formats stand in docs/formats/leaf.md, docs/formats/head.md and
// docs/formats/evidence.md.
package journal
