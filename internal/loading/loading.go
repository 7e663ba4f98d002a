// Package loading measures how fast rows get into a database through a sink, against the statements of that sink fed
// from memory. It knows no driver: a benchmark program brings the sink and executes the statements.
package loading

import (
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/schema"
)

// BatchRows is how many rows a batch has, which ends with a mark: as many as ten pages of posts.
const BatchRows = 1000

// Table is a table as account insights have it.
func Table() schema.Table {
	return schema.Table{Name: "account_insights", Key: []string{"account_id", "period", "date"}, Columns: []schema.Column{
		{Name: "account_id", Type: arrow.BinaryTypes.String},
		{Name: "date", Type: arrow.FixedWidthTypes.Date32},
		{Name: "end_time", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}},
		{Name: "period", Type: arrow.BinaryTypes.String},
		{Name: "reach", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "views", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "rate", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	}}
}

// The values of a row: day counts from 1970-01-01, microseconds from its beginning.
const (
	daysAnAccount = 365
	firstAccount  = 17841405793187218
	firstDay      = 20_000
	microsADay    = 86_400_000_000
)

// Rows returns n rows of Table, from the row with the index from on: each account has a year of days, and one metric
// that is always null. The caller releases them.
func Rows(from, n int) arrow.Record {
	table := Table()
	b := array.NewRecordBuilder(memory.DefaultAllocator, table.Arrow())
	defer b.Release()
	for i := from; i < from+n; i++ {
		b.Field(0).(*array.StringBuilder).Append(strconv.FormatInt(firstAccount+int64(i/daysAnAccount), 10))
		b.Field(1).(*array.Date32Builder).Append(arrow.Date32(firstDay + i%daysAnAccount))
		b.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp((firstDay + 1 + int64(i%daysAnAccount)) * microsADay))
		b.Field(3).(*array.StringBuilder).Append("day")
		b.Field(4).(*array.Int64Builder).Append(int64(i * 7 % 10_007))
		b.Field(5).AppendNull()
		b.Field(6).(*array.Float64Builder).Append(float64(i) / 8)
	}
	return b.NewRecord()
}
