// Package nearest finds the name that a misspelt one was most likely meant to be.
package nearest

import "strings"

// Name returns the one among the names that name was most likely meant to be, and "" when nothing
// comes near: the one with the fewest slips (a letter too many, too few, wrong, or changed with its
// neighbour), up to one in three letters; failing that, the shortest that name begins or ends, or that
// begins or ends it. Case does not count; of equals the first wins.
func Name(name string, among []string) string {
	lower := []rune(strings.ToLower(name))
	if len(lower) == 0 {
		return ""
	}
	best, slips := "", -1
	for _, candidate := range among {
		other := []rune(strings.ToLower(candidate))
		allowed := max(len(lower), len(other)) / 3
		if d := len(lower) - len(other); max(d, -d) > allowed {
			continue
		}
		if n := distance(lower, other); n <= allowed && (slips < 0 || n < slips) {
			best, slips = candidate, n
		}
	}
	if slips >= 0 {
		return best
	}
	const telling = 4 // letters: fewer are part of too many names
	for _, candidate := range among {
		long, short := strings.ToLower(candidate), string(lower)
		if len(long) < len(short) {
			long, short = short, long
		}
		if len(short) >= telling && (strings.HasPrefix(long, short) || strings.HasSuffix(long, short)) &&
			(best == "" || len(candidate) < len(best)) {
			best = candidate
		}
	}
	return best
}

// distance counts the slips between a and b: Levenshtein's, where two neighbours that changed places are
// one slip.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
