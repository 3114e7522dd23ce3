//go:build race

package hall

// slow is how many times fewer walks are made: the race detector makes SQLite some thirty times slower.
const slow = 8
