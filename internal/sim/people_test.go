package sim

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestInventedPeopleAreNobody(t *testing.T) {
	seen := map[string]int{}
	for n := range 20_000 {
		name := invented(n)
		if m, ok := seen[name]; ok {
			t.Fatalf("%d and %d are both called %s", m, n, name)
		}
		seen[name] = n
		if id := idNumber(n); validID(id) {
			t.Fatalf("%s is a number that somebody may have", id)
		}
		if !strings.HasPrefix(phone(n), "120") {
			t.Fatalf("%s may be somebody's phone", phone(n))
		}
	}
}

// validID holds the check digit of GB 11643 in another way than idNumber does: the weighted sum of all digits is 1 modulo 11.
func validID(id string) bool {
	sum := 0
	for i, c := range id {
		weight := 1
		for range 17 - i {
			weight = weight * 2 % 11
		}
		d := int(c - '0')
		if c == 'X' {
			d = 10
		}
		sum += d * weight
	}
	return sum%11 == 1
}

func TestSharesOfThePlanAddUp(t *testing.T) {
	cat, _ := loadCatalog(t)
	plan, err := Load(cat, Built())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range plan.Groups {
		for f, parts := range shares(rand.New(rand.NewPCG(1, 1)), g.Sums, g.Count) {
			var sum int64
			for _, n := range parts {
				if n < 1 {
					t.Errorf("%s.%s: a part of %d", g.Type, f, n)
				}
				sum += n
			}
			if sum != g.Sums[f] {
				t.Errorf("%s.%s: the parts make %d, not %d", g.Type, f, sum, g.Sums[f])
			}
		}
	}
}
