package arrowbridge_test

import (
	"fmt"

	v15 "github.com/apache/arrow/go/v15/arrow"
	array15 "github.com/apache/arrow/go/v15/arrow/array"
	memory15 "github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/arrowbridge"
)

func ExampleRecord() {
	schema := v15.NewSchema([]v15.Field{{Name: "reach", Type: v15.PrimitiveTypes.Int64}}, nil)
	b := array15.NewRecordBuilder(memory15.DefaultAllocator, schema)
	defer b.Release()
	b.Field(0).(*array15.Int64Builder).AppendValues([]int64{17, 4}, nil)
	record := b.NewRecord()

	batch, err := arrowbridge.Record(record)
	if err != nil {
		fmt.Println(err)
		return
	}
	record.Release() // the batch holds on to the memory by itself
	defer batch.Release()
	fmt.Println(batch.Schema().Field(0).Name, batch.Column(0))
	// Output: reach [17 4]
}
