package arrowbridge_test

import (
	"bytes"
	"fmt"
	"testing"

	v18 "github.com/apache/arrow-go/v18/arrow"
	array18 "github.com/apache/arrow-go/v18/arrow/array"
	ipc18 "github.com/apache/arrow-go/v18/arrow/ipc"
	v15 "github.com/apache/arrow/go/v15/arrow"
	array15 "github.com/apache/arrow/go/v15/arrow/array"
	ipc15 "github.com/apache/arrow/go/v15/arrow/ipc"
	memory15 "github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/arrowbridge"
)

// oracle carries rec over by way of Arrow's own stream format, which is slow and known to be right. The
// caller releases what comes back.
func oracle(t require.TestingT, rec v15.Record) v18.RecordBatch {
	var b bytes.Buffer
	w := ipc15.NewWriter(&b, ipc15.WithSchema(rec.Schema()))
	require.NoError(t, w.Write(rec))
	require.NoError(t, w.Close())
	r, err := ipc18.NewReader(&b)
	require.NoError(t, err)
	defer r.Release()
	require.True(t, r.Next(), "%v", r.Err())
	out := r.RecordBatch()
	out.Retain()
	return out
}

func TestRecordEqualsOracle(t *testing.T) {
	for _, dt := range flat {
		t.Run(fmt.Sprint(dt), rapid.MakeCheck(func(t *rapid.T) { checkAgainstOracle(t, dt) }))
	}
	t.Run("nested", rapid.MakeCheck(func(t *rapid.T) {
		checkAgainstOracle(t, drawType(t, 3), drawType(t, 2), v15.BinaryTypes.String)
	}))
}

func checkAgainstOracle(t *rapid.T, types ...v15.DataType) {
	mem := memory15.NewCheckedAllocator(memory15.NewGoAllocator())
	defer mem.AssertSize(panicking{}, 0)
	whole := drawRecord(t, mem, types...)
	defer whole.Release()
	from := rapid.Int64Range(0, whole.NumRows()).Draw(t, "from")
	to := rapid.Int64Range(from, whole.NumRows()).Draw(t, "to")
	rec := whole.NewSlice(from, to)
	defer rec.Release()
	carried := oracle(t, whole) // uncut: v15's stream writer panics on some empty slices
	defer carried.Release()
	want := carried.NewSlice(from, to)
	defer want.Release()

	got, err := arrowbridge.Record(rec)
	require.NoError(t, err)
	defer got.Release()
	require.Equal(t, want.Schema().String(), got.Schema().String())
	require.True(t, want.Schema().Equal(got.Schema()), "schema")
	require.True(t, array18.RecordEqual(want, got), "want %v\ngot  %v", want, got)
	for i, c := range got.Columns() {
		require.Equal(t, want.Column(i).NullN(), c.NullN())
	}
}

// panicking is a testing.T for the allocator's check, whose Errorf must not pass unseen.
type panicking struct{}

func (panicking) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (panicking) Helper()                           {}

func TestRecordOutlivesItsSource(t *testing.T) {
	mem := memory15.NewCheckedAllocator(memory15.NewGoAllocator())
	b := array15.NewRecordBuilder(mem, v15.NewSchema([]v15.Field{
		{Name: "n", Type: v15.PrimitiveTypes.Int64},
		{Name: "s", Type: v15.BinaryTypes.String},
	}, nil))
	b.Field(0).(*array15.Int64Builder).AppendValues([]int64{1, 2, 3}, nil)
	b.Field(1).(*array15.StringBuilder).AppendValues([]string{"a", "b", "c"}, nil)
	rec := b.NewRecord()
	b.Release()
	both := mem.CurrentAlloc()

	got, err := arrowbridge.Record(rec)
	require.NoError(t, err)
	rec.Release()
	require.Equal(t, both, mem.CurrentAlloc(), "the v18 record holds the memory")

	kept := got.Column(1).(*array18.String)
	kept.Retain()
	got.Release()
	require.Less(t, mem.CurrentAlloc(), both, "the numbers are free")
	require.NotZero(t, mem.CurrentAlloc(), "the text is not")
	require.Equal(t, "b", kept.Value(1))

	kept.Release()
	mem.AssertSize(t, 0)
}

func TestRecordSharesMemory(t *testing.T) {
	b := array15.NewInt64Builder(memory15.DefaultAllocator)
	defer b.Release()
	b.AppendValues([]int64{1, 2, 3}, nil)
	from := b.NewInt64Array()
	defer from.Release()
	got, err := arrowbridge.Array(from)
	require.NoError(t, err)
	defer got.Release()
	require.Same(t, &from.Int64Values()[0], &got.(*array18.Int64).Int64Values()[0])
}

func TestBuffersDoNotGrow(t *testing.T) {
	b := array15.NewInt64Builder(memory15.DefaultAllocator)
	defer b.Release()
	b.AppendValues([]int64{1, 2, 3}, nil)
	from := b.NewInt64Array()
	defer from.Release()
	got, err := arrowbridge.Array(from)
	require.NoError(t, err)
	defer got.Release()
	require.Panics(t, func() { got.Data().Buffers()[1].Resize(1 << 20) })
}

func TestRecordAsRefusesAForeignSchema(t *testing.T) {
	numbers := v15.NewSchema([]v15.Field{{Name: "n", Type: v15.PrimitiveTypes.Int64}}, nil)
	b := array15.NewRecordBuilder(memory15.DefaultAllocator, numbers)
	defer b.Release()
	rec := b.NewRecord()
	defer rec.Release()

	_, err := arrowbridge.RecordAs(rec, v18.NewSchema(nil, nil))
	require.EqualError(t, err, "the record has 1 columns, the schema 0")
	_, err = arrowbridge.RecordAs(rec, v18.NewSchema([]v18.Field{{Name: "n", Type: v18.BinaryTypes.String}}, nil))
	require.EqualError(t, err, "n: the column is int64, the schema says utf8")
}

func BenchmarkRecord(b *testing.B) {
	fields := []v15.Field{
		{Name: "n", Type: v15.PrimitiveTypes.Int64},
		{Name: "s", Type: v15.BinaryTypes.String},
		{Name: "f", Type: v15.PrimitiveTypes.Float64},
	}
	rb := array15.NewRecordBuilder(memory15.DefaultAllocator, v15.NewSchema(fields, nil))
	defer rb.Release()
	for i := range 10_000 {
		rb.Field(0).(*array15.Int64Builder).Append(int64(i))
		rb.Field(1).(*array15.StringBuilder).Append("some text")
		rb.Field(2).(*array15.Float64Builder).Append(float64(i))
	}
	rec := rb.NewRecord()
	defer rec.Release()
	b.ReportAllocs()
	for b.Loop() {
		got, err := arrowbridge.Record(rec)
		if err != nil {
			b.Fatal(err)
		}
		got.Release()
	}
}
