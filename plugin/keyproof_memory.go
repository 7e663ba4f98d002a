package plugin

import "slices"

// keyProofLimit is how many rows are proved in memory, over all tables of a run, at 32 bytes and a little
// more each, before those of a table go to disk. A variable for the tests.
var keyProofLimit = 2_000_000

// A keyMemory counts the rows that the proofs of a run hold in memory.
type keyMemory struct {
	rows   int
	proofs []*keyProof
}

// add counts a row more, and moves the proof with the most rows to disk when there are too many.
func (m *keyMemory) add() error {
	if m.rows++; m.rows < keyProofLimit {
		return nil
	}
	return slices.MaxFunc(m.proofs, func(a, b *keyProof) int { return len(a.memory) - len(b.memory) }).spill()
}
