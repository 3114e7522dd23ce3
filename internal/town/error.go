package town

import (
	"errors"
	"fmt"
	"strings"
)

// Kind sorts errors by what the caller can do about them.
type Kind uint8

// The kinds of refusal. An error that is no *Error is internal.
const (
	Internal Kind = iota
	Invalid       // the input is wrong: mend it
	Denied        // the actor may not
	Hidden        // the actor may not even know
	Missing       // no such thing
	Conflict      // it contradicts what stands (a duplicate, a stage that does not allow it)
	Stale         // somebody changed the record since it was read
	Busy          // try again later
)

// String names the kind for logs and the API.
func (k Kind) String() string {
	return [...]string{"internal", "invalid", "denied", "hidden", "missing", "conflict", "stale", "busy"}[k]
}

// Error is a refusal that a person can act on. Zh and En are whole sentences
// for people; Field names the field at fault, if one; More is what else is
// wrong with the same input, each about a field of its own; Err is for us.
type Error struct {
	Kind   Kind
	Field  string
	Zh, En string
	More   []*Error
	Err    error
}

// Refuse makes an Error from a Chinese and an English sentence; both are
// formats that take the same arguments.
func Refuse(k Kind, field, zh, en string, args ...any) *Error {
	if len(args) > 0 {
		zh, en = fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)
	}
	return &Error{Kind: k, Field: field, Zh: zh, En: en}
}

// Error gives the English sentence with the field and the cause.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.En)
	if e.Field != "" {
		b.WriteString(" [" + e.Field + "]")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// In returns the sentence in lang ("zh" or "en").
func (e *Error) In(lang string) string {
	if lang == "en" || e.Zh == "" {
		return e.En
	}
	return e.Zh
}

// KindOf returns the kind of err; Internal when it is no *Error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Faults gathers what is wrong with one input, so that who gave it hears of
// every field at once. The zero value has none.
type Faults []*Error

// Add takes a refusal of a field, with what it brings along; a field is at fault
// once, for the reason told first. It tells false where err is another sort of
// error, which ends the matter and is the caller's to return; nil adds nothing.
func (f *Faults) Add(err error) bool {
	if err == nil {
		return true
	}
	var e *Error
	if !errors.As(err, &e) || e.Kind != Invalid || e.Field == "" {
		return false
	}
	f.add(e)
	for _, other := range e.More {
		f.add(other)
	}
	return true
}

func (f *Faults) add(e *Error) {
	for _, have := range *f {
		if have.Field == e.Field {
			return
		}
	}
	one := *e
	one.More = nil
	*f = append(*f, &one)
}

// Err is the first fault with the others in its More; nil without any.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	e := *f[0]
	e.More = f[1:]
	return &e
}
