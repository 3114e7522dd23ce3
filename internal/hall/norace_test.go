//go:build !race

package hall

// slow is how many times fewer walks are made.
const slow = 1
