package csv_test

import (
	"fmt"
	"os"

	"github.com/apache/arrow/go/v15/arrow"

	"github.com/igsource/igsource/plugin/plugintest"
	"github.com/igsource/igsource/schema"
	"github.com/igsource/igsource/sink/csv"
)

func ExampleNewEncoder() {
	table := schema.Table{Name: "account_media", Columns: []schema.Column{
		{Name: "media_id", Type: arrow.BinaryTypes.String},
		{Name: "caption", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "like_count", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}}
	rows := plugintest.Record(table, []any{"17841405793187218", "Sun, sea", 12}, []any{"17841405793187219", "", nil})
	defer rows.Release()

	e, err := csv.NewEncoder(os.Stdout, table)
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
	// Output:
	// media_id,caption,like_count
	// 17841405793187218,"Sun, sea",12
	// 17841405793187219,"",
}
