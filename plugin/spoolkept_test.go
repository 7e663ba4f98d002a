package plugin

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var keptOf = KeptRun{Input: "brand", Start: time.Date(2026, 10, 15, 12, 0, 0, 0, time.UTC), Properties: "p"}

// writeSpool writes a spool after a mark, with frames whose marks are given; empty ones have none.
func writeSpool(t require.TestingT, path string, tables []*runTable, after Mark, marks ...Mark) {
	s, err := newSpool(path, tables, spoolHead(identify(keptOf, "s0", tables), after))
	require.NoError(t, err)
	for i, m := range marks {
		it := &item{mark: m, table: tables[1], rec: pairs(memory.DefaultAllocator, [3]string{fmt.Sprint(i), "1", "b"})}
		if m != "" {
			it.news.lost = 1
		}
		err := s.append(it)
		it.rec.Release()
		require.NoError(t, err)
	}
	require.NoError(t, s.close())
}

// taken takes all frames of a leftover: the rows' names.
func taken(t require.TestingT, left leftover) (names []string) {
	for range left.frames {
		it, err := left.spool.take()
		require.NoError(t, err)
		if it.rec != nil {
			names = append(names, it.rec.Column(0).ValueStr(0))
			it.rec.Release()
		}
	}
	require.NoError(t, left.spool.close())
	return names
}

// TestLeftoverLaw: of a spool that is cut anywhere, what is left are the frames between the mark that the target
// has and the last one that is whole, and they are what was written. Another one's spool leaves nothing.
func TestLeftoverLaw(t *testing.T) {
	path := filepath.Join(t.TempDir(), "spool")
	rapid.Check(t, func(t *rapid.T) {
		tables := runTables2(t)
		marks := make([]Mark, rapid.IntRange(0, 6).Draw(t, "frames"))
		known := []Mark{"base"}
		for i := range marks {
			if rapid.IntRange(0, 2).Draw(t, "marked") > 0 {
				marks[i] = Mark(fmt.Sprint("mark ", i))
				known = append(known, marks[i])
			}
		}
		_ = os.Remove(path)
		writeSpool(t, path, tables, "base", marks...)
		// Where each frame ends, by writing fewer.
		ends := make([]int64, len(marks)+1)
		for i := range ends {
			_ = os.Remove(path + "2")
			writeSpool(t, path+"2", tables, "base", marks[:i]...)
			info, err := os.Stat(path + "2")
			require.NoError(t, err)
			ends[i] = info.Size()
		}
		size := rapid.Int64Range(0, ends[len(marks)]).Draw(t, "size")
		require.NoError(t, os.Truncate(path, size))
		after := rapid.SampledFrom(append(known, "unknown")).Draw(t, "after")

		var want []string
		var last Mark
		frames := 0
		lost := int64(0)
		here := after == "base"
		for i, m := range marks {
			if size < ends[i+1] {
				break
			}
			switch {
			case here && m != "":
				for j := frames; j <= i; j++ {
					want = append(want, fmt.Sprint(j))
				}
				last, frames = m, i+1
				lost++
			case !here && m == after && m != "":
				here, frames = true, i+1
			}
		}
		if size < ends[0] {
			want = nil
		}
		left, ok, err := findLeftover(path, identify(keptOf, "s0", tables), after, tables)
		require.NoError(t, err)
		require.Equal(t, len(want) > 0, ok)
		if ok {
			require.Equal(t, last, left.last)
			require.Equal(t, lost, left.lost)
			require.Equal(t, want, taken(t, left))
		}
		for _, other := range []spoolIdentity{
			identify(keptOf, "s1", tables), identify(KeptRun{Input: "brand", Start: keptOf.Start.Add(1), Properties: "p"}, "s0", tables),
			identify(KeptRun{Input: "brand", Start: keptOf.Start, Properties: "q"}, "s0", tables), identify(keptOf, "s0", tables[:1]),
		} {
			_, ok, err := findLeftover(path, other, after, tables)
			require.NoError(t, err)
			require.False(t, ok)
		}
	})
}

// TestASpoolThatIsGoneOnWith: what is appended follows the last mark, whatever stood there.
func TestASpoolThatIsGoneOnWith(t *testing.T) {
	tables := runTables2(t)
	path := filepath.Join(t.TempDir(), "spool")
	writeSpool(t, path, tables, "", "m0", "", "m2", "", "")
	left, ok, err := findLeftover(path, identify(keptOf, "s0", tables), "m0", tables)
	require.NoError(t, err)
	require.True(t, ok)
	rec := pairs(memory.DefaultAllocator, [3]string{"new", "1", "b"})
	defer rec.Release()
	require.NoError(t, left.spool.append(&item{mark: "m3", table: tables[1], rec: rec}))
	left.frames++
	require.Equal(t, []string{"1", "2", "new"}, taken(t, left))
	left, ok, err = findLeftover(path, identify(keptOf, "s0", tables), "m2", tables)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, []string{"new"}, taken(t, left))
}

// FuzzLeftover: a spool that anything has happened to gives frames that are whole, or none.
func FuzzLeftover(f *testing.F) {
	tables := runTables2(f)
	path := filepath.Join(f.TempDir(), "spool")
	writeSpool(f, path, tables, "base", "m0", "", "m2")
	whole, err := os.ReadFile(path)
	require.NoError(f, err)
	head := len(spoolHead(identify(keptOf, "s0", tables), "base"))
	f.Add(whole[head:], "base")
	f.Add(whole[head:len(whole)-1], "m0")
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, frames []byte, after string) {
		path := filepath.Join(t.TempDir(), "spool")
		require.NoError(t, os.WriteFile(path, append(whole[:head:head], frames...), 0o600))
		left, ok, err := findLeftover(path, identify(keptOf, "s0", tables), Mark(after), tables)
		require.NoError(t, err)
		if ok {
			require.LessOrEqual(t, left.spool.end, int64(head+len(frames)))
			require.Positive(t, left.frames)
		}
		require.NoError(t, os.WriteFile(path, frames, 0o600))
		_, _, err = findLeftover(path, identify(keptOf, "s0", tables), Mark(after), tables)
		require.NoError(t, err)
	})
}
