package sink

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a run that was killed before it came to Keep has left is removed by whoever claims all its inputs, and
// by nobody else.
func TestClaimSweeps(t *testing.T) {
	dir := t.TempDir()
	killed := newRig(t, dir) // nothing is finished, but the system lets go of its locks
	require.NoError(t, killed.begin("a"))
	require.NoError(t, killed.Claim(t.Context(), []string{"brand"}))
	require.NoError(t, killed.Claim(t.Context(), []string{"brand", "posts"}))
	for _, l := range killed.locks {
		require.NoError(t, l.Unlock())
	}
	unsigned := filepath.Join(dir, ".igsource-1")
	require.NoError(t, os.Mkdir(unsigned, 0o777))
	other := newRig(t, dir)
	require.NoError(t, other.begin("a"))
	require.NoError(t, other.Claim(t.Context(), []string{"another"}))

	r := newRig(t, dir)
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.Claim(t.Context(), []string{"brand"}))
	require.DirExists(t, killed.work, "a run of posts may have it")
	require.NoError(t, r.Claim(t.Context(), []string{"posts"}))
	require.NoDirExists(t, killed.work)
	require.DirExists(t, other.work)
	require.DirExists(t, unsigned)
	require.NoError(t, r.finish(false))
	require.NoError(t, other.finish(true))
	require.Equal(t, map[string]string{".igsource-1": "folder", "a.txt": "a\nend\n", "a.txt.about": "about a"}, tree(t, dir))
}
