//go:build !race

package shred

const (
	columnsEvery = 1
	treesEvery   = 1
)
