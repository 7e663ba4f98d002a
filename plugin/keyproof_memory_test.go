package plugin

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestKeyProofsShareTheirMemory: what is proved in memory is bounded over all tables, the largest goes to
// disk first, and what is forgotten makes room again.
func TestKeyProofsShareTheirMemory(t *testing.T) {
	const limit = 100
	defer SetKeyProofLimit(limit)()
	share := new(keyMemory)
	var proofs []*keyProof
	for i := range 7 {
		table := pair
		table.Name = fmt.Sprint("t", i)
		p := newKeyProof(table, share)
		p.dir = in(t.TempDir())
		t.Cleanup(p.close)
		proofs = append(proofs, p)
	}
	inMemory := func() (n int) {
		for _, p := range proofs {
			n += len(p.memory)
		}
		return n
	}
	files := 0
	for round := range 30 {
		for i, p := range proofs {
			var rows [][3]string
			for r := range 2*i + 1 {
				rows = append(rows, [3]string{fmt.Sprint(round, "-", r), "1", "b"})
			}
			_, err := checkPairs(t, p, rows...)
			require.NoError(t, err)
			require.Less(t, inMemory(), limit)
			require.Equal(t, inMemory(), share.rows)
		}
		if round%3 == 2 {
			for _, p := range proofs {
				require.NoError(t, p.commit())
			}
		}
	}
	for _, p := range proofs {
		files += len(p.runs) + len(p.young)
		require.LessOrEqual(t, len(p.runs), 6, "runs of like size become one")
	}
	assert.Positive(t, files)
	for _, p := range proofs {
		_, err := checkPairs(t, p, [3]string{"aborted", "1", "b"})
		require.NoError(t, err)
		p.abort()
		require.Equal(t, inMemory(), share.rows)
	}
	for i, p := range proofs {
		for round := range 30 {
			drop, err := checkPairs(t, p, [3]string{fmt.Sprint(round, "-", 2*i), "1", "b"})
			require.NoError(t, err)
			require.Equal(t, []bool{true}, drop)
		}
	}
	for _, p := range proofs {
		p.close()
	}
	assert.Zero(t, share.rows)

	SetKeyProofLimit(10)
	small, large := newKeyProof(pair, share), newKeyProof(pair, share)
	small.dir, large.dir = in(t.TempDir()), in(t.TempDir())
	defer small.close()
	defer large.close()
	for i := range 10 {
		p := large
		if i%3 == 2 {
			p = small
		}
		_, err := checkPairs(t, p, [3]string{fmt.Sprint(i), "1", "b"})
		require.NoError(t, err)
	}
	assert.Equal(t, 3, len(small.memory), "the smaller stays")
	assert.Empty(t, small.young)
	assert.Empty(t, large.memory)
	require.Len(t, large.young, 1)
	assert.Equal(t, 7, large.young[0].rows)
}

// TestKeyProofOfALongUncommittedStretch: runs that are not committed are few, too, and go when aborted.
func TestKeyProofOfALongUncommittedStretch(t *testing.T) {
	defer SetKeyProofLimit(10)()
	p := newProof(t, pair)
	for i := range 2000 {
		_, err := checkPairs(t, p, [3]string{fmt.Sprint(i), "1", "b"})
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, len(p.young), 10)
	_, err := checkPairs(t, p, [3]string{"77", "2", "b"})
	require.EqualError(t, err, "two different rows of table pairs share the key b=b, a=77")
	p.abort()
	assert.Zero(t, p.share.rows)
	files, err := os.ReadDir(worksIn(t, p))
	require.NoError(t, err)
	assert.Empty(t, files)
	drop, err := checkPairs(t, p, [3]string{"77", "2", "b"})
	require.NoError(t, err)
	assert.Nil(t, drop)
}
