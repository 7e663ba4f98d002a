package arrowbridge_test

import (
	"errors"
	"testing"

	array18 "github.com/apache/arrow-go/v18/arrow/array"
	v15 "github.com/apache/arrow/go/v15/arrow"
	array15 "github.com/apache/arrow/go/v15/arrow/array"
	memory15 "github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"

	"github.com/igsource/igsource/arrowbridge"
)

func numbers(t *testing.T, mem memory15.Allocator, batches ...[]int64) array15.RecordReader {
	t.Helper()
	s := v15.NewSchema([]v15.Field{{Name: "n", Type: v15.PrimitiveTypes.Int64}}, nil)
	var recs []v15.Record
	for _, values := range batches {
		b := array15.NewRecordBuilder(mem, s)
		b.Field(0).(*array15.Int64Builder).AppendValues(values, nil)
		rec := b.NewRecord()
		b.Release()
		defer rec.Release()
		recs = append(recs, rec)
	}
	r, err := array15.NewRecordReader(s, recs)
	require.NoError(t, err)
	return r
}

func TestReader(t *testing.T) {
	mem := memory15.NewCheckedAllocator(memory15.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	from := numbers(t, mem, []int64{1, 2}, nil, []int64{3})
	r, err := arrowbridge.NewReader(from)
	require.NoError(t, err)
	from.Release()

	var got []int64
	for r.Next() {
		require.Same(t, r.Schema(), r.RecordBatch().Schema())
		got = append(got, r.RecordBatch().Column(0).(*array18.Int64).Int64Values()...)
	}
	require.NoError(t, r.Err())
	require.Equal(t, []int64{1, 2, 3}, got)
	r.Release()
}

func TestReaderReleasedHalfway(t *testing.T) {
	mem := memory15.NewCheckedAllocator(memory15.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	from := numbers(t, mem, []int64{1}, []int64{2})
	r, err := arrowbridge.NewReader(from)
	require.NoError(t, err)
	from.Release()
	require.True(t, r.Next())
	r.Retain()
	r.Release()
	r.Release()
}

type failing struct{ array15.RecordReader }

func (failing) Next() bool { return false }
func (failing) Err() error { return errors.New("the line went dead") }

func TestReaderPassesErrorsOn(t *testing.T) {
	from := numbers(t, memory15.DefaultAllocator)
	defer from.Release()
	r, err := arrowbridge.NewReader(failing{from})
	require.NoError(t, err)
	defer r.Release()
	require.False(t, r.Next())
	require.EqualError(t, r.Err(), "the line went dead")
}
