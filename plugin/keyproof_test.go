package plugin

import (
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/igsource/igsource/schema"
)

var pair = schema.Table{Name: "pairs", Key: []string{"b", "a"}, Columns: []schema.Column{
	{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "value", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "b", Type: arrow.BinaryTypes.String, Nullable: true},
}}

// pairs builds rows of a, value, b; "-" is null.
func pairs(mem memory.Allocator, rows ...[3]string) arrow.Record {
	b := array.NewRecordBuilder(mem, pair.Arrow())
	defer b.Release()
	for _, r := range rows {
		for i, s := range r {
			if s == "-" {
				b.Field(i).AppendNull()
			} else if err := b.Field(i).AppendValueFromString(s); err != nil {
				panic(err)
			}
		}
	}
	return b.NewRecord()
}

// in is a work folder that is there.
func in(dir string) func() (string, error) { return func() (string, error) { return dir, nil } }

// worksIn is the folder that a proof works in.
func worksIn(t testing.TB, p *keyProof) string {
	dir, err := p.dir()
	require.NoError(t, err)
	return dir
}

func newProof(t testing.TB, table schema.Table) *keyProof {
	p := newKeyProof(table, new(keyMemory))
	p.dir = in(t.TempDir())
	t.Cleanup(p.close)
	return p
}

func checkPairs(t *testing.T, p *keyProof, rows ...[3]string) (drop []bool, err error) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	rec := pairs(mem, rows...)
	defer rec.Release()
	drop, n, err := p.check(rec, false)
	count := 0
	for _, d := range drop {
		if d {
			count++
		}
	}
	if err == nil {
		assert.EqualValues(t, count, n)
	}
	return drop, err
}

func TestKeyProof(t *testing.T) {
	p := newProof(t, pair)
	drop, err := checkPairs(t, p, [3]string{"x", "1", "y"}, [3]string{"xy", "1", ""}, [3]string{"", "1", "xy"}, [3]string{"x", "2", "-"}, [3]string{"-", "2", "x"}, [3]string{"-", "3", "-"}, [3]string{"", "4", ""})
	require.NoError(t, err)
	assert.Nil(t, drop, "no two keys are alike, however their texts meet")

	drop, err = checkPairs(t, p, [3]string{"new", "1", "y"}, [3]string{"x", "1", "y"}, [3]string{"-", "3", "-"}, [3]string{"new", "1", "y"})
	require.NoError(t, err)
	assert.Equal(t, []bool{false, true, true, true}, drop)

	_, err = checkPairs(t, p, [3]string{"x", "9", "y"})
	assert.EqualError(t, err, "two different rows of table pairs share the key b=y, a=x")
	_, err = checkPairs(t, p, [3]string{"-", "9", "-"})
	assert.EqualError(t, err, "two different rows of table pairs share the key b=(null), a=(null)")
	_, err = checkPairs(t, p, [3]string{"x", "-", "y"})
	assert.Error(t, err, "a null is not 1")
}

func TestKeyProofForgetsWhatIsAborted(t *testing.T) {
	for _, limit := range []int{2, 1000} {
		t.Run(fmt.Sprint("limit ", limit), func(t *testing.T) {
			defer SetKeyProofLimit(limit)()
			p := newProof(t, pair)
			_, err := checkPairs(t, p, [3]string{"kept", "1", ""}, [3]string{"kept too", "1", ""}, [3]string{"kept three", "1", ""})
			require.NoError(t, err)
			require.NoError(t, p.commit())
			for range 3 {
				drop, err := checkPairs(t, p, [3]string{"kept", "1", ""}, [3]string{"a", "1", ""}, [3]string{"b", "1", ""}, [3]string{"c", "1", ""})
				require.NoError(t, err)
				assert.Equal(t, []bool{true, false, false, false}, drop)
				p.abort()
			}
			drop, err := checkPairs(t, p, [3]string{"a", "2", ""})
			require.NoError(t, err, "other rows may come instead")
			assert.Nil(t, drop)
		})
	}
}

func TestKeyProofOnDisk(t *testing.T) {
	const rows = 10_000
	defer SetKeyProofLimit(700)()
	p := newProof(t, pair)
	for from := 0; from < rows; from += 100 {
		var batch [][3]string
		for i := from; i < from+100; i++ {
			batch = append(batch, [3]string{fmt.Sprint(i), "1", "b"})
		}
		drop, err := checkPairs(t, p, batch...)
		require.NoError(t, err)
		require.Nil(t, drop)
		require.NoError(t, p.commit())
	}
	assert.Less(t, len(p.memory), 700)
	assert.LessOrEqual(t, len(p.runs), 6, "runs of like size become one")
	files, err := os.ReadDir(worksIn(t, p))
	require.NoError(t, err)
	assert.Len(t, files, len(p.runs))
	for i := 0; i < rows; i += 17 {
		drop, err := checkPairs(t, p, [3]string{fmt.Sprint(i), "1", "b"})
		require.NoError(t, err)
		require.Equal(t, []bool{true}, drop, i)
	}
	_, err = checkPairs(t, p, [3]string{"13", "2", "b"})
	assert.EqualError(t, err, "two different rows of table pairs share the key b=b, a=13")
	p.close()
	files, err = os.ReadDir(worksIn(t, p))
	require.NoError(t, err)
	assert.Empty(t, files)
}

// TestKeyProofLaw: whatever is committed and aborted, and however little memory there is, a proof knows
// what a map knows.
func TestKeyProofLaw(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		defer SetKeyProofLimit(rapid.IntRange(1, 20).Draw(rt, "limit"))()
		p := newKeyProof(pair, new(keyMemory))
		p.dir = in(dir)
		defer p.close()
		kept, fresh := map[string]string{}, map[string]string{}
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"check", "check", "check", "commit", "abort"}).Draw(rt, "step") {
			case "commit":
				require.NoError(rt, p.commit())
				for k, v := range fresh {
					kept[k] = v
				}
				clear(fresh)
			case "abort":
				p.abort()
				clear(fresh)
			case "check":
				key, value := fmt.Sprint(rapid.IntRange(0, 40).Draw(rt, "key")), fmt.Sprint(rapid.IntRange(0, 1).Draw(rt, "value"))
				rec := pairs(memory.DefaultAllocator, [3]string{key, value, "b"})
				_, dropped, err := p.check(rec, false)
				rec.Release()
				have, ok := kept[key]
				if !ok {
					have, ok = fresh[key]
				}
				switch {
				case !ok:
					require.NoError(rt, err)
					require.Zero(rt, dropped)
					fresh[key] = value
				case have == value:
					require.NoError(rt, err)
					require.EqualValues(rt, 1, dropped)
				default:
					require.Error(rt, err)
				}
			}
		}
	})
}

func TestHashRunFindsInAnyDistribution(t *testing.T) {
	p := newProof(t, pair)
	var rows []hashRow
	for i := range uint64(3000) { // all within the lowest 2^-52 of the hashes: interpolation guesses badly
		rows = append(rows, hashRow{hash128{i / 3, i}, hash128{i, 7}})
	}
	rows = append(rows, hashRow{hash128{math.MaxUint64, 1}, hash128{1, 1}})
	r, err := p.write(rows)
	require.NoError(t, err)
	defer r.remove()
	for _, want := range rows {
		got, ok, err := r.find(want.key)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, want.row, got)
	}
	for _, absent := range []hash128{{0, 9}, {5000, 0}, {math.MaxUint64, 0}, {math.MaxUint64, 2}} {
		_, ok, err := r.find(absent)
		require.NoError(t, err)
		assert.False(t, ok)
	}
}

// typed is a table with every hashable type, its key first.
func typed() schema.Table {
	t := schema.Table{Name: "typed", Key: []string{"c0"}}
	for i, typ := range []arrow.DataType{
		arrow.BinaryTypes.String, arrow.BinaryTypes.Binary, arrow.FixedWidthTypes.Boolean,
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
		arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
		arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64,
		&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, arrow.Null,
		arrow.ListOf(arrow.PrimitiveTypes.Int64), arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64),
		arrow.StructOf(arrow.Field{Name: "x", Type: arrow.BinaryTypes.String, Nullable: true}, arrow.Field{Name: "y", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true}),
	} {
		t.Columns = append(t.Columns, schema.Column{Name: fmt.Sprintf("c%d", i), Type: typ, Nullable: true})
	}
	return t
}

// fill appends a value made from n to b; 0 is null.
func fill(b array.Builder, n int) {
	if n == 0 {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(fmt.Sprint("text ", n))
	case *array.BinaryBuilder:
		b.Append([]byte(fmt.Sprint("bytes ", n)))
	case *array.BooleanBuilder:
		b.Append(n%2 == 0)
	case *array.Int8Builder:
		b.Append(int8(n))
	case *array.Int16Builder:
		b.Append(int16(n))
	case *array.Int32Builder:
		b.Append(int32(n))
	case *array.Int64Builder:
		b.Append(int64(n))
	case *array.Uint8Builder:
		b.Append(uint8(n))
	case *array.Uint16Builder:
		b.Append(uint16(n))
	case *array.Uint32Builder:
		b.Append(uint32(n))
	case *array.Uint64Builder:
		b.Append(uint64(n))
	case *array.Float32Builder:
		b.Append(float32(n) / 4)
	case *array.Float64Builder:
		b.Append(float64(n) / 4)
	case *array.Date32Builder:
		b.Append(arrow.Date32(n))
	case *array.Date64Builder:
		b.Append(arrow.Date64FromTime(time.Unix(int64(n)*86400, 0)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(n))
	case *array.NullBuilder:
		b.AppendNull()
	case *array.MapBuilder:
		b.Append(true)
		for i := range n % 4 {
			fill(b.KeyBuilder(), i+1)
			fill(b.ItemBuilder(), (n+i)%5)
		}
	case *array.ListBuilder:
		b.Append(true)
		for i := range n % 4 {
			fill(b.ValueBuilder(), (n+i)%5)
		}
	case *array.StructBuilder:
		b.Append(true)
		for i := range b.NumField() {
			fill(b.FieldBuilder(i), (n+i)%5)
		}
	default:
		panic(fmt.Sprintf("%T", b))
	}
}

// typedRecord has a row a number: the first column is the row's place, the others are made from it.
func typedRecord(mem memory.Allocator, numbers ...int) arrow.Record {
	b := array.NewRecordBuilder(mem, typed().Arrow())
	defer b.Release()
	for i, n := range numbers {
		b.Field(0).(*array.StringBuilder).Append(fmt.Sprint(i))
		for c := 1; c < len(b.Fields()); c++ {
			fill(b.Field(c), n)
		}
	}
	return b.NewRecord()
}

func TestKeyProofOfEveryType(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	_, err := newRunTable(typed(), new(keyMemory))
	require.NoError(t, err)
	p := newProof(t, typed())
	rec := typedRecord(mem, 0, 1, 2, 3, 4, 5)
	defer rec.Release()
	drop, _, err := p.check(rec, false)
	require.NoError(t, err)
	assert.Nil(t, drop)
	// The same rows out of the middle of another record.
	parent := typedRecord(mem, 9, 8, 7, 3, 4, 5, 6)
	defer parent.Release()
	slice := parent.NewSlice(3, 6)
	defer slice.Release()
	drop, n, err := p.check(slice, false)
	require.NoError(t, err)
	assert.Equal(t, []bool{true, true, true}, drop)
	assert.EqualValues(t, 3, n)
	// One cell at a time differs.
	for c := 1; c < int(rec.NumCols()); c++ {
		if rec.Column(c).DataType().ID() == arrow.NULL {
			continue
		}
		cols := append([]arrow.Array(nil), rec.Columns()...)
		b := array.NewBuilder(mem, rec.Column(c).DataType())
		for i := range int(rec.NumRows()) {
			fill(b, i+1)
		}
		cols[c] = b.NewArray()
		b.Release()
		other := array.NewRecord(rec.Schema(), cols, rec.NumRows())
		_, _, err := p.check(other, false)
		assert.EqualError(t, err, "two different rows of table typed share the key c0=0", rec.Column(c).DataType())
		cols[c].Release()
		other.Release()
	}
}

func TestKeyProofKnowsMapsInAnyOrder(t *testing.T) {
	table := schema.Table{Name: "maps", Key: []string{"map"}, Columns: []schema.Column{
		{Name: "map", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64)},
	}}
	p := newProof(t, table)
	b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
	defer b.Release()
	m := b.Field(0).(*array.MapBuilder)
	for _, order := range [][]int{{1, 2, 3}, {3, 1, 2}, {2, 3}, {}} {
		m.Append(true)
		for _, n := range order {
			fill(m.KeyBuilder(), n)
			fill(m.ItemBuilder(), n)
		}
	}
	rec := b.NewRecord()
	defer rec.Release()
	drop, _, err := p.check(rec, false)
	require.NoError(t, err)
	assert.Equal(t, []bool{false, true, false, false}, drop)
}

func TestKeyProofWithoutRoom(t *testing.T) {
	defer SetKeyProofLimit(1)()
	p := newProof(t, pair)
	p.dir = in(worksIn(t, p) + "/gone")
	_, err := checkPairs(t, p, [3]string{"a", "1", "b"})
	var user *UserError
	require.ErrorAs(t, err, &user)
	assert.Contains(t, err.Error(), "the work folder cannot hold what was read: ")
}

func BenchmarkKeyProof(b *testing.B) {
	rec := typedRecord(memory.DefaultAllocator, make([]int, 1000)...)
	defer rec.Release()
	p := newProof(b, typed())
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := p.check(rec, false); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/row")
}
