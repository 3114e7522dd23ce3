package catalogs

import (
	"testing"

	"zhenwu/internal/catalog"
)

// Loading stands between the start of the program and its first answer.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		catalog.Load(Jingwu)
	}
}
