package metrics

import "strings"

// Nearest returns the name among those given that name was most likely meant to be: the one with the
// fewest letters changed, added, dropped or swapped, at most a third of them. It returns "" if none is
// that near, and the first of equals.
func Nearest(name string, among []string) string {
	best, least := "", len(name)/3+1
	from := []rune(strings.ToLower(strings.TrimSpace(name)))
	for _, candidate := range among {
		if d := distance(from, []rune(strings.ToLower(candidate)), least); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance counts the edits from a to b, a swap of neighbours as one. It gives up at limit.
func distance(a, b []rune, limit int) int {
	if max(len(a), len(b))-min(len(a), len(b)) >= limit {
		return limit
	}
	older, old, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range old {
		old[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(old[j]+1, row[j-1]+1, old[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		older, old, row = old, row, older
	}
	return old[len(b)]
}
