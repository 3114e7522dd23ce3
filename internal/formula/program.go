package formula

// Env is the set of names that an expression may read.
type Env struct{ impl }

// Program is a compiled expression.
type Program struct{ impl }

type impl struct{ src string }
