package plugintest

import (
	"math"
	"sync/atomic"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/schema"
)

var (
	numberTable = schema.Table{Name: "numbers", Key: []string{"name"}, Columns: []schema.Column{
		{Name: "name", Type: arrow.BinaryTypes.String},
		{Name: "value", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}}
	otherTable = schema.Table{Name: "others", Columns: []schema.Column{
		{Name: "name", Type: arrow.BinaryTypes.String},
		{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
	}}
)

// Sample is a table with a column of every type that tables use.
func Sample() schema.Table {
	return schema.Table{Name: "sample", Key: []string{"id"}, Columns: []schema.Column{
		{Name: "id", Type: arrow.BinaryTypes.String},
		{Name: "text", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "long", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "int", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
		{Name: "float", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "bool", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
		{Name: "day", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, Nullable: true},
		{Name: "map", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), Nullable: true},
		{Name: "list", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
	}}
}

// SampleRows are rows of Sample with the values that are easily got wrong: nulls, empty text, quotes and
// line ends, every corner of Unicode, the ends of the integers, dates before 1970, empty maps and lists.
// Timestamps are whole seconds, as those of the tables are.
func SampleRows() [][]any {
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	return [][]any{
		{
			"plain", "text", 1, 1, 1.5, true, day(2026, 10, 1), time.Date(2019, 9, 26, 22, 36, 43, 0, time.UTC),
			map[string]any{"0": 1, "23": 2},
			[]any{"a", "b"},
		},
		{"null", nil, nil, nil, nil, nil, nil, nil, nil, nil},
		{"empty", "", 0, 0, 0.0, false, day(1970, 1, 1), time.Unix(0, 0).UTC(), map[string]any{}, []any{}},
		{
			"quotes, and \"more\"", "a,b\n\"c\"\r\nd\te\\", 10, -10, -0.25, true, day(1969, 12, 31), time.Unix(-1, 0).UTC(),
			map[string]any{"a \"quoted\" key": -1},
			[]any{"", "x,y", "<&>"},
		},
		{
			"unicode é 漢字 🦊", "مرحبا é\u2028\u00a0🏳️‍🌈", int64(math.MaxInt64), math.MaxInt32, math.MaxFloat64, false, day(9999, 12, 31),
			time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
			map[string]any{"ключ": int64(math.MaxInt64)},
			[]any{"🦊"},
		},
		{
			"least", " leading and trailing ", int64(math.MinInt64), math.MinInt32, -math.SmallestNonzeroFloat64, true, day(1, 1, 1),
			time.Date(1900, 2, 28, 0, 0, 0, 0, time.UTC),
			map[string]any{"": int64(math.MinInt64), "none": nil},
			[]any{"a", nil, "b"},
		},
		{"text null", "NULL", 9007199254740993, 0, 0.1, nil, day(2024, 2, 29), nil, nil, []any{nil}},
	}
}

// poison is an allocator that overwrites what is freed, so that who uses a record after its release
// sees it.
type poison struct {
	memory.Allocator
	bytes atomic.Int64
}

func newPoison() *poison { return &poison{Allocator: memory.NewGoAllocator()} }

func (p *poison) live() int64 { return p.bytes.Load() }

func (p *poison) Allocate(size int) []byte {
	p.bytes.Add(int64(size))
	return p.Allocator.Allocate(size)
}

func (p *poison) Reallocate(size int, b []byte) []byte {
	out := p.Allocate(size)
	copy(out, b)
	p.Free(b)
	return out
}

func (p *poison) Free(b []byte) {
	p.bytes.Add(-int64(len(b)))
	for i := range b {
		b[i] = 0xa5
	}
}
