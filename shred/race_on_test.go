//go:build race

package shred

// Under the race detector all documents are still read, and the columns of a part of them compared.
const columnsEvery = 10
