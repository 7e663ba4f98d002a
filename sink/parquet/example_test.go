package parquet_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/memory"
	v18 "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/parquet"
)

func ExampleNewEncoder() {
	table := schema.Table{Name: "account_profile", Key: []string{"account_id"}, Columns: []schema.Column{
		{Name: "account_id", Type: arrow.BinaryTypes.String},
		{Name: "followers_count", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}}
	rows := plugintest.Record(table, []any{"17841405793187218", 1024}, []any{"17841405793187219", nil})
	defer rows.Release()

	var written bytes.Buffer
	e, err := parquet.NewEncoder(&written, table)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer e.Release()
	if err := e.Write(rows); err != nil {
		fmt.Println(err)
	}
	if err := e.Close(); err != nil {
		fmt.Println(err)
	}

	back, err := pqarrow.ReadTable(context.Background(), bytes.NewReader(written.Bytes()),
		v18.NewReaderProperties(memory.DefaultAllocator), pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer back.Release()
	fmt.Println(back.NumRows(), back.Column(1).Data().Chunk(0))
	// Output: 2 [1024 (null)]
}
