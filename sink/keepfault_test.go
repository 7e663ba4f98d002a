package sink

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/plugin"
)

// A tail that is torn anywhere is cut off at the last whole commit.
func TestKeepCutsTornTails(t *testing.T) {
	whole := t.TempDir()
	r := newRig(t, whole)
	require.NoError(t, r.begin("a"))
	require.NoError(t, r.keep("brand"))
	var journal, rows []int64 // where commits end
	for i := range 3 {
		require.NoError(t, r.commits("brand", "s", fmt.Sprint(i+1), fmt.Sprint("row ", i+1)))
		journal, rows = append(journal, r.logs[0].end), append(rows, r.logs[0].tables["a"].end)
	}
	require.NoError(t, r.finish(false))
	kept := r.keptPath("brand")
	texts := map[string][]byte{}
	for _, name := range []string{"journal", "a.rows"} {
		var err error
		texts[name], err = os.ReadFile(filepath.Join(kept, name))
		require.NoError(t, err)
	}
	for name, ends := range map[string][]int64{"journal": journal, "a.rows": rows} {
		step := 13
		for cut := 0; cut <= len(texts[name]); cut += step {
			want := 0
			for _, end := range ends {
				if int64(cut) >= end {
					want++
				}
			}
			for _, flip := range []bool{false, true} {
				dir := t.TempDir()
				torn := filepath.Join(dir, filepath.Base(kept))
				require.NoError(t, os.Mkdir(torn, 0o777))
				for n, text := range texts {
					if n == name {
						text = append([]byte(nil), text...)
						if !flip {
							text = text[:cut]
						} else if cut < len(text) {
							text[cut] ^= 0x55
						}
					}
					require.NoError(t, os.WriteFile(filepath.Join(torn, n), text, 0o666))
				}
				r := newRig(t, dir)
				marks := r.marks("brand")
				if want == 0 {
					require.Empty(t, marks, "%s cut at %d", name, cut)
				} else {
					require.Equal(t, map[string]plugin.Mark{"s": plugin.Mark(fmt.Sprint(want))}, marks, "%s cut at %d", name, cut)
				}
				require.NoError(t, r.begin("a"))
				require.NoError(t, r.keep("brand"))
				text := "a\n"
				for i := range 4 {
					if i >= want {
						require.NoError(t, r.commits("brand", "s", fmt.Sprint(i+1), fmt.Sprint("row ", i+1)))
					}
					text += fmt.Sprintf("row %d\n", i+1)
				}
				require.NoError(t, r.finish(true))
				require.Equal(t, text+"end\n", tree(t, dir)["a.txt"], "%s cut at %d", name, cut)
			}
		}
	}
}

// TestEveryFaultOfKeeping fails each operation of a run that goes on with another, over older files, in turn.
// Either it fails, and the files are as they were and nothing is lost for the next run, or all is there.
func TestEveryFaultOfKeeping(t *testing.T) {
	for _, c := range []struct {
		fault       error
		incremental bool
	}{{syscall.ENOSPC, false}, {errBroken, false}, {syscall.ENOSPC, true}} {
		fault := c.fault
		for n := 0; ; n++ {
			dir := t.TempDir()
			require.NoError(t, newRig(t, dir).run("old", "a"))
			unfinished(t, dir, "brand")
			before := seenTree(t, dir)

			r := newRig(t, dir)
			r.incremental = c.incremental
			r.limit = 1 // everything is spilled
			var failed string
			r.fs.fail = func(op, base string, i int) error {
				if i != n {
					return nil
				}
				failed = op + " " + base
				return fault
			}
			err := r.goOn()
			r.fs.fail = nil
			want := map[string]string{"a.txt": "a\none\ntwo\nthree\nend\n", "a.txt.about": "about a"}
			if err != nil {
				require.ErrorIs(t, err, fault, failed)
				require.NotContains(t, err.Error(), hidden+"-", "%s: a hidden path means nothing to a user", failed)
				require.Equal(t, before, seenTree(t, dir), "%s: %v", failed, err)
				again := newRig(t, dir)
				again.incremental = c.incremental
				require.NoError(t, again.goOn(), "after %s", failed)
			}
			if c.incremental {
				want = map[string]string{
					"a.txt": before["a.txt"], "a.txt.about": "about a", "a": "folder", "a/run=20261015T060000Z": "folder",
					"a/run=20261015T060000Z/part.txt": want["a.txt"], "a/run=20261015T060000Z/part.txt.about": "about a",
				}
			}
			got := seenTree(t, dir)
			require.JSONEq(t, `{"s1":"2","s2":"2"}`, reachedOf(t, got["_state.json"]), failed)
			delete(got, "_state.json")
			if c.incremental {
				m, err := ReadManifest(dir, "a")
				require.NoError(t, err)
				require.Len(t, m.Files, 1, failed)
				delete(got, "a/_manifest.json")
			}
			require.Equal(t, want, got, failed)
			if failed == "" {
				require.Greater(t, n, 40, "operations")
				break
			}
		}
	}
}

// goOn goes on with the run that unfinished left, from its marks.
func (r *rig) goOn() error {
	ctx := context.Background()
	s, err := r.State(ctx, "brand")
	if err != nil {
		return err
	}
	err = errors.Join(r.begin("a"))
	if err == nil {
		err = r.keep("brand")
	}
	if err == nil && s.Marks["s1"] != "2" {
		err = r.commits("brand", "s1", "2")
	}
	if err == nil && s.Marks["s2"] != "2" {
		err = r.commits("brand", "s2", "2", "three")
	}
	return errors.Join(err, r.finish(err == nil))
}

func reachedOf(t testing.TB, text string) string {
	var s struct {
		Inputs map[string]struct{ Reached json.RawMessage }
	}
	require.NoError(t, json.Unmarshal([]byte(text), &s))
	return string(s.Inputs["brand"].Reached)
}

// seenTree is tree without what is hidden.
func seenTree(t testing.TB, dir string) map[string]string {
	out := tree(t, dir)
	for name := range out {
		if strings.HasPrefix(name, hidden) {
			delete(out, name)
		}
	}
	return out
}
