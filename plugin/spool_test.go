package plugin

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func runTables2(t require.TestingT) []*runTable {
	a, err := newRunTable(typed(), new(keyMemory))
	require.NoError(t, err)
	b, err := newRunTable(pair, new(keyMemory))
	require.NoError(t, err)
	b.index = 1
	return []*runTable{a, b}
}

// stream is rec as a sink would write it.
func stream(t require.TestingT, rec arrow.Record) []byte {
	var b bytes.Buffer
	w := ipc.NewWriter(&b, ipc.WithSchema(rec.Schema()))
	require.NoError(t, w.Write(rec))
	require.NoError(t, w.Close())
	return b.Bytes()
}

// TestSpoolLaw: what comes out of a spool is what went in, to the byte of what a sink writes from it,
// whichever part of a larger record it is and whether it is read while more is appended or after.
func TestSpoolLaw(t *testing.T) {
	path := filepath.Join(t.TempDir(), "spool")
	rapid.Check(t, func(t *rapid.T) {
		tables := runTables2(t)
		s, err := newSpool(path, tables, nil)
		require.NoError(t, err)
		defer func() { _ = s.remove() }()
		var frames []*item
		taken := 0
		take := func() {
			got, err := s.take()
			require.NoError(t, err)
			want := frames[taken]
			taken++
			require.Equal(t, want.mark, got.mark)
			require.Equal(t, want.news, got.news)
			require.Same(t, want.table, got.table)
			if want.rec == nil {
				require.Nil(t, got.rec)
				return
			}
			defer got.rec.Release()
			require.True(t, array.RecordEqual(want.rec, got.rec))
			require.True(t, want.rec.Schema().Equal(got.rec.Schema()))
			require.True(t, bytes.Equal(stream(t, want.rec), stream(t, got.rec)), "other bytes")
		}
		for range rapid.IntRange(0, 8).Draw(t, "frames") {
			f := &item{mark: Mark(rapid.SampledFrom([]string{"", "m", "a longer mark é"}).Draw(t, "mark"))}
			if f.mark != "" {
				f.news = tidings{
					lost: rapid.Int64Range(0, 1000).Draw(t, "lost"), withholds: rapid.Bool().Draw(t, "withholds"),
					reached: rapid.SampledFrom([]json.RawMessage{nil, json.RawMessage(`1`), json.RawMessage(`{"day":"2026-10-14","failed":["é"]}`)}).Draw(t, "reached"),
				}
			}
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 1:
				numbers := rapid.SliceOfN(rapid.IntRange(0, 9), 0, 20).Draw(t, "rows")
				rec := typedRecord(memory.DefaultAllocator, numbers...)
				from := rapid.IntRange(0, len(numbers)).Draw(t, "from")
				to := rapid.IntRange(from, len(numbers)).Draw(t, "to")
				slice := rec.NewSlice(int64(from), int64(to))
				f.table = tables[0]
				f.rec, err = f.table.accept(slice)
				require.NoError(t, err)
				require.True(t, array.RecordEqual(slice, f.rec))
				slice.Release()
				rec.Release()
			case 2:
				f.table, f.rec = tables[1], pairs(memory.DefaultAllocator, [3]string{"a", "1", "-"}, [3]string{"", "-", "b"})
			}
			frames = append(frames, f)
			require.NoError(t, s.append(f))
			if rapid.Bool().Draw(t, "read now") {
				require.NoError(t, s.flush())
				for taken < len(frames) {
					take()
				}
			}
		}
		require.NoError(t, s.seal())
		for taken < len(frames) {
			take()
		}
		_, err = s.take()
		require.Error(t, err, "nothing is left")
		for _, f := range frames {
			if f.rec != nil {
				f.rec.Release()
			}
		}
	})
}

func TestSpoolCutShort(t *testing.T) {
	tables := runTables2(t)
	path := filepath.Join(t.TempDir(), "spool")
	s, err := newSpool(path, tables, nil)
	require.NoError(t, err)
	rec := pairs(memory.DefaultAllocator, [3]string{"a", "1", "b"})
	defer rec.Release()
	require.NoError(t, s.append(&item{table: tables[1], rec: rec, mark: "mark", news: tidings{reached: json.RawMessage(`"here"`)}}))
	require.NoError(t, s.seal())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, size := range []int{0, 1, 4, 6, 9, 13, 100, len(whole) - 1} {
		require.NoError(t, os.WriteFile(path, whole[:size], 0o600))
		short := &spool{path: path, tables: tables}
		_, err := short.take()
		require.Error(t, err)
		assert.Contains(t, err.Error(), "the work folder no longer holds what was read: ")
		require.NoError(t, short.in.Close())
	}
}

// TestAcceptStraightensOffsets: text over a shared buffer, whose offsets do not begin at 0, would leave
// Arrow's IPC writer with other rows' text.
func TestAcceptStraightensOffsets(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	offsets := memory.NewBufferBytes(arrow.Int32Traits.CastToBytes([]int32{3, 5, 8}))
	data := memory.NewBufferBytes([]byte("xxxabcde and more"))
	text := func() arrow.Array {
		d := array.NewData(arrow.BinaryTypes.String, 2, []*memory.Buffer{nil, offsets, data}, nil, 0, 0)
		defer d.Release()
		return array.NewStringData(d)
	}
	a, b := text(), text()
	defer a.Release()
	defer b.Release()
	nb := array.NewInt64Builder(mem)
	nb.AppendValues([]int64{1, 2}, nil)
	n := nb.NewArray()
	nb.Release()
	defer n.Release()
	rec := array.NewRecord(pair.Arrow(), []arrow.Array{a, n, b}, 2)
	defer rec.Release()
	table := runTables2(t)[1]
	got, err := table.accept(rec)
	require.NoError(t, err)
	defer got.Release()
	r, err := ipc.NewReader(bytes.NewReader(stream(t, got)))
	require.NoError(t, err)
	defer r.Release()
	require.True(t, r.Next())
	assert.Equal(t, "ab", r.Record().Column(0).(*array.String).Value(0))
	assert.Equal(t, "cde", r.Record().Column(2).(*array.String).Value(1))
}

func TestWithout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 20).Draw(t, "rows")
		rec := typedRecord(memory.DefaultAllocator, numbers...)
		defer rec.Release()
		drop := rapid.SliceOfN(rapid.Bool(), len(numbers), len(numbers)).Draw(t, "drop")
		drop[rapid.IntRange(0, len(drop)-1).Draw(t, "one stays")] = false
		got, err := without(rec, drop)
		require.NoError(t, err)
		defer got.Release()
		at := int64(0)
		for i := range drop {
			if drop[i] {
				continue
			}
			want, have := rec.NewSlice(int64(i), int64(i)+1), got.NewSlice(at, at+1)
			require.True(t, array.RecordEqual(want, have), i)
			want.Release()
			have.Release()
			at++
		}
		require.Equal(t, at, got.NumRows())
	})
}
