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
// for people; Field names the field at fault, if one; Err is for us.
type Error struct {
	Kind   Kind
	Field  string
	Zh, En string
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
