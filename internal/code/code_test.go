package code

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"zhenwu/internal/town"
)

// want is one of the three answers: good, wrong form, wrong check digit.
type want int

const (
	good want = iota
	form
	check
)

func TestCodes(t *testing.T) {
	for _, x := range []struct {
		what     string
		read     func(string) (string, error)
		in, same string
		want     want
	}{
		// The examples of GB 11643.
		{"id", IDNumber, "11010519491231002X", "11010519491231002X", good},
		{"id", IDNumber, "440524188001010014", "440524188001010014", good},
		{"id", IDNumber, " 110105 19491231 002x", "11010519491231002X", good},
		{"id", IDNumber, "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", good},
		{"id, old form", IDNumber, "110105491231002", "11010519491231002X", good},
		{"id", IDNumber, "110105194912310021", "110105194912310021", check},
		{"id, 30 February", IDNumber, "110105194902300021", "", form},
		{"id, X within", IDNumber, "1101051949123100X2", "", form},
		{"id, 17", IDNumber, "11010519491231002", "", form},
		{"id, no division", IDNumber, "010105194912310021", "", form},
		{"id", IDNumber, "", "", form},
		// The example of GB 32100 and a code in use.
		{"credit", CreditCode, "91350100M000100Y43", "91350100M000100Y43", good},
		{"credit", CreditCode, "91110108551385082q", "91110108551385082Q", good},
		{"credit", CreditCode, "91350100M000100Y4Y", "91350100M000100Y4Y", check},
		{"credit, Z", CreditCode, "91350100M000100Y4Z", "", form},
		{"credit, letter in the division", CreditCode, "913501A0M000100Y43", "", form},
		{"credit, 17", CreditCode, "91350100M000100Y4", "", form},
		{"phone", Phone, "138 0000-5678", "13800005678", good},
		{"phone", Phone, "+86 13800005678", "13800005678", good},
		{"phone", Phone, "0086-13800005678", "13800005678", good},
		{"phone", Phone, "８６１３８００００５６７８", "13800005678", good},
		{"phone", Phone, "(022) 2397-1234", "02223971234", good},
		{"phone", Phone, "（０３１６）6012345", "03166012345", good},
		{"phone", Phone, "23971234", "23971234", good},
		{"phone", Phone, "400-810-1234", "4008101234", good},
		{"phone", Phone, "12345", "12345", good},
		{"phone", Phone, "95588", "95588", good},
		{"phone, 12x", Phone, "12800005678", "", form},
		{"phone, 12 digits", Phone, "138000056789", "", form},
		{"phone, line starts with 1", Phone, "02213971234", "", form},
		{"phone, letters", Phone, "1380000567A", "", form},
		{"phone", Phone, "", "", form},
		{"card", BankCard, "6222 0200 0000 0000 0000 ", "", form},
		{"card", BankCard, "4111111111111111", "4111111111111111", good},
		{"card", BankCard, "4111111111111112", "4111111111111112", check},
	} {
		got, err := x.read(x.in)
		is := good
		if err != nil {
			is = form
			if errors.Is(err, ErrCheck) {
				is = check
			}
			if town.KindOf(err) != town.Invalid {
				t.Errorf("%s %q: error of kind %v", x.what, x.in, town.KindOf(err))
			}
		}
		if got != x.same || is != x.want {
			t.Errorf("%s %q: got %q, %v; want %q, %d", x.what, x.in, got, err, x.same, x.want)
		}
	}
}

// A check digit notices one wrong character and two neighbours swapped: it is
// what it is for. GB 32100 with its prime modulus notices all of both.
func TestCheckDigits_notice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`12011119[0-9]{2}0[1-9]1[0-9]{4}`).Draw(t, "id")
		id += string(IDCheck(id))
		if _, err := IDNumber(id); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		credit := rapid.StringMatching(`91120111[0-9A-HJ-NP-RTUWXY]{9}`).Draw(t, "credit")
		credit += string(CreditCheck(credit))
		if _, err := CreditCode(credit); err != nil {
			t.Fatalf("%s: %v", credit, err)
		}
		i := rapid.IntRange(0, 16).Draw(t, "place")
		for code, read := range map[string]func(string) (string, error){id: IDNumber, credit: CreditCode} {
			b := []byte(code)
			b[i] = '0' + (b[i]-'0'+1)%10
			if code[i] > '9' {
				b[i] = '7'
			}
			if s, err := read(string(b)); err == nil {
				t.Fatalf("%s was read as %s", b, s)
			}
			b = []byte(code)
			b[i], b[i+1] = b[i+1], b[i]
			if s, err := read(string(b)); err == nil && string(b) != code {
				t.Fatalf("%s was read as %s", b, s)
			}
		}
	})
}

func FuzzCodes(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "91350100M000100Y43", "+86 138-0000-5678", "95", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for i, read := range []func(string) (string, error){IDNumber, CreditCode, Phone, BankCard} {
			got, err := read(s)
			if err != nil {
				continue
			}
			if again, err := read(got); err != nil || again != got {
				t.Errorf("%d: %q reads as %q, that as %q, %v", i, s, got, again, err)
			}
		}
	})
}

func ExampleIDCheck() {
	fmt.Printf("%c %c\n", IDCheck("11010519491231002"), CreditCheck("91350100M000100Y4"))
	// Output: X 3
}
