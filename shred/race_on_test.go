//go:build race

package shred

// Under the race detector all documents are still read, and the columns of a part of them compared.
const columnsEvery = 10

// treesEvery says how many times fewer nested trees are then read.
const treesEvery = 8
