// Package formula owns the expressions of the catalog: a subset of CEL,
// type-checked when the catalog loads, evaluated in memory over one record, and
// compiled to SQL with bound parameters for lists and access filters. The three
// evaluators agree. It performs no I/O and knows no record types: the names
// that an expression may read are declared to it.
package formula

// Kind is the type of a name or of a result.
type Kind uint8

// The kinds a value can have. A date is a string "2006-01-02", a period and a
// choice are strings too; a ref is an int64; money and decimals are scaled int64.
const (
	Bool Kind = iota + 1
	Int
	Money // int64 分; a literal with two decimals beside it is turned into 分
	Text
	Date
	Sealed // only filled(x) may read it
	Texts  // []string
	Lines  // []map[string]any; Columns gives the fields of a line
	Value  // any scalar: the result kind "whatever it is"
)

// Name declares one name an expression may read. Dotted names ("entered.closed",
// "household.balance") are declared whole.
type Name struct {
	Name    string
	Kind    Kind
	Scale   int      // decimals: 10^Scale of the stored integer
	Columns []Name   // of Lines
	Choices []string // of a choice: a literal compared with it must be one of these
}

// Values gives the values of names. ok is false when the name is empty: absent, unknown.
// A value is bool, int64, string, []string or []map[string]any.
type Values interface {
	Value(name string) (v any, ok bool)
}

// Fault is a compile error with its place in the expression (runes from 0).
type Fault struct {
	Msg    string // English
	Zh     string // Chinese
	Offset int
}

// Error gives the message.
func (f *Fault) Error() string { return f.Msg }
