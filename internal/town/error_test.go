package town_test

import (
	"errors"
	"fmt"
	"testing"

	"zhenwu/internal/town"
)

// TestFaults: every field is named once, for the reason told first; what is about no field ends the matter.
func TestFaults(t *testing.T) {
	wrong := func(field, en string) *town.Error { return town.Refuse(town.Invalid, field, en, en) }
	var f town.Faults
	if f.Err() != nil || !f.Add(nil) || f.Err() != nil {
		t.Error("nothing is a fault")
	}
	var none town.Faults
	for _, err := range []error{errors.New("disk"), wrong("", "no field"), town.Refuse(town.Stale, "rev", "x", "x")} {
		if none.Add(err) || none.Err() != nil {
			t.Errorf("%v was taken for a fault", err)
		}
	}
	first := wrong("a", "one")
	first.More = []*town.Error{wrong("b", "two")}
	if !f.Add(fmt.Errorf("wrapped: %w", first)) || !f.Add(wrong("b", "again")) || !f.Add(wrong("c", "three")) {
		t.Fatal("a fault was not taken")
	}
	var e *town.Error
	if !errors.As(f.Err(), &e) || e.En != "one" || len(e.More) != 2 || e.More[0].En != "two" || e.More[1].En != "three" || len(first.More) != 1 {
		t.Errorf("%+v", e)
	}
}
