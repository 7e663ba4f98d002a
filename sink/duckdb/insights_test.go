//go:build duckdb_arrow

package duckdb

import (
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/schema"
)

// insightsTable is a table as account insights have it.
var insightsTable = schema.Table{Name: "account_insights", Key: []string{"account_id", "period", "date"}, Columns: []schema.Column{
	{Name: "account_id", Type: arrow.BinaryTypes.String},
	{Name: "date", Type: arrow.FixedWidthTypes.Date32},
	{Name: "end_time", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}},
	{Name: "period", Type: arrow.BinaryTypes.String},
	{Name: "reach", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "views", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "rate", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
}}

// insights returns n rows of insightsTable from row from on. The caller releases them.
func insights(from, n int) arrow.Record {
	b := array.NewRecordBuilder(memory.DefaultAllocator, insightsTable.Arrow())
	defer b.Release()
	for i := from; i < from+n; i++ {
		b.Field(0).(*array.StringBuilder).Append(strconv.FormatInt(17841405793187218+int64(i/365), 10))
		b.Field(1).(*array.Date32Builder).Append(arrow.Date32(20000 + i%365))
		b.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp((20001 + int64(i%365)) * 86_400_000_000))
		b.Field(3).(*array.StringBuilder).Append("day")
		b.Field(4).(*array.Int64Builder).Append(int64(i * 7 % 10_007))
		b.Field(5).AppendNull()
		b.Field(6).(*array.Float64Builder).Append(float64(i) / 8)
	}
	return b.NewRecord()
}
